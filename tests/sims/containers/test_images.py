"""Images: vector 6-V5, bytes that are always the same, skopeo and umoci on our layouts, damage."""

import io
import json
import runpy
import shutil
import subprocess
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coursekit.sims.containers import digests, image, layer, layout, overlay, specimen
from coursekit.sims.containers.digests import chain_ids, digest
from coursekit.sims.containers.layer import Entry
from coursekit.sims.message import ParameterError

FOLDER = Path(__file__).parents[2] / "transcripts" / "containers"
TEXT = (FOLDER / "images.txt").read_text("utf-8")
RECORD = runpy.run_path(str(FOLDER / "images.py"))
IMAGES = RECORD["images"]()


def said(command):
    """The JSON that a command printed in the record."""
    start = TEXT.index(f"$ {command}\n") + len(command) + 3
    return json.JSONDecoder().raw_decode(TEXT, start)[0]


def test_6_v5():
    tars = [b"layer-1", b"layer-2", b"layer-3"]
    diffs = [digest(tar) for tar in tars]

    assert diffs == [
        "sha256:922badbaf192e1a4a5af64df422de6d73e96e70d0ab52245bd3d692bcea9cfad",
        "sha256:6bdb18f83935f1d97220ee8035e6ccd7e764c32102587be4488f940f943ebda6",
        "sha256:da0002e0cd62c639edf0b88ba0216b00084f5abf275328f44d39784450a625f4",
    ]
    assert chain_ids(diffs) == (
        diffs[0],
        "sha256:471bc0f0b65a24f41cc5a38d056ca18b1bab4db11743864782938a963f9035ec",
        "sha256:ea3a04774fc341467d68671438730ab14ca2f0da46a433b00e4020a5717ca971",
    )
    made = image.of_tars(tars, gzip=False)
    assert made.diff_ids == tuple(diffs)
    assert [blob.digest for blob in made.layers] == diffs, "not compressed: one name for both"


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=5), st.integers(0, 4), st.binary(max_size=9))  # fmt: skip
def test_a_chain_id_changes_iff_an_earlier_diff_id_does(tars, place, other):
    place %= len(tars)
    before = chain_ids([digest(tar) for tar in tars])
    after = chain_ids([digest(tar) for tar in [*tars[:place], other, *tars[place + 1 :]]])

    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        assert (old == new) == (number < place or tars[place] == other)


def test_the_same_layer_is_the_same_bytes_whatever_the_order():
    one = (Entry("b", b"2"), Entry("a", b"1"), Entry("d", kind="dir"))
    assert layer.pack(one) == layer.pack(one[::-1])
    assert digests.compress(layer.pack(one)) == digests.compress(layer.pack(one))
    assert layer.entries(layer.pack(one)) == tuple(sorted([one[1], one[0], Entry("d", kind="dir", mode=0o755)], key=lambda e: e.path))  # fmt: skip


def test_compression_moves_the_blobs_digest_and_nothing_below():
    plain, packed = specimen.built("none", False), specimen.built("none", True)
    assert plain.diff_ids == packed.diff_ids
    assert plain.id == packed.id
    assert all(a.digest != b.digest for a, b in zip(plain.layers, packed.layers, strict=True))
    assert plain.digest != packed.digest
    assert [digests.expand(blob.data) for blob in packed.layers] == [blob.data for blob in plain.layers]  # fmt: skip


MOVED = {  # what a change moves, by the definitions: what holds the digest of what changed
    "none": "",
    "first": "diff1 blob1 chain1 chain2 chain3 config manifest",
    "second": "diff2 blob2 chain2 chain3 config manifest",
    "third": "diff3 blob3 chain3 config manifest",
    "config": "config manifest",
    "tag": "tag",
    "time": "diff2 blob2 chain2 chain3 config manifest",
}


@pytest.mark.parametrize("gzip", [False, True])
@pytest.mark.parametrize("change", specimen.CHANGES)
def test_a_change_moves_what_names_it_and_nothing_else(change, gzip):
    assert specimen.compare(change, gzip=gzip).moved == set(MOVED[change].split())


def test_another_date_is_the_same_file_and_another_layer():
    same = [specimen.contents(change)[1][1] for change in ("none", "time")]
    assert same[0].data == same[1].data
    assert image.tree(specimen.built("none", True)) == image.tree(specimen.built("time", True))


# The real tools


@pytest.mark.parametrize("name", IMAGES)
def test_the_record_is_about_the_layers_of_today(name):
    assert f"diffs {name} {json.dumps(IMAGES[name].diff_ids)}\n" in TEXT


@pytest.mark.parametrize("name", IMAGES)
def test_skopeo_reads_what_we_wrote(name):
    ours, theirs, config = IMAGES[name], said(f"skopeo inspect oci:{name}:1.0"), said(f"skopeo inspect --config oci:{name}:1.0")  # fmt: skip

    assert tuple(config["rootfs"]["diff_ids"]) == ours.diff_ids
    assert theirs["Architecture"] == "amd64"
    assert config["config"].items() <= json.loads(ours.config.data)["config"].items()
    if name != "gzip":  # packed by another zlib the blobs would have other names
        assert theirs["Digest"] == ours.digest
        assert tuple(theirs["Layers"]) == tuple(blob.digest for blob in ours.layers)


@pytest.mark.parametrize("name", IMAGES)
def test_umoci_unpacks_the_tree_we_see(name):
    lines = [line.split()[2:] for line in TEXT.splitlines() if line.startswith(f"unpacked {name} ")]
    ours = {
        path: "directory" if data is None else sha256(data).hexdigest()
        for path, data in image.tree(IMAGES[name]).items()
    }
    assert ours == dict(lines)
    steps = said(f"umoci stat --json --image {name}:1.0")["history"]
    assert len(steps) == len(IMAGES[name].layers)


@pytest.mark.skipif(not shutil.which("skopeo"), reason="skopeo is not installed")
@pytest.mark.parametrize("name", IMAGES)
def test_skopeo_here_agrees(name, tmp_path):
    for path, data in layout.write({"1.0": IMAGES[name]}).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    done = subprocess.run(["skopeo", "inspect", f"oci:{tmp_path}:1.0"], capture_output=True, text=True, check=True)  # fmt: skip
    assert json.loads(done.stdout)["Digest"] == IMAGES[name].digest


# Our reader


@pytest.mark.parametrize("name", IMAGES)
def test_our_reader_gives_the_image_back(name):
    files = layout.write({"1.0": IMAGES[name], "latest": IMAGES[name]})
    assert layout.read(files, "latest") == layout.read(files, "1.0") == IMAGES[name]
    assert layout.tags(files) == dict.fromkeys(("1.0", "latest"), IMAGES[name].digest)


def test_images_with_a_common_base_share_its_blobs():
    old, new = (
        specimen.compare("third", gzip=True).before,
        specimen.compare("third", gzip=True).after,
    )
    both = layout.write({"1.0": old, "1.1": new})
    assert len(both) == 2 + 2 * 3 + 2, "two layers of three are there once"


def test_every_flipped_byte_of_a_blob_is_found():
    files = layout.write({"1.0": IMAGES["one"]})
    for path in (path for path in files if path.startswith("blobs/")):
        for at in range(0, len(files[path]), 97):
            hurt = bytes([files[path][at] ^ 1])
            damaged = {**files, path: files[path][:at] + hurt + files[path][at + 1 :]}
            with pytest.raises(ParameterError, match="its bytes have another digest"):
                layout.read(damaged, "1.0")


def lying(files, change):
    """The layout with a config that names another layer, its own digest set right."""
    one = IMAGES["one"]
    config = change(one.config.data)
    manifest = one.manifest.data.replace(one.id.encode(), digest(config).encode())
    manifest = manifest.replace(f'"size":{len(one.config.data)}'.encode(), f'"size":{len(config)}'.encode())  # fmt: skip
    index = files["index.json"].replace(one.digest.encode(), digest(manifest).encode())
    index = index.replace(f'"size": {len(one.manifest.data)}'.encode(), f'"size": {len(manifest)}'.encode())  # fmt: skip
    return {**files, layout.place(digest(config)): config, layout.place(digest(manifest)): manifest, "index.json": index}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda files: {k: v for k, v in files.items() if k != "oci-layout"}, "file=oci-layout: missing"),
        (lambda files: {**files, "oci-layout": b'{"imageLayoutVersion":"2"}'}, "oci-layout=2: expected"),
        (lambda files: {**files, "index.json": b"["}, "file=index.json: not JSON"),
        (lambda files: {**files, "index.json": b"[]"}, "file=index.json: expected an object"),
        (lambda files: {k: v for k, v in files.items() if "blobs" not in k}, "file=blobs/sha256/.*: missing"),
        (lambda files: {k: v + b"?" if "blobs" in k else v for k, v in files.items()}, "bytes, its descriptor says"),
        (lambda files: lying(files, lambda c: c.replace(IMAGES["one"].diff_ids[0].encode(), b"sha256:" + b"0" * 64)), "layer=1: its tar has the digest"),
        (lambda files: lying(files, lambda c: c.replace(b'"diff_ids":[', b'"diff_ids":["x",')), "layers=1: the config names 2"),
    ],
)  # fmt: skip
def test_damage_is_named(change, says):
    with pytest.raises(ParameterError, match=says):
        layout.read(change(layout.write({"1.0": IMAGES["one"]})), "1.0")


def test_an_unknown_tag_names_those_there_are():
    with pytest.raises(ParameterError, match=r"tag=2.0: choose one of 1.0"):
        layout.read(layout.write({"1.0": IMAGES["one"]}), "2.0")


# Layers


NAMES = ("a", "d", "d/x", "d/s", "d/s/y")


@st.composite
def entries(draw):
    """A layer of a few names; nothing below what it makes a file, or hides.

    No bare directories: those that hide a lower file have no mark in `overlay`.
    """
    found = {}
    for path in NAMES:
        kind = draw(st.sampled_from([None, "file", "whiteout", "opaque"]))
        if kind and all(found.get(above, "opaque") == "opaque" for above in overlay.ancestors(path)):  # fmt: skip
            found[path] = kind
    return [Entry(path, path.encode() if kind == "file" else b"", kind) for path, kind in found.items()]  # fmt: skip


@given(st.lists(entries(), min_size=1, max_size=4))
def test_unpacked_tars_hold_the_files_an_overlay_shows(layers):
    """Two models of the same: tars unpacked one over the other, and a lookup from the top.

    A whiteout in what is a file below hides nothing, and no builder writes one.
    """
    files = {each.path for entries in layers for each in entries if each.kind == "file"}
    hidden = [each.path for entries in layers for each in entries if each.kind == "whiteout"]
    assume(not any(above in files for path in hidden for above in overlay.ancestors(path)))
    tree = image.tree(image.build(layers, gzip=False))
    stack = overlay.Stack(tuple(layer.marks(each) for each in reversed(layers)))
    assert {path: len(data) for path, data in tree.items() if data is not None} == overlay.view(stack)  # fmt: skip


def linked():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        member = tarfile.TarInfo("a")
        member.type = tarfile.SYMTYPE
        tar.addfile(member)
    return out.getvalue()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Entry("/a"), "path=/a: write it without"),
        (lambda: Entry("a/../b"), r"path=a/\.\./b"),
        (lambda: Entry(".wh.a"), r"path=\.wh\.a"),
        (lambda: Entry("a", kind="pipe"), "kind=pipe: choose one of file"),
        (lambda: Entry("a", b"x", "dir"), "path=a: only a file has bytes"),
        (lambda: layer.pack([Entry("a"), Entry("a", b"1")]), "path=a: twice in one layer"),
        (lambda: layer.entries(b"no tar" * 200), "layer=1200: 1200 bytes that are no tar file"),
        (lambda: layer.entries(linked()), "path=a: neither a file nor a directory"),
        (lambda: digests.expand(b"\x1f\x8b?"), "blob=3: 3 bytes of gzip"),
        (lambda: digests.short("sha256:12"), "digest=sha256:12: expected sha256: and 64"),
        (lambda: image.Config(env={"A=B": ""}), "env=A=B: a name without ="),
        (lambda: image.Config(created="today"), "created=today: write it as 1970-01-01T00:00:00Z"),
        (lambda: image.build([()], history=["a", "b"]), "history=2: one step a layer, 1"),
        (lambda: specimen.contents("rain"), "change=rain: choose one of none"),
    ],
)
def test_a_bad_value_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()


def test_a_damaged_gzip_in_the_middle_is_named_too():
    blob = bytearray(digests.compress(b"x" * 5000))
    blob[15] ^= 0xFF
    with pytest.raises(ParameterError, match="bytes of gzip that cannot be read"):
        digests.expand(bytes(blob))
