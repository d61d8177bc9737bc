"""The sentences of the notes about networks, each judged and tied to a lab state that shows it."""

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Claim, Scene

CLAIMS = (
    Claim(
        id="networks-claim-promiscuous", verdict="imprecise",
        quote=_("Promiscuous mode: in a bridge this lets all traffic pass, not only what is meant for us"),
        correct=_("It is a receive filter of one card: frames for other addresses are passed to the software above instead of being discarded. It forwards nothing. A Linux bridge switches it on at its ports because frames for the VMs arrive there. And behind a switch a card still sees only what the switch sends it: own, group and flooded frames."),
        source="netdevice(7), bridge(8)", question="networks-sniffer",
        scene=Scene(lab="networks-switch", values={"traffic": "hundred", "device": "bridge"}, moment=20),
    ),
    Claim(
        id="networks-claim-bridged", verdict="incomplete",
        quote=_("Access by bridge:"),
        correct=_("The VM's card is a port of a software switch whose other port is the physical card. The VM has its own MAC on the LAN, gets its address from the LAN's DHCP server and is reached like any machine. Many Wi-Fi links refuse foreign sender MACs, so desktop hypervisors rewrite them there."),
        source="VirtualBox manual", question="networks-reachable",
        scene=Scene(lab="networks-modes", values={"one": "bridged", "src": "lan", "dst": "vm1"}),
    ),
    Claim(
        id="networks-claim-pat", verdict="right",
        quote=_("NAT (really PAT)"),
        correct=_("Many inside addresses share one outside address by translating ports. The standard name is NAPT; PAT is a vendor's word."),
        source="RFC 2663 §4.1.2, RFC 3022 §2.2", question="networks-nat",
        scene=Scene(lab="networks-napt", values={"traffic": "collide"}, moment=2),
    ),
    Claim(
        id="networks-claim-router", verdict="imprecise",
        quote=_("a virtual router between the real card and the virtual card"),
        correct=_("The engine sits inside the hypervisor or the host's kernel and uses the host's own network stack, not its card. In VirtualBox's NAT each VM has a private engine: each one has 10.0.2.15, and they cannot see each other. “NAT network”, libvirt's virbr0 and VMware's vmnet8 share one engine."),
        source="VirtualBox manual", question="networks-nat",
        scene=Scene(lab="networks-modes", values={"one": "NAT", "other": "NAT", "src": "vm1", "dst": "vm2"}),
    ),
    Claim(
        id="networks-claim-dhcp", verdict="right",
        quote=_("The virtual router also gives an IP address (it acts as DHCP)"),
        correct=_("A small DHCP server runs beside the NAT engine. It is a separate function: one can be on without the other."),
        source="VirtualBox manual, RFC 2131", question="networks-t2",
        scene=Scene(lab="networks-dhcp", values={"clients": 1}, moment=5),
    ),
    Claim(
        id="networks-claim-masquerade", verdict="incomplete",
        quote=_("Masquerade"),
        correct=_("Linux's source NAT whose new address is whatever address the outgoing interface has at that moment, looked up for each connection; entries go when the interface goes down. With a fixed address use SNAT."),
        source="iptables-extensions(8)", question="networks-masquerade",
        scene=Scene(lab="networks-path", values={"way": "masquerade"}, moment=4),
    ),
    Claim(
        id="networks-claim-host-only", verdict="right",
        quote=_("Host only: a virtual card on the host connected to the VM's virtual card"),
        correct=_("A virtual switch with the host and the VMs on it, and no uplink."),
        source="VirtualBox manual", question="networks-reachable",
        scene=Scene(lab="networks-modes", values={"one": "host-only", "other": "host-only", "src": "host", "dst": "vm1"}),
    ),
    Claim(
        id="networks-claim-routing", verdict="imprecise",
        quote=_("We can reach the network if we enable routing on the host"),
        correct=_("Necessary, not sufficient: the VM needs the host as its gateway, the host's firewall must accept, and the LAN must have a route back to the VM's network, or the host must masquerade."),
        source="ip-sysctl (ip_forward)", question="networks-no-return",
        scene=Scene(lab="networks-hostonly", values={"gw": "right", "forwarding": True}),
    ),
)  # fmt: skip
