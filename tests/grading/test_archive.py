"""A zip from an untrusted hand: taken whole and exactly, or refused whole."""

import contextlib
import io
import os
import random
import stat
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursekit.grading import archive
from coursekit.grading.archive import Limits, unpack
from coursekit.sims.message import ParameterError


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder for everything temporary: what is written anywhere is seen."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path


def member(name, mode=0, **changes):
    """A member of that very name: `ZipInfo` would tidy it up."""
    info = zipfile.ZipInfo("x", (2026, 3, 4, 5, 6, 8))
    info.filename = info.orig_filename = name
    info.external_attr = mode << 16
    for key, value in changes.items():
        setattr(info, key, value)
    return info


def made(path, *members):
    """A zip of (name or member, bytes)."""
    with zipfile.ZipFile(path, "w") as file:
        for each, data in members:
            with file.open(member(each) if isinstance(each, str) else each, "w") as inside:
                inside.write(data)
    return path


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def test_a_zip_is_unpacked_to_its_very_bytes_and_times(place):
    path = made(
        place / "class.zip",
        ("ann/08-raid.ipynb", b"{}"),
        ("ann/", b""),
        ("Zoë/", b""),
        (member("b", compress_type=zipfile.ZIP_DEFLATED), b"x" * 100_000),
    )
    folder = unpack(path)

    assert files(folder.path) == {
        "ann": None, "ann/08-raid.ipynb": b"{}", "Zoë": None, "b": b"x" * 100_000,
    }  # fmt: skip
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder.path / "b").stat().st_mode) == 0o600
    assert zipfile.ZipInfo.from_file(folder.path / "b").date_time == (2026, 3, 4, 5, 6, 8)


def test_a_date_that_does_not_exist_does_no_harm(place):
    path = made(place / "class.zip", (member("a", date_time=(1980, 0, 31, 0, 0, 0)), b"1"))

    assert files(unpack(path).path) == {"a": b"1"}


HOSTILE = [
    ("../a", "a name that leaves the folder"),
    ("ann/../../a", "a name that leaves the folder"),
    ("/etc/a", "an absolute name"),
    ("C:a", "an absolute name"),
    ("C:/a", "an absolute name"),
    ("ann\\..\\a", "a backslash"),
    ("//a", "an absolute name"),
    ("a//b", "an empty part"),
    ("./a", "an empty part"),
    ("/", "an absolute name"),
    ("", "an empty part"),
    ("a\nb", "a control character"),
    ("a\x00b", "a control character"),
    ("a/" * 20 + "b", "too long"),
    ("é" * 128, "too long"),
    ("x/more.ZIP", "an archive in the archive"),
    ("work.tar.gz", "an archive in the archive"),
    (member("link", stat.S_IFLNK | 0o777), "a link"),
    (member("pipe", stat.S_IFIFO | 0o666), "a pipe or a device"),
    (member("disk", stat.S_IFBLK | 0o666), "a pipe or a device"),
    (member("d", stat.S_IFDIR | 0o755), "a pipe or a device"),
    (member("lzma", compress_type=zipfile.ZIP_LZMA), "packed in a way"),
]


@pytest.mark.parametrize(("bad", "why"), HOSTILE, ids=lambda each: repr(each)[:30])
def test_a_hostile_member_is_named_and_nothing_is_unpacked(place, bad, why):
    path = made(place / "class.zip", ("before", b"1"), (bad, b"2"), ("after", b"3"))
    name = bad if isinstance(bad, str) else bad.filename
    before = files(place)

    with pytest.raises(ParameterError, match=why) as refused:
        unpack(path)

    assert f"nothing was unpacked; {name!r}: " in str(refused.value)
    assert files(place) == before


@pytest.mark.parametrize(
    "names",
    [
        ("ann.ipynb", "Ann.ipynb"),
        ("ann/a", "ANN/b"),
        ("Zo\u00eb", "Zoe\u0308"),
        ("straße", "STRASSE"),
        ("a", "a"),
        ("a", "a/b"),
        ("a/b", "a"),
        ("ann", "ann. "),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning:zipfile")
def test_names_that_some_system_takes_for_the_same_are_refused(place, names):
    path = made(place / "class.zip", *((each, b"1") for each in names))

    with pytest.raises(ParameterError, match="the same name as"):
        unpack(path)
    assert list((place / "temporary").iterdir()) == []


def patched(path, what, offset, data):
    """The zip with bytes of its (last) record of a kind replaced."""
    text = bytearray(path.read_bytes())
    at = text.rindex(what) + offset
    text[at : at + len(data)] = data
    path.write_bytes(text)
    return path


CENTRAL, LOCAL = b"PK\x01\x02", b"PK\x03\x04"


@pytest.mark.parametrize(
    ("what", "offset", "data", "why"),
    [
        (CENTRAL, 8, b"\x01\x00", "it is encrypted"),
        (CENTRAL, 24, struct.pack("<L", 3 << 30), "more than 2147483648 bytes unpacked"),
        (CENTRAL, 24, struct.pack("<L", 10), "it cannot be read: Bad CRC-32"),
        (CENTRAL, 24, struct.pack("<L", 10_001), "it cannot be read: 10000 bytes, not the 10001"),
        (CENTRAL, 16, b"\0\0\0\0", "it cannot be read: Bad CRC-32"),
        (CENTRAL, 46, b"other", "it cannot be read: File name in directory"),
        (LOCAL, 40, b"\xff\xff\xff", "it cannot be read: "),
    ],
)
def test_a_header_that_lies_is_found_out(place, what, offset, data, why):
    bomb = member("zeros", compress_type=zipfile.ZIP_DEFLATED)
    path = patched(made(place / "class.zip", (bomb, b"0" * 10_000)), what, offset, data)

    with pytest.raises(ParameterError, match=why):
        unpack(path)
    assert list((place / "temporary").iterdir()) == []


def test_a_member_that_goes_on_for_ever_is_cut_at_its_declared_size(place):
    class Endless:
        def open(self, _member):
            return Path("/dev/zero").open("rb")

    with pytest.raises(zipfile.BadZipFile, match="not the 5 of its header"):
        archive._write(Endless(), member("zeros", file_size=5), place)
    assert (place / "zeros").read_bytes() == b""


def test_no_more_than_the_budget_is_written(place):
    path = made(place / "class.zip", *((f"{n}", b"x" * 100) for n in range(10)))

    assert len(files(unpack(path, Limits(members=10, total=1000)).path)) == 10
    with pytest.raises(ParameterError, match=r"'9': more than 999 bytes unpacked"):
        unpack(path, Limits(total=999))
    with pytest.raises(ParameterError, match=r"'9': more than 9 files"):
        unpack(path, Limits(members=9))


def test_what_is_no_zip_or_too_large_is_refused(place, monkeypatch):
    path = place / "class.zip"
    for data in (b"", b"PK", b"PK\x05\x06" + b"\xff" * 30, b"<html>"):
        path.write_bytes(data)
        with pytest.raises(ParameterError, match="neither a folder nor a zip file"):
            unpack(path)
    os.mkfifo(place / "pipe")
    with pytest.raises(ParameterError, match="neither a folder nor a zip file"):
        unpack(place / "pipe")
    monkeypatch.setattr(archive, "MAX_ZIP", 5)
    with pytest.raises(ParameterError, match="larger than 5 bytes; unpack it"):
        unpack(path)


PARTS = st.sampled_from(
    ["..", ".", "", "a", "A", "ann", "x.ipynb", "\\", "..\\", "C:", "\u0301", "\u00e9", "e\u0301",
     "\0", "\n", " ", "..  ", "~", "$HOME", "a.zip", "\u202e", "-rf", "\ufeff"]
) | st.text(max_size=6).filter(lambda text: not any("\ud800" <= each <= "\udfff" for each in text))  # fmt: skip
NAMES = st.lists(PARTS, min_size=1, max_size=5).map("/".join) | PARTS.map("/".__add__)
MODES = st.sampled_from([0, stat.S_IFREG | 0o644, stat.S_IFLNK | 0o777, stat.S_IFDIR, stat.S_IFIFO])


@given(st.lists(st.tuples(NAMES, MODES, st.binary(max_size=5)), min_size=1, max_size=4))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning:zipfile")
def test_nothing_is_ever_written_outside_whatever_the_names(members):
    with tempfile.TemporaryDirectory() as top:
        place = Path(top)
        (place / "temporary").mkdir()
        path = made(
            place / "class.zip", *((member(name, mode), data) for name, mode, data in members)
        )
        before, tempfile.tempdir = path.read_bytes(), str(place / "temporary")
        try:
            folder = unpack(path)
        except ParameterError:
            assert set(files(place)) == {"temporary", "class.zip"}
        else:
            written = {name for name, data in files(folder.path).items() if data is not None}
            assert written == {name for name, _, _ in members if not name.endswith("/")}
            assert {path.parent for path in (place / "temporary").iterdir()} == {
                place / "temporary"
            }
            assert not [each for each in place.rglob("*") if each.is_symlink()]
            assert {path.name for path in place.iterdir()} == {"temporary", "class.zip"}
            folder.remove()
        finally:
            tempfile.tempdir = None
        assert path.read_bytes() == before


@given(st.randoms(use_true_random=False), st.integers(1, 12))
@settings(max_examples=200, deadline=None)
def test_a_zip_with_spoilt_bytes_is_read_or_refused(chance: random.Random, count):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("ann/08-raid.ipynb", b"{}" * 50)
        file.writestr("bob.ipynb", b"x" * 300)
    data = bytearray(buffer.getvalue())
    for _ in range(count):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with tempfile.TemporaryDirectory() as top:
        path = Path(top, "class.zip")
        path.write_bytes(data)
        with contextlib.suppress(ParameterError):
            unpack(path).remove()
