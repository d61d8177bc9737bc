"""A user's day with Kerberos, message by message, on machines whose clocks and fates differ.

Built on `kerberos`. Modelled: a client, KDCs, hosts with services; each machine has a clock of its
own; KDCs die and come back; tickets are kept until they end; an open session asks for no ticket.
Access by address and a service name that the KDC cannot place fall back to NTLM, as Windows does; a
ticket sealed for another account is refused. Lab rules: messages take no time; the first KDC that is
up is asked; groups travel in the ticket and the host asks for one of them.
Left out: cached credentials, what Windows does by itself before a ticket ends.
Sources: RFC 4120; [MS-KILE] 3.2.5, 3.4.5; Microsoft Learn, "Kerberos authentication troubleshooting".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from coursekit.sims.directory import kerberos
from coursekit.sims.directory.kerberos import (
    PREAUTH_LABEL,
    PROOF_LABEL,
    Answer,
    Authenticator,
    Key,
    Sealed,
    Ticket,
    key_of,
    opened,
)
from coursekit.sims.directory.kerberoscard import Packet
from coursekit.sims.directory.kerberosworld import (
    CLIENT,
    Cached,
    Deed,
    Host,
    State,
    World,
    host_key,
)
from coursekit.sims.message import Message, require

__all__ = ["after", "packets", "play", "start"]

MUTUAL_LABEL = Message.of("the client’s time, sent back: the service has the key too")
Steps = Iterator[State]


def start(world: World) -> State:
    """Before the user sits down."""
    return State(world)


def play(world: World, deeds: Iterable[Deed]) -> tuple[State, ...]:
    """All states: after the first, one for each message and one for the end of each deed."""
    first = start(world)
    return (first, *after(first, deeds))


def after(state: State, deeds: Iterable[Deed]) -> tuple[State, ...]:
    """The states that follow."""
    states = [state]
    for deed in deeds:
        require(
            len(deed) > 0 and deed[0] in _DEEDS,
            "deed={deed}: choose one of {choices}",
            deed=deed[0] if deed else "?",
            choices=", ".join(_DEEDS),
        )
        act, count = _DEEDS[deed[0]]
        require(len(deed) == count, "deed={deed}: values expected: {count}", deed=deed[0], count=count - 1)  # fmt: skip
        states.extend(act(replace(states[-1], deed=deed, protocol="", error=0), *deed[1:]))
    return tuple(states[1:])


def packets(states: Sequence[State]) -> int:
    """How many messages crossed the wire."""
    return sum(each.packet is not None for each in states)


def _sent(state: State, packet: Packet, why: Message, **changes: Any) -> State:
    return replace(state, packet=packet, done=None, why=why, **changes)


def _end(state: State, done: bool, why: Message, **changes: Any) -> State:
    return replace(state, packet=None, done=done, why=why, **changes)


def _refused(state: State, by: str, error: int) -> State:
    """The message KRB-ERROR."""
    known = kerberos.ERRORS[error]
    packet = Packet("KRB-ERROR", by, CLIENT, {"code": error, "name": known.name})
    return _sent(state, packet, Message.of("{by} answers with error {code}, {name}.", by=by, code=error, name=known.name), error=error)  # fmt: skip


def _no_kdc(state: State) -> State:
    return _end(state, False, Message.of("No KDC answers: no new ticket."))


def _log_on(state: State) -> Steps:
    world, kdc = state.world, state.world.kdc
    if not kdc:
        yield _no_kdc(state)
        return
    asks = {"client": world.user, "service": kerberos.KRBTGT}
    yield _sent(state, Packet("AS-REQ", CLIENT, kdc, asks), Message.of("The client asks for a TGT, in the open."))  # fmt: skip
    answer = kerberos.as_exchange(world.realm, world.user, None, state.clock(kdc))
    yield (state := _refused(state, kdc, answer.error))
    if answer.error != 25:
        yield _failed(state, answer.error)
        return
    yield from _proved(state, asks, first=True)


def _proved(state: State, asks: Mapping[str, Any], *, first: bool) -> Steps:
    """The second request, with the time under the user's key; once more after error 37 if the client adjusts."""
    world, kdc = state.world, state.world.kdc
    own = key_of(world.user, world.typed, world.realm.name)
    proof = Sealed(PREAUTH_LABEL, own, state.talk)
    yield _sent(state, Packet("AS-REQ", CLIENT, kdc, asks, (proof,)), Message.of("The client seals its time with a key made of the password: the password itself never travels."), error=0)  # fmt: skip
    answer = kerberos.as_exchange(world.realm, world.user, proof, state.clock(kdc), serial=state.serial + 1)  # fmt: skip
    if answer.error:
        yield (state := _refused(state, kdc, answer.error))
        if answer.error == 37 and world.adjusts and first:
            yield from _proved(replace(state, shift=state.clock(kdc) - state.clock(CLIENT)), asks, first=False)  # fmt: skip
            return
        yield _failed(state, answer.error)
        return
    state = replace(state, error=0, serial=state.serial + 1, tgt=_cached(answer, own), tickets={}, sessions=frozenset())  # fmt: skip
    yield _sent(state, _reply("AS-REP", kdc, answer), Message.of("The KDC sends the TGT, sealed with its own key, and a session key, sealed with the user’s."))  # fmt: skip
    yield _end(state, True, Message.of("{user} is logged on.", user=world.user), protocol="Kerberos")  # fmt: skip


def _reply(name: str, kdc: str, answer: Answer) -> Packet:
    assert answer.ticket is not None
    assert answer.enclosed is not None
    return Packet(name, kdc, CLIENT, {}, (answer.ticket, answer.enclosed))


def _cached(answer: Answer, key: Key) -> Cached:
    assert answer.ticket is not None
    assert answer.enclosed is not None
    told = opened(answer.enclosed, [key])
    return Cached(answer.ticket, told["session"], told["start"], told["end"], told["renew_till"])


def _failed(state: State, error: int) -> State:
    return _end(state, False, kerberos.ERRORS[error].says, error=error)


def _open(state: State, name: str) -> Steps:
    """A share of a host opened by name, or by address."""
    host = state.world.host(name)
    if name == host.address:
        yield _ntlm(state, host, Message.of("An address has no service name: no ticket can be asked for."))  # fmt: skip
        return
    cached = state.tickets.get(host.spn)
    if cached is None or state.talk > cached.end:
        steps = tuple(_asked(state, host))
        yield from steps
        state = steps[-1]
        if state.done is not None:
            return
    yield from _shown(state, host)


def _asked(state: State, host: Host) -> Steps:
    """A service ticket from the KDC; `done` says whether the deed has ended with it."""
    kdc, tgt = state.world.kdc, state.tgt
    if tgt is None or state.talk > tgt.end:
        yield _end(state, False, Message.of("There is no TGT that is still valid: log on again."))
        return
    if not kdc:
        yield _no_kdc(state)
        return
    proof = Authenticator(state.world.user, state.talk, state.serial)
    sealed = Sealed(PROOF_LABEL, tgt.session, proof)
    state = replace(state, serial=state.serial + 1)
    yield _sent(state, Packet("TGS-REQ", CLIENT, kdc, {"service": host.spn}, (tgt.ticket, sealed)), Message.of("The client shows the TGT and asks for a ticket for {spn}.", spn=host.spn))  # fmt: skip
    answer = kerberos.tgs(state.world.realm, tgt.ticket, sealed, host.spn, state.clock(kdc), seen=_of(state, kdc), serial=state.serial)  # fmt: skip
    state = _noted(state, kdc, proof)
    if answer.error:
        yield (state := _refused(state, kdc, answer.error))
        yield _ntlm(state, host, kerberos.ERRORS[7].says) if answer.error == 7 else _failed(state, answer.error)  # fmt: skip
        return
    tickets = {**state.tickets, host.spn: _cached(answer, tgt.session)}
    yield _sent(state, _reply("TGS-REP", kdc, answer), Message.of("The KDC sends a ticket that only the account of {spn} can open, and a new session key.", spn=host.spn), tickets=tickets)  # fmt: skip


def _of(state: State, who: str) -> tuple[Authenticator, ...]:
    return state.seen.get(who, ())


def _noted(state: State, who: str, proof: Authenticator) -> State:
    return replace(state, seen={**state.seen, who: (*_of(state, who), proof)})


def _shown(state: State, host: Host) -> Steps:
    """AP: the ticket shown to the host."""
    cached = state.tickets[host.spn]
    proof = Authenticator(state.world.user, state.clock(CLIENT), state.serial)
    sealed = Sealed(PROOF_LABEL, cached.session, proof)
    packet = Packet("AP-REQ", CLIENT, host.name, {}, (cached.ticket, sealed))
    state = replace(state, serial=state.serial + 1, heard=packet)
    yield _sent(state, packet, Message.of("The client shows the ticket to {host}; no KDC takes part.", host=host.name))  # fmt: skip
    if host.name in state.world.down:
        yield _end(state, False, Message.of("{host} does not answer.", host=host.name))
        return
    error = _judged(state, host, packet)
    if error:
        yield (state := _refused(state, host.name, error))
        yield _failed(state, error)
        return
    state = _noted(state, host.name, proof)
    back = Packet("AP-REP", host.name, CLIENT, {}, (Sealed(MUTUAL_LABEL, cached.session, proof.ctime),))  # fmt: skip
    yield _sent(state, back, Message.of("{host} proves that it could open the ticket.", host=host.name))  # fmt: skip
    yield _admitted(state, host, opened(cached.ticket, [host_key(state.world, host)]))


def _judged(state: State, host: Host, packet: Packet) -> int:
    ticket, proof = packet.parts
    return kerberos.service_check([host_key(state.world, host)], ticket, proof, state.clock(host.name), _of(state, host.name))  # fmt: skip


def _admitted(state: State, host: Host, ticket: Ticket) -> State:
    """The host decides by the groups inside the ticket."""
    if host.needs and host.needs not in ticket.groups:
        return _end(state, False, Message.of("{host} knows who it is, and denies access: {group} is not in the ticket.", host=host.name, group=host.needs), protocol="Kerberos")  # fmt: skip
    return _end(state, True, Message.of("The share of {host} is open.", host=host.name), protocol="Kerberos", sessions=state.sessions | {host.name})  # fmt: skip


def _ntlm(state: State, host: Host, reason: Message) -> State:
    """The way without tickets: a DC has to vouch for the password, and groups are those of now."""
    world = state.world
    account = world.realm.account(world.user)
    good = bool(world.kdc) and account is not None and account.password == world.typed and not (account.disabled or account.locked)  # fmt: skip
    good = good and (not host.needs or host.needs in (account.groups if account else ()))
    if not good:
        return _end(state, False, Message.of("{reason} NTLM is tried instead, and refused.", reason=reason), protocol="NTLM")  # fmt: skip
    return _end(state, True, Message.of("{reason} The client falls back to NTLM without a word.", reason=reason), protocol="NTLM", sessions=state.sessions | {host.name})  # fmt: skip


def _read(state: State, name: str) -> Steps:
    """A file read in an open session."""
    host = state.world.host(name)
    if host.name in state.world.down:
        yield _end(state, False, Message.of("{host} does not answer.", host=host.name))
    elif host.name in state.sessions:
        yield _end(state, True, Message.of("The session with {host} is open: no ticket is shown, whatever its end.", host=host.name))  # fmt: skip
    else:
        yield _end(state, False, Message.of("There is no session with {host}: open the share first.", host=host.name))  # fmt: skip


def _renew(state: State) -> Steps:
    tgt, kdc = state.tgt, state.world.kdc
    if tgt is None or not kdc:
        yield _no_kdc(state) if tgt else _end(state, False, Message.of("There is no TGT to renew."))  # fmt: skip
        return
    proof = Authenticator(state.world.user, state.talk, state.serial)
    sealed = Sealed(PROOF_LABEL, tgt.session, proof)
    state = replace(state, serial=state.serial + 1)
    yield _sent(state, Packet("TGS-REQ", CLIENT, kdc, {"option": "renew"}, (tgt.ticket, sealed)), Message.of("The client asks for the same ticket with a new end."))  # fmt: skip
    answer = kerberos.renew(state.world.realm, tgt.ticket, sealed, state.clock(kdc), seen=_of(state, kdc), serial=state.serial)  # fmt: skip
    state = _noted(state, kdc, proof)
    if answer.error:
        yield (state := _refused(state, kdc, answer.error))
        yield _failed(state, answer.error)
        return
    state = replace(state, tgt=_cached(answer, tgt.session))
    yield _sent(state, _reply("TGS-REP", kdc, answer), Message.of("The KDC sends the TGT with new times and a new session key."))  # fmt: skip
    yield _end(state, True, Message.of("The TGT is renewed; the groups inside are those of the log-on."), protocol="Kerberos")  # fmt: skip


def _replay(state: State) -> Steps:
    """Who listened sends the last AP-REQ once more."""
    if state.heard is None:
        yield _end(state, False, Message.of("Nothing has been heard that could be sent again."))
        return
    host = state.world.host(state.heard.receiver)
    packet = replace(state.heard, sender="listener")
    yield _sent(state, packet, Message.of("A listener sends the same ticket and authenticator again."))  # fmt: skip
    error = _judged(state, host, packet)
    if error:
        yield (state := _refused(state, host.name, error))
        yield _failed(state, error)
        return
    yield _end(state, True, Message.of("{host} takes it for the user.", host=host.name))


def _wait(state: State, seconds: float) -> Steps:
    require(seconds >= 0, "seconds={seconds}: choose 0 or more", seconds=seconds)
    yield _end(replace(state, t=state.t + seconds), True, Message.of("Seconds that pass: {seconds:g}.", seconds=seconds))  # fmt: skip


def _world(state: State, why: Message, **changes: Any) -> State:
    return _end(replace(state, world=replace(state.world, **changes)), True, why)


def _machine(state: State, name: str) -> str:
    names = (CLIENT, *state.world.kdcs, *(each.name for each in state.world.hosts))
    require(name in names, "machine={name}: choose one of {names}", name=name, names=", ".join(names))  # fmt: skip
    return name


def _down(state: State, name: str) -> Steps:
    down = state.world.down | {_machine(state, name)}
    yield _world(replace(state, sessions=state.sessions - {name}), Message.of("{name} is down.", name=name), down=down)  # fmt: skip


def _up(state: State, name: str) -> Steps:
    yield _world(state, Message.of("{name} is up again.", name=name), down=state.world.down - {_machine(state, name)})  # fmt: skip


def _clock(state: State, name: str, offset: float) -> Steps:
    clocks = {**state.world.clocks, _machine(state, name): offset}
    yield _world(state, Message.of("The clock of {name} is off by {offset:g} s.", name=name, offset=offset), clocks=clocks)  # fmt: skip


def _account(state: State, name: str, changes: Mapping[str, Any]) -> Steps:
    yield _world(state, Message.of("The account {name} has changed in the directory.", name=name), realm=state.world.realm.changed(name, **changes))  # fmt: skip


def _type(state: State, password: str) -> Steps:
    yield _world(state, Message.of("The user types another password."), typed=password)


_DEEDS: dict[str, tuple[Callable[..., Steps], int]] = {
    "log on": (_log_on, 1), "open": (_open, 2), "read": (_read, 2), "renew": (_renew, 1),
    "replay": (_replay, 1), "wait": (_wait, 2), "down": (_down, 2), "up": (_up, 2),
    "clock": (_clock, 3), "account": (_account, 3), "type": (_type, 2),
}  # fmt: skip
