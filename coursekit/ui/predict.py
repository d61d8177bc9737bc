"""Predict first: the lab stays locked until an answer is given; then both are compared."""

from collections.abc import Callable
from html import escape
from typing import Any

from coursekit.i18n import _, explain
from coursekit.ui.answer import Answer
from coursekit.ui.look import column, html
from coursekit.ui.progress import Progress
from coursekit.ui.quiz import button
from coursekit.ui.status import Line


class Predict:
    """The question before a lab.

    `prediction` has a `question`, the `scene` that answers it and one thing to `change`.
    `unlock(first)` is called when an answer is there; `first` is True when it is new.
    """

    def __init__(
        self,
        prediction: Any,
        *,
        lab: str,
        seed: int,
        progress: Progress,
        unlock: Callable[[bool], None],
    ) -> None:
        self.prediction, self.lab, self.progress, self.unlock = prediction, lab, progress, unlock
        question = prediction.question
        self.answer = Answer(question, seed)
        self.said = Line()
        self.run_button = button(_("Lock in my prediction and run"), self.commit, "ck-run")
        self.show_button = button(_("Show me again"), lambda: self.unlock(True))
        first = _("Predict first.")
        head = f"<p class='ck-prompt'><b>{escape(first)}</b> {escape(_(question.prompt))}</p>"
        self.view = column(
            [html(head), self.answer.view, self.run_button, self.said.view], "ck-predict"
        )
        kept = progress.get("predictions", lab)
        self.made = kept is not None
        if self.made:
            self._compare(kept.get("answer"))

    def commit(self) -> None:
        """Keep the prediction, open the lab in the state that answers it, compare."""
        if (given := self.answer.value) is None or given == []:
            self.said.say(
                _("Commit to an answer first: a guess is worth more than no guess."), "warn"
            )
            return
        try:
            self.prediction.question.mark(given)
        except ValueError as why:
            self.said.say(explain(why), "warn")
            return
        self.progress.put("predictions", self.lab, {"answer": given})
        self.made = True
        self.unlock(True)
        self._compare(given)

    def _compare(self, given: Any) -> None:
        question = self.prediction.question
        try:
            self.answer.value = given
            verdict = question.mark(given)
        except ValueError:  # kept for an older question
            return
        word = _("You predicted it.") if verdict.right else _("It turns out otherwise.")
        why = "" if verdict.right else _(verdict.why) + " "
        next_ = _("Now change one thing: {change}", change=_(self.prediction.change))
        text = f"{word} {why}{_(question.because)}\n{next_}"
        self.said.say(text, "ok" if verdict.right else "warn")
        self.answer.disable(True)
        self.view.children = (*self.view.children[:2], self.show_button, self.said.view)
