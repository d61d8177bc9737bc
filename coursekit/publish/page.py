"""The frame of a page: head, skip link, navigation, and the files beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

from coursekit.i18n import LANGUAGES, _, language
from coursekit.sims.message import require

KIT = ("kit.css", "scene.css")  # the kit's own look, as in a notebook
EXPORT = "export default { render };"

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
{styles}
<script src="{root}assets/site.js" defer></script>
</head>
<body>
<a class="skip" href="#main">{skip}</a>
<header>{top}</header>
<main id="main">
<noscript><p>{still}</p></noscript>
{body}
</main>
<footer>{bottom}</footer>
</body>
</html>
"""


@dataclass(frozen=True)
class Place:
    """Where a page stands: its file's name, its title, and its neighbours (name, title)."""

    name: str
    title: str
    before: tuple[str, str] | None = None
    after: tuple[str, str] | None = None


def frame(place: Place, body: str) -> str:
    """A whole page in the language in use; all links are relative."""
    root = "" if language() == "en" else "../"
    styles = "\n".join(f'<link rel="stylesheet" href="{root}assets/{name}">' for name in (*KIT, "site.css"))  # fmt: skip
    return _PAGE.format(
        lang=language(), title=escape(place.title), root=root, styles=styles, body=body,
        skip=escape(_("Skip to the text")),
        still=escape(_("A script draws the diagrams of this page; the tables below them say the same.")),
        top=_nav(_("Course"), [_chapters(place), _notebook(place), *_editions(place, root)]),
        bottom=_nav(_("Neighbours"), _neighbours(place)),
    )  # fmt: skip


def _nav(name: str, links: Sequence[str]) -> str:
    return f'<nav aria-label="{escape(name)}">{" ".join(links)}</nav>'


def _chapters(place: Place) -> str:
    here = ' aria-current="page"' if place.name == "index" else ""
    name = escape(_("Chapters"))
    return f'<a href="index.html"{here}>{name}</a>'


def _notebook(place: Place) -> str:
    stem = "00-start-here" if place.name == "index" else place.name
    name = escape(_("This page as a notebook"))
    return f'<a href="{stem}.ipynb" download>{name}</a>'


def _editions(place: Place, root: str) -> list[str]:
    """The same page in the other languages, each named in its own."""
    folders = {code: "" if code == "en" else f"{code}/" for code in LANGUAGES}
    return [
        f'<a href="{root}{folder}{place.name}.html" lang="{code}" hreflang="{code}">{LANGUAGES[code]}</a>'
        for code, folder in folders.items()
        if code != language()
    ]


def _neighbours(place: Place) -> list[str]:
    said = [
        (place.before, _("Previous: {title}"), "prev"),
        (place.after, _("Next: {title}"), "next"),
    ]
    return [
        f'<a href="{to[0]}.html" rel="{rel}">{escape(text.format(title=to[1]))}</a>'
        for to, text, rel in said
        if to
    ]


def assets(folder: Path) -> None:
    """Write the style sheets and the script that every page shares."""
    folder.mkdir(parents=True, exist_ok=True)
    ui, own = files("coursekit.ui"), files("coursekit.publish")
    for name in KIT:
        (folder / name).write_text(ui.joinpath(name).read_text("utf-8"), "utf-8")
    (folder / "site.css").write_text(own.joinpath("site.css").read_text("utf-8"), "utf-8")
    scene, site = ui.joinpath("scene.js").read_text("utf-8"), own.joinpath("site.js").read_text("utf-8")  # fmt: skip
    (folder / "site.js").write_text(script(scene, site), "utf-8")


def script(scene: str, site: str) -> str:
    """`scene.js` and what feeds it, as one plain script: browsers load no module from a folder.

    Within it `matchMedia` says that the reader wants no motion: paper keeps still.
    """
    require(scene.rstrip().endswith(EXPORT), "scene.js: expected {last} at its end", last=EXPORT)
    still = "((matchMedia) => {\n"
    return (
        f"{still}{scene.rstrip().removesuffix(EXPORT)}\n{site}}})(() => ({{ matches: true }}));\n"
    )
