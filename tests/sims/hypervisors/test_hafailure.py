"""A host dies, or seems to: the marks of the time line, then what each response costs."""

from itertools import product

import pytest

from coursekit.sims.hypervisors.hafailure import RESPONSES, Failure, tell
from coursekit.sims.message import ParameterError


def marks(**values):
    return [(state.t, state.kind) for state in tell(Failure(**values)).states]


def test_a_dead_host_with_a_heartbeat_datastore():
    assert marks(guests=1) == [
        (0, "host_fail"), (3, "ds_watch"), (10, "unreachable"), (18, "declared_dead"),
        (28, "restart_begin"), (73, "batch"),
    ]  # fmt: skip


def test_a_dead_host_without_one_is_declared_three_seconds_earlier():
    assert marks(guests=1, datastore=False) == [
        (0, "host_fail"), (10, "unreachable"), (15, "declared_dead"), (25, "restart_begin"),
        (70, "batch"),
    ]  # fmt: skip


@pytest.mark.parametrize("guests, whole", [(1, 73), (32, 73), (33, 118), (64, 118), (65, 163)])
def test_restarts_come_in_batches_of_32(guests, whole):
    story = tell(Failure(guests=guests))
    assert story.whole == whole
    batches = -(-guests // 32)
    lost = sum((73 + 45 * k) * min(32, guests - 32 * k) for k in range(batches))
    assert story.lost == pytest.approx(lost)


def test_an_isolated_host_seen_on_its_datastore_keeps_its_machines():
    story = tell(Failure(kind="isolated", response="leave_on", guests=5))
    assert [(s.t, s.kind) for s in story.states] == [
        (0, "isolated"), (3, "ds_watch"), (10, "unreachable"), (18, "seen_alive"),
        (30, "host_knows"), (60, "response"),
    ]  # fmt: skip
    assert story.lost == 0
    assert "restarts nothing" in str(story.states[3].why)


def test_without_a_datastore_the_locks_save_the_machines():
    story = tell(Failure(kind="isolated", datastore=False, guests=5))
    assert story.at("declared_dead") == 15
    assert story.at("locked") == 25
    assert story.at("restart_begin") is None
    assert story.lost == 0


@pytest.mark.parametrize("response, off, whole", [("power_off", 60, 115), ("shut_down", 120, 175)])
def test_a_response_frees_the_locks_and_the_machines_start_elsewhere(response, off, whole):
    story = tell(Failure(kind="isolated", response=response, guests=5))
    assert (story.at("off"), story.at("restart_begin"), story.whole) == (off, off + 10, whole)
    assert story.lost == pytest.approx(5 * (whole - 60))


def test_machines_cut_off_with_their_host_are_never_back_if_left_on():
    story = tell(Failure(kind="isolated", reachable=False))
    assert story.whole is None
    assert {state.serving for state in story.states} == {0}


@pytest.mark.parametrize(
    "kind, datastore, response, reachable",
    list(product(("crash", "isolated"), (True, False), RESPONSES, (True, False))),
)
def test_a_machine_never_runs_twice_and_time_goes_forward(kind, datastore, response, reachable):
    """Nothing starts elsewhere before the old host is dead or has let go of the locks."""
    values = {"kind": kind, "datastore": datastore, "response": response, "reachable": reachable}
    story = tell(Failure(**values, guests=70))
    times = [state.t for state in story.states]
    assert times == sorted(times)
    assert all(0 <= s.serving <= s.serving + s.booting <= 70 for s in story.states)
    begin = story.at("restart_begin")
    if begin is not None:
        free = 0 if kind == "crash" else story.at("off")
        assert free is not None and free < begin
        assert story.states[-1].serving == 70
    assert all(str(state.why) for state in story.states)


@pytest.mark.parametrize(
    "values, says",
    [
        ({"kind": "sleep"}, "kind=sleep: choose crash or isolated"),
        ({"response": "run"}, "response=run: choose one of leave_on, shut_down, power_off"),
        ({"guests": 0}, "guests=0: choose 1 or more"),
        ({"boot": -1}, "boot=-1: choose 0 or more"),
    ],
)
def test_a_bad_failure_names_the_value_and_the_rule(values, says):
    with pytest.raises(ParameterError, match=says):
        Failure(**values)
