"""E10.1: the hidden cases meet every level, every edge and the limit; what is refused."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.filesystems.locate import LOCATE
from coursekit.sims.message import ParameterError


def test_every_level_block_size_and_the_limit_come_up():
    cases = LOCATE.draw(np.random.default_rng(5), 400)
    answers = [LOCATE.answer(args) for args in cases]
    levels = Counter(each["level"] if each else None for each in answers)
    assert set(levels) == {"direct", "single", "double", "triple", None}
    assert min(levels.values()) >= 20
    assert {args["bs"] for args in cases} == {512, 1024, 2048, 4096}


@pytest.mark.parametrize(
    "args, says",
    [
        ({"offset": 0, "bs": 1000}, "block=1000: choose 512"),
        ({"offset": -1, "bs": 1024}, "offset=-1: choose 0 or more"),
    ],
)
def test_a_bad_case_names_the_value_and_the_rule(args, says):
    with pytest.raises(ParameterError, match=says):
        LOCATE.answer(args)
