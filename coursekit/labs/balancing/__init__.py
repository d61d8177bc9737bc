"""Labs of the load balancing chapter, in the order of the notebook."""

LABS = ()

__all__ = ["LABS"]
