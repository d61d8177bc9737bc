"""Six ways to put three services on one machine: what is shared, and who falls with whom.

Modelled: each way is a pile of parts; a part is the host's, shared by all three, or a service's
own. An event strikes the part that the service stands on, and all who stand on the same part go
with it: nothing is looked up in a table of ways and events. Left out: configuration mistakes
(a mounted host folder, the engine's socket), side channels of a CPU, hardware faults inside a
chip. Start times and memory are orders of magnitude and illustrative. Sources: namespaces(7),
Linux cgroup-v2, seccomp(2), gVisor's and Kata Containers' documents.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["EVENTS", "LADDER", "Outcome", "Part", "Way", "name_of", "strike", "way_named"]

Kind = Literal["machine", "kernel", "files", "filter", "app"]
Event = Literal["files", "crash", "memory", "escape", "system", "power"]
EVENTS: tuple[Event, ...] = get_args(Event)
SERVICES = 3


@dataclass(frozen=True)
class Part:
    """One part of a pile; `own`: each service has its own."""

    kind: Kind
    name: Message
    own: bool


@dataclass(frozen=True, kw_only=True)
class Way:
    """One rung of the ladder; `parts` from the bottom, orders of time and memory of one service.

    `fenced`: a service cannot take more memory than it was given. `any_system`: it brings a
    kernel that may be another one than the host's. `walls`: what an intruder who is root in one
    service must break, one after the other, to hold the others.
    """

    slug: str
    name: Message
    parts: tuple[Part, ...]
    fenced: bool
    any_system: bool
    walls: tuple[Message, ...]
    start: Message
    memory: Message

    @property
    def shared(self) -> tuple[Part, ...]:
        """The host's parts, from the bottom."""
        return tuple(part for part in self.parts if not part.own)

    @property
    def own(self) -> tuple[Part, ...]:
        """The parts that each service has of its own, from the bottom."""
        return tuple(part for part in self.parts if part.own)

    @property
    def shares_kernel(self) -> bool:
        """The services call the host's own kernel."""
        return not self.beneath("kernel").own

    def beneath(self, kind: Kind) -> Part:
        """The part of this kind that a service stands on: the highest in the pile."""
        return next(part for part in reversed(self.parts) if part.kind == kind)


@dataclass(frozen=True)
class Outcome:
    """`part`: what was struck; `services`: how many of the three are hit; `hits_host`: it too."""

    part: Part
    services: int
    why: Message

    @property
    def hits_host(self) -> bool:
        """The part was everybody's."""
        return not self.part.own


_NAMES: dict[Event, Message] = {
    "files": Message.of("One service deletes its system's programs (rm -rf /usr)"),
    "crash": Message.of("A system call of one service stops the kernel"),
    "memory": Message.of("One service asks for all the memory there is"),
    "escape": Message.of("An intruder is root in one service"),
    "system": Message.of("One service needs another kernel"),
    "power": Message.of("The machine loses power"),
}


def name_of(event: Event) -> Message:
    """The event in words."""
    return _NAMES[event]


def strike(way: Way, event: Event) -> Outcome:
    """What the event does when it comes from the first service."""
    require(event in EVENTS, "event={event}: choose one of {events}", event=event, events=", ".join(EVENTS))  # fmt: skip
    return _STRIKES[event](way)


def _files(way: Way) -> Outcome:
    part = way.beneath("files")
    if part.own:
        return Outcome(part, 1, Message.of("The programs it deletes are its own copy: it alone stands still."))  # fmt: skip
    return Outcome(part, SERVICES, Message.of("The programs are everybody’s: the others and the host miss them too."))  # fmt: skip


def _crash(way: Way) -> Outcome:
    part = way.beneath("kernel")
    if part.own:
        return Outcome(
            part, 1, Message.of("The kernel that it calls is its own: the others run on.")
        )
    return Outcome(part, SERVICES, Message.of("All call one kernel: when it stops, everything stops."))  # fmt: skip


def _memory(way: Way) -> Outcome:
    if way.fenced:
        return Outcome(way.beneath("app"), 1, Message.of("It gets what it was given; beyond that, it alone is slowed or killed."))  # fmt: skip
    return Outcome(way.beneath("machine"), SERVICES, Message.of("Nothing bounds it: the kernel’s OOM killer may choose any process of the host."))  # fmt: skip


def _escape(way: Way) -> Outcome:
    """Struck: the first wall's part stands for the service; the number of walls is the answer."""
    if not way.walls:
        return Outcome(way.beneath("machine"), SERVICES, Message.of("Root is root of the whole host: nothing has to be broken."))  # fmt: skip
    walls = Message.of("Walls between it and the others: {n}.", n=len(way.walls))
    return Outcome(way.beneath("app"), 1, walls)


def _system(way: Way) -> Outcome:
    part = way.beneath("kernel")
    if way.any_system:
        return Outcome(
            part, 0, Message.of("It brings its own kernel: another version, another system.")
        )
    return Outcome(part, 1, Message.of("It has to live with the kernel that is there; Windows programs need a Windows kernel."))  # fmt: skip


def _power(way: Way) -> Outcome:
    part = way.beneath("machine")
    if part.own:
        return Outcome(part, 1, Message.of("The others stand on other machines."))
    return Outcome(part, SERVICES, Message.of("No way to share a machine survives the machine: for that there is failover."))  # fmt: skip


_STRIKES = {
    "files": _files,
    "crash": _crash,
    "memory": _memory,
    "escape": _escape,
    "system": _system,
    "power": _power,
}

_MACHINE = Part("machine", Message.of("machine"), own=False)
_KERNEL = Part("kernel", Message.of("host kernel"), own=False)
_IMAGE = Part("files", Message.of("image’s files"), own=True)
_APP = Part("app", Message.of("service"), own=True)
_HOST_WALL = Message.of("a hole in the host’s kernel")

LADDER: tuple[Way, ...] = (
    Way(
        slug="process", name=Message.of("Processes"), fenced=False, any_system=False, walls=(),
        parts=(_MACHINE, _KERNEL, Part("files", Message.of("host’s files"), own=False), _APP),
        start=Message.of("milliseconds"), memory=Message.of("none"),
    ),
    Way(
        slug="container", name=Message.of("Containers"), fenced=True, any_system=False, walls=(_HOST_WALL,),
        parts=(_MACHINE, _KERNEL, _IMAGE, _APP), start=Message.of("milliseconds"), memory=Message.of("some MB"),
    ),
    Way(
        slug="hardened", name=Message.of("Hardened containers"), fenced=True, any_system=False,
        walls=(Message.of("a hole that the seccomp filter lets through, and that works without being root outside"), _HOST_WALL),
        parts=(_MACHINE, _KERNEL, Part("filter", Message.of("call filter, user map"), own=True), _IMAGE, _APP),
        start=Message.of("milliseconds"), memory=Message.of("some MB"),
    ),
    Way(
        slug="sandbox", name=Message.of("Sandboxes (gVisor)"), fenced=True, any_system=False,
        walls=(Message.of("a hole in the kernel written as a program"), Message.of("a hole in the few calls that this program may make")),
        parts=(_MACHINE, _KERNEL, Part("kernel", Message.of("kernel as a program"), own=True), _IMAGE, _APP),
        start=Message.of("100 milliseconds"), memory=Message.of("tens of MB"),
    ),
    Way(
        slug="vm", name=Message.of("Virtual machines"), fenced=True, any_system=True,
        walls=(Message.of("a hole in the hypervisor or in a device that it imitates"),),
        parts=(
            _MACHINE, Part("kernel", Message.of("hypervisor"), own=False), Part("kernel", Message.of("guest kernel"), own=True),
            Part("files", Message.of("guest’s files"), own=True), _APP,
        ),
        start=Message.of("seconds"), memory=Message.of("hundreds of MB"),
    ),
    Way(
        slug="host", name=Message.of("Separate machines"), fenced=True, any_system=True,
        walls=(Message.of("a hole in a service that the others offer on the network"),),
        parts=(
            Part("machine", Message.of("machine"), own=True), Part("kernel", Message.of("own kernel"), own=True),
            Part("files", Message.of("own files"), own=True), _APP,
        ),
        start=Message.of("minutes"), memory=Message.of("a whole machine"),
    ),
)  # fmt: skip


def way_named(slug: str) -> Way:
    """The way with this slug."""
    slugs = [way.slug for way in LADDER]
    require(slug in slugs, "way={slug}: choose one of {slugs}", slug=slug, slugs=", ".join(slugs))
    return LADDER[slugs.index(slug)]
