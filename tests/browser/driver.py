"""Drive real JupyterLab in real Chromium, for tests and benchmarks.

    with Lab(folder) as lab:
        notebook = lab.open("08-raid.ipynb")
        notebook.run_all()
        touch_everything(notebook)
        assert not notebook.problems()

One server on 127.0.0.1 with a random token and its own configuration, data, runtime and
home folders; the environment's extensions stay. One Chromium, one page per notebook.
It writes in `folder` what JupyterLab writes there: give it a copy.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from notebook_page import NotebookPage
from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PROBE = Path(__file__).with_name("probe.js")
WIDE = {"width": 1360, "height": 900}
READY = "() => window.jupyterapp?.commands?.hasCommand('docmanager:open')"
START_S = 90
STOP_S = 15
FORGET = ("COURSEKIT_", "JUPYTER", "IPYTHON")  # the reader's own settings prove nothing


def chromium() -> str:
    """The system's Chromium."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise RuntimeError("Chromium is missing: sudo apt-get install chromium")


@contextmanager
def browsing() -> Iterator[Browser]:
    """The one Chromium of a process: Playwright does not start twice in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield browser
        browser.close()


class Server:
    """`jupyter lab` on a free port; `url`, `token`, and the seconds it took to answer."""

    def __init__(
        self, root: Path, *, cells_files: Iterable[Path] = (), options: Iterable[str] = ()
    ):
        self.root = Path(root).resolve()
        self.home = Path(tempfile.mkdtemp(prefix="coursekit-lab-"))
        self.token = secrets.token_hex(16)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.home / "server.log"
        self._options = [*_cells_options(cells_files), *options]
        self.seconds = 0.0

    def start(self) -> None:
        begun = time.perf_counter()
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                self._command(), cwd=self.root, env=self._environment(), stdout=log, stderr=log
            )
        while not self._answers():
            if self._process.poll() is not None or time.perf_counter() - begun > START_S:
                raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()}")
            time.sleep(0.05)
        self.seconds = time.perf_counter() - begun

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def _command(self) -> list[str]:
        return [
            sys.executable,
            *("-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
            f"--port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.root}",
            f"--IdentityProvider.token={self.token}",
            "--LabApp.expose_app_in_browser=True",
            *self._options,
        ]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FORGET)}
        own = {"JUPYTER_CONFIG_DIR": "c", "JUPYTER_DATA_DIR": "d", "JUPYTER_RUNTIME_DIR": "r"}
        own |= {"JUPYTERLAB_SETTINGS_DIR": "s", "JUPYTERLAB_WORKSPACES_DIR": "w", "IPYTHONDIR": "i"}
        kept["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # debugpy else warns on a kernel's stderr
        return kept | {name: str(self.home / folder) for name, folder in own.items()}

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/status?token={self.token}", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False


class Lab:
    """A server, a page for each notebook that is opened, and a browser of its own or `browser`."""

    def __init__(
        self,
        root: Path,
        *,
        cells_files: Iterable[Path] = (),
        options: Iterable[str] = (),
        browser: Browser | None = None,
    ):
        self.server = Server(root, cells_files=cells_files, options=options)
        self._browser = browser
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        self.server.start()
        self._opened.callback(self.server.stop)
        browser = self._browser or self._opened.enter_context(browsing())
        self._profile = self._opened.enter_context(browser.new_context(viewport=WIDE))
        self._profile.add_init_script(path=PROBE)
        self._shared: Page | None = None
        return self

    def __exit__(self, *_error: object) -> None:
        self._opened.close()

    def open(self, path: str, *, wait: bool = True) -> NotebookPage:
        """Show a notebook alone on a page of its own, as a reader who follows a link.

        Returns when its kernel is idle and, for a notebook of the course, when it has run
        or has said why it waits; with `wait=False`, at once. Pages share the browser's cache,
        as a reader's do.
        """
        notebook = NotebookPage(self._profile.new_page(), self.server.url, f"/doc/tree/{path}")
        notebook.goto(f"?reset&token={self.server.token}", wait=wait)
        return notebook

    def open_here(self, path: str, *, wait: bool = True) -> NotebookPage:
        """Show a notebook in a page that stays open for many, one after the other: faster."""
        if self._shared is None:
            self._shared = self._profile.new_page()
            self._shared.goto(f"{self.server.url}/lab?token={self.server.token}")
            self._shared.wait_for_function(READY)
        notebook = NotebookPage(self._shared, self.server.url, path, alone=False)
        notebook.show(wait=wait)
        return notebook


def _cells_options(files: Iterable[Path]) -> list[str]:
    """Replace the course's lists of cells that may run when a notebook is opened."""
    return [f"--CourseKit.cells_files={file}" for file in files]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
