"""Replacing a file: V10.9, laws between the modes, and what a call must be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.filesystems import replace
from coursekit.sims.filesystems.replace import MODES, PROTOCOLS
from coursekit.sims.message import ParameterError

ABE, AB, B = {"A", "B", "empty"}, {"A", "B"}, {"B"}
ALL = {"A", "B", "absent", "empty"}
V10_9 = {  # protocol -> any crash, after the end; per mode where they differ
    "P1": dict.fromkeys(MODES, (ABE, ABE)),
    "P1s": dict.fromkeys(MODES, (ABE, B)),
    "P2": {"posix": (ABE, ABE), "delalloc": (ABE, ABE), "auto_da_alloc": (AB, AB), "ordered": (AB, AB)},
    "P3": dict.fromkeys(MODES, (AB, AB)),
    "P4": dict.fromkeys(MODES, (AB, B)),
    "P5": {**dict.fromkeys(MODES, (ALL, B)), "posix": (ALL, {"A", "B", "absent"})},
}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("protocol", V10_9)
def test_v10_9(protocol, mode):
    program = PROTOCOLS[protocol]
    for finished, expected in zip((False, True), V10_9[protocol][mode], strict=True):
        assert set(replace.outcomes(program, mode, finished=finished)) == expected


def test_the_sample_that_moves_the_old_file_away():
    program = (("rename", "f", "old"), *PROTOCOLS["P2"])
    assert replace.outcomes(program, "delalloc", finished=False) == ("A", "B", "absent", "empty")


name = st.sampled_from(["f", "t", "old"])
call = st.one_of(
    st.tuples(st.just("creat"), name),
    st.tuples(st.just("write"), name, st.just("B")),
    st.tuples(st.sampled_from(["fsync", "unlink"]), name),
    st.tuples(st.just("rename"), name, name),
    st.just(("fsyncdir",)),
)


@st.composite
def programs(draw):
    program = ()
    for op in draw(st.lists(call, max_size=9)):
        try:
            replace.effects_of((*program, op))
        except ParameterError:
            continue
        program = (*program, op)
    return program[:7]


def seen(program, mode, *, finished):
    return set(replace.outcomes(program, mode, finished=finished))


@settings(max_examples=150, deadline=None)
@given(programs())
def test_laws_between_modes_and_moments(program):
    for mode in MODES:
        early, late = (seen(program, mode, finished=each) for each in (False, True))
        assert late <= early
        assert "A" in early  # before the first call
        assert early == set().union(*(seen(program[:n], mode, finished=True) for n in range(len(program) + 1)))  # fmt: skip
    loose, usual, strict = (seen(program, mode, finished=True) for mode in ("delalloc", "auto_da_alloc", "ordered"))  # fmt: skip
    assert strict <= loose and usual <= loose <= seen(program, "posix", finished=True)


@settings(max_examples=100, deadline=None)
@given(programs(), st.sampled_from(MODES))
def test_forcing_everything_leaves_what_a_run_without_a_crash_leaves(program, mode):
    effects = replace.effects_of(program)
    files = {"f": 0}
    for each in effects:
        if each.kind in {"link", "rename", "unlink"}:
            files.pop(each.names[0], None)
            if each.kind != "unlink":
                files[each.names[-1]] = each.inode
    end = (*program, *(("fsync", each) for each in files), ("fsyncdir",))
    assert seen(end, mode, finished=True) == {replace.content(effects)}


def test_each_step_left_out_of_the_recipe_shows_its_crash():
    recipe = PROTOCOLS["P4"]
    for number, op in enumerate(recipe):
        if op[0] in {"fsync", "fsyncdir"}:
            rest = recipe[:number] + recipe[number + 1 :]
            assert any(seen(rest, m, finished=f) - seen(recipe, m, finished=f) for m in MODES for f in (False, True))  # fmt: skip


def test_a_crash_tells_what_was_kept_and_lost():
    bad = next(each for each in replace.crashes(PROTOCOLS["P2"], "delalloc") if each.content == "empty")  # fmt: skip
    assert [each.kind for each in bad.kept] == ["link", "rename"]
    assert [each.kind for each in bad.lost] == ["data"]
    assert [str(each) for each in replace.why(bad)] == [
        "The crash comes after call 3.",
        "On the disk: the name t.",
        "On the disk: the renaming t → f.",
        "Lost: the data of t.",
        "f is empty: neither the old contents nor the new ones are there.",
    ]


@pytest.mark.parametrize(
    "program, mode, says",
    [
        ([["creat", "t"]], "odd", "mode=odd: choose one of posix"),
        ([["jump"]], "posix", "op=jump: choose one of creat"),
        ([[]], "posix", "op=: choose one of"),
        ([["creat"]], "posix", "op=creat: values that it takes: 1"),
        ([["fsync", "t"]], "posix", "fsync=t: no such name at this moment"),
        ([["unlink", "f"], ["unlink", "f"]], "posix", "unlink=f: no such name"),
        ([["write", "f", "B"]], "posix", "write=f: call creat on it before"),
        ([["creat", "t"], ["write", "t", "C"]], "posix", "write=C: the new contents are B"),
        ([["rename", "f", "f"]], "posix", "rename=f: give two different names"),
        ([["creat", f"{n}"] for n in range(13)], "posix", "program=13: at most 12"),
    ],
)
def test_what_cannot_be_called_is_named(program, mode, says):
    with pytest.raises(ParameterError) as refused:
        replace.outcomes(program, mode, finished=True)
    assert says in str(refused.value)
