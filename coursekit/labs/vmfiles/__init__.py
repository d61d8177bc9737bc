"""Labs of the VM files chapter, in the order of the notebook."""

from coursekit.labs.vmfiles.chain import ChainLab
from coursekit.ui.lab import Lab

# chain, internal, geometry, overwrites, thin, consistency, disasters, plan, rpo, retention,
# copies, bytes, own
LABS: tuple[type[Lab], ...] = (
    ChainLab,
)

__all__ = ["LABS"]
