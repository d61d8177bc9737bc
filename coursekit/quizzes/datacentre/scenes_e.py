"""States of the labs on needs, points and money that questions point at."""

from typing import Any

from coursekit.quizzes.question import Scene


def needs(factor: float = 1.0, **values: Any) -> Scene:
    """A design whose machines have grown by this factor."""
    return Scene(lab="datacentre-needs", values={"factor": factor, **values})


def score(design: str = "D1", *adds: str, **values: Any) -> Scene:
    """The points of a design with these changes: "immutable", "offsite", "core"…"""
    return Scene(lab="datacentre-score", values={"design": design, **{f"add_{name}": True for name in adds}, **values})  # fmt: skip


def deltas(*bought: str, **values: Any) -> Scene:
    """The next euro, after these changes were bought one after the other."""
    actions = tuple((k, name) for k, name in enumerate(bought, 1))
    return Scene(lab="datacentre-deltas", values=values, actions=actions)


def events(defence: str = "raid", harm: str = "disk", **values: Any) -> Scene:
    """Deletion, ransomware, fire; and why this protection helps against this harm, or does not."""
    return Scene(lab="datacentre-events", values={"defence": defence, "harm": harm, **values})


SAFE = {"immutable": True, "offsite": True}  # what the events ask of a backup


def pareto(**values: Any) -> Scene:
    """All designs, or those that these filters leave: hosts, storage, doubled, backup, racks; a budget."""
    return Scene(lab="datacentre-pareto", values=values)
