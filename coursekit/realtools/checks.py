"""All checks, by name and by chapter. A chapter with checks has a module here that bears its slug."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from coursekit.chapters import CHAPTERS
from coursekit.realtools.check import Check
from coursekit.sims.message import ParameterError


@cache
def checks() -> dict[str, Check]:
    """Every check by its name, in the order of the chapters."""
    found: list[Check] = []
    for chapter in CHAPTERS:
        module = f"coursekit.realtools.{chapter.slug}"
        if find_spec(module):
            found += import_module(module).CHECKS
    return {each.name: each for each in found}


def check(name: str) -> Check:
    """The check of this name; ParameterError names those there are."""
    if name not in checks():
        raise ParameterError(
            "check={name}: choose one of {names}", name=name, names=", ".join(checks())
        )
    return checks()[name]
