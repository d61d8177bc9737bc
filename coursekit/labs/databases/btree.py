"""A B+tree that grows key by key: splits, height, how full, which pages a search reads."""

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.databases.btree import (
    MOST_KEYS,
    fill,
    grow,
    height,
    in_order,
    keys_of,
    levels,
    order,
)
from coursekit.sims.databases.btree import path as way
from coursekit.ui.controls import Slider
from coursekit.ui.examples import StoryExamplesLab
from coursekit.ui.fit import clipped
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

ORDERS = {
    "sorted": mark("ascending"),
    "reversed": mark("descending"),
    "chance": mark("as chance has it"),
}
FIRST = "50 20 80 10 30 60 90 40 70 25 35 45"
HIGH, GAP = 26, 34  # of a page, and below it
ROW = 26  # of a leaf where the tree lies on its side
BIG = {"10³": 1000, "10⁶": 1_000_000, "10⁹": 1_000_000_000}
PAGE = 100  # rows in a leaf and children of an inner page, as real pages have them


class BTreeLab(StoryExamplesLab):
    """The tree with the root on top; where it is narrow, on the left."""

    name = "databases-btree"
    title = mark("A tree that grows at its root")
    plain = "1"

    def controls(self):
        return (
            self.choose(mark("The keys come"), "sorted", ORDERS, mark("as I write them, above")),
            Slider("count", mark("Keys"), 16, 1, MOST_KEYS, when=lambda values: values["example"] in ORDERS),
            Slider("find", mark("Search for"), 7, 1, 99),
        )  # fmt: skip

    def story(self, actions, **_values):
        return grow(keys_of(self.source))

    # The text

    def examples(self):
        count = self.values["count"]
        return {name: " ".join(map(str, order(name, count, self.seed))) for name in ORDERS}

    def first(self):
        return FIRST

    def words(self):
        return _("The keys, in the order in which they come"), _("Insert them")

    def taken(self):
        return _("Inserted: go through it step by step.")

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        top = 100 if narrow else 60
        tree, y = self._lying(state, top) if narrow else self._standing(state, top)
        real, y = self._real(y + 12, width)
        a_line = 2 if narrow else 4
        items += tree + real + key(self._key(), width, y + 6, a_line=a_line)
        self.scene.show(
            items, width=width, height=y + (56 if narrow else 34),
            label=_("The pages of the tree, those that a search reads, and those that were split"),
        )  # fmt: skip

    def _facts(self, state):
        rows = levels(state.tree)
        return [
            (_("height: {n}", n=len(rows)), "accent"),
            (_("leaves: {n}, {share} % full", n=len(rows[-1]), share=number(100 * fill(state.tree))), "idle"),
            (_("search: {n} of {all} pages", n=len(rows), all=sum(map(len, rows))), "ok"),
            (_("full scan: {n} leaves", n=len(rows[-1])), "warn"),
        ]  # fmt: skip

    def _look(self, state, node):
        """How a page is drawn: read by the search, just split, or neither."""
        on_the_way = any(node is each for each in way(state.tree, self.values["find"]))
        split = any(node in (each.left, each.right) for each in state.splits) or (state.splits and state.splits[-1].root and node is state.tree)  # fmt: skip
        tone = "warn" if split else "accent" if node.is_leaf else "idle"
        return {"tone": "ok" if on_the_way and not split else tone, "fill": "soft" if on_the_way else "paper", "glow": bool(split)}  # fmt: skip

    def _standing(self, state, top):
        """The root on top, every inner page above the middle of its children."""
        rows = levels(state.tree)
        places, widths = _leaves(rows[-1])
        items = []
        for depth in reversed(range(len(rows))):
            y = top + depth * (HIGH + GAP)
            for at, node in enumerate(rows[depth]):
                if not node.is_leaf:
                    spots = [places[id(child)] for child in node.children]
                    places[id(node)] = sum(spots) / len(spots)
                    items += [path(f"edge{depth}-{at}-{n}", f"M{places[id(node)]:.1f} {y + HIGH}L{x:.1f} {y + HIGH + GAP}", **self._edge(state, node, child)) for n, (child, x) in enumerate(zip(node.children, spots, strict=True))]  # fmt: skip
                wide = widths.get(id(node), 8 * len(_keys(node)) + 16)
                items.append(self._page(state, node, len(rows) - depth, at, places[id(node)] - wide / 2, y, wide))  # fmt: skip
        return items, top + len(rows) * (HIGH + GAP) - GAP + 10

    def _lying(self, state, top):
        """The root on the left, the leaves one below the other."""
        rows = levels(state.tree)
        step = 452 / len(rows)
        wide = min(104, step - 22)
        places = {id(leaf): top + at * ROW for at, leaf in enumerate(rows[-1])}
        items = []
        for depth in reversed(range(len(rows))):
            x = 4 + depth * step
            for at, node in enumerate(rows[depth]):
                if not node.is_leaf:
                    spots = [places[id(child)] for child in node.children]
                    places[id(node)] = sum(spots) / len(spots)
                    items += [path(f"edge{depth}-{at}-{n}", f"M{x + wide:.1f} {places[id(node)] + 11:.1f}L{x + step:.1f} {y + 11:.1f}", **self._edge(state, node, child)) for n, (child, y) in enumerate(zip(node.children, spots, strict=True))]  # fmt: skip
                items.append(self._page(state, node, len(rows) - depth, at, x, places[id(node)], wide, high=ROW - 4))  # fmt: skip
        return items, top + len(rows[-1]) * ROW + 6

    def _edge(self, state, node, child):
        pages = [id(each) for each in way(state.tree, self.values["find"])]
        used = id(node) in pages and id(child) in pages
        return {"tone": "ok" if used else "idle", "faded": not used}

    def _page(self, state, node, level, at, x, y, wide, high=HIGH):
        text = _keys(node)
        size = min(12, (wide - 4) / (0.62 * len(text)))
        return box(f"page{level}-{at}", x, y, wide, high, r=5, text=text, size=size, **self._look(state, node))  # fmt: skip

    def _real(self, y, width):
        """What a real page size makes of it."""
        told = "; ".join(_("{rows} rows: {n}", rows=words, n=height(rows, PAGE, PAGE)) for words, rows in BIG.items())  # fmt: skip
        text = _("Height with {n} keys a page, as in a real database: {told}.", n=PAGE, told=told)
        room = width - 16
        cut = text if clipped(text, room, 12) == text else _("{n} keys a page: {told}", n=PAGE, told=told)  # fmt: skip
        return [label("real", 8, y + 12, clipped(cut, room, 12), size=12)], y + 26

    def _key(self):
        return [
            ("box", {"tone": "ok", "fill": "soft"}, _("read by the search")),
            ("box", {"tone": "warn", "fill": "paper"}, _("just split, or new")),
            ("box", {"tone": "accent", "fill": "paper"}, _("leaf, with the rows")),
            ("box", {"tone": "idle", "fill": "paper"}, _("inner page")),
        ]

    # In words

    def labels(self, result):
        return [self._label(state) for state in result.states]

    def _label(self, state):
        if state.key is None:
            return _("the empty tree")
        if not state.splits:
            return _("{key} comes", key=state.key)
        return plural("{key} comes: {count} page splits", "{key} comes: {count} pages split", len(state.splits), key=state.key)  # fmt: skip

    def describe(self, state):
        lead = _(state.why)
        if state.key is None:
            return lead
        find, rows = self.values["find"], levels(state.tree)
        values = {"key": find, "n": len(rows), "leaves": len(rows[-1])}
        there = find in in_order(state.tree)
        said = _("A search for {key} reads {n} pages and finds it; a full scan reads {leaves} leaves.", **values) if there else _("A search for {key} reads {n} pages and knows that it is not there; a full scan reads {leaves} leaves.", **values)  # fmt: skip
        return f"{lead}\n{said}"

    def tone(self, state):
        if state.splits:
            return "warn"
        return "accent"

    def table(self, state):
        rows, pages = levels(state.tree), [id(each) for each in way(state.tree, self.values["find"])]  # fmt: skip
        told = [
            [_("level {n}", n=len(rows) - depth), str(at + 1), " ".join(map(str, node.keys)) or "–", _("read by the search") if id(node) in pages else "–"]
            for depth, row in enumerate(rows) for at, node in enumerate(row)
        ]  # fmt: skip
        return Table([_("level (1: leaves)"), _("page"), _("keys"), _("search")], told, caption=_("The pages of the tree"))  # fmt: skip

    def summary(self, result):
        last = result.states[-1].tree
        return [(_("height"), str(len(levels(last)))), (_("leaves"), str(len(levels(last)[-1])))]


def _keys(node):
    return " ".join(map(str, node.keys)) or "–"


def _leaves(leaves):
    """The middle and the width of each leaf, as wide as its keys need, in the middle of the picture."""
    letters = [len(_keys(leaf)) + 2 for leaf in leaves]
    unit = min(8.6, (892 - 3 * len(leaves)) / sum(letters))
    x = 450 - (unit * sum(letters) + 3 * len(leaves)) / 2
    places, widths = {}, {}
    for leaf, count in zip(leaves, letters, strict=True):
        widths[id(leaf)] = unit * count
        places[id(leaf)] = x + unit * count / 2
        x += unit * count + 3
    return places, widths
