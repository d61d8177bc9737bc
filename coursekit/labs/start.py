"""The start page: where to go on, the map of the course, and the same as a list.

Links stand in cell outputs of their own: there JupyterLab opens them as it opens the links of
prose; in a widget's HTML they would be addresses of the server.
"""

from html import escape
from typing import Any

import ipywidgets as w

from coursekit.chapters import CHAPTERS, Chapter
from coursekit.i18n import _, language, use_language
from coursekit.labs.course import (
    Standing,
    done_so_far,
    exercises_of,
    kept_by,
    next_lab,
    next_question,
    resume,
    standing,
)
from coursekit.labs.coursemap import numbers, picture, said_state
from coursekit.ui.look import column, row
from coursekit.ui.progress import Progress
from coursekit.ui.quiz import button
from coursekit.ui.scene import Scene
from coursekit.ui.show import TextForm
from coursekit.ui.status import Status
from coursekit.ui.table import Table


class StartPage(TextForm):
    """`press(slug)` tells about a chapter below the map; `refresh()` reads the progress anew."""

    def __init__(self, *, lang: str = "") -> None:
        use_language(lang)
        self.text_form = _("The chapters: run this cell to see them.")
        self.progress = Progress()
        self.chosen: Chapter | None = None
        self.said = Status()
        self.scene = Scene(roving=True)
        self.scene.on_press(self.press)
        self.scene.observe(lambda _change: self._draw(), "narrow")
        self._onward, self._links, self._list = (w.Output() for _each in range(3))
        again = row([button(_("Where am I?"), self.refresh)])
        parts = [self._onward, self.scene, self.said, self._links, again, self._list]
        self.view = column(parts, "ck-startpage")
        self.refresh()

    def refresh(self) -> None:
        """Look again at what the learner did: in another tab, say."""
        self.kept = kept_by(self.progress)
        self.standings = [standing(each, self.kept) for each in CHAPTERS]
        self._draw()
        _show(self._onward, self._onward_html())
        _show(self._list, self._list_html())
        if self.chosen:
            self.press(self.chosen.slug)
        else:
            self.said.say(_("Choose a station of the map to read about its chapter."), "idle")

    def press(self, slug: str) -> None:
        """Tell about this chapter, and offer its link."""
        self.chosen = next(each for each in CHAPTERS if each.slug == slug)
        self._draw()
        self.said.say(self._about(self.chosen), "accent")
        _show(self._links, _links(self.chosen))

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """The map; the list where nothing can be alive."""
        return {**super()._repr_mimebundle_(**kwargs), "text/html": self._list_html()}

    # What is shown

    def _draw(self) -> None:
        chosen = self.chosen.number if self.chosen else 0
        items, width, height = picture(self.standings, chosen, narrow=self.scene.narrow)
        name = _("Map of the course: fourteen chapters; arrow keys go from one to the next")
        self.scene.show(items, width=width, height=height, label=name)

    def _about(self, chapter: Chapter) -> str:
        now = standing(chapter, self.kept, closely=True)
        lines = [
            _("Chapter {number}: {title}.", number=chapter.number, title=_(chapter.title)) + " " + _(chapter.question),
            _("{time}; {state}.", time=_("About {minutes} minutes", minutes=chapter.minutes), state=said_state(now)) + " " + done_so_far(now),
        ]  # fmt: skip
        if chapter.after:
            lines.append(_("Builds on: {numbers}.", numbers=numbers(chapter.after)))
        titles = " · ".join(f"{each.id} {_(each.title)}" for each in exercises_of(chapter.slug))
        return "\n".join([*lines, _("Exercises: {titles}.", titles=titles)])

    def _onward_html(self) -> str:
        told, link = self._onward_words()
        notice = [_(self.progress.notice)] if self.progress.notice else []
        lines = "".join(f"<p>{escape(each)}</p>" for each in [*notice, told, self._time()])
        return f"<div class='ck-onward' lang='{language()}'>{lines}{f'<p>{link}</p>' if link else ''}</div>"

    def _onward_words(self) -> tuple[str, str]:
        """Where the learner stopped and what comes next; and the link that leads there."""
        chapter = resume(self.kept, self.standings)
        if not chapter:
            return _("You have done all fourteen chapters."), ""
        names = {"number": chapter.number, "title": _(chapter.title)}
        if not any(self.kept.values()):
            told = _("You have not begun yet. Chapter 1 is a good place; no chapter locks another.")
            return told, _anchor(chapter, _("Begin with chapter {number}: {title}", **names))
        link = _anchor(chapter, _("Continue with chapter {number}: {title}", **names))
        return self._next_words(chapter), link

    def _next_words(self, chapter: Chapter) -> str:
        names = {"number": chapter.number, "title": _(chapter.title)}
        if self.standings[chapter.number - 1].state == "new":
            return _("Next is chapter {number}, {title}.", **names)
        if lab := next_lab(chapter, self.kept):
            return _("You stopped in chapter {number}, {title}. Next there: the lab “{lab}”.", **names, lab=_(lab.title))  # fmt: skip
        question = next_question(chapter, self.kept)
        return _("You stopped in chapter {number}, {title}. Next there: question {question}.", **names, question=question)  # fmt: skip

    def _time(self) -> str:
        whole, left = (
            sum(each.minutes for each in CHAPTERS),
            sum(each.left for each in self.standings),
        )
        if left == whole:
            return _("The whole course takes about {whole}.", whole=duration(whole))
        return _("The whole course takes about {whole}; {left} are left for you.", whole=duration(whole), left=duration(left))  # fmt: skip

    # The list

    def table(self) -> Table:
        """The twin of the map, without links."""
        head = [_("No."), _("Chapter"), _("The question it answers"), _("Minutes"), _("Builds on"), _("You")]  # fmt: skip
        return Table(head, [_line(each) for each in self.standings], caption=_("All chapters"))

    def _list_html(self) -> str:
        html = self.table().html()
        for each in CHAPTERS:
            title = escape(_(each.title))
            html = html.replace(f"<td>{title}</td>", f"<td>{_anchor(each, _(each.title))}</td>")
        return f"<div class='ck-start' lang='{language()}'>{html}</div>"


def duration(minutes: int) -> str:
    """Hours and minutes, for reading."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{minutes} minutes", minutes=rest)
    if not rest:
        return _("{hours} h", hours=hours)
    return _("{hours} h {minutes} min", hours=hours, minutes=rest)


def _line(each: Standing) -> list[object]:
    chapter = each.chapter
    after = numbers(chapter.after) if chapter.after else "–"
    return [chapter.number, _(chapter.title), _(chapter.question), chapter.minutes, after, said_state(each)]  # fmt: skip


def _anchor(chapter: Chapter, text: str, folder: str = "") -> str:
    return f"<a href='{folder}{chapter.stem}.ipynb'>{escape(text)}</a>"


def _links(chapter: Chapter) -> str:
    names = {"number": chapter.number, "title": _(chapter.title)}
    chapter_link = _anchor(chapter, _("Open chapter {number}: {title}", **names))
    exercises = _anchor(chapter, _("Exercises of chapter {number}", **names), "exercises/")
    return f"<p class='ck-onward' lang='{language()}'>{chapter_link} · {exercises}</p>"


def _show(output: w.Output, html: str) -> None:
    """One message, without the kernel's display machinery."""
    data = {"text/html": html, "text/plain": ""}
    output.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)
