"""What the labs on logs, crashes and SQLite ask before they open."""

from coursekit.i18n import mark as _
from coursekit.quizzes.databases import scenes as at
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.databases.commits import DEVICES, load_ms, most_per_s
from coursekit.sims.message import Message

_ROWS = 10_000
_SECONDS = load_ms(_ROWS, 1, DEVICES["hdd"]) / 1000
_MOST = most_per_s(DEVICES["hdd"])

PREDICTIONS = {
    "databases-recovery": Prediction(
        question=Question(
            id="databases-predict-recovery", kind="single",
            prompt=_("The power goes. In the log on disk stands T3’s change of page P3, but not T3’s COMMIT. On disk P3 does not have the change yet. What does recovery do with it?"),
            because=_("It does the change again, then undoes it. Redo repeats everything that the log says, so that the pages are as they were at the crash; only then are the losers undone. So one simple rule is enough for every page."),
            hints=(_("Recovery goes over the log three times: analysis, redo, undo."), _("Redo looks at the LSN of the page only, not at who made the change."), _("What does undo do afterwards, with whom?")),
            choices=(
                Choice(text=_("it does it again, then undoes it"), right=True),
                Choice(text=_("nothing: T3 never committed, and the page does not have it"), why=_("That would do here. But redo does not ask who wins: it repeats all, and undo relies on that."), scene=at.recovery(9, 9)),
                Choice(text=_("it does it again and keeps it"), why=_("So it does with a winner: here the COMMIT is among what was lost."), scene=at.recovery(10)),
                Choice(text=_("it asks the program that ran T3"), why=_("That program may be gone. The log has to be enough."), scene=at.recovery(9, 0)),
            ),
        ),
        scene=at.recovery(9),
        change=_("let the log end one record later. Then let the pages reach the disk ahead of the log."),
    ),
    "databases-crash": Prediction(
        question=Question(
            id="databases-predict-crash", kind="single",
            prompt=_("A database writes a changed page to disk before it has written the log record of the change. Then the power goes, before the commit. What is there after the restart?"),
            because=_("The uncommitted change, for ever: the record that said what was there before is lost with the memory, so nobody can undo it. Therefore the log goes first: write-ahead logging."),
            hints=(_("What is left after a power cut? The disk."), _("What is on the disk: the page, the record, or both?"), _("What would be needed to undo the change?")),
            choices=(
                Choice(text=_("the uncommitted change, and nothing to undo it with"), right=True),
                Choice(text=_("the old value: what is not committed is undone"), why=_("Undone with what? The old value stood in the log record, and that was in memory only."), scene=at.crash(*at.UNLOGGED)),
                Choice(text=_("an error when the database starts"), why=_("Nothing looks wrong: a page with a value, a log without a record of it."), scene=at.crash(*at.UNLOGGED, rule="pages")),
                Choice(text=_("nothing: the page is lost with the memory"), why=_("It was written to disk. What is lost is its log record."), scene=at.crash(*at.UNLOGGED[:3], rule="pages")),
            ),
        ),
        scene=at.crash(*at.UNLOGGED, rule="pages"),
        change=_("keep the rule and do the same. Then let commits answer at once. Then forbid stealing: is the first half of the rule still needed?"),
    ),
    "databases-commits": Prediction(
        question=Question(
            id="databases-predict-commits", kind="numeric", answer=_SECONDS, tolerance=0.06, unit=_("s"),
            prompt=_("10 000 rows are put into a database whose log is on a hard disk of 7200 turns a minute, each row in a transaction of its own, one after the other. How many seconds does it take at least?"),
            because=Message.of("{s:.1f} s: every commit waits until its record is on disk, and the disk comes round {most:.0f} times a second. All rows in one transaction take well under a second.", s=_SECONDS, most=_MOST),
            hints=(_("What must be on disk before a commit answers?"), _("How often does a spot of the disk pass under the head in a second?"), _("7200 turns a minute are 120 a second: at most so many commits.")),
            choices=(
                Choice(value=1, why=_("So it is with all rows in a transaction, or nearly."), scene=at.commits(rows=10_000)),
                Choice(value=10, why=_("That would be 1000 flushes a second: an SSD, not a disk that turns."), scene=at.commits(device="ssd")),
                Choice(value=8.33, why=_("8.33 ms is the time of a single turn: there are 10 000 of them."), scene=at.commits(rows=10)),
            ),
        ),
        scene=at.commits(),
        change=_("put more rows into a commit. Then let 300 commits a second come from many programs, without and with group commit."),
    ),
    "databases-walfile": Prediction(
        question=Question(
            id="databases-predict-walfile", kind="single",
            prompt=_("Five transactions have put a row each into SQLite; their frames 3 to 7 stand in the log. One bit of frame 4 flips. SQLite opens the database. How many rows does it show?"),
            because=_("One. The checksum of each frame goes on from the one before, so reading stops at the first that does not fit: frame 4 and all behind it are taken for a torn end. No error is given."),
            hints=(_("A log may end anywhere: how does SQLite know where?"), _("By checksums, each of which includes all frames before it."), _("Frame 4 does not fit. What of frame 5?")),
            choices=(
                Choice(text=_("one"), right=True),
                Choice(text=_("four: only the row of frame 4 is missing"), why=_("So it is when the last frame is torn. Here frames 5 to 7 build on a wrong sum."), scene=at.walfile(cut=10)),
                Choice(text=_("five: one bit in 28 872 bytes does not matter"), why=_("The checksum covers every bit, and what does not fit is not read."), scene=at.walfile(byte=at.IN_FRAME_4, look=4)),
                Choice(text=_("none, but an error: the log is damaged"), why=_("A torn end is normal after a crash, so it is no error; SQLite cannot tell the two apart."), scene=at.walfile(byte=at.IN_FRAME_4, look=5)),
            ),
        ),
        scene=at.walfile(byte=at.IN_FRAME_4, look=4),
        change=_("tear bytes off the end instead, a few, then thousands. Then flip a bit of the header, or of frame 2."),
    ),
    "databases-sqlite": Prediction(
        question=Question(
            id="databases-predict-sqlite", kind="single",
            prompt=_("A program adds 1 to each of 100 accounts in one transaction and is killed before the commit. Beside the database lies a journal. Somebody copies the database file, but not the journal, and opens the copy. What does it hold?"),
            because=_("A mixture: the new pages that had left the cache, the old ones otherwise, and no error. The journal with the old pages is a part of the database as long as it is there."),
            hints=(_("The transaction is larger than the cache of this database."), _("So new pages must be written before the commit. Where do the old ones go?"), _("Into the journal. Who puts them back, if it is not there?")),
            choices=(
                Choice(text=_("some new values and some old ones, without an error"), right=True),
                Choice(text=_("the old values: there was no commit"), why=_("With the journal beside it, yes: SQLite puts the old pages back from there."), scene=at.sqlite("kill", 3)),
                Choice(text=_("the new values: they were written"), why=_("Not all of them: a part was still in the cache of the program."), scene=at.sqlite("kill", 4)),
                Choice(text=_("nothing: the copy cannot be opened"), why=_("So it is with a write-ahead log, which may hold everything. Here each page is whole; only their values do not belong together."), scene=at.sqlite("kill", 4, mode="wal")),
            ),
        ),
        scene=at.sqlite("kill", 4),
        change=_("do the same with a write-ahead log. Then look at a reader beside a writer, in both."),
    ),
    "databases-explain": Prediction(
        question=Question(
            id="databases-predict-explain", kind="single",
            prompt=_("A table of 10 000 rows lies in about 200 pages. A query needs the tenth of them that belongs to one shop; they lie all over the table. There is an index on the shop. How many pages does the query read?"),
            because=_("About all of them, and those of the index on top: a page holds some fifty rows, so nearly every page has one that is needed. Had the rows of a shop lain side by side, a tenth would be enough."),
            hints=(_("How many rows are in a page?"), _("About fifty. How many of them belong to the shop?"), _("About five: is there a page without any?")),
            choices=(
                Choice(text=_("about 200, rather more than without the index"), right=True),
                Choice(text=_("about 20: a tenth"), why=_("If the rows lay side by side, as those of a day do."), scene=at.explain("day", "day")),
                Choice(text=_("2 or 3: down the tree of the index"), why=_("So it is for one row, or when the index holds all that is asked for."), scene=at.explain("only", "amount")),
                Choice(text=_("about 1000: one for each row"), why=_("Each row is fetched, but a page that is in the cache is not read again."), scene=at.explain("shop", "shop")),
            ),
        ),
        scene=at.explain("shop", "shop"),
        change=_("look for a day instead: as many rows, side by side. Then take two indexes, and run ANALYZE."),
    ),
}  # fmt: skip
