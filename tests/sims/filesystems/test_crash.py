"""Crashes: V10.8 in the abstract and on real images, and what no crash can do to a journal."""

from functools import cache
from itertools import product

import pytest

from coursekit.sims.filesystems import crash
from coursekit.sims.filesystems.crash import MODES
from coursekit.sims.filesystems.labfs import crashes, files, journal
from coursekit.sims.filesystems.labfs.blocks import block_of, with_blocks
from coursekit.sims.filesystems.labfs.fsck import fsck
from coursekit.sims.filesystems.labfs.layout import BLOCK
from coursekit.sims.filesystems.labfs.walk import tree
from coursekit.sims.message import ParameterError

V10_8 = [
    ("D B I", False, {"old": 2, "new": 1, "garbage": 1, "inconsistent": 4}),
    ("D F B I", False, {"old": 2, "new": 1, "inconsistent": 2}),
    ("D F B F I", False, {"old": 2, "new": 1, "inconsistent": 1}),
    ("ordered", False, {"old": 9, "new": 4}),
    ("writeback", False, {"old": 8, "new": 4, "garbage": 4}),
    ("journal", False, {"old": 16, "new": 8}),
    ("async commit", False, {"old": 13, "new": 4, "corrupt": 3}),
    ("async commit", True, {"old": 16, "new": 4}),
    ("no barriers", False, {"old": 24, "new": 16, "garbage": 16, "inconsistent": 48, "corrupt": 24}),
    ("no barriers", True, {"old": 30, "new": 19, "garbage": 19, "inconsistent": 60}),
]  # fmt: skip
EVERY = [(name, mode, check) for name in crashes.SCENARIOS for mode in MODES for check in (False, True)]  # fmt: skip
WIPED = {block: bytes(BLOCK) for block in range(11, 43)}  # the journal is not fsck's


@cache
def experiment(name, mode, **rest):
    return crashes.experiment(name, mode, **rest)


def issued(text):
    return crash.sequence(text) if text in MODES else tuple(text.split())


@pytest.mark.parametrize("text, checksum, expected", V10_8)
def test_v10_8(text, checksum, expected):
    found = crash.append(issued(text), checksum=checksum)
    assert crash.counts(each.kind for each in found) == expected
    assert len({each.state for each in found}) == sum(expected.values())


def test_writeback_with_the_data_first():
    found = crash.append(("D", "Jd", "JI", "JB", "F", "Jc", "F", "I", "B"))
    assert crash.counts(each.kind for each in found) == {"old": 16, "new": 4}


@pytest.mark.parametrize("mode, count", [*zip(MODES, (3, 7, 7, 8, 7, 7), strict=True)])
def test_writes_of_an_append(mode, count):
    assert len(crash.writes(crash.sequence(mode))) == count


def test_states_are_what_the_definition_says():
    for text in ("D B I", "D F B I", "D Jd F Jc F I", "F D F"):
        sequence, found = tuple(text.split()), set()
        for at in range(len(sequence) + 1):
            done = sequence[:at]
            edge = max([n for n, each in enumerate(done) if each == "F"], default=-1)
            for keep in product([0, 1], repeat=at):
                kept = {each for n, each in enumerate(done) if each != "F" and (n < edge or keep[n])}  # fmt: skip
                found.add(frozenset(kept))
        assert crash.crash_states(sequence) == found


def test_torn_writes():
    assert len(crash.crash_states(("D", "B"), pieces=2)) == 16
    assert len(crash.crash_states(("D", "F", "B"), pieces=8)) == 2**8 + 2**8 - 1
    found = crash.append(crash.sequence("none"), pieces=2)
    assert len(found) == 64
    assert crash.counts(each.kind for each in found) == {"old": 4, "new": 1, "garbage": 3, "inconsistent": 8, "corrupt": 48}  # fmt: skip
    safe = {each.kind for each in crash.append(crash.sequence("journal"), pieces=2)}
    assert safe == {"old", "new"}  # the journal has the whole copies


@pytest.mark.parametrize("text", [*MODES, "D B I", "D F B F I"])
def test_the_story_ends_with_all_states(text):
    sequence = issued(text)
    story = crash.story(sequence)
    assert [each.item for each in story] == [None, *sequence]
    assert story[-1].so_far == len(crash.crash_states(sequence))
    assert story[0].possible == story[0].so_far == 1
    assert all(str(line) for each in story for line in each.why)
    assert all(each.pending == () for each in story if each.item == "F")


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: crash.sequence("odd"), "mode=odd: choose one of none, ordered"),
        (lambda: crash.append(("D", "I")), "sequence=D I: an append writes D, I and B"),
        (lambda: crash.append(("D", "I", "B", "B")), "every block is written once"),
        (lambda: crash.crash_states(("D",), pieces=9), "pieces=9: choose 1 to 8"),
        (lambda: crash.crash_states(tuple("abcdefghijklmnopqrs")), "pending=19: at most 18"),
        (lambda: crashes.experiment("odd", "none"), "scenario=odd: choose one of append"),
        (lambda: crashes.experiment("append", "none", pieces=8), "pieces=8: a block of 1 KiB"),
        (lambda: journal.transaction(1, ()), "blocks=0: a transaction carries 1 to 30"),
    ],
)
def test_what_cannot_be_is_named(call, says):
    with pytest.raises(ParameterError) as refused:
        call()
    assert says in str(refused.value)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("checksum", [False, True])
def test_real_images_of_the_append_agree_with_the_abstract_state_by_state(mode, checksum):
    real = experiment("append", mode, checksum=checksum)
    assert real.issued == crash.sequence(mode)
    abstract = {each.state: each.kind for each in crash.append(real.issued, checksum=checksum)}
    assert {each.state: each.kind for each in real.outcomes} == abstract


@pytest.mark.parametrize("name, mode, checksum", EVERY)
def test_every_state_is_its_own_image_and_fsck_repairs_it(name, mode, checksum):
    real = experiment(name, mode, checksum=checksum)
    if len(real.outcomes) < 200:
        images = {real.image(each.state) for each in real.outcomes}
        assert len(images) == len(real.outcomes)
        found = {journal.recover(image, checksum=checksum)[0] for image in images}
        for image in {with_blocks(each, WIPED) for each in found}:
            assert fsck(fsck(image).image).clean
    assert {each.kind for each in real.outcomes} >= {"old", "new"}
    for each in real.outcomes:
        assert (each.kind == "inconsistent") <= bool(each.problems)
        assert each.kind not in {"old", "new", "garbage"} or not each.problems
        if each.kind in {"old", "new"}:
            assert each.repaired == each.kind


@pytest.mark.parametrize("name", crashes.SCENARIOS)
@pytest.mark.parametrize("mode", ["ordered", "journal"])
def test_a_journal_leaves_old_or_new_after_every_crash(name, mode):
    for checksum in (False, True):
        real = experiment(name, mode, checksum=checksum)
        assert set(real.counts) == {"old", "new"}
        old, new = tree(real.before.disk), tree(real.done.volume.image)
        for each in real.outcomes:
            assert tree(real.recovered(each.state)[0]) == (old if each.kind == "old" else new)


def test_the_async_commit_is_saved_by_its_checksum():
    for name in crashes.SCENARIOS:
        assert "corrupt" in experiment(name, "async commit").counts
        assert set(experiment(name, "async commit", checksum=True).counts) == {"old", "new"}


def test_garbage_shows_the_old_bytes_of_another_file_and_fsck_is_content():
    real = experiment("append", "writeback")
    garbage = [each for each in real.outcomes if each.kind == "garbage"]
    for each in garbage:
        image = real.recovered(each.state)[0]
        assert fsck(image).clean
        assert b"secret secret" in tree(image)["/log"].content
    assert len(garbage) == 4


def test_metadata_alone_has_no_garbage():
    for name in ("create", "rename over", "unlink", "mkdir"):
        for mode in MODES[:4]:
            assert "garbage" not in experiment(name, mode).counts


def test_torn_blocks_on_the_image():
    torn = experiment("append", "journal", pieces=2, checksum=True)
    assert set(torn.counts) == {"old", "new"}
    assert len(torn.outcomes) > len(experiment("append", "journal", checksum=True).outcomes)
    assert "corrupt" in experiment("append", "none", pieces=2).counts


def test_the_journal_on_its_blocks():
    volume = crashes.start()
    blocks = ((60, b"a" * BLOCK), (61, b"b" * BLOCK))
    made = journal.transaction(7, blocks, checksum=True)
    assert [place for place, _ in (made.descriptor, *made.copies, made.commit)] == [11, 12, 13, 14]
    image = with_blocks(volume.disk, dict((made.descriptor, *made.copies, made.commit)))
    after, found = journal.recover(image, checksum=True)
    assert (block_of(after, 60), block_of(after, 61)) == (b"a" * BLOCK, b"b" * BLOCK)
    assert str(found.why) == "Transaction 7 is committed: its blocks (2) are written home again."
    assert journal.recover(after, checksum=True)[0] == after  # twice does no harm
    cut = with_blocks(image, {13: bytes(BLOCK)})
    assert "dropped" in str(journal.recover(cut, checksum=True)[1].why)
    assert block_of(journal.recover(cut)[0], 60) == b"a" * BLOCK  # and 61 what block 13 held
    assert "no commit" in str(journal.recover(with_blocks(image, {14: bytes(BLOCK)}))[1].why)
    assert "no descriptor" in str(journal.recover(volume.disk)[1].why)


def test_the_scenarios_start_at_rest():
    assert crashes.start().dirty == ()
    assert fsck(crashes.start().disk).clean
    assert files.power_cut(crashes.start()).image == crashes.start().image
