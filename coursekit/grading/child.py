"""The process that runs one clean notebook: `python -I child.py KERNEL MEMORY SECONDS BYTES`.

Started by `runner.run` in the folder of the run. It limits itself, adopts whatever the
notebook leaves behind, names the only kernel there is, and hands over to papermill.
"""

import json
import os
import sys
from pathlib import Path

from coursekit.grading.processes import adopt, end_below


def main(kernel: str, memory: str, seconds: str, size: str) -> None:
    """Run `clean.ipynb` here, in a kernel under these limits."""
    _name_kernel(kernel)
    adopt()
    _limit(int(memory), int(seconds), int(size))
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # 2.5 s to import, never used here
    import papermill  # type: ignore[import-untyped]  # noqa: PLC0415  (under the limits, like all that follows)

    try:
        papermill.execute_notebook(
            "clean.ipynb", "done.ipynb", kernel_name=kernel, progress_bar=False, log_output=False
        )
    finally:
        end_below(os.getpid())


def _name_kernel(kernel: str) -> None:
    """A kernel of this very Python, isolated from folder, environment and user's packages."""
    folder = Path("jupyter", "kernels", kernel)
    folder.mkdir(parents=True, exist_ok=True)
    start = [
        "-I",
        "-m",
        "ipykernel_launcher",
        "-f",
        "{connection_file}",
        "--HistoryManager.enabled=False",
    ]
    spec = {"argv": [sys.executable, *start], "display_name": kernel, "language": "python"}
    folder.joinpath("kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def _limit(memory: int, seconds: int, size: int) -> None:
    try:
        import resource  # noqa: PLC0415  (Windows has none)
    except ModuleNotFoundError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, size),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        ours = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (ours, ours))


if __name__ == "__main__":
    main(*sys.argv[1:])
