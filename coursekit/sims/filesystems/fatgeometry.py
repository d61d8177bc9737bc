"""FAT's geometry: the fields of the boot sector, the type by the count of clusters, mkfs.vfat's choices.

Modelled: the fields that give the geometry, FAT12, FAT16 and FAT32 by count alone, and how mkfs.fat
4.2 divides a device of a given size. Left out: exFAT, sectors other than 512 bytes, boot code, the
information sector and the backup of FAT32. Sources: Microsoft's FAT specification (fatgen103); the
source of dosfstools 4.2.
"""

import struct
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.message import Message, require

__all__ = ["FAT12_BELOW", "FAT16_BELOW", "FIELDS", "SECTOR", "Bits", "BootField", "Fat", "boot_sector", "decode", "kind", "plan", "read_boot"]  # fmt: skip

Bits = Literal[12, 16, 32]
SECTOR = 512
FAT12_BELOW, FAT16_BELOW, MOST = 4085, 65_525, 0x0FFF_FFF5
ENTRY_BYTES = 32
SIGNATURE = b"\x55\xaa"
CLUSTERS = (1, 2, 4, 8, 16, 32, 64, 128)
FLOPPIES = {  # sectors -> media byte, sectors per track, sectors per cluster, root entries
    720: (0xFD, 9, 2, 112),
    1440: (0xF9, 9, 2, 112),
    2880: (0xF0, 18, 1, 224),
    5760: (0xF0, 36, 2, 224),
}


@dataclass(frozen=True, kw_only=True)
class Fat:
    """The fields of the boot sector that give the geometry; all in sectors of 512 bytes but two."""

    sectors: int = 2880
    per_cluster: int = 1
    reserved: int = 1
    fats: int = 2
    root_entries: int = 224  # 0 in FAT32: the root directory is a chain like any other
    fat_sectors: int = 9
    media: int = 0xF8

    def __post_init__(self) -> None:
        require(self.per_cluster in CLUSTERS, "per_cluster={n}: choose a power of 2 to 128 sectors", n=self.per_cluster)  # fmt: skip
        require(1 <= self.reserved <= 0xFFFF, "reserved={n}: choose 1 to 65535 sectors", n=self.reserved)  # fmt: skip
        require(1 <= self.fats <= 2, "fats={n}: choose 1 or 2", n=self.fats)
        require(0 <= self.root_entries <= 0xFFFF, "root_entries={n}: choose 0 to 65535", n=self.root_entries)  # fmt: skip
        require(self.fat_sectors >= 1, "fat_sectors={n}: choose 1 or more", n=self.fat_sectors)
        require(self.first_data < self.sectors < 1 << 32, "sectors={n}: choose {least} to 2^32 - 1", n=self.sectors, least=self.first_data + 1)  # fmt: skip
        require(1 <= self.clusters <= MOST, "clusters={n}: choose 1 to 268435445", n=self.clusters)
        require(
            self.entries >= self.clusters + 2,
            "fat_sectors={n}: the table has {has} entries, {needs} are needed",
            n=self.fat_sectors, has=self.entries, needs=self.clusters + 2,
        )  # fmt: skip
        require((self.bits == 32) == (self.root_entries == 0), "root_entries={n}: FAT32 has none, FAT12 and FAT16 have some", n=self.root_entries)  # fmt: skip

    @property
    def root_sectors(self) -> int:
        """Sectors of the root directory."""
        return _over(self.root_entries * ENTRY_BYTES, SECTOR)

    @property
    def first_root(self) -> int:
        """The sector where the root directory begins, in FAT12 and FAT16."""
        return self.reserved + self.fats * self.fat_sectors

    @property
    def first_data(self) -> int:
        """The sector of cluster 2, the first one."""
        return self.first_root + self.root_sectors

    @property
    def clusters(self) -> int:
        """Whole clusters of data."""
        return (self.sectors - self.first_data) // self.per_cluster

    @property
    def bits(self) -> Bits:
        """Bits of an entry: by the count of clusters, by nothing else."""
        return kind(self.clusters)

    @property
    def entries(self) -> int:
        """Entries that a table has room for."""
        return self.fat_sectors * SECTOR * 8 // self.bits

    @property
    def cluster_bytes(self) -> int:
        """Bytes of a cluster."""
        return self.per_cluster * SECTOR

    def sector(self, cluster: int) -> int:
        """The first sector of a cluster; the first cluster has number 2."""
        require(2 <= cluster < self.clusters + 2, "cluster={n}: choose 2 to {last}", n=cluster, last=self.clusters + 1)  # fmt: skip
        return self.first_data + (cluster - 2) * self.per_cluster


@dataclass(frozen=True)
class BootField:
    """A field of the boot sector: where, how long, what it says."""

    at: int
    size: int
    name: str
    value: int | bytes
    raw: bytes
    why: Message


FIELDS: tuple[tuple[int, str, str, Message], ...] = (
    (0, "3s", "jump", Message.of("A jump over the fields, to the boot code.")),
    (3, "8s", "system", Message.of("Who formatted it.")),
    (11, "H", "sector_bytes", Message.of("Bytes of a sector.")),
    (13, "B", "per_cluster", Message.of("Sectors of a cluster.")),
    (14, "H", "reserved", Message.of("Sectors before the first table, this one included.")),
    (16, "B", "fats", Message.of("Copies of the table.")),
    (17, "H", "root_entries", Message.of("Entries of the root directory; 0 in FAT32.")),
    (19, "H", "sectors_short", Message.of("Sectors, where 16 bits are enough; else 0.")),
    (21, "B", "media", Message.of("The kind of medium: f8 is a disk, f0 a floppy of 1.44 MB.")),
    (22, "H", "fat_short", Message.of("Sectors of a table; 0 in FAT32.")),
    (24, "H", "per_track", Message.of("Sectors of a track, for old firmware.")),
    (26, "H", "heads", Message.of("Heads, for old firmware.")),
    (28, "I", "hidden", Message.of("Sectors before the partition.")),
    (32, "I", "sectors_long", Message.of("Sectors, where 16 bits are not enough; else 0.")),
)
LONG = (36, "I", "fat_long", Message.of("Sectors of a table, in FAT32."))
END = (510, "2s", "signature", Message.of("55 aa: the end of a boot sector."))


def kind(clusters: int) -> Bits:
    """FAT12 below 4085 clusters, FAT16 below 65 525, else FAT32."""
    require(clusters >= 1, "clusters={n}: choose 1 or more", n=clusters)
    return 12 if clusters < FAT12_BELOW else 16 if clusters < FAT16_BELOW else 32


def decode(data: bytes) -> tuple[BootField, ...]:
    """Every field of a boot sector; the FAT32 one only where the short one is 0."""
    require(len(data) >= SECTOR, "boot={n}: choose 512 bytes or more", n=len(data))
    require(data[510:512] == SIGNATURE, "signature={found}: a boot sector ends with 55aa", found=data[510:512].hex())  # fmt: skip
    wide = data[22:24] == b"\0\0"
    found = []
    for at, form, name, why in (*FIELDS, *((LONG,) if wide else ()), END):
        size = struct.calcsize("<" + form)
        found.append(BootField(at, size, name, struct.unpack_from("<" + form, data, at)[0], data[at : at + size], why))  # fmt: skip
    return tuple(found)


def read_boot(data: bytes) -> Fat:
    """The geometry that a boot sector gives."""
    decode(data)  # refuses what is none
    (size, per_cluster, reserved, fats, roots, short, media, fat_short, _track, _heads, _hidden, long, fat_long) = struct.unpack_from("<HBHBHHBHHHIII", data, 11)  # fmt: skip
    require(size == SECTOR, "sector_bytes={n}: sectors of 512 bytes are read here", n=size)
    return Fat(
        sectors=short or long, per_cluster=per_cluster, reserved=reserved, fats=fats,
        root_entries=roots, fat_sectors=fat_short or fat_long, media=media,
    )  # fmt: skip


def boot_sector(fat: Fat, volume_id: int = 0, label: str = "NO NAME") -> bytes:
    """512 bytes of FAT12 or FAT16; without boot code."""
    require(fat.bits != 32, "bits={bits}: images of FAT12 and FAT16 are made here", bits=fat.bits)
    short = fat.sectors < 1 << 16
    data = struct.pack(
        "<3s8sHBHBHHBHHHIIBBBI11s8s", b"\xeb\x3c\x90", b"COURSE  ", SECTOR, fat.per_cluster,
        fat.reserved, fat.fats, fat.root_entries, fat.sectors if short else 0, fat.media,
        fat.fat_sectors, 32, 2, 0, 0 if short else fat.sectors, 0x80, 0, 0x29, volume_id,
        label.encode("ascii").ljust(11), f"FAT{fat.bits}".encode().ljust(8),
    )  # fmt: skip
    return data.ljust(SECTOR - 2, b"\0") + SIGNATURE


def plan(size: int, per_cluster: int = 0, bits: Bits | None = None) -> Fat:
    """The geometry that `mkfs.vfat` gives a device of `size` bytes."""
    sectors = size // SECTOR
    require(40 <= sectors < 1 << 32, "size={size}: choose 20 KiB to less than 2 TiB", size=size)
    require(per_cluster == 0 or per_cluster in CLUSTERS, "per_cluster={n}: choose a power of 2 to 128 sectors", n=per_cluster)  # fmt: skip
    floppy = FLOPPIES.get(sectors)
    if bits is None and not floppy and sectors >= 512 << 11:
        bits = 32
    media, track, usual, roots = floppy or (0xF8, _per_track(sectors), 4, 512)
    if bits == 32:
        usual, roots = _wide_cluster(sectors), 0
    aligned = not floppy and sectors > 8192
    if not floppy:  # tools of DOS want whole tracks
        sectors = sectors // track * track
    each = per_cluster or usual
    while each <= 128:
        found = _divided(sectors, each, roots, bits, media, aligned=aligned)
        if found or per_cluster:
            break
        each *= 2
    require(found is not None, "size={size}: no FAT of this kind and cluster size fits", size=size)
    assert found is not None
    least = _over(found.first_data, 2) + 32  # KiB, mkfs.vfat's own minimum
    require(size >> 10 >= least, "size={size}: choose {least} KiB or more", size=size, least=least)
    return found


def _divided(sectors: int, each: int, roots: int, bits: Bits | None, media: int, *, aligned: bool) -> Fat | None:  # fmt: skip
    """The table just large enough; of two types that fit, the one with more clusters."""
    step = each if aligned else 1
    reserved = _up(32 if bits == 32 else 1, step)
    data = sectors - reserved - _up(_over(roots * ENTRY_BYTES, SECTOR), step)
    best: tuple[int, int] | None = None
    for wide in (12, 16, 32):
        if bits not in (None, wide) or (wide == 32) != (bits == 32):
            continue
        table = _up(_table(data, each, wide), step)
        clusters = (data - 2 * table) // each
        limit = {12: FAT12_BELOW, 16: FAT16_BELOW, 32: MOST}[wide]
        if 1 <= clusters < limit and kind(clusters) == wide and (best is None or clusters > best[0]):  # fmt: skip
            best = clusters, table
    if best is None:
        return None
    return Fat(sectors=sectors, per_cluster=each, reserved=reserved, root_entries=roots, fat_sectors=best[1], media=media)  # fmt: skip


def _table(data: int, each: int, wide: int) -> int:
    """Sectors of a table, out of the space that two tables and the data share."""
    if wide == 12:
        clusters = 2 * (data * SECTOR + 6) // (2 * each * SECTOR + 6)
        return _over((clusters + 2) * 3 + 1 >> 1, SECTOR)
    entry = wide // 8
    clusters = (data * SECTOR + 4 * entry) // (each * SECTOR + 2 * entry)
    return _over((clusters + 2) * entry, SECTOR)


def _per_track(sectors: int) -> int:
    """Sectors of a track: 16 up to 2 MiB, 32 up to 256 MiB, then 63."""
    return 16 if sectors <= 4096 else 32 if sectors <= 512 << 10 else 63


def _wide_cluster(sectors: int) -> int:
    """FAT32, as Windows chooses: 512 bytes up to 260 MiB, then 4, 8, 16, 32 KiB."""
    mib = _over(sectors, 2048)
    return next((each for below, each in ((260, 1), (8 << 10, 8), (16 << 10, 16), (32 << 10, 32)) if mib <= below), 64)  # fmt: skip


def _over(size: int, part: int) -> int:
    return -(-size // part)


def _up(size: int, step: int) -> int:
    return _over(size, step) * step
