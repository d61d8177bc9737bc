"""Real files to look into: packages, discs and disks, whole or with one bit flipped.

Modelled: six small files by our own writers, which part of each lies where, and what a reader
says of its bytes: the importer of a package, the reader of a disc, the check of a disk. Left
out: what a guest does with damaged data. Sources: as in `ova`, `iso` and `qcow2`.
"""

import io
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.vmfiles import iso, ova, qcow2, qcow2build
from coursekit.sims.vmfiles.anatomy import Field, fields
from coursekit.sims.vmfiles.iso import SECTOR
from coursekit.sims.vmfiles.ovf import Machine
from coursekit.sims.vmfiles.sniff import Kind, sniff

__all__ = ["NAMES", "Examined", "Name", "Part", "Specimen", "examine", "flipped", "specimen"]

Name = Literal["ova", "ova_order", "iso", "iso_joliet", "qcow2", "qcow2_chain"]
NAMES: tuple[Name, ...] = get_args(Name)
Role = Literal["head", "table", "data", "empty"]
TAR_BLOCK = 512
BITS = 9  # clusters of 512 bytes: a whole disk fits on a few screens
DISK_BYTES = 1 << 20
DISK_FILE = "disk.qcow2"
BOOT = b"Here the guest's first sector would be: a boot loader, and 55 AA at byte 510."
FILES = {
    "README.TXT": b"An ISO is the image of a disc. It holds files, and no machine.\n",
    "SETUP.CFG": b"keyboard=fr\nnetwork=nat\nhostname=school\n",
}


@dataclass(frozen=True)
class Part:
    """Bytes `start` to `start + length` of a file as it was written, and what they are."""

    start: int
    length: int
    name: Message
    role: Role
    member: str = ""  # the file inside, where it is one

    def has(self, byte: int) -> bool:
        """Whether this byte lies in the part."""
        return self.start <= byte < self.start + self.length


@dataclass(frozen=True)
class Specimen:
    """A file, the name it is written under, its parts, and the files it needs beside it."""

    name: Name
    called: str
    file: bytes
    parts: tuple[Part, ...]
    beside: Mapping[str, bytes] = field(default_factory=dict)

    def part(self, byte: int) -> Part:
        """The part in which a byte lies."""
        return next(part for part in self.parts if part.has(byte))


@dataclass(frozen=True)
class Examined:
    """What the first bytes say, the fields, and why a reader refuses the file, if it does.

    `judged`: member of a package -> whether its digest is the promised one.
    """

    kind: Kind
    fields: tuple[Field, ...]
    problems: tuple[Message, ...]
    judged: Mapping[str, bool] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the file is accepted."""
        return not self.problems


def specimen(name: Name) -> Specimen:
    """One of the files, the same bytes each time."""
    require(name in NAMES, "file={name}: choose one of {names}", name=name, names=", ".join(NAMES))
    return _MAKE[name]()


def flipped(file: bytes, byte: int, bit: int) -> bytes:
    """The file with one bit of one byte turned round; bit 0 counts one."""
    require(0 <= byte < len(file), "flip={byte}: choose 0 to {last}", byte=byte, last=len(file) - 1)
    require(0 <= bit <= 7, "bit={bit}: choose 0 to 7", bit=bit)
    changed = bytearray(file)
    changed[byte] ^= 1 << bit
    return bytes(changed)


def examine(one: Specimen, file: bytes) -> Examined:
    """What a reader of such files says of these bytes."""
    family = one.name.partition("_")[0]
    problems, judged = _READ[family](one, file)
    kind: dict[str, Kind] = {"ova": "ova", "iso": "iso9660", "qcow2": "qcow2"}
    known = (*fields(file, kind[family]), *_more_fields(one, file))
    return Examined(sniff(file[:65_536]), known, tuple(problems), judged)


# Readers

Said = tuple[list[Message], dict[str, bool]]


def _read_ova(_one: Specimen, file: bytes) -> Said:
    verified = ova.verify(file)
    wrong = set(verified.about("digest_mismatch"))
    judged = {
        name: name not in wrong
        for name in verified.names
        if verified.signed and not name.endswith(".mf")
    }
    return [each.why for each in verified.problems], judged


_DISC = {
    "too_short": Message.of("The disc ends before its descriptors do."),
    "bad_magic": Message.of("A volume descriptor begins with a type and the letters CD001; here it does not."),
    "no_primary": Message.of("The descriptors end without a primary one."),
    "endian_mismatch": Message.of("A number stands in both byte orders, and the two differ."),
}  # fmt: skip


def _read_iso(one: Specimen, file: bytes) -> Said:
    volume = iso.parse_pvd(file)
    if isinstance(volume, str):
        return [_DISC[volume]], {}
    if volume.bytes != len(file):
        said = Message.of("The descriptor promises {said} bytes, and the file has {n}.", said=volume.bytes, n=len(file))  # fmt: skip
        return [said], {}
    try:
        for tree in (False, True)[: 1 + (one.name == "iso_joliet")]:
            found = [each for each in iso.entries(file, joliet=tree) if not each.folder]
            for each in found:
                require(each.extent * SECTOR + each.size <= len(file), "extent={extent}: it ends after the image", extent=each.extent)  # fmt: skip
    except ParameterError as why:
        return [why.message], {}
    return [], {}


def _read_qcow2(one: Specimen, file: bytes) -> Said:
    try:
        checked, backing = qcow2.check(file), qcow2.read_header(file).backing
    except ParameterError as why:
        return [why.message], {}
    problems = []
    if checked.corrupt:
        problems.append(Message.of("Cluster {at} of the file is used more often than it is counted, or wrongly marked as one's own.", at=checked.corrupt[0]))  # fmt: skip
    if checked.leaked:
        problems.append(Message.of("Cluster {at} of the file is counted and not used: leaked.", at=checked.leaked[0]))  # fmt: skip
    wanted = next(iter(one.beside), "")
    if backing != wanted:
        problems.append(Message.of("Its backing file “{name}” is not there; that of this disk is “{wanted}”.", name=backing, wanted=wanted))  # fmt: skip
    return problems, {}


_READ: dict[str, Callable[[Specimen, bytes], Said]] = {
    "ova": _read_ova, "iso": _read_iso, "qcow2": _read_qcow2,
}  # fmt: skip


def _more_fields(one: Specimen, file: bytes) -> Iterator[Field]:
    """The backing file's name, which stands where the header says."""
    if one.beside:
        at, length = int.from_bytes(file[8:16], "big"), int.from_bytes(file[16:20], "big")
        if at + length <= len(file) and length < 1024:
            said = file[at : at + length].decode("latin-1")
            yield Field(at, length, Message.of("Name of the backing file"), said)


# Makers


def _disk() -> bytes:
    """A disk with something in four places, two of them far from the others."""
    data = {0: BOOT, 1: b"Cluster 1.", 100: b"Cluster 100, behind another L2 table.", 101: b"Cluster 101."}  # fmt: skip
    return qcow2build.make_qcow2(DISK_BYTES, data, cluster_bits=BITS)


def _ova(order: Literal["ok", "bad"]) -> Callable[[], Specimen]:
    def make() -> Specimen:
        machine = Machine(name="course", cpus=2, memory_mib=1024)
        file = ova.make_ova(machine, {DISK_FILE: _disk()}, order=order)
        name: Name = "ova" if order == "ok" else "ova_order"
        called = "course.ova" if order == "ok" else "wrong-order.ova"
        return Specimen(name, called, file, tuple(_members(file)))

    return make


def _members(file: bytes) -> Iterator[Part]:
    end = 0
    with tarfile.open(fileobj=io.BytesIO(file), mode="r:") as tar:
        for each in tar:
            end = each.offset_data + _up(each.size, TAR_BLOCK)
            yield Part(each.offset, TAR_BLOCK, Message.of("Header of {name}", name=each.name), "head")  # fmt: skip
            yield Part(each.offset_data, end - each.offset_data, Message.of("Contents of {name}", name=each.name), "data", each.name)  # fmt: skip
    yield Part(end, len(file) - end, Message.of("End of the archive: empty blocks"), "empty")


def _iso(*, joliet: bool) -> Callable[[], Specimen]:
    def make() -> Specimen:
        file = iso.make_iso("COURSE", FILES, joliet=joliet)
        name: Name = "iso_joliet" if joliet else "iso"
        called = "joliet.iso" if joliet else "course.iso"
        parts = sorted(_sectors(file), key=lambda part: part.start)
        return Specimen(name, called, file, tuple(parts))

    return make


_DESCRIPTORS = {
    iso.PRIMARY: Message.of("Primary volume descriptor"),
    iso.SUPPLEMENTARY: Message.of("Joliet's volume descriptor"),
    iso.TERMINATOR: Message.of("End of the descriptors"),
}


def _sectors(file: bytes) -> Iterator[Part]:
    at = iso.FIRST_DESCRIPTOR * SECTOR
    yield Part(0, at, Message.of("System area: 16 empty sectors"), "empty")
    while True:
        yield Part(at, SECTOR, _DESCRIPTORS[file[at]], "head")
        if file[at] == iso.TERMINATOR:
            break
        yield from _tree(file, at)
        at += SECTOR
    for each in iso.entries(file):
        yield Part(each.extent * SECTOR, _up(each.size, SECTOR), Message.of("Contents of {name}", name=each.path), "data", each.path)  # fmt: skip


def _tree(file: bytes, at: int) -> Iterator[Part]:
    """Where a descriptor says its path tables and its root directory are."""
    little, big = file[at + 140 : at + 144], file[at + 148 : at + 152]
    root = file[at + iso.ROOT_AT + 2 : at + iso.ROOT_AT + 6]
    yield Part(int.from_bytes(little, "little") * SECTOR, SECTOR, Message.of("Path table, little-endian"), "table")  # fmt: skip
    yield Part(int.from_bytes(big, "big") * SECTOR, SECTOR, Message.of("Path table, big-endian"), "table")  # fmt: skip
    yield Part(int.from_bytes(root, "little") * SECTOR, SECTOR, Message.of("Root directory"), "table")  # fmt: skip


def _qcow2() -> Specimen:
    file = _disk()
    return Specimen("qcow2", DISK_FILE, file, tuple(_clusters(file)))


def _chain() -> Specimen:
    """An overlay in which one cluster of the disk below was overwritten."""
    data = {1: b"Cluster 1 as the overlay has it."}
    file = qcow2build.make_qcow2(DISK_BYTES, data, cluster_bits=BITS, backing=DISK_FILE)
    beside = {DISK_FILE: _disk()}
    return Specimen("qcow2_chain", "overlay.qcow2", file, tuple(_clusters(file)), beside)


def _clusters(file: bytes) -> Iterator[Part]:
    """Header, refcounts, L1, L2 tables and data, in the order of the file."""
    header = qcow2.read_header(file)
    size = header.geometry.cluster

    def offsets(at: int, count: int) -> list[int]:
        entries = (file[at + 8 * k : at + 8 * k + 8] for k in range(count))
        return [int.from_bytes(entry, "big") & qcow2.OFFSET for entry in entries]

    yield Part(0, size, Message.of("Header"), "head")
    yield Part(header.refcount_at, header.refcount_clusters * size, Message.of("Refcount table"), "table")  # fmt: skip
    for at in filter(None, offsets(header.refcount_at, header.refcount_clusters * size // 8)):
        yield Part(at, size, Message.of("Refcount block"), "table")
    yield Part(header.l1_at, header.geometry.l1_clusters * size, Message.of("L1 table"), "table")
    tables = [(l1, at) for l1, at in enumerate(offsets(header.l1_at, header.l1_size)) if at]
    for l1, at in tables:
        yield Part(at, size, Message.of("L2 table {n}", n=l1), "table")
    for l1, table in tables:
        for l2, at in enumerate(offsets(table, header.geometry.l2_entries)):
            if at:
                number = l1 * header.geometry.l2_entries + l2
                yield Part(at, size, Message.of("Data of cluster {n}", n=number), "data")


def _up(size: int, block: int) -> int:
    """A size filled up to whole blocks."""
    return -(-size // block) * block


_MAKE: dict[Name, Callable[[], Specimen]] = {
    "ova": _ova("ok"), "ova_order": _ova("bad"), "iso": _iso(joliet=False),
    "iso_joliet": _iso(joliet=True), "qcow2": _qcow2, "qcow2_chain": _chain,
}  # fmt: skip
