"""Load balancing labs that compare, size and place: what only they do."""

import numpy as np
import pytest

from coursekit.labs.balancing.curve import GRID, POINTS, CurveLab
from coursekit.labs.balancing.double import GAUGE, DoubleLab
from coursekit.labs.balancing.race import RaceLab
from coursekit.labs.balancing.ring import RingLab
from coursekit.labs.balancing.size import HIGH, SizeLab
from coursekit.labs.balancing.sticky import StickyLab
from coursekit.sims.balancing.formulas import mm1_response, mmc_response


def drawn(scene):
    return {item["id"]: item for item in scene.items}


def test_the_curve_is_the_formula_and_the_points_lie_on_it():
    lab = CurveLab()
    single, common, _choices, points, _load = lab.chart.data

    assert common[1][0] == pytest.approx(mmc_response(4, 4 * GRID[0], 1.0))
    assert single[1] == pytest.approx([mm1_response(load, 1.0) for load in single[0]])
    assert points[0].tolist() == list(POINTS)
    assert points[1][POINTS.index(0.8)] == pytest.approx(1.75, rel=0.1)
    assert "stays 1.75 service times" in lab.text
    assert "would make it 2.86 times longer" in lab.text


def test_the_discs_are_those_who_wait_by_littles_law():
    lab = CurveLab()

    def discs():
        return sum(item["kind"] == "token" for item in lab.scene.items)

    assert discs() == 2  # of 2.39
    lab.set(lines="separate")
    assert discs() == 4 * 3  # of 3.2 in each of four lines
    lab.set(lines="one", load=97)
    assert discs() == round(lab.result.inside.waiting) > 20


def test_retries_can_be_more_than_the_servers_bear():
    lab = CurveLab()
    lab.set(load=90, retry=12)
    assert "101 % arrives" in lab.text
    assert lab.tone(lab.result) == "bad"
    assert len(lab.chart.data) == 4, "no load to mark on the chart"


def test_other_jobs_leave_the_curve():
    lab = CurveLab()
    lab.set(law="hyper", servers=1)
    assert lab.result.response > 2 * lab.result.formula
    assert "points leave them" in lab.text


def test_a_move_of_the_load_measures_only_the_new_point():
    lab = CurveLab()
    before = lab._points.cache_info().misses
    lab.set(load=85)
    assert lab._points.cache_info().misses == before + 1


def test_the_race_draws_each_policys_figures():
    lab = RaceLab()
    bars = drawn(lab.scene)
    means = [finish.measured.mean for finish in lab.result.finishes.values()]
    wide = [bars[f"bar{i}-solid"]["w"] for i in range(6)]

    assert wide == pytest.approx(np.array(means) * wide[0] / means[0])
    assert len(lab.chart.data) == 6
    assert "no better than chance" in lab.text
    lab.set(report=10.0)
    assert "worse than chance" in lab.text
    lab.set(report=0.5)
    assert "than chance" not in lab.text
    lab.set(law="det")
    assert "Blind turns beat" in lab.text


def test_the_race_over_a_long_run_and_with_a_slow_server():
    lab = RaceLab()
    lab.set(servers=3, load=70, slow=True, long=True)
    assert "33.3 % of the requests, but it has 11.1 %" in lab.text
    assert lab.result.long["least_conn"].measured.mean == pytest.approx(2.96, rel=0.05)
    assert "for equal servers only" in drawn(lab.scene)["says5"]["text"]
    assert "long0" in drawn(lab.scene)
    assert drawn(lab.scene)["key-long-word"]["text"] == "200,000"
    lab.set(servers=1, slow=False, long=False)
    assert "nothing to choose" in lab.text


def test_who_moves_is_drawn_as_placed():
    lab = RingLab()
    drawn_keys = [item for item in lab.circle.items if item["id"].startswith("now-")]
    moves = [item for item in lab.circle.items if item["id"].startswith("move-")]
    placed = lab.result

    assert 20 < len(drawn_keys) <= 36
    for item in drawn_keys:
        key = int(item["id"][4:])
        assert item["text"] == "abcd"[placed.after[key]]
        assert (f"move-{key}" in drawn(lab.circle)) == (placed.before[key] != placed.after[key])
    assert moves
    assert "282 of 1,000 keys" in lab.text
    assert "nobody else’s keys move" in lab.text
    ticks = sum(drawn(lab.circle)[f"points{i}"]["d"].count("M") for i in range(4))
    assert ticks == 4 * 160


def test_the_bars_are_the_keys_and_remainders_move_nearly_all():
    lab = RingLab()
    lab.set(method="modulo")
    bars = drawn(lab.shares)
    had, has = lab.result.counts("before"), lab.result.counts("after")

    assert bars["had0"]["w"] / bars["has0"]["w"] == pytest.approx(had[0] / has[0])
    assert bars["count3"]["text"] == f"0 → {has[3]}"
    assert lab.tone(lab.result) == "bad"
    assert "swap among servers that stay" in lab.text
    assert "points0" not in drawn(lab.circle), "remainders have no ring"


@pytest.mark.parametrize("method", ["ring", "modulo", "hash", "ip_hash"])
def test_a_pressed_key_says_its_formula(method):
    lab = RingLab()
    lab.set(method=method)
    *_, last = (item["id"] for item in lab.circle.items if item["id"].startswith("now-"))
    lab._press(last)

    assert lab.result.names[int(last[4:])] + ": " in lab.text
    assert drawn(lab.circle)[last]["selected"]
    lab.set(change="none")
    assert "Let one join" in lab.text


def test_a_full_server_passes_keys_on():
    lab = RingLab()
    lab.set(bounded=True, factor=1.05)
    assert "most" in drawn(lab.shares)
    full = [
        item["id"] for item in lab.circle.items
        if item["id"].startswith("now-") and (lab._press(item["id"]), "was full" in lab.text)[1]
    ]  # fmt: skip
    assert full, "with a bound of 1.05 some key drawn must have been passed on"


def test_the_smallest_pool_that_keeps_the_promise_stands_out():
    lab = SizeLab()
    columns = drawn(lab.scene)
    place = lab.result.sized.counts.index(12)

    assert "12 servers are enough" in lab.text
    assert columns[f"late{place}"]["fill"] == "solid"
    assert columns[f"late{place}"]["tone"] == "ok"
    assert columns[f"late{place - 1}"]["tone"] == "warn"
    assert columns["late0"]["tone"] == "bad"
    assert columns[f"late{place - 1}"]["h"] == pytest.approx(HIGH * 0.060492, abs=0.01)
    lab.set(tail=6.1)
    assert "11 servers are enough" in lab.text


def test_a_slow_call_in_a_hundred_hits_most_pages():
    lab = SizeLab()

    def hit():
        return sum(item.get("text") == "✗" for item in lab.pages.items)

    assert hit() == 63  # spec 3-V16
    lab.set(calls=2000, slow_calls=0.01)
    assert hit() == 18
    lab.set(calls=1, slow_calls=1.0)
    assert hit() == 1


def cells(lab):
    return [item for item in lab.trips.items if item["id"].startswith("r") and "fill" in item]


def test_sessions_are_drawn_around_the_crash_as_they_went():
    lab = StickyLab()
    stuck = lab.result.stuck
    middle = drawn(lab.trips)["crash"]["d"].split()[0][1:]

    assert cells(lab)
    for item in cells(lab):
        number = int(item["id"][1:])
        assert item["text"] == "abc"[stuck.server[number]]
        assert item["dash"] == stuck.strange[number]
        assert (item["x"] > float(middle)) == (number >= stuck.trace.crash)
    lost = {int(item["id"][4:]) for item in lab.trips.items if item["id"].startswith("lost")}
    assert lost
    assert lost <= set(stuck.lost)


@pytest.mark.parametrize(
    "kind, tone, says",
    [
        ("none", "bad", "45 of 50 open sessions"), ("ip_hash", "bad", "server a gets 73.1 %"),
        ("cookie", "ok", "18 of 50"), ("shared", "ok", "loses none"),
    ],
)  # fmt: skip
def test_each_kind_of_stickiness_has_its_price(kind, tone, says):
    lab = StickyLab()
    lab.set(sticky=kind)

    assert says in lab.text
    assert lab.tone(lab.result) == tone
    shown = drawn(lab.shares)
    assert shown[f"{kind}-0"]["fill"] == "solid"
    wide = [shown[f"share{i}"]["w"] for i in range(3)]
    shares = lab.result.stuck.shares
    assert wide == pytest.approx([wide[0] * share / shares[0] for share in shares])


def test_two_active_balancers_above_half_are_no_redundancy():
    """Prediction 6."""
    lab = DoubleLab()
    assert "there is room" in lab.text
    lab.set(mode="active_active", load=120)
    halves, cost = drawn(lab.halves), drawn(lab.cost)

    assert "120 % is asked of the other" in lab.text
    assert "below 50 %" in lab.text
    assert halves["before-word1"]["text"] == "60 % busy"
    assert (halves["after-word1"]["text"], halves["after-lb1"]["tone"]) == ("120 % busy", "bad")
    assert halves["after-lb0"]["strike"]
    assert halves["after-vip1"]["text"] == "VIP 1 + 2"
    assert cost["gauge2"]["w"] == pytest.approx(1.2 * GAUGE[1])
    assert (cost["gauge2"]["tone"], cost["gauge1"]["tone"]) == ("bad", "ok")


def test_what_a_crash_resets_and_who_waits():
    lab = DoubleLab()
    assert drawn(lab.halves)["before-word1"]["text"] == "waits"
    assert "200 of 200 connections reset" in lab.text
    lab.set(sync=True)
    assert "0 of 200 connections reset" in lab.text
    lab.set(mode="single", repair=30)
    assert "30 min" in lab.text
    assert "after-lb1" not in drawn(lab.halves)
    assert lab.tone(lab.result) == "bad"
