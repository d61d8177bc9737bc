"""When parts fail and are repaired, over thousands of years, all drawn at once.

Each part lives and is repaired by exponential times, on its own. A state of the datacentre is the set of
parts that are down: a bit for each, and for disks how many. An outage of a feed that is shorter than a
quarter of an hour is a part of its own (`feed:1 short`), for batteries may bear it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.datacentre.catalogue import DISKS, HOURS_PER_YEAR, LIVES, Life
from coursekit.sims.datacentre.components import components
from coursekit.sims.datacentre.cost import disks
from coursekit.sims.datacentre.design import Design
from coursekit.sims.raid.reliability import mttf_from_afr

__all__ = ["SHORT_H", "Stretch", "parts_of", "stretches"]

SHORT_H = 0.25
DISK = "disk"


@dataclass(frozen=True)
class Stretch:
    """The time from one event to the next, for all of them: arrays of one length.

    `start_h`, `hours`: when it begins and how long it lasts; `down`: the bits of the parts that are
    down; `dead`: dead disks (of the array with the most, where each host has one); `part`: whose event
    began it (its place in `names`; −1 at the very beginning).
    """

    names: tuple[str, ...]
    start_h: NDArray[np.float64]
    hours: NDArray[np.float64]
    down: NDArray[np.int64]
    dead: NDArray[np.int64]
    part: NDArray[np.int64]

    def failed(self, down: int, dead: int) -> list[str]:
        """The names of what is down, as `evaluate` takes them; short cuts of a feed by themselves."""
        found = [name for bit, name in enumerate(self.names) if down >> bit & 1]
        return found + ([f"disks:{dead}"] if dead else [])


def parts_of(design: Design) -> dict[str, Life]:
    """Every part but the disks, with its life; a feed twice."""
    found = {}
    for name in components(design):
        kind = name.partition(":")[0]
        if kind in LIVES:
            found[name] = LIVES[kind]
        if kind == "feed":
            found[f"{name} short"] = LIVES[kind]
    return found


def stretches(design: Design, years: int, rng: np.random.Generator) -> Stretch:
    """One life of so many years, from a beginning at which everything works."""
    horizon = years * HOURS_PER_YEAR
    lives = parts_of(design)
    names = (*lives, DISK)
    times, marks, arrays = [], [], []
    for bit, (name, life) in enumerate(lives.items()):
        if name.endswith(" short"):  # drawn with its feed
            continue
        begun, ended = _outages(life, horizon, rng)
        which = np.full(len(begun), bit)
        if name.startswith("feed:"):
            which = bit + (ended - begun < SHORT_H)
        times += [begun, ended]
        marks += [which, which]
        arrays += [np.ones(len(begun), np.int64), -np.ones(len(begun), np.int64)]
    return _merged(names, _disks(design, horizon, rng), times, marks, arrays, horizon)


def _outages(life: Life, horizon: float, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    """When a part fails and when it is back, up to the horizon."""
    mean = horizon / (life.mtbf_h + life.mttr_h)
    count = int(mean + 8 * mean**0.5 + 10)  # too few once in some 10¹⁴ lives
    up, down = rng.exponential(life.mtbf_h, count), rng.exponential(life.mttr_h, count)
    ended = np.cumsum(up + down)
    begun = ended - down
    inside = begun < horizon
    return begun[inside], np.minimum(ended[inside], horizon)


def _disks(design: Design, horizon: float, rng: np.random.Generator) -> list[tuple[NDArray[np.float64], NDArray[np.int64]]]:  # fmt: skip
    """For each array of disks: when one dies or is replaced, and the step (+1 or −1)."""
    life = Life(mttf_from_afr(DISKS[design.storage.disk].afr), design.storage.mttr_h)
    local = design.storage.kind == "local"
    each = design.storage.disks if local else disks(design)
    found = []
    for _array in range(len(design.hosts) if local else 1):
        drawn = [_outages(life, horizon, rng) for _disk in range(each)]
        begun, ended = (np.concatenate([one[side] for one in drawn]) for side in (0, 1))
        steps = np.repeat(np.array([1, -1]), len(begun))
        found.append((np.concatenate([begun, ended]), steps))
    return found


def _merged(
    names: tuple[str, ...],
    arrays: Sequence[tuple[NDArray[np.float64], NDArray[np.int64]]],
    times: list[NDArray[np.float64]],
    marks: list[NDArray[np.int64]],
    steps: list[NDArray[np.int64]],
    horizon: float,
) -> Stretch:
    """All events in order of time, and the state after each."""
    infra = sum(map(len, times))
    time = np.concatenate([*times, *(each[0] for each in arrays)])
    part = np.concatenate([*marks, np.full(len(time) - infra, len(names) - 1)])
    step = np.concatenate([*steps, *(each[1] for each in arrays)])
    array = np.concatenate([np.full(infra, -1), *(np.full(len(each[0]), at) for at, each in enumerate(arrays))])  # fmt: skip
    order = np.lexsort((-step, time))  # a repair after a failure of the same moment
    time, part, step, array = time[order], part[order], step[order], array[order]
    bits = np.where(array < 0, step << np.minimum(part, 62), 0)
    down = np.concatenate([[0], np.cumsum(bits)])
    dead = np.zeros(len(time) + 1, np.int64)
    for at in range(len(arrays)):
        dead[1:] = np.maximum(dead[1:], np.cumsum(np.where(array == at, step, 0)))
    start = np.concatenate([[0.0], time])
    hours = np.diff(np.concatenate([start, [horizon]]))
    return Stretch(names, start, hours, down, dead, np.concatenate([[-1], part]))
