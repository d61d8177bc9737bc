"""A web console in a notebook, and the same on a page of its own, served on the loopback address.

`WebPage` shows a `view`, a plain object with tabs of tables and actions, and hears what is asked.
`Site` serves the same view to a browser over HTTP: `GET /view`, and everything under `/api/` is
asked of `answer`. It listens on 127.0.0.1 only, in the kernel's own loop, knows who asks by name
and password (HTTP's Basic form, as `curl -u` sends it), and refuses requests that name another
host (a page elsewhere that resolves its own name to 127.0.0.1 must not reach it). Nothing is
served before somebody asks for it.
"""

import base64
import binascii
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

HERE = Path(__file__).parent
MOST_BYTES = 10_000  # of a request: a name and a number
Who = tuple[str, str]
NOBODY: Who = ("", "")


class WebPage(anywidget.AnyWidget):
    """The console in the notebook; `on_call(handler)` hears what its buttons ask."""

    _esm = HERE / "webpage.js"
    _css = HERE / "webpage.css"
    view = t.Dict().tag(sync=True)

    def on_call(self, handler: Callable[[dict[str, Any]], None]) -> None:
        """Call `handler(call)` with what was asked."""

        def heard(_widget: object, content: dict[str, Any], _buffers: object) -> None:
            if "call" in content:
                handler(content["call"])

        self.on_msg(heard)


class Site:
    """The page on 127.0.0.1.

    `view(who)` gives what that person sees, `who` being name and password as they were given;
    `answer(method, path, who, body)` a status and a JSON-like value. `words` names what the page
    itself says.
    """

    def __init__(
        self,
        view: Callable[[Who], dict[str, Any]],
        answer: Callable[[str, str, Who, dict[str, Any]], tuple[int, Any]],
        words: dict[str, str],
        language: str,
    ) -> None:
        self.view, self.answer = view, answer
        self.words, self.language = words, language
        self.port = 0
        self._server: HTTPServer | None = None

    @property
    def url(self) -> str:
        """Where it is; nothing while it is not served."""
        return f"http://127.0.0.1:{self.port}/" if self._server else ""

    def start(self) -> str:
        """Serve it on a free port; returns the address."""
        if self._server is None:
            application = Application([("/.*", _Handler, {"site": self})], log_function=_quiet)
            self._server = HTTPServer(application, max_body_size=MOST_BYTES)
            sockets = bind_sockets(0, "127.0.0.1")
            self.port = sockets[0].getsockname()[1]
            self._server.add_sockets(sockets)
        return self.url

    def stop(self) -> None:
        """Serve it no longer."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def files(self) -> dict[str, tuple[str, str]]:
        """What the page is made of, by path."""
        return {
            "/": ("text/html", PAGE.format(language=self.language, title=self.words["title"])),
            "/page.js": ("text/javascript", f"const words = {json.dumps(self.words)};\n{LOGIN}"),
            "/webpage.js": ("text/javascript", (HERE / "webpage.js").read_text(encoding="utf-8")),
            "/webpage.css": ("text/css", (HERE / "webpage.css").read_text(encoding="utf-8") + STYLE),
        }  # fmt: skip


class _Handler(RequestHandler):
    """All requests; nothing of the server's own is shown in an error."""

    def initialize(self, site: Site) -> None:
        self.site = site

    def set_default_headers(self) -> None:
        self.set_header(
            "Content-Security-Policy", "default-src 'self'; img-src data:; frame-ancestors 'none'"
        )
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        names = (f"127.0.0.1:{self.site.port}", f"localhost:{self.site.port}")
        if self.request.host not in names:
            self.send(421, {"error": f"host={self.request.host}: this page is {names[0]}"})

    def get(self) -> None:
        files = self.site.files()
        path = self.request.path
        if path in files:
            kind, text = files[path]
            self.set_header("Content-Type", f"{kind}; charset=utf-8")
            self.finish(text)
        elif path == "/view":
            self.send(200, self.site.view(self.who()))
        else:
            self.ask()

    def ask(self) -> None:
        """Everything else is for the simulation."""
        body = self.body()
        if body is None:
            self.send(400, {"error": "body: expected a JSON object"})
            return
        self.send(*self.site.answer(self.request.method or "", self.request.path, self.who(), body))  # fmt: skip

    post = delete = ask  # type: ignore[assignment]

    def who(self) -> Who:
        """Name and password as they were given; nobody where they cannot be read."""
        kind, _space, coded = self.request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "basic":
            return NOBODY
        try:
            name, _colon, password = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return NOBODY
        return name, password

    def body(self) -> dict[str, Any] | None:
        try:
            read = json.loads(self.request.body or b"{}")
        except ValueError:
            return None
        return read if isinstance(read, dict) else None

    def send(self, status: int, value: Any) -> None:
        self.set_status(status)
        if status == 401:
            self.set_header("WWW-Authenticate", "Form")  # `Basic` would open the browser's own box
        if status == 204:
            self.clear_header("Content-Type")
            self.finish()
            return
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(value, ensure_ascii=False))


def _quiet(_handler: RequestHandler) -> None:
    """A request is no news for a kernel's error stream."""


PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/webpage.css"><script type="module" src="/page.js"></script></head>
<body><main><h1>{title}</h1><form><label for="name"></label><input id="name" autocomplete="username">
<label for="password"></label><input id="password" type="password" autocomplete="current-password"><button></button></form>
<section class="ck-web"></section></main></body></html>
"""
LOGIN = """
import { show } from "/webpage.js";
const form = document.querySelector("form");
const [nameLabel, name, passwordLabel, password, button] = form.children;
const root = document.querySelector(".ck-web");
nameLabel.textContent = words.name;
passwordLabel.textContent = words.password;
button.textContent = words.enter;
root.setAttribute("aria-label", words.title);
const state = { tab: 0 };
let who = "";
const headers = () => (who ? { Authorization: `Basic ${who}` } : {});
async function draw() {
  const view = await (await fetch("/view", { headers: headers() })).json();
  show(root, view, ask, state);
}
async function ask({ method, path, value }) {
  const body = method === "GET" ? undefined : JSON.stringify({ value: value ?? "" });
  await fetch(path, { method, headers: headers(), body });
  await draw();
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const bytes = new TextEncoder().encode(`${name.value}:${password.value}`);
  who = btoa(String.fromCharCode(...bytes));
  password.value = "";
  ask({ method: "GET", path: "/api/containers" });
});
draw();
"""
STYLE = """
body { margin: 0; background: #e7eaee; font-family: system-ui, sans-serif; }
main { max-width: 1000px; margin: 24px auto; padding: 0 12px; color: #1f2328; }
h1 { font-size: 20px; margin: 0 0 12px; }
form { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-bottom: 10px; color: #1f2328; }
form input, form button { font: inherit; min-height: 30px; padding: 0 10px; }
"""
