"""What if: the table of `costs` where nothing is changed, and the changes by hand."""

import pytest

from coursekit.sims.hypervisors.costs import PARTS, TECHNIQUES, WORKLOADS, ratio
from coursekit.sims.hypervisors.whatif import WhatIf, compare, large


@pytest.mark.parametrize("workload", WORKLOADS)
def test_unchanged_it_is_the_table(workload):
    compared = compare(WhatIf(workload=workload))
    assert compared.times == {
        name: pytest.approx(ratio(each, WORKLOADS[workload])) for name, each in TECHNIQUES.items()
    }
    assert [share.part for share in compared.shares] == list(PARTS)
    assert compared.cycles / sum(share.bare for share in compared.shares) == pytest.approx(
        compared.times["hw_npt"]
    )


def test_large_pages_save_a_level_of_each_table():
    assert {name: large(each).refs for name, each in TECHNIQUES.items()} == {
        name: 15 if each.refs == 24 else 3 for name, each in TECHNIQUES.items()
    }


def test_large_pages_help_nested_tables_most():
    """By hand: 850 million instructions and 10 million misses of 15 or 3 references of 20 cycles."""
    small, huge = compare(WhatIf(workload="tlb")), compare(WhatIf(workload="tlb", huge=True))
    assert small.times["hw_npt"] == pytest.approx(3.422, abs=5e-4)
    rest = 850e6 + 1e4 + 240e4
    assert huge.times["hw_npt"] == pytest.approx(
        (rest + 1e3 * 1200 + 3000e6 + 12e6) / (rest + 1e3 * 20 + 600e6 + 3e6)
    )
    assert huge.times["hw_shadow"] == pytest.approx(1.03, abs=0.01)


def test_one_price_is_scaled_and_only_of_the_chosen():
    half = compare(WhatIf(workload="fork", technique="hw_shadow", price="table", factor=50))
    full = compare(WhatIf(workload="fork", technique="hw_shadow"))
    assert full.dearest.part == half.dearest.part == "table"
    assert half.dearest.cycles == full.dearest.cycles / 2
    assert {k: v for k, v in half.times.items() if k != "hw_shadow"} == {
        k: v for k, v in full.times.items() if k != "hw_shadow"
    }


def test_one_count_is_scaled_for_all():
    none = compare(WhatIf(workload="tlb", count="misses", amount=0))
    assert none.times["hw_npt"] == pytest.approx(1.01, abs=0.01)
    assert none.order[0] == "native"


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"workload": "x"}, "workload=x: choose one of cpu"),
        ({"technique": "trap"}, "technique=trap"),
        ({"price": "misses"}, "price=misses"),
        ({"count": "refs"}, "count=refs"),
        ({"factor": -1}, "factor=-1: choose 0 or more"),
        ({"amount": -1}, "amount=-1"),
    ],
)
def test_a_wrong_value_says_the_rule(wrong, says):
    with pytest.raises(ValueError, match=says):
        WhatIf(**wrong)
