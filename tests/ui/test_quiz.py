"""The quiz on the screen: answers judged, hints in turn, everything kept."""

import pytest

from coursekit.i18n import speaking
from coursekit.quizzes.question import Choice, Question, Scene
from coursekit.ui.answer import Answer
from coursekit.ui.progress import Progress
from coursekit.ui.quiz import Asked, Quiz

HINTS = ("first", "second", "third")
SINGLE = Question(
    id="s",
    kind="single",
    prompt="?",
    because="so",
    hints=HINTS,
    choices=(Choice(text="a", right=True), Choice(text="b", why="not b", scene=Scene(lab="x"))),
)
MULTIPLE = Question(
    id="m",
    kind="multiple",
    prompt="?",
    because="so",
    hints=HINTS,
    choices=(
        Choice(text="a", right=True, why="a"),
        Choice(text="b", why="b"),
        Choice(text="c", right=True, why="c"),
    ),
)
NUMERIC = Question(id="n", kind="numeric", prompt="?", because="so", hints=HINTS, answer=2.5)
ORDER = Question(
    id="o",
    kind="order",
    prompt="?",
    because="so",
    hints=HINTS,
    choices=tuple(Choice(text=t, why=t) for t in "abc"),
)
MATCH = Question(
    id="p",
    kind="match",
    prompt="?",
    because="so",
    hints=HINTS,
    pairs=(("a", "1"), ("b", "2"), ("c", "3")),
)
RIGHT = [(SINGLE, 0), (MULTIPLE, [0, 2]), (NUMERIC, 2.5), (ORDER, [0, 1, 2]), (MATCH, [0, 1, 2])]


def asked(question, seed=1):
    shown = []

    def show(scene):
        shown.append(scene)
        return "look"

    one = Asked(question, seed=seed, progress=Progress(), show=show)
    one.shown = shown
    return one


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("question, answer", RIGHT)
def test_the_widget_gives_back_the_answer_put_in_whatever_the_shuffle(question, answer, seed):
    one = asked(question, seed)
    one.answer.value = answer

    assert (
        sorted(one.answer.value) == sorted(answer)
        if question.kind == "multiple"
        else one.answer.value == answer
    )
    one.check()
    assert one.said.text == "Right. so"


@pytest.mark.parametrize("question, answer", RIGHT)
def test_an_answer_survives_a_restart(question, answer):
    one = asked(question)
    one.answer.value = answer
    one.check()

    again = asked(question)

    assert again.said.text == "Right. so"
    assert again.tries == 1


@pytest.mark.parametrize("question", [SINGLE, NUMERIC, ORDER, MATCH])
def test_no_answer_is_no_mistake(question):
    one = asked(question)
    one.check()

    assert one.tries == 0
    assert "Give an answer first" in one.said.text


@pytest.mark.parametrize(
    "text, value",
    [
        ("2.5", 2.5),
        ("2,5", 2.5),
        (" 1 000 ", 1000.0),
        ("12 %", 12.0),
        ("two", None),
        ("", None),
        ("1e-4", 1e-4),
    ],
)
def test_a_number_is_read_as_either_language_writes_it(text, value):
    one = asked(NUMERIC)
    one.answer._parts[0].children[0].value = text

    assert one.answer.value == value


def test_hints_come_in_turn_and_stop_at_the_third():
    one = asked(SINGLE)
    said = []
    for _time in range(4):
        one.hint()
        said.append(one.said.text)

    assert said == [
        "Hint 1 of 3: first",
        "Hint 2 of 3: second",
        "Hint 3 of 3: third",
        "Hint 3 of 3: third",
    ]


def test_a_wrong_answer_offers_the_lab_that_shows_it():
    one = asked(SINGLE)
    one.answer.value = 1
    one.check()
    assert one.said.text == "Not yet. not b"
    assert one.see_button in one.bar.children

    one.see()
    assert one.shown == [SINGLE.choices[1].scene]


def test_a_kept_answer_to_a_question_that_changed_is_dropped():
    Progress().put("answers", "s", {"answer": 7, "right": True, "tries": 1, "hints": 0})

    one = asked(SINGLE)

    assert one.said.text == ""


def test_fresh_questions_never_repeat():
    drawn = []

    def fresh(seed):
        drawn.append(seed)
        return Question(
            id=f"f{seed}", kind="numeric", prompt="?", because="so", hints=HINTS, answer=1
        )

    quiz = Quiz((SINGLE,), seed=2, progress=Progress(), show=str, fresh=fresh)
    quiz.draw_fresh()
    quiz.draw_fresh()

    assert len(set(drawn)) == 2
    assert len(quiz.asked) == 3


@pytest.mark.parametrize(
    "lang, value, typed", [("en", 1.0, "1"), ("fr", 2.5, "2,5"), ("en", 1e-15, "1e-15")]
)
def test_a_kept_number_comes_back_as_it_was_typed(lang, value, typed):
    with speaking(lang):
        answer = Answer(NUMERIC, 1)
        answer.value = value
        assert answer._parts[0].children[0].value == typed
        assert answer.value == value
