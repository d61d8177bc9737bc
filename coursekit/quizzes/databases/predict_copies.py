"""What the labs on copies, failover, backups and costs ask before they open."""

from coursekit.i18n import mark as _
from coursekit.quizzes.databases import scenes as at
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.databases.cost import crossover, index_height, stored
from coursekit.sims.databases.cut import Cut, lost
from coursekit.sims.databases.failover import Failover, parts
from coursekit.sims.databases.replication import Standby, commit
from coursekit.sims.message import Message

STANDBYS = (Standby(0.5), Standby(20.0))
ANY_1, ANY_2 = (commit(STANDBYS, "on", k).told_ms for k in (1, 2))
WRITTEN = commit(STANDBYS, "remote_write", 2).told_ms
OUTAGE = parts(Failover(link_mb_s=1.0))
LEASED = Cut(voters=3, fence="lease")
ROWS = stored(100_000, 108)
TURN = 100 * crossover(ROWS, height=index_height(ROWS.rows), conditions=1) / ROWS.rows

PREDICTIONS = {
    "databases-latency": Prediction(
        question=Question(
            id="databases-predict-latency", kind="numeric", unit=_("ms"), answer=ANY_2,
            prompt=_("Every disk takes 1 ms. One standby is 0.5 ms away there and back, another 20 ms. A commit waits until both have the log on their disks. How many milliseconds does it take?"),
            because=Message.of("The primary’s own disk, 1 ms; then both at the same time, and the slower one decides: 20 ms and 1 ms for its disk. {t:g} ms.", t=ANY_2),
            hints=(_("What comes first: the own disk or the standbys?"), _("Does the primary ask them one after the other?"), _("1 ms, then the slower of 0.5 + 1 and 20 + 1.")),
            choices=(
                Choice(value=ANY_1, why=_("That is the faster of the two. So it is when any one is enough."), scene=at.latency(k=1)),
                Choice(value=WRITTEN, why=_("The disk of the standby takes its time too, unless it is enough that the log has been received."), scene=at.latency(k=2, mode="remote_write")),
                Choice(value=ANY_2 + ANY_1 - 1.0, why=_("They are asked at the same time, not one after the other."), scene=at.latency(k=2)),
                Choice(value=1.0, why=_("That is the primary alone, without waiting for anybody."), scene=at.latency(mode="local")),
            ),
        ),
        scene=at.latency(k=2),
        change=_("make standby 2 unreachable. What becomes of the commits? Then take k = 1."),
    ),
    "databases-failover": Prediction(
        question=Question(
            id="databases-predict-failover", kind="numeric", unit="s", answer=OUTAGE.rto_s, tolerance=0.015,
            prompt=_("A primary dies right after a heartbeat. One comes every 2 s, and three must be missed. An election takes 1 s, the standby replays 64 MB at 20 MB/s, the clients find the new primary after 30 s. For how many seconds can nobody write?"),
            because=Message.of("All of it, one after the other: {a:g} + {b:g} + {c:g} + {d:g} = {t:g} s. Most of it is not the database.", a=OUTAGE.detect_s, b=OUTAGE.election_s, c=OUTAGE.replay_s, d=OUTAGE.reconnect_s, t=OUTAGE.rto_s),
            hints=(_("What must happen before a standby is asked to take over?"), _("Noticing takes 3 × 2 s, replay 64 ÷ 20 s."), _("Add what comes before and what comes after.")),
            choices=(
                Choice(value=OUTAGE.detect_s, why=_("That is only noticing."), scene=at.failover(5)),
                Choice(value=OUTAGE.rto_s - OUTAGE.reconnect_s, why=_("The database is there again by then; its clients do not know it yet."), scene=at.failover(9)),
                Choice(value=OUTAGE.rto_s - OUTAGE.replay_s, why=_("The standby has received log that it has not replayed. Before that it would answer with the past."), scene=at.failover(8)),
                Choice(value=OUTAGE.reconnect_s, why=_("The clients can only find a primary that has been promoted."), scene=at.failover(8)),
            ),
        ),
        scene=at.failover(),
        change=_("allow one missed heartbeat only. What is gained, and what would a short hitch of the network do now? Then give it a synchronous standby: who pays?"),
    ),
    "databases-cut": Prediction(
        question=Question(
            id="databases-predict-cut", kind="single",
            prompt=_("Three nodes, asynchronous replication. The primary A is cut off from the other two, with half of the clients. Its lease ends after 10 s, and only then B is promoted. What is lost?"),
            because=Message.of("What A took until its lease ended: {n:.0f} transactions at 200 a second. There were never two primaries, but B had not seen these writes.", n=lost(LEASED)),
            hints=(_("What does A do in the first ten seconds?"), _("It takes writes: it does not know yet that it is alone."), _("Does B know these writes when it is promoted?")),
            choices=(
                Choice(text=_("what A took during the ten seconds"), right=True),
                Choice(text=_("nothing: there are never two primaries"), why=_("True, and yet the writes that A took alone are on A alone."), scene=at.cut(4, voters=3, fence="lease")),
                Choice(text=_("nothing: B has a copy of everything"), why=_("So it is when a commit waits for a copy."), scene=at.cut(voters=3, fence="lease", mode="on")),
                Choice(text=_("what A took during the whole cut"), why=_("It stops when its lease ends. Without a lease it would be so."), scene=at.cut(voters=3, keep="B")),
            ),
        ),
        scene=at.cut(voters=3, fence="lease"),
        change=_("let a commit wait for a copy. What is lost now, and who is refused? Then take two nodes and nothing that stops A."),
    ),
    "databases-pitr": Prediction(
        question=Question(
            id="databases-predict-pitr", kind="single",
            prompt=_("A base backup is made each day at midnight, the log is archived every half hour. Of day 2 the segment from 06:00 on is missing. Which moments cannot be restored?"),
            because=_("All from 06:00 until the base of day 3 is finished: replay goes through every segment, and cannot jump over one."),
            hints=(_("From which base would you start for 14:30 of day 2?"), _("What must be replayed on it?"), _("And where does the next chain begin?")),
            choices=(
                Choice(text=_("from 06:00 until the next base is finished"), right=True),
                Choice(text=_("only the half hour from 06:00 to 06:30"), why=_("What follows the gap was written on top of what is in it: it cannot be replayed."), scene=at.pitr(missing=30.0, target=32.0)),
                Choice(text=_("all from 06:00 on, for ever"), why=_("A later base holds all that was written before it was begun: a new chain starts there."), scene=at.pitr(missing=30.0, target=60.0)),
                Choice(text=_("the whole of day 2"), why=_("Up to the gap the chain is whole."), scene=at.pitr(missing=30.0, target=28.0)),
            ),
        ),
        scene=at.pitr(missing=30.0, target=38.5),
        change=_("make a base every 12 hours. How large is the hole now? Then look for the name of the missing file."),
    ),
    "databases-plan": Prediction(
        question=Question(
            id="databases-predict-plan", kind="single",
            prompt=_("A faulty program has been writing wrong values among the right ones, and it is noticed after 40 days. There is a standby; backups and log are kept for 45 days. Where do the right values still stand?"),
            because=_("In a backup from before, brought to the moment before the mistake by the log. Everything newer repeats what was written, right or wrong. Had all been kept for 14 days only, nothing would help."),
            hints=(_("Who has copied the wrong values too?"), _("The standby at once, each backup the next time it was made."), _("How old must a backup be to know nothing of them?")),
            choices=(
                Choice(text=_("in the backups and the log from before"), right=True),
                Choice(text=_("on the standby"), why=_("It repeats every write within a second, wrong ones too."), scene=at.plan(disaster="rot", kept=14, standby="other site")),
                Choice(text=_("in the newest backup"), why=_("It was made of the wrong values. Where backups are kept for 14 days there is no other by now."), scene=at.plan(disaster="rot", kept=14)),
                Choice(text=_("in a copy at another site"), why=_("It helps when a site is gone. What is wrong here is wrong there."), scene=at.plan(disaster="rot", kept=14, place="both sites")),
            ),
        ),
        scene=at.plan(disaster="rot", kept=45),
        change=_("make the plan survive all five with as few GB as you can."),
    ),
    "databases-cost": Prediction(
        question=Question(
            id="databases-predict-cost", kind="single",
            prompt=_("A table has 100 000 rows, lying in no order, in 1725 pages. From which share of the rows on is reading the whole table cheaper than going through an index?"),
            because=Message.of("From {n:.2f} % on. Each row by the index is a page read at random, and that costs four times a page read in order: a few hundred of them are the whole table.", n=TURN),
            hints=(_("How many rows lie in a page?"), _("58. By the index each row wanted is a page of its own, read at random."), _("A quarter of 1725 reads at random costs as much as all the pages in order.")),
            choices=(
                Choice(text=_("less than 1 %"), right=True),
                Choice(text=_("about 10 %"), why=_("10 000 reads at random against 1725 in order."), scene=at.cost(share=10)),
                Choice(text=_("about 50 %"), why=_("So it is, nearly, where the rows lie in the order of the index."), scene=at.cost(share=50, clustered=True)),
                Choice(text=_("never: an index always helps"), why=_("For all rows it reads each page many times."), scene=at.cost(share=100)),
            ),
        ),
        scene=at.cost(share=1),
        change=_("let the rows lie in the order of the index. Where do the lines cross now? Then compare the times on a hard disk and on an NVMe SSD."),
    ),
}  # fmt: skip
