"""Filters as text: the grammar, escapes, injection, and where an error stands."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coursekit.sims.directory import ldapfilter
from coursekit.sims.directory.dn import PlaceError
from coursekit.sims.directory.ldapfilter import (  # fmt: skip
    And,
    Compare,
    Extensible,
    Not,
    Or,
    Present,
    Substring,
)
from coursekit.sims.message import ParameterError

WORD = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,6}", fullmatch=True)
VALUE = st.text(max_size=6)
SOME = st.text(min_size=1, max_size=4)
LEAF = st.one_of(
    st.builds(Compare, WORD, st.sampled_from(["=", ">=", "<=", "~="]), VALUE),
    st.builds(Present, WORD),
    st.builds(Substring, WORD, SOME, st.lists(SOME, max_size=2).map(tuple), VALUE),
    st.builds(Extensible, WORD, VALUE, st.sampled_from(["", "1.2.3", "caseExactMatch"]), st.booleans()),
    st.builds(Extensible, st.just(""), VALUE, st.just("1.2.3"), st.booleans()),
)  # fmt: skip
TREE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: And(tuple(each))),
        st.lists(inner, max_size=3).map(lambda each: Or(tuple(each))),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("(cn=Babs Jensen)", Compare("cn", "=", "Babs Jensen")),
        ("(&)", And()),
        ("(|)", Or()),
        ("(!(cn=Tim Howes))", Not(Compare("cn", "=", "Tim Howes"))),
        ("(o=univ*of*mich*)", Substring("o", "univ", ("of", "mich"), "")),
        ("(o=*x)", Substring("o", "", (), "x")),
        ("(seeAlso=)", Compare("seeAlso", "=", "")),
        ("(mail=*)", Present("mail")),
        ("(cn:caseExactMatch:=Fred Flintstone)", Extensible("cn", "Fred Flintstone", "caseExactMatch")),
        ("(sn:dn:2.4.6.8.10:=Barney Rubble)", Extensible("sn", "Barney Rubble", "2.4.6.8.10", True)),
        ("(o:dn:=Ace Industry)", Extensible("o", "Ace Industry", "", True)),
        ("(:1.2.3:=Wilma Flintstone)", Extensible("", "Wilma Flintstone", "1.2.3")),
        ("(:DN:2.4.6.8.10:=Dino)", Extensible("", "Dino", "2.4.6.8.10", True)),
        (r"(o=Parens R Us \28for all your parenthetical needs\29)", Compare("o", "=", "Parens R Us (for all your parenthetical needs)")),
        (r"(cn=*\2A*)", Substring("cn", "", ("*",), "")),
        (r"(filename=C:\5cMyFile)", Compare("filename", "=", "C:\\MyFile")),
        (r"(sn=Lu\c4\8di\c4\87)", Compare("sn", "=", "Lučić")),
        ("(1.3.6.1.4.1.1466.0=x)", Compare("1.3.6.1.4.1.1466.0", "=", "x")),
        ("(a>=1)", Compare("a", ">=", "1")),
        ("(a=b=c)", Compare("a", "=", "b=c")),
        ("(a= b )", Compare("a", "=", " b ")),
    ],
)  # fmt: skip
def test_a_filter_is_read(text, tree):
    """The examples of RFC 4515, section 4, and a few of our own."""
    assert ldapfilter.parse(text) == tree


@given(TREE)
def test_a_tree_written_and_read_is_the_same_tree(tree):
    assert ldapfilter.parse(ldapfilter.unparse(tree)) == tree


@given(st.text())
@example("*)(uid=*))(|(uid=*")
@example("\0\\")
def test_an_escaped_value_comes_back_and_means_nothing_else(value):
    assert ldapfilter.parse(f"(cn={ldapfilter.escape(value)})") == Compare("cn", "=", value)


@given(st.binary(max_size=6))
def test_any_bytes_come_back(raw):
    text = "".join(f"\\{each:02x}" for each in raw)
    tree = ldapfilter.parse(f"(cn={text})")
    assert tree.value.encode("utf-8", "surrogateescape") == raw
    assert ldapfilter.parse(ldapfilter.unparse(tree)) == tree


@given(st.text(alphabet="()&|!=*\\a2c:<>~-; é", max_size=14))
def test_whatever_is_typed_is_a_filter_or_an_error_at_a_place(text):
    tree, at = read(text)
    assert 0 <= at <= len(text)
    assert tree is None or ldapfilter.parse(ldapfilter.unparse(tree)) == tree


def read(text):
    """The tree, or where the text breaks."""
    try:
        return ldapfilter.parse(text), 0
    except PlaceError as why:
        return None, why.at


def test_escaping_stops_an_injection():
    user, form = "*)(uid=*))(|(uid=*", "(&(uid={})(userPassword=x))"
    bare = form.format(user)
    assert bare == "(&(uid=*)(uid=*))(|(uid=*)(userPassword=x))"
    with pytest.raises(PlaceError, match="ends before place 17; what follows"):
        ldapfilter.parse(bare)  # two filters: a lenient server reads the first, which is true
    assert ldapfilter.parse(bare[:17]) == And((Present("uid"), Present("uid")))
    safe = ldapfilter.parse(form.format(ldapfilter.escape(user)))
    assert safe == And((Compare("uid", "=", user), Compare("userPassword", "=", "x")))
    assert ldapfilter.escape("Bob (temp)") == r"Bob \28temp\29"
    assert ldapfilter.escape("C:\\x") == r"C:\5cx"


@pytest.mark.parametrize(
    ("text", "says", "at"),
    [
        ("((cn=a))", "the name of an attribute is missing at place 1", 1),
        ("(cn=Bob (temp) Durand)", r"'\(' inside a value is written \\28; see place 8", 8),
        ("cn=a", r"\( is missing at place 0", 0),
        ("", r"\( is missing at place 0", 0),
        ("(cn=a", r"\) is missing at place 5", 5),
        ("(cn=a))", "the filter ends before place 6", 6),
        ("(cn=a)(sn=b)", "the filter ends before place 6", 6),
        ("(cn)", "=, >=, <=, ~= or := is missing at place 3, after cn", 3),
        ("(=a)", "the name of an attribute is missing at place 1", 1),
        ("(:=a)", "the name of an attribute is missing at place 1", 1),
        ("(cn=\\zz)", "after the backslash at place 4 belong two hexadecimal digits", 4),
        ("(cn=\\2)", "after the backslash at place 4", 4),
        ("(cn>=a*)", "a star stands only after =", 6),
        ("(cn:=*)", "a star stands only after =", 5),
        ("(cn=a**b)", "two stars with nothing between them at place 6", 6),
        ("(!)", r"\( is missing at place 2", 2),
        ("(!(a=b)(c=d))", r"\) is missing at place 7", 7),
        ("(&(a=b)c)", r"\) is missing at place 7", 7),
        ("(cn=a\0)", r"is written \\00", 5),
        ("(!" * 60 + "(a=b)" + ")" * 60, "more than 50 filters in one another", 100),
    ],
)
def test_an_error_says_what_and_where(text, says, at):
    with pytest.raises(PlaceError, match=says) as caught:
        ldapfilter.parse(text)
    assert caught.value.at == at


def test_a_substring_without_parts_is_none():
    for inner in ((), ("",)):
        with pytest.raises(ParameterError, match="a substring filter has a part"):
            Substring("cn", "", inner)
