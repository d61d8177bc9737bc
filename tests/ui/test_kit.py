"""Pieces of the kit that no lab alone would catch: charts, shared looks, scenes, the time bar."""

import ipywidgets as w
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.ui import look
from coursekit.ui.charts import Axis, BarChart, LineChart, round_ticks
from coursekit.ui.palette import HUES, TONES
from coursekit.ui.scene import Scene, box
from coursekit.ui.table import Table
from coursekit.ui.timeline import Timeline

LOG = Axis("chance", log=True, least=1e-6, most=1.0)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(c * share for c, share in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


@pytest.mark.parametrize("colour", [*HUES, *TONES.values()])
def test_white_text_is_readable_on_every_colour(colour):
    """WCAG's contrast: (1 + 0.05) / (L + 0.05) is 4.5 or more."""
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_a_curve_is_drawn_where_it_is_known_and_only_there():
    chart = LineChart("t", Axis("x"), LOG, names=("a", "b", "c"))
    chart.show([0, 1, 2], [np.nan, 0.1, 0.2], [np.nan] * 3, [0.5, np.nan, np.nan])

    (drawn,) = chart.data
    assert [list(each) for each in drawn] == [[1, 2], [0.1, 0.2]]


def test_dots_are_drawn_as_points_and_named_so():
    chart = LineChart("t", Axis("x"), Axis("y"), names=("curve", "measured"), dots=(1,))
    curve, dots = chart.figure.marks

    assert (curve.marker, curve.stroke_width) == (None, 2.5)
    assert (dots.marker, dots.stroke_width) == ("circle", 0)
    assert chart._legend.value.count("<circle") == 1


def test_powers_of_ten_are_the_ticks_of_a_logarithmic_axis():
    chart = LineChart("t", Axis("x"), LOG, names=("a",))
    assert list(chart.figure.axes[1].tick_values) == pytest.approx([10.0**n for n in range(-6, 1)])


def test_bars_and_their_bound():
    chart = BarChart("t", Axis("n"), Axis("times"), names=("measured", "bound"))
    chart.show(["2", "4"], [1.5, 2.5], [2, 4])
    assert [list(y) for _x, y in chart.data] == [[1.5, 2.5], [2, 4]]


def test_bars_come_and_go_and_one_is_chosen():
    chart = BarChart("t", Axis("n"), Axis("times"))
    chart.show(["1", "2", "3"], [1, 2, 3], chosen=2)
    axis = chart.figure.axes[0]
    assert list(axis.tick_labels.values()) == ["1", "2", "3"] and list(axis.tick_values) == [
        0,
        1,
        2,
    ]
    assert (axis.scale.min, axis.scale.max) == (-0.5, 2.5)
    chosen = chart.figure.marks[0].colors
    assert chosen[0] == chosen[1] != chosen[2]
    chart.show(["1"], [1])
    assert axis.tick_labels == {"0": "1"} and (axis.scale.min, axis.scale.max) == (-0.5, 0.5)


def test_ticks_are_round_whatever_the_ends():
    assert list(round_ticks(0, 12.69, 5, outside=True)) == [0, 5, 10, 15]
    assert list(round_ticks(0, 12.69, 5)) == [0, 5, 10]
    assert list(round_ticks(0, 10.5, 5, outside=True)) == [0, 5, 10, 15]
    assert list(round_ticks(0, 0.93, 5, outside=True)) == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert list(round_ticks(0, 0.3, 4, outside=True)) == pytest.approx([0, 0.1, 0.2, 0.3])
    assert list(round_ticks(0, 3, 5, whole=True, outside=True)) == [0, 1, 2, 3]
    assert list(round_ticks(-7, 9, 5, outside=True)) == [-10, -5, 0, 5, 10]
    assert list(round_ticks(0, 0, 5, outside=True)) == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert list(round_ticks(0, 0, 5, whole=True, outside=True)) == [0, 1]
    assert list(round_ticks(2, 9, 3, whole=True)) == [5]


@given(
    low=st.floats(-1e6, 1e6),
    span=st.floats(1e-3, 1e9),
    most=st.integers(3, 9),
    whole=st.booleans(),
)
def test_ticks_reach_around_what_is_shown_or_stay_within(low, span, most, whole):
    around = round_ticks(low, low + span, most, whole=whole, outside=True)
    within = round_ticks(low, low + span, most, whole=whole)
    step = around[1] - around[0]
    assert 2 <= len(around) <= most and len(within) <= most
    assert around[0] <= low + step / 500 and around[-1] >= low + span - step / 500
    assert not whole or all(float(tick).is_integer() for tick in (*around, *within))
    span = max(span, 1) if whole else span
    for tick in within:
        assert low - span / 500 <= tick <= low + span * 1.002


def test_an_axis_without_an_end_ends_on_a_round_tick():
    chart = LineChart("t", Axis("x"), Axis("y", least=0), names=("a", "b"))
    chart.show([0, 7, 11], [1, 2, 12.69], [np.nan, 1, 1])
    x, y = chart.figure.axes
    assert list(x.tick_values) == [0, 2.5, 5, 7.5, 10]
    assert list(y.tick_values) == [0, 5, 10, 15] and (y.scale.min, y.scale.max) == (0, 15)
    assert x.scale.max is None and x.num_ticks is None and x.tick_format == "~r"

    fixed = LineChart("t", Axis("x", least=0, most=1), Axis("y", least=0, most=1), names=("a",))
    fixed.show([0, 1], [0, 1])
    assert [axis.num_ticks for axis in fixed.figure.axes] == [5, 5]
    assert fixed.figure.axes[1].tick_values is None


def test_what_looks_alike_is_one_model_until_it_is_closed():
    assert look.look(width="1px") is look.look(width="1px")
    assert look.look(width="1px") is not look.look(width="2px")
    assert look.style(w.Button) is look.style(w.Button)
    old = look.look(width="1px")
    old.close()
    assert look.look(width="1px") is not old


def test_a_scene_tells_which_item_was_pressed():
    scene, pressed = Scene(), []
    scene.on_press(pressed.append)
    scene.show([box("a", 0, 0, 9, 9, press="a")], width=10, height=10, label="l")
    scene._handle_custom_msg({"press": "a"}, [])
    scene._handle_custom_msg({"other": 1}, [])

    assert pressed == ["a"]
    assert scene.version == 1


def test_a_press_that_arrives_after_its_item_is_gone_means_nothing():
    scene, pressed = Scene(), []
    scene.on_press(pressed.append)
    inner = box("inner", 0, 0, 5, 5, press="inner")
    scene.show(
        [box("a", 0, 0, 9, 9, press="a"), box("b", 0, 0, 9, 9, children=[inner])],
        width=10,
        height=10,
        label="l",
    )
    for name in ("b", "inner", "a"):
        scene._handle_custom_msg({"press": name}, [])
    scene.show([box("b", 0, 0, 9, 9, press="")], width=10, height=10, label="l")
    for name in ("b", "inner", "a"):
        scene._handle_custom_msg({"press": name}, [])

    assert pressed == ["inner", "a"]


def test_the_time_bar_draws_each_moment_once_and_says_so():
    drawn = []
    bar = Timeline(drawn.append)
    bar.show(["a", "b", "c"], 7)
    assert bar.moment == bar.drawn == 2
    bar.moment = 0
    assert drawn == [2, 0]


def test_a_moment_asked_for_before_the_page_knew_of_a_shorter_record_is_the_last():
    drawn = []
    bar = Timeline(drawn.append)
    bar.show(["a", "b"], 0)
    bar.moment = 7
    assert (drawn, bar.moment, bar.drawn) == ([0, 1], 1, 1)


def test_a_table_escapes_what_it_shows():
    html = Table(["<b>"], [["<script>"]]).html()
    assert "<script>" not in html
    assert "scope='row'" in html
