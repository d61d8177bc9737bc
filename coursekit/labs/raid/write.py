"""The write path: which disks are read before a write, and which are written."""

from dataclasses import dataclass

from coursekit.i18n import _, mark
from coursekit.labs.raid.drawing import cell_look, disk_name
from coursekit.labs.raid.layout import array_of
from coursekit.sims.raid.layouts import Array, Grid, data_disks, grid
from coursekit.sims.raid.planner import IO, Plan, plan_write
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.parts import NARROW, WIDE, column, column_height, spots
from coursekit.ui.scene import box, mover, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

LEVELS = {name: f"RAID {name}" for name in ("0", "1", "4", "5", "6", "10")}
TOP = 96  # where the disks begin, below the controller
MODES = {
    "plain": mark("nothing to read: the block is simply written"),
    "copy": mark("every copy is written, nothing is read"),
    "full": mark(
        "the whole stripe is new: parity is computed from what is at hand, nothing is read"
    ),
    "rmw": mark("read-modify-write: the old block and the old parity give the new parity"),
    "rcw": mark("reconstruct-write: the other blocks of the stripe give the new parity"),
    "decode": mark("a block is gone: the stripe is solved first, then written"),
}


@dataclass(frozen=True)
class Frame:
    """One moment of a write: the I/Os done, the one under way, and what is computed."""

    done: tuple[IO, ...]
    now: IO | None
    last: bool


@dataclass(frozen=True)
class Written:
    """A write: its plan, and its moments."""

    array: Array
    grid: Grid
    plan: Plan
    failed: tuple[int, ...]
    states: tuple[Frame, ...]


class WriteLab(StoryLab):
    """Step through the disk operations of one write."""

    name = "raid-write"
    title = mark("What one write costs")

    def controls(self):
        disks = {-1: mark("none"), **{disk: f"{disk}" for disk in range(10)}}
        return (
            Pick("level", mark("Level"), "5", LEVELS),
            Slider("disks", mark("Disks"), 5, 2, 10),
            Slider("units", mark("Blocks written"), 1, 1, 9),
            Pick("failed", mark("Dead disk"), -1, disks),
        )

    def story(self, actions, level, disks, units, failed):
        array = array_of(level, disks, "left-symmetric", "n2")
        width = data_disks(array) if level in ("4", "5", "6") else units
        gone = (failed,) if failed >= 0 else ()
        plan = plan_write(array, range(min(units, max(width, 1))), gone)
        frames = [Frame((), None, False)]
        frames += [Frame(plan.steps[:i], step, False) for i, step in enumerate(plan.steps)]
        frames.append(Frame(plan.steps, None, True))
        return Written(array, grid(array, 3), plan, gone, tuple(frames))

    def labels(self, written):
        return [self._event(written, frame) for frame in written.states]

    def _event(self, written, frame):
        if frame.last:
            return _(
                "done: reads {reads}, writes {writes}",
                reads=written.plan.reads,
                writes=written.plan.writes,
            )
        if frame.now is None:
            return _("the request arrives")
        what = (
            _("block D{chunk}", chunk=frame.now.chunk)
            if frame.now.chunk is not None
            else frame.now.what
        )
        verb = (
            mark("read {what} on disk {disk}")
            if frame.now.kind == "read"
            else mark("write {what} on disk {disk}")
        )
        return _(verb, what=what, disk=frame.now.disk)

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, frame):
        written, narrow = self.result, self.scene.narrow
        width = NARROW if narrow else WIDE
        height = column_height(3, sub=True)
        places, bottom = spots(written.array.disks, height, narrow=narrow, top=TOP)
        items = [self._controller(frame, width)]
        for disk, spot in enumerate(places):
            items.append(
                path(f"bus{disk}", f"M{spot.x + spot.w / 2} {spot.y}V{TOP - 16}H{width / 2}V60")
            )
        items += [self._disk(frame, disk, spot, height) for disk, spot in enumerate(places)]
        if frame.now:
            items.append(self._flight(frame, places[frame.now.disk], width))
        self.scene.show(items, width=width, height=bottom, label=_("A controller above its disks"))

    def _controller(self, frame, width):
        reads = sum(io.kind == "read" for io in frame.done)
        count = _(
            "so far: reads {reads}, writes {writes}", reads=reads, writes=len(frame.done) - reads
        )
        return box(
            "controller",
            width / 2 - 135,
            6,
            270,
            54,
            text=_("controller"),
            sub=count,
            fill="paper",
            tone="accent",
            r=10,
        )

    def _disk(self, frame, disk, spot, height):
        failed = disk in self.result.failed
        mine = [io for io in (*frame.done, *([frame.now] if frame.now else [])) if io.disk == disk]
        read, written = (sum(io.kind == kind for io in mine) for kind in ("read", "write"))
        blocks = []
        for row, cells in enumerate(self.result.grid.rows):
            hot = frame.now is not None and (frame.now.disk, frame.now.row) == (disk, row)
            blocks.append({**cell_look(cells[disk], row), "glow": hot, "faded": failed})
        sub = _("dead") if failed else _("r {read} · w {written}", read=read, written=written)
        return column(
            f"disk{disk}",
            spot,
            blocks,
            height=height,
            title=disk_name(disk),
            sub=sub,
            strike=failed,
            led="bad" if failed else "ok",
        )

    def _flight(self, frame, spot, width):
        x = spot.x + spot.w / 2
        down = f"M{width / 2} 60V{TOP - 16}H{x}V{spot.y + 62}"
        up = f"M{x} {spot.y + 62}V{TOP - 16}H{width / 2}V60"
        reading = frame.now.kind == "read"
        return mover(
            "io",
            up if reading else down,
            "R" if reading else "W",
            r=12,
            tone="accent" if reading else "bad",
            seconds=0.45,
            run=self.moment,
        )

    def describe(self, frame):
        written = self.result
        if frame.now is None and not frame.last:
            return _("A write arrives. Step to see what the disks do.")
        text = self._event(written, frame)
        if frame.last:
            total = written.plan.reads + written.plan.writes
            return _(
                "{total} disk operations ({event}): {mode}.",
                total=total,
                event=text,
                mode=_(MODES[written.plan.mode]),
            )
        return text[0].upper() + text[1:] + "."

    def tone(self, frame):
        return "ok" if frame.last else "accent"

    def table(self, frame):
        head = [_("step"), _("operation"), _("disk"), _("what")]
        words = {"read": _("read"), "write": _("write")}
        rows = [
            [i, words[io.kind], io.disk, io.what if io.chunk is None else f"D{io.chunk}"]
            for i, io in enumerate(self.result.plan.steps, 1)
        ]
        return Table(head, rows)
