"""Group policy: V12.5, the samples of the exercise and of loopback, and what no chain may break."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.directory import policy
from coursekit.sims.directory.policy import Container, Gpo, Link, Target
from coursekit.sims.message import ParameterError

NAMES = ("LOCAL", "SITE", "DDP", "SEC", "OU1", "OU2")
ALL = [Gpo(name, {"own " + name: 1}) for name in NAMES]


def chain(*, block=(), enforced=()):
    places = [("Local", "local", ["LOCAL"]), ("Site", "site", ["SITE"]), ("Domain", "domain", ["DDP", "SEC"]), ("Paris", "ou", ["OU1"]), ("Desks", "ou", ["OU2"])]  # fmt: skip
    return tuple(
        Container(name, kind, tuple(Link(at, gpo, gpo in enforced) for at, gpo in enumerate(gpos, 1)), name in block)
        for name, kind, gpos in places
    )  # fmt: skip


@pytest.mark.parametrize(
    ("block", "enforced", "expected"),
    [  # V12.5
        ((), (), "LOCAL SITE SEC DDP OU1 OU2"),
        (("Desks",), (), "LOCAL OU2"),
        (("Desks",), ("SEC",), "LOCAL OU2 SEC"),
        (("Desks",), ("SEC", "OU1"), "LOCAL OU2 OU1 SEC"),
        (("Desks",), ("DDP", "SEC"), "LOCAL OU2 SEC DDP"),
    ],
)
def test_the_order(block, enforced, expected):
    links = chain(block=block, enforced=enforced)
    assert [link.gpo for _, link in policy.order(links)] == expected.split()
    assert policy.effective(links, ALL).applied == tuple(expected.split())


def sample(*, block):
    return (
        Container("Local", "local", (Link(1, "LOCAL"),)),
        Container("Site", "site"),
        Container("Domain", "domain", (Link(1, "DDP"), Link(2, "SEC", enforced=True))),
        Container("OU", "ou", (Link(1, "OUA"), Link(2, "OUB"))),
        Container("Leaf", "ou", (Link(1, "LEAF"),), block=block),
    )


SAMPLE = [
    Gpo("LOCAL", {"wall": "l"}), Gpo("DDP", {"wall": "d", "lock": 10}), Gpo("SEC", {"lock": 5}),
    Gpo("OUA", {"wall": "a"}), Gpo("OUB", {"wall": "b", "usb": 0}), Gpo("LEAF", {"lock": 60}),
]  # fmt: skip


def test_the_sample_with_winners_and_losers():
    blocked = policy.effective(sample(block=True), SAMPLE)
    assert {name: (each.value, each.winner, each.losers) for name, each in blocked.settings.items()} == {
        "wall": ("l", "LOCAL", ()), "lock": (5, "SEC", ("LEAF",)),
    }  # fmt: skip
    free = policy.effective(sample(block=False), SAMPLE)
    assert {name: (each.value, each.winner, each.losers) for name, each in free.settings.items()} == {
        "wall": ("a", "OUA", ("OUB", "DDP", "LOCAL")), "lock": (5, "SEC", ("LEAF", "DDP")), "usb": (0, "OUB", ()),
    }  # fmt: skip
    assert free.steps[-1].winners == {"wall": "OUA", "lock": "SEC", "usb": "OUB"}


@pytest.mark.parametrize(
    ("mode", "applied"),
    [("normal", "DDP USERS_OU"), ("merge", "DDP USERS_OU DDP KIOSK"), ("replace", "DDP KIOSK")],
)
def test_loopback(mode, applied):
    top = (Container("Local", "local"), Container("Domain", "domain", (Link(1, "DDP"),)))
    users = (*top, Container("Users", "ou", (Link(1, "USERS_OU"),)))
    kiosks = (*top, Container("Kiosks", "ou", (Link(1, "KIOSK"),)))
    gpos = [Gpo(name, {"start page": name}) for name in ("DDP", "USERS_OU", "KIOSK")]
    found = policy.loopback(users, kiosks, gpos, mode)
    assert found.applied == tuple(applied.split())
    assert found.settings["start page"].winner == applied.split()[-1]


ONE = (
    Container("Local", "local", (Link(1, "LOCAL"),)),
    Container("Domain", "domain", (Link(1, "DDP"), Link(2, "SEC"))),
)
DDP = Gpo("DDP", {"wall": "d"})


@pytest.mark.parametrize(
    ("change", "target", "says"),
    [
        ({"apply": frozenset({"G_Sales"})}, Target(), "Nobody in the token may read and apply DDP."),
        ({"refuse": frozenset({"G_Sales"})}, Target(frozenset({policy.ANYBODY, "G_Sales"})), "G_Sales is denied to apply DDP."),
        ({"wmi": ("os", "server")}, Target(facts={"os": "desktop"}), "The WMI condition does not hold: os is not server."),
        ({"off": frozenset({"user"})}, Target(), "This half of DDP is off."),
    ],
)  # fmt: skip
def test_filters(change, target, says):
    gpos = [Gpo("LOCAL", {"wall": "l"}), replace(DDP, **change), Gpo("SEC")]
    found = policy.effective(ONE, gpos, "user", target)
    step = next(each for each in found.steps if each.link.gpo == "DDP")
    assert (step.counts, str(step.why)) == (False, says)
    assert found.settings["wall"].winner == "LOCAL"


def test_filters_that_hold_change_nothing():
    target = Target(frozenset({"G_Sales"}), {"os": "server"})
    gpo = replace(DDP, apply=frozenset({"G_Sales"}), wmi=("os", "server"), off=frozenset({"computer"}))  # fmt: skip
    assert policy.effective(ONE, [Gpo("LOCAL"), gpo, Gpo("SEC")], "user", target).settings["wall"].winner == "DDP"  # fmt: skip


def test_local_policy_turned_off_and_the_two_halves():
    gpos = [Gpo("LOCAL", {"wall": "l"}, {"usb": 1}), Gpo("DDP", {}, {"usb": 0}), Gpo("SEC")]
    assert policy.effective(ONE, gpos).settings["wall"].winner == "LOCAL"
    assert policy.effective(ONE, gpos, "user", Target(local=False)).settings == {}
    own = [replace(gpos[0], apply=frozenset({"nobody"})), *gpos[1:]]  # no rights to it are asked
    assert policy.effective(ONE, own).settings["wall"].winner == "LOCAL"
    computer = policy.effective(ONE, gpos, "computer").settings
    assert (computer["usb"].value, set(computer)) == (0, {"usb"})


def test_the_password_rules_of_accounts_come_from_the_domain_alone():
    rules = {"lockout tries": 5}
    links = (*ONE, Container("Desks", "ou", (Link(1, "OU", enforced=True),), block=True))
    gpos = [Gpo("LOCAL"), Gpo("DDP", {}, rules), Gpo("SEC"), Gpo("OU", {}, {"lockout tries": 99})]
    assert policy.effective(links, gpos, "computer").settings["lockout tries"].value == 99
    assert policy.account_policy(links, gpos).settings["lockout tries"].value == 5


def test_reasons():
    says = {step.link.gpo: str(step.why) for step in policy.effective(chain(block=("Desks",), enforced=("DDP",)), ALL).steps}  # fmt: skip
    assert says["SITE"] == "Desks blocks inheritance."
    assert says["DDP"].startswith("DDP is enforced at Domain")
    assert says["OU2"] == "OU2 is linked to Desks."
    off = (Container("Local", "local", (Link(1, "LOCAL", enabled=False),)),)
    assert [str(each.why) for each in policy.effective(off, ALL).steps] == ["The link is off."]
    assert str(policy.effective(ONE, [Gpo("LOCAL"), Gpo("DDP"), Gpo("SEC")]).steps[-1].why) == "DDP is applied and sets nothing here."  # fmt: skip


GPOS = [Gpo(f"g{at}", {f"s{at % 3}": at, f"s{(at + 1) % 3}": -at}) for at in range(8)]
LINKS = st.lists(st.tuples(st.sampled_from([each.name for each in GPOS]), st.booleans(), st.booleans()), max_size=4)  # fmt: skip
LEVELS = st.lists(st.tuples(LINKS, st.booleans()), min_size=1, max_size=4)


def built(levels):
    ous = [
        Container(f"OU{at}", "ou", tuple(Link(n, *link) for n, link in enumerate(links, 1)), block)
        for at, (links, block) in enumerate(levels)
    ]
    return (Container("Local", "local", (Link(1, "g0"),)), *ous)


@given(LEVELS)
def test_one_winner_no_block_stops_what_is_enforced_and_every_link_is_told_once(levels):
    links = built(levels)
    found = policy.effective(links, GPOS)
    every = [(each.name, link) for each in links for link in each.links]
    assert sorted(map(repr, every)) == sorted(repr((each.container, each.link)) for each in found.steps)  # fmt: skip
    forced = [each for each in found.steps if each.link.enforced]
    assert all(each.counts is each.link.enabled for each in forced)
    for name, setting in found.settings.items():
        last = [each for each in found.steps if name in each.sets][-1]
        assert (setting.winner, setting.value) == (last.link.gpo, last.sets[name])
        assert setting.winner not in setting.losers and len(set(setting.losers)) == len(setting.losers)  # fmt: skip


@given(LEVELS)
def test_the_highest_enforced_policy_wins_over_everything(levels):
    links = built(levels)
    for each in links:
        best = min((link for link in each.links if link.enforced and link.enabled), key=lambda link: link.order, default=None)  # fmt: skip
        if best is not None:
            settings = policy.effective(links, GPOS).settings
            names = next(gpo.user for gpo in GPOS if gpo.name == best.gpo)
            assert {settings[name].winner for name in names} == {best.gpo}
            return


@given(LEVELS)
def test_the_local_policy_is_never_blocked(levels):
    assert next(each for each in policy.effective(built(levels), GPOS).steps if each.container == "Local").counts  # fmt: skip


def test_refresh():
    rng = np.random.default_rng(1)
    waits = [policy.refresh(rng) for _ in range(2000)]
    assert 90 <= min(waits) < 92 and 118 < max(waits) <= 120
    assert policy.refresh(rng, controller=True) == 5


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda: Link(0, "A"), "order=0: choose 1 or more"),
        (lambda: Container("OU", "ou", (Link(1, "A"), Link(1, "B"))), "a number twice in OU"),
        (lambda: Container("L", "local", (Link(1, "A", enforced=True),)), "cannot be enforced"),
        (lambda: Container("L", "local", block=True), "inherits nothing"),
        (lambda: Container("L", "planet"), "kind=planet: choose one of local, site"),
        (lambda: policy.effective((), []), "the local policy comes first"),
        (lambda: policy.effective((ONE[0], ONE[0]), []), "one local policy only"),
        (lambda: policy.effective(ONE, []), "gpo=LOCAL: there is no such policy"),
        (lambda: policy.account_policy(ONE[:1], []), "domains=0: the chain needs one"),
        (lambda: policy.loopback(ONE, ONE, [], "both"), "mode=both: choose one of normal"),
    ],
)
def test_what_cannot_be(act, says):
    with pytest.raises(ParameterError, match=says):
        act()
