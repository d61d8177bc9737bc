"""A host dies, then perhaps a second one: who waits, what is copied, what is lost."""

from coursekit.i18n import _, mark, number
from coursekit.labs.netstorage.clusterdrawing import Tank, flights, hosts_line
from coursekit.sims.netstorage.recoveryplay import FIRST_S, GROUPS, MINUTE, Case, play
from coursekit.sims.netstorage.redundancy import LIMITS
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import Frame, ticks

SIZES = {2: mark("2 copies"), 3: mark("3 copies")}
STATES = {  # from the bottom up: the look, and the word of the legend
    "active+clean": ({"tone": "ok", "fill": "soft"}, mark("all copies there")),
    "active+degraded": ({"tone": "warn", "fill": "soft"}, mark("a copy less, I/O goes on")),
    "inactive": ({"tone": "bad", "fill": "soft"}, mark("too few: I/O waits")),
    "down": ({"tone": "bad", "fill": "solid"}, mark("no copy answers, or ✗ lost")),
}  # fmt: skip
DID = {
    "start": mark("all is well"), "silent": mark("silence"), "down": mark("marked down"),
    "out": mark("marked out, copying begins"), "copied": mark("copies complete"), "back": mark("back again"),
    "nearfull": mark("a disk is nearly full"), "full": mark("a disk is full"), "stuck": mark("no room to copy to"),
    "lost": mark("✗ groups are lost"), "whole": mark("✓ whole again"), "end": mark("nothing more happens"),
}  # fmt: skip
TONES = {"silent": "bad", "down": "warn", "full": "bad", "stuck": "bad", "lost": "bad", "whole": "ok", "back": "ok", "end": "warn", "nearfull": "warn"}  # fmt: skip
BAND = 124


class _Minutes(Frame):
    """Minutes; room on the left for the number of groups."""

    margins = ((44, 20), (40, 14))


class RecoveryLab(StoryLab):
    """Hosts and their disks, copies on their way, the groups by state over time."""

    name = "netstorage-recovery"
    title = mark("A host dies, and perhaps a second one")

    def controls(self):
        return (
            Slider("hosts", mark("Hosts"), 5, 3, 10),
            Pick("size", mark("Copies"), 3, SIZES),
            Slider("second", mark("A second dies after (0: never)"), 0, 0, 120, 1, "min"),
            Slider("rate", mark("A disk copies at"), 50.0, 10.0, 500.0, 10.0, mark("MB/s")),
            Check("destroyed", mark("Their disks are destroyed"), False),
            Slider("out", mark("A host counts as lost after"), 600.0, 0.0, 3600.0, 60.0, "s", more=True),
            Slider("full", mark("Disks are full by"), 40.0, 10.0, 90.0, 5.0, "%", more=True),
            Slider("back", mark("The first comes back after (0: never)"), 0, 0, 120, 1, "min", more=True, when=lambda v: not v["destroyed"]),
        )  # fmt: skip

    def story(self, actions, hosts, size, second, rate, destroyed, out, full, back):
        back = 0 if destroyed else back
        return play(Case(hosts=hosts, size=size, second=second, rate=rate, out_s=out, full=full, back=back, destroyed=destroyed))  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 118 if narrow else 76
        items = facts(self._facts(state), narrow=narrow)
        head = _("Hosts and their disks: how many copies, how full") if not narrow else _("Hosts, and the copies on each disk")  # fmt: skip
        items.append(label("hosts", 6, top - 10, head, weight=600, size=13))
        cases = [self._case(state, host) for host in self._given.cluster.hosts]
        hosts, middles, bottom = hosts_line(cases, narrow=narrow, top=top)
        pairs = [(each.source, each.target) for each in state.copying]
        bands, bottom = self._bands(state, bottom + 34, narrow=narrow)
        items += hosts + bands + flights(pairs, middles, self.moment)
        items += key(self._key(), width, bottom + 12, a_line=2 if narrow else 3)
        self.scene.show(
            items, width=width, height=bottom + (86 if narrow else 62),
            label=_("Hosts with their disks, copies on their way, and the groups by state over time"),
        )  # fmt: skip

    @property
    def _given(self):
        return self.result.told.scenario

    def _facts(self, state):
        counts, lost = state.states(self._given.pool), len(state.lost)
        waiting = counts["inactive"] + counts["down"] - lost
        last = state.next_disk()
        risk = max(last.values(), default=0)
        return [
            (_("minute {t}", t=_minute(state.t)), TONES.get(state.kind, "accent")),
            (_("groups that wait: {n}", n=waiting), "bad" if waiting else "ok"),
            (_("groups lost: {n}", n=lost), "bad" if lost else "ok"),
            (_("one disk more could take: {n}", n=risk), "warn" if risk else "ok"),
        ]  # fmt: skip

    def _case(self, state, host):
        osds = [osd.id for osd in host.osds]
        gone = set(osds) & state.silent
        destroyed = set(osds) & state.destroyed
        word = (
            _("destroyed") if destroyed else _("out") if set(osds) & state.out else
            _("down") if set(osds) & state.down else _("silent") if gone else _("works")
        )  # fmt: skip
        tone = "ok" if not gone else "bad"
        look = {"tone": tone, "fill": "none" if gone else "paper", "dash": bool(gone), "led": tone}
        return host.id, _("host {n}", n=host.id), word, look, [self._tank(state, osd) for osd in osds]  # fmt: skip

    def _tank(self, state, osd):
        scenario = self._given
        used, gone = state.used(osd), osd in state.silent
        coming = sum(each.target == osd for each in state.copying)
        share = used * scenario.pg_gb / scenario.capacity_gb
        return Tank(
            osd, share, str(used), LIMITS["nearfull"], came=coming * scenario.pg_gb / scenario.capacity_gb,
            look={"hue": 0} if not gone else {"tone": "idle"}, out=gone,
        )  # fmt: skip

    def _bands(self, state, y, *, narrow):
        """All groups as a stack over time; what has not happened yet is pale."""
        played = self.result
        until = state.t + MINUTE if self.locked else played.until
        frame = _Minutes(narrow, until)
        top = y + 30
        items = [label("bands", 6, y, _("The groups by state, over time"), weight=600, size=13)]
        items += [label(f"groups{n}", frame.left - 6, top + BAND - BAND * n / GROUPS + 4, str(n), anchor="end", size=11) for n in (0, GROUPS // 2, GROUPS)]  # fmt: skip
        for k, span in enumerate(played.spans):
            if not self.locked or span.begin <= state.t:
                items += self._stack(k, span, frame, top, pale=span.begin > state.t)
        items += self._marks(frame, y, top, state)
        return items, top + BAND + 30

    def _stack(self, k, span, frame, top, *, pale):
        items, level = [], top + BAND
        x = frame.x(span.begin)
        wide = frame.x(span.end) - x
        for n, (name, (look, _word)) in enumerate(STATES.items()):
            high = BAND * span.counts[name] / GROUPS
            level -= high
            if high and wide > 0.4:
                text = "✗" if name == "down" and span.lost and high > 14 and wide > 14 else ""
                items.append(box(f"span{k}-{n}", x, level, wide, high, r=1, faded=pale, text=text, size=12, **look))  # fmt: skip
        return items

    def _marks(self, frame, y, top, state):
        """Who dies when, the axis, and where we stand."""
        foot = top + BAND
        items = []
        losses = [] if self.locked else list(enumerate(self._given.losses, 1))
        free = 0.0  # where the word of the loss before ends
        for k, loss in losses:
            x, text = frame.x(loss.at_s), _("host {n} dies", n=loss.host)
            left = min(max(x, free), frame.right - 6.2 * len(text))
            free = left + 6.2 * len(text) + 8
            items += [
                path(f"loss{k}", f"M{x:.1f} {y + 20}V{foot}", tone="bad", dash=True),
                label(f"loss{k}-text", left, y + 16, text, size=11.5),
            ]
        marks = ticks((frame.end - FIRST_S) / MINUTE, 5 if frame.narrow else 10)
        items += [
            label(f"at{k}", frame.x(FIRST_S + minute * MINUTE), foot + 17, _("{n} min", n=number(minute)), anchor="middle", size=11.5)
            for k, minute in enumerate(marks)
        ]  # fmt: skip
        return [*items, path("now", f"M{frame.x(state.t):.1f} {top - 4}V{foot + 4}", tone="accent")]

    def _key(self):
        return [
            *(("box", look, _(word)) for look, word in STATES.values()),
            ("line", {"tone": "warn"}, _("nearly full ({n} %)", n=number(100 * LIMITS["nearfull"]))),
            ("box", {"hue": 1, "fill": "solid"}, _("being copied")),
        ]  # fmt: skip

    # In words

    def labels(self, played):
        return [_("{t} min: {what}", t=_minute(each.t), what=_(DID[each.kind])) for each in played.states]  # fmt: skip

    def describe(self, state):
        lines = [" ".join(_(each) for each in state.why), _(state.danger())]
        told = self.result.told
        last = self.moment == len(self.result.states) - 1 and not self.locked
        if last and len(self._given.losses) == 1 and told.rebuilt_s:
            lines.append(_(
                "From the first copy to the last: {took} min. If every disk wrote all the time: {least} min.",
                took=number(told.rebuilt_s / MINUTE), least=number(told.window_s / MINUTE),
            ))  # fmt: skip
        return "\n".join(lines)

    def tone(self, state):
        counts = state.states(self._given.pool)
        if counts["inactive"] + counts["down"]:
            return "bad"
        return "warn" if counts["active+degraded"] else "ok"

    def table(self, state):
        seen = self.result.states[: self.moment + 1] if self.locked else self.result.states
        rows = []
        for each in seen:
            counts = each.states(self._given.pool)
            rows.append([_minute(each.t), _(DID[each.kind]), *counts.values(), len(each.lost), each.copied])  # fmt: skip
        head = [_("minute"), _("what"), *(_(word) for _look, word in STATES.values()), _("lost"), _("copies made")]  # fmt: skip
        return Table(head, rows, caption=_("What happens, and the groups by state"))


def _minute(t):
    """Minutes after the first host died; before, below zero."""
    return number((t - FIRST_S) / MINUTE, 3)
