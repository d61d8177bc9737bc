"""Containers' history as cards on a line: put each where it belongs."""

from dataclasses import dataclass

import ipywidgets as w

from coursekit.i18n import _, mark
from coursekit.sims.containers.history import EVENTS, Put, drivers, play
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

START = ("chroot", "docker", "dockershim")
CARD, GAP = 32, 26  # heights of a card and of a gap, which is a button: never smaller than 24
NAMES = {event.slug: event.name for event in EVENTS}
WAITING = tuple(slug for slug in NAMES if slug not in START)
SHUFFLED = tuple(sorted(WAITING, key=lambda slug: slug[::-1]))  # not in the order of the answer
YEARS = range(2013, 2017)  # in which what starts Docker's containers changed


@dataclass(frozen=True)
class Played:
    """The line after each card."""

    states: tuple


class HistoryLab(DeedsLab):
    """Choose a card, press the gap where it belongs."""

    name = "containers-history"
    title = mark("From chroot to Kubernetes: put the cards in order")
    kind_of_deed = Put

    def controls(self):
        return (
            Pick("card", mark("Card"), SHUFFLED[0], {slug: NAMES[slug].text for slug in SHUFFLED}),
            Slider("gap", mark("Gap, counted from the top"), 1, 0, len(EVENTS) - 1),
        )

    def story(self, actions, card, gap):
        return Played(play(START, self.steps(actions, ())))

    # Acting

    def tools(self):
        return (
            button(_("Put the card into the gap"), lambda: self._put(self.values["gap"])),
            w.Label(_("or press a card, then a gap on the line")),
        )

    def _press(self, name):
        if self.locked:
            return
        what, _colon, which = name.partition(":")
        if what == "card":
            self.set(card=which)
        else:
            self._put(int(which))

    def _put(self, gap):
        """The chosen card here; then the next one that still waits is chosen."""
        self.do(self.values["card"], gap)
        waiting = self._waiting()
        if self.values["card"] not in waiting and waiting:
            self.set(card=waiting[0])

    def _waiting(self):
        there = {event.slug for event in self.state.cards}
        return [slug for slug in SHUFFLED if slug not in there]

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, line):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(line), narrow=narrow)
        top = 96 if narrow else 56
        waiting = self._waiting()
        deck, below = self._deck(waiting, top, narrow=narrow, width=width)
        start = below + 8 if narrow else top
        cards, bottom = self._line(line, start, width if narrow else width * 0.6, gaps=bool(waiting))  # fmt: skip
        what = _("Cards that wait, and the line of those that lie")
        self.scene.show([*items, *deck, *cards], width=width, height=max(bottom, below), label=what)

    def _facts(self, line):
        put = len(line.cards) - len(START)
        return [
            (_("{n} cards put", n=put), "accent"),
            (_("at once in the right gap: {n}", n=line.right), "ok" if line.right == put else "warn"),
            (_("waiting: {n}", n=len(EVENTS) - len(line.cards)), "idle"),
        ]  # fmt: skip

    def _deck(self, waiting, top, *, narrow, width):
        """The cards that wait, without their years."""
        left = 8 if narrow else width * 0.6 + 16
        wide = (width - left - 8) / 2
        items = []
        for i, slug in enumerate(waiting):
            chosen = slug == self.values["card"]
            items.append(box(
                f"card:{slug}", left + (i % 2) * wide, top + (i // 2) * (CARD + 8), wide - 8, CARD, r=7, fill="paper",
                text=_(NAMES[slug]), size=12, selected=chosen, glow=chosen, press=_("Choose the card {name}", name=_(NAMES[slug])),
            ))  # fmt: skip
        return items, top + -(-len(waiting) // 2) * (CARD + 8)

    def _line(self, line, top, wide, *, gaps):
        """Cards from old to new; between them a gap to press while a card waits."""
        items, y = [], top
        for i, event in enumerate(line.cards):
            if gaps:
                items.append(self._gap(i, y, wide))
                y += GAP + 4
            items.append(self._card(line, event, y, wide))
            y += CARD + 4
        if gaps:
            items.append(self._gap(len(line.cards), y, wide))
            y += GAP + 4
        return items, y + 4

    def _gap(self, i, y, wide):
        name = _(NAMES[self.values["card"]])
        return box(
            f"gap:{i}", 74, y, wide - 90, GAP, r=6, dash=True, fill="none", text=_("here?"), size=11,
            selected=i == self.values["gap"], press=_("Put {name} into gap {i}", name=name, i=i),
        )  # fmt: skip

    def _card(self, line, event, y, wide):
        last = event is line.last
        tone = ("ok" if line.fitted else "bad") if last else "idle"
        sign = ("✓ " if line.fitted else "✗ ") if last else ""
        when = str(event.year)
        return box(
            f"lies:{event.slug}", 8, y, wide - 16, CARD, r=7, tone=tone, fill="soft" if last else "plain", glow=last,
            children=[
                label(f"year:{event.slug}", 12, 21, when, weight=600, size=13),
                label(f"name:{event.slug}", 66, 21, sign + _(event.name), size=13),
            ],
        )  # fmt: skip

    # Telling

    def labels(self, told):
        put = [
            f"{'✓' if line.fitted else '✗'} {_(line.last.name)}, {line.last.year}"
            for line in told.states[1:]
        ]
        return [_("the start"), *put]

    def describe(self, line):
        if line.last is None:
            return _("{n} cards wait. Choose one and press the gap of the line where it belongs.", n=len(EVENTS) - len(START))  # fmt: skip
        verdict = (
            mark("{name}: right, {year}.")
            if line.fitted
            else mark("{name}: not there; it was in {year}.")
        )
        text = f"{_(verdict, name=_(line.last.name), year=line.last.year)} {_(line.last.why)}"
        if not self._waiting():
            text += "\n" + self._docker()
        return text

    def _docker(self):
        """What started Docker's containers, year by year: the sentence of the notes."""
        said = "; ".join(f"{year}: {_(drivers(year, 6))}" for year in YEARS)
        return _("What starts Docker’s containers each June: {said}.", said=said)

    def tone(self, line):
        if line.last is None:
            return "accent"
        return "ok" if line.fitted else "bad"

    def summary(self, told):
        line = told.states[-1]
        return [(_("cards put"), str(len(line.cards) - len(START))), (_("right"), str(line.right))]

    def table(self, line):
        """What lies, and what it meant; the cards that wait show no year."""
        rows = [[event.year, _(event.name), _(event.why)] for event in line.cards]
        rows += [["—", _(NAMES[slug]), "—"] for slug in self._waiting()]
        head = [_("year"), _("card"), _("what it changed")]
        return Table(head, rows, caption=_("The cards on the line, and those that wait"))
