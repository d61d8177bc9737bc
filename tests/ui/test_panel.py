"""The panel of controls, as Python sees it: what it shows, takes and refuses."""

import pytest

from coursekit.i18n import speaking
from coursekit.sims.message import ParameterError
from coursekit.ui.controls import Check, Panel, Pick, Slider, as_named

SPECS = (
    Slider("disks", "Disks", 4, 2, 10),
    Slider("share", "Share", 0.5, 0.0, 1.0, 0.1, "%", when=lambda values: values["spare"]),
    Pick("level", "Level", "5", {"0": "none", "5": "parity"}, more=True),
    Check("spare", "Spare", True),
)


@pytest.fixture
def panel():
    return Panel(SPECS, locked=False, reset=lambda: None)


def test_it_says_to_the_browser_what_each_control_is(panel):
    disks, share, level, spare = panel.controls
    assert (disks["kind"], disks["least"], disks["most"], disks["step"]) == ("slider", 2, 10, 1)
    assert (share["unit"], share["more"]) == ("%", False)
    assert level["options"] == [["0", "none"], ["5", "parity"]]
    assert level["more"]
    assert spare["kind"] == "check"


def test_a_move_in_the_browser_is_heard_once_and_not_echoed(panel):
    heard = []
    panel.on_change(lambda: heard.append(panel.read()["disks"]))
    panel.state = {**panel.state, "disks": 6}

    assert heard == [6]
    assert panel.trait_metadata("state", "echo_update") is False


@pytest.mark.parametrize(
    "typed, says", [(2.5, "disks=2.5: give a whole number"), ("x", "disks=x: give a number")]
)
def test_what_is_typed_and_no_value_is_said(panel, typed, says):
    panel.state = {**panel.state, "disks": typed}
    with pytest.raises(ParameterError, match=says):
        panel.read()


def test_a_number_outside_the_slider_is_taken_and_judged_by_the_rule(panel):
    panel.state = {**panel.state, "disks": 99}
    with pytest.raises(ParameterError, match="disks=99: choose 2 to 10"):
        panel.check(panel.read())


@pytest.mark.parametrize(
    "values, says",
    [
        ({"nothing": 1}, "nothing: no such control; choose among disks, share, level, spare"),
        ({"disks": True}, "disks=True: give a number"),
        ({"level": "7"}, "level=7: choose one of 0, 5"),
        ({"spare": 1}, "spare=1: choose true or false"),
    ],
)
def test_when_one_value_cannot_be_no_control_moves(panel, values, says):
    with pytest.raises(ParameterError, match=says):
        panel.put({"disks": 8, **values})
    assert panel.read() == panel.defaults()


def test_numbers_keep_their_kind(panel):
    panel.put({"disks": 8.0, "share": 1})
    values = panel.read()
    assert (type(values["disks"]), type(values["share"])) == (int, float)


def test_a_control_that_means_nothing_is_away(panel):
    panel.fit(panel.read())
    assert panel.away == []
    panel.fit({**panel.read(), "spare": False})
    assert panel.away == ["share"]


def test_its_reset_is_the_labs():
    pressed = []
    panel = Panel(SPECS, locked=False, reset=lambda: pressed.append(1))
    panel._handle_custom_msg("reset", [])
    panel._handle_custom_msg("other", [])
    assert pressed == [1]


def test_it_speaks_the_readers_language():
    with speaking("fr"):
        assert Panel(SPECS, locked=True, reset=lambda: None).words["more"] == "Plus de réglages"


def test_options_that_are_names_are_the_same_in_every_language():
    who = Pick("who", "Who", "file", as_named(["file", "alice"]))
    with speaking("fr"):
        assert who.shown()["options"] == [["file", "file"], ["alice", "alice"]]
    assert who.taken("alice") == "alice"
