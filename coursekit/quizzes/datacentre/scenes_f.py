"""States of the labs on years, the exam, one's own design and the report that questions point at."""

from typing import Any

from coursekit.quizzes.question import Scene


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
