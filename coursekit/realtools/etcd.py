"""etcd: three nodes that agree, as below every Kubernetes; who may write when some of them are dead.

Three servers on 127.0.0.1 with temporary folders. A node is killed with SIGKILL, asked who leads,
written to, and read in both ways: by agreement of a majority (linearizable) or from its own copy
(serializable). Source: etcd 3.4 documentation, "Tuning" (heartbeat 100 ms, election timeout 1 s),
"KV API guarantees"; etcdctl(1). Left out: cuts of the network, slow disks, members that change.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.realtools.backends import free_port, running
from coursekit.realtools.places import Tool
from coursekit.realtools.servers import started
from coursekit.realtools.shell import environment, find
from coursekit.realtools.source import Source
from coursekit.sims.message import require

__all__ = ["ELECTION_S", "ETCD", "ETCDCTL", "HEARTBEAT_S", "Members", "members"]

ETCD = Tool("etcd", "etcd-server")
ETCDCTL = Tool("etcdctl", "etcd-client", ("version",))
HEARTBEAT_S, ELECTION_S = 0.1, 1.0  # etcd's defaults
REFUSED_S, READY_S = 1.5, 10.0


@dataclass
class Node:
    """One member: its name, its ports, its process if it runs."""

    name: str
    client: int
    peer: int
    process: "subprocess.Popen[bytes] | None" = None


class Cluster:
    """The true nodes."""

    def __init__(self, folder: Path, stack: ExitStack, count: int) -> None:
        self._folder, self._stack = folder, stack
        self.nodes = [Node(f"n{k}", free_port(), free_port()) for k in range(1, count + 1)]

    def start(self, node: Node) -> None:
        """Start one; it finds its old data if there are any."""
        peers = ",".join(f"{each.name}=http://127.0.0.1:{each.peer}" for each in self.nodes)
        url, peer = f"http://127.0.0.1:{node.client}", f"http://127.0.0.1:{node.peer}"
        command = [
            "etcd", "--name", node.name, "--data-dir", str(self._folder / node.name),
            "--listen-client-urls", url, "--advertise-client-urls", url, "--listen-peer-urls", peer,
            "--initial-advertise-peer-urls", peer, "--initial-cluster", peers,
            "--heartbeat-interval", str(int(HEARTBEAT_S * 1000)), "--logger", "zap",
            "--election-timeout", str(int(ELECTION_S * 1000)), "--log-outputs", str(self._folder / "log"),
        ]  # fmt: skip
        node.process = self._stack.enter_context(running(command, ready=lambda: True))

    def ctl(self, nodes: Sequence[Node], *words: str, timeout: float = REFUSED_S) -> "subprocess.CompletedProcess[str]":  # fmt: skip
        """etcdctl, with these nodes as its addresses."""
        ends = ",".join(f"http://127.0.0.1:{each.client}" for each in nodes)
        return subprocess.run(
            [find("etcdctl") or "etcdctl", f"--endpoints={ends}", f"--command-timeout={timeout}s", *words],
            env=environment(), capture_output=True, text=True, timeout=timeout + 10, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    @property
    def alive(self) -> list[Node]:
        """Those that run."""
        return [each for each in self.nodes if each.process]

    def leader(self) -> str:
        """Whom a node that runs takes for the leader; "" if nobody."""
        said = self.ctl(self.alive, "endpoint", "status", "--write-out=json").stdout
        for node, each in zip(self.alive, json.loads(said or "[]"), strict=False):
            if each["Status"]["leader"] == each["Status"]["header"]["member_id"]:
                return node.name
        return ""

    def kill(self, name: str) -> None:
        """SIGKILL to a node."""
        node = next(each for each in self.nodes if each.name == name)
        require(node.process is not None, "node={name}: it does not run", name=name)
        assert node.process
        node.process.kill()
        node.process.wait(10)
        node.process = None

    def until(self, holds: Callable[[], bool]) -> float:
        """Wait until it holds; how many seconds that took."""
        begun = time.monotonic()
        while not holds():
            require(time.monotonic() - begun < READY_S, "nodes={n}: no answer after {s:g} s", n=len(self.alive), s=READY_S)  # fmt: skip
            time.sleep(0.02)
        return time.monotonic() - begun


class Members:
    """The cluster, asked through a source; a node is named by what it is, so that every run is alike."""

    def __init__(self, source: Source, cluster: Cluster | None) -> None:
        self._source, self._cluster, self._dead = source, cluster, list[str]()

    @property
    def _real(self) -> Cluster:
        assert self._cluster
        return self._cluster

    def put(self, key: str) -> bool:
        """Whether a write is accepted in time."""
        return self._said(f"etcdctl put {key} 1", lambda: self._real.ctl(self._real.alive, "put", key, "1")) == "OK"  # fmt: skip

    def count(self, *, agreed: bool) -> int | None:
        """How many keys a read finds, by agreement or in one node's own copy; None: no answer."""
        way = "l" if agreed else "s"
        words = ("get", "k", "--prefix", "--keys-only", f"--consistency={way}")
        said = self._said(f"etcdctl {' '.join(words)}", lambda: self._real.ctl(self._real.alive[-1:], *words))  # fmt: skip
        return None if "rror" in said else len(said.split())

    def _said(self, command: str, run: Callable[[], "subprocess.CompletedProcess[str]"]) -> str:
        return self._source.ask(command, lambda: _told(run()))

    def kill_leader(self) -> tuple[float, bool]:
        """Kill the leader: seconds until the next write is accepted, and whether another leads."""
        said = self._source.ask("kill −9 LEADER; etcdctl put … until it is accepted", self._kill_leader)  # fmt: skip
        seconds, other = said.split()
        return float(seconds), other == "another"

    def _kill_leader(self) -> str:
        cluster, first = self._real, self._real.leader()
        cluster.kill(first)
        self._dead.append(first)
        seconds = cluster.until(lambda: cluster.ctl(cluster.alive, "put", "other", "1").stdout.strip() == "OK")  # fmt: skip
        return f"{seconds:.2f} {'another' if cluster.leader() not in ('', first) else 'the-same'}"

    def kill_one(self) -> None:
        """Kill one more."""
        self._source.ask("kill −9 ONE-MORE", self._kill_one)

    def _kill_one(self) -> str:
        name = self._real.leader()
        self._real.kill(name)
        self._dead.append(name)
        return ""

    def back(self) -> float:
        """Start the node that died first; seconds until a write is accepted."""
        return float(self._source.ask("etcd (the first that died); etcdctl put … until it is accepted", self._back))  # fmt: skip

    def _back(self) -> str:
        cluster = self._real
        cluster.start(next(each for each in cluster.nodes if each.name == self._dead[0]))
        return f"{cluster.until(lambda: cluster.ctl(cluster.alive, 'put', 'other', '2').stdout.strip() == 'OK'):.2f}"  # fmt: skip


def _told(done: "subprocess.CompletedProcess[str]") -> str:
    """Its answer, or the reason of its refusal without addresses and dates."""
    if done.returncode == 0:
        return done.stdout.strip()
    said = done.stderr.strip().splitlines()
    return "Error: " + (said[-1].removeprefix("Error: ") if said else str(done.returncode))


@contextmanager
def members(source: Source, count: int) -> Iterator[Members]:
    """So many nodes that have a leader."""
    with started(source, f"{count} × etcd", lambda: _serving(count)) as cluster:
        yield Members(source, cluster)


@contextmanager
def _serving(count: int) -> Iterator[Cluster]:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        cluster = Cluster(Path(folder), stack, count)
        for node in cluster.nodes:
            cluster.start(node)
        cluster.until(lambda: cluster.leader() != "")
        yield cluster
