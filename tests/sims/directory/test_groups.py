"""Groups: the table of scopes, the token of the chapter, AGDLP."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.directory.groups import (  # fmt: skip
    WELL_KNOWN,
    Principal,
    World,
    agdlp,
    join,
    leave,
    refusal,
    sales,
    token,
)
from coursekit.sims.message import ParameterError

KINDS = ("user", "computer", "global", "universal", "domain local")
FORESTS = {"A": "one", "B": "one", "X": "other", "Z": "stranger"}
TRUSTS = frozenset({("one", "other")})
PLACES = {"own": "A", "forest": "B", "trusted": "X", "untrusted": "Z"}
ALLOWED = {  # Microsoft Learn, "Group scope": group of A <- member from where
    "global": {(kind, "own") for kind in ("user", "computer", "global")},
    "universal": {(kind, place) for kind in ("user", "computer", "global", "universal") for place in ("own", "forest")},
    "domain local": {(kind, place) for kind in ("user", "computer", "global", "universal") for place in ("own", "forest", "trusted")} | {("domain local", "own")},
}  # fmt: skip


def world(*principals, **members):
    people = tuple(Principal(*each) for each in principals)
    return World(people, {group: tuple(inside) for group, inside in members.items()}, FORESTS, TRUSTS)  # fmt: skip


@pytest.mark.parametrize(("scope", "kind", "place"), list(itertools.product(ALLOWED, KINDS, PLACES)))  # fmt: skip
def test_the_table_of_scopes(scope, kind, place):
    group, member = Principal("g", scope, "A"), Principal("m", kind, PLACES[place])
    both = World((group, member), {}, FORESTS, TRUSTS)
    said = refusal(both, group, member)
    assert (said is None) == ((kind, place) in ALLOWED[scope])
    if said is None:
        assert join(both, "g", "m").members == {"g": ("m",)}
        return
    with pytest.raises(ParameterError, match=r"^member=m: "):
        join(both, "g", "m")
    with pytest.raises(ParameterError, match=r"^member=m: "):
        World((group, member), {"g": ("m",)}, FORESTS, TRUSTS)


LAB = replace(sales(), forests=FORESTS, trusts=TRUSTS)


def test_the_token_depends_on_where_the_resource_is():
    """V12.7."""
    here, there = token(LAB, "alice", "A"), token(LAB, "alice", "B")
    assert here.names == ("alice", "G_Sales", "U_AllSales", "A\\DL_Share_RW", *WELL_KNOWN)
    assert there.names == ("alice", "G_Sales", "U_AllSales", "B\\DL_Share_R", *WELL_KNOWN)
    assert here.paths["A\\DL_Share_RW"] == ("alice", "G_Sales", "U_AllSales", "A\\DL_Share_RW")
    assert {name: str(why) for name, why in here.left_out.items()} == {"B\\DL_Share_R": "B\\DL_Share_R is domain local: it counts in B only"}  # fmt: skip


def test_a_group_taken_out_of_the_middle_takes_what_is_above_it():
    after = leave(LAB, "U_AllSales", "G_Sales")
    assert token(after, "alice", "A").names == ("alice", "G_Sales", *WELL_KNOWN)
    assert token(after, "bob", "A").names[1:] == (
        "G_Sales_B",
        "U_AllSales",
        "A\\DL_Share_RW",
        *WELL_KNOWN,
    )


def test_a_circle_ends():
    around = world(("u", "user", "A"), ("g", "global", "A"), ("h", "global", "A"), g=["u", "h"], h=["g"])  # fmt: skip
    assert token(around, "u", "A").names == ("u", "g", "h", *WELL_KNOWN)


NAMES = [("u", "user", "A"), *((f"g{at}", "global", "A") for at in range(3)), *((f"l{at}", "domain local", "A") for at in range(2))]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from([each[0] for each in NAMES[1:]]), st.sampled_from([each[0] for each in NAMES])), max_size=12))  # fmt: skip
def test_a_token_only_grows_with_membership(steps):
    at = world(*NAMES)
    before = set(token(at, "u", "A").names)
    for group, member in steps:
        try:
            at = join(at, group, member)
        except ParameterError:
            continue
        after = set(token(at, "u", "A").names)
        assert before <= after
        before = after
    reached = {"u"}
    for _round in NAMES:  # the slow way: whoever contains one of them
        reached |= {group for group, inside in at.members.items() if reached & set(inside)}
    assert before == reached | set(WELL_KNOWN)


def test_agdlp_finds_what_departs_from_it():
    assert agdlp(LAB, ["A\\DL_Share_RW"]) == ()
    loose = join(LAB, "A\\DL_Share_RW", "alice")
    found = [
        (each.who, str(each.why)) for each in agdlp(loose, ["bob", "G_Sales", "A\\DL_Share_RW"])
    ]
    assert found == [
        ("bob", "bob is an account: when the person changes, every list that names it changes"),
        ("G_Sales", "G_Sales is a global group: give the permission to a domain local group that contains it"),
        ("alice", "alice is a direct member of A\\DL_Share_RW: put it into a global group first"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda: Principal("x", "team", "A"), "kind=team: choose one of user"),
        (lambda: world(("x", "user", "A"), ("x", "user", "B")), "principals=x: a name twice"),
        (lambda: LAB["nobody"], "name=nobody: nobody is called so"),
        (lambda: join(LAB, "alice", "bob"), "group=alice: an account has no members"),
        (lambda: join(LAB, "G_Sales_B", "G_Sales_B"), "a group is not a member of itself"),
        (lambda: join(LAB, "G_Sales_B", "bob"), "member=bob: it is in G_Sales_B already"),
        (lambda: leave(LAB, "G_Sales_B", "alice"), "member=alice: it is not in G_Sales_B"),
        (lambda: token(LAB, "G_Sales_B", "A"), "user=G_Sales_B: a group does not log on"),
        (lambda: token(LAB, "alice", "Z"), "domain=Z: it does not trust the domain of alice"),
    ],
)
def test_what_is_refused(act, says):
    with pytest.raises(ParameterError, match=says):
        act()
