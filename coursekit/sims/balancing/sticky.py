"""Sessions that want their server: what sticking costs in balance, and in a crash.

Modelled: sessions of geometric length (mean 20 requests) that begin one after another and
interleave; a share of the clients sits behind one address. No stickiness, a cookie, a hash of
the address, and sessions kept in a store that all servers share. Left out: queues, time-outs
of sessions, cookies refused. Source: nginx `ip_hash`, `sticky`; HAProxy `cookie`.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from coursekit.sims.balancing.hashing import server_of_ip
from coursekit.sims.message import require

__all__ = ["Sessions", "Stuck", "stick"]

Sticky = Literal["none", "cookie", "ip_hash", "shared"]
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
        kinds = ", ".join(get_args(Sticky))
        require(
            self.sticky in get_args(Sticky), "sticky={sticky}: choose one of {kinds}",
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
class Stuck:
    """Share of the requests at each server before the crash, and what sessions miss.

    `lost`: open sessions of which the dead server held a part; `strangers`: requests that
    reach a server which does not know their session yet, its first request not counted.
    """

    shares: tuple[float, ...]
    lost: int
    strangers: int
    requests: int


def stick(params: Sessions, rng: np.random.Generator) -> Stuck:
    """Run all sessions; each request belongs to one of those open, at random."""
    lengths = rng.geometric(1 / params.mean_length, params.sessions).tolist()
    clients = _clients(params, rng)
    total, half = sum(lengths), sum(lengths) // 2
    turns = rng.random(total).tolist()
    known: list[list[int]] = [[] for _ in lengths]  # the servers that know each session
    counts, lost, strangers, turn, begun = [0] * params.servers, 0, 0, -1, OPEN
    going = list(range(OPEN))
    for request in range(total):
        down = {0} if request >= half else set()
        if request == half and params.sticky != "shared":
            lost = sum(0 in known[session] for session in going)
        place = int(turns[request] * len(going))
        session = going[place]
        turn = _next(turn, params.servers, down)
        server = _server(params, clients[session], known[session], turn, down)
        if server not in known[session]:
            strangers += bool(known[session]) and params.sticky != "shared"
            known[session].append(server)
        counts[server] += request < half
        lengths[session] -= 1
        if not lengths[session]:
            if begun < params.sessions:
                going[place], begun = begun, begun + 1
            else:
                going.pop(place)
    return Stuck(tuple(count / half for count in counts), lost, strangers, total)


def _next(turn: int, servers: int, down: set[int]) -> int:
    turn = (turn + 1) % servers
    return (turn + 1) % servers if turn in down else turn


def _server(params: Sessions, address: str, known: list[int], turn: int, down: set[int]) -> int:
    """Where one request goes."""
    if params.sticky == "ip_hash":
        found = server_of_ip(address, (1,) * params.servers, down)
        return turn if found is None else found
    if params.sticky == "cookie" and known and known[-1] not in down:
        return known[-1]
    return turn


def _clients(params: Sessions, rng: np.random.Generator) -> list[str]:
    """An address for each session: of the company's NAT, or of anywhere."""
    octets = rng.integers(1, 255, (params.sessions, 3)).tolist()
    nat = (rng.random(params.sessions) < params.behind_nat).tolist()
    return [
        f"{OFFICE}{c}" if office else f"{a}.{b}.{c}.7"
        for office, (a, b, c) in zip(nat, octets, strict=True)
    ]
