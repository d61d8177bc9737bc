"""The learner's own LVM commands: a failing disk is changed while everybody works."""

from html import escape

from coursekit.i18n import _, mark, number
from coursekit.labs.volumes.drawing import FREE, duration_text, extents_size
from coursekit.sims.volumes import lvmtask
from coursekit.sims.volumes.extents import runs_of
from coursekit.sims.volumes.lvmtask import judge
from coursekit.ui.controls import Slider
from coursekit.ui.look import html
from coursekit.ui.parts import width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table
from coursekit.ui.textlab import TextLab

FIRST = f"pvcreate {lvmtask.NEW}\nvgextend {lvmtask.GROUP} {lvmtask.NEW}\n"
PLAIN = "#\n"  # in sight while the prediction is awaited
MOST = 20  # lines that can be looked at
LINE, BAR = 26, 34
HELP = (
    ("pvcreate DEV…", mark("makes a disk a physical volume")),
    ("vgcreate VG DEV… [-s EXTENT]", mark("makes a group of disks")),
    ("vgextend VG DEV", mark("adds a disk to a group")),
    ("vgreduce VG DEV", mark("takes an empty disk out of a group")),
    ("pvmove SRC [DST]", mark("empties a disk while its volumes are used")),
    ("lvcreate -L SIZE -n LV VG [-i STRIPES]", mark("makes a volume")),
    ("lvextend [-r] -L +SIZE VG/LV", mark("makes a volume larger; -r: its file system too")),
    ("lvreduce [-r] -L SIZE VG/LV", mark("makes a volume smaller; -r: first its file system")),
    ("lvcreate -s -L SIZE -n SNAP VG/LV", mark("takes a classic snapshot")),
    ("lvcreate --type thin-pool -L SIZE -n POOL VG", mark("makes a thin pool")),
    ("lvcreate -V SIZE --thinpool POOL -n LV VG", mark("makes a thin volume")),
    ("lvremove VG/LV · lvconvert --merge VG/SNAP", mark("removes a volume; goes back to a snapshot")),
)  # fmt: skip


class OwnCommandsLab(TextLab):
    """A line of the list is a state: press it to see volumes, group and disks after it."""

    name = "volumes-own"
    title = mark("Your own LVM commands")
    plain = PLAIN

    def controls(self):
        return (
            Slider("line", mark("Command looked at"), MOST, 0, MOST),
            Slider("rate", mark("Speed of copying"), 100, 10, 2000, 10, mark("MiB/s")),
        )

    def run(self, line, rate):
        judged = judge(self.program)
        self._at, self._rate = min(line, len(judged.states) - 1), rate
        return judged

    # The text

    def first(self):
        hint = _("What must come first, what next? A line like this one is passed over.")
        return f"# {hint}\n{FIRST}\n\n"

    def words(self):
        return _("Your commands, one a line"), _("Run them")

    def taken(self):
        self.set(line=MOST)  # the end of the new text
        return _("Done.")

    def help(self):
        rows = [[form, _(meaning)] for form, meaning in HELP]
        known = Table([_("command"), _("what it does")], rows, caption=_("The commands"))
        task = _("The disk sdb makes noises, and people are working. Put sdc in its place without stopping anything; then give root 4 GiB more.")  # fmt: skip
        head, name = escape(_("The commands")), escape(_("The task"))
        return [
            html(f"<p><b>{name}</b> {escape(task)}</p>"),
            html(f"<details><summary>{head}</summary>{known.html()}</details>"),
        ]

    def _press(self, name):
        if name.startswith("line") and not self.locked:
            self.set(line=int(name.removeprefix("line")))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, judged):
        narrow, width = self.scene.narrow, width_of(self.scene)
        machine = judged.states[self._at].machine
        items, y = self._goals(judged, width)
        more, y = self._lines(judged, y + 18, width)
        items += more
        self._hues = _hues(judged.states)
        scale = (width - (16 if narrow else 176)) / max(device.size for device in machine.devices)
        for draw in (self._volumes, self._disks):
            more, y = draw(machine, y + 26, scale)
            items += more
        self.scene.show(
            items, width=width, height=y + 6,
            label=_("The goals, the commands, and the volumes and disks after one of them"),
        )  # fmt: skip

    def _goals(self, judged, width):
        """What the task asks for, each with its mark."""
        a_line = 2 if width < 600 else len(judged.goals)
        wide = (width - 8 - 6 * (a_line - 1)) / a_line
        items = []
        for at, goal in enumerate(judged.goals):
            line, column = divmod(at, a_line)
            text = f"{'✓' if goal.reached else '✗'} {_(goal.text)}"
            items.append(box(
                f"goal{at}", 4 + column * (wide + 6), 4 + line * 38, wide, 32, text=text, size=11.5,
                tone="ok" if goal.reached else "idle", fill="soft" if goal.reached else "none",
            ))  # fmt: skip
        return items, 4 + 38 * -(-len(judged.goals) // a_line)

    def _lines(self, judged, y, width):
        """The commands that were done; the one looked at is marked."""
        items = []
        for at, state in enumerate(judged.states[: MOST + 1]):
            text = state.line.strip() if at else _("before the first command")
            most = 52 if width < 600 else 100
            text = text if len(text) <= most else f"{text[: most - 1]}…"
            items.append(box(
                f"line{at}", 4, y, width - 8, LINE - 4, r=5, fill="soft" if at == self._at else "none",
                tone="accent" if at == self._at else "idle", selected=at == self._at,
                press=None if self.locked else _("{command}: press to see the state after it", command=text),
            ))  # fmt: skip
            items.append(label(f"text{at}", 12, y + 15, f"{judged.numbers[at] or ' '}  {text}", size=12.5))  # fmt: skip
            y += LINE
        return items, y

    def _volumes(self, machine, y, scale):
        """Each volume as long as it is large."""
        items = [label("volumes", 6, y - 6, _("Logical volumes"), weight=600)]
        shown = [(group, each) for group in machine.groups for each in group.volumes if each.kind != "hidden"]  # fmt: skip
        if not shown:
            items.append(label("none", 6, y + 18, _("none"), size=13))
        for group, volume in shown:
            size = volume.shown * group.extent
            if volume.kind == "thin-pool":
                size = group.data_of(volume.name).extents * group.extent
            text = f"{volume.name}  {extents_size(size / 2**20)}"
            more, y = self._bar(f"lv-{group.name}-{volume.name}", text, y, [(size, volume.name, volume.kind == "thin")], scale)  # fmt: skip
            items += more
        return items, y if shown else y + BAR

    def _disks(self, machine, y, scale):
        """Each disk with what lies on it."""
        items = [label("disks", 6, y - 6, _("Disks, and what lies on them"), weight=600)]
        for device in machine.devices:
            group = next((each for each in machine.groups if each.name == device.group), None)
            state = _("in {group}", group=device.group) if group else _("PV, free") if device.pv else _("blank")  # fmt: skip
            text = f"{device.name}  {extents_size(device.size / 2**20)}, {state}"
            parts = _parts(group, device) if group else [(device.size, "", True)]
            more, y = self._bar(f"disk-{device.name}", text, y, parts, scale)
            items += more
        return items, y

    def _bar(self, name, text, y, parts, scale):
        """A name, and parts of so many bytes one after the other."""
        narrow = self.scene.narrow
        x, top = (8.0, y + 18) if narrow else (168.0, y + 4)
        items = [label(f"{name}-text", 8, y + (12 if narrow else 22), text, size=12.5)]
        for at, (size, what, dashed) in enumerate(parts):
            wide = max(2.0, size * scale)
            look = FREE if not what else {"hue": self._hues.get(what, 0), "fill": "none" if dashed else "soft", "dash": dashed}  # fmt: skip
            shown = what if wide > 9 * len(what) + 6 else ""
            items.append(box(f"{name}-{at}", x, top, wide, 26, r=4, text=shown, size=12, **look))
            x += wide
        return items, y + (BAR + 14 if narrow else BAR)

    # In words

    def describe(self, judged):
        state = judged.states[self._at]
        lines = [" ".join(_(each) for each in state.why)]
        if state.line:
            lines.insert(0, _("After line {n}, {command}:", n=judged.numbers[self._at], command=state.line.strip()))  # fmt: skip
        if judged.moved_mib:
            lines.append(_("Copied in all: {size}, in {time}, while the volumes were in use.", size=extents_size(judged.moved_mib), time=duration_text(judged.seconds(self._rate))))  # fmt: skip
        lines += [f"• {_(each)}" for each in judged.advice]
        lines += [_("✓ The task is done.")] if judged.done else []
        return "\n".join(lines)

    def tone(self, judged):
        if judged.done:
            return "ok"
        return "accent" if judged.goals[-1].reached else "bad"

    def table(self, judged):
        head = [_("volume or disk"), _("size, GiB"), _("where, or whose")]
        machine = judged.states[self._at].machine
        rows = [
            [each.name, number(each.shown * group.extent / 2**30, 4), "; ".join(group.ranges(each)) or "–"]
            for group in machine.groups
            for each in group.volumes
        ]  # fmt: skip
        rows += [[each.name, number(each.size / 2**30, 4), each.group or "–"] for each in machine.devices]  # fmt: skip
        return Table(head, rows, caption=_("The volumes and disks after the command looked at"))


def _hues(states):
    """A hue for each volume, the same in all states."""
    names = [
        each.name for state in states for group in state.machine.groups for each in group.volumes
    ]
    return {name: at % 6 for at, name in enumerate(dict.fromkeys(names))}


def _parts(group, device):
    """What lies on a disk in its order: bytes, volume, whether it is free."""
    at = [pv.name for pv in group.pvs].index(device.name)
    taken = [(run, each.name) for each in group.volumes for run in runs_of(each) if run.pv == at]
    taken += [(run, "") for run in group.free if run.pv == at]
    return [
        (run.count * group.extent, name, not name)
        for run, name in sorted(taken, key=lambda each: each[0].first)
    ]
