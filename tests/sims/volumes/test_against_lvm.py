"""Our LVM before the real one: places, refusals, pvmove's targets, stores, chunks of thin pools.

The record is of LVM 2.03 with volumes that are never activated. See tests/transcripts/README.md.
"""

import re
from pathlib import Path

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import cow, lvm, pvmove, thin
from coursekit.sims.volumes.extents import EXTENT, extents_for
from coursekit.sims.volumes.group import machine

TEXT = (Path(__file__).parents[2] / "transcripts" / "volumes" / "lvm.txt").read_text("utf-8")
PARTS = dict(re.findall(r"^# (.*?)\n(.*?)(?=^# |\Z)", TEXT, re.MULTILINE | re.DOTALL))
RANDOM = [text for title, text in PARTS.items() if title.startswith("random")]
MIB = 1 << 20


def lines(text):
    """(line, accepted, {volume: [ranges]}) in order."""
    for line, said in re.findall(r"^\$ (.*?)\n(.*?)(?=^\$ |\Z)", text, re.MULTILINE | re.DOTALL):
        places = {}
        for name, _kind, ranges in re.findall(r"^= (\S+) (\S+) (.+)$", said, re.MULTILINE):
            places.setdefault(name, []).append(ranges)
        yield line, "\nrefused" not in f"\n{said}", places


def ours(now):
    group = now.groups[0] if now.groups else None
    return {each.name: list(group.ranges(each)) for each in group.volumes} if group else {}


def replay(now, text):
    """Each line on our side and theirs: (line, ours, theirs), until one of the two differs."""
    for line, accepted, places in lines(text):
        try:
            now = lvm.apply(now, line).machine
            mine = (True, ours(now))
        except ParameterError:
            mine = (False, ours(now))
        theirs = (accepted, places if accepted else ours(now))
        yield line, mine, theirs
        if mine != theirs:
            return


def disks(size):
    return machine(pv0=size, pv1=size, pv2=size)


def small():
    return lvm.apply(disks(61 * MIB), "vgcreate vg pv0 pv1 pv2").machine


def test_the_vector_and_what_follows_come_to_lie_where_lvm_puts_them():
    """V9.6, then reductions, growth of stripes, shares of what is free, refusals."""
    text = PARTS["disks of 10 GiB"] + PARTS["refused"]
    played = list(replay(disks(10 << 30), text))

    assert len(played) == len(list(lines(text))) > 40
    for line, mine, theirs in played:
        assert mine == theirs, line
    assert sum(not accepted for _line, (accepted, _places), _theirs in played) >= 20


def test_pvmove_chooses_the_targets_of_lvm():
    text = PARTS["pvmove: targets chosen, then stopped for want of a kernel driver"]
    now = disks(1 << 30)
    for line, _accepted, _places in lines(text):
        if not line.startswith("pvmove"):
            now = lvm.apply(now, line).machine
    group = now.groups[0]
    plan = pvmove.plan(group.sizes, group.volumes, 0)
    mirrors = re.findall(r"^= \[pvmove0\] mirror pv0:(\d+)-(\d+) pv(\d):(\d+)-(\d+)$", text, re.MULTILINE)  # fmt: skip

    assert [
        (p.source.first, p.source.last, p.target.pv, p.target.first, p.target.last)
        for p in plan.pieces
    ] == list(dict.fromkeys(tuple(map(int, each)) for each in mirrors))


def extents(places):
    """Volume -> how many extents its ranges have."""
    return {
        name: sum(int(b) - int(a) + 1 for a, b in re.findall(r":(\d+)-(\d+)", " ".join(ranges)))
        for name, ranges in places.items()
    }


@pytest.mark.parametrize("text", RANDOM, ids=range(len(RANDOM)))
def test_small_disks_at_random(text):
    """Where several free runs would do, LVM may choose another than the first: nothing else differs."""
    before = {}
    for line, (accepted, places), (theirs, real) in replay(small(), text):
        assert accepted == theirs, line
        if places != real:
            assert extents(places) == extents(real)
            assert not line.startswith("lvremove")
            assert len(free(before)) >= 2
        before = places


def free(places):
    """Free runs on three PVs of 15 extents, from the ranges of all volumes."""
    taken = re.findall(
        r"pv(\d):(\d+)-(\d+)", " ".join(each for ranges in places.values() for each in ranges)
    )
    used = {(int(pv), e) for pv, a, b in taken for e in range(int(a), int(b) + 1)}
    return [(pv, e) for pv in range(3) for e in range(15) if (pv, e) not in used and (not e or (pv, e - 1) in used)]  # fmt: skip


def test_most_random_lines_are_the_same():
    played = [list(replay(small(), text)) for text in RANDOM]
    same = [all(mine == theirs for _line, mine, theirs in each) for each in played]

    assert sum(same) >= 22
    assert sum(map(len, played)) > 0.8 * sum(len(list(lines(text))) for text in RANDOM)


@pytest.mark.parametrize("size, chunk, kib", re.findall(r"^store (\S+) (\d+)k .* size (\d+)\.00 KiB", TEXT, re.MULTILINE))  # fmt: skip
def test_a_store_is_never_larger_than_a_full_rewrite_needs(size, chunk, kib):
    """LVM adds 1/64 of the chunks where it does not know the kernel, for old ones."""
    origin = int(size[:-1]) << {"M": 20, "G": 30}[size[-1]]
    chunk = int(chunk) << 10
    need = cow.full_rewrite(origin // chunk, chunk)
    extra = -(-(origin // chunk) // 64)

    assert extents_for((need + extra) * chunk) * EXTENT == int(kib) << 10


@pytest.mark.parametrize("size, kib", re.findall(r"^pool (\S+) .*?chunk size (\d+)\.00 KiB", TEXT, re.MULTILINE))  # fmt: skip
def test_the_chunk_of_a_pool_is_the_one_lvm_chooses(size, kib):
    """V9.9."""
    assert thin.chunk_size(int(size[:-1]) << {"G": 30, "T": 40}[size[-1]]) == int(kib) << 10


def test_the_record_holds_enough():
    assert len(RANDOM) == 30
    assert len(re.findall(r"^store ", TEXT, re.MULTILINE)) == 12
    assert len(re.findall(r"^pool ", TEXT, re.MULTILINE)) == 5
