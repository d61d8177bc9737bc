"""Tables byte by byte: what checks notice, what is listed, what repair brings back."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes.bytestory import PARTS, Deed, area, specimen, tell

GUARDED = {"header": 92, "entries": 16_384, "backup_entries": 16_384, "backup": 92}


def end(kind, *deeds):
    return tell(kind, deeds).states[-1]


def test_the_gpt_is_the_one_of_the_vectors():
    state = end("gpt")
    assert [each.stored for each in state.lights] == ["d800f1e1", "128d2f7d", "560c3d24", "128d2f7d"]  # fmt: skip
    assert all(each.ok for each in state.lights)
    assert [(each.first, each.last, each.name) for each in state.listed] == [
        (2048, 34_815, "EFI system"), (34_816, 131_038, "data"),
    ]  # fmt: skip


def test_the_mbr_holds_the_entries_of_the_vectors():
    raw = specimen("mbr").read(0, 512)
    assert raw[446:478].hex(" ") == (
        "80 20 21 00 83 df 13 0c 00 08 00 00 00 20 03 00 00 df 14 0c 8e 1f 14 4b 00 28 03 00 40 42 0f 00"
    )


@pytest.mark.parametrize("part", GUARDED)
@pytest.mark.parametrize("where", [0.0, 0.17, 0.4, 0.95])
def test_every_flipped_bit_under_a_checksum_is_noticed(part, where):
    deed = Deed("flip", part, int(where * GUARDED[part]), 3)
    state = end("gpt", deed)
    assert [each.part for each in state.lights if not each.ok] == [part]
    assert len(state.listed) == 2
    assert state.source == ("backup" if part in ("header", "entries") else "primary")
    mended = end("gpt", deed, Deed("repair"))
    assert mended.disk == specimen("gpt")
    assert mended.source == "primary"


def test_the_crc_of_the_entries_stands_in_the_header_and_both_notice_a_change_of_it():
    state = end("gpt", Deed("flip", "header", 90, 1))
    assert [each.part for each in state.lights if not each.ok] == ["header", "entries"]


def test_with_both_headers_bad_nothing_is_listed_and_no_byte_of_the_data_is_gone():
    state = end("gpt", Deed("flip", "header", 24), Deed("flip", "backup", 24))
    assert (state.listed, state.source, state.data_ok) == ((), None, True)
    refused = end("gpt", Deed("flip", "header", 24), Deed("flip", "backup", 24), Deed("repair"))
    assert refused.refused
    assert refused.disk == state.disk


def test_a_bit_twice_flipped_is_as_before():
    deed = Deed("flip", "entries", 40, 7)
    assert end("gpt", deed, deed).disk == specimen("gpt")


def test_an_mbr_believes_what_is_flipped():
    state = end("mbr", Deed("flip", "first", 458, 3))
    assert state.lights[0].ok
    assert state.listed[0].last == 2048 + 204_800 + 8 - 1
    assert end("mbr", Deed("repair")).refused
    gone = end("mbr", Deed("flip", "first", 511, 0))
    assert not gone.lights[0].ok
    assert gone.listed == ()
    assert end("mbr", Deed("erase", "first")).listed == ()


@pytest.mark.parametrize("part", PARTS)
def test_parts_are_covered_by_their_fields(part):
    found = area(specimen("gpt"), "gpt", part)
    assert sum(each.length for each in found.fields) == found.length


@pytest.mark.parametrize(
    "do, said",
    [
        (lambda: Deed("burn"), "deed=burn"),
        (lambda: Deed("flip", "middle"), "part=middle"),
        (lambda: Deed("flip", "header", 0, 8), "bit=8"),
        (lambda: Deed("flip", "header", -1), "at=-1"),
        (lambda: tell("gpt", (Deed("flip", "header", 512),)), "at=512: this part has 512 bytes"),
        (lambda: tell("mbr", (Deed("flip", "backup", 5),)), "part=backup: a disk with an MBR has only"),
        (lambda: tell("apm"), "kind=apm"),
    ],
)  # fmt: skip
def test_errors(do, said):
    with pytest.raises(ParameterError, match=said):
        do()
