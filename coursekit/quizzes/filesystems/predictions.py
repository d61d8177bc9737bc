"""What each lab on file systems asks before it runs, and the state of the lab that answers."""

from coursekit.i18n import mark as _
from coursekit.quizzes.filesystems import scenes as at
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.filesystems import allocate, cow, crash, inodes, pointers, replace
from coursekit.sims.filesystems.geometry import Geometry
from coursekit.sims.message import Message

GIB, TWO_GB = 1 << 30, 2 * 10**9
_FULL = inodes.fill(Geometry(size=GIB), 0)
_READS = pointers.locate(pointers.Pointers(), TWO_GB)
_STATES = crash.append(crash.sequence("none"))
_KINDS = crash.counts(each.kind for each in _STATES)
_ONE, _MANY = (allocate.read_seconds(allocate.HARD_DISK, extents, 100e6) for extents in (1, 1000))
_RENAME = replace.outcomes(replace.PROTOCOLS["P2"], "posix", finished=False)
_BLOCKS = cow.blocks_written(3)

PREDICTIONS = {
    "filesystems-blocks": Prediction(
        question=Question(
            id="filesystems-predict-blocks", kind="single",
            prompt=_("A file of 3000 bytes gets another name in the same directory. Which blocks are written?"),
            because=_("The directory’s block, and the inode’s for its time. No byte of the file moves, and no bitmap changes: the name was never in the file."),
            choices=(
                Choice(text=_("the directory’s, hardly any other"), right=True),
                Choice(text=_("the three blocks of the file"), why=_("A name stands in the directory, not in the file."), scene=at.blocks(*at.RENAMED)),
                Choice(text=_("both bitmaps"), why=_("Nothing is taken and nothing is freed."), scene=at.blocks(*at.RENAMED)),
                Choice(text=_("none: names are kept in memory"), why=_("Then they would be gone after the next start."), scene=at.blocks(*at.RENAMED)),
            ),
            hints=(_("Where does the name stand?"), _("In the directory: name and inode number."), _("Does the number change?")),
        ),
        scene=at.blocks(*at.RENAMED),
        change=_("delete the file, and choose the blocks it had: what do they hold now? Then look at the directory’s bytes."),
    ),
    "filesystems-path": Prediction(
        question=Question(
            id="filesystems-predict-path", kind="numeric", answer=7, tolerance=1e-9, unit=_("blocks"),
            prompt=_("Nothing is in memory. How many blocks must be read to find the inode of /home/alice/notes.txt, if each inode and each directory is one block?"),
            because=_("7: the inodes of /, home, alice and notes.txt, and between them the directories /, home and alice. From the second time on nearly none: names are kept in memory."),
            choices=(
                Choice(value=1, why=_("Where that block is, only the directories before it know."), scene=at.path("deep")),
                Choice(value=4, why=_("Four inodes. Between them the directories have to be read, too."), scene=at.path("deep")),
                Choice(value=3, why=_("Three directories. Where they are stands in their inodes."), scene=at.path("deep")),
            ),
            hints=(_("Where does one begin?"), _("At the inode of /, number 2."), _("Then directory, inode, directory, inode …")),
        ),
        scene=at.path("deep"),
        change=_("take the path through a symbolic link, then the loop. What does .. cost?"),
    ),
    "filesystems-pointers": Prediction(
        question=Question(
            id="filesystems-predict-pointers", kind="numeric", answer=_READS.reads if _READS else 0, tolerance=1e-9, unit=_("blocks"),
            prompt=_("Blocks of 4 KiB, 12 direct pointers, then a single, a double and a triple indirect block. How many blocks of pointers must be read to find byte 2,000,000,000?"),
            because=Message.of("{n}: 12 direct ones reach 48 KiB, the single one 4 MiB more, the double one 4 GiB more.", n=_READS.reads if _READS else 0),
            choices=(
                Choice(value=1, why=_("1024 pointers reach over 4 MiB."), scene=at.pointers(4_243_455)),
                Choice(value=3, why=_("The third level begins behind 4 GiB."), scene=at.pointers(4_299_210_752)),
                Choice(value=488, why=_("One does not follow a chain: that is FAT. Here it is a tree."), scene=at.fat()),
            ),
            hints=(_("How many pointers of 4 bytes are in 4 KiB?"), _("1024, and each leads to 4 KiB: 4 MiB."), _("And 1024 times 1024 of them?")),
        ),
        scene=at.pointers(1 << 30),
        change=_("choose extents: how many reads now? And with a file in a thousand pieces?"),
    ),
    "filesystems-links": Prediction(
        question=Question(
            id="filesystems-predict-links", kind="single",
            prompt=_("A program writes to a log of 10 GB. You delete it with rm. When is the room free?"),
            because=_("When the program closes it. A file goes when there is no name left and nobody has it open; until then it is there, without a name."),
            choices=(
                Choice(text=_("when the program closes the file"), right=True),
                Choice(text=_("at once"), why=_("So it is when nobody has it open."), scene=at.links(("rm", "a"))),
                Choice(text=_("at the next start of the machine only"), why=_("That closes it too. Ending the program is enough."), scene=at.links(*at.HELD, ("close",))),
                Choice(text=_("never: fsck must find it"), why=_("It is not lost: the inode knows that it is open."), scene=at.links(*at.HELD)),
            ),
            hints=(_("What does rm take away?"), _("A name."), _("Who else holds on to the file?")),
        ),
        scene=at.links(*at.HELD),
        change=_("give it a second name first; then bring a deleted file back, in time, and too late."),
    ),
    "filesystems-fat": Prediction(
        question=Question(
            id="filesystems-predict-fat", kind="single",
            prompt=_("A file that lay in pieces is deleted on a FAT volume. What is left for whoever wants it back?"),
            because=_("Its first cluster and its size: the directory entry is only marked. The chain is zeroed, so where it went on has to be guessed. A file in one piece is guessed easily."),
            choices=(
                Choice(text=_("the first cluster and the size; the chain is gone"), right=True),
                Choice(text=_("everything: only the name is marked"), why=_("The table is cleared as well, or its clusters would stay taken."), scene=at.fat(("create", "NOTES.TXT", 2), ("rm", "NOTES.TXT"))),
                Choice(text=_("nothing: the clusters are overwritten"), why=_("That would take as long as writing the file."), scene=at.fat(("create", "NOTES.TXT", 2), ("rm", "NOTES.TXT"))),
                Choice(text=_("the chain, but not the name"), why=_("The other way round: of the name only the first letter is lost."), scene=at.fat(("create", "NOTES.TXT", 2), ("rm", "NOTES.TXT"))),
            ),
            hints=(_("What must be cleared so that the room can be used again?"), _("The chain in the table."), _("And what stays in the directory?")),
        ),
        scene=at.fat(("create", "NOTES.TXT", 2), ("rm", "NOTES.TXT")),
        change=_("write two files in turns so that both lie in pieces, delete one, and bring it back: what is in it?"),
    ),
    "filesystems-ageing": Prediction(
        question=Question(
            id="filesystems-predict-ageing", kind="numeric", answer=_MANY / _ONE, tolerance=0.1,
            prompt=_("A file of 100 MB lies on a hard disk (12.7 ms for each place, 200 MB/s) in one piece; then in a thousand. How many times longer does it take to read?"),
            because=Message.of("{times:.1f} times: {one:.2f} s become {many:.1f} s. On an SSD a thousand pieces cost about half as much again.", times=_MANY / _ONE, one=_ONE, many=_MANY),
            choices=(
                Choice(value=1000, why=_("The places cost a thousand times as much; the bytes themselves do not."), scene=at.ageing()),
                Choice(value=1.55, why=_("That is an SSD: it has no arm to move."), scene=at.ageing()),
                Choice(value=1, why=_("The arm has to go to each piece."), scene=at.ageing()),
            ),
            hints=(_("How long does one piece take?"), _("12.7 ms, and 100 MB / 200 MB/s = 0.5 s."), _("A thousand times 12.7 ms, and the same half second.")),
        ),
        scene=at.ageing("first_fit", 85),
        change=_("fill the disk more and more, once for each way to choose a hole: which one holds, and up to where?"),
    ),
    "filesystems-room": Prediction(
        question=Question(
            id="filesystems-predict-room", kind="single",
            prompt=_("An ext4 of 1 GiB gets empty files, one after the other. What ends first?"),
            because=Message.of("The inodes, after {n} files, with {share:.0f} % of the blocks free. Their number was fixed when the file system was made: one for 16 KiB.", n=_FULL.files, share=100 * _FULL.free_share),
            choices=(
                Choice(text=_("the inodes, with most blocks free"), right=True),
                Choice(text=_("nothing: empty files take no room"), why=_("No blocks; but each takes an inode."), scene=at.room(_FULL.files)),
                Choice(text=_("the blocks: each file takes 4 KiB"), why=_("An empty file has no block. A file of one byte has."), scene=at.room(60_000, 1)),
                Choice(text=_("the names"), why=_("A directory grows as long as there are blocks."), scene=at.room(_FULL.files)),
            ),
            hints=(_("What does an empty file need?"), _("An inode, and a line in a directory."), _("Which of them is counted out beforehand?")),
        ),
        scene=at.room(_FULL.files),
        change=_("give each file one byte: how much is lost behind their ends? At which size do both end together?"),
    ),
    "filesystems-durable": Prediction(
        question=Question(
            id="filesystems-predict-durable", kind="single",
            prompt=_("A program writes a line and closes the file. Two seconds later the power fails. What is on the disk?"),
            because=_("Most likely nothing of it: write puts bytes into memory, close does not push them on, and the kernel waits some 30 seconds. Only fsync waits until the disk has them."),
            choices=(
                Choice(text=_("most likely nothing of it"), right=True),
                Choice(text=_("the line: the file was closed"), why=_("close frees the handle and writes nothing."), scene=at.durable(*at.CUT)),
                Choice(text=_("the line: two seconds are long for a disk"), why=_("The disk has not been asked yet."), scene=at.durable(*at.CUT)),
                Choice(text=_("half of the line"), why=_("Possible for long texts. For a line, the block goes as a whole."), scene=at.durable(*at.CUT)),
            ),
            hints=(_("Where does write put the bytes?"), _("Into the page cache."), _("Who empties it, and when?")),
        ),
        scene=at.durable(*at.CUT),
        change=_("call fsync first; then take the barriers away: what may the disk itself still hold?"),
    ),
    "filesystems-crash": Prediction(
        question=Question(
            id="filesystems-predict-crash", kind="numeric", answer=len(_STATES), tolerance=1e-9,
            prompt=_("Appending one block writes three: data, bitmap, inode, without a journal and without a flush. How many different states may a crash leave?"),
            because=Message.of("{n}: the disk may carry them out in any order, so any part of the three may be there. {old} of them show the old file, {new} the new one, {garbage} shows somebody’s old bytes, {bad} contradict themselves.", n=len(_STATES), old=_KINDS["old"], new=_KINDS["new"], garbage=_KINDS["garbage"], bad=_KINDS["inconsistent"]),
            choices=(
                Choice(value=4, why=_("So many there are if they come in order: none, one, two, three. Nobody promises an order."), scene=at.crash("none")),
                Choice(value=2, why=_("All or nothing is what a journal is for."), scene=at.crash("journal")),
                Choice(value=6, why=_("That many orders there are. We count what may be there, not how it came."), scene=at.crash("none")),
                Choice(value=3, why=_("Each may be there or not, by itself."), scene=at.crash("none")),
            ),
            hints=(_("Does the disk keep the order?"), _("Not without a flush."), _("Each of the three is there or not.")),
        ),
        scene=at.crash("none"),
        change=_("choose ordered: which kinds of state are gone? Then take the barriers away."),
    ),
    "filesystems-journal": Prediction(
        question=Question(
            id="filesystems-predict-journal", kind="single",
            prompt=_("The power fails when the blocks of a transaction are in the journal and its commit block is not. What does the next start do with them?"),
            because=_("It ignores them: without the commit block the note is not complete. Nothing had been written to its place yet, so the old state is whole."),
            choices=(
                Choice(text=_("it ignores them: the old state stands"), right=True),
                Choice(text=_("it carries out those that are there"), why=_("Half a transaction is just what must never be seen."), scene=at.journal("ordered", crash=5)),
                Choice(text=_("it asks"), why=_("At the start nobody is there to answer, and none is needed."), scene=at.journal("ordered", crash=5)),
                Choice(text=_("it runs fsck over everything"), why=_("A journal is there so that one does not have to."), scene=at.fsck("several")),
            ),
            hints=(_("What does the commit block say?"), _("That the note is complete."), _("And when do blocks go to their places?")),
        ),
        scene=at.journal("ordered", crash=5),
        change=_("let it crash after the commit block; then without barriers, where the commit may come before what it commits."),
    ),
    "filesystems-replace": Prediction(
        question=Question(
            id="filesystems-predict-replace", kind="single",
            prompt=_("A program writes the new version into a temporary file and renames it over the old one, without fsync. Can a crash leave an empty file?"),
            because=Message.of("Yes, where the standard alone is kept: {n} outcomes are possible, for the new name may be on the disk before the new bytes. ext4 usually catches just this case (auto_da_alloc); others do not.", n=len(_RENAME)),
            choices=(
                Choice(text=_("yes: the name may arrive before the bytes"), right=True),
                Choice(text=_("no: rename is atomic"), why=_("It is: old name or new name. But what the new one leads to may not be written yet."), scene=at.replace("rename", "posix")),
                Choice(text=_("no: the file system has a journal"), why=_("The journal has the name. The bytes are not in it."), scene=at.replace("rename", "delalloc")),
                Choice(text=_("no: the old file was never opened"), why=_("It is not changed, but its name is given to another."), scene=at.replace("rename", "posix")),
            ),
            hints=(_("What does rename change?"), _("The directory. Not the bytes."), _("Which of the two reaches the disk first?")),
        ),
        scene=at.replace("rename", "posix"),
        change=_("find the recipe that is safe in all four modes, and what each of its lines is for."),
    ),
    "filesystems-own": Prediction(
        question=Question(
            id="filesystems-predict-own", kind="order",
            prompt=_("A file is to be replaced so that a crash leaves the old or the new one. Put the calls in order."),
            because=_("The new bytes first, then the promise that they are there, then the name, then the promise for the name."),
            choices=(
                Choice(text=_("write, the new bytes"), why=_("Without new bytes there is nothing to promise.")),
                Choice(text=_("fsync"), why=_("fsync makes the new bytes durable: before the name promises them.")),
                Choice(text=_("rename"), why=_("rename gives the old name to what is safely there.")),
                Choice(text=_("fsyncdir"), why=_("The directory comes last: it holds the new name.")),
            ),
            hints=(_("What must be safe before the old file may lose its name?"), _("The new bytes."), _("And at last the new name itself.")),
        ),
        scene=at.program(),
        change=_("leave out one line after the other, and see in which mode it is missed."),
    ),
    "filesystems-fsck": Prediction(
        question=Question(
            id="filesystems-predict-fsck", kind="single",
            prompt=_("Two files claim the same block. What does fsck do?"),
            because=_("It gives the later one a copy of the block. Both are whole again, and one of them has somebody else’s bytes: which, fsck cannot know."),
            choices=(
                Choice(text=_("it copies the block for one of them"), right=True),
                Choice(text=_("it deletes both files"), why=_("It keeps what it can, and makes the tables agree."), scene=at.fsck("dup")),
                Choice(text=_("it gives it to the one it belongs to"), why=_("A block does not say whose it is."), scene=at.fsck("dup")),
                Choice(text=_("it takes it away from both"), why=_("Then both would have a hole."), scene=at.fsck("dup")),
            ),
            hints=(_("What does fsck look at?"), _("Only at the tables."), _("How can both claims be made true?")),
        ),
        scene=at.fsck("dup"),
        change=_("take other kinds of damage: a file without a name, a wrong count, a block that nobody claims."),
    ),
    "filesystems-checksum": Prediction(
        question=Question(
            id="filesystems-predict-checksum", kind="single",
            prompt=_("A mirror of two disks; one of them sometimes returns wrong bytes and no error. Does RAID 1 protect from that?"),
            because=_("No: a read takes one of the two, and half of the reads of that block are wrong. Comparing both shows that they differ, not which is right. A checksum decides; with one in the parent, even an old block is noticed."),
            choices=(
                Choice(text=_("no: half of the reads are wrong"), right=True),
                Choice(text=_("yes: it takes the right copy"), why=_("It does not know which that is."), scene=at.checksum(2, "none")),
                Choice(text=_("yes: it reads both and compares"), why=_("Only when it scrubs; and then it knows that they differ, no more."), scene=at.checksum(2, "none", scrub=True)),
                Choice(text=_("yes: disks report every error"), why=_("These are the errors they do not notice."), scene=at.checksum(1, "none")),
            ),
            hints=(_("How many copies does a read take?"), _("One."), _("And how would it notice?")),
        ),
        scene=at.checksum(2, "none"),
        change=_("put the checksum beside the data and let a write get lost (phantom); then put it into the parent."),
    ),
    "filesystems-cow": Prediction(
        question=Question(
            id="filesystems-predict-cow", kind="numeric", answer=_BLOCKS, tolerance=1e-9, unit=_("blocks"),
            prompt=_("A copy-on-write file system never writes over what is in use. One block of a file changes; the tree above it has three levels. How many blocks of data and tree are written, before the root is switched?"),
            because=Message.of("{n}: the block itself, and on each level a new node that points to the new one below. Then a single write switches the root: before it everything is old, after it everything is new.", n=_BLOCKS),
            choices=(
                Choice(value=1, why=_("It lies in a new place; whoever pointed to it must point there now."), scene=at.cow(3)),
                Choice(value=3, why=_("The nodes of the three levels, and the block itself."), scene=at.cow(3)),
                Choice(value=2, why=_("The node above changes too, so the one above that one …"), scene=at.cow(3)),
            ),
            hints=(_("Where does the new block lie?"), _("In a free place: so its parent changes."), _("And the parent lies in a new place too.")),
        ),
        scene=at.cow(3),
        change=_("let it crash at any write: which states are there? Keep the old root: what is that called?"),
    ),
}  # fmt: skip
