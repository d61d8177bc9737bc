"""A disk cut into partitions: the room on it, the places in its table, and what is refused."""

import ipywidgets as w

from coursekit.i18n import _, mark, number
from coursekit.labs.volumes.drawing import HUES, fits, size_text, whole
from coursekit.sims.volumes.cutstory import MB, Deed, Disk, free_runs, tell
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

SIZES = {
    64: mark("64 MB"), 2048: mark("2048 MB"), 500_000: mark("500 GB"), 4_000_000: mark("4 TB"), 8_000_000: mark("8 TB"),
}  # fmt: skip
SHARES = {16: mark("a sixteenth"), 8: mark("an eighth"), 4: mark("a quarter"), 2: mark("a half")}
TYPES = {
    "linux": "Linux", "swap": mark("swap"), "lvm": "LVM", "efi": "EFI", "extended": mark("extended"),
}  # fmt: skip
SHOWN = 6  # places of a GPT in sight
HIGH, SLOT = 66, 46  # of the ruler, of a place in the table


def example(size):
    """An EFI partition, a Linux one, one for LVM, and room left."""
    return (Deed("add", min(512, max(4, size // 16)), "efi"), Deed("add", size // 4, "linux"), Deed("add", size // 4, "lvm"))  # fmt: skip


class TableLab(DeedsLab):
    """Press a partition to choose it; add, remove, extend."""

    name = "volumes-table"
    title = mark("Cut a disk into partitions")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("kind", mark("Table"), "gpt", {"mbr": "MBR", "gpt": "GPT"}),
            Pick("size", mark("Disk"), 2048, SIZES),
            Pick("amount", mark("New room: a share of the disk"), 8, SHARES),
            Pick("type", mark("For"), "linux", TYPES),
            Slider("number", mark("Partition chosen"), 2, 1, 12),
        )

    def story(self, actions, kind, size, amount, type, number):  # noqa: A002  (the control's name)
        self._mb, self._type, self._chosen = max(1, size // amount), type, number
        return tell(Disk(kind=kind, mb=size), self.steps(actions, example(size)))

    # Acting

    def tools(self):
        return (
            button(_("Add a partition"), lambda: self.do("add", self._mb, self._type)),
            w.Label(_("Partition chosen")),
            button(_("Remove it"), lambda: self.do("remove", self._chosen)),
            button(_("Extend it"), lambda: self.do("extend", self._chosen, self._mb)),
        )

    def _press(self, name):
        self.set(number=int("".join(filter(str.isdigit, name))))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        disk, top = state.disk, 112 if narrow else 76
        items = facts(self._facts(state), narrow=narrow)
        heads = _("The disk, {size} (small pieces drawn wider)", size=size_text(disk.mb * MB))  # fmt: skip
        items.append(label("disk", 6, top - 8, heads, weight=600, size=13))
        ruler = _Ruler(disk, width)
        items += self._ruler(state, ruler, top)
        places = top + HIGH + 76
        slots, bottom = self._places(state, places, width, narrow=narrow)
        items += slots + self._ways(disk, ruler, top + HIGH, places, width, narrow=narrow)
        items += key(self._key(disk), width, bottom + 8, a_line=3 if narrow else 6)
        self.scene.show(
            items, width=width, height=bottom + (54 if narrow else 34),
            label=_("The disk from its first sector to its last, and the places of its table"),
        )  # fmt: skip

    def _facts(self, state):
        disk, chosen = state.disk, state.disk.numbered(self._chosen)
        used, free = len(disk.primaries), sum(each.bytes for each in free_runs(disk) if not each.inside)  # fmt: skip
        said = (_("no partition {n}", n=self._chosen), "idle")
        aligned = (_("nothing chosen"), "idle")
        if chosen:
            said = (_("{n}: {first} to {last}", n=chosen.number, first=whole(chosen.first), last=whole(chosen.last)), "accent")  # fmt: skip
            aligned = (_("✓ begins aligned"), "ok") if chosen.aligned else (_("✗ not aligned"), "bad")  # fmt: skip
        full = used == disk.places
        return [
            said, aligned,
            (_("places taken: {n} of {most}", n=used, most=disk.places), "warn" if full else "idle"),
            (_("free: {size}", size=size_text(free)), "idle"),
        ]  # fmt: skip

    def _ruler(self, state, ruler, y):
        """The disk from left to right; what the table cannot name hatched in red."""
        items = []
        for name, x, wide in ruler.spans:
            if name == "wall":
                says = fits(_("✗ no number for it in an MBR"), wide) or "✗"
                items.append(box(name, x, y, wide, HIGH, r=7, text=says, tone="bad", fill="soft", dash=True))  # fmt: skip
            elif name.startswith("table"):
                items.append(box(name, x, y, wide, HIGH, r=3, tone="idle", fill="solid"))
            elif name.startswith("free"):
                text = size_text(ruler.free[name].bytes)
                items.append(box(name, x, y, wide, HIGH, r=7, text=fits(text, wide), tone="idle", fill="none", dash=True, size=12.5))  # fmt: skip
            else:
                items.append(self._part(state, ruler.parts[name], (x, y, wide)))
        return items + self._inner(state, ruler, y)

    def _part(self, state, part, spot, high=HIGH):
        x, y, wide = spot
        holder = part.type == "extended"
        says = _("partition {n}, {kind}, {size}: press to choose it", n=part.number, kind=_(TYPES[part.type]), size=size_text(part.bytes))  # fmt: skip
        long = f"{part.number} {_(TYPES[part.type])}"
        text = fits(long, wide) or str(part.number)
        more = {"title": text} if holder else {"text": text, "sub": fits(size_text(part.bytes), wide)}  # fmt: skip
        return box(
            f"part{part.number}", x, y, wide, high, r=7, hue=HUES[part.type], size=12.5,
            fill="none" if holder else "soft", selected=part.number == self._chosen,
            glow=part.number == state.touched and not state.refused,
            press=None if self.locked else says, **more,
        )  # fmt: skip

    def _inner(self, state, ruler, y):
        """Logical partitions inside the extended one."""
        return [
            box(name, x, y + 26, wide, HIGH - 32, r=5, text=fits(size_text(ruler.free[name].bytes), wide, 11), size=11, tone="idle", fill="none", dash=True)
            if name.startswith("free") else self._part(state, ruler.parts[name], (x, y + 26, wide), HIGH - 32)
            for name, x, wide in ruler.inner
        ]  # fmt: skip

    def _places(self, state, y, width, *, narrow):
        """What the table says, place by place; a fifth one there is not."""
        disk = state.disk
        a_line, step = self._step(disk, width, narrow=narrow)
        shown = self._in_sight(disk)
        head = _("The table in sector 0: four places") if disk.kind == "mbr" else _("The array from sector 2 on: {n} places, {shown} in sight", n=disk.places, shown=shown)  # fmt: skip
        items = [label("places", 6, y - 8, head, weight=600, size=13)]
        for n in range(1, shown + 1):
            x, top = 4 + (n - 1) % a_line * step, y + (n - 1) // a_line * (SLOT + 8)
            items.append(self._place(disk, n, x, top, step - 8))
        bottom = y + -(-shown // a_line) * (SLOT + 8)
        if disk.kind == "mbr" and state.refused and state.deed.kind == "add" and len(disk.primaries) == disk.places:  # fmt: skip
            text = _("✗ there is no fifth place")
            items.append(box("fifth", 4, bottom, width - 8, 30, r=7, text=text, tone="bad", fill="soft", dash=True, size=12.5))  # fmt: skip
            bottom += 38
        if disk.logicals:
            chain = " → ".join(f"EBR {whole(each.ebr)}: {each.number}" for each in disk.logicals)
            items.append(label("chain", 6, bottom + 12, _("The chain in the extended one: {chain}", chain=chain), size=12))  # fmt: skip
            bottom += 24
        return items, bottom

    def _in_sight(self, disk):
        return 4 if disk.kind == "mbr" else max(SHOWN, max((each.number for each in disk.parts), default=0))  # fmt: skip

    def _step(self, disk, width, *, narrow):
        a_line = 4 if narrow or disk.kind == "mbr" else SHOWN
        return a_line, (width - 8 + 8) / a_line

    def _place(self, disk, n, x, y, wide):
        part = next((each for each in disk.primaries if each.number == n), None)
        if part is None:
            return box(f"place{n}", x, y, wide, SLOT, r=7, text=str(n), tone="idle", fill="none", dash=True)  # fmt: skip
        said = f"{n} {_(TYPES[part.type])}"
        return box(
            f"place{n}", x, y, wide, SLOT, r=7, text=fits(said, wide) or str(n), sub=fits(self._entry(disk, part), wide),
            hue=HUES[part.type], fill="soft", size=12.5, selected=n == self._chosen,
            press=None if self.locked else _("place {n}: press to choose its partition", n=n),
        )  # fmt: skip

    def _entry(self, disk, part):
        """An MBR writes a start and a length, a GPT the first and the last sector."""
        if disk.kind == "mbr":
            return _("{first}, {count} sectors", first=whole(part.first), count=whole(part.count))
        return f"{part.first}–{part.last}"

    def _ways(self, disk, ruler, low, y, width, *, narrow):
        """From each place to what it names."""
        items = []
        a_line, step = self._step(disk, width, narrow=narrow)
        for name, x, wide in ruler.spans:
            part = ruler.parts.get(name)
            if part is None or part.number > a_line:
                continue
            fx, tx, gap = 4 + (part.number - 0.5) * step - 4, x + wide / 2, (y - low - 26) / 2
            top = y - 24
            d = f"M{fx:.1f} {top}C{fx:.1f} {top - gap:.1f} {tx:.1f} {low + gap:.1f} {tx:.1f} {low + 3}"
            items.append(path(f"way{part.number}", d, arrow=True, tone="accent" if part.number == self._chosen else "idle"))  # fmt: skip
        return items

    def _key(self, disk):
        kinds = [each for each in TYPES if each != "extended" or disk.kind == "mbr"]
        words = [("box", {"hue": HUES[each], "fill": "none" if each == "extended" else "soft"}, _(TYPES[each])) for each in kinds]  # fmt: skip
        return [*words, ("box", {"tone": "idle", "fill": "solid"}, _("tables"))]

    # Telling

    def labels(self, told):
        return [self._did(state) for state in told.states]

    def _did(self, state):
        deed = state.deed
        if deed is None:
            return _("an empty disk")
        if deed.kind == "add":
            said = _("add {kind}, {size}", kind=_(TYPES[deed.what]), size=size_text(deed.n * MB))
        elif deed.kind == "remove":
            said = _("remove partition {n}", n=deed.n)
        else:
            said = _("extend partition {n} by {size}", n=deed.n, size=size_text(deed.more * MB))
        return f"✗ {said}" if state.refused else said

    def describe(self, state):
        said = _(state.why)
        if state.refused:
            said = _("Refused. {why}", why=said)
        wall = state.disk.wall
        if wall:
            said += "\n" + _("{size} of this disk lie behind the wall of the MBR: nobody can use them.", size=size_text(wall))  # fmt: skip
        return said

    def tone(self, state):
        return "bad" if state.refused else "warn" if state.disk.wall else "accent"

    def summary(self, told):
        disk = told.states[-1].disk
        free = sum(each.bytes for each in free_runs(disk) if not each.inside)
        return [
            (_("partitions"), str(len(disk.parts))),
            (_("free"), size_text(free)),
            (_("steps refused"), str(sum(state.refused for state in told.states))),
        ]

    def table(self, state):
        head = [_("partition"), _("for"), _("first sector"), _("last sector"), _("sectors"), _("size"), _("named by")]  # fmt: skip
        rows = [
            [
                each.number, _(TYPES[each.type]), whole(each.first), whole(each.last), whole(each.count),
                _("{n} MB", n=number(each.bytes / MB, 7)), self._named(each),
            ]
            for each in sorted(state.disk.parts, key=lambda each: (each.first, each.ebr is not None))
        ]  # fmt: skip
        return Table(head, rows or [["–"] * len(head)], caption=_("The partitions in the order of the disk"))  # fmt: skip

    def _named(self, part):
        if part.ebr is None:
            return _("place {n} of the table", n=part.number)
        return _("the EBR in sector {n}", n=whole(part.ebr))


class _Ruler:
    """Where each piece of the disk is drawn: to scale, but nothing narrower than can be seen."""

    LEAST = 22.0

    def __init__(self, disk, width):
        self.parts = {f"part{each.number}": each for each in disk.parts}
        self.free = {f"free{each.first}-{each.inside:d}": each for each in free_runs(disk)}
        outer = [(name, each.first, each.count) for name, each in self.parts.items() if each.ebr is None]  # fmt: skip
        outer += [(name, each.first, each.count) for name, each in self.free.items() if not each.inside]  # fmt: skip
        outer = [("table0", 0, 0), *sorted(outer, key=lambda each: each[1])]
        if disk.wall:
            outer.append(("wall", disk.reach, disk.sectors - disk.reach))
        elif disk.kind == "gpt":
            outer.append(("table1", disk.reach, 0))
        self.spans = self._spread(outer, 4, width - 8)
        self.inner = self._inside(disk)

    def _inside(self, disk):
        if disk.extended is None:
            return []
        x, wide = next((x, wide) for name, x, wide in self.spans if name == f"part{disk.extended.number}")  # fmt: skip
        inner = [(name, each.first, each.count) for name, each in self.parts.items() if each.ebr is not None]  # fmt: skip
        inner += [(name, each.first, each.count) for name, each in self.free.items() if each.inside]
        return self._spread(sorted(inner, key=lambda each: each[1]), x + 5, wide - 10)

    def _spread(self, pieces, left, width):
        least = [8.0 if name.startswith("table") else self.LEAST for name, _first, _count in pieces]
        least = [min(each, width / max(1, len(pieces))) for each in least]
        room = width - sum(least)
        total = sum(count for _name, _first, count in pieces) or 1
        spans, x = [], left
        for (name, _first, count), own in zip(pieces, least, strict=True):
            wide = own + room * count / total
            spans.append((name, x, wide - 3))
            x += wide
        return spans
