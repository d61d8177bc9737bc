"""A copy of a running machine: where its writes stand, and what comes back."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, plural
from coursekit.sims.vmfiles.consistency import LEVELS, Copied, Guest, copy
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import NARROW, WIDE
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

NAMES = {
    "crash": mark("none: the disk as it is"),
    "file system": mark("the guest freezes its file system"),
    "application": mark("the application is asked first"),
    "with RAM": mark("memory is kept too"),
}
PLACES = (mark("in the application"), mark("in the page cache"), mark("on the disk"))
DOT, STEP = 15, 19  # a write on the screen
HIGH, GAP = 78, 16  # a place, and the way to the next


@dataclass(frozen=True)
class Taken:
    """The guest, the copy taken of it, and the copies that more or less care would give."""

    guest: Guest
    copied: Copied
    all: tuple[Copied, ...]

    @property
    def written(self):
        """Writes on the disk of the copy that were above it before."""
        return self.copied.on_disk - self.guest.on_disk


class ConsistencyLab(Lab):
    """Writes on their way down, and the copy beside them."""

    name = "vmfiles-consistency"
    title = mark("What is in a copy of a running machine?")

    def controls(self):
        return (
            Pick("level", mark("Care taken"), "crash", {level: NAMES[level] for level in LEVELS}),
            Slider("application", mark("Writes in the application"), 3, 0, 20),
            Slider("cache", mark("Writes in the page cache"), 5, 0, 20),
        )

    def run(self, level, application, cache):
        guest = Guest(in_application=application, in_cache=cache)
        return Taken(guest, copy(guest, level), tuple(copy(guest, each) for each in LEVELS))

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, taken):
        narrow = self.scene.narrow
        width = NARROW if narrow else WIDE
        wide = width - 8 if narrow else 428
        disk = self._disk(taken, wide)
        high = 2 * HIGH + 2 * GAP + disk
        right, top = (4, 30 + high + 26) if narrow else (width - wide - 4, 30)
        items = [
            *self._machine(taken, 4, 30, wide, disk),
            *self._copy(taken, right, top, wide, disk),
        ]
        middle = 30 + high / 2
        d = f"M{width / 2} {30 + high}v20" if narrow else f"M{wide + 8} {middle}H{right - 6}"
        items.append(path("take", d, arrow=True, tone="accent"))
        self.scene.show(
            items, width=width, height=top + high + 4,
            label=_("A running machine and a copy of it"),
        )  # fmt: skip

    def _disk(self, taken, wide):
        """How high a disk is: all writes there are may end on it."""
        guest = taken.guest
        count = guest.in_application + guest.in_cache + guest.on_disk
        lines = -(-count // int((wide - 20) // STEP))
        return max(HIGH + 56, 36 + lines * STEP)

    def _machine(self, taken, x, y, wide, disk):
        """Application, page cache, disk; an arrow where the level empties a place first."""
        guest = taken.guest
        counts = (guest.in_application, guest.in_cache, guest.on_disk)
        items = [label("running", x, y - 10, _("The machine, running"), weight=600)]
        for i, (name, count) in enumerate(zip(PLACES, counts, strict=True)):
            tall = disk if i == 2 else HIGH
            top = y + i * (HIGH + GAP)
            items.append(self._place(f"run{i}", name, count, (x, top, wide, tall), ("warn", "accent", "ok")[i]))  # fmt: skip
            if i < 2 and self._emptied(taken, i):
                items.append(path(f"flush{i}", f"M{x + wide - 40} {top + HIGH - 6}v{GAP + 10}", arrow=True, tone="ok"))  # fmt: skip
        return items

    def _emptied(self, taken, place):
        """Whether what stood in this place is written down before the copy is taken."""
        guest = taken.guest
        return taken.written >= (guest.in_cache if place else guest.in_cache + guest.in_application) > 0  # fmt: skip

    def _copy(self, taken, x, y, wide, disk):
        copied = taken.copied
        items = [label("copy", x, y - 10, _("The copy"), weight=600)]
        parts = [
            (mark("its memory"), copied.in_memory, "accent", HIGH),
            (mark("lost"), copied.lost, "bad", HIGH),
            (mark("its disk"), copied.on_disk, "ok", disk),
        ]
        for i, (name, count, tone, tall) in enumerate(parts):
            top = y + i * (HIGH + GAP)
            items.append(self._place(f"copy{i}", name, count, (x, top, wide, tall), tone, gone=i == 1))  # fmt: skip
        return items

    def _place(self, name, title, count, area, tone, *, gone=False):
        """A box with a dot for each write."""
        x, y, w, h = area
        a_line = int((w - 20) // STEP)
        dots = [
            box(
                f"{name}-{k}", 10 + (k % a_line) * STEP, 32 + (k // a_line) * STEP, DOT, DOT, r=4,
                tone=tone, fill="soft" if gone else "solid", text="✗" if gone else "", size=10, dash=gone,
            )
            for k in range(count)
        ]  # fmt: skip
        empty = not count
        said = plural("{count} write", "{count} writes", count)
        return box(
            name, x, y, w, h, title=f"{_(title)} · {said}", fill="none" if empty else "paper",
            dash=empty, tone="idle" if empty else tone, r=10, children=dots,
        )  # fmt: skip

    def describe(self, taken):
        copied = taken.copied
        return f"{_(copied.why)} {self._lost(copied)}"

    def _lost(self, copied):
        if not copied.lost:
            return _("No write is missing.")
        return plural("{count} write is missing.", "{count} writes are missing.", copied.lost)

    def tone(self, taken):
        return "bad" if taken.copied.lost else "ok"

    def table(self, taken):
        head = [_("care taken"), _("on its disk"), _("in its memory"), _("lost"), _("to repair"), _("how it starts")]  # fmt: skip
        starts = {"boot": _("it boots"), "resume": _("it goes on")}
        rows = [
            [_(NAMES[each.level]), each.on_disk, each.in_memory, each.lost, self._repairs(each), starts[each.start]]
            for each in taken.all
        ]  # fmt: skip
        return Table(head, rows, caption=_("The four levels of care side by side"))

    def _repairs(self, copied):
        parts = [
            (copied.file_system_repair, _("file system")),
            (copied.application_repair, _("application")),
        ]
        return ", ".join(name for holds, name in parts if holds) or "—"
