"""A class of a thousand, the hostile corpus, and one gradebook however the work is shared.

Memory is what the grader and all processes below it hold, shared pages counted once (PSS),
every half second; flat means that the last quarter of the run holds no more than the second.
Run: `python benchmarks classroom`; a worker starts from the main module anew, and this file would
be part of what it holds.
"""

import json
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import psutil

from coursekit.grading import sample_class
from coursekit.grading.grade import grade
from coursekit.grading.notebook import folder_of_notebooks
from coursekit.grading.runner import Limits

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "grading"), str(ROOT / "tests" / "grading" / "corpus")]
RELEASED = folder_of_notebooks() / "exercises" / "08-raid.ipynb"
WORKERS = 2
SHORT = Limits(seconds=10, case_seconds=0.5, exercise_seconds=2)


def row(name, value, goal, unit=""):
    print(f"{name:52} {value:>9} {unit:3} goal {goal}")


class Memory:
    """Megabytes held by this process and all below it, while a block runs."""

    def __enter__(self):
        self.held, self._end = [], threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()

    def _watch(self):
        me = psutil.Process()
        while not self._end.wait(0.5):
            pids = [os.getpid(), *(each.pid for each in me.children(recursive=True))]
            self.held.append(sum(map(_pss, pids)) / 1024)

    @property
    def growth(self):
        """Median of the last quarter less that of the second."""
        quarter = max(1, len(self.held) // 4)
        return median(self.held[-quarter:]) - median(self.held[quarter : 2 * quarter])


def _pss(pid):
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def honest(folder, count):
    """That many right submissions, each with a line of its own."""
    notebook = json.loads(RELEASED.read_text("utf-8"))
    for number in range(count):
        filled = sample_class.filled_in(notebook, sample_class.right(number))
        (folder / f"learner{number:04}.ipynb").write_text(json.dumps(filled), "utf-8")


def print_thousand(place, count):
    folder = place / "honest"
    folder.mkdir()
    honest(folder, count)
    begun = time.perf_counter()
    with Memory() as memory:
        graded = grade(folder, exercise="08-raid", out=place / "marks", workers=WORKERS)
    seconds = time.perf_counter() - begun
    full = sum(each.mark.score == 1 for each in graded.entries)
    row(f"{count} honest submissions, {WORKERS} workers", f"{seconds:.1f}", "<= 90 for 1000", "s")
    row("  one", f"{1000 * seconds / count:.0f}", "-", "ms")
    row("  full marks", full, 3 * count)
    row("  memory, most", f"{max(memory.held):.0f}", "<= 250", "MB")
    row("  memory, growth", f"{memory.growth:.1f}", "about 0", "MB")


def print_corpus(place):
    from table import TABLE

    notebook, folder = json.loads(RELEASED.read_text("utf-8")), place / "hostile"
    folder.mkdir()
    right = sample_class.right(0)
    for number, case in enumerate(TABLE):
        text = case.cell("raid_map", right["raid_map"], "unlikely-0123456789")
        cells = {"raid_map": "" if text is None else text}
        filled = sample_class.filled_in(notebook, right | cells)
        (folder / f"case{number:03}.ipynb").write_text(json.dumps(filled), "utf-8")
    begun = time.perf_counter()
    with Memory() as memory:
        graded = grade(folder, exercise="08-raid", out=place / "h", workers=WORKERS, limits=SHORT)
    seconds = time.perf_counter() - begun
    first = [each.mark for each in graded.entries if each.mark.exercise == "E8.1"]
    late = sum("no end within" in str(mark.reason) for mark in first)
    slow = sum("no answer in time" in str(mark.reason) for mark in first)
    limit = (late * SHORT.seconds + slow * SHORT.exercise_seconds) / WORKERS + 60
    others = [each for each in graded.entries if each.mark.exercise != "E8.1"]
    row(f"hostile corpus, {len(TABLE)} submissions", f"{seconds:.1f}", f"<= {limit:.0f}", "s")
    row("  right functions beside them with full marks",
        sum(each.mark.score == 1 for each in others), f"{len(others)} less what ends them too")  # fmt: skip
    row("  memory, most", f"{max(memory.held):.0f}", "-", "MB")


def print_identical(place):
    """The made-up class three times: the same bytes."""
    from test_cluster import Dask, wait_for_both

    sample_class.write(RELEASED, place)
    secret = place / "the-secret"
    secret.write_text("a secret of the course")
    nodes = place / "dask"
    nodes.mkdir()
    dask, said = Dask(nodes), {}
    try:
        address = dask.scheduler()
        dask.worker(address), dask.worker(address)
        wait_for_both(address)
        for name, how in {
            "1 worker": {"workers": 1},
            "2 workers": {"workers": 2},
            "Dask, 2 workers": {"scheduler": address},
            "papermill's engine": {"workers": 2, "means": papermill()},
        }.items():
            begun = time.perf_counter()
            graded = grade(
                place / "handed-in", exercise="08-raid", out=place / name, secret=secret,
                roster=place / "learners.csv", policy=place / "policy.toml", **how,
            )  # fmt: skip
            pages = sorted(graded.pages.iterdir())
            said[name] = [path.read_bytes() for path in (graded.gradebook, *pages)]
            same = "same bytes" if said[name] == said["1 worker"] else "DIFFERENT"
            row(
                f"class of 20, {name}: {same}",
                f"{time.perf_counter() - begun:.1f}",
                "same bytes",
                "s",
            )
    finally:
        dask.end()


def papermill():
    from coursekit.grading.runner import Means

    return Means(engine="papermill")


def main(count=1000):
    place = Path(tempfile.mkdtemp(prefix="classroom-"))
    try:
        print_thousand(place, count)
        print_corpus(place)
        print_identical(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
