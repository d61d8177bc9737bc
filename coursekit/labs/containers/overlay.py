"""Layers side by side: which one answers for each path, what is copied up, what is only hidden."""

from coursekit.i18n import _, mark, number
from coursekit.sims.containers import overlay, overlaystory
from coursekit.sims.containers.overlay import OPQ, WH
from coursekit.sims.containers.overlaystory import IMAGE, Deed
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

EXAMPLE = (
    Deed("read", "a"), Deed("read", "d/x"), Deed("delete", "b"), Deed("rmdir", "e"), Deed("mkdir", "e"),
    Deed("write", "e/n", 4),
)  # fmt: skip
OPS = {
    "read": mark("read a file"),
    "write": mark("write a file"),
    "delete": mark("delete a file"),
    "list": mark("list a directory"),
    "mkdir": mark("make a directory"),
    "rmdir": mark("remove a directory"),
    "rename": mark("rename it"),
}
PATHS = {"": "/", **{each: each for each in ("a", "b", "c", "d", "d/x", "d/y", "d/z", "e", "e/m", "e/n", "f", "f/x")}}  # fmt: skip
DID = {
    "read": mark("{path} is read"),
    "write": mark("{path} is written"),
    "delete": mark("{path} is deleted"),
    "list": mark("{path} is listed"),
    "mkdir": mark("the directory {path} is made"),
    "rmdir": mark("the directory {path} is removed"),
    "rename": mark("{path} is renamed"),
}
ROW, HEAD = 36, 34  # height of a path's row, and of the columns' titles
HUES = (1, 0, 5, 3)  # of the upper layer, then L1, L2, L3


class OverlayLab(DeedsLab):
    """A row for each path; press one to choose it, then do something to it."""

    name = "containers-overlay"
    title = mark("Layers seen as one tree")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("op", mark("What a process does"), "write", OPS),
            Pick("path", mark("Path"), "d/y", PATHS),
            Slider("size", mark("New size"), 1025, 1, 2048, unit="MB", when=lambda now: now["op"] == "write"),
        )  # fmt: skip

    def story(self, actions, op, path, size):
        self._chosen = path
        return overlaystory.tell(IMAGE, self.steps(actions, EXAMPLE))

    def tools(self):
        return (button(_("Do it"), self._do),)

    def _do(self):
        now = self.values
        size = now["size"] if now["op"] == "write" else 0
        to = f"{now['path']}-2" if now["op"] == "rename" else ""
        self.do(now["op"], now["path"], size, to)

    def _press(self, name):
        place = self._rows()[int(name.removeprefix("row"))]
        if place in PATHS:
            self.set(path=place)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def _rows(self):
        """Every path of the record with the directories above it: rows do not move with time."""
        found = {
            path for state in self.result.states for layer in state.stack.layers for path in layer
        }
        return sorted(found | {above for path in found for above in overlay.ancestors(path)})

    def draw(self, state):
        grid = _Grid(self.scene.narrow, self._rows(), width_of(self.scene))
        items = facts(self._facts(state), narrow=grid.narrow) + self._columns(grid, state)
        for row, place in enumerate(grid.rows):
            items += self._row(grid, state, row, place)
        items += self._way(grid, state) + self._copied(grid, state)
        items += key(self._key(), grid.width, grid.bottom + 14, a_line=2 if grid.narrow else 4)
        self.scene.show(
            items, width=grid.width, height=grid.bottom + (68 if grid.narrow else 42),
            label=_("For each path: what the container sees, and what the upper layer and the image’s layers hold"),
        )  # fmt: skip

    def _facts(self, state):
        upper = state.stack.upper.values()
        image = sum(mark for layer in state.stack.lowers for mark in layer.values() if isinstance(mark, int))  # fmt: skip
        held = sum(mark for mark in upper if isinstance(mark, int))
        return [
            (_("now copied up: {mb} MB", mb=number(state.copied, 4)), "warn" if state.copied else "idle"),
            (_("in all: {mb} MB", mb=number(state.total, 4)), "idle"),
            (_("upper layer: {mb} MB", mb=number(held, 4)), "accent"),
            (_("image: {mb} MB, as ever", mb=number(image, 4)), "idle"),
        ]  # fmt: skip

    def _columns(self, grid, state):
        """A pale column for each layer with its title; the upper one takes the writes."""
        items = []
        for layer in range(len(state.stack.layers)):
            x, w = grid.layer(layer)
            name = _("upper") if layer == 0 else f"L{layer}"
            sub = "" if grid.narrow else _("takes the writes") if layer == 0 else _("read-only")
            items.append(box(f"column{layer}", x - 3, grid.top, w + 6, grid.bottom - grid.top, r=10, fill="paper", hue=HUES[layer], dash=layer > 0))  # fmt: skip
            items.append(label(f"head{layer}", x + w / 2, grid.top + 15, name, anchor="middle", weight=600, size=13))  # fmt: skip
            items.append(label(f"sub{layer}", x + w / 2, grid.top + 29, sub, anchor="middle", size=11))  # fmt: skip
        x, w = grid.seen
        items.append(label("seen", x + w / 2, grid.top + 15, _("seen"), anchor="middle", weight=700, size=13))  # fmt: skip
        return items

    def _row(self, grid, state, row, place):
        y, found = grid.y(row), overlay.lookup(state.stack, place)
        items = [self._name(grid, row, place, found)]
        x, w = grid.seen
        if found is None:
            items.append(box(f"seen{row}", x, y, w, ROW - 6, r=6, text="–", fill="none", dash=True, tone="idle", size=12))  # fmt: skip
        else:
            text = _("{mb} MB", mb=number(found.size, 4)) if found.file else _("directory")
            look = {"hue": HUES[found.layer]} if found.file else {"tone": "idle"}
            items.append(box(f"seen{row}", x, y, w, ROW - 6, r=6, text=text, fill="solid" if found.file else "soft", size=11 if grid.narrow else 12, **look))  # fmt: skip
        for number_, layer in enumerate(state.stack.layers):
            items += self._cell(grid, state, row, place, number_, layer, found)
        return items

    def _name(self, grid, row, place, found):
        says = _("{path}: press to choose it", path=place)
        folder = found is not None and not found.file
        return box(
            f"row{row}", 4, grid.y(row), grid.seen[0] - 12, ROW - 6, r=6, fill="none" if place != self._chosen else "soft",
            text=f"{place}/" if folder else place, size=12.5, tone="accent" if place == self._chosen else "idle",
            selected=place == self._chosen, press=None if self.locked or place not in PATHS else says,
        )  # fmt: skip

    def _cell(self, grid, state, row, place, number_, layer, found):
        """What a layer has of a path: pale where something above it answers."""
        look = _mark(layer, place, number_)
        if look is None:
            return []
        answers = found is not None and (number_ == found.layer if found.file else number_ in found.layers)  # fmt: skip
        mark_ = layer.get(place)
        if isinstance(mark_, int):
            look = {**look, "fill": "solid" if answers else "none", "dash": not answers}  # fmt: skip
        else:
            look = {**look, "faded": mark_ is None and not answers}
        x, w = grid.layer(number_)
        fresh = number_ == 0 and self._before(state).get(place) != mark_ and mark_ is not None
        return [box(f"cell{number_}-{row}", x, grid.y(row), w, ROW - 6, r=6, size=10.5 if grid.narrow else 12, glow=fresh, **look)]  # fmt: skip

    def _before(self, state):
        """The upper layer before the deed on the screen."""
        return self.result.states[self.moment - 1].stack.upper if self.moment else state.stack.upper

    def _way(self, grid, state):
        """A read's way through the layers, from what is seen to the one that answers."""
        if state.deed is None or state.deed.kind != "read" or state.deed.path not in grid.rows:
            return []
        y = grid.y(grid.rows.index(state.deed.path)) + ROW - 4.5
        last = state.found.layer if state.found else len(state.stack.layers) - 1
        for depth, layer in enumerate(state.stack.layers):
            if layer.get(state.deed.path) == WH:  # the way ends where the name is hidden
                last = min(last, depth)
        start, (x, w) = sum(grid.seen), grid.layer(last)
        tone = "ok" if state.found else "bad"
        return [path("way", f"M{start - 14:.1f} {y}H{x + w / 2:.1f}", arrow=True, tone=tone, dash=not state.found)]  # fmt: skip

    def _copied(self, grid, state):
        """From the lower file up to its copy; a rename's copy has another name."""
        deed = state.deed
        if not state.copied or deed.path not in grid.rows:
            return []
        start = grid.y(grid.rows.index(deed.path)) + ROW / 2 - 3
        end = grid.y(grid.rows.index(deed.to or deed.path)) + ROW / 2 - 3
        (lx, _lw), (ux, uw) = grid.layer(state.found.layer), grid.layer(0)
        if state.found.layer == 1 and not deed.to:  # neighbours: a bow, or it would not be seen
            d = f"M{lx + 14:.1f} {start - 12}C{lx - 4:.1f} {start - 30} {ux + uw:.1f} {end - 30} {ux + uw - 16:.1f} {end - 13}"
        else:
            d = f"M{lx:.1f} {start}L{ux + uw + 2:.1f} {end}"
        return [path("copied", d, arrow=True, tone="warn")]

    def _key(self):
        return [
            ("box", {"fill": "solid", "hue": HUES[1]}, _("answers")),
            ("box", {"fill": "none", "hue": HUES[1], "dash": True}, _("covered: stored, not seen")),
            ("box", {"fill": "soft", "tone": "bad"}, _("whiteout: hides a name")),
            ("box", {"fill": "soft", "tone": "warn"}, _("opaque: hides all below")),
        ]

    # Telling

    def labels(self, told):
        return [
            _(DID[state.deed.kind], path=f"/{state.deed.path}") if state.deed else _("the start")
            for state in told.states
        ]

    def describe(self, state):
        return " ".join(map(_, state.why))

    def tone(self, state):
        return "warn" if state.copied else "accent"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("copied up in all, MB"), number(end.total, 4)),
            (_("files seen"), str(len(overlay.view(end.stack)))),
            (_("whiteouts in the upper layer"), str(list(end.stack.upper.values()).count(WH))),
        ]

    def table(self, state):
        head = [_("path"), _("seen"), _("upper"), *(f"L{n}" for n in range(1, len(state.stack.layers)))]  # fmt: skip
        rows = []
        for place in self._rows():
            found = overlay.lookup(state.stack, place)
            seen = "–" if not found else _("directory") if not found.file else _("{mb} MB", mb=found.size)  # fmt: skip
            looks = [_mark(layer, place, 0) for layer in state.stack.layers]
            rows.append([f"/{place}", seen, *(look["text"] if look else "–" for look in looks)])
        return Table(head, rows, caption=_("What each layer holds of each path, and what is seen"))


def _mark(layer, place, number_):
    """A layer's mark on a path, in words; None where it has none."""
    mark_ = layer.get(place)
    if mark_ == WH:
        return {"text": _("✗ whiteout"), "tone": "bad", "fill": "soft"}
    if mark_ == OPQ:
        return {"text": _("◉ opaque"), "tone": "warn", "fill": "soft"}
    if mark_ is not None:
        return {"text": _("{mb} MB", mb=number(mark_, 4)), "hue": HUES[number_]}
    if any(name.startswith(f"{place}/") for name in layer):
        return {"text": _("directory"), "tone": "idle", "fill": "none"}
    return None


class _Grid:
    """Where rows and columns stand."""

    def __init__(self, narrow, rows, width):
        self.narrow, self.rows, self.width = narrow, rows, width
        self.top = 92 if narrow else 52
        self.bottom = self.top + HEAD + len(rows) * ROW + 6
        self.seen = (62, 66) if narrow else (132, 120)  # left and width
        first, self._gap = (140, 6) if narrow else (300, 14)
        self._first, self._wide = first, (width - 7 - first - 3 * self._gap) / 4

    def y(self, row):
        return self.top + HEAD + row * ROW + 3

    def layer(self, number_):
        """Left and width of a layer's column; 0 is the upper one."""
        return self._first + number_ * (self._wide + self._gap), self._wide
