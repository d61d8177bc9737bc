"""The precedence graph of a schedule, edge by edge: a cycle, or a serial order."""

from math import cos, pi, sin

from coursekit.i18n import _, mark
from coursekit.labs.databases.steps import ahead, hue, notation, short
from coursekit.sims.databases.precedence import graph
from coursekit.sims.databases.schedules import parse
from coursekit.ui.examples import StoryExamplesLab
from coursekit.ui.fit import clipped, heading
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.table import Table

EXAMPLES = {
    "skew": (mark("T1 reads around T2"), "r1(x) w2(x) w2(y) r1(y)"),
    "lost": (mark("lost update"), "r1(x) r2(x) w1(x) w2(x)"),
    "serial": (mark("one after the other"), "r1(x) w1(x) r2(x) w2(x)"),
    "mixed": (mark("mixed, and yet serialisable"), "r1(x) r2(y) w1(x) w2(y) r2(x) c1 c2"),
    "writeskew": (mark("write skew"), "r1(x) r2(y) w1(y) w2(x)"),
    "blind": (mark("two rows, two orders"), "w1(x) w2(x) w2(y) w1(y)"),
    "readers": (mark("readers only"), "r1(x) r2(x) r3(x)"),
    "three": (mark("a circle of three"), "w1(x) r2(x) w2(y) r3(y) w3(z) r1(z)"),
    "rollback": (mark("one rolls back"), "r1(x) r2(x) w1(x) w2(x) c1 a2"),
}
STEP, HIGH, LANE = 60, 34, 44


class GraphLab(StoryExamplesLab):
    """Above the steps, with the pairs in conflict; below the graph that comes of them."""

    name = "databases-graph"
    title = mark("Is there a serial order?")
    plain = "r1(x) r2(y)"

    def controls(self):
        names = {name: words for name, (words, _text) in EXAMPLES.items()}
        return (self.choose(mark("Schedule"), "skew", names, mark("my own, above")),)

    def story(self, actions, **_values):
        return graph(parse(self.source))

    # The text

    def examples(self):
        return {name: text for name, (_words, text) in EXAMPLES.items()}

    def words(self):
        return _("The schedule: steps in the order in which they come"), _("Draw its graph")

    def taken(self):
        return _("Drawn: see which steps are in conflict.")

    def help(self):
        return [notation()]

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        steps, y = self._steps(state, 104 if narrow else 62, width)
        nodes, y = self._graph(state, y + 18, width)
        items += steps + nodes + key(self._key(), width, y + 10, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=y + (60 if narrow else 38),
            label=_("The steps with their conflicts, and the precedence graph"),
        )  # fmt: skip

    def _facts(self, state):
        over = self._over(state)
        verdict = (_("no verdict yet"), "idle")
        if state.cycle:
            verdict = (_("not serialisable"), "bad")
        elif over:
            verdict = (_("serialisable"), "ok")
        order = " → ".join(f"T{tx}" for tx in self.result.order)
        return [
            (_("steps: {n} of {all}", n=state.at + 1, all=len(self.result.schedule.steps)), "idle"),
            (_("edges: {n}", n=len(state.edges)), "accent"),
            verdict,
            (_("serial order: {order}", order=order if over and order else _("none") if state.cycle else "?"), "ok" if over and order else "idle"),
        ]  # fmt: skip

    def _over(self, state):
        return state is self.result.states[-1] and not self.locked

    def _steps(self, state, y, width):
        """The steps in lanes, in lines of as many as fit; those of this moment's conflicts glow."""
        schedule = self.result.schedule
        a_line = int((width - 44) // STEP)
        lit = {place for each in state.conflicts for place in (each.first, each.second)}
        lanes = {tx: row for row, tx in enumerate(schedule.transactions)}
        items = []
        for begin in range(0, len(schedule.steps), a_line):
            for tx, row in lanes.items():
                items.append(token(f"lane{begin}-{tx}", 20, y + row * LANE + HIGH / 2, f"T{tx}", r=14, hue=hue(tx)))  # fmt: skip
            for at, step in list(enumerate(schedule.steps))[begin : begin + a_line]:
                x, top = 40 + (at - begin) * STEP, y + lanes[step.tx] * LANE
                if at > state.at:
                    items.append(ahead(f"step{at}", step, x, top, STEP - 6, HIGH))
                else:
                    items.append(box(f"step{at}", x, top, STEP - 6, HIGH, r=7, text=clipped(short(step), STEP - 10, 12.5), size=12.5, hue=hue(step.tx), fill="solid" if at in lit else "soft", glow=at == state.at))  # fmt: skip
            y += len(lanes) * LANE + 8
        return items, y

    def _graph(self, state, y, width):
        """The transactions on a circle, the edges between them; those of a cycle in red."""
        nodes = self.result.transactions or self.result.schedule.transactions
        radius = 78
        middle = (width / 4 if width > 600 else width / 2, y + radius + 40)
        spots = {tx: (middle[0] + radius * 1.3 * cos(self._angle(at, len(nodes))), middle[1] + radius * sin(self._angle(at, len(nodes)))) for at, tx in enumerate(nodes)}  # fmt: skip
        items = [heading("graph", 6, y, _("The graph: who must come before whom"), width)]
        red = set(zip(state.cycle, (*state.cycle[1:], *state.cycle[:1]), strict=True))
        fresh = {each.edge for each in state.conflicts}
        items += [path(f"edge{a}-{b}", _arc(spots[a], spots[b]), arrow=True, tone="bad" if (a, b) in red else "accent", glow=(a, b) in fresh) for a, b in state.edges]  # fmt: skip
        items += [token(f"node{tx}", x, top, f"T{tx}", r=21, hue=hue(tx)) for tx, (x, top) in spots.items()]  # fmt: skip
        low = middle[1] + radius + 34
        if width > 600:
            pairs, end = self._pairs(state, width / 2, y, width / 2 - 8)
        else:
            pairs, end = self._pairs(state, 6, low + 20, width - 12)
            low = end
        return items + pairs, max(low, end)

    def _angle(self, at, count):
        return pi if count == 1 else pi + 2 * pi * at / count if count != 3 else -pi / 2 + 2 * pi * at / 3  # fmt: skip

    def _pairs(self, state, x, y, wide):
        """The pairs in conflict so far, a line an edge."""
        items = [heading("pairs", x, y, _("Pairs of steps that may not change places"), x + wide)]
        steps, y = self.result.schedule.steps, y + 14
        red = set(zip(state.cycle, (*state.cycle[1:], *state.cycle[:1]), strict=True))
        for edge in state.edges:
            found = [each for each in self.result.conflicts if each.edge == edge and each.second <= state.at]  # fmt: skip
            text = ", ".join(f"{short(steps[each.first])} – {short(steps[each.second])}" for each in found)  # fmt: skip
            text = f"T{edge[0]} → T{edge[1]} · {text}"
            items.append(box(f"pair{edge[0]}-{edge[1]}", x, y, wide, 24, r=6, text=clipped(text, wide - 12, 13.5), size=12, tone="bad" if edge in red else "accent", fill="soft" if edge in red else "paper"))  # fmt: skip
            y += 28
        if not state.edges:
            items.append(label("no-pairs", x + 4, y + 14, _("none yet"), size=12))
            y += 28
        return items, y

    def _key(self):
        return [
            ("line", {"tone": "accent", "arrow": True}, _("must come before")),
            ("line", {"tone": "bad", "arrow": True}, _("part of a cycle")),
            ("box", {"hue": 0, "fill": "solid"}, _("in conflict now")),
            ("box", {"tone": "idle", "fill": "none", "dash": True}, _("still to come")),
        ]

    # In words

    def labels(self, result):
        return [_(state.label) for state in result.states]

    def describe(self, state):
        lead = _(state.why) if state.at < 0 else _("{step}. {why}", step=_(state.label), why=_(state.why))  # fmt: skip
        if state.cycle:
            circle = " → ".join(f"T{tx}" for tx in (*state.cycle, state.cycle[0]))
            return lead + "\n" + _("A cycle: {circle}. Each would have to come before the other: no serial order gives the same.", circle=circle)  # fmt: skip
        if self._over(state):
            order = " → ".join(f"T{tx}" for tx in self.result.order)
            return lead + "\n" + _("No cycle: the schedule is as good as {order}.", order=order)
        return lead

    def tone(self, state):
        return "bad" if state.cycle else "ok" if self._over(state) else "accent"

    def table(self, state):
        steps = self.result.schedule.steps
        rows = [[str(steps[each.first]), str(steps[each.second]), f"T{each.edge[0]} → T{each.edge[1]}"] for each in self.result.conflicts if each.second <= state.at]  # fmt: skip
        return Table([_("first"), _("then"), _("edge")], rows or [["–", "–", "–"]], caption=_("Pairs of steps in conflict"))  # fmt: skip


def _arc(begin, end):
    """A bent arrow from one disc to another, so that two in opposite directions stay apart."""
    (x, y), (to_x, to_y) = begin, end
    long = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
    dx, dy = (to_x - x) / long, (to_y - y) / long
    bend = 22
    mid_x, mid_y = (x + to_x) / 2 - dy * bend, (y + to_y) / 2 + dx * bend
    near_x, near_y = x + dx * 21 - dy * 9, y + dy * 21 + dx * 9
    far_x, far_y = to_x - dx * 25 - dy * 10, to_y - dy * 25 + dx * 10
    return f"M{near_x:.1f} {near_y:.1f}Q{mid_x:.1f} {mid_y:.1f} {far_x:.1f} {far_y:.1f}"
