"""`coursekit realtools` on the command line."""

import json

import pytest
from typer.testing import CliRunner

from coursekit import cli
from coursekit.realtools import checks, places, source, tinyvm
from coursekit.sims.message import Message

NAME = "balancing-orders"


def call(*words):
    return CliRunner().invoke(cli.app, ["realtools", *words], catch_exceptions=False)


@pytest.fixture
def bare(monkeypatch):
    """A machine on which nothing is installed."""
    monkeypatch.setattr("coursekit.realtools.shell.find", lambda program: None)


def test_the_list_names_every_check_and_what_is_here():
    said = call("list")
    assert said.exit_code == 0
    lines = [line for line in said.stdout.splitlines() if not line.startswith(" ")]
    assert [line.split("  ")[0] for line in lines] == list(checks.checks())


def test_the_list_says_what_is_missing(bare):
    said = call("list")
    assert "live (" not in said.stdout
    assert f"{NAME}  recorded ({source.recorded(NAME).date})" in said.stdout
    assert "live with: apt install nginx-light haproxy" in said.stdout
    assert "coursekit realtools build-vm" in said.stdout


def test_run_takes_the_recordings_where_nothing_is_installed(bare):
    said = call("run", NAME)
    assert said.exit_code == 0
    assert "recorded" in said.stdout.splitlines()[0]
    assert "nginx, weights 5, 1, 1: aabacaaaabacaa | aabacaaaabacaa" in said.stdout


def test_run_takes_a_chapter():
    said = call("run", "balancing", "--recorded")
    heads = [line.partition(":")[0] for line in said.stdout.splitlines() if line[0] != " "]
    assert heads == [each for each in checks.checks() if each.startswith("balancing-")]


def test_run_says_when_a_tool_differs(monkeypatch):
    record = source.recorded(NAME)
    wrong = [source.Step(record.steps[0].command, "cba"), *record.steps[1:]]
    other = source.Transcript(**{**vars(record), "steps": tuple(wrong)})
    monkeypatch.setattr("coursekit.realtools.source.recorded", lambda name: other)
    said = call("run", NAME, "--recorded")
    assert said.exit_code == 1
    assert "✗ nginx, weights 1, 1, 1: abcabc | cba" in said.stdout


def test_an_unknown_check_is_told_with_those_there_are():
    said = call("run", "nonsense")
    assert said.exit_code == 2
    assert "check=nonsense: choose one of balancing," in said.stderr


def test_recording_needs_the_tool(bare):
    said = call("record", NAME)
    assert said.exit_code == 2
    assert f"check={NAME}: live with: apt install nginx-light haproxy" in said.stderr


@pytest.mark.skipif(not checks.check(NAME).place(), reason="nginx and haproxy are not here")
def test_a_recording_is_written_where_one_says(tmp_path):
    said = call("record", NAME, "--out", str(tmp_path))
    assert said.exit_code == 0
    made = json.loads((tmp_path / f"{NAME}.json").read_text())
    kept = json.loads(source.as_text(source.recorded(NAME)))
    assert [step["output"] for step in made["steps"]] == [step["output"] for step in kept["steps"]]


def test_what_differs_is_not_recorded(monkeypatch, tmp_path):
    record = source.recorded(NAME)

    class Wrong(source.Recorded):
        steps = record.steps

        def ask(self, command, run):
            return "nothing"

        def transcript(self, *words):
            return record

    monkeypatch.setattr(places.Place, "ready", lambda place: True)
    monkeypatch.setattr(places.Place, "versions", lambda place: ())
    monkeypatch.setattr(places.Place, "source", lambda place: Wrong(record))
    said = call("record", NAME, "--out", str(tmp_path))
    assert said.exit_code == 1
    assert "not recorded, it differs" in said.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_machine_that_cannot_be_built_is_told_in_one_sentence(monkeypatch):
    def fail(**options):
        raise tinyvm.VmError(Message.of("{program} is not here: install it", program="zstd"))

    monkeypatch.setattr(tinyvm, "build", fail)
    said = call("build-vm")
    assert said.exit_code == 1
    assert said.stderr.strip() == "zstd is not here: install it"
