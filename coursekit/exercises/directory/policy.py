"""E12.2: which policies are in force, and which of them set each value."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.directory import policy
from coursekit.sims.directory.policy import Container, Gpo, Link

Level = dict[
    str, Any
]  # "block": a truth value; "links": lists of order, gpo, enforced, link_enabled
Settings = dict[str, Any]
Turn = tuple[int, int, str, bool, bool]  # level, order, gpo, enforced, enabled


def effective_policy(chain: list[Level], gpos: dict[str, Settings]) -> dict[str, Settings]:
    """The value of each setting and the policy that set it."""
    known = [Gpo(name, settings) for name, settings in gpos.items()]
    found = policy.effective([_container(at, each) for at, each in enumerate(chain)], known)
    return {name: {"value": each.value, "gpo": each.winner} for name, each in found.settings.items()}  # fmt: skip


def _container(at: int, level: Level) -> Container:
    links = tuple(Link(*each) for each in level["links"])
    return Container(str(at), "local" if at == 0 else "ou", links, level["block"])


SETTINGS = ("wall", "lock", "usb", "proxy")
NAMES = ("LOCAL", "DDP", "SEC", "OUA", "OUB", "LEAF", "KIOSK", "PRINT")


def _cases(rng: np.random.Generator) -> Args:
    levels = int(rng.integers(2, 6))
    gpos = {name: _settings(rng) for name in NAMES}
    local: Level = {"block": False, "links": [[1, "LOCAL", False, bool(rng.random() < 0.9)]] if rng.random() < 0.9 else []}  # fmt: skip
    return {"chain": [local, *(_level(rng) for _ in range(levels - 1))], "gpos": gpos}


def _level(rng: np.random.Generator) -> Level:
    names = rng.permutation(NAMES[1:])[: int(rng.integers(0, 5))]
    orders = rng.permutation(np.arange(1, len(names) + 1))
    links = [
        [int(order), str(name), bool(rng.random() < 0.3), bool(rng.random() < 0.8)]
        for order, name in zip(orders, names, strict=True)
    ]
    return {"block": bool(rng.random() < 0.35), "links": links}


def _settings(rng: np.random.Generator) -> Settings:
    names = rng.permutation(SETTINGS)[: int(rng.integers(1, 4))]
    return {str(name): int(rng.integers(0, 10)) for name in names}


Arranged = Callable[[Sequence[Level]], list[Turn]]


def _bent(chain: list[Level], gpos: dict[str, Settings], *, arranged: Arranged) -> dict[str, Settings]:  # fmt: skip
    found: dict[str, Settings] = {}
    for _level_at, _order, gpo, _enforced, _enabled in arranged(chain):
        for name, value in gpos[gpo].items():
            found[name] = {"value": value, "gpo": gpo}
    return found


def _turns(chain: Sequence[Level]) -> list[Turn]:
    """Links in the usual order, those that are off too."""
    turns: list[Turn] = [(at, *link) for at, level in enumerate(chain) for link in level["links"]]
    return sorted(turns, key=lambda turn: (turn[0], -turn[1]))


def _start(chain: Sequence[Level]) -> int:
    return max((at for at, level in enumerate(chain) if level["block"]), default=0)


def _kept(turn: Turn, start: int) -> bool:
    return turn[0] == 0 or turn[0] >= start


def _ends(chain: Sequence[Level]) -> tuple[list[Turn], list[Turn]]:
    """What is not enforced, and what is, the highest container last."""
    turns, start = [turn for turn in _turns(chain) if turn[4]], _start(chain)
    normal = [turn for turn in turns if not turn[3] and _kept(turn, start)]
    forced = sorted((turn for turn in turns if turn[3]), key=lambda turn: (-turn[0], -turn[1]))
    return normal, forced


def _leaf_wins(chain: Sequence[Level]) -> list[Turn]:
    normal, forced = _ends(chain)
    return [*normal, *sorted(forced, key=lambda turn: (turn[0], -turn[1]))]


def _block_stops_all(chain: Sequence[Level]) -> list[Turn]:
    normal, forced = _ends(chain)
    return [*normal, *(turn for turn in forced if _kept(turn, _start(chain)))]


def _high_number_wins(chain: Sequence[Level]) -> list[Turn]:
    normal, forced = _ends(chain)
    return [
        *sorted(normal, key=lambda turn: (turn[0], turn[1])),
        *sorted(forced, key=lambda turn: (-turn[0], turn[1])),
    ]


def _local_blocked(chain: Sequence[Level]) -> list[Turn]:
    normal, forced = _ends(chain)
    return [*(turn for turn in normal if turn[0] >= _start(chain)), *forced]


def _off_counts(chain: Sequence[Level]) -> list[Turn]:
    on = [{**level, "links": [[*link[:3], True] for link in level["links"]]} for level in chain]
    normal, forced = _ends(on)
    return [*normal, *forced]


def _shown(*, block: bool, enforced: bool = True) -> Args:
    chain: list[Mapping[str, Any]] = [
        {"block": False, "links": [[1, "LOCAL", False, True]]},
        {"block": False, "links": []},
        {"block": False, "links": [[1, "DDP", False, True], [2, "SEC", enforced, True]]},
        {"block": False, "links": [[1, "OUA", False, True], [2, "OUB", False, True]]},
        {"block": block, "links": [[1, "LEAF", False, True]]},
    ]
    gpos = {
        "LOCAL": {"wall": "l"}, "DDP": {"wall": "d", "lock": 10}, "SEC": {"lock": 5},
        "OUA": {"wall": "a"}, "OUB": {"wall": "b", "usb": 0}, "LEAF": {"lock": 60},
    }  # fmt: skip
    return {"chain": chain, "gpos": gpos}


_WALL, _USB = {"value": "a", "gpo": "OUA"}, {"value": 0, "gpo": "OUB"}
_SEC = {"value": 5, "gpo": "SEC"}

POLICY = Exercise(
    id="E12.2",
    chapter="directory",
    title=mark("Say which policy sets each value"),
    reference=effective_policy,
    cases=_cases,
    samples=(
        Sample(_shown(block=True), {"wall": {"value": "l", "gpo": "LOCAL"}, "lock": _SEC}),
        Sample(_shown(block=False), {"wall": _WALL, "lock": _SEC, "usb": _USB}),
        Sample(_shown(block=False, enforced=False), {"wall": _WALL, "lock": {"value": 60, "gpo": "LEAF"}, "usb": _USB}),
    ),
    wrong=(
        Wrong(
            "the leaf wins among enforced links",
            partial(_bent, arranged=_leaf_wins),
            mark("You let the lowest container win among enforced links: there it is the reverse, the highest container has the last word."),
        ),
        Wrong(
            "a block stops enforced links",
            partial(_bent, arranged=_block_stops_all),
            mark("You let a block stop enforced links from above: it stops only those that are not enforced."),
        ),
        Wrong(
            "the highest link order wins",
            partial(_bent, arranged=_high_number_wins),
            mark("You let the highest link order win inside a container: links are applied from the highest number down, so order 1 has the last word."),
        ),
        Wrong(
            "a block stops the local policy",
            partial(_bent, arranged=_local_blocked),
            mark("You let a block drop the local policy: it is not inherited, so no block reaches it."),
        ),
        Wrong(
            "links that are off count",
            partial(_bent, arranged=_off_counts),
            mark("You count links that are off: link_enabled says whether a link counts at all, enforced or not."),
        ),
    ),
)  # fmt: skip
