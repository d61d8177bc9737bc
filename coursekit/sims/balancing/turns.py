"""Weighted turns: four ways to share requests by weight, each with its own order.

Modelled: plain round robin, the smooth weighted one of nginx with its effective weights, the
one of Linux IPVS, and HAProxy's static one; HAProxy's dynamic `roundrobin` is in `elastic`.
Servers are counted from 0 in the order of configuration.
Sources: nginx `ngx_http_upstream_round_robin.c`, Linux `ip_vs_wrr.c`, HAProxy `lb_map.c`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import gcd

from coursekit.sims.message import require

__all__ = [
    "Smooth",
    "Step",
    "agent_weight",
    "check_weights",
    "failed",
    "letters",
    "lvs_added",
    "lvs_configured",
    "lvs_start",
    "lvs_turn",
    "lvs_wrr",
    "round_robin",
    "shares",
    "smooth_start",
    "smooth_steps",
    "smooth_turn",
    "static_map",
    "static_rr",
]

MAX_WEIGHT = 65_535


def check_weights(weights: Sequence[int]) -> None:
    """ParameterError unless there is a server with a weight, and none has less than 0."""
    require(
        any(weights) and all(0 <= weight <= MAX_WEIGHT for weight in weights),
        "weights={weights}: give whole numbers from 0 to {most}, one above 0",
        weights=list(weights), most=MAX_WEIGHT,
    )  # fmt: skip


def letters(picks: Sequence[int | None]) -> str:
    """The picks as text: server 0 is a, nobody is a dash."""
    return "".join("-" if pick is None else chr(ord("a") + pick) for pick in picks)


def shares(weights: Sequence[int]) -> tuple[float, ...]:
    """The share of the requests that each weight asks for."""
    check_weights(weights)
    return tuple(weight / sum(weights) for weight in weights)


def agent_weight(weight: int, cpu_percent: float) -> int:
    """The weight an agent leaves a server that is so busy: never 0, that would be a drain."""
    require(
        0 <= cpu_percent <= 100, "cpu_percent={cpu}: choose a share from 0 to 100", cpu=cpu_percent
    )
    return max(1, round(weight * (100 - cpu_percent) / 100))


def round_robin(servers: int, count: int, down: Collection[int] = ()) -> list[int | None]:
    """Each available server in turn."""
    require(servers >= 1, "servers={servers}: choose 1 or more", servers=servers)
    up = [server for server in range(servers) if server not in down]
    return [up[turn % len(up)] if up else None for turn in range(count)]


@dataclass(frozen=True)
class Smooth:
    """The state of nginx's smooth turns: `weight` as configured, `effective` as trusted now."""

    weight: tuple[int, ...]
    effective: tuple[int, ...]
    current: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """One pick: what the currents were raised to, who was picked, and the state it left."""

    raised: tuple[int, ...]
    pick: int | None
    after: Smooth


def smooth_start(weights: Sequence[int]) -> Smooth:
    """Nobody has a claim yet, everybody is trusted."""
    check_weights(weights)
    return Smooth(tuple(weights), tuple(weights), (0,) * len(weights))


def smooth_turn(state: Smooth, allowed: Collection[int]) -> Step:
    """Raise every allowed server by its weight; the greatest is picked and pays for all.

    A server not allowed (down, draining or not among the tied) keeps its current.
    """
    current, effective = list(state.current), list(state.effective)
    total, best = 0, None
    for server, weight in enumerate(state.weight):
        if server not in allowed:
            continue
        current[server] += effective[server]
        total += effective[server]
        effective[server] = min(weight, effective[server] + 1)
        if best is None or current[server] > current[best]:
            best = server
    raised = tuple(current)
    if best is not None:
        current[best] -= total
    return Step(raised, best, Smooth(state.weight, tuple(effective), tuple(current)))


def failed(state: Smooth, server: int, max_fails: int = 1) -> Smooth:
    """After a request to `server` failed: trusted less, never below 0."""
    require(max_fails >= 1, "max_fails={fails}: choose 1 or more", fails=max_fails)
    effective = list(state.effective)
    effective[server] = max(0, effective[server] - state.weight[server] // max_fails)
    return Smooth(state.weight, tuple(effective), state.current)


def smooth_steps(
    weights: Sequence[int],
    count: int,
    *,
    down: Collection[tuple[int, int]] = (),
    failing: Collection[int] = (),
    max_fails: int = 1,
) -> list[Step]:
    """The first `count` picks.

    `down`: pairs (k, server), away from request k on; `failing`: the requests that fail
    while their server stays usable.
    """
    state, steps = smooth_start(weights), []
    for turn in range(count):
        gone = {server for since, server in down if turn >= since}
        allowed = [server for server in range(len(weights)) if server not in gone]
        step = smooth_turn(state, allowed)
        steps.append(step)
        state = step.after
        if turn in failing and step.pick is not None:
            state = failed(state, step.pick, max_fails)
    return steps


def lvs_start(weights: Sequence[int]) -> tuple[int, int]:
    """Where IPVS begins: the bar at its highest, and before the first server."""
    check_weights(weights)
    return max(weights) - (gcd(*weights) - 1), -1


def lvs_turn(
    weights: Sequence[int], bar: int, server: int, allowed: Collection[int]
) -> tuple[int, int | None]:
    """From `server` on, the next allowed one that reaches the bar; each round lowers the bar."""
    if not any(weights[each] for each in allowed):
        return bar, None
    top, _ = lvs_start(weights)
    while True:
        server += 1
        if server == len(weights):
            server, bar = -1, bar - gcd(*weights)
            bar = top if bar <= 0 else bar
        elif server in allowed and weights[server] >= bar:
            return bar, server


def lvs_wrr(weights: Sequence[int], count: int) -> list[int]:
    """IPVS: as many rounds as the heaviest weight; a round takes those at or above a bar."""
    bar, server = lvs_start(weights)
    everyone, picks = range(len(weights)), list[int]()
    while len(picks) < count:
        bar, found = lvs_turn(weights, bar, server, everyone)
        if found is not None:  # there is a weight: `lvs_start` saw to it
            server = found
            picks.append(server)
    return picks


def lvs_added(weights: Sequence[int]) -> int:
    """Where IPVS's bar is after servers were added one by one, as `ipvsadm` does.

    Each newcomer moves the bar only if it was not set yet, is too high, or fits the step no more.
    The first one sets it to its lowest, so the first round takes everybody.
    """
    check_weights(weights)
    bar = 0
    for count in range(1, len(weights) + 1):
        step = gcd(*weights[:count]) or 1
        top = max(weights[:count]) - (step - 1)
        if bar > top or not bar:
            bar = top
        elif step > 1:
            bar = bar // step * step + 1
    return bar


def lvs_configured(weights: Sequence[int], count: int) -> list[int]:
    """IPVS as `ipvsadm` leaves it: servers added one by one, of which the last one is asked first."""
    backwards, bar, server = weights[::-1], lvs_added(weights), -1
    everyone, picks = range(len(weights)), list[int]()
    while len(picks) < count:
        bar, found = lvs_turn(backwards, bar, server, everyone)
        if found is not None:
            server = found
            picks.append(len(weights) - 1 - server)
    return picks


def static_map(weights: Sequence[int], allowed: Collection[int]) -> list[int]:
    """HAProxy's map: Σw places, filled once for the servers that are up."""
    check_weights(weights)
    step = gcd(*weights)
    reduced = {server: weights[server] // step for server in allowed if weights[server]}
    total = sum(reduced.values())
    score, order = dict.fromkeys(reduced, 0), list[int]()
    for _place in range(total):
        score = {server: score[server] + weight for server, weight in reduced.items()}
        best = max(score, key=lambda server: (score[server] + total) // total)
        score[best] -= total
        order.append(best)
    return order


def static_rr(weights: Sequence[int], count: int) -> list[int]:
    """HAProxy's static-rr: a map of Σw places made once, then replayed."""
    order = static_map(weights, range(len(weights)))
    return [order[turn % len(order)] for turn in range(count)]
