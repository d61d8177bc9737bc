"""The tree: what may hang where, what a move and a death change, and a forest of three domains."""

import itertools
import uuid
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.directory import dn, evaluate, forest, identity, ldapfilter, tree
from coursekit.sims.directory.entries import Entry
from coursekit.sims.directory.sample import ALICE, SUFFIX, numbers, sample
from coursekit.sims.message import ParameterError

PARIS, LYON = f"ou=Paris,{SUFFIX}", f"ou=Lyon,{SUFFIX}"
ADMINS = f"cn=Admins,{SUFFIX}"
FOREST = forest.three_domains(np.random.default_rng(1))


def unit(name, above=SUFFIX):
    return Entry(f"ou={name},{above}", {"objectClass": ("organizationalUnit",), "ou": (name,)})


def test_a_move_changes_names_and_links_and_no_identity():
    before = sample()
    after = tree.move(before, ALICE, LYON)
    moved = f"cn=Alice Martin,{LYON}"
    assert after[moved].guid == before[ALICE].guid and after[moved].sid == before[ALICE].sid
    assert after[ADMINS].values("member") == (moved,)
    assert after.lookup(dn.parse(ALICE)) is None
    assert sorted(each.guid for each in after.entries) == sorted(each.guid for each in before.entries)  # fmt: skip


def test_a_container_moves_with_all_below_and_back():
    before = sample()
    inner = tree.add(before, unit("Old", LYON))
    after = tree.move(inner, PARIS, f"ou=Old,{LYON}")
    assert f"cn=Alice Martin,ou=Paris,ou=Old,{LYON}" in after[ADMINS].values("member")
    assert [len(each.name) for each in after.entries] == sorted(len(each.name) for each in after.entries)  # fmt: skip
    back = tree.move(after, f"ou=Paris,ou=Old,{LYON}", SUFFIX)
    assert {each.dn: each.attributes for each in back.entries} == {each.dn: each.attributes for each in inner.entries}  # fmt: skip


def test_a_new_name_is_in_the_naming_attribute_and_in_the_links():
    after = tree.move(sample(), ALICE, PARIS, rename="Alice Petit, née Martin")
    name = f"cn=Alice Petit\\, née Martin,{PARIS}"
    assert after[name].values("cn") == ("Alice Petit, née Martin",)
    assert after[ADMINS].values("member") == (name,)
    assert after[name].values("sn") == ("Martin",)
    same = tree.move(sample(), ALICE, PARIS, rename="ALICE MARTIN")
    assert same[ALICE].label == "ALICE MARTIN"


def test_a_death_leaves_a_tombstone_and_takes_the_links():
    before = sample()
    after = tree.delete(before, ALICE, day=3)
    (stone,) = after.tombstones
    assert (stone.was, stone.day, stone.entry.guid, stone.entry.sid) == (ALICE, 3, before[ALICE].guid, before[ALICE].sid)  # fmt: skip
    assert stone.entry.label == f"Alice Martin\nDEL:{stone.entry.guid}"
    assert set(stone.entry.attributes) == {"objectClass", "sAMAccountName", "isDeleted", "lastKnownParent"}  # fmt: skip
    assert dn.is_under(stone.entry.name, dn.parse(f"CN=Deleted Objects,{SUFFIX}"))
    assert "member" not in after[ADMINS].attributes
    assert tree.purge(after, 183).tombstones == after.tombstones
    assert tree.purge(after, 184).tombstones == ()


def test_who_is_restored_has_its_identity_and_lost_the_rest():
    before = sample()
    dead = tree.delete(before, ALICE)
    back = tree.restore(dead, before[ALICE].guid)
    assert back[ALICE].sid == before[ALICE].sid
    assert back[ALICE].values("mail") == back[ADMINS].values("member") == ()
    assert back.tombstones == ()
    with pytest.raises(ParameterError, match="no tombstone has it"):
        tree.restore(back, before[ALICE].guid)


def test_a_whole_tree_dies_leaves_first():
    after = tree.delete(sample(), PARIS, tree=True)
    assert [each.was for each in after.tombstones] == [f"cn=Bob (temp) Durand,{PARIS}", ALICE, PARIS]  # fmt: skip
    assert len(after.entries) == 5
    with pytest.raises(ParameterError, match=r"its parent .* does not exist"):
        tree.restore(after, after.tombstones[0].entry.guid)


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda d: tree.add(d, unit("Paris")), "there is such an object"),
        (lambda d: tree.add(d, unit("x", f"ou=y,{SUFFIX}")), "its parent ou=y,dc=lab,dc=example does not exist"),
        (lambda d: tree.add(d, unit("x", "dc=other")), "not under dc=lab,dc=example"),
        (lambda d: tree.add(d, Entry(f"cn=x,{SUFFIX}", {"shoeSize": ("42",)})), "attribute=shoeSize: the schema does not know it"),
        (lambda d: tree.set_values(d, ALICE, "shoeSize", "42"), "attribute=shoeSize"),
        (lambda d: tree.move(d, PARIS, ALICE), "it lies below"),
        (lambda d: tree.move(d, PARIS, PARIS), "it lies below"),
        (lambda d: tree.move(d, ALICE, PARIS, rename="Bob (temp) Durand"), "there is such an object"),
        (lambda d: tree.delete(d, PARIS), "2 objects lie below it"),
        (lambda d: tree.delete(d, SUFFIX, tree=True), "the root of a domain stays"),
        (lambda d: d["ou=Nice,dc=lab,dc=example"], "no such object"),
    ],
)  # fmt: skip
def test_what_a_tree_refuses(act, says):
    with pytest.raises(ParameterError, match=says):
        act(sample())


def test_values_are_set_and_removed():
    after = tree.set_values(sample(), ALICE, "MAIL", "a@lab.example", "b@lab.example")
    assert after[ALICE].values("mail") == ("a@lab.example", "b@lab.example")
    assert numbers(tree.search(tree.set_values(after, ALICE, "mail"), "(mail=*)").entries) == (6,)


@given(st.sampled_from([each.dn for each in sample().entries] + [SUFFIX.upper()]))
def test_scopes_part_the_tree(base):
    directory = sample()
    base_hits, one, sub = (set(numbers(tree.search(directory, base=base, scope=scope).entries)) for scope in ("base", "one", "sub"))  # fmt: skip
    assert len(base_hits) == 1 and not base_hits & one
    children = [each.dn for each in directory.entries if numbers((each,))[0] in one]
    below = [set(numbers(tree.search(directory, base=each).entries)) for each in children]
    assert sub == base_hits.union(*below)
    assert sum(map(len, below)) + 1 == len(sub)


@given(st.lists(st.tuples(st.sampled_from(("move", "delete")), st.integers(0, 7), st.integers(0, 7)), max_size=8))  # fmt: skip
def test_whatever_is_done_every_object_has_a_parent_and_every_link_an_object(deeds):
    directory = sample()
    guids = {each.guid for each in directory.entries}
    for deed, one, other in deeds:
        entries = directory.entries
        name, goal = entries[one % len(entries)].dn, entries[other % len(entries)].dn
        try:
            directory = tree.move(directory, name, goal) if deed == "move" else tree.delete(directory, name, tree=True)  # fmt: skip
        except ParameterError:
            continue
    seen = set()
    for each in directory.entries:
        assert each.dn == SUFFIX or dn.key(dn.parent(each.name)) in seen
        seen.add(dn.key(each.name))
        for link in ("member", "memberOf"):
            assert all(directory.lookup(dn.parse(value)) for value in each.values(link))
    dead = {each.entry.guid for each in directory.tombstones}
    assert dead | {each.guid for each in directory.entries} == guids and len(dead) + len(directory.entries) == 8  # fmt: skip


def test_identity_as_bytes():
    """[MS-DTYP] 2.3.4.2 and 2.4.2: fields of a GUID lowest byte first, S-1-5-32-544 as it is known."""
    text = "6F9619FF-8B86-D011-B42D-00C04FC964FF"
    assert identity.guid_bytes(text).hex() == "ff19966f868b11d0b42d00c04fc964ff"
    assert identity.sid_bytes("S-1-5-32-544").hex() == "01020000000000052000000020020000"
    asked = ldapfilter.parse(f"(objectSid={identity.asked(identity.sid_bytes('S-1-5-32-544'))})")
    assert asked.value.encode("utf-8", "surrogateescape") == identity.sid_bytes("S-1-5-32-544")


@given(st.integers(0, 2**48 - 1), st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=15))
def test_a_sid_comes_back(authority, parts):
    text = "-".join(map(str, ["S-1", authority, *parts]))
    assert identity.sid_text(identity.sid_bytes(text)) == text
    assert identity.rid(text) == parts[-1]


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda: identity.sid_bytes("S-2-5"), "sid=S-2-5: write it as"),
        (lambda: identity.sid_bytes("S-1-5-4294967296"), "a number is too large"),
        (lambda: identity.sid_text(b"\1\2"), "1, the count, 6 bytes and 4 for each number"),
        (lambda: identity.guid_bytes("x"), "guid=x"),
        (lambda: identity.in_domain("S-1-5-21-1-2-3", 0), "rid=0"),
    ],
)
def test_identity_that_cannot_be(act, says):
    with pytest.raises(ParameterError, match=says):
        act()


def test_identities_of_the_sample_are_sound_and_their_own():
    entries = [each for domain in FOREST.domains for each in domain.directory.entries]
    entries += sample().entries
    assert len({each.guid for each in entries}) == len(entries)
    assert all(uuid.UUID(each.guid).version == 4 for each in entries)
    sids = [each.sid for each in entries if each.sid]
    assert len(set(sids)) == len(sids) > 15


def test_trust_leads_through_the_whole_forest():
    assert FOREST.trust_path("edu.lab.example", "factory.example") == ("edu.lab.example", "lab.example", "factory.example")  # fmt: skip
    assert FOREST.trust_path("lab.example", "edu.lab.example") == ("lab.example", "edu.lab.example")
    assert FOREST.trust_path("lab.example", "lab.example") == ("lab.example",)
    for one in FOREST.by_name:
        for other in FOREST.by_name:
            assert FOREST.trust_path(one, other) == FOREST.trust_path(other, one)[::-1]


def test_two_cousins_meet_below_the_root():
    below = [replace(FOREST.root, name=f"{name}.edu.lab.example") for name in "ab"]
    deep = forest.Forest((*FOREST.domains, *below))
    assert deep.trust_path("a.edu.lab.example", "b.edu.lab.example") == ("a.edu.lab.example", "edu.lab.example", "b.edu.lab.example")  # fmt: skip


def test_a_controller_holds_five_partitions_and_a_catalog_a_part_of_the_others():
    assert FOREST.partitions("edu-dc1") == (
        "CN=Schema,CN=Configuration,dc=lab,dc=example", "CN=Configuration,dc=lab,dc=example",
        "dc=edu,dc=lab,dc=example", "DC=DomainDnsZones,dc=edu,dc=lab,dc=example",
        "DC=ForestDnsZones,dc=lab,dc=example",
    )  # fmt: skip
    assert FOREST.partitions("dc1")[5:] == ("dc=edu,dc=lab,dc=example (partial)", "dc=factory,dc=example (partial)")  # fmt: skip
    with pytest.raises(ParameterError, match="controller=nobody"):
        FOREST.partitions("nobody")


def test_the_catalog_finds_everybody_with_few_attributes():
    catalog = FOREST.catalog()
    schema = FOREST.root.directory.schema
    found = evaluate.search(catalog, schema, base="", scope="sub", query="(objectClass=user)")
    assert len(found.entries) == sum(len(people) for units in forest.PEOPLE.values() for people in units.values())  # fmt: skip
    assert not [each for each in catalog if each.values("userAccountControl")]
    one = tree.search(FOREST.root.directory, "(sn=Kowalski)")
    assert one.entries == () and len(evaluate.search(catalog, schema, base="", scope="sub", query="(sn=Kowalski)").entries) == 1  # fmt: skip


def test_rows_hold_every_object_once_below_its_parent():
    rows = list(FOREST.rows())
    names = [row.dn for row in rows if row.dn]
    assert sorted(names) == sorted(each.dn for domain in FOREST.domains for each in domain.directory.entries)  # fmt: skip
    assert [(row.depth, row.label) for row in rows if row.kind == "domain"] == [(1, "lab.example"), (2, "edu.lab.example"), (1, "factory.example")]  # fmt: skip
    assert {row.kind for row in rows} == {"forest", "domain", "controller", "unit", "user", "group"}
    assert all(after.depth <= before.depth + 1 for before, after in itertools.pairwise(rows))  # fmt: skip


def test_members_are_objects_of_their_domain():
    for domain in FOREST.domains:
        for each in domain.directory.entries:
            assert all(domain.directory.lookup(dn.parse(value)) for value in each.values("member"))
            assert not each.sid or each.sid.startswith(f"{domain.sid}-")


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda: forest.Forest(()), "domains=0"),
        (lambda: forest.Forest((FOREST.root, FOREST.root)), "a name twice"),
        (lambda: FOREST.domain("x"), "domain=x: choose one of lab.example"),
        (lambda: forest.suffix_of("a..b"), "labels with dots between them"),
    ],
)
def test_a_forest_that_cannot_be(act, says):
    with pytest.raises(ParameterError, match=says):
        act()
