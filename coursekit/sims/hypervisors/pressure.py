"""The memory pressure game: guests grow, tick by tick, on a host that promised too much.

Modelled: each tick every guest fills some more of its memory; then the host takes back, from
the worst state upwards, with the tools of each state, until free memory has left that state.
What a tool takes is spread by what it can still take from each guest. Left out: memory given
back, shares and idle tax, the time that taking needs, CPU.
Compression halves a page, of at most 10 % of a guest's memory. It is blind as swap is.
Sources: those of `memory`; compression cache: vSphere Resource Management guide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from coursekit.sims.hypervisors.memory import (
    BALLOON_LIMIT,
    EDGES,
    MEMORY_S,
    SHARE_BELOW,
    SWAP_S,
    Pages,
    State,
    edge,
    hot_lost,
    state_of,
)
from coursekit.sims.message import Message, require

__all__ = ["Guest", "Held", "Pressure", "Tick", "play"]

COMPRESS_LIMIT = 0.10  # of a guest's memory
COMPRESS_SAVES = 0.5
UNPACK_S = 10e-6  # illustrative: between memory and disk
STILL = 1e-6  # MiB: less than this is rounding
# Worst first: the state to leave, the tool, and the edge (% of minFree) to reach with it.
ORDER: tuple[tuple[State, str, int], ...] = (
    ("low", "compress", EDGES["hard"]), ("low", "swap", EDGES["hard"]),
    ("hard", "share", EDGES["soft"]), ("hard", "compress", EDGES["soft"]), ("hard", "swap", EDGES["soft"]),
    ("soft", "share", EDGES["clear"]), ("soft", "balloon", EDGES["clear"]),
    ("clear", "share", SHARE_BELOW),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Guest:
    """A guest: the memory it was promised (MiB), what it uses all the time, what is shareable."""

    id: str
    mem: float
    hot: float = 0.3
    alike: float = 0.1  # share of its filled memory that other guests hold too

    def __post_init__(self) -> None:
        require(self.mem > 0, "{name}={value}: choose more than 0", name="mem", value=self.mem)
        require(0 < self.hot <= 1, "hot={hot}: more than 0 and at most 1", hot=self.hot)
        require(0 <= self.alike < 1, "alike={alike}: 0 or more and less than 1", alike=self.alike)


@dataclass(frozen=True, kw_only=True)
class Pressure:
    """The host, its guests, how full they are at first and how fast they fill."""

    host_gib: float = 128.0
    guests: tuple[Guest, ...] = ()
    filled: float = 0.5  # share of each guest's memory that is in use at first
    growth: float = 0.02  # share of each guest's memory, each tick
    ticks: int = 25

    def __post_init__(self) -> None:
        require(len(self.guests) > 0, "guests={n}: choose 1 or more", n=len(self.guests))
        require(self.host_gib > 0, "{name}={value}: choose more than 0", name="host_gib", value=self.host_gib)  # fmt: skip
        require(0 < self.filled <= 1, "filled={filled}: more than 0 and at most 1", filled=self.filled)  # fmt: skip
        require(0 <= self.growth <= 1, "growth={growth}: choose 0 to 1", growth=self.growth)
        require(self.ticks >= 0, "{name}={value}: choose 0 or more", name="ticks", value=self.ticks)


@dataclass(frozen=True)
class Held:
    """One guest's memory in MiB: filled, and how much of it each tool has taken."""

    guest: Guest
    filled: float
    share: float = 0.0
    balloon: float = 0.0
    compress: float = 0.0
    swap: float = 0.0

    @property
    def real(self) -> float:
        """MiB of the host that it occupies."""
        packed = self.compress * COMPRESS_SAVES
        return self.filled - self.share - self.balloon - packed - self.swap

    def room(self, tool: str) -> float:
        """MiB that a tool can still take."""
        untouched = self.filled - self.share - self.balloon - self.compress - self.swap
        most = {
            "share": self.guest.alike * self.filled - self.share,
            "balloon": BALLOON_LIMIT * self.guest.mem - self.balloon,
            "compress": COMPRESS_LIMIT * self.guest.mem - self.compress,
            "swap": untouched,
        }[tool]
        return max(0.0, min(untouched, most))

    @property
    def slowdown(self) -> float:
        """How many times slower; merged pages are still in memory and cost nothing to read."""
        pages = Pages(count=self.filled, hot=self.guest.hot)
        blind = self.compress + self.swap
        chosen, taken = hot_lost(pages, balloon=self.balloon, swap=blind)
        packed = taken * self.compress / blind if blind else 0.0
        late = (chosen + taken - packed) * SWAP_S + packed * UNPACK_S
        return 1 + late / (pages.hot * pages.count) / MEMORY_S


@dataclass(frozen=True)
class Tick:
    """The host after a tick: state before and after taking memory back, and who did what."""

    number: int
    held: tuple[Held, ...]
    free: float
    found: State  # with what the guests filled
    state: State  # after the tools were used
    taken: tuple[tuple[str, float], ...] = ()  # tool, MiB set free
    why: tuple[Message, ...] = field(default=())

    @property
    def blocked(self) -> bool:
        """Guests that ask for more memory must wait."""
        return self.state == "low"


def play(pressure: Pressure) -> tuple[Tick, ...]:
    """A state before the first tick and one after each."""
    held = [Held(guest, guest.mem * pressure.filled) for guest in pressure.guests]
    ticks = [_reclaim(pressure, 0, held)]
    for number in range(1, pressure.ticks + 1):
        grown = ticks[-1].held if ticks[-1].blocked else _grown(pressure, ticks[-1].held)
        ticks.append(_reclaim(pressure, number, grown))
    return tuple(ticks)


def _grown(pressure: Pressure, held: Sequence[Held]) -> list[Held]:
    return [
        replace(one, filled=min(one.guest.mem, one.filled + pressure.growth * one.guest.mem))
        for one in held
    ]


def _free(pressure: Pressure, held: Sequence[Held]) -> float:
    return pressure.host_gib * 1024 - sum(one.real for one in held)


def _reclaim(pressure: Pressure, number: int, held: Sequence[Held]) -> Tick:
    """Tool after tool, from the worst state up, as far as each can lift free memory."""
    free = _free(pressure, held)
    found = state = state_of(pressure.host_gib, free)
    taken: list[tuple[str, float]] = []
    for at, tool, percent in ORDER:
        if state != at:
            continue
        held, won = _take(held, tool, edge(pressure.host_gib, percent) - free + STILL)
        free = _free(pressure, held)
        state = state_of(pressure.host_gib, free)
        if won > 2 * STILL:
            taken.append((tool, won))
    return Tick(
        number, tuple(held), free, found, state, tuple(taken), _why(found, state, free, taken)
    )


def _take(held: Sequence[Held], tool: str, wanted: float) -> tuple[list[Held], float]:
    """Take from each guest in proportion to what the tool can still take."""
    gives = COMPRESS_SAVES if tool == "compress" else 1.0
    rooms = [one.room(tool) for one in held]
    if wanted <= 0 or sum(rooms) <= 0:
        return list(held), 0.0
    part = min(1.0, wanted / gives / sum(rooms))
    after = [
        replace(one, **{tool: getattr(one, tool) + part * room})
        for one, room in zip(held, rooms, strict=True)
    ]
    return after, part * sum(rooms) * gives


_SAID = {
    "share": Message("Merging equal pages sets {mib:.0f} MiB free, at no cost to who reads them."),
    "balloon": Message("Balloons take {mib:.0f} MiB: each guest gives up its coldest pages."),
    "compress": Message("Compression sets {mib:.0f} MiB free, taken blindly."),
    "swap": Message("The host swaps {mib:.0f} MiB out blindly, hot pages among them."),
}


def _why(
    found: State, state: State, free: float, taken: Sequence[tuple[str, float]]
) -> tuple[Message, ...]:
    first = Message.of("The guests' growth puts the host in state {state}.", state=found)
    last = Message.of("{free:.0f} MiB are free: state {state}.", free=free, state=state)
    totals: dict[str, float] = {}  # a tool used in several states is told once
    for tool, mib in taken:
        totals[tool] = totals.get(tool, 0.0) + mib
    used = [Message(_SAID[tool].text, {"mib": mib}) for tool, mib in totals.items()]
    blocked = [Message.of("Guests that ask for more memory are made to wait.")]
    return (first, *used, last, *(blocked if state == "low" else ()))
