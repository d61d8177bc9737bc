"""SRV records: the draws of the chapter, chances counted, sites, and who is asked when some are dead."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.directory.srv import (  # fmt: skip
    PING_SECONDS,
    Record,
    Subnet,
    chances,
    counted,
    first_choice,
    locate,
    order,
    questions,
    site_of,
    zone,
)
from coursekit.sims.message import ParameterError

LAB = (Record("dc1", 0, 60), Record("dc2", 0, 20), Record("dc3", 0, 20), Record("dc4", 10, 0))
RECORDS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), min_size=1, max_size=5).map(
    lambda each: tuple(Record(f"dc{at}", *pair) for at, pair in enumerate(each))
)


def targets(records, numbers=(), rng=None):
    return [each.chosen.target for each in order(records, numbers, rng)]


@pytest.mark.parametrize(
    ("numbers", "found"),
    [  # V12.9
        ([0, 0, 0, 0], "dc1 dc2 dc3 dc4"),
        ([61, 20, 0, 0], "dc2 dc1 dc3 dc4"),
        ([100, 60, 0, 0], "dc3 dc1 dc2 dc4"),
        ([80, 61, 0, 0], "dc2 dc3 dc1 dc4"),
        ([1000], "dc3 dc1 dc2 dc4"),
    ],
)
def test_the_draws_of_the_chapter(numbers, found):
    assert targets(LAB, numbers) == found.split()


def test_first_choices_are_counted():
    assert first_choice(LAB) == {"dc1": 61, "dc2": 20, "dc3": 20}
    assert first_choice((Record("a", 0, 10), Record("z", 0, 0))) == {"z": 1, "a": 10}
    assert chances(LAB)["dc1"] == Fraction(61, 101) and chances(LAB)["dc4"] == 0
    assert first_choice((Record("a", 0, 0), Record("b", 0, 0))) == {"a": 1, "b": 0}


@given(RECORDS)
def test_counting_agrees_with_drawing_every_number(records):
    lowest = min(each.priority for each in records)
    total = sum(each.weight for each in records if each.priority == lowest)
    drawn = Counter(targets(records, [number])[0] for number in range(total + 1))
    assert {name: count for name, count in first_choice(records).items() if count} == drawn
    assert sum(chances(records).values()) == 1


@given(RECORDS, st.integers(0, 99))
def test_everybody_is_chosen_once_lower_priorities_first(records, seed):
    steps = order(records, rng=np.random.default_rng(seed))
    assert sorted(each.chosen.target for each in steps) == sorted(each.target for each in records)
    assert [each.priority for each in steps] == sorted(each.priority for each in records)
    for each in steps:
        assert 0 <= each.number <= each.sums[-1]
        at = each.left.index(each.chosen)
        assert each.sums[at] >= each.number and all(total < each.number for total in each.sums[:at])
        weights = [record.weight > 0 for record in each.left]
        assert weights == sorted(weights)  # those without weight stand first


def test_drawn_shares_are_near_the_counted_ones():
    times = 20_000
    seen = counted(LAB, times, np.random.default_rng(1))
    assert sum(seen.values()) == times and seen["dc4"] == 0
    for name, chance in chances(LAB).items():
        error = (float(chance * (1 - chance)) / times) ** 0.5
        assert abs(seen[name] / times - float(chance)) <= 4 * error


def test_drawing_one_by_one_gives_the_same_shares():
    rng = np.random.default_rng(2)
    seen = Counter(targets(LAB, rng=rng)[0] for _time in range(4000))
    for name, chance in chances(LAB).items():
        assert abs(seen[name] / 4000 - float(chance)) <= 4 * (float(chance * (1 - chance)) / 4000) ** 0.5  # fmt: skip


def test_both_ends_of_the_numbers_are_drawn():
    """0 to the sum, both included: of a weight 0 beside a 1, each comes first half the time."""
    pair = (Record("z", 0, 0), Record("a", 0, 1))
    rng = np.random.default_rng(4)
    seen = Counter(targets(pair, rng=rng)[0] for _time in range(400))
    assert min(seen["z"], seen["a"]) > 150


SUBNETS = (Subnet("10.1.0.0/16", "Paris"), Subnet("10.1.64.0/18", "Lyon"), Subnet("2001:db8::/32", "Six"))  # fmt: skip


@pytest.mark.parametrize(
    ("address", "site"),
    [("10.1.2.3", "Paris"), ("10.1.64.1", "Lyon"), ("10.1.128.1", "Paris"), ("10.2.0.1", ""), ("2001:db8::5", "Six")],
)  # fmt: skip
def test_the_longest_prefix_names_the_site(address, site):
    found = site_of(address, SUBNETS)
    assert (found.site if found else "") == site
    assert site_of(address, SUBNETS[::-1]) == found


def test_the_names_that_are_asked():
    assert questions("lab.example", "Paris") == ("_ldap._tcp.Paris._sites.dc._msdcs.lab.example", "_ldap._tcp.dc._msdcs.lab.example")  # fmt: skip
    assert questions("lab.example") == ("_ldap._tcp.dc._msdcs.lab.example",)
    assert questions("lab.example", service="kerberos") == ("_kerberos._tcp.lab.example",)
    assert questions("edu.lab.example", service="gc", forest="lab.example") == ("_gc._tcp.lab.example",)  # fmt: skip


ZONE = {
    "_ldap._tcp.Paris._sites.dc._msdcs.lab.example": (
        Record("dc1", 0, 100),
        Record("dc2", 10, 100),
    ),
    "_ldap._tcp.dc._msdcs.lab.example": (
        Record("dc1", 0, 100),
        Record("dc2", 0, 100),
        Record("dc3", 0, 100),
    ),
}


def test_controllers_write_themselves_under_their_site_and_under_the_domain():
    made = zone("lab.example", {"Paris": (Record("dc1"),), "Lyon": (Record("dc2", 5),)})
    assert {name: [each.target for each in records] for name, records in made.items()} == {
        "_ldap._tcp.Paris._sites.dc._msdcs.lab.example": ["dc1"],
        "_ldap._tcp.Lyon._sites.dc._msdcs.lab.example": ["dc2"],
        "_ldap._tcp.dc._msdcs.lab.example": ["dc1", "dc2"],
        "_kerberos._tcp.Paris._sites.dc._msdcs.lab.example": ["dc1"],
        "_kerberos._tcp.Lyon._sites.dc._msdcs.lab.example": ["dc2"],
        "_kerberos._tcp.lab.example": ["dc1", "dc2"],
    }
    assert {each.port for each in made["_kerberos._tcp.lab.example"]} == {88}
    assert made["_ldap._tcp.dc._msdcs.lab.example"][1].priority == 5


def found(address, dead=(), records=ZONE):
    return locate("lab.example", address, SUBNETS, records, dead=dead, rng=np.random.default_rng(3))


def test_a_client_stays_in_its_site_while_somebody_answers_there():
    near = found("10.1.2.3")
    assert (near.site, near.found, near.seconds, len(near.questions)) == ("Paris", "dc1", 0, 1)
    second = found("10.1.2.3", {"dc1"})
    assert (second.found, second.seconds) == ("dc2", PING_SECONDS)
    assert [(each.target, each.answered) for each in second.tried] == [("dc1", False), ("dc2", True)]  # fmt: skip


def test_a_dead_site_costs_a_wait_for_each_and_nobody_is_asked_twice():
    far = found("10.1.2.3", {"dc1", "dc2"})
    assert (far.found, far.seconds, len(far.questions), len(far.tried)) == ("dc3", 2 * PING_SECONDS, 2, 3)  # fmt: skip
    assert "Nobody in the site Paris answered" in str(far.questions[1].why)
    none = found("10.1.2.3", {"dc1", "dc2", "dc3"})
    assert none.found == "" and none.seconds == 3 * PING_SECONDS
    assert str(none.why) == "The domain cannot be contacted: none of its controllers answers."


def test_no_site_and_no_records():
    anywhere = found("192.0.2.1")
    assert anywhere.site == "" and len(anywhere.questions) == 1 and anywhere.found
    assert str(found("10.1.2.3", records={}).why) == "The domain cannot be contacted: DNS has no SRV record for it."  # fmt: skip


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda: Record("a", -1), "priority=-1: choose 0 to 65535"),
        (lambda: Record("a", 0, 65536), "weight=65536"),
        (lambda: Subnet("10.1.0.1/16", "x"), "prefix=10.1.0.1/16: write a network such as"),
        (lambda: site_of("10.1", SUBNETS), "address=10.1: write an address"),
        (lambda: questions("lab.example", service="smtp"), "service=smtp: choose one of ldap"),
        (lambda: order(LAB, [-1]), "choose 0 or more"),
        (lambda: first_choice(()), "records=0"),
        (lambda: counted(LAB, -1, np.random.default_rng(1)), "times=-1"),
    ],
)
def test_what_cannot_be(act, says):
    with pytest.raises(ParameterError, match=says):
        act()
