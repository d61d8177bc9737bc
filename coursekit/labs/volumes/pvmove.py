"""A disk emptied while it is used: the mirror piece by piece, a power failure, going on."""

from itertools import pairwise

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.volumes.drawing import FREE, duration_text, extents_cells
from coursekit.sims.volumes import moveplay
from coursekit.sims.volumes import pvmove as moving
from coursekit.sims.volumes.moveplay import EXTENT_MIB, NAMES, SIZE, play
from coursekit.sims.volumes.pvmove import Deed
from coursekit.ui.controls import Pick, Slider, as_named
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

THEN = {"resume": mark("go on"), "abort": mark("give up")}
WHAT = {
    "crash": mark("the power fails"), "resume": mark("the machine is up again"),
    "abort": mark("pvmove --abort"),
}  # fmt: skip


class PvmoveLab(StoryLab):
    """Press an extent of a volume to see which disk answers, and where a write goes."""

    name = "volumes-pvmove"
    title = mark("A disk emptied while it is used")

    def controls(self):
        return (
            Slider("extents", mark("Extents to move (1 GiB each)"), 12, 1, SIZE),
            Slider("crash", mark("Power fails at extent (0: never)"), 0, 0, SIZE),
            Pick("then", mark("After that"), "resume", THEN, when=lambda values: values["crash"] > 0),
            Slider("rate", mark("Speed of copying"), 100, 10, 2000, 10, mark("MiB/s")),
            Slider("volumes", mark("Volumes on the disk"), 3, 1, len(NAMES)),
            Pick("volume", mark("Volume looked at"), "b", as_named(NAMES), more=True),
            Slider("cell", mark("Extent looked at"), 0, 0, SIZE - 1, more=True),
        )  # fmt: skip

    def story(self, actions, extents, crash, then, rate, volumes, volume, cell):
        told = play(extents, volumes, crash, then)
        there = {each.name: each.extents for each in told.states[0].volumes}
        self._volume = volume if volume in there else "a"
        self._cell, self._rate = min(cell, there[self._volume] - 1), rate
        return told

    def _press(self, name):
        kind, *rest = name.split("-")
        if kind == "le" and not self.locked:
            self.set(volume=rest[0], cell=int(rest[1]))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        place = _Place(narrow=self.scene.narrow)
        items = facts(self._facts(state), narrow=place.narrow)
        items += self._volumes(state, place)
        items += [each for pv in (0, 1) for each in self._disk(state, place, pv)]
        items += self._ways(state, place) + self._mirror(state, place)
        items += key(self._key(), place.width, place.key, a_line=2 if place.narrow else 4)
        self.scene.show(
            items, width=width_of(self.scene), height=place.height,
            label=_("The volumes, the disk that is emptied and the new one"),
        )  # fmt: skip

    def _facts(self, state):
        all_ = sum(piece.source.count for piece in state.pieces)
        old = len(moving.lost_cells(state, 0))
        stage = {
            "copying": (_("the volumes are in use"), "ok"), "crashed": (_("no power"), "bad"),
            "aborted": (_("given up; in use"), "warn"), "done": (_("PV 0 is empty"), "ok"),
        }[state.stage]  # fmt: skip
        return [
            (_("copied and noted: {n} of {all}", n=state.done, all=all_), "accent"),
            (_("time: {time}", time=duration_text(moveplay.seconds(state, self._rate))), "idle"),
            (plural("{count} extent only on PV 0", "{count} extents only on PV 0", old), "idle" if old else "ok"),
            stage,
        ]  # fmt: skip

    def _volumes(self, state, place):
        """Each volume and its extents, as its file system sees them: always whole."""
        items = [label("head", 6, place.volumes - 10, _("Logical volumes: a file system sees no difference"), weight=600)]  # fmt: skip
        x = 6.0
        for volume in state.volumes:
            looks = [
                {
                    "name": f"le-{volume.name}-{cell}", "text": f"{volume.name}{cell}", "hue": NAMES.index(volume.name),
                    "fill": "soft", "selected": (volume.name, cell) == (self._volume, self._cell),
                    "press": None if self.locked else _("extent {n} of {name}: press to see where it lies", n=cell, name=volume.name),
                }
                for cell in range(volume.extents)
            ]  # fmt: skip
            items += extents_cells("le", x, place.volumes, place.cell, 30, looks)
            x += volume.extents * place.cell + place.gap
        return items

    def _disk(self, state, place, pv):
        y = place.disk(pv)
        held = moveplay.held(state)
        looks = [self._extent(state, held, pv, pe) for pe in range(SIZE)]
        cells = extents_cells(f"pv{pv}", 8, 8, place.cell, 34, looks)
        name = _("PV 0: the disk to be emptied") if pv == 0 else _("PV 1: the new disk")
        off = state.stage == "crashed"
        return [box(
            f"disk{pv}", 4, y, place.width - 8, 72, r=10, fill="paper", tone="bad" if off else "idle", faded=off,
            children=[*cells, label(f"name{pv}", 12, 61, name, weight=700)],
        )]  # fmt: skip

    def _extent(self, state, held, pv, pe):
        """What lies there: a valid copy, one that is being made, room kept for one, nothing."""
        if (pv, pe) in held:
            name, cell = held[pv, pe]
            mirrored = list(held.values()).count((name, cell)) > 1
            chosen = (name, cell) == (self._volume, self._cell)
            return {"text": f"{name}{cell}", "hue": NAMES.index(name), "fill": "solid" if mirrored else "soft", "glow": chosen}  # fmt: skip
        piece = state.piece
        if pv == 1 and piece and piece.target.first <= pe <= piece.target.last:
            cell = pe - piece.target.first
            if cell == state.copied and state.part_mib:
                return {"text": "…", "tone": "warn", "fill": "soft", "progress": state.part_mib / EXTENT_MIB}  # fmt: skip
            return {"tone": "accent", "fill": "none", "dash": True}
        return dict(FREE)

    def _mirror(self, state, place):
        """The piece under way, on both disks."""
        piece = state.piece
        if not piece:
            return []
        items, ends = [], []
        for run in (piece.source, piece.target):
            x, y = place.extent(run.pv, run.first)
            wide = run.count * place.cell
            ends.append(x + wide / 2)
            items.append(box(f"mirror{run.pv}", x - 3, y - 4, wide + 4, 42, r=7, fill="none", tone="warn", dash=True))  # fmt: skip
        top, low = place.disk(0) + 72, place.disk(1)
        middle = sum(ends) / 2
        text = _("mirror: extents of {name} in both places", name=piece.volume)
        items.append(path("mirror-way", f"M{ends[0]:.1f} {top}V{(top + low) / 2 - 12}", tone="warn", dash=True))  # fmt: skip
        items.append(path("mirror-way2", f"M{ends[1]:.1f} {(top + low) / 2 + 10}V{low}", tone="warn", dash=True))  # fmt: skip
        wide = 250 if place.narrow else 290
        at = min(max(middle - wide / 2, 4), place.width - wide - 4)
        items.append(box("mirror-text", at, (top + low) / 2 - 12, wide, 22, r=11, text=text, size=12, tone="warn", fill="paper"))  # fmt: skip
        return items

    def _ways(self, state, place):
        """From the chosen extent to every valid copy of it: a write takes all, a read one."""
        if state.stage == "crashed":
            return []
        sizes = [each.extents for each in state.volumes]
        row = [each.name for each in state.volumes].index(self._volume)
        x = 6 + (sum(sizes[:row]) + self._cell + 0.5) * place.cell + row * place.gap
        items = []
        for pv, pe in moving.places(state, self._volume, self._cell):
            tx, ty = place.extent(pv, pe)
            tx += place.cell / 2
            y = place.volumes + 30
            d = f"M{x:.1f} {y}C{x:.1f} {y + 26} {tx:.1f} {ty - 40:.1f} {tx:.1f} {ty - 2:.1f}"
            items.append(path(f"way{pv}", d, tone="accent", arrow=True))
        return items

    def _key(self):
        return [
            ("box", {"hue": 0, "fill": "soft"}, _("here alone")),
            ("box", {"hue": 0, "fill": "solid"}, _("copied: on both disks")),
            ("box", {"tone": "warn", "fill": "soft"}, _("begun, not noted")),
            ("box", {"tone": "accent", "fill": "none", "dash": True}, _("room kept for a copy")),
        ]

    # In words

    def labels(self, told):
        texts = [_("the first piece becomes a mirror")]
        for before, state in pairwise(told.states):
            if state.deed.kind != "tick":
                texts.append(_(WHAT[state.deed.kind]))
            elif state.done > before.done:
                switched = state.at > before.at
                texts.append(
                    _("extent {n} is noted, its piece is switched", n=state.done) if switched
                    else _("extent {n} is noted", n=state.done)
                )  # fmt: skip
            else:
                texts.append(_("extent {n} is half copied", n=state.done + 1))
        return texts

    def describe(self, state):
        said = " ".join(_(each) for each in state.why)
        if state.stage == "crashed":
            return said
        answers = (moving.tell(state, [Deed(kind, volume=self._volume, cell=self._cell)]).states[-1].why[0] for kind in ("read", "write"))  # fmt: skip
        read, write = (_(each) for each in answers)
        looked = _("Extent {n} of {name}, read: {read} Written: {write}", n=self._cell, name=self._volume, read=read, write=write)  # fmt: skip
        return f"{said}\n{looked}"

    def tone(self, state):
        return {"crashed": "bad", "aborted": "warn", "done": "ok"}.get(state.stage, "accent")

    def table(self, state):
        head = [_("piece"), _("from"), _("to"), _("its state")]
        rows = [
            [
                f"{piece.volume}, {plural('{count} extent', '{count} extents', piece.source.count)}",
                f"PV {piece.source.pv}: {piece.source.first}-{piece.source.last}",
                f"PV {piece.target.pv}: {piece.target.first}-{piece.target.last}", self._state_of(state, at),
            ]
            for at, piece in enumerate(state.pieces)
        ]  # fmt: skip
        return Table(head, rows, caption=_("The pieces of the move, and how far each is"))

    def _state_of(self, state, at):
        if at < state.at:
            return _("switched: it lies on the new disk")
        if state.piece and at == state.at:
            return _("mirror, extents copied: {n}", n=state.copied)
        return (
            _("stays on the old disk") if state.stage == "aborted" else _("waits on the old disk")
        )

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("time of copying"), duration_text(moveplay.seconds(end, self._rate))),
            (_("copied, GiB"), number(end.work_mib / 1024)),
            (_("pieces on the new disk"), str(end.at)),
        ]


class _Place:
    """Volumes above, the old disk, the new one."""

    def __init__(self, *, narrow):
        self.narrow, self.width = narrow, 460 if narrow else 900
        self.cell = (self.width - 24) / SIZE
        self.gap = 3
        self.volumes = 112 if narrow else 76
        self.key = self.disk(1) + 84
        self.height = self.key + (46 if narrow else 24)

    def disk(self, pv):
        return self.volumes + 78 + pv * 124

    def extent(self, pv, pe):
        """The corner of an extent's cell."""
        return 12 + pe * self.cell, self.disk(pv) + 8
