"""Fresh hypervisors questions from a seed: direct ("how many?") and inverse ("how much may it be?").

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable

import numpy as np

from coursekit.quizzes.hypervisors.drawn_cluster import (
    first_move,
    many_slots,
    may_die,
    restart,
    rounds,
    working_set,
)
from coursekit.quizzes.hypervisors.drawn_machine import (
    levels,
    offending,
    percent,
    rank,
    reads,
    share,
)
from coursekit.quizzes.hypervisors.drawn_memory import harmless, least_free, scan, state, swapped
from coursekit.quizzes.question import Question

Maker = Callable[[np.random.Generator, str], Question]

MAKERS: tuple[Maker, ...] = (
    reads,
    rounds,
    state,
    many_slots,
    rank,
    share,
    first_move,
    levels,
    restart,
    offending,
    working_set,
    swapped,
    least_free,
    may_die,
    percent,
    harmless,
    scan,
)


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 4])
    return MAKERS[seed % len(MAKERS)](rng, f"hypervisors-fresh-{seed}")
