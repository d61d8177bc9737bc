"""Who is faster, for every size of a request and every share of answers from memory."""

from dataclasses import dataclass, replace

import numpy as np

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.netstorage.drawing import DEVICES, LINKS, ms
from coursekit.sims.netstorage.goodput import Link
from coursekit.sims.netstorage.latency import (
    Device,
    Duel,
    Request,
    break_even,
    device,
    duel,
    streaming_mb_s,
    winner_map,
)
from coursekit.sims.netstorage.verdicts import CARD_RATES, Cell, card, clients_until
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

SIZES = tuple(512 << n for n in range(15))  # 512 B to 8 MiB
HITS = tuple(range(100, -1, -10))
ROW = 27  # height of a line of the map
WORKS = {
    "4 KiB": mark("4 KiB, at random"),
    "1 MiB": mark("1 MiB, at random"),
    "stream": mark("in one go"),
}
MUCH = np.log10(2)  # from twice as fast on, a cell is filled


@dataclass(frozen=True)
class Seen:
    """The map, its line, the cell that is chosen, one stream of several clients, the card."""

    disk: Device
    request: Request
    ahead: np.ndarray  # (hits, sizes), log10(local / remote)
    line: tuple[float | None, ...]
    chosen: Duel
    clients: int
    each_mb_s: float
    alone: float  # clients until each gets less than the local disk, by the link
    card: tuple[Cell, ...]


def _size(size):
    """A size as it is written under a column."""
    if size >= 1 << 20:
        return _("{n} MiB", n=size >> 20)
    return _("{n} KiB", n=size >> 10) if size >= 1024 else _("{n} B", n=size)


class MapLab(Lab):
    """Press a cell to choose it."""

    name = "netstorage-map"
    title = mark("Who wins, and where?")

    def controls(self):
        return (
            Pick("local", mark("In the machine"), "hdd", DEVICES),
            Pick("server", mark("In the server"), "hdd", DEVICES),
            Pick("gbps", mark("Link"), 1, LINKS),
            Slider("rtt", mark("Round trip"), 0.2, 0.05, 5.0, 0.05, mark("ms")),
            Slider("clients", mark("Clients that read in one go"), 1, 1, 100),
            Pick("size", mark("Request chosen"), 4096, {each: _size(each) for each in SIZES}, more=True),
            Slider("hits", mark("Answered from the server’s memory"), 50, 0, 100, 1, "%", more=True),
        )  # fmt: skip

    def run(self, local, server, gbps, rtt, clients, size, hits):
        disk, far = device(local), device(server)
        link = Link(gbps=gbps, rtt_s=rtt / 1000)
        asked = Request(size=size, server=far, link=link, hit=hits / 100)
        return Seen(
            disk, asked,
            winner_map(disk, asked, SIZES, [each / 100 for each in HITS]),
            tuple(break_even(disk, replace(asked, size=each)) for each in SIZES),
            duel(disk, asked), clients, streaming_mb_s(far.mb_s, link, clients),
            clients_until(disk.mb_s, (gbps,))[0][1], card(hits / 100, link=link),
        )  # fmt: skip

    # Acting

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def _press(self, name):
        if self.locked or not name.startswith("cell"):
            return
        line, column = map(int, name.removeprefix("cell").split("-"))
        self.set(size=SIZES[column], hits=HITS[line])

    # Drawing

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(seen), narrow=narrow), 96 if narrow else 62
        grid, low = self._map(seen, top, width)
        streams, low = self._streams(seen, low + 26, width)
        rows, low = self._card(seen, low + 26, width)
        self.scene.show(
            items + grid + streams + rows, width=width, height=low,
            label=_("Who is faster for each size and each share of answers from memory; streams; the decision card"),
        )  # fmt: skip

    def _facts(self, seen):
        both = seen.chosen
        won = {
            "local": (_("the machine’s disk wins"), "accent"),
            "remote": (_("the server wins"), "ok"),
            "equal": (_("both take the same time"), "idle"),
        }[both.winner]
        asked = seen.request
        return [
            (_("{size}, {hits} % from memory", size=_size(asked.size), hits=round(100 * asked.hit)), "idle"),
            (_("in the machine: {t}", t=ms(both.local.total_s)), "accent"),
            (_("server: {t}", t=ms(both.remote.total_s)), "ok"),
            won,
        ]  # fmt: skip

    def _map(self, seen, top, width):
        """A line for each share, a column for each size; the line where both are the same."""
        narrow = self.scene.narrow
        left = 52 if narrow else 96
        cell = (width - left - 6) / len(SIZES)
        head = _("Who is faster: M the machine’s disk, S the server") if narrow else _("Who is faster, and how many times: M the machine’s disk, S the server")  # fmt: skip
        items = [label("map", 4, top + 4, head, weight=600, size=12 if narrow else 13.5)]
        top += 16
        for r, hits in enumerate(HITS):
            text = f"{hits} %"
            items.append(label(f"share{r}", left - 8, top + r * ROW + 18, text, anchor="end", size=11.5))  # fmt: skip
            for c, size in enumerate(SIZES):
                items.append(self._cell(seen, r, c, left + c * cell, top + r * ROW, cell, hits=hits, size=size))  # fmt: skip
        bottom = top + len(HITS) * ROW
        every = 4 if narrow else 2
        items += [
            label(f"size{c}", left + (c + 0.5) * cell, bottom + 14, _size(SIZES[c]), anchor="middle", size=11)
            for c in range(0, len(SIZES), every)
        ]  # fmt: skip
        items.append(label("from", 4, bottom + 14, "" if narrow else _("from memory"), size=11))
        return items + self._line(seen, left, top, cell), bottom + 18

    def _cell(self, seen, r, c, x, y, cell, *, hits, size):
        ahead = float(seen.ahead[r, c])
        letter, tone = ("S", "ok") if ahead > 0 else ("M", "accent")
        times = number(10 ** abs(ahead), 2)
        asked = seen.request
        chosen = asked.size == size and round(100 * asked.hit) == hits
        says = _("{size}, {hits} % from memory: {letter} {times} times as fast", size=_size(size), hits=hits, letter=letter, times=times)  # fmt: skip
        return box(
            f"cell{r}-{c}", x, y, cell - 2, ROW - 2, r=3, size=10.5 if self.scene.narrow else 11.5,
            text=letter if self.scene.narrow else f"{letter} {times}", tone=tone,
            fill="solid" if abs(ahead) >= MUCH else "soft", selected=chosen,
            press=None if self.locked else says,
        )  # fmt: skip

    def _line(self, seen, left, top, cell):
        """The break-even over the map, from the middle of one column to that of the next."""
        high, points = (len(HITS) - 1) * ROW, []
        for c, share in enumerate(seen.line):
            if share is None:
                return []
            y = top + ROW / 2 + (1 - min(max(share, -0.05), 1.05)) * high
            points.append(f"{left + (c + 0.5) * cell:.1f} {y:.1f}")
        return [path("even", f"M{'L'.join(points)}", tone="warn", dash=True)]

    def _streams(self, seen, top, width):
        """Reading in one go: the local disk, and what each of so many clients gets."""
        most = max(seen.disk.mb_s, seen.each_mb_s)
        left = 8 if self.scene.narrow else 250
        room = width - left - 8
        own = _("{what}: {rate} MB/s", what=_(DEVICES[seen.disk.name]), rate=number(seen.disk.mb_s, 4))  # fmt: skip
        each = plural("{count} client: {rate} MB/s", "each of {count} clients: {rate} MB/s", seen.clients, rate=number(seen.each_mb_s, 4))  # fmt: skip
        items = [label("streams", 4, top, _("Reading in one go"), weight=600)]
        for k, (text, rate, tone) in enumerate(((own, seen.disk.mb_s, "accent"), (each, seen.each_mb_s, "ok"))):  # fmt: skip
            y = top + 12 + k * (44 if self.scene.narrow else 30)
            wide = max(3.0, room * rate / most)
            items.append(label(f"stream-name{k}", 8, y + 15, text, size=12.5))
            if self.scene.narrow:
                y += 20
            items.append(box(f"stream{k}", left, y, wide, 22, r=4, fill="solid", tone=tone))
        return items, top + (100 if self.scene.narrow else 76)

    def _card(self, seen, top, width):
        """Local disks by kinds of work, before a server of four SSDs."""
        narrow = self.scene.narrow
        head = _("Decision card: a server with four SSDs, {n} % from memory", n=round(100 * seen.request.hit))  # fmt: skip
        items = [label("card", 4, top, head, weight=600, size=12 if narrow else 13.5)]
        left = 84 if narrow else 130
        wide, high = (width - left - 4) / 3, 50
        for c, text in enumerate(WORKS.values()):
            items.append(label(f"work{c}", left + (c + 0.5) * wide, top + 24, _(text), anchor="middle", size=11 if narrow else 12.5))  # fmt: skip
        for k, cell in enumerate(seen.card):
            r, c = divmod(k, 3)
            y = top + 34 + r * high
            if not c:
                items.append(label(f"disk{r}", 4, y + 28, _(DEVICES[cell.disk]), size=11.5 if narrow else 13))  # fmt: skip
            best, where = ("?", "") if self.locked else _verdict(cell, narrow=narrow)
            items.append(box(f"card{k}", left + c * wide, y, wide - 6, high - 6, text=best, sub=where, tone="idle" if self.locked else "ok" if cell.beaten_at else "accent", fill="soft" if cell.beaten_at and not self.locked else "paper", size=12 if narrow else 13))  # fmt: skip
        return items, top + 34 + 3 * high + 4

    # In words

    def describe(self, seen):
        said = " ".join(map(_, seen.chosen.why))
        tells = plural("Reading in one go, {count} client gets {rate} MB/s, the disk in the machine gives {own} MB/s.", "Reading in one go, each of {count} clients gets {rate} MB/s, the disk in the machine gives {own} MB/s.", seen.clients, rate=number(seen.each_mb_s, 4), own=number(seen.disk.mb_s, 4))  # fmt: skip
        until = _("The link carries as much as {n} such disks.", n=number(seen.alone))
        return f"{said}\n{tells} {until}"

    def tone(self, seen):
        return "ok" if seen.chosen.winner == "remote" else "accent"

    def table(self, seen):
        rows = [
            [_size(size), _percent(share), _times(seen.ahead[-1, c]), _times(seen.ahead[5, c]), _times(seen.ahead[0, c])]
            for c, (size, share) in enumerate(zip(SIZES, seen.line, strict=True))
        ]  # fmt: skip
        if not self.locked:
            rows += [[f"{_(DEVICES[c.disk])}, {_(WORKS[c.work])}", "–", "–", "–", ": ".join(_verdict(c))] for c in seen.card]  # fmt: skip
        head = [_("request"), _("break-even"), _("0 % from memory"), _("50 %"), _("100 %")]
        return Table(head, rows, caption=_("Who is faster (S the server, M the machine), how many times; then the decision card"))  # fmt: skip


def _times(ahead):
    letter = "S" if ahead > 0 else "M"
    return f"{letter} {number(10 ** abs(float(ahead)), 2)}"


def _percent(share):
    if share is None:
        return "–"
    if share > 1:
        return _("never")
    return _("always") if share <= 0 else _("{n} %", n=number(100 * share))


def _verdict(cell, *, narrow=False):
    """Who wins a cell of the card, and from which link on the server does."""
    if not cell.beaten_at:
        return _("own disk"), _("on every link")
    rate = cell.beaten_at[0]
    if rate == CARD_RATES[0]:
        return _("server"), _("on every link")
    return _("server"), _("from {n} Gb/s", n=number(rate)) if narrow else _("from {n} Gb/s on", n=number(rate))  # fmt: skip
