"""Quorum: V11.8, every cut of up to six nodes, the cut as a timed story, the traps, R and W."""

from itertools import product

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage import cutstory, quorum
from coursekit.sims.netstorage.cutstory import TRAPS, Times, tell, trap
from coursekit.sims.netstorage.quorum import Cut, groups_of, outcome, read_write


@pytest.mark.parametrize(
    "n, q, missing", [(1, 1, 0), (2, 2, 0), (3, 2, 1), (4, 3, 1), (5, 3, 2), (6, 4, 2), (7, 4, 3)]
)
def test_v11_8_quorum(n, q, missing):
    assert (quorum.quorum(n), quorum.tolerated(n)) == (q, missing)
    assert missing == (n - 1) // 2


@pytest.mark.parametrize(
    "n, chance", [(1, 0.99), (2, 0.9801), (3, 0.999702), (4, 0.99940797), (5, 0.99999015)]
)
def test_v11_8_majority(n, chance):
    assert quorum.majority(n, 0.99) == pytest.approx(chance, abs=5e-9)


def partitions(n):
    """Every way to cut n nodes into groups, once."""
    found = {groups_of(labels) for labels in product(range(n), repeat=n)}
    return {tuple(sorted(each)) for each in found}


@pytest.mark.parametrize("n, bell", [(1, 1), (2, 2), (3, 5), (4, 15), (5, 52), (6, 203)])
def test_never_two_sides_in_any_cut_of_up_to_six_nodes(n, bell):
    cuts = partitions(n)
    assert len(cuts) == bell  # Bell numbers
    for groups in cuts:
        for votes in {(1,) * n, (2, *[1] * (n - 1)), tuple(range(1, n + 1))}:
            for witness in (None, -1, *range(len(groups))):
                seen = outcome(Cut(votes=votes, groups=groups, witness=witness))
                assert len(seen.running) <= 1
                total = sum(votes) + (witness is not None)
                for group in seen.groups:
                    assert group.runs == (2 * group.votes > total)


def test_without_a_cut_all_go_on():
    for n in range(1, 10):
        assert outcome(Cut(votes=(1,) * n, groups=(tuple(range(n)),))).running == (0,)


def test_five_nodes_cut_two_to_three():
    seen = outcome(Cut(votes=(1,) * 5, groups=((0, 1), (2, 3, 4))))
    assert seen.running == (1,) and seen.quorum == 3
    assert str(seen.groups[0].why).startswith("2 of 5 votes, 3 are needed: another side")
    assert str(seen.groups[1].why).startswith("3 of 5 votes, 3 are needed: no other side")


def test_a_cut_second_by_second():
    told = tell(Cut(votes=(1,) * 5, groups=((0, 1), (2, 3, 4))))
    assert [state.t for state in told.states] == [-1, 0, 3, 60, 120]
    assert told.states[1].nodes == ("unaware",) * 5
    assert told.states[2].nodes == ("frozen", "frozen", "running", "running", "running")
    assert told.states[3].nodes[:2] == ("fenced", "fenced")
    assert told.states[-1].serves == (2, 3, 2, 3, 4)
    assert told.away_s == (117, 117, 0, 0, 0)


def test_no_service_ever_runs_on_two_sides():
    for groups in partitions(4):
        for witness in (None, *range(len(groups))):
            told = tell(Cut(votes=(1,) * 4, groups=groups, witness=witness))
            runs = {node for at in told.outcome.running for node in groups[at]}
            for state in told.states[2:]:
                assert {each for each in state.serves if each is not None} <= runs
            moved = [node for node in range(4) if told.states[-1].serves[node] not in (node, None)]
            fenced = [s for s in told.states if s.t == cutstory.TIMES.fenced]
            assert all(fenced[0].nodes[node] == "fenced" for node in moved)


def test_everybody_stops_when_nobody_has_a_majority():
    told = tell(Cut(votes=(1,) * 4, groups=((0, 1), (2, 3))))
    assert told.states[-1].nodes == ("fenced",) * 4
    assert told.away_s == (None,) * 4


@pytest.mark.parametrize(
    "name, running, away",
    [
        ("two_nodes", (), (None, None)),
        ("two_and_two", (), (None,) * 4),
        ("witness_beside", (0,), (0, 0, 117, 117)),
        ("witness_lost", (), (None,) * 4),
        ("heavy_node", (), (None,) * 3),
        ("cached_reads", (1,), (117, 0, 0)),
    ],
)
def test_traps(name, running, away):
    played = trap(name)
    assert played.told.outcome.running == running
    assert played.told.away_s == away
    assert str(played.says) and str(played.lesson)


def test_every_trap_is_listed():
    assert [trap(name).name for name in TRAPS] == list(TRAPS)


def test_old_reads_end_when_the_watchdog_resets():
    states = trap("cached_reads").told.states
    assert [(state.t, state.stale) for state in states] == [(-1, ()), (0, ()), (3, (0,)), (60, ()), (120, ())]  # fmt: skip
    assert not any(state.stale for state in trap("two_and_two").told.states)


def test_a_dead_node_is_off_and_its_service_moves_when_it_is_certain():
    told = tell(Cut(votes=(1, 1, 1), groups=((0,), (1, 2))), dead=(0,))
    assert told.states[-1].nodes == ("off", "running", "running")
    assert told.states[-1].serves == (1, 1, 2)
    assert told.away_s[0] == 120


@pytest.mark.parametrize("n", range(1, 8))
def test_read_and_write_quorums_over_every_choice(n):
    """By counting: do every r and every w of n copies share one, and every two sets of w?"""
    for r in range(1, n + 1):
        for w in range(1, n + 1):
            seen = read_write(n, r, w)
            reads, writes = set(range(r)), set(range(n - w, n))  # as far apart as can be
            assert seen.fresh == bool(reads & writes)
            assert seen.ordered == bool(set(range(w)) & writes)
            assert (seen.reads_bear, seen.writes_bear) == (n - r, n - w)


def test_read_and_write_quorums_say_why():
    assert "2 + 2 > 3" in str(read_write(3, 2, 2).why[0])
    assert [str(each)[:9] for each in read_write(4, 1, 2).why] == ["1 + 2 ≤ 4", "2 ≤ 4/2: "]


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: quorum.quorum(0), "votes=0: choose 1 or more"),
        (lambda: Cut(votes=(), groups=()), r"votes=\[\]: give one number"),
        (lambda: Cut(votes=(1, -1), groups=((0, 1),)), r"votes=\[1, -1\]: choose 0 or more"),
        (lambda: Cut(votes=(0, 0), groups=((0, 1),)), r"votes=\[0, 0\]: choose 0 or more"),
        (lambda: Cut(votes=(1, 1), groups=((0,),)), r"groups=\[\[0\]\]: each node from 0 to 1"),
        (lambda: Cut(votes=(1, 1), groups=((0, 1), (1,))), "groups=.*each node from 0 to 1"),
        (lambda: Cut(votes=(1,), groups=((0,),), witness=1), "witness=1: choose a group from 0 to 0"),
        (lambda: read_write(0, 1, 1), "n=0: choose 1 copy or more"),
        (lambda: read_write(3, 4, 1), "r=4: choose 1 to 3"),
        (lambda: read_write(3, 1, 0), "w=0: choose 1 to 3"),
        (lambda: Times(noticed=60), "noticed=60: choose more than 0, less than 60"),
        (lambda: Times(restarted=59), "restarted=59: choose 60.0 or more; earlier, both sides"),
        (lambda: tell(Cut(votes=(1,), groups=((0,),)), dead=(1,)), r"dead=\[1\]: no such node"),
        (lambda: trap("none"), "trap=none: choose one of two_nodes"),
    ],
)  # fmt: skip
def test_a_bad_cut_names_the_value_and_the_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
