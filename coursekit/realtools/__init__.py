"""The true tools, beside the simulations: what each does, live on this machine or as recorded.

A module is a tool (`nginx`, `mdadm`, `qemu_img` …) or the checks of a chapter (`balancing`,
`raid` …). A reader needs none of the tools: where one is missing, the recording that travels with
the package answers in its place, and the screen says so.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coursekit.realtools.here import ToolsHere
    from coursekit.realtools.view import ForReal

__all__ = ["for_real", "tools_here"]


def for_real(name: str) -> "ForReal":
    """The check of this name, to be put to the tool by the learner."""
    from coursekit.realtools.checks import check  # noqa: PLC0415  (a chapter opens without them)
    from coursekit.realtools.view import ForReal  # noqa: PLC0415

    return ForReal(check(name))


def tools_here(*, lang: str = "") -> "ToolsHere":
    """Which checks can be put to a tool on this machine, and what to install for the others."""
    from coursekit.realtools.here import ToolsHere  # noqa: PLC0415

    return ToolsHere(lang=lang)
