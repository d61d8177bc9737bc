"""A plan in lines: what is read, what is refused with its line, and what the checks find."""

from dataclasses import replace

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.plan import START, parse
from coursekit.sims.netstorage.plancheck import GROUPS, TASK, judged
from coursekit.sims.netstorage.redundancy import erasure, replicas

TAIL = "link 10\npool copies 3 domain rack\n"


def hosts(racks, disks="4x4", ram=256):
    return "".join(f"host h{n} rack {rack} disks {disks} ram {ram}\n" for n, rack in enumerate(racks, 1))  # fmt: skip


def met(text, task=TASK):
    return {each.about: each.ok for each in judged(text, task).checks}


def failing(text, task=TASK):
    return [about for about, ok in met(text, task).items() if not ok]


def test_the_lines_of_a_plan():
    plan = parse("# mine\n" + hosts("AAB", "2x8") + "LINK 25\npool erasure 4+2 domain host # wide\nwitness rack B\n")  # fmt: skip
    assert [(each.name, each.rack) for each in plan.hosts] == [("h1", "A"), ("h2", "A"), ("h3", "B")]  # fmt: skip
    assert (plan.hosts[0].disks, plan.hosts[0].tb, plan.hosts[0].ram_gb) == (2, 8.0, 256.0)
    assert (plan.gbps, plan.scheme, plan.domain, plan.witness) == (25.0, erasure(4, 2), "host", "B")
    assert [host.rack for host in plan.cluster.hosts] == [0, 0, 1]
    assert [osd.id for osd in plan.cluster.osds] == list(range(6))
    assert parse(hosts("A") + "link 1\npool copies 2 domain host\nwitness elsewhere").witness == ""
    assert parse(START).scheme == replicas(3)


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "the plan has no host"),
        (hosts("A"), "the plan has no pool"),
        (hosts("A") + "pool copies 3 domain host", "the plan has no link"),
        ("server a", "line 1: server: begin a line with one of host, link, pool, witness"),
        (hosts("A") + "host h1 rack B disks 1x1 ram 1", "line 2: host=h1: each name once"),
        ("host h1 rack A disks 4x4", "line 1: host: write its name, rack, disks and memory"),
        ("host h1 rack A disks four ram 9", "line 1: disks=four: write 1 to 12, an x and TB, as in 4x4"),
        ("host h1 rack A disks 13x4 ram 9", "line 1: disks=13x4"),
        ("host h1 rack A disks 4x0 ram 9", "line 1: disks=4x0: write a number above 0"),
        ("host h1 rack A disks 4x4 ram much", "line 1: ram=much: write a number above 0"),
        ("host h1 rack A disks 4x4 ram nan", "line 1: ram=nan: write a number above 0"),
        (hosts("A" * 13), "line 13: hosts=13: choose 12 or fewer"),
        ("\nlink", "line 2: link: write its Gb/s"),
        ("link 1\nlink 1", "line 2: link: write it once"),
        ("pool copies 3", "line 1: pool: write how data are kept"),
        ("pool copies 3 domain row", "line 1: domain=row: choose host or rack"),
        ("pool copies 0 domain rack", "line 1: copies=0: choose 1 to 6"),
        ("pool raid 5 domain rack", "line 1: pool=raid: choose copies or erasure"),
        ("pool erasure 4 domain rack", "line 1: erasure=4: write 2 to 10 data pieces"),
        (TAIL + "pool copies 3 domain rack", "line 3: pool: write it once"),
        ("witness", "line 1: witness: write where it stands"),
        (hosts("A") + TAIL + "witness rack Z", "witness=Z: no host stands in that rack; choose one of A, or elsewhere"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_taken_is_named(text, says):
    with pytest.raises(ParameterError) as why:
        parse(text)
    assert says in str(why.value)


def test_the_start_meets_the_task_all_but_one_point():
    assert failing(START) == ["hosts"]
    death = judged(START).deaths[0]
    assert (death.io, death.runs, death.heals) == (True, True, False), "the answer of the prediction"  # fmt: skip
    assert (death.votes, death.needed) == (4, 4)
    assert failing(hosts("AABCD") + TAIL) == []
    assert failing(hosts("ABCD") + TAIL) == []


def test_each_point_can_be_missed_alone():
    assert failing(hosts("ABCD") + TAIL, replace(TASK, hosts=3)) == ["hosts"]
    assert failing(hosts("ABCD") + TAIL, replace(TASK, deaths=3)) == ["copies"]
    assert failing(hosts("ABCD", ram=128) + TAIL) == ["memory"]
    assert failing(hosts("ABCD") + TAIL.replace("10", "1")) == ["network"]
    assert failing(hosts("AABBC") + TAIL) == ["host"], "when h5 dies rack C is gone"
    assert failing(hosts("ABCD", "1x10") + TAIL) == []
    assert failing(hosts("ABCD", "1x9") + TAIL) == ["host"], "8 TB on each of three disks of 9"  # fmt: skip


def test_a_domain_host_lets_two_copies_meet_in_a_rack():
    found = judged(hosts("AABCD") + TAIL.replace("rack", "host"))
    assert not met(hosts("AABCD") + TAIL.replace("rack", "host"))["rack"]
    first = found.deaths[0]
    assert 0 < first.counts["inactive"] < GROUPS
    assert found.deaths[1].io, "rack B has one host only"


def test_a_witness_is_a_vote_where_it_stands():
    two = hosts("AABB") + TAIL.replace("3", "2")
    assert judged(two).deaths[0].runs is False
    assert judged(two + "witness elsewhere").deaths[0].runs is True
    with_a = judged(two + "witness rack A")
    assert [each.runs for each in with_a.deaths] == [False, True]
    assert judged(hosts("AAA") + TAIL).deaths[0].votes == 0


def test_the_data_fill_what_they_must():
    found = judged(hosts("ABCD") + TAIL)
    weights = {osd.id: osd.weight for osd in found.cluster.osds}
    assert sum(share * weights[osd] for osd, share in found.filled.items()) == pytest.approx(24.0)
    death = found.deaths[0]
    assert sum(share * weights[osd] for osd, share in death.filled.items()) == pytest.approx(24.0)
    assert death.filled[0] == 0
    assert sum(death.counts.values()) == GROUPS
    uneven = judged("host a rack A disks 1x1 ram 512\n" + hosts("BCD") + TAIL)
    assert max(uneven.filled.values()) <= 1
