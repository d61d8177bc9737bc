"""Speed by formula: published numbers and their limits."""

import math

import numpy as np
import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.raid import performance as p
from coursekit.sims.raid.layouts import Array
from coursekit.sims.raid.performance import DISKS, Disk
from coursekit.values import from_text, to_text

HDD, FAST = DISKS["HDD 7200"], DISKS["HDD 15k"]


@pytest.mark.parametrize(
    ("disk", "kib", "ms"),
    [(HDD, 4, 12.6871), (HDD, 64, 12.9943), (HDD, 1024, 17.9095), (FAST, 4, 5.5205)],
)
def test_v8_8_service_times(disk, kib, ms):
    assert p.service_ms(disk, kib) == pytest.approx(ms, abs=6e-5)


def test_v8_8_iops_of_one_disk():
    assert 1000 / p.service_ms(HDD, 4) == pytest.approx(78.82, abs=0.006)
    assert 1000 / p.service_ms(FAST, 4) == pytest.approx(181.14, abs=0.006)


def test_v8_8_rotation():
    assert p.wait_of_slowest(HDD, 1) == pytest.approx(4.1667, abs=6e-5)
    assert p.wait_of_slowest(HDD, 2) == pytest.approx(5.5556, abs=6e-5)
    assert p.wait_of_slowest(HDD, 8) == pytest.approx(7.4074, abs=6e-5)
    assert p.wait_of_best(HDD, 2) == pytest.approx(2.7778, abs=6e-5)


@pytest.mark.parametrize(("level", "iops"), [("0", 640), ("10", 492.31), ("5", 336.84), ("6", 256)])
def test_v8_8_mixed_iops(level, iops):
    array = Array(level=level, disks=8)

    assert p.array_iops(array, 80, 0.7) == pytest.approx(iops, abs=0.006)


@pytest.mark.parametrize(("level", "iops"), [("0", 300), ("10", 150), ("5", 75), ("6", 50)])
def test_v8_8_pure_writes(level, iops):
    assert p.array_iops(Array(level=level, disks=4), 75, 0) == pytest.approx(iops)


def test_v8_8_degraded_reads():
    assert p.degraded_read_cost(4) == 1.5
    assert p.degraded_read_cost(5) == 1.6


@pytest.mark.parametrize(
    ("offset", "kib", "disks"),
    [(0, 4, 1), (0, 512, 1), (256, 512, 2), (0, 1024, 2), (0, 4096, 4), (510, 4, 2)],
)
def test_v8_8_disks_touched(offset, kib, disks):
    assert p.disks_touched(4, 512, offset, kib) == disks


@pytest.mark.parametrize(
    ("disks", "in_flight", "busy"),
    [(4, 1, 1), (4, 2, 1.75), (4, 4, 2.734375), (4, 8, 3.5995), (4, 16, 3.9599),
     (8, 8, 5.2511), (8, 32, 7.8885)],
)  # fmt: skip
def test_v8_8_busy_disks(disks, in_flight, busy):
    assert p.busy_disks(disks, in_flight) == pytest.approx(busy, abs=6e-5)


@pytest.mark.parametrize(
    ("kib", "times"),
    [(4, 1.0), (64, 1.0), (1024, 1.171), (4096, 1.878), (65_536, 3.606), (2**20, 3.972)],
)
def test_v8_8_speed_up_of_one_request(kib, times):
    assert p.speed_up(4, 512, kib, HDD) == pytest.approx(times, abs=6e-4)


@pytest.mark.parametrize(
    ("disks", "raid4", "raid5"),
    [(3, 80, 80), (4, 80, 80), (5, 40, 100), (8, 40, 160), (16, 40, 320)],
)
def test_v8_10_small_writes_of_raid4_and_raid5(disks, raid4, raid5):
    by_level = [p.array_iops(Array(level=n, disks=disks), 80, 0, "planner") for n in ("4", "5")]

    assert by_level == pytest.approx([raid4, raid5])


def test_penalties():
    sizes = {"5": (3, 4, 5, 8), "6": (4, 5, 6, 10)}
    planner = {
        level: [p.write_penalty(Array(level=level, disks=n), "planner") for n in counts]
        for level, counts in sizes.items()
    }

    assert planner == {"5": [3, 4, 4, 4], "6": [4, 5, 6, 6]}
    assert p.write_penalty(Array(level="1", disks=3), "planner") == 3
    assert p.write_penalty(Array(level="6", disks=8)) == 6


def test_raid4_reads_leave_the_parity_disk_idle():
    assert p.array_iops(Array(level="4", disks=5), 80, 1) == pytest.approx(4 * 80)


@pytest.mark.parametrize(
    ("array", "read", "write"),
    [
        (Array(level="0"), 800, 800),
        (Array(level="1"), 200, 200),
        (Array(level="4"), 600, 600),
        (Array(level="5"), 600, 600),
        (Array(level="6"), 400, 400),
        (Array(level="10"), 400, 400),
        (Array(level="01"), 400, 400),
        (Array(level="10", near=1, far=2), 800, 400),
    ],
)
def test_sequential_streams(array, read, write):
    assert p.sequential_mb_s(array, 200, "read") == read
    assert p.sequential_mb_s(array, 200, "write") == write
    assert p.sequential_mb_s(array, 200, "read", link_mb_s=150) == 150


@pytest.mark.parametrize("disk", [HDD, FAST])
def test_the_seek_curve_averages_the_mean_seek(disk):
    places = np.random.default_rng(1).random((20_000, 2))
    mean = np.mean([p.seek_ms(disk, abs(a - b)) for a, b in places.tolist()])

    assert mean == pytest.approx(disk.seek_ms, rel=0.01)
    assert p.seek_ms(disk, 0) == 0


def test_an_ssd_has_no_platter():
    assert p.turn_ms(DISKS["NVMe"]) == 0
    assert p.service_ms(DISKS["SATA SSD"], 4) == pytest.approx(0.1 + 4.096 / 550)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: Disk(seek_ms=-1), "seek_ms=-1"),
        (lambda: Disk(rpm=-1), "rpm=-1"),
        (lambda: Disk(mb_s=0), "mb_s=0"),
        (lambda: Disk(most_iops=0), "most_iops=0"),
        (lambda: p.array_iops(Array(), 80, 1.5), "read=1.5: choose a share"),
        (lambda: p.write_penalty(Array(), "book"), "penalty=book: choose classic or planner"),
        (lambda: p.busy_disks(0, 1), "disks=0"),
        (lambda: p.disks_touched(4, 512, 0, 0), "kib=0"),
        (lambda: p.degraded_read_cost(2), "disks=2: RAID 5 needs 3"),
    ],
)
def test_a_wrong_value_is_named(ask, says):
    with pytest.raises(ParameterError, match=says):
        ask()


@pytest.mark.parametrize("name", DISKS)
def test_disks_survive_json(name):
    assert from_text(Disk, to_text(DISKS[name])) == DISKS[name]
    assert math.isinf(HDD.most_iops)
