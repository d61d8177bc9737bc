"""The sentences of the notes about file systems, and two that everybody says, each judged."""

from coursekit.i18n import mark as _
from coursekit.quizzes.filesystems import scenes as at
from coursekit.quizzes.question import Claim

CLAIMS = (
    Claim(
        id="filesystems-claim-decode", verdict="imprecise", scene=at.blocks(*at.RENAMED),
        quote=_("File system: it decodes the data and presents them as directories"),
        correct=_("It decodes nothing: what is in a file, programs understand. It keeps order among blocks: which are free, which belong together, under which names, with which owner, rights and times, and what holds after a crash. Directories are files too: lists of names and inode numbers."),
        source="inode(7), ext4(5)", question="filesystems-directory",
    ),
    Claim(
        id="filesystems-claim-partition", verdict="wrong", scene=at.room(0),
        quote=_("The partition is the file system (said without saying it)"),
        correct=_("A file system lies on any row of blocks: a partition, a logical volume, a whole disk, a RAID, even a file. And a partition may hold none."),
        source="mke2fs(8)", question="filesystems-move",
    ),
    Claim(
        id="filesystems-claim-snapshot", verdict="right", scene=at.cow(2),
        quote=_("Snapshot ≠ backup"),
        correct=_("Right, for btrfs and ZFS as well: a snapshot costs nothing because it shares the blocks. What happens to them happens to both. Sent to another machine, it becomes a backup."),
        source="btrfs-send(8), zfs-send(8)", question="filesystems-two-copies",
    ),
    Claim(
        id="filesystems-claim-erases", verdict="wrong", scene=at.links(*at.UNDELETED),
        quote=_("Deleting erases (everybody says so)"),
        correct=_("Deleting takes away a name. The blocks are freed when there is no name left and nobody has the file open; their bytes stay until somebody needs the room, or an SSD is told to forget them."),
        source="unlink(2)", question="filesystems-undelete",
    ),
    Claim(
        id="filesystems-claim-journal", verdict="wrong", scene=at.replace("truncate", "ordered"),
        quote=_("A journal saves the files (everybody says so)"),
        correct=_("It saves the agreement of the tables. Usually the contents are not in it: a file may be whole, old, empty or missing after a crash, and the file system is in order all the same."),
        source="ext4(5), data=", question="filesystems-ordered",
    ),
)  # fmt: skip
