"""A firewall between computers and controllers: press a port to close it, and read who complains."""

from coursekit.i18n import _, mark, plural
from coursekit.labs.directory.drawing import lamp, yes_no
from coursekit.sims.directory.ports import FLOWS, after_closing
from coursekit.ui.controls import Check, as_it_is
from coursekit.ui.fit import boxed, clipped, heading
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

GATES = {f"closed{flow.port.partition('-')[0]}": flow for flow in FLOWS}
GATE, LINE = 34, 34  # heights of a port and of what a client does
OPEN = {"tone": "ok", "fill": "paper", "led": "ok"}
SHUT = {"tone": "bad", "fill": "soft", "led": "bad"}


class PortsLab(Lab):
    """The wall and its gates on the left, what users notice on the right."""

    name = "directory-ports"
    title = mark("A firewall, and who complains")

    def controls(self):
        return (
            Check("kept", mark("They logged on before, and their tickets have not ended"), False),
            *(Check(name, as_it_is(f"✗ {flow.port} {flow.service}"), False, more=True) for name, flow in GATES.items()),
        )  # fmt: skip

    def run(self, kept, **closed):
        self._closed = [GATES[name].port for name, shut in closed.items() if shut]
        return after_closing(self._closed, ticket=kept)

    def _press(self, name):
        if name in GATES and not self.locked:
            self.set(**{name: not self.values[name]})

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, outcomes):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 106 if narrow else 68
        items = facts(self._facts(outcomes), narrow=narrow)
        half = width if narrow else 0.46 * width
        wall, low = self._wall(top, half, narrow=narrow)
        place = (4, low + 28) if narrow else (half + 26, top)
        deeds, y = self._deeds(outcomes, *place, width - place[0] - 4, narrow=narrow)
        items += wall + deeds
        y = max(low, y) + 10
        items += key([("box", {k: v for k, v in OPEN.items() if k != "led"}, _("open")), ("box", {k: v for k, v in SHUT.items() if k != "led"}, _("closed"))], width, y, a_line=4 if not narrow else 2)  # fmt: skip
        self.scene.show(
            items, width=width, height=y + 22,
            label=_("The ports between a computer and a domain controller, and what still works"),
        )  # fmt: skip

    def _facts(self, outcomes):
        broken = sum(not each.works for each in outcomes)
        return [
            (_("ports closed: {n} of {all}", n=len(self._closed), all=len(FLOWS)), "warn" if self._closed else "idle"),
            (_("works: {n} of {all}", n=len(outcomes) - broken, all=len(outcomes)), "bad" if broken else "ok"),
            (_("tickets in the cache"), "accent") if self.values["kept"] else (_("no ticket yet"), "idle"),
        ]  # fmt: skip

    def _wall(self, top, wide, *, narrow):
        """A gate a port between the computer and the controller, and the way through it."""
        high = len(FLOWS) * GATE + 8
        side = 84
        items = [
            heading("wall", 6, top, _("The firewall: press a port"), wide),
            box("client", 4, top + 14, side, high, r=10, text=_("computer"), tone="accent", fill="soft", size=12),
            box("controller", wide - side - 4, top + 14, side, high, r=10, text=_("controller"), tone="accent", fill="soft", size=12),
        ]  # fmt: skip
        gate = wide - 2 * side - 76
        for row, (name, flow) in enumerate(GATES.items()):
            y, shut = top + 20 + row * GATE, self.values[name]
            x = side + 38
            if shut:
                items.append(path(f"way{row}", f"M{side + 6} {y + 15}h22", tone="bad", dash=True))
            else:
                items.append(path(f"way{row}", f"M{side + 6} {y + 15}h28", tone="ok", arrow=True))
                items.append(path(f"on{row}", f"M{x + gate + 4:g} {y + 15}h24", tone="ok", arrow=True))  # fmt: skip
            said = _("open port {port}", port=flow.port) if shut else _("close port {port}", port=flow.port)  # fmt: skip
            items.append(box(
                name, x, y, gate, GATE - 5, r=7, text=boxed(f"{flow.port} {flow.service}", gate - 20), size=12.5,
                press=None if self.locked else said, **(SHUT if shut else OPEN),
            ))  # fmt: skip
        return items, top + 14 + high

    def _deeds(self, outcomes, x, y, wide, *, narrow):
        """What a client does, each with its lamp, and the words of a failure below it."""
        items = [heading("deeds", x + 2, y, _("What a user can do, and reads"), x + wide)]
        y += 24
        for row, each in enumerate(outcomes):
            text = _(each.operation.label)
            tone = "ok" if each.works else "bad"
            sign = "✓" if each.works else "✗"
            items += lamp(f"deed{row}", x + 4, y + 6, tone, f"{sign} {text}", wide - 8, size=13, weight=600 if not each.works else 400)  # fmt: skip
            said = _(each.why) if not each.works or each.closed != "" or self._spared(each) else self._needs(each)  # fmt: skip
            if not each.works:
                said = _("{port}: {words}", port=each.closed, words=said)
            items.append(label(f"said{row}", x + 24, y + 21, clipped(said, wide - 26, 11.5), size=11.5))  # fmt: skip
            y += LINE
        return items, y + 4

    def _spared(self, each):
        """It needs a closed port, but its ticket is in the cache."""
        return each.works and any(port in self._closed for port in each.operation.needs)

    def _needs(self, each):
        return _("needs {ports}", ports=", ".join(each.operation.needs))

    # In words

    def describe(self, outcomes):
        broken = [each for each in outcomes if not each.works]
        if not self._closed:
            return _("All ports are open, and everything works. Press one to close it.")
        if not broken:
            return _("Nobody notices anything yet.")
        lines = [plural("{count} thing fails now.", "{count} things fail now.", len(broken))]
        first = broken[0]
        lines.append(_("“{what}”: {words}", what=_(first.operation.label), words=_(first.why)))
        spared = [_(each.operation.label) for each in outcomes if self._spared(each)]
        if spared:
            lines.append(_("It goes on with the tickets of the cache: {what}. When they end, that fails too.", what=", ".join(spared)))  # fmt: skip
        return " ".join(lines)

    def tone(self, outcomes):
        return "bad" if any(not each.works for each in outcomes) else "warn" if self._closed else "ok"  # fmt: skip

    def table(self, outcomes):
        rows = [
            [_(each.operation.label), ", ".join(each.operation.needs), yes_no(each.works), each.closed or "–", _(each.why)]
            for each in outcomes
        ]  # fmt: skip
        head = [_("what"), _("ports it needs"), _("works"), _("closed port"), _("what the user reads")]  # fmt: skip
        return Table(head, rows, caption=_("What still works, and the words of each failure"))
