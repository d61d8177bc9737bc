"""The eight questions of the networks chapter; every figure in them is computed."""

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Choice, Question, Scene
from coursekit.sims.message import Message
from coursekit.sims.networks.leases import times

_EIGHT = times(8 * 3600)


def _hours(seconds: float) -> Message:
    return Message.of("{n:g} h", n=seconds / 3600)


LEARNED = Scene(lab="networks-switch", values={"traffic": "all", "device": "bridge"}, moment=8)
HUB = Scene(lab="networks-switch", values={"traffic": "all", "device": "hub"}, moment=8)
UNKNOWN = Scene(lab="networks-switch", values={"traffic": "elsewhere"}, moment=3)
FIRST = Scene(lab="networks-switch", values={"traffic": "talk"}, moment=1)
VSWITCH = Scene(
    lab="networks-switch", values={"traffic": "talk", "device": "vswitch", "accept": True}, moment=3
)
NAT = Scene(lab="networks-napt", values={"traffic": "collide"}, moment=4)
SHARED = Scene(lab="networks-path", values={"way": "masquerade"}, moment=4)
ROUTED = Scene(lab="networks-path", values={"way": "routed"}, moment=4)
NO_WAY_BACK = Scene(lab="networks-hostonly", values={"gw": "right", "forwarding": True})
BACK = Scene(lab="networks-hostonly", values={"gw": "right", "forwarding": True, "back": True})
OFF = Scene(lab="networks-hostonly", values={"gw": "right", "forwarding": False})
RENEW = Scene(
    lab="networks-dhcp",
    values={"clients": 1, "lease_s": 28_800},
    actions=((60.0, "kill", 0),),
    moment=7,
)
FORWARDED = Scene(lab="networks-napt", values={"traffic": "stranger", "forward": True}, moment=2)


def _reach(mode: str) -> Scene:
    return Scene(
        lab="networks-modes", values={"one": mode, "other": mode, "src": "lan", "dst": "vm1"}
    )


QUESTIONS = (
    Question(
        id="networks-sniffer", kind="single",
        prompt=_("A promiscuous card is on a port of a switch that has learned all addresses. What does it show?"),
        because=_("The card passes up whatever reaches it; the switch decides what reaches it: own frames, groups, and what is flooded."),
        hints=(_("Two filters follow each other: the switch, then the card."), _("Promiscuous mode opens only the second."), _("Which frames does a switch still send everywhere?")),
        choices=(
            Choice(text=_("own, group and flooded frames"), right=True),
            Choice(text=_("all the traffic of the LAN"), why=_("That would be a hub. A switch sends a frame only where its destination is."), scene=HUB),
            Choice(text=_("only its own frames"), why=_("Broadcasts and flooded frames reach every port, and a promiscuous card passes them all up."), scene=UNKNOWN),
            Choice(text=_("also the frames of other VLANs"), why=_("A card's filter cannot undo what the switch separates: those frames never come to this port."), scene=LEARNED),
        ),
        scene=LEARNED,
    ),
    Question(
        id="networks-bridge-promiscuous", kind="single",
        prompt=_("Why does a Linux bridge put eth0 into promiscuous mode?"),
        because=_("Frames for the VMs carry the VMs' addresses, not eth0's: an ordinary card would discard them before the bridge sees them."),
        hints=(_("Whose address is in a frame for a VM?"), _("Not eth0's."), _("What does a card do with a frame for another address?")),
        choices=(
            Choice(text=_("so that frames for the VMs are not discarded by the card"), right=True),
            Choice(text=_("because the bridge must spy"), why=_("That the host could look at the frames is a side effect, not the purpose."), scene=VSWITCH),
            Choice(text=_("to forward faster"), why=_("The mode is a filter, it has no speed. It only decides what comes in."), scene=FIRST),
            Choice(text=_("because learning needs it"), why=_("Learning reads the sender address of frames that have been accepted already. Without the mode there are just fewer of them."), scene=FIRST),
        ),
        scene=FIRST,
    ),
    Question(
        id="networks-unknown", kind="single",
        prompt=_("What does a bridge do with a frame for a unicast address it does not know?"),
        because=_("It floods it: out of every other port. If the owner answers, its sender address is learned."),
        hints=(_("The bridge cannot ask anybody."), _("It must not lose the frame."), _("So it sends it wherever the owner might be.")),
        choices=(
            Choice(text=_("it floods it to the other ports"), right=True),
            Choice(text=_("it drops it"), why=_("A router drops what it has no route for. A bridge that did so would never get to know anybody."), scene=FIRST),
            Choice(text=_("it sends it to the gateway"), why=_("A gateway is an affair of IP. The bridge reads only MAC addresses; the gateway is one station among others."), scene=UNKNOWN),
            Choice(text=_("it answers with an ICMP error"), why=_("ICMP belongs to IP, which a bridge does not speak: its frames pass unread."), scene=UNKNOWN),
        ),
        scene=FIRST,
    ),
    Question(
        id="networks-nat", kind="single",
        prompt=_("What is a VM's “NAT” mode?"),
        because=_("NAPT: many inside addresses share one outside address, and the port says which connection an answer belongs to."),
        hints=(_("How many outside addresses are there?"), _("One, the host's."), _("What tells two connections apart then?")),
        choices=(
            Choice(text=_("NAPT: many addresses share one, told apart by ports"), right=True),
            Choice(text=_("one public address for each VM"), why=_("That is static NAT. The host has one address and shares it."), scene=NAT),
            Choice(text=_("plain routing"), why=_("A router leaves IP addresses as they are; here the source is rewritten."), scene=ROUTED),
            Choice(text=_("an HTTP proxy"), why=_("The engine knows ports and addresses, not what is said: any protocol over TCP or UDP passes."), scene=NAT),
        ),
        scene=NAT,
    ),
    Question(
        id="networks-no-return", kind="single",
        prompt=_("A host-only VM uses the host as gateway, the host forwards, without masquerade. A ping to the LAN fails. Why?"),
        because=_("The request arrives. The answer goes to the LAN's router, which has no route back to the VM's network."),
        hints=(_("Does the request arrive?"), _("It does. To which address does the target answer?"), _("And who on the LAN knows that network?")),
        choices=(
            Choice(text=_("the answer has no route back"), right=True),
            Choice(text=_("ARP cannot cross the host"), why=_("It need not: a router asks anew on each link. ARP never crosses a router, and routing works."), scene=BACK),
            Choice(text=_("forwarding needs a restart"), why=_("The switch acts at once: the request already comes through."), scene=OFF),
            Choice(text=_("the TTL is too small"), why=_("There is one router on the way; a TTL of 64 loses one."), scene=ROUTED),
        ),
        scene=NO_WAY_BACK,
    ),
    Question(
        id="networks-t2", kind="single",
        prompt=_("A lease lasts 8 hours. When is T2, after which the client asks all servers?"),
        because=_("At seven eighths of the lease: 7 hours. T1, when it asks its own server, is at half."),
        hints=(_("T1 is at half of the lease."), _("T2 is later, but leaves time before the end."), _("0.875 times 8.")),
        choices=(
            Choice(text=_hours(_EIGHT.t2), right=True),
            Choice(text=_hours(_EIGHT.t1), why=_("That is T1: the client renews with its own server."), scene=RENEW),
            Choice(text=_hours(_EIGHT.expiry), why=_("That is the end: the address must be dropped."), scene=RENEW),
            Choice(text=_hours(0.75 * _EIGHT.expiry), why=_("Three quarters is not the share: T2 is at 0.875."), scene=RENEW),
        ),
        scene=RENEW,
    ),
    Question(
        id="networks-reachable", kind="single",
        prompt=_("Machines of the LAN must reach a VM with no further set-up. Which mode?"),
        because=_("Bridged: the VM is a machine of the LAN, with an address of the LAN."),
        hints=(_("Who can open a connection to the VM?"), _("Its address must be one of the LAN."), _("Only one mode has the LAN's cable in the VM's switch.")),
        choices=(
            Choice(text=_("bridged"), right=True),
            Choice(text="NAT", why=_("Outwards it works; inwards nothing waits in the table, so it takes a port forward."), scene=_reach("NAT")),
            Choice(text=_("host-only"), why=_("The host reaches the VM, the LAN does not: the switch has no uplink."), scene=_reach("host-only")),
            Choice(text=_("NAT network"), why=_("The VMs reach each other there; from the LAN they are as hidden as with NAT."), scene=_reach("NAT network")),
        ),
        scene=_reach("bridged"),
    ),
    Question(
        id="networks-masquerade", kind="single",
        prompt=_("What distinguishes MASQUERADE from SNAT?"),
        because=_("It takes whatever address the outgoing interface has at that moment; SNAT has a fixed one written in the rule."),
        hints=(_("Both rewrite the source address."), _("One is told the new address, the other looks it up."), _("Think of a router whose provider changes its address every night.")),
        choices=(
            Choice(text=_("it takes the outgoing interface's current address"), right=True),
            Choice(text=_("it hides MAC addresses"), why=_("Every router writes new MAC addresses; masquerading is about IP addresses."), scene=ROUTED),
            Choice(text=_("it encrypts"), why=_("Nothing is encrypted: a rewritten address is no secret, the payload passes as it is."), scene=SHARED),
            Choice(text=_("it opens inbound ports"), why=_("That is DNAT, a port forward: another rule, in the other direction."), scene=FORWARDED),
        ),
        scene=SHARED,
    ),
)  # fmt: skip
