"""A domain's controllers as the five roles see them: who is up, who believes what, who has RIDs left.

Modelled: pools of 500 RIDs and the next one asked for when half of a pool is used; clocks that drift
apart; one user's password as a version that travels. `fsmo` says what is done with them.
Source: Microsoft Learn, "Managing RID issuance".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from coursekit.sims.message import Message, ParameterError, require

__all__ = ["DRIFT", "HALF", "POOL", "ROLES", "ROLE_WORDS", "SKEW", "Action", "Controller", "Event", "Role", "State", "changed", "grown", "listed", "start", "supplied"]  # fmt: skip

Role = Literal["schema", "naming", "rid", "pdc", "infrastructure"]
Action = Literal["create", "extend", "add domain", "password", "log on", "policy", "rename elsewhere", "wait", "replicate", "down", "up", "rebuild", "transfer", "seize"]  # fmt: skip
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_WORDS: dict[Role, Message] = {
    "schema": Message.of("schema master"), "naming": Message.of("domain naming master"),
    "rid": Message.of("RID master"), "pdc": Message.of("PDC emulator"),
    "infrastructure": Message.of("infrastructure master"),
}  # fmt: skip
POOL, HALF, FIRST = 500, 250, 1100
UNSAID = ""  # before the first event
DRIFT, SKEW = 0.36, 300.0  # seconds an hour; seconds that Kerberos bears


@dataclass(frozen=True)
class Controller:
    """A domain controller: its pool and spare pool of RIDs as (next, end), what it believes."""

    name: str
    up: bool = True
    pool: tuple[int, int] = (0, 0)
    spare: tuple[int, int] = (0, 0)
    knows: int = FIRST  # the first RID that nobody has been given, as far as it has heard
    believes: frozenset[Role] = frozenset()
    catalog: bool = True
    password: int = 0  # version of a user's password

    @property
    def left(self) -> int:
        """Accounts that it can still create alone."""
        return sum(end - begin for begin, end in (self.pool, self.spare))


@dataclass(frozen=True)
class Event:
    """Something tried: where, with which role, how often (accounts, hours)."""

    action: Action
    where: str = ""
    role: str = ""
    count: int = 1

    def __post_init__(self) -> None:
        require(self.action in get_args(Action), "action={action}: choose one of {choices}", action=self.action, choices=", ".join(get_args(Action)))  # fmt: skip
        require(1 <= self.count <= 100_000, "count={count}: choose 1 to 100000", count=self.count)
        require(not self.role or self.role in ROLES, "role={role}: choose one of {choices}", role=self.role, choices=", ".join(ROLES))  # fmt: skip


@dataclass(frozen=True)
class State:
    """The domain after an event; `done` says whether it worked, `why` the reason."""

    controllers: tuple[Controller, ...]
    hours: int = 0
    drift: float = 0.0  # seconds between the clocks of two controllers
    schema: int = 1
    domains: int = 1
    given: tuple[tuple[int, int], ...] = ()  # ranges of RIDs of created accounts
    password: int = 0
    event: Event | None = None
    done: bool = True
    made: int = 0
    why: Message = field(default_factory=lambda: Message(UNSAID))

    def __getitem__(self, name: str) -> Controller:
        for each in self.controllers:
            if each.name == name:
                return each
        raise ParameterError("where={where}: choose one of {names}", where=name, names=", ".join(each.name for each in self.controllers))  # fmt: skip

    def holders(self, role: Role) -> tuple[Controller, ...]:
        """Who believes to hold a role; two after a seizure whose old holder is still there."""
        return tuple(each for each in self.controllers if role in each.believes)

    def serving(self, role: Role) -> Controller | None:
        """A holder that is up."""
        return next((each for each in self.holders(role) if each.up), None)

    @property
    def twice(self) -> int:
        """RIDs that two accounts have."""
        count, reach = 0, 0
        for begin, end in sorted(self.given):
            count += max(0, min(end, reach) - begin)
            reach = max(reach, end)
        return count


def start(names: Iterable[str] = ("dc1", "dc2", "dc3"), *, holder: Mapping[Role, str] | None = None, catalogs: Iterable[str] | None = None) -> State:  # fmt: skip
    """A healthy domain; the first controller holds what `holder` does not give to others."""
    all_names = tuple(names)
    require(1 <= len(all_names) == len(set(all_names)), "names={names}: one controller or more, each once", names=", ".join(all_names))  # fmt: skip
    given, known = dict(holder or {}), set(all_names if catalogs is None else catalogs)
    state = State(tuple(
        Controller(name, catalog=name in known, believes=frozenset(role for role in ROLES if given.get(role, all_names[0]) == name))
        for name in all_names
    ))  # fmt: skip
    for name in all_names:
        state = supplied(state, name)
    known_rid = max(each.knows for each in state.controllers)
    return replace(state, controllers=tuple(replace(each, knows=known_rid) for each in state.controllers))  # fmt: skip


def listed(roles: Iterable[Role]) -> Message:
    """Roles as words, each of them translated by who shows them."""
    words: dict[str, Message] = {role: ROLE_WORDS[role] for role in roles}
    text = ", ".join(f"{{{role}}}" for role in words) or "–"
    return Message(text, words)


def changed(state: State, name: str, **changes: Any) -> State:
    return replace(state, controllers=tuple(replace(each, **changes) if each.name == name else each for each in state.controllers))  # fmt: skip


def supplied(state: State, name: str) -> State:
    """A new pool where the controller needs one and a RID master answers; itself if it believes so."""
    own = state[name]
    master = own if "rid" in own.believes else state.serving("rid")
    needs = not own.spare[1] - own.spare[0] and own.pool[1] - own.pool[0] <= HALF
    if not needs or master is None:
        return state
    got = (master.knows, master.knows + POOL)
    empty = own.pool[0] == own.pool[1]
    given = changed(state, name, pool=got) if empty else changed(state, name, spare=got)
    return changed(given, master.name, knows=master.knows + POOL)


def grown(given: tuple[tuple[int, int], ...], begin: int, end: int) -> tuple[tuple[int, int], ...]:
    """Ranges with one more, grown if it follows one."""
    for at, each in enumerate(given):
        if each[1] == begin:
            return (*given[:at], (each[0], end), *given[at + 1 :])
    return (*given, (begin, end))
