"""Product cards to sort: what is a hypervisor, and what only stands near one."""

from dataclasses import dataclass

from coursekit.i18n import _, mark
from coursekit.labs.hypervisors import steps
from coursekit.sims.hypervisors.products import CARDS, KINDS, Marked, check, name_of
from coursekit.ui.controls import Pick
from coursekit.ui.parts import Spot, facts, spots, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

NAMES = tuple(card.name for card in CARDS)
IN_WORDS = (mark("QEMU without KVM"),)  # names that are not only names, for the extractor
HEADS = {  # a pile's name in two lines, for it is narrow
    "type1": (mark("type 1"), mark("hypervisor")),
    "type2": (mark("type 2"), mark("hypervisor")),
    "emulator": (mark("emulator"), mark("imitates a CPU")),
    "platform": (mark("platform"), mark("manages them")),
    "front_end": (mark("front ends"), mark("draw, run not")),
    "os_level": (mark("OS level"), mark("one kernel")),
    "none": (mark("none of them"), mark("something else")),
}
LONG = 17  # letters of a name that would leave its card
LEAST = 4  # cards that a pile has room for from the start


@dataclass(frozen=True)
class Sorting:
    """The cards put so far, by name, and the one put last."""

    piles: dict[str, Marked]
    last: Marked | None

    @property
    def right(self):
        """How many lie where they may."""
        return sum(each.right for each in self.piles.values())


@dataclass(frozen=True)
class Sorted:
    """A learner's sorting, card by card."""

    states: tuple[Sorting, ...]


class CardsLab(StoryLab):
    """Press a card, then a pile."""

    name = "hypervisors-cards"
    title = mark("What is a hypervisor? Cards to sort")

    def controls(self):
        return (
            Pick("card", mark("Card"), NAMES[0], {name: name for name in NAMES}),
            Pick("kind", mark("Pile"), "type1", {kind: name_of(kind).text for kind in KINDS}),
        )

    def story(self, actions, card, kind):
        states = [Sorting({}, None)]
        for _k, _sort, name, pile in steps.in_order(actions):
            (marked,) = check({name: pile})
            states.append(Sorting({**states[-1].piles, name: marked}, marked))
        return Sorted(tuple(states))

    # Acting

    def tools(self):
        return (button(_("Put the card on the pile"), lambda: self._put(self.values["kind"])),)

    def _press(self, name):
        what, _colon, which = name.partition(":")
        if self.locked:
            return
        if what == "card":
            self.set(card=which)
        else:
            self._put(which)

    def _put(self, kind):
        """The chosen card on this pile; then the next one that still waits is chosen."""
        card = self.values["card"]
        self.act((self.moment, "sort", card, kind))
        waiting = [name for name in NAMES if name not in self.state.piles]
        self.set(kind=kind, card=waiting[0] if waiting else card)

    def keep(self, actions, result, moment):
        return steps.done(actions, moment)

    def action_from(self, plain):
        return steps.action_from(plain, {"sort": 2})

    def labels(self, told):
        return [self._event(state) for state in told.states]

    def _event(self, state):
        if state.last is None:
            return _("all cards wait")
        sign = "✓" if state.last.right else "✗"
        return f"{sign} {_(state.last.card.name)} → {_(name_of(state.last.said))}"

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        deck, y = self._deck(state, 90 if narrow else 50)
        piles, bottom = self._piles(state, y + 10)
        what = _("Cards that wait, and below them seven piles")
        self.scene.show([*items, *deck, *piles], width=width, height=bottom, label=what)

    def _facts(self, state):
        wrong = len(state.piles) - state.right
        debated = sum(each.card.debated for each in state.piles.values())
        return [
            (_("{n} of {all} sorted", n=len(state.piles), all=len(CARDS)), "accent"),
            (_("right: {n}", n=state.right), "ok"),
            (_("to put right: {n}", n=wrong), "bad" if wrong else "idle"),
            (_("debated: {n}", n=debated), "warn" if debated else "idle"),
        ]

    def _deck(self, state, top):
        """The cards that wait, each in a place of its own; where one has left, a faint frame."""
        a_line = 3 if self.scene.narrow else 6
        step, chosen = (width_of(self.scene) - 8) / a_line, self.values["card"]
        items = []
        for i, name in enumerate(NAMES):
            x, y = 6 + (i % a_line) * step, top + (i // a_line) * 40
            if name in state.piles:
                items.append(box(f"left:{name}", x, y, step - 6, 34, fill="none", dash=True, faded=True))  # fmt: skip
            else:
                items.append(box(
                    f"card:{name}", x, y, step - 6, 34, text=_(name), size=12, fill="paper",
                    press=_("Choose the card {name}", name=_(name)), selected=name == chosen, glow=name == chosen,
                ))  # fmt: skip
        return items, top + -(-len(NAMES) // a_line) * 40

    def _piles(self, state, top):
        high = 30 if self.scene.narrow else 44
        held = {kind: [m for m in state.piles.values() if m.said == kind] for kind in KINDS}
        rows = max(LEAST if not self.scene.narrow else 2, *map(len, held.values()))
        tall = 54 + rows * (high + 5) + 6
        places, bottom = self._places(tall, top)
        items = []
        chosen = self.values["card"]
        for kind, spot in zip(KINDS, places, strict=True):
            text, sub = HEADS[kind]
            press = _("Put {card} on the pile “{pile}”", card=_(chosen), pile=_(name_of(kind)))  # fmt: skip
            head = box(f"head-{kind}", 5, 5, spot.w - 10, 42, r=7, text=_(text), sub=_(sub), fill="paper", size=12.5)  # fmt: skip
            items.append(box(f"pile:{kind}", spot.x, spot.y, spot.w, tall, r=10, press=press, children=[head]))  # fmt: skip
            for row, marked in enumerate(held[kind]):
                items.append(self._card(state, marked, spot, spot.y + 54 + row * (high + 5), high))
        return items, bottom

    def _places(self, tall, top):
        """Seven beside each other, nearly touching: names of products are long."""
        if self.scene.narrow:
            return spots(len(KINDS), tall, narrow=True, top=top, least=200, most=220)
        step = (width_of(self.scene) - 4) / len(KINDS)
        return [Spot(4 + k * step, top, step - 4) for k in range(len(KINDS))], top + tall + 6

    def _card(self, state, marked, spot, y, high):
        """A card on a pile: its mark in words too, and the one put last stands out."""
        name, narrow = marked.card.name, self.scene.narrow
        shown = _(name)
        said, tone = self._mark(marked)
        look = {"text": f"{said[0]} {shown}"} if narrow else {"text": shown, "sub": said}
        return box(
            f"card:{name}", spot.x + 5, y, spot.w - 10, high, r=6, size=12 if narrow else 11 if len(shown) < LONG else 9.5, tone=tone, fill="soft",
            press=_("Choose the card {name}", name=_(name)), glow=marked is state.last,
            selected=name == self.values["card"], **look,
        )  # fmt: skip

    def _mark(self, marked):
        if not marked.right:
            return _("✗ no"), "bad"
        return (_("✓ debated"), "warn") if marked.card.debated else (_("✓ right"), "ok")

    # In words

    def describe(self, state):
        if state.last is None:
            return _("{n} products wait. Press a card, then the pile where it belongs.", n=len(CARDS))  # fmt: skip
        card = state.last.card
        verdict = (
            mark("{card}, {pile}: right.") if state.last.right else mark("{card}, {pile}: no.")
        )
        said = _(verdict, card=_(card.name), pile=_(name_of(state.last.said)))
        text = f"{said} {_(card.why)}"
        if card.debated and state.last.right:
            other = ", ".join(_(name_of(kind)) for kind in card.accepted if kind != state.last.said)
            text += " " + _("Debated: “{other}” counts as right too.", other=other)
        if state.right == len(CARDS):
            text += " " + _("All cards lie where they belong.")
        return text

    def tone(self, state):
        if state.last is None:
            return "accent"
        return "ok" if state.last.right else "bad"

    def summary(self, told):
        last = told.states[-1]
        return [(_("sorted"), str(len(last.piles))), (_("right"), str(last.right))]

    def table(self, state):
        rows = []
        for name in NAMES:
            marked = state.piles.get(name)
            if marked is None:
                rows.append([_(name), "—", "—", "—"])
            else:
                said, _tone = self._mark(marked)
                rows.append([_(name), _(name_of(marked.said)), said, _(marked.card.why)])
        head = [_("product"), _("sorted as"), _("verdict"), _("why")]
        return Table(head, rows, caption=_("The cards and where they lie"))
