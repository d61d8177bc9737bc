"""What each failover lab asks before it runs, and the state of the lab that answers."""

from coursekit.i18n import mark as _
from coursekit.quizzes.failover import scenes as at
from coursekit.quizzes.question import Choice, Prediction, Question, Scene
from coursekit.sims.failover.availability import common_cause, downtime_min, parallel
from coursekit.sims.failover.checks import false_alarm_s
from coursekit.sims.failover.timers import crash_outage, stop_outage
from coursekit.sims.message import Message

_CRASH, _STOP = crash_outage(150), stop_outage(150)
_DAYS = false_alarm_s(0.01, 1, 3) / 86_400
_HOURS = false_alarm_s(0.05, 1, 3) / 3600
_ALONE = downtime_min(parallel([0.99, 0.99]))
_SHARED = downtime_min(common_cause(0.01, 0.1, 2)) / 60

PREDICTIONS = {
    "failover-vrrp": Prediction(
        question=Question(
            id="failover-predict-return", kind="single",
            prompt=_("r1 (priority 200) crashes at second 10 and is restarted at second 20; r2 has priority 150. How often does the address move after the crash?"),
            because=_("Twice: to r2, and back to r1 three seconds after it returns, because it preempts. With nopreempt it moves once."),
            choices=(
                Choice(text=_("twice: to r2, then back to r1"), right=True),
                Choice(text=_("once: r2 keeps it"), why=_("r1 has the higher priority and preemption is on: it discards what r2 says, and takes back."), scene=at.RETURNED),
                Choice(text=_("never: r1 comes back in time"), why=_("r2 bears about three silent intervals, not ten seconds."), scene=at.CRASHED),
                Choice(text=_("again and again"), why=_("Once r1 is heard again, r2 hears a higher priority and stays Backup."), scene=at.RETURNED),
            ),
            hints=(_("How long does r2 wait in silence?"), _("Which of the two has the higher priority when r1 is back?"), _("Preemption is on.")),
        ),
        scene=at.RETURNED,
        change=_("switch preemption off and compare; then give r1 priority 255."),
    ),
    "failover-outage": Prediction(
        question=Question(
            id="failover-predict-stop", kind="numeric", answer=_STOP.mean, tolerance=0.03, unit=_("seconds"),
            prompt=_("Advertisements every second, a Backup of priority 150. A crash of the Active costs 2.41 to 3.41 s. How long is the address away when the Active is stopped cleanly?"),
            because=Message.of("{stop:.3f} s, the skew alone: the Active says priority 0 before it goes. A crash costs {best:.2f} to {worst:.2f} s.", stop=_STOP.mean, best=_CRASH.best, worst=_CRASH.worst),
            choices=(
                Choice(value=0.0, why=_("Almost: but after the goodbye each Backup still waits for its skew.")),
                Choice(value=1.0, why=_("The Backup does not wait for the next advertisement: priority 0 shortens its countdown to the skew.")),
                Choice(value=3.414, why=_("That is a crash at its worst. A clean stop is announced.")),
            ),
            hints=(_("Does the Backup have to notice silence?"), _("Priority 0 leaves only the skew."), _("(256 − 150)/256 of a second.")),
        ),
        scene=at.OUTAGE,
        change=_("send five advertisements a second. Which bar does not shrink by the same factor in version 2?"),
    ),
    "failover-script": Prediction(
        question=Question(
            id="failover-predict-weight", kind="single",
            prompt=_("The web server on r1 (200) dies; r2 has 150. A script notices. Which setting moves the address sooner: weight 0 (leave), or weight −60 (200 becomes 140)?"),
            because=_("Weight 0: r1 says goodbye and r2 waits for its skew only. With −60, r2 hears “140”, discards it, and waits until its own timer has run out."),
            choices=(
                Choice(text=_("weight 0"), right=True),
                Choice(text=_("weight −60"), why=_("A lower advertisement is no signal to act: r2 discards it, and its timer runs on for seconds."), scene=at.SINKS),
                Choice(text=_("both alike"), why=_("After the goodbye r2 waits 0.41 s, after a lower priority two to three seconds."), scene=at.LEAVES),
                Choice(text=_("neither moves it"), why=_("140 is less than 150, so r2 does take over in the end. With −20 it would not."), scene=at.LIGHT),
            ),
            hints=(_("What does r1 send in each case?"), _("Priority 0 is a goodbye; 140 is only a lower number."), _("What does a Backup do with a lower number?")),
        ),
        scene=at.SINKS,
        change=_("choose weight −20: what moves now? And with fall 3?"),
    ),
    "failover-split": Prediction(
        question=Question(
            id="failover-predict-split", kind="single",
            prompt=_("The cable between the two nodes is cut; both still reach the clients. What do the clients see?"),
            because=_("Hardly anything is lost: r2 announces the address and the clients' entries now name r2, while r1 still answers others. That is why split brain is dangerous: it looks like service."),
            choices=(
                Choice(text=_("answers as before, from now one node, now the other"), right=True),
                Choice(text=_("no answer from anybody"), why=_("Both nodes are up and own the address: whoever is asked answers."), scene=at.SPLIT),
                Choice(text=_("each answer twice"), why=_("A request goes to one MAC address, so one node gets it."), scene=at.SPLIT),
                Choice(text=_("an error: address already in use"), why=_("Clients do not compare who answers; they use the entry they learned last."), scene=at.SPLIT),
            ),
            hints=(_("Who is Active after three silent seconds?"), _("Which MAC address is in the client's ARP entry?"), _("Is there a node behind it?")),
        ),
        scene=at.SPLIT,
        change=_("switch fencing on. Then lose the gratuitous ARP of r2, with and without the second burst."),
    ),
    "failover-checks": Prediction(
        question=Question(
            id="failover-predict-alarm", kind="single",
            prompt=_("1 message in 100 is lost between two healthy VRRP nodes, one a second. How often does the Backup take over for nothing, after three losses in a row?"),
            because=Message.of("Every {days:.1f} days. With 5 % it is every {hours:.1f} hours: the chance is the cube of the loss.", days=_DAYS, hours=_HOURS),
            choices=(
                Choice(text=_("about every 12 days"), right=True),
                Choice(text=_("about every 5 minutes"), why=_("That would be 100 × 3 seconds. Three in a row are much rarer: 1 in 100³."), scene=Scene(lab="failover-checks", values={"loss": 1.0, "fall": 1})),
                Choice(text=_("about every 3 hours"), why=_("That is two losses in a row: 1 in 100²."), scene=Scene(lab="failover-checks", values={"loss": 1.0, "fall": 2})),
                Choice(text=_("never in practice"), why=_("1 in a million sounds like never, until there is one chance every second."), scene=Scene(lab="failover-checks", values={"loss": 1.0, "fall": 3})),
            ),
            hints=(_("What is the chance of three losses in a row?"), _("One in a million, tried every second."), _("A day has 86 400 seconds.")),
        ),
        scene=Scene(lab="failover-checks", values={"loss": 1.0, "fall": 3, "interval": 1.0}),
        change=_("raise the loss to 5 %, then find the smallest fall that keeps alarms rarer than one a year."),
    ),
    "failover-availability": Prediction(
        question=Question(
            id="failover-predict-common", kind="single",
            prompt=_("Two machines, each available 99 % of the time; one is enough. One failure in ten has a cause that takes both (power, switch, configuration). How long is the service away in a year?"),
            because=Message.of("About {shared:.1f} hours: if they failed independently it would be {alone:.0f} minutes. The common cause makes nine tenths of what is left.", shared=_SHARED, alone=_ALONE),
            choices=(
                Choice(text=_("about 9 hours"), right=True),
                Choice(text=_("about 53 minutes"), why=_("That is two machines that never fail together: 99.99 %."), scene=at.PAIR),
                Choice(text=_("about 88 hours"), why=_("That is one machine alone, 99 %."), scene=at.SINGLE),
                Choice(text=_("about 6 minutes"), why=_("Common causes make it worse than independent failures, not better."), scene=at.COMMON),
            ),
            hints=(_("One machine is away 1 % of the time: 88 hours."), _("One tenth of that strikes both."), _("A tenth of 88 hours.")),
        ),
        scene=Scene(lab="failover-availability", values={"balancers": 2, "beta": 10, "balancer_mtbf": 396}),
        change=_("add a third balancer: what does it gain? Then lower the share of common causes."),
    ),
    "failover-own": Prediction(
        question=Question(
            id="failover-predict-own", kind="single",
            prompt=_("Every Backup bears exactly three intervals of silence, whatever its priority. Three equal nodes count; the Active crashes. What happens?"),
            because=_("All Backups end their countdown together and become Active at the same instant; then the messages arrive and all but the best step back. It heals, but every takeover begins with a quarrel."),
            choices=(
                Choice(text=_("two become Active at the same instant, one steps back"), right=True),
                Choice(text=_("the best takes over, the other stays quiet"), why=_("How would the other know? Both count to the same number."), scene=Scene(lab="failover-own")),
                Choice(text=_("both stay Active"), why=_("As soon as one hears the better one, it steps back."), scene=Scene(lab="failover-own")),
                Choice(text=_("nobody takes over"), why=_("Each one acts when its own countdown ends; nobody has to agree."), scene=Scene(lab="failover-own")),
            ),
            hints=(_("When does each countdown end?"), _("At the same time. Does a message already come from the other?"), _("It comes just after, and then priorities are compared.")),
        ),
        scene=Scene(lab="failover-own"),
        change=_("write a rule in the cell above that lets the best Backup, and only that one, act first."),
    ),
}  # fmt: skip
