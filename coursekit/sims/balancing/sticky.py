"""Sessions that want their server: what sticking costs in balance, and in a crash.

Modelled: sessions of geometric length (mean 20 requests) that begin one after another and
interleave; a share of the clients sits behind one address. No stickiness, a cookie, a hash of
the address, and sessions kept in a store that all servers share. Left out: queues, time-outs
of sessions, cookies refused. Source: nginx `ip_hash`, `sticky`; HAProxy `cookie`.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.balancing.hashing import server_of_ip
from coursekit.sims.message import require

__all__ = ["KINDS", "OPEN", "Sessions", "Stuck", "Trace", "compare", "stick"]

Sticky = Literal["none", "cookie", "ip_hash", "shared"]
Ints = NDArray[np.int64]
KINDS: tuple[Sticky, ...] = get_args(Sticky)
OPEN = 50  # sessions in progress at any moment
OFFICE = "203.0.113."  # the addresses of one company's NAT


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """The sessions, and the servers that serve them; server 0 crashes halfway."""

    sticky: Sticky = "cookie"
    servers: int = 3
    sessions: int = 1000
    mean_length: float = 20.0
    behind_nat: float = 0.6

    def __post_init__(self) -> None:
        kinds = ", ".join(KINDS)
        require(
            self.sticky in KINDS, "sticky={sticky}: choose one of {kinds}",
            sticky=self.sticky, kinds=kinds,
        )  # fmt: skip
        require(self.servers >= 2, "servers={servers}: choose 2 or more", servers=self.servers)
        require(self.sessions >= OPEN, "sessions={n}: choose {least} or more", n=self.sessions, least=OPEN)  # fmt: skip
        require(self.mean_length >= 1, "mean_length={x}: choose 1 or more", x=self.mean_length)
        require(
            0 <= self.behind_nat <= 1, "behind_nat={x}: choose a share from 0 to 1",
            x=self.behind_nat,
        )  # fmt: skip


@dataclass(frozen=True)
class Trace:
    """Whose request each is, and from where: the same whatever the stickiness."""

    session: Ints
    addresses: tuple[str, ...]  # of each session
    crash: int  # the number of the request before which server 0 dies
    open: tuple[int, ...]  # sessions in progress at that moment


@dataclass(frozen=True)
class Stuck:
    """Share of the requests at each server before the crash, and what sessions miss.

    `lost`: open sessions of which the dead server held a part; `strange`: requests that
    reach a server which does not know their session yet, its first request not counted.
    """

    trace: Trace
    server: Ints  # of each request
    strange: NDArray[np.bool_]
    shares: tuple[float, ...]
    lost: tuple[int, ...]

    @property
    def requests(self) -> int:
        """How many requests there were."""
        return len(self.server)

    @property
    def strangers(self) -> int:
        """How many requests met a server that did not know them."""
        return int(self.strange.sum())


def stick(params: Sessions, rng: np.random.Generator) -> Stuck:
    """Run all sessions; each request belongs to one of those open, at random."""
    return _stuck(params, _trace(params, rng))


def compare(params: Sessions, rng: np.random.Generator) -> dict[Sticky, Stuck]:
    """Every kind of stickiness on the same requests."""
    trace = _trace(params, rng)
    return {kind: _stuck(replace(params, sticky=kind), trace) for kind in KINDS}


def _trace(params: Sessions, rng: np.random.Generator) -> Trace:
    lengths = rng.geometric(1 / params.mean_length, params.sessions).tolist()
    addresses = _clients(params, rng)
    total, crash = sum(lengths), sum(lengths) // 2
    going, begun, order = list(range(OPEN)), OPEN, []
    open_then: tuple[int, ...] = ()
    for request, turn in enumerate(rng.random(total).tolist()):
        if request == crash:
            open_then = tuple(sorted(going))
        place = int(turn * len(going))
        session = going[place]
        order.append(session)
        lengths[session] -= 1
        if not lengths[session]:
            if begun < params.sessions:
                going[place] = begun
                begun += 1
            else:
                going.pop(place)
    return Trace(np.array(order), tuple(addresses), crash, open_then)


def _stuck(params: Sessions, trace: Trace) -> Stuck:
    """Where each request goes, and what its session misses there."""
    server = _servers(params, trace)
    counts = np.bincount(server[: trace.crash], minlength=params.servers)
    shares = tuple((counts / trace.crash).tolist())
    if params.sticky == "shared":
        return Stuck(trace, server, np.zeros(len(server), dtype=bool), shares, ())
    strange = _firsts(trace.session * params.servers + server)
    strange[_first_of(trace.session)] = False
    held = set(trace.session[: trace.crash][server[: trace.crash] == 0].tolist())
    return Stuck(trace, server, strange, shares, tuple(s for s in trace.open if s in held))


def _servers(params: Sessions, trace: Trace) -> Ints:
    turns = _turns(params.servers, trace)
    if params.sticky == "ip_hash":
        weights = (1,) * params.servers
        before, after = (
            np.array([server_of_ip(each, weights, down) for each in trace.addresses])
            for down in ((), (0,))
        )
        late = np.arange(len(turns)) >= trace.crash
        return np.where(late, after[trace.session], before[trace.session])
    if params.sticky == "cookie":
        first = turns[_first_of(trace.session)][trace.session]  # by session, then by request
        again = np.arange(len(turns)) >= trace.crash
        again &= first == 0
        moved = np.zeros(trace.session.max() + 1, dtype=np.int64)
        who, where = np.unique(trace.session[again], return_index=True)
        moved[who] = turns[again][where]
        return np.where(again, moved[trace.session], first)
    return turns


def _turns(servers: int, trace: Trace) -> Ints:
    """Round robin; from the crash on without server 0."""
    turns = np.arange(len(trace.session)) % servers
    last = (trace.crash - 1) % servers
    rest = np.arange(len(turns) - trace.crash)
    turns[trace.crash :] = 1 + (last + rest) % (servers - 1)
    return turns


def _first_of(session: Ints) -> Ints:
    """The place of each session's first request; sessions are numbered without a gap."""
    return np.unique(session, return_index=True)[1]


def _firsts(pairs: Ints) -> NDArray[np.bool_]:
    """Whether each value is there for the first time."""
    found = np.zeros(len(pairs), dtype=bool)
    found[np.unique(pairs, return_index=True)[1]] = True
    return found


def _clients(params: Sessions, rng: np.random.Generator) -> list[str]:
    """An address for each session: of the company's NAT, or of anywhere."""
    octets = rng.integers(1, 255, (params.sessions, 3)).tolist()
    nat = (rng.random(params.sessions) < params.behind_nat).tolist()
    return [
        f"{OFFICE}{c}" if office else f"{a}.{b}.{c}.7"
        for office, (a, b, c) in zip(nat, octets, strict=True)
    ]
