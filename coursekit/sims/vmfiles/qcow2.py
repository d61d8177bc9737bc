"""A qcow2 image, read byte by byte: header, refcounts, L1 and L2 tables, snapshots, data.

Modelled: version 3 with 16-bit refcounts, a backing file, internal snapshots. The reader follows
the tables and counts every use again, as `qemu-img check` does; `qcow2build` writes images. Left
out: compression, encryption, subclusters, external data files, dirty bitmaps. Source: QEMU's
qcow2 format specification.
"""

import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coursekit.sims.message import ParameterError, require
from coursekit.sims.vmfiles.geometry import CLUSTER_BITS, ENTRY_BYTES, Geometry

__all__ = ["COPIED", "MADE_AT", "SNAPSHOT", "SNAPSHOT_EXTRA", "Checked", "Header", "SnapshotHeader", "check", "make_header", "read_cluster", "read_header", "snapshots_of"]  # fmt: skip

MAGIC, VERSION, HEADER_BYTES = b"QFI\xfb", 3, 104
FIELDS = struct.Struct(">4sIQIIQIIQQIIQQQQII")
BACKING_FORMAT = 0xE2792ACA  # a header extension
REFCOUNT_ORDER = 4  # 2^4 bits
COPIED = 1 << 63  # in an L1 or L2 entry: the cluster counts one, it may be written in place
OFFSET = 0x00FF_FFFF_FFFF_FE00  # bits 9 to 55 of an entry
MADE_AT = 1_704_067_200  # 2024-01-01, of every snapshot: the same bytes each time
SNAPSHOT = struct.Struct(">QIHHIIQIIQQ")
SNAPSHOT_EXTRA = 16


@dataclass(frozen=True, kw_only=True)
class Header:
    """The first bytes of an image; offsets in bytes from the start of the file."""

    size: int
    cluster_bits: int = CLUSTER_BITS
    version: int = VERSION
    backing: str = ""
    l1_size: int = 0
    l1_at: int = 0
    refcount_at: int = 0
    refcount_clusters: int = 0
    snapshots: int = 0
    snapshots_at: int = 0

    @property
    def geometry(self) -> Geometry:
        """The tables that such a disk needs."""
        return Geometry(size=self.size, cluster_bits=self.cluster_bits)


@dataclass(frozen=True)
class SnapshotHeader:
    """An entry of the snapshot table."""

    id: str
    name: str
    l1_at: int
    l1_size: int


@dataclass(frozen=True)
class Checked:
    """What a check found: guest clusters with data, where the file ends, what is wrong.

    `corrupt` are clusters of the file that count less than they are used, or whose entry says
    wrongly that it may be written in place; `leaked` ones that count more.
    """

    allocated: int
    end: int
    corrupt: tuple[int, ...] = field(default=())
    leaked: tuple[int, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether the counts are those of the tables."""
        return not self.corrupt and not self.leaked


def make_header(header: Header, backing_format: str = "qcow2") -> bytes:
    """The first bytes: 104 of fields, an extension that names the backing file's format, its name."""
    name = header.backing.encode()
    extensions = _extension(BACKING_FORMAT, backing_format.encode()) if name else b""
    extensions += _extension(0, b"")
    at = HEADER_BYTES + len(extensions)
    fields = FIELDS.pack(
        MAGIC, VERSION, at if name else 0, len(name), header.cluster_bits, header.size, 0,
        header.l1_size, header.l1_at, header.refcount_at, header.refcount_clusters,
        header.snapshots, header.snapshots_at, 0, 0, 0, REFCOUNT_ORDER, HEADER_BYTES,
    )  # fmt: skip
    require(len(name) <= 1023, "backing={name}: its name has up to 1023 bytes", name=header.backing)
    whole = fields + extensions + name
    require(
        len(whole) <= 1 << header.cluster_bits,
        "backing={name}: it must fit in the first cluster", name=header.backing,
    )  # fmt: skip
    return whole


def _extension(kind: int, data: bytes) -> bytes:
    return struct.pack(">II", kind, len(data)) + data + bytes(-len(data) % 8)


def read_header(file: bytes) -> Header:
    """What the first bytes say; ParameterError where they are not of a qcow2 image we can read."""
    require(file[:4] == MAGIC, "magic={found}: a qcow2 image begins with 514649fb", found=file[:4].hex())  # fmt: skip
    require(len(file) >= HEADER_BYTES, "header={n}: it has 104 bytes or more", n=len(file))
    (
        _magic, version, backing_at, backing_size, bits, size, crypt, l1_size, l1_at,
        refcount_at, refcount_clusters, snapshots, snapshots_at, incompatible, _compatible,
        _autoclear, order, _length,
    ) = FIELDS.unpack(file[: FIELDS.size])  # fmt: skip
    require(version == VERSION, "version={version}: 3 is read here", version=version)
    require(
        crypt == incompatible == 0 and order == REFCOUNT_ORDER,
        "features={features:#x}: encryption, other refcounts and features are not read here",
        features=incompatible,
    )
    header = Header(
        size=size, cluster_bits=bits, backing=file[backing_at : backing_at + backing_size].decode("utf-8", "replace"),
        l1_size=l1_size, l1_at=l1_at, refcount_at=refcount_at, refcount_clusters=refcount_clusters,
        snapshots=snapshots, snapshots_at=snapshots_at,
    )  # fmt: skip
    least = header.geometry.l1_entries
    require(l1_size >= least, "l1_size={n}: this disk needs {least}", n=l1_size, least=least)
    return header


def snapshots_of(file: bytes) -> tuple[SnapshotHeader, ...]:
    """The snapshot table."""
    header, found = read_header(file), []
    at = header.snapshots_at
    for _each in range(header.snapshots):
        require(at + 40 <= len(file), "snapshots_at={at}: the table ends after the file", at=at)
        l1_at, l1_size, id_size, name_size = struct.unpack(">QIHH", file[at : at + 16])
        extra = int.from_bytes(file[at + 36 : at + 40], "big")
        text = file[at + 40 + extra : at + 40 + extra + id_size + name_size].decode("utf-8", "replace")  # fmt: skip
        found.append(SnapshotHeader(text[:id_size], text[id_size:], l1_at, l1_size))
        at += -(-(40 + extra + id_size + name_size) // 8) * 8
    return tuple(found)


def read_cluster(file: bytes, number: int, below: Sequence[bytes] = (), snapshot: str = "") -> tuple[bytes, int]:  # fmt: skip
    """A guest cluster and how many files down it was found; zeros, and -1, where none has it.

    `below` are the backing files, the nearest first; `snapshot` an id of the snapshot table.
    """
    header = read_header(file)
    size = header.geometry.cluster
    for depth, each in enumerate((file, *below)):
        own = read_header(each)
        l1_at = own.l1_at
        if snapshot and not depth:
            l1_at = _snapshot(file, snapshot).l1_at
        table = _entries(each, l1_at, own.l1_size)[number // own.geometry.l2_entries] & OFFSET
        if table:
            entry = _entries(each, table, own.geometry.l2_entries)[number % own.geometry.l2_entries]
            if entry & OFFSET:
                return each[entry & OFFSET : (entry & OFFSET) + size], depth
    return bytes(size), -1


def check(file: bytes) -> Checked:
    """Count every use of every cluster again, and compare with the refcounts stored."""
    header = read_header(file)
    size = header.geometry.cluster
    stored = _stored(file, header)
    used = Counter({0: 1})
    used.update(_clusters(header.refcount_at, header.refcount_clusters * size, size))
    used.update(at // size for at in _entries(file, header.refcount_at, header.refcount_clusters * size // ENTRY_BYTES) if at)  # fmt: skip
    allocated, wrong = _walk(file, header, header.l1_at, header.l1_size, used, stored)
    for each in snapshots_of(file):
        _walk(file, header, each.l1_at, each.l1_size, used, stored)
    if header.snapshots:
        used.update(_clusters(header.snapshots_at, _snapshot_bytes(file, header), size))
    known = set(stored) | set(used)
    corrupt = {at for at in known if stored.get(at, 0) < used[at]} | wrong
    leaked = {at for at in known if stored.get(at, 0) > used[at]}
    end = (max((at for at, count in stored.items() if count), default=0) + 1) * size
    return Checked(allocated, end, tuple(sorted(corrupt)), tuple(sorted(leaked)))


def _walk(file: bytes, header: Header, l1_at: int, l1_size: int, used: Counter[int], stored: Mapping[int, int]) -> tuple[int, set[int]]:  # fmt: skip
    """Count what one state uses: its L1, its L2s, its data; also wrong flags on the way."""
    size, wrong, allocated = header.geometry.cluster, set[int](), 0
    # read first: a damaged header can promise a table longer than any file, too long to count
    tables = [entry for entry in _entries(file, l1_at, l1_size) if entry & OFFSET]
    used.update(_clusters(l1_at, l1_size * ENTRY_BYTES, size))
    for table in tables:
        entries = [e for e in _entries(file, table & OFFSET, header.geometry.l2_entries) if e & OFFSET]  # fmt: skip
        allocated += len(entries)
        for entry in (table, *entries):
            at = (entry & OFFSET) // size
            used[at] += 1
            if bool(entry & COPIED) != (stored.get(at, 0) == 1):
                wrong.add(at)
    return allocated, wrong


def _stored(file: bytes, header: Header) -> dict[int, int]:
    """Cluster -> its count, as the refcount blocks say."""
    geometry, found = header.geometry, {}
    entries = header.refcount_clusters * geometry.cluster // ENTRY_BYTES
    for block, at in enumerate(_entries(file, header.refcount_at, entries)):
        if at:
            counts = struct.unpack(f">{geometry.refcounts}H", _piece(file, at, geometry.cluster))
            for place, count in enumerate(counts):
                if count:
                    found[block * geometry.refcounts + place] = count
    return found


def _snapshot_bytes(file: bytes, header: Header) -> int:
    """Length of the snapshot table."""
    at = header.snapshots_at
    for _each in range(header.snapshots):
        id_size, name_size = struct.unpack(">HH", file[at + 12 : at + 16])
        extra = int.from_bytes(file[at + 36 : at + 40], "big")
        at += -(-(40 + extra + id_size + name_size) // 8) * 8
    return at - header.snapshots_at


def _snapshot(file: bytes, wanted: str) -> SnapshotHeader:
    for each in snapshots_of(file):
        if each.id == wanted:
            return each
    raise ParameterError("snapshot={wanted}: the image has no such snapshot", wanted=wanted)


def _entries(file: bytes, at: int, count: int) -> tuple[int, ...]:
    return struct.unpack(f">{count}Q", _piece(file, at, count * ENTRY_BYTES))


def _piece(file: bytes, at: int, size: int) -> bytes:
    piece = file[at : at + size]
    require(len(piece) == size, "offset={at}: a table ends after the file", at=at)
    return piece


def _clusters(at: int, size: int, cluster: int) -> range:
    return range(at // cluster, -(-(at + size) // cluster))
