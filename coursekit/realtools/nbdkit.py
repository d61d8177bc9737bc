"""nbdkit, qemu-img bench and dd: 4 KiB from a slow disk, from a server's memory, from a file.

A slow disk is nbdkit's memory with a delay before every read (filter `delay`); a server's memory is
the same without it; both are asked over TCP on 127.0.0.1, where there is no wire. The file is local
and in the cache, and dd reads it. Measured is how long a number of reads takes, one after the other
or several at a time. Source: nbdkit(1), nbdkit-delay-filter(1), qemu-img(1) `bench`, dd(1). Left out:
writes, real disks.
"""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.realtools.backends import free_port, listens, running
from coursekit.realtools.places import Tool
from coursekit.realtools.servers import started
from coursekit.realtools.shell import environment, find
from coursekit.realtools.source import Source
from coursekit.sims.message import require

__all__ = ["NBDKIT", "QEMU_IMG", "SIZE", "Disk", "file_per_s", "served"]

NBDKIT = Tool("nbdkit", "nbdkit")
QEMU_IMG = Tool("qemu-img", "qemu-utils")
SIZE, SPACE = 4096, 16 << 20
TRIES = 3  # the best counts: another process may have had the processor


class Disk:
    """A place to read from: a name for people and the one for qemu."""

    def __init__(self, source: Source, shown: str, place: str) -> None:
        self._source, self._shown, self._place = source, shown, place

    def per_s(self, count: int, depth: int = 1, tries: int = TRIES) -> float:
        """Reads a second, `depth` of them at a time; the best of some tries."""
        words = [
            "-f",
            "raw",
            "-c",
            str(count),
            "-d",
            str(depth),
            "-s",
            str(SIZE),
            "-S",
            str(2 * SIZE),
        ]
        command = f"qemu-img bench {' '.join(words)} {self._shown}"
        said = [
            self._source.ask(command, lambda: _bench([*words, self._place]))
            for _try in range(tries)
        ]
        return count / min(_seconds(each) for each in said)


def _bench(words: list[str]) -> str:
    done = subprocess.run(
        [find("qemu-img") or "qemu-img", "bench", *words], env=environment(), capture_output=True,
        text=True, timeout=20, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    require(done.returncode == 0, "qemu-img={said}: it has to end well", said=done.stderr[-300:])
    return done.stdout.strip().splitlines()[-1]


def _seconds(said: str) -> float:
    found = re.search(r"completed in ([\d.]+) seconds", said)
    require(found is not None, "qemu-img={said}: it says how long it took", said=said)
    assert found
    return float(found[1])


@contextmanager
def served(source: Source, delay_ms: int = 0) -> Iterator[Disk]:
    """A disk of a server's memory, each read of which waits so long."""
    words = ["--filter=delay"] * (delay_ms > 0) + ["memory", str(SPACE)]
    words += [f"rdelay={delay_ms}ms"] * (delay_ms > 0)
    with started(source, f"nbdkit {' '.join(words)}", lambda: _serving(words)) as place:
        yield Disk(source, "nbd://server", place or "")


@contextmanager
def _serving(words: list[str]) -> Iterator[str]:
    port = free_port()
    command = ["nbdkit", "-f", "-i", "127.0.0.1", "-p", str(port), *words]
    with running(command, ready=lambda: listens(port)):
        yield f"nbd://127.0.0.1:{port}"


def file_per_s(source: Source) -> float:
    """Reads a second of a local file that the cache holds, by dd; the best of some tries."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "disk.raw"
        file.write_bytes(b"x" * SPACE)
        said = [source.ask(f"dd if=disk.raw of=/dev/null bs={SIZE}", lambda: _dd(file)) for _try in range(TRIES)]  # fmt: skip
    return SPACE / SIZE / min(_copied(each) for each in said)


def _dd(file: Path) -> str:
    done = subprocess.run(
        [find("dd") or "dd", f"if={file}", "of=/dev/null", f"bs={SIZE}"], env=environment(),
        capture_output=True, text=True, timeout=20, check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.stderr.strip().splitlines()[-1]


def _copied(said: str) -> float:
    found = re.search(r"copied, ([\d.e-]+) s", said)
    require(found is not None, "dd={said}: it says how long it took", said=said)
    assert found
    return float(found[1])
