"""Servers that a live source starts, and a recorded one does not.

`started` is a step of the transcript like any other: what was typed is kept, and the server stands
for the rest of the block.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

from coursekit.realtools.source import Source

T = TypeVar("T")


@contextmanager
def started(source: Source, command: str, opened: Callable[[], AbstractContextManager[T]]) -> Iterator[T | None]:  # fmt: skip
    """What `opened()` gives, for the length of a block; None where the answers are recorded."""
    with ExitStack() as stack:
        found: list[T] = []

        def start() -> str:
            found.append(stack.enter_context(opened()))
            return ""

        source.ask(command, start)
        yield found[0] if found else None
