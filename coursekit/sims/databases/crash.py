"""A small database that may lose its power at any moment: memory, log, disk, and the rules between them.

Modelled: three users with a transaction each at a time; pages in memory (the buffer pool), written to
disk at some time; a log buffer, written at some time. A commit answers when its record is on disk. Steal:
a page may be written while its transaction is open. Force: a commit writes its pages. The WAL rule has
two halves, and each can be switched off: no page before its log records, no answer before the COMMIT.
After a cut the log decides, as in `recovery`; then all pages are written and the log begins anew.
A deed that writes several things can be cut between any two of them: `crashstory` tries all.

Left out: rollbacks on request, torn pages, a disk that lies about what it has written.

Source: Härder and Reuter, "Principles of transaction-oriented database recovery", Computing Surveys
15 (1983); Mohan et al., "ARIES", TODS 17 (1992).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from coursekit.sims.databases.recovery import Page, Record, recover
from coursekit.sims.message import Message, require

Rule = Literal["kept", "pages", "answers"]
Action = Literal["write", "commit", "page", "log", "checkpoint", "cut", "start"]
RULES: tuple[str, ...] = get_args(Rule)
ACTIONS: tuple[str, ...] = get_args(Action)
USERS, PAGES = ("A", "B", "C"), ("P1", "P2", "P3")
BEFORE = "0"  # what every page holds at the beginning


@dataclass(frozen=True)
class Policy:
    """The rules. `rule`: the WAL rule is kept; pages may go first; commits answer at once."""

    steal: bool = True
    force: bool = False
    rule: Rule = "kept"

    def __post_init__(self) -> None:
        require(self.rule in RULES, "rule={rule}: choose one of {rules}", rule=self.rule, rules=", ".join(RULES))  # fmt: skip


@dataclass(frozen=True)
class Deed:
    """What is done: a user writes a page, a user commits, a page is written to disk…"""

    kind: Action
    one: str = ""  # user (write, commit) or page (page)
    two: str = ""  # page (write)

    def __post_init__(self) -> None:
        require(self.kind in ACTIONS, "kind={kind}: choose one of {kinds}", kind=self.kind, kinds=", ".join(ACTIONS))  # fmt: skip
        first = {"write": USERS, "commit": USERS, "page": PAGES}.get(self.kind, ("",))
        second = PAGES if self.kind == "write" else ("",)
        require(self.one in first, "one={one}: choose one of {names}", one=self.one, names=", ".join(first))  # fmt: skip
        require(self.two in second, "two={two}: choose one of {names}", two=self.two, names=", ".join(second))  # fmt: skip


def _fresh() -> dict[str, Page]:
    return {name: Page(BEFORE) for name in PAGES}


@dataclass(frozen=True)
class World:
    """The machine. `told`: transactions whose users were told that they are committed."""

    memory: Mapping[str, Page] = field(default_factory=_fresh)  # empty without power
    disk: Mapping[str, Page] = field(default_factory=_fresh)
    base: Mapping[str, Page] = field(default_factory=_fresh)  # the disk when the log began
    log: tuple[Record, ...] = ()
    flushed: int = 0
    lsn: int = 0
    open: Mapping[str, str] = field(default_factory=dict)  # user -> transaction
    begun: Mapping[str, int] = field(default_factory=dict)  # user -> transactions begun
    told: tuple[str, ...] = ()
    up: bool = True

    @property
    def dirty(self) -> tuple[str, ...]:
        """Pages of memory that are newer than those on disk."""
        return tuple(name for name, page in self.memory.items() if page != self.disk[name])

    def holder(self, page: str) -> str:
        """The open transaction that has changed a page, or ""."""
        active = set(self.open.values())
        return next((each.tx for each in reversed(self.log) if each.page == page and each.tx in active), "")  # fmt: skip


def _logged(world: World, kind: str, tx: str = "", page: str = "", before: str = "", after: str = "") -> World:  # fmt: skip
    record = Record(world.lsn + 1, kind, tx, page, before, after)  # type: ignore[arg-type]
    return replace(world, log=(*world.log, record), lsn=record.lsn)


# Deeds: each gives the worlds that it passes through, the last one is what it leads to


def refusal(world: World, deed: Deed, policy: Policy) -> Message | None:
    """Why a deed cannot be done, if so."""
    if deed.kind == "start":
        return Message.of("The machine is running.") if world.up else None
    if not world.up:
        return Message.of("There is no power: start the machine first.")
    if deed.kind == "commit" and deed.one not in world.open:
        return Message.of("{user} has no open transaction: write something first.", user=deed.one)
    if deed.kind == "write":
        holder = world.holder(deed.two)
        if holder and holder != world.open.get(deed.one):
            return Message.of("{tx} has changed {page} and is still open: {user} has to wait for its lock.", tx=holder, page=deed.two, user=deed.one)  # fmt: skip
    if deed.kind == "page":
        if deed.one not in world.dirty:
            return Message.of("{page} is the same in memory and on disk: nothing to write.", page=deed.one)  # fmt: skip
        if not policy.steal and world.holder(deed.one):
            return Message.of("No steal: {page} must not reach the disk while {tx} is open.", page=deed.one, tx=world.holder(deed.one))  # fmt: skip
    return None


def _write(world: World, deed: Deed) -> Iterator[World]:
    user, page = deed.one, deed.two
    if user not in world.open:
        count = world.begun.get(user, 0) + 1
        tx = f"{user}{count}"
        world = replace(world, open={**world.open, user: tx}, begun={**world.begun, user: count})
        world = _logged(world, "BEGIN", tx)
    tx = world.open[user]
    nth = 1 + sum(each.tx == tx and bool(each.page) for each in world.log)
    before, after = world.memory[page].value, f"{tx}.{nth}"
    world = _logged(world, "UPD", tx, page, before, after)
    yield replace(world, memory={**world.memory, page: Page(after, world.lsn)})


def _page(world: World, page: str, policy: Policy) -> Iterator[World]:
    """Write a page; by the WAL rule the log up to its LSN first."""
    if policy.rule != "pages" and world.memory[page].lsn > world.flushed:
        yield (world := replace(world, flushed=world.memory[page].lsn))
    yield replace(world, disk={**world.disk, page: world.memory[page]})


def _pages(world: World, names: Sequence[str], policy: Policy) -> Iterator[World]:
    """Write several pages, one after the other."""
    for name in names:
        for after in _page(world, name, policy):
            yield (world := after)


def _commit(world: World, deed: Deed, policy: Policy) -> Iterator[World]:
    tx = world.open[deed.one]
    world = _logged(world, "COMMIT", tx)
    world = replace(world, open={who: each for who, each in world.open.items() if who != deed.one})
    yield world
    if policy.rule != "answers":
        yield (world := replace(world, flushed=world.lsn))
    if policy.force:
        mine = {each.page for each in world.log if each.tx == tx and each.page}
        for after in _pages(world, sorted(mine & set(world.dirty)), policy):
            yield (world := after)
    yield replace(world, told=(*world.told, tx))


def _checkpoint(world: World, policy: Policy) -> Iterator[World]:
    """Write every page that may be written, then say so in the log."""
    ready = [name for name in world.dirty if policy.steal or not world.holder(name)]
    for after in _pages(world, ready, policy):
        yield (world := after)
    world = _logged(world, "CKPT")
    yield replace(world, flushed=world.lsn)


def cut(world: World) -> World:
    """The power goes: memory and what was not written of the log are gone."""
    there = tuple(each for each in world.log if each.lsn <= world.flushed)
    return replace(world, memory={}, log=there, open={}, up=False)


def _start(world: World) -> World:
    """Recovery, then everything is written and the log begins anew."""
    pages = recover(world.disk, world.log, world.flushed).pages
    return replace(world, memory=pages, disk=pages, base=pages, log=(), flushed=world.lsn, told=(), up=True)  # fmt: skip


def steps(world: World, deed: Deed, policy: Policy) -> Iterator[World]:
    """The worlds that a deed passes through; at each the power may go."""
    match deed.kind:
        case "write":
            return _write(world, deed)
        case "commit":
            return _commit(world, deed, policy)
        case "page":
            return _page(world, deed.one, policy)
        case "log":
            return iter((replace(world, flushed=world.lsn),))
        case "checkpoint":
            return _checkpoint(world, policy)
        case "cut":
            return iter((cut(world),))
        case "start":
            return iter((_start(world),))
