"""What tools' modules make themselves: the guest that is moved, words that are the same every time."""

import shutil
import subprocess
from importlib.resources import files

import pytest

from coursekit.realtools import qemu_migration
from coursekit.sims.hypervisors.migration import Migration
from coursekit.sims.message import ParameterError

GIVEN = Migration(memory=48.0, writable=4.0, dirty=100.0, bandwidth=50.0)


def test_the_guest_is_one_sector_that_a_bios_starts():
    sector = qemu_migration.code(GIVEN)
    memory, part, step = (int.from_bytes(sector[at : at + 4], "little") for at in (496, 500, 504))

    assert len(sector) == 512
    assert sector[510:] == b"\x55\xaa"
    assert (memory - 0x1000000) / 1e6 == pytest.approx(48, abs=0.005)
    assert (part - 0x1000000) / 1e6 == pytest.approx(4, abs=0.005)
    assert 4096 / (step / 3_579_545) / 1e6 == pytest.approx(100, rel=0.01)


def test_a_guest_that_writes_too_fast_for_its_clock_is_refused():
    with pytest.raises(ParameterError, match="dirty="):
        qemu_migration.code(Migration(memory=48.0, dirty=1e6))


@pytest.mark.skipif(not (shutil.which("as") and shutil.which("ld")), reason="binutils is not installed")  # fmt: skip
def test_the_guest_is_its_source_assembled(tmp_path):
    (tmp_path / "guest.S").write_bytes(files("coursekit.realtools").joinpath("guest.S").read_bytes())  # fmt: skip
    for command in (
        ["as", "--32", "-o", "guest.o", "guest.S"],
        ["ld", "-m", "elf_i386", "-Ttext", "0x7c00", "--oformat", "binary", "-o", "sector", "guest.o"],
    ):  # fmt: skip
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        if done.returncode and b"emulation" in done.stderr:
            pytest.skip("an assembler of another processor")
        assert done.returncode == 0
    assert (tmp_path / "sector").read_bytes()[:496] == qemu_migration.code(GIVEN)[:496]
