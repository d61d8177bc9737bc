"""Checks of the chapter on load balancing: the balancer in Linux, in the virtual machine."""

from collections.abc import Sequence

from coursekit.i18n import mark
from coursekit.realtools import ipvs
from coursekit.realtools.check import SAME, Check, Fact
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.balancing import turns
from coursekit.sims.message import Message

WEIGHTS = ((1, 1, 1), (5, 1, 1), (3, 2, 1), (4, 2, 1), (2, 1, 1))


def _count(weights: Sequence[int]) -> int:
    """Two whole rounds."""
    return 2 * sum(weights)


def _orders() -> tuple[Fact, ...]:
    return tuple(
        Fact(
            Message.of("wrr, weights {weights}", weights=", ".join(map(str, weights))),
            turns.letters(turns.lvs_configured(weights, _count(weights))), SAME,
        )
        for weights in WEIGHTS
    )  # fmt: skip


def _ask_orders(source: Source) -> tuple[str, ...]:
    return ipvs.orders(source, [("wrr", weights, _count(weights)) for weights in WEIGHTS])


CHECKS = (
    Check(
        name="balancing-lvs",
        title=mark("Five sets of weights, put to the balancer in Linux"),
        question=mark("IPVS has a weighted round robin too: is its order that of nginx or that of HAProxy?"),
        differs=mark("IPVS asks the server that was added last first, and begins with a round of everybody. The lab begins with the heaviest; after that the cycle is the same."),
        facts=_orders,
        ask=_ask_orders,
        places=(Place("vm", (ipvs.IPVS, ipvs.KERNEL)),),
    ),
)  # fmt: skip
