"""Files that a lab leaves beside the notebook: never over what is there already."""

from collections.abc import Callable
from itertools import count
from pathlib import Path


def keep(name: str, contents: bytes) -> str:
    """Write a file of this name, or of the next that is free (a-2.img); returns its name."""
    return keep_as(name, lambda path: _write_new(path, contents))


def keep_as(name: str, make: Callable[[Path], None]) -> str:
    """The same for what `make` makes at a path: a folder, a file with holes.

    `make` raises FileExistsError where something of that name is there. OSError where nothing can
    be written: a folder that is read-only, a full disk.
    """
    kind = Path(name).suffix
    stem = name.removesuffix(kind)
    for number in count(1):
        called = name if number == 1 else f"{stem}-{number}{kind}"
        try:
            make(Path.cwd() / called)
        except FileExistsError:
            continue
        return called
    raise AssertionError("numbers do not end")


def _write_new(path: Path, contents: bytes) -> None:
    with path.open("xb") as file:  # x: refused where there is one already, without a gap in time
        file.write(contents)
