"""iPXE in QEMU: a machine without any disk starts from the network; its packets are counted.

QEMU's user network is DHCP and TFTP server at once (no right is needed for it). The boot file is a
script of iPXE: it fetches two files, asks for one that is not there, and at last starts the one
sector of `guest.S`, which says F on the serial line. QEMU writes the packets to a file (`filter-dump`);
they are read with the simulation's own readers of DHCP and TFTP. Source: qemu(1) `-netdev user`,
ipxe.org, RFC 2131, 1350, 2348. Left out: a kernel, a root over the network, UEFI.
"""

import json
import struct
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.realtools import qemu_migration
from coursekit.realtools.backends import running
from coursekit.realtools.source import Source
from coursekit.sims.hypervisors.migration import Migration
from coursekit.sims.netstorage import dhcpwire, tftp

__all__ = ["ABSENT", "BOOT_FILE", "QEMU", "SECTOR", "Booted", "File", "boot"]

QEMU = qemu_migration.QEMU
BOOT_FILE, SECTOR, ABSENT = "boot.ipxe", "sector.0", "absent"
START_S = 20.0
UDP, IPV4 = 17, b"\x08\x00"
IP_AT, UDP_BYTES = 14, 8
SMALL = Migration(memory=1.0, dirty=1.0)


@dataclass(frozen=True)
class File:
    """How a file came: packets of each kind, the block size accepted, bytes of the last block, an error."""

    packets: Mapping[str, int]
    blk: int = 0
    last: int = 0
    error: int | None = None


@dataclass(frozen=True)
class Booted:
    """A start: the kinds of DHCP messages, what the first says of the machine, the files, whether it runs."""

    dhcp: tuple[str, ...]
    architecture: int
    class_id: str
    offered: str
    files: Mapping[str, File]
    runs: bool


def boot(source: Source, sizes: Mapping[str, int]) -> Booted:
    """Start a machine that fetches files of these sizes."""
    listed = ", ".join(f"{name} ({size} B)" for name, size in sizes.items())
    command = f"qemu-system-x86_64 -boot n -netdev user,tftp=.,bootfile={BOOT_FILE}; imgfetch {listed}, {ABSENT}; chain {SECTOR}"
    said = json.loads(source.ask(command, lambda: json.dumps(_boot(sizes))))
    files = {name: File(**each) for name, each in said.pop("files").items()}
    return Booted(**{**said, "dhcp": tuple(said["dhcp"]), "files": files})


def script(sizes: Mapping[str, int]) -> str:
    """What iPXE is told: fetch all, forget all, start the sector."""
    place = "tftp://${next-server}/"
    fetch = "".join(f"imgfetch --name {name} {place}{name}\n" for name in sizes)
    return f"#!ipxe\n{fetch}imgfetch {place}{ABSENT} ||\nimgfree\nchain {place}{SECTOR}\n"


def _boot(sizes: Mapping[str, int]) -> dict[str, object]:
    with TemporaryDirectory() as made:
        folder, served = Path(made), Path(made) / "served"
        served.mkdir()
        for name, size in sizes.items():
            (served / name).write_bytes(bytes(size))
        (served / BOOT_FILE).write_text(script(sizes))
        (served / SECTOR).write_bytes(qemu_migration.code(SMALL))
        serial, dump = folder / "serial", folder / "dump.pcap"
        command = [
            "qemu-system-x86_64", "-M", "pc", "-accel", "tcg", "-m", "64", "-nodefaults", "-display", "none",
            "-serial", f"file:{serial}", "-boot", "n", "-netdev", f"user,id=n,tftp={served},bootfile={BOOT_FILE}",
            "-device", "virtio-net-pci,netdev=n", "-object", f"filter-dump,id=d,netdev=n,file={dump}",
        ]  # fmt: skip
        with running(command, ready=lambda: True) as process:
            runs = _waits(process, serial)
        return _read(dump.read_bytes(), runs)


def _waits(process: "subprocess.Popen[bytes]", serial: Path) -> bool:
    """Whether the guest speaks before the time is over."""
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        if serial.exists() and b"F" in serial.read_bytes():
            return True
        time.sleep(0.05)
    return False


def _read(dump: bytes, runs: bool) -> dict[str, object]:
    """What the packets say, in a form that can be kept."""
    messages: list[dhcpwire.Dhcp] = []
    files: dict[str, list[tftp.Packet]] = {}
    asked: dict[int, str] = {}  # the client's port -> the file
    for one, two, raw in _datagrams(dump):
        if {one, two} & {67, 68}:
            messages.append(dhcpwire.unpack(raw))
        elif {one, two} & {tftp.PORT, *asked}:
            packet = tftp.unpack(raw)
            if packet.op == "RRQ":
                asked[one] = packet.name
            name = asked.get(one) or asked.get(two, "")
            files.setdefault(name, []).append(packet)
    first = messages[0]
    offers = [each for each in messages if each.kind.endswith("OFFER")]
    return {
        "dhcp": list(dict.fromkeys(each.kind for each in messages)),
        "architecture": int.from_bytes(first.option(93) or b"", "big"),
        "class_id": (first.option(60) or b"").decode(),
        "offered": offers[0].file,
        "files": {name: _file(packets) for name, packets in files.items()},
        "runs": runs,
    }


def _file(packets: list[tftp.Packet]) -> dict[str, object]:
    """One file's packets, counted."""
    accepted = next((each.options for each in packets if each.op == "OACK"), {})
    blocks = [each for each in packets if each.op == "DATA"]
    return {
        "packets": dict(Counter(each.op for each in packets)),
        "blk": int(accepted.get("blksize", 0)),
        "last": len(blocks[-1].data) if blocks else 0,
        "error": next((each.code for each in packets if each.op == "ERROR"), None),
    }


def _datagrams(dump: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Ports and contents of every UDP datagram of a pcap file (little-endian, Ethernet)."""
    at = 24
    while at < len(dump):
        size = int(struct.unpack_from("<I", dump, at + 8)[0])
        frame, at = dump[at + 16 : at + 16 + size], at + 16 + size
        udp = IP_AT + 4 * (frame[IP_AT] & 15)
        if frame[12:14] == IPV4 and frame[IP_AT + 9] == UDP:
            one, two, length = struct.unpack_from(">HHH", frame, udp)
            yield one, two, frame[udp + UDP_BYTES : udp + length]
