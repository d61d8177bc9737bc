"""States of the containers labs that questions point at."""

from collections.abc import Sequence
from typing import Any

from coursekit.quizzes.question import Scene

Deed = tuple[Any, ...]  # what is done, and where or how much


def _numbered(deeds: Sequence[Deed]) -> tuple[tuple[Any, ...], ...]:
    return tuple((k, *deed) for k, deed in enumerate(deeds, 1))


def namespaces(*deeds: Deed) -> Scene:
    """A process in these namespaces of its own: ("unshare", "pid"), ("setup", "pid")…"""
    return Scene(lab="containers-namespaces", actions=_numbered(deeds))


def shares(tree: str = "two", **values: Any) -> Scene:
    """Groups with weights, busy or idle."""
    return Scene(lab="containers-shares", values={"tree": tree, **values})


def throttle(work: int = 200, quota: int = 100, threads: int = 4, **values: Any) -> Scene:
    """Work under a CPU limit, to its end."""
    values = {"work": work, "quota": quota, "threads": threads, **values}
    return Scene(lab="containers-throttle", values=values)


def memory(*deeds: Deed, **values: Any) -> Scene:
    """Processes under a memory limit after these deeds: ("ask", "web", 20)."""
    return Scene(lab="containers-memory", values=values, actions=_numbered(deeds))


def overlay(*deeds: Deed) -> Scene:
    """Layers and what a container sees after these deeds: ("write", "a", 7)."""
    return Scene(lab="containers-overlay", actions=_numbered(deeds))


def digests(change: str, **values: Any) -> Scene:
    """An image before and after a change."""
    return Scene(lab="containers-digests", values={"change": change, **values})


def registry(*deeds: Deed, **values: Any) -> Scene:
    """A host's store after these deeds: ("pull", "shop")."""
    return Scene(lab="containers-registry", values=values, actions=_numbered(deeds))


def cache(order: str, changed: str = "source") -> Scene:
    """A build after a change."""
    return Scene(lab="containers-cache", values={"order": order, "changed": changed})


def density(app: int = 200, ct: float = 10.0, **values: Any) -> Scene:
    """How many machines and containers a host bears."""
    return Scene(lab="containers-density", values={"app": app, "ct": ct, **values})


def lifecycle(*deeds: Deed, **values: Any) -> Scene:
    """Containers after these deeds: ("create", "web"), ("start", "web")…"""
    return Scene(lab="containers-lifecycle", values=values, actions=_numbered(deeds))


def ports(source: str, target: str, port: int, web: str = "8080:80", admin: str = "") -> Scene:
    """A connection to a container, or the attempt."""
    values = {"source": source, "target": target, "port": port, "web": web, "admin": admin}
    return Scene(lab="containers-ports", values=values)


def beside(event: str, left: str = "vm", right: str = "container") -> Scene:
    """Two ways side by side, and what an event does to them."""
    return Scene(lab="containers-beside", values={"event": event, "left": left, "right": right})


def history(*deeds: Deed) -> Scene:
    """The line of cards after these were put: ("lxc", 1)."""
    return Scene(lab="containers-history", actions=_numbered(deeds))


OWN = Scene(lab="containers-own")
STARTED: tuple[Deed, ...] = (("create", "web"), ("start", "web"))
EVERY_CARD: tuple[Deed, ...] = (  # all in their right gaps
    ("jails", 1), ("mnt", 2), ("cgroups", 3), ("lxc", 4), ("libcontainer", 6), ("kubernetes", 7),
    ("oci", 8), ("no_lxc", 9), ("cgroup2", 10), ("containerd", 11), ("swarm", 12),
)  # fmt: skip
