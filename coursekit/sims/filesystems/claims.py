"""Who claims which block, who can be reached, how many names lead to each inode: fsck's rules.

Inodes, their blocks and names in; what does not agree out. All allocated inodes claim their
blocks, reachable or not; names count only in directories that can be reached from the root.
Nothing is read from a disk here: `labfs.fsck` and exercise E10.3 bring the inodes.
After e2fsck(8), passes 1b (claimed twice), 3 (reachable), 4 (link counts), 5 (bitmaps).
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from coursekit.sims.message import Message, require

ROOT = 2


@dataclass(frozen=True)
class Node:
    """An allocated inode; `entries` of a directory include "." and ".."."""

    directory: bool
    nlink: int
    blocks: tuple[int, ...]
    entries: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Findings:
    """What does not agree; every list is sorted."""

    link: dict[int, int]  # inode -> names it has, where its count says another number
    dup: dict[int, tuple[int, ...]]  # block -> inodes that claim it
    orphans: tuple[int, ...]
    leaked: tuple[int, ...]  # marked used, claimed by nobody
    unmarked: tuple[int, ...]  # claimed, marked free
    used: tuple[int, ...]  # the bitmap as it should be

    @property
    def clean(self) -> bool:
        return not (self.link or self.dup or self.orphans or self.leaked or self.unmarked)


def check(nblocks: int, first_data: int, inodes: Mapping[int, Node], bitmap: Collection[int]) -> Findings:  # fmt: skip
    """Compare the inodes with each other and with the bitmap."""
    _require_sound(nblocks, first_data, inodes, bitmap)
    claimed: dict[int, list[int]] = {}
    for ino in sorted(inodes):
        for block in dict.fromkeys(inodes[ino].blocks):
            claimed.setdefault(block, []).append(ino)
    seen = reachable(inodes)
    names = names_of(inodes, seen)
    used = {*range(first_data), *claimed}
    return Findings(
        link={i: names[i] for i in sorted(seen) if names[i] != inodes[i].nlink},
        dup={b: tuple(claimed[b]) for b in sorted(claimed) if len(claimed[b]) > 1},
        orphans=tuple(sorted(set(inodes) - seen)),
        leaked=tuple(sorted(set(bitmap) - used)),
        unmarked=tuple(sorted(used - set(bitmap))),
        used=tuple(sorted(used)),
    )


def reachable(inodes: Mapping[int, Node]) -> set[int]:
    """Inodes to which a way of names leads from the root."""
    seen, todo = set[int](), [ROOT]
    while todo:
        ino = todo.pop()
        if ino in seen or ino not in inodes:
            continue
        seen.add(ino)
        todo += inodes[ino].entries.values()
    return seen


def names_of(inodes: Mapping[int, Node], seen: Collection[int]) -> Counter[int]:
    """How many names in the directories of `seen` lead to each inode."""
    return Counter(child for ino in seen for child in inodes[ino].entries.values())


def told(found: Findings, inodes: Mapping[int, Node]) -> tuple[Message, ...]:
    """The findings as sentences, in the order of the passes."""
    said = [Message.of("Inode {ino}: no name leads to it.", ino=i) for i in found.orphans]
    said += [Message.of("Block {block} is claimed by inodes {inos}.", block=b, inos=", ".join(map(str, i))) for b, i in found.dup.items()]  # fmt: skip
    said += [Message.of("Block {block} is marked used and nobody claims it: it is lost until the bitmap is made anew.", block=b) for b in found.leaked]  # fmt: skip
    said += [Message.of("Block {block} is in use and marked free: the next file would get it too.", block=b) for b in found.unmarked]  # fmt: skip
    said += [Message.of("Inode {ino} counts {nlink} names and has {names}.", ino=i, nlink=inodes[i].nlink, names=n) for i, n in found.link.items()]  # fmt: skip
    return tuple(said)


def _require_sound(nblocks: int, first_data: int, inodes: Mapping[int, Node], bitmap: Collection[int]) -> None:  # fmt: skip
    require(0 <= first_data <= nblocks, "first_data={first_data}: choose 0 to {nblocks}", first_data=first_data, nblocks=nblocks)  # fmt: skip
    require(ROOT in inodes and inodes[ROOT].directory, "inodes={count}: inode 2, the root, must be a directory", count=len(inodes))  # fmt: skip
    for ino, node in inodes.items():
        require(node.nlink >= 0, "nlink={nlink}: a count of names, of inode {ino}, is 0 or more", nlink=node.nlink, ino=ino)  # fmt: skip
        require(node.directory or not node.entries, "entries={count}: inode {ino} is a file, only directories hold names", count=len(node.entries), ino=ino)  # fmt: skip
        for block in node.blocks:
            require(first_data <= block < nblocks, "block={block}: a block of inode {ino} lies from {first} to {last}", block=block, ino=ino, first=first_data, last=nblocks - 1)  # fmt: skip
    for block in bitmap:
        require(0 <= block < nblocks, "block={block}: the bitmap has bits 0 to {last}", block=block, last=nblocks - 1)  # fmt: skip
