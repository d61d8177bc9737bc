"""A Service: the chain of rules, connections that stay, requests lost at the end of a pod."""

from collections import Counter

import numpy as np
import pytest

from coursekit.sims.kubernetes.service import Deed, chain, lost, reached, shares, tell
from coursekit.sims.message import ParameterError


def told(pods, *deeds, affinity=False, seed=1):
    rng = np.random.default_rng(seed)
    return tell(pods, [Deed(*deed) for deed in deeds], rng, affinity=affinity)


def test_7_v18_probabilities_of_the_chain():
    rules = chain(["a", "b", "c", "d"])
    assert [rule.probability for rule in rules] == pytest.approx([0.25, 1 / 3, 0.5, 1])
    assert [rule.reaching for rule in rules] == pytest.approx([1, 0.75, 0.5, 0.25])


@pytest.mark.parametrize("n", range(1, 30))
def test_every_endpoint_gets_the_same_share(n):
    rules, left = chain([str(i) for i in range(n)]), 1.0
    for rule in rules:
        assert rule.share == pytest.approx(left * rule.probability)
        left *= 1 - rule.probability
    assert left == pytest.approx(0)


def test_draws_are_spread_alike():
    rng = np.random.default_rng(3)
    rules = chain(["a", "b", "c"])
    counts = Counter(reached(rules, draws) for draws in rng.random((30_000, 3)).tolist())
    assert all(abs(count - 10_000) < 300 for count in counts.values())
    assert reached(rules, [0.4, 0.2, 0.9]) == "b"
    assert reached(rules, [0.4, 0.6, 0.99]) == "c"


def test_7_v21_the_race_at_the_end_of_a_pod():
    assert (lost(50), lost(50, pre_stop=5)) == (100, 0)
    assert lost(50, pre_stop=0.5, drain=1) == pytest.approx(25)


def test_kept_alive_connections_do_not_move_to_new_pods():
    record = told(3, ("connect", 30), ("scale", 6), ("reconnect",))
    before, after, anew = (shares(stage) for stage in record.states[1:])
    assert sum(before.values()) == pytest.approx(1)
    assert sum(after[f"pod-{i}"] for i in (4, 5, 6)) == 0
    assert record.states[1].clients == record.states[2].clients
    assert sum(anew[f"pod-{i}"] for i in (4, 5, 6)) > 0.2


def test_pods_that_go_break_their_connections_and_only_those():
    record = told(6, ("connect", 60), ("scale", 3))
    before, after = record.states[1], record.states[2]
    gone = [client for client, pod in before.clients.items() if pod in ("pod-4", "pod-5", "pod-6")]
    assert after.broken == len(gone) > 0
    assert set(after.clients.values()) <= {"pod-1", "pod-2", "pod-3"}
    kept = [client for client in before.clients if client not in gone]
    assert all(after.clients[client] == before.clients[client] for client in kept)


def test_client_ip_comes_back_to_its_pod_for_three_hours():
    record = told(5, ("connect", 40), ("reconnect",), ("wait", 10_799), ("reconnect",), affinity=True)  # fmt: skip
    assert record.states[1].clients == record.states[2].clients == record.states[4].clients
    late = told(5, ("connect", 40), ("wait", 10_800), ("reconnect",), affinity=True)
    assert late.states[1].clients != late.states[3].clients
    free = told(5, ("connect", 40), ("reconnect",))
    assert free.states[1].clients != free.states[2].clients


def test_the_same_seed_tells_the_same_story():
    deeds = (("connect", 20), ("scale", 2), ("reconnect", 5))
    assert told(4, *deeds) == told(4, *deeds) != told(4, *deeds, seed=2)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: lost(-1), "rate=-1: choose 0 or more"),
        (lambda: Deed("sleep"), "deed=sleep: choose one of connect"),
        (lambda: Deed("connect", -1), "count=-1: choose 0 or more"),
        (lambda: told(0), "pods=0: choose 1 or more"),
        (lambda: told(2, ("scale", 0)), "pods=0: choose 1 or more"),
        (lambda: reached((), []), "endpoints=0: a Service without ready pods"),
        (lambda: chain(["a", "a"]), "endpoint=a: the name is taken"),
    ],
)
def test_what_cannot_be_is_refused(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
