"""Damage and repair as a story: what a reader sees after each deed, and that data are not touched."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import damage, gpt, gptread
from coursekit.sims.volumes.damage import Deed
from coursekit.sims.volumes.gpt import Geometry, Partition
from coursekit.values import from_text, to_text

DISK = "11111111-2222-3333-4444-555555555555"
FIRST, LAST = 512 + 56, 8191 * 512 + 56  # a byte of each header


def start():
    parted = (
        Partition(type=gpt.ESP, guid=DISK, first=2048, last=4095),
        Partition(type=gpt.LINUX, guid=DISK, first=4096, last=8000),
    )
    return damage.with_data(gpt.write(Geometry(sectors=8192), DISK, parted))


DISK_NOW = start()


def tell(*deeds):
    return damage.tell(DISK_NOW, deeds).states


def seen(state):
    reading = state.reading
    return (reading.primary.ok, reading.backup.ok, reading.source, len(state.partitions), state.data_ok)  # fmt: skip


def words(state):
    return " ".join(map(str, state.why))


def test_one_flipped_bit_of_a_header_loses_nothing():
    states = tell(Deed("flip", FIRST, 3), Deed("repair"))
    assert [seen(each) for each in states] == [
        (True, True, "primary", 2, True), (False, True, "backup", 2, True), (True, True, "primary", 2, True),
    ]  # fmt: skip
    assert states[-1].disk == DISK_NOW
    assert states[1].changed == ((FIRST, 1),)
    assert "Bit 3 of byte 568 is flipped, 11 becomes 19: first header, Disk GUID." in words(states[1])  # fmt: skip
    assert "takes the second" in words(states[1])


def test_both_headers_flipped_list_nothing_and_leave_the_data():
    states = tell(Deed("flip", FIRST), Deed("flip", LAST), Deed("restore"))
    assert seen(states[2]) == (False, False, None, 0, True)
    assert "lists nothing" in words(states[2])
    assert "file systems are all where they were" in words(states[2])
    assert states[2].disk.read(2048 * 512, 19) == b"data of partition 1"
    assert seen(states[3]) == (True, True, "primary", 2, True)
    with pytest.raises(ParameterError, match="copies=0: neither copy is good"):
        tell(Deed("flip", FIRST), Deed("flip", LAST), Deed("repair"))


def test_a_bad_second_copy_shows_only_to_those_who_look():
    state = tell(Deed("flip", LAST))[1]
    assert seen(state) == (True, False, "primary", 2, True)
    assert "shows only to those who look" in words(state)


def test_the_start_of_the_disk_erased():
    states = tell(Deed("erase", 0, length=34 * 512), Deed("repair"))
    assert seen(states[1]) == (False, True, "backup", 2, True)
    assert "protective MBR, Boot code to first array, Slot 128" in words(states[1])
    assert "no protective entry" in words(states[1])
    assert states[2].disk == DISK_NOW


def test_only_sector_0_erased():
    states = tell(Deed("erase", 0, length=512), Deed("repair"), Deed("repair"))
    assert seen(states[1]) == (True, True, "primary", 2, True)
    assert "protective entry back" in words(states[2])
    assert "nothing to repair" in words(states[3])
    assert states[3].changed == ()


def test_no_checksum_sees_damaged_data():
    state = tell(Deed("flip", 4096 * 512 + 5))[1]
    assert seen(state) == (True, True, "primary", 2, False)
    assert "data of partition 2" in words(state)
    assert "no checksum of a GPT looks there" in words(state)
    assert "in no listed partition" in words(tell(Deed("flip", 8100 * 512))[1])


def test_a_disk_that_grows_loses_its_second_copy_from_the_end():
    states = tell(Deed("grow", length=1 << 20), Deed("flip", FIRST))
    assert seen(states[1]) == (True, True, "primary", 2, True)
    assert "2048 sectors longer" in words(states[1])
    assert seen(states[2]) == (False, False, None, 0, True)  # nobody finds the second copy
    moved = tell(Deed("grow", length=1 << 20), Deed("move"), Deed("flip", FIRST))[3]
    assert seen(moved) == (False, True, "backup", 2, True)


def test_the_events_are_plain():
    told = damage.tell(DISK_NOW, [Deed("flip", FIRST), Deed("repair")])
    assert damage.trace(told) == [
        {"t": 1, "event": "flip", "at": FIRST, "primary_ok": False, "backup_ok": True, "source": "backup", "listed": 2, "data_ok": True},
        {"t": 2, "event": "repair", "at": 0, "primary_ok": True, "backup_ok": True, "source": "primary", "listed": 2, "data_ok": True},
    ]  # fmt: skip


def test_deeds_come_back_through_text_and_the_record_has_one():
    deeds = [Deed("flip", FIRST, 3), Deed("erase", 5, length=9), Deed("grow", length=512)]
    assert [from_text(Deed, to_text(each)) for each in deeds] == deeds
    told = damage.tell(DISK_NOW, deeds)
    assert to_text(told) == to_text(damage.tell(DISK_NOW, deeds))
    back = from_text(Sparse, to_text(told.states[-1].disk))
    assert back == told.states[-1].disk


BYTES = st.one_of(st.integers(0, 34 * 512 - 1), st.integers(8159 * 512, 8192 * 512 - 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(BYTES, st.integers(0, 7)), max_size=3), st.booleans())
def test_damage_of_the_tables_never_touches_data_and_a_good_copy_repairs_all(flips, restore):
    deeds = [Deed("flip", at, bit) for at, bit in flips]
    states = damage.tell(DISK_NOW, deeds).states
    assert all(each.data_ok for each in states)
    last = states[-1]
    ok = (last.reading.primary.ok, last.reading.backup.ok)
    assert (len(last.partitions) == 2) == any(ok)
    if any(ok):
        mended = damage.tell(DISK_NOW, [*deeds, Deed("repair")]).states[-1]
        assert (mended.reading.primary.ok, mended.reading.backup.ok) == (True, True)
    if restore:
        assert gptread.verify(damage.tell(DISK_NOW, [*deeds, Deed("restore")]).states[-1].disk) == ()  # fmt: skip


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Deed("burn"), "deed=burn: choose one of flip, erase"),
        (lambda: Deed("flip", 0, 8), "bit=8: choose 0 to 7"),
        (lambda: Deed("erase", length=0), "length=0: choose 1 or more"),
        (lambda: tell(Deed("grow", length=100)), "length=100: a disk grows by whole sectors of 512"),
        (lambda: tell(Deed("flip", 8192 * 512)), "at=4194304: bytes 4194304 to 4194304 are not all inside"),
    ],
)  # fmt: skip
def test_a_bad_deed_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
