"""The gradebook: a row per learner and exercise, worked out from what is stored.

What is computed stays apart from what people decide: `score` is the share of hidden cases
that are right, `final` is what counts, after lateness or a mark set by hand. Learners of
the list who handed nothing in have a row; ids the list does not know stand at the end.
"""

import getpass
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from coursekit.exercises import exercises, find
from coursekit.grading import marker, policy
from coursekit.grading.policy import Late, Policy
from coursekit.grading.roster import Learner, Roster
from coursekit.grading.store import Override, Row, Run, Store, Taken
from coursekit.sims.message import Message, ParameterError, require


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One learner, one exercise: the mark, and all that bears on it."""

    learner: str
    mark: marker.Mark
    name: str = ""
    known: bool = True  # by the list of learners, where there is one
    sha256: str = ""
    handed_in: str = ""
    note: Message | None = None
    late: Late = field(default_factory=Late)
    override: Override | None = None
    form: str = ""
    same_code: int = 0  # number of the group of those who handed in the same code
    unsandboxed: bool = False
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def final(self) -> float:
        """What counts, from 0 to 1."""
        if self.override is not None:
            return self.override.score
        return self.mark.score * self.late.share


@dataclass(frozen=True)
class Group:
    """Learners who handed in the same code for an exercise."""

    exercise: str
    number: int  # from 1, among the groups of the exercise
    learners: tuple[str, ...]


def entries(store: Store) -> list[Entry]:
    """All rows: known learners first, by name, then the others; exercises in their order."""
    roster, overrides = store.roster(), store.overrides()
    found = [entry for run in store.runs() for entry in _of_run(store, run, roster, overrides)]
    order = {each.id: place for place, each in enumerate(exercises())}
    return _grouped(
        sorted(found, key=lambda one: (not one.known, one.learner, order[one.mark.exercise]))
    )


def _of_run(
    store: Store, run: Run, roster: Roster, overrides: Mapping[tuple[str, str], Override]
) -> Iterator[Entry]:
    rule = policy.from_plain(run.policy)
    for exercise in run.versions:
        rows = store.rows(run, exercise)
        people = roster.match({row.taken.learner: row.taken.ids.values() for row in rows})
        for row in rows:
            taken, person = row.taken, people.get(row.taken.learner)
            entry = _entry(row, exercise, person, rule)
            yield replace(
                entry,
                unsandboxed=run.unsandboxed,
                known=person is not None or not roster.learners,
                override=overrides.get((entry.learner, exercise))
                or overrides.get((taken.learner, exercise)),
            )
        for person in roster.learners:
            if person not in people.values():
                absent = _absent(person, exercise, overrides)
                yield replace(absent, unsandboxed=run.unsandboxed)


def _entry(row: Row, exercise: str, person: Learner | None, rule: Policy) -> Entry:
    taken, learner = row.taken, person.id if person else row.taken.learner
    return Entry(
        learner=learner,
        name=(person and person.name) or taken.name,
        mark=_mark(row, exercise),
        sha256=taken.sha256,
        handed_in=taken.handed_in,
        note=taken.note,
        late=_late(taken, learner, rule),
        form=row.form,
        ids={**taken.ids, **(person.ids if person else {})},
    )


def _mark(row: Row, exercise: str) -> marker.Mark:
    if row.taken.refused is not None:
        return marker.plain(find(exercise), "refused", row.taken.refused)
    if row.mark is None:
        waiting = Message.of("not marked yet: grade again to go on")
        return marker.plain(find(exercise), "waiting", waiting)
    return row.mark


def _late(taken: Taken, learner: str, rule: Policy) -> Late:
    if not taken.handed_in:
        return Late()
    at = datetime.fromisoformat(taken.handed_in)
    by_id, by_name = rule.late(learner, at), rule.late(taken.learner, at)
    return max(by_id, by_name, key=lambda each: each.share)


def _absent(person: Learner, exercise: str, overrides: Mapping[tuple[str, str], Override]) -> Entry:
    return Entry(
        learner=person.id,
        name=person.name,
        mark=marker.plain(find(exercise), "absent", Message.of("nothing handed in")),
        override=overrides.get((person.id, exercise)),
        ids=person.ids,
    )


def _grouped(found: Sequence[Entry]) -> list[Entry]:
    named = {(each.exercise, one): each.number for each in groups(found) for one in each.learners}
    return [
        replace(each, same_code=named.get((each.mark.exercise, each.learner), 0)) for each in found
    ]


def groups(found: Iterable[Entry]) -> list[Group]:
    """Those who handed in the same code, an exercise at a time."""
    alike: dict[tuple[str, str], list[str]] = {}
    for each in found:
        if each.form:
            alike.setdefault((each.mark.exercise, each.form), []).append(each.learner)
    made = list[Group]()
    for (exercise, _form), learners in alike.items():
        if len(learners) > 1:
            number = 1 + sum(each.exercise == exercise for each in made)
            made.append(Group(exercise, number, tuple(learners)))
    return made


def unknown(found: Iterable[Entry]) -> list[str]:
    """Who handed something in, and is not in the list of learners."""
    return list(dict.fromkeys(each.learner for each in found if not each.known))


def overall(found: Sequence[Entry]) -> float:
    """What counts of all exercises of one learner, from 0 to 1, by their weights."""
    worth = sum(each.mark.weight for each in found)
    return sum(each.mark.weight * each.final for each in found) / worth


def by_learner(found: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The rows of each learner, in their order."""
    rows: dict[str, list[Entry]] = {}
    for each in found:
        rows.setdefault(each.learner, []).append(each)
    return rows


def require_row(found: Iterable[Entry], learner: str, exercise: str = "") -> None:
    """ParameterError unless the learner, and the exercise if one is named, has a row."""
    rows = list(found)
    require(
        any(each.learner == learner for each in rows),
        "learner={learner}: not in this gradebook",
        learner=learner,
    )
    ids = list(dict.fromkeys(each.mark.exercise for each in rows))
    if exercise and exercise not in ids:
        raise ParameterError(
            "exercise={exercise}: choose one of {ids}", exercise=exercise, ids=", ".join(ids)
        )


def set_by_hand(store: Store, learner: str, exercise: str, score: float, reason: str) -> None:
    """Keep a mark that a person decided, with the reason, the person and the time."""
    require(0 <= score <= 1, "score={score}: choose 0 to 1, as in the gradebook", score=score)
    reason = _said(reason)
    require_row(entries(store), learner, exercise)
    who, at = _who_and_when()
    store.override(
        Override(learner=learner, exercise=exercise, score=score, reason=reason, who=who, at=at)
    )


def withdraw(store: Store, learner: str, exercise: str, reason: str) -> None:
    """Let the computed mark count again; what was set by hand stays on record, and why."""
    reason = _said(reason)
    require_row(entries(store), learner, exercise)
    last = _by_hand(store, learner, exercise)
    require(
        last is not None,
        "learner={learner}: no mark for {exercise} was set by hand",
        learner=learner,
        exercise=exercise,
    )
    while last is not None:  # one may stand under each name the learner has had
        store.withdraw(last, reason, *_who_and_when())
        last = _by_hand(store, learner, exercise)


def _by_hand(store: Store, learner: str, exercise: str) -> Override | None:
    mine = (each for each in entries(store) if each.learner == learner)
    return next(each.override for each in mine if each.mark.exercise == exercise)


def _said(reason: str) -> str:
    require(reason.strip() != "", "reason=: say why; the learner reads it")
    return reason.strip()


def _who_and_when() -> tuple[str, str]:
    return getpass.getuser(), datetime.now(UTC).isoformat(timespec="seconds")
