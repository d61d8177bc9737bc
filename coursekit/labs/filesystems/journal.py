"""The journal as a ring: what goes into it, when it goes home, and what a crash leaves to replay."""

from math import cos, pi, sin

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.filesystems.drawing import (
    CRASH_MODES,
    CRASH_NAMES,
    JOURNAL_PLACES,
    journal_look,
)
from coursekit.sims.filesystems import journalring
from coursekit.sims.filesystems.journalring import AFTER, APPENDS, COMMITS, SLOTS
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

MODES = {each: text for each, (_sim, text) in CRASH_MODES.items() if each != "none"}
ARRIVED = {
    "all": mark("it all arrives"),
    "none": mark("it is all lost"),
    "gap": mark("the last but one is lost"),
}
SECONDS = {1: mark("1 s"), 3: mark("3 s"), 5: mark("5 s (ext4)"), 15: mark("15 s")}
DID = {
    "start": mark("the start"),
    "append": mark("block {n} is appended"),
    "checkpoint": mark("checkpoint"),
    "crash": mark("the power fails"),
    "replay": mark("recovery reads at the tail"),
    "end": mark("recovery has ended"),
}
TONES = {"old": "ok", "new": "ok", "garbage": "warn", "inconsistent": "bad", "corrupt": "bad"}


class JournalLab(StoryLab):
    """Memory on the left, the ring in the middle, the homes of the blocks on the right."""

    name = "filesystems-journal"
    title = mark("The journal is a ring")

    def controls(self):
        assert tuple(SECONDS) == COMMITS
        return (
            Pick("mode", mark("Journal"), "ordered", MODES),
            Slider("crash", mark("Power fails after step (0: never)"), 0, 0, 66),
            Pick("arrived", mark("What waits in the drive then"), "all", ARRIVED, when=lambda v: v["crash"] > 0),
            Pick("commit", mark("Commit every"), 5, SECONDS),
        )  # fmt: skip

    def story(self, _actions, mode, crash, arrived, commit):
        return journalring.tell(CRASH_MODES[mode][0], crash_at=crash, commit=commit, arrived=arrived)  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        place = _Place(narrow)
        items = facts(self._facts(state), narrow=narrow)
        items += self._memory(state, place) + self._ring(state, place) + self._home(state, place)
        items += self._ways(state, place)
        samples = [("box", {**look, "hue": 0} if "tone" not in look else look, _(name)) for look, name in JOURNAL_PLACES.values()]  # fmt: skip
        items += key(samples, width, place.legend, a_line=2 if narrow else 5)
        self.scene.show(
            items, width=width, height=place.height,
            label=_("The program’s appends, the ring of the journal, and the homes of the blocks"),
        )  # fmt: skip

    def _facts(self, state):
        used, waits = state.head - state.tail, len(state.pending)
        last = _("recovered: {kind}", kind=_(CRASH_NAMES[state.result])) if state.result else _("in the ring: {n} of {all}", n=used, all=SLOTS)  # fmt: skip
        return [
            (_("{t} s", t=number(state.t)), "idle"),
            (_("step {n} of {all}", n=state.number, all=self.result.steps), "accent"),
            (plural("{count} write waits in the drive", "{count} writes wait in the drive", 0 if state.step in AFTER else waits), "warn" if waits and state.step not in AFTER else "idle"),
            (last, TONES.get(state.result, "idle")),
        ]  # fmt: skip

    def _memory(self, state, place):
        """One box for each block that the program appends: to come, in memory, sent."""
        x, y = place.memory
        items = [label("memory", x, y - 12, _("The program appends"), weight=600)]
        for k in range(1, APPENDS + 1):
            left, top = place.append(k)
            text, look = self._append(state, k)
            items.append(box(f"append{k}", left, top, place.wide, 30, text=text, r=6, size=12, **look))  # fmt: skip
        return items

    def _append(self, state, k):
        if k > state.appended:
            return str(k), {"fill": "none", "dash": True}
        if state.step == "end":
            kept = k <= state.kept and state.result in ("new", "old")
            return (f"✓ {k}", {"fill": "solid", "tone": "ok"}) if kept else (f"✗ {k}", {"fill": "soft", "tone": "bad"})  # fmt: skip
        if any(write.version >= k for write in (*state.homes, *filter(None, state.ring))):
            return _("{k} sent", k=k), {"fill": "soft", "tone": "ok"}
        if state.step in AFTER:
            return f"✗ {k}", {"fill": "soft", "tone": "bad"}
        return _("{k} memory", k=k), {"fill": "soft", "tone": "warn"}

    def _ring(self, state, place):
        items = [path("track", place.arc(0, SLOTS), tone="idle", dash=True)]
        if state.head > state.tail:
            items.append(path("used", place.arc(state.tail, state.head - 1), tone="accent"))
        for k in range(SLOTS):
            x, y = place.slot(k)
            sure = journalring.slot(state, k)
            write = state.ring[k]
            look = journal_look(sure, write.tx - 1) if sure else {"fill": "paper", "dash": True}
            if look["fill"] in ("soft", "none"):  # the way round must not show through
                items.append(box(f"under{k}", x - 29, y - 16, 58, 32, r=7, fill="paper"))
            look = {"text": write.what if write else "", **look}
            items.append(box(f"slot{k}", x - 29, y - 16, 58, 32, r=7, size=12.5, **look))
        items += self._pointers(state, place)
        x, y = place.centre
        used = state.head - state.tail
        items.append(label("journal", x, y - 8, _("Journal"), anchor="middle", weight=600))
        free = _("{n} of {all} free", n=SLOTS - used, all=SLOTS)
        items.append(label("free", x, y + 12, free, anchor="middle", size=12.5))
        return items

    def _pointers(self, state, place):
        """Where recovery begins to read, and where the next block goes."""
        items = []
        same = state.head % SLOTS == state.tail % SLOTS
        for name, text, at in (("tail", _("tail"), state.tail), ("head", _("head"), state.head)):
            if same and name == "head":
                continue
            (fx, fy), (tx, ty) = place.slot(at, -66), place.slot(at, -40)
            side = tx - place.centre[0]
            anchor = "end" if side > 60 else "start" if side < -60 else "middle"
            lx, ly = place.slot(at, -72 if anchor != "middle" else -78)
            items.append(path(f"{name}-arrow", f"M{fx:.1f} {fy:.1f}L{tx:.1f} {ty:.1f}", arrow=True, tone="idle"))  # fmt: skip
            shown = _("tail, head") if same else text
            items.append(label(name, lx, ly + 4, shown, anchor=anchor, size=12.5, weight=600))
        return items

    def _home(self, state, place):
        x, y = place.homes
        items = [label("homes", x, y - 12, _("At home"), weight=600)]
        found = journalring.home(state)
        shown = ["I", "B", *(f"D{k}" for k in range(1, APPENDS + 1))]
        for i, name in enumerate(shown):
            left, top = place.home(i)
            version, sure = found.get(name, (0, None))
            tx = next((w.tx for w in (*state.homes, *filter(None, state.ring)) if w.version == version), 1)  # fmt: skip
            known = sure and version
            look = journal_look(sure, tx - 1) if known else {"fill": "none", "dash": name[0] == "D"}
            text = name if name[0] == "D" else f"{name} {version}" if version else _("{name} old", name=name)  # fmt: skip
            text = f"✗ {name}" if sure == "corrupt" else text
            items.append(box(f"home-{name}", left, top, place.wide, 30, r=6, size=12, **{**look, "text": text}))  # fmt: skip
        return items

    def _ways(self, state, place):
        """An arrow for what has just moved."""
        if state.step.startswith("J"):
            return [path("way", place.ways[0], arrow=True, tone="accent")]
        if state.step in ("D", "I", "B"):
            return [path("way", place.ways[1], arrow=True, tone="accent")]
        replayed = state.step == "end" and any(self._replays())
        return [path("way", place.ways[2], arrow=True, tone="ok")] if replayed else []

    def _replays(self):
        """Whether each reading of recovery found a transaction it believed."""
        crashed = next((s for s in self.result.states if s.step == "crash"), None)
        end = self.result.states[-1]
        yield crashed is not None and journalring.home(crashed) != journalring.home(end)

    # Telling

    def labels(self, told):
        return [self._label(state) for state in told.states]

    def _label(self, state):
        if state.step == "F":
            return _("step {n}: flush", n=state.number)
        if state.step in DID:
            return _(DID[state.step], n=state.appended)
        return _("step {n}: {label} of transaction {tx}", n=state.number, label=state.step, tx=state.tx)  # fmt: skip

    def describe(self, state):
        return " ".join(map(_, state.why))

    def tone(self, state):
        if state.step == "crash":
            return "warn"
        return TONES.get(state.result, "accent")

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("appends made"), str(end.appended)),
            (_("appends kept"), str(end.kept if end.result else end.appended)),
            (_("recovered"), _(CRASH_NAMES[end.result]) if end.result else "–"),
        ]

    def table(self, state):
        head = [_("slot"), _("block"), _("transaction"), _("how sure")]
        rows = [
            [k, write.what if write else "–", write.tx if write else "–", self._sure(state, k)]
            for k, write in enumerate(state.ring)
        ]
        return Table(head, rows, caption=_("The ring of the journal, slot by slot"))

    def _sure(self, state, k):
        sure = journalring.slot(state, k)
        return _(JOURNAL_PLACES[sure][1]) if sure else _("never used")


class _Place:
    """Where memory, ring and homes stand: side by side, or one below the other."""

    def __init__(self, narrow):
        self.narrow = narrow
        self.radius = (178, 138) if narrow else (226, 132)
        self.centre = (230, 352) if narrow else (450, 218)
        self.memory = (6, 116) if narrow else (8, 168)
        self.homes = (6, 566) if narrow else (748, 150)
        self.wide = 70 if narrow else 68
        self.legend = 652 if narrow else 396
        self.height = self.legend + (72 if narrow else 24)
        self.ways = (
            ("M230 152V186", "M14 152V540", "M230 514V542")
            if narrow
            else ("M156 218H186", "M80 284V378H818V304", "M714 218H740")
        )

    def append(self, k):
        x, y = self.memory
        column, line = ((k - 1) % 6, 0) if self.narrow else ((k - 1) % 2, (k - 1) // 2)
        return x + column * (self.wide + 5), y + line * 36

    def home(self, i):
        x, y = self.homes
        column, line = (i % 6, i // 6) if self.narrow else (i % 2, i // 2)
        return x + column * (self.wide + 5), y + line * 36

    def slot(self, k, inward=0):
        """The middle of a slot; `inward` pixels nearer to (or, above 0, farther from) the centre."""
        angle = 2 * pi * (k % SLOTS) / SLOTS - pi / 2
        (x, y), (a, b) = self.centre, self.radius
        return x + (a + inward) * cos(angle), y + (b + inward) * sin(angle)

    def arc(self, first, last):
        """The way round the ring from one slot to another."""
        points = [self.slot(first + k / 4) for k in range(4 * (last - first) + 1)]
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
