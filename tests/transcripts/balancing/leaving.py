"""HAProxy, asked: who gets each request when a server leaves a static-rr list and returns.

Run beside `record.py`, with haproxy on the PATH: `python3 leaving.py > leaving.txt`. A line of
deeds names the requests, from 0, before which a server goes to maintenance or comes back.
"""

import asyncio
import tempfile
from pathlib import Path

from record import FIRST, Running, ask, backend, haproxy, version

RUNS = [
    ((5, 1, 1), 20, {4: ("down", "c"), 13: ("up", "c")}),
    ((4, 3, 2), 24, {3: ("down", "b"), 14: ("up", "b")}),
    ((5, 3, 2), 24, {7: ("down", "a"), 15: ("up", "a")}),
    ((50, 25, 25), 16, {6: ("down", "b"), 11: ("up", "b")}),
    ((4, 2, 1), 18, {5: ("down", "a"), 7: ("down", "c"), 12: ("up", "a")}),
]
STATES = {"down": "maint", "up": "ready"}


async def tell(socket, text):
    """One word to HAProxy's socket; a wait, so that it has been done."""
    reader, writer = await asyncio.open_unix_connection(str(socket))
    writer.write(f"{text}\n".encode())
    await reader.read()
    writer.close()
    await asyncio.sleep(0.05)


async def run(folder, weights, count, deeds):
    names = [f"{'abc'[i]} 127.0.0.1:{FIRST + i} weight {w}" for i, w in enumerate(weights)]
    socket = folder / "admin.sock"
    command = haproxy(folder, "static-rr", names)
    file = folder / "haproxy.cfg"
    file.write_text(f"global\n stats socket {socket} mode 600 level admin\n{file.read_text()}")
    found = []
    async with Running(command):
        for request in range(count):
            if request in deeds:
                kind, server = deeds[request]
                await tell(socket, f"set server web/{server} state {STATES[kind]}")
            found.append((await ask())[2])
    said = ", ".join(f"{k} {kind} {server}" for k, (kind, server) in deeds.items())
    print(f"static-rr {','.join(map(str, weights))}; {said}: {''.join(found)}")


async def main(folder):
    servers = [await backend(FIRST + i) for i in range(3)]
    for weights, count, deeds in RUNS:
        await run(folder, weights, count, deeds)
    for server in servers:
        server.close()


if __name__ == "__main__":
    print(f"# {version(['haproxy', '-v'])}")
    with tempfile.TemporaryDirectory() as made:
        asyncio.run(main(Path(made)))
