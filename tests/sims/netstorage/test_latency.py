"""V11.2, V11.3, the queue, the map, the decision card, crossovers, writes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage import verdicts
from coursekit.sims.netstorage.goodput import Link, goodput_mb_s
from coursekit.sims.netstorage.latency import (  # fmt: skip
    DEVICES,
    PARTS,
    Device,
    Request,
    break_even,
    device,
    duel,
    local,
    remote,
    streaming_mb_s,
    winner_map,
)

MIB = 2**20
NAMES = st.sampled_from(list(DEVICES))
REQUESTS = st.builds(
    Request, size=st.integers(512, 8 * MIB), server=NAMES.map(DEVICES.get), hit=st.floats(0, 1),
    link=st.builds(Link, gbps=st.floats(0.1, 100), rtt_s=st.floats(5e-5, 5e-3)),
)  # fmt: skip


def ms(server, hit, gbps, size=4096):
    return remote(Request(size=size, server=DEVICES[server], link=Link(gbps=gbps), hit=hit)).total_s * 1e3  # fmt: skip


@pytest.mark.parametrize(
    ("disk", "size", "wanted"),
    [("hdd", 4096, 12.6875), ("sata_ssd", 4096, 0.1074), ("nvme", 4096, 0.0812),
     ("hdd", MIB, 17.9099), ("sata_ssd", MIB, 2.0065)],
)  # fmt: skip
def test_v11_2_local(disk, size, wanted):
    assert local(DEVICES[disk], size).total_s * 1e3 == pytest.approx(wanted, abs=5e-5)


@pytest.mark.parametrize(
    ("server", "hit", "gbps", "size", "wanted"),
    [("hdd", 0, 1, 4096, 12.9523), ("hdd", 0.5, 1, 4096, 6.6091), ("hdd", 0.9, 1, 4096, 1.5346),
     ("hdd", 1, 1, 4096, 0.2660), ("nvme", 0, 1, 4096, 0.3460), ("hdd", 1, 10, 4096, 0.2347),
     ("nvme", 0, 10, 4096, 0.3147), ("nvme", 0, 25, 4096, 0.3126), ("hdd", 1, 1, MIB, 9.1934),
     ("hdd", 0, 1, MIB, 27.0499), ("hdd", 1, 10, MIB, 1.1744)],
)  # fmt: skip
def test_v11_2_remote(server, hit, gbps, size, wanted):
    assert ms(server, hit, gbps, size) == pytest.approx(wanted, abs=5e-5)


@pytest.mark.parametrize(
    ("disk", "server", "size", "gbps", "wanted"),
    [("hdd", "hdd", 4096, 1, 0.0209), ("hdd", "hdd", MIB, 1, 0.5119), ("hdd", "hdd", MIB, 10, 0.0628),
     ("sata_ssd", "hdd", 4096, 10, 1.010), ("sata_ssd", "nvme", 4096, 25, 2.565)],
)  # fmt: skip
def test_v11_3(disk, server, size, gbps, wanted):
    request = Request(size=size, server=DEVICES[server], link=Link(gbps=gbps))
    assert break_even(DEVICES[disk], request) == pytest.approx(wanted, rel=5e-4, abs=5e-5)


def test_a_server_of_memory_has_no_break_even():
    fight = duel(DEVICES["nvme"], Request(server=DEVICES["ram"], hit=1, link=Link(gbps=10)))
    assert fight.break_even is None
    assert fight.winner == "local"
    assert "hit ratio changes nothing" in str(fight.why[1])


@given(NAMES, REQUESTS)
def test_the_break_even_parts_the_winners(disk, request):
    h = break_even(DEVICES[disk], request)
    if h is None:
        assert request.server.name == "ram"
        return
    for hit in (0.0, 1.0, min(1.0, max(0.0, h - 0.01)), min(1.0, max(0.0, h + 0.01))):
        there = Request(size=request.size, server=request.server, link=request.link, hit=hit)
        ahead = local(DEVICES[disk], request.size).total_s - remote(there).total_s
        slope = request.server.time_s(request.size) - DEVICES["ram"].time_s(request.size)
        assert ahead == pytest.approx((hit - h) * slope, rel=1e-6, abs=1e-12)


@given(NAMES, REQUESTS)
def test_bars_are_sums_of_named_parts_and_the_winner_is_the_shorter(disk, request):
    fight = duel(DEVICES[disk], request)
    for bar in (fight.local, fight.remote):
        assert {part for part, _ in bar.parts} <= set(PARTS)
        assert all(seconds > 0 for _, seconds in bar.parts)
    shorter = min((fight.local.total_s, "local"), (fight.remote.total_s, "remote"))[1]
    assert fight.winner in (shorter, "equal")
    assert fight.remote["round trip"] == request.link.rtt_s
    assert fight.local["round trip"] == 0


def test_equal_times_are_a_draw():
    server = Device("same", 200, access_s=0.001)
    request = Request(server=server, hit=0, size=4096)
    own = Device("own", 200, access_s=remote(request).total_s - 4096 / 200e6)
    assert duel(own, request).winner == "equal"


def test_the_queue_divides_by_what_is_free():
    """M/M/1: at half load the storage takes twice as long."""
    idle = Request(hit=0)
    half = Request(hit=0, per_s=0.5 / idle.service_s)
    assert half.busy == pytest.approx(0.5)
    assert remote(half).total_s - remote(idle).total_s == pytest.approx(idle.service_s)
    with pytest.raises(ParameterError, match="per_s=100: the server’s storage is busy 127%"):
        Request(hit=0, per_s=100)


@given(NAMES, REQUESTS)
def test_the_map_says_what_each_duel_says(disk, request):
    sizes, hits = [512, 4096, MIB], [0, 0.3, 1]
    ahead = winner_map(DEVICES[disk], request, sizes, hits)
    assert ahead.shape == (3, 3)
    for row, hit in enumerate(hits):
        for column, size in enumerate(sizes):
            one = Request(size=size, hit=hit, server=request.server, link=request.link)
            fight = duel(DEVICES[disk], one)
            assert ahead[row, column] == pytest.approx(np.log10(fight.local.total_s / fight.remote.total_s))  # fmt: skip


def test_streaming_is_shared():
    assert streaming_mb_s(200, Link()) == pytest.approx(117.685, abs=1e-3)
    assert streaming_mb_s(200, Link(gbps=10), 4) == 50
    for bad, says in (((0, Link()), "mb_s=0"), ((1, Link(), 0), "clients=0: choose 1 or more")):
        with pytest.raises(ParameterError, match=says):
            streaming_mb_s(*bad)


# The decision card


@pytest.mark.parametrize("hit", [0, 0.25, 0.5, 0.75, 0.9, 1])
def test_the_decision_card(hit):
    """The spec lets a SATA SSD lose streams only; its own numbers let it lose 1 MiB reads too."""
    cells = {(each.disk, each.work): each.beaten_at for each in verdicts.card(hit)}
    assert cells == {
        ("hdd", "4 KiB"): (1, 10, 25), ("hdd", "1 MiB"): (1, 10, 25), ("hdd", "stream"): (10, 25),
        ("sata_ssd", "4 KiB"): (), ("sata_ssd", "1 MiB"): (10, 25), ("sata_ssd", "stream"): (10, 25),
        ("nvme", "4 KiB"): (), ("nvme", "1 MiB"): (), ("nvme", "stream"): (),
    }  # fmt: skip


def test_the_card_names_the_fastest_and_its_figures():
    cells = {(each.disk, each.work): each for each in verdicts.card()}
    stream = dict(cells["sata_ssd", "stream"].values)
    assert stream == pytest.approx({0: 550, 1: 117.685, 10: 1176.853, 25: 2200}, abs=1e-3)
    assert cells["sata_ssd", "stream"].best == 25
    assert cells["nvme", "4 KiB"].best == 0


def test_the_only_link_may_lose_against_the_disk():
    stream = verdicts.card(rates=[1])[2]
    assert (stream.disk, stream.work, stream.best) == ("hdd", "stream", 0)


def test_the_local_disk_wins_a_tie():
    for work in verdicts.WORKS:
        tie = verdicts.Cell("any", work, ((0, 550), (10, 550)))
        assert (tie.best, tie.beaten_at) == (0, ())


def test_clients_until_a_disk_of_200_mb_s_is_faster():
    found = dict(verdicts.clients_until(200, (1, 10, 25, 100)))
    assert found == pytest.approx({1: 0.588, 10: 5.88, 25: 14.71, 100: 58.84}, abs=5e-3)
    for rate, clients in found.items():
        share = streaming_mb_s(1e9, Link(gbps=rate), max(1, round(clients)))
        assert share == pytest.approx(goodput_mb_s(Link(gbps=rate)) / max(1, round(clients)))


def test_a_write_is_network_rounds():
    times = [each.total_s * 1e3 for each in verdicts.writes()]
    assert times == pytest.approx([0.081, 0.562, 0.844], abs=5e-4)
    assert [len(each.rounds) for each in verdicts.writes()] == [1, 2, 3]
    assert all(str(each.what) for write in verdicts.writes() for each in write.rounds)


@pytest.mark.parametrize(
    ("make", "says"),
    [(lambda: device("tape"), "device=tape: choose one of hdd, sata_ssd, nvme, ram"),
     (lambda: Device("x", 0), "mb_s=0: choose more than 0"), (lambda: Device("x", 1, -1), "access_s=-1"),
     (lambda: Request(size=0), "size=0: choose 1 byte"), (lambda: Request(hit=2), "hit=2: choose 0 to 1"),
     (lambda: Request(cpu_s=-1), "cpu_s=-1"), (lambda: Request(per_s=-1), "per_s=-1: choose 0 requests"),
     (lambda: local(DEVICES["hdd"], 0), "size=0: choose 1 byte"),
     (lambda: winner_map(DEVICES["hdd"], Request(), [], [0]), "sizes=0: give one size"),
     (lambda: verdicts.card(rates=[]), "rates=0: give one link"), (lambda: verdicts.writes(copies=1), "copies=1: choose 2"),
     (lambda: verdicts.clients_until(0), "mb_s=0")],
)  # fmt: skip
def test_what_cannot_be_names_the_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
