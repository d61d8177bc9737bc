"""States of the labs on databases that questions point at."""

from typing import Any

from coursekit.quizzes.question import Scene


def schedule(text: str = "", *, example: str = "lost", level: str = "RC", moment: int | None = None) -> Scene:  # fmt: skip
    """A schedule at a level: one of one's own (`text`), or an example by its name."""
    values = {"program": text} if text else {"example": example}
    return Scene(lab="databases-schedule", values={**values, "level": level}, moment=moment)


def levels(text: str = "", *, example: str = "lost", level: str = "RC") -> Scene:
    """The same schedule at all levels, one of them told about."""
    values = {"program": text} if text else {"example": example}
    return Scene(lab="databases-levels", values={**values, "level": level})


def anomaly(name: str = "lost", level: str = "RC") -> Scene:
    """A cell of the table of anomalies."""
    return Scene(lab="databases-anomalies", values={"anomaly": name, "level": level})


def graph(text: str = "", *, example: str = "skew", moment: int | None = None) -> Scene:
    """The precedence graph of a schedule: one of one's own (`text`), or an example."""
    values = {"program": text} if text else {"example": example}
    return Scene(lab="databases-graph", values=values, moment=moment)


def remedy(script: str = "doctors", remedy: str = "plain", level: str = "RC") -> Scene:
    """A program written in one way, at a level."""
    return Scene(lab="databases-remedies", values={"script": script, "remedy": remedy, "level": level})  # fmt: skip


def btree(text: str = "", *, moment: int | None = None, **values: Any) -> Scene:
    """A tree of these keys (`text`), or of `count` in an order (`example`), and a search (`find`)."""
    first = {"program": text} if text else {"example": "sorted"}
    return Scene(lab="databases-btree", values={**first, **values}, moment=moment)


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


def latency(**values: Any) -> Scene:
    """A commit and what it waits for: mode, k, rtt1, rtt2, away…"""
    return Scene(lab="databases-latency", values=values)


def failover(moment: int | None = None, **values: Any) -> Scene:
    """The film of a failover, at its end or at a moment."""
    return Scene(lab="databases-failover", values=values, moment=moment)


def cut(moment: int | None = None, **values: Any) -> Scene:
    """The network is cut and healed, at the end or at a moment."""
    return Scene(lab="databases-cut", values=values, moment=moment)


def pitr(**values: Any) -> Scene:
    """Bases and log of four days, and the moment wanted, in hours."""
    return Scene(lab="databases-pitr", values=values)


def plan(**values: Any) -> Scene:
    """A backup plan, and the disaster asked about."""
    return Scene(lab="databases-plan", values=values)


def cost(**values: Any) -> Scene:
    """Scan against index: rows, width, share in percent, clustered, how."""
    return Scene(lab="databases-cost", values=values)
