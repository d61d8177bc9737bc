"""A node is drained: pods are asked to leave, and a budget may say no."""

from coursekit.i18n import _, mark, number
from coursekit.labs.kubernetes.bands import BRICK, Times, band, lasting, name_of
from coursekit.labs.kubernetes.yamlfile import YamlFile
from coursekit.sims.kubernetes.disruption import App, Budget, Drain, drain
from coursekit.sims.kubernetes.objects import Pod
from coursekit.sims.kubernetes.objectsof import budget_value, deployment_value
from coursekit.sims.kubernetes.rollout import Deployment
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, path, token
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import seconds

BUDGETS = {
    "none": (None, mark("none")),
    "min50": (Budget(min_available="50%"), mark("minAvailable 50 %")),
    "min100": (Budget(min_available="100%"), mark("minAvailable 100 %")),
    "max1": (Budget(max_unavailable=1), mark("maxUnavailable 1")),
    "max30": (Budget(max_unavailable="30%"), mark("maxUnavailable 30 %")),
}
TIMEOUT_S, BAND = 60.0, 30
NODES = ("node-1", "node-2")
DID = {
    "cordon": mark("the node is cordoned"),
    "skipped": mark("{pod} stays"),
    "evicted": mark("{pod} is evicted"),
    "refused": mark("{pod}: refused (429)"),
    "ready": mark("a substitute is ready"),
    "done": mark("the node is empty"),
    "timeout": mark("the drain gives up"),
}
RUNS = {"fill": "solid", "hue": 0}
LEAVES = {"fill": "soft", "tone": "idle", "dash": True}
STARTS = {"fill": "none", "tone": "idle", "dash": True}


class DrainLab(StoryLab):
    """Two nodes with their pods; below, each request to evict and the healthy pods over time."""

    name = "kubernetes-drain"
    title = mark("Draining a node under a budget")

    def controls(self):
        return (
            Pick("budget", mark("Disruption budget"), "max1", {k: text for k, (_b, text) in BUDGETS.items()}),
            Slider("replicas", mark("Replicas"), 3, 1, 9),
            Slider("ready", mark("A substitute is ready after"), 10.0, 0.0, 60.0, 1.0, "s"),
            Slider("stop", mark("A pod ends within"), 2.0, 0.0, 30.0, 1.0, "s", more=True),
            Check("daemon", mark("A DaemonSet runs too"), False, more=True),
        )  # fmt: skip

    def story(self, actions, budget, replicas, ready, stop, daemon):
        """Two of three pods stand on the node that is drained, so that the budget has a say."""
        self._budget = BUDGETS[budget][0]
        pods = {f"web-{k + 1}": NODES[k % 3 == 2] for k in range(replicas)}
        apps = [App(name="web", pods=pods, budget=self._budget)]
        if daemon:
            apps.append(App(name="log", pods={"log-1": NODES[0], "log-2": NODES[1]}, daemon=True))
        return drain(Drain(node=NODES[0], apps=tuple(apps), stop=stop, ready=ready, timeout=TIMEOUT_S))  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene()
        self.file = YamlFile("budget", self._objects)
        return [self.scene, self.file.view]

    def _objects(self):
        count = self._web.pods
        objects = [deployment_value("web", Deployment(replicas=len(count)), Pod(name="web", cpu_m=100, mem_mi=128))]  # fmt: skip
        return objects + ([budget_value("web", "web", self._budget)] if self._budget else [])

    @property
    def _web(self):
        return self.result.drain.apps[0]

    @property
    def _desired(self):
        return self._budget.desired(len(self._web.pods)) if self._budget else 0

    # Drawing

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        top = 90 if narrow else 50
        nodes, bottom = self._nodes(state, top, width)
        frame = Times(narrow, max(self._until(), 20.0) * 1.04)
        y = bottom + (28 if narrow else 16)
        items += nodes + self._asked(frame, y, state)
        y += 38 + (20 if narrow else 6)
        spans = [(a, b, self._health(s) | {"faded": a > state.t}) for a, b, s in lasting([(s.t, s) for s in self._seen()], frame.end if not self.locked else 0)]  # fmt: skip
        items += [name_of("health", frame, _("Healthy pods"), y, BAND), *band("health", frame, spans, y, BAND)]  # fmt: skip
        items += seconds(frame, state.t, y + BAND + 4, bottom + 10)
        legend = (
            ("box", RUNS, _("serves")), ("box", LEAVES, _("evicted")), ("box", STARTS, _("substitute starts")),
            ("box", {"fill": "solid", "tone": "bad"}, _("refused (429)")),
        )  # fmt: skip
        items += key(legend, width, y + BAND + 34, a_line=2 if narrow else 4)
        self.scene.show(items, width=width, height=y + BAND + (82 if narrow else 58), label=_("The node being emptied, the requests to evict, the healthy pods over time"))  # fmt: skip

    def _seen(self):
        return self.result.states[: self.moment + 1] if self.locked else self.result.states

    def _until(self):
        return self.result.states[-1].t

    def _facts(self, state):
        healthy, expected = state.healthy["web"], len(self._web.pods)
        spare = max(0, healthy - self._desired)
        return [
            (_("healthy: {n} of {all}", n=healthy, all=expected), "ok" if healthy == expected else "warn"),
            (_("must be: {n}", n=self._desired) if self._budget else _("no budget"), "accent"),
            (_("may be evicted: {n}", n=spare), "ok" if spare else "bad"),
            (_("still on the node: {n}", n=state.left), "ok" if not state.left else "idle"),
        ]  # fmt: skip

    def _nodes(self, state, y, width):
        """The node that is emptied, and all others as one."""
        wide, lines = (width - 24) / 2, 3
        past = self.result.states[: self.result.states.index(state) + 1]
        gone = [s.pod for s in past if s.kind == "evicted"]
        up = sum(s.kind == "ready" for s in past)
        high = 48 + lines * (BRICK + 6) + 4
        here = [(pod, LEAVES if pod in gone else RUNS) for pod, node in self._web.pods.items() if node == NODES[0]]  # fmt: skip
        there = [(pod, RUNS) for pod, node in self._web.pods.items() if node == NODES[1]]
        there += [(_("new {k}", k=k + 1), RUNS if k < up else STARTS) for k in range(len(gone))]
        if len(self.result.drain.apps) > 1:
            here.append(("log-1", {"fill": "solid", "hue": 3}))
            there.append(("log-2", {"fill": "solid", "hue": 3}))
        refused = state.pod if state.kind == "refused" else None
        here = [(pod, {"fill": "solid", "tone": "bad"} if pod == refused else look) for pod, look in here]  # fmt: skip
        items = []
        for name, sub, pods, x, look in (
            (NODES[0], _("cordoned: nothing new comes"), here, 8, {"led": "warn", "dash": True}),
            (NODES[1], _("takes the substitutes"), there, 16 + wide, {"led": "ok"}),
        ):
            items.append(box(name, x, y, wide, high, r=12, title=name, sub=sub, fill="paper", children=_grid(name, pods, wide), **look))  # fmt: skip
        return items, y + high

    def _asked(self, frame, y, now):
        """Each answer to the drain: a tick where a pod went, a cross where it may not."""
        middle = y + 19
        items = [name_of("asked", frame, _("Evictions asked"), y, 38), path("asked-line", f"M{frame.left} {middle}H{frame.right}", w=1.2, tone="idle")]  # fmt: skip
        at = {}
        for k, step in enumerate(self._seen()):
            if step.kind in ("evicted", "refused"):
                turn = at[step.t] = at.get(step.t, -1) + 1
                ok = step.kind == "evicted"
                items.append(token(f"ask{k}", frame.x(step.t) + 7 * turn, middle - 8 + 16 * (turn % 2), "✓" if ok else "✗", r=8, size=10, tone="ok" if ok else "bad", faded=step.t > now.t))  # fmt: skip
        return items

    def _health(self, step):
        healthy, expected = step.healthy["web"], len(self._web.pods)
        tone = "ok" if healthy == expected else "warn" if healthy else "bad"
        return {
            "fill": "soft" if healthy else "solid",
            "tone": tone,
            "text": str(healthy),
            "size": 12,
        }

    # In words

    def labels(self, drained):
        return [
            _("{t} s: {what}", t=number(s.t), what=_(DID[s.kind], pod=s.pod))
            for s in drained.states
        ]

    def describe(self, state):
        return _(state.why)

    def tone(self, state):
        if state.kind in ("refused", "timeout") or not state.healthy["web"]:
            return "bad"
        return "ok" if state.kind == "done" else "accent"

    def table(self, state):
        head = [_("time"), _("what"), _("healthy"), _("must be"), _("still on the node")]
        rows = [
            [f"{number(s.t)} s", _(DID[s.kind], pod=s.pod), s.healthy["web"], self._desired, s.left]
            for s in self._seen()
        ]
        return Table(head, rows, caption=_("Every answer to the drain"))


def _grid(name, pods, wide):
    """Pods as bricks, four in a line."""
    a_line = 3
    w = (wide - 20) / a_line - 6
    return [
        box(f"{name}-{pod}", 10 + (k % a_line) * (w + 6), 50 + (k // a_line) * (BRICK + 6), w, BRICK, r=6, text=pod, size=12, **look)
        for k, (pod, look) in enumerate(pods)
    ]  # fmt: skip
