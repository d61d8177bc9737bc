"""The sentences of the notes about RAID, each judged and tied to a lab state that shows it."""

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Claim, Scene

CLAIMS = (
    Claim(
        id="raid-claim-times-four", verdict="imprecise",
        quote=_("RAID 0: several disks acting as one, reading and writing ×4"),
        correct=_("×N is an upper bound, and N is 4 only with four disks. Long sequential transfers and deep queues reach it; one small request works on one disk, ×1. For SSDs the bus or the processor is often the bound. And any one dead disk takes everything with it."),
        source="md(4)", question="raid-really-times-four",
        scene=Scene(lab="raid-speed", values={"level": "0", "disks": 4, "in_flight": 1}),
    ),
    Claim(
        id="raid-claim-mirror", verdict="incomplete",
        quote=_("RAID 1: each piece of data on one disk is cloned on another"),
        correct=_("Right: and there may be more than two copies. Reads are shared between the copies when several requests are in flight; a single sequential stream is no faster, and a write ends when the slowest copy has ended."),
        source="md(4)", question="raid-really-times-four",
        scene=Scene(lab="raid-layout", values={"level": "1", "disks": 3}),
    ),
    Claim(
        id="raid-claim-ten", verdict="wrong",
        quote=_("RAID 1 0: clusters (RAID 0) in double (RAID 1)"),
        correct=_("That describes RAID 0+1, a mirror of stripes. RAID 1+0 is a stripe of mirrors. Space and speed are the same, survival is not: with 8 disks a random second failure kills RAID 10 with chance 1/7 and RAID 01 with 4/7."),
        source="md(4)", question="raid-second-failure",
        scene=Scene(lab="raid-pairs", values={"level": "01", "disks": 8}),
    ),
    Claim(
        id="raid-claim-checksum", verdict="imprecise",
        quote=_("RAID 5: a checksum disk which adds up the values of the others"),
        correct=_("The block is parity: a bitwise XOR, not an arithmetic sum; and not a checksum, for alone it cannot say which block is wrong. It restores a block known to be missing. A disk of its own for parity is RAID 4."),
        source="Patterson, Gibson, Katz 1988", question="raid-parity-holds",
        scene=Scene(lab="raid-parity", values={"lost": "D2"}),
    ),
    Claim(
        id="raid-claim-busy-parity", verdict="imprecise",
        quote=_("The checksum disk gets many reads and writes"),
        correct=_("Right for writes: every small write updates parity, so RAID 4 never gets beyond half the rate of one disk from five disks on. Wrong for reads: in normal reading its parity disk is idle."),
        source="md(4)", question="raid-parity-holds",
        scene=Scene(lab="raid-speed", values={"level": "4", "disks": 8, "in_flight": 16, "read": 0}),
    ),
    Claim(
        id="raid-claim-rotate", verdict="right",
        quote=_("So the checksum space is spread over the disks"),
        correct=_("That is RAID 5, with rotating parity. Writes no longer queue at one disk, and reads gain one more arm."),
        source="md(4)", question="raid-parity-holds",
        scene=Scene(lab="raid-layout", values={"level": "5", "disks": 5}),
    ),
    Claim(
        id="raid-claim-spare", verdict="incomplete",
        quote=_("Hot spare, hot plug"),
        correct=_("Two things: a hot spare is an idle disk already powered, and the rebuild starts by itself. Hot plug means that a disk can be exchanged without stopping the machine; somebody must still bring it. A global spare serves several arrays."),
        source="mdadm(8)", question="raid-three-days",
        scene=Scene(lab="raid-disks", values={"spare": "hot"}, actions=((24.0, "pull", 1),)),
    ),
    Claim(
        id="raid-claim-safe", verdict="wrong",
        quote=_("(between the lines) RAID keeps data safe"),
        correct=_("RAID answers one threat: the failure of a disk. Deletion, ransomware, bugs, fire, theft and a controller gone mad strike all copies at once. RAID is not a backup."),
        source="md(4)", question="raid-ransomware",
        scene=Scene(lab="raid-hole", values={"cure": "none", "crash": "between"}),
    ),
)  # fmt: skip
