"""Probes of the sandbox: `python probes.py` prints what each saw, as JSON, from two places.

"command" is a program started by the sandbox's command, as papermill's own engine starts;
"fork" is a notebook under the fast engine. A probe prints one JSON value. It is a program
so that root and an ordinary user can both run it.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from textwrap import dedent

import papermill
import psutil
from nbformat import v4

from coursekit.grading import warm
from coursekit.grading.bubblewrap import command
from coursekit.grading.limits import Limits

MARK = f"86403.{os.getpid()}"
LIMITS = Limits(seconds=30)

FILL = """
import os
def fill(folder):
    count = 0
    try:
        for count in range(200):
            with open(f"{folder}/MARK{count}", "wb") as file:
                file.write(b"x" * (1 << 20))
    except OSError:
        pass
    for name in os.listdir(folder):
        if "MARK" in name:
            os.remove(f"{folder}/{name}")
    return count
"""

PROBES = {
    "interfaces": "import socket\nsaid = [name for _, name in socket.if_nameindex()]",
    "host": """
        import socket
        said = []
        for address in (("127.0.0.1", PORT), ("1.1.1.1", 53)):
            try:
                socket.create_connection(address, 2)
                said.append("open")
            except OSError as why:
                said.append(why.strerror)
    """,
    "loopback": """
        import socket
        server = socket.create_server(("127.0.0.1", 0))
        socket.create_connection(server.getsockname(), 2)
        said = "works"
    """,
    "files": """
        import os
        said = [path for path in ("CANARY", "/root/.ssh", "/home", "/etc/passwd", "/etc/shadow",
                                  "/var", "/sys", "/boot", "CHECKOUT") if os.path.exists(path)]
    """,
    "walk": """
        import os
        said = {"writable": [], "course": []}
        for folder, folders, files in os.walk("/"):
            if folder == "/":
                folders[:] = [each for each in folders if each not in ("proc", "sys")]
            try:
                open(folder + "/MARK", "wb").close()
                said["writable"].append(folder)
            except OSError:
                pass
            named = [os.path.join(folder, name) for name in files]
            said["course"] += [path for path in named if "coursekit" in path or "08-raid" in path]
    """,
    "environment": "import os\nsaid = sorted(os.environ)",
    "processes": """
        import os
        said = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with open(f"/proc/{pid}/cmdline") as file:
                said.append(file.read()[:60])
    """,
    "signals": """
        import os
        said = []
        for pid in {PARENT, *range(2, 5000)} - {os.getpid()}:
            try:
                os.kill(pid, 0)
                said.append(pid)
            except ProcessLookupError:
                pass
    """,
    "rights": """
        status = dict(line.split(":", 1) for line in open("/proc/self/status"))
        said = {name: status[name].strip() for name in ("CapEff", "CapPrm", "CapBnd", "NoNewPrivs")}
    """,
    "first": """
        import os
        said = []
        for name, flags in (("mem", os.O_RDWR), ("environ", os.O_RDONLY), ("fd/3", os.O_RDONLY)):
            try:
                os.open(f"/proc/1/{name}", flags)
                said.append(name)
            except OSError:
                pass
    """,
    "descriptors": """
        import os, stat
        said = 0
        for name in os.listdir("/proc/self/fd"):
            try:
                said += stat.S_ISSOCK(os.fstat(int(name)).st_mode)
            except OSError:
                pass
    """,
    "namespaces": """
        import ctypes, subprocess
        said = [ctypes.CDLL(None).unshare(flag) for flag in (0x10000000, 0x20000, 0x40000000)]
        said.append(subprocess.run(["unshare", "-Ur", "true"], capture_output=True).returncode)
        said.append(subprocess.run(["mount", "-t", "tmpfs", "x", "/tmp"], capture_output=True).returncode)
        try:
            open("/proc/sys/user/max_user_namespaces", "w").write("9")
            said.append(0)
        except OSError:
            said.append(1)
    """,
    "devices": """
        import os, stat
        said = []
        for folder, _, files in os.walk("/dev"):
            said += [name for name in files if stat.S_ISBLK(os.lstat(f"{folder}/{name}").st_mode)]
        for act in (lambda: os.mknod("/tmp/device", stat.S_IFBLK | 0o600, os.makedev(254, 0)),
                    lambda: os.open("/dev/tty", os.O_RDWR), lambda: os.open("/dev/kmsg", os.O_RDONLY)):
            try:
                act()
                said.append("done")
            except OSError:
                pass
    """,
    "memory": """
        said = []
        for size in (1 << 28, 3 << 30):
            try:
                kept = bytearray(size)
                said.append("got")
            except MemoryError:
                said.append("MemoryError")
    """,
    "forks": """
        import os, time
        count = 0
        try:
            for count in range(1000):
                if not os.fork():
                    time.sleep(60)
                    os._exit(0)
        except OSError:
            pass
        said = count
    """,
    "/tmp": FILL + "said = fill('/tmp')",
    "/dev/shm": FILL + "said = fill('/dev/shm')",
    "/out": FILL + "said = fill('/out')",
    "daemon": """
        import subprocess
        subprocess.Popen(["sleep", "MARK"], start_new_session=True,
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        said = "left"
    """,
}


def by_command(code):
    started = [sys.executable, "-I", "-c", code]
    done = subprocess.run(
        command(started, LIMITS.bounds),
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.stdout or done.stderr


def by_fork(code):
    book = v4.new_notebook(cells=[v4.new_code_cell(code)])
    done = papermill.execute_notebook(
        book,
        None,
        engine_name="coursekit-fast",
        kernel_name="graded",
        progress_bar=False,
        limits=LIMITS,
    )
    return done.cells[0].outputs[0].text


def outlives():
    """What lives on when the process that we started is killed, and nothing else."""
    deaf = "import time\nprint(flush=True)\ntime.sleep(60)"
    start = command([sys.executable, "-I", "-c", deaf], LIMITS.bounds)
    with subprocess.Popen(start, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        process.stdout.readline()
        inside = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    _, alive = psutil.wait_procs(inside, timeout=10)
    return [len(inside) > 0, [each.name() for each in alive]]


def filled(code, values):
    text = dedent(code)
    for old, new in values.items():
        text = text.replace(old, new)
    return text + "\nimport json\nprint(json.dumps(said))"


def probe(run, code):
    try:
        return json.loads(run(code))
    except Exception as why:
        return f"{type(why).__name__}: {why}"


def main():
    os.environ["COURSE_PASSWORD"] = "unseen"
    with (
        tempfile.NamedTemporaryFile(prefix="canary-") as canary,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        server.setblocking(False)
        values = {
            "MARK": MARK,
            "CANARY": canary.name,
            "PARENT": str(os.getpid()),
            "PORT": str(server.getsockname()[1]),
            "CHECKOUT": str(Path(__file__).parents[3] / "pyproject.toml"),
        }
        seen = {
            f"{place} {name}": probe(run, filled(code, values))
            for place, run in (("command", by_command), ("fork", by_fork))
            for name, code in PROBES.items()
        }
        seen["reached"] = True
        try:
            server.accept()
        except BlockingIOError:
            seen["reached"] = False
    seen["outlives"] = outlives()
    warm.close()
    time.sleep(0.2)
    seen["user"] = os.getuid()
    commands = [each.info["cmdline"] or [] for each in psutil.process_iter(["cmdline"])]
    seen["left"] = [each for each in commands if MARK in each]
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
