"""ISO 9660 images with folders and boot records, written by pycdlib.

A second writer, so that our reader (`iso`) is not only held to our own images. pycdlib stamps the
time of day on each record; all dates are set to one, so the same input gives the same bytes.
"""

import io
from collections.abc import Iterator, Mapping

import pycdlib
from pycdlib.pycdlibexception import PyCdlibException

from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles import iso
from coursekit.sims.vmfiles.iso import DATE, DATES_AT, FIRST_DESCRIPTOR, ROOT_AT, SECTOR, SHORT_DATE

__all__ = ["write_disc"]

DATE_IN_RECORD = 18


def write_disc(volume: str, files: Mapping[str, bytes], *, joliet: bool = False, boot: bytes = b"") -> bytes:  # fmt: skip
    """An image with these files, by paths such as `DOCS/README.TXT`; `boot` makes it bootable."""
    whole = {**files, "BOOT.BIN": boot} if boot else files
    try:
        image = _written(volume, whole, joliet=joliet, bootable=bool(boot))
    except PyCdlibException as why:
        raise ParameterError("files: the standard refuses them, {why}", why=str(why)) from None
    return _undated(image, joliet=joliet)


def _written(volume: str, files: Mapping[str, bytes], *, joliet: bool, bootable: bool) -> bytes:
    disc, out = pycdlib.PyCdlib(), io.BytesIO()
    disc.new(vol_ident=volume, joliet=3 if joliet else None)
    for folder in sorted({each for path in files for each in _folders(path)}):
        disc.add_directory(f"/{folder}", joliet_path=_twin(folder, joliet=joliet))
    for path, data in files.items():
        twin = _twin(path, joliet=joliet)
        disc.add_fp(io.BytesIO(data), len(data), f"/{path};1", joliet_path=twin)
    if bootable:
        catalogue = _twin("BOOT.CAT", joliet=joliet)
        disc.add_eltorito("/BOOT.BIN;1", "/BOOT.CAT;1", joliet_bootcatfile=catalogue)
    disc.write_fp(out)
    disc.close()
    return out.getvalue()


def _folders(path: str) -> list[str]:
    """A/B/C.TXT lies in A and A/B."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def _twin(path: str, *, joliet: bool) -> str | None:
    """The name in Joliet's tree."""
    return f"/{path.lower()}" if joliet else None


def _undated(image: bytes, *, joliet: bool) -> bytes:
    """The image with every date of descriptors and records set to one."""
    undated = bytearray(image)
    for at in _descriptors(image):
        undated[at + DATES_AT : at + DATES_AT + 34] = 2 * DATE
        undated[at + DATES_AT + 51 : at + DATES_AT + 68] = DATE
    for at in _records(image, joliet=joliet):
        undated[at + DATE_IN_RECORD : at + DATE_IN_RECORD + 7] = SHORT_DATE
    return bytes(undated)


def _descriptors(image: bytes) -> Iterator[int]:
    at = FIRST_DESCRIPTOR * SECTOR
    while image[at] != iso.TERMINATOR:
        if image[at] != iso.BOOT:
            yield at
        at += SECTOR


def _records(image: bytes, *, joliet: bool) -> Iterator[int]:
    """Where directory records lie: the roots', each entry's, and the two dots of each folder."""
    for at in _descriptors(image):
        yield at + ROOT_AT
        yield from _dots(image, int.from_bytes(image[at + ROOT_AT + 2 : at + ROOT_AT + 6], "little"))  # fmt: skip
    for tree in (False, True)[: 1 + joliet]:
        for entry in iso.entries(image, joliet=tree):
            yield entry.record_at
            if entry.folder:
                yield from _dots(image, entry.extent)


def _dots(image: bytes, extent: int) -> Iterator[int]:
    at = extent * SECTOR
    yield from (at, at + image[at])
