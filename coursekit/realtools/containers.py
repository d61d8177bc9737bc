"""Checks of the chapter on containers."""

import json
from typing import Any

from coursekit.i18n import mark
from coursekit.realtools import bwrap, containers_limits, oci
from coursekit.realtools.check import SAME, Check, Fact, at_least, at_most
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.containers import density, image, layout, specimen
from coursekit.sims.containers.digests import digest, short
from coursekit.sims.containers.image import Image
from coursekit.sims.containers.pids import HOST, Pids
from coursekit.sims.message import Message, ParameterError

OLD, NEW, COUNTS = "1.0", "2.0", (10, 20)


def _images() -> dict[str, Image]:
    """The specimen, and the same with one byte of its second layer changed."""
    return {OLD: specimen.built("none", False), NEW: specimen.built("second", False)}


def _kept(image: Image) -> tuple[str, ...]:
    return tuple(map(short, image.diff_ids))


def _files(one: Image) -> tuple[str, ...]:
    """The files that a container sees, with the beginning of their digest."""
    tree = image.tree(one)
    return tuple(f"{path} {short(digest(data))}" for path, data in tree.items() if data is not None)


def _refused(one: Image) -> bool:
    """Whether the simulation's own reader refuses the image after the same damage."""
    files = layout.write({OLD: one})
    name = layout.place(one.layers[0].digest)
    files[name] = b"X" + files[name][1:]
    try:
        layout.read(files, OLD)
    except ParameterError:
        return True
    return False


def _image_facts() -> tuple[Fact, ...]:
    images = _images()
    old, new = images[OLD], images[NEW]
    stored = {each.digest for each in old.blobs}
    both = stored | {each.digest for each in new.blobs}
    return (
        Fact(Message.of("The image’s digest (skopeo)"), short(old.digest), SAME),
        Fact(Message.of("Its ID, as Docker’s archive names it"), short(old.id), SAME),
        Fact(Message.of("Its layers (umoci)"), _kept(old), SAME),
        Fact(Message.of("The steps that made them"), _steps(old), SAME),
        Fact(Message.of("The files in a container (umoci)"), _files(old), SAME, why=Message.of("etc/motd is missing: the third layer hides it with a whiteout.")),
        Fact(Message.of("Layers after a change in the second"), _kept(new), SAME),
        Fact(Message.of("The digest after that change"), short(new.digest), SAME),
        Fact(Message.of("Blobs in another store after each of both was copied"), (len(stored), len(both)), SAME, why=Message.of("Only what changed is sent: one layer, the config, the manifest.")),
        Fact(Message.of("A layer with one changed byte is refused"), _refused(old), SAME),
    )  # fmt: skip


def _steps(one: Image) -> tuple[str, ...]:
    """The history in the image's config."""
    return tuple(each["created_by"] for each in json.loads(one.config.data)["history"])


def _ask_image(source: Source) -> tuple[Any, ...]:
    images = _images()
    with oci.site(source, images) as shell:
        return (
            oci.digest(shell, OLD), oci.image_id(shell, OLD), oci.layers(shell, OLD),
            oci.steps(shell, OLD), oci.unpacked(shell, OLD), oci.layers(shell, NEW),
            oci.digest(shell, NEW), oci.blobs_after_copies(shell, OLD, NEW),
            oci.refuses(shell, OLD, images[OLD].layers[0].digest),
        )  # fmt: skip


def _density_facts() -> tuple[Fact, ...]:
    pids = Pids().unshare(HOST).fork(1)
    host = density.Host()
    return (
        Fact(Message.of("The host’s name in a container"), "box", SAME),
        Fact(Message.of("The number of its first program"), pids.processes[0][1], SAME),
        Fact(Message.of("Processes that it sees"), len(pids.seen_from(1)), SAME),
        *(
            Fact(Message.of("{n} containers take together", n=n), n * host.ct, at_most(), "MiB")
            for n in COUNTS
        ),
        Fact(Message.of("A virtual machine without any guest takes"), host.vmm, at_most(), "MiB", Message.of("Emulator and devices only: the guest’s own system comes on top.")),
        Fact(Message.of("So many times a container’s"), density.VENDOR, at_least(), why=Message.of("The prediction is a vendor’s own figure, with guests in the machines and their programs in the containers. The larger the program, the nearer to 1.")),
    )  # fmt: skip


def _ask_density(source: Source) -> tuple[Any, ...]:
    with source.shell() as shell:
        seen = bwrap.inside(shell)
        taken = [bwrap.containers_mib(shell, n) for n in COUNTS]
        machine = bwrap.machine_mib(shell)
    return (*seen, *taken, machine, machine / (taken[-1] / COUNTS[-1]))


CHECKS = (
    Check(
        name="containers-image",
        title=mark("An image written by the simulation, read by skopeo and umoci"),
        question=mark("Are the digests, the layers and the files the same for the true tools?"),
        differs=mark("The tools know more kinds of files, compress layers and ask registries; names and bytes of an image are the same. Nothing but these bytes decides the digest."),
        facts=_image_facts,
        ask=_ask_image,
        places=(Place("here", (oci.SKOPEO, oci.UMOCI)),),
    ),
    Check(
        name="containers-density",
        title=mark("Twenty containers and one empty machine"),
        question=mark("How much memory does one more container take, and how much one more machine?"),
        differs=mark("The model counts a share for each container and a guest system for each machine. What a page costs that many share is measured here: a tenth each for ten. The figures depend on the host; only their order is compared."),
        facts=_density_facts,
        ask=_ask_density,
        places=(Place("namespace", (bwrap.BWRAP, bwrap.QEMU)),),
    ),
    *containers_limits.CHECKS,
)  # fmt: skip
