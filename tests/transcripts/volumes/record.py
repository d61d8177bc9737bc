"""What sgdisk, sfdisk and fdisk say about the tables that our models write, and tables of their own.

Run: `python record.py > tables.txt` with coursekit on the path, sgdisk, sfdisk and fdisk installed;
no root needed, all disks are files. It works in a folder of its own and removes it. `images` is
also what the tests build, so that they know that the record is about the very bytes of today: each
image's SHA-256 stands in it, holes included.
"""

import base64
import os
import subprocess
import sys
import tempfile
import zlib
from hashlib import sha256
from pathlib import Path

from coursekit.sims.sparse import Sparse
from coursekit.sims.volumes import gpt, gptread, mbr
from coursekit.sims.volumes.gpt import Geometry, Partition
from coursekit.sims.volumes.mbr import Entry, Table

DISK = "11111111-2222-3333-4444-555555555555"
SECTORS = 8192  # 4 MiB, of the small disks
CHAINS = {  # sfdisk puts an EBR 2048 sectors before its partition, or 1 where it sees no such alignment
    1: (
        Entry(first=1024, count=7168, type=0x0F),
        Entry(first=2048, count=1024),
        Entry(first=4096, count=512, type=0x82),
        Entry(first=6656, count=1536, type=0x8E),
    ),
    2048: (
        Entry(first=4096, count=61_440, type=0x0F),
        Entry(first=6144, count=1024),
        Entry(first=10_240, count=2048, type=0x82),
        Entry(first=16_384, count=2048, type=0x0C),
    ),
}
SGDISK = (  # the disk of V9.3, by sgdisk itself
    f"truncate -s 64M made.img; sgdisk -a 1 -U {DISK} -n 1:2048:34815 -t 1:EF00"
    " -u 1:AAAAAAAA-0000-0000-0000-000000000001 -c '1:EFI system' -n 2:34816:131038"
    " -t 2:8300 -u 2:AAAAAAAA-0000-0000-0000-000000000002 -c 2:data made.img"
)
FDISK = r"truncate -s 4M theirs.img; printf 'g\nn\n1\n10\n99\nn\n3\n300\n\nw\n' | fdisk -b 4096 theirs.img | grep -c 'Created a new partition'"


def own(number):
    return f"AAAAAAAA-0000-0000-0000-{number:012d}"


def two():
    """The disk of V9.3."""
    parted = (
        Partition(type=gpt.ESP, guid=own(1), first=2048, last=34_815, name="EFI system"),
        Partition(type=gpt.LINUX, guid=own(2), first=34_816, last=131_038, name="data"),
    )
    return gpt.write(Geometry(sectors=131_072), DISK, parted)


def many(sector=512):
    """Slots left out, no order, names of all kinds, attributes."""
    step = SECTORS // sector * 512 // 20
    names = {1: "données", 2: "Система", 5: "disk 💾", 9: "", 128: "x" * 36}
    parted = {
        n: Partition(
            type=list(gpt.TYPES)[place], guid=own(n), first=(15 - 2 * place) * step,
            last=(16 - 2 * place) * step - 1, name=name, attributes=[0, 1, 4, 0, 5][place],
        )
        for place, (n, name) in enumerate(names.items())
    }  # fmt: skip
    return gpt.write(Geometry(sectors=SECTORS * 512 // sector, sector=sector), DISK, parted)


def flipped(disk, *places):
    for at in places:
        disk = disk.write(at, bytes([disk.read(at, 1)[0] ^ 1]))
    return disk


def chained(gap):
    """An MBR with an active partition and three logical ones."""
    extended, *logicals = CHAINS[gap]
    half = extended.first // 2
    active = Entry(first=half, count=half, active=True)
    sector = mbr.make_sector(Table((active, extended), disk_signature=0xCAFE1234))
    disk = Sparse.made((extended.last + 1) * 512, [(0, sector)])
    return mbr.write_chain(disk, extended, logicals, gap=gap)


def scripted(gap):
    """The same by sfdisk itself."""
    extended, *logicals = CHAINS[gap]
    lines = [
        f"start={each.first}, size={each.count}, type={each.type:x}"
        for each in (extended, *logicals)
    ]
    half = extended.first // 2
    head = ["label: dos", "label-id: 0xcafe1234", f"start={half}, size={half}, type=83, bootable"]
    made = "\n".join([*head, *lines])
    size = (extended.last + 1) * 512
    return f"truncate -s {size} made{gap}.img; sfdisk -q made{gap}.img <<END\n{made}\nEND"


def images():
    """Name -> disk of all that is recorded."""
    good, last = many(), (SECTORS - 1) * 512
    return {
        "two.img": two(),
        "empty.img": gpt.write(Geometry(sectors=131_072), DISK),
        "many.img": good,
        "wide.img": gpt.write(Geometry(sectors=SECTORS, slots=256), DISK),
        "header1.img": flipped(good, 512 + 56),
        "header2.img": flipped(good, last + 56),
        "array1.img": flipped(good, 1024 + 32),
        "array2.img": flipped(good, last - 32 * 512 + 32),
        "headers.img": flipped(good, 512 + 56, last + 56),
        "wiped.img": good.erase(0, 34 * 512),
        "grown.img": good.resized(2 * good.length),
        "large.img": many(4096),
        "chain1.img": chained(1),
        "chain2048.img": chained(2048),
    }


def repaired():
    """Name -> what our repair makes of it; sgdisk's must be the same bytes."""
    made = images()
    found = {
        name: gptread.repair(made[name]) for name in ("header1.img", "header2.img", "array2.img")
    }
    return {**found, "grown.img": gptread.relocate(made["grown.img"])}


def digest(disk):
    return sha256(disk.whole()).hexdigest()


def run(command):
    env = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command,
        shell=True,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env=env,
        check=False,
        input="",
    )
    return (done.stdout + done.stderr).rstrip()


def tell(command):
    said = run(command)
    sys.stdout.write(f"$ {command}\n{said}\n" if said else f"$ {command}\n")


def versions():
    for command in ("sgdisk --version", "sfdisk --version", "fdisk --version"):
        sys.stdout.write(f"# {run(command).splitlines()[0]}\n")


def ours(made):
    for name in made:
        if name != "large.img" and not name.startswith("chain"):
            tell(f"sgdisk -v {name}")
            tell(f"sgdisk -p {name}")
        if name != "large.img":
            tell(f"sfdisk -J {name}")
    tell("sgdisk -i 1 -i 2 two.img")
    tell("fdisk -b 4096 -o Device,Start,End,Type-UUID,UUID,Name -l large.img")


def theirs():
    """Their own writing: the same bytes as ours; and a disk of 4096-byte sectors for our reader."""
    tell(SGDISK)
    tell("sha256sum < made.img")
    for gap in CHAINS:
        tell(scripted(gap))
        tell(f"sha256sum < made{gap}.img")
    tell(FDISK)
    tell("fdisk -b 4096 -o Start,End,UUID -l theirs.img")
    packed = base64.b64encode(zlib.compress(Path("theirs.img").read_bytes(), 9)).decode()
    sys.stdout.write(f"bytes theirs.img {packed}\n")


def repairs():
    for name in repaired():
        tell(f"sgdisk -e {name}")
        tell(f"sha256sum < {name}")


def main():
    made = images()
    versions()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, disk in made.items():
            Path(name).write_bytes(disk.whole())
            sys.stdout.write(f"sha256 {name} {digest(disk)}\n")
        ours(made)
        theirs()
        repairs()
        os.chdir("/")


if __name__ == "__main__":
    main()
