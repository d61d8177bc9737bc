"""The reconcile loop: the vectors, the victims' order, and that it heals whatever was done."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.kubernetes.reconcile import (
    Deed,
    Pod,
    State,
    active,
    difference,
    step,
    tell,
    victims,
)
from coursekit.sims.message import ParameterError

NODES = ("a", "b", "c")


def running(count, **values):
    return tuple(Pod(name=f"p{i}", node=NODES[i % 3], born=i, **values) for i in range(count))


def turn(state):
    """One whole turn of the loop."""
    for _ in range(4):
        state = step(state).state
    return state


@pytest.mark.parametrize(
    "pods, unreachable, diff",
    [
        ((*running(2), Pod(name="t", node="c", phase="Terminating")), (), 1),
        (running(5), (), -2),
        (running(3), ("a",), 0),
        ((*running(2), Pod(name="f", phase="Failed")), (), 1),
    ],
)
def test_7_v19_what_the_loop_does(pods, unreachable, diff):
    assert difference(3, pods) == diff
    after = turn(State(3, pods, NODES, unreachable=unreachable))
    assert len(active(after.pods)) == 3
    assert len(after.pods) == len(pods) + max(diff, 0)
    ended = sum(p.phase == "Terminating" for p in after.pods) - sum(p.phase == "Terminating" for p in pods)  # fmt: skip
    assert ended == max(-diff, 0)


def test_who_goes_first():
    pods = [
        Pod(name="old", node="a", born=1), Pod(name="new", node="b", born=9),
        Pod(name="crowded1", node="c", born=2), Pod(name="crowded2", node="c", born=3),
        Pod(name="cheap", node="a", cost=-5, born=1), Pod(name="unready", node="b", ready=False),
        Pod(name="pending", node="b", phase="Pending", ready=False),
        Pod(name="unassigned", phase="Pending", ready=False),
        Pod(name="gone", node="a", phase="Terminating"),
    ]  # fmt: skip
    assert [p.name for p in victims(pods, 99)] == [
        "unassigned", "pending", "unready", "cheap", "new", "crowded2", "crowded1", "old",
    ]  # fmt: skip


def test_a_crowded_node_gives_before_others():
    pods = [Pod(name="x", node="a", born=9), Pod(name="y", node="b"), Pod(name="z", node="b")]
    assert [p.name for p in victims(pods, 1)] == ["y"]


def test_the_loop_can_be_stopped_at_any_step_and_what_it_read_may_be_old():
    deeds = [Deed("step"), Deed("step"), Deed("delete", "p0"), Deed("step"), Deed("step")]
    told = tell(State(3, running(3), NODES), deeds)
    assert [s.state.at for s in told.states] == ["read", "diff", "act", "act", "requeue", "read"]
    assert len(active(told.states[-1].state.pods)) == 2  # it acted on what it had read
    assert len(active(turn(told.states[-1].state).pods)) == 3  # and the next turn mends it


def test_a_dead_node_costs_nothing_for_300_s_and_then_is_made_up_for():
    told = tell(State(3, running(3), NODES), [Deed("kill_node", "a"), *[Deed("step")] * 4])
    last = told.states[-1].state
    assert last.pods == (replace(running(3)[0], ready=False), *running(3)[1:])
    later = tell(last, [Deed("time"), *[Deed("step")] * 4, Deed("time")]).states[-1].state
    assert [p.phase for p in later.pods] == ["Terminating", "Running", "Running", "Running"]
    assert all(p.node in ("b", "c") for p in active(later.pods))


def test_a_node_that_is_back_in_time_has_its_pods_ready():
    told = tell(State(3, running(3), NODES), [Deed("kill_node", "a"), Deed("back", "a")])
    assert told.states[-1].state.pods == running(3)


def test_a_pod_made_by_hand_is_adopted_and_one_has_to_go():
    told = tell(State(3, running(3), NODES), [Deed("add", "mine"), *[Deed("step")] * 4])
    last = {p.name: p.phase for p in told.states[-1].state.pods}
    assert last["mine"] == "Terminating"


DEEDS = st.one_of(
    st.just(Deed("step")), st.just(Deed("time")),
    st.integers(0, 6).map(lambda n: Deed("scale", count=n)),
    st.sampled_from(NODES).map(lambda node: Deed("kill_node", node)),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(DEEDS, max_size=25))
def test_whatever_was_done_the_loop_heals_it_and_then_rests(deeds):
    """Level-triggered: from any state, turns and time bring the wish, and one more changes nothing."""
    state = tell(State(3, running(3), NODES), deeds).states[-1].state
    for _ in range(3):
        state = tell(replace(state, at="read"), [*[Deed("step")] * 4, Deed("time")]).states[-1].state  # fmt: skip
    assert len(active(state.pods)) == state.desired
    again = turn(state)
    assert again.pods == state.pods


def test_every_pod_name_is_used_once():
    state = State(2, (), NODES)
    names = set()
    for _ in range(6):
        state = turn(state)
        new = {p.name for p in active(state.pods)}
        assert not names & new
        names |= new
        state = tell(state, [Deed("delete", p) for p in sorted(new)]).states[-1].state


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Deed("dance"), "deed=dance: choose one of step, delete"),
        (lambda: Deed("scale", count=-1), "count=-1: choose 0 or more"),
        (lambda: Pod(name="p", phase="Gone"), "phase=Gone: choose one of Pending"),
        (lambda: tell(State(-1, (), NODES), []), "desired=-1: choose 0 or more"),
        (lambda: tell(State(1, running(1) * 2, NODES), []), "pod=p0: the name is taken"),
        (lambda: tell(State(1, running(1), ("z",)), []), "node=a: choose one of z"),
        (lambda: tell(State(1, running(1), NODES), [Deed("delete", "q")]), "pod=q: choose one of p0"),
        (lambda: tell(State(1, running(1), NODES), [Deed("kill_node", "q")]), "node=q: choose one of a, b, c"),
        (lambda: tell(State(1, running(1), NODES), [Deed("back", "a")]), "node=a: choose one of -"),
        (lambda: tell(State(1, running(1), NODES), [Deed("add", "p0")]), "pod=p0: the name is taken"),
        (lambda: tell(State(1, running(1), NODES), [Deed("add")]), "name='': choose a name"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
