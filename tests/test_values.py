"""Frozen values to JSON-like ones and back: nothing is lost, and bad input is named."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from coursekit.sims.message import ParameterError
from coursekit.sims.sparse import Sparse
from coursekit.values import from_plain, from_text, to_plain, to_text


@dataclass(frozen=True)
class Inner:
    kind: Literal["a", "b"]
    size: float = 1.0


@dataclass(frozen=True)
class Outer:
    name: str
    count: int
    on: bool
    parts: tuple[Inner, ...] = ()
    pair: tuple[int, str] | None = None
    table: dict[str, int] = field(default_factory=dict)


PARTS = st.builds(Inner, kind=st.sampled_from(["a", "b"]), size=st.floats(allow_nan=False))
OUTERS = st.builds(
    Outer, name=st.text(), count=st.integers(), on=st.booleans(), parts=st.lists(PARTS).map(tuple),
    pair=st.none() | st.tuples(st.integers(), st.text()), table=st.dictionaries(st.text(), st.integers()),
)  # fmt: skip


@given(OUTERS)
def test_any_value_comes_back_through_text(value):
    assert from_text(Outer, to_text(value)) == value


@given(st.lists(st.integers(0, 255)))
def test_arrays_keep_their_type(values):
    array = np.array(values, np.uint8)
    back = from_plain(NDArray[np.uint8], to_plain(array))

    assert back.dtype == np.uint8
    assert (back == array).all()


@given(st.binary(max_size=1500), st.integers(0, 3000))
def test_bytes_and_images_with_holes_come_back_through_text(data, hole):
    image = Sparse.made(hole + len(data), [(hole, data)])
    assert from_text(Sparse, to_text(image)) == image
    assert from_text(bytes, to_text(image)) == bytes(hole) + data
    assert to_plain(image.whole()) == to_plain(image)
    assert to_plain(b"ab") == {"$bytes": {"length": 2, "parts": [[0, "YWI="]]}}


def test_what_json_has_not_has_a_name():
    assert to_plain([float("inf"), float("-inf"), np.float64(2), np.int64(3)]) == [
        "inf",
        "-inf",
        2.0,
        3,
    ]
    back = from_plain(NDArray[np.float64], ["inf", 1, "nan"])
    assert back[0] == np.inf
    assert np.isnan(back[2])


GOOD = {"name": "x", "count": 1, "on": True}


@pytest.mark.parametrize(
    "change, says",
    [
        ({"count": 1.5}, "count=1.5: expected a whole number"),
        ({"count": True}, "count=true: expected a whole number"),
        ({"on": 1}, "on=1: expected true or false"),
        ({"name": 3}, "name=3: expected a text"),
        ({"size": 1}, "size: no such field; choose among name, count"),
        ({"parts": [{"kind": "c"}]}, 'kind="c": expected a, b'),
        ({"parts": 3}, "parts=3: expected a list"),
        ({"pair": [1]}, "pair="),
    ],
)
def test_a_wrong_field_is_named_with_its_value(change, says):
    with pytest.raises(ParameterError) as caught:
        from_plain(Outer, GOOD | change)
    assert says in str(caught.value)


def test_a_missing_field_is_named():
    with pytest.raises(ParameterError, match="count: missing"):
        from_plain(Outer, {"name": "x", "on": True})


def test_text_that_is_no_json_says_where():
    with pytest.raises(ParameterError, match="not JSON, line 2 column 1"):
        from_text(Outer, "{\n")


def test_nothing_is_a_value_only_where_the_annotation_says_so():
    assert from_plain(int | None, None) is None
    with pytest.raises(ParameterError, match="value=null"):
        from_plain(int | str, None)
