"""Quality of service: class, the kernel's hint, and the kubelet's order when memory is short."""

from itertools import permutations, product

import pytest

from coursekit.sims.kubernetes.qos import (
    Container,
    Pressure,
    Usage,
    evict,
    oom_score_adj,
    qos_class,
    ranked,
)
from coursekit.sims.message import ParameterError

FULL = Container(cpu_m=500, mem_mi=256, lim_cpu_m=500, lim_mem_mi=256)


@pytest.mark.parametrize(
    "containers, found",
    [
        ([FULL], "Guaranteed"),
        ([Container(lim_cpu_m=500, lim_mem_mi=256)], "Guaranteed"),
        ([Container(cpu_m=100)], "Burstable"),
        ([Container()], "BestEffort"),
        ([FULL, Container()], "Burstable"),
        ([FULL, FULL], "Guaranteed"),
        ([Container(cpu_m=0, mem_mi=0)], "BestEffort"),
        ([Container(lim_mem_mi=256)], "Burstable"),
        ([Container(mem_mi=100, lim_cpu_m=500, lim_mem_mi=256)], "Burstable"),
    ],
)
def test_7_v13_the_class(containers, found):
    assert qos_class(containers) == found


def test_guaranteed_is_exactly_every_limit_written_and_no_request_below():
    choices = (None, 100, 200)
    for cpu, mem, lim_cpu, lim_mem in product(choices, repeat=4):
        if (lim_cpu is not None and (cpu or 0) > lim_cpu) or (lim_mem is not None and (mem or 0) > lim_mem):  # fmt: skip
            continue
        one = Container(cpu_m=cpu, mem_mi=mem, lim_cpu_m=lim_cpu, lim_mem_mi=lim_mem)
        written = [v for v in (cpu, mem, lim_cpu, lim_mem) if v is not None]
        same = lim_cpu and lim_mem and cpu in (None, lim_cpu) and mem in (None, lim_mem)
        expected = "BestEffort" if not written else "Guaranteed" if same else "Burstable"
        assert qos_class([one]) == expected


@pytest.mark.parametrize("request_mi, adj", [(10, 999), (1024, 938), (4096, 750), (8192, 500), (16384, 2)])  # fmt: skip
def test_7_v14_oom_score_adj(request_mi, adj):
    assert oom_score_adj("Burstable", request_mi, 16 * 1024) == adj
    assert oom_score_adj("Guaranteed", request_mi, 16 * 1024) == -997
    assert oom_score_adj("BestEffort", 0, 16 * 1024) == 1000


GREEDY = Usage(name="greedy", request_mi=100, usage_mi=600)
SMALL = Usage(name="small", request_mi=100, usage_mi=150)
VIP = Usage(name="vip", request_mi=100, usage_mi=900, prio=1000)
HONEST = Usage(name="honest", request_mi=800, usage_mi=700)
NONE = Usage(name="none", usage_mi=300)


def test_the_order_does_not_hang_on_the_order_given():
    for pods in permutations([GREEDY, SMALL, VIP, HONEST, NONE]):
        assert [p.name for p in ranked(pods)] == ["greedy", "none", "small", "vip", "honest"]


def test_one_goes_every_ten_seconds_until_enough_is_free():
    states = evict(Pressure(capacity_mi=2000, pods=(GREEDY, SMALL, VIP, HONEST)))
    assert [(s.t, s.available_mi, s.evicted) for s in states] == [(0, -350, "greedy"), (10, 250, None)]  # fmt: skip
    assert "600 MiB and requested 100 MiB" in str(states[0].why)
    exact = evict(Pressure(capacity_mi=250, pods=(SMALL,)))
    assert [s.evicted for s in exact] == [None]  # 100 MiB left: not below 100


def test_who_keeps_to_the_request_goes_only_when_nobody_else_is_left():
    states = evict(Pressure(capacity_mi=750, pods=(HONEST,)))
    assert [s.evicted for s in states] == ["honest", None]
    assert "keeps to its request" in str(states[0].why)
    alone = evict(Pressure(capacity_mi=50, pods=()))
    assert "no pod is left" in str(alone[0].why)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Container(cpu_m=-1), "cpu_m=-1: choose 0 or more"),
        (lambda: Container(cpu_m=9, lim_cpu_m=8), "lim_cpu_m=8: a limit is not below the request, 9"),
        (lambda: qos_class([]), "containers=0: choose 1 or more"),
        (lambda: oom_score_adj("Burstable", 9, 8), "request=9: choose 0 to 8"),
        (lambda: oom_score_adj("Burstable", 0, 0), "capacity=0: choose more than 0"),
        (lambda: Usage(name="a", usage_mi=-1), "usage_mi=-1: choose 0 or more"),
        (lambda: Pressure(capacity_mi=0, pods=()), "capacity_mi=0: choose 1 or more"),
        (lambda: Pressure(capacity_mi=1, pods=(), threshold_mi=-1), "threshold_mi=-1"),
        (lambda: Pressure(capacity_mi=1, pods=(SMALL, SMALL)), "pod=small: the name is taken"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
