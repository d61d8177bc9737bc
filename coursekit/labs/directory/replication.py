"""Domain controllers that all take writes: what each shows, what it has seen of whom, what a pull brings."""

from coursekit.i18n import _, mark, plural
from coursekit.labs.directory.drawing import yes_no
from coursekit.sims.directory.replication import DELETED, NAME, PARENT, clock
from coursekit.sims.directory.replicationdeeds import (  # fmt: skip
    ATTRIBUTES,
    LEAST,
    LETTERS,
    MOST,
    NAMES,
    PLACES,
    Deed,
    tell,
)
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.fit import boxed, clipped, heading, paragraph
from coursekit.ui.parts import facts, key, matrix, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

HUES = (0, 1, 3, 4, 5)  # 2 is the colour of a warning
CONTROLLERS = dict(enumerate(LETTERS))
WHERE = {each: each or mark("the domain") for each in PLACES}
LONG = 200  # days: longer than a tombstone is kept
DID = {
    "": mark("the beginning"), "write": mark("{one}: {two} = {three}"), "pull": mark("{one} pulls from {two}"),
    "create": mark("{one}: create {two}"), "delete": mark("{one}: delete {two}"), "off": mark("{one} off"),
    "on": mark("{one} on"), "wait": mark("days pass: {days}"), "round": mark("a round"),
}  # fmt: skip
PARTS = {NAME: mark("its name"), PARENT: mark("its place"), DELETED: mark("its deletion")}
BECAME = {
    (True, True): ("ok", mark("applied")), (True, False): ("warn", mark("sent, not applied")),
    (False, False): ("idle", mark("not sent: known")),
}  # fmt: skip
LINE, HEAD = 25, 46  # of a controller's card: a line, the room above the lines
CELLS = {True: 176, False: 168}  # size of a matrix: wide, narrow
LEAST_LINES = 5


class ReplicationLab(DeedsLab):
    """Cards of controllers above two matrices; press a card to choose it, a number to pull."""

    name = "directory-replication"
    title = mark("Several copies, all of which may be changed")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("dc", mark("Controller"), 0, CONTROLLERS),
            Pick("from", mark("pulls from"), 1, CONTROLLERS),
            Pick("name", mark("Name"), "Bob", {each: each for each in NAMES}),
            Pick("under", mark("created in"), "Lyon", WHERE),
            Slider("dcs", mark("Controllers"), 3, LEAST, MOST, more=True),
            Pick("key", mark("What is written"), ATTRIBUTES[0], {each: each for each in ATTRIBUTES}, more=True),
            Slider("clock", mark("Clock of B"), 0, -60, 60, 10, "min", more=True),
        )  # fmt: skip

    def story(self, actions, dcs, clock, **_values):
        return tell(dcs, self.steps(actions, ()), clock)

    # Acting

    def tools(self):
        return (
            button(_("Write a new value"), self._write),
            button(_("Pull"), lambda: self.do("pull", self.values["dc"], self.values["from"])),
            button(_("A round: all pull"), lambda: self.do("round")),
            button(_("Create the name"), lambda: self.do("create", self.values["dc"], self.values["name"], self.values["under"])),
            button(_("Delete it"), lambda: self.do("delete", self.values["dc"], self.values["name"])),
            button(_("Off, or on again"), self._turn),
            button(_("{days} days pass", days=LONG), lambda: self.do("wait", LONG)),
        )  # fmt: skip

    def _write(self):
        """A value that says who wrote it, and the how manieth of this controller's it is."""
        dc = self.values["dc"]
        before = [each.deed for each in self.result.states[1 : self.moment + 1]]
        count = sum(each.kind == "write" and each.one == dc for each in before)
        self.do("write", dc, self.values["key"], f"{LETTERS[dc]}{count + 1}")

    def _turn(self):
        dc = self.values["dc"]
        self.do("on" if LETTERS[dc] in self.state.world.down else "off", dc)

    def _press(self, name):
        if self.locked:
            return
        if name.startswith("dc"):
            self.set(dc=int(name.removeprefix("dc")))
        elif name.startswith("hwm-"):
            _hwm, dst, src = name.split("-")
            self.do("pull", int(dst), int(src))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        cards, y = self._cards(state, 94 if narrow else 54, width)
        tables, low = self._vectors(state, y + 26, width, narrow=narrow)
        if narrow:
            log, y = self._log(state, 6, low + 30, width - 12)
        else:
            log, y = self._log(state, 470, y + 26, width - 476)
        y = max(low, y)
        items += cards + tables + log
        entries, a_line = self._key(state), 2 if narrow else 4
        items += key(entries, width, y + 14, a_line=a_line)
        self.scene.show(
            items, width=width, height=y + 18 + 22 * -(-len(entries) // a_line),
            label=_("What each controller shows, what it has seen of the others, what the last deed moved"),
        )  # fmt: skip

    def _facts(self, state):
        metrics, up = state.world.metrics, [each for each in state.names if each not in state.world.down]  # fmt: skip
        same = (_("all that are up agree"), "ok") if state.world.agreed else (_("they differ"), "warn")  # fmt: skip
        lost = len(metrics.lost)
        return [
            (_(clock(state.now)), "accent"), same,
            (_("up {n}/{all}, messages {sent}", n=len(up), all=len(state.names), sent=metrics.messages), "idle"),
            (_("changes overridden: {n}", n=lost), "warn" if lost else "idle"),
        ]  # fmt: skip

    def _cards(self, state, y, width):
        """A card a controller, of equal height; where it is narrow, two in a line."""
        a_line = len(state.names) if width > 600 else 2
        step = (width - 8 + 8) / a_line
        trees = [state.lines(each) for each in state.names]
        high = HEAD + max(LEAST_LINES, *map(len, trees)) * LINE + 6
        items = []
        for at, (name, tree) in enumerate(zip(state.names, trees, strict=True)):
            line, column = divmod(at, a_line)
            spot = (4 + column * step, y + line * (high + 8), step - 12, high)
            items.append(self._card(state, at, name, tree, spot))
        return items, y + -(-len(state.names) // a_line) * (high + 8)

    def _card(self, state, at, name, tree, spot):
        wide, down = spot[2], name in state.world.down
        inside = [item for row, line in enumerate(tree) for item in self._line(at, row, line, wide)]
        dc = state.world.dcs[name]
        sub = _("switched off") if down else _("USN {usn}", usn=dc.usn)
        deed = state.deed
        acted = deed is not None and deed.kind not in ("wait", "round") and deed.one == at
        return box(
            f"dc{at}", *spot, r=11, title=_("controller {name}", name=name) if wide > 150 else name, sub=sub,
            led="bad" if down else "ok", faded=down, selected=self.values["dc"] == at, glow=acted, fill="plain", hue=HUES[at],
            children=inside, press=None if self.locked else _("choose controller {name}", name=name),
        )  # fmt: skip

    def _line(self, at, row, line, wide):
        """A line of what a controller shows: an object as a text, a value as a box in its writer's colour."""
        x, y = 12 + 15 * line.depth, HEAD + row * LINE
        name = f"line{at}-{row}"
        if line.kind != "value":
            sign = {"unit": "▾ ", "found": "▾ ", "tombstone": "† "}.get(line.kind, "")
            room = wide - x - 6
            return [label(name, x, y + 16, clipped(sign + line.name, room, 12.5), size=12.5, weight=600 if line.kind == "person" else 400)]  # fmt: skip
        stamp, room = line.stamp, wide - x - 8
        version = _("v{n}", n=stamp.version)
        texts = (f"{line.name} = {line.value} · {version} · {_(clock(stamp.time))}", f"{line.value} · {version} · {_(clock(stamp.time))}", f"{line.value} · {version}")  # fmt: skip
        text = next((each for each in texts if 6.4 * len(each) < room - 8), texts[-1])
        return [box(name, x, y + 1, room, LINE - 4, r=6, text=text, size=11.5, hue=_hue(stamp.origin[0]), fill="soft")]  # fmt: skip

    def _vectors(self, state, y, width, *, narrow):
        """High-watermarks by receiver and partner, up-to-dateness by receiver and writer."""
        size = CELLS[not narrow]
        first, second = (32, 266) if not narrow else (26, 272)
        names = state.names
        marks = [[self._mark(state, dst, src) for src in names] for dst in names]
        dates = [[self._date(state, dst, src) for src in names] for dst in names]
        items = [
            heading("hwm-head", max(6, first - 26), y, _("Last number asked for"), second - 34),
            heading("utd-head", second - 26, y, _("Has all of a writer up to"), 460),
            label("hwm-sub", max(6, first - 26), y + 16, _("press one to pull") if not self.locked else "", size=11.5),
            label("utd-sub", second - 26, y + 16, _("whoever brought it"), size=11.5),
            *matrix("hwm", marks, names, x=first, y=y + 44, size=size),
            *matrix("utd", dates, names, x=second, y=y + 44, size=size),
        ]  # fmt: skip
        return items, y + 44 + size

    def _mark(self, state, dst, src):
        if not state.linked(dst, src):
            return {"text": "", "tone": "idle", "fill": "none", "dash": dst != src, "faded": True}
        one, other = state.world.dcs[dst], state.world.dcs[src]
        waiting = state.waiting(dst, src)
        press = None if self.locked else plural("{dst} pulls from {src}: {count} item waits", "{dst} pulls from {src}: {count} items wait", waiting, dst=dst, src=src)  # fmt: skip
        return {
            "text": str(one.hwm.get(other.invocation, 0)), "size": 12, "tone": "warn" if waiting else "ok",
            "fill": "soft" if waiting else "paper", "press": press,
        }  # fmt: skip

    def _date(self, state, dst, src):
        if dst == src:
            return {"text": str(state.world.dcs[dst].usn), "size": 12, "tone": "idle", "fill": "none", "dash": True}  # fmt: skip
        origin = state.world.dcs[src].invocation
        return {"text": str(state.world.dcs[dst].utd.get(origin, 0)), "size": 12, "hue": _hue(src), "fill": "soft"}  # fmt: skip

    def _log(self, state, x, y, wide):
        """What the pulls of the last deed looked at; of a round, a line a pull."""
        items = [heading("log", x, y, _("What the last deed moved"), x + wide)]
        y += 20
        if len(state.pulls) == 1 and state.pulls[0].moved:
            rows = [(*BECAME[each.sent, each.applied], self._item(state, each.item)) for each in state.pulls[0].moved]  # fmt: skip
        else:
            rows = [("bad" if each.stopped else "ok" if each.applied else "idle", "", self._pull(each)) for each in state.pulls]  # fmt: skip
        most = 8
        for row, (tone, word, said) in enumerate(rows[:most]):
            text = _("{text}: {what}", text=said, what=_(word)) if word else said
            items.append(box(f"log{row}", x, y + row * 25, wide, 22, r=6, text=boxed(text, wide, 12), size=12, tone=tone, fill="soft" if tone != "idle" else "paper"))  # fmt: skip
        if not rows:
            lines, _y = paragraph("log-none", self._nothing(state), x, y + 12, wide)
            items += lines
        y += max(2, min(len(rows), most)) * 25
        if len(rows) > most:
            items.append(label("log-more", x, y + 12, _("… and {n} more", n=len(rows) - most), size=12))  # fmt: skip
            y += 18
        return items, y

    def _nothing(self, state):
        if state.pulls:
            return _("The pull found nothing new.")
        return _("No pull: a change is known only where it was made.")

    def _item(self, state, item):
        thing, attribute = item.key
        what = _(PARTS[attribute]) if attribute in PARTS else f"{attribute} = {item.value}"
        return _("{who}, {what} (v{version} of {origin})", who=state.title(thing), what=what, version=item.stamp.version, origin=item.stamp.origin[0])  # fmt: skip

    def _pull(self, pulled):
        values = {"dst": pulled.dc.name, "src": pulled.source}
        if pulled.stopped:
            return _("{dst} ← {src}: stopped, error 8606", **values)
        return _("{dst} ← {src}: sent {sent}, applied {applied}, known {filtered}", **values, sent=pulled.sent, applied=pulled.applied, filtered=pulled.filtered)  # fmt: skip

    def _key(self, state):
        writers = [("box", {"hue": HUES[at], "fill": "soft"}, _("written on {name}", name=name)) for at, name in enumerate(state.names)]  # fmt: skip
        return [
            *writers,
            ("box", {"tone": "warn", "fill": "soft"}, _("numbers not looked at yet")),
            ("box", {"tone": "idle", "fill": "none", "dash": True}, _("no link, or its own")),
        ]

    # In words

    def labels(self, told):
        return [self._label(each.deed) for each in told.states]

    def _label(self, deed):
        text = DID[deed.kind if deed else ""]
        if deed is None:
            return _(text)
        two = LETTERS[deed.two] if deed.kind == "pull" else deed.two
        return _(text, one=CONTROLLERS.get(deed.one), two=two, three=deed.three, days=deed.one)

    def describe(self, state):
        return "\n".join(each for each in (_(state.why), self._fought(state)) if each)

    def _fought(self, state):
        """Why a value was kept or taken where two were there, the last one of a deed."""
        met = [each for pulled in state.pulls for each in pulled.moved if each.lost is not None]
        if not met:
            return ""
        last = met[-1]
        return _("{who}, {what}. {why}", who=state.title(last.item.key[0]), what=_(PARTS.get(last.item.key[1], last.item.key[1])), why=_(last.why))  # fmt: skip

    def tone(self, state):
        if not state.done:
            return "bad"
        return "ok" if state.world.agreed else "accent"

    def summary(self, told):
        end = told.states[-1]
        metrics = end.world.metrics
        return [
            (_("all that are up agree"), yes_no(end.world.agreed)), (_("messages"), str(metrics.messages)),
            (_("values sent"), str(metrics.sent)), (_("changes overridden"), str(len(metrics.lost))),
        ]  # fmt: skip

    def table(self, state):
        rows = []
        for name in state.names:
            dc = state.world.dcs[name]
            asked = ", ".join(f"{src} {dc.hwm.get(state.world.dcs[src].invocation, 0)}" for src in state.names if state.linked(name, src))  # fmt: skip
            seen = ", ".join(f"{src} {dc.utd.get(state.world.dcs[src].invocation, 0)}" for src in state.names if src != name)  # fmt: skip
            held = "; ".join(self._said(each) for each in state.lines(name))
            rows.append([name, str(dc.usn), yes_no(name not in state.world.down), held, asked, seen])  # fmt: skip
        head = [_("controller"), _("USN"), _("up"), _("what it shows"), _("last number asked for"), _("has all up to")]  # fmt: skip
        return Table(head, rows, caption=_("The controllers: what they show, what they have seen"))

    def _said(self, line):
        if line.kind != "value":
            return f"† {line.name}" if line.kind == "tombstone" else line.name
        stamp = line.stamp
        version, time = _("v{n}", n=stamp.version), _(clock(stamp.time))
        return f"{line.name} = {line.value} ({version}, {time}, {stamp.origin[0]})"


def _hue(name):
    return HUES[LETTERS.index(name)]
