"""What each lab on partitions and LVM asks before it runs, and the state of the lab that answers."""

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.quizzes.volumes import scenes as at
from coursekit.sims.message import Message
from coursekit.sims.volumes import align, cache, cow, extents, growth, lifetime

_BLOCK = align.touched(align.DOS_START, 0, 4096)
_TEN = cow.write_ios(10)
_STORE = cow.capacity(cow.Store.of(1 << 30))
_LOAD = lifetime.Load()
_LASTS = lifetime.lifetime(_LOAD, _STORE)
_GAIN = cache.gain(0.9, 0.1, 12.69)
_RISK = 100 * extents.risk(0.02, 2)
_POOLED = growth.pooled_full(500)

PREDICTIONS = {
    "volumes-table": Prediction(
        question=Question(
            id="volumes-predict-table", kind="single",
            prompt=_("A disk with an MBR has four partitions, and the last third of the disk is free. You want a fifth partition there. What can you do?"),
            because=_("Nothing, without giving one up: the table has four places. Whoever needs more makes one of the four an extended partition, early enough, and chains the others inside it."),
            choices=(
                Choice(text=_("nothing, unless one of the four is given up"), right=True),
                Choice(text=_("add it: there is room"), why=_("There is room on the disk, and none in the table."), scene=at.table("mbr", *at.FULL_MBR)),
                Choice(text=_("add it, as an extended partition"), why=_("An extended partition takes one of the four places too."), scene=at.table("mbr", *at.FULL_MBR)),
                Choice(text=_("make the fourth one longer, twice as long counts as two"), why=_("An entry is one start and one length."), scene=at.table("mbr", *at.FULL_MBR, ("extend", 4, 256))),
            ),
            hints=(_("How many entries of 16 bytes fit before the signature?"), _("Four."), _("And all four are taken.")),
        ),
        scene=at.table("mbr", *at.FULL_MBR, ("add", 256, "linux")),
        change=_("take the second partition away: which of the others can grow into the gap? Then choose GPT, and 8 TB."),
    ),
    "volumes-bytes": Prediction(
        question=Question(
            id="volumes-predict-bytes", kind="single",
            prompt=_("One bit of a GPT’s first header is flipped by a fault. What is lost?"),
            because=_("Nothing. The checksum of the header does not fit any more, so it is not believed; the backup in the last sector is, by firmware and tools (Linux itself asks for the boot option gpt), and the first can be written anew from it. With both headers damaged nothing is listed, and still no byte of the data is gone."),
            choices=(
                Choice(text=_("nothing: the backup at the end of the disk is read"), right=True),
                Choice(text=_("the partition that this bit belongs to"), why=_("The header names no single partition; and one wrong bit makes all of it unbelievable."), scene=at.raw(("flip", "header", 24, 0))),
                Choice(text=_("all partitions, until a backup is restored"), why=_("GPT keeps its own backup, in the last sectors."), scene=at.raw(("flip", "header", 24, 0))),
                Choice(text=_("nothing, and nobody notices"), why=_("It is noticed: one flipped bit changes the checksum."), scene=at.raw(("flip", "header", 24, 0))),
            ),
            hints=(_("How would a reader notice?"), _("By the checksum."), _("Where else is the same written?")),
        ),
        scene=at.raw(("flip", "header", 24, 0)),
        change=_("flip a bit in both headers; then repair after one of them only. Can a flipped bit in the first sector do harm?"),
    ),
    "volumes-align": Prediction(
        question=Question(
            id="volumes-predict-align", kind="numeric", answer=_BLOCK.ios, tolerance=1e-9,
            prompt=_("A disk has physical sectors of 4 KiB, and its first partition begins in sector 63 (of 512 bytes). The file system writes one block of 4 KiB. How many reads and writes of physical sectors is that, in all?"),
            because=Message.of("{n}: the block lies across two physical sectors. Both are read, changed in part and written. With a start at sector 2048 it is one write.", n=_BLOCK.ios),
            choices=(
                Choice(value=1, why=_("So it would be if the block began where a physical sector begins."), scene=at.align(2048)),
                Choice(value=2, why=_("Two writes. But of each sector a part must stay as it was: it has to be read first."), scene=at.align(63)),
                Choice(value=8, why=_("Eight small sectors, but the disk only moves whole physical ones."), scene=at.align(63)),
            ),
            hints=(_("63 × 512 = 32 256. Divided by 4096?"), _("7.875: the block begins inside a physical sector."), _("It covers a part of two. What happens to their other parts?")),
        ),
        scene=at.align(63),
        change=_("choose the start 2048, then a chunk of RAID as the unit: how many requests lie across two disks?"),
    ),
    "volumes-map": Prediction(
        question=Question(
            id="volumes-predict-map", kind="single",
            prompt=_("Two disks in one group. Volume a has 6 extents at the beginning of the first disk, b has the 2 after them, then 2 are free. You extend a by 8 extents. Where do they go?"),
            because=_("2 behind b on the first disk, 6 on the second. Nothing is moved: the list of a gets two more lines."),
            choices=(
                Choice(text=_("2 behind b, the others on the second disk"), right=True),
                Choice(text=_("b is moved, and a stays in one piece"), why=_("That is what a partition would need. A list may have several pieces."), scene=at.extents(*at.BEHIND)),
                Choice(text=_("all 8 on the second disk"), why=_("Free extents of the disk where a ends are taken first."), scene=at.extents(*at.BEHIND)),
                Choice(text=_("it is refused: there is no room behind a"), why=_("So it would be for a static partition."), scene=at.table("gpt", *at.FULL_MBR[:2], ("extend", 1, 256))),
            ),
            hints=(_("Must a volume lie in one piece?"), _("It is a list of pieces."), _("First the same disk, then the next.")),
        ),
        scene=at.extents(*at.BEHIND),
        change=_("stripe a volume over both disks, and choose bytes of it: which disk has the byte after the first 64 KiB?"),
    ),
    "volumes-loss": Prediction(
        question=Question(
            id="volumes-predict-loss", kind="single",
            prompt=_("Two disks become one group, and one linear volume fills both. Each disk dies within the year with a chance of 2 %. How safe is the volume, beside one on a single disk?"),
            because=Message.of("Half as safe: {chance:.2f} % instead of 2 %. It is lost if either disk dies. Volumes that lie on one disk each are as safe as before.", chance=_RISK),
            choices=(
                Choice(text=_("about half as safe"), right=True),
                Choice(text=_("twice as safe"), why=_("For that, everything would have to be written twice."), scene=at.loss("spanning")),
                Choice(text=_("as safe as before"), why=_("So is each of two volumes that lie on one disk each."), scene=at.loss("separate")),
                Choice(text=_("half of its files survive"), why=_("A file system with half of its blocks is rarely of use: its tables lie everywhere."), scene=at.loss("spanning", dead=2)),
            ),
            hints=(_("What does the volume need?"), _("Both disks."), _("Chance that at least one of two dies?")),
        ),
        scene=at.loss("spanning", dead=2),
        change=_("take six disks, then give each volume a disk of its own."),
    ),
    "volumes-pvmove": Prediction(
        question=Question(
            id="volumes-predict-pvmove", kind="single",
            prompt=_("While pvmove empties a disk, the power fails half way. What is lost?"),
            because=_("Nothing. Pieces that are done have been switched over, the piece under way is on both disks or still on the old one, and what is finished has been noted. pvmove without arguments goes on from there."),
            choices=(
                Choice(text=_("nothing; it goes on from the last note"), right=True),
                Choice(text=_("the piece that was being copied"), why=_("The map still shows its old place, where nothing has been taken away."), scene=at.pvmove(6)),
                Choice(text=_("everything that was copied so far"), why=_("It was copied, not moved: and what is done has its new place in the map."), scene=at.pvmove(6)),
                Choice(text=_("the volume: half here, half there"), why=_("A list may well name two disks. That is how it lived before."), scene=at.pvmove(6)),
            ),
            hints=(_("When does the map change?"), _("When a piece is complete in its new place."), _("So what does the map say after the failure?")),
        ),
        scene=at.pvmove(6),
        change=_("abort instead of going on; then write while it copies: to which disk does the write go?"),
    ),
    "volumes-resize": Prediction(
        question=Question(
            id="volumes-predict-resize", kind="single",
            prompt=_("The trainee makes the logical volume smaller, and then tells the file system. What happens?"),
            because=_("What lay behind the new end is cut off at the first command, at once. The file system still believes in its old size, and finds nothing there. lvreduce -r does both in the right order."),
            choices=(
                Choice(text=_("everything behind the new end is cut off"), right=True),
                Choice(text=_("nothing, if the files fit"), why=_("The file system has spread them over its whole length. It alone can bring them forward, before the cut."), scene=at.resize("shrink", "wrong")),
                Choice(text=_("lvreduce refuses"), why=_("It warns, if it is allowed to ask. It does not know where files lie."), scene=at.resize("shrink", "wrong")),
                Choice(text=_("the file system gets smaller by itself"), why=_("It has been told a size, and believes it."), scene=at.resize("shrink", "wrong")),
            ),
            hints=(_("Who knows where the files lie?"), _("Only the file system."), _("Was it asked before the cut?")),
        ),
        scene=at.resize("shrink", "wrong"),
        change=_("do it in the right order; then with XFS; then grow in the wrong order: what is destroyed there?"),
    ),
    "volumes-snapshot": Prediction(
        question=Question(
            id="volumes-predict-snapshot", kind="numeric", answer=_TEN, tolerance=1e-9,
            prompt=_("A volume has ten classic snapshots. A block is written for the first time since. How many reads and writes does this one write become?"),
            because=Message.of("{n}: for each snapshot the old block is read and written into its store, and then the write itself. With one snapshot it is 3; from the second write on, 1.", n=_TEN),
            choices=(
                Choice(value=3, why=_("That is with one snapshot."), scene=at.snapshot(1)),
                Choice(value=11, why=_("Each snapshot must also read the old block, not only write it."), scene=at.snapshot(10)),
                Choice(value=12, why=_("It is not read once for all: each snapshot has its own store and copies by itself."), scene=at.snapshot(10)),
                Choice(value=1, why=_("From the second write to this block on."), scene=at.snapshot(1)),
            ),
            hints=(_("What does one snapshot do before the write?"), _("It reads the old block and writes it into its store."), _("Ten times that, and the write.")),
        ),
        scene=at.snapshot(10),
        change=_("let all writes go to the same place; then make the store so small that it overflows."),
    ),
    "volumes-lifetime": Prediction(
        question=Question(
            id="volumes-predict-lifetime", kind="numeric", answer=_LASTS / 60, tolerance=0.02, unit=_("minutes"),
            prompt=_("A volume of 10 GiB gets 100 writes of 4 KiB a second, anywhere. Its snapshot has a store of 1 GiB. After how many minutes is the store full?"),
            because=Message.of("{minutes:.1f}: {n} different chunks fit, and 100 a second would fill them in {plain:.1f} minutes; but some writes meet a chunk that is kept already.", minutes=_LASTS / 60, n=_STORE, plain=_STORE / 6000),
            choices=(
                Choice(value=_STORE / 6000, why=_("So it would be if no chunk were ever written twice."), scene=at.lifetime()),
                Choice(value=_LOAD.chunks / 6000, why=_("So long it takes to make as many writes as the volume has chunks; the store is a tenth of it."), scene=at.lifetime()),
            ),
            hints=(_("How many chunks of 4 KiB are 1 GiB?"), _("262 144, less the records: at 100 a second about 43.5 minutes."), _("A few writes meet a chunk again. So a little longer.")),
        ),
        scene=at.lifetime(),
        change=_("choose a hot spot: nine of ten writes to a tenth of the volume. Does the store last twice as long, or ten times?"),
    ),
    "volumes-thin": Prediction(
        question=Question(
            id="volumes-predict-thin", kind="single",
            prompt=_("In a thin volume, files of 1 GiB are deleted. How much comes back to the pool?"),
            because=_("Nothing. Deleting changes the file system’s own tables; the pool sees blocks and does not know which of them matter. Only fstrim (discard) tells it."),
            choices=(
                Choice(text=_("nothing, until fstrim tells the pool"), right=True),
                Choice(text=_("1 GiB, at once"), why=_("Who would tell the pool? It knows no files."), scene=at.thin(*at.TRIMMED)),
                Choice(text=_("1 GiB, when the next snapshot is taken"), why=_("A snapshot shares chunks, it frees none."), scene=at.thin(*at.SHARED)),
                Choice(text=_("half of it"), why=_("There is no half: a chunk is mapped or not."), scene=at.thin(*at.DELETED)),
            ),
            hints=(_("What does deleting write?"), _("The file system’s own tables."), _("And who reads those?")),
        ),
        scene=at.thin(*at.DELETED),
        change=_("trim; then take a snapshot before deleting: what comes back now? Then fill the pool."),
    ),
    "volumes-cache": Prediction(
        question=Question(
            id="volumes-predict-cache", kind="numeric", answer=_GAIN, tolerance=0.05,
            prompt=_("An SSD (0.1 ms) before a disk (12.69 ms) has what is wanted 90 times of 100. How many times faster is that than the disk alone, in the mean?"),
            because=Message.of("{gain:.1f} times: ten of a hundred still wait 12.69 ms, and they make nearly all of the mean. At 99 % it would be 56 times.", gain=_GAIN),
            choices=(
                Choice(value=126.9, why=_("That is the SSD alone, with every request a hit."), scene=at.cache(100)),
                Choice(value=114.21, why=_("Nine tenths of the SSD’s speed: but times add up, not speeds."), scene=at.cache(90)),
                Choice(value=1.98, why=_("That is with every second one a hit."), scene=at.cache(50)),
            ),
            hints=(_("What is the mean of a hundred requests?"), _("90 × 0.1 ms and 10 × 12.69 ms."), _("1.359 ms, and the disk alone 12.69.")),
        ),
        scene=at.cache(90),
        change=_("raise the hits from 90 to 99 %; then choose writeback, and let the SSD die."),
    ),
    "volumes-twice": Prediction(
        question=Question(
            id="volumes-predict-twice", kind="single",
            prompt=_("The same growth, the same disk; one school has cut it into static partitions, the other uses LVM. The notes say that dynamic is better. Better at what?"),
            because=_("At changing: it takes free room from anywhere, while people work, and moves nothing. When the disk is full it is full for both, and when it dies, both have lost it."),
            choices=(
                Choice(text=_("at changing sizes, without copying and without a night’s work"), right=True),
                Choice(text=_("at room: more fits"), why=_("The sum is the same. It is only not shut in."), scene=at.twice("balanced")),
                Choice(text=_("at safety: volumes survive the disk"), why=_("Both lie on the same disk."), scene=at.loss("one", dead=1)),
                Choice(text=_("at speed"), why=_("One look into a map more for each block: nobody measures it, in either direction."), scene=at.twice("balanced")),
            ),
            hints=(_("What happens when a static partition is full?"), _("Its neighbour has to be moved."), _("And with LVM?")),
        ),
        scene=at.twice("var"),
        change=_("choose a growth and sizes for which the static disk never has to be touched. How well did you have to know the future?"),
    ),
    "volumes-layout": Prediction(
        question=Question(
            id="volumes-predict-layout", kind="single",
            prompt=_("A static disk of 500 GB: one partition for everything, or four well-chosen ones? Which lasts longer until something is full?"),
            because=Message.of("One for everything, {n} months: it is full only when the disk is. Borders cost room that is free on the wrong side. What they buy is that a flood stops at them.", n=_POOLED),
            choices=(
                Choice(text=_("one for everything"), right=True),
                Choice(text=_("four: each has its own room"), why=_("The first of four to be full is full earlier than all together."), scene=at.plan()),
                Choice(text=_("both the same: 500 GB are 500 GB"), why=_("Only if all four fill in the same month."), scene=at.plan()),
                Choice(text=_("four, if /var is large enough"), why=_("Then another one is smaller."), scene=at.plan()),
            ),
            hints=(_("When is the whole disk full?"), _("When all needs together reach 500 GB."), _("Can one of four partitions be full later than that, if none is full before?")),
        ),
        scene=at.plan(),
        change=_("cut the disk so that nothing is full for three years; then think of the flood of logs."),
    ),
    "volumes-own": Prediction(
        question=Question(
            id="volumes-predict-own", kind="order",
            prompt=_("A disk makes noises. You have a new one, and people are working. Put the commands in order."),
            because=_("The new disk must belong to the group before anything can be moved to it; and the old one must be empty before it can leave."),
            choices=(
                Choice(text=_("pvcreate"), why=_("Before pvcreate the new disk is nothing to LVM.")),
                Choice(text=_("vgextend"), why=_("Extents can only move inside a group: the disk must be in it first.")),
                Choice(text=_("pvmove"), why=_("pvmove needs free extents in the group, and must be done before the old disk may leave.")),
                Choice(text=_("vgreduce"), why=_("vgreduce takes an empty disk only: so it comes last.")),
            ),
            hints=(_("What is a disk to LVM before it is prepared?"), _("Nothing: pvcreate first."), _("And vgreduce only takes an empty one.")),
        ),
        scene=at.commands(),
        change=_("leave out a line, and read what LVM says. Then give the root 4 GiB more, while it is used."),
    ),
}  # fmt: skip
