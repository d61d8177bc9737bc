"""A thin pool: what is promised, what is shared, what deleting gives back, what happens when full."""

import ipywidgets as w

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.volumes.drawing import FREE, binary_text, extents_cells
from coursekit.sims.volumes import thin
from coursekit.sims.volumes.thinplay import (
    EACH,
    MOST,
    NAMES,
    SNAPSHOTS,
    SPARE,
    Deed,
    gone,
    pool_of,
    tell,
    why_full,
)
from coursekit.ui.controls import Check, Pick, Slider, as_named
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

EXAMPLE = (
    Deed("write", "a", 0, True), Deed("write", "a", 1), Deed("write", "b", 0, True),
    Deed("snapshot", "a"), Deed("write", "a", 1),
)  # fmt: skip
POLICIES = {"queue": mark("writes wait, 60 s at most"), "error": mark("writes fail at once")}
CHUNKS = {64: mark("64 KiB"), 256: mark("256 KiB"), 1024: mark("1 MiB")}
DID = {
    "write": mark("a small write to chunk {chunk} of {volume}"), "write whole": mark("a write over all of chunk {chunk} of {volume}"),
    "snapshot": mark("{volume} is taken of {origin}"), "delete": mark("{volume}: its files are deleted"), "fstrim": mark("{volume}: fstrim"),
    "create": mark("new volume {volume}"), "remove": mark("{volume} is removed"), "extend": mark("the pool grows by a chunk"), "wait": mark("a minute goes by"),
}  # fmt: skip
HUES = {name: at for at, name in enumerate((*NAMES, "", *SNAPSHOTS))}
LINE, POOL = 38, 46  # pitch of the volumes, height of the pool's chunks
SMALL = 4096  # bytes of a small write


class ThinLab(DeedsLab):
    """Press a chunk of a volume to choose it; write, delete, trim, take snapshots."""

    name = "volumes-thin"
    title = mark("A thin pool: promised, shared, given back")
    kind_of_deed = Deed

    def controls(self):
        volumes = as_named((*NAMES, *SNAPSHOTS))
        return (
            Pick("volume", mark("Volume"), "a", volumes),
            Slider("place", mark("Chunk of it"), 0, 0, MOST - 1),
            Check("whole", mark("The write covers the whole chunk"), False),
            Pick("policy", mark("When the pool is full"), "queue", POLICIES),
            Pick("chunk", mark("Size of a chunk"), 64, CHUNKS, more=True),
            Slider("size", mark("Chunks of a new volume"), EACH, 1, MOST, more=True),
        )

    def story(self, actions, volume, place, whole, policy, chunk, size):
        self._volume, self._place = volume, place
        return tell(pool_of(policy, chunk << 10), self.steps(actions, EXAMPLE))

    # Acting

    def tools(self):
        def volume(text, kind):
            return button(text, lambda: self.do(kind, self.values["volume"]))

        return (
            w.Label(_("Volume")),
            button(_("Write"), self._write),
            volume(_("Delete its files"), "delete_file"),
            volume(_("fstrim"), "trim"),
            volume(_("Take a snapshot"), "snapshot"),
            volume(_("Remove"), "remove"),
            w.Label(_("Pool")),
            button(_("New volume"), self._new),
            button(_("Add a chunk"), lambda: self.do("extend")),
            button(_("Wait a minute"), lambda: self.do("wait")),
        )

    def _write(self):
        self.do("write", self.values["volume"], self.values["place"], self.values["whole"])

    def _new(self):
        there = {each.name for each in self.state.pool.volumes}
        name = next((each for each in NAMES if each not in there), NAMES[0])
        self.do("new", name, self.values["size"])

    def _press(self, name):
        kind, *rest = name.split("-")
        if kind == "chunk" and not self.locked:
            self.set(volume=rest[0], place=int(rest[1]))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        place = _Place(state, narrow=self.scene.narrow)
        items = facts(self._facts(state), narrow=place.narrow)
        items += self._ways(state, place)
        items.append(label("volumes", 6, place.volumes - 10, _("Thin volumes: the number is the chunk of the pool"), weight=600))  # fmt: skip
        for row, volume in enumerate(state.pool.volumes):
            items += self._row(state, place, row, volume)
        items += self._pool(state, place)
        items += key(self._key(), place.width, place.height - place.legend, a_line=2 if place.narrow else 4)  # fmt: skip
        self.scene.show(
            items, width=width_of(self.scene), height=place.height,
            label=_("The volumes and what each chunk of the pool is used for"),
        )  # fmt: skip

    def _facts(self, state):
        pool = state.pool
        troubles = [
            _("waiting: {n}", n=len(state.waiting)) if state.waiting else "",
            _("failed: {n}", n=state.lost) if state.lost else "",
        ]
        trouble = " · ".join(each for each in troubles if each)
        full = (trouble, "bad") if trouble else (_(why_full(state)), "warn" if not pool.free else "ok")  # fmt: skip
        took = _("reads {reads}, writes {writes}", reads=state.took.reads, writes=state.took.writes)
        return [
            (_("in use: {n} of {all}", n=pool.used, all=pool.chunks), "warn" if not pool.free else "accent"),
            (_("promised: {n} times", n=number(pool.promised)), "warn" if pool.promised > 1 else "idle"),
            (took, "idle"),
            full,
        ]  # fmt: skip

    def _row(self, state, place, row, volume):
        """A volume's map: for each of its chunks, the chunk of the pool."""
        y, deed = place.volumes + row * LINE, state.deed
        chosen = volume.name == self._volume
        items = [label(f"name-{volume.name}", 8, y + 20, volume.name, weight=700 if chosen else 500, size=14)]  # fmt: skip
        looks = []
        for at, to in enumerate(volume.map):
            dead = (volume.name, at) in state.deleted and to >= 0
            if to < 0:
                look = dict(FREE)
            elif dead:
                look = {"tone": "warn", "fill": "soft"}
            else:
                look = {"hue": HUES[volume.name] % 6, "fill": "soft"}
            waits = any((each.volume, each.chunk) == (volume.name, at) for each in state.waiting)
            text = "…" if waits else "" if to < 0 else f"✗{to}" if dead else str(to)
            looks.append({
                **look, **({"tone": "bad", "fill": "soft"} if waits else {}), "name": f"chunk-{volume.name}-{at}", "text": text,
                "selected": chosen and at == self._place,
                "glow": deed is not None and deed.kind.startswith("write") and (deed.volume, deed.chunk) == (volume.name, at),
                "press": None if self.locked else _("chunk {n} of {name}: press to choose it", n=at, name=volume.name),
            })  # fmt: skip
        items += extents_cells("chunk", place.left, y, place.cell, 30, looks)
        if not place.narrow and len(volume.map) <= 11:
            said = _("promised {all}, takes {n}", all=len(volume.map), n=volume.mapped)
            items.append(label(f"said-{volume.name}", place.left + len(volume.map) * place.cell + 10, y + 20, said, size=12))  # fmt: skip
        return items

    def _pool(self, state, place):
        """The pool's chunks: how many volumes map each."""
        counts, useless = thin.references(state.pool), gone(state)
        text = _("The pool: chunks of {size}; how many volumes map each", size=binary_text(state.pool.chunk))  # fmt: skip
        items = [label("pool", 6, place.pool - 10, text, weight=600)]
        for at in range(state.pool.chunks):
            count = counts.get(at, 0)
            if not count:
                look = dict(FREE)
            elif at in useless:
                look = {"tone": "warn", "fill": "soft", "text": f"✗ ×{count}"}
            else:
                look = {"tone": "accent", "fill": "solid" if count > 1 else "soft", "text": f"×{count}"}  # fmt: skip
            x, y = place.chunk(at)
            items.append(box(f"pool{at}", x, y, place.wide, POOL, r=6, size=14, **look))
            items.append(label(f"pool-number{at}", x + place.wide / 2, y + POOL + 13, str(at), anchor="middle", size=11))  # fmt: skip
        return items

    def _ways(self, state, place):
        """From the chosen volume's chunks to their places."""
        items = []
        for row, volume in enumerate(state.pool.volumes):
            if volume.name != self._volume:
                continue
            for at, to in enumerate(volume.map):
                if to < 0:
                    continue
                x, y = place.left + (at + 0.5) * place.cell, place.volumes + row * LINE + 30
                tx, ty = place.chunk(to)
                tx += place.wide / 2
                bend = (ty - y) / 2
                d = f"M{x:.1f} {y:.1f}C{x:.1f} {y + bend:.1f} {tx:.1f} {ty - bend:.1f} {tx:.1f} {ty - 2:.1f}"
                chosen = at == self._place
                items.append(path(f"way{at}", d, tone="accent" if chosen else "idle", dash=not chosen, arrow=chosen))  # fmt: skip
        return items

    def _key(self):
        return [
            ("box", {"tone": "accent", "fill": "soft"}, _("one volume has it")),
            ("box", {"tone": "accent", "fill": "solid"}, _("shared")),
            ("box", {"tone": "warn", "fill": "soft"}, _("✗ deleted, not given back")),
            ("box", FREE, _("free")),
        ]

    # In words

    def labels(self, told):
        return [
            _(DID[state.deed.kind], chunk=state.deed.chunk, volume=state.deed.volume, origin=state.deed.origin)
            if state.deed
            else _("two empty volumes")
            for state in told.states
        ]  # fmt: skip

    def describe(self, state):
        said = " ".join(_(each) for each in state.why)
        if state.took.allocated and state.deed.kind == "write":
            times = number(thin.amplification(state.pool.chunk, SMALL))
            said += " " + _("A write of 4 KiB takes a chunk of {size}: {times} times its size.", size=binary_text(state.pool.chunk), times=times)  # fmt: skip
        useless = len(gone(state))
        if useless:
            said += "\n" + plural("{count} chunk of the pool holds only deleted files.", "{count} chunks of the pool hold only deleted files.", useless)  # fmt: skip
        return said

    def tone(self, state):
        if state.waiting or state.lost or state.broken:
            return "bad"
        return "warn" if not state.pool.free or gone(state) else "accent"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("chunks in use"), str(end.pool.used)),
            (_("reads and writes"), str(end.total.reads + end.total.writes)),
            (_("writes that failed"), str(end.lost)),
        ]

    def table(self, state):
        head = [_("volume"), _("promised, chunks"), _("mapped"), _("to chunks of the pool"), _("of them shared")]  # fmt: skip
        counts = thin.references(state.pool)
        rows = [
            [
                each.name, len(each.map), each.mapped, " ".join(str(to) for to in each.map if to >= 0) or "–",
                sum(counts[to] > 1 for to in each.map if to >= 0),
            ]
            for each in state.pool.volumes
        ]  # fmt: skip
        rows = rows or [["–"] * len(head)]
        return Table(head, rows, caption=_("The thin volumes, and the chunks they are given"))


class _Place:
    """Volumes above, the pool below."""

    def __init__(self, state, *, narrow):
        self.narrow, self.width = narrow, 460 if narrow else 900
        self.left = 36 if narrow else 46
        self.cell = (self.width - self.left - 6) / MOST
        self.volumes = 112 if narrow else 76
        self.pool = self.volumes + max(1, len(state.pool.volumes)) * LINE + 60
        most = pool_of().chunks + SPARE
        self.a_line = most // 2 if narrow else most
        self.wide = (self.width - 12) / self.a_line - 6
        lines = -(-state.pool.chunks // self.a_line)
        self.legend = 46 if narrow else 24
        self.height = self.pool + lines * (POOL + 22) + 8 + self.legend

    def chunk(self, at):
        """The corner of a pool chunk."""
        line, column = divmod(at, self.a_line)
        return 6 + column * (self.wide + 6), self.pool + line * (POOL + 22)
