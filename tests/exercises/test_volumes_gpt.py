"""E9.1: what its hidden cases hold, how bytes travel, and what is refused."""

import base64
import json
from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.check import _short
from coursekit.exercises.inside import ask, handed
from coursekit.exercises.volumes.gptparse import GPT
from coursekit.sims.message import ParameterError
from coursekit.values import from_plain


@pytest.fixture(scope="module")
def cases():
    return GPT.draw(np.random.default_rng(5), 400)


def test_cases_are_in_their_ranges_and_of_every_kind(cases):
    answers = [GPT.answer(args) for args in cases]
    for args in cases:
        length = args["image"]["$bytes"]["length"]
        assert 4 << 20 <= length <= 64 << 20
        assert length % 512 == 0
    kinds = Counter((each["primary_ok"], each["backup_ok"]) for each in answers)
    assert min(kinds.values()) > 40
    assert len(kinds) == 4
    assert {len(each["partitions"]) for each in answers} >= set(range(13))
    assert max(each["n"] for answer in answers for each in answer["partitions"]) > 100
    assert max(len(json.dumps(args)) for args in cases) < 64_000


def test_a_function_gets_bytes_and_the_reference_the_same_image(cases):
    for args in cases[:20]:
        image = handed(args)["image"]
        assert type(image) is bytes
        assert image == from_plain(bytes, args["image"])
    said = ask(lambda image: [type(image).__name__, len(image)], cases[:1])
    assert said == [{"answer": ["bytes", cases[0]["image"]["$bytes"]["length"]]}]


def test_the_second_sample_is_the_first_with_one_bit_flipped():
    first, second = (handed(each.args)["image"] for each in GPT.samples[:2])
    assert first[2048:] == second[2048:]
    differing = [at for at in range(2048) if first[at] != second[at]]
    assert differing == [512 + 56]


def test_an_image_is_shown_by_its_length():
    assert _short({"$bytes": {"length": 4096, "parts": []}}) == "<bytes: 4096>"


PART = base64.b64encode(b"data").decode()


@pytest.mark.parametrize(
    ("image", "says"),
    [
        ("text", r'image="text": expected \{"\$bytes"'),
        ({"$bytes": {"length": 4}}, 'image=.*expected {"'),
        ({"$bytes": {"length": "4", "parts": []}}, 'image.length="4": expected a whole number'),
        ({"$bytes": {"length": 9, "parts": [[0, "no base64!"]]}}, "image: 10 characters that are not base64"),
        ({"$bytes": {"length": 9, "parts": [[6, PART]]}}, "at=6: bytes 6 to 9 are not all inside the image of 9"),
        ({"$bytes": {"length": 9, "parts": [[6]]}}, "image.parts"),
    ],
)  # fmt: skip
def test_a_bad_image_is_named_with_its_rule(image, says):
    with pytest.raises(ParameterError, match=says):
        GPT.answer({"image": image})
