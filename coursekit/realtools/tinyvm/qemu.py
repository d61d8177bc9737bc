"""How QEMU is called: a machine without a processor's help, a network or a screen.

Saving and resuming need the same words, so they are part of the recipe's key. Source: QEMU's
manual, “Invocation”.
"""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

SLOTS = 6  # disks of the saved state
DISK_MIB = 32
MEMORY_MIB = 192
KERNEL_LINE = (
    "console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on nokaslr no_timer_check "
    "tsc=reliable cryptomgr.notests 8250.nr_uarts=1 scsi_mod.scan=sync nbds_max=2 "
    "systemd.unified_cgroup_hierarchy=1"
)


def arguments(
    built: Path, disks: Sequence[Path], serial: int, control: int, state: Path | None
) -> list[str]:
    """The words after the program's name; `serial` and `control` are open sockets."""
    return [
        "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-M", "q35",
        "-accel", "tcg,tb-size=64", "-cpu", "qemu64", "-smp", "1", "-m", str(MEMORY_MIB),
        "-chardev", f"socket,id=serial,fd={serial}", "-serial", "chardev:serial",
        "-chardev", f"socket,id=control,fd={control}", "-mon", "chardev=control,mode=control",
        "-kernel", str(built / "vmlinux"), "-initrd", str(built / "initrd"),
        "-append", KERNEL_LINE,
        "-drive", f"file={_escaped(built / 'root.img')},format=raw,if=none,id=root,readonly=on",
        "-device", "virtio-blk-pci,drive=root", "-device", "virtio-scsi-pci,id=scsi",
        *(word for slot, disk in enumerate(disks) for word in _disk(slot, disk)),
        "-netdev", "user,id=net,restrict=on", "-device", "virtio-net-pci,netdev=net,romfile=",
        *(("-incoming", f"exec:cat {quote(str(state))}") if state else ()),
    ]  # fmt: skip


def _disk(slot: int, file: Path) -> tuple[str, ...]:
    # A number of its own on the bus for each: the guest then names them a, b, c … in this order.
    return (
        "-drive", f"file={_escaped(file)},format=raw,if=none,id=file{slot},cache=unsafe",
        "-device", f"scsi-hd,bus=scsi.0,scsi-id={slot},drive=file{slot},id=disk{slot}",
    )  # fmt: skip


def _escaped(path: Path) -> str:
    """A path in QEMU's lists, where a comma ends a value and two make one."""
    return str(path).replace(",", ",,")
