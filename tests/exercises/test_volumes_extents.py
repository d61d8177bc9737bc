"""E9.2 and E9.3: ranges of hidden cases, and what is refused."""

from collections import Counter

import numpy as np
import pytest

from coursekit.exercises.volumes.extents import EXTENTS
from coursekit.exercises.volumes.snapshot import SNAPSHOT
from coursekit.sims.message import ParameterError

BY_ID = {each.id: each for each in (EXTENTS, SNAPSHOT)}


@pytest.fixture(scope="module")
def cases():
    return {name: each.draw(np.random.default_rng(5), 400) for name, each in BY_ID.items()}


def test_operations_are_in_their_ranges(cases):
    kinds = Counter(op[0] for args in cases["E9.2"] for op in args["ops"])
    assert min(kinds[each] for each in ("create", "extend", "remove")) > 300
    for args in cases["E9.2"]:
        assert 1 <= len(args["pv_extents"]) <= 4
        assert all(5 <= size <= 60 for size in args["pv_extents"])
        assert 1 <= len(args["ops"]) <= 25


def test_some_operations_fail_for_every_reason(cases):
    reasons = Counter()
    for args in cases["E9.2"]:
        answer = EXTENTS.answer(args)
        if "error" not in answer:
            reasons["none"] += 1
            continue
        op = args["ops"][answer["error"]]
        known = EXTENTS.answer({**args, "ops": args["ops"][: answer["error"]]})["lvs"]
        name = "name" if (op[0] == "create") == (op[1] in known) else "space"
        reasons[f"{op[0]} {name}" if op[0] != "remove" else "remove"] += 1
        assert answer["error"] == len(args["ops"]) - 1  # nothing is drawn behind a failure
    assert reasons["none"] > 150
    assert set(reasons) >= {"none", "create name", "create space", "extend name", "extend space", "remove"}  # fmt: skip


def test_volumes_come_in_pieces(cases):
    answers = [EXTENTS.answer(args) for args in cases["E9.2"]]
    pieces = Counter(len(runs) for each in answers for runs in each.get("lvs", {}).values())
    assert set(pieces) >= {1, 2, 3}


def test_snapshots_are_in_their_ranges(cases):
    answers = [SNAPSHOT.answer(args) for args in cases["E9.3"]]
    for args in cases["E9.3"]:
        assert 2 <= args["store_chunks"] <= 5000
        assert args["chunk"] in (4096, 8192, 16_384, 32_768, 65_536)
        assert len(args["writes"]) <= 20_000
    assert min(Counter(each["valid"] for each in answers).values()) > 100
    assert max(len(args["writes"]) for args in cases["E9.3"]) > 10_000


@pytest.mark.parametrize(
    "exercise, args, says",
    [
        ("E9.2", {"pv_extents": [], "ops": []}, "pv_extents=.*give 1 extent or more"),
        ("E9.2", {"pv_extents": [5, 0], "ops": []}, "pv_extents=.*give 1 extent or more"),
        ("E9.2", {"pv_extents": [5], "ops": [["shrink", "a", 1]]}, "op=.*write"),
        ("E9.2", {"pv_extents": [5], "ops": [["create", "a"]]}, "op=.*write"),
        ("E9.2", {"pv_extents": [5], "ops": [["create", "a", 0]]}, "op=.*write"),
        ("E9.2", {"pv_extents": [5], "ops": [[]]}, "op=.*write"),
        ("E9.3", {"store_chunks": 0, "chunk": 4096, "writes": []}, "chunks=0: the header alone"),
        ("E9.3", {"store_chunks": 5, "chunk": 5000, "writes": []}, "chunk=5000: choose a power of 2"),
        ("E9.3", {"store_chunks": 5, "chunk": 4096, "writes": [-1]}, "writes=-1: chunks are numbered"),
    ],
)  # fmt: skip
def test_a_bad_case_names_the_value_and_the_rule(exercise, args, says):
    with pytest.raises(ParameterError, match=says):
        BY_ID[exercise].answer(args)
