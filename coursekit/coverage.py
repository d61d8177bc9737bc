"""From each line of the notes to claim, simulation, question and exercise, as a table.

Everything is read from what runs: a claim's scene names its lab, the lab's module imports its
simulations. `holes` says what is missing; `COVERAGE.md` is `markdown` in English.
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from coursekit.chapters import Chapter
from coursekit.exercises import exercises
from coursekit.i18n import _
from coursekit.labs.desk import built, labs_of
from coursekit.notes import NOTES, Line
from coursekit.quizzes.question import Claim


@dataclass(frozen=True)
class Step:
    """What takes up one claim of a line: chapter, lab, simulations, question."""

    chapter: Chapter
    claim: Claim
    lab: str  # message id: its title; empty if there is none
    sims: tuple[str, ...]
    question: str  # its id; empty if the chapter does not ask it


def simulations(module: str) -> tuple[str, ...]:
    """The modules of `coursekit.sims` that a lab's module imports, itself or by its own room."""
    found, seen, todo = set(), set(), [module]
    while todo:
        seen.add(one := todo.pop())
        for name in _imported(one):
            if name.startswith("coursekit.sims.") and name.count(".") > 2:
                found.add(name.removeprefix("coursekit.sims."))
            elif name.startswith(module.rpartition(".")[0] + ".") and name not in seen:
                todo.append(name)
    return tuple(sorted(found))


@cache
def _imported(module: str) -> tuple[str, ...]:
    import_module(module)
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names += [each for each in inside if each in sys.modules] or [node.module]
    return tuple(names)


@cache
def _claims() -> dict[str, tuple[Chapter, Claim]]:
    rooms = {each: import_module(f"coursekit.quizzes.{each.slug}") for each in built()}
    return {claim.id: (each, claim) for each, room in rooms.items() for claim in room.CLAIMS}


def steps(line: Line) -> list[Step]:
    """What takes up a line; claims that no chapter has are left out."""
    return [_step(*_claims()[each]) for each in line.claims if each in _claims()]


def _step(chapter: Chapter, claim: Claim) -> Step:
    lab = labs_of(chapter.slug).get(claim.scene.lab)
    asked = import_module(f"coursekit.quizzes.{chapter.slug}").QUESTIONS
    question = claim.question if claim.question in {each.id for each in asked} else ""
    sims = simulations(lab.__module__) if lab else ()
    return Step(chapter, claim, str(lab.title) if lab else "", sims, question)


def holes(lines: tuple[Line, ...] = NOTES) -> Iterator[str]:
    """What is missing on the way of each line, in English."""
    known = {each.id for each in exercises()}
    for line in (each for each in lines if not each.heading):
        if not line.claims:
            yield f"{line.text}: no claim"
        yield from (f"{each}: no such claim" for each in line.claims if each not in _claims())
        for step in steps(line):
            missing = {"lab": step.lab, "simulation": step.sims, "question": step.question}
            yield from (
                f"{step.claim.id}: no {what}" for what, there in missing.items() if not there
            )
        numbers = {step.chapter.number for step in steps(line)}
        fits = [each for each in line.exercises if int(each[1:].partition(".")[0]) in numbers]
        if not fits or set(line.exercises) - known or len(fits) < len(line.exercises):
            yield f"{line.text}: no exercise of its chapters"


def markdown() -> str:
    """The table, in the language that is on."""
    title, intro = _("Coverage of the notes"), _("The course grew from a student’s notes. Each line of them leads to a judged claim, a simulation, a question and an exercise.")  # fmt: skip
    heads = (_("Line"), _("Claim"), _("Verdict"), _("Lab and simulations"), _("Question"), _("Exercise"))  # fmt: skip
    rows = [_row(heads), "|---" * len(heads) + "|"]
    for line in NOTES:
        rows += [_row((f"**{_(line.text)}**", *[""] * 5))] if line.heading else _rows(line)
    return f"# {title}\n\n{intro}\n\n" + "\n".join(rows) + "\n"


def _rows(line: Line) -> list[str]:
    first, known = _(line.text), {each.id: each for each in exercises()}
    last = "; ".join(f"{each} {_(known[each].title)}" for each in line.exercises)
    found = []
    for step in steps(line):
        place = f"{step.chapter.number} {_(step.chapter.title)} · {step.claim.id}"
        lab = f"{_(step.lab)} · {', '.join(f'`{each}`' for each in step.sims)}"
        found.append(_row((first, place, _verdict(step.claim.verdict), lab, step.question, last)))
        first, last = "", ""
    return found


def _verdict(verdict: str) -> str:
    words = {
        "right": _("right"),
        "imprecise": _("imprecise"),
        "incomplete": _("incomplete"),
        "wrong": _("wrong"),
    }
    return words[verdict]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(each.replace("|", "\\|") for each in cells) + " |"
