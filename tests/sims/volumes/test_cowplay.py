"""The example of classic snapshots: taken first, then written to where the pattern says."""

import numpy as np
import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import cow, cowplay
from coursekit.sims.volumes.cowstory import tell


def rng(seed=1):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("snapshots", range(cowplay.MOST + 1))
def test_the_first_write_costs_two_for_each_snapshot_and_itself(snapshots):
    told = tell(cowplay.CHUNKS, cowplay.example(snapshots, 64, 30, "uniform", rng()))

    assert told.states[snapshots + 1].ios == cow.write_ios(snapshots)
    assert cowplay.dearest(told, len(told.states)) == cow.write_ios(snapshots)
    assert cowplay.dearest(told, snapshots) == 0, "before any write"


def test_a_hot_spot_writes_the_same_places_again():
    def different(pattern):
        deeds = cowplay.example(1, 64, 2000, pattern, rng())
        return np.bincount([deed.chunk for deed in deeds[1:]], minlength=cowplay.CHUNKS)

    assert different("hotspot")[:2].sum() == pytest.approx(1800, abs=4 * (2000 * 0.9 * 0.1) ** 0.5)
    assert different("uniform").max() < 140


def test_what_was_copied_by_the_last_deed_is_known():
    told = tell(cowplay.CHUNKS, cowplay.example(2, 64, 1, "uniform", rng()))
    before, now = told.states[-2:]

    assert cowplay.copied_now(before, now, "S1")
    assert not cowplay.copied_now(now, now, "S1")
    assert not cowplay.copied_now(before, now, "S9")


@pytest.mark.parametrize(
    "given, says",
    [
        ((11, 8, 1, "uniform"), "snapshots=11: choose 0 to 10"), ((1, 8, -1, "uniform"), "writes=-1"),
        ((1, 8, 1, "often"), "pattern=often: choose one of uniform, hotspot"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(given, says):
    with pytest.raises(ParameterError, match=says):
        cowplay.example(*given, rng())
