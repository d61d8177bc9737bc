"""What qemu-img, xorriso, isoinfo, tar and sha256sum say about the files that our models write.

Run: `python record.py > images.txt` with coursekit on the path; it works in a folder of its own
and removes it. `images` is also what the tests build, so that they know that the record is about
the very bytes of today: each image's SHA-256 stands in it.
"""

import base64
import os
import subprocess
import sys
import tempfile
import zlib
from hashlib import sha256
from pathlib import Path

from coursekit.sims.vmfiles import chain, disc, internal, iso, ova, qcow2build
from coursekit.sims.vmfiles.geometry import Geometry
from coursekit.sims.vmfiles.ovf import Machine

CLUSTER = 65_536
README = b"read me\n" * 700


def layered():
    """5-V1: a full base, two overlays; versions 7, 1, 2."""
    disk = chain.snapshot(chain.full(10, value=7))
    for number in (1, 2):
        disk, _cost = chain.write(disk, number, 1)
    disk = chain.snapshot(disk)
    disk, _cost = chain.write(disk, 2, 2)
    return chain.write(disk, 5, 2, whole=False)[0]


def snapped():
    """Two internal snapshots over three tables; place p is filled with the byte p + 1."""
    image = internal.Image(clusters=20_000)
    for step in (0, 9000, None, 0, None, 3):
        image = internal.snapshot(image) if step is None else internal.write(image, step)[0]
    return image, {place: bytes([place + 1]) * CLUSTER for place in internal.refcounts(image)}


def images():
    """Name -> bytes of all that is recorded."""
    image, data = snapped()
    snap = qcow2build.write_image(Geometry(size=20_000 * CLUSTER), image, data)
    small = {number: bytes([number % 251]) * 512 for number in range(0, 2048, 3)}
    some = {0: b"first", 9000: b"b" * CLUSTER, 16_383: b"last"}
    damaged = bytearray(snap)
    damaged[2 * CLUSTER + 2 * 12 : 2 * CLUSTER + 2 * 14] = b"\0\0\0\5"  # counts of clusters 12, 13
    files = {"README.TXT": README, "EMPTY.": b"", "A.B": b"a"}
    return {
        "empty.qcow2": qcow2build.make_qcow2(1 << 30, {}),
        "tebibyte.qcow2": qcow2build.make_qcow2(1 << 40, {}),
        "some.qcow2": qcow2build.make_qcow2(1 << 30, some),
        "small.qcow2": qcow2build.make_qcow2(1 << 20, small, cluster_bits=9),
        "mebibyte.qcow2": qcow2build.make_qcow2(1 << 40, {5: b"x"}, cluster_bits=20),
        **qcow2build.files_of(layered()),
        "snap.qcow2": snap,
        "damaged.qcow2": bytes(damaged),
        "ours.iso": iso.make_iso("COURSE", {name.rstrip("."): each for name, each in files.items()}, joliet=True),
        "pycdlib.iso": disc.write_disc("COURSE", {"README.TXT": README, "DOCS/A.B": b"a"}, joliet=True, boot=bytes(2048)),
        "course.ova": ova.make_ova(Machine(), {"course.qcow2": qcow2build.make_qcow2(1 << 20, {0: b"x"})}),
    }  # fmt: skip


def run(command):
    env = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=env, check=False)
    return (done.stdout + done.stderr).rstrip()


def tell(command):
    said = run(command)
    sys.stdout.write(f"$ {command}\n{said}\n" if said else f"$ {command}\n")


def versions():
    for command in ("qemu-img --version", "xorriso --version 2>&1", "isoinfo --version", "tar --version", "sha256sum --version"):  # fmt: skip
        sys.stdout.write(f"# {run(command).splitlines()[0]}\n")


def disks(made):
    for name in made:
        if name.endswith(".qcow2"):
            tell(f"qemu-img check {name}")
            tell(f"qemu-img info {name} | grep -v 'disk size'")


def layers():
    tell("qemu-img map --output=json layer2.qcow2")
    tell(
        "qemu-io -c 'read -P 7 0 64k' -c 'read -P 1 64k 64k' -c 'read -P 2 128k 64k' layer2.qcow2 | grep -v sec"
    )
    run("for n in 0 1 2; do cp layer$n.qcow2 keep$n; done")
    tell(
        "qemu-io -c 'write -P 9 3M 512' empty.qcow2 | grep -c wrote; qemu-img map --output=json empty.qcow2"
    )
    tell(
        "qemu-io -c 'write -P 9 192k 512' layer2.qcow2 | grep -c wrote; qemu-img map --output=json layer2.qcow2"
    )
    run("cp keep2 layer2.qcow2")
    tell(
        "qemu-img rebase -b layer0.qcow2 -F qcow2 layer2.qcow2; qemu-img map --output=json layer2.qcow2"
    )
    run("cp keep2 layer2.qcow2")
    tell(
        "qemu-img commit layer1.qcow2; qemu-img map --output=json layer0.qcow2; qemu-img check layer1.qcow2"
    )
    run("for n in 0 1 2; do cp keep$n layer$n.qcow2; done; mv layer0.qcow2 away")
    tell("qemu-io -c 'read 0 64k' layer2.qcow2")


def snapshots():
    tell("qemu-img snapshot -l snap.qcow2")
    tell("qemu-img snapshot -a 1 snap.qcow2; qemu-img check snap.qcow2")
    tell("qemu-io -c 'read -P 1 0 64k' -c 'read -P 0 192k 64k' snap.qcow2 | grep -v sec")
    tell("qemu-img snapshot -d 'snapshot 2' snap.qcow2; qemu-img check snap.qcow2")


def theirs():
    """An image of QEMU's own, kept whole (zlib, base64) for our reader."""
    run("qemu-img create -f qcow2 theirs.qcow2 1G")
    run("qemu-io -c 'write -P 1 0 64k' -c 'write -P 2 600M 64k' theirs.qcow2")
    run("qemu-img snapshot -c before theirs.qcow2; qemu-io -c 'write -P 3 0 64k' theirs.qcow2")
    tell("qemu-img check theirs.qcow2")
    packed = base64.b64encode(zlib.compress(Path("theirs.qcow2").read_bytes(), 9)).decode()
    sys.stdout.write(f"bytes theirs.qcow2 {packed}\n")


def others():
    for name in ("ours.iso", "pycdlib.iso"):
        tell(f"isoinfo -d -i {name}")
        tell(f"isoinfo -f -i {name}")
        tell(f"isoinfo -J -f -i {name}")
        tell(f"xorriso -indev {name} -find / 2>/dev/null | sort")
        tell(f"isoinfo -i {name} -x '/README.TXT;1' | sha256sum")
    tell("tar tf course.ova")
    tell(
        "tar xf course.ova; sed 's/SHA256(\\(.*\\))= \\(.*\\)/\\2  \\1/' course.mf | sha256sum --check"
    )


def main():
    made = images()
    versions()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, data in made.items():
            Path(name).write_bytes(data)
            sys.stdout.write(f"sha256 {name} {sha256(data).hexdigest()}\n")
        disks(made)
        layers()
        snapshots()
        theirs()
        others()
        os.chdir("/")


if __name__ == "__main__":
    main()
