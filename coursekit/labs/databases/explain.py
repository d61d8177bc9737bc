"""Real query plans of SQLite, with and without an index, and what each query really took."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number
from coursekit.labs.databases.explainlive import INDEXES, QUERIES, ROWS, Measured, measure
from coursekit.ui.controls import Check, Pick, as_it_is
from coursekit.ui.fit import boxed, clipped, heading, paragraph
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

CHOICES = {
    "none": mark("none"), "customer": as_it_is("customer"), "amount": as_it_is("customer, amount"), "shop": as_it_is("shop"),
    "day": as_it_is("day"), "both": mark("two: customer; shop"),
}  # fmt: skip
MEANT = (  # what stands in a line of a plan: our word, PostgreSQL's, its colour; the first that fits
    ("COVERING INDEX", mark("the index holds all that is asked for: the table is not read"), "Index Only Scan", "ok"),
    ("INTEGER PRIMARY KEY", mark("the table itself is sorted by this number: down the tree to one row"), "Index Scan", "ok"),
    ("SEARCH", mark("the index gives the places; then each row is fetched from the table"), "Index Scan", "accent"),
    ("USING INDEX", mark("the index is read in its order; each row is fetched from the table"), "Index Scan", "accent"),
    ("SCAN", mark("every row of the table is read"), "Seq Scan", "warn"),
    ("TEMP B-TREE", mark("what was found is sorted aside"), "Sort", "warn"),
)  # fmt: skip
LINE, BARS = 66, 76  # of a card: a line of the plan, the counts


@dataclass(frozen=True)
class Seen:
    """The query, answered without any index and as chosen."""

    query: str
    index: str
    without: Measured
    chosen: Measured


class ExplainLab(Lab):
    """Two cards beside each other: the plan in SQLite's words and ours, and three counts as bars."""

    name = "databases-explain"
    title = mark("How a query is answered")

    def controls(self):
        return (
            Pick("query", mark("Query"), "customer", {name: as_it_is(sql.partition(" orders ")[2]) for name, sql in QUERIES.items()}),
            Pick("index", mark("Index on"), "none", CHOICES),
            Pick("rows", mark("Rows of the table"), ROWS[-1], {each: number(each, 5) for each in ROWS}),
            Check("analyzed", mark("ANALYZE was run: SQLite knows how many values there are"), False),
        )  # fmt: skip

    def run(self, query, index, rows, analyzed):
        return Seen(query, index, measure(rows, "none", False, query), measure(rows, index, analyzed, query))  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(seen), narrow=narrow)
        y = 104 if narrow else 64
        items.append(box("query", 6, y, width - 12, 30, r=7, text=boxed(QUERIES[seen.query], width - 12, 13), size=13, tone="idle", fill="soft"))  # fmt: skip
        y += 52
        wide = width - 12 if narrow else 436
        plans = [len(each.plan) for each in (seen.without, seen.chosen)]
        plans = plans if narrow else [max(plans)] * 2
        high = [12 + LINE * each + BARS for each in plans]
        items += self._card(
            "without", _("Without an index"), seen.without, seen, (6, y, wide, high[0])
        )
        x, low = (6, y + high[0] + 22) if narrow else (458, y)
        title = _("As chosen: still without an index") if seen.index == "none" else _("With the index on {columns}", columns="; ".join(INDEXES[seen.index]))  # fmt: skip
        items += self._card("chosen", title, seen.chosen, seen, (x, low, wide, high[1]))
        bottom = low + high[1] + 8
        items += key(self._key(), width, bottom, a_line=1 if narrow else 3)
        self.scene.show(
            items, width=width, height=bottom + (74 if narrow else 28),
            label=_("The plan of the query without an index and with it, and what each took"),
        )  # fmt: skip

    def _facts(self, seen):
        one, two = seen.without, seen.chosen
        return [
            (_("rows found: {n}", n=number(two.rows, 5)), "idle"),
            (_("the file: {n} pages", n=number(two.size, 5)), "idle"),
            (_("pages read: {one} → {two}", one=_count(one.pages), two=_count(two.pages)), _better(one.pages, two.pages)),
            (_("steps: {one} → {two}", one=_count(one.steps), two=_count(two.steps)), _better(one.steps, two.steps)),
        ]  # fmt: skip

    def _card(self, name, title, found, seen, spot):
        """A plan line by line, and the counts below it."""
        x, y, wide, high = spot
        items = [heading(f"{name}-title", x, y, title, x + wide)]
        y += 12
        for at, line in enumerate(found.plan):
            _word, meant, theirs, tone = _meaning(line)
            items.append(box(f"{name}-plan{at}", x, y, wide, 28, r=6, text=boxed(line, wide, 12), size=12, tone=tone, fill="soft"))  # fmt: skip
            lines, _y = paragraph(f"{name}-meant{at}", f"{_(meant)} (PostgreSQL: {theirs})", x + 6, y + 44, wide - 12, size=11.5, most=2)  # fmt: skip
            items += lines
            y += LINE
        y = spot[1] + high - BARS + 6
        most = (max(seen.without.pages or 1, seen.chosen.pages or 1), max(seen.without.steps, seen.chosen.steps))  # fmt: skip
        for at, (text, value, whole, tone) in enumerate((
            (_("pages read"), found.pages, most[0], {"hue": 0}), (_("steps"), found.steps, most[1], {"hue": 3}),
        )):  # fmt: skip
            items += self._bar(f"{name}-bar{at}", text, value, whole, (x, y + at * 32, wide), tone)
        return items

    def _bar(self, name, text, value, whole, spot, look):
        x, y, wide = spot
        room = wide - 190
        items = [
            label(f"{name}-name", x, y + 18, clipped(text, 96, 12), size=12),
            label(f"{name}-value", x + wide, y + 18, _count(value), size=12.5, weight=600, anchor="end"),
        ]  # fmt: skip
        if value is not None:
            items.append(box(name, x + 104, y + 3, max(3.0, room * value / whole), 22, r=4, fill="solid", **look))  # fmt: skip
        return items

    def _key(self):
        return [
            ("box", {"tone": "warn", "fill": "soft"}, _("reads everything, or sorts")),
            ("box", {"tone": "accent", "fill": "soft"}, _("index, then table")),
            ("box", {"tone": "ok", "fill": "soft"}, _("straight to it")),
        ]

    # In words

    def describe(self, seen):
        one, two = seen.without, seen.chosen
        values = {"one": _count(one.pages), "two": _count(two.pages), "rows": number(two.rows, 5)}
        text = _(_meaning(two.plan[0])[1])
        said = _("SQLite’s plan: {plan}. That is: {meaning}.", plan="; ".join(two.plan), meaning=text)  # fmt: skip
        if seen.index == "none":
            return said
        return f"{said} {self._compared(one, two, values)}"

    def _compared(self, one, two, values):
        if one.plan == two.plan:
            return _("The index does not help this query: SQLite does not use it.")
        if two.pages is None or one.pages is None:
            return _("How many pages were read cannot be counted on this system.")
        if two.pages >= one.pages:
            return _("It reads {two} pages instead of {one}: the rows that the index points to lie all over the table, so nearly every page is fetched, and the index on top.", **values)  # fmt: skip
        return _("It reads {two} pages instead of {one} to find {rows} rows.", **values)

    def tone(self, seen):
        if seen.index == "none":
            return "accent"
        return _better(seen.without.pages, seen.chosen.pages)

    def table(self, seen):
        rows = [
            [name, "; ".join(each.plan), str(each.rows), _count(each.pages), _count(each.steps)]
            for name, each in ((_("without an index"), seen.without), (_("as chosen"), seen.chosen))
        ]
        head = [_("index"), _("plan"), _("rows found"), _("pages read"), _("steps")]
        return Table(head, rows, caption=QUERIES[seen.query])


def _meaning(line):
    return next(each for each in MEANT if each[0] in line)


def _count(value):
    return "?" if value is None else number(value, 6)


def _better(one, two):
    """The tone of a count beside the one without an index."""
    if one is None or two is None or one == two:
        return "idle"
    return "ok" if two < one else "warn"
