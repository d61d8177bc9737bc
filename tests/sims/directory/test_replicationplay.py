"""The six scenarios of replication, and what each deed costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.directory import replication
from coursekit.sims.directory.replicationplay import SCENARIOS, both_ways, play, scenario, start
from coursekit.sims.message import ParameterError


def last(name, **more):
    return scenario(name).played(**more)[-1]


def views(state):
    return {name: replication.shown(each) for name, each in state.dcs.items()}


def test_one_write_in_a_ring():
    states = scenario("ring").played()
    assert states[-1].done and states[-1].agreed
    write = next(at for at, each in enumerate(states) if each.deed[:1] == ("write",))
    before, after = states[write].metrics, states[-1].metrics
    assert (after.seconds, before.seconds) == (60, 60)
    assert after.rounds - before.rounds == 1  # A tells B and D, B tells C, in one round
    assert after.applied - before.applied == 3
    assert after.messages - before.messages == 16  # eight pulls, a question and an answer each
    assert after.lost == frozenset()


def test_both_halves_change_the_same_attribute():
    states = scenario("cut").played()
    apart = next(each for each in states if each.deed == ("settle",) and each.cut)
    assert not apart.agreed
    assert {name: each.value("u1", "tel") for name, each in apart.dcs.items()} == {"A": "100", "B": "100", "C": "200", "D": "200"}  # fmt: skip
    assert {each.value("u1", "tel") for each in states[-1].dcs.values()} == {"200"}
    assert len(states[-1].metrics.lost) == 1


def test_a_user_whose_unit_is_gone():
    assert list(views(last("orphan")).values()) == [{"u2": ("Bob", replication.LOST)}] * 4


def test_the_same_name_twice():
    assert list(views(last("same name")).values()) == [{"u1": ("Bob CNF:u1", ""), "u2": ("Bob", "")}] * 4  # fmt: skip
    assert last("same name").metrics.lost == frozenset()


def test_a_controller_that_was_away_too_long():
    states = scenario("away").played()
    assert not states[-1].done
    assert states[-1].dcs["D"].holds("u1") and not states[-1].dcs["A"].holds("u1")
    stopped = next(
        each for each in states if each.deed == ("pull", "A", "D") and each.pulled.stopped
    )
    assert stopped.pulled.stopped == "u1" and not stopped.done and "8606" in str(stopped.why)
    loose = last("away", strict=False)
    assert all(each.holds("u1") for each in loose.dcs.values())  # the dead has risen


def test_a_snapshot_put_back():
    plain, supported = last("rollback"), last("restore")
    assert {name: each.value("u1", "tel") for name, each in plain.dcs.items()} == {"A": "z2", "B": "z1", "C": "z1"}  # fmt: skip
    assert not plain.done and not plain.agreed and plain.rest
    assert str(plain.why) == "No pull applies anything any more, and yet they differ."
    assert {each.value("u1", "tel") for each in supported.dcs.values()} == {"z2"} and supported.done
    assert {each.value("u1", "mail") for each in plain.dcs.values()} == {"w1"}


@pytest.mark.parametrize("each", SCENARIOS, ids=lambda each: each.name)
def test_every_state_says_why(each):
    states = each.played()
    assert all(str(state.why) for state in states[1:])
    assert [state.now for state in states] == sorted(state.now for state in states)


NAMES = "ABCD"
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(NAMES), st.just("u1"), st.sampled_from(("tel", "mail")), st.integers(0, 9)),
        st.tuples(st.just("pull"), st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda each: each[1] != each[2]),
        st.tuples(st.just("cut"), st.just("A"), st.sampled_from("BD")),
        st.tuples(st.sampled_from(("down", "up")), st.sampled_from(NAMES)),
    ),
    max_size=15,
)  # fmt: skip


@given(DEEDS)
def test_whatever_happens_healing_and_pulling_ends_in_agreement(deeds):
    states = play(start(), [*deeds, ("heal",), *(("up", each) for each in NAMES), ("settle",)])
    end = states[-1]
    assert end.done and end.agreed and end.rest
    for each in states:
        metrics = each.metrics
        assert metrics.applied <= metrics.sent and len(metrics.lost) <= sum(dc.usn for dc in each.dcs.values())  # fmt: skip


def test_what_does_not_work_says_so():
    states = play(start("AB"), [
        ("delete", "A", "x"), ("down", "A"), ("write", "A", "x", "tel", 1), ("pull", "B", "A"), ("up", "A"), ("cut", "A", "B"), ("pull", "B", "A"),
    ])  # fmt: skip
    assert [each.done for each in states[1:]] == [False, True, False, False, True, True, False]
    assert [str(states[at].why) for at in (1, 3, 4)] == ["thing=x: A has no such object", "A is down.", "B does not reach A."]  # fmt: skip


def test_a_ring_of_two_and_of_one():
    assert both_ways("AB") == {frozenset("AB")}
    assert both_ways("A") == frozenset()


@pytest.mark.parametrize(
    ("deed", "says"),
    [
        (("dance",), "deed=dance: choose one of write, create"),
        (("pull", "A"), "deed=pull: values expected: 2"),
        (("pull", "A", "Q"), "dc=Q: choose one of A, B"),
        (("wait", -1), "days=-1: choose 0 or more"),
        (("revert", "A", True), "dc=A: there is no snapshot of it"),
    ],
)
def test_what_cannot_be(deed, says):
    with pytest.raises(ParameterError, match=says):
        play(start(), [deed])
    with pytest.raises(ParameterError, match="scenario=q: choose one of ring"):
        scenario("q")
