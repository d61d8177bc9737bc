"""A check on the screen."""

import pytest

from coursekit import i18n
from coursekit.realtools import for_real
from coursekit.realtools.check import DIFFERENT, SAME, Check, Fact, between, within
from coursekit.realtools.checks import checks
from coursekit.realtools.places import Place, Tool
from coursekit.realtools.source import Transcript, recorded
from coursekit.realtools.view import ForReal
from coursekit.sims.message import Message, ParameterError

HERE = (Place("here", (Tool("python3", "python3"),)),)  # a tool that is everywhere


def made(answer, *facts, name="balancing-orders", places=HERE):
    return Check(
        name, "Counting", "How much?", "Nothing is left out.", lambda: facts,
        lambda source: [source.ask("count", answer)], places,
    )  # fmt: skip


def fact(predicted, judge=SAME, **more):
    return Fact(Message.of("all of them"), predicted, judge, **more)


def shown(view):
    return view._table.value


def test_the_answer_is_not_given_away_before_it_is_asked_for():
    view = for_real("balancing-orders")
    assert shown(view).count("<td>?</td>") == len(view.check.facts())
    assert "the same" not in shown(view)
    assert view._typed.disabled
    assert view.record is None
    assert "check" not in view.text_form and "Five sets of weights" in view.text_form


@pytest.mark.parametrize("name", list(checks()))
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_check_opens_empty_and_shows_its_recording(name, language):
    with i18n.speaking(language):
        view = for_real(name)
        facts = checks()[name].facts()
        assert shown(view).count("<td>?</td>") == len(facts)
        view.play()
        assert view.said.tone in {"ok", "warn"}
        assert "<td>?</td>" not in shown(view)
        assert view.said.text.count("\n") >= 1


def test_the_recording_says_that_it_is_one():
    view = for_real("balancing-orders")
    view.play()
    record = recorded("balancing-orders")
    assert "Recorded" in view._source.value
    assert record.date in view._source.value
    assert "nginx 1." in view._source.value
    assert shown(view).count("= the same") == len(view.rows)
    view._typed.value = True
    assert "upstream {" in view._opened.children[0].value
    view._typed.value = False
    assert view._opened.children == ()


def test_the_tool_is_asked_and_the_screen_says_live():
    view = ForReal(made(lambda: "3", fact("3")))
    view.ask()
    view.wait()
    assert "Live" in view._source.value
    assert "python3 3." in view._source.value
    assert view.said.text.startswith("1 of 1 line as the simulation predicts.")
    assert view.said.tone == "ok"
    assert not view._go.disabled


def test_another_answer_is_told_as_such():
    view = ForReal(made(lambda: "4", fact("3")))
    view.ask()
    view.wait()
    assert view.said.tone == "bad"
    assert "✗ all of them" in view.said.text
    assert "data-tone='bad'" in shown(view)


def test_a_known_difference_brings_its_reason():
    why = Message.of("It counts from one.")
    view = ForReal(made(lambda: "4", fact("3", DIFFERENT, why=why)))
    view.ask()
    view.wait()
    assert "≠ all of them: It counts from one." in view.said.text
    assert view.said.tone == "warn"


@pytest.mark.parametrize(
    "error, told",
    [
        (OSError("port taken"), "port taken"),
        (TimeoutError(), "TimeoutError"),
        (ParameterError("n={n}: too many", n=3), "n=3: too many"),
    ],
)
def test_a_tool_that_fails_loses_nothing(error, told):
    def fail():
        raise error

    view = ForReal(made(fail, fact("3")))
    view.play = lambda: None
    view.ask()
    view.wait()
    assert told in view.said.text
    assert "recording is there" in view.said.text
    assert not view._go.disabled
    assert "?" in shown(view)


def test_where_the_tool_is_missing_the_recording_is_what_is_offered():
    nowhere = Tool("no-such-program", "no-such-package")
    view = ForReal(made(lambda: "3", fact("3"), places=(Place("here", (nowhere,)),)))
    assert "apt install no-such-package" in view.said.text
    view.ask()  # nothing happens
    assert not view.asking
    assert view._go not in view.view.children[1].children


def test_it_speaks_french():
    with i18n.speaking("fr"):
        view = ForReal(
            made(lambda: 3.5, fact((3.0, 4.0), between(), unit="s"), fact(1.0, within(0.05)))
        )
        assert "3 à 4 s" in shown(view)
        assert "1 ± 5 %" in shown(view)
        assert "simulation" in shown(view)


def test_a_recording_of_other_commands_is_refused():
    from coursekit.realtools.source import Recorded, Step

    record = Transcript("x", (), "", "here", "", (Step("one", "1"),))
    with pytest.raises(ParameterError, match="command=two: not the next of the recording x"):
        Recorded(record).ask("two", str)
    with pytest.raises(ParameterError, match="check=nothing: never recorded"):
        recorded("nothing")
    with pytest.raises(ParameterError, match="check=nothing: choose one of"):
        for_real("nothing")
