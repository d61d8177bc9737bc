"""Hidden cases: exact again, different for each, and never stored."""

import dataclasses
import stat
import subprocess
import sys

import pytest

from coursekit.exercises import find
from coursekit.grading.cases import hidden, secret, seed
from coursekit.sims.message import ParameterError

KEY = b"0123456789abcdef"


def test_the_same_learner_is_asked_the_same_again_and_others_something_else():
    exercise = find("E8.1")
    ann = hidden(exercise, KEY, "ann")

    assert hidden(exercise, KEY, "ann").cases == ann.cases
    assert len(ann.cases) == len(ann.expected) == exercise.hidden
    for other in (
        hidden(exercise, KEY, "bob"),
        hidden(exercise, KEY, "ann", 2),
        hidden(exercise, KEY * 2, "ann"),
    ):
        assert other.cases != ann.cases


def test_no_two_learners_and_exercises_share_a_seed_by_joining_names():
    assert seed(KEY, "E8.1", "1", 1) != seed(KEY, "E8.11", "", 1)


def test_another_process_asks_the_same():
    code = (
        "from coursekit.grading.cases import hidden; from coursekit.exercises import find\n"
        f"print(hidden(find('E8.3'), {KEY!r}, 'Zoë').cases)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == str(hidden(find("E8.3"), KEY, "Zoë").cases)


def test_the_secret_is_made_once_for_its_owner_only(tmp_path):
    key = secret(tmp_path / "marks")
    path = tmp_path / "marks" / "secret"

    assert len(key) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret(tmp_path / "marks") == key
    assert secret(tmp_path / "other") != key


def test_a_secret_that_is_missing_or_short_is_named(tmp_path):
    with pytest.raises(ParameterError, match=r"secret=.*gone: No such file"):
        secret(tmp_path, tmp_path / "gone")
    (tmp_path / "short").write_text("abc\n")
    with pytest.raises(ParameterError, match=r"secret=.*short: too short, 16"):
        secret(tmp_path, tmp_path / "short")


def test_a_reference_that_fails_stops_everything():
    def raid_map(level: str, layout: str, n: int, chunk_kib: int, lba: int) -> int:
        return 1 // (lba % 2)

    exercise = dataclasses.replace(find("E8.1"), reference=raid_map)
    with pytest.raises(
        ParameterError, match=r"exercise=E8.1: nobody is marked, its reference fails: integer"
    ):
        hidden(exercise, KEY, "ann")
