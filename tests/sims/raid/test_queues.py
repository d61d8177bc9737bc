"""Queues at the disks: the measured array meets its formulas, and bookkeeping holds."""

from itertools import pairwise

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.raid.layouts import Array
from coursekit.sims.raid.performance import (
    DISKS,
    array_iops,
    busy_disks,
    sequential_mb_s,
    service_ms,
)
from coursekit.sims.raid.queues import Load, Measured, simulate
from coursekit.values import from_text, to_text

ONE_DISK = 1000 / service_ms(DISKS["HDD 7200"], 4)


def load(level="5", disks=4, **values):
    return Load(array=Array(level=level, disks=disks), **values)


@pytest.mark.parametrize("level", ["0", "4", "5", "6"])
def test_many_random_reads_use_all_arms(level):
    array = Array(level=level, disks=8)
    got = simulate(Load(array=array, in_flight=200, read=1, requests=4000))

    assert got.iops == pytest.approx(array_iops(array, ONE_DISK, 1), rel=0.12)


@pytest.mark.parametrize(("level", "disks"), [("4", 5), ("4", 8), ("5", 8), ("6", 8)])
def test_small_writes_meet_the_planner_formula(level, disks):
    array = Array(level=level, disks=disks)
    got = simulate(Load(array=array, in_flight=200, read=0, requests=3000))

    assert got.iops == pytest.approx(array_iops(array, ONE_DISK, 0, "planner"), rel=0.15)


def test_the_parity_disk_of_raid4_saturates_while_the_others_wait():
    used = simulate(load("4", 8, in_flight=64, read=0)).utilisation

    assert used[-1] > 0.99
    assert max(used[:-1]) < 0.3


def test_one_request_at_a_time_is_no_faster_on_more_disks():
    got = [simulate(load("0", n, in_flight=1, read=1)).iops for n in (2, 4, 8)]

    assert got == pytest.approx([ONE_DISK] * 3, rel=0.03)


def test_with_few_requests_in_flight_few_disks_work():
    """The formula draws requests afresh; a closed loop keeps queues, so it does not beat it."""
    got = simulate(load("0", 4, in_flight=4, read=1, requests=4000))
    busy = sum(got.utilisation)

    assert busy == pytest.approx(busy_disks(4, 4), rel=0.1)


@pytest.mark.parametrize(
    "array",
    [
        *(Array(level=level) for level in ("0", "1", "4", "5", "10", "01")),
        Array(level="10", near=1, far=2),
    ],
    ids=str,
)
def test_one_sequential_stream_reads_as_the_formula_says(array):
    got = simulate(Load(array=array, in_flight=16, read=1, sequential=True, kib=1024))

    assert got.mb_s == pytest.approx(sequential_mb_s(array, 200, "read"), rel=0.02)


@pytest.mark.parametrize("level", ["0", "1", "5", "6", "10"])
def test_full_stripes_write_as_the_formula_says(level):
    array = Array(level=level)
    got = simulate(Load(array=array, in_flight=8, read=0, sequential=True, kib=3072, requests=300))

    assert got.mb_s == pytest.approx(sequential_mb_s(array, 200, "write"), rel=0.02)


def test_a_degraded_raid5_reads_at_about_half_the_rate():
    healthy, degraded = (
        simulate(load(in_flight=64, read=1, requests=3000, failed=failed)) for failed in ((), (1,))
    )

    assert degraded.iops / healthy.iops == pytest.approx(0.5, abs=0.06)
    assert degraded.accesses_per_request == pytest.approx(1.5, abs=0.063)  # 4 standard errors
    assert degraded.utilisation[1] == 0


def test_an_ssd_answers_after_its_latency_but_works_on_many_requests():
    alone, many = (
        simulate(load("0", 4, disk="NVMe", read=1, in_flight=q, requests=5000)) for q in (1, 256)
    )

    assert alone.mean_ms == pytest.approx(0.08, abs=0.01)
    assert many.iops == pytest.approx(4 * 500_000, rel=0.1)


@pytest.mark.parametrize("level", ["0", "1", "4", "5", "6", "10", "01"])
@pytest.mark.parametrize("kib", [4, 700, 4000])
def test_no_disk_does_two_things_at_once_and_time_adds_up(level, kib):
    got = simulate(load(level, kib=kib, requests=120, read=0.5, in_flight=6))
    by_disk = {}
    for access in got.accesses:
        by_disk.setdefault(access.disk, []).append((access.start_ms, access.end_ms))

    for spans in by_disk.values():
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(0 <= used <= 1 for used in got.utilisation)
    assert len(got.latency_ms) == 120
    assert got.iops == pytest.approx(120 / got.elapsed_ms * 1000)
    assert got.mb_s == pytest.approx(got.iops * kib * 1.024 / 1000)
    assert got.mean_ms <= got.p99_ms <= max(got.latency_ms)
    # Little: requests in flight = rate times time, but for the end of the run
    assert got.mean_ms * got.iops / 1000 <= 6.001


def test_reads_of_a_plan_end_before_its_writes_start():
    got = simulate(load(requests=1, read=0))
    ends = [access.end_ms for access in got.accesses if access.kind == "read"]
    starts = [access.start_ms for access in got.accesses if access.kind == "write"]

    assert (len(ends), len(starts)) == (2, 2)
    assert max(ends) <= min(starts)


def test_same_seed_same_result_other_seed_other_result():
    assert simulate(Load(), 5) == simulate(Load(), 5)
    assert simulate(Load(), 5) != simulate(Load(), 6)


def test_the_picture_keeps_the_first_accesses_only():
    assert len(simulate(load(requests=1000)).accesses) == 400


def test_a_write_across_two_chunks_writes_its_bytes_and_parity_over_their_span():
    """Requests of 508 KiB in chunks of 512: the second is 4 KiB here and 504 there."""
    got = simulate(load(requests=2, read=0, sequential=True, kib=508, in_flight=1))
    second = [access for access in got.accesses if access.request == 1]
    sizes = {
        what: sorted(a.kib for a in second if a.what == what and a.kind == "write")
        for what in ("data", "P")
    }

    assert sizes == {"data": [4, 504], "P": [512]}
    assert {a.kib for a in second if a.kind == "read"} == {512}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"disk": "tape"}, "disk=tape: choose one of HDD 7200"),
        ({"requests": 0}, "requests=0"),
        ({"in_flight": 0}, "in_flight=0"),
        ({"read": -0.1}, "read=-0.1"),
        ({"kib": 0}, "kib=0"),
        ({"failed": (4,)}, "failed=.4,.: choose disks 0 to 3"),
        ({"failed": (0, 1)}, "failed=.0, 1.: the data are lost"),
    ],
)
def test_a_bad_load_names_the_value_and_the_rule(wrong, says):
    with pytest.raises(ParameterError, match=says):
        Load(**wrong)


def test_loads_and_results_survive_json():
    given = Load(requests=20, failed=(1,))
    got = simulate(given)

    assert from_text(Load, to_text(given)) == given
    assert from_text(Measured, to_text(got)) == got
