"""What the file system labs share: how crash states and writes on their way are painted."""

from coursekit.i18n import _, mark
from coursekit.ui.scene import box, label

CRASH_NAMES = {
    "old": mark("old state"),
    "new": mark("new state"),
    "garbage": mark("garbage"),
    "inconsistent": mark("inconsistent"),
    "corrupt": mark("corrupt"),
}
CRASH_LOOKS = {  # never by colour alone: each cell bears the first letter of its class
    "old": {"tone": "accent", "fill": "soft"},
    "new": {"tone": "ok", "fill": "solid"},
    "garbage": {"tone": "warn", "fill": "soft"},
    "inconsistent": {"tone": "bad", "fill": "soft"},
    "corrupt": {"tone": "bad", "fill": "solid"},
}
CRASH_MODES = {  # key -> the simulation's name of a journal mode, and ours for the learner
    "none": ("none", mark("no journal")),
    "ordered": ("ordered", mark("ordered: data first (ext4)")),
    "writeback": ("writeback", mark("writeback: data any time")),
    "journal": ("journal", mark("journal: data too")),
    "nobarrier": ("no barriers", mark("ordered, no barriers")),
    "async": ("async commit", mark("ordered, async commit")),
}


def crash_letter(kind):
    """The first letter of a class in the reader's language."""
    return _(CRASH_NAMES[kind])[0].upper()


def crash_look(kind):
    """How a state of this class is painted, its letter included."""
    return {**CRASH_LOOKS[kind], "text": crash_letter(kind)}


def crash_item(item, shown):
    """How a write or a flush is painted: safe, waiting in the drive, not issued yet."""
    if item in shown.sure:
        return {"tone": "ok", "fill": "solid"}
    return {"tone": "warn", "fill": "soft"} if item in shown.pending else {"fill": "none", "dash": True}  # fmt: skip


def crash_legend(counts, x, y, width, *, a_line):
    """The five classes with their letters; and how many there are of each."""
    items, step = [], width / a_line
    for i, (kind, name) in enumerate(CRASH_NAMES.items()):
        left, top = x + (i % a_line) * step, y + (i // a_line) * 30
        count = counts.get(kind, 0)
        items.append(box(f"class-{kind}", left, top, 24, 22, size=12, r=5, faded=not count, **crash_look(kind)))  # fmt: skip
        text = _("{name}: {what}", name=_(name), what=count)
        items.append(label(f"class-name-{kind}", left + 32, top + 16, text, size=13, weight=600 if count else 400))  # fmt: skip
    return items


JOURNAL_PLACES = {  # how sure a block is: look, and its name in the legend
    "safe": ({"fill": "solid"}, mark("on the disk")),
    "waits": ({"fill": "soft"}, mark("waits in the drive")),
    "old": ({"fill": "none", "faded": True}, mark("room given back")),
    "lost": ({"fill": "soft", "tone": "bad", "dash": True, "text": "✗"}, mark("lost")),
    "corrupt": ({"fill": "solid", "tone": "bad"}, mark("corrupt")),
}


def journal_look(place, hue):
    """How a block is painted: its transaction is the hue, how sure it is the filling."""
    look = JOURNAL_PLACES[place][0]
    return look if "tone" in look else {**look, "hue": hue}
