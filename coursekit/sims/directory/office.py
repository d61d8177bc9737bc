"""A small world in which a user wants to log on and write to a share, and much can be wrong.

Modelled by the chapter's other modules, asked in the order of the real thing: ports, DNS and the
choice of a controller (`ports`, `srv`), Kerberos (`kerberosplay`), wrong passwords (`badpassword`),
the right to log on (`policy`), groups (`groups`) and the two lists of a share (`acl`). Nothing here
knows a fault. A telephone may keep an old password and try it twice a minute. The words that a
user reads are those of Windows. Left out: cached log-on, DFS, several users.
Source: Microsoft Learn, "System error codes" (1326, 1909, 1331, 1311, 1385, 53, 5, 1398, 1396).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from coursekit.sims.directory import acl, badpassword, groups, kerberosplay, policy, ports, srv
from coursekit.sims.directory.acl import Ace, Acl
from coursekit.sims.directory.badpassword import Rules, Watch
from coursekit.sims.directory.groups import Principal
from coursekit.sims.directory.kerberos import Account, Realm, Ticket
from coursekit.sims.directory.kerberosworld import CLIENT, Host, State, World
from coursekit.sims.directory.policy import ANYBODY, Container, Gpo, Link
from coursekit.sims.directory.srv import Record, Subnet
from coursekit.sims.message import Message

__all__ = ["ADDRESS", "DCS", "DOMAIN", "FILES", "USER", "WANTED", "Event", "Office", "Result", "healthy", "log_on", "minute", "open_share"]  # fmt: skip

DOMAIN, USER, FILES, ADDRESS = "lab.example", "amartin", "files.lab.example", "10.1.0.20"
DCS = ("dc1", "dc2")
PC_ADDRESS = "10.1.2.3"
SUBNETS = (Subnet("10.1.0.0/16", "Paris"),)
WANTED = acl.READ | acl.WRITE
LOGON, NTLM = "log on locally", "restrict NTLM"
PHONE_TRIES = 2  # a minute

USER_READS = {  # Kerberos error -> what Windows shows
    6: Message.of("The user name or password is incorrect."),
    24: Message.of("The user name or password is incorrect."),
    37: Message.of("There is a time and/or date difference between the client and the server."),
    41: Message.of("The target account name is incorrect."),
}  # fmt: skip
LOCKED = Message.of("The referenced account is currently locked out and may not be logged on to.")
DISABLED = Message.of("Your account has been disabled.")
NOT_HERE = Message.of("The sign-in method you are trying to use is not allowed on this computer.")
NO_PATH = Message.of("The network path was not found.")
DENIED = Message.of("Access is denied.")
NO_NTLM = Message.of("The authentication failed: NTLM is restricted in this domain.")
NO_NAMES = Message.of("The domain cannot be contacted: no name server answers.")
FIRST = Message.of("Log on first.")
IN = Message.of("Logged on.")
OPEN = Message.of("The share is open, and the file is saved.")


@dataclass(frozen=True)
class Event:
    """A line of the controllers' security log: the minute, Kerberos's error, from where."""

    minute: float
    error: int
    machine: str


@dataclass(frozen=True)
class Office:
    """Everything that is the case."""

    kerberos: State
    people: groups.World
    share: Acl
    ntfs: Acl
    chain: policy.Chain
    gpos: tuple[Gpo, ...]
    watch: Watch
    zone: Mapping[str, tuple[Record, ...]]
    resolver: str = DCS[0]
    path: str = FILES
    closed: frozenset[str] = frozenset()
    history: tuple[str, ...] = ("Rosebud-11", "Rosebud-10", "Rosebud-09")  # the latest first
    phone: str = ""  # the password that it keeps
    inside: bool = False
    events: tuple[Event, ...] = ()

    @property
    def now(self) -> float:
        """Minutes since the begin, by the controllers' clocks."""
        return self.kerberos.t / 60

    @property
    def world(self) -> World:
        """The machines and accounts as Kerberos sees them."""
        return self.kerberos.world

    @property
    def account(self) -> Account:
        """The user's account."""
        found = self.world.realm.account(USER)
        assert found is not None
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """Who the user is according to the directory now."""
        return groups.token(self.people, USER, DOMAIN).names

    @property
    def token(self) -> tuple[str, ...]:
        """Who the user is according to the ticket taken at the log-on."""
        tgt = self.kerberos.tgt
        inside: Ticket | None = tgt.ticket.contents if tgt is not None and self.inside else None
        return inside.groups if inside else ()

    @property
    def records(self) -> Mapping[str, tuple[Record, ...]]:
        """What the PC's name server knows of the domain."""
        served = self.resolver in DCS and self.resolver not in self.world.down
        return self.zone if served and "53" not in self.closed else {}

    def rule(self, name: str) -> Any:
        """A setting in force on the PC, None where nobody sets it."""
        found = policy.effective(self.chain, self.gpos, "computer").settings.get(name)
        return None if found is None else found.value

    def with_world(self, **changes: Any) -> "Office":
        """The same with the machines or accounts changed."""
        return replace(self, kerberos=replace(self.kerberos, world=replace(self.world, **changes)))

    def with_account(self, name: str, **changes: Any) -> "Office":
        """The same with an account changed."""
        return self.with_world(realm=self.world.realm.changed(name, **changes))


@dataclass(frozen=True)
class Result:
    """The world after a try; what the user reads."""

    office: Office
    done: bool
    why: Message
    error: int = 0
    steps: tuple[State, ...] = field(default=())


def minute(office: Office, minutes: float = 1) -> Office:
    """Time passes, and the telephone goes on trying."""
    whole = int(minutes)
    for _ in range(whole):
        office = _phone(replace(office, kerberos=replace(office.kerberos, t=office.kerberos.t + 60)))  # fmt: skip
    rest = (minutes - whole) * 60
    return replace(office, kerberos=replace(office.kerberos, t=office.kerberos.t + rest))


def _phone(office: Office) -> Office:
    if not office.phone or not office.world.kdc:
        return office
    for _ in range(PHONE_TRIES):
        office = _counted(office, office.phone, "phone")
    return office


def _counted(office: Office, password: str, machine: str) -> Office:
    """A password judged by the controllers, noted in their log when it is wrong."""
    good = password == office.account.password
    if office.watch.locked(office.now) or office.account.disabled:
        return _logged(office, 18, machine)
    remembered = password in office.history[: badpassword.REMEMBERED]
    after = badpassword.tried(office.watch, office.world.kdc, office.now, good=good, remembered=remembered, down=office.world.down)  # fmt: skip
    return replace(office if good else _logged(office, 24, machine), watch=after)


def _logged(office: Office, error: int, machine: str) -> Office:
    return replace(office, events=(*office.events, Event(office.now, error, machine)))


def _unreachable(office: Office, operation: str, *, ticket: bool = False) -> Message | None:
    """What the user reads where a port is closed or no controller is found."""
    for each in ports.after_closing(office.closed, ticket=ticket):
        if each.operation.name == operation and not each.works:
            return each.why
    if operation == "open share":
        return None  # the ticket is there: nobody is looked for
    if office.resolver in office.world.down:
        return NO_NAMES
    place = srv.locate(DOMAIN, PC_ADDRESS, SUBNETS, office.records, dead=office.world.down)
    return None if place.found else place.why


def log_on(office: Office) -> Result:
    """The user types name and password."""
    said = _unreachable(office, "log on")
    if said is not None:
        return Result(_out(office), False, said)
    locked = office.watch.locked(office.now)
    ready = _out(office).with_account(USER, locked=locked, groups=office.names)
    steps = kerberosplay.after(ready.kerberos, [("log on",)])
    end = steps[-1]
    after = _counted(replace(ready, kerberos=end), office.world.typed, CLIENT)
    if not end.done:
        said = (LOCKED if locked else DISABLED) if end.error == 18 else USER_READS.get(end.error, end.why)  # fmt: skip
        return Result(after, False, said, end.error, steps)
    allowed = office.rule(LOGON)
    if allowed is not None and not set(allowed) & set(office.names):
        return Result(_out(after), False, NOT_HERE, 0, steps)
    return Result(replace(after, inside=True), True, IN, 0, steps)


def _out(office: Office) -> Office:
    return replace(office, inside=False, kerberos=replace(office.kerberos, tgt=None, tickets={}, sessions=frozenset()))  # fmt: skip


def open_share(office: Office) -> Result:
    """The user opens the share and saves a file."""
    if not office.inside:
        return Result(office, False, FIRST)
    host = office.world.host(office.path)
    cached = host.spn in office.kerberos.tickets and office.path == host.name
    said = _unreachable(office, "open share" if cached else "new share", ticket=cached)
    if said is not None:
        return Result(office, False, said)
    steps = kerberosplay.after(office.kerberos, [("open", office.path)])
    end = steps[-1]
    after = replace(office, kerberos=end)
    if end.error in {18, 24, 37, 41}:
        after = _logged(after, end.error, CLIENT)
    elif any(each.error == 7 for each in steps):
        after = _logged(after, 7, CLIENT)
    if end.protocol == "NTLM" and office.rule(NTLM):
        return Result(after, False, NO_NTLM, end.error, steps)
    if not end.done:
        said = NO_PATH if host.name in office.world.down else USER_READS.get(end.error, end.why)
        return Result(after, False, said, end.error, steps)
    names = office.names if end.protocol == "NTLM" else office.token
    granted = acl.network(names, office.share, office.ntfs, WANTED).granted
    return Result(after, granted, OPEN if granted else DENIED, 0, steps)


def healthy() -> Office:
    """Everything in order; the user is not logged on yet."""
    realm = Realm("LAB.EXAMPLE", (
        Account(USER, "Rosebud-12"), Account("files$", "host secret 1", (f"cifs/{FILES}",)), Account("print$", "host secret 2"),
    ))  # fmt: skip
    world = World(realm, USER, "Rosebud-12", (Host(FILES, ADDRESS, "files$", "host secret 1"),), DCS, adjusts=True)  # fmt: skip
    records = [Record(each) for each in DCS]
    rules = policy.account_policy(_chain(), _GPOS).settings
    limits = Rules(*(rules[f"lockout {each}"].value for each in ("tries", "window", "duration")))
    return Office(
        State(world, t=9 * 3600), _people(), (Ace("allow", "Everyone", acl.CHANGE),), (Ace("allow", "DL_Share_RW", acl.CHANGE),),
        _chain(), _GPOS, badpassword.watch(DCS, limits), srv.zone(DOMAIN, {"Paris": records}),
    )  # fmt: skip


_GPOS = (
    Gpo("DDP", computer={LOGON: (ANYBODY,), NTLM: True, "lockout tries": 5, "lockout window": 30, "lockout duration": 30}),
    Gpo("DESKS", user={"wallpaper": "blue"}),
    Gpo("KIOSK", computer={LOGON: ("G_Kiosk",)}),
)  # fmt: skip


def _chain() -> policy.Chain:
    return (
        Container("Local", "local"), Container("Paris", "site"), Container(DOMAIN, "domain", (Link(1, "DDP"),)),
        Container("OU Desks", "ou", (Link(1, "DESKS"),)),
    )  # fmt: skip


def _people() -> groups.World:
    kinds: tuple[tuple[str, groups.Kind], ...] = (
        (USER, "user"), ("G_Sales", "global"), ("G_Temps", "global"), ("G_Kiosk", "global"), ("DL_Share_RW", "domain local"),
    )  # fmt: skip
    inside = {"G_Sales": (USER,), "G_Temps": (USER,), "DL_Share_RW": ("G_Sales",)}
    return groups.World(tuple(Principal(name, kind, DOMAIN) for name, kind in kinds), inside)
