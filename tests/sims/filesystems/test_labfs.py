"""LabFS: a dictionary as the judge, bytes of the layout, blocks touched, errors by name."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.filesystems.labfs import decode, dirs, entries, files, layout, store
from coursekit.sims.filesystems.labfs.blocks import LabError, Work, block_of
from coursekit.sims.filesystems.labfs.fsck import fsck
from coursekit.sims.filesystems.labfs.layout import BLOCK, Inode, Superblock
from coursekit.sims.filesystems.labfs.walk import tree
from coursekit.sims.message import ParameterError

BIG = 12 * BLOCK


class Plain:
    """Path -> a list: ["dir"], ["file", bytearray], ["link", text]; a list shared is a hard link."""

    def __init__(self):
        self.at = {"": ["dir"]}

    def parent(self, path):
        return path.rpartition("/")[0]

    def free(self, path):
        return path not in self.at and self.at.get(self.parent(path), [""])[0] == "dir"

    def inside(self, path):
        return [each for each in self.at if each.startswith(path + "/")]

    def mkdir(self, path):
        self.at.update({path: ["dir"]} if self.free(path) else refuse())

    def create(self, path):
        self.at.update({path: ["file", bytearray()]} if self.free(path) else refuse())

    def symlink(self, path, text):
        self.at.update({path: ["link", text]} if self.free(path) else refuse())

    def write(self, path, offset, data):
        body = self.at[path][1] if self.kind(path) == "file" else refuse()
        if data:
            body.extend(bytes(max(0, offset + len(data) - len(body))))
            body[offset : offset + len(data)] = data

    def append(self, path, data):
        self.write(path, len(self.at[path][1]) if self.kind(path) == "file" else 0, data)

    def truncate(self, path, size):
        body = self.at[path][1] if self.kind(path) == "file" else refuse()
        body.extend(bytes(max(0, size - len(body))))
        del body[size:]

    def unlink(self, path):
        del self.at[path if self.kind(path) in {"file", "link"} else refuse()]

    def rmdir(self, path):
        refuse() if self.kind(path) != "dir" or self.inside(path) or not path else None
        del self.at[path]

    def link(self, old, new):
        refuse() if self.kind(old) not in {"file", "link"} or not self.free(new) else None
        self.at[new] = self.at[old]

    def rename(self, old, new):
        kind, onto = self.kind(old), self.kind(new)
        if not kind or self.kind(self.parent(new)) != "dir" or new.startswith(old + "/"):
            refuse()
        if self.at[old] is self.at.get(new):
            return
        if onto and ((kind == "dir") != (onto == "dir") or self.inside(new)):
            refuse()
        for path in [old, *self.inside(old)]:
            self.at[new + path[len(old) :]] = self.at.pop(path)

    def kind(self, path):
        return self.at.get(path, [""])[0]

    def seen(self):
        bodies = list(self.at.values())
        return {
            path: (
                node[0],
                b"" if node[0] == "dir" else node[1].encode() if node[0] == "link" else bytes(node[1]),
                2 + sum(self.kind(p) == "dir" and self.parent(p) == path for p in self.at)
                if node[0] == "dir"
                else sum(each is node for each in bodies),
            )
            for path, node in self.at.items()
            if path
        }  # fmt: skip


def refuse():
    raise KeyError


def seen(tree):
    kinds = {"directory": "dir", "file": "file", "symlink": "link"}
    return {path: (kinds[n.type], n.content, n.nlink) for path, n in tree.items()}


def do(volume, plain, op, now):
    """The same operation on both; True if both did it, False if both refused, else an error."""
    name, *args = op
    swapped = (args[1], args[0]) if name == "symlink" else args
    call = getattr(entries, name, None) or getattr(files, name)
    try:
        done = call(volume, *swapped, now=now)
    except LabError as error:
        if error.errno in {"ENOSPC", "EMLINK"}:
            return volume, False
        done = error
    try:
        getattr(plain, name)(*args)
    except KeyError:
        assert isinstance(done, LabError), op
        return volume, False
    assert not isinstance(done, LabError), (op, str(done))
    return done.volume, True


path = st.sampled_from(["/a", "/b", "/a/c", "/a/d", "/b/c", "/a/c/e", "/b/" + "n" * 200])
data = st.one_of(
    st.binary(max_size=40), st.builds(bytes, st.integers(0, 5000)), st.just(b"x" * 3000)
)
offset = st.one_of(
    st.integers(0, 3 * BLOCK), st.sampled_from([BIG - 1, BIG, BIG + 256 * BLOCK - 5])
)
text = st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=1, max_size=90)
operation = st.one_of(
    st.tuples(st.sampled_from(["mkdir", "create", "unlink", "rmdir"]), path),
    st.tuples(st.just("write"), path, offset, data),
    st.tuples(st.just("append"), path, data),
    st.tuples(st.just("truncate"), path, offset),
    st.tuples(st.sampled_from(["link", "rename"]), path, path),
    st.tuples(st.just("symlink"), path, text),
)
GROW = [("mkdir", "/a"), ("create", "/a/c"), ("mkdir", "/b"), ("append", "/a/c", b"first" * 300)]


def made(*ops):
    volume = store.mkfs(now=1)
    for number, (name, *args) in enumerate(ops):
        call = getattr(entries, name, None) or getattr(files, name)
        volume = call(volume, *args, now=number + 2).volume
    return volume


@settings(max_examples=150, deadline=None)
@given(st.lists(operation, max_size=25))
def test_any_sequence_equals_a_dictionary_and_leaves_nothing_for_fsck(ops):
    volume, plain = store.mkfs(), Plain()
    for number, op in enumerate([*GROW, *ops]):
        before = volume
        volume, did = do(volume, plain, op, number)
        assert did or volume == before  # what is refused changes nothing
        assert seen(tree(volume.image)) == plain.seen(), op
    report = fsck(volume.image)
    assert report.problems == () and report.image == volume.image


def test_everything_stands_where_the_layout_says():
    image = made(("create", "/a"), ("append", "/a", b"hello")).image
    assert len(image) == 256 * 1024
    assert image[:4] == b"LabF" and struct.unpack_from("<II", image, 4) == (1024, 256)
    assert image[1024:1026] == b"\xff\x07"  # inodes 1 to 11
    assert image[2048:2054] == b"\xff" * 5 + b"\x1f"  # blocks 0 to 44
    root = image[3 * 1024 + 128 :]
    assert struct.unpack_from("<HHHHII", root) == (2, 0o755, 0, 0, 1024, 2)
    assert struct.unpack_from("<I", root, 32) == (43,)
    assert image[43 * 1024 :].startswith(
        b"\2\0\0\0\x0c\0\1\2.\0\0\0\2\0\0\0\x0c\0\2\2..\0\0\x0b\0\0\0\xe8\3\1\1a"
    )
    assert image[44 * 1024 :].startswith(b"hello\0")
    assert image[255 * 1024 :].startswith(b"LabF")


@pytest.mark.parametrize("name, length", [(".", 12), ("..", 12), ("a", 12), ("hello.txt", 20), ("n" * 255, 264)])  # fmt: skip
def test_v10_5_lengths_of_records(name, length):
    assert layout.need(name) == length


@given(st.builds(Inode, *[st.integers(0, 2**16 - 1)] * 4, *[st.integers(0, 2**32 - 1)] * 6,
                 st.tuples(*[st.integers(0, 2**32 - 1)] * 14)))  # fmt: skip
def test_an_inode_is_read_as_it_was_written(inode):
    again = Inode.unpack(inode.pack())
    assert len(inode.pack()) == 128
    assert again.pack() == inode.pack()
    assert inode.inline or again == inode


def test_the_superblock_is_read_as_it_was_written():
    assert Superblock.unpack(Superblock(made=7).pack()) == Superblock(made=7)
    assert not Superblock(blocks=512).sound


def test_an_append_of_one_block_is_three_writes():
    volume = made(("create", "/a"))
    done = files.append(volume, "/a", b"x" * BLOCK, now=9)
    assert {(w.block, w.what) for w in done.writes} == {(2, "block bitmap"), (44, "data"), (4, "inode")}  # fmt: skip
    assert all(w.before != w.after == block_of(done.volume.image, w.block) for w in done.writes)
    assert done.volume.dirty == (1, 2, 3, 4, 43, 44)


def test_an_overwrite_in_place_takes_no_block():
    volume = made(("create", "/a"), ("append", "/a", b"x" * BLOCK))
    assert {w.what for w in files.write(volume, "/a", 5, b"y", now=9).writes} == {"data", "inode"}


def test_deleting_gives_the_record_to_the_one_before_and_leaves_its_bytes():
    volume = made(("create", "/a"), ("create", "/bb"), ("create", "/c"))
    after = entries.unlink(volume, "/bb", now=9).volume
    records = dirs.records(block_of(after.image, 43))
    assert [(r.name, r.rec_len) for r in records] == [(".", 12), ("..", 12), ("a", 24), ("c", 976)]
    assert b"bb" in block_of(after.image, 43)
    assert [r.name for r in dirs.records(block_of(entries.link(after, "/a", "/d").volume.image, 43))] == [".", "..", "a", "d", "c"]  # fmt: skip


def test_a_deleted_file_that_is_open_stays_until_it_is_closed():
    volume = made(("create", "/log"), ("append", "/log", b"x" * 9 * BLOCK))
    done = files.open_file(volume, "/log")
    fd, volume = done.value, entries.unlink(done.volume, "/log", now=9).volume
    free = len(store.free_blocks(Work(volume)))
    assert files.read(volume, fd).value == b"x" * 9 * BLOCK
    volume = files.close(volume, fd, now=10).volume
    assert len(store.free_blocks(Work(volume))) == free + 9
    assert fsck(volume.image).clean


def test_no_inode_is_left_although_blocks_are():
    volume = store.mkfs()
    for number in range(11, 65):
        done = files.create(volume, f"/{number}")
        assert done.value == number
        volume = done.volume
    with pytest.raises(LabError, match=r"inodes=0: ENOSPC, no inode"):
        files.create(volume, "/one more")
    assert len(store.free_blocks(Work(volume))) > 200


def test_no_block_is_left():
    volume = made(("create", "/a"))
    with pytest.raises(LabError, match=r"blocks=0: ENOSPC, no block"):
        files.append(volume, "/a", b"x" * 212 * BLOCK)
    full = files.append(volume, "/a", b"x" * 210 * BLOCK).volume  # and one block of pointers
    assert store.free_blocks(Work(full)) == []


def test_fsync_writes_one_file_and_not_its_name():
    volume = files.sync(made(("create", "/a"))).volume
    volume = files.append(volume, "/a", b"new").volume
    volume = entries.link(volume, "/a", "/b").volume
    cut = files.power_cut(files.fsync(volume, "/a").volume)
    assert files.read(cut, "/a").value == b"new"
    with pytest.raises(LabError, match="ENOENT"):
        files.read(cut, "/b")
    assert fsck(cut.image).kinds == ("UNMARKED", "LINKCOUNT")
    assert files.power_cut(files.sync(volume).volume).image == volume.image


def test_what_is_not_synced_is_gone():
    volume = files.sync(made(("create", "/a"))).volume
    assert tree(files.power_cut(files.append(volume, "/a", b"new").volume).image)["/a"].content == b""  # fmt: skip


def test_trim_zeroes_free_blocks_only():
    volume = made(("create", "/a"), ("append", "/a", b"a" * 10), ("create", "/b"), ("append", "/b", b"b" * 10), ("unlink", "/a"))  # fmt: skip
    done = files.trim(files.sync(volume).volume)
    assert [w.block for w in done.writes] == [44]
    assert files.read(done.volume, "/b").value == b"b" * 10


REFUSED = [
    (("mkdir", "/a"), "path=/a: EEXIST, the name is taken"),
    (("create", "/x/y"), "path=/x/y: ENOENT, nothing has the name x"),
    (("create", "/f/y"), "path=/f/y: ENOTDIR"),
    (("create", "/" + "n" * 256), "ENAMETOOLONG, a name has at most 255 bytes"),
    (("rmdir", "/a"), "path=/a: ENOTEMPTY, it holds in"),
    (("rmdir", "/f"), "path=/f: ENOTDIR"),
    (("rmdir", "/"), "path=/: EBUSY"),
    (("rmdir", "/a/."), "EINVAL, name the directory"),
    (("unlink", "/a"), "path=/a: EISDIR, a directory is removed by rmdir"),
    (("unlink", "/no"), "path=/no: ENOENT"),
    (("link", "/a", "/z"), "path=/a: EPERM"),
    (("link", "/f", "/a"), "path=/a: EEXIST"),
    (("link", "/f", "/mnt/f"), "path=/mnt/f: EXDEV, mnt is the door"),
    (("rename", "/f", "/mnt/f"), "path=/mnt/f: EXDEV"),
    (("rename", "/a", "/a/in/a"), "path=/a/in/a: EINVAL"),
    (("rename", "/a", "/f"), "path=/f: ENOTDIR"),
    (("rename", "/f", "/a"), "path=/a: EISDIR"),
    (("rename", "/e", "/a"), "path=/a: ENOTEMPTY"),
    (("rename", "/a/..", "/z"), "path=/a/..: EBUSY"),
    (("append", "/a", b"x"), "path=/a: EISDIR"),
    (("append", 7, b"x"), "fd=7: EBADF"),
    (("symlink", "", "/z"), "target=: ENOENT"),
    (("symlink", "x" * 1024, "/z"), "target=1024: ENAMETOOLONG"),
    (("truncate", "/f", 2**40), "size=1099511627776: EFBIG"),
    (("write", "/f", 2**40, b"x"), "EFBIG"),
    (("write", "/f", -1, b"x"), "offset=-1: give 0 or more"),
]


@pytest.mark.parametrize("op, says", REFUSED, ids=lambda each: str(each)[:30])
def test_what_is_refused_says_why(op, says):
    volume = made(("mkdir", "/a"), ("mkdir", "/a/in"), ("create", "/f"), ("mkdir", "/e"), ("mkdir", "/mnt"))  # fmt: skip
    mnt = entries.stat(volume, "/mnt").value[0]
    volume = type(volume)(volume.image, volume.disk, mounts=frozenset({mnt}))
    name, *args = op
    with pytest.raises(ParameterError) as refused:
        (getattr(entries, name, None) or getattr(files, name))(volume, *args)
    assert says in str(refused.value)
    if isinstance(refused.value, LabError):
        assert refused.value.errno in str(refused.value)


def test_too_many_names():
    volume = made(("create", "/f"))
    for number in range(layout.LINK_MAX - 1):
        volume = entries.link(volume, "/f", f"/{number}").volume
    with pytest.raises(LabError, match="path=/f: EMLINK, an inode has at most 100 names"):
        entries.link(volume, "/f", "/last")
    assert fsck(volume.image).clean


def test_moving_a_directory_keeps_the_counts():
    volume = made(("mkdir", "/a"), ("mkdir", "/b"), ("mkdir", "/a/c"), ("rename", "/a/c", "/b/c"))
    assert [entries.stat(volume, p).value[1].nlink for p in ("/", "/a", "/b", "/b/c")] == [4, 2, 3, 2]  # fmt: skip
    assert {e.name: e.ino for e in entries.listing(volume, "/b/c").value}[".."] == entries.stat(volume, "/b").value[0]  # fmt: skip


def test_every_byte_of_every_block_has_a_name():
    volume = made(*GROW, ("symlink", "a/c", "/s"), ("write", "/a/c", BIG, b"far"), ("unlink", "/a/c"), ("create", "/b/f"), ("write", "/b/f", BIG + 5, b"far"))  # fmt: skip
    owners = decode.owners(volume.image)
    assert {each.what for each in owners.values()} == {None, "superblock", "inode bitmap", "block bitmap", "inode", "journal", "directory", "data", "map"}  # fmt: skip
    for block in range(256):
        at = 0
        for each in decode.decode(volume.image, block):
            assert each.at == at and each.length > 0 and str(each.why)
            at += each.length
        assert at == BLOCK


def test_fields_say_what_the_bytes_hold():
    volume = made(("create", "/a"), ("append", "/a", b"x" * 5))
    table = [f for f in decode.decode(volume.image, 4) if f.group == 11]
    assert {f.name: f.value for f in table}["direct 0"] == 44
    assert {f.name: f.value for f in table}["size"] == 5
    names = [f.value for f in decode.decode(volume.image, 43) if f.name == "name"]
    assert names == [".", "..", "a"]
    assert decode.decode(volume.image, 1)[1].value == "11100000"


ENDS = (
    0,
    1,
    3,
    11,
    12,
    13,
    20,
    267,
    268,
    269,
    270,
    524,
    525,
    600,
)  # blocks; 268 is the first double


@pytest.mark.parametrize("keep", ENDS)
def test_a_cut_gives_back_every_block_behind_it(keep):
    spots = [n for n in ENDS if n]
    volume = made(("create", "/f"))
    for spot in spots:
        volume = files.write(volume, "/f", (spot - 1) * BLOCK, b"x" * BLOCK).volume
    cut = files.truncate(volume, "/f", keep * BLOCK).volume
    kept = [n for n in spots if n <= keep]
    upper = [n for n in kept if n > 268]
    held = (
        len(kept)
        + any(12 < n <= 268 for n in kept)
        + bool(upper)
        + len({(n - 269) // 256 for n in upper})
    )
    assert len(store.free_blocks(Work(cut))) == 211 - held
    longer = files.truncate(cut, "/f", 600 * BLOCK).volume
    body = files.read(longer, "/f").value
    assert [n for n in spots if body[(n - 1) * BLOCK : n * BLOCK] != bytes(BLOCK)] == kept
    assert fsck(longer.image).clean
