"""Labs over time: a record of states, any moment of it, and branches.

A story simulation computes its whole record from the controls and the learner's actions. The
time bar is an index into that record. Acting at a moment that has a future keeps the old run
and begins another: same actions up to here, then the new one. Runs are compared side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets as w

from coursekit.i18n import _, explain
from coursekit.sims.message import ParameterError
from coursekit.ui.lab import Lab
from coursekit.ui.look import html, row
from coursekit.ui.table import Table
from coursekit.ui.timeline import Timeline
from coursekit.values import to_plain

LETTERS = "ABCDEFGH"


@dataclass
class Run:
    """One branch: the learner's actions, what came of them, and where we stand in it."""

    letter: str
    actions: tuple[Any, ...]
    result: Any = None
    moment: int = 0


class StoryLab(Lab):
    """Base of labs with a time bar.

    A chapter's lab gives, beside what every lab gives: `story` in place of `run`; `labels`,
    one for each state; `summary` of a run; `keep`, the actions before a state; and its action
    buttons, which call `act`. `draw`, `describe` and `table` take one state. `story`'s result
    has `states`.
    """

    scenario_fields = ("lab", "seed", "values", "actions", "moment")

    def __init__(self, seed: int = 1, **options: Any) -> None:
        self._runs = [Run("A", ())]
        self._here = self._runs[0]
        self._choosing = False
        super().__init__(seed, **options)

    # What a chapter's story lab gives

    def story(self, actions: tuple[Any, ...], **values: Any) -> Any:
        """The whole record for these actions and values; it has `states`."""
        raise NotImplementedError

    def labels(self, result: Any) -> list[str]:
        """What happened at each state, for the list of events."""
        raise NotImplementedError

    def keep(self, actions: tuple[Any, ...], result: Any, moment: int) -> tuple[Any, ...]:
        """The actions that had been done at this moment; a record nobody acts on keeps all."""
        return actions

    def action_from(self, plain: Any) -> Any:
        """An action from its JSON-like form."""
        raise ParameterError("actions={plain}: this lab has none", plain=plain)

    def summary(self, result: Any) -> list[tuple[str, str]]:
        """A run in a few named figures, to compare it with another."""
        return []

    def tools(self) -> Sequence[w.Widget]:
        """Widgets that act: pull a disk, cut a link."""
        return ()

    # What a learner, a quiz and a test do with it

    @property
    def moment(self) -> int:
        """The index of the state on the screen."""
        return self._here.moment

    @property
    def state(self) -> Any:
        """The state on the screen."""
        return self._here.result.states[self._here.moment]

    @property
    def runs(self) -> list[Run]:
        """All branches, oldest first."""
        return list(self._runs)

    def go(self, moment: int) -> None:
        """Stand at another moment of this run."""
        self.timeline.show(self.timeline.labels, moment)

    def act(self, action: Any) -> None:
        """Do something now. When this run has a future, it is kept and a new one begins."""
        run = self._here
        done = self.keep(run.actions, run.result, run.moment)
        actions = (*done, action)
        try:
            result = self.story(actions, **self.values)
        except ValueError as why:
            self.refuse(why)
            return
        at = self._reached(result, actions)
        if run.moment < len(run.result.states) - 1:
            if len(self._runs) == len(LETTERS):
                self.refuse(
                    ParameterError(
                        "runs={count}: reset before you begin another", count=len(LETTERS)
                    )
                )
                return
            self._runs.append(run := Run(LETTERS[len(self._runs)], actions))
        run.actions, run.result, run.moment = actions, result, at
        self._stand_in(run)

    def refuse(self, why: ValueError) -> None:
        """Say why something cannot be done; the picture stays."""
        self.said.say(f"⚠ {explain(why)}", "bad")

    def scenario(self) -> dict[str, Any]:
        here = self._here
        return {**super().scenario(), "actions": to_plain(here.actions), "moment": here.moment}

    def scenario_of(self, scene: Any) -> dict[str, Any]:
        actions = [list(each) for each in scene.actions]
        return {**super().scenario_of(scene), "actions": actions, "moment": scene.moment}

    def opening(self) -> dict[str, Any]:
        return {**super().opening(), "actions": [], "moment": 0}

    # The loop

    def run(self, **values: Any) -> Any:
        """Every branch again with these values; those that no longer fit end the change."""
        results = [self.story(run.actions, **values) for run in self._runs]
        for run, result in zip(self._runs, results, strict=True):
            run.result = result
        return self._here.result

    def _refresh(self) -> None:
        self._stand_in(self._here)

    def _stand_in(self, run: Run) -> None:
        self._here, self.result = run, run.result
        self._offer_runs()
        labels = self.labels(run.result)
        # the list of events is the answer: until the prediction is made there is no later moment
        self.timeline.show(labels[:1] if self.locked else labels, run.moment)
        self._compare()

    def _stand_at(self, moment: int) -> None:
        self._here.moment = moment
        self._picture(self.state)

    def _reached(self, result: Any, actions: tuple[Any, ...]) -> int:
        """The first moment at which all these actions have been done."""
        return next(
            i for i in range(len(result.states)) if self.keep(actions, result, i) == actions
        )

    def _take(self, scenario: dict[str, Any]) -> None:
        actions = scenario.get("actions", [])
        if not isinstance(actions, list):
            raise ParameterError("actions: expected a list")
        self._runs = [Run("A", tuple(self.action_from(plain) for plain in actions))]
        self._here = self._runs[0]
        super()._take(scenario)
        moment = scenario.get("moment")
        last = len(self._here.result.states) - 1
        moment = last if moment is None else moment
        if isinstance(moment, bool) or not isinstance(moment, int) or not 0 <= moment <= last:
            raise ParameterError("moment={moment}: choose 0 to {last}", moment=moment, last=last)
        self.go(moment)

    # How it is laid out

    def _bench(self) -> list[w.Widget]:
        self.timeline = Timeline(self._stand_at)
        self._choose = w.ToggleButtons(
            options=["A"], description=_("Run"), style={"button_width": "auto"}
        )
        self._choose.observe(self._chosen, "value")
        self._choose.layout.display = "none"
        self._comparison = html()
        self._tools = list(self.tools())
        self._lock_tools(self.locked)
        tools = row(self._tools, "ck-tools", align_items="center", grid_gap="4px 8px")
        controls, *rest = super()._bench()
        return [controls, tools, *rest, self.timeline, self._choose, self._comparison]

    def _set_locked(self, locked: bool) -> None:
        super()._set_locked(locked)
        self._lock_tools(locked)

    def _lock_tools(self, locked: bool) -> None:
        for tool in self._tools:
            if hasattr(tool, "disabled"):
                tool.disabled = locked

    def _offer_runs(self) -> None:
        letters = [run.letter for run in self._runs]
        self._choosing = True
        if list(self._choose.options) != letters:
            self._choose.options = letters
        self._choose.value = self._here.letter
        self._choosing = False
        self._choose.layout.display = "" if len(letters) > 1 else "none"

    def _chosen(self, change: dict[str, Any]) -> None:
        if not self._choosing and change["new"]:
            self._stand_in(next(run for run in self._runs if run.letter == change["new"]))

    def _compare(self) -> None:
        if len(self._runs) < 2:
            self._comparison.value = ""
            return
        columns = [dict(self.summary(run.result)) for run in self._runs]
        rows = [[name, *(column.get(name, "") for column in columns)] for name in columns[0]]
        head = ["", *(_("Run {letter}", letter=run.letter) for run in self._runs)]
        self._comparison.value = Table(head, rows, caption=_("The runs side by side")).html()
