"""The map of the course: chapters as stations, a line for each subject, all of them ending at the last.

A line is an order to take; an arrow says that a chapter builds on one of another line. Where the
picture is narrow there is no room for arrows: the station says it in words. How far the learner is
has a word and a shape: a dashed frame, a bar, a filled station with a tick.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from coursekit.chapters import CHAPTERS, LINES, Chapter
from coursekit.i18n import _
from coursekit.labs.course import Standing
from coursekit.ui.fit import fitting, heading, paragraph
from coursekit.ui.parts import NARROW, WIDE, key
from coursekit.ui.scene import Item, box, label, path

HUES = {"networks": 0, "computing": 3, "storage": 1, "data": 2, "capstone": 4}
COLUMNS = {12: 0, 13: 2}  # of the wide map, where it is not the next on its line
HIGH, GAP = 94, 42  # of a station, and of the strip above it that bears its line's name
LEFT, GUTTER = 22, 16  # the strips in which arrows run
LOOKS = {
    "new": {"fill": "plain", "dash": True},
    "begun": {"fill": "paper"},
    "done": {"fill": "soft"},
}


@dataclass(frozen=True)
class Place:
    """Where a station stands."""

    x: float
    y: float
    w: float
    h: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.w / 2, self.y + self.h / 2


def picture(
    standings: Sequence[Standing], chosen: int, *, narrow: bool
) -> tuple[list[Item], float, float]:
    """The map's items, its width and its height; `chosen` is the number of a chapter, or 0."""
    width = NARROW if narrow else WIDE
    places = _narrow_places() if narrow else _wide_places()
    bottom = max(place.y + place.h for place in places.values())
    items = [*_rails(places), *([] if narrow else _arrows(places, chosen))]
    items += _names(places)
    for each in standings:
        items.append(_station(each, places[each.chapter.number], chosen, narrow=narrow))
    items += _key(width, bottom + 16, narrow=narrow)
    return items, width, bottom + (66 if narrow else 40)


def of_line(line: str) -> list[Chapter]:
    """The chapters of a line, in order."""
    return [each for each in CHAPTERS if each.line == line]


def said_state(each: Standing) -> str:
    """How far a chapter is, in a word or two."""
    if each.state == "done":
        return _("done")
    if each.state == "new":
        return _("to begin")
    return _("begun, {share}\u00a0%", share=round(100 * each.share))


def numbers(chapters: Sequence[int]) -> str:
    """Numbers of chapters as a list: “3, 7 and 11”."""
    *some, last = map(str, chapters)
    return _("{some} and {last}", some=", ".join(some), last=last) if some else last


# Where the stations are


def _wide_places() -> dict[int, Place]:
    wide = (WIDE - LEFT - 2 - 4 * GUTTER) / 5
    places, lines = {}, [line for line in LINES if line != "capstone"]
    for row, line in enumerate(lines):
        for column, each in enumerate(of_line(line)):
            at = COLUMNS.get(each.number, column)
            x, y = LEFT + at * (wide + GUTTER), 30 + row * (HIGH + GAP)
            places[each.number] = Place(x, y, wide, HIGH)
    last = of_line("capstone")[0].number
    tall = (len(lines) - 1) * (HIGH + GAP) + HIGH
    return {**places, last: Place(LEFT + 4 * (wide + GUTTER), 30, wide, tall)}


def _narrow_places() -> dict[int, Place]:
    wide, y, places = (NARROW - 2 * LEFT - GUTTER) / 2, 30.0, {}
    for line in LINES:
        chapters = of_line(line)
        for index, each in enumerate(chapters):
            x = LEFT + index % 2 * (wide + GUTTER)
            whole = index % 2 == 0 and each is chapters[-1]
            places[each.number] = Place(x, y, NARROW - 2 * LEFT if whole else wide, HIGH)
            y += (HIGH + GUTTER) if index % 2 and each is not chapters[-1] else 0
        y += HIGH + GAP
    return places


# What is drawn


def _station(each: Standing, place: Place, chosen: int, *, narrow: bool) -> Item:
    chapter, state = each.chapter, said_state(each)
    title = f"{chapter.number} · {_(chapter.title)}"
    inner, below = paragraph("t", title, 10, 20, place.w - 16, size=12.5, weight=600, most=3)
    words = f"✓ {state}" if each.state == "done" else state
    if narrow and chapter.after:
        words = fitting([_("{state} · after {numbers}", state=words, numbers=numbers(chapter.after)), words], place.w, 12)  # fmt: skip
    inner.append(label("state", 10, below + 1, words, size=12))
    inner = [{**item, "id": f"{item['id']}-{chapter.number}"} for item in inner]
    return box(
        chapter.slug, place.x, place.y, place.w, place.h, r=12, children=inner,
        hue=HUES[chapter.line], selected=chapter.number == chosen,
        progress=each.share if each.state == "begun" else None,
        press=_("Chapter {number}, {title}: {state}", number=chapter.number, title=_(chapter.title), state=state),
        **LOOKS[each.state],
    )  # fmt: skip


def _rails(places: dict[int, Place]) -> list[Item]:
    """Each line, from its first station through all others to the last of the course."""
    end = of_line("capstone")[0].number
    items = []
    for line in LINES:
        stops = [each.number for each in of_line(line)]
        stops += [end] if line != "capstone" else []
        for a, b in pairwise(stops):
            if d := _rail(places[a], places[b]):
                items.append(path(f"rail-{a}-{b}", d, hue=HUES[line]))
    return items


def _rail(a: Place, b: Place) -> str:
    """From edge to edge: straight to the right, or round the corner to the next row."""
    y = a.middle[1]
    if b.x > a.x and b.y <= y <= b.y + b.h:
        return f"M{a.x + a.w} {y}H{b.x}"
    if b.y - a.y - a.h > GUTTER:  # another line's stations lie between
        return ""
    return f"M{a.middle[0]} {a.y + a.h}V{a.y + a.h + GUTTER / 2}H{b.middle[0]}V{b.y}"


def _arrows(places: dict[int, Place], chosen: int) -> list[Item]:
    """What builds on a chapter of another line; those of the chosen chapter stand out."""
    lines = {each.number: each.line for each in CHAPTERS}
    return [
        path(
            f"after-{a}-{each.number}", _arrow(places[a], places[each.number]), arrow=True,
            dash=chosen not in (a, each.number), tone="accent" if chosen in (a, each.number) else "idle",
        )
        for each in CHAPTERS
        for a in each.after
        if each.line not in ("capstone", lines[a])
    ]  # fmt: skip


def _arrow(a: Place, b: Place) -> str:
    """Along the left margin, down to the next row, or down the strip before the station."""
    x, foot = b.middle[0], a.y + a.h
    if a.x == b.x == LEFT:
        return f"M{a.x} {a.middle[1]}H{LEFT / 2}V{b.middle[1]}H{b.x - 2}"
    start = f"M{a.middle[0]} {foot}"
    if b.y - foot <= GAP:
        return f"{start}V{foot + 0.6 * GAP}H{x}V{b.y - 2}"
    return f"{start}V{foot + GAP / 4}H{b.x - GUTTER / 2}V{b.y - GAP / 4}H{x}V{b.y - 2}"


def _names(places: dict[int, Place]) -> list[Item]:
    """The line's name over its first station."""
    firsts = {line: places[of_line(line)[0].number] for line in LINES}
    return [
        heading(f"line-{line}", place.x + 2, place.y - 8, _(LINES[line]), place.x + place.w)
        for line, place in firsts.items()
    ]


def _key(width: float, y: float, *, narrow: bool) -> list[Item]:
    entries = [("box", LOOKS["new"], _("to begin")), ("box", {**LOOKS["begun"], "hue": 0}, _("begun: the bar says how far"))]  # fmt: skip
    entries.append(("box", {**LOOKS["done"], "hue": 0}, _("✓ done")))
    if not narrow:
        entries.append(("line", {"dash": True, "tone": "idle", "arrow": True}, _("builds on")))
    return key(entries, width, y, a_line=2 if narrow else 4)
