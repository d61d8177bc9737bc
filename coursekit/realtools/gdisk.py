"""GPT fdisk (`sgdisk`, `gdisk`): a partition table made, damaged, repaired; disks are files.

Source of the options: the manuals sgdisk(8) and gdisk(8).
"""

from collections.abc import Mapping

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell
from coursekit.sims.volumes.gpt import Geometry, Partition

SGDISK = Tool("sgdisk", "gdisk")
RECOVER = "r\\nb\\nc\\nw\\ny\\n"  # menu of recovery, backup header, backup table, write, yes


def make(shell: Shell, disk: Geometry, guid: str, partitions: Mapping[int, Partition]) -> str:
    """Write a table to `disk.img`; the SHA-256 of the whole disk."""
    told = " ".join(
        f"-n {n}:{each.first}:{each.last} -t {n}:{each.type} -u {n}:{each.guid} -c '{n}:{each.name}'"
        for n, each in partitions.items()
    )
    shell.run(f"truncate -s {disk.sectors * disk.sector} disk.img")
    shell.run(f"sgdisk -a 1 -U {guid} {told} disk.img")
    return digest(shell)


def verify(shell: Shell) -> str:
    """What `sgdisk -v` says of the disk."""
    return shell.run("sgdisk -v disk.img").text


def listed(shell: Shell) -> int:
    """How many partitions `sgdisk -p` lists."""
    lines = shell.run("sgdisk -p disk.img").text.splitlines()
    return sum(line.split()[:1] != [] and line.split()[0].isdigit() for line in lines)


def flip(shell: Shell, at: int, was: int) -> None:
    """Turn the lowest bit of the byte at `at`, which was `was`."""
    value = f"\\x{was ^ 1:02x}"
    shell.run(f"printf '{value}' | dd of=disk.img bs=1 seek={at} conv=notrunc status=none")


def wipe(shell: Shell, sectors: int) -> None:
    """Zeros over the first sectors."""
    shell.run(f"dd if=/dev/zero of=disk.img count={sectors} conv=notrunc status=none")


def recover(shell: Shell) -> str:
    """Header and table from the backup, by gdisk's menu of recovery; the disk's SHA-256 then."""
    shell.run(f"printf '{RECOVER}' | gdisk disk.img > said; grep -c 'completed successfully' said")
    return digest(shell)


def rewrite(shell: Shell) -> str:
    """`sgdisk -e`: both copies written anew from the good one; the disk's SHA-256 then."""
    shell.run("sgdisk -e disk.img")
    return digest(shell)


def digest(shell: Shell) -> str:
    """The SHA-256 of the disk."""
    return shell.run("sha256sum < disk.img").text.split()[0]


def part(shell: Shell, at: int, count: int) -> str:
    """Some bytes of the disk, as hexadecimal digits."""
    return shell.run(f"od -An -v -tx1 -j {at} -N {count} disk.img | tr -d ' \\n'").text
