"""The cluster autoscaler: pods that fit nowhere, the nodes ordered for them, and how long it takes."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.kubernetes.nodes import Delay, Growth, Reaction, grow, reaction
from coursekit.sims.kubernetes.objects import Node, Pod
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, spots, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

TEMPLATES = {  # name: m of CPU, MiB
    "small": (2000, 4096),
    "medium": (4000, 8192),
    "large": (16_000, 32_768),
}
WORDS = {
    "small": mark("2 cores, 4 GiB"),
    "medium": mark("4 cores, 8 GiB"),
    "large": mark("16 cores, 32 GiB"),
}
BRICK = 17  # room for a pod in a node
SHOWN = 12  # nodes that the picture has room for


@dataclass(frozen=True)
class Ordered:
    """What was asked for, what is ordered, and the loops on the way."""

    template: Node
    pods: tuple[Pod, ...]
    growth: Growth
    delays: tuple[Delay, ...]

    @property
    def quickest(self):
        return sum(each.least for each in self.delays)

    @property
    def slowest(self):
        return sum(each.most for each in self.delays)


class AutoscalerLab(Lab):
    """New nodes as cases with the pods that will go there; below, the time until they serve."""

    name = "kubernetes-autoscaler"
    title = mark("Not enough nodes: the cluster autoscaler")

    def controls(self):
        return (
            Slider("pending", mark("Pods that find no node"), 5, 0, 30),
            Slider("cpu", mark("Each requests"), 1000, 250, 4000, 250, "m"),
            Slider("mem", mark("and of memory"), 1024, 512, 8192, 512, "MiB"),
            Pick("template", mark("A new node"), "medium", WORDS),
            Slider("most", mark("Nodes at most"), 10, 1, SHOWN),
            Slider("provision", mark("A machine takes"), 120, 30, 300, 10, "s", more=True),
            Slider("pull", mark("The image"), 200, 0, 2000, 50, "MB", more=True),
        )

    def run(self, pending, cpu, mem, template, most, provision, pull):
        cores, memory = TEMPLATES[template]
        node = Node(name="new", cpu_m=cores, mem_mi=memory)
        pods = tuple(Pod(name=f"web-{i + 1}", cpu_m=cpu, mem_mi=mem) for i in range(pending))
        delays = reaction(Reaction(provision=float(provision), pull_mb=float(pull)))
        return Ordered(node, pods, grow(pods, node, most), delays)

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    # Drawing

    def draw(self, ordered):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(ordered), narrow=narrow)
        top = 96 if narrow else 56
        nodes, y = self._nodes(ordered, top)
        items += nodes
        loops, bottom = self._loops(ordered, y + 10, width)
        what = _("Nodes ordered with their pods, and the time until the pods serve")
        self.scene.show([*items, *loops], width=width, height=bottom, label=what)

    def _facts(self, ordered):
        growth = ordered.growth
        left = len(growth.left_out) + len(growth.too_big)
        return [
            (plural("{count} node ordered", "{count} nodes ordered", len(growth.bins)), "accent"),
            (_("asked for by nobody: {share} %", share=number(100 * growth.waste)), "warn" if growth.waste > 0.4 else "idle"),
            (_("still waiting: {n}", n=left), "bad" if left else "ok"),
            (_("{a} to {b} s", a=number(ordered.quickest), b=number(ordered.slowest)), "idle"),
        ]  # fmt: skip

    def _nodes(self, ordered, top):
        bins = ordered.growth.bins
        if not bins:
            said = _("No node is ordered.")
            return [label("none", 8, top + 20, said, size=13.5)], top + 34
        a_row = 4
        rows = max(-(-len(each.pods) // a_row) for each in bins)
        high = 84 + rows * BRICK
        places, bottom = spots(len(bins), high, narrow=self.scene.narrow, top=top, least=104, most=140)  # fmt: skip
        return [self._node(ordered, each, spot, high) for each, spot in zip(bins, places, strict=True)], bottom  # fmt: skip

    def _node(self, ordered, one, spot, high):
        """Two bars, CPU and memory as requested; then a brick a pod."""
        template = ordered.template
        asked = [pod for pod in ordered.pods if pod.name in one.pods]
        shares = (sum(p.cpu_m for p in asked) / template.cpu_m, sum(p.mem_mi for p in asked) / template.mem_mi)  # fmt: skip
        inner, wide = [], spot.w - 16
        for k, (share, word) in enumerate(zip(shares, ("CPU", _("memory")), strict=True)):
            y = 34 + k * 20
            inner.append(box(f"{one.node}-bar{k}", 8, y, wide, 16, r=3, fill="none"))
            if share * wide >= 1:
                inner.append(box(f"{one.node}-use{k}", 8, y, wide * share, 16, r=3, hue=k, fill="soft"))  # fmt: skip
            inner.append(label(f"{one.node}-word{k}", 12, y + 12, f"{word} {number(100 * share)} %", size=10.5))  # fmt: skip
        step = wide / 4
        inner += [
            box(f"{one.node}-{name}", 8 + (i % 4) * step, 78 + (i // 4) * BRICK, step - 3, BRICK - 3, r=3, hue=2, fill="solid")
            for i, name in enumerate(one.pods)
        ]  # fmt: skip
        return box(f"node-{one.node}", spot.x, spot.y, spot.w, high, r=9, title=one.node, children=inner, dash=True, tone="accent", fill="none")  # fmt: skip

    def _loops(self, ordered, top, width):
        """One bar after the other, at their slowest; the fastest part is the darker."""
        items = [label("loops", 8, top + 14, _("Until the new pods serve, each loop at its slowest"), weight=600, size=13.5)]  # fmt: skip
        x, y = 8.0, top + 26
        scale = (width - 16) / max(ordered.slowest, 1)
        for i, each in enumerate(ordered.delays):
            wide = each.most * scale
            if wide >= 1:
                items.append(box(f"delay{i}", x, y, wide, 30, r=3, hue=i % 6, fill="soft", text=number(each.most) if wide > 30 else "", size=11.5))  # fmt: skip
            x += wide
        a_line, y = (1 if self.scene.narrow else 2), y + 40
        step = (width - 16) / a_line
        for i, each in enumerate(ordered.delays):
            at, line = 8 + (i % a_line) * step, y + (i // a_line) * 22
            spread = number(each.most) if each.least == each.most else f"{number(each.least)}–{number(each.most)}"  # fmt: skip
            items.append(box(f"key{i}", at, line, 22, 13, r=3, hue=i % 6, fill="soft"))
            items.append(label(f"key-text{i}", at + 30, line + 11, _("{name}: {spread} s", name=_(each.name), spread=spread), size=12))  # fmt: skip
        return items, y + -(-len(ordered.delays) // a_line) * 22 + 8

    # In words

    def describe(self, ordered):
        text = _(ordered.growth.why)
        if ordered.growth.bins:
            slowest = max(ordered.delays, key=lambda each: each.most)
            text += "\n" + _(
                "From the rise of the load until they serve: {a} to {b} s, most of it: {what}.",
                a=number(ordered.quickest), b=number(ordered.slowest), what=_(slowest.name),
            )  # fmt: skip
        return text

    def tone(self, ordered):
        return "bad" if ordered.growth.left_out or ordered.growth.too_big else "accent"

    def table(self, ordered):
        rows = [[each.node, len(each.pods), ", ".join(each.pods)] for each in ordered.growth.bins]
        for names, why in ((ordered.growth.too_big, _("too big for any new node")), (ordered.growth.left_out, _("no more nodes allowed"))):  # fmt: skip
            if names:
                rows.append([why, len(names), ", ".join(names)])
        return Table([_("node"), _("pods"), _("which")], rows or [["–", 0, "–"]], caption=_("What is ordered, and what waits"))  # fmt: skip
