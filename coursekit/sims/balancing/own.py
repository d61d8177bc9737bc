"""The reader's own policy against ours, on the same requests, jobs and luck.

Beside its times: where its first requests went, and how many it sent to wait while a server
stood idle. Left out: what `queues` leaves out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coursekit.sims.balancing.load import Draws, Policy, draw
from coursekit.sims.balancing.queues import Own, Served, measure, serve, serve_own
from coursekit.sims.balancing.race import Finish, Race

__all__ = ["FIRST", "RIVALS", "Trial", "against"]

RIVALS: tuple[Policy, ...] = ("random", "rr", "p2c", "least_conn")
FIRST = 40  # picks that are shown one by one


@dataclass(frozen=True)
class Trial:
    """How the reader's policy did beside ours."""

    race: Race
    yours: Finish
    rivals: Mapping[Policy, Finish]
    first: tuple[int, ...]
    in_vain: float  # share of the requests that had to wait while a server was idle

    @property
    def beaten(self) -> tuple[Policy, ...]:
        """The policies whose mean response is longer."""
        mine = self.yours.measured.mean
        return tuple(name for name, one in self.rivals.items() if one.measured.mean > mine)


class _Watched:
    """The policy, and how often it fed a busy server while another had nothing to do."""

    def __init__(self, choose: Own) -> None:
        self.choose, self.in_vain = choose, 0

    def __call__(self, now: float, active: tuple[int, ...]) -> int:
        server = self.choose(now, active)
        known = isinstance(server, (int, np.integer)) and 0 <= server < len(active)
        self.in_vain += bool(known and active[server] and 0 in active)
        return server  # `serve_own` says what is wrong with one it does not know


def against(choose: Own, race: Race) -> Trial:
    """Run the policy and its rivals on the same draws; what it raises comes through."""
    draws = draw(race.requests, race.seed, race.law)
    watched = _Watched(choose)
    served = serve_own(watched, race.pool("rr"), draws)
    first = tuple(int(server) for server in served.server[:FIRST])
    rivals = {name: _finish(race, name, draws) for name in RIVALS}
    yours = _measured(race, "rr", served)
    return Trial(race, yours, rivals, first, watched.in_vain / race.requests)


def _finish(race: Race, policy: Policy, draws: Draws) -> Finish:
    return _measured(race, policy, serve(race.pool(policy), draws))


def _measured(race: Race, policy: Policy, served: Served) -> Finish:
    return Finish(race.pool(policy), measure(served, race.servers), np.sort(served.response))
