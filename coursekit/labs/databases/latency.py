"""What a COMMIT waits for: the messages between primary and standbys on one axis of time."""

from dataclasses import dataclass
from math import inf

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.databases.ladder import Ladder
from coursekit.labs.databases.units import count
from coursekit.sims.databases.replication import (
    MODES,
    SYNCHRONOUS,
    Commit,
    Standby,
    commit,
    loss,
    must_ask,
    stale,
)
from coursekit.ui.controls import Pick, Slider, as_named
from coursekit.ui.fit import boxed, heading
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

AWAY = {0: mark("none"), 1: mark("standby 1"), 2: mark("standby 2"), 3: mark("standby 3")}
STEPS = (mark("received"), mark("on its disk"), mark("applied"))
ASKED = {
    "off": mark("nothing"), "local": mark("its own disk"), "remote_write": mark("received"),
    "on": mark("on the standby’s disk"), "remote_apply": mark("applied on the standby"),
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A commit, those of the other modes beside it, and what a failover would lose in each."""

    standbys: tuple[Standby, ...]
    commit: Commit
    k: int
    modes: tuple[Commit, ...]
    losses: tuple[float, ...]
    dies_ms: float | None

    @property
    def first(self):
        """The standby a reader would ask: the first that is there."""
        return next((i for i, each in enumerate(self.standbys) if each.up), None)

    def alive(self, at_ms):
        """Whether the primary lives to see that moment."""
        return self.dies_ms is None or at_ms <= self.dies_ms

    @property
    def loses(self):
        """Whether the death of the primary makes a liar of it."""
        at = self.dies_ms
        return at is not None and self.commit.told(at) and not self.commit.held_by(at)


class LatencyLab(Lab):
    """A ladder: lanes of client, primary and standbys; below it the five modes. Press a mode."""

    name = "databases-latency"
    title = mark("What a COMMIT waits for")

    def controls(self):
        def third(values):
            return values["standbys"] == 3

        return (
            Pick("mode", mark("synchronous_commit"), "on", as_named(MODES)),
            Slider("k", mark("Wait for ANY k standbys: k"), 1, 1, 3),
            Slider("rtt1", mark("Round trip to standby 1"), 0.5, 0.1, 50.0, 0.1, mark("ms")),
            Slider("rtt2", mark("Round trip to standby 2"), 20.0, 0.1, 50.0, 0.1, mark("ms")),
            Pick("away", mark("Not reachable"), 0, AWAY),
            Slider("standbys", mark("Standbys"), 2, 1, 3, more=True),
            Slider("rtt3", mark("Round trip to standby 3"), 5.0, 0.1, 50.0, 0.1, mark("ms"), more=True, when=third),
            Slider("flush", mark("A disk writes in"), 1.0, 0.1, 15.0, 0.1, mark("ms"), more=True),
            Slider("replay", mark("Replay takes"), 0.5, 0.0, 50.0, 0.5, mark("ms"), more=True),
            Slider("dies", mark("The primary dies after (−1: never)"), -1.0, -1.0, 60.0, 0.5, mark("ms"), more=True),
            Slider("rate", mark("Transactions a second"), 200, 1, 2000, more=True),
            Slider("lag", mark("Lag without waiting"), 0.4, 0.0, 10.0, 0.1, "s", more=True),
        )  # fmt: skip

    def run(self, mode, k, away, standbys, flush, replay, dies, rate, lag, **rtt):
        there = tuple(
            Standby(rtt[f"rtt{i}"], flush, replay, up=i != away) for i in range(1, standbys + 1)
        )
        mine = commit(there, mode, k, flush, lag * 1000)
        every = tuple(commit(there, each, k, flush) for each in MODES)
        losses = tuple(loss(each, rate, lag) for each in MODES)
        return Seen(there, mine, k, every, losses, None if dies < 0 else dies)

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def _press(self, name):
        if not self.locked and name in MODES:
            self.set(mode=name)

    # Drawing

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(seen), narrow=narrow)
        ladder = Ladder(seen, top=118 if narrow else 78, narrow=narrow)
        items += ladder.lanes() + self._sent(seen, ladder) + self._told(seen, ladder)
        if seen.dies_ms is not None and seen.dies_ms <= ladder.end:
            x = ladder.x(seen.dies_ms)
            items += [
                path("dies", f"M{x:.1f} {ladder.top - 6:.1f}V{ladder.bottom:.1f}", tone="bad", dash=True),
                label("dies-name", min(x + 5, width - 80), ladder.bottom - 16, _("it dies"), size=12, weight=600),
            ]  # fmt: skip
        modes, bottom = self._modes(seen, ladder.bottom + 34, width)
        items += key(self._key(), width, bottom + 12, a_line=1 if narrow else 3)
        self.scene.show(
            [*items, *modes], width=width, height=bottom + (84 if narrow else 38),
            label=_("A commit, the log sent to the standbys, their acknowledgements, and when the client is told"),
        )  # fmt: skip

    def _facts(self, seen):
        done = seen.commit
        told = (_("committed after {t}", t=_ms(done.told_ms)), "accent") if not done.hangs else (_("the commit hangs"), "bad")  # fmt: skip
        lost = seen.losses[MODES.index(done.mode)]
        read = seen.first is not None and not done.hangs
        old = read and stale(0.0, done, seen.first)
        own = (_("read on standby {n}: too old", n=seen.first + 1), "warn") if old else (_("read on standby {n}: sees it", n=seen.first + 1), "ok") if read else (_("nothing to read yet"), "idle")  # fmt: skip
        ask = _("to promote: ask {n} of {all}", n=must_ask(len(seen.standbys), seen.k), all=len(seen.standbys)) if done.mode in SYNCHRONOUS else _("none is sure to have it")  # fmt: skip
        if self.locked:
            return [("?", "idle"), ("?", "idle"), ("?", "idle")]
        return [
            told,
            (_("lost at a failover: {n}", n=count(lost)), "warn" if lost else "ok"),
            own,
            (ask, "ok" if done.mode in SYNCHRONOUS else "warn"),
        ]

    def _sent(self, seen, ladder):
        """The log on its way, what each standby does with it, its acknowledgement."""
        items, done = [], seen.commit
        items += ladder.bar("flush", done.begun_ms, done.primary_ms, 1, hue=2)
        for i, (got, disk, applied) in enumerate(done.steps):
            lane = 2 + i
            if got == inf:
                items.append(label(f"away{i}", ladder.left + 12, ladder.y(lane) - 8, _("not reachable"), size=12))  # fmt: skip
                continue
            dead = seen.dies_ms is not None and i not in done.held_by(seen.dies_ms)
            if dead or (got > ladder.end and not self.locked):
                text = _("never gets it") if dead else _("gets it after {t}", t=_ms(got))
                items.append(label(f"late{i}", ladder.left + 12, ladder.y(lane) - 8, text, size=12))
            if dead:
                continue
            items += ladder.arrow(f"sent{i}", (done.sent_ms, 1), (got, lane), tone="accent")
            items += ladder.bar(f"disk{i}", got, disk, lane, hue=2)
            items += ladder.bar(f"apply{i}", disk, applied, lane, hue=1)
            if done.acks[i] < inf and not self.locked and seen.alive(done.acks[i]):
                needed = i in done.waited
                back = done.acks[i] - seen.standbys[i].rtt_ms / 2
                items += ladder.arrow(f"ack{i}", (back, lane), (done.acks[i], 1), tone="ok" if needed else "idle", dash=not needed)  # fmt: skip
        return items

    def _told(self, seen, ladder):
        """COMMIT and its answer, and how long the client waits."""
        at, y = seen.commit.told_ms, ladder.y(0)
        items = [label("asks", ladder.x(0) + 4, y - 10, "COMMIT", size=12, weight=600)]
        items += ladder.arrow("asked", (0, 0), (0, 1), tone="accent")
        if self.locked:
            return items
        if at == inf or not seen.alive(at):
            text = _("it waits and waits …") if seen.alive(at) else _("no answer comes")
            items.append(path("waits", f"M{ladder.x(0):.1f} {y}H{ladder.right}", tone="bad", dash=True))  # fmt: skip
            return [*items, label("hangs", ladder.right - 4, y - 10, text, anchor="end", size=12)]
        x = ladder.x(at)
        text = _("committed: {t}", t=_ms(at))
        anchor = "end" if x > ladder.left + 220 else "start"
        place = max(x, ladder.left + 70) if anchor == "start" else x
        return [
            *items,
            path("waits", f"M{ladder.x(0):.1f} {y}H{x:.1f}", tone="ok"),
            *ladder.arrow("answer", (at, 1), (at, 0), tone="ok"),
            label("told", place, y - 10, text, anchor=anchor, size=12, weight=600),
        ]

    def _modes(self, seen, y, width):
        """The five modes, a row each: what is waited for, how long, what a failover loses."""
        narrow = self.scene.narrow
        at = (6, 112, 300, 376) if narrow else (6, 150, 420, 620)
        ends = (at[1], at[2], at[3], width - 2)
        heads = (_("mode"), _("waits for"), _("commit"), _("lost")) if narrow else (_("mode"), _("waits for"), _("commit"), _("lost at a failover"))  # fmt: skip
        items = [heading(f"mode-head{c}", x + 4, y, head, ends[c]) for c, (x, head) in enumerate(zip(at, heads, strict=True))]  # fmt: skip
        for row, (mode, done) in enumerate(zip(MODES, seen.modes, strict=True)):
            top = y + 10 + row * 32
            mine = mode == seen.commit.mode
            asked = _(ASKED[mode])
            cells = (asked, "?" if self.locked else _("hangs") if done.hangs else _ms(done.told_ms), "?" if self.locked else count(seen.losses[row]))  # fmt: skip
            says = None if self.locked else _("{mode}: press to choose it", mode=mode)
            items.append(box(mode, at[0], top, at[1] - at[0] - 6, 27, r=6, text=mode, size=12.5, fill="paper", tone="accent", selected=mine, press=says))  # fmt: skip
            for c, text in enumerate(cells, 1):
                wide = ends[c] - at[c] - 6
                tone = "bad" if c == 2 and done.hangs and not self.locked else "warn" if c == 3 and seen.losses[row] and not self.locked else "accent" if mine else "idle"  # fmt: skip
                items.append(box(f"{mode}-{c}", at[c], top, wide, 27, r=6, text=boxed(text, wide, 12.5), size=12.5, tone=tone, fill="soft"))  # fmt: skip
        return items, y + 10 + len(MODES) * 32

    def _key(self):
        return [
            ("box", {"hue": 2, "fill": "solid"}, _("a disk writes")),
            ("box", {"hue": 1, "fill": "solid"}, _("the standby applies")),
            ("line", {"tone": "ok"}, _("the acknowledgement that is waited for")),
        ]

    # In words

    def describe(self, seen):
        if self.locked:
            return _(
                "A client sends COMMIT. The primary writes its log and sends it to the standbys."
            )
        text = self._why(seen)
        if seen.dies_ms is not None:
            text += "\n" + self._death(seen)
        return text

    def _why(self, seen):
        done, t = seen.commit, _ms(seen.commit.told_ms)
        if done.mode == "off":
            return _("The client is told at once, before anything is on a disk. A crash of the primary loses up to 0.6 s of transactions, even without a failover.")  # fmt: skip
        if done.mode == "local":
            return _("The commit waits for the primary’s own disk only: {t}. The standbys get it a little later; what has not arrived when the primary dies is lost.", t=t)  # fmt: skip
        if done.hangs:
            return plural(
                "One standby must answer, and none can be reached: every commit waits, for hours if need be. Nothing is lost, and nothing goes on.",
                "{count} standbys must answer, and fewer can be reached: every commit waits, for hours if need be. Nothing is lost, and nothing goes on.",
                seen.k,
            )  # fmt: skip
        last = done.waited[-1] + 1
        what = _(ASKED[done.mode])
        text = plural(
            "The commit waits until the log is safe here, and then until the fastest of {n} standbys says: {what}. That is standby {last}: {t}.",
            "The commit waits until the log is safe here, and then until the {count} fastest of {n} standbys say: {what}. The last of them is standby {last}: {t}.",
            seen.k, n=len(seen.standbys), what=what, last=last, t=t,
        )  # fmt: skip
        there = len(seen.standbys)
        ask = _("Whoever promotes one must look at {n} of {all} first, to be sure to see this commit.", n=must_ask(there, seen.k), all=there)  # fmt: skip
        return f"{text} {ask}"

    def _death(self, seen):
        at, done = seen.dies_ms, seen.commit
        held = [str(i + 1) for i in done.held_by(at)]
        if seen.loses:
            return _("The primary dies after {t}: the client was told “committed”, and no standby will ever have it. It is lost.", t=_ms(at))  # fmt: skip
        if not done.told(at) and held:
            return _("The primary dies after {t}: the client was told nothing, yet it is there, on standby {who}. The client must look before it tries again.", t=_ms(at), who=", ".join(held))  # fmt: skip
        if not held:
            return _("The primary dies after {t}: nobody has it, and nobody was told that it is done. The client tries again.", t=_ms(at))  # fmt: skip
        return _("The primary dies after {t}: the client was told, and it is there, on standby {who}.", t=_ms(at), who=", ".join(held))  # fmt: skip

    def tone(self, seen):
        if self.locked:
            return "accent"
        if seen.commit.hangs or seen.loses:
            return "bad"
        return "ok" if seen.commit.mode in SYNCHRONOUS else "warn"

    def table(self, seen):
        head = [
            _("mode"),
            _("waits for"),
            _("commit"),
            _("lost at a failover"),
            _("acknowledged by standby"),
        ]
        rows = [[mode, _(ASKED[mode]), *self._cells(done, lost)] for mode, done, lost in zip(MODES, seen.modes, seen.losses, strict=True)]  # fmt: skip
        return Table(head, rows, caption=_("What a commit waits for in each mode, and what it may lose"))  # fmt: skip

    def _cells(self, done, lost):
        if self.locked:
            return ["?", "?", "?"]
        told = _("hangs") if done.hangs else _ms(done.told_ms)
        return [told, count(lost), ", ".join(str(i + 1) for i in done.waited) or "–"]


def _ms(t):
    return _("{t} ms", t=number(t))
