"""An object cut in k pieces with m more computed from them: any k of the k+m bring it back.

Modelled: piece k+j is Σ gⁱʲ·Dᵢ in GF(2⁸), so that the first two are P and Q of RAID 6 (`raid.parity`,
whose arithmetic this is); the way back by solving k equations. Left out: checksums of pieces (a
missing piece is known to be missing), local repair codes. With m ≤ 3, or m = 4 and k ≤ 21, any k
pieces are enough (Intel ISA-L, gf_gen_rs_matrix); others are refused. Sources: H. P. Anvin, The
mathematics of RAID-6; Plank, A tutorial on Reed-Solomon coding, 1997.
"""

from collections.abc import Mapping

import numpy as np

from coursekit.sims.message import require
from coursekit.sims.raid.parity import Bytes, inverse, mul, power, times, xor

__all__ = ["MOST_CODING", "MOST_DATA", "cut", "joined", "row"]

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
