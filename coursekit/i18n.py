"""The languages of the course: gettext catalogues, kept as text.

`locale/fr/LC_MESSAGES/coursekit.po` is the only French in the package. Babel reads it
when French is first asked for, so there is no compiled twin that could go stale.
"""

import gettext
import io
import math
import os
import string
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

from coursekit.sims.message import Message, ParameterError

LANGUAGES = {"en": "English", "fr": "Français"}

_current = "en"


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    from babel.messages import mofile, pofile  # noqa: PLC0415  (only French pays for it)

    text = files("coursekit").joinpath(f"locale/{language}/LC_MESSAGES/coursekit.po")
    compiled = io.BytesIO()
    with text.open("rb") as source:
        mofile.write_mo(compiled, pofile.read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def language() -> str:
    """The code of the language in use."""
    return _current


def use_language(code: str = "") -> str:
    """Choose the language of what is shown from now on; returns its code.

    `code=""` follows the folder: a notebook under `fr/` speaks French, any other
    English; the environment variable `COURSEKIT_LANG` comes first.
    """
    global _current  # noqa: PLW0603  (one reader, one language: gettext's own model)
    code = code or os.environ.get("COURSEKIT_LANG", "") or _of_folder(Path.cwd())
    if code not in LANGUAGES:
        raise ParameterError(
            "language={code}: choose one of {codes}", code=code, codes=", ".join(LANGUAGES)
        )
    _current = code
    return code


def _of_folder(folder: Path) -> str:
    """French lives in `notebooks/fr/` and `notebooks/fr/exercises/`."""
    return next((name for name in reversed(folder.parts[-2:]) if name in LANGUAGES), "en")


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Another language for the length of a `with` block."""
    before = _current
    use_language(code)
    try:
        yield
    finally:
        use_language(before)


def _(said: str | Message, /, **values: object) -> str:
    """The sentence in the language in use, its `{names}` filled."""
    if isinstance(said, Message):
        said, values = said.text, {**said.values, **values}
    text = _catalogue(_current).gettext(said) if said else ""
    if not values:
        return text
    return _FORMATTER.vformat(text, (), values)


class _Formatter(string.Formatter):
    """Fills in values as the language writes them: messages translated, a decimal comma."""

    def format_field(self, value: object, spec: str) -> str:
        if isinstance(value, Message):
            return _(value)
        text = format(value, spec)
        return text.replace(".", ",") if isinstance(value, float) and _current == "fr" else text


_FORMATTER = _Formatter()


def explain(error: BaseException) -> str:
    """What an error says, translated where it carries a message id."""
    message = getattr(error, "message", None)
    return _(message) if isinstance(message, Message) else str(error)


def plural(one: str, many: str, count: int, /, **values: object) -> str:
    """The form of the sentence for this count; `{count}` is filled too."""
    return _catalogue(_current).ngettext(one, many, count).format(count=count, **values)


def mark(text: str) -> str:
    """Name a message id for the extractor; the text is translated where it is shown."""
    return text


def number(value: float, digits: int = 3) -> str:
    """A number for reading: `digits` significant figures, the language's decimal mark."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "-∞" if value < 0 else "?"
    if value and (abs(value) < 1e-3 or abs(value) >= 1e7):
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        text = f"{mantissa}·10" + str(int(exponent)).translate(
            str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
        )
    else:
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0
        text = f"{value:,.{decimals}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    if _current == "fr":
        text = text.translate(str.maketrans({",": "\u202f", ".": ","}))
    return text
