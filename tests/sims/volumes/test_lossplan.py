"""Which volumes die with a disk, and with which chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes.extents import damaged
from coursekit.sims.volumes.lossplan import EXTENTS, LAYOUTS, plan

chances = st.floats(0, 1)


@pytest.mark.parametrize("disks, lost", [(2, 0.0396), (4, 0.0776318)])
@pytest.mark.parametrize("layout", ["spanning", "striped"])
def test_a_volume_over_several_disks_is_lost_with_any(layout, disks, lost):
    """The values of the specification."""
    made = plan(layout, disks, 0.02)
    assert [round(row.chance, 7) for row in made.rows] == [lost]
    assert made.some == made.every == pytest.approx(lost, abs=1e-7)


@given(st.integers(2, 6), chances)
def test_separate_volumes_are_each_as_safe_as_their_disk(disks, p):
    made = plan("separate", disks, p)
    assert all(row.chance == pytest.approx(p, abs=1e-12) for row in made.rows)
    assert made.some == pytest.approx(1 - (1 - p) ** disks, abs=1e-9)
    assert made.every == pytest.approx(p**disks, abs=1e-9)


@given(st.integers(2, 6), chances)
def test_all_on_one_disk_share_its_fate(disks, p):
    made = plan("one", disks, p)
    assert made.some == pytest.approx(p, abs=1e-9)
    assert made.every == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("disks", range(2, 7))
def test_what_a_disk_takes_with_it_is_what_lies_on_it(layout, disks):
    made = plan(layout, disks, 0.1)
    for disk in range(1, disks + 1):
        dead = {row.volume.name for row in made.rows if row.damaged(disk)}
        assert dead == set(damaged([row.volume for row in made.rows], disk - 1))
        assert dead == set(made.cells(disk)) - {""}
        assert len(made.cells(disk)) == EXTENTS
    assert not any(row.damaged(0) for row in made.rows)


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: plan("raid", 2, 0.1), "layout=raid"),
        (lambda: plan("one", 1, 0.1), "disks=1: choose 2 to 6"),
        (lambda: plan("one", 7, 0.1), "disks=7"),
        (lambda: plan("one", 2, 1.1), "p=1.1"),
    ],
)
def test_errors(make, said):
    with pytest.raises(ParameterError, match=said):
        make()
