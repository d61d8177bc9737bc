"""nginx and HAProxy, asked: who gets each request, and what a crash costs.

Run with both on the PATH, listening on 127.0.0.1 only:
`python3 record.py picks > picks.txt`, `python3 record.py crash > crash.txt`.
Servers are a, b, c, d on ports 18001 and up; a balancer tells which one it picked.
"""

import asyncio
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIRST, FRONT = 18001, 18080
KEYS = [f"k{i}" for i in range(300)]
ADDRESSES = ("192.0.2.1", "192.0.2.250", "192.168.1.10", "10.0.0.1", "10.0.1.1", "203.0.113.7")
NGINX = [  # what it is told, weights, further words for a server, what is asked
    ("", (5, 1, 1), {}, [""] * 14),
    ("", (4, 2, 1), {}, [""] * 14),
    ("", (3, 2, 1), {}, [""] * 12),
    ("", (50, 25, 25), {}, [""] * 8),
    ("", (5, 3, 2), {}, [""] * 20),
    ("", (3, 1), {}, [""] * 8),
    ("", (5, 1, 1), {1: "down"}, [""] * 12),
    ("", (4, 1), {0: "max_fails=2", 1: "max_fails=2"}, ["/fail", *[""] * 7]),
    ("ip_hash", (1, 1, 1), {}, ADDRESSES),
    ("hash $arg_key", (1, 1, 1), {}, KEYS),
    ("hash $arg_key", (1, 1, 1, 1), {}, KEYS),
    ("hash $arg_key consistent", (1, 1, 1), {}, KEYS),
    ("hash $arg_key consistent", (1, 1, 1, 1), {}, KEYS),
    ("hash $arg_key consistent", (2, 1, 1), {}, KEYS),
]
HAPROXY = [(5, 1, 1), (4, 3, 2), (5, 3, 2), (50, 25, 25)]
DEFAULTS = "defaults\n mode http\n timeout connect 1s\n timeout client 10s\n timeout server 10s\n"


def letter(address):
    return chr(ord("a") + int(address.rpartition(":")[2]) - FIRST)


async def backend(port, rng=None):
    """Answers with its letter, after a while when chance is given; cuts what asks to fail."""

    async def answer(reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if b"/fail" in head.split(b"\r\n")[0]:
                return
            if rng:
                await asyncio.sleep(rng.expovariate(1 / 0.1))
            said = letter(f":{port}").encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n" + said
            )
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", port)


async def ask(path="/", header=""):
    """Status, the header X-Server, and the body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", FRONT)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n{header}Connection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    found = [line[10:] for line in head.split("\r\n") if line.startswith("X-Server: ")]
    return int(head.split()[1]), found[0] if found else "", body


class Running:
    """A balancer for the length of a `with` block."""

    def __init__(self, command):
        self.command = command

    async def __aenter__(self):
        quiet = asyncio.subprocess.DEVNULL
        self.process = await asyncio.create_subprocess_exec(*self.command, stderr=quiet)
        await asyncio.sleep(0.7)

    async def __aexit__(self, *_why):
        self.process.terminate()
        await self.process.wait()


def nginx(folder, told, weights, words):
    servers = " ".join(
        f"server 127.0.0.1:{FIRST + i} weight={weight} {words.get(i, '')}".strip() + ";"
        for i, weight in enumerate(weights)
    )
    paths = "".join(f"{each}_temp_path {folder}/t;" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log /dev/null; user root;\n"
        f"events {{}} http {{ access_log off; {paths} upstream site {{ {told}{';' * bool(told)} {servers} }}\n"
        f"server {{ listen 127.0.0.1:{FRONT}; set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;\n"
        "location / { proxy_pass http://site; proxy_next_upstream off;"
        " add_header X-Server $upstream_addr always; } } }\n"
    )
    return ["nginx", "-p", str(folder), "-e", "/dev/null", "-c", str(file)], servers


def haproxy(folder, policy, servers, more=""):
    file = folder / "haproxy.cfg"
    front = f"listen web\n bind 127.0.0.1:{FRONT}\n balance {policy}\n{more}"
    file.write_text(DEFAULTS + front + "".join(f" server {each}\n" for each in servers))
    return ["haproxy", "-f", str(file)]


async def picks(folder):
    servers = [await backend(FIRST + i) for i in range(4)]
    for told, weights, words, asked in NGINX:
        command, text = nginx(folder, told, weights, words)
        async with Running(command):
            print("nginx:", f"{told}; {text}" if told else text)
            found = []
            for one in asked:
                path = one if one.startswith("/") else f"/?key={one}"
                header = f"X-Real-IP: {one}\r\n" if told == "ip_hash" else ""
                found.append(letter((await ask(path, header))[1]))
            print("".join(found))
    for weights in HAPROXY:
        names = [f"{'abc'[i]} 127.0.0.1:{FIRST + i} weight {w}" for i, w in enumerate(weights)]
        async with Running(haproxy(folder, "static-rr", names)):
            print("haproxy: balance static-rr;", "; ".join(names))
            print("".join([(await ask())[2] for _each in range(2 * sum(weights))][:40]))
    for server in servers:
        server.close()


async def crash(folder, policy, rate, seed, retries=0, at=5.0, until=13.0):
    """Server a closes its port at `at`; what becomes of a stream of requests."""
    rng, names = random.Random(seed), [f"{'abcd'[i]} 127.0.0.1:{FIRST + i}" for i in range(4)]
    servers = [await backend(FIRST + i, rng) for i in range(4)]
    more = f" retries {retries}\n default-server check inter 2s fall 3\n"
    more += " option redispatch 1\n" * bool(retries)
    async with Running(haproxy(folder, policy, names, more)):
        await asyncio.sleep(2 * rng.random())
        found, start = [], time.monotonic()

        async def one():
            begun = time.monotonic() - start
            found.append((begun, (await ask())[0] == 200))

        asyncio.get_running_loop().call_later(at, servers[0].close)
        tasks, due = [], 0.0
        while (due := due + rng.expovariate(rate)) < until:
            await asyncio.sleep(max(0.0, start + due - time.monotonic()))
            tasks.append(asyncio.create_task(one()))
        await asyncio.gather(*tasks)
    lost = [begun for begun, good in found if not good]
    last = max(lost, default=at)
    sent = sum(at <= begun <= last for begun, _good in found)
    print(f"{policy}, {rate} a second, retries {retries}: lost {len(lost)} of {sent} sent until {last - at:.2f} s after the crash")  # fmt: skip
    for server in servers[1:]:
        server.close()


async def crashes(folder):
    for rate in (120, 24):
        for policy in ("roundrobin", "leastconn"):
            for seed in (1, 2, 3):
                await crash(folder, policy, rate, seed)
    await crash(folder, "leastconn", 120, 1, retries=1)


def version(command):
    done = subprocess.run([shutil.which(command[0]), *command[1:]], capture_output=True, text=True, check=True)  # fmt: skip
    return (done.stdout + done.stderr).splitlines()[0]


if __name__ == "__main__":
    print(f"# {version(['nginx', '-v'])}; {version(['haproxy', '-v'])}")
    with tempfile.TemporaryDirectory() as made:
        asyncio.run({"picks": picks, "crash": crashes}[sys.argv[1]](Path(made)))
