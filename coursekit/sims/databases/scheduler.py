"""Locks, who waits for whom, and the record: what all isolation levels of LabDB share.

Steps are done in the order of the schedule. One that must wait queues the later ones of its
transaction; when locks are released those who wait go on in the order in which they began to, each
with its queue before the next. Whoever would close a circle of waiting is aborted (40P01).
Source: PostgreSQL 15 manual, sections 13.3 and 28.2 (who is aborted depends there on a timeout; here
it is whoever asked last, as when every timeout has passed).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from coursekit.sims.databases.records import DEADLOCK, Event, Mode, Outcome, Run, State, Version
from coursekit.sims.databases.schedules import Schedule, Step
from coursekit.sims.databases.ssi import Dependencies, Known
from coursekit.sims.message import Message


@dataclass
class Tx(Known):
    status: str = "active"
    writes: dict[str, int | None] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)  # what was read last of each row
    total: int = 0  # the sum of all that was read
    rows: set[str] = field(default_factory=set)  # SSI: what was read
    prefixes: set[str] = field(default_factory=set)
    queue: list[tuple[int, Step]] = field(default_factory=list)  # the first one waits

    def has_read(self, key: str) -> bool:
        return key in self.rows or any(key.startswith(each) for each in self.prefixes)


class Wait(Exception):  # noqa: N818 (no error: the step must wait)
    """A lock is held by others."""

    def __init__(self, key: str, holders: tuple[int, ...]) -> None:
        super().__init__()
        self.key, self.holders = key, holders


class Abort(Exception):  # noqa: N818 (the database's error, not ours)
    """The database ends the transaction."""

    def __init__(self, code: str, why: Message) -> None:
        super().__init__()
        self.code, self.why = code, why


class Scheduler:
    """A database in the middle of a schedule; `_do` is what a level does with a step."""

    def __init__(self, level: str, schedule: Schedule, *, states: bool, least: Mapping[str, int]) -> None:  # fmt: skip
        self.level, self.schedule, self.least = level, schedule, least
        self.versions = {key: [Version(value, 0, 0)] for key, value in schedule.items}
        self.txs = {tx: Tx(tx) for tx in schedule.transactions}
        self.locks: dict[str, dict[int, Mode]] = {}
        self.waiting: dict[int, tuple[int, ...]] = {}  # in the order in which they began to wait
        self.commits = 0
        self.deps = Dependencies()
        self.events: list[Event] = []
        self.states: list[State] | None = [] if states else None
        self._keep(None)

    def run(self) -> Run:
        for at, step in enumerate(self.schedule.steps):
            tx = self.txs[step.tx]
            if tx.queue:
                tx.queue.append((at, step))
                self._note(at, step, "queued", Message.of("T{tx} still waits; this step comes later.", tx=step.tx))  # fmt: skip
            else:
                self._try(at, step)
                self._wake()
        final = {key: now for key in self.versions if (now := self._committed(key).value) is not None}  # fmt: skip
        status = {each.tx: each.status for each in self.txs.values()}
        return Run(self.level, self.schedule, tuple(self.events), tuple(self.states or ()), final, status)  # fmt: skip

    # One step after the other

    def _try(self, at: int, step: Step, *, resumed: bool = False) -> bool:
        """Do a step; False when it must wait (again)."""
        tx = self.txs[step.tx]
        if tx.status != "active":
            self._note(at, step, "ended", Message.of("T{tx} is over: this step is not done.", tx=step.tx))  # fmt: skip
            return True
        try:
            outcome, value, why = self._do(tx, step)
        except Wait as wait:
            return self._wait(tx, at, step, wait, resumed=resumed)
        except Abort as abort:
            self._end(tx, abort.code)
            self._note(at, step, "aborted", abort.why, code=abort.code, resumed=resumed)
        else:
            self._note(at, step, outcome, why, value, resumed=resumed)
        return True

    def _wait(self, tx: Tx, at: int, step: Step, wait: Wait, *, resumed: bool) -> bool:
        """Queue a step, unless waiting would close a circle."""
        if any(tx.tx == other or tx.tx in self._reachable(other) for other in wait.holders):
            self._end(tx, DEADLOCK)
            why = Message.of("{names} waits for T{tx}: if T{tx} waited too, nobody would ever go on. The database aborts T{tx}.", names=_names(wait.holders), tx=tx.tx)  # fmt: skip
            self._note(at, step, "aborted", why, code=DEADLOCK, resumed=resumed)
            return True
        self.waiting[tx.tx] = wait.holders
        if not resumed:
            tx.queue.append((at, step))
            why = Message.of("{key} is locked by {names}: T{tx} waits until it ends.", key=wait.key, names=_names(wait.holders), tx=tx.tx)  # fmt: skip
            self._note(at, step, "waits", why)
        return False

    def _reachable(self, tx: int) -> set[int]:
        """For whom a transaction waits, directly or not."""
        found: set[int] = set()
        ahead = list(self.waiting.get(tx, ()))
        while ahead:
            one = ahead.pop()
            if one not in found:
                found.add(one)
                ahead += self.waiting.get(one, ())
        return found

    def _wake(self) -> None:
        """Let those go on who can, in the order in which they began to wait."""
        while any(self._resume(self.txs[each]) for each in list(self.waiting)):
            pass

    def _resume(self, tx: Tx) -> bool:
        """Whether a waiting transaction could do the step it waited with; then its queue too."""
        at, step = tx.queue[0]
        holders = self.waiting[tx.tx]
        if all(self.txs[each].status == "active" and tx.tx != each for each in holders):
            return False
        del self.waiting[tx.tx]
        if not self._try(at, step, resumed=True):
            return False
        queue, tx.queue = tx.queue[1:], []
        for place, (later, following) in enumerate(queue):
            if not self._try(later, following):
                tx.queue += queue[place + 1 :]
                break
        return True

    def _do(self, tx: Tx, step: Step) -> tuple[Outcome, int | None, Message]:
        """Do a step: what came of it, the value, and why; or Wait, or Abort."""
        raise NotImplementedError

    def _committed(self, key: str) -> Version:
        return self.versions[key][-1] if key in self.versions else Version(None, 0, 0)

    def _acquire(self, tx: Tx, key: str, mode: Mode) -> None:
        """Take a lock, or wait: X excludes all others, S only X."""
        held = self.locks.setdefault(key, {})
        others = tuple(other for other, how in held.items() if other != tx.tx and "X" in (mode, how))  # fmt: skip
        if others:
            raise Wait(key, others)
        if held.get(tx.tx) != "X":
            held[tx.tx] = mode

    def _end(self, tx: Tx, status: str) -> None:
        """Give the locks back."""
        tx.status = status
        if status != "committed":
            tx.gone = True
            tx.writes.clear()
            self.deps.forget(tx.tx)
        self.locks = {key: rest for key, held in self.locks.items() if (rest := {t: m for t, m in held.items() if t != tx.tx})}  # fmt: skip

    # The record

    def _note(self, at: int, step: Step, outcome: Outcome, why: Message, value: int | None = None, *, code: str = "", resumed: bool = False) -> None:  # fmt: skip
        event = Event(at, step, outcome, why, value, code, resumed)
        self.events.append(event)
        self._keep(event)

    def _keep(self, event: Event | None) -> None:
        if self.states is None:
            return
        active = [tx for tx in self.txs.values() if tx.status == "active"]
        self.states.append(State(
            event,
            {key: tuple(each) for key, each in self.versions.items()},
            {key: (tx.tx, value) for tx in active for key, value in tx.writes.items()},
            {key: tuple(held.items()) for key, held in self.locks.items() if held},
            dict(self.waiting),
            {tx.tx: tx.status for tx in self.txs.values()},
            {tx.tx: tx.snapshot for tx in self.txs.values() if tx.snapshot is not None},
            tuple(self.deps.edges),
        ))  # fmt: skip


def _names(txs: tuple[int, ...]) -> str:
    return ", ".join(f"T{tx}" for tx in txs)
