"""All policies on one trace: who answers soonest, on average and in the tail."""

from dataclasses import dataclass

import numpy as np

from coursekit.i18n import _, mark, number
from coursekit.labs.balancing.drawing import LAWS, policy_name, server_name
from coursekit.sims.balancing.race import ENTRANTS, LONG, Race, overfed, run, settled, within
from coursekit.ui.charts import Axis, LineChart, side_by_side
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.scene import Scene, box, label, path
from coursekit.ui.table import Table

TIMES = np.logspace(-1, 2, 61)
SEEN = 1.15  # how many times shorter is worth a word
CLEAR = 1.4  # how many times longer is said to be longer: a short run varies that much
WIDTH, ROW, TOP = 460, 52, 34


@dataclass(frozen=True)
class Raced:
    """The parameters, each policy's finish, and those of the long run where it was asked for."""

    race: Race
    finishes: dict
    long: dict


class RaceLab(Lab):
    """Latency curves, and a row of bars a policy."""

    name = "balancing-race"
    title = mark("Which policy answers soonest?")

    def controls(self):
        slow = lambda v: v["slow"]  # noqa: E731  (weights follow the speeds where these differ)
        return (
            Slider("servers", mark("Servers"), 10, 1, 20),
            Slider("load", mark("Offered load"), 90, 10, 98, 1, "%"),
            Pick("law", mark("Job sizes"), "exp", LAWS),
            Slider("report", mark("CPU reports every"), 2.0, 0.5, 20.0, 0.5, "s"),
            Slider("requests", mark("Requests"), 2000, 2000, 20_000, 1000, more=True),
            Check("long", mark("200 000 requests as well (some seconds a move)"), False, more=True),
            Check("slow", mark("Server a is four times slower"), False, more=True),
            Check("weighted", mark("Weights follow the speeds"), False, more=True, when=slow),
            Slider("seed", mark("Luck number"), 1, 1, 99, more=True),
        )

    def run(self, servers, load, law, report, requests, long, slow, weighted, seed):
        race = Race(
            servers=servers, load=load / 100, law=law, report=report, requests=requests,
            slow=slow, weighted=weighted, seed=seed,
        )  # fmt: skip
        return Raced(race, run(race), settled(race) if long else {})

    def pictures(self):
        self.chart = LineChart(
            _("Share of requests done within a time"),
            Axis(_("seconds; a job takes 1 s on average"), log=True, least=0.1, most=100.0, format="~g"),
            Axis(_("requests done"), least=0, most=1, format=".0%"),
            names=[policy_name(each) for each in ENTRANTS], height=330,
        )  # fmt: skip
        self.scene = Scene()
        return [side_by_side(self.chart.view, self.scene)]

    def draw(self, raced):
        nothing = np.full(len(TIMES), np.nan)
        found = raced.finishes
        curves = [within(found[p], TIMES) if p in found else nothing for p in ENTRANTS]
        self.chart.show(TIMES, *curves)
        ends = [each.measured.p99 for each in found.values() if not overfed(each.pool)]
        scale = (WIDTH - 12) / max(ends)  # who has no end runs to the edge
        items = [*_key(raced.long), *self._rows(raced, scale)]
        what = _("Mean, 95th and 99th percentile of each policy")
        self.scene.show(items, width=WIDTH, height=TOP + len(ENTRANTS) * ROW, label=what)

    def _rows(self, raced, scale):
        items = []
        for i, policy in enumerate(ENTRANTS):
            y = TOP + i * ROW
            name = policy_name(
                raced.finishes[policy].pool.policy if policy in raced.finishes else policy
            )
            items.append(label(f"name{i}", 6, y + 14, name, weight=600, size=12.5))
            if policy in raced.finishes:
                items += _bars(i, y, raced.finishes[policy].measured, scale)
                items.append(
                    label(
                        f"says{i}",
                        WIDTH - 6,
                        y + 14,
                        _figures(raced, policy),
                        anchor="end",
                        size=12.5,
                    )
                )
                if policy in raced.long:
                    x = 6 + min(raced.long[policy].measured.mean * scale, WIDTH - 12)
                    items.append(path(f"long{i}", f"M{x:.1f} {y + 17}v28", tone="bad"))
            else:
                items.append(
                    label(
                        f"says{i}",
                        WIDTH - 6,
                        y + 14,
                        _("for equal servers only"),
                        anchor="end",
                        size=12.5,
                    )
                )
        return items

    def describe(self, raced):
        order = sorted(raced.finishes.values(), key=lambda finish: finish.measured.mean)
        if raced.race.servers == 1:
            return _(
                "With one server there is nothing to choose: {mean} s on average whatever the policy.",
                mean=number(order[0].measured.mean),
            )
        best, worst = order[0], order[-1]
        text = _(
            "Soonest on average: {first}, {mean} s (99 % within {tail} s); latest: {last}, {worst} s (99 % within {end} s).",
            first=policy_name(best.pool.policy), mean=number(best.measured.mean), tail=number(best.measured.p99),
            last=policy_name(worst.pool.policy), worst=number(worst.measured.mean), end=number(worst.measured.p99),
        )  # fmt: skip
        return " ".join([text, *self._reasons(raced)])

    def _reasons(self, raced):
        found = raced.finishes
        if fed := overfed(found["rr"].pool):
            share = 100 * found["rr"].measured.shares[fed[0]]
            speed = found["rr"].pool.speeds
            yield _(
                "Turns give {server} {share} % of the requests, but it has {power} % of the power: its line grows without end.",
                server=server_name(fed[0]), share=number(share), power=number(100 * speed[fed[0]] / sum(speed)),
            )  # fmt: skip
        yield from self._herd(raced)
        if found["rr"].measured.mean * SEEN < found["p2c"].measured.mean:
            yield _("Blind turns beat two random choices here.")
        if not raced.long and raced.race.requests < 10_000:
            yield _(
                "So few requests leave much to chance: take more, or the long run under “More settings”."
            )

    def _herd(self, raced):
        """What old reports come to, beside chance."""
        best = raced.long or raced.finishes
        if overfed(best["random"].pool):
            return
        times = best["cpu"].measured.mean / best["random"].measured.mean
        if times > CLEAR:
            yield _(
                "Going by old reports is worse than chance: until the next one all run to the same server."
            )
        elif times > 1 / CLEAR:
            yield _(
                "Going by old reports is no better than chance: until the next one all run to the same server."
            )

    def table(self, raced):
        head = [_("policy"), _("mean, s"), _("median, s"), _("95 % within, s"), _("99 % within, s"), _("mean of {long}, s", long=number(LONG, 6))]  # fmt: skip
        rows = []
        for policy, finish in raced.finishes.items():
            m = finish.measured
            long = number(raced.long[policy].measured.mean) if policy in raced.long else "—"
            rows.append(
                [policy_name(finish.pool.policy), *map(number, (m.mean, m.p50, m.p95, m.p99)), long]
            )
        return Table(head, rows, caption=_("Mean, 95th and 99th percentile of each policy"))


def _bars(i, y, measured, scale):
    """Mean in full, 95 % and 99 % behind it, the median as a notch."""
    ends = (measured.p99, "none"), (measured.p95, "soft"), (measured.mean, "solid")
    items = [
        box(
            f"bar{i}-{fill}",
            6,
            y + 21,
            max(2, min(value * scale, WIDTH - 12)),
            20,
            fill=fill,
            hue=i,
            r=3,
        )
        for value, fill in ends
    ]
    x = 6 + min(measured.p50 * scale, WIDTH - 12)
    return [*items, path(f"median{i}", f"M{x:.1f} {y + 19}v24", tone="warn")]


def _key(long):
    """What the parts of a row are."""
    texts = [
        (_("mean"), {"fill": "solid", "tone": "idle"}), (_("95 % within"), {"fill": "soft", "tone": "idle"}),
        (_("99 % within"), {"fill": "none", "tone": "idle"}),
    ]  # fmt: skip
    items = [
        box(f"key{k}", 6 + k * 98, 4, 92, 22, text=text, r=4, size=11.5, **look)
        for k, (text, look) in enumerate(texts)
    ]
    notches = [("median", _("median"), "warn")]
    if long:
        notches.append(("long", number(LONG, 6), "bad"))
    for k, (name, text, tone) in enumerate(notches):
        x = 306 + k * 76
        items += [
            path(f"key-{name}", f"M{x} 4v22", tone=tone),
            label(f"key-{name}-word", x + 7, 20, text, size=11.5),
        ]
    return items


def _figures(raced, policy):
    measured = raced.finishes[policy].measured
    if policy in raced.long:
        return _(
            "mean {mean} s, of {count}: {long} s",
            mean=number(measured.mean), count=number(LONG, 6), long=number(raced.long[policy].measured.mean),
        )  # fmt: skip
    return _(
        "mean {mean} s, 99 % within {tail} s", mean=number(measured.mean), tail=number(measured.p99)
    )
