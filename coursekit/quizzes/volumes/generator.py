"""Fresh questions on partitions and LVM from a seed: direct ("how many?", "where?") and inverse.

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Choice, Question, wrong_numbers
from coursekit.quizzes.volumes import scenes as at
from coursekit.sims.message import Message
from coursekit.sims.volumes import (
    align,
    allocate,
    cache,
    cow,
    damage,
    extents,
    gpt,
    gptread,
    growth,
    thin,
)  # fmt: skip

GUID = "AAAAAAAA-0000-0000-0000-000000000001"
Maker = Callable[[np.random.Generator, str], Question]


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 9])
    return MAKERS[seed % len(MAKERS)](rng, f"volumes-fresh-{seed}")


def _sectors(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from first and last sector to the size."""
    first, mib = 2048 * int(rng.integers(1, 40)), int(rng.integers(2, 200))
    last = first + 2048 * mib - 1
    wrong = (
        ((last - first) / 2048, _("The last sector belongs to it: one more.")),
        (mib * 2, _("Two sectors of 512 bytes are 1 KiB, so 2048 of them are 1 MiB.")),
        ((last + 1) / 2048, _("It does not begin at the beginning of the disk.")),
    )
    return Question(
        id=name, kind="numeric", answer=mib, tolerance=1e-9, unit=_("MiB"), scene=at.raw(part="entries", at=32),
        prompt=Message.of("A GPT entry says: first sector {first}, last sector {last} (of 512 bytes). How large is the partition?", first=first, last=last),
        because=Message.of("{n} sectors, as the last one belongs to it: {mib} MiB.", n=last - first + 1, mib=mib),
        choices=wrong_numbers(mib, 1e-9, wrong),
        hints=(_("Is the last sector part of it?"), _("Yes: last − first + 1 sectors."), _("2048 sectors are 1 MiB.")),
    )  # fmt: skip


def _aligned(rng: np.random.Generator, name: str) -> Question:
    """Direct: what does a write cost?"""
    start = int(rng.choice([34, 40, 63, 2048]))
    length = int(rng.choice([512, 4096, 8192, 65_536]))
    found = align.touched(start, 0, length)
    wrong = (
        (
            found.units,
            _("Those are the physical sectors written. A part of one must be read first."),
        ),
        (length / 512, _("The disk moves whole physical sectors.")),
        (2 * found.units, _("Only physical sectors that are covered in part are read first.")),
    )
    return Question(
        id=name, kind="numeric", answer=found.ios, tolerance=1e-9, scene=at.align(start, length),
        prompt=Message.of("Physical sectors of 4096 bytes; a partition begins in sector {start} (of 512 bytes). How many reads and writes of physical sectors do the first {length} bytes of the partition cost?", start=start, length=length),
        because=Message.of("{units} sectors are written, {partial} of them were covered in part and had to be read: {n}.", units=found.units, partial=found.partial, n=found.ios),
        choices=wrong_numbers(found.ios, 1e-9, wrong),
        hints=(Message.of("At which byte does it begin? {at}.", at=start * 512), _("Is that a multiple of 4096?"), _("Count the physical sectors it touches, and those it covers in part.")),
    )  # fmt: skip


def _usable(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many extents does a disk give?"""
    gib = int(rng.integers(1, 200))
    answer = extents.usable_extents(gib << 30)
    wrong = (
        (gib * 256, _("1 MiB at the beginning belongs to LVM; so the last extent is not whole.")),
        (gib * 1024, _("Extents have 4 MiB.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("extents"), scene=at.extents(),
        prompt=Message.of("A disk of {gib} GiB becomes a physical volume: data begin after 1 MiB, extents have 4 MiB. How many extents does it give?", gib=gib),
        because=Message.of("{gib} GiB are {all} extents, and the megabyte in front costs the last one: {answer}.", gib=gib, all=gib * 256, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("How many extents of 4 MiB are 1 GiB?"), _("256."), _("And 1 MiB is missing at the end.")),
    )  # fmt: skip


def _striped(rng: np.random.Generator, name: str) -> Question:
    """Direct: on which disk does a byte of a striped volume lie?"""
    stripes, kib = int(rng.choice([2, 3])), int(rng.integers(1, 2000))
    lane, _within = extents.unit(kib << 10, stripes)
    wrong = (
        (kib % stripes + 1, _("The turn changes after 64 KiB, not after one.")),
        (kib // 64 % stripes, _("The disks are counted from 1.")),
    )
    return Question(
        id=name, kind="numeric", answer=lane + 1, tolerance=1e-9, scene=at.extents(*(("add_disk",),) * (stripes - 2), ("create", "a", stripes * 2, f"striped{stripes}"), byte=kib << 10),
        prompt=Message.of("A volume is striped over {stripes} disks in pieces of 64 KiB. On which disk, counted from 1, does the byte lie that is {kib} KiB from its beginning?", stripes=stripes, kib=kib),
        because=Message.of("It is in piece {piece}, counted from 0; the pieces take turns, so it is disk {disk}.", piece=kib // 64, disk=lane + 1),
        choices=wrong_numbers(lane + 1, 1e-9, wrong),
        hints=(_("In which piece of 64 KiB does it lie?"), Message.of("{kib} / 64, rounded down.", kib=kib), _("Then the remainder by the number of disks.")),
    )  # fmt: skip


def _extended(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many extents of an extension go to the second disk?"""
    a, b = int(rng.integers(2, 6)), int(rng.integers(1, 4))
    more = int(rng.integers(10 - a - b + 1, 18 - a - b))
    first = allocate.linear(allocate.free_runs((10, 10), ()), a)
    one = extents.Volume("a", tuple(first))
    two = extents.Volume("b", tuple(allocate.linear(allocate.free_runs((10, 10), (one,)), b)))
    grown = allocate.grow(one, allocate.free_runs((10, 10), (one, two)), more)
    answer = extents.lost_extents(grown, 1)
    wrong = (
        (more, _("Free extents of the disk where it ends are taken first.")),
        (10 - a - b, _("Those fit on the first disk.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("extents"),
        scene=at.extents(("create", "a", a, "linear"), ("create", "b", b, "linear"), ("extend", "a", more)),
        prompt=Message.of("Two disks of 10 extents in one group. Volume a gets {a} extents, then b gets {b}; then a is extended by {more}. How many extents of a lie on the second disk?", a=a, b=b, more=more),
        because=Message.of("{rest} are free on the first disk, behind b; the other {answer} go to the second.", rest=10 - a - b, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("What is free on the first disk?"), Message.of("10 − {a} − {b}.", a=a, b=b), _("The rest of the extension goes on.")),
    )  # fmt: skip


def _written(rng: np.random.Generator, name: str) -> Question:
    """Direct: reads and writes of a list of writes under a snapshot."""
    count = int(rng.integers(5, 9))
    writes = [int(chunk) for chunk in rng.integers(1, 5, count)]
    found = cow.run(cow.Store(chunks=64), writes)
    wrong = (
        (3 * count, _("The second write to a chunk finds the old contents kept already.")),
        (
            2 * found.used + count - found.used,
            _("Keeping an old chunk is a read and a write; then comes the write itself."),
        ),
        (count, _("The first write to each chunk costs two more.")),
    )
    return Question(
        id=name, kind="numeric", answer=found.ios, tolerance=1e-9, scene=at.snapshot(1),
        prompt=Message.of("A volume has one classic snapshot with room enough. Chunks are written in this order: {writes}. How many reads and writes is that, in all?", writes=", ".join(map(str, writes))),
        because=Message.of("{used} different chunks cost 3 each at their first write, every other write 1: {ios}.", used=found.used, ios=found.ios),
        choices=wrong_numbers(found.ios, 1e-9, wrong),
        hints=(_("How many different chunks are there?"), Message.of("{used}.", used=found.used), _("3 for each first time, 1 for each other.")),
    )  # fmt: skip


def _snapshots(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from the cost of a first write to the number of snapshots."""
    answer = int(rng.integers(2, 15))
    ios = cow.write_ios(answer)
    wrong = (
        (ios - 1, _("Each snapshot costs two: the old block is read and written.")),
        (ios // 3, _("The write itself happens once, not once a snapshot.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, scene=at.snapshot(min(answer, 10)),
        prompt=Message.of("The first write to a block, measured, becomes {ios} reads and writes. How many classic snapshots does the volume have?", ios=ios),
        because=Message.of("2 for each of {answer} snapshots, and the write itself: {ios}.", answer=answer, ios=ios),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("One of them is the write itself."), _("The others come in pairs."), Message.of("({ios} − 1) / 2.", ios=ios)),
    )  # fmt: skip


def _shared(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many chunks of the pool are used?"""
    before, after = int(rng.integers(2, 7)), int(rng.integers(1, 4))
    pool = thin.create(thin.Pool.empty(32), "a", 8)
    for chunk in range(before):
        pool, _done = thin.write(pool, "a", chunk, 1)
    pool = thin.snapshot(pool, "a", "s")
    again = [int(chunk) for chunk in rng.choice(8, after, replace=False)]
    for chunk in again:
        pool, _done = thin.write(pool, "a", chunk, 2)
    wrong = (
        (
            2 * before + sum(chunk >= before for chunk in again),
            _("A snapshot copies the map, not the chunks."),
        ),
        (before, _("A shared chunk that is written gets a copy; a new one takes a chunk too.")),
    )
    deeds = (*(("write", "a", k, True) for k in range(before)), ("snapshot", "a"), *(("write", "a", k, True) for k in again))  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=pool.used, tolerance=1e-9, unit=_("chunks"), scene=at.thin(*deeds),
        prompt=Message.of("A thin volume writes its chunks 0 to {last}; then a snapshot is taken; then it writes these: {again}. How many chunks of the pool are in use?", last=before - 1, again=", ".join(map(str, again))),
        because=Message.of("{before} before; each of the {after} writes after the snapshot takes one more, as a copy of a shared chunk or as a new one: {used}.", before=before, after=after, used=pool.used),
        choices=wrong_numbers(pool.used, 1e-9, wrong),
        hints=(_("What does taking the snapshot copy?"), _("Only the map: the chunks are shared."), _("Which writes need a chunk that was not there?")),
    )  # fmt: skip


def _cached(rng: np.random.Generator, name: str) -> Question:
    """Direct: the mean of hits and misses."""
    hit = int(rng.choice([50, 75, 80, 90, 95, 98]))
    fast, slow = float(rng.choice([0.1, 0.2])), float(rng.choice([5.0, 8.0, 12.0]))
    answer = cache.mean_ms(hit / 100, fast, slow)
    wrong = (
        ((fast + slow) / 2, _("So it would be if every second one were a hit.")),
        (hit / 100 * slow + (1 - hit / 100) * fast, _("Hits take the short time.")),
        (fast, _("The few misses wait long, and make most of the mean.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.01, unit=_("ms"), scene=at.cache(hit, fast=fast, slow=slow),
        prompt=Message.of("{hit} % of the requests are answered by the cache in {fast:g} ms, the others by the disk in {slow:g} ms. What is the mean?", hit=hit, fast=fast, slow=slow),
        because=Message.of("{share:g} × {fast:g} + {rest:g} × {slow:g} = {answer:.4g} ms.", share=hit / 100, fast=fast, rest=round(1 - hit / 100, 2), slow=slow, answer=answer),
        choices=wrong_numbers(answer, 0.01, wrong),
        hints=(_("Think of a hundred requests."), Message.of("{hit} short ones and {rest} long ones.", hit=hit, rest=100 - hit), _("Add up, and divide by a hundred.")),
    )  # fmt: skip


def _moved(rng: np.random.Generator, name: str) -> Question:
    """Direct: how long does it take to move a partition?"""
    gb, speed = int(rng.integers(2, 60)) * 10, int(rng.choice([50, 100, 150, 200]))
    answer = growth.move_seconds(gb, speed) / 60
    wrong = (
        (answer / 2, _("Every byte is read and written, on the same disk.")),
        (
            0.0,
            _("The border is a number in a table; but what lies between has to be somewhere else."),
        ),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.02, unit=_("minutes"), scene=at.twice("var"),
        prompt=Message.of("A static partition of {gb} GB has to make room and is moved along the disk, which reads or writes {speed} MB/s. How many minutes does it take?", gb=gb, speed=speed),
        because=Message.of("{gb} GB are read and {gb} GB are written: {answer:.1f} minutes, unmounted, and a power failure in the middle costs all of it.", gb=gb, answer=answer),
        choices=wrong_numbers(answer, 0.02, wrong),
        hints=(_("How often does each byte pass?"), _("Twice: once read, once written."), Message.of("{gb} 000 MB × 2 / {speed}, in seconds.", gb=gb, speed=speed)),
    )  # fmt: skip


def _risky(rng: np.random.Generator, name: str) -> Question:
    """Direct: the chance that a volume over several disks is damaged."""
    percent, disks = int(rng.choice([1, 2, 3, 5])), int(rng.integers(2, 7))
    answer = 100 * extents.risk(percent / 100, disks)
    wrong = (
        (
            100 * (percent / 100) ** disks,
            _("That is the chance that all of them die. One is enough."),
        ),
        (percent / disks, _("More disks, more that can die.")),
        (percent, _("That is one disk.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.01, unit="%", scene=at.loss("spanning", disks=disks, p=float(percent)),
        prompt=Message.of("Each disk dies within the year with a chance of {percent} %. A linear volume lies on {disks} of them. With which chance is it damaged?", percent=percent, disks=disks),
        because=Message.of("1 − (1 − {p:g})^{disks} = {answer:.3g} %: one death is enough.", p=percent / 100, disks=disks, answer=answer),
        choices=wrong_numbers(answer, 0.01, wrong),
        hints=(_("With which chance does none of them die?"), Message.of("(1 − {p:g})^{disks}.", p=percent / 100, disks=disks), _("What is left is the answer.")),
    )  # fmt: skip


def _believed(rng: np.random.Generator, name: str) -> Question:
    """Direct: which copy of a damaged GPT is read?"""
    geometry = gpt.Geometry(sectors=131_072)
    disk = gpt.write(
        geometry,
        GUID,
        (gpt.Partition(type=next(iter(gpt.TYPES)), guid=GUID, first=2048, last=34_815),),
    )
    parts = {
        "header": 1,
        "entries": 2,
        "backup": geometry.backup_lba,
        "backup_entries": geometry.backup_table,
    }
    hit = [list(parts)[k] for k in sorted(rng.choice(4, int(rng.integers(1, 4)), replace=False))]
    for part in hit:
        disk = damage.tell(disk, (damage.Deed("flip", at=parts[part] * 512 + 40),)).states[-1].disk
    source = gptread.read(disk).source
    scene = at.raw(*(("flip", part, 40, 0) for part in hit))
    words = {
        "header": _("the first header"), "entries": _("the first entries"),
        "backup": _("the backup header"), "backup_entries": _("the backup entries"),
    }  # fmt: skip
    reasons = {
        "primary": _("A copy counts only if its header’s checksum and that of its entries are right: the first is hurt."),
        "backup": _("The backup is read only if the first copy is hurt, and if it is whole itself."),
        None: _("One whole copy is enough: header and entries at the same end."),
    }  # fmt: skip
    texts = {
        "primary": _("the first copy"),
        "backup": _("the backup"),
        None: _("none: nothing is listed"),
    }
    said = Message("{all}", {"all": Message(words[hit[0]])})
    for part in hit[1:]:
        said = Message.of("{before}, {part}", before=said, part=Message(words[part]))
    return Question(
        id=name, kind="single", scene=scene,
        prompt=Message.of("One bit each is flipped in these parts of a GPT: {parts}. Which copy does a partitioning tool believe?", parts=said),
        because=_("A copy is believed if header and entries are right. The first that is whole is read; if neither is, nothing is listed, though no byte of the data is gone."),
        choices=tuple(Choice(text=texts[each], right=each == source, why="" if each == source else reasons[each], scene=scene) for each in texts),
        hints=(_("Which parts belong to which copy?"), _("First header and first entries; backup entries and backup header."), _("Is one of the two pairs whole?")),
    )  # fmt: skip


MAKERS: tuple[Maker, ...] = (
    _believed,
    _sectors, _aligned, _usable, _striped, _extended, _written, _snapshots, _shared, _cached,
    _moved, _risky,
)  # fmt: skip
