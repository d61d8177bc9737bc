"""Write plans: md's choices as published, and every plan carried out on real bytes."""

from itertools import combinations

import numpy as np
import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.raid.layouts import LAYOUTS, Array, data_disks, parity_disks, row
from coursekit.sims.raid.parity import recover, syndromes
from coursekit.sims.raid.planner import Plan, plan_read, plan_write, small_write
from coursekit.values import from_text, to_text


def brief(array, units):
    plan = small_write(array, units)
    return f"{plan.mode} {plan.reads},{plan.writes}"


@pytest.mark.parametrize(
    ("level", "disks", "plans"),
    [
        ("5", 3, ["rcw 1,2", "full 0,3"]),
        ("5", 4, ["rcw 2,2", "rcw 1,3", "full 0,4"]),
        ("5", 5, ["rmw 2,2", "rcw 2,3", "rcw 1,4", "full 0,5"]),
        (
            "5", 8,
            ["rmw 2,2", "rmw 3,3", "rcw 4,4", "rcw 3,5", "rcw 2,6", "rcw 1,7", "full 0,8"],
        ),
        ("6", 6, ["rcw 3,3", "rcw 2,4", "rcw 1,5", "full 0,6"]),
        ("6", 8, ["rmw 3,3", "rcw 4,4", "rcw 3,5", "rcw 2,6", "rcw 1,7", "full 0,8"]),
        ("6", 10, ["rmw 3,3", "rmw 4,4", "rcw 5,5"]),
    ],
)  # fmt: skip
def test_v8_6_write_plans(level, disks, plans):
    array = Array(level=level, disks=disks)

    assert [brief(array, k) for k in range(1, len(plans) + 1)] == plans


PARITY = [
    *(Array(level="4", disks=n) for n in (3, 5, 7)),
    *(Array(level="5", disks=n, layout=layout) for n in (3, 5, 7) for layout in LAYOUTS),
    *(Array(level="6", disks=n, layout=layout) for n in (4, 6, 8) for layout in LAYOUTS),
]


@pytest.mark.parametrize("array", PARITY, ids=str)
def test_every_plan_reads_enough_to_write_the_right_parity(array):
    """For all failures borne and all sets of chunks: what is read determines what is written.

    The unknown old blocks are varied; if the new parity changed with them, then the plan
    could not have computed it.
    """
    width, parities = data_disks(array), array.disks - data_disks(array)
    rng = np.random.default_rng(1)
    stripe = 1
    disk_of = {
        cell.chunk: disk for disk, cell in enumerate(row(array, stripe)) if cell.kind == "data"
    }
    order = [disk for _, disk in sorted(disk_of.items())]
    holders = parity_disks(array, stripe)
    for size in range(parities + 1):
        for failed in combinations(range(array.disks), size):
            for count in range(1, width + 1):
                units = range(count)
                plan = plan_write(array, [stripe * width + k for k in units], failed)
                read = {step.disk for step in plan.steps if step.kind == "read"}
                write = {step.disk for step in plan.steps if step.kind == "write"}
                assert not (read | write) & set(failed)
                assert write == ({order[k] for k in units} | set(holders)) - set(failed)
                if set(holders) <= set(failed) or array.level == "6":
                    continue  # bytes: single parity is enough to catch a plan that reads too little
                old = rng.integers(0, 256, (width, 1), dtype=np.uint8)
                p = int(np.bitwise_xor.reduce(old)[0])
                known = {order[k]: int(old[k, 0]) for k in range(width)} | {holders[0]: p}
                known = {disk: byte for disk, byte in known.items() if disk in read}
                new = {k: 0x40 + k for k in units}
                truth = new_parity(old, new)
                assert from_reads(plan.mode, known, new, order, holders) == truth


def new_parity(old, new):
    bytes_now = [new.get(k, int(block[0])) for k, block in enumerate(old)]
    return int(np.bitwise_xor.reduce(np.array(bytes_now)))


def from_reads(mode, known, new, order, holders):
    """P as a controller computes it from what it has read, for each mode of RAID 4 and 5."""
    total = 0
    for byte in new.values():
        total ^= byte
    if mode == "full":
        return total
    if mode == "rcw":
        assert set(known) == {disk for k, disk in enumerate(order) if k not in new}
    if mode == "rmw":
        assert set(known) == {order[k] for k in new} | {holders[0]}
    for byte in known.values():
        total ^= byte
    return total


@pytest.mark.parametrize("array", [a for a in PARITY if a.level == "6"], ids=str)
def test_raid6_degraded_plans_read_a_solvable_set(array):
    """What was read, with what is being written, must determine the whole stripe."""
    width = data_disks(array)
    data = np.random.default_rng(2).integers(0, 256, (width, 3), dtype=np.uint8)
    cells = row(array, 0)
    power = {cell.chunk: cell.power for cell in cells if cell.kind == "data"}
    by_power = np.array([data[chunk] for chunk, _ in sorted(power.items(), key=lambda at: at[1])])
    p, q = syndromes(by_power)
    holders = parity_disks(array, 0)
    for failed in combinations(range(array.disks), 2):
        for chunk in range(width):
            plan = plan_write(array, [chunk], failed)
            if plan.mode != "decode":
                continue
            read = {step.disk for step in plan.steps if step.kind == "read"}
            known = [None] * width
            for disk, cell in enumerate(cells):
                if cell.kind == "data" and disk in read:
                    known[cell.power] = data[cell.chunk]
            got = recover(
                known, p if holders[0] in read else None, q if holders[1] in read else None
            )
            assert (got.data == by_power).all()


@pytest.mark.parametrize(
    ("failed", "chunks", "expected"),
    [
        ((2,), [0], "rmw 2,2"),  # another data disk is gone: rmw only, though rcw ties
        ((0,), [0], "rcw 2,1"),  # the target's own disk: the others, then P alone
        ((3,), [0], "plain 0,1"),  # parity is gone: a plain write
        ((0,), [0, 1], "rcw 1,2"),
        ((2,), [0, 1], "rmw 3,3"),
        ((1,), [0, 1, 2], "full 0,3"),
    ],
)
def test_degraded_raid5_writes(failed, chunks, expected):
    plan = plan_write(Array(), chunks, failed)

    assert f"{plan.mode} {plan.reads},{plan.writes}" == expected


@pytest.mark.parametrize(
    ("array", "chunk", "failed", "expected"),
    [
        (Array(), 0, (), "read 1"),
        (Array(), 0, (0,), "decode 3"),
        (Array(disks=8), 0, (0,), "decode 7"),
        (Array(level="6", disks=6), 0, (1,), "decode 4"),
        (Array(level="6", disks=6), 0, (1, 2), "decode 4"),
        (Array(level="6", disks=6), 0, (1, 5), "decode 4"),
        (Array(level="1", disks=3), 5, (0, 1), "read 1"),
        (Array(level="10"), 0, (0,), "read 1"),
    ],
)
def test_degraded_reads(array, chunk, failed, expected):
    plan = plan_read(array, chunk, failed)

    assert f"{plan.mode} {plan.reads}" == expected
    assert plan.writes == 0
    assert not {step.disk for step in plan.steps} & set(failed)


def test_a_lost_parity_is_replaced_by_the_other():
    array = Array(level="6", disks=6)
    p, q = parity_disks(array, 0)
    lost = next(disk for disk, cell in enumerate(row(array, 0)) if cell.chunk == 0)

    assert [step.what for step in plan_read(array, 0, {lost}).steps][-1] == "P"
    assert [step.what for step in plan_read(array, 0, {lost, p}).steps][-1] == "Q"
    assert q not in {step.disk for step in plan_read(array, 0, {lost}).steps}


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (Array(level="0"), "plain 0,1"),
        (Array(level="1", disks=3), "copy 0,3"),
        (Array(level="10"), "copy 0,2"),
        (Array(level="10", disks=5, near=2, far=2), "copy 0,4"),
        (Array(level="01"), "copy 0,2"),
    ],
)
def test_levels_without_parity_write_their_copies(array, expected):
    assert brief(array, 1) == expected


def test_writes_go_to_living_copies_only():
    plan = plan_write(Array(level="10"), [0], {0})

    assert [(step.disk, step.what) for step in plan.steps] == [(1, "copy")]


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: plan_write(Array(), []), "chunks=.*: give one or more"),
        (lambda: plan_write(Array(), [2, 3]), r"of one stripe, these are of \[0, 1\]"),
        (lambda: plan_write(Array(), [0], {0, 1}), r"failed=\[0, 1\]: too many, chunk 0 is lost"),
        (lambda: plan_write(Array(), [0], {4}), r"failed=\[4\]: choose disks from 0 to 3"),
        (lambda: plan_write(Array(level="10"), [0], {0, 1}), "chunk 0 is lost"),
        (lambda: plan_read(Array(level="10"), 0, {0, 1}), "chunk 0 is lost"),
        (lambda: plan_read(Array(level="0"), 0, {0}), "chunk 0 is lost"),
        (lambda: plan_read(Array(level="6"), 0, {1, 2, 3}), "chunk 0 is lost"),
    ],
)
def test_what_cannot_be_done_is_named(ask, says):
    with pytest.raises(ParameterError, match=says):
        ask()


def test_a_plan_survives_json():
    plan = plan_write(Array(level="6", disks=8), [0, 1])

    assert from_text(Plan, to_text(plan)) == plan
