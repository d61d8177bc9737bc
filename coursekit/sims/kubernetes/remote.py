"""How one reaches a virtual machine or a container from afar: what each way needs and holds.

Modelled: six ways in; each is a list of things that must work, tried in order, so that the first
that is missing is named; which port of which machine must be open for it; and what somebody holds
who has got its key. Left out: VPNs (they move the door, they do not replace it), Windows' own
ways (RDP, WinRM), cloud providers' consoles. Sources: OpenSSH; Docker Engine API and
documentation, "Protect the Docker daemon socket"; Kubernetes, "Controlling access to the API";
libvirt and QEMU (VNC, serial console); Portainer documentation (ports 9443, 9001, 8000).
"""

from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["FAULTS", "TARGETS", "WAYS", "Fault", "Reached", "Target", "Way", "fault_name", "reach"]

Target = Literal["vm", "container"]
TARGETS: tuple[Target, ...] = get_args(Target)
Need = Literal["port", "host", "engine", "page", "guest", "network", "sshd", "shell", "kind"]
Fault = Literal["none", "firewall", "boot", "network", "sshd", "shell", "page", "engine", "host"]
FAULTS: tuple[Fault, ...] = get_args(Fault)
Power = Literal["one", "host", "all"]
OPEN_WHEN_CLOSED = 22  # what the firewall leaves open when it is strict

_FAULTS: dict[Fault, Message] = {
    "none": Message.of("everything works"),
    "firewall": Message.of("the firewall lets only port 22 in"),
    "boot": Message.of("the machine’s system does not start"),
    "network": Message.of("its network card is set up wrongly"),
    "sshd": Message.of("no SSH server inside"),
    "shell": Message.of("no shell inside (a minimal image)"),
    "page": Message.of("the web console has stopped"),
    "engine": Message.of("the engine has stopped"),
    "host": Message.of("the host is off"),
}
BREAKS: dict[Fault, tuple[Need, ...]] = {
    "none": (),
    "firewall": ("port",),
    "boot": ("guest", "sshd", "shell"),
    "network": ("network",),
    "sshd": ("sshd",),
    "shell": ("shell",),
    "page": ("page",),
    "engine": ("engine",),
    "host": ("host", "engine", "page", "guest"),
}


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way in; `port` and `at` name the door, `needs` what must work behind it, in order.

    `serves`: for which kind of target it exists. `power`: whose root one is with its key: of the
    one target, of the host, of all that the console knows.
    """

    slug: str
    name: Message
    port: int
    at: Message
    serves: tuple[Target, ...]
    needs: tuple[Need, ...]
    power: Power
    proof: Message
    holds: Message


@dataclass(frozen=True)
class Reached:
    """Whether a way leads there; `missing`: the first thing that stops it."""

    way: Way
    works: bool
    missing: Need | None
    why: Message


# fmt: off
WAYS: tuple[Way, ...] = (
    Way(
        slug="screen", name=Message.of("the hypervisor’s console"), port=443, at=Message.of("management network of the host"), serves=("vm",),
        needs=("port", "host"), power="host",
        proof=Message.of("account of the hypervisor"), holds=Message.of("all machines of this host: screen, keyboard, power switch, disks"),
    ),
    Way(
        slug="ssh", name=Message.of("SSH into it"), port=22, at=Message.of("the machine itself"), serves=("vm", "container"),
        needs=("port", "host", "guest", "network", "sshd", "shell"), power="one",
        proof=Message.of("key of an account inside"), holds=Message.of("that account on this one machine"),
    ),
    Way(
        slug="jump", name=Message.of("SSH to the host, then exec"), port=22, at=Message.of("the host"), serves=("container",),
        needs=("port", "host", "engine", "shell"), power="host",
        proof=Message.of("key of an account in group docker"), holds=Message.of("root on the host: the group may mount its disk"),
    ),
    Way(
        slug="api", name=Message.of("the engine’s API over TLS"), port=2376, at=Message.of("the host"), serves=("container",),
        needs=("port", "host", "engine"), power="host",
        proof=Message.of("client certificate"), holds=Message.of("root on the host; without TLS (2375): anybody"),
    ),
    Way(
        slug="kubectl", name=Message.of("kubectl exec, logs, port-forward"), port=6443, at=Message.of("API server of the cluster"), serves=("container",),
        needs=("port", "host", "engine", "shell"), power="all",
        proof=Message.of("token or certificate, roles (RBAC)"), holds=Message.of("what its role allows: a namespace, or the whole cluster"),
    ),
    Way(
        slug="web", name=Message.of("a web console"), port=9443, at=Message.of("the host of the console"), serves=("container",),
        needs=("port", "host", "page", "engine"), power="all",
        proof=Message.of("password, second factor"), holds=Message.of("whatever the console holds: the sockets of all its hosts"),
    ),
)
# fmt: on


def fault_name(fault: Fault) -> Message:
    """The fault in words."""
    return _FAULTS[fault]


def reach(way: Way, target: Target, fault: Fault = "none") -> Reached:
    """Whether this way leads to the target while this is out of order."""
    require(target in TARGETS, "target={target}: choose one of {targets}", target=target, targets=", ".join(TARGETS))  # fmt: skip
    require(fault in FAULTS, "fault={fault}: choose one of {faults}", fault=fault, faults=", ".join(FAULTS))  # fmt: skip
    if target not in way.serves:
        return Reached(way, False, "kind", _why_not("kind", way))
    broken = set(BREAKS[fault])
    if fault == "firewall" and way.port == OPEN_WHEN_CLOSED:
        broken.remove("port")
    if target == "container":
        broken -= _not_of_containers(fault)
    missing = next((need for need in way.needs if need in broken), None)
    if missing is None:
        return Reached(way, True, None, Message.of("Open: port {port}, {at}.", port=way.port, at=way.at))  # fmt: skip
    return Reached(way, False, missing, _why_not(missing, way))


def _not_of_containers(fault: Fault) -> set[Need]:
    """A container has no system that starts: its process does, or there is no container."""
    return {"guest", "sshd", "shell"} if fault == "boot" else set()


def _why_not(need: Need, way: Way) -> Message:
    port = way.port
    return {
        "kind": Message.of("This way does not exist for it."),
        "port": Message.of("Its door is closed: port {port}.", port=port),
        "host": Message.of("The host is off, and with it all that stands on it."),
        "engine": Message.of("The engine does not answer."),
        "page": Message.of("The console is a program like others, and it does not run."),
        "guest": Message.of("There is no system that could answer."),
        "network": Message.of("The way goes through that network card."),
        "sshd": Message.of("Nobody listens on port {port} in it.", port=port),
        "shell": Message.of("There is no shell to start in it; logs and files can still be had from outside."),
    }[need]  # fmt: skip
