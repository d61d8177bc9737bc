"""Copy on write: a new leaf, a new path to the root, one switch; old or new, never between."""

from coursekit.i18n import _, mark
from coursekit.labs.filesystems.drawing import tree_edge
from coursekit.sims.filesystems import cow, cowstory
from coursekit.ui.controls import Check, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

LEVEL, NODE = 88, 26  # height of a level of the tree, and of a block
FOUND = {"old": mark("old: {n}"), "new": mark("new: {n}"), "damaged": mark("damaged: {n}")}
STEPS = {
    "start": mark("the old tree"), "write": mark("block {block} is written"), "flush": mark("flush"),
    "switch": mark("the superblock is switched"), "crash": mark("the power fails"), "end": mark("the new tree"),
}  # fmt: skip


class CowLab(StoryLab):
    """Step through the writes; let the power fail after any of them."""

    name = "filesystems-cow"
    title = mark("Copy on write: nothing in use is written over")

    def controls(self):
        return (
            Slider("depth", mark("Levels of the tree above the data"), 2, 1, 4),
            Slider("leaf", mark("Block that changes"), 1, 0, 15),
            Slider("crash", mark("The power fails after step (0: never)"), 0, 0, 7),
            Check("flush", mark("A flush before the switch"), True, more=True),
        )

    def story(self, actions, depth, leaf, crash, flush):
        return cowstory.tell(depth, min(leaf, 2**depth - 1), crash, flush=flush)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(state), narrow=narrow), 92 if narrow else 54
        head = 98 if narrow else 62
        self._places = self._spots(top + head, width)
        edges, blocks = self._edges(state), self._blocks(state)
        bottom = top + head + (self.values["depth"] + 1) * LEVEL
        items += [*edges, *self._superblock(state, top, width), *blocks]
        entries = [
            ("box", {"fill": "soft", "tone": "idle"}, _("the old tree’s")),
            ("box", {"fill": "solid", "tone": "accent"}, _("new, on the disk")),
            ("box", {"fill": "soft", "tone": "warn", "dash": True}, _("new, not flushed")),
        ]  # fmt: skip
        items += key(entries, width, bottom, a_line=1 if narrow else 3)
        self.scene.show(
            items, width=width, height=bottom + (70 if narrow else 26),
            label=_("The tree on the disk from the superblock down to the data"),
        )  # fmt: skip

    def _facts(self, state):
        told, old = self.result, state.root == self.result.old_root
        count = "?" if self.locked else sum(told.counts.values())
        return [
            (_("written: {n}", n=len(state.fresh)), "accent"),
            (_("the superblock says: old") if old else _("the superblock says: new"), "idle" if old else "ok"),
            (_("not flushed yet: {n}", n=len(state.pending)), "warn" if state.pending else "idle"),
            (_("crash states: {n}", n=count), "idle"),
        ]  # fmt: skip

    def _spots(self, top, width):
        """Each block's middle: the old tree level by level, new blocks beside the old ones."""
        disk, depth = self.result.made.disk, self.values["depth"]
        level, spots = [self.result.old_root], {}
        for height in range(depth + 1):
            step = (width - 12) / len(level)
            for k, block in enumerate(level):
                spots[block] = (6 + (k + 0.5) * step, top + height * LEVEL)
            level = [child for block in level for child in disk[block].children]
        new = [write.block for write in self.result.made.writes if write.block > cow.SUPERBLOCK]
        for block, height in zip(new[1:], range(depth - 1, -1, -1), strict=True):
            x, y = spots[self._replaced(height)]
            spots[block] = x + self._aside(x, width), y
        spots[new[0]] = self._lowest(spots, width)
        return spots

    def _aside(self, x, width):
        """How far from an old node the new one stands: to the right, where there is room."""
        wide = self._wide()
        return wide + 5 if x + 1.5 * wide + 5 < width else -wide - 5

    def _lowest(self, spots, width):
        """The new data's place: below the old ones, where the line to it finds a gap."""
        depth, wide = self.values["depth"], self._wide()
        step = (width - 12) / 2**depth
        (x, y), (above, _y) = spots[self._replaced(depth)], spots[self._replaced(depth - 1)]
        if step - wide < 20:  # hardly a gap: right below the new parent
            x = above + (step if self._aside(above, width) > 0 else -step)
        else:
            x += step / 2 if x + step / 2 + wide / 2 < width else -step / 2
        return min(max(x, wide / 2 + 1), width - wide / 2 - 1), y + 38

    def _replaced(self, height):
        """The old block in whose place a new one stands: the one at its height on the way."""
        disk, leaf = self.result.made.disk, min(self.values["leaf"], 2 ** self.values["depth"] - 1)
        at = self.result.old_root
        for level in range(height):
            at = disk[at].children[leaf >> (self.values["depth"] - 1 - level) & 1]
        return at

    def _wide(self):
        """The width of a block: as wide as the lowest level has room for."""
        return min(64, (width_of(self.scene) - 12) / 2 ** self.values["depth"] - 3)

    def _edges(self, state):
        items = []
        for block, node in state.disk.items():
            if block == cow.SUPERBLOCK:
                continue
            for child in node.children:
                (x1, y1), (x2, y2) = self._places[block], self._places[child]
                new = block in state.fresh
                items.append(tree_edge(f"edge{block}-{child}", (x1, y1 + NODE), (x2, y2), tone="accent" if new else "idle", dash=new and child not in state.fresh))  # fmt: skip
        return items

    def _blocks(self, state):
        items, wide = [], self._wide()
        for block, node in state.disk.items():
            if block == cow.SUPERBLOCK:
                continue
            x, y = self._places[block]
            if block in state.pending:
                look = {"fill": "soft", "tone": "warn", "dash": True}
            elif block in state.fresh:
                look = {"fill": "solid", "tone": "accent"}
            else:
                look = {"fill": "soft", "tone": "idle"}
            text = str(block) if node.children or wide < 50 else node.data
            items.append(box(f"block{block}", x - wide / 2, y, wide, NODE, r=5, text=text, size=11 if wide > 28 else 9.5, glow=block == state.block, **look))  # fmt: skip
        return items

    def _superblock(self, state, top, width):
        """Above all: where the superblock points, and what a reader finds."""
        perhaps, long = cow.SUPERBLOCK in state.pending, 260
        row = top + (
            40 if width < 600 else 4
        )  # below the counts where they stand one upon the other
        x, y = self._places[state.root]
        text = _("superblock: the top is block {n}", n=state.root)
        items = [
            box("superblock", 6, row, long, 30, text=text, size=12, tone="warn" if perhaps else "ok", fill="soft", dash=perhaps, glow=state.block == 0),
            tree_edge("top", (min(x, long + 6), row + 15 if x > long + 6 else row + 30), (x, y), arrow=True, tone="warn" if perhaps else "ok"),
        ]  # fmt: skip
        if state.found or not self.locked:
            items.append(self._counts(state, top, width))
        return items

    def _counts(self, state, top, width):
        """What is found after this crash, or may be found after any."""
        found = state.found or tuple(self.result.counts.items())
        text = _("after the crash – {said}", said=_counted(found)) if state.found else _("at any crash – {said}", said=_counted(found))  # fmt: skip
        tone = "bad" if dict(found).get("damaged") else "ok"
        x, y, wide = (6, top + 4, width - 12) if width < 600 else (width - 356, top + 4, 350)
        return box("found", x, y, wide, 30, text=text, size=12.5, tone=tone, fill="solid" if state.found else "paper")  # fmt: skip

    # In words

    def labels(self, told):
        return [_(STEPS[state.kind], block=state.block) for state in told.states]

    def describe(self, state):
        said = " ".join(map(_, state.why))
        if state.kind != "end" or self.locked:
            return said
        told = self.result
        return said + " " + _(
            "Blocks that both trees share: {shared}; that only the old one needs: {own}.",
            shared=told.shared, own=told.written,
        )  # fmt: skip

    def tone(self, state):
        if state.kind == "crash":
            return "bad" if dict(state.found).get("damaged") else "ok"
        return "ok" if state.kind == "end" else "accent"

    def summary(self, told):
        return [
            (_("blocks written"), str(told.written)),
            (_("crash states"), _counted(told.counts.items())),
        ]

    def table(self, state):
        head = [_("block"), _("it holds"), _("its state")]
        names = {"old": mark("old"), "fresh": mark("new, on the disk"), "pending": mark("new, not flushed")}  # fmt: skip
        rows = []
        for block, node in sorted(state.disk.items()):
            kind = "pending" if block in state.pending else "fresh" if block in state.fresh else "old"  # fmt: skip
            holds = node.data or "→ " + ", ".join(map(str, node.children))
            rows.append([block or _("superblock"), holds, _(names[kind])])
        return Table(head, rows, caption=_("The blocks of the disk, and what each holds"))


def _counted(found):
    """Crash states by what is found: old: 8, new: 1."""
    return ", ".join(_(FOUND[kind], n=n) for kind, n in sorted(found, reverse=True))
