"""The questions of the chapter on file systems; every figure in them is computed."""

from coursekit.i18n import mark as _
from coursekit.quizzes.filesystems import scenes as at
from coursekit.quizzes.question import Choice, Question
from coursekit.sims.filesystems import inodes, pointers
from coursekit.sims.filesystems.geometry import Geometry
from coursekit.sims.message import Message

GIB = 1 << 30
_EMPTY = inodes.fill(Geometry(size=GIB), 0)
_READS = pointers.locate(pointers.Pointers(), GIB)
_LIMIT = pointers.Pointers().limit

QUESTIONS = (
    Question(
        id="filesystems-directory", kind="single", scene=at.blocks(*at.RENAMED),
        prompt=_("What does a directory contain?"),
        because=_("Names, each with the number of an inode. Everything else about a file stands in its inode, but for its name."),
        hints=(_("What has to change when a file is renamed?"), _("Neither its bytes nor its owner."), _("So what is written in the directory?")),
        choices=(
            Choice(text=_("names with inode numbers"), right=True),
            Choice(text=_("the bytes of the files"), why=_("A folder in an office holds its papers. Here it holds a list; renaming moves no byte of the file."), scene=at.blocks(*at.RENAMED)),
            Choice(text=_("rights, sizes and dates of the files"), why=_("Those stand in the inode: so two names of one file show the same."), scene=at.links(("link", "b"))),
            Choice(text=_("a list of free blocks"), why=_("That is the bitmap."), scene=at.blocks(*at.MADE, block=2)),
        ),
    ),
    Question(
        id="filesystems-hard-link", kind="single", scene=at.links(*at.TWO_NAMES),
        prompt=_("A file has two names (hard links). You delete one of them. What follows?"),
        because=_("Nothing happens to the file: it has one name less. It goes when the last name is gone and nobody has it open."),
        hints=(_("Which of the two names is the real one?"), _("Neither: both lead to the same inode."), _("The inode counts its names.")),
        choices=(
            Choice(text=_("the other name still leads to it"), right=True),
            Choice(text=_("its bytes are gone"), why=_("No name owns the bytes. The inode does, and it still has a name."), scene=at.links(*at.TWO_NAMES)),
            Choice(text=_("the other name dangles"), why=_("A symbolic link dangles: it holds a path, not an inode."), scene=at.links(("symlink", "s"), ("rm", "a"))),
            Choice(text=_("of two copies one is left"), why=_("There was never a copy: one inode, the same blocks."), scene=at.links(("link", "b"))),
        ),
    ),
    Question(
        id="filesystems-ordered", kind="single", scene=at.crash("ordered"),
        prompt=_("ext4 with data=ordered, as it usually is. What does it guarantee?"),
        because=_("That data are on the disk before the tables that show them: nobody ever sees somebody else’s old bytes in a file. Not that the data are in the journal, and not that a program’s writes keep their order."),
        hints=(_("Which class of states does it have none of?"), _("Compare the counts with writeback."), _("No garbage: what comes first?")),
        choices=(
            Choice(text=_("data reach the disk before the tables that show them"), right=True),
            Choice(text=_("the contents of files are in the journal"), why=_("That is data=journal: each block of data is written twice."), scene=at.crash("journal")),
            Choice(text=_("all writes happen in the order of the program"), why=_("Only this one order is kept: data before the tables that name them."), scene=at.replace("rename", "delalloc")),
            Choice(text=_("fsync is not needed"), why=_("Agreement of the tables is not durability of your bytes."), scene=at.replace("truncate", "ordered")),
        ),
    ),
    Question(
        id="filesystems-power-cut", kind="single", scene=at.durable(*at.CUT),
        prompt=_("write() has returned without an error. Is the text safe from a power cut?"),
        because=_("Not before fsync has returned. Until then it is in the machine’s memory, and then perhaps in the disk’s."),
        hints=(_("Where has write put the bytes?"), _("Into the page cache: memory."), _("Who brings them further, and when?")),
        choices=(
            Choice(text=_("only after fsync has returned"), right=True),
            Choice(text=_("yes: write has returned"), why=_("It returns when the bytes are in memory."), scene=at.durable(*at.CUT)),
            Choice(text=_("yes, once the file is closed"), why=_("close frees the handle, and writes nothing."), scene=at.durable(*at.CUT)),
            Choice(text=_("yes: the journal has them"), why=_("The journal usually has tables, and those too only every few seconds."), scene=at.journal("ordered")),
        ),
    ),
    Question(
        id="filesystems-two-copies", kind="single", scene=at.checksum(2, "none"),
        prompt=_("A mirror’s two copies of a block differ, and neither disk reports an error. Who can tell which is right?"),
        because=_("Only a checksum that was stored when the block was written, and best in another place."),
        hints=(_("What do the two copies tell?"), _("That one of them is wrong."), _("What else was written down when the block was?")),
        choices=(
            Choice(text=_("a stored checksum"), right=True),
            Choice(text=_("the majority"), why=_("Two voters have none."), scene=at.checksum(2, "none")),
            Choice(text=_("the newer of the two"), why=_("Blocks carry no date."), scene=at.checksum(2, "beside", "phantom")),
            Choice(text=_("fsck"), why=_("It compares the tables with each other. Contents it does not know."), scene=at.fsck("several")),
        ),
    ),
    Question(
        id="filesystems-fat-limit", kind="single", scene=at.fat(),
        prompt=_("You copy a film of 5 GB to a stick with FAT32. What happens?"),
        because=_("It is refused: a directory entry has 32 bits for the size, 4 GiB less one byte."),
        hints=(_("Where does FAT write the size of a file?"), _("Into four bytes of the directory entry."), _("What is the largest number in four bytes?")),
        choices=(
            Choice(text=_("it does not work: sizes have 32 bits"), right=True),
            Choice(text=_("it works with larger clusters"), why=_("Those make the volume larger, not the field for the size."), scene=at.fat()),
            Choice(text=_("it is silently split in two"), why=_("No file system does that by itself."), scene=at.fat()),
            Choice(text=_("it works after defragmenting"), why=_("It is not the room that lacks, but the bits."), scene=at.ageing()),
        ),
    ),
    Question(
        id="filesystems-undelete", kind="single", scene=at.links(*at.TRIMMED, disk="ssd"),
        prompt=_("A file was deleted on an SSD with TRIM. Can it be brought back?"),
        because=_("Mostly not: the SSD was told that it may forget these blocks, and reads zeros from them. On a hard disk the bytes stay until somebody needs the room."),
        hints=(_("What does the SSD learn of the deletion?"), _("TRIM names the blocks that nobody uses."), _("What does it give when they are read?")),
        choices=(
            Choice(text=_("mostly not: its blocks read as zeros"), right=True),
            Choice(text=_("yes, as on a hard disk"), why=_("There, nobody tells the disk anything."), scene=at.links(*at.UNDELETED, disk="hdd")),
            Choice(text=_("yes, from the journal"), why=_("It holds tables, and the same places are soon used again."), scene=at.journal("ordered")),
            Choice(text=_("yes, for one day"), why=_("There is no time of grace: it is forgotten when the SSD finds it useful."), scene=at.links(*at.TRIMMED, disk="ssd")),
        ),
    ),
    Question(
        id="filesystems-move", kind="single", scene=at.blocks(*at.RENAMED),
        prompt=_("mv from one file system to another is …"),
        because=_("A copy, and then a deletion. Inside one file system it is a change of names; between two there is no common inode."),
        hints=(_("What does a name hold?"), _("The number of an inode of its own file system."), _("Can it name an inode of another one?")),
        choices=(
            Choice(text=_("a copy, then a deletion"), right=True),
            Choice(text=_("a change of one name"), why=_("So it is inside one file system."), scene=at.blocks(*at.RENAMED)),
            Choice(text=_("a new hard link"), why=_("Hard links cannot leave their file system: EXDEV."), scene=at.links(("link", "b"))),
            Choice(text=_("a refusal"), why=_("That is link(2), and rename(2) itself; mv then copies."), scene=at.blocks(*at.MADE)),
        ),
    ),
    Question(
        id="filesystems-inodes", kind="single", scene=at.room(_EMPTY.files),
        prompt=_("df shows 40 % free, and creating a file fails: no space left on device. Why?"),
        because=Message.of("There is no inode left. An ext4 of 1 GiB has room for {n} files, be they empty; the number was fixed when it was made. df -i shows it.", n=_EMPTY.files),
        hints=(_("What does a file need beside blocks?"), _("An inode."), _("Are there as many as one likes?")),
        choices=(
            Choice(text=_("there is no inode left"), right=True),
            Choice(text=_("the free room is in pieces"), why=_("Then the file would be in pieces too. It would be made all the same."), scene=at.ageing(fill=95)),
            Choice(text=_("the free room is reserved for root"), why=_("Five percent are. Not forty."), scene=at.room(1000, 1_000_000)),
            Choice(text=_("the disk is dying"), why=_("Then it would say: input/output error."), scene=at.checksum(1, "parent")),
        ),
    ),
    Question(
        id="filesystems-reads", kind="numeric", answer=_READS.reads if _READS else 0, tolerance=1e-9, scene=at.pointers(GIB),
        prompt=_("A file system has direct and indirect pointers and blocks of 4 KiB. The inode is in memory. How many blocks of pointers must be read to find the byte at 1 GiB?"),
        because=Message.of("{n}: beyond 4 MiB and 48 KiB the single indirect block does not reach; the double one reaches to about 4 GiB. The limit of all is about {tib} TiB.", n=_READS.reads if _READS else 0, tib=round(_LIMIT / (1 << 40))),
        hints=(_("How many pointers are in a block of 4 KiB?"), _("1024: so a single indirect block reaches over 4 MiB."), _("And a double one over 1024 times that.")),
        choices=(
            Choice(value=1, why=_("One block of 1024 pointers reaches over 4 MiB."), scene=at.pointers(1_000_000)),
            Choice(value=3, why=_("Three levels are needed from about 4 GiB on."), scene=at.pointers(4_299_210_752)),
            Choice(value=0, why=_("Only the first 12 blocks stand in the inode."), scene=at.pointers(0)),
        ),
    ),
    Question(
        id="filesystems-recipe", kind="order", scene=at.replace("fsync_rename_dir", "posix"),
        prompt=_("A program replaces a file so that after any crash the old or the new one is there, and when it has said “saved”, the new one. Put the steps in order."),
        because=_("First the new bytes must be on the disk under another name, then the name changes in one step, then the change itself is made durable."),
        hints=(_("When may the old file go?"), _("Only when the new one is safely on the disk."), _("And the change of names stands in the directory.")),
        choices=(
            Choice(text=_("write a temporary file in the same directory"), why=_("The old file must stay whole until the new one is there."), scene=at.replace("truncate", "posix")),
            Choice(text=_("fsync the temporary file"), why=_("The bytes must be on the disk before a name promises them."), scene=at.replace("rename", "posix")),
            Choice(text=_("rename it over the old one"), why=_("The change of names is one step: before it the old file, after it the new one."), scene=at.replace("unlink", "posix")),
            Choice(text=_("fsync the directory"), why=_("Only this makes the new name itself durable."), scene=at.replace("fsync_rename", "posix")),
        ),
    ),
    Question(
        id="filesystems-held", kind="single", scene=at.links(*at.HELD),
        prompt=_("A program writes to a log of 10 GB. You delete the log with rm. How much room is free now?"),
        because=_("None of it, as long as the program has the file open: it has no name any more, and still an inode and blocks. du does not find it, df counts it."),
        hints=(_("When are blocks freed?"), _("When there is no name and nobody has it open."), _("Who still has it open?")),
        choices=(
            Choice(text=_("as much as before, until the program closes it"), right=True),
            Choice(text=_("10 GB more"), why=_("Once the program ends, or opens its log anew."), scene=at.links(*at.HELD, ("close",))),
            Choice(text=_("rm is refused"), why=_("On Linux one may take away a name at any time. (Windows would refuse.)"), scene=at.links(*at.HELD)),
            Choice(text=_("10 GB more, and the program gets an error"), why=_("It goes on writing into a file without a name."), scene=at.links(*at.HELD)),
        ),
    ),
)  # fmt: skip
