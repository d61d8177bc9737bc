"""Labs of the chapter on directory services, in the order of the notebook.

`LABS` imports them when it is first asked for: one lab can be opened without all the others.
"""

from importlib import import_module

from coursekit.ui.lab import Lab

__all__ = ["LABS"]

PLACES = {  # module -> class
    "tree": "TreeLab", "dn": "DnLab", "filter": "FilterLab", "kerberos": "KerberosLab",
    "tickets": "TicketsLab", "policy": "PolicyLab", "groups": "GroupsLab", "acl": "AclLab",
    "replication": "ReplicationLab", "rollback": "RollbackLab", "fsmo": "FsmoLab",
    "locator": "LocatorLab", "ports": "PortsLab", "lockout": "LockoutLab", "own": "OwnAccessLab",
}  # fmt: skip


def __getattr__(name: str) -> tuple[type[Lab], ...]:
    if name != "LABS":
        raise AttributeError(name)
    found = tuple(getattr(import_module(f"{__name__}.{module}"), kind) for module, kind in PLACES.items())  # fmt: skip
    globals()[name] = found
    return found
