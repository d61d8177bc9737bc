"""E12.3: the values that each controller holds after writes and pulls."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.directory.replication import Dc, pull, write
from coursekit.sims.message import require

Answer = dict[str, dict[str, dict[str, Any]]]
OBJECT = "u1"


def converge(n: int, events: list[list[Any]]) -> Answer:
    """What every controller knows after the events."""
    require(1 <= n <= 9, "n={n}: choose 1 to 9", n=n)
    dcs = [Dc(str(at)) for at in range(n)]
    for kind, *rest in events:
        if kind == "write":
            at, key, value, time = rest
            dcs[at] = write(dcs[at], OBJECT, key, value, time)
        else:
            dst, src = rest
            dcs[dst] = pull(dcs[dst], dcs[src]).dc
    return {"values": {each.name: {key: item.value for (_, key), item in each.items.items()} for each in dcs}}  # fmt: skip


KEYS = ("tel", "mail", "room")


def _cases(rng: np.random.Generator) -> Args:
    n = int(rng.integers(2, 6))
    events: list[list[Any]] = [_event(rng, n, at) for at in range(int(rng.integers(5, 41)))]
    return {"n": n, "events": events}


def _event(rng: np.random.Generator, n: int, at: int) -> list[Any]:
    if rng.random() < 0.45:
        key = KEYS[int(rng.choice(3, p=(0.6, 0.25, 0.15)))]
        return ["write", int(rng.integers(n)), key, f"v{at}", int(rng.integers(1, 5))]
    dst, src = rng.permutation(n)[:2]
    return ["pull", int(dst), int(src)]


Held = dict[str, tuple[int, int, int, Any]]  # key -> version, time, origin, value
Greater = Callable[[tuple[int, int, int, Any], tuple[int, int, int, Any]], bool]


def _bent(n: int, events: list[list[Any]], *, greater: Greater, chain: bool = True, both: bool = False) -> Answer:  # fmt: skip
    """Whole tables compared, by another rule."""
    held: list[Held] = [{} for _ in range(n)]
    for kind, *rest in events:
        if kind == "write":
            at, key, value, time = rest
            old = held[at].get(key, (0, 0, 0, ""))
            held[at][key] = (old[0] + 1, time, at, value)
        else:
            dst, src = rest
            _taken(held[dst], held[src], src, greater, chain=chain)
            if both:
                _taken(held[src], held[dst], dst, greater, chain=chain)
    return {"values": {str(at): {key: each[3] for key, each in own.items()} for at, own in enumerate(held)}}  # fmt: skip


def _taken(own: Held, others: Held, src: int, greater: Greater, *, chain: bool) -> None:
    for key, each in others.items():
        if (chain or each[2] == src) and (key not in own or greater(each, own[key])):
            own[key] = each


_RIGHT: Greater = lambda one, other: one[:3] > other[:3]  # noqa: E731
_TIME: Greater = lambda one, other: one[1:3] > other[1:3]  # noqa: E731
_LOW: Greater = lambda one, other: (*one[:2], -one[2]) > (*other[:2], -other[2])  # noqa: E731
_ALWAYS: Greater = lambda one, other: one != other  # noqa: E731


CONVERGE = Exercise(
    id="E12.3",
    chapter="directory",
    title=mark("Replicate until the values agree"),
    reference=converge,
    cases=_cases,
    samples=(
        Sample(
            {"n": 2, "events": [["write", 0, "tel", "a", 10], ["write", 1, "tel", "b", 5], ["write", 1, "tel", "c", 6], ["pull", 0, 1]]},
            {"values": {"0": {"tel": "c"}, "1": {"tel": "c"}}},
        ),
        Sample(
            {"n": 3, "events": [["write", 0, "tel", "a", 7], ["write", 2, "tel", "c", 7], ["pull", 1, 0], ["pull", 1, 2], ["pull", 0, 1]]},
            {"values": {"0": {"tel": "c"}, "1": {"tel": "c"}, "2": {"tel": "c"}}},
        ),
        Sample(
            {"n": 3, "events": [["write", 0, "room", "12", 3], ["pull", 1, 0], ["write", 1, "room", "14", 1]]},
            {"values": {"0": {"room": "12"}, "1": {"room": "14"}, "2": {}}},
        ),
    ),
    wrong=(
        Wrong(
            "the later time wins",
            partial(_bent, greater=_TIME),
            mark("You let the later time win: the higher version comes first, the time counts only among equal versions."),
        ),
        Wrong(
            "the lower id wins",
            partial(_bent, greater=_LOW),
            mark("You let the lower number win where version and time are the same: it is the higher originating id that wins."),
        ),
        Wrong(
            "what is pulled always wins",
            partial(_bent, greater=_ALWAYS),
            mark("You let whatever is pulled replace what is there: it does so only if its stamp is greater, version first, then time, then id."),
        ),
        Wrong(
            "own writes only",
            partial(_bent, greater=_RIGHT, chain=False),
            mark("You send only what the sender wrote itself: it passes on what it has had from others too, so a change travels along a chain."),
        ),
        Wrong(
            "both directions",
            partial(_bent, greater=_RIGHT, both=True),
            mark("You let a pull work in both directions: only the first of the two receives."),
        ),
    ),
)  # fmt: skip
