"""A host that promised too much memory: guests grow, and it takes memory back."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number
from coursekit.sims.hypervisors.memory import EDGES, STATES, edge, min_free
from coursekit.sims.hypervisors.pressure import Guest, Pressure, Tick, play
from coursekit.ui.controls import Slider
from coursekit.ui.parts import NARROW, WIDE, facts, key
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

GUESTS = {  # name -> what it is called, GiB promised, how much hotter than the slider says
    "files": (mark("files"), 32, 0.5),
    "web": (mark("web"), 24, 1.0),
    "mail": (mark("mail"), 32, 1.0),
    "desks": (mark("desktops"), 48, 1.0),
    "base": (mark("database"), 48, 2.0),
}
TONES = {"high": "ok", "clear": "ok", "soft": "warn", "hard": "bad", "low": "bad"}
TOOLS = {"share": mark("merging"), "balloon": mark("balloon"), "compress": mark("compression"), "swap": mark("swap")}  # fmt: skip
PARTS = {  # where a guest's filled memory is, and how that is drawn
    "real": (mark("in memory"), {"hue": 0, "fill": "solid"}),
    "share": (mark("merged"), {"hue": 1, "fill": "soft"}),
    "balloon": (mark("in the balloon"), {"hue": 2, "fill": "soft"}),
    "compress": (mark("compressed"), {"hue": 3, "fill": "solid"}),
    "swap": (mark("swapped out"), {"tone": "bad", "fill": "solid"}),
    "empty": (mark("promised, not filled"), {"fill": "none", "dash": True}),
}
GIB = 1024
BAR, ROW, ZONE, PAST = 30, 34, 46, 44  # heights: host, guest, state, one tick's worst state
FELT, BAD = 1.005, 2.0  # slower by so much is seen, and is bad


@dataclass(frozen=True)
class Seen:
    """The game and its ticks."""

    game: Pressure
    states: tuple[Tick, ...]


class PressureLab(StoryLab):
    """The host's memory, its state, who gave what, and what that costs each guest."""

    name = "hypervisors-pressure"
    title = mark("Promising more memory than there is")

    def controls(self):
        return (
            Slider("growth", mark("Guests grow, each tick"), 2.0, 0.1, 10.0, 0.1, "%"),
            Slider("filled", mark("Filled at first"), 60, 10, 100, 1, "%"),
            Slider("host", mark("Memory of the host"), 128, 32, 512, 8, mark("GiB")),
            Slider("hot", mark("In constant use"), 30, 1, 100, 1, "%"),
            Slider("alike", mark("Alike in several guests"), 10, 0, 90, 1, "%"),
            Slider("ticks", mark("Ticks"), 25, 1, 60, more=True),
        )

    def story(self, actions, growth, filled, host, hot, alike, ticks):
        guests = tuple(
            Guest(id=name, mem=float(gib * GIB), hot=min(1.0, hotter * hot / 100), alike=alike / 100)
            for name, (_called, gib, hotter) in GUESTS.items()
        )  # fmt: skip
        game = Pressure(
            host_gib=float(host), guests=guests, filled=filled / 100, growth=growth / 100, ticks=ticks,
        )  # fmt: skip
        return Seen(game, play(game))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, tick):
        narrow = self.scene.narrow
        width = NARROW if narrow else WIDE
        items = facts(self._facts(tick), narrow=narrow)
        host, y = self._host(tick, 92 if narrow else 50, width)
        zones, y = self._zones(tick, y + 14, width)
        guests, y = self._guests(tick, y + 18, width)
        look = [("box", style, _(word)) for word, style in PARTS.values()]
        items += key(look, width, y + 8, a_line=2 if narrow else 6)
        past, y = self._past(y + (86 if narrow else 44), width)
        self.scene.show(
            [*items, *host, *zones, *guests, *past], width=width, height=y,
            label=_("The memory of the host and its guests after tick {n}", n=tick.number),
        )  # fmt: skip

    def _facts(self, tick):
        host = self.result.game.host_gib
        promised = sum(gib for _called, gib, _hotter in GUESTS.values())
        worst = max(held.slowdown for held in tick.held)
        return [
            (_("tick {n}", n=tick.number), "accent"),
            (_("promised: {gib} GiB of {host}", gib=promised, host=number(host)), "warn" if promised > host else "ok"),
            (_("free: {mib} MiB", mib=number(tick.free, 4)), TONES[tick.state]),
            (_("slowest guest: × {times}", times=number(worst)), _felt(worst)),
        ]  # fmt: skip

    def _host(self, tick, top, width):
        """What was promised, what is filled, what lies in the host: one scale, and its end."""
        left, game = (92 if self.scene.narrow else 110), self.result.game
        promised = sum(guest.mem for guest in game.guests)
        scale = (width - left - 14) / max(promised, game.host_gib * GIB)
        rows = {
            "promised": (mark("promised"), [held.guest.mem for held in tick.held], "none"),
            "filled": (mark("filled"), [held.filled for held in tick.held], "soft"),
            "real": (mark("in the host"), [held.real for held in tick.held], "solid"),
        }
        items = []
        for row, (name, (word, sizes, fill)) in enumerate(rows.items()):
            y = top + 20 + row * (BAR + 4)
            items.append(label(f"row-{name}", 6, y + 20, _(word), size=12.5, weight=600))
            items += self._blocks(name, sizes, fill, left, y, scale)
        end = left + game.host_gib * GIB * scale
        said = _("the host has {gib} GiB", gib=number(game.host_gib))
        bottom = top + 20 + len(rows) * (BAR + 4)
        anchor = "end" if end > width / 2 else "start"
        return [
            *items,
            path("end", f"M{end:.1f} {top + 14}V{bottom}", tone="bad", dash=True),
            label("end-text", end, top + 8, said, anchor=anchor, size=12, weight=600),
        ], bottom

    def _blocks(self, name, sizes, fill, x, y, scale):
        items = []
        for guest, size in zip(GUESTS, sizes, strict=True):
            wide, text = size * scale, _(GUESTS[guest][0])
            items.append(box(
                f"{name}-{guest}", x, y, max(1.0, wide - 2), BAR, text=text if wide > 7.5 * len(text) + 8 else "",
                hue=0, fill=fill, r=4, size=12,
            ))  # fmt: skip
            x += wide
        return items

    def _zones(self, tick, top, width):
        """The five states in a row, the worst on the left; the one found, the one reached."""
        host = self.result.game.host_gib
        step = (width - 12) / len(STATES)
        short = self.scene.narrow
        items = []
        for k, state in enumerate(reversed(STATES)):
            least = number(edge(host, EDGES[state]), 4)
            here = state == tick.state
            items.append(box(
                f"state-{state}", 6 + k * step, top, step - 6, ZONE, text=state, tone=TONES[state],
                sub=f"≥ {least}" if short else _("from {mib} MiB free", mib=least),
                fill="solid" if here else "soft", glow=state == tick.found and not here,
            ))  # fmt: skip
        if tick.found != tick.state:
            x = [6 + (STATES[::-1].index(s) + 0.5) * step for s in (tick.found, tick.state)]
            y = top + ZONE + 6
            items.append(path("back", f"M{x[0]:.1f} {y}v8H{x[1]:.1f}v-6", arrow=True, tone="accent"))  # fmt: skip
        return items, top + ZONE + 14

    def _guests(self, tick, top, width):
        """A bar a guest, as long as what it was promised; and how much slower it is."""
        left = 92 if self.scene.narrow else 110
        scale = (width - left - 96) / max(held.guest.mem for held in tick.held)
        items = []
        for row, held in enumerate(tick.held):
            name, y = held.guest.id, top + row * ROW
            items.append(label(f"guest-{name}", 6, y + 19, _(GUESTS[name][0]), size=12.5, weight=600))  # fmt: skip
            x = left
            for part, size in _split(held).items():
                wide = size * scale
                if wide >= 1:
                    items.append(box(f"{name}-{part}", x, y, max(1.0, wide - 1.5), ROW - 8, r=3, **PARTS[part][1]))  # fmt: skip
                x += wide
            tone = _felt(held.slowdown)
            items.append(box(
                f"slow-{name}", width - 84, y, 78, ROW - 8, text=f"× {number(held.slowdown)}", tone=tone, r=5,
                fill="soft" if tone == "ok" else "solid", size=12.5,
            ))  # fmt: skip
        return items, top + len(tick.held) * ROW

    def _past(self, top, width):
        """The state each tick was found in: the worse, the higher."""
        left = 92 if self.scene.narrow else 110
        step = (width - left - 8) / max(25, len(self.result.states))
        items = [
            label("past", 6, top + 20, _("state found"), size=12, weight=600),
            label("past-tick", 6, top + 36, _("at each tick"), size=11.5),
            path("past-floor", f"M{left} {top + PAST}H{width - 8}"),
        ]
        for tick in self.result.states[: self.moment + 1]:
            worse = STATES.index(tick.found) + 1
            tall = worse * PAST / len(STATES)
            wide = step - (3 if step > 8 else 1)
            items.append(box(
                f"past{tick.number}", left + tick.number * step, top + PAST - tall, wide, tall, r=2,
                text=tick.found if step > 8 * len(tick.found) else "", size=11,
                tone=TONES[tick.found], fill="solid" if tick.number == self.moment else "soft",
            ))  # fmt: skip
        return items, top + PAST + 8

    # In words

    def labels(self, seen):
        texts = []
        for tick in seen.states:
            used = ", ".join(dict.fromkeys(_(TOOLS[tool]) for tool, _mib in tick.taken))
            texts.append(
                _("tick {n} · {found} → {state}: {tools}", n=tick.number, found=tick.found, state=tick.state, tools=used)
                if used
                else _("tick {n} · {found}", n=tick.number, found=tick.found)
            )  # fmt: skip
        return texts

    def describe(self, tick):
        text, worst = " ".join(map(_, tick.why)), max(held.slowdown for held in tick.held)
        if worst <= FELT:
            return f"{text}\n" + _("No guest feels it.")
        return f"{text}\n" + _("The slowest guest takes {times} times as long for its memory.", times=number(worst))  # fmt: skip

    def tone(self, tick):
        worst = max(held.slowdown for held in tick.held)
        return _felt(worst) if worst > FELT else TONES[tick.state]

    def summary(self, seen):
        final = seen.states[-1]
        return [(_("slowest guest"), f"× {number(max(held.slowdown for held in final.held))}")]

    def table(self, tick):
        tools = ("share", "balloon", "compress", "swap")
        head = [_("guest"), _("promised, MiB"), _("filled, MiB"), *(_(PARTS[tool][0]) for tool in tools), _("times slower")]  # fmt: skip
        rows = [
            [
                _(GUESTS[held.guest.id][0]), number(held.guest.mem, 6), number(held.filled, 4),
                *(number(getattr(held, tool), 4) for tool in tools), number(held.slowdown),
            ]
            for held in tick.held
        ]  # fmt: skip
        minimum = number(min_free(self.result.game.host_gib), 5)
        text = _("The guests after tick {n}; minFree is {mib} MiB", n=tick.number, mib=minimum)
        return Table(head, rows, caption=text)


def _split(held):
    """A guest's promise by where it is, in the order drawn; compressed pages in full."""
    taken = {tool: getattr(held, tool) for tool in ("share", "balloon", "compress", "swap")}
    return {"real": held.filled - sum(taken.values()), **taken, "empty": held.guest.mem - held.filled}  # fmt: skip


def _felt(slowdown):
    return "bad" if slowdown >= BAD else "warn" if slowdown > FELT else "ok"
