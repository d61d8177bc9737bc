"""Balancing labs over time, and the learner's own policy: what only they do."""

import statistics

import numpy as np
import pytest

from coursekit.labs.balancing.health import HealthLab
from coursekit.labs.balancing.own import OwnPolicyLab
from coursekit.labs.balancing.queues import QueuesLab
from coursekit.labs.balancing.turns import GIVEN, TurnsLab
from coursekit.sims.balancing.queuestory import TOLD
from coursekit.sims.message import ParameterError


def drawn(lab):
    return {item["id"]: item for item in lab.scene.items}


def last(lab):
    lab.go(len(lab.result.states) - 1)


def order(lab):
    """The letters on the strip, up to now."""
    cells = [item for item in lab.scene.items if item["id"][0] == "r" and item["id"][1:].isdigit()]
    return "".join(cell["text"] for cell in cells)


# Turns


@pytest.mark.parametrize(
    "policy, weights, expected",  # 3-V1 to 3-V4
    [
        ("swrr", "5,1,1", "aabacaa"), ("swrr", "4,2,1", "abacaba"), ("lvs_wrr", "5,1,1", "aaaaabc"),
        ("lvs_wrr", "4,3,2", "aababcabc"), ("static_rr", "5,1,1", "aaabaac"),
        ("static_rr", "50,25,25", "aabcaabc"), ("rr", "3,1", "abab"),
    ],
)  # fmt: skip
def test_the_strip_is_the_order_of_the_specification(policy, weights, expected):
    lab = TurnsLab()
    lab.set(policy=policy, weights=weights, requests=len(expected))
    assert order(lab) == "", "before the first request nothing is known"
    last(lab)
    assert order(lab) == expected


def test_a_moment_shows_its_currents_and_no_future():
    lab = TurnsLab()
    lab.go(3)
    items = drawn(lab)
    assert [items[f"after-n{i}"]["text"] for i in range(3)] == ["1", "−4", "3"]
    assert [items[f"raised-n{i}"]["text"] for i in range(3)] == ["1", "3", "3"]
    assert items["kept1-2"]["text"] == "−4"
    assert "kept1-3" not in items
    assert items["r2"]["glow"]
    assert not items["r3"]["text"]
    assert items["raised1"]["glow"]
    assert not items["raised2"]["glow"]


def test_currents_above_zero_stand_on_the_line_and_others_hang():
    lab = TurnsLab()
    lab.go(1)
    items = drawn(lab)
    zero = float(items["zero"]["d"].split()[1].split("H")[0])
    assert items["after0"]["y"] == pytest.approx(zero, abs=0.1)
    assert items["after1"]["y"] + items["after1"]["h"] == pytest.approx(zero, abs=0.1)
    assert items["after0"]["h"] == pytest.approx(2 * items["after1"]["h"])


def test_a_press_takes_a_server_away_and_another_brings_it_back():
    lab = TurnsLab()
    lab.go(2)
    lab._press("server1")
    assert lab.text.startswith("b is away and is skipped.")
    assert drawn(lab)["server1"]["text"] == "b ✗"
    assert lab.moment == 3
    lab.go(5)
    lab._press("server1")
    assert lab.text.startswith("b is back.")
    last(lab)
    assert "b" not in order(lab)[2:5]
    assert "b" in order(lab)[5:]
    assert [run.letter for run in lab.runs] == ["A", "B", "C"]
    assert "<td>aabacaaaabacaa</td>" in lab._comparison.value


def test_a_failure_is_of_the_request_just_given():
    """3-V5, by hand."""
    lab = TurnsLab()
    lab.set(weights="4,1", requests=8, max_fails=2)
    lab._do("fail", 0)
    assert "server=a: it has had no request yet" in lab.text
    lab.go(1)
    lab._do("fail", 0)
    assert lab.moment == 1
    assert "counts as 2 now" in lab.text
    assert drawn(lab)["server0"]["text"] == "a · 2/4"
    last(lab)
    assert order(lab) == "abaaabaa"


def test_scenes_of_questions_name_servers_by_letter():
    lab = TurnsLab()
    lab.load({"values": {"requests": 7}, "actions": [[3, "down", "a"]]})
    assert order(lab) == "aabcccc"
    assert lab.scenario()["actions"] == [[3, "down", "a"]]
    lab.set(policy="rr")
    last(lab)
    assert order(lab) == "abcbcbc"
    for bad in ([3, "down", "z"], [3, "down"], "x", {"kind": "down"}):
        with pytest.raises(ParameterError):
            lab.load({"actions": [bad]})


def test_what_does_not_fit_a_policy_or_a_list_rests():
    lab = TurnsLab()
    lab.load({"actions": [[1, "fail", "a"], [2, "down", "c"]]})
    lab.set(policy="lvs_wrr", weights="3,1")
    assert lab.error is None
    last(lab)
    lab._do("fail", 0)
    assert "policy=lvs_wrr: only nginx" in lab.text
    lab._do("down", 2)
    assert "server=c: choose a to b" in lab.text
    lab._do("down", 1)
    assert "requests=14: all are given" in lab.text


def test_your_own_weights_are_used():
    lab = TurnsLab()
    assert "wa" in lab.panel.away
    lab.set(weights="own", wa=2, wb=1, wc=1, wd=0, requests=4)
    assert "wa" not in lab.panel.away
    last(lab)
    assert order(lab) == "abca"
    lab.set(wd=4)
    assert len(lab.state.counts) == 4
    assert all(set(text) <= set("0123456789,") for text in GIVEN)


def test_shares_are_drawn_beside_their_targets():
    lab = TurnsLab()
    lab.go(7)
    items = drawn(lab)
    assert items["got-text0"]["text"] == "71 / 71 %"
    rail = items["rail0"]
    assert items["got0"]["w"] == pytest.approx(rail["w"] * 5 / 7)
    target = float(items["target0"]["d"][1:].split()[0])
    assert target == pytest.approx(rail["x"] + rail["w"] * 5 / 7, abs=0.1)


def test_the_bar_of_ipvs_and_the_map_of_haproxy():
    lab = TurnsLab()
    lab.load({"values": {"policy": "lvs_wrr", "weights": "4,3,2"}, "moment": 3})
    items = drawn(lab)
    assert items["bar-text"]["text"] == "bar 3"
    assert [items[f"weight{i}"]["fill"] for i in range(3)] == ["solid", "solid", "soft"]
    lab.load({"values": {"policy": "static_rr", "weights": "5,1,1"}, "moment": 4})
    assert "".join(drawn(lab)[f"map{i}"]["text"] for i in range(7)) == "aaabaac"
    assert drawn(lab)["map3"]["glow"]


# Queues


def stack(lab):
    """Who is drawn in which stack, from the bottom up: by the column of the server's card."""
    items = drawn(lab)
    columns = {}
    for name, item in sorted(items.items(), key=lambda each: -each[1].get("y", 0)):
        if name.startswith("job"):
            columns.setdefault(round(item["x"]), []).append(int(name[3:]))
    cards = [items[f"server{i}"] for i in range(len(lab.state.lines))]
    return tuple(tuple(columns.get(round(card["x"]), ())) for card in cards)


@pytest.mark.parametrize("policy", TOLD)
def test_the_stacks_are_the_lines(policy):
    lab = QueuesLab()
    lab.set(policy=policy)
    for moment in range(0, len(lab.result.states), 7):
        lab.go(moment)
        assert stack(lab) == tuple(line[:9] for line in lab.state.lines)
        served = [line[0] for line in lab.state.lines if line]
        assert all(drawn(lab)[f"job{k}"]["fill"] == "solid" for k in served)


def test_long_lines_are_cut_and_counted():
    lab = QueuesLab()
    lab.set(servers=1, load=120, requests=60)
    moment = max(range(120), key=lambda i: lab.result.states[i].waiting)
    lab.go(moment)
    there = lab.state.inside
    assert there > 10
    assert drawn(lab)["more0"]["text"] == f"and {there - 9} more"
    assert len(stack(lab)[0]) == 9


def test_a_wait_beside_an_idle_server_is_red():
    lab = QueuesLab()
    vain = [i for i, state in enumerate(lab.result.states) if state.idle]
    lab.go(vain[2])
    assert lab.said.tone == "bad"
    assert "Idle meanwhile: " in lab.text
    assert drawn(lab)["fact3"]["text"] == "waits in vain so far: 3"
    assert all(drawn(lab)[f"server{i}"]["glow"] for i in lab.state.idle)
    lab.set(law="det")
    assert lab.result.told.in_vain == 0
    last(lab)
    assert "0 had to wait while a server was idle" in lab.text


def test_each_policy_meets_the_same_requests():
    lab = QueuesLab()
    arrivals = lab.result.told.trace.arrival
    means = lab.result.means
    for policy in TOLD:
        lab.set(policy=policy)
        assert lab.result.told.trace.arrival == arrivals
        assert lab.result.means == means
        assert lab.result.told.trace.mean_response == pytest.approx(means[policy])
        row = list(means).index(policy)
        assert drawn(lab)[f"rank{row}"]["fill"] == "solid"
    lab.set(seed=2)
    assert lab.result.told.trace.arrival != arrivals


def test_the_bars_are_the_waits_and_the_jobs():
    lab = QueuesLab()
    last(lab)
    trace, items = lab.result.told.trace, drawn(lab)
    waited = max(range(40), key=lambda k: trace.start[k] - trace.arrival[k])
    ratio = items[f"wait{waited}"]["h"] / items[f"served{waited}"]["h"]
    assert ratio == pytest.approx((trace.start[waited] - trace.arrival[waited]) / (trace.end[waited] - trace.start[waited]), rel=1e-6)  # fmt: skip
    lab.go(0)
    assert sum(item.startswith("todo") for item in drawn(lab)) == 39


def test_a_slow_server_follows_its_weight_only_when_told():
    lab = QueuesLab()
    lab.set(slow=True, policy="swrr", requests=60)
    alike = np.bincount(lab.result.told.trace.server)
    lab.set(weighted=True)
    fair = np.bincount(lab.result.told.trace.server)
    assert alike[0] == 15
    assert fair[0] < 6
    assert drawn(lab)["server0"]["text"] == "a · ¼"
    good = lab.result
    lab.set(policy="shared")
    assert "one common queue is modelled for equal servers only" in lab.text
    assert lab.result is good


# Health


def test_the_bands_change_when_the_checks_say_so():
    lab = HealthLab()
    last(lab)
    frame_x = {kind: next(s.t for s in lab.result.states if s.kind == kind) for kind in ("crash", "down", "up")}  # fmt: skip
    assert frame_x == {"crash": 30, "down": 34, "up": 48}
    items = drawn(lab)
    span = lab.result.end - lab.result.begin
    left, right = 132, 890
    dead, out = items["works1"], items["weight1"]
    assert dead["x"] == pytest.approx(left + (right - left) * (30 - lab.result.begin) / span)
    assert out["x"] == pytest.approx(left + (right - left) * (34 - lab.result.begin) / span)
    assert (dead["fill"], out["fill"]) == ("none", "none")
    heights = [items[f"weight{i}"]["h"] for i in range(2, 17)]
    assert heights == sorted(heights)


def test_a_moment_shows_no_loss_to_come():
    lab = HealthLab()
    lab.go(0)
    assert not [name for name in drawn(lab) if name.startswith(("lost", "works1", "mark"))]
    assert drawn(lab)["fact3"]["text"] == "lost 0, retried 0"
    last(lab)
    crosses = drawn(lab)["lost0"]["d"].count("M")
    assert crosses == lab.state.lost == 3


def test_losses_stand_beside_their_formula():
    lab = HealthLab()
    last(lab)
    assert "λ/n × 4 s = 0.6 × 4 = 2.4 requests" in lab.text
    lab.set(policy="least_conn")
    last(lab)
    assert "at most λ × 4 s = 2.4 × 4 = 9.6 requests" in lab.text
    lost = lab.state.lost
    lab.set(retry=True)
    last(lab)
    assert (lab.state.lost, lab.state.retried) == (0, lost)


def test_a_drained_server_loses_nothing_and_hides_the_checks():
    lab = HealthLab()
    lab.set(drain=True, at=33.0)
    kinds = [state.kind for state in lab.result.states]
    assert kinds.index("drain") < kinds.index("empty") < kinds.index("up")
    assert {"inter", "fall", "rise", "timeout", "slow_start"} <= set(lab.panel.away)
    last(lab)
    assert lab.state.lost == 0
    assert "lost0" not in drawn(lab)


def test_the_others_must_bear_its_load():
    lab = HealthLab()
    lab.set(load=80)
    out = next(i for i, state in enumerate(lab.result.states) if state.kind == "down")
    lab.go(out)
    assert drawn(lab)["fact2"]["text"] == "the others: 107 % busy"
    assert drawn(lab)["fact2"]["tone"] == "bad"
    lab.set(timeout=3.0)
    assert "timeout=3.0: choose 0 to inter" in lab.text


# Own


def test_a_learners_policy_is_raced_and_judged():
    turns = OwnPolicyLab()
    assert "beats random" in turns.text
    good = OwnPolicyLab(choose=lambda _now, active: active.index(min(active)))
    assert "as good as the best of ours, least connections" in good.text
    assert good.tone(good.result) == "ok"
    bad = OwnPolicyLab(choose=lambda _now, _active: 0)
    assert "All of ours are faster" in bad.text
    assert bad.tone(bad.result) == "warn"
    assert drawn(bad)["first39"]["text"] == "a"


def test_a_mistake_names_its_line_and_the_picture_stays():
    def moody(_now, active):
        if len(active) == 3:
            return statistics.mean([])  # fails in a line of Python's own library
        return 0

    lab = OwnPolicyLab(choose=moody)
    shown = lab.scene.items
    lab.set(servers=3)
    first = moody.__code__.co_firstlineno
    assert f"StatisticsError at its line {first + 2}" in lab.text
    assert lab.scene.items == shown
    lab.set(servers=4)
    assert lab.error is None
    assert "TypeError" in OwnPolicyLab(choose=lambda _now: 0).text
    assert "request 0: server=None: choose 0 to 9" in OwnPolicyLab(choose=lambda *_: None).text


def test_the_bars_are_the_means():
    lab = OwnPolicyLab()
    items = drawn(lab)
    finishes = [*lab.result.rivals.values(), lab.result.yours]
    unit = items["tail0"]["w"] / finishes[0].measured.p99
    for i, one in enumerate(finishes):
        assert items[f"mean{i}"]["w"] == pytest.approx(one.measured.mean * unit)
        assert items[f"tail{i}"]["w"] == pytest.approx(one.measured.p99 * unit)
