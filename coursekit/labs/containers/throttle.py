"""A CPU quota at work: threads run, the quota is used up, all wait for the next period."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.containers.throttle import Max, Throttle, tell
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.parts import facts, key
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.ui.timeframe import Frame, nice

PERIODS = {100: "100 ms", 50: "50 ms"}
ROW, GAUGE, FREE = 24, 70, 26  # heights: a thread, the quota left, the run without a limit
SHOWN = (5, 10)  # periods in a picture, narrow and wide
RUNS = {"hue": 0, "fill": "solid"}
WAITS = {"tone": "bad", "fill": "soft", "dash": True}
FREELY = {"tone": "idle", "fill": "soft"}


@dataclass(frozen=True)
class Strip(Frame):
    """Times in ms, from the first period shown to the last."""

    margins = ((92, 18), (66, 12))


class ThrottleLab(StoryLab):
    """A row for each thread, a column for each period."""

    name = "containers-throttle"
    title = mark("One CPU, and yet standing still")

    def controls(self):
        return (
            Slider("work", mark("CPU work"), 200, 1, 2000, 1, "ms"),
            Slider("quota", mark("Quota in each period"), 100, 5, 400, 5, "ms"),
            Slider("threads", mark("Threads"), 4, 1, 8),
            Pick("period", mark("Period"), 100, PERIODS, more=True),
            Slider("cores", mark("Cores of the host"), 8, 1, 16, more=True),
        )

    def story(self, actions, **values):
        return tell(Throttle(**values))

    def run(self, **values):
        """Who stood at the end stands at the end of the new run."""
        here, before = self._here, self._here.result
        at_the_end = before is None or here.moment == len(before.states) - 1
        result = super().run(**values)
        if at_the_end:
            here.moment = len(result.states) - 1
        return result

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, asked = self.scene.narrow, self.result.asked
        strip, top = self._strip(state), 126 if narrow else 84
        bottom = top + asked.threads * ROW
        end = bottom + GAUGE + FREE + 26
        items = facts(self._facts(state), narrow=narrow)
        items += self._grid(strip, top, bottom + GAUGE + FREE + 10)
        items += self._threads(strip, state, top)
        items += self._quota(strip, state, bottom + 10)
        items += self._freely(strip, bottom + GAUGE + 14)
        looks = [("box", RUNS, _("runs")), ("box", WAITS, _("waits for quota")), ("box", FREELY, _("the same work without a limit"))]  # fmt: skip
        items += key(looks, strip.width, end, a_line=1 if narrow else 3)
        end += 66 if narrow else 24
        self.scene.show(
            [*items, *self._said_thrice(end, strip.width)], width=strip.width,
            height=end + (114 if narrow else 44),
            label=_("CPU time of the threads, period by period, until {t} ms", t=number(state.end, 4)),
        )  # fmt: skip

    def _strip(self, state):
        """All periods where they have room, else those up to the one we stand in."""
        asked, most = self.result.asked, SHOWN[not self.scene.narrow]
        last = len(self.result.states) - 1
        first = max(0, min(state.number, last) - most)
        return Strip(
            self.scene.narrow, begin=first * asked.period,
            end=(first + min(most, max(2, last))) * asked.period,
        )  # fmt: skip

    def _facts(self, state):
        story, asked = self.result, self.result.asked
        past = story.states[: state.number + 1]
        stops, stalled = sum(each.throttled for each in past), sum(each.stalled for each in past)
        share = stalled / state.end if state.end else 0.0
        over = state.left <= 0
        return [
            (_("done after {t} ms", t=number(state.stop, 4)) if over else _("at {t} ms: {left} ms of work left", t=number(state.end, 4), left=number(state.left, 4)), "accent"),
            (plural("throttled in {count} period", "throttled in {count} periods", stops), "warn" if stops else "ok"),
            (_("waited {share} % of the time", share=number(100 * share)), "bad" if share > 0.5 else "warn" if stops else "ok"),
            (_("{threads} threads on {cores} cores", threads=asked.threads, cores=asked.cores), "warn" if asked.threads > asked.cores else "idle"),
        ]  # fmt: skip

    def _grid(self, strip, top, bottom):
        """A line at each period's begin; round times below."""
        period, items = self.result.asked.period, []
        count = round((strip.end - strip.begin) / period)
        every = max(1, round(nice(count * period, 5 if strip.narrow else 10) / period))
        for k in range(count + 1):
            t = strip.begin + k * period
            items.append(path(f"grid{k}", f"M{strip.x(t):.1f} {top - 18}V{bottom}", dash=k > 0))  # fmt: skip
            if k % every == 0:
                last = k == count
                items.append(label(
                    f"at{k}", strip.x(t) + (0 if not last else 8), top - 24, f"{number(t, 5)} ms", size=11.5,
                    anchor="end" if last else "middle",
                ))  # fmt: skip
        return items

    def _seen(self, strip, state):
        """The periods up to the present one that lie in the picture."""
        return [each for each in self.result.states[1 : state.number + 1] if each.start >= strip.begin]  # fmt: skip

    def _threads(self, strip, state, top):
        asked, items = self.result.asked, []
        crowded = asked.threads > asked.cores  # they take turns: pale
        runs = {**RUNS, "fill": "soft"} if crowded else RUNS
        for row in range(asked.threads):
            y = top + row * ROW
            items.append(label(f"thread{row}", 6, y + 15, _("thread {n}", n=row + 1), size=12))
            for each in self._seen(strip, state):
                name = f"{row}-{each.number - round(strip.begin / asked.period)}"
                x, stop, end = strip.x(each.start), strip.x(each.stop), strip.x(each.end)
                if stop - x > 0.5:
                    items.append(box(f"run{name}", x, y, stop - x, ROW - 5, r=3, **runs))
                if each.throttled and end - stop > 1:
                    items.append(box(f"wait{name}", stop + 1, y, end - stop - 2, ROW - 5, r=3, size=11, text=_("waits") if end - stop > 52 else "", **WAITS))  # fmt: skip
        return items

    def _quota(self, strip, state, top):
        """What is left of the quota: it falls as fast as threads run, and is full again at once."""
        asked, high = self.result.asked, GAUGE - 22
        items = [
            label("quota", 6, top + 12, _("quota left"), size=12, weight=600),
            label("quota-full", 6, top + 29, _("of {n} ms", n=number(asked.quota, 4)), size=11.5),
            path("quota-floor", f"M{strip.left:.1f} {top + high}H{strip.right:.1f}", tone="idle"),
        ]
        d = f"M{strip.left:.1f} {top}"
        for each in self._seen(strip, state):
            low = top + high * each.used / asked.quota
            end = each.start + asked.period if each.left > 0 else each.stop
            d += f"L{strip.x(each.start):.1f} {top}L{strip.x(each.stop):.1f} {low:.1f}H{strip.x(end):.1f}"  # fmt: skip
        return [*items, path("quota-line", d, hue=2)]

    def _freely(self, strip, top):
        free = self.result.asked.free
        items = [label("free", 6, top + 14, _("no limit"), size=12, weight=600)]
        if free > strip.begin:
            wide = strip.x(free) - strip.left
            text = _("{t} ms", t=number(free, 4))
            items.append(box("free-bar", strip.left, top, max(2.0, wide), FREE - 7, r=3, text=text if wide > 60 else "", size=11.5, **FREELY))  # fmt: skip
            if wide <= 60:
                items.append(label("free-text", strip.left + wide + 6, top + 14, text, size=11.5))
        return items

    def _said_thrice(self, top, width):
        """The same limit in the words of the kernel, Docker and Kubernetes."""
        narrow, texts = self.scene.narrow, self._limit()
        wide = width - 12 if narrow else (width - 28) / 3
        return [
            box(f"said{k}", 6 + (0 if narrow else k * (wide + 8)), top + (k * 38 if narrow else 6), wide, 32, text=text, tone="idle", fill="paper", size=12.5)
            for k, text in enumerate(texts)
        ]  # fmt: skip

    def _limit(self):
        asked = self.result.asked
        limit = Max(round(asked.quota * 1000), round(asked.period * 1000))
        return [
            f"cpu.max: {limit.text}",
            f"docker run --cpus={limit.cpus:g}",
            f"Kubernetes: limits.cpu: {limit.millicpu:g}m",
        ]

    # Telling

    def labels(self, story):
        texts = [_("the start")]
        for each in story.states[1:]:
            if each.throttled:
                texts.append(_("period {n}: used up at {t} ms, waits {wait} ms", n=each.number, t=number(each.stop, 5), wait=number(each.stalled)))  # fmt: skip
            elif each.left > 0:
                texts.append(_("period {n}: {used} ms used", n=each.number, used=number(each.used)))
            else:
                texts.append(_("period {n}: done at {t} ms", n=each.number, t=number(each.stop, 5)))
        return texts

    def describe(self, state):
        story, text = self.result, " ".join(map(_, state.why))
        if state.left > 0:
            return text
        asked = story.asked
        if not story.throttles:
            return f"{text}\n" + _("The limit of {cpus} CPUs was never felt.", cpus=number(asked.limit))  # fmt: skip
        return f"{text}\n" + _(
            "Without a limit it would have been {free} ms: {times} times as fast. The longest stand-still: {stall} ms.",
            free=number(asked.free, 4), times=number(story.wall / asked.free), stall=number(story.longest),
        )  # fmt: skip

    def tone(self, state):
        return "warn" if state.throttled or (state.left <= 0 and self.result.throttles) else "accent" if state.left > 0 else "ok"  # fmt: skip

    def table(self, state):
        head = [_("period"), _("begins at, ms"), _("runs until, ms"), _("CPU used, ms"), _("waits, ms"), _("work left, ms")]  # fmt: skip
        rows = [
            [each.number, number(each.start, 5), number(each.stop, 5), number(each.used, 4), number(each.stalled), number(each.left, 4)]
            for each in self.result.states[1 : state.number + 1]
        ]  # fmt: skip
        caption = _("The periods so far; {cpu_max}", cpu_max=self._limit()[0])
        return Table(head, rows or [["–"] * len(head)], caption=caption)
