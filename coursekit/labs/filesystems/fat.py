"""A FAT volume: the table with its chains, the directory in bytes, what stays of a deleted file."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import ipywidgets as w

from coursekit.i18n import _, mark, number
from coursekit.labs.filesystems.drawing import fat_arrow, fat_letter
from coursekit.sims.filesystems import fat, fatbytes, fatstory
from coursekit.sims.filesystems.fatgeometry import FAT12_BELOW, FAT16_BELOW, SECTOR
from coursekit.ui.controls import Pick, Slider, as_named
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

Kind = Literal["create", "append", "rm", "undelete"]
NAMES = ("NOTES.TXT", "MARKS.TXT", "A LIST.TXT", "Holiday photo.jpg")
DID = {
    "create": mark("{name} is made, clusters: {n}"),
    "append": mark("{name} grows, clusters: {n}"),
    "rm": mark("{name} is deleted"),
    "undelete": mark("{name} is guessed back"),
}
LACKS = (mark("owner"), mark("rights"), mark("links"), mark("journal"))
ROW = 25  # height of a line of the directory


@dataclass(frozen=True)
class Deed:
    """What is done to a file, and with how many clusters."""

    kind: Kind
    name: str
    clusters: int = 0

    def told(self):
        """The same for the simulation, which counts bytes."""
        kinds: dict[str, fatstory.Kind] = {"create": "write", "append": "append", "rm": "delete", "undelete": "undelete"}  # fmt: skip
        return fatstory.Deed(kinds[self.kind], self.name, self.clusters * fatstory.SMALL.cluster_bytes)  # fmt: skip


EXAMPLE = (
    Deed("create", "NOTES.TXT", 3), Deed("create", "MARKS.TXT", 2), Deed("append", "NOTES.TXT", 2),
    Deed("create", "Holiday photo.jpg", 4), Deed("rm", "NOTES.TXT"), Deed("undelete", "NOTES.TXT"),
)  # fmt: skip


@lru_cache(maxsize=16)
def _told(deeds):
    """Moving a control that changes no deed tells nothing new."""
    return fatstory.tell([deed.told() for deed in deeds])


class FatLab(DeedsLab):
    """Make files, let them grow in turns, delete one and bring it back; press a line of the directory."""

    name = "filesystems-fat"
    title = mark("FAT: the chain is in the table")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("name", mark("File"), "NOTES.TXT", as_named(NAMES)),
            Slider("size", mark("Clusters"), 2, 0, 20),
            Slider("entry", mark("Directory entry looked at"), 0, 0, 15, more=True),
        )

    def story(self, actions, name, size, entry):
        self._name, self._size, self._entry = name, size, entry
        self._deeds = self.steps(actions, EXAMPLE)
        return _told(self._deeds)

    # Acting

    def tools(self):
        def deed(text, kind):
            return button(text, lambda: self._act(kind))

        return (
            w.Label(_("The file chosen")),
            deed(_("Make it"), "create"),
            deed(_("Let it grow"), "append"),
            deed(_("Delete it"), "rm"),
            deed(_("Bring it back"), "undelete"),
        )

    def _act(self, kind):
        self.do(kind, self._name, self._size if kind in ("create", "append") else 0)

    def _press(self, name):
        if name.startswith("slot"):
            self.set(entry=int(name.removeprefix("slot")))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(state), narrow=narrow), 92 if narrow else 54
        table, top = self._table_of(state, top, width)
        below, top = self._directory(state, top + 12, width)
        fields, top = self._fields(state, top + 10, width)
        lacks, top = self._lacks(top + 10, width)
        self.scene.show(
            [*items, *table, *below, *fields, *lacks], width=width, height=top,
            label=_("The table of a FAT volume, its directory, and the bytes of one entry"),
        )  # fmt: skip

    def _facts(self, state):
        geometry = self.result.geometry
        free = len(fat.free_clusters(state.image))
        most = max((fatstory.pieces(each) for each in state.chains.values()), default=0)
        return [
            (_("{n} clusters: FAT{bits}", n=geometry.clusters, bits=geometry.bits), "accent"),
            (_("free: {n}", n=free), "idle"),
            (_("most pieces of a file: {n}", n=most), "warn" if most > 1 else "idle"),
            (_("sectors changed: {n}", n=len(state.changed)), "idle"),
        ]  # fmt: skip

    def _table_of(self, state, top, width):
        """A cell for each cluster: its number, what the table says of it, what it holds."""
        a_line = 10 if width < 600 else 15
        step, high = (width - 12) / a_line, 62
        head = _("The table: each entry names the next cluster of its file")
        items = [label("table-head", 6, top + 10, head, weight=600, size=13)]
        places = {
            number: (6 + (k % a_line) * step + 4, top + 34 + (k // a_line) * high, step - (13 if a_line == 10 else 16), high - 20)
            for k, number in enumerate(range(2, len(state.links)))
        }  # fmt: skip
        held = fat.contents(state.image)
        for cluster, place in places.items():
            items.append(self._cell(state, cluster, fat_letter(held[cluster]), place))
        items += self._arrows(state, places)
        lines = -(-len(places) // a_line)
        bottom = top + 34 + lines * high
        entries = [
            ("box", {"fill": "soft", "hue": 0}, _("a file’s")),
            ("box", {"fill": "none", "dash": True}, _("free; the letter: old data")),
            ("box", {"fill": "soft", "tone": "warn", "selected": True}, _("guessed by undelete")),
        ]  # fmt: skip
        return [*items, *key(entries, width, bottom - 6, a_line=1 if width < 600 else 3)], bottom + (66 if width < 600 else 24)  # fmt: skip

    def _cell(self, state, cluster, held, place):
        owner = self._owner(state, cluster)
        bits = self.result.geometry.bits
        says = state.links[cluster]
        said = "0" if says == fat.FREE else _("end") if says >= fat.end_of_chain(bits) - 7 else str(says) if self.scene.narrow else f"→ {says}"  # fmt: skip
        guess = state.guess.clusters if state.guess else ()
        look = {"fill": "soft", "hue": owner} if owner is not None else {"fill": "none", "dash": not held}  # fmt: skip
        x, y, wide, high = place
        inner = [
            label(f"no{cluster}", 3, 12, str(cluster), size=9),
            label(f"held{cluster}", wide - 3, 12, held, size=10.5, weight=700, anchor="end"),
            label(f"says{cluster}", wide / 2, high - 9, said, size=11.5, anchor="middle", weight=600 if owner is not None else 400),
        ]  # fmt: skip
        if cluster in guess:
            look = {**look, "selected": True, "tone": "bad" if cluster in state.guess.reused else "warn"}  # fmt: skip
            if owner is None:
                look["fill"] = "soft"
        return box(f"cluster{cluster}", x, y, wide, high, r=5, children=inner, **look)

    def _arrows(self, state, places):
        """The chains, and with a dash the one that undelete supposes."""
        items = []
        for name, chain in state.chains.items():
            hue = self._hue(name)
            for one, two in pairwise(chain):
                items.append(fat_arrow(f"next{one}", places[one], places[two], hue=hue))
        guess = state.guess.clusters if state.guess else ()
        for one, two in pairwise(guess):
            if two not in state.links[one : one + 1]:
                items.append(fat_arrow(f"guess{one}", places[one], places[two], tone="warn", dash=True))  # fmt: skip
        return items

    def _hue(self, name):
        return NAMES.index(name) if name in NAMES else 4

    def _owner(self, state, cluster):
        """The colour of the file that has a cluster; None: nobody."""
        return next((self._hue(name) for name, chain in state.chains.items() if cluster in chain), None)  # fmt: skip

    def _rows(self, state):
        geometry = self.result.geometry
        start = geometry.first_root * SECTOR
        return fatbytes.rows(state.image[start : start + geometry.root_sectors * SECTOR])

    def _directory(self, state, top, width):
        """The entries in use and one free one: number, kind, what it says."""
        head = _("The directory: 32 bytes an entry")
        items = [label("dir-head", 6, top + 10, head, weight=600, size=13)]
        rows = self._rows(state)
        used = [row for row in rows if row.kind != "free"]
        two = width >= 600
        wide = (width - 20) / 2 if two else width - 12
        shown = [*used, *rows[len(used) : len(used) + 1]]
        lines = -(-len(shown) // 2) if two else len(shown)
        for k, row in enumerate(shown):
            x, y = 6 + (k // lines) * (wide + 8), top + 18 + (k % lines) * ROW
            items.append(self._entry_box(row, x, y, wide))
        return items, top + 18 + lines * ROW

    def _entry_box(self, row, x, y, wide):
        kinds = {
            "short": mark("short"), "long": mark("long"), "deleted": mark("deleted"),
            "deleted long": mark("deleted, long"), "free": mark("free"),
        }  # fmt: skip
        what = _(kinds[row.kind])
        gone = row.kind.startswith("deleted")
        inner = [
            label(f"slot-no{row.slot}", 8, 15, f"{row.slot} · {what}", size=11.5, weight=600),
            label(f"slot-says{row.slot}", wide * 0.36, 15, self._says(row), size=11.5),
        ]
        return box(
            f"slot{row.slot}", x, y, wide, ROW - 4, r=5, children=inner, selected=row.slot == self._entry,
            press=_("entry {n}, {what}: press to see its bytes", n=row.slot, what=what), fill="none" if row.kind == "free" else "soft",
            tone="warn" if gone else "idle",
        )  # fmt: skip

    def _says(self, row):
        if row.kind == "free":
            return ""
        values = {each.at: each.value for each in fatbytes.fields(row.raw)}
        if "long" in row.kind:
            return f"{values[0]} · {values[1]}{values[14]}{values[28]}"
        name = f"{values[0]}.{values[8]}".rstrip(".")
        return _("{name}, cluster {first}, {size} bytes", name=name, first=values[26], size=values[28])  # fmt: skip

    def _fields(self, state, top, width):
        """The bytes of the entry looked at."""
        row = self._rows(state)[self._entry]
        head = _("Entry {n}, byte by byte (hexadecimal)", n=row.slot)
        items = [label("fields-head", 6, top + 10, head, weight=600, size=13)]
        if row.kind == "free":
            items.append(label("fields-none", 6, top + 32, _("Free: its first byte is 00, and the directory ends here."), size=12.5))  # fmt: skip
            return items, top + 42
        x, y = 6.0, top + 20
        for each in fatbytes.fields(row.raw):
            text = each.raw.hex(" ")
            wide = max(7.2 * len(text) + 16, 7 * max(len(_(each.name)), len(each.value)) + 16)
            if x + wide > width - 4:
                x, y = 6.0, y + 66
            items += [
                label(f"field-name{each.at}", x + 4, y + 12, _(each.name), size=11),
                box(f"field{each.at}", x, y + 17, wide - 6, 24, r=4, text=text, size=11.5, fill="soft", tone="bad" if each.at == 0 and row.kind.startswith("deleted") else "accent"),
                label(f"field-says{each.at}", x + 4, y + 54, each.value, size=11.5, weight=600),
            ]  # fmt: skip
            x += wide
        return items, y + 60

    def _lacks(self, top, width):
        """What such an entry has no field for."""
        narrow = width < 600
        items = [label("lacks", 6, top + (12 if narrow else 20), _("Not there at all:"), size=13, weight=600)]  # fmt: skip
        left, wide, y = (6, 112, top + 20) if narrow else (150, 120, top + 4)
        for k, what in enumerate(LACKS):
            items.append(box(f"lack{k}", left + k * wide, y, wide - 8, 26, text=_(what), fill="none", dash=True, size=12, tone="idle"))  # fmt: skip
        return items, y + 34

    # In words

    def labels(self, told):
        return [
            _("an empty volume"),
            *(_(DID[deed.kind], name=deed.name, n=deed.clusters) for deed in self._deeds),
        ]

    def describe(self, state):
        said = " ".join(map(_, state.why))
        if state.deed is None:
            limits = _("FAT12 has fewer than {a} clusters, FAT16 fewer than {b}, FAT32 the rest: the count decides, nothing else.", a=number(FAT12_BELOW, 4), b=number(FAT16_BELOW, 5))  # fmt: skip
            return f"{said} {limits}"
        return said

    def tone(self, state):
        if state.guess and state.guess.reused:
            return "bad"
        return "warn" if state.deed and state.deed.kind == "delete" else "accent"

    def summary(self, told):
        end = told.states[-1]
        most = max((fatstory.pieces(each) for each in end.chains.values()), default=0)
        return [
            (_("clusters free"), str(len(fat.free_clusters(end.image)))),
            (_("most pieces of a file"), str(most)),
        ]

    def table(self, state):
        head = [_("file"), _("bytes"), _("first cluster"), _("its chain"), _("pieces of a file")]
        rows = []
        for each in fat.files(state.image):
            chain = () if each.deleted else state.chains[each.name]
            way = _("gone") if each.deleted else " → ".join(map(str, chain)) or "–"
            pieces = "?" if each.deleted else fatstory.pieces(chain)
            rows.append([each.name, each.size, each.cluster or "–", way, pieces])
        return Table(head, rows or [["–"] * len(head)], caption=_("The files of the directory, and the chains of the table"))  # fmt: skip
