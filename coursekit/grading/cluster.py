"""Workers on other machines: a Dask cluster as an ordinary `concurrent.futures.Executor`.

A worker gets text and gives back text (`work.work`); learners' code runs in its sandbox, in
a process of its own, never in the worker itself. A worker that is lost loses nothing: Dask
gives what it was doing to another, and what no worker finishes is done by the grader itself.
Start workers with `dask worker tcp://HOST:PORT --nthreads 1`, one a core; they need this
package and a sandbox that works, no common disk.
"""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from types import ModuleType
from typing import Any

from coursekit.sims.message import ParameterError, require

ANSWER = 15.0  # seconds for the scheduler to answer
WORKER = 15.0  # and for a first worker

_ADDRESS = re.compile(r"(tcp|tls)://([^\s/:\[\]]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")


class Cluster(Executor):
    """The workers that a scheduler has; `shutdown` leaves them running for others."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._inner = client.get_executor(retries=0)

    @property
    def workers(self) -> int:
        """Submissions that run at the same time."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def everywhere(self, function: Callable[[], Any]) -> dict[str, Any]:
        """Run a function once on each worker; its results by the addresses of those that answer."""
        return dict(self._client.run(function, on_error="ignore"))

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """The result to come of a function that some worker runs."""
        found: Future[Any] = self._inner.submit(function, *args, **kwargs)
        return found

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Part from the scheduler; what is under way is finished, unless it is cancelled."""
        self._inner.shutdown(wait=wait and not cancel_futures)
        self._client.close()


def executor(scheduler: str) -> Cluster:
    """The workers of the Dask scheduler at an address such as `tcp://10.0.0.5:8786`."""
    _check(scheduler)
    distributed = _distributed()
    _expect_answer(distributed, scheduler)
    client = distributed.Client(scheduler, timeout=ANSWER, set_as_default=False)
    try:
        client.wait_for_workers(1, timeout=WORKER)
    except TimeoutError:
        client.close()
        raise ParameterError(
            "scheduler={scheduler}: it has no worker; start one with: dask worker {scheduler}",
            scheduler=scheduler,
        ) from None
    return Cluster(client)


def _expect_answer(distributed: ModuleType, scheduler: str) -> None:
    """ParameterError unless a scheduler is there: a client would wait for ever for one."""

    async def ask() -> Any:
        async with distributed.rpc(scheduler) as remote:
            return await remote.identity()

    async def ask_in_time() -> Any:
        return await asyncio.wait_for(ask(), ANSWER)

    with ThreadPoolExecutor(1) as thread:  # a notebook has a loop of its own in this one
        try:
            said = thread.submit(asyncio.run, ask_in_time()).result()
        except (OSError, ValueError) as why:  # nobody there, an unknown host, another protocol
            reason = str(why) or type(why).__name__
            raise ParameterError(
                "scheduler={scheduler}: no answer ({why})", scheduler=scheduler, why=reason
            ) from None
    require(
        said.get("type") == "Scheduler",
        "scheduler={scheduler}: not a scheduler",
        scheduler=scheduler,
    )


def _check(scheduler: str) -> None:
    match = _ADDRESS.fullmatch(scheduler)
    require(
        match is not None and 0 < int(match[3]) < 65536,
        "scheduler={scheduler}: give tcp://HOST:PORT or tls://HOST:PORT",
        scheduler=scheduler,
    )


def _distributed() -> ModuleType:
    try:
        import distributed  # noqa: PLC0415  (an extra, and a second to import)
    except ModuleNotFoundError:
        raise ParameterError(
            "scheduler: Dask is not installed; pip install coursekit[cluster]"
        ) from None
    return distributed
