"""Speed against the number of disks: many requests scale, a single one does not."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.raid.layouts import Array
from coursekit.sims.raid.performance import DISKS
from coursekit.sims.raid.queues import Load
from coursekit.sims.raid.scaling import Scaling, one_disk_iops, scaling
from coursekit.values import from_text, to_text


def stripes(**values):
    return Load(array=Array(level="0"), read=1, **values)


def test_v8_8_one_disk_alone():
    assert one_disk_iops(DISKS["HDD 7200"], 4) == pytest.approx(78.82, abs=0.006)
    assert one_disk_iops(DISKS["HDD 15k"], 4) == pytest.approx(181.14, abs=0.006)


def test_a_sequential_disk_is_as_fast_as_it_transfers():
    assert one_disk_iops(DISKS["HDD 7200"], 1000, sequential=True) == pytest.approx(200 / 1.024)


def test_an_ssd_takes_several_requests_up_to_its_limit():
    ssd = DISKS["NVMe"]

    assert one_disk_iops(ssd, 4, 4) == pytest.approx(4 * one_disk_iops(ssd, 4))
    assert one_disk_iops(ssd, 4, 10_000) == 500_000


def test_one_request_at_a_time_gains_nothing_and_many_gain_nearly_all():
    alone = scaling(stripes(in_flight=1), (2, 4, 8))
    many = scaling(stripes(in_flight=256, requests=3000), (2, 4, 8))

    assert alone.times == pytest.approx((1, 1, 1), rel=0.05)
    assert many.times == pytest.approx((2, 4, 8), rel=0.12)
    assert many.load.array.disks == 8


def test_a_list_of_counts_is_needed():
    with pytest.raises(ParameterError, match=r"counts=.*: give one or more"):
        scaling(Load(), ())


def test_a_scaling_survives_json():
    got = scaling(stripes(requests=20), (2, 3))

    assert from_text(Scaling, to_text(got)) == got
