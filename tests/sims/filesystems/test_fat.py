"""FAT: the vectors, mkfs.vfat's choices, images that fsck.vfat and mtools accept, guesses.

The record is compared always, the live tools where installed (tests/transcripts/README.md).
"""

import base64
import re
import runpy
import shutil
import subprocess
import zlib
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.filesystems import fat, fatgeometry, fatnames
from coursekit.sims.filesystems.fatgeometry import Fat, kind, plan, read_boot
from coursekit.sims.message import ParameterError

FOLDER = Path(__file__).parents[2] / "transcripts" / "filesystems"
TEXT = (FOLDER / "fat.txt").read_text("utf-8")
RECORD = runpy.run_path(str(FOLDER / "record_geometry.py"))
IMAGES, FILES, WHEN = RECORD["images"](), RECORD["FILES"], RECORD["WHEN"]
BOOTS = re.findall(r"^boot (\d+) (.*): (\w+)$", TEXT, re.MULTILINE)
SMALL = Fat(sectors=100, root_entries=32, fat_sectors=1)
live = pytest.mark.skipif(not shutil.which("mkfs.vfat"), reason="dosfstools is not installed; the record is compared")  # fmt: skip


def said(command):
    found = re.search(rf"^\$ {re.escape(command)}\n(.*?)(?=^\$ |^sha256 |^bytes |^boot |\Z)", TEXT, re.MULTILINE | re.DOTALL)  # fmt: skip
    assert found, command
    return found[1]


def planned(kib, options):
    number = int(options.split()[1]) if options else 0
    return plan(kib * 1024, 0 if "-F" in options else number, number if "-F" in options else None)


@pytest.mark.parametrize("kib, options, boot", BOOTS)
def test_geometry_is_that_of_mkfs(kib, options, boot):
    real = bytes.fromhex(boot).ljust(510, b"\0") + b"\x55\xaa"
    found = read_boot(real)
    assert planned(int(kib), options) == found
    text = said(f"mkfs.vfat -C -v -i 12345678 {options} disk {kib}")
    size, clusters = re.search(r"FAT size is (\d+) sectors?, and provides (\d+) clusters", text).groups()  # fmt: skip
    assert (found.fat_sectors, found.clusters) == (int(size), int(clusters))
    assert f"{found.bits}-bit FATs" in text


@live
@pytest.mark.parametrize("kib, options", [(65, ""), (988, "-s 4"), (4030, ""), (20_001, ""), (262_145, ""), (266_241, "-F 32"), (446_312, ""), (8 << 20, ""), (30_000_001, ""), (59_194_725, "")])  # fmt: skip
def test_geometry_is_that_of_the_live_mkfs(kib, options, tmp_path):
    command = ["mkfs.vfat", "-C", *options.split(), tmp_path / "disk", str(kib)]
    subprocess.run(command, capture_output=True, check=True)
    with (tmp_path / "disk").open("rb") as file:
        assert planned(kib, options) == read_boot(file.read(512))


def test_vectors_of_the_geometry():
    """V10.6."""
    floppy, middle, large = plan(1440 << 10, 4), plan(64 << 20, 4), plan(1 << 30, 8)
    found = [(each.fat_sectors, each.clusters, each.first_data, each.bits) for each in (floppy, middle, large)]  # fmt: skip
    assert found == [(3, 714, 21, 12), (128, 32_695, 292, 16), (2048, 261_627, 4128, 32)]
    assert large.sectors == 2_097_144
    assert [kind(n) for n in (4084, 4085, 65_524, 65_525)] == [12, 16, 16, 32]
    assert floppy.sector(2) == 21 and floppy.sector(3) == 25


def test_vectors_of_the_names():
    """V10.6."""
    sums = [fatnames.checksum(each) for each in (b"README  TXT", b"FILENA~1TXT", b"AUTOEXECBAT")]
    assert [f"{each:02x}" for each in sums] == ["73", "5b", "66"]
    assert [fatnames.entries_for("x" * n) for n in (13, 14, 255)] == [2, 3, 21]
    date, time = fatnames.pack_date(2026, 3, 15), fatnames.pack_time(14, 37, 50)
    assert (f"{date:04x}", f"{time:04x}") == ("5c6f", "74b9")
    assert fatnames.clock(date, time) == (2026, 3, 15, 14, 37, 50)


@pytest.mark.parametrize(
    "name, short",
    [
        ("readme.txt", b"README  TXT"),
        ("a filename.txt", b"AFILEN~1TXT"),
        ("archive.tar.gz", b"ARCHIV~1GZ "),
        (".profile", b"PROFIL~1   "),
        ("a+b", b"A_B~1      "),
        ("NODOT", b"NODOT      "),
        ("page.html", b"PAGE~1  HTM"),
    ],
)
def test_short_names(name, short):
    assert fatnames.short_name(name) == short


def test_a_second_short_name_gets_the_next_number():
    assert fatnames.short_name("filename two.txt", [b"FILENA~1TXT"]) == b"FILENA~2TXT"
    assert fatnames.short_name("readme.txt", [b"README  TXT"]) == b"README~1TXT"
    taken = [f"FILENA~{n}TEX".encode() for n in range(1, 10)]
    assert fatnames.short_name("filename.text", taken)[:8] == b"FILEN~10"


@pytest.mark.parametrize("name", IMAGES)
def test_the_tools_accept_our_images(name):
    assert f"sha256 {name} {sha256(IMAGES[name]).hexdigest()}\n" in TEXT
    checked, listed = said(f"fsck.vfat -n {name}"), said(f"mdir -i {name} -a ::")
    here = [each for each in fat.files(IMAGES[name]) if not each.deleted]
    geometry = read_boot(IMAGES[name])
    used = geometry.clusters - len(fat.free_clusters(IMAGES[name]))
    assert checked.splitlines()[1:] == [f"{name}: {len(here)} files, {used}/{geometry.clusters} clusters"]  # fmt: skip
    assert listed.count("2026-03-15  14:37") == len(here)
    free = len(fat.free_clusters(IMAGES[name])) * geometry.cluster_bytes
    assert re.search(r"([\d ]+) bytes free", listed)[1].replace(" ", "") == str(free)


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("number", range(len(FILES)))
def test_mtools_read_the_bytes_that_we_wrote(image, number):
    name, data = list(FILES.items())[number]
    text = said(f"mcopy -n -i {image} '::{name}' out{image}{number} && sha256sum < out{image}{number}")  # fmt: skip
    if image == "deleted" and name.startswith("Long"):
        assert "not found" in text
        return
    assert text.split()[0] == sha256(data).hexdigest()
    assert fat.read(IMAGES[image], name) == data


@live
@pytest.mark.parametrize("name", IMAGES)
def test_the_live_fsck_accepts_our_images(name, tmp_path):
    (tmp_path / "disk").write_bytes(IMAGES[name])
    done = subprocess.run(["fsck.vfat", "-n", tmp_path / "disk"], capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_a_volume_of_mtools_is_read_by_ours():
    image = zlib.decompress(
        base64.b64decode(re.search(r"^bytes theirs (\S+)$", TEXT, re.MULTILINE)[1])
    )
    name = "In two pieces, été.data"
    listed = {each.name: each.deleted for each in fat.files(image)}
    assert fat.read(image, name) == bytes(range(250)) * 10
    assert fat.read(image, "part2") == b"C" * 1500
    assert [each for each, gone in listed.items() if not gone] == ["part0", "PART5.BIN", "part2", name]  # fmt: skip
    told = re.findall(r"<(\d+)(?:-(\d+))?>", said(f"mshowfat -i theirs '::{name}'"))
    pieces = [each for one, two in told for each in range(int(one), int(two or one) + 1)]
    assert list(fat.chain(fat.table(image), fat.entry(image, name).cluster, 12)) == pieces
    assert any(two != one + 1 for one, two in pairwise(pieces))


def test_undelete_brings_back_what_was_in_one_piece():
    image = IMAGES["deleted"]
    gone = next(each for each in fat.files(image) if each.deleted)
    assert (gone.name, gone.short) == ("Long name of a file.text", "?ONGNA~1.TEX")
    guess = fat.undelete(image, gone)
    assert guess.whole and guess.data == FILES["Long name of a file.text"]
    after = fat.write(image, "new", b"n" * 600, WHEN)
    assert fat.undelete(after, gone).reused == guess.clusters[:2]
    assert not fat.undelete(after, gone).whole


def test_a_file_in_two_pieces_is_guessed_wrong():
    image = fat.make(SMALL)
    for name, size in (("A", 1000), ("B", 1000), ("C", 1000)):
        image = fat.write(image, name, name.encode() * size, WHEN)
    image = fat.delete(fat.write(fat.delete(image, "B"), "TWO", b"t" * 2000, WHEN), "TWO")
    gone = next(each for each in fat.files(image) if each.deleted and each.size == 2000)
    guess = fat.undelete(image, gone)
    assert guess.data == b"t" * 1024 + b"C" * 976  # two clusters of its own, then C's
    assert guess.reused == (6, 7)  # C has them


@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 9000), st.booleans()), min_size=1, max_size=25
    )
)
def test_a_volume_answers_as_a_dictionary(ops):
    image, model = fat.make(SMALL), {}
    for number, (which, size, short) in enumerate(ops):
        name = f"F{which}" if short else f"a long name, number {which}.txt"
        if name in model:
            image = fat.delete(image, name)
            del model[name]
        elif -(-size // 512) <= len(fat.free_clusters(image)):
            data = bytes([number + 1]) * size
            try:
                image = fat.write(image, name, data, WHEN)
            except ParameterError as why:
                assert "root directory has no room" in str(why)  # noqa: PT017
                continue
            model[name] = data
        assert {e.name: fat.read(image, e.name) for e in fat.files(image) if not e.deleted} == model
        used = sum(-(-len(data) // 512) for data in model.values())
        assert len(fat.free_clusters(image)) == SMALL.clusters - used
        tables = [image[(1 + copy) * 512 : (2 + copy) * 512] for copy in range(2)]
        assert tables[0] == tables[1]


@given(st.sampled_from([12, 16, 32]), st.lists(st.integers(0, 0xFFF), max_size=50))
def test_a_table_is_packed_and_read(bits, entries):
    raw = fat.pack_table(entries, bits)
    assert [fat.get(raw, number, bits) for number in range(len(entries))] == entries
    assert len(raw) == -(-len(entries) * bits // 8)


def test_every_moment_survives_but_odd_seconds():
    for second in range(60):
        time = fatnames.pack_time(23, 59, second)
        assert fatnames.clock(fatnames.pack_date(2107, 12, 31), time) == (2107, 12, 31, 23, 59, second - second % 2)  # fmt: skip


@given(st.integers(20 << 10, (2 << 40) - 1), st.sampled_from([0, 1, 8, 64]))
def test_every_plan_holds_its_own_clusters(size, per_cluster):
    try:
        found = plan(size, per_cluster)
    except ParameterError as why:
        assert str(why).startswith(f"size={size}: ")  # noqa: PT017
        return
    assert found.sectors * 512 <= size
    assert found.entries >= found.clusters + 2
    assert found.first_data + found.clusters * found.per_cluster <= found.sectors


def test_every_small_size_has_a_plan_whose_table_is_just_large_enough():
    """Half a byte more can need a sector more: 683 entries of 12 bits are 1024.5 bytes."""
    counts = set()
    for kib in range(100, 2000):
        found = plan(kib << 10, 1)
        counts.add(found.clusters + 2)
        assert found.bits == 12
        assert found.fat_sectors * 512 >= (found.clusters + 2) * 3 / 2 > (found.fat_sectors - 2) * 512  # fmt: skip
    assert any(each * 3 % 1024 == 1 for each in counts)


def test_links_in_words_and_boot_fields():
    assert [str(fat.link_text(value, 16)) for value in (0, 5, 0xFFF7, 0xFFF8, 0xFFFF)] == ["free", "next: 5", "bad", "end of the file", "end of the file"]  # fmt: skip
    fields = {each.name: each for each in fatgeometry.decode(IMAGES["fat12"])}
    assert (fields["sector_bytes"].value, fields["root_entries"].at, fields["signature"].raw) == (512, 17, b"\x55\xaa")  # fmt: skip
    assert "fat_long" not in fields
    wide = bytes.fromhex(next(boot for kib, _o, boot in BOOTS if kib == "1048572"))
    assert {each.name: each.value for each in fatgeometry.decode(wide.ljust(510, b"\0") + b"\x55\xaa")}["fat_long"] == 2048  # fmt: skip


LOOP = [0xFF8, 0xFFF, 3, 2]


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: kind(0), "clusters=0: choose 1"),
        (lambda: Fat(per_cluster=3), "per_cluster=3: choose a power of 2"),
        (lambda: Fat(sectors=10), "sectors=10: choose 34"),
        (lambda: Fat(fat_sectors=8), "fat_sectors=8: the table has 2730 entries, 2851 are needed"),
        (lambda: Fat().sector(1), "cluster=1: choose 2 to 2848"),
        (lambda: Fat(sectors=80_000, fat_sectors=700), "root_entries=224: FAT32 has none"),
        (lambda: plan(10_000), "size=10000: choose 20 KiB"),
        (lambda: plan(45 << 10), "size=46080: choose 50 KiB or more"),
        (lambda: plan(1 << 30, 1, 16), "size=1073741824: no FAT of this kind"),
        (lambda: fatgeometry.decode(bytes(512)), "signature=0000: a boot sector ends"),
        (lambda: fatnames.pack_date(1979, 1, 1), "year=1979: choose 1980"),
        (lambda: fatnames.pack_time(24, 0, 0), "time=24:0:0: no such time"),
        (lambda: fatnames.short_name("a?b"), "name=a\\?b: \\? may not"),
        (lambda: fatnames.short_name("a."), "name=a.: it may not end"),
        (lambda: fatnames.entries_for("x" * 256), "name=256: a name has 1 to 255"),
        (lambda: fatnames.encode("A", b"A".ljust(11), 2, 1 << 32, WHEN), "size=4294967296: a file has up to 4294967295"),
        (lambda: fat.chain(LOOP, 2, 12), "cluster=2: the chain is broken or a loop"),
        (lambda: fat.read(IMAGES["fat12"], "x"), "name=x: no such file"),
        (lambda: fat.write(IMAGES["fat12"], "readme.txt", b"", WHEN), "name=readme.txt: it is there already"),
        (lambda: fat.write(fat.make(SMALL), "A", bytes(60_000), WHEN), "size=60000: 118 clusters are needed, 95 are free"),
        (lambda: fat.undelete(IMAGES["fat12"], fat.entry(IMAGES["fat12"], "EMPTY")), "name=EMPTY: it is not deleted"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_its_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
