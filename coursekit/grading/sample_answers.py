"""What made-up learners write: right functions in the style of someone who has just learnt it.

Their text goes into the submissions of `sample_class`, which also derives the mistakes from
it. They use Python's standard library only, as learners must, and not the way of the
references: missing bytes by trial, for instance.
"""

import math


def raid_map(level: str, layout: str, n: int, chunk_kib: int, lba: int) -> dict[str, object]:
    """A stripe is a row of the picture, a chunk a cell of it."""
    sectors = 2 * chunk_kib
    chunk, inside = divmod(lba, sectors)
    parities = {"0": 0, "4": 1, "5": 1, "6": 2}[level]
    row, rank = divmod(chunk, n - parities)
    turn = n - 1 - row % n if "left" in layout else row % n
    first = n - 1 if level == "4" else turn
    parity = [(first + i) % n for i in range(parities)]
    disk = [each for each in range(n) if each not in parity][rank]
    if "-symmetric" in layout:
        disk = (parity[-1] + 1 + rank) % n
    return {"disk": disk, "disk_lba": row * sectors + inside, "parity": parity}


def pq_recover(data: list[int | None], p: int | None, q: int | None) -> dict[str, object]:
    """A lost byte has only 256 values: try them all."""

    def both(stripe: list[int]) -> tuple[int, int]:
        sum_p = sum_q = 0
        for byte in reversed(stripe):
            doubled = sum_q << 1 ^ (0x11D if sum_q & 0x80 else 0)
            sum_p, sum_q = sum_p ^ byte, doubled ^ byte
        return sum_p, sum_q

    lost = [i for i, byte in enumerate(data) if byte is None]
    if len(lost) + (p is None) + (q is None) > 2:
        return {"error": "unrecoverable"}
    stripe = [byte or 0 for byte in data]
    for guess in range(256):
        for place in lost:
            stripe[place] = guess
        if len(lost) == 2:
            stripe[lost[1]] = 0
            stripe[lost[1]] = (p or 0) ^ both(stripe)[0]
        found_p, found_q = both(stripe)
        if not lost or (p in (None, found_p) and q in (None, found_q)):
            break
    return {"data": stripe, "p": found_p if p is None else p, "q": found_q if q is None else q}


def choose_raid(
    n: int, tb: float, afr: float, mttr_h: float, read: float, disk_iops: float,
    need_tb: float, need_iops: float, max_p: float, years: float = 5, ure: float = 1e-15,
) -> str | None:  # fmt: skip
    """Each level that fits, with its space; the largest wins."""
    rate = -math.log1p(-afr) / 8766

    def bad(disks: int) -> float:
        return 1 - math.exp(disks * tb * 8e12 * math.log1p(-ure))

    def during(disks: int) -> float:
        return bad(disks) + (1 - bad(disks)) * disks * rate * mttr_h

    table = [
        ("0", n >= 2, n, 1, n * rate),
        ("10", n >= 4 and n % 2 == 0, n / 2, 2, n * rate * during(1)),
        ("5", n >= 3, n - 1, 4, n * rate * during(n - 1)),
        ("6", n >= 4, n - 2, 6, n * rate * (n - 1) * rate * mttr_h * during(n - 2)),
    ]
    fits = []
    for level, possible, disks, penalty, loss in table:
        risk = 1 - math.exp(-years * 8766 * loss)
        speed = n * disk_iops / (read + (1 - read) * penalty)
        if possible and disks * tb >= need_tb and speed >= need_iops and risk <= max_p:
            fits.append((disks * tb, -risk, level))
    return max(fits)[2] if fits else None
