"""A papermill engine, `coursekit-fast`: a notebook runs in a fork of a warm Python.

It runs in a sandbox of its own; no kernel is started. Cells run in order, magics work, a
cell tagged `raises-exception` stops nothing. Outputs are what was printed and the errors,
as text. `papermill --engine coursekit-fast in.ipynb out.ipynb` goes the grader's way.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbformat import v4
from papermill.engines import Engine  # type: ignore[import-untyped]

from coursekit.grading import warm
from coursekit.grading.limits import Limits
from coursekit.grading.link import Reply, converse
from coursekit.grading.zygote import CELLS

NAME = "coursekit-fast"


class EndedError(RuntimeError):
    """The notebook was ended, or ended its Python, before its last cell."""


class FastEngine(Engine):  # type: ignore[misc]
    """What papermill calls; the rest of its work is as with any engine."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,  # noqa: ARG003  (papermill's signature)
        *,
        limits: Limits | None = None,
        wanted: Sequence[str] = (),
        keep: Callable[[Reply], object] = lambda _: None,
        **_: Any,
    ) -> None:
        """Run all cells; `keep` gets the files named in `wanted` that the notebook left."""
        limits = limits or Limits()
        job = limits.job(v4.writes(nb_man.nb), [*wanted, CELLS])  # type: ignore[no-untyped-call]
        reply = converse(warm.fork(), job, seconds=limits.seconds, memory=limits.address_bytes)
        keep(reply)
        cells = [cell for cell in nb_man.nb.cells if cell.cell_type == "code"]
        for cell, said in zip(cells, _said(reply), strict=False):
            nb_man.cell_start(cell)
            _fill(cell, said)
            if said["ename"] and "raises-exception" not in cell.metadata.get("tags", []):
                nb_man.cell_exception(cell)
            nb_man.cell_complete(cell)


def _said(reply: Reply) -> list[Mapping[str, str]]:
    """What each cell that ran printed and raised; the text comes from an untrusted hand."""
    from coursekit.grading.document import UnreadableError, parse  # noqa: PLC0415  (papermill imports this file)

    try:
        said = parse(reply.files[CELLS])
    except (KeyError, UnreadableError):
        raise EndedError(reply.ended or "it ended Python") from None
    keys = ("text", "ename", "evalue")
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        raise EndedError(CELLS)
    return [{key: str(each.get(key, "")) for key in keys} for each in said]


def _fill(cell: Any, said: Mapping[str, str]) -> None:
    if said["text"]:
        cell.outputs.append(_output("stream", name="stdout", text=said["text"]))
    if said["ename"]:
        error = {"ename": said["ename"], "evalue": said["evalue"], "traceback": []}
        cell.outputs.append(_output("error", **error))


def _output(kind: str, **parts: Any) -> Any:
    return v4.new_output(kind, **parts)  # type: ignore[no-untyped-call]
