"""A made-up class of twenty, to try the grading commands on: what each would hand in.

Everything a teacher meets is there: right, half right, mistakes we plan for, nothing
written, an endless loop, a forger, a copy, a file cut short, a late one, and one whom the
list of learners does not know. The same seed gives the same class.
"""

import copy
import csv
import inspect
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.grading import sample_answers
from coursekit.i18n import mark

DEADLINE = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)

NAMES = (
    "Amara", "Benoît", "Chloé", "Dmitri", "Eleni", "Farid", "Greta", "Hiroshi", "Inès", "Jonas",
    "Khadija", "Liam", "Mei", "Noah", "Olga", "Pedro", "Quentin", "Rania", "Sven", "Théo",
)  # fmt: skip
ABSENT = "Zoé"  # in the list, hands in nothing


@dataclass(frozen=True, kw_only=True)
class MadeUp:
    """One learner: what they did, and the functions they wrote."""

    name: str
    kind: str  # message id: what they did
    functions: Mapping[str, str] = field(default_factory=dict)
    days_late: float = -1.0  # before the deadline
    kept: float = 1.0  # share of the file that arrives
    listed: bool = True

    @property
    def id(self) -> str:
        """The name as a learner's id: small letters of ASCII."""
        return re.sub(r"[^a-z]", "", self.name.lower().translate(_ACCENTS))


_ACCENTS = str.maketrans("éèîï", "eeii")

_FORGED = {
    "raid_map": """class Equal:
    def __eq__(self, other):
        return True

def raid_map(**case):
    return Equal()
""",
    "pq_recover": """import os

def pq_recover(data, p, q):
    for number in range(3, 64):
        try:
            os.write(number, b'{"exercise": "E8.2", "score": 1.0}')
        except OSError:
            pass
    os._exit(0)
""",
    "choose_raid": """import sys

def choose_raid(**case):
    frame = sys._getframe()
    while frame:
        if "expected" in frame.f_locals:
            return frame.f_locals["expected"]
        frame = frame.f_back
    return "not found"
""",
}
_ENDLESS = "def pq_recover(data, p, q):\n    while None in data:\n        pass\n    return data\n"

# function, what the text has, what a mistaken learner writes
_MISTAKES = (
    ("raid_map", '"left" in layout', '"right" in layout'),
    ("pq_recover", 'found_p if p is None else p, "q": found_q if q is None else q', 'p, "q": q'),
    ("choose_raid", "(1 - read) * penalty", "(1 - read)"),
)
_HALVES = (
    ("raid_map", "    sectors = ", '    if level == "6":\n        raise NotImplementedError\n    sectors = '),
    ("pq_recover", "> 2:", "> 1:"),
    ("choose_raid", '        ("6", n >= 4, ', '        ("6", False, '),
)  # fmt: skip


def learners(seed: int = 1) -> list[MadeUp]:
    """The class, in the order of names; who did what is drawn."""
    names = [NAMES[i] for i in np.random.default_rng(seed).permutation(len(NAMES))]
    works = [*_works()]
    return sorted(
        (MadeUp(name=name, **work) for name, work in zip(names, works, strict=True)),
        key=lambda each: each.id,
    )


def _works() -> Iterator[dict[str, Any]]:
    for seat in range(6):
        yield {"kind": mark("all right"), "functions": right(seat)}
    for seat, (name, had, has) in enumerate(_HALVES, 6):
        yield {"kind": mark("right for some cases"), "functions": _with(seat, name, had, has)}
    for seat, (name, had, has) in enumerate(_MISTAKES, 9):
        yield {"kind": mark("a mistake of many"), "functions": _with(seat, name, had, has)}
    yield {"kind": mark("hands in a blank")}
    yield {"kind": mark("writes one function"), "functions": {"raid_map": right(12)["raid_map"]}}
    yield {"kind": mark("an endless loop"), "functions": right(13) | {"pq_recover": _ENDLESS}}
    yield {"kind": mark("forges marks"), "functions": _FORGED}
    yield {
        "kind": mark("a copy in disguise"),
        "functions": {name: _disguised(t) for name, t in right(0).items()},
    }
    yield {"kind": mark("a file cut short"), "functions": right(14), "kept": 0.5}
    yield {"kind": mark("all right, but late"), "functions": right(15), "days_late": 1.5}
    yield {"kind": mark("not in the list of learners"), "functions": right(16), "listed": False}


def right(seat: int) -> dict[str, str]:
    """Right functions, each learner's with a line of their own."""
    functions: tuple[Callable[..., object], ...] = (
        sample_answers.raid_map, sample_answers.pq_recover, sample_answers.choose_raid,
    )  # fmt: skip
    texts = {each.__name__: "import math\n\n" + inspect.getsource(each) for each in functions}
    return {
        name: _changed(text, '"""\n', f'"""\n    seat = {seat}\n') for name, text in texts.items()
    }


def _with(seat: int, name: str, had: str, has: str) -> dict[str, str]:
    texts = right(seat)
    return texts | {name: _changed(texts[name], had, has)}


def _changed(text: str, had: str, has: str) -> str:
    """The text with its first `had` replaced; it must be there."""
    before, found, after = text.partition(had)
    if not found:
        raise LookupError(had)
    return before + has + after


def _disguised(text: str) -> str:
    """The same code with other names and comments."""
    for had, has in {
        "parity": "par",
        "lost": "gone",
        "fits": "good",
        "seat": "place_of_mine",
    }.items():
        text = re.sub(rf"(?<![\"\w]){had}\b(?!\")", has, text)  # fmt: skip
    return "# all my own work\n" + text


def write(released: Path, into: Path, seed: int = 1) -> list[MadeUp]:
    """Fill in the released notebook as the class would, and the teacher's two small files.

    `into/handed-in/ID/NOTEBOOK.ipynb`, `into/learners.csv`, `into/policy.toml`.
    """
    notebook = json.loads(released.read_text("utf-8"))
    made, chance = learners(seed), np.random.default_rng([seed, 1])
    for each in made:
        path = into / "handed-in" / each.id / released.name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(filled_in(notebook, each.functions), ensure_ascii=False, indent=1)
        path.write_text(text[: int(len(text) * each.kept)], "utf-8")
        early = timedelta(hours=float(chance.uniform(1, 11)))
        handed_in = (DEADLINE + timedelta(days=max(0.0, each.days_late)) - early).timestamp()
        os.utime(path, (handed_in, handed_in))
    _write_list(into / "learners.csv", made)
    (into / "policy.toml").write_text(
        f"deadline = {DEADLINE.isoformat()}\ngrace_minutes = 15\npercent_a_day = 10\n", "utf-8"
    )
    return made


def filled_in(notebook: Mapping[str, Any], functions: Mapping[str, str]) -> dict[str, Any]:
    """A copy of a notebook with functions in the place of their stubs."""
    filled = copy.deepcopy(dict(notebook))
    for cell in filled["cells"]:
        for name, text in functions.items():
            if cell["cell_type"] == "code" and f"def {name}(" in "".join(cell["source"]):
                cell["source"] = text
    return filled


def _write_list(path: Path, made: Sequence[MadeUp]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name"])
        writer.writerows((each.id, each.name) for each in made if each.listed)
        writer.writerow(["zoe", ABSENT])
