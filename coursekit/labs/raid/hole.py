"""The write hole, a step at a time, with its cures."""

from coursekit.i18n import _, mark
from coursekit.labs.raid.drawing import disk_name
from coursekit.sims.raid.writehole import Hole, play
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import spots, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

CURES = {
    "none": mark("none"),
    "resync": mark("resync after the restart"),
    "bitmap": mark("bitmap: resync what was dirty"),
    "journal": mark("journal on a device of its own"),
    "ppl": mark("partial parity log (PPL)"),
}
CRASHES = {
    "never": mark("never"),
    "before both": mark("before both writes"),
    "between": mark("between data and parity"),
    "after both": mark("after both writes"),
}
PHASES = {
    "running": (mark("running"), "ok"),
    "crashed": (mark("no power"), "bad"),
    "refused": (mark("refuses to start"), "warn"),
    "read-only": (mark("read-only"), "warn"),
}


class HoleLab(StoryLab):
    """One stripe, one write, one power cut, one dead disk."""

    name = "raid-hole"
    title = mark("The write hole")

    def controls(self):
        return (
            Pick("cure", mark("Cure"), "none", CURES),
            Pick("crash", mark("The power fails"), "never", CRASHES),
            Slider("dies", mark("Disk that dies later"), 2, 0, 2),
            Slider("new", mark("New byte of D0"), 0x44, 0, 255),
            Check("parity_first", mark("Parity is written first"), False, more=True),
            Check("dies_at_crash", mark("The disk dies in the power cut"), False, more=True),
            Check(
                "journal_lost",
                mark("The journal device is lost"),
                False,
                more=True,
                when=lambda v: v["cure"] == "journal",
            ),
        )

    def story(self, actions, **values):
        self._hole = Hole(**values)
        return play(self._hole)

    def labels(self, ended):
        return [_(state.why) for state in ended.states]

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        width = width_of(self.scene)
        word, tone = PHASES[state.phase]
        items = [box("phase", 6, 6, 190, 38, text=_(word), tone=tone, fill="solid")]
        if state.log:
            kept = " ".join(f"{byte:02x}" for byte in state.log)
            items.append(
                box(
                    "log",
                    width - 236,
                    6,
                    230,
                    38,
                    text=_("log: {kept}", kept=kept),
                    fill="paper",
                    tone="accent",
                )
            )
        places, bottom = spots(len(state.data) + 1, 128, narrow=self.scene.narrow, top=60, most=150)
        for i, byte in enumerate((*state.data, state.parity)):
            items.append(self._disk(state, i, byte, places[i]))
        items.append(
            label(
                "sum",
                width / 2,
                bottom + 14,
                self._equation(state),
                anchor="middle",
                size=15,
                weight=600,
            )
        )
        self.scene.show(
            items,
            width=width,
            height=bottom + 28,
            label=_("One stripe: three data bytes and their parity"),
        )

    def _disk(self, state, i, byte, spot):
        is_parity = i == len(state.data)
        dead = byte is None
        before = self.result.states[max(0, self.moment - 1)]
        was = before.parity if is_parity else before.data[i]
        block = box(
            f"byte{i}", 14, 52, spot.w - 28, 58, text="✗" if dead else f"{byte:02x}", size=22, hue=i,
            fill="soft" if is_parity else "solid", dash=is_parity, glow=was != byte and not dead,
        )  # fmt: skip
        return box(
            f"disk{i}", spot.x, spot.y, spot.w, 124, title=disk_name(i), sub="P" if is_parity else f"D{i}",
            led="bad" if dead else "ok", r=12, children=[block],
        )  # fmt: skip

    def _equation(self, state):
        data = " ⊕ ".join("?" if byte is None else f"{byte:02x}" for byte in state.data)
        sign = {True: "=", False: "≠", None: "?"}[state.agrees]
        return f"{data} {sign} {state.parity:02x}"

    def describe(self, state):
        text = _(state.why)
        if state is self.result.states[-1] and self.result.reads is not None:
            wanted = " / ".join(f"{byte:02x}" for byte in self.result.expected)
            text += " " + _("Expected: {wanted}.", wanted=wanted)
        return text

    def tone(self, state):
        if state is self.result.states[-1]:
            return "bad" if self.result.damaged else "warn" if state.phase != "running" else "ok"
        return PHASES[state.phase][1] if state.phase != "running" else "accent"

    def table(self, state):
        head = [_("step"), "D0", "D1", "D2", "P", _("log")]
        rows = [
            [
                i,
                *("✗" if byte is None else f"{byte:02x}" for byte in (*each.data, each.parity)),
                " ".join(f"{b:02x}" for b in each.log),
            ]
            for i, each in enumerate(self.result.states)
        ]
        return Table(head, rows)
