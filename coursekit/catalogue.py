"""The message catalogues as files: extract, update, and say what is missing.

For contributors; a reader never needs it. Messages are found by the names that mark them.
"""

import io
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from coursekit.i18n import LANGUAGES

PACKAGE = Path(__file__).parent
MARKS = {  # function -> which of its arguments is the message
    "_": None,
    "mark": None,
    "plural": (1, 2),
    "of": None,  # Message.of
    "Message": None,
    "ParameterError": None,
    "require": (2,),
}


PRIVATE = (  # header lines that change from run to run, or name people there are not
    b'"Report-Msgid-Bugs-To:', b'"POT-Creation-Date:', b'"PO-Revision-Date:', b'"Last-Translator:', b'"Language-Team:',
    b'"Generated-By:',
)  # fmt: skip


def path(language: str) -> Path:
    """Where a language's catalogue is."""
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "coursekit.po"


def extract() -> Catalog:
    """Every message id of the package, with the files that use it."""
    found = Catalog(project="coursekit", charset="utf-8")
    for name, _line, message, comments, context in extract_from_dir(
        str(PACKAGE), method_map=[("**.py", "python")], keywords=MARKS
    ):
        if message and message != ("", ""):
            found.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def load(language: str) -> Catalog:
    """The catalogue of a language; an empty one where there is none yet."""
    try:
        with path(language).open("rb") as file:
            return read_po(file, locale=language)
    except FileNotFoundError:
        return Catalog(locale=language, project="coursekit", charset="utf-8")


def save(language: str, catalogue: Catalog) -> None:
    """Write a catalogue; its header holds what a program needs, no person and no date."""
    text = io.BytesIO()
    write_po(text, catalogue, sort_output=True, width=0, include_lineno=False, ignore_obsolete=True)
    kept = [line for line in text.getvalue().splitlines() if not line.startswith(PRIVATE)]
    path(language).write_bytes(b"\n".join(kept) + b"\n")


def update(language: str) -> list[str]:
    """Bring a catalogue to the messages there are now; returns those without translation."""
    catalogue = load(language)
    catalogue.update(extract(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.header_comment = f"# {LANGUAGES[language]}: the messages of coursekit."
    path(language).parent.mkdir(parents=True, exist_ok=True)
    save(language, catalogue)
    return missing(language)


def missing(language: str) -> list[str]:
    """Message ids that a language does not say yet, or says with other `{names}`."""
    known = load(language)
    return [_id(one) for one in extract() if one.id and not _said(known.get(one.id), one)]


def unused(language: str) -> list[str]:
    """Translations that no message needs any more."""
    wanted = extract()
    return [_id(one) for one in load(language) if one.id and wanted.get(one.id) is None]


def translations() -> list[str]:
    """The languages that have a catalogue: all but English, which is in the code."""
    return [language for language in LANGUAGES if language != "en"]


def _id(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _said(known: Message | None, wanted: Message) -> bool:
    if known is None or known.fuzzy:
        return False
    texts = [known.string] if isinstance(known.string, str) else list(known.string)
    ids = {_fields(each) for each in ([wanted.id] if isinstance(wanted.id, str) else wanted.id)}
    return all(text and _fields(text) in ids for text in texts)


def _fields(text: str) -> frozenset[str]:
    """The `{names}` in a message."""
    return frozenset(name for _text, name, _spec, _conversion in Formatter().parse(text) if name)
