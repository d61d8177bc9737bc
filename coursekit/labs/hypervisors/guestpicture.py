"""How a guest is drawn while it runs: its listing, who runs where, registers, memory, cycles.

Each part takes the film, the view on the screen and a place, and gives its items and its bottom.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from coursekit.i18n import _, mark, number
from coursekit.labs.hypervisors.guestwords import KINDS, place_name, rounded, says
from coursekit.sims.hypervisors.assembler import Program
from coursekit.sims.hypervisors.guest import Difference, Run
from coursekit.sims.hypervisors.gueststory import View
from coursekit.ui.scene import box, label, mover, path

LINE = 20  # height of a line of the listing
WINDOW = 9  # lines in sight where it is narrow
FLOOR, BETWEEN = 54, 14  # height of a storey, and the space to the next
CELL = 44
SHOWN = 8  # memory words at most

STOREYS = {  # how the program runs, how the kernel, and what is below them
    "native": (mark("user mode"), mark("kernel mode"), ""),
    "interp": (mark("imitated"), mark("imitated"), mark("a program in user mode")),
    "dbt": (mark("translated"), mark("translated"), mark("a program in user mode")),
    "trap": (mark("user mode"), mark("user mode too"), mark("kernel mode")),
    "bt": (mark("user mode"), mark("user mode, translated"), mark("kernel mode")),
    "pv": (mark("user mode"), mark("user mode, rewritten"), mark("kernel mode")),
    "hw_shadow": (mark("guest's user mode"), mark("guest's kernel mode"), mark("host mode")),
    "hw_npt": (mark("guest's user mode"), mark("guest's kernel mode"), mark("host mode")),
    "hw_npt_virtio": (mark("guest's user mode"), mark("guest's kernel mode"), mark("host mode")),
}


@dataclass(frozen=True)
class Film:
    """A program run one way: its moments, and the whole run beside that of the bare CPU.

    `rewritten`: places where the kernel was rewritten; `wrong`: how the end differs.
    """

    name: str
    program: Program
    rewritten: frozenset[int]
    states: tuple[View, ...]
    whole: Run
    bare: Run
    wrong: tuple[Difference, ...]
    words: tuple[int, ...]

    @property
    def way(self) -> str:
        """The technique."""
        return self.whole.guest.way

    @property
    def cut(self) -> bool:
        """The run is longer than the film."""
        return self.whole.instructions > self.states[-1].step

    def before(self, view: View) -> View:
        """The view one instruction earlier; the first has none and gives itself."""
        return self.states[max(0, view.step - 1)]


@dataclass(frozen=True)
class Place:
    """Where a part goes, and how wide it may be."""

    x: float
    y: float
    w: float


# the listing


def listing(film, view, place, *, narrow):
    """The program with the line just done and the one that comes next."""
    count = len(film.program.lines)
    rows = min(WINDOW, count) if narrow else count
    here = view.pc if view.step else 0
    first = max(0, min(here - rows // 2, count - rows))
    high = rows * LINE + 16
    items = [box("code", place.x, place.y, place.w, high, fill="paper", r=10)]
    items += _users(film.program.user[first : first + rows], place)
    for i in range(first, first + rows):
        items += _line(film, view, i, place, place.y + 8 + (i - first) * LINE)
    return items, place.y + high


def _users(user, place):
    """A band behind each run of lines that the user's program is made of."""
    items = []
    for whose, group in groupby(enumerate(user), key=lambda each: each[1]):
        lines = [i for i, _user in group]
        if whose:
            y = place.y + 8 + lines[0] * LINE
            items += [
                box(f"user{lines[0]}", place.x + 4, y, place.w - 8, len(lines) * LINE, r=4, fill="soft", faded=True, hue=1),
                label(f"whose{lines[0]}", place.x + place.w - 12, y + 15, _("user mode"), size=12, anchor="end"),
            ]  # fmt: skip
    return items


def _line(film, view, i, place, y):
    program = film.program
    just = view.step > 0 and view.pc == i
    coming = view.state.stop == "running" and view.state.pc == i
    silent = just and any(event.kind == "silent" for event in view.events)
    tone = "bad" if silent else "warn" if view.changed else "accent"
    items = []
    if just:
        items.append(box("just", place.x + 4, y, place.w - 8, LINE, r=4, fill="soft", tone=tone))
    names = " ".join(f"{name}:" for name, at in program.labels.items() if at == i)
    text = program.line(i)
    asks = _("ask: {line}", line=text) if i in film.rewritten else text
    if coming:
        items.append(label("next", place.x + 10, y + 15, "▶", size=11))
    items.append(label(f"name{i}", place.x + 28, y + 15, names, size=12.5, weight=700))
    items.append(label(f"text{i}", place.x + 96, y + 15, asks, size=13, weight=700 if just else 400))  # fmt: skip
    return items


# who runs where


def storeys(film, view, place):
    """Program, kernel, hypervisor, CPU one above the other; the way the instruction took."""
    program, kernel, below = STOREYS[film.way]
    wide = place.w * 0.53
    names = [_("guest's program"), _("guest's kernel"), _under(film.way), _("CPU")]
    subs = [_(program), _(kernel), _(below), ""]
    runs = 1 if view.state.kernel else 0
    items = []
    for i, (name, sub) in enumerate(zip(names, subs, strict=True)):
        absent = i == 2 and not below
        items.append(box(
            f"storey{i}", place.x, place.y + i * (FLOOR + BETWEEN), wide, FLOOR if i < 3 else 38, r=10,
            text=name, **({"sub": sub} if sub else {}), fill="none" if absent else "paper", dash=absent,
            tone="accent" if i == runs else None, glow=i == runs and view.state.stop == "running", faded=absent,
        ))  # fmt: skip
    items += _way(film, view, Place(place.x + wide, place.y, place.w - wide))
    return items, place.y + 3 * (FLOOR + BETWEEN) + 38


def _under(way):
    if way == "native":
        return _("no hypervisor")
    return _("emulator") if way in ("interp", "dbt") else _("hypervisor")


def _way(film, view, lane):
    """From the storey of the instruction to who did it, with a word and a disc that runs."""
    if not view.step:
        return []
    text, sub, tone, to = _done_by(film, view)
    start = 1 if film.before(view).state.kernel else 0
    y0 = lane.y + start * (FLOOR + BETWEEN) + FLOOR / 2
    y1 = lane.y + to * (FLOOR + BETWEEN) + (FLOOR if to < 3 else 38) / 2
    d = f"M{lane.x:g} {y0:g}h22V{y1:g}h-20"
    silent = tone == "bad"
    look = {"size": 12.5, "r": 8, "fill": "solid" if silent else "soft", "tone": tone}
    said = box("how", lane.x + 32, (y0 + y1) / 2 - 23, lane.w - 34, 46, text=text, **({"sub": sub} if sub else {}), **look)  # fmt: skip
    return [
        path("arrow", d, arrow=True, tone=tone, dash=silent),
        said,
        mover("goes", d, r=6, tone=tone, seconds=0.5, run=view.step),
    ]


def _done_by(film, view):
    """Two lines, a tone, and the storey that did the instruction."""
    if view.events:
        event = view.events[-1]
        if event.kind == "silent":
            return _("{what}: no trap!", what=says(event)), _("nobody is told"), "bad", 3
        cost = _("{what}, {cycles} cycles", what=says(event), cycles=rounded(event.cycles))
        return _(KINDS[event.kind]), cost, "warn", 2
    if film.way == "interp":
        return _("imitated"), _("one by one"), "accent", 2
    if film.way == "dbt" or (film.way == "bt" and film.before(view).state.kernel):
        return _("translated code"), _("runs on the CPU"), "accent", 3
    return _("directly"), _("nobody looks"), "ok", 3


def counted(film, view):
    """How often the hypervisor came in by now, and how often it should have."""
    return Counter(event.kind for each in film.states[: view.step + 1] for event in each.events)


def counts(film, view, place):
    """A box for each way into the hypervisor, and how often it was taken."""
    came, step = counted(film, view), place.w / len(KINDS)
    items = []
    for k, (kind, text) in enumerate(KINDS.items()):
        n, bad = came[kind], kind == "silent"
        fresh = any(event.kind == kind for event in view.events)
        items.append(box(
            f"count-{kind}", place.x + k * step, place.y, step - 4, CELL, text=str(n), sub=_(text), r=6,
            fill="solid" if n and bad else "soft" if n else "none", tone=("bad" if bad else "warn") if n else None, glow=fresh,
        ))  # fmt: skip
    return items, place.y + CELL


# what the guest holds


def held(film, view, place, *, narrow):
    """Registers, then memory words that change, then what went to the devices last."""
    state, old = view.state, film.before(view).state
    cells = [
        (f"r{i}", str(now), f"r{i}", now != was)
        for i, (now, was) in enumerate(zip(state.registers, old.registers, strict=True))
    ]
    rows = [cells]
    words = [
        (f"word{at}", str(state.memory[at]), _("word {at}", at=at), state.memory[at] != old.memory[at])
        for at in film.words
    ]  # fmt: skip
    sent = state.output[-1:]
    words += [("sent", _printed(value), _to(port), len(state.output) > len(old.output)) for port, value in sent]  # fmt: skip
    if film.words or film.whole.state.output:
        rows.append(words)
    items, y = [], place.y
    for row in rows:
        for k, (name, text, sub, fresh) in enumerate(row):
            step = place.w / 8
            wide = step - 4 if row is cells else step * 1.5 - 4
            x = place.x + k * (wide + 4)
            items.append(box(
                name, x, y, wide, CELL, text=text, sub=sub, r=6, size=12.5 if narrow else 13.5,
                fill="soft" if fresh else "plain", tone="warn" if fresh else None,
            ))  # fmt: skip
        y += CELL + 6
    return items, y


def _printed(value):
    """A word, and the letter it is where it is one."""
    return f"{value} “{chr(value)}”" if 32 < value < 127 else str(value)


def _to(port):
    return _("to the disk") if port == 1 else _("to the console")


# what it costs, and what is left


def cycles(film, view, place, *, narrow):
    """The cycles so far against those of the whole run on the bare CPU."""
    head = 118 if narrow else 170
    most = max(film.whole.cycles, film.bare.cycles)
    unit = (place.w - head - (128 if narrow else 150)) / most
    rows = [
        ("bare", _("bare CPU, all of it"), film.bare.cycles, "idle", "soft", rounded(film.bare.cycles)),
        ("so-far", _("this way, so far"), view.cycles, "accent", "solid", _spent(film, view)),
    ]  # fmt: skip
    items = []
    for i, (name, text, value, tone, fill, figure) in enumerate(rows):
        y = place.y + i * 28
        items += [
            label(f"{name}-head", place.x, y + 16, text, size=12.5),
            box(f"{name}-bar", place.x + head, y, max(2, value * unit), 22, r=4, tone=tone, fill=fill),
            label(f"{name}-figure", place.x + head + max(2, value * unit) + 8, y + 16, figure, size=12.5, weight=600),
        ]  # fmt: skip
    return items, place.y + 56


def _spent(film, view):
    if view is film.states[-1] and not film.cut:
        times = number(film.whole.cycles / film.bare.cycles)
        return _("{cycles} = {times} ×", cycles=rounded(view.cycles), times=times)
    return _("{cycles} cycles", cycles=rounded(view.cycles))


def verdict(film, view, place):
    """One line: does it leave what the bare CPU leaves?"""
    if view is not film.states[-1]:
        text, tone = _("The end will be compared with the bare CPU's."), "idle"
    elif film.wrong:
        places = ", ".join(place_name(each.place) for each in film.wrong)
        text, tone = _("Not as on the bare CPU: {places}", places=places), "bad"
    else:
        text, tone = _("The end: exactly as on the bare CPU."), "ok"
    fill = "solid" if tone == "bad" else "paper"
    return [box("verdict", place.x, place.y, place.w, 32, text=text, tone=tone, fill=fill, size=12.5)], place.y + 32  # fmt: skip
