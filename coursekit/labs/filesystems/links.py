"""Names, inodes and open files: when a file is gone, and what can be had back."""

from coursekit.i18n import _, mark, plural
from coursekit.labs.filesystems.drawing import ranges
from coursekit.sims.filesystems.labfs import linkstory
from coursekit.sims.filesystems.labfs.layout import SYMLINK
from coursekit.sims.filesystems.labfs.linkstory import DISKS, Deed
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

NAMES = {name: name for name in ("a", "b", "c", "s")}
DISK = dict(zip(DISKS, (mark("hard disk"), mark("SSD")), strict=True))
EXAMPLE = (Deed("link", "b"), Deed("symlink", "s"), Deed("open", "a"), Deed("rm", "a"))
DID = {
    "link": mark("hard link {name}"),
    "symlink": mark("symbolic link {name} → a"),
    "open": mark("a program opens {name}"),
    "close": mark("the program closes its file"),
    "rm": mark("rm {name}"),
    "reuse": mark("blocks taken by another program: {name}"),
    "undelete": mark("the deleted file comes back as {name}"),
    "trim": mark("TRIM of all free blocks"),
}
FIRST, SHOWN = 44, 30  # blocks in sight: those behind the root's own
HIGH = 58  # of an inode
HUES = (0, 1, 3, 4, 5)  # not that of open files
FATES = {
    "whole": mark("freed; all its bytes are still there"),
    "zeros": mark("freed; its blocks read as zeros"),
    "reused": mark("freed; others have some of its blocks"),
    "map lost": mark("freed; its block of pointers is gone"),
}


class LinksLab(DeedsLab):
    """Names on the left, inodes in the middle with both counts, blocks on the right."""

    name = "filesystems-links"
    title = mark("What deleting deletes")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("name", mark("Name"), "a", NAMES),
            Pick("disk", mark("Disk"), "hdd", DISK),
            Slider("blocks", mark("Blocks that another program takes"), 2, 1, 12),
        )

    def story(self, actions, name, disk, blocks):
        return linkstory.tell(self.steps(actions, EXAMPLE), disk=disk)

    # Acting

    def tools(self):
        def named(kind):
            return lambda: self.do(kind, self.values["name"])

        return (
            button(_("Hard link"), named("link")),
            button(_("Symbolic link to a"), named("symlink")),
            button(_("Open"), named("open")),
            button(_("Close"), lambda: self.do("close")),
            button(_("rm"), named("rm")),
            button(_("Another program writes"), lambda: self.do("reuse", self.values["blocks"])),
            button(_("Bring back"), named("undelete")),
            button(_("TRIM"), lambda: self.do("trim")),
        )

    def _press(self, name):
        chosen = name.removeprefix("name-")
        if chosen in NAMES:
            self.set(name=chosen)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, state):
        place = _Place(state, narrow=self.scene.narrow)
        items = facts(self._facts(state), narrow=place.narrow)
        items += self._heads(place)
        items += self._names(state, place) + self._programs(state, place)
        items += self._inodes(state, place)
        cells, low = self._blocks(state, place)
        told = _("Names and open files, the inodes they lead to, and the blocks of these")
        self.scene.show(items + cells, width=width_of(self.scene), height=low, label=told)

    def _facts(self, state):
        held = state.held
        return [
            (_("df: {n} KiB in use", n=state.df), "accent"),
            (_("du finds {n} KiB", n=state.du), "accent"),
            (_("no name, still held: {n} KiB", n=held), "warn" if held else "idle"),
            (plural("{count} deleted file legible", "{count} deleted files legible", sum(bool(n.freed) for n in state.nodes)), "idle"),
        ]  # fmt: skip

    def _heads(self, place):
        heads = ((4, _("Names") if place.narrow else _("Names in the directory")), (place.middle, _("Inodes")), (place.right, _("Blocks: whose bytes are in them")))  # fmt: skip
        return [
            label(f"head{k}", x, y - 10, text, weight=600, size=13)
            for k, ((x, text), y) in enumerate(zip(heads, (place.top, place.top, place.grid), strict=True))
        ]  # fmt: skip

    def _names(self, state, place):
        items = []
        for row, each in enumerate(state.names):
            y = place.top + row * 42
            look = {"tone": "idle"}
            if each.name in NAMES:
                look |= {"selected": each.name == self.values["name"], "press": None if self.locked else _("name {name}: press to choose it", name=each.name)}  # fmt: skip
            items.append(box(f"name-{each.name}", 4, y, place.name, 32, text=f"{each.name} → {each.ino}", r=8, size=13, fill="paper", **look))  # fmt: skip
            items.append(place.arrow(f"to-{each.name}", y + 16, each.ino))
        return items

    def _programs(self, state, place):
        items = []
        for row, (number, ino) in enumerate(state.volume.opened):
            y = place.open + row * 42
            items.append(box(f"fd{number}", 4, y, place.name, 32, text=_("fd {n}, open", n=number), r=16, size=12.5, tone="warn", fill="soft"))  # fmt: skip
            items.append(place.arrow(f"held{number}", y + 16, ino, tone="warn"))
        return items

    def _inodes(self, state, place):
        items, known = [], {each.name for each in state.names}
        for row, node in enumerate(state.nodes):
            y = place.row(row)
            look = {"hue": HUES[row % len(HUES)], "fill": "soft"}
            if node.freed:
                look = {"tone": "idle", "fill": "none", "dash": True}
            inner = [
                label(f"said{node.ino}-{k}", 12, 40 + k * 17, text, size=12)
                for k, text in enumerate(self._said(node))
            ]
            items.append(box(f"inode{node.ino}", place.middle, y, place.wide, HIGH + 8, title=self._title(node), children=inner, r=10, **look))  # fmt: skip
            if node.text:
                items += self._symbolic(node, place, y, there=node.text in known)
        return items

    def _title(self, node):
        if node.freed:
            return _("inode {ino}: free", ino=node.ino)
        return _("inode {ino}: names {names}, open {opens}", ino=node.ino, names=node.inode.nlink, opens=node.opens)  # fmt: skip

    def _said(self, node):
        if node.freed:
            return [_(FATES[node.freed.fate]), _("still points to {blocks}", blocks=ranges(node.blocks) or "–")]  # fmt: skip
        if node.inode.type == SYMLINK:
            return [_("symbolic link, text “{text}”", text=node.text)]
        return [_("blocks: {blocks}", blocks=ranges(node.blocks)) if node.blocks else _("no block")]

    def _symbolic(self, node, place, y, *, there):
        """From a symbolic link back to the name that it holds, if there is one."""
        at = place.middle + place.wide
        tone = "accent" if there else "bad"
        mark_ = _("→ name a") if there else _("✗ no name a")
        return [
            box(f"text{node.ino}", at - 104, y + 31, 98, 24, text=mark_, r=12, size=11.5, tone=tone, fill="paper", dash=True)
        ]  # fmt: skip

    def _blocks(self, state, place):
        owner = {b: row for row, node in enumerate(state.nodes) if not node.freed for b in node.blocks}  # fmt: skip
        items = []
        for k in range(SHOWN):
            block = FIRST + k
            line, column = divmod(k, place.a_line)
            text = linkstory.holds(state.volume, block)
            look = {"fill": "none"}
            if block in owner:
                look = {"hue": HUES[owner[block] % len(HUES)], "fill": "soft"}
            elif text:
                look = {"fill": "none", "dash": True, "tone": "warn"}
            x, y = place.right + column * place.cell, place.grid + line * 46
            items.append(box(f"block{block}", x, y, place.cell - 5, 40, text=text or "·", sub=str(block), size=11.5, r=6, **look))  # fmt: skip
        low = place.grid + -(-SHOWN // place.a_line) * 46 + 8
        entries = [
            ("box", {"hue": 0, "fill": "soft"}, _("in use: the colour of its inode")),
            ("box", {"fill": "none", "dash": True, "tone": "warn"}, _("free, the old bytes are there")),
            ("box", {"fill": "none"}, _("· free, zeros")),
        ]  # fmt: skip
        low = max(low, place.low)
        return [*items, *key(entries, width_of(self.scene), low, a_line=1 if place.narrow else 3)], low + (74 if place.narrow else 28)  # fmt: skip

    # In words

    def labels(self, told):
        return [_("the start"), *(_(DID[s.deed.kind], name=s.deed.name) for s in told.states[1:])]

    def describe(self, state):
        said = " ".join(_(each) for each in state.why[:2])
        if state.held:
            said += "\n" + plural(
                "df counts {count} KiB that du does not find: a file without a name, still open.",
                "df counts {count} KiB that du does not find: a file without a name, still open.",
                state.held,
            )  # fmt: skip
        return said

    def tone(self, state):
        return "warn" if state.held else "accent"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("names"), str(len(end.names))),
            ("df", _("{n} KiB", n=end.df)),
            ("du", _("{n} KiB", n=end.du)),
        ]

    def table(self, state):
        head = [_("inode"), _("names"), _("names counted"), _("open"), _("blocks"), _("state")]
        rows = [
            [
                node.ino, ", ".join(e.name for e in state.names if e.ino == node.ino) or "–",
                node.inode.nlink, node.opens, ranges(node.blocks) or "–",
                _(FATES[node.freed.fate]) if node.freed else _("in use"),
            ]
            for node in state.nodes
        ]  # fmt: skip
        return Table(head, rows, caption=_("The inodes, who leads to them, and what they hold"))


class _Place:
    """Where names, inodes and blocks stand."""

    def __init__(self, state, *, narrow):
        self.narrow = narrow
        self.top = 118 if narrow else 80
        self.name, self.middle = (92, 140) if narrow else (130, 218)
        self.wide = 460 - self.middle - 4 if narrow else 330
        self.inos = [node.ino for node in state.nodes]
        self.open = self.top + len(state.names) * 42 + 14
        left = self.open + len(state.volume.opened) * 42
        self.low = max(left, self.row(len(self.inos))) + 6
        self.right, self.a_line, self.cell = (6, 10, 45) if narrow else (600, 6, 49)
        self.grid = self.low + 26 if narrow else self.top

    def row(self, row):
        return self.top + row * (HIGH + 16)

    def arrow(self, name, y, ino, **look):
        """From the left to an inode."""
        there = self.row(self.inos.index(ino)) + HIGH / 2
        start, end = 4 + self.name + 3, self.middle - 5
        bend = (end - start) / 2
        d = f"M{start} {y}C{start + bend:.0f} {y} {end - bend:.0f} {there:.0f} {end} {there:.0f}"
        return path(name, d, arrow=True, **{"tone": "idle", **look})
