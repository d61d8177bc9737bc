"""Where points are lost, purchases one after the other, disasters, and the quick sweep."""

from dataclasses import replace

import pytest

from coursekit.sims.datacentre.deltas import CHANGES, best, deltas, worth
from coursekit.sims.datacentre.disasters import DEFENCES, HARMS, defended, lanes
from coursekit.sims.datacentre.losses import losses
from coursekit.sims.datacentre.parts import Backup
from coursekit.sims.datacentre.purchases import Deed, tell
from coursekit.sims.datacentre.samples import D0, D1, D2, SAMPLES
from coursekit.sims.datacentre.scenarios import recover, scenarios
from coursekit.sims.datacentre.score import PARTS, score
from coursekit.sims.datacentre.sweep import build, choices, frontier, points, row
from coursekit.sims.message import ParameterError

BUDGET = 100_000

# Losses


@pytest.mark.parametrize("budget", [40_000, 100_000, 300_000])
def test_points_and_losses_make_a_hundred(budget):
    for design in [*SAMPLES.values(), *map(build, choices()[::7])]:
        made = score(design, budget)
        found = losses(made)
        assert sum(each.points for each in found) == pytest.approx(100 - sum(made.parts.values()))
        for part in PARTS:
            lost = sum(each.points for each in found if each.part == part)
            assert lost >= -1e-9
        assert [each.points for each in found] == sorted((each.points for each in found), reverse=True)  # fmt: skip


def test_the_largest_loss_has_its_reason():
    first = losses(score(D1, BUDGET))[0]
    assert first.part == "durability"
    assert first.points == pytest.approx(19.75, abs=0.005)
    assert str(first.about) == "everything gone for good within 3 years: 14.4 %, mostly because ransomware encrypts whatever it reaches"  # fmt: skip
    assert "somebody deletes" in str(losses(score(D0, BUDGET))[0].about)
    assert "121036 €: full points up to 75000 €" in str(losses(score(D2, BUDGET))[0].about)


def test_dying_disks_are_named_when_they_weigh_most():
    """256 disks without redundancy: 1.5 % of them a year are more than one deletion a year."""
    hosts = tuple(replace(D0.hosts[0], id=f"h{n}") for n in range(1, 17))
    doomed = replace(D0, hosts=hosts, storage=replace(D0.storage, raid=0, disks=16))
    told = next(each for each in losses(score(doomed, BUDGET)) if each.part == "durability")
    assert "because disks die" in str(told.about)


def test_a_busy_storage_says_how_busy():
    busy = replace(D1, vms=tuple(replace(vm, iops=30_000) for vm in D1.vms))
    told = next(each for each in losses(score(busy, BUDGET)) if each.part == "performance")
    assert "busy 73 %" in str(told.about)


# Purchases


def test_the_best_next_euro():
    found = {each.name: each for each in deltas(D1, BUDGET)}
    assert best(found.values()).name == "immutable", "points for nothing come first"
    assert best([each for each in found.values() if each.eur > 0]).name == "both"
    assert worth(found["both"]) == pytest.approx(25.78 / 1.1448)
    assert worth(found["immutable"]) == float("inf")
    assert best(deltas(D2, BUDGET)) is None


def test_copies_have_no_raid_level():
    found = {each.name: each for each in deltas(D2, BUDGET)}
    assert "no RAID level" in str(found["raid6"].refused)


def test_what_two_changes_make_alike_is_offered_once():
    had = replace(D1, backup=replace(D1.backup, immutable=True))
    assert {"offsite", "both"} & {each.name for each in deltas(had, BUDGET)} == {"offsite"}


def test_one_after_the_other():
    told = tell(D1, BUDGET, [Deed("both"), Deed("raid6"), Deed("both"), Deed("core")])
    assert [round(each.made.total, 2) for each in told.states[:3]] == [62.65, 88.43, 90.93]
    again, core = told.states[3:]
    assert again.design == told.states[2].design
    assert str(again.why) == "The design has it already: immutable backups, off-site."
    assert "won" in str(core.why)
    assert "lost by its price" in str(core.why)
    assert core.bought == ("both", "raid6", "core")
    assert sum(each.eur for each in told.states) == pytest.approx(core.made.cost.total - told.states[0].made.cost.total)  # fmt: skip


def test_what_cannot_be_bought_and_what_ruins():
    told = tell(D2, BUDGET, [Deed("raid6"), Deed("generator")])
    assert str(told.states[1].why).startswith("Not possible: storage.kind=hci")
    assert "no points at all" in str(told.states[2].why)
    assert told.states[2].made.total == 0
    nothing = tell(D1, 1e6, [Deed("generator"), Deed("gbps")])
    assert str(nothing.states[1].why).endswith("2.50 points won, none lost.")
    assert str(nothing.states[2].why).endswith("no part of the score moved.")
    with pytest.raises(ParameterError, match="what=gold: choose among"):
        Deed("gold")


def test_offers_at_each_state_are_those_of_its_design():
    states = tell(D1, BUDGET, [Deed(name) for name in CHANGES]).states
    for each in states:
        assert each.offers == deltas(each.design, BUDGET)
    assert best(states[-1].offers) == states[-1].best


# Disasters


def with_backup(**values):
    return replace(D1, backup=Backup(enabled=True, restore_mb_s=200, **values))


def test_what_is_lost_is_what_was_written_since():
    deletion, ransomware, fire = lanes(with_backup(interval_h=24, immutable=True), 0.75, 2)
    assert deletion.last == ransomware.last == -18
    assert deletion.lost_h == 20
    assert deletion.back_h == pytest.approx(2 + 8.8333, abs=1e-3)
    assert fire.last is fire.lost_h is fire.back_h is None
    assert deletion.backups == (-42, -18)


@pytest.mark.parametrize("interval", [1, 6, 24, 168])
@pytest.mark.parametrize("passed", [0, 0.3, 1])
def test_never_more_than_an_interval(interval, passed):
    for each in lanes(with_backup(interval_h=interval, immutable=True, offsite=True), passed, span_h=100):  # fmt: skip
        assert each.lost_h == pytest.approx(passed * interval)
        assert each.lost_h <= next(back.rpo_h for back in recover(with_backup(interval_h=interval)) if back.rpo_h)  # fmt: skip
        steps = {round(b - a, 6) for a, b in zip(each.backups, each.backups[1:], strict=False)}
        assert steps == {interval}
        assert each.backups[0] - interval < -100 or len(each.backups) == 2


def test_without_backups_there_are_none():
    assert all(each.backups == () and each.last is None for each in lanes(D0, 0.5))


def test_the_table_says_what_the_events_say():
    """A protection alone helps where a design that has it recovers."""
    made = {
        "backup": with_backup(), "immutable": with_backup(immutable=True), "offsite": with_backup(offsite=True),
        "raid": D0, "replicas": replace(D2, backup=Backup()), "snapshots": D0,
        "ha": replace(D1, backup=Backup()),
    }  # fmt: skip
    for defence in DEFENCES:
        for back in recover(made[defence]):
            assert defended(defence, back.event.name).helps == (back.rpo_h is not None)
    assert defended("raid", "disk").helps
    reasons = [str(defended(one, harm).why) for one in DEFENCES for harm in HARMS]
    assert all(len(each) > 20 for each in reasons)


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: lanes(D1, 1.5), "passed=1.5: choose 0 to 1"),
        (lambda: lanes(D1, 0.5, -1), "found_h=-1: choose 0 or more"),
        (lambda: defended("luck", "fire"), "defence=luck"),
        (lambda: defended("raid", "flood"), "harm=flood"),
    ],
)
def test_rules(call, says):
    with pytest.raises(ParameterError, match=says):
        call()


# The quick sweep


@pytest.mark.parametrize("budget", [50_000, 100_000])
def test_the_quick_way_gives_the_same(budget):
    found = {each.choice: each for each in points(budget)}
    assert len(found) == len(choices())
    for choice in choices()[::5]:
        slow = row(choice, budget)
        assert (found[choice].total, found[choice].eur, found[choice].parts) == (slow.total, slow.eur, slow.parts)  # fmt: skip
    assert [each.choice for each in frontier(found.values())]


def test_backups_change_nothing_in_the_twelve_faults():
    for choice in choices():
        bare = replace(choice, backup="none")
        if choice != bare:
            assert [each.value for each in scenarios(build(choice))] == [each.value for each in scenarios(build(bare))]  # fmt: skip
