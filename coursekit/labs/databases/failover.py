"""The film of a failover: heartbeats, who is what, when writes are taken; the outage in its parts."""

from coursekit.i18n import _, mark, number
from coursekit.labs.databases.units import count
from coursekit.sims.databases.failover import Failover, tell
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.fit import boxed, heading
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import Frame, seconds

FAULTS = {
    "crash": mark("the primary dies"), "primary alone": mark("a cut: the primary is alone"),
    "standby alone": mark("a cut: the standby is alone"),
}  # fmt: skip
MODES = {"async": mark("asynchronous"), "on": mark("synchronous (on)")}
FENCES = {"power": mark("a power switch"), "lease": mark("waiting for its lease to end")}
PRIMARY = {
    "runs": ("ok", mark("primary")), "dead": ("bad", mark("dead")), "isolated": ("warn", mark("alone, cut off")),
    "off": ("idle", mark("switched off")), "stopped": ("idle", mark("stopped by itself")), "hangs": ("warn", mark("primary, commits hang")),
}  # fmt: skip
STANDBY = {
    "follows": ("accent", mark("follows")), "waits": ("warn", mark("hears nothing")), "asks": ("warn", mark("asks for votes")),
    "chosen": ("warn", mark("chosen, waits")), "replays": ("accent", mark("replays")), "primary": ("ok", mark("primary")),
}  # fmt: skip
PARTS = (
    ("detect_s", 0, mark("noticing")), ("election_s", 3, mark("election")), ("fence_s", 2, mark("fencing")),
    ("replay_s", 1, mark("replay")), ("reconnect_s", 5, mark("clients come back")),
)  # fmt: skip
LANE, BAR = 46, 28


class TimeFrame(Frame):
    """Seconds beside the names of the lanes."""

    margins = ((120, 24), (98, 16))


class FailoverLab(StoryLab):
    """Lanes over seconds up to the moment; below them the parts of the outage."""

    name = "databases-failover"
    title = mark("The primary dies")

    def controls(self):
        def leased(values):
            return values["fence"] == "lease"

        return (
            Pick("fault", mark("What happens"), "crash", FAULTS),
            Pick("mode", mark("Replication"), "async", MODES),
            Slider("link", mark("Link to the standby"), 1.0, 0.2, 20.0, 0.2, mark("MB/s")),
            Slider("missed", mark("Heartbeats that may be missed"), 3, 1, 10),
            Pick("fence", mark("Fencing"), "power", FENCES),
            Slider("at", mark("It happens after"), 20.0, 0.0, 60.0, 0.5, "s", more=True),
            Slider("heartbeat", mark("A heartbeat every"), 2.0, 0.5, 10.0, 0.5, "s", more=True),
            Slider("rate", mark("Transactions a second"), 200, 0, 2000, 10, more=True),
            Slider("pending", mark("Received, not yet replayed"), 64, 0, 1000, 1, mark("MB"), more=True),
            Slider("replay", mark("Replay"), 20, 1, 200, 1, mark("MB/s"), more=True),
            Slider("reconnect", mark("The clients come back within"), 30, 0, 120, 1, "s", more=True),
            Slider("lease", mark("Lease of the primary"), 10, 2, 60, 1, "s", more=True, when=leased),
        )  # fmt: skip

    def story(self, actions, fault, mode, link, missed, fence, at, heartbeat, rate, pending, replay, reconnect, lease):  # fmt: skip
        return tell(Failover(
            fault=fault, mode=mode, fence=fence, at_s=at, heartbeat_s=heartbeat, missed=missed, lease_s=lease, rate=rate,
            link_mb_s=link, pending_mb=pending, replay_mb_s=replay, reconnect_s=reconnect,
        ))  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        given = self.result.given
        frame = TimeFrame(narrow, max(self.result.end_s, given.at_s + 1), max(0.0, given.at_s - 8 * given.heartbeat_s))  # fmt: skip
        top = 108 if narrow else 66
        items = facts(self._facts(state), narrow=narrow)
        items += self._beats(state, frame, top + 14)
        seen = self.result.states[: self.moment + 1]
        items += _lane("primary", _("primary"), _spans(seen, lambda each: PRIMARY[each.primary]), frame, top + LANE, state.t)  # fmt: skip
        items += _lane("standby", _("standby"), _spans(seen, lambda each: STANDBY[each.standby]), frame, top + 2 * LANE, state.t)  # fmt: skip
        items += _lane("writes", _("writes"), _spans(seen, _writes), frame, top + 3 * LANE, state.t)
        bottom = top + 4 * LANE
        items += _axis(frame, state.t, bottom, top)
        parts, low = self._parts(state, bottom + 52, width)
        items += parts + key([("box", {"hue": hue, "fill": "solid"}, _(word)) for _n, hue, word in PARTS], width, low + 12, a_line=2 if narrow else 5)  # fmt: skip
        self.scene.show(
            items, width=width, height=low + (84 if narrow else 40),
            label=_("Heartbeats, primary, standby and writes over the seconds, and the parts of the outage"),
        )  # fmt: skip

    def _facts(self, state):
        told = self.result.lost if self._promoted(state) else None
        lost = (_("lost: {n}", n=count(told)), "bad" if told else "ok") if told is not None else (_("lost: –"), "idle")  # fmt: skip
        return [
            (_("told committed: {n}", n=count(state.acknowledged)), "accent"),
            (
                _("not sent: {mb} MB", mb=number(state.unsent_mb)),
                "warn" if state.unsent_mb else "ok",
            ),
            (_("to be replayed: {mb} MB", mb=number(state.pending_mb)), "idle"),
            lost,
        ]

    def _promoted(self, state):
        return state.phase in ("reconnect", "again")

    def _beats(self, state, frame, y):
        """A disc a heartbeat: one that came, one that did not."""
        items = [label("beats", 6, y + 4, _("heartbeats"), weight=600, size=12)]
        gap = frame.x(frame.begin + self.result.given.heartbeat_s) - frame.left
        r = min(9.0, max(2.5, gap / 2.4))
        for n, (t, came) in enumerate(state.beats):
            if t > frame.begin:
                text = ("✓" if came else "✗") if r > 6 else ""
                items.append(token(f"beat{n}", frame.x(t), y, text, r=r, tone="ok" if came else "bad"))  # fmt: skip
        return items

    def _parts(self, state, y, width):
        """The outage as a bar of its parts, as far as it has come."""
        took, given = self.result.parts, self.result.given
        if took is None or state.t <= given.at_s:
            text = _("The outage, in its parts: nobody is promoted") if took is None and state.phase == "alone" else _("The outage, in its parts")  # fmt: skip
            return [heading("parts", 6, y, text, width - 10), box("parts-none", 6, y + 10, width - 12, 34, fill="none", dash=True, tone="idle", r=5)], y + 44  # fmt: skip
        gone = state.t - given.at_s
        items = [heading("parts", 6, y, _("The outage, in its parts: {s} s so far", s=number(gone)), width - 10)]  # fmt: skip
        x, begun = 6.0, 0.0
        for name, hue, word in PARTS:
            whole = getattr(took, name)
            done = min(whole, max(0.0, gone - begun))
            begun += whole
            wide = (width - 12) * done / took.rto_s
            if wide > 0.5:
                long, short = f"{_(word)} {number(done)} s", f"{number(done)} s"
                text = next((each for each in (long, short) if boxed(each, wide) == each), "")
                items.append(box(f"part-{name}", x, y + 10, wide - 1 if wide > 2 else wide, 34, r=4, text=text, size=12.5, hue=hue, fill="solid"))  # fmt: skip
            x += wide
        items.append(box("parts-frame", 6, y + 10, width - 12, 34, fill="none", tone="idle", r=5, dash=True))  # fmt: skip
        return items, y + 44

    # In words

    def labels(self, told):
        return [_("{t} s: {what}", t=number(each.t), what=each.label) for each in told.states]

    def describe(self, state):
        return _(state.why)

    def tone(self, state):
        if state.phase == "again" or (state.phase == "ok" and state.accepts):
            return "ok" if not (self.result.lost and state.phase == "again") else "warn"
        return "bad" if state.phase == "alone" and not state.accepts else "warn"

    def summary(self, told):
        out = f"{number(told.parts.rto_s)} s" if told.parts else "–"
        return [(_("outage"), out), (_("transactions lost"), count(told.lost))]

    def table(self, state):
        rows = [
            [f"{number(each.t)} s", _(each.label), _(PRIMARY[each.primary][1]), _(STANDBY[each.standby][1]), _("yes") if each.accepts else _("no"), number(each.unsent_mb)]
            for each in self.result.states[: self.moment + 1]
        ]  # fmt: skip
        head = [_("time"), _("what happens"), _("primary"), _("standby"), _("writes are taken"), _("not sent, MB")]  # fmt: skip
        return Table(head, rows, caption=_("The failover, moment by moment"))


def _writes(state):
    return ("ok", mark("taken")) if state.accepts else ("bad", mark("refused"))


def _spans(states, look):
    """Runs of one look: from when to when, its tone and word."""
    spans = []
    for each in states:
        tone, word = look(each)
        if spans and spans[-1][2:] == [tone, word]:
            spans[-1][1] = each.t
        else:
            if spans:
                spans[-1][1] = each.t
            spans.append([each.t, each.t, tone, word])
    return spans


def _lane(name, title, spans, frame, y, now):
    """A bar for each run; the last one ends now."""
    items = [label(f"{name}-name", 6, y + BAR / 2 + 4, title, weight=600, size=12)]
    for n, (begin, end, tone, word) in enumerate(spans):
        last = n == len(spans) - 1
        x, wide = frame.x(begin), frame.x(now if last else end) - frame.x(begin)
        if wide < 1 and not last:
            continue
        wide = max(wide, 4.0)
        x = min(x, frame.right - wide)
        text = _(word)
        fits = boxed(text, wide, 12) == text
        if (
            last and not fits and x + wide < frame.right - 90
        ):  # the future is not drawn: there is room
            items.append(label(f"{name}-now", x + wide + 8, y + BAR / 2 + 4, text, size=12))
        items.append(box(f"{name}{n}", x, y, wide, BAR, r=4, text=text if fits else "", size=12, tone=tone, fill="solid" if tone == "bad" else "soft"))  # fmt: skip
    return items


def _axis(frame, now, y, top):
    """Seconds below the lanes, from where the film begins."""
    if frame.begin == 0:
        return seconds(frame, now, y, top)
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500) if (frame.end - frame.begin) / each <= (5 if frame.narrow else 10))  # fmt: skip
    first = int(-(-frame.begin // step))
    at = [k * step for k in range(first, int(frame.end // step) + 1)]
    items = [label(f"at{k}", frame.x(s), y + 16, f"{number(s, 6)} s", anchor="middle", size=11.5) for k, s in enumerate(at)]  # fmt: skip
    return [*items, path("now", f"M{frame.x(now):.1f} {top}V{y}", tone="idle", dash=True)]
