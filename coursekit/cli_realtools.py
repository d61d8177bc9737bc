"""`coursekit realtools`: which checks there are, run them, record them, build the small machine."""

# ruff: noqa: PLC0415  (heavy imports wait for the command that needs them)

from pathlib import Path
from typing import Annotated

import typer

from coursekit.sims.message import require

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Simulations beside the true tools: list, run, record.",
)
Names = Annotated[list[str] | None, typer.Argument(help="Checks or chapters; by default all.")]


@app.command("list", epilog="Example: coursekit realtools list")
def list_checks() -> None:
    """Print each check: name, what is here (live, or recorded when), what would have to be installed."""
    from coursekit.i18n import _, use_language
    from coursekit.realtools.checks import checks
    from coursekit.realtools.source import recorded

    use_language()
    for check in checks().values():
        place, record = check.place(), recorded(check.name)
        how = f"live ({place.kind})" if place else f"recorded ({record.date})"
        typer.echo(f"{check.name}  {how}  {_(check.title)}")
        if not place:
            typer.echo(f"    {_missing(check)}")


def _missing(check: object) -> str:
    """What each place lacks, as one would put it right."""
    from coursekit.realtools.check import Check

    assert isinstance(check, Check)
    ways = [
        "coursekit realtools build-vm" if each.kind == "vm"
        else "apt install " + " ".join(tool.package for tool in each.missing())
        if each.missing() else "become root" if each.needs_root else "allow user namespaces"
        for each in check.places
    ]  # fmt: skip
    return "live with: " + "; or ".join(ways)


@app.command(epilog="Example: coursekit realtools run balancing")
def run(
    names: Names = None,
    recorded: Annotated[bool, typer.Option(help="Take the recordings, ask no tool.")] = False,
) -> None:
    """Put checks to the tools; prediction and answer side by side. Exit code 1 if one differs."""
    import time

    from coursekit.i18n import use_language
    from coursekit.realtools.check import compare
    from coursekit.realtools.check import run as run_live
    from coursekit.realtools.source import Recorded
    from coursekit.realtools.source import recorded as record_of

    use_language()
    bad = False
    for check in _chosen(names):
        place, begun = (None if recorded else check.place()), time.perf_counter()
        if place:
            rows, record = run_live(check, place)
        else:
            record = record_of(check.name)
            rows = compare(check, Recorded(record))
        how = f"live, {time.perf_counter() - begun:.1f} s" if place else f"recorded {record.date}"
        typer.echo(f"{check.name}: {', '.join(record.tools)}; {record.system}; {how}")
        _print_rows(rows)
        bad |= not all(row.holds for row in rows)
    if bad:
        raise typer.Exit(1)


def _print_rows(rows: object) -> None:
    from coursekit.i18n import _
    from coursekit.realtools.texts import SIGNS, said

    for row in rows:  # type: ignore[attr-defined]
        head = f"  {SIGNS[row.verdict]} {_(row.fact.about)}:"
        typer.echo(f"{head} {said(row.fact.predicted, row.fact)} | {said(row.real, row.fact)}")


@app.command(epilog="Example: coursekit realtools record balancing-orders")
def record(
    names: Names = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the recordings; by default the package's own.")
    ] = None,
) -> None:
    """Run checks and keep what was typed and printed. One that differs is not kept: exit code 1."""
    from coursekit.realtools.check import run as run_live
    from coursekit.realtools.source import as_text

    out = out or Path(__file__).parent / "realtools" / "recorded"
    bad = False
    for check in _chosen(names):
        place = check.place()
        require(
            place is not None, "check={name}: {missing}", name=check.name, missing=_missing(check)
        )
        assert place
        rows, kept = run_live(check, place)
        if all(row.holds for row in rows):
            (out / f"{check.name}.json").write_text(as_text(kept), "utf-8")
            typer.echo(f"recorded {check.name}: {len(kept.steps)} steps")
        else:
            bad = True
            typer.echo(f"not recorded, it differs: {check.name}")
            _print_rows(rows)
    if bad:
        raise typer.Exit(1)


@app.command("build-vm", epilog="Example: coursekit realtools build-vm")
def build_vm() -> None:
    """Build the small virtual machine from Debian's packages: as a plain user, once. Exit code 1 if it cannot be."""
    from coursekit.i18n import explain, use_language
    from coursekit.realtools import tinyvm

    use_language()
    try:
        typer.echo(str(tinyvm.build(progress=typer.echo)))
    except tinyvm.VmError as why:
        typer.echo(explain(why), err=True)
        raise typer.Exit(1) from None


def _chosen(names: list[str] | None) -> list:  # type: ignore[type-arg]
    from coursekit.realtools.checks import checks

    known = checks()
    chapters = {check.chapter for check in known.values()}
    for name in names or ():
        require(
            name in known or name in chapters,
            "check={name}: choose one of {names}",
            name=name, names=", ".join([*sorted(chapters), *known]),
        )  # fmt: skip
    return [c for c in known.values() if not names or c.name in names or c.chapter in names]
