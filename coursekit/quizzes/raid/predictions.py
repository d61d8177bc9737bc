"""What each RAID lab asks before it runs, and the state of the lab that answers."""

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Choice, Prediction, Question, Scene
from coursekit.sims.message import Message
from coursekit.sims.raid.layouts import Array, places
from coursekit.sims.raid.losses import survival
from coursekit.sims.raid.performance import DISKS, speed_up
from coursekit.sims.raid.planner import small_write
from coursekit.sims.raid.reliability import (
    HOURS_PER_YEAR,
    Risk,
    latent_loss_probability,
    loss_probability,
    mttdl,
)

_FIVE = Array(level="5", disks=4)
_TEN = Array(level="10", disks=4)
_FAR = Array(level="10", disks=4, near=1, far=2)
_RISK = Risk(level="5", disks=8, mttf_hours=1e6, repair_hours=24.0)
_TEN_YEARS = 10 * HOURS_PER_YEAR
_FORMULA = loss_probability(mttdl(_RISK), _TEN_YEARS)
_LATENT = latent_loss_probability(_RISK, 168.0, _TEN_YEARS)
_TIMES = round(_LATENT / _FORMULA, -1)  # to two figures: the choices are apart by tens
_SMALL = small_write(Array(level="5", disks=3))

PREDICTIONS = {
    "raid-layout": Prediction(
        question=Question(
            id="raid-predict-layout", kind="numeric", tolerance=1e-9, answer=places(_FIVE, 3)[0][0],
            prompt=_("RAID 5 on four disks, left-symmetric as Linux does it. The first row holds D0, D1, D2 and P. On which disk (0 to 3) is D3?"),
            because=_("In the second row parity has moved one disk to the left, and a symmetric layout begins to count just after it: D3 is on disk 3. Four chunks read in a row come from four disks."),
            choices=(Choice(value=0, why=_("That is the asymmetric layout: there each row begins again on disk 0."), scene=Scene(lab="raid-layout", values={"level": "5", "layout": "left-asymmetric", "row": 1})),),
            hints=(_("Where is P in the second row?"), _("P moves one disk to the left: it is on disk 2."), _("The row begins on the disk after P.")),
        ),
        scene=Scene(lab="raid-layout", values={"level": "5", "disks": 4, "row": 1, "disk": 3}),
        change=_("choose the asymmetric layout and find D3 again. Which of the two always reads four chunks in a row from four disks?"),
    ),
    "raid-own": Prediction(
        question=Question(
            id="raid-predict-own", kind="numeric", tolerance=1e-9, answer=12,
            prompt=_("Four disks, parity always on the last one (RAID 4). Twelve data blocks are written, one at a time. How many writes does the parity disk get?"),
            because=_("Every one of them: parity is written with each block. Each data disk gets four."),
            choices=(
                Choice(value=4, why=_("Each data disk gets four. Parity belongs to all of them, so it follows every write.")),
                Choice(value=6, why=_("Twelve blocks cost 24 writes, 6 a disk if they were spread evenly. They are not.")),
            ),
            hints=(_("Which blocks change on disk when one data block is written?"), _("The block and its parity."), _("Where is the parity each time?")),
        ),
        scene=Scene(lab="raid-own", values={"disks": 4, "rows": 4}),
        change=_("write a layout of your own in the cell above that spreads the parity."),
    ),
    "raid-parity": Prediction(
        question=Question(
            id="raid-predict-parity", kind="single",
            prompt=_("You flip one bit of one data byte. How many bits of P change?"),
            because=_("Exactly one: XOR treats each column of bits alone. Q mixes the columns, so several of its bits may change."),
            choices=(
                Choice(text=_("exactly one"), right=True),
                Choice(text=_("one or more, as the carry goes"), why=_("A sum has carries; XOR has none."), scene=Scene(lab="raid-parity", values={"d0": 0xDF})),
                Choice(text=_("about half of them"), why=_("That is how a checksum behaves. P is made so that it can be undone, bit by bit."), scene=Scene(lab="raid-parity", values={"d0": 0xDF})),
                Choice(text=_("none, if another bit in the column is 1"), why=_("P says whether the number of ones is odd. One more or one less always changes that."), scene=Scene(lab="raid-parity", values={"d0": 0xDF})),
            ),
            hints=(_("P's bit in a column is 1 when the number of ones above it is odd."), _("Does flipping one of them change odd to even?"), _("And do the other columns notice?")),
        ),
        scene=Scene(lab="raid-parity", values={"d0": 0xDF}),
        change=_("press a bit of D3 and compare how many bits of Q follow; then lose two blocks."),
    ),
    "raid-write": Prediction(
        question=Question(
            id="raid-predict-write", kind="numeric", tolerance=1e-9, answer=_SMALL.reads + _SMALL.writes,
            prompt=_("RAID 5 of three disks, one small write. How many disk operations, reads and writes together?"),
            because=Message.of(
                "{reads} read and {writes} writes: with one other data block it is cheaper to read that one than the old block and the old parity. The famous 4 begins with four disks.",
                reads=_SMALL.reads, writes=_SMALL.writes,
            ),
            choices=(
                Choice(value=4, why=_("Four is the textbook's penalty: read two, write two. On three disks there is a shorter way.")),
                Choice(value=2, why=_("The new parity cannot be computed from the new block alone: something must be read.")),
                Choice(value=1, why=_("That is RAID 0: nothing to keep in step.")),
            ),
            hints=(_("Two blocks change on disk: which?"), _("What must be known to compute the new parity?"), _("Reading the one other data block is enough.")),
        ),
        scene=Scene(lab="raid-write", values={"level": "5", "disks": 3}),
        change=_("add disks one by one: where does the plan turn from reconstruct-write to read-modify-write?"),
    ),
    "raid-disks": Prediction(
        question=Question(
            id="raid-predict-disks", kind="single",
            prompt=_("RAID 5 of four disks with a hot spare. A disk is pulled; the spare takes over at once. Half-way through the rebuild a second disk dies. What becomes of the data?"),
            because=_("Until the rebuild is complete the array bears no further failure: half a disk is no disk. The spare shortens the race, it does not win it."),
            choices=(
                Choice(text=_("they are lost"), right=True),
                Choice(text=_("half of them survive, the half already rebuilt"), why=_("Every file is spread over all disks: the stripes not yet rebuilt have lost two blocks of four, and with them most files."), scene=Scene(lab="raid-disks", actions=((24.0, "pull", 1), (29.0, "fail", 2)))),
                Choice(text=_("they survive: the spare counts as the fourth disk"), why=_("It counts when it is full. Until then the array runs on three disks, and now on two."), scene=Scene(lab="raid-disks", actions=((24.0, "pull", 1), (29.0, "fail", 2)))),
                Choice(text=_("the rebuild stops and waits for a new disk"), why=_("There is nothing to wait for: the blocks needed for the rest of the rebuild are gone."), scene=Scene(lab="raid-disks", actions=((24.0, "pull", 1), (29.0, "fail", 2)))),
            ),
            hints=(_("How many missing disks does RAID 5 bear?"), _("Is a disk that is half rebuilt missing?"), _("Two missing: one too many.")),
        ),
        scene=Scene(lab="raid-disks", actions=((24.0, "pull", 1), (29.0, "fail", 2))),
        change=_("go back to a moment before the second failure, let disk 2 die after the rebuild instead, and compare run A with run B."),
    ),
    "raid-speed": Prediction(
        question=Question(
            id="raid-predict-speed", kind="numeric", tolerance=0.15, answer=speed_up(4, 512, 4, DISKS["HDD 7200"]), unit="×",
            prompt=_("RAID 0 of four hard disks, one random read of 4 KiB at a time. How many times faster than one disk?"),
            because=_("×1: the 4 KiB are on one disk, and three disks wait. More disks serve more requests, not one request faster."),
            choices=(
                Choice(value=4, why=_("×4 needs all four disks at work. One small request uses one.")),
                Choice(value=2, why=_("There is no half-way: one request, one disk.")),
            ),
            hints=(_("How many disks hold those 4 KiB?"), _("What do the others do meanwhile?"), _("Nothing: so how much faster?")),
        ),
        scene=Scene(lab="raid-speed", values={"level": "0", "disks": 4, "in_flight": 1}),
        change=_("raise the requests in flight to 16, then make one request 64 MiB long instead."),
    ),
    "raid-pairs": Prediction(
        question=Question(
            id="raid-predict-pairs", kind="single",
            prompt=_("RAID 10 of four disks (near 2: copies side by side). Two random disks die. What is the chance that all data survive?"),
            because=_("Of the six pairs of disks only the two mirrors are fatal. In the far layout the copies are shifted by one disk, and four pairs are."),
            choices=(
                Choice(text=str(survival(_TEN, 2)), right=True),
                Choice(text=str(survival(_FAR, 2)), why=_("That is the far layout: faster for reading, weaker in survival."), scene=Scene(lab="raid-pairs", values={"level": "10", "disks": 4, "copies": "f2"})),
                Choice(text="0", why=_("One failure in each mirror is borne."), scene=Scene(lab="raid-pairs", values={"level": "10", "disks": 4})),
                Choice(text="1", why=_("Not if the two that die hold the same blocks."), scene=Scene(lab="raid-pairs", values={"level": "10", "disks": 4})),
            ),
            hints=(_("How many pairs can be made of four disks?"), _("Which of the six pairs hold the same blocks?"), _("(0, 1) and (2, 3): two of six are fatal.")),
        ),
        scene=Scene(lab="raid-pairs", values={"level": "10", "disks": 4}),
        change=_("choose “far 2” and count the fatal pairs again."),
    ),
    "raid-survival": Prediction(
        question=Question(
            id="raid-predict-survival", kind="single",
            prompt=_("RAID 5 of 8 disks, mean life 10⁶ h, rebuild 24 h. The textbook formula gives the chance of loss in ten years. Now add sectors that rot unseen until a weekly scrub finds them. How many times likelier is a loss?"),
            because=Message.of(
                "From {formula:.2%} to {latent:.2%}: about {times} times. The formula waits for a second dead disk; in life one unreadable sector is enough.",
                formula=_FORMULA, latent=_LATENT, times=int(_TIMES),
            ),
            choices=(
                Choice(text=Message.of("about {times} times", times=int(_TIMES)), right=True),
                Choice(text=_("about as likely"), why=_("A whole disk dies rarely; a bad sector somewhere on seven disks is common."), scene=Scene(lab="raid-survival", values={"risk": "latent"})),
                Choice(text=Message.of("about {times} times", times=4), why=_("Too mild: at the moment of the rebuild any bad sector on the seven others counts."), scene=Scene(lab="raid-survival", values={"risk": "latent"})),
                Choice(text=Message.of("about {times} times", times=40), why=_("Still too mild: between two scrubs there are days for a sector to rot, against one day of rebuild for a disk to die."), scene=Scene(lab="raid-survival", values={"risk": "latent"})),
            ),
            hints=(_("The formula needs a second disk to die within 24 hours."), _("A latent defect waits half a scrub period on average: 84 hours, on any of seven disks."), _("And it comes far more often (every 9259 h) than a dead disk (every 10⁶ h).")),
        ),
        scene=Scene(lab="raid-survival", values={"risk": "latent"}),
        change=_("scrub once a year instead of once a week; then take RAID 6."),
    ),
    "raid-hole": Prediction(
        question=Question(
            id="raid-predict-hole", kind="single",
            prompt=_("A RAID 5 was writing block D0 when the power went: the data reached its disk, the new parity did not. The machine restarts and nothing is resynchronised. Later disk 2 dies. Which block comes back wrong?"),
            because=_("D2, which nobody was writing: it is computed from D0, D1 and a parity that still describes the old D0."),
            choices=(
                Choice(text=_("D2, which nobody was writing"), right=True),
                Choice(text=_("D0, which was being written"), why=_("D0 is on its disk, whole and new. It is not computed from anything."), scene=Scene(lab="raid-hole", values={"cure": "none", "crash": "between"})),
                Choice(text=_("none: the disk had finished its write"), why=_("The disk had, the stripe had not: data and parity no longer agree."), scene=Scene(lab="raid-hole", values={"cure": "none", "crash": "between"})),
                Choice(text=_("all of them"), why=_("Blocks on living disks are read as they are. Only what is computed is wrong."), scene=Scene(lab="raid-hole", values={"cure": "none", "crash": "between"})),
            ),
            hints=(_("Which blocks are read, and which is computed?"), _("From what is D2 computed?"), _("Does that parity know the new D0?")),
        ),
        scene=Scene(lab="raid-hole", values={"cure": "none", "crash": "between"}),
        change=_("choose each cure in turn: which one needs an extra device, which one only time?"),
    ),
}  # fmt: skip
