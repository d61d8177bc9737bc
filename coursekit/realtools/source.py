"""Where a tool's answers come from: the tool itself, or a recording of it.

A tool's function is written once and asks a `Source`. `Live` runs it and keeps what was typed and
printed; `Recorded` gives that back, in the same order, without the tool. A command is named as one
would type it, without ports, paths of temporary folders or process numbers, so that it is the same
every time; a recording of other commands than those asked is refused.
"""

import datetime as dt
import json
import platform
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Protocol

from coursekit.realtools.shell import Answer, Shell
from coursekit.sims.message import ParameterError, require
from coursekit.values import from_text, to_text

HERE = "coursekit.realtools"


@dataclass(frozen=True)
class Step:
    """What was typed, what was printed, and the exit code."""

    command: str
    output: str
    code: int = 0


@dataclass(frozen=True)
class Transcript:
    """One run of a check: the tools with their versions, where and when, and every step."""

    check: str
    tools: tuple[str, ...]  # such as "nginx 1.22.1"
    system: str  # such as "Linux 6.18"
    place: str  # "here", "namespace" or "vm"
    date: str  # ISO 8601
    steps: tuple[Step, ...]


class Source(Protocol):
    """What a tool's function asks."""

    @property
    def place(self) -> str:
        """Where commands run: "here", "namespace" or "vm"."""

    def ask(self, command: str, run: Callable[[], str]) -> str:
        """The output of `command`; `run` does it, and is called by a live source only."""

    def shell(self, **options: object) -> AbstractContextManager[Shell]:
        """A shell in the place of this source, for commands that follow each other."""


@dataclass
class Live:
    """The tool itself; `steps` grows as it is asked. `open_shell` opens a shell in the place."""

    place: str
    open_shell: Callable[..., AbstractContextManager[Shell]]
    steps: list[Step] = field(default_factory=list)

    def ask(self, command: str, run: Callable[[], str]) -> str:
        output = run()
        self.steps.append(Step(command, output))
        return output

    @contextmanager
    def shell(self, **options: object) -> Iterator[Shell]:
        with self.open_shell(**options) as shell:
            yield _Kept(shell, self.steps)

    def transcript(self, check: str, tools: tuple[str, ...], system: str = "") -> Transcript:
        """What was asked and answered, to be kept."""
        today = dt.datetime.now(dt.UTC).date().isoformat()
        system = system or f"{platform.system()} {platform.release().partition('-')[0]}"
        return Transcript(check, tools, system, self.place, today, tuple(self.steps))


@dataclass
class _Kept:
    """A shell whose commands and answers are kept. `quietly` runs what a reader need not see."""

    inner: Shell
    steps: list[Step]

    def run(self, command: str, timeout: float = 20) -> Answer:
        answer = self.inner.run(command, timeout)
        self.steps.append(Step(command, answer.text, answer.code))
        return answer

    def quietly(self, command: str, timeout: float = 20) -> Answer:
        return self.inner.quietly(command, timeout)

    def machine(self) -> object:
        return self.inner.machine()


@dataclass
class Recorded:
    """A recording, played back."""

    record: Transcript
    _next: int = 0

    @property
    def place(self) -> str:
        return self.record.place

    def ask(self, command: str, run: Callable[[], str]) -> str:  # noqa: ARG002  (the tool is not here)
        return self._step(command).output

    @contextmanager
    def shell(self, **_options: object) -> Iterator[Shell]:
        yield _Played(self._step)

    def _step(self, command: str) -> Step:
        require(
            self._next < len(self.record.steps)
            and self.record.steps[self._next].command == command,
            "command={command}: not the next of the recording {check}; record it again",
            command=command, check=self.record.check,
        )  # fmt: skip
        self._next += 1
        return self.record.steps[self._next - 1]


@dataclass
class _Played:
    """A shell that answers from a recording; what was done quietly is not in it."""

    step: Callable[[str], Step]

    def run(self, command: str, timeout: float = 20) -> Answer:  # noqa: ARG002
        found = self.step(command)
        return Answer(found.output, found.code)

    def quietly(self, command: str, timeout: float = 20) -> Answer:  # noqa: ARG002
        return Answer("", 0)

    def machine(self) -> object:
        return None


def recorded(check: str) -> Transcript:
    """The recording that travels with the package; ParameterError when there is none."""
    file = files(HERE).joinpath(f"recorded/{check}.json")
    try:
        found: Transcript = from_text(Transcript, file.read_text("utf-8"), "recording")
    except FileNotFoundError:
        raise ParameterError("check={check}: never recorded", check=check) from None
    return found


def as_text(record: Transcript) -> str:
    """A recording as it is kept: JSON, one value a line, so that a change can be read."""
    return json.dumps(json.loads(to_text(record)), indent=1, ensure_ascii=False) + "\n"
