"""Six file systems side by side: structure, limits, safety, each fact with its source.

Modelled: what their own documents say of the on-disk format and of the defaults. Left out: speed,
which depends on the work and the disk; what a given system, volume or tool allows less than the
format does. Sources stand with each card.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["ASPECTS", "CARDS", "NAMES", "Aspect", "Card", "Need", "aspect_name", "card", "fits", "size_text", "trim_text"]  # fmt: skip

Aspect = Literal["allocation", "small", "journal", "checksums", "cow", "rights", "links", "shrink"]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
KIB, MIB, GIB, TIB, PIB, EIB = (1024**power for power in range(1, 7))


@dataclass(frozen=True)
class Card:
    """One file system; sizes in bytes. `repairs`: from a second copy, when a checksum refuses one."""

    name: str
    largest_file: int
    largest_volume: int
    journal: bool
    data_checksums: bool
    metadata_checksums: bool
    snapshots: bool
    rights: bool
    links: bool
    repairs: bool
    shrinks: bool
    says: Mapping[Aspect, Message]
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Need:
    """What someone asks of a file system; a file to be stored in bytes."""

    file: int = 0
    journal: bool = False
    data_checksums: bool = False
    snapshots: bool = False
    rights: bool = False
    shrinks: bool = False

    def __post_init__(self) -> None:
        require(self.file >= 0, "file={size}: choose 0 or more bytes", size=self.file)


_NAMES: Mapping[Aspect, Message] = {
    "allocation": Message.of("How blocks are found"),
    "small": Message.of("Small files"),
    "journal": Message.of("After a crash"),
    "checksums": Message.of("Checksums"),
    "cow": Message.of("Overwriting"),
    "rights": Message.of("Rights"),
    "links": Message.of("Links"),
    "shrink": Message.of("Growing and shrinking"),
}
_IN_PLACE = Message.of("In place: an overwritten file stays where it is.")
_COPIED = Message.of(
    "Copy on write: new data go to free places, so random overwrites scatter a file."
)
_MODE_AND_ACL = Message.of("Owner, group, mode bits, ACLs.")
_BOTH_LINKS = Message.of("Hard and symbolic links.")
CARDS: tuple[Card, ...] = (
    Card(
        "FAT32", 4 * GIB - 1, 2 * TIB, False, False, False, False, False, False, False, False,
        {
            "allocation": Message.of("A table with one entry per cluster; each names the next one of its file."),
            "small": Message.of("A whole cluster for the smallest file."),
            "journal": Message.of("No journal: a check reads the whole table."),
            "checksums": Message.of("None but that of a short name."),
            "cow": _IN_PLACE,
            "rights": Message.of("No owner and no rights: four attribute bits such as read-only."),
            "links": Message.of("None: one entry, one file."),
            "shrink": Message.of("Neither is part of the format."),
        },
        ("Microsoft, FAT specification 1.03",),
    ),
    Card(
        "ext4", 16 * TIB, EIB, True, False, True, False, True, True, False, True,
        {
            "allocation": Message.of("Block groups with bitmaps; extents in the inode or in a tree below it."),
            "small": Message.of("A block each; a symbolic link below 60 bytes is in the inode."),
            "journal": Message.of("A journal of metadata; of data too where asked for."),
            "checksums": Message.of("CRC-32C of metadata; data have none."),
            "cow": _IN_PLACE,
            "rights": _MODE_AND_ACL,
            "links": _BOTH_LINKS,
            "shrink": Message.of("Grows while mounted, shrinks unmounted."),
        },
        ("ext4(5)", "resize2fs(8)", "Linux kernel documentation, ext4 Data Structures and Algorithms"),
    ),
    Card(
        "XFS", 8 * EIB - 1, 8 * EIB - 1, True, False, True, False, True, True, False, False,
        {
            "allocation": Message.of("Allocation groups that work side by side; B+ trees of free space, by place and by size."),
            "small": Message.of("Inodes are made when needed; small directories live in them."),
            "journal": Message.of("A journal of metadata."),
            "checksums": Message.of("CRC-32C of metadata; data have none."),
            "cow": Message.of("In place; a file cloned with reflink is copied where it is written to."),
            "rights": _MODE_AND_ACL,
            "links": _BOTH_LINKS,
            "shrink": Message.of("Grows while mounted; it does not shrink in practice."),
        },
        ("xfs(5)", "mkfs.xfs(8)", "xfs_growfs(8)"),
    ),
    Card(
        "NTFS", 8 * PIB - 2 * MIB, 8 * PIB - 2 * MIB, True, False, False, False, True, True, False, True,
        {
            "allocation": Message.of("One master file table, records of 1 KiB; runs of clusters; $Bitmap marks what is used."),
            "small": Message.of("A few hundred bytes live in the record itself: no cluster at all."),
            "journal": Message.of("$LogFile, a journal of metadata."),
            "checksums": Message.of("None: update sequence numbers show a torn record."),
            "cow": Message.of("In place; the shadow copies of Windows keep old blocks aside, below the file system."),
            "rights": Message.of("Owner and ACLs, inherited from the folder; streams beside the data."),
            "links": _BOTH_LINKS,
            "shrink": Message.of("Grows and shrinks while mounted."),
        },
        ("Microsoft Learn, NTFS overview", "Microsoft Learn, Master File Table"),
    ),
    Card(
        "btrfs", 16 * EIB - 1, 16 * EIB - 1, False, True, True, True, True, True, True, True,
        {
            "allocation": Message.of("Trees for everything; chunks for data and metadata, each with its own RAID profile."),
            "small": Message.of("Up to 2 KiB live in the tree of metadata."),
            "journal": Message.of("No journal needed: the superblock is switched once all is written; a log tree makes fsync fast."),
            "checksums": Message.of("CRC-32C of data and metadata; with a second copy, a bad one is repaired."),
            "cow": _COPIED,
            "rights": _MODE_AND_ACL,
            "links": _BOTH_LINKS,
            "shrink": Message.of("Grows and shrinks while mounted; RAID 5 and 6 are documented as unstable."),
        },
        ("btrfs(5)", "mkfs.btrfs(8)"),
    ),
    Card(
        "ZFS", 16 * EIB - 1, 1 << 128, False, True, True, True, True, True, True, False,
        {
            "allocation": Message.of("Records up to 128 KiB, space maps; disks and file systems in one pool."),
            "small": Message.of("A file below 128 KiB is one record of its own size; up to 112 bytes live in its pointer."),
            "journal": Message.of("No journal needed: the uberblock is switched once all is written; an intent log makes fsync fast."),
            "checksums": Message.of("Fletcher-4 in the parent of every block, data too: lost writes show, a second copy repairs."),
            "cow": _COPIED,
            "rights": _MODE_AND_ACL,
            "links": _BOTH_LINKS,
            "shrink": Message.of("Grows by whole groups of disks; RAID-Z groups cannot be taken away. Full stripes of any width: no write hole."),
        },
        ("zfsprops(7)", "zpoolconcepts(7)", "zpool-remove(8)"),
    ),
)  # fmt: skip
NAMES: tuple[str, ...] = tuple(each.name for each in CARDS)


def aspect_name(aspect: Aspect) -> Message:
    """The aspect in words."""
    return _NAMES[aspect]


def card(name: str) -> Card:
    """The card of a file system; ParameterError names those there are."""
    require(name in NAMES, "name={name}: choose one of {names}", name=name, names=", ".join(NAMES))
    return CARDS[NAMES.index(name)]


def fits(one: Card, need: Need) -> tuple[Message, ...]:
    """Why a file system does not do what is asked; nothing where it does.

    A copy-on-write file system is whole after a crash without a journal.
    """
    found = []
    if need.file > one.largest_file:
        found.append(Message.of("The file is larger than {limit}.", limit=size_text(one.largest_file)))  # fmt: skip
    if need.journal and not one.journal and one.says["cow"] is not _COPIED:
        found.append(Message.of("After a crash nothing but a full check makes it consistent."))
    if need.data_checksums and not one.data_checksums:
        found.append(Message.of("Data have no checksums: wrong bytes go unnoticed."))
    if need.snapshots and not one.snapshots:
        found.append(Message.of("It has no snapshots of its own."))
    if need.rights and not one.rights:
        found.append(Message.of("It keeps no owner and no rights."))
    if need.shrinks and not one.shrinks:
        found.append(Message.of("It does not shrink."))
    return tuple(found)


def trim_text() -> Message:
    """What deletion leaves on a disk that is told of it."""
    return Message.of("Deleted blocks keep their content until they are written again; after TRIM most SSDs read them as zeros, in every file system.")  # fmt: skip


def size_text(size: int) -> Message:
    """A limit with its unit; one byte less than a round number says so."""
    if size >= 1 << 80:
        return Message("2^{n} B", {"n": size.bit_length() - 1})
    whole = size + 1 if size % 2 else size
    for unit, power in ((_EIB, 6), (_PIB, 5), (_TIB, 4), (_GIB, 3)):
        if whole >= 1024**power:
            n = whole // 1024**power if whole % 1024**power == 0 else round(whole / 1024**power)
            text = Message(unit.text, {"n": n})
            return text if whole == size else Message(_LESS.text, {"size": text})
    return Message(_BYTES.text, {"n": size})


_BYTES, _GIB, _TIB, _PIB, _EIB = (
    Message("{n} B"), Message("{n} GiB"), Message("{n} TiB"),
    Message("{n} PiB"), Message("{n} EiB"),
)  # fmt: skip
_LESS = Message("{size} less one byte")
