"""Memory of a control group: reclaim, slowing, kills."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.containers import memory
from coursekit.sims.containers.memory import Deed, Limits, Process, high_delay, score, tell, trace
from coursekit.sims.message import ParameterError

P1, P2 = Process(1, "p1", 60), Process(2, "p2", 30, 500)


def after(limits, processes, *deeds, cache=0.0):
    return tell(limits, processes, [Deed(*each) for each in deeds], cache).states[-1]


def mem(state):
    return {each.name: each.mem for each in state.alive}


def test_the_highest_score_dies_not_the_one_that_asks():
    """6-V14."""
    limits = Limits(max=100)
    assert (score(P1, limits), score(P2, limits)) == (600, 800)
    told = tell(limits, [P1, P2], [Deed("ask", "p1", 20)])
    state = told.states[-1]

    assert mem(state) == {"p1": 80}
    assert [kill.victim.name for kill in state.kills] == ["p2"]
    assert state.kills[0].scores == (("p1", 600), ("p2", 800))
    assert trace(told) == [{"t": 1, "kind": "oom", "pid": 2, "score": 800}]
    assert [str(each) for each in state.why] == [
        "p1 asks for 20 MiB.",
        "Nothing is left to reclaim below memory.max (100): the kernel kills p2, whose score is the highest, 800.",
        f"Exit code {memory.KILLED}: 128 + 9, SIGKILL.",
        "Used: 80 MiB of 100: it is given at once.",
    ]


def test_without_the_adjustment_the_biggest_dies_and_gets_nothing():
    state = after(Limits(max=100), [P1, Process(2, "p2", 30)], ("ask", "p1", 20))
    assert mem(state) == {"p2": 30}
    assert state.usage == 30


def test_equal_scores_kill_the_lowest_pid():
    same = [Process(9, "b", 50), Process(4, "a", 50)]
    assert mem(after(Limits(max=100), same, ("ask", "b", 1))) == {"b": 51}


def test_the_whole_group_dies_when_it_is_asked_for():
    state = after(Limits(max=100, group=True), [P1, P2], ("ask", "p1", 20))
    assert not state.alive
    assert len(state.kills) == 2
    assert "With memory.oom.group all" in str(state.why[2])
    spared = after(Limits(max=100, group=True), [P1, Process(2, "p2", 30, -1000)], ("ask", "p1", 20))  # fmt: skip
    assert mem(spared) == {"p2": 30}


def test_a_process_that_may_not_be_killed_waits():
    state = after(Limits(max=100), [Process(1, "a", 90, -1000)], ("ask", "a", 20))
    assert state.refused
    assert mem(state) == {"a": 90}
    assert str(state.why[-1]).endswith("nobody may be killed: a waits.")


def test_the_cache_goes_before_anybody_dies():
    state = after(Limits(max=100), [P1], ("read", "", 35), ("ask", "p1", 20))
    assert (mem(state), state.cache, state.reclaimed, state.kills) == ({"p1": 80}, 20, 15, ())
    full = after(Limits(max=100), [P1], ("read", "", 500))
    assert (full.cache, full.reclaimed, full.kills) == (40, 460, ())
    assert str(full.why[1]).endswith("(460 MiB). Nobody is killed for it.")


def test_above_high_nobody_dies_but_whoever_asks_waits():
    state = after(Limits(max=200, high=100), [P1], ("read", "", 30), ("ask", "p1", 50))
    assert (state.cache, mem(state), state.kills) == (0, {"p1": 110}, ())
    assert state.delay > 0
    assert "nobody is killed, but p1 is held up for" in str(state.why[-1])
    assert after(Limits(max=200, high=100), [P1], ("read", "", 90)).cache == 40


@pytest.mark.parametrize(
    "usage, ms", [(100, 0), (101, 6), (102, 25), (103, 57), (104, 102), (105, 159), (106, 230), (107, 313), (110, 639), (118, 2000)]
)  # fmt: skip
def test_the_delay_is_the_kernels(usage, ms):
    """The table in mm/memcontrol.c, for memory.high of 100 MiB and a batch of 64 pages."""
    assert high_delay(usage, 100) * 1000 == pytest.approx(ms, abs=1.5)


def test_a_long_way_above_high_takes_all_its_batches():
    """1 MiB is 4 batches of 64 pages: waits at 100.25, 100.5, 100.75, 101."""
    state = after(Limits(max=200, high=100), [Process(1, "a", 100)], ("ask", "a", 1))
    assert state.delay == pytest.approx(sum(64 * (x / 100) ** 2 for x in (0.25, 0.5, 0.75, 1)))
    half = after(Limits(max=200, high=100), [Process(1, "a", 100)], ("ask", "a", 0.125))
    assert half.delay == pytest.approx(64 * 0.00125**2 / 2)


DEEDS = st.lists(
    st.builds(
        Deed, st.sampled_from(["ask", "read", "free"]), st.sampled_from("abc"), st.integers(1, 70)
    ),
    max_size=12,
)


@given(DEEDS, st.booleans(), st.none() | st.integers(20, 150), st.integers(-1000, 1000))
def test_what_the_group_uses_never_exceeds_its_limit(deeds, group, high, adj):
    limits = Limits(max=100, high=high, group=group)
    processes = [Process(n, name, 20, adj if name == "c" else 0) for n, name in enumerate("abc", 1)]
    states = [tell(limits, processes).states[0]]
    for deed in deeds:
        try:
            told = tell(limits, processes, [*(each.deed for each in states[1:]), deed])
        except ParameterError:
            continue  # it is dead, or has less than it would give back
        states = list(told.states)
    for before, state in pairwise(states):
        assert state.cache >= 0
        assert state.usage <= limits.max
        if state.kills and not group:
            assert state.kills[0].score == max(s for n, s in state.kills[0].scores if (n, adj) != ("c", -1000))  # fmt: skip
        dead = {each.name for each in before.alive} - {each.name for each in state.alive}
        assert dead == {kill.victim.name for kill in state.kills}
        assert not (dead and state.deed.kind != "ask")
    if group:
        assert all(len(state.alive) in (0, 3) for state in states) or adj == -1000


def test_memory_given_back_can_be_asked_for_again():
    state = after(Limits(max=100), [P1], ("free", "p1", 40), ("ask", "p1", 70))
    assert mem(state) == {"p1": 90}


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Limits(max=0), "max=0: choose more than 0"),
        (lambda: Limits(high=0), "high=0: choose more than 0"),
        (lambda: Process(1, "a", 5, 1001), "oom_score_adj=1001: choose -1000 to 1000"),
        (lambda: Process(1, "a", -5), "a=-5: choose 0 or more"),
        (lambda: Deed("jump", "a", 1), "deed=jump: choose one of ask, read, free"),
        (lambda: Deed("ask", "a", 0), "size=0: choose more than 0"),
        (lambda: tell(Limits(max=50), [P1]), "usage=60: more than the 50 of memory.max"),
        (lambda: after(Limits(), [P1], ("ask", "p9", 1)), "process=p9: not running; choose one of p1"),
        (lambda: after(Limits(), [P1], ("free", "p1", 61)), "size=61: p1 has 60 MiB"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
