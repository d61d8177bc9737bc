"""What the labs on transactions and trees ask before they show anything."""

from coursekit.i18n import mark as _
from coursekit.quizzes.databases import scenes as at
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.databases.anomalies import ANOMALIES, cell
from coursekit.sims.databases.btree import built, fill, levels, order
from coursekit.sims.databases.labdb import run
from coursekit.sims.message import Message

_LEFT = run("RC", ANOMALIES["lost"].schedule).final["x"]
_LOST, _DIRTY_LOST = cell("lost", "RC"), cell("lost", "RU")
_KEYS = 40
_SORTED = built(order("sorted", _KEYS, 1))
_FULL = 100 * fill(_SORTED)
_BACK = 100 * fill(built(order("reversed", _KEYS, 1)))

PREDICTIONS = {
    "databases-schedule": Prediction(
        question=Question(
            id="databases-predict-schedule", kind="numeric", answer=_LEFT,
            prompt=_("x is 10. Two transactions read x, then each writes what it has read plus 1, and commits: r1 r2 w1 c1 w2 c2, at read committed. What is x at the end?"),
            because=Message.of("{x}: both have read 10, both write {x}. Nobody waits, for the first one has committed before the second one writes; nobody is told that an addition is lost.", x=_LEFT),
            hints=(_("What has each of them read?"), _("Both have read 10: neither had written yet."), _("What does each write then?")),
            choices=(
                Choice(value=12, why=_("So it would be if the second one looked again when it writes: UPDATE … SET x = x + 1 does."), scene=at.schedule(example="atomic")),
                Choice(value=10, why=_("Both commit: something is there."), scene=at.schedule(moment=4)),
            ),
        ),
        scene=at.schedule(),
        change=_("choose a higher level, then the schedules with x := x + 1 and with FOR UPDATE. Who waits, who is aborted?"),
    ),
    "databases-levels": Prediction(
        question=Question(
            id="databases-predict-levels", kind="single",
            prompt=_("x = 10 and y = 20 belong to one customer. Two withdrawals of 25 run at once, one from x, one from y; each first checks that x + y is at least 25. The level is repeatable read, a snapshot. What happens?"),
            because=_("Both commit, and −15 and −5 are left. Each looks at its snapshot, they change different rows, so nobody waits and nobody is first. Only serializable notices."),
            hints=(_("Which rows does each of them read, and which does it change?"), _("Both read both; each changes another one."), _("Waiting and “the first one wins” are about the same row.")),
            choices=(
                Choice(text=_("both commit: x = −15, y = −5"), right=True),
                Choice(text=_("the second one waits, then sees too little money"), why=_("It waits only for a row that another one has changed."), scene=at.levels(example="writeskew", level="S2PL")),
                Choice(text=_("the second one is aborted with 40001"), why=_("Under a snapshot only if both change the same row. Serializable does that."), scene=at.levels(example="writeskew", level="SSI")),
                Choice(text=_("the second one reads −15 and leaves the money"), why=_("Its snapshot is from before, and at this level nobody reads what is not committed."), scene=at.levels("x=10 y=20 r1(x) r1(y) w1(x,x-25)?>=25 r2(x) r2(y) w2(y,y-25)?>=25 c1 c2", level="RU")),
            ),
        ),
        scene=at.levels(example="writeskew", level="SI"),
        change=_("let the first one commit before the second one reads. Then write a schedule of your own in which three transactions wait for each other."),
    ),
    "databases-anomalies": Prediction(
        question=Question(
            id="databases-predict-anomalies", kind="numeric", answer=_LOST.happens,
            prompt=Message.of("Two transactions each read x, add 1 to what they have read, write it and commit. Their steps can be mixed in {all} orders. In how many of them is an addition lost, at read committed?", all=_LOST.total),
            because=Message.of("In {n} of {all}: only the two orders in which one has ended before the other begins go right. Whoever reads before the other one has committed reads the old value.", n=_LOST.happens, all=_LOST.total),
            hints=(_("Which orders go right?"), _("Those in which the second one reads after the first one has committed."), _("How many orders are there in which one ends before the other begins?")),
            choices=(
                Choice(value=_DIRTY_LOST.happens, why=_("So many are lost at read uncommitted, where the second one may read what is not committed yet."), scene=at.anomaly("lost", "RU")),
                Choice(value=2, why=_("So many go right: one after the other."), scene=at.schedule("x=10 r1(x) w1(x,seen+1) c1 r2(x) w2(x,seen+1) c2")),
                Choice(value=0, why=_("Locks make writers wait, but both have read by then."), scene=at.anomaly("lost", "SI")),
            ),
        ),
        scene=at.anomaly(),
        change=_("press the cells of write skew. Which is the first level that stops it, and what does it do instead?"),
    ),
    "databases-graph": Prediction(
        question=Question(
            id="databases-predict-graph", kind="single",
            prompt=_("T1 reads x; T2 writes x, then y; then T1 reads y. Is there a serial order of the two that gives the same?"),
            because=_("No: T1 must come before T2, since it has read x as it was, and after T2, since it has read y as T2 wrote it. The graph has a cycle."),
            hints=(_("Which steps are about the same row, with a write among them?"), _("r1(x) and w2(x): T1 first. w2(y) and r1(y)?"), _("T2 first. Can both be?")),
            choices=(
                Choice(text=_("no"), right=True),
                Choice(text=_("yes, T1 before T2"), why=_("Then T1 would have read y as it was before."), scene=at.graph("r1(x) r1(y) w2(x) w2(y)")),
                Choice(text=_("yes, T2 before T1"), why=_("Then T1 would have read x as T2 wrote it."), scene=at.graph("w2(x) w2(y) r1(x) r1(y)")),
                Choice(text=_("yes, both orders: T1 only reads"), why=_("Reading is enough for a conflict when the other one writes."), scene=at.graph(example="readers")),
            ),
        ),
        scene=at.graph(),
        change=_("write a schedule of three transactions with a cycle in which no two of them alone have one."),
    ),
    "databases-remedies": Prediction(
        question=Question(
            id="databases-predict-remedies", kind="single",
            prompt=_("Two doctors are on call. Each leaves if it sees that the other one is there too. The database runs at read committed. Which change is enough for one always to stay?"),
            because=_("Locking both rows before they are read (SELECT … FOR UPDATE): the second one waits, and then sees that it is alone. One statement does not do: it looks at the rows as they were when it began."),
            hints=(_("What does each one read, what does it change?"), _("It reads both rows and changes its own: no row is changed by both."), _("So they must meet in what they read.")),
            choices=(
                Choice(text=_("both rows are read with SELECT … FOR UPDATE"), right=True),
                Choice(text=_("one UPDATE with a sub-query instead of SELECT and UPDATE"), why=_("Two such statements can run at once and see both doctors."), scene=at.remedy("doctors", "atomic", "RC")),
                Choice(text=_("repeatable read instead of read committed"), why=_("A snapshot shows both doctors to both, to the end."), scene=at.remedy("doctors", "plain", "SI")),
                Choice(text=_("nothing: row locks are enough"), why=_("They lock their own rows only and never meet."), scene=at.remedy("doctors", "plain", "RC")),
            ),
        ),
        scene=at.remedy("doctors", "lock", "RC"),
        change=_("book a room with the same remedy under a snapshot. Why does the lock not help there?"),
    ),
    "databases-btree": Prediction(
        question=Question(
            id="databases-predict-btree", kind="numeric", answer=_FULL, tolerance=0.05, unit="%",
            prompt=Message.of("The keys 1 to {count} come in ascending order into a B+tree whose leaves hold 4; a full leaf splits 2 | 3. How full are the leaves at the end?", count=_KEYS),
            because=Message.of("{full:.0f} %: what is split stays behind with 2 keys, for all new ones go to the right. {leaves} leaves, where half would do. Real engines therefore split differently at the right edge.", full=_FULL, leaves=len(levels(_SORTED)[-1])),
            hints=(_("Where does the next key go?"), _("Always into the last leaf, on the right."), _("How many keys are left in the leaf that nobody writes to again?")),
            choices=(
                Choice(value=100, why=_("Sorted keys seem to be the best case. But a leaf splits when it is full, and the left half gets no key any more."), scene=at.btree(count=6)),
                Choice(value=_BACK, why=_("So full they are when the keys come in descending order: the right part, with 3 keys, stays behind."), scene=at.btree(example="reversed", count=_KEYS)),
                Choice(value=25, why=_("A leaf has at least 2 keys of 4 after a split."), scene=at.btree(count=5)),
            ),
        ),
        scene=at.btree(count=_KEYS),
        change=_("let the keys come by chance, then in descending order. Which tree has the fewest leaves?"),
    ),
}  # fmt: skip
