"""Checks of the chapter on directory services."""

import time
from typing import Any

from coursekit.i18n import mark
from coursekit.realtools import krb5, slapd
from coursekit.realtools.check import SAME, SHOWN, Check, Fact
from coursekit.realtools.places import Place
from coursekit.realtools.source import Live, Source
from coursekit.sims.directory import evaluate, kerberos, tree
from coursekit.sims.directory.kerberos import HOUR, Account, Authenticator, Realm, Sealed
from coursekit.sims.directory.sample import ALICE, SUFFIX, numbers, sample
from coursekit.sims.message import Message, ParameterError

PARIS, PASSWORD, WRONG = f"ou=Paris,{SUFFIX}", "Secret-1", "Secret-2"
SCOPES: tuple[evaluate.Scope, ...] = ("base", "one", "sub")
FILTERS = (
    "(sn=MARTIN)", "(mail=*)", "(!(mail=*))", "(logonCount>=5)", "(!(logonCount>=5))",
    f"(userAccountControl:{evaluate.ALL_BITS}:=2)", f"(userAccountControl:{evaluate.ANY_BIT}:=65538)",
    r"(cn=Bob \28temp\29 Durand)", "(cn=Bob (temp) Durand)", "(nosuchattr=x)", "(!(nosuchattr=x))",
)  # fmt: skip
REALM = Realm(
    "LAB.EXAMPLE",
    (
        Account("alice", PASSWORD),
        Account("bob", PASSWORD, disabled=True),
        Account("files", "Secret-3", spns=("cifs/files",)),
    ),
    service=HOUR,
)
SHORT_S = 1
NUMBERS = Message.of("1 the domain, 2 Paris, 3 Lyon, 4 Alice, 5 Bob, 6 Chloé, 7 Star*Man, 8 Admins")
Codes = tuple[int, ...]


def _places(asked: str) -> tuple[int, ...] | None:
    try:
        return numbers(tree.search(sample(), asked).entries)
    except ParameterError:
        return None


def _numbered(names: tuple[str, ...] | None) -> Any:
    """The places of entries found; a sentence where the filter is refused."""
    places = {each.dn: number for number, each in enumerate(sample().entries, start=1)}
    return _shown(None if names is None else tuple(sorted(places[name] for name in names)))


def _shown(found: tuple[int, ...] | None) -> Any:
    return Message.of("no valid filter") if found is None else found or Message.of("no entry")


def _login_facts() -> tuple[Fact, ...]:
    facts = [
        Fact(Message.of("Bind with the right password is accepted"), _accepted(PASSWORD), SAME),
        Fact(Message.of("Bind with a wrong one"), _accepted(WRONG), SAME),
        Fact(Message.of("Result codes: wrong password, unknown name"), None, SHOWN, why=Message.of("The same for both: who guesses names learns nothing.")),
    ]  # fmt: skip
    for scope in SCOPES:
        found = numbers(tree.search(sample(), "(objectClass=*)", base=PARIS, scope=scope).entries)
        facts.append(Fact(Message.of("Below ou=Paris, scope {scope}", scope=scope), _shown(found), SAME, why=NUMBERS if scope == "base" else None))  # fmt: skip
    facts += [Fact(Message.of("Filter {text}", text=each), _shown(_places(each)), SAME) for each in FILTERS]  # fmt: skip
    return tuple(facts)


def _accepted(password: str) -> bool:
    """Whether the simulation's own log-on takes it."""
    return 0 in _log_on("alice", password)[0]


def _ask_login(source: Source) -> tuple[Any, ...]:
    with slapd.slapd(source, ALICE, PASSWORD) as server:
        right, wrong = server.bind(ALICE, PASSWORD), server.bind(ALICE, WRONG)
        unknown = server.bind(f"cn=Nobody,{SUFFIX}", WRONG)
        return (
            right == 0, wrong == 0, (wrong, unknown),
            *(_numbered(server.find("(objectClass=*)", scope, PARIS)) for scope in SCOPES),
            *(_numbered(server.find(each)) for each in FILTERS),
        )  # fmt: skip


def _log_on(user: str, password: str, **asked: float) -> tuple[Codes, kerberos.Answer]:
    """The simulation's errors in their order, 0 at the end of a success: first without a proof, then with it."""
    first = kerberos.as_exchange(REALM, user, None, 0.0)
    if first.error != 25:
        return (first.error,), first
    proof = Sealed(kerberos.PREAUTH_LABEL, kerberos.key_of(user, password, REALM.name), 0.0)
    then = kerberos.as_exchange(REALM, user, proof, 0.0, till=asked.get("till"), rtill=asked.get("rtill"))  # fmt: skip
    return (first.error, then.error), then


def _service(tgt: kerberos.Answer, spn: str, now: float = 0.0) -> kerberos.Answer:
    """The simulation's answer to a wish for a service."""
    assert tgt.ticket
    proof = Sealed(kerberos.PROOF_LABEL, tgt.ticket.contents.session, Authenticator("alice", now))
    return kerberos.tgs(REALM, tgt.ticket, proof, spn, now)


def _minutes(answer: kerberos.Answer) -> tuple[int, int]:
    assert answer.ticket
    inside: kerberos.Ticket = answer.ticket.contents
    return round((inside.end - inside.start) / 60), round((inside.renew_till - inside.start) / 60)


def _kerberos_facts() -> tuple[Fact, ...]:
    codes, tgt = _log_on("alice", PASSWORD)
    long = _log_on("alice", PASSWORD, till=30 * HOUR, rtill=30 * kerberos.DAY)[1]
    short = _log_on("alice", PASSWORD, till=SHORT_S)[1]
    said = Message.of("0: a ticket. 25: the KDC asks for a proof first; 24: the proof does not open with the user’s key.")  # fmt: skip
    return (
        Fact(Message.of("Log on: the KDC’s answers in their order"), codes, SAME, why=said),
        Fact(Message.of("With a wrong password"), _log_on("alice", WRONG)[0], SAME),
        Fact(Message.of("With an unknown name"), _log_on("nobody", WRONG)[0], SAME),
        Fact(Message.of("As a disabled account"), _log_on("bob", PASSWORD)[0], SAME),
        Fact(Message.of("Asked for 30 hours and 30 days: the ticket’s minutes, and for renewal"), _minutes(long), SAME),
        Fact(Message.of("A ticket for a service"), (_service(tgt, "cifs/files").error,), SAME),
        Fact(Message.of("Its minutes"), _minutes(_service(tgt, "cifs/files"))[0], SAME),
        Fact(Message.of("For a service that nobody runs"), (_service(tgt, "cifs/nowhere").error,), SAME),
        Fact(Message.of("With an expired ticket there is one for a service"), not _service(short, "cifs/files", SHORT_S + 1.0).error, SAME, why=Message.of("The client knows the end of its own ticket and does not even ask.")),
    )  # fmt: skip


def _ask_kerberos(source: Source) -> tuple[Any, ...]:
    with krb5.kdc(source, REALM) as client:
        found: list[Any] = [
            client.log_on("alice", PASSWORD), client.log_on("alice", WRONG),
            client.log_on("nobody", WRONG), client.log_on("bob", PASSWORD),
        ]  # fmt: skip
        client.log_on("alice", PASSWORD, "-l", "30h", "-r", "30d")
        found += [client.tickets()[f"krbtgt/{REALM.name}"], client.service("cifs/files")]
        found += [client.tickets()["cifs/files"][0], client.service("cifs/nowhere")]
        client.log_on("alice", PASSWORD, "-l", f"{SHORT_S}s")
        if isinstance(source, Live):
            time.sleep(SHORT_S + 1)
        found.append(0 in client.service("cifs/files"))
    return tuple(found)


CHECKS = (
    Check(
        name="directory-login",
        title=mark("The sample directory in a true LDAP server"),
        question=mark("Who may bind, and which of the eight entries does each filter find?"),
        differs=mark("OpenLDAP has no attributes of Active Directory: a class of our own brings them. Rights, sizes and pages are left out; true, false and undefined are the same."),
        facts=_login_facts,
        ask=_ask_login,
        places=(Place("here", (slapd.SLAPD, slapd.LDAPSEARCH)),),
    ),
    Check(
        name="directory-kerberos",
        title=mark("A realm of MIT Kerberos"),
        question=mark("What does the KDC answer to a right and to a wrong password, and how long is a ticket good for?"),
        differs=mark("The tool encrypts; the model compares keys. Groups and names of services are Active Directory’s; the numbers of the errors and the order of the checks are those of the same standard."),
        facts=_kerberos_facts,
        ask=_ask_kerberos,
        places=(Place("here", (krb5.KLIST, krb5.KDC, krb5.KADMIN)),),
    ),
)  # fmt: skip
