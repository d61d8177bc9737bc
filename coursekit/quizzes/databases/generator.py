"""Fresh questions on databases from a seed: who reads what, what is lost, which page is read.

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.databases import scenes as at
from coursekit.quizzes.question import Choice, Question, wrong_numbers
from coursekit.sims.databases import labdb, precedence
from coursekit.sims.databases.btree import height
from coursekit.sims.databases.recovery import CASES, recover
from coursekit.sims.databases.replication import Standby, commit
from coursekit.sims.databases.schedules import parse
from coursekit.sims.message import Message

Maker = Callable[[np.random.Generator, str], Question]


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 13])
    return MAKERS[seed % len(MAKERS)](rng, f"databases-fresh-{seed}")


_LEVELS = ("RU", "RC", "SI", "SSI")
_TOLD = {
    "RU": _("read uncommitted"), "RC": _("read committed"), "SI": _("repeatable read (a snapshot)"),
    "SSI": _("serializable"),
}  # fmt: skip


def _again(rng: np.random.Generator, name: str) -> Question:
    """Direct: what does the second read see?"""
    level = str(rng.choice(_LEVELS))
    old, new, own = (int(each) for each in rng.choice(np.arange(11, 99), 3, replace=False))
    commits = bool(rng.random() < 0.6)
    steps = (
        f"x={old} r1(x) w2(x,{new}) {'c2 ' if commits else ''}r1(x) c1{'' if commits else ' c2'}"
    )
    answer = labdb.run(level, parse(steps), states=False).reads[1][2] or 0
    wrong = (
        (new, _("At this level that value cannot be seen: it is not committed yet, or it is newer than the snapshot.")),
        (old, _("At this level the read sees the new value.")),
        (own, _("Nobody has written that value.")),
        (old + new, _("A read sees one version, not a sum.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, scene=at.schedule(steps, level=level),
        prompt=Message.of("At the level {level}: {steps}. What does the second read of T1 see?", level=Message(_TOLD[level]), steps=steps),
        because=Message.of("{answer}. At read uncommitted the newest value, committed or not; at read committed the newest committed one; with a snapshot what was committed when T1 began.", answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Has T2 committed when T1 reads again?"), _("Does this level read what is newest, or what its snapshot holds?"), _("Only read uncommitted sees what is not committed.")),
    )  # fmt: skip


_ENDS = ("both", "40001", "40P01")


def _fate(rng: np.random.Generator, name: str) -> Question:
    """Inverse: what becomes of T2?"""
    level = str(rng.choice(("RC", "SI")))
    steps = str(rng.choice([
        "r1(x) r2(x) w1(x,seen+1) c1 w2(x,seen+1) c2", "w1(x,1) w2(y,2) w1(y,3) w2(x,4) c1 c2", "r1(x) w1(x,5) c1 r2(x) w2(x,6) c2",
        "r2(y) w1(x,5) c1 w2(x,6) c2", "r1(x) r2(y) w1(y,3) w2(x,4) c1 c2", "w1(x,1) c1 w2(x,2) c2",
    ]))  # fmt: skip
    status = labdb.run(level, parse(steps), states=False).status[2]
    found = "both" if status == "committed" else status
    reasons = {
        "both": _("It cannot: a snapshot that is out of date, or a ring of waiting ones, ends it."),
        "40001": _(
            "At this level, in this order, it writes nothing that changed after its snapshot."
        ),
        "40P01": _("For a deadlock each has to wait for the other one."),
    }
    words = {"both": _("it commits"), "40001": _("it is aborted with 40001"), "40P01": _("it is aborted with 40P01, a deadlock")}  # fmt: skip
    return Question(
        id=name, kind="single", scene=at.schedule(steps, level=level),
        prompt=Message.of("At the level {level}: {steps}. What becomes of T2?", level=Message(_TOLD[level]), steps=steps),
        because=Message.of("{what}. Under a snapshot the second who changes a row is aborted; who closes a ring of waiting ones is aborted at every level.", what=Message(words[found])),
        hints=(_("Does T2 have to wait for T1, and T1 for T2?"), _("Was a row that T2 writes changed after T2 began?"), _("That matters only with a snapshot.")),
        choices=tuple(Choice(text=words[each], right=each == found, why="" if each == found else reasons[each], scene=at.schedule(steps, level=level)) for each in _ENDS),
    )  # fmt: skip


def _serial(rng: np.random.Generator, name: str) -> Question:
    """Inverse: which serial order gives the same?"""
    while True:
        kinds = [
            f"{'rw'[int(rng.integers(2))]}{tx}({'xy'[int(rng.integers(2))]})" for tx in (1, 2, 1, 2)
        ]
        steps = " ".join(str(each) for each in rng.permutation(kinds))
        edges = set(precedence.graph(parse(steps)).edges)
        if edges:
            break
    right = "ring" if len(edges) == 2 else "12" if (1, 2) in edges else "21"
    texts = {"12": _("T1, then T2"), "21": _("T2, then T1"), "ring": _("no order does")}
    reasons = {
        "12": _("Somewhere T2 touches a row before T1 does, and one of the two writes it."),
        "21": _("Somewhere T1 touches a row before T2 does, and one of the two writes it."),
        "ring": _("All pairs of steps on one row, of which one writes, point the same way."),
    }
    return Question(
        id=name, kind="single", scene=at.graph(steps),
        prompt=Message.of("{steps}: which serial order gives the same result?", steps=steps),
        because=Message.of("Look at pairs of steps of T1 and T2 on one row of which at least one writes: {answer}.", answer=Message(texts[right])),
        hints=(_("Take the rows one by one."), _("Two reads never matter."), _("Which of the two comes first, in each pair that matters?")),
        choices=tuple(Choice(text=text, right=each == right, why="" if each == right else reasons[each], scene=at.graph(steps)) for each, text in texts.items()),
    )  # fmt: skip


def _undone(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many updates are undone?"""
    case = CASES["three"]
    flushed = int(rng.integers(2, case.last + 1))
    done = recover(case.disk("checkpoint", flushed), case.log, flushed)
    answer, redone = len(done.undo), len(done.redo)
    updates = sum(each.kind == "UPD" and each.lsn <= flushed for each in case.log)
    wrong = (
        (updates, _("Those of transactions whose COMMIT is in the log stay.")),
        (redone, _("That many are redone. Undo takes back what losers did, whether it had to be redone or not.")),
        (len(done.losers), _("That is how many transactions lost. Count their updates.")),
        (answer + 1, _("One too many: look for the COMMIT of each transaction once more.")),
    )  # fmt: skip
    log = "; ".join(f"{each.lsn} {each.kind} {each.tx} {each.page}".strip() for each in case.log)
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("updates"), scene=at.recovery(flushed),
        prompt=Message.of("A log: {log}. At the crash it was on disk up to LSN {flushed}. How many updates does recovery undo?", log=log, flushed=flushed),
        because=Message.of("{answer}: every update, up to LSN {flushed}, of a transaction without a COMMIT up to there.", answer=answer, flushed=flushed),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(Message.of("Cut the log off after LSN {flushed}.", flushed=flushed), _("Which transactions have no COMMIT in what is left?"), _("Count their updates.")),
    )  # fmt: skip


def _height(rng: np.random.Generator, name: str) -> Question:
    """Direct: how high is the tree?"""
    rows, fan = 10 ** int(rng.integers(3, 10)), int(rng.choice((50, 100, 200, 400)))
    answer = height(rows, fan, fan)
    wrong = (
        (answer - 1, _("One level too few: its pages cannot name so many.")),
        (answer + 1, _("One level too many: the level below it has room for all.")),
        (np.ceil(np.log2(rows)), _("That is a tree whose pages have two entries each.")),
        (np.ceil(rows / fan), _("That is how many leaves there are.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("pages"), scene=at.btree(),
        prompt=Message.of("An index over {rows} rows; each page, leaf or not, holds {fan} entries. How many pages does a search read, from the root to the leaf?", rows=rows, fan=fan),
        because=Message.of("{answer}: {fan} to the power of {answer} is the first power that reaches {rows}.", answer=answer, fan=fan, rows=rows),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(Message.of("One page holds {fan}.", fan=fan), Message.of("Two levels hold {square}.", square=fan * fan), _("Go on until it is enough.")),
    )  # fmt: skip


def _waits(rng: np.random.Generator, name: str) -> Question:
    """Direct: how long does a commit take that waits for k of three standbys?"""
    trips = sorted(float(each) for each in rng.choice(np.arange(2, 41), 3, replace=False))
    k = int(rng.integers(1, 4))
    answer = commit([Standby(rtt) for rtt in trips], "on", k).told_ms or 0.0
    wrong = (
        (sum(trips[:k]) + 1 + k, _("They are asked at the same time, not one after the other.")),
        (1.0, _("That is the primary’s own disk: it waits for nobody.")),
        (answer - 1, _("The standby’s disk takes its millisecond, and so does the primary’s.")),
        (trips[-k] + 2, _("The k fastest are enough; count from the fastest.")),
    )
    one, two, three = trips
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-6, unit=_("ms"), scene=at.latency(k=min(k, 2), rtt1=one, rtt2=two),
        prompt=Message.of("Three standbys are {one:g}, {two:g} and {three:g} ms away, there and back; every disk takes 1 ms. A commit waits until any {k} of them have it on disk (ANY {k}). How many ms does it take?", one=one, two=two, three=three, k=k),
        because=Message.of("The primary’s disk, 1 ms, then the {k}th fastest standby: {trip:g} ms and its disk, 1 ms. {answer:g} ms.", k=k, trip=trips[k - 1], answer=answer),
        choices=wrong_numbers(answer, 1e-6, wrong),
        hints=(_("They are all asked at once."), Message.of("The {k}th answer counts.", k=k), _("Two disks write one after the other: the primary’s, then the standby’s.")),
    )  # fmt: skip


MAKERS: tuple[Maker, ...] = (_again, _fate, _undone, _serial, _height, _waits)
