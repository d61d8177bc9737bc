"""Charts as SVG: the data where the axes say, numbers as d3 writes them."""

import re

import pytest

from coursekit.i18n import speaking
from coursekit.publish.charts import LEFT, RIGHT, TOP, WIDTH, svg, text
from coursekit.ui.charts import Axis, BarChart, LineChart


@pytest.mark.parametrize(
    "value, form, written",
    [  # as d3-format 3 writes them
        (0.25, ".0%", "25%"), (0.0001, "~%", "0.01%"), (1e-5, ".0e", "1e−5"), (1.0, ".0e", "1e+0"),
        (300_000, "~s", "300k"), (1500, "~s", "1.5k"), (1e12, "~s", "1T"), (0.01, "~s", "10m"), (0, "~s", "0"),
        (7.0, "d", "7"), (2.5, "~r", "2.5"), (-3.0, "~r", "−3"), (0.1, "~g", "0.1"), (1000.0, "~g", "1000"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_in_the_notebook(value, form, written):
    assert text(value, form) == written


def test_french_numbers():
    with speaking("fr"):
        assert text(0.125, "~%") == "12,5\u202f%"


def points(d):
    return [tuple(map(float, each.split())) for each in d[1:].split("L")]


def test_a_line_goes_through_its_data():
    chart = LineChart(
        "T", Axis("x", least=0, most=10), Axis("y", least=0, most=4), names=("a", "b")
    )
    chart.show([0, 5, 10], [0, 2, 4], [4, 4, 4])

    first, second = re.findall(r'<path d="([^"]*)" fill="none"', svg(chart.figure, "T"))

    bottom = 280 - 48
    assert points(first) == [(LEFT, bottom), ((LEFT + WIDTH - RIGHT) / 2, (bottom + TOP) / 2), (WIDTH - RIGHT, TOP)]  # fmt: skip
    assert {y for _x, y in points(second)} == {TOP}


def test_equal_ratios_are_equal_steps_on_a_logarithmic_axis():
    chart = LineChart("T", Axis("x", least=0, most=2), Axis("y", log=True, least=1, most=100), names=("a",))  # fmt: skip
    chart.show([0, 1, 2], [1, 10, 100])

    drawn = svg(chart.figure, "T")

    (_, one), (_, ten), (_, hundred) = points(re.search(r'<path d="([^"]*)" fill', drawn)[1])
    assert one - ten == pytest.approx(ten - hundred, abs=0.2)
    assert re.findall(r'text-anchor="end">(\d+)<', drawn) == ["1", "10", "100"]


def test_bars_are_as_high_as_their_values_and_have_names():
    chart = BarChart("T", Axis("disk"), Axis("share", least=0, most=1, format=".0%"))
    chart.show(["sda & co", "sdb"], [0.5, 1.0], chosen=1)

    drawn = svg(chart.figure, "T")

    low, high = (float(each) for each in re.findall(r'<rect [^>]*height="([\d.]+)"', drawn))
    assert high == pytest.approx(2 * low, abs=0.2)
    assert "sda &amp; co" in drawn and "100%" in drawn
    assert len(set(re.findall(r'<rect [^>]*fill="([^"]*)"', drawn))) == 2, (
        "the chosen one stands out"
    )


def test_a_hidden_curve_is_not_drawn_and_the_picture_has_a_name():
    chart = LineChart("A & B", Axis("x", least=0, most=1), Axis("y", least=0, most=1), names=("a", "b"))  # fmt: skip
    chart.show([0, 1], [0, 1], [float("nan")] * 2)

    drawn = svg(chart.figure, "A & B")

    assert drawn.count('fill="none"') == 1
    assert 'role="img" aria-label="A &amp; B"' in drawn and "<title>A &amp; B</title>" in drawn
