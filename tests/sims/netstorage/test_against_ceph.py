"""Our placement beside CRUSH's, our pieces beside ISA-L's: recorded always, live where installed.

CRUSH has another hash, so the places differ; the properties must not. See
tests/transcripts/README.md.
"""

import ctypes.util
import runpy
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from coursekit.sims.netstorage import erasure, placement
from coursekit.sims.netstorage.clustermap import grid
from coursekit.sims.netstorage.rebalance import Change, changed

FOLDER = Path(__file__).parents[2] / "transcripts" / "netstorage"
LINES = (FOLDER / "crush.txt").read_text("utf-8").splitlines()
RECORD = runpy.run_path(str(FOLDER / "crush.py"))
TESTS = [each for each in RECORD["COMMANDS"] if "--test" in each]
FOUR = grid(4, 2)
NAMES = ("before", "add_host", "osd_weight_0", "osd_out", "host_out", "three")
OURS = {
    "before": FOUR,
    **{kind: changed(FOUR, Change(kind)) for kind in NAMES[1:5]},
    "three": replace(grid(3, 2), out=frozenset({0, 1})),
}


def crush(name):
    """The sets of OSDs that the tool printed."""
    at = LINES.index(f"$ {TESTS[NAMES.index(name)]}")
    return [tuple(map(int, each.split(","))) for each in LINES[at + 1].split()]


def ours(name):
    rows = placement.place_many(RECORD["GROUPS"], OURS[name], 3).tolist()
    return [tuple(osd for osd in row if osd != placement.NONE) for row in rows]


def moved(old, new):
    return sum(len(set(b) - set(a)) for a, b in zip(old, new, strict=True))


both = pytest.mark.parametrize("placed", [crush, ours])


@both
def test_one_copy_a_host(placed):
    for name in NAMES[:5]:
        assert all(len({osd // 2 for osd in osds}) == 3 for osds in placed(name))


@both
@pytest.mark.parametrize("name, dead", [("osd_out", {0}), ("host_out", {0, 1})])
def test_out_moves_what_the_dead_held_and_nothing_else(placed, name, dead):
    old, new = placed("before"), placed(name)
    assert moved(old, new) == sum(len(dead & set(osds)) for osds in old)
    assert all(set(a) == set(b) for a, b in zip(old, new, strict=True) if not dead & set(a))


@both
def test_weight_0_moves_half_as_much_again_or_more(placed):
    old = placed("before")
    assert moved(old, placed("osd_weight_0")) > 1.5 * moved(old, placed("osd_out"))


@both
def test_a_fifth_host_gets_its_part_and_somewhat_more_moves(placed):
    old, new = placed("before"), placed("add_host")
    got = sum(osd in (8, 9) for osds in new for osd in osds)
    assert abs(got / 3072 - 1 / 5) < 4 * (0.2 * 0.8 / 3072) ** 0.5
    assert got < moved(old, new) < 1.3 * got


@both
def test_three_hosts_with_one_out_leave_every_group_short(placed):
    assert {len(osds) for osds in placed("three")} == {2}


@pytest.mark.parametrize("name", NAMES[1:5])
def test_as_much_moves_as_with_crush(name):
    """Four standard errors of the difference of two counts among 3072 copies."""
    theirs, own = (moved(way("before"), way(name)) / 3072 for way in (crush, ours))
    assert abs(theirs - own) < 4 * (2 * own * (1 - own) / 3072) ** 0.5


def pieces(k, m):
    whole = erasure.cut(RECORD["data_of"](k), k, m)
    return [each.hex() for each in whole[k:]]


@pytest.mark.parametrize("k, m", RECORD["CODES"])
def test_coding_pieces_are_those_of_isa_l(k, m):
    assert f"isal {k}+{m} {' '.join(pieces(k, m))}" in LINES


@pytest.mark.skipif(not ctypes.util.find_library("isal"), reason="no libisal")
@pytest.mark.parametrize("k, m", [*RECORD["CODES"], (5, 3), (21, 4)])
def test_coding_pieces_are_those_of_isa_l_here(k, m):
    assert pieces(k, m) == RECORD["coded"](k, m)


@pytest.mark.skipif(not shutil.which("crushtool"), reason="no crushtool")
def test_crush_here_says_what_is_recorded(tmp_path):
    for command in RECORD["COMMANDS"]:
        text = RECORD["said"](command, tmp_path)
        if "--test" in command:
            assert text == LINES[LINES.index(f"$ {command}") + 1]
