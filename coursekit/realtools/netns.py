"""Small networks of namespaces: machines with one card, joined by a bridge.

What is typed is what one would type on a Linux router; a machine is a network namespace (`ip
netns`), its cable a veth pair, whose other end, p_NAME, is a port of the bridge br0. IPv6 is off:
its own messages would teach the bridge and fill the captures before anybody asked something.
Only tools that are in the small virtual machine too. Source: ip-netns(8), ip-link(8), bridge(8).
"""

from collections.abc import Mapping

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell

IP = Tool("ip", "iproute2", ("-V",), name="iproute2", aside=True)
TCPDUMP = Tool("tcpdump", "tcpdump", true_root=True, aside=True)
BUSYBOX = Tool("busybox", "busybox-static", ("--help",), name="BusyBox", aside=True)
NFT = Tool("nft", "nftables", name="nftables")
CONNTRACK = Tool("conntrack", "conntrack")
PREFIX = 24


def lan(shell: Shell, machines: Mapping[str, str], *, bridge: str = "br0") -> None:
    """Machines with these names and addresses on one bridge; quietly."""
    shell.quietly(f"ip link add {bridge} type bridge && ip link set {bridge} up")
    for name, address in machines.items():
        machine(shell, name)
        cable(shell, name, address, bridge=bridge)


def machine(shell: Shell, name: str) -> None:
    """A namespace with only its loopback; quietly."""
    shell.quietly(
        f"ip netns add {name} && ip -n {name} link set lo up && ip netns exec {name} "
        "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1"
    )


def cable(
    shell: Shell, name: str, address: str, *, bridge: str, card: str = "eth0", mac: str = ""
) -> None:
    """A card for a machine, plugged into a bridge; quietly."""
    port, own = f"p_{name}", f"address {mac}" if mac else ""
    shell.quietly(
        f"ip link add {port} type veth peer name {card} netns {name} {own} && "
        f"ip link set {port} master {bridge} up && ip -n {name} link set {card} up && "
        f"ip -n {name} addr add {address}/{PREFIX} dev {card}"
    )


def write(shell: Shell, file: str, text: str) -> None:
    """A file, as one would type it: what it says is in the recording."""
    shell.run(f"cat > {file} <<'END'\n{text.rstrip()}\nEND")


def wait_until(shell: Shell, condition: str, seconds: float = 10) -> None:
    """Try a command until it succeeds; TimeoutError when it never does. Quietly."""
    tries = int(seconds / 0.05)
    answer = shell.quietly(
        f"n=0; until {condition} >/dev/null 2>&1; do n=$((n+1)); [ $n -lt {tries} ] || break; "
        f"busybox sleep 0.05; done; [ $n -lt {tries} ]",
        timeout=seconds * 3 + 10,
    )
    if answer.code:
        raise TimeoutError(f"{condition}: {answer.text}")
