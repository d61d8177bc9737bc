"""Groups and rights of one's own, written in lines, and whether they do a stated task.

Modelled: seven people of two domains of a forest, a folder in domain A; groups of the three scopes,
their members, the folder's list in its order. Memberships are judged by `groups`, the list by
`acl`: who may do what, who may do more than the task says, what departs from AGDLP, and whether a
newcomer is one line. Left out: inherited entries, the list of the share, the owner.
Sources: as of `groups` and `acl`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.directory import acl, groups
from coursekit.sims.directory.acl import READ, WRITE, Ace
from coursekit.sims.directory.groups import WELL_KNOWN, Kind, Principal, Token, World
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["FOLDER", "MOST_ENTRIES", "MOST_GROUPS", "NEEDS", "PEOPLE", "RIGHTS", "SCOPES", "Check", "Judged", "Person", "Plan", "Verdict", "judge", "letters", "parse", "with_role"]  # fmt: skip

Role = Literal["seller", "auditor", "other"]
FOLDER = "A"  # the domain of the folder
RIGHTS = {"R": READ, "W": WRITE}
BOTH = READ | WRITE
NEEDS: Mapping[Role, int] = {"seller": BOTH, "auditor": READ, "other": 0}
SCOPES: Mapping[str, Kind] = {"global": "global", "universal": "universal", "local": "domain local"}
MOST_GROUPS, MOST_ENTRIES = 8, 6
NAME = re.compile(r"[A-Za-z][\w-]{0,14}")
EVERYONE = WELL_KNOWN[0]


@dataclass(frozen=True)
class Person:
    """Somebody of the task."""

    name: str
    domain: str
    role: Role


PEOPLE = (
    Person("alice", "A", "seller"), Person("carol", "A", "seller"), Person("bob", "B", "seller"), Person("erin", "B", "seller"),
    Person("dana", "A", "auditor"), Person("frank", "A", "other"), Person("gil", "B", "other"),
)  # fmt: skip
NEWCOMER = "newcomer"


def with_role(role: Role) -> tuple[Person, ...]:
    """The people of a role."""
    return tuple(each for each in PEOPLE if each.role == role)


@dataclass(frozen=True)
class Plan:
    """What was written: groups with their members, the folder's list."""

    world: World
    entries: tuple[Ace, ...]


def parse(program: str) -> Plan:
    """The lines of a text; ParameterError names the line that cannot be."""
    lines = [(number, text.strip()) for number, text in enumerate(program.splitlines(), 1)]
    lines = [(number, text) for number, text in lines if text and not text.startswith("#")]
    heads = [(number, text) for number, text in lines if text.split()[0] == "group"]
    world, inside = World(tuple(Principal(each.name, "user", each.domain) for each in PEOPLE)), []
    require(len(heads) <= MOST_GROUPS, "groups={n}: at most {most}", n=len(heads), most=MOST_GROUPS)
    for number, text in heads:
        group, members = _group(number, text, world)
        world = World((*world.principals, group))
        inside += [(number, group.name, each) for each in members]
    for number, group_name, member in inside:
        world = _joined(world, number, group_name, member)
    entries = [_entry(number, text, world) for number, text in lines if (number, text) not in heads]
    require(len(entries) <= MOST_ENTRIES, "entries={n}: at most {most}", n=len(entries), most=MOST_ENTRIES)  # fmt: skip
    return Plan(world, tuple(entries))


def _group(number: int, text: str, world: World) -> tuple[Principal, list[str]]:
    head, colon, rest = text.partition(":")
    words = head.split()
    require(bool(colon) and len(words) == 4, "line={line}: write group NAME global|universal|local A|B: MEMBERS", line=number)  # fmt: skip
    _word, name, scope, domain = words
    require(NAME.fullmatch(name) is not None, "line={line}: {name} is no name: a letter, then up to 14 letters, digits, _ or -", line=number, name=name)  # fmt: skip
    require(name not in [each.name for each in world.principals] and name != EVERYONE, "line={line}: there is a {name} already", line=number, name=name)  # fmt: skip
    if scope not in SCOPES:
        raise ParameterError("line={line}: {word} is no scope; choose one of {choices}", line=number, word=scope, choices=", ".join(SCOPES))  # fmt: skip
    domains = sorted({each.domain for each in PEOPLE})
    require(domain in domains, "line={line}: {word} is no domain; choose one of {choices}", line=number, word=domain, choices=", ".join(domains))  # fmt: skip
    return Principal(name, SCOPES[scope], domain), rest.replace(",", " ").split()


def _joined(world: World, number: int, group: str, member: str) -> World:
    try:
        return groups.join(world, group, member)
    except ParameterError as why:
        raise ParameterError("line={line}: {why}", line=number, why=why.message) from None


def _entry(number: int, text: str, world: World) -> Ace:
    kind, *words = text.split()
    if kind not in ("allow", "deny") or len(words) != 2:
        raise ParameterError("line={line}: write group …, allow WHO R|W|RW or deny WHO R|W|RW", line=number)  # fmt: skip
    who, rights = words
    require(who == EVERYONE or who in [each.name for each in world.principals], "line={line}: nobody is called {name}", line=number, name=who)  # fmt: skip
    require(bool(rights) and set(rights) <= set(RIGHTS), "line={line}: {word} are no rights: write R, W or RW", line=number, word=rights)  # fmt: skip
    mask = sum(RIGHTS[each] for each in set(rights))
    return Ace("allow" if kind == "allow" else "deny", who, mask)


def letters(mask: int) -> str:
    """Rights as letters."""
    return "".join(name for name, bit in RIGHTS.items() if mask & bit) or "–"


@dataclass(frozen=True)
class Verdict:
    """A person: the token at the folder, what the list gives, and why."""

    person: Person
    token: Token
    gets: int
    why: Message

    @property
    def needs(self) -> int:
        """What the task says."""
        return NEEDS[self.person.role]

    @property
    def right(self) -> bool:
        """Neither less nor more than that."""
        return self.gets == self.needs


@dataclass(frozen=True)
class Check:
    """A part of the task: whether it is done, and what is missing."""

    name: str
    done: bool
    why: Message


@dataclass(frozen=True)
class Judged:
    """The plan, each person, each part of the task."""

    plan: Plan
    people: tuple[Verdict, ...]
    checks: tuple[Check, ...]

    @property
    def done(self) -> bool:
        """Whether the whole task is done."""
        return all(each.done for each in self.checks)


def judge(plan: Plan) -> Judged:
    """Who may do what, and what is still to do."""
    people = tuple(_verdict(plan, each) for each in PEOPLE)
    sellers = [each.person.name for each in people if each.person.role == "seller" and not _has(each)]  # fmt: skip
    auditor = [each.person.name for each in people if each.person.role == "auditor" and not _has(each)]  # fmt: skip
    more = [each.person.name for each in people if each.gets & ~each.needs]
    listed, members = _agdlp(plan)
    late = [domain for domain in sorted({each.domain for each in with_role("seller")}) if not _one_line(plan, domain)]  # fmt: skip
    return Judged(plan, people, (
        _check("sellers", sellers, Message.of("All of them may."), Message.of("These may not yet: {names}.", names=", ".join(sellers))),
        _check("auditor", auditor, Message.of("So it is."), Message.of("Not yet: {names}.", names=", ".join(auditor))),
        _check("more", more, Message.of("Nobody has."), Message.of("These have more: {names}.", names=", ".join(more))),
        _check("list", listed, Message.of("So it is."), _first(listed)),
        _check("members", members, Message.of("So it is."), _first(members)),
        _check("newcomer", late, Message.of("One group, and everything follows."), Message.of("In domain {names} no global group of sellers leads to what they need.", names=", ".join(late))),
    ))  # fmt: skip


def _has(verdict: Verdict) -> bool:
    return verdict.gets & verdict.needs == verdict.needs


def _check(name: str, faults: Sequence[object], good: Message, bad: Message) -> Check:
    return Check(name, not faults, bad if faults else good)


def _first(faults: Sequence[Message]) -> Message:
    """The first of several faults, with their number."""
    if len(faults) < 2:
        return faults[0] if faults else Message.of("So it is.")
    return Message.of("{why} (and {n} more)", why=faults[0], n=len(faults) - 1)


def _agdlp(plan: Plan) -> tuple[list[Message], list[Message]]:
    """What departs from AGDLP: in the list, and among the members."""
    names = [each.who for each in plan.entries]
    listed = [Message.of("{name} is everybody: nobody decides who that is", name=EVERYONE)] if EVERYONE in names else []  # fmt: skip
    listed += [Message.of("the list is empty")] if not names else []
    known = [each for each in dict.fromkeys(names) if each != EVERYONE]
    listed += [each.why for each in groups.agdlp(World(plan.world.principals), known)]
    listed += [Message.of("{group} is domain local: it counts in {domain} only", group=each, domain=plan.world[each].domain) for each in known if plan.world[each].kind == "domain local" and plan.world[each].domain != FOLDER]  # fmt: skip
    return listed, [each.why for each in groups.agdlp(plan.world, ())]


def _verdict(plan: Plan, person: Person) -> Verdict:
    token = groups.token(plan.world, person.name, FOLDER)
    gets = acl.effective(token.names, plan.entries) & BOTH
    needs = NEEDS[person.role]
    found = acl.access(
        token.names, plan.entries, gets & ~needs or needs or BOTH
    )  # what is too much first
    outside = [token.left_out[each.who] for each in plan.entries if each.who in token.left_out]
    if not gets and outside:
        return Verdict(person, token, gets, outside[0])
    return Verdict(person, token, gets, found.steps[-1].why if found.granted else found.why)


def _one_line(plan: Plan, domain: str) -> bool:
    """Whether a newcomer put into one global group of sellers of the domain gets just what they need."""
    mates = [each.name for each in with_role("seller") if each.domain == domain]
    world = World((*plan.world.principals, Principal(NEWCOMER, "user", domain)), plan.world.members)
    ways = [name for name, inside in world.members.items() if world[name].kind == "global" and world[name].domain == domain and set(mates) & set(inside)]  # fmt: skip
    tokens = [groups.token(groups.join(world, name, NEWCOMER), NEWCOMER, FOLDER) for name in ways]
    return any(acl.effective(each.names, plan.entries) & BOTH == NEEDS["seller"] for each in tokens)
