"""Real bytes: qcow2, ISO 9660 and OVA, written and read back; what is broken is refused."""

import io
import tarfile

import pycdlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles import chain, disc, internal, iso, ova, ovf, qcow2, qcow2build
from coursekit.sims.vmfiles.geometry import Geometry
from coursekit.sims.vmfiles.iso import SECTOR, Volume
from coursekit.sims.vmfiles.ovf import Machine
from coursekit.sims.vmfiles.sniff import sniff

GIB = 1 << 30
DISK = {"disk.qcow2": qcow2build.make_qcow2(GIB, {}), "data.raw": b"raw" * 100}
PACKAGE = ova.make_ova(Machine(cpus=2, memory_mib=1024), DISK)
BASE = 16 * SECTOR


# qcow2


def test_the_first_104_bytes():
    """The builder of 5.3: magic, version 3, backing offset and length, cluster bits, size."""
    header = qcow2.make_header(qcow2.Header(size=GIB, backing="base.qcow2"))
    assert header[:8] == b"QFI\xfb\0\0\0\3"
    at, length = int.from_bytes(header[8:16], "big"), int.from_bytes(header[16:20], "big")
    assert header[at : at + length] == b"base.qcow2"
    assert int.from_bytes(header[20:24], "big") == 16
    assert int.from_bytes(header[24:32], "big") == GIB
    assert int.from_bytes(header[100:104], "big") == 104


@settings(max_examples=40)
@given(st.dictionaries(st.integers(0, 1999), st.binary(min_size=1, max_size=512), max_size=40))
def test_an_image_reads_back_as_it_was_written(data):
    image = qcow2build.make_qcow2(2000 * 512, data, cluster_bits=9)  # four L2 tables and more
    assert qcow2.check(image).ok
    assert qcow2.check(image).allocated == len(data)
    for number in {*data, 0, 1999}:
        found, depth = qcow2.read_cluster(image, number)
        assert found == data.get(number, b"").ljust(512, b"\0")
        assert depth == (0 if number in data else -1)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("wwsrd"), st.integers(0, 200)), max_size=25))
def test_any_history_of_snapshots_makes_an_image_that_checks(deeds):
    image = internal.Image(clusters=201)
    for kind, place in deeds:
        if kind == "w":
            image = internal.write(image, place)[0]
        elif kind == "s":
            image = internal.snapshot(image)
        elif image.snapshots:
            number = list(image.snapshots)[place % len(image.snapshots)]
            image = (
                internal.revert(image, number) if kind == "r" else internal.delete(image, number)[0]
            )
    data = {place: bytes([1 + place % 255]) * 512 for place in internal.refcounts(image)}
    file = qcow2build.write_image(Geometry(size=201 * 512, cluster_bits=9), image, data)

    assert qcow2.check(file).ok
    for number, table in (("", image.active), *((str(n), t) for n, t in image.snapshots.items())):
        for cluster, place in table.items():
            assert qcow2.read_cluster(file, cluster, snapshot=number)[0] == data[place]


def test_files_of_a_chain_read_as_the_chain_does():
    disk = chain.snapshot(chain.full(6, 7, cluster=512))
    disk = chain.snapshot(chain.write(disk, 1, 1)[0])
    disk = chain.write(disk, 2, 300)[0]
    top, *below = reversed(qcow2build.files_of(disk).values())
    for number in range(6):
        found = chain.read(disk, number)
        assert qcow2.read_cluster(top, number, below) == (bytes([found.value % 256]) * 512, found.depth)  # fmt: skip


def test_a_snapshot_of_a_tebibyte_is_four_clusters():
    """Prediction 1: metadata only."""
    assert len(qcow2build.make_qcow2(1 << 40, {}, backing="base.qcow2")) == 4 * 65_536
    assert Geometry(size=1 << 40).empty_clusters == 4


@pytest.mark.parametrize(
    "patch, says",
    [
        ({0: b"QFI\0"}, "magic=51464900: a qcow2 image begins with 514649fb"),
        ({4: b"\0\0\0\2"}, "version=2: 3 is read here"),
        ({72: b"\1"}, "features=.*not read here"),
        ({36: b"\0\0\0\1"}, "l1_size=1: this disk needs 2"),
        ({48: b"\x7f"}, "offset=.*: a table ends after the file"),
    ],
)
def test_a_broken_header_is_refused_with_the_reason(patch, says):
    file = bytearray(qcow2build.make_qcow2(GIB, {0: b"x"}))
    for at, value in patch.items():
        file[at : at + len(value)] = value
    with pytest.raises(ParameterError, match=says):
        qcow2.check(bytes(file))


def test_a_wrong_flag_is_found():
    """A shared cluster that says it may be written in place would spoil the snapshot."""
    image = internal.snapshot(internal.write(internal.Image(clusters=4), 0)[0])
    file = bytearray(qcow2build.write_image(Geometry(size=4 * 65_536), image, {0: b"x"}))
    l1 = qcow2.read_header(bytes(file)).l1_at
    file[l1] |= 0x80
    assert qcow2.check(bytes(file)).corrupt != ()


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: qcow2build.make_qcow2(GIB, {16_384: b""}), "cluster=16384: choose 0 to 16383"),
        (lambda: qcow2build.make_qcow2(GIB, {0: bytes(65_537)}), "data=65537: a cluster has 65536 bytes"),
        (lambda: qcow2.make_header(qcow2.Header(size=1, backing="x" * 1024)), "up to 1023 bytes"),
        (lambda: qcow2.make_header(qcow2.Header(size=1, cluster_bits=9, backing="x" * 500)), "fit in the first cluster"),
        (lambda: qcow2build.files_of(chain.Disk(cluster=1000)), "cluster=1000: choose a power of 2"),
        (lambda: qcow2.read_header(b"QFI\xfb"), "header=4: it has 104"),
        (lambda: qcow2.read_cluster(qcow2build.make_qcow2(1, {}), 0, snapshot="9"), "snapshot=9: the image has no such"),
    ],
)  # fmt: skip
def test_a_bad_value_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()


# ISO 9660


def pvd(sectors=200, volume="COURSE"):
    return iso.image_of([iso.primary(volume, sectors), iso.terminator()])


def patched(image, at, value):
    return image[: BASE + at] + value + image[BASE + at + len(value) :]


@pytest.mark.parametrize(
    "image, expected",
    [
        (pvd(), Volume("COURSE", 200, 2048)),  # 5-V15
        (iso.image_of([iso.boot_record(), iso.supplementary("C", 9), iso.primary("A B", 9)]), Volume("A B", 9, 2048)),
        (pvd()[:BASE], "too_short"),
        (pvd()[: BASE + SECTOR - 1], "too_short"),
        (iso.image_of([iso.boot_record()]), "too_short"),
        (patched(pvd(), 1, b"CD002"), "bad_magic"),
        (iso.image_of([iso.terminator(), iso.primary("LATE", 9)]), "no_primary"),
        (patched(pvd(), 80, b"\1"), "endian_mismatch"),
        (patched(pvd(), 131, b"\1"), "endian_mismatch"),
        (patched(pvd(), 0, b"\3"), "no_primary"),  # another type: go on
    ],
)  # fmt: skip
def test_the_primary_descriptor(image, expected):
    assert iso.parse_pvd(image) == expected


def test_its_bytes():
    assert iso.parse_pvd(pvd()).bytes == 409_600
    assert sniff(pvd()[:65_536]) == "iso9660"
    assert pvd()[32_769:32_774] == b"CD001"  # quiz 8


FILES = st.dictionaries(st.from_regex(r"[A-Z0-9_]{1,8}(\.[A-Z0-9_]{1,3})?", fullmatch=True), st.binary(max_size=5000), max_size=9)  # fmt: skip


@settings(max_examples=25)
@given(FILES, st.booleans())
def test_pycdlib_opens_what_we_write(files, joliet):
    image = iso.make_iso("COURSE", files, joliet=joliet)
    theirs = pycdlib.PyCdlib()
    theirs.open_fp(io.BytesIO(image))
    for name, data in files.items():
        out = io.BytesIO()
        theirs.get_file_from_iso_fp(out, iso_path=f"/{name}{'' if '.' in name else '.'};1")
        assert out.getvalue() == data == iso.extract(image, name)
    theirs.close()
    assert iso.parse_pvd(image).bytes == len(image)


@settings(max_examples=25)
@given(FILES, st.booleans(), st.booleans())
def test_we_open_what_pycdlib_writes(files, joliet, bootable):
    paths = {**{name: data for name, data in files.items() if "." in name}, "DOCS/DEEP/X.Y": b"deep"}  # fmt: skip
    paths |= {f"DOCS/{name}": data for name, data in files.items() if "." in name}
    image = _disc(paths, joliet, bootable)
    found = {entry.path for entry in iso.entries(image) if not entry.folder}
    assert found >= set(paths)
    assert {entry.path for entry in iso.entries(image) if entry.folder} == {"DOCS", "DOCS/DEEP"}
    assert all(iso.extract(image, path) == data for path, data in paths.items())
    assert iso.parse_pvd(image).volume == "COURSE"


def _disc(paths, joliet, bootable):
    return disc.write_disc("COURSE", paths, joliet=joliet, boot=b"boot" if bootable else b"")


def test_a_disc_does_not_tell_the_time(monkeypatch):
    """The same bytes at any moment: pycdlib's dates are set to one."""
    import time

    files = {"README.TXT": b"x", "DOCS/A.B": b"y"}
    first = disc.write_disc("COURSE", files, joliet=True, boot=b"b")
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000.0)
    assert disc.write_disc("COURSE", files, joliet=True, boot=b"b") == first


def test_a_folder_that_holds_itself_is_refused():
    image = bytearray(_disc({"DOCS/A.B": b"a"}, joliet=False, bootable=False))
    folder = next(entry for entry in iso.entries(bytes(image)) if entry.folder)
    root = int.from_bytes(image[BASE + 158 : BASE + 162], "little")
    image[folder.record_at + 2 : folder.record_at + 10] = iso.both(root, 4)
    with pytest.raises(ParameterError, match="a folder that holds itself"):
        iso.entries(bytes(image))


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: iso.make_iso("COURSE", {"readme.txt": b""}), "name=readme.txt: level 1"),
        (lambda: iso.make_iso("course", {}), "volume=course: up to 32"),
        (lambda: iso.make_iso("COURSE", {f"F{n}": b"" for n in range(60)}), "files=60: more than one sector"),
        (lambda: disc.write_disc("COURSE", {"readme.txt": b""}), "files: the standard refuses them"),
        (lambda: iso.entries(pvd(), joliet=True), "type=2: the image has no such"),
        (lambda: iso.extract(iso.make_iso("COURSE", {}), "A"), "path=A: no such file"),
        (lambda: iso.entries(iso.make_iso("C", {})[:-1]), "extent=.*: it ends after the image"),
        (lambda: iso.entries(patched(pvd(), 158, b"\1")), "its two byte orders disagree"),
    ],
)  # fmt: skip
def test_a_bad_image_names_what_is_amiss(call, says):
    with pytest.raises(ParameterError, match=says):
        call()


# OVA


def test_a_package_comes_back():
    opened = ova.open_ova(PACKAGE)
    assert opened.machine == Machine(cpus=2, memory_mib=1024)
    assert opened.disks == DISK
    assert ova.verify(PACKAGE).ok
    assert [name for name, _data in ova.unpack(PACKAGE)] == ["course.ovf", "course.mf", "disk.qcow2", "data.raw"]  # fmt: skip
    with tarfile.open(fileobj=io.BytesIO(PACKAGE)) as tar:
        assert tar.getnames()[0] == "course.ovf"
    assert PACKAGE[257:262] == b"ustar"
    assert ova.make_ova(Machine(cpus=2, memory_mib=1024), DISK) == PACKAGE


def test_the_descriptor_says_what_hardware_is_needed():
    descriptor = ovf.read(dict(ova.unpack(PACKAGE))["course.ovf"])
    assert [item.resource for item in descriptor.items] == [3, 4, 10, 17, 17]
    assert descriptor.capacities == (GIB, 300)
    assert [(file.href, file.size) for file in descriptor.files] == [("disk.qcow2", 262_144), ("data.raw", 300)]  # fmt: skip


def repacked(change):
    members = ova.unpack(PACKAGE)
    return ova.verify(ova.pack(change(members)))


def changed(name, data):
    return lambda members: [(n, data if n == name else d) for n, d in members]


@pytest.mark.parametrize(
    "change, code, names",
    [
        (lambda m: [m[1], m[0], *m[2:]], "ova_order_error", ("course.mf",)),  # 5-V16
        (lambda m: [m[2], m[0], m[1], m[3]], "ova_order_error", ("disk.qcow2",)),
        (lambda m: [m[0], m[1], m[3], m[2]], "ova_order_error", ("data.raw", "disk.qcow2")),
        (lambda m: [m[0], m[2], m[1], m[3]], "ova_order_error", ("course.mf",)),
        (changed("data.raw", b"war" * 100), "digest_mismatch", ("data.raw",)),  # 5-V16
        (changed("data.raw", b"short"), "size_mismatch", ("data.raw",)),
        (changed("course.mf", b"SHA1(x)= 12"), "bad_manifest", ("course.mf",)),
        (lambda m: m[:3], "missing", ("data.raw", "data.raw")),
        (lambda m: [*m, ("more.raw", b"")], "unlisted", ("more.raw",)),
        (lambda m: m[2:], "no_ovf", ()),
        (lambda m: [*m, m[3]], "twice", ("data.raw",)),
        (changed("course.ovf", b"<html/>"), "bad_ovf", ("course.ovf",)),
        (changed("course.ovf", b"<!DOCTYPE x>"), "bad_ovf", ("course.ovf",)),
        (changed("course.ovf", b"<"), "bad_ovf", ("course.ovf",)),
    ],
)
def test_a_broken_package_is_refused_with_the_reason(change, code, names):
    verified = repacked(change)
    assert not verified.ok
    assert verified.about(code) == names
    with pytest.raises(ParameterError):
        ova.open_ova(ova.pack(change(ova.unpack(PACKAGE))))


def test_the_reason_is_a_sentence():
    with pytest.raises(ParameterError, match=r"data.raw: changed since the manifest was written\."):
        ova.open_ova(ova.pack(changed("data.raw", b"war" * 100)(ova.unpack(PACKAGE))))
    with pytest.raises(ParameterError, match=r"disk\.qcow2 comes first"):
        ova.open_ova(ova.make_ova(Machine(), DISK, manifest=False, order="bad"))
    assert ova.verify(b"no tar").about("not_a_tar") == ()
    assert ova.verify(b"no tar").problems[0].code == "not_a_tar"


def test_manifest_and_certificate_may_come_last_or_not_at_all():
    last = repacked(lambda m: [m[0], *m[2:], m[1], ("course.cert", b"")])
    assert last.ok
    bare = ova.verify(ova.make_ova(Machine(), DISK, manifest=False))
    assert bare.ok
    assert not bare.signed
    changed_bare = ova.verify(ova.pack([(n, b"war" * 100 if n == "data.raw" else d) for n, d in ova.unpack(ova.make_ova(Machine(), DISK, manifest=False))]))  # fmt: skip
    assert changed_bare.ok  # nobody promised anything: this is what a manifest is for


@given(st.data())
def test_any_changed_bit_of_a_disk_is_noticed(data):
    members = dict(ova.unpack(PACKAGE))
    bit = data.draw(st.integers(0, 300 * 8 - 1))
    raw = bytearray(members["data.raw"])
    raw[bit // 8] ^= 1 << bit % 8
    assert repacked(changed("data.raw", bytes(raw))).about("digest_mismatch") == ("data.raw",)


@pytest.mark.parametrize(
    "first, kind",
    [
        (PACKAGE, "ova"),
        (ova.make_ova(Machine(), DISK, order="bad"), "unknown"),  # its first member is no .ovf
        (pvd(), "iso9660"),
        (qcow2build.make_qcow2(1, {}), "qcow2"),
        (b"KDMV" + bytes(508), "vmdk_sparse"),
        (b"", "unknown"),
        (bytes(510) + b"\x55\xaa", "unknown"),
    ],
)
def test_files_are_told_apart_by_their_bytes(first, kind):
    assert sniff(first[:65_536]) == kind


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Machine(name="../x"), "name=../x: letters"),
        (lambda: Machine(cpus=0), "cpus=0"),
        (lambda: ova.make_ova(Machine(), DISK, order="odd"), "order=odd: choose ok or bad"),
        (lambda: ovf.read(ovf.describe(Machine(), {"a": b""}).replace('Units="byte"', 'Units="acre"').encode()), "capacityAllocationUnits=acre"),
    ],
)  # fmt: skip
def test_a_bad_machine_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()


def test_units_of_capacity():
    text = ovf.describe(Machine(), {"a": b""}).replace('capacity="0"', 'capacity="5"').replace('Units="byte"', 'Units="byte * 2^30"')  # fmt: skip
    assert ovf.read(text.encode()).capacities == (5 * GIB,)
