"""The sentences of the notes about failover, each judged and tied to a lab state."""

from coursekit.i18n import mark as _
from coursekit.quizzes.failover import scenes as at
from coursekit.quizzes.question import Claim

CLAIMS = (
    Claim(
        id="failover-claim-takes-over", verdict="imprecise", scene=at.OUTAGE,
        quote=_("Failover service: one falls = another takes over"),
        correct=_("Only if the failure is detected, the standby is healthy and big enough, the identity (address, name, disk) moves, the state is there, and the old one is surely stopped (fencing). There is always an interruption: seconds for an address, minutes for the restart of a VM."),
        source="RFC 9568 §6; vSphere Availability", question="failover-two-active",
    ),
    Claim(
        id="failover-claim-keepalived", verdict="incomplete", scene=at.CRASHED,
        quote=_("Keepalived moves an IP address to another device if the first falls"),
        correct=_("Right: Keepalived implements VRRP between the nodes that run it. The address moves because the new Active adds it and announces it by gratuitous ARP. Separately, Keepalived checks the real servers of Linux's own balancer (LVS) and takes dead ones out."),
        source="keepalived.conf(5)", question="failover-old-mac",
    ),
    Claim(
        id="failover-claim-doubled", verdict="imprecise", scene=at.COMMON,
        quote=_("The balancer must be doubled in case one falls"),
        correct=_("Doubling removes one single point of failure, if the pair shares no other cause (switch, power, configuration), if failover works on the day (test it), and if one node alone carries the whole load."),
        source="Fleming 1975", question="failover-least-gain",
    ),
    Claim(
        id="failover-claim-never-down", verdict="wrong", scene=at.COMMON,
        quote=_("(between the lines) two machines = never down"),
        correct=_("Two machines of 99 % give 99.99 % only if they fail independently: 53 minutes a year. With 10 % of common causes it is 99.892 %: 9 hours 28 minutes."),
        source="Fleming 1975", question="failover-least-gain",
    ),
)  # fmt: skip
