"""Disk, partition, PV, LV, file system: made larger or smaller in the right order, or not."""

from coursekit.i18n import _, mark
from coursekit.labs.volumes.drawing import extents_size
from coursekit.sims.volumes.resize import LAYERS
from coursekit.sims.volumes.resizeplay import LEAST, MOST, play
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

NAMES = {
    "fs": mark("file system"), "lv": mark("logical volume"), "pv": mark("physical volume"),
    "partition": mark("partition"), "disk": mark("disk"),
}  # fmt: skip
WHAT = {"grow": mark("make larger"), "shrink": mark("make smaller")}
ORDER = {"right": mark("the right one"), "wrong": mark("the other way round")}
SLOT = 512  # MiB: a piece of the file system in the picture
HIGH = 34  # of a layer


class ResizeLab(StoryLab):
    """Five layers to one scale; what is cut off is red."""

    name = "volumes-resize"
    title = mark("Larger and smaller: the order of the layers")

    def controls(self):
        return (
            Pick("what", mark("What to do"), "shrink", WHAT),
            Pick("order", mark("Order"), "right", ORDER),
            Pick("fs", mark("File system"), "ext4", {"ext4": "ext4", "xfs": "XFS"}),
            Slider("used", mark("Full"), 50, 0, 100, 1, "%"),
            Slider("to", mark("New size"), 12, LEAST + 1, MOST - 1, 1, mark("GiB")),
        )

    def story(self, actions, what, order, fs, used, to):
        self._what = what
        return play(what, order, fs, used, to)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        place = _Place(narrow=self.scene.narrow)
        items = facts(self._facts(state), narrow=place.narrow)
        for row, layer in enumerate(reversed(LAYERS)):
            items += self._layer(state, place, row, layer)
        items += self._files(state, place) + self._ends(place)
        items += key(self._key(), place.width, place.height - place.legend, a_line=2 if place.narrow else 4)  # fmt: skip
        self.scene.show(
            items, width=width_of(self.scene), height=place.height,
            label=_("The five layers to one scale, and what of the file system is cut off"),
        )  # fmt: skip

    def _facts(self, state):
        layers = state.layers
        lost = (_("cut off: {size}", size=extents_size(state.lost)), "bad") if state.lost else (_("nothing is cut off"), "ok")  # fmt: skip
        return [
            (_("file system: {size}", size=extents_size(layers.fs)), "accent"),
            (_("files: {size}", size=extents_size(layers.used)), "idle"),
            lost,
            (_("this step is refused"), "warn") if state.refused else (_("done"), "ok") if state.step else (_("before"), "idle"),
        ]  # fmt: skip

    def _layer(self, state, place, row, layer):
        """A bar as long as the layer; the one that was just touched is framed."""
        y, size = place.y(row), state.layers.size(layer)
        touched = state.step is not None and state.step.layer == layer
        text = f"{_(NAMES[layer])}: {extents_size(size)}"
        tone = {"tone": "warn" if state.refused else "accent"} if touched else {"tone": "idle"}
        x, top = (8, y - 6) if place.narrow else (place.left - 12, y + 22)
        return [
            box(f"layer-{layer}", place.left, y, place.x(size) - place.left, HIGH, r=5, fill="soft" if touched else "plain", **tone),
            label(f"name-{layer}", x, top, text, anchor="start" if place.narrow else "end", weight=700 if touched else 500, size=13),
        ]  # fmt: skip

    def _files(self, state, place):
        """What is in the file system, piece by piece: files lie all over it."""
        layers, items = state.layers, []
        pieces = layers.fs // SLOT
        full = round(layers.used / SLOT)
        for at in range(pieces):
            used = (at + 1) * full // pieces > at * full // pieces
            gone = (at + 1) * SLOT > layers.reach
            x, end = place.x(at * SLOT), place.x((at + 1) * SLOT)
            if gone:
                look = {"tone": "bad", "fill": "solid" if used else "soft", "text": "✗" if used else ""}  # fmt: skip
            elif used:
                look = {"hue": 1, "fill": "solid"}
            else:
                continue
            items.append(box(f"piece{at}", x + 2, place.y(0) + 5, end - x - 4, HIGH - 10, r=3, size=11, **look))  # fmt: skip
        return items

    def _ends(self, place):
        """Where the file system ended before, and where it is to end."""
        items = []
        for name, size, tone, text in (
            ("old", self.result.old, "idle", _("before")), ("new", self.result.new, "accent", _("wanted")),
        ):  # fmt: skip
            x, top = place.x(size), place.top - (26 if place.narrow else 8)
            items.append(path(f"end-{name}", f"M{x:.1f} {top}V{place.y(4) + HIGH + 6}", tone=tone, dash=True))  # fmt: skip
            items.append(label(f"end-text-{name}", x - 5, top + 4, text, anchor="end", size=12))
        return items

    def _key(self):
        return [
            ("box", {"hue": 1, "fill": "solid"}, _("files")),
            ("box", {"tone": "idle", "fill": "plain"}, _("a layer")),
            ("box", {"tone": "accent", "fill": "soft"}, _("the layer just touched")),
            ("box", {"tone": "bad", "fill": "solid"}, _("✗ cut off")),
        ]

    # In words

    def labels(self, told):
        return [self._did(state) for state in told.states]

    def _did(self, state):
        if state.step is None:
            return _("before")
        tool = self._tool(state.step.layer)
        text = _("{tool}: {size}", tool=tool, size=extents_size(state.step.to))
        return _("refused: {what}", what=text) if state.refused else text

    def _tool(self, layer):
        larger = self._what == "grow"
        return {
            "disk": _("the disk"), "partition": _("the partition table"), "pv": "pvresize",
            "lv": "lvextend" if larger else "lvreduce -f",
            "fs": "resize2fs" if self.values["fs"] == "ext4" else "xfs_growfs",
        }[layer]  # fmt: skip

    def describe(self, state):
        said = " ".join(_(each) for each in state.why)
        if state.refused:
            rule = said.partition(": ")[2]  # what stands before it, the step above says
            said = f"{rule[:1].upper()}{rule[1:]}."
        if state.refused and not state.lost:
            said += " " + _("Nothing has changed.")
        return said if state.step is None else f"{self._did(state)}\n{said}"

    def tone(self, state):
        return "bad" if state.lost else "warn" if state.refused else "accent"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("file system"), extents_size(end.layers.fs)),
            (_("cut off"), extents_size(end.lost) if end.lost else "–"),
            (_("steps refused"), str(sum(state.refused for state in told.states))),
        ]

    def table(self, state):
        head = [_("layer"), _("size, MiB"), _("room below it, MiB"), _("just touched")]
        below = {"disk": "–", "partition": "disk", "pv": "partition", "lv": "pv", "fs": "lv"}
        rows = [
            [
                _(NAMES[layer]), state.layers.size(layer),
                "–" if layer == "disk" else state.layers.size(below[layer]),
                _("yes") if state.step and state.step.layer == layer else _("no"),
            ]
            for layer in reversed(LAYERS)
        ]  # fmt: skip
        return Table(head, rows, caption=_("The layers from the file system down to the disk"))


class _Place:
    """Five bars, the file system on top; MiB to one scale."""

    def __init__(self, *, narrow):
        self.narrow, self.width = narrow, 460 if narrow else 900
        self.left = 8 if narrow else 210
        self.scale = (self.width - self.left - 12) / (MOST * 1024 + 8)
        self.top = 130 if narrow else 80
        self.pitch = HIGH + (26 if narrow else 12)
        self.legend = 46 if narrow else 22
        self.height = self.y(4) + HIGH + 18 + self.legend

    def x(self, mib):
        return self.left + mib * self.scale

    def y(self, row):
        return self.top + row * self.pitch
