"""Checks of the chapter on files of virtual machines."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from coursekit.i18n import mark
from coursekit.realtools import qemu_img
from coursekit.realtools.check import SAME, SHOWN, Check, Fact
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.message import Message
from coursekit.sims.vmfiles import chain, qcow2build

TOP, SMALL_AT, SMALL = 3, 1, 512  # three overlays; a write of 512 bytes to a cluster of the base


def _disk() -> chain.Disk:
    """A base that lacks its last two clusters, and three overlays; versions are numbers from 1."""
    layers: tuple[dict[int, int], ...] = (
        dict.fromkeys(range(8), 1), {2: 2, 3: 2, 8: 2}, {3: 3, 5: 3}, {5: 4},
    )  # fmt: skip
    return chain.Disk(clusters=10, layers=layers)


def _depths(disk: chain.Disk, layer: int) -> qemu_img.Depths:
    """The same as qemu-img maps: None where no layer has the cluster."""
    under = replace(disk, layers=disk.layers[: layer + 1])
    found = [chain.read(under, number) for number in range(disk.clusters)]
    return tuple(None if each.layer is None else each.depth for each in found)


def _files(layers: Sequence[int]) -> Message | tuple[int, ...]:
    return tuple(layers) or Message.of("no layer")


def _chain_facts() -> tuple[Fact, ...]:
    disk = _disk()
    small, cost = chain.write(disk, SMALL_AT, 9, whole=False)
    up, down = chain.delete(small, 2, "up")[0], chain.delete(small, 1, "down")[0]
    flat = chain.flatten(small)[0]
    base = qcow2build.files_of(disk)["layer0.qcow2"]
    new = small.sizes[-1] - disk.sizes[-1]
    return (
        Fact(Message.of("Files passed before each cluster is found"), _depths(disk, TOP), SAME),
        Fact(Message.of("What the guest reads there"), disk.seen, SAME),
        Fact(Message.of("Length of the base’s file, tables and all"), len(base) // disk.cluster, SAME, mark("clusters")),
        *(
            Fact(Message.of("Without layer {n}, these layers still open", n=n), _files(chain.lose(disk, n)), SAME)
            for n in range(TOP + 1)
        ),
        Fact(Message.of("What QEMU says to who opens layer 3 without the base"), None, SHOWN),
        Fact(Message.of("After a write of {n} bytes to cluster {at}", n=SMALL, at=SMALL_AT), _depths(small, TOP), SAME),
        Fact(Message.of("Data that this write added to the top layer"), new * disk.cluster, SAME, mark("bytes"), Message.of("The rest of the cluster was copied from below: {reads} read, {writes} written.", reads=cost.reads, writes=cost.writes)),
        Fact(Message.of("Layer 3, made free of layer 2 (rebase)"), _depths(up, TOP - 1), SAME),
        Fact(Message.of("The base, once layer 1 was merged into it (commit)"), _depths(down, 0), SAME),
        Fact(Message.of("What the guest reads after both"), down.seen, SAME),
        Fact(Message.of("A copy without a base shows the guest the same"), flat.seen == small.seen, SAME),
    )  # fmt: skip


def _ask_chain(source: Source) -> tuple[Any, ...]:
    disk = _disk()
    layers = range(TOP + 1)
    with qemu_img.images(source, disk) as shell:
        found: list[Any] = [qemu_img.depths(shell, disk, TOP), qemu_img.seen(shell, disk, TOP)]
        found.append(qemu_img.end_clusters(shell, 0, disk.cluster))
        for lost in layers:
            rest = [each for each in layers if each != lost]
            found.append(_files(qemu_img.openable(shell, rest, lost)))
        found.append(qemu_img.refusal(shell, TOP, 0))
        before = found[0].count(0)
        qemu_img.write(shell, disk, TOP, SMALL_AT, 9, SMALL)
        after = qemu_img.depths(shell, disk, TOP)
        found += [after, (after.count(0) - before) * disk.cluster]
        qemu_img.rebase(shell, TOP, TOP - 2)
        found.append(qemu_img.depths(shell, disk, TOP))
        qemu_img.commit(shell, 1)
        found += [qemu_img.depths(shell, disk, 0), qemu_img.seen(shell, disk, TOP)]
        found.append(qemu_img.identical(shell, TOP))
    return tuple(found)


CHECKS = (
    Check(
        name="vmfiles-chain",
        title=mark("A chain of images, made and read by QEMU"),
        question=mark("Three snapshots on one disk: which file answers each cluster, and what if one is missing?"),
        differs=mark("In these files clusters are filled with one byte each, so that a reader can see which version it meets. A snapshot keeps only what changed after it: without the files below it is nothing."),
        facts=_chain_facts,
        ask=_ask_chain,
        places=(Place("here", (qemu_img.QEMU_IMG, qemu_img.QEMU_IO)),),
    ),
)  # fmt: skip
