"""The throttling exercise: ranges of its hidden cases, and what is refused."""

import numpy as np
import pytest

from coursekit.exercises.containers.throttling import THROTTLED
from coursekit.sims.message import ParameterError


def test_cases_are_in_their_ranges_and_of_every_kind():
    cases = THROTTLED.draw(np.random.default_rng(5), 400)
    for args in cases:
        assert 1 <= args["C"] <= 2000
        assert 5 <= args["Q"] <= 400
        assert args["P"] in (50, 100)
        assert 1 <= args["T"] <= 8
    stops = [THROTTLED.answer(args)["throttles"] for args in cases]
    assert sum(each == 0 for each in stops) > 80
    assert sum(each > 1 for each in stops) > 120
    assert sum(args["Q"] == args["T"] * args["P"] for args in cases) > 20
    exact = [args for args in cases if args["C"] % args["Q"] == 0 and args["C"] > args["Q"]]
    assert len(exact) > 30


@pytest.mark.parametrize(
    "args, says",
    [
        ({"C": 0, "Q": 5, "P": 50, "T": 1}, "work=0: choose more than 0"),
        ({"C": 1, "Q": 0, "P": 50, "T": 1}, "quota=0: choose more than 0"),
        ({"C": 1, "Q": 5, "P": 50, "T": 0}, "threads=0: choose 1 or more"),
    ],
)
def test_a_bad_case_names_the_value_and_the_rule(args, says):
    with pytest.raises(ParameterError, match=says):
        THROTTLED.answer(args)
