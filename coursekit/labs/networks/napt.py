"""A NAPT router: packets rewritten, the table with its countdowns, ports, forwards."""

import ipywidgets as w

from coursekit.i18n import _, mark, number
from coursekit.labs.networks.drawing import line, machine, through
from coursekit.sims.message import ParameterError
from coursekit.sims.networks.napt import Forward, Packet
from coursekit.sims.networks.natstory import Arrival, play
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.look import look
from coursekit.ui.parts import NARROW, WIDE
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, mover
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.values import from_plain

EIP, S, T = "203.0.113.1", "192.0.2.10", "192.0.2.20"
INSIDE = {name: f"10.0.0.{i}" for i, name in enumerate("abc", 1)}
TRAFFIC = {
    "collide": mark("three machines, one port"),
    "timeout": mark("a UDP question and a late answer"),
    "life": mark("the life of a TCP connection"),
    "stranger": mark("somebody knocks from outside"),
    "crowd": mark("more connections than room"),
    "none": mark("nothing: you send"),
}
FLAGS = ("SYN", "SYN+ACK", "ACK", "FIN", "RST")
LINES = 6  # of the table, in sight


def _tcp(t, way, src, sport, dst, dport, flags="SYN"):
    return Arrival(t, way, Packet("tcp", src, sport, dst, dport, flags))


def traffic(kind, silence):
    """The packets a scenario begins with."""
    a, b, c = INSIDE.values()
    if kind == "collide":
        sent = [(a, S), (b, S), (b, T), (c, S), (a, S)]
        return tuple(_tcp(float(i), "out", src, 40000, dst, 443) for i, (src, dst) in enumerate(sent))  # fmt: skip
    if kind == "timeout":
        out = Arrival(0.0, "out", Packet("udp", a, 5000, S, 53))
        return (out, Arrival(float(silence), "in", Packet("udp", S, 53, EIP, 5000)))
    if kind == "life":
        steps = [("out", "SYN"), ("in", "SYN+ACK"), ("out", "ACK"), ("in", "ACK"), ("in", "FIN"), ("out", "ACK"), ("out", "FIN"), ("in", "ACK")]  # fmt: skip
        return tuple(
            _tcp(float(i), "out", a, 5000, S, 443, f) if way == "out" else _tcp(float(i), "in", S, 443, EIP, 5000, f)
            for i, (way, f) in enumerate(steps)
        )  # fmt: skip
    if kind == "stranger":
        return (_tcp(0.0, "out", a, 5000, S, 443), _tcp(1.0, "in", T, 999, EIP, 2222))
    if kind == "crowd":
        return tuple(_tcp(float(i), "out", list(INSIDE.values())[i % 3], 6000 + i // 3, S, 443) for i in range(12))  # fmt: skip
    return ()


class NaptLab(StoryLab):
    """One packet a step: as it came, as it leaves, and the table."""

    name = "networks-napt"
    title = mark("One address for many")

    def controls(self):
        return (
            Pick("traffic", mark("Packets"), "collide", TRAFFIC),
            Slider("silence", mark("The answer comes after"), 30, 1, 200, 1, mark("s"), when=lambda v: v["traffic"] == "timeout"),
            Check("forward", mark("A port is forwarded to 10.0.0.9:22"), False),
            Slider("eport", mark("The forwarded port"), 2222, 1, 65535, more=True, when=lambda v: v["forward"]),
            Slider("most", mark("Room in the table"), 64, 1, 64),
            Check("narrow", mark("Only two ports are left"), False, more=True),
        )  # fmt: skip

    def story(self, actions, traffic, silence, forward, eport, most, narrow):
        packets = sorted((*_traffic(traffic, silence), *actions), key=lambda a: a.t)
        forwards = [Forward("tcp", eport, "10.0.0.9", 22)] if forward else []
        ports = (40000, 40001) if narrow else None
        self._most = most
        return play(EIP, packets, forwards=forwards, most=most, ports=ports)

    # Acting

    def tools(self):
        def menu(options, name, wide, value=None):
            extra = {} if value is None else {"value": value}
            return w.Dropdown(options=options, tooltip=name, layout=look(width=wide), **extra)

        hosts = [(f"{name} {ip}", ip) for name, ip in INSIDE.items()]
        servers = [(f"S {S}", S), (f"T {T}", T)]
        self._way = menu([(_("from inside"), "out"), (_("from outside"), "in")], _("Which way"), "130px")  # fmt: skip
        self._host = menu(hosts, _("Which machine inside"), "120px")
        self._server = menu(servers, _("Which server"), "130px")
        self._port = w.BoundedIntText(
            40000, min=1, max=65535, tooltip=_("Port on our side"), layout=look(width="86px")
        )
        self._flags = menu(list(FLAGS), _("Flags of the TCP packet"), "110px")
        go = button(_("Send it now"), self._send)
        return self._way, self._host, self._port, self._server, self._flags, go

    def _send(self):
        t, port, server, flags = self.state.t + 0.5, self._port.value, self._server.value, self._flags.value  # fmt: skip
        if self._way.value == "out":
            self.act(_tcp(t, "out", self._host.value, port, server, 443, flags))
        else:
            self.act(_tcp(t, "in", server, 443, EIP, port, flags))

    def keep(self, actions, result, moment):
        seen = [state.arrival for state in result.states[: moment + 1]]
        return tuple(action for action in actions if action in seen)

    def action_from(self, plain):
        if not isinstance(plain, dict) or not isinstance(plain.get("packet"), (list, dict)):
            raise ParameterError("action={plain}: expected a time, a way and a packet", plain=plain)
        packet = plain["packet"]
        packet = list(packet.values()) if isinstance(packet, dict) else packet
        if len(packet) != 6:
            raise ParameterError("action={plain}: expected a time, a way and a packet", plain=plain)
        kinds = (str, str, int, str, int, str)
        taken = Packet(*(from_plain(k, v, "packet") for k, v in zip(kinds, packet, strict=True)))
        return Arrival(from_plain(float, plain["t"], "t"), from_plain(str, plain["way"], "way"), taken)  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow = self.scene.narrow
        width = NARROW if narrow else WIDE
        items = self._world(state, width, narrow)
        y = 222
        cards, y = self._headers(state, y, width, narrow)
        items += cards
        table, bottom = self._lines(state, y + 34, width, narrow)
        self.scene.show(
            [*items, *table], width=width, height=bottom + 6,
            label=_("Machines inside, the router with its table, servers outside"),
        )  # fmt: skip

    def _world(self, state, width, narrow):
        wide = 108 if narrow else 150
        mid, right = width / 2, width - wide - 8
        router = box("router", mid - wide / 2, 64, wide, 78, text=_("router"), sub=EIP, fill="paper", tone="accent", r=12)  # fmt: skip
        items, ends = [], {}
        places = [(f"in-{n}", ip, 8, 8 + i * 66, n) for i, (n, ip) in enumerate(INSIDE.items())]
        places += [(f"out-{ip}", ip, right, 41 + i * 66, n) for i, (n, ip) in enumerate((("S", S), ("T", T)))]  # fmt: skip
        for name, ip, x, y, said in places:
            inside = x == 8
            end = (x + wide, y + 27) if inside else (x, y + 27)
            ends[ip] = end
            joint = (mid - wide / 2, 103) if inside else (mid + wide / 2, 103)
            items.append(line(f"wire-{name}", end, joint))
            items.append(machine(name, x, y, wide, said, ip, tone="ok" if inside else "idle"))
        items.append(router)
        return [*items, *self._movers(state, ends, mid, wide)]

    def _movers(self, state, ends, mid, wide):
        if state.arrival is None:
            return []
        was, now, outward = state.arrival.packet, state.verdict.packet, state.arrival.way == "out"
        start = ends.get(was.src, (mid, 103))
        moving = [mover("came", through(start, (mid, 103)), "", r=9, tone="accent", seconds=0.4, run=self.moment)]  # fmt: skip
        if state.verdict.action == "translate":
            end = ends.get(now.dst, (mid - wide / 2 if not outward else mid, 103))
            moving.append(mover("goes", through((mid, 103), end), "", r=9, tone="ok", seconds=0.4, delay=0.4, run=self.moment))  # fmt: skip
        return moving

    def _headers(self, state, y, width, narrow):
        """The packet before and after, what was rewritten glowing."""
        if state.arrival is None:
            text = _("no packet yet")
            return [box("before", 8, y, width - 16, 40, text=text, fill="none", dash=True)], y + 40
        was, now = state.arrival.packet, state.verdict.packet
        good = state.verdict.action == "translate"
        half = (width - 16 - 60) / 2
        after = f"{now.src}:{now.sport} → {now.dst}:{now.dport}" if good else _("dropped: {why}", why=_(WHYS[state.verdict.why]))  # fmt: skip
        before = f"{was.src}:{was.sport} → {was.dst}:{was.dport}"
        name = _("came in") if state.arrival.way == "in" else _("came out")
        kind = f"{was.proto.upper()} {was.flags}".strip()
        if narrow:
            return [
                box("before", 8, y, width - 16, 42, text=before, sub=f"{name} · {kind}", fill="paper", size=12.5),
                box("after", 8, y + 50, width - 16, 42, text=after, fill="soft", tone="ok" if good else "bad", glow=good, size=12.5),
            ], y + 92  # fmt: skip
        return [
            box("before", 8, y, half, 46, text=before, sub=f"{name} · {kind}", fill="paper", size=13),
            label("arrow", width / 2, y + 30, "→", anchor="middle", size=24),
            box("after", width - 8 - half, y, half, 46, text=after, fill="soft", tone="ok" if good else "bad", glow=good, size=13),
        ], y + 46  # fmt: skip

    def _lines(self, state, y, width, narrow):
        head = _("The table: {count} of {most} connections", count=len(state.table), most=self._most)  # fmt: skip
        items = [label("table", 8, y - 8, head, weight=600)]
        shown = state.table[-LINES:]
        high = 52 if narrow else 42
        for row, each in enumerate(shown):
            life = each.left_s / each.lives_s
            state_word = each.state.replace("_", " ")
            text = f"{each.proto} {each.inside} ⇄ {each.outside} ⇄ {each.remote}"
            rest = _("{state}, {left} s left", state=state_word, left=number(each.left_s, 6))
            top = y + row * (high + 5)
            if narrow:
                items.append(box(f"line{row}", 8, top, width - 16, high, text=text, size=10.5, r=8, fill="paper", tone="accent", progress=life))  # fmt: skip
                items.append(label(f"rest{row}", 18, top + 12, rest, size=10))
            else:
                items.append(box(f"line{row}", 8, top, width - 16, high, text=f"{text}   ·   {rest}", size=12.5, r=8, fill="paper", tone="accent", progress=life))  # fmt: skip
        if not shown:
            items.append(box("empty", 8, y, width - 16, 36, text=_("empty"), fill="none", dash=True))  # fmt: skip
        bottom = y + max(1, len(shown)) * (high + 5)
        gone = ", ".join(state.expired)
        if gone:
            items.append(label("gone", 8, bottom + 14, _("forgotten just now: {gone}", gone=gone), size=11 if narrow else 12.5))  # fmt: skip
        return items, bottom + 22

    def labels(self, played):
        return [_("before the first packet") if s.arrival is None else f"{number(s.t, 5)} s · {_(WHYS[s.verdict.why])}" for s in played.states]  # fmt: skip

    def describe(self, state):
        if state.arrival is None:
            return _(state.why)
        return _("At {t} s. {why}", t=number(state.t, 5), why=_(state.why))

    def tone(self, state):
        if state.verdict is None:
            return "idle"
        return "ok" if state.verdict.action == "translate" else "bad"

    def summary(self, played):
        told = [s.verdict for s in played.states if s.verdict]
        return [
            (_("packets"), str(len(told))),
            (_("translated"), str(sum(v.action == "translate" for v in told))),
            (_("refused or dropped"), str(sum(v.action != "translate" for v in told))),
            (_("connections at the end"), str(len(played.states[-1].table))),
        ]

    def table(self, state):
        head = [_("protocol"), _("inside"), _("outside"), _("remote"), _("state"), _("seconds left")]  # fmt: skip
        rows = [[e.proto, e.inside, e.outside, e.remote, e.state, number(e.left_s, 6)] for e in state.table]  # fmt: skip
        return Table(head, rows or [["—"] * 6])


_traffic = traffic  # `story` has an argument of this name

WHYS = {
    "new": mark("a new connection"),
    "reuse": mark("a known connection"),
    "reply": mark("an answer"),
    "forward": mark("a forwarded port"),
    "to_host": mark("nobody waits for it"),
    "table_full": mark("the table is full"),
    "ports_exhausted": mark("no port is left"),
    "invalid": mark("it belongs to nothing"),
}
