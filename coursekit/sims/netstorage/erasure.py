"""An object cut in k pieces with m more computed from them: any k of the k+m bring it back.

Modelled: piece k+j is Σ gⁱʲ·Dᵢ in GF(2⁸), so that the first two are P and Q of RAID 6 (`raid.parity`,
whose arithmetic this is); the way back by solving k equations. Left out: checksums of pieces (a
missing piece is known to be missing), local repair codes. With m ≤ 3, or m = 4 and k ≤ 21, any k
pieces are enough; others are refused. The bytes are those of Intel ISA-L's gf_gen_rs_matrix, on
which a plugin of Ceph stands. Sources: its documentation; H. P. Anvin, The mathematics of RAID-6;
Plank, A tutorial on Reed-Solomon coding, 1997.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import xor as xor_of

import numpy as np

from coursekit.sims.message import Message, require
from coursekit.sims.raid.parity import Bytes, inverse, mul, power, times, xor

__all__ = ["MOST_CODING", "MOST_DATA", "Rebuilt", "cut", "joined", "rebuild", "row"]

MOST_DATA, MOST_CODING = 21, 4

Row = list[int]


def row(piece: int, k: int) -> Row:
    """How often each of the k data pieces counts in a piece: the first k are the data themselves."""
    if piece < k:
        return [int(i == piece) for i in range(k)]
    return [power(i * (piece - k)) for i in range(k)]


def cut(data: bytes, k: int, m: int) -> tuple[bytes, ...]:
    """The k+m pieces of an object, filled with zeros to equal lengths."""
    _check(k, m)
    length = max(1, -(-len(data) // k))
    stack = np.frombuffer(data.ljust(length * k, b"\0"), dtype=np.uint8).reshape(k, length)
    return tuple(_sum(row(piece, k), stack).tobytes() for piece in range(k + m))


def joined(pieces: Mapping[int, bytes], k: int, m: int, length: int) -> bytes:
    """The object's first `length` bytes, from any k of its pieces by number."""
    _check(k, m)
    odd = [number for number in pieces if not 0 <= number < k + m]
    require(
        not odd, "piece={number}: choose 0 to {last}", number=min(odd, default=0), last=k + m - 1
    )
    require(len(pieces) >= k, "pieces={n}: any {k} are needed, fewer say nothing for sure", n=len(pieces), k=k)  # fmt: skip
    numbers = sorted(pieces)[:k]  # data pieces first: they need no arithmetic
    stack = np.stack([np.frombuffer(pieces[number], dtype=np.uint8) for number in numbers])
    back = _inverted([row(number, k) for number in numbers])
    return b"".join(_sum(each, stack).tobytes() for each in back)[:length]


def _check(k: int, m: int) -> None:
    require(1 <= k <= MOST_DATA, "k={k}: choose 1 to {most}", k=k, most=MOST_DATA)
    require(1 <= m <= MOST_CODING, "m={m}: choose 1 to {most}", m=m, most=MOST_CODING)


def _sum(factors: Row, stack: Bytes) -> Bytes:
    used = [times(f, block) for f, block in zip(factors, stack, strict=True) if f]
    return xor(used)


def _inverted(rows: list[Row]) -> list[Row]:
    """The inverse of a matrix over GF(2⁸), by Gauss and Jordan."""
    k = len(rows)
    work = [[*each, *(int(i == j) for j in range(k))] for i, each in enumerate(rows)]
    for col in range(k):
        pivot = next(i for i in range(col, k) if work[i][col])
        work[col], work[pivot] = work[pivot], work[col]
        scale = inverse(work[col][col])
        work[col] = [mul(scale, value) for value in work[col]]
        for i in range(k):
            if i != col and work[i][col]:
                factor = work[i][col]
                work[i] = [a ^ mul(factor, b) for a, b in zip(work[i], work[col], strict=True)]
    return [each[k:] for each in work]


@dataclass(frozen=True)
class Rebuilt:
    """An object after losses: its pieces, those read, how each lost one follows from them.

    `factors[j]`: how often each piece that was read counts in lost piece j. `data`: None, it is
    lost.
    """

    pieces: tuple[bytes, ...]
    lost: tuple[int, ...]
    read: tuple[int, ...]
    factors: tuple[tuple[int, ...], ...]
    data: bytes | None
    why: Message


def rebuild(data: bytes, k: int, m: int, lost: Collection[int]) -> Rebuilt:
    """Cut an object, lose pieces by number, and bring it back if that can be done."""
    pieces, gone = cut(data, k, m), tuple(sorted(set(lost)))
    odd = [number for number in gone if not 0 <= number < k + m]
    require(not odd, "piece={number}: choose 0 to {last}", number=min(odd, default=0), last=k + m - 1)  # fmt: skip
    left = {number: piece for number, piece in enumerate(pieces) if number not in gone}
    if len(left) < k:
        why = Message.of("Pieces left: {left}; {k} are needed: the object is lost.", left=len(left), k=k)  # fmt: skip
        return Rebuilt(pieces, gone, (), (), None, why)
    read = tuple(sorted(left)[:k])
    back = _inverted([row(number, k) for number in read])
    factors = tuple(tuple(_through(row(number, k), back)) for number in gone)
    return Rebuilt(pieces, gone, read, factors, joined(left, k, m, len(data)), _why(gone, read, k))


def _through(wanted: Row, back: list[Row]) -> Row:
    """How often each piece read counts in a piece that is wanted: row · inverse."""
    products = ([mul(f, value) for value in each] for f, each in zip(wanted, back, strict=True))
    return [reduce(xor_of, column) for column in zip(*products, strict=True)]


def _why(gone: tuple[int, ...], read: tuple[int, ...], k: int) -> Message:
    if not any(number < k for number in gone):
        return Message.of("Every data piece is there: reading needs no arithmetic.")
    return Message.of("Pieces read: {read}. Each is a sum of the {k} data pieces with other factors: {k} equations, {k} unknowns, one answer.", read=", ".join(map(str, read)), k=k)  # fmt: skip
