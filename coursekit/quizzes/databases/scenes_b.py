"""States of the labs on logs, crashes and SQLite that questions point at."""

from typing import Any

from coursekit.quizzes.question import Scene

Deed = tuple[Any, ...]  # what is done, and to what


def recovery(flushed: int = 9, moment: int | None = None, **values: Any) -> Scene:
    """Recovery after a crash at which the log was on disk up to this LSN."""
    return Scene(lab="databases-recovery", values={"flushed": flushed, **values}, moment=moment)


def crash(*deeds: Deed, **values: Any) -> Scene:
    """The database after these deeds, or the example: ("write", "A", "P1"), ("commit", "A"), ("cut",)…"""
    numbered = tuple((k, *deed) for k, deed in enumerate(deeds, 1))
    return Scene(lab="databases-crash", values=values, actions=numbered)


UNLOGGED: tuple[Deed, ...] = (("write", "A", "P1"), ("page", "P1"), ("cut",), ("start",))
UNSAID: tuple[Deed, ...] = (("write", "A", "P1"), ("commit", "A"), ("cut",), ("start",))


def commits(**values: Any) -> Scene:
    """Commits that come, and the flushes that carry them."""
    return Scene(lab="databases-commits", values=values)


def walfile(cut: int = 0, byte: int | None = None, look: int = 7) -> Scene:
    """SQLite's log with so many bytes torn off, or a bit flipped in this byte."""
    flip = {} if byte is None else {"flip": True, "byte": byte}
    return Scene(lab="databases-walfile", values={"cut": cut, "look": look, **flip})


IN_FRAME_4 = 14_000  # a byte of the page in frame 4


def sqlite(experiment: str = "kill", moment: int | None = None, **values: Any) -> Scene:
    """A recorded experiment with real SQLite."""
    return Scene(lab="databases-sqlite", values={"experiment": experiment, **values}, moment=moment)


def explain(query: str = "shop", index: str = "shop", **values: Any) -> Scene:
    """A query's plan without an index and with one."""
    return Scene(lab="databases-explain", values={"query": query, "index": index, **values})
