"""Twenty minutes of a cluster: five loops, each with its own clock, and what befalls them."""

import numpy as np

from coursekit.i18n import _, mark, number
from coursekit.labs.kubernetes.bands import Times, name_of
from coursekit.labs.kubernetes.drawing import GAP, pod_brick
from coursekit.sims.kubernetes.hour import CLOCKS, LOOPS, Hour, tell
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import seconds

HIGH, BRICK_STEP = 110, 33
WORD_S = 200  # two words in the lower line need as many seconds between them
HAPPENS = {
    "none": mark("nothing"),
    "node": mark("a node dies and comes back"),
    "rollout": mark("an update"),
    "load": mark("a rush"),
    "all": mark("all of it"),
}
NAMES = {
    "autoscaler": mark("autoscaler"),
    "replicaset": mark("ReplicaSets"),
    "scheduler": mark("scheduler"),
    "kubelet": mark("kubelets"),
    "node": mark("node controller"),
}
LIT = {True: {"hue": 0, "fill": "soft", "glow": True}, False: {"tone": "idle", "fill": "none"}}
HUES = {("web", "v1"): 2, ("web", "v2"): 0}
API = 3
LOAD, CAPACITY = {"tone": "accent", "w": 2.5}, {"tone": "ok", "w": 2, "dash": True}


class HourLab(StoryLab):
    """Nodes as cases with their pods; above, the loops that act; below, load against capacity."""

    name = "kubernetes-hour"
    title = mark("Five loops together")

    def controls(self):
        return (
            Pick("event", mark("What happens"), "all", HAPPENS),
            Slider("load", mark("Share of the usual load"), 100, 50, 200, 5, "%"),
            Slider("replicas", mark("Replicas of web"), 18, 4, 30),
            Check("scaler", mark("web is autoscaled"), True),
            Slider("toleration", mark("Dead pods are tolerated for"), 300.0, 0.0, 600.0, 10.0, "s", more=True),
            Slider("pre_stop", mark("preStop sleeps"), 0.0, 0.0, 10.0, 1.0, "s", more=True),
            Slider("seed", mark("Luck number"), 1, 1, 99, more=True),
        )  # fmt: skip

    def story(self, actions, seed, **values):
        return tell(Hour(**values), np.random.default_rng(seed))

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    # Drawing

    def draw(self, view):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(view), narrow=narrow)
        loops, y = self._loops(view, 92 if narrow else 52, narrow=narrow)
        nodes, y = self._nodes(view.seen, y + 8, narrow=narrow)
        waiting, y = self._waiting(view.seen, y + 8, width)
        times, y = self._times(view, y + (50 if narrow else 38))
        items += loops + nodes + waiting + times + key(_legend(), width, y + 34, a_line=2 if narrow else 4)  # fmt: skip
        what = _("The loops at work, the nodes with their pods, load against capacity over time")
        self.scene.show(items, width=width, height=y + (152 if narrow else 100), label=what)

    def _facts(self, view):
        apps = [
            (_("{app}: {ready} of {n} ready", app=app.app, ready=app.ready, n=app.wished), "ok" if app.ready >= app.wished else "warn")
            for app in view.seen.apps
        ]  # fmt: skip
        waiting, lost = len(view.seen.waiting), _lost(view)
        return [
            *apps,
            (_("without a node: {n}", n=waiting), "warn" if waiting else "idle"),
            (_("lost so far: {n}", n=number(round(lost), 6)), "bad" if view.lost else "warn" if lost else "ok"),
        ]  # fmt: skip

    def _loops(self, view, y, *, narrow):
        """The five, in the order in which one's deed calls for the next; those that act are lit."""
        a_line = 2 if narrow else 5
        wide = (width_of(self.scene) - 8 - 8 * (a_line - 1)) / a_line
        items = [
            box(
                f"loop-{loop}", 4 + (k % a_line) * (wide + 8), y + (k // a_line) * 54, wide, 48, r=10,
                title=_(NAMES[loop]), sub=_(CLOCKS[loop]), **LIT[loop in view.loops],
            )
            for k, loop in enumerate(LOOPS)
        ]  # fmt: skip
        return items, y + 54 * -(-len(LOOPS) // a_line)

    def _nodes(self, moment, y, *, narrow):
        a_line, bricks = (2, 3) if narrow else (3, 5)
        wide = (width_of(self.scene) - 8 - 8 * (a_line - 1)) / a_line
        lines = -(-self._most() // bricks)
        high = 50 + lines * BRICK_STEP
        items = []
        for k, node in enumerate(moment.nodes):
            inner = self._bricks(node.pods, node.up, 48, wide, bricks)
            said = _("no power") if not node.up else _("{cpu} m requested", cpu=node.cpu_m)
            look = {"led": "ok" if node.up else "bad", "dash": not node.up, "fill": "paper"}
            place = (4 + (k % a_line) * (wide + 8), y + (k // a_line) * (high + 8))
            items.append(box(f"case-{node.name}", *place, wide, high, r=12, title=_name(node), sub=said, children=inner, **look))  # fmt: skip
        return items, y + -(-len(moment.nodes) // a_line) * (high + 8) - 8

    def _most(self):
        """The fullest case of this record, so that the cases keep their size."""
        return max(len(node.pods) for view in self._seen() for node in view.seen.nodes)

    def _bricks(self, pods, up, y, wide, a_line):
        step = (wide - 15) / a_line
        return [
            _brick(pod, up, 10 + (k % a_line) * step, y + (k // a_line) * BRICK_STEP, step - GAP)
            for k, pod in enumerate(pods)
        ]

    def _waiting(self, moment, y, width):
        """Pods without a node, as many as a line takes."""
        room = int((width - 140) / 56)
        pods = [_brick(pod, True, 130 + k * 56, 8, 51) for k, pod in enumerate(moment.waiting[:room])]  # fmt: skip
        more = len(moment.waiting) - room
        items = [box("case-none", 4, y, width - 8, 44, r=12, fill="none", dash=True, tone="warn" if pods else "idle", children=pods)]  # fmt: skip
        text = _("no node yet: +{n}", n=more) if more > 0 else _("no node yet")
        return [*items, label("none-name", 16, y + 27, text, size=12.5, weight=600)], y + 44

    # Load and capacity

    def _times(self, view, top):
        """Over all of the time; before the prediction only what has been."""
        told = self.result
        frame = Times(self.scene.narrow, told.load[-1][0])
        until = view.t if self.locked else frame.end
        most = max(value for t, value in (*told.load, *told.capacity) if t <= until)
        unit = HIGH / (1.05 * max(most, 1.0))
        low = top + HIGH
        items = [path("floor", f"M{frame.left} {low}H{frame.right}", w=1.5, tone="idle")]
        for name, points, look in (
            ("capacity", told.capacity, CAPACITY),
            ("load", told.load, LOAD),
        ):
            shown = [(frame.x(t), low - unit * value) for t, value in points if t <= until]
            items.append(path(f"line-{name}", _steps(shown), **look))
        items += self._losses(frame, low, unit, until) + self._marks(frame, top, low, until)
        items += (
            [name_of("rps", frame, _("requests/s, web"), top, HIGH)] if not frame.narrow else []
        )
        here = token("here", frame.x(view.t), low, "", r=5, tone="accent")
        return [*items, *seconds(frame, view.t, low, top - 18), here], low

    def _losses(self, frame, low, unit, until):
        """Red columns: what is lost each second, to the scale of the load."""
        wide = frame.x(self.result.losses[0][0]) - frame.x(0)
        return [
            box(f"lost{k}", frame.x(t) - wide, low - min(HIGH, max(2.0, unit * rate)), wide, min(HIGH, max(2.0, unit * rate)), r=0, fill="solid", tone="bad")
            for k, (t, rate) in enumerate(self.result.losses)
            if rate and t <= until
        ]  # fmt: skip

    def _marks(self, frame, top, low, until):
        """What came from outside above the picture; the autoscaler's turns as small discs."""
        items = []
        for each in self.result.ran.trace:
            if each["t"] > until:
                break
            if each["kind"] == "scale":
                up = each["to"] > each["from"]
                items.append(token(f"scale{len(items)}", frame.x(each["t"]), low - 9, "↑" if up else "↓", r=7, size=10, tone="accent"))  # fmt: skip
        for k, (t, text, side) in enumerate(self._outside()):
            if t <= until:
                y = top - (6 if side else 20)
                items += [
                    path(f"mark{k}", f"M{frame.x(t):.1f} {y + 3}V{low}", tone="idle", w=1, faded=True),
                    label(f"mark{k}-text", frame.x(t) + 4 * (side or 1), y, text, anchor="end" if side < 0 else "start", size=11.5),
                ]  # fmt: skip
        return items

    def _outside(self):
        """Time, word, and its place: 0 in the upper line, 1 and -1 in the lower, right or left of it."""
        world = self.result.ran.world
        points = world.apps[0].work.points[1:]
        for (t, _rate), word in zip(points, (_("rush"), _("rush over")), strict=False):
            yield t, word, 0
        for down in world.downs:
            yield down.t, _("{node} dies", node=down.node), 0
            yield down.back, _("{node} is back", node=down.node), 0
        for update in world.updates:
            yield update.t, update.version, 0
        noticed, evicted = (self._times_of(kind) for kind in ("not_ready", "evict"))
        if noticed and not (evicted and evicted[0] - noticed[0] < WORD_S):
            yield noticed[0], _("unreachable"), 1
        if evicted:
            yield evicted[0], _("evicted"), 1 if self.scene.narrow else -1

    def _times_of(self, kind):
        return [each["t"] for each in self.result.ran.trace if each["kind"] == kind]

    def _seen(self):
        return self.result.states[: self.moment + 1] if self.locked else self.result.states

    # In words

    def labels(self, told):
        return [_("{t} s: {what}", t=number(view.t, 4), what=_(view.label)) for view in told.states]

    def describe(self, view):
        return " ".join(_(each) for each in view.why)

    def tone(self, view):
        if view.lost:
            return "bad"
        whole = all(app.ready >= app.wished for app in view.seen.apps)
        return "ok" if whole and not view.seen.waiting else "warn"

    def table(self, view):
        head = [_("time"), _("what"), _("which loops"), _("web ready"), _("without a node"), _("lost since the row before")]  # fmt: skip
        rows = [
            [
                f"{number(each.t, 4)} s", _(each.label), ", ".join(_(NAMES[loop]) for loop in each.loops) or "–",
                _("{ready} of {n}", ready=each.seen.apps[0].ready, n=each.seen.apps[0].wished),
                len(each.seen.waiting), number(round(each.lost), 6),
            ]
            for each in self._seen()
        ]  # fmt: skip
        return Table(head, rows, caption=_("Moments at which something changes"))


def _lost(view):
    return sum(app.lost for app in view.seen.apps)


def _name(node):
    return node.name if node.heard else _("{node}: not heard", node=node.name)


def _brick(pod, up, x, y, wide):
    """Held for ready although it has no power: stuck and red, as clients feel it."""
    if pod.dead:
        state = "failed"
    elif pod.look == "unready":
        state = "starting" if up else "unknown"
    else:
        state = {"terminating": "ending", "waiting": "starting"}.get(pod.look, pod.look)
    look = {"hue": HUES.get((pod.app, pod.version), API)} if state == "ready" else {}
    return pod_brick(f"pod-{pod.name}", x, y, wide, f"{pod.app[0]}{pod.name.split('-')[-1]}", state, **look)  # fmt: skip


def _steps(points):
    """A line that keeps each height until the next one; what stays level is one stroke."""
    (x, y), *rest = points
    line, height = f"M{x:.1f} {y:.1f}", y
    for x, y in rest:
        if y != height:
            line, height = f"{line}H{x:.1f}V{y:.1f}", y
    return f"{line}H{points[-1][0]:.1f}"


def _legend():
    return (
        ("box", {"fill": "solid", "hue": 2}, _("w: web v1, ready")),
        ("box", {"fill": "solid", "hue": 0}, _("w: web v2, ready")),
        ("box", {"fill": "solid", "hue": API}, _("a: api, ready")),
        ("box", {"fill": "none", "tone": "idle", "dash": True}, _("… starting")),
        ("box", {"fill": "soft", "tone": "bad"}, _("✗ dead, held for ready")),
        ("box", {"fill": "soft", "tone": "warn", "dash": True}, _("? not heard")),
        ("box", {"fill": "soft", "tone": "idle", "dash": True}, _("✕ ending")),
        ("line", LOAD, _("load")), ("line", CAPACITY, _("capacity")),
        ("box", {"fill": "solid", "tone": "bad"}, _("lost a second, all apps")),
    )  # fmt: skip
