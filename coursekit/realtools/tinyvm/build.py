"""Building the small virtual machine: packages, kernel, disk, a first start, a saved state.

All of it as a plain user, into a temporary folder that is renamed when it is whole: a build that
is broken off leaves nothing behind that could be taken for one.
"""

import fcntl
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from coursekit.realtools.shell import environment
from coursekit.realtools.tinyvm import kernel, packages, recipe, tree
from coursekit.realtools.tinyvm.errors import VmError
from coursekit.sims.message import Message

Progress = Callable[[str], None]
PARTS = ("vmlinux", "initrd", "root.img", "ready", "versions.json")
SPARE = 1.12  # of the files' size: what a file system needs for itself


def built() -> Path | None:
    """The folder of the machine that this recipe and this emulator make, once it is built."""
    try:
        folder = recipe.store() / recipe.key()
    except VmError:
        return None
    return folder if all((folder / part).is_file() for part in PARTS) else None


def build(store: Path | None = None, progress: Progress = lambda _text: None) -> Path:
    """Build it, unless it is there; the folder. VmError says what is missing.

    `progress` is told, in English, what is being done and how long the last thing took.
    """
    store = store or recipe.store()
    store.mkdir(parents=True, exist_ok=True)
    target = store / recipe.key()
    with _alone(store):
        if not all((target / part).is_file() for part in PARTS):
            with tempfile.TemporaryDirectory(prefix="building-", dir=store) as work:
                _build(Path(work), _timed(progress))
                shutil.rmtree(target, ignore_errors=True)
                (Path(work) / "done").rename(target)
    return target


def versions(folder: Path) -> dict[str, str]:
    """The packages of a built machine with their versions; “linux” is the kernel's."""
    found: dict[str, str] = json.loads((folder / "versions.json").read_text())
    return found


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """Only one builds; the others wait and find it built."""
    with (store / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _timed(progress: Progress) -> Progress:
    since = time.monotonic()
    return lambda text: progress(f"{time.monotonic() - since:5.1f} s  {text}")


def _build(work: Path, progress: Progress) -> None:
    done = work / "done"
    done.mkdir()
    progress("fetching packages")
    found = packages.fetch(work / "packages")
    unpacked = tree.Unpacked(work / "packages/tree")
    progress("unpacking the kernel")
    image = unpacked.vmlinuz().read_bytes()
    (done / "vmlinux").write_bytes(kernel.unpack(image, unpacked.command))
    (done / "initrd").write_bytes(tree.first_archive(unpacked))
    progress("making the disk")
    tree.disk_tree(unpacked, work / "root")
    _disk(unpacked, work / "root", done / "root.img")
    (done / "versions.json").write_text(json.dumps(_versions(found), indent=1))
    progress("starting it for the first time")
    _save_ready(done)
    progress("done")


def _versions(found: dict[str, str]) -> dict[str, str]:
    return {**found, "linux": found[recipe.KERNEL]}


def _disk(unpacked: tree.Unpacked, root: Path, image: Path) -> None:
    """An ext4 file system filled from a folder: no mount, no root."""
    size = sum(path.lstat().st_size + 1024 for path in root.rglob("*"))
    options = ["-q", "-t", "ext4", "-O", "^has_journal", "-m", "0", "-N", "4096",
               "-E", "root_owner=0:0"]  # fmt: skip
    done = subprocess.run(
        [*unpacked.command("mke2fs"), *options, "-d", str(root), str(image),
         f"{int(size * SPARE / 1024) + 4096}k"],
        env={**environment(), "MKE2FS_CONFIG": str(unpacked.root / "etc/mke2fs.conf")},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if done.returncode:
        raise VmError(
            Message.of("{program} failed: {said}", program="mke2fs", said=done.stderr[-500:])
        )


def _save_ready(folder: Path) -> None:
    """Start it, load the modules, and keep the state in which checks begin."""
    from coursekit.realtools.tinyvm.machine import Machine  # noqa: PLC0415  (it asks for what is built)

    with Machine.boot(folder=folder) as machine:
        answer = machine.run(f"need {' '.join(recipe.READY)}", 60)
        if answer.code or answer.text:
            raise VmError(Message.of("{program} failed: {said}", program="need", said=answer.text))
        # The kernel's chance takes a second to be ready, and is the same for all who resume:
        # good for comparing, never for secrets. What programs read need not be kept.
        machine.run("head -c 16 /dev/random | od; sync; echo 3 > /proc/sys/vm/drop_caches")
        machine.save(folder / "ready")
