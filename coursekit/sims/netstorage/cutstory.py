"""A cut, second by second: who notices, who stops, who starts the services of the others.

Built on `quorum`. Modelled: a cut at 0 s; membership found out after the token is lost; the losers
frozen at once and reset by their watchdog; the winners start what the losers ran when the resets
are certain; reads that a loser still answers from its cache until then. Then the traps, each a cut
with what it teaches. Left out: fencing by a switch or a power socket, which is faster. Sources:
corosync.conf(5), token; Proxmox VE administration guide, high availability: watchdog 60 s, about
two minutes to failover.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.quorum import Cut, Outcome, outcome

__all__ = ["TIMES", "TRAPS", "Moment", "State", "Times", "Told", "Trap", "TrapName", "tell", "trap"]

State = Literal["together", "unaware", "running", "frozen", "fenced", "off"]
TrapName = Literal["two_nodes", "two_and_two", "witness_beside", "witness_lost", "heavy_node", "cached_reads"]  # fmt: skip
TRAPS: tuple[TrapName, ...] = get_args(TrapName)


@dataclass(frozen=True, kw_only=True)
class Times:
    """Seconds from the cut: who is missing is known, watchdogs have reset, services run elsewhere."""

    noticed: float = 3.0
    fenced: float = 60.0
    restarted: float = 120.0

    def __post_init__(self) -> None:
        require(0 < self.noticed < self.fenced, "noticed={x}: choose more than 0, less than {most}, when watchdogs reset", x=self.noticed, most=self.fenced)  # fmt: skip
        require(self.restarted >= self.fenced, "restarted={x}: choose {least} or more; earlier, both sides would run the same service", x=self.restarted, least=self.fenced)  # fmt: skip


TIMES = Times()


@dataclass(frozen=True)
class Moment:
    """From `t` on: the state of each node, and which nodes run the service of which node.

    `serves[n]` is the node that runs the service which node n ran before; None: nobody does.
    `stale`: nodes that answer reads from a cache which the others may have overwritten.
    """

    t: float
    nodes: tuple[State, ...]
    serves: tuple[int | None, ...]
    stale: tuple[int, ...] = ()
    why: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Told:
    """The record of one cut."""

    cut: Cut
    outcome: Outcome
    states: tuple[Moment, ...]

    @property
    def away_s(self) -> tuple[float | None, ...]:
        """For each node's service, seconds until it runs again; 0: it never stopped; None: never."""
        return tuple(_away(self.states, node) for node in range(len(self.cut.votes)))


def _away(states: tuple[Moment, ...], node: int) -> float | None:
    gone = [each.t for each in states if each.serves[node] is None]
    if not gone:
        return 0.0
    return next((each.t - gone[0] for each in states if each.t > gone[0] and each.serves[node] is not None), None)  # fmt: skip


def tell(cut: Cut, times: Times = TIMES, *, cached_reads: bool = False, dead: tuple[int, ...] = ()) -> Told:  # fmt: skip
    """The record; `dead` nodes lost power at the cut, `cached_reads`: losers answer reads until reset."""
    missing = [node for node in dead if not 0 <= node < len(cut.votes)]
    require(not missing, "dead={nodes}: no such node", nodes=missing)
    found = outcome(cut)
    on = [node for at in found.running for node in cut.groups[at] if node not in dead]
    away = [node for node in range(len(cut.votes)) if node not in on]
    states = [_together(cut), _cut(cut, dead), _noticed(cut, found, times, on, dead, cached=cached_reads)]  # fmt: skip
    if away:
        states.append(_fenced(states[-1], times, away, dead))
    if on and away:
        states.append(_restarted(states[-1], times, on, away))
    return Told(cut, found, tuple(states))


def _together(cut: Cut) -> Moment:
    n = len(cut.votes)
    nodes = tuple[State, ...]("together" for _node in range(n))
    return Moment(-1.0, nodes, tuple(range(n)), why=(Message.of("All nodes hear each other: {total} votes.", total=cut.total),))  # fmt: skip


def _cut(cut: Cut, dead: tuple[int, ...]) -> Moment:
    n = len(cut.votes)
    said = Message.of("The network is cut. Each side waits for the others: it cannot tell a cut from nodes that are off.")  # fmt: skip
    nodes = tuple[State, ...]("off" if node in dead else "unaware" for node in range(n))
    return Moment(0.0, nodes, tuple(None if node in dead else node for node in range(n)), why=(said,))  # fmt: skip


def _noticed(cut: Cut, found: Outcome, times: Times, on: list[int], dead: tuple[int, ...], *, cached: bool) -> Moment:  # fmt: skip
    n = len(cut.votes)
    frozen = [node for node in range(n) if node not in on and node not in dead]
    nodes = tuple[State, ...]("off" if node in dead else "running" if node in on else "frozen" for node in range(n))  # fmt: skip
    why = [Message.of("Each side counts its votes.")]
    why += [group.why for group in found.groups if set(group.nodes) - set(dead)]
    if cached and frozen:
        why.append(Message.of("A node without quorum still answers reads from its cache: what it says may be old."))  # fmt: skip
    serves = tuple(node if node in on else None for node in range(n))
    return Moment(times.noticed, nodes, serves, tuple(frozen) if cached and on else (), tuple(why))


def _fenced(before: Moment, times: Times, away: list[int], dead: tuple[int, ...]) -> Moment:
    nodes = tuple[State, ...]("fenced" if node in away and node not in dead else each for node, each in enumerate(before.nodes))  # fmt: skip
    said = Message.of("Watchdogs that nobody feeds any more reset the nodes without quorum: from now on it is certain that they run nothing.")  # fmt: skip
    if all(node in dead for node in away):
        said = Message.of("The time in which a watchdog resets a node has passed: from now on it is certain that the missing ones run nothing.")  # fmt: skip
    return replace(before, t=times.fenced, nodes=nodes, stale=(), why=(said,))


def _restarted(before: Moment, times: Times, on: list[int], away: list[int]) -> Moment:
    serves = list(before.serves)
    for k, node in enumerate(away):
        serves[node] = on[k % len(on)]
    said = Message.of("The side with the majority has started the services of the others.")
    return replace(before, t=times.restarted, serves=tuple(serves), why=(said,))


@dataclass(frozen=True)
class Trap:
    """A cluster that looks safe, what happens to it, and what it teaches."""

    name: TrapName
    says: Message
    lesson: Message
    told: Told


def trap(name: TrapName, times: Times = TIMES) -> Trap:
    """One of the traps, played."""
    require(name in TRAPS, "trap={name}: choose one of {known}", name=name, known=", ".join(TRAPS))
    says, lesson, cut, dead = _TRAPS[name]
    told = tell(cut, times, cached_reads=name == "cached_reads", dead=dead)
    return Trap(name, says, lesson, told)


_TRAPS: dict[TrapName, tuple[Message, Message, Cut, tuple[int, ...]]] = {
    "two_nodes": (
        Message.of("Two nodes without a witness; one of them loses power."),
        Message.of("The other has 1 vote of 2 and stops too: two nodes are less available than one. A witness, or a third node, makes the pair useful."),
        Cut(votes=(1, 1), groups=((0,), (1,))), (1,),
    ),
    "two_and_two": (
        Message.of("Four nodes cut in the middle, without a witness."),
        Message.of("2 votes of 4 are no majority, and both sides stop. A fourth node adds no safety; a witness as fifth vote does."),
        Cut(votes=(1, 1, 1, 1), groups=((0, 1), (2, 3))), (),
    ),
    "witness_beside": (
        Message.of("Four nodes and a witness behind the same switch as nodes 0 and 1; the link between the two switches fails."),
        Message.of("Side A wins every time, even if it is A that no client reaches any more. A witness belongs on a third site."),
        Cut(votes=(1, 1, 1, 1), groups=((0, 1), (2, 3)), witness=0), (),
    ),
    "witness_lost": (
        Message.of("The same witness, and now the switch of side A fails: nodes 0 and 1 and the witness are gone together."),
        Message.of("Side B has 2 votes of 5 and stops: one switch took three votes. A vote must not share its cause of failure with the nodes it decides about."),
        Cut(votes=(1, 1, 1, 1), groups=((0,), (1,), (2, 3)), witness=-1), (),
    ),
    "heavy_node": (
        Message.of("Three nodes with 2, 1 and 1 votes; the one with 2 loses power."),
        Message.of("The two others have 2 votes of 4, no majority: more votes make a node more necessary, not the cluster safer."),
        Cut(votes=(2, 1, 1), groups=((0,), (1, 2))), (0,),
    ),
    "cached_reads": (
        Message.of("Three nodes; node 0 is cut off and goes on answering reads from its cache."),
        Message.of("It writes nothing, so no data are damaged, but until its watchdog resets it readers see the past. A read that must be fresh asks a majority too: R + W > N."),
        Cut(votes=(1, 1, 1), groups=((0,), (1, 2))), (),
    ),
}  # fmt: skip
