"""The list of learners: read as it is, whoever it names, found by any id that is theirs alone."""

import pytest

from coursekit.grading.roster import Learner, Roster, read
from coursekit.sims.message import ParameterError


def listed(tmp_path, text):
    path = tmp_path / "learners.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path)


def test_names_with_anything_in_them_are_read(tmp_path):
    text = '\ufeffid, name ,email\nann,"Lee, Ann",a@x\n=cmd|x,"a ""b""\nc",\n\u200fرنم,,\n'

    assert listed(tmp_path, text).learners == (
        Learner("ann", "Lee, Ann", {"email": "a@x"}),
        Learner("=cmd|x", 'a "b"\nc'),
        Learner("\u200fرنم"),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "needs a column named id"),
        ("name\nann\n", "needs a column named id"),
        ("id,id\na,b\n", "a column stands twice"),
        ("id,name\n,Ann\n", "line 2: no id"),
        ("id\nann\nbob\nann\n", "line 4: ann stands in line 2 too"),
        (b"id\n\xff\n", "not UTF-8"),
    ],
)
def test_a_wrong_list_is_named_by_its_line(tmp_path, text, says):
    with pytest.raises(ParameterError, match=says):
        listed(tmp_path, text)


def test_a_list_that_is_not_there(tmp_path):
    with pytest.raises(ParameterError, match=r"roster=.*gone: No such file"):
        read(tmp_path / "gone")


ANN, BOB, BEN = Learner("ann", "B", {"moodle": "7"}), Learner("7", "Bo"), Learner("ben", "Bo")


@pytest.mark.parametrize(
    ("handed_in", "found"),
    [
        ({"ann": []}, {"ann": ANN}),
        ({"Folder_7": ["7"]}, {"Folder_7": BOB}),  # an id goes before another's number
        ({"B": []}, {"B": ANN}),
        ({"Bo": []}, {}),  # two of that name
        ({"": [], "eve": ["9"]}, {}),
        ({"B": [], "ann": []}, {"ann": ANN}),  # the id wins, whoever comes first
        ({"Folder": ["ben"], "x": ["ben"]}, {"Folder": BEN}),
    ],
    ids=str,
)
def test_a_learner_is_found_by_id_first_then_by_what_is_theirs_alone(handed_in, found):
    assert Roster((ANN, BOB, BEN)).match(handed_in) == found
