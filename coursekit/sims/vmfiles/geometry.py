"""qcow2 geometry: how many tables an image needs, and which entries lead to a byte.

Modelled: the two-level table (L1, L2) from guest offsets to clusters of the file, reference
counts, and the clusters that an image takes before anything is written. Left out: subclusters,
compression, encryption, a bitmap directory. Source: QEMU's qcow2 format specification.
"""

from dataclasses import dataclass

from coursekit.sims.message import Message, require

__all__ = ["CLUSTER_BITS", "CLUSTER_BYTES", "REFCOUNT_BITS", "Address", "Geometry", "size_text"]

CLUSTER_BITS = 16
CLUSTER_BYTES = 1 << CLUSTER_BITS
REFCOUNT_BITS = 16
ENTRY_BYTES = 8  # of an L1, L2 or refcount table
MOST_BITS = 21  # QEMU's limit: clusters of 2 MiB
MOST_BYTES = 1 << 56  # what an offset of an entry can hold
MOST_L1_BYTES = 32 << 20  # QEMU makes and opens no image with a larger L1 table


@dataclass(frozen=True)
class Address:
    """Where a guest byte is found: entry of L1, entry of that L2 table, byte in the cluster."""

    l1: int
    l2: int
    inside: int


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """A disk of `size` bytes, cut in clusters of 2^cluster_bits bytes."""

    size: int
    cluster_bits: int = CLUSTER_BITS

    def __post_init__(self) -> None:
        require(1 <= self.size <= MOST_BYTES, "size={size}: choose 1 to 2^56 bytes", size=self.size)
        require(
            9 <= self.cluster_bits <= MOST_BITS,
            "cluster_bits={bits}: choose 9 to 21, clusters of 512 bytes to 2 MiB",
            bits=self.cluster_bits,
        )

    @property
    def cluster(self) -> int:
        """Bytes of a cluster."""
        return 1 << self.cluster_bits

    @property
    def clusters(self) -> int:
        """Clusters that the guest's disk has."""
        return _over(self.size, self.cluster)

    @property
    def l2_entries(self) -> int:
        """Entries of an L2 table, which is one cluster."""
        return self.cluster // ENTRY_BYTES

    @property
    def l2_covers(self) -> int:
        """Guest bytes that one L2 table maps."""
        return self.l2_entries * self.cluster

    @property
    def l1_entries(self) -> int:
        """Entries of the L1 table: L2 tables of a full disk."""
        return _over(self.size, self.l2_covers)

    @property
    def l1_bytes(self) -> int:
        """Length of the L1 table."""
        return self.l1_entries * ENTRY_BYTES

    def l2_used(self, l1: int) -> int:
        """Entries of an L2 table that stand for a part of the disk: the last table has fewer."""
        return min(self.l2_entries, self.clusters - l1 * self.l2_entries)

    @property
    def l1_clusters(self) -> int:
        """Clusters of the L1 table."""
        return _over(self.l1_bytes, self.cluster)

    @property
    def l2_bytes(self) -> int:
        """All L2 tables of a full disk: the cache that saves every extra read is as large."""
        return self.l1_entries * self.cluster

    @property
    def refcounts(self) -> int:
        """Counts of 16 bits in one refcount block, which is one cluster."""
        return self.cluster * 8 // REFCOUNT_BITS

    @property
    def refcount_covers(self) -> int:
        """Bytes of the file that one refcount block counts."""
        return self.refcounts * self.cluster

    @property
    def empty_clusters(self) -> int:
        """Clusters of an image nobody has written to: header, L1, refcount table and its blocks."""
        return 1 + self.l1_clusters + sum(self.refcounting(self.l1_clusters))

    @property
    def empty_bytes(self) -> int:
        """Bytes of an image nobody has written to."""
        return self.empty_clusters * self.cluster

    @property
    def first_write_bytes(self) -> int:
        """What the first write makes an image grow by: an L2 table, and the cluster written."""
        return 2 * self.cluster

    @property
    def openable(self) -> bool:
        """Whether QEMU takes an L1 table of this length."""
        return self.l1_bytes <= MOST_L1_BYTES

    @property
    def address_bits(self) -> Address:
        """How many bits of an offset are the entry of L1, the entry of L2, the byte inside."""
        upper = (self.l1_entries - 1).bit_length()
        return Address(upper, self.l2_entries.bit_length() - 1, self.cluster_bits)

    def refcounting(self, others: int) -> tuple[int, int]:
        """Clusters of the refcount table and its blocks, which count a header, `others` and themselves."""
        table = blocks = 1
        while True:
            needed = _over(1 + table + blocks + others, self.refcounts)
            wide = _over(needed * ENTRY_BYTES, self.cluster)
            if (wide, needed) == (table, blocks):
                return table, blocks
            table, blocks = max(table, wide), max(blocks, needed)

    def split(self, offset: int) -> Address:
        """Where the byte at a guest offset is looked up."""
        require(
            0 <= offset < self.size, "offset={offset}: choose 0 to {last}",
            offset=offset, last=self.size - 1,
        )  # fmt: skip
        number, inside = divmod(offset, self.cluster)
        return Address(*divmod(number, self.l2_entries), inside)

    def offset(self, address: Address) -> int:
        """The guest offset that `split` turned into this address."""
        return (address.l1 * self.l2_entries + address.l2) * self.cluster + address.inside


def size_text(size: float) -> Message:
    """A number of bytes with a binary unit: `64 KiB`."""
    for unit in _UNITS[:-1]:
        if size < 1024:
            return Message(unit.text, {"n": size})
        size /= 1024
    return Message(_UNITS[-1].text, {"n": size})


_UNITS = (
    Message("{n:g} B"),
    Message("{n:g} KiB"),
    Message("{n:g} MiB"),
    Message("{n:g} GiB"),
    Message("{n:g} TiB"),
)


def _over(size: int, part: int) -> int:
    """Parts needed: division rounded up."""
    return -(-size // part)
