"""States of the labs on directory services that questions point at."""

from collections.abc import Sequence
from typing import Any

from coursekit.quizzes.question import Scene

Deed = tuple[Any, ...]  # what is done, and to what


def _numbered(deeds: Sequence[Deed]) -> tuple[tuple[Any, ...], ...]:
    return tuple((k, *deed) for k, deed in enumerate(deeds, 1))


def tree(*deeds: Deed, **values: Any) -> Scene:
    """The forest after these deeds: ("move", "Alice Martin", "Lyon")…"""
    return Scene(lab="directory-tree", values=values, actions=_numbered(deeds))


MOVED: tuple[Deed, ...] = (("move", "Alice Martin", "Lyon"),)


def names(text: str) -> Scene:
    """Distinguished names of one's own, a line each."""
    return Scene(lab="directory-dn", values={"program": text})


def search(text: str, entry: int = 4, **values: Any) -> Scene:
    """A search filter and the value at each of its nodes for one entry."""
    return Scene(lab="directory-filter", values={"program": text, "entry": entry, **values})


UNKNOWN, ABSENT = "(!(department=IT))", "(!(mail=*))"


def kerberos(fault: str = "none", offset: int = 0, **values: Any) -> Scene:
    """A user opens a share: the messages, and who can read what in them."""
    return Scene(lab="directory-kerberos", values={"fault": fault, "offset": offset, **values})


def tickets(**values: Any) -> Scene:
    """A day of tickets."""
    return Scene(lab="directory-tickets", values=values)


def policy(**values: Any) -> Scene:
    """Which policy wins."""
    return Scene(lab="directory-policy", values=values)


def groups(*deeds: Deed, **values: Any) -> Scene:
    """Groups after these deeds: ("add", "alice", "G_Sales"), ("logon", "alice")…"""
    return Scene(lab="directory-groups", values=values, actions=_numbered(deeds))


LATE: tuple[Deed, ...] = (("remove", "alice", "G_Sales"), ("logon", "alice"), ("add", "alice", "G_Sales"))  # fmt: skip


def acl(**values: Any) -> Scene:
    """A list of rights, entry by entry."""
    return Scene(lab="directory-acl", values=values)


def replication(*deeds: Deed, **values: Any) -> Scene:
    """Domain controllers after these deeds: ("write", 0, "tel", "100"), ("pull", 1, 0)…"""
    return Scene(lab="directory-replication", values=values, actions=_numbered(deeds))


CONFLICT: tuple[Deed, ...] = (
    ("write", 1, "tel", "B1"), ("write", 1, "tel", "B2"), ("write", 0, "tel", "A"), ("round",),
)  # fmt: skip


def rollback(way: str) -> Scene:
    """A domain controller that goes back in time."""
    return Scene(lab="directory-rollback", values={"way": way})


def fsmo(*deeds: Deed, **values: Any) -> Scene:
    """Roles after these deeds: ("down", "rid"), ("try", "create")…"""
    return Scene(lab="directory-fsmo", values=values, actions=_numbered(deeds))


def locator(draw: int = 0, **values: Any) -> Scene:
    """A client looks for a domain controller."""
    return Scene(lab="directory-locator", values={"draw": draw, **values})


def ports(*closed: int, **values: Any) -> Scene:
    """A firewall with these ports closed."""
    return Scene(lab="directory-ports", values={**{f"closed{port}": True for port in closed}, **values})  # fmt: skip


def lockout(case: int = 1, *deeds: Deed) -> Scene:
    """Somebody cannot get in: what was asked and tried."""
    return Scene(lab="directory-lockout", values={"case": case}, actions=_numbered(deeds))


def own(text: str = "") -> Scene:
    """Groups and rights of one's own."""
    return Scene(lab="directory-own", values={"program": text} if text else {})
