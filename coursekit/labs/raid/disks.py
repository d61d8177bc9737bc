"""Kill disks: pull, plug, wait, and watch the race between rebuild and next failure."""

import ipywidgets as w

from coursekit.i18n import _, mark, number
from coursekit.labs.raid.drawing import cell_look, disk_name
from coursekit.labs.raid.layout import array_of
from coursekit.sims.message import ParameterError
from coursekit.sims.raid.layouts import grid
from coursekit.sims.raid.play import play
from coursekit.sims.raid.story import ACTIONS, Action, Story
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.look import look
from coursekit.ui.parts import NARROW, WIDE, column, column_height, spots
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.values import from_plain, to_plain

ROWS = 4
LEVELS = {name: f"RAID {name}" for name in ("0", "1", "4", "5", "6", "10", "01")}
SPARES = {
    "none": mark("none: order one (76 h)"),
    "cold": mark("cold, on the shelf (4 h)"),
    "hot": mark("hot, in the machine"),
    "global": mark("hot, shared by arrays"),
}
PHASES = {
    "OPTIMAL": (mark("optimal"), "ok"),
    "DEGRADED": (mark("degraded"), "warn"),
    "RECOVERING": (mark("recovering"), "accent"),
    "FAILED": (mark("failed"), "bad"),
}
STATUS = {
    "ok": (mark("works"), "ok"),
    "failed": (mark("dead"), "bad"),
    "absent": (mark("empty slot"), "idle"),
    "rebuilding": (mark("rebuilding"), "warn"),
}
DEEDS = {
    "pull": mark("pull the disk"),
    "fail": mark("the disk dies"),
    "plug": mark("plug a new disk"),
    "return": mark("plug the same disk again"),
    "bad sector": mark("a sector goes bad"),
    "add spare": mark("add a spare"),
    "scrub": mark("scrub"),
}


class DisksLab(StoryLab):
    """A story of one array, with branches."""

    name = "raid-disks"
    title = mark("Kill disks")

    def controls(self):
        return (
            Pick("level", mark("Level"), "5", LEVELS),
            Slider("disks", mark("Disks"), 4, 2, 10),
            Pick("spare", mark("Spare"), "hot", SPARES),
            Slider("foreground", mark("Other work"), 50, 0, 100, 5, "%"),
            Slider("capacity_tb", mark("Disk size"), 4, 1, 30, 1, mark("TB"), more=True),
            Slider("disk_mb_s", mark("Disk speed"), 200, 50, 600, 10, mark("MB/s"), more=True),
            Slider(
                "spares",
                mark("Spares at hand"),
                1,
                0,
                4,
                more=True,
                when=lambda v: v["spare"] != "none",
            ),
            Check("hot_plug", mark("Hot plug"), True, more=True),
            Check("bitmap", mark("Write-intent bitmap"), True, more=True),
        )

    def story(self, actions, level, disks, foreground, capacity_tb, disk_mb_s, **rest):
        array = array_of(level, disks, "left-symmetric", "n2")
        self._story = Story(
            array=array, foreground=foreground / 100, capacity_tb=float(capacity_tb),
            disk_mb_s=float(disk_mb_s), **rest,
        )  # fmt: skip
        return play(self._story, actions)

    # Acting

    def tools(self):
        deeds = [(_(text), deed) for deed, text in DEEDS.items()]
        disks = [(disk_name(disk), disk) for disk in range(10)]
        self._deed = w.Dropdown(options=deeds, tooltip=_("What to do"), layout=look(width="190px"))
        self._disk = w.Dropdown(
            options=disks, value=1, tooltip=_("To which disk"), layout=look(width="110px")
        )
        self._wait = w.BoundedFloatText(
            0, min=0, max=1e5, tooltip=_("Hours to wait before"), layout=look(width="76px")
        )
        self._go = button(_("Do it now"), self._do)
        return (
            self._deed,
            self._disk,
            w.Label(_("after")),
            self._wait,
            w.Label(_("hours")),
            self._go,
        )

    def _do(self):
        self._act(self._deed.value, self._disk.value)

    def _press(self, name):
        if self.locked or not name.startswith("disk"):
            return
        disk = int(name.removeprefix("disk"))
        missing = self.state.slots[disk].status in ("failed", "absent")
        self._act("plug" if missing else "pull", disk)

    def _act(self, deed, disk):
        self.act(Action(self.state.hours + self._wait.value, deed, disk))
        self._wait.value = 0

    def keep(self, actions, result, moment):
        done = sum(state.by == "learner" for state in result.states[: moment + 1])
        return tuple(sorted(actions, key=lambda action: action.at_hours)[:done])

    def action_from(self, plain):
        if not isinstance(plain, list) or len(plain) != 3:
            if isinstance(plain, dict):
                return from_plain(Action, plain, "action")
            raise ParameterError(
                "action={plain}: expected hours, one of {deeds}, and a disk",
                plain=plain,
                deeds=", ".join(ACTIONS),
            )
        hours, deed, disk = plain
        return from_plain(Action, {"at_hours": hours, "kind": deed, "disk": disk}, "action")

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, state):
        narrow = self.scene.narrow
        width = NARROW if narrow else WIDE
        height = column_height(ROWS, sub=True, bar=True)
        count = len(state.slots) + state.spares
        places, bottom = spots(count, height, narrow=narrow, top=104 if narrow else 78)
        cells = grid(self._story.array, ROWS)
        items = self._phases(state, width, narrow)
        items += [
            self._slot(state, cells, disk, places[disk], height) for disk in range(len(state.slots))
        ]
        items += [self._spare(i, places[len(state.slots) + i], height) for i in range(state.spares)]
        self.scene.show(
            items,
            width=width,
            height=bottom,
            label=_("The array at hour {hours}", hours=number(state.hours, 4)),
        )

    def _phases(self, state, width, narrow):
        """The state diagram, where we are in it, and the clock."""
        w_box = 104 if narrow else 150
        gap = 11 if narrow else 20
        y = 44 if narrow else 8
        left = 6
        items = []
        for i, (phase, (word, tone)) in enumerate(PHASES.items()):
            here = phase == state.phase
            x = left + i * (w_box + gap)
            items.append(
                box(
                    f"phase{i}",
                    x,
                    y,
                    w_box,
                    40,
                    text=_(word),
                    tone=tone,
                    fill="solid" if here else "none",
                    size=11 if narrow else 13,
                )
            )
            if i < 3:
                items.append(
                    path(f"to{i}", f"M{x + w_box + 2} {y + 20}H{x + w_box + gap - 2}", arrow=True)
                )
        clock = _("hour {hours}", hours=number(state.hours, 4))
        x, y = (6, 0) if narrow else (width - 176, 8)
        items.append(
            box("clock", x, y, 170, 36 if narrow else 40, text=clock, fill="paper", size=15)
        )
        return items

    def _slot(self, state, cells, disk, spot, height):
        slot = state.slots[disk]
        word, tone = STATUS[slot.status]
        known = {"ok": ROWS, "rebuilding": slot.done * ROWS}.get(slot.status, 0)
        blocks = []
        for row, line in enumerate(cells.rows):
            look = cell_look(line[disk], row)
            if row >= known and slot.status in ("rebuilding", "absent"):
                look = {"text": "", "fill": "none", "hue": row}
            look["faded"] = slot.status == "failed"
            look["glow"] = slot.status == "rebuilding" and int(known) == row
            blocks.append(look)
        bad = _("{count} bad", count=slot.bad_sectors) if slot.bad_sectors else _(word)
        missing = slot.status in ("failed", "absent")
        name = (
            _("{disk}, {status}: press to plug a new one", disk=disk_name(disk), status=_(word))
            if missing
            else _("{disk}, {status}: press to pull it", disk=disk_name(disk), status=_(word))
        )
        return column(
            f"disk{disk}", spot, blocks, height=height, title=disk_name(disk), sub=bad, led=tone,
            strike=slot.status == "failed", dash=slot.status == "absent", press=None if self.locked else name,
            progress=slot.done if slot.status == "rebuilding" else None,
        )  # fmt: skip

    def _spare(self, index, spot, height):
        blocks = [{"text": "", "fill": "none"} for _row in range(ROWS)]
        title = _("spare {n}", n=index + 1)
        sub = {"cold": mark("on the shelf"), "hot": mark("hot"), "global": mark("hot, shared")}.get(
            self._story.spare, mark("ready")
        )
        return column(
            f"spare{index}",
            spot,
            blocks,
            height=height,
            title=title,
            sub=_(sub),
            led="idle",
            dash=True,
        )

    def labels(self, played):
        return [f"{number(state.hours, 4)} h · {_(state.why)}" for state in played.states]

    def describe(self, state):
        word = _(PHASES[state.phase][0])
        text = _(
            "Hour {hours}, {phase}: {why}",
            hours=number(state.hours, 4),
            phase=word,
            why=_(state.why),
        )
        if state.lost_sectors:
            text += " " + _("Sectors lost so far: {count}.", count=state.lost_sectors)
        if state.stop_hours:
            text += " " + _(
                "The service has stopped for {hours} h.", hours=number(state.stop_hours)
            )
        return text

    def tone(self, state):
        return PHASES[state.phase][1]

    def summary(self, played):
        last = played.states[-1]
        return [
            (_("ends"), _(PHASES[last.phase][0])),
            (_("hours without full redundancy"), number(played.exposed_hours)),
            (_("lost sectors"), str(last.lost_sectors)),
            (_("service stopped, hours"), number(last.stop_hours)),
            (_("last event, hour"), number(last.hours, 4)),
        ]

    def table(self, state):
        head = [_("disk"), _("state"), _("rebuilt"), _("bad sectors")]
        rows = [
            [disk_name(i), _(STATUS[slot.status][0]), f"{slot.done:.0%}", slot.bad_sectors]
            for i, slot in enumerate(state.slots)
        ]
        return Table(head, rows)

    def scenario(self):
        plain = super().scenario()
        plain["actions"] = [[a.at_hours, a.kind, a.disk] for a in self._here.actions]
        return to_plain(plain)
