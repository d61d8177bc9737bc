"""A Deployment changes its version: new pods come and old ones go, never too many, never too few.

Modelled: the controller's loop with its exact rounding (surge up, unavailable down), pods that get
available `ready` after they were made, a version that never does, several old versions at once,
undo, Recreate, the report after progressDeadlineSeconds (it only reports). Unhealthy old pods go
first, within total - minimum - unavailable new ones; then as many as are available beyond the
minimum. Times are ticks or seconds. Left out: pausing, scaling during a rollout.
Source: Kubernetes, pkg/controller/deployment/rolling.go, recreate.go, util/deployment_util.go.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from coursekit.sims.kubernetes.rounding import Amount, limits, to_add, to_remove
from coursekit.sims.message import Message, require

__all__ = ["Change", "Deployment", "Moment", "Rollout", "Version", "roll"]

PROGRESS_S, GRACE_S = 600.0, 30.0
Kind = Literal["start", "update", "up", "down", "ready", "gone", "deadline", "end"]


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """The wish, and how its pods behave."""

    replicas: int = 3
    surge: Amount = "25%"
    unavailable: Amount = "25%"
    ready: float = 5.0  # start and readiness of a pod
    min_ready: float = 0.0  # minReadySeconds
    strategy: Literal["RollingUpdate", "Recreate"] = "RollingUpdate"
    deadline: float = PROGRESS_S
    stop: float = 0.0  # how long a pod that was told to end still runs

    def __post_init__(self) -> None:
        require(self.replicas >= 1, "{name}={value}: choose 1 or more", name="replicas", value=self.replicas)  # fmt: skip
        limits(self.replicas, self.surge, self.unavailable)
        require(self.strategy in ("RollingUpdate", "Recreate"), "strategy={strategy}: choose RollingUpdate or Recreate", strategy=self.strategy)  # fmt: skip
        require(self.ready > 0, "{name}={value}: choose more than 0", name="ready", value=self.ready)  # fmt: skip
        require(0 <= self.stop <= GRACE_S, "stop={stop}: choose 0 to 30 s, then the pod is killed", stop=self.stop)  # fmt: skip
        for name in ("min_ready", "deadline"):
            value = getattr(self, name)
            require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)

    @property
    def bounds(self) -> tuple[int, int]:
        """The most pods there may be, and the fewest available."""
        more, fewer = limits(self.replicas, self.surge, self.unavailable)
        return self.replicas + more, max(self.replicas - fewer, 0)


@dataclass(frozen=True)
class Change:
    """At `t` the wish becomes this version; `broken`: its pods never get available."""

    t: float
    version: str
    broken: bool = False


@dataclass(frozen=True)
class Version:
    """A ReplicaSet: pods that are there (wished), and how many of them are available."""

    name: str
    pods: int
    available: int


@dataclass(frozen=True)
class Moment:
    """After a step: every version, oldest first; `stopping` pods run on top of the count."""

    t: float
    kind: Kind
    wanted: str
    versions: tuple[Version, ...]
    stopping: int
    why: Message

    @property
    def new(self) -> int:
        """Pods of the wanted version."""
        return sum(v.pods for v in self.versions if v.name == self.wanted)

    @property
    def new_available(self) -> int:
        """Available ones of them."""
        return sum(v.available for v in self.versions if v.name == self.wanted)

    @property
    def total(self) -> int:
        """Pods of all versions."""
        return sum(v.pods for v in self.versions)

    @property
    def old(self) -> int:
        """Pods of the other versions."""
        return self.total - self.new

    @property
    def available(self) -> int:
        """Available pods of all versions."""
        return sum(v.available for v in self.versions)


@dataclass(frozen=True)
class Rollout:
    """All steps; `done` when only the wanted version is left and all of it is available."""

    deployment: Deployment
    states: tuple[Moment, ...]

    @property
    def done(self) -> bool:
        """Whether the last wish came true."""
        last = self.states[-1]
        return last.old == 0 and last.new_available == self.deployment.replicas

    @property
    def took(self) -> float | None:
        """From the last change of the wish to the end; None: it stands still."""
        changed = max(state.t for state in self.states if state.kind in ("start", "update"))
        return self.states[-1].t - changed if self.done else None


@dataclass
class _Set:
    """A version while the controller works: when each of its pods gets available."""

    name: str
    broken: bool
    due: list[float]  # one for each pod; 0: from before

    def at(self, t: float) -> Version:
        return Version(self.name, len(self.due), sum(due <= t for due in self.due))


class _Controller:
    """The loop, with the record it leaves."""

    def __init__(self, deployment: Deployment) -> None:
        self.d, self.t = deployment, 0.0
        self.sets = [_Set("v1", broken=False, due=[0.0] * deployment.replicas)]
        self.stops: list[float] = []  # when each stopping pod is gone
        self.states: list[Moment] = []
        self.progress, self.told_late = 0.0, False

    @property
    def new(self) -> _Set:
        return self.sets[-1]

    def say(self, kind: Kind, why: Message) -> None:
        versions = tuple(each.at(self.t) for each in self.sets if each.due or each is self.new)
        stopping = sum(end > self.t for end in self.stops)
        self.states.append(Moment(self.t, kind, self.new.name, versions, stopping, why))

    def want(self, change: Change) -> None:
        """A version that was there before is taken up again, with the pods it still has."""
        before = next((each for each in self.sets if each.name == change.version), None)
        self.sets = [each for each in self.sets if each is not before]
        self.sets.append(before or _Set(change.version, change.broken, []))
        self.progress, self.told_late = self.t, False
        said = Message.of("The wish is now version {version}. Nobody gives orders to pods: the controller compares and acts.", version=change.version)  # fmt: skip
        self.say("update", said)

    def act(self) -> None:
        """As many steps as the numbers allow at this moment."""
        if self.d.strategy == "Recreate":
            while self._empty() or self._fill():
                pass
        else:
            while self._up() or self._down():
                pass

    def _up(self) -> bool:
        most, _least = self.d.bounds
        total = sum(len(each.due) for each in self.sets)
        more = to_add(self.d.replicas, most, total, len(self.new.due))
        if more <= 0:
            return False
        self._add(more)
        self.say("up", Message.of("{more} new pods: {most} may exist (replicas + surge), {total} did.", more=more, most=most, total=total))  # fmt: skip
        return True

    def _add(self, more: int) -> None:
        due = float("inf") if self.new.broken else self.t + self.d.ready + self.d.min_ready
        self.new.due += [due] * more
        self.progress = self.t

    def _down(self) -> bool:
        _most, least = self.d.bounds
        new, olds = self.new.at(self.t), [each.at(self.t) for each in self.sets[:-1]]
        old = sum(each.pods for each in olds)
        able = sum(each.available for each in olds)
        ill, well = to_remove(least, (old, able), (new.pods, new.available))
        if not ill + well:
            return False
        self._remove(self.sets[:-1], ill, only_ill=True)
        self._remove(self.sets[:-1], well, only_ill=False)
        self.progress = self.t
        self.say("down", self._down_said(ill, well, least))
        return True

    def _down_said(self, ill: int, well: int, least: int) -> Message:
        if ill and not well:
            return Message.of("{ill} old pods that were not available go: that costs nobody anything.", ill=ill)  # fmt: skip
        return Message.of("{count} old pods end: {least} must stay available (replicas - unavailable), the others are to spare.", count=ill + well, least=least)  # fmt: skip

    def _remove(self, sets: Sequence[_Set], count: int, *, only_ill: bool) -> int:
        """Up to `count` pods, oldest version first, those that are not available first."""
        removed = 0
        for each in sets:
            order = sorted(each.due, reverse=True)
            able = sum(due > self.t for due in order) if only_ill else len(order)
            take = min(able, count - removed)
            each.due = order[take:]
            removed += take
        self.stops += [self.t + self.d.stop] * removed
        return removed

    def _empty(self) -> bool:
        count = self._remove(self.sets[:-1], self.d.replicas * len(self.sets), only_ill=False)
        if count:
            self.say("down", Message.of("Recreate: all {count} old pods end before a new one is made.", count=count))  # fmt: skip
        return count > 0

    def _fill(self) -> bool:
        more = self.d.replicas - len(self.new.due)
        if more <= 0 or any(end > self.t for end in self.stops):
            return False
        self._add(more)
        self.say("up", Message.of("The old pods are gone: {more} new ones are made at once.", more=more))  # fmt: skip
        return True

    def late(self) -> float:
        """When the controller reports that nothing moves."""
        waits = not self.told_late and (len(self.sets) > 1 and self._unfinished())
        return self.progress + self.d.deadline if waits else float("inf")

    def _unfinished(self) -> bool:
        new = self.new.at(self.t)
        return new.available < self.d.replicas or any(each.due for each in self.sets[:-1])

    def events(self) -> Iterator[float]:
        """Moments to come at which something is due by itself."""
        yield from (due for each in self.sets for due in each.due if self.t < due < float("inf"))
        if self.d.strategy == "Recreate":
            yield from (end for end in self.stops if end > self.t)
        if self.t < self.late() < float("inf"):
            yield self.late()

    def go(self, t: float) -> None:
        """Time passes to `t`: pods get available all together, then the loop runs."""
        before = sum(each.at(self.t).available for each in self.sets)
        stopped = any(self.t < end <= t for end in self.stops)
        late = self.late() <= t
        self.t = t
        more = sum(each.at(t).available for each in self.sets) - before
        if more > 0:
            self.progress = t
            self.say("ready", Message.of("{more} pods get available.", more=more))
        elif stopped and self.d.strategy == "Recreate":
            self.say("gone", Message.of("The old pods have ended."))
        elif late:
            self.told_late = True
            self.say("deadline", Message.of("No progress for {seconds:.0f} s: the Deployment reports ProgressDeadlineExceeded. It only reports; undo it yourself.", seconds=self.d.deadline))  # fmt: skip
        self.act()


def roll(deployment: Deployment, changes: Sequence[Change] = (Change(0, "v2"),)) -> Rollout:
    """The whole record, from version v1 with all pods available, until nothing is due any more."""
    for before, after in pairwise(changes):
        require(before.t <= after.t, "t={t}: changes come in order of time", t=after.t)
    control = _Controller(deployment)
    control.say("start", Message.of("{n} pods of version v1 are available.", n=deployment.replicas))
    waiting = list(changes)
    while True:
        due = [*control.events(), *(change.t for change in waiting[:1])]
        if not due:
            break
        t = max(min(due), control.t)
        if t > control.t:
            control.go(t)
        while waiting and waiting[0].t <= control.t:
            control.want(waiting.pop(0))
            control.act()
    return Rollout(deployment, _ended(deployment, control))


def _ended(deployment: Deployment, control: _Controller) -> tuple[Moment, ...]:
    last = control.states[-1]
    if not Rollout(deployment, (last,)).done:
        return tuple(control.states)
    said = Message.of("Done: {n} pods of version {version} are available, the old ones are kept at 0 for an undo.", n=deployment.replicas, version=last.wanted)  # fmt: skip
    return (*control.states, replace(last, kind="end", why=said))
