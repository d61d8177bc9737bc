"""The sentences of the notes about partitions, each judged and tied to a lab state."""

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Claim
from coursekit.quizzes.volumes import scenes as at

CLAIMS = (
    Claim(
        id="volumes-claim-separate", verdict="incomplete", scene=at.twice("var"),
        quote=_("Partitions: good for separating the OS from the data"),
        correct=_("Right, and for more: a flood of logs fills /var and not /, each volume may have rules of its own (nodev, noexec), its own snapshots and backups, and the system can be installed anew beside the data. It does not help against a dead disk, a deletion or a theft: the same disk has the same fate."),
        source="mount(8); Filesystem Hierarchy Standard 3.0", question="volumes-var",
    ),
    Claim(
        id="volumes-claim-static", verdict="incomplete", scene=at.table("gpt", *at.GAP),
        quote=_("Static partitions"),
        correct=_("The notes say no more. A partition is one run of sectors, fixed in a table: four in an MBR (or three and an extended one with a chain inside), 128 in a usual GPT. It grows only into free room right behind it."),
        source="UEFI specification, chapter 5", question="volumes-inclusive",
    ),
    Claim(
        id="volumes-claim-dynamic", verdict="imprecise", scene=at.extents(*at.ACROSS, ("kill", 2)),
        quote=_("Dynamic partitions (better)"),
        correct=_("Logical volumes are not partitions, but lists of extents. They are better for whoever wants to change: any free extent of any disk will do, while people work. The price is one layer more, tables that must be kept, and no redundancy: a linear volume over two disks is lost if either dies. (Windows’ “dynamic disks” are something else, and deprecated.)"),
        source="lvm(8), lvmraid(7)", question="volumes-linear",
    ),
    Claim(
        id="volumes-claim-one", verdict="imprecise", scene=at.extents(*at.ACROSS),
        quote=_("One single partition in which one makes virtual partitions (LVM)"),
        correct=_("One or many: a volume group takes partitions and whole disks, and a volume may lie on several of them. Beside it a real partition is still needed where the firmware looks for the boot loader (the EFI system partition, FAT)."),
        source="pvcreate(8), vgcreate(8); UEFI specification, chapter 13", question="volumes-layers",
    ),
    Claim(
        id="volumes-claim-snapshot", verdict="right", scene=at.snapshot(1, store=8, pattern="uniform"),
        quote=_("Snapshot ≠ backup"),
        correct=_("Right here too. A classic snapshot holds only what has changed since, in the same volume group: it dies with the disk of its origin, and it is worth nothing once its store is full."),
        source="lvcreate(8)", question="volumes-overflow",
    ),
)  # fmt: skip
