"""Our bytes before qemu-img, xorriso, isoinfo, tar and sha256sum: recorded always, live where installed.

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
from hashlib import sha256
from pathlib import Path

import pytest

from coursekit.sims.vmfiles import chain, internal, iso, ova, qcow2
from coursekit.sims.vmfiles.geometry import Geometry

FOLDER = Path(__file__).parents[2] / "transcripts" / "vmfiles"
TEXT = (FOLDER / "images.txt").read_text("utf-8")
RECORD = runpy.run_path(str(FOLDER / "record.py"))
IMAGES = RECORD["images"]()
QCOW2 = [name for name in IMAGES if name.endswith(".qcow2")]
ISO = [name for name in IMAGES if name.endswith(".iso")]
CLUSTER = 65_536


def said(command: str) -> str:
    """What the command that begins so printed."""
    found = re.search(
        rf"^\$ {re.escape(command)}.*?\n(.*?)(?=^\$ |^bytes |\Z)", TEXT, re.MULTILINE | re.DOTALL
    )
    assert found, command
    return found[1]


def allocated(text: str) -> int:
    found = re.search(r"^(\d+)/\d+ = .* allocated", text, re.MULTILINE)
    return int(found[1]) if found else 0


def mapped(text: str) -> dict[int, int]:
    """Cluster -> depth, as `qemu-img map` tells it."""
    entries, _end = json.JSONDecoder().raw_decode(text, text.index("[{"))
    return {
        place: each["depth"]
        for each in entries
        if each["data"]
        for place in range(each["start"] // CLUSTER, (each["start"] + each["length"]) // CLUSTER)
    }


@pytest.mark.parametrize("name", IMAGES)
def test_the_record_is_about_the_bytes_of_today(name):
    assert f"sha256 {name} {sha256(IMAGES[name]).hexdigest()}\n" in TEXT


@pytest.mark.parametrize("name", [each for each in QCOW2 if each != "damaged.qcow2"])
def test_qemu_finds_no_error_and_counts_as_we_do(name):
    text, ours = said(f"qemu-img check {name}"), qcow2.check(IMAGES[name])

    assert text.startswith("No errors were found on the image.")
    assert ours.ok
    assert ours.allocated == allocated(text)
    assert f"Image end offset: {ours.end}\n" in text
    assert ours.end == len(IMAGES[name])


def test_qemu_finds_the_same_damage():
    text, ours = said("qemu-img check damaged.qcow2"), qcow2.check(IMAGES["damaged.qcow2"])
    assert [int(n) for n in re.findall(r"^ERROR cluster (\d+)", text, re.MULTILINE)] == list(
        ours.corrupt
    )
    assert [int(n) for n in re.findall(r"^Leaked cluster (\d+)", text, re.MULTILINE)] == list(
        ours.leaked
    )
    assert (len(ours.corrupt), len(ours.leaked)) == (1, 1)


@pytest.mark.parametrize("name", QCOW2)
def test_qemu_reads_the_header_as_we_do(name):
    text, header = said(f"qemu-img info {name}"), qcow2.read_header(IMAGES[name])
    assert f"({header.size} bytes)" in text
    assert f"cluster_size: {header.geometry.cluster}\n" in text
    backing = re.search(r"^backing file: (.*)$", text, re.MULTILINE)
    assert header.backing == (backing[1] if backing else "")
    listed = re.findall(r"^(\d+) +(snapshot \d+) ", text, re.MULTILINE)
    assert [(each.id, each.name) for each in qcow2.snapshots_of(IMAGES[name])] == listed


def depths(disk: chain.Disk) -> dict[int, int]:
    found = {number: chain.read(disk, number) for number in range(disk.clusters)}
    return {number: each.depth for number, each in found.items() if each.layer is not None}


def test_reads_fall_through_the_chain_as_in_the_model():
    disk = RECORD["layered"]()
    assert mapped(said("qemu-img map --output=json layer2.qcow2")) == depths(disk)
    assert "Pattern verification failed" not in TEXT


def test_a_write_of_512_bytes_takes_a_whole_cluster():
    after, cost = chain.write(RECORD["layered"](), 3, 9, whole=False)
    assert mapped(said("qemu-io -c 'write -P 9 192k 512' layer2.qcow2")) == depths(after)
    assert cost.reads == 1
    assert mapped(said("qemu-io -c 'write -P 9 3M 512' empty.qcow2")) == {48: 0}


def test_rebase_pulls_up_and_commit_merges_down_as_in_the_model():
    disk = RECORD["layered"]()
    up = chain.delete(disk, 1, "up")[0]
    down = chain.delete(disk, 1, "down")[0]

    assert mapped(said("qemu-img rebase")) == depths(up)
    base = mapped(said("qemu-img commit layer1.qcow2"))
    assert sorted(base) == sorted(down.layers[0])
    assert allocated(said("qemu-img commit layer1.qcow2")) == 0  # what was merged is empty


def test_without_its_base_nothing_opens():
    assert "Could not open 'layer0.qcow2': No such file" in said("qemu-io -c 'read 0 64k' layer2")
    assert chain.lose(RECORD["layered"](), 0) == ()


def test_internal_snapshots_revert_and_go_as_in_the_model():
    image, _data = RECORD["snapped"]()
    back = internal.revert(image, 1)
    text = said("qemu-img snapshot -a 1")
    assert allocated(text) == len(back.active)
    assert "No errors were found" in text
    text = said("qemu-img snapshot -d 'snapshot 2'")
    after, freed = internal.delete(back, 2)
    assert "No errors were found" in text
    assert allocated(text) == len(after.active)
    assert freed == 1


def test_an_image_of_qemu_itself_is_read_by_ours():
    packed = re.search(r"^bytes theirs.qcow2 (\S+)$", TEXT, re.MULTILINE)[1]
    theirs, text = zlib.decompress(base64.b64decode(packed)), said("qemu-img check theirs.qcow2")
    ours, far = qcow2.check(theirs), 600 * 1024 * 1024 // CLUSTER

    assert ours.ok
    assert (ours.allocated, ours.end) == (
        allocated(text),
        int(re.search(r"offset: (\d+)", text)[1]),
    )
    assert [each.name for each in qcow2.snapshots_of(theirs)] == ["before"]
    assert qcow2.read_cluster(theirs, 0) == (b"\3" * CLUSTER, 0)
    assert qcow2.read_cluster(theirs, 0, snapshot="1") == (b"\1" * CLUSTER, 0)
    assert qcow2.read_cluster(theirs, far) == (b"\2" * CLUSTER, 0)
    assert qcow2.read_cluster(theirs, 1) == (bytes(CLUSTER), -1)


@pytest.mark.parametrize("name", ISO)
def test_isoinfo_and_xorriso_see_the_files_that_we_see(name):
    image, text = IMAGES[name], said(f"isoinfo -d -i {name}")
    volume = iso.parse_pvd(image)
    assert f"Volume id: {volume.volume}\n" in text
    assert f"Volume size is: {volume.sectors}\n" in text
    assert f"Logical block size is: {volume.block}\n" in text
    for joliet, command in ((False, "isoinfo -f"), (True, "isoinfo -J -f")):
        listed = said(f"{command} -i {name}").split()
        ours = ["/" + entry.path for entry in iso.entries(image, joliet=joliet)]
        assert sorted(each.removesuffix(";1").removesuffix(".") for each in listed) == sorted(ours)
    seen = {line.strip("'").casefold() for line in said(f"xorriso -indev {name}").split()} - {"/"}
    assert seen == {f"/{entry.path}".casefold() for entry in iso.entries(image)}
    digest = sha256(iso.extract(image, "README.TXT")).hexdigest()
    assert said(f"isoinfo -i {name} -x").startswith(digest)


def test_tar_and_sha256sum_agree_about_the_package():
    verified = ova.verify(IMAGES["course.ova"])
    assert said("tar tf course.ova").split() == list(verified.names)
    assert said("tar xf course.ova").splitlines() == ["course.ovf: OK", "course.qcow2: OK"]
    assert verified.ok


@pytest.mark.skipif(not shutil.which("qemu-img"), reason="qemu-img is not installed; the record is compared")  # fmt: skip
@pytest.mark.parametrize("name", QCOW2)
def test_the_live_tool_agrees(name, tmp_path):
    for each in QCOW2:  # an overlay opens its backing files
        (tmp_path / each).write_bytes(IMAGES[each])
    command = ["qemu-img", "check", "--output=json", name]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    live, ours = json.loads(done.stdout), qcow2.check(IMAGES[name])
    assert live.get("corruptions", 0) == len(ours.corrupt)
    assert live.get("leaks", 0) == len(ours.leaked)
    assert live.get("allocated-clusters", 0) == ours.allocated
    assert live["image-end-offset"] == ours.end


@pytest.mark.skipif(not shutil.which("qemu-img"), reason="qemu-img is not installed; the record is compared")  # fmt: skip
def test_a_new_image_of_the_live_tool_has_the_size_of_our_formula(tmp_path):
    for gib in (1, 100, 1024, 65_536):
        path = tmp_path / f"{gib}.qcow2"
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", path, f"{gib}G"], check=True)
        geometry = Geometry(size=gib << 30)
        assert -(-path.stat().st_size // geometry.cluster) == geometry.empty_clusters
        assert qcow2.check(
            path.read_bytes().ljust(geometry.empty_clusters * geometry.cluster, b"\0")
        ).ok
