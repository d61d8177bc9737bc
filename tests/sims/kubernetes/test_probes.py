"""Probes: bounds of detection, what each kind does, and the waits of a crash loop."""

from itertools import pairwise

import pytest

from coursekit.sims.kubernetes.probes import App, Container, Probe, back_off, detection, tell
from coursekit.sims.message import ParameterError

LIVE, READY = Probe(kind="liveness"), Probe(kind="readiness")


def events(told, *kinds):
    return [(round(s.t, 3), s.kind) for s in told.states if s.kind in kinds]


def test_7_v16_the_waits_of_a_crash_loop():
    assert [back_off(k) for k in range(1, 8)] == [10, 20, 40, 80, 160, 300, 300]


def test_7_v16_in_a_story_the_first_restart_is_immediate():
    told = tell(Container(app=App(start=0, crash=1), probes=(), until=2000))
    starts = [s.t for s in told.states if s.kind == "running"]
    waits = [b - a - 1 for a, b in pairwise(starts)]
    assert waits[:8] == [0, 10, 20, 40, 80, 160, 300, 300]


def test_ten_minutes_of_run_are_forgiven():
    told = tell(Container(app=App(crash=600), probes=(), until=3000))
    starts = [s.t for s in told.states if s.kind == "running"]
    assert starts == [0, 600, 1200, 1800, 2400]
    almost = tell(Container(app=App(crash=599), probes=(), until=2000))
    assert [s.t for s in almost.states if s.kind == "running"] == [0, 599, 1208, 1827]


def test_7_v17_soonest_and_latest():
    assert detection(LIVE) == (21, 31)


@pytest.mark.parametrize("hang, killed", [(39.999, 61), (40.001, 71), (45, 71)])
def test_7_v17_in_a_story(hang, killed):
    told = tell(Container(app=App(start=0, hang=hang), probes=(LIVE,), until=100))
    assert events(told, "hung", "killed") == [(hang, "hung"), (killed, "killed")]
    least, most = detection(LIVE)
    assert least <= killed - hang + 1e-6 and killed - hang <= most


def test_readiness_takes_the_pod_out_and_does_not_restart():
    told = tell(Container(app=App(start=12, hang=45), probes=(READY,), until=200))
    assert events(told, "ready", "unready", "killed") == [(20, "ready"), (71, "unready")]
    assert told.states[-1].restarts == 0
    assert told.ready_seconds == 51 and told.wrong_seconds == 71 - 45


def test_without_a_readiness_probe_requests_come_before_the_app_answers():
    told = tell(Container(app=App(start=12), probes=(), until=60))
    assert told.wrong_seconds == 12


def test_a_slow_start_is_killed_by_liveness_for_ever_and_saved_by_startup():
    slow = App(start=45)
    loop = tell(Container(app=slow, probes=(LIVE,), until=600))
    assert events(loop, "killed")[0] == (21, "killed")
    assert loop.states[-1].restarts >= 4 and not events(loop, "started")
    startup = Probe(kind="startup", failure=30)
    saved = tell(Container(app=slow, probes=(startup, LIVE, READY), until=600))
    assert saved.states[-1].restarts == 0
    assert events(saved, "started", "ready") == [(50, "started"), (50, "ready")]
    first = next(s.t for s in saved.states if s.probe == "liveness")
    assert first >= 50


def test_a_startup_probe_gives_up_too():
    told = tell(Container(app=App(start=100), probes=(Probe(kind="startup", failure=2),), until=60))
    assert events(told, "killed") == [(11, "killed"), (22, "killed"), (43, "killed")]


def test_a_hung_process_gets_its_grace_before_it_is_killed():
    told = tell(Container(app=App(start=0, hang=15, once=True), probes=(LIVE,), until=120))
    assert events(told, "killed", "running") == [(0, "running"), (41, "killed"), (71, "running")]
    assert told.states[-1].restarts == 1


def test_one_good_answer_is_enough_to_forget_failures():
    patient = Probe(kind="readiness", success=3)
    told = tell(Container(app=App(start=5), probes=(patient,), until=60))
    assert events(told, "ready") == [(30, "ready")]


@pytest.mark.parametrize("start", [0, 3, 11, 40])
@pytest.mark.parametrize("hang", [None, 7, 33])
@pytest.mark.parametrize("crash", [None, 9, 50])
@pytest.mark.parametrize("probes", [(), (LIVE,), (READY,), (LIVE, READY), (Probe(kind="startup"), READY, LIVE)])  # fmt: skip
def test_time_goes_forward_and_only_a_running_process_is_ready(start, hang, crash, probes):
    told = tell(Container(app=App(start=start, hang=hang, crash=crash), probes=probes, until=300))
    times = [s.t for s in told.states]
    assert times == sorted(times) and times[-1] == 300
    assert all(s.running for s in told.states if s.ready)
    restarts = [s.restarts for s in told.states]
    assert restarts == sorted(restarts)
    assert all(str(s.why) for s in told.states)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Probe(kind="alive"), "kind=alive: choose one of startup, readiness, liveness"),
        (lambda: Probe(period=0), "period=0: choose 1 or more"),
        (lambda: Probe(initial_delay=-1), "initial_delay=-1: choose 0 or more"),
        (lambda: Probe(success=2), "success=2: only a readiness probe may ask for more than 1"),
        (lambda: App(start=-1), "start=-1: choose 0 or more"),
        (lambda: App(hang=0), "hang=0: choose more than 0"),
        (lambda: Container(probes=(LIVE, LIVE)), "probes=liveness, liveness: one of each kind"),
        (lambda: Container(until=0), "until=0: choose more than 0"),
        (lambda: Container(grace=-1), "grace=-1: choose 0 or more"),
        (lambda: back_off(0), "k=0: choose 1 or more"),
    ],
)
def test_what_cannot_be_is_refused(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
