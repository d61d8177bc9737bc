"""Stories for the labs: deeds and their blocks, a path read by read, names and blocks, damage."""

import errno
import itertools
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.filesystems.labfs import blockstory, damage, entries, files, linkstory, names
from coursekit.sims.filesystems.labfs import pathstory as paths
from coursekit.sims.filesystems.labfs.blocks import LabError, Volume, Work, block_of
from coursekit.sims.filesystems.labfs.fsck import fsck
from coursekit.sims.filesystems.labfs.layout import BLOCKS
from coursekit.sims.filesystems.labfs.walk import tree
from coursekit.sims.message import ParameterError


def blocks(*deeds):
    return blockstory.tell([blockstory.Deed(*each) for each in deeds]).states


def links(*deeds, disk="hdd"):
    return linkstory.tell([linkstory.Deed(*each) for each in deeds], disk=disk).states


# Deeds on blocks


def test_each_state_is_the_one_before_with_just_the_blocks_it_names():
    deeds = (
        ("mkdir", "/home"), ("create", "/home/notes"), ("append", "/home/notes", 13_000), ("ls", "/home"),
        ("read", "/home/notes"), ("rename", "/home/notes", "/notes"), ("rm", "/notes"), ("rm", "/home"),
    )  # fmt: skip
    for before, after in itertools.pairwise(blocks(*deeds)):
        changed = {b for b in range(BLOCKS) if block_of(before.volume.image, b) != block_of(after.volume.image, b)}  # fmt: skip
        assert set(after.writes) == changed, after.deed
        assert fsck(after.volume.image).clean


def test_a_rename_writes_the_directory_and_its_inode_and_no_byte_of_the_file():
    *_, state = blocks(
        ("create", "/notes"), ("write", "/notes", 3000), ("rename", "/notes", "/marks")
    )
    assert state.writes == (3, 43)
    assert files.read(state.volume, "/marks").value == blockstory.text("/notes", 2, 3000)


def test_a_listing_and_a_read_change_nothing():
    *_, listed, read = blocks(("create", "/a"), ("append", "/a", 10), ("ls", "/"), ("read", "/a"))
    assert (listed.writes, read.writes) == ((), ())
    assert "Names in /: a." in map(str, listed.why)
    assert "Bytes read from /a: 10." in map(str, read.why)


@pytest.mark.parametrize(
    "deed, says",
    [
        (("create", "/notes"), "EEXIST"), (("read", "/none"), "ENOENT"), (("write", "/notes", "x"), "size=x"),
        (("append", "/notes", 262_145), "size=262145: choose 0 to 262144"), (("rename", "/notes", 3), "to=3"),
        (("sing", "/"), "deed=sing"), (("rm", "/"), "EBUSY|EINVAL"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why(deed, says):
    with pytest.raises(ParameterError, match=says):
        blocks(("create", "/notes"), deed)


# A path


@pytest.mark.parametrize("which", paths.PATHS)
@pytest.mark.parametrize("follow", [True, False])
def test_the_story_reads_what_the_walk_reads(which, follow):
    told = paths.tell(which, follow=follow)
    work = Work(paths.start())
    try:
        ino = names.resolve(work, told.path, follow=follow).ino
    except LabError:
        ino = 0
    assert told.ino == ino
    read = [(each.what, each.block) for each in told.states if each.block]
    assert read == [(each.what, each.block) for each in work.done().reads]
    assert told.states[-1].reads == len(read)


def test_the_costs_by_hand():
    """Root: inode and names; then an inode and names for each directory, an inode for the file."""
    cost = {which: paths.tell(which).states[-1].reads for which in paths.PATHS}
    assert cost == {"plain": 3, "deep": 7, "dots": 9, "symlink": 9, "dangling": 3, "loop": 4}


@pytest.mark.parametrize("which", paths.PATHS)
def test_from_memory_nothing_is_read_and_the_end_is_the_same(which):
    cold, warm = paths.tell(which), paths.tell(which, cache=True)
    assert warm.states[-1].reads == 0
    assert (warm.ino, warm.errno) == (cold.ino, cold.errno)


def test_where_paths_end():
    ends = {which: paths.tell(which).errno for which in paths.PATHS}
    assert ends == {"plain": "", "deep": "", "dots": "", "symlink": "", "dangling": "ENOENT", "loop": "ELOOP"}  # fmt: skip
    assert paths.tell("loop").states[-1].links == 41, "forty are followed, the next is refused"
    assert paths.kind_of(paths.tell("dangling", follow=False).ino) == "symlink"
    assert paths.kind_of(paths.tell("symlink", follow=False).ino) == "symlink"


def test_what_is_still_to_do_shrinks_and_a_link_puts_its_text_in_front():
    todo = [each.todo for each in paths.tell("symlink").states if each.what != "end"]
    assert todo[0] == ("alice", "latest")
    assert todo[3] == ("home", "alice", "latest")
    assert todo[-1] == ()


def test_the_tree_has_every_name_once_below_its_directory():
    found = {each.ino: each for each in paths.tree()}
    assert len(found) == len(paths.tree()) == 1 + len(tree(paths.start().image))

    def whole(each):
        return "" if each.depth == 0 else f"{whole(found[each.parent])}/{each.name}"

    below = {whole(each): each for each in paths.tree() if each.depth}
    assert set(below) == set(tree(paths.start().image))
    assert below["/alice"].text == "/home/alice"
    assert all(each.depth == path.count("/") for path, each in below.items())


def test_a_path_that_is_not_there():
    with pytest.raises(ParameterError, match="path=far: choose one of plain"):
        paths.tell("far")


# Names and inodes


def kept(state):
    return {node.ino: (node.inode.nlink, node.opens) for node in state.nodes if not node.freed}


def test_a_file_stays_while_a_name_or_a_program_holds_it():
    states = links(("open", "a"), ("rm", "a"), ("close",))
    assert [state.held for state in states] == [0, 0, linkstory.A_BLOCKS, 0]
    assert [11 in kept(state) for state in states] == [True, True, True, False]
    assert states[2].df == states[0].df


def test_the_file_that_was_opened_last_is_closed_first():
    *_, state = links(("open", "a"), ("open", "other"), ("close",))
    assert kept(state) == {11: (1, 1), 12: (1, 0)}


def test_two_names_one_file():
    states = links(("link", "b"), ("rm", "a"), ("rm", "b"))
    assert [kept(state).get(11) for state in states] == [(1, 0), (2, 0), (1, 0), None]
    assert [state.df for state in states] == [5, 5, 5, 1]


def test_a_link_is_made_from_whatever_name_is_left():
    *_, state = links(("link", "b"), ("rm", "a"), ("link", "c"))
    assert {each.name: each.ino for each in state.names} == {"other": 12, "b": 11, "c": 11}
    with pytest.raises(LabError, match="name=a: ENOENT"):
        links(("rm", "a"), ("link", "b"))


def test_a_symbolic_link_holds_a_path_and_dangles():
    *_, state = links(("symlink", "s"), ("rm", "a"))
    (node,) = [each for each in state.nodes if each.text]
    assert node.text == "a"
    with pytest.raises(LabError, match="ENOENT"):
        links(("symlink", "s"), ("rm", "a"), ("open", "s"))


@pytest.mark.parametrize(
    "deeds, disk, fate",
    [
        ([], "hdd", "whole"), ([("trim",)], "hdd", "whole"), ([("trim",)], "ssd", "zeros"),
        ([("reuse", 1)], "hdd", "reused"), ([("reuse", 1)], "ssd", "reused"),
    ],
)  # fmt: skip
def test_what_comes_back(deeds, disk, fate):
    states = links(("rm", "a"), *deeds, ("undelete", "a"), disk=disk)
    freed = {node.ino: node.freed.fate for node in states[-2].nodes if node.freed}
    assert freed == {11: fate}
    text = blockstory.text("a", 0, 4096)
    back = files.read(states[-1].volume, "/a").value
    assert back == {"whole": text, "zeros": bytes(4096), "reused": bytes(1024) + text[1024:]}[fate]


def test_whose_bytes_a_block_holds():
    *_, state = links(("rm", "a"), ("reuse", 2))
    assert [linkstory.holds(state.volume, block) for block in (44, 45, 46, 47, 48)] == ["other", "other", "a", "a", ""]  # fmt: skip


@pytest.mark.parametrize(
    "deed, says",
    [
        (("close",), "open=0: no file is open"), (("reuse", 0), "blocks=0: choose 1 to 64"),
        (("reuse", "a"), "blocks=a"), (("link", "x/y"), "name=x/y"), (("undelete", "b"), "name=b: ENOENT"),
        (("sing", "a"), "deed=sing"), (("rm", ""), "name="),
    ],
)  # fmt: skip
def test_deeds_that_cannot_be(deed, says):
    with pytest.raises(ParameterError, match=says):
        links(deed)
    with pytest.raises(ParameterError, match="disk=tape"):
        links(disk="tape")


# The same deeds on this machine's own file system

NAMES = ("a", "b", "s")
deed = st.one_of(
    st.tuples(st.sampled_from(["link", "symlink", "open", "rm"]), st.sampled_from(NAMES)),
    st.just(("close",)),
)


class Real:
    """The deeds as system calls in a folder."""

    def __init__(self, folder):
        self.folder, self.fds = folder, []
        (folder / "a").write_bytes(bytes(4096))
        (folder / "other").touch()

    def do(self, kind, name=""):
        path = self.folder / name
        if kind == "link":
            plain = [each for each in self.folder.iterdir() if not each.is_symlink() and each.name != "other"]  # fmt: skip
            os.link(plain[0] if plain else self.folder / "gone", path)
        elif kind == "symlink":
            path.symlink_to("a")
        elif kind == "open":
            self.fds.append(os.open(path, os.O_RDONLY))
        elif kind == "close":
            os.close(self.fds.pop())
        else:
            path.unlink()

    def seen(self):
        names = {each.name: each.lstat().st_nlink for each in self.folder.iterdir()}
        return names, [os.fstat(fd).st_nlink for fd in self.fds]


def really(real, deed):
    """The error's name, "" if it is done."""
    try:
        real.do(*deed)
    except OSError as why:
        return errno.errorcode[why.errno]
    return ""


def tried(done, deed):
    try:
        return links(*done, deed)[-1], ""
    except LabError as why:
        return None, why.errno


def ours(state):
    counts = {node.ino: node.inode.nlink for node in state.nodes if not node.freed}
    names_ = {each.name: counts[each.ino] for each in state.names}
    return names_, [counts[ino] for _fd, ino in state.volume.opened]


@pytest.mark.skipif(os.name != "posix", reason="names and open files as POSIX has them")
@settings(max_examples=60, deadline=None)
@given(st.lists(deed, max_size=12))
def test_the_kernel_keeps_the_same_names_counts_and_open_files(deeds):
    with TemporaryDirectory() as folder:
        real, done = Real(Path(folder)), []
        for each in deeds:
            if each == ("close",) and not real.fds:
                continue
            refused, (state, ours_refused) = really(real, each), tried(done, each)
            assert ours_refused == refused, (done, each)
            if refused:
                continue
            done.append(each)
            assert ours(state) == real.seen(), done
        for fd in real.fds:
            os.close(fd)


def test_the_kernel_follows_forty_links_too(tmp_path):
    (tmp_path / "l0").touch()
    for number in range(1, 42):
        (tmp_path / f"l{number}").symlink_to(f"l{number - 1}")
    assert (tmp_path / "l40").exists()
    if sys.platform == "linux":
        with pytest.raises(OSError, match="Too many levels"):
            (tmp_path / "l41").open()
    assert paths.MOST_LINKS == 40


# Damage


SAYS = {
    "linkcount": {"LINKCOUNT"}, "dup": {"DUP", "LEAK"}, "orphan": {"ORPHAN"}, "leak": {"LEAK"},
    "unmarked": {"UNMARKED"}, "directory": {"DIRECTORY", "ORPHAN", "LINKCOUNT"}, "superblock": {"SUPERBLOCK"},
    "several": {"ORPHAN", "DUP", "LEAK", "UNMARKED", "LINKCOUNT"},
}  # fmt: skip


def test_the_volume_is_sound_before_it_is_damaged():
    assert fsck(damage.sound()).clean


@pytest.mark.parametrize("which", damage.DAMAGES)
def test_each_damage_is_found_in_its_pass_and_mended(which):
    told = damage.tell(which)
    assert {each.kind for each in told.problems} == SAYS[which]
    assert [state.name for state in told.states] == ["damaged", *damage.PASSES, "mended", "again"]
    assert sum(len(state.problems) for state in told.states) == len(told.problems)
    assert told.states[-1].problems == (), "the second run finds nothing"
    assert fsck(told.after).clean
    for problem in told.problems:
        assert problem.kind in damage.PASSES[next(s.name for s in told.states if problem in s.problems)]  # fmt: skip
        assert 0 <= damage.concerned(told.before, problem) < BLOCKS


def test_what_people_notice():
    seen = {which: (damage.tell(which).lost, damage.tell(which).changed) for which in damage.DAMAGES}  # fmt: skip
    assert seen["orphan"] == (("/home/notes",), ())
    assert seen["dup"] == ((), ("/marks",)), "fsck knows tables, not contents"
    assert seen["leak"] == seen["superblock"] == seen["unmarked"] == ((), ())
    assert "/lost+found/#12" in damage.tell("orphan").gained


def test_the_damage_is_small_and_fsck_writes_only_what_it_must():
    assert {which: damage.tell(which).hurt for which in ("leak", "superblock", "linkcount", "orphan")} == {
        "leak": (2,), "superblock": (0,), "linkcount": (4,), "orphan": (44,),
    }  # fmt: skip
    assert damage.tell("leak").mended == (2,)


def test_no_such_damage():
    with pytest.raises(ParameterError, match="damage=rust: choose one of linkcount"):
        damage.tell("rust")


def test_the_example_of_damage_has_what_its_names_say():
    image = damage.sound()
    assert set(tree(image)) == {"/home", "/home/notes", "/marks", "/home/alice", "/home/alice/letter"}  # fmt: skip
    inos = {name: entries.stat(Volume(image, image), name).value[0] for name in tree(image)}
    assert inos["/home/notes"] == damage.NOTES
    assert inos["/marks"] == damage.MARKS
    assert inos["/home/alice/letter"] == damage.LETTER
