"""From volumes to disks: the extents of each, where a byte lies, what a dead disk takes along."""

from dataclasses import dataclass

import ipywidgets as w

from coursekit.i18n import _, mark, plural
from coursekit.labs.volumes.drawing import FREE, extents_cells, whole
from coursekit.sims.volumes import extents
from coursekit.sims.volumes.extents import EXTENT
from coursekit.sims.volumes.mapstory import DISKS, EACH, NAMES, STRIPES, Deed, tell
from coursekit.ui.controls import Pick, Slider, as_named
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

EXAMPLE = (
    Deed("create", "a", 5), Deed("create", "b", 3), Deed("create", "c", 4, "striped2"),
    Deed("extend", "a", 4),
)  # fmt: skip
KINDS = {"linear": mark("linear"), "striped2": mark("2 stripes"), "striped3": mark("3 stripes")}
LINE = 40  # pitch of the volumes


class MapLab(DeedsLab):
    """Press an extent of a volume to see where it lies; a disk to choose it."""

    name = "volumes-map"
    title = mark("From volumes to disks, extent by extent")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("name", mark("Volume"), "a", as_named(NAMES)),
            Slider("extents", mark("Extents"), 4, 1, 40),
            Pick("kind", mark("Kind"), "linear", KINDS),
            Pick("disk", mark("Disk chosen"), 1, dict(enumerate(DISKS, 1))),
            Slider("byte", mark("Byte of the volume"), 0, 0, len(DISKS) * EACH * EXTENT - 1, more=True),
        )  # fmt: skip

    def story(self, actions, name, extents, kind, disk, byte):
        self._name, self._disk, self._byte = name, disk, byte
        return tell(self.steps(actions, EXAMPLE))

    # Acting

    def tools(self):
        def volume(text, kind, *more):
            return button(text, lambda: self.do(kind, self.values["name"], *(self.values[each] for each in more)))  # fmt: skip

        return (
            w.Label(_("Volume")),
            volume(_("Create"), "create", "extents", "kind"),
            volume(_("Extend"), "extend", "extents"),
            volume(_("Reduce"), "reduce", "extents"),
            volume(_("Remove"), "remove"),
            w.Label(_("Disks")),
            button(_("Add a disk"), lambda: self.do("add_disk")),
            button(_("Let the chosen one die"), lambda: self.do("kill", self.values["disk"])),
        )

    def _press(self, name):
        kind, *rest = name.split("-")
        if self.locked:
            return
        if kind == "disk":
            self.set(disk=int(rest[0]) + 1)
        elif kind == "le":
            self.set(name=rest[0], byte=int(rest[1]))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        place = _Place(state, narrow=self.scene.narrow)
        lit = self._lit(state)
        items = facts(self._facts(state), narrow=place.narrow)
        items += self._ways(state, place)
        items += self._volumes(state, place, lit)
        items += self._group(state, place)
        items += self._disks(state, place, lit)
        items += key(
            self._key(),
            place.width,
            place.height - 22 - 22 * place.narrow,
            a_line=2 if place.narrow else 4,
        )
        self.scene.show(
            [*items, *self._way(place, lit)], width=width_of(self.scene), height=place.height,
            label=_("The volumes, the group and the disks, extent by extent"),
        )  # fmt: skip

    def _facts(self, state):
        group, lost = state.group, sum(state.lost(each.name) > 0 for each in state.group.volumes)
        damage = plural("{count} volume damaged", "{count} volumes damaged", lost) if lost else _("every extent is there")  # fmt: skip
        return [
            (_("disks in the group: {n}", n=len(group.pvs)), "idle"),
            (_("free extents: {n} of {all}", n=group.free_extents, all=sum(group.sizes)), "accent"),
            (_("volumes: {n}", n=len(group.volumes)), "idle"),
            (damage, "bad" if lost else "warn" if state.dead else "ok"),
        ]

    def _key(self):
        return [
            ("box", {"hue": 0, "fill": "soft"}, _("linear, extents numbered")),
            ("box", {"hue": 0, "fill": "solid"}, _("striped: c:0 is stripe 0 of c")),
            ("box", FREE, _("free")),
            ("box", {"tone": "bad", "fill": "none", "dash": True}, _("lost with a disk")),
        ]

    def _lit(self, state):
        """The chosen byte's place: segment, lane, cell of the lane; its disk and byte there."""
        for volume in state.group.volumes:
            if volume.name == self._name and self._byte < volume.extents * EXTENT:
                return _lit(volume, self._byte)
        return None

    def _volumes(self, state, place, lit):
        items = [label("volumes", 6, place.volumes - 10, _("Logical volumes"), weight=600)]
        if not state.group.volumes:
            items.append(label("none", 6, place.volumes + 20, _("none yet: all extents are free"), size=13))  # fmt: skip
        for row, volume in enumerate(state.group.volumes):
            items += self._volume(state, place, lit, row, volume)
        return items

    def _volume(self, state, place, lit, row, volume):
        """Its name and its extents in order; a striped segment has a line for each stripe."""
        y, chosen = place.volumes + row * LINE, volume.name == self._name
        items = [label(f"name-{volume.name}", 8, y + 20, volume.name, weight=700 if chosen else 500, size=15)]  # fmt: skip
        items.append(label(f"size-{volume.name}", 24, y + 20, _("{n} ext.", n=volume.extents), size=11.5))  # fmt: skip
        for at, segment in enumerate(volume.segments):
            lanes = len(segment.areas)
            high = 30 / lanes
            for lane, area in enumerate(segment.areas):
                looks = []
                for cell in range(area.count):
                    first = _first_byte(segment, lane, cell)
                    here = chosen and lit is not None and (lit.segment, lit.lane, lit.cell) == (at, lane, cell)  # fmt: skip
                    looks.append({
                        **_paint(volume, area.pv in state.dead), "name": f"le-{volume.name}-{first}",
                        "text": _number(segment, lane, cell), "glow": here,
                        "press": None if self.locked else _("volume {name}, extent {n}: press to see where it lies", name=volume.name, n=_number(segment, lane, cell)),
                    })  # fmt: skip
                x = place.left + segment.start * place.le
                size = 11 if lanes == 1 else 9 if lanes == 2 else 8
                items += extents_cells("le", x, y + lane * high, place.le * lanes, high - 1, looks, size=size)  # fmt: skip
        return items

    def _group(self, state, place):
        """All extents of the group in one line, in the order of its disks."""
        group = state.group
        text = _("Volume group {name}: {size} extents, {free} free", name=group.name, size=sum(group.sizes), free=group.free_extents)  # fmt: skip
        items = [label("group", 6, place.group - 10, text, weight=600)]
        for pv, looks in enumerate(self._looks(state)):
            x = place.group_x(pv)
            items += extents_cells(f"vg{pv}", x, place.group, place.vg, 20, [{**look, "text": look["text"][:1]} for look in looks])  # fmt: skip
        return items

    def _disks(self, state, place, lit):
        items = [label("disks", 6, place.disks - 10, _("Physical volumes (disks)"), weight=600)]
        for pv, looks in enumerate(self._looks(state)):
            x, y = place.disk(pv)
            device, dead = state.group.pvs[pv], pv in state.dead
            if lit is not None and lit.pv == pv:
                looks[lit.pe] = {**looks[lit.pe], "glow": True}
            what = _("{disk}: dead", disk=device.name) if dead else device.name
            cells = extents_cells(f"pe{pv}", 8, 8, place.pe, 32, looks)
            cells.append(label(f"device{pv}", 12, 58, what, weight=700))
            items.append(box(
                f"disk-{pv}", x, y, place.wide, 68, r=10, fill="paper", children=cells,
                selected=pv + 1 == self._disk, tone="bad" if dead else "idle",
                press=None if self.locked else _("disk {disk}: press to choose it", disk=what),
            ))  # fmt: skip
        return items

    def _looks(self, state):
        """For each disk, its extents: whose each is, and which one of it."""
        rows = [[{**FREE, "text": ""} for _pe in range(size)] for size in state.group.sizes]
        for volume in state.group.volumes:
            for segment in volume.segments:
                for lane, area in enumerate(segment.areas):
                    for cell in range(area.count):
                        text = f"{volume.name}{_number(segment, lane, cell)}"
                        rows[area.pv][area.first + cell] = {**_paint(volume, area.pv in state.dead), "text": text}  # fmt: skip
        return rows

    def _ways(self, state, place):
        """From each piece of the chosen volume down to where it lies."""
        items = []
        for row, volume in enumerate(state.group.volumes):
            if volume.name != self._name:
                continue
            for at, segment in enumerate(volume.segments):
                for lane, area in enumerate(segment.areas):
                    x = place.left + (segment.start + segment.count / 2) * place.le
                    y = place.volumes + row * LINE + 30
                    tx, ty = place.extent(area.pv, area.first + area.count / 2 - 0.5)
                    items.append(path(f"way{at}-{lane}", _curve(x, y, tx, ty), tone="idle", dash=True, faded=True))  # fmt: skip
        return items

    def _way(self, place, lit):
        """The chosen byte's way, from the volume to the disk."""
        if lit is None:
            return []
        row = [each.name for each in self.state.group.volumes].index(self._name)
        segment = lit.of
        lanes = len(segment.areas)
        x = place.left + (segment.start + (lit.cell + 0.5) * lanes) * place.le
        y = place.volumes + row * LINE + (lit.lane + 1) * 30 / lanes - 1
        tx, ty = place.extent(lit.pv, lit.pe)
        return [path("byte", _curve(x, y, tx, ty), tone="accent", arrow=True)]

    # In words

    def labels(self, told):
        return [self._did(state) for state in told.states]

    def _did(self, state):
        if state.deed is None:
            return _("two disks, one group")
        return state.line or _("{disk} dies", disk=DISKS[state.deed.name - 1])

    def describe(self, state):
        said = " ".join(_(each) for each in state.why)
        if state.line:
            said = f"{state.line}\n{said}"
        return f"{said}\n{self._byte_said(state)}"

    def _byte_said(self, state):
        lit = self._lit(state)
        if lit is None:
            return _("Volume {name} has no byte {byte} here.", name=self._name, byte=whole(self._byte))  # fmt: skip
        return _(
            "Byte {byte} of {name} is byte {at} of {disk}, in its extent {pe}.",
            byte=whole(self._byte), name=self._name, at=whole(lit.at), disk=state.group.pvs[lit.pv].name, pe=lit.pe,
        )  # fmt: skip

    def tone(self, state):
        if any(state.lost(each.name) for each in state.group.volumes):
            return "bad"
        return "warn" if state.dead else "accent"

    def summary(self, told):
        end = told.states[-1]
        lost = [each.name for each in end.group.volumes if end.lost(each.name)]
        return [
            (_("free extents"), str(end.group.free_extents)),
            (_("pieces of all volumes"), str(sum(len(extents.runs_of(each)) for each in end.group.volumes))),
            (_("damaged volumes"), ", ".join(lost) or "–"),
        ]  # fmt: skip

    def table(self, state):
        head = [_("volume"), _("extents"), _("kind"), _("where it lies"), _("extents lost")]
        group = state.group
        rows = [
            [
                each.name, each.extents, _(KINDS[next(how for how, n in STRIPES.items() if n == each.stripes)]),
                "; ".join(group.ranges(each)), state.lost(each.name),
            ]
            for each in group.volumes
        ]  # fmt: skip
        rows.append([_("free"), group.free_extents, "–", self._free(group), "–"])
        return Table(head, rows, caption=_("The volumes, and the extents they consist of"))

    def _free(self, group):
        runs = [f"{group.pvs[run.pv].name}:{run.first}-{run.last}" for run in group.free]
        return "; ".join(runs) or "–"


@dataclass(frozen=True)
class _Lit:
    """Where a byte of a volume lies: in the volume's picture and on the disk."""

    segment: int
    of: extents.Segment
    lane: int
    cell: int
    pv: int
    at: int
    pe: int


def _lit(volume, byte):
    pv, at = extents.place(volume, byte)
    pe = (at - extents.PE_START) // EXTENT
    for number_, segment in enumerate(volume.segments):
        for lane, area in enumerate(segment.areas):
            if area.pv == pv and area.first <= pe <= area.last:
                return _Lit(number_, segment, lane, pe - area.first, pv, at, pe)
    raise AssertionError("every byte of a volume lies in one of its areas")


def _first_byte(segment, lane, cell):
    """The first byte of the volume that lies in a cell of a lane."""
    stripes = len(segment.areas)
    return (segment.start + cell * stripes) * EXTENT + (lane * segment.stripe if stripes > 1 else 0)


def _number(segment, lane, cell):
    """Which extent of a linear volume; in a striped one, which stripe."""
    return str(segment.start + cell) if len(segment.areas) == 1 else f":{lane}"


def _paint(volume, dead):
    look = {"hue": NAMES.index(volume.name), "fill": "solid" if len(volume.segments[0].areas) > 1 else "soft"}  # fmt: skip
    return {"tone": "bad", "fill": "none", "dash": True} if dead else look


def _curve(x, y, tx, ty):
    bend = (ty - y) / 2
    return f"M{x:.1f} {y:.1f}C{x:.1f} {y + bend:.1f} {tx:.1f} {ty - bend:.1f} {tx:.1f} {ty:.1f}"


class _Place:
    """Volumes above, the group in the middle, disks below."""

    def __init__(self, state, *, narrow):
        self.narrow, count = narrow, len(state.group.pvs)
        self.width = 460 if narrow else 900
        volumes = state.group.volumes
        self.left = 68
        most = max(12, *(each.extents for each in volumes), 0) if volumes else 12
        self.le = min(40, (self.width - self.left - 6) / most)
        self.volumes = 112 if narrow else 76
        self.group = self.volumes + max(1, len(volumes)) * LINE + 40
        self.disks = self.group + 64
        self.a_line = 1 if narrow else count
        self.gap = 12
        self.wide = (self.width - 8 - self.gap * (self.a_line - 1)) / self.a_line
        self.pe = (self.wide - 16) / EACH
        self.vg = (self.width - 16) / (EACH * count) if narrow else self.pe
        self.height = self.disks + -(-count // self.a_line) * 76 + 30 + 22 * self.narrow

    def group_x(self, pv):
        return 8 + pv * EACH * self.vg if self.narrow else self.disk(pv)[0] + 8

    def disk(self, pv):
        line, at = divmod(pv, self.a_line)
        return 4 + at * (self.wide + self.gap), self.disks + line * 76

    def extent(self, pv, pe):
        """The top of an extent's cell on its disk."""
        x, y = self.disk(pv)
        return x + 8 + (pe + 0.5) * self.pe, y + 8
