"""A search filter of one's own: its tree, the value of each node for an entry, who comes back."""

from dataclasses import dataclass
from functools import cache
from html import escape

from coursekit.i18n import _, mark
from coursekit.labs.directory.drawing import STEP, tree_lines
from coursekit.sims.directory import dn, ldapfilter
from coursekit.sims.directory.evaluate import in_scope, judge, nodes
from coursekit.sims.directory.ldapfilter import And, Not, Or
from coursekit.sims.directory.sample import SUFFIX, numbers, sample
from coursekit.sims.directory.sqlbridge import where
from coursekit.sims.directory.tree import search
from coursekit.ui.controls import Pick
from coursekit.ui.fit import boxed, clipped, heading, paragraph
from coursekit.ui.look import html
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.table import Table
from coursekit.ui.textlab import TextLab

START, PLAIN = "(!(department=IT))", "(sn=Martin)"
ENTRIES = {number: f"{number} · {each.label}" for number, each in enumerate(sample().entries, 1)}
BASES = {"root": mark("the domain"), "paris": mark("the unit Paris"), "lyon": mark("the unit Lyon")}
PLACES = {"root": SUFFIX, "paris": f"ou=Paris,{SUFFIX}", "lyon": f"ou=Lyon,{SUFFIX}"}
SCOPES = {
    "base": mark("only that object"),
    "one": mark("what hangs on it"),
    "sub": mark("itself and all below"),
}
VALUES = {True: ("ok", mark("true")), False: ("idle", mark("false")), None: ("warn", mark("undefined"))}  # fmt: skip
SIGNS = {True: "T", False: "F", None: "U"}
HELP = (
    ("(sn=Martin)", mark("an attribute has this value")),
    ("(mail=*) · (cn=*ar*)", mark("it is there; a part of its value")),
    ("(logonCount>=5)", mark("numbers have an order")),
    ("(&(a=1)(b=2)) · (|(a=1)(b=2)) · (!(a=1))", mark("and, or, not")),
    ("(cn=*\\2a*)", mark("a star that is only a star")),
    ("(userAccountControl:1.2.840.113556.1.4.803:=2)", mark("all bits of 2 are set: disabled")),
    ("(ou:dn:=Paris)", mark("the entry’s own name counts too")),
)  # fmt: skip
MOST = 14  # nodes drawn


@dataclass(frozen=True)
class Searched:
    """A filter read, judged for each entry, and who comes back."""

    tree: object
    judged: tuple
    scope: tuple
    found: tuple
    entry: int

    @property
    def mine(self):
        """The tree for the entry looked at."""
        return self.judged[self.entry - 1]


@cache
def _directory():
    return sample()


class FilterLab(TextLab):
    """The text box takes a filter; press an entry to look at the tree for it."""

    name = "directory-filter"
    title = mark("A search filter, node by node")
    plain = PLAIN

    def controls(self):
        return (
            Pick("entry", mark("The values are for"), 4, ENTRIES),
            Pick("base", mark("Search from"), "root", BASES),
            Pick("scope", mark("How deep"), "sub", SCOPES),
        )

    def run(self, entry, base, scope):
        text = "".join(line.strip() for line in self.program.splitlines())
        tree, directory = ldapfilter.parse(text), _directory()
        entries, above = directory.entries, dn.parse(PLACES[base])
        return Searched(
            tree,
            tuple(judge(tree, each, directory.schema, directory.lookup) for each in entries),
            tuple(in_scope(each.name, above, scope) for each in entries),
            numbers(search(directory, text, base=PLACES[base], scope=scope).entries),
            entry,
        )

    # The text

    def first(self):
        return START

    def words(self):
        return _("Your search filter"), _("Search")

    def taken(self):
        return _("Taken: see who comes back, and why.")

    def help(self):
        rows = [[form, _(meaning)] for form, meaning in HELP]
        forms = Table([_("filter"), _("what it asks")], rows, caption=_("How a filter is written"))
        known = _directory().schema.attributes
        text = _("Attributes that this server knows: {names}.", names=", ".join(f"{name} ({kind})" for name, kind in known.items()))  # fmt: skip
        head = escape(_("How a filter is written"))
        return [html(f"<details><summary>{head}</summary>{forms.html()}<p>{escape(text)}</p></details>")]  # fmt: skip

    def _press(self, name):
        if name.startswith("entry") and not self.locked:
            self.set(entry=int(name.removeprefix("entry")))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, done):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 112 if narrow else 70
        items = facts(self._facts(done), narrow=narrow)
        tree, y = self._tree(done, top, width)
        people, y = self._entries(done, y + 26, width)
        sql, y = self._sql(done, y + 30, width)
        items += tree + people + sql
        items += key(self._key(), width, y + 8, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=y + (58 if narrow else 34),
            label=_("The tree of the filter with the value of each node, the eight entries, the same question in SQL"),
        )  # fmt: skip

    def _facts(self, done):
        tone, word = VALUES[done.mine.value]
        undefined = sum(each.value is None for each, inside in zip(done.judged, done.scope, strict=True) if inside)  # fmt: skip
        return [
            (_("{name}: {value}", name=clipped(_name(done.entry), 110), value=_(word)), tone),
            (_("searched: {n} of {all}", n=sum(done.scope), all=len(done.scope)), "idle"),
            (_("come back: {n}", n=len(done.found)), "ok" if done.found else "idle"),
            (_("cannot be said: {n}", n=undefined), "warn" if undefined else "idle"),
        ]

    def _tree(self, done, top, width):
        """A line a node, parts below what they are parts of, with the reason beside or below."""
        wide = width > 600
        rows, high = list(nodes(done.mine)), 38 if wide else 54
        shown = rows[:MOST]
        items = [heading("tree", 6, top, _("The filter for {name}", name=_name(done.entry)))]
        ys = [top + 32 + row * high for row in range(len(shown))]
        items += tree_lines("twig", [depth for depth, _node in shown], 8, ys, 15)
        for row, ((depth, node), y) in enumerate(zip(shown, ys, strict=True)):
            items += self._node(row, depth, node, y, width)
        bottom = ys[-1] + (22 if wide else 34)
        if len(rows) > MOST:
            items.append(label("more", 40, bottom + 8, _("… and {n} more", n=len(rows) - MOST)))
            bottom += 20
        return items, bottom

    def _node(self, row, depth, judged, y, width):
        tone, _word = VALUES[judged.value]
        x, reach = 8 + min(depth, 8) * STEP, 0.5 if width > 600 else 1.0
        wide = reach * width - x - 44
        text = boxed(_form(judged.node), wide)
        items = [
            token(f"value{row}", x + 14, y, SIGNS[judged.value], r=14, tone=tone),
            box(f"node{row}", x + 34, y - 15, wide, 30, r=7, text=text, tone=tone, size=12.5, fill="soft" if judged.value else "paper", dash=judged.value is None),
        ]  # fmt: skip
        why = _(judged.why)
        if width > 600:
            items.append(label(f"why{row}", 0.5 * width + 6, y + 4, clipped(why, 0.5 * width - 10), size=12))  # fmt: skip
        else:
            items.append(label(f"why{row}", x + 38, y + 28, clipped(why, width - x - 44, 11.5), size=11.5))  # fmt: skip
        return items

    def _entries(self, done, y, width):
        """The eight, each with the value of the whole filter."""
        a_line = 4 if width > 600 else 2
        step = (width - 8) / a_line
        text = _("The eight entries, and what the filter says of each: press one") if width > 600 else _("The eight entries: press one")  # fmt: skip
        items = [heading("entries", 6, y, text, width)]
        for at, (number, name) in enumerate(ENTRIES.items()):
            line, column = divmod(at, a_line)
            value, inside = done.judged[at].value, done.scope[at]
            tone, word = VALUES[value]
            back = number in done.found
            sub = _("not searched") if not inside else _("comes back") if back else _(word)
            items.append(box(
                f"entry{number}", 4 + column * step, y + 12 + line * 52, step - 8, 46, r=9, title=boxed(name, step - 14, 13.5), sub=sub,
                tone=tone if inside else "idle", fill="soft" if back else "paper" if inside else "none", dash=inside and value is None, faded=not inside,
                selected=number == done.entry, press=None if self.locked else _("look at {name}", name=name),
            ))  # fmt: skip
        return items, y + 12 + -(-len(ENTRIES) // a_line) * 52

    def _sql(self, done, y, width):
        """The condition of a query, as written first and as it has to be."""
        schema = _directory().schema
        items = []
        for name, text, plain in (
            ("first", _("In SQL, as one would write it first: what is absent is NULL"), True),
            ("right", _("In SQL, with the directory’s answer"), False),
        ):
            clause = where(done.tree, schema, plain=plain)
            values = ", ".join(repr(each) for each in clause.values)
            said = f"WHERE {clause.text}" + (f" ← {values}" if values else "")
            items.append(heading(f"sql-{name}", 6, y, text, width - 10))
            lines, y = paragraph(f"sql-{name}-line", said, 14, y + 18, width - 24, most=4)
            items += lines
            y += 12
        return [path("rule", f"M6 {items[0]['y'] - 22}H{width - 6}", tone="idle", faded=True), *items], y - 8  # fmt: skip

    def _key(self):
        looks = [("ok", "soft", mark("T: true, comes back")), ("idle", "paper", mark("F: false")), ("warn", "paper", mark("U: undefined"))]  # fmt: skip
        found = [("box", {"tone": tone, "fill": fill, "dash": tone == "warn"}, _(word)) for tone, fill, word in looks]  # fmt: skip
        return [*found, ("box", {"tone": "idle", "fill": "none", "faded": True}, _("not searched"))]

    # In words

    def describe(self, done):
        names = ", ".join(map(_name, done.found))
        back = _("Come back: {names}.", names=names) if names else _("Nothing comes back: only what is true does.")  # fmt: skip
        value = _(VALUES[done.mine.value][1])
        return back + "\n" + _("For {name} the filter is {value}: {why}.", name=_name(done.entry), value=value, why=_(_reason(done.mine)))  # fmt: skip

    def tone(self, done):
        return "ok" if done.found else "warn" if None in [each.value for each in done.judged] else "accent"  # fmt: skip

    def table(self, done):
        rows = [
            ["· " * depth + _form(each.node), _(VALUES[each.value][1]), _(each.why)]
            for depth, each in nodes(done.mine)
        ]
        for at, (number, name) in enumerate(ENTRIES.items()):
            why = _("comes back") if number in done.found else _("does not come back") if done.scope[at] else _("not searched")  # fmt: skip
            rows.append([name, _(VALUES[done.judged[at].value][1]), why])
        head = [_("node or entry"), _("value"), _("why")]
        return Table(head, rows, caption=_("The nodes of the filter for {name}, then the whole filter for each entry", name=_name(done.entry)))  # fmt: skip


def _name(number):
    return ENTRIES[number].partition(" · ")[2]


def _form(node):
    """A node as it is written; what joins parts by its word."""
    match node:
        case And():
            return _("AND: all parts")
        case Or():
            return _("OR: one part or more")
        case Not():
            return _("NOT: the opposite")
    return ldapfilter.unparse(node)


def _reason(judged):
    """The reason of the first leaf that decided, else of the node."""
    inside = [each for each in judged.parts if each.value is None or each.value == judged.value]
    return _reason((inside or judged.parts)[0]) if judged.parts else judged.why
