"""A conversation with a block server, byte by byte: handshake, requests, replies, the disk."""

from dataclasses import asdict

import ipywidgets as w

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.netstorage.drawing import (
    GROUPS,
    Rung,
    bytes_grid,
    field_heads,
    field_rows,
    fields_list,
    parties,
    rungs,
)
from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage import nbd
from coursekit.sims.netstorage.nbdstory import DISK, MOST, Deed, tell
from coursekit.ui.controls import Slider
from coursekit.ui.deeds import Act, DeedsLab
from coursekit.ui.look import look
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table
from coursekit.values import from_plain, to_plain

FORMS = {  # what an action of each kind says behind its name
    "read": ("offset", "length"), "write": ("offset", "text"), "flush": (),
    "trim": ("offset", "length"), "disc": (),
}  # fmt: skip
EXAMPLE = (Deed("write", 0, text="Hello, disk!"), Deed("flush"), Deed("read", 0, 12))
KINDS = {
    "greeting": mark("greeting"),
    "client flags": mark("client flags"),
    "option": mark("which disk?"),
    "option reply": mark("answer to it"),
}
COMMANDS = {
    "read": mark("read"), "write": mark("write"), "flush": mark("flush"),
    "trim": mark("trim"), "disc": mark("goodbye"),
}  # fmt: skip
ROWS, STEP = 9, 32  # messages in sight
SHOWN = 64  # bytes of a message
LINES = 4  # of the disk, 16 bytes each


def _begun(result, moment):
    """How many deeds had been asked for at this moment."""
    return sum(each.heard.kind == "request" for each in result.states[1 : moment + 1])


class NbdLab(DeedsLab):
    """A deed is a request and its reply; press a byte to learn what it is for."""

    name = "netstorage-nbd"
    title = mark("A disk over TCP, byte by byte")
    kind_of_deed = Deed

    def controls(self):
        return (
            Slider("offset", mark("From byte"), 4096, 0, 70_000, 512),
            Slider("length", mark("So many bytes"), 1024, 0, MOST, 1),
            Slider("byte", mark("Byte of the message chosen"), 0, 0, 255, more=True),
        )

    def story(self, actions, **_values):
        return tell(self.steps(actions, EXAMPLE))

    # Deeds: each gives one message, or two

    def keep(self, actions, result, moment):
        before = _begun(result, len(result.states) - 1) - len(actions)
        return actions[: max(0, _begun(result, moment) - before)]

    def _reached(self, result, _actions):
        """The reply to what was done last."""
        return len(result.states) - 1

    def do(self, *deed, **more):
        self.act(Act(_begun(self.result, self.moment) + 1, Deed(*deed, **more)))

    def action_from(self, plain):
        if isinstance(plain, (list, tuple)) and len(plain) >= 2 and plain[1] in FORMS:
            at, kind, *rest = plain
            names = FORMS[kind]
            if type(at) is int and at >= 1 and len(rest) == len(names):
                deed = {"kind": kind, **dict(zip(names, rest, strict=True))}
                return Act(at, from_plain(Deed, deed, "action"))
        raise ParameterError(
            "action={plain}: expected the number of a step, then read or trim with offset and length, write with offset and text, flush, or disc",
            plain=plain,
        )  # fmt: skip

    def scenario(self):
        acts = [
            [act.at, act.deed.kind, *(asdict(act.deed)[name] for name in FORMS[act.deed.kind])]
            for act in self._here.actions
        ]
        return {**super().scenario(), "actions": to_plain(acts)}

    def tools(self):
        self._text = w.Text("Bonjour", tooltip=_("Text to write"), layout=look(width="150px"))
        return (
            button(_("Read"), lambda: self._ask("read")),
            button(_("Write:"), lambda: self._ask("write")), self._text,
            button(_("Flush"), lambda: self._ask("flush")),
            button(_("Trim"), lambda: self._ask("trim")),
            button(_("Say goodbye"), lambda: self._ask("disc")),
        )  # fmt: skip

    def _ask(self, kind):
        given = {**self.values, "text": self._text.value}
        try:
            self.do(kind, **{name: given[name] for name in FORMS[kind]})
        except ValueError as why:
            self.refuse(why)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def _press(self, name):
        if name.startswith("byte") and not self.locked:
            self.set(byte=int(name.removeprefix("byte")))

    def _fields(self, state):
        return nbd.fields(state.heard.kind, state.heard.raw) if state.heard else ()

    def _field_chosen(self, state):
        """The number of the field that the chosen byte belongs to; -1 beyond the end."""
        byte = self.values["byte"]
        return next((k for k, f in enumerate(self._fields(state)) if f.at <= byte < f.end), -1)

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(state), narrow=narrow), 96 if narrow else 58
        items += self._ladder(top, width if narrow else 372)
        low = top + 40 + ROWS * STEP
        side = (34, low + 26, width - 42) if narrow else (430, top + 14, 466)
        message, bottom = self._message(state, *side)
        low = max(low, bottom) if not narrow else bottom
        disk, low = self._disk(state, low + 20, width)
        groups = [("box", look, _(text)) for look, text in GROUPS.values()]
        a_line = 3 if narrow else 5
        items += message + disk + key(groups, width, low + 8, a_line=a_line)
        self.scene.show(
            items, width=width, height=low + 14 + 22 * -(-len(groups) // a_line),
            label=_("The messages between client and server, the bytes of one of them, and the disk"),
        )  # fmt: skip

    def _facts(self, state):
        heard = state.heard
        if not heard:
            return [(_("nothing said yet"), "idle"), (_("TCP port {n}", n=str(nbd.PORT)), "idle"), (_("disk: {n} KiB", n=DISK // 1024), "idle"), ("–", "idle")]  # fmt: skip
        carried = sum(f.length for f in self._fields(state) if f.group == "data") and heard.length - _head(heard)  # fmt: skip
        error = _error(state)
        return [
            (plural("{count} byte", "{count} bytes", heard.length), "accent"),
            (_("client → server") if heard.sender == "client" else _("server → client"), "accent" if heard.sender == "client" else "ok"),
            (_("data of the disk in it: {n}", n=carried), "idle"),
            (_("error: {name}", name=nbd.ERRORS[error]), "bad") if error else (_("no error"), "ok"),
        ]  # fmt: skip

    def _ladder(self, top, width):
        xs = {"client": 62, "server": width - 62}
        names = {"client": _("client"), "server": _("server")}
        items = parties(names, xs, top, top + 44 + ROWS * STEP, looks={"server": {"tone": "ok"}})
        shown = [(k, s) for k, s in enumerate(self.result.states[: self.moment + 1]) if s.heard]
        lines = [self._rung(k, state) for k, state in shown[-ROWS:]]
        return items + rungs(lines, xs, top + 62, STEP, now=f"m{self.moment}")

    def _rung(self, k, state):
        heard = state.heard
        other = {"client": "server", "server": "client"}[heard.sender]
        tone = "bad" if _error(state) else "accent" if heard.sender == "client" else "ok"
        text = _("{what} · {n} B", what=self._named(state), n=number(heard.length, 5))
        return Rung(f"m{k}", heard.sender, other, text, tone=tone)

    def _named(self, state):
        """A message in a few words."""
        kind = state.heard.kind
        if kind not in ("request", "reply"):
            return _(KINDS[kind])
        name = _(COMMANDS[state.deed.kind])
        if kind == "request":
            return name
        error = _error(state)
        return _("{what}: {error}", what=name, error=nbd.ERRORS[error]) if error else _("{what}: done", what=name)  # fmt: skip

    def _message(self, state, x, y, wide):
        """Bytes of the message, and its fields."""
        head = self._named(state) if state.heard else _("no message yet")
        items = [label("message", x, y, _("The message: {what}", what=head), weight=600)]
        if not state.heard:
            return items, y + 10
        a_line = 8 if self.scene.narrow else 16
        fields = self._fields(state)
        chosen = self._field_chosen(state)
        says = None if self.locked else _("Byte {byte}: {field}")
        grid, low = bytes_grid(state.heard.raw, fields, x=x, y=y + 10, cell=wide / a_line, a_line=a_line, most=SHOWN, chosen=chosen, press=says)  # fmt: skip
        lines, low = fields_list(fields, x=x, y=low + 16, wide=wide, chosen=chosen)
        return items + grid + lines, low

    def _disk(self, state, y, width):
        """The whole disk as a strip of written blocks; some bytes of it as they are."""
        items = [label("disk", 4, y, _("The disk: {n} KiB; filled: blocks that hold something", n=DISK // 1024), weight=600, size=12 if self.scene.narrow else 13.5)]  # fmt: skip
        step = (width - 8) / (DISK // 512)
        items.append(box("strip", 4, y + 10, width - 8, 18, r=4, fill="none", tone="idle"))
        items += [box(f"block{n}", 4 + n * step, y + 10, max(3.0, step), 18, r=1, fill="solid", tone="ok") for n in state.disk.blocks]  # fmt: skip
        first, each = self._first(state), 8 if self.scene.narrow else 16
        y += 52
        for line in range(LINES):
            at = first + each * line
            raw = state.disk.read(at, each)
            letters = "".join(chr(b) if 32 <= b < 127 else "·" for b in raw)
            tone = {"tone": "ok", "fill": "soft"} if any(raw) else {"fill": "none"}
            items += [
                label(f"at{line}", 4, y + line * 24 + 13, str(at), size=11.5),
                box(f"hex{line}", 52, y + line * 24, 0.56 * (width - 60), 20, r=4, text=raw.hex(" "), size=12.5, **tone),
                label(f"letters{line}", 64 + 0.56 * (width - 60), y + line * 24 + 13, letters, size=12.5),
            ]  # fmt: skip
        return items, y + LINES * 24

    def _first(self, state):
        """The bytes shown begin where the present deed is about; else at the start."""
        at = state.deed.offset if state.deed and state.deed.kind in ("read", "write", "trim") else 0
        return max(0, min(at // 16 * 16, DISK - 16 * LINES))

    # In words

    def labels(self, told):
        who = {"client": _("client"), "server": _("server")}
        return [
            _("{who}: {what}", who=who[state.heard.sender], what=self._named(state)) if state.heard else _("a connection")
            for state in told.states
        ]  # fmt: skip

    def describe(self, state):
        text = _(state.why)
        chosen = self._field_chosen(state)
        if chosen < 0:
            return text
        field = self._fields(state)[chosen]
        tells = _("Byte {n} belongs to “{field}”. {why}", n=self.values["byte"], field=_(field.name), why=_(field.why))  # fmt: skip
        return f"{text}\n{tells}"

    def tone(self, state):
        if not state.heard:
            return "idle"
        return "bad" if _error(state) else "accent" if state.heard.sender == "client" else "ok"

    def summary(self, told):
        sent = {
            who: sum(s.heard.length for s in told.states[1:] if s.heard.sender == who)
            for who in ("client", "server")
        }
        return [
            (_("messages"), str(len(told.states) - 1)),
            (_("bytes from the client"), number(sent["client"], 6)),
            (_("bytes from the server"), number(sent["server"], 6)),
        ]

    def table(self, state):
        rows = field_rows(self._fields(state)) or [["–"] * 5]
        return Table(field_heads(), rows, caption=_("The message, field by field"))


def _error(state):
    """The number of the error that a reply carries; 0 where it carries none."""
    heard = state.heard
    return nbd.Reply.unpack(heard.raw).error if heard and heard.kind == "reply" else 0


def _head(heard):
    """Bytes before the data of the disk."""
    return nbd.REQUEST if heard.kind == "request" else nbd.SIMPLE
