"""LabDB: what a database does with a schedule at each isolation level.

Levels: RU read uncommitted; RC read committed; SI snapshot isolation (PostgreSQL's "repeatable
read"); SSI its serialisable variant (PostgreSQL's "serializable"); S2PL strict two-phase locking.
Modelled: rows by name, row locks, versions, snapshots taken at the first step, deadlock, the errors 40001, 40P01, 23505 (a row that is there already) and 23514 (a CHECK that a
row is not below `least`). Left out: tables and columns, changes of schema, savepoints, timeouts,
locks that are coarser than a row. PostgreSQL treats RU as RC; here it shows what the name says.
Sources: Berenson et al., SIGMOD 1995; PostgreSQL 15 manual, chapter 13.
"""

from collections.abc import Mapping

from coursekit.sims.databases.records import (
    CHECK,
    LEVELS,
    SERIALIZATION,
    UNIQUE,
    Outcome,
    Run,
    Version,
)
from coursekit.sims.databases.scheduler import Abort, Scheduler, Tx
from coursekit.sims.databases.schedules import Schedule, Step
from coursekit.sims.message import Message, require

__all__ = ["run"]


def run(
    level: str, schedule: Schedule, *, states: bool = True, least: Mapping[str, int] | None = None
) -> Run:
    """What happens; without `states` only the events, which is four times as fast.

    `least`: rows with a CHECK, and the least value that each may have.
    """
    require(level in LEVELS, "level={level}: choose one of {levels}", level=level, levels=", ".join(LEVELS))  # fmt: skip
    return _Engine(level, schedule, states=states, least=least or {}).run()


class _Engine(Scheduler):
    """The levels: what may be read, what must wait, who is aborted."""

    def _do(self, tx: Tx, step: Step) -> tuple[Outcome, int | None, Message]:
        if step.kind == "a":
            self._end(tx, "aborted")
            return "aborted", None, Message.of("T{tx} rolls back: its changes disappear.", tx=tx.tx)
        if step.guard and not step.guard.holds(tx.total):
            return "nothing", None, Message.of("What T{tx} has read sums up to {total}: its condition does not hold, so it leaves this out.", tx=tx.tx, total=tx.total)  # fmt: skip
        self._check_doom(tx)
        if step.kind == "c":
            return self._commit(tx)
        if tx.snapshot is None:
            tx.snapshot = self.commits
        did = {"r": self._read, "n": self._count, "l": self._lock_row, "i": self._insert}.get(step.kind, self._change)  # fmt: skip
        outcome, value, why = did(tx, step)
        self.deps.judge(self.txs.__getitem__)
        self._check_doom(tx)
        return outcome, value, why

    def _check_doom(self, tx: Tx) -> None:
        if tx.tx in self.deps.doomed:
            u, p, v = self.deps.doomed[tx.tx]
            why = Message.of("T{u} has read what T{p} overwrites, T{p} what T{v} overwrites, and T{v} has committed: perhaps no serial order gives this. T{tx} is aborted.", u=u, p=p, v=v, tx=tx.tx)  # fmt: skip
            raise Abort(SERIALIZATION, why)

    # Reading

    def _visible(self, tx: Tx, key: str) -> tuple[int | None, Message]:
        """What a transaction sees of a row, and why."""
        if key in tx.writes:
            return tx.writes[key], Message.of("T{tx} sees its own change.", tx=tx.tx)
        drafts = [other for other in self.txs.values() if other.status == "active" and key in other.writes]  # fmt: skip
        if self.level == "RU" and drafts:
            return drafts[0].writes[key], Message.of("T{tx} reads what T{other} has not committed.", tx=tx.tx, other=drafts[0].tx)  # fmt: skip
        if self.level not in ("SI", "SSI"):
            return self._committed(key).value, Message.of("T{tx} reads what is committed now.", tx=tx.tx)  # fmt: skip
        seen = [each for each in self.versions.get(key, ()) if each.commit <= (tx.snapshot or 0)]
        if seen and seen[-1] is not self.versions[key][-1]:
            return seen[-1].value, Message.of("T{tx} reads its snapshot; the newer value was committed after it.", tx=tx.tx)  # fmt: skip
        return seen[-1].value if seen else None, Message.of("T{tx} reads its snapshot.", tx=tx.tx)

    def _read(self, tx: Tx, step: Step) -> tuple[Outcome, int | None, Message]:
        if self.level == "S2PL":
            self._acquire(tx, step.key, "S")
        value, why = self._visible(tx, step.key)
        self._has_read(tx, step.key, {step.key}, value)
        tx.rows.add(step.key)
        return "read", value, why

    def _count(self, tx: Tx, step: Step) -> tuple[Outcome, int | None, Message]:
        """How many visible rows begin so; under S2PL the prefix is locked as well."""
        keys = {key for key in (*self.versions, *(k for each in self.txs.values() for k in each.writes)) if key.startswith(step.key)}  # fmt: skip
        if self.level == "S2PL":
            for key in sorted(keys):
                self._acquire(tx, key, "S")
            self._acquire(tx, step.key + "*", "S")
        count = sum(self._visible(tx, key)[0] is not None for key in keys)
        self._has_read(tx, step.key, keys, count)
        tx.prefixes.add(step.key)
        return "read", count, Message.of("T{tx} counts the rows that it sees.", tx=tx.tx)

    def _has_read(self, tx: Tx, key: str, keys: set[str], value: int | None) -> None:
        """Remember what was read."""
        tx.seen[key] = value or 0
        tx.total += value or 0
        self._depend(tx, keys)

    def _depend(self, tx: Tx, keys: set[str]) -> None:
        """Under SSI: whoever changed these rows, and this transaction does not see it."""
        if self.level != "SSI":
            return
        for other in self.txs.values():
            newer = any(each.tx == other.tx and each.commit > (tx.snapshot or 0) for one in keys for each in self.versions.get(one, ()))  # fmt: skip
            if newer or (other.status == "active" and keys & other.writes.keys()):
                self.deps.add(tx, other)

    # Writing

    def _change(self, tx: Tx, step: Step) -> tuple[Outcome, int | None, Message]:
        """An update or a deletion."""
        if not self._claim(tx, step.key):
            return "nothing", None, Message.of("T{tx} sees no row {key}: nothing to change.", tx=tx.tx, key=step.key)  # fmt: skip
        current, _why = self._visible(tx, step.key)
        value = step.value.of(current or 0, tx.seen.get(step.key, 0)) if step.value else None
        why = Message.of("T{tx} writes {key} = {value} and keeps the lock until it ends.", tx=tx.tx, key=step.key, value=value) if step.value else Message.of("T{tx} deletes {key} and keeps the lock until it ends.", tx=tx.tx, key=step.key)  # fmt: skip
        self._write(tx, step.key, value)
        return "wrote", value, why

    def _lock_row(self, tx: Tx, step: Step) -> tuple[Outcome, int | None, Message]:
        """SELECT … FOR UPDATE."""
        there = self._claim(tx, step.key)
        value = self._visible(tx, step.key)[0] if there else None
        self._has_read(tx, step.key, {step.key}, value)
        tx.rows.add(step.key)
        return "read", value, Message.of("T{tx} reads {key} and locks it until it ends.", tx=tx.tx, key=step.key)  # fmt: skip

    def _claim(self, tx: Tx, key: str) -> bool:
        """Lock a row that is to be changed; False when there is none to be seen."""
        if self.level != "S2PL" and self._visible(tx, key)[0] is None:
            tx.rows.add(key)
            self._depend(tx, {key})
            return False
        self._acquire(tx, key, "X")
        if self.level in ("SI", "SSI") and self._committed(key).commit > (tx.snapshot or 0):
            raise Abort(SERIALIZATION, Message.of("{key} was changed and committed by T{other} after the snapshot of T{tx}: the first one wins, T{tx} is aborted.", key=key, other=self._committed(key).tx, tx=tx.tx))  # fmt: skip
        return self._visible(tx, key)[0] is not None

    def _insert(self, tx: Tx, step: Step) -> tuple[Outcome, int | None, Message]:
        self._acquire(tx, step.key, "X")
        there = tx.writes[step.key] if step.key in tx.writes else self._committed(step.key).value
        if there is not None:
            newer = self.level == "SSI" and tx.has_read(step.key) and self._committed(step.key).commit > (tx.snapshot or 0)  # fmt: skip
            why = Message.of("There is a row {key} already: the constraint refuses a second one, and T{tx} is aborted.", key=step.key, tx=tx.tx)  # fmt: skip
            raise Abort(SERIALIZATION if newer else UNIQUE, why)
        value = step.value.add if step.value else 0
        self._write(tx, step.key, value)
        return "wrote", value, Message.of("T{tx} inserts {key} = {value}.", tx=tx.tx, key=step.key, value=value)  # fmt: skip

    def _write(self, tx: Tx, key: str, value: int | None) -> None:
        least = self.least.get(key)
        if least is not None and value is not None and value < least:
            raise Abort(CHECK, Message.of("CHECK ({key} >= {least}) refuses {value}: T{tx} is aborted.", key=key, least=least, value=value, tx=tx.tx))  # fmt: skip
        if self.level == "S2PL" and (value is None or self._committed(key).value is None):
            self._claim_prefixes(tx, key)
        tx.writes[key], tx.wrote = value, True
        if self.level == "SSI":
            for other in self.txs.values():
                if other.has_read(key):
                    self.deps.add(other, tx)

    def _claim_prefixes(self, tx: Tx, key: str) -> None:
        """Wait for those who have counted rows of such a name."""
        for name in list(self.locks):
            if name.endswith("*") and key.startswith(name[:-1]):
                self._acquire(tx, name, "X")

    # Ending

    def _commit(self, tx: Tx) -> tuple[Outcome, int | None, Message]:
        self.commits += 1
        tx.commit = self.commits
        for key, value in tx.writes.items():
            self.versions.setdefault(key, []).append(Version(value, tx.tx, self.commits))
        self._end(tx, "committed")
        self.deps.judge(self.txs.__getitem__)
        return "committed", None, Message.of("T{tx} commits: its changes are there for all who look from now on.", tx=tx.tx) if tx.wrote else Message.of("T{tx} commits; it has changed nothing.", tx=tx.tx)  # fmt: skip
