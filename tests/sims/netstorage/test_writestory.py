"""A write step by step: the steps are the rounds of the verdicts, taken apart."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.goodput import Link
from coursekit.sims.netstorage.latency import DEVICES, device
from coursekit.sims.netstorage.verdicts import writes
from coursekit.sims.netstorage.writestory import NODES, WAYS, all_ways, tell

LINK = st.builds(Link, gbps=st.sampled_from([0.1, 1.0, 10.0, 100.0]), rtt_s=st.floats(1e-5, 0.005))


@given(st.sampled_from(WAYS), st.sampled_from(sorted(DEVICES)), LINK, st.integers(1, 65_536))
def test_the_steps_are_the_rounds_taken_apart(way, disk, link, size):
    told = tell(way, device(disk), link, size)
    assert told.states[-1].t == pytest.approx(told.write.total_s)
    assert told.network_s == pytest.approx(sum(each.network_s for each in told.write.rounds))
    for number, each in enumerate(told.write.rounds):
        spent = sum(step.seconds for step in told.steps if step.round == number)
        assert spent == pytest.approx(each.total_s)
    assert all(a.end == pytest.approx(b.t) for a, b in pairwise(told.steps))
    assert all({*step.at, *step.to} <= {*NODES[way]} for step in told.steps)
    assert all(str(step.why) for step in told.steps)


def test_at_no_bytes_to_speak_of_it_is_what_the_verdicts_say():
    fast = Link(gbps=1000)
    found = [each.total_s for each in all_ways(link=fast).values()]
    assert found == pytest.approx([each.total_s for each in writes()], rel=0.001)


def test_the_client_hears_of_it_last_and_from_the_primary():
    for way in ("copies", "erasure"):
        last = tell(way).steps[-1]
        assert (last.kind, last.at, last.to) == ("confirm", ("primary",), ("client",))
        before = tell(way).steps[-2]
        assert set(before.at) == set(NODES[way][2:]), "after all others have confirmed"
    assert [step.kind for step in tell("erasure").steps].count("read") == 1
    assert [step.kind for step in tell("local").steps] == ["store"]


def test_errors():
    with pytest.raises(ParameterError, match="way=raid"):
        tell("raid")
    with pytest.raises(ParameterError, match="size=0"):
        tell("copies", size=0)
