"""Recipes: V10.9 through the ordered crashes, witnesses that are true, programs as texts."""

from itertools import product

import pytest

from coursekit.sims.filesystems import recipes, replace
from coursekit.sims.filesystems.recipes import RECIPES, judge, parse, recipe
from coursekit.sims.filesystems.replace import MODES, PROTOCOLS
from coursekit.sims.message import ParameterError

EVERY = [*product(RECIPES, MODES)]


@pytest.mark.parametrize("name, mode", EVERY)
def test_the_outcomes_are_those_of_the_rules(name, mode):
    made, program = recipe(name, mode), PROTOCOLS[RECIPES[name]]
    assert sorted(made.any) == list(replace.outcomes(program, mode, finished=False))
    assert sorted(made.after) == list(replace.outcomes(program, mode, finished=True))


@pytest.mark.parametrize("name, mode", EVERY)
def test_each_outcome_has_a_crash_that_leaves_it_and_loses_least(name, mode):
    made = recipe(name, mode)
    for (at, outcome), crash in made.found.items():
        assert (crash.at, crash.content) == (at, outcome)
        assert replace.content(crash.kept) == outcome
        like = [each for each in replace.crashes(made.program, mode) if (each.at, each.content) == (at, outcome)]  # fmt: skip
        assert len(crash.lost) == min(len(each.lost) for each in like)


def test_which_recipes_are_safe_and_done():
    safe = {name for name in RECIPES if all(recipe(name, mode).safe for mode in MODES)}
    done = {name for name in RECIPES if all(recipe(name, mode).done for mode in MODES)}
    assert safe == {"fsync_rename", "fsync_rename_dir"}
    assert done == {"truncate_fsync", "fsync_rename_dir"}
    assert recipe("rename", "auto_da_alloc").safe
    assert not recipe("rename", "delalloc").safe


def test_the_worst_crash_is_the_earliest_that_leaves_least():
    assert recipe("unlink", "posix").worst().content == "absent"
    found = recipe("rename", "posix").worst()
    assert (found.at, found.content) == (3, "empty")
    assert recipe("fsync_rename_dir", "posix").worst(finished=True).content == "B"


def test_a_text_is_a_program():
    text = "# new file\ncreat t\nwrite(t, B);\n\nfsync t  # its bytes\nrename(t, f)\nfsyncdir"
    assert parse(text) == PROTOCOLS["P4"]
    assert judge(text).safe
    assert judge(text).done
    assert not judge(recipes.FIRST).safe


@pytest.mark.parametrize(
    "text, says",
    [
        ("creat t\nwrit t B", "line=2: there is no call writ; choose one of creat, write"),
        ("creat t\n\nfsync u", "line=3: fsync=u: no such name at this moment"),
        ("write f B", "line=1: write=f: call creat on it before, and write once"),
        ("rename f", "line=1: op=rename: values that it takes: 2"),
        ("# nothing", "program: write at least one call"),
        ("fsyncdir\n" * 10, "line=10: at most 9 calls"),
    ],
)
def test_a_line_that_breaks_a_rule_is_named(text, says):
    with pytest.raises(ParameterError) as why:
        parse(text)
    assert str(why.value).startswith(says)
