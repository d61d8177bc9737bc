"""The systems of the course side by side: the table of the specification, section 7.3."""

import pytest

from coursekit.sims.kubernetes.compare import rows


def test_the_table_of_the_specification():
    """VRRP up to 3.6 s, a check 4–6 s, a hung pod up to 31 s, a dead node 40–55 and 340–355 s."""
    said = {str(row.name): (row.least, row.most) for row in rows()}

    assert said["VRRP (chapter 2)"] == pytest.approx((2.61, 3.61), abs=0.01)
    assert said["balancer’s check (chapter 3)"] == (4, 6)
    assert said["liveness, a hung pod"] == (21, 31)
    assert said["node controller, a dead node"] == (40, 55)
    assert said["eviction, a dead node"] == (340, 355)


def test_a_machine_is_found_dead_after_15_or_18_s_and_boots():
    machine = next(row for row in rows() if "HA" in str(row.name))

    assert (machine.least, machine.most) == (15 + 10 + 45, 18 + 10 + 45)


def test_the_quickest_comes_first():
    most = [row.most for row in rows()]
    assert most == sorted(most)
