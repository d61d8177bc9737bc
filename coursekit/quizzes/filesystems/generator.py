"""Fresh questions on file systems from a seed: direct ("how many?", "where?") and inverse.

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.filesystems import scenes as at
from coursekit.quizzes.question import Choice, Question, wrong_numbers
from coursekit.sims.filesystems import allocate, cow, crash, entries, inodes, pointers, replace
from coursekit.sims.filesystems.fatgeometry import plan
from coursekit.sims.filesystems.geometry import Geometry
from coursekit.sims.message import Message

Maker = Callable[[np.random.Generator, str], Question]
KIB, GIB = 1 << 10, 1 << 30


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 10])
    return MAKERS[seed % len(MAKERS)](rng, f"filesystems-fresh-{seed}")


def _reads(rng: np.random.Generator, name: str) -> Question:
    """Direct: blocks of pointers read to find a byte."""
    block = int(rng.choice([1024, 2048, 4096]))
    tree = pointers.Pointers(block=block)
    level = int(rng.integers(0, 4))
    number = int(rng.integers(tree.first(level), tree.first(level + 1)))
    place = pointers.locate(tree, number * block)
    answer = place.reads if place else 0
    wrong = (
        (0, _("Only the first 12 blocks stand in the inode itself.")),
        (
            1,
            _(
                "The single indirect block reaches over as many blocks as it has pointers, behind the 12."
            ),
        ),
        (2, _("The double one reaches over the square of that, behind the single one.")),
        (3, _("The triple one is needed only behind the double one.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("blocks"), scene=at.pointers(0, block),
        prompt=Message.of("Blocks of {block} bytes, 12 direct pointers, then a single, a double and a triple indirect block. How many blocks of pointers must be read to find block {number} of a file, counted from 0?", block=block, number=number),
        because=Message.of("A block holds {per} pointers: up to block {one} one level is enough, up to {two} two. {answer}.", per=tree.per_block, one=tree.first(2) - 1, two=tree.first(3) - 1, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("How many pointers of 4 bytes are in a block?"), Message.of("{per}.", per=tree.per_block), _("12, then that many, then its square.")),
    )  # fmt: skip


def _maps(rng: np.random.Generator, name: str) -> Question:
    """Direct: blocks of pointers of a whole file."""
    blocks = int(rng.choice([10, 13, 500, 1036, 1500, 5000]) + rng.integers(0, 3))
    answer = pointers.taken(pointers.Pointers(), blocks * 4096).map
    wrong = (
        (blocks / 1024, _("Blocks come whole, and 12 pointers stand in the inode.")),
        (answer - 1, _("Above several blocks of pointers there is one that points to them.")),
        (answer + 1, _("The first 12 blocks need none.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("blocks"), scene=at.pointers(0),
        prompt=Message.of("Blocks of 4096 bytes, 1024 pointers in each indirect block, 12 in the inode. A file has {blocks} blocks, without holes. How many blocks of pointers does it need beside them?", blocks=blocks),
        because=Message.of("12 stand in the inode, 1024 in the single indirect block; what is beyond takes the double one and one more for every 1024: {answer}.", answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("How many blocks are left after the 12?"), _("How many blocks of 1024 pointers do they need?"), _("More than one is kept together by the double indirect block.")),
    )  # fmt: skip


def _wasted(rng: np.random.Generator, name: str) -> Question:
    """Direct: what is lost behind the ends of small files."""
    size, files = int(rng.integers(100, 9000)), int(rng.choice([100, 1000, 10_000]))
    cluster = int(rng.choice([1, 4, 32])) * KIB
    answer = files * inodes.slack(size, cluster) / KIB
    wrong = (
        (
            files * cluster / KIB,
            _("Only the rest of the last cluster is lost, not all of it."),
        ),
        (
            files * size / KIB,
            _("That is what they hold. What is lost is the rest of their last cluster."),
        ),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.01, unit=_("KiB"), scene=at.room(files, size),
        prompt=Message.of("{files} files of {size} bytes lie in clusters of {cluster} bytes. How much room is lost behind their ends, in all?", files=files, size=size, cluster=cluster),
        because=Message.of("Each leaves {one} bytes of its last cluster unused: {answer:.4g} KiB in all.", one=inodes.slack(size, cluster), answer=answer),
        choices=wrong_numbers(answer, 0.01, wrong),
        hints=(_("How many clusters does one file take?"), _("Size by cluster, rounded up."), _("What of the last one is not used? Times the number of files.")),
    )  # fmt: skip


def _sector(rng: np.random.Generator, name: str) -> Question:
    """Direct: where does a FAT cluster begin?"""
    mib = int(rng.choice([32, 64, 128, 256]))
    fat = plan(mib << 20)
    cluster = int(rng.integers(2, min(fat.clusters, 5000)))
    answer = fat.first_data + (cluster - 2) * fat.per_cluster
    wrong = (
        (fat.first_data + cluster * fat.per_cluster, _("The first cluster has the number 2.")),
        (
            (cluster - 2) * fat.per_cluster,
            _("Before the data lie the boot sector, the tables and the root directory."),
        ),
        (fat.first_data + cluster - 2, _("A cluster has several sectors.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, scene=at.fat(),
        prompt=Message.of("On a FAT volume the data begin in sector {first}, and a cluster has {per} sectors. In which sector does cluster {cluster} begin?", first=fat.first_data, per=fat.per_cluster, cluster=cluster),
        because=Message.of("Clusters are counted from 2: {first} + ({cluster} − 2) × {per} = {answer}.", first=fat.first_data, cluster=cluster, per=fat.per_cluster, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Which number has the first cluster?"), _("2: the entries 0 and 1 of the table have another use."), _("How many clusters lie before it?")),
    )  # fmt: skip


def _group(rng: np.random.Generator, name: str) -> Question:
    """Direct: in which group is an inode?"""
    ext4 = Geometry(size=int(rng.choice([1, 2, 4, 16])) * GIB)
    number = int(rng.integers(12, ext4.inodes))
    answer = ext4.where(number).group
    wrong = (
        (answer + 1, _("Groups are counted from 0, inodes from 1.")),
        (number % ext4.inodes_per_group, _("That is the place inside its group, nearly.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, scene=at.room(0),
        prompt=Message.of("An ext4 has {per} inodes in each group. In which group, counted from 0, is inode {number}?", per=ext4.inodes_per_group, number=number),
        because=Message.of("({number} − 1) / {per}, rounded down: {answer}. Inodes are counted from 1.", number=number, per=ext4.inodes_per_group, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Where is inode 1?"), _("In group 0, in the first place."), _("So take one away, divide, round down.")),
    )  # fmt: skip


def _record(rng: np.random.Generator, name: str) -> Question:
    """Direct: bytes of a directory record."""
    length = int(rng.integers(1, 60))
    answer = entries.rec_len(length)
    wrong = (
        (8 + length, _("Records begin at multiples of 4 bytes.")),
        (length, _("Inode number, lengths and type take 8 bytes more.")),
        (264, _("So long are the longest names.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("bytes"), scene=at.blocks(*at.MADE),
        prompt=Message.of("How many bytes does a name of {length} letters take at least in a directory of ext2 or ext4?", length=length),
        because=Message.of("8 for inode number, lengths and type, {length} for the name, rounded up to a multiple of 4: {answer}.", length=length, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("What stands there beside the name?"), _("8 bytes."), _("And the next record begins at a multiple of 4.")),
    )  # fmt: skip


def _pieces(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from the time of a read to the number of pieces."""
    extents, mb = int(rng.choice([10, 50, 100, 300, 800])), int(rng.choice([20, 50, 100, 200]))
    seconds = allocate.read_seconds(allocate.HARD_DISK, extents, mb * 1e6)
    each = 1000 * allocate.HARD_DISK.per_extent
    wrong = (
        (seconds / allocate.HARD_DISK.per_extent, _("The bytes themselves take their time, too.")),
        (extents / 10, _("Milliseconds: a thousand make a second.")),
    )
    return Question(
        id=name, kind="numeric", answer=extents, tolerance=0.05, unit=_("pieces of a file"), scene=at.ageing(),
        prompt=Message.of("Reading a file of {mb} MB from a hard disk takes {seconds:.2f} s. The disk needs {each:.1f} ms for each piece and moves 200 MB/s. In how many pieces does the file lie?", mb=mb, seconds=seconds, each=each),
        because=Message.of("{mb} MB take {plain:.2f} s; the rest, by {each:.1f} ms: {n}.", mb=mb, plain=mb / 200, each=each, n=extents),
        choices=wrong_numbers(extents, 0.05, wrong),
        hints=(_("How long would it take in one piece?"), Message.of("{mb} / 200 s and one time {each:.1f} ms.", mb=mb, each=each), _("The rest is made of such times.")),
    )  # fmt: skip


def _states(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many states may a crash leave?"""
    before, after = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    issued = (*(f"W{k}" for k in range(before)), crash.FLUSH, *(f"V{k}" for k in range(after)))
    answer = len(crash.crash_states(issued))
    wrong = (
        (
            2 ** (before + after),
            _(
                "What was flushed is there: of those writes only the whole set is possible from then on."
            ),
        ),
        (
            before + after + 1,
            _("Without a flush between them, the disk may carry them out in any order."),
        ),
        (
            2**before + 2**after,
            _("One state was counted twice: all before the flush, nothing after it."),
        ),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, scene=at.crash("none"),
        prompt=Message.of("A program writes {before} blocks, flushes, and writes {after} more. The power may fail at any moment. How many different sets of written blocks may be on the disk?", before=before, after=after),
        because=Message.of("Before the flush has returned any part of the first {before}: {one}. After it all of those and any part of the other {after}: {two}. One of them is the same: {answer}.", before=before, after=after, one=2**before, two=2**after, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Which parts of the first writes are possible before the flush?"), _("All: each is there or not."), _("And after the flush? Which set is in both lists?")),
    )  # fmt: skip


def _copied(rng: np.random.Generator, name: str) -> Question:
    """Direct: blocks written by a copy-on-write change."""
    depth, changes = int(rng.integers(2, 6)), 1
    answer = cow.blocks_written(depth)
    wrong = (
        (changes, _("Whoever points to the block must point to its new place.")),
        (depth, _("The nodes of the tree, and the block itself.")),
        (2**depth, _("Only the nodes on the way to the root change.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("blocks"), scene=at.cow(min(depth, 4)),
        prompt=Message.of("In a copy-on-write file system one block changes; {depth} levels of tree are above it. How many blocks are written before the root is switched?", depth=depth),
        because=Message.of("The block and one node on each level: {answer}.", answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("The block lies in a new place. Who must know?"), _("Its parent: so that one lies in a new place, too."), _("And so on, up to the root.")),
    )  # fmt: skip


RECIPES = {  # name of the lab's -> name of the simulation's
    "truncate": "P1", "truncate_fsync": "P1s", "rename": "P2", "fsync_rename": "P3",
    "fsync_rename_dir": "P4", "unlink": "P5",
}  # fmt: skip


def _empty(rng: np.random.Generator, name: str) -> Question:
    """Direct: may a crash leave an empty file?"""
    recipe = list(RECIPES)[int(rng.integers(len(RECIPES)))]
    mode = replace.MODES[int(rng.integers(len(replace.MODES)))]
    program = replace.PROTOCOLS[RECIPES[recipe]]
    may = "empty" in replace.outcomes(program, mode, finished=False)
    calls = "; ".join(" ".join(call) for call in program)
    scene = at.replace(recipe, mode)
    return Question(
        id=name, kind="single", scene=scene,
        prompt=Message.of("The file f holds A. A program makes these calls: {calls}. The file system behaves as {mode} does. May a crash at some moment leave f empty?", calls=calls, mode=mode),
        because=_("Look at the moment between the emptying, or the new name, and the data: f is empty if the one can be on the disk without the other."),
        choices=(
            Choice(text=_("yes, f may be empty"), right=may, why="" if may else _("Data reach the disk before anything that shows them: by fsync, or by the mode’s own rule."), scene=scene),
            Choice(text=_("no, never empty"), right=not may, why=_("The tables may be on the disk before the data: then f is there, and empty.") if may else "", scene=scene),
        ),
        hints=(_("Which call makes a file empty, or gives the name to another one?"), _("Which effects must be on the disk before that one?"), _("Only what fsync or the mode’s rule forces.")),
    )  # fmt: skip


MAKERS: tuple[Maker, ...] = (
    _empty,
    _reads, _maps, _wasted, _sector, _group, _record, _pieces, _states, _copied,
)  # fmt: skip
