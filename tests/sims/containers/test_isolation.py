"""The ladder from process to separate machine: what follows from what is shared."""

import pytest

from coursekit.sims.containers.isolation import EVENTS, LADDER, SERVICES, strike, way_named
from coursekit.sims.message import ParameterError


def hit(slug, event):
    return strike(way_named(slug), event).services


def test_a_container_shares_the_kernel_and_a_vm_does_not():
    shares = {way.slug: way.shares_kernel for way in LADDER}

    assert shares == {
        "process": True, "container": True, "hardened": True, "sandbox": False, "vm": False, "host": False,
    }  # fmt: skip


def test_a_bug_of_the_kernel_concerns_all_who_call_it():
    assert [hit(way.slug, "crash") for way in LADDER] == [3, 3, 3, 1, 1, 1]


def test_own_files_are_own():
    assert [hit(way.slug, "files") for way in LADDER] == [3, 1, 1, 1, 1, 1]


def test_only_another_kernel_runs_another_system():
    assert [hit(way.slug, "system") for way in LADDER] == [1, 1, 1, 1, 0, 0]


def test_sharing_a_machine_is_sharing_its_plug():
    assert [hit(way.slug, "power") for way in LADDER] == [3, 3, 3, 3, 3, 1]


@pytest.mark.parametrize("way", LADDER, ids=lambda way: way.slug)
@pytest.mark.parametrize("event", EVENTS)
def test_who_shares_the_part_that_is_struck_is_hit(way, event):
    outcome = strike(way, event)

    assert outcome.part in way.parts
    if event in ("files", "crash", "power"):
        assert outcome.services == (1 if outcome.part.own else SERVICES)


def test_higher_rungs_share_less():
    shared = [len(way.shared) for way in LADDER]

    assert shared[0] == max(shared) and shared[-1] == 0


def test_a_wrong_word_is_named():
    with pytest.raises(ParameterError, match="way=jail: choose one of process, container"):
        way_named("jail")
    with pytest.raises(ParameterError, match="event=flood: choose one of"):
        strike(LADDER[0], "flood")
