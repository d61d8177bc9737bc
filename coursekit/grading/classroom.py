"""A temporary folder where the teachers' guide runs the real commands on a made-up class."""

import csv
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path

from coursekit.grading import sample_class
from coursekit.i18n import _, use_language

_START = "import sys; sys.argv[0] = 'coursekit'; from coursekit.cli import app; app()"


class Classroom:
    """Its folder goes with it; nothing is written elsewhere."""

    def __init__(self, seed: int = 1, lang: str = "") -> None:
        self.seed, self._lang = seed, use_language(lang)
        self.folder = Path(tempfile.mkdtemp(prefix="classroom-"))
        self.close = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    def __call__(self, command: str) -> None:
        """Run a `coursekit` command as in a terminal in this folder, and print what it says."""
        done = subprocess.run(  # noqa: S603  (our own program)
            [sys.executable, "-c", _START, *shlex.split(command)],
            cwd=self.folder,
            env={**os.environ, "COURSEKIT_LANG": self._lang},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        _say(f"$ coursekit {command}\n{done.stdout}")
        if done.returncode:
            _say(_("[exit code {code}]", code=done.returncode) + "\n")

    def hand_in(self, released: str) -> None:
        """Twenty learners fill in the released notebook; prints who did what."""
        made = sample_class.write(self.folder / released, self.folder, self.seed)
        for each in made:
            _say(f"{each.id:10} {_(each.kind)}\n")

    def show(
        self, file: str, columns: str = "", rows: int = 12, width: int = 44, only: str = ""
    ) -> None:
        """Print the first rows of a CSV file, or those of one learner.

        Columns are those that are named, else all that hold something.
        """
        with (self.folder / file).open(encoding="utf-8", newline="") as opened:
            table = [row for row in csv.DictReader(opened) if only in ("", *row.values())][:rows]
        filled = [name for name in table[0] if any(row[name] for row in table)]
        names = columns.split() or filled
        _say(_aligned([names, *([row[name] for name in names] for row in table)], width))

    def files(self, folder: str) -> None:
        """Print the names of the files in a folder."""
        names = sorted(each.name for each in (self.folder / folder).iterdir())
        _say("\n".join(names) + "\n")


def _aligned(rows: Sequence[Sequence[str]], width: int) -> str:
    """Rows of cells as lines of columns; long cells are cut."""
    cut = [[_short(cell, width) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in cut)
    return "\n".join(lines) + "\n"


def _short(cell: str, width: int) -> str:
    line = " ".join(cell.split())
    return line if len(line) <= width else line[: width - 1] + "…"


def _say(text: str) -> None:
    sys.stdout.write(text)
