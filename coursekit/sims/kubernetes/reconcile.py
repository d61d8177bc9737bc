"""The reconcile loop of a ReplicaSet, step by step: read, compare, act once, ask again.

Modelled: a controller that only looks at the difference between wish and what is there
(level-triggered), makes or deletes pods, in the order of the real one when there are too many;
pods that get a node, start and get ready on their own; what a learner does between the steps.
Pods that end or have failed are not counted. Left out: expectations (the real controller waits
until it sees its own creations), back-off, the pace of slow starts (1, 2, 4 … creations).
Source: Kubernetes, pkg/controller/replicaset/replica_set.go, controller_utils.go (ActivePods).
The last criteria are simplified: newer, then name.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from coursekit.sims.kubernetes.objects import distinct
from coursekit.sims.message import Message, require

__all__ = [
    "DEEDS", "Deed", "DeedKind", "Pod", "Stage", "State", "Step", "Told", "active", "deed",
    "difference", "step", "tell", "victims",
]  # fmt: skip

Phase = Literal["Pending", "Running", "Terminating", "Failed"]
Step = Literal["read", "diff", "act", "requeue"]
STEPS: tuple[Step, ...] = get_args(Step)
DeedKind = Literal["step", "delete", "scale", "fail", "kill_node", "back", "time", "add"]
DEEDS: tuple[DeedKind, ...] = get_args(DeedKind)
RETIRED = ("Terminating", "Failed")


@dataclass(frozen=True, kw_only=True)
class Pod:
    """One pod of the set; an empty node: not scheduled yet."""

    name: str
    node: str = ""
    phase: Phase = "Running"
    ready: bool = True
    cost: int = 0  # controller.kubernetes.io/pod-deletion-cost
    born: int = 0  # the larger, the newer

    def __post_init__(self) -> None:
        require(self.phase in get_args(Phase), "phase={phase}: choose one of {choices}", phase=self.phase, choices=", ".join(get_args(Phase)))  # fmt: skip


@dataclass(frozen=True)
class State:
    """The wish, what is there, and what the controller has read and reckoned in this turn."""

    desired: int
    pods: tuple[Pod, ...]
    nodes: tuple[str, ...]
    unreachable: tuple[str, ...] = ()  # nodes not heard of, for less than 300 s
    at: Step = "read"  # the step that comes next
    seen: int | None = None  # active pods at the last read
    diff: int | None = None
    made: int = 0  # pods ever made, for their names
    turn: int = 0


@dataclass(frozen=True)
class Deed:
    """The next step of the loop, or something the learner does between two."""

    kind: DeedKind
    name: str = ""  # a pod or a node
    count: int = 0

    def __post_init__(self) -> None:
        require(self.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=self.kind, deeds=", ".join(DEEDS))  # fmt: skip
        require(self.count >= 0, "{name}={value}: choose 0 or more", name="count", value=self.count)


@dataclass(frozen=True)
class Stage:
    """After a deed."""

    state: State
    deed: Deed | None
    why: Message


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[Stage, ...]


def active(pods: Sequence[Pod]) -> tuple[Pod, ...]:
    """The pods that count: neither ending nor failed."""
    return tuple(pod for pod in pods if pod.phase not in RETIRED)


def difference(desired: int, pods: Sequence[Pod]) -> int:
    """Pods to make (above 0) or to delete (below 0)."""
    return desired - len(active(pods))


def victims(pods: Sequence[Pod], count: int) -> tuple[Pod, ...]:
    """Who goes first: unscheduled, pending, not ready, cheap, on a crowded node, new, by name."""
    alive = active(pods)
    crowd = Counter(pod.node for pod in alive)
    order = sorted(alive, key=lambda p: (
        bool(p.node), p.phase != "Pending", p.ready, p.cost, -crowd[p.node], -p.born, p.name,
    ))  # fmt: skip
    return tuple(order[:count])


def step(state: State) -> Stage:
    """The next step of the loop."""
    return _STEPS[state.at](state)


def _read(state: State) -> Stage:
    alive = len(active(state.pods))
    ending = len(state.pods) - alive
    said = Message.of("Read: {desired} wished, {alive} active pods; {ending} that end or have failed do not count.", desired=state.desired, alive=alive, ending=ending)  # fmt: skip
    return _next(replace(state, seen=alive, diff=None), said)


def _compare(state: State) -> Stage:
    """With what was read: it may be old already, and that is no harm."""
    assert state.seen is not None  # the loop reads first
    diff = state.desired - state.seen
    if diff > 0:
        said = Message.of("Compare: {n} are missing.", n=diff)
    elif diff < 0:
        said = Message.of("Compare: {n} are too many.", n=-diff)
    else:
        said = Message.of("Compare: wish and reality agree.")
    return _next(replace(state, diff=diff), said)


def _act(state: State) -> Stage:
    diff = state.diff or 0
    if diff > 0:
        new = tuple(_born(state, k) for k in range(diff))
        said = Message.of("Act: {names} are made. They have no node yet: that is the scheduler's work.", names=", ".join(pod.name for pod in new))  # fmt: skip
        return _next(replace(state, pods=state.pods + new, made=state.made + diff), said)
    if gone := victims(state.pods, max(-diff, 0)):
        names = {pod.name for pod in gone}
        pods = tuple(replace(p, phase="Terminating", ready=False) if p.name in names else p for p in state.pods)  # fmt: skip
        said = Message.of("Act: {names} are told to end: unscheduled and pending pods first, then those not ready, then by cost, by crowded nodes, and the newest.", names=", ".join(pod.name for pod in gone))  # fmt: skip
        return _next(replace(state, pods=pods), said)
    return _next(state, Message.of("Act: there is nothing to do."))


def _born(state: State, k: int) -> Pod:
    number = state.made + k + 1
    taken = {pod.name for pod in state.pods}
    name = f"web-{number}"
    while name in taken:
        name += "x"
    return Pod(name=name, phase="Pending", ready=False, born=number)


def _requeue(state: State) -> Stage:
    said = Message.of("Back to the queue: any change, or the next period, brings a new turn. The loop remembers nothing.")  # fmt: skip
    after = replace(state, seen=None, diff=None, turn=state.turn + 1)
    return _next(after, said)


def _next(state: State, why: Message) -> Stage:
    following = STEPS[(STEPS.index(state.at) + 1) % len(STEPS)]
    return Stage(replace(state, at=following), Deed("step"), why)


_STEPS: Mapping[Step, Callable[[State], Stage]] = {
    "read": _read, "diff": _compare, "act": _act, "requeue": _requeue,
}  # fmt: skip


def deed(state: State, what: Deed) -> Stage:
    """A step, or what the learner does; ParameterError names a pod or node that is not there."""
    if what.kind == "step":
        return step(state)
    after, why = _DEEDS[what.kind](state, what)
    return Stage(after, what, why)


def _pod(state: State, name: str) -> Pod:
    found = next((pod for pod in state.pods if pod.name == name), None)
    names = ", ".join(pod.name for pod in state.pods)
    require(found is not None, "pod={name}: choose one of {names}", name=name, names=names)
    assert found is not None
    return found


def _with(state: State, pod: Pod) -> State:
    return replace(state, pods=tuple(pod if p.name == pod.name else p for p in state.pods))


def _delete(state: State, what: Deed) -> tuple[State, Message]:
    pod = _pod(state, what.name)
    said = Message.of("You delete {pod}. The wish has not changed: the loop will find one missing.", pod=pod.name)  # fmt: skip
    return _with(state, replace(pod, phase="Terminating", ready=False)), said


def _fail(state: State, what: Deed) -> tuple[State, Message]:
    pod = _pod(state, what.name)
    said = Message.of("{pod} is evicted by its node: its phase is Failed, it will never run again.", pod=pod.name)  # fmt: skip
    return _with(state, replace(pod, phase="Failed", ready=False)), said


def _add(state: State, what: Deed) -> tuple[State, Message]:
    """A pod with the set's labels, made by hand."""
    require(bool(what.name), "name={name}: choose a name", name=repr(what.name))
    distinct("pod", [what.name, *(pod.name for pod in state.pods)])
    pod = Pod(name=what.name, phase="Pending", ready=False, born=state.made + 1)
    said = Message.of("You make {pod} with the labels of the set: it adopts the pod, and now has one more.", pod=pod.name)  # fmt: skip
    return replace(state, pods=(*state.pods, pod), made=state.made + 1), said


def _scale(state: State, what: Deed) -> tuple[State, Message]:
    said = Message.of("The wish is now {n}. Nothing happens until the loop compares.", n=what.count)
    return replace(state, desired=what.count), said


def _node(state: State, name: str) -> None:
    require(name in state.nodes, "node={name}: choose one of {names}", name=name, names=", ".join(state.nodes))  # fmt: skip


def _kill(state: State, what: Deed) -> tuple[State, Message]:
    _node(state, what.name)
    pods = tuple(replace(p, ready=False) if p.node == what.name else p for p in state.pods)
    said = Message.of("{node} is not heard of: its pods are not ready, but they count as active for 300 s. The loop does nothing.", node=what.name)  # fmt: skip
    gone = tuple(sorted({*state.unreachable, what.name}))
    return replace(state, pods=pods, unreachable=gone), said


def _back(state: State, what: Deed) -> tuple[State, Message]:
    require(what.name in state.unreachable, "node={name}: choose one of {names}", name=what.name, names=", ".join(state.unreachable) or "-")  # fmt: skip
    pods = tuple(
        replace(p, ready=True) if p.node == what.name and p.phase == "Running" else p for p in state.pods
    )  # fmt: skip
    left = tuple(node for node in state.unreachable if node != what.name)
    return replace(state, pods=pods, unreachable=left), Message.of("{node} is heard again: its pods are ready.", node=what.name)  # fmt: skip


def _time(state: State, _what: Deed) -> tuple[State, Message]:
    """Everybody else works: scheduler, kubelets, and for dead nodes the 300 s pass."""
    up = [node for node in state.nodes if node not in state.unreachable]
    pods: list[Pod] = []
    for pod in state.pods:
        if pod.node in state.unreachable:
            pods.append(replace(pod, phase="Terminating"))  # nobody confirms its end
        elif pod.phase == "Pending" and not pod.node and up:
            crowd = Counter(other.node for other in [*pods, *state.pods])
            where = min(up, key=lambda node: (crowd[node], node))
            pods.append(replace(pod, node=where, phase="Running", ready=True))
        elif pod.phase != "Terminating":
            pods.append(pod)
    said = Message.of("Time passes: the scheduler and the kubelets do their part, what was ending is gone, and pods on nodes not heard of for 300 s are deleted.")  # fmt: skip
    return replace(state, pods=tuple(pods)), said


_DEEDS: Mapping[DeedKind, Callable[[State, Deed], tuple[State, Message]]] = {
    "delete": _delete, "fail": _fail, "add": _add, "scale": _scale, "kill_node": _kill,
    "back": _back, "time": _time,
}  # fmt: skip


def tell(start: State, deeds: Sequence[Deed]) -> Told:
    """The whole record."""
    require(start.desired >= 0, "{name}={value}: choose 0 or more", name="desired", value=start.desired)  # fmt: skip
    distinct("pod", (pod.name for pod in start.pods))
    for pod in start.pods:
        require(pod.node in ("", *start.nodes), "node={name}: choose one of {names}", name=pod.node, names=", ".join(start.nodes))  # fmt: skip
    said = Message.of("{n} pods are wished. Who makes them, and who makes sure?", n=start.desired)
    stages = [Stage(start, None, said)]
    for what in deeds:
        stages.append(deed(stages[-1].state, what))
    return Told(tuple(stages))
