"""A controller put back to a snapshot: V12.8's end, and what a new identity repairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.directory import replication, rollback
from coursekit.sims.directory.replication import Dc, settle, write
from coursekit.sims.message import ParameterError

ROUND = (("B", "A"), ("C", "B"), ("A", "C"))


def reverted(*, new_id):
    """A at USN 6 is kept; it writes z1 (7), which travels, and is put back."""
    dcs = {each.name: each for each in replication.fleet("ABC")}
    for at in range(6):
        dcs["A"] = write(dcs["A"], f"o{at}", "tel", at, at)
    snapshot = dcs["A"]
    dcs["A"] = write(snapshot, "z", "tel", "z1", 10)
    assert (snapshot.usn, dcs["A"].usn) == (6, 7)
    dcs, _, _ = settle(dcs, ROUND)
    back = rollback.revert(dcs["A"], snapshot, new_id=new_id)
    back = write(write(back, "z", "tel", "z2", 20), "w", "tel", "w1", 21)
    return dcs | {"A": back}


def test_a_plain_revert_parts_them_for_ever():
    dcs = reverted(new_id=False)
    assert dcs["A"].usn == 8
    for _ in range(2):
        for dst, src in ROUND:
            dcs[dst] = replication.pull(dcs[dst], dcs[src]).dc
    assert {name: each.value("z", "tel") for name, each in dcs.items()} == {"A": "z2", "B": "z1", "C": "z1"}  # fmt: skip
    assert {each.value("w", "tel") for each in dcs.values()} == {"w1"}
    assert rollback.hidden(dcs["A"], dcs["B"]) == (("z", "tel"),)
    found = rollback.apart(dcs, ROUND)
    assert [(each.key, dict(each.values)) for each in found] == [(("z", "tel"), {"A": "z2", "B": "z1", "C": "z1"})]  # fmt: skip
    assert str(rollback.why(found)).startswith("Values that differ for ever: 1.")


def test_a_new_identity_brings_them_together():
    dcs = reverted(new_id=True)
    assert dcs["A"].invocation == ("A", 1)
    rest, _, _ = settle(dcs, ROUND)
    assert {each.value("z", "tel") for each in rest.values()} == {"z2"}
    assert {each.value("w", "tel") for each in rest.values()} == {"w1"}
    assert rollback.apart(dcs, ROUND) == () == rollback.hidden(dcs["A"], dcs["B"])
    assert str(rollback.why(())) == "All controllers hold the same."


def test_a_write_after_the_snapshot_comes_back_from_the_partners():
    dcs = {each.name: each for each in replication.fleet("ABC")}
    snapshot = write(dcs["A"], "o", "tel", "old", 0)
    dcs["A"] = write(snapshot, "o", "tel", "new", 5)
    dcs, _, _ = settle(dcs, ROUND)
    for new_id, value in ((True, "new"), (False, "old")):
        back = rollback.revert(dcs["A"], snapshot, new_id=new_id)
        rest, _, _ = settle(dcs | {"A": back}, ROUND)
        assert rest["A"].value("o", "tel") == value  # without one, A takes it for its own


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_with_a_new_identity_nothing_ever_stays_apart(before, between, after):
    dcs = {each.name: each for each in replication.fleet("ABC")}

    def written(dc, count, mark):
        for at in range(count):
            dc = write(dc, f"o{at}", "tel", f"{mark}{at}", ord(mark))
        return dc

    snapshot = dcs["A"] = written(dcs["A"], before, "a")
    dcs["A"] = written(dcs["A"], between, "b")
    dcs, _, _ = settle(dcs, ROUND)
    back = written(rollback.revert(dcs["A"], snapshot, new_id=True), after, "c")
    assert rollback.apart(dcs | {"A": back}, ROUND) == ()


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda: rollback.revert(Dc("A"), Dc("B"), new_id=True), "of another controller than A"),
        (lambda: rollback.revert(Dc("A"), Dc("A", usn=5), new_id=True), "newer than the controller"),
    ],
)  # fmt: skip
def test_what_cannot_be(act, says):
    with pytest.raises(ParameterError, match=says):
        act()
