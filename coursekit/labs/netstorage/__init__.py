"""Labs of the chapter on network storage, in the order of the notebook.

`LABS` imports them when it is first asked for: one lab can be opened without all the others.
"""

from importlib import import_module

from coursekit.ui.lab import Lab

__all__ = ["LABS"]

PLACES = {  # module -> class
    "disk": "DiskLab", "map": "MapLab", "storm": "StormLab", "write": "WriteLab", "nbd": "NbdLab",
    "live": "LiveLab", "pxe": "PxeLab", "mount": "MountLab", "copies": "CopiesLab",
    "placement": "PlacementLab", "recovery": "RecoveryLab", "quorum": "QuorumLab",
    "sizing": "SizingLab", "own": "OwnClusterLab",
}  # fmt: skip


def __getattr__(name: str) -> tuple[type[Lab], ...]:
    if name != "LABS":
        raise AttributeError(name)
    found = tuple(getattr(import_module(f"{__name__}.{module}"), kind) for module, kind in PLACES.items())  # fmt: skip
    globals()[name] = found
    return found
