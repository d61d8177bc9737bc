"""PostgreSQL: a primary, its standby, a death, a promotion, and two primaries at once.

Two servers on 127.0.0.1 in temporary folders; the standby is a copy by `pg_basebackup` and follows by
streaming. A commit on A waits for B while `synchronous_standby_names` says so. Killed is the whole
process group with SIGKILL: nobody can say goodbye. `pg_rewind` throws A's own history away and makes
it follow B. Source: PostgreSQL 15 manual, 27 "High Availability", pg_rewind. Left out: who decides
(Patroni), fencing, a power cut (the kernel keeps what was written). PostgreSQL refuses to run as
root: root starts it as the user `postgres`, or `nobody`.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.realtools.backends import free_port
from coursekit.realtools.places import Tool
from coursekit.realtools.shell import environment, find
from coursekit.realtools.source import Source
from coursekit.sims.message import require

__all__ = ["POSTGRES", "REWIND", "Pair", "Server", "pair"]

POSTGRES = Tool("postgres", "postgresql", name="PostgreSQL")
REWIND = Tool("pg_rewind", "postgresql", aside=True)
READY_S, HUNG_S = 10.0, 1.0
USER = "course"
CONFIG = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
wal_log_hints = on
synchronous_commit = remote_apply
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 100ms
shared_buffers = 16MB
max_connections = 20
wal_keep_size = 128MB
logging_collector = off
"""


def _plain_user() -> dict[str, object]:
    """For `subprocess`: whom to become, where we are root."""
    if os.geteuid():
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            found = pwd.getpwnam(name)
            return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    return {}


def _run(command: Sequence[str], timeout: float = 20) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [find(command[0]) or command[0], *command[1:]], env=environment(), capture_output=True, cwd="/",
        text=True, timeout=timeout, check=False, stdin=subprocess.DEVNULL, **_plain_user(),
    )  # fmt: skip


def _done(command: Sequence[str]) -> str:
    done = _run(command)
    require(done.returncode == 0, "command={command}: {said}", command=command[0], said=done.stderr.strip()[-300:])  # fmt: skip
    return done.stdout.strip()


class Server:
    """One server with its folder; `start` and `kill` as often as one likes."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.port = name, folder / name, 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """A connection string."""
        return f"host=127.0.0.1 port={self.port} user={USER} dbname=postgres application_name={self.name}"  # fmt: skip

    def start(self, **settings: str) -> None:
        """Start it on a free port and wait until it answers."""
        self.port = self.port or free_port()
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        with (self.folder.parent / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(  # type: ignore[call-overload]
                [find("postgres") or "postgres", "-D", str(self.folder), "-p", str(self.port), *options],
                env=environment(), cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, **_plain_user(),
            )  # fmt: skip
        self.wait(lambda: self.sql("SELECT 1") == "1")

    def wait(self, holds: Callable[[], bool]) -> float:
        """Wait until it holds; how many seconds that took."""
        begun = time.monotonic()
        while not holds():
            ended = self._process is None or self._process.poll() is not None
            require(not ended, "server={name}: it has ended", name=self.name)
            require(time.monotonic() - begun < READY_S, "server={name}: no answer after {s:g} s", name=self.name, s=READY_S)  # fmt: skip
            time.sleep(0.02)
        return time.monotonic() - begun

    def sql(self, text: str, timeout: float = 10) -> str:
        """What psql prints; of an error its first line."""
        try:
            done = _run(["psql", "-XAtq", "-d", self.address, "-c", text], timeout)
        except subprocess.TimeoutExpired:
            return f"no answer within {timeout:g} s"
        return done.stdout.strip() or done.stderr.partition("\n")[0].strip()

    @contextmanager
    def open(self, text: str) -> Iterator[None]:
        """A session that has typed this and stays."""
        process = subprocess.Popen(  # type: ignore[call-overload]
            [find("psql") or "psql", "-XAtq", "-d", self.address], env=environment(), cwd="/",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **_plain_user(),
        )  # fmt: skip
        try:
            process.stdin.write(f"{text}\n\\echo typed\n".encode())
            process.stdin.flush()
            process.stdout.readline()
            yield
        finally:
            process.kill()
            process.communicate()

    def kill(self) -> None:
        """SIGKILL to every process of it."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """A fast and orderly stop."""
        self._end(signal.SIGINT)

    def _end(self, sign: signal.Signals) -> None:
        if self._process is None:
            return
        group = self._process.pid
        with suppress(ProcessLookupError):
            (os.killpg if sign == signal.SIGKILL else os.kill)(group, sign)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(group, signal.SIGKILL)
            self._process.wait(10)
        self._process = None
        _wait_for_group(group)


def _wait_for_group(group: int) -> None:
    """Until the last child is gone: it holds the memory that the next start asks for."""
    for _each in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)


class Pair:
    """Primary A and standby B, asked through a source."""

    def __init__(self, source: Source, folder: Path) -> None:
        self._source = source
        self.a, self.b = Server("a", folder), Server("b", folder)

    def ask(self, server: Server, text: str, timeout: float = 10) -> str:
        """SQL to one of them."""
        return self._source.ask(f'psql --host {server.name} --command "{text}"', lambda: server.sql(text, timeout))  # fmt: skip

    def do(self, command: str, run: Callable[[], object]) -> str:
        """Anything else: its own words, or nothing."""
        return self._source.ask(command, lambda: str(run() or ""))

    def make(self) -> None:
        """initdb, the first start, the copy, the second start."""
        _done(["initdb", "--no-sync", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C", "-D", str(self.a.folder)])  # fmt: skip
        with (self.a.folder / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(CONFIG)
        self.a.start()
        _done(["pg_basebackup", "--no-sync", "--checkpoint=fast", "--write-recovery-conf", "-d", self.a.address.replace("name=a", "name=b"), "-D", str(self.b.folder)])  # fmt: skip
        self.b.start()
        self.a.sql("ALTER SYSTEM SET synchronous_standby_names = 'b'")
        self.a.sql("SELECT pg_reload_conf()")
        self.follows()

    def again(self) -> None:
        """Start B and wait until A waits for it."""
        self.b.start()
        self.follows()

    def follows(self) -> None:
        """Wait until A sends to B and waits for it."""
        asked = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'"  # fmt: skip
        self.a.wait(lambda: self.a.sql(asked) == "1")

    def promote(self) -> str:
        """Make B a primary; seconds until it takes a write."""
        begun = time.monotonic()
        self.b.sql("SELECT pg_promote()")
        self.b.wait(lambda: self.b.sql("INSERT INTO t VALUES ('common')") == "")
        return f"{time.monotonic() - begun:.2f}"

    def rewind(self) -> None:
        """A throws away what B does not know, and follows it.

        Without the checkpoint B's control file still names the time line before its promotion, and
        pg_rewind finds nothing to do.
        """
        self.b.sql("CHECKPOINT")
        self.a.stop()
        _done(["pg_rewind", "--no-sync", "--write-recovery-conf", "-D", str(self.a.folder), f"--source-server={self.b.address}"])  # fmt: skip
        self.a.start(synchronous_standby_names="")

    def close(self) -> None:
        """End both."""
        for each in (self.a, self.b):
            each.kill()


@contextmanager
def pair(source: Source) -> Iterator[Pair]:
    """Two servers that are not yet made, and are gone at the end of the block."""
    with TemporaryDirectory() as made:
        if user := _plain_user():
            shutil.chown(made, int(str(user["user"])), int(str(user["group"])))
        both = Pair(source, Path(made))
        try:
            yield both
        finally:
            both.close()
