"""States of the hypervisors labs that questions point at."""

from typing import Any

from coursekit.quizzes.question import Scene


def cards(*sorted_: tuple[str, str]) -> Scene:
    """Cards put on piles, one after the other."""
    actions = tuple((k, "sort", card, kind) for k, (card, kind) in enumerate(sorted_))
    return Scene(lab="hypervisors-cards", actions=actions)


def popek(instructions: str = "teaching", *flips: tuple[str, str]) -> Scene:
    """An instruction set, some of its marks changed."""
    actions = tuple((k, "flip", name, column) for k, (name, column) in enumerate(flips))
    return Scene(lab="hypervisors-test", values={"set": instructions}, actions=actions)


def guest(program: str, way: str, moment: int | None = None) -> Scene:
    """A guest program, run one way."""
    values = {"program": program, "way": way}
    return Scene(lab="hypervisors-guest", values=values, moment=moment)


def costs(workload: str, technique: str = "hw_npt", *, huge: bool = False, **more: Any) -> Scene:
    """All techniques on a workload, one of them taken apart."""
    values = {"workload": workload, "technique": technique, "huge": huge, **more}
    return Scene(lab="hypervisors-costs", values=values)


def walk(levels: int = 4, host: int = 4, **more: Any) -> Scene:
    """A page walk to its end."""
    return Scene(lab="hypervisors-walk", values={"guest": levels, "host": host, **more})


def shadow(*steps: tuple[Any, ...]) -> Scene:
    """The tables after these steps; none: the lab's own example."""
    actions = tuple((k, *step) for k, step in enumerate(steps))
    return Scene(lab="hypervisors-shadow", actions=actions)


def migration(memory: int = 4096, dirty: int = 500, writable: int = 0, **more: Any) -> Scene:
    """A live migration to its end; the link carries 1000 MB/s unless said otherwise."""
    values = {"memory": memory, "bandwidth": 1000, "dirty": dirty, "writable": writable}
    return Scene(lab="hypervisors-migration", values={**values, "method": "precopy", **more})


def admission(policy: str = "slots", failures: int = 1, **more: Any) -> Scene:
    """The cluster of three hosts and five machines."""
    values = {"policy": policy, "failures": failures, **more}
    return Scene(lab="hypervisors-admission", values=values)


def failure(kind: str = "crash", moment: int | None = None, **more: Any) -> Scene:
    """A host dies, or its network does."""
    values = {"kind": kind, "guests": 40, **more}
    return Scene(lab="hypervisors-failure", values=values, moment=moment)


def drs(case: str = "spec", threshold: int = 10) -> Scene:
    """A cluster, balanced."""
    return Scene(lab="hypervisors-drs", values={"case": case, "threshold": threshold})


def pages(*steps: tuple[Any, ...]) -> Scene:
    """Guests' pages after these steps; none: the lab's own example."""
    actions = tuple((k, *step) for k, step in enumerate(steps, 1))
    return Scene(lab="hypervisors-pages", actions=actions)


def pressure(**more: Any) -> Scene:
    """A host whose machines grow."""
    return Scene(lab="hypervisors-pressure", values=more)


def ready(cores: int = 4, vcpus: int = 8, demand: int = 100, shares: int = 1000) -> Scene:
    """Virtual processors on the host's cores."""
    values = {"cores": cores, "vcpus": vcpus, "demand": demand, "shares": shares}
    return Scene(lab="hypervisors-ready", values=values)


OWN = Scene(lab="hypervisors-own")
