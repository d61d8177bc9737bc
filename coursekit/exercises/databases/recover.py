"""E13.1: what a database makes of its log after a crash."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.databases import recovery
from coursekit.sims.databases.recovery import Page, Record
from coursekit.sims.message import require

Answer = dict[str, Any]
Disk = dict[str, list[Any]]
Log = list[list[Any]]


def recover(disk: Disk, log: Log, flushed: int) -> Answer:
    """Pages, winners, losers, and the LSNs redone and undone, in the order done."""
    pages = {name: Page(str(value), lsn) for name, (value, lsn) in disk.items()}
    done = recovery.recover(pages, [_record(*each) for each in log], flushed)
    return {
        "pages": done.values, "winners": list(done.winners), "losers": list(done.losers),
        "redo": list(done.redo), "undo": list(done.undo),
    }  # fmt: skip


def _record(lsn: int, kind: Any, *rest: str) -> Record:
    require(kind in recovery.KINDS, "kind={kind}: choose one of {kinds}", kind=kind, kinds=", ".join(recovery.KINDS))  # fmt: skip
    return Record(lsn, kind, *rest)


def _cases(rng: np.random.Generator) -> Args:
    pages = [f"P{n}" for n in range(1, int(rng.integers(2, 7)) + 1)]
    log = _log(rng, pages, int(rng.integers(1, 7)), int(rng.integers(5, 61)))
    flushed = int(rng.integers(0, len(log) + 1))
    return {"disk": _disk(rng, pages, log, flushed), "log": log, "flushed": flushed}


def _log(rng: np.random.Generator, pages: list[str], most: int, length: int) -> Log:
    """Transactions that lock the pages they write, as a database does; a few checkpoints."""
    values, held = {page: f"{page.lower()}0" for page in pages}, dict[str, str]()
    active, log, begun = list[str](), Log(), 0
    while len(log) < length:
        lsn = len(log) + 1
        free = [page for page in pages if held.get(page) in (None, *active)]
        chance = rng.random()
        if begun < most and (not active or chance < 0.2):
            begun += 1
            active.append(f"T{begun}")
            log.append([lsn, "BEGIN", f"T{begun}"])
        elif active and chance < 0.75 and free:
            tx, page = str(rng.choice(active)), str(rng.choice(free))
            if held.setdefault(page, tx) == tx:
                after = f"{page.lower()}{lsn}"
                log.append([lsn, "UPD", tx, page, values[page], after])
                values[page] = after
        elif active and chance < 0.93:
            tx = active.pop(int(rng.integers(len(active))))
            held = {page: holder for page, holder in held.items() if holder != tx}
            log.append([lsn, "COMMIT", tx])
        elif not active or chance >= 0.93:
            log.append([lsn, "CKPT"])
    return log


def _disk(rng: np.random.Generator, pages: list[str], log: Log, flushed: int) -> Disk:
    """Each page as it was at some update that was flushed: the rule of the log."""
    disk = {}
    for page in pages:
        versions = [[f"{page.lower()}0", 0], *([each[5], each[0]] for each in log if each[1] == "UPD" and each[3] == page and each[0] <= flushed)]  # fmt: skip
        disk[page] = versions[int(rng.integers(len(versions)))]
    return disk


# Planned mistakes

Kept = Callable[[list[Any], int], bool]


def _bent(
    disk: Disk, log: Log, flushed: int, *,
    kept: Kept = lambda record, flushed: record[0] <= flushed,
    losers_too: bool = True, always: bool = False, newest_first: bool = True, from_checkpoint: bool = False,
) -> Answer:  # fmt: skip
    """The same by a rule that is wrong in one place."""
    there = [each for each in log if kept(each, flushed)]
    won = {each[2] for each in there if each[1] == "COMMIT"}
    lost = {each[2] for each in there if len(each) > 2} - won
    pages = {name: list(each) for name, each in disk.items()}
    checkpoint = max((each[0] for each in there if each[1] == "CKPT"), default=0)
    redo, undo = list[int](), list[int]()
    updates = [each for each in there if each[1] == "UPD"]
    for each in updates:
        left_out = (each[2] in lost and not losers_too) or (
            from_checkpoint and each[0] < checkpoint
        )
        if not left_out and (always or pages[each[3]][1] < each[0]):
            pages[each[3]] = [each[5], each[0]]
            redo.append(each[0])
    for each in reversed(updates) if newest_first else updates:
        if each[2] in lost:
            pages[each[3]][0] = each[4]
            undo.append(each[0])
    values = {name: each[0] for name, each in pages.items()}
    return {"pages": values, "winners": sorted(won), "losers": sorted(lost), "redo": redo, "undo": undo}  # fmt: skip


LOG: Log = [
    [1, "BEGIN", "T1"], [2, "UPD", "T1", "P1", "a", "b"], [3, "BEGIN", "T2"],
    [4, "UPD", "T2", "P2", "c", "d"], [5, "COMMIT", "T1"], [6, "CKPT"], [7, "UPD", "T2", "P1", "b", "e"],
    [8, "BEGIN", "T3"], [9, "UPD", "T3", "P3", "f", "g"], [10, "COMMIT", "T3"],
]  # fmt: skip
DISK: Disk = {"P1": ["b", 2], "P2": ["d", 4], "P3": ["f", 0]}

RECOVER = Exercise(
    id="E13.1",
    chapter="databases",
    title=mark("Recover from the log"),
    reference=recover,
    cases=_cases,
    samples=(
        Sample(
            {"disk": DISK, "log": LOG, "flushed": 9},
            {"pages": {"P1": "b", "P2": "c", "P3": "f"}, "winners": ["T1"], "losers": ["T2", "T3"], "redo": [7, 9], "undo": [9, 7, 4]},
        ),
        Sample(
            {"disk": DISK, "log": LOG, "flushed": 10},
            {"pages": {"P1": "b", "P2": "c", "P3": "g"}, "winners": ["T1", "T3"], "losers": ["T2"], "redo": [7, 9], "undo": [7, 4]},
        ),
        Sample(
            {"disk": {"P1": ["a", 0], "P2": ["c", 0], "P3": ["f", 0]}, "log": LOG, "flushed": 4},
            {"pages": {"P1": "a", "P2": "c", "P3": "f"}, "winners": [], "losers": ["T1", "T2"], "redo": [2, 4], "undo": [4, 2]},
        ),
    ),
    wrong=(
        Wrong("the whole log", partial(_bent, kept=lambda _record, _flushed: True), mark("You read the whole log: records after the last one that was flushed were in memory only, and are gone.")),
        Wrong("redo winners only", partial(_bent, losers_too=False), mark("You redo the winners only: redo repeats history as it was, losers too, and undo takes theirs back afterwards.")),
        Wrong("redo everything", partial(_bent, always=True), mark("You redo every update: a page whose LSN is as high as the record’s, or higher, has it already.")),
        Wrong("undo in the order of the log", partial(_bent, newest_first=False), mark("You undo in the order of the log: the newest change goes first, else an old value overwrites an older one.")),
        Wrong("redo from the checkpoint", partial(_bent, from_checkpoint=True), mark("You redo from the checkpoint on: here it does not say that the pages were written. What a page has is told by its LSN.")),
    ),
)  # fmt: skip
