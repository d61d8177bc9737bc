"""Ways from afar: what still leads there when something is out of order."""

import pytest

from coursekit.sims.kubernetes.remote import FAULTS, TARGETS, WAYS, reach
from coursekit.sims.message import ParameterError


def leads(target, fault):
    return [way.slug for way in WAYS if reach(way, target, fault).works]


def test_the_hypervisors_console_needs_nothing_of_the_guest():
    for fault in ("boot", "network", "sshd"):
        assert leads("vm", fault) == ["screen"]
    assert leads("vm", "none") == ["screen", "ssh"]


def test_a_strict_firewall_leaves_port_22():
    assert leads("vm", "firewall") == ["ssh"]
    assert leads("container", "firewall") == ["ssh", "jump"]


def test_a_minimal_image_has_no_shell_to_start():
    assert leads("container", "shell") == ["api", "web"]


def test_a_web_console_is_a_program_that_may_stop():
    assert "web" not in leads("container", "page")
    assert "api" in leads("container", "page")


@pytest.mark.parametrize("target", TARGETS)
def test_no_way_leads_to_a_host_that_is_off(target):
    assert leads(target, "host") == []


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_never_opens_a_way(target, fault):
    assert set(leads(target, fault)) <= set(leads(target, "none"))
    for way in WAYS:
        got = reach(way, target, fault)
        assert got.works == (got.missing is None)
        assert got.missing is None or got.missing == "kind" or got.missing in way.needs


def test_a_wrong_word_is_named():
    with pytest.raises(ParameterError, match="target=pod: choose one of vm, container"):
        reach(WAYS[0], "pod")
    with pytest.raises(ParameterError, match="fault=flood: choose one of none"):
        reach(WAYS[0], "vm", "flood")
