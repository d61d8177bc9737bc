"""What QEMU with KVM and Linux do: live migrations, page sharing, and POPF in user mode.

Run: `python record.py DIRECTORY` as root of a machine with /dev/kvm, QEMU, gcc and binutils; about
five minutes. It listens on 127.0.0.1 only, and leaves KSM stopped.

A guest of 512 bytes (`guest.S`) writes one word in each page of a part of its memory, so many
pages a second. Two QEMU are joined by a link of so many MB/s, made here; a pause of 300 ms is
allowed. QEMU's own bandwidth limit would not do: it is lifted for the last copy.
"""

import json
import mmap
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parent
LINK, PAUSE_MS, GIVE_UP_S = 50, 300, 40  # MB/s, ms, seconds
# MB of memory, MB that the guest writes to, MB/s that it writes
CASES = [(256, 256, 10), (256, 256, 25), (256, 10, 200), (256, 256, 75)]
PAGES, KSM = 8192, Path("/sys/kernel/mm/ksm")


class Monitor:
    """QEMU's monitor: a command and its answer, events left out."""

    def __init__(self, path):
        for _try in range(100):
            with suppress(OSError):
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.connect(str(path))
                break
            time.sleep(0.05)
        self.lines = self.socket.makefile("rw")
        self.lines.readline()
        self.do("qmp_capabilities")

    def do(self, command, **arguments):
        print(json.dumps({"execute": command, "arguments": arguments}), file=self.lines, flush=True)
        while True:
            answer = json.loads(self.lines.readline())
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise RuntimeError(answer["error"])


def tsc_hz():
    """Ticks of the time stamp counter in a second, as the kernel found them."""
    said = subprocess.run(["dmesg"], capture_output=True, text=True, check=True).stdout
    return 1e6 * float(re.search(r"tsc: Detected ([\d.]+) MHz", said)[1])


def assemble(folder, memory, part, rate):
    """The guest as a disk image."""
    values = {
        "BASE": 0x1000000, "MEM": memory * 1_000_000 // 4096 * 4096,
        "SET": part * 1_000_000 // 4096 * 4096, "STEP": int(4096 / (rate * 1e6) * tsc_hz()),
    }  # fmt: skip
    symbols = [word for name, value in values.items() for word in ("--defsym", f"{name}={value}")]
    subprocess.run(["as", "--32", *symbols, "-o", folder / "g.o", HERE / "guest.S"], check=True)
    subprocess.run(["ld", "-m", "elf_i386", "-Ttext", "0x7c00", "--oformat", "binary", "-o", folder / "g.bin", folder / "g.o"], check=True)  # fmt: skip


def qemu(folder, name, memory, *more):
    ram = int(memory * 1e6 / 2**20) + 24
    return subprocess.Popen([
        "qemu-system-x86_64", "-accel", "kvm", "-m", f"{ram}M", "-nodefaults", "-display", "none",
        "-drive", f"file={folder / 'g.bin'},format=raw,if=ide,snapshot=on", "-net", "none",
        "-serial", f"file:{folder / name}.serial", "-qmp", f"unix:{folder / name},server=on,wait=off", *more,
    ], stderr=subprocess.DEVNULL)  # fmt: skip


def carry(source, target, rate):
    """Bytes from one socket to the other, no faster than the rate; a tenth of a second saved up."""
    due = time.monotonic()
    with suppress(OSError):  # a migration is given up by ending both QEMU
        while data := source.recv(65536):
            now = time.monotonic()
            due = max(due, now - 0.1) + len(data) / rate
            if due > now + 0.002:
                time.sleep(due - now)
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def link(rate, back):
    """A port that leads to another with so many bytes a second; small buffers, so that they are filled."""
    door = socket.create_server(("127.0.0.1", 0))
    door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 262_144)

    def run():
        near, _address = door.accept()
        far = socket.create_connection(("127.0.0.1", back))
        for ends in ((near, far, rate), (far, near, 1e12)):
            threading.Thread(target=carry, args=ends, daemon=True).start()

    threading.Thread(target=run, daemon=True).start()
    return door


def migrate(folder, memory, part, rate):
    """One migration: QEMU's figures at its end, or when it is given up."""
    assemble(folder, memory, part, rate)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    here = qemu(folder, "here", memory)
    there = qemu(folder, "there", memory, "-incoming", f"tcp:127.0.0.1:{port}")
    try:
        monitor = Monitor(folder / "here")
        Monitor(folder / "there")
        while b"F" not in (folder / "here.serial").read_bytes():  # its memory is filled
            time.sleep(0.1)
        limits = {"max-bandwidth": 4_000_000_000, "downtime-limit": PAUSE_MS}
        monitor.do("migrate-set-parameters", **limits)
        with link(LINK * 1e6, port) as door:
            monitor.do("migrate", uri=f"tcp:127.0.0.1:{door.getsockname()[1]}")
            return wait(monitor)
    finally:
        for process in (here, there):
            process.kill()
            process.wait()


def wait(monitor):
    begin = time.monotonic()
    while True:
        time.sleep(0.5)
        found = monitor.do("query-migrate")
        late = time.monotonic() - begin > GIVE_UP_S
        if found["status"] in ("completed", "failed") or late:
            return found


def migrations():
    """A line for each case."""
    version = subprocess.run(
        ["qemu-system-x86_64", "--version"], capture_output=True, text=True, check=True
    )
    yield f"# {version.stdout.splitlines()[0]}, accel=kvm; link {LINK} MB/s, pause allowed {PAUSE_MS} ms"
    for memory, part, rate in CASES:
        with tempfile.TemporaryDirectory() as folder:
            found = migrate(Path(folder), memory, part, rate)
        pause = found.get("downtime", found.get("expected-downtime"))
        yield (
            f"memory {memory} part {part} writes {rate}: {found['status']} "
            f"total-time {found['total-time']} downtime {pause} transferred {found['ram']['transferred']}"
        )


def filled():
    """Pages that differ from each other; the same in whoever calls it."""
    area = mmap.mmap(-1, PAGES * 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    area.madvise(mmap.MADV_MERGEABLE)
    for page in range(PAGES):
        area[page * 4096 : page * 4096 + 8] = (page + 1).to_bytes(8, "little")
    return area


def sharing():
    """Two processes with the same pages; after 25 s one of them writes one."""

    def read(name):
        return int((KSM / name).read_text())

    before = read("pages_scanned")  # Linux never sets it back
    settings = [f"{name} {read(name)}" for name in ("pages_to_scan", "sleep_millisecs")]
    yield f"# Linux {os.uname().release.split('-')[0]}; {', '.join(settings)}"
    child, area = os.fork(), filled()
    if not child:
        time.sleep(25)
        area[0:1] = b"x"
        time.sleep(5)
        os._exit(0)
    (KSM / "run").write_text("1")
    begin = time.monotonic()
    for _look in range(14):
        time.sleep(2)
        now = time.monotonic() - begin
        seen = [f"{name} {read(name)}" for name in ("full_scans", "pages_shared", "pages_sharing")]
        yield f"{now:4.1f} s: scanned {read('pages_scanned') - before}, {', '.join(seen)}"
    os.waitpid(child, 0)
    (KSM / "run").write_text("2")
    time.sleep(1)
    (KSM / "run").write_text("0")


def popf():
    """The program's words, and the kernel's remark on them."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "popf"
        subprocess.run(["gcc", "-O1", "-o", program, HERE / "popf.c"], check=True)
        ran = subprocess.run([program], capture_output=True, text=True, check=True)
    yield f"# Linux {os.uname().release.split('-')[0]}, {os.uname().machine}"
    yield "$ ./popf"
    yield from ran.stdout.splitlines()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    for name, lines in {"popf": popf, "migration": migrations, "ksm": sharing}.items():
        (target / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines()), "utf-8")
