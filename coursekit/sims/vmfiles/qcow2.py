"""A qcow2 image, byte by byte: header, refcounts, L1 and L2 tables, snapshots, data.

Modelled: version 3 with 16-bit refcounts, a backing file, internal snapshots that share clusters
and tables; the image is written whole, in one go. The reader follows the tables and counts again,
as `qemu-img check` does. Left out: compression, encryption, subclusters, external data files,
dirty bitmaps. Source: QEMU's qcow2 format specification.
"""

import struct
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from coursekit.sims.message import ParameterError, require
from coursekit.sims.vmfiles.chain import Disk
from coursekit.sims.vmfiles.geometry import CLUSTER_BITS, ENTRY_BYTES, Geometry
from coursekit.sims.vmfiles.internal import Image

__all__ = ["Checked", "Header", "SnapshotHeader", "Table", "check", "files_of", "make_header", "make_qcow2", "read_cluster", "read_header", "snapshots_of", "write_image"]  # fmt: skip

MAGIC, VERSION, HEADER_BYTES = b"QFI\xfb", 3, 104
FIELDS = struct.Struct(">4sIQIIQIIQQIIQQQQII")
BACKING_FORMAT = 0xE2792ACA  # a header extension
REFCOUNT_ORDER = 4  # 2^4 bits
COPIED = 1 << 63  # in an L1 or L2 entry: the cluster counts one, it may be written in place
OFFSET = 0x00FF_FFFF_FFFF_FE00  # bits 9 to 55 of an entry
MADE_AT = 1_704_067_200  # 2024-01-01, of every snapshot: the same bytes each time
SNAPSHOT = struct.Struct(">QIHHIIQIIQQ")
SNAPSHOT_EXTRA = 16

Table = Mapping[int, int]


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


def make_qcow2(size: int, data: Mapping[int, bytes], *, cluster_bits: int = CLUSTER_BITS, backing: str = "") -> bytes:  # fmt: skip
    """An image that holds these guest clusters and no snapshot."""
    geometry = Geometry(size=size, cluster_bits=cluster_bits)
    places = {number: place for place, number in enumerate(sorted(data))}
    image = Image(clusters=geometry.clusters, active=places)
    return write_image(geometry, image, {places[c]: each for c, each in data.items()}, backing)


def write_image(geometry: Geometry, image: Image, data: Mapping[int, bytes], backing: str = "") -> bytes:  # fmt: skip
    """The file of an image with its snapshots; `data` are its clusters by place."""
    for number in sorted(set(image.active) | {c for t in image.snapshots.values() for c in t}):
        require(0 <= number < geometry.clusters, "cluster={number}: choose 0 to {last}", number=number, last=geometry.clusters - 1)  # fmt: skip
    writer = _Writer(geometry, image, data)
    return writer.file(backing)


def files_of(disk: Disk, stem: str = "layer") -> dict[str, bytes]:
    """The files of a chain, base first: each names the one below as its backing file.

    A cluster of version v is filled with the byte v mod 256.
    """
    bits = disk.cluster.bit_length() - 1
    require(disk.cluster == 1 << bits, "cluster={n}: choose a power of 2", n=disk.cluster)
    files: dict[str, bytes] = {}
    for number, layer in enumerate(disk.layers):
        data = {place: bytes([value % 256]) * disk.cluster for place, value in layer.items()}
        backing = f"{stem}{number - 1}.qcow2" if number else ""
        files[f"{stem}{number}.qcow2"] = make_qcow2(disk.clusters * disk.cluster, data, cluster_bits=bits, backing=backing)  # fmt: skip
    return files


class _Writer:
    """Lays an image out: header, refcount table and blocks, L1s, L2s, snapshot table, data."""

    def __init__(self, geometry: Geometry, image: Image, data: Mapping[int, bytes]) -> None:
        self.geometry, self.image, self.data = geometry, image, data
        self.tables = [image.active, *image.snapshots.values()]
        self.used = Counter(place for table in self.tables for place in table.values())
        # L2 tables that are alike are one, as after a snapshot nobody has written behind
        self.l2_uses: Counter[tuple[int, tuple[tuple[int, int], ...]]] = Counter(
            key for table in self.tables for key in self._l2_keys(table)
        )

    def _l2_keys(self, table: Table) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
        """For each L2 table that a state needs: its L1 entry and its own entries."""
        entries: dict[int, list[tuple[int, int]]] = {}
        for number, place in sorted(table.items()):
            l1, l2 = divmod(number, self.geometry.l2_entries)
            entries.setdefault(l1, []).append((l2, place))
        for l1, each in entries.items():
            yield l1, tuple(each)

    def file(self, backing: str) -> bytes:
        g, size = self.geometry, self.geometry.cluster
        snapshot_table = b"".join(self._snapshot_entries(0))  # its length does not hang on places
        rest = len(self.tables) * g.l1_clusters + len(self.l2_uses) + -(-len(snapshot_table) // size) + len(self.used)  # fmt: skip
        table, blocks = self._refcount_clusters(rest)
        self.l1_at = 1 + table + blocks
        l2_at = self.l1_at + len(self.tables) * g.l1_clusters
        self.l2_place = {key: l2_at + i for i, key in enumerate(self.l2_uses)}
        snapshots_at = l2_at + len(self.l2_uses)
        data_at = snapshots_at + -(-len(snapshot_table) // size)
        self.data_place = {place: data_at + i for i, place in enumerate(sorted(self.used))}
        header = Header(
            size=g.size, cluster_bits=g.cluster_bits, backing=backing, l1_size=g.l1_entries,
            l1_at=self.l1_at * size, refcount_at=size, refcount_clusters=table,
            snapshots=len(self.image.snapshots),
            snapshots_at=snapshots_at * size if self.image.snapshots else 0,
        )  # fmt: skip
        parts = [make_header(header), self._refcount_table(table, blocks)]
        parts += self._refcount_blocks(blocks, 1 + table + blocks + rest)
        parts += [self._l1(each) for each in self.tables]
        parts += [self._l2(key) for key in self.l2_uses]
        parts += [b"".join(self._snapshot_entries(self.l1_at + g.l1_clusters))] * bool(snapshot_table)  # fmt: skip
        parts += [self._contents(place) for place in self.data_place]
        return b"".join(part + bytes(-len(part) % size) for part in parts)

    def _refcount_clusters(self, rest: int) -> tuple[int, int]:
        """Clusters of the refcount table and its blocks, which count themselves too."""
        table = blocks = 1
        while True:
            needed = -(-(1 + table + blocks + rest) // self.geometry.refcounts)
            wide = -(-needed * ENTRY_BYTES // self.geometry.cluster)
            if (wide, needed) == (table, blocks):
                return table, blocks
            table, blocks = max(table, wide), max(blocks, needed)

    def _refcount_table(self, table: int, blocks: int) -> bytes:
        size = self.geometry.cluster
        offsets = [(1 + table + block) * size for block in range(blocks)]
        return struct.pack(f">{blocks}Q", *offsets).ljust(table * size, b"\0")

    def _refcount_blocks(self, blocks: int, clusters: int) -> list[bytes]:
        counts = [1] * clusters
        for key, uses in self.l2_uses.items():
            counts[self.l2_place[key]] = uses
        for place, uses in self.used.items():
            counts[self.data_place[place]] = uses
        counts += [0] * (blocks * self.geometry.refcounts - clusters)
        each = self.geometry.refcounts
        return [struct.pack(f">{each}H", *counts[i * each : (i + 1) * each]) for i in range(blocks)]

    def _l1(self, table: Table) -> bytes:
        entries = [0] * self.geometry.l1_entries
        for key in self._l2_keys(table):
            entries[key[0]] = self._entry(self.l2_place[key], self.l2_uses[key])
        whole = struct.pack(f">{len(entries)}Q", *entries)
        return whole.ljust(self.geometry.l1_clusters * self.geometry.cluster, b"\0")

    def _l2(self, key: tuple[int, tuple[tuple[int, int], ...]]) -> bytes:
        entries = [0] * self.geometry.l2_entries
        for l2, place in key[1]:
            entries[l2] = self._entry(self.data_place[place], self.used[place])
        return struct.pack(f">{len(entries)}Q", *entries)

    def _entry(self, cluster: int, uses: int) -> int:
        return cluster * self.geometry.cluster | (COPIED if uses == 1 else 0)

    def _contents(self, place: int) -> bytes:
        data = self.data.get(place, b"")
        require(
            len(data) <= self.geometry.cluster, "data={n}: a cluster has {size} bytes",
            n=len(data), size=self.geometry.cluster,
        )  # fmt: skip
        return data.ljust(self.geometry.cluster, b"\0")

    def _snapshot_entries(self, l1_at: int) -> Iterator[bytes]:
        for turn, number in enumerate(self.image.snapshots):
            identity, name = str(number).encode(), f"snapshot {number}".encode()
            at = (l1_at + turn * self.geometry.l1_clusters) * self.geometry.cluster
            entry = SNAPSHOT.pack(
                at, self.geometry.l1_entries, len(identity), len(name), MADE_AT, 0, 0, 0,
                SNAPSHOT_EXTRA, 0, self.geometry.size,
            )  # fmt: skip
            whole = entry + identity + name
            yield whole + bytes(-len(whole) % 8)


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
    used.update(_clusters(l1_at, l1_size * ENTRY_BYTES, size))
    tables = [entry for entry in _entries(file, l1_at, l1_size) if entry & OFFSET]
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
