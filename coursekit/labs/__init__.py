"""Labs, a room for each chapter; a notebook opens a chapter through `open_chapter`."""

from coursekit.labs.desk import StartPage, open_chapter
from coursekit.labs.glossary import Glossary

__all__ = ["Glossary", "StartPage", "open_chapter"]
