"""Weighted turns, a request at a time: servers leave, come back, fail a request.

Modelled: what each policy looks at when it picks, and what it keeps in mind afterwards. A
server that is away is skipped; HAProxy then makes its map anew and goes on at the same place
of it, nginx keeps the server's current as it was, IPVS passes over it in its rounds. A failed
request lowers the effective weight of its server (nginx only). Left out: time, queues.
Sources: those of `turns`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from coursekit.sims.balancing.turns import (
    Smooth,
    check_weights,
    failed,
    lvs_start,
    lvs_turn,
    shares,
    smooth_start,
    smooth_turn,
    static_map,
)
from coursekit.sims.message import Message, require

__all__ = ["DEEDS", "Deed", "Told", "Turn", "Turns", "check_deed", "tell"]

Policy = Literal["rr", "swrr", "lvs_wrr", "static_rr"]
Kind = Literal["down", "up", "fail"]
DEEDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Deed:
    """Before request `request` a server leaves or returns; after it one's request has failed."""

    request: int
    kind: Kind
    server: int


@dataclass(frozen=True, kw_only=True)
class Turns:
    """The list of servers, the policy, and how many requests are asked."""

    policy: Policy = "swrr"
    weights: tuple[int, ...] = (5, 1, 1)
    requests: int = 14
    max_fails: int = 1

    def __post_init__(self) -> None:
        choices = ", ".join(get_args(Policy))
        require(
            self.policy in get_args(Policy), "policy={policy}: choose one of {choices}",
            policy=self.policy, choices=choices,
        )  # fmt: skip
        check_weights(self.weights)
        require(self.requests >= 1, "requests={n}: choose 1 or more", n=self.requests)
        require(self.max_fails >= 1, "max_fails={fails}: choose 1 or more", fails=self.max_fails)


@dataclass(frozen=True)
class Turn:
    """After a request: who got it, and what the policy now keeps in mind.

    `smooth` with the currents `raised` before the payment: swrr; `bar`: lvs_wrr; `places`, the
    map, and `place` in it: static_rr. `request` is -1 before the first.
    """

    request: int
    pick: int | None
    up: tuple[bool, ...]
    counts: tuple[int, ...]  # requests given to each server so far
    smooth: Smooth
    raised: tuple[int, ...]
    bar: int
    places: tuple[int, ...]
    place: int
    why: tuple[Message, ...] = field(default=())

    @property
    def allowed(self) -> tuple[int, ...]:
        """The servers that may be picked."""
        return tuple(server for server, here in enumerate(self.up) if here)

    @property
    def total(self) -> int:
        """What the picked server of swrr paid."""
        return sum(self.raised) - sum(self.smooth.current)


@dataclass(frozen=True)
class Told:
    """A state before the first request and one after each; the shares the weights ask for."""

    params: Turns
    states: tuple[Turn, ...]

    @property
    def picks(self) -> list[int | None]:
        """Who got each request."""
        return [state.pick for state in self.states[1:]]

    @property
    def targets(self) -> tuple[float, ...]:
        """The share each server should reach: by weight, or alike."""
        n = len(self.params.weights)
        return (1 / n,) * n if self.params.policy == "rr" else shares(self.params.weights)


def tell(params: Turns, deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; deeds beyond the last request change nothing."""
    for deed in deeds:
        check_deed(params, deed)
    states = [_start(params)]
    for request in range(params.requests):
        states.append(_step(params, states[-1], [d for d in deeds if d.request == request]))
    return Told(params, tuple(states))


def check_deed(params: Turns, deed: Deed) -> None:
    """ParameterError when such a thing cannot happen to this list under this policy."""
    last = len(params.weights) - 1
    require(deed.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(DEEDS))  # fmt: skip
    require(
        0 <= deed.server <= last, "server={server}: choose a to {last}",
        server=_letter(deed.server), last=_letter(last),
    )  # fmt: skip
    require(deed.request >= 0, "request={k}: nothing has been asked yet", k=deed.request)
    require(
        deed.kind != "fail" or params.policy == "swrr",
        "policy={policy}: only nginx's smooth turns lower a weight after a failure",
        policy=params.policy,
    )  # fmt: skip


def _start(params: Turns) -> Turn:
    everyone = range(len(params.weights))
    return Turn(
        request=-1, pick=None, up=(True,) * len(everyone), counts=(0,) * len(everyone),
        smooth=smooth_start(params.weights), raised=(0,) * len(everyone),
        bar=lvs_start(params.weights)[0], places=tuple(static_map(params.weights, everyone)), place=-1,
        why=(Message.of("Nothing has been asked yet."),),
    )  # fmt: skip


def _step(params: Turns, before: Turn, deeds: Sequence[Deed]) -> Turn:
    """One request: who leaves or returns, the pick, and whose request fails."""
    moved, news = _moved(params, before, [deed for deed in deeds if deed.kind != "fail"])
    turn = _PICK[params.policy](params, replace(moved, request=before.request + 1))
    said = [_nobody(turn)] if turn.pick is None else list(turn.why)
    for deed in deeds:
        if deed.kind == "fail":
            turn = replace(turn, smooth=failed(turn.smooth, deed.server, params.max_fails))
            said.append(_distrusted(turn, deed.server))
    counts = tuple(count + (server == turn.pick) for server, count in enumerate(turn.counts))
    return replace(turn, counts=counts, why=(*news, *said))


def _moved(params: Turns, turn: Turn, deeds: Sequence[Deed]) -> tuple[Turn, list[Message]]:
    """The list after some leave or return: HAProxy makes its map anew."""
    news = []
    for deed in deeds:
        up = list(turn.up)
        up[deed.server] = deed.kind == "up"
        turn = replace(turn, up=tuple(up))
        turn = replace(turn, places=tuple(static_map(params.weights, turn.allowed)))
        text = (
            Message.of("{letter} is back.", letter=_letter(deed.server)) if deed.kind == "up"
            else Message.of("{letter} is away and is skipped.", letter=_letter(deed.server))
        )  # fmt: skip
        news.append(text)
    return turn, news


def _rr(_params: Turns, turn: Turn) -> Turn:
    n, last = len(turn.up), turn.place
    ahead = [(last + step) % n for step in range(1, n + 1)]
    pick = next((server for server in ahead if turn.up[server]), None)
    why = Message.of(
        "Request {k} goes to {letter}, the next in the list.",
        k=turn.request + 1, letter=_letter(pick),
    )  # fmt: skip
    return replace(turn, pick=pick, place=last if pick is None else pick, why=(why,))


def _swrr(_params: Turns, turn: Turn) -> Turn:
    step = smooth_turn(turn.smooth, turn.allowed)
    turn = replace(turn, pick=step.pick, raised=step.raised, smooth=step.after)
    if step.pick is None:
        return turn
    why = Message.of(
        "Request {k} goes to {letter}: raised by its weight, its current is the greatest, {raised}. It pays the sum of the weights, {total}, and keeps {after}.",
        k=turn.request + 1, letter=_letter(step.pick), raised=step.raised[step.pick],
        total=turn.total, after=step.after.current[step.pick],
    )  # fmt: skip
    return replace(turn, why=(why,))


def _lvs(params: Turns, turn: Turn) -> Turn:
    bar, pick = lvs_turn(params.weights, turn.bar, turn.place, turn.allowed)
    why = Message.of(
        "Request {k} goes to {letter}: the next in the list whose weight reaches the bar, {bar}. After each round the bar sinks.",
        k=turn.request + 1, letter=_letter(pick), bar=bar,
    )  # fmt: skip
    place = turn.place if pick is None else pick
    return replace(turn, pick=pick, bar=bar, place=place, why=(why,))


def _static(_params: Turns, turn: Turn) -> Turn:
    if not turn.places:
        return replace(turn, pick=None)
    place = turn.place + 1 if turn.place + 1 < len(turn.places) else 0
    why = Message.of(
        "Request {k} goes to {letter}: place {place} of the {places} in the map.",
        k=turn.request + 1, letter=_letter(turn.places[place]), place=place + 1,
        places=len(turn.places),
    )  # fmt: skip
    return replace(turn, pick=turn.places[place], place=place, why=(why,))


_PICK = {"rr": _rr, "swrr": _swrr, "lvs_wrr": _lvs, "static_rr": _static}


def _nobody(turn: Turn) -> Message:
    return Message.of(
        "Request {k} finds no server: the client is told 503, service unavailable.",
        k=turn.request + 1,
    )


def _distrusted(turn: Turn, server: int) -> Message:
    return Message.of(
        "A request to {letter} has failed: its weight of {weight} counts as {effective} now, and one more after each pick.",
        letter=_letter(server), weight=turn.smooth.weight[server],
        effective=turn.smooth.effective[server],
    )  # fmt: skip


def _letter(server: int | None) -> str:
    return "-" if server is None else chr(ord("a") + server)
