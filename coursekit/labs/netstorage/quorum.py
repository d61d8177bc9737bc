"""Scissors: cut a cluster in two, count the votes, and see who goes on."""

from math import log10

from coursekit.i18n import _, mark, number
from coursekit.sims.netstorage.quorumplay import MOST, play
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

WITNESS = {"none": mark("none"), "left": mark("the left side"), "right": mark("the right side")}
VOTES = {"equal": mark("one each"), "heavy": mark("the first node has two")}
STATES = {
    "together": ({"tone": "ok", "fill": "paper", "led": "ok"}, mark("works")),
    "unaware": ({"tone": "warn", "fill": "paper", "dash": True, "led": "warn"}, mark("waits")),
    "running": ({"tone": "ok", "fill": "soft", "led": "ok"}, mark("goes on")),
    "frozen": ({"tone": "warn", "fill": "soft", "dash": True, "led": "warn"}, mark("stands still")),
    "fenced": ({"tone": "bad", "fill": "none", "dash": True, "led": "bad"}, mark("reset")),
    "off": ({"tone": "idle", "fill": "none", "dash": True, "led": "idle"}, mark("has no power")),
}  # fmt: skip
WHEN = (
    mark("before the cut"), mark("0 s: the cut"), mark("{t} s: votes are counted"),
    mark("{t} s: watchdogs reset"), mark("{t} s: services elsewhere"),
)  # fmt: skip
NODE, SCISSORS, CHANCES = (
    104,
    40,
    120,
)  # heights of a node and of the bars, width of the gap of the cut
SERVICE = {"hue": 0, "fill": "solid"}


class QuorumLab(StoryLab):
    """Nodes in a row; press one to cut the cluster on its left."""

    name = "netstorage-quorum"
    title = mark("Scissors: who may go on?")

    def controls(self):
        return (
            Slider("nodes", mark("Nodes"), 4, 1, MOST),
            Slider("cut", mark("Nodes left of the cut (0: none)"), 2, 0, MOST),
            Pick("witness", mark("A witness is seen by"), "none", WITNESS),
            Pick("votes", mark("Votes"), "equal", VOTES),
            Slider("up", mark("Each node is up"), 99.0, 80.0, 99.9, 0.1, "%"),
            Check("cached", mark("Losers answer reads from their cache"), False, more=True),
        )

    def story(self, actions, nodes, cut, witness, votes, up, cached):
        return play(nodes, cut, witness, votes, cached=cached, a=up / 100)

    def _press(self, name):
        if self.locked:
            return
        if name.startswith("node"):
            at = int(name.removeprefix("node"))
            self._cut(0 if at == self.values["cut"] else at)
        elif name.startswith("chance"):
            nodes = int(name.removeprefix("chance"))
            self.set(nodes=nodes, cut=min(self.values["cut"], nodes))

    def _cut(self, at):
        self.set(cut=at)
        self.go(len(self.result.states) - 1)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 92 if narrow else 54
        items = facts(self._facts(state), narrow=narrow)
        row, bottom = self._row(state, top, width)
        chances, bottom = self._chances(bottom + 36, width)
        items += row + chances
        items += key(self._key(), width, bottom + 14, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=bottom + (64 if narrow else 42),
            label=_("The nodes and their votes on both sides of the cut; how often a majority is up, for one to seven nodes"),
        )  # fmt: skip

    @property
    def _outcome(self):
        return self.result.told.outcome

    def _facts(self, state):
        count = len(state.nodes)
        served = sum(each is not None for each in state.serves)
        total = self.result.told.cut.total
        if self.moment < 2:
            goes = (_("not counted yet"), "idle") if self.moment else (_("all together"), "ok")
        elif not self._outcome.running:
            goes = (_("nobody goes on"), "bad")
        else:
            side = self._outcome.running[0]
            goes = (_("the right side goes on") if side else _("the left side goes on"), "ok")
        return [
            (_("votes needed: {need} of {total}", need=self._outcome.quorum, total=total), "accent"),
            goes,
            (_("services: {n} of {all}", n=served, all=count), "ok" if served == count else "warn" if served else "bad"),
            (_("second {t}", t=number(max(0.0, state.t))), "idle"),
        ]  # fmt: skip

    def _places(self, width):
        """Where the nodes of each side stand: (x, width) each, and the middle of the cut."""
        count, groups = len(self.result.told.cut.votes), self.result.told.cut.groups
        gap, cut = 8, SCISSORS if len(groups) > 1 else 0
        wide = min(118, (width - 12 - cut - gap * count) / count)
        x = (width - count * (wide + gap) - cut) / 2
        found, middle = [], None
        for at, group in enumerate(groups):
            if at:
                middle = x + cut / 2 - gap / 2
                x += cut
            for _node in group:
                found.append((x, wide))
                x += wide + gap
        return found, middle

    def _row(self, state, top, width):
        """The witness, the nodes, the scissors, the votes of each side."""
        places, middle = self._places(width)
        cut = self.result.told.cut
        seen = cut.witness is not None
        y = top + (62 if seen else 26)
        items = self._witness(state, places, top, y) if seen else []
        items += [self._node(state, node, x, y, wide) for node, (x, wide) in enumerate(places)]
        foot = y + NODE
        if middle is not None and (self.moment or not self.locked):
            tone = "bad" if self.moment else "idle"
            items += [
                path("cut", f"M{middle:.1f} {y - 6}V{foot + 40}", tone=tone, dash=True),
                label("scissors", middle, y - 10, "✂", anchor="middle", size=20),
            ]
        for at, group in enumerate(cut.groups):
            items += self._votes(at, group, places, foot + 14)
        return items, foot + 62

    def _witness(self, state, places, top, y):
        group = self.result.told.cut.groups[self.result.told.cut.witness]
        left, right = places[group[0]][0], places[group[-1]][0] + places[group[-1]][1]
        x = min(max((left + right) / 2, 64.0), width_of(self.scene) - 64.0)
        return [
            path("sees", f"M{x:.1f} {top + 34}V{y}", tone="accent", dash=True),
            box("witness", x - 60, top + 2, 120, 32, r=16, text=_("witness: 1 vote"), tone="accent", fill="soft", size=12),
        ]  # fmt: skip

    def _node(self, state, node, x, y, wide):
        look, word = STATES[state.nodes[node]]
        votes = self.result.told.cut.votes[node]
        runs = [service for service, at in enumerate(state.serves) if at == node]
        inside = [
            token(f"service{service}", 18 + k * min(26, (wide - 34) / max(1, len(runs) - 1) if len(runs) > 1 else 26), 60, chr(65 + service), r=12, size=11.5, **SERVICE)
            for k, service in enumerate(runs)
        ]  # fmt: skip
        text = _("{n} votes", n=votes) if votes > 1 else _("1 vote")
        inside.append(label(f"vote{node}", wide / 2, NODE - 12, text, anchor="middle", size=11.5))
        if node in state.stale:
            inside.append(label(f"stale{node}", wide / 2, 66, _("old reads"), anchor="middle", size=11.5, weight=700))  # fmt: skip
        said = _("node {n}: press to join the sides again", n=node) if node == self.values["cut"] else _("node {n}: press to cut on its left", n=node)  # fmt: skip
        return box(
            f"node{node}", x, y, wide, NODE, r=10, title=_("node {n}", n=node) if wide > 76 else str(node), sub=_(word) if wide > 6.5 * len(_(word)) + 20 else "",
            children=inside, press=None if self.locked else said, **look,
        )  # fmt: skip

    def _votes(self, at, group, places, y):
        """A side's votes beside those that are needed."""
        outcome = self._outcome.groups[at]
        left, right = places[group[0]][0], places[group[-1]][0] + places[group[-1]][1]
        counted = self.moment >= 2 or len(self._outcome.groups) == 1
        tone = "idle" if not counted else "ok" if outcome.runs else "bad"
        sign = "" if not counted else "✓ " if outcome.runs else "✗ "
        wide, n, need = right - left, outcome.votes, self._outcome.quorum
        text = sign + (_("votes: {n}, needed: {need}", n=n, need=need) if wide > 150 else f"{n} / {need}")  # fmt: skip
        return [box(f"side{at}", left, y, wide, 30, r=7, text=text, size=12.5, tone=tone, fill="solid" if tone == "bad" else "soft")]  # fmt: skip

    def _chances(self, y, width):
        """A column for each number of nodes, on a scale of powers of ten: the lower, the better."""
        items = [label("chances", 6, y, _("Hours a year without a majority, if each node is up {a} %", a=number(self.values["up"])) if width > 600 else _("Hours a year without a majority"), weight=600, size=13)]  # fmt: skip
        step, base = (width - 12) / MOST, y + 34 + CHANCES
        powers = {each.nodes: log10(max(each.away_h, 1e-12)) for each in self.result.chances}
        low, span = min(powers.values()) - 1, max(powers.values()) - min(powers.values()) + 1
        for each in self.result.chances:
            x = 6 + (each.nodes - 1) * step
            high = CHANCES * (powers[each.nodes] - low) / span if not self.locked else 0
            mine = each.nodes == len(self.result.told.cut.votes)
            text = "?" if self.locked else number(each.away_h)
            items += [
                box(f"chance{each.nodes}", x + 4, base - max(3, high), step - 8, max(3, high), r=5, tone="accent" if mine else "idle", fill="solid" if mine else "soft", press=None if self.locked else _("{n} nodes: press to take so many", n=each.nodes)),
                label(f"hours{each.nodes}", x + step / 2, base - max(3, high) - 6, text, anchor="middle", size=12, weight=700 if mine else 400),
                label(f"count{each.nodes}", x + step / 2, base + 18, self._count(each, width), anchor="middle", size=11.5),
            ]  # fmt: skip
        return items, base + 24

    def _count(self, chance, width):
        if width < 600:
            return str(chance.nodes)
        return _("of {n}, {m} may die", n=chance.nodes, m=chance.tolerated)

    def _key(self):
        return [
            ("box", {"hue": 0, "fill": "solid"}, _("a service and its letter")),
            *(("box", {k: v for k, v in STATES[name][0].items() if k != "led"}, _(STATES[name][1])) for name in ("running", "frozen", "fenced")),
        ]  # fmt: skip

    # In words

    def labels(self, played):
        return [_(text, t=number(state.t)) for text, state in zip(self._when(played), played.states, strict=True)]  # fmt: skip

    def _when(self, played):
        """Words of the moments there are: nobody left means that nothing is started elsewhere."""
        steps = {"together": WHEN[0], "unaware": WHEN[1]}
        known = [steps.get(state.nodes[0]) for state in played.states]
        later = iter(WHEN[2:])
        return [each or next(later) for each in known]

    def describe(self, state):
        lines = [" ".join(_(each) for each in state.why)]
        if self.moment == len(self.result.states) - 1 and not self.locked:
            lines.append(_(self.result.lesson))
        if not self.locked:
            mine = self.result.chances[len(state.nodes) - 1]
            lines.append(_(
                "Nodes: {n}; with a vote each, so many may die: {m}; without a majority: {hours} h a year.",
                n=mine.nodes, m=mine.tolerated, hours=number(mine.away_h),
            ))  # fmt: skip
        return "\n".join(lines)

    def tone(self, state):
        served = sum(each is not None for each in state.serves)
        return "ok" if served == len(state.nodes) else "warn" if served else "bad"

    def table(self, state):
        rows = [
            [node, self.result.told.cut.votes[node], _(STATES[each][1]), ", ".join(chr(65 + service) for service, at in enumerate(state.serves) if at == node) or "–"]
            for node, each in enumerate(state.nodes)
        ]  # fmt: skip
        head = [_("node"), _("votes"), _("state"), _("services it runs")]
        return Table(head, rows, caption=_("The nodes at this moment"))
