"""The static site as a folder: a page for each notebook and language, and the notebooks beside.

Every link is relative, so it opens from a folder, from any web server and below any address.
Pages of other notebooks (exercises) are the notebook files themselves.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from coursekit.chapters import CHAPTERS
from coursekit.grading.notebook import folder_of_notebooks
from coursekit.i18n import LANGUAGES, _, speaking
from coursekit.notebooks import every, read
from coursekit.publish.lesson import body
from coursekit.publish.page import Place, assets, frame
from coursekit.publish.prose import START
from coursekit.sims.message import require


def build(out: Path, languages: tuple[str, ...] = tuple(LANGUAGES)) -> Iterator[Path]:
    """Write the site into `out`; yields each page as it is written."""
    require(not out.is_file(), "folder={folder}: a file, not a folder", folder=str(out))
    assets(out / "assets")
    _notebooks(out)
    for code in languages:
        with speaking(code):
            yield from _edition(folder_of_notebooks(), "" if code == "en" else code, out)


def _edition(source: Path, folder: str, out: Path) -> Iterator[Path]:
    """The pages of one language."""
    for path in sorted((source / folder).glob("*.ipynb")):
        place = _place(path.stem)
        page = out / folder / f"{place.name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(frame(place, body(read(path))), "utf-8")
        yield page


def _place(stem: str) -> Place:
    """A page among the others; chapters have neighbours, the start page is followed by the first."""
    course = _("IT infrastructure, by experiment")
    titles = {START: course, **{each.stem: _(each.title) for each in CHAPTERS if each.built}}
    if stem not in titles:
        return Place(stem, f"{stem.capitalize()} · {course}")
    stems = list(titles)
    at = stems.index(stem)
    near = [(_name(each), titles[each]) for each in stems]
    title = course if stem == START else f"{titles[stem]} · {course}"
    return Place(
        _name(stem), title, near[at - 1] if at else None, near[at + 1] if at + 1 < len(near) else None
    )  # fmt: skip


def _name(stem: str) -> str:
    return "index" if stem == START else stem


def _notebooks(out: Path) -> None:
    """The notebooks themselves, to download."""
    source = folder_of_notebooks()
    for path in every(source):
        target = out / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
