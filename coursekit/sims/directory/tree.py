"""The tree of a directory: objects, and what happens to them when they move or die.

Modelled: an object hangs under one that exists; a move changes its name and those of all below, and
every link to them; identity (objectGUID, SID) stays; a delete leaves a tombstone for 180 days, which
keeps identity, class, account name and the last parent and loses the rest, links included. A
container with children is refused unless the whole tree is asked for, leaves first. Left out: the
recycle bin, rights, indexes, rules on which class may hang under which.
Sources: [MS-ADTS] 3.1.1.5 and 7.1.1.4; RFC 4511 4.8, 4.9.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from coursekit.sims.directory import dn, evaluate
from coursekit.sims.directory.dn import Dn
from coursekit.sims.directory.entries import SAMPLE_SCHEMA, Entry, Schema
from coursekit.sims.directory.evaluate import Found, Scope
from coursekit.sims.message import ParameterError, require

__all__ = ["KEPT", "LINKS", "TOMBSTONE_DAYS", "Directory", "Tombstone", "add", "delete", "move", "purge", "restore", "search", "set_values"]  # fmt: skip

TOMBSTONE_DAYS = 180
LINKS = ("member", "memberOf", "manager")  # attributes whose values are names
KEPT = ("objectclass", "samaccountname")  # of a tombstone


@dataclass(frozen=True)
class Tombstone:
    """A deleted object: what is left of it, its old name, the day of its death."""

    entry: Entry
    was: str
    day: int

    def gone(self, day: int) -> bool:
        """Whether nothing is left of it on a day."""
        return day - self.day > TOMBSTONE_DAYS


@dataclass(frozen=True)
class Directory:
    """Objects, parents before children, and the dead."""

    suffix: str
    entries: tuple[Entry, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    schema: Schema = SAMPLE_SCHEMA

    @cached_property
    def _by_name(self) -> Mapping[tuple[frozenset[tuple[str, str]], ...], Entry]:
        return {dn.key(each.name): each for each in self.entries}

    def lookup(self, name: Dn) -> Entry | None:
        """The object with this name."""
        return self._by_name.get(dn.key(name))

    def __getitem__(self, name: str) -> Entry:
        found = self.lookup(dn.parse(name))
        if found is None:
            raise ParameterError("dn={dn}: no such object", dn=name)
        return found

    def below(self, name: str) -> tuple[Entry, ...]:
        """The object and all below it."""
        top = self[name].name
        return tuple(each for each in self.entries if dn.is_under(each.name, top))

    def children(self, name: str) -> tuple[Entry, ...]:
        """The objects that hang on it."""
        top = self[name].name
        return tuple(each for each in self.below(name) if len(each.name) == len(top) + 1)


def add(directory: Directory, entry: Entry) -> Directory:
    """The directory with one object more."""
    require(directory.lookup(entry.name) is None, "dn={dn}: there is such an object", dn=entry.dn)
    top = dn.parse(directory.suffix)
    require(dn.is_under(entry.name, top), "dn={dn}: not under {suffix}", dn=entry.dn, suffix=directory.suffix)  # fmt: skip
    above = dn.text(dn.parent(entry.name))
    is_top = len(entry.name) == len(top)
    require(is_top or directory.lookup(dn.parent(entry.name)) is not None, "dn={dn}: its parent {parent} does not exist", dn=entry.dn, parent=above)  # fmt: skip
    for attribute in entry.attributes:
        require(directory.schema.syntax(attribute) is not None, "attribute={name}: the schema does not know it", name=attribute)  # fmt: skip
    return replace(directory, entries=(*directory.entries, entry))


def set_values(directory: Directory, name: str, attribute: str, *values: str) -> Directory:
    """An attribute with other values; without any it is removed."""
    entry = directory[name]
    require(directory.schema.syntax(attribute) is not None, "attribute={name}: the schema does not know it", name=attribute)  # fmt: skip
    kept = {each: old for each, old in entry.attributes.items() if each.lower() != attribute.lower()}  # fmt: skip
    after = replace(entry, attributes=kept | ({attribute: values} if values else {}))
    return _each(directory, lambda each: after if each is entry else each)


def move(directory: Directory, name: str, under: str, rename: str = "") -> Directory:
    """An object and all below it under another parent, and with another name if asked."""
    entry, goal = directory[name], directory[under]
    require(not dn.is_under(goal.name, entry.name), "under={under}: it lies below {dn}", under=under, dn=entry.dn)  # fmt: skip
    own = ((entry.name[0][0][0], rename),) if rename else entry.name[0]
    target = dn.child_of(own, goal.name)
    same = dn.key(target) == dn.key(entry.name)
    require(same or directory.lookup(target) is None, "dn={dn}: there is such an object", dn=dn.text(target))  # fmt: skip
    old = entry.name

    def renamed(text: str) -> str:
        parts = dn.parse(text)
        return dn.text((*parts[: len(parts) - len(old)], *target)) if dn.is_under(parts, old) else text  # fmt: skip

    def after(each: Entry) -> Entry:
        links = {key: tuple(map(renamed, values)) if _is_link(key) else values for key, values in each.attributes.items()}  # fmt: skip
        if each is entry:
            links = _with_name(links, own)
        return Entry(renamed(each.dn), links, each.guid, each.sid)

    return _in_order(_each(directory, after))


def _with_name(attributes: Mapping[str, tuple[str, ...]], own: dn.Rdn) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """An object's naming attribute holds what its name says."""
    kinds = {kind.lower(): value for kind, value in own}
    return {key: (kinds[key.lower()],) if key.lower() in kinds else values for key, values in attributes.items()}  # fmt: skip


def _is_link(attribute: str) -> bool:
    return attribute.lower() in {each.lower() for each in LINKS}


def _each(directory: Directory, change: Callable[[Entry], Entry]) -> Directory:
    return replace(directory, entries=tuple(map(change, directory.entries)))


def _in_order(directory: Directory) -> Directory:
    """Parents before children: a move may bring an object under a younger one."""
    return replace(directory, entries=tuple(sorted(directory.entries, key=lambda each: len(each.name))))  # fmt: skip


def delete(directory: Directory, name: str, day: int = 0, *, tree: bool = False) -> Directory:
    """A tombstone in place of an object, and of all below it if `tree`; links to them go."""
    dead = directory.below(name)
    require(tree or len(dead) == 1, "dn={dn}: {count} objects lie below it; delete them first, or the whole tree", dn=name, count=len(dead) - 1)  # fmt: skip
    require(dn.key(dead[0].name) != dn.key(dn.parse(directory.suffix)), "dn={dn}: the root of a domain stays", dn=name)  # fmt: skip
    gone = {dn.key(each.name) for each in dead}
    left = [_unlinked(each, gone) for each in directory.entries if each not in dead]
    stones = tuple(_tombstone(directory, each, day) for each in reversed(dead))
    return replace(directory, entries=tuple(left), tombstones=(*directory.tombstones, *stones))


def _unlinked(entry: Entry, gone: Iterable[object]) -> Entry:
    """Without the values that name the dead."""
    kept = {
        key: tuple(each for each in values if not _is_link(key) or dn.key(dn.parse(each)) not in gone)
        for key, values in entry.attributes.items()
    }  # fmt: skip
    return replace(entry, attributes={key: values for key, values in kept.items() if values})


def _tombstone(directory: Directory, entry: Entry, day: int) -> Tombstone:
    kept = {key: values for key, values in entry.attributes.items() if key.lower() in KEPT}
    kept |= {"isDeleted": ("TRUE",), "lastKnownParent": (dn.text(dn.parent(entry.name)),)}
    kind, value = entry.name[0][0]
    named = ((kind, f"{value}\nDEL:{entry.guid}"),)
    place = (named, (("CN", "Deleted Objects"),), *dn.parse(directory.suffix))
    return Tombstone(Entry(dn.text(place), kept, entry.guid, entry.sid), entry.dn, day)


def purge(directory: Directory, day: int) -> Directory:
    """Without the tombstones whose time is over."""
    return replace(directory, tombstones=tuple(each for each in directory.tombstones if not each.gone(day)))  # fmt: skip


def restore(directory: Directory, guid: str) -> Directory:
    """A tombstone alive again under its last parent: same identity, but what it lost stays lost."""
    stone = next((each for each in directory.tombstones if each.entry.guid == guid), None)
    if stone is None:
        raise ParameterError("guid={guid}: no tombstone has it", guid=guid)
    own = dn.parse(stone.was)[0]
    kept = {key: values for key, values in stone.entry.attributes.items() if key.lower() in KEPT}
    alive = Entry(stone.was, kept | {kind: (value,) for kind, value in own}, guid, stone.entry.sid)
    return add(replace(directory, tombstones=tuple(each for each in directory.tombstones if each is not stone)), alive)  # fmt: skip


def search(
    directory: Directory, query: str = "(objectClass=*)", *, base: str = "", scope: Scope = "sub",
    attributes: tuple[str, ...] = ("*",), page: int = evaluate.PAGE,
) -> Found:  # fmt: skip
    """A search in the living; `base` empty: the whole directory."""
    return evaluate.search(
        directory.entries, directory.schema, base=base or directory.suffix, scope=scope,
        query=query, attributes=attributes, page=page,
    )  # fmt: skip
