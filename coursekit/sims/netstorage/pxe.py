"""A machine without a disk starts from the network: what it needs, what can fail, what is on its screen.

Modelled: firmware (BIOS or UEFI), link, DHCP with its PXE options or a proxyDHCP beside it, the boot
loader by TFTP or HTTP, kernel and initrd, a second DHCP, the root over NFS, iSCSI or NBD; six failures.
Lab rule: whoever gets no answer asks again after 4, 8 and 16 s and gives up 32 s later, as PXE does
for DHCP (EDK2: 4, 8, 16, 32). Left out: Secure Boot, menus, relays. Sources: PXE 2.1, RFC 4578, EDK2's
messages. `pxestory` plays it.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.netstorage.dhcpwire import ARCHITECTURES, Architecture
from coursekit.sims.netstorage.goodput import GIGABIT, Link, goodput_mb_s
from coursekit.sims.netstorage.tftp import Transfer

__all__ = ["FAILURES", "FAILURE_NAMES", "FETCHES", "ROOTS", "ROOT_ROUNDS", "WAITS_S", "Boot", "Failure", "Fetch", "Root", "http_s", "symptom"]  # fmt: skip

Fetch = Literal["tftp", "http"]
Root = Literal["nfs", "iscsi", "nbd"]
Failure = Literal["none", "no dhcp", "no next server", "wrong next server", "file missing", "wrong architecture", "udp 69 blocked", "root unreachable"]  # fmt: skip
FETCHES: tuple[Fetch, ...] = get_args(Fetch)
ROOTS: tuple[Root, ...] = get_args(Root)
FAILURES: tuple[Failure, ...] = get_args(Failure)
FAILURE_NAMES: dict[Failure, Message] = {
    "none": Message.of("Everything works"),
    "no dhcp": Message.of("No DHCP server answers"),
    "no next server": Message.of("The DHCP server names no boot file"),
    "wrong next server": Message.of("The DHCP server names the wrong boot server"),
    "file missing": Message.of("The boot file is not there"),
    "wrong architecture": Message.of("The boot file is for another kind of machine"),
    "udp 69 blocked": Message.of("A firewall drops UDP port 69"),
    "root unreachable": Message.of("The root server does not answer"),
}
SELF_TEST_S, LINK_S, SPANNING_TREE_S = 5.0, 2.0, 30.0
DHCP_DELAY_S, KERNEL_S, INIT_S = 0.1, 1.5, 3.0
WAITS_S = (4.0, 8.0, 16.0, 32.0)
ROOT_ROUNDS: dict[Root, int] = {"nfs": 3, "iscsi": 4, "nbd": 2}
ROOT_PORTS: dict[Root, int] = {"nfs": 2049, "iscsi": 3260, "nbd": 10_809}
CONFIG = 1024  # bytes of the loader's configuration
MAC, UUID = "52:54:00:12:34:56", bytes.fromhex("00112233445566778899aabbccddeeff")
CLIENT, DHCP_SERVER, BOOT_SERVER, ELSEWHERE, ROUTER = (f"192.168.1.{n}" for n in (100, 2, 10, 66, 1))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Boot:
    """One machine and its servers; `clients` that boot at once share the server's link and disks.

    Sizes in bytes, but `root_mb`, what init reads of the root, in MB.
    """

    architecture: int = 0
    failure: Failure = "none"
    proxy: bool = False
    spanning_tree: bool = False
    fetch: Fetch = "tftp"
    blk: int = 1468
    window: int = 1
    root: Root = "nfs"
    link: Link = GIGABIT
    loader: int = 50_000
    kernel: int = 10_000_000
    initrd: int = 50_000_000
    root_mb: float = 500.0
    server_mb_s: float = 2200.0
    clients: int = 1

    def __post_init__(self) -> None:
        require(self.architecture in ARCHITECTURES, "architecture={value}: choose one of {values}", value=self.architecture, values=", ".join(map(str, ARCHITECTURES)))  # fmt: skip
        for name, known in (("failure", FAILURES), ("fetch", FETCHES), ("root", ROOTS)):
            require(getattr(self, name) in known, "{name}={value}: choose one of {values}", name=name, value=getattr(self, name), values=", ".join(known))  # fmt: skip
        for name in ("loader", "kernel", "initrd"):
            require(1 <= getattr(self, name) <= 2**33, "{name}={value}: choose 1 byte to 8 GiB", name=name, value=getattr(self, name))  # fmt: skip
        require(self.root_mb >= 0, "root_mb={mb}: choose 0 MB or more", mb=self.root_mb)
        require(self.server_mb_s > 0, "mb_s={rate}: choose more than 0 MB/s", rate=self.server_mb_s)
        require(1 <= self.clients <= 1000, "clients={n}: choose 1 to 1000", n=self.clients)
        self.transfer(1)  # the block size and the window obey its rules

    @property
    def machine(self) -> Architecture:
        return ARCHITECTURES[self.architecture]

    @property
    def bios(self) -> bool:
        return self.architecture == 0

    @property
    def offered(self) -> str:
        """The boot file that the DHCP server names; the wrong one is for BIOS, or for UEFI."""
        if self.failure == "no next server":
            return ""
        wrong = self.failure == "wrong architecture"
        name = ARCHITECTURES[7 if self.bios else 0].loader if wrong else self.machine.loader
        return f"http://{self.next_server}/{name}" if self.machine.http else name

    @property
    def next_server(self) -> str:
        return ELSEWHERE if self.failure == "wrong next server" else BOOT_SERVER

    def transfer(self, size: int) -> Transfer:
        """A file by TFTP on this link, shared with the other clients."""
        rate = self.link.gbps * 125 / self.clients
        return Transfer(size=size, blk=self.blk, rtt_s=self.link.rtt_s, mb_s=rate, window=self.window)  # fmt: skip

    def by_http_s(self, size: int) -> float:
        """The same by HTTP."""
        return http_s(size, self.link, self.clients)

    @property
    def root_read_s(self) -> float:
        """The working set: the slower of the link and the server, shared by all."""
        return self.root_mb / (min(goodput_mb_s(self.link), self.server_mb_s) / self.clients)

    @property
    def blind(self) -> bool:
        """Whether the failure cannot show: nothing of this boot uses UDP 69."""
        return self.failure == "udp 69 blocked" and self.machine.http and self.fetch == "http"


def http_s(size: int, link: Link, clients: int = 1) -> float:
    """A round trip to connect, one to ask, then the bytes at the share of the goodput."""
    return 2 * link.rtt_s + size / (goodput_mb_s(link) / clients * 1e6)


# What the firmware prints: Intel's boot agent on a BIOS, EDK2 on UEFI. Nobody translates firmware.
_MAC_ID = MAC.replace(":", "")
_BIOS: dict[Failure, tuple[str, ...]] = {
    "no dhcp": ("PXE-E51: No DHCP or proxyDHCP offers were received.",),
    "no next server": ("PXE-E53: No boot filename received.",),
    "wrong next server": ("PXE-E32: TFTP open timeout",),
    "file missing": ("PXE-T01: File not found", "PXE-E3B: TFTP Error - File Not found"),
    "udp 69 blocked": ("PXE-E32: TFTP open timeout",),
}
_LEAVES = "PXE-M0F: Exiting PXE ROM."
_UEFI: dict[Failure, tuple[str, ...]] = {
    "no dhcp": ("  PXE-E16: No valid offer received.",),
    "no next server": ("  PXE-E53: No boot filename received.",),
    "wrong next server": ("  PXE-E18: Server response timeout.",),
    "file missing": ("  PXE-E23: Client received TFTP error from server.",),
    "wrong architecture": (f'BdsDxe: failed to load Boot0001 "UEFI PXEv4 (MAC:{_MAC_ID})": Unsupported',),
    "udp 69 blocked": ("  PXE-E18: Server response timeout.",),
}  # fmt: skip
_NO_SIZE = "  Error: Could not retrieve NBP file size from HTTP server."
_SILENT = (_NO_SIZE, "  Error: Server response timeout.")
_HTTP: dict[Failure, tuple[str, ...]] = {
    "no dhcp": _SILENT,
    "no next server": _SILENT,
    "wrong next server": _SILENT,
    "file missing": ("  Client Error: 404 Not Found", _NO_SIZE),
    "wrong architecture": (f'BdsDxe: failed to load Boot0001 "UEFI HTTPv4 (MAC:{_MAC_ID})": Unsupported',),
}  # fmt: skip
PANIC = {
    "nfs": ("VFS: Unable to mount root fs via NFS.",),
    "iscsi": ("iscsistart: cannot make a connection: Connection timed out",),
    "nbd": ("nbd-client: Error: Socket failed: Connection timed out",),
}
PANIC_LAST = "Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)"


def symptom(boot: Boot) -> tuple[str, ...]:
    """The last lines on the screen; nothing is printed on a BIOS that runs a UEFI loader."""
    if boot.failure == "root unreachable":
        return (*PANIC[boot.root], PANIC_LAST)
    if boot.failure == "udp 69 blocked" and boot.machine.http:
        return () if boot.fetch == "http" else ("error: timeout reading `/boot/vmlinuz'.",)
    table = _BIOS if boot.bios else _HTTP if boot.machine.http else _UEFI
    said = table.get(boot.failure, ())
    return (*said, _LEAVES) if boot.bios and said else said


def working(boot: Boot) -> Boot:
    """The same machine with nothing broken."""
    return replace(boot, failure="none")
