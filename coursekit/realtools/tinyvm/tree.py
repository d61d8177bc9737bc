"""What the virtual machine starts from: the first archive and the tree of its disk.

Programs are taken by name out of the unpacked packages, with the libraries they need; the rest
of the packages (documentation, translations, unused drivers) stays behind.
"""

import lzma
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coursekit.realtools.tinyvm import elf, kernel
from coursekit.realtools.tinyvm.errors import VmError
from coursekit.realtools.tinyvm.recipe import HERE, LINKS, MODULES, PROGRAMS
from coursekit.sims.message import Message

LIBRARIES = "usr/lib/x86_64-linux-gnu"
LOADER = "lib64/ld-linux-x86-64.so.2"
MERGED = ("bin", "sbin", "lib")  # in a tree these are links into usr/
FOLDERS = ("proc", "sys", "dev", "run", "tmp", "mnt", "var", "etc/lvm", "root", "lib64", "m")
SETTINGS = ("etc/mke2fs.conf", "etc/services", "etc/protocols")
PEOPLE = (
    ("root", 0, "/root"), ("haproxy", 99, "/var/lib/haproxy"), ("tcpdump", 100, "/"),
    ("dnsmasq", 101, "/"), ("nobody", 65534, "/"),
)  # fmt: skip


@dataclass(frozen=True)
class Unpacked:
    """The packages' files."""

    root: Path

    def path(self, name: str, folders: Iterable[str]) -> Path:
        """The file `name` in one of these folders; VmError when the packages have none."""
        for folder in folders:
            if (self.root / folder / name).is_file():
                return self.root / folder / name
        raise VmError(Message.of("{name}: not in the packages", name=name))

    def program(self, name: str) -> Path:
        """Where a program is."""
        return self.path(name, ("usr/sbin", "sbin", "usr/bin", "bin"))

    def library(self, name: str) -> Path:
        """Where a shared library is."""
        return self.path(name, (LIBRARIES, "lib/x86_64-linux-gnu", "lib64"))

    def command(self, name: str) -> list[str]:
        """The first words that run a packaged program here, with the packages' own libraries."""
        folders = f"{self.root / LIBRARIES}:{self.root / 'lib/x86_64-linux-gnu'}"
        loader = str(self.library(Path(LOADER).name))
        return [loader, "--library-path", folders, str(self.program(name))]

    def vmlinuz(self) -> Path:
        """The kernel's file."""
        return next((self.root / "boot").glob("vmlinuz-*"))

    def modules(self) -> dict[str, Path]:
        """The kernel's modules by name; packed ones too."""
        found = (self.root / "lib/modules").rglob("*.ko*")
        return {path.name.partition(".")[0].replace("-", "_"): path for path in found}

    def applets(self) -> list[str]:
        """The commands that busybox knows."""
        busybox = [str(self.program("busybox")), "--list"]
        said = subprocess.run(busybox, capture_output=True, text=True, timeout=10, check=True)
        return said.stdout.split()


def load_lists(modules: dict[str, Path]) -> dict[str, list[str]]:
    """For every group the modules to load, in their order."""
    have: set[str] = set()
    return {group: elf.with_needs(names, modules, have) for group, names in MODULES.items()}


def first_archive(packages: Unpacked) -> bytes:
    """The archive the kernel starts from: busybox, the drivers of the disk, `init`."""
    modules = packages.modules()
    start = load_lists(modules)["start"]
    entries = {name: kernel.folder() for name in ("bin", "dev", "m", "mnt", "proc", "sys")}
    entries["init"] = kernel.program((HERE / "boot/init").read_bytes())
    entries["bin/busybox"] = kernel.program(packages.program("busybox").read_bytes())
    for name in ("sh", "mount", "insmod", "switch_root"):
        entries[f"bin/{name}"] = kernel.link("busybox")
    entries["m/start.list"] = kernel.plain("".join(f"{name}\n" for name in start).encode())
    for name in start:
        entries[f"m/{name}.ko"] = kernel.plain(_module(modules[name]))
    return kernel.archive(entries)


def disk_tree(packages: Unpacked, root: Path) -> None:
    """Fill the folder `root` with what is on the disk."""
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True)
    for folder in MERGED:
        (root / "usr" / folder).mkdir(parents=True, exist_ok=True)
        (root / folder).symlink_to(f"usr/{folder}")
    (root / LIBRARIES).mkdir(parents=True)
    _programs(packages, root)
    _modules(packages, root)
    _settings(packages, root)


def _programs(packages: Unpacked, root: Path) -> None:
    """The programs in usr/sbin and usr/bin with their libraries; busybox has the other names."""
    taken = []
    for name in (*PROGRAMS, "busybox"):
        source = packages.program(name)
        taken.append(_copy(source, root / "usr" / source.parent.name / name))
    for name, target in LINKS.items():
        (root / "usr" / packages.program(target).parent.name / name).symlink_to(target)
    for name in packages.applets():
        if not any((root / "usr" / folder / name).is_symlink() or
                   (root / "usr" / folder / name).exists() for folder in ("bin", "sbin")):  # fmt: skip
            (root / "usr/bin" / name).symlink_to("busybox")
    _copy(packages.library(Path(LOADER).name), root / LOADER)
    _libraries(packages, root, taken)


def _libraries(packages: Unpacked, root: Path, users: list[Path]) -> None:
    """What these files need, and what that needs."""
    while users:
        for name in elf.needed(users.pop().read_bytes()):
            target = root / LIBRARIES / name
            if not target.exists() and name != Path(LOADER).name:
                users.append(_copy(packages.library(name), target))


def _modules(packages: Unpacked, root: Path) -> None:
    modules = packages.modules()
    for group, names in load_lists(modules).items():
        (root / f"m/{group}.list").write_text("".join(f"{name}\n" for name in names))
        for name in names:
            (root / f"m/{name}.ko").write_bytes(_module(modules[name]))


def _module(path: Path) -> bytes:
    data = path.read_bytes()
    return lzma.decompress(data) if path.suffix == ".xz" else data


def _settings(packages: Unpacked, root: Path) -> None:
    for name in SETTINGS:
        shutil.copyfile(packages.root / name, root / name)
    shutil.copyfile(HERE / "boot/lvm.conf", root / "etc/lvm/lvm.conf")
    passwd = (f"{name}:x:{number}:{number}::{home}:/bin/sh\n" for name, number, home in PEOPLE)
    (root / "etc/passwd").write_text("".join(passwd))
    group = (f"{name}:x:{number}:\n" for name, number, _ in (*PEOPLE, ("nogroup", 65533, "")))
    (root / "etc/group").write_text("".join(group))
    _copy(HERE / "boot/init2", root / "init2")
    _copy(HERE / "boot/need", root / "usr/sbin/need")


def _copy(source: Path, target: Path) -> Path:
    """A file that can be run, without the links it was found by."""
    shutil.copyfile(source, target)
    target.chmod(0o755)
    return target
