"""Access lists: the vectors of the chapter, the order, inheritance, the share, the owner."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.directory import acl
from coursekit.sims.directory.acl import (  # fmt: skip
    CHANGE,
    FULL,
    READ,
    READ_CONTROL,
    WRITE,
    WRITE_DAC,
    Ace,
    access,
)
from coursekit.sims.message import ParameterError

TOKEN = ("alice", "G_Sales", "Users")
RW = READ | WRITE


def allow(who, mask, level=0):
    return Ace("allow", who, mask, level)


def deny(who, mask, level=0):
    return Ace("deny", who, mask, level)


@pytest.mark.parametrize(
    ("entries", "wanted", "granted"),
    [  # V12.6
        (None, 15, True),
        ((), READ, False),
        ((allow("Users", READ),), RW, False),
        ((allow("Users", READ), allow("G_Sales", WRITE)), RW, True),
        ((deny("G_Sales", WRITE), allow("alice", RW)), RW, False),
        ((deny("G_Sales", WRITE), allow("alice", RW)), READ, True),
        ((allow("alice", RW), deny("G_Sales", WRITE)), RW, True),
        ((allow("alice", RW), deny("Users", RW, 1)), READ, True),
        ((deny("Others", RW), allow("alice", RW)), RW, True),
    ],
)
def test_the_lists_of_the_chapter(entries, wanted, granted):
    assert access(TOKEN, entries, wanted).granted is granted


def test_the_strip_shows_what_is_left_entry_by_entry():
    entries = (allow("Others", RW), allow("Users", READ), deny("Users", READ), deny("G_Sales", WRITE), allow("alice", RW))  # fmt: skip
    check = access(TOKEN, entries, RW)
    assert [(step.counts, step.before, step.after, step.denied) for step in check.steps] == [
        (False, 3, 3, 0), (True, 3, 2, 0), (True, 2, 2, 0), (True, 2, 2, 2),
    ]  # fmt: skip
    assert [str(step.why) for step in check.steps] == [
        "Others is not in the token.",
        "Users is in the token; granted: to read.",
        "Users is in the token, but these bits are not asked for any more.",
        "G_Sales is in the token; denied: to write. The reading ends.",
    ]
    assert (check.granted, check.missing, check.unread) == (False, WRITE, entries[4:])
    assert str(check.why) == "Denied by the entry for G_Sales."
    assert str(access(TOKEN, entries[:3], RW).why) == "The end of the list, and not granted: to write. Denied."  # fmt: skip
    assert access(TOKEN, entries, READ).unread == entries[2:]


def test_the_owner_may_always_mend_the_list():
    assert access(("alice",), (), READ_CONTROL | WRITE_DAC, owner="alice").granted
    assert not access(("alice",), (), READ_CONTROL | WRITE_DAC, owner="bob").granted
    assert access(("alice",), (deny("alice", WRITE_DAC),), WRITE_DAC, owner="alice").granted
    check = access(("alice",), (), READ | WRITE_DAC, owner="alice")
    assert not check.granted and check.missing == READ
    assert [step.ace for step in check.steps] == [None]


def test_nearer_entries_come_first_and_denials_before_grants():
    own, parent, grandparent = (allow("a", 1), deny("b", 1)), (allow("c", 1), deny("d", 1)), (deny("e", 1),)  # fmt: skip
    entries = acl.inherited(own, parent, grandparent)
    assert [(each.kind, each.who, each.level) for each in entries] == [
        ("deny", "b", 0), ("allow", "a", 0), ("deny", "d", 1), ("allow", "c", 1), ("deny", "e", 2),
    ]  # fmt: skip
    assert acl.is_canonical(entries)
    assert not acl.is_canonical((allow("a", 1), deny("b", 1)))


def test_an_explicit_grant_beats_an_inherited_denial():
    entries = acl.inherited((allow("alice", RW),), (deny("Users", RW),))
    assert access(TOKEN, entries, RW).granted
    assert not access(
        TOKEN, tuple(reversed(entries)), RW
    ).granted  # not canonical: the other answer


def test_over_the_network_both_lists_must_allow():
    share, ntfs = (allow("Users", READ),), (allow("Users", FULL),)
    assert acl.network(TOKEN, share, ntfs, READ).granted
    assert not acl.network(TOKEN, share, ntfs, WRITE).granted
    assert not acl.network(TOKEN, ntfs, share, WRITE).granted
    assert access(TOKEN, ntfs, FULL).granted  # at the machine itself


WHO = ("alice", "G_Sales", "Users", "Others")
ACES = st.lists(st.builds(Ace, st.sampled_from(("allow", "deny")), st.sampled_from(WHO), st.integers(1, 15), st.integers(0, 2)), max_size=6).map(tuple)  # fmt: skip


@given(ACES, st.integers(1, 15))
def test_bits_are_judged_each_for_itself(entries, wanted):
    """The answer for several bits is the AND of the answers for each: [MS-DTYP]'s loop does no more."""
    each = [access(TOKEN, entries, bit).granted for bit in (1, 2, 4, 8) if bit & wanted]
    assert access(TOKEN, entries, wanted).granted is all(each)
    assert access(TOKEN, entries, wanted).granted is (acl.effective(TOKEN, entries) & wanted == wanted)  # fmt: skip


@given(ACES, st.sampled_from((1, 2, 4, 8)))
def test_the_first_entry_that_counts_decides_a_bit(entries, bit):
    first = next((ace for ace in entries if ace.who in TOKEN and ace.mask & bit), None)
    assert access(TOKEN, entries, bit).granted is (first is not None and first.kind == "allow")


@given(ACES)
def test_canonical_order_is_kept_and_denials_of_a_level_win(entries):
    ordered = acl.canonical(entries)
    assert sorted(map(repr, ordered)) == sorted(map(repr, entries))
    assert acl.canonical(ordered) == ordered
    levels = [(each.level, each.kind == "allow") for each in ordered]
    assert levels == sorted(levels)


def test_words_for_bits():
    assert str(acl.named(CHANGE)) == "to read, to write, to execute, to delete"
    assert str(acl.named(0)) == "–"
    assert set(acl.WORDS) == set(acl.RIGHTS.values())
    assert FULL == 0xE000F
    for one, other in itertools.combinations(acl.RIGHTS.values(), 2):
        assert not one & other


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda: Ace("grant", "a", 1), "kind=grant: choose allow or deny"),
        (lambda: Ace("allow", "a", 0), "mask=0: choose among the bits"),
        (lambda: Ace("allow", "a", 16), "mask=16: choose among the bits"),
        (lambda: Ace("allow", "a", 1, -1), "level=-1: choose 0 or more"),
        (lambda: access(TOKEN, (), 0), "wanted=0: choose among the bits"),
    ],
)
def test_a_list_that_cannot_be(act, says):
    with pytest.raises(ParameterError, match=says):
        act()
