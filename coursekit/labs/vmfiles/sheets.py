"""The picture of a chain: what the guest sees, and below it a sheet for each file."""

from coursekit.i18n import _, plural
from coursekit.sims.vmfiles import chain
from coursekit.ui.parts import NARROW, WIDE
from coursekit.ui.scene import box, label, path

NAME, CHIP = 138, 116  # widths of a sheet's name and of its verdict, where there is room
GAP = 3  # between cells


class Sheets:
    """Items for one state of a chain; `height` is known after `items`.

    `before` is the disk before the deed, to show what the deed has just put where.
    """

    def __init__(self, state, *, narrow, chosen, layer, before, press):
        self.state, self.disk = state, state.disk
        self.chosen, self.layer, self.before, self.press = chosen, layer, before, press
        self.narrow, self.width = narrow, NARROW if narrow else WIDE
        self.a_line = 16 if narrow else 32
        self.left = 8 if narrow else NAME + 12
        self.cell = (self.width - self.left - (8 if narrow else CHIP + 14)) / self.a_line
        self.high = 20 if narrow else 21
        self.head = 30 if narrow else 0  # a sheet's name stands above its cells
        self.sheet = self.head + self.lines * (self.high + GAP) + 9
        self.pitch = self.sheet + 9
        self.top = 92 if narrow else 56
        self.first = self.top + self.sheet + 26  # where the newest sheet begins
        self.height = self.first + len(self.disk.layers) * self.pitch + (52 if narrow else 30)

    @property
    def lines(self):
        return -(-self.disk.clusters // self.a_line)

    def items(self):
        layers = range(self.disk.top, -1, -1)
        items = self._guest()
        for layer in layers:
            items += self._sheet(layer)
        items += self._ways()  # below the names, which stand in their way where it is narrow
        for layer in layers:
            items += self._name(layer)
        return items + self._legend()

    # Where things stand

    def _y(self, layer):
        """Where a layer's sheet begins; None stands for what the guest sees."""
        return self.top if layer is None else self.first + (self.disk.top - layer) * self.pitch

    def _cell(self, layer, cluster):
        """The corner of a cluster's cell."""
        line, place = divmod(cluster, self.a_line)
        y = self._y(layer) + self.head + 6 + line * (self.high + GAP)
        return self.left + place * self.cell + GAP / 2, y

    def _box(self, name, layer, cluster, **look):
        x, y = self._cell(layer, cluster)
        look = {"r": 3, "size": 11.5, **look}
        return box(name, x, y, self.cell - GAP, self.high, **look)

    # What is drawn

    def _guest(self):
        """The disk as the guest sees it; a cell has the colour of the layer that answers."""
        x = 8 if self.narrow else 12
        items = [
            label("guest", x, self.top + (20 if self.narrow else 24), _("The guest sees"), weight=600),
        ]  # fmt: skip
        if not self.narrow:
            items.append(label("guest-sub", x, self.top + 42, _("one disk"), size=12))
        for cluster in range(self.disk.clusters):
            found = chain.read(self.disk, cluster)
            gone = self.state.lost is not None  # a broken chain cannot be read at all
            says = self._says(cluster, found, gone=gone)
            items.append(self._box(
                f"cluster{cluster}", None, cluster, selected=cluster == self.chosen, press=says if self.press else None,
                **({"fill": "none", "dash": True, "tone": "bad", "text": "✗"} if gone else _paint(found.layer, found.value)),
            ))  # fmt: skip
        return items

    def _says(self, cluster, found, *, gone):
        if gone:
            return _("cluster {cluster}, the chain is broken", cluster=cluster)
        if found.layer is None:
            return _("cluster {cluster}, zeros: press to choose it", cluster=cluster)
        return _("cluster {cluster}, in layer {layer}: press to choose it", cluster=cluster, layer=found.layer)  # fmt: skip

    def _sheet(self, layer):
        held = self.disk.layers[layer]
        lost = layer == self.state.lost
        fresh = self._fresh(layer)
        x, y = (4, self._y(layer)) if self.narrow else (self.left - 5, self._y(layer))
        wide = self.width - 8 if self.narrow else self.cell * self.disk.clusters / self.lines + 10
        items = [box(f"sheet{layer}", x, y, wide, self.sheet, fill="none", dash=lost, r=10, **_edge(layer, lost=lost))]  # fmt: skip
        items += self._holes(layer, held)
        for cluster, version in held.items():
            items.append(self._box(
                f"at{layer}-{cluster}", layer, cluster, glow=cluster in fresh, faded=lost, **_paint(layer, version),
            ))  # fmt: skip
        return items

    def _name(self, layer):
        """Left (or above): which file this is, and a press that chooses it. Right: its state."""
        y, lost = self._y(layer), layer == self.state.lost
        top = layer == self.disk.top
        what = _("file lost") if lost else _("takes the writes") if top else _("the base") if not layer else _("frozen")  # fmt: skip
        says = _("layer {layer}, {what}: press to choose it", layer=layer, what=what)
        look = {"selected": layer == self.layer, "press": says if self.press else None, "fill": "paper", **_edge(layer, lost=lost)}  # fmt: skip
        size = plural("{count} cluster", "{count} clusters", len(self.disk.layers[layer]))
        good = layer in self.state.states
        state, name = _("state {n}", n=layer), _("layer {layer}", layer=layer)
        chip = {"text": f"{'✓' if good else '✗'} {state}", "tone": "ok" if good else "bad", "fill": "soft" if good else "solid", "r": 12, "size": 12}  # fmt: skip
        if self.narrow:
            return [
                box(f"layer{layer}", 8, y + 4, 216, 25, text=f"{name} · {what}", size=12.5, r=7, **look),
                label(f"size{layer}", 234, y + 21, size, size=12.5),
                box(f"state{layer}", 362, y + 5, 86, 23, **chip),
            ]  # fmt: skip
        right = self.width - CHIP
        return [
            box(f"layer{layer}", 4, y + 4, NAME - 6, self.sheet - 8, title=name, sub=what, led="bad" if lost else "ok" if top else None, **look),
            box(f"state{layer}", right, y + 4, CHIP - 6, 24, **chip),
            label(f"size{layer}", right + (CHIP - 6) / 2, y + 46, size, anchor="middle", size=12.5),
        ]  # fmt: skip

    def _holes(self, layer, held):
        """A dot for each cluster that the file does not have: look below."""
        dots = ""
        for cluster in range(self.disk.clusters):
            if cluster not in held:
                x, y = self._cell(layer, cluster)
                dots += f"M{x + self.cell / 2 - 2.5:.1f} {y + self.high / 2:.1f}h2"
        return [path(f"holes{layer}", dots)] if dots else []

    def _fresh(self, layer):
        """The clusters that the deed has just put into this layer."""
        deed, before = self.state.deed, self.before
        target = deed and {
            "write": (self.disk.top, self.disk.top), "write part": (self.disk.top, self.disk.top),
            "commit": (deed.place - 1, deed.place - 1), "pull": (deed.place, deed.place + 1), "flatten": (0, 0),
        }.get(deed.kind)  # fmt: skip
        if not target or target[0] != layer:
            return ()
        old = before.layers[target[1]]
        return {c for c, version in self.disk.layers[layer].items() if old.get(c) != version}

    # Ways

    def _ways(self):
        """The read that was done; how one of the chosen cluster would go; what was copied up."""
        state = self.state
        if state.lost is not None:
            return []
        if state.found is not None:
            return self._way("way", state.deed.place, tone="accent")
        if state.deed and state.deed.kind == "write part" and state.cost.reads:
            return self._copied(state.deed.place)
        return self._way("way", self.chosen, dash=True, tone="accent")

    def _way(self, name, cluster, **look):
        """From the guest down to the layer that answers; rings where it was asked in vain."""
        found = chain.read(self.disk, cluster)
        x, y = self._cell(None, cluster)
        middle = x + (self.cell - GAP) / 2
        ends = self._cell(found.layer, cluster)[1] if found.layer is not None else self._y(0) + self.sheet + 4  # fmt: skip
        last = -1 if found.layer is None else found.layer
        rings = [
            self._box(f"ring{layer}", layer, cluster, fill="none", dash=True, tone="warn")
            for layer in range(self.disk.top, last, -1)
        ]
        d = f"M{middle:.1f} {y + self.high:.1f}V{ends:.1f}"
        return [*rings, path(name, d, arrow=True, **look)]

    def _copied(self, cluster):
        """From where the rest of the cluster was read, up to the top."""
        below = chain.read(self.before, cluster).layer
        x, low = self._cell(below, cluster)
        middle = x + (self.cell - GAP) / 2
        high = self._cell(self.disk.top, cluster)[1] + self.high
        return [path("copied", f"M{middle:.1f} {low:.1f}V{high:.1f}", arrow=True, tone="warn")]

    def _legend(self):
        """What pale, a number and a dot mean."""
        texts = [
            _("Pale: there from the start. A number: the write that put it there."),
            _("A dot: not in this file, look below."),
        ]
        y = self.height - (30 if self.narrow else 8)
        if not self.narrow:
            return [label("legend", self.left, y, " ".join(texts), size=12.5)]
        return [label(f"legend{i}", 8, y + 18 * i, text, size=12.5) for i, text in enumerate(texts)]


def _paint(layer, version):
    """The colour of the layer; what was there from the start is pale and has no number."""
    if layer is None:
        return {"fill": "none", "tone": "idle", "text": ""}
    return {"hue": layer, "fill": "solid" if version else "soft", "text": str(version or "")}


def _edge(layer, *, lost):
    return {"tone": "bad"} if lost else {"hue": layer}
