"""The recovery of the lab: its cluster, and its groups over time."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.recoveryplay import FIRST_S, GROUPS, PG_GB, Case, play, scenario_of


@pytest.mark.parametrize("case", [Case(), Case(second=20), Case(size=2, second=5, destroyed=True), Case(hosts=3), Case(back=5)])  # fmt: skip
def test_spans_cover_all_time_and_all_groups(case):
    played = play(case)
    assert played.spans[0].begin == 0
    assert played.spans[-1].end == played.until > played.states[-1].t
    for one, next_ in zip(played.spans, played.spans[1:], strict=False):
        assert one.end == next_.begin
        assert (one.counts, one.lost) != (next_.counts, next_.lost), "one span, not two"
    for span in played.spans:
        assert span.begin < span.end
        assert sum(span.counts.values()) == GROUPS
        assert span.lost <= span.counts["down"]


def test_the_disks_are_as_full_as_asked():
    scenario = scenario_of(Case(full=80.0))
    copies = GROUPS * 3 * PG_GB
    assert copies / (len(scenario.cluster.osds) * scenario.capacity_gb) == pytest.approx(0.8)
    assert any(each.kind == "nearfull" for each in play(Case(full=80.0)).states)


def test_waiting_counts_only_groups_that_are_not_lost():
    assert play(Case()).waiting_s == 0, "two of three copies are enough"
    assert play(Case(hosts=3, second=20)).waiting_s > 0
    lost = play(Case(size=2, hosts=4, second=5, destroyed=True))
    assert lost.states[-1].lost
    assert lost.waiting_s == 0


def test_who_is_back_in_time_costs_nothing():
    played = play(Case(back=5))
    assert played.states[-1].t == FIRST_S + 300
    assert played.states[-1].copied == 0
    assert play(Case(back=30)).states[-1].copied > 0


@pytest.mark.parametrize("case, says", [(Case(full=0.0), "full=0.0"), (Case(hosts=1), "hosts=1"), (Case(second=-1), "second=-1"), (Case(back=5, destroyed=True), "back=5")])  # fmt: skip
def test_rules(case, says):
    with pytest.raises(ParameterError, match=says):
        scenario_of(case)
