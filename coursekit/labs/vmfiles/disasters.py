"""Seven accidents and a few copies: what each destroys, and what can still be restored."""

from dataclasses import dataclass
from itertools import groupby

from coursekit.i18n import _, mark
from coursekit.sims.vmfiles import disasters
from coursekit.sims.vmfiles.disasters import ACCIDENTS
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

NAMES = {  # of accidents, as long as a row of the table has room for
    "file deleted": mark("a file is deleted"),
    "base corrupted": mark("the base disk is corrupted"),
    "array lost": mark("the array is lost"),
    "site fire": mark("the site burns down"),
    "ransomware in the guest": mark("ransomware in the guest"),
    "hostile administrator": mark("a hostile administrator"),
    "silent corruption": mark("wrong data, found late"),
}
COPIES = {
    "snapshot": mark("snapshot"),
    "same site, online": mark("backup, same site, online"),
    "other site, online": mark("backup, other site, online"),
    "other site, offline": mark("backup, other site, offline"),
    "own": mark("your own copy"),
}
PIECES = {"base": mark("base"), "layer": mark("layer"), "backup": mark("backup")}
SITES = {"A": mark("site A, with the array"), "B": mark("site B")}


@dataclass(frozen=True)
class Judged:
    """The copies there are, a row of verdicts for each accident, and which of them is chosen."""

    copies: tuple[disasters.Copy, ...]
    rows: tuple[tuple[disasters.Verdict, ...], ...]
    accident: int
    copy: int

    @property
    def verdict(self):
        return self.rows[self.accident][self.copy]


class DisastersLab(Lab):
    """Press a cell to hear why."""

    name = "vmfiles-disasters"
    title = mark("Seven accidents, four copies")

    def controls(self):
        def own(values):
            return values["own"]

        return (
            Pick("accident", mark("Accident"), "base corrupted", NAMES),
            Slider("backup_days", mark("Backups kept"), 30, 1, 90, 1, "d"),
            Slider("snapshot_days", mark("Snapshots kept"), 3, 0, 14, 1, "d"),
            Check("own", mark("A copy of your own"), False),
            Pick("copy", mark("Copy asked about"), "snapshot", COPIES, more=True),
            Pick("site", mark("Your copy stands at"), "B", SITES, more=True, when=own),
            Check("online", mark("Your copy is online"), True, more=True, when=own),
            Check("immutable", mark("Your copy is immutable"), True, more=True, when=own),
            Slider("own_days", mark("Your copy is kept"), 60, 1, 365, 1, "d", more=True, when=own),
        )

    def run(self, accident, backup_days, snapshot_days, own, copy, site, online, immutable, own_days):  # fmt: skip
        copies = disasters.copies(backup_days, snapshot_days or 1)[not snapshot_days :]
        if own:
            mine = disasters.backup("own", site, online=online, immutable=immutable, kept_days=own_days)  # fmt: skip
            copies += (mine,)
        names = [each.name for each in copies]
        chosen = names.index(copy) if copy in names else 0  # the first one, where it is gone
        return Judged(copies, disasters.judge_all(copies), list(NAMES).index(accident), chosen)

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def _press(self, name):
        kind, _dash, rest = name.partition("-")
        if kind == "accident":
            self.set(accident=list(NAMES)[int(rest)])
        elif kind == "cell":
            row, column = map(int, rest.split("-"))
            self.set(accident=list(NAMES)[row], copy=self.result.copies[column].name)

    # Drawing

    def draw(self, judged):
        place = _Place(len(judged.copies), narrow=self.scene.narrow)
        items = self._sites(judged, place)
        if not place.narrow:
            items.append(label("asked", 8, place.top - 8, _("Restorable afterwards?"), size=13))
        for column, copy in enumerate(judged.copies):
            items += self._copy(judged, place, column, copy)
        for row in range(len(ACCIDENTS)):
            items += self._row(judged, place, row)
        self.scene.show(
            items, width=width_of(self.scene), height=place.y(len(ACCIDENTS)),
            label=_("What each accident leaves of each copy"),
        )  # fmt: skip

    def _sites(self, judged, place):
        """A frame around the copies of a site."""
        items, column = [], 0
        for site, copies in groupby(judged.copies, lambda copy: copy.pieces[0].site):
            count = len(list(copies))
            burnt = ACCIDENTS[judged.accident].reach == "site" and site == judged.copies[0].pieces[0].site  # fmt: skip
            x, wide = place.x(column), count * place.step - 8
            items.append(box(f"site{column}", x, 4, wide, place.top - 16, fill="none", dash=True, r=12, tone="bad" if burnt else "idle"))  # fmt: skip
            text = _("site {site}", site=site)
            if burnt:
                text = f"{text} ✗" if place.narrow else _("site {site}, burnt", site=site)
            items.append(label(f"site-name{column}", x + 12, 24, text, weight=600, size=13))
            column += count
        return items

    def _copy(self, judged, place, column, copy):
        """A copy's name and its pieces; what the accident destroys is struck."""
        verdict = judged.rows[judged.accident][column]
        edge = 4 if place.narrow else 8
        x, wide, middle = (
            place.x(column) + edge,
            place.step - 8 - 2 * edge,
            place.x(column) + (place.step - 8) / 2,
        )
        first, second = self._words(copy)
        small = 11 if place.narrow else 13
        items = [
            label(f"copy{column}", middle, 46, first, anchor="middle", weight=600, size=small),
            label(f"kept{column}", middle, 62, second, anchor="middle", size=small - 1),
        ]
        for k, piece in enumerate(reversed(copy.pieces)):
            high = place.pieces / len(copy.pieces)
            items.append(box(
                f"piece{column}-{k}", x, 72 + k * high, wide, high - 5, size=small, r=7,
                **self._piece_look(verdict, piece, narrow=place.narrow),
            ))  # fmt: skip
        return items

    def _words(self, copy):
        """Its short name, and for how long it is kept."""
        piece = copy.pieces[0]
        kept = _("kept {days} d", days=copy.kept_days)
        if copy.name == "snapshot":
            return _("snapshot"), kept
        if copy.name == "own":
            return (_("immutable") if piece.immutable else _("your copy")), kept
        return (_("online") if piece.online else _("offline")), kept

    def _piece_look(self, verdict, piece, *, narrow):
        name = _(PIECES[piece.name])
        if piece.name in verdict.destroyed:
            sign, look = "✗", {"tone": "bad", "fill": "solid"}
        elif not verdict.restorable:  # intact, and of no use
            sign, look = "–", {"tone": "warn", "fill": "soft", "dash": True}
        else:
            sign, look = "✓", {"tone": "ok", "fill": "soft"}
        if narrow and piece.name == "backup":  # a long word: its sign stands above it
            return {"text": sign, "sub": name, **look}
        return {"text": f"{sign} {name}", **look}

    def _row(self, judged, place, row):
        y = place.y(row)
        name = _(NAMES[ACCIDENTS[row].name])
        says = None if self.locked else _("{accident}: press to play it", accident=name)
        wide = place.left - 14 if not place.narrow else 452
        items = [box(f"accident-{row}", 4, y, wide, place.high, text=name, size=13, r=7, fill="paper", selected=row == judged.accident, press=says)]  # fmt: skip
        for column, verdict in enumerate(judged.rows[row]):
            copy = _(COPIES[verdict.copy])
            answer = self._answer(verdict)
            asks = _("{accident}, {copy}: {answer}; press to hear why", accident=name, copy=copy, answer=answer)  # fmt: skip
            items.append(box(
                f"cell-{row}-{column}", place.x(column), y + place.below, place.step - 8, place.high, r=7,
                press=None if self.locked else asks, selected=(row, column) == (judged.accident, judged.copy),
                **self._cell_look(verdict, answer),
            ))  # fmt: skip
        return items

    def _cell_look(self, verdict, answer):
        """Yes or no; nothing before the prediction."""
        if self.locked:
            return {"text": "", "tone": "idle", "fill": "soft"}
        if verdict.restorable:
            return {"text": f"✓ {answer}", "tone": "ok", "fill": "soft"}
        return {"text": f"✗ {answer}", "tone": "bad", "fill": "solid"}

    def _answer(self, verdict):
        return "?" if self.locked else _("yes") if verdict.restorable else _("no")

    # Telling

    def describe(self, judged):
        accident, verdict = ACCIDENTS[judged.accident], judged.verdict
        copy = _(COPIES[verdict.copy])
        left = [_(COPIES[each.copy]) for each in judged.rows[judged.accident] if each.restorable]
        good = _("The last good state can be restored from: {copies}.", copies=" · ".join(left)) if left else _("No copy is left to restore the last good state from.")  # fmt: skip
        why = _("{copy}? {why}", copy=copy[:1].upper() + copy[1:], why=verdict.why)
        return f"{_(accident.what)} {why}\n{good}"

    def tone(self, judged):
        if judged.verdict.restorable:
            return "ok"
        return "warn" if any(each.restorable for each in judged.rows[judged.accident]) else "bad"

    def table(self, judged):
        head = [_("accident"), *(_(COPIES[copy.name]) for copy in judged.copies)]
        rows = [
            [_(NAMES[accident.name]), *map(self._answer, row)]
            for accident, row in zip(ACCIDENTS, judged.rows, strict=True)
        ]
        return Table(head, rows, caption=_("Can the last good state be restored?"))


class _Place:
    """Columns of copies and rows of accidents; in the narrow layout a name stands above its row."""

    def __init__(self, count, *, narrow):
        self.narrow = narrow
        self.left = 4 if narrow else 236
        self.step = ((460 if narrow else 900) - self.left + 4) / count
        self.pieces = 76
        self.top = 72 + self.pieces + 22
        self.high, self.below = (28, 32) if narrow else (34, 0)
        self.pitch = 70 if narrow else 40

    def x(self, column):
        return self.left + column * self.step

    def y(self, row):
        return self.top + row * self.pitch
