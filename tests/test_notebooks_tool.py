"""The notebook tool: what it cleans, what it finds, and that what is derived is fresh.

Each broken notebook is a sound one with one thing changed, and gives exactly one finding.
"""

import hashlib
import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from coursekit import notebooks

SHIPPED = Path(__file__).parents[1] / "notebooks"


def code(name, tag, source, **metadata):
    folded = {"jupyter": {"source_hidden": True}} if tag in notebooks.OPENERS else {}
    return new_code_cell(source, id=name, metadata={"tags": [tag], **folded, **metadata})


def prose(name, source):
    return new_markdown_cell(source, id=name)


def table():
    """A kept table: its text is part of the chapter."""
    cell = code("space-table", "nbval-check-output", "# Space\nprint(3)")
    cell.outputs, cell.execution_count = [new_output("stream", name="stdout", text="3\n")], 1
    return cell


def made(cells, kind, chapter="raid", language="en"):
    about = {"chapter": chapter, "language": language, "kind": kind}
    kernel = {"display_name": "Python 3 (ipykernel)", "name": "python3"}
    return new_notebook(cells=cells, metadata={"coursekit": about, "kernelspec": kernel})


def opening():
    return [
        prose("title", "# RAID\nWhich disks may die?"),
        code(
            "load", "setup", "# Load\nfrom coursekit.labs import open_chapter\nimport numpy as np"
        ),
        code("parameters", "parameters", "# Parameters\nSEED = 1"),
    ]


def lesson(**about):
    cells = [
        *opening(),
        code("disks-lab", "lab", '# Lab\nopen_chapter("raid").lab("disks")'),
        table(),
        code("exit-quiz", "quiz", '# Quiz\nopen_chapter("raid").quiz()'),
        prose("recap", "In short: 1,000 arrays, 2.5 years."),
    ]
    return made(cells, "lesson", **about)


def exercises():
    cells = [
        *opening(),
        code("e1-function", "exercise", "# Yours\nimport math\ndef f(x):\n    return math.inf"),
        code("e1-check", "check", "# Check\nfrom coursekit.exercises.check import check"),
    ]
    return made(cells, "exercises")


def saved(notebook, folder, name="08-raid", under=""):
    path = folder / under / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True, parents=True)
    notebooks.write(path, notebook)
    return path


def found(notebook, folder):
    return [(each.rule, each.cell) for each in notebooks.check(saved(notebook, folder))]


class TestCheck:
    @pytest.mark.parametrize("sound", [lesson, exercises])
    def test_a_sound_notebook_has_no_finding(self, sound, tmp_path):
        assert found(sound(), tmp_path) == []

    @pytest.mark.parametrize(
        ("rule", "cell", "change"),
        [
            ("kind", "", lambda nb: nb.metadata.coursekit.update(kind="game")),
            ("language", "", lambda nb: nb.metadata.coursekit.update(language="de")),
            ("language", "", lambda nb: nb.metadata.coursekit.update(language="fr")),
            ("chapter", "", lambda nb: nb.metadata.coursekit.update(chapter="volumes")),
            ("kernel", "", lambda nb: nb.metadata.kernelspec.update(name="mine")),
            ("clean", "", lambda nb: nb.metadata.update(widgets={})),
            ("clean", "", lambda nb: nb.metadata.kernelspec.update(env={})),
            ("clean", "load", lambda nb: nb.cells[1].update(execution_count=7)),
            ("clean", "space-table", lambda nb: nb.cells[4].update(execution_count=7)),
            ("clean", "load", lambda nb: nb.cells[1].metadata.update(collapsed=True)),
            ("clean", "disks-lab", lambda nb: nb.cells[3].update(outputs=table().outputs)),
            (
                "kept",
                "space-table",
                lambda nb: nb.cells[4].update(outputs=[], execution_count=None),
            ),
            ("id", "load", lambda nb: nb.cells[2].update(id="load")),
            ("id", "a1b2c3d4", lambda nb: nb.cells[2].update(id="a1b2c3d4")),
            ("id", "Load", lambda nb: nb.cells[1].update(id="Load")),
            ("order", "", lambda nb: nb.cells.insert(0, prose("before", "Before the title"))),
            ("order", "exit-quiz", lambda nb: nb.cells.pop()),
            ("order", "", lambda nb: nb.cells.append(nb.cells.pop(5)) or nb.cells.pop(3)),
            ("order", "", lambda nb: nb.cells.insert(5, nb.cells.pop(3)) or nb.cells.pop(4)),
            ("tags", "extra", lambda nb: nb.cells.insert(4, code("extra", "labs", "# Extra"))),
            ("comment", "load", lambda nb: nb.cells[1].update(source="import numpy")),
            ("comment", "load", lambda nb: nb.cells[1].update(source="# " + "long " * 20)),
            ("lines", "load", lambda nb: nb.cells[1].update(source="# Load\n" + "x = 1\n" * 5)),
            ("python", "load", lambda nb: nb.cells[1].update(source="# Load\n%pip install x")),
            ("python", "load", lambda nb: nb.cells[1].update(source="# Load\n!curl example")),
            ("import", "load", lambda nb: nb.cells[1].update(source="# Load\nimport ipywidgets")),
            (
                "import",
                "load",
                lambda nb: nb.cells[1].update(source="# L\nfrom bqplot import Bars"),
            ),
            (
                "import",
                "load",
                lambda nb: nb.cells[1].update(source="# L\nimport coursekit.ui.lab"),
            ),
            ("import", "load", lambda nb: nb.cells[1].update(source="# L\nfrom . import x")),
            ("import", "load", lambda nb: nb.cells[1].update(source="# L\nimport math")),
        ],
    )
    def test_a_broken_lesson_gives_its_finding(self, rule, cell, change, tmp_path):
        broken = lesson()

        change(broken)

        assert set(found(broken, tmp_path)) >= {(rule, cell)}
        assert {each for each, _cell in found(broken, tmp_path)} == {rule}

    @pytest.mark.parametrize(
        ("rule", "cell", "change"),
        [
            ("order", "e1-function", lambda nb: nb.cells.pop()),
            ("order", "", lambda nb: nb.cells.pop(3)),
            ("order", "load", lambda nb: nb.cells[1].metadata.update(tags=["check"])),
            ("import", "e1-function", lambda nb: nb.cells[3].update(source="# Y\nimport socket")),
            ("import", "e1-check", lambda nb: nb.cells[4].update(source="# Check\nimport math")),
            (
                "lines",
                "e1-function",
                lambda nb: nb.cells[3].update(source="# Y\n" + "x = 1\n" * 15),
            ),
        ],
    )
    def test_a_broken_exercise_gives_its_finding(self, rule, cell, change, tmp_path):
        broken = exercises()

        change(broken)

        assert found(broken, tmp_path) == [(rule, cell)]

    def test_too_many_cells(self, tmp_path):
        broken = lesson()
        broken.cells[4:4] = [
            prose(f"word-{number}", "Words.") for number in range(notebooks.MOST_CELLS)
        ]

        assert found(broken, tmp_path) == [("length", "")]

    def test_a_finding_names_file_cell_and_rule(self, tmp_path):
        broken = lesson()
        broken.cells[1].source = "import numpy"
        path = saved(broken, tmp_path)

        (finding,) = map(str, notebooks.check(path))

        assert finding.startswith(f"{path.as_posix()}#load: comment: ")

    @pytest.mark.parametrize("path", notebooks.every(SHIPPED), ids=str)
    def test_what_we_ship_breaks_no_rule(self, path):
        assert [str(each) for each in notebooks.check(path)] == []


class TestClean:
    def test_a_lesson_folds_what_only_opens_and_shows_what_a_learner_changes(self):
        open_, own = lesson(), "# Yours\ndef layout(block):\n    return block"
        open_.cells[3].metadata = nbformat.from_dict({"tags": ["lab"]})
        open_.cells.insert(4, code("own-lab", "lab", own))

        lab, mine = notebooks.clean(open_).cells[3:5]

        assert lab.metadata == {"tags": ["lab"], "jupyter": {"source_hidden": True}}
        assert mine.metadata == {"tags": ["lab"]}

    def test_it_leaves_only_what_is_part_of_the_text(self, tmp_path):
        dirty = lesson()
        dirty.metadata["language_info"] = {"name": "python"}
        dirty.cells[1].update(execution_count=3, outputs=table().outputs)
        dirty.cells[1].metadata.update(trusted=True, jupyter={"source_hidden": True})
        dirty.cells[4].execution_count = 9
        expected = lesson()
        expected.cells[1].metadata["jupyter"] = {"source_hidden": True}

        assert notebooks.clean(dirty) == expected

    @pytest.mark.parametrize("sound", [lesson, exercises])
    def test_twice_is_once(self, sound):
        once = notebooks.clean(sound())

        assert notebooks.clean(once) == once

    def test_a_kept_result_counts_one(self):
        """nbval refuses a reference whose count is null."""
        dirty = lesson()
        result = new_output("execute_result", data={"text/plain": "3"}, execution_count=12)
        dirty.cells[4].update(outputs=[result], execution_count=12)

        cell = notebooks.clean(dirty).cells[4]

        assert (cell.execution_count, cell.outputs[0].execution_count) == (1, 1)

    def test_the_same_notebook_gives_the_same_bytes(self, tmp_path):
        path = saved(lesson(), tmp_path)
        before = path.read_bytes()

        notebooks.write(path, notebooks.clean(notebooks.read(path)))

        assert path.read_bytes() == before
        assert before.endswith(b"}\n")
        nbformat.validate(notebooks.read(path))


class TestTwins:
    def rules(self, one, other, folder):
        paths = saved(one, folder), saved(other, folder, under="fr")
        return [(each.rule, each.cell) for each in notebooks.twins(*paths)]

    def french(self):
        twin = lesson(language="fr")
        twin.cells[0].source = "# RAID\nQuels disques peuvent mourir\u202f?"
        twin.cells[-1].source = "En bref\u202f: 2,5 ans, 1\u202f000 grappes."
        twin.cells[4].outputs[0].text = "trois\n"
        return twin

    def test_true_twins_differ_in_words_only(self, tmp_path):
        assert self.rules(lesson(), self.french(), tmp_path) == []

    @pytest.mark.parametrize(
        ("rule", "cell", "change"),
        [
            ("twin-ids", "disks-lab", lambda nb: nb.cells.pop(3)),
            ("twin-ids", "recap", lambda nb: nb.cells.pop()),
            ("twin-ids", "extra", lambda nb: nb.cells.append(prose("extra", "Plus."))),
            ("twin-type", "recap", lambda nb: nb.cells.append(new_code_cell(id=nb.cells.pop().id))),
            ("twin-code", "load", lambda nb: nb.cells[1].update(source="# Charger")),
            ("twin-tags", "load", lambda nb: nb.cells[1].metadata.update(tags=["lab"])),
            ("twin-numbers", "recap", lambda nb: nb.cells[-1].update(source="1 000 et 2,4.")),
            ("twin-numbers", "recap", lambda nb: nb.cells[-1].update(source="En bref.")),
        ],
    )
    def test_a_false_twin_gives_its_finding(self, rule, cell, change, tmp_path):
        twin = self.french()

        change(twin)

        assert self.rules(lesson(), twin, tmp_path) == [(rule, cell)]

    @pytest.mark.parametrize(
        ("en", "fr"),
        [
            ("1,000 disks, 0.5 %", "0,5\u00a0% de 1\u202f000 disques"),
            ("1,234,567.5", "1\u2009234\u2009567,5"),
            ("disks 1, 2 and 3", "disques 1, 2 et 3"),
            ("`lvcreate -L 1.5G` of 3", "3 de `lvcreate -L 1.5G`"),
            ("$x = 0.25$", "$x = 0.25$"),
            ("RAID 10, not 5", "RAID 10, pas 5"),
            ("10.0.0.1 and 4.6.6", "10.0.0.1 et 4.6.6"),
        ],
    )
    def test_numbers_are_the_same_in_both_ways_of_writing(self, en, fr):
        assert notebooks.numbers(en, "en") == notebooks.numbers(fr, "fr") != {}

    @pytest.mark.parametrize(("en", "fr"), [("2.5", "2,4"), ("1,000", "1,000"), ("3 3", "3")])
    def test_other_numbers_are_seen(self, en, fr):
        assert notebooks.numbers(en, "en") != notebooks.numbers(fr, "fr")

    @pytest.mark.parametrize("path", notebooks.every(SHIPPED / "fr"), ids=str)
    def test_what_we_ship_are_twins(self, path):
        english = SHIPPED / path.relative_to(SHIPPED / "fr")

        assert [str(each) for each in notebooks.twins(english, path)] == []


class TestDerived:
    def test_the_list_of_cells_is_fresh(self):
        """Stale? Run `coursekit notebooks build`."""
        assert notebooks.CELLS.read_text(encoding="utf-8") == notebooks.listed(SHIPPED)

    def test_every_code_cell_is_listed_by_its_exact_text(self, tmp_path):
        saved(lesson(), tmp_path)
        saved(exercises(), tmp_path, under="exercises")
        (tmp_path / ".ipynb_checkpoints").mkdir()
        strange = made([code("odd", "lab", "# odd")], "start")
        saved(strange, tmp_path / ".ipynb_checkpoints")

        sources = {c.source for nb in (lesson(), exercises()) for c in nb.cells if "outputs" in c}
        expected = sorted(hashlib.sha256(source.encode()).hexdigest() for source in sources)

        assert json.loads(notebooks.listed(tmp_path)) == expected
