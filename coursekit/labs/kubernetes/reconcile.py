"""The loop of a ReplicaSet: read, compare, act, ask again; the learner disturbs it in between."""

from coursekit.i18n import _, mark
from coursekit.labs.kubernetes.drawing import BRICK, GAP, LOOKS, node_case, pod_brick
from coursekit.sims.kubernetes.reconcile import STEPS, Deed, Pod, State, active, tell
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

NODES = ("node-1", "node-2", "node-3")
NAMES = (*(f"web-{n}" for n in range(1, 7)), mark("stray"))
START = State(
    desired=3, nodes=NODES, made=3,
    pods=tuple(Pod(name=f"web-{n}", node=f"node-{n}", born=n) for n in (1, 2, 3)),
)  # fmt: skip
STEP = Deed("step")
EXAMPLE = (Deed("delete", "web-2"), STEP, STEP, STEP, STEP, Deed("time"))
DID = {
    "delete": mark("you delete {name}"),
    "scale": mark("the wish becomes {n}"),
    "fail": mark("{name} is evicted"),
    "kill_node": mark("{name} loses power"),
    "back": mark("{name} is back"),
    "time": mark("time passes"),
    "add": mark("you make {name}"),
}
STATIONS = {
    "read": mark("1 · read"),
    "diff": mark("2 · compare"),
    "act": mark("3 · act"),
    "requeue": mark("4 · wait"),
}
PHASES = {
    "ready": mark("runs, ready"),
    "starting": mark("starts"),
    "unknown": mark("not heard of"),
    "ending": mark("ends, does not count"),
    "failed": mark("failed, does not count"),
}
STATION = (112, 50)


class ReconcileLab(DeedsLab):
    """The wish on the left, the loop in the middle, nodes with their pods on the right."""

    name = "kubernetes-reconcile"
    title = mark("The loop that keeps the wish")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("pod", mark("Pod"), "web-1", {name: name for name in NAMES}),
            Slider("replicas", mark("New wish"), 3, 0, 8),
            Pick("node", mark("Node"), "node-1", {name: name for name in NODES}),
        )

    def story(self, actions, pod, replicas, node):
        return tell(START, self.steps(actions, EXAMPLE))

    # Acting

    def tools(self):
        return (
            button(_("Next step of the loop"), lambda: self.do("step")),
            button(_("Time passes"), lambda: self.do("time")),
            button(_("Delete the pod"), lambda: self.do("delete", self.values["pod"])),
            button(_("Set the wish"), lambda: self.do("scale", "", self.values["replicas"])),
            button(_("Power off the node"), lambda: self.do("kill_node", self.values["node"])),
            button(_("Node back"), lambda: self.do("back", self.values["node"])),
            button(_("Make a pod by hand"), lambda: self.do("add", "stray")),
        )

    def _pressed(self, name):
        pod = name.removeprefix("pod-")
        if pod in NAMES and not self.locked:
            self.set(pod=pod)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        self.scene.on_press(self._pressed)
        return [self.scene]

    def draw(self, stage):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = self._wish(stage.state, narrow=narrow) + self._loop(stage, 138 if narrow else 186)
        nodes, bottom = self._nodes(stage.state, narrow=narrow)
        legend = [("box", LOOKS[kind][1], f"{LOOKS[kind][0]} {_(text)}") for kind, text in PHASES.items()]  # fmt: skip
        items += nodes + key(legend, width, bottom + 14, a_line=2 if narrow else 3)
        what = _("The wish, the loop with its present step, and the pods on their nodes")
        self.scene.show(items, width=width, height=bottom + (86 if narrow else 64), label=what)

    def _wish(self, state, *, narrow):
        alive, wide = len(active(state.pods)), 112 if narrow else 140
        well = alive == state.desired
        return [
            box("wish", 8, 12, wide, 76, r=10, title=_("wish"), tone="accent", fill="soft"),
            label("wished", 8 + wide / 2, 72, str(state.desired), anchor="middle", size=30, weight=700),
            box("there", 8, 112, wide, 76, r=10, title=_("active pods"), tone="ok" if well else "warn", fill="soft"),
            label("alive", 8 + wide / 2, 172, f"{alive} {'=' if well else '≠'} {state.desired}", anchor="middle", size=24, weight=700),
        ]  # fmt: skip

    def _loop(self, stage, left):
        """Four stations in a ring; the one that has just worked shines, the next has a pointer."""
        w, h = STATION
        far, low = left + w + 62, 122
        places = [(left, 28), (far, 28), (far, low), (left, low)]
        now = _done(stage)
        items = []
        for name, (x, y) in zip(STEPS, places, strict=True):
            lit, following = name == now, name == stage.state.at
            title = f"▸ {_(STATIONS[name])}" if following else _(STATIONS[name])
            items.append(box(f"at-{name}", x, y, w, h, r=10, title=title, sub=self._told(stage.state, name), tone="accent" if lit else "idle", fill="solid" if lit else "none", glow=lit, selected=following))  # fmt: skip
        ring = (
            f"M{left + w + 4} 53H{far - 6}", f"M{far + w / 2} 82V{low - 6}",
            f"M{far - 4} {low + 25}H{left + w + 6}", f"M{left + w / 2} {low - 4}V84",
        )  # fmt: skip
        return items + [path(f"ring{i}", d, arrow=True, w=2) for i, d in enumerate(ring)]

    def _told(self, state, station):
        if station == "read" and state.seen is not None:
            return _("{n} active", n=state.seen)
        if station == "diff" and state.diff is not None:
            return f"{state.diff:+d}" if state.diff else "0"
        return ""

    def _nodes(self, state, *, narrow):
        left, top, right = (8, 208, 452) if narrow else (500, 12, 892)
        step = (right - left) / 4
        rows = max(5, self._tallest())
        high = 40 + rows * (BRICK + GAP)
        items = []
        for i, node in enumerate((*NODES, "")):
            pods = [pod for pod in state.pods if pod.node == node]
            inner = [self._pod(pod, state, row, step - 20) for row, pod in enumerate(pods)]
            dead = node in state.unreachable
            title = (f"✗ {node}" if dead else node) or _("no node")
            look = {"tone": "bad" if dead else "idle", "fill": "none", "dash": dead or not node}
            items.append(node_case(f"case-{node or 'none'}", left + i * step, top, step - 6, high, title, inner, **look))  # fmt: skip
        return items, top + high

    def _tallest(self):
        """The most pods in one case at any time of this record, so that the cases keep their size."""
        told = self.result.states if not self.locked else self.result.states[: self.moment + 1]
        return max(sum(p.node == n for p in s.state.pods) for s in told for n in (*NODES, ""))

    def _pod(self, pod, state, row, wide):
        chosen = pod.name == self.values["pod"]
        press = _("choose {pod}", pod=pod.name) if pod.name in NAMES else None
        more = {"press": press} if press else {}
        return pod_brick(f"pod-{pod.name}", 7, 32 + row * (BRICK + GAP), wide, pod.name, _kind(pod, state), selected=chosen, **more)  # fmt: skip

    # In words

    def labels(self, told):
        return [_("the start")] + [_title(stage) for stage in told.states[1:]]

    def describe(self, stage):
        return _(stage.why)

    def tone(self, stage):
        return "ok" if len(active(stage.state.pods)) == stage.state.desired else "accent"

    def summary(self, told):
        last = told.states[-1].state
        return [
            (_("wish"), str(last.desired)),
            (_("active pods"), str(len(active(last.pods)))),
            (_("pods ever made"), str(last.made)),
        ]

    def table(self, stage):
        state = stage.state
        rows = [
            [pod.name, pod.node or "–", pod.phase, _("yes") if pod.ready else _("no"), _(PHASES[_kind(pod, state)])]
            for pod in state.pods
        ]  # fmt: skip
        head = [_("pod"), _("node"), _("phase"), _("ready"), _("meaning")]
        return Table(head, rows or [["–"] * 5], caption=_("The pods of the set"))


def _done(stage):
    """The station that has just worked; none at the start and after what the learner did."""
    if stage.deed is None or stage.deed.kind != "step":
        return None
    return STEPS[STEPS.index(stage.state.at) - 1]


def _title(stage):
    if stage.deed.kind == "step":
        return _("loop: {step}", step=_(STATIONS[_done(stage)]))
    return _(DID[stage.deed.kind], name=stage.deed.name, n=stage.deed.count)


def _kind(pod, state):
    if pod.phase in ("Terminating", "Failed"):
        return "ending" if pod.phase == "Terminating" else "failed"
    if pod.node in state.unreachable:
        return "unknown"
    return "ready" if pod.ready else "starting"
