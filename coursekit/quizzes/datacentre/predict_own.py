"""What the labs on years, the exam, one's own design and the report ask before they open."""

from typing import Any

from coursekit.i18n import mark as _
from coursekit.quizzes.datacentre import scenes as at
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.datacentre.report import report
from coursekit.sims.datacentre.samples import D1
from coursekit.sims.datacentre.score import score
from coursekit.sims.datacentre.sweep import Choice as Wanted
from coursekit.sims.datacentre.wish import Wish, granted
from coursekit.sims.failover.availability import series
from coursekit.sims.message import Message

FIVE = 100 * series([0.999] * 5)
BUDGET = 60_000
BARE: dict[str, Any] = {"hosts": 1, "storage": "local", "doubled": "nothing", "backup": "safe"}
PAIR: dict[str, Any] = {"hosts": 2, "storage": "nas", "doubled": "nothing", "backup": "none"}
COPIES: dict[str, Any] = {"hosts": 3, "storage": "hci", "doubled": "nothing", "backup": "none"}


def _points(*, hosts: int, storage: str, doubled: str, backup: str) -> float:
    choice = Wanted(hosts, storage, doubled, backup, "one")  # type: ignore[arg-type]
    return score(granted(Wish(choice=choice)), BUDGET).total


BEST, SECOND, THIRD = (_points(**each) for each in (BARE, PAIR, COPIES))
MET = report(D1, 100_000).met
TASK = 24  # a series whose first question is this one

PREDICTIONS = {
    "datacentre-years": Prediction(
        question=Question(
            id="datacentre-predict-years", kind="single",
            prompt=_("A host, its sockets, its switch, a core switch and a feed, one of each, and each is up 99.9 % of the time. The service needs all five. How much of the time is it up?"),
            because=Message.of("All five must be up at once: 0.999 to the fifth, {p:.2f} %. Five parts in series are away about five times as long as one.", p=FIVE),
            hints=(_("Is it enough that one of the five is up?"), _("The chances that each is up are multiplied."), _("0.999 × 0.999 × 0.999 × 0.999 × 0.999.")),
            choices=(
                Choice(text=_("99.5 %"), right=True),
                Choice(text=_("99.9 %"), why=_("So it would be if only the weakest one could fail. The bar of each service is made of all of them."), scene=at.years("D0")),
                Choice(text=_("99.98 %"), why=_("That divides the failures among the five; they add up."), scene=at.years("D0", service="web")),
                Choice(text=_("99.999 99 %"), why=_("That is for parts that stand in for each other. Where everything is there twice it is like that."), scene=at.years("D2")),
            ),
        ),
        scene=at.years("D0"),
        change=_("take D1: which colours are gone, and which one is now the longest? Then add a second line to the Internet and look at the web site."),
    ),
    "datacentre-exam": Prediction(
        question=Question(
            id="datacentre-predict-exam", kind="single",
            prompt=_("Two hosts in two racks, a NAS in the first, a witness, restarts on. The feed is off for ten minutes, and h2 dies meanwhile. Batteries last 15 minutes. What do you look at first to say which services are up?"),
            because=_("Batteries bear the ten minutes, so everything but h2 has power; then it is about votes, storage and room for the machines of h2. Go the way of the power first, then the network, the data, the machines, and what services need."),
            hints=(_("What would make all other questions needless?"), _("Without power nothing runs, whatever else is there."), _("Which hosts have power? Batteries, generator, the other feed.")),
            choices=(
                Choice(text=_("which hosts have power and network"), right=True),
                Choice(text=_("how many machines each service has"), why=_("That comes last: first one must know on which hosts anything can run."), scene=at.exam(("answer", "1111"), series=TASK)),
                Choice(text=_("which services need which"), why=_("A service that needs another falls with it, but first the other one must fall."), scene=at.exam(("answer", "1110"), series=TASK)),
                Choice(text=_("the level of the RAID"), why=_("No disk has failed: the data are not the question here."), scene=at.exam(("answer", "0000"), series=TASK)),
            ),
        ),
        scene=at.exam(("answer", "1111"), series=TASK),
        change=_("press “Next question” and answer ten of them. Eight wholly right is very good."),
    ),
    "datacentre-own": Prediction(
        question=Question(
            id="datacentre-predict-own", kind="order",
            prompt=Message.of("For {budget} €, three designs for the same seven machines, none with anything twice. Put them in order of their points, the best first.", budget=BUDGET),
            because=Message.of("{one:.1f}, {two:.1f} and {three:.1f} points. Hosts cost much and save from failures only; backups cost little and save from deletion, ransomware and fire.", one=BEST, two=SECOND, three=THIRD),
            hints=(_("What does a second host save from, and what a backup?"), _("Recovery and durability are 35 of 100 points."), _("What costs over a quarter more than the budget counts for nothing.")),
            choices=(
                Choice(text=_("one host, its disks in it, backups immutable and off-site"), why=_("It stops with its only host, but nothing takes its data: that is worth more points."), scene=at.own(budget=BUDGET, **BARE)),
                Choice(text=_("two hosts and a NAS, no backup"), why=_("One host may die; a deletion takes everything, and that is 35 points."), scene=at.own(budget=BUDGET, **PAIR)),
                Choice(text=_("three hosts with copies on all, no backup"), why=_("Three copies of a deletion are still a deletion, and three hosts are dear."), scene=at.own(budget=BUDGET, **COPIES)),
            ),
        ),
        scene=at.own(budget=BUDGET, **BARE),
        change=_("reach 85 points for 100 000 €. Then take the text and refine it there."),
    ),
    "datacentre-report": Prediction(
        question=Question(
            id="datacentre-predict-report", kind="numeric", answer=float(MET), tolerance=0.01,
            prompt=_("Two hosts and a NAS in one rack, daily backups that ransomware reaches and that stand at the site. Nine requirements: room for all machines, any host may die, no single point of failure, each service up 99.9 % of the time, storage busy half the time at most, a deletion, ransomware and a fire cost a day at most, and a budget of 100 000 €. How many are met?"),
            because=Message.of("{n} of 9. One rack, one core switch, one feed and one line are single points; one line alone keeps the web site under 99.9 %; and the backups survive neither ransomware nor fire.", n=MET),
            hints=(_("Begin with the three disasters."), _("Only one of them is cured. And a line to the Internet is away for nine hours a year."), _("99.9 % are 8.8 hours a year.")),
            choices=(
                Choice(value=MET + 1.0, why=_("One too many. Have you counted the line to the Internet, nine hours a year, for the web site?"), scene=at.years("D1", service="web")),
                Choice(value=MET + 2.0, why=_("Two too many: which disasters does a backup at the same site survive?"), scene=at.report("D1")),
                Choice(value=9.0, why=_("Backups that are reached by ransomware, and burn with the site, are not enough."), scene=at.report("D2")),
                Choice(value=MET - 1.0, why=_("One too few: a deletion is cured by a daily backup."), scene=at.report("D0")),
            ),
        ),
        scene=at.report("D1"),
        change=_("look at D2. Which requirement is the only one missed, and what would you take away first?"),
    ),
}  # fmt: skip
