"""Work that takes seconds, in a thread; what it finds is brought to the kernel's own loop.

Widgets are changed in the main loop only: a comm is not safe from two threads. Without a loop, as in
a script or a test, what is found is told at once, from the thread.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Any


class Background:
    """`work(tell, stopped)` in a thread; each `tell(...)` becomes `heard(task, ...)` in the main loop."""

    def __init__(
        self,
        work: Callable[[Callable[..., None], Callable[[], bool]], None],
        heard: Callable[..., None],
    ) -> None:
        self._work, self._heard = work, heard
        self._stop = threading.Event()
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin; apart from being made, so that whoever made it is known before it tells anything."""
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self._thread.is_alive() and not self._stop.is_set()

    def stop(self) -> None:
        """Ask it to end: `stopped()` is true from now on."""
        self._stop.set()

    def wait(self, seconds: float = 60.0) -> None:
        """Until the thread has ended."""
        self._thread.join(seconds)

    def _run(self) -> None:
        self._work(self._tell, self._stop.is_set)

    def _tell(self, *found: Any) -> None:
        if self._loop is None:
            self._heard(self, *found)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._heard, self, *found)
