"""A cluster that loses a host or a rack, and perhaps more while it rebuilds: second by second.

Modelled: OSDs that fall silent; marked down after the heartbeat grace, out 600 s later; new places
by `placement`; copies of whole groups read from any OSD that has one, each OSD sending one and
receiving one at a time, groups with the fewest copies first; OSDs that come back with their data
unless the disks are destroyed; near-full marks, and backfills refused by them; what would be lost
if one more disk died now. Left out: client load, what was written while an OSD was away (it is up
to date at once), mon_osd_min_in_ratio, the network (it is in `window_s`). Sources: Ceph
documentation, monitor and OSD interaction, and its limits in `redundancy.LIMITS`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from coursekit.sims.message import Message
from coursekit.sims.netstorage.pgstate import Pool, State
from coursekit.sims.netstorage.placement import NONE, ClusterMap, place_many
from coursekit.sims.netstorage.rebalance import GB, seconds_for
from coursekit.sims.netstorage.recoverystate import (
    Copying,
    Kind,
    Loss,
    Moment,
    Scenario,
    Told,
    named,
    osds_of,
)
from coursekit.sims.netstorage.redundancy import LIMITS

__all__ = ["Copying", "Kind", "Loss", "Moment", "Pool", "Scenario", "Told", "tell", "window_s"]


def window_s(bytes_: float, disks: int, mb_s: float, network_mb_s: float | None = None) -> float:
    """How long data stay with a copy less: bytes over what all disks (or the network) can write."""
    return seconds_for(bytes_, disks, mb_s, network_mb_s)


def tell(scenario: Scenario) -> Told:
    """The whole record, to the moment when nothing happens any more."""
    run = _Run(scenario)
    while (t := run.next_time()) is not None:
        run.go_to(t)
    run.close()
    return Told(scenario, tuple(run.states), _window(scenario))


def _window(scenario: Scenario) -> float | None:
    if not scenario.losses:
        return None
    gone = set(osds_of(scenario.cluster, min(scenario.losses, key=lambda loss: loss.at_s)))
    placed = _placed(scenario.cluster, scenario.pgs, scenario.pool.size)
    copies = sum(osd in gone for each in placed for osd in each)
    left = len(scenario.cluster.osds) - len(gone)
    return window_s(copies * scenario.pg_gb * GB, left, scenario.mb_s) if left else None


@lru_cache(maxsize=16)
def _placed(cluster: ClusterMap, pgs: int, size: int) -> tuple[tuple[int, ...], ...]:
    rows = place_many(pgs, cluster, size).tolist()
    return tuple(tuple(osd for osd in row if osd != NONE) for row in rows)


class _Run:
    """The record as it is made: the agenda of what is known to come, and the states so far."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.warned = set[tuple[Kind, int]]()
        self.agenda = _agenda(scenario)
        first = _placed(scenario.cluster, scenario.pgs, scenario.pool.size)
        said = Message.of("Groups: {pgs}; copies: {copies}, each in another failure domain.", pgs=scenario.pgs, copies=sum(map(len, first)))  # fmt: skip
        self.states = [Moment(0.0, "start", first, first, why=(said,))]
        self._marks()

    @property
    def now(self) -> Moment:
        return self.states[-1]

    def next_time(self) -> float | None:
        """When something happens next: on the agenda, or a copy is complete."""
        times = [each.until for each in self.now.copying] + [each[0] for each in self.agenda[:1]]
        return min(times, default=None)

    def go_to(self, t: float) -> None:
        """Everything of time `t`: complete copies first, then the agenda, then new copies begin."""
        if done := [each for each in self.now.copying if each.until <= t]:
            self._copied(t, done)
        while self.agenda and self.agenda[0][0] <= t:
            _at, kind, loss = self.agenda.pop(0)
            self._event(t, kind, loss)
        self._begin()
        self._marks()

    def close(self) -> None:
        """The end, where it is not whole: what stays short or waits."""
        counts = self.now.states(self.scenario.pool)
        if counts["active+clean"] == self.scenario.pgs or self.now.kind == "whole":
            return
        why = [Message.of("Nothing more happens by itself. {groups}", groups=_groups(counts))]
        short = sum(len(osds) < self.scenario.pool.size for osds in self.now.acting)
        if short:
            why.append(Message.of("Groups for which the map finds too few failure domains: {short}.", short=short))  # fmt: skip
        self.states.append(replace(self.now, kind="end", why=tuple(why)))

    def _event(self, t: float, kind: Kind, loss: Loss) -> None:
        osds = osds_of(self.scenario.cluster, loss)
        now = replace(self.now, t=t, kind=kind)
        moment, said = _STEPS[kind](now, frozenset(osds), loss)
        if kind in ("out", "back"):
            moment = self._mapped(moment)
        groups = _groups(moment.states(self.scenario.pool))
        self.states.append(replace(moment, why=(Message(said.text, {"osds": named(osds)}), groups)))
        if len(moment.lost) > len(now.lost):
            gone = Message.of("Groups lost for ever: {n}. Their last copies were on disks that are destroyed now.", n=len(moment.lost))  # fmt: skip
            self.states.append(replace(moment, kind="lost", why=(gone,)))

    def _mapped(self, now: Moment) -> Moment:
        """New places from the new map; copies on their way elsewhere are given up."""
        cluster = replace(self.scenario.cluster, out=now.out)
        acting = _placed(cluster, self.scenario.pgs, self.scenario.pool.size)
        copying = tuple(each for each in now.copying if each.target in acting[each.pg])
        return _trimmed(replace(now, acting=acting, copying=copying))

    def _copied(self, t: float, done: Sequence[Copying]) -> None:
        now, has = self.now, list(self.now.has)
        for each in done:
            has[each.pg] = (*has[each.pg], each.target)
        total = now.copied + len(done)
        said = Message.of("Copies complete: {n} more, {total} in all, {gb:.0f} GB.", n=len(done), total=total, gb=total * self.scenario.pg_gb)  # fmt: skip
        left = tuple(each for each in now.copying if each not in done)
        after = _trimmed(replace(now, t=t, kind="copied", has=tuple(has), copying=left, copied=total, why=(said,)))  # fmt: skip
        if after.whole(self.scenario.pool):
            after = replace(after, kind="whole", why=(said, _WHOLE))
        self.states.append(after)

    def _begin(self) -> None:
        """Copies that can begin now: each OSD sends one and receives one at a time."""
        now = self.now
        begun, full = list(now.copying), set[int]()
        sending, receiving = {each.source for each in begun}, {each.target for each in begun}
        for pg, target in self._todo():
            if target in receiving or target in full:
                continue
            if not self._room(target):
                full.add(target)
                continue
            if sources := [osd for osd in now.alive(pg) if osd not in sending]:
                begun.append(Copying(pg, sources[0], target, now.t + self.scenario.copy_s))
                sending.add(sources[0])
                receiving.add(target)
        self.states[-1] = replace(now, copying=tuple(begun))
        if full and not begun and now.kind != "stuck":
            said = Message(_STUCK.text, {"osds": named(sorted(full)), "mark": 100 * LIMITS["backfillfull"]})  # fmt: skip
            self.states.append(replace(now, kind="stuck", why=(said,)))

    def _todo(self) -> list[tuple[int, int]]:
        """Copies to make that are not under way, the groups in most danger first."""
        now = self.now
        under_way = {(each.pg, each.target) for each in now.copying}
        known = [
            (len(now.alive(pg)), pg, osd)
            for pg in range(len(now.has)) if now.alive(pg)
            for osd in now.missing(pg) if (pg, osd) not in under_way
        ]  # fmt: skip
        return [(pg, osd) for _left, pg, osd in sorted(known)]

    def _room(self, osd: int) -> bool:
        """Whether one more copy leaves an OSD at or below its backfillfull mark."""
        return not self._over(osd, "backfillfull", 1)

    def _over(self, osd: int, mark: str, more: int = 0) -> bool:
        gb = (self.now.used(osd) + more) * self.scenario.pg_gb
        return gb > LIMITS[mark] * self.scenario.capacity_gb * (1 + 1e-12)

    def _marks(self) -> None:
        """Said once of each OSD: it passes the nearfull mark; the full one (writes stop)."""
        osds = [osd.id for osd in self.scenario.cluster.osds if osd.id not in self.now.silent]
        for kind, text in _MARKS.items():
            over = [osd for osd in osds if (kind, osd) not in self.warned and self._over(osd, kind)]
            self.warned |= {(kind, osd) for osd in over}
            if over:
                said = Message(text.text, {"osds": named(over), "mark": 100 * LIMITS[kind]})
                self.states.append(replace(self.now, kind=kind, why=(said,)))


def _agenda(scenario: Scenario) -> list[tuple[float, Kind, Loss]]:
    """What is known to come, unless the OSDs are heard again before."""
    found = list[tuple[float, Kind, Loss]]()
    for loss in scenario.losses:
        down = loss.at_s + scenario.grace_s
        planned: list[tuple[float, Kind, Loss]] = [
            (loss.at_s, "silent", loss), (down, "down", loss),
            (down + scenario.out_after_s, "out", loss),
        ]  # fmt: skip
        if loss.back_s is not None:
            back = loss.back_s
            planned = [*(each for each in planned if each[0] < back), (back, "back", loss)]
        found += planned
    return sorted(found, key=lambda each: each[0])


def _silent(now: Moment, osds: frozenset[int], loss: Loss) -> tuple[Moment, Message]:
    has, destroyed = now.has, now.destroyed
    if loss.destroyed:
        has = tuple(tuple(osd for osd in each if osd not in osds) for each in has)
        destroyed |= osds
    copying = tuple(each for each in now.copying if each.source not in osds and each.target not in osds)  # fmt: skip
    said = Message.of("Silence from OSD {osds}. Nobody knows yet: requests to them wait.")
    return replace(now, has=has, destroyed=destroyed, silent=now.silent | osds, copying=copying), said  # fmt: skip


def _down(now: Moment, osds: frozenset[int], _loss: Loss) -> tuple[Moment, Message]:
    return replace(now, down=now.down | osds), Message.of("Marked down, no heartbeat for longer than the grace: OSD {osds}. Nothing is copied yet, they may come back.")  # fmt: skip


def _out(now: Moment, osds: frozenset[int], _loss: Loss) -> tuple[Moment, Message]:
    return replace(now, out=now.out | osds), Message.of("Marked out, down for too long: OSD {osds}. Every node computes the new places, and copying begins.")  # fmt: skip


def _back(now: Moment, osds: frozenset[int], _loss: Loss) -> tuple[Moment, Message]:
    after = replace(now, silent=now.silent - osds, down=now.down - osds, out=now.out - osds)
    if osds & now.out:
        return after, Message.of("Back, after they were replaced: OSD {osds}. The old places count again; groups that are complete elsewhere by now are copied back.")  # fmt: skip
    return after, Message.of("Back in time: OSD {osds}. Their copies count again, and nothing had to be copied.")  # fmt: skip


_STEPS = {"silent": _silent, "down": _down, "out": _out, "back": _back}
_WHOLE = Message.of("Every group that exists has all its copies again: the next loss meets a whole cluster.")  # fmt: skip
_STUCK = Message.of("No copy can begin: it would pass the backfillfull mark, {mark:.0f} % of the space, on OSD {osds}. Groups stay short until somebody adds disks.")  # fmt: skip
_MARKS: dict[Kind, Message] = {
    "nearfull": Message.of("Past the nearfull mark, {mark:.0f} % of the space: OSD {osds}. A warning: order disks now."),
    "full": Message.of("Past the full mark, {mark:.0f} % of the space: OSD {osds}. The cluster takes no more writes."),
}  # fmt: skip


def _groups(counts: Mapping[State, int]) -> Message:
    return Message.of("Groups clean: {clean}, degraded: {degraded}, inactive: {inactive}, down: {down}.", clean=counts["active+clean"], degraded=counts["active+degraded"], inactive=counts["inactive"], down=counts["down"])  # fmt: skip


def _trimmed(now: Moment) -> Moment:
    """A group whose new places all have a copy keeps those only."""

    def kept(pg: int) -> tuple[int, ...]:
        own, goal = now.has[pg], now.acting[pg]
        return goal if goal and set(goal) <= set(own) else own

    return replace(now, has=tuple(kept(pg) for pg in range(len(now.has))))
