"""Three values: the chapter's filters, OpenLDAP's own answers, the laws of the logic, scopes."""

import itertools
import json
import runpy
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.directory import evaluate, ldapfilter, tree
from coursekit.sims.directory.entries import SAMPLE_SCHEMA, Entry, Schema
from coursekit.sims.directory.sample import SUFFIX, flags, numbers, sample
from coursekit.sims.message import ParameterError

FOLDER = Path(__file__).parents[2] / "transcripts" / "directory"
RECORD = [json.loads(line) for line in (FOLDER / "ldap.txt").read_text("utf-8").splitlines()[1:]]
FILTERS = [(text, said) for kind, text, said in RECORD if kind == "filter"]
BIT = "1.2.840.113556.1.4.80"  # and a 3 for all bits, a 4 for any
PERSON = "(objectClass=inetOrgPerson)"
EVERY = (1, 2, 3, 4, 5, 6, 7, 8)
DIRECTORY = sample()


def hits(text, **more):
    return numbers(tree.search(DIRECTORY, text, **more).entries)


def ours(text):
    """As the record writes it."""
    try:
        asked = ldapfilter.parse(text)
    except ValueError:
        return "error"
    values = [evaluate.evaluate(asked, each, DIRECTORY.schema) for each in DIRECTORY.entries]
    places = {True: [], False: [], None: []}
    for number, value in enumerate(values, start=1):
        places[value].append(number)
    return {"true": places[True], "false": places[False]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(sAMAccountName=amartin)", (4,)),
        (f"(&{PERSON}(userAccountControl:{BIT}3:=2))", (5, 7)),
        (f"(&{PERSON}(!(userAccountControl:{BIT}3:=2)))", (4, 6)),
        (f"(userAccountControl:{BIT}4:=65538)", (5, 6, 7)),
        (r"(cn=Bob \28temp\29 Durand)", (5,)),
        (r"(cn=*\2a*)", (7,)),
        (r"(cn=Chlo\c3\a9 Petit)", (6,)),
        ("(mail=*)", (4, 6)),
        ("(!(mail=*))", (1, 2, 3, 5, 7, 8)),
        ("(logonCount>=5)", (4, 6)),
        ("(!(logonCount>=5))", (1, 2, 3, 5, 7, 8)),
        ("(logonCount<=5)", (5,)),
        ("(&)", EVERY),
        ("(|)", ()),
        ("(nosuchattr=x)", ()),
        ("(!(nosuchattr=x))", ()),
        ("(|(nosuchattr=x)(sn=Martin))", (4,)),
        ("(&(!(nosuchattr=x))(sn=Martin))", ()),
        ("(!(logonCount=abc))", ()),
        ("(ou:dn:=Paris)", (2, 4, 5)),
        ("(sn=m*n)", (4, 7)),
        ("(sn=*ar*)", (4,)),
        ("(sn=MARTIN)", (4,)),
        ("(sn=*ti*ar*)", ()),
        ("(sn=*mar*rt*)", ()),
        ("(sn=mart*tin)", ()),
        ("(sn=*ar*ti*)", (4,)),
        ("(memberOf=CN=admins, dc=LAB,dc=example)", (4,)),
        ("(!(|(sn=Martin)(sn=Durand)))", (1, 2, 3, 6, 7, 8)),
    ],
)
def test_the_filters_of_the_chapter(text, found):
    assert hits(text) == found


@pytest.mark.parametrize("text", ["((cn=a))", "(cn=Bob (temp) Durand)"])
def test_two_texts_of_the_chapter_are_no_filters(text):
    with pytest.raises(ParameterError, match="filter="):
        hits(text)


@pytest.mark.parametrize(("text", "said"), FILTERS)
def test_openldap_gives_every_entry_the_same_value(text, said):
    assert ours(text) == said


def test_the_record_holds_what_it_should():
    asked = runpy.run_path(str(FOLDER / "record.py"))["asked"]()
    assert [text for text, _ in FILTERS] == asked
    assert len(FILTERS) > 150
    assert sum(said == "error" for _, said in FILTERS) > 15
    undefined = [said for _, said in FILTERS if said != "error" and len(said["true"] + said["false"]) < 8]  # fmt: skip
    assert len(undefined) > 30


@pytest.mark.skipif(not shutil.which("slapd") or not shutil.which("ldapsearch"), reason="slapd is not installed")  # fmt: skip
def test_the_openldap_of_this_machine_says_the_same():
    recorder = runpy.run_path(str(FOLDER / "record.py"))
    with recorder["server"]() as address:
        for text, said in FILTERS[:: max(1, len(FILTERS) // 25)]:
            assert recorder["answer"](address, text) == said, text
        for _, scope, said in (each for each in RECORD if each[0] == "scope"):
            assert recorder["found"](address, "(objectClass=*)", scope, f"ou=Paris,{SUFFIX}") == said  # fmt: skip


@pytest.mark.parametrize(("scope", "found"), [("base", (2,)), ("one", (4, 5)), ("sub", (2, 4, 5))])
def test_scopes(scope, found):
    assert hits("(objectClass=*)", base=f"ou=Paris,{SUFFIX}", scope=scope) == found
    assert ["scope", scope, list(found)] in RECORD


VALUES = (True, False, None)


@pytest.mark.parametrize("pair", list(itertools.product(VALUES, repeat=2)))
def test_de_morgan_holds_in_three_values(pair):
    not_all = evaluate.negation(evaluate.conjunction(pair))
    assert not_all is evaluate.disjunction([evaluate.negation(each) for each in pair])
    none = evaluate.negation(evaluate.disjunction(pair))
    assert none is evaluate.conjunction([evaluate.negation(each) for each in pair])


@pytest.mark.parametrize("values", list(itertools.product(VALUES, repeat=3)))
def test_the_order_of_parts_does_not_matter(values):
    for law in (evaluate.conjunction, evaluate.disjunction):
        assert len({law(each) for each in itertools.permutations(values)}) == 1
        assert law([law(values[:2]), values[2]]) is law(values)
    rank = {False: 0, None: 1, True: 2}  # AND is the least of them, OR the greatest
    assert rank[evaluate.conjunction(values)] == min(map(rank.get, values))
    assert rank[evaluate.disjunction(values)] == max(map(rank.get, values))


def test_nothing_and_everything():
    assert evaluate.conjunction([]) is True
    assert evaluate.disjunction([]) is False


@given(st.sampled_from([text for text, said in FILTERS if said != "error"]), st.data())
def test_excluded_middle_fails_only_for_undefined(text, data):
    entry = data.draw(st.sampled_from(DIRECTORY.entries))
    value = evaluate.evaluate(ldapfilter.parse(text), entry, DIRECTORY.schema)
    either = evaluate.evaluate(ldapfilter.parse(f"(|{text}(!{text}))"), entry, DIRECTORY.schema)
    both = evaluate.evaluate(ldapfilter.parse(f"(&{text}(!{text}))"), entry, DIRECTORY.schema)
    assert (either, both) == ((None, None) if value is None else (True, False))


def whys(text, number):
    judged = evaluate.judge(ldapfilter.parse(text), DIRECTORY.entries[number - 1], DIRECTORY.schema)
    return [(depth, node.value, str(node.why)) for depth, node in evaluate.nodes(judged)]


def test_every_node_has_its_value_and_its_reason():
    assert whys("(&(sn=ma*)(!(mail=*))(x=1))", 4) == [
        (0, False, "AND: a part is False"),
        (1, True, "Martin matches"),
        (1, False, "NOT: its part is True"),
        (2, True, "the entry has mail: alice@lab.example"),
        (1, None, "the schema knows no attribute x"),
    ]
    assert whys("(|(logonCount>=5)(sn>=a))", 7) == [
        (0, None, "OR: no part is True, but one is Undefined"),
        (1, False, "the entry has no logonCount"),
        (1, None, "a value of syntax string has no order for >="),
    ]
    assert whys("(!(logonCount=abc))", 4)[1][2] == "abc is no value of logonCount, whose syntax is integer"  # fmt: skip
    assert whys(r"(cn=\ff)", 4)[0][1:] == (None, r"\ff is no value of cn, whose syntax is string")
    assert whys("(cn=)", 4)[0][1:] == (None, "'' is no value of cn, whose syntax is string")
    assert whys("(logonCount=4*)", 4)[0][1:] == (None, "a value of syntax integer has no parts to compare")  # fmt: skip
    assert whys("(sn:1.2:=x)", 4)[0][2] == "there is no rule 1.2 for the syntax string"
    assert whys("(sn=Petit)", 4)[0][2] == "no value of sn matches: Martin"
    assert whys("(:1.2:=x)", 4)[0][:2] == (0, None)


def test_attributes_that_are_absent_are_named():
    entry = DIRECTORY.entries[6]
    asked = ldapfilter.parse("(|(logonCount>=5)(mail=*)(x=1)(sn=Man)(!(mail=a)))")
    assert evaluate.absence(asked, entry, DIRECTORY.schema) == ("logonCount", "mail")


def test_moments_have_an_order_and_classes_those_above_them():
    schema = Schema({"when": "time", "objectclass": "class"}, {"top": "", "person": "top"})
    entry = Entry("cn=a", {"when": ("20261123101500Z",), "objectClass": ("person",)})
    said = {
        "(when>=20261123101500.0Z)": True, "(when=20261123101500.00Z)": True,
        "(when<=20261123101459.9Z)": False, "(when>=20261123101500.1Z)": False,
        "(when=2026)": None, "(when=2*)": None,
        "(objectClass=TOP)": True, "(objectClass=robot)": None, "(objectClass:=top)": True,
    }  # fmt: skip
    for text, value in said.items():
        assert evaluate.evaluate(ldapfilter.parse(text), entry, schema) is value, text


def chain_world():
    def group(name, *above):
        return Entry(f"cn={name},dc=x", {"cn": (name,), "memberOf": tuple(f"CN={each},DC=x" for each in above)})  # fmt: skip

    return (group("alice", "g"), group("g", "u"), group("u", "dl", "g"), group("dl"))


@pytest.mark.parametrize(("target", "found"), [("g", "alice u g"), ("u", "alice g u"), ("dl", "alice g u"), ("alice", "")])  # fmt: skip
def test_a_chain_is_followed_and_a_circle_ends(target, found):
    asked = f"(memberOf:{evaluate.CHAIN}:=cn={target},dc=x)"
    met = evaluate.search(chain_world(), SAMPLE_SCHEMA, base="", scope="sub", query=asked)
    assert {each.label for each in met.entries} == set(found.split())
    alone = evaluate.evaluate(ldapfilter.parse(asked), chain_world()[0], SAMPLE_SCHEMA)
    assert alone is None  # without the directory nobody can follow it


def test_a_search_gives_pages_and_the_attributes_asked_for():
    found = tree.search(DIRECTORY, attributes=("CN", "mail"), page=3)
    assert [len(page) for page in found.pages] == [3, 3, 2]
    assert found.looked_at == 8
    assert set(found.entries[3].attributes) == {"cn", "mail"}
    assert tree.search(DIRECTORY, "(|)").pages == ((),)
    assert tree.search(DIRECTORY, attributes=("1.1",)).entries[3].attributes == {}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"scope": "all"}, "scope=all: choose base, one or sub"),
        ({"page": 1001}, "page=1001: choose 1 to 1000 entries"),
        ({"base": "ou=Nice,dc=lab,dc=example"}, "no such object"),
    ],
)
def test_a_search_that_cannot_be(more, says):
    with pytest.raises(ParameterError, match=says):
        tree.search(DIRECTORY, **more)


def test_a_schema_that_cannot_be():
    with pytest.raises(ParameterError, match="cn=text: choose one of string"):
        Schema({"cn": "text"})
    with pytest.raises(ParameterError, match="attribute=CN: write it in lower case"):
        Schema({"CN": "string"})


@pytest.mark.parametrize(
    ("control", "words"),
    [
        (514, ("disabled", "normal account")),
        (66048, ("normal account", "password never expires")),
        (66050, ("disabled", "normal account", "password never expires")),
        (513, ("1", "normal account")),
    ],
)
def test_bits_of_user_account_control(control, words):
    assert flags(control) == words
    assert (514, 66048, 66050) == (0x202, 0x10200, 0x10202)
