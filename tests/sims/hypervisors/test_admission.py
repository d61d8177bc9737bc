"""Admission: the example of the vSphere Availability guide, then all small clusters."""

from itertools import combinations, product

import pytest

from coursekit.sims.hypervisors.admission import Guest, Host, Slot, headroom, slot_of, slots
from coursekit.sims.message import ParameterError

GIB = 1024
HOSTS = [(9000, 9 * GIB), (9000, 6 * GIB), (6000, 6 * GIB)]
GUESTS = [(2000, GIB), (2000, GIB), (1000, 2 * GIB), (1000, GIB), (1000, GIB)]


def hosts(pairs):
    return [Host(id=f"h{i}", cpu_mhz=cpu, mem_mb=mem) for i, (cpu, mem) in enumerate(pairs)]


def guests(pairs):
    return [Guest(id=f"v{i}", res_cpu=cpu, res_mem=mem) for i, (cpu, mem) in enumerate(pairs)]


def test_the_example_of_the_guide():
    """4-V10."""
    found = slots(hosts(HOSTS), guests(GUESTS))
    assert found.slot == Slot(2000, 2048)
    assert found.per_host == (4, 3, 3)
    assert (found.left(1), found.left(2)) == (6, 3)
    assert (found.ok, found.bears(2), found.most) == (True, False, 1)
    assert found.dead == (0,)


def test_one_big_reservation_refuses_the_cluster():
    """4-V11."""
    found = slots(hosts(HOSTS), guests([*GUESTS, (1000, 6 * GIB)]))
    assert found.slot == Slot(2000, 6 * GIB)
    assert found.per_host == (1, 1, 1)
    assert (found.left(1), found.ok, found.most) == (2, False, -1)


def test_the_percentage_policy():
    """4-V12: the same cluster keeps 70.8 % of CPU and 71.4 % of memory."""
    found = headroom(hosts(HOSTS), guests(GUESTS), 25)
    assert found.cpu == pytest.approx(17 / 24)
    assert found.mem == pytest.approx(15 / 21)
    assert found.ok
    assert headroom(hosts(HOSTS), guests([*GUESTS, (1000, 6 * GIB)]), 25).ok  # where slots refuse


def test_cpu_and_memory_are_asked_by_themselves():
    host = hosts([(1000, 1000)])
    assert headroom(host, guests([(750, 0)]), 25).ok  # the limit itself is enough
    assert not headroom(host, guests([(751, 0)]), 25).cpu_ok
    tight = headroom(host, guests([(0, 751)]), 25)
    assert (tight.cpu_ok, tight.mem_ok, tight.ok) == (True, False, False)


def test_a_machine_without_reservation_counts_for_32_mhz():
    """vSphere Availability 8.0, “Cluster Resources Percentage Admission Control”."""
    found = headroom(hosts([(320, 100)]), guests([(0, 0)] * 5), 50)
    assert (found.cpu, found.mem, found.ok) == (0.5, 1, True)
    assert not headroom(hosts([(320, 100)]), guests([(0, 0)] * 6), 50).ok


def test_a_slot_without_reservations():
    assert slot_of([Guest(id="a")]) == Slot(32, 0)
    assert slot_of([Guest(id="a", overhead=90)]) == Slot(32, 90)
    assert slots(hosts([(3200, 1)]), [Guest(id="a")], 0).per_host == (100,)  # no limit by memory


def test_the_hosts_with_most_slots_are_the_worst_to_lose():
    """Against all ways to lose so many hosts, for all small clusters."""
    for counts in product(range(4), repeat=3):
        found = slots(hosts([(32 * n + 1, 1) for n in counts]), [Guest(id="a")] * 3, 0)
        assert found.per_host == counts
        for f in range(4):
            kept = [sum(counts) - sum(dead) for dead in combinations(counts, f)]
            assert found.left(f) == min(kept)
            assert found.bears(f) == (min(kept) >= 3)


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Host(id="a", cpu_mhz=0, mem_mb=1), "cpu_mhz=0: choose more than 0"),
        (lambda: Guest(id="a", overhead=-1), "overhead=-1: choose 0 or more"),
        (lambda: slots([], []), "hosts=0: choose 1 or more"),
        (lambda: slots(hosts(HOSTS), [], 4), "failures=4: choose 0 to 3, the hosts there are"),
        (lambda: headroom(hosts(HOSTS), [], 101), "percent=101: choose 0 to 100"),
        (lambda: headroom([], []), "hosts=0: choose 1 or more"),
    ],
)
def test_a_bad_value_is_named_with_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
