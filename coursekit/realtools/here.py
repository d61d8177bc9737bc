"""What of the true tools is on this machine, and what to install for the rest.

The list is made when it is unfolded: to make it, every chapter's checks are read, and with them
its simulations.
"""

import ipywidgets as w

from coursekit.chapters import chapter
from coursekit.i18n import _, use_language
from coursekit.realtools.check import Check
from coursekit.realtools.checks import checks
from coursekit.ui.look import column, html, look, row, style
from coursekit.ui.show import TextForm
from coursekit.ui.status import Status
from coursekit.ui.table import Table


class ToolsHere(TextForm):
    """One sentence, and a list that unfolds."""

    def __init__(self, *, lang: str = "") -> None:
        use_language(lang)
        self.text_form = _("The true tools: run this cell to see which are here.")
        self.said = Status()
        self.said.say(_("Nothing has to be installed: each “For real” shows a recording of the true tool. Where the tool is on this machine, you can ask it yourself."), "idle")  # fmt: skip
        self.unfold = w.ToggleButton(
            False, description=_("Which tools are here?"), layout=look(width="auto"),
            style=style(w.ToggleButton), _dom_classes=("ck-button",),
        )  # fmt: skip
        self.unfold.observe(self._turned, "value")
        self.opened = column(())
        self.view = column([self.said, row([self.unfold], "ck-drawer"), self.opened])

    def _turned(self, _change: object) -> None:
        if not self.unfold.value:
            self.opened.children = ()
            return
        every = tuple(checks().values())
        self.said.say(summary(every), "idle")
        self.opened.children = [html(table(every).html(), "ck-compared")]


def summary(every: tuple[Check, ...]) -> str:
    """How many checks run here, and one command for what is missing."""
    live = sum(each.place() is not None for each in every)
    lines = [_("{live} of {count} checks can be asked on this machine.", live=live, count=len(every))]  # fmt: skip
    packages = sorted({name for each in every for name in missing(each)})
    if packages:
        lines.append(_("On Debian or Ubuntu: {command}", command=f"apt install {' '.join(packages)}"))  # fmt: skip
    if any(needs_machine(each) for each in every):
        lines.append(_("Some need the small virtual machine; this command builds it: {command}", command="coursekit realtools build-vm"))  # fmt: skip
    return "\n".join(lines)


def table(every: tuple[Check, ...]) -> Table:
    """A line a check: its chapter, its title, what stands in the way."""
    lines = [[str(chapter(each.chapter).number), _(each.title), way(each)] for each in every]
    head = [_("Chapter"), _("For real"), _("On this machine")]
    return Table(head, lines, caption=_("The checks and their tools"))


def way(check: Check) -> str:
    """Where it runs, or what it lacks."""
    place = check.place()
    if place:
        kinds = {
            "here": _("✓ ready"),
            "namespace": _("✓ ready, in a network of its own"),
            "vm": _("✓ ready, in the small virtual machine"),
        }
        return kinds[place.kind]
    if packages := missing(check):
        return _("missing: {packages}", packages=", ".join(packages))
    if needs_machine(check):
        return _("missing: the small virtual machine")
    return _("not allowed here: it needs namespaces, or root")


def missing(check: Check) -> list[str]:
    """The packages to install, where nothing else is in the way; "linux" is no package."""
    if check.place():
        return []
    found = {tool.package for place in check.places for tool in place.missing()}
    return sorted(found - {"linux"})


def needs_machine(check: Check) -> bool:
    """Whether it waits for the small virtual machine and for nothing else."""
    kinds = {place.kind for place in check.places}
    return check.place() is None and kinds == {"vm"}
