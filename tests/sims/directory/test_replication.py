"""Replication: V12.8, V12.10's ring, conflicts, names, tombstones; any order of pulls ends alike."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.directory import replication, topology
from coursekit.sims.directory.replication import DAY, Dc, pull, settle, write
from coursekit.sims.message import ParameterError

IDS = ("A", "B", "C")
ROUND = (("B", "A"), ("C", "B"), ("A", "C"))


class Net:
    """Controllers by name, changed in place: for short tests."""

    def __init__(self, names=IDS):
        self.dcs = {each.name: each for each in replication.fleet(names)}

    def write(self, dc, value, time, thing="u1", attribute="tel"):
        self.dcs[dc] = write(self.dcs[dc], thing, attribute, value, time)

    def pull(self, dst, src, **more):
        step = pull(self.dcs[dst], self.dcs[src], **more)
        self.dcs[dst] = step.dc
        return step

    def counts(self, dst, src):
        step = self.pull(dst, src)
        return step.sent, step.applied, step.filtered

    def values(self, thing="u1", attribute="tel"):
        return [each.value(thing, attribute) for each in self.dcs.values()]

    def settle(self):
        links = [(one, other) for one in self.dcs for other in self.dcs if one != other]
        self.dcs, rounds, pulls = settle(self.dcs, links)
        return rounds, pulls


def test_the_vector_of_the_chapter():
    net = Net()
    net.write("A", "100", 100)
    assert net.counts("B", "A") == (1, 1, 0)
    assert net.counts("C", "B") == (1, 1, 0)
    assert net.counts("A", "C") == (0, 0, 1)
    assert net.counts("C", "A") == (0, 0, 1)
    net.write("A", "A", 200)
    net.write("B", "B1", 150)
    net.write("B", "B2", 160)
    assert [net.dcs[each].items["u1", "tel"].stamp.version for each in "AB"] == [2, 3]
    assert net.counts("B", "A") == (1, 0, 0)
    assert net.counts("C", "B") == (1, 1, 0)
    assert net.counts("A", "C") == (1, 1, 0)
    assert net.values() == ["B2"] * 3


@pytest.mark.parametrize(("time_a", "time_c", "winner"), [(300, 300, "c"), (400, 399, "a")])
def test_equal_versions(time_a, time_c, winner):
    net = Net()
    net.write("A", "a", time_a)
    net.write("C", "c", time_c)
    net.settle()
    assert net.values() == [winner] * 3


def test_two_writes_that_did_not_know_of_each_other_cost_one():
    net = Net()
    net.write("A", "a", 10)
    net.write("B", "b", 20)
    _, pulls = net.settle()
    lost = {(each.lost.origin, each.lost.usn) for step in pulls for each in step.moved if each.lost}
    assert lost == {(("A", 0), 1)}
    net.write("B", "later", 30)  # over a value that it knows: nothing is lost
    _, pulls = net.settle()
    assert not [each for step in pulls for each in step.moved if each.lost]


def test_a_write_that_loses_where_it_arrives_is_lost_too():
    net = Net("AB")
    net.write("A", "a", 10)
    net.write("B", "b", 20)
    step = net.pull("B", "A")
    assert (step.moved[0].lost.origin, step.applied) == (("A", 0), 0)


def test_a_controller_that_forgot_what_it_had_is_sent_it_again_for_nothing():
    net = Net("AB")
    net.write("A", "a", 10)
    net.pull("B", "A")
    net.dcs["B"] = replace(net.dcs["B"], hwm={}, utd={})
    step = net.pull("B", "A")
    assert (step.sent, step.applied, step.dc.usn) == (1, 0, 1)
    assert str(step.moved[0].why) == "Sent, but B has this very write." and not step.moved[0].lost


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(IDS), st.sampled_from(("tel", "mail")), st.integers(0, 3)),
        st.tuples(st.just("pull"), st.sampled_from(IDS), st.sampled_from(IDS), st.just(0)),
    ),
    max_size=25,
)  # fmt: skip
PAIRS = [(one, other) for one in IDS for other in IDS if one != other]


def played(events):
    net = Net()
    for at, (kind, one, other, time) in enumerate(events):
        if kind == "write":
            net.write(one, f"v{at}", time, attribute=other)
        elif one != other:
            net.pull(one, other)
    return net


def best(events, attribute):
    """The winner, worked out from all writes with the knowledge that each had."""
    held = dict.fromkeys(IDS)
    top = None
    for at, (kind, one, other, time) in enumerate(events):
        if kind == "write" and other == attribute:
            version = held[one][0] + 1 if held[one] else 1
            held[one] = (version, time, one, f"v{at}")
            top = max(filter(None, (top, held[one])))
        elif kind == "pull" and one != other and held[other]:
            held[one] = max(filter(None, (held[one], held[other])))
    return top and top[3]


@settings(max_examples=150)
@given(EVENTS, st.permutations(PAIRS), st.permutations(PAIRS))
def test_any_order_of_pulls_ends_with_the_same_values_everywhere(events, one, other):
    base = played(events).dcs
    first, rounds, _ = settle(base, one)
    second, _, _ = settle(base, other)
    for attribute in ("tel", "mail"):
        expected = best(events, attribute)
        assert {each.value("u1", attribute) for each in first.values()} == {expected}
        assert {each.value("u1", attribute) for each in second.values()} == {expected}
    assert replication.converged(tuple(first.values())) and rounds <= 2


@given(EVENTS)
def test_nothing_is_sent_twice_and_stamps_only_rise(events):
    net = played(events)
    for dst, src in PAIRS:
        before = net.dcs[dst].items
        step = net.pull(dst, src)
        assert all(step.dc.items[key].stamp >= each.stamp for key, each in before.items())
        assert net.pull(dst, src).moved == ()


def test_the_same_name_twice_and_the_later_one_keeps_it():
    net = Net("AB")
    net.dcs["A"] = replication.create(net.dcs["A"], "o1", "Bob", "", 10)
    net.dcs["B"] = replication.create(net.dcs["B"], "o2", "Bob", "", 20)
    net.settle()
    for each in net.dcs.values():
        assert replication.shown(each) == {"o1": ("Bob CNF:o1", ""), "o2": ("Bob", "")}
    net.write("A", "Bobby", 30, "o1", "name")
    net.settle()
    assert replication.shown(net.dcs["B"]) == {"o1": ("Bobby", ""), "o2": ("Bob", "")}


def test_a_child_of_a_deleted_parent_is_lost_and_found():
    net = Net("AB")
    net.dcs["A"] = replication.create(net.dcs["A"], "ou", "Paris", "", 0)
    net.settle()
    net.dcs["A"] = replication.delete(net.dcs["A"], "ou", 10)
    net.dcs["B"] = replication.create(net.dcs["B"], "u9", "Zoe", "ou", 11)
    net.settle()
    assert [replication.shown(each) for each in net.dcs.values()] == [{"u9": ("Zoe", replication.LOST)}] * 2  # fmt: skip


def test_moving_is_a_write_of_the_parent():
    net = Net("AB")
    for thing in ("x", "y"):
        net.dcs["A"] = replication.create(net.dcs["A"], thing, thing.upper(), "", 0)
    net.dcs["A"] = replication.move(net.dcs["A"], "x", "y", 5)
    net.settle()
    assert replication.shown(net.dcs["B"])["x"] == ("X", "y")


def lingering(days):
    """B hears nothing of a deletion for so many days; the tombstone on A may be gone."""
    net = Net("AB")
    net.dcs["A"] = replication.create(net.dcs["A"], "old", "Old", "", 0)
    net.settle()
    net.dcs["A"] = replication.collected(replication.delete(net.dcs["A"], "old", DAY), days * DAY)
    return net


def test_a_tombstone_is_kept_180_days():
    in_time = lingering(181)
    in_time.pull("B", "A")
    assert not in_time.dcs["B"].holds("old")
    late = lingering(182)
    late.pull("B", "A")
    assert late.dcs["B"].holds("old") and not late.dcs["A"].items


def test_a_lingering_object_stops_replication_or_comes_back():
    strict = lingering(200)
    strict.write("B", "99", 200 * DAY, "old")
    step = strict.pull("A", "B")
    assert step.stopped == "old" and "8606" in str(step.why) and not strict.dcs["A"].items
    loose = lingering(200)
    loose.write("B", "99", 200 * DAY, "old")
    step = loose.pull("A", "B", strict=False)
    assert loose.dcs["A"].holds("old") and loose.dcs["A"].value("old", "tel") == "99"
    assert step.applied == 3


def test_reasons():
    net = Net()
    net.write("A", "a", 1)
    first = net.pull("B", "A")
    assert str(first.why) == "B asks A for all after USN 0. Looked at: 1, sent: 1, applied: 1, filtered: 0."  # fmt: skip
    assert str(first.moved[0].why) == "Sent and applied: new to B, local USN 1."
    assert str(net.pull("A", "B").moved[0].why) == "Not sent: A wrote it itself."
    assert str(net.pull("B", "A").why) == "B asks A for all after USN 1: nothing."
    net.pull("C", "A")
    assert str(net.pull("C", "B").moved[0].why) == "Not sent: C has all of A up to USN 1, and this is 1."  # fmt: skip
    net.write("A", "x", 5)
    net.write("B", "y", 4)
    assert str(net.pull("B", "A").moved[0].why).endswith("the version 2 is the same, the later time 00:00:05 beats 00:00:04.")  # fmt: skip
    net.write("C", "p", 9)
    net.write("C", "q", 9)
    assert "B keeps" not in str(net.pull("B", "C").moved[0].why)
    assert str(net.pull("C", "A").moved[0].why) == "Sent, but C keeps its own: version 3 against 2."


@pytest.mark.parametrize("n", range(1, 31))
def test_a_ring_and_its_short_cuts(n):
    assert topology.hops(n, topology.ring(n)) == topology.ring_hops(n) == n // 2
    more = topology.shortcuts(n)
    assert topology.hops(n, topology.ring(n) | set(more)) <= 3
    assert (len(more) == 0) == (n <= 7)


def test_seven_and_eight_controllers():
    assert (topology.ring_hops(7), topology.ring_hops(8)) == (3, 4)
    assert topology.shortcuts(8) == ((0, 4), (2, 6))  # either alone leaves a pair at four
    assert topology.hops(8, topology.ring(8) | {(0, 4)}) == 4


def test_how_long_a_change_needs():
    assert topology.spread(4, topology.ring(4), 0) == {0: 0, 1: 15, 3: 18, 2: 33}  # 1 tells 0 first
    far = topology.spread(3, topology.ring(3), 0, {(0, 1): 180, (1, 2): 180})
    assert far == {0: 0, 2: 15, 1: 180 * 60}
    late = topology.spread(2, topology.ring(2), 0, {(0, 1): 15}, at=900)
    assert late == {0: 900, 1: 1800}
    assert topology.hops(3, [(0, 1)]) is None


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda: replication.fleet(()), "one controller or more"),
        (lambda: pull(Dc("A"), Dc("A")), "nobody pulls from himself"),
        (lambda: replication.delete(Dc("A"), "x", 0), "thing=x: A has no such object"),
        (lambda: replication.create(Dc("A"), "x", "X", "ou", 0), "parent=ou: A has no such object"),
        (lambda: settle({"A": Dc("A")}, [("A", "Q")]), "dc=Q: choose one of A"),
        (lambda: topology.ring(0), "n=0: choose 1 to 60"),
        (lambda: topology.spread(2, [(0, 1)], 0, {(0, 1): 5}), "minutes=5: choose 15 or more"),
    ],
)
def test_what_cannot_be(act, says):
    with pytest.raises(ParameterError, match=says):
        act()


def test_what_one_controller_refuses():
    dc = replication.create(Dc("A"), "ou", "Paris", "", 0)
    dc = replication.create(dc, "u", "Bob", "ou", 0)
    for act, says in (
        (lambda: replication.delete(dc, "ou", 1), "it is not empty"),
        (lambda: replication.create(dc, "u", "B", "", 1), "A has it already"),
        (lambda: replication.create(dc, "v", "Bob", "ou", 1), "one of that name"),
        (lambda: replication.move(dc, "ou", "ou", 1), "it lies under ou"),
    ):
        with pytest.raises(ParameterError, match=says):
            act()
