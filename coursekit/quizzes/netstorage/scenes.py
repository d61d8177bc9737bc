"""States of the labs on network storage that questions point at."""

from collections.abc import Sequence
from typing import Any

from coursekit.quizzes.question import Scene

Deed = tuple[Any, ...]  # what is done, and to what


def _numbered(deeds: Sequence[Deed]) -> tuple[tuple[Any, ...], ...]:
    return tuple((k, *deed) for k, deed in enumerate(deeds, 1))


def disk(local: str = "hdd", server: str = "hdd", hits: int = 50, gbps: float = 1, size: int = 4096, **values: Any) -> Scene:  # fmt: skip
    """One request to a local disk and to one behind a cable."""
    return Scene(lab="netstorage-disk", values={"local": local, "server": server, "hits": hits, "gbps": gbps, "size": size, **values})  # fmt: skip


def who_wins(local: str, server: str, gbps: float = 1, **values: Any) -> Scene:
    """The map of who is faster, over the size of a request and the server's memory."""
    return Scene(lab="netstorage-map", values={"local": local, "server": server, "gbps": gbps, **values})  # fmt: skip


def storm(clients: int, gbps: float = 1, server: str = "ram", **values: Any) -> Scene:
    """A room of diskless machines, all switched on."""
    return Scene(lab="netstorage-storm", values={"clients": clients, "gbps": gbps, "server": server, **values})  # fmt: skip


def write(way: str, **values: Any) -> Scene:
    """One small write and its rounds."""
    return Scene(lab="netstorage-write", values={"way": way, **values})


def nbd(*deeds: Deed, **values: Any) -> Scene:
    """A conversation of a client with its block server: ("read", 4096, 1024), ("flush",)…"""
    return Scene(lab="netstorage-nbd", values=values, actions=_numbered(deeds))


def live(**values: Any) -> Scene:
    """The miniature server, before anybody asks it."""
    return Scene(lab="netstorage-live", values=values)


def pxe(fault: str = "none", **values: Any) -> Scene:
    """A machine that boots over the network."""
    return Scene(lab="netstorage-pxe", values={"fault": fault, **values})


def mount(way: str, files: int = 1) -> Scene:
    """Two hosts and one disk; the first makes one file, the second so many."""
    return Scene(lab="netstorage-mount", values={"way": way, "files": files})


def copies(kind: str = "copies", **values: Any) -> Scene:
    """An object in copies or in pieces, on nodes of which some are dead."""
    return Scene(lab="netstorage-copies", values={"kind": kind, **values})


def placement(*deeds: Deed, way: str = "straw2", **values: Any) -> Scene:
    """Copies on disks in hosts after these deeds: ("add",), ("out", 0), ("fail", 1)…"""
    return Scene(lab="netstorage-placement", values={"way": way, **values}, actions=_numbered(deeds))  # fmt: skip


def recovery(second: int = 0, **values: Any) -> Scene:
    """A cluster that loses a host, and perhaps a second one while it rebuilds."""
    return Scene(lab="netstorage-recovery", values={"second": second, **values})


def quorum(nodes: int, cut: int = 0, witness: str = "none", **values: Any) -> Scene:
    """Nodes cut in two groups, with or without a witness."""
    return Scene(lab="netstorage-quorum", values={"nodes": nodes, "cut": cut, "witness": witness, **values})  # fmt: skip


def sizing(hosts: int = 4, **values: Any) -> Scene:
    """What a hyperconverged cluster holds."""
    return Scene(lab="netstorage-sizing", values={"hosts": hosts, **values})


def own(text: str = "") -> Scene:
    """A cluster of one's own."""
    return Scene(lab="netstorage-own", values={"program": text} if text else {})
