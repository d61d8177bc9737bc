"""Labs whose actions are deeds, one after the other: an example, then what the learner does.

An action is a number and a deed: step number `at` of the record. The learner's first action
ends the example there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from coursekit.sims.message import ParameterError
from coursekit.ui.story import StoryLab
from coursekit.values import from_plain, to_plain


@dataclass(frozen=True)
class Act:
    """A deed of the learner's, as step number `at`."""

    at: int
    deed: Any


class DeedsLab(StoryLab):
    """Base of these labs: `kind_of_deed` is the simulation's `Deed`; opens at the example's end."""

    kind_of_deed: type

    def __init__(self, seed: int = 1, **options: Any) -> None:
        super().__init__(seed, **options)
        self.go(len(self.result.states) - 1)

    def reset(self) -> None:
        self.load({"values": self.panel.defaults(), "actions": []})

    def steps(self, actions: tuple[Act, ...], example: Sequence[Any]) -> tuple[Any, ...]:
        """The example as far as the learner let it go, then the learner's own deeds."""
        kept = example[: actions[0].at - 1] if actions else example
        return (*kept, *(act.deed for act in actions))

    def do(self, *deed: Any) -> None:
        """The learner does this now."""
        self.act(Act(self.moment + 1, self.kind_of_deed(*deed)))

    def keep(self, actions: tuple[Act, ...], result: Any, moment: int) -> tuple[Act, ...]:
        before = len(result.states) - 1 - len(actions)  # steps of the example
        return actions[: max(0, moment - before)]

    def action_from(self, plain: Any) -> Act:
        names = [each.name for each in fields(self.kind_of_deed)]
        if isinstance(plain, (list, tuple)) and 2 <= len(plain) <= len(names) + 1:
            at, *rest = plain
            if type(at) is int and at >= 1:
                deed = dict(zip(names, rest, strict=False))
                return Act(at, from_plain(self.kind_of_deed, deed, "action"))
        raise ParameterError(
            "action={plain}: expected the number of a step, then {names}",
            plain=plain, names=", ".join(names),
        )  # fmt: skip

    def scenario(self) -> dict[str, Any]:
        acts = [[act.at, *to_plain(act.deed).values()] for act in self._here.actions]
        return {**super().scenario(), "actions": acts}
