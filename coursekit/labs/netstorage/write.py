"""One small write: in the machine, with copies on other nodes, with an erasure code."""

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.netstorage.drawing import DEVICES, LINKS, ms, parties
from coursekit.sims.netstorage.goodput import Link
from coursekit.sims.netstorage.latency import device
from coursekit.sims.netstorage.writestory import NODES, all_ways, tell
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import ticks

WAYS = {
    "local": mark("in the machine alone"),
    "copies": mark("three copies"),
    "erasure": mark("erasure code 4+2"),
}
PARTIES = {
    "client": mark("client"), "primary": mark("first node"), "copy 2": mark("copy 2"), "copy 3": mark("copy 3"),
    "data": mark("old data"), "parity 1": mark("parity 1"), "parity 2": mark("parity 2"),
}  # fmt: skip
DID = {
    "send": mark("data sent"), "store": mark("stored"), "ask": mark("old pieces asked for"),
    "read": mark("old pieces read"), "answer": mark("old pieces come back"), "confirm": mark("confirmed"),
}  # fmt: skip
TONES = {"send": "accent", "ask": "warn", "answer": "warn", "confirm": "ok", "store": "accent", "read": "warn"}  # fmt: skip
HIGH = 380  # of the ladder, as long as the slowest of the three ways


class WriteLab(StoryLab):
    """A ladder true to time: ways are slanted, work is a bar; below, the three ways compared."""

    name = "netstorage-write"
    title = mark("One write, and its rounds")

    def controls(self):
        return (
            Pick("way", mark("Where the data go"), "copies", WAYS),
            Pick("device", mark("Disk of each node"), "nvme", DEVICES),
            Slider("rtt", mark("Round trip"), 0.2, 0.05, 5.0, 0.05, mark("ms")),
            Pick("gbps", mark("Link"), 100, LINKS),
        )

    def story(self, actions, way, **rest):
        disk, link = device(rest["device"]), Link(gbps=rest["gbps"], rtt_s=rest["rtt"] / 1000)
        self._all = all_ways(disk, link)
        return tell(way, disk, link)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(state), narrow=narrow), 96 if narrow else 58
        items += self._ladder(state, top, width)
        bars, low = self._compared(top + HIGH + 100, width)
        entries = [
            ("line", {"tone": "accent"}, _("data on their way")),
            ("line", {"tone": "warn"}, _("old pieces")),
            ("line", {"tone": "ok"}, _("confirmation")),
            ("box", {"fill": "solid", "tone": "idle"}, _("ways")),
            ("box", {"fill": "solid", "hue": 1}, _("disks")),
        ]
        a_line = 2 if narrow else 5
        self.scene.show(
            [*items, *bars, *key(entries, width, low + 8, a_line=a_line)], width=width,
            height=low + 14 + 22 * -(-len(entries) // a_line),
            label=_("The way of one write between the nodes, true to time, and the three ways compared"),
        )  # fmt: skip

    def _facts(self, state):
        told, past = self.result, self._past()
        ways = sum(each.seconds for each in past if each.network)
        confirmed = state is told.states[-1]
        return [
            (_("after {t}", t=ms(state.t)) if state.step else _("at the start"), "accent"),
            (_("on the way: {t}", t=ms(ways) if ways else "–"), "idle"),
            (_("on disks: {t}", t=ms(state.t - ways) if state.t > ways else "–"), "idle"),
            (_("confirmed"), "ok") if confirmed else (_("not confirmed yet"), "warn"),
        ]  # fmt: skip

    def _past(self):
        return [each.step for each in self.result.states[1 : self.moment + 1]]

    def _ladder(self, state, top, width):
        """Time runs down; the scale is that of the slowest way, so that the ways can be compared."""
        narrow, names = self.scene.narrow, NODES[self.result.way]
        left, wide = (64, 78) if narrow else (90, 112)
        room = width - left - wide - 8
        wide = min(wide, room / max(1, len(names) - 1) - 6)
        xs = {name: left + (39 if narrow else 56) + k * room / max(1, len(names) - 1) for k, name in enumerate(names)}  # fmt: skip
        most = max(each.total_s for each in self._all.values()) * 1e3
        begin, scale = top + 54, HIGH / most
        items = self._scale(begin, most, scale, width)
        looks = {"client": {"tone": "accent"}, "primary": {"tone": "ok"}}
        shown = {name: _(PARTIES[name]) for name in names}
        items += parties(shown, xs, top, begin + HIGH + 6, wide=wide, size=10.5 if narrow else 13, looks={name: looks.get(name, {"hue": 3}) for name in names})  # fmt: skip
        for k, step in enumerate(self._past()):
            now = k == self.moment - 1
            items += self._step(k, step, xs, begin, scale * 1e3, now=now)
        return items

    def _scale(self, begin, most, scale, width):
        items = []
        for k, at in enumerate(ticks(most, 6)):
            y = begin + at * scale
            items += [
                path(f"line{k}", f"M58 {y:.1f}H{width - 4}", tone="idle", faded=True),
                label(f"tick{k}", 52, y + 4, _("{t} ms", t=number(at, 4)), anchor="end", size=11),
            ]
        return items

    def _step(self, k, step, xs, begin, scale, *, now):
        """Slanted arrows for a way; bars on the life lines for work."""
        y, end = begin + step.t * scale, begin + step.end * scale
        tone = TONES[step.kind]
        if not step.network:
            return [
                box(f"work{k}-{name}", xs[name] - 9, y, 18, max(3.0, end - y), r=3, fill="solid", hue=1, glow=now)
                for name in step.at
            ]  # fmt: skip
        items = []
        for src in step.at:
            for to in step.to:
                away = 10 if xs[to] > xs[src] else -10
                items.append(path(f"way{k}-{src}-{to}", f"M{xs[src] + away:.1f} {y:.1f}L{xs[to] - away:.1f} {end:.1f}", arrow=True, tone=tone))  # fmt: skip
        if now:
            x = (xs[step.at[0]] + xs[step.to[0]]) / 2
            items.append(label(f"way{k}-text", x, (y + end) / 2 - 18, _("{what}: {t}", what=_(DID[step.kind]), t=ms(step.seconds)), anchor="middle", size=12, weight=700))  # fmt: skip
        return items

    def _compared(self, y, width):
        """The three ways under the same conditions: ways and disks in each."""
        left = 8 if self.scene.narrow else 190
        room = width - left - 150
        most = max(each.total_s for each in self._all.values())
        items = [label("compared", 4, y, _("The same write in three ways"), weight=600)]
        row = 46 if self.scene.narrow else 32
        for k, (way, write) in enumerate(self._all.items()):
            top = y + 12 + k * row
            here = way == self.result.way
            items.append(label(f"name-{way}", 8, top + 16, _(WAYS[way]), size=12.5, weight=700 if here else 400))  # fmt: skip
            top += 20 if self.scene.narrow else 0
            if self.locked:
                items.append(label(f"total-{way}", left + 4, top + 16, "?", size=12.5))
                continue
            x = left
            for part, seconds, look in _parts(write):
                wide = room * seconds / most
                if seconds:
                    items.append(box(f"{part}-{way}", x, top + 2, max(2.0, wide), 20, r=3, fill="solid", **look))  # fmt: skip
                x += wide
            items.append(label(f"total-{way}", x + 8, top + 17, self._total(write), size=12.5))
        return items, y + 14 + 3 * row

    def _total(self, write):
        times = write.total_s / self._all["local"].total_s
        return _("{t}, × {n}", t=ms(write.total_s), n=number(times))

    # In words

    def labels(self, told):
        return [
            _("{t}: {what}", t=ms(s.t), what=_(DID[s.step.kind])) if s.step else _("the program writes 4 KiB")
            for s in told.states
        ]  # fmt: skip

    def describe(self, state):
        if not state.step:
            return _("A program writes 4 KiB and waits for the confirmation.")
        text = _(state.step.why)
        if state is not self.result.states[-1]:
            return text
        told = self.result
        rounds = plural("{count} round", "{count} rounds", len(told.write.rounds))
        if told.way == "local":
            return text + " " + _("{t} in all, without any network.", t=ms(state.t))
        share = number(100 * told.network_s / state.t)
        return text + " " + _("{t} in {rounds}: {n} times a write in the machine. {share} % of it is on the way, not on disks.", t=ms(state.t), rounds=rounds, n=number(state.t / self._all["local"].total_s), share=share)  # fmt: skip

    def tone(self, state):
        return "ok" if state is self.result.states[-1] else "accent"

    def summary(self, told):
        return [(_("until it is confirmed"), ms(told.states[-1].t)), (_("on the way"), ms(told.network_s) if told.network_s else "–")]  # fmt: skip

    def table(self, state):
        rows = [
            [ms(step.t) if step.t else "0", ms(step.seconds), _(DID[step.kind]), _names(step.at), _names(step.to) or "–"]
            for step in self._past()
        ]  # fmt: skip
        head = [_("begins"), _("takes"), _("what"), _("at"), _("sent to")]
        return Table(head, rows or [["–"] * 5], caption=_("The steps of the write so far"))


def _names(names):
    return ", ".join(_(PARTIES[name]) for name in names)


def _parts(write):
    """What of a write is ways, and what is disks: the two parts of its bar."""
    ways = sum(each.network_s for each in write.rounds)
    disks = sum(each.media_s for each in write.rounds)
    return ("ways", ways, {"tone": "idle"}), ("disks", disks, {"hue": 1})
