"""A real log of SQLite, torn and with flipped bits: which frames count, and what SQLite then shows."""

from dataclasses import dataclass

from coursekit.i18n import _, mark
from coursekit.labs.databases.sqlitelive import Answer, reopened, sample
from coursekit.labs.databases.units import octets
from coursekit.sims.databases.sqlitewal import FAULTS, FRAME, HEADER, Wal, read, torn, why
from coursekit.sims.message import require
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.fit import boxed, clipped, heading
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

FRAMES, PAGE = 7, 4096
SIZE = HEADER + FRAMES * (FRAME + PAGE)
HEAD = (
    mark("magic number"), mark("version"), mark("page size"), mark("checkpoint number"), mark("salt 1"), mark("salt 2"),
    mark("checksum 1"), mark("checksum 2"),
)  # fmt: skip
FRAME_HEAD = (
    mark("page number"), mark("size in pages if it commits"), mark("salt 1"), mark("salt 2"), mark("checksum 1"), mark("checksum 2"),
)  # fmt: skip
LINE = 25
CARD = 78


@dataclass(frozen=True)
class Seen:
    """The damaged file, what our reader makes of it, what SQLite does."""

    data: bytes
    wal: Wal
    answer: Answer
    flipped: int | None


class WalFileLab(Lab):
    """The file as a strip of frames; press one to read its bytes."""

    name = "databases-walfile"
    title = mark("A torn log")

    def controls(self):
        frames = {each: str(each) for each in range(1, FRAMES + 1)}
        return (
            Slider("cut", mark("Torn off its end"), 0, 0, SIZE, 1, mark("bytes")),
            Check("flip", mark("One bit is flipped"), False),
            Slider("byte", mark("in byte"), 10_000, 0, SIZE - 1, when=lambda values: values["flip"]),
            Pick("look", mark("Look at frame"), FRAMES, {0: mark("the header"), **frames}),
            Slider("bit", mark("Which of its eight bits"), 0, 0, 7, more=True, when=lambda values: values["flip"]),
        )  # fmt: skip

    def run(self, cut, flip, byte, look, bit):
        main, log = sample()
        require(len(log) == SIZE, "log={n}: this SQLite writes other pages than the lab expects", n=len(log))  # fmt: skip
        flipped = byte if flip and byte < SIZE - cut else None
        data = torn(log, cut, byte if flip else None, bit)
        return Seen(data, read(data), reopened(main, data), flipped)

    def _press(self, name):
        if not self.locked:
            self.set(look=int(name.removeprefix("frame")))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(seen), narrow=narrow)
        strip, y = self._strip(seen, 108 if narrow else 68, width)
        fields, low = self._fields(seen, 6, y + 26, width - 12 if narrow else 560)
        shown, end = self._answer(
            seen, *((6, low + 26, width - 12) if narrow else (596, y + 26, 296))
        )
        items += strip + fields + shown
        y = max(low, end)
        entries, a_line = self._key(), 2 if narrow else 4
        items += key(entries, width, y + 14, a_line=a_line)
        self.scene.show(
            items, width=width, height=y + 18 + 22 * -(-len(entries) // a_line),
            label=_("The log as a strip of frames; the bytes of one of them; what SQLite shows of the database"),
        )  # fmt: skip

    def _facts(self, seen):
        left = seen.wal.commits
        return [
            (_("the file: {size}", size=octets(len(seen.data))), "idle"),
            (_("valid frames: {n} of {all}", n=seen.wal.valid, all=FRAMES), "ok" if seen.wal.valid == FRAMES else "warn"),
            (_("commits that count: {n} of {all}", n=left, all=FRAMES - 1), "ok" if left == FRAMES - 1 else "warn"),
            (_("rows that SQLite shows: {rows}", rows=len(seen.answer.rows)) if not seen.answer.error else _("SQLite: {error}", error=seen.answer.error), "ok" if len(seen.answer.rows) == FRAMES - 2 else "warn"),
        ]  # fmt: skip

    def _strip(self, seen, y, width):
        """The header and the frames, whole or not; one line of them, or two."""
        a_line = 4 if width < 600 else 8
        step = (width - 8) / a_line
        items = [heading("strip", 6, y, _("The file, from its beginning"), width)]
        for number in range(FRAMES + 1):
            line, column = divmod(number, a_line)
            spot = (6 + column * step, y + 12 + line * (CARD + 8), step - 8, CARD)
            items.append(self._frame(seen, number, spot))
        return items, y + 12 + (FRAMES + 1) // a_line * (CARD + 8) - 8

    def _frame(self, seen, number, spot):
        begin, end = _span(number)
        tone, words = self._state(seen, number)
        there = len(seen.data) > begin
        hit = seen.flipped is not None and begin <= seen.flipped < end
        texts = [boxed(each, spot[2] + 8, 11.5) for each in words]
        inner = [label(f"frame{number}-{k}", 10, 38 + 15 * k, text, size=11.5) for k, text in enumerate(texts)]  # fmt: skip
        inner.append(label(f"frame{number}-at", 10, 70, clipped(_("byte {n}", n=begin), spot[2] - 14, 10.5), size=10.5))  # fmt: skip
        title = _("Header") if not number else _("Frame {n}", n=number)
        return box(
            f"frame{number}", *spot, r=8, title=f"{title} ⚡" if hit else title, tone=tone, fill="soft" if there else "none", dash=not there or len(seen.data) < end,
            children=inner, selected=self.values["look"] == number, glow=hit, press=None if self.locked else _("look at {place}", place=title),
        )  # fmt: skip

    def _state(self, seen, number):
        """The tone of a part of the file, and two short words on it."""
        begin, end = _span(number)
        if len(seen.data) <= begin:
            return "idle", (_("torn off"), "")
        if len(seen.data) < end:
            return "bad", (_("torn"), _("not whole"))
        if not number:
            return (
                ("bad", (_("not valid"), "")) if seen.wal.header.fault else ("ok", (_("valid"), ""))
            )
        if seen.wal.header.fault:
            return "idle", (_("not read"), "")
        frame = seen.wal.frames[number - 1]
        what = _("p. {n}, commit", n=frame.page) if frame.commits else _("page {n}", n=frame.page)
        if frame.fault:
            return ("idle" if frame.fault == "chain" else "bad"), (what, _("not read") if frame.fault == "chain" else _("not valid"))  # fmt: skip
        return "ok", (what, _("counts") if number <= seen.wal.last else _("valid"))

    def _fields(self, seen, x, y, wide):
        """The header of the part that is looked at: its bytes, field by field."""
        number = self.values["look"]
        begin, _end = _span(number)
        title = _("The header’s 32 bytes") if not number else _("The 24 bytes before the page of frame {n}", n=number)  # fmt: skip
        items = [heading("fields", x, y, title, x + wide)]
        names = FRAME_HEAD if number else HEAD
        for at, name in enumerate(names):
            here = begin + 4 * at
            data = seen.data[here : here + 4]
            hit = seen.flipped is not None and here <= seen.flipped < here + 4
            text = f"{data.hex(' ')}" if data else "–"
            top = y + 12 + at * LINE
            items += [
                box(f"bytes{at}", x, top, 104, LINE - 4, r=5, text=text, size=12, tone="bad" if hit else "idle", fill="soft" if hit else "paper", glow=hit),
                label(f"field{at}", x + 114, top + 15, clipped(_(name), 180, 12), size=12),
                label(f"value{at}", x + 296, top + 15, _value(data, at, number), size=12),
            ]  # fmt: skip
        y += 12 + len(names) * LINE
        texts = self._sums(seen, number)
        for k, (text, tone) in enumerate(texts):
            items.append(box(f"sum{k}", x, y + 6 + k * 30, wide, 25, r=6, text=boxed(text, wide, 12), size=12, tone=tone, fill="paper"))  # fmt: skip
        return items, y + 6 + len(texts) * 30

    def _sums(self, seen, number):
        """The checksum that is there and the one that ought to be."""
        if number == 0:
            if not seen.wal.header.fault:
                return [(_("the checksum of the first 24 bytes fits"), "ok")]
            return [(_(FAULTS[seen.wal.header.fault]), "bad")]
        if number > len(seen.wal.frames):
            return [(_("no whole frame here"), "idle")]
        frame = seen.wal.frames[number - 1]
        begin, _end = _span(number)
        page = f"{frame.data[:12].hex(' ')} …"
        if seen.flipped is not None and begin + FRAME <= seen.flipped < begin + FRAME + PAGE:
            at = seen.flipped - begin - FRAME
            page = _("byte {at} of the page is {value}, one bit is wrong", at=at, value=f"{frame.data[at]:02x}")  # fmt: skip
        hexed = " ".join(f"{each:08x}" for each in frame.computed)
        fits = frame.computed == frame.sums
        said = _("these bytes give: {sums}", sums=hexed)
        return [(_("the page: {bytes}", bytes=page), "idle"), (said, "ok" if fits else "bad")]

    def _answer(self, seen, x, y, wide):
        """What SQLite shows, row by row."""
        items = [heading("answer", x, y, _("SELECT v FROM t: what SQLite shows"), x + wide)]
        for at in range(FRAMES - 2):
            there = at < len(seen.answer.rows)
            text = seen.answer.rows[at] if there else _("gone")
            items.append(box(f"row{at}", x, y + 12 + at * 29, wide, 25, r=6, text=text, size=12.5, tone="ok" if there else "idle", fill="soft" if there else "none", dash=not there))  # fmt: skip
        y += 12 + (FRAMES - 2) * 29
        text = seen.answer.error or _("no error, and no warning")
        items.append(label("error", x, y + 16, clipped(_("SQLite says: {text}", text=text), wide, 12), size=12))  # fmt: skip
        return items, y + 22

    def _key(self):
        return [
            ("box", {"tone": "ok", "fill": "soft"}, _("valid")), ("box", {"tone": "bad", "fill": "soft"}, _("not valid")),
            ("box", {"tone": "idle", "fill": "soft"}, _("not read any more")), ("box", {"tone": "idle", "fill": "none", "dash": True}, _("torn off")),
        ]  # fmt: skip

    # In words

    def describe(self, seen):
        return _(why(seen.wal))

    def tone(self, seen):
        return "ok" if len(seen.answer.rows) == FRAMES - 2 else "warn"

    def table(self, seen):
        rows = []
        for number in range(FRAMES + 1):
            begin, _end = _span(number)
            _tone, words = self._state(seen, number)
            title = _("Header") if not number else _("Frame {n}", n=number)
            rows.append([title, str(begin), " ".join(each for each in words if each)])
        rows.append([_("SQLite shows"), "–", ", ".join(seen.answer.rows) or seen.answer.error or _("no row")])  # fmt: skip
        head = [_("part"), _("from byte"), _("how it stands")]
        return Table(head, rows, caption=_("The log, part by part, and what SQLite shows"))


def _span(number):
    """From which byte to which the header (0) or a frame stands."""
    if not number:
        return 0, HEADER
    begin = HEADER + (number - 1) * (FRAME + PAGE)
    return begin, begin + FRAME + PAGE


def _value(data, at, number):
    """A field as a number where that says something: salts and sums are only compared."""
    if len(data) < 4 or at >= (2 if number else 4) or (at == 0 and not number):
        return ""
    return f"= {int.from_bytes(data)}"
