"""The small virtual machine: a true Linux that answers commands.

It runs in QEMU without help of the processor, so it needs no right: no root, no namespaces, no
device. Commands go over its serial line, orders to the emulator (pull a disk, save the state) over
QMP, both sockets without a name. It ends with `close`, with its `with`, with Python, and with
Python's sudden death: a small shell holds a pipe of ours and kills it when the pipe breaks.
"""

import json
import secrets
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from coursekit.realtools.shell import Answer, environment
from coursekit.realtools.tinyvm.build import built
from coursekit.realtools.tinyvm.errors import VmError
from coursekit.realtools.tinyvm.qemu import DISK_MIB, SLOTS, arguments
from coursekit.realtools.tinyvm.recipe import emulator
from coursekit.sims.message import Message, require

# QEMU takes this shell's place, so that its number is known. The shell left behind waits on the pipe
# and tidies up when it breaks; $0 is the folder of the disks.
GUARD = (
    'exec 3<&0 </dev/null; (read x <&3 || { kill -9 $$; rm -rf "$0"; }) >/dev/null 2>&1 & '
    'exec 3<&-; exec "$@"'
)
LOOK = 0.5  # s between two looks whether it still runs
BOOT = 90  # s, for a busy machine; 3 are usual


class Machine:
    """A running virtual machine. Its methods `run`, `quietly`, `machine` are a `Shell`'s.

    `disks`: how many of /dev/sda, sdb … it has, `mib` the size of each, in MiB; they are empty.
    """

    def __init__(
        self, folder: Path, *, disks: int = SLOTS, mib: int = DISK_MIB, state: Path | None = None
    ) -> None:
        require(0 <= disks <= SLOTS, "disks={disks}: choose 0 to {most}", disks=disks, most=SLOTS)
        require(1 <= mib <= 4096, "mib={mib}: choose 1 to 4096", mib=mib)
        self.disks, self.mib = disks, mib
        self._sign = secrets.token_hex(8)  # nothing that a command prints can be taken for it
        self._heard, self._events = b"", list[dict[str, Any]]()
        self.folder = Path(tempfile.mkdtemp(prefix="tinyvm-"))
        slots = SLOTS if state else disks  # a saved state has all; those not asked for are pulled
        files = [self._blank(slot) for slot in range(slots)]
        self._start(folder, files, state)

    @classmethod
    def resume(cls, disks: int = SLOTS, mib: int = DISK_MIB) -> Self:
        """The machine as it was saved: tools and modules ready. VmError when it is not built."""
        folder = _built()
        made = cls(folder, disks=disks, mib=mib, state=folder / "ready")
        with made._or_close():
            made._serial.sendall(b"\n\n")  # the line loses what comes first
            made.run(f"date -s @{time.time():.0f} >/dev/null", BOOT)
            made._fit()
        return made

    @classmethod
    def boot(cls, disks: int = SLOTS, mib: int = DISK_MIB, folder: Path | None = None) -> Self:
        """The machine from its start; `folder` holds a built one, else the one that is built."""
        made = cls(folder or _built(), disks=disks, mib=mib)
        with made._or_close():
            made._until(b"READY\n", BOOT)
        return made

    def run(self, command: str, timeout: float = 20) -> Answer:
        """Type a command into bash; variables and the folder last to the next one.

        TimeoutError with what was heard so far: the machine is ended then, for it may never
        listen again. EOFError when it has ended.
        """
        # `command eval`: a wrong line is answered like any other, and nothing after it is lost.
        line = f'command eval {shlex.quote(command)}\nR=$?; echo; echo "$R {self._sign}"\n'
        with self._or_close():
            self._serial.sendall(line.encode())
            heard = self._until(f" {self._sign}\n".encode(), timeout).decode(errors="replace")
        output, _, code = heard.rpartition("\n")
        return Answer(output.removesuffix("\n"), int(code))

    quietly = run

    def machine(self) -> "Machine":
        """Itself: what a `Shell` has behind it."""
        return self

    def name(self, slot: int) -> str:
        """What the guest calls the disk in this slot, such as sda; "" while it has none."""
        return self.run(f"ls /sys/bus/scsi/devices/*:0:{slot}:0/block 2>/dev/null").text

    def pull(self, slot: int) -> None:
        """Take a disk out of the running machine, as a hand would."""
        self.qmp("device_del", id=f"disk{slot}")
        self._await_event("DEVICE_DELETED", f"disk{slot}")
        if self._is_node(slot):
            self.qmp("blockdev-del", node_name=f"file{slot}")

    def plug(self, slot: int, mib: int | None = None) -> str:
        """Put an empty disk into a free slot; the name the guest gives it."""
        file = self._blank(slot, mib)
        self.qmp(
            "blockdev-add", node_name=f"file{slot}", driver="raw",
            file={"driver": "file", "filename": str(file)}, cache={"no-flush": True},
        )  # fmt: skip
        self.qmp("device_add", driver="scsi-hd", bus="scsi.0", id=f"disk{slot}",
                 drive=f"file{slot}", scsi_id=slot)  # fmt: skip
        end = time.monotonic() + 10
        while not (name := self.name(slot)):
            if time.monotonic() > end:
                raise TimeoutError(f"slot={slot}")
        return name

    def qmp(self, order: str, **values: Any) -> Any:
        """An order to the emulator (QMP), names with _ for -; VmError with what it answers."""
        body = {key.replace("_", "-"): value for key, value in values.items()}
        self._control.sendall(json.dumps({"execute": order, "arguments": body}).encode())
        while True:
            said = self._message(20)
            if "error" in said:
                raise VmError(
                    Message.of("{program}: {said}", program=order, said=said["error"]["desc"])
                )
            if "return" in said:
                return said["return"]

    def save(self, path: Path) -> None:
        """Write the state to a file; the machine goes on."""
        self.qmp("migrate-set-parameters", max_bandwidth=10**10)
        self.qmp("migrate", uri=f"exec:cat > {shlex.quote(str(path))}")
        while (status := self.qmp("query-migrate").get("status")) != "completed":
            if status in {"failed", "cancelled"}:
                raise VmError(Message.of("{program}: {said}", program="migrate", said=status))
            time.sleep(0.02)
        self.qmp("cont")

    def close(self) -> None:
        """End it and remove its disks."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def _start(self, folder: Path, disks: Sequence[Path], state: Path | None) -> None:
        self._serial, serial = socket.socketpair()
        self._control, control = socket.socketpair()
        fds = (serial.fileno(), control.fileno())
        log = self.folder / "said"
        with log.open("wb") as said:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, str(self.folder), emulator(), *arguments(folder, disks, *fds, state)],
                env=environment(), stdin=subprocess.PIPE, stdout=said, stderr=subprocess.STDOUT,
                pass_fds=fds, start_new_session=True,
            )  # fmt: skip
        serial.close()
        control.close()
        self._lines = self._control.makefile("rb")
        mine = (self._serial, self._lines, self._control)
        self._end = weakref.finalize(self, _end, self._process, mine, self.folder)
        with self._or_close():
            self._message(20)  # the greeting
            self.qmp("qmp_capabilities")

    def _blank(self, slot: int, mib: int | None = None) -> Path:
        """An empty file, as a disk; it takes no room until it is written to."""
        path = self.folder / f"disk{slot}.{time.monotonic_ns()}.img"
        with path.open("wb") as file:
            file.truncate((mib or self.mib) << 20)
        return path

    def _fit(self) -> None:
        """Make the resumed machine have the disks that were asked for."""
        for slot in range(self.disks, SLOTS):
            self.pull(slot)
        if self.mib != DISK_MIB:
            self.run("for d in /sys/class/block/sd?/device/rescan; do echo 1 > $d; done")

    def _is_node(self, slot: int) -> bool:
        """Whether the disk was plugged by us: those of the start go with their device."""
        nodes: list[dict[str, Any]] = self.qmp("query-named-block-nodes")
        return any(node["node-name"] == f"file{slot}" for node in nodes)

    def _await_event(self, event: str, device: str) -> None:
        def is_it(said: dict[str, Any]) -> bool:
            return bool(said["event"] == event and said["data"].get("device") == device)

        while not any(is_it(said) for said in self._events):
            self._message(10)
        self._events = [said for said in self._events if not is_it(said)]

    def _message(self, timeout: float) -> dict[str, Any]:
        """The emulator's next message; events are kept too."""
        self._control.settimeout(timeout)
        try:
            line = self._lines.readline()
        except ConnectionError:
            line = b""
        if not line:
            raise VmError(Message.of("{program} failed: {said}", program="QEMU", said=self._said()))
        said: dict[str, Any] = json.loads(line)
        if "event" in said:
            self._events.append(said)
        return said

    def _until(self, sign: bytes, timeout: float) -> bytes:
        """What is heard before `sign`."""
        end = time.monotonic() + timeout
        while sign not in self._heard:
            self._hear(end - time.monotonic())
        text, _, self._heard = self._heard.partition(sign)
        return text

    def _hear(self, left: float) -> None:
        heard = self._heard[-4000:].decode(errors="replace")
        if left <= 0:
            raise TimeoutError(heard)
        self._serial.settimeout(min(left, LOOK))
        try:
            piece = self._serial.recv(65_536)
        except TimeoutError:
            if self._process.poll() is None:
                return
            piece = b""
        if not piece:
            raise EOFError(heard + self._said())
        self._heard += piece

    def _said(self) -> str:
        """What the emulator printed."""
        log = self.folder / "said"
        return log.read_text(errors="replace")[-1000:].strip() if log.exists() else ""

    @contextmanager
    def _or_close(self) -> Iterator[None]:
        """End the machine when an error goes through, Ctrl-C too: what it does next is unknown."""
        try:
            yield
        except BaseException:
            self.close()
            raise


def _end(
    process: subprocess.Popen[bytes], mine: tuple[socket.socket | BufferedReader, ...], folder: Path
) -> None:
    process.kill()
    assert process.stdin
    try:
        process.stdin.write(b"done\n")  # the guard may go: there is nothing left to kill
        process.stdin.close()
    except BrokenPipeError:
        pass
    process.wait(10)
    for each in mine:
        each.close()
    shutil.rmtree(folder, ignore_errors=True)


def _built() -> Path:
    folder = built()
    if folder is None:
        command = "coursekit realtools build-vm"
        raise VmError(
            Message.of("The virtual machine is not built: type {command}", command=command)
        )
    return folder
