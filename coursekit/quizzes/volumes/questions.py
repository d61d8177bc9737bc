"""The questions of the chapter on partitions and LVM; every figure in them is computed."""

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Choice, Question
from coursekit.quizzes.volumes import scenes as at
from coursekit.sims.message import Message
from coursekit.sims.volumes import align, cow, extents, tablesize, thin

_MBR_TB = tablesize.usable("mbr", 8 * 10**12) / 1e12
_STORE = cow.capacity(cow.Store.of(1 << 30))
_MISALIGNED = align.touched(align.DOS_START, 0, 4096)
_SPANNED = 100 * extents.risk(0.02, 2)
_WASTE = round(thin.amplification(thin.CHUNK))

QUESTIONS = (
    Question(
        id="volumes-inclusive", kind="single", scene=at.raw(part="entries", at=40),
        prompt=_("The second number of an entry in a GPT is …"),
        because=_("The last sector that belongs to the partition: it is inclusive. From 2048 to 34815 there are 32 768 sectors."),
        hints=(_("Look at an entry and at its neighbour."), _("One ends at 34815, the next begins at 34816."), _("Does 34815 belong to the first?")),
        choices=(
            Choice(text=_("the last sector, inclusive"), right=True),
            Choice(text=_("the first sector after it"), why=_("So ranges are written in many programming languages, but not here."), scene=at.raw(part="entries", at=40)),
            Choice(text=_("the number of sectors"), why=_("That is what an MBR writes: a start and a length."), scene=at.raw(kind="mbr", part="first", at=458)),
            Choice(text=_("the end, counted from the partition before"), why=_("Only logical partitions of an MBR count from something else than the disk."), scene=at.table("mbr", *at.FULL_MBR[:3])),
        ),
    ),
    Question(
        id="volumes-two-tib", kind="single", scene=at.table("mbr", size=8_000_000),
        prompt=_("A disk of 8 TB with sectors of 512 bytes gets an MBR. How much of it can be used?"),
        because=Message.of("About {tb:.1f} TB: start and length have 32 bits, and 2³² sectors of 512 bytes are 2 TiB.", tb=_MBR_TB),
        hints=(_("How many bits has a sector’s number in an MBR?"), _("32."), _("2³² × 512 bytes.")),
        choices=(
            Choice(text=_("about 2.2 TB"), right=True),
            Choice(text="8 TB", why=_("The numbers in the table are too short for that. A GPT has 64 bits."), scene=at.table("gpt", size=8_000_000)),
            Choice(text=_("4 GB"), why=_("That is how large a file may be on FAT32: also 32 bits, but of bytes."), scene=at.table("mbr", size=8_000_000)),
            Choice(text=_("four times 2 TB"), why=_("Each entry says where it begins, in 32 bits: none can begin beyond 2 TiB."), scene=at.table("mbr", ("add", 2_000_000, "linux"), ("add", 2_000_000, "linux"), size=8_000_000)),
        ),
    ),
    Question(
        id="volumes-shrink", kind="single", scene=at.resize("shrink", "right"),
        prompt=_("A volume with a file system is to get smaller. In which order?"),
        because=_("First the file system, then the volume under it. Growing goes the other way round. A layer must never be smaller than what stands on it."),
        hints=(_("What stands on what?"), _("The file system believes the size that it was told."), _("So it must be told first.")),
        choices=(
            Choice(text=_("the file system, then the volume"), right=True),
            Choice(text=_("the volume, then the file system"), why=_("Between the two, the file system reaches beyond its end: what lay there is cut off."), scene=at.resize("shrink", "wrong")),
            Choice(text=_("either: LVM takes care of it"), why=_("LVM knows extents, not files. It cuts what it is told to cut."), scene=at.resize("shrink", "wrong")),
            Choice(text=_("the group first"), why=_("A group gets smaller by a whole disk, once nothing lies on it."), scene=at.pvmove()),
        ),
    ),
    Question(
        id="volumes-overflow", kind="single", scene=at.snapshot(1, store=8, pattern="uniform"),
        prompt=_("The store of a classic snapshot is full. What happens?"),
        because=_("The snapshot becomes invalid: it can no longer keep the old blocks it would need. The origin goes on as if nothing had been."),
        hints=(_("Who needs the store?"), _("Only the snapshot reads from it."), _("And who would be wrong if one old block were missing?")),
        choices=(
            Choice(text=_("the snapshot becomes invalid, the origin goes on"), right=True),
            Choice(text=_("the origin stops"), why=_("So does a full thin pool: there everybody writes into it."), scene=at.thin(*at.SHARED)),
            Choice(text=_("the oldest blocks are dropped"), why=_("Then the snapshot would be a mixture of times. It is no ring."), scene=at.snapshot(1, store=8, pattern="uniform")),
            Choice(text=_("it grows by itself"), why=_("It may be told to, from a threshold on; by default it does not."), scene=at.lifetime()),
        ),
    ),
    Question(
        id="volumes-thin-copies", kind="single", scene=at.thin(*at.SHARED),
        prompt=_("A thin volume has ten snapshots. What does the first small write to a shared chunk cost?"),
        because=_("One copy. All ten go on sharing the old chunk, and its count of users falls by one; only the volume that writes gets a chunk of its own."),
        hints=(_("Who needs the old contents afterwards?"), _("Ten snapshots, all the same."), _("How many copies of the same do they need?")),
        choices=(
            Choice(text=_("one copy of the chunk"), right=True),
            Choice(text=_("ten copies"), why=_("So do classic snapshots: each has its own store, 21 transfers for ten of them."), scene=at.snapshot(10)),
            Choice(text=_("none"), why=_("A small write leaves the rest of the chunk to be copied. Only one that covers it whole copies nothing."), scene=at.thin(*at.SHARED)),
            Choice(text=_("a copy of the whole volume"), why=_("That would be a clone. A snapshot copies the map."), scene=at.thin(*at.SHARED)),
        ),
    ),
    Question(
        id="volumes-var", kind="single", scene=at.twice("var"),
        prompt=_("Why give /var a volume of its own?"),
        because=_("A flood of logs fills /var, and / keeps its room: one can still log in and clear up."),
        hints=(_("What grows in /var?"), _("Logs, mail, databases."), _("And who else lives in / ?")),
        choices=(
            Choice(text=_("so that a flood of logs cannot fill /"), right=True),
            Choice(text=_("so that it survives the death of the disk"), why=_("It lies on the same disk. Borders are no copies."), scene=at.loss("one")),
            Choice(text=_("so that it gets faster"), why=_("A border adds no head and no spindle."), scene=at.align(2048)),
            Choice(text=_("so that it is backed up by itself"), why=_("Somebody must still do it. It only makes different plans possible."), scene=at.plan()),
        ),
    ),
    Question(
        id="volumes-writeback", kind="single", scene=at.cache(90, "writeback", dies=True),
        prompt=_("The SSD of a writeback cache dies. What is lost?"),
        because=_("What was written and had not reached the slow disk yet: the dirty blocks. They had been reported as done."),
        hints=(_("When does it say “done”?"), _("When the fast device has the block."), _("Where else is it then?")),
        choices=(
            Choice(text=_("the dirty blocks"), right=True),
            Choice(text=_("nothing"), why=_("So it is with writethrough: done means that both have it."), scene=at.cache(90, "writethrough", dies=True)),
            Choice(text=_("speed, and nothing else"), why=_("True for what it only read. This one also writes."), scene=at.cache(90, "writeback", dies=True)),
            Choice(text=_("nothing: it is rebuilt from parity"), why=_("There is no parity: it is one device, before another."), scene=at.cache(90, "writeback", dies=True)),
        ),
    ),
    Question(
        id="volumes-linear", kind="single", scene=at.extents(*at.ACROSS, ("kill", 2)),
        prompt=_("A linear volume lies on two disks, and the second one dies. What follows?"),
        because=Message.of("Its extents there are gone, and mostly the file system with them. LVM keeps no second copy by itself. If each disk dies with a chance of 2 %, such a volume is damaged with a chance of {chance:.2f} %.", chance=_SPANNED),
        hints=(_("How often is each extent stored?"), _("Once."), _("And a file system with a hole in the middle?")),
        choices=(
            Choice(text=_("its extents there are lost, usually the file system too"), right=True),
            Choice(text=_("LVM rebuilds them"), why=_("From what? Linear volumes are stored once. (LVM can mirror, if it is told to.)"), scene=at.extents(*at.ACROSS, ("kill", 2))),
            Choice(text=_("nothing: the group has copies"), why=_("The group keeps copies of its tables, not of the data."), scene=at.loss("spanning", dead=2)),
            Choice(text=_("half of the speed is lost"), why=_("Linear means one after the other: it was not faster before either."), scene=at.loss("spanning", dead=2)),
        ),
    ),
    Question(
        id="volumes-layers", kind="order", scene=at.resize("grow", "right"),
        prompt=_("A virtual disk has been enlarged, and the file system on LVM is to use it. Put the steps in order."),
        because=_("From below: each layer can only grow into what the one below already has."),
        hints=(_("Which layer sees the new room first?"), _("The table says where the partition ends."), _("The file system comes last.")),
        choices=(
            Choice(text=_("enlarge the partition"), why=_("The partition stands on the disk, which is large enough already."), scene=at.resize("grow", "right")),
            Choice(text=_("enlarge the physical volume (pvresize)"), why=_("The physical volume can only be as long as its partition."), scene=at.resize("grow", "wrong")),
            Choice(text=_("enlarge the logical volume (lvextend)"), why=_("The logical volume takes extents, which the physical volume must have."), scene=at.resize("grow", "wrong")),
            Choice(text=_("enlarge the file system (resize2fs)"), why=_("The file system stands on top: it can only use what the volume has."), scene=at.resize("grow", "right")),
        ),
    ),
    Question(
        id="volumes-misaligned", kind="numeric", answer=_MISALIGNED.ios, tolerance=1e-9, scene=at.align(63),
        prompt=_("A partition begins in sector 63 of a disk with physical sectors of 4 KiB. How many reads and writes does one aligned block of 4 KiB of its file system cost, in all?"),
        because=Message.of("{n}: it lies across two physical sectors; both must be read, changed in part and written.", n=_MISALIGNED.ios),
        hints=(_("Where does the block begin, in bytes?"), _("63 × 512 = 32 256: that is no multiple of 4096."), _("Two sectors, each read and written.")),
        choices=(
            Choice(value=1, why=_("So it is where the partition begins at sector 2048."), scene=at.align(2048)),
            Choice(value=2, why=_("Two writes, and before them two reads: of each physical sector a part stays as it was."), scene=at.align(63)),
            Choice(value=9, why=_("It is not nine sectors of 512 bytes that are moved: the disk moves whole physical ones."), scene=at.align(63)),
        ),
    ),
    Question(
        id="volumes-capacity", kind="single", scene=at.lifetime(),
        prompt=_("A classic snapshot has a store of 1 GiB, with chunks of 4 KiB. What counts against it?"),
        because=Message.of("Only different chunks: {n} of them fit, beside the records. A thousand writes to the same chunk take one place.", n=_STORE),
        hints=(_("What is copied at the second write to the same chunk?"), _("Nothing: the old contents are kept already."), _("So what is counted?")),
        choices=(
            Choice(text=_("chunks written for the first time"), right=True),
            Choice(text=_("all writes"), why=_("The second write to a chunk copies nothing."), scene=at.lifetime("hotspot")),
            Choice(text=_("bytes written"), why=_("One byte takes a whole chunk."), scene=at.snapshot(1)),
            Choice(text=_("the size of the files"), why=_("It knows no files, only blocks that change."), scene=at.snapshot(1)),
        ),
    ),
    Question(
        id="volumes-trim", kind="single", scene=at.thin(*at.DELETED),
        prompt=_("In a thin volume, 1 GiB of files is deleted. What does the pool notice?"),
        because=Message.of("Nothing, until the file system tells it which blocks it does not use any more (fstrim, or mounting with discard). And whoever writes 4 KiB here and there fills whole chunks: up to {n} times as much.", n=_WASTE),
        hints=(_("What does deleting write?"), _("A few blocks of the file system’s own tables."), _("Who tells the pool about the others?")),
        choices=(
            Choice(text=_("nothing, until fstrim"), right=True),
            Choice(text=_("1 GiB comes back at once"), why=_("The pool sees blocks, not files. Somebody must tell it."), scene=at.thin(*at.TRIMMED)),
            Choice(text=_("1 GiB comes back overnight"), why=_("Many systems do run fstrim every week; that is a timer, not the pool."), scene=at.thin(*at.TRIMMED)),
            Choice(text=_("it gets fuller: the deletion is written"), why=_("A few blocks, which mostly have their chunk already."), scene=at.thin(*at.DELETED)),
        ),
    ),
)  # fmt: skip
