"""DHCP: the messages, the leases, a rogue server, an empty pool, a server that dies."""

import ipywidgets as w

from coursekit.i18n import _, mark, number
from coursekit.sims.message import ParameterError
from coursekit.sims.networks.dhcpstory import GOOD, ROGUE, Deed, Link, play
from coursekit.ui.controls import Check, Slider
from coursekit.ui.look import look
from coursekit.ui.parts import NARROW, WIDE
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.values import from_plain

ROWS = 9  # messages in sight
PHASES = {
    "OFF": "idle", "INIT": "bad", "SELECTING": "warn", "REQUESTING": "warn", "BOUND": "ok",
    "RENEWING": "accent", "REBINDING": "warn",
}  # fmt: skip
DEEDS = {
    "kill": mark("the server dies"),
    "start": mark("the server comes back"),
    "release": mark("a client leaves"),
    "join": mark("a client asks again"),
}


class DhcpLab(StoryLab):
    """A sequence diagram and the leases as bars."""

    name = "networks-dhcp"
    title = mark("An address on loan")

    def controls(self):
        return (
            Slider("clients", mark("Clients"), 2, 1, 6),
            Slider("lease_s", mark("Lease"), 3600, 60, 86_400, 60, mark("s")),
            Slider("pool", mark("Addresses in the pool"), 5, 1, 20),
            Check("rogue", mark("A second, faster server"), False),
            Slider(
                "rogue_ms", mark("Its delay"), 0.5, 0.1, 5.0, 0.1, mark("ms"), more=True,
                when=lambda v: v["rogue"],
            ),
            Slider("taken", mark("Addresses used without a lease"), 0, 0, 5, more=True),
            Check("jitter", mark("Waits vary by a second"), True, more=True),
        )  # fmt: skip

    def story(self, actions, lease_s, taken, pool, rogue_ms, **values):
        last = max((deed.at_s for deed in actions), default=0.0)
        self._link = Link(
            lease_s=float(lease_s), pool=pool, taken=min(taken, pool), rogue_delay_s=rogue_ms / 1000,
            until_s=last + 1.3 * lease_s + 30, after_loss_s=30.0, seed=self.seed, most=160, **values,
        )  # fmt: skip
        return play(self._link, actions)

    # Acting

    def tools(self):
        deeds = [(_(text), deed) for deed, text in DEEDS.items()]
        names = [(chr(ord("A") + i), i) for i in range(6)]
        self._deed = w.Dropdown(options=deeds, tooltip=_("What to do"), layout=look(width="190px"))
        self._who = w.Dropdown(options=names, tooltip=_("Which client"), layout=look(width="80px"))
        self._wait = w.BoundedFloatText(
            1, min=0, max=1e6, tooltip=_("Seconds to wait before"), layout=look(width="86px")
        )
        go = button(_("Do it now"), self._do)
        kill = button(_("Kill the server"), lambda: self.act(Deed(self.state.t, "kill")))
        return (kill, self._deed, self._who, w.Label(_("after")), self._wait, w.Label(_("seconds")), go)  # fmt: skip

    def _do(self):
        self.act(Deed(self.state.t + self._wait.value, self._deed.value, self._who.value))

    def keep(self, actions, result, moment):
        done = result.states[min(moment, len(result.states) - 1)].deeds
        return tuple(sorted(actions, key=lambda deed: deed.at_s)[:done])

    def _reached(self, result, actions):
        """The record may end before a deed far ahead: then its last moment."""
        last = len(result.states) - 1
        return next((i for i in range(last) if self.keep(actions, result, i) == actions), last)

    def action_from(self, plain):
        if isinstance(plain, dict):
            return from_plain(Deed, plain, "action")
        if not isinstance(plain, list) or len(plain) != 3:
            raise ParameterError("action={plain}: expected seconds, one of {deeds}, and a client", plain=plain, deeds=", ".join(DEEDS))  # fmt: skip
        return from_plain(Deed, dict(zip(("at_s", "kind", "client"), plain, strict=True)), "action")

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow = self.scene.narrow
        width = NARROW if narrow else WIDE
        left = width if narrow else 520
        at = self._lines(left)
        items = self._parties(state, at, narrow)
        items += self._messages(at)
        bottom = 74 + ROWS * 30
        leases, end = self._leases(state, 8 if narrow else 548, bottom + 30 if narrow else 24, width)  # fmt: skip
        self.scene.show(
            [*items, *leases], width=width, height=max(bottom, end) + 8,
            label=_("Messages between clients and servers, and the leases"),
        )  # fmt: skip

    def _lines(self, left):
        """Where each party's line is: clients, then servers."""
        names = [c.name for c in self.result.states[0].clients]
        names += [GOOD, ROGUE] if self._link.rogue else [GOOD]
        first, step = 96, (left - 150) / max(1, len(names) - 1)
        return {name: first + i * step for i, name in enumerate(names)}

    def _parties(self, state, at, narrow):
        items = []
        for name, x in at.items():
            server = name in (GOOD, ROGUE)
            text = {GOOD: _("server"), ROGUE: _("rogue")}.get(name, name)
            dead = name == GOOD and not state.alive
            wide = (76 if dead else 62) if server else 34
            items.append(path(f"life-{name}", f"M{x:g} 46V{70 + ROWS * 30}", dash=True, tone="idle"))  # fmt: skip
            items.append(box(
                f"party-{name}", x - wide / 2, 12, wide, 34, text="✗ " + text if dead else text, r=8, size=12 if narrow else 13,
                fill="solid", tone="bad" if dead or name == ROGUE else "accent" if server else "ok",
            ))  # fmt: skip
        return items

    def _messages(self, at):
        """The last messages up to now, the newest at the bottom and glowing."""
        shown = [(i, s) for i, s in enumerate(self.result.states[: self.moment + 1]) if s.sent][-ROWS:]  # fmt: skip
        items = []
        for row, (i, state) in enumerate(shown):
            one, y = state.sent, 84 + row * 30
            start = at.get(one.src, at[GOOD])
            far = max(at.values()) if start < max(at.values()) else min(at.values())
            end = at.get(one.dst, far)
            end += -4 if end > start else 4
            new = i == self.moment
            tone = "bad" if one.src == ROGUE or one.name in ("NAK", "DECLINE") else "accent" if one.src == GOOD else "ok"  # fmt: skip
            items.append(path(f"msg{i}", f"M{start:g} {y}H{end:g}", arrow=True, tone=tone, dash=one.dst == "all"))  # fmt: skip
            items.append(label(f"name{i}", start + (end - start) * 0.28, y - 6, one.name, anchor="middle", size=11.5, weight=700 if new else 400))  # fmt: skip
            items.append(label(f"time{i}", 4, y + 4, _clock(state.t), size=11))
        return items

    def _leases(self, state, x, y, width):
        """Each client's lease as a bar from its beginning to its end, with T1 and T2."""
        wide = width - x - 12
        items = [label("leases", x, y, _("Leases: how much is used up"), weight=600)]
        for i, client in enumerate(state.clients):
            top = y + 12 + i * 58
            tone = PHASES[client.phase]
            if client.phase in ("BOUND", "RENEWING", "REBINDING"):
                begin = client.expiry - self._link.lease_s
                share = max(0.0, min(1.0, (state.t - begin) / self._link.lease_s))
                sub = _("{ip} · ends {end}", ip=client.ip, end=_clock(client.expiry))
                for name, part in (("T1", 0.5), ("T2", 0.875)):
                    at = x + 10 + (wide - 20) * part
                    items.append(label(f"{name}{i}", at, top + 39, name, anchor="middle", size=10))
            else:
                share, sub = None, _("no address")
            items.append(box(
                f"lease{i}", x, top, wide, 54, title=f"{client.name} · {client.phase}", sub=sub if share is None or wide > 250 else client.ip, r=10,
                fill="paper", tone=tone, led=tone, progress=share,
            ))  # fmt: skip
        end = y + 12 + len(state.clients) * 58
        used = _("Pool: {used} of {all} lent", used=len(state.leases), all=self._link.pool)
        items.append(label("pool", x, end + 16, used, size=12.5))
        return items, end + 22

    def labels(self, played):
        return [f"{_clock(s.t)} · {s.sent.name if s.sent else _(s.why)}" for s in played.states]

    def describe(self, state):
        text = _("{t}: {what}", t=_clock(state.t), what=_(state.why))
        if state is self.result.states[-1] and self.result.lost is not None:
            text += "\n" + _("The first client lost its address after {t}.", t=_clock(self.result.lost))  # fmt: skip
        return text

    def tone(self, state):
        if any(c.server == ROGUE for c in state.clients) or any(c.phase == "INIT" for c in state.clients):  # fmt: skip
            return "bad"
        return "ok" if all(c.phase == "BOUND" for c in state.clients) else "accent"

    def summary(self, played):
        last = played.states[-1]
        lost = _clock(played.lost) if played.lost is not None else _("nobody")
        return [
            (_("messages"), str(sum(s.sent is not None for s in played.states))),
            (_("first address lost"), lost),
            (_("clients with an address at the end"), str(sum(bool(c.ip) for c in last.clients))),
        ]

    def table(self, state):
        head = [_("client"), _("state"), _("address"), _("server"), "T1", "T2", _("end")]
        rows = [
            [c.name, c.phase, c.ip or "—", c.server or "—", *(_clock(t) if c.expiry else "—" for t in (c.t1, c.t2, c.expiry))]
            for c in state.clients
        ]  # fmt: skip
        return Table(head, rows)


def _clock(seconds):
    """A time as it is read: milliseconds at first, then seconds, then hours."""
    if seconds < 100:
        return _("{t} s", t=f"{seconds:.3f}") if seconds % 1 else _("{t} s", t=f"{seconds:.0f}")
    if seconds < 10_000:
        return _("{t} s", t=number(seconds, 5))
    return _("{h} h {m:02d} min", h=int(seconds // 3600), m=int(seconds // 60) % 60)
