"""Distinguished names of one's own: their parts, their escapes, which of them are the same."""

from dataclasses import dataclass
from html import escape

from coursekit.i18n import _, explain, mark, plural
from coursekit.sims.directory import dn
from coursekit.sims.directory.dn import PlaceError
from coursekit.sims.message import require
from coursekit.ui.fit import boxed, heading, paragraph
from coursekit.ui.look import html
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table
from coursekit.ui.textlab import TextLab

PLAIN = "OU=Paris,DC=lab,DC=example"
START = r"""
CN=Smith\, James,OU=Paris,DC=lab,DC=example
cn=smith\2C  james , ou=PARIS, dc=lab, dc=example
CN=Smith, James,OU=Paris,DC=lab,DC=example
OU=Sales+CN=J. Smith,DC=lab,DC=example
CN=\#1 a\+b,OU=Lyon,DC=lab,DC=example
""".strip()
HUES = {"cn": 0, "ou": 1, "dc": 2}  # other types: 4
OTHER = 4
MOST, LINE, AROUND = 8, 46, 60  # names, height of a line of boxes, letters shown around an error
HELP = (
    ("CN=…,OU=…,DC=…", mark("parts, the most specific first, commas between them")),
    ('\\, \\+ \\; \\" \\< \\> \\\\', mark("a sign that is only a letter")),
    ("\\2C", mark("any byte by its two hexadecimal digits")),
    ("\\ … · \\# … · … \\ ", mark("a space at either end, a # at the beginning")),
    ("OU=a+CN=b", mark("one part with two values")),
)  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A line: its parts, or the error; names that are the same have the same letter."""

    text: str
    parts: tuple = ()
    letter: str = ""
    error: PlaceError | None = None


def read(program):
    """Each line of the text as a name."""
    lines = [line for line in program.splitlines() if line.strip() and not line.startswith("# ")]
    require(1 <= len(lines) <= MOST, "names={n}: give 1 to {most}, a line each", n=len(lines), most=MOST)  # fmt: skip
    found, letters = [], {}
    for line in lines:
        try:
            parts = dn.parse(line)
        except PlaceError as why:
            found.append(Name(line, error=why))
            continue
        letter = letters.setdefault(dn.key(parts), "ABCDEFGH"[len(letters)])
        found.append(Name(line, parts, letter))
    return tuple(found)


class DnLab(TextLab):
    """A line a name; below, its parts without escapes."""

    name = "directory-dn"
    title = mark("Distinguished names: parts and escapes")
    plain = PLAIN

    def run(self):
        return read(self.program)

    # The text

    def first(self):
        return START

    def words(self):
        return _("Names, a line each"), _("Take apart")

    def taken(self):
        return _("Taken: see the parts.")

    def help(self):
        rows = [[form, _(meaning)] for form, meaning in HELP]
        head = _("How a name is written")
        known = Table([_("written"), _("meaning")], rows, caption=head)
        return [html(f"<details><summary>{escape(head)}</summary>{known.html()}</details>")]

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, names):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, y = facts(self._facts(names), narrow=narrow), 108 if narrow else 66
        for row, each in enumerate(names):
            drawn, y = self._name(row, each, y, width)
            items += drawn
            y += 24
        items += key(self._key(), width, y - 6, a_line=2 if narrow else 4)
        self.scene.show(
            items,
            width=width,
            height=y + (46 if narrow else 22),
            label=_("Each name and its parts"),
        )

    def _facts(self, names):
        bad = sum(each.error is not None for each in names)
        letters = {each.letter for each in names if each.letter}
        parts = [len(each.parts) for each in names if not each.error]
        return [
            (_("names: {n}", n=len(names)), "idle"),
            (_("different objects: {n}", n=len(letters)), "accent"),
            (_("parts at most: {n}", n=max(parts, default=0)), "idle"),
            (_("no names: {n}", n=bad), "bad" if bad else "ok"),
        ]

    def _name(self, row, each, y, width):
        """The line as it is written, then its parts or its error."""
        items = []
        if each.letter:
            items.append(box(f"letter{row}", 4, y - 15, 24, 22, r=11, text=each.letter, size=12, tone="ok", fill="soft"))  # fmt: skip
        else:
            items.append(box(f"letter{row}", 4, y - 15, 24, 22, r=11, text="✗", size=12, tone="bad", fill="solid"))  # fmt: skip
        items.append(heading(f"name{row}", 36, y, each.text, width - 44))
        drawn, bottom = self._error(row, each, y, width) if each.error else self._parts(row, each, y, width)  # fmt: skip
        return items + drawn, bottom

    def _parts(self, row, each, y, width):
        """A box a part, in as many lines as needed."""
        items, x, top = [], 36.0, y + 12
        for at, rdn in enumerate(each.parts):
            text = " + ".join(f"{kind.upper()} · {value}" for kind, value in rdn)
            wide = min(width - 44, 8.2 * len(text) + 22)
            if x + wide > width - 4 and x > 36:
                x, top = 36.0, top + 38
            hue = HUES.get(rdn[0][0].lower(), OTHER)
            items.append(box(f"part{row}-{at}", x, top, wide, 32, r=8, text=boxed(text, wide, 13), hue=hue, fill="soft", size=13))  # fmt: skip
            x += wide + 8
        if not each.parts:
            items.append(label(f"root{row}", 36, top + 18, _("the empty name: the root of the tree")))  # fmt: skip
        return items, top + LINE

    def _error(self, row, each, y, width):
        """The sign at which it breaks, with what stands before and after it, and why."""
        at, text = each.error.at, each.text
        before, sign, after = text[:at], text[at : at + 1], text[at + 1 :]
        room = int((width - 120) / 2 / 8.4)
        before, after = (before if len(before) <= room else "…" + before[-room:]), after[:room] + ("…" if len(after) > room else "")  # fmt: skip
        x, items = 36.0, []
        for name, piece, look in (
            ("before", before, {"tone": "ok", "fill": "soft"}),
            ("sign", sign if sign.strip() else _("end") if not sign else "␠", {"tone": "bad", "fill": "solid"}),
            ("after", after, {"tone": "idle", "fill": "none", "dash": True}),
        ):  # fmt: skip
            if piece:
                wide = 8.2 * len(piece) + 16
                items.append(box(f"{name}{row}", x, y + 12, wide, 30, r=7, text=piece, size=13, **look))  # fmt: skip
                x += wide + 4
        lines, bottom = paragraph(f"why{row}", _why(each), 36, y + 60, width - 46)
        return items + lines, bottom + 6

    def _key(self):
        types = [("CN", mark("CN: a name")), ("OU", mark("OU: a unit")), ("DC", mark("DC: a label of the domain"))]  # fmt: skip
        return [
            *(
                ("box", {"hue": HUES[kind.lower()], "fill": "soft"}, _(word))
                for kind, word in types
            ),
            ("box", {"tone": "ok", "fill": "soft"}, _("same letter: same object")),
        ]

    # In words

    def describe(self, names):
        groups = {}
        for row, each in enumerate(names, 1):
            if each.letter:
                groups.setdefault(each.letter, []).append(row)
        lines = [
            _("Lines {lines} name the same object.", lines=", ".join(map(str, rows)))
            for rows in groups.values() if len(rows) > 1
        ]  # fmt: skip
        bad = sum(each.error is not None for each in names)
        if bad:
            lines.append(plural("{count} line is no name: the place is marked.", "{count} lines are no names: the places are marked.", bad))  # fmt: skip
        first = next((each for each in names if each.letter), None)
        if first and not lines:
            lines.append(plural("{name} has {count} part.", "{name} has {count} parts.", len(first.parts), name=first.text))  # fmt: skip
        return "\n".join(lines)

    def tone(self, names):
        return "warn" if any(each.error for each in names) else "accent"

    def table(self, names):
        rows = [
            [each.text, each.letter or "✗", _why(each) if each.error else " | ".join(_part(rdn) for rdn in each.parts), "" if each.error else dn.text(each.parts)]
            for each in names
        ]  # fmt: skip
        head = [_("written"), _("object"), _("parts, without escapes"), _("as RFC 4514 writes it")]
        return Table(head, rows, caption=_("The names and their parts"))


def _part(rdn):
    return " + ".join(f"{kind} = {value}" for kind, value in rdn)


def _why(each):
    """The error without the name that stands above it."""
    said = explain(each.error)
    return said.removeprefix(f"dn={each.text}").lstrip("\u00a0 :")
