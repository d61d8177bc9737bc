"""Who may go on when a cluster is cut: votes, a majority, and a witness.

Modelled: a quorum of more than half of all votes; a witness (QDevice) whose one vote goes to the
side that sees it; a cut into groups of nodes; what the losers do until their watchdog resets them;
read and write quorums of copies. Left out: how a leader is chosen, fencing by another way than the
watchdog, the last-man-standing and auto-tie-breaker options of votequorum. Sources: votequorum(5);
corosync-qdevice(8); Proxmox VE administration guide, high availability; Gifford, Weighted voting,
SOSP'79 for R + W > N.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.sims.failover.availability import k_of_n
from coursekit.sims.message import Message, require

__all__ = [
    "Cut", "Group", "Outcome", "ReadWrite", "groups_of", "majority", "outcome", "quorum", "read_write",
    "tolerated",
]  # fmt: skip

MOST_NODES = 32


def quorum(votes: int) -> int:
    """The least number of votes that no other side can have too."""
    require(votes >= 1, "votes={n}: choose 1 or more", n=votes)
    return votes // 2 + 1


def tolerated(votes: int) -> int:
    """Votes that may be missing."""
    return votes - quorum(votes)


def majority(n: int, a: float) -> float:
    """Chance that a majority of n nodes is up, each with availability `a`."""
    return k_of_n(quorum(n), [a] * n)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Votes of the nodes, the groups in which they still hear each other, who sees the witness.

    A group is the numbers of its nodes. `witness`: None, there is none; -1, nobody sees it.
    """

    votes: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]
    witness: int | None = None

    def __post_init__(self) -> None:
        n = len(self.votes)
        require(1 <= n <= MOST_NODES, "votes={votes}: give one number for each of 1 to {most} nodes", votes=list(self.votes), most=MOST_NODES)  # fmt: skip
        require(min(self.votes) >= 0 and sum(self.votes) >= 1, "votes={votes}: choose 0 or more each, 1 or more in all", votes=list(self.votes))  # fmt: skip
        nodes = sorted(node for group in self.groups for node in group)
        require(nodes == list(range(n)), "groups={groups}: each node from 0 to {last} belongs to one group", groups=[list(each) for each in self.groups], last=n - 1)  # fmt: skip
        least, most = -1, len(self.groups) - 1
        require(self.witness is None or least <= self.witness <= most, "witness={group}: choose a group from 0 to {last}, -1 if nobody sees it", group=self.witness, last=most)  # fmt: skip

    @property
    def total(self) -> int:
        """All votes there are, the witness's with them."""
        return sum(self.votes) + (self.witness is not None)


@dataclass(frozen=True)
class Group:
    """One side: its nodes, its votes, whether it sees the witness, whether it may go on."""

    nodes: tuple[int, ...]
    votes: int
    witness: bool
    runs: bool
    why: Message


@dataclass(frozen=True)
class Outcome:
    """Every side of a cut, and the votes that are needed."""

    quorum: int
    groups: tuple[Group, ...]

    @property
    def running(self) -> tuple[int, ...]:
        """Which groups go on: one, or none."""
        return tuple(at for at, group in enumerate(self.groups) if group.runs)


def outcome(cut: Cut) -> Outcome:
    """Which side of a cut goes on."""
    need = quorum(cut.total)
    return Outcome(need, tuple(_group(cut, at, need) for at in range(len(cut.groups))))


def _group(cut: Cut, at: int, need: int) -> Group:
    nodes, sees = cut.groups[at], cut.witness == at
    votes = sum(cut.votes[node] for node in nodes) + sees
    runs = votes >= need
    if runs:
        why = Message.of("{votes} of {total} votes, {need} are needed: no other side can have as many, so this one goes on.", votes=votes, total=cut.total, need=need)  # fmt: skip
    else:
        why = Message.of("{votes} of {total} votes, {need} are needed: another side may be alive, so this one stops.", votes=votes, total=cut.total, need=need)  # fmt: skip
    return Group(nodes, votes, sees, runs, why)


@dataclass(frozen=True)
class ReadWrite:
    """What a choice of copies to read and to write promises."""

    fresh: bool  # every read meets the last write
    ordered: bool  # two writes at once cannot both succeed
    reads_bear: int  # copies that may be missing for reads
    writes_bear: int
    why: tuple[Message, ...]


def read_write(n: int, r: int, w: int) -> ReadWrite:
    """Reads ask `r` of `n` copies, writes reach `w` of them."""
    require(n >= 1, "n={n}: choose 1 copy or more", n=n)
    require(1 <= r <= n, "r={r}: choose 1 to {n}, the copies there are", r=r, n=n)
    require(1 <= w <= n, "w={w}: choose 1 to {n}, the copies there are", w=w, n=n)
    return ReadWrite(r + w > n, 2 * w > n, n - r, n - w, (_fresh(n, r, w), _ordered(n, w)))


def _fresh(n: int, r: int, w: int) -> Message:
    if r + w > n:
        return Message.of("{r} + {w} > {n}: every read meets a copy that the last write reached.", r=r, w=w, n=n)  # fmt: skip
    return Message.of("{r} + {w} ≤ {n}: a read can meet old copies only.", r=r, w=w, n=n)


def _ordered(n: int, w: int) -> Message:
    if 2 * w > n:
        return Message.of("{w} > {n}/2: of two writes at once, one meets the other.", w=w, n=n)
    return Message.of("{w} ≤ {n}/2: two writes at once can both succeed, on different copies.", w=w, n=n)  # fmt: skip


def groups_of(labels: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Groups from a side named for each node, in order of the names: [0, 1, 0] is (0, 2), (1,)."""
    return tuple(
        tuple(node for node, each in enumerate(labels) if each == side)
        for side in sorted(set(labels))
    )
