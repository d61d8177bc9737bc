"""A qcow2 image, written byte by byte and in one go: the file of a disk and its snapshots.

Modelled: clusters and L2 tables that several states share are written once and counted; an entry
that nobody shares carries the flag that it may be written in place. The format is that of
`qcow2`, where the sources stand. Left out: writing into an image that exists.
"""

import struct
from collections import Counter
from collections.abc import Iterator, Mapping

from coursekit.sims.message import require
from coursekit.sims.vmfiles.chain import Disk
from coursekit.sims.vmfiles.geometry import CLUSTER_BITS, Geometry
from coursekit.sims.vmfiles.internal import Image
from coursekit.sims.vmfiles.qcow2 import (
    COPIED,
    MADE_AT,
    SNAPSHOT,
    SNAPSHOT_EXTRA,
    Header,
    make_header,
)

__all__ = ["files_of", "make_qcow2", "write_image"]

Table = Mapping[int, int]


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
        table, blocks = g.refcounting(rest)
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
