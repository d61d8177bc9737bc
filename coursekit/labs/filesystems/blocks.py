"""A whole file system of 256 blocks: deeds, the blocks that each reads and writes, every byte named."""

from functools import lru_cache

from coursekit.i18n import _, mark, plural
from coursekit.labs.filesystems import fieldview
from coursekit.labs.filesystems.drawing import block_map, called, owner_key, painted, ranges
from coursekit.sims.filesystems.labfs.blocks import Work, block_of
from coursekit.sims.filesystems.labfs.blockstory import Deed, tell
from coursekit.sims.filesystems.labfs.decode import decode, owners
from coursekit.sims.filesystems.labfs.layout import BLOCKS
from coursekit.sims.filesystems.labfs.store import free_blocks
from coursekit.sims.filesystems.labfs.walk import tree
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.keep import keep
from coursekit.ui.look import row as beside
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label
from coursekit.ui.status import Line
from coursekit.ui.table import Table

OPS = {
    "create": mark("make a file"),
    "write": mark("write from its beginning"),
    "append": mark("write at its end"),
    "read": mark("read the file"),
    "rename": mark("give another name"),
    "rm": mark("delete"),
    "mkdir": mark("make the directory"),
    "ls": mark("list the directory"),
}
DID = {
    "create": mark("{path} is made"),
    "write": mark("{n} bytes are written to {path}"),
    "append": mark("{n} bytes are added to {path}"),
    "read": mark("{path} is read"),
    "rename": mark("{path} becomes {n}"),
    "rm": mark("{path} is deleted"),
    "mkdir": mark("directory {path} is made"),
    "ls": mark("{path} is listed"),
}
PATHS = {
    path: path
    for path in ("/notes", "/marks", "/home", "/home/notes", "/home/alice", "/home/alice/marks", "/")
}  # fmt: skip
EXAMPLE = (
    Deed("mkdir", "/home"), Deed("create", "/notes"), Deed("write", "/notes", 3000),
    Deed("create", "/home/notes"), Deed("write", "/home/notes", 14_000), Deed("rm", "/notes"),
    Deed("create", "/marks"), Deed("write", "/marks", 1500),
)  # fmt: skip
FILE = "labfs.img"
LINE = 21  # height of a line of fields


@lru_cache(maxsize=32)  # pressing a block changes nothing of it
def kept(image):
    """The owner of each block, and whether a free one holds old bytes."""
    found = owners(image)
    return found, {
        b for b, owner in found.items() if owner.what is None and any(block_of(image, b))
    }


class BlocksLab(DeedsLab):
    """Press a block to see what is in it; make, write, rename, delete."""

    name = "filesystems-blocks"
    title = mark("256 blocks")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("op", mark("What"), "create", OPS),
            Pick("path", mark("Path"), "/notes", PATHS),
            Slider("size", mark("Bytes"), 3000, 0, 20_000, 100, when=lambda v: v["op"] in {"write", "append"}),
            Pick("to", mark("New name"), "/marks", PATHS, when=lambda v: v["op"] == "rename"),
            Slider("block", mark("Block chosen"), 43, 0, BLOCKS - 1),
            Slider("part", mark("Inode of a block of inodes (0: the first in use)"), 0, 0, 8, more=True),
        )  # fmt: skip

    def story(self, actions, block, part, **_values):
        self._block, self._part = block, part
        return tell(self.steps(actions, EXAMPLE))

    # Acting

    def tools(self):
        return (button(_("Do it"), self._do),)

    def _do(self):
        value = self.values
        more = {"write": value["size"], "append": value["size"], "rename": value["to"]}
        self.do(value["op"], value["path"], more.get(value["op"], 0))

    def _press(self, name):
        if name.startswith("block"):
            self.set(block=int(name.removeprefix("block")), part=0)
        elif name.startswith("slot"):
            self.set(part=int(name.removeprefix("slot")))

    def _save(self):
        """Beside the notebook, under the next name that is free."""
        try:
            name = keep(FILE, self.state.volume.image)
            self._wrote.say(_("{name} is written: 256 KiB, as they are in the picture.", name=name), "ok")  # fmt: skip
        except OSError as why:  # a folder that is read-only, a full disk
            self._wrote.say(_("The file could not be written: {why}", why=str(why)), "bad")

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        self._wrote = Line()
        save = button(_("Write the image beside the notebook"), self._save)
        return [self.scene, beside([save, self._wrote.view], align_items="center", grid_gap="4px 12px")]  # fmt: skip

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        found, left = kept(state.volume.image)
        top, cell = (92, 26) if narrow else (54, 26)
        items = facts(self._facts(state), narrow=narrow)
        items += block_map("block", self._looks(state, found, left), x=38, y=top, cell=cell)
        low = top + 16 * cell + 8
        legend = owner_key()
        items += key(legend, 460, low, a_line=2)
        low += 22 * -(-len(legend) // 2)
        items.append(label("how", 8, low + 12, _("Solid: touched by the last deed; r read, w written."), size=12))  # fmt: skip
        shown, end = self._fields(state, found, (8, low + 44) if narrow else (462, top))
        self.scene.show(
            items + shown, width=width, height=max(low + 24, end),
            label=_("The 256 blocks by owner, those of the last deed marked, and the fields of the chosen one"),
        )  # fmt: skip

    def _facts(self, state):
        free = len(free_blocks(Work(state.volume)))
        return [
            (plural("{count} name", "{count} names", len(tree(state.volume.image))), "idle"),
            (plural("{count} free block", "{count} free blocks", free), "idle"),
            (plural("the last deed read {count} block", "the last deed read {count} blocks", len(state.reads)), "accent"),
            (plural("and wrote {count}", "and wrote {count}", len(state.writes)), "warn" if state.writes else "idle"),
        ]  # fmt: skip

    def _looks(self, state, found, left):
        reads, writes = set(state.reads), set(state.writes)
        says = _("block {block}, {what}: press to see what is in it")
        names = {what: called(what) for what in {each.what for each in found.values()}}
        for block in range(BLOCKS):
            what = found[block].what
            touched = "w" if block in writes else "r" if block in reads else ""
            yield {
                **painted(what, left=block in left, touched=touched), "selected": block == self._block,
                "press": says.replace("{block}", str(block)).replace("{what}", names[what]),
            }  # fmt: skip

    def _fields(self, state, found, corner):
        """The chosen block, line by line."""
        (x, y), image = corner, state.volume.image
        owner = found[self._block]
        shown = fieldview.view(image, self._block, owner, self._part)
        items = [label("title", x, y + 12, shown.title, weight=600, size=14)]
        y += 24
        if owner.what == "inode":
            items += self._slots(image, x, y)
            y += 34
        lines = [shown.heads, *shown.lines]
        for row, line in enumerate(lines):
            for column, text in enumerate(line):
                look = {"weight": 600} if not row else {}
                items.append(label(f"f{row}-{column}", x + shown.at[column], y + 14 + row * LINE, text, size=11.5, **look))  # fmt: skip
        end = y + 14 + len(lines) * LINE
        if shown.more:
            items.append(label("more", x + 34, end, plural("… and {count} more line: see the table", "… and {count} more lines: see the table", shown.more), size=11.5))  # fmt: skip
        return items, end + 14

    def _slots(self, image, x, y):
        """The eight inodes of a block of the table."""
        fields = decode(image, self._block)
        now = fieldview.chosen(fields, self._part)
        return [
            box(
                f"slot{k}", x + (k - 1) * 50, y, 46, 26, text=str(ino), r=6, size=12, hue=5,
                fill="soft" if used else "none", selected=ino == now,
                press=_("inode {ino}: press to see its fields", ino=ino),
            )
            for k, (ino, used) in enumerate(fieldview.inodes(fields).items(), 1)
        ]  # fmt: skip

    # In words

    def labels(self, told):
        return [_("the start"), *(_done(state.deed) for state in told.states[1:])]

    def describe(self, state):
        first, *more = state.why or ("",)
        said = [_(first)] if first else []
        said += [_(more[0])] if more else []
        if len(more) > 1:
            said.append("…")
        if state.deed:
            said.append("\n" + _("Read: {reads}. Written: {writes}.", reads=ranges(state.reads) or "–", writes=ranges(state.writes) or "–"))  # fmt: skip
        return " ".join(said)

    def summary(self, told):
        end = told.states[-1]
        written = sum(len(state.writes) for state in told.states)
        return [
            (_("names"), str(len(tree(end.volume.image)))),
            (_("free blocks"), str(len(free_blocks(Work(end.volume))))),
            (_("blocks written in all"), str(written)),
        ]

    def table(self, state):
        data = block_of(state.volume.image, self._block)
        head = [_("byte"), _("hex"), _("field"), _("value"), _("meaning")]
        rows = [
            [f.at, fieldview.hexed(data, f.at, f.length, 16), f.name, fieldview.value_of(f)[:64], _(f.why)]
            for f in decode(state.volume.image, self._block)
        ]  # fmt: skip
        return Table(head, rows, caption=_("All fields of block {block}", block=self._block))


def _done(deed):
    return _(DID[deed.kind], path=deed.path, n=deed.more)
