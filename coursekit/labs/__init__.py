"""Labs, a room for each chapter; a notebook opens a chapter through `open_chapter`."""

from coursekit.labs.desk import StartPage, open_chapter

__all__ = ["StartPage", "open_chapter"]
