"""Back to a moment: bases and log on an axis of days, what can be reached, and how."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, plural
from coursekit.labs.databases.units import count, span
from coursekit.sims.databases.pitr import (
    SEGMENT_MB,
    Archive,
    Plan,
    file_name,
    intervals,
    plan,
    restore_s,
)
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.fit import boxed, heading
from coursekit.ui.lab import Lab
from coursekit.ui.parts import NARROW, WIDE, facts, key
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

HOUR, DAY = 3600.0, 86400.0
FIRST = 200  # the first segment: the names pass from …FF to the next log on the second day
EVERY = {12: mark("12 hours"), 24: mark("day"), 48: mark("2 days"), 96: mark("4 days")}
TIMEOUT = {5: mark("5 min"), 15: mark("15 min"), 30: mark("30 min"), 60: mark("1 h")}
NOW = 4 * DAY - 700  # the disaster: a little before the end of the fourth day
DROP = DAY + 14 * HOUR + 32 * 60  # day 2, 14:32


@dataclass(frozen=True)
class Seen:
    """The archive, what can be reached, the plan to the target, and its time."""

    archive: Archive
    reached: tuple[tuple[float, float], ...]
    target: float
    plan: Plan
    seconds: float | None

    @property
    def newest(self):
        """The last moment that can be reached; None: none at all."""
        return self.reached[-1][1] if self.reached else None


class PitrLab(Lab):
    """Three strips over four days: bases, log, what can be reached. Below, the plan."""

    name = "databases-pitr"
    title = mark("Back to yesterday, 14:32")

    def controls(self):
        return (
            Slider("target", mark("Back to hour"), 38.5, 0.0, 96.0, 0.25, "h"),
            Pick("every", mark("A base backup every"), 24, EVERY),
            Pick("timeout", mark("A segment is archived every"), 30, TIMEOUT),
            Slider("missing", mark("A segment is missing from hour (−1: none)"), -1.0, -1.0, 95.0, 0.25, "h"),
            Slider("size", mark("Size of the database"), 500, 10, 5000, 10, mark("GB")),
            Slider("restore", mark("Copying back"), 200, 10, 2000, 10, mark("MB/s"), more=True),
            Slider("replay", mark("Replay"), 20, 1, 200, 1, mark("MB/s"), more=True),
        )  # fmt: skip

    def run(self, target, every, timeout, missing, size, restore, replay):
        seconds = timeout * 60.0
        gone = frozenset() if missing < 0 else frozenset({FIRST + int(missing * HOUR // seconds)})
        copying = restore_s(size, 0, restore, replay)
        archive = Archive(now_s=NOW, every_s=seconds, base_s=every * HOUR, copying_s=copying, first=FIRST, missing=gone)  # fmt: skip
        found = plan(archive.bases, archive.segments, target * HOUR)
        wal = len(found.segments) * SEGMENT_MB / 1000
        took = restore_s(size, wal, restore, replay) if found.ok else None
        reached = tuple(intervals(archive.bases, archive.segments))
        return Seen(archive, reached, target * HOUR, found, took)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, seen):
        place = _Place(narrow=self.scene.narrow)
        items = facts(self._facts(seen), narrow=place.narrow)
        y = 112 if place.narrow else 66
        items += place.days(y, y + 182)
        items += self._bases(seen, place, y + 30) + self._log(seen, place, y + 74)
        items += self._reached(seen, place, y + 118)
        items += place.flag("drop", DROP, y + 20, y + 182, "DROP TABLE", tone="bad")
        items += place.flag("target", seen.target, y + 20, y + 164, _("back to here"), tone="accent")  # fmt: skip
        steps, low = self._steps(seen, y + 216, place.width)
        items += steps + key(self._key(), place.width, low + 12, a_line=1 if place.narrow else 3)
        self.scene.show(
            items, width=place.width, height=low + (82 if place.narrow else 38),
            label=_("Base backups and archived log over four days, and what can be reached with them"),
        )  # fmt: skip

    def _facts(self, seen):
        lost = NOW - seen.newest if seen.newest is not None else None
        rpo = (_("dies now: loses {t}", t=span(lost)), "accent") if lost is not None else (_("nothing can be restored"), "bad")  # fmt: skip
        if self.locked:
            return [("?", "idle"), rpo]
        ok = seen.plan.ok
        return [
            (_("can be reached") if ok else _("cannot be reached"), "ok" if ok else "bad"),
            (_("segments to replay: {n}", n=count(len(seen.plan.segments))), "idle"),
            (_("time: {t}", t=span(seen.seconds)) if ok else _("time: –"), "idle"),
            rpo,
        ]

    def _bases(self, seen, place, y):
        items = [place.name("bases", y, _("bases"))]
        for base in seen.archive.bases:
            begin = base.stop_s - seen.archive.copying_s
            x, wide = place.x(begin), max(6.0, place.x(base.stop_s) - place.x(begin))
            used = not self.locked and seen.plan.base == base
            items.append(box(f"base{base.name}", x, y, wide, 26, r=4, text=base.name if wide > 14 else "", size=12, tone="accent", fill="solid" if used else "soft", selected=used))  # fmt: skip
        return items

    def _log(self, seen, place, y):
        """Runs of archived segments; the part that the plan replays stands out, a gap too."""
        archive = seen.archive
        items = [place.name("log", y, _("log"))]
        for n, (begin, end) in enumerate(_runs(archive)):
            items.append(box(f"run{n}", place.x(begin), y, max(1.0, place.x(end) - place.x(begin)), 26, r=3, tone="idle", fill="soft"))  # fmt: skip
        for missing in sorted(archive.missing):
            t = (missing - archive.first) * archive.every_s
            items.append(box(f"gap{missing}", place.x(t), y - 3, max(4.0, place.x(t + archive.every_s) - place.x(t)), 32, r=2, tone="bad", fill="solid"))  # fmt: skip
        if seen.plan.ok and not self.locked:
            begin = (seen.plan.first - archive.first) * archive.every_s
            end = (seen.plan.last + 1 - archive.first) * archive.every_s
            items.append(box("replayed", place.x(begin), y + 4, max(3.0, place.x(end) - place.x(begin)), 18, r=3, hue=1, fill="solid"))  # fmt: skip
        return items

    def _reached(self, seen, place, y):
        items = [place.name("reached", y, _("reachable"))]
        if self.locked:
            return items
        for n, (begin, end) in enumerate(seen.reached):
            items.append(box(f"reach{n}", place.x(begin), y, max(2.0, place.x(end) - place.x(begin)), 26, r=4, tone="ok", fill="soft"))  # fmt: skip
        return items

    def _steps(self, seen, y, width):
        """What to do, one line a step, with the names of the files."""
        items = [heading("plan", 6, y, _("The plan"), width)]
        for n, (text, tone) in enumerate(self._plan(seen)):
            items.append(box(f"step{n}", 6, y + 10 + n * 34, width - 12, 28, r=6, text=boxed(text, width - 12, 12.5), size=12.5, tone=tone, fill="soft"))  # fmt: skip
        return items, y + 10 + 3 * 34

    def _plan(self, seen):
        if self.locked:
            return [("?", "idle")] * 3
        way = seen.plan
        if way.base is None:
            return [(_("No base backup was finished by then."), "bad")]
        base = (_("1. Copy back base {n}, finished {when}", n=way.base.name, when=_when(way.base.stop_s)), "accent")  # fmt: skip
        if not way.ok:
            gap = _("2. Missing: {file}", file=file_name(way.missing))
            end = _("3. The end is at {when}", when=_when(way.reachable_s)) if way.reachable_s is not None else _("3. No log follows on this base")  # fmt: skip
            return [base, (gap, "bad"), (end, "bad")]
        if self.scene.narrow:
            files = _("2. {first} to …{last}", first=file_name(way.first), last=file_name(way.last)[-10:])  # fmt: skip
        else:
            files = _("2. Replay {first} to {last}", first=file_name(way.first), last=file_name(way.last))  # fmt: skip
        return [base, (files, "ok"), (_("3. Stop at {when}", when=_when(seen.target)), "ok")]

    def _key(self):
        return [
            ("box", {"hue": 1, "fill": "solid"}, _("log to be replayed")),
            ("box", {"tone": "bad", "fill": "solid"}, _("a segment is missing")),
            ("box", {"tone": "ok", "fill": "soft"}, _("moments that can be reached")),
        ]

    # In words

    def describe(self, seen):
        if self.locked:
            return _("Base backups and archived log of four days. On day 2 at 14:32 somebody drops a table.")  # fmt: skip
        way = seen.plan
        if way.base is None:
            return _("A base can be used from the moment it was finished. Before the first one there is nothing to start from.")  # fmt: skip
        if not way.ok and way.missing not in seen.archive.missing:
            return _("The log of that moment was still in the segment being written, which has not been archived: it died with the disk.")  # fmt: skip
        if not way.ok:
            return _("Replay needs every segment, one after the other. {file} is missing: whatever follows it cannot be used, until a base that was begun after it.", file=file_name(way.missing))  # fmt: skip
        return plural(
            "The latest base finished before {when}, then the log from the segment in which that base began: {count} segment, {t} in all. Only what came after that moment is undone.",
            "The latest base finished before {when}, then the log from the segment in which that base began: {count} segments, {t} in all. Only what came after that moment is undone.",
            len(way.segments), when=_when(seen.target), t=span(seen.seconds),
        )  # fmt: skip

    def tone(self, seen):
        return "accent" if self.locked else "ok" if seen.plan.ok else "bad"

    def table(self, seen):
        rows = [[_("base {n}", n=each.name), _when(each.stop_s), file_name(each.start), "?" if self.locked else _("yes") if seen.plan.base == each else _("no")] for each in seen.archive.bases]  # fmt: skip
        rows += [[_("missing segment"), _when((each - seen.archive.first) * seen.archive.every_s), file_name(each), "–"] for each in sorted(seen.archive.missing)]  # fmt: skip
        reached = [] if self.locked else seen.reached
        rows += [[_("reachable"), f"{_when(begin)} – {_when(end)}", "–", "–"] for begin, end in reached]  # fmt: skip
        if seen.plan.ok and not self.locked:
            rows.append([_("log to be replayed"), _("up to {when}", when=_when(seen.target)), f"{file_name(seen.plan.first)} – {file_name(seen.plan.last)}", _("yes")])  # fmt: skip
        head = [_("what"), _("when"), _("first file"), _("used")]
        return Table(head, rows, caption=_("Bases, log, and what can be reached with them"))


class _Place:
    """Where the moments of four days are."""

    def __init__(self, *, narrow):
        self.narrow = narrow
        self.width = NARROW if narrow else WIDE
        self.left, self.right = (96, self.width - 10) if narrow else (110, self.width - 16)

    def x(self, t):
        return self.left + (self.right - self.left) * min(max(t, 0.0), 4 * DAY) / (4 * DAY)

    def name(self, name, y, text):
        return label(f"{name}-name", 6, y + 18, text, weight=600, size=12 if self.narrow else 13)

    def days(self, y, bottom):
        items = []
        for day in range(4):
            x = self.x(day * DAY)
            items += [
                path(f"day{day}", f"M{x:.1f} {y + 6}V{bottom - 30}", tone="idle"),
                label(f"day-name{day}", x + 4, y + 14, _("day {n}", n=day + 1), size=12),
            ]
        return items

    def flag(self, name, t, top, bottom, text, **look):
        """A line through the strips with a word at its foot."""
        x = self.x(t)
        end = x > self.right - 110
        return [
            path(name, f"M{x:.1f} {top}V{bottom}", dash=True, **look),
            label(f"{name}-text", x - 5 if end else x + 5, bottom - 4, text, anchor="end" if end else "start", size=12, weight=600),
        ]  # fmt: skip


def _runs(archive):
    """From when to when the archive has no gap."""
    runs = []
    for each in archive.segments:
        if runs and runs[-1][1] == each.first_s:
            runs[-1][1] = each.last_s
        else:
            runs.append([each.first_s, each.last_s])
    return runs


def _when(t):
    """A moment as day and time."""
    minutes = round(t / 60)
    day, rest = divmod(minutes, 24 * 60)
    return _("day {n}, {time}", n=day + 1, time=f"{rest // 60:02}:{rest % 60:02}")
