"""From a path to an inode: what it costs, links of both kinds, where it ends."""

import pytest

from coursekit.sims.filesystems.labfs import entries, files, names, store
from coursekit.sims.filesystems.labfs.blocks import LabError


@pytest.fixture
def volume():
    new = store.mkfs()
    for path in ("/home", "/home/alice", "/etc"):
        new = entries.mkdir(new, path).volume
    new = files.create(new, "/home/alice/notes.txt").volume
    return files.append(new, "/home/alice/notes.txt", b"hello").volume


def linked(volume, *pairs):
    for text, path in pairs:
        volume = entries.symlink(volume, text, path).volume
    return volume


def test_the_card_of_costs(volume):
    done = names.walk(volume, "/home/alice/notes.txt")
    assert [r.what for r in done.reads].count("inode") == 4
    assert [r.what for r in done.reads].count("directory") == 3
    assert [each.component for each in done.value.steps] == ["home", "alice", "notes.txt"]
    assert sum(each.reads for each in done.value.steps) + 1 == 7


def test_a_long_directory_is_read_up_to_the_block_that_has_the_name(volume):
    for number in range(20):
        volume = entries.link(
            volume, "/home/alice/notes.txt", f"/etc/{number:03d}{'x' * 200}"
        ).volume
    first = names.walk(volume, f"/etc/000{'x' * 200}").reads
    last = names.walk(volume, f"/etc/019{'x' * 200}").reads
    assert [r.what for r in first].count("directory") == 2
    assert [r.what for r in last].count("directory") == 6


@pytest.mark.parametrize(
    "text, at, path",
    [
        ("notes.txt", "/home/alice/n", "/home/alice/n"),
        ("alice/notes.txt", "/home/n", "/home/n"),
        ("../home/alice/notes.txt", "/etc/n", "/etc/n"),
        ("/home/alice", "/etc/a", "/etc/a/notes.txt"),
        ("/home/./alice/../alice/notes.txt", "/n", "/n"),
        ("/home/alice/" + "./" * 30 + "notes.txt", "/long", "/long"),
    ],
)
def test_symbolic_links_are_replaced_by_their_text(volume, text, at, path):
    volume = linked(volume, (text, at))
    assert files.read(volume, path).value == b"hello"
    assert entries.readlink(volume, at).value == text
    assert any(each.target == text for each in names.walk(volume, path).value.steps)


def test_a_short_target_stands_in_the_inode_a_long_one_in_a_block(volume):
    for length, blocks in ((56, 0), (57, 1)):
        done = entries.symlink(volume, "x" * length, "/s")
        assert [w.what for w in done.writes].count("data") == blocks


def test_forty_links_are_followed_and_not_one_more(volume):
    volume = linked(volume, ("/home/alice/notes.txt", "/l0"))
    for number in range(1, 40):
        volume = linked(volume, (f"l{number - 1}", f"/l{number}"))
    assert len(names.walk(volume, "/l39").value.steps) == 43
    volume = linked(volume, ("l39", "/l40"))
    with pytest.raises(LabError, match="path=/l40: ELOOP, more than 40 symbolic links"):
        files.read(volume, "/l40")
    ring = linked(volume, ("/q", "/p"), ("/p", "/q"))
    with pytest.raises(LabError, match="ELOOP"):
        files.read(ring, "/p")


def test_a_dangling_link_is_there_and_leads_nowhere(volume):
    volume = linked(volume, ("/gone", "/d"))
    assert entries.readlink(volume, "/d").value == "/gone"
    with pytest.raises(LabError, match="path=/d: ENOENT, nothing has the name gone"):
        files.read(volume, "/d")
    made = files.open_file(volume, "/d", make=True).volume
    assert files.read(made, "/gone").value == b""


def test_a_hard_link_outlives_the_first_name_and_a_symbolic_one_does_not(volume):
    volume = entries.link(volume, "/home/alice/notes.txt", "/hard").volume
    volume = linked(volume, ("/home/alice/notes.txt", "/soft"))
    volume = entries.unlink(volume, "/home/alice/notes.txt").volume
    assert files.read(volume, "/hard").value == b"hello"
    with pytest.raises(LabError, match="ENOENT"):
        files.read(volume, "/soft")


def test_the_current_directory_and_a_slash_at_the_end(volume):
    volume = entries.chdir(volume, "/home/alice").volume
    assert files.read(volume, "notes.txt").value == b"hello"
    assert files.read(volume, "../alice/notes.txt").value == b"hello"
    with pytest.raises(LabError, match=r"path=notes.txt/: ENOTDIR"):
        files.read(volume, "notes.txt/")
    assert entries.mkdir(volume, "new/").volume != volume
    with pytest.raises(LabError, match="path=: ENOENT"):
        files.read(volume, "")
