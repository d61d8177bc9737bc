"""What PostgreSQL does with our schedules, so that LabDB can be compared.

Run: `python record_schedules.py > schedules.txt`, as root or as a user who may run initdb, with
PostgreSQL installed. A private cluster listens on a socket in a folder of its own, and ends with the
script. One psql a transaction; a step that waits for a lock is seen in pg_stat_activity, and the
later steps of its transaction are held back until it is done. Deadlocks are looked for after 30 ms,
so whoever asked last is the one who finds the circle. A line of the record is JSON: the level, the
schedule, how each transaction ended, what was read in order, the rows at the end, who had to wait.
"""

import json
import os
import pwd
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from coursekit.sims.databases.schedules import parse

BIN = Path(os.environ.get("PGBIN", "/usr/lib/postgresql/15/bin"))
LEVELS = {"RC": "READ COMMITTED", "SI": "REPEATABLE READ", "SSI": "SERIALIZABLE"}
SETTINGS = {
    "listen_addresses": "''", "fsync": "off", "deadlock_timeout": "30ms", "autovacuum": "off",
    "enable_seqscan": "off", "enable_bitmapscan": "off",  # rows are locked one by one only where an index finds them
}  # fmt: skip
VECTORS = (
    "w1(x,99) r2(x) a1 c2", "r1(x) w2(x,99) c2 r1(x) c1", "r1(x) r2(x) w1(x,11) c1 w2(x,11) c2",
    "w1(x,x+1) w2(x,x+1) c1 c2", "r1(x) r1(y) r2(x) r2(y) w1(x,-15) w2(y,-5) c1 c2",
    "r1(x) w2(x,5) w2(y,25) c2 r1(y) c1", "w1(x) w2(y) w1(y) w2(x) c1 c2",
    "r2(x) r2(y) w1(y,40) c1 r3(x) r3(y) c3 w2(x,-21) c2",
    "n1(sal) i2(sal1,1) c2 n1(sal) c1", "n1(sal) n2(sal) i1(sal1,1) i2(sal2,1) c1 c2",
    "i1(sal,1) i2(sal,2) c1 c2", "i1(sal,1) i2(sal,2) a1 c2", "l1(x) l2(x) w1(x,x-1) c1 w2(x,x-1) c2",
    "l1(x) r2(x) w2(y,1) c2 c1", "d1(x) w2(x,5) c1 c2", "d1(x) w2(x,5) a1 c2", "r1(x) d2(x) c2 r1(x) w1(x,3) c1",
    "w1(x,11) w2(x,12) w3(x,13) c1 c2 c3", "w1(x,11) w2(x,12) w3(x,13) a1 c2 c3", "w1(x,11) w2(x,12) r2(y) a2 c1",
    "r1(x) w2(y,5) r2(x) w1(x,7) c1 c2", "w1(x,1) w2(y,2) w3(x,3) w2(x,4) c1 c2 c3", "r1(x) c1 w2(x,5) c2",
    "r1(x) r2(y) w1(y,5) w2(x,7) c1 c2", "r1(x) r2(y) w1(y,5) c1 w2(x,7) c2", "r1(x) r2(y) w1(y,5) c1 r2(x) c2",
    "r1(y) r2(x) w2(y,1) c1 w3(x,2) c3 c2", "r1(y) r2(x) w2(y,1) w3(x,2) c3 c1 c2", "r2(x) w2(y,1) w3(x,2) c3 r1(y) c1 c2",
    "r2(x) w3(x,2) c3 r1(y) w2(y,1) c2 c1", "r1(y) r2(x) w2(y,1) c2 w3(x,2) c3 c1", "r1(x) r2(x) w1(x,1) c1 w2(y,1) c2",
)  # fmt: skip
SEED, RANDOM, COUNTS = 13, 60, 24


def random_schedule(rng, step):
    """Two or three transactions of two to three steps and an end, mixed by chance."""
    programs = []
    for tx in range(1, int(rng.integers(2, 4)) + 1):
        steps = [step(rng, tx) for _ in range(int(rng.integers(2, 4)))]
        programs.append([*steps, f"a{tx}" if rng.random() < 0.12 else f"c{tx}"])
    order = rng.permutation([at for at, steps in enumerate(programs) for _ in steps])
    return " ".join(programs[at].pop(0) for at in order)


def random_step(rng, tx):
    key = str(rng.choice(["x", "y"]))
    kind = str(rng.choice(["r", "w", "l", "d", "add"], p=[0.45, 0.3, 0.05, 0.03, 0.17]))
    if kind == "add":
        return f"w{tx}({key},{key}+{tx})"
    return f"w{tx}({key},{int(rng.integers(30, 99))})" if kind == "w" else f"{kind}{tx}({key})"


def random_count(rng, tx):
    """Rows that come, go and are counted."""
    return str(rng.choice([f"n{tx}(x)", f"i{tx}(x{tx},{tx})", f"i{tx}(x3,{tx})", f"d{tx}(x)", f"r{tx}(x)", f"w{tx}(y,{tx})", f"r{tx}(y)"]))  # fmt: skip


def schedules():
    """Every schedule of the record, each once."""
    rng = np.random.default_rng(SEED)
    mixed = [random_schedule(rng, random_step) for _ in range(RANDOM)]
    counted = [random_schedule(rng, random_count) for _ in range(COUNTS)]
    return list(dict.fromkeys([*VECTORS, *mixed, *counted]))


class Session:
    """A psql that answers one command after the other."""

    def __init__(self, folder):
        command = [BIN / "psql", "-X", "-q", "-At", "-h", folder, "-U", "postgres", "postgres"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
        self.ask("\\set VERBOSITY verbose")
        for name in ("enable_seqscan", "enable_bitmapscan"):
            self.ask(f"set {name} = off;")
        self.pid = int(self.ask("select pg_backend_pid();"))

    def send(self, command):
        self.process.stdin.write(f"{command}\n\\echo END\n".encode())
        self.process.stdin.flush()
        self.heard = b""

    def done(self, seconds):
        """Whether the answer is complete, after at most so long."""
        ready, _out, _err = select.select([self.process.stdout], [], [], seconds)
        if ready:
            self.heard += os.read(self.process.stdout.fileno(), 65536)
        return self.heard.endswith(b"END\n")

    def answer(self):
        return self.heard.decode().removesuffix("END\n").strip()

    def ask(self, command):
        self.send(command)
        while not self.done(5):
            pass
        return self.answer()


def sql(step):
    """A step as a statement."""
    if step.kind in "ca":
        return {"c": "commit;", "a": "rollback;"}[step.kind]
    row = f"where k = '{step.key}'"
    if step.kind == "n":
        return f"select count(*) from item where k >= '{step.key}' and k < '{step.key}~';"
    if step.kind in "rl":
        return f"select v from item {row}{' for update' if step.kind == 'l' else ''};"
    if step.kind == "d":
        return f"delete from item {row};"
    if step.kind == "i":
        return f"insert into item values ('{step.key}', {step.value.add});"
    return f"update item set v = {'v + ' if step.value.base else ''}{step.value.add} {row};"


class Play:
    """One schedule at one level."""

    def __init__(self, level, schedule, control, sessions):
        self.level, self.schedule, self.control = level, schedule, control
        self.sessions = dict(zip(schedule.transactions, sessions, strict=False))
        self.status = dict.fromkeys(schedule.transactions, "active")
        self.begun, self.queues, self.reads, self.waited = set(), {}, [], []

    def run(self):
        rows = ", ".join(f"('{key}', {value})" for key, value in self.schedule.items)
        self.control.ask(f"truncate item; insert into item values {rows};")
        for step in self.schedule.steps:
            if step.tx in self.queues:
                self.queues[step.tx].append(step)
            else:
                self.do(step)
                self.wake()
        final = dict(line.split("|") for line in self.control.ask("select k, v from item order by k;").splitlines())  # fmt: skip
        for session in self.sessions.values():
            session.ask("rollback;")
        return {
            "level": self.level, "schedule": str(self.schedule), "status": self.status, "reads": self.reads,
            "final": {key: int(value) for key, value in final.items()}, "waited": self.waited,
        }  # fmt: skip

    def do(self, step):
        """Send a step; it is done, or waits."""
        if self.status[step.tx] != "active":
            return True
        session = self.sessions[step.tx]
        if step.tx not in self.begun:
            self.begun.add(step.tx)
            session.ask(f"begin isolation level {LEVELS[self.level]};")
        session.send(sql(step))
        while not session.done(0.02):
            if self.locked(session):
                time.sleep(0.15)  # its search for a circle is over then
                if not session.done(0.01):
                    self.queues[step.tx] = [step]
                    self.waited.append(step.tx)
                    return False
        self.take(step)
        return True

    def locked(self, session):
        return self.control.ask(f"select wait_event_type from pg_stat_activity where pid = {session.pid};") == "Lock"  # fmt: skip

    def take(self, step):
        """What a step answered."""
        said = self.sessions[step.tx].answer()
        if found := re.search(r"(?:ERROR|FATAL): +(\w{5}):", said):
            self.status[step.tx] = found[1]
            self.sessions[step.tx].ask("rollback;")
        elif step.kind in "ca":
            self.status[step.tx] = {"c": "committed", "a": "aborted"}[step.kind]
        elif step.kind in "rln":
            self.reads.append([step.tx, step.key, int(said) if said else None])

    def wake(self):
        """Let those go on whose answer has come, each with its queue before the next."""
        while any(self.resume(tx) for tx in list(self.queues)):
            pass

    def resume(self, tx):
        session = self.sessions[tx]
        while not session.done(0.03):
            if self.locked(session):
                return False
        step, *rest = self.queues.pop(tx)
        self.take(step)
        for place, later in enumerate(rest):
            if not self.do(later):
                self.queues[tx] += rest[place + 1 :]
                break
        return True


@contextmanager
def cluster():
    """The folder of a running cluster of our own."""
    who = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    before = ["runuser", "-u", "postgres", "--"] if who else []
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if who:
        os.chown(folder, who.pw_uid, who.pw_gid)
    data, quiet = folder / "data", {"stdout": subprocess.DEVNULL, "cwd": folder}
    options = " ".join(f"-c {name}={value}" for name, value in {**SETTINGS, "unix_socket_directories": folder}.items())  # fmt: skip
    try:
        subprocess.run([*before, BIN / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--locale=C", "-N"], check=True, **quiet)  # fmt: skip
        subprocess.run([*before, BIN / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], check=True, **quiet)  # fmt: skip
        yield folder
    finally:
        subprocess.run([*before, BIN / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=False, **quiet)  # fmt: skip
        shutil.rmtree(folder)


def main():
    with cluster() as folder:
        control, *sessions = [Session(folder) for _ in range(5)]
        control.ask("create table item (k text primary key, v int not null);")
        version = control.ask("show server_version;")
        sys.stdout.write(f"# PostgreSQL {version}, recorded {time.strftime('%Y-%m')}\n")
        for text in schedules():
            for level in LEVELS:
                sys.stdout.write(json.dumps(Play(level, parse(text), control, sessions).run()) + "\n")  # fmt: skip


if __name__ == "__main__":
    main()
