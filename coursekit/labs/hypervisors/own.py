"""The learner's own guest: a program in assembler, run every way there is."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from coursekit.i18n import _, mark, number
from coursekit.labs.hypervisors.drawing import KEYBOARD, TECHNIQUES, technique_name
from coursekit.labs.hypervisors.guestpicture import CELL, Place
from coursekit.labs.hypervisors.guestwords import KINDS, place_name, rounded
from coursekit.sims.hypervisors.guest import Difference, Run, compare, differences
from coursekit.sims.hypervisors.monitor import WAYS
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.look import html
from coursekit.ui.parts import width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table
from coursekit.ui.textlab import TextLab

ROW, NARROW_ROW = 38, 66
FIRST = """\
; {title}
.data 16 16 17 18
        LI r1, 16
        LOADCR cr0, r1       ; {table}
        LI r1, kernel
        LOADCR cr1, r1       ; {calls}
        USER main
.user
main:   SGDT r5              ; {asks}
        LI r6, 16
        BEQ r5, r6, bare
        LI r7, 1
bare:   SYSCALL
.kernel
kernel: HALT
"""
PLAIN = """        LI r1, 6
        LI r2, 7
        MUL r3, r1, r2
        HALT
"""  # in sight while the prediction is awaited: it gives nothing away
HELP = (  # an example of each instruction, and what it does
    ("LI r1, 5 · ADD r1, r2, r3 · SUB · MUL · ADDI r1, r2, -1", mark("compute with numbers from 0 to 65535")),
    ("LOAD r1, [r2+3] · STORE r1, [r2]", mark("read and write a word of memory")),
    ("BEQ r1, r2, place · BNE · BLT · JMP place", mark("go on at “place:” if equal, unequal, less, always")),
    ("SYSCALL · SYSRET", mark("call the kernel; back from a call, an interrupt or a fault")),
    ("USER place", mark("the kernel starts the user program, interrupts on")),
    ("LOADCR cr1, r1", mark("cr0: the page table; cr1, cr2, cr3: where calls, interrupts and faults enter")),
    ("SETPTE r1, [r2]", mark("write an entry of the page table: 16 + the number of the frame")),
    ("IN r1, 0 · OUT r1, 1", mark("read from the console, write to the disk")),
    ("POPF r1", mark("interrupts on (1) or off (0)")),
    ("RDMODE r1 · SGDT r1", mark("which mode is it (1: user); where is the page table")),
    ("HALT", mark("stop")),
    (".user · .kernel · .data 32 7 8", mark("whose the lines below are; 7 and 8 in memory from word 32 on")),
)  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """A program run every way; `wrong`: how the ends differ from the bare CPU's; `way` is chosen."""

    way: str
    runs: dict[str, Run]
    wrong: dict[str, tuple[Difference, ...]]

    @property
    def bare(self):
        """The run that says what is right."""
        return self.runs["native"]

    @property
    def betrayed(self):
        """The ways that end otherwise."""
        return [way for way, found in self.wrong.items() if found]

    def times(self, way):
        """How long it takes, against the bare CPU."""
        return self.runs[way].cycles / self.bare.cycles


def _first():
    """Where the lab starts: a program that asks whether somebody is below."""
    return FIRST.format(
        title=_("Is there a hypervisor? In the end r7 holds 1 for yes."),
        table=_("the page table is at word 16"), calls=_("system calls enter here"),
        asks=_("where is the page table?"),
    )  # fmt: skip


@lru_cache(maxsize=8)
def tried(program, limit):
    """Nine runs of a text; kept, so that choosing a way costs nothing."""
    runs = compare(program, KEYBOARD, limit)
    return runs, {way: differences(runs["native"].state, run.state) for way, run in runs.items()}


class OwnGuestLab(TextLab):
    """Takes a text in assembler; ours asks whether somebody is below."""

    name = "hypervisors-own"
    title = mark("Your own guest program")
    plain = PLAIN

    def controls(self):
        return (
            Pick("way", mark("Look at"), "trap", {way: TECHNIQUES[way] for way in WAYS}),
            Slider("limit", mark("Give up after"), 20_000, 1_000, 200_000, 1_000, mark("instructions"), more=True),
        )  # fmt: skip

    def run(self, way, limit):
        runs, wrong = tried(self.program, limit)
        return Tried(way, runs, wrong)

    # The text

    def first(self):
        return _first()

    def words(self):
        return _("Your program: write assembler, then run it"), _("Run it every way")

    def taken(self):
        return _("It has run every way.")

    def help(self):
        rows = [[example, _(meaning)] for example, meaning in HELP]
        known = Table([_("for example"), _("what it does")], rows, caption=_("The instructions"))
        head = escape(_("The instructions"))
        return [html(f"<details><summary>{head}</summary>{known.html()}</details>")]

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def _press(self, name):
        if not self.locked:
            self.set(way=name.removeprefix("row-"))

    def draw(self, tried_):
        width = width_of(self.scene)
        high = NARROW_ROW if self.scene.narrow else ROW
        items = [] if self.scene.narrow else self._heads()
        top = 6 if self.scene.narrow else 26
        for i, way in enumerate(WAYS):
            items += self._way(tried_, way, Place(4, top + i * high, width - 8))
        ends, bottom = self._ends(tried_, Place(4, top + len(WAYS) * high + 14, width - 8))
        what = _("Your program every way: times the bare CPU, what the hypervisor did, how it ends")
        self.scene.show([*items, *ends], width=width, height=bottom + 4, label=what)

    def _heads(self):
        heads = [label("head-times", 196, 15, _("times the bare CPU"), size=12, weight=600)]
        for k, text in enumerate(KINDS.values()):
            heads.append(label(f"head-{k}", 427 + k * 62 + 29, 9 + 11 * (k % 2), _(text), size=10.5, anchor="middle"))  # fmt: skip
        return [*heads, label("head-end", 746, 15, _("the end"), size=12, weight=600)]

    def _way(self, tried_, way, place):
        """A row: its name, its bar, how often the hypervisor came in, and how it ends."""
        mine, narrow = way == tried_.way, self.scene.narrow
        high = (NARROW_ROW if narrow else ROW) - 5
        x, wide = (place.x + 8, 130) if narrow else (196, 150)
        y = place.y + (36 if narrow else 7)
        most = max(map(tried_.times, WAYS))
        long = max(3, wide * tried_.times(way) / most)
        says = _("{times} ×", times=number(tried_.times(way)))
        press = _("Look at {way}: {times} times the bare CPU", way=technique_name(way), times=number(tried_.times(way)))  # fmt: skip
        text, tone = self._end(tried_, way)
        end = (place.w - 196, place.y + 4, 194, 28) if narrow else (746, place.y + 4, 142, high - 8)
        return [
            box(f"row-{way}", place.x, place.y, place.w, high, r=8, fill="plain" if mine else "none", press=press, selected=mine),
            label(f"name-{way}", place.x + 10, place.y + 21, technique_name(way), size=12.5, weight=600 if mine else 400),
            box(f"bar-{way}", x, y, long, high - 14 if not narrow else 18, r=4, fill="solid" if mine else "soft", tone="accent" if mine else "idle"),
            label(f"says-{way}", x + long + 6, y + 14, says, size=12.5, weight=600),
            box(f"end-{way}", *end, r=6, text=text, size=12, tone=tone, fill="solid" if tone == "bad" else "soft"),
            *self._counts(tried_, way, y),
        ]  # fmt: skip

    def _counts(self, tried_, way, y):
        came = Counter(event.kind for event in tried_.runs[way].events)
        if self.scene.narrow:
            text = " · ".join(f"{came[kind]} {_(text)}" for kind, text in KINDS.items() if came[kind])  # fmt: skip
            return [label(f"count-{way}", width_of(self.scene) - 14, y + 14, text, size=11.5, anchor="end")]  # fmt: skip
        return [
            box(
                f"count-{way}:{kind}", 427 + k * 62, y - 1, 58, 23, r=5, text=str(came[kind]) if came[kind] else "·", size=12,
                tone=("bad" if kind == "silent" else "warn") if came[kind] else None,
                fill=("solid" if kind == "silent" else "soft") if came[kind] else "none",
            )
            for k, kind in enumerate(KINDS)
        ]  # fmt: skip

    def _end(self, tried_, way):
        if way == "native":
            stops = {"halted": _("it halts"), "stuck": _("it is stuck"), "limit": _("given up")}
            return stops[tried_.bare.state.stop], "idle"
        found = tried_.wrong[way]
        if not found:
            return _("✓ the same"), "ok"
        first = place_name(found[0].place)
        if len(found) == 1:
            return f"✗ {first}", "bad"
        return _("✗ {first} and {n} more", first=first, n=len(found) - 1), "bad"

    def _ends(self, tried_, place):
        """Registers at the end, the bare CPU's above those of the chosen way."""
        items = [label("ends", place.x, place.y + 8, _("Registers in the end"), weight=600)]
        y = place.y + 18
        head = 0 if self.scene.narrow else 190
        step = (place.w - head) / 8
        other = tried_.runs[tried_.way].state
        for k, (way, state) in enumerate((("native", tried_.bare.state), (tried_.way, other))):
            text = technique_name(way)
            items.append(label(f"ends{k}", place.x, y + (12 if self.scene.narrow else 28), text, size=12.5))  # fmt: skip
            y += 20 if self.scene.narrow else 0
            for i, value in enumerate(state.registers):
                wrong = k == 1 and value != tried_.bare.state.registers[i]
                items.append(box(
                    f"end{k}-r{i}", place.x + head + i * step, y, step - 4, CELL, r=6, text=str(value), sub=f"r{i}",
                    tone="bad" if wrong else None, fill="solid" if wrong else "plain", size=12.5 if self.scene.narrow else 13.5,
                ))  # fmt: skip
            y += CELL + 8
        return items, y

    # In words

    def describe(self, tried_):
        bare, betrayed = tried_.bare, tried_.betrayed
        text = _(
            "On the bare CPU: {n} instructions, {cycles} cycles. {why}",
            n=number(bare.instructions, 7), cycles=rounded(bare.cycles), why=_(bare.state.why),
        )  # fmt: skip
        if not betrayed:
            text += " " + _("All ways end alike.")
        else:
            names = ", ".join(map(technique_name, betrayed))
            text += " " + _("{n} of {all} ways end otherwise: {names}.", n=len(betrayed), all=len(WAYS) - 1, names=names)  # fmt: skip
        if tried_.way == "native":
            return text
        times = number(tried_.times(tried_.way))
        text += " " + _("With {way} it takes {times} times as long.", way=technique_name(tried_.way), times=times)  # fmt: skip
        found = ", ".join(
            _("{place} is {other} instead of {one}", place=place_name(d.place), one=d.one, other=d.other)
            for d in tried_.wrong[tried_.way][:3]
        )  # fmt: skip
        return f"{text} " + _("There, in the end, {found}.", found=found) if found else text

    def tone(self, tried_):
        if tried_.betrayed:
            return "bad"
        return "ok" if tried_.bare.state.stop == "halted" else "warn"

    def table(self, tried_):
        head = [_("technique"), _("cycles"), _("times the bare CPU"), *map(_, KINDS.values()), _("the end")]  # fmt: skip
        rows = []
        for way, run in tried_.runs.items():
            counts = [run.times(kind) for kind in KINDS]
            rows.append([technique_name(way), rounded(run.cycles), number(tried_.times(way)), *counts, self._end(tried_, way)[0]])  # fmt: skip
        return Table(head, rows, caption=_("Your program every way"))
