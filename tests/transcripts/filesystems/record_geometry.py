"""What mke2fs, dumpe2fs, debugfs, mkfs.vfat, fsck.vfat and mtools say: geometry and bytes.

Run: `python record_geometry.py ext > geometry.txt` and `python record_geometry.py fat > fat.txt`
with coursekit on the path; it works in a folder of its own and removes it. Identity and time are
given to the tools, so that a record made again is the same.
"""

import base64
import os
import subprocess
import sys
import tempfile
import zlib
from hashlib import sha256
from pathlib import Path

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
EXT = (1 * MIB, 3 * MIB, 5 * MIB, 9 * MIB, 16_400 * KIB, 64 * MIB, 127 * MIB, 511 * MIB, 513 * MIB, GIB, 1100 * MIB, 16 * GIB, 130 * GIB, 5 << 40)  # fmt: skip
WHOLE = (1 * MIB, 64 * MIB, GIB, 16 * GIB)  # superblocks kept whole
UUID = "00112233-4455-6677-8899-aabbccddeeff"
LINES = "Inode count|Block count|Reserved block count|Overhead clusters|Free blocks|Free inodes|First block|Block size|Reserved GDT blocks|Blocks per group|Inodes per group|Inode blocks per group|Total journal blocks"  # fmt: skip
FAT = ((1440, "-s 4"), (1440, ""), (720, ""), (360, "-s 1"), (4096, ""), (8192, ""), (16_384, ""), (65_536, "-s 4"), (65_537, ""), (131_072, ""), (524_287, ""), (524_288, ""), (1_048_572, "-s 8"), (40_000, "-F 32"), (33_554_432, ""))  # fmt: skip


def run(command):
    env = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8", "E2FSPROGS_FAKE_TIME": "1700000000", "SOURCE_DATE_EPOCH": "1700000000"}  # fmt: skip
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=env, check=False)
    return (done.stdout + done.stderr).rstrip()


def tell(command):
    said = run(command)
    sys.stdout.write(f"$ {command}\n{said}\n" if said else f"$ {command}\n")


def sparse(name, size):
    Path(name).unlink(missing_ok=True)
    with Path(name).open("wb") as file:
        file.truncate(size)


def ext():
    """Geometry of many sizes, whole superblocks of some."""
    sys.stdout.write(f"# {run('mke2fs -V').splitlines()[0]}\n")
    for size in EXT:
        sparse("disk", size)
        sys.stdout.write(f"size {size}\n")
        tell("mke2fs -n -F -t ext4 disk | grep -v UUID")
        run(f"mke2fs -q -F -t ext4 -U {UUID} -E hash_seed={UUID} disk")
        tell(f"dumpe2fs -h disk 2>/dev/null | grep -E '^({LINES}):'")
        if size in WHOLE:
            with Path("disk").open("rb") as file:
                file.seek(1024)
                sys.stdout.write(f"superblock {size} {file.read(1024).hex()}\n")
    tree()


def tree():
    """A directory with names added and removed, a small file and one with holes: their bytes."""
    Path("from").mkdir()
    Path("from/hello.txt").write_bytes(b"x" * 9000)
    with Path("holes").open("wb") as file:
        for piece in range(9):
            file.seek(piece * 3 * 4096)
            file.write(b"y" * 4096)
        file.truncate(120 * KIB)
    sparse("disk", GIB)
    run(f"mke2fs -q -F -t ext4 -U {UUID} -E hash_seed={UUID} -d from disk")
    debugfs("write holes holes", "mkdir sub", "symlink link hello.txt", "write from/hello.txt gone", "write from/hello.txt last", "rm gone")  # fmt: skip
    for name in ("hello.txt", "holes"):
        tell(f"debugfs -R 'stat {name}' disk 2>/dev/null | sed -n '/^EXTENTS/,$p'")
        sys.stdout.write(f"inode {name} {iblock(name)}\n")
    leaf = run("debugfs -R 'stat holes' disk 2>/dev/null | grep -o 'ETB0.:[0-9]*' | cut -d: -f2")
    sys.stdout.write(f"leaf {leaf} {block(int(leaf))}\n")
    tell("debugfs -R 'ls /' disk 2>/dev/null")
    root = run("debugfs -R 'blocks /' disk 2>/dev/null").split()
    sys.stdout.write(f"directory {root[0]} {block(int(root[0]))}\n")
    tell("e2fsck -fn disk 2>&1 | tail -1 | sed 's/^disk: //'")


def debugfs(*commands):
    for each in commands:
        run(f"debugfs -w -R '{each}' disk")


def iblock(name):
    """The 60 bytes at 40 of an inode, by its place."""
    text = run(f"debugfs -R 'imap {name}' disk 2>/dev/null")
    at = int(text.split("located at block ")[1].split(",")[0]) * 4096 + int(text.split("offset ")[1], 16)  # fmt: skip
    with Path("disk").open("rb") as file:
        file.seek(at + 40)
        return file.read(60).hex()


def block(number):
    with Path("disk").open("rb") as file:
        file.seek(number * 4096)
        return file.read(4096).hex()


def fat():
    """Geometry that mkfs.vfat chooses; our image before fsck.vfat and mtools."""
    sys.stdout.write(f"# {run('mkfs.vfat --help').splitlines()[0]}\n# {run('mtools --version').splitlines()[0]}\n")  # fmt: skip
    for kib, options in FAT:
        Path("disk").unlink(missing_ok=True)
        tell(f"mkfs.vfat -C -v -i 12345678 {options} disk {kib}")
        with Path("disk").open("rb") as file:
            sys.stdout.write(f"boot {kib} {options}: {file.read(90).hex()}\n")
    judged()
    theirs()


def images():
    """Name -> bytes of the FAT images that our model writes."""
    from coursekit.sims.filesystems import fat as volume
    from coursekit.sims.filesystems.fatgeometry import Fat

    small = volume.make(Fat(sectors=2880, per_cluster=1, root_entries=224, fat_sectors=9), volume_id=0x12345678)  # fmt: skip
    for name, data in FILES.items():
        small = volume.write(small, name, data, WHEN)
    deleted = volume.delete(small, "Long name of a file.text")
    wide = volume.make(Fat(sectors=16_384, per_cluster=2, reserved=2, root_entries=512, fat_sectors=32), volume_id=0x12345678)  # fmt: skip
    for name, data in FILES.items():
        wide = volume.write(wide, name, data, WHEN)
    return {"fat12": small, "deleted": deleted, "fat16": wide}


WHEN = (2026, 3, 15, 14, 37, 50)
FILES = {
    "README.TXT": b"read me\n" * 700,
    "Long name of a file.text": bytes(range(256)) * 20,
    "EMPTY": b"",
    "été à Noël.txt": b"accents",
    "big.bin": b"0123456789abcdef" * 9000,
}


def judged():
    for name, data in images().items():
        Path(name).write_bytes(data)
        sys.stdout.write(f"sha256 {name} {sha256(data).hexdigest()}\n")
        tell(f"fsck.vfat -n {name}")
        tell(f"mdir -i {name} -a ::")
        for number, file in enumerate(FILES):
            tell(
                f"mcopy -n -i {name} '::{file}' out{name}{number} && sha256sum < out{name}{number}"
            )


def theirs():
    """A volume that mkfs.vfat and mtools wrote, whole, with a file in two pieces."""
    run("mkfs.vfat -C -i 12345678 -s 1 theirs 160")
    for number in range(6):
        Path(f"part{number}").write_bytes(bytes([65 + number]) * 1500)
    run("mcopy -i theirs part0 part1 part2 '::' && mdel -i theirs ::part1")
    Path("two").write_bytes(bytes(range(250)) * 10)
    run("mcopy -i theirs two '::In two pieces, été.data' && mcopy -i theirs part5 ::PART5.BIN")
    tell("fsck.vfat -n theirs")
    tell("mdir -i theirs -a ::")
    tell("mshowfat -i theirs '::In two pieces, été.data'")
    packed = base64.b64encode(zlib.compress(Path("theirs").read_bytes(), 9)).decode()
    sys.stdout.write(f"bytes theirs {packed}\n")


def main():
    what = {"ext": ext, "fat": fat}[sys.argv[1]]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        what()
        os.chdir("/")


if __name__ == "__main__":
    main()
