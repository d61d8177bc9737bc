"""The hidden faults of the office and what repairs them: each is a change of the world, no more.

What a fault does to the user is nowhere said here: `office` works it out.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from coursekit.sims.directory import acl, badpassword, groups
from coursekit.sims.directory.acl import Ace
from coursekit.sims.directory.kerberosworld import CLIENT
from coursekit.sims.directory.lockoutask import SPN
from coursekit.sims.directory.office import (
    ADDRESS,
    DCS,
    FILES,
    USER,
    Office,
    healthy,
    log_on,
    minute,
)
from coursekit.sims.directory.policy import Link
from coursekit.sims.message import Message, ParameterError

__all__ = ["FAULTS", "REPAIRS", "Fault", "Repair", "fault"]

Change = Callable[[Office], Office]


def _policies(office: Office, *links: Link) -> Office:
    """The links of the OU in which the PC lies."""
    return replace(office, chain=(*office.chain[:-1], replace(office.chain[-1], links=links)))


def _spns(**owned: tuple[str, ...]) -> Change:
    def change(office: Office) -> Office:
        for name, spns in owned.items():
            office = office.with_account(f"{name}$", spns=spns)
        return office

    return change


def _world(**changes: Any) -> Change:
    return lambda office: office.with_world(**changes)


def _office(**changes: Any) -> Change:
    return lambda office: replace(office, **changes)


def _closed(port: str) -> Change:
    return lambda office: replace(office, closed=office.closed | {port})


def _opened(port: str) -> Change:
    return lambda office: replace(office, closed=office.closed - {port})


def _joined(office: Office) -> Office:
    if USER in office.people.members["G_Sales"]:
        return office
    return replace(office, people=groups.join(office.people, "G_Sales", USER))


def _left(office: Office) -> Office:
    return replace(office, people=groups.leave(office.people, "G_Sales", USER))


def _joined_late(office: Office) -> Office:
    """The user logs on, and gets the group a moment later."""
    return _joined(log_on(_left(office)).office)


def _phone_locks(office: Office) -> Office:
    """The telephone has an old password and has been trying for ten minutes."""
    return minute(replace(office, phone=office.history[-1]), 10)


def _clock_set(office: Office) -> Office:
    return office.with_world(clocks={name: each for name, each in office.world.clocks.items() if name != CLIENT})  # fmt: skip


def _with_zone(office: Office) -> Office:
    return replace(office, zone=healthy().zone)


def _unlocked(office: Office) -> Office:
    return replace(office, watch=badpassword.unlocked(office.watch)) if office.watch.locked(office.now) else office  # fmt: skip


def _no_deny(office: Office) -> Office:
    return replace(office, ntfs=tuple(each for each in office.ntfs if each.kind == "allow"))


def _right_password(office: Office) -> Office:
    return office.with_world(typed=office.account.password)


def _logged_off(office: Office) -> Office:
    return replace(office, inside=False, kerberos=replace(office.kerberos, tgt=None, tickets={}, sessions=frozenset()))  # fmt: skip


def _phone_forgets(office: Office) -> Office:
    return replace(office, phone="")


@dataclass(frozen=True)
class Repair:
    """Something that an administrator or the user can do."""

    name: str
    label: Message
    change: Change


REPAIRS = (
    Repair("clock", Message.of("set the clock of the PC"), _clock_set),
    Repair("resolver", Message.of("give the PC the domain’s name server"), _office(resolver=DCS[0])),
    Repair("records", Message.of("let the controllers write their records into DNS"), _with_zone),
    Repair("controllers", Message.of("start the controllers"), lambda office: office.with_world(down=office.world.down - set(DCS))),
    Repair("server", Message.of("start the file server"), lambda office: office.with_world(down=office.world.down - {FILES})),
    Repair("open 88", Message.of("open port 88"), _opened("88")),
    Repair("open 445", Message.of("open port 445"), _opened("445")),
    Repair("enable", Message.of("enable the account"), lambda office: office.with_account(USER, disabled=False)),
    Repair("unlock", Message.of("unlock the account"), _unlocked),
    Repair("phone", Message.of("make the telephone forget its password"), _phone_forgets),
    Repair("password", Message.of("type the present password"), _right_password),
    Repair("group", Message.of("put the user into G_Sales"), _joined),
    Repair("log off", Message.of("log off"), _logged_off),
    Repair("deny", Message.of("remove the denying entry from the NTFS list"), _no_deny),
    Repair("share", Message.of("let everyone change through the share"), _office(share=(Ace("allow", "Everyone", acl.CHANGE),))),
    Repair("unlink", Message.of("unlink the policy KIOSK"), lambda office: _policies(office, Link(1, "DESKS"))),
    Repair("spn", Message.of("give files$ its service name"), _spns(files=(SPN,))),
    Repair("spn away", Message.of("take the service name from print$"), _spns(print=())),
    Repair("name", Message.of("open the share by its name"), _office(path=FILES)),
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """A hidden fault: what it changes, what it is called once it is found, what repairs it."""

    name: str
    label: Message
    change: Change
    repairs: tuple[str, ...]


FAULTS = (
    Fault("clock", Message.of("the clock of the PC is 7 minutes fast"), _world(clocks={CLIENT: 420.0}), ("clock",)),
    Fault("resolver", Message.of("the PC asks a public name server, which knows nothing of the domain"), _office(resolver="8.8.8.8"), ("resolver",)),
    Fault("records", Message.of("the records of the controllers are gone from DNS"), _office(zone={}), ("records",)),
    Fault("controllers", Message.of("both controllers are down"), _world(down=frozenset(DCS)), ("controllers",)),
    Fault("server", Message.of("the file server is down"), _world(down=frozenset({FILES})), ("server",)),
    Fault("port 88", Message.of("a firewall closes port 88"), _closed("88"), ("open 88",)),
    Fault("port 445", Message.of("a firewall closes port 445"), _closed("445"), ("open 445",)),
    Fault("disabled", Message.of("the account is disabled"), lambda office: office.with_account(USER, disabled=True), ("enable",)),
    Fault("phone", Message.of("a telephone tries an old password and locks the account"), _phone_locks, ("phone", "unlock")),
    Fault("password", Message.of("the user types the password of last week"), _world(typed="Rosebud-11"), ("password",)),
    Fault("group", Message.of("the user is not in the group that has the right"), _left, ("group", "log off")),
    Fault("late", Message.of("the user logged on before the group was given"), _joined_late, ("log off",)),
    Fault(
        "deny", Message.of("an entry denies a group in which the user is"),
        lambda office: replace(office, ntfs=(Ace("deny", "G_Temps", acl.WRITE), *office.ntfs)), ("deny",),
    ),
    Fault("share", Message.of("the share lets everyone read only"), _office(share=(Ace("allow", "Everyone", acl.READ),)), ("share",)),
    Fault(
        "policy", Message.of("an enforced policy lets only G_Kiosk log on to this PC"),
        lambda office: _policies(office, Link(1, "DESKS"), Link(2, "KIOSK", enforced=True)), ("unlink",),
    ),
    Fault("spn missing", Message.of("the service name is not registered"), _spns(files=()), ("spn",)),
    Fault("spn twice", Message.of("two accounts have the service name"), _spns(print=(SPN,)), ("spn away",)),
    Fault("spn elsewhere", Message.of("another account has the service name"), _spns(files=(), print=(SPN,)), ("spn away", "spn")),
    Fault("address", Message.of("the share is opened by its address, and NTLM is restricted"), _office(path=ADDRESS), ("name",)),
)  # fmt: skip


def fault(name: str) -> Fault:
    """One fault; ParameterError names those there are."""
    for each in FAULTS:
        if each.name == name:
            return each
    raise ParameterError("fault={name}: choose one of {names}", name=name, names=", ".join(each.name for each in FAULTS))  # fmt: skip
