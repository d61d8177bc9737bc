"""Disruption budgets: rounding, and a drain that never breaks one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.kubernetes.disruption import App, Budget, Drain, allowed, drain
from coursekit.sims.message import ParameterError


@pytest.mark.parametrize(
    "budget, expected, healthy, found",
    [
        (Budget(min_available="50%"), 7, 7, (4, 3)),
        (Budget(min_available=2), 3, 3, (2, 1)),
        (Budget(max_unavailable=1), 5, 5, (4, 1)),
        (Budget(max_unavailable="30%"), 7, 7, (4, 3)),
        (Budget(max_unavailable="10%"), 10, 9, (9, 0)),
        (Budget(min_available="100%"), 3, 3, (3, 0)),
        (Budget(max_unavailable="25%"), 3, 3, (2, 1)),  # a Deployment's 25 % of 3 would be 0
    ],
)
def test_7_v11_desired_and_allowed(budget, expected, healthy, found):
    assert allowed(budget, expected, healthy) == found


def app(name, pods, nodes="aab", **values):
    return App(name=name, pods={f"{name}{i}": nodes[i % len(nodes)] for i in range(pods)}, **values)


def kinds(drained):
    return [(s.t, s.kind, s.pod) for s in drained.states]


def test_one_after_the_other_with_a_substitute_between():
    drained = drain(Drain(node="a", apps=(app("web", 3, budget=Budget(min_available=2)),)))
    assert kinds(drained) == [
        (0, "cordon", ""), (0, "evicted", "web0"), (0, "refused", "web1"), (5, "refused", "web1"),
        (10, "ready", ""), (10, "evicted", "web1"), (12, "done", ""), (20, "ready", ""),
    ]  # fmt: skip
    assert drained.done


def test_without_a_budget_all_go_at_once_and_the_service_is_away():
    drained = drain(Drain(node="a", apps=(app("web", 2, nodes="a"),)))
    assert [s.healthy["web"] for s in drained.states if s.kind == "evicted"] == [1, 0]


def test_a_budget_that_allows_nothing_stops_the_drain_for_ever():
    drained = drain(Drain(node="a", apps=(app("web", 3, budget=Budget(min_available="100%")),), timeout=20))  # fmt: skip
    assert not drained.done
    assert drained.states[-1].kind == "timeout" and drained.states[-1].left == 2
    assert "No budget is broken" in str(drained.states[-1].why)


def test_daemons_stay():
    drained = drain(Drain(node="a", apps=(app("log", 2, nodes="ab", daemon=True),)))
    assert kinds(drained) == [(0, "cordon", ""), (0, "skipped", "log0"), (0, "done", "")]


BUDGETS = st.one_of(
    st.none(),
    st.builds(Budget, min_available=st.one_of(st.integers(0, 6), st.sampled_from(["0%", "50%", "100%"]))),
    st.builds(Budget, max_unavailable=st.one_of(st.integers(0, 6), st.sampled_from(["0%", "50%", "100%"]))),
)  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 6), st.sampled_from(["a", "ab", "aab"]), BUDGETS), max_size=3),
    st.integers(0, 30),
)  # fmt: skip
def test_evictions_never_bring_healthy_below_the_budget(rows, ready):
    apps = tuple(app(f"x{i}-", n, nodes, budget=budget) for i, (n, nodes, budget) in enumerate(rows))  # fmt: skip
    drained = drain(Drain(node="a", apps=apps, ready=ready, timeout=100))
    for each in apps:
        if each.budget:
            least = min(each.budget.desired(len(each.pods)), len(each.pods))
            assert all(s.healthy[each.name] >= least for s in drained.states)
    on_node = sum(node == "a" for each in apps for node in each.pods.values())
    evicted = sum(s.kind == "evicted" for s in drained.states)
    assert evicted + drained.states[-1].left == on_node


@pytest.mark.parametrize(
    "make, says",
    [
        (Budget, "min_available=None, max_unavailable=None: write one of them"),
        (lambda: Budget(min_available=1, max_unavailable=1), "write one of them"),
        (lambda: Budget(min_available="x"), "min_available=x: write a number, or a percentage"),
        (lambda: allowed(Budget(min_available=1), 3, 4), "healthy=4: choose 0 to 3"),
        (lambda: Drain(node="a", apps=(), stop=-1), "stop=-1: choose 0 or more"),
        (lambda: Drain(node="a", apps=(app("w", 1), app("w", 1))), "app=w: the name is taken"),
    ],
)
def test_what_cannot_be_is_refused(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
