"""What the labs on needs, points and money ask before they open."""

from coursekit.i18n import mark as _
from coursekit.quizzes.datacentre import scenes as at
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.datacentre import sweep
from coursekit.sims.datacentre.cost import cost
from coursekit.sims.datacentre.deltas import apply, deltas
from coursekit.sims.datacentre.needs import needs
from coursekit.sims.datacentre.samples import D1, D2
from coursekit.sims.datacentre.score import score
from coursekit.sims.message import Message

BUDGET = 100_000
_MEMORY = next(each for each in needs(D1).items if each.name == "memory")
_SPACE = next(each for each in needs(D1).items if each.name == "space")
_DELTAS = {each.name: each for each in deltas(D1, BUDGET)}
_SAFE, _THREE = score(apply(D1, "both"), BUDGET), score(D2, BUDGET)
_BEST = sweep.Choice(
    hosts=1, storage="nas", doubled="both", backup="safe"
)  # of all, as the tests ask
_CHEAPEST = sweep.Choice(hosts=1, storage="local", doubled="nothing", backup="none")
_DEAREST = sweep.Choice(hosts=3, storage="nas", doubled="both", backup="safe", racks="each")
_EUR, _LOW, _HIGH = (cost(sweep.build(each)).total for each in (_BEST, _CHEAPEST, _DEAREST))
_MORE = _THREE.parts["availability"] - _SAFE.parts["availability"]
_LESS = _SAFE.parts["cost"] - _THREE.parts["cost"]


def _gain(text: str, name: str) -> Message:
    """A reason with the points and the euros of a change."""
    return Message.of(text, points=_DELTAS[name].points, eur=_DELTAS[name].eur)


PREDICTIONS = {
    "datacentre-needs": Prediction(
        question=Question(
            id="datacentre-predict-needs", kind="numeric", answer=_MEMORY.holds_less_to, tolerance=0.02, unit="×",
            prompt=Message.of("Two hosts with 256 GB of memory each; their machines need {need:.0f} GB in all. All machines grow alike. Up to which factor can one host still carry all of them when the other dies?", need=_MEMORY.need),
            because=Message.of("{n:.2f}: one host has 256 GB, and the machines need {need:.0f} GB now. Beyond that the second host is no reserve any more: N + 1 is lost, though half of the memory still looks free.", n=_MEMORY.holds_less_to, need=_MEMORY.need),
            hints=(_("What is left when a host has died?"), _("One host: 256 GB."), Message.of("256 divided by {need:.0f}.", need=_MEMORY.need)),
            choices=(
                Choice(value=_MEMORY.holds_to, why=_("So far both hosts together reach: then none may die."), scene=at.needs(2.4)),
                Choice(value=_SPACE.holds_to, why=_("So far the space reaches; memory ends before it, with one host less."), scene=at.needs(2.4)),
                Choice(value=2, why=_("Twice as many hosts are not twice as much growth: the second one is the reserve."), scene=at.needs(2.0)),
                Choice(value=1, why=_("There is a little room still: 256 GB are more than the machines need."), scene=at.needs(1.0)),
            ),
            scene=at.needs(1.35),
        ),
        scene=at.needs(1.35),
        change=_("put hard disks of 8 TB in. What becomes short now, and how long does a request take? Then add a third host."),
    ),
    "datacentre-score": Prediction(
        question=Question(
            id="datacentre-predict-score", kind="single",
            prompt=Message.of("For a budget of 100 000 €: D2, three racks with copies on all hosts, for {dear:.0f} €; or D1, two hosts and a NAS in one rack, with immutable backups off-site, for {cheap:.0f} €. Which has more points?", dear=_THREE.cost.total, cheap=_SAFE.cost.total),
            because=Message.of("D1 with good backups: {cheap:.2f} against {dear:.2f}. D2 bears more faults, but its price takes away more points than that earns. At this size two hosts are enough.", cheap=_SAFE.total, dear=_THREE.total),
            hints=(_("Five parts make the points. In which is D2 better, in which D1?"), _("Both have good backups: durability and recovery are nearly alike."), _("D2 wins some points for availability. What does it lose by its price?")),
            choices=(
                Choice(text=_("D1 with good backups"), right=True),
                Choice(text=_("D2: it bears every fault but one"), why=Message.of("It does, and wins {more:.1f} points by that. It is also over the budget, and loses {less:.1f} by its price.", more=_MORE, less=_LESS), scene=at.score("D2")),
                Choice(text=_("both alike"), why=_("They are alike in speed and durability, not in price."), scene=at.score("D1", "immutable", "offsite")),
                Choice(text=_("neither has any: both are too dear"), why=_("Points end only a quarter over the budget, at 125 000 €."), scene=at.score("D2", budget=95_000)),
            ),
        ),
        scene=at.score("D1", "immutable", "offsite"),
        change=_("look at D2 with a budget of 160 000 €, then with the smallest that still gives it points."),
    ),
    "datacentre-deltas": Prediction(
        question=Question(
            id="datacentre-predict-deltas", kind="single",
            prompt=_("Two hosts and a NAS in one rack, with plain backups. Which raises the points most?"),
            because=_gain(_("Immutable backups, off-site: {points:+.2f} points for {eur:.0f} €. They alone help against ransomware and fire; the others only better what is already good."), "both"),
            hints=(_("From what would this design not recover today?"), _("It bears dying disks and hosts already."), _("What is left after ransomware, or after a fire?")),
            choices=(
                Choice(text=_("immutable backups, off-site"), right=True),
                Choice(text=_("a third host"), why=_gain(_("Capacity is no safety here: two hosts already carry each other. {points:+.2f} points for {eur:.0f} €."), "host"), scene=at.deltas("host")),
                Choice(text=_("25 Gb/s instead of 10"), why=_gain(_("The storage is not even one per cent busy. {points:+.2f} points for {eur:.0f} €."), "gbps"), scene=at.deltas("gbps")),
                Choice(text=_("a second core switch"), why=_gain(_("It removes a single point of failure, and costs more points by its price than that earns: {points:+.2f} for {eur:.0f} €. Not each is worth its price."), "core"), scene=at.deltas("core")),
                Choice(text=_("RAID 6"), why=_gain(_("It costs nothing and bears two dead disks: {points:+.2f} points. Good, but not the most."), "raid6"), scene=at.deltas("raid6")),
            ),
        ),
        scene=at.deltas("both"),
        change=_("buy on, always the line with the star, until none is left. Then go back and buy in another order."),
    ),
    "datacentre-events": Prediction(
        question=Question(
            id="datacentre-predict-events", kind="single",
            prompt=_("A design bears every fault of disks, hosts, switches and power. Somebody deletes the data, and nothing of them comes back. What is missing?"),
            because=_("Backups: copies from before, in another place, that do not follow what happens to the data. All that is doubled deletes twice."),
            hints=(_("The deletion is an order like any other. Who carries it out?"), _("All disks and all copies, at once."), _("What would hold the data as they were before?")),
            choices=(
                Choice(text=_("backups"), right=True),
                Choice(text=_("copies on more hosts"), why=_("They copy the deletion too, within milliseconds."), scene=at.events("replicas", "deletion")),
                Choice(text=_("high availability"), why=_("It starts the machines again, on data that are not there any more."), scene=at.events("ha", "deletion")),
                Choice(text=_("snapshots on the same storage"), why=_("They hang on the volume: who deletes that deletes them."), scene=at.events("snapshots", "deletion")),
            ),
        ),
        scene=at.events("backup", "deletion"),
        change=_("make the backups every hour, then restore faster. Which of the two changes what is lost, which how long it is away?"),
    ),
    "datacentre-pareto": Prediction(
        question=Question(
            id="datacentre-predict-pareto", kind="single",
            prompt=Message.of("168 designs for the same machines, from {low:.0f} € to {high:.0f} €. For a budget of 100 000 €, what does the one with the most points cost?", low=_LOW, high=_HIGH),
            because=Message.of("{eur:.0f} €, {share:.0f} % of the dearest: beyond that there is little left to win, and the price takes points away.", eur=_EUR, share=100 * _EUR / _HIGH),
            hints=(_("Points are lost by faults, and by the price."), _("What is bought first brings most, what is bought last hardly anything."), _("Below three quarters of the budget, the price costs no points.")),
            choices=(
                Choice(text=Message.of("about {eur:.0f} €", eur=round(_EUR, -3)), right=True),
                Choice(text=_("it is the dearest: everything is double there"), why=_("It loses nearly all points for its price, and bears hardly more faults."), scene=at.pareto(hosts=3, storage="nas", doubled="both", backup="safe", racks="each")),
                Choice(text=_("about 100 000 €: the budget is used up"), why=_("Above three quarters of the budget every euro costs points."), scene=at.pareto(hosts=2, storage="hci", doubled="both", backup="safe")),
                Choice(text=_("it is the cheapest: the price counts"), why=_("The price is 15 points of 100. Without backups and with one of everything the others are lost."), scene=at.pareto(hosts=1, storage="local", doubled="nothing", backup="none")),
            ),
        ),
        scene=at.pareto(),
        change=_("leave only designs with two hosts, then only those without backups. How far below the line do they lie?"),
    ),
}  # fmt: skip
