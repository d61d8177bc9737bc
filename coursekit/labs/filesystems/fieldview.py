"""The fields of one block of LabFS as lines: where, which bytes in hex, which field, which value."""

from dataclasses import dataclass

from coursekit.i18n import _
from coursekit.labs.filesystems.drawing import called
from coursekit.sims.filesystems.labfs.blocks import block_of
from coursekit.sims.filesystems.labfs.decode import decode
from coursekit.sims.filesystems.labfs.layout import BLOCK

MOST = 18  # lines in sight
RAW = 16  # bytes of a line where there are no fields


@dataclass(frozen=True)
class View:
    """Heads and lines of texts, the place of each column, and whether there is more."""

    title: str
    heads: tuple
    at: tuple
    lines: tuple
    more: int = 0


def view(image, block, owner, part=0):
    """What a block says: `part` chooses an inode of the table, 1 to 8; 0 the first in use."""
    fields, data = decode(image, block), block_of(image, block)
    title = _title(block, owner)
    if owner.what == "directory":
        return View(title, (_("byte"), _("hex"), _("inode"), "rec_len", _("name")), (0, 42, 208, 254, 302), *_cut(_records(fields, data)))  # fmt: skip
    if len(fields) == 1:
        return View(title, (_("byte"), _("hex"), _("text")), (0, 40, 330), *_cut(_raw(data)))
    if owner.what == "inode":
        ino = chosen(fields, part)
        fields = [each for each in fields if each.group == ino]
        title = _("{block}: inode {ino}", block=title, ino=ino)
    lines = [_line(run, data) for run in _runs(fields)]
    return View(title, (_("byte"), _("hex"), _("field"), _("value")), (0, 42, 200, 330), *_cut(lines))  # fmt: skip


def inodes(fields):
    """The inodes of a block of the table: number -> whether it is in use."""
    return {each.group: any(f.value for f in fields if f.group == each.group and f.name == "nlink") for each in fields}  # fmt: skip


def chosen(fields, part):
    """The inode that is shown."""
    found = inodes(fields)
    if part:
        return list(found)[part - 1]
    return next((ino for ino, used in found.items() if used), next(iter(found)))


def _title(block, owner):
    if not owner.what:
        return _("Block {block}: free", block=block)
    name = called(owner.what)
    if owner.what in {"directory", "data", "map"}:
        return _("Block {block}: {what}, inode {ino}", block=block, what=name, ino=owner.ino)
    return _("Block {block}: {what}", block=block, what=name)


def _cut(lines):
    lines = tuple(lines)
    return (lines, 0) if len(lines) <= MOST else (lines[: MOST - 1], len(lines) - MOST + 1)


def _runs(fields):
    """Neighbours that say the same, as one."""
    runs = []
    for each in fields:
        same = runs and (runs[-1][-1].value, runs[-1][-1].why) == (each.value, each.why)
        if same and each.name != "rest":
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _line(run, data):
    first, last = run[0], run[-1]
    length = last.at + last.length - first.at
    name = first.name if first is last else _joined(first.name, last.name)
    return (str(first.at), hexed(data, first.at, length, 7), name, value_of(first))


def _joined(first, last):
    """0–7 and 40–47 are 0–47; direct 3 and double are direct 3 … double."""
    if first[0].isdigit():
        return f"{first.partition('–')[0]}–{last.rpartition('–')[2]}"
    return f"{first} … {last}"


def value_of(field):
    """A value for reading: rights to base 8, as everybody writes them."""
    return format(field.value, "o") if field.name == "mode" else str(field.value)


def hexed(data, at, length, most):
    """Bytes to base 16, as many as there is room for."""
    shown = data[at : at + min(length, most)].hex(" ")
    return f"{shown} …" if length > most else shown


def _records(fields, data):
    """A line for each name; behind it, in brackets, what deleted names left."""
    lines, record = [], {}
    for each in fields:
        if each.name == "inode":
            record = {"at": each.at}
            lines.append(record)
        record[each.name] = each.value
    return [
        (
            str(each["at"]), data[each["at"] : each["at"] + 8].hex(" "), str(each["inode"]),
            str(each["rec_len"]), _named(each),
        )
        for each in lines
    ]  # fmt: skip


def _named(record):
    old = "".join(c if c != "·" else " " for c in record.get("slack", "")).split()
    left = " ".join(each for each in old if len(each) > 1)
    name = record.get("name", "")
    return f"{name}  [{left[:14]}]" if left else name


def _raw(data):
    end = max((k + 1 for k, byte in enumerate(data) if byte), default=RAW)
    return [
        (str(at), data[at : at + RAW].hex(" "), "".join(chr(b) if 32 <= b < 127 else "·" for b in data[at : at + RAW]))
        for at in range(0, min(BLOCK, end), RAW)
    ]  # fmt: skip
