"""Resize order, caches, and the same needs met by partitions and by LVM."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import cache, growth, resize
from coursekit.sims.volumes.cache import Cache, Request
from coursekit.sims.volumes.growth import Layout, Need, Volume
from coursekit.sims.volumes.resize import Layers, Step


def said(state):
    return " ".join(map(str, state.why))


# ------------------------------------------------------------------------- resize


def test_growing_goes_upwards_and_loses_nothing():
    now = resize.stack(1000, 700)
    steps = resize.grow_order(now, 2000)
    end = resize.tell(now, steps).states[-1]
    assert [step.layer for step in steps] == ["disk", "partition", "pv", "lv", "fs"]
    assert end.lost == 0
    assert end.layers == resize.stack(2000, 700)


def test_every_other_order_of_growing_is_refused():
    now = resize.stack(1000, 700)
    right = resize.grow_order(now, 2000)
    for order in permutations(right):
        if order == right:
            continue
        with pytest.raises(ParameterError, match="make it bigger first"):
            resize.tell(now, order)


def test_of_all_orders_of_shrinking_only_downwards_is_safe():
    """Quiz 3: every order of five steps either loses bytes or is refused, but one."""
    now = resize.stack(2000, 700)
    right = resize.shrink_order(now, 1000, down_to="disk")
    assert [step.layer for step in right] == ["fs", "lv", "pv", "partition", "disk"]
    safe, losing = [], 0
    for order in permutations(right):
        try:
            end = resize.tell(now, order).states[-1]
        except ParameterError:
            continue
        losing += end.lost > 0
        if not end.lost:
            safe.append(order)
    assert losing > 0
    for order in safe:  # an upper layer may only go before a lower one that it stands on
        assert order.index(right[0]) < order.index(right[1])
    assert right in safe
    assert all(order[0].layer == "fs" for order in safe)


def test_the_wrong_order_loses_what_lies_behind_the_new_end():
    now = resize.stack(2000, 700)
    states = resize.tell(now, [Step("lv", 1200), Step("lv", 2000)]).states
    assert [state.lost for state in states] == [0, 800, 800]
    assert "the last 800 lie behind the new end" in said(states[1])
    assert "does not come back" in said(states[2])


def test_a_smaller_partition_cuts_the_layers_above():
    now = resize.stack(2000, 700)
    state = resize.tell(now, [Step("partition", 1001)]).states[-1]
    assert state.lost == 1000
    assert resize.tell(now, [Step("disk", 1003)]).states[-1].lost == 1000
    assert resize.tell(now, [Step("disk", 3)]).states[-1].lost == 2000


def test_space_that_nothing_uses_may_go():
    roomy = Layers(disk=4096, partition=3000, pv=3000, lv=2000, fs=2000, used=5)
    end = resize.tell(roomy, [Step("pv", 2500), Step("partition", 2600), Step("disk", 3000)]).states[-1]  # fmt: skip
    assert end.lost == 0
    assert "no byte of the file system is lost" in said(end)


def test_steps_not_needed_are_left_out():
    roomy = Layers(disk=9000, partition=5000, pv=5000, lv=1000, fs=1000, used=5)
    assert resize.grow_order(roomy, 2000) == (Step("lv", 2000), Step("fs", 2000))
    assert resize.shrink_order(roomy, 500) == (Step("fs", 500), Step("lv", 500))


@given(st.lists(st.builds(Step, st.sampled_from(resize.LAYERS), st.integers(1, 3000)), max_size=12))
def test_whatever_is_done_lost_bytes_are_those_out_of_reach(steps):
    state = resize.tell(resize.stack(1000, 100)).states[0]
    for step in steps:
        try:
            after = resize.tell(state.layers, [step]).states[-1]
        except ParameterError:
            continue
        assert after.lost == (max(0, after.layers.fs - after.layers.reach) if step.to < state.layers.size(step.layer) else 0)  # fmt: skip
        state = after


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: resize.stack(0, 0), "fs=0"),
        (lambda: resize.stack(10, 20), "used=20: choose 0 to 10"),
        (lambda: resize.stack(10, 1, "fat"), "kind=fat: choose ext4 or xfs"),
        (lambda: resize.grow_order(resize.stack(10, 1), 10), "fs=10: choose more than 10"),
        (lambda: resize.shrink_order(resize.stack(10, 1), 10), "fs=10: choose 1 or more, less than 10"),
        (lambda: resize.tell(resize.stack(10, 1), [Step("vg", 5)]), "layer=vg: choose one of disk"),
        (lambda: resize.tell(resize.stack(10, 1), [Step("fs", 0)]), "to=0"),
        (lambda: resize.tell(resize.stack(99, 50), [Step("fs", 49)]), "to=49: the files take 50 MiB"),
        (lambda: resize.tell(resize.stack(99, 5, "xfs"), [Step("fs", 49)]), "XFS cannot be made smaller"),
        (lambda: resize.tell(resize.stack(99, 5), [Step("pv", 50)]), "to=50: pvresize refuses"),
        (lambda: resize.tell(resize.stack(99, 5), [Step("fs", 200)]), "to=200: the layer below has room for 100 MiB"),
    ],
)  # fmt: skip
def test_a_step_that_a_tool_refuses(call, says):
    with pytest.raises(ParameterError, match=says):
        call()


# -------------------------------------------------------------------------- cache


@pytest.mark.parametrize("hit, ms, times", [(0.5, 6.395, 1.98), (0.9, 1.359, 9.34), (0.99, 0.2259, 56.18)])  # fmt: skip
def test_mean_latency(hit, ms, times):
    """V9.10."""
    assert cache.mean_ms(hit, 0.1, 12.69) == pytest.approx(ms, rel=1e-9)
    assert cache.gain(hit, 0.1, 12.69) == pytest.approx(times, abs=5e-3)
    spent = (1 - hit) * 12.69 / (hit * 0.1 + (1 - hit) * 12.69)
    assert cache.miss_share(hit, 0.1, 12.69) == pytest.approx(spent)


REQUESTS = st.lists(st.builds(Request, st.integers(0, 9), st.booleans()), max_size=60)


@given(REQUESTS, st.integers(1, 6), st.sampled_from(["writethrough", "writeback"]))
def test_a_dead_cache_loses_exactly_what_the_slow_device_has_not(requests, blocks, mode):
    """Beside it the slow device as a plain dict, written at each acknowledgement or eviction."""
    done = cache.play(Cache(blocks=blocks, mode=mode), requests)
    newest, slow, held = {}, {}, []
    for at, request in enumerate(requests):
        assert done.hits[at] == (request.block in held)
        held = [b for b in held if b != request.block] + [request.block]
        if request.write:
            newest[request.block] = at
            if mode == "writethrough":
                slow[request.block] = at
        if len(held) > blocks:
            gone = held.pop(0)
            if gone in newest:
                slow[gone] = newest[gone]
    assert done.cached == tuple(held)
    assert done.lost == tuple(sorted(b for b in newest if slow.get(b) != newest[b]))
    assert mode == "writeback" or done.lost == ()


def test_times_and_sentences_of_both_modes():
    requests = [Request(1), Request(1), Request(1, write=True), Request(2)]
    slow = cache.play(Cache(blocks=1), requests)
    back = cache.play(Cache(blocks=1, mode="writeback"), requests)
    assert slow.ms == (12.69, 0.1, 12.69, 12.69)
    assert back.ms == (12.69, 0.1, 0.1, 12.69 + 12.69)
    assert slow.mean == pytest.approx(sum(slow.ms) / 4)
    assert cache.play(Cache(), []).mean == 0
    assert [str(each).split("is ")[-1] for each in back.why] == [
        "read from the slow device and kept.", "read from the cache.", "dirty.", "first written to the slow device.",
    ]  # fmt: skip
    assert str(slow.why[2]).endswith("the cache device may die.")


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Cache(blocks=0), "blocks=0"),
        (lambda: Cache(mode="fast"), "mode=fast: choose writethrough or writeback"),
        (lambda: Cache(fast_ms=20), "fast_ms=20"),
        (lambda: cache.mean_ms(1.1, 1, 1), "hit=1.1"),
    ],
)
def test_a_bad_cache_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()


# ------------------------------------------------------------------------- growth

VOLUMES = (Volume("/", 20), Volume("/var", 15), Volume("/home", 60), Volume("/srv/data", 120))


def layout(kind, volumes=VOLUMES, **more):
    return Layout(kind=kind, volumes=volumes, **more)


def test_the_same_needs_played_twice():
    """Operations, downtime and bytes moved for both; LVM moves nothing while extents are free."""
    static, lvm = (growth.play(layout(kind), months=36) for kind in ("static", "lvm"))
    assert [(e.month, e.path) for e in static.events] == [(e.month, e.path) for e in lvm.events]
    assert growth.first_full(layout("lvm")) == (7, "/var")
    first, same = static.events[0], lvm.events[0]
    assert (first.month, first.path, first.how) == (7, "/var", "move")
    assert first.moved_gb == 60 + 120  # /home and /srv/data lie between /var and the free space
    assert first.downtime_s == 2 * 180 * 1000 / 100 == 3600
    assert first.operations == 2 + 3 * 2
    assert (same.how, same.operations, same.downtime_s, same.moved_gb) == ("grow", 1, 0, 0)
    assert lvm.downtime_s == lvm.moved_gb == 0
    assert lvm.operations == len(lvm.events) < static.operations


def test_free_space_right_behind_needs_no_move():
    event = next(e for e in growth.play(layout("static")).events if e.path == "/srv/data")
    assert (event.how, event.operations, event.moved_gb) == ("grow", 2, 0)


def test_moving_a_partition():
    assert growth.move_seconds(100, 200) == 1000


@given(
    st.sampled_from(["static", "lvm"]),
    st.lists(st.integers(5, 60), min_size=4, max_size=4),
    st.lists(st.floats(0, 6), min_size=4, max_size=4),
    st.integers(0, 100),
)
def test_what_is_given_out_never_exceeds_the_disk(kind, sizes, rates, free):
    volumes = tuple(Volume(v.path, float(gb)) for v, gb in zip(VOLUMES, sizes, strict=True))
    needs = tuple(Need(v.path, 4.0, rate) for v, rate in zip(VOLUMES, rates, strict=True))
    disk = float(sum(sizes) + free)
    played = growth.play(layout(kind, volumes, disk_gb=disk), needs, months=40)

    assert sum(v.gb for v in played.volumes) <= disk + 1e-6
    last = (played.stopped or 41) - 1
    for volume in played.volumes:
        assert volume.gb >= growth.used_gb(volume.path, volumes, needs, last) - 1e-6
    months = [event.month for event in played.events]
    assert months == sorted(months)
    fills = growth.first_full(layout(kind, volumes, disk_gb=disk), needs)[0]
    assert (months[0] if months else 41) == min(41, max(fills, 1))
    if played.stopped:
        assert played.events[-1].how == "full"
        assert played.stopped <= growth.pooled_full(disk, needs) or kind == "static"


def test_the_first_month_is_the_one_a_count_finds():
    rng = np.random.default_rng(1)
    for _case in range(100):
        gb, start, rate = float(rng.integers(5, 50)), float(rng.integers(0, 5)), float(rng.integers(1, 9)) / 4  # fmt: skip
        found = growth.first_full(Layout(volumes=(Volume("/", gb),)), (Need("/", start, rate),))[0]
        assert found == next(m for m in range(1000) if start + rate * m > gb)


def test_a_full_disk_takes_from_who_can_spare():
    volumes = (Volume("/", 20), Volume("/var", 15), Volume("/home", 400))
    needs = (Need("/", 10, 0), Need("/var", 14, 1), Need("/home", 40, 1))
    for kind in ("static", "lvm"):
        event = growth.play(layout(kind, volumes, disk_gb=435), needs, months=4).events[0]
        assert event.how == "take"
        assert event.more_gb == 7
        assert "from /home" in str(event.why)
    static, lvm = (growth.play(layout(k, volumes, disk_gb=435), needs, months=4) for k in ("static", "lvm"))  # fmt: skip
    assert static.moved_gb == pytest.approx(lvm.moved_gb + 400 - 7)


def test_a_score_is_the_share_of_the_months_the_disk_allows():
    assert growth.pooled_full(500) == 46  # (500 - 108) / 8.7 = 45.06
    assert growth.score(layout("static")) == pytest.approx(7 / 46)
    assert growth.score(layout("lvm")) == 1
    tight = (Volume("/", 20), Volume("/var", 15), Volume("/home", 60), Volume("/srv/data", 405))
    assert growth.score(layout("lvm", tight)) == pytest.approx(7 / 46)  # no extent is free
    assert growth.score(layout("lvm", disk_gb=215), (Need("/", 300, 1),)) == 0
    assert growth.first_full(layout("lvm"), (Need("/", 1, 0),))[0] == growth.NEVER


def test_a_directory_without_a_volume_lives_in_the_one_above():
    volumes = (Volume("/", 50), Volume("/var", 50))
    needs = (Need("/", 1, 0), Need("/var/log", 2, 1), Need("/variety", 4, 0), Need("/home", 8, 0))
    assert growth.used_gb("/", volumes, needs, 3) == 1 + 4 + 8
    assert growth.used_gb("/var", volumes, needs, 3) == 2 + 3


def test_what_is_said_of_a_layout():
    one = [str(each) for each in growth.judge(layout("lvm", (Volume("/", 500.0),)))]
    assert one[0] == "If nobody acts, / is the first to fill: month 46."
    assert one[1] == "/var has no volume of its own: when it grows, it fills /, and the system stops."  # fmt: skip
    assert "No extent is kept free" in one[4]
    assert one[-1].endswith("this is no backup.")
    good = growth.judge(layout("lvm"), (Need("/", 1, 0),))
    assert str(good[0]) == "Nothing fills in a hundred years."
    assert len(good) == 2


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Need("var", 1, 1), "path=var: begin it with /"),
        (lambda: Need("/var", -1, 1), "gb=-1"),
        (lambda: Need("/var", 1, -1), "gb_month=-1"),
        (lambda: Volume("var", 1), "path=var"),
        (lambda: Volume("/", 0), "gb=0"),
        (lambda: layout("zfs"), "kind=zfs: choose static or lvm"),
        (lambda: layout("lvm", (Volume("/var", 1),)), "volumes=/var: / must be one of them"),
        (lambda: layout("lvm", (Volume("/", 1), Volume("/", 1))), "each mount point once"),
        (lambda: layout("lvm", disk_gb=100), "volumes=215 GB: the disk has 100"),
        (lambda: layout("lvm", ahead=0), "ahead=0"),
        (lambda: layout("lvm", mb_s=0), "mb_s=0"),
        (lambda: growth.play(layout("lvm"), months=0), "months=0"),
        (lambda: growth.move_seconds(1, 0), "speed=0"),
    ],
)
def test_a_bad_layout_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
