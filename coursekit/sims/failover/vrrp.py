"""VRRP at work: every message, timer and change of state of a group of routers.

Modelled: the state machine of RFC 9568 section 6.4, Keepalived's tracked scripts, Fault
state, preemption delay and two bursts of gratuitous ARP, lost and late messages, cut links,
and fencing of the old Active, which VRRP itself does not have. Left out: authentication,
IPv6, accept mode, sync groups (several addresses that move together). Version 2 discards
advertisements of another interval, as RFC 3768 section 7.1 asks.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import numpy as np

from coursekit.sims.failover import words as say
from coursekit.sims.failover.cluster import Cluster, Event
from coursekit.sims.failover.router import Phase, Router, Seen
from coursekit.sims.failover.timers import OWNER, down_interval, skew
from coursekit.sims.message import Message, require

__all__ = ["Record", "State", "Wait", "play"]

Wait = Callable[[int, float], float]  # (priority, interval) -> seconds of silence to bear
Entry = dict[str, Any]


@dataclass(frozen=True)
class State:
    """All nodes just after everything that happened at time `t`; `why` says what, in order."""

    t: float
    nodes: tuple[Seen, ...]
    owners: tuple[str, ...]
    cut: tuple[tuple[str, str], ...]
    why: tuple[Message, ...]


@dataclass(frozen=True)
class Record:
    """What happened: the states, a moment each, and the trace of plain entries in order."""

    cluster: Cluster
    states: tuple[State, ...]
    trace: tuple[Entry, ...]
    until: float

    def changes(self) -> list[list[Any]]:
        """Rows `[t, id, state]` of every change of state."""
        return [[e["t"], e["id"], e["state"]] for e in self.trace if e["kind"] == "state"]

    def owned(self) -> list[tuple[float, float, tuple[str, ...]]]:
        """Stretches of time `(from, to, owners)`, none left out."""
        marks = [
            (0.0, ()),
            *((e["t"], tuple(e["ids"])) for e in self.trace if e["kind"] == "owner"),
        ]
        ends = [*(t for t, _ids in marks[1:]), self.until]
        return [(a, b, ids) for (a, ids), b in zip(marks, ends, strict=True) if b > a]

    def seconds(self, owners: int, since: float = 0.0) -> float:
        """How long exactly this many nodes owned the address (2: two or more)."""
        return sum(
            b - max(a, since)
            for a, b, ids in self.owned()
            if b > since and min(len(ids), 2) == owners
        )


def play(
    cluster: Cluster,
    events: Sequence[Event] = (),
    until: float = 30.0,
    *,
    rng: np.random.Generator | None = None,
    wait: Wait | None = None,
) -> Record:
    """The whole story to `until` seconds, inclusive.

    Events at one time run in the order given, before timers of that time; a message is
    delivered after all that was already due. `rng` decides which messages are lost; `wait`
    replaces the down interval by a rule of one's own.
    """
    require(until > 0, "until={until}: choose more than 0 seconds", until=until)
    group = _Group(cluster, rng, wait)
    for node in group.nodes:
        group.at(node.spec.start, partial(group.start, node))
    for event in events:
        group.check(event)
        group.at(event.at_s, partial(group.happen, event))
    return group.run(until)


class _Group:
    """All nodes, the queue of what is due, and the record."""

    def __init__(
        self, cluster: Cluster, rng: np.random.Generator | None, wait: Wait | None
    ) -> None:
        self.cluster, self.rng, self.wait = cluster, rng, wait
        self.nodes = [Router(spec, place) for place, spec in enumerate(cluster.nodes)]
        self.queue: list[tuple[float, int, Callable[[], None]]] = []
        self.number = count()
        self.t = 0.0
        self.cut: set[frozenset[int]] = set()
        self.trace: list[Entry] = []
        self.states: list[State] = []
        self.why: list[Message] = []
        self.owners: tuple[str, ...] = ()

    # The queue and the record

    def at(self, t: float, act: Callable[[], None]) -> None:
        heapq.heappush(self.queue, (t, next(self.number), act))

    def run(self, until: float) -> Record:
        while self.queue and self.queue[0][0] <= until:
            self.t, _number, act = heapq.heappop(self.queue)
            act()
            if not (self.queue and self.queue[0][0] == self.t):
                self.look()
        return Record(self.cluster, tuple(self.states), tuple(self.trace), until)

    def look(self) -> None:
        """Keep the moment, if anything worth telling happened in it."""
        if not self.why:
            return
        cut = tuple(sorted(tuple(sorted(self.nodes[i].spec.id for i in pair)) for pair in self.cut))
        seen = tuple(node.seen for node in self.nodes)
        self.states.append(State(self.t, seen, self.owners, cut, tuple(self.why)))  # type: ignore[arg-type]
        self.why = []

    def note(self, kind: str, **what: Any) -> None:
        self.trace.append({"t": self.t, "kind": kind, **what})

    def tell(self, text: str, /, **values: Any) -> None:
        self.why.append(Message(text, values))

    def enter(self, node: Router, phase: Phase) -> None:
        node.phase = phase
        self.note("state", id=node.spec.id, state=phase)
        owners = tuple(each.spec.id for each in self.nodes if each.phase == "Active")
        if owners != self.owners:
            self.owners = owners
            self.note("owner", ids=list(owners))

    # Timers

    def arm(self, node: Router, seconds: float, at: float | None = None) -> None:
        """Start a node's one timer anew."""
        node.clock += 1
        node.armed = seconds
        node.until = self.t + seconds if at is None else at
        mine = node.clock
        self.at(node.until, lambda: self.ring(node) if node.clock == mine else None)

    def disarm(self, node: Router) -> None:
        node.clock += 1
        node.until = None

    def down(self, node: Router) -> float:
        if self.wait:
            return self.wait(node.effective, node.active_adv)
        return down_interval(node.effective, node.active_adv, node.spec.version)

    def ring(self, node: Router) -> None:
        if node.phase == "Backup":
            self.fence(node)
            self.tell(say.TAKES, id=node.spec.id, seconds=node.armed)
            self.become_active(node)
        else:
            self.send(node, node.effective)
            self.tell(say.ADVERT, id=node.spec.id, prio=node.effective)
            node.sent += 1
            self.arm(node, node.spec.adv, node.since + node.sent * node.spec.adv)

    def become_active(self, node: Router) -> None:
        self.enter(node, "Active")
        self.send(node, node.effective)
        self.announce(node)
        node.since, node.sent, node.heard = self.t, 1, None
        self.arm(node, node.spec.adv)

    def become_backup(self, node: Router, interval: float) -> None:
        node.active_adv, node.lower_since = interval, None
        self.enter(node, "Backup")
        self.arm(node, self.down(node))

    # Messages

    def send(self, node: Router, prio: int) -> None:
        self.note("advert", **{"from": node.spec.id, "prio": prio})
        for other in self.nodes:
            if other is node:
                continue
            link = self.cluster.link(node.place, other.place)
            if frozenset((node.place, other.place)) in self.cut or self.lost(link.loss):
                continue
            self.at(self.t + link.delay, partial(self.hear, other, node, prio))

    def lost(self, share: float) -> bool:
        if share == 0:
            return False
        require(self.rng is not None, "rng: messages are lost by chance; pass a generator")
        return bool(self.rng.random() < share)  # type: ignore[union-attr]

    def announce(self, node: Router) -> None:
        """Gratuitous ARP: a burst now, another later if it is still Active."""
        self.burst(node)
        mine, delay = node.life, self.cluster.garp_delay
        if delay:
            self.at(
                self.t + delay,
                lambda: self.burst(node) if (node.phase, node.life) == ("Active", mine) else None,
            )

    def burst(self, node: Router) -> None:
        lost = node.lose > 0
        node.lose -= lost
        self.note("garp", **{"from": node.spec.id, "lost": lost})
        self.tell(say.LOST_GARP if lost else say.GARP, id=node.spec.id)

    def hear(self, node: Router, sender: Router, prio: int) -> None:
        """An advertisement arrives; the table of RFC 9568 section 6.4."""
        mine, theirs = node.spec, sender.spec
        if node.phase not in ("Backup", "Active") or mine.version != theirs.version:
            return
        if mine.version == 2 and mine.adv != theirs.adv:
            return
        if node.phase == "Active":
            self.hear_active(node, sender, prio)
        else:
            self.hear_backup(node, sender, prio)

    def hear_active(self, node: Router, sender: Router, prio: int) -> None:
        mine, theirs = node.effective, sender.spec
        if prio == 0:
            self.send(node, mine)
            node.since, node.sent = self.t, 1
            self.arm(node, node.spec.adv)
        elif (prio, theirs.address) > (mine, node.spec.address):
            self.tell(say.YIELDS, id=node.spec.id, other=theirs.id, prio=prio)
            node.heard = (self.t, sender.place)
            self.become_backup(node, theirs.adv)
        else:
            self.send(node, mine)

    def hear_backup(self, node: Router, sender: Router, prio: int) -> None:
        node.heard = (self.t, sender.place)
        if prio == 0:
            self.arm(node, skew(node.effective, node.active_adv, node.spec.version))
        elif prio >= node.effective or not node.spec.preempt or self.patient(node):
            node.active_adv = sender.spec.adv
            if prio >= node.effective:
                node.lower_since = None
            self.arm(node, self.down(node))
        else:
            self.tell(say.DISCARDS, id=node.spec.id, other=sender.spec.id, prio=prio)

    def patient(self, node: Router) -> bool:
        """Whether a node that could preempt still waits out its delay."""
        if node.lower_since is None:
            node.lower_since = self.t
        return self.t < node.lower_since + node.spec.preempt_delay

    def fence(self, node: Router) -> None:
        """Switch the old Active off: it is silent, and that is not the same as dead."""
        if not self.cluster.fencing or node.heard is None:
            return
        when, place = node.heard
        old = self.nodes[place]
        if self.t - when >= node.active_adv * 2 and old.phase == "Active":
            self.tell(say.FENCED, id=old.spec.id, other=node.spec.id)
            self.crash(old)

    # What is done to a node

    def check(self, event: Event) -> None:
        self.cluster.index(event.node)
        if event.kind in ("cut", "heal"):
            self.cluster.index(event.other)
            require(event.node != event.other, "other={x}: name another node", x=event.other)

    def happen(self, event: Event) -> None:
        self.note("event", what=event.plain)
        getattr(self, f"do_{event.kind}")(self.nodes[self.cluster.index(event.node)], event)

    def start(self, node: Router) -> None:
        if node.phase != "Initialize":
            return
        node.life += 1
        node.good, node.fails, node.oks = True, 0, 0
        node.heard = None
        if node.effective == OWNER:
            self.tell(say.OWNS, id=node.spec.id)
            self.become_active(node)
        else:
            self.tell(say.STARTS, id=node.spec.id)
            self.become_backup(node, node.spec.adv)
        if node.spec.script:
            self.probe(node, node.life, self.t, 0)

    def leave(self, node: Router, phase: Phase) -> None:
        if node.phase == "Active":
            self.send(node, 0)
        self.disarm(node)
        self.enter(node, phase)

    def crash(self, node: Router) -> None:
        node.life += 1
        self.disarm(node)
        if node.phase != "Initialize":
            self.enter(node, "Initialize")

    def do_crash(self, node: Router, _event: Event) -> None:
        self.tell(say.CRASH, id=node.spec.id)
        self.crash(node)

    def do_stop(self, node: Router, _event: Event) -> None:
        if node.phase == "Initialize":
            self.tell(say.DOWN, id=node.spec.id)
            return
        was_active = node.phase == "Active"
        self.tell(say.GOODBYE if was_active else say.STOP, id=node.spec.id)
        self.leave(node, "Initialize")
        node.life += 1

    def do_restart(self, node: Router, _event: Event) -> None:
        if node.phase != "Initialize":
            self.tell(say.RUNS, id=node.spec.id)
        self.start(node)

    def do_prio(self, node: Router, event: Event) -> None:
        node.prio = event.prio
        self.tell(say.PRIO, id=node.spec.id, prio=event.prio)

    def do_check(self, node: Router, event: Event) -> None:
        node.service = event.health
        self.tell(say.HEALTH[event.health], id=node.spec.id)

    def do_cut(self, node: Router, event: Event) -> None:
        self.cut.add(frozenset((node.place, self.cluster.index(event.other))))
        self.tell(say.CUT, id=node.spec.id, other=event.other)

    def do_heal(self, node: Router, event: Event) -> None:
        self.cut.discard(frozenset((node.place, self.cluster.index(event.other))))
        self.tell(say.HEAL, id=node.spec.id, other=event.other)

    def do_lose_garp(self, node: Router, _event: Event) -> None:
        node.lose += 1
        self.tell(say.LOSE, id=node.spec.id)

    # The tracked script

    def probe(self, node: Router, life: int, since: float, run: int) -> None:
        """Run the check number `run`, and plan the next."""
        script = node.spec.script
        if script is None or node.life != life:
            return
        if node.service == "hang":
            self.at(self.t + script.patience, lambda: self.judge(node, life, False))
        else:
            self.judge(node, life, node.service == "ok")
        due = since + (run + 1) * script.interval
        self.at(due, lambda: self.probe(node, life, since, run + 1))

    def judge(self, node: Router, life: int, ok: bool) -> None:
        script = node.spec.script
        if script is None or node.life != life:
            return
        node.oks, node.fails = (node.oks + 1, 0) if ok else (0, node.fails + 1)
        if node.good and node.fails >= script.fall:
            self.turn(node, False, script.weight)
        elif not node.good and node.oks >= script.rise:
            self.turn(node, True, script.weight)

    def turn(self, node: Router, good: bool, weight: int) -> None:
        """The check has changed its mind."""
        node.good = good
        if weight:
            self.tell(say.GOOD_PRIO if good else say.BAD_PRIO, id=node.spec.id, prio=node.effective)
        elif good:
            self.tell(say.GOOD, id=node.spec.id)
            self.become_backup(node, node.spec.adv)
        else:
            self.tell(say.BAD, id=node.spec.id)
            self.leave(node, "Fault")
