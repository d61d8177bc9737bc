"""Groups: who may be a member of what, and the token that a resource sees.

Modelled: security groups of the three scopes, domains of one or several forests, every membership
judged with its reason; the token on a resource of a domain; what departs from AGDLP (accounts in
global groups, those in domain local ones, permissions to those). Cycles are possible, as in the
real thing, and harmless. Left out: distribution groups, changes of scope, the built-in groups but
Everyone and Authenticated Users, groups that a token gets from SID history or claims.
Sources: Microsoft Learn, "Active Directory security groups" (group scope); [MS-ADTS] 3.1.1.4; [MS-PAC].
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, get_args

from coursekit.sims.message import Message, ParameterError, require

__all__ = ["WELL_KNOWN", "Finding", "Kind", "Principal", "Token", "World", "agdlp", "join", "leave", "refusal", "sales", "token"]  # fmt: skip

Kind = Literal["user", "computer", "global", "universal", "domain local"]
ACCOUNTS: tuple[Kind, ...] = ("user", "computer")
WELL_KNOWN = ("Everyone", "Authenticated Users")


@dataclass(frozen=True)
class Principal:
    """An account or a group of a domain."""

    name: str
    kind: Kind
    domain: str

    def __post_init__(self) -> None:
        require(self.kind in get_args(Kind), "kind={kind}: choose one of {choices}", kind=self.kind, choices=", ".join(get_args(Kind)))  # fmt: skip

    @property
    def is_account(self) -> bool:
        """A user or a computer."""
        return self.kind in ACCOUNTS


@dataclass(frozen=True)
class World:
    """Principals, who is a direct member of which group, the forest of each domain, trusts.

    `trusts` holds pairs (who trusts, who is trusted) of forests; a forest trusts itself.
    """

    principals: tuple[Principal, ...]
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forests: Mapping[str, str] = field(default_factory=dict)  # domain -> forest; else one forest
    trusts: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        names = [each.name for each in self.principals]
        twice = sorted({each for each in names if names.count(each) > 1})
        require(not twice, "principals={names}: a name twice", names=", ".join(twice))
        for group, inside in self.members.items():
            for member in inside:
                said = refusal(self, self[group], self[member])
                if said is not None:
                    raise ParameterError(said.text, **said.values)

    @cached_property
    def _by_name(self) -> Mapping[str, Principal]:
        return {each.name: each for each in self.principals}

    def __getitem__(self, name: str) -> Principal:
        if name not in self._by_name:
            raise ParameterError("name={name}: nobody is called so", name=name)
        return self._by_name[name]

    def forest(self, domain: str) -> str:
        """The forest of a domain."""
        return self.forests.get(domain, "")

    def trusted(self, resource: str, account: str) -> bool:
        """Whether a domain trusts another: the same forest, or one that its forest trusts."""
        here, there = self.forest(resource), self.forest(account)
        return here == there or (here, there) in self.trusts

    def groups_of(self, name: str) -> tuple[str, ...]:
        """The groups that contain it directly."""
        return tuple(group for group, inside in self.members.items() if name in inside)


def refusal(world: World, group: Principal, member: Principal) -> Message | None:
    """Why a principal may not be a member of a group; None: it may."""
    if group.is_account:
        return Message.of("group={group}: an account has no members", group=group.name)
    if group.name == member.name:
        return Message.of("member={member}: a group is not a member of itself", member=member.name)
    values = {"member": member.name, "group": group.name, "domain": group.domain}
    if group.kind == "global":
        return _into_global(group, member, values)
    if group.kind == "universal":
        return _into_universal(world, group, member, values)
    return _into_local(world, group, member, values)


def _into_global(group: Principal, member: Principal, values: Mapping[str, str]) -> Message | None:
    if member.kind in ("universal", "domain local"):
        return Message.of("member={member}: the global group {group} takes accounts and global groups only", **values)  # fmt: skip
    if member.domain != group.domain:
        return Message.of("member={member}: the global group {group} takes members of its own domain {domain} only", **values)  # fmt: skip
    return None


def _into_universal(world: World, group: Principal, member: Principal, values: Mapping[str, str]) -> Message | None:  # fmt: skip
    if member.kind == "domain local":
        return Message.of("member={member}: the universal group {group} takes no domain local group", **values)  # fmt: skip
    if world.forest(member.domain) != world.forest(group.domain):
        return Message.of("member={member}: the universal group {group} takes members of its own forest only", **values)  # fmt: skip
    return None


def _into_local(world: World, group: Principal, member: Principal, values: Mapping[str, str]) -> Message | None:  # fmt: skip
    if member.kind == "domain local" and member.domain != group.domain:
        return Message.of("member={member}: of domain local groups, {group} takes those of its own domain {domain} only", **values)  # fmt: skip
    if not world.trusted(group.domain, member.domain):
        return Message.of("member={member}: its domain is not trusted by {domain}", **values)
    return None


def join(world: World, group: str, member: str) -> World:
    """One member more; ParameterError says why not."""
    said = refusal(world, world[group], world[member])
    if said is not None:
        raise ParameterError(said.text, **said.values)
    inside = world.members.get(group, ())
    require(member not in inside, "member={member}: it is in {group} already", member=member, group=group)  # fmt: skip
    return replace(world, members={**world.members, group: (*inside, member)})


def leave(world: World, group: str, member: str) -> World:
    """One member less."""
    inside = world.members.get(group, ())
    require(member in inside, "member={member}: it is not in {group}", member=member, group=group)
    return replace(world, members={**world.members, group: tuple(each for each in inside if each != member)})  # fmt: skip


@dataclass(frozen=True)
class Token:
    """Who somebody is for a resource of a domain: SIDs, and the way to each group."""

    user: str
    domain: str
    names: tuple[str, ...]  # user, groups in the order found, well-known ones
    paths: Mapping[str, tuple[str, ...]]  # group -> user … group
    left_out: Mapping[str, Message]  # groups that contain the user and do not count here


def token(world: World, user: str, domain: str) -> Token:
    """The user, all containing groups step by step, domain local ones of `domain` only."""
    require(world[user].is_account, "user={user}: a group does not log on", user=user)
    require(world.trusted(domain, world[user].domain), "domain={domain}: it does not trust the domain of {user}", domain=domain, user=user)  # fmt: skip
    paths: dict[str, tuple[str, ...]] = {user: (user,)}
    left_out: dict[str, Message] = {}
    ahead = [user]
    while ahead:
        at = ahead.pop(0)
        for name in world.groups_of(at):
            group = world[name]
            if group.kind == "domain local" and group.domain != domain:
                left_out[name] = Message.of("{group} is domain local: it counts in {domain} only", group=name, domain=group.domain)  # fmt: skip
            elif name not in paths:
                paths[name] = (*paths[at], name)
                ahead.append(name)
    return Token(user, domain, (*paths, *WELL_KNOWN), paths, left_out)


@dataclass(frozen=True)
class Finding:
    """A grant or a membership that departs from AGDLP."""

    who: str
    why: Message


def agdlp(world: World, permitted: Iterable[str]) -> tuple[Finding, ...]:
    """What departs from AGDLP, given the principals that permissions name."""
    found = [Finding(name, said) for name in permitted if (said := _permitted(world[name]))]
    for group, inside in world.members.items():
        if world[group].kind in ("domain local", "universal"):
            found += _direct(world, group, inside)
    return tuple(found)


def _permitted(each: Principal) -> Message | None:
    """Permissions belong to domain local groups."""
    if each.is_account:
        return Message.of("{name} is an account: when the person changes, every list that names it changes", name=each.name)  # fmt: skip
    if each.kind == "global":
        return Message.of("{name} is a global group: give the permission to a domain local group that contains it", name=each.name)  # fmt: skip
    if each.kind == "universal":
        return Message.of("{name} is a universal group: give the permission to a domain local group that contains it", name=each.name)  # fmt: skip
    return None


def _direct(world: World, group: str, inside: Sequence[str]) -> list[Finding]:
    """Accounts belong to global groups."""
    return [
        Finding(member, Message.of("{member} is a direct member of {group}: put it into a global group first", member=member, group=group))
        for member in inside if world[member].is_account
    ]  # fmt: skip


def sales() -> World:
    """The sample of the chapter: sellers of two domains of a forest, a share in each."""
    people = (
        Principal("alice", "user", "A"), Principal("bob", "user", "B"),
        Principal("G_Sales", "global", "A"), Principal("G_Sales_B", "global", "B"),
        Principal("U_AllSales", "universal", "A"),
        Principal(r"A\DL_Share_RW", "domain local", "A"), Principal(r"B\DL_Share_R", "domain local", "B"),
    )  # fmt: skip
    return World(people, {
        "G_Sales": ("alice",), "G_Sales_B": ("bob",), "U_AllSales": ("G_Sales", "G_Sales_B"),
        r"A\DL_Share_RW": ("U_AllSales",), r"B\DL_Share_R": ("U_AllSales",),
    })  # fmt: skip
