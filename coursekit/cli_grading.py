"""The commands of a teacher, from the learner's copy to the school's platform."""

# ruff: noqa: PLC0415  (heavy imports wait for the command that needs them)

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coursekit.sims.message import require

if TYPE_CHECKING:
    from coursekit.grading.gradebook import Entry

app = typer.Typer(rich_markup_mode=None)

Lang = Annotated[str, typer.Option(help="en or fr; by default that of the folder you are in.")]
Out = Annotated[Path, typer.Argument(help="The folder of marks that `grade` made.")]
Workers = Annotated[int, typer.Option(help="Submissions at a time on this machine.")]
Scheduler = Annotated[
    str, typer.Option(help="A Dask scheduler, such as tcp://host:8786, whose workers do the work.")
]


@app.command(epilog="Example: coursekit release 08-raid --to handout --lang fr")
def release(
    exercise: Annotated[str, typer.Argument(help="Exercise notebook, such as 08-raid.")],
    *,
    to: Annotated[Path, typer.Option(help="Folder for the learner's copy; nothing is replaced.")],
    lang: Annotated[str, typer.Option(help="Edition: en or fr.")] = "en",
) -> None:
    """Write the learner's copy of an exercise notebook, once it is sure to hold no solution.

    Exit code 1 if a solution, a line of a reference or a case that is not a visible one is
    found in it: it is printed, and nothing is written.
    """
    from coursekit.grading.grade import chapter_of
    from coursekit.grading.release import release as copy
    from coursekit.i18n import _, speaking

    path, amiss = copy(chapter_of(exercise), to, lang)
    with speaking(""):
        for each in amiss:
            typer.echo(_(each))
        if amiss:
            raise typer.Exit(1)
        typer.echo(_("The learner's copy: {path}", path=str(path)))


@app.command(epilog="Example: coursekit grade handed-in --exercise 08-raid --out marks --workers 2")
def grade(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER|ZIP",
            help="What was handed in: LEARNER.ipynb, LEARNER/08-raid.ipynb, or as Moodle, Canvas or nbgrader export it.",
        ),
    ],
    *,
    exercise: Annotated[str, typer.Option(help="Exercise notebook, such as 08-raid.")],
    out: Annotated[Path, typer.Option(help="Folder for marks.db, gradebook.csv and feedback/.")],
    secret: Annotated[
        Path | None, typer.Option(help="File with the course's secret; default OUT/secret.")
    ] = None,
    same_cases: Annotated[
        bool, typer.Option("--same-cases", help="The same hidden cases for all.")
    ] = False,
    workers: Workers = 1,
    scheduler: Scheduler = "",
    engine: Annotated[
        str, typer.Option(help="fast or papermill: the marks are the same. By default fast.")
    ] = "fast",
    unsafe: Annotated[
        bool,
        typer.Option(
            "--unsafe",
            help="Run learners' code without the sandbox, with your rights; every mark is stamped.",
        ),
    ] = False,
    limit: Annotated[float, typer.Option(help="Seconds one run of a submission may take.")] = 60.0,
    roster: Annotated[
        Path | None,
        typer.Option(help="CSV list of learners: id, name, and ids of platforms if wanted."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="TOML file with the deadline and what being late costs.")
    ] = None,
    lang: Lang = "",
) -> None:
    """Mark what a class handed in with papermill, in a sandbox, on hidden cases.

    What cannot be marked gets a row with the reason and stops nobody else. Ended at any
    moment, the same command goes on where it was. Exit code 3: no sandbox works here, and
    nothing was run.
    """
    from coursekit.grading.grade import grade as run_grade
    from coursekit.grading.runner import Limits, Means
    from coursekit.i18n import speaking

    require(limit > 0, "limit={limit}: choose more than 0", limit=limit)
    with speaking(lang):
        with _progress() as progress:
            graded = run_grade(
                source,
                exercise=exercise,
                out=out,
                secret=secret,
                same_cases=same_cases,
                workers=workers,
                scheduler=scheduler,
                limits=Limits(seconds=limit),
                means=Means(engine=engine, unsafe=unsafe),
                roster=roster,
                policy=policy,
                progress=progress,
            )
        _tell(graded.entries, graded.gradebook)


@app.command(epilog="Example: coursekit regrade marks")
def regrade(out: Out, *, workers: Workers = 1, scheduler: Scheduler = "", lang: Lang = "") -> None:
    """Make every mark again, and print those that changed; marks set by hand stay.

    Exit code 1 if a mark changed.
    """
    from coursekit.grading.grade import regrade as run_regrade
    from coursekit.i18n import _, speaking

    with speaking(lang):
        with _progress() as progress:
            graded, changes = run_regrade(
                out, workers=workers, scheduler=scheduler, progress=progress
            )
        _tell(graded.entries, graded.gradebook)
        for each in changes:
            _line(
                _(
                    "{learner}, {exercise}: {before:.4f} before, {after:.4f} now",
                    **vars(each),
                )
            )
        if changes:
            raise typer.Exit(1)
        typer.echo(_("No mark changed."))


@app.command(epilog="Example: coursekit gradebook marks --format moodle --to moodle.csv")
def gradebook(
    out: Out,
    *,
    form: Annotated[
        str, typer.Option("--format", help="csv (all there is), moodle or canvas.")
    ] = "csv",
    to: Annotated[Path | None, typer.Option(help="File to write; by default stdout.")] = None,
    lang: Lang = "",
) -> None:
    """Print the gradebook as a CSV that a spreadsheet, Moodle or Canvas takes."""
    from coursekit.grading.exports import export
    from coursekit.grading.gradebook import entries, unknown
    from coursekit.grading.store import Store
    from coursekit.i18n import speaking

    with speaking(lang):
        with Store(out) as store:
            rows = entries(store)
        data = export(rows, form).encode()
        _tell_unknown(unknown(rows))
    if to is None:
        typer.echo(data, nl=False)
    else:
        to.write_bytes(data)


Budget = Annotated[float, typer.Option(help="Euros for three years.")]
Years = Annotated[
    int, typer.Option(help="Years each design lives through, for hours away; 0: none.")
]
To = Annotated[Path | None, typer.Option(help="File to write; by default stdout.")]


@app.command(epilog="Example: coursekit leaderboard designs --budget 70000 --to board.csv")
def leaderboard(
    folder: Annotated[Path, typer.Argument(help="LEARNER.json, or LEARNER/*.json: designs.")],
    *,
    budget: Budget = 100_000,
    years: Years = 0,
    seed: Annotated[int, typer.Option(help="Seed of the years.")] = 1,
    free: Annotated[
        bool, typer.Option("--free", help="Other machines and services are allowed too.")
    ] = False,
    to: To = None,
    lang: Lang = "",
) -> None:
    """Rank the designs of a class: files are read and scored, nothing in them is run."""
    from coursekit.grading.leaderboard import leaderboard as rank
    from coursekit.grading.leaderboard import text
    from coursekit.i18n import speaking

    with speaking(lang):
        _written(text(rank(folder, budget, years, seed, free=free)), to)


@app.command(
    epilog="Example: coursekit sweep --budget 100000 --years 1000 --workers 2 --to sweep.csv"
)
def sweep(
    *,
    budget: Budget = 100_000,
    years: Years = 0,
    seed: Annotated[int, typer.Option(help="Seed of the years.")] = 1,
    workers: Workers = 1,
    scheduler: Scheduler = "",
    to: To = None,
) -> None:
    """Score every combination of the last chapter's choices, on this machine or on a cluster."""
    from coursekit.grading.sweep import sweep as work_out
    from coursekit.grading.sweep import text

    with _progress() as progress:
        table = work_out(
            budget, years, seed, workers=workers, scheduler=scheduler, progress=progress
        )
    _written(text(table), to)


def _written(said: str, to: Path | None) -> None:
    """To a file, or to stdout."""
    if to is None:
        typer.echo(said, nl=False)
    else:
        to.write_text(said, "utf-8")


@app.command(epilog="Example: coursekit feedback marks --learner ann --lang fr")
def feedback(
    out: Out,
    *,
    learner: Annotated[str, typer.Option(help="One learner's page; by default all.")] = "",
    show_cases: Annotated[
        bool,
        typer.Option("--show-cases", help="Show the first hidden case that is not right."),
    ] = False,
    lang: Lang = "",
) -> None:
    """Write the pages for learners anew, in OUT/feedback."""
    from coursekit.grading.feedback import filename
    from coursekit.grading.gradebook import by_learner, entries, require_row
    from coursekit.grading.publish import write_pages
    from coursekit.grading.store import Store
    from coursekit.i18n import _, speaking

    with speaking(lang):
        with Store(out) as store:
            rows = entries(store)
        if learner:
            require_row(rows, learner)
        chosen = [each for each in rows if learner in ("", each.learner)]
        pages = write_pages(by_learner(chosen), out, show_cases=show_cases)
        typer.echo(_("Feedback: {path}", path=str(pages / filename(learner) if learner else pages)))


@app.command(
    epilog='Example: coursekit override marks ann E8.1 0.75 --reason "right, but for the last level"'
)
def override(
    out: Out,
    learner: Annotated[str, typer.Argument(help="As in the gradebook.")],
    exercise: Annotated[str, typer.Argument(help="Id of the exercise, such as E8.1.")],
    score: Annotated[
        float | None, typer.Argument(help="What counts: 0 to 1, as in the gradebook.")
    ] = None,
    *,
    reason: Annotated[str, typer.Option(help="Why; the learner reads it.")],
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="The computed mark counts again; give no score.")
    ] = False,
    lang: Lang = "",
) -> None:
    """Set a mark by hand. It stands whatever is computed later, with its reason, you and now."""
    from coursekit.grading import gradebook as marks
    from coursekit.grading.publish import publish
    from coursekit.grading.store import Store
    from coursekit.i18n import _, speaking
    from coursekit.sims.message import ParameterError

    with speaking(lang), Store(out) as store:
        if withdraw and score is None:
            marks.withdraw(store, learner, exercise, reason)
        elif score is not None and not withdraw:
            marks.set_by_hand(store, learner, exercise, score, reason)
        else:
            raise ParameterError("score={score}: give a score, or --withdraw", score=score)
        path = publish(store, out).gradebook
        typer.echo(_("Marks: {path}", path=str(path)))


@app.command(epilog="Example: coursekit doctor")
def doctor(lang: Lang = "") -> None:
    """Say whether the sandbox works here, if not why and the fix, and what will be used.

    Exit code 3 if it does not work.
    """
    from coursekit.grading import doctor as about
    from coursekit.i18n import speaking

    with speaking(lang):
        for line in about.report():
            typer.echo(line)
    if not about.engine():
        raise typer.Exit(3)


def _tell(entries: "Iterable[Entry]", path: Path) -> None:
    """What a teacher wants to know at once; the rest is in the gradebook."""
    from coursekit.grading.gradebook import groups, unknown
    from coursekit.i18n import _

    rows = list(entries)
    learners = len({each.learner for each in rows if each.mark.status != "absent"})
    typer.echo(_("Submissions: {count}. Marks: {path}", count=learners, path=str(path)))
    stopped = {
        each.learner: each.mark.reason for each in rows if each.mark.status in ("refused", "lost")
    }
    for learner, reason in stopped.items():
        _line(_("Not marked: {learner}: {reason}", learner=learner, reason=reason))
    for group in groups(rows):
        names = ", ".join(group.learners)
        _line(_("Same code, {exercise}: {names}", exercise=group.exercise, names=names))
    if any(each.unsandboxed for each in rows):
        typer.echo(_("unsandboxed: learners' code was run without the sandbox."), err=True)
    _tell_unknown(unknown(rows))


def _tell_unknown(learners: Iterable[str]) -> None:
    from coursekit.i18n import _

    if names := ", ".join(learners):
        said = _("Not in the list of learners, at the end of the gradebook: {names}", names=names)
        _line(said, err=True)


def _line(text: str, *, err: bool = False) -> None:
    """One line, whatever the names in it do to a terminal."""
    kept = (each if each.isprintable() or each in "\u00a0\u202f" else "?" for each in text)
    typer.echo("".join(kept), err=err)  # French has spaces that are not "printable"


class _progress:  # noqa: N801  (used as a function)
    """A bar on stderr with the time left; nothing where stderr is not a screen."""

    def __enter__(self) -> Callable[[int, int], None]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._bar.start()
        task = self._bar.add_task("", total=None)
        return lambda done, total: self._bar.update(task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
