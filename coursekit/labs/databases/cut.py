"""The network between the copies is cut: what each side accepts, and what is thrown away afterwards."""

from coursekit.i18n import _, mark, number
from coursekit.labs.databases.units import count
from coursekit.sims.databases.cut import SIDES, Cut, tell
from coursekit.ui.controls import Pick, Slider, as_named
from coursekit.ui.fit import boxed, heading
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

VOTERS = {2: mark("two nodes"), 3: mark("three nodes")}
FENCES = {
    "none": mark("nothing"), "lease": mark("a lease that ends"), "power": mark("a power switch"),
}  # fmt: skip
MODES = {"async": mark("for no copy (asynchronous)"), "on": mark("for a copy (on)")}
ROLES = {
    "primary": ("ok", mark("primary: takes writes")), "hangs": ("warn", mark("primary: commits hang")),
    "standby": ("accent", mark("standby: refuses writes")), "stopped": ("idle", mark("has stopped")), "off": ("idle", mark("switched off")),
}  # fmt: skip
SHORT = {
    "primary": mark("primary"), "hangs": mark("commits hang"), "standby": mark("standby"),
    "stopped": mark("has stopped"), "off": mark("switched off"),
}  # fmt: skip
HIGH = 150  # of a side


class CutLab(StoryLab):
    """Two sides and the link; below them one history, or two."""

    name = "databases-cut"
    title = mark("The network is cut")

    def controls(self):
        def three(values):
            return values["voters"] == 3

        return (
            Pick("voters", mark("The cluster"), 2, VOTERS),
            Pick("fence", mark("The old primary is stopped by"), "none", FENCES),
            Pick("mode", mark("A commit waits"), "async", MODES),
            Slider("seconds", mark("The cut lasts"), 37, 0, 120, 1, "s"),
            Pick("keep", mark("Of two histories, keep that of"), "A", as_named(SIDES)),
            Pick("third", mark("The third node is on the side of"), "B", as_named(SIDES), more=True, when=three),
            Slider("rate", mark("Writes on each side, a second"), 200, 10, 2000, 10, more=True),
            Slider("takeover", mark("B has noticed and elected after"), 7, 1, 60, 1, "s", more=True),
            Slider("lease", mark("The lease lasts"), 10, 1, 60, 1, "s", more=True),
            Slider("lag", mark("B was behind by"), 0.0, 0.0, 10.0, 0.1, "s", more=True),
        )  # fmt: skip

    def story(self, actions, voters, fence, mode, seconds, keep, third, rate, takeover, lease, lag):
        return tell(Cut(
            voters=voters, fence=fence, mode=mode, seconds=seconds, keep=keep, third=third, rate=rate,
            takeover_s=takeover, lease_s=lease, lag_s=lag,
        ))  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        top = 96 if narrow else 56
        wide = 196 if narrow else 350
        for name, x in (("A", 4), ("B", width - wide - 4)):
            items += self._side(state, name, x, top, wide)
        items += self._link(state, 4 + wide, width - wide - 4, top + 62)
        histories, low = self._histories(state, top + HIGH + 34, width)
        items += histories + key(self._key(), width, low + 14, a_line=2 if narrow else 3)
        self.scene.show(items, width=width, height=low + (64 if narrow else 44), label=_("Both sides of the cut, and the history of each"))  # fmt: skip

    def _facts(self, state):
        refused = state.a.refused + state.b.refused
        if self.moment == len(self.result.states) - 1:
            lost = (_("thrown away: {n}", n=count(state.lost)), "bad" if state.lost else "ok")
        else:
            lost = (_("thrown away: –"), "idle")
        split = (
            (_("two primaries"), "bad" if state.parting else "warn")
            if state.split
            else (_("one primary, or none"), "idle")
        )
        return [
            (_("{t} s after the cut", t=number(max(0, state.t))), "idle"),
            split,
            (_("writes refused: {n}", n=count(refused)), "warn" if refused else "ok"),
            lost,
        ]

    def _side(self, state, name, x, y, wide):
        """A side: its copies, what it is, its clients."""
        side, narrow = state.side(name), self.scene.narrow
        tone, word = ROLES[side.role]
        down = side.role == "off"
        items = [box(f"side{name}", x, y, wide, HIGH, r=12, fill="none", tone="bad" if state.cut and state.parting else "idle", dash=state.cut)]  # fmt: skip
        copies = self.result.given.copies(name)
        step = (wide - 24) / 2
        for n, each in enumerate(copies):
            first = n == 0
            items.append(box(f"node{each}", x + 10 + n * (step + 4), y + 38, step, 44, r=8, text=each, size=15, tone=tone if first else "accent", fill="none" if down and first else "solid" if first else "soft", dash=down and first, faded=down and first))  # fmt: skip
        role = _(SHORT[side.role] if narrow else word)
        items.append(box(f"role{name}", x + 10, y + 8, wide - 20, 24, r=6, text=boxed(role, wide - 20, 12), size=12, tone=tone, fill="soft"))  # fmt: skip
        writes = state.side(name).role == "primary"
        items.append(token(f"client{name}", x + 22, y + 104, "✓" if writes else "✗", r=10, tone="ok" if writes else "bad"))  # fmt: skip
        said = _("clients of {side}", side=name)
        done = _("committed: {n}", n=count(side.written)) if narrow else _("committed since the cut: {n}", n=count(side.written))  # fmt: skip
        refused = _("writes refused: {n}", n=count(side.refused))
        items += [
            label(f"clients{name}", x + 40, y + 108, said, size=12.5, weight=600),
            label(f"done{name}", x + 12, y + 128, done, size=12),
            label(f"refused{name}", x + 12, y + 143, refused, size=12),
        ]
        return items

    def _link(self, state, x1, x2, y):
        middle = (x1 + x2) / 2
        if not state.cut:
            return [path("link", f"M{x1} {y}H{x2}", tone="ok"), label("link-name", middle, y - 8, _("log"), anchor="middle", size=12)]  # fmt: skip
        return [
            path("link", f"M{x1} {y}H{x2}", tone="bad", dash=True),
            token("scissors", middle, y, "✗", r=12, tone="bad", size=13),
        ]

    def _histories(self, state, y, width):
        """What both share, then what each has alone; the one that is thrown away is struck."""
        given = self.result.given
        most = max(1.0, given.rate * (given.seconds + given.lag_s))
        left, shared = 8, 110 if self.scene.narrow else 190
        room = width - left - shared - 60
        text = _("The histories") if self.scene.narrow else _("The histories: what both have, and what each has alone")  # fmt: skip
        items = [heading("histories", left, y, text, width)]
        fork = left + shared
        items.append(box("shared", left, y + 34, shared, 30, r=6, text=_("both have it"), size=12, tone="accent", fill="solid"))  # fmt: skip
        for row, name in enumerate(SIDES):
            side, top = state.side(name), y + 14 + row * 42
            gone = state.kept not in ("", name) and side.written > 0 and state.lost > 0
            items.append(path(f"fork{name}", f"M{fork} {y + 49}L{fork + 24} {top + 15}", tone="accent" if name == "A" else "ok"))  # fmt: skip
            wide = max(4.0, room * side.written / most)
            words = _("thrown away: {n}", n=count(side.written)) if gone else count(side.written)
            text = next((each for each in (words, count(side.written)) if wide > 30 and boxed(each, wide, 12) == each), "")  # fmt: skip
            items += [
                box(f"branch{name}", fork + 24, top, wide, 30, r=5, text=text, size=12, tone="bad" if gone else "accent" if name == "A" else "ok", fill="none" if gone else "soft", dash=gone),
                label(f"branch-name{name}", fork + 32 + wide, top + 20, name, weight=600, size=13),
            ]  # fmt: skip
        return items, y + 98

    def _key(self):
        return [
            ("box", {"tone": "accent", "fill": "solid"}, _("on both sides")),
            ("box", {"tone": "accent", "fill": "soft"}, _("committed on one side only")),
            ("box", {"tone": "bad", "fill": "none"}, _("thrown away")),
        ]

    # In words

    def labels(self, told):
        return [_(each.label) for each in told.states]

    def describe(self, state):
        return _(state.why)

    def tone(self, state):
        if state.lost or state.parting:
            return "bad"
        return "warn" if state.cut else "ok"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("seconds with two primaries"), number(told.both_s)),
            (_("thrown away"), count(told.lost)),
            (_("writes refused"), count(end.a.refused + end.b.refused)),
        ]

    def table(self, state):
        rows = []
        for name in SIDES:
            side = state.side(name)
            kept = "–" if not state.kept else _("yes") if state.kept == name or not state.lost else _("no")  # fmt: skip
            rows.append([name, ", ".join(self.result.given.copies(name)), _(ROLES[side.role][1]), count(side.written), count(side.refused), kept])  # fmt: skip
        head = [_("side"), _("nodes"), _("is"), _("committed on this side only"), _("refused"), _("its history is kept")]  # fmt: skip
        return Table(head, rows, caption=_("The two sides at this moment"))
