"""A small group deed by deed: the commands that do it, and what a dead disk takes along."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes.mapstory import Deed, tell


def ended(*deeds):
    return tell([Deed(*each) for each in deeds]).states[-1]


def ranges(state, name):
    return "; ".join(state.group.ranges(state.group.volume(name)))


def test_an_extension_goes_behind_the_next_volume_and_then_to_the_next_disk():
    state = ended(("create", "a", 6), ("create", "b", 2), ("extend", "a", 8))

    assert ranges(state, "a") == "sdb:0-5; sdb:8-9; sdc:0-5"
    assert ranges(state, "b") == "sdb:6-7", "nothing is moved"
    assert state.line == "lvextend -l +8 vg/a"


def test_every_deed_is_a_command_of_lvm():
    told = tell([
        Deed("create", "a", 4, "striped2"), Deed("extend", "a", 2), Deed("reduce", "a", 4),
        Deed("add_disk"), Deed("remove", "a"),
    ])  # fmt: skip

    assert [state.line for state in told.states[1:]] == [
        "lvcreate -l 4 -i 2 -n a vg", "lvextend -l +2 vg/a", "lvreduce -l -4 vg/a",
        "vgextend vg sdd", "lvremove vg/a",
    ]  # fmt: skip
    assert told.states[-1].group.free_extents == 30


def test_a_dead_disk_takes_its_extents_and_nothing_else():
    state = ended(("create", "a", 6), ("create", "b", 8), ("kill", 2))

    assert state.dead == (1,)
    assert (state.lost("a"), state.lost("b")) == (0, 8)
    assert "b loses 8 of its 8 extents" in " ".join(map(str, state.why))
    with pytest.raises(ParameterError, match="group=vg: sdc is missing"):
        ended(("create", "a", 6), ("kill", 2), ("extend", "a", 1))


def test_an_empty_disk_may_die():
    assert "nothing is lost" in str(ended(("create", "a", 6), ("kill", 2)).why[-1])


@pytest.mark.parametrize(
    "deeds, says",
    [
        ([("kill", 3)], "disk=3: choose 1 to 2"),
        ([("kill", "a")], "disk=a: choose 1 to 2"),
        ([("kill", 1), ("kill", 1)], "disk=1: it is dead already"),
        ([("create", "e", 1)], "name=e: choose one of a, b, c, d"),
        ([("create", 1, 1)], "name=1: choose one of"),
        ([("create", "a", 0)], "extents=0: choose 1 or more"),
        ([("create", "a", 21)], "extents=21: group vg has 20 free"),
        ([("add_disk",)] * 3, "disks=4: there are no more disks here"),
        ([("mend", "a")], "deed=mend: choose one of"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_rule(deeds, says):
    with pytest.raises(ParameterError, match=says):
        ended(*deeds)
