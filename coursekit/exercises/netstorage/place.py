"""E11.2: where the copies of a placement group go, with nothing but the map."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.message import require
from coursekit.sims.netstorage import placement
from coursekit.sims.netstorage.clustermap import HOST_ITEM, ClusterMap, Host, Osd
from coursekit.sims.netstorage.placement import MORE_TRIES

Hosts = dict[str, list[Any]]  # number of a host -> its [osd, weight] pairs
Straw = Callable[[int, Sequence[tuple[int, float]], int], int | None]


def place(pg: int, hosts: Hosts, size: int, out: list[int]) -> list[int]:
    """The OSDs of the group in order of choice, fewer than `size` when the tries end."""
    return list(placement.place(pg, _map(hosts, out), size))


def _map(hosts: Hosts, out: Sequence[int]) -> ClusterMap:
    require(all(each.isdecimal() for each in hosts), "hosts={names}: name them by their numbers", names=", ".join(hosts))  # fmt: skip
    pairs = [pair for each in hosts.values() for pair in each]
    require(all(isinstance(pair, list) and len(pair) == 2 for pair in pairs), "hosts={hosts}: give each OSD as [number, weight]", hosts=hosts)  # fmt: skip
    return ClusterMap(
        tuple(
            Host(number, tuple(Osd(int(osd), float(weight)) for osd, weight in hosts[str(number)]))
            for number in sorted(map(int, hosts))
        ),
        frozenset(out),
    )


def _cases(rng: np.random.Generator) -> Args:
    """2 to 8 hosts of 1 to 6 OSDs; in two of three cases some OSDs are out."""
    hosts, osd = Hosts(), 0
    for host in range(int(rng.integers(2, 9))):
        count = int(rng.integers(1, 7))
        weights = rng.integers(1, 17, count) / 2
        hosts[str(host)] = [[osd + k, float(each)] for k, each in enumerate(weights)]
        osd += count
    gone = rng.permutation(osd)[: int(osd * rng.uniform(0.1, 0.5)) if rng.random() < 0.67 else 0]
    return {
        "pg": int(rng.integers(0, 4096)),
        "hosts": hosts,
        "size": int(rng.choice([1, 2, 3, 4], p=[0.1, 0.2, 0.4, 0.3])),
        "out": sorted(int(each) for each in gone),
    }


def _placed(
    pg: int, hosts: Hosts, size: int, out: list[int], *,
    straw: Straw = placement.straw2, first: int = HOST_ITEM, once: bool = True, burns: bool = False,
) -> list[int]:  # fmt: skip
    """The loop with one rule bent: the wrong solutions."""
    cluster = _map(hosts, out)
    weights = [(first + host.id, host.weight) for host in cluster.hosts]
    own = {first + host.id: [(osd.id, osd.weight) for osd in host.osds] for host in cluster.hosts}
    used, found = set[int](), list[int]()
    for r in range(size + MORE_TRIES):
        host = straw(pg, weights, r)
        if len(found) == size or host is None or (once and host in used):
            continue
        osd = straw(pg, own[host], r)
        if osd is not None and osd not in out and osd not in found:
            used.add(host)
            found.append(osd)
        elif burns:
            used.add(host)
    return found


def _times_weight(pg: int, items: Sequence[tuple[int, float]], r: int) -> int | None:
    """Multiplies the straw by the weight: the logarithm is negative, so that heavy items lose."""
    able = [each for each in items if each[1] > 0]
    return max(able, key=lambda each: placement.draw(pg, each[0], r, 1) * each[1])[0]


def _weighs_nothing(pg: int, hosts: Hosts, size: int, out: list[int]) -> list[int]:
    """Takes OSDs that are out as OSDs of weight 0, so that their hosts get lighter."""
    lighter = {host: [[osd, 0.0 if osd in out else weight] for osd, weight in own] for host, own in hosts.items()}  # fmt: skip
    return place(pg, lighter, size, [])


PLACE = Exercise(
    id="E11.2",
    chapter="netstorage",
    title=mark("Find the copies without asking anybody"),
    reference=place,
    cases=_cases,
    samples=tuple(
        Sample({"pg": pg, "hosts": {str(h): [[2 * h, 1], [2 * h + 1, 1]] for h in range(hosts)}, "size": 3, "out": out}, answer)
        for pg, hosts, out, answer in (
            (0, 4, [], [6, 5, 1]),
            (1, 4, [], [2, 5, 6]),
            (0, 3, [0, 1], [2, 5]),
        )
    ),
    wrong=(
        Wrong(
            "times the weight",
            partial(_placed, straw=_times_weight),
            mark("You multiply the logarithm by the weight: it is negative, so heavy items lose. Divide by the weight."),
        ),
        Wrong(
            "host by its own number",
            partial(_placed, first=0),
            mark("Your hosts draw under their own numbers, as OSDs do: a host draws as item 1000 + its number."),
        ),
        Wrong(
            "two copies on a host",
            partial(_placed, once=False),
            mark("You put two copies of a group on one host: a host that has one is passed over, and the next try begins."),
        ),
        Wrong(
            "out weighs nothing",
            _weighs_nothing,
            mark("You give OSDs that are out the weight 0: that changes their host’s weight too, and more moves. Draw with all weights, and refuse the OSD when it is out."),
        ),
        Wrong(
            "host is spent",
            partial(_placed, burns=True),
            mark("You pass over a host for good once its OSD was out: no copy is there, so a later try may choose another OSD of it."),
        ),
    ),
)  # fmt: skip
