"""Members put into groups and taken out, users who log on: who is in whose token then.

Built on `groups`: every membership is judged there. A session keeps the token of the log-on, whatever
becomes of the groups. Domains A and B of one forest, a share in each, its list of rights naming a
domain local group. Source: [MS-PAC]; Microsoft Learn, "Active Directory security groups".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from coursekit.sims.directory import groups
from coursekit.sims.directory.groups import Principal, Token, World
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["RESOURCES", "USERS", "Deed", "State", "Story", "sample", "tell"]

RESOURCES = {"a": ("A", r"A\DL_Share_RW"), "b": ("B", r"B\DL_Share_R")}  # domain, who may
USERS = ("alice", "bob", "carol")


@dataclass(frozen=True)
class Deed:
    """("add", member, group), ("remove", member, group) or ("logon", user)."""

    kind: Literal["add", "remove", "logon"]
    who: str
    group: str = ""


@dataclass(frozen=True)
class State:
    """The groups, the tokens of those who are logged on, what was done and why it came so."""

    world: World
    deed: Deed | None
    why: tuple[Message, ...]
    logged_on: Mapping[str, World] = field(default_factory=dict)  # user -> the groups at that time

    def token(self, user: str, resource: str) -> Token | None:
        """What a share sees of a user who is logged on."""
        then = self.logged_on.get(user)
        return None if then is None else groups.token(then, user, RESOURCES[resource][0])

    def fresh(self, user: str, resource: str) -> Token:
        """What it would see after a new log-on."""
        return groups.token(self.world, user, RESOURCES[resource][0])

    def may(self, user: str, resource: str) -> bool:
        """Whether the share opens."""
        token = self.token(user, resource)
        return token is not None and RESOURCES[resource][1] in token.names

    def stale(self, user: str, resource: str) -> tuple[str, ...]:
        """Groups in which token and directory differ."""
        token = self.token(user, resource)
        now = set(self.fresh(user, resource).names)
        return () if token is None else tuple(sorted(now ^ set(token.names)))


@dataclass(frozen=True)
class Story:
    """All states, the first one before any deed."""

    states: tuple[State, ...]


@cache
def sample() -> World:
    """Sellers of two domains, and somebody who is in no group yet."""
    first = groups.sales()
    more = (Principal("carol", "user", "A"), Principal("G_Admins", "global", "A"))
    return World((*first.principals, *more), first.members)


def tell(deeds: Iterable[Deed]) -> Story:
    """The groups after each deed."""
    states = [State(sample(), None, (Message.of("Accounts are in global groups, those in a universal one, that in domain local ones, which the shares name."),))]  # fmt: skip
    for deed in deeds:
        states.append(_done(states[-1], deed))
    return Story(tuple(states))


def _done(state: State, deed: Deed) -> State:
    if deed.kind == "logon":
        return _log_on(state, deed)
    known = state.world[deed.who]
    group = state.world[deed.group]
    change = groups.join if deed.kind == "add" else groups.leave
    try:
        world = change(state.world, group.name, known.name)
    except ParameterError as why:
        if deed.kind == "remove":
            raise
        return replace(state, deed=deed, why=(Message.of("It is refused: {why}.", why=why.message),))  # fmt: skip
    said = Message.of("{who} is in {group} now.", who=known.name, group=group.name) if deed.kind == "add" else Message.of("{who} is not in {group} any more.", who=known.name, group=group.name)  # fmt: skip
    late = Message.of("Whoever is logged on keeps the token of the log-on.")
    return replace(state, world=world, deed=deed, why=(said, late) if state.logged_on else (said,))


def _log_on(state: State, deed: Deed) -> State:
    require(deed.who in USERS, "user={user}: choose one of {users}", user=deed.who, users=", ".join(USERS))  # fmt: skip
    found = Message.of("{user} logs on: all groups above are looked up and written into the token.", user=deed.who)  # fmt: skip
    return replace(state, deed=deed, why=(found,), logged_on={**state.logged_on, deed.who: state.world})  # fmt: skip
