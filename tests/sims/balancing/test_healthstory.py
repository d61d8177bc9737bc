"""An accident told: nothing is lost in the telling, and recovery follows its rules."""

from itertools import product
from math import inf

import numpy as np
import pytest

from coursekit.sims.balancing.failing import Crash, fail
from coursekit.sims.balancing.health import Checks, checked, slow_start, watch
from coursekit.sims.balancing.healthstory import tell
from coursekit.sims.balancing.load import draw
from coursekit.sims.message import ParameterError

CASES = [
    Crash(policy=policy, retry=retry, drain=drain, repair=15.0, slow_start=slow, at=at)
    for policy, retry, drain, slow, at in product(
        ("rr", "least_conn"), (False, True), (False, True), (0, 20), (30.0, 31.3)
    )
]


@pytest.mark.parametrize("crash", CASES, ids=lambda c: f"{c.policy}-{c.retry}-{c.drain}-{c.slow_start}-{c.at}")  # fmt: skip
@pytest.mark.parametrize("seed", [1, 5])
def test_the_story_counts_what_the_simulation_lost(crash, seed):
    told = tell(crash, seed)
    first, last = told.states[0], told.states[-1]

    assert (first.kind, last.kind) == ("begin", "end")
    assert last.lost == told.outcome.lost
    assert last.retried == told.outcome.retried
    assert [state.t for state in told.states] == sorted(state.t for state in told.states)
    assert (last.works, last.sent, last.weight) == (True, True, 16)
    kinds = [state.kind for state in told.states]
    assert kinds.count("lost") == last.sent_lost
    assert ("down" in kinds) == (not crash.drain)
    assert ("slow" in kinds) == (bool(crash.slow_start) and not crash.drain)
    assert not any(state.inside for state in told.states if not state.works)
    accident = "drain" if crash.drain else "crash"
    assert told.states[kinds.index(accident)].t == crash.at
    if crash.drain:
        assert kinds.index("drain") < kinds.index("empty") < kinds.index("up")
        assert told.states[kinds.index("empty")].inside == 0


def test_nothing_is_sent_while_it_is_out_and_something_after():
    told = tell(Crash(repair=15.0, slow_start=0), 2)
    sent = [e.t for e in told.outcome.events if e.kind == "sent" and e.server == 0]
    assert not [t for t in sent if told.outcome.down_at < t < told.outcome.up_at]
    assert [t for t in sent if t > told.outcome.up_at]


def test_it_returns_with_an_empty_line():
    """What it had is lost, and so is the time that it would have taken."""
    found = 0
    for seed in range(20):
        draws = draw(200, seed)
        outcome = fail(Crash(servers=2, load=0.95, at=30.5, repair=0.5), draws)
        after = [e for e in outcome.events if e.t > 31 and e.server == 0]
        first = next(e for e in after if e.kind == "sent")
        done = next(e.t for e in after if e.kind == "done" and e.request == first.request)
        found += any(e.kind == "lost" and e.t == 30.5 for e in outcome.events)
        assert done - first.t == pytest.approx(draws.sizes[first.request])
    assert found > 10, "most crashes hit a line"


def test_it_comes_back_by_the_checks():
    """Dead from 30 to 45, checks every 2 s: out at 34, back at 48 with the second success."""
    told = tell(Crash(repair=15.0), 1)
    assert (told.outcome.down_at, told.outcome.up_at) == (34, 48)
    known = [(c.known, c.change) for c in told.checks if c.change]
    assert known == [(34, "down"), (48, "up")]
    assert [c.bad for c in told.checks if 30 <= c.known <= 34] == [1, 2, 3]


def test_a_short_death_is_never_noticed():
    told = tell(Crash(at=30.5, repair=3.0), 3)
    assert told.outcome.down_at == told.outcome.up_at == inf
    assert told.unnoticed == 3
    assert "before the checks" in " ".join(str(w) for s in told.states for w in s.why)


@pytest.mark.parametrize("policy, among", [("rr", 4), ("least_conn", 1)])
def test_the_expected_loss_is_the_mean_of_many(policy, among):
    """λ/n · detection in turns; nearly λ · detection when the dead looks the least busy."""
    lost, expected = [], []
    for seed in range(40):
        told = tell(Crash(policy=policy, at=30 + seed / 20, repair=15.0), seed)
        lost.append(told.states[-1].sent_lost)
        expected.append(told.expected)
        assert told.expected == pytest.approx(2.4 / among * told.unnoticed)
    assert np.mean(lost) == pytest.approx(np.mean(expected), rel=0.2)


@pytest.mark.parametrize("policy", ["rr", "least_conn"])
def test_slow_start_spares_the_one_that_returns(policy):
    def early(slow):
        """Requests given to it in the first ten seconds after its return."""
        crash = Crash(policy=policy, load=0.8, repair=15.0, slow_start=slow)
        total = 0
        for seed in range(10):
            outcome = fail(crash, draw(400, seed))
            since = outcome.up_at
            total += sum(e.kind == "sent" and e.server == 0 and since <= e.t < since + 10 for e in outcome.events)  # fmt: skip
        return total

    assert early(40) < 0.75 * early(0)


def test_in_slow_start_it_takes_its_sixteenths_of_turns():
    crash = Crash(load=0.9, repair=15.0, slow_start=1600, servers=2)
    outcome = fail(crash, draw(4000, 1))
    sent = [e for e in outcome.events if e.kind == "sent" and e.t >= outcome.up_at]
    for lap in range(4):
        span = [e for e in sent if lap * 100 <= e.t - outcome.up_at < (lap + 1) * 100]
        mine, other = (sum(e.server == who for e in span) for who in (0, 1))
        assert slow_start(lap * 100, 1600) == lap + 1
        assert mine / other == pytest.approx((lap + 1) / 16, abs=0.02)


def test_checks_and_changes_are_the_same_record():
    checks, dead = Checks(timeout=1.0), [(7.0, 20.0)]
    seen = checked(checks, dead, until=60, phase=0.5)
    assert [(c.known, c.change) for c in seen if c.change] == watch(checks, dead, until=60, phase=0.5)  # fmt: skip
    assert all(c.bad == 0 or c.good == 0 for c in seen)


@pytest.mark.parametrize("more, says", [({"repair": 0}, "repair=0"), ({"slow_start": -1}, "slow_start=-1")])  # fmt: skip
def test_a_bad_value_is_named(more, says):
    with pytest.raises(ParameterError, match=says):
        Crash(**more)
