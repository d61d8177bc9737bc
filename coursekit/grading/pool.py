"""Who does the work: processes of this machine, or the workers of a Dask cluster."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from coursekit.grading import cluster, work
from coursekit.sims.message import require

__all__ = ["Pool", "made", "working"]

Pool = tuple[Executor, int]  # and how many jobs it takes at a time


def made(workers: int, scheduler: str) -> Pool:
    """Processes, started as they are needed, or the workers that a scheduler has."""
    if not scheduler:
        require(workers >= 1, "workers={workers}: choose 1 or more", workers=workers)
        return work.processes(workers), workers
    far = cluster.executor(scheduler)
    return far, far.workers


@contextmanager
def working(workers: int, scheduler: str) -> Iterator[Pool]:
    """The same, and ended afterwards."""
    executor, count = made(workers, scheduler)
    try:
        yield executor, count
    finally:
        executor.shutdown(cancel_futures=True)
