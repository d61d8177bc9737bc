"""What a chapter's notebook opens: its labs, quiz and claims, and the learner's progress.

Everything is found by the chapter's slug in `coursekit.chapters`; a new chapter needs no
line here.
"""

from html import escape
from typing import Any

import ipywidgets as w

from coursekit.chapters import CHAPTERS, Chapter, chapter
from coursekit.i18n import _, use_language
from coursekit.labs.course import done_so_far, kept_by, labs_of, questions_of, standing
from coursekit.sims.message import ParameterError
from coursekit.ui.lab import Lab, show_scene
from coursekit.ui.look import column, html, row
from coursekit.ui.progress import Progress
from coursekit.ui.quiz import Quiz, button
from coursekit.ui.show import TextForm
from coursekit.ui.status import Line, Status
from coursekit.ui.textbox import TextBox

VERDICTS = {"right": "ok", "imprecise": "warn", "incomplete": "warn", "wrong": "bad"}


def open_chapter(slug: str, *, seed: int = 1, lang: str = "") -> "Desk":
    """The chapter's desk, in this language ("" follows the folder)."""
    use_language(lang)
    return Desk(chapter(slug), seed, Progress())


def built() -> list[Chapter]:
    """The chapters that can be opened."""
    return [each for each in CHAPTERS if each.built]


class Desk(TextForm):
    """A chapter opened: `lab(name)`, `quiz()`, `claims()`; itself, the learner's progress."""

    def __init__(self, one: Chapter, seed: int, progress: Progress) -> None:
        if not one.built:
            raise ParameterError("chapter={slug}: not built yet", slug=one.slug)
        self.chapter, self.seed, self.progress = one, seed, progress
        self.asks = questions_of(one.slug)
        self.labs = labs_of(one.slug)
        self.text_form = _("Chapter {number}: {title}.", number=one.number, title=_(one.title))
        self.said = Status()
        self.view = self._layout()
        self._tell()

    def lab(self, name: str, **options: Any) -> Lab:
        """One of the chapter's labs, locked until its prediction is made."""
        full = name if name in self.labs else f"{self.chapter.slug}-{name}"
        if full not in self.labs:
            names = ", ".join(self.labs)
            raise ParameterError("lab={name}: choose one of {names}", name=name, names=names)
        prediction = self.asks.PREDICTIONS[full]
        return self.labs[full](self.seed, prediction=prediction, progress=self.progress, **options)

    def quiz(self) -> Quiz:
        """The chapter's questions, and fresh ones on demand."""
        return Quiz(
            self.asks.QUESTIONS,
            seed=self.seed,
            progress=self.progress,
            show=show_scene,
            fresh=self.asks.fresh,
        )

    def claims(self) -> "Claims":
        """The sentences of the notes, each with its verdict."""
        return Claims(self.asks.CLAIMS)

    def _layout(self) -> w.VBox:
        words = {
            "label": _("Progress"),
            "save": _("Download my progress"),
            "open": _("Restore my progress"),
        }
        files = TextBox(words=words, rows=0, file="my-progress.json", text=self.progress.text())
        files.on_load(self._restore)
        self._files = files
        done = button(_("Mark this chapter as done"), self._done)
        where = button(_("Where am I?"), self._tell)
        bar = row([where, done, files], align_items="flex-end")
        return column([self.said, bar], "ck-desk")

    def _tell(self) -> None:
        now = standing(self.chapter, kept_by(self.progress), closely=True)
        text = done_so_far(now)
        if now.marked:
            text += " " + _("You marked this chapter as done.")
        tone = "idle"
        if self.progress.notice:
            text, tone = f"{_(self.progress.notice)}\n{text}", "warn"
        self._files.text = self.progress.text()
        self.said.say(text, tone)

    def _done(self) -> None:
        self.progress.put("done", self.chapter.slug, {"done": True})
        self._tell()

    def _restore(self, text: str) -> str:
        taken = self.progress.restore(text)
        self._tell()
        return _("Restored {taken} entries; run the notebook again to see them.", taken=taken)


class Claims(TextForm):
    """What the notes said, whether it is so, and where to see it."""

    def __init__(self, claims: tuple[Any, ...]) -> None:
        self.text_form = _("What the notes say: {count} sentences judged.", count=len(claims))
        self.view = column([self._one(claim) for claim in claims], "ck-claims")

    def _one(self, claim: Any) -> w.VBox:
        words = {
            "right": _("right"),
            "imprecise": _("imprecise"),
            "incomplete": _("incomplete"),
            "wrong": _("wrong"),
        }
        said, quoted = Line(), escape(_("“{quote}”", quote=_(claim.quote)))
        judged = (
            f"<p><span class='ck-verdict' data-tone='{VERDICTS[claim.verdict]}'>{escape(words[claim.verdict])}</span> "
            f"{quoted}</p><p>{escape(_(claim.correct))} <small>{escape(claim.source)}</small></p>"
        )
        see = button(_("See it in the lab"), lambda: said.say(show_scene(claim.scene), "accent"))
        return column([html(judged), see, said.view], "ck-claim")
