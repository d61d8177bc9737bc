"""Checks of the chapter on databases."""

from typing import Any

from coursekit.i18n import mark
from coursekit.realtools import postgres, sqlite
from coursekit.realtools.check import SAME, SHOWN, Check, Fact
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.databases import crash, cut, failover, replication, sqlitewal
from coursekit.sims.message import Message

ROWS, OPEN_ROWS = 100, 7
HUNG_S = 1.0
MODES, KILLS, MOVED = ("delete", "wal"), 8, 10
PLACES = {"before": Message.of("before"), "after": Message.of("after")}
LOGGED, FRAME = 5, sqlitewal.FRAME + 4096
DAMAGES = ((0, None), (1, None), (FRAME, None), (FRAME + 1, None), (0, sqlitewal.HEADER + 2 * FRAME + 100))  # fmt: skip
SPLIT = cut.Cut(voters=2, fence="none", mode="async", rate=1.0, seconds=5.0, takeover_s=2.0, keep="B")  # fmt: skip


def _put(what: str, count: int) -> str:
    return f"INSERT INTO t SELECT '{what}' FROM generate_series(1, {count})"  # noqa: S608  (words of ours)


def _count(what: str) -> str:
    return f"SELECT count(*) FROM t WHERE who = '{what}'"  # noqa: S608


def _played(*deeds: crash.Deed) -> crash.World:
    world, policy = crash.World(), crash.Policy()
    for deed in deeds:
        world = list(crash.steps(world, deed, policy))[-1]
    return world


def _open_survives() -> bool:
    """Whether a change that nobody committed is there after a crash, in the simulation."""
    world = _played(crash.Deed("write", "A", "P1"), crash.Deed("log"), crash.Deed("cut"), crash.Deed("start"))  # fmt: skip
    return world.memory["P1"].value != crash.BEFORE


def _failover_facts() -> tuple[Fact, ...]:
    near, gone = replication.Standby(rtt_ms=0.1), replication.Standby(rtt_ms=0.1, up=False)
    applied = replication.commit([near], "remote_apply")
    kept = ROWS - failover.lost(failover.Failover(mode="on"))
    story = cut.tell(SPLIT)
    apart, before = story.states[-2], story.states[0]
    return (
        Fact(Message.of("Of {n} rows committed on A, B shows at once", n=ROWS), ROWS if not replication.stale(0.0, applied, 0) else 0, SAME),
        Fact(Message.of("The standby B takes a write"), before.b.role == "primary", SAME),
        Fact(Message.of("While B is away, a COMMIT on A returns"), not replication.commit([gone], "on").hangs, SAME),
        Fact(Message.of("Committed rows on B after A was killed"), int(kept), SAME, why=Message.of("Each commit had waited for B: nothing that was promised is missing.")),
        Fact(Message.of("Uncommitted rows on B"), OPEN_ROWS if _open_survives() else 0, SAME),
        Fact(Message.of("From the promotion to the first write"), None, SHOWN, "s"),
        Fact(Message.of("A comes back: two primaries"), apart.split, SAME),
        Fact(Message.of("Rows on A that B does not know"), int(apart.a.written), SAME),
        Fact(Message.of("Rows on B that A does not know"), int(apart.b.written), SAME),
        Fact(Message.of("Committed rows thrown away when A follows B"), int(story.lost), SAME, why=Message.of("pg_rewind: two histories cannot be put together, one is thrown away.")),
        Fact(Message.of("Then A takes a write"), story.states[-1].a.role == "primary", SAME),
    )  # fmt: skip


def _ask_failover(source: Source) -> tuple[Any, ...]:
    with postgres.pair(source) as both:
        a, b = both.a, both.b
        both.do("initdb a; pg_basebackup a → b; synchronous_standby_names = b", both.make)
        both.ask(a, "CREATE TABLE t (who text)")
        both.ask(a, _put("common", ROWS))
        found: list[Any] = [int(both.ask(b, _count("common"))), _taken(both.ask(b, _put("b", 1)))]
        both.do("stop b", b.stop)
        found.append(_taken(both.ask(a, "CREATE TABLE hung ()", HUNG_S)))
        both.do("start b", both.again)
        both.do(f"psql --host a: BEGIN; {_put('open', OPEN_ROWS)}; kill −9 a", lambda: _die(both))
        seconds = both.do("pg_promote() on b", both.promote)
        found.append(int(both.ask(b, _count("common"))) - 1)  # the first write is one more
        found += [int(both.ask(b, _count("open"))), float(seconds)]
        return (*found, *_apart(both))


def _die(both: postgres.Pair) -> None:
    """A is killed while somebody has written and not committed."""
    with both.a.open(f"BEGIN; {_put('open', OPEN_ROWS)};"):
        both.a.kill()


def _apart(both: postgres.Pair) -> tuple[Any, ...]:
    """Both are primary for a while; then A follows B."""
    a, b = both.a, both.b
    story = cut.tell(SPLIT).states[-2]
    both.do("start a, synchronous_standby_names = ''", lambda: a.start(synchronous_standby_names=""))  # fmt: skip
    taken = [_taken(both.ask(a, _put("a", int(story.a.written)))), _taken(both.ask(b, _put("b", int(story.b.written))))]  # fmt: skip
    alone = [
        int(both.ask(one, _count(one.name))) - int(both.ask(other, _count(one.name)))
        for one, other in ((a, b), (b, a))
    ]
    both.do("stop a; pg_rewind a from b; start a", both.rewind)
    gone = alone[0] - int(both.ask(a, _count("a")))
    return all(taken), *alone, gone, _taken(both.ask(a, _put("a", 1)))


def _taken(said: str) -> bool:
    """psql says nothing of an INSERT that was done."""
    return said == ""


def _held(place: str) -> tuple[int, int]:
    """What the accounts hold after a crash before or after COMMIT, in the simulation."""
    deeds = [crash.Deed("write", "A", "P1"), crash.Deed("write", "A", "P2"), crash.Deed("commit", "A")]  # fmt: skip
    deeds = deeds if place == "after" else deeds[:1]
    world = _played(*deeds, crash.Deed("cut"), crash.Deed("start"))
    one, two = (world.memory[page].value != crash.BEFORE for page in ("P1", "P2"))
    return 100 - MOVED * one, 100 + MOVED * two


def _left(cut_bytes: int, flip: int | None) -> int:
    """Transactions that count in such a log, one page each, after the damage."""
    page = sqlitewal.Leaf(2, bytes(4096), 2)
    return sqlitewal.read(sqlitewal.torn(sqlitewal.write([page] * LOGGED), cut_bytes, flip)).commits


def _sqlite_facts() -> tuple[Fact, ...]:
    facts = []
    for mode in MODES:
        for place, word in PLACES.items():
            about = Message.of("{mode}: A and B after kill −9 {place} COMMIT", mode=mode, place=word)  # fmt: skip
            facts.append(Fact(about, _held(place), SAME))
        facts += [
            Fact(Message.of("{mode}: {n} kills at any moment, A + B never changes", mode=mode, n=KILLS), sum(_held("before")) == sum(_held("after")), SAME),
            Fact(Message.of("{mode}: the file is whole each time", mode=mode), True, SAME),
        ]  # fmt: skip
    for cut_bytes, flip in DAMAGES:
        about = Message.of("Of {n} rows in the log, those left when its last {cut} bytes are missing", n=LOGGED, cut=cut_bytes)  # fmt: skip
        if flip is not None:
            about = Message.of("Of {n} rows in the log, those left when a bit of byte {at} is turned over", n=LOGGED, at=flip)  # fmt: skip
        facts.append(Fact(about, _left(cut_bytes, flip), SAME))
    return tuple(facts)


def _ask_sqlite(source: Source) -> tuple[Any, ...]:
    found: list[Any] = []
    with sqlite.sqlite(source) as base:
        for mode in MODES:
            found += [base.killed(mode, place)[0] for place in PLACES]
            found += base.at_random(mode, KILLS)
        found += [base.torn(LOGGED, cut_bytes, flip) for cut_bytes, flip in DAMAGES]
    return tuple(found)


CHECKS = (
    Check(
        name="databases-failover",
        title=mark("A primary dies: two true PostgreSQL servers"),
        question=mark("What is kept when the primary dies, and what when it comes back?"),
        differs=mark("Nobody decides here by himself: noticing, voting and switching off are the business of other programs. What the servers keep, refuse and throw away is as predicted."),
        facts=_failover_facts,
        ask=_ask_failover,
        places=(Place("here", (postgres.POSTGRES, postgres.REWIND)),),
    ),
    Check(
        name="databases-sqlite",
        title=mark("SQLite, killed in the middle"),
        question=mark("A process dies between two updates of one transaction: where is the money?"),
        differs=mark("The model has pages and a log of its own kind; SQLite keeps the old pages in a journal, or the new ones in a log. Both promise the same: all of a transaction, or nothing."),
        facts=_sqlite_facts,
        ask=_ask_sqlite,
        places=(Place("here", (sqlite.SQLITE,)),),
    ),
)  # fmt: skip
