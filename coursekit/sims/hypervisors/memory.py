"""A host short of memory: its state, what it may do there, and what each way costs a guest.

Modelled: minFree and the five states of a host; the damage of taking memory by balloon (the
guest chooses its coldest pages) or by the host's own swap (which cannot tell hot from cold).
Left out: the smaller minFree of hosts under 28 GiB, how fast memory is given back.
Sources: vSphere Resource Management guide; states and minFree as commonly documented for
vSphere 6 and later. The two access times are illustrative.
"""

from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import require

__all__ = [
    "BALLOON_LIMIT",
    "EDGES",
    "STATES",
    "TOOLS",
    "Pages",
    "State",
    "Tool",
    "edge",
    "hot_lost",
    "min_free",
    "slowdown",
    "state_of",
    "tools",
]  # fmt: skip

MIN_FREE_MIB, MIN_FREE_UP_TO_GIB, MIN_FREE_MORE = 899.0, 28.0, 0.01
BALLOON_LIMIT = 0.65  # of a machine's memory
SWAP_S, MEMORY_S = 100e-6, 0.1e-6

State = Literal["high", "clear", "soft", "hard", "low"]
Tool = Literal["break_large", "share", "balloon", "compress", "swap", "block"]
STATES: tuple[State, ...] = ("high", "clear", "soft", "hard", "low")
EDGES: dict[State, int] = {
    "high": 400,
    "clear": 64,
    "soft": 32,
    "hard": 16,
    "low": 0,
}  # % of minFree
TOOLS: dict[State, tuple[Tool, ...]] = {
    "high": (),
    "clear": ("break_large",),  # and sharing is called below 100 %
    "soft": ("break_large", "share", "balloon"),
    "hard": ("break_large", "share", "compress", "swap"),
    "low": ("break_large", "compress", "swap", "block"),
}
SHARE_BELOW = 100  # % of minFree


def min_free(host_gib: float) -> float:
    """MiB that the host wants to keep free."""
    require(host_gib > 0, "{name}={value}: choose more than 0", name="host_gib", value=host_gib)
    return MIN_FREE_MIB + max(0.0, host_gib - MIN_FREE_UP_TO_GIB) * 1024 * MIN_FREE_MORE


def edge(host_gib: float, percent: float) -> float:
    """MiB of free memory at so many percent of minFree."""
    return min_free(host_gib) * percent / 100


def state_of(host_gib: float, free_mib: float) -> State:
    """The state of a host; on an edge it is the better one."""
    return next(
        (state for state in STATES if free_mib >= edge(host_gib, EDGES[state])),
        "low",  # nothing free at all
    )


def tools(host_gib: float, free_mib: float) -> tuple[Tool, ...]:
    """What the host may do with so much free memory."""
    state = state_of(host_gib, free_mib)
    called = state == "clear" and free_mib < edge(host_gib, SHARE_BELOW)
    return (*TOOLS[state], "share") if called else TOOLS[state]


@dataclass(frozen=True, kw_only=True)
class Pages:
    """A guest's memory in pages (or MiB), and the share it uses all the time."""

    count: float
    hot: float

    def __post_init__(self) -> None:
        require(self.count > 0, "{name}={value}: choose more than 0", name="count", value=self.count)  # fmt: skip
        require(0 < self.hot <= 1, "hot={hot}: more than 0 and at most 1", hot=self.hot)


def hot_lost(pages: Pages, *, balloon: float = 0.0, swap: float = 0.0) -> tuple[float, float]:
    """Hot pages lost to the balloon, then to blind swap of what is left."""
    for name, value in (("balloon", balloon), ("swap", swap)):
        require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
    require(
        balloon + swap <= pages.count, "reclaimed={n}: at most the {count} pages there are",
        n=balloon + swap, count=pages.count,
    )  # fmt: skip
    hot = pages.hot * pages.count
    by_balloon = max(0.0, balloon - (pages.count - hot))
    left = pages.count - balloon
    return by_balloon, (swap * (hot - by_balloon) / left if left else 0.0)


def slowdown(pages: Pages, *, balloon: float = 0.0, swap: float = 0.0) -> float:
    """How many times slower: a hot page that is gone costs a disk access instead of memory."""
    lost = sum(hot_lost(pages, balloon=balloon, swap=swap))
    return 1 + lost / (pages.hot * pages.count) * SWAP_S / MEMORY_S
