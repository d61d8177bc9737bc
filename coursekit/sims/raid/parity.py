"""Parity on real bytes: P by XOR, Q in the field GF(2⁸), and the way back.

Modelled: what RAID 5 and RAID 6 keep, P = D₀ + D₁ + … and Q = Σ gⁱ·Dᵢ, where + is XOR,
g = 2 and products are reduced by x⁸+x⁴+x³+x²+1 (0x11d). Blocks are uint8 arrays of one
length; index i is the exponent of g, which a layout calls `power`. Left out: more than
two parities, and any checksum (P alone never says which block is wrong).
Source: H. P. Anvin, The mathematics of RAID-6; Linux lib/raid6.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.message import require

__all__ = [
    "EXP",
    "LOG",
    "Recovered",
    "inverse",
    "locate_error",
    "mul",
    "pair_constants",
    "power",
    "recover",
    "syndromes",
    "times",
    "update",
    "xor",
]

Bytes = NDArray[np.uint8]

POLYNOMIAL = 0x11D
MOST_DATA = 255  # beyond, powers of g repeat and Q no longer tells the blocks apart
BLOCK = 64 * 1024  # bytes of a row worked on at a time: temporaries stay in the cache


def _powers() -> tuple[int, ...]:
    found, value = [], 1
    for _ in range(255):
        found.append(value)
        value = value << 1 ^ (POLYNOMIAL if value & 0x80 else 0)
    return tuple(found)


EXP = _powers()  # EXP[i] = gⁱ
LOG = (-1, *(EXP.index(value) for value in range(1, 256)))  # LOG[EXP[i]] = i; 0 has none


@dataclass(frozen=True)
class Recovered:
    """A whole stripe again: `data` uint8 (k, length), `p` and `q` uint8 (length,)."""

    data: Bytes
    p: Bytes
    q: Bytes


def mul(a: int, b: int) -> int:
    """The product of two bytes in GF(2⁸)."""
    return EXP[(LOG[a] + LOG[b]) % 255] if a and b else 0


def inverse(a: int) -> int:
    """The byte that times `a` gives 1; ParameterError for 0."""
    require(a != 0, "a={a}: zero has no inverse", a=a)
    return EXP[-LOG[a] % 255]


def power(exponent: int) -> int:
    """g to any whole exponent, negative too."""
    return EXP[exponent % 255]


def times(factor: int, block: Bytes) -> Bytes:
    """A block with every byte multiplied by one factor."""
    return _products(factor).take(block)


@cache
def _products(factor: int) -> Bytes:
    return np.array([mul(factor, value) for value in range(256)], dtype=np.uint8)


def pair_constants(x: int, y: int) -> tuple[int, int]:
    """A and B that give the first of two lost data blocks x < y from P and Q."""
    require(0 <= x < y < MOST_DATA, "x={x}: choose 0 to {y} - 1, and y below 255", x=x, y=y)
    apart = power(y - x)
    return mul(apart, inverse(apart ^ 1)), mul(power(-x), inverse(apart ^ 1))


def xor(blocks: Bytes | Sequence[Bytes], out: Bytes | None = None) -> Bytes:
    """P of the blocks: uint8 (length,) from uint8 (k, length), into `out` if given."""
    stack = _stack(blocks)
    p = np.empty(stack.shape[1], dtype=np.uint8) if out is None else out
    for part in _parts(len(p)):
        np.bitwise_xor.reduce(_words(stack[:, part]), axis=0, out=_words(p[part]))
    if left := len(p) % 8:
        np.bitwise_xor.reduce(stack[:, -left:], axis=0, out=p[-left:])
    return p


def syndromes(blocks: Bytes | Sequence[Bytes]) -> tuple[Bytes, Bytes]:
    """P and Q of the data blocks: two uint8 (length,) from uint8 (k, length)."""
    stack = _stack(blocks)
    k, length = stack.shape
    require(k <= MOST_DATA, "k={k}: Q tells {most} data blocks apart at most", k=k, most=MOST_DATA)
    q = np.empty(length, dtype=np.uint8)
    for part in _parts(length):
        _horner(stack[:, part], q[part])
    if left := length % 8:
        tail = np.zeros((k, 8), dtype=np.uint8)
        tail[:, :left] = stack[:, -left:]
        _horner(tail, last := np.empty(8, dtype=np.uint8))
        q[-left:] = last[:left]
    return xor(stack), q


def _parts(length: int) -> Iterator[slice]:
    """Stretches of a row that fit the cache, whole words only."""
    wide = length // 8 * 8
    for start in range(0, wide, BLOCK):
        yield slice(start, min(start + BLOCK, wide))


def _horner(data: Bytes, q: Bytes) -> None:
    """Q into `q`, as ((Dₖ·2 + …)·2 + D₁)·2 + D₀; the length is a multiple of 8."""
    rows, words, signed = _words(data), _words(q), q.view(np.int8)
    carried = np.empty(len(q), dtype=np.bool_)
    carry, carry_words = carried.view(np.uint8), _words(carried.view(np.uint8))
    zero, reduction = np.int8(0), np.uint8(POLYNOMIAL & 0xFF)
    words[:] = rows[-1]
    for row in rows[-2::-1]:
        np.less(signed, zero, out=carried)  # the top bit is the sign
        np.multiply(carry, reduction, out=carry)
        np.add(q, q, out=q)  # doubling a byte drops its top bit
        np.bitwise_xor(words, carry_words, out=words)
        np.bitwise_xor(words, row, out=words)


def update(p: Bytes, q: Bytes, index: int, old: Bytes, new: Bytes) -> tuple[Bytes, Bytes]:
    """P and Q after data block `index` changed from old to new, nothing else read."""
    delta = old ^ new
    return p ^ delta, q ^ times(power(index), delta)


def recover(data: Sequence[Bytes | None], p: Bytes | None, q: Bytes | None) -> Recovered:
    """The whole stripe when at most two of (data blocks, p, q) are None.

    What is known is believed, not checked. ParameterError if more than two are missing.
    """
    lost = [i for i, block in enumerate(data) if block is None]
    missing = len(lost) + (p is None) + (q is None)
    require(
        missing <= 2, "missing={missing}: P and Q bring back two blocks at most", missing=missing
    )
    known = [block for block in (*data, p, q) if block is not None]
    require(len(known) > 0, "data={data}: give one block or more", data=[])
    zero = np.zeros_like(known[0])
    stack = _stack([zero if block is None else block for block in data])
    if len(lost) == 1 and p is not None:
        stack[lost[0]] = p ^ xor(stack)
    elif len(lost) == 1 and q is not None:
        stack[lost[0]] = times(power(-lost[0]), q ^ syndromes(stack)[1])
    elif len(lost) == 2 and p is not None and q is not None:
        p_rest, q_rest = syndromes(stack)
        a, b = pair_constants(*lost)
        stack[lost[0]] = times(a, p ^ p_rest) ^ times(b, q ^ q_rest)
        stack[lost[1]] = p ^ p_rest ^ stack[lost[0]]
    if p is None or q is None:
        p_now, q_now = syndromes(stack)
    return Recovered(stack, p_now if p is None else p, q_now if q is None else q)


def locate_error(
    blocks: Bytes | Sequence[Bytes], p: Bytes, q: Bytes
) -> int | Literal["P", "Q"] | None:
    """Which one block is silently wrong: a data index, "P", "Q", or None if all agree.

    ParameterError when no single block explains every byte.
    """
    stack = _stack(blocks)
    p_now, q_now = syndromes(stack)
    sp, sq = p ^ p_now, q ^ q_now
    if not sq.any():
        return "P" if sp.any() else None
    if not sp.any():
        return "Q"
    wrong = (sp | sq).nonzero()[0]
    pairs = set(zip(sp[wrong].tolist(), sq[wrong].tolist(), strict=True))
    suspects = {(LOG[b] - LOG[a]) % 255 if a and b else -1 for a, b in pairs}
    index = suspects.pop()
    require(
        not suspects and 0 <= index < len(stack),
        "blocks={count}: more than one is wrong, P and Q locate only one", count=len(stack) + 2,
    )  # fmt: skip
    return index


def _stack(blocks: Bytes | Sequence[Bytes]) -> Bytes:
    """The blocks as one uint8 (k, length), k ≥ 1; copied only where they are separate."""
    require(len(blocks) > 0, "blocks={blocks}: give one or more", blocks=0)
    lengths = {len(block) for block in blocks}
    require(
        len(lengths) == 1, "lengths={lengths}: all blocks need the same", lengths=sorted(lengths)
    )
    return np.ascontiguousarray(blocks, dtype=np.uint8)


def _words(data: Bytes) -> NDArray[np.uint64]:
    """The same bytes, eight at a time."""
    return data.view(np.uint64)
