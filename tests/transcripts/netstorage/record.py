"""What real NBD clients say to our server, and what nbdkit says to our client.

Run: `python record.py > nbd.txt` with coursekit on the path, libnbd-bin, qemu-utils and nbdkit
installed; any user, 127.0.0.1 only. Addresses and ports are written as HOST:PORT. The bytes of a
client are those that our server heard: `> kind bytes`; cookies are the client's own choice.
"""

import hashlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from coursekit.labs.netstorage.nbdlive import Connection, LiveServer
from coursekit.sims.netstorage.nbdpeer import Export
from coursekit.sims.sparse import Sparse

SIZE = 4 * 1024 * 1024
COMMANDS = (
    "nbdinfo --size URL/disk",
    "nbdinfo --list URL",
    "nbdinfo URL/locked",
    "nbdinfo URL/nothing",
    "qemu-img info URL/disk",
    "qemu-io -r -f raw -c 'read 4096 1024' URL/disk",
    "qemu-io -f raw -c 'write -P 7 8192 1024' -c flush -c 'discard 8192 512' URL/disk",
    "qemu-io -f raw -c 'write -P 7 8192 1024' URL/locked",
    "qemu-img convert -f raw -O raw URL/disk copy.img; sha256sum < copy.img",
    "nbdcopy URL/disk copy.img; sha256sum < copy.img",
    "qemu-img convert -n -f raw -O raw made.img URL/disk; nbdcopy URL/disk copy.img; sha256sum < copy.img",
)
PLUGINS = ("pattern size=1M", "memory size=64K", "--filter=error data '( 1 2 3 4 )*1000' error-pread=EIO error-pread-rate=100%")  # fmt: skip
READS = ((0, 16), (4096, 1024), (65_520, 16), (0, 65_536))


def disk():
    """Bytes at known places, holes between them."""
    return Sparse.made(SIZE, [(4096, bytes(range(256)) * 4), (SIZE - 512, b"the end." * 64)])


def made():
    """What is copied to our server."""
    return Sparse.made(SIZE, [(at, bytes([at // 65_536]) * 4096) for at in range(65_536, SIZE, 262_144)])  # fmt: skip


def run(command, folder):
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=folder, timeout=60, check=False)  # fmt: skip
    text = re.sub(r"; .* sec \(.*\)", "", done.stdout + done.stderr)  # how long it took
    return text.rstrip()


def hidden(text, port):
    return text.replace(f"127.0.0.1:{port}", "HOST:PORT").replace(str(port), "PORT")


def version(command):
    return subprocess.run(command.split(), capture_output=True, text=True, check=True).stdout.splitlines()[0]  # fmt: skip


def ours():
    """Real clients, our server: a fresh disk for each."""
    for command in COMMANDS:
        exports = {"disk": Export(disk()), "locked": Export(disk(), read_only=True)}
        with LiveServer(exports) as server, tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "made.img").write_bytes(made().whole())
            said = run(command.replace("URL", server.url), folder)
            sys.stdout.write(f"$ {command}\n{hidden(said, server.port)}\n")
            first = server.connections[0].log if server.connections else ()
            for each in first:
                if each.sender == "client":
                    raw = each.raw[:28] if each.kind == "request" else each.raw
                    sys.stdout.write(f"> {each.kind}: {raw.hex()}\n")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def theirs():
    """nbdkit, our client."""
    for plugin in PLUGINS:
        port = free_port()
        command = f"exec nbdkit -f -i 127.0.0.1 -p {port} {plugin}"
        kit = subprocess.Popen(command, shell=True, stderr=subprocess.DEVNULL)
        try:
            sys.stdout.write(f"$ nbdkit {plugin}\n")
            tell(waited(port))
        finally:
            kit.send_signal(signal.SIGTERM)
            kit.wait()


def waited(port):
    for _ in range(50):
        try:
            return Connection(port)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise TimeoutError


def tell(connection):
    with connection as one:
        sys.stdout.write(f"size {one.client.size} flags {one.client.flags}\n")
        for offset, length in READS:
            if offset + length <= one.client.size:
                answer = one.read(offset, length).answer
                digest = hashlib.sha256(answer.data).hexdigest()
                shown = answer.data[:16].hex() if not answer.error else answer.error_name
                sys.stdout.write(f"read {offset} {length}: {shown} {digest}\n")
        heard = [
            each for each in one.client.log if each.sender == "server" and each.kind != "reply"
        ]
        sys.stdout.writelines(f"< {each.kind}: {each.raw.hex()}\n" for each in heard)


def main():
    for command in ("nbdinfo --version", "qemu-img --version", "nbdkit --version"):
        sys.stdout.write(f"# {version(command)}\n")
    ours()
    theirs()


if __name__ == "__main__":
    main()
