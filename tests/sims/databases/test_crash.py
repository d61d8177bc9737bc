"""Power cuts: with the WAL rule no promise is broken at any moment, without it one soon is."""

from itertools import product

import numpy as np
import pytest

from coursekit.sims.databases.crash import PAGES, RULES, USERS, Deed, Policy
from coursekit.sims.databases.crashstory import counterexample, judge, tell, trials
from coursekit.sims.message import ParameterError

KEPT = [Policy(steal=steal, force=force) for steal, force in product((True, False), repeat=2)]
DEEDS = [
    *(Deed("write", user, page) for user, page in product("AB", ("P1", "P2"))),
    *(Deed("commit", user) for user in "AB"), *(Deed("page", page) for page in ("P1", "P2")),
    Deed("log"), Deed("checkpoint"),
]  # fmt: skip


def deeds(text):
    """Deeds from a short form: "wA1 cA p1 log"."""
    kinds = {"w": "write", "c": "commit", "p": "page"}
    found = []
    for each in text.split():
        if each in ("log", "checkpoint", "cut", "start"):
            found.append(Deed(each))
        else:
            names = [f"P{letter}" if letter.isdigit() else letter for letter in each[1:]]
            found.append(Deed(kinds[each[0]], *names))
    return found


@pytest.mark.parametrize("policy", KEPT, ids=str)
def test_with_the_rule_no_cut_breaks_a_promise(policy):
    for each in product(DEEDS, repeat=3):
        assert all(trial.verdict.well for trial in trials(each, policy)), each


@pytest.mark.parametrize("policy", KEPT, ids=str)
@pytest.mark.parametrize("seed", range(5))
def test_nor_in_long_runs_with_cuts_between(policy, seed):
    rng = np.random.default_rng(seed)
    every = [*DEEDS, Deed("write", "C", "P3"), Deed("commit", "C"), Deed("page", "P3"), Deed("cut"), *[Deed("start")] * 4]  # fmt: skip
    story = tell([every[int(rng.integers(len(every)))] for _n in range(200)], policy)
    assert story.states[-1].bad == 0
    assert story.states[-1].moments > 40
    assert all(each.verdict.well for each in story.states if each.verdict)


@pytest.mark.parametrize("rule, length", [("pages", 2), ("answers", 2), ("kept", None)])
def test_a_shortest_counterexample_is_found_without_it(rule, length):
    found = counterexample(Policy(rule=rule))
    assert (found and len(found)) == length


def test_what_the_two_halves_break():
    one = tell(deeds("wA1 p1 cut start"), Policy(rule="pages")).states[-1]
    assert (one.verdict.lost, one.verdict.traces) == ((), ("P1",))
    assert one.world.disk["P1"].value == "A1.1"
    two = tell(deeds("wA1 cA cut start"), Policy(rule="answers")).states[-1]
    assert (two.verdict.lost, two.verdict.traces) == (("A1",), ())
    assert two.world.disk["P1"].value == "0"
    assert (one.bad, two.bad) == (
        1,
        1,
    )  # two: between the COMMIT in memory and the answer nothing is promised


def test_no_steal_alone_also_saves_a_database_without_the_first_half():
    """Nothing to undo is ever on disk: the WAL rule is the price of stealing."""
    assert counterexample(Policy(steal=False, rule="pages")) is None
    assert counterexample(Policy(steal=False, rule="answers")) is not None


def test_with_force_and_no_steal_recovery_has_nothing_to_do_between_deeds():
    policy = Policy(steal=False, force=True)
    story = tell(deeds("wA1 wA2 cA wB2 wB3 cB wA1 cut start"), policy)
    found = story.states[-1].verdict.recovered
    assert (found.redo, found.undo, found.losers) == ((), (), ())
    story = tell(deeds("wA1 wA2 cA wB2 wB3 cB wA1 log cut start"), Policy(force=True))
    assert story.states[-1].verdict.recovered.losers == ("A2",)


def test_a_commit_has_several_moments():
    found = [trial.step for trial in trials(deeds("wA1 wA2 cA"), Policy(force=True)) if trial.at == 2]  # fmt: skip
    assert len(found) == 5  # COMMIT, log, two pages, the answer


@pytest.mark.parametrize("text, policy, said", [
    ("cA", Policy(), "A has no open transaction"), ("wA1 wB1", Policy(), "A1 has changed P1 and is still open: B has to wait"),
    ("p1", Policy(), "P1 is the same"), ("wA1 p1", Policy(steal=False), "No steal: P1 must not"),
    ("cut wA1", Policy(), "There is no power"), ("start", Policy(), "The machine is running"),
])  # fmt: skip
def test_what_cannot_be_done_changes_nothing(text, policy, said):
    states = tell(deeds(text), policy).states
    assert not states[-1].done
    assert said in str(states[-1].why)
    assert states[-1].world == states[-2].world


def test_after_a_start_the_log_begins_anew_and_a_second_cut_keeps_everything():
    story = tell(deeds("wA1 cA wB2 log cut start wC3 cut start"), Policy())
    assert [each.verdict.well for each in story.states if each.verdict] == [True, True]
    assert {name: page.value for name, page in story.states[-1].world.disk.items()} == {"P1": "A1.1", "P2": "0", "P3": "0"}  # fmt: skip
    assert story.states[-1].world.log == ()


@pytest.mark.parametrize("make, says", [
    (lambda: Policy(rule="none"), "rule=none: choose one of"), (lambda: Deed("run"), "kind=run"),
    (lambda: Deed("write", "D", "P1"), "one=D: choose one of A, B, C"), (lambda: Deed("write", "A", "P9"), "two=P9"),
    (lambda: Deed("log", "A"), "one=A: choose one of"),
])  # fmt: skip
def test_what_cannot_be(make, says):
    with pytest.raises(ParameterError, match=says):
        make()


def test_every_rule_has_users_and_pages():
    assert (len(RULES), len(USERS), len(PAGES)) == (3, 3, 3)
    assert judge(tell((), Policy()).states[0].world).well
