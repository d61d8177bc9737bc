"""Build cache: vector 6-V7, multi-stage builds, the rule over all small builds."""

from itertools import product

import pytest

from coursekit.sims.containers.buildcache import ORDERS, Stage, Step, build, changes, plan
from coursekit.sims.message import ParameterError


def seconds(order, change):
    return build(plan(order), changes(change)).seconds


def test_6_v7():
    assert (seconds("copy_first", "source"), seconds("deps_first", "source")) == (81, 21)


def test_what_each_change_costs():
    """By hand from the costs: COPY 1, installing 60, building 20."""
    assert {order: [seconds(order, change) for change in ("nothing", "source", "deps", "base")] for order in ORDERS} == {
        "copy_first": [0, 81, 81, 81],
        "deps_first": [0, 21, 82, 82],
        "multi": [0, 22, 83, 83],
    }  # fmt: skip


def test_a_multi_stage_image_holds_its_last_stage_only():
    sizes = {order: build(plan(order)).image_mb for order in ORDERS}
    assert sizes == {"copy_first": 1365, "deps_first": 1365, "multi": 53}


def test_the_first_step_that_runs_is_named_and_all_after_it_run():
    built = build(plan("deps_first"), {"source"})
    assert built.first == 3
    assert [each.reused for each in built.steps] == [True, True, True, False, False]
    assert [each.changed for each in built.steps] == [False, False, False, True, False]
    assert build(plan("deps_first")).first is None


def test_every_small_build_reuses_a_prefix_of_each_stage():
    """All stages of three steps, each reading nothing, x or y; x changed."""
    for reads in product([frozenset(), frozenset("x"), frozenset("y")], repeat=3):
        stage = Stage("a", tuple(Step("s", 2**i, reads=each) for i, each in enumerate(reads)))
        built = build([stage], {"x"})
        first = next((i for i, each in enumerate(reads) if "x" in each), 3)
        assert [each.reused for each in built.steps] == [i < first for i in range(3)]
        assert built.seconds == sum(2**i for i in range(first, 3))
        assert built.whole == 7


def test_a_stage_that_ran_again_changes_what_is_copied_from_it():
    last = Stage("b", (Step("FROM", 0), Step("COPY", 1, reads=frozenset({"stage:a"}))))
    for read, ran in (("x", True), ("y", False)):
        built = build([Stage("a", (Step("s", 5, reads=frozenset(read)),)), last], {"x"})
        assert built.steps[-1].reused != ran
        assert built.steps[1].reused


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: plan("sideways"), "order=sideways: choose one of copy_first"),
        (lambda: changes("moon"), "changed=moon: choose one of nothing"),
        (lambda: build([]), "stages=0"),
        (lambda: Step("s", -1), "seconds=-1"),
        (lambda: Step("s", 1, -2), "mb=-2"),
    ],
)
def test_a_bad_value_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
