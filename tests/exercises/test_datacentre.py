"""E14.1 to E14.3: what their hidden cases hold, and what a design of one's own earns."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.compare import earned
from coursekit.exercises.datacentre.evaluate import EVALUATE
from coursekit.exercises.datacentre.mydesign import (
    ENOUGH,
    FACTORS,
    MY_DESIGN,
    my_design,
    points,
    worth,
)
from coursekit.exercises.datacentre.spof import SPOF
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.form import plain, read
from coursekit.sims.datacentre.samples import D1, D2
from coursekit.sims.datacentre.score import score


@pytest.fixture(scope="module")
def states():
    cases = EVALUATE.draw(np.random.default_rng(5), 400)
    return [(args, EVALUATE.answer(args)) for args in cases]


def test_failures_leave_everything_something_and_nothing(states):
    counts = Counter(sum(answer["up"].values()) for _args, answer in states)
    assert set(counts) >= {0, 1, 2, 3, 4}
    assert counts[0] < 240
    assert sum(answer["data_lost"] for _args, answer in states) >= 5
    assert sum(answer["split_brain"] for _args, answer in states) >= 5
    assert sum(args["partition"] is not None for args, _answer in states) >= 50


def test_every_kind_of_component_fails_now_and_then(states):
    kinds = Counter(name.partition(":")[0] for args, _answer in states for name in args["failed"])
    assert set(kinds) == {"host", "pdu", "tor", "rack", "core", "wan", "feed", "nasctrl", "disks", "short"}  # fmt: skip


def test_designs_asked_about_work_as_long_as_nothing_fails():
    for args in SPOF.draw(np.random.default_rng(5), 100):
        assert all(evaluate(read(args["design"])).up.values())


@pytest.mark.parametrize("budget", range(40_000, 121_000, 1000))
def test_the_reference_earns_everything_for_every_budget(budget):
    assert MY_DESIGN.judge({"budget": budget}, my_design(budget)) == 1


def test_a_design_earns_its_share_of_75_points():
    """The sample of E14.3: 53.70 of 75 at factor 1."""
    assert points(D1, 70_000)[FACTORS.index(1.0)] == pytest.approx(53.70, abs=0.005)
    assert score(D1, 70_000).total / ENOUGH == pytest.approx(0.716, abs=0.0005)
    assert worth(D1, 70_000) == pytest.approx(sum(points(D1, 70_000)) / 4 / ENOUGH)


def changed(**parts):
    data = plain(D1)
    for name, values in parts.items():
        data[name] = {**data[name], **values} if isinstance(values, dict) else values
    return data


@pytest.mark.parametrize(
    "answer",
    [
        None, 3, [], {}, {"racks": 1}, "D1",
        changed(backup={"restore_mb_s": 401}), changed(backup={"interval_h": 0.5}), changed(power={"ups_min": 31}),
        changed(storage={"mttr_h": 4}), changed(vms=plain(D1)["vms"][:6]), changed(services={"dir": {"need": 2}}),
        changed(vms=[{**vm, "iops": 1} for vm in plain(D1)["vms"]]), plain(D2),
    ],
)  # fmt: skip
def test_what_is_not_allowed_earns_nothing(answer):
    assert earned(MY_DESIGN, {"budget": 70_000}, None, answer) == 0


def test_homes_may_be_chosen():
    moved = changed(vms=[{**vm, "host": "h1"} for vm in plain(D1)["vms"]])
    assert earned(MY_DESIGN, {"budget": 70_000}, None, moved) > 0
