"""Checks of the chapter on load balancing."""

from collections.abc import Sequence

from coursekit.i18n import mark
from coursekit.realtools import haproxy, nginx
from coursekit.realtools.check import SAME, Check, Fact
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.balancing import elastic, turns
from coursekit.sims.message import Message

WEIGHTS = ((1, 1, 1), (5, 1, 1), (3, 2, 1), (4, 2, 1), (2, 1, 1))


def _turns(weights: Sequence[int]) -> int:
    """Two whole rounds."""
    return 2 * sum(weights)


def _orders() -> tuple[Fact, ...]:
    facts = []
    for weights in WEIGHTS:
        count, named = _turns(weights), ", ".join(map(str, weights))
        smooth = turns.letters([step.pick for step in turns.smooth_steps(weights, count)])
        static = turns.letters(turns.static_rr(weights, count))
        dynamic = turns.letters(elastic.roundrobin(weights, count))
        facts += [
            Fact(Message.of("nginx, weights {weights}", weights=named), smooth, SAME),
            Fact(Message.of("HAProxy static-rr, weights {weights}", weights=named), static, SAME),
            Fact(Message.of("HAProxy roundrobin, weights {weights}", weights=named), dynamic, SAME),
        ]
    return tuple(facts)


def _ask_orders(source: Source) -> tuple[str, ...]:
    found = []
    for weights in WEIGHTS:
        count = _turns(weights)
        found.append(nginx.order(source, weights, count))
        found.append(haproxy.order(source, "static-rr", weights, count))
        found.append(haproxy.order(source, "roundrobin", weights, count))
    return tuple(found)


CHECKS = (
    Check(
        name="balancing-orders",
        title=mark("Five sets of weights, put to the true balancers"),
        question=mark("The same weights: does every balancer take its turns in the same order?"),
        differs=mark("Every server gets its share; the order is each balancer’s own. “Weighted round robin” is the name of a family, not of one procedure."),
        facts=_orders,
        ask=_ask_orders,
        places=(Place("here", (nginx.NGINX, haproxy.HAPROXY)),),
    ),
)  # fmt: skip
