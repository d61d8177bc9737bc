"""What one submission may use, and the job that carries it into a sandbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.grading.kernel import MAX_BYTES, PYTHON_BYTES


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits of one run."""

    seconds: float = 60.0  # wall clock
    case_seconds: float = 2.0
    exercise_seconds: float = 10.0
    memory_bytes: int = 1 << 30  # beside Python: address space of a process, memory of all
    file_bytes: int = 16 << 20

    @property
    def address_bytes(self) -> int:
        """With what Python and its kernel take."""
        return self.memory_bytes + PYTHON_BYTES

    @property
    def cpu_seconds(self) -> int:
        """Processor time of one process; more than the wall clock only for a crowd of threads."""
        return int(self.seconds) + 2

    @property
    def bounds(self) -> dict[str, int]:
        """Limits of each process inside, by their names in `prlimit` and, in capitals, in C."""
        return {
            "as": self.address_bytes,
            "cpu": self.cpu_seconds,
            "fsize": self.file_bytes,
            "nofile": 256,
            "nproc": 256,
            "core": 0,
        }

    def job(self, notebook: str, wanted: Sequence[str]) -> dict[str, Any]:
        """What process 1 of a sandbox reads."""
        return {
            "notebook": notebook,
            "wanted": list(wanted),
            "most": MAX_BYTES + 1,
            "limits": self.bounds,
        }
