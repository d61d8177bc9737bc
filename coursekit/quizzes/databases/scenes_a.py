"""States of the labs on transactions and trees that questions point at."""

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
