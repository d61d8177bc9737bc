"""A host dies, and perhaps a second one: the cluster of a lab, and its groups by state over time.

Built on `recovery`, which says what is modelled: hosts of two equal disks, `GROUPS` groups of `PG_GB`
a copy, the first loss a minute after the beginning, of host 0, the second of host 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from coursekit.sims.message import require
from coursekit.sims.netstorage.pgstate import Pool, State
from coursekit.sims.netstorage.placement import copies, grid, place_many
from coursekit.sims.netstorage.recovery import Loss, Moment, Scenario, Told, tell
from coursekit.sims.netstorage.redundancy import replicas

__all__ = [
    "FIRST_S",
    "GROUPS",
    "PER_HOST",
    "PG_GB",
    "Case",
    "Played",
    "Span",
    "play",
    "scenario_of",
]

GROUPS, PER_HOST, PG_GB = 64, 2, 20.0
FIRST_S = 60.0
MINUTE = 60.0
AFTER = 0.06  # of the time shown, after the last thing that happens


@dataclass(frozen=True, kw_only=True)
class Case:
    """The cluster and what happens: minutes from the first loss, 0 for never; `full` in percent."""

    hosts: int = 5
    size: int = 3
    second: int = 0
    rate: float = 50.0
    out_s: float = 600.0
    full: float = 40.0
    back: int = 0
    destroyed: bool = False


@dataclass(frozen=True)
class Span:
    """From `begin` to `end` the groups in each state; `lost` of those that are down for ever."""

    begin: float
    end: float
    counts: Mapping[State, int]
    lost: int


@dataclass(frozen=True)
class Played:
    """The record, its states, and the groups over time to `until`."""

    told: Told
    spans: tuple[Span, ...]
    until: float

    @property
    def states(self) -> tuple[Moment, ...]:
        """The moments of the record."""
        return self.told.states

    @property
    def waiting_s(self) -> float:
        """Seconds in which some group that is not lost could not be read or written."""
        return sum(each.end - each.begin for each in self.spans if each.counts["inactive"] + each.counts["down"] > each.lost)  # fmt: skip


def scenario_of(case: Case) -> Scenario:
    """The scenario of a case: disks as large as makes them as full as wanted, in the mean."""
    require(0 < case.full < 100, "full={x}: choose more than 0, less than 100", x=case.full)
    require(case.hosts >= 2, "hosts={n}: choose 2 or more", n=case.hosts)
    require(case.second >= 0, "second={n}: choose 0 (never) or more minutes", n=case.second)
    require(not (case.back and case.destroyed), "back={n}: destroyed disks do not come back", n=case.back)  # fmt: skip
    cluster = grid(case.hosts, PER_HOST)
    held = copies(place_many(GROUPS, cluster, case.size), cluster)
    mean = sum(held.values()) / len(held)
    back = FIRST_S + case.back * MINUTE if case.back else None
    losses = [Loss(at_s=FIRST_S, host=0, back_s=back, destroyed=case.destroyed)]
    if case.second:
        losses.append(Loss(at_s=FIRST_S + case.second * MINUTE, host=1, destroyed=case.destroyed))
    return Scenario(
        cluster=cluster, losses=tuple(losses), pool=Pool(size=case.size, min_size=replicas(case.size).min_size),
        pgs=GROUPS, pg_gb=PG_GB, mb_s=case.rate, capacity_gb=mean * PG_GB / (case.full / 100), out_after_s=case.out_s,
    )  # fmt: skip


@lru_cache(maxsize=32)  # a lab asks again when only its width has changed
def play(case: Case) -> Played:
    """The whole record of a case."""
    told = tell(scenario_of(case))
    until = max(told.states[-1].t * (1 + AFTER), FIRST_S + MINUTE)
    return Played(told, _spans(told, until), until)


def _spans(told: Told, until: float) -> tuple[Span, ...]:
    """Stretches of time in which the numbers stay the same; of one instant the last state counts."""
    found = list[Span]()
    states = told.states
    for at, state in enumerate(states):
        end = states[at + 1].t if at + 1 < len(states) else until
        if end <= state.t:
            continue
        span = Span(state.t, end, state.states(told.scenario.pool), len(state.lost))
        if found and (found[-1].counts, found[-1].lost) == (span.counts, span.lost):
            found[-1] = Span(found[-1].begin, end, span.counts, span.lost)
        else:
            found.append(span)
    return tuple(found)
