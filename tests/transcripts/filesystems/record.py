"""What mke2fs, debugfs and e2fsck do with a small ext2, so that LabFS can be compared with them.

Run: `python record.py > ext2.txt`; it works in a folder of its own and removes it. Every command
that changes an image is recorded; directory blocks are recorded as hexadecimal bytes.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

MAKE = "mke2fs -q -F -t ext2 -b 1024 -I 128 -N 64 -O ^resize_inode,^dir_index,^ext_attr -U 00000000-0000-0000-0000-000000000001 small.img 512"
TREE = ("mkdir a", "write two a/f", "write two g", "write two b", "mkdir a/d", "write two a/d/x")
NAMES = (
    "ln g h",
    "unlink g",
    "ln b a-longer-name",
    "unlink h",
    "ln b x",
    "unlink x",
    "ln b y",
    "unlink a-longer-name",
)
BANNERS = ("debugfs ", "e2fsck 1")
FAULTS = {  # what is wrong -> debugfs commands; inodes: 12 a, 13 a/f, 14 g, 15 b, 16 a/d, 17 a/d/x
    "nothing": (),
    "count": ("set_inode_field g links_count 5",),
    "orphan": ("unlink g",),
    "orphans": ("unlink a",),
    "leak": ("setb 200",),
    "unmarked": ("freeb 29",),
    "inode leak": ("seti <40>",),
    "inode unmarked": ("freei <14>",),
    "entry": ("ln <50> nobody",),
    "double": ("set_inode_field b block[0] 29",),
    "pointer": ("set_inode_field g block[0] 9000",),
    "all": ("set_inode_field g links_count 5", "unlink a", "setb 200", "freeb 32"),
}


def run(command):
    env = {**os.environ, "TZ": "UTC", "LC_ALL": "C", "E2FSPROGS_FAKE_TIME": "1000000000"}
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=env, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    return "\n".join(line for line in lines if line.strip() and not line.startswith(BANNERS))


def tell(command):
    said = run(command)
    sys.stdout.write(f"$ {command}\n{said}\n" if said else f"$ {command}\n")


def start():
    run(f"{MAKE} && debugfs -w -f tree small.img")


def change(*commands):
    for each in commands:
        run(f"debugfs -w -R '{each}' small.img")


def labfs():
    """Directory records before and after each name, then e2fsck on every fault."""
    Path("two").write_bytes(b"g" * 1500)
    Path("tree").write_text("\n".join(TREE) + "\n", encoding="utf-8")
    sys.stdout.write(f"# {version()}\n")
    start()
    tell("debugfs -R 'ls -l /' small.img")
    tell("debugfs -R 'blocks g' small.img")
    sys.stdout.write(f"root: {root()}\n")
    for each in NAMES:
        change(each)
        sys.stdout.write(f"root after {each}: {root()}\n")
    for name, commands in FAULTS.items():
        start()
        change(*commands)
        sys.stdout.write(f"# fault {name}: {'; '.join(commands)}\n")
        tell("e2fsck -fn small.img")


def version():
    return subprocess.run(["e2fsck", "-V"], capture_output=True, text=True, check=False).stderr.splitlines()[0]  # fmt: skip


def root():
    block = int(run("debugfs -R 'blocks /' small.img").splitlines()[0])
    return Path("small.img").read_bytes()[block * 1024 : block * 1024 + 1024].rstrip(b"\0").hex()


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        labfs()
        os.chdir("/")


if __name__ == "__main__":
    main()
