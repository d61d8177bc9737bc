"""LVM: which extents a volume gets, growing in use, and a snapshot whose store is full.

The volumes lie on small empty disks of the virtual machine. What the kernel was told is read from
`dmsetup`, so it is not LVM that speaks for itself. Sources: lvm(8), dmsetup(8), the kernel's
`device-mapper/linear`, `striped` and `snapshot`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell
from coursekit.realtools.source import Source

LVM = Tool("lvm", "lvm2", ("version",), "LVM")
MIB = 32  # of each disk
DISKS, LETTERS = 4, "abcd"
SECTOR = 512
MINORS = 16  # device numbers of one disk: 8:0 is sda, 8:16 sdb


@dataclass(frozen=True)
class Grown:
    """What is found after the first volume and after each further step."""

    extents: tuple[int, ...]  # that each disk gave
    first: tuple[str, ...]  # segments: "0 57344 linear sda 2048"
    grown: tuple[str, ...]
    files_mib: float  # the file system after it was grown, in use
    kept: bool  # its file is still right
    striped: tuple[str, ...]
    again: tuple[str, ...]
    marks: tuple[str, ...]  # the disk and byte where each mark is


def grow(source: Source, lines: Sequence[Sequence[str]], marks: Sequence[int]) -> Grown:
    """Make /dev/vg/data, make it grow in use, make /dev/vg/fast striped, let data grow again.

    `lines` are the commands of these four steps; bytes `marks` of data are looked for on the raw
    disks in the end.
    """
    make, more, fast, again = lines
    with source.shell(disks=DISKS) as shell:
        told(shell, make)
        first = segments(shell, "data")
        shell.run(
            "mke2fs -q -t ext4 /dev/vg/data; mkdir d; mount /dev/vg/data d; seq 99999 > d/file"
        )
        told(shell, more)
        grown = segments(shell, "data")
        shell.run("resize2fs /dev/vg/data 2>&1 | grep -c on-line")
        size = shell.run(
            "dumpe2fs -h /dev/vg/data 2>/dev/null | grep -E '^Block (count|size)'"
        ).text
        count, block = (int(line.split()[-1]) for line in size.splitlines())
        shell.run("echo 3 > /proc/sys/vm/drop_caches")
        kept = shell.run("seq 99999 | cmp - d/file").code == 0
        shell.run("umount d")
        told(shell, [*fast, *again])
        each = shell.run("pvs --noheadings -o pv_pe_count --sort pv_name").text.split()
        return Grown(
            tuple(map(int, each)), first, grown, count * block / 2**20, kept,
            segments(shell, "fast"), segments(shell, "data"), _found(shell, marks),
        )  # fmt: skip


def told(shell: Shell, lines: Sequence[str]) -> None:
    """Type these lines; LVM's questions are answered with yes."""
    for line in lines:
        program, _, rest = line.partition(" ")
        shell.run(f"{program} --yes --quiet {rest} 2>&1 | grep -v WARNING")


def segments(shell: Shell, name: str) -> tuple[str, ...]:
    """The kernel's table of a volume, disks by their names."""
    said = shell.run(f"dmsetup table vg-{name}").text
    named = re.sub(r"\b8:(\d+)", lambda found: f"sd{LETTERS[int(found.group(1)) // MINORS]}", said)
    return tuple(named.splitlines())


def _found(shell: Shell, marks: Sequence[int]) -> tuple[str, ...]:
    """Write a mark at these bytes of the volume, one to a disk, and find them on the raw disks."""
    for byte in marks:
        shell.run(
            f"printf MARK{byte} | dd of=/dev/vg/data bs=1 seek={byte} conv=notrunc 2>/dev/null"
        )
    shell.run("sync; echo 3 > /proc/sys/vm/drop_caches")
    said = [
        (disk, shell.run(f"strings -n 5 -t d /dev/sd{disk} | grep MARK").text)
        for disk in LETTERS[: len(marks)]
    ]
    found = {int(mark): f"sd{disk} {at}" for disk, text in said
             for at, mark in re.findall(r"(\d+) MARK(\d+)", text)}  # fmt: skip
    return tuple(found.get(byte, "–") for byte in marks)


@dataclass(frozen=True)
class Filled:
    """A snapshot while its origin is overwritten."""

    before: str  # what the origin said before, read through the snapshot after it was changed
    fits: int  # chunks that were copied when it was last valid
    percent: str  # what `lvs` says then
    at_next: str  # its status after one chunk more
    readable: bool
    origin: str  # what the origin says in the end


def fill(source: Source, origin_mib: int, store_mib: int, chunks: int) -> Filled:
    """Overwrite `chunks` different chunks of the origin one after the other, then one more."""
    with source.shell(disks=1) as shell:
        told(shell, ["vgcreate vg /dev/sda", f"lvcreate -n data -L {origin_mib}M vg"])
        shell.run(
            "yes before | dd of=/dev/vg/data bs=4096 count=1 oflag=direct iflag=fullblock 2>/dev/null"
        )
        told(shell, [f"lvcreate -s -c 4k -n snap -L {store_mib}M vg/data"])
        shell.run(f"yes after | dd of=/dev/vg/data bs=4096 count={chunks} oflag=direct iflag=fullblock 2>/dev/null", 60)  # fmt: skip
        before = shell.run("head -n 1 /dev/vg/snap").text
        used = shell.run("dmsetup status vg-snap").text.split()
        percent = shell.run("lvs --noheadings -o data_percent vg/snap").text.strip()
        shell.run(f"yes after | dd of=/dev/vg/data bs=4096 seek={chunks} count=1 oflag=direct iflag=fullblock 2>/dev/null")  # fmt: skip
        status = shell.run("dmsetup status vg-snap").text.split()[-1]
        shell.run("echo 3 > /proc/sys/vm/drop_caches")
        readable = shell.run("head -n 1 /dev/vg/snap > read 2>/dev/null").code == 0
        return Filled(before, _copied(used), percent, status, readable,
                      shell.run("head -n 1 /dev/vg/data").text)  # fmt: skip


def _copied(status: Sequence[str]) -> int:
    """Chunks of 4 KiB that were copied: the used sectors less those of records and header.

    The status ends in "used/all records": all in sectors, and the header counts as used.
    """
    if len(status) < 5:
        return -1
    used = int(status[3].partition("/")[0])
    return (used - int(status[4])) // 8
