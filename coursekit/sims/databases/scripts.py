"""Five small programs that go wrong when two run at once, and four remedies, tried in full.

Every interleaving is run at every level; whoever is aborted with 40001 or 40P01 runs again, alone,
afterwards. Then the rule is looked at. A remedy is another way to write the program: locks (SELECT …
FOR UPDATE), one statement instead of several, a constraint that the database itself checks. One
UPDATE looks at its own row again when it had to wait; a sub-query or a count in it does not, and
sees the rows as they were when the statement began. Left out: more than two at a time, errors of
the network, how long anybody waits.
Sources: PostgreSQL 15 manual, sections 13.2 to 13.4; Berenson et al., SIGMOD 1995; Cahill et al.,
SIGMOD 2008 (the doctors).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from coursekit.sims.databases.interleave import Program, alone, interleavings
from coursekit.sims.databases.labdb import run
from coursekit.sims.databases.records import DEADLOCK, LEVELS, SERIALIZATION, Run
from coursekit.sims.databases.schedules import Schedule, parse
from coursekit.sims.message import Message, require

REMEDIES = ("plain", "lock", "atomic", "constraint")
AGAIN = (SERIALIZATION, DEADLOCK)  # errors after which a program may simply be run again


@dataclass(frozen=True)
class Variant:
    """The two programs in one way of writing them; words joined by _ are one statement."""

    items: str
    first: str
    second: str
    least: Mapping[str, int] = field(default_factory=dict)

    def schedule(self) -> Schedule:
        """Both, one after the other."""
        return parse(f"{self.items} {self.first} {self.second}".replace("_", " "))

    def programs(self) -> tuple[Program, Program]:
        """The programs in units that are not torn apart."""
        return _program(self.first), _program(self.second)


@cache
def _program(text: str) -> Program:
    """One statement a word."""
    return tuple(parse(word.replace("_", " ")).steps for word in text.split())


@dataclass(frozen=True)
class Ended:
    """What an interleaving came to, with those who ran again."""

    run: Run
    final: Mapping[str, int]
    sums: Mapping[int, int | None]  # what each has read in all, in the run that counted
    again: tuple[int, ...]
    broken: bool
    refused: bool  # a constraint said no: nothing to run again


@dataclass(frozen=True)
class Script:
    """A program, its rule, and the ways to write it."""

    name: str
    rule: Message
    holds: Callable[[Mapping[str, int], Mapping[int, int | None]], bool]
    variants: Mapping[str, Variant]
    notes: Mapping[str, Message]  # what a remedy is here, and why it helps or does not


def _sum(final: Mapping[str, int], *keys: str) -> int:
    return sum(final.get(key, 0) for key in keys)


_TRANSFER = "x=10 y=20"
_DOCTORS = "ann=1 bob=1"
SCRIPTS = {each.name: each for each in (
    Script(
        "stock", Message.of("One piece is there, two customers want it: never sell it twice."),
        lambda final, _sums: _sum(final, "stock", "sold1", "sold2") == 1,
        {
            "plain": Variant("stock=1", "r1(stock) w1(stock,seen-1)?>=1 i1(sold1,1)?>=1 c1", "r2(stock) w2(stock,seen-1)?>=1 i2(sold2,1)?>=1 c2"),
            "lock": Variant("stock=1", "l1(stock) w1(stock,seen-1)?>=1 i1(sold1,1)?>=1 c1", "l2(stock) w2(stock,seen-1)?>=1 i2(sold2,1)?>=1 c2"),
            "atomic": Variant("stock=1", "l1(stock)_w1(stock,stock-1)?>=1 i1(sold1,1)?>=1 c1", "l2(stock)_w2(stock,stock-1)?>=1 i2(sold2,1)?>=1 c2"),
            "constraint": Variant("stock=1", "w1(stock,stock-1) i1(sold1,1) c1", "w2(stock,stock-1) i2(sold2,1) c2", {"stock": 0}),
        },
        {
            "plain": Message.of("Read the stock, compute, write the result."),
            "lock": Message.of("SELECT … FOR UPDATE: the second one reads only when the first one has ended."),
            "atomic": Message.of("UPDATE … SET stock = stock − 1 WHERE stock >= 1: whoever waited looks at the row again."),
            "constraint": Message.of("UPDATE without a question, and CHECK (stock >= 0): the database refuses the second sale."),
        },
    ),
    Script(
        "doctors", Message.of("Two doctors are on call; each may leave if the other one stays. One must stay."),
        lambda final, _sums: _sum(final, "ann", "bob") >= 1,
        {
            "plain": Variant(_DOCTORS, "r1(ann) r1(bob) w1(ann,0)?>=2 c1", "r2(ann) r2(bob) w2(bob,0)?>=2 c2"),
            "lock": Variant(_DOCTORS, "l1(ann) l1(bob) w1(ann,0)?>=2 c1", "l2(ann) l2(bob) w2(bob,0)?>=2 c2"),
            "atomic": Variant(_DOCTORS, "r1(ann)_r1(bob)_w1(ann,0)?>=2 c1", "r2(ann)_r2(bob)_w2(bob,0)?>=2 c2"),
            "constraint": Variant("ann=1 bob=1 duty=2", "w1(duty,duty-1) w1(ann,0) c1", "w2(duty,duty-1) w2(bob,0) c2", {"duty": 1}),
        },
        {
            "plain": Message.of("Read both rows, then change one’s own."),
            "lock": Message.of("Both rows are locked, in the same order, before they are read."),
            "atomic": Message.of("One UPDATE with a sub-query: two rows are changed by two transactions, nobody waits, nothing is looked at again."),
            "constraint": Message.of("A CHECK sees one row only, so the rule gets a row of its own: how many are on duty, at least 1."),
        },
    ),
    Script(
        "report", Message.of("A report adds up two accounts while 5 are moved from one to the other: the sum is 30."),
        lambda _final, sums: sums[1] in (30, None),
        {
            "plain": Variant(_TRANSFER, "r1(x) r1(y) c1", "w2(x,x-5) w2(y,y+5) c2"),
            "lock": Variant(_TRANSFER, "l1(x) l1(y) c1", "w2(x,x-5) w2(y,y+5) c2"),
            "atomic": Variant(_TRANSFER, "r1(x)_r1(y) c1", "w2(x,x-5) w2(y,y+5) c2"),
            "constraint": Variant(_TRANSFER, "r1(x) r1(y) c1", "w2(x,x-5) w2(y,y+5) c2", {"x": 0, "y": 0}),
        },
        {
            "plain": Message.of("Two SELECTs, one after the other."),
            "lock": Message.of("FOR UPDATE in a report: right, but whoever writes must wait for it."),
            "atomic": Message.of("One SELECT for both rows: a statement sees one state of the database."),
            "constraint": Message.of("A constraint watches what is written. The report only reads."),
        },
    ),
    Script(
        "booking", Message.of("A room is booked if no booking is there yet: never two."),
        lambda final, _sums: sum(key.startswith("res") for key in final) <= 1,
        {
            "plain": Variant("room=0", "n1(res) i1(res1,1)?<1 c1", "n2(res) i2(res2,1)?<1 c2"),
            "lock": Variant("room=0", "l1(room) n1(res) i1(res1,1)?<1 c1", "l2(room) n2(res) i2(res2,1)?<1 c2"),
            "atomic": Variant("room=0", "n1(res)_i1(res1,1)?<1 c1", "n2(res)_i2(res2,1)?<1 c2"),
            "constraint": Variant("room=0", "i1(res,1) c1", "i2(res,1) c2"),
        },
        {
            "plain": Message.of("Count the bookings, insert when there are none."),
            "lock": Message.of("Rows that are not there cannot be locked, so the room’s row is. With snapshots it does not help: the snapshot is older than the lock."),
            "atomic": Message.of("INSERT … WHERE NOT EXISTS: the new rows of others, not committed yet, are not seen."),
            "constraint": Message.of("A unique key of room and hour: the second INSERT waits for the first one, then is refused."),
        },
    ),
    Script(
        "transfer", Message.of("One moves 5 from x to y, the other 3 from y to x: the sum stays 30."),
        lambda final, _sums: _sum(final, "x", "y") == 30,
        {
            "plain": Variant(_TRANSFER, "r1(x) w1(x,seen-5) r1(y) w1(y,seen+5) c1", "r2(y) w2(y,seen-3) r2(x) w2(x,seen+3) c2"),
            "lock": Variant(_TRANSFER, "l1(x) w1(x,seen-5) l1(y) w1(y,seen+5) c1", "l2(y) w2(y,seen-3) l2(x) w2(x,seen+3) c2"),
            "atomic": Variant(_TRANSFER, "w1(x,x-5) w1(y,y+5) c1", "w2(y,y-3) w2(x,x+3) c2"),
            "constraint": Variant(_TRANSFER, "r1(x) w1(x,seen-5) r1(y) w1(y,seen+5) c1", "r2(y) w2(y,seen-3) r2(x) w2(x,seen+3) c2", {"x": 0, "y": 0}),
        },
        {
            "plain": Message.of("Read a balance, compute, write it: twice."),
            "lock": Message.of("Right, but they lock in opposite order: many deadlocks, and one of them runs again."),
            "atomic": Message.of("UPDATE … SET x = x − 5: nothing is computed from what was read before."),
            "constraint": Message.of("CHECK (balance >= 0) knows nothing of the sum."),
        },
    ),
)}  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """A script, written in one way, at a level: all its interleavings."""

    script: str
    remedy: str
    level: str
    total: int
    broken: int
    again: int  # interleavings after which somebody had to run again
    refused: int  # in which a constraint refused somebody
    waited: int
    example: Schedule  # a broken one; else one in which somebody ran again, was refused, or waited

    @property
    def helps(self) -> bool:
        """Whether the rule holds in all interleavings."""
        return self.broken == 0


@cache
def tried(script: str, remedy: str, level: str) -> Tried:
    """Run all interleavings."""
    require(script in SCRIPTS, "script={script}: choose one of {names}", script=script, names=", ".join(SCRIPTS))  # fmt: skip
    require(remedy in REMEDIES, "remedy={remedy}: choose one of {names}", remedy=remedy, names=", ".join(REMEDIES))  # fmt: skip
    variant = SCRIPTS[script].variants[remedy]
    ends = [ended(script, remedy, level, each) for each in interleavings(variant.programs(), variant.schedule().items)]  # fmt: skip
    shown = max(ends, key=lambda end: (end.broken, bool(end.again), end.refused, end.run.waits))
    return Tried(
        script, remedy, level, len(ends), sum(end.broken for end in ends), sum(bool(end.again) for end in ends),
        sum(end.refused for end in ends), sum(end.run.waits > 0 for end in ends), shown.run.schedule,
    )  # fmt: skip


def table(script: str) -> tuple[tuple[Tried, ...], ...]:
    """A row a remedy, a cell a level."""
    return tuple(tuple(tried(script, remedy, level) for level in LEVELS) for remedy in REMEDIES)


def ended(script: str, remedy: str, level: str, schedule: Schedule, *, states: bool = False) -> Ended:  # fmt: skip
    """One interleaving, then those again who were aborted with 40001 or 40P01."""
    what = SCRIPTS[script]
    variant = what.variants[remedy]
    found = run(level, schedule, states=states, least=variant.least)
    runs, final = dict.fromkeys(found.status, found), found.final
    again = tuple(tx for tx, how in found.status.items() if how in AGAIN)
    for tx in again:
        later = Schedule(tuple(final.items()), alone(variant.programs()[tx - 1]))
        runs[tx] = run(level, later, states=False, least=variant.least)
        final = runs[tx].final
    sums = {tx: _total(each, tx) for tx, each in runs.items()}
    refused = any(each.status[tx] not in ("committed", *AGAIN) for tx, each in runs.items())
    return Ended(found, final, sums, again, not what.holds(final, sums), refused)


def _total(found: Run, tx: int) -> int | None:
    """What a transaction has read in all; None when it did not commit."""
    if found.status[tx] != "committed":
        return None
    return sum(value or 0 for who, _key, value in found.reads if who == tx)
