"""What skopeo and umoci say about the image layouts that our model writes.

Run: `python images.py > images.txt` as root, with coursekit on the path; it works in a folder
of its own and removes it. `images` is also what the tests build, so that they know that the
record is about the very bytes of today. Blobs of gzip differ with the version of zlib, so of
those only the DiffIDs are compared.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from coursekit.sims.containers import image, layout, specimen
from coursekit.sims.containers.layer import Entry


def opaque():
    """A lower directory made anew, a file that becomes a directory and back, a whiteout in the root."""
    first = (
        Entry("a", b"1"), Entry("d/x", b"22"), Entry("d/s/y", b"333"), Entry("e", b"file"),
        Entry("f/z", b"4444"),
    )  # fmt: skip
    second = (
        Entry("a", kind="whiteout"), Entry("d", kind="dir"), Entry("d", kind="opaque"),
        Entry("d/n", b"new"), Entry("f", kind="whiteout"),
    )  # fmt: skip
    third = (Entry("a", b"again"), Entry("e", kind="whiteout"), Entry("d/n", b"newer"))
    return first, second, third


def images():
    """Name -> an image; tags are 1.0."""
    one = (Entry("hello", b"hello\n"),)
    config = image.Config(env={"LANG": "C"}, cmd=("/hello",), workdir="/srv", user="1000", created="1970-01-02T00:00:00Z")  # fmt: skip
    return {
        "plain": specimen.built("none", False),
        "gzip": specimen.built("none", True),
        "one": image.build([one], config, gzip=False),
        "empty": image.build([()], gzip=False),
        "opaque": image.build(opaque(), gzip=False),
        "twice": image.build([one, one], gzip=False),
    }


def run(command):
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).rstrip()


def tell(command):
    sys.stdout.write(f"$ {command}\n{run(command)}\n")


def put(name, files):
    for path, data in files.items():
        where = Path(name) / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(data)


def unpacked(name):
    """The tree that umoci makes of it: a line for each path, files with size and SHA-256."""
    run(f"umoci unpack --image {name}:1.0 bundle-{name}")
    root = Path(f"bundle-{name}/rootfs")
    for path in sorted(root.rglob("*")):
        said = run(f"sha256sum < {path}").split()[0] if path.is_file() else "directory"
        sys.stdout.write(f"unpacked {name} {path.relative_to(root)} {said}\n")


def main():
    for command in ("skopeo --version", "umoci --version"):
        sys.stdout.write(f"# {run(command)}\n")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, made in images().items():
            put(name, layout.write({"1.0": made}))
            sys.stdout.write(f"diffs {name} {json.dumps(made.diff_ids)}\n")
            tell(f"skopeo inspect oci:{name}:1.0")
            tell(f"skopeo inspect --config oci:{name}:1.0")
            tell(f"umoci stat --json --image {name}:1.0")
            unpacked(name)
        os.chdir("/")


if __name__ == "__main__":
    main()
