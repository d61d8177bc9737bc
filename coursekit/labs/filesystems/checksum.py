"""Wrong bytes and no error: where a checksum stands decides who can tell."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, plural
from coursekit.labs.filesystems.drawing import sum_text, tree_edge
from coursekit.sims.filesystems import corruption, merkle
from coursekit.sims.filesystems.checksums import crc32c
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

OLD, NEW = (b"old 0", b"old 1", b"old 2", b"old 3"), b"new 0"
SUMS = {
    "none": mark("nowhere"), "beside": mark("beside the data"),
    "address": mark("beside, with the address"), "parent": mark("in the parent block"),
}  # fmt: skip
FAULTS = {
    "flip": mark("a bit flips"), "phantom": mark("a write gets lost"),
    "misdirected": mark("a write lands elsewhere"), "none": mark("nothing"),
}  # fmt: skip
ANSWERS = {
    "right": (mark("right"), "ok"), "wrong": (mark("wrong bytes"), "bad"),
    "repaired": (mark("right, mended"), "accent"), "error": (mark("an error"), "warn"),
}  # fmt: skip
DISKS = "AB"
ROW, HIGH = 58, 44


@dataclass(frozen=True)
class Seen:
    """The disks before and after a scrub, each read asked of each disk first, and all faults at once."""

    store: corruption.Store
    scrubbed: corruption.Scrubbed | None
    reads: tuple[tuple[corruption.Read, ...], ...]  # disk, block
    verdicts: dict[tuple[str, str], tuple[str, ...]]
    tree: merkle.Tree
    chosen: tuple[int, int]  # disk, block

    @property
    def read(self):
        disk, block = self.chosen
        return self.reads[disk][block]

    def count(self, answer):
        """Reads with this answer."""
        return sum(each.answer == answer for line in self.reads for each in line)


class ChecksumLab(Lab):
    """Press a block of a disk to read it from there; press a place of the grid to try it."""

    name = "filesystems-checksum"
    title = mark("Wrong bytes, and who can tell")

    def controls(self):
        return (
            Pick("copies", mark("Disks"), 2, {1: mark("one"), 2: mark("two, a mirror")}),
            Pick("sums", mark("Checksums stand"), "none", SUMS),
            Pick("fault", mark("On disk A"), "flip", FAULTS),
            Check("scrub", mark("Read and compare everything first (scrub)"), False),
            Slider("block", mark("Block read"), 0, 0, len(OLD) - 1, more=True),
            Pick("first", mark("Disk asked first"), 0, dict(enumerate(DISKS)), more=True),
        )

    def run(self, copies, sums, fault, scrub, block, first):
        kept = corruption.store(sums, OLD, copies)
        lost = fault if fault in ("phantom", "misdirected") else None
        kept = corruption.write(kept, 0, NEW, lost)
        if fault == "flip":
            kept = corruption.harm(kept, 0)
        scrubbed = corruption.scrub(kept) if scrub else None
        after = scrubbed.store if scrubbed else kept
        reads = tuple(
            tuple(corruption.read(after, at, disk) for at in range(len(OLD)))
            for disk in range(copies)
        )
        tree = merkle.grow(after.truth)
        return Seen(after, scrubbed, reads, corruption.verdicts(copies), tree, (min(first, copies - 1), block))  # fmt: skip

    def _press(self, name):
        kind, _dash, rest = name.partition("-")
        row, _dash, column = rest.partition("-")
        if kind == "cell":
            self.set(first=int(row), block=int(column))
        elif kind == "verdict":
            self.set(fault=list(FAULTS)[int(row)], sums=list(SUMS)[int(column)])

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(seen), narrow=narrow), 92 if narrow else 54
        self._left, self._step = (84, 92) if narrow else (190, 176)
        rows = [self._written, *([self._parents] if seen.store.place == "parent" else [])]
        rows += [self._disk(disk) for disk in range(len(seen.reads))]
        rows += [self._answers(disk) for disk in range(len(seen.reads))]
        for draw in rows:
            more, top = draw(seen, top)
            items += more
        grid, top = self._grid(seen, top + 26, width)
        self.scene.show(
            [*items, *grid], width=width, height=top,
            label=_("What programs wrote, what the disks hold, and what a read gives"),
        )  # fmt: skip

    def _facts(self, seen):
        if self.locked:
            return [(_("what will a read give?"), "idle")]
        wrong, errors = seen.count("wrong"), seen.count("error")
        every = len(seen.reads) * len(OLD)
        scrubbed = seen.scrubbed
        said = _("scrub: differing {differ}, mended {n}", differ=len(scrubbed.differ), n=len(scrubbed.repaired)) if scrubbed else _("no scrub")  # fmt: skip
        return [
            (_("wrong reads: {n} of {all}", n=wrong, all=every), "bad" if wrong else "ok"),
            (_("reads that say “error”: {n}", n=errors), "warn" if errors else "idle"),
            (_("mended by a read: {n}", n=seen.count("repaired")), "idle"),
            (said, "warn" if scrubbed and scrubbed.hopeless else "idle"),
        ]  # fmt: skip

    def _head(self, name, text, top):
        return label(name, 6, top + 26, text, size=11.5 if self.scene.narrow else 13, weight=600)

    def _at(self, column):
        return self._left + column * self._step, self._step - 8

    def _written(self, seen, top):
        """What programs wrote: only we know."""
        items = [self._head("written", _("written"), top)]
        for at, data in enumerate(seen.store.truth):
            x, wide = self._at(at)
            items.append(box(f"truth{at}", x, top, wide, 34, text=_said(data), fill="paper", dash=True, tone="idle", size=13))  # fmt: skip
        return items, top + 44

    def _parents(self, seen, top):
        """The tree of checksums down to the blocks, the way of the read lit."""
        items, levels = [self._head("tree", _("parents"), top)], seen.tree.levels
        disk, block = seen.chosen
        steps = merkle.path(seen.tree, block)
        good = merkle.check(seen.store.copies[disk][block].data, steps, seen.tree.root)
        spots, high = {}, 40
        for height in range(len(levels) - 1, -1, -1):
            for k, total in enumerate(levels[height]):
                span = seen.tree.fan_out**height
                x = self._left + (k + 0.5) * span * self._step - 4
                y = top + (len(levels) - 1 - height) * high
                lit = block // span == k
                spots[height, k] = (x, y)
                bad = lit and good.level == height and not self.locked
                shown = total.hex()[:8]
                items.append(box(f"sum{height}-{k}", x - 40, y, 80, 24, r=5, text=shown, size=11, fill="solid" if lit else "soft", tone="bad" if bad else "accent" if lit else "idle"))  # fmt: skip
                if above := spots.get((height + 1, k // seen.tree.fan_out)):
                    items.insert(0, tree_edge(f"edge{height}-{k}", (above[0], above[1] + 24), (x, y), tone="accent" if lit else "idle"))  # fmt: skip
        return items, top + len(levels) * high + 4

    def _disk(self, disk):
        def drawn(seen, top):
            items = [self._head(f"disk{disk}", _("disk {name}", name=DISKS[disk]), top)]
            for at, held in enumerate(seen.store.copies[disk]):
                x, wide = self._at(at)
                wrong = held.data != seen.store.truth[at]
                beside = "" if seen.store.place in ("none", "parent") else self._beside(seen, at, held)  # fmt: skip
                look = {"sub": beside} if beside else {}
                items.append(box(
                    f"cell-{disk}-{at}", x, top, wide, HIGH, text=_said(held.data), size=13, fill="soft", tone="bad" if wrong else "ok",
                    selected=(disk, at) == seen.chosen, press=_("disk {name}, block {n}: press to read it", name=DISKS[disk], n=at), **look,
                ))  # fmt: skip
            return items, top + ROW

        return drawn

    def _beside(self, seen, at, held):
        """The checksum beside the data, and whether it lets them pass."""
        fits = "✓" if corruption.passes(seen.store, at, held) else "✗"
        total = sum_text(held.crc) if not self.scene.narrow else sum_text(held.crc)[:4] + "…"
        return f"{total} @{held.address} {fits}" if seen.store.place == "address" else f"{total} {fits}"  # fmt: skip

    def _answers(self, disk):
        def drawn(seen, top):
            name = DISKS[disk]
            text = _("asks {name}", name=name) if self.scene.narrow else _("a read asks {name} first", name=name)  # fmt: skip
            items = [self._head(f"asks{disk}", text, top - 6)]
            for at, each in enumerate(seen.reads[disk]):
                x, wide = self._at(at)
                items.append(box(f"answer{disk}-{at}", x, top, wide, 28, r=14, size=10.5 if self.scene.narrow else 12, **self._look(each.answer)))  # fmt: skip
            return items, top + 36

        return drawn

    def _look(self, answer):
        if self.locked:
            return {"text": "?", "tone": "idle", "fill": "soft"}
        text, tone = ANSWERS[answer]
        return {"text": _(text), "tone": tone, "fill": "soft" if answer == "right" else "solid"}

    def _grid(self, seen, top, width):
        """Every fault with every place: what a read of the blocks it touched gives, at worst."""
        items = [label("grid", 6, top, _("Every fault, every place: what a read gives that asks disk A first"), size=12 if width < 600 else 13, weight=600)]  # fmt: skip
        left, step = (100, 89) if width < 600 else (190, 176)
        order = ("wrong", "error", "repaired", "right")
        for column, place in enumerate(SUMS):
            text = _(SHORT[place]) if width < 600 else _(SUMS[place])
            items.append(label(f"place{column}", left + column * step + (step - 8) / 2, top + 24, text, anchor="middle", size=11 if width < 600 else 12.5))  # fmt: skip
        for row, fault in enumerate(list(FAULTS)[:3]):
            y = top + 34 + row * 38
            text = _(SHORT[fault]) if width < 600 else _(FAULTS[fault])
            items.append(label(f"fault{row}", 6, y + 20, text, size=11 if width < 600 else 12.5))
            for column, place in enumerate(SUMS):
                answers = seen.verdicts[corruption.FAULTS[row], place]
                worst = next(each for each in order if each in answers)
                chosen = (fault, place) == (self.values["fault"], self.values["sums"])
                items.append(box(
                    f"verdict-{row}-{column}", left + column * step, y, step - 8, 30, r=6, size=10.5 if width < 600 else 12, selected=chosen,
                    press=None if self.locked else _("{fault}, checksums: {place}", fault=_(FAULTS[fault]), place=_(SUMS[place])), **self._look(worst),
                ))  # fmt: skip
        return items, top + 34 + 3 * 38

    # In words

    def describe(self, seen):
        disk, block = seen.chosen
        said = _("Block {n}, disk {name} asked first.", n=block, name=DISKS[disk])
        if self.locked:
            return said + " " + _("Programs wrote “{data}”.", data=_said(seen.store.truth[block]))
        text = f"{said} {' '.join(map(_, seen.read.why))}"
        if seen.scrubbed:
            text += "\n" + self._scrubbed(seen.scrubbed)
        return text

    def _scrubbed(self, done):
        said = []
        if done.repaired:
            said.append(plural("The scrub mended {count} block: another copy matched its checksum.", "The scrub mended {count} blocks: another copy matched its checksum.", len(done.repaired)))  # fmt: skip
        if set(done.hopeless) - set(done.refused):
            said.append(_("The scrub saw that two copies differ, and cannot know which is right."))
        if set(done.hopeless) & set(done.refused):
            said.append(_("The scrub saw that the checksum does not fit, and has no other copy that does."))  # fmt: skip
        return " ".join(said) or _("The scrub saw nothing wrong.")

    def tone(self, seen):
        return "idle" if self.locked else ANSWERS[seen.read.answer][1]

    def table(self, seen):
        head = [_("block"), _("written"), _("its CRC-32C"), _("disk"), _("the disk holds"), _("a read that asks it first gives")]  # fmt: skip
        rows = [
            [at, _said(data), sum_text(crc32c(data)), DISKS[disk], _said(seen.store.copies[disk][at].data), "?" if self.locked else _(ANSWERS[line[at].answer][0])]
            for at, data in enumerate(seen.store.truth)
            for disk, line in enumerate(seen.reads)
        ]  # fmt: skip
        return Table(head, rows, caption=_("What programs wrote, what the disks hold, what a read gives"))  # fmt: skip


SHORT = {
    "none": mark("nowhere"), "beside": mark("beside"), "address": mark("+ address"), "parent": mark("parent"),
    "flip": mark("bit flips"), "phantom": mark("write lost"), "misdirected": mark("elsewhere"),
}  # fmt: skip


def _said(data):
    """The text in a block."""
    return data.rstrip(b"\0").decode("ascii", "replace")
