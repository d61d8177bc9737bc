"""The nodes of a running cluster: containers start, are probed and end; nodes die and come back.

Modelled: pulls (once a node and version), the life under probes as `probes.tell` has it, endings
with the requests lost before the proxies know (`service.lost`), leases (`nodefailure.tell`), the
pace of evictions. Of the probes, the trace has the first ones until a pod is ready and those of a
hang; the others, always answered, would be nearly all of it. Left out: restarts' back-off between
hangs, a pull that several pods wait for, a node's own look at its memory.
"""

from coursekit.sims.kubernetes import probes
from coursekit.sims.kubernetes.autoscale import load_of
from coursekit.sims.kubernetes.live import Live, LiveNode, LivePod
from coursekit.sims.kubernetes.nodefailure import CHECK_S, Failure, Zone, eviction_rate, tell
from coursekit.sims.kubernetes.service import lost
from coursekit.sims.kubernetes.world import Down

__all__ = ["back", "begin", "down", "end", "evict", "gone", "hang", "kubelet", "not_ready", "watch"]


def begin(live: Live, pod: LivePod) -> None:
    """The kubelet learns of a pod: image, then container. A node that is off learns nothing."""
    node = live.nodes[pod.node]
    image = f"{pod.of.app.name}:{pod.version}"
    if node.up:
        pull = 0.0 if image in node.images else pod.of.app.image_mb / live.world.pull_mb_s
        live.push(live.t + pull, "kubelet", pod, pod.epoch, "start", None)


def _life(pod: LivePod, hang: float | None) -> tuple[probes.Moment, ...]:
    """A container from its start until it is ready, or from its hang until it is again."""
    app, broken = pod.of.app, pod.version in pod.of.broken
    if hang is None and broken in pod.of.lives:
        return pod.of.lives[broken]
    process = probes.App(start=float("inf") if broken else app.start, hang=hang, once=True)
    patience = sum(probes.detection(probe)[1] + probe.initial_delay for probe in app.probes)
    until = (hang or 0.0) + 2 * (app.start + patience + probes.GRACE_S) + 1
    told = probes.tell(probes.Container(app=process, probes=app.probes, until=until)).states
    if hang is not None:
        return tuple(state for state in told if state.t >= hang and (state.kind != "probe" or not state.ok))  # fmt: skip
    last = next((i for i, state in enumerate(told) if state.ready), len(told) - 1)
    pod.of.lives[broken] = told[: last + 1]
    return pod.of.lives[broken]


def kubelet(live: Live, pod: LivePod, epoch: int, kind: str, state: probes.Moment | None) -> None:
    """Something happens to a container, unless its process is another one by now."""
    if epoch != pod.epoch or pod.phase == "Terminating":
        return
    if kind == "start":
        live.nodes[pod.node].images.add(f"{pod.of.app.name}:{pod.version}")
        pod.turn(phase="Running", began=live.t)
        live.note("start", pod=pod.name)
        _answers_soon(live, pod)
        _follow(live, pod, None)
    elif kind == "answers":
        pod.turn(alive=True)
    elif state is not None:
        _probed(live, pod, state)


def _answers_soon(live: Live, pod: LivePod) -> None:
    """A process answers after its start; one of a broken version never does."""
    if pod.version not in pod.of.broken:
        live.push(live.t + pod.of.app.start, "kubelet", pod, pod.epoch, "answers", None)


def _follow(live: Live, pod: LivePod, hung: float | None) -> None:
    """The container's life to come is in the queue."""
    for state in _life(pod, hung):
        live.push(pod.began + state.t, "kubelet", pod, pod.epoch, state.kind, state)


def _probed(live: Live, pod: LivePod, state: probes.Moment) -> None:
    if state.kind == "probe":
        live.note("probe", pod=pod.name, probe=state.probe, ok=bool(state.ok))
    elif state.kind == "running" and state.restarts:
        live.note("start", pod=pod.name)
        _answers_soon(live, pod)
    elif state.kind == "killed":
        pod.turn(alive=False)
    if state.ready == pod.ready:
        return
    pod.turn(ready=state.ready)
    if state.ready:
        live.note("ready", pod=pod.name)
    live.sync(pod.of)


def hang(live: Live, name: str) -> None:
    """The process of one ready pod falls silent; only probes can find out."""
    ready = [pod for pod in live.apps[name].active() if pod.ready and pod.alive]
    if ready:
        pod = ready[int(live.rng.integers(len(ready)))]
        pod.turn(alive=False, epoch=pod.epoch + 1)
        live.note("hang", pod=pod.name)
        _follow(live, pod, live.t - pod.began)


def end(live: Live, pod: LivePod, why: str) -> None:
    """A pod is told to end; what is sent to it until the proxies know may be lost."""
    live.note("terminating", pod=pod.name, why=why)
    if pod.ready:
        _race(live, pod)
    pod.turn(phase="Terminating", ready=False, epoch=pod.epoch + 1)
    if not pod.node:
        gone(live, pod)
    elif live.nodes[pod.node].up:
        stop = min(pod.of.app.pre_stop + pod.of.app.drain, probes.GRACE_S)
        live.push(live.t + stop, "gone", pod)


def _race(live: Live, pod: LivePod) -> None:
    app = pod.of
    if app.app.work is None:
        return
    rate = load_of(app.app.work, live.t) / sum(each.ready for each in app.pods.values())
    serves = (app.app.pre_stop, app.app.drain) if pod.alive else (0.0, 0.0)
    n = lost(rate, live.world.endpoint_delay, *serves)
    if n:
        app.lost, app.owed = app.lost + n, app.owed + n
        live.note("request_lost", app=app.app.name, n=n, why="ending")


def gone(live: Live, pod: LivePod) -> None:
    """Nothing of the pod is left; its room is free."""
    if live.pods.pop(pod.name, None) is None:
        return
    del pod.of.pods[pod.name]
    pod.of.tally = None
    live.waiting.pop(pod.name, None)
    if pod.node:
        if live.nodes[pod.node].heard:  # before: the board may be made anew, from the nodes' pods
            live.board.change(live.board.at[pod.node], pod.of.app.asks, -1)
        del live.nodes[pod.node].pods[pod.name]
    live.note("gone", pod=pod.name)
    live.schedule()


def watch(live: Live, what: Down) -> None:
    """A death to come, when it is noticed (if it is), the return."""
    phase = live.nodes[what.node].renewal * 10
    failure = Failure(dead=what.t, renewal=phase, grace=live.world.grace, toleration=live.world.toleration, back=what.back)  # fmt: skip
    live.push(what.t, "down", what.node)
    seen = tell(failure).at("not_ready")
    if seen is not None:
        live.push(seen, "not_ready", what.node)
    if what.back is not None:
        live.push(what.back, "back", what.node)


def down(live: Live, name: str) -> None:
    """Power is lost: nobody knows yet."""
    node = live.nodes[name]
    node.up = False
    live.note("down", node=name)
    for pod in node.pods.values():
        pod.turn(alive=False, epoch=pod.epoch + 1)


def not_ready(live: Live, name: str) -> None:
    """The lease is too old: no new pods, no traffic, and after a while eviction."""
    node = live.nodes[name]
    node.heard, node.epoch = False, node.epoch + 1
    live.note("not_ready", node=name)
    for pod in node.pods.values():
        pod.turn(ready=False)
        live.sync(pod.of)
    live.redraw()
    rate = _rate(live)
    live.tainted = max(live.t, live.tainted + (1 / rate if rate else 0.0))
    live.push(live.tainted + live.world.toleration, "evict", node, node.epoch)


def _rate(live: Live) -> float:
    heard = sum(node.heard for node in live.nodes.values())
    return eviction_rate(Zone(nodes=len(live.nodes), not_ready=len(live.nodes) - heard))[0]


def evict(live: Live, node: LiveNode, epoch: int) -> None:
    """The pods of a dead node are deleted, unless too much of the cluster is gone."""
    if node.heard or epoch != node.epoch:
        return
    if not _rate(live):
        live.push(live.t + CHECK_S, "evict", node, epoch)
        return
    for pod in list(node.pods.values()):
        if pod.phase != "Terminating":
            live.note("evict", pod=pod.name, why="node")
            end(live, pod, "node")
            live.sync(pod.of)


def back(live: Live, name: str) -> None:
    """The node is heard again: condemned pods are gone, the others start anew."""
    node = live.nodes[name]
    node.up = node.heard = True
    live.note("back", node=name)
    live.redraw()
    for pod in list(node.pods.values()):
        if pod.phase == "Terminating":
            gone(live, pod)
        else:
            pod.turn(ready=False, epoch=pod.epoch + 1)
            begin(live, pod)
            live.sync(pod.of)
    live.schedule()
