"""A container's life: states, signals, exit codes, restart policies, restarts of the machine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.containers import lifecycle
from coursekit.sims.containers.lifecycle import ALLOWED, Deed, Settings, delays, tell, trace
from coursekit.sims.message import ParameterError


def end(settings, *deeds):
    """The last state; a deed is `(kind, name or seconds)`."""
    return tell(settings, [Deed(*each) for each in deeds]).states[-1]


def web(settings, *kinds):
    """The same for one container, started at 0; a number waits."""
    deeds = [("wait", each) if not isinstance(each, str) else (each, "web") for each in kinds]
    return end(settings, ("create", "web"), ("start", "web"), *deeds)


def test_stopping():
    """6-V16."""
    ignores = web(Settings(app="ignores"), "stop")
    assert (ignores.t, ignores.container("web").status, ignores.container("web").code) == (10, "exited", 137)  # fmt: skip
    assert [each.what for each in ignores.events][-3:] == ["SIGTERM", "SIGKILL", "exited"]
    obeys = web(Settings(app="obeys", ends=2), "stop")
    assert (obeys.t, obeys.container("web").code) == (2, 143)
    assert [each.what for each in obeys.events][-2:] == ["SIGTERM", "exited"]
    late = web(Settings(app="obeys", ends=11), "stop")
    assert (late.t, late.container("web").code) == (10, 137)
    assert "is not done after 10 s" in str(late.why[0])
    assert (web(Settings(), "kill").t, web(Settings(), "kill").container("web").code) == (0, 137)


def test_delays_double_up_to_a_minute():
    """6-V15."""
    wanted = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60, 60]
    assert list(delays(12)) == pytest.approx(wanted)
    state = web(Settings(policy="always", app="crashes"), 220)
    waited = [each.delay for each in state.events if each.what == "waits"]
    assert waited == pytest.approx(wanted)
    begun = [each.t for each in state.events if each.what == "started"]
    assert begun == pytest.approx([0, *(sum(wanted[: k + 1]) for k in range(len(begun) - 1))])
    assert state.container("web").restarts == len(waited) == 12


def test_a_run_of_ten_seconds_begins_again_at_a_tenth():
    assert list(delays(5, ran=9.9)) == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6])
    assert list(delays(5, ran=10)) == [0.1] * 5
    state = web(Settings(policy="always"), "crash", 1, "crash", 1, "crash", 12, "crash")
    waited = [each.delay for each in state.events if each.what == "waits"]
    assert waited == pytest.approx([0.1, 0.2, 0.4, 0.1])


@pytest.mark.parametrize(
    "policy, crashed, stopped",
    [("no", False, False), ("on-failure", True, False), ("always", True, False), ("unless-stopped", True, False)],
)  # fmt: skip
def test_what_a_policy_does_after_a_crash_and_after_a_stop(policy, crashed, stopped):
    settings = Settings(policy=policy)
    assert (web(settings, "crash", 1).container("web").status == "running") is crashed
    assert (web(settings, "stop", 100).container("web").status == "running") is stopped


@pytest.mark.parametrize(
    "policy, running, after_stop",
    [("no", False, False), ("on-failure", True, True), ("always", True, True), ("unless-stopped", True, False)],
)  # fmt: skip
def test_what_a_policy_does_when_the_machine_comes_back(policy, running, after_stop):
    """on-failure as the engine's source has it, not as its documentation says."""
    settings = Settings(policy=policy)
    assert (web(settings, "reboot").container("web").status == "running") is running
    assert (web(settings, "stop", "reboot").container("web").status == "running") is after_stop
    assert end(settings, ("create", "web"), ("reboot",)).container("web").status == "created"


def test_on_failure_gives_up_after_its_retries():
    state = web(Settings(policy="on-failure", app="crashes", retries=3), 100)
    assert (state.container("web").status, state.container("web").restarts) == ("exited", 3)
    assert str(web(Settings(policy="on-failure", app="crashes", retries=1), 100, "start").why[0]).endswith("starts it again in 0.1 s.")  # fmt: skip


def test_a_stop_while_it_waits_ends_the_loop():
    state = web(Settings(policy="always", app="crashes"), 1, "stop", 500)
    assert state.container("web").status == "exited"
    assert state.container("web").restarts < 6


def test_a_pause_stops_the_clock_of_the_process():
    settings = Settings(app="crashes", lasts=5)
    assert web(settings, 2, "pause", 100).container("web").status == "paused"
    assert web(settings, 2, "pause", 100, "unpause", 2.9).container("web").status == "running"
    assert web(settings, 2, "pause", 100, "unpause", 3).container("web").status == "exited"


def test_others_live_on_while_one_is_being_stopped():
    deeds = [("create", "a"), ("create", "b"), ("start", "a"), ("start", "b"), ("stop", "a")]
    state = end(Settings(policy="always", app="crashes", lasts=1.5, ends=2), *deeds)
    assert [each.t for each in state.events if each.name == "b" and each.what == "exited"] == [1.5]


def test_restart_is_stop_and_start():
    state = web(Settings(), "restart")
    assert (state.t, state.container("web").status) == (2, "running")
    assert [each.what for each in state.events] == ["created", "started", "SIGTERM", "exited", "started"]  # fmt: skip
    assert web(Settings(), "stop", "restart").container("web").status == "running"
    assert not web(Settings(), "stop", "remove").containers


NAMES = st.sampled_from(["web", "db"])
STEPS = st.one_of(
    st.tuples(st.sampled_from([k for k in lifecycle.DEEDS if k not in ("wait", "reboot")]), NAMES),
    st.tuples(st.just("wait"), st.sampled_from([0.05, 1, 15, 200])),
    st.just(("reboot",)),
)
SETTINGS = st.builds(
    Settings, policy=st.sampled_from(lifecycle.POLICIES), app=st.sampled_from(lifecycle.APPS),
    retries=st.integers(0, 3), lasts=st.sampled_from([0, 0.5, 12]),
)  # fmt: skip


@given(SETTINGS, st.lists(STEPS, max_size=14))
def test_only_what_is_allowed_is_done_and_time_never_runs_back(settings, steps):
    done = []
    for step in steps:
        before = tell(settings, done).states[-1]
        try:
            told = tell(settings, [*done, Deed(*step)])
        except ParameterError:
            known = {each.name: each.status for each in before.containers}
            kind, on = step
            if kind == "create":
                assert on in known
            elif on in known and kind != "crash":
                assert kind not in ALLOWED[known[on]]
            continue
        done.append(Deed(*step))
        state = told.states[-1]
        assert state.t >= before.t
        assert state.events[: len(before.events)] == before.events
        assert [each.t for each in state.events] == sorted(each.t for each in state.events)
        for one in state.containers:
            assert (one.status == "restarting") == (one.due is not None and one.status != "running")
            assert one.code in (None, 1, 137, 143)
            assert one.since <= state.t
            if settings.policy == "no":
                assert one.restarts == 0


def test_the_words_of_a_life():
    settings = Settings(policy="unless-stopped")
    deeds = [("create", "web"), ("start", "web"), ("crash", "web"), ("wait", 20.0), ("pause", "web"), ("unpause", "web"), ("stop", "web"), ("reboot",), ("remove", "web")]  # fmt: skip
    said = [" ".join(map(str, state.why)) for state in tell(settings, [Deed(*each) for each in deeds]).states]  # fmt: skip
    assert said[1].startswith("web is there: an image")
    assert said[2] == "web runs: its process has been started."
    assert said[3] == "web ends with code 1; its policy, unless-stopped, starts it again in 0.1 s."
    assert said[4] == "20 s pass."
    assert "its processes get no CPU, its memory stays" in said[5]
    assert said[7].startswith("SIGTERM at 20 s; web ends 2 s later by itself: exit code 143")
    assert said[8].endswith("web stays down: unless-stopped, and it had been stopped by hand.")
    assert said[9].startswith("web is gone, and its writable layer")
    loop = web(Settings(policy="always", app="crashes"), 1)
    assert str(loop.why[1]) == "web ended 3 times; the wait before its last restart was 0.8 s."
    events = trace(tell(settings, [Deed(*each) for each in deeds]))
    assert events[2] == {"t": 0, "kind": "state", "id": "web", "state": "exited", "exit": 1}


@pytest.mark.parametrize(
    "deeds, says",
    [
        ([("start", "web")], "container=web: no such one; choose one of -"),
        ([("create", "web"), ("stop", "web")], "web=created: stop is not possible; choose start, remove"),
        ([("create", "web"), ("start", "web"), ("remove", "web")], "web=running: remove is not possible"),
        ([("create", "web"), ("crash", "web")], "web=created: crash is not possible"),
        ([("create", "web"), ("create", "web")], "container=web: there is one of this name"),
        ([("create", str(n)) for n in range(7)], "containers=7: there are 6 at most"),
        ([("jump", "web")], "deed=jump: choose one of"),
        ([("wait", 0)], "seconds=0: choose more than 0"),
        ([("wait", "web")], "seconds=web: choose more than 0"),
        ([("start", "")], "container='': give its name"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_says_why(deeds, says):
    with pytest.raises(ParameterError, match=says):
        end(Settings(), *deeds)


@pytest.mark.parametrize(
    "options, says",
    [
        ({"policy": "never"}, "policy=never: choose one of no, on-failure"),
        ({"app": "x"}, "app=x: choose one of obeys"),
        ({"retries": -1}, "retries=-1: choose 0 or more"),
    ],
)
def test_bad_settings_are_named(options, says):
    with pytest.raises(ParameterError, match=says):
        Settings(**options)
