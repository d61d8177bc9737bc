"""What the labs on transactions draw alike: steps and what became of them; words for the levels."""

from html import escape

from coursekit.i18n import _, mark, number
from coursekit.sims.databases.records import Event
from coursekit.sims.databases.schedules import SEEN
from coursekit.ui.fit import clipped
from coursekit.ui.look import html
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

HUES = (0, 1, 3, 4, 5)  # of transactions 1 to 4, after that of what was there at first
LEVELS = {
    "RU": mark("read uncommitted"), "RC": mark("read committed"), "SI": mark("snapshot (repeatable read)"),
    "SSI": mark("serializable (SSI)"), "S2PL": mark("locks for readers too (S2PL)"),
}  # fmt: skip
HEADS = {  # as heads of columns
    "RU": mark("read uncommitted"), "RC": mark("read committed"), "SI": mark("snapshot (SI)"),
    "SSI": mark("serializable (SSI)"), "S2PL": mark("reader locks (S2PL)"),
}  # fmt: skip
EXAMPLES = {  # name -> words, schedule
    "lost": (mark("lost update"), "x=10 r1(x) r2(x) w1(x,seen+1) c1 w2(x,seen+1) c2"),
    "dirty": (mark("dirty read"), "x=10 w1(x,99) r2(x) a1 c2"),
    "nonrepeatable": (mark("non-repeatable read"), "x=10 r1(x) w2(x,99) c2 r1(x) c1"),
    "phantom": (mark("phantom"), "sala=5 n1(sal) i2(salb,7) c2 n1(sal) c1"),
    "readskew": (mark("read skew"), "x=10 y=20 r1(x) w2(x,5) w2(y,25) c2 r1(y) c1"),
    "writeskew": (
        mark("write skew"),
        "x=10 y=20 r1(x) r1(y) r2(x) r2(y) w1(x,x-25)?>=25 w2(y,y-25)?>=25 c1 c2",
    ),
    "atomic": (mark("x := x + 1 in one statement"), "x=10 w1(x,x+1) w2(x,x+1) c1 c2"),
    "lock": (mark("SELECT … FOR UPDATE"), "x=10 l1(x) l2(x) w1(x,seen+1) c1 w2(x,seen+1) c2"),
    "deadlock": (mark("deadlock"), "x=10 y=20 w1(x,11) w2(y,22) w1(y,21) w2(x,12) c1 c2"),
    "readonly": (
        mark("a reader that disturbs"),
        "x=10 y=20 r2(x) r2(y) w1(y,40) c1 r3(x) r3(y) c3 w2(x,-21) c2",
    ),
}
NAMES = {name: words for name, (words, _text) in EXAMPLES.items()}
TEXTS = {name: text for name, (_words, text) in EXAMPLES.items()}
HELP = (
    ("x=10 y=20", mark("what is stored at first")),
    ("r1(x)", mark("transaction 1 reads x")),
    ("w1(x,99)", mark("it writes 99")),
    ("w1(x,x+1)", mark("it adds 1 to what is there now: UPDATE … SET x = x + 1")),
    ("w1(x,seen+1)", mark("it adds 1 to what it has read of x before")),
    ("l1(x)", mark("it reads x and locks it: SELECT … FOR UPDATE")),
    ("n1(sal)", mark("it counts the rows whose names begin with sal")),
    ("i1(salb,5) d1(x)", mark("it inserts a row, it deletes one")),
    ("c1 a1", mark("it commits; it rolls back")),
    (
        "w1(x,0)?>=25",
        mark("only if all that it has read sums up to 25 at least; or ?<1: to less than 1"),
    ),
)
OUTCOMES = {
    "read": mark("read"), "wrote": mark("written"), "nothing": mark("nothing to do"), "waits": mark("waits"),
    "queued": mark("comes later"), "committed": mark("committed"), "aborted": mark("aborted"), "ended": mark("too late"),
}  # fmt: skip
ENDS = {
    "committed": mark("committed"), "aborted": mark("rolled back"), "active": mark("still open"),
    "40001": mark("aborted: 40001"), "40P01": mark("aborted: 40P01 (deadlock)"), "23505": mark("refused: 23505 (is there already)"),
    "23514": mark("refused: 23514 (check)"),
}  # fmt: skip


def notation():
    """What can be written in a schedule, folded away until asked for."""
    head = _("What can be written")
    forms = Table([_("step"), _("meaning")], [[form, _(meaning)] for form, meaning in HELP], caption=head)  # fmt: skip
    return html(f"<details><summary>{escape(head)}</summary>{forms.html()}</details>")


def hue(tx):
    """The colour of a transaction."""
    return HUES[tx - 1] if tx else HUES[-1]


def short(step, *, own=True):
    """A step in a few letters: r1(x), or r(x) in its own lane."""
    return step.bare if own else step.bare.replace(str(step.tx), "", 1)


def written(step):
    """What a step will write, as the notation has it."""
    if step.value is None:
        return ""
    if not step.value.base:
        return number(step.value.add)
    base = SEEN if step.value.base == "seen" else step.key
    return f"{base}{step.value.add:+d}" if step.value.add else base


def result(event: Event):
    """What came of a step, in a few letters."""
    if event.outcome == "read":
        return "–" if event.value is None else number(event.value)
    if event.outcome == "wrote":
        return "✕" if event.value is None else f"= {number(event.value)}"
    if event.outcome == "aborted":
        return event.code or "↩"
    return {"committed": "✓", "waits": "…", "queued": "…", "ended": "–", "nothing": "–"}[event.outcome]  # fmt: skip


def chip(name, event, x, y, wide, high, *, own=True, **more):
    """A box for a step and what became of it."""
    tone = {"waits": "warn", "queued": "idle", "ended": "idle", "nothing": "idle"}.get(event.outcome)  # fmt: skip
    if event.outcome == "aborted":
        tone = "bad" if event.code else "idle"
    look = {"tone": tone} if tone else {"hue": hue(event.step.tx)}
    fill = "solid" if event.code or event.outcome == "committed" else "paper" if event.outcome in ("waits", "queued", "ended", "nothing") else "soft"  # fmt: skip
    return box(
        name, x, y, wide, high, r=6, **_texts(event.step, result(event), wide, own=own), fill=fill, dash=event.outcome in ("waits", "queued"), faded=event.outcome == "ended", **look, **more,
    )  # fmt: skip


def ahead(name, step, x, y, wide, high, *, own=True):
    """A box for a step that is still to come."""
    return box(
        name, x, y, wide, high, r=6, **_texts(step, written(step), wide, own=own), fill="none", tone="idle", dash=True, faded=True,
    )  # fmt: skip


def _texts(step, below, wide, *, own):
    """The words of a step's box, smaller where they are long."""
    text = short(step, own=own)
    size = 12 if 7.4 * len(text) < wide - 4 else 10.5
    return {"text": clipped(text, wide + 2, size), "sub": clipped(below, wide - 4, 12), "size": size}  # fmt: skip


def level_heads(left, step, y):
    """The levels over the columns of a table; where they are narrow, by their letters."""
    return [
        label(f"level-{level}", left + column * step + step / 2 - 3, y, level if step < 100 else clipped(_(words), step, 11.5), anchor="middle", size=11.5, weight=600)
        for column, (level, words) in enumerate(HEADS.items())
    ]  # fmt: skip


def rows_text(rows):
    """Rows and their values: x = 10, y = 20."""
    return ", ".join(f"{key} = {number(value)}" for key, value in rows.items()) or _("no rows")


def ends_text(status):
    """How each transaction ended."""
    return ", ".join(f"T{tx} {_(ENDS[how])}" for tx, how in status.items())
