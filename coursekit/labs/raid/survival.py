"""Survival curves: what the formulas promise, and what ten thousand arrays live through."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coursekit.i18n import _, mark, number
from coursekit.sims.message import ParameterError
from coursekit.sims.raid.reliability import (
    HOURS_PER_YEAR,
    Risk,
    latent_loss_probability,
    loss_probability,
    mttdl,
    mttdl_unreadable,
)
from coursekit.sims.raid.survival import Chance, Losses, lost_by, simulate
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.table import Table

LEVELS = {name: f"RAID {name}" for name in ("0", "1", "10", "01", "5", "6")}
RISKS = {
    "disks": mark("whole disks die, nothing else"),
    "latent": mark("and sectors rot between scrubs"),
    "unreadable": mark("and rebuilds meet unreadable sectors"),
    "ageing": mark("and disks wear out (Weibull 1.12)"),
    "shocks": mark("and shocks strike several disks at once"),
}
TRIALS = 10_000
POINTS = 41
FLOOR = 1e-6  # the lowest chance drawn; below, 10 000 trials see nothing


@dataclass(frozen=True)
class Curves:
    """Chance of loss by each of `years`: the textbook's, this danger's formula, the count."""

    risk: Risk
    danger: str
    years: NDArray[np.float64]
    textbook: NDArray[np.float64]
    formula: NDArray[np.float64]  # NaN where there is none
    counted: NDArray[np.float64]
    losses: Losses


class SurvivalLab(Lab):
    """Formula against simulation, on a logarithmic axis."""

    name = "raid-survival"
    title = mark("Formulas against ten thousand arrays")

    def controls(self):
        return (
            Pick("risk", mark("What happens"), "disks", RISKS),
            Pick("level", mark("Level"), "5", LEVELS),
            Slider("disks", mark("Disks"), 8, 2, 24),
            Slider("life", mark("Mean life of a disk"), 1000, 10, 3000, 10, mark("thousand h")),
            Slider("repair", mark("Repair"), 24, 1, 200, 1, "h", more=True),
            Slider(
                "scrub_days",
                mark("Scrub every"),
                7,
                1,
                365,
                1,
                mark("days"),
                when=lambda v: v["risk"] == "latent",
            ),
            Slider(
                "terabytes",
                mark("Disk size"),
                4,
                1,
                30,
                1,
                mark("TB"),
                when=lambda v: v["risk"] == "unreadable",
            ),
            Pick(
                "error_rate",
                mark("Read errors"),
                1e-15,
                {
                    1e-14: mark("1 in 10¹⁴ bits (desktop)"),
                    1e-15: mark("1 in 10¹⁵ bits (enterprise)"),
                },
                more=True,
                when=lambda v: v["risk"] == "unreadable",
            ),
            Slider(
                "shocks",
                mark("Shocks"),
                0.02,
                0.0,
                0.5,
                0.01,
                mark("a year"),
                when=lambda v: v["risk"] == "shocks",
            ),
            Slider("years", mark("Years"), 10, 1, 20, more=True),
        )

    def run(
        self, risk, level, disks, life, repair, scrub_days, terabytes, error_rate, shocks, years
    ):
        array = Risk(level=level, disks=disks, mttf_hours=life * 1000.0, repair_hours=float(repair))
        chance = Chance(
            level=level, disks=disks, years=float(years), trials=TRIALS, life_hours=life * 1000.0,
            life_shape=1.12 if risk == "ageing" else 1.0, wait_hours=0.0, rebuild_hours=float(repair), rebuild_shape=1.0,
            terabytes=float(terabytes) if risk == "unreadable" else 0.0, error_rate=error_rate,
            scrub_hours=scrub_days * 24.0 if risk == "latent" else 0.0, shocks_per_year=shocks if risk == "shocks" else 0.0,
        )  # fmt: skip
        losses = simulate(chance, self.seed)
        at = np.linspace(0, years, POINTS)
        hours = at * HOURS_PER_YEAR
        textbook = np.array([loss_probability(mttdl(array), t) for t in hours])
        formula = self._formula(risk, array, hours, scrub_days * 24.0, float(terabytes), error_rate)
        return Curves(array, risk, at, textbook, formula, lost_by(losses, hours), losses)

    def _formula(self, risk, array, hours, scrub_hours, terabytes, error_rate):
        """The formula of this danger, where the books have one."""
        if risk == "latent" and array.level == "5":
            return np.array([latent_loss_probability(array, scrub_hours, t) for t in hours])
        if risk == "unreadable":
            try:
                mean = mttdl_unreadable(array, terabytes, error_rate)
            except ParameterError:
                return np.full(len(hours), np.nan)
            return np.array([loss_probability(mean, t) for t in hours])
        return np.full(len(hours), np.nan)

    def pictures(self):
        self.chart = LineChart(
            _("Chance that data have been lost"),
            Axis(_("years")), Axis(_("chance (each line: ten times)"), log=True, least=FLOOR, most=1.0, format=".0e"),
            names=(_("counted in the simulation"), _("textbook: only whole disks"), _("formula of this danger")),
            height=320,
        )  # fmt: skip
        return [self.chart.view]

    def draw(self, curves):
        lines = [
            np.where(y > FLOOR, y, np.nan)
            for y in (curves.counted, curves.textbook, curves.formula)
        ]
        self.chart.show(curves.years, *lines)

    def describe(self, curves):
        losses = curves.losses
        years = number(float(curves.years[-1]))
        lost = round(losses.probability * TRIALS)
        text = _(
            "In {years} years {lost} of {trials} arrays lost data: {share} %, give or take {error} %. The textbook says {book} %.",
            years=years, lost=lost, trials=number(TRIALS, 5), share=number(100 * losses.probability),
            error=number(200 * losses.standard_error), book=number(100 * float(curves.textbook[-1])),
        )  # fmt: skip
        if not np.isnan(curves.formula[-1]):
            text += " " + _(
                "The formula with this danger: {share} %.",
                share=number(100 * float(curves.formula[-1])),
            )
        mean = mttdl(curves.risk) / HOURS_PER_YEAR
        return f"{text}\n" + _(
            "The textbook's mean time to data loss, {mean} years, is no lifetime: read the chance beside it.",
            mean=number(mean),
        )

    def tone(self, curves):
        share = curves.losses.probability
        return "bad" if share > 0.05 else "warn" if share > 0.001 else "ok"

    def table(self, curves):
        head = [_("years"), _("counted"), _("textbook"), _("formula of this danger")]
        rows = [
            [number(float(t)), *("—" if np.isnan(y) else number(float(y)) for y in ys)]
            for t, *ys in zip(
                curves.years[::4],
                curves.counted[::4],
                curves.textbook[::4],
                curves.formula[::4],
                strict=True,
            )
        ]
        return Table(head, rows)
