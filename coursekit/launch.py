"""Where the course's files are, and how JupyterLab is started on them."""

import os
import shutil
from pathlib import Path

from coursekit.chapters import chapter
from coursekit.grading.notebook import folder_of_notebooks
from coursekit.sims.message import require


def own_notebooks(folder: Path | None) -> Path:
    """The learner's folder of notebooks, filled; in a checkout, by default, the course's own."""
    source = folder_of_notebooks()
    if folder is None and source.name == "notebooks":
        return source
    folder = folder or Path("coursekit-notebooks")
    require(not folder.is_file(), "folder={folder}: a file, not a folder", folder=str(folder))
    for path in sorted(source.rglob("*.ipynb")):
        target = folder / path.relative_to(source)
        if not path.name.startswith(".") and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return folder


def lab_arguments(folder: Path, *, lang: str, port: int, browser: bool) -> list[str]:
    """What JupyterLab is started with."""
    edition = "" if lang == "en" else f"{lang}/"
    arguments = [
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url=/doc/tree/{edition}00-start-here.ipynb",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container; the token still guards
        arguments.append("--ServerApp.allow_root=True")
    return arguments


def rooms(slug: str) -> list[Path]:
    """The files and folders of a chapter."""
    stem, package = chapter(slug).stem, Path(__file__).parent
    floors = ("sims", "quizzes", "exercises", "labs", "realtools")
    found = [package / floor / name for floor in floors for name in (slug, f"{slug}.py")]
    found += [
        folder_of_notebooks() / each / f"{stem}.ipynb"
        for each in ("", "exercises", "fr", "fr/exercises")
    ]
    for floor in (*floors, "ui", "grading"):
        tests = package.parent / "tests" / floor
        found += [tests / slug, *sorted(tests.glob(f"test_{slug}*.py"))]
    return [path for path in found if path.exists()]
