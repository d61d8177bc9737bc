"""Five sentences of the notes that meet in the last chapter, each judged there."""

from coursekit.i18n import mark as _
from coursekit.quizzes.datacentre import scenes as at
from coursekit.quizzes.question import Claim

CLAIMS = (
    Claim(
        id="datacentre-claim-takes-over", verdict="incomplete", scene=at.board(("break", "host:h2"), design="D1"),
        quote=_("1 falls = 1 takes over"),
        correct=_("Only with storage that the other one reaches, with room for both, and with a majority that decides. Take away one of the three, and it stays down."),
        source=_("chapters 2, 4 and 11"), question="datacentre-even",
    ),
    Claim(
        id="datacentre-claim-doubled", verdict="right", scene=at.single(design="D0"),
        quote=_("The load balancer must be doubled"),
        correct=_("Right, and not the balancer alone: every box on the path, and the path itself. Switch, sockets, feed, core, line; two on one cable are one."),
        source=_("chapter 3; the list of single points of this chapter"), question="datacentre-psu",
    ),
    Claim(
        id="datacentre-claim-backup", verdict="right", scene=at.events(enabled=False, defence="snapshots", harm="ransomware"),
        quote=_("Snapshot != Backup"),
        correct=_("Right, and RAID and copies are none either: a deletion, ransomware and a fire take them all along."),
        source=_("chapters 5 and 8; the three events of this chapter"), question="datacentre-missing",
    ),
    Claim(
        id="datacentre-claim-hci", verdict="imprecise", scene=at.score("D2"),
        quote=_("Hyperconvergence: RAID with machines"),
        correct=_("Good, and dear at this size: three racks with copies cost 121 036 euros and get 83.69 points; two hosts, a NAS and proper backups cost 74 528 and get 88.43."),
        source=_("chapter 11; the score of this chapter"), question="datacentre-euro",
    ),
    Claim(
        id="datacentre-claim-remote", verdict="imprecise", scene=at.needs(disk="nvme4"),
        quote=_("Diskless, remote disk: faster"),
        correct=_("It adds 0.3 ms. Beside a hard disk’s 12.7 ms nobody notices; beside an NVMe SSD’s 0.08 ms it is nearly all of it."),
        source=_("chapter 11; the performance of this chapter"), question="datacentre-pareto",
    ),
)  # fmt: skip
