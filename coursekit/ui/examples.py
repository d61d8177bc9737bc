"""Labs whose text is the learner's own, or taken from a list of examples; with a time bar or not.

The control `example` names the text in force: one of the examples, or the learner's own. The box
always shows the text in force; taking what stands in it makes it one's own.
"""

from collections.abc import Mapping
from typing import Any

from coursekit.i18n import _, explain
from coursekit.sims.message import Message
from coursekit.ui.controls import Pick
from coursekit.ui.story import StoryLab
from coursekit.ui.textlab import TextLab

OWN = "own"


class ExamplesLab(TextLab):
    """Base of these labs: `examples` gives the texts, `choose` the control, `source` the text in force."""

    def examples(self) -> Mapping[str, str]:
        """The texts to choose from, by name."""
        raise NotImplementedError

    def choose(self, label: str, first: str, names: Mapping[str, str | Message], own: str) -> Pick:
        """The control that chooses among them, or the learner's own text."""
        return Pick("example", label, first, {**names, OWN: own})

    def first(self) -> str:
        return next(iter(self.examples().values()))

    @property
    def source(self) -> str:
        """The text in force; while the prediction is awaited, one that gives nothing away."""
        if self.locked:
            return self.plain
        return self.examples().get(self.values["example"], self.program)

    def update(self) -> None:
        super().update()
        if not self._paused and not self.error:
            self._box.text = self.source

    def _run_text(self, text: str) -> str:
        if self.locked:
            return _("The lab “{title}” waits for your prediction first.", title=_(self.title))
        try:
            self.load(self._with(text))
        except ValueError as why:
            self._box.text = text  # with its mistake, to be put right
            return explain(why)
        return self.taken()

    def _with(self, text: str) -> dict[str, Any]:
        """The present state with another text, one's own."""
        now = self.scenario()
        return {**now, "program": text, "values": {**now["values"], "example": OWN}}

    def _take(self, scenario: dict[str, Any]) -> None:
        super()._take(scenario)
        self._box.text = self.source

    def scenario_of(self, scene: Any) -> dict[str, Any]:
        found = super().scenario_of(scene)
        if "program" in scene.values:
            found["values"]["example"] = OWN
        return found


class StoryExamplesLab(ExamplesLab, StoryLab):
    """The same with a time bar: `story` reads `source`; opens at the end of the record."""

    scenario_fields = (*StoryLab.scenario_fields, "program")

    def __init__(self, seed: int = 1, **options: Any) -> None:
        super().__init__(seed, **options)
        self.go(len(self.result.states) - 1)

    def opening(self) -> dict[str, Any]:
        return {**super().opening(), "moment": None}

    def _with(self, text: str) -> dict[str, Any]:
        return {**super()._with(text), "moment": None}
