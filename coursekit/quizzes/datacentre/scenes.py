"""States of the last chapter's labs that questions point at."""

from typing import Any

from coursekit.quizzes.question import Scene


def board(*deeds: tuple[str, ...], **values: object) -> Scene:
    """The board after these deeds: ("break", "host:h1"), ("disk",), ("cut",)…"""
    actions = tuple((k, *deed) for k, deed in enumerate(deeds, 1))
    return Scene(lab="datacentre-board", values=values, actions=actions)


def faults(fault: str = "S1", **values: object) -> Scene:
    """The twelve faults of a design, one of them looked at."""
    return Scene(lab="datacentre-scenarios", values={"fault": fault, **values})


def single(what: str = "none", **values: object) -> Scene:
    """Single points of failure, and what breaks with one part."""
    return Scene(lab="datacentre-spof", values={"what": what, **values})


def placed(dies: int = 0, **values: object) -> Scene:
    """Seven machines on a few hosts, of which one dies."""
    return Scene(lab="datacentre-placement", values={"dies": dies, **values})


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


def years(design: str = "D0", **values: Any) -> Scene:
    """A design's years: years, service, life, add_core and so on."""
    return Scene(lab="datacentre-years", values={"design": design, **values})


def exam(*deeds: tuple[str, ...], series: int = 1) -> Scene:
    """A series of the exam after these deeds: ("answer", "1101") for the four services, ("next",)."""
    numbered = tuple((k, *deed) for k, deed in enumerate(deeds, 1))
    return Scene(lab="datacentre-exam", values={"series": series}, actions=numbered)


def own(text: str = "", **values: Any) -> Scene:
    """A design written as text, or built: hosts, storage, doubled, backup, racks, budget…"""
    return Scene(lab="datacentre-own", values={**({"program": text} if text else {}), **values})


def report(design: str = "D1", **values: Any) -> Scene:
    """The page of one of the three designs."""
    return Scene(lab="datacentre-report", values={"example": design, **values})
