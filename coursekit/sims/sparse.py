"""Bytes of which most are zero: a disk image that costs what it holds, not what it measures.

Modelled: a file of a fixed length with holes, as file systems keep them. Only blocks of 512 bytes
that hold something are stored, so two images are equal when all their bytes are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from coursekit.sims.message import require

__all__ = ["BLOCK", "Sparse"]

BLOCK = 512
_ZEROS = bytes(BLOCK)


@dataclass(frozen=True)
class Sparse:
    """`length` bytes; `blocks`: number of a block -> its 512 bytes, none of them all zeros."""

    length: int
    blocks: Mapping[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(self.length >= 0, "length={length}: choose 0 or more", length=self.length)

    @classmethod
    def of(cls, data: bytes) -> "Sparse":
        """The same bytes without their holes."""
        return cls.made(len(data), [(0, data)])

    @classmethod
    def made(cls, length: int, parts: Sequence[tuple[int, bytes]]) -> "Sparse":
        """Bytes at their places, zeros elsewhere; a later part wins."""
        image = cls(length)
        blocks: dict[int, bytes] = {}
        for at, data in parts:
            image._hold(at, len(data))
            _put(blocks, at, data)
        return cls(length, _filled(blocks))

    def read(self, at: int, length: int) -> bytes:
        """Some bytes; ParameterError where they end after the image."""
        self._hold(at, length)
        first, end = at // BLOCK, -(-(at + length) // BLOCK)
        whole = b"".join(self.blocks.get(number, _ZEROS) for number in range(first, end))
        return whole[at - first * BLOCK : at - first * BLOCK + length]

    def write(self, at: int, data: bytes) -> "Sparse":
        """The image with these bytes there."""
        self._hold(at, len(data))
        blocks = dict(self.blocks)
        _put(blocks, at, data)
        return Sparse(self.length, _filled(blocks))

    def erase(self, at: int, length: int) -> "Sparse":
        """The image with zeros there; a long hole costs nothing."""
        self._hold(at, length)
        inner = range(-(-at // BLOCK), (at + length) // BLOCK)
        image = Sparse(self.length, {n: each for n, each in self.blocks.items() if n not in inner})
        if not inner:
            return image.write(at, bytes(length))
        head, tail = inner.start * BLOCK - at, at + length - inner.stop * BLOCK
        return image.write(at, bytes(head)).write(inner.stop * BLOCK, bytes(tail))

    def resized(self, length: int) -> "Sparse":
        """Longer, with zeros behind, or cut."""
        kept = {n: each for n, each in self.blocks.items() if n * BLOCK < length}
        last, rest = divmod(length, BLOCK)
        if last in kept:
            kept[last] = kept[last][:rest].ljust(BLOCK, b"\0")
        return Sparse(length, _filled(kept))

    def parts(self) -> Iterator[tuple[int, bytes]]:
        """Where bytes that are not zero lie: runs of blocks, in order."""
        run: list[int] = []
        for number in sorted(self.blocks):
            if run and number != run[-1] + 1:
                yield self._run(run)
                run = []
            run.append(number)
        if run:
            yield self._run(run)

    def whole(self) -> bytes:
        """Every byte, holes too: as long as the image."""
        made, at = [], 0
        for start, data in self.parts():
            made += [bytes(start - at), data]
            at = start + len(data)
        return b"".join([*made, bytes(self.length - at)])

    def _run(self, numbers: Sequence[int]) -> tuple[int, bytes]:
        at = numbers[0] * BLOCK
        return at, b"".join(self.blocks[each] for each in numbers)[: self.length - at]

    def _hold(self, at: int, length: int) -> None:
        require(
            at >= 0 and length >= 0 and at + length <= self.length,
            "at={at}: bytes {at} to {end} are not all inside the image of {length}",
            at=at, end=at + length - 1, length=self.length,
        )  # fmt: skip


def _put(blocks: dict[int, bytes], at: int, data: bytes) -> None:
    done = 0
    while done < len(data):
        number, inside = divmod(at + done, BLOCK)
        piece = data[done : done + BLOCK - inside]
        old = blocks.get(number, _ZEROS)
        blocks[number] = old[:inside] + piece + old[inside + len(piece) :]
        done += len(piece)


def _filled(blocks: Mapping[int, bytes]) -> dict[int, bytes]:
    return {number: each for number, each in blocks.items() if each != _ZEROS}
