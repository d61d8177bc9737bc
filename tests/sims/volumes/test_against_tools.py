"""Our tables before sgdisk, sfdisk and fdisk, and theirs before us: recorded always, live where installed.

The record is about the bytes of today: each image's SHA-256 stands in it. See
tests/transcripts/README.md.
"""

import base64
import json
import re
import runpy
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import gpt, gptread, mbr

FOLDER = Path(__file__).parents[2] / "transcripts" / "volumes"
TEXT = (FOLDER / "tables.txt").read_text("utf-8")
RECORD = runpy.run_path(str(FOLDER / "record.py"))
IMAGES = RECORD["images"]()
CHAINS = [name for name in IMAGES if name.startswith("chain")]
GPT = [name for name in IMAGES if name not in (*CHAINS, "large.img")]
GOOD = ["two.img", "empty.img", "many.img", "wide.img"]
WARNS = {  # what sgdisk says of the four parts of each damaged disk
    "header1.img": ("ERROR", "OK", "OK", "OK"),
    "header2.img": ("OK", "ERROR", "OK", "OK"),
    "array1.img": ("OK", "OK", "ERROR", "OK"),
    "array2.img": ("OK", "OK", "OK", "ERROR"),
    "wiped.img": ("ERROR", "OK", "ERROR", "OK"),
}
KINDS = {"header crc": 0, "signature": 0, "array crc": 1}


def said(command: str) -> str:
    """What this very command printed."""
    found = re.search(
        rf"^\$ {re.escape(command)}\n(.*?)(?=^\$ |^bytes |\Z)", TEXT, re.MULTILINE | re.DOTALL
    )
    assert found, command
    return found[1]


def plain(reading: gptread.Reading) -> list[tuple[int, int, int]]:
    return [(each.n, each.first, each.last) for each in reading.partitions]


def printed(text: str) -> list[tuple[int, int, int]]:
    """The rows of `sgdisk -p`."""
    rows = re.findall(r"^ +(\d+) +(\d+) +(\d+) +[\d.]+ [KM]iB", text, re.MULTILINE)
    return [tuple(map(int, row)) for row in rows]


def table(name: str) -> dict:
    found, _end = json.JSONDecoder().raw_decode(said(f"sfdisk -J {name}"))
    return found["partitiontable"]


def told(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"^(?:Main|Backup) (?:header|partition table): (\w+)", text, re.MULTILINE))  # fmt: skip


@pytest.mark.parametrize("name", IMAGES)
def test_the_record_is_about_the_bytes_of_today(name):
    assert f"sha256 {name} {RECORD['digest'](IMAGES[name])}\n" in TEXT


@pytest.mark.parametrize("name", GOOD)
def test_sgdisk_finds_no_problem_where_we_find_none(name):
    assert "No problems found" in said(f"sgdisk -v {name}")
    assert told(said(f"sgdisk -v {name}")) == ()
    assert gptread.verify(IMAGES[name]) == ()


@pytest.mark.parametrize("name", [*GOOD, "header1.img", "header2.img", "array1.img", "array2.img", "grown.img"])  # fmt: skip
def test_sgdisk_and_sfdisk_list_what_we_list(name):
    reading = gptread.read(IMAGES[name])
    text, their = said(f"sgdisk -p {name}"), table(name)

    assert f"Disk identifier (GUID): {reading.disk_guid}\n" in text
    assert printed(text) == plain(reading)
    assert their["id"] == reading.disk_guid
    header = reading.believed.header
    assert (their["firstlba"], their["lastlba"]) == (header.first_usable, header.last_usable)
    assert their.get("table-length", "128") == str(header.slots)
    listed = [
        (each["node"].removeprefix(name), each["start"], each["size"], each["type"], each["uuid"], each.get("name", ""))
        for each in their.get("partitions", [])
    ]  # fmt: skip
    assert listed == [
        (str(each.n), each.first, each.count, each.type, each.guid, each.name)
        for each in reading.partitions
    ]


def test_attributes_are_the_bits_that_sfdisk_names():
    names = [each.get("attrs") for each in table("many.img")["partitions"]]
    assert names == [None, "RequiredPartition", "LegacyBIOSBootable", None, "RequiredPartition LegacyBIOSBootable"]  # fmt: skip
    assert [each.attributes for each in gptread.read(IMAGES["many.img"]).partitions] == [0, 1, 4, 0, 5]  # fmt: skip


def test_the_sizes_of_the_vector():
    text = said("sgdisk -i 1 -i 2 two.img")
    assert "32768 sectors (16.0 MiB)" in text
    assert "96223 sectors (47.0 MiB)" in text
    assert [each.count for each in gptread.read(IMAGES["two.img"]).partitions] == [32_768, 96_223]


@pytest.mark.parametrize("name", WARNS)
def test_sgdisk_reports_the_part_that_we_find_bad(name):
    assert told(said(f"sgdisk -v {name}")) == WARNS[name]
    reading = gptread.read(IMAGES[name])
    ours = [["OK", "OK"], ["OK", "OK"]]
    for place, copy in enumerate((reading.primary, reading.backup)):
        for fault in copy.faults:
            ours[KINDS.get(fault.kind, 0)][place] = "ERROR"
    if name == "wiped.img":  # sgdisk looks for the first array although the header is gone
        ours[1][0] = "ERROR"
    assert tuple(ours[0] + ours[1]) == WARNS[name]


def test_with_both_headers_bad_no_tool_lists_anything():
    assert printed(said("sgdisk -p headers.img")) == []
    assert [each["type"] for each in table("headers.img")["partitions"]] == ["ee"]
    assert gptread.read(IMAGES["headers.img"]).source is None


def test_without_its_protective_entry_sfdisk_looks_for_no_gpt():
    assert "does not contain a recognized partition table" in said("sfdisk -J wiped.img")
    assert any("sfdisk" in each.text for each in gptread.verify(IMAGES["wiped.img"]))


def test_a_disk_that_has_grown_is_noticed():
    assert "doesn't reside\nat the end of the disk" in said("sgdisk -v grown.img")
    (remark,) = gptread.verify(IMAGES["grown.img"])
    assert "the disk has grown" in str(remark)


@pytest.mark.parametrize(("command", "name"), [("made.img", "two.img"), ("made1.img", "chain1.img"), ("made2048.img", "chain2048.img")])  # fmt: skip
def test_what_the_tools_write_is_byte_for_byte_ours(command, name):
    assert said(f"sha256sum < {command}").split()[0] == RECORD["digest"](IMAGES[name])


@pytest.mark.parametrize("name", RECORD["repaired"]())
def test_sgdisk_repairs_to_the_bytes_that_we_repair_to(name):
    assert said(f"sha256sum < {name}").split()[0] == RECORD["digest"](RECORD["repaired"]()[name])


def test_fdisk_reads_our_disk_of_4096_byte_sectors():
    rows = re.findall(r"^large\.img(\d+) +(\d+) +(\d+) (\S+) (\S+) ?(.*)$", said("fdisk -b 4096 -o Device,Start,End,Type-UUID,UUID,Name -l large.img"), re.MULTILINE)  # fmt: skip
    ours = gptread.read(IMAGES["large.img"], 4096)
    assert rows == [(str(p.n), str(p.first), str(p.last), p.type, p.guid, p.name) for p in ours.partitions]  # fmt: skip
    assert len(rows) == 5


def test_we_read_a_disk_of_4096_byte_sectors_that_fdisk_wrote():
    packed = re.search(r"^bytes theirs.img (\S+)$", TEXT, re.MULTILINE)[1]
    disk = Sparse.of(zlib.decompress(base64.b64decode(packed)))
    reading = gptread.read(disk, 4096)
    rows = re.findall(r"^ *(\d+) +(\d+) (\S{36})$", said("fdisk -b 4096 -o Start,End,UUID -l theirs.img"), re.MULTILINE)  # fmt: skip

    assert gptread.verify(disk, 4096) == ()
    assert [(str(p.first), str(p.last), p.guid) for p in reading.partitions] == rows
    assert [p.n for p in reading.partitions] == [1, 3]


@pytest.mark.parametrize("name", CHAINS)
def test_sfdisk_follows_our_chain(name):
    disk, their = IMAGES[name], table(name)
    entries = mbr.read_table(disk.read(0, 512))
    extended = entries.entries[1]
    ours = [(n, each.first, each.count, f"{each.type:x}") for n, each in enumerate(entries.entries, start=1) if each]  # fmt: skip
    chain = mbr.read_chain(disk, extended)
    ours += [(n, each.first, each.count, f"{each.type:x}") for n, each in enumerate(chain.logicals, start=5)]  # fmt: skip

    assert chain.broken is None
    assert [(int(p["node"].removeprefix(name)), p["start"], p["size"], p["type"]) for p in their["partitions"]] == ours  # fmt: skip
    assert their["id"] == f"0x{entries.disk_signature:08x}"
    assert [p.get("bootable", False) for p in their["partitions"]] == [True, False, False, False, False]  # fmt: skip


@pytest.mark.skipif(not shutil.which("sgdisk"), reason="sgdisk is not installed; the record is compared")  # fmt: skip
@pytest.mark.parametrize("name", [each for each in GPT if each != "wiped.img"])
def test_the_live_tool_agrees(name, tmp_path):
    (tmp_path / name).write_bytes(IMAGES[name].whole())
    done = subprocess.run(["sgdisk", "-v", "-p", name], capture_output=True, encoding="utf-8", errors="replace", cwd=tmp_path, check=False)  # fmt: skip
    assert printed(done.stdout) == plain(gptread.read(IMAGES[name]))
    assert ("No problems found" in done.stdout) == ("No problems found" in said(f"sgdisk -v {name}"))  # fmt: skip


@pytest.mark.skipif(not shutil.which("sgdisk"), reason="sgdisk is not installed; the record is compared")  # fmt: skip
@pytest.mark.parametrize("sectors", [2048, 4096, 65_537])
def test_disks_of_other_lengths_are_the_live_tool_s_too(sectors, tmp_path):
    path = tmp_path / "made.img"
    with path.open("wb") as file:
        file.truncate(sectors * 512)
    guid, own = RECORD["DISK"], RECORD["own"](7)
    last = sectors - 40
    command = ["sgdisk", "-a", "1", "-U", guid, "-n", f"3:34:{last}", "-t", "3:8E00", "-u", f"3:{own}", "-c", "3:lvm", path]  # fmt: skip
    subprocess.run(command, capture_output=True, check=True)
    part = gpt.Partition(type=gpt.LVM, guid=own, first=34, last=last, name="lvm")
    assert gpt.write(gpt.Geometry(sectors=sectors), guid, {3: part}) == Sparse.of(path.read_bytes())
