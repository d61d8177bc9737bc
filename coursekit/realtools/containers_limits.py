"""Checks of the chapter on containers: the limits of a control group, in the virtual machine."""

from coursekit.i18n import mark
from coursekit.realtools import cgroup
from coursekit.realtools.check import SAME, Check, Fact, at_least, at_most, within
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.containers import memory, throttle
from coursekit.sims.message import Message

VM = (Place("vm", (cgroup.CGROUP,)),)
LIMITS = [(50, 100), (20, 100)]  # quota and period, ms
MAX = 16  # MiB
SLOW = Message.of("An emulated processor that others disturb takes longer: its clock goes on while it stands still.")  # fmt: skip
OWN = (8, 40)  # MiB that a process asks for
READ = 40  # MiB of a file


def _throttles() -> tuple[Fact, ...]:
    facts = []
    for quota, period in LIMITS:
        asked = throttle.Throttle(work=cgroup.WORK_MS, quota=quota, period=period, threads=1, cores=1)  # fmt: skip
        story = throttle.tell(asked)
        share = 100 * story.throttles / (len(story.states) - 1)
        facts += [
            Fact(Message.of("{quota} ms of CPU in each {period} ms: 1 s of work takes", quota=quota, period=period), story.wall, at_least(0.85), mark("ms"), SLOW),
            Fact(Message.of("share of a CPU that it gets"), 100 * asked.limit, at_most(1.1), "%"),
            Fact(Message.of("periods that end in waiting"), share, within(0.25), "%"),
        ]  # fmt: skip
    return tuple(facts)


def _ask_throttles(source: Source) -> tuple[float, ...]:
    return tuple(
        value
        for each in cgroup.throttled(source, LIMITS)
        for value in (
            each.wall_ms,
            100 * each.cpu_ms / each.wall_ms,
            100 * each.throttles / each.periods,
        )
    )


def _kills(deed: memory.Deed) -> int:
    process = memory.Process(1, "dd", 0)
    told = memory.tell(memory.Limits(max=MAX), [process], [deed])
    return sum(len(state.kills) for state in told.states)


def _memory() -> tuple[Fact, ...]:
    facts = []
    deeds = [*(memory.Deed("ask", "dd", size) for size in OWN), memory.Deed("read", "dd", READ)]
    for deed in deeds:
        killed = _kills(deed)
        said = (
            Message.of("a process asks for {size} MiB, {max} are allowed: killed", size=deed.size, max=MAX)
            if deed.kind == "ask"
            else Message.of("a process reads {size} MiB of a file, {max} are allowed: killed", size=deed.size, max=MAX)
        )  # fmt: skip
        facts += [
            Fact(said, killed, SAME),
            Fact(Message.of("its exit code"), memory.KILLED if killed else 0, SAME),
            Fact(Message.of("the most that the group had"), MAX, at_most(), unit=mark("MiB")),
        ]
    return tuple(facts)


def _ask_memory(source: Source) -> tuple[float, ...]:
    commands = [f"dd if=/dev/zero of=/dev/null bs={size}M count=1" for size in OWN]
    commands.append(f"dd if=/dev/vda of=/dev/null bs=1M count={READ}")
    return tuple(
        value
        for each in cgroup.held(source, MAX, commands)
        for value in (each.kills, each.code, each.peak_mib)
    )


CHECKS = (
    Check(
        name="containers-cpu",
        title=mark("A limit of CPU, and the waiting it causes"),
        question=mark("A group may use so many milliseconds of CPU in each period: how long does one second of work take, and how often does it wait?"),
        differs=mark("The kernel hands out the quota in slices, so a period may give a few milliseconds more or less."),
        facts=_throttles,
        ask=_ask_throttles,
        places=VM,
    ),
    Check(
        name="containers-memory",
        title=mark("A limit of memory: who is killed, and who is not"),
        question=mark("A process wants more memory than its group may have: what happens? And when it only reads a large file?"),
        differs=mark("The group also holds what the kernel keeps for the process; it counts against the limit."),
        facts=_memory,
        ask=_ask_memory,
        places=VM,
    ),
)  # fmt: skip
