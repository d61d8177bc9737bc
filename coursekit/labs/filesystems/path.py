"""One path from the root to its inode: every inode and every directory that must be read."""

from coursekit.i18n import _, mark, plural
from coursekit.sims.filesystems.labfs import pathstory
from coursekit.sims.filesystems.labfs.layout import SYMLINK
from coursekit.ui.controls import Check, Pick
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

WHICH = {
    "plain": mark("a file in the root"),
    "deep": mark("two directories down"),
    "dots": mark("with . and .."),
    "symlink": mark("through symbolic links"),
    "dangling": mark("a link that leads nowhere"),
    "loop": mark("links in a ring"),
}
KINDS = {
    "file": mark("a file"),
    "directory": mark("a directory"),
    "symlink": mark("a symbolic link"),
}
TILE = (126, 132)
ROW = 28  # height of a line of the tree
LINES = 4  # names of a directory in sight


class PathLab(StoryLab):
    """Step by step; what is read is a tile, what is in memory has a dashed edge."""

    name = "filesystems-path"
    title = mark("A path, step by step")

    def controls(self):
        return (
            Pick("path", mark("Path"), "deep", WHICH),
            Check("cache", mark("Names are in memory"), False),
            Check("follow", mark("Follow a link in the last place"), True),
        )

    def story(self, actions, path, cache, follow):
        return pathstory.tell(path, cache=cache, follow=follow)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        top = 92 if narrow else 52
        items += self._components(state, top, width)
        grown, low = self._tree(state, top + 76, width)
        tiles, low = self._tiles(low + 34, narrow=narrow)
        items += grown
        told = _("The path, all names of the volume, and the inodes and directories read so far")
        self.scene.show(items + tiles, width=width, height=low, label=told)

    def _facts(self, state):
        over = state.what == "end"
        end = (_("not yet there"), "idle")
        if over:
            said = _("✗ {errno}", errno=self.result.errno) if self.result.errno else _("✓ inode {ino}", ino=self.result.ino)  # fmt: skip
            end = (said, "bad" if self.result.errno else "ok")
        return [
            (self.result.path, "idle"),
            (plural("{count} block read", "{count} blocks read", state.reads), "accent"),
            (_("links followed: {n} of {most}", n=min(state.links, pathstory.MOST_LINKS), most=pathstory.MOST_LINKS), "warn" if state.links else "idle"),
            end,
        ]  # fmt: skip

    def _components(self, state, y, width):
        """What is still to be looked for, with the part in hand marked."""
        texts = [state.component, *state.todo]
        x, items = 8, [label("path", 8, y + 13, _("In hand and still to do"), weight=600, size=13)]
        for k, text in enumerate(texts):
            wide = max(34, 8.2 * len(text) + 18)
            if x + wide > width - 8:
                break
            here = k == 0
            items.append(box(f"part{k}", x, y + 20, wide, 30, text=text, r=15, size=13, tone="accent" if here else "idle", fill="solid" if here else "none"))  # fmt: skip
            x += wide + 8
        return items

    def _tree(self, state, y, width):
        """All names with their inodes; those on the way so far in colour, the present one shines."""
        items = [label("tree", 8, y, _("What there is: names and inodes"), weight=600, size=13)]
        seen = {each.ino if each.what == "inode" else each.found for each in self.result.states[1 : self.moment + 1] if each.what in {"inode", "memory"}}  # fmt: skip
        column, row, spots = (width - 16) / 4, 0, {}
        wide, before = column - 22, -1
        for each in pathstory.tree():
            row += each.depth <= before
            before = each.depth
            x, top = 8 + each.depth * column, y + 12 + row * ROW
            spots[each.ino] = (x + wide, top + 12)
            here = each.ino == (state.found or state.ino) and state.what != "start"
            tone = {"hue": 5, "fill": "soft"} if each.ino in seen else {"fill": "none"}  # fmt: skip
            text = f"{each.name} → {each.text}" if each.text and width > 600 else f"{each.name} · {each.ino}"  # fmt: skip
            items.append(box(f"name{each.ino}", x, top, wide, 24, text=text, size=12, r=7, dash=bool(each.text), glow=here, **tone))  # fmt: skip
            if each.depth:
                fx, fy = spots[each.parent]
                items.append(path(f"branch{each.ino}", f"M{fx:.0f} {fy:.0f}H{fx + 11:.0f}V{top + 12:.0f}H{x:.0f}", tone="idle", w=1.5))  # fmt: skip
        return items, y + 12 + (row + 1) * ROW

    def _tiles(self, y, *, narrow):
        """The steps so far, the last ones if there are many."""
        wide, high = TILE
        a_line, lines = (3, 4) if narrow else (6, 2)
        gap = (width_of(self.scene) - 8 - a_line * wide) / a_line
        seen = [s for s in self.result.states[: self.moment + 1] if s.what not in {"start", "end"}]
        first = max(0, len(seen) - a_line * lines)
        last = self.state.what != "end"
        items = []
        for k, step in enumerate(seen[first:]):
            line, column = divmod(k, a_line)
            x, top = 8 + column * (wide + gap), y + line * (high + 26)
            number = first + k
            now = last and number == len(seen) - 1
            items.append(self._tile(number, step, x, top, now=now))
            if column:
                items.append(path(f"to{number}", f"M{x - gap + 3:.0f} {top + 60}h{gap - 9:.0f}", arrow=True))  # fmt: skip
        if first:
            items.append(label("before", 8, y - 8, plural("{count} step before these", "{count} steps before these", first), size=12))  # fmt: skip
        rows = max(1, -(-min(self._most(), a_line * lines) // a_line))
        return items, y + rows * (high + 26)

    def _most(self):
        """Steps of the whole walk, so that the picture keeps its size."""
        return len(self.result.states) - 2 if not self.locked else 1

    def _tile(self, number, step, x, y, *, now):
        wide, high = TILE
        directory = step.what == "directory" or (step.what == "memory" and not step.target)
        if step.what == "memory":
            look = {"title": step.component, "sub": _("in memory"), "dash": True, "tone": "idle", "fill": "none"}  # fmt: skip
            said = [f"→ {step.target}" if step.target else f"→ {step.found}" if step.found else "✗"]
        elif directory:
            look = {"title": _("names of {ino}", ino=step.ino), "sub": _("block {block}", block=step.block), "hue": 1, "fill": "soft"}  # fmt: skip
            said = self._names(step)
        else:
            look = {"title": _("inode {ino}", ino=step.ino), "sub": _("block {block}", block=step.block), "hue": 5, "fill": "soft"}  # fmt: skip
            said = self._inode(step)
        inner = [
            label(f"t{number}-{k}", 12, 58 + k * 18, text, size=11.5, weight=600 if "◂" in text else 400)
            for k, text in enumerate(said)
        ]  # fmt: skip
        return box(f"tile{number}", x, y, wide, high, children=inner, r=10, glow=now, **look)

    def _names(self, step):
        """Some names around the one that is looked for."""
        found = [(each.name, each.ino) for each in pathstory.names(step.ino)]
        at = next((k for k, (name, _ino) in enumerate(found) if name == step.component), len(found))
        start = max(0, min(at - 2, len(found) - LINES))
        shown = [
            f"{name} → {ino}{' ◂' if start + k == at else ''}"
            for k, (name, ino) in enumerate(found[start : start + LINES])
        ]
        return shown if step.found else [*shown[-LINES + 1 :], f"{step.component} ✗ ◂"]

    def _inode(self, step):
        node = pathstory.inode(step.ino)
        said = [step.component, _(KINDS[pathstory.kind_of(step.ino)])]
        if node.type == SYMLINK:
            return [*said, f"→ {pathstory.text_of(step.ino)}"]
        return [*said, _("bytes: {n}", n=node.size), _("→ block {block}", block=node.pointers[0])]

    # In words

    def labels(self, told):
        return [_("the start"), *(self._label(state) for state in told.states[1:])]

    def _label(self, state):
        if state.what == "end":
            return _("the end")
        if state.what == "inode":
            return _("inode {ino} is read ({name})", ino=state.ino, name=state.component)
        if state.what == "directory":
            return _("directory {ino} is read for {name}", ino=state.ino, name=state.component)
        return _("{name} is in memory", name=state.component)

    def describe(self, state):
        return " ".join(_(each) for each in state.why)

    def tone(self, state):
        if state.what != "end":
            return "accent"
        return "bad" if self.result.errno else "ok"

    def table(self, state):
        head = [_("step"), _("looked for"), _("what is read"), _("block"), _("leads to inode")]
        what = {"inode": _("inode {ino}"), "directory": _("directory {ino}"), "memory": _("nothing")}  # fmt: skip
        rows = [
            [
                number, each.component, what[each.what].replace("{ino}", str(each.ino)),
                each.block or "–", each.found or "–",
            ]
            for number, each in enumerate(self.result.states[: self.moment + 1])
            if each.what in what
        ]  # fmt: skip
        return Table(head, rows or [["–"] * 5], caption=_("The walk so far, read by read"))
