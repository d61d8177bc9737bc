"""How far the learner is: what is done of each chapter, what comes next, how much time is left.

All of it is read from the progress file. A chapter that nobody touched is not looked into: its
questions would import its simulations, and the start page must open at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from typing import Any

from coursekit.chapters import CHAPTERS, Chapter
from coursekit.i18n import _
from coursekit.ui.lab import Lab
from coursekit.ui.progress import Progress

KINDS = ("predictions", "answers", "done")
STEP = 10  # minutes: time is told no finer than this
Kept = dict[str, dict[str, Any]]  # kind -> name -> what the learner did


@dataclass(frozen=True)
class Standing:
    """A chapter and what the learner has done of it."""

    chapter: Chapter
    begun: bool = False
    marked: bool = False  # the learner said that it is done
    labs: int = 0  # 0: nobody looked
    made: int = 0  # labs whose prediction was made
    questions: int = 0
    right: int = 0

    @property
    def share(self) -> float:
        """The part of its labs and questions that is done, 0 to 1."""
        return (self.made + self.right) / max(1, self.labs + self.questions)

    @property
    def state(self) -> str:
        """One of "new", "begun", "done"."""
        if self.marked or self.share == 1:
            return "done"
        return "begun" if self.begun else "new"

    @property
    def left(self) -> int:
        """Minutes that are still to be spent on it, in steps of ten."""
        share = 1.0 if self.state == "done" else self.share
        return -int(-self.chapter.minutes * (1 - share) // STEP) * STEP


def kept_by(progress: Progress) -> Kept:
    """Everything the learner did, by kind."""
    return {kind: progress.all(kind) for kind in KINDS}


def standing(chapter: Chapter, kept: Kept, *, closely: bool = False) -> Standing:
    """How the learner stands; `closely` counts labs and questions of an untouched chapter too."""
    names = chain(kept["predictions"], kept["answers"])
    begun = any(name.startswith(f"{chapter.slug}-") for name in names)
    marked = chapter.slug in kept["done"]
    if not closely and (marked or not begun):
        return Standing(chapter, begun, marked)
    asks = questions_of(chapter.slug)
    made = sum(name in kept["predictions"] for name in asks.PREDICTIONS)
    right = sum(_right(question, kept) for question in asks.QUESTIONS)
    return Standing(chapter, begun, marked, len(asks.PREDICTIONS), made, len(asks.QUESTIONS), right)


def done_so_far(each: Standing) -> str:
    """The predictions and answers of a chapter that was looked into, in a sentence."""
    return _(
        "Predictions made: {made} of {labs}. Questions right: {right} of {questions}.",
        made=each.made, labs=each.labs, right=each.right, questions=each.questions,
    )  # fmt: skip


def questions_of(slug: str) -> Any:
    """The chapter's room of questions."""
    return import_module(f"coursekit.quizzes.{slug}")


def labs_of(slug: str) -> dict[str, type[Lab]]:
    """A chapter's labs by name, in the order of its notebook."""
    return {lab.name: lab for lab in import_module(f"coursekit.labs.{slug}").LABS}


def exercises_of(slug: str) -> Sequence[Any]:
    """The chapter's exercises."""
    return import_module(f"coursekit.exercises.{slug}").EXERCISES


def latest(kept: Kept) -> Chapter | None:
    """The chapter that was touched last."""
    by_slug = {each.slug: each for each in CHAPTERS}
    touched = [
        (entry.get("at", ""), by_slug[name.partition("-")[0]])
        for kind in KINDS
        for name, entry in kept[kind].items()
        if name.partition("-")[0] in by_slug
    ]
    return max(touched, key=lambda pair: pair[0])[1] if touched else None


def resume(kept: Kept, standings: Sequence[Standing]) -> Chapter | None:
    """Where to go on: the chapter touched last, or the next that is not done; None at the end."""
    last = latest(kept)
    start = last.number - 1 if last else 0
    ahead = [*standings[start:], *standings[:start]]
    return next((each.chapter for each in ahead if each.state != "done"), None)


def next_lab(chapter: Chapter, kept: Kept) -> type[Lab] | None:
    """The first of its labs that still waits for a prediction."""
    labs = labs_of(chapter.slug)
    return next((lab for name, lab in labs.items() if name not in kept["predictions"]), None)


def next_question(chapter: Chapter, kept: Kept) -> int:
    """The number of its first question without a right answer; 0: all are right."""
    asked = enumerate(questions_of(chapter.slug).QUESTIONS, 1)
    return next((number for number, each in asked if not _right(each, kept)), 0)


def _right(question: Any, kept: Kept) -> bool:
    return bool(kept["answers"].get(question.id, {}).get("right"))
