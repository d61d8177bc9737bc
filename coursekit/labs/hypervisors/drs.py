"""Hosts loaded unequally: machines move, one at a time, until no move is worth it."""

from html import escape

from coursekit.i18n import _, mark, number
from coursekit.labs.hypervisors.steps import action_from
from coursekit.sims.hypervisors.drs import Cluster, Hand, balance
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.look import html
from coursekit.ui.parts import NARROW, WIDE, facts
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import nice

CASES = {
    "spec": mark("three alike, one full"),
    "lopsided": mark("four unlike, two empty"),
    "one_big": mark("one machine is too big"),
}
HOSTS = {  # GHz
    "spec": {"h1": 10.0, "h2": 10.0, "h3": 10.0},
    "lopsided": {"h1": 10.0, "h2": 10.0, "h3": 10.0, "h4": 16.0},
    "one_big": {"h1": 10.0, "h2": 10.0, "h3": 10.0},
}
MACHINES = {  # machine -> GHz it is entitled to, and where it is
    "spec": {"a": (4.0, "h1"), "b": (3.0, "h1"), "c": (2.0, "h1"), "d": (2.0, "h2"), "e": (1.0, "h3")},
    "lopsided": {
        "a": (3.0, "h1"), "b": (2.0, "h1"), "c": (2.0, "h1"), "d": (1.0, "h1"), "e": (1.0, "h1"),
        "f": (3.0, "h2"), "g": (2.0, "h2"), "i": (1.0, "h2"), "j": (1.0, "h2"),
    },
    "one_big": {"a": (9.0, "h1"), "b": (1.0, "h1"), "c": (1.0, "h2"), "d": (1.0, "h3")},
}  # fmt: skip
ENDS = {
    "balanced": (mark("alike enough"), "ok"),
    "no_gain": (mark("no move helps"), "bad"),
    "max_moves": (mark("moves used up"), "warn"),
}
WHY = {
    "balanced": mark("The loads differ by no more than the threshold: nothing is moved any more."),
    "no_gain": mark("Of all moves of one machine none leaves the loads more alike: it ends here, above the threshold."),
    "max_moves": mark("All moves allowed have been made, and the loads still differ."),
}  # fmt: skip
HIGH, CHART = 230, 270  # height of the largest host; width of the chart beside the hosts


class DrsLab(StoryLab):
    """Hosts as columns, machines as blocks in them; the imbalance move by move."""

    name = "hypervisors-drs"
    title = mark("Which machine should move, and where?")

    def controls(self):
        return (
            Pick("case", mark("Cluster"), "spec", CASES),
            Slider("threshold", mark("Imbalance tolerated"), 10, 0, 30, 1, "%"),
            Slider("a", mark("Machine a is entitled to (0: as given)"), 0.0, 0.0, 10.0, 0.5, "GHz"),
            Slider("moves", mark("Moves at most"), 20, 0, 20, more=True),
            Slider("h1", mark("Capacity of h1 (0: as given)"), 0, 0, 40, 1, "GHz", more=True),
        )

    def story(self, actions, case, threshold, a, moves, h1):
        by_hand = [Hand(at, vm, target) for at, _move, vm, target in actions]
        machines = MACHINES[case]
        entitled = {vm: ghz for vm, (ghz, _host) in machines.items()} | ({"a": a} if a else {})
        hosts = HOSTS[case] | ({"h1": float(h1)} if h1 else {})
        placed = {vm: host for vm, (_ghz, host) in machines.items()}
        return balance(
            Cluster(
                hosts=hosts, entitled=entitled, placed=placed, threshold=threshold / 100, max_moves=moves,
            ),
            by_hand,
        )  # fmt: skip

    # Acting

    def tools(self):
        self._chosen_vm = None
        hint = _("Better than DRS? Press a machine, then the host it should go to.")
        return (html(f"<p class='ck-prompt'>{escape(hint)}</p>"),)

    def _press(self, name):
        """A machine is chosen; a host takes the machine chosen."""
        kind, _dash, who = name.partition("-")
        if self.locked or kind not in ("vm", "host", "foot"):
            return
        if kind == "vm":
            self._chosen_vm = None if who == self._chosen_vm else who
            self.redraw()
        elif self._chosen_vm:
            vm, self._chosen_vm = self._chosen_vm, None
            self.act((self.moment, "move", vm, who))

    def keep(self, actions, result, moment):
        return tuple(action for action in actions if action[0] < moment)

    def action_from(self, plain):
        return action_from(plain, {"move": 2})

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        if self._chosen_vm not in state.placed:  # another cluster
            self._chosen_vm = None
        narrow = self.scene.narrow
        width, top = (NARROW, 92) if narrow else (WIDE, 50)
        items = facts(self._facts(state), narrow=narrow)
        hosts, bottom = self._hosts(state, top, width - 8 if narrow else width - CHART - 40)
        x, y = (6, bottom + 24) if narrow else (width - CHART - 6, top + 8)
        chart, below = self._chart(state, x, y, width - x - 6)
        self.scene.show(
            [*items, *hosts, *chart], width=width, height=max(bottom, below) + 6,
            label=_("The hosts after {n} moves", n=self.moment),
        )  # fmt: skip

    def _facts(self, state):
        threshold = self.result.cluster.threshold
        over = self.moment == len(self.result.states) - 1
        word, tone = ENDS[self.result.end] if over else (mark("a move helps"), "accent")
        return [
            (_("moves: {n}", n=self.moment), "accent"),
            (_("imbalance: {dev}", dev=_dev(state.dev)), "ok" if state.dev <= threshold else "warn"),
            (_("tolerated: {dev}", dev=number(threshold)), "idle"),
            ("…" if self.locked and not over else _(word), tone),
        ]  # fmt: skip

    # Hosts and machines

    def _hosts(self, state, top, wide):
        """Columns as high as the host's capacity, standing on one floor."""
        hosts = self.result.cluster.hosts
        step = wide / len(hosts)
        column = min(132, step - 16)
        scale = HIGH / max(
            ghz * max(1.0, *(each.loads[name] for each in self.result.states))
            for name, ghz in hosts.items()
        )
        floor = top + 26 + HIGH
        at = {name: 6 + k * step + (step - column) / 2 for k, name in enumerate(hosts)}
        items, places = [], {}
        for name, ghz in hosts.items():
            high = ghz * scale
            items.append(box(f"host-{name}", at[name], floor - high, column, high, fill="none", r=6, tone="idle"))  # fmt: skip
            items.append(label(f"cap-{name}", at[name] + column / 2, floor - high - 8, f"{number(ghz)} GHz", anchor="middle", size=11.5))  # fmt: skip
            items += self._foot(state, name, at[name], floor, column)
            places |= self._stack(self.moment, name, at[name], floor, scale)
        items += [self._machine(vm, *place, column, scale, state) for vm, place in places.items()]
        return [*items, *self._arrow(state, places, at, column, floor, scale)], floor + 54

    def _foot(self, state, name, x, floor, column):
        """Name and load of a host, before the move too where the move changed it."""
        load = state.loads[name]
        before = self.result.states[max(0, self.moment - 1)].loads[name]
        text = _("{load} %", load=number(100 * load))
        if abs(load - before) > 1e-9:
            text = _("{before} → {load} %", before=number(100 * before), load=number(100 * load))
        tone = "bad" if load > 1 else "accent" if load != before else "idle"
        says = self._chosen_vm and _(
            "{vm} to {host}: press to move it", vm=self._chosen_vm, host=name
        )
        return [
            box(
                f"foot-{name}", x, floor + 6, column, 44, text=name, sub=text, tone=tone, fill="paper",
                press=says or None, glow=bool(says) and state.placed[self._chosen_vm] != name,
            )
        ]  # fmt: skip

    def _stack(self, moment, name, x, floor, scale):
        """Where each machine of a host lies at a moment: what came last on top."""
        states = self.result.states[: moment + 1]
        lie = [vm for vm, host in states[0].placed.items() if host == name]
        for move in (each.move for each in states[1:]):
            lie = [vm for vm in lie if vm != move.vm] + [move.vm] * (move.target == name)
        places, y = {}, floor
        for vm in lie:
            y -= self.result.cluster.entitled[vm] * scale
            places[vm] = (x, y)
        return places

    def _machine(self, vm, x, y, column, scale, state):
        ghz = self.result.cluster.entitled[vm]
        moved = state.move is not None and state.move.vm == vm
        text = f"{vm} · {number(ghz)} GHz" if column > 70 else f"{vm} · {number(ghz)}"
        tall = max(2.0, ghz * scale - 2)
        chosen = vm == self._chosen_vm
        says = _("machine {vm}: press to choose it", vm=vm)
        return box(
            f"vm-{vm}", x + 5, y + 1, column - 10, tall, text=text if tall > 10 else "", hue=ord(vm) - ord("a"),
            fill="solid", glow=moved, r=4, selected=chosen, press=None if self.locked else says, size=min(13, max(9, tall - 3)),
        )  # fmt: skip

    def _arrow(self, state, places, at, column, floor, scale):
        """The last move, over all that stands between: from where the machine was to where it is."""
        if state.move is None:
            return []
        move = state.move
        before = self._stack(self.moment - 1, move.source, at[move.source], floor, scale)
        ends = [(x + column / 2, y) for x, y in (before[move.vm], places[move.vm])]
        (x, y), (to_x, to_y) = ends
        y = min([y, *(lie for left, lie in places.values() if left == at[move.source])])
        top = min(y, to_y, floor - HIGH * 0.6) - 34
        d = f"M{x:.1f} {y:.1f}C{x:.1f} {top:.1f} {to_x:.1f} {top:.1f} {to_x:.1f} {to_y - 2:.1f}"
        return [path("arrow", d, arrow=True, tone="warn")]

    # Imbalance, move by move

    def _chart(self, state, x, y, wide):
        states, cluster = self.result.states, self.result.cluster
        most = max(states[0].dev, cluster.threshold) * 1.1 or 1.0
        high, left = 190, x + 40
        top = y + 26
        floor = top + high
        items = [label("imbalance", x, y + 4, _("Imbalance after each move"), weight=600, size=13)]
        step = nice(most, 4)
        for k in range(int(most / step) + 1):
            at = floor - high * k * step / most
            items.append(path(f"grid{k}", f"M{left} {at:.1f}H{x + wide}", faded=True))
            items.append(label(f"dev{k}", left - 6, at + 4, number(k * step), anchor="end", size=11.5))  # fmt: skip
        a_bar = (wide - 46) / max(5, len(states))
        for k, each in enumerate(states):
            if k > self.moment and self.locked:
                break
            tall = max(2.0, high * each.dev / most)
            place = left + 4 + k * a_bar
            fine = each.dev <= cluster.threshold
            items.append(box(
                f"bar{k}", place, floor - tall, a_bar - 8, tall, tone="ok" if fine else "warn", r=3, faded=k > self.moment,
                fill="solid" if k == self.moment else "soft",
            ))  # fmt: skip
            name = each.move.vm if each.move else _("before")
            items.append(label(f"bar-name{k}", place + a_bar / 2 - 4, floor + 16, name, anchor="middle", size=11.5))  # fmt: skip
        line = floor - high * cluster.threshold / most
        items.append(path("threshold", f"M{left} {line:.1f}H{x + wide}", tone="ok", dash=True))
        said = _("tolerated")
        items.append(label("threshold-text", x + wide, line - 6, said, anchor="end", size=11.5))
        return items, floor + 24

    # In words

    def labels(self, balanced):
        return [
            f"{each.move.vm} · {each.move.source} → {each.move.target}" if each.move else _("before any move")
            for each in balanced.states
        ]  # fmt: skip

    def describe(self, state):
        if self.moment < len(self.result.states) - 1 or self.locked:
            return _(state.why)
        return f"{_(state.why)}\n{_(WHY[self.result.end])}"

    def tone(self, state):
        over = self.moment == len(self.result.states) - 1
        return ENDS[self.result.end][1] if over else "accent"

    def summary(self, balanced):
        return [
            (_("moves"), str(len(balanced.moves))),
            (_("imbalance"), _dev(balanced.states[-1].dev)),
        ]

    def table(self, state):
        hosts = self.result.cluster.hosts
        head = [_("after move"), _("machine"), _("from → to"), *hosts, _("imbalance")]
        rows = [
            [
                k, each.move.vm if each.move else "—", f"{each.move.source} → {each.move.target}" if each.move else "—",
                *(_("{load} %", load=number(100 * each.loads[host])) for host in hosts), _dev(each.dev),
            ]
            for k, each in enumerate(self.result.states[: self.moment + 1])
        ]  # fmt: skip
        return Table(head, rows, caption=_("The loads of the hosts, move by move"))


def _dev(value):
    """An imbalance for reading: what is 0 but for rounding is 0."""
    return number(round(value, 9))
