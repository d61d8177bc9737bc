"""Runs one clean notebook without a sandbox: `python -I unsafe.py MEMORY SECONDS BYTES`.

Started by `runner` in the folder of the run. It limits itself and adopts whatever the
notebook leaves behind. This bounds honest mistakes; code that means harm has the user's
files and network.
"""

import os
import sys
from pathlib import Path

from coursekit.grading import child
from coursekit.grading.processes import adopt, end_below


def main(memory: str, seconds: str, size: str) -> None:
    """Run `clean.ipynb` of this folder from its folder `work`, under these limits."""
    out = Path("out").absolute()
    notebook = Path("clean.ipynb").read_text("utf-8")
    os.chdir("work")
    adopt()
    _limit(int(memory), int(seconds), int(size))
    try:
        child.execute(notebook, out)
    finally:
        end_below(os.getpid())


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
