"""The scheduler: one pod, several nodes; who is filtered out, how the others score."""

from typing import Any, NamedTuple

from coursekit.i18n import _, mark
from coursekit.labs.kubernetes.drawing import bar, lines
from coursekit.sims.kubernetes.objects import Node, Pod, Taint, Toleration
from coursekit.sims.kubernetes.preemption import preempt
from coursekit.sims.kubernetes.scheduler import Cluster, decide
from coursekit.sims.kubernetes.scores import PLUGINS, Profile
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

GIB = 1024
GPU = Taint(key="gpu", value="yes")
SSD = {"disk": "ssd"}
PLUGIN = {
    "fit": mark("room"),
    "balanced": mark("balance"),
    "taints": mark("taints"),
    "affinity": mark("wishes"),
    "images": mark("image there"),
}


def _pod(name, cpu, gib, prio=0):
    return Pod(name=name, cpu_m=cpu, mem_mi=int(gib * GIB), prio=prio)


def _cluster(*nodes):
    """(node, pods on it) as a cluster."""
    pods = {pod.name: pod for _node, there in nodes for pod in there}
    bound = {pod.name: node.name for node, there in nodes for pod in there}
    return Cluster(tuple(node for node, _there in nodes), pods, bound)


SETS = {
    "spec": _cluster(
        (Node(name="n1"), [_pod("db", 1000, 6)]),
        (Node(name="n2", labels=SSD), [_pod("api", 1500, 1), _pod("batch", 1000, 1, -10)]),
        (Node(name="n3", cpu_m=2000, mem_mi=4 * GIB), [_pod("mail", 500, 1)]),
    ),
    "taints": _cluster(
        (Node(name="n1", taints=(GPU,), labels=SSD), []),
        (Node(name="n2", ready=False), []),
        (Node(name="n3", cordoned=True, labels=SSD), []),
        (Node(name="n4", cpu_m=2000, mem_mi=4 * GIB), [_pod("mail", 500, 1)]),
    ),
    "full": _cluster(
        (Node(name="n1"), [_pod("db", 3000, 6), _pod("api", 900, 1)]),
        (Node(name="n2"), [_pod("shop", 2000, 4, 50), _pod("batch", 1700, 3, -10)]),
        (Node(name="n3", cpu_m=2000, mem_mi=4 * GIB), [_pod("mail", 1800, 3.5)]),
    ),
}
HEAD = 118  # a node's name and its two bars
ROW = 22


class Chosen(NamedTuple):
    """The cluster before, what was decided, and whom the pod would push away if it fits nowhere."""

    cluster: Any
    decision: Any
    pushed: Any


class SchedulerLab(Lab):
    """A column a node: what is requested there, the stamps of the filters, the points."""

    name = "kubernetes-scheduler"
    title = mark("The scheduler chooses a node")

    def controls(self):
        return (
            Pick("nodes", mark("Nodes"), "spec", {"spec": mark("three with room"), "taints": mark("with taints"), "full": mark("nearly full")}),
            Slider("cpu", mark("CPU requested"), 500, 0, 4000, 50, "m"),
            Slider("mem", mark("Memory requested"), 1024, 0, 8192, 64, mark("MiB")),
            Pick("policy", mark("Prefer nodes"), "least", {"least": mark("with most room (spread)"), "most": mark("already used (pack)")}),
            Check("tolerates", mark("Tolerates gpu=yes"), False, more=True),
            Check("selector", mark("Wants disk=ssd"), False, more=True),
            Pick("prio", mark("Priority"), 0, {0: "0", 100: "100"}, more=True),
            Pick("plugins", mark("Plugins that score"), "usual", {"usual": mark("room and balance"), "all": mark("all five")}, more=True),
        )  # fmt: skip

    def run(self, nodes, cpu, mem, policy, tolerates, selector, prio, plugins):
        pod = Pod(
            name="web", cpu_m=cpu, mem_mi=mem, prio=prio, selector=SSD if selector else {},
            tolerations=(Toleration(key="gpu", value="yes", effect="NoSchedule"),) if tolerates else (),
        )  # fmt: skip
        profile = Profile(policy=policy, **({"plugins": PLUGINS} if plugins == "all" else {}))
        cluster = SETS[nodes]
        decision = decide(cluster, pod, profile)
        return Chosen(cluster, decision, preempt(cluster, pod) if decision.node is None else None)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, result):
        cluster, decision, _pushed = result
        narrow, width = self.scene.narrow, width_of(self.scene)
        a_line = 2 if narrow else len(cluster.nodes)
        step = (width - 8) / a_line
        high = HEAD + 34 + ROW * (len(self._plugins()) + 1) + 24
        items = []
        for i, (node, seen) in enumerate(zip(cluster.nodes, decision.seen, strict=True)):
            x, y = 4 + (i % a_line) * step, 8 + (i // a_line) * (high + 12)
            items += self._node(node, seen, (x, y, step - 10, high), result)
        bottom = 8 + -(-len(cluster.nodes) // a_line) * (high + 12)
        what = _("A column a node: requests, filters, points")
        self.scene.show(items, width=width, height=bottom, label=what)

    def _plugins(self):
        return PLUGINS if self.values["plugins"] == "all" else Profile().plugins

    def _node(self, node, seen, spot, result):
        cluster, decision, pushed = result
        x, y, w, h = spot
        won = decision.node == node.name
        freed = pushed and pushed.chosen and pushed.chosen.node == node.name
        look = {"tone": "ok", "fill": "none", "glow": True} if won else {"tone": "bad" if seen.reasons else "idle", "fill": "none", "dash": bool(seen.reasons)}  # fmt: skip
        title = f"★ {node.name}" if won else node.name
        sub = _("{cpu} m · {gib} GiB", cpu=node.cpu_m, gib=node.mem_mi // GIB)
        items = [box(f"node-{node.name}", x, y, w, h, r=12, title=title, sub=sub, **look)]
        items += self._bars(node, cluster, (x + 12, y + 62, w - 24))
        if seen.reasons:
            return items + self._stamps(node, seen, (x + 12, y + HEAD + 16, w - 24), pushed if freed else None)  # fmt: skip
        items.append(label(f"ok-{node.name}", x + 12, y + HEAD + 16, _("✓ passes the filters"), size=12.5, weight=600))  # fmt: skip
        return items + self._points(node, seen, x + 12, y + HEAD + 40, w - 24)

    def _bars(self, node, cluster, spot):
        x, y, w = spot
        used = cluster.used()[node.name]
        look = {"tone": "accent", "fill": "soft"}
        cpu = _("CPU requested: {n} m", n=used.cpu_m)
        mem = _("memory requested: {n} MiB", n=used.mem_mi)
        return [
            *bar(f"cpu-{node.name}", x, y, w, used.cpu_m / node.cpu_m, cpu, look=look),
            *bar(f"mem-{node.name}", x, y + 34, w, used.mem_mi / node.mem_mi, mem, look=look),
        ]

    def _stamps(self, node, seen, spot, pushed):
        x, y, w = spot
        items = []
        for i, reason in enumerate(seen.reasons):
            made, y = lines(f"why-{node.name}-{i}", x, y, f"✗ {reason.event}", w)
            items += made
        if pushed:
            text = _("could push away: {names}", names=", ".join(pushed.chosen.victims))
            items += lines(f"push-{node.name}", x, y + 4, f"⚡ {text}", w)[0]
        return items

    def _points(self, node, seen, x, y, w):
        items = []
        for i, score in enumerate(seen.scores):
            times = f" × {score.weight}" if score.weight > 1 else ""
            items += [
                label(f"name-{node.name}-{i}", x, y + i * ROW, _(PLUGIN[score.plugin]), size=12.5),
                label(f"score-{node.name}-{i}", x + w, y + i * ROW, f"{score.points}{times}", anchor="end", size=12.5),
            ]  # fmt: skip
        y += len(seen.scores) * ROW + 2
        return [
            *items,
            label(f"name-{node.name}-sum", x, y, _("sum"), size=14, weight=700),
            label(f"sum-{node.name}", x + w, y, str(seen.total), anchor="end", size=14, weight=700),
        ]

    # In words

    def describe(self, result):
        decision, pushed = result.decision, result.pushed
        text = _(decision.why) + "\n" + _("kubectl describe pod says: {event}", event=decision.event)  # fmt: skip
        return f"{text}\n{_(pushed.why)}" if pushed else text

    def tone(self, result):
        return "ok" if result.decision.node else "bad"

    def table(self, result):
        plugins = self._plugins()
        rows = []
        for seen in result.decision.seen:
            points = {score.plugin: score.weighted for score in seen.scores}
            why = "; ".join(_(reason.why) for reason in seen.reasons) or _("passes")
            rows.append([seen.node, why, *(points.get(p, "–") for p in plugins), "–" if seen.reasons else seen.total])  # fmt: skip
        head = [_("node"), _("filters"), *(_(PLUGIN[p]) for p in plugins), _("sum")]
        return Table(head, rows, caption=_("The nodes as the scheduler sees them"))
