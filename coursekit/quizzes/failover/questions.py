"""The eight questions of the failover chapter; every figure in them is computed."""

from coursekit.i18n import mark as _
from coursekit.quizzes.failover import scenes as at
from coursekit.quizzes.question import Choice, Question
from coursekit.sims.failover.availability import parallel, series
from coursekit.sims.failover.checks import detection
from coursekit.sims.message import Message


def _seconds(value: float) -> Message:
    return Message.of("{seconds:g} s", seconds=value)


def _percent(share: float, digits: int = 2) -> Message:
    return Message.of("{percent} %", percent=round(100 * share, digits))


_FALL = detection(2, 3)

QUESTIONS = (
    Question(
        id="failover-why-skew", kind="single", scene=at.ELECTED,
        prompt=_("Why does each Backup add a skew to its countdown?"),
        because=_("The higher the priority, the shorter the countdown: the best Backup is Active, and heard, before the others have finished counting. No vote is needed."),
        hints=(_("What would happen if all Backups counted equally long?"), _("Compare the countdowns of r2 and r3 in the lab."), _("(256 − priority)/256 of an interval: who waits least?")),
        choices=(
            Choice(text=_("so that the countdown of the best Backup ends first"), right=True),
            Choice(text=_("so that the Active keeps its turn"), why=_("There are no turns to share: the Active stays Active as long as it is heard. The skew orders those who wait."), scene=at.CRASHED),
            Choice(text=_("so that the clocks agree"), why=_("VRRP compares no clocks. Each node counts from the last message it heard."), scene=at.CRASHED),
            Choice(text=_("so that fewer messages are sent"), why=_("Only the Active sends, once an interval, whatever the skew."), scene=at.ELECTED),
        ),
    ),
    Question(
        id="failover-priority-255", kind="single", scene=at.OWNER,
        prompt=_("What does priority 255 mean in VRRP?"),
        because=_("The virtual address is the real address of that router: it starts Active at once and always takes it back."),
        hints=(_("Set r1 to 255 in the lab and look at second 0."), _("Every other node starts as Backup; this one does not."), _("Whose address is it?")),
        choices=(
            Choice(text=_("the router owns the address, and is Active at once"), right=True),
            Choice(text=_("the highest priority, nothing more"), why=_("A node with 254 waits three intervals before it acts; 255 does not wait at all."), scene=at.ELECTED),
            Choice(text=_("it is forbidden"), why=_("1 to 254 is the range of routers that do not own the address. 255 is kept for the one that does."), scene=at.OWNER),
            Choice(text=_("“I stop”"), why=_("That is priority 0, in a message."), scene=at.STOPPED),
        ),
    ),
    Question(
        id="failover-old-mac", kind="single", scene=at.DEAF,
        prompt=_("r2 has taken over, yet clients still send to the MAC address of r1. What did not arrive?"),
        because=_("Neighbours keep the old entry until it expires. Gratuitous ARP, an answer nobody asked for, changes it at once."),
        hints=(_("Who knows on the network which machine holds an IP address?"), _("Look at the ARP entry of the client in the lab."), _("Which message changes that entry?")),
        choices=(
            Choice(text=_("the gratuitous ARP of r2"), right=True),
            Choice(text=_("a change of DNS"), why=_("The name still leads to the same IP address. What changed is the machine behind that address."), scene=at.DEAF),
            Choice(text=_("a DHCP renewal"), why=_("The client's own address has not changed, nor has the server's."), scene=at.DEAF),
            Choice(text=_("a routing update"), why=_("Client and address are in one subnet: no router decides here, ARP does."), scene=at.DEAF),
        ),
    ),
    Question(
        id="failover-two-active", kind="single", scene=at.SPLIT,
        prompt=_("Both nodes of a VRRP pair are Active at the same time, and stay so. What happened?"),
        because=_("They do not hear each other, and each believes the other dead: split brain. Nobody counts votes."),
        hints=(_("What makes an Active step back?"), _("It must hear a better one."), _("Cut the link in the lab.")),
        choices=(
            Choice(text=_("split brain: they do not hear each other"), right=True),
            Choice(text=_("they work in active/active mode"), why=_("In that mode each node is Active for another address. Two owners of one address are never wanted."), scene=at.SPLIT),
            Choice(text=_("they have equal priorities"), why=_("The tie ends in the same instant: the higher address stays."), scene=at.EQUAL),
            Choice(text=_("preemption in a loop"), why=_("Preemption moves the address from one to the other; it never doubles it for longer than a message takes."), scene=at.RETURNED),
        ),
    ),
    Question(
        id="failover-fall-three", kind="single", scene=at.FALL3,
        prompt=_("A check every 2 s with fall 3; the server refuses connections at once. How long until it is marked down, at worst?"),
        because=_("At worst it dies just after a check: three more checks, 2 s apart, are needed."),
        hints=(_("When does the unluckiest failure happen?"), _("Just after a check that was still good."), _("Then count three checks.")),
        choices=(
            Choice(text=_seconds(_FALL.worst), right=True),
            Choice(text=_seconds(_FALL.best), why=_("That is the best case: the failure comes just before a check."), scene=at.FALL3),
            Choice(text=_seconds(detection(2, 1).worst), why=_("One failed check decides nothing with fall 3."), scene=at.FALL3),
            Choice(text=_seconds(detection(2, 3, 2).worst), why=_("You added a timeout. A refusal is known at once; only silence has to be waited for."), scene=at.SILENT),
        ),
    ),
    Question(
        id="failover-in-series", kind="single", scene=at.WEB_ALL,
        prompt=_("A balancer and a database, each available 99 % of the time; the service needs both. How available is it?"),
        because=_("Both must work at once: 0.99 × 0.99."),
        hints=(_("Does the service work when only one of the two does?"), _("Availabilities in series multiply."), _("0.99 × 0.99 = ?")),
        choices=(
            Choice(text=_percent(series([0.99, 0.99])), right=True),
            Choice(text=_percent(parallel([0.99, 0.99])), why=_("That is two in parallel, where one is enough."), scene=at.PAIR),
            Choice(text=_percent(0.99), why=_("A chain is weaker than its weakest link: each part adds failures of its own."), scene=at.WEB_ALL),
            Choice(text=_percent(0.98), why=_("Added failures count the time when both are down twice: nearly right, and never exactly."), scene=at.WEB_ALL),
        ),
    ),
    Question(
        id="failover-no-second-cut", kind="single", scene=at.STAYED,
        prompt=_("The repaired node comes back and the service is cut a second time. What is the cheapest way to avoid it?"),
        because=_("Without preemption the returning node stays Backup: the address does not move again."),
        hints=(_("Why does the address move when the old node returns?"), _("Because it has the higher priority, and takes back."), _("Which setting tells it not to?")),
        choices=(
            Choice(text=_("nopreempt"), right=True),
            Choice(text=_("equal priorities"), why=_("A Backup with the same priority keeps quiet, but after both have started at once the address decides who serves, and you no longer choose."), scene=at.EQUAL),
            Choice(text=_("a longer interval"), why=_("That only makes every detection slower."), scene=at.SLOW),
            Choice(text=_("priority 255"), why=_("The owner of the address always takes back, at once."), scene=at.OWNER),
        ),
    ),
    Question(
        id="failover-least-gain", kind="single", scene=at.COMMON,
        prompt=_("When does a second copy bring least?"),
        because=_("What takes both at once (a switch, power, a bad configuration) is not made rarer by a second copy."),
        hints=(_("Against which failures does a copy help?"), _("Against those that strike one and spare the other."), _("Move the share of common causes in the lab.")),
        choices=(
            Choice(text=_("when both copies share a cause of failure"), right=True),
            Choice(text=_("when repairs take long"), why=_("Then it brings most: the copy covers the whole repair."), scene=at.PAIR),
            Choice(text=_("when the servers are cheap"), why=_("The price of a machine says nothing about what a copy of it gains."), scene=at.PAIR),
            Choice(text=_("when there is little traffic"), why=_("That is capacity. A service with few users can still be away."), scene=at.SINGLE),
        ),
    ),
)  # fmt: skip
