"""A real Dask cluster on this machine: the same marks, even when a worker is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from coursekit.grading import cluster
from coursekit.grading.grade import grade
from coursekit.sims.message import ParameterError

pytest.importorskip("distributed")
LEARNERS = 8
NAP = 0.01  # seconds a case: long enough to be met at work


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory, submission, right):
    folder = tmp_path_factory.mktemp("handed-in")
    for number in range(LEARNERS):
        slow = right["raid_map"].replace("    sectors =", f"    nap({NAP})\n    sectors =")
        made = submission(raid_map=f"from time import sleep as nap\n{slow}")
        (folder / f"s{number}.ipynb").write_text(json.dumps(made), "utf-8")
    (folder / "broken.ipynb").write_text("{", "utf-8")
    (folder / "secret").mkdir()  # a learner like any other
    return folder


class Dask:
    """Schedulers and workers as processes of their own, on this machine."""

    def __init__(self, place):
        self.place, self.started = place, []

    def start(self, name, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.dask_{name}", "--no-dashboard"]
        with (self.place / f"{name}-{len(self.started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--host", "127.0.0.1", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.place,
            )
        self.started.append(process)
        return process

    def scheduler(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.start("scheduler", "--port", str(port))
        return f"tcp://127.0.0.1:{port}"

    def worker(self, address):
        place = ("--local-directory", str(self.place))
        return self.start("worker", address, "--nthreads", "1", "--no-nanny", *place)

    def end(self):
        for each in reversed(self.started):
            each.kill()
            each.wait()


@pytest.fixture
def dask(tmp_path):
    made = Dask(tmp_path)
    yield made
    made.end()


def written(out):
    """Every file people read, by name."""
    pages = sorted((out / "feedback").iterdir())
    return {path.name: path.read_bytes() for path in (out / "gradebook.csv", *pages)}


def test_the_marks_are_the_same_when_a_worker_is_killed_at_work(handed_in, dask, tmp_path):
    address = dask.scheduler()
    workers = [dask.worker(address), dask.worker(address)]
    secret = tmp_path / "the-secret"
    secret.write_text("a secret of the course")
    wait_for_both(address)
    killed_at = []

    def kill_one(done, total):
        if not killed_at:
            workers[0].send_signal(signal.SIGKILL)
            killed_at.append((done, total))

    common = {"exercise": "08-raid", "secret": secret}
    far = grade(handed_in, out=tmp_path / "far", scheduler=address, progress=kill_one, **common)
    near = grade(handed_in, out=tmp_path / "near", workers=1, **common)

    assert workers[0].wait(5) == -signal.SIGKILL
    assert killed_at == [(1, LEARNERS)]
    assert workers[1].poll() is None
    assert written(far.gradebook.parent) == written(near.gradebook.parent)
    scores = [each.mark.score for each in far.entries if each.mark.exercise == "E8.1"]
    assert scores.count(1.0) == LEARNERS


def wait_for_both(address):
    pool = cluster.executor(address)
    try:
        limit = time.monotonic() + 30
        while pool.workers < 2 and time.monotonic() < limit:
            time.sleep(0.05)
        assert set(pool.everywhere(os.getpid).values()).isdisjoint({os.getpid()})
        assert pool.workers == 2
    finally:
        pool.shutdown()


@pytest.mark.parametrize(
    "address",
    ["", "localhost", "localhost:8786", "http://localhost:8786", "tcp://localhost", "tcp://a b:1",
     "tcp://localhost:0", "tcp://localhost:65536", "tcp://localhost:8786/x", "inproc://1"],
)  # fmt: skip
def test_an_address_of_another_form_is_named(address):
    with pytest.raises(ParameterError) as why:
        cluster.executor(address)

    assert str(why.value) == f"scheduler={address}: give tcp://HOST:PORT or tls://HOST:PORT"


@pytest.mark.parametrize("listening", [True, False])
def test_a_port_where_no_scheduler_answers_is_named(monkeypatch, listening):
    monkeypatch.setattr(cluster, "ANSWER", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        if not listening:
            silent.close()
        with pytest.raises(ParameterError, match=rf"scheduler={address}: no answer"):
            cluster.executor(address)


def test_a_scheduler_without_workers_is_named(dask, monkeypatch):
    monkeypatch.setattr(cluster, "WORKER", 1)
    address = dask.scheduler()

    with pytest.raises(ParameterError, match="it has no worker; start one with: dask worker"):
        cluster.executor(address)


def test_without_dask_the_way_to_get_it_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(ParameterError, match=r"pip install coursekit\[cluster\]"):
        cluster.executor("tcp://127.0.0.1:8786")
