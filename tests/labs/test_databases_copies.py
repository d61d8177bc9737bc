"""Database labs on copies: what a commit waits for, failover, a cut network."""

import pytest
from looking import drawn, fits, moments, told

from coursekit.i18n import speaking
from coursekit.labs.databases.cut import CutLab
from coursekit.labs.databases.failover import FailoverLab
from coursekit.labs.databases.latency import LatencyLab
from coursekit.quizzes.databases.predictions import PREDICTIONS


def rows(lab):
    return {row[0]: row[1:] for row in lab.table(lab._shown).rows}


def locked(cls):
    return cls(prediction=PREDICTIONS[cls.name])


# What a commit waits for


def test_the_five_modes_beside_one_another():
    lab = LatencyLab()
    found = {mode: (cells[1], cells[2]) for mode, cells in rows(lab).items()}
    assert found == {
        "off": ("0 ms", "200"), "local": ("1 ms", "80"), "remote_write": ("1.5 ms", "0"),
        "on": ("2.5 ms", "0"), "remote_apply": ("3 ms", "0"),
    }  # fmt: skip


def test_any_two_wait_for_the_far_one():
    lab = LatencyLab()
    lab.set(k=2)
    assert drawn(lab)["told"]["text"] == "committed: 22 ms"
    assert drawn(lab)["ack0"]["tone"] == drawn(lab)["ack1"]["tone"] == "ok"
    lab.set(k=1, rtt2=0.8)
    assert (drawn(lab)["ack0"]["tone"], drawn(lab)["ack1"]["tone"]) == ("ok", "idle")


def test_a_standby_that_is_away_hangs_what_waits_for_it():
    lab = LatencyLab()
    lab.set(k=2, away=2)
    assert "every commit waits" in lab.text and lab.said.tone == "bad"
    assert "hangs" in drawn(lab) and "told" not in drawn(lab)
    lab._press("local")
    assert lab.values["mode"] == "local" and "hangs" not in drawn(lab)
    lab.set(k=3, mode="on")
    assert "k=3: 1 to 2, the number of standbys" in lab.text


@pytest.mark.parametrize(
    "values, said",
    [
        ({"mode": "local", "dies": 1.0}, "It is lost"),
        ({"mode": "local", "dies": 1.0, "lag": 0.0}, "it is there, on standby 1, 2"),
        ({"mode": "on", "dies": 0.5}, "nobody has it"),
        ({"mode": "on", "dies": 2.0}, "was told nothing, yet it is there"),
        ({"mode": "on", "dies": 2.5}, "was told, and it is there"),
    ],
)
def test_the_primary_dies_in_the_middle(values, said):
    lab = LatencyLab()
    lab.set(**values)
    assert said in lab.text
    assert ("lost" in said or "nobody" in said) == ("never gets it" in told(lab))
    assert ("was told nothing" in said or "nobody" in said) == ("no answer comes" in told(lab))
    fits(lab)


def test_a_read_on_the_standby_sees_the_write_or_not():
    lab = LatencyLab()
    assert "too old" in drawn(lab)["fact2"]["text"]
    lab.set(mode="remote_apply")
    assert "sees it" in drawn(lab)["fact2"]["text"]


def test_three_standbys_in_both_layouts():
    lab = LatencyLab()
    for mode in rows(lab):
        lab.set(mode=mode, standbys=3, k=2, away=1)
        fits(lab)


# Failover


def test_the_outage_and_what_is_lost():
    lab = FailoverLab()
    lab.go(99)
    assert "40.2 s after the fault" in lab.text
    assert drawn(lab)["fact3"]["text"] == "lost: 1,500"
    assert [drawn(lab)[f"part-{part}"]["kind"] for part in ("detect_s", "election_s", "replay_s", "reconnect_s")]  # fmt: skip
    assert "part-fence_s" not in drawn(lab)
    lab.set(fence="lease")
    lab.go(99)
    assert "43.2 s" in lab.text and "part-fence_s" in drawn(lab)
    assert dict(lab.summary(lab.result)) == {"outage": "43.2 s", "transactions lost": "1,500"}


def test_the_outage_grows_part_by_part():
    lab = FailoverLab()
    seen = [sum(each.startswith("part-") for each in drawn(lab)) for _moment in moments(lab)]
    assert seen == sorted(seen) and seen[0] == 0


def test_a_synchronous_primary_pays_with_its_speed():
    lab = FailoverLab()
    lab.set(mode="on")
    lab.go(1)
    assert "only 125 of 200 a second" in lab.text
    lab.go(99)
    assert drawn(lab)["fact3"]["text"] == "lost: 0"


@pytest.mark.parametrize("mode, said", [("async", "goes on"), ("on", "they hang")])
def test_a_standby_alone_is_not_promoted(mode, said):
    lab = FailoverLab()
    lab.set(fault="standby alone", mode=mode)
    lab.go(99)
    assert said in lab.text
    assert "nobody is promoted" in drawn(lab)["parts"]["text"]


# A cut


def test_two_primaries_and_what_is_thrown_away():
    lab = CutLab()
    lab.go(7)
    assert drawn(lab)["fact1"]["text"] == "two primaries"
    assert "7400 transactions on A, 6000 on B" in lab.text
    lab.go(8)
    assert drawn(lab)["fact3"]["text"] == "thrown away: 6,000"
    assert drawn(lab)["branchB"]["dash"] and not drawn(lab)["branchA"]["dash"]
    lab.set(keep="B")
    lab.go(8)
    assert drawn(lab)["branchA"]["dash"] and rows(lab)["A"][-1] == "no"


def test_a_lease_still_costs_what_the_minority_took():
    lab = CutLab()
    lab.set(voters=3, fence="lease")
    lab.go(99)
    assert drawn(lab)["fact3"]["text"] == "thrown away: 2,000"
    lab.set(mode="on")
    lab.go(99)
    assert drawn(lab)["fact3"]["text"] == "thrown away: 0"
    assert dict(lab.summary(lab.result))["seconds with two primaries"] == "0"


def test_every_cut_in_both_layouts():
    lab = CutLab()
    for voters in (2, 3):
        for fence in ("none", "lease", "power"):
            for mode in ("async", "on"):
                lab.set(voters=voters, fence=fence, mode=mode, lag=1.0)
                for _moment in moments(lab):
                    fits(lab)


# Before the prediction, and in French


def test_what_a_locked_lab_hides():
    for cls, words in ((LatencyLab, ("22 ms", "committed")), (FailoverLab, ("40.2", "1,500")), (CutLab, ("2000", "2,000"))):  # fmt: skip
        lab = locked(cls)
        assert lab.locked
        assert not [each for each in words if each in told(lab)]


def test_numbers_in_french():
    with speaking("fr"):
        lab = LatencyLab()
        assert drawn(lab)["told"]["text"].endswith("2,5 ms")
