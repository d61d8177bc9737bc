"""What Linux's overlayfs makes of random operations on random layers.

Run: `python overlay.py > overlay.txt` as root, with coursekit on the path: each case mounts an
overlay in a tmpfs of its own, does the operations as system calls, and writes down what is seen
and what the upper directory holds. A file of n bytes stands for the size n. Then what a rename
of a lower directory answers.
"""

import errno
import json
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from coursekit.exercises.containers.layers import LAYERS

COUNT, SEED = 60, 6
OPAQUE = "trusted.overlay.opaque"


def cases():
    """The same as the hidden cases of E6.2, from a seed of our own."""
    return LAYERS.draw(np.random.default_rng(SEED), COUNT)


def fill(folder, layer):
    """A layer as overlayfs keeps it: files, 0/0 devices, opaque directories."""
    folder.mkdir()
    for path, mark in sorted(layer.items()):
        where = folder / path
        where.parent.mkdir(parents=True, exist_ok=True)
        if mark == "WH":
            os.mknod(where, stat.S_IFCHR, os.makedev(0, 0))
        elif mark == "OPQ":
            where.mkdir(exist_ok=True)
            os.setxattr(where, OPAQUE, b"y")
        else:
            where.write_bytes(bytes(mark))


def held(folder):
    """What a layer's directory holds, in our words; directories as `dir` or `OPQ`."""
    marks = {}
    for path in sorted(folder.rglob("*")):
        name, kind = str(path.relative_to(folder)), path.lstat()
        if stat.S_ISCHR(kind.st_mode):
            marks[name] = "WH" if kind.st_rdev == os.makedev(0, 0) else "device"
        elif path.is_dir():
            opaque = OPAQUE in os.listxattr(path) and os.getxattr(path, OPAQUE) == b"y"
            marks[name] = "OPQ" if opaque else "dir"
        else:
            marks[name] = kind.st_size
    return marks


def do(root, op):
    kind, path, *rest = op
    where = root / path
    if kind == "read":
        where.read_bytes()
    elif kind == "write":
        with where.open("r+b" if where.exists() else "wb") as file:
            file.truncate(rest[0])
    elif kind == "delete":
        where.unlink()
    elif kind == "mkdir":
        where.mkdir()
    else:
        shutil.rmtree(where)


def mount(folder, layers):
    names = [f"l{number}" for number in range(len(layers))]
    for name, layer in zip(names, layers, strict=True):
        fill(folder / name, layer)
    for name in ("upper", "work", "merged"):
        (folder / name).mkdir()
    lower = ":".join(str(folder / name) for name in names)
    where = f"lowerdir={lower},upperdir={folder}/upper,workdir={folder}/work"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", where, str(folder / "merged")], check=True)  # fmt: skip


def played(folder, case):
    mount(folder, case["layers"])
    root = folder / "merged"
    for op in case["ops"]:
        do(root, op)
    seen = {str(p.relative_to(root)): p.stat().st_size for p in sorted(root.rglob("*")) if p.is_file()}  # fmt: skip
    upper = held(folder / "upper")
    subprocess.run(["umount", str(root)], check=True)
    return {"view": seen, "upper": upper}


def renamed(folder):
    """The error of renaming a lower directory; a file's new name; the upper directory's own."""
    mount(folder, [{"d/x": 3, "a": 5}])
    root, said = folder / "merged", {}
    for old, new in (("d", "e"), ("a", "b"), ("own", "mine")):
        (root / "own").mkdir(exist_ok=True)
        try:
            (root / old).rename(root / new)
            said[old] = "renamed"
        except OSError as why:
            said[old] = errno.errorcode[why.errno]
    said["upper"] = held(folder / "upper")
    subprocess.run(["umount", str(root)], check=True)
    return said


def in_tmpfs(work, *args):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
        try:
            return work(Path(folder), *args)
        finally:
            subprocess.run(["umount", folder], check=True)


def main():
    sys.stdout.write(f"# Linux {'.'.join(platform.release().split('.')[:2])}, overlayfs, redirect_dir off\n")  # fmt: skip
    for case in cases():
        sys.stdout.write(f"case {json.dumps(case)}\nsaid {json.dumps(in_tmpfs(played, case))}\n")
    sys.stdout.write(f"rename {json.dumps(in_tmpfs(renamed))}\n")


if __name__ == "__main__":
    main()
