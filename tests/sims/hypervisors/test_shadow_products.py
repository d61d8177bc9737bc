"""Shadow tables join two; every card has its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.hypervisors.costs import TECHNIQUES, WORKLOADS, Workload, cost
from coursekit.sims.hypervisors.products import CARDS, KINDS, check, name_of
from coursekit.sims.hypervisors.shadow import (
    Change,
    Paging,
    Touch,
    bill,
    break_even,
    shadow,
    tell,
)
from coursekit.sims.hypervisors.walk import Walk
from coursekit.sims.message import ParameterError

PAGES = st.integers(0, 7)
CHANGES = st.builds(Change, PAGES, st.one_of(st.none(), st.integers(0, 5)))
STEPS = st.lists(st.one_of(CHANGES, st.builds(Touch, PAGES)), max_size=20)


@given(STEPS)
def test_the_shadow_always_leads_where_both_tables_lead(steps):
    params = Paging()
    host = dict(params.host)
    stages = tell(params, steps)
    for step, stage in zip(steps, stages[1:], strict=True):
        for page in range(8):
            frame = stage.guest.get(page)
            assert stage.shadow.get(page) == (None if frame is None else host.get(frame))
        if isinstance(step, Touch):
            assert stage.found == stage.shadow.get(step.page)
    last, changes = stages[-1], sum(isinstance(step, Change) for step in steps)
    assert last.exits == changes
    assert last.shadow_refs == 4 * (len(steps) - changes)
    assert last.nested_refs == 24 * (len(steps) - changes)


def test_each_step_says_what_it_met():
    steps = [Change(5, 1), Touch(5), Change(6, 4), Touch(6), Touch(2), Change(5, None), Touch(5)]
    stages = tell(Paging(), steps)
    said = [str(stage.why) for stage in stages[1:]]
    assert [stage.found for stage in stages[1:]] == [None, 3, None, None, None, None, None]
    words = ["the shadow says 3", "4 references in the shadow; nested paging would take 24", "has not given",
             "the host has not", "guest's own", "takes page 5 away", "guest's own"]  # fmt: skip
    assert all(word in text for word, text in zip(words, said, strict=True)), said
    assert shadow({1: 0, 2: 9}, {0: 7}) == {1: 7}


def test_exits_against_longer_walks():
    """The table of costs again: fork is all updates, tlb all misses."""
    for name in ("fork", "tlb"):
        work = WORKLOADS[name]
        memory = Workload(table=work.table, misses=work.misses)
        both = bill(work.table, work.misses)
        assert both.shadow == cost(TECHNIQUES["hw_shadow"], memory)
        assert both.nested == cost(TECHNIQUES["hw_npt"], memory)
    assert bill(1e6, 1e6).shadow > bill(1e6, 1e6).nested
    assert bill(1e4, 1e7).shadow < bill(1e4, 1e7).nested


@pytest.mark.parametrize("levels", [None, Walk(guest=3, host=3), Walk(guest_large=True)])
def test_at_break_even_both_cost_the_same(levels):
    misses = break_even(levels)
    even = bill(1, misses, levels)
    assert even.shadow == pytest.approx(even.nested, rel=1e-12)
    assert bill(1, misses * 1.1, levels).shadow < bill(1, misses * 1.1, levels).nested


def test_break_even_of_four_levels():
    """(3000 − 1) cycles saved against 20 references of 20 cycles."""
    assert break_even() == pytest.approx(2999 / 400)


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Paging(host=((0, 1), (0, 2))), "frame=0: given twice"),
        (lambda: Paging(host=((0, 1), (3, 1))), "real=1: given twice"),
        (lambda: bill(-1, 0), "updates=-1: choose 0 or more"),
        (lambda: break_even(Walk(host=0)), "host=0: without a host's table"),
        (lambda: check({"Excel": "none"}), "card=Excel: there is no such card"),
        (lambda: check({"Xen": "type3"}), "Xen=type3: choose one of"),
    ],
)
def test_what_cannot_be_is_refused(call, says):
    with pytest.raises(ParameterError, match=says):
        call()


def test_the_key_of_the_specification():
    key = {card.name: card.kind for card in CARDS}
    assert len(key) == len(CARDS)
    expected = {
        "type1": {"VMware ESXi", "Microsoft Hyper-V", "Xen", "KVM"},
        "type2": {"VirtualBox", "VMware Workstation", "VMware Fusion", "Parallels Desktop"},
        "emulator": {"QEMU without KVM", "Dynamips"},
        "platform": {"Proxmox VE", "VMware vCenter", "OpenStack"},
        "front_end": {"GNS3"},
        "os_level": {"Docker", "LXC"},
        "none": {"DirectX"},
    }
    assert {kind: {name for name in key if key[name] == kind} for kind in KINDS} == expected
    assert [card.name for card in CARDS if card.debated] == ["KVM"]
    assert all(str(name_of(kind)) for kind in KINDS)


def test_every_sorting_is_marked_card_by_card():
    for card in CARDS:
        for kind in KINDS:
            (marked,) = check({card.name: kind})
            allowed = {card.kind} | ({"type2"} if card.name == "KVM" else set())
            assert marked.right == (kind in allowed)
    assert [one.card.name for one in check({"DirectX": "type1", "Xen": "type1"})] == [
        "Xen",
        "DirectX",
    ]
