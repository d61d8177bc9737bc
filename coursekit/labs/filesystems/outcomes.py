"""How the labs on replacing a file draw a program, its crashes and what they leave."""

from coursekit.i18n import _, mark
from coursekit.sims.filesystems.recipes import OUTCOMES
from coursekit.ui.scene import box, label

MODES = {
    "posix": mark("what POSIX promises"),
    "delalloc": mark("ext4, delayed allocation"),
    "auto_da_alloc": mark("ext4 as it comes: auto_da_alloc"),
    "ordered": mark("ext4, nodelalloc"),
}
NAMES = {
    "A": mark("A, old"),
    "B": mark("B, new"),
    "empty": mark("empty"),
    "absent": mark("absent"),
}
LOOKS = {  # never by colour alone: each has a sign of its own
    "A": {"tone": "accent", "fill": "soft"},
    "B": {"tone": "ok", "fill": "solid"},
    "empty": {"tone": "bad", "fill": "solid"},
    "absent": {"tone": "bad", "fill": "soft"},
}
SIGNS = {"A": "A", "B": "B", "empty": "∅", "absent": "–"}
ROW = 36


def named(outcomes):
    """Outcomes in words: A, B, empty."""
    return ", ".join(_(NAMES[each]) if each in ("empty", "absent") else each for each in outcomes)


def signs(outcomes):
    """Outcomes as signs, where there is little room."""
    return " ".join(SIGNS[each] for each in outcomes)


def crash_rows(tried, area, *, finished, chosen, press):
    """A row for each call, and what a crash right after it can leave; returns the items."""
    x, y, width = area
    wide = width * 0.36
    cell = (width - wide) / len(OUTCOMES)
    items = [
        label("crash-head", x, y - 10, _("a crash after the call leaves (A: old, B: new)"), size=12)
    ]
    calls = [_("before the first"), *(" ".join(op) for op in tried.program)]
    for at, call in enumerate(calls):
        top = y + at * ROW
        out = finished and at < len(tried.program)
        text = f"{at}  {call}" if at else call
        items.append(box(f"call{at}", x, top, wide - 10, 28, text=text, r=6, size=12, fill="paper", faded=out, dash=not at))  # fmt: skip
        for k, outcome in enumerate(OUTCOMES):
            where = (x + wide + k * cell, top, cell - 6)
            items.append(_cell(tried, at, outcome, where, out=out, chosen=chosen, press=press))
    return items


def _cell(tried, at, outcome, where, *, out, chosen, press):
    x, y, wide = where
    name = f"at-{at}-{outcome}"
    if (at, outcome) not in tried.found:
        return box(name, x, y, wide, 28, r=6, fill="none", dash=True, faded=True)
    says = _("after call {at}: {outcome}", at=at, outcome=_(NAMES[outcome]))
    return box(
        name, x, y, wide, 28, text=named([outcome]), r=6, size=12, faded=out,
        selected=chosen == (at, outcome), press=says if press and not out else None, **LOOKS[outcome],
    )  # fmt: skip


def verdict(outcomes, want):
    """How a cell of the grid looks: right when nothing but what is wanted can be left."""
    good = set(outcomes) <= set(want)
    return {"text": f"{'✓' if good else '✗'} {signs(outcomes)}", "tone": "ok" if good else "bad", "fill": "soft" if good else "paper"}  # fmt: skip
