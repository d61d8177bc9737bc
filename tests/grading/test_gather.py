"""How a function is found among a learner's cells, with what it uses."""

import pytest

from coursekit.grading.gather import find, used

STUB = 'def f(a):\n    """Say."""\n    return None'


def run(found):
    names = {}
    for text in (*found.needs, found.cell):
        exec(text, names)
    return names["f"]


def test_the_last_definition_counts_but_not_an_untouched_stub():
    assert run(find("f", ["def f(a): return 1", "def f(a): return 2"], STUB))(0) == 2
    assert run(find("f", ["def f(a): return 1", STUB + "\n\n"], STUB))(0) == 1


def test_an_untouched_stub_is_blank():
    assert find("f", [STUB], STUB).kind == "stub"


def test_what_the_function_uses_comes_along_from_anywhere():
    cells = [
        "import math as m, os\nLIMIT, OTHER = [], 4\nfor _ in range(3): LIMIT.append(_)",
        "def f(a):\n    local = g(a)\n    return [m.floor(x) + len(LIMIT) for x in local]",
        "def g(a):\n    return [h.value] * a",
        "class h:\n    value: float = 1.5",
        "h2 = never_run()",
    ]
    found = find("f", cells, STUB)

    assert run(found)(2) == [4, 4]
    assert found.needs == (cells[0], cells[2], cells[3])


def test_an_assigned_function_and_magics_are_found():
    assert find("f", ["f = lambda a: 7"], STUB).kind == "found"
    assert "def f" in find("f", ["%timeit 1\ndef f(a): return 1"], STUB).cell


@pytest.mark.parametrize(
    ("cells", "kind", "says"),
    [
        ([], "missing", "no function f"),
        (["class C:\n    def f(self): pass"], "missing", "no function f"),
        (["def f(a):\nreturn 1"], "syntax", "line 2: expected an indented block"),
        ([STUB, "def f(a:\n  return 1"], "syntax", "line 1"),
        (["def f(a): return " + "-" * 90_000 + "1"], "syntax", "cannot be read: MemoryError"),
    ],
)
def test_why_there_is_no_function(cells, kind, says):
    found = find("f", cells, STUB)

    assert found.kind == kind
    assert says in str(found.problem)


def test_the_names_that_code_takes_from_outside():
    assert used("def f(a, b=c):\n    d = e\n    return lambda x: x + d + g + len(a)") == {
        "c",
        "e",
        "g",
    }
    assert used("import y\nz = y") == set()
