"""A shell that answers command by command."""

import subprocess

import pytest

from coursekit.realtools import shell
from coursekit.sims.message import ParameterError


@pytest.fixture
def bash():
    with shell.here() as made:
        yield made


def test_it_gives_text_and_exit_code(bash):
    assert bash.run("echo one; echo two >&2") == shell.Answer("one\ntwo", 0)
    assert bash.run("false") == shell.Answer("", 1)
    assert bash.run("printf 'no end'") == shell.Answer("no end")
    assert bash.run("printf 'a\\n\\n'").text == "a\n", "one end of line is the command's own"


def test_what_it_prints_cannot_be_taken_for_the_sign(bash):
    assert bash.run("echo @@1@@; echo 0@@2@@").text == "@@1@@\n0@@2@@"


def test_what_bash_says_of_a_job_later_is_no_answer(bash):
    """The notice may come behind the sign."""
    for _each in range(20):
        bash.run("sleep 60 & P=$!; kill -9 $P")
        assert "on" in bash.run("echo on", timeout=5).text.splitlines()


def test_commands_follow_each_other_in_one_shell(bash):
    bash.run("x=5; cd /")
    assert bash.run("echo $x $PWD").text == "5 /"


def test_a_command_that_takes_too_long_is_given_up_with_what_it_said(bash):
    with pytest.raises(TimeoutError, match="begun"):
        bash.run("echo begun; sleep 30", timeout=0.5)


def test_a_shell_that_ended_says_so(bash):
    with pytest.raises(EOFError):
        bash.run("exit 3")
    with pytest.raises(ParameterError, match="command=true: the shell has ended"):
        bash._process.wait(5)
        bash.run("true")


def test_nothing_is_left_behind():
    with shell.here() as made:
        made.run("sleep 1234.5 & disown; echo started")
    left = subprocess.run(["pgrep", "-f", "sleep 1234.5"], capture_output=True, check=False)
    assert left.stdout == b""


@pytest.mark.skipif(not shell.namespaces_work(), reason="no namespaces here")
def test_a_namespace_has_a_network_of_its_own():
    with shell.namespace() as made:
        assert made.run("ip -o link | wc -l").text == "1"
        assert made.run("id -u").text == "0"
        made.run("ip netns add r1 && ip link add br0 type bridge")
        assert "r1" in made.run("ip netns list").text
    outside = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True)
    assert "br0" not in outside.stdout
