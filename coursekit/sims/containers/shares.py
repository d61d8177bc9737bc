"""Who gets how much CPU: cpu.weight of control groups, level by level.

Modelled: on each level the CPU is divided by weight among the groups that have something to
run; idle ones count for nothing. Left out: groups with fewer threads than their share has cores
(the rest would go to the others), time slices, limits (`throttle`).
Sources: Linux admin-guide/cgroup-v2 (cpu.weight); Kubernetes' ConvertCPUSharesToCgroupV2Value
and its successor in runc and crun.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log2

from coursekit.sims.message import Message, require

__all__ = ["LEAST_SHARES", "MOST_SHARES", "Group", "Share", "divide", "shares_of", "weight_new", "weight_old"]  # fmt: skip

LEAST_SHARES, MOST_SHARES = 2, 262_144  # what cgroup v1 takes


@dataclass(frozen=True, kw_only=True)
class Group:
    """A control group; one with children has no processes of its own, and `busy` is theirs."""

    name: str
    weight: int = 100
    busy: bool = True
    children: tuple["Group", ...] = ()

    def __post_init__(self) -> None:
        require(
            1 <= self.weight <= 10_000, "weight={weight}: choose 1 to 10000", weight=self.weight
        )

    @property
    def runs(self) -> bool:
        """Whether it or a group below it has something to run."""
        return any(child.runs for child in self.children) if self.children else self.busy


@dataclass(frozen=True)
class Share:
    """What a group gets: a share of all CPU, and the one it would have if all were busy."""

    group: Group
    depth: int
    parent: str
    share: Fraction
    promised: Fraction
    why: Message

    @property
    def gained(self) -> Fraction:
        """What it takes of what idle ones leave; negative when it is idle itself."""
        return self.share - self.promised


def divide(groups: Sequence[Group]) -> tuple[Share, ...]:
    """Every group below the root, each before its children."""
    names = [each.name for each in _all(groups)]
    twice = sorted({name for name in names if names.count(name) > 1})
    require(not twice, "group={name}: given twice", name=", ".join(twice))
    return tuple(_divided(groups, Fraction(1), Fraction(1), 0, "/"))


def _all(groups: Sequence[Group]) -> Iterator[Group]:
    for each in groups:
        yield each
        yield from _all(each.children)


def _divided(
    groups: Sequence[Group], given: Fraction, promised: Fraction, depth: int, parent: str
) -> Iterator[Share]:
    running = sum(each.weight for each in groups if each.runs)
    total = sum(each.weight for each in groups)
    for each in groups:
        share = given * each.weight / running if each.runs else Fraction(0)
        due = promised * each.weight / total
        yield Share(each, depth, parent, share, due, _why(each, groups, running, parent))
        yield from _divided(each.children, share, due, depth + 1, each.name)


def _why(one: Group, groups: Sequence[Group], running: int, parent: str) -> Message:
    if not one.runs:
        return Message.of("{name} has nothing to run: its weight counts for nothing now.", name=one.name)  # fmt: skip
    if running == one.weight:
        if len(groups) == 1:
            return Message.of("{name} has no sibling: it gets all that {parent} gets.", name=one.name, parent=parent)  # fmt: skip
        return Message.of("{name} is the only busy one below {parent}: it gets all, whatever its weight.", name=one.name, parent=parent)  # fmt: skip
    return Message.of("{name} has {weight} of the {running} that is busy below {parent}.", name=one.name, weight=one.weight, running=running, parent=parent)  # fmt: skip


def shares_of(m: int) -> int:
    """cpu.shares of cgroup v1 for a Kubernetes request of m thousandths of a CPU."""
    require(m >= 0, "{name}={value}: choose 0 or more", name="request", value=m)
    return min(MOST_SHARES, max(LEAST_SHARES, m * 1024 // 1000))


def weight_old(shares: int) -> int:
    """cpu.weight for cpu.shares, as it was until 2025: a straight line from 2 → 1 to 262144 → 10000."""
    _check(shares)
    return 1 + (shares - 2) * 9999 // 262_142


def weight_new(shares: int) -> int:
    """The same as runc and crun do it since 2025: a curve on which 1024 is 100, both defaults."""
    _check(shares)
    if shares in (LEAST_SHARES, MOST_SHARES):
        return 1 if shares == LEAST_SHARES else 10_000
    power = log2(shares)
    return ceil(10 ** ((power * power + 125 * power) / 612 - 7 / 34))


def _check(shares: int) -> None:
    require(
        LEAST_SHARES <= shares <= MOST_SHARES, "shares={shares}: choose {least} to {most}",
        shares=shares, least=LEAST_SHARES, most=MOST_SHARES,
    )  # fmt: skip
