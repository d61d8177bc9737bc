"""mdadm and the kernel's md: which losses an array bears, where its chunks lie, what a write costs.

Arrays of small empty disks in the virtual machine. A chunk is 4 KiB, md's own unit of work, so
that a chunk is one I/O. Disks are “lost” by leaving them out when an array is assembled, by
`--fail`, or by pulling them. Sources: mdadm(8), md(4), the kernel's `Documentation/block/stat`.
Left out: how long anything takes.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell
from coursekit.realtools.source import Source
from coursekit.realtools.tinyvm import Machine
from coursekit.sims.raid import parity
from coursekit.sims.raid.layouts import Array, data_disks

MDADM = Tool("mdadm", "mdadm")
CHUNK = 4096
LETTERS = "abcdef"
NOBODY = "-"  # the empty set of disks
ROWS = 6  # of a layout that are looked at
SECTOR = 512
STATE = "/sys/block/md0/md/array_state"
FACTOR, MODULUS = 1_103_515_245, 2**31  # a chunk of its own for each number


def sets(disks: int) -> tuple[str, ...]:
    """Every set of disks by their letters, the small ones first."""
    names = LETTERS[:disks]
    return tuple(
        "".join(each) or NOBODY for size in range(disks + 1) for each in combinations(names, size)
    )


def survivors(source: Source, array: Array) -> tuple[str, ...]:
    """The sets of dead disks without which the array still starts and gives back what it held."""
    size = CHUNK * array.disks * 3
    with source.shell(disks=array.disks) as shell:
        shell.run(create(array))
        shell.run(
            f"seq 99999 | head -c {size} > data; cp data /dev/md0; mdadm --quiet --stop /dev/md0"
        )
        answer = shell.run(
            f"for dead in {' '.join(sets(array.disks))}; do\n"
            "  mdadm --assemble --quiet --run --force --readonly /dev/md0 /dev/sd[!$dead] 2>/dev/null &&\n"
            f"    cmp -s -n {size} data /dev/md0 && echo $dead\n"
            f"  [ ! -e {STATE} ] || echo clear > {STATE}\n"
            "done", 60)  # fmt: skip
    return tuple(answer.text.split())


def create(array: Array, spares: int = 0) -> str:
    """The line that makes it of /dev/sda, sdb …; empty disks need no first synchronisation."""
    words = [f"mdadm --create /dev/md0 --quiet --run --level={array.level}", f"--raid-devices={array.disks}"]  # fmt: skip
    if array.level != "1":
        words.append(f"--chunk={CHUNK // 1024}")
    if array.level in ("5", "6"):
        words.append(f"--layout={array.layout}")
    if array.level == "10":
        words.append(f"--layout={_copies(array)}")
    if array.level != "0":
        words.append("--bitmap=none --assume-clean")
    if spares:
        words.append(f"--spare-devices={spares}")
    return " ".join([*words, f"/dev/sd[{LETTERS[: array.disks + spares]}]"])


def _copies(array: Array) -> str:
    """What mdadm calls a layout of RAID 10."""
    if array.offset:
        return f"o{array.far}"
    return f"f{array.far}" if array.far > 1 else f"n{array.near}"


def layout(source: Source, array: Array) -> str:
    """The first rows of every disk, in the words of `layouts.Grid.text`, read from the raw disks."""
    count = array.disks * ROWS
    with source.shell(disks=array.disks) as shell:
        shell.run(create(array))
        shell.run(
            f"awk 'BEGIN {{ for (n = 0; n < {count}; n++) for (i = 0; i < {CHUNK // 8}; i++)"
            f' printf "%08x", n * {FACTOR} % {MODULUS} }}\' > /dev/md0'
        )
        shell.run("offset=$(cat /sys/block/md0/md/dev-sda/offset); mdadm --stop --quiet /dev/md0")
        answer = shell.run(
            f"for disk in /dev/sd?; do dd if=$disk bs={CHUNK} skip=$((offset / {CHUNK // SECTOR}))"
            f" count={ROWS} 2>/dev/null | od -An -v -tx1 -w{CHUNK} | cut -c 2-24; done"
        )
    cells = [bytes.fromhex(line) for line in answer.text.splitlines()]
    disks = [cells[at : at + ROWS] for at in range(0, len(cells), ROWS)]
    return " | ".join(" ".join(_labels(row)) for row in zip(*disks, strict=True))


def _filled(chunk: int) -> bytes:
    """What a chunk is filled with: eight digits that no parity of others is likely to give."""
    return f"{chunk * FACTOR % MODULUS:08x}".encode()


def _labels(row: Sequence[bytes]) -> list[str]:
    """The chunks by what they were filled with; P and Q by being what they must be."""
    chunks = {_filled(chunk): chunk for chunk in range(len(row) * ROWS)}
    held = sorted(chunks[cell] for cell in row if cell in chunks)
    data = [np.frombuffer(_filled(chunk), dtype=np.uint8) for chunk in held]
    p, q = parity.syndromes(data)
    names = {q.tobytes(): "Q", p.tobytes(): "P"}
    return [str(chunks[cell]) if cell in chunks else names.get(cell, "?") for cell in row]


def write_ios(source: Source, tasks: Iterable[tuple[Array, int]]) -> tuple[str, ...]:
    """For each array and number of chunks: the reads and writes of one write of so many chunks.

    The stripe was never touched before, so nothing of it is cached. The array is marked as in use
    by a first write and stays so: that mark would be counted too.
    """
    answers = []
    with source.shell(disks=len(LETTERS)) as shell:
        for array, chunks in tasks:
            _fresh(shell, array)
            stripe = chunks * 10  # a whole number of writes from the start of the array
            count = f"cat /sys/block/sd[{LETTERS[: array.disks]}]/stat"
            write = f"dd if=/dev/zero of=/dev/md0 bs={chunks * CHUNK} seek={stripe * data_disks(array) // chunks} count=1 oflag=direct 2>&1 | grep -c copied"  # fmt: skip
            before = _ios(shell.run(count).text)
            shell.run(write)
            after = _ios(shell.run(count).text)
            answers.append(ios(after[0] - before[0], after[1] - before[1]))
            shell.quietly("mdadm --stop --quiet /dev/md0")
    return tuple(answers)


def ios(reads: int, writes: int) -> str:
    """So many reads and writes, in short."""
    return f"{reads} R + {writes} W"


def _fresh(shell: Shell, array: Array) -> None:
    """An array in use, that reads nothing ahead."""
    shell.quietly("mdadm --zero-superblock /dev/sd[a-f] 2>/dev/null")
    shell.run(create(array))
    shell.run(
        "echo 100 > /sys/block/md0/md/safe_mode_delay; "
        f"dd if=/dev/zero of=/dev/md0 bs={CHUNK} count=1 oflag=direct 2>/dev/null"
    )


def _ios(stat: str) -> tuple[int, int]:
    """Reads and writes completed, of all disks together: the 1st and 5th number of each line."""
    lines = [line.split() for line in stat.splitlines()]
    return sum(int(line[0]) for line in lines), sum(int(line[4]) for line in lines)


def spare_life(source: Source, disks: int) -> tuple[str | bool, ...]:
    """RAID 5 with a hot spare: its state at first, rebuilding, rebuilt, and after two more failures.

    Last: whether the data was still right after the rebuild.
    """
    array, seen = Array(level="5", disks=disks), list[str]()
    with source.shell(disks=disks + 1) as shell:
        shell.run(create(array, spares=1))
        shell.run("seq 99999 > data; cp data /dev/md0; sync")
        seen.append(state(shell))
        shell.run("echo 100 > /proc/sys/dev/raid/speed_limit_max")  # slow enough to be seen
        shell.run("mdadm --quiet /dev/md0 --fail /dev/sdb")
        seen.append(state(shell))
        _finish(shell)
        seen.append(state(shell))
        shell.run("echo 3 > /proc/sys/vm/drop_caches")
        right = shell.run("cmp -s -n $(stat -c %s data) data /dev/md0").code == 0
        for letter in "ac":
            shell.run(f"mdadm --quiet /dev/md0 --fail /dev/sd{letter}")
            seen.append(state(shell))
    return (*seen, right)


def hot_plug(source: Source) -> tuple[str | bool, ...]:
    """RAID 1: a disk is pulled, something is written, a new disk is put in and added.

    Last: whether the new disk alone holds every byte.
    """
    seen = list[str | bool]()
    with source.shell(disks=2) as shell:
        shell.run(create(Array(level="1", disks=2)))
        shell.run("seq 99999 > data")
        machine = shell.machine()
        if isinstance(machine, Machine):
            machine.pull(1)
        seen.append(state(shell))
        shell.run("cp data /dev/md0; sync")
        seen.append(state(shell))
        shell.run("mdadm --quiet /dev/md0 --fail detached --remove detached")
        if isinstance(machine, Machine):
            machine.plug(1)
        shell.run("mdadm --quiet /dev/md0 --add /dev/sdb")
        _finish(shell)
        seen.append(state(shell))
        shell.run("mdadm --quiet --stop /dev/md0")
        shell.run("mdadm --assemble --quiet --run --readonly /dev/md0 /dev/sdb")
        seen.append(shell.run("cmp -s -n $(stat -c %s data) data /dev/md0").code == 0)
    return tuple(seen)


def state(shell: Shell) -> str:
    """The array's state, and which slots are whole: “OPTIMAL UUU”."""
    detail = shell.run("mdadm --detail /dev/md0 | grep 'State :'").text
    slots = re.search(r"\[([U_]+)\]", shell.run("grep -A 1 ^md0 /proc/mdstat").text)
    words = {"FAILED": "FAILED", "recovering": "RECOVERING", "degraded": "DEGRADED"}
    name = next((name for word, name in words.items() if word in detail), "OPTIMAL")
    return f"{name} {slots.group(1) if slots else ''}"


def _finish(shell: Shell) -> None:
    """Let a rebuild run as fast as it can, and wait for it."""
    shell.run("echo 999999 > /proc/sys/dev/raid/speed_limit_max; mdadm --wait /dev/md0; sync", 60)
