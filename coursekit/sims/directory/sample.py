"""The sample directory of the chapter: eight objects on which every filter is tried.

Modelled: one domain, two OUs, four people, a group; GUIDs and SIDs come from a generator with a
fixed seed, so that they are the same everywhere. The numbers 1 to 8 are the places in `sample()`.
"""

import numpy as np

from coursekit.sims.directory import identity
from coursekit.sims.directory.entries import Entry
from coursekit.sims.directory.tree import Directory, add

__all__ = ["SUFFIX", "flags", "numbers", "sample"]

SUFFIX = "dc=lab,dc=example"
ADMINS = f"cn=Admins,{SUFFIX}"
ALICE = f"cn=Alice Martin,ou=Paris,{SUFFIX}"
FLAGS = {2: "disabled", 512: "normal account", 65536: "password never expires"}

Attributes = dict[str, tuple[str, ...]]


def sample() -> Directory:
    """The eight objects: 1 the domain, 2 Paris, 3 Lyon, 4 Alice, 5 Bob, 6 Chloé, 7 Star*Man, 8 Admins."""
    rng = np.random.default_rng(12)
    domain = identity.domain_sid(rng)
    directory = Directory(SUFFIX)
    for number, (name, attributes) in enumerate(_objects()):
        principal = "sAMAccountName" in attributes or "member" in attributes
        sid = identity.in_domain(domain, identity.FIRST_RID + number) if principal else ""
        directory = add(directory, Entry(name, attributes, identity.guid(rng), sid))
    return directory


def numbers(found: tuple[Entry, ...]) -> tuple[int, ...]:
    """The places, from 1, of objects of the sample."""
    places = {each.dn: number for number, each in enumerate(sample().entries, start=1)}
    return tuple(places[each.dn] for each in found)


def flags(control: int) -> tuple[str, ...]:
    """What the bits of userAccountControl say, lowest first; a bit that is not in the table as a number."""
    bits = (1 << at for at in range(control.bit_length()) if control >> at & 1)
    return tuple(FLAGS.get(bit, str(bit)) for bit in bits)


def _objects() -> list[tuple[str, Attributes]]:
    return [
        (SUFFIX, {"objectClass": ("top", "domain"), "dc": ("lab",)}),
        _unit("Paris"),
        _unit("Lyon"),
        _person("Alice Martin", "Martin", "Paris", "amartin", 512, logonCount="42", mail="alice@lab.example", memberOf=ADMINS),
        _person("Bob (temp) Durand", "Durand", "Paris", "bdurand", 514, logonCount="0"),
        _person("Chloé Petit", "Petit", "Lyon", "cpetit", 66048, logonCount="7", mail="chloe@lab.example"),
        _person("Star*Man", "Man", "Lyon", "starman", 66050),
        (ADMINS, {"objectClass": ("top", "groupOfNames"), "cn": ("Admins",), "member": (ALICE,)}),
    ]  # fmt: skip


def _unit(name: str) -> tuple[str, Attributes]:
    return f"ou={name},{SUFFIX}", {"objectClass": ("top", "organizationalUnit"), "ou": (name,)}


def _person(name: str, last: str, unit: str, account: str, control: int, **more: str) -> tuple[str, Attributes]:  # fmt: skip
    attributes: Attributes = {
        "objectClass": ("top", "person", "organizationalPerson", "inetOrgPerson"),
        "cn": (name,), "sn": (last,), "sAMAccountName": (account,),
        "userAccountControl": (str(control),),
    }  # fmt: skip
    return f"cn={name},ou={unit},{SUFFIX}", attributes | {key: (each,) for key, each in more.items()}  # fmt: skip
