"""A chain of disk images: which layer answers a read, and what each operation copies.

Modelled: a base and overlays, cluster by cluster. Cluster contents are version numbers (0:
never written, zeros). A read goes down until a layer has the cluster; a write goes to the top,
and one of less than a cluster first reads the rest of it from below (copy-on-write). Deleting a
snapshot merges its layer into the one below (commit) or above (pull). Left out: subclusters,
discard, caches except for `read_us`. Source: QEMU's qcow2 format specification, backing files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from coursekit.sims.message import require
from coursekit.sims.vmfiles.geometry import CLUSTER_BYTES

__all__ = ["Cost", "Disk", "Found", "Way", "delete", "flatten", "full", "lose", "read", "read_us", "revert", "snapshot", "write"]  # fmt: skip

Way = Literal["down", "up"]
Layer = Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class Disk:
    """A chain: layer 0 is the base, the last one is written to."""

    clusters: int = 64
    cluster: int = CLUSTER_BYTES
    layers: tuple[Layer, ...] = field(default=({},))

    def __post_init__(self) -> None:
        require(self.clusters >= 1, "clusters={n}: choose 1 or more", n=self.clusters)
        require(self.cluster >= 1, "cluster={n}: choose 1 byte or more", n=self.cluster)
        require(len(self.layers) >= 1, "layers={n}: a disk has at least its base", n=0)
        for layer in self.layers:
            for number in layer:
                check_cluster(self, number)

    @property
    def top(self) -> int:
        """Number of the layer that is written to."""
        return len(self.layers) - 1

    @property
    def sizes(self) -> tuple[int, ...]:
        """Clusters in each layer, base first."""
        return tuple(map(len, self.layers))

    @property
    def bytes(self) -> int:
        """Data in all layers, without their tables."""
        return sum(self.sizes) * self.cluster

    @property
    def seen(self) -> tuple[int, ...]:
        """What the guest sees: the version of each cluster."""
        return tuple(read(self, number).value for number in range(self.clusters))


@dataclass(frozen=True)
class Found:
    """What a read found: the version, the layer that had it, and layers visited before it."""

    value: int
    layer: int | None
    depth: int


@dataclass(frozen=True)
class Cost:
    """Clusters read and written by an operation, and those it copied from layer to layer."""

    reads: int = 0
    writes: int = 0
    copied: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.reads + other.reads, self.writes + other.writes, self.copied + other.copied
        )


def full(clusters: int = 64, value: int = 0, cluster: int = CLUSTER_BYTES) -> Disk:
    """A disk whose base holds every cluster, all of one version."""
    return Disk(clusters=clusters, cluster=cluster, layers=(dict.fromkeys(range(clusters), value),))


def read(disk: Disk, number: int) -> Found:
    """The first layer from the top that has the cluster; zeros below the base."""
    check_cluster(disk, number)
    for depth, layer in enumerate(reversed(disk.layers)):
        if number in layer:
            return Found(layer[number], disk.top - depth, depth)
    return Found(0, None, disk.top)


def write(disk: Disk, number: int, value: int, *, whole: bool = True) -> tuple[Disk, Cost]:
    """A write to the top layer; `whole=False` is less than a cluster and needs the rest of it.

    The rest is read from below where a layer has it; where none has, it is zeros and costs
    no read (nor does it in QEMU).
    """
    check_cluster(disk, number)
    top = disk.layers[-1]
    copies = not whole and number not in top and read(disk, number).layer is not None
    layers = (*disk.layers[:-1], {**top, number: value})
    return replace(disk, layers=layers), Cost(reads=int(copies), writes=1)


def snapshot(disk: Disk) -> Disk:
    """Freeze the top layer: a new empty one takes the writes. No data is copied."""
    return replace(disk, layers=(*disk.layers, {}))


def revert(disk: Disk, layer: int) -> Disk:
    """Back to the state frozen when `layer` was closed: all above is dropped."""
    require(disk.top > 0, "layer={layer}: choose a closed layer; there is none, take a snapshot first", layer=layer)  # fmt: skip
    require(
        0 <= layer < disk.top, "layer={layer}: choose a closed layer, 0 to {last}",
        layer=layer, last=disk.top - 1,
    )  # fmt: skip
    return replace(disk, layers=(*disk.layers[: layer + 1], {}))


def delete(disk: Disk, layer: int, way: Way = "down") -> tuple[Disk, Cost]:
    """Merge a layer into the one below or above; what the guest sees stays the same."""
    require(way in get_args(Way), "way={way}: choose down or up", way=way)
    last = disk.top - (way == "up")
    require(last > 0, "layer={layer}: nothing to merge yet, take a snapshot first", layer=layer)
    require(
        1 <= layer <= last, "layer={layer}: choose 1 to {last} to merge {way}",
        layer=layer, last=last, way=way,
    )  # fmt: skip
    under = layer - (way == "down")
    lower, upper = disk.layers[under], disk.layers[under + 1]
    copied = len(upper) if way == "down" else len(lower.keys() - upper.keys())
    layers = (*disk.layers[:under], {**lower, **upper}, *disk.layers[under + 2 :])
    return replace(disk, layers=layers), Cost(reads=copied, writes=copied, copied=copied)


def flatten(disk: Disk) -> tuple[Disk, Cost]:
    """One layer with all that the guest sees: a copy that needs no base."""
    merged: dict[int, int] = {}
    for layer in disk.layers:
        merged |= layer
    copied = len(merged)
    return replace(disk, layers=(merged,)), Cost(reads=copied, writes=copied, copied=copied)


def lose(disk: Disk, layer: int) -> tuple[int, ...]:
    """The states that can still be restored without a layer: those closed before it.

    State i is what the guest saw when layer i was closed (the last one: what it sees now), and
    needs the layers 0 to i.
    """
    require(0 <= layer <= disk.top, "layer={layer}: choose 0 to {last}", layer=layer, last=disk.top)
    return tuple(range(layer))


def read_us(depth: int, data_us: float, meta_us: float) -> float:
    """How long a read takes: the data, and a table for each layer passed in vain.

    `meta_us` is 0 where a cache holds the tables.
    """
    require(depth >= 0, "depth={depth}: choose 0 or more", depth=depth)
    for name, value in (("data_us", data_us), ("meta_us", meta_us)):
        require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
    return data_us + depth * meta_us


def check_cluster(disk: Disk, number: int) -> None:
    """ParameterError when the disk has no such cluster."""
    require(
        0 <= number < disk.clusters, "cluster={number}: choose 0 to {last}",
        number=number, last=disk.clusters - 1,
    )  # fmt: skip
