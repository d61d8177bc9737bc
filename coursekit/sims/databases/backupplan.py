"""A backup plan against five disasters: what is left, up to which moment, and how long it takes.

Modelled: full backups every few days, incremental ones between them or not, the log archived or not,
for how long and where all that is kept, whether it can be deleted, a standby; how a backup of several
volumes is taken. For each disaster the best way that is left, in the worst case for its moment. Silent
corruption means: a program or a disk has written wrong data, and all copies repeat them. Left out:
failing restores, bandwidth to another site, prices; one restore at a time.
Source: PostgreSQL 15 manual, chapter 26 "Backup and Restore"; CISA, "Data Backup Options" (3-2-1).
"""

from dataclasses import dataclass
from math import ceil, inf

from coursekit.sims.databases.pitr import restore_s
from coursekit.sims.message import Message, require

DAY = 86400.0
DISASTERS = ("disk", "site", "drop", "ransom", "rot")
NOTICED_DAYS = {"disk": 0.0, "site": 0.0, "drop": 3.0, "ransom": 0.0, "rot": 40.0}
PLACES = ("same disk", "same site", "other site", "both sites")
STANDBYS = ("none", "same site", "other site")
TAKEN = ("online", "one instant", "data first", "log first")
FAILOVER_S = 40.2  # noticing, election, replay, clients: see `failover`


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What is kept of a database of `size_gb` that changes by `change_gb` a day."""

    full_days: int = 7
    daily: bool = True  # incremental backups on the days between
    wal: bool = True  # the log is archived
    timeout_s: float = 300.0  # archive_timeout
    kept_days: int = 14
    place: str = "same site"
    immutable: bool = False
    standby: str = "same site"
    taken: str = "online"
    lag_s: float = 0.4
    size_gb: float = 500.0
    change_gb: float = 20.0
    restore_mb_s: float = 200.0
    replay_mb_s: float = 20.0

    def __post_init__(self) -> None:
        for name, options in (("place", PLACES), ("standby", STANDBYS), ("taken", TAKEN)):
            value = getattr(self, name)
            require(value in options, "{name}={value}: choose one of {options}", name=name, value=value, options=", ".join(options))  # fmt: skip
        for name in ("full_days", "kept_days", "restore_mb_s", "replay_mb_s", "size_gb"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: more than 0", name=name, value=value)
        for name in ("timeout_s", "lag_s", "change_gb"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: 0 or more", name=name, value=value)

    @property
    def apart_s(self) -> float:
        """The longest time between two backups of any kind."""
        return DAY if self.daily else self.full_days * DAY

    @property
    def rpo_s(self) -> float:
        """What the backups alone lose at most: since the last archived log, or the last backup."""
        return min(self.timeout_s, self.apart_s) if self.wal else self.apart_s

    @property
    def rto_s(self) -> float:
        """How long a restore takes at most: the full, the increments, then the log since."""
        increments = (self.full_days - 1) * self.change_gb if self.daily else 0.0
        since = self.change_gb * self.apart_s / DAY if self.wal else 0.0
        return restore_s(self.size_gb + increments, since, self.restore_mb_s, self.replay_mb_s)

    @property
    def stored_gb(self) -> float:
        """All that is kept: fulls, increments, log, at each place.

        To reach every moment of the last `kept_days` the full before the first of them is needed too.
        """
        fulls = ceil(self.kept_days / self.full_days) + 1
        days = fulls * self.full_days
        increments = (days - fulls) * self.change_gb if self.daily else 0.0
        log = days * self.change_gb if self.wal else 0.0
        places = 2 if self.place == "both sites" else 1
        return places * (fulls * self.size_gb + increments + log)


@dataclass(frozen=True)
class Verdict:
    """What a disaster leaves: whether the data come back, from what, RPO and RTO in seconds, why.

    The RPO counts back from the disaster, or from the mistake: what was right and cannot be had again.
    """

    disaster: str
    survives: bool
    source: str  # standby, backup, none
    rpo_s: float
    rto_s: float
    why: Message


def judge(policy: Policy) -> tuple[Verdict, ...]:
    """A verdict for each of the five."""
    return tuple(_verdict(policy, each) for each in DISASTERS)


def rule_321(policy: Policy) -> tuple[bool, bool, bool, bool]:
    """Three copies; two media; one at another site; one that cannot be changed.

    A standby is no copy in this sense: it repeats every mistake at once.
    """
    fits = _unusable(policy) is None
    return (
        fits and policy.place == "both sites",
        fits and policy.place != "same disk",
        fits and policy.place in ("other site", "both sites"),
        fits and policy.immutable and policy.place != "same disk",
    )


def _verdict(policy: Policy, disaster: str) -> Verdict:
    by_standby = {"disk": policy.standby != "none", "site": policy.standby == "other site"}
    if by_standby.get(disaster):
        why = Message.of("The standby is promoted. What it had not received yet is lost.")
        return Verdict(disaster, True, "standby", policy.lag_s, FAILOVER_S, why)
    if (why_not := _gone(policy, disaster)) is not None:
        return Verdict(disaster, False, "none", inf, inf, why_not)
    return _restored(policy, disaster)


def _gone(policy: Policy, disaster: str) -> Message | None:
    """Why no backup helps; None where one does."""
    if (broken := _unusable(policy)) is not None:
        return broken
    if disaster == "disk" and policy.place == "same disk":
        return Message.of("The backups lay on the disk that died.")
    if disaster == "site" and policy.place in ("same disk", "same site"):
        return Message.of("All backups were at the site that is gone.")
    if disaster == "ransom" and not (policy.immutable and policy.place != "same disk"):
        return Message.of("The standby repeated every write at once, and who could write to the database could also delete the backups.")  # fmt: skip
    if policy.kept_days < NOTICED_DAYS[disaster]:
        return Message.of("It was noticed after {noticed:g} days; the oldest moment that is kept is {kept} days ago.", noticed=NOTICED_DAYS[disaster], kept=policy.kept_days)  # fmt: skip
    return None


def _restored(policy: Policy, disaster: str) -> Verdict:
    mistake = disaster in ("drop", "rot")  # the log leads to the very moment before it
    rpo = 0.0 if mistake and policy.wal else policy.rpo_s
    return Verdict(disaster, True, "backup", rpo, policy.rto_s, _how(policy, disaster))


def _how(policy: Policy, disaster: str) -> Message:
    if disaster == "drop":
        if policy.wal:
            return Message.of("The standby dropped the table too. Base and log restore, beside the running database, the moment before.")  # fmt: skip
        return Message.of("The standby dropped the table too. The last backup before the mistake has it, as it was then.")  # fmt: skip
    if disaster == "rot":
        return Message.of("Standby, log and all newer backups repeat what was written, right or wrong. What was before it began is restored beside the running database; which of the changes since are right must be found out by hand.")  # fmt: skip
    if disaster == "ransom":
        return Message.of("The standby is encrypted too. The backups could not be changed: they are restored.")  # fmt: skip
    return Message.of("The last backup is restored, then the log that was archived.") if policy.wal else Message.of("The last backup is restored. What was written since is lost.")  # fmt: skip


@dataclass(frozen=True)
class Frozen:
    """Two volumes of a running database as they were frozen, counted in log records.

    `data` and `log`: how many records had been written when each volume was frozen; `checkpoint`: up
    to which record the log had been thrown away by then.
    """

    data: int
    log: int
    checkpoint: int = 0
    seen: int = 0  # the checkpoint that the data volume knows


def starts(frozen: Frozen) -> tuple[bool, Message]:
    """Whether a database starts from these volumes, and why."""
    require(min(frozen.data, frozen.log) >= 0, "data={data}: 0 or more", data=min(frozen.data, frozen.log))  # fmt: skip
    if frozen.data > frozen.log:
        return False, Message.of("A page holds a change that the log does not know: the rule “log first” is broken, nothing can be redone or undone.")  # fmt: skip
    if frozen.checkpoint > frozen.seen:
        return False, Message.of("The data ask for log from an old checkpoint that has been thrown away since.")  # fmt: skip
    return True, Message.of("The log reaches back to the checkpoint and covers every page: as after a power cut.")  # fmt: skip


FROZEN = {  # worst cases: in between much was written, and a checkpoint was made
    "one instant": Frozen(data=2, log=2),
    "data first": Frozen(data=1, log=3, checkpoint=2, seen=0),
    "log first": Frozen(data=3, log=1),
}


def _unusable(policy: Policy) -> Message | None:
    """Why backups taken in this way do not start; None where they do."""
    if policy.taken == "online":
        return None
    works, why = starts(FROZEN[policy.taken])
    return None if works else why
