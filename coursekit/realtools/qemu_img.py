"""qemu-img and qemu-io: a chain of disk images, cluster by cluster.

The images are made by the tools themselves from a `chain.Disk` of the simulation: `layer0.qcow2` is
the base, each other names the one below as its backing file, and `qemu-io` fills every cluster with
the byte of its version. Asked: which layer answers each cluster (`qemu-img map`), what the guest
reads, how large a file is, which files still open when one is missing, `commit`, `rebase` and
`compare`. Source: qemu-img(1), qemu-io(1). Left out: internal snapshots, other formats, a running
guest. Everything is typed in the folder of the shell, which goes with it.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Answer, Shell
from coursekit.realtools.source import Source
from coursekit.sims.message import require
from coursekit.sims.vmfiles.chain import Disk

__all__ = ["QEMU_IMG", "QEMU_IO", "commit", "depths", "end_clusters", "identical", "images", "openable", "rebase", "refusal", "seen", "write"]  # fmt: skip

QEMU_IMG = Tool("qemu-img", "qemu-utils")
QEMU_IO = Tool("qemu-io", "qemu-utils", aside=True)

Depths = tuple[int | None, ...]


@contextmanager
def images(source: Source, disk: Disk) -> Iterator[Shell]:
    """A shell in a folder with the files of this chain, made by qemu-img and qemu-io."""
    with source.shell() as shell:
        for number, layer in enumerate(disk.layers):
            backing = f"-b {_name(number - 1)} -F qcow2 " if number else ""
            size = disk.clusters * disk.cluster
            _done(shell, f"qemu-img create -q -f qcow2 -o cluster_size={disk.cluster} {backing}{_name(number)} {size}")  # fmt: skip
            for at, version in layer.items():
                write(shell, disk, number, at, version)
        yield shell


def _name(layer: int) -> str:
    return f"layer{layer}.qcow2"


def _done(shell: Shell, command: str) -> Answer:
    answer = shell.run(command)
    require(answer.code == 0, "command={command}: {said}", command=command, said=answer.text)
    return answer


def write(shell: Shell, disk: Disk, layer: int, at: int, value: int, size: int = 0) -> None:
    """`size` bytes (0: a whole cluster) of this value at the start of a cluster."""
    where = f"write -q -P {value} {at * disk.cluster} {size or disk.cluster}"
    _done(shell, f"qemu-io -c '{where}' {_name(layer)}")


def depths(shell: Shell, disk: Disk, layer: int) -> Depths:
    """How many files below this one each cluster is found; None: nobody has it, it reads as zeros."""
    said = _done(shell, f"qemu-img map --output=json {_name(layer)}").text
    found: list[int | None] = [None] * disk.clusters
    for part in json.loads(said):
        if part["data"]:
            first, past = part["start"] // disk.cluster, -(-(part["start"] + part["length"]) // disk.cluster)  # fmt: skip
            found[first:past] = [int(part["depth"])] * (past - first)
    return tuple(found)


def seen(shell: Shell, disk: Disk, layer: int) -> tuple[int, ...]:
    """The first byte of each cluster as a guest reads it through the whole chain."""
    reads = " ".join(f"-c 'read -v {at * disk.cluster} 1'" for at in range(disk.clusters))
    said = _done(shell, f"qemu-io -r {reads} {_name(layer)} | grep '^[0-9a-f]*:'").text
    return tuple(
        int(each, 16) for each in re.findall(r"^[0-9a-f]+: +([0-9a-f]{2})", said, re.MULTILINE)
    )


def end_clusters(shell: Shell, layer: int, cluster: int) -> int:
    """How many clusters long the file is, tables and all; one that is begun counts whole."""
    return -(-int(_done(shell, f"stat -c %s {_name(layer)}").text) // cluster)


def commit(shell: Shell, layer: int) -> None:
    """Merge a layer into the one below."""
    _done(shell, f"qemu-img commit -q {_name(layer)}")


def rebase(shell: Shell, layer: int, base: int) -> None:
    """Give a layer another base; what it needs of those between is copied into it."""
    _done(shell, f"qemu-img rebase -b {_name(base)} -F qcow2 {_name(layer)}")


def identical(shell: Shell, layer: int) -> bool:
    """Whether a copy that needs no base shows the guest the same as the chain."""
    _done(shell, f"qemu-img convert -O qcow2 {_name(layer)} flat.qcow2")
    return shell.run(f"qemu-img compare {_name(layer)} flat.qcow2").text == "Images are identical."


def openable(shell: Shell, layers: Sequence[int], lost: int) -> tuple[int, ...]:
    """The layers that still open while one file is missing."""
    shell.run(f"mv {_name(lost)} away")
    found = tuple(each for each in layers if shell.run(_read(each)).code == 0)
    shell.run(f"mv away {_name(lost)}")
    return found


def refusal(shell: Shell, layer: int, lost: int) -> str:
    """What qemu says to whoever opens a layer while one file below is missing."""
    shell.run(f"mv {_name(lost)} away")
    said = shell.run(_read(layer)).text
    shell.run(f"mv away {_name(lost)}")
    return said.rpartition("backing file: ")[2]


def _read(layer: int) -> str:
    return f"qemu-io -r -c 'read -q 0 1' {_name(layer)}"
