"""What a client sends to a domain controller, and what breaks when a firewall closes a port.

Modelled: the flows of a Windows client, the operations that need each of them, and what the user
reads when one is closed; a ticket in the cache stands for port 88 until it ends. Left out: dynamic
ports narrowed to a few, IPsec, what controllers say to each other, and fallbacks to NTLM.
Sources: Microsoft Learn, "How to configure a firewall for Active Directory domains and trusts",
"Service overview and network port requirements for Windows".
"""

from collections.abc import Collection
from dataclasses import dataclass

from coursekit.sims.message import Message, require

__all__ = ["DYNAMIC", "FLOWS", "OPERATIONS", "Flow", "Operation", "Outcome", "after_closing", "operation"]  # fmt: skip

DYNAMIC = "49152-65535"


@dataclass(frozen=True)
class Flow:
    """A port of the domain controller and what it is for."""

    port: str
    transport: str
    service: str
    use: Message


@dataclass(frozen=True)
class Operation:
    """Something a client does: the ports it needs, whether a cached ticket spares Kerberos."""

    name: str
    label: Message
    needs: tuple[str, ...]
    cached: bool = False


@dataclass(frozen=True)
class Outcome:
    """Whether an operation works with some ports closed, and what the user reads."""

    operation: Operation
    works: bool
    closed: str  # the first needed port that is closed
    why: Message


FLOWS = (
    Flow("53", "udp+tcp", "DNS", Message.of("finds the controllers by their SRV records")),
    Flow("88", "udp+tcp", "Kerberos", Message.of("gives tickets")),
    Flow("123", "udp", "NTP", Message.of("keeps clocks within 5 minutes")),
    Flow("135", "tcp", "RPC", Message.of("says on which dynamic port a service of Windows listens")),
    Flow("389", "udp+tcp", "LDAP", Message.of("reads and changes the directory, and picks a controller")),
    Flow("445", "tcp", "SMB", Message.of("carries shares, policies and scripts among them")),
    Flow("464", "udp+tcp", "kpasswd", Message.of("changes a password")),
    Flow("636", "tcp", "LDAPS", Message.of("reads and changes the directory inside TLS")),
    Flow("3268", "tcp", "GC", Message.of("searches the whole forest")),
    Flow("3269", "tcp", "GC over TLS", Message.of("searches the whole forest inside TLS")),
    Flow(DYNAMIC, "tcp", "RPC", Message.of("carries what 135 has announced: joining, management")),
)  # fmt: skip

OPERATIONS = (
    Operation("locate", Message.of("find a domain controller"), ("53", "389")),
    Operation("log on", Message.of("log on for the first time today"), ("53", "389", "88")),
    Operation("open share", Message.of("open a share whose ticket is in the cache"), ("88", "445"), cached=True),
    Operation("new share", Message.of("open a share for the first time"), ("53", "88", "445")),
    Operation("policy", Message.of("fetch the group policies"), ("53", "389", "88", "445"), cached=True),
    Operation("password", Message.of("change a password"), ("53", "88", "464")),
    Operation("join", Message.of("join a computer to the domain"), ("53", "389", "88", "445", "135", DYNAMIC)),
    Operation("search", Message.of("search people in the domain"), ("389",)),
    Operation("search tls", Message.of("search people inside TLS"), ("636",)),
    Operation("search forest", Message.of("search people in the whole forest"), ("3268",)),
    Operation("time", Message.of("set the clock"), ("123",)),
)  # fmt: skip

SAYS = {  # port -> what the user reads
    "53": Message.of("The domain cannot be contacted: no name server answers."),
    "88": Message.of("There are no logon servers available: no ticket is given."),
    "123": Message.of("Nothing yet; the clock drifts, and beyond 5 minutes Kerberos refuses (error 37)."),
    "135": Message.of("The RPC server is unavailable."),
    "389": Message.of("The domain cannot be contacted: the directory does not answer."),
    "445": Message.of("The network path was not found."),
    "464": Message.of("The password cannot be changed now: no answer, and the old one stays."),
    "636": Message.of("The server is not operational: nothing answers inside TLS."),
    "3268": Message.of("The global catalog cannot be reached: only the own domain is searched."),
    "3269": Message.of("The global catalog cannot be reached inside TLS."),
    DYNAMIC: Message.of("The RPC server is unavailable: 135 answered, the port that it announced does not."),
}  # fmt: skip


def operation(name: str) -> Operation:
    """One operation; ParameterError names those there are."""
    found = next((each for each in OPERATIONS if each.name == name), None)
    require(found is not None, "operation={name}: choose one of {names}", name=name, names=", ".join(each.name for each in OPERATIONS))  # fmt: skip
    assert found is not None
    return found


def after_closing(closed: Collection[str], *, ticket: bool = True) -> tuple[Outcome, ...]:
    """What works with these ports closed; `ticket`: the cached ones have not ended yet."""
    known = {flow.port for flow in FLOWS}
    for port in closed:
        require(port in known, "port={port}: choose among {ports}", port=port, ports=", ".join(sorted(known)))  # fmt: skip
    return tuple(_tried(each, closed, ticket=ticket) for each in OPERATIONS)


def _tried(each: Operation, closed: Collection[str], *, ticket: bool) -> Outcome:
    spared = {"88"} if each.cached and ticket else set()
    stopped = next((port for port in each.needs if port in closed and port not in spared), "")
    if stopped:
        return Outcome(each, False, stopped, SAYS[stopped])
    if "88" in closed and "88" in each.needs:
        return Outcome(
            each, True, "", Message.of("It works: the ticket in the cache has not ended.")
        )
    return Outcome(each, True, "", Message.of("It works."))
