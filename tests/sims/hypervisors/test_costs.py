"""Costs, page walks and the theorem: the vectors of the specification, then their laws."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.hypervisors.costs import (
    PARTS,
    TECHNIQUES,
    TRAP,
    WORKLOADS,
    Technique,
    Workload,
    cost,
    fastest,
    parts,
    ratio,
)
from coursekit.sims.hypervisors.popek import (
    PENTIUM,
    PENTIUM_COUNT,
    TEACHING,
    TOY,
    Instruction,
    repaired,
    vmm_possible,
)
from coursekit.sims.hypervisors.walk import Walk, access_time, references, walk
from coursekit.sims.message import ParameterError

ORDER = ("bt", "pv", "hw_shadow", "hw_npt", "hw_npt_virtio", "container")


def test_the_teaching_set_and_its_repair():
    """4-V1."""
    verdict = vmm_possible(TEACHING)
    assert (verdict.ok, verdict.offenders) == (False, ("POPF", "RDMODE", "SGDT"))
    assert "POPF, RDMODE, SGDT" in str(verdict.why)
    rest = [each for each in TEACHING if each.name not in verdict.offenders]
    assert vmm_possible(rest).ok
    assert vmm_possible(repaired(TEACHING)).ok


def test_the_teaching_set_is_that_of_the_specification():
    bits = {one.name: f"{one.privileged:d}{one.control:d}{one.behaviour:d}" for one in TEACHING}
    assert bits == {
        "ADD": "000", "LOAD": "000", "SYSCALL": "100", "LOADCR": "110", "HALT": "110",
        "IN": "110", "OUT": "110", "RDMODE": "001", "POPF": "011", "SGDT": "001",
    }  # fmt: skip


def test_the_toy_cpu_has_the_same_offenders_and_the_pentium_more():
    assert vmm_possible(TOY).offenders == ("POPF", "RDMODE", "SGDT")
    assert len(set(PENTIUM)) == len(PENTIUM) < PENTIUM_COUNT == 17


@pytest.mark.parametrize("bits", range(8))
def test_the_theorem_for_every_single_instruction(bits):
    """Sensitive must lie inside privileged; privileged may be larger."""
    p, c, b = bool(bits & 4), bool(bits & 2), bool(bits & 1)
    assert vmm_possible([Instruction("X", p, c, b)]).ok == (p or not (c or b))


def test_two_instructions_of_one_name_and_none():
    with pytest.raises(ParameterError, match="name=ADD: two instructions"):
        vmm_possible([Instruction("ADD"), Instruction("ADD")])
    with pytest.raises(ParameterError, match="name=' ': an instruction needs a name"):
        Instruction(" ")
    assert vmm_possible([]).ok


@pytest.mark.parametrize(
    "guest, host, refs",
    [(4, 0, 4), (4, 4, 24), (5, 5, 35), (5, 4, 29), (3, 4, 19), (3, 3, 15), (2, 2, 8)],
)
def test_references_of_a_walk(guest, host, refs):
    """4-V2."""
    assert references(Walk(guest=guest, host=host)) == refs


def test_large_pages_save_the_last_level():
    assert references(Walk(guest_large=True)) == 19
    assert references(Walk(host_large=True)) == 19
    assert references(Walk(guest_large=True, host_large=True)) == 15


WALKS = [
    Walk(guest=g, host=h, guest_large=gl, host_large=hl)
    for g in range(2, 7)
    for h in range(7)
    for gl in (False, True)
    for hl in (False, True)
    if not (hl and h < 2)
]


@pytest.mark.parametrize("params", WALKS, ids=str)
def test_the_list_is_as_long_as_the_formula_says(params):
    told = walk(params)
    assert len(told) == references(params)
    assert [one.number for one in told] == list(range(1, len(told) + 1))
    assert sum(one.table == "guest" for one in told) == params.guest_levels
    assert len({(one.table, one.guest_level, one.host_level) for one in told}) == len(told)


def test_the_order_of_the_24():
    """Four times four of the host and one of the guest, then four for the page."""
    told = walk(Walk())
    assert "".join(one.table[0] for one in told) == "hhhhg" * 4 + "hhhh"
    assert [one.guest_level for one in told] == [4] * 5 + [3] * 5 + [2] * 5 + [1] * 5 + [0] * 4
    assert [one.host_level for one in told[:5]] == [4, 3, 2, 1, 0]
    assert "real memory" in str(told[0].why) and "its last" in str(told[19].why)
    assert "the page itself" in str(told[-1].why)


def test_without_a_virtual_machine_one_reference_a_level():
    assert [(one.table, one.guest_level) for one in walk(Walk(host=0))] == [
        ("guest", 4), ("guest", 3), ("guest", 2), ("guest", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("refs, time", [(4, 2), (24, 7), (15, 4.75)])
def test_access_time(refs, time):
    """4-V3."""
    assert access_time(1, 0.01, refs, 25) == pytest.approx(time, rel=1e-9)


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Walk(guest=0), "guest=0: choose 1 to 6"),
        (lambda: Walk(guest=1, guest_large=True), "guest=1: choose 2 to 6"),
        (lambda: Walk(host=1, host_large=True), "host=1: choose 2 to 6"),
        (lambda: Walk(host=7), "host=7: choose 0 to 6"),
        (lambda: access_time(1, 1.5, 4, 25), "miss=1.5: choose a share"),
        (lambda: access_time(-1, 0.5, 4, 25), "t_hit=-1: choose 0 or more"),
        (lambda: Workload(io=-1), "io=-1: choose 0 or more"),
        (lambda: replace(TRAP, refs=-4), "refs=-4: choose 0 or more"),
        (lambda: ratio(TRAP, Workload()), "workload=0 cycles"),
        (lambda: fastest(Workload(), {}), "techniques=0: give at least one"),
    ],
)
def test_what_cannot_be_is_refused(call, says):
    with pytest.raises(ParameterError, match=says):
        call()


@pytest.mark.parametrize(
    "workload, ratios",
    [
        ("cpu", (1.028, 1.004, 1.013, 1.049, 1.041, 1.000)),
        ("syscall", (6.424, 1.681, 1.007, 1.026, 1.022, 1.052)),
        ("fork", (1.947, 1.252, 5.268, 1.594, 1.582, 1.003)),
        ("tlb", (1.027, 1.003, 1.024, 3.422, 3.417, 1.000)),
        ("io", (2.053, 1.163, 1.988, 1.995, 1.106, 1.015)),
    ],
)
def test_the_table_of_costs(workload, ratios):
    """4-V4 and 4-V5."""
    found = tuple(round(ratio(TECHNIQUES[name], WORKLOADS[workload]), 3) for name in ORDER)
    assert found == ratios


def test_emulators_on_a_workload_that_only_computes():
    """4-V4."""
    assert round(ratio(TECHNIQUES["interp"], WORKLOADS["cpu"]), 3) == 49.411
    assert round(ratio(TECHNIQUES["dbt"], WORKLOADS["cpu"]), 3) == 7.930


def test_no_technique_of_virtual_machines_always_wins():
    """4.5, question 1."""
    rivals = {name: TECHNIQUES[name] for name in ("pv", "hw_npt_virtio", "bt")}
    assert fastest(WORKLOADS["syscall"], rivals) == ["hw_npt_virtio", "pv", "bt"]
    assert fastest(WORKLOADS["tlb"], rivals) == ["pv", "bt", "hw_npt_virtio"]
    assert fastest(WORKLOADS["fork"], rivals) == ["pv", "hw_npt_virtio", "bt"]
    assert fastest(WORKLOADS["cpu"])[0] == "native"


NAMES = [each.name for each in fields(Technique)]


@given(st.lists(st.integers(0, 10**9), min_size=7, max_size=7), st.sampled_from(sorted(TECHNIQUES)))
def test_parts_add_up_and_each_count_costs_its_coefficient(counts, name):
    workload, technique = Workload(**dict(zip(PARTS, counts, strict=True))), TECHNIQUES[name]
    assert sum(parts(technique, workload).values()) == cost(technique, workload)
    prices = [getattr(technique, each) for each in NAMES]
    prices[5] *= 20
    assert cost(technique, workload) == pytest.approx(
        sum(n * price for n, price in zip(counts, prices, strict=True)), rel=1e-12
    )
