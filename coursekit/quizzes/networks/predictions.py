"""What each networks lab asks before it runs, and the state of the lab that answers."""

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Choice, Prediction, Question, Scene
from coursekit.sims.message import Message
from coursekit.sims.networks.lan import Lan, captured, conversation
from coursekit.sims.networks.lan import play as play_lan
from coursekit.sims.networks.leases import times
from coursekit.sims.networks.napt import Napt, Packet, ceiling
from coursekit.sims.networks.own_switch import compare, traffic

_SNIFFED = {
    device: captured(play_lan(Lan(device=device, promiscuous=(2,)), conversation(0, 1, 100)), 2)
    for device in ("hub", "bridge", "vswitch")
}
_HUB = compare(lambda _t, ports, port, _s, _d: [p for p in ports if p != port], 4, traffic(4, 12))
_DAY = 86_400.0
_NAT = Napt("203.0.113.1")
_PORTS = [
    _NAT.outbound(0, Packet("tcp", f"10.0.0.{i}", 40000, "192.0.2.10", 443, "SYN")).packet.sport
    for i in (1, 2)
]
_CEILING = ceiling(1, 262_144)[0]
_SWITCH = Scene(lab="networks-switch", values={"traffic": "hundred"}, moment=20)
_HUNDRED_HUB = Scene(
    lab="networks-switch", values={"traffic": "hundred", "device": "hub"}, moment=20
)
_NO_MASK = Scene(lab="networks-hostonly", values={"gw": "right", "forwarding": True})
_MASK = Scene(
    lab="networks-hostonly", values={"gw": "right", "forwarding": True, "masquerade": True}
)
_SAME = Scene(
    lab="networks-modes", values={"one": "NAT", "other": "NAT", "src": "vm1", "dst": "vm2"}
)
_SHARED = Scene(
    lab="networks-modes",
    values={"one": "NAT network", "other": "NAT network", "src": "vm1", "dst": "vm2"},
)

PREDICTIONS = {
    "networks-switch": Prediction(
        question=Question(
            id="networks-predict-switch", kind="numeric", tolerance=1e-9, answer=_SNIFFED["bridge"],
            prompt=_("A and B send each other 100 frames over a fresh learning bridge. C listens in promiscuous mode. How many of the 100 does C see?"),
            because=Message.of("One: the first frame was flooded, because nobody knew yet where B is. On a hub C would see all {hub}; a virtual switch that rejects promiscuous mode shows it {vswitch}.", hub=_SNIFFED["hub"], vswitch=_SNIFFED["vswitch"]),
            choices=(
                Choice(value=100, why=_("That is a hub. Promiscuous mode opens C's own card; it does not make the bridge send C what is for others."), scene=_HUNDRED_HUB),
                Choice(value=0, why=_("Nearly: but the bridge's table begins empty, so the very first frame goes everywhere."), scene=_SWITCH),
                Choice(value=2, why=_("The answer to the first frame is not flooded: the bridge learned A from the first frame's sender address."), scene=_SWITCH),
            ),
            hints=(_("What does the bridge know before the first frame?"), _("What does it learn from the sender address of the first frame?"), _("From the second frame on it knows both.")),
        ),
        scene=_SWITCH,
        change=_("choose the hub, then the virtual switch, and read C's row again."),
    ),
    "networks-own": Prediction(
        question=Question(
            id="networks-predict-own", kind="numeric", tolerance=1e-9, answer=_HUB.copies[0],
            prompt=_("The function below sends each frame out of all other ports. On 4 ports, how many copies do 12 frames become?"),
            because=Message.of("Three copies a frame: {hub}. The learning bridge needs {bridge} for the same frames, and nobody misses one.", hub=_HUB.copies[0], bridge=_HUB.copies[1]),
            choices=(
                Choice(value=48, why=_("Four a frame would include the port it came from: nobody sends a frame back.")),
                Choice(value=12, why=_("One copy a frame is what a switch achieves that already knows everybody.")),
            ),
            hints=(_("How many other ports are there?"), _("Each frame leaves by all of them."), _("12 × 3.")),
        ),
        scene=Scene(lab="networks-own", values={"ports": 4, "frames": 12}),
        change=_("let your function use its table, run the cell, and bring the copies down to the bridge's."),
    ),
    "networks-loop": Prediction(
        question=Question(
            id="networks-predict-loop", kind="single",
            prompt=_("Two bridges are joined by three cables, without spanning tree. One station sends one broadcast. What becomes of the copies on the cables?"),
            because=_("They double at every hop: each copy comes in by one cable and is flooded on the two others. Ethernet has no hop counter, so nothing ever ends it."),
            choices=(
                Choice(text=_("they double at every hop"), right=True),
                Choice(text=_("three copies circulate for ever"), why=_("With two cables the number stays the same: one comes in, one goes out. With three, one comes in and two go out."), scene=Scene(lab="networks-loop", values={"cables": 2})),
                Choice(text=_("each dies after some hops"), why=_("An IP packet has a TTL that routers count down; an Ethernet frame has nothing to count."), scene=Scene(lab="networks-loop", values={"cables": 3})),
                Choice(text=_("the bridges notice and drop them"), why=_("A bridge remembers addresses, not frames. Noticing loops is the work of spanning tree, which is off."), scene=Scene(lab="networks-loop", values={"cables": 3, "stp": True, "at_s": 30})),
            ),
            hints=(_("One copy arrives by one cable: by how many does it leave?"), _("By all but the one it came from."), _("Three cables: two leave for each that comes.")),
        ),
        scene=Scene(lab="networks-loop", values={"cables": 3}),
        change=_("switch spanning tree on, and send the broadcast at 0 s and then at 30 s."),
    ),
    "networks-modes": Prediction(
        question=Question(
            id="networks-predict-modes", kind="single",
            prompt=_("Two VirtualBox VMs in NAT mode both show the address 10.0.2.15. What follows?"),
            because=_("No conflict and no contact: each VM has its own engine and its own network. 10.0.2.15 is on both of them, as many houses have a number 15."),
            choices=(
                Choice(text=_("no conflict, and they cannot reach each other"), right=True),
                Choice(text=_("an address conflict: one of them loses its network"), why=_("A conflict needs one link on which both answer the same ARP request. Here there are two links."), scene=_SAME),
                Choice(text=_("no conflict, they reach each other through the router"), why=_("Neither engine knows the other's network; and 10.0.2.15 is each VM's own address, so the packet does not even leave."), scene=_SAME),
                Choice(text=_("it cannot be: the engine gives each its own address"), why=_("That is “NAT network”, one engine for all. In plain NAT each VM has an engine of its own, and each engine gives 10.0.2.15."), scene=_SHARED),
            ),
            hints=(_("How many NAT engines are there?"), _("One for each VM."), _("How many separate networks is that?")),
        ),
        scene=_SAME,
        change=_("put both into “NAT network” and try again; then forward a port."),
    ),
    "networks-dhcp": Prediction(
        question=Question(
            id="networks-predict-dhcp", kind="numeric", tolerance=1e-3, answer=times(_DAY).t1 / 3600, unit=_("hours"),
            prompt=_("Leases last 24 hours. The DHCP server dies and stays dead. What is the shortest time, in hours, after which a client may lose its address?"),
            because=_("12 hours: every client renews at half of its lease, so whoever has one still has between 12 and 24 hours left."),
            choices=(
                Choice(value=24, why=_("That is the luckiest client, which had just renewed.")),
                Choice(value=0, why=_("A lease is a promise with a date: the server is not needed to keep it.")),
                Choice(value=21, why=_("At seven eighths, 21 h, a client begins to ask everybody; that is not when it loses the address.")),
            ),
            hints=(_("Which client is worst off when the server dies?"), _("One that was just about to renew."), _("It renews at half of the lease: how much is left then?")),
        ),
        scene=Scene(lab="networks-dhcp", values={"lease_s": 86_400, "clients": 2}, actions=((43_190.0, "kill", 0),)),
        change=_("let the server die just after a renewal instead, and shorten the lease."),
    ),
    "networks-napt": Prediction(
        question=Question(
            id="networks-predict-napt", kind="numeric", tolerance=1e-9, answer=_PORTS[1],
            prompt=_("Two machines, a then b, open a connection to the same server, both from their port 40000. From which port does b's connection leave the router?"),
            because=Message.of("From {port}: {taken} is taken towards this server and port, so the next free one is used. To another server b would have kept it.", port=_PORTS[1], taken=_PORTS[0]),
            choices=(
                Choice(value=40000, why=_("Then an answer from the server to port 40000 could be for a or for b: nobody could tell."), scene=Scene(lab="networks-napt", values={"traffic": "collide"}, moment=2)),
                Choice(value=1024, why=_("The port is only changed as far as needed: the search goes upwards from the port asked for.")),
            ),
            hints=(_("What would the router do with an answer to port 40000?"), _("The two connections need different outside ports."), _("It takes the next free port upwards.")),
        ),
        scene=Scene(lab="networks-napt", values={"traffic": "collide"}, moment=2),
        change=_("step on: what port does b get towards another server, and when is a line forgotten?"),
    ),
    "networks-ceiling": Prediction(
        question=Question(
            id="networks-predict-ceiling", kind="numeric", tolerance=1e-9, answer=_CEILING,
            prompt=_("A router hides a whole town behind one address. All open TCP connections from ordinary ports (1024 and above) to port 443 of one and the same server. How many at once, at most?"),
            because=Message.of("{most}, the ports from 1024 to 65535. To another server the same ports serve again; the true ceiling is then the size of the table.", most=_CEILING),
            choices=(
                Choice(value=65535, why=_("All ports there are, nearly: but ordinary connections stay in the class from 1024 up.")),
                Choice(value=262_144, why=_("That is the largest table. Towards a single server the ports run out first.")),
            ),
            hints=(_("The answers must differ in the outside port."), _("Ports run to 65535."), _("And begin at 1024.")),
        ),
        scene=Scene(lab="networks-ceiling", values={"destinations": 1}),
        change=_("add destinations until the table ends it, then take memory away."),
    ),
    "networks-hostonly": Prediction(
        question=Question(
            id="networks-predict-hostonly", kind="single",
            prompt=_("A host-only VM has the host as gateway, and the host forwards (ip_forward = 1). The VM pings a printer on the LAN, in vain. What does a capture on the printer show?"),
            because=_("The request arrives and the printer answers: but to its own gateway, which does not know the VM's network. Masquerade repairs it without touching the LAN, since then the printer answers the host."),
            choices=(
                Choice(text=_("the request arrives, and the answer leaves for the wrong router"), right=True),
                Choice(text=_("nothing: the request never arrives"), why=_("It does: the VM has a route, the host forwards, and the printer is on the host's own LAN."), scene=_NO_MASK),
                Choice(text=_("the request arrives, and the printer ignores it"), why=_("A ping is answered whoever sends it. The answer goes astray afterwards."), scene=_NO_MASK),
                Choice(text=_("request and answer, as with masquerade"), why=_("Masquerade is what is missing here: with it the request seems to come from the host."), scene=_MASK),
            ),
            hints=(_("Follow the request link by link."), _("Now be the printer: where do you send a packet for 192.168.56.101?"), _("To your default gateway, the LAN's router.")),
        ),
        scene=_NO_MASK,
        change=_("repair it in two ways: masquerade, or a route back on the LAN's router. What does the printer see each time?"),
    ),
    "networks-path": Prediction(
        question=Question(
            id="networks-predict-path", kind="single",
            prompt=_("A packet goes from a VM behind masquerade to a server on the Internet. Which fields does the masquerading host rewrite on the way out, if the port is free?"),
            because=_("It routes, so both MAC addresses and the TTL; and it hides the sender, so the source IP address. The destination stays until the answer comes back."),
            choices=(
                Choice(text=_("both MAC addresses, the TTL, the source IP address"), right=True),
                Choice(text=_("the source IP address only"), why=_("It is a router too: the frame is written anew for the next link, and the TTL is one less."), scene=Scene(lab="networks-path", values={"way": "masquerade"}, moment=4)),
                Choice(text=_("both MAC addresses and the TTL"), why=_("That is a plain router. The VM's private address would come as far as the LAN's router, and the answer not back."), scene=Scene(lab="networks-path", values={"way": "routed"}, moment=4)),
                Choice(text=_("source and destination IP addresses"), why=_("The destination is rewritten in the answer only, on the way back in."), scene=Scene(lab="networks-path", values={"way": "masquerade"}, moment=12)),
            ),
            hints=(_("It does two things at once: it routes, and it masquerades."), _("What does every router change?"), _("And what must be hidden?")),
        ),
        scene=Scene(lab="networks-path", values={"way": "masquerade"}, moment=4),
        change=_("step through the answer and see which field is rewritten back; then let the TTL start at 2."),
    ),
}  # fmt: skip
