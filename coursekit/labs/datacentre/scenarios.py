"""Twelve faults against four services: what stays up, what that is worth, and what each fault does."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number
from coursekit.labs.datacentre.chosen import chosen, design_controls, service
from coursekit.labs.datacentre.machines import (
    STEP,
    causes,
    chips,
    faults,
    legend,
    listed,
    machines_on,
    per_line,
    sentence,
    split,
)
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.samples import D1
from coursekit.sims.datacentre.scenarios import scenarios
from coursekit.sims.datacentre.score import MOST, Score, score
from coursekit.sims.datacentre.why import reasons
from coursekit.sims.message import Message
from coursekit.ui.controls import Pick
from coursekit.ui.fit import boxed, fitting, heading
from coursekit.ui.lab import Lab
from coursekit.ui.parts import key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

CHANGES = ("feed", "wan", "core", "raid6", "generator", "host")
SAVINGS = ("power", "pdu", "copies", "alone", "quorum", "witness", "ha", "rack")
FAULTS = {each.name: Message.of("{name}: {about}", name=each.name, about=each.about) for each in scenarios(D1)}  # fmt: skip
BUDGET = 100_000  # euros; the points for availability do not ask for it
LINE = 27


@dataclass(frozen=True)
class Seen:
    """A design, its score, the fault that is looked at."""

    design: Design
    score: Score
    name: str

    @property
    def fault(self):
        return next(each for each in self.score.scenarios if each.name == self.name)

    @property
    def points(self):
        return self.score.parts["availability"]


class ScenariosLab(Lab):
    """A matrix of faults and services; press a row to see below it which machine runs where."""

    name = "datacentre-scenarios"
    title = mark("Twelve faults, four services")

    def controls(self):
        design, *more = design_controls("D1", CHANGES, SAVINGS)
        return [design, Pick("fault", mark("Look at"), "S1", FAULTS), *more]

    def run(self, fault, **values):
        design = chosen(values)
        return Seen(design, score(design, BUDGET), fault)

    def _press(self, name):
        if not self.locked and name in FAULTS:
            self.set(fault=name)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, seen):
        width = width_of(self.scene)
        items, y = self._matrix(seen, width)
        hosts, y = self._hosts(seen, y + 26, width)
        entries, a_line = legend(), 2 if self.scene.narrow else 4
        items += hosts + key(entries, width, y + 6, a_line=a_line)
        self.scene.show(
            items, width=width, height=y + 10 + 22 * -(-len(entries) // a_line),
            label=_("Twelve faults and the services that stay up; below, the machines of one of them"),
        )  # fmt: skip

    def _columns(self, seen, width):
        """Left edge of the services, width of one, left edge of the values."""
        count = len(seen.design.services)
        one = 46 if self.scene.narrow else 104
        last = width - (58 if self.scene.narrow else 92)
        return last - one * count, one, last

    def _matrix(self, seen, width):
        left, one, last = self._columns(seen, width)
        names = [each.name for each in seen.design.services]
        items = [label(f"head-{name}", left + k * one + one / 2 - 2, 16, self._head(name, one), anchor="middle", size=12, weight=600) for k, name in enumerate(names)]  # fmt: skip
        items.append(label("head-value", (last + width) / 2, 16, _("value"), anchor="middle", size=12, weight=600))  # fmt: skip
        y = 26
        for each in seen.score.scenarios:
            items += self._line(each, names, y, (left, one, last, width))
            y += LINE
        points = "?" if self.locked else _("{points} of {most} points", points=number(seen.points, 4), most=str(MOST["availability"]))  # fmt: skip
        items.append(label("mean", width - 8, y + 16, _("availability: {points}", points=points), anchor="end", weight=600))  # fmt: skip
        return items, y + 22

    def _head(self, name, one):
        return fitting([service(name), name], one + 8, 12)

    def _line(self, each, names, y, columns):
        left, one, last, width = columns
        text = boxed(_(FAULTS[each.name]), left - 18, 12)
        inside = [label(f"{each.name}-name", 10, 16, text, size=12, weight=600)]
        press = None if self.locked else _("look at {fault}", fault=_(FAULTS[each.name]))
        items = [box(each.name, 4, y, left - 10, LINE - 3, children=inside, r=5, selected=each.name == self.values["fault"], press=press)]  # fmt: skip
        for k, name in enumerate(names):
            items.append(box(f"{each.name}-{name}", left + k * one, y, one - 4, LINE - 3, r=5, **self._cell(each, name)))  # fmt: skip
        value = "?" if self.locked else _("{n} %", n=number(100 * each.value))
        tone = "idle" if self.locked else "ok" if each.value == 1 else "bad" if each.value == 0 else "warn"  # fmt: skip
        items.append(box(f"{each.name}-value", last, y, width - last - 4, LINE - 3, r=5, text=value, tone=tone, fill="paper", size=12))  # fmt: skip
        return items

    def _cell(self, each, name):
        if self.locked:
            return {"text": "?", "tone": "idle", "fill": "none"}
        if each.state.split_brain:
            return {"text": "⚠", "tone": "bad", "fill": "soft", "dash": True}
        if each.state.up[name]:
            return {"text": "✓", "tone": "ok", "fill": "soft"}
        return {"text": "✗", "tone": "bad", "fill": "solid"}

    def _hosts(self, seen, y, width):
        """A card a host, with the machines that run there in this fault."""
        if self.locked:
            return [], y - 20
        design, fault = seen.design, seen.fault
        items = [heading("hosts", 6, y, _("The machines: {fault}", fault=seen.name), width - 8)]  # fmt: skip
        count = len(design.hosts)
        wide = min(420, (width - 8) / count - 8)
        lines = -(-len(design.vms) // per_line(wide))
        high = 28 + lines * STEP
        for k, host in enumerate(design.hosts):
            alive = f"host:{host.id}" in fault.state.alive
            inside = chips(f"run-{host.id}", machines_on(design, fault.state, host.id), wide, 26)
            name = host.id if alive else f"✕ {host.id}"
            inside.append(label(f"name-{host.id}", 8, 17, name, weight=600, size=12.5))
            items.append(box(f"host-{host.id}", 4 + k * (wide + 8), y + 10, wide, high, r=7, tone="ok" if alive else "bad", fill="plain" if alive else "soft", dash=not alive, children=inside))  # fmt: skip
        return items, y + 18 + high

    # In words

    def describe(self, seen):
        if self.locked:
            return _("Twelve faults, each alone. A service that is up counts; lost data, or two sides that both write, count as nothing at all.")  # fmt: skip
        fault, design = seen.fault, seen.design
        said = [sentence(_(FAULTS[seen.name]))]
        if fault.state.split_brain:
            said.append(split(fault.state))
        said += causes(reasons(design, fault.failed, fault.state))
        if fault.value == 1:
            said.append(_("All services are up."))
        homes = {vm.id: vm.host for vm in design.vms}
        moved = [f"{vm} → {host}" for vm, host in sorted(fault.state.places.items()) if homes[vm] != host]  # fmt: skip
        if moved and not fault.state.split_brain:
            said.append(_("Started elsewhere: {machines}.", machines=listed(moved)))
        return "\n".join(said)

    def tone(self, seen):
        if self.locked:
            return "accent"
        return "ok" if seen.fault.value == 1 else "bad" if seen.fault.value == 0 else "warn"

    def table(self, seen):
        names = [each.name for each in seen.design.services]
        head = [_("fault"), _("components"), *map(service, names), _("value")]
        rows = [
            [_(FAULTS[each.name]), faults(each.failed), *(self._word(each, name) for name in names), self._value(each)]
            for each in seen.score.scenarios
        ]  # fmt: skip
        return Table(head, rows, caption=_("Which services each fault leaves"))

    def _word(self, each, name):
        if self.locked:
            return "?"
        return _("up") if each.state.up[name] else _("down")

    def _value(self, each):
        return "?" if self.locked else number(each.value)
