"""What is kept: every mark under all that decides it, and every sentence as it was."""

import sqlite3

import pytest

from coursekit.grading.marker import Failure, Mark
from coursekit.grading.roster import Learner, Roster
from coursekit.grading.store import Override, Run, Store, Taken, pack, unpack
from coursekit.sims.message import Message, ParameterError

RUN = Run(chapter="08-raid", versions={"E8.1": "v1"}, cases="c1", engine="fast")
ANN = Taken(
    learner="ann", sha256="a1", code=("x = 1", "y = 'é\n'"), handed_in="2026-01-01T00:00:00+00:00",
    name="Ann", ids={"moodle": "7"}, note=Message.of("also handed in, not graded: {files}", files="b"),
)  # fmt: skip
BAD = Taken(learner="bad", refused=Message.of("the file is empty"))
MARK = Mark(
    exercise="E8.1", passed=10, total=40, weight=2.0, status="graded",
    reason=Message.of("{kind}: {detail}", kind=Message.of("a {b}", b=1), detail="x"),
    failure=Failure("f(x=1)", "2", Message.of("no answer in time")),
)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "marks", new=True) as opened:
        opened.take(RUN, [ANN, BAD])
        yield opened


def marks(store, run=RUN):
    return {row.taken.learner: row.mark for row in store.rows(run, "E8.1")}


def test_all_comes_back_as_it_was_also_in_another_process(store, tmp_path):
    store.put(RUN, "ann", "a1", [(MARK, "form")])
    with Store(tmp_path / "marks") as again:
        ann, bad = again.rows(RUN, "E8.1")

        assert (ann.mark, ann.form, ann.taken) == (MARK, "form", Taken(**{**vars(ANN), "code": ()}))
        assert (bad.mark, bad.taken) == (None, BAD)
        assert again.code(RUN, "ann") == ANN.code
        assert again.runs() == [RUN]


def test_a_message_in_a_message_is_kept():
    for message in (None, Message(""), MARK.reason):
        assert unpack(pack(message)) == message
    assert str(unpack(pack(MARK.reason))) == "a 1: x"


@pytest.mark.parametrize(
    "other",
    [
        {"versions": {"E8.1": "v2"}},
        {"cases": "c2"},
        {"engine": "papermill"},
        {"unsandboxed": True},
        {"limits": {"seconds": 5}},
    ],
    ids=str,
)
def test_a_mark_counts_only_for_what_decided_it(store, other):
    store.put(RUN, "ann", "a1", [(MARK, "")])
    changed = Run(**{**vars(RUN), **other})

    assert marks(store)["ann"] == MARK
    assert marks(store, changed)["ann"] is None


def test_another_file_of_the_same_learner_has_no_mark_yet_and_the_first_one_keeps_its(store):
    store.put(RUN, "ann", "a1", [(MARK, "")])
    store.take(RUN, [Taken(learner="ann", sha256="a2")])
    assert marks(store) == {"ann": None}

    store.take(RUN, [ANN])
    assert marks(store) == {"ann": MARK}


def test_a_mark_made_again_replaces_the_first(store):
    better = Mark(**{**vars(MARK), "passed": 11})
    for mark in (MARK, better):
        store.put(RUN, "ann", "a1", [(mark, "")])

    assert marks(store)["ann"] == better


def test_the_marks_of_a_submission_are_kept_together_or_not_at_all(store):
    unknown = Mark(**{**vars(MARK), "exercise": "E8.2"})
    with pytest.raises(KeyError):
        store.put(RUN, "ann", "a1", [(MARK, ""), (unknown, "")])

    assert marks(store)["ann"] is None


def test_what_is_handed_in_is_replaced_whole_or_not_at_all(store):
    def breaks():
        yield Taken(learner="zoe")
        raise OSError

    with pytest.raises(OSError):
        store.take(RUN, breaks())

    assert list(marks(store)) == ["ann", "bad"]


def test_the_last_mark_set_by_hand_counts_and_the_others_stay(store, tmp_path):
    for score in (0.5, 0.75):
        store.override(
            Override(learner="ann", exercise="E8.1", score=score, reason="r", who="w", at="t")
        )
    store.forget(RUN)

    assert store.overrides()["ann", "E8.1"].score == 0.75
    count = sqlite3.connect(tmp_path / "marks" / "marks.db").execute(
        "SELECT count(*) FROM overrides"
    )
    assert count.fetchone() == (2,)


def test_the_list_of_learners_keeps_its_order(store):
    roster = Roster((Learner("zoe", "Zoë", {"email": "z@x"}), Learner("ann")))
    store.enrol(Roster((Learner("old"),)))
    store.enrol(roster)

    assert store.roster() == roster


def test_a_folder_without_marks_is_named_and_stays_as_it_is(tmp_path):
    with pytest.raises(ParameterError, match=r"out=.*nothing: no marks in this folder"):
        Store(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_no_secret_and_no_answer_is_kept(store, tmp_path):
    tables = sqlite3.connect(tmp_path / "marks" / "marks.db").execute(
        "SELECT sql FROM sqlite_master"
    )
    columns = " ".join(str(sql) for (sql,) in tables)

    assert "code TEXT" in columns
    assert "seed" not in columns and "secret" not in columns
