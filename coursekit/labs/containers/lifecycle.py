"""A table of containers as a console shows it: states, signals, exit codes, restart policies."""

import ipywidgets as w

from coursekit.i18n import _, mark, number
from coursekit.sims.containers.lifecycle import ALLOWED, Deed, Settings, tell
from coursekit.ui.controls import Pick, Slider, as_named
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table
from coursekit.ui.timeframe import Frame, seconds

NAMES = ("web", "db", "job")
EXAMPLE = (
    Deed("create", "web"), Deed("start", "web"), Deed("wait", 8), Deed("pause", "web"), Deed("wait", 3),
    Deed("unpause", "web"), Deed("wait", 4), Deed("stop", "web"), Deed("wait", 5), Deed("start", "web"),
)  # fmt: skip
WHAT = {
    "create": mark("create"), "start": mark("start"), "stop": mark("stop"), "kill": mark("kill"),
    "pause": mark("pause"), "unpause": mark("unpause"), "restart": mark("restart"),
    "remove": mark("remove"), "crash": mark("let it crash"),
}  # fmt: skip
POLICIES = as_named(("no", "on-failure", "always", "unless-stopped"))
APPS = {
    "obeys": mark("obeys SIGTERM after 2 s"),
    "ignores": mark("ignores SIGTERM"),
    "crashes": mark("crashes as soon as it starts"),
}
STATES = {
    "created": (mark("created"), "idle"),
    "running": (mark("running"), "ok"),
    "paused": (mark("paused"), "warn"),
    "restarting": (mark("restarting"), "warn"),
    "exited": (mark("exited"), "bad"),
}
EVENTS = {
    "created": mark("created"), "started": mark("started"), "exited": mark("exited"), "paused": mark("paused"),
    "unpaused": mark("unpaused"), "removed": mark("removed"), "waits": mark("waits for a restart"),
    "SIGTERM": "SIGTERM", "SIGKILL": "SIGKILL",
}  # fmt: skip
ROW = 58  # of the table


class LifecycleLab(DeedsLab):
    """Press a container, choose what is done; states that forbid it say so."""

    name = "containers-lifecycle"
    title = mark("The life of a container")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("name", mark("Container"), "web", {name: name for name in NAMES}),
            Pick("what", mark("Deed"), "stop", WHAT),
            Slider("seconds", mark("Wait"), 30, 1, 600, 1, "s"),
            Pick("policy", mark("Restart policy"), "no", POLICIES),
            Pick("app", mark("The program"), "obeys", APPS),
        )

    def story(self, actions, name, what, seconds, policy, app):
        settings = Settings(policy=policy, app=app)
        example = EXAMPLE if app != "crashes" else EXAMPLE[:2]
        return tell(settings, self.steps(actions, example))

    # Acting

    def tools(self):
        return (
            button(_("Do it"), lambda: self.do(self.values["what"], self.values["name"])),
            button(_("Let time pass"), lambda: self.do("wait", self.values["seconds"])),
            button(_("Restart the machine"), lambda: self.do("reboot")),
            w.Label(_("or press a button in the table")),
        )

    def _press(self, name):
        if self.locked:
            return
        kind, _colon, which = name.partition(":")
        self.do(kind, which)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        top = 96 if narrow else 56
        rows, y = self._rows(state, top, narrow=narrow, width=width)
        line, bottom = self._line(state, y + 8)
        what = _("The containers with what may be done now, and what happened when")
        self.scene.show([*items, *rows, *line], width=width, height=bottom, label=what)

    def _facts(self, state):
        running = sum(each.status == "running" for each in state.containers)
        restarts = sum(each.restarts for each in state.containers)
        return [
            (_("time: {t} s", t=number(state.t)), "idle"),
            (_("running: {n} of {all}", n=running, all=len(state.containers)), "ok" if running else "idle"),
            (_("restarts: {n}", n=restarts), "warn" if restarts else "idle"),
        ]  # fmt: skip

    def _rows(self, state, top, *, narrow, width):
        """A line a container: name, state with its code, and a button for each deed that is allowed."""
        there = {each.name: each for each in state.containers}
        items, y = [], top
        high = ROW + (36 if narrow else 0)
        for name in NAMES:
            one = there.get(name)
            items += self._row(name, one, y, high, narrow=narrow, width=width)
            y += high + 6
        return items, y

    def _row(self, name, one, y, high, *, narrow, width):
        look = {"fill": "none", "dash": True} if one is None else {"fill": "paper"}
        items = [box(f"row-{name}", 6, y, width - 12, high, r=9, **look)]
        items.append(label(f"name-{name}", 18, y + 34, name, size=15, weight=650))
        if one is None:
            kinds = ("create",)
            items.append(label(f"state-{name}", 90, y + 34, _("not there"), size=13))
        else:
            said, tone = STATES[one.status]
            text = _(said) if one.code is None or one.status not in ("exited", "restarting") else f"{_(said)} ({one.code})"  # fmt: skip
            items.append(box(f"state-{name}", 86, y + 14, 150, 30, r=15, text=text, size=13, tone=tone, fill="solid" if tone in ("ok", "bad") else "soft"))  # fmt: skip
            items.append(label(f"more-{name}", 248, y + 34, self._more(one), size=12))
            kinds = ALLOWED[one.status]
        left, at = (18, y + 50) if narrow else (470, y + 13)
        step = (width - left - 14) / 4
        for k, kind in enumerate(kinds):
            press = _("{what} {name}", what=_(WHAT[kind]), name=name)
            items.append(box(f"{kind}:{name}", left + k * step, at, step - 8, 32, r=6, text=_(WHAT[kind]), size=12.5, tone="accent", fill="soft", press=press))  # fmt: skip
        return items

    def _more(self, one):
        """The policy, the restarts so far, and the wait before the next."""
        policy = one.settings.policy
        if one.status == "restarting":
            return _("again in {s} s ({policy})", s=number(one.delay), policy=policy)
        return _("{policy}, restarts: {n}", policy=policy, n=one.restarts)

    def _line(self, state, top):
        """Everything that happened to the containers, over time."""
        frame = Frame(narrow=self.scene.narrow, end=max(1.0, state.t))
        items = [label("line", 8, top + 14, _("What happened when"), weight=600, size=13.5)]
        lanes = {name: top + 40 + 34 * i for i, name in enumerate(NAMES)}
        for name, y in lanes.items():
            items.append(label(f"lane-{name}", 8, y + 5, name, size=12.5))
            items.append(path(f"axis-{name}", f"M{frame.left:.0f} {y}H{frame.right:.0f}", w=1))
            items += self._spans(state, name, y, frame)
        bottom = top + 40 + 34 * len(NAMES)
        return [*items, *seconds(frame, state.t, bottom, top + 24)], bottom + 24

    def _spans(self, state, name, y, frame):
        """Bars while it ran; ticks for signals and ends."""
        items, begun, number_of = [], None, 0
        for event in state.events:
            if event.name != name:
                continue
            x = frame.x(event.t)
            if event.what in ("started", "unpaused"):
                begun = x
            elif event.what in ("exited", "paused") and begun is not None:
                items.append(box(f"ran-{name}-{number_of}", begun, y - 9, max(2.0, x - begun), 18, r=3, tone="ok", fill="soft"))  # fmt: skip
                begun, number_of = None, number_of + 1
            if event.what in ("SIGTERM", "SIGKILL", "exited"):
                tone = {"SIGTERM": "warn", "SIGKILL": "bad"}.get(event.what, "idle")
                number_of += 1
                items.append(path(f"tick-{name}-{number_of}", f"M{x:.1f} {y - 13}V{y + 13}", tone=tone, w=3 if tone != "idle" else 1))  # fmt: skip
        if begun is not None:
            items.append(box(f"runs-{name}", begun, y - 9, max(2.0, frame.x(state.t) - begun), 18, r=3, tone="ok", fill="solid"))  # fmt: skip
        return items

    # Telling

    def labels(self, told):
        return [_("the start")] + [self._did(state.deed) for state in told.states[1:]]

    def _did(self, deed):
        if deed.kind == "wait":
            return _("{s} s pass", s=number(deed.on))
        if deed.kind == "reboot":
            return _("the machine restarts")
        return _("{what} {name}", what=_(WHAT[deed.kind]), name=deed.on)

    def describe(self, state):
        return "\n".join(_(each) for each in state.why)

    def tone(self, state):
        if any(each.status == "restarting" for each in state.containers):
            return "warn"
        return "bad" if any(each.code == 137 for each in state.containers) else "accent"

    def summary(self, told):
        last = told.states[-1]
        restarts = sum(each.restarts for each in last.containers)
        return [(_("time"), f"{number(last.t)} s"), (_("restarts"), str(restarts))]

    def table(self, state):
        rows = [
            [f"{number(event.t, 5)} s", event.name, _(EVENTS[event.what]), "–" if event.code is None else event.code, "–" if event.delay is None else f"{number(event.delay)} s"]
            for event in state.events
        ]  # fmt: skip
        rows = rows or [["0 s", "–", _("no container yet"), "–", "–"]]
        head = [_("time"), _("container"), _("what"), _("code"), _("wait before the restart")]
        return Table(head, rows, caption=_("What happened to the containers"))
