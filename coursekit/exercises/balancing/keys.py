"""E3.3: how many keys change server when one joins or leaves the ring."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from zlib import crc32

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.balancing import hashing
from coursekit.sims.message import require

Answer = dict[str, int]
Rule = Callable[[Sequence[str]], Callable[[str], str]]


def moved_keys(servers: list[str], change: str, keys: list[str]) -> Answer:
    """The keys that move, and those of them that go to the added or come from the removed."""
    return _said(hashing.moved(servers, _after(servers, change), keys))


def _said(moved: hashing.Moved) -> Answer:
    return {"moved": moved.moved, "to_or_from_changed": moved.changed}


def _after(servers: list[str], change: str) -> list[str]:
    sign, one = change[:1], change[1:]
    require(
        (sign == "+" and one not in servers) or (sign == "-" and one in servers and len(servers) > 1),
        "change={change}: + and a new server, or - and one of several", change=change,
    )  # fmt: skip
    return [*servers, one] if sign == "+" else [each for each in servers if each != one]


def _cases(rng: np.random.Generator) -> Args:
    count = int(rng.integers(2, 11))
    hosts = rng.choice(200, count + 1, replace=False) + 1
    *servers, new = (f"10.0.{rng.integers(4)}.{host}:{rng.choice([80, 8080])}" for host in hosts)
    change = f"+{new}" if rng.random() < 0.5 else f"-{servers[rng.integers(count)]}"
    start = int(rng.integers(100_000))
    keys = [f"k{start + i}" for i in range(int(rng.integers(100, 3001)))]
    return {"servers": servers, "change": change, "keys": keys}


def _with(rule: Rule) -> Callable[[list[str], str, list[str]], Answer]:
    """What somebody answers who places keys by another rule."""

    def answer(servers: list[str], change: str, keys: list[str]) -> Answer:
        return _said(hashing.moved(servers, _after(servers, change), keys, rule))

    return answer


def _modulo(servers: Sequence[str]) -> Callable[[str], str]:
    return lambda key: servers[hashing.modulo(key, len(servers))]


def _one_point(servers: Sequence[str]) -> Callable[[str], str]:
    """One point a server, and not 160."""
    points = sorted((crc32(each.replace(":", "\0").encode() + bytes(4)), each) for each in servers)
    values = [point for point, _server in points]
    return lambda key: points[bisect_left(values, crc32(key.encode())) % len(points)][1]


def _places(servers: list[str], change: str, keys: list[str]) -> Answer:
    """Compares places in the list: after a removal all that follow have new ones."""
    after = _after(servers, change)
    old, new = hashing.ring(servers), hashing.ring(after)
    pairs = [(hashing.lookup(old, key), hashing.lookup(new, key)) for key in keys]
    moved = [(a, b) for a, b in pairs if a != b]
    place = len(servers) if change[0] == "+" else servers.index(change[1:])
    return {
        "moved": len(moved),
        "to_or_from_changed": sum(b == place if change[0] == "+" else a == place for a, b in moved),
    }


def _sample(change: str, count: int, moved: int) -> Sample:
    servers = ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"]
    args = {"servers": servers, "change": change, "keys": [f"k{i}" for i in range(count)]}
    return Sample(args, {"moved": moved, "to_or_from_changed": moved})


KEYS = Exercise(
    id="E3.3",
    chapter="balancing",
    title=mark("Count the keys that move"),
    reference=moved_keys,
    cases=_cases,
    samples=(
        _sample("+10.0.0.4:80", 60, 15),
        _sample("+10.0.0.4:80", 20, 4),
        _sample("-10.0.0.2:80", 20, 5),
    ),
    wrong=(
        Wrong(
            "modulo",
            _with(_modulo),
            mark("You place keys modulo the number of servers: when that number changes nearly all keys move. On the ring only those next to the changed server do."),
        ),
        Wrong(
            "one point",
            _with(_one_point),
            mark("You give each server one point: it has 160, each the CRC-32 of its name and the point before."),
        ),
        Wrong(
            "places for names",
            _places,
            mark("You compare places in the list: when a server leaves, all that follow it get another place without a key having moved. Compare names."),
        ),
    ),
)  # fmt: skip
