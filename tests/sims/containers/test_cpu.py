"""CPU of control groups: the quota and its waits, weights level by level, and their translations."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.containers import shares, throttle
from coursekit.sims.containers.shares import Group, divide
from coursekit.sims.containers.throttle import Max, Throttle, of_cpus, of_millicpu
from coursekit.sims.message import ParameterError

VECTORS = [  # 6-V1, 6-V2: work, quota, period, threads -> wall, throttles
    (50, 50, 100, 1, 50, 0), (100, 50, 100, 1, 150, 1), (120, 50, 100, 1, 220, 2),
    (30, 20, 100, 1, 110, 1), (10, 100, 100, 4, 2.5, 0), (100, 100, 100, 4, 25, 0),
    (200, 100, 100, 4, 125, 1), (400, 100, 100, 4, 325, 3), (400, 400, 100, 4, 100, 0),
]  # fmt: skip
RUNS = st.builds(
    Throttle, work=st.integers(1, 2000), quota=st.integers(5, 400),
    period=st.sampled_from([50, 100]), threads=st.integers(1, 8), cores=st.integers(1, 8),
)  # fmt: skip


@pytest.mark.parametrize("work, quota, period, threads, wall, throttles", VECTORS)
def test_vectors_of_throttling(work, quota, period, threads, wall, throttles):
    asked = Throttle(work=work, quota=quota, period=period, threads=threads)
    assert throttle.run(asked) == (wall, throttles)


def by_hand(asked):
    """A second opinion, ms by ms: a quota that is refilled, cores that burn it."""
    fine = 8 * 105  # eighths, thirds, fifths and sevenths of a ms are whole
    left, t, used, waits, waiting = asked.work * fine, 0, 0, 0, False
    while True:
        if t % (asked.period * fine) == 0:
            used, waiting = 0, False
        burn = min(asked.rate, left, asked.quota * fine - used)
        if burn == 0 and not waiting:
            waits, waiting = waits + 1, True
        used, left, t = used + burn, left - burn, t + 1
        if left <= 0:
            return t / fine, waits


@pytest.mark.parametrize("work", [7, 40, 133])
@pytest.mark.parametrize("quota", [5, 20, 50, 60, 120])
@pytest.mark.parametrize("threads", [1, 2, 3, 5])
def test_the_same_as_a_clock_that_ticks(work, quota, threads):
    asked = Throttle(work=work, quota=quota, period=50, threads=threads, cores=4)
    wall, waits = by_hand(asked)
    assert throttle.run(asked) == (pytest.approx(wall, abs=1e-2), waits)


@given(RUNS)
def test_no_run_is_faster_than_its_threads_and_the_record_adds_up(asked):
    story = throttle.tell(asked)
    periods = story.states[1:]

    assert story.wall >= asked.free * (1 - 1e-12)
    assert sum(each.used for each in periods) == pytest.approx(asked.work)
    assert all(each.used <= asked.quota and each.stop <= each.end for each in periods)
    assert story.wall == pytest.approx(asked.free + story.stalled)
    assert story.throttles == sum(each["kind"] == "throttle" for each in throttle.trace(story))
    assert story.longest <= asked.period


@given(RUNS, st.integers(1, 100))
def test_a_smaller_quota_is_never_faster(asked, less):
    smaller = Throttle(
        work=asked.work, quota=max(1, asked.quota - less), period=asked.period,
        threads=asked.threads, cores=asked.cores,
    )  # fmt: skip
    assert throttle.run(smaller)[0] >= throttle.run(asked)[0] - 1e-9


def test_a_quota_of_one_cpu_can_freeze_four_threads_for_three_quarters_of_the_time():
    story = throttle.tell(Throttle(work=200, quota=100, threads=4))
    first = story.states[1]

    assert (first.stop, first.end, first.stalled) == (25, 100, 75)
    assert str(first.why[0]) == "4 threads at once use the quota of 100 ms up in 25 ms."
    assert str(first.why[1]) == "All wait 75 ms for the next period, with 100 ms of work to do."
    assert str(story.states[2].why[0]).endswith("are done at 125 ms.")
    assert throttle.trace(story)[1] == {"t": 25, "kind": "throttle", "from": 25, "to": 100}


def test_a_quota_that_cannot_be_used_up_does_not_bite():
    story = throttle.tell(Throttle(work=300, quota=100, threads=1))
    assert (story.wall, story.throttles) == (300, 0)
    assert str(story.states[1].why[0]).endswith("the limit does not bite.")


def test_limits_in_the_words_of_docker_and_kubernetes():
    assert of_cpus(1.5).text == "150000 100000"
    assert of_millicpu(500).text == "50000 100000"
    assert of_millicpu(0).text == "max 100000"
    assert of_millicpu(1).text == "1000 100000"  # the kernel takes no less
    assert (Max(150_000).cpus, Max(150_000).millicpu, Max().cpus) == (1.5, 1500, None)


def test_requests_become_shares_and_shares_weights():
    """6-V3."""
    made = [shares.shares_of(m) for m in (0, 100, 250, 500, 1000, 2000, 4000)]
    assert made == [2, 102, 256, 512, 1024, 2048, 4096]
    assert [shares.weight_old(each) for each in made] == [1, 4, 10, 20, 39, 79, 157]
    assert [shares.weight_new(each) for each in made] == [1, 17, 35, 59, 100, 174, 303]


@pytest.mark.parametrize("weight", [shares.weight_old, shares.weight_new])
def test_weights_meet_the_ends_and_never_fall(weight):
    every = [2, 3, *range(4, 262_144, 997), 262_143, 262_144]
    found = [weight(each) for each in every]
    assert (found[0], found[-1]) == (1, 10_000)
    assert found == sorted(found)
    assert shares.shares_of(10**9) == 262_144


def of(found):
    return {each.group.name: float(each.share) for each in found}


def test_vectors_of_weights():
    """6-V4."""
    a, b = Group(name="A"), Group(name="B", weight=300)
    assert of(divide([a, b])) == {"A": 0.25, "B": 0.75}
    assert of(divide([a, Group(name="B", weight=300, busy=False)])) == {"A": 1, "B": 0}
    tree = [
        Group(name="X", children=(Group(name="a"), Group(name="b"))),
        Group(name="Y", children=(Group(name="c"),)),
    ]
    assert of(divide(tree)) == {"X": 0.5, "a": 0.25, "b": 0.25, "Y": 0.5, "c": 0.5}


LEAVES = st.builds(
    lambda weight, busy: {"weight": weight, "busy": busy}, st.integers(1, 10_000), st.booleans()
)


@given(st.lists(st.lists(LEAVES, max_size=3), min_size=1, max_size=4))
def test_nothing_is_lost_as_long_as_somebody_runs(levels):
    tree = tuple(
        Group(
            name=f"g{i}",
            children=tuple(Group(name=f"g{i}{j}", **leaf) for j, leaf in enumerate(leaves)),
        )
        for i, leaves in enumerate(levels)
    )
    found = divide(tree)
    leaves = [each for each in found if not each.group.children]
    given_away = sum(each.share for each in leaves)

    assert given_away == (1 if any(each.runs for each in tree) else 0)
    assert sum(each.promised for each in leaves) == 1
    assert all((each.share > 0) == each.group.runs for each in found)
    assert all(each.share >= each.promised for each in found if each.group.runs)
    for parent in (each for each in found if each.group.children):
        below = [each.share for each in found if each.parent == parent.group.name]
        assert sum(below) == parent.share


def test_why_a_group_gets_what_it_gets():
    said = [str(each.why) for each in divide([Group(name="A"), Group(name="B", weight=300)])]
    assert said == [
        "A has 100 of the 400 that is busy below /.",
        "B has 300 of the 400 that is busy below /.",
    ]
    said = [str(each.why) for each in divide([Group(name="A"), Group(name="B", busy=False)])]
    assert said[0] == "A is the only busy one below /: it gets all, whatever its weight."
    assert said[1] == "B has nothing to run: its weight counts for nothing now."
    alone = divide([Group(name="X", children=(Group(name="a"),))])
    assert str(alone[1].why) == "a has no sibling: it gets all that X gets."
    gained = divide([Group(name="A"), Group(name="B", weight=300, busy=False)])
    assert [each.gained for each in gained] == [Fraction(3, 4), Fraction(-3, 4)]


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Throttle(work=0), "work=0: choose more than 0"),
        (lambda: Throttle(quota=-1), "quota=-1: choose more than 0"),
        (lambda: Throttle(threads=0), "threads=0: choose 1 or more"),
        (lambda: Max(999), "quota=999: choose 1000 µs or more"),
        (lambda: Max(1000, 999), "period=999: choose 1000 to 1000000"),
        (lambda: of_cpus(0), "cpus=0: choose more than 0"),
        (lambda: of_millicpu(-1), "limit=-1: choose 0 or more"),
        (lambda: shares.shares_of(-1), "request=-1: choose 0 or more"),
        (lambda: shares.weight_old(1), "shares=1: choose 2 to 262144"),
        (lambda: shares.weight_new(262_145), "shares=262145: choose 2 to 262144"),
        (lambda: Group(name="A", weight=0), "weight=0: choose 1 to 10000"),
        (lambda: divide([Group(name="A"), Group(name="A")]), "group=A: given twice"),
    ],
)
def test_a_bad_value_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
