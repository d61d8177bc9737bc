"""The same shell, on this processor and on an emulated one; a saved machine and one that boots.

dash runs a loop here and in the small virtual machine, whose processor is QEMU's translator (TCG):
once with arithmetic only, once with a system call for every byte that it reads. Debian's dash is the
same program in both. Then the machine is started from its saved state, and from nothing. Source:
dash(1), QEMU's manual, "Translator Internals". Left out: hardware that helps (KVM), floating point.
"""

import subprocess
import time
from collections.abc import Callable

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell, environment, find
from coursekit.realtools.source import Source
from coursekit.sims.message import require

__all__ = ["DASH", "LOOPS", "both", "started_in"]

DASH = Tool("dash", "dash", aside=True)
LOOPS = {  # what one types; so many rounds that the emulated one takes a second
    "arithmetic": "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done",
    "system calls": "i=0; while [ $i -lt 1500 ]; do i=$((i+1)); echo 0123456789; done | while read -r x; do :; done",
}  # fmt: skip


def both(source: Source, shell: Shell, loop: str) -> tuple[float, float]:
    """Seconds of a loop here and in the machine; the better of two tries each."""
    here = [_seconds(source, f"{loop}  # here", lambda: _here(loop)) for _try in range(2)]
    there = [_seconds(source, f"{loop}  # emulated", lambda: _there(shell, loop)) for _try in range(2)]  # fmt: skip
    return min(here), min(there)


def _seconds(source: Source, command: str, run: Callable[[], None]) -> float:
    return float(source.ask(command, lambda: _timed(run)))


def _timed(run: Callable[[], object]) -> str:
    begun = time.perf_counter()
    run()
    return f"{time.perf_counter() - begun:.4f}"


def _here(loop: str) -> None:
    subprocess.run([find("dash") or "dash", "-c", loop], env=environment(), timeout=20, check=True, stdin=subprocess.DEVNULL)  # fmt: skip


def _there(shell: Shell, loop: str) -> None:
    answer = shell.quietly(f"dash -c '{loop}'")
    require(answer.code == 0, "loop={said}: it has to end well", said=answer.text)


def started_in(source: Source) -> tuple[float, float]:
    """Seconds until the machine answers: from its saved state, and from nothing."""
    from coursekit.realtools.tinyvm import Machine  # noqa: PLC0415  (a recording needs none)

    def first(start: Callable[[], Machine]) -> None:
        with start() as machine:
            machine.run("true")

    resumed = _seconds(source, "qemu-system-x86_64 -incoming (saved state)", lambda: first(lambda: Machine.resume(0)))  # fmt: skip
    return resumed, _seconds(source, "qemu-system-x86_64 (boot)", lambda: first(lambda: Machine.boot(0)))  # fmt: skip
