"""Five roles: what goes on without each of them, what a seizure costs, and who gets which RID."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.directory import fsmo
from coursekit.sims.directory.domainstate import FIRST, HALF, POOL
from coursekit.sims.directory.fsmo import ROLES, Event, effects, play, probe, start, step
from coursekit.sims.message import ParameterError

APART = {"schema": "dc1", "naming": "dc1", "rid": "dc2", "pdc": "dc3", "infrastructure": "dc1"}


def after(*events, **more):
    return play(start(**more), events)[-1]


def test_creations_go_on_without_the_master_until_the_pool_is_empty():
    down = Event("down", "dc1")
    enough = after(down, Event("create", "dc2", count=POOL))
    assert enough.done and enough["dc2"].left == 0
    short = step(enough, Event("create", "dc2"))
    assert not short.done and short.made == 0
    assert "dc2 has no RID left" in str(short.why)
    assert step(enough, Event("create", "dc3")).done  # the other has a pool of its own


def test_a_controller_asks_when_half_of_its_pool_is_used():
    assert after(Event("create", "dc2", count=HALF - 1))["dc2"].left == HALF + 1
    used = after(Event("create", "dc2", count=HALF))
    assert used["dc2"].left == HALF + POOL
    without = play(used, [Event("down", "dc1"), Event("create", "dc2", count=HALF + POOL), Event("create", "dc2")])  # fmt: skip
    assert [each.done for each in without[1:]] == [True, True, False]


def test_with_the_master_up_nothing_ends():
    many = after(Event("create", "dc2", count=20_000))
    assert many.done and many.made == 20_000 and many.twice == 0
    assert sum(end - begin for begin, end in many.given) == 20_000


def test_one_creation_at_a_time_is_the_same_as_many_at_once():
    once = after(Event("create", "dc2", count=1300))
    single = after(*[Event("create", "dc2")] * 1300)
    assert (once.controllers, once.given) == (single.controllers, single.given)


@pytest.mark.parametrize(
    ("role", "hours", "fails"),
    [  # the matrix of 12.10: an hour, a month
        ("schema", 1, ("extend",)),
        ("schema", 730, ("extend",)),
        ("naming", 1, ("add domain",)),
        ("rid", 1, ()),
        ("rid", 730, ("create",)),
        ("pdc", 1, ("log on", "policy")),
        ("pdc", 730, ("log on", "policy")),
        ("infrastructure", 730, ()),
    ],
)
def test_what_fails_without_a_role(role, hours, fails):
    assert effects(role, hours, per_day=20) == fails


def test_a_month_without_creations_needs_no_rid_master():
    assert effects("rid", 730) == ()
    assert effects("rid", 730, per_day=POOL // 30) == ()
    assert effects("rid", 730, per_day=POOL // 30 + 1) == ("create",)


def test_everything_works_while_every_role_is_served():
    assert all(each.done for each in probe(start(), "dc2").values())


def test_a_wrong_password_is_asked_of_the_pdc_emulator():
    change = Event("password", "dc2")
    asked = after(change, Event("log on", "dc3"))
    assert asked.done and "asks the PDC emulator" in str(asked.why)
    alone = after(Event("down", "dc1"), change, Event("log on", "dc3"))
    assert not alone.done and "holds the old password" in str(alone.why)
    heard = after(Event("down", "dc1"), change, Event("replicate"), Event("log on", "dc3"))
    assert heard.done and heard["dc1"].password == 0
    late = after(Event("down", "dc1"), change, Event("up", "dc1"), Event("log on", "dc3"))
    assert not late.done  # the emulator is back, but nobody has told it


def test_without_the_pdc_emulator_clocks_part_until_kerberos_refuses():
    part = [Event("down", "dc1"), Event("wait", count=833)]
    assert after(*part).drift == pytest.approx(299.88)
    assert after(*part, Event("log on", "dc2")).done
    late = after(*part, Event("wait"), Event("log on", "dc2"))
    assert not late.done and "300 s" in str(late.why)
    assert after(*part, Event("up", "dc1"), Event("wait")).drift == 0


@pytest.mark.parametrize(
    ("catalogs", "down", "works"),
    [
        (None, False, True), (None, True, True),
        (("dc3",), False, True), (("dc3",), True, False),
        (("dc1",), False, False),
    ],
)  # fmt: skip
def test_the_infrastructure_master_matters_where_not_all_hold_the_catalog(catalogs, down, works):
    events = [Event("down", "dc1")] if down else []
    assert after(*events, Event("rename elsewhere"), catalogs=catalogs).done is works


def test_a_transfer_needs_both_alive_and_a_seizure_a_dead_holder():
    rid = {"role": "rid"}
    moved = after(Event("transfer", "dc2", **rid))
    assert moved.done and [each.name for each in moved.holders("rid")] == ["dc2"]
    refused = after(Event("seize", "dc2", **rid))
    assert not refused.done and "is alive: transfer it" in str(refused.why)
    dead = after(Event("down", "dc1"), Event("transfer", "dc2", **rid))
    assert not dead.done and "What is left is to seize it" in str(dead.why)
    seized = step(dead, Event("seize", "dc2", **rid))
    assert seized.done and "must never return" in str(seized.why)
    assert [each.name for each in seized.holders("rid")] == ["dc1", "dc2"]
    assert not step(seized, Event("seize", "dc2", **rid)).done
    assert not step(seized, Event("transfer", "dc1", **rid)).done  # it is down


SEIZED = [Event("down", "dc1"), Event("seize", "dc2", "rid"), Event("create", "dc2", count=700)]


def test_a_holder_that_returns_after_a_seizure_gives_numbers_twice():
    back = after(*SEIZED, Event("up", "dc1"))
    assert not back.done and "Two holders act now" in str(back.why)
    assert back.twice == 0
    both = step(back, Event("create", "dc1", count=900))
    assert both.done and both.twice == 200  # after its own 500, the pool of which dc2 has used 200


def test_a_holder_that_was_wiped_returns_without_harm():
    others = [Event("seize", "dc3", role) for role in ROLES if role != "rid"]
    back = play(
        after(*SEIZED, *others), [Event("rebuild", "dc1"), Event("create", "dc1", count=900)]
    )
    assert all(each.done for each in back) and back[-1].twice == 0
    assert [each.name for each in back[-1].holders("rid")] == ["dc2"]
    alone = after(Event("rebuild", "dc1"))
    assert not alone.done and "Transfer or seize them first" in str(alone.why)


DEEDS = st.builds(
    Event,
    st.sampled_from(("create", "password", "log on", "down", "up", "transfer", "rebuild", "replicate")),
    st.sampled_from(("dc1", "dc2", "dc3")),
    st.sampled_from(ROLES),
    st.integers(1, 700),
)  # fmt: skip


@given(st.lists(DEEDS, max_size=15))
def test_without_a_seizure_every_role_has_one_holder_and_every_rid_one_account(events):
    state = after(*events)
    assert all(len(state.holders(role)) == 1 for role in ROLES)
    assert state.twice == 0
    pools = [each for own in state.controllers for each in (own.pool, own.spare) if each[0] < each[1]]  # fmt: skip
    taken = sorted([*state.given, *pools])
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(taken))
    assert all(begin >= FIRST for begin, _ in taken)


def test_roles_may_lie_apart():
    state = start(holder=APART)
    assert {role: state.holders(role)[0].name for role in ROLES} == APART
    only = probe(step(state, Event("down", "dc3")), "dc2")
    assert [name for name, each in only.items() if not each.done] == ["log on", "policy"]


def test_roles_in_words():
    down = after(Event("down", "dc1"))
    assert str(down.why) == "dc1 is down; its roles: schema master, domain naming master, RID master, PDC emulator, infrastructure master. Nobody takes them over by himself."  # fmt: skip
    assert str(after(Event("down", "dc1"), Event("up", "dc1")).why) == "dc1 is back."
    extended = after(Event("extend"), Event("add domain"), Event("policy"))
    assert (extended.schema, extended.domains, extended.done) == (2, 2, True)


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda: Event("dance"), "action=dance: choose one of create"),
        (lambda: Event("create", "dc1", count=0), "count=0: choose 1 to 100000"),
        (lambda: Event("seize", "dc1", "king"), "role=king: choose one of schema"),
        (lambda: after(Event("seize", "dc1")), "role=: choose one of schema"),
        (lambda: after(Event("create")), r"where=\?: name a controller for create"),
        (lambda: after(Event("create", "dc9")), "where=dc9: choose one of dc1, dc2, dc3"),
        (lambda: start(()), "one controller or more"),
        (lambda: start(("a", "a")), "each once"),
    ],
)
def test_what_cannot_be(act, says):
    with pytest.raises(ParameterError, match=says):
        act()


def test_a_dead_controller_does_nothing():
    for action in ("create", "password", "log on"):
        state = after(Event("down", "dc2"), Event(action, "dc2"))
        assert not state.done and str(state.why) == "dc2 is down."


def test_every_action_is_played():
    assert set(fsmo._STEPS) == set(fsmo.Action.__args__)
