"""The sandbox, probed from inside: as root and as an ordinary user, for both engines.

Probes are run by `corpus/probes.py`; here stands what they must have seen. Without root
only the user's part runs, and then it is not skipped but is all there is.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.grading import bubblewrap, sandbox
from coursekit.grading.bubblewrap import NOBODY, as_nobody, command
from coursekit.grading.sandbox import Finding, NoSandboxError, examine, explained
from coursekit.i18n import _
from coursekit.sims.message import ParameterError

PROBES = Path(__file__).parent / "corpus" / "probes.py"
USERS = ["root", "user"] if os.geteuid() == 0 else ["user"]
PLACES = ["command", "fork"]


@pytest.fixture(scope="module")
def seen():
    """User -> what the probes saw; both users look at the same time."""
    begun = {user: subprocess.Popen(
        [*(as_nobody() if user == "user" else []), sys.executable, str(PROBES)],
        env={**os.environ, "HOME": "/tmp"}, stdout=subprocess.PIPE, cwd="/",
    ) for user in USERS}  # fmt: skip
    said = {user: process.communicate(timeout=120)[0] for user, process in begun.items()}
    return {user: json.loads(text) for user, text in said.items()}


@pytest.fixture(params=USERS)
def by_user(seen, request):
    return seen[request.param]


@pytest.fixture(params=PLACES)
def inside(by_user, request):
    """What the probes saw from one place."""
    place = request.param + " "
    return {name.removeprefix(place): said for name, said in by_user.items() if place in name}


def test_the_probes_ran_as_who_they_should(seen):
    assert seen["user"]["user"] != 0
    if "root" in USERS:
        assert (seen["root"]["user"], seen["user"]["user"]) == (0, NOBODY)


def test_no_network_but_its_own(inside, by_user):
    assert inside["interfaces"] == ["lo"]
    assert inside["host"] == ["Connection refused", "Network is unreachable"]
    assert inside["loopback"] == "works"
    assert by_user["reached"] is False


def test_no_file_of_the_host_is_read_or_written(inside):
    assert inside["files"] == []
    memory = {"/tmp", "/out", "/dev/shm"}
    memory |= {str(way) for way in Path(sys.prefix).parents if way.is_relative_to("/tmp")}
    assert set(inside["walk"]["writable"]) <= memory


def test_nothing_of_the_course_is_there_but_its_looks(inside):
    """What JupyterLab serves and the command's name are no reference, no exercise, no case."""
    harmless = ("/share/jupyter/", "/etc/jupyter/", "/bin/coursekit", ".pth")
    found = [
        path for path in inside["walk"]["course"] if not any(each in path for each in harmless)
    ]

    assert found == []


def test_the_environment_holds_no_secret(inside):
    assert set(inside["environment"]) <= {
        "HOME", "LANG", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PATH", "PWD",
    }  # fmt: skip


def test_no_other_process_is_seen_or_reached(inside):
    assert 1 <= len(inside["processes"]) <= 2
    assert all("-I" in each for each in inside["processes"])
    assert inside["signals"] == []


def test_it_has_no_right_and_gets_none(inside):
    none = "0" * 16
    assert inside["rights"] == {"CapEff": none, "CapPrm": none, "CapBnd": none, "NoNewPrivs": "1"}
    assert inside["namespaces"][:3] == [-1, -1, -1]
    assert all(inside["namespaces"][3:])


def test_process_1_of_a_run_keeps_its_memory_and_descriptors_to_itself(by_user):
    assert by_user["fork first"] == []
    assert by_user["command descriptors"] == 0
    assert by_user["fork descriptors"] == 2  # the pair of its own event loop


def test_no_device_that_could_harm(inside):
    assert inside["devices"] == []


def test_memory_and_processes_are_bounded(inside):
    assert inside["memory"] == ["got", "MemoryError"]
    assert 100 < inside["forks"] < 256


@pytest.mark.parametrize("folder, mib", [("/tmp", 64), ("/dev/shm", 16), ("/out", 16)])
def test_what_can_be_written_is_bounded(inside, folder, mib):
    assert mib - 2 <= inside[folder] <= mib


def test_nothing_is_left_when_it_ends(by_user, inside):
    assert inside["daemon"] == "left"
    assert by_user["left"] == []


def test_killing_the_process_we_started_kills_all_inside(by_user):
    assert by_user["outlives"] == [True, []]


def test_this_machine_has_a_sandbox():
    assert examine() == Finding(works=True, fast=True)


def test_root_hides_what_only_it_may_pass_and_leads_nobody_to_python(monkeypatch):
    monkeypatch.setattr(bubblewrap, "pythons", lambda: (Path("/closed/b c/3"), Path("/open/3")))
    monkeypatch.setattr(bubblewrap, "closed_above", {
        Path("/closed/b c/3"): Path("/closed"), Path("/open/3"): None,
    }.get)  # fmt: skip
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    unshare, mount, sh, ec, script, *rest = as_nobody()

    assert (unshare, mount, sh, ec) == ("unshare", "--mount", "sh", "-ec")
    assert script.splitlines() == [
        "umask 022",
        "exec 3<'/closed/b c/3'",
        "mount -t tmpfs -o mode=755 none /closed",
        "mkdir -p '/closed/b c/3'",
        "mount -c --bind /proc/self/fd/3 '/closed/b c/3'",
        "exec 3<&-",
        'exec "$@"',
    ]
    assert rest[:3] == ["sh", "setpriv", "--reuid"]


def test_a_folder_that_all_may_pass_needs_no_way(monkeypatch):
    monkeypatch.setattr(bubblewrap, "pythons", lambda: (Path("/usr/lib"),))
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    assert as_nobody()[0] == "setpriv"


def test_a_course_inside_the_environment_is_covered(monkeypatch, tmp_path):
    course = tmp_path / "lib" / "site-packages" / "coursekit"
    course.mkdir(parents=True)
    monkeypatch.setattr(bubblewrap, "pythons", lambda: (tmp_path,))
    monkeypatch.setattr(sys, "path", [str(course.parent)])
    bubblewrap.courses.cache_clear()
    try:
        line = " ".join(command(["true"], {}))
    finally:
        bubblewrap.courses.cache_clear()

    assert f"--ro-bind {tmp_path} {tmp_path} --tmpfs {course}" in line
    assert f"--remount-ro {course}" in line


@pytest.fixture
def fresh():
    examine.cache_clear()
    yield
    examine.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_without_bubblewrap_the_reason_and_the_fix_are_said(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    finding = examine()

    assert not finding.works
    assert str(finding.reason) == "the program bwrap is missing"
    assert "sudo apt install bubblewrap" in str(finding.fix)


@pytest.mark.usefixtures("fresh")
def test_other_systems_are_named(monkeypatch):
    monkeypatch.setattr(sandbox.sys, "platform", "darwin")

    assert "this is darwin" in str(examine().reason)


@pytest.mark.usefixtures("fresh")
def test_where_no_namespace_may_be_made_inside_the_slow_engine_is_announced(monkeypatch):
    """bwrap that is never allowed to nest: as `command` without `nests` makes it."""
    monkeypatch.setattr(sandbox.warm, "command", lambda *a, nests, **k: command(*a, **k))  # noqa: PLW0108  (it drops `nests`)

    finding = examine()

    assert (finding.works, finding.fast) == (True, False)
    assert "the slower papermill engine is used" in str(finding.reason)


@pytest.mark.usefixtures("fresh")
def test_a_sandbox_that_fails_is_found_out_by_trying(monkeypatch):
    """The maximum of user namespaces is 0 in there, as some systems have it."""
    forbidden = ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--unshare-user", "--disable-userns"]
    monkeypatch.setattr(sandbox, "command", lambda *a: [*forbidden, *command(*a)])
    monkeypatch.setattr(bubblewrap, "as_nobody", list)

    finding = examine()

    assert not finding.works
    assert str(finding.reason).startswith("this system forbids user namespaces: bwrap: ")


@pytest.mark.parametrize(
    "said, reason, fix",
    [
        ("bwrap: Unknown option --disable-userns", "bubblewrap is too old", "0.8 or newer"),
        ("bwrap: No permissions to create a new namespace, likely because the kernel does not allow non-privileged user namespaces.", "forbids user namespaces", "."),
        ("bwrap: Creating new namespace failed: Operation not permitted", "forbids user namespaces", "."),
        ("bwrap: setting up uid map: Permission denied", "forbids user namespaces", "."),
        ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", "forbids user namespaces", "."),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "hides parts of /proc", "systempaths=unconfined"),
        ("ModuleNotFoundError: No module named 'numpy'", "does not start: ModuleNotFoundError", "must be able to read"),
    ],
)  # fmt: skip
def test_what_fails_is_explained(said, reason, fix):
    finding = explained(said)

    assert not finding.works
    assert reason in str(finding.reason)
    assert fix in str(finding.fix)


def settings(monkeypatch, **values):
    monkeypatch.setattr(sandbox, "_value", lambda path: values.get(path.rpartition("/")[2], ""))


def test_the_fix_fits_the_system(monkeypatch):
    said = "bwrap: setting up uid map: Permission denied"

    settings(monkeypatch, apparmor_restrict_unprivileged_userns="1")
    assert "AppArmor" in str(explained(said).fix)
    settings(monkeypatch, max_user_namespaces="0")
    assert "sudo sysctl -w user.max_user_namespaces=10000" in str(explained(said).fix)
    settings(monkeypatch)
    assert "--security-opt seccomp=unconfined" in str(explained(said).fix)


def test_a_folder_that_nobody_may_pass_is_named(monkeypatch):
    monkeypatch.setattr(sandbox, "closed_above", lambda _: Path("/root"))

    finding = explained("bwrap: execvp python: Permission denied")

    assert "may not pass the folder /root" in str(finding.reason)
    assert "chmod o+x /root" in str(finding.fix)


def test_the_error_crosses_from_a_worker_with_its_reason():
    import pickle

    error = pickle.loads(pickle.dumps(NoSandboxError(explained("bwrap: Unknown option --x"))))

    assert isinstance(error, ParameterError)
    assert _(error.message).startswith("sandbox=none: bubblewrap is too old")
