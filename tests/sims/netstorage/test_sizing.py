"""Sizing: V11.10, and verdicts that turn where the numbers do."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.redundancy import erasure, replicas
from coursekit.sims.netstorage.sizing import MINIMUM, Cluster, hosts_needed, size

FOUR = Cluster(hosts=4, disks=6, disk_tb=4, scheme=replicas(3))


def test_v11_10_usable():
    seen = size(FOUR)
    assert seen.usable_tb == pytest.approx(27.2)
    assert seen.rebuildable_tb == pytest.approx(20.4)
    assert seen.raw_tb == 96


def test_a_write_crosses_the_network_once_for_each_further_copy():
    assert size(FOUR).network_mb_s == 200 * 2
    assert size(FOUR).host_mb_s == 100
    assert size(replace(FOUR, scheme=replicas(1))).network_mb_s == 0
    coded = size(replace(FOUR, hosts=7, scheme=erasure(4, 2)))
    assert coded.network_mb_s == 200 * 5 / 4  # 5 of 6 pieces leave, each a quarter of the data


@pytest.mark.parametrize(
    "about, change, verdict",
    [
        ("places", {}, "yes"),
        ("places", {"hosts": 3}, "careful"),
        ("places", {"hosts": 2}, "no"),
        ("space", {"data_tb": 27.1}, "yes"),
        ("space", {"data_tb": 27.3}, "no"),
        ("rebuild", {"data_tb": 20.3}, "yes"),
        ("rebuild", {"data_tb": 20.5}, "no"),
        ("memory", {"vm_ram_gb": 768}, "yes"),
        ("memory", {"vm_ram_gb": 769}, "no"),
        ("network", {}, "yes"),
        ("network", {"gbps": 2.5}, "careful"),
        ("network", {"gbps": 0.5}, "no"),
    ],
)
def test_verdicts(about, change, verdict):
    assert size(replace(FOUR, **change)).line(about).verdict == verdict


def test_lines_say_why():
    said = {line.about: str(line.why) for line in size(replace(FOUR, vm_ram_gb=900, data_tb=25)).lines}  # fmt: skip
    assert said["memory"] == "If a host is lost, machines of 132 GB find no memory and stay off."
    assert "25.0 TB, and 20.4 may be used" in said["rebuild"]
    few = size(replace(FOUR, hosts=2)).line("places").why
    assert str(few) == "3 copies: 3 hosts are needed, one for each piece; there are 2."


@given(st.floats(0, 400), st.floats(0, 9000), st.sampled_from([replicas(2), replicas(3), erasure(4, 2)]))  # fmt: skip
def test_the_fewest_hosts_are_enough_and_one_less_is_not(data, ram, scheme):
    wanted = replace(FOUR, data_tb=data, vm_ram_gb=ram, scheme=scheme, write_mb_s=0)
    need = hosts_needed(wanted)
    fits = [n for n in range(1, 65) if _safe(replace(wanted, hosts=n))]
    assert need == (fits[0] if fits else None)


def _safe(cluster):
    seen = size(cluster)
    return seen.holds and seen.line("places").verdict == "yes"


def test_minimum_card():
    assert [(each.works, each.heals) for each in MINIMUM] == [(3, 4), (3, 4), (3, 4), (6, 7), (3, 3)]  # fmt: skip


@pytest.mark.parametrize(
    "change, says",
    [
        ({"hosts": 0}, "hosts=0: choose 1 to 64"),
        ({"disks": 0}, "disks=0: choose 1 or more"),
        ({"disk_tb": 0}, "disk_tb=0: choose more than 0"),
        ({"ram_gb": 0}, "ram_gb=0: choose more than 0"),
        ({"gbps": 0}, "gbps=0: choose more than 0"),
        ({"vm_ram_gb": -1}, "vm_ram_gb=-1: choose 0 or more"),
        ({"data_tb": -1}, "data_tb=-1: choose 0 or more"),
        ({"write_mb_s": -1}, "write_mb_s=-1: choose 0 or more"),
    ],
)
def test_a_bad_cluster_names_the_value_and_the_rule(change, says):
    with pytest.raises(ParameterError, match=says):
        replace(FOUR, **change)
