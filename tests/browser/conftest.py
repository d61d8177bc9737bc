"""One JupyterLab and one Chromium a process for all browser tests, on copies of the notebooks.

Tests of one edition of a chapter share an open notebook, those of a file their fixtures: each
such group goes to one process (`--dist loadgroup`).
"""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the driver serves the benchmarks too

import samples
from driver import Lab, browsing

from coursekit.notebooks import CELLS, listed

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SAMPLES = "samples"


def pytest_collection_modifyitems(items):
    """Name the group of each test: its edition of a chapter, or else its file."""
    for item in items:
        if item.get_closest_marker("browser") is None:
            continue  # this file is read for the other tests' run too
        of = getattr(item, "callspec", None)
        edition = of.params.get("edition") if of else None
        group = f"{edition[1]}{edition[0].stem}" if edition else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Path:
    """A copy of the course's notebooks, and `samples/` beside them."""
    folder = tmp_path_factory.mktemp("course") / "notebooks"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns(".*"))
    (folder / SAMPLES).mkdir()
    return folder


@pytest.fixture(scope="session")
def sample_cells(tmp_path_factory) -> Path:
    """The samples' own list of cells that may run when a notebook is opened."""
    folder = tmp_path_factory.mktemp("shipped")
    samples.save(folder, {name: samples.notebook(code) for name, code in samples.SHIPPED.items()})
    file = folder / "cells.json"
    file.write_text(listed(folder))
    return file


@pytest.fixture(scope="session")
def browser():
    """The one Chromium of all browser tests."""
    with browsing() as running:
        yield running


@pytest.fixture(scope="session")
def lab(course, sample_cells, browser):
    """The whole course and the samples on one server; the course's list stays in force."""
    with Lab(course, cells_files=[CELLS, sample_cells], browser=browser) as running:
        yield running


@pytest.fixture
def show(lab, course):
    """Save a sample under a name and show it; closed again after the test."""
    opened = []

    def show_sample(name, made=None, *, alone=False, wait=True):
        if made is not None:
            samples.save(course / SAMPLES, {name: made})
        open_ = lab.open if alone else lab.open_here
        opened.append(open_(f"{SAMPLES}/{name}.ipynb", wait=wait))
        return opened[-1]

    yield show_sample
    for notebook in opened:
        if not notebook.closed:
            notebook.close()
