"""The same years twice: what each way costs, and what neither can change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes.growth import play, pooled_full
from coursekit.sims.volumes.growthstory import PATTERNS, Years, needs_of, tell

years = st.builds(
    Years, growth=st.sampled_from(PATTERNS), disk_gb=st.integers(200, 1500).map(float), add_disk=st.booleans(), months=st.integers(1, 120),
)  # fmt: skip


def end(**values):
    return tell(Years(**values)).states[-1]


def test_the_sum_of_gigabytes_is_the_same_for_all():
    assert {round(sum(each.gb_month for each in needs_of(growth)), 6) for growth in PATTERNS} == {8.7}  # fmt: skip


def test_a_static_disk_that_knew_the_future_is_never_touched():
    last = pooled_full(500, needs_of("balanced")) - 1
    side = end(growth="balanced", months=last).static
    assert (side.operations, side.downtime_s, side.moved_gb, side.stopped) == (0, 0, 0, None)


@pytest.mark.parametrize("growth", ["var", "home", "data"])
def test_another_future_costs_nights_on_the_static_disk_and_minutes_on_the_group(growth):
    both = end(growth=growth, months=44)
    assert both.static.downtime_s > 3600
    assert both.static.moved_gb > 500
    assert both.lvm.downtime_s < 600
    assert both.lvm.moved_gb < 20


@pytest.mark.parametrize("growth", PATTERNS)
def test_when_the_disk_is_full_it_is_full_for_both(growth):
    both = end(growth=growth, months=60)
    full = pooled_full(500, needs_of(growth))
    assert abs(both.static.stopped - full) <= 1
    assert abs(both.lvm.stopped - full) <= 1


def test_a_second_disk_is_taken_by_the_group_as_it_is_and_copied_to_by_the_other():
    both = end(growth="var", add_disk=True, months=60)
    assert both.lvm.second
    assert both.static.second
    assert both.static.away.path == "/var"
    assert both.lvm.away is None
    told = tell(Years(growth="var", add_disk=True, months=60)).states
    static, lvm = ([e for state in told for e in side(state).events if e.how == "disk"] for side in (lambda m: m.static, lambda m: m.lvm))  # fmt: skip
    assert (len(static), len(lvm)) == (1, 1)
    assert lvm[0].downtime_s == 0 < static[0].downtime_s
    assert static[0].downtime_s == pytest.approx(static[0].moved_gb * 1e9 / 100e6)


def test_what_boots_stays_on_the_first_disk():
    """With a balanced growth / is the first to find nothing: its neighbour goes."""
    side = end(growth="balanced", add_disk=True, months=50).static
    assert side.away.path == "/var"
    assert side.disk.volumes[0].path == "/"


@pytest.mark.parametrize("growth", PATTERNS)
def test_without_a_second_disk_the_story_is_the_one_that_growth_plays(growth):
    told = tell(Years(growth=growth, months=60))
    for name in ("static", "lvm"):
        begun, ended = (getattr(told.states[k], name) for k in (0, -1))
        played = play(begun.layout, needs_of(growth), 60)
        assert (played.operations, played.stopped) == (ended.operations, ended.stopped)
        assert played.downtime_s == pytest.approx(ended.downtime_s)
        assert played.moved_gb == pytest.approx(ended.moved_gb)


@settings(max_examples=60, deadline=None)
@given(years)
def test_no_gigabyte_appears_or_is_lost(played):
    for state in tell(played).states:
        for side in (state.static, state.lvm):
            disks = played.disk_gb * (1 + side.second)
            whole = sum(each.gb for each in side.volumes) + side.free
            assert whole == pytest.approx(disks)
            assert min(side.disk.gaps) >= -1e-9
            if side.stopped is None:
                assert all(used <= volume.gb + 1e-6 for used, volume in zip(side.used, side.volumes, strict=True))  # fmt: skip
                assert sum(side.used) == pytest.approx(sum(n.gb + n.gb_month * state.month for n in needs_of(played.growth)))  # fmt: skip


@pytest.mark.parametrize(
    "values, said",
    [
        ({"growth": "mail"}, "growth=mail"),
        ({"disk_gb": 100.0}, "disk_gb=100"),
        ({"months": 0}, "months=0"),
        ({"mb_s": 0.0}, "mb_s=0"),
    ],
)
def test_errors(values, said):
    with pytest.raises(ParameterError, match=said):
        tell(Years(**values))
