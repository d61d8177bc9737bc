"""Labs of the file systems chapter, in the order of the notebook."""

from coursekit.labs.filesystems.crash import CrashLab
from coursekit.labs.filesystems.durable import DurableLab
from coursekit.labs.filesystems.journal import JournalLab
from coursekit.labs.filesystems.own import OwnRecipeLab
from coursekit.labs.filesystems.replace import ReplaceLab

LABS = (
    DurableLab,
    CrashLab,
    JournalLab,
    ReplaceLab,
    OwnRecipeLab,
)

__all__ = ["LABS"]
