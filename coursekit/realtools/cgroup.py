"""Control groups of Linux: what a limit of CPU or memory does to a process.

In the virtual machine, whose kernel has version 2 of them. The CPU work is a loop that the kernel
ends after one second of CPU; so the amount of work is known, however fast the machine is. Source:
the kernel's admin-guide/cgroup-v2.
"""

from dataclasses import dataclass

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell
from coursekit.realtools.source import Source

CGROUP = Tool("cgroup", "linux", name="cgroup v2")
WORK_MS = 1000
BOX = "/sys/fs/cgroup/box"
START = f"echo '+cpu +memory' > /sys/fs/cgroup/cgroup.subtree_control; mkdir {BOX}"
FRESH = f"rmdir {BOX}; mkdir {BOX}"


@dataclass(frozen=True)
class Throttled:
    """What a second of CPU work under a limit took."""

    wall_ms: float
    cpu_ms: float  # that it used in all
    periods: int
    throttles: int  # periods that ended in waiting


@dataclass(frozen=True)
class Held:
    """A process under a limit of memory."""

    kills: int
    code: int
    peak_mib: float


def throttled(source: Source, limits: list[tuple[int, int]]) -> tuple[Throttled, ...]:
    """One second of CPU work under each limit: a quota in each period, both in ms."""
    with source.shell() as shell:
        shell.run(START)
        return tuple(_throttled(shell, *limit) for limit in limits)


def _throttled(shell: Shell, quota: int, period: int) -> Throttled:
    shell.run(f"{FRESH}; echo {quota * 1000} {period * 1000} > {BOX}/cpu.max")
    work = f"echo $$ > {BOX}/cgroup.procs; ulimit -t {WORK_MS // 1000}; while :; do :; done"
    times = shell.run(
        f"cat /proc/uptime; {{ bash -c '{work}'; }} 2>/dev/null; cat /proc/uptime", 60
    ).text.splitlines()
    before, after = (float(line.split()[0]) for line in times)
    stat = dict(line.split() for line in shell.run(f"cat {BOX}/cpu.stat").text.splitlines())
    used = int(stat["usage_usec"]) / 1000
    return Throttled(
        1000 * (after - before), used, int(stat["nr_periods"]), int(stat["nr_throttled"])
    )


def held(source: Source, limit: int, commands: list[str]) -> tuple[Held, ...]:
    """Each command under a memory limit in MiB, in a group of its own."""
    with source.shell() as shell:
        shell.run(START)
        return tuple(_held(shell, limit, command) for command in commands)


def _held(shell: Shell, limit: int, command: str) -> Held:
    shell.run(f"{FRESH}; echo {limit}M > {BOX}/memory.max")
    inside = f"echo $$ > {BOX}/cgroup.procs; exec {command}"
    code = shell.run(f"{{ bash -c '{inside}'; }} 2>/dev/null").code
    events = dict(line.split() for line in shell.run(f"cat {BOX}/memory.events").text.splitlines())
    peak = int(shell.run(f"cat {BOX}/memory.peak").text)
    return Held(int(events["oom_kill"]), code, peak / 2**20)
