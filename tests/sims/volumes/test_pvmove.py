"""pvmove: nothing is lost at any moment, whatever happens; crash, resume and abort in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import allocate, pvmove
from coursekit.sims.volumes.extents import Run, Segment, Volume, runs_of
from coursekit.sims.volumes.pvmove import Deed, tell

SIZES = [8, 8, 8]


def volumes():
    """`a` lies on 0, `s` is striped over 0 and 1, `b` is in two pieces on 0."""
    made = [Volume("a", allocate.linear(allocate.free_runs(SIZES, []), 2))]
    made.append(Volume("s", allocate.striped(allocate.free_runs(SIZES, made), 4, 2)))
    made.append(Volume("b", allocate.linear(allocate.free_runs(SIZES, made), 1)))
    made[0] = allocate.grow(made[0], allocate.free_runs(SIZES, made), 1)
    return made


def first(target=None):
    return pvmove.start(SIZES, pvmove.plan(SIZES, volumes(), 0, target))


DEEDS = st.lists(
    st.one_of(
        st.builds(Deed, st.just("tick"), st.sampled_from([0.5, 1.0, 4.0, 10.0])),
        st.builds(Deed, st.sampled_from(["read", "write"]), st.just(0.0), st.sampled_from("asb"), st.integers(0, 3)),
        st.builds(Deed, st.sampled_from(["crash", "resume", "abort"])),
    ),
    max_size=40,
)  # fmt: skip


@given(DEEDS, st.sampled_from([None, 2]))
def test_every_cell_can_be_read_at_every_moment(deeds, target):
    """Beside it a plain dict of what was written last."""
    state = first(target)
    truth = {(v.name, c): pvmove.read(state, v.name, c)[0] for v in state.volumes for c in range(v.extents)}  # fmt: skip
    for deed in deeds:
        if deed.kind in ("read", "write") and (deed.volume, deed.cell) not in truth:
            continue
        try:
            state = tell(state, [deed]).states[-1]
        except ParameterError:
            continue
        if deed.kind == "write":
            truth[deed.volume, deed.cell] = state.writes
        for (name, cell), value in truth.items():
            assert set(pvmove.read(state, name, cell)) == {value}
        places = [(r.pv, pe) for v in state.volumes for r in runs_of(v) for pe in range(r.first, r.last + 1)]  # fmt: skip
        assert len(places) == len(set(places))


def test_a_whole_move_empties_the_source_and_takes_its_time():
    planned = pvmove.plan(SIZES, volumes(), 0)
    end = tell(first(), [Deed("tick", 100.0)]).states[-1]

    assert planned.extents == 2 + 2 + 1 + 1 == end.done
    assert end.stage == "done"
    assert end.work_mib == 24
    assert all(run.pv != 0 for volume in end.volumes for run in runs_of(volume))
    assert pvmove.lost_cells(end, 0) == ()
    assert str(end.why[-1]) == "PV 0 is empty: it can leave the group."
    assert pvmove.seconds(planned.extents, 4, 100) == pytest.approx(0.24)
    assert pvmove.seconds(2559, 4, 100) == pytest.approx(102.36)


def test_a_crash_costs_the_extent_under_way_only():
    deeds = [Deed("tick", 7.0), Deed("crash"), Deed("resume"), Deed("tick", 4.0), Deed("tick", 16.0)]  # fmt: skip
    states = tell(first(), deeds).states
    assert (states[1].done, states[1].part_mib) == (1, 3.0)
    assert str(states[2].why[0]) == "The machine stops. Extents noted as copied: 1; of the next one 3 MiB must be copied again."  # fmt: skip
    assert (states[3].done, states[3].part_mib, states[4].done) == (1, 0.0, 2)
    assert states[5].stage == "done"
    assert states[5].work_mib == 24 + 3


def test_an_abort_keeps_what_was_switched():
    state = tell(first(), [Deed("tick", 12.0), Deed("abort")]).states[-1]
    a, _s, b = state.volumes
    assert state.stage == "aborted"
    assert [run.pv for run in runs_of(a)] == [1, 1]  # both pieces of a were whole
    assert [run.pv for run in runs_of(b)] == [0]
    assert str(state.why[0]).endswith("Pieces already switched stay where they are: 2.")
    after = tell(state, [Deed("write", volume="b", cell=0)]).states[-1]
    assert pvmove.read(after, "b", 0) == (after.writes,)


def test_a_write_during_the_move_goes_to_both_copies_once_there_are_two():
    state = tell(first(), [Deed("tick", 4.0), Deed("write", volume="a", cell=0), Deed("write", volume="a", cell=1)])  # fmt: skip
    both, one = state.states[-2:]
    assert "to PV 0 and to PV 1" in str(both.why[0])
    assert pvmove.read(both, "a", 0) == (both.writes, both.writes)
    assert str(one.why[0]) == "The write goes to PV 0, where the map points."
    answered = tell(one, [Deed("read", volume="a", cell=0), Deed("read", volume="a", cell=1)]).states[1:]  # fmt: skip
    assert [each.value for each in answered] == [both.writes, one.writes]
    assert "PV 0 or PV 1 may answer" in str(answered[0].why[0])


def test_the_source_may_die_only_at_the_end():
    states = tell(first(), [Deed("tick", 4.0)] * 6).states
    assert [len(pvmove.lost_cells(state, 0)) for state in states] == [6, 5, 4, 3, 2, 1, 0]


def test_two_stripes_never_come_to_lie_on_one_disk():
    plan = pvmove.plan(SIZES, volumes(), 0)
    assert [(p.volume, p.target.pv) for p in plan.pieces] == [("a", 1), ("a", 1), ("s", 2), ("b", 1)]  # fmt: skip
    with pytest.raises(ParameterError, match="extents=2: only 0 are free here"):
        pvmove.plan(SIZES, volumes(), 0, 1)


def test_a_target_in_pieces_cuts_the_segment():
    """The second disk has every other extent free."""
    made = [Volume(f"y{at}", (Segment(0, 1, (Run(1, at, 1),)),)) for at in (0, 2, 4)]
    short = Volume("z", allocate.linear(allocate.free_runs([6, 6], made), 3))
    plan = pvmove.plan([6, 6], [*made, short], 0)
    assert [(p.start, p.target.first) for p in plan.pieces] == [(0, 1), (1, 3), (2, 5)]
    end = tell(pvmove.start([6, 6], plan), [Deed("tick", 12.0)]).states[-1]
    assert [pvmove.read(end, "z", n) for n in range(3)] == [(4,), (5,), (6,)]


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: pvmove.plan(SIZES, volumes(), 3), "source=3: choose 0 to 2"),
        (lambda: pvmove.plan(SIZES, volumes(), 0, 5), "target=5: choose 0 to 2"),
        (lambda: pvmove.plan(SIZES, volumes(), 2), "source=2: no volume has extents there"),
        (lambda: pvmove.seconds(1, 4, 0), "mib_s=0"),
        (lambda: pvmove.start(SIZES, pvmove.plan(SIZES, volumes(), 0), 0), "extent_mib=0"),
        (lambda: tell(first(), [Deed("jump")]), "deed=jump: choose one of tick"),
        (lambda: tell(first(), [Deed("tick")]), "mib=0"),
        (lambda: tell(first(), [Deed("crash"), Deed("tick", 1.0)]), "deed=tick: the machine is down"),
        (lambda: tell(first(), [Deed("crash"), Deed("read", volume="a")]), "deed=read: the machine is down"),
        (lambda: tell(first(), [Deed("abort"), Deed("tick", 1.0)]), "deed=tick: the move was given up"),
        (lambda: tell(first(), [Deed("tick", 99.0), Deed("abort")]), "deed=abort: the move is over"),
        (lambda: tell(first(), [Deed("resume")]), "deed=resume: the machine is not down"),
        (lambda: tell(first(), [Deed("read", volume="q")]), "volume=q: choose one of a, s, b"),
        (lambda: tell(first(), [Deed("write", volume="a", cell=3)]), "cell=3: choose 0 to 2"),
    ],
)  # fmt: skip
def test_a_bad_value_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
