"""States of the labs on a design, what falls in it and what there is room for, that questions point at."""

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
