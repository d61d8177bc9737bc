"""Files to look into: laid out without a gap, accepted whole, and safe to damage anywhere."""

import shutil
import subprocess
import time
from itertools import pairwise

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles.specimens import NAMES, examine, flipped, specimen

every_file = pytest.mark.parametrize("name", NAMES)


@every_file
def test_its_parts_follow_each_other_from_the_first_byte_to_the_last(name):
    one = specimen(name)

    assert one.parts[0].start == 0
    assert sum(part.length for part in one.parts) == len(one.file)
    assert all(a.start + a.length == b.start for a, b in pairwise(one.parts))
    assert one == specimen(name), "the same bytes each time"


@every_file
def test_whole_it_is_accepted_unless_its_order_is_wrong(name):
    one = specimen(name)
    said = examine(one, one.file)

    assert said.ok == (name != "ova_order")
    if not said.ok:
        assert "comes first" in str(said.problems[0])


@every_file
def test_any_flipped_bit_gets_an_answer_and_soon(name):
    """Headers and tables of a damaged file promise anything: no reader may hang or break."""
    one = specimen(name)
    structure = [part for part in one.parts if part.role in ("head", "table")]
    slowest = 0.0
    for part in structure:
        for byte in range(part.start, part.start + min(part.length, 192)):
            begun = time.perf_counter()
            examine(one, flipped(one.file, byte, byte % 8))
            slowest = max(slowest, time.perf_counter() - begun)
    assert slowest < 2


@pytest.mark.parametrize(
    ("name", "byte", "bit", "says"),
    [
        ("ova", 4096 + 20, 0, "disk.qcow2: changed since"),
        ("ova", 600, 0, "Envelope"),  # a letter of the name of its namespace
        ("ova", 0, 0, "no tar file"),
        ("ova", 3584, 0, "not in the package"),  # the disk's own header: the archive ends there
        ("ova", 512 + 30, 0, "unknown encoding"),
        ("iso", 32_769, 0, "CD001"),
        ("iso", 32_848, 0, "both byte orders"),
        ("iso", 40_960 + 70, 3, ""),
        ("qcow2", 0, 0, "514649fb"),
        ("qcow2", 36, 7, "ends after the file"),  # two billion entries: read before they are counted
        ("qcow2", 2048, 7, "used more often"),
        ("qcow2_chain", 130, 0, "backing file"),
    ],
)  # fmt: skip
def test_who_notices_and_says_what(name, byte, bit, says):
    one = specimen(name)
    said = examine(one, flipped(one.file, byte, bit))

    assert not said.ok
    assert any(says in str(problem) for problem in said.problems), said.problems


def test_contents_without_a_digest_are_changed_unseen():
    for name in ("iso", "qcow2"):
        one = specimen(name)
        inside = next(part for part in one.parts if part.role == "data")
        assert examine(one, flipped(one.file, inside.start, 0)).ok


def test_a_bit_that_is_not_there():
    with pytest.raises(ParameterError, match="flip=5120: choose 0 to 5119"):
        flipped(specimen("qcow2").file, 5120, 0)
    with pytest.raises(ParameterError, match="bit=8: choose 0 to 7"):
        flipped(specimen("qcow2").file, 0, 8)
    with pytest.raises(ParameterError, match="file=zip: choose one of ova"):
        specimen("zip")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("ova", ["tar", "tvf"]),
        ("ova_order", ["tar", "tvf"]),
        ("iso", ["isoinfo", "-l", "-i"]),
        ("iso_joliet", ["isoinfo", "-J", "-l", "-i"]),
        ("qcow2", ["qemu-img", "check"]),
        ("qcow2_chain", ["qemu-img", "check"]),
    ],
)
def test_the_true_tools_read_them(name, command, tmp_path):
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    one = specimen(name)
    for called, contents in {**one.beside, one.called: one.file}.items():
        (tmp_path / called).write_bytes(contents)

    done = subprocess.run(
        [*command, one.called], check=False, cwd=tmp_path, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert {"ova": "disk.qcow2", "iso": "SETUP", "qcow2": "No errors"}[name.partition("_")[0]].lower() in done.stdout.lower()  # fmt: skip
