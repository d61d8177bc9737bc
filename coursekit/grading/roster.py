"""The list of learners, as a CSV file: who should have handed something in.

Columns: `id` and, if wanted, `name` and others such as `email` or `canvas_id`; what stands
in those is also recognised in what a platform exports, and given back to it. A column whose
name is not known here is kept as it is.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from coursekit.sims.message import ParameterError, require

_MOST = 100_000  # learners


@dataclass(frozen=True)
class Learner:
    """One line of the list."""

    id: str
    name: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)  # other columns, by name


@dataclass(frozen=True)
class Roster:
    """The learners in the order of the list."""

    learners: tuple[Learner, ...] = ()

    @cached_property
    def _by_id(self) -> dict[str, Learner]:
        return {each.id: each for each in self.learners}

    @cached_property
    def _by_other(self) -> dict[str, Learner]:
        """By whatever else names exactly one learner: a platform's id, an address, a name."""
        words = [(word, each) for each in self.learners for word in {each.name, *each.ids.values()}]
        times = Counter(word for word, _ in words)
        return {word: each for word, each in words if word and times[word] == 1}

    def match(self, handed_in: Mapping[str, Iterable[str]]) -> dict[str, Learner]:
        """Who is who: the learner of each name something is handed in under.

        By id, then by other ids that a platform tells and by what is a learner's alone;
        no learner stands for two names: a person has to look.
        """
        found = {name: self._by_id[name] for name in handed_in if name in self._by_id}
        for name, ids in handed_in.items():
            person = self._find((*ids, name))
            if name not in found and person is not None and person not in found.values():
                found[name] = person
        return found

    def _find(self, words: Iterable[str]) -> Learner | None:
        named = (known.get(word) for word in words for known in (self._by_id, self._by_other))
        return next((person for person in named if person is not None), None)


def read(path: Path) -> Roster:
    """The list in a CSV file; ParameterError names the line that is wrong."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as why:
        raise ParameterError("roster={path}: {why}", path=str(path), why=why.strerror) from None
    except UnicodeDecodeError:
        raise ParameterError("roster={path}: not UTF-8 text", path=str(path)) from None
    table = csv.DictReader(io.StringIO(text, newline=""))
    columns = [name.strip() for name in table.fieldnames or ()]
    require("id" in columns, "roster={path}: needs a column named id", path=str(path))
    require(
        len(set(columns)) == len(columns), "roster={path}: a column stands twice", path=str(path)
    )
    table.fieldnames = columns
    return Roster(tuple(_learners(path, table)))


def _learners(path: Path, table: "csv.DictReader[str]") -> Iterable[Learner]:
    seen: dict[str, int] = {}
    for line in table:
        cells = {name: (value or "").replace("\0", "") for name, value in line.items() if name}
        one, where = cells.pop("id").strip(), {"path": str(path), "line": table.line_num}
        require(one != "", "roster={path}, line {line}: no id", **where)
        require(
            one not in seen,
            "roster={path}, line {line}: {id} stands in line {first} too",
            **where,
            id=one,
            first=seen.get(one),
        )
        require(len(seen) < _MOST, "roster={path}: more than {most} learners", most=_MOST, **where)
        seen[one] = table.line_num
        yield Learner(one, cells.pop("name", "").strip(), {k: v for k, v in cells.items() if v})
