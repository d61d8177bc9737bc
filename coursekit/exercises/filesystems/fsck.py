"""E10.3: check who claims which block, who can be reached, who counts how many names."""

from dataclasses import dataclass, field
from dataclasses import replace as changed
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.filesystems import claims
from coursekit.sims.filesystems.claims import Findings, Node

Answer = dict[str, Any]


@dataclass(frozen=True)
class Inode:
    """An inode as the task writes it."""

    type: str
    nlink: int
    blocks: list[int]
    entries: dict[str, int] = field(default_factory=dict)


Inodes = dict[str, Inode]


def fsck(nblocks: int, first_data: int, inodes: Inodes, block_bitmap: list[int]) -> Answer:
    """What does not agree: link counts, blocks claimed twice, orphans, leaks, unmarked blocks."""
    return _said(claims.check(nblocks, first_data, _nodes(inodes), block_bitmap))


def _nodes(inodes: Inodes) -> dict[int, Node]:
    return {
        int(ino): Node(each.type == "dir", each.nlink, tuple(each.blocks), each.entries)
        for ino, each in inodes.items()
    }


def _said(found: Findings) -> Answer:
    return {
        "link": {str(ino): count for ino, count in found.link.items()},
        "dup": {str(block): list(inos) for block, inos in found.dup.items()},
        "orphans": list(found.orphans),
        "leaked": list(found.leaked),
        "unmarked": list(found.unmarked),
    }


@dataclass
class _Draft:
    """A sound file system under construction; faults are put in afterwards."""

    rng: np.random.Generator
    nblocks: int
    first: int
    inodes: dict[int, dict[str, Any]] = field(default_factory=dict)
    bitmap: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.bitmap = set(range(self.first))
        self.free = [int(b) for b in self.rng.permutation(range(self.first, self.nblocks))]

    def take(self, count: int) -> list[int]:
        taken = [self.free.pop() for _ in range(min(count, len(self.free)))]
        self.bitmap |= set(taken)
        return taken

    def pick(self, kind: str) -> int:
        return int(self.rng.choice([i for i, each in self.inodes.items() if each["type"] == kind]))

    def directory(self, ino: int, parent: int) -> None:
        self.inodes[ino] = {"type": "dir", "nlink": 2, "blocks": self.take(1), "entries": {".": ino, "..": parent}}  # fmt: skip
        if ino != parent:
            self.inodes[parent]["entries"][f"d{ino}"] = ino
            self.inodes[parent]["nlink"] += 1

    def file(self, ino: int, parent: int) -> None:
        size = int(self.rng.integers(0, 4))
        self.inodes[ino] = {"type": "file", "nlink": 1, "blocks": self.take(size)}
        self.inodes[parent]["entries"][f"n{ino}"] = ino
        if self.rng.random() < 0.2:
            self.inodes[self.pick("dir")]["entries"][f"l{ino}"] = ino
            self.inodes[ino]["nlink"] += 1

    def damage(self, kind: str) -> None:
        one = self.inodes[int(self.rng.choice(list(self.inodes)))]
        if kind == "link":
            one["nlink"] = max(0, one["nlink"] + int(self.rng.choice([-1, 1, 2])))
        elif kind in {"name", "cut"}:
            entries = self.inodes[self.pick("dir")]["entries"]
            names = [name for name in entries if name not in {".", ".."}]
            names = [name for name in names if name.startswith("d")] if kind == "cut" else names
            if names:
                del entries[str(self.rng.choice(names))]
        elif kind == "dup":
            used = [b for each in self.inodes.values() for b in each["blocks"]]
            block = int(self.rng.choice(used))
            if block not in one["blocks"]:
                one["blocks"].append(block)
        else:
            block = int(self.rng.integers(0, self.nblocks))
            self.bitmap ^= {block}


def _cases(rng: np.random.Generator) -> Args:
    count = int(rng.integers(2, 61))
    first = int(rng.integers(1, 9))
    draft = _Draft(rng, first + 3 * count + int(rng.integers(2, 20)), first)
    draft.directory(2, 2)
    for ino in range(3, count + 2):
        make = draft.directory if rng.random() < 0.3 else draft.file
        make(ino, draft.pick("dir"))
    for _ in range(int(rng.integers(1, 7))):
        draft.damage(str(rng.choice(["link", "name", "cut", "cut", "dup", "mark"])))
    inodes = {str(ino): each for ino, each in draft.inodes.items()}
    return {"nblocks": draft.nblocks, "first_data": first, "inodes": inodes, "block_bitmap": sorted(draft.bitmap)}  # fmt: skip


def _found(nblocks: int, first_data: int, inodes: Inodes, block_bitmap: list[int]) -> Findings:
    return claims.check(nblocks, first_data, _nodes(inodes), block_bitmap)


def _orphans_free(nblocks: int, first_data: int, inodes: Inodes, block_bitmap: list[int]) -> Answer:  # fmt: skip
    """Leaves the blocks of orphans out of account."""
    orphans = _found(nblocks, first_data, inodes, block_bitmap).orphans
    kept = {ino: each for ino, each in inodes.items() if int(ino) not in orphans}
    return {**fsck(nblocks, first_data, kept, block_bitmap), "orphans": list(orphans)}


def _no_dots(nblocks: int, first_data: int, inodes: Inodes, block_bitmap: list[int]) -> Answer:
    bare = {ino: changed(each, entries={name: child for name, child in each.entries.items() if name not in {".", ".."}}) for ino, each in inodes.items()}  # fmt: skip
    return fsck(nblocks, first_data, bare, block_bitmap)


def _all_directories(nblocks: int, first_data: int, inodes: Inodes, block_bitmap: list[int]) -> Answer:  # fmt: skip
    """Counts the names in directories that nobody reaches."""
    nodes = _nodes(inodes)
    names = claims.names_of(nodes, nodes.keys())
    found = _found(nblocks, first_data, inodes, block_bitmap)
    links = {i: names[i] for i in sorted(nodes) if i not in found.orphans and names[i] != nodes[i].nlink}  # fmt: skip
    return _said(changed(found, link=links))


def _no_name_at_all(nblocks: int, first_data: int, inodes: Inodes, block_bitmap: list[int]) -> Answer:  # fmt: skip
    """Takes for orphans only those that stand in no directory, reachable or not."""
    nodes = _nodes(inodes)
    named = {child for ino, node in nodes.items() for child in node.entries.values() if child != ino}  # fmt: skip
    orphans = tuple(sorted(set(nodes) - named - {2}))
    return _said(changed(_found(nblocks, first_data, inodes, block_bitmap), orphans=orphans))


def _metadata_forgotten(nblocks: int, first_data: int, inodes: Inodes, block_bitmap: list[int]) -> Answer:  # fmt: skip
    found = _found(nblocks, first_data, inodes, block_bitmap)
    claimed = {block for each in inodes.values() for block in each.blocks}
    return _said(
        changed(
            found,
            leaked=tuple(sorted(set(block_bitmap) - claimed)),
            unmarked=tuple(sorted(claimed - set(block_bitmap))),
        )
    )


_SAMPLE = {
    "2": {"type": "dir", "nlink": 3, "blocks": [8], "entries": {".": 2, "..": 2, "a": 3, "sub": 4}},
    "3": {"type": "file", "nlink": 2, "blocks": [9, 10]},
    "4": {"type": "dir", "nlink": 2, "blocks": [11], "entries": {".": 4, "..": 2, "b": 5}},
    "5": {"type": "file", "nlink": 1, "blocks": [10, 12]},
    "6": {"type": "file", "nlink": 1, "blocks": [13]},
}
_CLEAN = {"2": {"type": "dir", "nlink": 2, "blocks": [1], "entries": {".": 2, "..": 2}}}
_CUT = {
    **_CLEAN,
    "3": {"type": "dir", "nlink": 2, "blocks": [2], "entries": {".": 3, "..": 2, "a": 4}},
    "4": {"type": "file", "nlink": 1, "blocks": []},
}


def _sample(nblocks: int, first: int, inodes: dict[str, Any], bitmap: list[int], answer: Answer) -> Sample:  # fmt: skip
    args = {"nblocks": nblocks, "first_data": first, "inodes": inodes, "block_bitmap": bitmap}
    return Sample(args, answer)


FSCK = Exercise(
    id="E10.3",
    chapter="filesystems",
    title=mark("Check a file system"),
    reference=fsck,
    cases=_cases,
    samples=(
        _sample(20, 8, _SAMPLE, [*range(12), 14], {"link": {"3": 1}, "dup": {"10": [3, 5]}, "orphans": [6], "leaked": [14], "unmarked": [12, 13]}),
        _sample(4, 1, _CLEAN, [0, 1], {"link": {}, "dup": {}, "orphans": [], "leaked": [], "unmarked": []}),
        _sample(4, 1, _CUT, [1, 2], {"link": {}, "dup": {}, "orphans": [3, 4], "leaked": [], "unmarked": [0]}),
    ),
    wrong=(
        Wrong(
            "blocks of orphans free",
            _orphans_free,
            mark("You leave out the blocks of orphans: an inode that nobody can reach still claims its blocks."),
        ),
        Wrong(
            "dots not counted",
            _no_dots,
            mark("You leave out “.” and “..”: they are names too, a directory counts its own “.” and the “..” of each directory in it."),
        ),
        Wrong(
            "names in orphans counted",
            _all_directories,
            mark("You count the names inside directories that cannot be reached: only what hangs from the root counts."),
        ),
        Wrong(
            "orphans without a name only",
            _no_name_at_all,
            mark("You look for inodes without any name: a name in a directory that cannot be reached does not help either; walk from the root."),
        ),
        Wrong(
            "metadata forgotten",
            _metadata_forgotten,
            mark("You forget the blocks below first_data: the file system itself uses them."),
        ),
    ),
)  # fmt: skip
