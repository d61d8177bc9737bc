"""The eight questions of the RAID chapter; every figure in them is computed."""

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Choice, Question, Scene
from coursekit.sims.message import Message
from coursekit.sims.raid.layouts import Array
from coursekit.sims.raid.losses import survival
from coursekit.sims.raid.planner import Plan, small_write


def _cost(plan: Plan) -> Message:
    return Message.of("{reads} reads and {writes} writes", reads=plan.reads, writes=plan.writes)


def _chance(level: str, disks: int) -> str:
    """The chance to survive a second random failure, as a fraction."""
    return str(survival(Array(level=level, disks=disks), 2))  # type: ignore[arg-type]


PAIRS_10 = Scene(lab="raid-pairs", values={"level": "10", "disks": 8})
PAIRS_01 = Scene(lab="raid-pairs", values={"level": "01", "disks": 8})
WRITE_6 = Scene(lab="raid-write", values={"level": "6", "disks": 6}, moment=0)
WRITE_5 = Scene(lab="raid-write", values={"level": "5", "disks": 6}, moment=0)
PARITY = Scene(lab="raid-parity", values={"lost": "D2"})
LOCATE = Scene(lab="raid-parity", values={"lost": "D2", "also": "P"})
PULLED = ((24.0, "pull", 1),)
NO_SPARE = Scene(lab="raid-disks", values={"spare": "none"}, actions=PULLED)
HOT_SPARE = Scene(lab="raid-disks", values={"spare": "hot"}, actions=PULLED)
DEEP = Scene(lab="raid-speed", values={"level": "0", "disks": 4, "in_flight": 16})
SHALLOW = Scene(lab="raid-speed", values={"level": "0", "disks": 4, "in_flight": 1})
SSD = Scene(lab="raid-speed", values={"level": "0", "disks": 4, "in_flight": 1, "kind": "SATA SSD"})
SCRUB = Scene(lab="raid-survival", values={"risk": "latent"})

QUESTIONS = (
    Question(
        id="raid-second-failure", kind="single",
        prompt=_("A RAID 10 of 8 disks has lost one. A second random disk dies. What is the chance that the data survive?"),
        because=_("Of the 7 disks left only the dead disk's twin is fatal: 6 of 7 second failures are survived."),
        hints=(
            _("Draw the eight disks as four mirrors."),
            _("After the first failure, how many of the other seven would take the last copy of something?"),
            _("Only the twin of the dead disk would: 1 disk of 7."),
        ),
        choices=(
            Choice(text=_chance("10", 8), right=True),
            Choice(text=_chance("01", 8), why=_("That is RAID 01, a mirror of stripes: there one dead disk stops its whole side, and 4 of the 7 others are fatal."), scene=PAIRS_01),
            Choice(text="0", why=_("That would be an array that bears exactly one failure. RAID 10 bears one failure a mirror."), scene=PAIRS_10),
            Choice(text="1", why=_("Half of the disks are copies, but the copy of a given disk is one given disk: if its twin dies too, both copies are gone."), scene=PAIRS_10),
        ),
        scene=PAIRS_10,
    ),
    Question(
        id="raid-parity-holds", kind="single",
        prompt=_("What does a parity block of RAID 5 hold?"),
        because=_("Each of its bits says whether an odd number of the stripe's data bits are 1: that is XOR."),
        hints=(
            _("Any one missing block must be computed from the others with it."),
            _("Look at one column of bits in the parity lab."),
            _("Flip one data bit: exactly one parity bit flips, never a carry."),
        ),
        choices=(
            Choice(text=_("the XOR of the stripe's data blocks"), right=True),
            Choice(text=_("their sum modulo 256"), why=_("“Adds up” taken literally. A sum carries from bit to bit; XOR does not, which is why flipping one bit flips one bit."), scene=PARITY),
            Choice(text=_("a CRC of each block"), why=_("That is a checksum: it tells that a block is wrong and can bring nothing back. Parity brings a missing block back and cannot tell which one is wrong."), scene=LOCATE),
            Choice(text=_("a copy of the next block"), why=_("That is mirroring. A copy restores one block; parity restores whichever one is missing."), scene=PARITY),
        ),
        scene=PARITY,
    ),
    Question(
        id="raid-six-small-write", kind="single",
        prompt=_("One small write on a healthy RAID 6 of 6 disks: what do the disks do?"),
        because=Message.of(
            "RAID 6 keeps two parities: {cost}, whichever of the two ways it computes them.",
            cost=_cost(small_write(Array(level="6", disks=6))),
        ),
        hints=(
            _("What must be known to compute the new P and the new Q?"),
            _("The old block, the old P and the old Q are enough; so are the other data blocks."),
            _("Three blocks change on disk: the data, P and Q."),
        ),
        choices=(
            Choice(text=_cost(small_write(Array(level="6", disks=6))), right=True),
            Choice(text=Message.of("{reads} reads and {writes} writes", reads=0, writes=6), why=_("The whole stripe is rewritten only when all of it is new. For one block the others stay where they are."), scene=WRITE_6),
            Choice(text=_cost(small_write(Array(level="5", disks=6))), why=_("That is the rule of RAID 5. RAID 6 has a second parity to bring up to date."), scene=WRITE_5),
            Choice(text=Message.of("{reads} reads and {writes} writes", reads=0, writes=3), why=_("The new parities cannot be computed from the new block alone: the old contents must be read first."), scene=WRITE_6),
        ),
        scene=WRITE_6,
    ),
    Question(
        id="raid-three-days", kind="single",
        prompt=_("Replacement disks take three days to arrive. What shortens the time at risk most?"),
        because=_("A hot spare is already in the machine: the wait of days is gone and only the rebuild is left."),
        hints=(
            _("The time at risk is detection, plus waiting for a disk, plus the rebuild."),
            _("Which of the three is days long here?"),
            _("What makes the wait zero?"),
        ),
        choices=(
            Choice(text=_("a hot spare"), right=True),
            Choice(text=_("hot plug"), why=_("Hot plug saves the service stop during the exchange. It does not bring the disk any sooner."), scene=NO_SPARE),
            Choice(text=_("a bigger chunk"), why=_("The chunk size is a matter of speed: it changes neither the wait nor the rebuild."), scene=NO_SPARE),
            Choice(text=_("a faster bus"), why=_("The rebuild is hours; the wait is days. A faster bus works on the wrong one of the two."), scene=NO_SPARE),
        ),
        scene=HOT_SPARE,
    ),
    Question(
        id="raid-which-is-wrong", kind="single",
        prompt=_("A check finds that P does not agree with its RAID 5 stripe. Which block is wrong?"),
        because=_("One equation finds one unknown value, if you know which one it is. P alone says that something is wrong, never what."),
        hints=(
            _("How many equations does a RAID 5 stripe have?"),
            _("Change D0 or change D2: can P look the same in both cases?"),
            _("RAID 6 can tell, because Q is a second equation with other coefficients."),
        ),
        choices=(
            Choice(text=_("it cannot be known from parity alone"), right=True),
            Choice(text="P", why=_("Parity is no more fragile than data: a data block that changed silently looks exactly the same."), scene=LOCATE),
            Choice(text=_("the block on the disk written last"), why=_("The array does not remember who was written last; a bitmap remembers regions, not which block is right."), scene=Scene(lab="raid-hole", values={"cure": "bitmap", "crash": "between"})),
            Choice(text=_("the one the XOR points to"), why=_("XOR points nowhere: the difference is the same whichever block changed. With Q beside P, RAID 6 can locate one wrong block."), scene=LOCATE),
        ),
        scene=LOCATE,
    ),
    Question(
        id="raid-why-scrub", kind="single",
        prompt=_("Why is an array scrubbed (read from end to end) every week or month?"),
        because=_("A sector that nobody reads can rot unseen. Found while redundancy is whole, it is repaired; found during a rebuild, it is lost."),
        hints=(
            _("Some sectors are not read for years."),
            _("When is an unreadable sector harmless, and when is it fatal?"),
            _("Compare a weekly and a yearly scrub in the survival lab."),
        ),
        choices=(
            Choice(text=_("to find unreadable sectors while they can still be repaired"), right=True),
            Choice(text=_("to defragment the files"), why=_("That is the file system's business; the array does not know what a file is."), scene=SCRUB),
            Choice(text=_("to erase deleted data for good"), why=_("That is a secure wipe. A scrub reads everything and changes nothing that is sound."), scene=SCRUB),
            Choice(text=_("to bring the speed back up"), why=_("That is what trimming does for an SSD. A scrub costs speed while it runs."), scene=SCRUB),
        ),
        scene=SCRUB,
    ),
    Question(
        id="raid-really-times-four", kind="single",
        prompt=_("When is a RAID 0 of four disks really four times as fast?"),
        because=_("All four disks must be busy all the time: one long sequential transfer, or many requests in flight."),
        hints=(
            _("How many disks does one 4 KiB read touch?"),
            _("How many of the four are busy on average with one request in flight? With sixteen?"),
            _("Move “requests in flight” in the speed lab."),
        ),
        choices=(
            Choice(text=_("for long sequential transfers, or with many requests in flight"), right=True),
            Choice(text=_("always"), why=_("×4 is the bound, not the rule: one small request works on one disk while three do nothing."), scene=SHALLOW),
            Choice(text=_("for writes only"), why=_("Reads are spread over the disks exactly as writes are."), scene=DEEP),
            Choice(text=_("with SSDs only"), why=_("Arms move independently: four of them seek at the same time. An SSD with one request in flight is no better off."), scene=SSD),
        ),
        scene=DEEP,
    ),
    Question(
        id="raid-ransomware", kind="single",
        prompt=_("Ransomware encrypts the files of a server with RAID 6. What do you recover them from?"),
        because=_("For the array an encryption is a write like any other: data, P and Q all follow. Only a copy it cannot reach has the old contents."),
        hints=(
            _("What does the array do when a program overwrites a block?"),
            _("Do P and Q after the write describe the old block or the new one?"),
            _("Which copy was out of the program's reach?"),
        ),
        choices=(
            Choice(text=_("from a backup that is offline or cannot be changed"), right=True),
            Choice(text=_("from P and Q"), why=_("Redundancy is not history: P and Q are rewritten with every block and describe the encrypted data."), scene=WRITE_6),
            Choice(text=_("from the hot spare"), why=_("A spare is empty until a disk dies; it never held your files."), scene=HOT_SPARE),
            Choice(text=_("by a resync"), why=_("A resync makes parity agree with what is on the disks now. It does not go back in time."), scene=Scene(lab="raid-hole", values={"cure": "resync", "crash": "between"})),
        ),
        scene=WRITE_6,
    ),
)  # fmt: skip
