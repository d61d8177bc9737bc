"""What the labs on network storage share: devices and links by name, times, ladders, bytes by fields."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number
from coursekit.sims.message import Message
from coursekit.ui.fit import clipped
from coursekit.ui.scene import box, label, path

DEVICES = {
    "hdd": mark("hard disk"),
    "sata_ssd": mark("SSD (SATA)"),
    "nvme": mark("NVMe SSD"),
    "ram": mark("memory"),
}
LINKS = {
    0.1: mark("100 Mb/s"), 1: mark("1 Gb/s"), 2.5: mark("2.5 Gb/s"), 10: mark("10 Gb/s"),
    25: mark("25 Gb/s"), 100: mark("100 Gb/s"),
}  # fmt: skip
SIZES = {  # of a request
    512: mark("512 B"), 4096: mark("4 KiB"), 16_384: mark("16 KiB"), 65_536: mark("64 KiB"),
    262_144: mark("256 KiB"), 1_048_576: mark("1 MiB"), 8_388_608: mark("8 MiB"),
}  # fmt: skip
GROUPS = {  # what a field of a message is for: its look, and the word of the legend
    "magic": ({"hue": 3, "fill": "soft"}, mark("magic number")),
    "kind": ({"hue": 0, "fill": "soft"}, mark("kind, error")),
    "flags": ({"hue": 2, "fill": "soft"}, mark("flags")),
    "number": ({"hue": 5, "fill": "soft"}, mark("number")),
    "address": ({"hue": 1, "fill": "soft"}, mark("address, place")),
    "length": ({"hue": 4, "fill": "soft"}, mark("length")),
    "name": ({"hue": 1, "fill": "soft", "dash": True}, mark("name")),
    "option": ({"hue": 4, "fill": "soft", "dash": True}, mark("option")),
    "data": ({"tone": "idle", "fill": "soft"}, mark("data")),
    "reserved": ({"fill": "none", "dash": True}, mark("reserved")),
}
HIGH = 26  # of a line of bytes


def ms(seconds):
    """A short time as it is read."""
    if seconds < 1e-3:
        return _("{t} µs", t=number(seconds * 1e6))
    if seconds < 1:
        return _("{t} ms", t=number(seconds * 1e3))
    return _("{t} s", t=number(seconds))


def said(value):
    """A value of a field: a message is translated, the rest is as it is."""
    return _(value) if isinstance(value, Message) else str(value)


# Ladders: who speaks with whom, downwards in time


@dataclass(frozen=True)
class Rung:
    """One message or one piece of work: `to` is `src` where nobody else is concerned."""

    name: str  # its id
    src: str
    to: str
    text: str
    time: str = ""
    tone: str = "accent"
    lost: bool = False
    dash: bool = False


def parties(names, xs, top, bottom, *, wide=104, size=13, looks=None):
    """Heads with their life lines: `names` id -> text, `xs` id -> x."""
    items = []
    for each, text in names.items():
        x, look = xs[each], (looks or {}).get(each, {"tone": "accent"})
        items.append(
            path(
                f"life-{each}", f"M{x:g} {top + 34}V{bottom:g}", dash=True, tone="idle", faded=True
            )
        )
        items.append(box(f"party-{each}", x - wide / 2, top, wide, 34, text=text, r=8, size=size, **{"fill": "solid", **look}))  # fmt: skip
    return items


def rungs(shown, xs, top, step, *, now="", size=12, time_x=4):
    """Arrows one below the other; the newest is bold."""
    items = []
    for row, each in enumerate(shown):
        y = top + row * step
        start, end = xs[each.src], xs[each.to]
        weight = 700 if each.name == now else 400
        if start == end:
            items += _work(each, start, y, size, weight)
        else:
            items += _arrow(each, start, end, y, size, weight)
        if each.time:
            items.append(label(f"time-{each.name}", time_x, y + 4, each.time, size=11))
    return items


def _arrow(each, start, end, y, size, weight):
    back = -3 if end > start else 3
    stop = start + 0.6 * (end - start) if each.lost else end + back
    items = [path(f"rung-{each.name}", f"M{start:g} {y:g}H{stop:g}", arrow=True, tone=each.tone, dash=each.dash or each.lost)]  # fmt: skip
    if each.lost:
        items.append(label(f"lost-{each.name}", stop - 2 * back, y + 5, "✗", anchor="middle", size=15, weight=700))  # fmt: skip
    items.append(label(f"text-{each.name}", (start + end) / 2, y - 6, each.text, anchor="middle", size=size, weight=weight))  # fmt: skip
    return items


def _work(each, x, y, size, weight):
    wide = 0.56 * size * len(each.text) + 18
    look = {"tone": each.tone, "fill": "soft" if weight == 400 else "solid"}
    return [box(f"rung-{each.name}", x - wide / 2, y - 12, wide, 22, text=each.text, size=size, r=11, **look)]  # fmt: skip


# Bytes of a message, coloured by what they are for


def bytes_grid(raw, fields, *, x, y, cell, a_line, most, chosen=-1, press=""):
    """The first bytes line by line, each by the field it belongs to; and where the picture ends.

    `press` names what a press on a byte does; its id is `byte` and its number.
    """
    items, shown = [], raw[:most]
    for at, byte in enumerate(shown):
        number_, field = next((k, f) for k, f in enumerate(fields) if f.at <= at < f.end)
        line, column = divmod(at, a_line)
        if not column:
            items.append(label(f"line{line}", x - 6, y + line * HIGH + 17, str(at), anchor="end", size=11))  # fmt: skip
        look = GROUPS[field.group][0]
        items.append(box(
            f"byte{at}", x + column * cell, y + line * HIGH, cell - 2, HIGH - 3, r=4, text=f"{byte:02x}", size=11.5,
            selected=number_ == chosen, press=press.format(byte=at, field=said(field.name)) if press else None, **look,
        ))  # fmt: skip
    bottom = y + -(-len(shown) // a_line) * HIGH
    if len(raw) > most:
        items.append(label("bytes-more", x, bottom + 14, _("… and {n} bytes more", n=len(raw) - most), size=12))  # fmt: skip
        bottom += 20
    return items, bottom


def fields_list(fields, *, x, y, wide, chosen=-1, most=14, row=24):
    """Each field in a line: its colour, its name, its value; and where the picture ends."""
    items, shown = [], fields[:most]
    for k, field in enumerate(shown):
        top = y + k * row
        look = GROUPS[field.group][0]
        half = 0.46 * wide
        items.append(box(f"field{k}", x, top, 14, 14, r=3, selected=k == chosen, **look))
        weight = 700 if k == chosen else 400
        items.append(label(f"field-name{k}", x + 22, top + 11, clipped(_(field.name), half - 26, 13.5 if k == chosen else 12), size=12, weight=weight))  # fmt: skip
        items.append(label(f"field-value{k}", x + half + 6, top + 11, clipped(said(field.value), wide - half - 8, 13.5 if k == chosen else 12), size=12, weight=weight))  # fmt: skip
    if len(fields) > most:
        items.append(label("fields-more", x + 22, y + most * row + 11, _("… and {n} more", n=len(fields) - most), size=12))  # fmt: skip
    return items, y + min(len(fields), most + 1) * row


def field_rows(fields):
    """The lines of a table of fields."""
    return [[each.at, each.length, _(each.name), said(each.value), _(each.why)] for each in fields]


def field_heads():
    """Their heads."""
    return [_("byte"), _("bytes"), _("field"), _("value"), _("what for")]
