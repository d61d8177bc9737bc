"""A web console in front of containers and pods: what it shows, what each role may, what it holds."""

import secrets
from itertools import pairwise

import ipywidgets as w

from coursekit.i18n import _, language, mark, speaking
from coursekit.sims.containers.lifecycle import ALLOWED
from coursekit.sims.kubernetes import console
from coursekit.sims.kubernetes.console import HOST, PLAIN, SELF, Call, tell
from coursekit.ui.controls import Pick, as_named
from coursekit.ui.deeds import Act, DeedsLab
from coursekit.ui.look import html, row
from coursekit.ui.parts import width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, mover, path
from coursekit.ui.table import Table
from coursekit.ui.webpage import Site, WebPage

WHO = {
    "nobody": mark("nobody (not signed in)"),
    "reader": mark("a reader"),
    "operator": mark("an operator"),
    "admin": mark("an administrator"),
    "socket": mark("whoever holds the engine’s socket"),
}
ACCOUNTS = ("reader", "operator", "admin")  # who may sign in on the page
REQUESTS = (
    "GET /api/containers",
    "GET /api/containers/shop/logs",
    "POST /api/containers/shop/stop",
    "POST /api/containers/shop/start",
    "POST /api/deployments/web/scale 5",
    "DELETE /api/pods/web-2",
    "DELETE /api/containers/shop",
    mark("POST /api/containers plain"),
    mark("POST /api/containers host"),
    "POST /api/containers/console/stop",
    "GET /api/secrets",
)
EXAMPLE = (
    Call("nobody", "GET", "/api/containers"),
    Call("reader", "GET", "/api/containers"),
    Call("reader", "POST", "/api/containers/shop/stop"),
    Call("operator", "POST", "/api/containers/shop/stop"),
    Call("operator", "POST", "/api/deployments/web/scale", 5),
)
STATES = {
    "running": mark("running"), "exited": mark("exited"), "created": mark("created"), "paused": mark("paused"),
    "restarting": mark("restarting"), "Running": mark("Running"), "Pending": mark("Pending"), "Terminating": mark("Terminating"),
}  # fmt: skip
DOES = {
    "start": mark("Start"), "stop": mark("Stop"), "restart": mark("Restart"), "pause": mark("Pause"),
    "unpause": mark("Unpause"), "kill": mark("Kill"), "remove": mark("Remove"),
}  # fmt: skip
TONES = {"running": "ok", "Running": "ok", "exited": "bad", "paused": "warn", "restarting": "warn", "Pending": "warn"}  # fmt: skip
PARTS = ("who", "console", "role", "engine", "host")  # stations of a request, in order


class ConsoleLab(DeedsLab):
    """The page, the way of the last request, and the same page served to a real browser."""

    name = "kubernetes-console"
    title = mark("A web console: who may do what")
    kind_of_deed = Call

    def __init__(self, seed=1, **options):
        self.passwords = {role: secrets.token_hex(4) for role in ACCOUNTS}
        self._site = None
        super().__init__(seed, **options)

    def controls(self):
        return (
            Pick("role", mark("You are"), "operator", WHO),
            Pick("request", mark("Request"), REQUESTS[2], as_named(REQUESTS)),
        )

    def story(self, actions, role, request):
        return tell(self.steps(actions, EXAMPLE))

    # Asking

    def tools(self):
        self._served = html()
        self._serve = button(_("Open it as a page of its own"), self._toggle)
        return (
            button(_("Send the request"), self._send),
            button(_("GET what is listed"), lambda: self._ask({"method": "GET", "path": "/api/containers"})),
            w.Label(_("or use the page below")),
            row([self._serve, self._served]),
        )  # fmt: skip

    def _send(self):
        method, where, *value = self.values["request"].split()
        self._ask({"method": method, "path": where, "value": _value(*value)})

    def _ask(self, call):
        if not self.locked:
            self.do(self.values["role"], call["method"], call["path"], call.get("value", ""))

    # The page served to a browser

    def _toggle(self):
        if self._site is None:
            self._site = Site(self._view_of, self._answer, _page_words(), language())
        if self._site.url:
            self._site.stop()
            self._served.value = ""
            self._serve.description = _("Open it as a page of its own")
            return
        url = self._site.start()
        names = ", ".join(f"<code>{role}:{each}</code>" for role, each in self.passwords.items())
        said = _("Served on this machine only, until you close it. Names and passwords:")
        self._served.value = f"<p><a href='{url}' target='_blank' rel='noopener'>{url}</a> · {said} {names}</p>"  # fmt: skip
        self._serve.description = _("Close the page")

    def _role_of(self, who):
        name, password = who
        right = secrets.compare_digest(self.passwords.get(name, "").encode(), password.encode())
        return name if name in self.passwords and right else "nobody"

    def _view_of(self, who):
        with speaking(self._site.language):
            return self._view(self.state, self._role_of(who))

    def _answer(self, method, where, who, body):
        """A request from the page, or from `curl`: it is one more step of the record."""
        if self.locked:
            return 503, {"error": "prediction first"}
        with speaking(self._site.language):
            try:
                call = Call(self._role_of(who), method, where, _value(body.get("value", "")))
                self.act(Act(self.moment + 1, call))
            except ValueError as why:
                return 400, {"error": str(why)}
        return self.state.status, self.state.body

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        self.page = WebPage()
        self.page.on_call(self._ask)
        return [self.scene, self.page]

    def draw(self, state):
        self.page.view = self._view(state, self.values["role"])
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = self._stations(state, narrow=narrow, width=width)
        what = _("The way of the last request, and where it ended")
        self.scene.show(items, width=width, height=330 if narrow else 128, label=what)

    def _stations(self, state, *, narrow, width):
        """Five stations in a row; those the request reached, and the one that answered."""
        texts = self._texts(state)
        end, by_socket = _reached(state), bool(state.call) and state.call.role == "socket"
        step = (width - 12) / len(PARTS)
        items, spots = [], []
        for i, part in enumerate(PARTS):
            spot = (90, 8 + i * 64, width - 98, 46) if narrow else (8 + i * step, 34, step - 26, 60)
            passed = (
                bool(state.call) and i <= end and not (by_socket and part in ("console", "role"))
            )
            tone = _tone(state) if i == end and state.call else "accent" if passed else "idle"
            title, sub = texts[part]
            items.append(box(part, *spot, r=9, title=title, sub=sub, tone=tone, fill="soft" if passed else "none", dash=not passed, glow=i == end and bool(state.call)))  # fmt: skip
            if passed:
                spots.append(spot)
        return [*items, *self._wire(spots, state, narrow=narrow)]

    def _wire(self, spots, state, *, narrow):
        if not state.call:
            return []
        text = f"{state.status}"
        x, y, w_, h = spots[-1]
        place = (44, y + h / 2 + 6) if narrow else (x + w_ / 2, 22)
        said = label("status", *place, text, anchor="middle", size=17, weight=700)
        if len(spots) < 2:
            return [said]
        pieces = []
        for (x1, y1, w1, h1), (x2, y2, _w2, h2) in pairwise(spots):
            pieces.append(f"M{x1 + 40} {y1 + h1} L{x2 + 40} {y2}" if narrow else f"M{x1 + w1} {y1 + h1 / 2} L{x2} {y2 + h2 / 2}")  # fmt: skip
        d = " ".join(pieces)
        return [path("wire", d, tone=_tone(state), arrow=True, w=2), said, mover(f"asked{self.moment}", pieces[-1], r=5, tone=_tone(state), seconds=0.7, run=0)]  # fmt: skip

    def _texts(self, state):
        role = state.call.role if state.call else "nobody"
        mounts = state.world.root_on_host
        return {
            "who": (_("who asks"), _(WHO[role])),
            "console": (_("console"), _("port 9443")),
            "role": (_("roles"), _("may this one do that?")),
            "engine": (_("engine"), _("does as it is told")),
            "host": (_("host"), _("⚠ in a container") if mounts else _("its disk")),
        }  # fmt: skip

    # The page's content

    def _view(self, state, role):
        world = state.world
        signed = role != "nobody" and (world.running(SELF) or role == "socket")
        return {
            "title": _("Console of the school"),
            "who": _("signed in: {who}", who=_(WHO[role])),
            "locked": self.locked,
            "words": {"tabs": _("What is shown")},
            "said": {"text": self._said(state), "tone": _tone(state), "command": state.command},
            "tabs": [self._containers(world, role), *self._cluster(world, role)] if signed else [],
            "log": state.body if state.call and state.call.path.endswith("/logs") and state.done else None,
        }  # fmt: skip

    def _said(self, state):
        return f"{state.status} · {_(state.why)}" if state.call else _(state.why)

    def _containers(self, world, role):
        _world, listed = console.ROUTES[0].act(world, Call(role, "GET", "/api/containers"), "")
        return {
            "id": "containers", "title": _("Containers"),
            "columns": [_("name"), _("state"), _("image"), _("ports"), _("secrets"), _("mounted"), _("actions")],
            "rows": [self._container(each) for each in listed],
            "tools": [
                self._button("new", _("New container"), _("New container"), "POST", "/api/containers", PLAIN),
                self._button("host", _("New container with the host’s disk"), _("New container with the host’s disk"), "POST", "/api/containers", HOST),
            ],
        }  # fmt: skip

    def _container(self, each):
        ended = each["state"] in ("exited", "restarting")
        code = f" ({each['exit']})" if ended and each["exit"] is not None else ""
        state = {"text": _(STATES[each["state"]]) + code, "tone": TONES.get(each["state"], "idle")}
        secret = ", ".join(f"{key}={value}" for key, value in each["env"].items())
        cells = [each["name"], state, each["image"], each["ports"], secret, each["mounts"]]
        return {
            "cells": [cell if isinstance(cell, dict) else {"text": cell} for cell in cells],
            "actions": [self._container_button(each["name"], kind) for kind in ALLOWED[each["state"]]] + [self._logs(each["name"])],
        }  # fmt: skip

    def _container_button(self, name, kind):
        where = f"/api/containers/{name}"
        method, where = ("DELETE", where) if kind == "remove" else ("POST", f"{where}/{kind}")
        return self._button(
            f"{kind}:{name}", _(DOES[kind]), f"{_(DOES[kind])} {name}", method, where
        )

    def _logs(self, name):
        return self._button(f"logs:{name}", _("Logs"), _("Logs of {name}", name=name), "GET", f"/api/containers/{name}/logs")  # fmt: skip

    def _button(self, key, text, name, method, where, value=""):
        return {"key": key, "label": text, "name": name, "call": {"method": method, "path": where, "value": value}}  # fmt: skip

    def _cluster(self, world, role):
        if role == "socket":
            return []
        pods, nodes = world.pods.pods, world.pods.nodes
        ready = sum(pod.ready for pod in pods)
        scale = self._button(
            "scale", _("Scale"), _("Scale web"), "POST", "/api/deployments/web/scale"
        )
        scale |= {"value": world.pods.desired, "valueName": _("Replicas of web")}
        return [
            {"id": "deployments", "title": "Deployments", "columns": [_("name"), _("wished"), _("ready"), _("actions")], "tools": [],
             "rows": [{"cells": _cells("web", world.pods.desired, ready), "actions": [scale]}]},
            {"id": "pods", "title": "Pods", "columns": [_("name"), _("state"), _("node"), _("actions")], "tools": [],
             "rows": [self._pod(pod) for pod in pods]},
            {"id": "nodes", "title": _("Nodes"), "columns": [_("name"), "pods", ""], "tools": [],
             "rows": [{"cells": _cells(node, sum(pod.node == node for pod in pods)), "actions": []} for node in nodes]},
        ]  # fmt: skip

    def _pod(self, pod):
        state = {"text": _(STATES.get(pod.phase, pod.phase)), "tone": TONES.get(pod.phase, "idle")}
        delete = self._button(f"delete:{pod.name}", _("Delete"), _("Delete {name}", name=pod.name), "DELETE", f"/api/pods/{pod.name}")  # fmt: skip
        return {
            "cells": [{"text": pod.name}, state, {"text": pod.node or "–"}],
            "actions": [delete],
        }

    # In words

    def labels(self, told):
        return [_("the start")] + [
            f"{each.status} · {_(WHO[each.call.role])} · {_line(each.call)}" for each in told.states[1:]
        ]  # fmt: skip

    def describe(self, state):
        if state.call is None:
            return _(state.why)
        asked = _("{who} asks {request}.", who=_(WHO[state.call.role]), request=_line(state.call))
        text = _("{asked} Answer {status}: {why}", asked=asked[0].upper() + asked[1:], status=state.status, why=_(state.why))  # fmt: skip
        if state.command and state.status != 404:
            text += "\n" + _("The same on the command line: {command}", command=state.command)
        return text

    def tone(self, state):
        return _tone(state)

    def summary(self, told):
        done = sum(each.done for each in told.states[1:])
        refused = sum(each.status in (401, 403) for each in told.states)
        return [(_("requests"), str(len(told.states) - 1)), (_("done"), str(done)), (_("refused for want of rights"), str(refused))]  # fmt: skip

    def table(self, _state):
        rows = [
            [i, _(WHO[each.call.role]), _line(each.call), each.status, each.command or "–", _(each.why)]
            for i, each in enumerate(self.result.states[1 : self.moment + 1], 1)
        ]  # fmt: skip
        rows = rows or [["–", "–", "–", "–", "–", _(self.state.why)]]
        head = [_("step"), _("who"), _("request"), _("answer"), _("command"), _("why")]
        return Table(head, rows, caption=_("The requests so far"))


def _line(call):
    value = f" {call.value}" if call.value != "" else ""
    return f"{call.method} {call.path}{value}"


def _value(text=""):
    """Replicas come as a number, the kind of a container as a word."""
    if isinstance(text, str) and text.isdigit():
        return int(text)
    return text if isinstance(text, (int, str)) and not isinstance(text, bool) else str(text)


def _cells(*texts):
    return [{"text": str(text)} for text in texts]


def _tone(state):
    if state.call is None:
        return "accent"
    if state.world.root_on_host and state.call.value == HOST and state.done:
        return "bad"
    return "ok" if state.done else "warn" if state.status == 409 else "bad"


def _reached(state):
    """The station that answered: the door, the roles, the engine, or the host itself."""
    if state.call is None:
        return -1
    if state.done and state.call.value == HOST:
        return PARTS.index("host")
    return PARTS.index({401: "console", 503: "console", 403: "role"}.get(state.status, "engine"))


def _page_words():
    return {
        "title": _("Console of the school"),
        "name": _("Name"),
        "password": _("Password"),
        "enter": _("Sign in"),
    }
