"""A node dies or is cut off: who notices when, when requests are safe, when capacity is back."""

from coursekit.i18n import _, mark, number
from coursekit.labs.kubernetes.bands import Times, band, lasting, name_of
from coursekit.sims.kubernetes.nodefailure import CHECK_S, LEASE_S, Failure, tell
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import seconds

RENEWAL = LEASE_S  # the last renewal; the node dies `phase` later
BEFORE = 14.0  # seconds shown before the death
BAND = 30
DID = {
    "renewed": mark("last lease"),
    "dead": mark("the node is gone"),
    "not_ready": mark("noticed: Unknown, tainted"),
    "deleted": mark("pods marked for deletion"),
    "created": mark("a substitute is made"),
    "serving": mark("all serve again"),
    "waiting": mark("the StatefulSet waits"),
    "back": mark("the node is heard again"),
    "released": mark("marked out-of-service"),
}


class NodeLab(StoryLab):
    """Leases, looks, and bands: what is thought of the node, where requests go, who serves."""

    name = "kubernetes-node"
    title = mark("A node dies: two clocks, one after the other")

    def controls(self):
        return (
            Slider("phase", mark("Dies after its last lease"), 3.0, 0.0, 9.9, 0.1, "s"),
            Pick("grace", mark("Grace period"), 50, {40: mark("40 s (before 1.32)"), 50: mark("50 s (1.32 and later)")}),
            Pick("kind", mark("What happens"), "crash", {"crash": mark("it loses power"), "cut": mark("it is cut off, and runs on")}),
            Pick("owner", mark("Its pod belongs to a"), "Deployment", {"Deployment": mark("Deployment"), "StatefulSet": mark("StatefulSet")}),
            Slider("back", mark("Heard again after (0: never)"), 0.0, 0.0, 900.0, 5.0, "s"),
            Slider("toleration", mark("Pods tolerate it for"), 300.0, 0.0, 600.0, 10.0, "s", more=True),
            Slider("start", mark("A substitute starts in"), 10.0, 0.0, 120.0, 1.0, "s", more=True),
            Slider("out_of_service", mark("Marked out-of-service after (0: never)"), 0.0, 0.0, 900.0, 5.0, "s", more=True),
            Slider("look", mark("Phase of the controller’s looks"), 0.0, 0.0, 4.9, 0.1, "s", more=True),
        )  # fmt: skip

    def story(self, actions, phase, grace, kind, owner, back, toleration, start, out_of_service, look):  # fmt: skip
        dead = RENEWAL + phase
        return tell(
            Failure(
                dead=dead, look=look, grace=float(grace), toleration=toleration, kind=kind, owner=owner,
                back=dead + back if back else None, start=start,
                out_of_service=dead + out_of_service if out_of_service else None,
            )
        )  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    # Drawing

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        last = self.result.states[-1].t - self._dead
        frame = Times(narrow, max(120.0, last * 1.06 + 10), -BEFORE)
        items = facts(self._facts(state), narrow=narrow)
        top = 120 if narrow else 66
        step = BAND + (20 if narrow else 10)
        items += self._signs(frame, top, state)
        first = top + (92 if narrow else 78)
        rows = (("node", _("The node"), self._thought), ("traffic", _("Requests"), self._traffic), ("pods", _("Pods"), self._capacity))  # fmt: skip
        for k, (key, text, look) in enumerate(rows):
            y = first + k * step
            spans = [(a, b, look(s) | {"faded": a > self._ago(state)}) for a, b, s in lasting(self._points(), frame.end)]  # fmt: skip
            items += [name_of(key, frame, text, y, BAND), *band(key, frame, spans, y, BAND)]
        bottom = first + 3 * step - (16 if narrow else 4)
        items += seconds(frame, self._ago(state), bottom, first - 8)
        items += self._places(state, bottom + 28, width)
        self.scene.show(items, width=width, height=bottom + 122, label=_("Seconds since the node was gone: leases, looks, requests and pods"))  # fmt: skip

    @property
    def _dead(self):
        return self.result.failure.dead

    def _ago(self, state):
        return state.t - self._dead

    def _seen(self):
        return self.result.states[: self.moment + 1] if self.locked else self.result.states

    def _points(self):
        first, *rest = [(self._ago(state), state) for state in self._seen()]
        return [(-BEFORE, first[1]), *rest]

    def _facts(self, state):
        gone = state.kind != "renewed" and not state.serving
        lost = gone and state.traffic
        return [
            (_("{t} s before", t=number(-self._ago(state), 4)) if self._ago(state) < 0 else _("{t} s later", t=number(self._ago(state), 4)), "accent"),
            (_("node: Ready"), "ok" if state.serving else "warn") if state.ready else (_("node: Unknown"), "bad"),
            (_("requests: a share fails"), "bad") if lost else (_("requests: all answered"), "ok"),
            (_("pods: one too few"), "warn") if gone else (_("pods: all serve"), "ok"),
        ]  # fmt: skip

    def _signs(self, frame, y, now):
        """Leases and looks, the two waits between them as arrows."""
        last, high = RENEWAL - self._dead, y + 50
        items = [path("line", f"M{frame.left} {high}H{frame.right}", w=1.5, tone="idle")]
        items.append(token("lease", frame.x(last), high, "", tone="ok", r=6))
        above = high - 36 if frame.narrow else high - 14  # the arrows' words need their place
        items.append(name_of("signs", frame, _("Lease ●, looks |"), above, 28))
        seen = self.result.at("not_ready") if any(s.kind == "not_ready" for s in self._seen()) else None  # fmt: skip
        until = (seen if seen is not None else max(s.t for s in self._seen())) - self._dead
        items += self._looks(frame, high, until)
        if seen is None:
            return items
        deleted = next((s.t for s in self._seen() if s.kind == "deleted"), None)
        items += self._wait("grace", frame, (last, until), high - 18, _("{s} s", s=number(seen - RENEWAL)), "bad")  # fmt: skip
        end = self.result.states[-1].t if deleted is None else deleted
        said = _("tolerated for {s} s", s=number(end - seen, 4))
        return items + self._wait("toleration", frame, (until, end - self._dead), high - 18, said, "warn")  # fmt: skip

    def _looks(self, frame, y, until):
        phase = self.result.failure.look
        first = phase - self._dead
        times = [first + CHECK_S * k for k in range(200)]
        return [
            path(f"look{k}", f"M{frame.x(t):.1f} {y - 6}v12", w=2, tone="bad" if abs(t - until) < 1e-6 else "idle")
            for k, t in enumerate(times)
            if -BEFORE <= t <= until + 1e-6
        ]  # fmt: skip

    def _wait(self, name, frame, ends, y, text, tone):
        a, b = (frame.x(t) for t in ends)
        if b - a < 4:
            return []
        return [
            path(name, f"M{a:.1f} {y}H{b:.1f}", tone=tone, w=2, arrow=True),
            label(f"{name}-text", (a + b) / 2, y - 7, text, anchor="middle", size=12, weight=600),
        ]

    def _thought(self, state):
        if state.ready:
            return {"fill": "soft", "tone": "ok", "text": _("Ready"), "size": 12}
        return {"fill": "soft", "tone": "bad", "text": _("Unknown: tainted unreachable:NoExecute"), "size": 12}  # fmt: skip

    def _traffic(self, state):
        if state.traffic and not state.serving:
            return {"fill": "solid", "tone": "bad", "text": _("fail"), "size": 12}
        text = _("all answered") if state.serving else _("answered by the other pods")
        return {"fill": "soft", "tone": "ok", "text": text, "size": 12}

    def _capacity(self, state):
        if state.serving:
            return {"fill": "soft", "tone": "ok", "text": _("all serve"), "size": 12}
        return {"fill": "none", "tone": "warn", "dash": True, "text": _("one too few"), "size": 12}

    def _places(self, state, y, width):
        """Two nodes with their pods, as they are at this moment."""
        wide = (width - 24) / 2
        gone = state.kind != "renewed" and not self._heard(state)
        said = _("no power") if self.result.failure.kind == "crash" else _("cut off, runs on")
        first = box("node-1", 8, y, wide, 88, r=12, title="node-1", sub=said if gone else _("heard"), led="bad" if gone else "ok", fill="paper", dash=gone, children=self._old(state, wide))  # fmt: skip
        other = box("node-2", 16 + wide, y, wide, 88, r=12, title="node-2", sub=_("heard"), led="ok", fill="paper", children=self._others(state, wide))  # fmt: skip
        return [first, other]

    def _heard(self, state):
        return any(s.kind == "back" for s in self._until(state))

    def _until(self, state):
        return self.result.states[: self.result.states.index(state) + 1]

    def _old(self, state, wide):
        kinds = {s.kind for s in self._until(state)}
        if "released" in kinds or {"deleted", "back"} <= kinds:
            return []
        look = {"fill": "solid", "hue": 0}
        text = "web-0"
        if "deleted" in kinds:
            text, look = _("web-0: Terminating"), {"fill": "soft", "tone": "idle", "dash": True}
        elif "dead" in kinds and "back" not in kinds:
            text = _("web-0: not ready") if "not_ready" in kinds else _("web-0: held for ready")
            look = {"fill": "soft", "tone": "bad"}
        return [box("pod-old", 10, 52, wide - 20, 28, r=6, text=text, size=12, **look)]

    def _others(self, state, wide):
        kinds = {s.kind for s in self._until(state)}
        half = (wide - 28) / 2
        items = [box("pod-other", 10, 52, half, 28, r=6, text="web-1", size=12, fill="solid", hue=0)]  # fmt: skip
        if "created" not in kinds:
            return items
        name = "web-0" if self.result.failure.owner == "StatefulSet" else "web-2"
        look = {"fill": "solid", "hue": 0} if "serving" in kinds else {"fill": "none", "tone": "idle", "dash": True}  # fmt: skip
        text = name if "serving" in kinds else _("{name}: starting", name=name)
        return [*items, box("pod-new", 18 + half, 52, half, 28, r=6, text=text, size=12, **look)]

    # In words

    def labels(self, told):
        return [
            _("{t} s: {what}", t=number(s.t - told.failure.dead, 4), what=_(DID[s.kind]))
            for s in told.states
        ]

    def describe(self, state):
        why = _(state.why)
        if state is not self.result.states[-1]:
            return why
        safe, whole = self.result.safe, self.result.whole
        if whole is None:
            return _("{why} Requests failed for {safe} s; without help the lost pod is never replaced.", why=why, safe=number(safe, 4))  # fmt: skip
        return _("{why} Requests failed for {safe} s; as many pods as before serve after {whole} s.", why=why, safe=number(safe, 4), whole=number(whole, 4))  # fmt: skip

    def tone(self, state):
        if state.serving:
            return "ok"
        return "bad" if state.traffic else "warn"

    def table(self, state):
        head = [_("after it"), _("what"), _("node"), _("requests to its pod"), _("as many serve")]
        rows = [
            [
                f"{number(self._ago(s), 4)} s", _(DID[s.kind]), _("Ready") if s.ready else _("Unknown"),
                _("yes") if s.traffic else _("no"), _("yes") if s.serving else _("no"),
            ]
            for s in self._seen()
        ]  # fmt: skip
        return Table(head, rows, caption=_("What happened, and what was known"))
