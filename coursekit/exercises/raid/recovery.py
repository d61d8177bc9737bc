"""E8.2: bring back the missing bytes of a stripe from P and Q."""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from operator import xor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.message import require
from coursekit.sims.raid import parity

Byte = int | None
Data = list[Byte]
Answer = dict[str, Any]

_UNRECOVERABLE: Answer = {"error": "unrecoverable"}


def pq_recover(data: Data, p: Byte, q: Byte) -> Answer:
    """The whole stripe, or an error when more than two of (data, p, q) are None."""
    require(len(data) > 0, "data={data}: give one byte or more", data=data)
    if _missing(data, p, q) > 2:
        return dict(_UNRECOVERABLE)
    found = parity.recover([_block(each, "data") for each in data], _block(p, "p"), _block(q, "q"))
    return _stripe(found.data[:, 0].tolist(), int(found.p[0]), int(found.q[0]))


def _block(byte: Byte, name: str) -> NDArray[np.uint8] | None:
    if byte is None:
        return None
    require(0 <= byte <= 255, "{name}={byte}: a byte is 0 to 255", name=name, byte=byte)
    return np.array([byte], dtype=np.uint8)


def _missing(data: Data, p: Byte, q: Byte) -> int:
    return [*data, p, q].count(None)


def _stripe(data: Sequence[int], p: int, q: int) -> Answer:
    return {"data": list(data), "p": p, "q": q}


def _cases(rng: np.random.Generator) -> Args:
    data = rng.integers(256, size=int(rng.integers(2, 17)))
    p, q = parity.syndromes(data.astype(np.uint8)[:, np.newaxis])
    stripe: Data = [*data.tolist(), int(p[0]), int(q[0])]
    losses = int(rng.choice([0, 1, 1, 2, 2, 2, 2, 3]))
    for place in rng.choice(len(stripe), size=losses, replace=False):
        stripe[place] = None
    return {"data": stripe[:-2], "p": stripe[-2], "q": stripe[-1]}


def _by_trial(data: Data, p: Byte, q: Byte, q_of: Callable[[Sequence[int]], int]) -> Answer:
    """A mistaken learner's stripe: P as it should be, Q by a rule of their own."""
    if _missing(data, p, q) > 2:
        return dict(_UNRECOVERABLE)
    fits = (each for each in _candidates(data, p) if q in (None, q_of(each)) or None not in data)
    whole = next(fits, None)
    if whole is None:
        return dict(_UNRECOVERABLE)
    return _stripe(whole, reduce(xor, whole) if p is None else p, q_of(whole) if q is None else q)


def _candidates(data: Data, p: Byte) -> Iterator[list[int]]:
    """What the missing bytes may be, as far as P tells."""
    lost = [i for i, byte in enumerate(data) if byte is None]
    whole = [byte or 0 for byte in data]
    for guess in range(256) if len(lost) > (p is not None) else (0,):
        for place in lost[:-1] if p is not None else lost:
            whole[place] = guess
        if p is not None and lost:
            whole[lost[-1]] = 0
            whole[lost[-1]] = reduce(xor, whole, p)
        yield list(whole)


def _plain_sum(data: Data, p: Byte, q: Byte) -> Answer:
    if data.count(None) == 2:  # two equal equations
        return dict(_UNRECOVERABLE)
    return _by_trial(data, p, q, lambda whole: reduce(xor, whole))


def _from_one(data: Data, p: Byte, q: Byte) -> Answer:
    def q_of(whole: Sequence[int]) -> int:
        return reduce(xor, (parity.mul(parity.power(i + 1), byte) for i, byte in enumerate(whole)))

    return _by_trial(data, p, q, q_of)


def _other_field(data: Data, p: Byte, q: Byte) -> Answer:
    def q_of(whole: Sequence[int]) -> int:
        return reduce(lambda total, byte: _double(total) ^ byte, reversed(whole))

    return _by_trial(data, p, q, q_of)


def _double(byte: int) -> int:
    """Times 2 in the field of AES, whose polynomial is not that of RAID 6."""
    return byte << 1 ^ (0x11B if byte & 0x80 else 0)


def _only_one(data: Data, p: Byte, q: Byte) -> Answer:
    return dict(_UNRECOVERABLE) if _missing(data, p, q) > 1 else pq_recover(data, p, q)


def _swapped(data: Data, p: Byte, q: Byte) -> Answer:
    if data.count(None) != 2 or p is None or q is None:
        return pq_recover(data, p, q)
    x, y = (i for i, byte in enumerate(data) if byte is None)
    whole = [byte or 0 for byte in data]
    p_rest, q_rest = (int(each[0]) for each in parity.syndromes(np.array(whole, np.uint8)[:, None]))
    b, a = parity.pair_constants(x, y)
    whole[x] = parity.mul(a, p ^ p_rest) ^ parity.mul(b, q ^ q_rest)
    whole[y] = p ^ p_rest ^ whole[x]
    return _stripe(whole, p, q)


def _data_only(data: Data, p: Byte, q: Byte) -> Answer:
    said = pq_recover(data, p, q)
    return said if "error" in said else said | {"p": p, "q": q}


def _sample(data: Data, p: Byte, q: Byte, answer: Answer) -> Sample:
    return Sample({"data": data, "p": p, "q": q}, answer)


RECOVERY = Exercise(
    id="E8.2",
    chapter="raid",
    title=mark("Bring lost bytes back with P and Q"),
    reference=pq_recover,
    cases=_cases,
    samples=(
        _sample([222, None, 190, None], 34, 112, _stripe([222, 173, 190, 239], 34, 112)),
        _sample([222, 173, 190, 239], None, None, _stripe([222, 173, 190, 239], 34, 112)),
        _sample([1, None], None, None, {"error": "unrecoverable"}),
    ),
    wrong=(
        Wrong(
            "plain sum",
            _plain_sum,
            mark(
                "Your Q is P again: each data byte i counts gⁱ times in Q, a product in GF(2⁸), so that Q tells the bytes apart."
            ),
        ),
        Wrong(
            "powers from one",
            _from_one,
            mark("Your powers start at g¹: the first data byte has the coefficient g⁰ = 1."),
        ),
        Wrong(
            "field of AES",
            _other_field,
            mark("You reduce by 0x11b, the polynomial of AES: RAID 6 reduces by 0x11d."),
        ),
        Wrong(
            "one loss only",
            _only_one,
            mark(
                "You give up at two losses: P and Q are two equations, enough for any two unknown bytes."
            ),
        ),
        Wrong(
            "constants exchanged",
            _swapped,
            mark(
                "You exchange the two constants: with two data bytes x < y lost, A multiplies P ⊕ Pxy and B multiplies Q ⊕ Qxy."
            ),
        ),
        Wrong(
            "parity left out",
            _data_only,
            mark(
                "The data are right, but a lost P or Q must come back too: compute it from the whole data."
            ),
        ),
    ),
)
