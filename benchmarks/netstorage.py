"""Places of 4096 placement groups on 100 hosts, and how much moves when one more host comes.

`place_many` against the plain `place`, which must give the same places, and against the rivals
that need no map (hash mod n) or keep a table. CPU time, medians within one run. Bar: 300 ms.
The rivals are faster; the moved shares beside them say what that costs.
Run: `python benchmarks/netstorage.py`.
"""

from statistics import median
from time import process_time

import numpy as np

from coursekit.sims.netstorage import placement

ROUNDS = 7
BAR_MS = 300
GROUPS, HOSTS, OSDS, SIZE = 4096, 100, 4, 3
PLAIN = 256  # groups that the plain way places; its time is scaled


def timed(way):
    start = process_time()
    found = way()
    return (process_time() - start) * 1000, found


def median_of(way):
    return median(timed(way)[0] for _round in range(ROUNDS)), way()


def moved(before, after):
    """Share of copies that are on an OSD where their group had none."""
    kept = (after[:, :, None] == before[:, None, :]).any(axis=2)
    return 1 - kept.mean()


def line(name, ms, bar, share):
    print(f"{name:>14} {ms:8.1f} {bar:>4} {share:>9}")


def main() -> None:
    now, more = placement.grid(HOSTS, OSDS), placement.grid(HOSTS + 1, OSDS)
    ms, found = median_of(lambda: placement.place_many(GROUPS, now, SIZE))
    share = moved(found, placement.place_many(GROUPS, more, SIZE))
    plain_ms, plain = timed(lambda: [placement.place(pg, now, SIZE) for pg in range(PLAIN)])
    assert [tuple(row) for row in found[:PLAIN].tolist()] == plain
    print(f"{GROUPS} groups, {HOSTS} hosts of {OSDS} OSDs, {SIZE} copies; ideal {1 / (HOSTS + 1):.1%}")  # fmt: skip
    print(f"{'way':>14} {'ms':>8} {'bar':>4} {'moved':>9}")
    line("place_many", ms, BAR_MS, f"{share:.1%}")
    line("place", plain_ms * GROUPS / PLAIN, "", f"{share:.1%}")
    ms, old = median_of(lambda: placement.modulo(GROUPS, HOSTS))
    line("hash mod n", ms, "", f"{(old != placement.modulo(GROUPS, HOSTS + 1)).mean():.1%}")
    ms, table = median_of(lambda: placement.table_after(old, HOSTS))
    line("table, changed", ms, "", f"{(np.asarray(old) != table).mean():.1%}")


if __name__ == "__main__":
    main()
