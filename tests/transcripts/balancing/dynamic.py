"""HAProxy, asked: who gets each request with `balance roundrobin`, for all weights from 1 to 6.

With haproxy on the PATH: `python3 dynamic.py > dynamic.txt`. HAProxy plays the servers too, on
sockets in a temporary folder. Two rounds for each set, 36 for some: beyond 16 everybody begins anew.
"""

import http.client
import itertools
import socket
import subprocess
import tempfile
import time
from pathlib import Path

EVERY = list(itertools.product(range(1, 7), repeat=3))
LONG = [(1, 1, 1), (1, 2, 6), (2, 1, 1), (4, 2, 1), (5, 3, 2), (6, 5, 4), (3, 6, 5)]
WAIT = " timeout connect 1s\n timeout client 10s\n timeout server 10s\n"
SAYS = " http-request return status 200 content-type text/plain string"


class Connection(http.client.HTTPConnection):
    """HTTP over a socket that is a file."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(5)
        self.sock.connect(self.host)


def told(folder):
    text = f"global\n nbthread 1\ndefaults\n mode http\n{WAIT}"
    for letter in "abc":
        text += f"frontend {letter}\n bind unix@{folder}/{letter}\n{SAYS} {letter}\n"
    for number, weights in enumerate((*EVERY, *LONG)):
        name = f"{'-'.join(map(str, weights))}-{number}"
        text += f"backend {name}\n balance roundrobin\n"
        text += "".join(
            f" server {letter} unix@{folder}/{letter} weight {w}\n"
            for letter, w in zip("abc", weights, strict=True)
        )
    return text + f"frontend web\n bind unix@{folder}/web\n use_backend %[path,regsub(^/,)]\n"


def ask(folder, weights, number, requests):
    connection, said = Connection(f"{folder}/web"), ""
    for _each in range(requests):
        connection.request("GET", f"/{'-'.join(map(str, weights))}-{number}", headers={"Host": "x"})
        said += connection.getresponse().read().decode()
    connection.close()
    return said


def main():
    version = subprocess.run(["haproxy", "-v"], capture_output=True, text=True, check=True)
    print("#", version.stdout.splitlines()[0])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "haproxy.cfg"
        file.write_text(told(folder))
        process = subprocess.Popen(["haproxy", "-db", "-f", str(file)])
        try:
            while not (Path(folder) / "web").exists():
                time.sleep(0.02)
            for number, weights in enumerate((*EVERY, *LONG)):
                rounds = 2 if number < len(EVERY) else 36
                print(*weights, ask(folder, weights, number, rounds * sum(weights)))
        finally:
            process.terminate()
            process.wait(5)


main()
