"""A quiz: questions with a reason for every wrong answer, three hints, answers kept."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as w

from coursekit.i18n import _, explain
from coursekit.ui.answer import Answer
from coursekit.ui.look import column, html, look, row, style
from coursekit.ui.progress import Progress
from coursekit.ui.show import TextForm
from coursekit.ui.status import Line

Show = Callable[[Any], str]  # brings a lab into a scene; says where, or why it cannot


def button(text: str, act: Callable[[], None], *names: str) -> w.Button:
    """A text button, as wide as its text."""
    made = w.Button(
        description=text, style=style(w.Button), layout=look(width="auto", align_self="flex-start"),
        _dom_classes=("ck-button", *names),
    )  # fmt: skip
    made.on_click(lambda _button: act())
    return made


class Asked:
    """One question on the screen."""

    def __init__(
        self, question: Any, *, seed: int, progress: Progress, show: Show, number: int = 0
    ) -> None:
        self.question, self.progress, self.show = question, progress, show
        self.kept = progress.get("answers", question.id) or {}
        self.tries, self.hints = self.kept.get("tries", 0), self.kept.get("hints", 0)
        self.scene: Any = None
        prompt = f"{number}. {_(question.prompt)}" if number else _(question.prompt)
        self.answer = Answer(question, seed)
        self.said = Line()
        self.check_button = button(_("Check"), self.check)
        self.hint_button = button(_("Hint"), self.hint)
        self.see_button = button(_("See it in the lab"), self.see)
        self.bar = row([self.check_button, self.hint_button])
        head = html(f"<p class='ck-prompt'>{escape(prompt)}</p>")
        self.view = column([head, self.answer.view, self.bar, self.said.view], "ck-question")
        self._recall()

    def check(self) -> None:
        """Judge the answer, say why, keep it."""
        if (given := self.answer.value) is None:
            self.said.say(_("Give an answer first; for an order, each rank once."), "warn")
            return
        try:
            verdict = self.question.mark(given)
        except ValueError as why:
            self.said.say(explain(why), "warn")
            return
        self.tries += 1
        self._tell(verdict)
        self._keep(given, verdict.right)

    def hint(self) -> None:
        """The next of three hints; each goes a step further."""
        self.hints = min(self.hints + 1, len(self.question.hints))
        text = _(
            "Hint {number} of {count}: {hint}",
            number=self.hints,
            count=len(self.question.hints),
            hint=_(self.question.hints[self.hints - 1]),
        )
        self.said.say(text, "accent")
        self._keep(self.answer.value, bool(self.kept.get("right")))

    def see(self) -> None:
        """Bring the lab into the state that shows why."""
        self.said.say(f"{self.said.text}\n{self.show(self.scene)}", self.said.tone)

    def _tell(self, verdict: Any) -> None:
        word = _("Right.") if verdict.right else _("Not yet.")
        self.scene = verdict.scene
        see = [self.see_button] if self.scene else []
        self.bar.children = [self.check_button, self.hint_button, *see]
        self.said.say(f"{word} {_(verdict.why)}", "ok" if verdict.right else "bad")

    def _keep(self, given: Any, right: bool) -> None:
        self.kept = {"answer": given, "right": right, "tries": self.tries, "hints": self.hints}
        self.progress.put("answers", self.question.id, self.kept)

    def _recall(self) -> None:
        """Show a kept answer again, as it was judged."""
        given = self.kept.get("answer")
        if given is None or given == [] or not self.tries:
            return
        try:
            self.answer.value = given
            self._tell(self.question.mark(given))
        except ValueError:  # the question changed since
            self.kept = {}


class Quiz(TextForm):
    """Several questions, one below the other, and how many are right."""

    def __init__(
        self,
        questions: Sequence[Any],
        *,
        seed: int,
        progress: Progress,
        show: Show,
        fresh: Callable[[int], Any] | None = None,
    ) -> None:
        self.seed, self.progress, self.show, self.fresh = seed, progress, show, fresh
        self.asked = [
            Asked(question, seed=seed, progress=progress, show=show, number=n)
            for n, question in enumerate(questions, 1)
        ]
        self.more = column(())
        self._drawn = 0
        parts = [*(each.view for each in self.asked), self.more]
        if fresh:
            parts.append(button(_("A fresh question"), self.draw_fresh))
        self.view = column(parts, "ck-quiz")
        self.text_form = _("Quiz: run this cell to answer it.")

    def draw_fresh(self) -> None:
        """One more question, from the chapter's generator and the next seed."""
        self._drawn += 1
        question = self.fresh(self.seed * 1000 + self._drawn)
        one = Asked(question, seed=self.seed, progress=self.progress, show=self.show)
        self.asked.append(one)
        self.more.children = (*self.more.children, one.view)
