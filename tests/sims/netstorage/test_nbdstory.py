"""An NBD session as a story: the messages, the disk after each, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage import nbd
from coursekit.sims.netstorage.nbdstory import DEEDS, DISK, Deed, tell

HANDSHAKE = ["greeting", "client flags", "option", "option reply", "option reply"]
DEED = st.builds(
    Deed, st.sampled_from(DEEDS[:4]), st.integers(0, DISK + 100), st.integers(0, 600), st.integers(0, 255)
)  # fmt: skip


def kinds(told):
    return [each.heard.kind for each in told.states[1:]]


def test_a_session_is_a_handshake_and_pairs():
    told = tell([Deed("write", 512, 512, 7), Deed("read", 512, 4), Deed("flush"), Deed("disc")])
    assert kinds(told) == [*HANDSHAKE, *["request", "reply"] * 3, "request"]
    assert told.states[-3].heard.kind == "request"
    read = next(each for each in told.states if each.deed and each.deed.kind == "read" and each.heard.kind == "reply")  # fmt: skip
    assert read.heard.raw[16:] == bytes([7] * 4)
    assert "4 bytes of the disk follow" in str(read.why)


def test_the_disk_changes_between_the_request_and_the_reply():
    states = tell([Deed("write", 0, 3, 65)]).states
    assert [each.disk.read(0, 3) for each in states[-2:]] == [bytes(3), b"AAA"]


@given(st.lists(DEED, max_size=6), st.booleans())
def test_whatever_is_asked_each_message_has_its_fields_and_its_why(deeds, read_only):
    told = tell(deeds, read_only=read_only)
    assert kinds(told) == HANDSHAKE + ["request", "reply"] * len(deeds)
    for state in told.states[1:]:
        fields = nbd.fields(state.heard.kind, state.heard.raw)
        assert sum(each.length for each in fields) == len(state.heard.raw)
        assert str(state.why)
    if read_only:
        assert not told.states[-1].disk.blocks


@pytest.mark.parametrize(
    ("deed", "error"),
    [(Deed("read", DISK), None), (Deed("read", DISK, 1), "EINVAL"), (Deed("write", DISK, 1), "ENOSPC"), (Deed("trim", DISK, 1), "EINVAL")],
)  # fmt: skip
def test_what_is_behind_the_end_is_an_error(deed, error):
    why = str(tell([deed]).states[-1].why)
    assert (f"error: {error}" in why) if error else "done" in why


def test_a_wrong_name_is_refused_and_nothing_can_be_asked():
    told = tell([Deed("read", 0, 1)], name="other")
    assert kinds(told) == HANDSHAKE[:4]
    assert "no such export" in str(told.states[-1].why)


@pytest.mark.parametrize(
    ("make", "says"),
    [(lambda: Deed("dance"), "deed=dance: choose one of read"), (lambda: Deed("read", -1), "offset=-1: choose 0 or more"),
     (lambda: Deed("read", 0, 5000), "length=5000: choose 0 to 4096"), (lambda: Deed("write", 0, 1, 256), "byte=256: choose 0 to 255"),
     (lambda: tell([Deed("disc"), Deed("read")]), "deed=read: nothing can be asked after the goodbye")],
)  # fmt: skip
def test_what_cannot_be_names_the_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()


def test_a_write_may_carry_a_text():
    told = tell([Deed("write", 4, text="né"), Deed("read", 4, 3)])
    assert told.states[-1].heard.raw[16:] == "né".encode()
    assert told.states[-3].disk.read(4, 3) == "né".encode()
    with pytest.raises(ParameterError, match="text=4097 bytes"):
        Deed("write", 0, text="a" * 4097)
