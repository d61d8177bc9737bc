"""The questions of the VM files chapter; every figure in them is computed."""

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Choice, Question
from coursekit.quizzes.vmfiles import scenes as at
from coursekit.sims.message import Message
from coursekit.sims.vmfiles.geometry import CLUSTER_BYTES, Geometry

_EMPTY_KIB = Geometry(size=1 << 40).empty_clusters * CLUSTER_BYTES // 1024

QUESTIONS = (
    Question(
        id="vmfiles-new-snapshot", kind="single", scene=at.chain(at.SNAPSHOT),
        prompt=_("Right after a snapshot of a disk has been taken, without memory, its file is …"),
        because=Message.of("Almost empty: a header and tables, {kib} KiB in a qcow2 overlay of a disk of 1 TiB. It grows with the writes that follow.", kib=_EMPTY_KIB),
        hints=(_("What is copied when a snapshot is taken?"), _("Nothing. What happens to the old file?"), _("It is frozen; the new one takes the writes to come.")),
        choices=(
            Choice(text=_("almost empty"), right=True),
            Choice(text=_("as big as the disk"), why=_("That is a copy. A snapshot begins a new file and leaves the old one where it is."), scene=at.chain(at.SNAPSHOT)),
            Choice(text=_("half as big, as it is compressed"), why=_("There is nothing to compress yet: no cluster is in it."), scene=at.chain(at.SNAPSHOT)),
            Choice(text=_("as big as the machine's memory"), why=_("Only if memory is kept too, to go on where the machine stood. A disk's snapshot has none."), scene=at.consistency("with RAM")),
        ),
    ),
    Question(
        id="vmfiles-base-lost", kind="single", scene=at.chain(*at.TWO_SNAPSHOTS, ("lose", 0)),
        prompt=_("A disk with three snapshots. The base file is damaged beyond repair, the snapshot files are safe. What can be restored?"),
        because=_("Nothing. Each layer holds only what was written while it was on top; for all else it points down, and there is nothing below."),
        hints=(_("What is in a snapshot's file?"), _("Only the clusters written since. Where are the others?"), _("In the base.")),
        choices=(
            Choice(text=_("nothing"), right=True),
            Choice(text=_("the last state"), why=_("It would have to be complete by itself. It holds the clusters that were written last, and no others."), scene=at.chain(*at.TWO_SNAPSHOTS, ("lose", 0))),
            Choice(text=_("all three states"), why=_("They all stand on the base, the first one to be written and the last to be missed."), scene=at.chain(*at.TWO_SNAPSHOTS, ("lose", 0))),
            Choice(text=_("the files that were changed since"), why=_("A layer has clusters, not files: pieces of files, of folders, of tables, in no order that a person could use."), scene=at.chain(*at.TWO_SNAPSHOTS, ("lose", 0))),
        ),
    ),
    Question(
        id="vmfiles-long-chain", kind="single", scene=at.chain(at.SNAPSHOT, at.SNAPSHOT, at.SNAPSHOT, ("read", 9)),
        prompt=_("Snapshots are taken and none is deleted: the chain gets longer. What follows?"),
        because=_("A read looks from the top down until a layer has the cluster: it may visit every layer. Writes go to the top, however long the chain."),
        hints=(_("Where does a write go?"), _("To the top. Where is a cluster that was written long ago?"), _("Somewhere below: how is it found?")),
        choices=(
            Choice(text=_("reads may have to visit more layers"), right=True),
            Choice(text=_("writes have to visit more layers"), why=_("A write goes to the top layer and ends there. (A part of a cluster that is not there yet reads the rest of it first: that is a read.)"), scene=at.chain(at.SNAPSHOT, at.SNAPSHOT, at.SNAPSHOT, ("write", 9))),
            Choice(text=_("nothing changes: layers are merged as they are made"), why=_("Nobody merges them until a snapshot is deleted."), scene=at.chain(at.SNAPSHOT, at.SNAPSHOT, at.SNAPSHOT)),
            Choice(text=_("the guest's disk gets bigger"), why=_("The guest sees the same disk of the same size. What grows is what lies on the host."), scene=at.chain(at.SNAPSHOT, ("write", 9), at.SNAPSHOT, ("write", 9))),
        ),
    ),
    Question(
        id="vmfiles-differential", kind="single", scene=at.plan("differential"),
        prompt=_("A full backup on day 0, a differential one each day after. What is needed to restore day 6?"),
        because=_("Two pieces: the full, and the differential of day 6, which holds everything that has changed since the full. It is the bigger for that."),
        hints=(_("Different from what?"), _("From the last full backup."), _("So what does it hold, and what does it not hold?")),
        choices=(
            Choice(text=_("the full and that of day 6"), right=True),
            Choice(text=_("the full and all six"), why=_("That is an incremental plan, where each holds what changed since the one before."), scene=at.plan("incremental")),
            Choice(text=_("that of day 6 alone"), why=_("It holds what has changed. What never changed is in the full only."), scene=at.plan("fulls")),
            Choice(text=_("that of day 5 and that of day 6"), why=_("That of day 6 does not build on that of day 5: both begin at the full."), scene=at.plan("differential", target=5)),
        ),
    ),
    Question(
        id="vmfiles-two-nas", kind="single", scene=at.copies("nas"),
        prompt=_("The data are on a disk array; a NAS in the same room holds the only backup, never tried. Which figures of 3-2-1 are missed?"),
        because=_("3 and 1: there are two copies where three are asked, and both are at one site. Two kinds of medium it has. And a backup that was never restored is a hope: the 0 of 3-2-1-1-0."),
        hints=(_("Count the copies, production among them."), _("Two. Count the kinds of medium."), _("Two: array and NAS. And the sites?")),
        choices=(
            Choice(text=_("3 and 1"), right=True),
            Choice(text=_("none: there are two devices"), why=_("Two devices in one room: one fire, one flood, one thief."), scene=at.copies("nas")),
            Choice(text=_("2 only"), why=_("Array and NAS are two kinds; it is copies and sites that are missing."), scene=at.copies("nas")),
            Choice(text=_("none, if both use RAID"), why=_("RAID is redundancy, not a copy: what is deleted is deleted on all disks at once."), scene=at.disasters("file deleted")),
        ),
    ),
    Question(
        id="vmfiles-rpo", kind="single", scene=at.rpo(),
        prompt=_("RPO, the recovery point objective, is …"),
        because=_("How much work, measured in time, an accident may destroy: it looks back from the accident to the last good copy. RTO looks forward, to the moment when work goes on."),
        hints=(_("A point in time: before or after the accident?"), _("Before it. What lies between that point and the accident?"), _("Work that is lost.")),
        choices=(
            Choice(text=_("the most work, in time, that may be lost"), right=True),
            Choice(text=_("how soon work must go on"), why=_("That is RTO: it looks forward."), scene=at.rpo(detect=2)),
            Choice(text=_("how long a backup takes"), why=_("Only a part of it: until a backup is whole, the one before it counts."), scene=at.rpo(duration=12)),
            Choice(text=_("how long backups are kept"), why=_("That is retention. It decides how old a mistake may be when it is found."), scene=at.retention(7, 4, 12, 1)),
        ),
    ),
    Question(
        id="vmfiles-ova", kind="single", scene=at.file("ova"),
        prompt=_("An OVA file is …"),
        because=_("A tar of an OVF package: descriptor, manifest, disks. Rename it to .tar and any archive program opens it; the lab's button writes one to try."),
        hints=(_("Look at its bytes around 257."), _("“ustar”: what writes that?"), _("tar. And the name of the first file in it?")),
        choices=(
            Choice(text=_("a tar archive of an OVF package"), right=True),
            Choice(text=_("a disc to boot from"), why=_("That is an ISO: look for CD001 at byte 32 769. An OVA has a disk in it, but it is an archive."), scene=at.file("iso", row=at.DESCRIPTOR_ROW)),
            Choice(text=_("VMware's own format of a disk"), why=_("That is VMDK. OVF is a standard of the DMTF, and an OVA can hold disks of any format."), scene=at.file("qcow2")),
            Choice(text=_("a compressed snapshot"), why=_("A snapshot needs its base. An OVA has all that the machine needs."), scene=at.chain(at.SNAPSHOT)),
        ),
    ),
    Question(
        id="vmfiles-cd001", kind="single", scene=at.file("iso", row=at.DESCRIPTOR_ROW),
        prompt=_("A file has the letters CD001 at byte 32 769. What is it?"),
        because=_("An ISO 9660 image: 16 sectors of 2048 bytes are left to the system, then the volume descriptors begin, each with this mark after its first byte."),
        hints=(_("32 769 is 16 × 2048 + 1."), _("What has sectors of 2048 bytes?"), _("An optical disc.")),
        choices=(
            Choice(text=_("an ISO 9660 volume descriptor stands there"), right=True),
            Choice(text=_("the boot sector of a disk"), why=_("That one ends in 55 AA, at byte 510 (chapter 9)."), scene=at.file("iso")),
            Choice(text=_("an OVA"), why=_("There it is “ustar” at byte 257."), scene=at.file("ova", row=16)),
            Choice(text=_("a qcow2 disk"), why=_("It begins with the letters QFI and the byte FB, at byte 0."), scene=at.file("qcow2")),
        ),
    ),
)  # fmt: skip
