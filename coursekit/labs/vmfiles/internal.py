"""Snapshots inside one file: a table for each state, and a count for each cluster of the file."""

import ipywidgets as w

from coursekit.i18n import _, mark, plural
from coursekit.sims.message import require
from coursekit.sims.vmfiles.internal import Deed, Image, delete, tell
from coursekit.ui.controls import Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

MOST = 7  # snapshots that a picture has room for
EXAMPLE = (
    Deed("write", 0), Deed("write", 1), Deed("write", 2), Deed("snapshot"), Deed("write", 1),
    Deed("write", 1), Deed("snapshot"), Deed("write", 0), Deed("delete", 1),
)  # fmt: skip
DID = {
    "write": mark("cluster {place} is written"),
    "snapshot": mark("a snapshot"),
    "revert": mark("back to snapshot {place}"),
    "delete": mark("snapshot {place} is deleted"),
}


class InternalLab(DeedsLab):
    """Press a cluster or a snapshot to choose it; write, take, go back, delete."""

    name = "vmfiles-internal"
    title = mark("All states in one file")
    kind_of_deed = Deed

    def controls(self):
        return (
            Slider("cluster", mark("Cluster chosen"), 1, 0, 15),
            Slider("snapshot", mark("Snapshot chosen"), 2, 1, MOST),
        )

    def story(self, actions, cluster, snapshot):
        self._cluster, self._snapshot = cluster, snapshot
        told = tell(Image(), self.steps(actions, EXAMPLE))
        taken = told.states[-1].image.next_id - 1
        require(taken <= MOST, "snapshots={n}: the picture has room for {most}", n=taken, most=MOST)
        return told

    # Acting

    def tools(self):
        return (
            w.Label(_("Cluster chosen")),
            button(_("Write it"), lambda: self.do("write", self._cluster)),
            w.Label(_("Snapshot chosen")),
            button(_("Go back to it"), lambda: self.do("revert", self._snapshot)),
            button(_("Delete it"), lambda: self.do("delete", self._snapshot)),
            w.Label(_("Present")),
            button(_("Take a snapshot"), lambda: self.do("snapshot")),
        )

    def _press(self, name):
        if name.startswith("state"):
            self.set(snapshot=int(name.removeprefix("state")))
        else:
            self.set(cluster=int(name.rpartition("-")[2]))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        place = _Place(state, narrow=self.scene.narrow)
        items = facts(self._facts(state), narrow=self.scene.narrow)
        items += self._heads(place)
        for row, number in enumerate(place.rows):
            items += self._state(place, row, number)
        items += self._file(place)
        self.scene.show(
            [*items, *self._ways(place)], width=width_of(self.scene), height=place.height,
            label=_("The states of the disk, and the one file that holds them all"),
        )  # fmt: skip

    def _facts(self, state):
        used, shared = state.image.used, sum(count > 1 for count in state.counts.values())
        free = state.length - used
        return [
            (_("states kept: {n}", n=len(state.image.snapshots) + 1), "idle"),
            (plural("{count} cluster in use", "{count} clusters in use", used), "accent"),
            (_("shared by several: {n}", n=shared), "idle"),
            (_("free inside the file: {n}", n=free), "warn" if free else "idle"),
        ]  # fmt: skip

    def _heads(self, place):
        items = [label("states", 6, place.top - 8, _("The guest’s clusters"), weight=600)]
        for cluster in range(place.clusters):
            x = place.column(cluster) + place.cell / 2
            items.append(label(f"head{cluster}", x, place.top + 13, str(cluster), anchor="middle", size=11.5))  # fmt: skip
        return items

    def _state(self, place, row, number):
        """A state: its name, and for each cluster of the guest its place in the file."""
        present = number is None
        text = self._row_name(number, narrow=self.scene.narrow)
        look = {"fill": "paper", "tone": "accent"} if present else {
            "fill": "paper", "tone": "idle", "selected": number == self._snapshot,
            "press": None if self.locked else _("snapshot {number}: press to choose it", number=number),
        }  # fmt: skip
        y = place.y(row)
        items = [box("present" if present else f"state{number}", 4, y, place.name, place.high, text=text, r=7, size=12.5, **look)]  # fmt: skip
        for cluster in range(place.clusters):
            at = place.tables[row].get(cluster)
            says = _("cluster {cluster}: press to choose it", cluster=cluster)
            items.append(box(
                f"{number or 0}-{cluster}", place.column(cluster), y, place.cell, place.high, r=5, size=12.5,
                text="" if at is None else str(at), selected=cluster == self._cluster,
                press=says if present and not self.locked else None,
                **({"fill": "none", "dash": True} if at is None else {"hue": cluster, "fill": place.fill(at)}),
            ))  # fmt: skip
        return items

    def _row_name(self, number, *, narrow):
        if number is None:
            return _("present") if narrow else _("the present")
        return f"S{number}" if narrow else _("snapshot {number}", number=number)

    def _file(self, place):
        """The file: each of its clusters, whose it is, and how many states refer to it."""
        items, fresh = self._legend(place), self._fresh()
        for at in range(place.length):
            x, y = place.spot(at)
            count = place.counts.get(at, 0)
            look = {"hue": place.owner[at], "fill": place.fill(at)} if count else {"fill": "none", "dash": True, "tone": "warn"}  # fmt: skip
            text = _("c{cluster} ×{count}", cluster=place.owner[at], count=count) if count else _("free")  # fmt: skip
            items.append(box(f"place{at}", x, y, place.wide, place.deep, text=text, size=12, r=6, glow=at in fresh, **look))  # fmt: skip
            items.append(label(f"number{at}", x + place.wide / 2, y + place.deep + 14, str(at), anchor="middle", size=11.5))  # fmt: skip
        if not place.length:
            items.append(label("nothing", 12, place.file + 22, _("nothing written yet"), size=13))
        return items

    def _legend(self, place):
        """Below the file: ways come from above."""
        texts = [_("The file: place, the guest’s cluster, how many states need it."), _("Solid: shared by several.")]  # fmt: skip
        if not self.scene.narrow:
            texts = [" ".join(texts)]
        y = place.height - 18 * len(texts) + 10
        return [label(f"legend{i}", 6, y + 18 * i, text, size=12 if self.scene.narrow else 12.5) for i, text in enumerate(texts)]  # fmt: skip

    def _fresh(self):
        """The place that the deed has just written, or those whose count it changed."""
        deed = self.state.deed
        if deed is None:
            return ()
        if deed.kind == "write":
            return (self.state.image.active[deed.place],)
        now, before = self.state.counts, self.result.states[self.moment - 1].counts
        return {at for at in {*now, *before} if now.get(at) != before.get(at)}

    def _ways(self, place):
        """From the chosen cluster in each state to where it lies; dashed for snapshots."""
        items = []
        for row, number in enumerate(place.rows):
            at = place.tables[row].get(self._cluster)
            if at is None:
                continue
            x, y = place.column(self._cluster) + place.cell, place.y(row) + place.high / 2
            lane, low = x + place.gap / 2, place.y(len(place.rows) - 1) + place.high + 4
            (fx, fy) = place.spot(at)
            fx += place.wide / 2
            d = f"M{x:.1f} {y:.1f}H{lane:.1f}V{low:.1f}C{lane:.1f} {low + 26:.1f} {fx:.1f} {fy - 30:.1f} {fx:.1f} {fy:.1f}"
            present = number is None
            items.append(path(f"way{number or 0}", d, arrow=True, dash=not present, tone="accent" if present else "idle"))  # fmt: skip
        return items

    # Telling

    def labels(self, told):
        return [
            _(DID[state.deed.kind], place=state.deed.place) if state.deed else _("the start")
            for state in told.states
        ]

    def describe(self, state):
        image, said = state.image, _(state.why)
        if self._snapshot not in image.snapshots:
            return said
        freed = delete(image, self._snapshot)[1]
        more = plural(
            "Deleting snapshot {number} now would copy nothing and free {count} cluster.",
            "Deleting snapshot {number} now would copy nothing and free {count} clusters.",
            freed, number=self._snapshot,
        )  # fmt: skip
        return f"{said}\n{more}"

    def tone(self, state):
        return "warn" if state.length > state.image.used else "accent"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("clusters in use"), str(end.image.used)),
            (_("free inside the file"), str(end.length - end.image.used)),
            (_("length of the file in clusters"), str(end.length)),
        ]

    def table(self, state):
        head = [_("place in the file"), _("the guest’s cluster"), _("count"), _("needed by")]
        place = _Place(state, narrow=False)
        rows = [
            [at, place.owner.get(at, "–"), state.counts.get(at, 0), self._needed(place, at)]
            for at in range(state.length)
        ]
        return Table(
            head, rows or [["–"] * len(head)], caption=_("The clusters of the file, and who needs them")
        )  # fmt: skip

    def _needed(self, place, at):
        names = [
            self._row_name(number, narrow=False)
            for row, number in enumerate(place.rows) if at in place.tables[row].values()
        ]  # fmt: skip
        return ", ".join(names) or _("nobody: free")


class _Place:
    """Where the states and the file stand, and which cluster of the guest a place holds."""

    def __init__(self, state, *, narrow):
        image = state.image
        self.clusters, self.counts, self.length = image.clusters, state.counts, state.length
        self.rows = [*sorted(image.snapshots), None]  # the present last, beside the file
        self.tables = [*(image.snapshots[n] for n in self.rows[:-1]), image.active]
        self.owner = {at: cluster for table in self.tables for cluster, at in table.items()}
        self.name, self.gap = (62, 4) if narrow else (118, 9)
        self.left = self.name + (8 if narrow else 18)
        self.width = 460 if narrow else 900
        self.cell = (self.width - self.left - 4) / self.clusters - self.gap
        self.high, self.pitch = (26, 31) if narrow else (30, 36)
        self.top = 112 if narrow else 76
        self.a_line = 8 if narrow else 16
        self.wide, self.deep = (self.width - 8) / self.a_line - 6, 30
        self.file = self.y(len(self.rows)) + 56
        lines = max(1, -(-self.length // self.a_line))
        self.height = self.file + lines * (self.deep + 24) + (44 if narrow else 26)

    def column(self, cluster):
        return self.left + cluster * (self.cell + self.gap)

    def y(self, row):
        return self.top + 20 + row * self.pitch

    def spot(self, at):
        line, column = divmod(at, self.a_line)
        return 6 + column * (self.wide + 6), self.file + line * (self.deep + 24)

    def fill(self, at):
        """Solid where several states share it: never by colour alone, the count stands there."""
        return "solid" if self.counts[at] > 1 else "soft"
