"""The course's own notebooks: clean, paired, executed with other parameters, listed."""

import os
from pathlib import Path

import nbformat
import papermill
import pytest

from coursekit import notebooks
from coursekit.chapters import CHAPTERS

ROOT = Path(__file__).parents[1]
BOOKS = ROOT / "notebooks"
ALL = notebooks.every(BOOKS)
ENGLISH = [path for path in ALL if "fr" not in path.relative_to(BOOKS).parts]


def name(path):
    return str(path.relative_to(BOOKS))


@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_notebook_keeps_every_rule(path):
    assert [str(finding) for finding in notebooks.check(path)] == []


@pytest.mark.parametrize("path", ENGLISH, ids=name)
def test_the_french_edition_is_the_same_notebook(path):
    french = BOOKS / "fr" / path.relative_to(BOOKS)
    assert french.exists(), f"missing: {french.relative_to(ROOT)}"
    assert [str(finding) for finding in notebooks.twins(path, french)] == []


def test_the_list_of_cells_that_may_run_is_fresh():
    assert notebooks.CELLS.read_text(encoding="utf-8") == notebooks.listed(BOOKS), (
        "run: coursekit notebooks build"
    )


@pytest.mark.parametrize("path", ENGLISH, ids=name)
def test_papermill_runs_it_with_other_parameters(path, tmp_path):
    """Another seed, and the other language in the English folder: no error, and it speaks French."""
    out = tmp_path / path.name
    wanted = {"SEED": 7, "LANG": "fr"}
    known = papermill.inspect_notebook(str(path))
    parameters = {key: value for key, value in wanted.items() if key in known}
    papermill.execute_notebook(
        str(path),
        str(out),
        parameters=parameters,
        kernel_name="python3",
        cwd=str(path.parent),
        progress_bar=False,
    )

    ran = nbformat.read(out, as_version=4)
    texts = [
        output.get("data", {}).get("text/plain", "")
        for cell in ran.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]
    outputs = [output for cell in ran.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [
        output
        for output in outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert "LANG" in parameters
    if any("coursekit" in text or text for text in texts):
        said = " ".join(texts)
        assert "Laboratoire" in said or "chapitres" in said or "Chapitre" in said


@pytest.mark.parametrize("path", ALL, ids=name)
def test_every_link_between_notebooks_leads_somewhere(path):
    import re

    book = notebooks.read(path)
    for cell in book.cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([^)#]+\.ipynb)\)", cell.source):
                assert (path.parent / target).exists(), f"{name(path)}#{cell.id}: {target}"


def test_the_start_page_lists_every_chapter(monkeypatch):
    from coursekit.labs import StartPage

    html = StartPage()._repr_mimebundle_()["text/html"]
    for chapter in CHAPTERS:
        assert chapter.title in html
        assert (f"href='{chapter.stem}.ipynb'" in html) == chapter.built
    assert html.count("coming") == sum(not chapter.built for chapter in CHAPTERS)


def test_no_run_left_a_learners_file_in_the_tree():
    assert not (BOOKS / "my-progress.json").exists() or "CI" not in os.environ
