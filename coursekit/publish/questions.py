"""Questions, predictions and claims for reading: what is asked, and the answers folded.

Shuffled as on the screen, with the seed of a fresh notebook. A fold gives what is right and why,
then for each wrong answer its own reason.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from coursekit.i18n import _, number
from coursekit.labs.desk import VERDICTS
from coursekit.quizzes.question import Choice, Claim, Prediction, Question, Said, Scene

SEED = 1


def fold(summary: str, inside: str) -> str:
    """Something the reader opens."""
    return f"<details><summary>{escape(summary)}</summary>{inside}</details>"


def said(text: Said) -> str:
    """A message in the reader's language, as HTML."""
    return escape(_(text))


def lab_link(scene: Scene | None) -> str:
    """A link to the lab on this page that shows it."""
    name = escape(_("see the lab"))
    return f' <a href="#{scene.lab}">{name}</a>' if scene else ""


def prediction(one: Prediction) -> str:
    """What a lab asks first."""
    first = escape(_("Predict first."))
    head = f'<p class="ck-prompt"><b>{first}</b> {said(one.question.prompt)}</p>'
    change = escape(_("Now change one thing: {change}", change=_(one.change)))
    answer = fold(_("The answer"), f"{_answer(one.question)}<p>{change}</p>")
    return f'<div class="ck-predict">{head}{_options(one.question)}{answer}</div>'


def quiz(questions: Sequence[Question]) -> str:
    """The chapter's questions, numbered."""
    return "".join(_asked(n, each) for n, each in enumerate(questions, 1))


def claims(judged: Sequence[Claim]) -> str:
    """The sentences of the notes with their verdicts."""
    return "".join(map(_claim, judged))


def scenes(judged: Sequence[Claim], questions: Sequence[Question]) -> list[Scene]:
    """The states of labs that claims and questions point at."""
    asked = [each for one in questions for each in (one.scene, *(c.scene for c in one.choices))]
    return [*(one.scene for one in judged), *(each for each in asked if each)]


def _asked(n: int, one: Question) -> str:
    hints = _list("ol", [said(each) for each in one.hints])
    folds = fold(_("Hints"), hints) + fold(_("The answer"), _answer(one))
    return f'<div class="ck-question" id="question-{one.id}"><p class="ck-prompt">{n}. {said(one.prompt)}</p>{_options(one)}{folds}</div>'


def _claim(one: Claim) -> str:
    words = {"right": _("right"), "imprecise": _("imprecise"), "incomplete": _("incomplete"), "wrong": _("wrong")}  # fmt: skip
    verdict = f'<span class="ck-verdict" data-tone="{VERDICTS[one.verdict]}">{escape(words[one.verdict])}</span>'
    quote = escape(_("“{quote}”", quote=_(one.quote)))
    return (
        f'<div class="ck-claim"><p>{verdict} {quote}</p>'
        f"<p>{said(one.correct)} <small>{escape(one.source)}</small>{lab_link(one.scene)}</p></div>"
    )


def _list(tag: str, items: Sequence[str]) -> str:
    return f"<{tag}>{''.join(f'<li>{each}</li>' for each in items)}</{tag}>" if items else ""


def _options(one: Question) -> str:
    """What there is to choose from, in the order of the screen."""
    places = one.order(SEED)
    if one.kind == "numeric":
        unit = f" ({said(one.unit)})" if one.unit else ""
        ask = escape(_("Your answer is a number"))
        return f"<p>{ask}{unit}.</p>"
    if one.kind == "match":
        rights = _list("ul", [said(one.pairs[place][1]) for place in places])
        return f'<div class="pairs">{_list("ul", [said(left) for left, _right in one.pairs])}{rights}</div>'
    hint = {"multiple": _("Several may be right."), "order": _("Put them in order.")}.get(one.kind)
    items = _list("ul", [said(one.choices[place].text) for place in places])
    return (f"<p>{escape(hint)}</p>" if hint else "") + items


def _answer(one: Question) -> str:
    """What is right, why, and why the others are not."""
    reasons = [_reason(each) for each in one.choices if each.why and not each.right]
    return f"{_right(one)}<p>{said(one.because)}{lab_link(one.scene)}</p>{_list('ul', reasons)}"


def _right(one: Question) -> str:
    if one.kind == "numeric":
        return f"<p><b>{escape(f'{number(one.answer, 6)} {_(one.unit)}'.strip())}</b></p>"
    if one.kind == "match":
        return _list("ul", [f"<b>{said(left)}</b>: {said(right)}" for left, right in one.pairs])
    if one.kind == "order":
        return _list("ol", [f"<b>{said(each.text)}</b>" for each in one.choices])
    return _list("ul", [f"<b>{said(each.text)}</b>" for each in one.choices if each.right])


def _reason(choice: Choice) -> str:
    """A wrong answer, and its own reason."""
    given: Any = choice.text if choice.value is None else number(choice.value, 6)
    name = escape(_(given)) if choice.value is None else escape(given)
    return f"<i>{name}</i>: {said(choice.why)}{lab_link(choice.scene)}"
