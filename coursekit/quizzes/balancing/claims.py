"""The sentences of the notes about load balancing, each judged and tied to a lab state."""

from coursekit.i18n import mark as _
from coursekit.quizzes.balancing import scenes as at
from coursekit.quizzes.question import Claim

CLAIMS = (
    Claim(
        id="balancing-claim-robin", verdict="wrong", scene=at.turns("rr"),
        quote=_("Robin Robin"),
        correct=_("Round robin: each available server in turn. Robin is not a person here; a “round robin” was a petition signed in a circle, so that nobody stood first."),
        source="nginx, ngx_http_upstream_module; HAProxy, balance roundrobin", question="balancing-smooth",
    ),
    Claim(
        id="balancing-claim-cpu", verdict="imprecise", scene=at.race(report=10),
        quote=_("According to CPU power: one at 50 %, one at 25 %, one at 25 %"),
        correct=_("These are static weights: shares of the requests that stand in the configuration and add up to 100 %. A weight describes what a server can do, not how busy it is. Balancing on measured load needs an agent that reports it (HAProxy's agent-check); once reports are older than a few service times, all requests run to the same “idle” server."),
        source="HAProxy, weight, agent-check", question="balancing-weights",
    ),
    Claim(
        id="balancing-claim-requests", verdict="imprecise", scene=at.race(law="hyper"),
        quote=_("According to the number of requests"),
        correct=_("The useful number is that of requests in progress: least connections. The number served since the start says nothing about who is busy now."),
        source="nginx, least_conn; HAProxy, balance leastconn", question="balancing-least",
    ),
    Claim(
        id="balancing-claim-redundancy", verdict="imprecise", scene=at.health(servers=3, load=75),
        quote=_("Load distribution; allows redundancy"),
        correct=_("Only with health checks and room to spare. N servers, each busy for a share ρ of the time: when one is lost the others have ρ·N/(N − 1), which must stay below 1."),
        source="Kleinrock 1975", question="balancing-one-less",
    ),
    Claim(
        id="balancing-claim-double", verdict="incomplete", scene=at.double("active_active", 120),
        quote=_("Double the balancer"),
        correct=_("Right, for alone it is the part that takes everything with it. Active/passive: one address, moved by VRRP (chapter 2); open connections are lost unless their state is copied. Active/active: two addresses, each balancer the backup of the other; each must stay below 50 % of what one can do."),
        source="keepalived.conf(5)", question="balancing-active-active",
    ),
)  # fmt: skip
