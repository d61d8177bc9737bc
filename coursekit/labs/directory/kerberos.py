"""The messages of Kerberos: a ladder of sealed parts, and who can read which of them."""

from coursekit.i18n import _, mark, plural
from coursekit.sims.directory.kerberosstory import FAULTS, MOST, READERS, tell
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.fit import boxed
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

FAULT_WORDS = {
    "none": mark("none"), "clock": mark("the client’s clock is wrong"), "password": mark("a wrong password"),
    "disabled": mark("the account is disabled"), "no_spn": mark("no account has the service name"),
    "wrong_key": mark("another account has the service name"), "by_address": mark("opened by its address"),
    "replay": mark("a listener sends it again"),
}  # fmt: skip
READER_WORDS = {
    "listener": mark("a listener on the wire"), "client": mark("the client"),
    "KDC": mark("the domain controller (KDC)"), "files.lab.example": mark("the file server"),
}  # fmt: skip
HUES = {"amartin": 0, "krbtgt": 3, "files$": 2, "web$": 5, "session 1": 1}
KEYS = (
    ("amartin", mark("key of Alice’s password")), ("krbtgt", mark("key of krbtgt")),
    ("files$", mark("key of the file server")), ("session 1", mark("first session key")), ("session 2", mark("second session key")),
)  # fmt: skip
LATER = 4  # the hue of every later session key
ROW, CHIP = 58, 25  # of a message where it is wide; of a sealed part


class KerberosLab(StoryLab):
    """A message a moment; its sealed parts have the colour of their key."""

    name = "directory-kerberos"
    title = mark("Kerberos: who can read what?")

    def controls(self):
        return (
            Pick("reader", mark("Who reads along"), "listener", {each: READER_WORDS[each] for each in READERS}),
            Pick("fault", mark("What is wrong"), "none", {each: FAULT_WORDS[each] for each in FAULTS}),
            Slider("offset", mark("The client’s clock is ahead by"), 0, -MOST, MOST, 1, mark("s")),
            Check("again", mark("The share is opened a second time"), False),
        )  # fmt: skip

    def story(self, actions, fault, offset, again, **rest):
        return tell(fault, offset, again=again)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 96 if narrow else 56
        items = facts(self._facts(state), narrow=narrow)
        xs = dict(zip(("client", "KDC", "host"), (58, 230, 402) if narrow else (70, 270, 470), strict=True))  # fmt: skip
        sent, cards = self.result.sent(self.moment), self.result.card(self.moment)
        messages, y = self._messages(sent, cards, xs, top + 66, width)
        y = max(y, top + 66 + (ROW * 9 if not narrow else 420))  # as long as the usual way
        items += self._parties(xs, top, y, 112 if narrow else 124) + messages
        if not narrow:
            head = _("Sealed parts: ✓ can be opened")
            items.append(label("sealed", 560, top + 22, head, weight=600, size=13))
        items += key(self._key(), width, y + 12, a_line=2 if narrow else 3)
        self.scene.show(
            items, width=width, height=y + (104 if narrow else 60),
            label=_("The messages between client, controller and file server, and their sealed parts"),
        )  # fmt: skip

    def _facts(self, state):
        parts = [row for rows in self.result.card(self.moment) for row in rows]
        mine = sum(self.values["reader"] in row.readers for row in parts)
        sent = len(self.result.sent(self.moment))
        error = (_("error {n}", n=state.error), "idle" if state.error == 25 else "bad") if state.error else (_("no error"), "ok")  # fmt: skip
        if state.protocol == "NTLM":
            error = (_("fallback: NTLM"), "warn") if not state.error else (_("error {n}, then NTLM", n=state.error), "warn")  # fmt: skip
        return [
            (plural("{count} message", "{count} messages", sent), "idle"),
            (_("opened: {n} of {all} parts", n=mine, all=len(parts)), "accent"),
            (_("clock: {n:+} s", n=self.result.offset), "warn" if self.result.offset else "idle"),
            error,
        ]  # fmt: skip

    def _parties(self, xs, top, bottom, wide):
        names = {
            "client": _("client"),
            "KDC": _("controller"),
            "host": _("file server") if wide > 112 else _("server"),
        }
        clear = {"client": "client", "KDC": "KDC", "host": "files.lab.example"}
        items = []
        for each, text in names.items():
            mine = clear[each] == self.values["reader"]
            items += [
                path(f"life-{each}", f"M{xs[each]} {top + 36}V{bottom}", dash=True, tone="idle", faded=True),
                box(f"party-{each}", xs[each] - wide / 2, top, wide, 36, r=9, text=text, tone="accent", fill="solid" if mine else "soft", size=12.5),
            ]  # fmt: skip
        return items

    def _messages(self, sent, cards, xs, y, width):
        """An arrow a message, its sealed parts beside it or below."""
        items = []
        for at, (state, rows) in enumerate(zip(sent, cards, strict=True)):
            items += self._arrow(at, state, xs, y, newest=state is self.state)
            if width > 600:
                for part, row in enumerate(rows):
                    items.append(self._chip(f"part{at}-{part}", row, 560, y - 26 + part * CHIP, 336))  # fmt: skip
                y += ROW
            else:
                for part, row in enumerate(rows):
                    items.append(self._chip(f"part{at}-{part}", row, 70, y + 10 + part * CHIP, 376))
                y += 40 + len(rows) * CHIP
        return items, y

    def _arrow(self, at, state, xs, y, *, newest):
        packet = state.packet
        src, to = self._place(packet.sender), self._place(packet.receiver)
        start, end = (xs["KDC"] + 40, xs["host"]) if src == "listener" else (xs[src], xs[to])
        tone = "bad" if (packet.name == "KRB-ERROR" and packet.clear["code"] != 25) or src == "listener" else "warn" if packet.name == "KRB-ERROR" else "ok" if packet.name == "AP-REP" else "accent"  # fmt: skip
        back = -4 if end > start else 4
        text = f"{packet.name} {packet.clear['code']}" if "code" in packet.clear else packet.name
        if src == "listener":
            text = _("listener: {name}", name=packet.name)
        return [
            path(f"arrow{at}", f"M{start} {y}H{end + back}", arrow=True, tone=tone, dash=src == "listener"),
            label(f"text{at}", (start + end) / 2, y - 8, text, anchor="middle", size=12.5, weight=700 if newest else 400),
        ]  # fmt: skip

    def _place(self, machine):
        return machine if machine in ("client", "listener") else "host" if "." in machine else "KDC"

    def _chip(self, name, row, x, y, wide):
        """A sealed part: filled where the reader can open it."""
        reads = self.values["reader"] in row.readers
        text = f"{'✓' if reads else '✗'} {_(row.part)}"
        return box(
            name, x, y, wide, CHIP - 3, r=11, text=boxed(text, wide - 8, 11.5), size=11.5,
            hue=HUES.get(row.key, LATER), fill="soft" if reads else "none", dash=not reads,
        )  # fmt: skip

    def _key(self):
        known = [("box", {"hue": HUES.get(name, LATER), "fill": "soft"}, _(word)) for name, word in KEYS]  # fmt: skip
        return [
            *known,
            ("box", {"tone": "idle", "fill": "none", "dash": True}, _("cannot be opened")),
        ]

    # In words

    def labels(self, told):
        return [self._label(each) for each in told.states]

    def _label(self, state):
        if state.packet is not None:
            return f"{state.packet.name}: {state.packet.sender} → {state.packet.receiver}"
        return _(state.why) if state.deed else _("before the log-on")

    def describe(self, state):
        if not state.deed:
            return _("Alice has not logged on yet. Nothing is on the network.")
        said = _(state.why)
        sent = self.result.card(self.moment)
        if state.packet is None or not sent or not sent[-1]:
            return said
        reader = self.values["reader"]
        reads = [_(row.part) for row in sent[-1] if reader in row.readers]
        who = _(READER_WORDS[reader])
        more = _("Of it {who} can open: {parts}.", who=who, parts=", ".join(reads)) if reads else _("Of it {who} can open nothing.", who=who)  # fmt: skip
        return f"{said}\n{more}"

    def tone(self, state):
        if state.done is False or state.error not in (0, 25):
            return "bad"
        return "warn" if state.protocol == "NTLM" else "ok" if state.done else "accent"

    def summary(self, told):
        end = told.states[-1]
        return [(_("messages"), str(told.packets)), (_("the end"), _(end.why))]

    def table(self, state):
        rows = []
        for each, parts in zip(self.result.sent(self.moment), self.result.card(self.moment), strict=True):  # fmt: skip
            packet = each.packet
            way = f"{packet.sender} → {packet.receiver}"
            clear = ", ".join(f"{name}: {value}" for name, value in packet.clear.items()) or "–"
            if not parts:
                rows.append([packet.name, way, clear, "–", "–", "–"])
            for row in parts:
                readers = ", ".join(_(READER_WORDS[who]) for who in row.readers if who in READER_WORDS)  # fmt: skip
                rows.append([packet.name, way, clear, _(row.part), row.key, readers or _("nobody of them")])  # fmt: skip
        rows = rows or [["–", "–", "–", "–", "–", "–"]]
        head = [_("message"), _("from, to"), _("in the open"), _("sealed part"), _("key of"), _("who can open it")]  # fmt: skip
        return Table(head, rows, caption=_("The messages so far, and who can read what"))
