"""Ways to a machine or a container from afar: which one still works, and what each key holds."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, plural
from coursekit.sims.kubernetes.remote import FAULTS, WAYS, Reached, fault_name, reach
from coursekit.ui.controls import Pick
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

TARGETS = {"vm": mark("a virtual machine"), "container": mark("a container")}
POWERS = {
    "one": ("ok", mark("one machine")),
    "host": ("warn", mark("the whole host")),
    "all": ("bad", mark("everything it knows")),
}
ROW = 54


@dataclass(frozen=True)
class Tried:
    """All ways to a target while something is out of order."""

    reached: tuple[Reached, ...]

    @property
    def open(self):
        return [each for each in self.reached if each.works]


class RemoteLab(Lab):
    """A line a way: the door with its port, the way behind it, and what its key holds."""

    name = "kubernetes-remote"
    title = mark("From afar: console, SSH, exec, API, web console")

    def controls(self):
        return (
            Pick("target", mark("You want to reach"), "vm", TARGETS),
            Pick("fault", mark("Out of order"), "network", {each: fault_name(each).text for each in FAULTS}),
        )  # fmt: skip

    def run(self, target, fault):
        return Tried(tuple(reach(way, target, fault) for way in WAYS))

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, tried):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(tried), narrow=narrow)
        top, step = 54, ROW + (34 if narrow else 4)
        for i, each in enumerate(tried.reached):
            items += self._line(i, each, top + i * step, narrow=narrow, width=width)
        bottom = top + len(tried.reached) * step + 8
        items += key(self._key(), width, bottom, a_line=1 if narrow else 3)
        what = _("Six ways from you to the target: a door each, and where it stops")
        self.scene.show(items, width=width, height=bottom + (74 if narrow else 28), label=what)

    def _facts(self, tried):
        n = len(tried.open)
        ports = sorted({each.way.port for each in tried.open})
        return [
            (
                plural(
                    "{count} of {all} ways leads there",
                    "{count} of {all} ways lead there",
                    n,
                    all=len(WAYS),
                ),
                "ok" if n else "bad",
            ),
            (_("doors used: {ports}", ports=", ".join(map(str, ports)) or "–"), "idle"),
        ]

    def _line(self, i, each, y, *, narrow, width):
        """You → the door → the target; the one who has the key holds what the last box says."""
        way, works = each.way, each.works
        tone = "ok" if works else "idle" if each.missing == "kind" else "bad"
        power, held = POWERS[way.power]
        wide = 214 if narrow else 250
        x_door, x_power = wide + 24, width - (136 if narrow else 190)
        shut = each.missing == "port"
        items = [
            box(f"way{i}", 6, y, wide, 40, r=8, text=_(way.name), size=11 if narrow else 12, tone=tone, fill="soft" if works else "none", dash=not works, faded=each.missing == "kind"),
            box(f"door{i}", x_door, y + 2, 66, 36, r=6, text=f"{way.port}", tone="bad" if shut else tone, fill="solid" if shut else "paper", dash=shut),
            box(f"power{i}", x_power, y, width - x_power - 6, 40, r=8, text=_(held), size=11 if narrow else 12, tone=power, fill="soft"),
        ]  # fmt: skip
        end = x_power - 6 if works else x_door + (-6 if shut else 66 + 24)
        items.append(path(f"wire{i}", f"M{x_door + 70} {y + 20}H{end}" if end > x_door + 66 else f"M{wide + 10} {y + 20}H{end}", tone=tone, arrow=works, dash=not works, w=2))  # fmt: skip
        sign = "✓" if works else "–" if each.missing == "kind" else "✗"
        if narrow:
            items.append(label(f"why{i}", 10, y + 58, f"{sign} {_(each.why)}", size=11))
        else:
            text = "" if works else _(each.why)
            items.append(label(f"why{i}", x_door + 100, y + 12, f"{sign} {text}" if len(text) < 56 else sign, size=11.5))  # fmt: skip
        return items

    def _key(self):
        words = [_("its key holds one machine"), _("its key holds the host"), _("its key holds all it knows")]  # fmt: skip
        tones = ("ok", "warn", "bad")
        return [("box", {"tone": tone, "fill": "soft"}, word) for tone, word in zip(tones, words, strict=True)]  # fmt: skip

    # In words

    def describe(self, tried):
        target, fault = _(TARGETS[self.values["target"]]), _(fault_name(self.values["fault"]))
        if not tried.open:
            return _("To {target}, {fault}: no way leads there. Somebody has to walk.", target=target, fault=fault)  # fmt: skip
        least = min(tried.open, key=lambda each: list(POWERS).index(each.way.power))
        names = ", ".join(_(each.way.name) for each in tried.open)
        return _(
            "To {target}, {fault}: {names}. The one whose key holds least: {least} ({holds}).",
            target=target, fault=fault, names=names, least=_(least.way.name), holds=_(least.way.holds),
        )  # fmt: skip

    def tone(self, tried):
        return "ok" if tried.open else "bad"

    def table(self, tried):
        rows = [
            [_(e.way.name), e.way.port, _(e.way.at), _("yes") if e.works else _("no"), _(e.why), _(e.way.proof), _(e.way.holds)]
            for e in tried.reached
        ]  # fmt: skip
        head = [_("way"), _("port"), _("of which machine"), _("leads there"), _("why"), _("how one proves oneself"), _("what the key holds")]  # fmt: skip
        return Table(head, rows, caption=_("Ways from afar"))
