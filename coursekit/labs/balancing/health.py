"""A server dies, or is drained, under load: what is lost until the balancer knows."""

from coursekit.i18n import _, mark, number
from coursekit.labs.balancing.drawing import POLICIES, letter
from coursekit.labs.balancing.lanes import LANE, Frame, axis, cross, key, lanes
from coursekit.sims.balancing.failing import FULL, Crash
from coursekit.sims.balancing.health import Checks
from coursekit.sims.balancing.healthstory import tell
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import facts
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

BAND = 26
DIED = {"crash": mark("dies"), "drain": mark("drained"), "down": mark("out"), "empty": mark("empty"), "alive": mark("works"), "up": mark("back")}  # fmt: skip
TONES = {"crash": "bad", "lost": "bad", "retried": "warn", "down": "ok", "empty": "ok", "up": "ok", "end": "ok"}  # fmt: skip


class HealthLab(StoryLab):
    """The checks, what is lost before they notice, the way out and the way back."""

    name = "balancing-health"
    title = mark("A server dies: who notices, and what is lost")

    def controls(self):
        def dies(v):
            return not v["drain"]

        return (
            Check("drain", mark("Drain it instead of letting it die"), False),
            Check("retry", mark("Retry once on another server"), False),
            Slider("at", mark("It happens at second"), 30.0, 10.0, 40.0, 0.5, mark("s")),
            Slider("inter", mark("Check every (inter)"), 2.0, 0.5, 5.0, 0.5, mark("s"), when=dies),
            Slider("fall", mark("Failures until out (fall)"), 3, 1, 5, when=dies),
            Slider("rise", mark("Successes until back (rise)"), 2, 1, 5, more=True, when=dies),
            Slider("timeout", mark("A failing check takes (timeout)"), 0.0, 0.0, 5.0, 0.5, mark("s"), more=True, when=dies),
            Slider("repair", mark("It is away for"), 15.0, 5.0, 30.0, 1.0, mark("s"), more=True),
            Slider("slow_start", mark("Slow start lasts"), 20, 0, 40, 1, mark("s"), more=True, when=dies),
            Pick("policy", mark("Policy"), "rr", {kind: POLICIES[kind] for kind in ("rr", "least_conn")}, more=True),
            Slider("servers", mark("Servers"), 4, 2, 8, more=True),
            Slider("load", mark("Offered load"), 60, 10, 95, 1, "%", more=True),
        )  # fmt: skip

    def story(self, actions, inter, fall, rise, timeout, load, **rest):
        checks = Checks(inter=inter, fall=fall, rise=rise, timeout=timeout)
        return tell(Crash(load=load / 100, checks=checks, **rest), self.seed)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        told = self.result
        frame = Frame(self.scene.narrow, told.end, told.begin)
        top = (86 if frame.narrow else 46) + 22
        items = facts(self._facts(state), narrow=frame.narrow)
        y = top + 3 * BAND
        items += self._marks(frame, top, y + told.crash.servers * LANE)
        items += self._bands(state, frame, top)
        seen = [e for e in told.outcome.events if frame.begin <= e.t <= state.t]
        out = None if state.works and state.sent else told.crash.victim
        items += lanes(seen, told.crash.servers, out, frame, y)
        below = y + told.crash.servers * LANE
        items += [*axis(state.t, frame, below, top), *key(frame, below + 26)]
        bottom = below + (78 if frame.narrow else 56)
        self.scene.show(
            items, width=frame.width, height=bottom,
            label=_("Checks, requests and losses up to second {t}", t=number(state.t, 4)),
        )  # fmt: skip

    def _facts(self, state):
        told = self.result
        name = letter(told.crash.victim)
        works = _("{letter} works", letter=name) if state.works else _("{letter} is dead", letter=name)  # fmt: skip
        if not state.sent:
            others = _("the others: {busy} % busy", busy=f"{100 * told.busy_after:.0f}")
        elif state.weight < FULL:
            others = _("weight of {letter}: {w}/16", letter=name, w=state.weight)
        else:
            others = _("all share the load")
        return [
            (_("second {t}", t=number(state.t, 4)), "accent"),
            (works, "ok" if state.works else "bad"),
            (others, "bad" if not state.sent and told.busy_after >= 1 else "warn" if not state.sent else "idle"),
            (_("lost {lost}, retried {again}", lost=state.lost, again=state.retried), "bad" if state.lost else "ok"),
        ]  # fmt: skip

    def _marks(self, frame, top, bottom):
        """Dashed lines at what changed, with a word on top; words too near are left out."""
        items, last = [], -100.0
        for i, each in enumerate(self.result.states[: self.moment + 1]):
            if each.kind in DIED:
                x = frame.x(each.t)
                items.append(path(f"mark{i}", f"M{x:.1f} {top - 2}V{bottom}", dash=True, tone="idle"))  # fmt: skip
                if x - last > (46 if frame.narrow else 40):
                    items.append(label(f"mark-text{i}", x, top - 7, _(DIED[each.kind]), anchor="middle", size=11.5, weight=600))  # fmt: skip
                    last = x
        return items

    # What is, what the checks see, and what the balancer believes

    def _bands(self, state, frame, top):
        victim = self.result.crash.victim
        small = 11.5 if frame.narrow else 12.5
        names = (mark("it works"), mark("checks"), mark("it gets requests"))
        items = [
            label(f"band{i}", 6, top + i * BAND + 17, _(name), size=small, weight=600)
            for i, name in enumerate(names)
        ]
        items += self._spans(frame, top + 3, "works", lambda each: each.works, victim)
        items += self._checks(state, frame, top + BAND + 13)
        items += self._weights(frame, top + 2 * BAND + 2, victim)
        return items

    def _spans(self, frame, y, name, holds, victim):
        """Full where it holds, hollow with a cross where not."""
        items = []
        for i, (start, end, yes) in enumerate(self._runs_of(holds)):
            wide = max(2.0, frame.x(end) - frame.x(start) - 1)
            items.append(box(
                f"{name}{i}", frame.x(start), y, wide, BAND - 8, text="" if yes or wide < 18 else "✗", r=4, size=12,
                fill="soft" if yes else "none", dash=not yes, **({"hue": victim} if yes else {"tone": "bad"}),
            ))  # fmt: skip
        return items

    def _runs_of(self, value):
        """Intervals up to now over which a value of the states stays the same."""
        seen = self.result.states[: self.moment + 1]
        runs = []
        for each in seen:
            if runs and runs[-1][2] == value(each):
                runs[-1][1] = each.t
            else:
                if runs:
                    runs[-1][1] = each.t
                runs.append([each.t, each.t, value(each)])
        return [run for run in runs if run[1] > run[0]]

    def _checks(self, state, frame, y):
        """Good checks as ticks, bad ones as crosses."""
        seen = [each for each in self.result.checks if each.known <= state.t]
        good = "".join(f"M{frame.x(c.known):.1f} {y - 5}v10" for c in seen if c.ok)
        bad = "".join(cross(frame.x(c.known), y, 4.5) for c in seen if not c.ok)
        return [
            path("checks-good", good or f"M{frame.left} {y}h0", tone="ok"),
            path("checks-bad", bad or f"M{frame.left} {y}h0", tone="bad"),
        ]

    def _weights(self, frame, y, victim):
        """As high as its weight: nothing while it is out, sixteenths in slow start."""
        items, high = [], BAND - 8
        for i, (start, end, weight) in enumerate(
            self._runs_of(lambda each: each.weight if each.sent else 0)
        ):
            tall = max(2.0, high * weight / FULL)
            wide = max(1.5, frame.x(end) - frame.x(start) - (1 if weight in (0, FULL) else 0))
            look = {"hue": victim} if weight else {"tone": "idle"}
            items.append(box(
                f"weight{i}", frame.x(start), y + high - tall, wide, tall, r=2 if weight < FULL else 4,
                fill="solid" if weight else "none", dash=not weight, **look,
            ))  # fmt: skip
        return items

    # In words

    def labels(self, told):
        kinds = {
            "begin": mark("before"), "check": mark("check"), "crash": mark("dies"), "drain": mark("drained"),
            "lost": mark("a request is lost"), "retried": mark("a request is tried again"),
            "down": mark("taken out"), "empty": mark("empty"), "alive": mark("works again"),
            "up": mark("brought back"), "slow": mark("more weight"), "end": mark("as before"),
        }  # fmt: skip
        return [f"{number(s.t, 4)} s · {_(kinds[s.kind])}" for s in told.states]

    def describe(self, state):
        told = self.result
        text = " ".join([_("Second {t}.", t=number(state.t, 4)), *map(_, state.why)])
        if state.kind not in ("down", "end") or told.crash.drain:
            return text
        formula = (
            _(
                "By the mean, λ/n × {s} s = {rate} × {s} = {lost} requests reach it dead.",
                s=number(told.unnoticed), rate=number(told.crash.rate / told.crash.servers), lost=number(told.expected),
            ) if told.crash.policy == "rr"
            else _(
                "It refuses at once, so it looks the least busy and draws up to all: at most λ × {s} s = {rate} × {s} = {lost} requests, by the mean.",
                s=number(told.unnoticed), rate=number(told.crash.rate), lost=number(told.expected),
            )
        )  # fmt: skip
        return f"{text}\n{formula}"

    def tone(self, state):
        if state.kind == "check" and not state.works:
            return "warn"
        return TONES.get(state.kind, "accent")

    def summary(self, told):
        last = told.states[-1]
        return [
            (_("lost"), str(last.lost)),
            (_("tried again"), str(last.retried)),
            (_("seconds unnoticed"), number(told.unnoticed)),
        ]

    def table(self, state):
        head = [_("second"), _("what happens"), _("works"), _("gets requests"), _("weight"), _("lost"), _("retried")]  # fmt: skip
        names = dict(zip(map(id, self.result.states), self.labels(self.result), strict=True))
        rows = [
            [
                number(s.t, 4), names[id(s)].split(" · ", 1)[1], _("yes") if s.works else _("no"), _("yes") if s.sent else _("no"),
                f"{s.weight if s.sent else 0}/16", s.lost, s.retried,
            ]
            for s in self.result.states[: self.moment + 1]
        ]  # fmt: skip
        return Table(head, rows)
