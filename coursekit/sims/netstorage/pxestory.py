"""The ladder of a network boot: who sends what to whom, when, why, and what the screen shows then.

Built on `pxe`; DHCP messages and TFTP requests carry their true bytes. A transfer of many packets is
one rung. Durations: a message takes half a round trip; DORA two round trips and the server's 0.1 s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message
from coursekit.sims.netstorage import pxepackets, tftp
from coursekit.sims.netstorage.pxe import (
    CLIENT,
    CONFIG,
    DHCP_DELAY_S,
    DHCP_SERVER,
    INIT_S,
    KERNEL_S,
    LINK_S,
    MAC,
    ROOT_PORTS,
    ROOT_ROUNDS,
    ROUTER,
    SELF_TEST_S,
    SPANNING_TREE_S,
    WAITS_S,
    Boot,
    Failure,
    symptom,
)

__all__ = ["PHASES", "PHASE_NAMES", "Event", "Party", "Phase", "State", "Told", "tell"]

Party = Literal["client", "dhcp", "proxy", "boot", "root", "elsewhere", "all"]
Phase = Literal["firmware", "dhcp", "loader", "kernel", "root", "init"]
PHASES: tuple[Phase, ...] = get_args(Phase)
PHASE_NAMES: dict[Phase, Message] = {
    "firmware": Message.of("Firmware and link"),
    "dhcp": Message.of("An address, by DHCP"),
    "loader": Message.of("Boot loader"),
    "kernel": Message.of("Kernel and initrd"),
    "root": Message.of("Root file system"),
    "init": Message.of("Services"),
}


@dataclass(frozen=True)
class Event:
    """One rung: it begins at `t` and takes `seconds`; a machine works alone where both ends are one.

    `packet` is what is sent (of a transfer, nothing: `packets` counts them); `lost`: it never arrives.
    """

    t: float
    seconds: float
    phase: Phase
    sender: Party
    receiver: Party
    protocol: str
    name: str
    packet: bytes
    packets: int
    lost: bool
    why: Message

    @property
    def end(self) -> float:
        return self.t + self.seconds


@dataclass(frozen=True)
class State:
    """After a rung: what the client's screen shows, and whether it is stuck."""

    event: Event | None
    screen: tuple[str, ...]
    stuck: bool

    @property
    def t(self) -> float:
        return self.event.end if self.event else 0.0

    @property
    def why(self) -> Message:
        return self.event.why if self.event else Message.of("The machine has no disk. It is switched on.")  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A state before power is on and one after each rung."""

    boot: Boot
    states: tuple[State, ...]

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(each.event for each in self.states if each.event)

    @property
    def ok(self) -> bool:
        """Whether it started."""
        return not self.states[-1].stuck

    @property
    def seconds(self) -> float:
        return self.states[-1].t

    def phase_s(self, phase: Phase) -> float:
        """How long a phase took."""
        return sum(each.seconds for each in self.events if each.phase == phase)


def tell(boot: Boot) -> Told:
    """The whole boot, up to where it stops."""
    run = _Run(boot)
    for step in (run.power_on, run.address, run.loader, run.kernel, run.root):
        step()
        if run.stuck:
            break
    return Told(boot, tuple(run.states))


class _Run:
    """The boot while it is played."""

    def __init__(self, boot: Boot) -> None:
        self.boot = boot
        self.t = 0.0
        self.stuck = False
        self.screen: tuple[str, ...] = ()
        self.states = [State(None, (), stuck=False)]
        self.phase: Phase = "firmware"

    @property
    def half(self) -> float:
        return self.boot.link.rtt_s / 2

    def put(self, why: Message, *, name: str = "", by: Party = "client", to: Party = "client", seconds: float = 0.0,
            protocol: str = "", packet: bytes = b"", packets: int = 1, lost: bool = False, screen: Sequence[str] = ()) -> None:  # fmt: skip
        """A rung; the clock goes on."""
        event = Event(self.t, seconds, self.phase, by, to, protocol, name, packet, packets, lost, why)  # fmt: skip
        self.t += seconds
        self.screen = (*self.screen, *screen)
        self.states.append(State(event, self.screen, self.stuck))

    def stop(self, why: Message, screen: Sequence[str] = ()) -> None:
        """The end of a boot that failed."""
        self.stuck = True
        self.put(why, screen=screen)

    def fails(self, *kinds: Failure) -> bool:
        return self.boot.failure in kinds

    # Power and link

    def power_on(self) -> None:
        bios = self.boot.bios
        start = (
            ">>Start HTTP Boot over IPv4." if self.boot.machine.http else ">>Start PXE over IPv4."
        )
        shown = f"CLIENT MAC ADDR: {MAC.upper().replace(':', ' ')}" if bios else start
        self.put(Message.of("The firmware tests the machine and finds a network card to start from."), seconds=SELF_TEST_S)  # fmt: skip
        self.put(Message.of("The card and the switch agree on a speed: the link is up."), seconds=LINK_S, screen=[shown])  # fmt: skip
        if self.boot.spanning_tree:
            self.put(Message.of("The switch port listens and learns before it forwards (spanning tree without an edge port): nothing gets through yet."), seconds=SPANNING_TREE_S)  # fmt: skip

    # DHCP

    def address(self) -> None:
        self.phase = "dhcp"
        if self.fails("no dhcp"):
            for wait in WAITS_S:
                self.put(Message.of("The client asks everybody for an address; nobody answers within {wait:g} s.", wait=wait), name="DISCOVER", to="all", seconds=wait, protocol="DHCP", packet=pxepackets.asks(self.boot, 1), lost=True)  # fmt: skip
            self.stop(Message.of("No offer: the client gives up. DHCP server off, wrong VLAN, or no relay."), symptom(self.boot))  # fmt: skip
            return
        self.dora(firmware=True)
        shown = f"CLIENT IP: {CLIENT}  MASK: 255.255.255.0  DHCP IP: {DHCP_SERVER}"
        self.screen = (*self.screen, shown if self.boot.bios else f"  Station IP address is {CLIENT}")  # fmt: skip
        self.states[-1] = State(self.states[-1].event, self.screen, stuck=False)
        if self.boot.proxy:
            self.ask_proxy()
        if self.fails("no next server"):
            self.stop(Message.of("The client has an address, and nobody told it a boot file: option 67 and the field file are empty."), symptom(self.boot))  # fmt: skip

    def dora(self, *, firmware: bool) -> None:
        """Four messages; the kernel's own DHCP later asks for no boot file."""
        asks = Message.of("The client asks everybody: an address, and where do I start from? Options 60, 93, 94 and 97 say what it is.") if firmware else Message.of("The kernel knows nothing of the firmware’s address: ip=dhcp asks again.")  # fmt: skip
        self.send(
            "DISCOVER", asks, "client", "all", pxepackets.asks(self.boot, 1, firmware=firmware)
        )
        if firmware and self.boot.proxy:
            self.put(Message.of("A proxyDHCP answers too: boot data, no address. The DHCP server need not know about booting."), name="OFFER", by="proxy", to="client", protocol="DHCP", packet=pxepackets.answers(self.boot, 2, proxy=True))  # fmt: skip
        offer = Message.of("The DHCP server offers an address, and names the boot server (siaddr) and the boot file.") if firmware and not self.boot.proxy else Message.of("The DHCP server offers an address.")  # fmt: skip
        self.send("OFFER", offer, "dhcp", "client", pxepackets.answers(self.boot, 2, firmware=firmware), DHCP_DELAY_S)  # fmt: skip
        self.send("REQUEST", Message.of("The client takes the offer and says so to all."), "client", "all", pxepackets.asks(self.boot, 3, firmware=firmware))  # fmt: skip
        self.send("ACK", Message.of("The server confirms: the address is the client’s."), "dhcp", "client", pxepackets.answers(self.boot, 5, firmware=firmware))  # fmt: skip

    def send(self, name: str, why: Message, by: Party, to: Party, packet: bytes, delay: float = 0.0) -> None:  # fmt: skip
        self.put(why, name=name, by=by, to=to, seconds=delay + self.half, protocol="DHCP", packet=packet)  # fmt: skip

    def ask_proxy(self) -> None:
        self.send("REQUEST", Message.of("The client asks the proxyDHCP at port 4011 for the boot file."), "client", "proxy", pxepackets.asks(self.boot, 3))  # fmt: skip
        self.send("ACK", Message.of("The proxyDHCP names the boot server and the boot file."), "proxy", "client", pxepackets.answers(self.boot, 5, proxy=True))  # fmt: skip

    # Boot loader, kernel

    def loader(self) -> None:
        self.phase = "loader"
        boot = self.boot
        if self.fails("wrong next server") or (self.fails("udp 69 blocked") and not boot.machine.http):  # fmt: skip
            self.unheard(boot.offered)
            return
        if self.fails("file missing"):
            self.missing()
            return
        shown = ["TFTP."] if boot.bios else [f"  URI: {boot.offered}" if boot.machine.http else f"  NBP filename is {boot.offered}", f"  NBP filesize is {boot.loader} Bytes"]  # fmt: skip
        shown += [] if boot.bios else ["  NBP file downloaded successfully."]
        self.fetch(boot.offered, boot.loader, http=boot.machine.http, screen=shown)
        if self.fails("wrong architecture"):
            silent = Message.of("The loader has come, but it is for another kind of machine: the processor runs into bytes that are no program for it. The screen stays black.")  # fmt: skip
            refused = Message.of("The loader has come, but it is no UEFI program: the firmware refuses it and goes back to its menu.")  # fmt: skip
            self.screen = () if boot.bios else self.screen
            self.stop(silent if boot.bios else refused, symptom(boot))
            return
        begins = ["PXELINUX 6.04 PXE"] if boot.bios else ["Welcome to GRUB!"]  # fmt: skip
        self.put(Message.of("The firmware starts the loader: from here on it is a program of the boot server’s that asks."), screen=begins)  # fmt: skip

    def unheard(self, name: str) -> None:
        """Requests that nobody answers."""
        boot = self.boot
        to: Party = "elsewhere" if self.fails("wrong next server") else "boot"
        http = boot.machine.http and self.phase == "loader"
        for wait in WAITS_S:
            self.put(Message.of("The client asks {server} for the file; no answer within {wait:g} s.", server=boot.next_server, wait=wait), name="SYN" if http else "RRQ", to=to, seconds=wait, protocol="HTTP" if http else "TFTP", packet=b"" if http else pxepackets.asks_for(self.boot, name), lost=True)  # fmt: skip
        why = Message.of("The address that the DHCP server gave is of a machine without boot files: look at siaddr and option 66.") if to == "elsewhere" else Message.of("The address was given, so DHCP works. Something between the client and the boot server drops UDP port 69.")  # fmt: skip
        self.stop(why, symptom(boot))

    def missing(self) -> None:
        boot = self.boot
        http = boot.machine.http
        protocol = "HTTP" if http else "TFTP"
        asks, says = ("GET", "404") if http else ("RRQ", "ERROR")
        self.put(Message.of("The client asks for {name}.", name=boot.offered), name=asks, to="boot", seconds=self.half * (3 if http else 1), protocol=protocol, packet=b"" if http else pxepackets.asks_for(self.boot, boot.offered))  # fmt: skip
        self.put(Message.of("The server runs and has no such file: the name is wrong, or the file lies in another folder."), name=says, by="boot", seconds=self.half, protocol=protocol, packet=b"" if http else tftp.error(1))  # fmt: skip
        self.stop(Message.of("The client gives up. A capture tells this apart from a silent server: here an answer came."), symptom(boot))  # fmt: skip

    def fetch(self, name: str, size: int, *, http: bool, screen: Sequence[str] = ()) -> None:
        """A whole file: the request, what the server accepts, the rest in one rung."""
        if http:
            self.put(Message.of("{name}: {size} bytes by HTTP. TCP keeps many segments on their way, so the link is used.", name=name, size=size), name="GET", by="boot", seconds=self.boot.by_http_s(size), protocol="HTTP", packets=-(-size // self.boot.link.mss), screen=screen)  # fmt: skip
            return
        transfer = self.boot.transfer(size)
        self.put(Message.of("The client asks for {name} and for larger blocks.", name=name), name="RRQ", to="boot", protocol="TFTP", packet=pxepackets.asks_for(self.boot, name))  # fmt: skip
        self.put(Message.of("The server accepts, and tells the size: {size} bytes.", size=size), name="OACK", by="boot", protocol="TFTP", packet=pxepackets.accepts(self.boot, size))  # fmt: skip
        why = Message.of("Blocks: {blocks}. After each {window} the server waits for an acknowledgement, {waits} times in all.", blocks=transfer.blocks, window=transfer.window, waits=transfer.waits)  # fmt: skip
        self.put(why, name="DATA", by="boot", seconds=transfer.seconds, protocol="TFTP", packets=transfer.blocks, screen=screen)  # fmt: skip

    def kernel(self) -> None:
        self.phase = "kernel"
        boot, http = self.boot, self.boot.fetch == "http"
        if self.fails("udp 69 blocked") and not http:
            self.unheard("vmlinuz")
            return
        config = "pxelinux.cfg/default" if boot.bios else "grub/grub.cfg"
        self.fetch(config, CONFIG, http=http)
        self.fetch("vmlinuz", boot.kernel, http=http, screen=["Loading vmlinuz... ok"])
        self.fetch("initrd.img", boot.initrd, http=http, screen=["Loading initrd.img... ok"])
        self.put(Message.of("The kernel unpacks itself and the initrd, and finds its devices."), seconds=KERNEL_S, screen=["[    0.000000] Linux version 6.1.0"])  # fmt: skip

    # Root, init

    def root(self) -> None:
        self.phase = "root"
        boot = self.boot
        self.dora(firmware=False)
        self.screen = (*self.screen, f"IP-Config: Complete: address {CLIENT}, gateway {ROUTER}")
        self.states[-1] = State(self.states[-1].event, self.screen, stuck=False)
        protocol, port = _ROOT_NAMES[boot.root], ROOT_PORTS[boot.root]
        if self.fails("root unreachable"):
            for wait in WAITS_S:
                self.put(Message.of("The kernel tries to reach the root server at port {port}; no answer within {wait:g} s.", port=port, wait=wait), name="SYN", to="root", seconds=wait, protocol=protocol, lost=True)  # fmt: skip
            self.stop(Message.of("The kernel and the initrd are there, the root is not: without it there is no first program to start."), symptom(boot))  # fmt: skip
            return
        rounds = ROOT_ROUNDS[boot.root]
        self.put(Message.of("{protocol}, port {port}: round trips until the root is there: {rounds}.", protocol=protocol, port=port, rounds=rounds), name="mount" if boot.root == "nfs" else "login", to="root", seconds=rounds * boot.link.rtt_s, protocol=protocol, packets=2 * rounds, packet=pxepackets.first(boot), screen=[_MOUNTED[boot.root]])  # fmt: skip
        self.put(Message.of("The first programs are read from the root: {mb:g} MB.", mb=boot.root_mb), name="read", by="root", seconds=boot.root_read_s, protocol=protocol, packets=-(-int(boot.root_mb * 1e6) // boot.link.mss))  # fmt: skip
        self.phase = "init"
        self.put(Message.of("init starts the services: the machine is ready, and has no disk."), seconds=INIT_S, screen=["diskless login:"])  # fmt: skip


_ROOT_NAMES = {"nfs": "NFS", "iscsi": "iSCSI", "nbd": "NBD"}
_MOUNTED = {
    "nfs": "VFS: Mounted root (nfs filesystem) readonly on device 0:15.",
    "iscsi": "EXT4-fs (sda1): mounted filesystem with ordered data mode.",
    "nbd": "EXT4-fs (nbd0): mounted filesystem with ordered data mode.",
}
