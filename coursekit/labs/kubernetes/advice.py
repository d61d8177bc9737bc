"""One recommendation of the autoscaler: the ratio, the tolerance, and what is assumed of pods not seen."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number
from coursekit.labs.kubernetes.drawing import TOLERANCES
from coursekit.sims.kubernetes.hpa import Advice, Use, advise
from coursekit.sims.message import require
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

MOST_RATIO = 3.0  # where the line ends; what is beyond stands at its end
BRICKS = 30  # pods that are drawn; more are told
USES = (10, 30, 45, 50, 55, 56, 75, 100, 150)  # percent of the target's table


@dataclass(frozen=True)
class Advised:
    """The replicas there are, how they are used, and what is recommended."""

    current: int
    use: Use
    tolerance: float
    advice: Advice


class AdviceLab(Lab):
    """A line of ratios with the band that is tolerated, and the pods before and after."""

    name = "kubernetes-advice"
    title = mark("One step of the autoscaler")

    def controls(self):
        return (
            Slider("current", mark("Pods"), 3, 1, 20),
            Slider("use", mark("They use, of their request"), 60, 0, 300, 1, "%"),
            Slider("target", mark("Target"), 50, 10, 100, 1, "%"),
            Slider("unready", mark("Of the pods, not ready yet"), 0, 0, 5),
            Slider("missing", mark("Of the pods, without metrics"), 0, 0, 5),
            Pick("tolerance", mark("Tolerance"), 0.1, TOLERANCES, more=True),
        )

    def run(self, current, use, target, unready, missing, tolerance):
        ready = current - unready - missing
        require(ready >= 1, "pods={n}: at least one must be ready and measured; {away} are not", n=current, away=unready + missing)  # fmt: skip
        seen = Use(ready=(use,) * ready, unready=unready, missing=missing, target=target)
        return Advised(current, seen, tolerance, advise(current, seen, tolerance))

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    # Drawing

    def draw(self, advised):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(advised), narrow=narrow)
        top = 104 if narrow else 62
        items += self._line(advised, top, width)
        pods, bottom = self._pods(advised, top + 96, width)
        items += pods
        items += key(self._key(), width, bottom + 6, a_line=2 if narrow else 4)
        what = _("The ratio of use to target, and the pods before and after")
        self.scene.show(items, width=width, height=bottom + (54 if narrow else 32), label=what)

    def _facts(self, advised):
        advice = advised.advice
        more = advice.replicas - advised.current
        change = _("nothing changes") if not more else f"{more:+d} pods"
        return [
            (_("use by target: {ratio}", ratio=number(float(advice.ratio))), "accent"),
            (_("recommended: {n}", n=advice.replicas), "idle" if not more else "ok"),
            (change, "idle" if not more else "warn" if more > 0 else "ok"),
        ]

    def _line(self, advised, y, width):
        """0 to 3; the band that is tolerated; where the ratio stands, and the cautious one."""
        left, wide = 24, width - 48

        def at(ratio):
            return left + wide * min(float(ratio), MOST_RATIO) / MOST_RATIO

        low, high = at(1 - advised.tolerance), at(1 + advised.tolerance)
        said = _("{low} to {high}: nothing", low=number(1 - advised.tolerance), high=number(1 + advised.tolerance))  # fmt: skip
        items = [
            box("band", low, y + 22, high - low, 30, r=3, tone="ok", fill="soft"),
            label("band-said", at(1), y + 14, said, anchor="middle", size=12),
            path("axis", f"M{left} {y + 37}H{left + wide}", w=2),
        ]
        items += [label(f"tick{n}", at(n), y + 72, number(n), anchor="middle", size=12) for n in range(4)]  # fmt: skip
        items += self._mark("ratio", at(advised.advice.ratio), y, "1", "accent")
        if advised.advice.cautious is not None:
            items += self._mark("cautious", at(advised.advice.cautious), y, "2", "warn")
        return items

    def _mark(self, name, x, y, text, tone):
        return [
            path(f"{name}-line", f"M{x:.1f} {y + 22}V{y + 54}", tone=tone, w=3),
            box(f"{name}-mark", x - 9, y + 78 - (0 if name == "ratio" else 4), 18, 18, r=9, text=text, size=11, tone=tone, fill="solid"),
        ]  # fmt: skip

    def _pods(self, advised, top, width):
        """Ready ones with their use, those not seen dashed; then those that come or go."""
        seen, wanted, current = advised.use, advised.advice.replicas, advised.current
        kinds = ["ready"] * len(seen.ready) + ["unready"] * seen.unready + ["missing"] * seen.missing  # fmt: skip
        gone = max(0, current - wanted)
        kinds = ["going"] * gone + kinds[gone:] if gone else kinds + ["new"] * (wanted - current)
        a_line, step = (6, (width - 16) / 6) if self.scene.narrow else (10, (width - 16) / 10)
        items = [label("pods", 8, top + 14, _("The pods after this step"), weight=600, size=13.5)]
        shown = kinds[:BRICKS]
        for i, kind in enumerate(shown):
            x, y = 8 + (i % a_line) * step, top + 26 + (i // a_line) * 40
            text = f"{advised.use.ready[0]} %" if kind == "ready" else self._word(kind)
            items.append(box(f"pod{i}", x, y, step - 6, 34, r=6, text=text, size=11.5, **self._look(kind)))  # fmt: skip
        bottom = top + 26 + -(-len(shown) // a_line) * 40
        if len(kinds) > BRICKS:
            items.append(label("more", 8, bottom + 12, _("… and {n} more", n=len(kinds) - BRICKS), size=12.5))  # fmt: skip
            bottom += 20
        return items, bottom

    def _word(self, kind):
        words = {"unready": _("not ready"), "missing": _("no metrics"), "going": "−", "new": "+"}
        return words[kind]

    def _look(self, kind):
        return {
            "ready": {"tone": "accent", "fill": "soft"},
            "unready": {"tone": "warn", "fill": "none", "dash": True},
            "missing": {"tone": "idle", "fill": "none", "dash": True},
            "going": {"tone": "bad", "fill": "soft", "dash": True},
            "new": {"tone": "ok", "fill": "solid"},
        }[kind]

    def _key(self):
        return [
            ("box", self._look("ready"), _("ready, its use")),
            ("box", self._look("new"), _("comes")),
            ("box", self._look("going"), _("goes")),
            ("box", self._look("unready"), _("counted with care")),
        ]

    # In words

    def describe(self, advised):
        text = _(advised.advice.why)
        if advised.advice.cautious is not None:
            text += "\n" + _("1 is the ratio of those seen, 2 the one with care: a pod without metrics counts 100 % on the way down and 0 on the way up, one not ready 0 on the way up.")  # fmt: skip
        return text

    def tone(self, advised):
        return "accent" if advised.advice.replicas == advised.current else "ok"

    def table(self, advised):
        target = advised.use.target
        rows = []
        for share in USES:
            use = share * target // 50
            seen = Use(ready=(use,) * advised.current, target=target)
            advice = advise(advised.current, seen, advised.tolerance)
            rows.append([f"{use} %", number(float(advice.ratio)), advice.replicas, f"{advice.replicas - advised.current:+d}"])  # fmt: skip
        head = [_("use"), _("use by target"), _("recommended"), _("change")]
        return Table(head, rows, caption=_("The same pods, all ready, at other uses"))
