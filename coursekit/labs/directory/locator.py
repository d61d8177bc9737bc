"""A client looks for a domain controller: its site, two questions to DNS, a draw, an answer."""

from coursekit.i18n import _, mark, number
from coursekit.sims.directory.locatorplay import CLIENTS, CONTROLLERS, DEAD, MOST, tell
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.fit import boxed, clipped, heading
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

SITES = {
    "paris": mark("in Paris: 10.1.2.3"), "lyon": mark("in Lyon: 10.1.70.8"),
    "none": mark("in no subnet: 192.168.7.7"),
}  # fmt: skip
WORDS = {"none": mark("none"), "all": mark("all of them")}
HUES = {name: hue for hue, name in enumerate(CONTROLLERS)}
BAR, COLUMN = 34, 96  # height of the bar of running sums, of the tallest column


class LocatorLab(StoryLab):
    """Questions, the bar of running sums with the number drawn, who is tried, who comes first how often."""

    name = "directory-locator"
    title = mark("Who is my domain controller?")

    def controls(self):
        dead = {name: WORDS.get(name, name) for name in DEAD}
        return (
            Slider("draw", mark("Number drawn"), 60, 0, MOST),
            Pick("site", mark("The client is"), "paris", SITES),
            Pick("dead", mark("Dead controllers"), "none", dead),
        )

    def story(self, actions, draw, site, dead):
        return tell(draw, site, dead, self.seed)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        asked, y = self._questions(state, 108 if narrow else 68, width)
        bar, y = self._bar(state, y + 30, width)
        tried, y = self._tried(state, y + 30, width)
        columns, y = self._shares(y + 34, width)
        items += asked + bar + tried + columns
        items += key(self._key(), width, y + 12, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=y + (58 if narrow else 36),
            label=_("The questions to DNS, the draw, the controllers tried, how often each comes first"),
        )  # fmt: skip

    def _facts(self, state):
        told = self.result
        site = told.subnet.site if told.subnet else _("none")
        waited = state.tried[-1].at if state.tried else 0
        found = (told.location.found, "ok") if state.done and told.location.found else (_("nobody found"), "bad") if state.done else (_("not found yet"), "idle")  # fmt: skip
        return [
            (_("address: {address}", address=told.address), "accent"),
            (_("site: {site}", site=site), "idle" if told.subnet else "warn"),
            (_("seconds waited: {n}", n=number(waited)), "warn" if waited else "idle"),
            found,
        ]

    def _questions(self, state, y, width):
        """What DNS was asked so far, and how many records came."""
        items = [heading("questions", 6, y, _("Questions to DNS (SRV records)"))]
        for at, each in enumerate(self.result.location.questions):
            shown = at < state.asked
            now = at == state.asked - 1
            wide = width - 8
            text = each.name if shown else "?"
            count = _("records: {n}", n=len(each.answer))
            size = 12.5 if width > 600 else 11
            items.append(box(
                f"question{at}", 4, y + 12 + at * 36, wide - 118, 30, r=7, text=boxed(text, wide - 118, size), size=size,
                tone="accent" if now else "idle", fill="soft" if now else "paper" if shown else "none", dash=not shown,
            ))  # fmt: skip
            items.append(box(
                f"answer{at}", wide - 106, y + 12 + at * 36, 110, 30, r=7, text=count if shown else "–", size=12,
                tone="ok" if shown and each.answer else "idle", fill="soft" if shown and each.answer else "none",
            ))  # fmt: skip
        return items, y + 12 + 36 * len(self.result.location.questions)

    def _bar(self, state, y, width):
        """The running sums of those who are left, and the number drawn."""
        draw = state.draws[-1] if state.draws else None
        text = _("The draw among priority {n}: running sums", n=draw.priority) if draw else _("The draw: running sums of the weights")  # fmt: skip
        items = [heading("draw", 6, y, text, width)]
        top, full = y + 26, width - 40
        if draw is None:
            items.append(box("sum-none", 20, top, full, BAR, r=5, text=_("no draw yet"), tone="idle", fill="none", dash=True, size=12))  # fmt: skip
            return items, top + BAR + 22
        total = max(1, draw.sums[-1])
        before, lone = 0, len(draw.left) == 1
        for each, upto in zip(draw.left, draw.sums, strict=True):
            share = 1.0 if lone else (upto - before) / total
            x, wide = 20 + full * before / total, max(2.0, full * share)
            chosen = each is draw.chosen
            words = f"{each.target} · {upto}" if wide > 70 else each.target if wide > 34 else ""
            items.append(box(f"sum-{each.target}", x, top, wide, BAR, r=4, text=words, size=12, hue=HUES[each.target], fill="solid" if chosen else "soft"))  # fmt: skip
            before = upto
        x = 20 + full * min(draw.number, total) / total
        items += [
            path("drawn", f"M{x:.1f} {top - 8}V{top + BAR + 8}", tone="bad"),
            label("number", min(max(x, 80), width - 80), top + BAR + 21, _("drawn: {n} of 0 to {total}", n=draw.number, total=draw.sums[-1]), anchor="middle", size=12, weight=600),
        ]  # fmt: skip
        return items, top + BAR + 26

    def _tried(self, state, y, width):
        """Every controller: not asked, silent, found."""
        items = [heading("tried", 6, y, _("The controllers"))]
        answers = {each.target: each.answered for each in state.tried}
        step = (width - 8) / len(CONTROLLERS)
        asking = state.draws[-1].chosen.target if state.draws and not state.done else ""
        for at, name in enumerate(CONTROLLERS):
            answered = answers.get(name)
            sub = _("answers") if answered else _("silent") if answered is False else _("asked now") if name == asking else _("not asked")  # fmt: skip
            tone = "ok" if answered else "bad" if answered is False else "accent" if name == asking else "idle"  # fmt: skip
            items.append(box(
                f"dc-{name}", 4 + at * step, y + 12, step - 8, 46, r=9, title=name, sub=sub if step > 6.2 * len(sub) + 20 else "", tone=tone, glow=name == asking,
                fill="soft" if answered else "none" if answered is False else "paper", dash=answered is False,
            ))  # fmt: skip
        return items, y + 58

    def _shares(self, y, width):
        """A column a record of the first answer: expected, and over a thousand clients."""
        shares = self.result.shares
        text = _("Who is asked first: of all numbers, and of {n} clients", n=CLIENTS)
        items = [heading("shares", 6, y, text, width)]
        step, base = (width - 12) / max(4, len(shares)), y + 34 + COLUMN
        for at, each in enumerate(shares):
            high = 3 if self.locked else max(3.0, COLUMN * each.expected / 100)
            counted = 3 if self.locked else max(3.0, COLUMN * each.counted / CLIENTS)
            x, half = 6 + at * step + 8, (step - 24) / 2
            text = "?" if self.locked else f"{number(each.expected)} %"
            items += [
                box(f"share-{each.target}", x, base - high, half, high, r=4, hue=HUES[each.target], fill="solid"),
                box(f"counted-{each.target}", x + half + 4, base - counted, half, counted, r=4, hue=HUES[each.target], fill="soft"),
                label(f"percent-{each.target}", x + half / 2, base - high - 6, text, anchor="middle", size=12, weight=600),
                label(f"clients-{each.target}", x + 1.5 * half + 4, base - counted - 6, "?" if self.locked else str(each.counted), anchor="middle", size=12),
                label(f"name-{each.target}", x + half, base + 18, clipped(each.target, step, 12), anchor="middle", size=12),
            ]  # fmt: skip
        return items, base + 26

    def _key(self):
        return [
            ("line", {"tone": "bad"}, _("the number drawn")),
            ("box", {"hue": 0, "fill": "solid"}, _("takes it; share of all numbers")),
            ("box", {"hue": 0, "fill": "soft"}, _("clients counted")),
            ("box", {"tone": "bad", "fill": "none", "dash": True}, _("silent")),
        ]

    # In words

    def labels(self, told):
        return [self._label(each) for each in told.states]

    def _label(self, state):
        if state.question is None:
            return _("the client’s site")
        if state.done:
            return _("the end of the search")
        if not state.draws:
            return _("question {n} to DNS", n=state.asked)
        last = state.draws[-1].chosen.target
        if last in {each.target for each in state.tried}:
            return _("{name} is asked", name=last)
        return _("a draw: {name}", name=last)

    def describe(self, state):
        return _(state.why)

    def tone(self, state):
        if not state.done:
            return "accent"
        return "ok" if self.result.location.found else "bad"

    def summary(self, told):
        return [(_("found"), told.location.found or "–"), (_("seconds"), number(told.seconds))]

    def table(self, state):
        answers = {each.target: each for each in state.tried}
        rows = []
        records = state.question.answer if state.question else ()
        shares = {each.target: each for each in self.result.shares}
        for each in records:
            share, tried = shares.get(each.target), answers.get(each.target)
            known = share is not None and not self.locked
            rows.append([
                each.target, each.priority, each.weight, f"{number(share.expected)} %" if known else "?",
                share.counted if known else "?", _(tried.why) if tried else _("not asked"),
            ])  # fmt: skip
        rows = rows or [[_("no question yet"), "", "", "", "", ""]]
        head = [_("controller"), _("priority"), _("weight"), _("first, of all numbers"), _("first, of the clients"), _("what came")]  # fmt: skip
        return Table(head, rows, caption=_("The records that DNS gave, and what became of them"))
