"""Turns as a story: the vectors of the specification, then servers that leave and return."""

import re
from math import gcd
from pathlib import Path

import pytest

from coursekit.sims.balancing.turns import letters, lvs_wrr, smooth_steps, static_rr
from coursekit.sims.balancing.turnstory import Deed, Turns, tell
from coursekit.sims.message import ParameterError

TEXT = Path(__file__).parents[2] / "transcripts/balancing/leaving.txt"
RECORDED = re.findall(r"static-rr ([\d,]+); (.*): (\w+)", TEXT.read_text("utf-8"))
WEIGHTS = [(5, 1, 1), (4, 3, 2), (50, 25, 25), (3, 1), (4, 2, 1), (0, 2, 6), (7,)]
KINDS = ("rr", "swrr", "lvs_wrr", "static_rr")


def told(policy, weights, requests, deeds=(), **more):
    turns = Turns(policy=policy, weights=weights, requests=requests, **more)
    return tell(turns, [Deed(k, kind, ord(who) - ord("a")) for k, kind, who in deeds])


@pytest.mark.parametrize("weights", WEIGHTS)
def test_nobody_away_it_is_the_plain_order(weights):
    assert told("lvs_wrr", weights, 40).picks == lvs_wrr(weights, 40)
    assert told("static_rr", weights, 40).picks == static_rr(weights, 40)
    assert told("swrr", weights, 40).picks == [step.pick for step in smooth_steps(weights, 40)]
    assert told("rr", weights, 40).picks == [turn % len(weights) for turn in range(40)]


def test_the_currents_of_the_specification():
    """3-V1, and 3-V5 with a failure."""
    states = told("swrr", (5, 1, 1), 7).states[1:]
    assert [state.smooth.current for state in states] == [
        (-2, 1, 1), (-4, 2, 2), (1, -4, 3), (-1, -3, 4), (4, -2, -2), (2, -1, -1), (0, 0, 0),
    ]  # fmt: skip
    assert {state.total for state in states} == {7}
    failing = told("swrr", (4, 1), 8, [(0, "fail", "a")], max_fails=2)
    assert letters(failing.picks) == "abaaabaa"
    assert failing.states[1].smooth.effective == (2, 1)


def test_a_server_that_is_away_keeps_its_current():
    """E3.1's sample."""
    record = told("swrr", (5, 1, 1), 7, [(3, "down", "a")])
    assert letters(record.picks) == "aabcccc"
    assert {state.smooth.current[0] for state in record.states[3:]} == {1}


@pytest.mark.parametrize("policy", KINDS)
@pytest.mark.parametrize("weights", [(5, 1, 1), (4, 3, 2), (6, 3, 3)])
def test_who_is_away_gets_nothing_and_the_others_share_by_weight(policy, weights):
    record = told(policy, weights, 60, [(5, "down", "b"), (40, "up", "b")])
    picks = record.picks
    assert 1 not in picks[5:40]
    assert 1 in picks[40:]
    if policy != "rr":
        cycle = (weights[0] + weights[2]) // gcd(weights[0], weights[2])
        period = picks[40 - cycle : 40]
        assert period.count(0) * weights[2] == period.count(2) * weights[0]
    assert sum(record.states[-1].counts) == 60


@pytest.mark.parametrize("policy", KINDS)
def test_with_nobody_left_requests_are_refused_and_then_served_again(policy):
    deeds = [(2, "down", "a"), (2, "down", "b"), (4, "up", "b")]
    record = told(policy, (2, 1), 6, deeds)
    assert record.picks[2:4] == [None, None]
    assert record.picks[4:] == [1, 1]
    assert "503" in str(record.states[3].why[-1])
    assert record.states[-1].counts[0] + record.states[-1].counts[1] == 4


def test_haproxy_makes_its_map_anew_and_goes_on_at_the_same_place():
    record = told("static_rr", (5, 1, 1), 9, [(4, "down", "c")])
    assert record.states[4].places == (0, 0, 0, 1, 0, 0, 2)
    assert record.states[5].places == (0, 0, 0, 0, 0, 1)
    assert [state.place for state in record.states[4:8]] == [3, 4, 5, 0]
    assert letters(record.picks[4:7]) == "aba"


@pytest.mark.parametrize("weights, said, recorded", RECORDED)
def test_haproxy_picks_as_we_do_when_servers_leave_and_return(weights, said, recorded):
    """HAProxy itself, its servers put into maintenance and back through its socket."""
    deeds = [(int(k), kind, who) for k, kind, who in (each.split() for each in said.split(", "))]
    known = tuple(map(int, weights.split(",")))
    assert letters(told("static_rr", known, len(recorded), deeds).picks) == recorded


def test_five_runs_of_haproxy_were_recorded():
    assert len(RECORDED) == 5


def test_a_deed_beyond_the_end_changes_nothing():
    assert told("rr", (1, 1), 4, [(4, "down", "a")]) == told("rr", (1, 1), 4)


@pytest.mark.parametrize(
    "policy, deeds, says",
    [
        ("rr", [(0, "down", "c")], "server=c: choose a to b"),
        ("rr", [(0, "burn", "a")], "deed=burn: choose one of down, up, fail"),
        ("rr", [(0, "fail", "a")], "policy=rr: only nginx"),
        ("swrr", [(-1, "fail", "a")], "request=-1"),
        ("lvs", [], "policy=lvs: choose one of rr"),
    ],
)
def test_what_cannot_be_is_said(policy, deeds, says):
    with pytest.raises(ParameterError, match=says):
        told(policy, (2, 1), 4, deeds)
    with pytest.raises(ParameterError, match="requests=0"):
        Turns(requests=0)
    with pytest.raises(ParameterError, match="max_fails=0"):
        Turns(max_fails=0)
