"""The memory limits of a control group: slowed above high, killed at max.

Modelled: processes' own memory (anonymous, no swap) and page cache, in MiB; above memory.high
the cache is reclaimed and whoever asks is slowed; at memory.max the cache is reclaimed, and when
that is not enough the process with the highest score is killed, or the whole group
(memory.oom.group). A process asks in batches of 64 pages, and waits after each that ends above
high. Left out: swap, kernel memory, memory.min and low, groups below groups, recency (our reclaim
takes cache first), and that the kernel forgives waits of up to 10 ms.
Sources: Linux admin-guide/cgroup-v2; mm/oom_kill.c (oom_badness); mm/memcontrol.c
(calculate_high_delay, with its table: 101 of 100 MiB, 6 ms; 105, 159 ms).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from coursekit.sims.containers.figures import tidy
from coursekit.sims.message import Message, require

__all__ = ["DEEDS", "KILLED", "Deed", "Kill", "Limits", "Process", "State", "Told", "high_delay", "score", "tell", "trace"]  # fmt: skip

Kind = Literal["ask", "read", "free"]
DEEDS: tuple[Kind, ...] = get_args(Kind)
KILLED = 137  # 128 + SIGKILL, as a shell and Docker report it
PROTECTED = -1000  # oom_score_adj of a process that is never chosen
BATCH_MIB = 64 * 4096 / 2**20
LONGEST_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """memory.max and memory.high in MiB (None: none), and memory.oom.group."""

    max: float = 100
    high: float | None = None
    group: bool = False

    def __post_init__(self) -> None:
        require(self.max > 0, "{name}={value}: choose more than 0", name="max", value=self.max)
        require(
            self.high is None or self.high > 0, "{name}={value}: choose more than 0",
            name="high", value=self.high,
        )  # fmt: skip

    @property
    def soft(self) -> float:
        """Where reclaim begins."""
        return self.max if self.high is None else min(self.high, self.max)


@dataclass(frozen=True)
class Process:
    """A process: its own memory in MiB, and the adjustment of its score."""

    pid: int
    name: str
    mem: float
    adj: int = 0
    alive: bool = True

    def __post_init__(self) -> None:
        require(self.mem >= 0, "{name}={value}: choose 0 or more", name=self.name, value=self.mem)
        require(
            -1000 <= self.adj <= 1000, "oom_score_adj={adj}: choose -1000 to 1000", adj=self.adj
        )


@dataclass(frozen=True)
class Deed:
    """`ask` and `free`: process `who`, `size` MiB of its own; `read`: MiB of files into the cache."""

    kind: Kind
    who: str
    size: float

    def __post_init__(self) -> None:
        require(self.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=self.kind, deeds=", ".join(DEEDS))  # fmt: skip
        require(self.size > 0, "{name}={value}: choose more than 0", name="size", value=self.size)


@dataclass(frozen=True)
class Kill:
    """A process killed, its score, and the scores of all that were alive."""

    victim: Process
    score: float
    scores: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class State:
    """After a deed: who has what, what was reclaimed and killed for it, how long it was slowed."""

    processes: tuple[Process, ...]
    cache: float
    deed: Deed | None = None
    reclaimed: float = 0.0
    kills: tuple[Kill, ...] = ()
    delay: float = 0.0  # seconds that the deed was held up above memory.high
    refused: bool = False  # nothing to reclaim and nobody who may be killed
    why: tuple[Message, ...] = field(default=())

    @property
    def own(self) -> float:
        """Memory of the processes, in MiB."""
        return sum(each.mem for each in self.processes if each.alive)

    @property
    def usage(self) -> float:
        """memory.current: the processes' own memory and the cache."""
        return self.own + self.cache

    @property
    def alive(self) -> tuple[Process, ...]:
        """The processes that are still there."""
        return tuple(each for each in self.processes if each.alive)

    def process(self, name: str) -> Process:
        """A living process by name; ParameterError names those there are."""
        found = [each for each in self.alive if each.name == name]
        names = ", ".join(each.name for each in self.alive) or "-"
        require(bool(found), "process={name}: not running; choose one of {names}", name=name, names=names)  # fmt: skip
        return found[0]


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    limits: Limits
    states: tuple[State, ...]


def score(process: Process, limits: Limits) -> float:
    """The higher, the sooner killed: thousandths of the limit, and the adjustment."""
    return 1000 * process.mem / limits.max + process.adj


def high_delay(usage: float, high: float, size: float = BATCH_MIB) -> float:
    """Seconds that the kernel holds up a process which was charged `size` MiB above high."""
    if usage <= high:
        return 0.0
    over = (usage - high) / high
    return min(LONGEST_S, 64 * over * over * size / BATCH_MIB)


def tell(limits: Limits, processes: Sequence[Process], deeds: Sequence[Deed] = (), cache: float = 0.0) -> Told:  # fmt: skip
    """The whole record; ParameterError names a deed that cannot be done."""
    first = State(tuple(processes), cache)
    require(
        first.usage <= limits.max, "usage={usage}: more than the {max} of memory.max",
        usage=tidy(first.usage), max=tidy(limits.max),
    )  # fmt: skip
    said = Message.of("Used: {usage} MiB of {max}.", usage=tidy(first.usage), max=tidy(limits.max))
    states = [replace(first, why=(said,))]
    for deed in deeds:
        fresh = replace(states[-1], deed=deed, reclaimed=0.0, kills=(), delay=0.0, refused=False, why=())  # fmt: skip
        states.append(_DO[deed.kind](fresh, deed, limits))
    return Told(limits, tuple(states))


def trace(told: Told) -> list[dict[str, Any]]:
    """The kills as plain events; `t` is the number of the deed."""
    return [
        {"t": at, "kind": "oom", "pid": kill.victim.pid, "score": kill.score}
        for at, state in enumerate(told.states)
        for kill in state.kills
    ]


def _ask(state: State, deed: Deed, limits: Limits) -> State:
    who = state.process(deed.who)
    need = state.usage + deed.size
    said = [Message.of("{name} asks for {size} MiB.", name=who.name, size=tidy(deed.size))]
    if need > limits.max:
        state = _make_room(state, who, deed.size, limits, said)
    if state.refused or who.name not in {each.name for each in state.alive}:
        return replace(state, why=tuple(said))
    return _granted(state, who, deed.size, limits, said)


def _granted(state: State, who: Process, size: float, limits: Limits, said: list[Message]) -> State:
    """The memory is given; above high the cache shrinks, and the process waits at each batch."""
    after = _with(state, replace(who, mem=who.mem + size))
    after, freed = _reclaim(after, after.usage - limits.soft)
    if freed:
        said.append(Message.of("The page cache gives {freed} MiB back.", freed=tidy(freed)))
    delay = 0.0
    if limits.high is not None and after.usage > limits.high:
        delay = _held_up(after.usage - size, size, limits.high)
        said.append(Message.of("Used: {usage} MiB, above memory.high ({high}): nobody is killed, but {name} is held up for {delay} s.", usage=tidy(after.usage), high=tidy(limits.high), name=who.name, delay=tidy(delay)))  # fmt: skip
    elif not freed:
        said.append(Message.of("Used: {usage} MiB of {max}: it is given at once.", usage=tidy(after.usage), max=tidy(limits.max)))  # fmt: skip
    return replace(after, delay=delay, why=tuple(said))


def _held_up(before: float, size: float, high: float) -> float:
    """The waits of all batches from `before` to `before` + `size` MiB."""
    batches = int(size // BATCH_MIB)
    rest = size - batches * BATCH_MIB
    waits = sum(high_delay(before + (k + 1) * BATCH_MIB, high) for k in range(batches))
    return waits + (high_delay(before + size, high, rest) if rest else 0.0)


def _make_room(state: State, who: Process, size: float, limits: Limits, said: list[Message]) -> State:  # fmt: skip
    """Reclaim, then kill, until `size` more fits, the asker is dead, or nobody is left to kill."""
    state, freed = _reclaim(state, state.usage + size - limits.max)
    if freed:
        said.append(Message.of("It would be more than memory.max ({max}): the page cache gives {freed} MiB back.", max=tidy(limits.max), freed=tidy(freed)))  # fmt: skip
    while who.name in {each.name for each in state.alive} and state.usage + size > limits.max:
        victim = _victim(state, limits)
        if victim is None:
            said.append(Message.of("It would be more than memory.max ({max}), nothing can be reclaimed and nobody may be killed: {name} waits.", max=tidy(limits.max), name=who.name))  # fmt: skip
            return replace(state, refused=True)
        state = _kill(state, victim, limits, said)
    return state


def _victim(state: State, limits: Limits) -> Process | None:
    open_ = [each for each in state.alive if each.adj != PROTECTED]
    return max(open_, key=lambda each: (score(each, limits), -each.pid), default=None)


def _kill(state: State, victim: Process, limits: Limits, said: list[Message]) -> State:
    scores = tuple((each.name, score(each, limits)) for each in state.alive)
    doomed = [victim]
    if limits.group:
        doomed = [each for each in state.alive if each.adj != PROTECTED]
    said.append(Message.of("Nothing is left to reclaim below memory.max ({max}): the kernel kills {name}, whose score is the highest, {score}.", max=tidy(limits.max), name=victim.name, score=tidy(score(victim, limits))))  # fmt: skip
    if len(doomed) > 1:
        said.append(Message.of("With memory.oom.group all processes of the group die with it."))
    said.append(Message.of("Exit code {code}: 128 + 9, SIGKILL.", code=KILLED))
    for each in doomed:
        state = _with(state, replace(each, mem=0.0, alive=False))
    kills = tuple(Kill(each, score(each, limits), scores) for each in doomed)
    return replace(state, kills=(*state.kills, *kills))


def _read(state: State, deed: Deed, limits: Limits) -> State:
    room = max(0.0, limits.soft - state.own)
    cache = min(state.cache + deed.size, room)
    pushed = state.cache + deed.size - cache
    said = [Message.of("{size} MiB of files are read: the kernel keeps them in the page cache, which counts as the group’s memory.", size=tidy(deed.size))]  # fmt: skip
    if pushed > 0:
        said.append(Message.of("There is no room for all: older pages give way ({pushed} MiB). Nobody is killed for it.", pushed=tidy(pushed)))  # fmt: skip
    return replace(state, cache=cache, reclaimed=pushed, why=tuple(said))


def _free(state: State, deed: Deed, limits: Limits) -> State:
    who = state.process(deed.who)
    require(
        deed.size <= who.mem, "size={size}: {name} has {mem} MiB",
        size=deed.size, name=who.name, mem=who.mem,
    )  # fmt: skip
    after = _with(state, replace(who, mem=who.mem - deed.size))
    said = Message.of("{name} gives {size} MiB back. Used: {usage} MiB of {max}.", name=who.name, size=tidy(deed.size), usage=tidy(after.usage), max=tidy(limits.max))  # fmt: skip
    return replace(after, why=(said,))


def _reclaim(state: State, need: float) -> tuple[State, float]:
    freed = min(max(0.0, need), state.cache)
    return replace(state, cache=state.cache - freed, reclaimed=state.reclaimed + freed), freed


def _with(state: State, changed: Process) -> State:
    kept = tuple(changed if each.name == changed.name else each for each in state.processes)
    return replace(state, processes=kept)


_DO: dict[Kind, Callable[[State, Deed, Limits], State]] = {"ask": _ask, "read": _read, "free": _free}  # fmt: skip
