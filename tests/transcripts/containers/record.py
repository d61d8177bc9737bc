"""What Linux does with namespaces, CPU quotas and weights, memory limits and signals.

Run as root of a throwaway machine: `python3 record.py > kernel.txt`. It makes control groups of its
own and removes them (version 1 of the interface, whose CPU scheduler and memory killer are those
of version 2), and listens nowhere.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")
MIB = 2**20
KINDS = ("mnt", "pid", "net", "ipc", "uts", "user", "cgroup", "time")
NAMES = {"mnt": "mount"}  # unshare(1) names this one otherwise

BURN = """
import os, sys, time
left = float(sys.argv[1]) / 1000
end = time.thread_time() + left
while time.thread_time() < end: pass
"""
EATER = """
import mmap, sys
kept = []
print("ready", flush=True)
for line in sys.stdin:
    kept.append(mmap.mmap(-1, int(line) * 2**20))
    for at in range(0, len(kept[-1]), 4096): kept[-1][at] = 1
    print("done", flush=True)
"""


def say(text):
    sys.stdout.write(f"{text}\n")


def run(command):
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).rstrip()


def tell(command):
    said = run(command)
    say(f"$ {command}\n{said}" if said else f"$ {command}")


@contextmanager
def group(controller, name, **files):
    folder = CGROUP / controller / name
    folder.mkdir(parents=True)
    try:
        for file, value in files.items():
            (folder / file.replace("__", ".")).write_text(str(value))
        yield folder
    finally:
        for _try in range(50):
            try:
                folder.rmdir()
                break
            except OSError:
                time.sleep(0.1)


def into(folder, *, core=None):
    """For `preexec_fn` (there are no threads here): the child joins a group, on one core if asked."""

    def join():
        (folder / "cgroup.procs").write_text(str(os.getpid()))
        if core is not None:
            os.sched_setaffinity(0, {core})

    return join


def namespaces():
    """Which of the eight a new one of each kind changes, and what it shows at first."""
    for kind in KINDS:
        option = f"--{NAMES.get(kind, kind)} --fork"
        seen = "; ".join(f"readlink /proc/self/ns/{each}" for each in KINDS)
        before, after = (
            run(f"sh -c '{seen}'").split(),
            run(f"unshare {option} sh -c '{seen}'").split(),
        )
        changed = [each for each, a, b in zip(KINDS, before, after, strict=True) if a != b]
        say(f"unshare {kind}: changed {' '.join(changed)}")
    tell("unshare --net ip -brief link")
    tell("unshare --ipc sh -c 'ipcs -m | grep -c 0x; ipcs -q | grep -c 0x'")
    tell("unshare --user sh -c 'id -u; wc -l < /proc/self/uid_map'")
    tell("unshare --user --map-root-user sh -c 'id -u; wc -l < /proc/self/uid_map'")
    tell(
        "unshare --uts sh -c 'test $(hostname) = '$(hostname)' && echo same; hostname other; hostname'; test $(hostname) = other || echo kept"
    )
    tell(
        "test $(unshare --mount sh -c 'wc -l < /proc/self/mounts') = $(wc -l < /proc/self/mounts) && echo same"
    )
    tell("unshare --time --fork cat /proc/self/timens_offsets")
    tell(
        "unshare --pid --fork sh -c 'echo $$; test $(ps -e --no-headers | wc -l) -gt 3 && echo many'"
    )
    tell("unshare --pid --fork --mount-proc sh -c 'echo $$; ps -e -o pid=,comm='")
    tell(
        "unshare --pid --fork unshare --pid --fork awk '/NSpid/ {print NF - 1, $(NF - 1), $NF}' /proc/self/status"
    )


def signals():
    """Process 1 of a PID namespace and SIGTERM: without a handler, with one, without a namespace."""
    for name, command in (
        ("plain process", ["sleep", "60"]),
        ("process 1", ["unshare", "--pid", "--fork", "sleep", "60"]),
        (
            "process 1 with a handler",
            [
                "unshare",
                "--pid",
                "--fork",
                "sh",
                "-c",
                "trap 'exit 143' TERM; while :; do sleep 0.1; done",
            ],
        ),
    ):
        child = subprocess.Popen(command)
        time.sleep(0.5)
        inner = int(run(f"pgrep -P {child.pid}").split()[0]) if len(command) > 2 else child.pid
        os.kill(inner, signal.SIGTERM)
        time.sleep(1.5)
        ended = child.poll()
        if ended is None:
            os.kill(inner, signal.SIGKILL)
            child.wait()
            say(f"signal {name}: SIGTERM ignored, SIGKILL ends it")
        else:
            say(f"signal {name}: SIGTERM {code(ended)}")


def code(returned):
    """As a shell reports it: 128 and the signal."""
    return returned if returned >= 0 else 128 - returned


def quotas():
    """CPU work in ms, quota and period in ms, threads: wall time, nr_throttled."""
    for work, quota, period, threads in (
        (95, 50, 100, 1), (120, 50, 100, 1), (980, 50, 100, 1), (490, 20, 50, 1),
        (380, 100, 100, 2), (950, 100, 100, 2), (350, 60, 100, 2), (300, 100, 100, 1),
    ):  # fmt: skip
        us = {"cpu__cfs_period_us": period * 1000, "cpu__cfs_quota_us": quota * 1000}
        found = []
        for _try in range(5):  # a machine has other things to do: the middle one counts
            with group("cpu", "ck", cpu__shares=262_144, **us) as folder:
                found.append(burnt(folder, work / threads, threads, period))
        wall, stops = sorted(found)[2]
        say(f"quota work {work} quota {quota} period {period} threads {threads}: wall {wall:.0f} throttled {stops}")  # fmt: skip


def burnt(folder, each, threads, period):
    """The work begins with a period, when no quota has been used for two of them."""
    begin, before = boundary(folder, threads) + 5 * period / 1000, throttled(folder)
    go = [os.pipe() for _each in range(threads)]
    children = [burner(folder, each, *pipe) for pipe in go]
    time.sleep(max(0.0, begin - time.monotonic() + 0.0005))
    start = time.monotonic()
    for _out, into_it in go:
        os.write(into_it, b"x")
    for pid in children:
        os.waitpid(pid, 0)
    wall = (time.monotonic() - start) * 1000
    for pipe in go:
        os.close(pipe[0])
        os.close(pipe[1])
    return wall, throttled(folder) - before


def burner(folder, ms, ready, _go):
    """Forked from one process that is warm, so that starting Python costs nothing."""
    pid = os.fork()
    if pid == 0:
        os.read(ready, 1)
        end = time.process_time() + ms / 1000
        while time.process_time() < end:
            pass
        os._exit(0)
    (folder / "cgroup.procs").write_text(str(pid))
    return pid


def boundary(folder, threads):
    """When a period begins: processes that burn the quota up are let run again just then."""
    back, tell_it = os.pipe()
    children = [prober(folder, tell_it) for _each in range(threads)]
    for pid in children:
        os.waitpid(pid, 0)
    found = max(map(float, os.read(back, 999).split()))
    os.close(back)
    os.close(tell_it)
    return found


def prober(folder, tell_it):
    pid = os.fork()
    if pid == 0:
        (folder / "cgroup.procs").write_text(str(os.getpid()))
        last = begun = time.monotonic()
        while (now := time.monotonic()) - last < 0.008 and now < begun + 1:
            last = now
        os.write(tell_it, f"{now!r} ".encode())
        os._exit(0)
    return pid


def throttled(folder):
    stat = dict(line.split() for line in (folder / "cpu.stat").read_text().splitlines())
    return int(stat["nr_throttled"])


def weights():
    """CPU time in ms that busy groups on one core get within two seconds, by cpu.shares."""
    for name, tree in (
        ("A100 B300", {"A": 1024, "B": 3072}),
        ("A100 of A100 B300", {"A": 1024}),
        ("X{a b} Y{c}", {"X": 1024, "Y": 1024, "X/a": 1024, "X/b": 1024, "Y/c": 1024}),
        ("X{a b} of X{a b} Y{c}", {"X": 1024, "Y": 1024, "X/a": 1024, "X/b": 3072}),
    ):
        used = raced(tree)
        say(f"weights {name}: {' '.join(f'{leaf} {ms:.0f}' for leaf, ms in used.items())}")


def raced(tree):
    root = CGROUP / "cpu" / "ck"
    root.mkdir()
    folders = [root]
    try:
        for path, shares in tree.items():
            folders.append(root / path)
            folders[-1].mkdir()
            (folders[-1] / "cpu.shares").write_text(str(shares))
        leaves = [
            p for p in tree if not any(q.startswith(f"{p}/") for q in tree) and p not in ("X", "Y")
        ]
        start = [
            subprocess.Popen(
                [sys.executable, "-c", BURN, "60000"],
                preexec_fn=into(root / leaf, core=0),  # noqa: PLW1509
            )
            for leaf in leaves
        ]
        time.sleep(2.5)
        ticks = [
            Path(f"/proc/{each.pid}/stat").read_text().rpartition(")")[2].split() for each in start
        ]
        for each in start:
            each.kill()
            each.wait()
        return {
            leaf: (int(tick[11]) + int(tick[12])) * 1000 / os.sysconf("SC_CLK_TCK")
            for leaf, tick in zip(leaves, ticks, strict=True)
        }
    finally:
        for folder in reversed(folders):
            folder.rmdir()


def memories():
    """6-V14: max, p1 60 and p2 30 MiB, p1 asks 20; with and without p2's adjustment of 500."""
    for adj in (500, 0):
        with group("memory", "ck", memory__limit_in_bytes=115 * MIB) as folder:
            swapless(folder)
            p1, p2 = eater(folder, 0), eater(folder, adj)
            ask(p1, 60)
            ask(p2, 30)
            ask(p1, 20, wait=False)
            time.sleep(1.5)
            for name, each in (("p1", p1), ("p2", p2)):
                ended = each.poll()
                say(f"memory adj {adj}: {name} {'lives' if ended is None else code(ended)}")
                each.kill()
                each.wait()
    with group("memory", "ck", memory__limit_in_bytes=100 * MIB) as folder:
        reader = eater(folder, 0)
        big = Path(tempfile.mkdtemp()) / "big"
        big.write_bytes(bytes(300 * MIB))
        run("sync; echo 3 > /proc/sys/vm/drop_caches")
        done = subprocess.run(
            ["cat", str(big)], stdout=subprocess.DEVNULL, preexec_fn=into(folder), check=False
        )
        stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        say(
            f"memory 300 MiB of files read in 100: exit {done.returncode}, cache {int(stat['cache']) // MIB} MiB, usage {int((folder / 'memory.usage_in_bytes').read_text()) // MIB} MiB"
        )
        big.unlink()
        big.parent.rmdir()
        reader.kill()
        reader.wait()


def swapless(folder):
    (folder / "memory.swappiness").write_text("0")


def eater(folder, adj):
    child = subprocess.Popen(
        [sys.executable, "-c", EATER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=into(folder),  # noqa: PLW1509
    )
    Path(f"/proc/{child.pid}/oom_score_adj").write_text(str(adj))
    child.stdout.readline()
    return child


def ask(child, size, *, wait=True):
    child.stdin.write(f"{size}\n")
    child.stdin.flush()
    if wait:
        child.stdout.readline()


def main():
    say(f"# Linux {os.uname().release.split('-')[0]}")
    say(f"# {run('unshare --version')}")
    namespaces()
    signals()
    quotas()
    weights()
    memories()


if __name__ == "__main__":
    main()
