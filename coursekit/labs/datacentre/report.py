"""A design on one page, to be defended: read it here, download it, print it."""

from coursekit.i18n import _, mark, number
from coursekit.labs.datacentre.chosen import DESIGNS
from coursekit.labs.datacentre.own import BUDGET
from coursekit.labs.datacentre.paper import page, shown
from coursekit.sims.datacentre.jsontext import parsed, written
from coursekit.sims.datacentre.report import report
from coursekit.sims.datacentre.samples import SAMPLES
from coursekit.ui.controls import Slider
from coursekit.ui.examples import ExamplesLab
from coursekit.ui.look import html, row
from coursekit.ui.table import Table
from coursekit.ui.textbox import TextBox
from coursekit.values import to_text


class ReportLab(ExamplesLab):
    """The page of one of the three designs, or of the one in the box."""

    name = "datacentre-report"
    title = mark("The report")
    plain = written(SAMPLES["D0"])

    def controls(self):
        return (
            self.choose(mark("Design"), "D1", DESIGNS, mark("the text in the box")),
            Slider("budget", mark("Budget"), BUDGET, 20_000, 200_000, 1000, unit="€"),
        )

    def run(self, budget, **_values):
        return report(parsed(self.source), budget)

    # The text

    def examples(self):
        return {name: written(design) for name, design in SAMPLES.items()}

    def first(self):
        return written(SAMPLES["D1"])

    def words(self):
        return _("The design as text (JSON): paste your own and take it"), _("Take this text")

    def taken(self):
        return _("Taken: the page is about your design.")

    # The page

    def _bench(self):
        """The text last: most have it from the lab before."""
        box, *rest = super()._bench()
        return [*rest, self._files(), box]

    def _files(self):
        self._page = TextBox(words={"label": _("The report"), "save": _("Download the report")}, rows=0, file="datacentre-report.html")  # fmt: skip
        self._state = TextBox(words={"label": _("The scenario"), "save": _("Download the scenario")}, rows=0, file="datacentre-report.json")  # fmt: skip
        self._buttons = row([self._page, self._state])
        return self._buttons

    def pictures(self):
        self.paper = html()
        return [self.paper]

    def draw(self, made):
        if self.locked:
            waits = _("The page waits for your prediction.")
            self.paper.value = f"<p>{waits}</p>"
            return
        title = self._title()
        self.paper.value = shown(made, title)
        if hasattr(self, "_page"):
            self._page.text, self._state.text = page(made, title), to_text(self.scenario())

    def _title(self):
        one = self.values["example"]
        name = _(DESIGNS[one]) if one in DESIGNS else _("a design of my own")
        return _("A small datacentre: {name}", name=name)

    # In words

    def describe(self, made):
        if self.locked:
            return _("A page about a design: first the prediction.")
        missed = [_(each.about) for each in made.requirements if not each.met]
        said = _("{met} of {all} requirements are met, {n} of 100 points.", met=made.met, all=len(made.requirements), n=number(made.score.total, 4))  # fmt: skip
        if missed:
            said += " " + _("Not met: {list}.", list="; ".join(missed))
        return said

    def tone(self, made):
        if self.locked:
            return "idle"
        return "ok" if made.met == len(made.requirements) else "warn" if made.score.total else "bad"

    def table(self, made):
        rows = [[_(each.about), "?" if self.locked else _("yes") if each.met else _("no"), "" if self.locked else _(each.how)] for each in made.requirements]  # fmt: skip
        return Table([_("requirement"), _("met"), _("how")], rows, caption=_("Requirements of the design"))  # fmt: skip
