"""The classic snapshot: what is copied before a write, and a store that overflows."""

import ipywidgets as w
import numpy as np

from coursekit.i18n import _, mark
from coursekit.labs.volumes.drawing import FREE, binary_text, extents_cells
from coursekit.sims.message import require
from coursekit.sims.volumes import cow
from coursekit.sims.volumes.cowplay import CHUNKS, MOST, copied_now, dearest, example
from coursekit.sims.volumes.cowstory import Deed, tell
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

PATTERNS = {"uniform": mark("anywhere"), "hotspot": mark("a hot spot: 9 of 10 to a tenth")}
DID = {
    "write": mark("chunk {chunk} is written"), "snapshot": mark("{name} is taken"),
    "read": mark("chunk {chunk} is read through {name}"), "merge": mark("{name} is merged"),
    "remove": mark("{name} is removed"), "lose": mark("the disk of the origin dies"),
}  # fmt: skip
LOOKS = {"header": {"tone": "idle", "fill": "solid", "text": "H"}, "records": {"tone": "idle", "fill": "soft", "text": "R"}}  # fmt: skip
GAUGE = 26  # height of a snapshot's gauge


class SnapshotLab(DeedsLab):
    """Press a chunk or a snapshot to choose it; write, take, read, merge, remove."""

    name = "volumes-snapshot"
    title = mark("The classic snapshot and its store")
    kind_of_deed = Deed

    def controls(self):
        return (
            Slider("snapshots", mark("Snapshots"), 1, 0, MOST),
            Slider("store", mark("Store of each, in chunks"), 12, 3, 64),
            Slider("writes", mark("Writes after that"), 10, 0, 40),
            Pick("pattern", mark("Where they go"), "uniform", PATTERNS),
            Pick("chunk", mark("Chunk"), 4, {4: mark("4 KiB"), 16: mark("16 KiB"), 64: mark("64 KiB"), 512: mark("512 KiB")}, more=True),
            Slider("place", mark("Chunk of the origin chosen"), 0, 0, CHUNKS - 1, more=True),
            Slider("chosen", mark("Snapshot chosen"), 1, 1, 40, more=True),
        )  # fmt: skip

    def story(self, actions, snapshots, store, writes, pattern, chunk, place, chosen):
        self._place, self._chunk, self._chosen = place, chunk << 10, f"S{chosen}"
        rng = np.random.default_rng(self.seed)
        told = tell(CHUNKS, self.steps(actions, example(snapshots, store, writes, pattern, rng)))
        most = max(len(state.snapshots) for state in told.states)
        require(most <= MOST, "snapshots={n}: choose 0 to {most}", n=most, most=MOST)
        return told

    # Acting

    def tools(self):
        def chosen(text, kind):
            return button(text, lambda: self.do(kind, self._place, self._chosen))

        return (
            w.Label(_("Chunk chosen")),
            button(_("Write it"), lambda: self.do("write", self._place)),
            chosen(_("Read it through the snapshot"), "read"),
            w.Label(_("Snapshots")),
            button(_("Take one"), self._take_one),
            chosen(_("Merge"), "merge"),
            chosen(_("Remove"), "remove"),
            w.Label(_("Disk of the origin")),
            button(_("Let it die"), lambda: self.do("lose")),
        )

    def _take_one(self):
        taken = [state.deed.name for state in self.result.states if state.deed and state.deed.kind == "snapshot"]  # fmt: skip
        number = 1 + max((int(name[1:]) for name in taken), default=0)
        self.do("snapshot", 0, f"S{number}", self.values["store"])

    def _press(self, name):
        if self.locked:
            return
        kind, _dash, rest = name.partition("-")
        if kind == "origin":
            self.set(place=int(rest))
        elif kind == "gauge":
            self.set(chosen=int(rest[1:]))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        snapshot = self._snapshot(state)
        place = _Place(state, snapshot, narrow=self.scene.narrow)
        items = facts(self._facts(state), narrow=place.narrow)
        items += self._origin(state, place, snapshot) + self._gauges(state, place, snapshot)
        items = (self._store(state, place, snapshot) if snapshot else []) + items
        items += key(self._key(), place.width, place.height - place.legend, a_line=2 if place.narrow else 4)  # fmt: skip
        self.scene.show(
            items, width=width_of(self.scene), height=place.height,
            label=_("The chunks of the origin, and the stores of its snapshots"),
        )  # fmt: skip

    def _snapshot(self, state):
        """The chosen one, else the first."""
        found = [each for each in state.snapshots if each.name == self._chosen]
        return (found or state.snapshots or (None,))[0]

    def _facts(self, state):
        invalid = [each.name for each in state.snapshots if not each.valid]
        most = dearest(self.result, self.moment)
        dead = (_("the origin is dead"), "bad") if state.lost else (_("the origin works"), "ok")
        return [
            (_("this step, I/Os: {n}", n=state.ios), "accent"),
            (_("most for one write: {n}", n=most), "warn" if most > 1 else "idle"),
            (_("in all, I/Os: {n}", n=state.total), "idle"),
            (_("invalid snapshots: {n}", n=len(invalid)), "bad") if invalid else dead,
        ]  # fmt: skip

    def _origin(self, state, place, snapshot):
        """The volume that is in use; what has changed since the chosen snapshot is solid."""
        items = [label("origin", 6, place.origin - 10, _("Origin: the volume in use"), weight=600)]
        deed = state.deed
        looks = []
        for at in range(CHUNKS):
            kept = snapshot is not None and snapshot.holds(at)
            look = {"tone": "bad", "fill": "none", "dash": True} if state.lost else {"hue": 0, "fill": "solid" if kept else "soft"}  # fmt: skip
            looks.append({
                **look, "name": f"origin-{at}", "text": str(at), "selected": at == self._place,
                "glow": deed is not None and deed.kind in ("write", "read") and deed.chunk == at,
                "press": None if self.locked else _("chunk {n} of the origin: press to choose it", n=at),
            })  # fmt: skip
        for line in range(CHUNKS // place.a_line):
            part = looks[line * place.a_line : (line + 1) * place.a_line]
            items += extents_cells("origin", 6, place.origin + line * 36, place.cell, 30, part)
        return items

    def _gauges(self, state, place, snapshot):
        """How full each store is."""
        items = [label("gauges", 6, place.gauges - 10, _("Snapshots: how full the store of each is"), weight=600)]  # fmt: skip
        if not state.snapshots:
            items.append(label("none", 6, place.gauges + 18, _("none: a write is one write"), size=13))  # fmt: skip
        for at, each in enumerate(state.snapshots):
            x, y = place.gauge(at)
            used = len(each.copies)
            if each.valid:
                text = _("{name}: {n} of {all}", name=each.name, n=used, all=each.capacity)
                look = {"tone": "warn" if used >= each.capacity else "accent"}
            else:
                text, look = _("{name}: invalid", name=each.name), {"tone": "bad"}
            share = used / max(1, each.capacity)
            if share:
                items.append(box(f"full-{each.name}", x, y, place.wide * share, GAUGE, r=6, fill="soft", **look))  # fmt: skip
            items.append(box(
                f"gauge-{each.name}", x, y, place.wide, GAUGE, r=6, text=text, size=12.5, fill="none" if each.valid else "solid",
                selected=snapshot is not None and each.name == snapshot.name, **look,
                press=None if self.locked else _("snapshot {what}: press to choose it", what=text),
            ))  # fmt: skip
        return items

    def _store(self, state, place, snapshot):
        """The chosen store, chunk by chunk."""
        held = [chunk for chunk, _value in snapshot.copies]
        room = cow.Store(chunks=snapshot.store.chunks, chunk=self._chunk)
        text = _("Store of {name}: {n} chunks of {size}, old chunks kept: {kept}", name=snapshot.name, n=room.chunks, size=binary_text(self._chunk), kept=binary_text(len(held) * self._chunk) if held else 0)  # fmt: skip
        items = [label("store", 6, place.store - 10, text, weight=600, size=12.5 if place.narrow else 13.5)]  # fmt: skip
        if place.narrow:
            items[0]["text"] = _("Store of {name}: {n} chunks of {size}", name=snapshot.name, n=room.chunks, size=binary_text(self._chunk))  # fmt: skip
        queue, looks = list(held), []
        for role in cow.layout(room):
            if role != "data":
                looks.append(dict(LOOKS[role]))
            elif queue and snapshot.valid:
                looks.append({"hue": 2, "fill": "solid", "text": str(queue.pop(0))})
            else:
                looks.append({"tone": "bad", "fill": "soft", "text": "✗"} if not snapshot.valid else dict(FREE))  # fmt: skip
        for line in range(place.lines):
            part = looks[line * place.store_line : (line + 1) * place.store_line]
            items += extents_cells(f"store{line}", 6, place.store + line * 32, place.store_cell, 26, part)  # fmt: skip
        return self._copy(state, place, snapshot, [at for at, look in enumerate(looks) if look.get("hue") == 2]) + items  # fmt: skip

    def _copy(self, state, place, snapshot, filled):
        """The old chunk's way into the store."""
        before = self.result.states[max(0, self.moment - 1)]
        if not filled or state.deed is None or state.deed.kind != "write" or not copied_now(before, state, snapshot.name):  # fmt: skip
            return []
        line, at = divmod(state.deed.chunk, place.a_line)
        x, y = 6 + (at + 0.5) * place.cell, place.origin + line * 36 + 30
        line, at = divmod(filled[-1], place.store_line)
        tx, ty = 6 + (at + 0.5) * place.store_cell, place.store + line * 32
        d = f"M{x:.1f} {y:.1f}C{x:.1f} {y + 40:.1f} {tx:.1f} {ty - 60:.1f} {tx:.1f} {ty - 2:.1f}"
        return [path("copy", d, tone="warn", arrow=True)]

    def _key(self):
        return [
            ("box", {"hue": 0, "fill": "solid"}, _("changed since")),
            ("box", {"hue": 2, "fill": "solid"}, _("old chunk, kept")),
            ("box", {"tone": "idle", "fill": "solid"}, _("H header, R records")),
            ("box", FREE, _("free")),
        ]

    # In words

    def labels(self, told):
        return [
            _(DID[state.deed.kind], chunk=state.deed.chunk, name=state.deed.name or _("the origin"))
            if state.deed
            else _("no snapshot yet")
            for state in told.states
        ]

    def describe(self, state):
        said = [_(each) for each in state.why]
        if len(said) > 4:  # ten snapshots say the same
            said = [*said[:2], "…", *said[-2:]]
        return " ".join(said)

    def tone(self, state):
        broken = state.lost or any(not each.valid for each in state.snapshots)
        return "bad" if broken else "warn" if state.ios > 3 else "accent"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("reads and writes"), str(end.total)),
            (_("most for one write"), str(dearest(told, len(told.states)))),
            (_("invalid snapshots"), str(sum(not each.valid for each in end.snapshots))),
        ]

    def table(self, state):
        head = [_("snapshot"), _("chunks of its store"), _("room for old chunks"), _("used"), _("old chunks of"), _("valid")]  # fmt: skip
        rows = [
            [
                each.name, each.store.chunks, each.capacity, len(each.copies),
                " ".join(str(chunk) for chunk, _value in each.copies) or "–", _("yes") if each.valid else _("no"),
            ]
            for each in state.snapshots
        ]  # fmt: skip
        return Table(head, rows or [["–"] * len(head)], caption=_("The snapshots, and what their stores hold"))  # fmt: skip


class _Place:
    """The origin, a gauge for each snapshot, the chosen store."""

    def __init__(self, state, snapshot, *, narrow):
        self.narrow, self.width = narrow, 460 if narrow else 900
        self.a_line = 12 if narrow else CHUNKS
        self.cell = (self.width - 12) / self.a_line
        self.origin = 112 if narrow else 76
        self.gauges = self.origin + (CHUNKS // self.a_line) * 36 + 34
        self.columns = 2 if narrow else 5
        self.wide = (self.width - 12 - 8 * (self.columns - 1)) / self.columns
        lines = max(1, -(-len(state.snapshots) // self.columns))
        self.store = self.gauges + lines * (GAUGE + 8) + 34
        chunks = snapshot.store.chunks if snapshot else 0
        most = 16 if narrow else 32
        self.store_line = min(most, max(12, chunks))
        self.store_cell = (self.width - 12) / max(self.store_line, 16 if narrow else 24)
        self.lines = -(-chunks // self.store_line) if chunks else 0
        self.legend = 46 if narrow else 24
        self.height = self.store + self.lines * 32 + 12 + self.legend - (0 if snapshot else 30)

    def gauge(self, at):
        line, column = divmod(at, self.columns)
        return 6 + column * (self.wide + 8), self.gauges + line * (GAUGE + 8)
