"""A guest program on the toy CPU, an instruction at a time, under each technique."""

from functools import lru_cache
from itertools import pairwise

from coursekit.i18n import _, mark, number
from coursekit.labs.hypervisors import guestpicture as draw
from coursekit.labs.hypervisors.drawing import KEYBOARD, TECHNIQUES, technique_name
from coursekit.labs.hypervisors.guestwords import KINDS, place_name, rounded
from coursekit.sims.hypervisors.assembler import assemble, paravirtualize
from coursekit.sims.hypervisors.guest import Guest, differences, run
from coursekit.sims.hypervisors.gueststory import tell
from coursekit.sims.hypervisors.monitor import WAYS
from coursekit.sims.hypervisors.programs import PROGRAMS
from coursekit.ui.controls import Pick
from coursekit.ui.parts import facts, width_of
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

LONGEST, CUT = 400, 120  # a program longer than the one is filmed for the other, and run to its end


AIMS = {  # what to look at in each program
    "count": mark("A loop that only computes: what is there for a hypervisor to do?"),
    "calls": mark("A user program calls its kernel 50 times. By which way does each call arrive?"),
    "pages": mark("The kernel changes its page table 80 times. Who must know of it?"),
    "disk": mark("Twenty words go from the console to the disk: each is a request to a device."),
    "popf": mark("Kernel and disk interrupt add 1 to the same word. Between POPF r0 and POPF r7 no interrupt may come in: does the flag obey?"),
    "pill": mark("A user program asks where the page table is. Whose does it see?"),
}  # fmt: skip


@lru_cache(maxsize=24)
def film(name, way):
    """The record of a sample program; kept, so that going back to a choice costs nothing."""
    text = PROGRAMS[name].text
    bare, whole = _whole(name, "native"), _whole(name, way)
    limit = LONGEST if whole.instructions <= LONGEST else CUT
    told = tell(Guest(text=text, way=way, inputs=KEYBOARD, limit=limit))
    program = assemble(text)
    asked = paravirtualize(program) if way == "pv" else program
    return draw.Film(
        name=name, program=program, states=told.states, whole=whole, bare=bare, words=_changing(told.states),
        rewritten=frozenset(i for i, word in enumerate(asked.words) if word != program.words[i]),
        wrong=differences(bare.state, whole.state),
    )  # fmt: skip


@lru_cache(maxsize=64)
def _whole(name, way):
    return run(Guest(text=PROGRAMS[name].text, way=way, inputs=KEYBOARD))


def _changing(states):
    """The first memory words that do not stay as they are."""
    kept = [view.state.memory for view in states]
    pairs = [(was, now) for was, now in pairwise(kept) if was != now]
    changed = {at for was, now in pairs for at in range(len(was)) if was[at] != now[at]}
    return tuple(sorted(changed)[: draw.SHOWN])


class GuestLab(StoryLab):
    """Step through a program and see when the hypervisor comes in, and when it should have."""

    name = "hypervisors-guest"
    title = mark("A guest, instruction by instruction")

    def controls(self):
        programs = {name: sample.title.text for name, sample in PROGRAMS.items()}
        return (
            Pick("program", mark("Program"), "popf", programs),
            Pick("way", mark("Technique"), "trap", {way: TECHNIQUES[way] for way in WAYS}),
        )

    def story(self, actions, program, way):
        return film(program, way)

    def labels(self, told):
        return [self._event(view) for view in told.states]

    def _event(self, view):
        if not view.step:
            return _("before the first instruction")
        came = "".join(f" → {_(KINDS[event.kind])}" for event in view.events)
        return f"{view.step} · {view.line}{came}"

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, view):
        told, narrow, width = self.result, self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(view), narrow=narrow)
        top = 92 if narrow else 50
        code, below = draw.listing(told, view, draw.Place(4, top, width - 8 if narrow else 356), narrow=narrow)  # fmt: skip
        right = draw.Place(4, below + 12, width - 8) if narrow else draw.Place(378, top, width - 382)  # fmt: skip
        floors, y = draw.storeys(told, view, right)
        tally, y = draw.counts(told, view, draw.Place(right.x, y + 12, right.w))
        cells, y = draw.held(told, view, draw.Place(right.x, y + 12, right.w), narrow=narrow)
        y = max(below, y) + 12
        bars, y = draw.cycles(told, view, draw.Place(4, y, width - 8), narrow=narrow)
        end, bottom = draw.verdict(told, view, draw.Place(4, y + 4, width - 8))
        what = _("A listing, who runs where, registers and memory after {step} instructions", step=view.step)  # fmt: skip
        self.scene.show([*items, *code, *floors, *tally, *cells, *bars, *end], width=width, height=bottom + 4, label=what)  # fmt: skip

    def _facts(self, view):
        state = view.state
        flag = _("interrupts on") if state.interrupts else _("interrupts off")
        return [
            (_("{step} of {all} instructions", step=view.step, all=self.result.whole.instructions), "accent"),
            (_("guest in kernel mode") if state.kernel else _("guest in user mode"), "accent" if state.kernel else "ok"),
            (_("an interrupt waits") if state.pending else flag, "warn" if state.pending else "idle"),
            (_("{cycles} cycles", cycles=rounded(view.cycles)), "idle"),
        ]  # fmt: skip

    def describe(self, view):
        told = self.result
        why = [_(each) for each in view.why if each != told.states[-1].state.why or not told.cut]
        first = _("Instruction {step}: {line}.", step=view.step, line=view.line)
        text = " ".join([first if view.step else _(AIMS[told.name]), *why])
        if view is not told.states[-1]:
            return text
        return f"{text} {self._end(told)}"

    def _end(self, told):
        whole = told.whole
        parts = []
        if told.cut:
            parts.append(_("The film stops here; the whole run has {n} instructions.", n=number(whole.instructions, 6)))  # fmt: skip
        cycles = rounded(whole.cycles)
        if told.way == "native":
            return " ".join([*parts, _("Without a hypervisor it takes {cycles} cycles.", cycles=cycles)])  # fmt: skip
        times = number(whole.cycles / told.bare.cycles)
        parts.append(_("In all {cycles} cycles ({way}), {times} times the bare CPU's {bare}.", way=technique_name(told.way), cycles=cycles, times=times, bare=rounded(told.bare.cycles)))  # fmt: skip
        if not told.wrong:
            return " ".join([*parts, _("It leaves exactly what the bare CPU leaves.")])
        wrong = ", ".join(_("{place} is {other} instead of {one}", place=place_name(d.place), one=d.one, other=d.other) for d in told.wrong)  # fmt: skip
        return " ".join([*parts, _("Wrong in the end: {wrong}. And nobody was told.", wrong=wrong)])

    def tone(self, view):
        told = self.result
        if any(event.kind == "silent" for event in view.events):
            return "bad"
        if view is told.states[-1]:
            return "bad" if told.wrong else "ok"
        return "warn" if view.changed else "accent"

    def summary(self, told):
        return [(_("cycles"), rounded(told.whole.cycles))]

    def table(self, view):
        state = view.state
        came = draw.counted(self.result, view)
        rows = [
            [_("instruction"), view.line or "—"],
            [_("mode of the guest"), _("kernel") if state.kernel else _("user")],
            [_("interrupts"), _("on") if state.interrupts else _("off")],
            *([f"r{i}", value] for i, value in enumerate(state.registers)),
            *([_("word {at}", at=at), state.memory[at]] for at in self.result.words),
            [_("sent to devices"), " ".join(str(value) for _port, value in state.output) or "—"],
            [_("cycles so far"), rounded(view.cycles)],
            *([_(text), came[kind]] for kind, text in KINDS.items()),
        ]
        return Table([_("what"), _("now")], rows, caption=_("After {step} instructions", step=view.step))  # fmt: skip
