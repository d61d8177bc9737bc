"""What the labs on volumes share: sizes in words, whole numbers, the letter of a disk."""

from coursekit.i18n import _, mark, number
from coursekit.ui.scene import box

HUES = {"linux": 0, "swap": 5, "lvm": 3, "efi": 2, "extended": 1}


def size_text(size: float) -> str:
    """Bytes as the makers of disks write them, in powers of ten: 256 MB, 8 TB."""
    if size >= 1e12:
        return _("{n} TB", n=number(size / 1e12))
    if size >= 1e9:
        return _("{n} GB", n=number(size / 1e9))
    return _("{n} MB", n=number(size / 1e6))


def binary_text(size: int) -> str:
    """Bytes in powers of two: 512 B, 64 KiB, 1 MiB."""
    if size >= 1 << 20:
        return _("{n} MiB", n=number(size / (1 << 20), 4))
    if size >= 1 << 10:
        return _("{n} KiB", n=number(size / (1 << 10), 4))
    return _("{n} bytes", n=size)


def whole(count: int) -> str:
    """A whole number with all its digits: 4,294,967,295."""
    millions, rest = divmod(count, 1_000_000)
    if not millions:
        return number(count, 6)
    thousands = number(1_000_000 + rest, 7)  # its first digit holds the zeros
    return whole(millions) + thousands[1:]


def duration_text(seconds: float) -> str:
    """A time in three figures: 45.8 min, 40.4 h, 113 days; or that it never comes."""
    if seconds == float("inf"):
        return _("never")
    for unit, text in ((86400, mark("{n} days")), (3600, mark("{n} h")), (60, mark("{n} min"))):
        if seconds >= 2 * unit:
            return _(text, n=number(seconds / unit))
    return _("{n} s", n=number(seconds))


def fits(text: str, wide: float, size: float = 12.5) -> str:
    """The text if a box of this width has room for it, else nothing."""
    return text if wide > 0.58 * size * len(text) + 6 else ""


FREE = {"fill": "none", "dash": True}


def extents_cells(name, x, y, wide, high, looks, *, text_from=15.0, **common):
    """Cells side by side, each with its look; a text too wide for its cell is left out."""
    items = []
    for at, look in enumerate(looks):
        own = {**common, **look}
        text = own.pop("text", "")
        size = own.pop("size", min(12.5, max(9.0, wide * 0.42)))
        shown = text if wide >= max(text_from, 0.62 * size * len(text) + 2) else ""
        items.append(box(
            own.pop("name", f"{name}-{at}"), x + at * wide, y, wide - (2 if wide > 12 else 1), high,
            text=shown, size=size, r=4 if wide > 14 else 2, **own,
        ))  # fmt: skip
    return items


def extents_size(mib):
    """MiB as a size for reading: 512 MiB, 1.5 GiB."""
    return _("{n} GiB", n=number(mib / 1024, 4)) if mib >= 1024 else _("{n} MiB", n=number(mib, 4))
