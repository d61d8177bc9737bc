"""OVA: a whole machine in one tar file, built in memory and verified.

Modelled: the order of members, the OVF descriptor that comes first, a manifest with SHA-256
digests, references to disks. Nothing is ever unpacked to a disk. Left out: certificates,
compressed and chunked disks, several machines in one package. Source: DMTF DSP0243, OVF 2.1.
"""

import io
import re
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from coursekit.sims.message import Message, ParameterError, require
from coursekit.sims.vmfiles import ovf
from coursekit.sims.vmfiles.ovf import Machine

__all__ = ["Appliance", "Problem", "Verified", "make_ova", "manifest_of", "open_ova", "pack", "unpack", "verify"]  # fmt: skip

Code = Literal["not_a_tar", "twice", "no_ovf", "bad_ovf", "ova_order_error", "bad_manifest", "digest_mismatch", "missing", "unlisted", "size_mismatch"]  # fmt: skip
LINE = re.compile(r"SHA256\((?P<name>[^()]+)\)= (?P<hex>[0-9a-fA-F]{64})")
Members = Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Problem:
    """One reason to refuse a package, and the files it is about."""

    code: Code
    names: tuple[str, ...]
    why: Message


@dataclass(frozen=True)
class Verified:
    """The members in order, with their sizes and digests, and all that is amiss."""

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    digests: tuple[str, ...]
    signed: bool  # there is a manifest: digests were compared
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether the package may be imported."""
        return not self.problems

    def about(self, code: Code) -> tuple[str, ...]:
        """The files with this problem."""
        return tuple(name for each in self.problems if each.code == code for name in each.names)


@dataclass(frozen=True)
class Appliance:
    """A package that was accepted: the machine and its disks."""

    machine: Machine
    disks: Mapping[str, bytes]


def make_ova(
    machine: Machine, disks: Mapping[str, bytes], *, manifest: bool = True, order: Literal["ok", "bad"] = "ok"
) -> bytes:  # fmt: skip
    """A package; `order="bad"` puts the descriptor second, which no importer accepts."""
    require(order in ("ok", "bad"), "order={order}: choose ok or bad", order=order)
    members = [(f"{machine.name}.ovf", ovf.describe(machine, disks).encode()), *disks.items()]
    if manifest:
        members.insert(1, (f"{machine.name}.mf", manifest_of(members)))
    if order == "bad":
        require(len(members) > 1, "order={order}: there is nothing to come before", order=order)
        members[:2] = reversed(members[:2])
    return pack(members)


def manifest_of(members: Members) -> bytes:
    """A line with the digest of each member."""
    return "".join(f"SHA256({name})= {sha256(data).hexdigest()}\n" for name, data in members).encode()  # fmt: skip


def pack(members: Members) -> bytes:
    """A tar file in the ustar format, without dates and owners: the same bytes each time."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def unpack(package: bytes) -> list[tuple[str, bytes]]:
    """The members in order, in memory; ParameterError when this is no tar file."""
    found = []
    try:
        with tarfile.open(fileobj=io.BytesIO(package), mode="r:") as tar:
            for member in tar:
                data = tar.extractfile(member)
                found.append((member.name, data.read() if data else b""))
    except (tarfile.TarError, EOFError, ValueError):
        raise ParameterError("package={n}: {n} bytes that are no tar file", n=len(package)) from None  # fmt: skip
    return found


def verify(package: bytes) -> Verified:
    """All that is amiss with a package, in the order an importer would meet it."""
    try:
        members = unpack(package)
    except ParameterError as why:
        return Verified((), (), (), signed=False, problems=(Problem("not_a_tar", (), why.message),))
    names = tuple(name for name, _data in members)
    return Verified(
        names=names,
        sizes=tuple(len(data) for _name, data in members),
        digests=tuple(sha256(data).hexdigest() for _name, data in members),
        signed=any(name.endswith(".mf") for name in names),
        problems=tuple(_problems(members)),
    )


def open_ova(package: bytes) -> Appliance:
    """The machine and its disks; ParameterError with the first reason to refuse it."""
    verified = verify(package)
    if verified.problems:
        first = verified.problems[0].why
        raise ParameterError(first.text, **first.values)
    contents = dict(unpack(package))
    machine = ovf.read(contents[next(name for name in contents if name.endswith(".ovf"))])
    return Appliance(machine.machine, {file.href: contents[file.href] for file in machine.files})


def _problems(members: Members) -> list[Problem]:
    names, contents = [name for name, _data in members], dict(members)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        return [Problem("twice", tuple(twice), Message.of("{names}: in the package more than once.", names=", ".join(twice)))]  # fmt: skip
    described = [name for name in names if name.endswith(".ovf")]
    if len(described) != 1:
        return [Problem("no_ovf", tuple(described), Message.of("The package has {n} descriptors (.ovf); one is needed.", n=len(described)))]  # fmt: skip
    try:
        descriptor = ovf.read(contents[described[0]])
    except ParameterError as why:
        return [Problem("bad_ovf", tuple(described), why.message)]
    return [
        *_order(names, [file.href for file in descriptor.files]),
        *_referenced(descriptor, contents),
        *_signed(contents),
    ]


def _order(names: Sequence[str], hrefs: Sequence[str]) -> list[Problem]:
    """The descriptor; manifest and certificate, here or at the end; files as referenced."""
    if not names[0].endswith(".ovf"):
        why = Message.of("{first} comes first: an importer that reads a stream needs the descriptor (.ovf) there.", first=names[0])  # fmt: skip
        return [Problem("ova_order_error", (names[0],), why)]
    side = [name for name in names if name.endswith((".mf", ".cert"))]
    rest = [name for name in names[1:] if name not in side]
    if rest != [name for name in hrefs if name in rest] + [name for name in rest if name not in hrefs]:  # fmt: skip
        why = Message.of("The files come in another order than the descriptor names them.")
        return [Problem("ova_order_error", tuple(rest), why)]
    if names[1:] not in ([*side, *rest], [*rest, *side]):
        why = Message.of("{names}: manifest and certificate come right after the descriptor, or last.", names=", ".join(side))  # fmt: skip
        return [Problem("ova_order_error", tuple(side), why)]
    return []


def _referenced(descriptor: ovf.Descriptor, contents: Mapping[str, bytes]) -> list[Problem]:
    found = []
    if missing := tuple(file.href for file in descriptor.files if file.href not in contents):
        found.append(Problem("missing", missing, Message.of("{names}: named by the descriptor, not in the package.", names=", ".join(missing))))  # fmt: skip
    wrong = tuple(
        file.href
        for file in descriptor.files
        if file.size is not None and len(contents.get(file.href, b"")) != file.size
        and file.href in contents
    )  # fmt: skip
    if wrong:
        found.append(Problem("size_mismatch", wrong, Message.of("{names}: not as long as the descriptor says.", names=", ".join(wrong))))  # fmt: skip
    return found


def _signed(contents: Mapping[str, bytes]) -> list[Problem]:
    """What the manifest says against what is there; no manifest, no promise."""
    found = []
    for name in (name for name in contents if name.endswith(".mf")):
        lines = [line for line in contents[name].decode("utf-8", "replace").splitlines() if line]
        read = [LINE.fullmatch(line) for line in lines]
        if None in read:
            why = Message.of("{name}: line {line} is not SHA256(file)= digest.", name=name, line=1 + read.index(None))  # fmt: skip
            return [Problem("bad_manifest", (name,), why)]
        promised = {line["name"]: line["hex"].lower() for line in read if line}
        found += _compared(promised, contents)
    return found


def _compared(promised: Mapping[str, str], contents: Mapping[str, bytes]) -> list[Problem]:
    found = []
    wrong = tuple(name for name, digest in promised.items() if name in contents and sha256(contents[name]).hexdigest() != digest)  # fmt: skip
    if wrong:
        found.append(Problem("digest_mismatch", wrong, Message.of("{names}: changed since the manifest was written.", names=", ".join(wrong))))  # fmt: skip
    if missing := tuple(name for name in promised if name not in contents):
        found.append(Problem("missing", missing, Message.of("{names}: named by the manifest, not in the package.", names=", ".join(missing))))  # fmt: skip
    unlisted = tuple(name for name in contents if name not in promised and not name.endswith((".mf", ".cert")))  # fmt: skip
    if unlisted:
        found.append(Problem("unlisted", unlisted, Message.of("{names}: not in the manifest.", names=", ".join(unlisted))))  # fmt: skip
    return found
