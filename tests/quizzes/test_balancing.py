"""Load balancing questions: the answers, from the specification or measured again."""

import numpy as np
import pytest

from coursekit.i18n import _
from coursekit.quizzes.balancing import CLAIMS, PREDICTIONS, QUESTIONS, fresh
from coursekit.quizzes.balancing.generator import MAKERS
from coursekit.quizzes.balancing.measured import EQUAL, REQUESTS, VARIED
from coursekit.sims.balancing.failing import Crash, fail
from coursekit.sims.balancing.load import Load, draw
from coursekit.sims.balancing.queues import measure, serve
from coursekit.sims.balancing.sticky import Sessions, stick

TEN = (1.0,) * 10


def right(question):
    return _(next(choice.text for choice in question.choices if choice.right))


def measured(name, law):
    policy, _under, report = name.partition("cpu_")
    load = Load(policy=policy or "cpu", speeds=TEN, load=0.9, report_every=float(report or 2))
    return measure(serve(load, draw(REQUESTS, 1, law)), 10).mean


@pytest.mark.parametrize(
    "law, name, told, rounded",
    [("exp", *one, 0.051) for one in VARIED.items()]
    + [("det", *one, 0.051 if one[0] == "random" else 0.0051) for one in EQUAL.items()],
)
def test_the_means_told_are_those_of_the_simulation(law, name, told, rounded):
    assert measured(name, law) == pytest.approx(told, abs=rounded)


@pytest.mark.parametrize(
    "lab, answer",  # the specification's 3.5 and 3.6
    [("curve", 1.7455), ("size", 12), ("ring", 75), ("sticky", 73.33), ("double", 120)],
)
def test_predicted_numbers(lab, answer):
    assert PREDICTIONS[f"balancing-{lab}"].question.answer == pytest.approx(answer, rel=5e-3)


@pytest.mark.parametrize(
    "lab, text",
    [
        ("turns", "a a b a c a a"),
        ("queues", "round robin: taking turns"),
        ("race", "about four times longer"),
        ("health", "far more, up to all of them"),
        ("own", "about a third"),
    ],
)
def test_predicted_choices(lab, text):
    assert right(PREDICTIONS[f"balancing-{lab}"].question) == text


def idle_while_waiting(policy, law, seed):
    """How many requests wait at a moment at which a server is idle."""
    served = serve(Load(policy=policy, load=0.9), draw(40, seed, law))
    start, end = served.arrival + served.wait, served.arrival + served.response
    found = 0
    for came, begun in zip(served.arrival, start, strict=True):
        moments = [came, *end[(end > came) & (end < begun - 1e-9)]]
        busy = [((start <= t + 1e-9) & (end > t + 1e-9)).sum() for t in moments]
        found += begun > came + 1e-9 and min(busy) < 4
    return found


def test_turns_waste_nothing_with_equal_jobs_and_only_they():
    for seed in range(1, 6):
        assert idle_while_waiting("rr", "det", seed) == 0
        assert idle_while_waiting("rr", "exp", seed) > 0
        assert idle_while_waiting("least_conn", "det", seed) > 0
        assert idle_while_waiting("p2c", "det", seed) > 0
        assert idle_while_waiting("shared", "exp", seed) == 0


def test_a_dead_server_is_a_black_hole_to_least_connections():
    """Of those sent while it is dead and not found, all; of taking turns one in four."""
    for seed in range(1, 6):
        for policy, low, high in (("rr", 0.2, 0.3), ("least_conn", 0.95, 1.0)):
            outcome = fail(Crash(load=0.8, policy=policy), draw(400, seed))
            known = [e for e in outcome.events if e.kind == "sent" and 30 <= e.t < outcome.down_at]
            lost = sum(event.server == 0 for event in known) / len(known)
            assert low <= lost <= high


def test_the_office_goes_to_one_server():
    told = PREDICTIONS["balancing-sticky"].question.answer
    share = [
        max(stick(Sessions(sticky="ip_hash"), np.random.default_rng(seed)).shares)
        for seed in range(4)
    ]
    assert 100 * np.mean(share) == pytest.approx(told, rel=0.05)


@pytest.mark.parametrize(
    "name, text",
    [
        ("smooth", "it avoids bursts on one server"),
        ("least", "when job sizes vary a lot"),
        ("nat", "everything lands on one server"),
        ("modulo", "90 %"),
        ("ninety", "doubles"),
        ("drain", "it finishes what it has and takes nothing new"),
        ("fan-out", "63 %"),
    ],
)
def test_the_right_choice_is_the_specs(name, text):
    assert right(next(q for q in QUESTIONS if q.id == f"balancing-{name}")) == text


def test_three_servers_at_three_quarters_cannot_lose_one():
    question = next(q for q in QUESTIONS if q.id == "balancing-one-less")
    assert question.answer == 112.5


def test_the_five_claims_have_the_verdicts_of_the_spec():
    verdicts = ["wrong", "imprecise", "imprecise", "imprecise", "incomplete"]
    assert [claim.verdict for claim in CLAIMS] == verdicts


DRAWN = [fresh(seed) for seed in range(20 * len(MAKERS))]


def test_fresh_questions_are_of_every_kind_and_have_no_doubtful_choice():
    assert {question.kind for question in DRAWN} == {"numeric", "single", "order", "match"}
    for question in DRAWN:
        for choice in question.choices:
            if choice.value is not None:
                assert not question.mark(choice.value).right, question.id
        texts = [str(choice.text) for choice in question.choices if choice.text]
        assert len(set(texts)) == len(texts), question.id


def drawn(start):
    return [q for q in DRAWN if str(q.prompt.text).startswith(start)]


def test_direct_and_inverse_on_one_server_agree():
    for question in drawn("One server handles"):
        values = question.prompt.values
        if "lam" in values:
            assert question.answer == pytest.approx(1000 / (values["mu"] - values["lam"]))
        else:
            assert 1000 / (values["mu"] - question.answer) == pytest.approx(values["limit"])
    assert len(drawn("One server handles")) == 40


def test_a_crash_costs_a_share_for_the_mean_detection():
    for question in drawn("{servers} servers take turns"):
        v = question.prompt.values
        seconds = (v["fall"] - 0.5) * v["inter"]
        assert question.answer == pytest.approx(v["rate"] / v["servers"] * seconds)


def test_pages_are_fast_when_all_calls_are():
    for question in drawn("{slow:g} % of the calls"):
        v = question.prompt.values
        assert question.answer == pytest.approx(100 - 100 * (1 - v["slow"] / 100) ** v["calls"])
