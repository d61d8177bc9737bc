"""Names: the vectors of the RFC, every text through escape and back, and where an error stands."""

import itertools
import json
import runpy
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coursekit.sims.directory import dn
from coursekit.sims.directory.dn import PlaceError

FOLDER = Path(__file__).parents[2] / "transcripts" / "directory"
RECORD = FOLDER / "ldap.txt"
RECORDER = runpy.run_path(str(FOLDER / "record.py"))
KINDS = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,5}", fullmatch=True)
PAIRS = st.lists(st.tuples(KINDS, st.text(max_size=8)), min_size=1, max_size=2).map(tuple)
NAMES = st.lists(PAIRS, min_size=1, max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ('James "Jim" Smith, III', r"James \"Jim\" Smith\, III"),
        (" lead", r"\ lead"),
        ("trail ", r"trail\ "),
        ("#hash", r"\#hash"),
        ("a+b;c<d>", r"a\+b\;c\<d\>"),
        ("a=b", "a=b"),
        ("a\\b", r"a\\b"),
        ("\0", r"\00"),
        (" ", r"\ "),
        ("  ", r"\ \ "),
        ("", ""),
        ("a b", "a b"),
    ],
)
def test_a_value_is_escaped(value, written):
    assert dn.escape(value) == written


@pytest.mark.parametrize(
    ("text", "parts"),
    [  # RFC 4514, section 4, and RFC 2253
        ("UID=jsmith,DC=example,DC=net", ((("UID", "jsmith"),), (("DC", "example"),), (("DC", "net"),))),
        ("OU=Sales+CN=J.  Smith,DC=example,DC=net", ((("OU", "Sales"), ("CN", "J.  Smith")), (("DC", "example"),), (("DC", "net"),))),
        (r"CN=James \"Jim\" Smith\, III", ((("CN", 'James "Jim" Smith, III'),),)),
        (r"CN=Before\0DAfter", ((("CN", "Before\rAfter"),),)),
        (r"CN=Lu\C4\8Di\C4\87", ((("CN", "Lučić"),),)),
        ("1.3.6.1.4.1.1466.0=#04024869", ((("1.3.6.1.4.1.1466.0", "Hi"),),)),
        ("CN=a , OU = b ,O=c", ((("CN", "a"),), (("OU", "b"),), (("O", "c"),))),
        (r"CN=a\ \ ,O=b", ((("CN", "a  "),), (("O", "b"),))),
        ("CN=", ((("CN", ""),),)),
        ("", ()),
    ],
)  # fmt: skip
def test_a_name_is_read(text, parts):
    assert dn.parse(text) == parts


@given(st.text())
@example(" # ")
@example("\\")
@example("a\r\n b")
def test_any_value_comes_back(value):
    assert dn.parse(f"CN={dn.escape(value)},O=x") == ((("CN", value),), (("O", "x"),))


@given(NAMES)
def test_any_name_comes_back(name):
    assert dn.parse(dn.text(name)) == name
    assert dn.same(dn.text(name), dn.text(tuple(rdn[::-1] for rdn in name)))


@given(st.text(alphabet='aZ=,+\\"#<>; 0f\0é', max_size=12))
def test_whatever_is_typed_is_a_name_or_an_error_at_a_place(text):
    name, at = read(text)
    assert 0 <= at <= len(text)
    assert name is None or dn.parse(dn.text(name)) == name


def read(text):
    """The name, or where it breaks."""
    try:
        return dn.parse(text), 0
    except PlaceError as why:
        return None, why.at


@pytest.mark.parametrize(
    ("text", "says", "at"),
    [
        ("OU=a,b", "= is missing at place 6, after b", 6),
        ("OU=a,", "a type such as CN or OU is missing at place 5", 5),
        ("=a", "a type .* is missing at place 0", 0),
        ("CN=a<b", "'<' needs a backslash at place 4", 4),
        ('CN="a"', "needs a backslash at place 3", 3),
        ("CN=a;b", "';' needs a backslash at place 4", 4),
        ("CN=a\\zb", "after the backslash at place 4 belongs one of", 4),
        ("CN=a\\", "after the backslash at place 4", 4),
        ("CN=\\C4", "the value at place 3 is not UTF-8", 3),
        ("CN=#04", "the digits at place 3 are no string in BER", 3),
        ("CN=#040", "the digits at place 3 are no string", 3),
        ("CN=#04zz", "hexadecimal digits only; see place 6", 6),
        ("1=a", "a type .* is missing at place 0", 0),
    ],
)
def test_an_error_says_what_and_where(text, says, at):
    with pytest.raises(PlaceError, match=says) as caught:
        dn.parse(text)
    assert caught.value.at == at


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("CN=Admins,DC=lab", "cn=admins, dc=LAB", True),
        ("CN=a  b", "CN=A b", True),
        ("CN=a+OU=b", "ou=B+cn=A", True),
        ("CN=ab", "CN=a b", False),
        ("CN=a,OU=b", "OU=b,CN=a", False),
        (r"CN=a\2Cb", r"CN=a\,b", True),
        ("CN=Straße", "CN=STRASSE", True),
    ],
)
def test_two_texts_name_the_same_object(one, other, equal):
    assert dn.same(one, other) is equal


def normal():
    """Names of the record and how OpenLDAP compares them; it also reads quotes and numeric types."""
    lines = (json.loads(line) for line in RECORD.read_text("utf-8").splitlines()[1:])
    found = {name: said for kind, name, said in lines if kind == "name"}
    return {name: said for name, said in found.items() if name not in ('CN="a"', "2.5.4.3=Admins,DC=lab")}  # fmt: skip


def test_openldap_takes_the_same_names_and_holds_the_same_for_equal():
    names = normal()
    assert len(names) > 35 and set(RECORDER["NAMES"]) > set(names)
    assert {name for name, said in names.items() if said == "error"} == {name for name in names if read(name)[0] is None}  # fmt: skip
    good = [name for name, said in names.items() if said != "error"]
    for one, other in itertools.combinations(good, 2):
        assert dn.same(one, other) is (names[one] == names[other]), (one, other)


@pytest.mark.skipif(not shutil.which("slapd"), reason="slapd is not installed")
def test_the_openldap_of_this_machine_reads_names_so():
    live = RECORDER["normal_names"]()
    assert {name: live[name] for name in normal()} == normal()


def test_above_and_below():
    person, unit = dn.parse("cn=a,OU=x,dc=lab"), dn.parse("ou=X,dc=lab")
    assert dn.key(dn.parent(person)) == dn.key(unit)
    assert dn.is_under(person, unit) and dn.is_under(unit, unit) and not dn.is_under(unit, person)
    assert not dn.is_under(person, dn.parse("ou=y,dc=lab"))
    assert dn.is_under(person, ())
    assert list(dn.components(person)) == [("cn", "a"), ("ou", "x"), ("dc", "lab")]
