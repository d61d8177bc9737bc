"""What the notes say that concerns databases, put to the test."""

from coursekit.i18n import mark as _
from coursekit.quizzes.databases import scenes as at
from coursekit.quizzes.question import Claim

CLAIMS = (
    Claim(
        id="databases-claim-bdd", verdict="incomplete", scene=at.crash(*at.UNLOGGED),
        quote=_("Database (BDD)"),
        correct=_("Only the heading stands there. A database keeps data by a schema and answers queries, and above all it keeps a promise: a transaction happens wholly or not at all, even if the power goes, and others do not see it half done."),
        source="ISO/IEC 9075 (SQL); Gray, Reuter 1993", question="databases-durable",
    ),
    Claim(
        id="databases-claim-failover", verdict="incomplete", scene=at.failover(),
        quote=_("Fail over service: 1 falls = 1 takes over"),
        correct=_("For a database only if the data were replicated, a majority decides, the old primary is stopped for certain; and if replication is asynchronous, the last commits are gone."),
        source="PostgreSQL 15, chapter 27", question="databases-two",
    ),
    Claim(
        id="databases-claim-snapshot", verdict="right", scene=at.plan(disaster="drop", taken="data first"),
        quote=_("Snapshot != Backup"),
        correct=_("Right, and with a database twice so: a snapshot of its volumes is worth something only if all of them were frozen at one moment, and it does not go to yesterday, 14:31. A backup with the log does."),
        source="PostgreSQL 15, chapter 26", question="databases-drop",
    ),
    Claim(
        id="databases-claim-balancer", verdict="imprecise", scene=at.latency(mode="local", standbys=3),
        quote=_("Load balancer: redundancy"),
        correct=_("Reads may be spread over standbys, and may be a little old there. Writes all go to the one primary: no balancer spreads them."),
        source="PostgreSQL 15, chapter 27.4", question="databases-promoted",
    ),
)  # fmt: skip
