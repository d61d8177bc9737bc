"""Labs of the file systems chapter, in the order of the notebook."""

from coursekit.labs.filesystems.crash import CrashLab

LABS = (CrashLab,)

__all__ = ["LABS"]
