"""QEMU moves a running guest from one process to another, over a link of a given width.

The guest (`guest.S`, one sector) fills its memory and then writes a word in each page of a part of
it, so many MB a second by the ACPI timer. Two QEMUs on this machine, without KVM, are joined by a
link made here, for QEMU's own limit of the bandwidth is lifted during the last copy. Asked: whether
the move ends, how long it takes, how much is sent, how long the guest stands still. Source: QEMU's
manual, "Migration", QMP `query-migrate`. Left out: disks, post-copy, compression.
"""

import json
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import environment, find
from coursekit.realtools.source import Source
from coursekit.sims.hypervisors.migration import Migration
from coursekit.sims.message import require

__all__ = ["QEMU", "Moved", "code", "move"]

QEMU = Tool("qemu-system-x86_64", "qemu-system-x86", name="QEMU")
CODE = bytes.fromhex(
    "fa31c08ed8e4920c02e6920f0116a07c0f20c00c010f22c0ea1d7c080066b810008ed88ed0bf00000001893fc747"
    "405a5a5a5a81c7001000003b3df07d000072e966baf803b046ee66ba0806ed89c631edbf00000001ed89c329f025"
    "ffffff0089de01c53b2df87d000072ea2b2df87d0000ff878000000081c7001000003b3df47d000072d0ebc90000"
    "000000000000ffff0000009acf00ffff00000092cf001700887c"
)  # `guest.S`, assembled; a test does it again
BASE, PAGE, SECTOR, TIMER_HZ = 0x1000000, 4096, 512, 3_579_545
PARAMETERS, SIGNATURE = 496, b"\x55\xaa"
SPARE_MIB = 24  # below the guest's own memory, and a little above
START_S = 10.0
WIDE = 4_000_000_000  # of QEMU's own: no limit


@dataclass(frozen=True)
class Moved:
    """How a migration went: whether it ended in time, seconds in all, MB sent, the pause in seconds."""

    ended: bool
    seconds: float
    sent: float
    pause: float


def code(given: Migration) -> bytes:
    """The guest's sector, with its three numbers."""
    memory, part = (BASE + int(mb * 1e6) // PAGE * PAGE for mb in (given.memory, given.working_set))
    step = round(PAGE / (given.dirty * 1e6) * TIMER_HZ)
    require(step >= 1, "dirty={dirty}: no more than {most:.0f} MB/s", dirty=given.dirty, most=PAGE * TIMER_HZ / 1e6)  # fmt: skip
    numbers = struct.pack("<III", memory, part, step)
    return (CODE.ljust(PARAMETERS, b"\0") + numbers).ljust(SECTOR - 2, b"\0") + SIGNATURE


def move(source: Source, given: Migration, give_up_s: float) -> Moved:
    """Move such a guest; given up after so many seconds."""
    command = (
        f"guest: {given.memory:g} MB, writes {given.dirty:g} MB/s to {given.working_set:g} MB; link {given.bandwidth:g} MB/s; "
        f"migrate-set-parameters downtime-limit {given.pause * 1000:g}; migrate; after {give_up_s:g} s query-migrate"
    )
    said = json.loads(source.ask(command, lambda: json.dumps(_move(given, give_up_s))))
    pause = said.get("downtime", said.get("expected-downtime", 0))
    return Moved(said["status"] == "completed", said["total-time"] / 1000, said["ram"]["transferred"] / 1e6, pause / 1000)  # fmt: skip


def _move(given: Migration, give_up_s: float) -> dict[str, Any]:
    with TemporaryDirectory() as made:
        folder, ready = Path(made), Path(made) / "there.migration"
        (folder / "sector").write_bytes(code(given))
        with _qemu(folder, "here", given) as here, _qemu(folder, "there", given, "-incoming", f"unix:{ready}"):  # fmt: skip
            serial = folder / "here.serial"
            _until(lambda: serial.exists() and b"F" in serial.read_bytes())
            here.do("migrate-set-parameters", **{"max-bandwidth": WIDE, "downtime-limit": round(given.pause * 1000)})  # fmt: skip
            with _link(folder / "link", ready, given.bandwidth * 1e6):
                here.do("migrate", uri=f"unix:{folder / 'link'}")
                return here.ended(give_up_s)


class _Monitor:
    """QMP: an order and its answer; events are left out."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(20)
        _until(lambda: self._connects(path))
        self._lines = self._socket.makefile("rw")
        self._lines.readline()
        self.do("qmp_capabilities")

    def _connects(self, path: Path) -> bool:
        """The file is there a moment before somebody listens."""
        with suppress(OSError):
            self._socket.connect(str(path))
            return True
        return False

    def do(self, order: str, **arguments: object) -> dict[str, Any]:
        self._lines.write(json.dumps({"execute": order, "arguments": arguments}) + "\n")
        self._lines.flush()
        while True:
            said: dict[str, Any] = json.loads(self._lines.readline())
            require("error" not in said, "order={order}: {said}", order=order, said=said.get("error"))  # fmt: skip
            if "return" in said:
                found: dict[str, Any] = said["return"]
                return found

    def ended(self, give_up_s: float) -> dict[str, Any]:
        """What there is to say of the migration, when it is over or has lasted long enough."""
        end = time.monotonic() + give_up_s
        while True:
            time.sleep(0.05)
            found = self.do("query-migrate")
            if found["status"] in ("completed", "failed") or time.monotonic() > end:
                keys = ("status", "total-time", "downtime", "expected-downtime")
                return {key: found[key] for key in keys if key in found} | {"ram": {"transferred": found["ram"]["transferred"]}}  # fmt: skip

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


@contextmanager
def _qemu(folder: Path, name: str, given: Migration, *more: str) -> Iterator[_Monitor]:
    """One of the two; both are the same machine."""
    mib = int(given.memory * 1e6 / 2**20) + SPARE_MIB
    process = subprocess.Popen(
        [
            find("qemu-system-x86_64") or "", "-M", "pc", "-accel", "tcg", "-m", f"{mib}M", "-nodefaults",
            "-display", "none", "-drive", f"file={folder / 'sector'},format=raw,if=ide,snapshot=on",
            "-serial", f"file:{folder / name}.serial", "-qmp", f"unix:{folder / name},server=on,wait=off", *more,
        ],
        env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        monitor = _Monitor(folder / name)
        yield monitor
        monitor.close()
    finally:
        process.kill()
        process.wait(10)


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + START_S
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("QEMU: it has not come so far")
        time.sleep(0.02)


@contextmanager
def _link(door: Path, behind: Path, rate: float) -> Iterator[None]:
    """A socket that leads to another, with so many bytes a second."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(door))
        server.listen()

        def carry_all() -> None:
            with suppress(OSError):
                near, _address = server.accept()
                with near, socket.socket(socket.AF_UNIX) as far:
                    far.connect(str(behind))
                    back = threading.Thread(target=_carry, args=(far, near, None), daemon=True)
                    back.start()
                    _carry(near, far, rate)

        thread = threading.Thread(target=carry_all, daemon=True)
        thread.start()
        yield
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _carry(source: socket.socket, target: socket.socket, rate: float | None) -> None:
    """Bytes from one to the other, no faster than the rate; a tenth of a second may be caught up."""
    due = time.monotonic()
    with suppress(OSError):  # a migration is given up by ending both QEMUs
        while data := source.recv(65_536):
            now = time.monotonic()
            due = max(due, now - 0.1) + (len(data) / rate if rate else 0)
            if due > now + 0.002:
                time.sleep(due - now)
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
