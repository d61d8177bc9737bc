"""A damaged volume, fsck's passes over it, and what they can and cannot mend."""

from functools import lru_cache

from coursekit.i18n import _, mark, plural
from coursekit.labs.filesystems.drawing import block_map, called, owner_key, painted, ranges
from coursekit.sims.filesystems.labfs.damage import PASSES, concerned, tell
from coursekit.sims.filesystems.labfs.decode import owners
from coursekit.ui.controls import Pick
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

DAMAGES = {
    "several": mark("several at once"),
    "linkcount": mark("a wrong count of names"),
    "dup": mark("a block in two files"),
    "orphan": mark("a lost name"),
    "leak": mark("a block that nobody has"),
    "unmarked": mark("a block marked free"),
    "directory": mark("a broken directory"),
    "superblock": mark("a broken superblock"),
}
NAMES = {
    "superblock": mark("1 · superblock"),
    "tree": mark("2 · inodes and names"),
    "orphans": mark("3 · inodes without a name"),
    "duplicates": mark("4 · blocks claimed twice"),
    "bitmaps": mark("5 · bitmaps"),
    "counts": mark("6 · counts of names"),
    "damaged": mark("before fsck"),
    "mended": mark("after fsck"),
    "again": mark("fsck once more"),
}
FOUND = {  # what a problem is called in the picture
    "LINKCOUNT": mark("inode {n}: wrong count"),
    "DUP": mark("block {n}: two owners"),
    "ORPHAN": mark("inode {n}: no name"),
    "LEAK": mark("block {n}: nobody’s"),
    "UNMARKED": mark("block {n}: marked free"),
    "INODE LEAK": mark("inode {n}: nobody’s"),
    "INODE UNMARKED": mark("inode {n}: marked free"),
    "SUPERBLOCK": mark("block {n}: unreadable"),
    "DIRECTORY": mark("directory {n}: broken"),
    "ENTRY": mark("directory {n}: a wrong name"),
}
LINE = 34  # height of a line of a pass


@lru_cache(maxsize=32)
def owned(image):
    return owners(image)


class FsckLab(StoryLab):
    """Pass by pass; the map on the right is there when all are done."""

    name = "filesystems-fsck"
    title = mark("Putting it in order again")

    def controls(self):
        return (Pick("damage", mark("Damage"), "several", DAMAGES),)

    def story(self, actions, damage):
        return tell(damage)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        passes, low = self._passes(state, 92 if narrow else 56, narrow=narrow)
        top = low + 30
        cell = 25
        right, below = (36, top + 16 * cell + 34) if narrow else (486, top)
        items += passes + self._before(state, 36, top, cell)
        items += self._after(state, right, below, cell)
        legend = [*owner_key(left=False), ("box", {"tone": "bad", "fill": "solid"}, _("✗ a problem shows here")), ("box", {"hue": 2, "fill": "soft", "glow": True}, _("w mended here"))]  # fmt: skip
        low, a_line = below + 16 * cell + 10, 2 if narrow else 4
        items += key(legend, width, low, a_line=a_line)
        height = low + 22 * -(-len(legend) // a_line) + 6
        told = _("What each pass of fsck found, the blocks before it, and after it")
        self.scene.show(items, width=width, height=height, label=told)

    def _facts(self, state):
        over = state.name in {"mended", "again"}
        result = self.result
        changed = len(result.lost) + len(result.changed)
        return [
            (_(NAMES[state.name]), "accent"),
            (plural("{count} problem found", "{count} problems found", state.found), "warn" if state.found else "idle"),
            (plural("{count} block mended", "{count} blocks mended", len(result.mended)) if over else _("nothing mended yet"), "ok" if over else "idle"),
            (plural("{count} file not as before", "{count} files not as before", changed) if over else _("the files: not known yet"), "warn" if over and changed else "idle"),
        ]  # fmt: skip

    def _passes(self, state, y, *, narrow):
        """A line for each pass: what it found, once it has run."""
        done = self.result.states[: self.moment + 1]
        over = state.name in {"mended", "again"}
        a_line, left, step = (1, 190, 268) if narrow else (3, 222, 224)
        items = []
        for name in PASSES:
            here = next((each for each in done if each.name == name), None)
            now = name == state.name
            look = {"tone": "accent", "fill": "solid"} if now else {"tone": "idle", "fill": "plain" if here else "none"}  # fmt: skip
            items.append(box(f"pass-{name}", 4, y, left - 12, 28, text=_(NAMES[name]), size=12 if narrow else 12.5, r=7, **look))  # fmt: skip
            items += self._found(name, here, left, y, step, a_line, over=over)
            y += LINE * max(1, -(-len(self._told(name)) // a_line))
        return items, y

    def _told(self, name):
        """What a pass will have found, so that the picture keeps its size; nothing while locked."""
        if self.locked:
            return ()
        return next(each.problems for each in self.result.states if each.name == name)

    def _found(self, name, here, x, y, step, a_line, *, over):
        if here is None:
            return []
        if not here.problems:
            return [label(f"none-{name}", x + 4, y + 18, _("✓ nothing"), size=12.5)]
        mark_ = "✓" if over else "✗"
        return [
            box(
                f"found-{name}-{k}", x + k % a_line * step, y + k // a_line * LINE, step - 7, 28, r=14,
                text=f"{mark_} {_(FOUND[each.kind], n=each.number)}", size=12,
                tone="ok" if over else "bad", fill="soft" if over else "solid",
            )
            for k, each in enumerate(here.problems)
        ]  # fmt: skip

    def _before(self, state, x, y, cell):
        """The damaged image; where a problem shows that was found by now, a cross."""
        image = self.result.before
        hit = {
            concerned(image, problem)
            for each in self.result.states[: self.moment + 1]
            for problem in each.problems
        }
        looks = [
            {"fill": "solid", "tone": "bad", "text": "✗"} if block in hit else painted(owner.what)
            for block, owner in owned(image).items()
        ]
        return [label("before", x - 28, y - 10, _("The volume before fsck"), weight=600, size=13), *block_map("old", looks, x=x, y=y, cell=cell)]  # fmt: skip

    def _after(self, state, x, y, cell):
        head = label("after", x - 28, y - 10, _("The volume after fsck"), weight=600, size=13)
        if state.name not in {"mended", "again"}:
            side = 16 * cell - 3
            frame = box("waiting", x, y, side, side, fill="none", dash=True, r=10, text=_("when all passes are done"), size=13)  # fmt: skip
            return [head, frame]
        mended = set(self.result.mended)
        looks = [
            painted(owner.what, touched="w" if block in mended else "")
            for block, owner in owned(self.result.after).items()
        ]
        return [head, *block_map("new", looks, x=x, y=y, cell=cell)]

    # In words

    def labels(self, told):
        return [_(NAMES[state.name]) for state in told.states]

    def describe(self, state):
        said = [_(state.why)]
        said += [f"{_(each.what)} {_(each.repair)}" for each in state.problems[:4]]
        if state.name in PASSES and not state.problems:
            said.append(_("Nothing is found."))
        if state.name in {"mended", "again"}:
            said += self._files()
        return "\n".join(said)

    def _files(self):
        """What people will notice."""
        result, said = self.result, []
        if result.lost:
            said.append(_("Names that are gone: {names}. New ones: {new}.", names=", ".join(result.lost), new=", ".join(result.gained)))  # fmt: skip
        if result.changed:
            said.append(_("Other bytes than before in: {names}. fsck says nothing of it.", names=", ".join(result.changed)))  # fmt: skip
        return said or [_("Every file has its name and its bytes.")]

    def tone(self, state):
        if state.problems or state.name == "damaged":
            return "warn"
        return "ok" if state.name in {"mended", "again"} else "accent"

    def table(self, state):
        head = [_("pass"), _("number"), _("found"), _("mended"), _("block")]
        rows = [
            [_(NAMES[each.name]), problem.number, _(problem.what), _(problem.repair), self._where(problem)]
            for each in self.result.states[: self.moment + 1]
            for problem in each.problems
        ]  # fmt: skip
        return Table(head, rows or [["–"] * 5], caption=_("What fsck has found so far"))

    def _where(self, problem):
        block = concerned(self.result.before, problem)
        what = owned(self.result.before)[block].what
        return f"{ranges([block])}: {called(what)}"
