"""Pods packed one by one: requests fill the nodes, real use may be another matter."""

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.kubernetes.drawing import LOOKS, bar
from coursekit.sims.kubernetes.objects import Node, Pod
from coursekit.sims.kubernetes.packing import pack
from coursekit.sims.kubernetes.scores import Profile
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

MEM_MI = 64  # requested by each pod: here CPU is what runs out
BRICK, GAP = 20, 4
A_ROW = 10  # bricks of a wide case


class PackingLab(StoryLab):
    """Nodes with their pods; below each, the bar of requests beside the bar of real use."""

    name = "kubernetes-packing"
    title = mark("Requests and real use")

    def controls(self):
        return (
            Slider("pods", mark("Pods"), 45, 1, 60),
            Slider("cpu", mark("Each requests"), 100, 0, 2000, 50, "m"),
            Slider("use", mark("Each really uses"), 900, 0, 2000, 50, "m"),
            Slider("nodes", mark("Nodes of 4000 m"), 1, 1, 6),
            Pick("policy", mark("Prefer nodes"), "least", {"least": mark("with most room (spread)"), "most": mark("already used (pack)")}),
        )  # fmt: skip

    def story(self, actions, pods, cpu, use, nodes, policy):
        wanted = [Pod(name=f"web-{n}", cpu_m=cpu, mem_mi=MEM_MI) for n in range(1, pods + 1)]
        machines = [Node(name=f"node-{n}") for n in range(1, nodes + 1)]
        return pack(machines, wanted, use, Profile(policy=policy))

    def reset(self):
        self.load({"values": self.panel.defaults(), "actions": []})

    def _refresh(self):
        """After a change all pods are placed: that is what the controls are about."""
        self._here.moment = len(self.result.states) - 1
        super()._refresh()

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        count = len(state.nodes)
        a_line = min(count, 2 if narrow else 3)
        step = (width - 8) / a_line
        per_row = int((step - 30) // (BRICK + GAP))
        rows = -(-self._tallest() // per_row)
        high = 108 + rows * (BRICK + GAP)
        top = 96 if narrow else 56
        items = facts(self._facts(state), narrow=narrow)
        for i, node in enumerate(state.nodes):
            x, y = 4 + (i % a_line) * step, top + (i // a_line) * (high + 10)
            items += self._node(node, (x, y, step - 10, high), per_row, state)
        y = top + -(-count // a_line) * (high + 10)
        items += self._waiting(state, width, y)
        y += 40 + 24 * (-(-len(state.pending) // int((width - 30) // (BRICK + GAP))) or 1)
        legend = [("box", LOOKS["ready"][1], _("a pod that runs")), ("box", LOOKS["starting"][1], _("Pending"))]  # fmt: skip
        legend += [("box", {"tone": "accent", "fill": "soft"}, _("share of the node")), ("box", {"tone": "bad", "fill": "solid"}, _("more than there is"))]  # fmt: skip
        items += key(legend, width, y, a_line=2 if narrow else 4)
        what = _("Nodes with their pods, the sum of requests and the sum of real use")
        self.scene.show(items, width=width, height=y + (52 if narrow else 28), label=what)

    def _facts(self, state):
        placed = sum(len(node.pods) for node in state.nodes)
        most = max(node.requested for node in state.nodes)
        wanted = max(node.used for node in state.nodes)
        slow = min(node.served for node in state.nodes)
        return [
            (_("placed: {n}", n=placed), "accent"),
            (_("Pending: {n}", n=len(state.pending)), "warn" if state.pending else "ok"),
            (_("requested: {p} %", p=number(100 * most)), "idle"),
            (_("wanted: {p} %", p=number(100 * wanted)) if wanted <= 1 else _("served: {p} %", p=number(100 * slow)), "bad" if wanted > 1 else "ok"),
        ]  # fmt: skip

    def _tallest(self):
        told = self.result.states[: self.moment + 1] if self.locked else self.result.states[-1:]
        return max(10, *(len(node.pods) for state in told for node in state.nodes))

    def _node(self, node, spot, per_row, state):
        x, y, w, h = spot
        new = state.decision and state.decision.node == node.node
        last = len(node.pods) - 1
        bricks = [
            box(f"{node.node}-{k}", 10 + (k % per_row) * (BRICK + GAP), 34 + (k // per_row) * (BRICK + GAP), BRICK, BRICK, r=4, text="✓", size=10, glow=bool(new) and k == last, **LOOKS["ready"][1])
            for k in range(len(node.pods))
        ]  # fmt: skip
        title = f"{node.node} · {plural('{count} pod', '{count} pods', len(node.pods))}"
        look = {"tone": "bad" if node.used > 1 else "idle", "fill": "none", "glow": bool(new)}
        asked = _("requested {p} %", p=number(100 * node.requested))
        used = _("really wanted {p} %", p=number(100 * node.used))
        accent = {"tone": "accent", "fill": "soft"}
        return [
            box(f"case-{node.node}", x, y, w, h, r=12, title=title, children=bricks, **look),
            *bar(f"asked-{node.node}", x + 10, y + h - 54, w - 20, node.requested, asked, look=accent),
            *bar(f"used-{node.node}", x + 10, y + h - 20, w - 20, node.used, used, look=accent),
        ]  # fmt: skip

    def _waiting(self, state, width, y):
        per_row = int((width - 30) // (BRICK + GAP))
        rows = -(-len(state.pending) // per_row) or 1
        sign, look = LOOKS["starting"]
        bricks = [
            box(f"waits-{k}", 10 + (k % per_row) * (BRICK + GAP), 30 + (k // per_row) * (BRICK + GAP), BRICK, BRICK, r=4, text=sign, size=10, **look)
            for k in range(len(state.pending))
        ]  # fmt: skip
        why = f": {state.decision.event}" if state.pending and state.decision and state.decision.node is None and not self.scene.narrow else ""  # fmt: skip
        return [box("waiting", 4, y, width - 12, 36 + 24 * rows - 6, r=12, title=_("Pending") + why, children=bricks, tone="warn" if state.pending else "idle", fill="none", dash=True)]  # fmt: skip

    # In words

    def labels(self, packing):
        waits = _("Pending")
        return [_("the start")] + [
            f"{state.decision.pod} → {state.decision.node or waits}" for state in packing.states[1:]
        ]

    def describe(self, state):
        parts = [_(state.why)]
        if state.decision and state.decision.node is None:
            parts.append(state.decision.event)
        worst = min(state.nodes, key=lambda node: node.served)
        if worst.served < 1:
            parts.append(_("The pods on {node} get {p} % of the CPU they want: the scheduler looked at requests only.", node=worst.node, p=number(100 * worst.served)))  # fmt: skip
        return "\n".join(parts)

    def tone(self, state):
        if min(node.served for node in state.nodes) < 1:
            return "bad"
        return "warn" if state.pending else "ok"

    def table(self, state):
        rows = [
            [node.node, len(node.pods), f"{number(100 * node.requested)} %", f"{number(100 * node.used)} %", f"{number(100 * node.served)} %"]
            for node in state.nodes
        ]  # fmt: skip
        head = [_("node"), _("pods"), _("CPU requested"), _("CPU wanted"), _("of it served")]
        return Table(head, [*rows, [_("Pending"), len(state.pending), "–", "–", "–"]], caption=_("The nodes after this pod"))  # fmt: skip
