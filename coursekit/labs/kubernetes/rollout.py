"""An update of a Deployment: how many pods of which version, never too many, never too few."""

from itertools import pairwise

from coursekit.i18n import _, mark, number
from coursekit.labs.kubernetes.bands import BRICK, Times, band, bricks, lasting
from coursekit.labs.kubernetes.yamlfile import YamlFile
from coursekit.sims.kubernetes.objects import Pod
from coursekit.sims.kubernetes.objectsof import deployment_value
from coursekit.sims.kubernetes.rollout import Change, Deployment, roll
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import seconds

HIGH = 190  # of the chart
DID = {
    "start": mark("version v1 runs"),
    "update": mark("the wish becomes {version}"),
    "up": mark("new pods are made"),
    "down": mark("old pods end"),
    "ready": mark("pods get available"),
    "gone": mark("the old pods have ended"),
    "deadline": mark("no progress: reported"),
    "end": mark("done"),
}
OLD, NEW = {"fill": "solid", "hue": 2}, {"fill": "solid", "hue": 0}
STARTING = {"fill": "none", "tone": "idle", "dash": True}
STOPPING = {"fill": "soft", "tone": "idle"}


class RolloutLab(StoryLab):
    """Bands of pods over time between two limits; the pods of the moment below."""

    name = "kubernetes-rollout"
    title = mark("A rolling update")

    def controls(self):
        def rolling(values):
            return values["strategy"] == "RollingUpdate"

        return (
            Slider("replicas", mark("Replicas"), 10, 1, 20),
            Slider("surge", mark("maxSurge"), 25, 0, 100, 1, "%", when=rolling),
            Slider("unavailable", mark("maxUnavailable"), 25, 0, 100, 1, "%", when=rolling),
            Slider("ready", mark("A new pod is ready after"), 5.0, 1.0, 60.0, 1.0, "s"),
            Check("bad", mark("The new image never gets ready"), False),
            Pick("strategy", mark("Strategy"), "RollingUpdate", {"RollingUpdate": mark("RollingUpdate"), "Recreate": mark("Recreate")}, more=True),
            Slider("undo", mark("Undone after (0: never)"), 0.0, 0.0, 300.0, 5.0, "s", more=True),
            Slider("stop", mark("An old pod still runs for"), 0.0, 0.0, 30.0, 1.0, "s", more=True),
        )  # fmt: skip

    def story(self, actions, replicas, surge, unavailable, ready, bad, strategy, undo, stop):
        wish = Deployment(
            replicas=replicas, surge=f"{surge}%", unavailable=f"{unavailable}%", ready=ready,
            strategy=strategy, stop=stop,
        )  # fmt: skip
        changes = [Change(0, "v2", broken=bad)] + ([Change(undo, "v1")] if undo else [])
        return roll(wish, changes)

    def pictures(self):
        self.scene = self.new_scene()
        self.file = YamlFile("deployment", self._objects)
        return [self.scene, self.file.view]

    def _objects(self):
        pod = Pod(name="web", cpu_m=100, mem_mi=128)
        return [deployment_value("web", self.result.deployment, pod)]

    # Drawing

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        frame = Times(narrow, self._end())
        top = 112 if narrow else 72
        items = facts(self._facts(state), narrow=narrow)
        items += self._stack(frame, top, state)
        items += self._limits(frame, top)
        items += seconds(frame, state.t, top + HIGH, top)
        rows, bottom = self._pods(frame, top + HIGH + (46 if narrow else 34), state)
        legend = (
            ("box", OLD, _("v1, available")), ("box", NEW, _("v2, available")),
            ("box", STARTING, _("not available")), ("box", STOPPING, _("told to end, still runs")),
        )  # fmt: skip
        items += rows + key(legend, width, bottom + 4, a_line=2 if narrow else 4)
        what = _("Pods of the old and the new version over time, with the limits of the update")
        self.scene.show(items, width=width, height=bottom + (54 if narrow else 28), label=what)

    def _end(self):
        """Room for all that happens; a report after ten minutes would press the rest together."""
        times = [state.t for state in self.result.states if state.kind != "deadline"]
        return max(times[-1] * 1.12, 4 * self.result.deployment.ready)

    def _facts(self, state):
        most, least = self.result.deployment.bounds
        rolls = self.result.deployment.strategy == "RollingUpdate"
        well = state.available >= least
        return [
            (_("wish: {n} of {version}", n=self.result.deployment.replicas, version=state.wanted), "accent"),
            (_("pods: {n}, at most {most}", n=state.total, most=most) if rolls else _("pods: {n}", n=state.total), "idle"),
            (_("available: {n}, at least {least}", n=state.available, least=least) if rolls else _("available: {n}", n=state.available), "ok" if well else "warn"),
            (_("told to end: {n}", n=state.stopping), "idle"),
        ]  # fmt: skip

    def _scale(self, top):
        tallest = max(*(state.total + state.stopping for state in self.result.states), self.result.deployment.bounds[0])  # fmt: skip
        unit = HIGH / (tallest * 1.08)
        return lambda n: top + HIGH - unit * n

    def _stack(self, frame, top, now):
        """Available pods below, those that are not on top: the two edges are the two limits' business."""
        y = self._scale(top)
        items = [path("floor", f"M{frame.left} {top + HIGH}H{frame.right}", w=2)]
        for k, (begin, end, (state, stopping)) in enumerate(lasting(self._points(), frame.end)):
            able = {version.name: version.available for version in state.versions}
            layers = (("old", able.get("v1", 0), OLD), ("new", able.get("v2", 0), NEW), ("wait", state.total - state.available, STARTING), ("stop", stopping, STOPPING))  # fmt: skip
            floor = 0
            for name, count, look in layers:
                span = [(begin, end, {**look, "faded": begin > now.t, "text": str(count) if count > 1 else "", "size": 12})]  # fmt: skip
                if count:
                    items += band(f"{name}-{k}-", frame, span, y(floor + count), y(floor) - y(floor + count))  # fmt: skip
                floor += count
        return items

    def _points(self):
        """The record by time; pods that were told to end leave it a while after their step."""
        states, stop = self._seen(), self.result.deployment.stop
        ends = [(b.t, a.total - b.total) for a, b in pairwise(states) if b.kind == "down"]
        times = sorted({state.t for state in states} | {t + stop for t, _n in ends})
        return [
            (
                time,
                (
                    [state for state in states if state.t <= time][-1],
                    sum(n for t, n in ends if t <= time < t + stop),
                ),
            )
            for time in times
        ]

    def _seen(self):
        """Before the prediction the picture does not tell the end either."""
        return self.result.states[: self.moment + 1] if self.locked else self.result.states

    def _limits(self, frame, top):
        y, wish = self._scale(top), self.result.deployment
        if wish.strategy == "Recreate":
            return self._limit("wish", frame, y(wish.replicas), _("n = {n}", n=wish.replicas), "accent", above=True)  # fmt: skip
        most, least = wish.bounds
        return [
            *self._limit("most", frame, y(most), _("n + surge = {n}", n=most), "bad", above=True),
            *self._limit("least", frame, y(least), _("n − unavailable = {n}", n=least), "ok", above=False),
        ]  # fmt: skip

    def _limit(self, name, frame, y, text, tone, *, above):
        line = path(name, f"M{frame.left} {y:.1f}H{frame.right}", tone=tone, dash=True, w=2)
        if frame.narrow:
            return [line, box(f"{name}-tag", frame.right - 132, y - 9, 132, 18, r=9, text=text, size=11, fill="paper", tone=tone)]  # fmt: skip
        return [line, label(f"{name}-text", 6, y + (-2 if above else 6), text, size=12)]

    def _pods(self, frame, y, state):
        """A row a version: a tick on those that are available."""
        items = []
        for row, version in enumerate(sorted(state.versions, key=lambda v: v.name)):
            top = y + row * (BRICK + (26 if frame.narrow else 12))
            look = NEW if version.name == "v2" else OLD
            wanted = version.name == state.wanted
            text = _("{version}, wanted", version=version.name) if wanted else version.name
            place = (frame.left, top - 6) if frame.narrow else (6, top + 16)
            items.append(label(f"row-{version.name}", *place, text, weight=700 if wanted else 400, size=12.5))  # fmt: skip
            pods = [("✓", look)] * version.available + [("…", STARTING)] * (version.pods - version.available)  # fmt: skip
            items += bricks(f"pod-{version.name}-", frame.left, frame.right, top, pods)
        return items, y + 2 * (BRICK + (26 if frame.narrow else 12)) - (14 if frame.narrow else 0)

    # In words

    def labels(self, rolled):
        return [
            _("{t} s: {what}", t=number(state.t), what=_(DID[state.kind], version=state.wanted))
            for state in rolled.states
        ]

    def describe(self, state):
        why = _(state.why)
        last = state is self.result.states[-1]
        if last and not self.result.done:
            return _("{why} It stands still at {old} old and {new} new pods; {available} serve.", why=why, old=state.old, new=state.new, available=state.available)  # fmt: skip
        return why

    def tone(self, state):
        if state.kind == "end":
            return "ok"
        least = self.result.deployment.bounds[1]
        return "bad" if state.kind == "deadline" or state.available < least else "accent"

    def table(self, state):
        head = [_("time"), _("what"), _("old"), _("new"), _("available"), _("told to end")]
        rows = [
            [f"{number(s.t)} s", _(DID[s.kind], version=s.wanted), s.old, s.new, s.available, s.stopping]
            for s in self._seen()
        ]  # fmt: skip
        return Table(head, rows, caption=_("The update, step by step"))
