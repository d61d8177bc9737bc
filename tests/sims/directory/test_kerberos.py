"""Kerberos: V12.4, keys beside RFC 3962, the order of errors, who can read what, lifetimes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.directory import kerberos
from coursekit.sims.directory.kerberos import (
    KRBTGT,
    Account,
    Authenticator,
    Key,
    Realm,
    Sealed,
    Ticket,
    ap_check,
    key_of,
    opened,
)
from coursekit.sims.message import Message, ParameterError

REALM = Realm("LAB", (
    Account("alice", "secret", groups=("G",)), Account("gone", "x", disabled=True), Account("shut", "x", locked=True),
    Account("old", "x", expires=10), Account("files$", "f", ("cifs/files",)), Account("a$", "a", ("http/two",)), Account("b$", "b", ("HTTP/two",)),
))  # fmt: skip
SESSION = Key("s", "0")


@pytest.mark.parametrize(
    ("iterations", "hexadecimal"),
    [  # RFC 3962, appendix B: 128-bit PBKDF2 output
        (1, "cdedb5281bb2f801565a1122b2563515"),
        (2, "01dbee7f4a9e243e988b62c73cda935d"),
        (1200, "5c08eb61fdf71e4e4ec3cf6ba1f5512b"),
    ],
)
def test_a_password_becomes_a_key_as_in_the_rfc(iterations, hexadecimal):
    assert key_of("raeburn", "password", "ATHENA.MIT.EDU", iterations).value == hexadecimal


def proof(time, password="secret", user="alice"):
    return Sealed(kerberos.PREAUTH_LABEL, key_of(user, password, "LAB"), time)


@pytest.mark.parametrize(("offset", "error"), [(0, 0), (299, 0), (-299, 0), (300, 0), (-300, 0), (301, 37), (-301, 37)])  # fmt: skip
def test_skew_at_log_on(offset, error):
    assert kerberos.as_exchange(REALM, "alice", proof(1000 + offset), 1000).error == error


@pytest.mark.parametrize(
    ("user", "sealed", "error"),
    [
        ("nobody", None, 6), ("gone", None, 18), ("shut", None, 18), ("old", None, 18), ("alice", None, 25),
        ("alice", proof(99_999, "wrong"), 24),  # a wrong key cannot tell the time
        ("alice", proof(99_999), 37), ("ALICE", proof(1000), 0), ("alice", proof(1000, user="old"), 24),
    ],
)  # fmt: skip
def test_errors_at_log_on_in_their_order(user, sealed, error):
    answer = kerberos.as_exchange(REALM, user, sealed, 1000)
    assert answer.error == error
    assert str(answer.why) == ("Accepted." if not error else str(kerberos.ERRORS[error].says))


@pytest.mark.parametrize(
    ("now", "ctime", "start", "end", "error"),
    [  # V12.4
        (36300, 36300, 0, 36000, 0), (36301, 36301, 0, 36000, 32), (0, 0, 300, 36000, 0), (0, 0, 301, 36000, 33),
        (1000, 1301, 0, 36000, 37), (1000, 1300, 0, 36000, 0), (1000, 699, 0, 36000, 37), (36400, 36200, 0, 36000, 32),
    ],
)  # fmt: skip
def test_what_a_server_checks(now, ctime, start, end, error):
    ticket = Ticket("alice", "cifs/files", SESSION, start, end, end)
    assert ap_check(ticket, Authenticator("alice", ctime), now) == error


def test_the_order_of_checks():
    late = Ticket("alice", "cifs/files", SESSION, 10_000, 20_000, 20_000)
    seen = [Authenticator("alice", 0)]
    assert ap_check(late, Authenticator("alice", 500), 0, [Authenticator("alice", 500)]) == 37
    assert ap_check(late, seen[0], 0, seen) == 34
    assert ap_check(late, Authenticator("alice", 0, 1), 0, seen) == 33
    assert ap_check(replace(late, start=0, invalid=True), Authenticator("alice", 0, 1), 0) == 33


def tgt(now=0.0, end=36_000.0, till=604_800.0):
    return Sealed(kerberos.TGT_LABEL, REALM.krbtgt, Ticket("alice", KRBTGT, SESSION, now, end, till, ("G",)))  # fmt: skip


def shown(time, number=0):
    return Sealed(kerberos.PROOF_LABEL, SESSION, Authenticator("alice", time, number))


@pytest.mark.parametrize(("now", "till", "end"), [(0, None, 36000), (32400, None, 36000), (0, 3600, 3600)])  # fmt: skip
def test_the_end_of_a_service_ticket(now, till, end):
    answer = kerberos.tgs(REALM, tgt(), shown(now), "cifs/files", now, till=till)
    assert answer.ticket.contents.end == end


@pytest.mark.parametrize(
    ("times", "now", "error", "end"),
    [  # V12.4
        ((0, 36000, 604800), 35000, 0, 71000), ((570000, 604800, 604800), 590000, 0, 604800), ((0, 36000, 604800), 36001, 32, None),
        ((0, 36000, 36000), 36000, 32, None), ((0, 36000, 604800), 36000, 0, 72000),
    ],
)  # fmt: skip
def test_renewal(times, now, error, end):
    answer = kerberos.renew(REALM, tgt(*times), shown(now), now)
    assert answer.error == error
    if end is not None:
        ticket = answer.ticket.contents
        assert (ticket.start, ticket.end, ticket.renew_till) == (now, end, times[2])
        assert ticket.groups == ("G",) and ticket.session != SESSION


@pytest.mark.parametrize(
    ("ticket", "sealed", "spn", "error"),
    [
        (tgt(), shown(0), "cifs/nowhere", 7), (tgt(), shown(0), "http/two", 7), (tgt(), shown(0), "CIFS/files", 0),
        (tgt(), shown(400), "cifs/nowhere", 37), (replace(tgt(), key=SESSION), shown(0), "cifs/files", 41),
        (tgt(), replace(shown(0), key=REALM.krbtgt), "cifs/files", 41), (tgt(-400, -200), shown(0), "cifs/files", 32),
    ],
)  # fmt: skip
def test_errors_of_the_ticket_granting_service(ticket, sealed, spn, error):
    assert kerberos.tgs(REALM, ticket, sealed, spn, 0).error == error


def test_a_service_opens_what_is_sealed_for_it_and_nothing_else():
    given = kerberos.tgs(REALM, tgt(), shown(0), "cifs/files", 0)
    session = opened(given.enclosed, [SESSION])["session"]
    sealed = Sealed(kerberos.PROOF_LABEL, session, Authenticator("alice", 5))
    own = REALM.key(REALM.account("files$"))
    assert kerberos.service_check([own], given.ticket, sealed, 5) == 0
    assert kerberos.service_check([REALM.key(REALM.account("a$"))], given.ticket, sealed, 5) == 41
    assert kerberos.service_check([own], given.ticket, replace(sealed, key=SESSION), 5) == 41
    with pytest.raises(ParameterError, match="opens with the key of files\\$ only"):
        opened(given.ticket, [SESSION, REALM.krbtgt])


def test_keys_are_found_inside_what_keys_open():
    first = kerberos.as_exchange(REALM, "alice", proof(0), 0)
    user = key_of("alice", "secret", "LAB")
    one = first.ticket.contents.session
    second = kerberos.tgs(REALM, first.ticket, Sealed(Message("x"), one, Authenticator("alice", 0)), "cifs/files", 0)  # fmt: skip
    two = second.ticket.contents.session
    parts = [first.ticket, first.enclosed, second.ticket, second.enclosed]
    assert kerberos.learned([user], parts) == {user, one, two}
    assert kerberos.learned([key_of("alice", "guess", "LAB")], parts) == {key_of("alice", "guess", "LAB")}  # fmt: skip
    own = REALM.key(REALM.account("files$"))
    assert kerberos.learned([own], parts) == {own, two}
    assert kerberos.learned([REALM.krbtgt], parts) == {REALM.krbtgt, one, two}


@given(st.floats(0, 5e5), st.floats(0, 1e6), st.one_of(st.none(), st.floats(0, 1e6)), st.integers(1, 100))  # fmt: skip
def test_a_ticket_is_never_valid_longer_than_its_tgt(logon, now, till, hours):
    realm = replace(REALM, ticket=hours * 3600, service=7 * 3600)
    first = kerberos.as_exchange(realm, "alice", proof(logon), logon)
    own = first.ticket.contents
    assert own.start <= own.end <= own.start + hours * 3600
    sealed = Sealed(Message("x"), own.session, Authenticator("alice", now))
    given = kerberos.tgs(realm, first.ticket, sealed, "cifs/files", now, till=till)
    if given.error == 0:
        ticket = given.ticket.contents
        assert ticket.end <= min(own.end, now + 7 * 3600) and ticket.renew_till <= own.end
    again = kerberos.renew(realm, first.ticket, sealed, now)
    if again.error == 0:
        assert now <= own.end and again.ticket.contents.end <= own.renew_till == own.start + 7 * 86_400  # fmt: skip


def test_what_is_asked_for_shortens():
    answer = kerberos.as_exchange(REALM, "alice", proof(0), 0, till=60, rtill=100)
    assert (answer.ticket.contents.end, answer.ticket.contents.renew_till) == (60, 100)
    assert kerberos.as_exchange(REALM, "alice", proof(0), 0, till=-5).error == 32


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda: Realm("L", (Account("a", "x"), Account("a", "y"))), "accounts=a, a: a name twice"),
        (lambda: Realm("L", (), ticket=0), "ticket=0: more than 0 s"),
        (lambda: REALM.changed("nobody", password="y"), "account=nobody: there is none"),
        (lambda: Ticket("a", "s", SESSION, 5, 4, 4), "end=4: choose 5 or later"),
    ],
)  # fmt: skip
def test_what_cannot_be(act, says):
    with pytest.raises(ParameterError, match=says):
        act()
