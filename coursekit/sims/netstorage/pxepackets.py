"""The true bytes of a network boot: DHCP of the firmware, of the kernel, of the servers; TFTP requests.

Beside `pxestory`, which says when they are sent and why.
"""

from coursekit.sims.netstorage import dhcpwire, iscsi, nbd, tftp
from coursekit.sims.netstorage.pxe import BOOT_SERVER, CLIENT, DHCP_SERVER, MAC, ROUTER, UUID, Boot
from coursekit.sims.networks.addresses import address

__all__ = ["accepts", "answers", "asks", "asks_for", "first"]

XID = 0x12345678
LEASE = (3600).to_bytes(4, "big")
MASK = bytes([255, 255, 255, 0])


def asks(boot: Boot, kind: int, *, firmware: bool = True) -> bytes:
    """DISCOVER (1) or REQUEST (3) of the firmware, or of the kernel, which asks for no boot file."""
    options: tuple[tuple[int, bytes], ...] = ((53, bytes([kind])), (55, bytes([1, 3, 6, 12, 15])))
    if firmware:
        options = dhcpwire.client_options(kind, boot.architecture, UUID)
    if kind == 3:
        chosen = ((50, address(CLIENT).packed), (54, address(DHCP_SERVER).packed))
        options = (options[0], *chosen, *options[1:])
    return dhcpwire.Dhcp(op=1, xid=XID, mac=MAC, broadcast=True, options=options).pack()


def answers(boot: Boot, kind: int, *, proxy: bool = False, firmware: bool = True) -> bytes:
    """OFFER (2) or ACK (5): a proxy's has no address, the other's no boot data beside a proxy."""
    boots = firmware and proxy == boot.proxy and bool(boot.offered)
    own = address(BOOT_SERVER if proxy else DHCP_SERVER).packed
    options = [(53, bytes([kind])), (54, own)]
    if not proxy:
        options += [(51, LEASE), (1, MASK), (3, address(ROUTER).packed)]
    if firmware and (proxy or boot.machine.http):
        options.append((60, boot.machine.class_id.partition(":")[0].encode()))
    if boots:
        options += [(66, boot.next_server.encode()), (67, boot.offered.encode())]
    return dhcpwire.Dhcp(
        op=2, xid=XID, mac=MAC, broadcast=True, options=tuple(options),
        yiaddr=dhcpwire.NOBODY if proxy else CLIENT,
        siaddr=boot.next_server if boots else dhcpwire.NOBODY,
        file=boot.offered if boots else "",
    ).pack()  # fmt: skip


def asks_for(boot: Boot, name: str) -> bytes:
    """A read request with the options that firmware knows."""
    return tftp.rrq(name, options=_options(boot, 0))


def accepts(boot: Boot, size: int) -> bytes:
    """The server's answer to it."""
    return tftp.oack(_options(boot, size))


def _options(boot: Boot, size: int) -> dict[str, int | str]:
    window: dict[str, int | str] = {"windowsize": boot.window} if boot.window > 1 else {}
    return {"blksize": boot.blk, "tsize": size, **window}


def first(boot: Boot) -> bytes:
    """The first bytes that the client sends to the root server, where a block protocol says them."""
    if boot.root == "iscsi":
        return iscsi.opening().pack()
    return nbd.client_flags() + nbd.option_go("root") if boot.root == "nbd" else b""
