"""Memory: minFree and states, damage, page sharing, and the pressure game."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.hypervisors import samepage
from coursekit.sims.hypervisors.memory import (
    STATES,
    Pages,
    edge,
    hot_lost,
    min_free,
    slowdown,
    state_of,
    tools,
)
from coursekit.sims.hypervisors.pressure import Guest, Held, Pressure, play
from coursekit.sims.message import ParameterError

GIB = 1024


@pytest.mark.parametrize(
    "gib, mib", [(28, 899), (64, 1267.64), (100, 1636.28), (128, 1923), (256, 3233.72)]
)
def test_min_free(gib, mib):
    """4-V13."""
    assert min_free(gib) == pytest.approx(mib)


def test_the_edges_of_128_gib():
    assert [edge(128, p) for p in (64, 32, 16)] == pytest.approx([1230.72, 615.36, 307.68])


@pytest.mark.parametrize(
    "percent, state, may",
    [
        (401, "high", set()), (399, "clear", {"break_large"}),
        (101, "clear", {"break_large"}), (99, "clear", {"break_large", "share"}),
        (65, "clear", {"break_large", "share"}), (63, "soft", {"break_large", "share", "balloon"}),
        (31, "hard", {"break_large", "share", "compress", "swap"}),
        (15, "low", {"break_large", "compress", "swap", "block"}), (-5, "low", {"break_large", "compress", "swap", "block"}),
    ],
)  # fmt: skip
def test_states_and_their_tools(percent, state, may):
    free = edge(128, percent)
    assert state_of(128, free) == state
    assert set(tools(128, free)) == may


@pytest.mark.parametrize(
    "percent, state", [(400, "high"), (64, "clear"), (32, "soft"), (16, "hard")]
)
def test_on_an_edge_it_is_the_better_state(percent, state):
    assert state_of(128, edge(128, percent)) == state


@pytest.mark.parametrize(
    "reclaimed, balloon, swap", [(500, 1, 501), (800, 334.333, 801)]
)  # fmt: skip
def test_damage(reclaimed, balloon, swap):
    """4-V18."""
    pages = Pages(count=1000, hot=0.3)
    assert slowdown(pages, balloon=reclaimed) == pytest.approx(balloon, abs=1e-3)
    assert slowdown(pages, swap=reclaimed) == pytest.approx(swap, abs=1e-3)


@given(hot=st.floats(0.01, 1), taken=st.floats(0, 1), part=st.floats(0, 1))
def test_a_guest_that_chooses_never_loses_more(hot, taken, part):
    pages = Pages(count=1000, hot=hot)
    balloon = 1000 * taken * part
    swap = 1000 * taken - balloon
    mixed = sum(hot_lost(pages, balloon=balloon, swap=swap))
    assert sum(hot_lost(pages, balloon=1000 * taken)) <= mixed + 1e-6
    assert mixed <= 1000 * taken * hot + 1e-6
    assert mixed <= 1000 * hot + 1e-6


def test_a_scan_at_the_defaults():
    """4-V19."""
    assert samepage.pace() == 5000
    assert samepage.scan_seconds(8 * 4 * 2**30) == pytest.approx(1677.72, abs=0.01)


contents = st.lists(st.integers(0, 4), min_size=1, max_size=12)
writes = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 4), st.booleans()), max_size=20)


@given(contents=contents, writes=writes)
def test_sharing_is_never_seen_by_a_guest(contents, writes):
    """Pages that stand on one real page hold the same; a write changes one guest page only."""
    memory, plain = samepage.start(contents), list(contents)
    for place, content, scan in writes:
        page = place % len(plain)
        before = memory.sharing
        memory, copied = samepage.write(memory, page, content)
        plain[page] = content
        assert memory.sharing == before - copied
        memory = samepage.merge(memory) if scan else memory
        assert list(memory.contents) == plain
        behind = set(zip(memory.real, plain, strict=True))
        assert len(behind) == len(set(memory.real))
    merged = samepage.merge(memory)
    assert len(set(merged.real)) == len(set(plain))
    assert merged.saved == (len(plain) - len(set(plain))) * 4096
    assert merged.shared == sum(plain.count(value) > 1 for value in set(plain))


GUESTS = tuple(Guest(id=f"vm{i}", mem=24 * GIB) for i in range(8))  # 192 GiB on a host of 128


def test_enough_memory_is_left_alone():
    few = Pressure(guests=GUESTS[:4])
    assert {(t.found, t.state, t.taken) for t in play(few)} == {("high", "high", ())}
    assert {held.slowdown for t in play(few) for held in t.held} == {1}


def test_slow_growth_is_met_by_balloons_and_fast_growth_by_swap():
    """At the same end: guests half over what the host has; who grows slowly suffers less."""
    slow = play(Pressure(guests=GUESTS, growth=0.002, ticks=150))
    fast = play(Pressure(guests=GUESTS, growth=0.3, ticks=1))
    assert slow[-1].held[0].filled == pytest.approx(fast[-1].held[0].filled)
    assert not any(tool == "swap" for tick in slow for tool, _mib in tick.taken)
    assert [tool for tool, _mib in fast[-1].taken][:2] == ["compress", "swap"]
    assert slow[-1].held[0].balloon > 0 and slow[-1].held[0].swap == 0
    assert slow[-1].held[0].slowdown == 1
    assert fast[-1].held[0].slowdown > 100


pressures = st.builds(
    Pressure,
    guests=st.lists(
        st.builds(
            Guest, id=st.just("vm"), mem=st.floats(1000, 60_000), hot=st.floats(0.05, 1),
            alike=st.floats(0, 0.5),
        ),
        min_size=1, max_size=6,
    ).map(tuple),
    host_gib=st.floats(16, 128), filled=st.floats(0.05, 1), growth=st.floats(0, 0.5),
    ticks=st.just(6),
)  # fmt: skip


@given(pressure=pressures)
def test_laws_of_the_game(pressure):
    for tick in play(pressure):
        assert tick.free == pytest.approx(pressure.host_gib * GIB - sum(h.real for h in tick.held))
        assert STATES.index(tick.state) <= STATES.index(tick.found)
        for held in tick.held:
            assert min(held.share, held.balloon, held.compress, held.swap) >= 0
            assert held.balloon <= 0.65 * held.guest.mem + 1e-6
            assert held.compress <= 0.1 * held.guest.mem + 1e-6
            assert held.share + held.balloon + held.compress + held.swap <= held.filled + 1e-6
            assert held.slowdown >= 1
        assert tick.taken == () or tick.found != "high"
        assert all(str(why) for why in tick.why)


def test_what_a_guest_occupies():
    held = Held(GUESTS[0], filled=1000, share=100, balloon=200, compress=100, swap=50)
    assert held.real == 1000 - 100 - 200 - 50 - 50


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: min_free(0), "host_gib=0: choose more than 0"),
        (lambda: Pages(count=0, hot=0.5), "count=0: choose more than 0"),
        (lambda: Pages(count=1, hot=0), "hot=0: more than 0 and at most 1"),
        (lambda: slowdown(Pages(count=1, hot=1), swap=2), "reclaimed=2.0: at most the 1 pages"),
        (lambda: slowdown(Pages(count=1, hot=1), swap=-1), "swap=-1: choose 0 or more"),
        (lambda: samepage.pace(0), "pages_to_scan=0: choose more than 0"),
        (lambda: samepage.write(samepage.start("ab"), 2, "c"), "page=2: choose 0 to 1"),
        (lambda: Guest(id="a", mem=0), "mem=0: choose more than 0"),
        (lambda: Guest(id="a", mem=1, alike=1), "alike=1: 0 or more and less than 1"),
        (lambda: Pressure(guests=()), "guests=0: choose 1 or more"),
        (lambda: Pressure(guests=GUESTS, filled=0), "filled=0: more than 0 and at most 1"),
        (lambda: Pressure(guests=GUESTS, growth=2), "growth=2: choose 0 to 1"),
    ],
)
def test_a_bad_value_is_named_with_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
