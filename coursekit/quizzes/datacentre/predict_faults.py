"""What the labs ask before they open that show a design, what falls in it and what there is room for."""

from coursekit.i18n import mark as _
from coursekit.quizzes.datacentre import scenes as at
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.datacentre.samples import D2
from coursekit.sims.datacentre.savings import save
from coursekit.sims.datacentre.score import score
from coursekit.sims.message import Message

_BUDGET = 100_000  # euros; availability does not ask for it
_WHOLE = score(D2, _BUDGET).parts["availability"]
_POORER = score(save(D2, "power"), _BUDGET).parts["availability"]
_CUT = at.board(("cut",), design="D2", less_quorum=True, less_alone=True)

PREDICTIONS = {
    "datacentre-board": Prediction(
        question=Question(
            id="datacentre-predict-board", kind="single",
            prompt=_("Three racks, a host in each, copies of the data on all hosts. Somebody has set that one copy is enough, and that no majority is needed. The network between the first rack and the others is cut. What happens?"),
            because=_("Each side hears nothing of the other, takes it for dead and starts its machines. Both sides run the same machines and write to the same data: split brain. With a majority asked for, one host of three would stop, two would go on."),
            hints=(_("What does each side know of the other?"), _("That it does not answer. It may be dead, or only cut off."), _("Who forbids a side to start the other’s machines, if no majority is asked for?")),
            choices=(
                Choice(text=_("both sides run the same machines"), right=True),
                Choice(text=_("the larger side goes on, the smaller one stops"), why=_("So it is when a majority is asked for: here the rule is off."), scene=at.board(("cut",), design="D2")),
                Choice(text=_("everything stops"), why=_("A cut stops nobody by itself: all hosts have power, and their copies."), scene=_CUT),
                Choice(text=_("each side keeps the machines that it had"), why=_("So it would be if nothing were ever started elsewhere."), scene=at.board(("cut",), design="D2", less_ha=True, less_alone=True)),
            ),
        ),
        scene=_CUT,
        change=_("ask for two copies again, but for no majority: what keeps one side from running? Then ask for a majority."),
    ),
    "datacentre-scenarios": Prediction(
        question=Question(
            id="datacentre-predict-scenarios", kind="numeric", answer=_POORER, tolerance=0.005,
            prompt=Message.of("Twelve faults are worth 30 points together, all alike. Three racks with everything doubled get {points:g}. Now there is one feed only, and no batteries. How many points are left?", points=_WHOLE),
            because=Message.of("{points:g}: a cut of the feed, for four hours or for ten minutes, now takes all services down. These were two faults of twelve, of 2.5 points each.", points=_POORER),
            hints=(_("How many points is a fault worth?"), _("30 / 12 = 2.5. Which of the twelve have to do with feeds?"), _("The cut for four hours and the one for ten minutes.")),
            choices=(
                Choice(value=_WHOLE, why=_("The second feed was what carried all racks while the first was off."), scene=at.faults("S6", design="D2", less_power=True)),
                Choice(value=_WHOLE - 2.5, why=_("Without batteries the short cut is one more fault that nothing bears."), scene=at.faults("S7", design="D2", less_power=True)),
                Choice(value=_WHOLE / 2, why=_("Half the feeds is not half the points: ten faults have nothing to do with them."), scene=at.faults("S5", design="D2", less_power=True)),
                Choice(value=0.0, why=_("All services fall, but in two faults of twelve only."), scene=at.faults("S1", design="D2", less_power=True)),
            ),
        ),
        scene=at.faults("S6", design="D2", less_power=True),
        change=_("give the batteries back, but ask that all three copies be there (min_size = size). Which faults are lost now?"),
    ),
    "datacentre-spof": Prediction(
        question=Question(
            id="datacentre-predict-spof", kind="single",
            prompt=_("Two hosts, each with two power supplies. The rack has one strip of sockets (PDU), so both supplies hang on it. What may break without any service going down?"),
            because=_("A power supply, or a whole host: the other one takes over. The PDU and the feed are still single: two boxes on one path are one path."),
            hints=(_("Follow the way of the current, from the feed to the host."), _("Where do the two ways become one?"), _("At the strip of sockets, before they reach the supplies.")),
            choices=(
                Choice(text=_("one of the two hosts"), right=True),
                Choice(text=_("the PDU"), why=_("Both supplies of both hosts hang on it. Paths count, not boxes."), scene=at.single("pdu:R1:a", less_pdu=True)),
                Choice(text=_("the feed"), why=_("The PDU hangs on it, and all the rest on the PDU."), scene=at.single("feed:1", less_pdu=True)),
                Choice(text=_("the core switch"), why=_("There is one of it, and every host reaches the others through it."), scene=at.single("core:1", less_pdu=True)),
            ),
        ),
        scene=at.single("pdu:R1:a", less_pdu=True),
        change=_("put the second PDU back: which single points are left, and which is the cheapest to remove?"),
    ),
    "datacentre-placement": Prediction(
        question=Question(
            id="datacentre-predict-placement", kind="single",
            prompt=_("Two hosts of 256 GB. On h1: dc1 (8 GB), db1 (64), web1 (16). On h2: dc2 (8), db2 (64), web2 (16), file1 (16). Machines of the directory are kept apart, those of the database too. h2 dies. Which machines are started on h1?"),
            because=_("web2 and file1. There is memory for all four, but dc2 and db2 are kept apart from their twins, which run on h1: their services are up all the same."),
            hints=(_("How much memory is free on h1?"), _("168 GB: enough for all. What else may forbid a start?"), _("Why does one run two domain controllers, and would both on one host help?")),
            choices=(
                Choice(text=_("web2 and file1"), right=True),
                Choice(text=_("all four"), why=_("There would be memory, but twins are kept apart: dc1 and db1 run there."), scene=at.placed(2)),
                Choice(text=_("dc2 and db2, which come first"), why=_("They come first in the order, and are refused first: their twins run there."), scene=at.placed(2)),
                Choice(text=_("none: h1 has no room"), why=_("88 of its 256 GB are taken."), scene=at.placed(0)),
            ),
        ),
        scene=at.placed(2),
        change=_("take the smaller model, H1, and no longer keep twins apart. Does N+1 still hold?"),
    ),
}  # fmt: skip
