"""One request to a disk in the machine, and to one behind a cable: where the time goes."""

from dataclasses import dataclass, replace

from coursekit.i18n import _, mark, number
from coursekit.labs.netstorage.drawing import DEVICES, LINKS, SIZES, ms
from coursekit.sims.netstorage.goodput import Link
from coursekit.sims.netstorage.latency import (
    PART_NAMES,
    PARTS,
    Device,
    Duel,
    Request,
    device,
    duel,
    remote,
)
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.fit import clipped
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table
from coursekit.ui.timeframe import ticks

LOOKS = {
    "seek": {"hue": 3}, "rotation": {"hue": 4}, "round trip": {"hue": 0}, "wire": {"hue": 5},
    "cpu": {"hue": 2}, "queue": {"tone": "bad"}, "media": {"hue": 1},
}  # fmt: skip
SHARES = tuple(range(0, 101, 5))
LEFT = 314  # where the bars begin beside the drawing
LANE, BAR = 92, 34


@dataclass(frozen=True)
class Seen:
    """Both ways of one request, and the server's time at every share of answers from memory."""

    disk: Device
    request: Request
    duel: Duel
    curve: tuple[float, ...]

    @property
    def load(self):
        """Whether others ask the server too."""
        return self.request.per_s > 0


class DiskLab(Lab):
    """Two stacked bars on one scale, the same stretched, and the time against the hit ratio."""

    name = "netstorage-disk"
    title = mark("In the machine, or behind a cable?")

    def controls(self):
        return (
            Pick("local", mark("In the machine"), "hdd", DEVICES),
            Pick("server", mark("In the server"), "hdd", DEVICES),
            Slider("hits", mark("Answered from the server’s memory"), 50, 0, 100, 1, "%"),
            Pick("gbps", mark("Link"), 1, LINKS),
            Pick("size", mark("Request"), 4096, SIZES),
            Slider("rtt", mark("Round trip"), 0.2, 0.05, 5.0, 0.05, mark("ms"), more=True),
            Pick("mtu", mark("Largest packet (MTU)"), 1500, {1500: "1500", 9000: "9000"}, more=True),
            Slider("load", mark("The server’s disk is busy with others"), 0, 0, 95, 1, "%", more=True),
        )  # fmt: skip

    def run(self, local, server, hits, gbps, size, rtt, mtu, load):
        link = Link(gbps=gbps, rtt_s=rtt / 1000, mtu=mtu)
        alone = Request(size=size, server=device(server), link=link, hit=hits / 100)
        asked = _busy(alone, load)
        curve = tuple(remote(_busy(replace(alone, hit=share / 100), load)).total_s for share in SHARES)  # fmt: skip
        return Seen(device(local), asked, duel(device(local), asked), curve)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        self.chart = LineChart(
            _("Time of the request, against what the server answers from its memory"),
            Axis(_("from memory (%)"), least=0, most=100), Axis(_("ms"), least=0),
            names=(_("disk in the machine"), _("behind the cable"), _("as chosen")), dots=(2,), height=240,
        )  # fmt: skip
        return [self.scene, self.chart.view]

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(seen), narrow=narrow), 96 if narrow else 62
        left = 8 if narrow else LEFT
        items += self._way(seen, top, narrow=narrow)
        scale_top = top + 2 * 66 + 12 if narrow else top
        items += self._scaled(seen, left, scale_top, width)
        low = scale_top + 2 * LANE + 34
        parts, low = self._stretched(seen, low, width)
        used = [part for part in PARTS if seen.duel.local[part] or seen.duel.remote[part]]
        entries = [("box", {"fill": "solid", **LOOKS[part]}, _(PART_NAMES[part])) for part in used]
        a_line = 2 if narrow else 4
        items += parts + key(entries, width, low + 10, a_line=a_line)
        self.scene.show(
            items, width=width, height=low + 14 + 22 * -(-7 // a_line),
            label=_("Where the time of one request goes: to a disk in the machine, and to a server"),
        )  # fmt: skip
        self._curve(seen)

    def _facts(self, seen):
        both = seen.duel
        even = "?" if self.locked else _even(both.break_even)
        tone = {"local": "accent", "remote": "ok", "equal": "idle"}[both.winner]
        won = {
            "local": _("the machine’s disk wins"),
            "remote": _("the server wins"),
            "equal": _("both take the same time"),
        }
        return [
            (_("in the machine: {t}", t=ms(both.local.total_s)), "accent"),
            (_("server: {t}", t=ms(both.remote.total_s)), "ok"),
            (won[both.winner], tone),
            (_("if idle: {even}", even=even) if seen.load else even, "idle"),
        ]

    def _way(self, seen, top, *, narrow):
        """The machine with its disk; the machine, the cable, the server with memory and disk."""
        lane = 66 if narrow else LANE
        own, far = DEVICES[seen.disk.name], DEVICES[seen.request.server.name]
        hits = round(100 * seen.request.hit)
        low = top + lane
        wide = 186 if narrow else 142
        right = 452 if narrow else 300
        cable = number(seen.request.link.gbps)
        items = [
            box("own", 4, top, right - 4, 58, r=10, fill="none", tone="accent"),
            label("own-name", 16, top + 34, _("machine"), weight=600),
            box("own-disk", right - wide - 8, top + 12, wide, 34, text=_(own), fill="solid", tone="accent", size=12.5),
            box("far", 4, low, 92, 58, r=10, fill="none", tone="accent"),
            label("far-name", 16, low + 34, _("machine"), weight=600),
            box("server", right - wide - 16, low, wide + 16, 58, r=10, fill="none", tone="ok"),
            path("cable", f"M96 {low + 40}H{right - wide - 17}", tone="ok"),
            box("memory", right - wide - 8, low + 6, wide, 22, text=_("memory: {n} %", n=hits), fill="soft", tone="ok", size=12, r=5),
            box("far-disk", right - wide - 8, low + 31, wide, 22, text=_("{what}: {n} %", what=_(far), n=100 - hits), fill="solid", tone="ok", size=12, r=5),
        ]  # fmt: skip
        middle = (96 + right - wide - 16) / 2
        items.append(label("cable-name", middle, low + 28, _("{n} Gb/s", n=cable) if narrow else cable, anchor="middle", size=12))  # fmt: skip
        if not narrow:
            items.append(label("cable-unit", middle, low + 56, "Gb/s", anchor="middle", size=10.5))
        return items

    def _scaled(self, seen, left, top, width):
        """Both bars on one scale of milliseconds."""
        both, right = seen.duel, width - 20
        most = max(both.local.total_s, both.remote.total_s) * 1e3
        items = []
        scale = (right - left) / most
        for row, (name, bar, text) in enumerate(self._bars(both)):
            y = top + row * LANE
            items.append(label(f"{name}-head", left, y + 10, text, weight=600))
            x = left
            for part, seconds in bar.parts:
                wide = seconds * 1e3 * scale
                items.append(box(f"{name}-{part}", x, y + 18, max(1.0, wide - 0.5), BAR, r=2, fill="solid", **LOOKS[part]))  # fmt: skip
                x += wide
        bottom = top + 2 * LANE - 22
        items.append(path("axis", f"M{left} {bottom}H{right}", tone="idle"))
        for k, at in enumerate(ticks(most, 5)):
            x = left + at * scale
            text = _("{t} ms", t=number(at, 4)) if not k else number(at, 4)
            items += [
                path(f"tick{k}", f"M{x:.1f} {bottom}v6", tone="idle"),
                label(f"tick-name{k}", x, bottom + 20, text, anchor="start" if not k else "middle", size=11.5),
            ]  # fmt: skip
        return items

    def _bars(self, both):
        return (
            ("local", both.local, _("In the machine: {t}", t=ms(both.local.total_s))),
            ("remote", both.remote, _("Behind the cable: {t}", t=ms(both.remote.total_s))),
        )

    def _stretched(self, seen, top, width):
        """Each bar drawn over the whole width: its parts by name, as far as they fit."""
        items = [label("stretched", 6, top, _("What each spends its time on: both stretched to the same length"), weight=600, size=12 if self.scene.narrow else 13.5)]  # fmt: skip
        for row, (name, bar, _text) in enumerate(self._bars(seen.duel)):
            items += _parts(f"all-{name}", bar, 6, top + 12 + row * 42, width - 12)
        return items, top + 12 + 2 * 42

    def _curve(self, seen):
        """Time against the share of hits; twice the same point, for one alone would not be drawn."""
        shares = [*SHARES, 100 * seen.request.hit, 100 * seen.request.hit]
        gap = [float("nan")] * 2
        own = [seen.duel.local.total_s * 1e3] * len(SHARES)
        now = [seen.duel.remote.total_s * 1e3] * 2
        far = [each * 1e3 for each in seen.curve]
        if self.locked:
            far = [float("nan")] * len(SHARES)  # where it meets the other one is the question
        self.chart.show(
            shares, own + gap, far + gap, [float("nan")] * len(SHARES) + now,
        )  # fmt: skip

    # In words

    def describe(self, seen):
        why = seen.duel.why[:1] if seen.load or self.locked else seen.duel.why
        text = " ".join(map(_, why))
        if seen.load:
            text += " " + _("Others keep the server’s disk busy: {t} of that is waiting in its queue.", t=ms(seen.duel.remote["queue"]))  # fmt: skip
        return text

    def tone(self, seen):
        return "ok" if seen.duel.winner == "remote" else "accent"

    def table(self, seen):
        both = seen.duel
        rows = [
            [_(PART_NAMES[part]), ms(both.local[part]) if both.local[part] else "–", ms(both.remote[part]) if both.remote[part] else "–"]
            for part in PARTS
        ]  # fmt: skip
        rows.append([_("in all"), ms(both.local.total_s), ms(both.remote.total_s)])
        head = [_("part of the time"), _("disk in the machine"), _("behind the cable")]
        return Table(head, rows, caption=_("Where the time of one request goes"))


def _busy(request, load):
    """The same request at a server whose storage is busy so many percent of the time."""
    return replace(request, per_s=load / 100 / request.service_s)


def _even(share):
    """The hit ratio at which both take the same time."""
    if share is None:
        return _("no break-even")
    if share > 1:
        return _("the server never wins")
    if share <= 0:
        return _("the server always wins")
    return _("break-even: {n} %", n=number(100 * share))


def _parts(name, bar, x, y, width):
    """The parts of one bar over the whole width; none is thinner than can be seen."""
    wanted = [max(3.0, width * seconds / bar.total_s) for _part, seconds in bar.parts]
    scale, items = width / sum(wanted), []
    for (part, seconds), least in zip(bar.parts, wanted, strict=True):
        wide = least * scale
        whole = _("{part} {t}", part=_(PART_NAMES[part]), t=ms(seconds))
        text = next((each for each in (whole, ms(seconds)) if clipped(each, wide - 8, 12) == each), "")  # fmt: skip
        items.append(box(f"{name}-{part}", x, y, wide - 1, 34, r=4, text=text, size=12, fill="solid", **LOOKS[part]))  # fmt: skip
        x += wide
    return items
