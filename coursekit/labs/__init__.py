"""Labs, a room for each chapter; a notebook opens a chapter through `open_chapter`."""

from coursekit.labs.desk import open_chapter
from coursekit.labs.glossary import Glossary
from coursekit.labs.start import StartPage

__all__ = ["Glossary", "StartPage", "open_chapter"]
