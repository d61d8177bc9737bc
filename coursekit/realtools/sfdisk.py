"""sfdisk: an MBR from a few lines of text. Source: the manual sfdisk(8)."""

from collections.abc import Sequence

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell
from coursekit.sims.volumes.mbr import Entry

SFDISK = Tool("sfdisk", "fdisk")


def make(shell: Shell, sectors: int, signature: int, entries: Sequence[Entry]) -> None:
    """Write a table of these partitions to `disk.img`."""
    lines = [
        f"start={each.first}, size={each.count}, type={each.type:x}" + ", bootable" * each.active
        for each in entries
    ]
    told = "\\n".join(["label: dos", f"label-id: {signature:#x}", *lines])
    shell.run(f"rm -f disk.img; truncate -s {sectors * 512} disk.img")
    shell.run(f"printf '{told}\\n' | sfdisk -q disk.img")
