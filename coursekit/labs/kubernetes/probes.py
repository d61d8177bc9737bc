"""Probes of one container over time: what is asked, what is answered, what the kubelet does."""

from coursekit.i18n import _, mark, number
from coursekit.labs.kubernetes.bands import Times, band, lasting, name_of
from coursekit.sims.kubernetes.probes import App, Container, Probe, detection, tell
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import path, token
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import seconds

HANG_S, CRASH_S, SLOW_S = 33.0, 8.0, 40.0  # after its start it hangs, or exits; a slow start
STARTUP_FAILURES = 30  # as the manual's example: 30 × the period to start
APPS = {
    "healthy": mark("healthy"),
    "slow": mark("slow to start (+40 s)"),
    "hang": mark("hangs after 33 s"),
    "crash": mark("exits after 8 s"),
}
PROBES = {"startup": mark("startup"), "readiness": mark("readiness"), "liveness": mark("liveness")}
DID = {
    "created": mark("created"),
    "running": mark("the container starts"),
    "probe": mark("{probe}: {answer}"),
    "started": mark("it has started"),
    "ready": mark("ready: gets requests"),
    "unready": mark("not ready: no requests"),
    "killed": mark("the container is killed"),
    "crashed": mark("it exits"),
    "hung": mark("it hangs"),
    "back_off": mark("CrashLoopBackOff"),
    "end": mark("end of the record"),
}
SILENT = {"hangs": mark("hangs"), "starts": mark("starts")}
ROW, BAND = 34, 28


class ProbesLab(StoryLab):
    """A line of marks for each probe; below, the process and whether it gets requests."""

    name = "kubernetes-probes"
    title = mark("Probes: who is asked, who is restarted")

    def controls(self):
        return (
            Pick("app", mark("The application"), "hang", APPS),
            Check("startup", mark("With a startup probe"), False),
            Slider("period", mark("Period"), 10, 1, 30, 1, "s"),
            Slider("failure", mark("Failures allowed"), 3, 1, 10),
            Slider("start", mark("It answers after"), 5, 0, 120, 1, "s"),
            Slider("initial_delay", mark("First probe after"), 0, 0, 120, 1, "s", more=True),
            Slider("timeout", mark("Time limit of a probe"), 1, 1, 30, 1, "s", more=True),
            Check("once", mark("Only the first process hangs or exits"), False, more=True),
        )

    def story(self, actions, app, startup, period, failure, start, initial_delay, timeout, once):
        slow = SLOW_S if app == "slow" else 0.0
        begins = start + slow
        behaves = App(
            start=begins, once=once,
            hang=begins + HANG_S - 5 if app == "hang" else None, crash=begins + CRASH_S if app == "crash" else None,
        )  # fmt: skip
        common = {"period": float(period), "timeout": float(timeout)}
        probes = [
            Probe(kind=kind, failure=failure, initial_delay=float(initial_delay), **common)
            for kind in ("readiness", "liveness")
        ]
        if startup:
            probes.insert(0, Probe(kind="startup", failure=STARTUP_FAILURES, **common))
        self._liveness = probes[-1]
        until = 600.0 if app == "crash" else max(150.0, 2.0 * begins + 4 * failure * period)
        return tell(Container(app=behaves, probes=tuple(probes), until=min(until, 900.0)))

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    # Drawing

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        frame = Times(narrow, self.result.container.until)
        items = facts(self._facts(state), narrow=narrow)
        first = 112 if narrow else 62
        step = ROW + (18 if narrow else 4)
        kinds = [kind for kind in PROBES if self.result.container.probe(kind)]
        for k, kind in enumerate(kinds):
            items += self._line(kind, frame, first + k * step, state)
        y = first + len(kinds) * step + 8
        for name, text, look in (("process", _("Process"), self._process), ("traffic", _("Requests"), self._traffic)):  # fmt: skip
            spans = [(a, b, look(s) | {"faded": a > state.t}) for a, b, s in lasting(self._points(), self._until())]  # fmt: skip
            items += [name_of(name, frame, text, y, BAND), *band(name, frame, _joined(spans), y, BAND)]  # fmt: skip
            y += BAND + (20 if narrow else 8)
        bottom = y - (14 if narrow else 2)
        items += seconds(frame, state.t, bottom, first - 10)
        legend = (
            ("box", {"fill": "solid", "tone": "ok"}, _("answered, process runs")),
            ("box", {"fill": "solid", "tone": "bad"}, _("no answer ✗")),
            ("box", {"fill": "soft", "tone": "warn"}, _("hangs, or does not answer yet")),
            ("box", {"fill": "none", "tone": "idle", "dash": True}, _("not running; its wait")),
        )  # fmt: skip
        items += key(legend, width, bottom + 28, a_line=2 if narrow else 4)
        self.scene.show(items, width=width, height=bottom + (76 if narrow else 52), label=_("Probes of one container over time, its process, its requests"))  # fmt: skip

    def _seen(self):
        return self.result.states[: self.moment + 1] if self.locked else self.result.states

    def _until(self):
        return self._seen()[-1].t if self.locked else self.result.container.until

    def _points(self):
        """Each event by time, and the moments at which a process begins to answer."""
        seen, start = self._seen(), self.result.container.app.start
        points, up, hung = [], start, False
        for state, after in zip(seen, [*(s.t for s in seen[1:]), self._until()], strict=True):
            if state.kind in ("running", "hung"):
                hung = state.kind == "hung"
                up = up if hung else state.t + start
            points.append((state.t, (state, "hangs" if hung else "starts" if state.t < up else "")))
            if state.t < up < after and not hung:
                points.append((up, (state, "")))
        return points

    def _line(self, kind, frame, y, now):
        """A tick where it was answered, a cross where not."""
        middle = y + ROW / 2
        items = [
            name_of(kind, frame, _(PROBES[kind]), y, ROW),
            path(f"{kind}-line", f"M{frame.left} {middle}H{frame.right}", w=1.2, tone="idle"),
        ]
        asked = [s for s in self._seen() if s.kind == "probe" and s.probe == kind]
        room = (frame.right - frame.left) / max(len(asked), 1)
        r = max(3.0, min(9.0, room / 2))
        for k, state in enumerate(asked):
            text = ("✓" if state.ok else "✗") if r > 6 else ""
            items.append(token(f"{kind}{k}", frame.x(state.t), middle, text, r=r if state.ok else r + 1, size=10, tone="ok" if state.ok else "bad", faded=state.t > now.t))  # fmt: skip
        return items

    def _process(self, at):
        state, silent = at
        if state.kind == "back_off":
            wait = number(state.why.values["wait"])
            return {"fill": "none", "tone": "idle", "dash": True, "text": f"{wait} s", "size": 11.5}
        if not state.running:
            return {"fill": "none", "tone": "idle", "dash": True, "text": "", "size": 11.5}
        if silent:
            return {"fill": "soft", "tone": "warn", "text": _(SILENT[silent]), "size": 11.5}
        text = _("runs") if not state.restarts else _("runs, restart {n}", n=state.restarts)
        return {"fill": "soft", "tone": "ok", "text": text, "size": 11.5}

    def _traffic(self, at):
        state, silent = at
        if not state.ready:
            return {"fill": "none", "tone": "idle", "dash": True, "text": _("none"), "size": 11.5}
        if silent:
            return {"fill": "solid", "tone": "bad", "text": _("fail"), "size": 11.5}
        return {"fill": "soft", "tone": "ok", "text": _("served"), "size": 11.5}

    def _facts(self, state):
        least, most = detection(self._liveness)
        waits = state.kind == "back_off"
        word = _("back-off") if waits else _("runs") if state.running else _("stopped")
        return [
            (_("process: {what}", what=word), "ok" if state.running else "warn"),
            (_("requests: yes"), "ok") if state.ready else (_("requests: none"), "warn"),
            (_("restarts: {n}", n=state.restarts), "warn" if state.restarts else "idle"),
            (_("a hang is seen in {least} to {most} s", least=number(least), most=number(most)), "accent"),
        ]  # fmt: skip

    # In words

    def labels(self, told):
        return [_("{t} s: {what}", t=number(s.t, 4), what=self._did(s)) for s in told.states]

    def _did(self, state):
        if state.kind != "probe":
            return _(DID[state.kind])
        return _(DID["probe"], probe=_(PROBES[state.probe]), answer="✓" if state.ok else "✗")

    def describe(self, state):
        why = _(state.why)
        if state.kind != "end":
            return why
        return _(
            "{why} It got requests for {ready} of {all} s; for {wrong} s they went to a process that did not answer.",
            why=why, ready=number(self.result.ready_seconds, 4), all=number(self.result.container.until, 4), wrong=number(self.result.wrong_seconds, 4),
        )  # fmt: skip

    def tone(self, state):
        if not state.running:
            return "bad"
        return "ok" if state.ready else "warn"

    def table(self, state):
        head = [_("time"), _("what"), _("process"), _("requests"), _("restarts")]
        rows = [
            [
                f"{number(s.t, 4)} s", self._did(s), _("runs") if s.running else _("stopped"),
                _("yes") if s.ready else _("no"), s.restarts,
            ]
            for s in self._seen()
        ]  # fmt: skip
        return Table(head, rows, caption=_("Every answer, and what came of it"))


def _joined(spans):
    """Neighbours that look alike become one."""
    joined = []
    for begin, end, look in spans:
        if joined and joined[-1][2] == look and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], end, look)
        else:
            joined.append((begin, end, look))
    return joined
