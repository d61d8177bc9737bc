"""One notebook open in JupyterLab: run it, wait for it, watch it, look at it."""

import time
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, WebSocket

OUTPUTS = ".jp-OutputArea-output"
SHOW_MS = 60_000
RUN_MS = 180_000
LOCAL = ("data:", "blob:", "about:")  # addresses that leave the page for nowhere
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class NotebookPage:
    """`page` is playwright's; `times` holds seconds by step; `problems()` all that went wrong."""

    def __init__(self, page: Page, server: str, path: str, *, alone: bool = True):
        self.server, self.path, self.page, self.alone = server, path, page, alone
        self.closed = False
        self.times: dict[str, float] = {}
        self.page_errors: list[str] = []
        self.console_errors: list[str] = []
        self.foreign_requests: list[str] = []
        self.page.set_default_timeout(SHOW_MS)
        self._ears = {
            "pageerror": lambda error: self.page_errors.append(str(error)),
            "console": self._heard,
            "request": self._asked,
            "websocket": self._asked,
        }
        for event, ear in self._ears.items():
            self.page.on(event, ear)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console_errors.append(message.text)

    def _asked(self, request: Request | WebSocket) -> None:
        home = (self.server, self.server.replace("http", "ws", 1))
        if not request.url.startswith((*home, *LOCAL)):
            self.foreign_requests.append(request.url)

    # -- open, run, wait ---------------------------------------------------------------

    def goto(self, query: str = "", *, wait: bool = True) -> None:
        begun = time.perf_counter()
        self.page.goto(f"{self.server}{self.path}{query}")
        if wait:
            self._arrive(begun)

    def show(self, *, wait: bool = True) -> None:
        """Open it in a page that may show others later."""
        begun = time.perf_counter()
        self.page.evaluate("(path) => probe.open(path)", self.path)
        if wait:
            self._arrive(begun)

    def reload(self) -> None:
        """As a reader does: same profile, same kernel if it still lives."""
        begun = time.perf_counter()
        self.page.reload()
        self._arrive(begun)

    def _arrive(self, begun: float) -> None:
        self.page.wait_for_function("() => window.probe?.panel?.sessionContext")
        self.page.evaluate("() => probe.watchKernel()")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.times["shown"] = time.perf_counter() - begun
        self.wait_kernel()
        self.times["kernel"] = time.perf_counter() - begun
        self.page.wait_for_function("() => probe.settledDoor", timeout=RUN_MS)
        self.times["ready"] = time.perf_counter() - begun

    def wait_kernel(self) -> None:
        self.page.wait_for_function("() => probe.idle", timeout=RUN_MS)

    def command(self, name: str, **arguments: Any) -> None:
        """Run one of JupyterLab's commands and wait for its end."""
        call = "([name, with_]) => jupyterapp.commands.execute(name, with_).then(() => null)"
        self.page.evaluate(call, [name, arguments])

    def run_all(self) -> list[str]:
        """Run every cell; returns the error and warning outputs that this left."""
        self.wait_kernel()
        begun = time.perf_counter()
        self.command("notebook:run-all-cells")
        self.times["run"] = time.perf_counter() - begun
        self.settle()
        return self.bad_outputs()

    def settle(self, quiet_ms: int = 250, limit_ms: int = 10_000) -> bool:
        """Wait until kernel and page are still; False if they never were."""
        return self.page.evaluate("(args) => probe.settle(...args)", [quiet_ms, limit_ms])

    def restart_kernel(self) -> None:
        call = "() => probe.panel.sessionContext.restartKernel().then(() => null)"
        self.page.evaluate(call)
        self.wait_kernel()

    # -- what went wrong ---------------------------------------------------------------

    def bad_outputs(self) -> list[str]:
        return self.page.evaluate("() => probe.badOutputs()")

    def kernel_errors(self) -> list[str]:
        """Errors and warnings in the kernel's messages, callbacks of widgets included."""
        return self.page.evaluate("() => probe.kernelErrors")

    def problems(self) -> list[str]:
        """Everything that should not be there, each with its kind."""
        kinds = {
            "page error": self.page_errors,
            "console": self.console_errors,
            "foreign request": self.foreign_requests,
            "output": self.bad_outputs(),
            "kernel": self.kernel_errors(),
        }
        return [f"{kind}: {each}" for kind, found in kinds.items() for each in found]

    # -- look ----------------------------------------------------------------------------

    def theme(self, name: str) -> None:
        """`light` or `dark`; the server remembers it for the pages that follow."""
        self.command("apputils:change-theme", theme=f"JupyterLab {name.title()}")
        light = "true" if name == "light" else "false"
        self.page.locator(f"body[data-jp-theme-light='{light}']").wait_for(state="attached")
        self.settle()

    def axe(self, theme: str = "light") -> list[str]:
        """What axe finds in the outputs, and only there: rule, element, and what is wrong."""
        self.theme(theme)
        if not self.page.locator(OUTPUTS).count():
            return []
        options = {"runOnly": RULES, "resultTypes": ["violations"]}
        response = Axe().run(self.page, context=OUTPUTS, options=options).response
        return [
            f"{rule['id']} ({theme}): {node['html'][:160]} {node['failureSummary'][:200]}"
            for rule in response["violations"]
            for node in rule["nodes"]
        ]

    def screenshot(self, path: Path, *, width: int = 1360, most: int = 12_000) -> Path:
        """The whole notebook in one picture, as wide as asked."""
        before = self.page.viewport_size
        self.page.set_viewport_size({"width": width, "height": before["height"]})
        self.settle()
        height = min(self.page.evaluate("() => probe.contentHeight"), most)
        self.page.set_viewport_size({"width": width, "height": max(height, 400)})
        self.page.evaluate("() => probe.toTop()")
        self.settle()
        self.page.screenshot(path=path)
        self.page.set_viewport_size(before)
        return path

    def close(self) -> None:
        """Shut the kernel down and leave; nothing is saved."""
        self.closed = True
        for event, ear in self._ears.items():
            self.page.remove_listener(event, ear)
        self.page.evaluate("() => probe.panel?.sessionContext.shutdown().then(() => null)")
        if self.alone:
            self.page.close()
        else:
            self.page.evaluate("() => probe.close()")
