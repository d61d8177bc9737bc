"""Numbers that differ by namespace: process ids, level by level, and users by a map.

Modelled: PID namespaces form a tree; a process has a number in its own and in each one above,
the first of a namespace is 1 there; a user namespace maps ranges of user ids to the outside, and
what no range names is 65534, nobody. Left out: reuse of numbers, reaping of orphans, groups.
Sources: pid_namespaces(7), user_namespaces(7).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from coursekit.sims.message import require

__all__ = ["HOST", "MOST_DEEP", "NOBODY", "Pids", "Range", "inside", "outside", "users"]

HOST = 0  # the first PID namespace
MOST_DEEP = 32  # the kernel nests no deeper
NOBODY = 65_534


@dataclass(frozen=True)
class Pids:
    """PID namespaces by their parents, and each process's numbers: namespace -> pid."""

    parents: tuple[int, ...] = (HOST,)  # the host's is its own
    processes: tuple[dict[int, int], ...] = field(default=())

    def above(self, namespace: int) -> tuple[int, ...]:
        """A namespace and those above it, the host's last."""
        self._check(namespace)
        line = [namespace]
        while line[-1] != HOST:
            line.append(self.parents[line[-1]])
        return tuple(line)

    def unshare(self, namespace: int) -> "Pids":
        """A new namespace below this one: its number is `len(parents)` of before."""
        deep = len(self.above(namespace))
        require(deep <= MOST_DEEP, "depth={depth}: PID namespaces nest {most} deep at most", depth=deep, most=MOST_DEEP)  # fmt: skip
        return replace(self, parents=(*self.parents, namespace))

    def fork(self, namespace: int) -> "Pids":
        """A process more, born in this namespace: the next number in it and in each one above."""
        numbers = {each: 1 + len(self.seen_from(each)) for each in self.above(namespace)}
        return replace(self, processes=(*self.processes, numbers))

    def seen_from(self, namespace: int) -> tuple[int, ...]:
        """The numbers of all processes that a process in this namespace can see."""
        self._check(namespace)
        return tuple(each[namespace] for each in self.processes if namespace in each)

    def _check(self, namespace: int) -> None:
        require(
            0 <= namespace < len(self.parents), "namespace={number}: choose 0 to {last}",
            number=namespace, last=len(self.parents) - 1,
        )  # fmt: skip


class Range(NamedTuple):
    """A line of uid_map: `length` ids from `inside` on are those from `outside` on."""

    inside: int
    outside: int
    length: int


def users(*lines: Sequence[int]) -> tuple[Range, ...]:
    """A map that the kernel takes; ParameterError names the line it refuses."""
    ranges = tuple(Range(*line) for line in lines)
    for one in ranges:
        require(min(one) >= 0 and one.length > 0, "uid_map={line}: give three numbers, a length of 1 or more", line=" ".join(map(str, one)))  # fmt: skip
    for k, one in enumerate(ranges):
        for other in ranges[:k]:
            apart = all(
                one[side] + one.length <= other[side] or other[side] + other.length <= one[side]
                for side in (0, 1)
            )
            require(apart, "uid_map={line}: overlaps another line", line=" ".join(map(str, one)))
    return ranges


def outside(ranges: Sequence[Range], uid: int) -> int | None:
    """Who a user of the namespace is outside; None when no line names it."""
    for one in ranges:
        if one.inside <= uid < one.inside + one.length:
            return one.outside + uid - one.inside
    return None


def inside(ranges: Sequence[Range], uid: int) -> int:
    """Who a user of the outside is inside: nobody when no line names it."""
    for one in ranges:
        if one.outside <= uid < one.outside + one.length:
            return one.inside + uid - one.outside
    return NOBODY
