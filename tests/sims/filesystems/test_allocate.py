"""Allocation: every policy against a plain bitmap, the ageing disk, what a read costs."""

from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.filesystems.allocate import (  # fmt: skip
    FLASH,
    HARD_DISK,
    POLICIES,
    Ageing,
    Op,
    Runs,
    age,
    read_seconds,
    workload,
)
from coursekit.sims.message import ParameterError


def runs_of(bitmap):
    """(start, length) of the free runs."""
    found, at = [], 0
    for free, group in groupby(bitmap):
        length = len(list(group))
        if free:
            found.append((at, length))
        at += length
    return found


def plain(ageing, policy, ops):
    """Block by block over a bitmap, from the words of the policies."""
    free, files, last, still_open = [True] * ageing.blocks, {}, 0, []

    def chosen(slot, blocks, want):
        nonlocal last
        taken = []
        while len(taken) < want:
            if policy in ("extent", "delayed"):
                runs, need = runs_of(free), want - len(taken)
                fits = [run for run in runs if run[1] >= need]
                start, length = min(fits or runs, key=lambda run: (run[1] if fits else -run[1], run[0]))  # fmt: skip
                more = list(range(start, start + min(need, length)))
            else:
                whole = blocks + taken
                goal = whole[-1] + 1 if whole else slot * ageing.blocks // ageing.writers
                at = {"first_fit": 0, "next_fit": last, "goal": goal}[policy]
                more = [next(b % ageing.blocks for b in range(at, at + 2 * ageing.blocks) if free[b % ageing.blocks])]  # fmt: skip
            for block in more:
                free[block] = False
            taken += more
            last = (more[-1] + 1) % ageing.blocks
        return taken

    def write_out():
        piece = 10**9 if policy == "delayed" else ageing.piece_kib // 4
        left = [[slot, op.file, op.blocks] for slot, op in enumerate(still_open)]
        still_open.clear()
        while any(blocks for _slot, _file, blocks in left):
            for one in left:
                now = min(piece, one[2])
                if now:
                    own = files.setdefault(one[1], [])
                    own += chosen(one[0], own, now)
                    one[2] -= now

    for op in ops:
        if op.blocks:
            still_open.append(op)
            if len(still_open) == ageing.writers:
                write_out()
        else:
            if op.file in [each.file for each in still_open]:
                write_out()
            for block in files.pop(op.file):
                free[block] = True
    write_out()
    return files


@given(
    policy=st.sampled_from(POLICIES), seed=st.integers(0, 10_000), fill=st.floats(0.3, 0.99),
    writers=st.integers(1, 5), piece=st.sampled_from([4, 8, 32]), sigma=st.floats(0, 1.5),
)  # fmt: skip
def test_every_policy_places_as_a_plain_bitmap_does(policy, seed, fill, writers, piece, sigma):
    ageing = Ageing(blocks=96, operations=60, fill=fill, median_kib=24, sigma=sigma, writers=writers, piece_kib=piece)  # fmt: skip
    ops = workload(ageing, np.random.default_rng(seed))
    found, wanted = age(ageing, policy, ops, every=10**6), plain(ageing, policy, ops)
    for file, blocks in wanted.items():
        assert set(np.flatnonzero(found.owners == file)) == set(blocks)
        breaks = sum(two != one + 1 for one, two in pairwise(blocks))
        assert found.extents[file] == 1 + breaks
        assert found.sizes[file] == len(blocks)
    assert found.extents.keys() == wanted.keys()


@given(st.lists(st.tuples(st.integers(0, 63), st.integers(1, 20), st.booleans()), max_size=40))
def test_free_runs_never_touch_and_always_add_up(deeds):
    runs, used, taken = Runs(64), 0, []
    for at, want, gives in deeds:
        if gives and taken:
            runs.give(taken.pop(at % len(taken)))
        elif runs.free >= want:
            taken += runs.take(at, want) if at % 2 else runs.best(want)
        used = sum(length for _start, length in taken)
        bitmap = [True] * 64
        for start, length in taken:
            assert all(bitmap[start : start + length])
            bitmap[start : start + length] = [False] * length
        assert [(start, runs.length[start]) for start in runs.starts] == runs_of(bitmap)
        assert sorted((length, start) for start, length in runs_of(bitmap)) == runs.by_length
        assert runs.free == 64 - used


def test_cost_of_extents():
    """10.5, prediction 3: 100 MB in 1 or 1000 extents."""
    found = [read_seconds(device, extents, 100e6) for device in (HARD_DISK, FLASH) for extents in (1, 1000)]  # fmt: skip
    assert [f"{each:.3g}" for each in found] == ["0.513", "13.2", "0.182", "0.282"]
    assert (round(found[1] / found[0], 1), round(found[3] / found[2], 2)) == (25.7, 1.55)


def test_a_workload_keeps_to_its_fill_and_comes_again_from_its_seed():
    ageing = Ageing(fill=0.9)
    ops = workload(ageing, np.random.default_rng(3))
    assert ops == workload(ageing, np.random.default_rng(3))
    assert ops != workload(ageing, np.random.default_rng(4))
    here, used, peak = {}, 0, 0
    for op in ops:
        if op.blocks:
            here[op.file] = op.blocks
        else:
            used -= here.pop(op.file)
        used, peak = used + op.blocks, max(peak, used + op.blocks)
        assert used <= 0.9 * ageing.blocks
    assert peak > 0.89 * ageing.blocks
    sizes = sorted(op.blocks for op in ops if op.blocks)
    assert 14 <= sizes[len(sizes) // 2] <= 18  # the median, 64 KiB


@pytest.mark.parametrize("fill", [0.7, 0.85, 0.95])
def test_who_knows_the_size_cuts_least(fill):
    ageing = Ageing(fill=fill)
    ops = workload(ageing, np.random.default_rng(1))
    found = {policy: age(ageing, policy, ops) for policy in POLICIES}
    mean = {policy: each.mean_extents for policy, each in found.items()}
    assert mean["delayed"] < 1.06
    assert mean["delayed"] < mean["goal"] < mean["extent"] < mean["next_fit"] < mean["first_fit"]
    assert found["first_fit"].seconds(HARD_DISK) > 2.5 * found["delayed"].seconds(HARD_DISK)
    lost = [found["first_fit"].seconds(each) - found["delayed"].seconds(each) for each in (HARD_DISK, FLASH)]  # fmt: skip
    assert lost[0] > 18 and lost[1] < 0.25


def test_near_the_end_next_fit_and_delayed_lose_what_first_fit_never_had():
    """10.10 expects first fit to rise sharply beyond 90 %: it is high at every fill."""
    mean = {}
    for fill in (0.7, 0.98):
        ageing = Ageing(fill=fill, operations=10_000)
        ops = workload(ageing, np.random.default_rng(1))
        for policy in POLICIES:
            mean[policy, fill] = age(ageing, policy, ops, every=1000).mean_extents
    assert mean["first_fit", 0.98] < 1.1 * mean["first_fit", 0.7]
    assert mean["next_fit", 0.98] > 1.8 * mean["next_fit", 0.7]
    assert mean["delayed", 0.7] < 1.01
    assert mean["delayed", 0.98] > 1.05


def test_moments_tell_the_way_and_the_histogram_the_end():
    ageing = Ageing(operations=100, blocks=2048)
    ops = workload(ageing, np.random.default_rng(1))
    found = age(ageing, "first_fit", ops, every=10)
    assert [each.operations for each in found.moments][:2] == [10, 20]
    assert found.moments[-1].operations == len(ops)
    assert found.moments[-1].mean_extents == found.mean_extents
    assert found.moments[-1].fill == pytest.approx(np.mean(found.owners >= 0))
    assert sum(files for _n, files in found.histogram) == len(found.extents)
    assert sum(n * files for n, files in found.histogram) == sum(found.extents.values())
    assert found.moments[-1].free_runs == len(runs_of(found.owners < 0))
    assert found.moments[-1].longest == max(length for _at, length in runs_of(found.owners < 0))
    assert age(ageing, "goal", (Op(0, 5), Op(0, 0))).mean_extents == 0.0


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Ageing(blocks=10), "blocks=10: choose 64"),
        (lambda: Ageing(fill=1.0), "fill=1.0: choose 0.05 to 0.99"),
        (lambda: Ageing(operations=0), "operations=0: choose 1"),
        (lambda: Ageing(sigma=4), "sigma=4: choose 0 to 3"),
        (lambda: Ageing(median_kib=1), "median_kib=1: choose 4"),
        (lambda: Ageing(writers=0), "writers=0: choose 1"),
        (lambda: Ageing(piece_kib=5), "piece_kib=5: choose a multiple of 4"),
        (
            lambda: age(Ageing(), "best_fit", ()),
            "policy=best_fit: choose one of first_fit, next_fit",
        ),
        (lambda: read_seconds(FLASH, 0, 5), "extents=0: choose 1"),
    ],
)
def test_a_bad_value_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
