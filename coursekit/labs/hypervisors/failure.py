"""A host dies, or is only cut off: who knows what when, and when its machines serve again."""

from coursekit.i18n import _, mark, number
from coursekit.sims.hypervisors.hafailure import BATCH, RESPONSES, Failure, Story, tell
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import facts, key
from coursekit.ui.scene import box, label, mover, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import Frame, seconds, ticks

KINDS = {"crash": mark("the host dies"), "isolated": mark("only its network dies")}
SAID = {
    "leave_on": mark("leave them on"),
    "shut_down": mark("shut them down"),
    "power_off": mark("switch them off"),
}
MASTER = {  # what the master makes of it from this event on, and the tone
    "host_fail": (mark("knows nothing yet"), "idle"),
    "isolated": (mark("knows nothing yet"), "idle"),
    "ds_watch": (mark("watches the datastore"), "warn"),
    "unreachable": (mark("pings the host"), "warn"),
    "declared_dead": (mark("takes it for dead"), "bad"),
    "seen_alive": (mark("knows: isolated, alive"), "accent"),
    "locked": (mark("start refused: locked"), "bad"),
    "restart_begin": (mark("restarts them elsewhere"), "ok"),
}
HOST = {
    "host_fail": (mark("dead"), "bad"),
    "isolated": (mark("alive, hears nobody"), "warn"),
    "host_knows": (mark("knows: I am isolated"), "accent"),
    "response": (mark("answers as it was told"), "accent"),
    "off": (mark("its machines are off"), "idle"),
}
EVENTS = {
    "host_fail": mark("the host dies"), "isolated": mark("its network is cut"), "ds_watch": mark("three heartbeats missing"),
    "unreachable": mark("unreachable"), "declared_dead": mark("declared dead"), "seen_alive": mark("seen alive"),
    "locked": mark("restart refused"), "host_knows": mark("the host knows it is isolated"), "response": mark("isolation response"),
    "off": mark("its machines are off"), "restart_begin": mark("restarts begin"), "batch": mark("a batch has booted"),
}  # fmt: skip
ACTOR, LANE, AREA = 84, 30, 130  # heights: an actor, what it knows over time, machines over time


class FailureLab(StoryLab):
    """Actors, what each knows over time, and how many machines serve."""

    name = "hypervisors-failure"
    title = mark("A host fails: when are its machines back?")

    def controls(self):
        def isolated(v):
            return v["kind"] == "isolated"

        return (
            Pick("kind", mark("What happens"), "crash", KINDS),
            Slider("guests", mark("Machines on the host"), 40, 1, 200),
            Check("datastore", mark("Heartbeats on a datastore too"), True),
            Pick("response", mark("An isolated host is to"), "leave_on", {one: SAID[one] for one in RESPONSES}, when=isolated),
            Check("reachable", mark("Its machines have a network of their own"), True, when=isolated),
            Slider("begin", mark("From the verdict to the first start"), 10, 0, 60, 1, mark("s"), more=True),
            Slider("boot", mark("A machine boots for"), 45, 1, 300, 1, mark("s"), more=True),
            Slider("shutdown", mark("Shutting down takes"), 60, 0, 300, 1, mark("s"), more=True, when=isolated),
        )  # fmt: skip

    def story(self, actions, begin, boot, shutdown, **rest):
        times = {"begin": float(begin), "boot": float(boot), "shutdown": float(shutdown)}
        return tell(Failure(**rest, **times))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow = self.scene.narrow
        end = self.result.states[-1].t
        frame = Frame(narrow, max(end * 1.08, end + 6))
        items = facts(self._facts(state), narrow=narrow)
        actors, y = self._actors(state, frame, 92 if narrow else 50)
        lanes, top = self._lanes(state, frame, y + 20)
        floor = top + 26 + AREA
        items += [*actors, *lanes, *self._machines(state, frame, floor)]
        items += seconds(frame, state.t, floor, y + 14)
        items += key(self._key(), frame.width, floor + 32, a_line=2 if narrow else 3)
        self.scene.show(
            items, width=frame.width, height=floor + (80 if narrow else 56),
            label=_("Machines that serve, up to second {t}", t=number(state.t, 4)),
        )  # fmt: skip

    def _facts(self, state):
        total = self.result.failure.guests
        lost = Story(self.result.failure, self.result.states[: self.moment + 1]).lost
        whole = "ok" if state.serving == total else "bad" if not state.serving else "warn"
        return [
            (_("second {t}", t=number(state.t, 4)), "accent"),
            (_("serving: {n} of {all}", n=state.serving, all=total), whole),
            (_("booting: {n}", n=state.booting), "warn" if state.booting else "idle"),
            (_("lost: {n} machine-minutes", n=number(lost / 60)), "bad" if lost else "ok"),
        ]

    def _seen(self, kinds):
        """The last of these events up to now."""
        past = [each.kind for each in self.result.states[: self.moment + 1]]
        return next((kind for kind in reversed(past) if kind in kinds), None)

    def _actors(self, state, frame, y):
        """The host, the master, the other hosts; the network and the datastore between."""
        narrow, right = frame.narrow, frame.width - 6
        wide = 164 if narrow else 206
        master_x = right - wide if narrow else (frame.width - wide) / 2
        others = (6, y + ACTOR + 12, right - 6, 52) if narrow else (right - wide, y, wide, ACTOR)
        started = self._seen(("restart_begin",)) is not None
        here = 0 if started else state.serving
        host, master = HOST[self._seen(HOST)], MASTER[self._seen(MASTER)]
        dead = self.result.failure.kind == "crash"
        items = [
            box("host", 6, y, wide, ACTOR, title=_("the host"), sub=_(host[0]), tone=host[1], fill="paper", strike=dead),
            *([] if dead else [label("host-machines", 18, y + 62, _("serving here: {n}", n=here), size=12)]),
            box("master", master_x, y, wide, ACTOR, title=_("the master"), sub=_(master[0]), tone=master[1], fill="paper", glow=state.kind in MASTER and self.moment > 0),
            box("others", *others, title=_("the other hosts"), sub=_("serving here: {n}, booting: {m}", n=state.serving - here, m=state.booting), tone="ok" if started else "idle", fill="paper"),
            *self._links(wide + 6, master_x, y),
        ]  # fmt: skip
        if started:
            x = others[0] + 30 if narrow else others[0]
            start = f"M{master_x + 40} {y + ACTOR}V{others[1]}" if narrow else f"M{master_x + wide} {y + 42}H{x}"  # fmt: skip
            items.append(path("starts", start, arrow=True, tone="ok"))
        return items, others[1] + others[3] if narrow else y + ACTOR

    def _links(self, left, right, y):
        """The network between host and master, cut; the datastore both can reach."""
        middle = (left + right) / 2
        items = [
            path("network", f"M{left} {y + 18}H{right}", tone="bad", dash=True),
            label("network-text", middle, y + 12, _("network ✗"), anchor="middle", size=11.5),
        ]
        if not self.result.failure.datastore:
            return items
        alive = self.result.failure.kind == "isolated"
        ends = [f"M{left} {y + 58}H{middle - 40}", f"M{middle + 40} {y + 58}H{right}"]
        items += [
            path(f"store{k}", end, tone="ok" if alive else "idle", dash=not alive)
            for k, end in enumerate(ends)
        ]
        if alive:
            items.append(mover("beat", "".join(ends[0]), "", tone="ok", seconds=0.8, repeat=True, run=self.moment))  # fmt: skip
        return [*items, box("datastore", middle - 40, y + 40, 80, 36, text=_("datastore"), size=12, fill="plain")]  # fmt: skip

    # Over time

    def _lanes(self, state, frame, y):
        """What the master and the host know, from when to when."""
        items = []
        for row, (name, kinds) in enumerate((("master", MASTER), ("host", HOST))):
            top = y + row * LANE
            called = _("master") if name == "master" else _("host")
            items.append(label(f"lane-{name}", 6, top + 18, called, size=12.5, weight=600))
            for k, (start, end, kind) in enumerate(self._spans(kinds, frame.end)):
                text, tone = kinds[kind]
                if start > state.t and self.locked:
                    continue
                wide, text = max(2.0, frame.x(end) - frame.x(start) - 1.5), _(text)
                items.append(box(
                    f"{name}{k}", frame.x(start), top, wide, LANE - 6, text=text if wide > 7 * len(text) + 8 else "", size=12,
                    tone=tone, fill="soft", r=4, faded=start > state.t,
                ))  # fmt: skip
        return items, y + 2 * LANE

    def _spans(self, kinds, until):
        """From, to and which, for the events of these kinds in their order."""
        some = [(each.t, each.kind) for each in self.result.states if each.kind in kinds]
        ends = [t for t, _kind in some[1:]] + [until]
        return [(t, end, kind) for (t, kind), end in zip(some, ends, strict=True) if end > t]

    def _machines(self, state, frame, floor):
        """Those that serve from the floor up, those that boot upon them."""
        total = self.result.failure.guests
        items = [label("machines", 6, floor - AREA - 10, _("machines"), size=12, weight=600)]
        for k, n in enumerate(ticks(total, min(4, total))):
            y = floor - AREA * n / total
            items.append(path(f"grid{k}", f"M{frame.left} {y:.1f}H{frame.right}", faded=True))
            items.append(label(f"n{k}", frame.left - 8, y + 4, number(n, 4), anchor="end", size=11.5))  # fmt: skip
        for k, (start, end, serving, booting) in enumerate(self._steps(frame.end)):
            if not (self.locked and start > state.t):
                at = (frame.x(start), max(1.0, frame.x(end) - frame.x(start)))
                items += self._column(k, at, serving, booting, floor, faded=start > state.t)
        return items

    def _steps(self, until):
        """From, to, serving, booting: a new one only where a number changes."""
        states, steps = self.result.states, []
        for each, end in zip(states, [*(one.t for one in states[1:]), until], strict=True):
            now = (each.serving, each.booting)
            if steps and steps[-1][2:] == now:
                steps[-1] = (steps[-1][0], end, *now)
            elif end > each.t:
                steps.append((each.t, end, *now))
        return steps

    def _column(self, k, at, serving, booting, floor, *, faded):
        """A stack over a stretch of time; the numbers of those that boot are written in it."""
        (x, wide), total = at, self.result.failure.guests
        named = f"{serving + 1}–{serving + booting}"
        parts = (
            ("serve", serving, "", {"tone": "ok"}),
            ("boot", booting, named if wide > 9 * len(named) else "", {"tone": "warn", "dash": True}),
            ("down", total - serving - booting, "", {"tone": "bad"}),
        )  # fmt: skip
        items, y = [], floor
        for name, count, text, look in parts:
            tall = AREA * count / total
            y -= tall
            if count:
                items.append(box(
                    f"{name}{k}", x, y, wide, tall, text=text if tall > 14 else "", fill="soft", r=0, size=12, faded=faded, **look,
                ))  # fmt: skip
        return items

    def _key(self):
        return [
            ("box", {"tone": "ok", "fill": "soft"}, _("serving")),
            ("box", {"tone": "warn", "fill": "soft", "dash": True}, _("booting, at most {n} at once", n=BATCH)),
            ("box", {"tone": "bad", "fill": "soft"}, _("down")),
        ]  # fmt: skip

    # In words

    def labels(self, story):
        return [f"{number(each.t, 5)} s · {_(EVENTS[each.kind])}" for each in story.states]

    def describe(self, state):
        text = _("Second {t}.", t=number(state.t, 5)) + " " + _(state.why)
        if state is not self.result.states[-1] or self.result.whole is None or not self.result.lost:
            return text
        return f"{text}\n" + _(
            "{t} s in all: no machine was moved, each was started anew.", t=number(self.result.whole, 5)
        )  # fmt: skip

    def tone(self, state):
        total = self.result.failure.guests
        return "ok" if state.serving == total else "warn" if state.serving or state.booting else "bad"  # fmt: skip

    def summary(self, story):
        whole = story.whole
        return [
            (_("all serve again at second"), "—" if whole is None else number(whole, 5)),
            (_("machine-minutes lost"), number(story.lost / 60)),
        ]

    def table(self, state):
        head = [_("second"), _("what happens"), _("serving"), _("booting")]
        rows = [
            [number(each.t, 5), _(EVENTS[each.kind]), each.serving, each.booting]
            for each in self.result.states[: self.moment + 1]
        ]
        return Table(head, rows, caption=_("The failure, event by event"))
