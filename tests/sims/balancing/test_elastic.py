"""HAProxy's dynamic roundrobin: as recorded for all weights from 1 to 6, as HAProxy does it, by shares."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.sims.balancing.elastic import roundrobin
from coursekit.sims.balancing.turns import letters
from coursekit.sims.message import ParameterError

FOLDER = Path(__file__).parents[2] / "transcripts/balancing"
LINES = (FOLDER / "dynamic.txt").read_text("utf-8").splitlines()


def recorded():
    for line in LINES[1:]:
        *weights, said = line.split()
        yield tuple(map(int, weights)), said


def test_haproxy_picks_as_we_do():
    wrong = [w for w, said in recorded() if letters(roundrobin(w, len(said))) != said]
    assert wrong == []
    assert len({weights for weights, _said in recorded()}) == 6**3
    assert max(len(said) // sum(weights) for weights, said in recorded()) > 2 * 16, "two windows"


@pytest.mark.skipif(not shutil.which("haproxy"), reason="haproxy is not installed")
def test_haproxy_itself_still_does():
    done = subprocess.run(
        [sys.executable, str(FOLDER / "dynamic.py")], capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[1:] == LINES[1:]


@pytest.mark.parametrize("weights", [(7, 2), (256, 1, 3), (1, 0, 2), (5, 4, 3, 2, 1)])
def test_a_round_gives_everybody_its_weight(weights):
    """Not every stretch of that length, but each from the start."""
    picks = roundrobin(weights, 20 * sum(weights))
    assert [picks.count(i) for i in range(len(weights))] == [20 * w for w in weights]


def test_equal_weights_take_turns():
    assert letters(roundrobin((3, 3, 3), 9)) == "abcabcabc"


@pytest.mark.parametrize("weights, says", [((257, 1), "at most 256"), ((0, 0), "one above 0")])
def test_weights_haproxy_refuses(weights, says):
    with pytest.raises(ParameterError, match=says):
        roundrobin(weights, 1)
