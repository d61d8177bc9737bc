"""A web console as Portainer is one: requests to an API, roles, and the tools they stand for.

Modelled: a console that runs as a container beside those it shows; who is signed in and may what
(401, 403); requests that name nothing (404) or cannot be done now (409); for each the command
that does the same; and the engine's socket, which asks for no name and allows everything. What
a request does is done by the simulations of containers (`containers.lifecycle`) and of the
reconcile loop (`reconcile`): the console holds no state of its own. Left out: several hosts,
image lists, volumes, networks, and Portainer's finer roles. Sources: Docker Engine API (paths and
codes), Docker documentation, "Protect the Docker daemon socket"; Portainer documentation.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from coursekit.sims.containers import lifecycle
from coursekit.sims.kubernetes import reconcile
from coursekit.sims.message import Message, ParameterError, require

__all__ = [
    "ACTIONS", "ROLES", "SELF", "Answer", "Call", "Role", "World", "answer", "command_of", "may",
    "start", "tell",
]  # fmt: skip

Role = Literal["nobody", "reader", "operator", "admin", "socket"]
ROLES: tuple[Role, ...] = get_args(Role)
SELF = "console"  # the console's own container
IMAGES = {SELF: "console:2.27", "shop": "shop:1.4", "db": "postgres:17"}
PORTS = {SELF: "9443", "shop": "8080", "db": ""}
ENV = {"shop": {"DB_PASSWORD": "wolke7"}, "db": {"POSTGRES_PASSWORD": "wolke7"}}
MOUNTS = {SELF: "/var/run/docker.sock"}
SETTINGS = lifecycle.Settings(policy="unless-stopped")
NODES = ("node-1", "node-2", "node-3")
MOST_REPLICAS = 20
ACTIONS: tuple[lifecycle.Kind, ...] = ("start", "stop", "restart", "pause", "unpause", "kill")
PLAIN, HOST = "plain", "host"  # a new container: as usual, or with the host's files in it


@dataclass(frozen=True)
class Call:
    """A request: who asks, how, for what, and with which value (replicas, kind of container)."""

    role: Role
    method: str
    path: str
    value: int | str = ""

    def __post_init__(self) -> None:
        require(self.role in ROLES, "role={role}: choose one of {roles}", role=self.role, roles=", ".join(ROLES))  # fmt: skip


@dataclass(frozen=True)
class World:
    """What there is: containers of the engine, pods of the cluster, and who got out."""

    containers: lifecycle.State
    deeds: tuple[lifecycle.Deed, ...]
    pods: reconcile.State
    images: dict[str, str] = field(default_factory=lambda: dict(IMAGES))
    mounts: dict[str, str] = field(default_factory=lambda: dict(MOUNTS))
    root_on_host: bool = False

    def running(self, name: str) -> bool:
        """This container runs."""
        return any(each.name == name and each.status == "running" for each in self.containers.containers)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """The status, what is sent back, the command that does the same, and why in words."""

    call: Call | None
    status: int
    body: Any
    command: str
    why: Message
    world: World

    @property
    def done(self) -> bool:
        """It was done."""
        return self.status < 300


@dataclass(frozen=True)
class Told:
    """A state before the first request and one after each."""

    states: tuple[Answer, ...]


@dataclass(frozen=True)
class Route:
    """A kind of request: who may, at least; the command; what it does."""

    method: str
    path: re.Pattern[str]
    least: Role
    command: str
    act: Callable[[World, Call, str], tuple[World, Any]]
    done: Message
    code: int = 200


def start() -> World:
    """Three containers, one of them the console itself, and a Deployment of three pods."""
    deeds = tuple(lifecycle.Deed(kind, name) for name in IMAGES for kind in ("create", "start"))
    pods = tuple(reconcile.Pod(name=f"web-{i}", node=node, born=i) for i, node in enumerate(NODES, 1))  # fmt: skip
    return World(_after(deeds), deeds, reconcile.State(3, pods, NODES, made=3))


def tell(calls: tuple[Call, ...]) -> Told:
    """The whole record."""
    said = Message.of("A console with three containers and a cluster of three nodes. Nobody is signed in.")  # fmt: skip
    states = [Answer(None, 0, None, "", said, start())]
    for call in calls:
        states.append(answer(states[-1].world, call))
    return Told(tuple(states))


def answer(world: World, call: Call) -> Answer:
    """What the console answers; the world changes only when it was done."""
    route, name = _route(call)
    if refused := _refused(world, call, route):
        status, why = refused
        return Answer(call, status, {"error": str(why)}, command_of(call), why, world)
    assert route is not None  # else refused
    try:
        after, body = route.act(world, call, name)
    except ParameterError as why:
        status = 404 if "no such one" in why.message.text else 409
        return Answer(call, status, {"error": str(why)}, command_of(call), why.message, world)
    return Answer(call, route.code, body, command_of(call), _said(route, world, after, call, name, body), after)  # fmt: skip


def _said(route: Route, before: World, after: World, call: Call, name: str, body: Any) -> Message:
    if after.root_on_host and not before.root_on_host:
        return Message.of("A container runs with the host’s whole disk at /host. Whoever asked for it reads and writes every file of the host, as root: passwords, keys, the console’s own data.")  # fmt: skip
    if not after.running(SELF) and before.running(SELF):
        return Message.of("The console was a container as well, and it has just stopped itself: from now on nobody answers.")  # fmt: skip
    what = call.path.rpartition("/")[2]
    values = {"name": name, "value": call.value, "n": len(body or ()), "what": what}
    return replace(route.done, values=values)


def command_of(call: Call) -> str:
    """The same on the command line; nothing for a request that names nothing."""
    route, name = _route(call)
    if route is None:
        return ""
    mount = "--volume /:/host " if call.value == HOST else ""
    return route.command.format(name=name, value=call.value, mount=mount)


def may(role: Role, least: Role) -> bool:
    """This role may what the other may. Who holds the socket is asked nothing."""
    return ROLES.index(role) >= ROLES.index(least)


def least_of(method: str, path: str) -> Role | None:
    """Who may ask this, at least."""
    route, _name = _route(Call("nobody", method, path))
    return route.least if route else None


def _route(call: Call) -> tuple[Route | None, str]:
    for route in ROUTES:
        found = route.path.fullmatch(call.path)
        if found and route.method == call.method:
            return route, found.groupdict().get("name", "")
    return None, ""


def _refused(world: World, call: Call, route: Route | None) -> tuple[int, Message] | None:
    """Why it is not even tried; in the order in which a server looks."""
    if call.role != "socket" and not world.running(SELF):
        return 503, Message.of("The console itself does not run any more: there is nobody to ask. Only the host’s own shell can start it again.")  # fmt: skip
    if call.role == "nobody":
        return 401, Message.of("Who are you? Nobody is signed in.")
    if route is None:
        return 404, Message.of("{method} {path}: there is no such request.", method=call.method, path=call.path)  # fmt: skip
    if call.role == "socket" and route.command.startswith("kubectl"):
        return 404, Message.of("This is the engine’s socket: it knows containers, no pods and no nodes.")  # fmt: skip
    if not may(call.role, route.least):
        return 403, Message.of("{role} may not: this takes {least}.", role=call.role, least=route.least)  # fmt: skip
    return None


# What requests do


def _after(deeds: tuple[lifecycle.Deed, ...]) -> lifecycle.State:
    return lifecycle.tell(SETTINGS, deeds).states[-1]


def _done(world: World, *deeds: lifecycle.Deed) -> World:
    every = (*world.deeds, *deeds)
    return replace(world, deeds=every, containers=_after(every))


def _containers(world: World, call: Call, _name: str) -> tuple[World, Any]:
    return world, [_container(world, each, call.role) for each in world.containers.containers]


def _container(world: World, one: lifecycle.Container, role: Role) -> dict[str, Any]:
    """A row; passwords only for those who could read them anyway."""
    env = ENV.get(one.name, {})
    shown = env if may(role, "admin") else dict.fromkeys(env, "••••••")
    return {
        "name": one.name, "image": world.images[one.name], "state": one.status, "exit": one.code,
        "ports": PORTS.get(one.name, ""), "restarts": one.restarts, "env": shown,
        "mounts": world.mounts.get(one.name, ""),
    }  # fmt: skip


def _logs(world: World, _call: Call, name: str) -> tuple[World, Any]:
    world.containers.container(name)
    lines = [each for each in world.containers.events if each.name == name]
    return world, [f"{each.t:6.1f} s  {each.what}" + (f" ({each.code})" if each.code is not None else "") for each in lines]  # fmt: skip


def _act(world: World, call: Call, name: str) -> tuple[World, Any]:
    kind = next(each for each in ACTIONS if each == call.path.rpartition("/")[2])
    return _done(world, lifecycle.Deed(kind, name)), None


def _remove(world: World, _call: Call, name: str) -> tuple[World, Any]:
    return _done(world, lifecycle.Deed("remove", name)), None


def _create(world: World, call: Call, _name: str) -> tuple[World, Any]:
    """A new container, started; with the host's files in it, whoever asked is root there."""
    require(call.value in (PLAIN, HOST), "value={value}: choose plain or host", value=call.value)
    name = f"tool-{len(world.images) - len(IMAGES) + 1}"
    after = _done(world, lifecycle.Deed("create", name), lifecycle.Deed("start", name))
    images = {**world.images, name: "alpine:3.22"}
    mounts = {**world.mounts, name: "/ → /host"} if call.value == HOST else world.mounts
    taken = world.root_on_host or call.value == HOST
    after = replace(after, images=images, mounts=mounts, root_on_host=taken)
    return after, {"name": name}


def _pods(world: World, _call: Call, _name: str) -> tuple[World, Any]:
    return world, [
        {"name": pod.name, "node": pod.node or "–", "state": pod.phase, "ready": pod.ready}
        for pod in world.pods.pods
    ]


def _nodes(world: World, _call: Call, _name: str) -> tuple[World, Any]:
    return world, [
        {"name": node, "pods": sum(pod.node == node for pod in world.pods.pods)}
        for node in world.pods.nodes
    ]


def _deployments(world: World, _call: Call, _name: str) -> tuple[World, Any]:
    ready = sum(pod.ready for pod in world.pods.pods)
    return world, [{"name": "web", "wished": world.pods.desired, "ready": ready}]


def _scale(world: World, call: Call, name: str) -> tuple[World, Any]:
    require(name == "web", "deployment={name}: no such one; choose web", name=name)
    fits = type(call.value) is int and 0 <= call.value <= MOST_REPLICAS
    require(fits, "replicas={value}: choose 0 to {most}", value=call.value, most=MOST_REPLICAS)
    deed = reconcile.Deed("scale", count=int(call.value))
    return replace(world, pods=_settled(reconcile.deed(world.pods, deed).state)), None


def _delete(world: World, _call: Call, name: str) -> tuple[World, Any]:
    names = [pod.name for pod in world.pods.pods]
    require(name in names, "pod={name}: no such one; choose one of {names}", name=name, names=", ".join(names) or "–")  # fmt: skip
    return replace(world, pods=_settled(reconcile.deed(world.pods, reconcile.Deed("delete", name)).state)), None  # fmt: skip


def _settled(state: reconcile.State) -> reconcile.State:
    """The loop takes a whole turn, then the others do their part."""
    for _step in range(4):
        state = reconcile.step(state).state
    return reconcile.deed(state, reconcile.Deed("time")).state


def _routes() -> tuple[Route, ...]:
    def route(method: str, path: str, least: Role, command: str, act: Any, done: Message, code: int = 200) -> Route:  # fmt: skip
        return Route(method, re.compile(f"/api/{path}"), least, command, act, done, code)

    one = r"(?P<name>[a-z0-9-]+)"
    return (
        route("GET", "containers", "reader", "docker ps --all", _containers, Message.of("{n} containers are listed.")),
        route("GET", f"containers/{one}/logs", "reader", "docker logs {name}", _logs, Message.of("{n} lines of {name}’s log.")),
        *(
            route("POST", f"containers/{one}/{act}", "operator", f"docker {act} {{name}}", _act, Message.of("{what}, {name}: done."), 204)
            for act in ACTIONS
        ),
        route("DELETE", f"containers/{one}", "admin", "docker rm {name}", _remove, Message.of("{name} is removed, with all it had written."), 204),
        route("POST", "containers", "admin", "docker run --detach {mount}alpine:3.22", _create, Message.of("A new container runs."), 201),
        route("GET", "nodes", "reader", "kubectl get nodes", _nodes, Message.of("{n} nodes are listed.")),
        route("GET", "pods", "reader", "kubectl get pods -o wide", _pods, Message.of("{n} pods are listed.")),
        route("GET", "deployments", "reader", "kubectl get deployments", _deployments, Message.of("{n} deployments are listed.")),
        route("POST", f"deployments/{one}/scale", "operator", "kubectl scale deployment/{name} --replicas={value}", _scale, Message.of("The wish for {name} is now {value}: the loop makes it so.")),
        route("DELETE", f"pods/{one}", "operator", "kubectl delete pod {name}", _delete, Message.of("{name} is deleted; its Deployment makes another one."), 204),
    )  # fmt: skip


ROUTES = _routes()
