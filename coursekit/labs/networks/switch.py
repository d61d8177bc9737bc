"""Hub, bridge, virtual switch: frames one by one, the table, and who sees what."""

import ipywidgets as w

from coursekit.i18n import _, mark, number
from coursekit.labs.networks.drawing import through
from coursekit.sims.message import ParameterError
from coursekit.sims.networks.lan import (
    DISCARDED,
    ELSEWHERE,
    EVERYBODY,
    GROUP,
    Lan,
    Sent,
    conversation,
    play,
    station_name,
)
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.look import look
from coursekit.ui.parts import NARROW, WIDE, spots
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, mover, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.values import from_plain

DEVICES = {
    "hub": mark("hub"),
    "bridge": mark("learning bridge"),
    "vswitch": mark("virtual switch"),
}
TRAFFIC = {
    "talk": mark("A and B talk"),
    "hundred": mark("A and B: 100 frames"),
    "all": mark("everybody speaks once, then A and B"),
    "elsewhere": mark("A calls somebody unknown"),
    "none": mark("nothing: you send"),
}
LOOKS = {
    "H": {"tone": "ok", "fill": "solid"},
    "B": {"tone": "accent", "fill": "solid"},
    "M": {"hue": 3, "fill": "solid"},
    "O": {"tone": "warn", "fill": "solid"},
    DISCARDED: {"tone": "idle", "fill": "soft", "dash": True},
    "": {"fill": "none"},
}
NAMES = "abcdefgh"


def traffic(kind, stations):
    """The frames a scenario begins with."""
    if kind == "none":
        return ()
    if kind == "hundred":
        return conversation(0, 1, 100)
    if kind == "elsewhere":
        return tuple(Sent(float(i), 0, ELSEWHERE) for i in range(4))
    if kind == "all":
        first = [Sent(float(i), i, EVERYBODY) for i in range(stations)]
        return (*first, *(Sent(stations + f.at_s, f.src, f.dst) for f in conversation(0, 1, 6)))
    return conversation(0, 1, 8)


class SwitchLab(StoryLab):
    """One frame a step; press a station to make its card promiscuous."""

    name = "networks-switch"
    title = mark("Who sees which frame?")

    def controls(self):
        others = tuple(
            Check(name, _card(name), False, more=True, when=_there(i))
            for i, name in enumerate(NAMES)
            if name != "c"
        )
        return (
            Pick("device", mark("In the middle"), "bridge", DEVICES),
            Slider("stations", mark("Stations"), 4, 2, 8),
            Pick("traffic", mark("Frames"), "talk", TRAFFIC),
            Check("c", mark("C is promiscuous"), True, when=_there(2)),
            Check(
                "accept",
                mark("The switch accepts promiscuous ports"),
                False,
                when=lambda v: v["device"] == "vswitch",
            ),
            *others,
            Slider("ageing", mark("Ageing time"), 300, 5, 600, 5, mark("s"), more=True),
            Slider("fdb_max", mark("Room in the table (0: no limit)"), 0, 0, 8, more=True),
        )

    def story(self, actions, device, stations, traffic, accept, ageing, fdb_max, **cards):
        promiscuous = tuple(i for i, n in enumerate(NAMES[:stations]) if cards[n])
        self._lan = Lan(
            device=device, stations=stations, promiscuous=promiscuous, accept=accept,
            ageing=float(ageing), fdb_max=fdb_max or None,
        )  # fmt: skip
        frames = sorted((*_traffic(traffic, stations), *actions), key=lambda f: f.at_s)
        return play(self._lan, frames)

    # Acting

    def tools(self):
        names = [(station_name(i), i) for i in range(8)]
        targets = [(_("everybody"), EVERYBODY), (_("somebody elsewhere"), ELSEWHERE), (_("a group"), GROUP)]  # fmt: skip
        self._from = w.Dropdown(options=names, tooltip=_("Who sends"), layout=look(width="80px"))
        self._to = w.Dropdown(
            options=[*names, *targets], value=1, tooltip=_("To whom"), layout=look(width="180px")
        )
        self._wait = w.BoundedFloatText(
            0.5, min=0, max=1e5, tooltip=_("Seconds to wait before"), layout=look(width="76px")
        )
        go = button(_("Send it now"), self._send)
        return (self._from, w.Label("→"), self._to, w.Label(_("after")), self._wait, w.Label(_("seconds")), go)  # fmt: skip

    def _send(self):
        self.act(Sent(self.state.t + self._wait.value, self._from.value, self._to.value))

    def _press(self, name):
        if not self.locked and name.startswith("station"):
            card = NAMES[int(name.removeprefix("station"))]
            self.set(**{card: not self.values[card]})

    def keep(self, actions, result, moment):
        seen = [state.frame for state in result.states[: moment + 1]]
        return tuple(action for action in actions if action in seen)

    def action_from(self, plain):
        if isinstance(plain, dict):
            return from_plain(Sent, plain, "action")
        if not isinstance(plain, list) or len(plain) != 3:
            raise ParameterError("action={plain}: expected seconds, sender and target", plain=plain)
        return from_plain(Sent, dict(zip(("at_s", "src", "dst"), plain, strict=True)), "action")

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, state):
        narrow = self.scene.narrow
        width = NARROW if narrow else WIDE
        places, bottom = spots(self._lan.stations, 84, narrow=narrow, top=118, least=72)
        middle = (width / 2, 74)
        items = [self._wire(i, spot, middle, state) for i, spot in enumerate(places)]
        items.append(self._device(width, state))
        items += [self._station(i, spot, state) for i, spot in enumerate(places)]
        items += self._movers(state, places, middle)
        heat, bottom_heat = self._heat(state, bottom + 34, narrow)
        top = bottom_heat + 34 if narrow else bottom + 34
        table, bottom_table = self._table_of(state, 8 if narrow else 640, top, width)
        self.scene.show(
            [*items, *heat, *table], width=width, height=max(bottom_heat, bottom_table) + 6,
            label=_("{count} stations around a {device}", count=len(places), device=_(DEVICES[self._lan.device])),
        )  # fmt: skip

    def _device(self, width, state):
        kind = {
            "forward": mark("forwards"), "flood": mark("floods"), "filter": mark("filters"),
            "drop": mark("keeps"), "stack": mark("keeps"),
        }[state.passed.kind]  # fmt: skip
        sub = _(kind) if state.frame else _("waits")
        return box(
            "device", width / 2 - 120, 14, 240, 58, text=_(DEVICES[self._lan.device]), sub=sub,
            fill="paper", tone="warn" if state.passed.kind == "flood" else "accent", r=12, size=15,
        )  # fmt: skip

    def _wire(self, i, spot, middle, state):
        used = state.frame and (i == state.frame.src or i + 1 in state.passed.out)
        return path(
            f"wire{i}", through((spot.x + spot.w / 2, spot.y), middle),
            tone="warn" if used and state.passed.kind == "flood" else "accent" if used else None,
        )  # fmt: skip

    def _station(self, i, spot, state):
        letter = state.seen[i]
        promiscuous = i in self._lan.promiscuous
        sends = state.frame is not None and state.frame.src == i
        inner = [box(f"saw{i}", spot.w / 2 - 17, 46, 34, 30, text=letter or ("↑" if sends else "·"), r=8, **(LOOKS["B"] if sends else LOOKS[letter]))]  # fmt: skip
        name = _("Station {name}: press to switch promiscuous mode", name=station_name(i))
        return box(
            f"station{i}", spot.x, spot.y, spot.w, 84, title=station_name(i), r=12, children=inner,
            sub=_("promiscuous") if promiscuous and spot.w > 96 else _("promisc.") if promiscuous else _("port {n}", n=i + 1),
            led="warn" if promiscuous else "idle", press=None if self.locked else name, selected=promiscuous,
        )  # fmt: skip

    def _movers(self, state, places, middle):
        if state.frame is None:
            return []
        ends = [(spot.x + spot.w / 2, spot.y) for spot in places]
        src = state.frame.src
        there = mover("in", through(ends[src], middle), station_name(src), tone="accent", seconds=0.35, run=self.moment)  # fmt: skip
        out = [
            mover(f"out{port}", through(middle, ends[port - 1]), station_name(src), seconds=0.35, delay=0.35, run=self.moment, tone="warn" if state.passed.kind == "flood" else "accent")
            for port in state.passed.out if port
        ]  # fmt: skip
        return [there, *out]

    def _heat(self, state, y, narrow):
        """Rows: stations; columns: the last frames up to now."""
        step, most = (26, 14) if narrow else (28, 20)
        now = self.moment
        states = self.result.states[max(1, now - most + 1) : now + 1]
        items = [label("heat", 8, y - 10, _("Who saw what, frame by frame"), weight=600)]
        for row in range(self._lan.stations):
            items.append(label(f"heat{row}", 8, y + row * step + 17, station_name(row), size=12.5))
            for column in range(most):
                letter = states[column].seen[row] if column < len(states) else ""
                known = column < len(states)
                items.append(box(
                    f"seen{row}:{column}", 30 + column * step, y + row * step, step - 3, step - 3, r=5, size=11.5,
                    text=letter, faded=not known, glow=known and column == len(states) - 1 and letter == "O", **LOOKS[letter],
                ))  # fmt: skip
        bottom = y + self._lan.stations * step
        items.append(label("legend", 8, bottom + 16, _("H for me · B for all · M group · O others’, seen · x dropped by the card"), size=11 if narrow else 12))  # fmt: skip
        return items, bottom + 22

    def _table_of(self, state, x, y, width):
        known = {"hub": _("A hub keeps no table"), "bridge": _("Table: address, port, age"), "vswitch": _("Table: told, not learned")}  # fmt: skip
        items = [label("fdb", x, y - 10, known[self._lan.device], weight=600)]
        wide = min(250, width - x - 8)
        for row, entry in enumerate(state.table):
            age = entry.age_s / self._lan.ageing
            text = _("{who} · port {port} · {age} s", who=station_name(entry.station), port=entry.port, age=number(entry.age_s))  # fmt: skip
            if self._lan.device == "vswitch":
                text = _("{who} · port {port}", who=station_name(entry.station), port=entry.port)
            fresh = state.frame is not None and entry.station == state.frame.src
            items.append(box(
                f"fdb{entry.station}", x, y + row * 40, wide, 36, text=text, size=12.5, r=8, fill="paper", tone="accent" if fresh else "idle",
                progress=None if self._lan.device == "vswitch" else min(1.0, age),
            ))  # fmt: skip
        if not state.table and self._lan.device != "hub":
            items.append(box("empty", x, y, wide, 36, text=_("empty"), dash=True, fill="none", size=12.5))  # fmt: skip
        return items, y + max(1, len(state.table)) * 40

    def labels(self, played):
        return [_("before the first frame") if s.frame is None else f"{number(s.t, 4)} s · {_what(s.frame)}" for s in played.states]  # fmt: skip

    def describe(self, state):
        if state.frame is None:
            return _(state.why)
        frame = _("Frame {n}, {what}:", n=self.moment, what=_what(state.frame))
        return f"{frame} {_(state.why)}\n{self._sniffed()}"

    def _sniffed(self):
        sniffers = self._lan.promiscuous or range(min(3, self._lan.stations))
        states = self.result.states[: self.moment + 1]
        counts = [f"{station_name(i)} {sum(s.seen[i] not in ('', DISCARDED) for s in states)}" for i in sniffers]  # fmt: skip
        return _("Frames seen so far: {counts}, of {all}.", counts=", ".join(counts), all=self.moment)  # fmt: skip

    def tone(self, state):
        return "warn" if state.passed.kind == "flood" else "accent"

    def summary(self, played):
        last = [sum(s.seen[i] not in ("", DISCARDED) for s in played.states) for i in range(self._lan.stations)]  # fmt: skip
        copies = sum(len(s.passed.out) for s in played.states)
        rows = [(_("{who} saw", who=station_name(i)), str(count)) for i, count in enumerate(last)]
        return [(_("frames"), str(len(played.states) - 1)), (_("copies sent"), str(copies)), *rows]

    def table(self, state):
        stations = range(self._lan.stations)
        head = [_("frame"), _("what"), _("out by ports"), *map(station_name, stations)]
        rows = [
            [i, _what(s.frame), " ".join(map(str, s.passed.out)) or "—", *(letter or "—" for letter in s.seen)]
            for i, s in enumerate(self.result.states) if s.frame
        ]  # fmt: skip
        return Table(head, rows or [["—"] * len(head)])


_traffic = traffic  # `story` has an argument of this name


def _what(frame):
    to = {EVERYBODY: _("everybody"), ELSEWHERE: _("somebody elsewhere"), GROUP: _("a group")}
    target = to.get(frame.dst) or station_name(frame.dst)
    return f"{station_name(frame.src)} → {target}"


_CARDS = {
    "a": mark("A is promiscuous"),
    "b": mark("B is promiscuous"),
    "d": mark("D is promiscuous"),
    "e": mark("E is promiscuous"),
    "f": mark("F is promiscuous"),
    "g": mark("G is promiscuous"),
    "h": mark("H is promiscuous"),
}


def _card(name):
    return _CARDS[name]


def _there(i):
    return lambda values: i < values["stations"]
