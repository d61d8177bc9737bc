"""What is in the small virtual machine, and the key of what is built of it.

The programs and modules are those of Debian's own packages; nothing is compiled. The key is a
digest of this folder, `machine.py` apart (it only talks to what was built), and of the emulator's
version: a saved state is only good for the emulator that saved it.
"""

import hashlib
import os
import subprocess
from functools import cache
from pathlib import Path

from coursekit.realtools.shell import environment, find
from coursekit.realtools.tinyvm.errors import VmError
from coursekit.sims.message import Message

HERE = Path(__file__).parent
QEMU = "qemu-system-x86_64"
KERNEL = "linux-image-cloud-amd64"  # the kernel for virtual machines: few drivers, much of the rest
PACKAGES = (
    KERNEL, "bash", "busybox-static", "conntrack", "dash", "diffutils", "dmsetup", "dnsmasq-base", "e2fsprogs", "fdisk",
    "haproxy", "iproute2", "iputils-ping", "ipvsadm", "keepalived", "libc6", "lvm2", "lz4", "mdadm",
    "mount", "nbd-client", "netbase", "nftables", "procps", "tcpdump", "thin-provisioning-tools",
    "util-linux", "zstd",
)  # fmt: skip
# What packages ask for to be installed, and no program of ours asks for to run.
SPARED = (
    "adduser", "base-files", "coreutils", "cpio", "debconf", "debianutils", "dmeventd", "dpkg",
    "gawk", "init-system-helpers", "initramfs-tools", "klibc-utils", "libc-bin", "libpam-modules",
    "libpam-modules-bin", "libpam-runtime", "libsemanage-common", "libsemanage2",
    "libsnmp-base", "linux-base", "login", "lsb-base", "mawk", "passwd", "pci.ids", "perl", "perl-modules-5.36",
    "perl-base", "sysvinit-utils", "tar", "ucf", "udev",
)  # fmt: skip
PROGRAMS = (
    "bash", "blkid", "blockdev", "bridge", "cmp", "conntrack", "dash", "debugfs", "dmsetup", "dnsmasq",
    "dumpe2fs", "e2fsck", "fdisk", "findmnt", "free", "haproxy", "ip", "ipvsadm", "keepalived",
    "losetup", "lsblk", "lvm", "mdadm", "mke2fs", "mount", "nbd-client", "nft", "nsenter", "ping",
    "ps", "resize2fs", "setpriv", "sfdisk", "ss", "sysctl", "tc", "tcpdump", "pdata_tools",
    "tune2fs", "umount", "unshare", "wipefs",
)  # fmt: skip
# Other names of the same programs.
LINKS = {
    "sh": "dash", "mkfs.ext4": "mke2fs", "fsck.ext4": "e2fsck", "e2label": "tune2fs",
    **dict.fromkeys(
        ("lvchange", "lvconvert", "lvcreate", "lvdisplay", "lvextend", "lvreduce", "lvremove",
         "lvrename", "lvresize", "lvs", "pvcreate", "pvdisplay", "pvmove", "pvremove", "pvresize",
         "pvs", "vgchange", "vgcreate", "vgdisplay", "vgextend", "vgreduce", "vgremove", "vgs"),
        "lvm",
    ),
    **dict.fromkeys(("thin_check", "thin_dump", "thin_repair"), "pdata_tools"),
}  # fmt: skip
# Groups of kernel modules, loaded in this order; those of READY before the state is saved.
MODULES = {
    "start": ("virtio_pci", "virtio_blk", "ext4"),
    "base": ("scsi_mod", "virtio_net", "virtio_scsi", "sd_mod", "loop", "af_packet"),
    "raid": ("md_mod", "raid0", "raid1", "raid10", "raid456"),
    "lvm": ("dm_mod", "dm_snapshot", "dm_thin_pool", "dm_raid", "dm_mirror"),
    "net": (
        "veth", "bridge", "nf_tables", "nft_chain_nat", "nft_masq", "nft_nat", "nft_ct",
        "nft_redir", "nft_reject_inet", "nft_limit", "nft_log", "nf_conntrack",
        "nf_conntrack_netlink", "macvlan", "dummy", "vxlan", "8021q", "bonding", "tun",
        "sch_netem", "sch_htb", "sch_tbf",
    ),
    "ipvs": ("ip_vs", "ip_vs_rr", "ip_vs_wrr", "ip_vs_lc", "ip_vs_wlc", "ip_vs_sh"),
    "files": ("overlay", "squashfs", "isofs", "vfat"),
    "nbd": ("nbd",),
}  # fmt: skip
READY = ("raid", "lvm", "net", "ipvs", "files")


def emulator() -> str:
    """Where QEMU is; VmError where it is not."""
    found = find(QEMU)
    if not found:
        raise VmError(
            Message.of("{program} is not here: install the package “qemu-system-x86”", program=QEMU)
        )
    return found


@cache
def emulator_version(program: str) -> str:
    """The first line QEMU says of itself."""
    said = subprocess.run(
        [program, "--version"], env=environment(), capture_output=True, text=True, timeout=10,
        check=True,
    )  # fmt: skip
    return said.stdout.partition("\n")[0]


def key() -> str:
    """The name of what this recipe and this emulator make."""
    digest = hashlib.sha256(emulator_version(emulator()).encode())
    sources = [*HERE.glob("*.py"), *(HERE / "boot").iterdir()]
    for source in sorted(sources):
        if source.name not in {"machine.py", "__init__.py"}:
            digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:16]


def store() -> Path:
    """The folder that holds what was built: `COURSEKIT_TINYVM`, or the user's cache."""
    cache_home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("COURSEKIT_TINYVM") or Path(cache_home) / "coursekit/tinyvm")
