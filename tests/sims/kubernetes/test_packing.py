"""Requests fill nodes, use does not."""

import pytest

from coursekit.sims.kubernetes.objects import Node, Pod
from coursekit.sims.kubernetes.packing import pack
from coursekit.sims.message import ParameterError


def packed(count, cpu, use, nodes=1):
    pods = [Pod(name=f"p{k}", cpu_m=cpu, mem_mi=64) for k in range(count)]
    return pack([Node(name=f"n{i}") for i in range(nodes)], pods, use).states


def test_forty_pods_of_100_m_fill_four_cores_and_want_nine_times_as_much():
    last = packed(45, 100, 900)[-1]

    assert len(last.nodes[0].pods) == 40
    assert len(last.pending) == 5
    assert last.nodes[0].requested == 1.0
    assert last.nodes[0].used == 9.0
    assert last.nodes[0].served == pytest.approx(1 / 9)
    assert last.decision.event == "0/1 nodes are available: 1 Insufficient cpu."


@pytest.mark.parametrize("nodes", range(1, 7))
@pytest.mark.parametrize("cpu", [0, 100, 1500, 4001])
def test_no_pod_is_lost_and_requests_never_exceed_a_node(nodes, cpu):
    for k, state in enumerate(packed(20, cpu, 10, nodes)):
        assert sum(len(node.pods) for node in state.nodes) + len(state.pending) == k
        assert all(node.requested <= 1 for node in state.nodes)


def test_who_requests_what_is_used_is_served_whole():
    assert all(node.served == 1 for node in packed(45, 900, 900)[-1].nodes)


def test_use_below_nothing_is_refused():
    with pytest.raises(ParameterError, match="use=-1: choose 0 or more"):
        packed(1, 100, -1)
