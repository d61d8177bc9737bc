"""A plan against five disasters; volumes that are frozen together or not."""

from itertools import product
from math import inf

import pytest

from coursekit.sims.databases.backupplan import (
    DAY,
    NOTICED_DAYS,
    PLACES,
    STANDBYS,
    TAKEN,
    Frozen,
    Policy,
    judge,
    rule_321,
    starts,
)
from coursekit.sims.message import ParameterError

GOOD = Policy(place="both sites", immutable=True, kept_days=42, standby="other site")
ALL = [
    Policy(full_days=full, daily=daily, wal=wal, kept_days=kept, place=place, immutable=immutable, standby=standby, taken=taken)
    for full, daily, wal, kept, place, immutable, standby, taken in product((1, 7), (True, False), (True, False), (2, 14, 45), PLACES, (True, False), STANDBYS, TAKEN)
]  # fmt: skip


def by_name(policy):
    return {each.disaster: each for each in judge(policy)}


def test_a_good_plan_survives_all_five():
    assert all(each.survives for each in judge(GOOD))
    assert rule_321(GOOD) == (True, True, True, True)


def test_hours_of_a_restore():
    given = Policy(full_days=2, daily=False, size_gb=500, change_gb=20)
    assert given.rto_s == 2500 + 2000, "500 GB at 200 MB/s, 40 GB of log at 20 MB/s"


@pytest.mark.parametrize(
    "change, dies",
    [
        ({"kept_days": 2}, {"drop", "rot"}),
        ({"kept_days": 39}, {"rot"}),
        ({"immutable": False}, {"ransom"}),
        ({"place": "same site", "standby": "same site"}, {"site"}),
        ({"place": "same disk", "standby": "none"}, {"disk", "site", "ransom"}),
        ({"taken": "one instant"}, set()),
        ({"taken": "data first"}, {"drop", "ransom", "rot"}),
        ({"taken": "log first", "standby": "none"}, {"disk", "site", "drop", "ransom", "rot"}),
        ({"standby": "none"}, set()),
    ],
)
def test_what_each_economy_costs(change, dies):
    given = Policy(**{**GOOD.__dict__, **change})
    assert {each.disaster for each in judge(given) if not each.survives} == dies


def test_what_is_lost():
    found = by_name(GOOD)
    assert (found["disk"].source, found["disk"].rpo_s) == ("standby", 0.4)
    assert found["drop"].rpo_s == 0, "to the moment before the mistake"
    assert (found["ransom"].rpo_s, found["rot"].rpo_s) == (300, 0)
    assert found["rot"].rto_s == GOOD.rto_s
    bare = by_name(Policy(standby="none", wal=False, daily=False, kept_days=60))
    assert bare["disk"].rpo_s == bare["drop"].rpo_s == 7 * DAY
    assert bare["rot"].rpo_s == 7 * DAY


def test_room():
    given = Policy(full_days=7, daily=True, wal=True, kept_days=14)
    assert given.stored_gb == 3 * 500 + 18 * 20 + 21 * 20
    assert Policy(**{**given.__dict__, "place": "both sites"}).stored_gb == 2 * given.stored_gb


def test_over_all_plans():
    for given in ALL:
        found = by_name(given)
        for each in found.values():
            assert each.survives == (each.source != "none") == (each.rto_s < inf)
            assert str(each.why)
        assert not any(each.source == "standby" for name, each in found.items() if name in ("drop", "ransom", "rot"))  # fmt: skip
        if all(rule_321(given)) and given.kept_days >= NOTICED_DAYS["rot"]:
            assert all(each.survives for each in found.values())
        if given.wal:
            without = by_name(Policy(**{**given.__dict__, "wal": False}))
            assert all(each.rpo_s <= without[name].rpo_s for name, each in found.items())


def test_a_database_starts_only_from_a_log_that_covers_its_pages():
    for data, log in product(range(5), repeat=2):
        assert starts(Frozen(data, log))[0] == (data <= log)
    assert not starts(Frozen(2, 5, checkpoint=3, seen=1))[0]
    assert starts(Frozen(2, 5, checkpoint=3, seen=3))[0]


@pytest.mark.parametrize("wrong, says", [({"place": "moon"}, "place=moon: choose one of same disk"), ({"full_days": 0}, "full_days=0: more than 0"), ({"lag_s": -1}, "lag_s=-1: 0 or more")])  # fmt: skip
def test_what_cannot_be(wrong, says):
    with pytest.raises(ParameterError, match=says):
        Policy(**wrong)
