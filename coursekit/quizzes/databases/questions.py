"""The questions of the chapter on databases."""

from coursekit.i18n import mark as _
from coursekit.quizzes.databases import scenes as at
from coursekit.quizzes.question import Choice, Question
from coursekit.sims.databases.replication import loss
from coursekit.sims.message import Message

LOST = loss("local", 200.0, 0.4)

QUESTIONS = (
    Question(
        id="databases-durable", kind="single", scene=at.crash(*at.UNSAID),
        prompt=_("COMMIT has answered. What has been promised?"),
        because=_("That the change survives a crash of this machine: its record of the log is on the disk, even if its page is not."),
        hints=(_("Which of the four letters of ACID is it?"), _("D, durability."), _("Durable against what? Against a crash, not against a fire or a mistake.")),
        choices=(
            Choice(text=_("the change survives a crash"), right=True),
            Choice(text=_("there is a backup of it"), why=_("A backup is made later, and against other dangers: a dead disk, a deletion."), scene=at.plan(disaster="disk")),
            Choice(text=_("another machine has it too"), why=_("Only if the commit was made to wait for one."), scene=at.latency(mode="local")),
            Choice(text=_("nobody else can have changed the same row"), why=_("That is isolation. Durability says nothing of others."), scene=at.schedule(example="lost", level="RC")),
        ),
    ),
    Question(
        id="databases-skew", kind="single", scene=at.anomaly("writeskew", "SI"),
        prompt=_("Which anomaly is left under snapshot isolation (PostgreSQL’s “repeatable read”)?"),
        because=_("Write skew: each of two transactions reads what the other one changes, and each changes another row. No row is changed twice, so nobody notices."),
        hints=(_("Under it everybody reads an old, whole state, and the second who changes a row is aborted."), _("What if two change different rows?"), _("And if what each does depends on the row of the other?")),
        choices=(
            Choice(text=_("write skew"), right=True),
            Choice(text=_("dirty read"), why=_("A snapshot holds only what was committed when it was taken."), scene=at.anomaly("dirty", "SI")),
            Choice(text=_("lost update"), why=_("The second one who changes the row is aborted with 40001."), scene=at.anomaly("lost", "SI")),
            Choice(text=_("non-repeatable read"), why=_("The snapshot does not change: the same row reads the same twice."), scene=at.anomaly("nonrepeatable", "SI")),
        ),
    ),
    Question(
        id="databases-ahead", kind="single", scene=at.crash(*at.UNLOGGED, rule="pages"),
        prompt=_("Why is the log written before the page?"),
        because=_("So that after a crash it can be told what to do with what is on the disk: redo what was committed and is missing there, undo what is there and was never committed."),
        hints=(_("Say the page with half a transaction reached the disk first, then the power went."), _("Who knows what was there before?"), _("The log, if it was written first.")),
        choices=(
            Choice(text=_("to be able to redo and to undo"), right=True),
            Choice(text=_("because standbys need it"), why=_("They use it too. It was invented for the machine itself, when there were no standbys."), scene=at.latency(mode="local")),
            Choice(text=_("to save space"), why=_("It takes more: everything is written twice."), scene=at.crash()),
            Choice(text=_("so that reading is faster"), why=_("Nobody reads the log until after a crash."), scene=at.recovery(10)),
        ),
    ),
    Question(
        id="databases-scan", kind="single", scene=at.cost(share=30),
        prompt=_("A query wants 30 % of the rows, and they lie in no order. What does the planner choose?"),
        because=_("The full scan: by the index each row is a page read at random, and every page is read many times. Below about one percent it is the other way round."),
        hints=(_("How many pages has the table, how many rows are wanted?"), _("Each row by the index costs four times a page in order."), _("There are more rows wanted than pages.")),
        choices=(
            Choice(text=_("the full scan"), right=True),
            Choice(text=_("the index"), why=_("For 30 % of the rows it reads the table several times over, at random."), scene=at.cost(share=30)),
            Choice(text=_("two indexes"), why=_("They find the same rows, and the pages must be read all the same."), scene=at.explain("shop", "shop")),
            Choice(text=_("sorting first, then the index"), why=_("To sort them it has to read them all: then it has them."), scene=at.cost(share=30, clustered=True)),
        ),
    ),
    Question(
        id="databases-promoted", kind="single", scene=at.failover(),
        prompt=_("The primary dies, and a standby that was replicated asynchronously is promoted. What may be missing?"),
        because=_("The last commits: those whose log had not yet arrived. How many depends on how far it was behind."),
        hints=(_("When does COMMIT answer, if replication is asynchronous?"), _("Before the standby has heard of it."), _("What was still on its way?")),
        choices=(
            Choice(text=_("the last commits"), right=True),
            Choice(text=_("nothing"), why=_("So it is only if each commit waited for the standby."), scene=at.failover(mode="on")),
            Choice(text=_("everything since the last backup"), why=_("That is what a restore loses that has no log. A standby has had the log up to a moment ago."), scene=at.plan(wal=False)),
            Choice(text=_("the indexes"), why=_("They are pages like all others, and so is what the log says of them."), scene=at.failover()),
        ),
    ),
    Question(
        id="databases-drop", kind="single", scene=at.plan(disaster="drop"),
        prompt=_("At 14:32 somebody drops the wrong table. There are a standby, nightly backups and an archived log. What brings it back?"),
        because=_("The last backup before, and the log replayed up to 14:31: point-in-time recovery. It goes to any moment that both cover."),
        hints=(_("What did the standby do with the DROP?"), _("It replayed it, at once."), _("What can stop a moment before it?")),
        choices=(
            Choice(text=_("the backup and the log up to 14:31"), right=True),
            Choice(text=_("the standby"), why=_("It has dropped the table too, within a second."), scene=at.plan(disaster="drop", wal=False)),
            Choice(text=_("ROLLBACK"), why=_("It takes back what has not been committed. This was."), scene=at.schedule("w1(x,99) c1 r2(x) c2")),
            Choice(text=_("the other disk of the mirror"), why=_("It holds the same, drop and all: RAID does not know what a table is."), scene=at.plan(disaster="drop", wal=False, standby="none")),
        ),
    ),
    Question(
        id="databases-retry", kind="single", scene=at.levels(example="lost", level="SI"),
        prompt=_("The database answers with error 40001 (could not serialize). What must the program do?"),
        because=_("The whole transaction again, from BEGIN: it read from a snapshot that is out of date, so what it computed from it is, too."),
        hints=(_("Is the transaction still open?"), _("It was aborted, with everything it had done."), _("Would the last statement alone do the right thing with the new values?")),
        choices=(
            Choice(text=_("run the whole transaction again"), right=True),
            Choice(text=_("repeat the last statement"), why=_("The transaction is over, and its snapshot with it; what it had read no longer holds."), scene=at.levels(example="lost", level="SI")),
            Choice(text=_("nothing: it is a warning"), why=_("Nothing of it has been stored."), scene=at.anomaly("lost", "SI")),
            Choice(text=_("turn off synchronous commit"), why=_("That weakens durability and has nothing to do with who reads what."), scene=at.commits()),
        ),
    ),
    Question(
        id="databases-two", kind="single", scene=at.cut(),
        prompt=_("After a cut of the network there are two primaries, each with writes of its own. What was missing?"),
        because=_("Somebody who decides, and something that stops the other: a majority of votes, and fencing or a lease. Without them both sides must take the other one for dead."),
        hints=(_("What can a node know that no longer hears the other one?"), _("Not whether it is dead or only cut off."), _("So who may go on, and who makes sure that the other stops?")),
        choices=(
            Choice(text=_("a majority and fencing"), right=True),
            Choice(text=_("nothing: two primaries are normal"), why=_("Some products are built for that, with rules for conflicts. Here two histories are left, and one must go."), scene=at.cut(keep="B")),
            Choice(text=_("nothing: they are merged later"), why=_("Two rows with the same number, two bookings of one seat: nobody can merge these without losing one."), scene=at.cut(keep="A")),
            Choice(text=_("faster disks"), why=_("The cable was cut. How fast anybody writes does not matter."), scene=at.latency()),
        ),
    ),
    Question(
        id="databases-order", kind="order", scene=at.recovery(9),
        prompt=_("A database is started after a crash. Put its steps in order."),
        because=_("First it must know who has won; then history is repeated, so that the pages are as they were; only then what losers did can be taken back, newest first."),
        hints=(_("Can it undo before it knows who lost?"), _("Can it undo a change that has not reached the page?"), _("So history first, then its correction.")),
        choices=(
            Choice(text=_("read the log: who has a COMMIT in it?"), why=_("Without it nobody knows whose changes to keep."), scene=at.recovery(9)),
            Choice(text=_("redo every update that a page lacks"), why=_("Undo expects pages as they were at the crash, losers’ changes included."), scene=at.recovery(9)),
            Choice(text=_("undo what the losers did, newest first"), why=_("Each undo puts back what its update found; the newest must go first."), scene=at.recovery(7)),
            Choice(text=_("let users in"), why=_("Before that they could read what was never committed."), scene=at.recovery(10)),
        ),
    ),
    Question(
        id="databases-serial", kind="single", scene=at.graph("r1(x) r2(y) w1(y) w2(x)"),
        prompt=_("r1(x) r2(y) w1(y) w2(x): is there an order, one transaction after the other, that gives the same?"),
        because=_("No: T1 read x before T2 wrote it, so T1 would have to come first; T2 read y before T1 wrote it, so T2 would. The graph has a ring."),
        hints=(_("Who touches x, and in which order?"), _("And y?"), _("Both orders at once?")),
        choices=(
            Choice(text=_("no"), right=True),
            Choice(text=_("yes: T1, then T2"), why=_("Then T2 would have read the y that T1 wrote."), scene=at.graph("r1(x) w1(y) r2(y) w2(x)")),
            Choice(text=_("yes: T2, then T1"), why=_("Then T1 would have read the x that T2 wrote."), scene=at.graph("r2(y) w2(x) r1(x) w1(y)")),
            Choice(text=_("yes: they change different rows"), why=_("What each of them changes, the other one has read."), scene=at.graph("r1(x) r2(y) w1(y) w2(x)")),
        ),
    ),
    Question(
        id="databases-torn", kind="single", scene=at.walfile(byte=at.IN_FRAME_4, look=4),
        prompt=_("In the middle of SQLite’s log one bit is wrong; the frames behind it are undamaged. What is read of them?"),
        because=_("Nothing: every checksum is carried on from the one before. From the wrong bit on none fits, and reading stops at the last commit before it."),
        hints=(_("Where does the checksum of a frame begin?"), _("With that of the frame before."), _("So what of all the later ones?")),
        choices=(
            Choice(text=_("nothing"), right=True),
            Choice(text=_("all but the damaged frame"), why=_("Their checksums continue a number that is no longer reached."), scene=at.walfile(byte=at.IN_FRAME_4, look=5)),
            Choice(text=_("everything: a bit does not matter"), why=_("That is what the checksum is for."), scene=at.walfile(byte=at.IN_FRAME_4)),
            Choice(text=_("nothing of the whole file"), why=_("The frames before it are valid, and what they commit is there."), scene=at.walfile(byte=at.IN_FRAME_4, look=2)),
        ),
    ),
    Question(
        id="databases-lag", kind="numeric", answer=LOST, unit=_("transactions"), scene=at.failover(),
        prompt=_("A standby is 0.4 s behind, the primary commits 200 transactions a second and does not wait. It dies. How many commits are gone?"),
        because=Message.of("What 0.4 s hold: 200 × 0.4 = {lost:g}.", lost=LOST),
        hints=(_("What has the standby not heard of yet?"), _("All that was committed in the last 0.4 s."), _("200 a second, times 0.4.")),
        choices=(
            Choice(value=0, why=_("It would be none if a commit waited for the standby."), scene=at.latency(mode="on")),
            Choice(value=200, why=_("That is a whole second."), scene=at.latency(mode="local", lag=1.0)),
            Choice(value=500, why=_("Divided instead of multiplied: more lag, more loss."), scene=at.latency(mode="local")),
            Choice(value=1, why=_("Many are under way at the same time."), scene=at.latency(mode="local")),
        ),
    ),
)  # fmt: skip
