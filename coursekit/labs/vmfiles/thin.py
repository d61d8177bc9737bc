"""Thin and thick disks on one datastore: what is promised, what is used, when it is full."""

from contextlib import suppress
from dataclasses import replace

import ipywidgets as w

from coursekit.i18n import _, mark, number
from coursekit.sims.message import ParameterError, require
from coursekit.sims.vmfiles.thin import ALARM, Datastore, Deed, Disk, tell
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, spots, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

MOST = 8
NAMES = "ABCDEFGH"  # of the disks
EXAMPLE = (  # for disks of 500 GB: grown, emptied, given back, alarm, full
    Deed("write", 0, 400), Deed("delete", 0, 300), Deed("discard", 0), Deed("write", 1, 400),
    Deed("write", 2, 350), Deed("write", 3, 200),
)  # fmt: skip
BAR, TANK, TEXT = 30, 150, 44  # heights: a bar, a disk, the words below it
HEAD = 48  # of a disk's box
DID = {
    "write": mark("disk {disk} writes {gb} GB"),
    "delete": mark("disk {disk} deletes {gb} GB"),
    "discard": mark("disk {disk} gives back (discard)"),
}


class ThinLab(DeedsLab):
    """Press a disk to choose it; let its guest write, delete, and give back."""

    name = "vmfiles-thin"
    title = mark("Thin disks: space on credit")
    kind_of_deed = Deed

    def controls(self):
        return (
            Slider("disks", mark("Disks"), 4, 1, MOST),
            Slider("size", mark("Size of each"), 500, 10, 2000, 10, mark("GB")),
            Slider("capacity", mark("Capacity"), 1000, 100, 8000, 100, mark("GB")),
            Slider("thick", mark("Thick ones"), 0, 0, MOST),
            Slider("gb", mark("Amount"), 100, 1, 2000, 1, mark("GB")),
            Pick("disk", mark("Disk chosen"), 0, dict(enumerate(NAMES)), more=True),
        )

    def story(self, actions, disks, size, capacity, thick, gb, disk):
        require(thick <= disks, "thick={n}: choose 0 to {disks}, the disks there are", n=thick, disks=disks)  # fmt: skip
        made = tuple(Disk(size_gb=size, thick=k >= disks - thick) for k in range(disks))
        store = Datastore(capacity_gb=capacity, disks=made)
        self._disk, self._gb = min(disk, disks - 1), float(gb)
        return tell(store, self.steps(actions, _possible(store, size / 500)))

    # Acting

    def tools(self):
        def deed(text, kind):
            return button(text, lambda: self._act(kind))

        return (
            w.Label(_("The guest of the disk chosen")),
            deed(_("Write"), "write"),
            deed(_("Delete files"), "delete"),
            deed(_("Give back (discard)"), "discard"),
        )

    def _act(self, kind):
        self.do(kind, self._disk, 0.0 if kind == "discard" else self._gb)

    def _press(self, name):
        if not self.locked and name.startswith("disk"):
            self.set(disk=int(name.removeprefix("disk")))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 92 if narrow else 54
        items = facts(self._facts(state), narrow=narrow)
        bars, top = self._bars(state.store, top, width)
        legend, top = self._legend(top + 4, width)
        count = len(state.store.disks)
        places, bottom = spots(count, HEAD + TANK + TEXT, narrow=narrow, top=top + 10, least=92)
        for k, (disk, place) in enumerate(zip(state.store.disks, places, strict=True)):
            items.append(self._column(k, disk, place, state))
        self.scene.show(
            items + bars + legend, width=width, height=bottom,
            label=_("What the disks promise, what their files take, and each disk"),
        )  # fmt: skip

    def _facts(self, state):
        store = state.store
        paused = [NAMES[k] for k, disk in enumerate(store.disks) if disk.paused]
        full = (_("paused: {names}", names=", ".join(paused)), "bad") if paused else (_("all machines run"), "ok")  # fmt: skip
        alarm = (_("alarm: over {share} %", share=number(100 * ALARM)), "warn") if store.alarm else (_("no alarm"), "ok")  # fmt: skip
        return [
            (_("used: {used} of {all} GB", used=number(store.used_gb, 5), all=number(store.capacity_gb, 5)), "accent"),
            (_("promised: {n} times", n=number(store.promised)), "warn" if store.promised > 1 else "idle"),
            alarm, full,
        ]  # fmt: skip

    def _bars(self, store, y, width):
        """Promised and used, to one scale; where the alarm is and where the datastore ends."""
        left = 6 if width < 600 else 96
        scale = (width - left - 8) / max(store.capacity_gb, store.promised * store.capacity_gb)
        above = 18 if width < 600 else 0  # words stand above the bars where there is no room beside
        items, ends = [], []
        for row, (name, sizes) in enumerate((
            (_("Promised"), [disk.size_gb for disk in store.disks]),
            (_("Files"), [disk.allocated_gb for disk in store.disks]),
        )):  # fmt: skip
            top = y + above + row * (BAR + 8 + above)
            ends = (y + above - 4, top + BAR + 6)
            items.append(label(f"bar{row}", 6, top - 5 if above else top + 20, name, weight=600, size=13))  # fmt: skip
            items += self._segments(row, store, sizes, (left, top), scale)
        alarm, full = (left + scale * store.capacity_gb * share for share in (ALARM, 1))
        bottom = ends[1] + 14
        free = full < width / 2  # which side of the line has room for words
        return [
            *items,
            path("alarm", f"M{alarm:.1f} {ends[0]}V{ends[1]}", tone="warn", dash=True),
            path("full", f"M{full:.1f} {ends[0]}V{ends[1]}", tone="bad"),
            label("full-text", full, bottom, _("capacity; dashed: the alarm, at {share} %", share=number(100 * ALARM)), anchor="start" if free else "end", size=12),
        ], bottom + 4  # fmt: skip

    def _segments(self, row, store, sizes, corner, scale):
        """A bar of the disks one after the other; in files, what the guest still needs is solid."""
        x, y = corner
        items = []
        for k, (disk, size) in enumerate(zip(store.disks, sizes, strict=True)):
            wide = scale * size
            if wide > 0:
                below = row and disk.in_use_gb  # the letter stands in what is in use
                text = NAMES[k] if wide > 16 and not below else ""
                items.append(box(f"bar{row}-{k}", x, y, wide, BAR, r=3, text=text, hue=k, fill="soft", dash=not row))  # fmt: skip
            if row and disk.in_use_gb:
                used = scale * disk.in_use_gb
                items.append(box(f"used{k}", x, y, used, BAR, r=3, hue=k, fill="solid", text=NAMES[k] if used > 16 else ""))  # fmt: skip
            x += wide
        return items

    def _legend(self, y, width):
        """What solid, pale and empty mean."""
        words = (
            ("solid", _("in the guest's files")),
            ("soft", _("in the host's file only")),
            ("none", _("promised only")),
        )
        a_line = 1 if width < 600 else 3
        items = []
        for k, (fill, text) in enumerate(words):
            x, top = 6 + (k % a_line) * 260, y + (k // a_line) * 20
            items += [box(f"key{k}", x, top, 20, 14, r=3, hue=0, fill=fill), label(f"word{k}", x + 27, top + 12, text, size=12.5)]  # fmt: skip
        return items, y + 20 * (3 // a_line)

    def _column(self, k, disk, place, state):
        """A disk: its size as a tank, its file from the floor up, what is in use of it."""
        deed = state.deed
        what = _("paused") if disk.paused else _("thick") if disk.thick else _("thin")
        unit = TANK / disk.size_gb
        wide = place.w - 16
        floor = HEAD + TANK
        inner = [box(f"tank{k}", 8, HEAD, wide, TANK, r=5, fill="none", dash=True, hue=k)]
        for name, size, fill in (("file", disk.allocated_gb, "soft"), ("use", disk.in_use_gb, "solid")):  # fmt: skip
            if size:
                inner.append(box(f"{name}{k}", 8, floor - unit * size, wide, unit * size, r=5, fill=fill, hue=k))  # fmt: skip
        inner += [
            label(f"inuse{k}", 10, floor + 17, _("files: {gb} GB", gb=number(disk.in_use_gb, 4)), size=11),
            label(f"takes{k}", 10, floor + 34, _("takes {gb} GB", gb=number(disk.allocated_gb, 4)), size=11, weight=600),
        ]  # fmt: skip
        if disk.paused:
            inner.append(box(f"paused{k}", 12, HEAD + TANK / 2 - 14, wide - 8, 28, r=14, text=what, size=12, fill="solid", tone="bad"))  # fmt: skip
        says = _("disk {name}, {what}: press to choose it", name=NAMES[k], what=what)
        return box(
            f"disk{k}", place.x, place.y, place.w, HEAD + TANK + TEXT, title=_("disk {name}", name=NAMES[k]),
            sub=what, r=12, fill="paper", selected=k == self._disk, glow=deed is not None and deed.disk == k,
            press=None if self.locked else says, children=inner,
            **({"tone": "bad", "led": "bad"} if disk.paused else {"hue": k}),
        )  # fmt: skip

    # In words

    def labels(self, told):
        return [
            _(DID[state.deed.kind], disk=NAMES[state.deed.disk], gb=number(state.deed.gb, 4))
            if state.deed
            else _("all disks are empty")
            for state in told.states
        ]

    def describe(self, state):
        return _(state.why)

    def tone(self, state):
        if any(disk.paused for disk in state.store.disks):
            return "bad"
        return "warn" if state.store.alarm else "accent"

    def summary(self, told):
        end = told.states[-1].store
        return [
            (_("used, GB"), number(end.used_gb, 5)),
            (_("machines paused"), str(sum(disk.paused for disk in end.disks))),
        ]

    def table(self, state):
        head = [_("disk"), _("kind"), _("size, GB"), _("in files, GB"), _("file on the host, GB"), _("its machine")]  # fmt: skip
        rows = [
            [
                NAMES[k], _("thick") if disk.thick else _("thin"), number(disk.size_gb, 5), number(disk.in_use_gb, 5),
                number(disk.allocated_gb, 5), _("paused") if disk.paused else _("runs"),
            ]
            for k, disk in enumerate(state.store.disks)
        ]  # fmt: skip
        return Table(head, rows, caption=_("The disks, and the files they are on the host"))


def _possible(store, scale):
    """The example for disks of another size: of its deeds, those that can be done."""
    kept = ()
    for deed in EXAMPLE:
        with suppress(ParameterError):
            kept_and = (*kept, replace(deed, gb=deed.gb * scale))
            tell(store, kept_and)
            kept = kept_and
    return kept
