"""A dead node: its marks at every phase, what a StatefulSet waits for, the zone's rule."""

from itertools import pairwise, product

import pytest

from coursekit.sims.kubernetes.nodefailure import (
    OLD_GRACE_S,
    Failure,
    Zone,
    bounds,
    eviction_rate,
    tell,
)
from coursekit.sims.message import ParameterError


def test_7_v15_soonest_and_latest():
    assert bounds() == (40, 55)
    assert bounds(OLD_GRACE_S) == (30, 45)


@pytest.mark.parametrize("grace, latest, soonest", [(50, 355, 340), (40, 345, 330)])
def test_7_v15_dead_right_after_or_right_before_a_renewal(grace, latest, soonest):
    after = tell(
        Failure(dead=10.0, look=0.0, grace=grace)
    )  # the look at exactly `grace` is not over it
    assert after.at("not_ready") - 10 == grace + 5
    assert after.at("deleted") - 10 == latest
    before = tell(Failure(dead=19.999, look=0.001, grace=grace))
    assert before.at("not_ready") - 19.999 == pytest.approx(grace - 10, abs=0.01)
    assert before.at("deleted") - 19.999 == pytest.approx(soonest, abs=0.01)


def test_at_every_phase_it_stays_within_the_bounds():
    for tenth, look, grace in product(range(100), range(50), (40.0, 50.0)):
        told = tell(Failure(dead=20 + tenth / 10, look=look / 10, grace=grace))
        least, most = bounds(grace)
        late = told.at("not_ready") - told.failure.dead
        assert least - 1e-9 <= late <= most + 1e-9
        assert told.safe == pytest.approx(late)
        assert told.whole == pytest.approx(late + 300 + 10)
        assert all(a.t <= b.t for a, b in pairwise(told.states))


def test_a_node_that_is_back_in_time_loses_nothing():
    told = tell(Failure(dead=12, back=200))
    assert [s.kind for s in told.states] == ["renewed", "dead", "not_ready", "back"]
    assert told.whole == 188 and told.at("deleted") is None
    unseen = tell(Failure(dead=12, back=30))
    assert [s.kind for s in unseen.states] == ["renewed", "dead", "back"]
    assert unseen.safe == 18


def test_a_node_that_is_back_late_gives_its_pods_up():
    told = tell(Failure(dead=12, back=500))
    assert [s.kind for s in told.states][3:] == ["deleted", "created", "serving", "back"]
    assert "back too late" in str(told.states[-1].why)


def test_a_statefulset_waits_until_somebody_knows():
    waits = tell(Failure(owner="StatefulSet"))
    assert waits.whole is None and waits.states[-1].kind == "waiting"
    marked = tell(Failure(owner="StatefulSet", out_of_service=600))
    assert (marked.at("released"), marked.at("serving")) == (600, 610)
    early = tell(Failure(owner="StatefulSet", out_of_service=100))
    assert early.at("released") == early.at("deleted")
    back = tell(Failure(owner="StatefulSet", back=700))
    assert (back.at("back"), back.at("serving")) == (700, 710)


def test_a_cut_node_runs_on_and_nobody_can_tell():
    cut, crash = (tell(Failure(kind=kind)) for kind in ("cut", "crash"))
    assert [(s.t, s.kind) for s in cut.states] == [(s.t, s.kind) for s in crash.states]
    assert "cannot tell" in str(cut.states[1].why)


@pytest.mark.parametrize(
    "zone, rate",
    [
        ((10, 1), 0.1), ((3, 2), 0.1), ((10, 5), 0.1), ((10, 6), 0.0), ((50, 28), 0.0),
        ((51, 28), 0.1), ((51, 29), 0.01), ((100, 55), 0.01), ((100, 54), 0.1), ((20, 11), 0.0),
        ((10, 10), 0.1),
    ],
)  # fmt: skip
def test_evictions_slow_down_when_much_of_a_zone_is_gone(zone, rate):
    assert eviction_rate(Zone(nodes=zone[0], not_ready=zone[1]))[0] == rate


def test_if_nobody_is_healthy_nothing_is_evicted():
    rate, why = eviction_rate(Zone(nodes=3, not_ready=3, others_healthy=False))
    assert rate == 0 and "doubts its own network" in str(why)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Failure(grace=10), "grace=10: choose more than 10 s"),
        (lambda: Failure(dead=-1), "dead=-1: choose 0 or more"),
        (lambda: Failure(kind="fire"), "kind=fire: choose crash or cut"),
        (lambda: Failure(owner="Job"), "owner=Job: choose Deployment or StatefulSet"),
        (lambda: Failure(back=12), "back=12: choose more than 12.0"),
        (lambda: Zone(nodes=0, not_ready=0), "nodes=0: choose 1 or more"),
        (lambda: Zone(nodes=2, not_ready=3), "not_ready=3: choose 0 to 2"),
    ],
)
def test_what_cannot_be_is_refused(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
