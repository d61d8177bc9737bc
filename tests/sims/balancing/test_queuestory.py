"""The trace told event by event: nothing is added, nothing lost, and the reasons are true."""

import numpy as np
import pytest

from coursekit.sims.balancing.load import LAWS, Draws, Load, draw
from coursekit.sims.balancing.queues import serve, two_drawn
from coursekit.sims.balancing.queuestory import TOLD, compare, tell
from coursekit.sims.message import ParameterError

SPEEDS = [(1.0,), (1.0,) * 4, (0.25, 1.0, 1.0)]


def cases():
    for policy in TOLD:
        for speeds in SPEEDS:
            if policy != "shared" or len(set(speeds)) == 1:
                weights = tuple(int(4 * speed) for speed in speeds)
                yield Load(policy=policy, speeds=speeds, weights=weights, load=0.95, report_every=1.5)  # fmt: skip


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("load", list(cases()), ids=lambda load: f"{load.policy}-{load.speeds}")
def test_the_story_is_the_simulation(load, law):
    draws = draw(60, 4, law)
    told, served = tell(load, draws), serve(load, draws)

    assert [state.t for state in told.states] == sorted(state.t for state in told.states)
    assert len(told.states) == 120
    assert not told.states[-1].inside
    begun = {}
    for state in told.states:
        for line in state.lines:
            if line:
                begun.setdefault(line[0], state.t)
    starts = served.arrival + served.wait
    assert [begun[k] for k in range(60)] == pytest.approx(starts.tolist(), abs=1e-9)
    assert told.trace.mean_response == pytest.approx(served.response.mean())
    assert told.trace.mean_wait == pytest.approx(served.wait.mean())


@pytest.mark.parametrize("load", list(cases()), ids=lambda load: f"{load.policy}-{load.speeds}")
def test_the_balancer_saw_what_is_told(load):
    """Each informed policy again, by its rule, from the state before."""
    draws = draw(60, 9)
    told, first, second = tell(load, draws), *two_drawn(draws, len(load.speeds))
    before = [0] * len(load.speeds)
    for state in told.states:
        if state.kind == "arrive":
            best = {
                "p2c": min(first[state.request], second[state.request], key=lambda s: (before[s], s != first[state.request])),
                "least_conn": min(range(len(before)), key=lambda s: before[s] / load.weights[s]),
                "cpu": min(range(len(before)), key=lambda s: state.reported[s] / load.speeds[s]),
            }.get(load.policy, state.server)  # fmt: skip
            assert state.server == best
            assert set(state.idle) <= {s for s, n in enumerate(before) if n == 0}
            assert not state.idle or before[state.server]
        before = [len(line) for line in state.lines]


def test_equal_jobs_in_turn_never_wait_in_vain():
    """The chapter's prediction: turns are then one common line."""
    draws = draw(400, 2, "det")
    turns = tell(Load(policy="rr", load=0.9), draws)
    shared = tell(Load(policy="shared", load=0.9), draws)
    assert turns.in_vain == shared.in_vain == 0
    assert turns.trace.mean_response == pytest.approx(shared.trace.mean_response)
    for policy in ("random", "p2c", "cpu"):
        assert tell(Load(policy=policy, load=0.9), draws).in_vain > 0
    assert tell(Load(policy="rr", load=0.9), draw(400, 2)).in_vain > 0


def test_by_hand():
    """3-V15: the long job blocks a, and turns do not see it."""
    draws = Draws(np.diff(range(6), prepend=0.0).astype(float), np.array([4.0, 1, 1, 1, 1, 1]), np.zeros((2, 6)))  # fmt: skip
    told = tell(Load(policy="rr", speeds=(1.0, 1.0), load=0.5), draws)
    third = next(s for s in told.states if s.kind == "arrive" and s.request == 2)
    assert third.lines == ((0, 2), ())
    assert third.idle == (1,)
    assert third.waiting == 1
    assert [str(each) for each in third.why] == [
        "Request 3 comes: it is the turn of a.",
        "It waits behind 1. Idle meanwhile: b.",
    ]
    assert told.in_vain == 2
    assert told.longest == 1
    left = next(s for s in told.states if s.kind == "leave" and s.request == 0)
    assert [str(each) for each in left.why] == [
        "Request 1 leaves a after 4.00 s, of which it waited 0.00 s.",
        "Request 3 is next there.",
    ]


def test_all_policies_meet_the_same_luck():
    load, draws = Load(load=0.9), draw(200, 3)
    means = compare(load, draws)
    assert set(means) == set(TOLD)
    assert means["swrr"] == means["rr"]
    assert means["shared"] < means["least_conn"] < means["random"]
    assert "shared" not in compare(Load(speeds=(1.0, 0.25)), draws)


def test_only_what_can_be_told_is_told():
    with pytest.raises(ParameterError, match="policy=nq: choose one of rr, swrr"):
        tell(Load(policy="nq"), draw(5))
