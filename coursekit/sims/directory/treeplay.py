"""Objects of a forest moved, renamed, deleted and made again: what changes of them and what stays.

Built on `tree` and `forest`. Modelled: one object is followed, and a folder whose list of rights
names the SID that this object had at the begin; relative ids are counted up and never used again.
Moves stay within a domain: into another one an object gets a new SID, by another tool. Lab rule: a
name belongs to the first object of the forest that is called so.
Sources: [MS-ADTS] 3.1.1.5; [MS-DTYP] 2.4.2.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np

from coursekit.sims.directory import dn, forest, identity, tree
from coursekit.sims.directory.entries import Entry
from coursekit.sims.directory.forest import Domain, Forest
from coursekit.sims.message import Message, ParameterError, require

__all__ = ["KINDS", "UNITS", "Deed", "State", "Story", "names", "sample", "tell"]

Action = Literal["move", "rename", "delete", "create"]
KINDS = {"user": "user", "computer": "computer", "group": "group"}
UNITS = tuple(unit for units in forest.PEOPLE.values() for unit in units)


@dataclass(frozen=True)
class Deed:
    """("move", name, unit), ("rename", name, new), ("delete", name), ("create", kind, name, unit)."""

    kind: Action
    one: str
    two: str = ""
    three: str = ""

    @property
    def about(self) -> str:
        """The name of the object before the deed."""
        return self.two if self.kind == "create" else self.one


@dataclass(frozen=True)
class State:
    """The forest, what was done to get here and why it came so."""

    forest: Forest
    deed: Deed | None
    why: tuple[Message, ...]
    rids: tuple[int, ...]  # the next relative id of each domain

    def find(self, name: str) -> tuple[Domain, Entry] | None:
        """The object called so, or with this distinguished name, and its domain."""
        for domain in self.forest.domains:
            for each in domain.directory.entries[1:]:
                if name in (each.label, each.dn):
                    return domain, each
        return None

    def by_sid(self, sid: str) -> Entry | None:
        """The living object with a SID."""
        return next((each for domain in self.forest.domains for each in domain.directory.entries if each.sid == sid), None)  # fmt: skip

    def dead(self, guid: str) -> tree.Tombstone | None:
        """The tombstone with an identity."""
        return next((stone for domain in self.forest.domains for stone in domain.directory.tombstones if stone.entry.guid == guid), None)  # fmt: skip

    def groups(self, entry: Entry) -> tuple[str, ...]:
        """The groups whose lists of members name an object."""
        own = dn.key(entry.name)
        return tuple(
            each.label for domain in self.forest.domains for each in domain.directory.entries
            if own in (dn.key(dn.parse(value)) for value in each.values("member"))
        )  # fmt: skip

    def holders(self, domain: Domain) -> tuple[str, ...]:
        """The controllers that hold an object of a domain whole."""
        return domain.controllers

    def catalogs(self, domain: Domain) -> tuple[str, ...]:
        """Those that hold a part of it, as global catalogs of the forest."""
        return tuple(each for each in self.forest.catalogs if each not in domain.controllers)


@dataclass(frozen=True)
class Story:
    """All states, the first one before any deed."""

    states: tuple[State, ...]

    def before(self, name: str) -> Entry | None:
        """What was called so at the begin."""
        found = self.states[0].find(name)
        return found[1] if found else None


@cache
def sample() -> State:
    """The forest of three domains, untouched."""
    made = forest.three_domains(np.random.default_rng(12))
    rids = tuple(1 + max(identity.rid(each.sid) for each in domain.directory.entries if each.sid) for domain in made.domains)  # fmt: skip
    return State(made, None, (Message.of("Three domains in two trees, and what is in them."),), rids)  # fmt: skip


def names(state: State) -> tuple[str, ...]:
    """Users and groups, domain by domain."""
    return tuple(each.label for domain in state.forest.domains for each in domain.directory.entries if each.sid)  # fmt: skip


def tell(deeds: Iterable[Deed]) -> Story:
    """The forest after each deed."""
    states = [sample()]
    for number, deed in enumerate(deeds):
        states.append(_done(states[-1], deed, number))
    return Story(tuple(states))


def _done(state: State, deed: Deed, number: int) -> State:
    match deed.kind:
        case "move":
            return _move(state, deed)
        case "rename":
            return _rename(state, deed)
        case "delete":
            return _delete(state, deed)
    return _create(state, deed, number)


def _there(state: State, name: str) -> tuple[Domain, Entry]:
    found = state.find(name)
    if found is None:
        raise ParameterError("name={name}: no object of the forest is called so", name=name)
    return found


def _unit(state: State, name: str) -> tuple[Domain, Entry]:
    domain, entry = _there(state, name)
    require("organizationalUnit" in entry.values("objectClass"), "unit={name}: it is no unit", name=name)  # fmt: skip
    return domain, entry


def _with(state: State, domain: Domain, after: tree.Directory, deed: Deed, *why: Message) -> State:
    domains = tuple(replace(each, directory=after) if each is domain else each for each in state.forest.domains)  # fmt: skip
    return replace(state, forest=replace(state.forest, domains=domains), deed=deed, why=why)


def _move(state: State, deed: Deed) -> State:
    domain, entry = _there(state, deed.one)
    other, unit = _unit(state, deed.two)
    require(other is domain, "unit={unit}: it is in another domain, {domain}; a move there gives a new SID", unit=deed.two, domain=other.name)  # fmt: skip
    after = tree.move(domain.directory, entry.dn, unit.dn)
    return _with(
        state, domain, after, deed,
        Message.of("{name} hangs on {unit} now: the distinguished name has changed.", name=entry.label, unit=unit.label),
        Message.of("GUID and SID are the same, and so are groups and rights; policies come from the new place."),
    )  # fmt: skip


def _rename(state: State, deed: Deed) -> State:
    domain, entry = _there(state, deed.one)
    require(bool(deed.two), "name={name}: give a name", name=deed.two)
    above = dn.text(dn.parent(entry.name))
    after = tree.move(domain.directory, entry.dn, above, deed.two)
    return _with(
        state, domain, after, deed,
        Message.of("{name} is called {new} now: the first part of the name has changed, and links follow.", name=entry.label, new=deed.two),
        Message.of("GUID and SID are the same: no list of rights notices it."),
    )  # fmt: skip


def _delete(state: State, deed: Deed) -> State:
    domain, entry = _there(state, deed.one)
    after = tree.delete(domain.directory, entry.dn)
    return _with(
        state, domain, after, deed,
        Message.of("A tombstone is left of {name} for {days} days: GUID, SID, class and account name.", name=entry.label, days=tree.TOMBSTONE_DAYS),
        Message.of("Groups have lost the member; lists of rights keep a SID that nobody has."),
    )  # fmt: skip


def _create(state: State, deed: Deed, number: int) -> State:
    kind = deed.one
    require(kind in KINDS, "kind={kind}: choose one of {kinds}", kind=kind, kinds=", ".join(KINDS))
    require(bool(deed.two), "name={name}: give a name", name=deed.two)
    domain, unit = _unit(state, deed.three)
    at = state.forest.domains.index(domain)
    sid = identity.in_domain(domain.sid, state.rids[at])
    guid = identity.guid(np.random.default_rng([12, number, state.rids[at]]))
    entry = Entry(dn.text(dn.child_of((("cn", deed.two),), unit.name)), _attributes(kind, deed.two), guid, sid)  # fmt: skip
    after = _with(
        state, domain, tree.add(domain.directory, entry), deed,
        Message.of("{name} is new: a new GUID and a new SID, whatever it is called.", name=deed.two),
        Message.of("Relative ids are never given twice: the next one was {rid}.", rid=state.rids[at]),
    )  # fmt: skip
    return replace(after, rids=_counted(state.rids, at))


def _counted(rids: Sequence[int], at: int) -> tuple[int, ...]:
    return tuple(each + (place == at) for place, each in enumerate(rids))


def _attributes(kind: str, name: str) -> dict[str, tuple[str, ...]]:
    classes = {
        "user": ("top", "person", "organizationalPerson", "user"),
        "computer": ("top", "person", "organizationalPerson", "user", "computer"),
        "group": ("top", "group"),
    }
    return {"objectClass": classes[kind], "cn": (name,)}
