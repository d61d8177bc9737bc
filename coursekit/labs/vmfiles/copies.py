"""3-2-1-1-0: copies of the data as cards at two sites, and the five figures they make."""

from dataclasses import dataclass

from coursekit.i18n import _, mark
from coursekit.sims.vmfiles.copies import Copy, Rule, check
from coursekit.ui.controls import Check, Pick
from coursekit.ui.lab import Lab
from coursekit.ui.parts import width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

KINDS = {"none": mark("no copy"), "backup": mark("backup"), "snapshot": mark("snapshot")}
PROD = mark("production")
MEDIA = {
    "array": mark("disk array"),
    "nas": mark("NAS"),
    "tape": mark("tape"),
    "cloud": mark("cloud"),
}
SITES = {"A": mark("site A"), "B": mark("site B")}
CASES = {
    "good": mark("a good plan"),
    "snapshot": mark("snapshots only"),
    "nas": mark("one NAS beside it"),
    "own": mark("your own"),
}
FIGURES = {"3": "3", "2": "2", "1": "1", "1off": "1", "0": "0"}
ASKS = {
    "3": mark("three copies"),
    "2": mark("two kinds of medium"),
    "1": mark("one at another site"),
    "1off": mark("one offline or immutable"),
    "0": mark("no error when restored"),
}
CARDS = (1, 2, 3, 4)  # the first one is production
NONE = {"kind": "none", "site": "A", "medium": "nas", "offline": False, "verified": False}
HOME = {"kind": "prod", "site": "A", "medium": "array", "offline": False, "verified": False}
SNAPSHOT = {**HOME, "kind": "snapshot"}
READY = {  # the cards of each case
    "good": (
        HOME,
        {**NONE, "kind": "backup", "verified": True},
        {"kind": "backup", "site": "B", "medium": "tape", "offline": True, "verified": True},
        NONE,
    ),
    "snapshot": (HOME, SNAPSHOT, SNAPSHOT, SNAPSHOT),
    "nas": (HOME, {**NONE, "kind": "backup"}, NONE, NONE),
}
WIDE_CARD, HIGH_CARD = 212, 112
CHIP = 28


@dataclass(frozen=True)
class Plan:
    """The cards as they lie, and what the rule says of those that are there."""

    cards: tuple[dict, ...]
    rules: tuple[Rule, ...]


class CopiesLab(Lab):
    """Press a part of a card to change it."""

    name = "vmfiles-copies"
    title = mark("3-2-1-1-0: is this enough?")

    def controls(self):
        own = [control for card in CARDS for control in _controls(card)]
        return (Pick("case", mark("Copies"), "nas", CASES), *own)

    def run(self, case, **own):
        cards = READY.get(case) or tuple(_card(own, card) for card in CARDS)
        there = [Copy(**card) for card in cards if card["kind"] != "none"]
        return Plan(cards, check(there))

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def _press(self, name):
        """`kind2`, `site1` …: the next value of that part; whatever case it was is now one's own."""
        part = name[:-1]
        if self.locked:
            return
        now = {f"{key}{n}": card[key] for n, card in zip(CARDS, self.result.cards, strict=True) for key in NONE}  # fmt: skip
        for fixed in ("kind1", "offline1", "verified1"):
            del now[fixed]
        if name not in now:
            return
        options = {"kind": KINDS, "site": SITES, "medium": MEDIA}.get(part, (False, True))
        turn = list(options)
        now[name] = turn[(turn.index(now[name]) + 1) % len(turn)]
        self.set(case="own", **now)

    # Drawing

    def draw(self, plan):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, y = [], 0
        for i, site in enumerate(SITES):
            x = 4 if narrow or not i else width / 2 + 4
            here = [(n, card) for n, card in zip(CARDS, plan.cards, strict=True) if card["site"] == site]  # fmt: skip
            wide = width - 8 if narrow else width / 2 - 8
            top = y if narrow else 0
            drawn, bottom = self._site(site, here, x, top, wide)
            items += drawn
            y = bottom + 10 if narrow else max(y, bottom + 10)
        rules, bottom = self._rules(plan.rules, 4, y + 4, width)
        self.scene.show(
            [*items, *rules], width=width, height=bottom, label=_("Copies of the data at two sites, and the five figures"),
        )  # fmt: skip

    def _site(self, site, cards, x, y, wide):
        rows = max(2 if not self.scene.narrow else 1, -(-len(cards) // 2))
        high = 38 + rows * (HIGH_CARD + 8)
        items = [
            box(f"at{site}", x, y, wide, high, title=_(SITES[site]), fill="none", tone="idle", r=12)
        ]
        step = (wide - 8) / 2
        for k, (n, card) in enumerate(cards):
            items += self._card(
                n,
                card,
                x + 8 + (k % 2) * step,
                y + 34 + (k // 2) * (HIGH_CARD + 8),
                min(WIDE_CARD, step - 8),
            )
        return items, y + high

    def _card(self, n, card, x, y, wide):
        """A card of chips; each is a button that shows the next value."""
        kind = card["kind"]
        tone = {"prod": "accent", "backup": "ok", "snapshot": "warn", "none": "idle"}[kind]
        items = [box(f"card{n}", x, y, wide, HIGH_CARD, fill="none" if kind == "none" else "paper", tone=tone, dash=kind == "none", r=10)]  # fmt: skip
        name = _(PROD) if kind == "prod" else _(KINDS[kind])
        half = (wide - 18) / 2
        chips = [("kind", name, (x + 6, y + 6, wide - 12), {"tone": tone, "fill": "solid" if kind != "none" else "soft"})]  # fmt: skip
        if kind != "none":
            medium = MEDIA[card["medium"]]
            chips.append(("medium", _(medium), (x + 6, y + 42, half), {"fill": "soft"}))  # fmt: skip
            other = "B" if card["site"] == "A" else "A"
            chips.append(("site", f"→ {_(SITES[other])}", (x + 12 + half, y + 42, half), {"fill": "soft"}))  # fmt: skip
        if kind == "backup":
            off, tried = card["offline"], card["verified"]
            chips.append(("offline", _("offline") if off else _("online"), (x + 6, y + 76, half), _yes(off)))  # fmt: skip
            chips.append(("verified", _("restored ✓") if tried else _("never tried"), (x + 12 + half, y + 76, half), _yes(tried)))  # fmt: skip
        for part, text, (left, top, w), look in chips:
            fixed = self.locked or (kind == "prod" and part == "kind")
            says = _("copy {n}, {text}: press to change", n=n, text=text)
            items.append(box(f"{part}{n}", left, top, w, CHIP, text=text, size=12, r=6, press=None if fixed else says, **look))  # fmt: skip
        return items

    def _rules(self, rules, x, y, width):
        """The five figures, what each asks, and what was counted; nothing before the prediction."""
        items = []
        for i, rule in enumerate(rules):
            top = y + i * 34
            hidden = self.locked
            tone = "idle" if hidden else "ok" if rule.holds else "bad"
            sign = "?" if hidden else "✓" if rule.holds else "✗"
            ask = _(ASKS[rule.name])
            said = ask if hidden or self.scene.narrow else f"{ask}. {_(rule.why)}"
            if self.scene.narrow and not hidden:
                said = _(rule.why)
            items += [
                box(f"rule{i}", x, top, 64, 28, text=f"{FIGURES[rule.name]} {sign}", tone=tone, fill="soft" if hidden else "solid", r=7, size=15),
                label(f"ask{i}", x + 76, top + 19, said, size=12.5 if self.scene.narrow else 14, weight=400 if rule.holds else 600),
            ]  # fmt: skip
        return items, y + len(rules) * 34

    # Telling

    def describe(self, plan):
        missed = [rule for rule in plan.rules if not rule.holds]
        if not missed:
            return _("All five figures are kept: whatever happens to one copy, another is left, and it has been tried.")  # fmt: skip
        asks = ", ".join(f"{FIGURES[rule.name]} ({_(ASKS[rule.name])})" for rule in missed)
        return _("Missed: {asks}.", asks=asks)

    def tone(self, plan):
        missed = sum(not rule.holds for rule in plan.rules)
        return "ok" if not missed else "warn" if missed <= 2 else "bad"

    def table(self, plan):
        rows = [[FIGURES[r.name], _(ASKS[r.name]), _("yes") if r.holds else _("no"), _(r.why)] for r in plan.rules]  # fmt: skip
        head = [_("figure"), _("it asks for"), _("kept?"), _("counted")]
        return Table(head, rows, caption=_("The five figures of 3-2-1-1-0"))


def _card(own, card):
    """The values of a card; production has no kind, and is online as long as it works."""
    return {key: own.get(f"{key}{card}", HOME[key]) for key in NONE}


def _controls(card):
    mine = _own if card == 1 else _own_copy(card)
    start = READY["good"][card - 1]
    fixed = (
        Pick(f"site{card}", _LABELS["site"][card - 1], start["site"], SITES, more=True, when=mine),
        Pick(
            f"medium{card}",
            _LABELS["medium"][card - 1],
            start["medium"],
            MEDIA,
            more=True,
            when=mine,
        ),
    )
    if card == 1:
        return fixed
    return (
        Pick(f"kind{card}", _LABELS["kind"][card - 1], start["kind"], KINDS, more=True, when=_own),
        *fixed,
        Check(
            f"offline{card}",
            _LABELS["offline"][card - 1],
            start["offline"],
            more=True,
            when=_own_backup(card),
        ),
        Check(
            f"verified{card}",
            _LABELS["verified"][card - 1],
            start["verified"],
            more=True,
            when=_own_backup(card),
        ),
    )


def _own(values):
    return values["case"] == "own"


def _own_copy(card):
    return lambda values: _own(values) and values[f"kind{card}"] != "none"


def _own_backup(card):
    return lambda values: _own(values) and values[f"kind{card}"] == "backup"


def _yes(holds):
    return {"fill": "solid", "tone": "ok"} if holds else {"fill": "soft", "tone": "warn"}


_LABELS = {
    "kind": ("", mark("Copy 2 is"), mark("Copy 3 is"), mark("Copy 4 is")),
    "site": (mark("Production is at"), mark("Copy 2 is at"), mark("Copy 3 is at"), mark("Copy 4 is at")),
    "medium": (mark("Production is on"), mark("Copy 2 is on"), mark("Copy 3 is on"), mark("Copy 4 is on")),
    "offline": ("", mark("Copy 2 is offline"), mark("Copy 3 is offline"), mark("Copy 4 is offline")),
    "verified": ("", mark("Copy 2 was restored"), mark("Copy 3 was restored"), mark("Copy 4 was restored")),
}  # fmt: skip
