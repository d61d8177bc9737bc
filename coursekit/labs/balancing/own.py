"""The learner's own policy: a Python function, raced against ours."""

import traceback

from coursekit.i18n import _, mark, number
from coursekit.labs.balancing.drawing import LAWS, policy_name, strip
from coursekit.sims.balancing.own import FIRST, RIVALS, against
from coursekit.sims.balancing.race import Race
from coursekit.sims.message import ParameterError
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

ROW = 34
NEAR = 1.05  # a mean as near as that to the best is as good


def by_clock(now, active):
    """Where the lab starts: it looks at the clock and nothing else."""
    return int(10 * now) % len(active)


class OwnPolicyLab(Lab):
    """Takes `choose(now, active) -> server`, counted from 0."""

    name = "balancing-own"
    title = mark("Your own policy")

    def __init__(self, seed=1, *, choose=by_clock, **options):
        self.choose = choose
        super().__init__(seed, **options)

    def controls(self):
        return (
            Slider("servers", mark("Servers"), 10, 1, 20),
            Slider("load", mark("Offered load"), 90, 10, 98, 1, "%"),
            Pick("law", mark("Job sizes"), "exp", LAWS),
            Check("slow", mark("Server a is four times slower"), False),
            Slider("requests", mark("Requests"), 2000, 500, 20_000, 500, more=True),
            Slider("luck", mark("Luck number"), 1, 1, 99, more=True),
        )

    def run(self, load, luck, **race):
        try:
            return against(self.choose, Race(load=load / 100, seed=self.seed - 1 + luck, **race))
        except ParameterError:
            raise
        except Exception as why:  # noqa: BLE001  (a learner's function may fail in any way)
            raise ParameterError(
                "your function: {kind} at its line {line}: {why}",
                kind=type(why).__name__, line=self._line(why), why=str(why),
            ) from None  # fmt: skip

    def _line(self, why):
        """The line of the learner's cell, though a function of Python's own may have failed."""
        code = getattr(self.choose, "__code__", None)
        mine = code and code.co_filename
        lines = [at.lineno for at in traceback.extract_tb(why.__traceback__) if at.filename == mine]
        return lines[-1] if lines else "?"

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, trial):
        width = width_of(self.scene)
        a_line = 20 if self.scene.narrow else FIRST
        head = _("Where your first {n} requests went", n=len(trial.first))
        items, y = strip(
            "first", trial.first, x=8, y=24, cell=(width - 16) / a_line, high=26, a_line=a_line
        )
        bars, bottom = self._bars(trial, y + 14, width)
        self.scene.show(
            [label("first", 8, 15, head, weight=600), *items, *bars], width=width, height=bottom,
            label=_("Your policy beside ours: mean response, and what 99 % stay below"),
        )  # fmt: skip

    def _bars(self, trial, y, width):
        """A row a policy, yours last: the mean in full, 99 % hollow behind it."""
        names = 150 if self.scene.narrow else 220
        rows = [(policy_name(name), trial.rivals[name], "idle") for name in RIVALS]
        rows.append((_("your policy"), trial.yours, "accent"))
        most = max(one.measured.p99 for _name, one, _tone in rows)
        unit = (width - names - (120 if self.scene.narrow else 150)) / most
        head = _("Response in s: the mean (full), 99 % below (hollow)")
        items = [label("bars", 8, y + 12, head, weight=600, size=12.5 if self.scene.narrow else 13.5)]  # fmt: skip
        for i, (name, one, tone) in enumerate(rows):
            top, m = y + 24 + i * ROW, one.measured
            mine = i == len(RIVALS)
            says = f"{number(m.mean)} · {number(m.p99)}"
            items += [
                label(f"name{i}", 8, top + 18, name, size=12.5, weight=700 if mine else 400),
                box(f"tail{i}", names, top, max(4, m.p99 * unit), ROW - 8, r=5, fill="none", dash=True, tone=tone),
                box(f"mean{i}", names, top, max(3, m.mean * unit), ROW - 8, r=5, fill="solid", tone=tone, glow=mine),
                label(f"says{i}", names + m.p99 * unit + 8, top + 18, says, size=12.5, weight=700 if mine else 400),
            ]  # fmt: skip
        return items, y + 24 + len(rows) * ROW

    def describe(self, trial):
        mine = trial.yours.measured
        text = _(
            "Your policy: {mean} s on average, 99 % within {p99} s. It sent {vain} % of the requests to wait while a server was idle.",
            mean=number(mine.mean), p99=number(mine.p99), vain=number(100 * trial.in_vain, 2),
        )  # fmt: skip
        return f"{text} {self._verdict(trial)}"

    def _verdict(self, trial):
        best = min(RIVALS, key=lambda name: trial.rivals[name].measured.mean)
        mean = trial.rivals[best].measured.mean
        if trial.yours.measured.mean <= NEAR * mean:
            return _("That is as good as the best of ours, {policy}.", policy=policy_name(best))
        times = number(trial.yours.measured.mean / mean, 2)
        if trial.beaten:
            names = ", ".join(map(policy_name, trial.beaten))
            return _("It beats {names}; {policy} is {times} times faster.", names=names, policy=policy_name(best), times=times)  # fmt: skip
        return _("All of ours are faster, {policy} {times} times.", policy=policy_name(best), times=times)  # fmt: skip

    def tone(self, trial):
        return (
            "ok" if len(trial.beaten) >= len(RIVALS) - 1 else "accent" if trial.beaten else "warn"
        )

    def table(self, trial):
        head = [_("policy"), _("mean, s"), _("median, s"), _("95 % within, s"), _("99 % within, s"), _("busiest server")]  # fmt: skip
        rows = [(policy_name(name), one) for name, one in trial.rivals.items()]
        return Table(head, [
            [name, *(number(x) for x in (m.mean, m.p50, m.p95, m.p99)), f"{100 * max(m.shares):.0f} %"]
            for name, m in ((name, one.measured) for name, one in (*rows, (_("your policy"), trial.yours)))
        ])  # fmt: skip
