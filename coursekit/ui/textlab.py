"""Labs in which the learner writes a text: a program, a Dockerfile, a manifest.

The text is a part of the lab's state, beside the controls. What cannot be taken is explained, the
text stays in the box to be put right, and the last good picture stays.
"""

from collections.abc import Sequence
from typing import Any

import ipywidgets as w

from coursekit.i18n import _, explain
from coursekit.sims.message import ParameterError
from coursekit.ui.lab import Lab
from coursekit.ui.textbox import TextBox


class TextLab(Lab):
    """Base of these labs: `program` is the text; `run` reads it.

    A chapter's lab gives, beside what every lab gives: `first`, the text it opens with; `plain`,
    one that gives nothing away while the prediction is awaited; `words`, the name of the box and
    of its button; `taken`, what to say of a text that was taken; `help`, widgets below the box.
    """

    scenario_fields = ("lab", "seed", "values", "program")
    plain: str

    def __init__(self, seed: int = 1, *, program: str = "", **options: Any) -> None:
        self._first = program or self.first()
        self.program = self._first
        super().__init__(seed, **options)

    # What a chapter's text lab gives

    def first(self) -> str:
        """The text it opens with."""
        raise NotImplementedError

    def words(self) -> tuple[str, str]:
        """The name of the box, and of the button that takes the text."""
        raise NotImplementedError

    def taken(self) -> str:
        """What to say when a text was taken."""
        raise NotImplementedError

    def help(self) -> Sequence[w.Widget]:
        """What may be looked up, below the box."""
        return ()

    # The text

    def _bench(self) -> list[w.Widget]:
        if self.locked:
            self.program = self.plain
        name, load = self.words()
        words = {"label": name, "copy": _("Copy"), "copied": _("Copied."), "load": load}
        rows = len(self._first.splitlines()) + 1
        self._box = TextBox(words=words, rows=rows, text=self.program)
        self._box.on_load(self._run_text)
        return [self._box, *self.help(), *super()._bench()]

    def _run_text(self, text: str) -> str:
        """What the box says; a text that cannot be taken leaves everything as it was."""
        if self.locked:
            return _("The lab “{title}” waits for your prediction first.", title=_(self.title))
        before, self.program = self.program, text
        self._box.text = text  # with its mistake, to be put right
        self.update()
        if self.error:
            self.program = before
            return explain(self.error)
        return self.taken()

    def scenario(self) -> dict[str, Any]:
        return {**super().scenario(), "program": self.program}

    def scenario_of(self, scene: Any) -> dict[str, Any]:
        scenario = super().scenario_of(scene)
        text = scenario["values"].pop("program", self._first)  # a scene's text is among its values
        return {**scenario, "program": text}

    def reset(self) -> None:
        self._box.text = ""  # what was typed and never taken goes too
        super().reset()

    def opening(self) -> dict[str, Any]:
        return {**super().opening(), "program": self.plain if self.locked else self._first}

    def _take(self, scenario: dict[str, Any]) -> None:
        program = scenario.get("program", self.program)
        if not isinstance(program, str):
            raise ParameterError("program={program}: expected a text", program=program)
        self.program = program
        super()._take(scenario)
        self._box.text = program
