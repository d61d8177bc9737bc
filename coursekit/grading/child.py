"""Runs one clean notebook with papermill and a kernel of its own.

Needs nothing of the course: the sandbox gets the text of this file after that of
`supervisor`. `unsafe` runs it without a sandbox.
"""

import contextlib
import json
import os
import select
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

KERNEL = "graded"  # the only kernel there is, whatever a notebook says
FAILED = "failed"  # file with the name and the text of the error that stopped a run

_LAST_WORDS = 5.0  # seconds for papermill to end by itself

supervise: Callable[..., None]  # stands above, in the sandbox
OUT: str


def run(job: dict[str, Any]) -> None:
    """Run the notebook of a job from the folder we are in."""
    threading.Thread(target=_leave_with_kernel, daemon=True).start()
    execute(job["notebook"], Path(OUT))  # noqa: F821


def execute(notebook: str, out: Path) -> None:
    """Run a notebook; an error that stops it is noted, the end of the kernel is not."""
    _name_kernel(Path("jupyter"))
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # 2.5 s to import, never used here
    import papermill  # type: ignore[import-untyped]  # noqa: PLC0415  (under the limits)
    from nbclient.exceptions import DeadKernelError  # noqa: PLC0415
    from nbformat import from_dict  # noqa: PLC0415

    try:
        papermill.execute_notebook(
            from_dict(json.loads(notebook)),  # type: ignore[no-untyped-call]
            None,
            kernel_name=KERNEL,
            progress_bar=False,
            log_output=False,
        )
    except DeadKernelError:
        pass
    except papermill.PapermillExecutionError as why:
        _note(out, f"{why.ename}: {why.evalue}")
    except Exception as why:  # noqa: BLE001  (a kernel in a learner's hand may say anything)
        _note(out, f"{type(why).__name__}: {why}")


def _leave_with_kernel() -> None:
    """End soon after the kernel: what it sent last may keep papermill waiting for ever."""
    children = Path("/proc/self/task", str(os.getpid()), "children")
    while not (kernel := children.read_text("ascii").split()):
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        select.select([os.pidfd_open(int(kernel[0]))], [], [])
    time.sleep(_LAST_WORDS)
    os._exit(0)


def _note(out: Path, text: str) -> None:
    out.joinpath(FAILED).write_text(text[:1000], encoding="utf-8", errors="replace")


def _name_kernel(folder: Path) -> None:
    """A kernel of this very Python, isolated from folder, environment and user's packages."""
    here = folder / "kernels" / KERNEL
    here.mkdir(parents=True, exist_ok=True)
    start = [
        "-I",
        "-m",
        "ipykernel_launcher",
        "-f",
        "{connection_file}",
        "--HistoryManager.enabled=False",
    ]
    spec = {"argv": [sys.executable, *start], "display_name": KERNEL, "language": "python"}
    here.joinpath("kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    os.environ["JUPYTER_PATH"] = str(folder.absolute())


def main() -> None:
    """As process 1 of a sandbox; the other side holds the standard input."""
    with socket.socket(fileno=0) as link:
        link.sendall(b".")  # the sandbox works
        supervise(link, run)  # noqa: F821


if __name__ == "__main__":
    main()
