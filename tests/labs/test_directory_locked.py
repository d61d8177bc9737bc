"""Directory labs before their prediction: nothing tells the answer, nothing can be pressed."""

import pytest
from looking import drawn, told

from coursekit.labs.desk import labs_of
from coursekit.quizzes.directory.predictions import PREDICTIONS
from coursekit.ui.progress import Progress
from coursekit.ui.story import StoryLab

LABS = labs_of("directory")
ANSWERS = {  # what must not be seen
    "tree": ["moved"],
    "dn": ["Smith"],
    "filter": ["department=IT", "undefined."],
    "kerberos": ["the time, as", "AS-REP"],
    "tickets": ["fails.", "until hour 19, one"],
    "policy": ["passes every block", "is enforced"],
    "groups": ["may not open", "is domain local"],
    "acl": ["granted.", "alice: granted"],
    "replication": ["B2", "v3", "version 3"],
    "rollback": ["Nobody reports", "never ask", "given twice", "Monday"],
    "fsmo": ["nothing", "new accounts", "master is down"],
    "locator": ["60.4", "61 "],
    "ports": ["There are no logon servers"],
    "lockout": ["time and/or date difference", "causes that fit: 1"],
    "own": ["global groups", "universal", "local", "DL_"],
}


@pytest.mark.parametrize("name", ANSWERS)
def test_before_the_prediction_the_answer_is_not_to_be_seen(name, tmp_path):
    full = f"directory-{name}"
    lab = LABS[full](prediction=PREDICTIONS[full], progress=Progress(tmp_path / "progress.json"))
    assert lab.locked
    assert not [each for each in ANSWERS[name] if each in told(lab)]
    assert not isinstance(lab, StoryLab) or len(lab.timeline.labels) == 1
    assert not [item["id"] for item in drawn(lab).values() if item.get("press")]


def test_every_lab_has_an_answer_to_hide():
    assert {f"directory-{name}" for name in ANSWERS} == set(LABS)
