"""E3.1: the order of smooth weighted turns, servers going down on the way."""

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.balancing import turns
from coursekit.sims.message import require

Weights = list[int]
Down = list[list[int]]


def smooth_wrr(weights: Weights, n: int, down: Down) -> str:
    """The letters of n requests; [k, i] in `down`: server i is away from request k on."""
    for each in down:
        require(
            len(each) == 2 and 0 <= each[1] < len(weights),
            "down={down}: give pairs [request, server]", down=down,
        )  # fmt: skip
    steps = turns.smooth_steps(weights, n, down=[(k, i) for k, i in down])
    return turns.letters([step.pick for step in steps])


def _cases(rng: np.random.Generator) -> Args:
    servers, n = int(rng.integers(2, 9)), int(rng.integers(10, 201))
    leaving = rng.permutation(servers)[: int(rng.integers(0, servers))]
    down = [[int(rng.integers(n)), int(server)] for server in leaving]
    return {"weights": rng.integers(1, 51, servers).tolist(), "n": n, "down": sorted(down)}


def _bursts(weights: Weights, n: int, down: Down) -> str:
    order = [server for server, weight in enumerate(weights) for _each in range(weight)]
    found, place = [], 0
    for turn in range(n):
        gone = {i for k, i in down if turn >= k}
        while order[place % len(order)] in gone:
            place += 1
        found.append(order[place % len(order)])
        place += 1
    return turns.letters(found)


def _own(weights: Weights, n: int, down: Down, *, last: bool, total: bool) -> str:
    """Smooth turns with a mistake: the last of equals is picked, or it pays for all."""
    current, found = [0] * len(weights), []
    for turn in range(n):
        gone = {i for k, i in down if turn >= k}
        up = [i for i in range(len(weights)) if i not in gone]
        for i in up:
            current[i] += weights[i]
        best = max(reversed(up) if last else up, key=current.__getitem__)
        current[best] -= sum(weights) if total else sum(weights[i] for i in up)
        found.append(best)
    return turns.letters(found)


def _last_of_equals(weights: Weights, n: int, down: Down) -> str:
    return _own(weights, n, down, last=True, total=False)


def _pays_for_all(weights: Weights, n: int, down: Down) -> str:
    return _own(weights, n, down, last=False, total=True)


def _nobody_down(weights: Weights, n: int, down: Down) -> str:  # noqa: ARG001  (that is the mistake)
    return smooth_wrr(weights, n, [])


def _sample(weights: Weights, n: int, down: Down, answer: str) -> Sample:
    return Sample({"weights": weights, "n": n, "down": down}, answer)


SMOOTH = Exercise(
    id="E3.1",
    chapter="balancing",
    title=mark("Take smooth weighted turns"),
    reference=smooth_wrr,
    cases=_cases,
    samples=(
        _sample([5, 1, 1], 7, [], "aabacaa"),
        _sample([5, 1, 1], 7, [[3, 0]], "aabcccc"),
        _sample([4, 2, 1], 7, [], "abacaba"),
    ),
    wrong=(
        Wrong(
            "bursts",
            _bursts,
            mark("You serve each weight in one burst: smooth turns raise every server at each request and let the greatest one pay."),
        ),
        Wrong(
            "last of equals",
            _last_of_equals,
            mark("Of equal currents you pick the last server: the first in the list wins a tie."),
        ),
        Wrong(
            "pays for all",
            _pays_for_all,
            mark("The one picked pays the weights of all servers: it pays only for those raised in this turn, the ones that are up."),
        ),
        Wrong(
            "nobody is down",
            _nobody_down,
            mark("You pick servers that are down: from request k on (counted from 0) server i is skipped."),
        ),
    ),
)  # fmt: skip
