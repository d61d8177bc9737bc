"""The learner's copy: clean, whole, and never with an answer in it."""

import json

import nbformat
import pytest

from coursekit.chapters import CHAPTERS, chapter
from coursekit.exercises import exercises, find
from coursekit.exercises.contract import made_of
from coursekit.grading import release as module
from coursekit.grading.notebook import folder_of_notebooks
from coursekit.grading.release import findings, release
from coursekit.sims.message import ParameterError

RAID = chapter("raid")


def amiss(notebook):
    return [
        str(each) for each in findings(nbformat.v4.reads(json.dumps(notebook)), exercises("raid"))
    ]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("one", [c for c in CHAPTERS if c.built], ids=lambda each: each.slug)
def test_the_courses_own_notebooks_are_released_byte_for_byte(tmp_path, one, lang):
    path, found = release(one, tmp_path / "out", lang)
    source = folder_of_notebooks() / ("" if lang == "en" else lang) / "exercises" / path.name

    assert found == []
    assert path.read_bytes() == source.read_bytes()


def test_nothing_is_replaced(tmp_path):
    (tmp_path / "08-raid.ipynb").write_text("mine")
    with pytest.raises(ParameterError, match="it exists and is not replaced"):
        release(RAID, tmp_path)
    assert (tmp_path / "08-raid.ipynb").read_text() == "mine"


def test_an_unknown_language_is_named(tmp_path):
    with pytest.raises(ParameterError, match="language=de: choose one of en, fr"):
        release(RAID, tmp_path, "de")


def test_a_solution_is_found_and_then_nothing_is_written(tmp_path, monkeypatch, submission, right):
    (tmp_path / "course" / "exercises").mkdir(parents=True)
    solved = submission(pq_recover=right["pq_recover"])
    (tmp_path / "course" / "exercises" / "08-raid.ipynb").write_text(json.dumps(solved))
    monkeypatch.setattr(module, "folder_of_notebooks", lambda: tmp_path / "course")

    path, found = release(RAID, tmp_path / "out")

    assert "E8.2: pq_recover is solved" in [str(each) for each in found]
    assert not path.exists()


def test_what_the_last_run_left_does_not_go_out(tmp_path, monkeypatch, submission):
    (tmp_path / "course" / "exercises").mkdir(parents=True)
    notebook = submission()
    cell = next(each for each in notebook["cells"] if each["cell_type"] == "code")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "answer 42"}]
    notebook["metadata"]["widgets"] = {"answer": 42}
    (tmp_path / "course" / "exercises" / "08-raid.ipynb").write_text(json.dumps(notebook))
    monkeypatch.setattr(module, "folder_of_notebooks", lambda: tmp_path / "course")

    path, found = release(RAID, tmp_path / "out")

    assert found == []
    assert "answer 42" not in path.read_text("utf-8")
    assert "widgets" not in json.loads(path.read_text("utf-8"))["metadata"]


@pytest.mark.parametrize(
    "body",
    ["return 1", "pass\n    return x", "yield 1", "x = 1\n    return None", "return (None,)"],
)
def test_any_code_in_a_stub_is_a_solution(submission, body):
    cell = f'def raid_map(**x):\n    """Yours."""\n    {body}\n'

    assert amiss(submission(raid_map=cell)) == ["E8.1: raid_map is solved"]


@pytest.mark.parametrize(
    "body", ["return None", "return", "pass", "...", "raise NotImplementedError"]
)
def test_a_stub_may_be_written_in_any_usual_way(submission, body):
    assert amiss(submission(raid_map=f"def raid_map(**x):\n    {body}\n")) == []


def test_a_second_definition_elsewhere_is_a_solution(submission, code_cell):
    notebook = submission()
    notebook["cells"].append(code_cell("if True:\n    def raid_map(**x):\n        return 5"))

    assert amiss(notebook) == ["E8.1: raid_map is solved"]


def test_a_stub_that_is_missing_is_named(submission):
    assert amiss(submission(raid_map=None)) == ["E8.1: no stub of raid_map"]


@pytest.mark.parametrize("exercise", ["E8.1", "E8.2", "E8.3"])
def test_a_line_of_the_reference_is_found_even_in_prose(submission, exercise):
    notebook = submission()
    line = next(module._telling(find(exercise).reference))
    notebook["cells"][0]["source"] += f"\n\n`{line}`"

    assert f"{exercise}: a line of the reference: {line}" in amiss(notebook)


def test_a_planned_mistake_is_not_told_either(submission):
    notebook = submission()
    line = next(line for wrong in find("E8.3").wrong for line in module._telling(wrong.function))
    notebook["cells"].append({"cell_type": "markdown", "id": "m", "metadata": {}, "source": line})

    assert any(line in each for each in amiss(notebook))


def test_a_planned_mistake_that_is_made_of_others_is_not_told_either():
    """E5.1's bend one rule of the same loop: the loop and each rule are kept back."""
    for wrong in find("E5.1").wrong:
        parts = list(made_of(wrong.function))
        assert len(parts) == 2
        assert all(list(module._telling(part)) for part in parts)


def test_a_case_that_is_not_a_visible_one_is_found(submission, teacher):
    notebook = submission()
    cell = next(c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", []))
    text = "".join(cell["source"])
    assert '"lba": 5000}' in text
    cell["source"] = text.replace('"lba": 5000}', '"lba": 5001}')

    assert amiss(notebook) == ["E8.1: case 1 of CASES_E8_1 is not one of the visible ones"]


def test_cases_that_are_computed_are_not_taken_on_trust(submission, code_cell):
    notebook = submission()
    notebook["cells"].append(code_cell("CASES_E8_2 = make_cases(40)"))

    assert amiss(notebook) == ["E8.2: case 4 of CASES_E8_2 is not one of the visible ones"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("'left-' + 'symmetric'", []),
        ("'left-symmetric' * 1", []),
        ("'left-' * 2", ["E8.1: case 6 of CASES_E8_1 is not one of the visible ones"]),
        ("'left-' + name", ["E8.1: case 6 of CASES_E8_1 is not one of the visible ones"]),
    ],
)
def test_a_text_that_is_written_short_is_read_in_full(submission, code_cell, written, said):
    """E5.3 shows images in base64: 32 KiB of zeros are not spelled out."""
    notebook = submission()
    first = find("E8.1").samples[0]
    case = repr({"args": first.args, "answer": first.answer})
    assert "'left-symmetric'" in case
    case = case.replace("'left-symmetric'", written)
    notebook["cells"].append(code_cell(f"CASES_E8_1 = [{case}]"))

    assert amiss(notebook) == said
