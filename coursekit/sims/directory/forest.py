"""A forest: domains joined by trust, each with a directory of its own, and what all of them share.

Modelled: parents and children by name, several trees, trust that leads through all of them; the
partitions that a domain controller holds; the global catalog, a few attributes of every object. The
sample has three domains in two trees. Left out: trusts that someone makes by hand, functional
levels, read-only domain controllers. Source: [MS-ADTS] 3.1.1.1, 6.1.6.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from coursekit.sims.directory import dn, identity
from coursekit.sims.directory.entries import Entry
from coursekit.sims.directory.sample import Attributes
from coursekit.sims.directory.srv import Subnet
from coursekit.sims.directory.tree import Directory, add
from coursekit.sims.message import ParameterError, require

__all__ = ["CATALOG", "CATALOG_PORT", "Domain", "Forest", "Row", "suffix_of", "three_domains"]

CATALOG = ("objectClass", "cn", "ou", "dc", "sn", "mail", "sAMAccountName", "userPrincipalName", "member", "groupType")  # fmt: skip
CATALOG_PORT = 3268
Kind = Literal["forest", "domain", "controller", "unit", "user", "group", "computer", "container"]


@dataclass(frozen=True)
class Domain:
    """A domain: DNS name, short name, SID, its objects, its domain controllers."""

    name: str
    short: str
    sid: str
    directory: Directory
    controllers: tuple[str, ...]

    @property
    def parent(self) -> str:
        """The name without its first label."""
        return self.name.partition(".")[2]


@dataclass(frozen=True)
class Row:
    """A line of the picture of a forest."""

    depth: int
    kind: Kind
    label: str
    dn: str = ""


@dataclass(frozen=True)
class Forest:
    """Domains, the root first; sites and their subnets."""

    domains: tuple[Domain, ...]
    subnets: tuple[Subnet, ...] = ()
    catalogs: tuple[str, ...] = ()  # controllers that hold the global catalog

    def __post_init__(self) -> None:
        names = [each.name for each in self.domains]
        require(len(names) > 0, "domains=0: a forest has one domain or more")
        require(len(set(names)) == len(names), "domains={names}: a name twice", names=", ".join(names))  # fmt: skip

    @property
    def root(self) -> Domain:
        """The first domain: schema and configuration are its own."""
        return self.domains[0]

    @cached_property
    def by_name(self) -> Mapping[str, Domain]:
        """Domains by their DNS name."""
        return {each.name: each for each in self.domains}

    def domain(self, name: str) -> Domain:
        """One domain; ParameterError names those there are."""
        if name not in self.by_name:
            raise ParameterError("domain={name}: choose one of {names}", name=name, names=", ".join(self.by_name))  # fmt: skip
        return self.by_name[name]

    def above(self, name: str) -> str:
        """The domain that trusts it directly: its parent, or the forest's root for the top of a tree."""
        each = self.domain(name)
        if each.parent in self.by_name:
            return each.parent
        return "" if each is self.root else self.root.name

    def trust_path(self, one: str, other: str) -> tuple[str, ...]:
        """The domains that a request passes from one to the other, both included."""
        up, down = self._line(one), self._line(other)
        meet = next(each for each in up if each in down)
        return (*up[: up.index(meet) + 1], *reversed(down[: down.index(meet)]))

    def _line(self, name: str) -> list[str]:
        found = [name]
        while above := self.above(found[-1]):
            found.append(above)
        return found

    def partitions(self, controller: str) -> tuple[str, ...]:
        """What a domain controller replicates; the catalog's parts end with (partial)."""
        home = self.home(controller)
        root = suffix_of(self.root.name)
        own = suffix_of(home.name)
        found = [f"CN=Schema,CN=Configuration,{root}", f"CN=Configuration,{root}", own, f"DC=DomainDnsZones,{own}", f"DC=ForestDnsZones,{root}"]  # fmt: skip
        others = [each for each in self.domains if each is not home and controller in self.catalogs]
        return (*found, *(f"{suffix_of(each.name)} (partial)" for each in others))

    def home(self, controller: str) -> Domain:
        """The domain of a controller."""
        for each in self.domains:
            if controller in each.controllers:
                return each
        raise ParameterError("controller={name}: there is no such domain controller", name=controller)  # fmt: skip

    def catalog(self) -> tuple[Entry, ...]:
        """Every object of the forest, with the attributes of the global catalog only."""
        lower = {each.lower() for each in CATALOG}
        return tuple(
            replace(each, attributes={key: values for key, values in each.attributes.items() if key.lower() in lower})
            for domain in self.domains for each in domain.directory.entries
        )  # fmt: skip

    def rows(self) -> Iterator[Row]:
        """The forest as a list of lines: domains below their parents, then objects below theirs."""
        yield Row(0, "forest", self.root.name)
        yield from self._rows(self.root, 1)
        for each in self.domains[1:]:
            if each.parent not in self.by_name:
                yield from self._rows(each, 1)

    def _rows(self, domain: Domain, depth: int) -> Iterator[Row]:
        yield Row(depth, "domain", domain.name, domain.directory.suffix)
        yield from (Row(depth + 1, "controller", each) for each in domain.controllers)
        top = domain.directory.entries[0]
        yield from _objects(domain.directory, top.dn, depth + 1)
        for each in self.domains:
            if each.parent == domain.name:
                yield from self._rows(each, depth + 1)


def _objects(directory: Directory, above: str, depth: int) -> Iterator[Row]:
    for each in directory.children(above):
        yield Row(depth, _kind(each), each.label, each.dn)
        yield from _objects(directory, each.dn, depth + 1)


def _kind(entry: Entry) -> Kind:
    classes = {each.lower() for each in entry.values("objectClass")}
    found: tuple[tuple[str, Kind], ...] = (("organizationalunit", "unit"), ("computer", "computer"), ("group", "group"), ("groupofnames", "group"), ("person", "user"))  # fmt: skip
    return next((kind for name, kind in found if name in classes), "container")


def suffix_of(domain: str) -> str:
    """lab.example as a name: dc=lab,dc=example."""
    require(bool(domain) and all(domain.split(".")), "domain={domain}: labels with dots between them", domain=domain)  # fmt: skip
    return dn.text(tuple((("dc", label),) for label in domain.split(".")))


PEOPLE = {
    "lab.example": {"Paris": ("Alice Martin", "Bob Durand"), "Lyon": ("Chloé Petit",), "Admins": ("Dana Admin",)},
    "edu.lab.example": {"Students": ("Emma Roux", "Farid Benali", "Gwen Le Goff"), "Teachers": ("Hugo Blanc",)},
    "factory.example": {"Workshop": ("Ines Moreau", "Jan Kowalski"), "Office": ("Karim Haddad",)},
}  # fmt: skip
GROUPS = {  # domain -> name -> (groupType, members)
    "lab.example": {"G_Paris": ("Alice Martin", "Bob Durand"), "DL_Files_RW": ("G_Paris",)},
    "edu.lab.example": {"G_Students": ("Emma Roux", "Farid Benali", "Gwen Le Goff"), "G_Teachers": ("Hugo Blanc",)},
    "factory.example": {"G_Workshop": ("Ines Moreau", "Jan Kowalski"), "DL_Machines_R": ("G_Workshop",)},
}  # fmt: skip
CONTROLLERS = {"lab.example": ("dc1", "dc2"), "edu.lab.example": ("edu-dc1",), "factory.example": ("fab-dc1", "fab-dc2")}  # fmt: skip
SUBNETS = (
    Subnet("10.1.0.0/16", "Paris"), Subnet("10.1.64.0/18", "Lyon"),
    Subnet("10.2.0.0/16", "Factory"), Subnet("2001:db8:1::/48", "Paris"),
)  # fmt: skip
GLOBAL, LOCAL = -2147483646, -2147483644  # groupType of a security group, as a signed number


def three_domains(rng: np.random.Generator) -> Forest:
    """lab.example with its child edu.lab.example, and a second tree, factory.example."""
    domains = tuple(_domain(name, rng) for name in PEOPLE)
    return Forest(domains, SUBNETS, catalogs=("dc1", "fab-dc1"))


def _domain(name: str, rng: np.random.Generator) -> Domain:
    sid, suffix = identity.domain_sid(rng), suffix_of(name)
    directory = Directory(suffix)
    places: dict[str, str] = {}
    rids = iter(range(identity.FIRST_RID, identity.FIRST_RID + 1000))

    def put(place: str, attributes: Attributes, *, principal: bool = False) -> Directory:
        own = identity.in_domain(sid, next(rids)) if principal else ""
        return add(directory, Entry(place, attributes, identity.guid(rng), own))

    directory = put(suffix, {"objectClass": ("top", "domain", "domainDNS"), "dc": (name.partition(".")[0],)})  # fmt: skip
    for unit, people in PEOPLE[name].items():
        above = f"ou={unit},{suffix}"
        directory = put(above, {"objectClass": ("top", "organizationalUnit"), "ou": (unit,)})
        for person in people:
            places[person] = f"cn={person},{above}"
            directory = put(places[person], _user(person, name), principal=True)
    for group, members in GROUPS[name].items():
        places[group] = f"cn={group},{suffix}"
        scope = LOCAL if group.startswith("DL_") else GLOBAL
        inside = tuple(places[each] for each in members)
        directory = put(places[group], {"objectClass": ("top", "group"), "cn": (group,), "groupType": (str(scope),), "member": inside}, principal=True)  # fmt: skip
    return Domain(name, name.partition(".")[0].upper(), sid, directory, CONTROLLERS[name])


def _user(person: str, domain: str) -> Attributes:
    first, _, last = person.partition(" ")
    account = f"{first[0]}{last.replace(' ', '')}".lower()
    return {
        "objectClass": ("top", "person", "organizationalPerson", "user"),
        "cn": (person,), "sn": (last,), "sAMAccountName": (account,),
        "userPrincipalName": (f"{account}@{domain}",), "userAccountControl": ("512",),
    }  # fmt: skip
