"""All ways to mix transactions: each keeps the order of its own steps.

Of programs with a, b, … steps there are (a + b + …)! / (a! b! …) interleavings. Steps that one
statement does together (a unit) are not torn apart. Source: combinatorics.
"""

from collections.abc import Iterator, Sequence
from math import factorial, prod

from coursekit.sims.databases.schedules import Schedule, Step
from coursekit.sims.message import require

MOST = 3500  # interleavings that are run one by one

Unit = tuple[Step, ...]
Program = tuple[Unit, ...]


def count(lengths: Sequence[int]) -> int:
    """How many interleavings programs of these lengths have."""
    return factorial(sum(lengths)) // prod(map(factorial, lengths))


def programs(schedule: Schedule) -> tuple[Program, ...]:
    """The steps of each transaction, each a unit of its own."""
    return tuple(tuple((step,) for step in schedule.steps if step.tx == tx) for tx in schedule.transactions)  # fmt: skip


def alone(program: Program) -> Unit:
    """The steps of one program."""
    return tuple(step for unit in program for step in unit)


def interleavings(
    mixed: Sequence[Program], items: tuple[tuple[str, int], ...]
) -> Iterator[Schedule]:
    """Every schedule of these programs; ParameterError when there are too many to run."""
    ways = count([len(each) for each in mixed])
    require(ways <= MOST, "interleavings={ways}: at most {most} are run one by one", ways=ways, most=MOST)  # fmt: skip
    for steps in _mixed(tuple(mixed)):
        yield Schedule(items, steps)


def _mixed(left: tuple[Program, ...]) -> Iterator[Unit]:
    if not any(left):
        yield ()
    for at, units in enumerate(left):
        if units:
            for after in _mixed((*left[:at], units[1:], *left[at + 1 :])):
                yield (*units[0], *after)
