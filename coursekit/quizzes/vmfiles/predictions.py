"""What each VM files lab asks before it runs, and the state of the lab that answers."""

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.quizzes.vmfiles import scenes as at
from coursekit.sims.message import Message
from coursekit.sims.vmfiles import chain
from coursekit.sims.vmfiles.consistency import Guest, copy
from coursekit.sims.vmfiles.geometry import CLUSTER_BYTES, Geometry, size_text
from coursekit.sims.vmfiles.overwrites import Kept, overwrite
from coursekit.sims.vmfiles.plans import Plan, rpo_h, survival, total_gb


def _two_snapshots() -> chain.Disk:
    """Vector 5-V1: layer 1 holds clusters 1 and 2, layer 2 holds 2 and 5."""
    disk = chain.snapshot(chain.full(64))
    disk, _cost = chain.write(disk, 1, 1)
    disk, _cost = chain.write(disk, 2, 2)
    disk = chain.snapshot(disk)
    disk, _cost = chain.write(disk, 2, 3)
    return chain.write(disk, 5, 4, whole=False)[0]


_DISK = _two_snapshots()
_DOWN, _UP = (chain.delete(_DISK, 1, way)[1].copied for way in ("down", "up"))
_TEBIBYTE = Geometry(size=1 << 40)
_EMPTY_KIB = _TEBIBYTE.empty_clusters * CLUSTER_BYTES // 1024
_TABLES_MIB = _TEBIBYTE.l2_bytes >> 20
_COW = overwrite(Kept(method="cow", blocks=100), range(100)).io
_ROW = overwrite(Kept(method="row", blocks=100), range(100)).io
_CRASH = copy(Guest(), "crash")
_MONTH, _WEEK, _SHORT = (100 * survival(0.99, pieces) for pieces in (30, 7, 2))
_RPO = rpo_h(24, 4)
_FOUR_WEEKS = total_gb(Plan(types="FIIIIII" * 4))

PREDICTIONS = {
    "vmfiles-chain": Prediction(
        question=Question(
            id="vmfiles-predict-chain", kind="single",
            prompt=_("A disk of 64 clusters, all written. Snapshot; clusters 1 and 2 are written; another snapshot; 2 and 5 are written. Now you delete the older snapshot. What has to be copied?"),
            because=Message.of("Layer 1 holds clusters 1 and 2, and what is on top still needs them. Merged down into the base, {down} clusters are copied; pulled up into layer 2, only {up}, for layer 2 has a cluster 2 of its own. Deleting a snapshot is work, and it grows with what was written.", down=_DOWN, up=_UP),
            choices=(
                Choice(text=Message.of("{up} or {down} clusters, depending on the direction", up=_UP, down=_DOWN), right=True),
                Choice(text=_("nothing: its file is thrown away"), why=_("Then clusters 1 and 2 would fall back to what they were before the first snapshot. The guest must not notice a deletion."), scene=at.chain(*at.TWO_SNAPSHOTS, ("commit", 1))),
                Choice(text=_("all 64 clusters"), why=_("That is flattening: one file that needs no base any more."), scene=at.chain(*at.TWO_SNAPSHOTS, ("flatten", 0))),
                Choice(text=_("4 clusters: all that were written since"), why=_("Only the layer that goes away is moved. Clusters 2 and 5 of layer 2 stay where they are."), scene=at.chain(*at.TWO_SNAPSHOTS, ("pull", 1))),
            ),
            hints=(_("Which clusters does the older snapshot's layer hold?"), _("Clusters 1 and 2. Where else is each of them?"), _("Layer 2 has a newer cluster 2: who still needs the older one?")),
        ),
        scene=at.chain(*at.TWO_SNAPSHOTS, ("commit", 1)),
        change=_("go back one step and pull up instead; then lose layer 0, and count what can still be restored."),
    ),
    "vmfiles-internal": Prediction(
        question=Question(
            id="vmfiles-predict-internal", kind="single",
            prompt=_("An image keeps its snapshots inside its own file: each is a table that points to clusters, and each cluster counts how many tables point to it. A snapshot is deleted. What is copied?"),
            because=_("Nothing. Its table goes, one is taken off each count, and a cluster whose count is 0 is free at once. What chains pay when a snapshot is deleted, counting pays at each first write after it was taken."),
            choices=(
                Choice(text=_("nothing: counts go down"), right=True),
                Choice(text=_("every cluster that the snapshot points to"), why=_("Those that others need stay where they are; no data moves, only numbers change."), scene=at.internal(("write", 0), ("write", 1), at.SNAPSHOT, ("write", 1), ("delete", 1))),
                Choice(text=_("the clusters that only this snapshot has"), why=_("Nobody needs those any more: they become free."), scene=at.internal(("write", 0), at.SNAPSHOT, ("write", 0), ("delete", 1))),
                Choice(text=_("as much as in a chain of files"), why=_("A chain has each cluster in one file or another, and must move it. Here all states are in one file."), scene=at.chain(*at.TWO_SNAPSHOTS, ("commit", 1))),
            ),
            hints=(_("Who needs a cluster whose count is 2?"), _("Two states. One of them goes away."), _("Then the count is 1. Did the data have to move?")),
        ),
        scene=at.internal(("write", 0), ("write", 1), at.SNAPSHOT, ("write", 1), ("delete", 1)),
        change=_("write cluster 0 right after a snapshot, and again: which of the two writes needs a fresh cluster?"),
    ),
    "vmfiles-geometry": Prediction(
        question=Question(
            id="vmfiles-predict-geometry", kind="single",
            prompt=_("A virtual disk of 1 TiB is snapshotted: a new, empty overlay file takes the writes. How big is that file at once?"),
            because=Message.of("{kib} KiB: a header, the upper table, and counts. Its lower tables, {mib} MiB if the disk is ever full, come with the first writes. No data is copied, whatever the size of the disk: that is why a snapshot is immediate.", kib=_EMPTY_KIB, mib=_TABLES_MIB),
            choices=(
                Choice(text=Message.of("{kib} KiB", kib=_EMPTY_KIB), right=True),
                Choice(text=size_text(_TEBIBYTE.size), why=_("That would be a copy. A snapshot only freezes what is there and begins a new file."), scene=at.chain(at.SNAPSHOT)),
                Choice(text=Message.of("{mib} MiB", mib=_TABLES_MIB), why=_("That is what the tables of a full disk take. In an empty overlay hardly any entry exists yet."), scene=at.geometry()),
                Choice(text=_("as much as was ever written to the disk"), why=_("What was written stays in the frozen file below; the overlay begins with nothing."), scene=at.chain(at.SNAPSHOT)),
            ),
            hints=(_("What must be in a file that has no data yet?"), _("A header and the tables one needs to find out that nothing is there."), _("The upper table has one entry of 8 bytes for each 512 MiB: 16 KiB.")),
        ),
        scene=at.geometry(),
        change=_("choose clusters of 2 MiB: what becomes smaller, and what does a write of one byte to a fresh overlay now copy?"),
    ),
    "vmfiles-overwrites": Prediction(
        question=Question(
            id="vmfiles-predict-overwrites", kind="numeric", answer=_COW, tolerance=1e-9,
            prompt=_("A classic LVM snapshot keeps the disk in place and copies each old block elsewhere before it is overwritten. 100 different blocks are overwritten once each. How many reads and writes on the disk?"),
            because=Message.of("{cow}: for each block, read the old one, write it elsewhere, write the new one. An overlay writes the new block elsewhere and needs {row}; it pays later, with a disk in pieces.", cow=_COW, row=_ROW),
            choices=(
                Choice(value=100, why=_("That is an overlay (redirect-on-write). Here the old block must be saved first."), scene=at.overwrites()),
                Choice(value=200, why=_("To save the old block it must be written elsewhere, and before that it must be read."), scene=at.overwrites()),
                Choice(value=101, why=_("Each of the 100 blocks is saved by itself, when its turn comes."), scene=at.overwrites()),
            ),
            hints=(_("What happens to the old block?"), _("It is read, and written to another place."), _("And then the new one is written: three for each block.")),
        ),
        scene=at.overwrites(),
        change=_("keep four snapshots; then overwrite one and the same block again and again."),
    ),
    "vmfiles-thin": Prediction(
        question=Question(
            id="vmfiles-predict-thin", kind="numeric", answer=0, tolerance=1e-9, unit=_("GB"),
            prompt=_("A thin disk of 500 GB has grown to 400 GB. In the guest, 300 GB of files are deleted. By how much does the disk's file shrink?"),
            because=_("By nothing. To delete is to forget: the guest marks its blocks free in its own tables, and the host sees a small write. Only when the guest says so (discard, TRIM) can the file shrink."),
            choices=(
                Choice(value=300, why=_("The host does not understand the guest's file system. It sees some blocks of tables being written."), scene=at.thin(("write", 0, 400), ("delete", 0, 300))),
                Choice(value=100, why=_("That is what the guest has left. The file on the host still holds all that was ever written."), scene=at.thin(("write", 0, 400), ("delete", 0, 300))),
                Choice(value=400, why=_("Nothing is given back by deleting, let alone more than was deleted."), scene=at.thin(("write", 0, 400), ("delete", 0, 300))),
            ),
            hints=(_("What does the host see when the guest deletes a file?"), _("A small write to the guest's tables."), _("How should the host know that the blocks are free?")),
        ),
        scene=at.thin(("write", 0, 400), ("delete", 0, 300)),
        change=_("let the guest discard; then fill the datastore until a machine is paused."),
    ),
    "vmfiles-consistency": Prediction(
        question=Question(
            id="vmfiles-predict-consistency", kind="numeric", answer=_CRASH.lost, tolerance=1e-9,
            prompt=_("A running machine has 3 writes in its application's memory, 5 in its page cache, 100 on its disk. A snapshot of the disk is taken just so, without asking the guest. How many of the 108 writes are missing in it?"),
            because=Message.of("{lost}: the snapshot sees the disk, and nothing that is still above it, as after a power cut. If the guest freezes its file system first, 3 are missing; if the application is asked too, none.", lost=_CRASH.lost),
            choices=(
                Choice(value=0, why=_("A snapshot of the disk knows nothing of memory. Only one with RAM has it all."), scene=at.consistency("with RAM")),
                Choice(value=3, why=_("That is with a frozen file system: the page cache was written first."), scene=at.consistency("file system")),
                Choice(value=5, why=_("The cache is missing, and so is what the application has not handed over yet."), scene=at.consistency("crash")),
            ),
            hints=(_("Where does a write pass through on its way?"), _("Application, page cache, disk. Which of these is in the snapshot?"), _("Only the disk: 3 and 5 are above it.")),
        ),
        scene=at.consistency("crash"),
        change=_("choose each level in turn: which one needs no repair, and which one does not even boot?"),
    ),
    "vmfiles-disasters": Prediction(
        question=Question(
            id="vmfiles-predict-disasters", kind="single",
            prompt=_("An attacker has the rights of the storage and backup administrator. There is a snapshot on the array, a backup at the same site, one at another site, both online, and one offline. What is left?"),
            because=_("The offline one. What a command can reach, a stolen password can delete, at any distance. Offline or immutable is the fourth figure of 3-2-1-1-0."),
            choices=(
                Choice(text=_("the offline backup only"), right=True),
                Choice(text=_("both backups of the other site"), why=_("Distance helps against fire. The one that is online hears the same command."), scene=at.disasters("hostile administrator")),
                Choice(text=_("all three backups, the snapshot is gone"), why=_("Backups that are online belong to the administrator too; and that is who it is."), scene=at.disasters("hostile administrator")),
                Choice(text=_("nothing"), why=_("A tape on a shelf obeys no command."), scene=at.disasters("hostile administrator")),
            ),
            hints=(_("What can this attacker reach?"), _("Whatever obeys a command over the network."), _("Which of the four does not?")),
        ),
        scene=at.disasters("hostile administrator"),
        change=_("look for the accident that no copy survives, and for what would help against it."),
    ),
    "vmfiles-plan": Prediction(
        question=Question(
            id="vmfiles-predict-plan", kind="numeric", answer=_MONTH, tolerance=0.03, unit="%",
            prompt=_("A full backup, then 29 incremental ones. Each piece can be read back with a chance of 99 %. What is the chance, in %, that the last day can be restored?"),
            because=Message.of("0.99 thirty times over is {month:.0f} %: one bad piece breaks the chain for all that come after it. With a differential one needs two pieces: {short:.0f} %. With a full each week, at most seven: {week:.0f} %.", month=_MONTH, week=_WEEK, short=_SHORT),
            choices=(
                Choice(value=99, why=_("That is one piece. The last day needs the full and all increments since."), scene=at.plan("incremental", 30)),
                Choice(value=_SHORT, why=_("That is a differential: the full, and itself."), scene=at.plan("differential", 30)),
                Choice(value=70, why=_("Nearly: 1 % less for each piece, but of what is left each time."), scene=at.plan("incremental", 30)),
                Choice(value=_WEEK, why=_("That is a chain of seven pieces, a full each week."), scene=at.plan("incremental", 7)),
            ),
            hints=(_("How many pieces does the last day need?"), _("Thirty, and all of them must be readable."), _("0.99 to the power of 30.")),
        ),
        scene=at.plan("incremental", 30),
        change=_("lose item 10, and look which days are gone; then choose differential backups."),
    ),
    "vmfiles-rpo": Prediction(
        question=Question(
            id="vmfiles-predict-rpo", kind="numeric", answer=_RPO, tolerance=1e-9, unit="h",
            prompt=_("A backup begins every 24 hours and takes 4 hours. At worst, how many hours of work does an accident destroy?"),
            because=Message.of("{hours:g} h: just before a backup is whole, the last good one is that which began a day earlier, and a copy holds the state of its start.", hours=_RPO),
            choices=(
                Choice(value=24, why=_("Just before the next one is whole: it has run for nearly 4 h and does not count yet."), scene=at.rpo()),
                Choice(value=4, why=_("That is how long one backup takes."), scene=at.rpo()),
                Choice(value=20, why=_("The four hours come on top: what is written during a backup is not in it."), scene=at.rpo()),
            ),
            hints=(_("From when on does a backup count?"), _("When it is whole. And of which moment is what it holds?"), _("Of its start. So: a period, and the time the next one takes.")),
        ),
        scene=at.rpo(),
        change=_("back up every hour instead: what must the backup's own duration be, and what does the time to be back depend on?"),
    ),
    "vmfiles-retention": Prediction(
        question=Question(
            id="vmfiles-predict-retention", kind="single",
            prompt=_("Every day of 2024 is backed up, but for Sundays. 7 daily, 4 weekly, 12 monthly and 1 yearly are kept. Which backup stands for June at the end of the year?"),
            because=_("29 June, a Saturday: the newest backup of the month. 30 June was a Sunday."),
            choices=(
                Choice(text=_("29 June"), right=True),
                Choice(text=_("30 June"), why=_("It was a Sunday: there is no such backup."), scene=at.retention(7, 4, 12, 1, "Sunday")),
                Choice(text=_("1 June"), why=_("Each class keeps the newest of its bucket, not the first."), scene=at.retention(7, 4, 12, 1, "Sunday")),
                Choice(text=_("none: June is too long ago"), why=_("Twelve monthly ones reach back to January."), scene=at.retention(7, 4, 12, 1, "Sunday")),
            ),
            hints=(_("Is it the first or the last of a month that is kept?"), _("The newest of its month. Which was the last day of June?"), _("A Sunday.")),
        ),
        scene=at.retention(7, 4, 12, 1, "Sunday"),
        change=_("keep 14 dailies and no monthly: how far back can you go now, and with how many copies?"),
    ),
    "vmfiles-copies": Prediction(
        question=Question(
            id="vmfiles-predict-copies", kind="single",
            prompt=_("The data are on a disk array, with three snapshots on the same array. Which figures of 3-2-1 are kept?"),
            because=_("None. A snapshot lives and dies with its disk and counts as no copy: there is one copy, on one kind of medium, at one site."),
            choices=(
                Choice(text=_("none"), right=True),
                Choice(text=_("3: there are four copies"), why=_("If the array is lost, so are all four. What counts is what is left then."), scene=at.copies("snapshot")),
                Choice(text=_("3 and 1"), why=_("The snapshots are where the data are: neither copies nor elsewhere."), scene=at.copies("snapshot")),
                Choice(text=_("2: the array has several disks"), why=_("Several disks in one array are one medium: one controller, one administrator, one fire."), scene=at.copies("snapshot")),
            ),
            hints=(_("The array breaks. What is left?"), _("Do snapshots survive the loss of their base?"), _("So how many copies are there?")),
        ),
        scene=at.copies("snapshot"),
        change=_("start from the good case and take away one thing at a time: which figure falls?"),
    ),
    "vmfiles-bytes": Prediction(
        question=Question(
            id="vmfiles-predict-bytes", kind="single",
            prompt=_("One single bit of the disk inside an OVA is flipped. What does an importer that checks the manifest say?"),
            because=_("It refuses and names the disk: the SHA-256 of its bytes is not the one in the manifest. Half of the digest's bits change when one bit of the file does."),
            choices=(
                Choice(text=_("it refuses, and names the file"), right=True),
                Choice(text=_("it repairs the bit"), why=_("A digest tells that something changed, not what. Parity could tell more (chapter 8)."), scene=at.DAMAGED),
                Choice(text=_("nothing: one bit is within tolerance"), why=_("A digest has no tolerance: any change gives another one."), scene=at.DAMAGED),
                Choice(text=_("it is no tar file any more"), why=_("tar checks the sums of its headers, not the contents of the files."), scene=at.DAMAGED),
            ),
            hints=(_("What is in the manifest?"), _("A digest for each file."), _("What happens to a digest when a bit changes?")),
        ),
        scene=at.DAMAGED,
        change=_("flip a byte of a header instead; then open the ISO and the qcow2, and flip there."),
    ),
    "vmfiles-own": Prediction(
        question=Question(
            id="vmfiles-predict-own", kind="numeric", answer=_FOUR_WEEKS, tolerance=0.01, unit=_("GB"),
            prompt=_("1000 GB of data, of which 20 GB change each day. A full backup each Monday, incremental ones on the other days, for four weeks. How many GB are stored?"),
            because=Message.of("4 × 1000 GB and 24 × 20 GB: {total:g} GB. With fulls only it would be 28 000, with one full and increments 1540; but then the last day hangs on 28 pieces.", total=_FOUR_WEEKS),
            choices=(
                Choice(value=1540, why=_("That is one full and 27 increments. Here each week begins with a full."), scene=at.plan("incremental", 28)),
                Choice(value=28_000, why=_("That is a full each day."), scene=at.plan("fulls", 28)),
                Choice(value=4560, why=_("A week has six increments, not seven: on Monday the full takes their place."), scene=at.OWN),
            ),
            hints=(_("How many fulls in four weeks?"), _("Four, of 1000 GB. And how many increments?"), _("Six a week, of 20 GB each.")),
        ),
        scene=at.OWN,
        change=_("write a plan that stores less than 2500 GB, and never needs more than seven pieces."),
    ),
}  # fmt: skip
