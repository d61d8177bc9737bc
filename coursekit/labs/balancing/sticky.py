"""Sessions that want their server: what sticking costs in balance, and in a crash."""

from dataclasses import dataclass

import numpy as np

from coursekit.i18n import _, mark, number
from coursekit.labs.balancing.drawing import letter, paint, server_name
from coursekit.sims.balancing.sticky import OPEN, Sessions, Stuck, compare
from coursekit.ui.charts import side_by_side
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.scene import Scene, box, label, path
from coursekit.ui.table import Table

KINDS = {
    "none": mark("no stickiness"),
    "cookie": mark("a cookie"),
    "ip_hash": mark("the address (ip_hash)"),
    "shared": mark("a store for all servers"),
}
SIDE, ROW = 460, 29
SESSIONS, AROUND, CELL = 10, 7, 21  # drawn: sessions, their requests on each side of the crash
COLUMNS = (198, 286, 374)


@dataclass(frozen=True)
class Sticking:
    """The kind chosen, and all kinds on the same requests."""

    kind: str
    servers: int
    kinds: dict

    @property
    def stuck(self) -> Stuck:
        return self.kinds[self.kind]


class StickyLab(Lab):
    """Requests of some sessions around the crash, shares, and all kinds compared."""

    name = "balancing-sticky"
    title = mark("The same server every time?")

    def controls(self):
        return (
            Pick("sticky", mark("Sessions stick by"), "cookie", KINDS),
            Slider("servers", mark("Servers"), 3, 2, 8),
            Slider("nat", mark("Clients behind one address"), 60, 0, 100, 1, "%"),
            Slider("length", mark("Requests of a session"), 20, 2, 50, more=True),
            Slider("sessions", mark("Sessions"), 200, 100, 2000, 50, more=True),
            Slider("seed", mark("Luck number"), 1, 1, 99, more=True),
        )

    def run(self, sticky, servers, nat, length, sessions, seed):
        params = Sessions(
            sticky=sticky, servers=servers, sessions=sessions, mean_length=float(length), behind_nat=nat / 100,
        )  # fmt: skip
        return Sticking(sticky, servers, compare(params, np.random.default_rng(seed)))

    def pictures(self):
        self.trips, self.shares = Scene(), Scene()
        return [side_by_side(self.trips, self.shares)]

    def draw(self, sticking):
        stuck = sticking.stuck
        head = _("Requests of {drawn} sessions, before and after server a dies", drawn=SESSIONS)
        items = [label("head", SIDE / 2, 18, head, weight=600, size=14, anchor="middle")]
        middle = 97 + AROUND * CELL
        chosen = stuck.trace.open[:: OPEN // SESSIONS][:SESSIONS]
        for row, session in enumerate(chosen):
            items += self._trip(stuck, session, 34 + row * ROW, middle)
        bottom = 34 + SESSIONS * ROW
        items.append(path("crash", f"M{middle} 28V{bottom}", tone="bad"))
        items.append(
            label(
                "crash-word",
                middle,
                bottom + 16,
                _("server a dies"),
                size=12.5,
                anchor="middle",
                weight=600,
            )
        )
        items += _key(bottom + 26)
        self.trips.show(items, width=SIDE, height=bottom + 56, label=head)
        self._beside(sticking)

    def _trip(self, stuck, session, y, middle):
        """A session's last requests before the crash, and its first after."""
        places = np.flatnonzero(stuck.trace.session == session)
        before = places[places < stuck.trace.crash][-AROUND:]
        after = places[places >= stuck.trace.crash][:AROUND]
        items = [label(f"who{session}", 4, y + 16, stuck.trace.addresses[session], size=11.5)]
        spots = [(middle - 4 - (len(before) - k) * CELL, at) for k, at in enumerate(before)]
        spots += [(middle + 5 + k * CELL, at) for k, at in enumerate(after)]
        for x, at in spots:
            server, strange = int(stuck.server[at]), bool(stuck.strange[at])
            items.append(box(
                f"r{at}", x, y, CELL - 2, 22, text=letter(server), r=4, size=11.5,
                fill="none" if strange else "solid", dash=strange, **paint(server),
            ))  # fmt: skip
        if session in stuck.lost:
            items.append(
                label(
                    f"lost{session}",
                    middle + 8 + AROUND * CELL,
                    y + 16,
                    _("✗ lost"),
                    size=11.5,
                    tone="bad",
                )
            )
        return items

    def _beside(self, sticking):
        """Share of each server, and the four kinds."""
        stuck = sticking.stuck
        head = _("Share of the requests, before the crash")
        items = [label("head", SIDE / 2, 18, head, weight=600, size=14, anchor="middle")]
        scale = (SIDE - 110) / max(stuck.shares)
        for i, share in enumerate(stuck.shares):
            y = 30 + i * ROW
            items += [
                box(f"name{i}", 4, y, 30, 23, text=letter(i), fill="solid", r=6, **paint(i)),
                box(f"share{i}", 42, y, max(1, share * scale), 23, fill="soft", r=4, **paint(i)),
                label(f"says{i}", 48 + max(share, 1 / sticking.servers) * scale, y + 16, f"{number(100 * share)} %", size=12.5),
            ]  # fmt: skip
        bottom = 30 + sticking.servers * ROW
        even = 42 + scale / sticking.servers
        items.append(path("even", f"M{even:.1f} 26V{bottom}", tone="warn", dash=True))
        items.append(
            label("even-word", even, bottom + 13, _("even share"), size=11.5, anchor="middle")
        )
        items += self._kinds(sticking, bottom + 30)
        height = max(bottom + 30 + 5 * ROW, 380)
        self.shares.show(items, width=SIDE, height=height, label=head)

    def _kinds(self, sticking, top):
        """A row a kind: its busiest server, sessions lost, requests that met a stranger."""
        heads = (_("busiest"), _("sessions lost"), _("strangers"))
        items = [
            label(f"col{k}", x + 40, top + 14, text, size=12, anchor="middle", weight=600)
            for k, (x, text) in enumerate(zip(COLUMNS, heads, strict=True))
        ]
        for row, (kind, stuck) in enumerate(sticking.kinds.items()):
            y, mine = top + 22 + row * ROW, kind == sticking.kind
            items.append(
                label(
                    f"kind-{kind}",
                    4,
                    y + 16,
                    _(KINDS[kind]),
                    size=12.5,
                    weight=600 if mine else 400,
                )
            )
            for k, (x, text, ill) in enumerate(
                zip(COLUMNS, _told(stuck), _ill(stuck), strict=True)
            ):
                items.append(box(
                    f"{kind}-{k}", x, y, 82, 23, text=text, r=5, size=12, fill="solid" if mine else "soft",
                    tone="bad" if ill else "ok",
                ))  # fmt: skip
        return items

    def describe(self, sticking):
        stuck = sticking.stuck
        busiest = int(np.argmax(stuck.shares))
        text = _(
            "{kind}: {server} gets {share} % of the requests, an even share is {even} %.",
            kind=_(KINDS[sticking.kind])[:1].upper() + _(KINDS[sticking.kind])[1:], server=server_name(busiest),
            share=number(100 * stuck.shares[busiest]), even=number(100 / sticking.servers),
        )  # fmt: skip
        if sticking.kind == "shared":
            return f"{text} " + _(
                "Any server knows every session: the death of server a loses none of them."
            )
        return f"{text} " + _(
            "When server a dies, {lost} of {open} open sessions lose what it knew of them; {share} % of all requests reach a server that does not know their session.",
            lost=len(stuck.lost), open=len(stuck.trace.open), share=number(100 * stuck.strangers / stuck.requests),
        )  # fmt: skip

    def tone(self, sticking):
        return ("ok", "warn", "bad", "bad")[sum(_ill(sticking.stuck))]

    def table(self, sticking):
        head = [_("sessions stick by"), _("busiest server"), _("sessions lost in the crash"), _("requests that met a stranger")]  # fmt: skip
        rows = [[_(KINDS[kind]), *_told(stuck)] for kind, stuck in sticking.kinds.items()]
        return Table(head, rows, caption=_("The same server every time?"))


def _told(stuck):
    """Busiest server's share, sessions lost, share of requests that met a stranger."""
    lost = _("{lost} of {open}", lost=len(stuck.lost), open=len(stuck.trace.open))
    strange = f"{number(100 * stuck.strangers / stuck.requests, 2)} %"
    return f"{number(100 * max(stuck.shares))} %", lost, strange


def _ill(stuck):
    """Which of the three figures hurts: half as much again as even; half of the sessions; 2 %."""
    even = 1 / len(stuck.shares)
    return (
        max(stuck.shares) > 1.5 * even,
        len(stuck.lost) > len(stuck.trace.open) / 2,
        stuck.strangers > 0.02 * stuck.requests,
    )


def _key(y):
    return [
        box("key-known", 100, y, 20, 22, text="b", fill="solid", tone="idle", r=4, size=11.5),
        label("key-known-word", 126, y + 16, _("knows the session"), size=12),
        box("key-strange", 260, y, 20, 22, text="b", fill="none", dash=True, tone="idle", r=4, size=11.5),
        label("key-strange-word", 286, y + 16, _("does not know it yet"), size=12),
    ]  # fmt: skip
