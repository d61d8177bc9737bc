"""All ways to mix transactions: each keeps the order of its own steps.

Of programs with a, b, … steps there are (a + b + …)! / (a! b! …) interleavings. The first ones run
one program after the other. Source: combinatorics.
"""

from collections.abc import Iterator, Sequence
from math import factorial, prod

from coursekit.sims.databases.schedules import Schedule, Step
from coursekit.sims.message import require

MOST = 3500  # interleavings that are run one by one

Program = tuple[Step, ...]


def count(lengths: Sequence[int]) -> int:
    """How many interleavings programs of these lengths have."""
    return factorial(sum(lengths)) // prod(map(factorial, lengths))


def programs(schedule: Schedule) -> tuple[Program, ...]:
    """The steps of each transaction."""
    return tuple(tuple(step for step in schedule.steps if step.tx == tx) for tx in schedule.transactions)  # fmt: skip


def interleavings(
    mixed: Sequence[Program], items: tuple[tuple[str, int], ...]
) -> Iterator[Schedule]:
    """Every schedule of these programs; ParameterError when there are too many to run."""
    ways = count([len(each) for each in mixed])
    require(ways <= MOST, "interleavings={ways}: at most {most} are run one by one", ways=ways, most=MOST)  # fmt: skip
    for steps in _mixed(tuple(mixed)):
        yield Schedule(items, steps)


def _mixed(left: tuple[Program, ...]) -> Iterator[Program]:
    if not any(left):
        yield ()
    for at, steps in enumerate(left):
        if steps:
            first, *rest = steps
            for after in _mixed((*left[:at], tuple(rest), *left[at + 1 :])):
                yield (first, *after)
