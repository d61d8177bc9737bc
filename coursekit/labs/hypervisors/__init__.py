"""Labs of the hypervisors chapter, in the order of the notebook."""

LABS = ()

__all__ = ["LABS"]
