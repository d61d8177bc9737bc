"""The command line: a thin skin over what the course does. `coursekit --help` says the rest.

Exit codes: 0 done; 1 something was found (a broken rule, a missing translation, a solution
in a release, a mark that changed); 2 a value or a file is wrong, and one sentence on stderr,
`name=value: rule`, says which; 3 no sandbox works here, and nothing was run. The commands for
grading are in `cli_grading`.
"""

# ruff: noqa: PLC0415  (heavy imports wait for the command that needs them)

import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from coursekit import cli_grading, cli_realtools
from coursekit.sims.message import Message, ParameterError, require


class _Group(typer.core.TyperGroup):
    """Says what is wrong in one sentence instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ParameterError as why:
            _complain(why.message)
            if _no_sandbox(why):
                raise typer.Exit(3) from None
        except BrokenPipeError:  # who reads has read enough, as in `| head`
            raise
        except OSError as why:
            _complain(
                Message.of("file={path}: {why}", path=str(why.filename), why=why.strerror)
                if why.filename
                else Message(f"{type(why).__name__}: {why}".replace("{", "{{").replace("}", "}}"))
            )
        raise typer.Exit(2)


def _no_sandbox(why: ParameterError) -> bool:
    """Asked only of those who grade: no other command pays for the import."""
    grading = sys.modules.get("coursekit.grading.sandbox")
    return grading is not None and isinstance(why, grading.NoSandboxError)


def _complain(message: Message) -> None:
    """One sentence on stderr, in the language of the folder or of COURSEKIT_LANG."""
    from coursekit.i18n import _, use_language

    use_language()
    typer.echo(_(message), err=True)


CODES = "Exit codes: 0 done; 1 something was found; 2 a value or a file is wrong (one sentence on stderr); 3 no sandbox works here, nothing was run."

app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A notebook course on IT infrastructure.",
    epilog=CODES,
)
notebooks_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Clean, check and build the notebooks."
)
exercises_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="List the exercises, ask their references."
)
app.add_typer(cli_grading.app)
app.add_typer(notebooks_app, name="notebooks")
app.add_typer(cli_realtools.app, name="realtools")
app.add_typer(exercises_app, name="exercises")


@app.command(epilog="Example: coursekit lab my-course --lang fr")
def lab(
    folder: Annotated[
        Path | None, typer.Argument(help="Where your notebooks are or shall be.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Edition to open: en or fr.")] = "en",
    port: Annotated[int, typer.Option(help="Port of the server.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Open the course in JupyterLab at its start page.

    Notebooks that are missing in FOLDER are copied there; no file of yours is replaced.
    """
    from coursekit.i18n import LANGUAGES

    require(
        lang in LANGUAGES,
        "language={code}: choose one of {codes}",
        code=lang,
        codes=", ".join(LANGUAGES),
    )
    from coursekit.launch import lab_arguments, own_notebooks

    arguments = lab_arguments(own_notebooks(folder), lang=lang, port=port, browser=browser)
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(argv=arguments)


@notebooks_app.command("clean", epilog="Example: coursekit notebooks clean notebooks/08-raid.ipynb")
def notebooks_clean(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Notebooks or folders; by default the course's.")
    ] = None,
) -> None:
    """Drop outputs, counts and stray metadata, in place."""
    from coursekit.notebooks import clean, read, write

    for path in _notebooks(paths):
        before = path.read_bytes()
        write(path, clean(read(path)))
        if path.read_bytes() != before:
            typer.echo(f"cleaned {path}")


@notebooks_app.command("check", epilog="Example: coursekit notebooks check notebooks")
def notebooks_check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Notebooks or folders; by default the course's.")
    ] = None,
) -> None:
    """Print each rule a notebook breaks, and where the French edition differs; exit code 1 if any."""
    from coursekit.notebooks import check, twins

    found = []
    for path in _notebooks(paths):
        found += check(path)
        if "fr" in path.parts[-3:-1] and (english := _english(path)).is_file():
            found += twins(english, path)
    for finding in found:
        typer.echo(str(finding))
    if found:
        raise typer.Exit(1)


@notebooks_app.command("build", epilog="Example: coursekit notebooks build notebooks")
def notebooks_build(
    folder: Annotated[
        Path | None, typer.Argument(help="The folder of notebooks; by default the course's.")
    ] = None,
) -> None:
    """Write what is derived from the notebooks: cells that may run on open, and the glossary."""
    from coursekit.grading.notebook import folder_of_notebooks
    from coursekit.notebooks import build

    folder = folder or folder_of_notebooks()
    require(folder.is_dir(), "folder={folder}: no such folder", folder=str(folder))
    typer.echo("\n".join(str(path) for path in build(folder)))


def _notebooks(paths: list[Path] | None) -> Iterator[Path]:
    from coursekit.grading.notebook import folder_of_notebooks

    for path in paths or [folder_of_notebooks()]:
        require(path.exists(), "path={path}: no such file or folder", path=str(path))
        inside = (
            each for each in sorted(path.rglob("*.ipynb")) if ".ipynb_checkpoints" not in each.parts
        )
        yield from inside if path.is_dir() else (path,)


def _english(path: Path) -> Path:
    parts = list(path.absolute().parts)
    del parts[len(parts) - 1 - parts[::-1].index("fr")]
    return Path(*parts)


@app.command(epilog="Example: coursekit messages fr")
def messages(
    language: Annotated[str, typer.Argument(help="Its code; by default every language.")] = "",
) -> None:
    """Bring the catalogues to the messages in the code, and print those not translated yet.

    For contributors, in a checkout. Exit code 1 if a translation is missing.
    """
    from coursekit import catalogue

    known = catalogue.translations()
    require(
        language in ("", *known),
        "language={code}: choose one of {codes}",
        code=language,
        codes=", ".join(known),
    )
    missing = [
        f"{code}: {text}"
        for code in known
        if language in ("", code)
        for text in catalogue.update(code)
    ]
    typer.echo("\n".join(missing), nl=bool(missing))
    if missing:
        raise typer.Exit(1)


@app.command(epilog="Example: coursekit coverage --lang fr --out couverture.md")
def coverage(
    lang: Annotated[str, typer.Option(help="Language of the table: en or fr.")] = "",
    out: Annotated[Path | None, typer.Option(help="File to write instead of printing.")] = None,
) -> None:
    """Print how each line of the notes is taken up, as Markdown; exit code 1 if one is not."""
    from coursekit.coverage import holes, markdown
    from coursekit.i18n import use_language

    use_language(lang)
    text = markdown()
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)
    if found := list(holes()):
        typer.echo("\n".join(found), err=True)
        raise typer.Exit(1)


@app.command(epilog="Example: coursekit site --out public")
def site(
    out: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("site"),
) -> None:
    """Write the course as a static site: a page a chapter and language, for any web server or folder.

    Each lab is there as pictures, sentences and tables; nothing is asked of the network.
    """
    from coursekit.publish.site import build

    for page in build(out):
        typer.echo(str(page))


@app.command(epilog="Example: coursekit where raid")
def where(slug: Annotated[str, typer.Argument(help="A chapter, such as raid.")]) -> None:
    """Print the rooms of a chapter that exist: its files and folders on every floor."""
    from coursekit.launch import rooms

    for path in rooms(slug):
        typer.echo(str(path))


@app.command(
    epilog='Example: coursekit run raid.layouts.locate --json \'{"array": {"disks": 4}, "lba": 5000}\''
)
def run(
    sim: Annotated[
        str, typer.Argument(help="A function of coursekit.sims, such as raid.layouts.locate.")
    ] = "",
    text: Annotated[
        str, typer.Option("--json", help="Its arguments: JSON text, @FILE, or - for stdin.")
    ] = "{}",
    listed: Annotated[bool, typer.Option("--list", help="Print what can be run.")] = False,
) -> None:
    """Run a simulation: JSON arguments by name in, JSON result out.

    A generator of chance is given by its seed, as in "rng": {"seed": 1}.
    """
    from coursekit.run import find_sim, runnable, typed
    from coursekit.values import to_text

    if listed:
        typer.echo("\n".join(runnable()))
        return

    function = find_sim(sim)
    result = function(**typed(function, _arguments(text)))
    typer.echo(to_text(result, indent=2))


def _arguments(text: str) -> dict[str, Any]:
    """JSON arguments by name: the text itself, @FILE, or - for stdin."""
    from coursekit.values import from_text

    if text == "-":
        text = sys.stdin.read()
    elif text.startswith("@"):
        text = Path(text[1:]).read_text("utf-8")
    return typing.cast("dict[str, Any]", from_text(dict[str, Any], text, "json"))


@exercises_app.command("list", epilog="Example: coursekit exercises list")
def exercises_list() -> None:
    """Print each exercise: id, function with its arguments, title."""
    from coursekit.exercises import exercises
    from coursekit.i18n import _, use_language

    use_language()
    for each in exercises():
        typer.echo(f"{each.id}  {each.function}({', '.join(each.parameters)})  {_(each.title)}")


@exercises_app.command(
    "answer",
    epilog='Example: coursekit exercises answer E8.2 --args \'{"data": [1, null], "p": 3, "q": 5}\'',
)
def exercises_answer(
    exercise: Annotated[str, typer.Argument(help="Id of an exercise, such as E8.1.")],
    args: Annotated[
        str, typer.Option("--args", help="One case: JSON text, @FILE, or - for stdin.")
    ] = "{}",
) -> None:
    """Print the reference's answer to one case, as JSON."""
    from coursekit.exercises import answer
    from coursekit.values import to_text

    typer.echo(to_text(answer(exercise, _arguments(args))))
