"""The bytes of an MBR and of a GPT: each field by its colour, flipped, erased, repaired."""

from coursekit.i18n import _, mark, plural
from coursekit.labs.volumes.drawing import fits, whole
from coursekit.sims.volumes.bytestory import Deed, area, specimen, tell
from coursekit.sims.volumes.fields import field_at
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.keep import keep_as
from coursekit.ui.look import row as beside
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label
from coursekit.ui.status import Line
from coursekit.ui.table import Table

PARTS = {
    "first": mark("sector 0"),
    "header": mark("header"),
    "entries": mark("entries"),
    "backup_entries": mark("entries, second copy"),
    "backup": mark("header, second copy"),
}
LIGHTS = {
    "first": mark("end of sector 0"),
    "header": mark("header"),
    "entries": mark("entries"),
    "backup_entries": mark("2nd entries"),
    "backup": mark("2nd header"),
}
SHORT = {
    "first": "0", "header": "1", "entries": "2–33",
    "backup_entries": "2–33*", "backup": "1*",
}  # fmt: skip
GROUPS = {  # what a field is for: its look, and the word of the legend
    "mark": ({"hue": 3, "fill": "soft"}, mark("signature")),
    "lba": ({"hue": 0, "fill": "soft"}, mark("sector number")),
    "count": ({"hue": 1, "fill": "soft"}, mark("number, length")),
    "crc": ({"hue": 2, "fill": "soft"}, mark("CRC, disk signature")),
    "type": ({"hue": 4, "fill": "soft"}, mark("type")),
    "guid": ({"hue": 5, "fill": "soft"}, mark("GUID, name")),
    "chs": ({"tone": "idle", "fill": "soft"}, mark("CHS, status, flags")),
    "empty": ({"fill": "none"}, mark("empty, reserved, code")),
}
SAME = {"name": "guid", "state": "chs", "reserved": "empty", "code": "empty"}
PAGE = 128  # bytes in sight: an entry of a GPT, a header, the table of an MBR
HIGH = 38  # of a line of bytes
MOST = {"first": 512, "header": 512, "entries": 16_384, "backup_entries": 16_384, "backup": 512}


class BytesLab(DeedsLab):
    """Press a byte to choose it; flip a bit, erase a part, repair."""

    name = "volumes-bytes"
    title = mark("The bytes of a partition table")
    kind_of_deed = Deed

    def controls(self):
        gpt = lambda values: values["kind"] == "gpt"  # noqa: E731
        return (
            Pick("kind", mark("Table"), "gpt", {"mbr": "MBR", "gpt": "GPT"}),
            Pick("part", mark("Part in sight"), "header", PARTS, when=gpt),
            Slider("at", mark("Byte chosen"), 24, 0, 16_383),
            Slider("bit", mark("Its bit"), 0, 0, 7),
        )

    def story(self, actions, kind, part, at, bit):
        self._kind = kind
        self._part = "first" if kind == "mbr" else part
        self._at, self._bit = min(at, MOST[self._part] - 1), bit
        return tell(kind, tuple(self._fitting(self.steps(actions, ()), kind)))

    def _fitting(self, deeds, kind):
        """On a disk with an MBR only what was done to its first sector has a meaning."""
        return [deed for deed in deeds if kind == "gpt" or deed.part == "first" or deed.kind == "repair"]  # fmt: skip

    def keep(self, actions, result, moment):
        """As many of the actions as had been done; those without a meaning here do not count."""
        kept, left = [], moment
        for act in actions:
            if self._fitting([act.deed], result.kind):
                if not left:
                    break
                left -= 1
            kept.append(act)
        return tuple(kept)

    # Acting

    def tools(self):
        return (
            button(_("Flip the chosen bit"), lambda: self.do("flip", self._part, self._at, self._bit)),
            button(_("Erase the part in sight"), lambda: self.do("erase", self._part)),
            button(_("Repair it"), lambda: self.do("repair")),
        )  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        self._wrote = Line()
        save = button(_("Write this disk as a file beside the notebook"), self._save)
        return [self.scene, beside([save, self._wrote.view], align_items="center", grid_gap="4px 12px")]  # fmt: skip

    def _press(self, name):
        if self.locked:
            return
        if name.startswith("byte"):
            self.set(at=int(name.removeprefix("byte")))
        elif name.startswith("part-"):
            self.set(part=name.removeprefix("part-"), at=0)
        elif name in ("earlier", "later"):
            step = PAGE if name == "later" else -PAGE
            self.set(at=max(0, min(self._at + step, MOST[self._part] - 1)))

    def _save(self):
        """Only what is not zero is written: the rest of the file is a hole."""
        disk = self.state.disk
        try:
            name = keep_as(f"disk-{self._kind}.img", lambda path: _write_sparse(path, disk))
            tools = "sgdisk -v" if self._kind == "gpt" else "sfdisk -d"
            self._wrote.say(_("{name} is written, {size} MiB, mostly a hole. Ask a real tool: {tool} {name}", name=name, size=disk.length >> 20, tool=tools), "ok")  # fmt: skip
        except OSError as why:  # a folder that is read-only, a full disk
            self._wrote.say(_("The file could not be written: {why}", why=str(why)), "bad")

    # Drawing

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        self._area = area(state.disk, self._kind, self._part)
        self._field = field_at(self._area.fields, self._area.at + self._at)
        items = facts(self._lights(state), narrow=narrow)
        top = (92 if narrow else 52) + 14
        items += self._strip(state, top, width)
        grid = top + 118
        a_line = 8 if narrow else 16
        left, cell = (56, 50) if narrow else (62, 36)
        items += self._grid(state, (left, grid), a_line, cell)
        bottom = grid + PAGE // a_line * HIGH
        side = (4, bottom + 40, width - 8) if narrow else (654, grid - 22, 242)
        card, low = self._card(state, *side)
        items += self._pages(4, bottom + 4) + card
        low = max(low, bottom + 40)
        words = [("box", look, _(text)) for look, text in GROUPS.values()]
        items += key(words, width, low + 8, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=low + (104 if narrow else 58),
            label=_("The parts of the table, the bytes of one of them, and what a reader makes of it"),
        )  # fmt: skip

    def _lights(self, state):
        """A light for each checksum: what is written, or what it should be."""
        lights = [
            (_("✓ {name}: {crc}", name=_(LIGHTS[each.part]), crc=each.stored), "ok") if each.ok
            else (_("✗ {name}: ≠ {crc}", name=_(LIGHTS[each.part]), crc=each.right), "bad")
            for each in state.lights
        ]  # fmt: skip
        if self._kind == "mbr":
            lights += [(_("no checksum"), "warn"), (_("no second copy"), "warn")]
        return lights

    def _strip(self, state, y, width):
        """The whole disk: its tables in front and at the end, the partitions listed between."""
        head = _("The disk: its tables, and between them what is listed")
        items = [label("strip", 4, y - 4, head, weight=600, size=13)]
        bad = {each.part for each in state.lights if not each.ok}
        wide = width / 15 if self._kind == "gpt" else width / 6
        shown = list(PARTS) if self._kind == "gpt" else ["first"]
        x = 4.0
        for n, part in enumerate(shown):
            x = width - 4 - 2 * wide if n == 3 else x
            tone = {"tone": "bad", "fill": "soft"} if part in bad else {"tone": "idle", "fill": "soft"}  # fmt: skip
            says = _("{part}: press to see its bytes", part=_(PARTS[part]))
            items.append(box(
                f"part-{part}", x, y + 6, wide - 3, 44, r=5, text=fits(_(SHORT[part]), wide, 12), size=12,
                selected=part == self._part, press=None if self.locked or self._kind == "mbr" else says, **tone,
            ))  # fmt: skip
            x += wide
        left = 4 + wide * min(3, len(shown))
        right = width - 4 - 2 * wide if self._kind == "gpt" else width - 4
        return items + self._listed(state, left, right, y + 6)

    def _listed(self, state, left, right, y):
        """What a reader lists, to scale between the tables; dashed what it no longer sees."""
        room = box("room", left, y, right - left - 3, 44, r=6, tone="idle", fill="none", dash=True)
        if not state.listed:
            return [{**room, "text": _("✗ a reader lists nothing"), "tone": "bad", "size": 13}]
        items, scale = [room], (right - left - 3) / (state.disk.length // 512)
        for k, each in enumerate(state.listed):
            first = min(each.first, state.disk.length // 512)
            end = min(max(each.last + 1, first), state.disk.length // 512)
            wide = max(6.0, (end - first) * scale - 2)
            text = fits(f"{each.n} {each.name or each.type}", wide)
            items.append(box(f"listed{each.n}", left + first * scale, y + 4, wide, 36, r=5, hue=k % 6, fill="soft", text=text or fits(str(each.n), wide), size=12.5))  # fmt: skip
        return items

    def _grid(self, state, corner, a_line, cell):
        """128 bytes: each as two digits to base 16, and as a letter where it is one."""
        x, y = corner
        start = self._at // PAGE * PAGE
        now = state.disk.read(self._area.at + start, PAGE)
        was = specimen(self._kind).read(self._area.at + start, PAGE)
        head = _("{part}: bytes {first} to {last} of {length}", part=_(PARTS[self._part]), first=start, last=start + PAGE - 1, length=self._area.length)  # fmt: skip
        items = [label("grid", 4, y - 38, head, weight=600, size=13)]
        items += [label(f"column{k}", x + (k + 0.5) * cell - 1, y - 8, f"+{k}", anchor="middle", size=11) for k in range(a_line)]  # fmt: skip
        says = "" if self.locked else _("byte {at}: press to choose it")
        looks = self._looks(start)
        for k, value in enumerate(now):
            line, place = divmod(k, a_line)
            at = start + k
            if not place:
                items.append(label(f"at{line}", x - 8, y + line * HIGH + 22, str(at), anchor="end", size=12))  # fmt: skip
            look = looks[k] if value == was[k] else {"fill": "solid", "tone": "bad"}
            items.append(box(
                f"byte{at}", x + place * cell, y + line * HIGH, cell - 2, HIGH - 2, r=4, size=13 if value else 11,
                text=f"{value:02x}", sub=_letter(value), press=says.replace("{at}", str(at)) or None,
                selected=at == self._at, glow=self._field.at <= self._area.at + at < self._field.end, **look,
            ))  # fmt: skip
        return items

    def _looks(self, start):
        """The colour of each byte in sight by what its field is for."""
        looks, first = [], self._area.at + start
        for each in self._area.fields:
            if each.at < first + PAGE and each.end > first:
                group = SAME.get(each.group, each.group)
                inside = min(each.end, first + PAGE) - max(each.at, first)
                looks += [GROUPS[group][0]] * inside
        return looks

    def _pages(self, x, y):
        """One page of bytes back, one on."""
        start = self._at // PAGE * PAGE
        names = (("earlier", _("◀ earlier bytes"), start > 0), ("later", _("later bytes ▶"), start + PAGE < self._area.length))  # fmt: skip
        return [
            box(name, x + k * 168, y, 160, 28, r=6, text=text, size=12.5, tone="idle", fill="paper" if can else "none", faded=not can, press=text if can and not self.locked else None)
            for k, (name, text, can) in enumerate(names)
        ]  # fmt: skip

    def _card(self, state, x, y, wide):
        """The chosen field: its name, its place, what it says; and what is listed from where."""
        one = self._field
        first, last = one.at - self._area.at, one.end - 1 - self._area.at
        value = _text(one.value)
        name = _(one.name)
        lines = [
            label("field", 12, 24, name, weight=700, size=_size(name, wide, 14)),
            label("place", 12, 44, plural("byte {first}", "bytes {first} to {last}", one.length, first=first, last=last), size=12.5),
            label("value", 12, 66, value or "–", weight=600, size=_size(value, wide, 14)),
            label("guard", 12, 86, self._guard(one), size=_size(self._guard(one), wide, 12)),
        ]  # fmt: skip
        items = [box("card", x, y, wide, 98, r=8, tone="accent", fill="paper", children=lines)]
        y += 120
        source = {"primary": _("Listed from the first copy"), "backup": _("Listed from the second copy")}  # fmt: skip
        head = source.get(state.source, _("Listed")) if state.listed else _("Nothing is listed")
        items.append(label("reader", x, y, head, weight=600, size=13))
        y += 10
        for k, each in enumerate(state.listed[:4]):
            text = _(
                "{n}: {first} to {last}", n=each.n, first=whole(each.first), last=whole(each.last)
            )
            items.append(box(f"entry{each.n}", x, y, wide, 30, r=6, hue=k % 6, fill="soft", text=text, size=12.5))  # fmt: skip
            y += 36
        whole_or_not = (_("✓ the data are where they were"), "ok") if state.data_ok else (_("✗ data are damaged"), "bad")  # fmt: skip
        if self._kind == "gpt":
            items.append(box("data", x, y, wide, 30, r=6, text=whole_or_not[0], tone=whole_or_not[1], fill="paper", size=12.5))  # fmt: skip
            y += 36
        return items, y

    def _guard(self, one):
        return {
            "header": _("covered by the header’s CRC"), "array": _("covered by the CRC of the entries"),
        }.get(one.crc, _("no checksum covers it"))  # fmt: skip

    # Telling

    def labels(self, told):
        return [self._did(state) for state in told.states]

    def _did(self, state):
        deed = state.deed
        if deed is None:
            return _("as it was written")
        if deed.kind == "flip":
            said = _("flip bit {bit} of byte {at}: {part}", bit=deed.bit, at=deed.at, part=_(PARTS[deed.part]))  # fmt: skip
        elif deed.kind == "erase":
            said = _("erase: {part}", part=_(PARTS[deed.part]))
        else:
            said = _("repair")
        return f"✗ {said}" if state.refused else said

    def describe(self, state):
        one = self._field
        value = _text(one.value)
        chosen = _("{name}: {value}. {why}", name=_(one.name), value=value or "–", why=_(one.why))
        return "\n".join([" ".join(_(each) for each in state.why), chosen])

    def tone(self, state):
        if state.refused or not state.listed:
            return "bad"
        return "accent" if all(each.ok for each in state.lights) else "warn"

    def summary(self, told):
        end = told.states[-1]
        good = sum(each.ok for each in end.lights)
        return [
            (_("checks that hold"), f"{good}/{len(end.lights)}"),
            (_("partitions listed"), str(len(end.listed))),
        ]

    def table(self, _state):
        head = [_("from byte"), _("bytes"), _("field"), _("value"), _("checksum")]
        used = [each for each in self._area.fields if each.group != "empty"]
        rows = [
            [whole(each.at - self._area.at), each.length, _(each.name), _text(each.value) or "–", self._guard(each)]
            for each in used
        ]  # fmt: skip
        caption = _("The fields of this part: {part}", part=_(PARTS[self._part]))
        return Table(head, rows or [["–"] * len(head)], caption=caption)


def _text(value):
    """What a field says: digits and names as they are, words in the reader's language."""
    return value if isinstance(value, str) else _(value)


def _letter(value):
    """A byte as ASCII; a dot where it is none, nothing for 0."""
    return chr(value) if 32 <= value < 127 else "·" if value else " "


def _size(text, wide, most):
    """Long texts are written smaller."""
    return round(min(most, (wide - 20) / (0.6 * max(1, len(text)))), 1)


def _write_sparse(path, disk):
    with path.open("xb") as file:
        file.truncate(disk.length)
        for at, data in disk.parts():
            file.seek(at)
            file.write(data)
