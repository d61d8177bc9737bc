"""Parameters and records as JSON text and back: a link, a saved scenario, a golden file."""

import numpy as np
import pytest

from coursekit.sims.filesystems.allocate import HARD_DISK, Aged, Ageing, age, workload
from coursekit.sims.filesystems.cards import Need
from coursekit.sims.filesystems.corruption import chances
from coursekit.sims.filesystems.fatgeometry import Fat, plan
from coursekit.sims.filesystems.fatstory import Deed
from coursekit.sims.filesystems.geometry import Geometry
from coursekit.sims.filesystems.pointers import Pointers, locate, taken
from coursekit.values import from_plain, from_text, to_plain, to_text

VALUES = (
    Pointers(block=1024, levels=2), locate(Pointers(), 1 << 30), taken(Pointers(), 1 << 30),
    Geometry(size=1 << 30), Geometry(size=1 << 30).where(9000), plan(1 << 26), Ageing(fill=0.9),
    HARD_DISK, Need(file=5, journal=True), chances("parent", 2, 0.1), Deed("write", "A", 5),
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda each: type(each).__name__)
def test_there_and_back(value):
    assert from_text(type(value), to_text(value)) == value


def test_an_aged_disk_there_and_back():
    ageing = Ageing(blocks=1024, operations=80)
    one = age(ageing, "goal", workload(ageing, np.random.default_rng(2)))
    two = from_plain(Aged, to_plain(one))
    assert (two.moments, two.extents, two.sizes) == (one.moments, one.extents, one.sizes)
    assert np.array_equal(two.owners, one.owners)


def test_a_bad_field_is_refused_on_the_way_back():
    with pytest.raises(ValueError, match="per_cluster=3: choose a power of 2"):
        from_plain(Fat, {"per_cluster": 3})
