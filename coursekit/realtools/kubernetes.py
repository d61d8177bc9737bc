"""Checks of the chapter on Kubernetes."""

from typing import Any

from coursekit.i18n import mark
from coursekit.realtools import etcd
from coursekit.realtools.check import SAME, Check, Fact, at_least
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.message import Message
from coursekit.sims.netstorage import quorum

NODES, KEYS = 3, 5
# The timeout runs from the last heartbeat, and both ends are counted in whole beats.
LEAST_S = etcd.ELECTION_S - 3 * etcd.HEARTBEAT_S


def _runs(dead: int) -> bool:
    """Whether the nodes that are left may write, by the rule of majorities."""
    groups = (tuple(range(dead, NODES)), *((node,) for node in range(dead)))
    return quorum.outcome(quorum.Cut(votes=(1,) * NODES, groups=groups)).groups[0].runs


def _etcd_facts() -> tuple[Fact, ...]:
    most = quorum.quorum(NODES)
    agreed, own = quorum.read_write(NODES, most, most), quorum.read_write(NODES, 1, most)
    return (
        Fact(Message.of("Three nodes take a write"), _runs(0), SAME),
        Fact(Message.of("After the leader’s death: no write for"), LEAST_S, at_least(), "s", Message.of("Nobody is missed before the election timeout, counted from the last heartbeat; then each waits for a time of its own, so that not all ask at once.")),
        Fact(Message.of("Then two nodes take writes"), _runs(1), SAME),
        Fact(Message.of("Another one leads"), _runs(1), SAME),
        Fact(Message.of("Of {n} keys written before, still there", n=KEYS), KEYS if agreed.fresh else 0, SAME, why=Message.of("{need} of {n} had each of them: every two nodes have one of those.", need=most, n=NODES)),
        Fact(Message.of("One node alone takes a write"), _runs(2), SAME),
        Fact(Message.of("It answers a read that needs a majority"), agreed.reads_bear >= 2, SAME),
        Fact(Message.of("It answers a read from its own copy"), own.reads_bear >= 2, SAME, why=Message.of("Such an answer may be old: it is asked for with --consistency=s.")),
        Fact(Message.of("With one of the dead back, writes are taken"), _runs(1), SAME),
        Fact(Message.of("And nothing is missing: keys"), KEYS, SAME),
    )  # fmt: skip


def _ask_etcd(source: Source) -> tuple[Any, ...]:
    with etcd.members(source, NODES) as nodes:
        taken = [nodes.put(f"k{n}") for n in range(KEYS)]
        found: list[Any] = [all(taken)]
        silent, another = nodes.kill_leader()
        found += [silent, nodes.put("more"), another, nodes.count(agreed=True)]
        nodes.kill_one()
        found += [nodes.put("more"), nodes.count(agreed=True) is not None]
        found.append(nodes.count(agreed=False) is not None)
        nodes.back()
        found += [nodes.put("more"), nodes.count(agreed=True)]
    return tuple(found)


CHECKS = (
    Check(
        name="kubernetes-etcd",
        title=mark("Three nodes of etcd, two of which die"),
        question=mark("How many of three nodes may die before the cluster takes no more writes?"),
        differs=mark("The rule of majorities says who may go on; how a leader is chosen and how long that takes is etcd’s own. Pods run on while there is no majority: only nothing can be changed."),
        facts=_etcd_facts,
        ask=_ask_etcd,
        places=(Place("here", (etcd.ETCD, etcd.ETCDCTL)),),
    ),
)  # fmt: skip
