"""A classic snapshot's life as an example: some are taken, then writes come.

Built on `cowstory` and `lifetime`. Modelled: writes to any chunk of a small origin (uniform), or
nine of ten of them to a tenth of it (hot spot). Left out: as in `cowstory`.
"""

from typing import Literal, get_args

import numpy as np

from coursekit.sims.message import require
from coursekit.sims.volumes import lifetime
from coursekit.sims.volumes.cowstory import Deed, State, Told
from coursekit.sims.volumes.lifetime import Load

__all__ = ["CHUNKS", "MOST", "PATTERNS", "Pattern", "copied_now", "dearest", "example", "load"]

CHUNKS = 24  # of the origin
MOST = 10  # snapshots
HOT, HOT_WRITES = 0.1, 0.9

Pattern = Literal["uniform", "hotspot"]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)


def load(pattern: Pattern, chunks: int = CHUNKS, rate: float = 1.0) -> Load:
    """Where writes go."""
    require(pattern in PATTERNS, "pattern={pattern}: choose one of {patterns}", pattern=pattern, patterns=", ".join(PATTERNS))  # fmt: skip
    if pattern == "uniform":
        return Load(chunks=chunks, rate=rate)
    return Load(chunks=chunks, rate=rate, hot=HOT, hot_writes=HOT_WRITES)


def example(
    snapshots: int, store: int, writes: int, pattern: Pattern, rng: np.random.Generator
) -> tuple[Deed, ...]:
    """Snapshots with stores of so many chunks, then the writes."""
    require(0 <= snapshots <= MOST, "snapshots={n}: choose 0 to {most}", n=snapshots, most=MOST)
    require(writes >= 0, "writes={n}: choose 0 or more", n=writes)
    taken = tuple(Deed("snapshot", name=f"S{k}", store=store) for k in range(1, snapshots + 1))
    chunks = lifetime.draw(load(pattern), writes, rng)
    return (*taken, *(Deed("write", int(chunk)) for chunk in chunks))


def dearest(told: Told, moment: int) -> int:
    """The most I/Os that one write took so far."""
    ios = [state.ios for state in told.states[: moment + 1] if state.deed and state.deed.kind == "write"]  # fmt: skip
    return max(ios, default=0)


def copied_now(before: State, now: State, name: str) -> bool:
    """Whether the last deed put an old chunk into this snapshot's store."""
    kept = [{each.name: len(each.copies) for each in state.snapshots} for state in (before, now)]
    return kept[1].get(name, 0) > kept[0].get(name, 0)
