"""Bytes of real files: what they mean, which bit was flipped, and who notices."""

from dataclasses import dataclass
from pathlib import Path

from coursekit.i18n import _, mark, plural
from coursekit.sims.vmfiles.specimens import Examined, Specimen, examine, flipped, specimen
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.keep import keep
from coursekit.ui.lab import Lab
from coursekit.ui.look import row as beside
from coursekit.ui.parts import facts, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.status import Line
from coursekit.ui.table import Table

FILES = {
    "ova": mark("a package (OVA)"),
    "ova_order": mark("an OVA in the wrong order"),
    "iso": mark("a disc (ISO)"),
    "iso_joliet": mark("a disc with long names (Joliet)"),
    "qcow2": mark("a disk (qcow2)"),
    "qcow2_chain": mark("an overlay (qcow2)"),
}
KINDS = {
    "ova": mark("begins as an OVA"),
    "iso9660": mark("begins as an ISO 9660"),
    "qcow2": mark("begins as a qcow2"),
    "vmdk_sparse": mark("begins as a VMDK"),
    "unknown": mark("begins as nothing known"),
}
READERS = {  # what the reader of such files says when it accepts one, and when it does not
    "ova": (
        mark("An importer accepts it: the descriptor comes first, and each digest is the one promised."),
        mark("An importer refuses it: {why}"),
    ),
    "iso": (
        mark("A reader of discs accepts it: the descriptor leads to the directory, and that to every file."),
        mark("A reader of discs refuses it: {why}"),
    ),
    "qcow2": (
        mark("A check finds nothing wrong: each cluster is used as often as it is counted."),
        mark("A check refuses it: {why}"),
    ),
}  # fmt: skip
ROW = 16  # bytes in a row
SHOWN, SHOWN_NARROW = 11, 6  # rows in sight
HIGH = 38  # of a line of bytes
FIELD, FIELD_NARROW = 38, 42  # height of a field in the list
ROLES = {
    "head": ({"fill": "soft", "hue": 3}, mark("header")),
    "table": ({"fill": "soft", "hue": 5}, mark("tables")),
    "data": ({"fill": "soft", "hue": 0}, mark("contents")),
    "empty": ({"fill": "none", "tone": "idle"}, mark("empty")),
}


@dataclass(frozen=True)
class Looked:
    """A file as it is now, what a reader says, the first row in sight, the byte that was flipped."""

    one: Specimen
    file: bytes
    said: Examined
    row: int
    flip: int  # -1: none
    chosen: int  # the field that is marked, from 1; 0: none

    @property
    def rows(self):
        """Rows of the whole file."""
        return -(-len(self.file) // ROW)

    def field_of(self, byte):
        """The number of the field in which a byte lies."""
        return next((k for k, each in enumerate(self.said.fields) if each.start <= byte < each.start + each.length), None)  # fmt: skip


class BytesLab(Lab):
    """Press a part or a field to go there, a byte to flip a bit of it."""

    name = "vmfiles-bytes"
    title = mark("Look inside OVA, ISO and qcow2")

    def controls(self):
        return (
            Pick("file", mark("File"), "ova", FILES),
            Slider("row", mark("First row"), 0, 0, 4095),
            Slider("flip", mark("Flipped byte"), -1, -1, 65_535),
            Slider("bit", mark("Its bit"), 0, 0, 7),
            Slider("field", mark("Field marked (0: none)"), 0, 0, 11, more=True),
        )

    def run(self, file, row, flip, bit, field):
        one = specimen(file)
        inside = flip if flip < len(one.file) else -1  # files are of different lengths
        now = flipped(one.file, inside, bit) if inside >= 0 else one.file
        return Looked(one, now, examine(one, now), row, inside, field)

    # Acting

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        self._wrote = Line()
        save = button(_("Write this file beside the notebook"), self._save)
        return [self.scene, beside([save, self._wrote.view], align_items="center", grid_gap="4px 12px")]  # fmt: skip

    def _press(self, name):
        if self.locked:
            return
        what, number = name.rstrip("0123456789"), int("".join(filter(str.isdigit, name)) or 0)
        if what == "byte":
            self.set(flip=-1 if number == self.values["flip"] else number)
        elif what == "part":
            self.set(row=self.result.one.parts[number].start // ROW, field=0)
        elif what == "field":
            self.set(row=self.result.said.fields[number].start // ROW, field=number + 1)

    def _save(self):
        looked = self.result
        try:
            name = keep(looked.one.called, looked.file)
            said = plural("{name} is written: {count} byte.", "{name} is written: {count} bytes.", len(looked.file), name=name)  # fmt: skip
            for other, contents in looked.one.beside.items():
                said += f" {_with(Path.cwd(), other, contents)}"
            self._wrote.say(said, "ok")
        except OSError as why:  # a folder that is read-only, a full disk
            self._wrote.say(_("The file could not be written: {why}", why=str(why)), "bad")

    # Drawing

    def draw(self, looked):
        narrow, width = self.scene.narrow, width_of(self.scene)
        a_line = 8 if narrow else ROW
        lines = SHOWN_NARROW * 2 if narrow else SHOWN
        first = max(0, min(looked.row, looked.rows - lines * a_line // ROW)) * ROW
        sight = range(first, min(len(looked.file), first + lines * a_line))
        top = 92 if narrow else 52
        grid = top + (112 if narrow else 96)
        left, cell = (56, 50) if narrow else (62, 36)
        items = facts(self._facts(looked), narrow=narrow)
        items += self._strip(looked, sight.start, top, width)
        items += self._glass(looked, sight, top + 58, width, (left, left + a_line * cell, grid - 20))  # fmt: skip
        items += self._grid(looked, sight, (left, grid), a_line, cell)
        bottom = grid + lines * HIGH
        fields, low = self._fields(looked, bottom + 12 if narrow else grid - 20, narrow=narrow)
        self.scene.show(
            items + fields, width=width, height=max(bottom, low) + 4,
            label=_("The whole file as a strip, its bytes in rows, and what they mean"),
        )  # fmt: skip

    def _facts(self, looked):
        said, flip = looked.said, looked.flip
        known = said.kind != "unknown"
        change = (_("no bit flipped"), "idle")
        if flip >= 0:
            was, now = looked.one.file[flip], looked.file[flip]
            change = (_("byte {at}: {was} → {now}", at=flip, was=f"{was:02x}", now=f"{now:02x}"), "warn")  # fmt: skip
        return [
            (_(KINDS[said.kind]), "accent" if known else "warn"),
            (_("{n} bytes", n=len(looked.file)), "idle"),
            change,
            (_("✓ accepted"), "ok") if said.ok else (_("✗ refused"), "bad"),
        ]

    def _strip(self, looked, first, y, width):
        """The whole file to scale: its parts, and where the flipped byte lies."""
        narrow = width < 600
        scale = (width - 8) / len(looked.file)
        head = _("The whole file. In sight: {part}", part=looked.one.part(first).name)
        items = [label("strip", 4, y + 14, head, weight=600, size=13)]
        items += self._key(4 if narrow else width - 330, y + (20 if narrow else 3), narrow=narrow)
        y += 42 if narrow else 24
        for k, part in enumerate(looked.one.parts):
            wide = max(3.0, part.length * scale - 2)
            says = _("{name}, from byte {at}: press to go there", name=part.name, at=part.start)
            items.append(box(
                f"part{k}", 4 + part.start * scale, y, wide, 32, r=5, text=_short(part, wide), size=12,
                press=None if self.locked else says, **self._look(looked, part),
            ))  # fmt: skip
        if looked.flip >= 0:
            items.append(box("flipped", 3 + looked.flip * scale, y - 4, 3, 40, r=1, fill="solid", tone="bad"))  # fmt: skip
        return items

    def _look(self, looked, part):
        """The colour of a part by its role; red where its digest is not the promised one."""
        if looked.said.judged.get(part.member, True):
            return ROLES[part.role][0]
        return {"fill": "solid", "tone": "bad"}

    def _key(self, x, y, *, narrow):
        items = []
        for k, (look, text) in enumerate(ROLES.values()):
            at = x + k * (110 if narrow else 84)
            items += [box(f"key{k}", at, y + 2, 16, 11, r=3, **look), label(f"word{k}", at + 21, y + 12, _(text), size=12)]  # fmt: skip
        return items

    def _glass(self, looked, sight, y, width, grid):
        """From the place in the strip down to the rows that show it."""
        scale = (width - 8) / len(looked.file)
        start = 4 + sight.start * scale
        end = max(start + 6, 4 + sight.stop * scale)
        left, right, top = grid
        y += 18 if width < 600 else 0
        return [
            path("seen", f"M{start:.1f} {y}H{end:.1f}", tone="warn"),
            path("glass0", f"M{start:.1f} {y}L{left} {top}", tone="idle", faded=True),
            path("glass1", f"M{end:.1f} {y}L{right} {top}", tone="idle", faded=True),
        ]

    def _grid(self, looked, sight, corner, a_line, cell):
        """Each byte as two digits to base 16, and as a letter where it is one."""
        x, y = corner
        items = [
            label(f"column{k}", x + (k + 0.5) * cell - 1, y - 6, f"+{k}", anchor="middle", size=11)
            for k in range(a_line)
        ]
        press = not self.locked and _("byte {at}: press to flip a bit of it")
        for k, at in enumerate(sight):
            line, place = divmod(k, a_line)
            if not place:
                items.append(label(f"at{line}", x - 8, y + line * HIGH + 22, str(at), anchor="end", size=12))  # fmt: skip
            value = looked.file[at]
            items.append(box(
                f"byte{at}", x + place * cell, y + line * HIGH, cell - 2, HIGH - 2, r=4, size=13 if value else 11,
                text=f"{value:02x}", sub=_letter(value), press=press and press.replace("{at}", str(at)),
                **self._paint(looked, at),
            ))  # fmt: skip
        return items

    def _paint(self, looked, at):
        if at == looked.flip:
            return {"fill": "solid", "tone": "bad"}
        number = looked.field_of(at)
        if number is None:
            return {"fill": "plain" if looked.file[at] else "none"}
        marked = number + 1 == looked.chosen
        return {"fill": "solid" if marked else "soft", "hue": number}

    def _fields(self, looked, y, *, narrow):
        """What is known of the bytes: a name and a value each; and where the list ends."""
        left, wide, columns, high = (4, 222, 2, FIELD_NARROW) if narrow else (654, 242, 1, FIELD)
        items = [label("fields", left, y + 12, _("Fields: press one to see its bytes"), weight=600, size=13)]  # fmt: skip
        for k, each in enumerate(looked.said.fields):
            x, top = left + (k % columns) * (wide + 8), y + 22 + (k // columns) * (high + 3)
            says = _("{name}: {value}. Press to see its bytes", name=each.name, value=each.value)
            marked = k + 1 == looked.chosen
            items.append(box(
                f"field{k}", x, top, wide, high, r=6, hue=k, fill="soft", selected=marked,
                press=None if self.locked else says, children=self._words(k, each, wide, high),
            ))  # fmt: skip
        return items, y + 22 + -(-len(looked.said.fields) // columns) * (high + 3)

    def _words(self, k, field, wide, high):
        """Long names are written smaller."""
        name = _(field.name)
        size = min(12.0, (wide - 12) / (0.54 * len(name)))
        room = int((wide - 16) / 8)
        value = field.value if len(field.value) <= room else f"{field.value[: room - 1]}…"
        return [
            label(f"name{k}", 8, 14, name, size=round(size, 1)),
            label(f"value{k}", 8, high - 7, value or "—", size=13, weight=700),
        ]

    # In words

    def describe(self, looked):
        good, bad = READERS[looked.one.name.partition("_")[0]]
        said = looked.said
        verdict = _(good) if said.ok else _(bad, why=said.problems[0])
        return f"{verdict}{self._flip_said(looked)}"

    def _flip_said(self, looked):
        if self.values["flip"] >= len(looked.file):
            return "\n" + _("Byte {at} lies after the end of this file: nothing is flipped.", at=self.values["flip"])  # fmt: skip
        if looked.flip < 0:
            return ""
        part = _(looked.one.part(looked.flip).name)
        where = _("The flipped byte lies in: {part}.", part=part)
        if looked.said.ok:
            where += " " + _("Nobody notices: no reader compares this byte with anything.")
        return f"\n{where}"

    def tone(self, looked):
        if not looked.said.ok:
            return "bad"
        return "accent" if looked.flip < 0 else "warn"

    def table(self, looked):
        head = [_("from byte"), _("bytes"), _("what it is"), _("SHA-256")]
        rows = [
            [part.start, part.length, _(part.name), self._digest(looked, part)]
            for part in looked.one.parts
        ]
        return Table(head, rows, caption=_("The parts of the file"))

    def _digest(self, looked, part):
        """What the manifest says of a member."""
        if part.member not in looked.said.judged:
            return "—"
        return _("as in the manifest") if looked.said.judged[part.member] else _("not as in the manifest")  # fmt: skip


def _letter(value):
    """A byte as ASCII; a dot where it is none, nothing for 0."""
    return chr(value) if 32 <= value < 127 else "·" if value else " "


def _short(part, wide):
    """The name of a part as far as there is room for it."""
    text = part.member or _(part.name)
    return text if wide > 7 * len(text) + 8 else ""


def _with(folder, name, contents):
    """What an overlay needs beside it keeps its name, for the overlay says it."""
    try:
        with (folder / name).open("xb") as file:
            file.write(contents)
    except FileExistsError:
        if (folder / name).read_bytes() != contents:
            return _("Beside it there is another {name}; this file needs the one of this lab.", name=name)  # fmt: skip
    return _("It needs {name}, which lies beside it.", name=name)
