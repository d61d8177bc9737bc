"""A running machine moves: rounds, each sends what the one before left dirty, then the pause."""

from dataclasses import dataclass, replace

from coursekit.i18n import _, mark, number
from coursekit.labs.hypervisors.sawtooth import Sawtooth
from coursekit.sims.hypervisors.migration import Migrated, Migration, migrate
from coursekit.sims.hypervisors.migrationstory import Told, tell
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.parts import facts, key
from coursekit.ui.scene import box, label, mover, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import Frame, seconds

METHODS = {
    "precopy": mark("pre-copy"),
    "auto": mark("pre-copy, the guest held back"),
    "post": mark("post-copy"),
}
JUDGED = {  # why the rounds ended -> how it went
    "converged": mark("It paused for {pause} s, after {n} rounds."),
    "max_rounds": mark("The rounds did not get small enough: it paused for {pause} s, where {allowed} s are allowed."),
    "post_copy": mark("It paused for {pause} s, and ran for {s} s with pages missing."),
}  # fmt: skip
OVER = ("pause", "fetch", "done")  # the moments after the last round
HOSTS, CHART, BAND = 92, 196, 24  # heights: the two hosts, the saw-tooth, who runs
ROW = 28


@dataclass(frozen=True)
class Seen:
    """One migration told, and what each method makes of the same guest and link."""

    told: Told
    others: dict[str, Migrated]

    @property
    def states(self):
        return self.told.states

    @property
    def result(self):
        return self.told.result


class MigrationLab(StoryLab):
    """MB left over time, a tooth a round; the pause in red."""

    name = "hypervisors-migration"
    title = mark("Moving a machine while it runs")

    def controls(self):
        return (
            Slider("memory", mark("Memory of the guest"), 4096, 256, 65536, 256, mark("MB")),
            Slider("bandwidth", mark("The link carries"), 1000, 25, 3000, 25, mark("MB/s")),
            Slider("dirty", mark("The guest writes"), 500, 0, 4000, 50, mark("MB/s")),
            Slider("writable", mark("It writes again and again in (0: all its memory)"), 0, 0, 65536, 8, mark("MB")),
            Pick("method", mark("Method"), "precopy", METHODS),
            Slider("pause", mark("Longest pause allowed"), 300, 10, 2000, 10, "ms", more=True),
            Slider("rounds", mark("Rounds at most"), 30, 1, 60, more=True),
            Slider("switch", mark("Starting it at the other end takes"), 0, 0, 1000, 10, "ms", more=True),
            Slider("copy_first", mark("Rounds before it moves"), 1, 0, 5, more=True, when=lambda v: v["method"] == "post"),
        )  # fmt: skip

    def story(self, actions, memory, bandwidth, dirty, writable, method, pause, switch, **rest):
        plain = Migration(
            memory=float(memory), bandwidth=float(bandwidth), dirty=float(dirty),
            writable=float(writable) or None, pause=pause / 1000, switch=switch / 1000, **rest,
        )  # fmt: skip
        ways = {
            "precopy": plain,
            "auto": replace(plain, auto_converge=True),
            "post": replace(plain, post_copy=True),
        }
        return Seen(tell(ways[method]), {name: migrate(way) for name, way in ways.items()})

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        frame = Frame(self.scene.narrow, self.result.result.total)
        top = 92 if frame.narrow else 50
        chart = top + HOSTS + 40
        floor = chart + CHART
        items = facts(self._facts(state), narrow=frame.narrow)
        items += self._hosts(state, frame, top)
        teeth = Sawtooth(frame, self.result.result, chart, floor, hidden=self.locked)
        over = state.kind in OVER
        items += [
            *teeth.grid(),
            *teeth.rounds(state.t),
            *teeth.stop(over=over, done=state.kind == "done"),
        ]
        items += seconds(frame, state.t, floor, chart - 6)
        items += self._runs_at(state, frame, floor + 26)
        below = floor + 26 + BAND + 14
        items += key(self._key(), frame.width, below, a_line=2 if frame.narrow else 3)
        ways, bottom = self._ways(frame, below + (74 if frame.narrow else 58))
        self.scene.show(
            [*items, *ways], width=frame.width, height=bottom,
            label=_("MB still to send, up to second {t}", t=number(state.t, 4)),
        )  # fmt: skip

    def _facts(self, state):
        result = self.result.result
        rounds = sum(each.kind == "round" for each in self.result.states[: self.moment + 1])
        over = state.kind in OVER
        return [
            (_("second {t}", t=number(state.t, 4)), "accent"),
            (_("{mb} MB left", mb=number(state.left, 4)), "warn" if state.left else "ok"),
            (_("sent so far: {mb} MB", mb=number(state.sent, 4)), "idle"),
            (_("pause: {s} s", s=number(result.pause)), "bad" if self._failed else "ok") if over
            else (_("round {n} of at most {most}", n=rounds, most=result.params.rounds), "idle"),
        ]  # fmt: skip

    @property
    def _failed(self):
        return self.result.result.why == "max_rounds"

    # The two hosts

    def _hosts(self, state, frame, top):
        """The guest is in one of them, or in neither."""
        wide = 150 if frame.narrow else 236
        right = frame.width - wide - 6
        middle = frame.width / 2
        ends = f"M{wide + 8} {top + 66}H{right - 6}"
        rate = _("{rate} MB/s", rate=number(self.result.result.params.bandwidth, 4))
        items = [
            box("source", 6, top, wide, HOSTS, title=_("source host"), fill="paper", r=12),
            box("target", right, top, wide, HOSTS, title=_("target host"), fill="paper", r=12),
            path("link", ends, arrow=True, tone="warn" if state.kind == "fetch" else "accent"),
            label("rate", middle, top + 86, rate, anchor="middle", size=12),
        ]
        if state.kind in ("round", "pause", "fetch"):
            tone = "bad" if state.kind == "pause" else "accent"
            items.append(
                mover("pages", ends, "", tone=tone, seconds=0.8, run=self.moment, repeat=True)
            )
        where = {"source": 6 + wide / 2, "nowhere": middle, "target": right + wide / 2}
        return [*items, self._guest(state, where[state.runs], top + (4 if state.runs == "nowhere" else 36))]  # fmt: skip

    def _guest(self, state, x, y):
        sub, look = {
            "source": (_("runs"), {"tone": "ok", "fill": "solid"}),
            "nowhere": (_("stopped"), {"tone": "bad", "fill": "solid"}),
            "target": (_("runs"), {"tone": "ok", "fill": "solid"}),
        }[state.runs]
        if state.throttle and state.runs == "source":
            sub = _("held back {percent} %", percent=number(100 * state.throttle))
            look = {"tone": "warn", "fill": "solid"}
        if state.kind == "fetch":
            sub, look = _("pages missing"), {"tone": "warn", "fill": "solid"}
        return box("guest", x - 60, y, 120, 46, text=_("guest"), sub=sub, **look)

    def _runs_at(self, state, frame, y):
        """Where the guest runs over time; lower where it is held back."""
        name = _("guest")
        items = [label("runs", frame.left - 8, y + 16, name, anchor="end", size=12, weight=600)]
        for k, (start, end, share, look) in enumerate(self._spans()):
            shown = start < state.t or (state.kind == "pause" and look[1] == "bad")
            if not shown and self.locked:
                continue
            wide, tall = max(1.5, frame.x(end) - frame.x(start) - 0.5), max(3.0, BAND * share)
            x = min(frame.x(start), frame.right - wide)
            text, tone = look
            items.append(box(
                f"span{k}", x, y + BAND - tall, wide, tall, text=text if wide > 8 * len(text) and share > 0.6 else "",
                tone=tone, fill="solid" if tone == "bad" else "soft", r=2, size=12, faded=not shown,
            ))  # fmt: skip
        return items

    def _spans(self):
        """From, to, share of its time that it runs, the word and the tone."""
        result = self.result.result
        told = []
        for each in result.rounds:
            held = f"−{number(100 * each.throttle)} %" if each.throttle else ""
            look = (held, "warn") if each.throttle else ("", "ok")
            if told and not each.throttle:
                told[-1] = (told[-1][0], each.start + each.seconds, 1.0, (_("at the source"), "ok"))
            else:
                told.append((each.start, each.start + each.seconds, 1 - each.throttle, look))
        if told and not told[0][3][0]:
            told[0] = (*told[0][:3], (_("at the source"), "ok"))
        stop = result.precopy + result.pause
        told.append((result.precopy, stop, 1.0, ("", "bad")))
        if result.missing:
            told.append((stop, result.total, 1.0, (_("at the target, pages missing"), "warn")))
        return told

    def _key(self):
        entries = [
            ("line", {"hue": 0}, _("still to send in the round")),
            ("line", {"hue": 2, "dash": True}, _("written again meanwhile")),
            (
                "line",
                {"tone": "ok", "dash": True},
                _("fits in the pause: {mb} MB", mb=number(self.result.result.params.last_copy, 4)),
            ),
            ("box", {"tone": "bad", "fill": "solid"}, _("the guest is stopped")),
        ]
        if self.result.result.missing:
            entries.append(("line", {"hue": 3}, _("fetched after the move")))
        return entries

    # The methods side by side

    def _ways(self, frame, y):
        """A row a method: seconds in all, the pause, MB sent."""
        narrow = frame.narrow
        left = 190 if narrow else 300
        step = (frame.width - left - 8) / 3
        heads = (_("in all"), _("pause"), _("sent"))
        items = [label("ways", 8, y + 12, _("The same guest, three ways"), weight=600, size=13)]
        y += 20 if narrow else 0
        items += [
            label(f"head{k}", left + (k + 0.5) * step, y + 12, head, anchor="middle", size=12)
            for k, head in enumerate(heads)
        ]
        for row, (method, found) in enumerate(self.result.others.items()):
            top = y + 22 + row * ROW
            mine = method == self.values["method"]
            items.append(label(f"way-{method}", 8, top + 17, _(METHODS[method]), size=11.5 if narrow else 13, weight=600 if mine else 400))  # fmt: skip
            cells = (
                (f"{number(found.total, 4)} s", "idle"),
                (f"{number(found.pause)} s", "bad" if found.why == "max_rounds" else "ok"),
                (_("{mb} MB", mb=number(found.sent, 4)), "idle"),
            )
            for k, (text, tone) in enumerate(cells):
                items.append(box(
                    f"{method}-{k}", left + k * step + 3, top, step - 6, ROW - 5, text=text, tone=tone, r=5, size=12.5,
                    fill="solid" if mine else "soft",
                ))  # fmt: skip
        return items, y + 26 + 3 * ROW

    # In words

    def labels(self, seen):
        kinds = {
            "start": mark("the copy begins"), "pause": mark("the guest stops"),
            "fetch": mark("it runs at its new host"), "done": mark("done"),
        }  # fmt: skip
        rounds = iter(seen.result.rounds)
        said = [
            _("round {n} is sent", n=next(rounds).number) if s.kind == "round" else _(kinds[s.kind])
            for s in seen.states
        ]
        return [f"{number(s.t, 4)} s · {what}" for s, what in zip(seen.states, said, strict=True)]

    def describe(self, state):
        text = _(state.why)
        return f"{text}\n{self._judged()}" if state.kind == "done" else text

    def _judged(self):
        """How it ended, beside what was allowed."""
        result = self.result.result
        told = {
            "pause": number(result.pause), "n": len(result.rounds),
            "allowed": number(result.params.pause), "s": number(result.exposed),
        }  # fmt: skip
        return _(JUDGED[result.why], **told)

    def tone(self, state):
        if state.kind == "fetch":
            return "warn"
        if state.kind in ("pause", "done"):
            return "bad" if self._failed else "ok"
        return "accent"

    def summary(self, seen):
        result = seen.result
        return [
            (_("rounds"), str(len(result.rounds))),
            (_("seconds in all"), number(result.total, 4)),
            (_("pause, s"), number(result.pause)),
            (_("MB sent"), number(result.sent, 4)),
        ]

    def table(self, state):
        head = [_("second"), _("what happens"), _("MB left"), _("MB sent so far"), _("held back")]
        names = [text.split(" · ", 1)[1] for text in self.labels(self.result)]
        rows = [
            [number(s.t, 6), name, number(s.left, 4), number(s.sent, 4), f"{number(100 * s.throttle)} %"]
            for s, name in zip(self.result.states, names, strict=True)
        ][: self.moment + 1]  # fmt: skip
        return Table(head, rows, caption=_("The migration, moment by moment"))
