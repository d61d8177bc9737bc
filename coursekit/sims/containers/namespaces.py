"""What a process sees: one namespace after the other leaves the host's.

Modelled: one process of a small host; for each of the eight kinds, what tools show in the host's
namespace and in the process's own: just after unshare, and after what a container runtime then
does in it ("set up"). Three kinds begin as a copy and hide nothing by themselves (mnt, uts, time).
Left out: capabilities, nested ones (`pids` has them), what unshare needs to be allowed.
Sources: namespaces(7) and its kinds' pages; Docker's default set; recorded with unshare(1).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from coursekit.sims.containers.pids import NOBODY, inside, users
from coursekit.sims.message import Message, require

__all__ = ["COPIES", "DEEDS", "DOCKER", "FLAGS", "KINDS", "SETTABLE", "SINCE", "Deed", "State", "Told", "host_view", "tell", "view"]  # fmt: skip

Kind = Literal["mnt", "pid", "net", "ipc", "uts", "user", "cgroup", "time"]
Act = Literal["unshare", "setup", "join"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DEEDS: tuple[Act, ...] = get_args(Act)
DOCKER: tuple[Kind, ...] = ("mnt", "pid", "net", "ipc", "uts", "cgroup")  # `docker run`, no options
COPIES: tuple[Kind, ...] = ("mnt", "uts", "time")  # a new one begins as a copy
SETTABLE: tuple[Kind, ...] = ("mnt", "pid", "net", "uts", "user", "time")  # the rest needs nothing
FLAGS: dict[Kind, str] = {  # of clone(2) and unshare(2)
    "mnt": "CLONE_NEWNS", "pid": "CLONE_NEWPID", "net": "CLONE_NEWNET", "ipc": "CLONE_NEWIPC",
    "uts": "CLONE_NEWUTS", "user": "CLONE_NEWUSER", "cgroup": "CLONE_NEWCGROUP",
    "time": "CLONE_NEWTIME",
}  # fmt: skip
SINCE: dict[Kind, str] = {  # the kernel that had it first (net, user: complete)
    "mnt": "2.4.19", "pid": "2.6.24", "net": "2.6.29", "ipc": "2.6.19", "uts": "2.6.19",
    "user": "3.8", "cgroup": "4.6", "time": "5.6",
}  # fmt: skip

PID = 1207  # the process's number on the host
NAME, OWN_NAME = "srv1", "3f2a9c1d"
GROUP = f"/system.slice/docker-{OWN_NAME}.scope"
MAP = users((0, 100_000, 65_536))
_MOUNTS = ("/ ext4 /dev/vda1", "/home ext4 /dev/vdb1", "/proc proc", "/sys sysfs")
_PROCESSES = ("1 systemd", "412 sshd", "640 dockerd", "901 postgres")
_HOST: dict[Kind, tuple[str, ...]] = {
    "mnt": _MOUNTS,
    "pid": (f"app = {PID}", *_PROCESSES, f"{PID} app"),
    "net": ("lo UP 127.0.0.1", "eth0 UP 192.168.1.20", "docker0 UP 172.17.0.1"),
    "ipc": ("shm 5: 16 MiB, postgres", "queue 0: postgres"),
    "uts": (NAME,),
    "user": ("uid 0", "map 0 0 4294967295"),
    "cgroup": (GROUP,),
    "time": ("up 13 d 02:14", "offset 0"),
}
_FRESH: dict[Kind, tuple[str, ...]] = {  # what differs just after unshare
    "net": ("lo DOWN",),
    "ipc": (),
    "user": (f"uid {NOBODY}", "map –"),
    "cgroup": ("/",),
}
_SET_UP: dict[Kind, tuple[str, ...]] = {  # what differs after the runtime's part
    "mnt": ("/ overlay", "/proc proc", "/sys sysfs, read-only"),
    "net": ("lo UP 127.0.0.1", "eth0 UP 172.17.0.2"),
    "uts": (OWN_NAME,),
    "user": (f"uid {inside(MAP, 100_000)}", f"map {' '.join(map(str, MAP[0]))}"),
    "time": ("up 0 d 00:00", "offset -1131240"),
}


@dataclass(frozen=True)
class Deed:
    """A new namespace of this kind, what the runtime does in it, or the host's again."""

    act: Act
    kind: Kind

    def __post_init__(self) -> None:
        require(self.act in DEEDS, "deed={kind}: choose one of {deeds}", kind=self.act, deeds=", ".join(DEEDS))  # fmt: skip
        require(self.kind in KINDS, "kind={kind}: choose one of {kinds}", kind=self.kind, kinds=", ".join(KINDS))  # fmt: skip


@dataclass(frozen=True)
class State:
    """Which kinds are the process's own, and which of them are set up."""

    own: frozenset[Kind] = frozenset()
    ready: frozenset[Kind] = frozenset()
    deed: Deed | None = None
    why: tuple[Message, ...] = ()

    def differs(self, kind: Kind) -> bool:
        """Whether the process sees something else than the host."""
        return view(self, kind) != host_view(self, kind)

    @property
    def pid(self) -> int:
        """What getpid() tells it."""
        return 1 if "pid" in self.own else PID


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def host_view(state: State, kind: Kind) -> tuple[str, ...]:
    """What a process of the host sees: a veth pair has an end there too."""
    if kind == "net" and "net" in state.ready:
        return (*_HOST["net"], "veth7a1 UP docker0")
    return _HOST[kind]


def view(state: State, kind: Kind) -> tuple[str, ...]:
    """What the process itself sees, line by line, as tools write it."""
    if kind == "pid":
        return _processes(state)
    if kind in state.ready:
        return _SET_UP[kind]
    if kind in state.own:
        return _FRESH.get(kind, _HOST[kind])
    return host_view(state, kind)


def _processes(state: State) -> tuple[str, ...]:
    """ps reads /proc: as long as that is the host's, so is the list; getpid() tells the truth."""
    listed = ("1 app",) if "pid" in state.ready else _HOST["pid"][1:]
    return (f"app = {state.pid}", *listed)


def tell(deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    said = Message.of("Process {pid} shares all eight namespaces with the host: it sees what the host sees.", pid=PID)  # fmt: skip
    states = [State(why=(said,))]
    for deed in deeds:
        states.append(_DO[deed.act](states[-1], deed))
    return Told(tuple(states))


def _unshare(state: State, deed: Deed) -> State:
    kind = deed.kind
    require(kind not in state.own, "kind={kind}: the process has its own already", kind=kind)
    after = replace(state, own=state.own | {kind}, deed=deed)
    return replace(after, why=(_hides(kind), _leaves(kind)))


def _setup(state: State, deed: Deed) -> State:
    kind = deed.kind
    require(kind in SETTABLE, "kind={kind}: there is nothing to set up; choose one of {kinds}", kind=kind, kinds=", ".join(SETTABLE))  # fmt: skip
    require(kind in state.own, "kind={kind}: still the host’s, and a change would be the host’s too; unshare it first", kind=kind)  # fmt: skip
    require(kind not in state.ready, "kind={kind}: it is set up already", kind=kind)
    require(
        kind != "pid" or "mnt" in state.own,
        "kind={kind}: a new /proc would be mounted over the host’s; unshare mnt first", kind=kind,
    )  # fmt: skip
    return replace(state, ready=state.ready | {kind}, deed=deed, why=(_sets_up(kind),))


def _join(state: State, deed: Deed) -> State:
    kind = deed.kind
    require(kind in state.own, "kind={kind}: it is the host’s already", kind=kind)
    gone = {kind, "pid"} if kind == "mnt" else {kind}  # the new /proc stood in that mount table
    after = replace(state, own=state.own - {kind}, ready=state.ready - gone, deed=deed)
    said = Message.of("{kind} is the host’s again, as with nsenter or docker run --{kind}=host.", kind=kind)  # fmt: skip
    return replace(after, why=(said,))


_DO = {"unshare": _unshare, "setup": _setup, "join": _join}


def _hides(kind: Kind) -> Message:
    """What a new namespace hides at once."""
    return {
        "mnt": Message.of("mnt: the process has a mount table of its own, and it begins as a copy: nothing is hidden yet."),
        "pid": Message.of("pid: the process is number 1 of its own numbers, and can name no process outside; it cannot even send them a signal."),
        "net": Message.of("net: all interfaces, routes, firewall rules and ports of the host are gone; there is one interface, lo, and it is down."),
        "ipc": Message.of("ipc: System V shared memory, semaphores and message queues of the host, and POSIX queues, are gone."),
        "uts": Message.of("uts: the process has a host name of its own, and it begins as a copy: nothing is hidden yet."),
        "user": Message.of("user: no user of the host is known here: everybody is {nobody}, nobody, until a map is written; yet the process has all rights over its own namespaces.", nobody=NOBODY),
        "cgroup": Message.of("cgroup: the process’s group is the root, / : where it stands in the host’s tree is hidden."),
        "time": Message.of("time: the process has an offset of its own for the clocks that count from the start, and it begins at 0: nothing is hidden yet."),
    }[kind]  # fmt: skip


def _leaves(kind: Kind) -> Message:
    """What it does not hide."""
    return {
        "mnt": Message.of("The same files are there. Only mounts made from now on are seen on one side alone."),
        "pid": Message.of("The host still sees it, as {pid}. And ps shows all of the host’s processes as long as /proc is the host’s: it needs a mount of its own.", pid=PID),
        "net": Message.of("Sockets in the file system can still be reached through a shared directory: /var/run/docker.sock, say."),
        "ipc": Message.of("Files, pipes and sockets connect processes as before."),
        "uts": Message.of("A name is only a name: it isolates nothing else."),
        "user": Message.of("Files keep their owners: what belongs to root of the host belongs to nobody here, and the host still sees the process as its old user."),
        "cgroup": Message.of("The budget stays: what the group may use is decided outside."),
        "time": Message.of("The date is the host’s in any case: only monotonic and boot time can be shifted."),
    }[kind]  # fmt: skip


def _sets_up(kind: Kind) -> Message:
    """What a container runtime does in a new namespace before the program starts."""
    return {
        "mnt": Message.of("The image’s layers are mounted and become the root (pivot_root), the host’s is unmounted: now its files are out of sight."),
        "pid": Message.of("A new /proc is mounted: ps shows the processes of this namespace, and no other."),
        "net": Message.of("A veth pair is laid through the wall: one end is eth0 inside, the other hangs on the bridge docker0; lo is up."),
        "uts": Message.of("The host name is set to the container’s id: the host keeps its own."),
        "user": Message.of("The map is written: root inside is user {uid} outside, who may do nothing there.", uid=MAP[0].outside),
        "time": Message.of("The offset is set so that the time since the start is 0; it must be done before the first process enters."),
    }[kind]  # fmt: skip
