"""Labs of the file systems chapter, in the order of the notebook."""

from coursekit.labs.filesystems.crash import CrashLab
from coursekit.labs.filesystems.journal import JournalLab

LABS = (
    CrashLab,
    JournalLab,
)

__all__ = ["LABS"]
