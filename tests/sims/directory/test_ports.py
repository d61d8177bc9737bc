"""Ports of a domain controller: the table of the chapter, and what a closed one breaks."""

import itertools

import pytest

from coursekit.sims.directory.ports import (  # fmt: skip
    DYNAMIC,
    FLOWS,
    OPERATIONS,
    SAYS,
    after_closing,
    operation,
)
from coursekit.sims.message import ParameterError


def broken(*closed, **more):
    return {each.operation.name for each in after_closing(closed, **more) if not each.works}


def test_the_ports_are_those_of_the_chapter():
    assert {flow.port for flow in FLOWS} == {"53", "88", "123", "135", "389", "445", "464", "636", "3268", "3269", DYNAMIC}  # fmt: skip
    assert {port for each in OPERATIONS for port in each.needs} <= {flow.port for flow in FLOWS}
    assert set(SAYS) == {flow.port for flow in FLOWS}
    assert len({each.name for each in OPERATIONS}) == len(OPERATIONS)


def test_closing_88_spares_what_has_a_ticket_until_it_ends():
    assert broken("88") == {"log on", "new share", "password", "join"}
    assert broken("88", ticket=False) == {"log on", "new share", "password", "join", "open share", "policy"}  # fmt: skip
    share = next(each for each in after_closing(["88"]) if each.operation.name == "open share")
    assert share.works and str(share.why) == "It works: the ticket in the cache has not ended."


@pytest.mark.parametrize(
    ("port", "names"),
    [
        ("53", {"locate", "log on", "new share", "policy", "password", "join"}),
        ("123", {"time"}),
        ("135", {"join"}),
        ("389", {"locate", "log on", "policy", "join", "search"}),
        ("445", {"open share", "new share", "policy", "join"}),
        ("464", {"password"}),
        ("636", {"search tls"}),
        ("3268", {"search forest"}),
        ("3269", set()),
        (DYNAMIC, {"join"}),
    ],
)
def test_one_closed_port(port, names):
    assert broken(port) == names
    for each in after_closing([port]):
        assert each.closed == ("" if each.works else port)
        assert each.works or each.why == SAYS[port]


def test_several_closed_ports_break_what_each_of_them_breaks():
    ports = [flow.port for flow in FLOWS]
    for pair in itertools.combinations(ports, 2):
        assert broken(*pair) == broken(pair[0]) | broken(pair[1])
    assert broken() == set()
    assert broken(*ports) == {each.name for each in OPERATIONS}


def test_the_first_port_needed_is_the_one_that_speaks():
    first = next(each for each in after_closing(["88", "389"]) if each.operation.name == "log on")
    assert first.closed == "389"


def test_what_does_not_exist():
    with pytest.raises(ParameterError, match="port=22: choose among"):
        after_closing(["22"])
    with pytest.raises(ParameterError, match="operation=fly: choose one of locate"):
        operation("fly")
    assert operation("join").needs[-1] == DYNAMIC
