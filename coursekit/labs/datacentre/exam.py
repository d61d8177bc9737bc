"""The exam: what still works? A design and failures by chance, four answers, a reason for each."""

from coursekit.i18n import _, mark, number
from coursekit.labs.datacentre.chosen import SERVICES, component, service
from coursekit.labs.datacentre.machines import sentences
from coursekit.labs.datacentre.room import (
    Marks,
    asks,
    ha_line,
    plan,
    plugs_line,
    start_line,
    storage_line,
)
from coursekit.sims.datacentre.components import SHORT
from coursekit.sims.datacentre.exam import MOST_SERIES, QUESTIONS, Deed, tell
from coursekit.ui.controls import Check, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.fit import boxed, heading, paragraph
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box
from coursekit.ui.story import Run
from coursekit.ui.table import Table

UP = {"dir": mark("directory is up"), "db": mark("database is up"), "web": mark("web site is up"), "file": mark("files are up")}  # fmt: skip
PLAN = 560  # of the width, where it is wide


class ExamLab(DeedsLab):
    """The design with its failures; four checks, “Check”, and the truth in the same picture."""

    name = "datacentre-exam"
    title = mark("The exam: what still works?")
    kind_of_deed = Deed

    def __init__(self, seed: int = 1, **options):
        self._series = 1
        super().__init__(seed, **options)

    def controls(self):
        return (
            *(Check(name, text, True) for name, text in UP.items()),
            Slider("series", mark("Series of questions"), 1, 1, MOST_SERIES),
        )

    def run(self, **values):
        if values["series"] != self._series:  # other questions: what was answered does not fit them
            self._series = values["series"]
            self._runs = [Run("A", ())]
            self._here = self._runs[0]
        return super().run(**values)

    def _take(self, scenario):
        self._series = scenario.get("values", {}).get("series", self._series)
        super()._take(scenario)

    def story(self, actions, series, **_values):
        return tell(self.steps(actions, ()), series)

    # Acting

    def tools(self):
        return (
            button(_("Check"), self._check),
            button(_("Next question"), lambda: self.do("next")),
            button(_("Another series"), self._another),
        )

    def _another(self):
        self.set(series=self.values["series"] % MOST_SERIES + 1)

    def _check(self):
        self.do("answer", "".join("1" if self.values[name] else "0" for name in self.state.task.state.up))  # fmt: skip

    def _press(self, name):
        one = name.removeprefix("answer-")
        if not self.locked and one in SERVICES:
            self.set(**{one: not self.values[one]})

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, moment):
        narrow, width = self.scene.narrow, width_of(self.scene)
        task = moment.task
        items = facts(self._facts(moment), narrow=narrow)
        top = 108 if narrow else 68
        wide = width - 8 if narrow else PLAN
        failed, y = self._failed(task, top, width)
        items += failed
        marks = Marks.of(task.failed, task.state if moment.verdicts else None)
        drawn, low = plan(task.design, marks, 4, y, wide, a_line=2 if narrow else 3)
        x, panel_y = (6, low + 26) if narrow else (PLAN + 22, y + 12)
        rules, panel_y = self._rules(task, x, panel_y, width - x - 8)
        cards, end = self._cards(moment, x, panel_y + 8, width - x - 6)
        entries, a_line = self._key(moment), 2 if narrow else 5
        low = max(low, end) + 10
        items += drawn + rules + cards + key(entries, width, low, a_line=a_line)
        self.scene.show(
            items, width=width, height=low + 22 * -(-len(entries) // a_line) + 4,
            label=_("A design and what has failed in it; beside it the four services and what was said of them"),
        )  # fmt: skip

    def _facts(self, moment):
        verdict = (_("not answered yet"), "idle")
        if moment.verdicts:
            good = sum(each.right for each in moment.verdicts)
            verdict = (_("right: {n} of {all} services", n=good, all=len(moment.verdicts)), "ok" if good == len(moment.verdicts) else "bad")  # fmt: skip
        return [
            (_("question {n} of {all}", n=moment.number, all=QUESTIONS), "accent"),
            verdict,
            (_("wholly right: {n} of {all}", n=moment.right, all=moment.answered), "idle"),
            (_("services right: {n} of {all}", n=moment.services_right, all=moment.answered * len(SERVICES)), "idle"),
        ]  # fmt: skip

    def _failed(self, task, y, width):
        """What has failed, as a line of red boxes, two lines where it is narrow."""
        items = [heading("failed", 6, y + 4, _("What has failed"), width)]
        a_line = 2 if width < 600 else 5
        step = (width - 8) / a_line
        for at, name in enumerate(task.failed):
            spot = (4 + at % a_line * step, y + 12 + at // a_line * 34, step - 8, 28)
            text, tone = (_("for less than 15 min"), "warn") if name == SHORT else (f"✗ {component(name)}", "bad")  # fmt: skip
            items.append(box(f"failed-{name}", *spot, r=6, text=boxed(text, step - 8, 12), size=12, tone=tone, fill="solid"))  # fmt: skip
        return items, y + 12 + -(-len(task.failed) // a_line) * 34 + 8

    def _rules(self, task, x, y, wide):
        """What cannot be seen in the picture."""
        items = []
        told = [storage_line(task.design), ha_line(task.design), plugs_line(task.design)]
        told += [start_line(task.design)] if task.design.ha.enabled else []
        for at, text in enumerate(told):
            lines, y = paragraph(f"rule{at}", text, x, y, wide, most=4)
            items += lines
            y += 4
        return items, y

    def _cards(self, moment, x, y, wide):
        """A card a service: what it needs, what is said of it, and then the truth."""
        items = []
        found = {each.service: each for each in moment.verdicts}
        for one in moment.task.design.services:
            verdict = found.get(one.name)
            said = verdict.said if verdict else self.values[one.name]
            text = _("{service}: up", service=service(one.name)) if said else _("{service}: down", service=service(one.name))  # fmt: skip
            look = {"tone": "accent", "fill": "soft" if said else "none", "dash": not said}
            if verdict:
                text = self._truth(verdict)
                look = {"tone": "ok" if verdict.up else "bad", "fill": "soft" if verdict.right else "solid"}  # fmt: skip
            press = None if verdict or self.locked else _("turn {service}", service=service(one.name))  # fmt: skip
            items.append(box(f"answer-{one.name}", x, y, wide, 28, r=7, text=boxed(text, wide, 13), size=13, press=press, **look))  # fmt: skip
            lines, y = paragraph(f"needs-{one.name}", sentences(verdict.why) if verdict else asks(one), x + 4, y + 43, wide - 6, size=11.5, most=4)  # fmt: skip
            items += lines
            y += 4
        return items, y

    def _truth(self, verdict):
        truth = _("{service}: up", service=service(verdict.service)) if verdict.up else _("{service}: down", service=service(verdict.service))  # fmt: skip
        said = _("(you said up)") if verdict.said else _("(you said down)")
        return f"✓ {truth}" if verdict.right else f"✗ {truth} {said}"

    def _key(self, moment):
        failed = ("box", {"tone": "bad", "fill": "solid"}, _("✗ failed"))
        if not moment.verdicts:
            return [failed, ("box", {"tone": "idle", "fill": "paper"}, _("a machine, GB"))]
        return [
            failed,
            ("box", {"tone": "warn", "fill": "soft"}, _("✗ failed, but borne")),
            ("box", {"tone": "bad", "fill": "none", "dash": True}, _("– stands still")),
            ("box", {"tone": "ok", "fill": "soft"}, _("runs at home")),
            ("box", {"tone": "accent", "fill": "solid"}, _("→ started here")),
        ]

    # In words

    def labels(self, told):
        return [
            _("answer {n}: {right} of {all}", n=each.number, right=sum(one.right for one in each.verdicts), all=len(each.verdicts)) if each.verdicts else _("question {n}", n=each.number)
            for each in told.states
        ]  # fmt: skip

    def describe(self, moment):
        if not moment.verdicts:
            names = ", ".join(component(name) for name in moment.task.failed)
            return _("Question {n}: {failed}. Which services are still up? Set the four checks, then press “Check”.", n=moment.number, failed=names)  # fmt: skip
        wrong = [each for each in moment.verdicts if not each.right]
        said = self._corrected(wrong) if wrong else _("All four right.")
        if moment.over:
            said += " " + _("The series is over: {n} of {all} questions wholly right, {s} of {t} services.", n=moment.right, all=QUESTIONS, s=moment.services_right, t=QUESTIONS * len(SERVICES))  # fmt: skip
        return said

    def _corrected(self, wrong):
        """What was wrong, and why; services with one reason together."""
        found: dict[tuple[bool, str], list[str]] = {}
        for each in wrong:
            found.setdefault((each.up, sentences(each.why)), []).append(service(each.service))
        texts = {True: mark("Up: {services}. {why}"), False: mark("Down: {services}. {why}")}
        said = []
        for (up, why), names in found.items():
            text = texts[up]
            said.append(_(text, services=", ".join(names), why=why))
        return " ".join(said)

    def tone(self, moment):
        if not moment.verdicts:
            return "accent"
        return "ok" if all(each.right for each in moment.verdicts) else "bad"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("answered"), str(end.answered)),
            (_("wholly right"), str(end.right)),
            (_("share of services right"), _("{n} %", n=number(100 * end.services_right / (end.answered * len(SERVICES))) if end.answered else "–")),
        ]  # fmt: skip

    def table(self, moment):
        found = {each.service: each for each in moment.verdicts}
        rows = []
        for one in moment.task.design.services:
            verdict = found.get(one.name)
            said = verdict.said if verdict else self.values[one.name]
            truth = "?" if not verdict else _("up") if verdict.up else _("down")
            rows.append([service(one.name), asks(one), _("up") if said else _("down"), truth, sentences(verdict.why) if verdict else ""])  # fmt: skip
        rows += [[component(name), _("has failed"), "", "", ""] for name in moment.task.failed]
        for vm in moment.task.design.vms:
            extra = _("not beside another of its service") if vm.anti else ""
            rows.append([vm.id, _("{ram} GB, {vcpu} vCPU, start {prio}", ram=vm.ram, vcpu=vm.vcpu, prio=vm.prio), service(vm.service), vm.host, extra])  # fmt: skip
        rows += [[_("storage"), storage_line(moment.task.design), "", "", ""], [_("restarts"), ha_line(moment.task.design), "", "", ""]]  # fmt: skip
        head = [_("service, part or machine"), _("needs"), _("said; its service"), _("truth; its home"), _("why; its rule")]  # fmt: skip
        return Table(head, rows, caption=_("The question"))
