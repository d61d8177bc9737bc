"""Labs of the file systems chapter, in the order of the notebook."""

LABS = ()

__all__ = ["LABS"]
