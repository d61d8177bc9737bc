"""A disk that ages, 2000 operations under each policy, against a plain bitmap of blocks.

The bitmap looks for the lowest free block with `list.index`, the fastest way a beginner has; both
must give the same extents. CPU time, medians within one run. Bar: 200 ms. The bitmap is faster on a
disk as small as this one, for its search runs in C; it knows no run, so it can do no other policy.
Run: `python benchmarks/filesystems.py`.
"""

from itertools import pairwise
from statistics import median
from time import process_time

import numpy as np

from coursekit.sims.filesystems.allocate import POLICIES, Ageing, age, workload

ROUNDS = 7
BAR_MS = 200


def plain_first_fit(ageing, ops):
    """The lowest free block, again and again; files that are open grow in turns."""
    free, files, waiting = bytearray(b"\1") * ageing.blocks, {}, []

    def write_out():
        left = [(op.file, op.blocks) for op in waiting]
        waiting.clear()
        while left:
            for file, blocks in left:
                for _each in range(min(blocks, ageing.piece_kib // 4)):
                    block = free.index(1)
                    free[block] = 0
                    files.setdefault(file, []).append(block)
            left = [(file, blocks - ageing.piece_kib // 4) for file, blocks in left if blocks > ageing.piece_kib // 4]  # fmt: skip

    for number, op in enumerate(ops, start=1):
        if op.blocks:
            waiting.append(op)
        if len(waiting) == ageing.writers or (not op.blocks and op.file not in files):
            write_out()
        if not op.blocks:
            for block in files.pop(op.file):
                free[block] = 1
        if number % 20 == 0 or number == len(ops):
            write_out()
    return {file: 1 + sum(two != one + 1 for one, two in pairwise(own)) for file, own in files.items()}  # fmt: skip


def timed(way):
    start = process_time()
    found = way()
    return (process_time() - start) * 1000, found


def main() -> None:
    print(f"{'fill':>5} {'policy':>10} {'ms':>6} {'bar':>4} {'bitmap ms':>10}")
    for fill in (0.7, 0.85, 0.95):
        ageing = Ageing(fill=fill)
        ops = workload(ageing, np.random.default_rng(1))
        for policy in POLICIES:
            ours, theirs = [], []
            for _round in range(ROUNDS):
                took, found = timed(lambda: age(ageing, policy, ops))  # noqa: B023
                ours.append(took)
                if policy == "first_fit":
                    took, plain = timed(lambda: plain_first_fit(ageing, ops))  # noqa: B023
                    theirs.append(took)
                    assert plain == found.extents
            other = f"{median(theirs):10.0f}" if theirs else " " * 10
            print(f"{fill:5} {policy:>10} {median(ours):6.0f} {BAR_MS:4} {other}")


if __name__ == "__main__":
    main()
