"""Namespaces, quotas, weights, the memory killer and signals before Linux itself: recorded always, live where allowed.

See tests/transcripts/README.md.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from coursekit.sims.containers import lifecycle, memory, throttle
from coursekit.sims.containers.memory import Deed, Limits, Process
from coursekit.sims.containers.namespaces import COPIES, KINDS, view
from coursekit.sims.containers.namespaces import Deed as Unshare
from coursekit.sims.containers.namespaces import tell as seen
from coursekit.sims.containers.pids import HOST, NOBODY, Pids
from coursekit.sims.containers.shares import Group, divide
from coursekit.sims.containers.throttle import Throttle

TEXT = (Path(__file__).parents[2] / "transcripts" / "containers" / "kernel.txt").read_text("utf-8")


def said(command):
    """The lines that the command beginning so printed."""
    found = re.search(rf"^\$ {re.escape(command)}[^\n]*\n((?:(?!\$ |signal )[^\n]*\n)*)", TEXT, re.MULTILINE)  # fmt: skip
    assert found, command
    return found[1].splitlines()


def fresh(kind):
    return view(seen([Unshare("unshare", kind)]).states[-1], kind)


@pytest.mark.parametrize("kind", KINDS)
def test_unshare_changes_one_kind_and_no_other(kind):
    assert f"unshare {kind}: changed {kind}\n" in TEXT
    state = seen([Unshare("unshare", kind)]).states[-1]
    assert {each for each in KINDS if state.differs(each)} <= {kind}


def test_a_new_network_has_one_interface_and_it_is_down():
    (line,) = said("unshare --net ip")
    assert line.split()[:2] == ["lo", "DOWN"]
    assert fresh("net") == ("lo DOWN",)


def test_ipc_objects_are_gone_and_users_nobody():
    assert said("unshare --ipc") == ["0", "0"]
    assert fresh("ipc") == ()
    assert said("unshare --user sh") == [str(NOBODY), "0"]
    assert fresh("user") == (f"uid {NOBODY}", "map –")
    assert said("unshare --user --map-root-user") == ["0", "1"]


def test_three_kinds_begin_as_a_copy():
    assert said("unshare --uts") == ["same", "other", "kept"]
    assert said("test $(unshare --mount") == ["same"]
    assert [line.split()[1:] for line in said("unshare --time")] == [["0", "0"]] * 2
    assert {kind for kind in KINDS if fresh(kind) == view(seen().states[0], kind)} == set(COPIES)


def test_process_1_still_sees_the_hosts_list_until_proc_is_mounted_anew():
    assert said("unshare --pid --fork sh") == ["1", "many"]
    assert fresh("pid")[0] == "app = 1"
    assert len(fresh("pid")) > 3
    assert [line.split() for line in said("unshare --pid --fork --mount-proc sh")] == [["1"], ["1", "sh"], ["2", "ps"]]  # fmt: skip


def test_a_process_has_a_number_for_each_level():
    count, outer, inner = map(int, said("unshare --pid --fork unshare --pid --fork awk")[0].split())
    world = Pids().fork(HOST).unshare(HOST).fork(1).unshare(1).fork(2)
    numbers = world.processes[-1]
    assert (len(numbers), numbers[1], numbers[2]) == (count, outer, inner)


def test_process_1_does_not_hear_sigterm_without_a_handler():
    assert "signal plain process: SIGTERM 143\n" in TEXT
    assert "signal process 1: SIGTERM ignored, SIGKILL ends it\n" in TEXT
    assert "signal process 1 with a handler: SIGTERM 143\n" in TEXT
    assert lifecycle.TERMINATED == 143


QUOTAS = [
    tuple(map(int, each))
    for each in re.findall(r"^quota work (\d+) quota (\d+) period (\d+) threads (\d+): wall (\d+) throttled (\d+)$", TEXT, re.MULTILINE)
]  # fmt: skip


@pytest.mark.parametrize("work, quota, period, threads, wall, throttled", QUOTAS)
def test_the_kernels_throttling_is_ours(work, quota, period, threads, wall, throttled):
    """CPUs take from the quota in slices of 5 ms, and the machine had other things to do: 5 %; of
    two threads on its two cores one came late now and then, and the quota just lasted."""
    asked = Throttle(work=work, quota=quota, period=period, threads=threads)
    expected, stops = throttle.run(asked)
    assert wall == pytest.approx(expected, rel=0.05)
    assert abs(throttled - stops) <= threads - 1


def test_there_are_quotas_of_one_and_two_threads():
    assert {each[3] for each in QUOTAS} == {1, 2}
    assert any(each[5] == 0 for each in QUOTAS)


def weighed(name):
    """Leaf -> its part of the CPU time recorded."""
    (line,) = re.findall(rf"^weights {re.escape(name)}: (.*)$", TEXT, re.MULTILINE)
    words = line.split()
    used = {word.rpartition("/")[2]: float(ms) for word, ms in zip(words[::2], words[1::2], strict=True)}  # fmt: skip
    total = sum(used.values())
    return {leaf: ms / total for leaf, ms in used.items()}


def leaves(*groups):
    return {s.group.name: float(s.share) for s in divide(groups) if s.group.runs and not s.group.children}  # fmt: skip


def test_the_kernels_shares_are_ours():
    a, b, c = Group(name="a"), Group(name="b"), Group(name="c")
    x = Group(name="X", children=(a, b))
    heavier = Group(name="X", children=(a, Group(name="b", weight=300)))
    idle = Group(name="Y", children=(Group(name="c", busy=False),))
    pairs = [
        ("A100 B300", leaves(Group(name="A"), Group(name="B", weight=300))),
        ("A100 of A100 B300", leaves(Group(name="A"), Group(name="B", weight=300, busy=False))),
        ("X{a b} Y{c}", leaves(x, Group(name="Y", children=(c,)))),
        ("X{a b} of X{a b} Y{c}", leaves(heavier, idle)),
    ]
    for name, ours in pairs:
        assert weighed(name) == pytest.approx(ours, abs=0.02), name


@pytest.mark.parametrize("adj, dead", [(500, "p2"), (0, "p1")])
def test_the_kernel_kills_whom_we_kill(adj, dead):
    """6-V14; the recorded processes have 10 MiB of their own besides, so has the limit."""
    processes = [Process(1, "p1", 60), Process(2, "p2", 30, adj)]
    state = memory.tell(Limits(max=100), processes, [Deed("ask", "p1", 20)]).states[-1]
    assert [kill.victim.name for kill in state.kills] == [dead]
    for name in ("p1", "p2"):
        came = memory.KILLED if name == dead else "lives"
        assert f"memory adj {adj}: {name} {came}\n" in TEXT


def test_files_read_fill_the_group_and_kill_nobody():
    found = re.search(r"^memory 300 MiB of files read in 100: exit 0, cache (\d+) MiB, usage (\d+) MiB$", TEXT, re.MULTILINE)  # fmt: skip
    cache, usage = map(int, found.groups())
    ours = memory.tell(Limits(max=100), [Process(1, "a", usage - cache)], [Deed("read", "", 300)]).states[-1]  # fmt: skip
    assert not ours.kills
    assert usage == pytest.approx(ours.usage, abs=3)
    assert cache == pytest.approx(ours.cache, abs=3)


# Live: unshare(1), where the kernel lets us


def live(*command):
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed")
    done = subprocess.run(["unshare", *command], capture_output=True, text=True, check=False)
    if "unshare failed" in done.stderr or "not permitted" in done.stderr:
        pytest.skip("namespaces may not be made here")
    return done.stdout.split()


def test_live_a_new_user_namespace_knows_nobody():
    assert live("--user", "id", "-u") == [str(NOBODY)]


def test_live_the_first_process_is_number_1():
    assert live("--user", "--pid", "--fork", "sh", "-c", "echo $$") == ["1"]


def test_live_a_new_network_has_no_way_out():
    found = live("--user", "--map-root-user", "--net", "cat", "/proc/net/dev")
    assert [word for word in found if word.endswith(":") and word != "lo:"] == []
    assert "lo:" in found
