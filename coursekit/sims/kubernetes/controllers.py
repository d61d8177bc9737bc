"""The control plane of a running cluster: Deployments, scheduler, autoscalers of pods and nodes.

Modelled: each loop with its own clock; a Deployment's is called at every change of its pods, the
others by time. All reckoning is in `rounding`, `reconcile`, `placing`, `hpa`, `nodes`. Left out:
proportional scaling during an update (the new version follows the wish first), nodes taken away.
"""

from dataclasses import replace

from coursekit.sims.kubernetes import hpa, nodes
from coursekit.sims.kubernetes.autoscale import advised
from coursekit.sims.kubernetes.kubelets import begin, end
from coursekit.sims.kubernetes.live import Live, LiveApp, LivePod
from coursekit.sims.kubernetes.objects import Pod
from coursekit.sims.kubernetes.reconcile import difference, victims
from coursekit.sims.kubernetes.rounding import limits, to_add, to_remove
from coursekit.sims.kubernetes.world import Update

__all__ = ["add_node", "scale", "scan", "schedule", "sync", "update"]


def update(live: Live, what: Update) -> None:
    """The wish becomes another version."""
    app = live.apps[what.app]
    app.version = what.version
    (app.broken.add if what.broken else app.broken.discard)(what.version)
    live.note("update", app=what.app, version=what.version)
    live.sync(app)


def sync(live: Live, app: LiveApp) -> None:
    """One turn of the Deployment's controller: as many steps as the numbers allow."""
    app.syncing = False
    while _step(live, app):
        pass
    live.schedule()


def _step(live: Live, app: LiveApp) -> bool:
    pods, n = app.active(), app.wished
    new = [pod for pod in pods if pod.version == app.version]
    old = [pod for pod in pods if pod.version != app.version]
    if not old or len(new) > n:
        diff = difference(n, [pod.seen() for pod in new])
        return _make(live, app, diff) or _end(live, app, new, -diff, "scale")
    more, fewer = limits(n, app.app.surge, app.app.unavailable)
    if _make(live, app, to_add(n, n + more, len(pods), len(new))):
        return True
    counts = [(len(some), sum(pod.ready for pod in some)) for some in (old, new)]
    return _end(live, app, old, sum(to_remove(n - fewer, counts[0], counts[1])), "update")


def _make(live: Live, app: LiveApp, count: int) -> bool:
    app.tally = None
    for _each in range(count):
        app.made += 1
        pod = LivePod(f"{app.app.name}-{app.version}-{app.made}", app, app.version, app.made)
        app.pods[pod.name] = live.pods[pod.name] = live.waiting[pod.name] = pod
        live.note("create", pod=pod.name, app=app.app.name)
    return count > 0


def _end(live: Live, app: LiveApp, pods: list[LivePod], count: int, why: str) -> bool:
    """The first ones of the usual order."""
    for each in victims([pod.seen() for pod in pods], max(count, 0)):
        end(live, app.pods[each.name], why)
    return count > 0


def schedule(live: Live) -> None:
    """Every pod that waits, in the order of its making."""
    live.scheduling = False
    for pod in list(live.waiting.values()):
        where = live.board.place(pod.of.app.asks)
        if where is not None:
            del live.waiting[pod.name]
            live.ordered.discard(pod.name)
            pod.turn(node=where)
            live.nodes[where].pods[pod.name] = pod
            live.note("bind", pod=pod.name, node=where)
            begin(live, pod)


def scale(live: Live) -> None:
    """The autoscaler's turn, for every Deployment that has one."""
    live.push(live.t + hpa.SYNC_S, "scale")
    for name, app in live.apps.items():
        scaler = app.app.scaler
        if scaler is None:
            continue
        at = int(live.t) - live.world.metric_delay
        raw = advised(app.wished, app.samples, at, app.app.target, scaler.tolerance)
        decision = hpa.decide(scaler, app.history, live.t, raw)
        app.history = decision.after
        if decision.applied != app.wished:
            why = {
                "text": decision.why.text,
                "values": dict(decision.why.values),
            }  # to be translated
            live.note("scale", app=name, **{"from": app.wished}, to=decision.applied, why=why)  # fmt: skip
            app.wished = decision.applied
            live.sync(app)


def scan(live: Live) -> None:
    """The cluster autoscaler's turn: nodes for the pods that wait and have none under way."""
    live.push(live.t + nodes.SCAN_S, "scan")
    template, left = live.world.template, live.world.most_added - live.added
    if template is None or left <= 0:
        return
    pods = [_named(pod) for pod in live.waiting.values() if pod.name not in live.ordered]
    if not pods:
        return
    for each in nodes.grow(pods, template, left).bins:
        live.added += 1
        live.ordered.update(each.pods)
        live.push(live.t + live.world.provision, "add_node", f"{template.name}-{live.added}")


def _named(pod: LivePod) -> Pod:
    asks = pod.of.app.asks
    return Pod(name=pod.name, cpu_m=asks.cpu_m, mem_mi=asks.mem_mi)


def add_node(live: Live, name: str) -> None:
    """An ordered machine joins."""
    assert live.world.template is not None  # only then one is ordered
    live.join(replace(live.world.template, name=name))
    live.note("node_added", node=name)
    live.schedule()
