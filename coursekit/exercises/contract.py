"""What an exercise is: a function to write, its reference, its cases, its planned mistakes.

Values in and out are JSON-like and arguments go by name, so that a case is a text that a
notebook, a kernel without the course, a grader and a person can all hold.
"""

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from coursekit.sims.message import ParameterError, require
from coursekit.values import from_plain, to_plain

Args = dict[str, Any]  # one case: the arguments by name
RAISED = {"$raises": "ValueError"}  # the answer where the right thing is to raise it
Function = Callable[..., Any]


@dataclass(frozen=True)
class Sample:
    """A visible case: arguments and the answer everyone may see."""

    args: Args
    answer: Any


@dataclass(frozen=True)
class Wrong:
    """A mistake we expect: a function that makes it, and what to tell who makes it."""

    name: str
    function: Function
    feedback: str  # message id


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One function for the learner to write.

    The reference gives its name, its parameters and its answers. `cases(rng)` draws the
    arguments of one case; the learner's functions meet `hidden` of them when graded.
    """

    id: str
    chapter: str
    title: str  # message id
    reference: Function
    cases: Callable[[np.random.Generator], Args]
    samples: tuple[Sample, ...]
    wrong: tuple[Wrong, ...]
    tolerance: float | None = None  # relative, for floats; None: `compare.USUAL`
    weight: float = 1.0
    hidden: int = 40
    raises: bool = False  # whether a ValueError, by that very name, may be the right answer
    judge: Callable[[Args, Any], float] | None = (
        None  # where many answers are right: what one earns, 0 to 1
    )

    @property
    def function(self) -> str:
        """Name of the function the learner writes."""
        return self.reference.__name__

    @cached_property
    def _signature(self) -> Mapping[str, inspect.Parameter]:
        return inspect.signature(self.reference).parameters

    @cached_property
    def _hints(self) -> Mapping[str, Any]:
        return typing.get_type_hints(self.reference)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the arguments, in order."""
        return tuple(self._signature)

    def answer(self, args: Mapping[str, Any]) -> Any:
        """The reference's JSON-like answer to one case; ParameterError names what is amiss."""
        for name, value in args.items():
            require(
                name in self._signature,
                "{name}={value}: not an argument of {exercise}; choose among {names}",
                name=name,
                value=value,
                exercise=self.id,
                names=", ".join(self._signature),
            )
        return self.answer_of(self.reference, args)

    def answer_of(self, function: Function, args: Mapping[str, Any]) -> Any:
        """The JSON-like answer of a function with the reference's parameters."""
        typed = dict(self._typed(args))
        try:
            return to_plain(function(**typed))
        except ValueError:
            if not self.raises:
                raise
            return dict(RAISED)

    def _typed(self, args: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, parameter in self._signature.items():
            if name in args:
                yield name, from_plain(self._hints[name], args[name], name)
            elif parameter.default is inspect.Parameter.empty:
                raise ParameterError(
                    "{name}=?: missing; {exercise} needs {names}",
                    name=name,
                    exercise=self.id,
                    names=", ".join(self._signature),
                )

    def draw(self, rng: np.random.Generator, count: int) -> list[Args]:
        """Cases in the order the generator gives them."""
        return [self.cases(rng) for _ in range(count)]


def made_of(function: Function) -> Iterator[Function]:
    """The functions that have a text of their own: a `partial` is made of others."""
    if not isinstance(function, partial):
        yield function
        return
    for part in (function.func, *function.args, *function.keywords.values()):
        if callable(part):
            yield from made_of(part)
