"""Recovery of a database from its log: analysis, redo, undo, as in ARIES.

Modelled: a log of updates with the value before and after, pages on disk that carry the LSN of their
last update, the end of the log that had reached the disk when the power went. What is left of the log
decides: transactions with a COMMIT in it win, all others lose. Redo repeats every update that a page
lacks, also those of losers; undo puts back what the losers found, newest first. Told record by record.

Left out: compensation records (recovery that is interrupted itself), dirty-page and transaction tables
in the checkpoint record, so the whole log is read; rollbacks before the crash; several updates in a page.

Source: Mohan et al., "ARIES", ACM TODS 17 (1992).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal, get_args

from coursekit.sims.message import Message, require

Kind = Literal["BEGIN", "UPD", "COMMIT", "CKPT"]
Phase = Literal["crash", "analysis", "redo", "undo", "done"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class Record:
    """A record of the log; `before` and `after` are the values of the page around an UPD."""

    lsn: int
    kind: Kind
    tx: str = ""
    page: str = ""
    before: str = ""
    after: str = ""

    def __post_init__(self) -> None:
        require(self.lsn >= 1, "lsn={lsn}: choose 1 or more", lsn=self.lsn)
        require(self.kind in KINDS, "kind={kind}: choose one of {kinds}", kind=self.kind, kinds=", ".join(KINDS))  # fmt: skip
        require((self.kind == "CKPT") != bool(self.tx), "lsn={lsn}: every record but CKPT belongs to a transaction", lsn=self.lsn)  # fmt: skip
        require((self.kind == "UPD") == bool(self.page), "lsn={lsn}: an UPD, and nothing else, names a page", lsn=self.lsn)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A page: its value, and the LSN of the last update in it (0: none)."""

    value: str
    lsn: int = 0


Pages = Mapping[str, Page]


@dataclass(frozen=True)
class Recovered:
    """What recovery did. `redo` and `undo` are LSNs in the order done; `ahead`, pages that broke the WAL rule."""

    pages: Pages
    winners: tuple[str, ...]
    losers: tuple[str, ...]
    redo: tuple[int, ...]
    undo: tuple[int, ...]
    ahead: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, str]:
        """The pages' values."""
        return {name: page.value for name, page in self.pages.items()}


def _check(disk: Pages, log: Sequence[Record]) -> None:
    for one, two in pairwise(log):
        require(one.lsn < two.lsn, "lsn={lsn}: LSNs grow", lsn=two.lsn)
    for each in log:
        require(not each.page or each.page in disk, "page={page}: not on the disk", page=each.page)


def kept(log: Sequence[Record], flushed: int) -> tuple[Record, ...]:
    """The records that were on disk when the power went."""
    return tuple(each for each in log if each.lsn <= flushed)


def analyse(log: Sequence[Record]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Winners (their COMMIT is in this log) and losers, sorted."""
    won = {each.tx for each in log if each.kind == "COMMIT"}
    seen = {each.tx for each in log if each.tx}
    return tuple(sorted(won)), tuple(sorted(seen - won))


def recover(disk: Pages, log: Sequence[Record], flushed: int) -> Recovered:
    """The database after a crash at which the log had reached the disk up to `flushed`."""
    _check(disk, log)
    there = kept(log, flushed)
    winners, losers = analyse(there)
    pages, redo, undo = dict(disk), [], []
    for each in there:
        if each.kind == "UPD" and pages[each.page].lsn < each.lsn:
            pages[each.page] = Page(each.after, each.lsn)
            redo.append(each.lsn)
    for each in reversed(there):
        if each.kind == "UPD" and each.tx in losers:
            pages[each.page] = replace(pages[each.page], value=each.before)
            undo.append(each.lsn)
    return Recovered(pages, winners, losers, tuple(redo), tuple(undo), ahead(disk, flushed))


def ahead(disk: Pages, flushed: int) -> tuple[str, ...]:
    """Pages that reached the disk before their log record did: the WAL rule was broken."""
    return tuple(sorted(name for name, page in disk.items() if page.lsn > flushed))


def promised(first: Mapping[str, str], log: Sequence[Record], flushed: int) -> dict[str, str]:
    """The values that ought to be there: those of the beginning, then the winners' updates alone."""
    there = kept(log, flushed)
    winners, _losers = analyse(there)
    return {**first, **{each.page: each.after for each in there if each.page and each.tx in winners}}  # fmt: skip


def disk_at(first: Mapping[str, str], log: Sequence[Record], lsn: int) -> dict[str, Page]:
    """The pages as they are in memory after the record `lsn`: what a checkpoint there would write."""
    written = {each.page: Page(each.after, each.lsn) for each in log if each.page and each.lsn <= lsn}  # fmt: skip
    return {**{name: Page(value) for name, value in first.items()}, **written}


# Cases to look at

DISKS = ("checkpoint", "never", "all", "ahead")


@dataclass(frozen=True)
class Case:
    """A log and what the pages held before it."""

    first: Mapping[str, str]
    log: tuple[Record, ...]

    @property
    def last(self) -> int:
        """The last LSN."""
        return self.log[-1].lsn

    @property
    def checkpoint(self) -> int:
        """The LSN of the last checkpoint, 0 without one."""
        return max((each.lsn for each in self.log if each.kind == "CKPT"), default=0)

    def disk(self, which: str, flushed: int) -> dict[str, Page]:
        """The disk at the crash.

        As the checkpoint wrote it; never written; with every change whose record is on disk; with
        every change, ahead of the log.
        """
        require(which in DISKS, "disk={which}: choose one of {names}", which=which, names=", ".join(DISKS))  # fmt: skip
        at = {"checkpoint": min(self.checkpoint, flushed), "never": 0, "all": flushed, "ahead": self.last}  # fmt: skip
        return disk_at(self.first, self.log, at[which])


def _log(text: str) -> tuple[Record, ...]:
    """A log from its short form: "BEGIN T1; UPD T1 P1 a b; CKPT", numbered from 1."""
    parts = (each.split() for each in text.split(";"))
    return tuple(Record(lsn, *fields) for lsn, fields in enumerate(parts, 1))  # type: ignore[arg-type]


CASES: dict[str, Case] = {
    "three": Case({"P1": "a", "P2": "c", "P3": "f"}, _log(
        "BEGIN T1; UPD T1 P1 a b; BEGIN T2; UPD T2 P2 c d; COMMIT T1; CKPT; UPD T2 P1 b e; "
        "BEGIN T3; UPD T3 P3 f g; COMMIT T3")),
    "transfer": Case({"P1": "100", "P2": "50", "P3": "0"}, _log(
        "BEGIN T1; UPD T1 P1 100 70; UPD T1 P2 50 80; COMMIT T1; CKPT; BEGIN T2; UPD T2 P2 80 60; "
        "UPD T2 P3 0 20; COMMIT T2; BEGIN T3; UPD T3 P1 70 20; UPD T3 P3 20 70; COMMIT T3")),
    "long": Case({"P1": "a", "P2": "k", "P3": "r", "P4": "x"}, _log(
        "BEGIN T1; UPD T1 P1 a b; BEGIN T2; UPD T2 P2 k l; COMMIT T2; UPD T1 P3 r s; CKPT; "
        "BEGIN T3; UPD T3 P2 l m; COMMIT T3; UPD T1 P4 x y; BEGIN T4; UPD T4 P2 m n; COMMIT T4")),
}  # fmt: skip


# The same, told record by record


@dataclass(frozen=True)
class State:
    """A moment of recovery: the pages as they are, the record being looked at, what was done with it."""

    phase: Phase
    pages: Pages
    label: Message
    why: Message
    lsn: int = 0  # 0: no record
    done: bool = False  # the record changed a page at this moment
    winners: tuple[str, ...] = ()
    losers: tuple[str, ...] = ()
    redo: tuple[int, ...] = ()
    undo: tuple[int, ...] = ()
    waiting: tuple[str, ...] = ()  # transactions seen so far, not known to win


@dataclass(frozen=True)
class Story:
    """All moments, the case, and what ought to come out."""

    case: Case
    flushed: int
    disk: Pages
    states: tuple[State, ...]
    recovered: Recovered
    promised: Mapping[str, str] = field(default_factory=dict)

    @property
    def wrong(self) -> tuple[str, ...]:
        """Pages that end with another value than they ought to."""
        return tuple(name for name, value in self.recovered.values.items() if value != self.promised[name])  # fmt: skip


def tell(name: str, flushed: int, which: str = "checkpoint") -> Story:
    """Recovery of one of the `CASES` after a crash."""
    require(name in CASES, "log={name}: choose one of {names}", name=name, names=", ".join(CASES))
    case = CASES[name]
    require(0 <= flushed <= case.last, "flushed={n}: choose 0 to {last}", n=flushed, last=case.last)
    disk = case.disk(which, flushed)
    there = kept(case.log, flushed)
    states = [_crash(case, disk, flushed)]
    for step in (_analysis, _redo, _undo):
        states += step(states[-1], there)
    recovered = recover(disk, case.log, flushed)
    story = Story(case, flushed, disk, tuple(states), recovered, promised(case.first, case.log, flushed))  # fmt: skip
    return replace(story, states=(*states, _end(states[-1], story)))


def _crash(case: Case, disk: Pages, flushed: int) -> State:
    gone = case.last - flushed
    late = ahead(disk, flushed)
    if late:
        why = Message.of("The WAL rule was broken: {pages} reached the disk before their log records did. What the records would have said is lost with the memory.", pages=", ".join(late))  # fmt: skip
    else:
        why = Message.of("Memory is gone. What is left: the pages as they are on disk, and the log up to LSN {flushed}; {gone} later records are lost.", flushed=flushed, gone=gone)  # fmt: skip
    return State("crash", disk, Message.of("the power goes"), why)


def _analysis(state: State, there: Sequence[Record]) -> Iterator[State]:
    """Forward through the log: who has a COMMIT?"""
    won: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    for each in there:
        if each.kind not in ("BEGIN", "COMMIT"):
            continue
        if each.kind == "BEGIN":
            waiting = (*waiting, each.tx)
            why = Message.of("{tx} begins. Until its COMMIT is found it counts as a loser.", tx=each.tx)  # fmt: skip
        else:
            won, waiting = (*won, each.tx), tuple(tx for tx in waiting if tx != each.tx)
            why = Message.of("The COMMIT of {tx} is in the log: {tx} is a winner, its changes must be there.", tx=each.tx)  # fmt: skip
        label = Message.of("analysis: {kind} {tx}", kind=each.kind, tx=each.tx)
        state = replace(state, phase="analysis", label=label, why=why, lsn=each.lsn, winners=won, waiting=waiting)  # fmt: skip
        yield state
    _winners, losers = analyse(there)
    why = Message.of("The log ends. Without a COMMIT: {losers}. Whoever asked for them never got an answer.", losers=", ".join(losers)) if losers else Message.of("The log ends. Every transaction in it has a COMMIT: there is no loser.")  # fmt: skip
    yield replace(state, phase="analysis", label=Message.of("analysis: the end of the log"), why=why, lsn=0, losers=losers, waiting=())  # fmt: skip


def _redo(state: State, there: Sequence[Record]) -> Iterator[State]:
    """Forward again: every update that its page lacks, whoever made it."""
    for each in there:
        if each.kind != "UPD":
            continue
        page = state.pages[each.page]
        values = {"page": each.page, "have": page.lsn, "lsn": each.lsn, "after": each.after}
        lacks = page.lsn < each.lsn
        if lacks:
            why = Message.of("{page} carries LSN {have}, less than {lsn}: the change is not in it. It is done again: {page} = {after}.", **values)  # fmt: skip
            state = replace(state, pages={**state.pages, each.page: Page(each.after, each.lsn)}, redo=(*state.redo, each.lsn))  # fmt: skip
        else:
            why = Message.of("{page} carries LSN {have}, not less than {lsn}: the change is in it already. Nothing to do.", **values)  # fmt: skip
        label = Message.of("redo {lsn}: {page} = {after}", **values) if lacks else Message.of("redo {lsn}: there already", **values)  # fmt: skip
        state = replace(state, phase="redo", label=label, why=why, lsn=each.lsn, done=lacks)
        yield state


def _undo(state: State, there: Sequence[Record]) -> Iterator[State]:
    """Backward: what the losers did is put back, newest first."""
    for each in reversed(there):
        if each.kind != "UPD" or each.tx not in state.losers:
            continue
        values = {"tx": each.tx, "page": each.page, "lsn": each.lsn, "before": each.before}
        page = replace(state.pages[each.page], value=each.before)
        state = replace(
            state, phase="undo", pages={**state.pages, each.page: page}, lsn=each.lsn, done=True,
            undo=(*state.undo, each.lsn), label=Message.of("undo {lsn}: {page} = {before}", **values),
            why=Message.of("{tx} is a loser: {page} gets back the value that {tx} found, {before}.", **values),
        )  # fmt: skip
        yield state


def _end(state: State, story: Story) -> State:
    if story.wrong:
        why = Message.of("Wrong for ever: {pages}. A change of a transaction without COMMIT is on disk, and no record is left that could undo it.", pages=", ".join(story.wrong))  # fmt: skip
    else:
        why = Message.of("Done again: {redo} changes; undone: {undo}. Every winner is there, no loser has left a trace.", redo=len(state.redo), undo=len(state.undo))  # fmt: skip
    return replace(state, phase="done", label=Message.of("the database opens"), why=why, lsn=0, done=False)  # fmt: skip
