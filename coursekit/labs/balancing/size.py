"""How many servers a promise needs, and what one slow call in a hundred does to a page."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.balancing.formulas import fan_out
from coursekit.sims.balancing.sizing import Promise, Sized, size
from coursekit.ui.charts import side_by_side
from coursekit.ui.controls import Slider
from coursekit.ui.lab import Lab
from coursekit.ui.scene import Scene, box, label, path
from coursekit.ui.table import Table

SIDE, HEIGHT = 460, 330
BASE, HIGH = 282, 216  # where columns stand, and how high 100 % is
PAGES, CELL = 100, 27
FANS = (1, 10, 100, 1000)


@dataclass(frozen=True)
class Sizes:
    """The pool for the promise; the share of pages that meet a slow call."""

    sized: Sized
    calls: int
    slow: float

    @property
    def pages(self):
        return fan_out(self.calls, self.slow)


class SizeLab(Lab):
    """A column a number of servers, and a hundred pages."""

    name = "balancing-size"
    title = mark("How many servers are enough?")

    def controls(self):
        return (
            Slider("rate", mark("Requests"), 100, 1, 1000, 1, mark("a second")),
            Slider("service", mark("A server does"), 12, 1, 50, 1, mark("a second")),
            Slider("limit", mark("Wait at most"), 50, 0, 1000, 5, "ms"),
            Slider("tail", mark("May wait longer"), 5.0, 0.1, 20.0, 0.1, "%"),
            Slider("calls", mark("Calls of a page"), 100, 1, 2000),
            Slider("slow_calls", mark("Slow calls"), 1.0, 0.01, 10.0, 0.01, "%", more=True),
        )

    def run(self, rate, service, limit, tail, calls, slow_calls):
        promise = Promise(rate=rate, service=service, limit=limit / 1000, tail=tail / 100)
        return Sizes(size(promise), calls, slow_calls / 100)

    def pictures(self):
        self.scene, self.pages = Scene(), Scene()
        return [side_by_side(self.scene, self.pages)]

    def draw(self, sizes):
        sized = sizes.sized
        head = _(
            "Who waits longer than {limit} ms: at most {tail} % may",
            limit=number(1000 * sized.promise.limit), tail=number(100 * sized.promise.tail),
        )  # fmt: skip
        items = [label("head", SIDE / 2, 18, head, weight=600, size=14, anchor="middle")]
        step = SIDE / len(sized.counts)
        for i, (count, late) in enumerate(zip(sized.counts, sized.late, strict=True)):
            items += self._column(sized, i * step, step, count, late, f"{i}")
        y = BASE - HIGH * sized.promise.tail
        items.append(path("tail", f"M2 {y:.1f}H{SIDE - 2}", tone="bad", dash=True))
        items.append(label("axis", SIDE / 2, HEIGHT - 6, _("servers"), anchor="middle", size=12.5))
        self.scene.show(items, width=SIDE, height=HEIGHT, label=head)
        self._hundred(sizes)

    def _column(self, sized, x, step, count, late, name):
        """Red where they do not keep up, amber where too many wait, green where few enough do."""
        keeps = late <= sized.promise.tail
        tone = "ok" if keeps else "bad" if sized.busy(count) >= 1 else "warn"
        high = max(2, HIGH * late)
        above = BASE - max(high, HIGH * sized.promise.tail) - 7  # clear of the line of the promise
        chosen = count == sized.needed
        return [
            box(
                f"late{name}", x + 5, BASE - high, step - 10, high, r=4, tone=tone,
                fill="solid" if chosen else "soft",
            ),
            label(f"share{name}", x + step / 2, above, f"{number(100 * late, 2)} %", anchor="middle", size=12),
            box(
                f"count{name}", x + 7, BASE + 6, step - 14, 24, text=str(count), r=5, size=13,
                fill="solid" if chosen else "none", tone="ok" if chosen else "idle",
            ),
        ]  # fmt: skip

    def _hundred(self, sizes):
        """Of a hundred pages those that meet a slow call; and what other numbers of calls do."""
        met = round(PAGES * sizes.pages)
        head = _("{met} of {pages} pages meet a slow call", met=met, pages=PAGES)
        items = [label("head", SIDE / 2, 18, head, weight=600, size=14, anchor="middle")]
        for k in range(PAGES):
            slow = k < met
            items.append(box(
                f"page{k}", 6 + (k % 10) * CELL, 34 + (k // 10) * CELL, CELL - 4, CELL - 4, r=4, size=11,
                text="✗" if slow else "", tone="bad" if slow else "ok", fill="solid" if slow else "soft",
            ))  # fmt: skip
        left = 6 + 10 * CELL + 12
        items.append(label("fans", left, 48, _("calls → pages hit"), size=12.5, weight=600))
        for i, calls in enumerate(sorted({*FANS, sizes.calls})):
            share, y, mine = fan_out(calls, sizes.slow), 62 + i * 42, calls == sizes.calls
            text = _("{calls}: {share} %", calls=number(calls, 4), share=number(100 * share))
            items += [
                box(
                    f"fan{i}",
                    left,
                    y,
                    max(2, 160 * share),
                    12,
                    r=3,
                    tone="bad",
                    fill="solid" if mine else "soft",
                ),
                label(f"fan-word{i}", left, y + 28, text, size=12.5, weight=600 if mine else 400),
            ]
        self.pages.show(items, width=SIDE, height=HEIGHT, label=head)

    def describe(self, sizes):
        sized = sizes.sized
        late = dict(zip(sized.counts, sized.late, strict=True))
        text = plural(
            "{count} server is enough: it is {busy} % busy, and {late} % of the requests wait longer than {limit} ms.",
            "{count} servers are enough: each is {busy} % busy, and {late} % of the requests wait longer than {limit} ms.",
            sized.needed, busy=number(100 * sized.busy(sized.needed)), late=number(100 * late[sized.needed]),
            limit=number(1000 * sized.promise.limit),
        )  # fmt: skip
        if sized.needed > 1:
            text += " " + _(
                "Work for {work} servers arrives; the reserve is {spare}. When one server dies, {late} % wait too long.",
                work=number(sized.work), spare=number(sized.needed - sized.work), late=number(100 * late[sized.needed - 1]),
            )  # fmt: skip
        return f"{text} {self._page(sizes)}"

    def _page(self, sizes):
        return plural(
            "A page of {count} call, {slow} % of them slow: {share} % of the pages are.",
            "A page of {count} calls, {slow} % of them slow: {share} % of the pages meet one.",
            sizes.calls, slow=number(100 * sizes.slow), share=number(100 * sizes.pages),
        )  # fmt: skip

    def tone(self, _sizes):
        return "accent"

    def table(self, sizes):
        sized = sizes.sized
        head = [_("servers"), _("busy"), _("wait longer than {limit} ms", limit=number(1000 * sized.promise.limit)), _("promise")]  # fmt: skip
        rows = []
        for count, late in zip(sized.counts, sized.late, strict=True):
            kept = _("kept") if late <= sized.promise.tail else _("not kept")
            rows.append(
                [count, f"{number(100 * sized.busy(count))} %", f"{number(100 * late)} %", kept]
            )
        return Table(head, rows, caption=_("How many servers are enough?"))
