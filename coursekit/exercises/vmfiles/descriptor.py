"""E5.3: read the primary volume descriptor of an ISO 9660 image, given as base64 text."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles import iso
from coursekit.sims.vmfiles.iso import FIRST_DESCRIPTOR, SECTOR, Volume

Answer = dict[str, Any]
START = FIRST_DESCRIPTOR * SECTOR


def parse_pvd(blob: str) -> Answer:
    """Volume, sectors, block and bytes of an image in base64, or the code of what is amiss."""
    return _said(iso.parse_pvd(_bytes(blob)))


def _bytes(blob: str) -> bytes:
    try:
        return base64.b64decode(blob, validate=True)
    except binascii.Error:
        raise ParameterError("blob={n}: {n} characters that are not base64", n=len(blob)) from None


def _said(found: Volume | str) -> Answer:
    if isinstance(found, str):
        return {"error": found}
    return {"volume": found.volume, "sectors": found.sectors, "block": found.block, "bytes": found.bytes}  # fmt: skip


def _text(image: bytes) -> str:
    return base64.b64encode(image).decode()


def _name(rng: np.random.Generator) -> str:
    """A volume name; some begin with a space or have one inside."""
    letters = "".join(rng.choice(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"), int(rng.integers(1, 20))))  # fmt: skip
    if rng.random() < 0.25:
        letters = f"{letters[:3]} {letters[3:]}X"
    return f" {letters}" if rng.random() < 0.4 else letters


def _cases(rng: np.random.Generator) -> Args:
    volume, sectors = _name(rng), int(rng.integers(20, 400_000))
    descriptor = bytearray(iso.primary(volume, sectors))
    if rng.random() < 0.35:  # a block size that is not the usual one
        descriptor[128:132] = iso.both(int(rng.choice([512, 1024])), 2)
    before = [iso.boot_record(int(rng.integers(20, 99)))] if rng.random() < 0.3 else []
    before += [iso.supplementary(_name(rng), sectors + 1)] if rng.random() < 0.35 else []
    kind = str(rng.choice(["good", "cut", "magic", "none", "endian", "block"], p=[0.5, 0.1, 0.1, 0.1, 0.12, 0.08]))  # fmt: skip
    if kind == "endian":
        descriptor[int(rng.integers(80, 88))] ^= int(rng.integers(1, 256))
    if kind == "block":
        descriptor[int(rng.integers(128, 132))] ^= int(rng.integers(1, 256))
    if kind == "magic":
        descriptor[int(rng.integers(1, 6))] ^= 0x20
    parts = [*before, iso.terminator() if kind == "none" else bytes(descriptor), iso.terminator()]
    image = iso.image_of(parts)
    if kind == "cut":
        image = image[: START + len(before) * SECTOR + int(rng.integers(0, SECTOR))]
    return {"blob": _text(image)}


def _only_sector_16(blob: str) -> Answer:
    """Takes the first descriptor for the primary one, whatever its type says."""
    image = bytearray(_bytes(blob))
    if len(image) > START and image[START] != iso.TERMINATOR:
        image[START] = iso.PRIMARY
    found = iso.parse_pvd(bytes(image))
    return _said(found)


def _one_order(blob: str) -> Answer:
    """Reads the little-endian half and never compares."""
    image = bytearray(_bytes(blob))
    for at in range(START, len(image) - SECTOR + 1, SECTOR):
        image[at + 84 : at + 88] = image[at + 80 : at + 84][::-1]
        image[at + 130 : at + 132] = image[at + 128 : at + 130][::-1]
    return _said(iso.parse_pvd(bytes(image)))


def _spaces_kept(blob: str) -> Answer:
    return _volume_changed(blob, lambda volume: volume.ljust(32))


def _block_taken_for_granted(blob: str) -> Answer:
    """Multiplies by 2048, the sector, and never reads the block size."""
    found = iso.parse_pvd(_bytes(blob))
    return _said(found if isinstance(found, str) else replace(found, block=SECTOR))


def _stripped(blob: str) -> Answer:
    return _volume_changed(blob, str.strip)


def _volume_changed(blob: str, change: Callable[[str], str]) -> Answer:
    found = iso.parse_pvd(_bytes(blob))
    return _said(found if isinstance(found, str) else replace(found, volume=change(found.volume)))


def _sample(parts: list[bytes], answer: Answer) -> Sample:
    return Sample({"blob": _text(iso.image_of(parts))}, answer)


DESCRIPTOR = Exercise(
    id="E5.3",
    chapter="vmfiles",
    title=mark("Read the descriptor of an ISO image"),
    reference=parse_pvd,
    cases=_cases,
    samples=(
        _sample(
            [iso.primary("COURSE", 200)],
            {"volume": "COURSE", "sectors": 200, "block": 2048, "bytes": 409_600},
        ),
        _sample([iso.boot_record(), iso.terminator()], {"error": "no_primary"}),
        _sample([iso.boot_record(), iso.supplementary("COURSE", 9)], {"error": "too_short"}),
    ),
    wrong=(
        Wrong(
            "only sector 16",
            _only_sector_16,
            mark("You take the first descriptor for the primary one: look at its type, and go on to the next sector unless it is 1 (found) or 255 (the end)."),
        ),
        Wrong(
            "one byte order",
            _one_order,
            mark("You read one byte order only: both numbers are written twice, little-endian and big-endian; when they differ the image is damaged."),
        ),
        Wrong(
            "spaces kept",
            _spaces_kept,
            mark("You keep the spaces that fill the field: the name is what stands before the trailing ones."),
        ),
        Wrong(
            "stripped on both sides",
            _stripped,
            mark("You strip spaces on both sides: only the trailing ones are filling, a leading one belongs to the name."),
        ),
        Wrong(
            "2048 for granted",
            _block_taken_for_granted,
            mark("You take 2048 for granted: that is the sector; the block size stands at bytes 128 to 131 and may be smaller."),
        ),
    ),
)  # fmt: skip
