"""cpu.weight: a tree of groups, who is busy, and who takes what the idle ones leave."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.containers.shares import Group, Share, divide, shares_of, weight_new, weight_old
from coursekit.sims.message import Message
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

TREES = {
    "flat": mark("three groups: A, B, C"),
    "two": mark("two groups: A, B"),
    "nested": mark("two levels: X with a and b, Y with c"),
}
SHAPE = {  # tree -> its groups, each with those below it
    "flat": {"A": "", "B": "", "C": ""},
    "two": {"A": "", "B": ""},
    "nested": {"X": "ab", "Y": "c"},
}
HUE = {"A": 0, "B": 2, "C": 3, "X": 5, "Y": 4}  # a, b, c as A, B, C
BAR, BOX, GAP = 40, 70, 46  # heights: a bar, a group, between two levels


@dataclass(frozen=True)
class Divided:
    """The groups and their shares, the whole machine, and a request in three notations."""

    shares: tuple[Share, ...]
    cores: int
    request: int

    @property
    def leaves(self):
        return [each for each in self.shares if not each.group.children]


class SharesLab(Lab):
    """Press a group to let it work or rest."""

    name = "containers-shares"
    title = mark("Weights: who gets how much CPU")

    def controls(self):
        def weight(key, *, more):
            return Slider(
                f"weight_{key}", Message.of("cpu.weight of {name}", name=self._called(key)), 100, 1, 10_000, more=more,
                when=lambda now: self._there(now["tree"], key),
            )  # fmt: skip

        def busy(key, *, more):
            return Check(
                f"busy_{key}", Message.of("{name} has work", name=self._called(key)), True, more=more,
                when=lambda now: self._there(now["tree"], key),
            )  # fmt: skip

        return (
            Pick("tree", mark("Groups"), "two", TREES),
            weight("a", more=False), busy("a", more=False),
            weight("b", more=False), busy("b", more=False),
            weight("c", more=True), busy("c", more=True),
            weight("x", more=True), weight("y", more=True),
            Slider("cores", mark("Cores of the host"), 4, 1, 64, more=True),
            Slider("request", mark("A Kubernetes request"), 500, 0, 8000, 50, "m", more=True),
        )  # fmt: skip

    def _called(self, key):
        """How a group is called in the controls: a and A are the same one."""
        return f"{key.upper()} / {key}" if key in "abc" else key.upper()

    def _there(self, tree, key):
        names = "".join(name + below for name, below in SHAPE[tree].items())
        return key in names.lower()

    def run(self, tree, cores, request, **values):
        def group(name, below=""):
            key = name.lower()
            return Group(
                name=name, weight=values[f"weight_{key}"], busy=values.get(f"busy_{key}", True),
                children=tuple(group(each) for each in below),
            )  # fmt: skip

        shares = divide([group(name, below) for name, below in SHAPE[tree].items()])
        return Divided(shares, cores, request)

    def _press(self, name):
        key = name.removeprefix("group-").lower()
        self.set(**{f"busy_{key}": not self.values[f"busy_{key}"]})

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, result):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 92 if narrow else 50
        bars, top = self._bars(result, top, width)
        tree, top = self._tree(result, top + 14, width)
        steps = self._request(result, top + 16, width)
        self.scene.show(
            [*facts(self._facts(result), narrow=narrow), *bars, *tree, *steps], width=width,
            height=top + (150 if narrow else 70), label=_("The groups, their weights, and the CPU each gets"),
        )  # fmt: skip

    def _facts(self, result):
        leaves = result.leaves
        busy = [each for each in leaves if each.group.runs]
        left = sum(each.promised for each in leaves if not each.group.runs)
        most = max(leaves, key=lambda each: each.share)
        return [
            (_("busy: {n} of {count} groups", n=len(busy), count=len(leaves)), "idle"),
            (_("left by idle ones: {share} %", share=_percent(left)), "warn" if left else "idle"),
            (_("most: {name}, {share} %", name=most.group.name, share=_percent(most.share)) if busy else _("nobody works"), "accent"),
            (plural("{count} core", "{count} cores", result.cores), "idle"),
        ]  # fmt: skip

    def _bars(self, result, top, width):
        """All of the CPU as it is divided now, and as it would be if all were busy."""
        rows = {"now": (mark("now"), "share", "solid"), "promised": (mark("if all worked"), "promised", "soft")}  # fmt: skip
        left, items = (96 if self.scene.narrow else 116), []
        for row, (name, (word, what, fill)) in enumerate(rows.items()):
            y, x = top + row * (BAR + 8), float(left)
            items.append(label(f"bar-{name}", 6, y + 24, _(word), size=12.5, weight=600))
            for each in result.leaves:
                wide = float(getattr(each, what)) * (width - left - 6)
                text = f"{each.group.name} {_percent(getattr(each, what))} %"
                if wide > 1:
                    fits = wide > 8 * len(text) + 8
                    items.append(box(
                        f"{name}-{each.group.name}", x, y, wide - 2, BAR, r=5, size=12.5, fill=fill, hue=_hue(each.group.name),
                        text=text if fits else each.group.name if wide > 20 else "",
                    ))  # fmt: skip
                x += wide
            if x == left:
                items.append(box(f"{name}-nobody", left, y, width - left - 6, BAR, r=5, fill="none", dash=True, text=_("idle"), size=12.5))  # fmt: skip
        return items, top + 2 * (BAR + 8)

    def _tree(self, result, top, width):
        """The root, the groups below it, and those below these."""
        wide, depth = (140 if self.scene.narrow else 196), max(each.depth for each in result.shares)
        places = self._places(result, top + 34 + GAP, width, wide)
        x = width / 2
        items = [box("root", x - 90, top, 180, 34, text=_("all of the CPU: 100 %"), tone="idle", fill="paper", size=12.5)]  # fmt: skip
        for each in result.shares:
            name = each.group.name
            px, py = places[name]
            fx, fy = (x, top + 34) if each.parent == "/" else (places[each.parent][0] + wide / 2, places[each.parent][1] + BOX)  # fmt: skip
            items.append(path(
                f"edge-{name}", f"M{fx:.1f} {fy:.1f}V{py - GAP / 2:.1f}H{px + wide / 2:.1f}V{py:.1f}", arrow=each.share > 0,
                tone="accent" if each.share else "idle", dash=not each.share,
            ))  # fmt: skip
            items.append(self._group(each, px, py, wide))
        return items, top + 34 + (depth + 1) * (GAP + BOX)

    def _group(self, each, x, y, wide):
        group, idle = each.group, not each.group.runs
        says = None
        if not group.children and not self.locked:
            says = (
                _("{name} is idle: press to give it work", name=group.name) if idle
                else _("{name} works: press to let it rest", name=group.name)
            )  # fmt: skip
        share = _("idle") if idle else f"{_percent(each.share)} %"
        title = _("{name} · weight {weight}", name=group.name, weight=group.weight)
        sub = share if idle or not each.gained else _("{share}, promised {promised} %", share=share, promised=_percent(each.promised))  # fmt: skip
        return box(
            f"group-{group.name}", x, y, wide, BOX, title=title, sub=sub, hue=None if idle else _hue(group.name),
            fill="none" if idle else "soft", dash=idle, progress=float(each.share), press=says,
            **({"tone": "idle"} if idle else {}),
        )  # fmt: skip

    def _places(self, result, top, width, wide):
        """Leaves side by side, a group with others below it above their middle."""
        leaves = [each.group.name for each in result.leaves]
        gap = (width - wide * len(leaves)) / (len(leaves) + 1)
        xs = {name: gap + k * (wide + gap) for k, name in enumerate(leaves)}
        for each in result.shares:
            if below := [xs[child.name] for child in each.group.children]:
                xs[each.group.name] = (below[0] + below[-1]) / 2
        return {each.group.name: (xs[each.group.name], top + each.depth * (BOX + GAP)) for each in result.shares}  # fmt: skip

    def _request(self, result, top, width):
        """What a request for CPU becomes on the way to the kernel."""
        shares, narrow = shares_of(result.request), self.scene.narrow
        texts = [
            _("request: {m}m", m=result.request),
            f"cpu.shares: {shares}",
            _("cpu.weight: {old}, since 2025 {new}", old=weight_old(shares), new=weight_new(shares)),
        ]  # fmt: skip
        wide = width - 12 if narrow else (width - 12 - 2 * 28) / 3
        items = [label("asked", 6, top + 8, _("What a Kubernetes request becomes"), size=12.5, weight=600)]  # fmt: skip
        for k, text in enumerate(texts):
            x, y = (6, top + 16 + k * 38) if narrow else (6 + k * (wide + 28), top + 18)
            items.append(box(f"asked{k}", x, y, wide, 32, text=text, tone="idle", fill="paper", size=12.5))  # fmt: skip
            if k and not narrow:
                items.append(path(f"becomes{k}", f"M{x - 26} {y + 16}h22", arrow=True, tone="idle"))
        return items

    # Telling

    def describe(self, result):
        said = " ".join(_(each.why) for each in result.shares)
        idle = [each for each in result.leaves if not each.group.runs]
        if idle and len(idle) < len(result.leaves):
            said += "\n" + _("A weight is no limit: what idle groups leave goes to their busy neighbours, by weight.")  # fmt: skip
        return said

    def table(self, result):
        head = [_("group"), _("below"), "cpu.weight", _("state"), _("share"), _("in CPUs"), _("if all worked")]  # fmt: skip
        rows = [
            [
                each.group.name, each.parent, each.group.weight, _("works") if each.group.runs else _("idle"),
                f"{_percent(each.share)} %", number(float(each.share) * result.cores), f"{_percent(each.promised)} %",
            ]
            for each in result.shares
        ]  # fmt: skip
        return Table(head, rows, caption=_("The groups and their share of the CPU"))


def _hue(name):
    return HUE[name.upper()]


def _percent(share):
    return number(100 * float(share))
