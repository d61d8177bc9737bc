"""What LVM does with our command lines: where volumes come to lie, what is refused.

Run as root: `python lvm.py > lvm.txt`, with lvm2 and loop devices (sparse files in a folder of its
own, removed at the end). The kernel's device-mapper is not needed: volumes are not activated, so
that nothing that needs it can be recorded (a snapshot, a thin pool: only the sizes that LVM
announces before it gives up; a pvmove: the targets that it chose). After each accepted line stand
the places of all volumes, `= name type ranges`.
"""

import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

QUIET = (
    "Activation disabled",
    "NOT backed up",
    "not zeroed",
    "Using default stripesize",
    "Using stripesize of last",
)
SETTINGS = """devices {{ filter=["a|^({devices})$|","r|.*|"] use_devicesfile=0 obtain_device_list_from_udev=0
external_device_info_source="none" md_component_detection=0 multipath_component_detection=0 }}
activation {{ udev_sync=0 udev_rules=0 monitoring=0 verify_udev_operations=0 }}
global {{ locking_dir="{folder}" use_lvmpolld=0 event_activation=0 units="k" }}
backup {{ backup=0 archive=0 }}
"""  # fmt: skip
VECTOR = """pvcreate pv0 pv1 pv2
vgcreate vg pv0 pv1
lvcreate -L 1G -n lin vg
lvcreate -L 1001M -i 2 -I 64 -n str vg
lvcreate -l 1 -n tiny vg
lvextend -L 10.5M vg/tiny
lvextend -L +9G vg/lin
vgextend vg pv2
lvreduce -L 5M vg/tiny
lvreduce -L 500M vg/str
lvextend -L 1G vg/str
lvcreate -l 50%FREE -n half vg
lvextend -l 100%FREE vg/tiny
lvremove vg/half
lvcreate -L 2G -i 3 -n three vg
lvremove vg/tiny
lvcreate -L 700M -n big vg
lvremove vg/lin
lvremove vg/three
lvremove vg/big
vgreduce vg pv2"""
REFUSED = """pvcreate nodisk
pvcreate pv0
vgcreate vg pv2
vgcreate other pv0
vgextend vg pv0
vgextend nogroup pv2
lvcreate -L 1G -n a nogroup
lvcreate -L 40G -n a vg
lvcreate -L 1G -i 3 -n a vg
lvcreate -L 1G -i 2 -I 3 -n a vg
lvcreate -L 0 -n a vg
lvcreate -L 1X -n a vg
lvcreate -L 1G -n "a b" vg
lvcreate -L 1G -n snapshot1 vg
lvcreate -L 1G -n str vg
lvcreate -V 1G --thinpool nopool -n a vg
lvextend -L 1G vg/nothing
lvextend -L +90G vg/str
lvextend -L 100M vg/str
lvreduce -L 9G vg/str
lvremove vg/nothing
vgreduce vg pv0
vgreduce vg pv2
pvmove pv2
lvconvert --merge vg/str"""
MOVES = ("lvcreate -L 400M -n a vg", "lvcreate -L 300M -i 2 -n s vg", "lvextend -L +200M vg/a", "vgextend vg pv2", "pvmove pv0")  # fmt: skip
ORIGINS = ("4M", "40M", "512M", "1G", "4G", "8G")
POOLS = ("100G", "128G", "129G", "1T", "2T")


class Lab:
    """Loop devices called pv0, pv1 …, and LVM confined to them."""

    def __init__(self, folder: Path, sizes: list[str]) -> None:
        self.folder, self.loops = folder, []
        for at, size in enumerate(sizes):
            (folder / f"disk{at}").write_bytes(b"")
            os.truncate(folder / f"disk{at}", self.bytes_of(size))
            done = subprocess.run(["losetup", "-f", "--show", str(folder / f"disk{at}")], check=True, capture_output=True, text=True)  # fmt: skip
            self.loops.append(done.stdout.strip())
        (folder / "lvm.conf").write_text(
            SETTINGS.format(devices="|".join(self.loops), folder=folder)
        )

    @staticmethod
    def bytes_of(size: str) -> int:
        return int(size[:-1]) << {"M": 20, "G": 30, "T": 40}[size[-1]]

    def close(self) -> None:
        for loop in self.loops:
            subprocess.run(["losetup", "-d", loop], check=True)

    def lvm(self, line: str, *more: str) -> tuple[int, list[str]]:
        words = [re.sub(r"^pv(\d)$", lambda m: self.loops[int(m[1])], word.strip('"')) for word in re.findall(r'"[^"]*"|\S+', line)]  # fmt: skip
        if words[0] == "lvcreate":
            words += ["-an", *more]
        if words[0] in ("lvreduce", "lvremove"):
            words.append("-f")
        env = {**os.environ, "LVM_SYSTEM_DIR": str(self.folder), "LVM_SUPPRESS_FD_WARNINGS": "1", "DM_DISABLE_UDEV": "1", "LC_ALL": "C"}  # fmt: skip
        done = subprocess.run(["lvm", *words, "--driverloaded", "n"], capture_output=True, text=True, env=env, check=False)  # fmt: skip
        said = [each.strip() for each in (done.stdout + done.stderr).splitlines() if not any(q in each for q in QUIET)]  # fmt: skip
        for at, loop in enumerate(self.loops):
            said = [re.sub(rf"{loop}\b", f"pv{at}", each) for each in said]
        return done.returncode, said

    def places(self) -> list[str]:
        _code, rows = self.lvm("lvs -a --noheadings -o lv_name,segtype,seg_pe_ranges")
        return [f"= {' '.join(row.split())}" for row in rows]


def tell(lab: Lab, line: str, *more: str) -> int:
    code, said = lab.lvm(line, *more)
    print(f"$ {line}", *said, *([] if code else lab.places()), *(["refused"] if code else []), sep="\n")  # fmt: skip
    return code


def random_lines(rng: random.Random, count: int):
    """Creations, extensions and removals on small disks; the last one may not fit."""
    names = []
    for at in range(count):
        kind = rng.choice(["create", "create", "extend", "remove"]) if names else "create"
        if kind == "create":
            names.append(f"v{at}")
            yield f"lvcreate -l {rng.randint(1, 9)} -n v{at} vg"
        elif kind == "extend":
            yield f"lvextend -l +{rng.randint(1, 7)} vg/{rng.choice(names)}"
        else:
            yield f"lvremove vg/{names.pop(rng.randrange(len(names)))}"


def with_lab(sizes, action):
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder), sizes)
        try:
            action(lab)
        finally:
            lab.close()


def by_the_vector(lab):
    for line in VECTOR.splitlines():
        tell(lab, line, "-Zn", "-Wn")
    print("\n# refused")
    for line in REFUSED.splitlines():
        tell(lab, line, *([] if "-V" in line else ["-Zn", "-Wn"]))


def moves(lab):
    print("\n# pvmove: targets chosen, then stopped for want of a kernel driver")
    for line in ("pvcreate pv0 pv1 pv2", "vgcreate vg pv0 pv1", *MOVES):
        tell(lab, line, "-Zn", "-Wn")
    print(*lab.places(), sep="\n")


def announced(lab):
    print("\n# sizes announced")
    for line in ("pvcreate pv0", "vgcreate vg pv0"):
        lab.lvm(line)
    for size in ORIGINS:
        lab.lvm(f"lvcreate -L {size} -n o vg", "-Zn", "-Wn")
        for chunk in ("4k", "64k"):
            print(f"store {size} {chunk}", *(each for each in lab.lvm(f"lvcreate -s -L 100G -c {chunk} -n s vg/o")[1] if "Reducing" in each))  # fmt: skip
        lab.lvm("lvremove vg/o")
    for size in POOLS:
        print(f"pool {size}", *(each for each in lab.lvm(f"lvcreate --type thin-pool -L {size} -n p vg")[1] if "chunk size" in each))  # fmt: skip


def at_random(lab):
    for seed in range(30):
        print(f"\n# random {seed}")
        for line in ("pvcreate -y -ff pv0 pv1 pv2", "vgcreate vg pv0 pv1 pv2"):
            lab.lvm(line)
        for line in random_lines(random.Random(seed), 14):
            if tell(lab, line, "-Zn", "-Wn"):
                break
        lab.lvm("vgremove -ff -y vg")


if __name__ == "__main__":
    version = subprocess.run(["lvm", "version"], capture_output=True, text=True, check=False).stdout
    print("#", " ".join(version.splitlines()[0].split()))
    print("# disks of 10 GiB")
    with_lab(["10G"] * 3, by_the_vector)
    with_lab(["1G"] * 3, moves)
    with_lab(["3T"], announced)
    with_lab(["61M"] * 3, at_random)
    sys.stdout.flush()
