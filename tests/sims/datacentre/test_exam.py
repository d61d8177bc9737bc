"""The exam: the same series, the same questions; reasons that hold; a record that cannot be out of turn."""

from dataclasses import replace

import numpy as np
import pytest

from coursekit.sims.datacentre.drawn import failures, varied
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.exam import QUESTIONS, Deed, Task, draw, tell, verdicts
from coursekit.sims.datacentre.samples import D0, D1, D2
from coursekit.sims.message import ParameterError

SERIES = range(1, 31)


def why(design, *failed, service="dir"):
    task = Task(design, failed, evaluate(design, failed))
    found = verdicts(task, "1" * len(task.state.up))
    return ". ".join(str(each) for one in found if one.service == service for each in one.why)


@pytest.mark.parametrize("design, failed, service, said", [
    (D0, ["wan:1"], "web", "no line to the Internet works"),
    (D0, ["pdu:R1:a"], "db", "PDU R1:a"),
    (D0, ["core:1"], "db", "core switch"),
    (D1, ["host:h2"], "file", "file1 has been started elsewhere, on h1"),
    (D1, ["host:h2"], "db", "db1 runs at home on h1"),
    (D1, ["nasctrl:1", "nasctrl:2"], "db", "controller"),
    (replace(D1, ha=replace(D1.ha, witness=False)), ["host:h2"], "file", "majority"),
    (D2, ["host:h1"], "web", "runs at home on h2"),
    (replace(D1, vms=tuple(vm for vm in D1.vms if vm.service != "dir")), [], "file", "needs another service: directory service"),
])  # fmt: skip
def test_the_first_thing_missing_is_said(design, failed, service, said):
    assert said in why(design, *failed, service=service)


def test_up_and_down_have_reasons_of_their_own_kind():
    """Over many drawn states, a service that is up runs somewhere, one that is down lacks something."""
    rng = np.random.default_rng(1)
    for _at in range(300):
        design = varied(rng)
        failed = tuple(failures(design, rng))
        task = Task(design, failed, evaluate(design, failed))
        for one in verdicts(task, "1" * len(task.state.up)):
            runs = [each.text.startswith(("{vm} runs at home", "{vm} has been started elsewhere")) for each in one.why]  # fmt: skip
            assert one.why
            assert runs == [True] if one.up else not any(runs)


def test_a_series_is_its_number():
    again = [draw.__wrapped__(7, n) for n in range(1, QUESTIONS + 1)]
    assert again == [draw(7, n) for n in range(1, QUESTIONS + 1)]
    assert len({task.failed for task in again}) > 5


def test_questions_are_fair():
    tasks = [draw(series, n) for series in SERIES for n in range(1, QUESTIONS + 1)]
    ups = [sum(task.state.up.values()) for task in tasks]
    assert np.mean([0 < each < 4 for each in ups]) > 0.55
    assert {0, 1, 2, 3, 4} <= set(ups)
    for task in tasks:
        assert all(evaluate(task.design).up.values()), "before the failures everything works"
        assert 1 <= len(set(task.failed) - {"short"}) <= 3
        assert task.state == evaluate(task.design, task.failed)


def right(task):
    return "".join("1" if up else "0" for up in task.state.up.values())


def test_a_verdict_a_service():
    task = draw(1, 1)
    assert all(each.right for each in verdicts(task, right(task)))
    turned = right(task).translate(str.maketrans("01", "10"))
    assert not any(each.right for each in verdicts(task, turned))


def test_ten_questions_are_counted():
    deeds = []
    for n in range(1, QUESTIONS + 1):
        good = right(draw(3, n))
        deeds += [Deed("answer", good if n % 2 else good[:-1] + ("0" if good[-1] == "1" else "1")), Deed("next")]  # fmt: skip
    end = tell(deeds[:-1], 3).states[-1]
    assert (end.answered, end.right, end.services_right, end.over) == (10, 5, 35, True)
    with pytest.raises(ParameterError, match="question=10: it was the last"):
        tell(deeds, 3)


@pytest.mark.parametrize("deeds, says", [
    ([Deed("next")], "question=1: answer it first"),
    ([Deed("answer", "1111"), Deed("answer", "1111")], "question=1: it has been answered"),
    ([Deed("answer", "11")], "said=11: write 1 or 0 for each of 4 services"),
])  # fmt: skip
def test_a_deed_out_of_turn(deeds, says):
    with pytest.raises(ParameterError, match=says):
        tell(deeds, 1)


@pytest.mark.parametrize(
    "kind, said", [("jump", ""), ("answer", "12"), ("answer", ""), ("next", "1")]
)
def test_deeds_that_are_none(kind, said):
    with pytest.raises(ParameterError, match=r"deed=|said="):
        Deed(kind, said)


def test_series_and_numbers_that_are_none():
    for series, n in ((0, 1), (1000, 1), (1, 0), (1, 11)):
        with pytest.raises(ParameterError, match="choose 1 to"):
            draw(series, n)
