"""Twelve people who are locked out: what they read, what is asked and tried, which causes are left.

Built on `lockout`, which knows what happens. Modelled: after every repair the user tries again, as far
as he gets; a repair holds when the share still opens an hour later, after a new log-on; a cause is ruled
out when it would have shown other words or another answer. Lab rule: answers rule out causes only
while nothing has been repaired. Left out: as there. Source: that of `office`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from coursekit.sims.directory import lockout
from coursekit.sims.directory.lockoutask import QUESTIONS
from coursekit.sims.directory.lockoutfaults import FAULTS, REPAIRS, fault
from coursekit.sims.message import Message, require

__all__ = ["CASES", "CAUSES", "QUESTIONS", "REPAIRS", "Deed", "State", "Story", "tell"]

CASES = (
    "clock", "late", "deny", "resolver", "phone", "share",
    "spn twice", "policy", "group", "records", "address", "server",
)  # fmt: skip
CAUSES = {each.name: each.label for each in FAULTS}
LATER = 60  # minutes after which a repair must still hold


@dataclass(frozen=True)
class Deed:
    """("ask", question), ("try", repair) or ("again", "user"): the user tries once more."""

    kind: Literal["ask", "try", "again"]
    what: str


@dataclass(frozen=True)
class State:
    """After a deed: the words on the user's screen, the answers so far, the causes that are left."""

    inner: lockout.State
    words: Message
    opening: bool  # the words are about the share, not about the log-on
    fits: tuple[str, ...]
    cause: str
    deed: Deed | None = None
    why: tuple[Message, ...] = ()
    notes: tuple[tuple[str, Message], ...] = ()  # question, answer
    repairs: tuple[str, ...] = ()  # those that changed something
    needless: int = 0
    works: bool = False
    solved: bool = False

    @property
    def asked(self) -> int:
        """How many questions."""
        return self.inner.asked

    @property
    def enough(self) -> int:
        """How many questions would do."""
        return len(lockout.shortest(self.cause))


@dataclass(frozen=True)
class Story:
    """The states before and after every deed."""

    states: tuple[State, ...]


def tell(case: int, deeds: Iterable[Deed] = ()) -> Story:
    """A case from what the user reads first."""
    require(1 <= case <= len(CASES), "case={case}: choose 1 to {most}", case=case, most=len(CASES))
    done = tuple(deeds)
    return Story(tuple(_state(case, done[:count]) for count in range(len(done) + 1)))


@lru_cache(maxsize=1024)
def _state(case: int, deeds: tuple[Deed, ...]) -> State:
    """After these deeds; what was done before the last one has been worked out already."""
    if deeds:
        before = _state(case, deeds[:-1])
        return _STEPS[deeds[-1].kind](replace(before, deed=deeds[-1]), deeds[-1].what)
    cause = CASES[case - 1]
    inner = lockout.tried(cause)
    return State(inner, inner.why, inner.deed == ("open",), lockout.fitting(cause), cause)


def _ask(state: State, question: str) -> State:
    inner = lockout.play(state.inner, [("ask", question)])[-1]
    notes = (*state.notes, (question, inner.why))
    fits = state.fits if state.repairs else lockout.fitting(state.cause, [name for name, _said in notes])  # fmt: skip
    return replace(state, inner=inner, notes=notes, fits=fits, why=(inner.why,))


def _try(state: State, repair: str) -> State:
    inner = lockout.play(state.inner, [("repair", repair)])[-1]
    useful = repair in fault(state.cause).repairs
    after = replace(
        state, inner=inner, needless=state.needless + (not useful or not inner.done),
        repairs=(*state.repairs, repair) if inner.done else state.repairs,
    )  # fmt: skip
    return _again(after, "user", inner.why)


def _again(state: State, _who: str, *before: Message) -> State:
    """The user opens the share, or logs on first; what comes last is on the screen."""
    inner = _used(state.inner)
    words, works = inner.why, inner.solved
    holds = works and _used(_later(inner)).solved
    why = [*before, Message.of("The user tries again: “{words}”", words=words)]
    if works and not holds:
        why.append(Message.of("It works for now. An hour later it does not: the cause is still there."))  # fmt: skip
    return replace(state, inner=inner, words=words, opening=inner.deed == ("open",), why=tuple(why), works=works, solved=holds)  # fmt: skip


def _used(inner: lockout.State) -> lockout.State:
    for deed in lockout.USUAL[1:] if inner.office.inside else lockout.USUAL:
        inner = lockout.play(inner, [deed])[-1]
        if not inner.done:
            break
    return inner


def _later(inner: lockout.State) -> lockout.State:
    """An hour on, logged off."""
    return lockout.play(inner, [("wait", LATER), ("repair", "log off")])[-1]


_STEPS = {"ask": _ask, "try": _try, "again": _again}
