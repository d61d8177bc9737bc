"""Three controllers and five roles, deed by deed: one goes down, days pass, a role is moved.

Built on `fsmo`, which decides everything. Modelled: a domain in which one controller holds all roles,
or three share them; accounts made day by day at every controller that is up;
operations tried at one without a role. Lab rules: a new password has replicated before the next deed; so has everything after a day.
Left out: as there. Source: Microsoft Learn, "FSMO roles", "Managing RID issuance".
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, cast, get_args

from coursekit.sims.directory import fsmo
from coursekit.sims.directory.domainstate import HALF, POOL, ROLES, Action, Event, Role
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["ALL", "DAYS", "DCS", "FULL", "HOLDERS", "MOST_A_DAY", "OPERATIONS", "PER_DAY", "SPANS", "Deed", "State", "Story", "missed", "tell"]  # fmt: skip

DCS = ("dc1", "dc2", "dc3")
ALL = "all"  # every controller that holds a role
HOLDERS: dict[str, dict[Role, str]] = {
    "one": dict.fromkeys(ROLES, "dc1"),
    "three": {"schema": "dc1", "naming": "dc1", "rid": "dc2", "infrastructure": "dc2", "pdc": "dc3"},
}  # fmt: skip
OPERATIONS = ("log on", "new password", "create", "policy", "extend", "add domain", "rename elsewhere")  # fmt: skip
SPANS = {1: 1, 7: 7 * 24, 30: 30 * 24}  # columns of what is missed: key -> hours
DAYS = (1, 7, 30)
PER_DAY, MOST_A_DAY = 40, 200  # accounts made a day at a controller
FULL = POOL + HALF  # RIDs that a controller has at most
UNSAID = ""

Kind = Literal["down", "up", "try", "transfer", "seize", "rebuild", "wait"]


@dataclass(frozen=True)
class Deed:
    """("down", role or controller or "all"), ("up", …), ("try", operation), ("transfer", role, controller), ("seize", …), ("rebuild", controller), ("wait", days)."""

    kind: Kind
    what: str | int
    dc: str = ""


@dataclass(frozen=True)
class State:
    """The domain after a deed, whether it worked, and why."""

    domain: fsmo.State
    deed: Deed | None = None
    why: tuple[Message, ...] = ()
    done: bool = True

    @property
    def asked(self) -> str:
        """Who is asked: a controller that is up, without a role if there is one."""
        living = [each for each in self.domain.controllers if each.up] or self.domain.controllers
        return min(living, key=lambda each: bool(each.believes)).name

    @property
    def days(self) -> float:
        """How long it has been."""
        return self.domain.hours / 24

    @property
    def served(self) -> tuple[Role, ...]:
        """Roles whose holder is up."""
        return tuple(role for role in ROLES if self.domain.serving(role) is not None)

    @property
    def doubles(self) -> tuple[Role, ...]:
        """Roles in which two controllers believe that are both up."""
        return tuple(role for role in ROLES if sum(each.up for each in self.domain.holders(role)) > 1)  # fmt: skip

    def works(self) -> dict[str, fsmo.State]:
        """Each operation tried at `asked`, all on the same state."""
        return {each: _tried(self.domain, each, self.asked) for each in OPERATIONS}


@dataclass(frozen=True)
class Story:
    """The states before and after every deed."""

    states: tuple[State, ...]


def tell(deeds: Iterable[Deed], holders: str = "one", per_day: int = PER_DAY, *, catalogs: bool = True) -> Story:  # fmt: skip
    """What becomes of a healthy domain."""
    require(holders in HOLDERS, "holders={holders}: choose one of {choices}", holders=holders, choices=", ".join(HOLDERS))  # fmt: skip
    require(0 <= per_day <= MOST_A_DAY, "per_day={per_day}: choose 0 to {most}", per_day=per_day, most=MOST_A_DAY)  # fmt: skip
    known = DCS if catalogs else DCS[:1]
    states = [State(fsmo.start(DCS, holder=HOLDERS[holders], catalogs=known))]
    for deed in deeds:
        states.append(_step(replace(states[-1], deed=deed), deed, per_day))
    return Story(tuple(states))


def _step(state: State, deed: Deed, per_day: int) -> State:
    if deed.kind == "wait":
        return _waited(state, deed.what, per_day)
    what = str(deed.what)
    if deed.kind in ("down", "up"):
        return _switched(state, what, up=deed.kind == "up")
    if deed.kind == "try":
        return _try(state, what, deed.dc)
    event = Event("rebuild", what) if deed.kind == "rebuild" else Event(deed.kind, deed.dc, what)
    return _after(state, [event])


def _after(state: State, events: Iterable[Event]) -> State:
    """All events, and what each has to say."""
    domain, why, done = state.domain, list[Message](), True
    for event in events:
        domain = fsmo.step(domain, event)
        why.append(domain.why)
        done = done and domain.done
    return replace(state, domain=domain, why=tuple(why), done=done)


def _switched(state: State, what: str, *, up: bool) -> State:
    """Whoever is meant goes down or comes back; nothing happens where that is so already."""
    domain = state.domain
    if what in ROLES:
        meant = domain.holders(what)
    elif what == ALL:
        meant = tuple(each for each in domain.controllers if each.believes)
    else:
        meant = (domain[what],)
    names = [each.name for each in meant if each.up != up]
    if not names:
        why = Message.of("That is so already.")
        return replace(state, why=(why,), done=False)
    return _after(state, [Event("up" if up else "down", name) for name in names])


def _try(state: State, operation: str, where: str) -> State:
    require(operation in OPERATIONS, "operation={operation}: choose one of {choices}", operation=operation, choices=", ".join(OPERATIONS))  # fmt: skip
    tried = _tried(state.domain, operation, where or state.asked)
    after = fsmo.step(tried, Event("replicate")) if operation == "new password" else tried
    return replace(state, domain=after, why=(tried.why,), done=tried.done)


def _tried(domain: fsmo.State, operation: str, where: str) -> fsmo.State:
    """`new password`: a log-on with a password that another controller was given a moment ago."""
    if operation != "new password":
        return fsmo.step(domain, Event(cast("Action", operation), where))
    others = [each.name for each in domain.controllers if each.up and each.name != where]
    for name in others[-1:]:
        domain = fsmo.step(domain, Event("password", name))
    return fsmo.step(domain, Event("log on", where))


def _waited(state: State, days: str | int, per_day: int) -> State:
    """Days pass: accounts are made wherever it is possible, clocks drift, everything replicates."""
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 365:
        raise ParameterError("days={days}: choose 1 to 365", days=days)
    after, made, failed = state.domain, 0, list[Message]()
    living = [each.name for each in after.controllers if each.up] if per_day else []
    for name in living:
        after = fsmo.step(after, Event("create", name, count=per_day * days))
        made += after.made
        failed += [after.why] if not after.done else []
    after = fsmo.step(after, Event("wait", count=24 * days))
    clocks = after.why
    after = fsmo.step(after, Event("replicate"))
    count = Message.of("Days that pass: {days}. Accounts created on {names}: {made}.", days=days, names=", ".join(living) or "–", made=made)  # fmt: skip
    return replace(state, domain=after, why=(count, *failed, clocks), done=not failed)


@cache
def missed(role: Role, hours: int, per_day: int = PER_DAY, *, catalogs: bool = True) -> tuple[str, ...]:  # fmt: skip
    """Operations that fail elsewhere once a role's holder alone has been down for so long."""
    require(role in get_args(Role), "role={role}: choose one of {choices}", role=role, choices=", ".join(ROLES))  # fmt: skip
    known = None if catalogs else ("dc3",)  # neither a master nor the one that is asked
    names = {"log on": "new password"}  # as `fsmo.probe` tries it
    return tuple(
        names.get(each, each) for each in fsmo.effects(role, hours, per_day=per_day, catalogs=known)
    )
