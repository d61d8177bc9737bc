"""Every crash of a real operation on LabFS: images built byte by byte, recovered, checked, classed.

The operation's true block writes become the labels of `filesystems.crash` (D data, I inode table,
B and U bitmaps, N names, P pointers; a number tells two of a kind apart), in the order of the
journal mode. Classes: corrupt if a block holds what neither the old nor the new state has,
inconsistent if fsck finds a problem, else old, new, or garbage (sound, but a file shows bytes that
nobody wrote to it). Dates are left out of the comparison.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from coursekit.sims.filesystems import crash
from coursekit.sims.filesystems.crash import COMMIT, DESCRIPTOR, Class, Mode, Sequence, State
from coursekit.sims.filesystems.labfs import entries, files, journal
from coursekit.sims.filesystems.labfs.blocks import Done, Volume, Write, block_of, with_blocks
from coursekit.sims.filesystems.labfs.fsck import fsck
from coursekit.sims.filesystems.labfs.layout import BLOCK
from coursekit.sims.filesystems.labfs.store import mkfs
from coursekit.sims.filesystems.labfs.walk import tree
from coursekit.sims.message import Message, require

_LETTERS = {"data": "D", "inode": "I", "block bitmap": "B", "inode bitmap": "U", "directory": "N", "map": "P"}  # fmt: skip
_ORDER = "DINPUB"  # D first, B last: the order of the spec's sequences


@dataclass(frozen=True)
class Outcome:
    """One crash: the writes that are on the disk, what recovery said, what fsck found.

    `repaired` is the class after fsck's repairs; "other" if the tree is neither old nor new.
    """

    state: State
    kind: Class
    recovery: Message
    problems: tuple[str, ...]
    repaired: str


@dataclass(frozen=True)
class Experiment:
    """An operation on a volume at rest, a journal mode, and every crash of it."""

    before: Volume
    done: Done
    mode: Mode
    checksum: bool = False
    pieces: int = 1

    @cached_property
    def changes(self) -> dict[str, Write]:
        """Label -> the true write of the operation, in the order of issue."""
        found = sorted(self.done.writes, key=lambda w: (_ORDER.index(_LETTERS[w.what]), w.block))
        letters = [_LETTERS[each.what] for each in found]
        return {
            letter if letters.count(letter) == 1 else f"{letter}{each.block}": each
            for letter, each in zip(letters, found, strict=True)
        }

    @cached_property
    def issued(self) -> Sequence:
        """Writes and flushes by label."""
        data = tuple(label for label in self.changes if label.startswith("D"))
        metadata = tuple(label for label in self.changes if not label.startswith("D"))
        return crash.sequence(self.mode, data, metadata)

    @cached_property
    def blocks(self) -> dict[str, tuple[int, bytes]]:
        """Label -> place and bytes of every block that is written, the journal's too."""
        homes = {label: (each.block, each.after) for label, each in self.changes.items()}
        carried = [each[1:] for each in self.issued if each[0] == "J" and each[1:] in homes]
        if not carried:
            return homes
        made = journal.transaction(1, tuple(homes[label] for label in carried), checksum=self.checksum)  # fmt: skip
        copies = {f"J{label}": each for label, each in zip(carried, made.copies, strict=True)}
        return {**homes, DESCRIPTOR: made.descriptor, **copies, COMMIT: made.commit}

    def changed(self, state: State) -> dict[int, bytes]:
        """The blocks that differ from the volume before, after a crash that leaves this state."""
        found: dict[int, bytes] = {}
        size = BLOCK // self.pieces
        for label in state:
            name, _, piece = label.partition(".")
            block, data = self.blocks[name]
            start = int(piece or 0) * size
            old = found.get(block) or block_of(self.before.disk, block)
            found[block] = old[:start] + data[start : start + size] + old[start + size :]
        return found

    def image(self, state: State) -> bytes:
        """The disk as the crash leaves it."""
        return with_blocks(self.before.disk, self.changed(state))

    def recovered(self, state: State) -> tuple[bytes, Message]:
        """The image after the journal was looked at."""
        image, found = journal.recover(self.image(state), checksum=self.checksum)
        return image, found.why

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every distinct state that a crash can leave, fewest writes first."""
        states = crash.crash_states(self.issued, pieces=self.pieces)
        known: dict[tuple[tuple[int, bytes], ...], tuple[Class, tuple[str, ...], str]] = {}
        found = []
        for state in sorted(states, key=lambda each: (len(each), sorted(each))):
            changed = self.changed(state)
            replay = journal.replay(lambda b, c=changed: c.get(b) or block_of(self.before.disk, b), checksum=self.checksum)  # type: ignore[misc]  # fmt: skip
            homes = {**changed, **replay.homes}
            key = tuple((w.block, homes.get(w.block, b"")) for w in self.changes.values())
            if key not in known:
                known[key] = self._judge(with_blocks(self.before.disk, homes))
            found.append(Outcome(state, known[key][0], replay.why, *known[key][1:]))
        return tuple(found)

    @property
    def counts(self) -> dict[Class, int]:
        """States of each class."""
        return crash.counts(each.kind for each in self.outcomes)

    @cached_property
    def _trees(self) -> tuple[object, object]:
        return tree(self.before.disk), tree(self.done.volume.image)

    def _judge(self, image: bytes) -> tuple[Class, tuple[str, ...], str]:
        report = fsck(image)
        seen, (old, new) = tree(report.image), self._trees
        name = "old" if seen == old else "new" if seen == new else "other"
        kind: Class = "old" if name == "old" else "new" if name == "new" else "garbage"
        if report.problems:
            kind = "inconsistent"
        if any(block_of(image, w.block) not in {w.before, w.after} for w in self.changes.values()):
            kind = "corrupt"
        return kind, report.kinds, name


@dataclass(frozen=True)
class Scenario:
    """An operation that ships with the course."""

    name: str
    title: Message
    run: Callable[[Volume], Done]


def _write_new(volume: Volume) -> Done:
    return files.append(volume, "/log", b"new line\n" * 100, now=20)


SCENARIOS: dict[str, Scenario] = {
    each.name: each
    for each in (
        Scenario("append", Message.of("Append one block to a file"), _write_new),
        Scenario("create", Message.of("Create an empty file"), lambda v: files.create(v, "/new", now=20)),
        Scenario("rename over", Message.of("Rename a file over another one"), lambda v: entries.rename(v, "/temp", "/log", now=20)),
        Scenario("unlink", Message.of("Delete a file"), lambda v: entries.unlink(v, "/log", now=20)),
        Scenario("mkdir", Message.of("Make a directory"), lambda v: entries.mkdir(v, "/sub", now=20)),
    )
}  # fmt: skip


def start() -> Volume:
    """The volume of the scenarios, at rest: two files, and free blocks that hold old bytes."""
    volume = mkfs(now=1)
    for path, text in (
        ("/log", b"old line\n"),
        ("/temp", b"B" * 2000),
        ("/gone", b"secret " * 300),
    ):
        volume = files.create(volume, path, now=10).volume
        volume = files.append(volume, path, text.ljust(BLOCK, b"."), now=10).volume
    volume = entries.unlink(volume, "/gone", now=11).volume
    return files.sync(volume).volume


def experiment(name: str, mode: Mode, *, checksum: bool = False, pieces: int = 1) -> Experiment:
    """A shipped scenario under a journal mode."""
    require(name in SCENARIOS, "scenario={name}: choose one of {names}", name=name, names=", ".join(SCENARIOS))  # fmt: skip
    require(BLOCK % pieces == 0 and 1 <= pieces <= 2, "pieces={pieces}: a block of 1 KiB has 1 or 2 sectors of 512 B", pieces=pieces)  # fmt: skip
    before = start()
    return Experiment(before, SCENARIOS[name].run(before), mode, checksum, pieces)
