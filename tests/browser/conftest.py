"""One JupyterLab and one Chromium a process for all browser tests, on copies of the notebooks.

Tests of one edition of a chapter share an open notebook, those of a file their fixtures: with
`--numprocesses 2` each such group goes to one process.
"""

import re
import shutil
import sys
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

sys.path.insert(0, str(Path(__file__).parent))  # the driver serves the benchmarks too

import samples
from driver import Lab, browsing

from coursekit.notebooks import CELLS, listed

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SAMPLES = "samples"


class ByEdition(LoadScopeScheduling):
    """A process keeps the tests of one edition of a chapter together, and those of a file.

    xdist's own `loadgroup` writes the group into the name of a test, which pytest 9.2 ignores.
    """

    def _split_scope(self, nodeid):
        edition = re.search(r"[\[-]((?:[a-z]+/)?\d\d-[a-z]+)", nodeid)
        return edition[1] if edition else nodeid.split("::")[0]


def pytest_xdist_make_scheduler(config, log):
    """Called when this folder is named on the command line, as `make test` does."""
    return ByEdition(config, log)


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
