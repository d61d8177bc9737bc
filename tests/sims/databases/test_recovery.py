"""Recovery: the vectors of the course, and over many logs that winners stay and losers go."""

import numpy as np
import pytest

from coursekit.sims.databases.recovery import (
    CASES,
    DISKS,
    Page,
    Record,
    disk_at,
    promised,
    recover,
    tell,
)
from coursekit.sims.message import ParameterError

BOOK = CASES["three"]
DISK = {"P1": Page("b", 2), "P2": Page("d", 4), "P3": Page("f")}
EMPTY = {"P1": Page("a"), "P2": Page("c"), "P3": Page("f")}


@pytest.mark.parametrize("disk, flushed, losers, redo, undo, values", [
    (DISK, 10, "T2", [7, 9], [7, 4], "bcg"), (DISK, 9, "T2 T3", [7, 9], [9, 7, 4], "bcf"),
    (DISK, 7, "T2", [7], [7, 4], "bcf"), (DISK, 5, "T2", [], [4], "bcf"),
    (DISK, 4, "T1 T2", [], [4, 2], "acf"), (EMPTY, 10, "T2", [2, 4, 7, 9], [7, 4], "bcg"),
])  # fmt: skip
def test_the_vectors(disk, flushed, losers, redo, undo, values):
    found = recover(disk, BOOK.log, flushed)
    assert (list(found.redo), list(found.undo)) == (redo, undo)
    assert "".join(found.values[each] for each in ("P1", "P2", "P3")) == values
    assert " ".join(found.losers) == losers
    assert not found.ahead


def test_the_checkpoint_of_the_vectors_is_the_disk_of_the_case():
    assert BOOK.disk("checkpoint", 10) == DISK
    assert BOOK.disk("never", 10) == EMPTY


def logs(seed, count=60):
    """Logs in which a page changed by an unfinished transaction is left alone by the others."""
    rng = np.random.default_rng(seed)
    first = {f"P{n}": "0" for n in range(int(rng.integers(2, 7)))}
    now, locks, open_tx, log, name = dict(first), {}, [], [], 0
    while len(log) < count:
        lsn, turn = len(log) + 1, rng.random()
        if not open_tx or turn < 0.15:
            open_tx.append(f"T{name}")
            log.append(Record(lsn, "BEGIN", f"T{name}"))
            name += 1
            continue
        tx = open_tx[int(rng.integers(len(open_tx)))]
        if turn < 0.35:
            open_tx.remove(tx)
            locks = {page: who for page, who in locks.items() if who != tx}
            log.append(Record(lsn, "COMMIT", tx))
            continue
        page = list(first)[int(rng.integers(len(first)))]
        if locks.setdefault(page, tx) == tx:
            log.append(Record(lsn, "UPD", tx, page, now[page], str(lsn)))
            now[page] = str(lsn)
        elif turn > 0.95:
            log.append(Record(lsn, "CKPT"))
    return first, log


@pytest.mark.parametrize("seed", range(12))
def test_with_the_wal_rule_all_that_was_promised_is_there_at_every_crash(seed):
    first, log = logs(seed)
    rng = np.random.default_rng(seed)
    for flushed in range(len(log) + 1):
        disk = {page: disk_at(first, log, int(rng.integers(0, flushed + 1)))[page] for page in first}  # fmt: skip
        assert recover(disk, log, flushed).values == promised(first, log, flushed)


@pytest.mark.parametrize("seed", range(6))
def test_recovering_twice_changes_nothing(seed):
    first, log = logs(seed)
    once = recover(disk_at(first, log, 20), log, 40)
    assert recover(once.pages, log, 40).values == once.values


def test_ahead_of_the_log_a_loser_stays():
    story = tell("three", 8, "ahead")
    assert story.recovered.ahead == ("P3",)
    assert story.wrong == ("P3",)
    assert "Wrong for ever: P3" in str(story.states[-1].why)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("which", DISKS)
def test_the_story_ends_where_recovery_does(name, which):
    for flushed in range(CASES[name].last + 1):
        story = tell(name, flushed, which)
        end = story.states[-1]
        assert end.pages == story.recovered.pages
        assert (end.redo, end.undo) == (story.recovered.redo, story.recovered.undo)
        assert bool(story.wrong) <= (which == "ahead")
        assert {*story.recovered.winners} == {*end.winners}


def test_an_interrupted_log_never_opens_with_half_a_transfer():
    for flushed in range(CASES["transfer"].last + 1):
        values = tell("transfer", flushed, "all").recovered.values
        assert sum(map(int, values.values())) == 150


@pytest.mark.parametrize("make, says", [
    (lambda: Record(0, "BEGIN", "T1"), "lsn=0: choose 1 or more"), (lambda: Record(1, "END", "T1"), "kind=END: choose one of"),
    (lambda: Record(1, "BEGIN"), "lsn=1: every record but CKPT"), (lambda: Record(1, "UPD", "T1"), "lsn=1: an UPD, and nothing else"),
    (lambda: recover({}, [Record(1, "UPD", "T1", "P1", "a", "b")], 1), "page=P1: not on the disk"),
    (lambda: recover({}, [Record(2, "CKPT"), Record(2, "CKPT")], 1), "lsn=2: LSNs grow"),
    (lambda: tell("three", 11), "flushed=11: choose 0 to 10"), (lambda: tell("none", 1), "log=none: choose one of"),
    (lambda: tell("three", 1, "tape"), "disk=tape: choose one of"),
])  # fmt: skip
def test_what_cannot_be(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
