"""A machine without a disk starts: every message, the screen, the bytes; and where it can stop."""

from dataclasses import replace

from coursekit.i18n import _, mark, number
from coursekit.labs.netstorage.drawing import (
    GROUPS,
    Rung,
    field_heads,
    field_rows,
    fields_list,
    ms,
    parties,
    rungs,
)
from coursekit.sims.netstorage import dhcpwire, iscsi, nbd, tftp
from coursekit.sims.netstorage.dhcpwire import ARCHITECTURES
from coursekit.sims.netstorage.goodput import Link
from coursekit.sims.netstorage.pxe import FAILURE_NAMES, Boot, symptom
from coursekit.sims.netstorage.pxestory import PHASE_NAMES, PHASES, tell
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

FAULTS = {  # key -> the simulation's name
    "none": "none", "no_dhcp": "no dhcp", "no_next_server": "no next server",
    "wrong_server": "wrong next server", "no_file": "file missing", "udp69": "udp 69 blocked",
    "architecture": "wrong architecture", "no_root": "root unreachable",
}  # fmt: skip
PARTIES = {
    "client": mark("client"), "dhcp": "DHCP", "boot": mark("boot server"),
    "elsewhere": mark("another one"), "root": mark("root server"),
}  # fmt: skip
ROWS, STEP = 12, 31  # messages in sight
LINES = 9  # of the screen
MB = 1_000_000
HUES = {"firmware": 3, "dhcp": 5, "loader": 2, "kernel": 0, "root": 1, "init": 4}


class PxeLab(StoryLab):
    """A ladder of packets, the packet of the moment by its fields, the client's screen."""

    name = "netstorage-pxe"
    title = mark("Starting without a disk")

    def controls(self):
        faults = {key_: FAILURE_NAMES[name].text for key_, name in FAULTS.items()}
        machines = {value: each.name for value, each in ARCHITECTURES.items()}
        return (
            Pick("fault", mark("What is wrong"), "none", faults),
            Pick("root", mark("The root comes by"), "nfs", {"nfs": "NFS", "iscsi": "iSCSI", "nbd": "NBD"}),
            Pick("load", mark("Kernel and initrd come by"), "tftp", {"tftp": "TFTP", "http": "HTTP"}),
            Pick("block", mark("Bytes of a TFTP block"), 512, {512: "512", 1468: "1468"}),
            Pick("window", mark("Blocks before a receipt"), 1, {1: "1", 4: "4", 16: "16"}),
            Slider("size", mark("Kernel and initrd"), 60, 5, 500, 1, mark("MB"), more=True),
            Slider("rtt", mark("Round trip"), 0.3, 0.05, 5.0, 0.05, mark("ms"), more=True),
            Check("stp", mark("The switch port learns first (spanning tree)"), False, more=True),
            Pick("machine", mark("The machine"), 0, machines, more=True),
        )  # fmt: skip

    def story(self, actions, fault, root, load, block, window, size, rtt, stp, machine):
        kernel = size * MB // 6
        return tell(Boot(
            failure=FAULTS[fault], root=root, fetch=load, blk=block, window=window, spanning_tree=stp,
            kernel=kernel, initrd=size * MB - kernel, architecture=machine, link=Link(rtt_s=rtt / 1000),
        ))  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(state), narrow=narrow), 96 if narrow else 58
        items += self._ladder(top, width if narrow else 482, narrow=narrow)
        low = top + 52 + ROWS * STEP
        side = (8, low + 24, width - 16) if narrow else (506, top + 12, 390)
        packet, bottom = self._packet(state, *side)
        low = bottom + 10 if narrow else max(low, bottom)
        screen, low = self._screen(state, low + 22, width)
        phases, low = self._phases(low + 26, width)
        groups = [("box", GROUPS[name][0], _(GROUPS[name][1])) for name in ("kind", "flags", "number", "address", "length", "name", "option", "magic")]  # fmt: skip
        a_line = 2 if narrow else 4
        self.scene.show(
            [*items, *packet, *screen, *phases, *key(groups, width, low + 10, a_line=a_line)],
            width=width, height=low + 16 + 22 * len(groups) // a_line,
            label=_("The messages of the boot, the packet of the moment, the client’s screen, and where the time went"),
        )  # fmt: skip

    def _facts(self, state):
        past = self.result.states[1 : self.moment + 1]
        files = sum(s.event.seconds for s in past if s.event.protocol in ("TFTP", "HTTP"))
        end = state is self.result.states[-1] and self.result.ok
        stands = (_("stuck"), "bad") if state.stuck else (_("ready"), "ok") if end else (_("on its way"), "idle")  # fmt: skip
        return [
            (_("{t} s after switching on", t=number(state.t, 4)), "accent"),
            (_("files so far: {t}", t=ms(files) if files else "–"), "accent"),
            (_("packets: {n}", n=number(sum(s.event.packets for s in past if s.event.protocol), 7)), "idle"),
            stands,
        ]  # fmt: skip

    def _present(self):
        """Who takes part."""
        wrong = self.result.boot.failure == "wrong next server"
        return [each for each in PARTIES if each != "elsewhere" or wrong]

    def _ladder(self, top, width, *, narrow):
        names = self._present()
        left, wide = (92 if narrow else 104), (84 if narrow else 98)
        step = (width - left - wide / 2 - 4) / (len(names) - 1)
        wide = min(wide, step - 4)
        xs = {name: left + k * step for k, name in enumerate(names)}
        xs["all"] = xs[names[-1]]
        looks = {"client": {"tone": "accent"}, "dhcp": {"hue": 5}, "boot": {"tone": "ok"}, "root": {"hue": 3}, "elsewhere": {"tone": "bad"}}  # fmt: skip
        bottom = top + 46 + ROWS * STEP
        items = parties({name: _(PARTIES[name]) for name in names}, xs, top, bottom, wide=wide, size=10.5 if narrow else 11 if len(names) > 4 else 13, looks=looks)  # fmt: skip
        shown = [(k, s) for k, s in enumerate(self.result.states[: self.moment + 1]) if s.event]
        lines = [self._rung(k, state) for k, state in shown[-ROWS:]]
        return items + rungs(lines, xs, top + 62, STEP, now=f"m{self.moment}", size=11.5)

    def _rung(self, k, state):
        event = state.event
        at = _("{t} s", t=number(event.t, 4))
        if event.sender == event.receiver:
            text = _("✗ stuck") if state.stuck else _("{what}: {t} s", what=_(PHASE_NAMES[event.phase]), t=number(event.seconds))  # fmt: skip
            return Rung(f"m{k}", "client", "client", text if state.stuck else _short(event), at, tone="bad" if state.stuck else "accent")  # fmt: skip
        tone = "bad" if event.lost or event.name in ("ERROR", "404") else "accent" if event.sender == "client" else "ok"  # fmt: skip
        return Rung(f"m{k}", event.sender, event.receiver, _packets(event), at, tone=tone, lost=event.lost, dash=event.receiver == "all")  # fmt: skip

    def _packet(self, state, x, y, wide):
        """The fields of what is sent at this moment, or was sent last before it."""
        event = _last_packet(self.result.states[: self.moment + 1])
        head = _packet_head(event)
        if event is not state.event and event:
            head = _("Before: {packet}", packet=head)
        items = [label("packet", x, y, head, weight=600, size=13)]
        fields = _fields(event)
        if not fields:
            return [
                *items,
                label("no-packet", x, y + 24, _("Nothing is sent yet."), size=12),
            ], y + 40
        shown = [f for f in fields if not _empty(event, f)]
        lines, low = fields_list(shown, x=x, y=y + 16, wide=wide, most=16)
        left = len(fields) - len(shown)
        if left:
            lines.append(label("zeros", x + 22, low + 10, _("fields of zeros: {n}", n=left), size=11.5))  # fmt: skip
        return items + lines, low + 20

    def _screen(self, state, y, width):
        """What a person in front of it sees."""
        items = [
            label("screen", 4, y, _("The client’s screen"), weight=600),
            box("glass", 4, y + 10, width - 8, LINES * 21 + 18, r=10, fill="paper", tone="bad" if state.stuck else "idle"),
        ]  # fmt: skip
        size = 10.5 if self.scene.narrow else 13
        most = int((width - 32) / (0.58 * size))
        lines = [part for line in state.screen for part in _wrapped(line, most)][-LINES:]
        items += [
            label(f"screen{k}", 18, y + 34 + k * 21, line, size=size, weight=600 if k == len(lines) - 1 else 400)
            for k, line in enumerate(lines)
        ]  # fmt: skip
        if not lines:
            items.append(label("black", width / 2, y + 30 + LINES * 10, _("(black)"), anchor="middle", size=13))  # fmt: skip
        return items, y + 28 + LINES * 21

    def _spent(self):
        """Seconds of each phase up to now."""
        past = [s.event for s in self.result.states[1 : self.moment + 1]]
        return {phase: sum(e.seconds for e in past if e.phase == phase) for phase in PHASES}

    def _phases(self, y, width):
        """Where the time went so far, each phase in proportion."""
        spent = self._spent()
        whole = sum(spent.values())
        items = [label("phases", 4, y, _("Where the time went so far"), weight=600)]
        x, room = 4.0, width - 8
        for phase, seconds in spent.items():
            if not seconds:
                continue
            wide = room * seconds / whole
            name = _("{what}: {t} s", what=_(PHASE_NAMES[phase]), t=number(seconds))
            text = next((t for t in (name, _("{t} s", t=number(seconds))) if 7 * len(t) < wide), "")
            items.append(box(f"phase-{phase}", x, y + 10, max(2.0, wide - 1), 30, r=4, text=text, size=12, fill="solid", hue=HUES[phase]))  # fmt: skip
            x += wide
        if not whole:
            items.append(path("no-time", f"M4 {y + 25}H{width - 4}", tone="idle", dash=True))
        return items, y + 44

    # In words

    def labels(self, told):
        return [
            _("{t} s: {what}", t=number(s.event.t, 4), what=_named(s)) if s.event else _("switched off")
            for s in told.states
        ]  # fmt: skip

    def describe(self, state):
        text = _(state.why)
        if state is not self.result.states[-1]:
            return text
        if self.result.boot.blind:
            text += " " + _("Nothing of this boot uses UDP port 69: the block cannot show.")
        if state.stuck:
            lines = symptom(self.result.boot)
            return text + " " + _("The screen says: {line}", line=lines[0].strip() if lines else _("nothing"))  # fmt: skip
        return text + " " + _("Ready after {t} s.", t=number(state.t))

    def tone(self, state):
        if state.stuck:
            return "bad"
        return "ok" if state is self.result.states[-1] else "accent"

    def summary(self, told):
        rows = [(_(PHASE_NAMES[phase]), _("{t} s", t=number(told.phase_s(phase)))) for phase in PHASES]  # fmt: skip
        return [*rows, (_("in all"), _("{t} s", t=number(told.seconds)))]

    def table(self, state):
        if fields := _fields(state.event):
            return Table(field_heads(), field_rows(fields), caption=_packet_head(state.event))
        spent = self._spent()
        rows = [[_(PHASE_NAMES[phase]), number(spent[phase], 4)] for phase in PHASES]
        return Table([_("phase"), _("seconds so far")], rows, caption=_("Where the time went"))


def _short(event):
    """The machine's own work, in a pill that fits beside its line."""
    return _("{t} s", t=number(event.seconds)) if event.seconds >= 0.1 else _("runs")


def _packets(event):
    """A message in a few words: a transfer with its packets and its seconds."""
    if event.packets > 1:
        return _("{name} × {n}: {t}", name=event.name, n=number(event.packets, 7), t=ms(event.seconds))  # fmt: skip
    return f"{event.protocol} {event.name}"


def _named(state):
    event = state.event
    if event.sender != event.receiver:
        return _packets(event)
    return _("✗ stuck") if state.stuck else _(PHASE_NAMES[event.phase])


def _last_packet(states):
    """The last of these moments at which something was sent whose bytes are known."""
    return next((s.event for s in reversed(states) if s.event and s.event.packet), None)


def _packet_head(event):
    if not event or not event.packet:
        return _("The packet of this moment")
    return _("{protocol} {name}: {n} bytes", protocol=event.protocol, name=event.name, n=len(event.packet))  # fmt: skip


def _fields(event):
    """What the bytes of a packet say; nothing where there are none."""
    if not event or not event.packet:
        return ()
    if event.protocol == "NBD":  # the client's flags, and behind them what it asks for
        rest = nbd.fields("option", event.packet[4:])
        return (*nbd.fields("client flags", event.packet[:4]), *(replace(f, at=f.at + 4) for f in rest))  # fmt: skip
    read = {"DHCP": dhcpwire.fields, "TFTP": tftp.fields, "iSCSI": iscsi.fields}[event.protocol]
    return read(event.packet)


def _empty(event, field):
    """Whether a field says nothing: zeros, and no kind or flag of its own."""
    plain = field.group not in ("kind", "flags", "option")
    return plain and not any(event.packet[field.at : field.end])


def _wrapped(line, most):
    """A line of a screen that is too narrow for it."""
    return [line[k : k + most] for k in range(0, len(line), most)] or [""]
