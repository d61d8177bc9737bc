"""Checks of the chapter on load balancing."""

from collections.abc import Sequence

from coursekit.i18n import mark
from coursekit.realtools import balancing_lvs, haproxy, nginx
from coursekit.realtools.check import SAME, Check, Fact, at_least, between, within
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.balancing import closed, elastic, turns
from coursekit.sims.balancing.failing import Crash, fail
from coursekit.sims.balancing.health import Checks, detection
from coursekit.sims.balancing.load import draw
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


SLOW = 2  # the server of CROWD that is ten times slower
CROWD = closed.Closed()
DEAD, ASKED = 1, 6
NEVER = Checks(inter=1e9)


def _slow() -> tuple[Fact, ...]:
    turn, least = (
        closed.run(closed.Closed(policy=policy)) for policy in ("roundrobin", "leastconn")
    )
    late = Message.of("The tools, the network and this machine take their time too.")
    return (
        Fact(Message.of("Round robin: share of the slow server"), turn.shares[SLOW], within(0.05, 0.01)),
        Fact(Message.of("Least connections: share of the slow server"), least.shares[SLOW], within(0.75, 0.02)),
        Fact(Message.of("Round robin: mean time of a request"), turn.mean, at_least(0.95), "s", late),
        Fact(Message.of("Least connections: mean time of a request"), least.mean, at_least(0.95), "s", late),
        Fact(Message.of("How many times faster least connections is"), turn.mean / least.mean, within(0.4), "", late),
    )  # fmt: skip


def _ask_slow(source: Source) -> tuple[float, ...]:
    turn, least = (
        haproxy.crowd(source, policy, CROWD.times, CROWD.clients, CROWD.seconds)
        for policy in ("roundrobin", "leastconn")
    )
    return turn.share(SLOW), least.share(SLOW), turn.mean, least.mean, turn.mean / least.mean


def _lost(*, retry: bool) -> int:
    """Requests lost when server b is dead from the start and nobody checks."""
    crash = Crash(servers=3, load=0.01, victim=DEAD, at=0.0, retry=retry, checks=NEVER)
    return fail(crash, draw(ASKED, 1)).lost


def _smooth_without() -> str:
    """nginx remembers the one failure: the turn that failed is passed on, then b is left out."""
    steps = turns.smooth_steps((1, 1, 1), ASKED + 1, down=[(DEAD + 1, DEAD)], failing=[DEAD])
    return turns.letters([step.pick for step in steps if step.pick != DEAD])


def _dead() -> tuple[Fact, ...]:
    return (
        Fact(Message.of("HAProxy, no second try: requests lost of {n}", n=ASKED), _lost(retry=False), SAME),
        Fact(Message.of("HAProxy, a second try elsewhere (redispatch): lost of {n}", n=ASKED), _lost(retry=True), SAME),
        Fact(Message.of("nginx, which tries the next by itself: who answers"), _smooth_without(), SAME),
    )  # fmt: skip


def _ask_dead(source: Source) -> tuple[int | str, ...]:
    lost = [
        sum(status != 200 for status in haproxy.one_dead(source, DEAD, ASKED, redispatch=again))
        for again in (False, True)
    ]
    return *lost, nginx.order_without(source, DEAD, ASKED)


CHECKED = (Checks(inter=0.1, fall=3, rise=2), Checks(inter=0.2, fall=2, rise=3))


def _health() -> tuple[Fact, ...]:
    facts = []
    for checks in CHECKED:
        down = detection(checks)
        up = detection(Checks(inter=checks.inter, fall=checks.rise))  # the same count, of successes
        said = {"inter": checks.inter, "fall": checks.fall, "rise": checks.rise}
        facts += [
            Fact(Message.of("Every {inter} s, fall {fall}: taken out after", **said), (down.least, down.most), between(0.1), "s"),
            Fact(Message.of("Every {inter} s, rise {rise}: brought back after", **said), (up.least, up.most), between(0.1), "s"),
        ]  # fmt: skip
    return tuple(facts)


def _ask_health(source: Source) -> tuple[float, ...]:
    return tuple(seconds for checks in CHECKED for seconds in haproxy.noticed(source, checks))


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
    Check(
        name="balancing-slow",
        title=mark("One server ten times slower, put to HAProxy"),
        question=mark("Two servers answer in 30 ms, one in 300 ms, six clients wait for their answers: does the policy matter?"),
        differs=mark("The model has no network and picks in no time; the true clients share this machine with the servers."),
        facts=_slow,
        ask=_ask_slow,
        places=(Place("here", (haproxy.HAPROXY,)),),
    ),
    Check(
        name="balancing-dead",
        title=mark("One dead server, put to HAProxy and nginx"),
        question=mark("One of three servers is dead and nobody checks it: what do the clients see?"),
        differs=mark("A refused connection is tried twice here before HAProxy gives up; the model loses the request at once."),
        facts=_dead,
        ask=_ask_dead,
        places=(Place("here", (haproxy.HAPROXY, nginx.NGINX)),),
    ),
    Check(
        name="balancing-health",
        title=mark("A server dies and comes back, put to HAProxy’s checks"),
        question=mark("How long does a dead server go unnoticed, and how long does a repaired one wait?"),
        differs=mark("The model’s checks cost nothing; the true ones open a connection each, and what is seen is seen some milliseconds later."),
        facts=_health,
        ask=_ask_health,
        places=(Place("here", (haproxy.HAPROXY,)),),
    ),
    *balancing_lvs.CHECKS,
)  # fmt: skip
