"""Kerberos: tickets that only the holder of a key can open, and the rules by which they are given.

Modelled: keys (a password becomes one as in RFC 3962, up to its last step), sealed parts, the
domain's accounts with their service names (SPN), the exchanges AS and TGS, the check of a service
(AP), renewal, lifetimes, clock skew, replays, the errors in their order. A sealed part is a key and
what is under it: who can read what is worked out by opening. Lab rules: nothing is encrypted, the
key is compared instead; the last step of RFC 3962, which needs AES, is left away. Left out:
encryption types, delegation, claims, cross-realm tickets, the signatures of the PAC.
Sources: RFC 4120 3.1-3.3, 5.2.7, 7.5.9; RFC 3962 4; [MS-GPSB] 2.2.2; [MS-KILE] 3.3.5.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from coursekit.sims.message import Message, ParameterError, require

__all__ = ["ERRORS", "KRBTGT", "RENEW", "SERVICE", "SKEW", "TICKET", "Account", "Answer", "Authenticator", "Error", "Key", "Realm", "Sealed", "Ticket", "ap_check", "as_exchange", "key_of", "learned", "opened", "renew", "service_check", "tgs"]  # fmt: skip

SKEW = 300.0
HOUR, DAY = 3600.0, 86_400.0
TICKET, SERVICE, RENEW = 10 * HOUR, 600 * 60.0, 7 * DAY
ITERATIONS = 4096
KRBTGT = "krbtgt"


@dataclass(frozen=True)
class Error:
    """A number of RFC 4120, its name, and what it says."""

    code: int
    name: str
    says: Message


ERRORS = {
    each.code: each
    for each in (
        Error(6, "KDC_ERR_C_PRINCIPAL_UNKNOWN", Message.of("The KDC knows no account of this name.")),
        Error(7, "KDC_ERR_S_PRINCIPAL_UNKNOWN", Message.of("The KDC finds no account with this service name, or more than one.")),
        Error(18, "KDC_ERR_CLIENT_REVOKED", Message.of("The account is disabled, expired or locked.")),
        Error(24, "KDC_ERR_PREAUTH_FAILED", Message.of("The encrypted time does not open with the user’s key: the password is wrong.")),
        Error(25, "KDC_ERR_PREAUTH_REQUIRED", Message.of("The KDC asks for the time, encrypted with the user’s key: no fault, the usual first answer.")),
        Error(32, "KRB_AP_ERR_TKT_EXPIRED", Message.of("The ticket has expired.")),
        Error(33, "KRB_AP_ERR_TKT_NYV", Message.of("The ticket is not yet valid.")),
        Error(34, "KRB_AP_ERR_REPEAT", Message.of("The same authenticator has been seen before: a replay.")),
        Error(37, "KRB_AP_ERR_SKEW", Message.of("The clocks differ by more than 5 minutes.")),
        Error(41, "KRB_AP_ERR_MODIFIED", Message.of("The ticket does not open with this key: it is sealed for another account.")),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Key:
    """A secret: whose it is in words, and its value."""

    name: str
    value: str


@cache
def key_of(principal: str, password: str, realm: str, iterations: int = ITERATIONS) -> Key:
    """A password made a key: PBKDF2 with SHA-1, salted with realm and name."""
    salt = (realm + principal).encode()
    return Key(principal, hashlib.pbkdf2_hmac("sha1", password.encode(), salt, iterations, 16).hex())  # fmt: skip


@dataclass(frozen=True)
class Sealed:
    """Contents under a key; `label` says what it is."""

    label: Message
    key: Key
    contents: Any


@dataclass(frozen=True)
class Ticket:
    """What is inside a ticket: for whom, for which service, the session key, the times, the groups."""

    client: str
    service: str
    session: Key
    start: float
    end: float
    renew_till: float
    groups: tuple[str, ...] = ()
    invalid: bool = False

    def __post_init__(self) -> None:
        require(self.start <= self.end, "end={end}: choose {start} or later", end=self.end, start=self.start)  # fmt: skip


@dataclass(frozen=True)
class Authenticator:
    """The proof that a client holds a session key now; `number` tells two of one second apart."""

    client: str
    ctime: float
    number: int = 0


@dataclass(frozen=True)
class Account:
    """A user or a computer: its key is made of the password; `spns` are the services it runs."""

    name: str
    password: str
    spns: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    disabled: bool = False
    locked: bool = False
    expires: float | None = None


@dataclass(frozen=True)
class Realm:
    """The domain's accounts and the lifetimes that its policy allows."""

    name: str
    accounts: tuple[Account, ...]
    secret: str = "krbtgt secret"  # noqa: S105  (a word in a simulation)
    ticket: float = TICKET
    service: float = SERVICE
    renew: float = RENEW
    skew: float = SKEW

    def __post_init__(self) -> None:
        names = [each.name for each in self.accounts]
        require(len(set(names)) == len(names), "accounts={names}: a name twice", names=", ".join(names))  # fmt: skip
        for name in ("ticket", "service", "renew"):
            require(getattr(self, name) > 0, "{name}={value}: more than 0 s", name=name, value=getattr(self, name))  # fmt: skip

    @property
    def krbtgt(self) -> Key:
        """The key that seals every TGT: the KDC's own."""
        return key_of(KRBTGT, self.secret, self.name)

    def account(self, name: str) -> Account | None:
        """An account by its name."""
        return next((each for each in self.accounts if each.name.lower() == name.lower()), None)

    def key(self, account: Account) -> Key:
        """The key of an account."""
        return key_of(account.name, account.password, self.name)

    def with_spn(self, spn: str) -> tuple[Account, ...]:
        """The accounts that claim a service name: one, if all is well."""
        return tuple(each for each in self.accounts if spn.lower() in map(str.lower, each.spns))

    def changed(self, name: str, **changes: Any) -> "Realm":
        """The same with one account changed."""
        require(self.account(name) is not None, "account={name}: there is none", name=name)
        return replace(self, accounts=tuple(replace(each, **changes) if each.name == name else each for each in self.accounts))  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What an exchange gives: an error (0 none), the ticket as it travels, the part for the client."""

    error: int
    ticket: Sealed | None = None
    enclosed: Sealed | None = None

    @property
    def why(self) -> Message:
        """The error in words."""
        return ERRORS[self.error].says if self.error else Message.of("Accepted.")


Keys = Iterable[Key]


def opened(sealed: Sealed, keys: Keys) -> Any:
    """What is under the key, for who holds it; else ParameterError."""
    if sealed.key not in set(keys):
        raise ParameterError("key: {label} opens with the key of {name} only", label=sealed.label, name=sealed.key.name)  # fmt: skip
    return sealed.contents


def learned(keys: Keys, parts: Iterable[Sealed]) -> frozenset[Key]:
    """All keys of somebody who holds some and sees these parts: what he opens may hold others."""
    held, seen = set(keys), list(parts)
    while True:
        inside = {key for each in seen if each.key in held for key in _keys_in(each.contents)}
        if inside <= held:
            return frozenset(held)
        held |= inside


def _keys_in(contents: Any) -> set[Key]:
    if isinstance(contents, Ticket):
        return {contents.session}
    if isinstance(contents, Mapping):
        return {each for each in contents.values() if isinstance(each, Key)}
    return set()


TGT_LABEL = Message.of("the ticket-granting ticket (TGT)")
TICKET_LABEL = Message.of("the service ticket")
ENCLOSED_LABEL = Message.of("the session key and the times, for the client")
PROOF_LABEL = Message.of("the authenticator: name and time")
PREAUTH_LABEL = Message.of("the time, as a proof of the password")


def as_exchange(realm: Realm, user: str, proof: Sealed | None, now: float, *, serial: int = 1, till: float | None = None, rtill: float | None = None) -> Answer:  # fmt: skip
    """Log on: `proof` is the client's time sealed with its key, None on the first try."""
    account = realm.account(user)
    if account is None:
        return Answer(6)
    if account.disabled or account.locked or (account.expires is not None and now > account.expires):  # fmt: skip
        return Answer(18)
    if proof is None:
        return Answer(25)
    own = realm.key(account)
    if proof.key != own:
        return Answer(24)
    if abs(opened(proof, [own]) - now) > realm.skew:
        return Answer(37)
    end, last = _least(now + realm.ticket, till), _least(now + realm.renew, rtill)
    if end < now:
        return Answer(32)
    ticket = Ticket(account.name, KRBTGT, _session(serial), now, end, max(last, end), account.groups)  # fmt: skip
    return _given(ticket, realm.krbtgt, own, TGT_LABEL)


def _least(allowed: float, asked: float | None) -> float:
    return allowed if asked is None else min(allowed, asked)


def _session(serial: int) -> Key:
    return Key(f"session {serial}", hashlib.sha256(f"session {serial}".encode()).hexdigest()[:32])


def _given(ticket: Ticket, seal: Key, reader: Key, label: Message) -> Answer:
    enclosed = {"session": ticket.session, "service": ticket.service, "start": ticket.start, "end": ticket.end, "renew_till": ticket.renew_till}  # fmt: skip
    return Answer(0, Sealed(label, seal, ticket), Sealed(ENCLOSED_LABEL, reader, enclosed))


def ap_check(ticket: Ticket, proof: Authenticator, now: float, seen: Iterable[Authenticator] = (), skew: float = SKEW) -> int:  # fmt: skip
    """What a server checks, in this order: skew 37, replay 34, not yet valid 33, expired 32; 0: accepted."""
    if abs(proof.ctime - now) > skew:
        return 37
    if proof in set(seen):
        return 34
    if ticket.invalid or ticket.start - now > skew:
        return 33
    return 32 if now - ticket.end > skew else 0


def service_check(keys: Keys, ticket: Sealed, proof: Sealed, now: float, seen: Iterable[Authenticator] = (), skew: float = SKEW) -> int:  # fmt: skip
    """AP: the service opens the ticket with its own key, the authenticator with the key inside."""
    if ticket.key not in set(keys):
        return 41
    inside: Ticket = ticket.contents
    if proof.key != inside.session:
        return 41
    return ap_check(inside, opened(proof, [inside.session]), now, seen, skew)


def tgs(realm: Realm, ticket: Sealed, proof: Sealed, spn: str, now: float, *, seen: Iterable[Authenticator] = (), serial: int = 2, till: float | None = None) -> Answer:  # fmt: skip
    """A ticket for a service; it never outlives the TGT."""
    error = service_check([realm.krbtgt], ticket, proof, now, seen, realm.skew)
    if error:
        return Answer(error)
    claimed = realm.with_spn(spn)
    if len(claimed) != 1:
        return Answer(7)
    tgt: Ticket = ticket.contents
    end = _least(min(tgt.end, now + realm.service), till)
    if end < now:  # within the skew after the TGT's end: nothing is left to give
        return Answer(32)
    given = Ticket(tgt.client, spn, _session(serial), now, end, tgt.end, tgt.groups)
    return _given(given, realm.key(claimed[0]), tgt.session, TICKET_LABEL)


def renew(realm: Realm, ticket: Sealed, proof: Sealed, now: float, *, seen: Iterable[Authenticator] = (), serial: int = 2) -> Answer:  # fmt: skip
    """The same ticket with new times: while it is valid, and at most until renew-till.

    The groups inside stay those of the log-on.
    """
    error = service_check([realm.krbtgt], ticket, proof, now, seen, realm.skew)
    if error:
        return Answer(error)
    tgt: Ticket = ticket.contents
    if now > tgt.end or now >= tgt.renew_till:
        return Answer(32)
    end = min(tgt.renew_till, now + (tgt.end - tgt.start))
    again = replace(tgt, session=_session(serial), start=now, end=end)
    return _given(again, realm.krbtgt, tgt.session, TGT_LABEL)
