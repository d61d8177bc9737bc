"""How a prediction and an answer are written, in the reader's language."""

from typing import Any

from coursekit.i18n import _, mark, number
from coursekit.realtools.check import Fact
from coursekit.sims.message import Message

SIGNS = {"same": "=", "law": "✓", "known": "≠", "shown": "·", "differs": "✗"}
VERDICTS = {
    "same": mark("the same"),
    "law": mark("within the law"),
    "known": mark("another, and we know why"),
    "shown": mark("not compared"),
    "differs": mark("it differs"),
}


def said(value: Any, fact: Fact) -> str:
    """A value as it is shown: with its unit, a range as “a to b”."""
    if value is None:
        return "–"
    if isinstance(value, Message):
        return _(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, float) for v in value):
        text = _("{a} to {b}", a=number(value[0], 4), b=number(value[1], 4))
    elif isinstance(value, tuple):
        return ", ".join(said(each, fact) for each in value)
    else:
        text = number(value, 4) if isinstance(value, float) else str(value)
    return f"{text} {_(fact.unit)}" if fact.unit else text


def predicted(fact: Fact) -> str:
    """The prediction with its law, such as “0.3609 s ± 5 %”."""
    law = fact.judge.law
    text = said(fact.predicted, fact)
    if law in ("≤", "≥"):
        return f"{law} {text}"
    return f"{text} {law}" if law and law != "…" else text
