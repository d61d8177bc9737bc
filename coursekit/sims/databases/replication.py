"""One primary, its standbys, and what a COMMIT waits for.

Modelled: the primary writes its log to its disk, then sends it; a standby receives it half a round trip
later, writes it to its disk, applies it; each of the three is acknowledged. A commit returns when
`mode` is fulfilled by any `k` standbys. What a failover loses: transactions that were reported as
committed and are not on the standby that is promoted. The lag of a link that is slower than the log.
Left out: named priorities (FIRST k), waiting of several commits for one another, the load of a disk.
Source: PostgreSQL 15 manual, 27.2.8 "Synchronous Replication" and `synchronous_commit`, 30.4
"Asynchronous Commit" (three times wal_writer_delay).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from coursekit.sims.message import require

MODES = ("off", "local", "remote_write", "on", "remote_apply")
SYNCHRONOUS = MODES[2:]
WAL_WRITER_MS = 200.0  # wal_writer_delay's default


@dataclass(frozen=True)
class Standby:
    """A copy: its round trip, how long its disk and its replay take, in milliseconds; is it there?"""

    rtt_ms: float
    flush_ms: float = 1.0
    apply_ms: float = 0.5
    up: bool = True

    def __post_init__(self) -> None:
        for name in ("rtt_ms", "flush_ms", "apply_ms"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: 0 or more", name=name, value=value)

    def steps(self, sent_ms: float) -> tuple[float, float, float]:
        """When a log sent at `sent_ms` is received, on its disk, applied."""
        if not self.up:
            return inf, inf, inf
        got = sent_ms + self.rtt_ms / 2
        return got, got + self.flush_ms, got + self.flush_ms + self.apply_ms

    def acknowledged(self, mode: str, sent_ms: float) -> float:
        """When the primary hears that the standby has done what `mode` asks for."""
        return self.steps(sent_ms)[SYNCHRONOUS.index(mode)] + self.rtt_ms / 2


@dataclass(frozen=True)
class Commit:
    """One COMMIT: when the client hears of it, when it is safe where, which standbys it waited for."""

    mode: str
    begun_ms: float  # when the primary's disk begins to write it
    primary_ms: float  # when it is on the primary's disk
    sent_ms: float  # when it is sent to the standbys
    told_ms: float  # when the client hears "committed"; inf: never, it hangs
    waited: tuple[int, ...]  # the standbys whose acknowledgement was needed, in order of arrival
    steps: tuple[tuple[float, float, float], ...]  # received, on disk, applied, a standby each
    acks: tuple[float, ...]  # when the primary hears of what the mode asks for; inf where not asked

    @property
    def hangs(self) -> bool:
        """Whether too few standbys can answer."""
        return self.told_ms == inf

    def told(self, at_ms: float) -> bool:
        """Whether the client has heard of it by then."""
        return self.told_ms <= at_ms

    def held_by(self, at_ms: float) -> tuple[int, ...]:
        """The standbys that have it, or to which it is on its way, when the primary dies then.

        What has left the primary arrives.
        """
        sent = self.sent_ms <= at_ms
        return tuple(i for i, (got, _disk, _applied) in enumerate(self.steps) if sent and got < inf)


def commit(standbys: Sequence[Standby], mode: str, k: int = 1, flush_ms: float = 1.0, lag_ms: float = 0.0) -> Commit:  # fmt: skip
    """A COMMIT on a primary whose disk takes `flush_ms`, waiting for any `k` of the standbys.

    `lag_ms`: how long its log stands in the queue of the link, where nobody waits for a standby. With
    "off" the log reaches the disk up to three times wal_writer_delay later: the worst case is taken.
    """
    require(mode in MODES, "mode={mode}: choose one of {modes}", mode=mode, modes=", ".join(MODES))
    for name, value in (("flush_ms", flush_ms), ("lag_ms", lag_ms)):
        require(value >= 0, "{name}={value}: 0 or more", name=name, value=value)
    if mode in SYNCHRONOUS:
        return _waiting(standbys, mode, k, flush_ms)
    begun = 3 * WAL_WRITER_MS if mode == "off" else 0.0
    sent = begun + flush_ms + lag_ms
    steps = tuple(each.steps(sent) for each in standbys)
    told = 0.0 if mode == "off" else flush_ms
    return Commit(mode, begun, begun + flush_ms, sent, told, (), steps, (inf,) * len(steps))


def _waiting(standbys: Sequence[Standby], mode: str, k: int, flush_ms: float) -> Commit:
    """A commit that returns with the `k`-th acknowledgement."""
    require(1 <= k <= len(standbys), "k={k}: 1 to {n}, the number of standbys", k=k, n=len(standbys))  # fmt: skip
    acks = tuple(each.acknowledged(mode, flush_ms) for each in standbys)
    first = sorted(range(len(acks)), key=lambda i: (acks[i], i))[:k]
    steps = tuple(each.steps(flush_ms) for each in standbys)
    return Commit(mode, 0.0, flush_ms, flush_ms, acks[first[-1]], tuple(first), steps, acks)


def must_ask(standbys: int, k: int) -> int:
    """How many standbys must be looked at, so that one with the last commit is among them."""
    require(1 <= k <= standbys, "k={k}: 1 to {n}, the number of standbys", k=k, n=standbys)
    return standbys - k + 1


def loss(mode: str, rate: float, lag_s: float) -> float:
    """Committed transactions that a failover to a standby `lag_s` behind loses, at `rate` a second.

    Synchronous modes lose none, provided that a standby is promoted that has acknowledged. With "off"
    the primary's own memory is lost too, up to three times wal_writer_delay.
    """
    require(mode in MODES, "mode={mode}: choose one of {modes}", mode=mode, modes=", ".join(MODES))
    require(rate >= 0, "rate={rate}: 0 or more", rate=rate)
    require(lag_s >= 0, "lag_s={lag_s}: 0 or more", lag_s=lag_s)
    if mode in SYNCHRONOUS:
        return 0.0
    unwritten = 3 * WAL_WRITER_MS / 1000 if mode == "off" else 0.0
    return rate * (lag_s + unwritten)


def unsent_mb(rate: float, kb: float, link_mb_s: float, seconds: float) -> float:
    """Log that waits to be sent after so many seconds, when a link takes less than is written."""
    require(link_mb_s > 0, "link_mb_s={link_mb_s}: more than 0", link_mb_s=link_mb_s)
    return max(0.0, rate * kb / 1000 - link_mb_s) * seconds


def lag_s(rate: float, kb: float, link_mb_s: float, seconds: float) -> float:
    """How old the oldest transaction is that has not been sent: the unsent log over its rate."""
    written = rate * kb / 1000
    return unsent_mb(rate, kb, link_mb_s, seconds) / written if written else 0.0


def stale(read_after_ms: float, done: Commit, one: int) -> bool:
    """Whether a client that reads on standby number `one`, so long after it was told, misses its own write."""
    return done.told_ms + read_after_ms < done.steps[one][2]
