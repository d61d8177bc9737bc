"""What kind of file this is, by its first bytes and not by its name.

Sources: POSIX ustar; ECMA-119; QEMU's qcow2 specification; VMware Virtual Disk Format 5.0.
"""

from typing import Literal

from coursekit.sims.vmfiles.iso import FIRST_DESCRIPTOR, MAGIC, SECTOR

__all__ = ["Kind", "sniff"]

Kind = Literal["ova", "iso9660", "qcow2", "vmdk_sparse", "unknown"]
QCOW2, VMDK = b"QFI\xfb", b"KDMV"
USTAR_AT, ISO_AT = 257, SECTOR * FIRST_DESCRIPTOR + 1


def sniff(first: bytes) -> Kind:
    """The kind of a file from its first 64 KiB."""
    name = first[:100].split(b"\0", 1)[0]
    if first[USTAR_AT:].startswith(b"ustar") and name.lower().endswith(b".ovf"):
        return "ova"
    if first[ISO_AT:].startswith(MAGIC):
        return "iso9660"
    if first.startswith(QCOW2):
        return "qcow2"
    return "vmdk_sparse" if first.startswith(VMDK) else "unknown"
