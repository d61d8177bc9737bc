"""Where a learner is locked out and finds out why: hidden faults, questions, repairs.

Built on `office` (what happens), `lockoutask` (what can be asked). Modelled: a fault is a change of
the world and nothing else; what the user reads, every answer and the effect of a repair follow. The
shortest way to a cause is worked out: the fewest questions whose answers, with what the user reads,
no other fault gives. Lab rule: a deed lasts a minute. Left out: two faults at once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations
from typing import Any

from coursekit.sims.directory.lockoutask import QUESTIONS, Answer, ask
from coursekit.sims.directory.lockoutfaults import FAULTS, REPAIRS, fault
from coursekit.sims.directory.office import Office, healthy, log_on, minute, open_share
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["USUAL", "Deed", "State", "begin", "fitting", "play", "shortest", "symptom", "tried"]

Deed = tuple[Any, ...]
USUAL: tuple[Deed, ...] = (("log on",), ("open",))
UNSAID = ""  # before the first deed


@dataclass(frozen=True)
class State:
    """After a deed: the world, what was read or answered, how many questions and repairs so far."""

    office: Office
    asked: int = 0
    repaired: int = 0
    deed: Deed = ()
    done: bool = True
    error: int = 0
    why: Message = field(default_factory=lambda: Message(UNSAID))
    answer: Answer | None = None
    solved: bool = False


def begin(name: str = "") -> State:
    """The world with a fault; without a name, all is well."""
    office = healthy()
    return State(fault(name).change(office) if name else office)


def play(state: State, deeds: Iterable[Deed]) -> tuple[State, ...]:
    """The states before and after every deed; each takes a minute."""
    states = [state]
    for deed in deeds:
        require(len(deed) > 0 and deed[0] in _DEEDS, "deed={deed}: choose one of {choices}", deed=deed[0] if deed else "?", choices=", ".join(_DEEDS))  # fmt: skip
        act, count = _DEEDS[deed[0]]
        require(len(deed) == count, "deed={deed}: values expected: {count}", deed=deed[0], count=count - 1)  # fmt: skip
        before = replace(states[-1], office=minute(states[-1].office), deed=deed, answer=None, done=True, error=0)  # fmt: skip
        states.append(act(before, *deed[1:]))
    return tuple(states)


def _log_on(state: State) -> State:
    result = log_on(state.office)
    return replace(state, office=result.office, done=result.done, why=result.why, error=result.error)  # fmt: skip


def _open(state: State) -> State:
    result = open_share(state.office)
    return replace(state, office=result.office, done=result.done, why=result.why, error=result.error, solved=result.done)  # fmt: skip


def _ask(state: State, name: str) -> State:
    answer = ask(state.office, name)
    return replace(state, asked=state.asked + 1, answer=answer, why=answer.says)


def _repair(state: State, name: str) -> State:
    for each in REPAIRS:
        if each.name == name:
            after = each.change(state.office)
            same = after == state.office
            why = Message.of("Nothing to repair here: it was so already.") if same else Message.of("Done: {label}.", label=each.label)  # fmt: skip
            return replace(state, office=after, repaired=state.repaired + 1, done=not same, solved=False, why=why)  # fmt: skip
    raise ParameterError("repair={name}: choose one of {names}", name=name, names=", ".join(each.name for each in REPAIRS))  # fmt: skip


def _type(state: State, password: str) -> State:
    return replace(state, office=state.office.with_world(typed=password), why=Message.of("The user types another password."))  # fmt: skip


def _wait(state: State, minutes: float) -> State:
    require(0 <= minutes <= 10_000, "minutes={minutes}: choose 0 to 10000", minutes=minutes)
    return replace(state, office=minute(state.office, minutes), why=Message.of("Minutes that pass: {minutes:g}.", minutes=minutes))  # fmt: skip


_DEEDS: dict[str, tuple[Callable[..., State], int]] = {
    "log on": (_log_on, 1), "open": (_open, 1), "ask": (_ask, 2), "repair": (_repair, 2),
    "type": (_type, 2), "wait": (_wait, 2),
}  # fmt: skip


def tried(name: str) -> State:
    """The world after the user has tried up to the first refusal; who is logged on just opens the share."""
    state = begin(name)
    for deed in USUAL[1:] if state.office.inside else USUAL:
        state = play(state, [deed])[-1]
        if not state.done:
            break
    return state


def symptom(name: str) -> Message:
    """What the user reads."""
    return tried(name).why


TIMES = {"start", "end"}  # when somebody logged on tells no fault from another
Heard = tuple[str, Mapping[str, str]]


@cache
def _heard() -> Mapping[str, Heard]:
    """For every fault what the user reads and what every question answers."""
    found = dict[str, Heard]()
    for each in FAULTS:
        state = tried(each.name)
        answers = {asked.name: _told(ask(state.office, asked.name)) for asked in QUESTIONS}
        found[each.name] = (str(state.why), answers)
    return found


def _told(answer: Answer) -> str:
    values = {key: str(value) for key, value in answer.says.values.items() if key not in TIMES}
    return f"{answer.says.text} {values}"


@cache
def shortest(name: str) -> tuple[str, ...]:
    """The fewest questions that tell a fault from all others, given what the user reads."""
    fault(name)
    symptom_here, answers = _heard()[name]
    others = [
        each for other, (read, each) in _heard().items() if other != name and read == symptom_here
    ]
    names = [each.name for each in QUESTIONS]
    for count in range(len(names) + 1):
        for chosen in combinations(names, count):
            if all(
                any(each[question] != answers[question] for question in chosen) for each in others
            ):
                return chosen
    raise ParameterError("fault={name}: no question tells it from another", name=name)


def fitting(name: str, questions: Iterable[str] = ()) -> tuple[str, ...]:
    """The faults, itself among them, that the user reads the same of and that answer these questions alike."""
    fault(name)
    read, answers = _heard()[name]
    asked = tuple(questions)
    for each in asked:
        require(each in answers, "question={name}: choose one of {names}", name=each, names=", ".join(answers))  # fmt: skip
    return tuple(other for other, (words, heard) in _heard().items() if words == read and all(heard[each] == answers[each] for each in asked))  # fmt: skip
