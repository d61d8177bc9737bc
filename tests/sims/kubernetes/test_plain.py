"""Every record becomes JSON and comes back as it was: share links, scenarios, golden files."""

import numpy as np
import pytest

from coursekit.sims.kubernetes import (
    autoscale,
    cluster,
    disruption,
    hpa,
    nodefailure,
    nodes,
    preemption,
    probes,
    qos,
    reconcile,
    rollout,
    scheduler,
    scores,
    service,
    world,
)
from coursekit.sims.kubernetes.objects import Node, Pod, Taint, Toleration, Wish
from coursekit.values import from_text, to_text

NODE = Node(name="n1", taints=(Taint(key="gpu", value="yes"),), labels={"disk": "ssd"}, images={"web": 90})  # fmt: skip
POD = Pod(name="a", cpu_m=500, lim_mem_mi=9, tolerations=(Toleration(key="gpu", value="yes"),), wishes=(Wish(weight=2, labels={"disk": "ssd"}),))  # fmt: skip
CLUSTER = scheduler.Cluster((NODE, Node(name="n2")), {"a": POD}, {"a": "n1"})
BUDGET = disruption.Budget(max_unavailable="30%")
WORLD = world.World(
    apps=(world.App(work=autoscale.Workload(), scaler=hpa.Autoscaler()),),
    downs=(world.Down(node="n1", t=9.0),), hangs=(world.Hang(app="web", t=3.0),),
    updates=(world.Update(t=5.0, app="web", version="v2"),), until=100, moments=5,
)  # fmt: skip
SET = reconcile.State(3, (reconcile.Pod(name="a", node="n1"),), ("n1",))
CHANGES = (rollout.Change(0.0, "v2"), rollout.Change(7.0, "v3", broken=True))


@pytest.mark.parametrize(
    "kind, value",
    [
        (Node, NODE),
        (Pod, POD),
        (scheduler.Cluster, CLUSTER),
        (scheduler.Decision, scheduler.decide(CLUSTER, Pod(name="b", cpu_m=3900))),
        (scores.Profile, scores.Profile(policy="most")),
        (preemption.Preempted, preemption.preempt(CLUSTER, Pod(name="b", cpu_m=3900, prio=5))),
        (qos.Container, qos.Container(cpu_m=5)),
        (rollout.Rollout, rollout.roll(rollout.Deployment(replicas=4), CHANGES)),
        (hpa.Use, hpa.Use(ready=(60, 60), unready=1)),  # Advice has exact fractions: it goes out only
        (hpa.Decision, hpa.decide(hpa.Autoscaler(), hpa.History(4), 15.0, 6)),
        (autoscale.Workload, autoscale.Workload(curve="points", points=((0.0, 5.0),))),
        (autoscale.Loop, autoscale.Loop()),
        (nodefailure.Failed, nodefailure.tell(nodefailure.Failure(back=400.0))),
        (nodefailure.Zone, nodefailure.Zone(nodes=3, not_ready=1)),
        (probes.Answered, probes.tell(probes.Container(app=probes.App(hang=30.0)))),
        (service.Told, service.tell(3, [service.Deed("connect", 4)], np.random.default_rng(1))),
        (tuple[service.Rule, ...], service.chain(["a", "b"])),
        (disruption.Budget, BUDGET),
        (disruption.Drained, disruption.drain(disruption.Drain(node="n1", apps=(disruption.App(name="w", pods={"a": "n1"}, budget=BUDGET),)))),
        (reconcile.Told, reconcile.tell(SET, [reconcile.Deed("step"), reconcile.Deed("delete", "a")])),
        (nodes.Growth, nodes.grow([POD, Pod(name="b", cpu_m=100)], NODE)),
        (nodes.Unneeded, nodes.removable(CLUSTER, "n2", 700, 700)),
        (tuple[nodes.Idle, ...], nodes.idle(CLUSTER)),
        (tuple[nodes.Delay, ...], nodes.reaction(nodes.Reaction())),
        (world.World, WORLD),
        (cluster.Ran, cluster.run(WORLD, np.random.default_rng(1))),
    ],
    ids=lambda each: getattr(each, "__qualname__", ""),
)  # fmt: skip
def test_there_and_back(kind, value):
    text = to_text(value)
    assert from_text(kind, text) == value
    assert to_text(from_text(kind, text)) == text
