"""A check on the screen: question, prediction, and the tool's answer when the learner asks for it.

The tool's column stays empty until then. Where the tool is installed it is asked now, in a thread;
the recording is there in any case, and the line above the table always says which of the two is
shown.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as w

from coursekit.i18n import _, explain, plural
from coursekit.realtools.check import Check, Row, compare, run
from coursekit.realtools.source import Recorded, Transcript, recorded
from coursekit.realtools.texts import SIGNS, VERDICTS, predicted, said
from coursekit.ui.background import Background
from coursekit.ui.look import column, html, look, row, style
from coursekit.ui.quiz import button
from coursekit.ui.show import TextForm
from coursekit.ui.status import Status
from coursekit.ui.table import Table

TONES = {"differs": "bad", "known": "warn"}  # of the whole; else all is well
CELLS = {**TONES, "same": "ok", "law": "ok", "shown": "idle"}


class ForReal(TextForm):
    """One check: `ask()` puts it to the tool, `play()` shows the recording, `wait()` for the end."""

    def __init__(self, check: Check) -> None:
        self.check, self.place = check, check.place()
        self.text_form = _("For real “{title}”: run this cell to use it.", title=_(check.title))
        self.rows: tuple[Row, ...] = ()
        self.record: Transcript | None = None
        self._task: Background | None = None
        self.said, self._source, self._table = (
            Status(),
            html("", "ck-source"),
            html("", "ck-compared"),
        )
        self.view = self._layout()
        self._draw()
        self._tell_where()

    # What a learner does

    def ask(self) -> None:
        """Put the check to the tool on this machine, in a thread."""
        if self.place is None or self.asking:
            return
        place = self.place
        self.said.say(_("Asking {tools} …", tools=self._tools()), "idle")

        def work(tell: Callable[..., None], _stopped: Callable[[], bool]) -> None:
            try:
                tell(*run(self.check, place), "")
            except Exception as why:  # noqa: BLE001  (whatever a tool does, the page goes on)
                tell((), None, explain(why) or type(why).__name__)

        self._task = Background(work, self._answered)
        self._lock()
        self._task.start()

    def play(self) -> None:
        """Show what was recorded."""
        record = recorded(self.check.name)
        self._show(compare(self.check, Recorded(record)), record)
        self._tell_source(_("Recorded"), record.date, "idle")

    @property
    def asking(self) -> bool:
        """Whether the tool is at work."""
        return self._task is not None

    def wait(self, seconds: float = 60.0) -> None:
        """Until the tool has answered."""
        if self._task:
            self._task.wait(seconds)

    # What comes back

    def _answered(
        self, task: Background, rows: tuple[Row, ...], record: Transcript | None, trouble: str
    ) -> None:
        if task is not self._task:
            return
        self._task = None
        self._lock()
        if record is None:
            text = _("⚠ The tool could not be asked: {why}", why=trouble)
            self.said.say("\n".join([text, _("The recording is there all the same.")]), "bad")
            return
        self._show(rows, record)
        self._tell_source(_("Live"), _("on this machine, just now"), "ok")

    def _show(self, rows: tuple[Row, ...], record: Transcript) -> None:
        self.rows, self.record = rows, record
        self._draw()
        self._typed_changed(None)
        self.said.say(self.text(), self._tone())

    def text(self) -> str:
        """How many are as predicted; every difference with its reason; what the model leaves out."""
        counted = [each for each in self.rows if each.verdict != "shown"]
        good = sum(each.verdict in ("same", "law") for each in counted)
        lines = [
            plural(
                "{good} of {count} line as the simulation predicts.",
                "{good} of {count} lines as the simulation predicts.",
                len(counted),
                good=good,
            )
        ]
        lines += [_line(each, _differs(each)) for each in self.rows if each.verdict == "differs"]
        lines += self._reasons()
        return "\n".join([*lines, _(self.check.differs)])

    def _reasons(self) -> list[str]:
        """What lines have to say; what several share is said once, for all of them."""
        shared: dict[str, list[Row]] = {}
        for each in self.rows:
            if each.fact.why:
                shared.setdefault(_(each.fact.why), []).append(each)
        return [_line(rows[0], why) if len(rows) == 1 else why for why, rows in shared.items()]

    def _tone(self) -> str:
        return next((TONES[v] for v in TONES if any(each.verdict == v for each in self.rows)), "ok")

    # How it is laid out

    def _layout(self) -> w.VBox:
        head = html(
            f"<h3 class='ck-lab-title'>{escape(_(self.check.title))}</h3>"
            f"<div class='ck-prompt'>{escape(_(self.check.question))}</div>"
        )
        self._go = button(_("Ask {tools} now", tools=self._tools()), self.ask, "ck-run")
        self._play = button(
            _("Show the recording"), self.play, *(() if self.place else ("ck-run",))
        )
        self._typed = w.ToggleButton(
            False, description=_("Show what was typed"), layout=look(width="auto"),
            style=style(w.ToggleButton), _dom_classes=("ck-button",),
        )  # fmt: skip
        self._typed.observe(self._typed_changed, "value")
        self._opened = column(())
        asks = row(
            [*([self._go] if self.place else []), self._play], "ck-tools", grid_gap="4px 8px"
        )
        parts = [
            head,
            asks,
            self._source,
            self._table,
            self.said,
            row([self._typed], "ck-drawer"),
            self._opened,
        ]
        self._lock()
        return column(parts, "ck-lab", f"ck-real-{self.check.name}")

    def _lock(self) -> None:
        self._go.disabled = self._play.disabled = self._task is not None
        self._typed.disabled = self.record is None

    def _draw(self) -> None:
        self._table.value = self.table().html()

    def table(self) -> Table:
        """Side by side; the tool's column is empty before it was asked."""
        facts = [each.fact for each in self.rows] or self.check.facts()
        real = [each.real for each in self.rows]
        head = [
            _("asked"),
            _("simulation"),
            self._tools() if len(self._tools()) < 30 else _("the tool"),
            _("verdict"),
        ]
        lines = [
            [
                _(fact.about), predicted(fact), said(real[i], fact) if real else "?",
                f"{SIGNS[self.rows[i].verdict]} {_(VERDICTS[self.rows[i].verdict])}" if real else "",
            ]
            for i, fact in enumerate(facts)
        ]  # fmt: skip
        tones = [CELLS[each.verdict] for each in self.rows]
        caption = _("Prediction and answer, side by side")
        label = _("{caption}: {title}", caption=caption, title=_(self.check.title))
        return Table(head, lines, caption, label, tones)

    def _tell_where(self) -> None:
        """Before anything was asked: what can be asked here."""
        if self.place:
            kinds = {
                "here": _("The tool is on this machine: ask it yourself."),
                "namespace": _("The tool is on this machine, and gets a network of its own: ask it yourself."),
                "vm": _("The tool runs in a small virtual machine on this one: ask it yourself."),
            }  # fmt: skip
            self.said.say(kinds[self.place.kind], "idle")
            return
        missing = sorted({t.package for each in self.check.places for t in each.missing()})
        text = _("The tool is not on this machine; a recording of it answers in its place.")
        if missing:
            text += " " + _(
                "To ask it yourself: {command}", command=f"apt install {' '.join(missing)}"
            )
        self.said.say(text, "idle")

    def _tell_source(self, how: str, when: str, tone: str) -> None:
        """Always in sight: whether this is the tool or a recording of it."""
        assert self.record
        words = " · ".join([when, ", ".join(self.record.tools), self.record.system])
        badge = f"<span class='ck-verdict' data-tone='{tone}'>{escape(how)}</span>"
        self._source.value = f"<div class='ck-source-of'>{badge} {escape(words)}</div>"

    def _tools(self) -> str:
        place = self.place or self.check.places[0]
        asked = [tool for tool in place.tools if not tool.aside] or place.tools[:1]
        names: Sequence[Any] = [tool.called for tool in asked]
        if len(names) == 1:
            return str(names[0])
        return _("{some} and {last}", some=", ".join(names[:-1]), last=names[-1])

    def _typed_changed(self, _change: object) -> None:
        """What was typed and printed, as text."""
        self._lock()
        shown = self._typed.value and self.record is not None
        if not shown:
            self._opened.children = ()
            return
        assert self.record
        text = "\n".join(
            f"$ {step.command}" + (f"\n{step.output}" if step.output else "")
            for step in self.record.steps
        )
        said = _("What was typed, and what was printed")
        label = escape(_("{caption}: {title}", caption=said, title=_(self.check.title)), quote=True)
        self._opened.children = [html(f"<pre class='ck-typed' tabindex='0' role='region' aria-label='{label}'>{escape(text)}</pre>")]  # fmt: skip


def _differs(row: Row) -> str:
    if row.fact.judge.law:
        return _("this time the tool did something else; on a busy machine times grow.")
    return _("this version of the tool does something else.")


def _line(row: Row, why: str) -> str:
    """What a line of the table has to say, after its name."""
    about = _("{about}: {why}", about=_(row.fact.about), why=why)
    return f"{SIGNS[row.verdict]} {about}"
