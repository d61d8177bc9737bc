"""TFTP: V11.4 and the window of 16, packets there and back, stories, tshark's opinion."""

import io
import shutil
import subprocess
from contextlib import suppress

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage import tftp, tftpstory
from coursekit.sims.netstorage.goodput import Link
from coursekit.sims.netstorage.pxe import http_s
from coursekit.sims.netstorage.tftp import Packet, Transfer

RRQ = "00017078656c696e75782e30006f6374657400626c6b73697a650031343638007473697a65003000"
NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)
OPTIONS = st.dictionaries(NAMES, st.integers(0, 10**9).map(str), max_size=4)


def covers(fields, raw):
    ends = [0, *(each.end for each in fields)]
    return [each.at for each in fields] == ends[:-1] and ends[-1] == len(raw)


@pytest.mark.parametrize(
    ("size", "blk", "blocks", "seconds", "wraps"),
    [(60_000_000, 512, 117_188, 35.702, True), (60_000_000, 1468, 40_872, 12.764, False),
     (33_553_919, 512, 65_535, None, False), (33_553_920, 512, 65_536, None, True),
     (512, 512, 2, None, False), (0, 512, 1, None, False)],
)  # fmt: skip
def test_v11_4(size, blk, blocks, seconds, wraps):
    transfer = Transfer(size=size, blk=blk)
    assert (transfer.blocks, transfer.wraps) == (blocks, wraps)
    if seconds:
        assert transfer.seconds == pytest.approx(seconds, abs=5e-4)


def test_v11_4_the_same_by_http():
    assert http_s(60_000_000, Link()) == pytest.approx(0.510, abs=5e-4)


def test_v11_4_the_bytes_of_the_request():
    raw = tftp.rrq("pxelinux.0", options={"blksize": 1468, "tsize": 0})
    assert raw.hex() == RRQ and len(raw) == 40


def test_a_window_of_16_divides_the_waits():
    transfer = Transfer(size=60_000_000, blk=1468, window=16)
    assert transfer.waits == 2555
    assert transfer.waits * transfer.rtt_s == pytest.approx(0.7665)
    assert transfer.seconds == pytest.approx(1.269, abs=5e-4)


def test_the_number_on_the_wire_wraps():
    assert [tftp.number_of(each) for each in (1, 65_535, 65_536, 65_537)] == [1, 65_535, 0, 1]
    assert tftp.unpack(tftp.ack(65_537)) == Packet("ACK", block=1)


@given(NAMES, OPTIONS)
def test_requests_come_back(name, options):
    raw = tftp.rrq(name, options=options)
    assert tftp.unpack(raw) == Packet("RRQ", name, "octet", options)
    assert covers(tftp.fields(raw), raw)
    if options:
        assert tftp.unpack(tftp.oack(options)) == Packet("OACK", options=options)


@given(st.integers(0, 65_535), st.binary(max_size=600))
def test_blocks_come_back(block, data):
    raw = tftp.data(block, data)
    assert tftp.unpack(raw) == Packet("DATA", block=block, data=data)
    assert covers(tftp.fields(raw), raw)


@pytest.mark.parametrize("code", range(9))
def test_errors_come_back(code):
    raw = tftp.error(code)
    assert tftp.unpack(raw) == Packet("ERROR", code=code, text=tftp.ERRORS[code])
    assert covers(tftp.fields(raw), raw)


@given(st.binary(max_size=60))
def test_whatever_the_bytes_are_each_has_one_field(raw):
    assert covers(tftp.fields(raw), raw)
    with suppress(ParameterError):
        assert tftp.unpack(raw).op in tftp.OPS.values()


def test_fields_say_what_they_mean():
    found = [(str(each.name), str(each.value)) for each in tftp.fields(bytes.fromhex(RRQ))]
    assert found == [("Operation", "1 RRQ"), ("File name", "pxelinux.0"), ("Mode", "octet"), ("Option", "blksize"), ("Its value", "1468"), ("Option", "tsize"), ("Its value", "0")]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "says"),
    [(lambda: Transfer(size=-1), "size=-1: choose 0"), (lambda: Transfer(size=1, blk=4), "blk=4: choose 8 to 65464"),
     (lambda: Transfer(size=1, window=0), "window=0: choose 1"), (lambda: Transfer(size=1, rtt_s=-1), "rtt_s=-1"),
     (lambda: Transfer(size=1, mb_s=0), "mb_s=0: choose more"), (lambda: tftp.rrq(""), "name=: give the file’s name"),
     (lambda: tftp.oack({}), "options=0: an OACK answers"), (lambda: tftp.error(9), "code=9: choose 0 to 8"),
     (lambda: tftp.number_of(-1), "block=-1: choose 0"), (lambda: tftp.data(1, bytes(65_465)), "bytes=65465"),
     (lambda: tftp.unpack(b"\0\7"), "packet=00 07: TFTP begins"), (lambda: tftp.unpack(b"\0\3x"), "bytes=3: a packet DATA has 4"),
     (lambda: tftp.unpack(b"\0\1a\0"), "bytes=4: a packet RRQ names a file and a mode"),
     (lambda: tftp.unpack(b"\0\1a\0octet"), "bytes=9: each text"), (lambda: tftp.unpack(b"\0\6a\0"), "options=a: each option has a value"),
     (lambda: tftpstory.tell(Transfer(size=10**6)), "blocks=1954: a story has 64 at most"),
     (lambda: tftpstory.tell(Transfer(size=10), lost=[2]), "lost=2: choose blocks 1 to 1")],
)  # fmt: skip
def test_what_cannot_be_names_the_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()


# Stories


@given(st.integers(0, 20_000), st.integers(1, 70))
def test_without_loss_the_story_takes_the_time_of_the_formula(size, window):
    transfer = Transfer(size=size, blk=512, window=window)
    told = tftpstory.tell(transfer)
    assert told.seconds == pytest.approx(transfer.seconds)
    assert sum(each.sender == "server" for each in told.states) == transfer.blocks


@given(st.integers(0, 20_000), st.integers(1, 20), st.sets(st.integers(1, 40)))
def test_a_lost_block_is_sent_again_and_the_file_is_whole(size, window, lost):
    transfer = Transfer(size=size, blk=512, window=window)
    lost = {each for each in lost if each <= transfer.blocks}
    told = tftpstory.tell(transfer, lost=lost)
    taken = dict[int, bytes]()
    for before, each in zip(told.states, told.states[1:], strict=False):
        if each.sender == "server" and each.held > before.held:
            taken[each.block] = tftp.unpack(each.packet).data
    assert list(taken) == list(range(1, transfer.blocks + 1))
    assert sum(map(len, taken.values())) == size
    assert sum(each.arrives is None for each in told.states) == len(lost)
    assert told.seconds >= transfer.seconds - 1e-12


def test_lock_step_waits_a_second_for_each_lost_block():
    transfer = Transfer(size=3000)
    told = tftpstory.tell(transfer, lost=[2, 4])
    assert told.seconds == pytest.approx(transfer.seconds + 2 * tftpstory.TIMEOUT_S, abs=0.01)


def test_a_window_shows_a_gap_at_once():
    told = tftpstory.tell(Transfer(size=3000, window=4), lost=[2])
    assert told.seconds < 0.01
    assert any("at once" in str(each.why) for each in told.states)


# tshark


def decoded(packets, *fields, ports=(50_000, 69), port="69"):
    """What tshark says of some UDP packets, field by field."""
    file = io.BytesIO()
    writer = dpkt.pcap.Writer(file)
    for packet in packets:
        udp = dpkt.udp.UDP(sport=ports[0], dport=ports[1], data=packet, ulen=8 + len(packet))
        ip = dpkt.ip.IP(src=b"\x0a\0\0\1", dst=b"\x0a\0\0\2", p=17, data=udp)
        ip.len = len(ip)
        writer.writepkt(bytes(dpkt.ethernet.Ethernet(type=0x800, data=ip)), ts=0)
    names = [word for each in fields for word in ("-e", each)]
    command = ["tshark", "-r", "-", "-d", f"udp.port=={port},tftp", "-T", "fields", *names]
    done = subprocess.run(command, input=file.getvalue(), capture_output=True, check=True)
    return [line.split("\t") for line in done.stdout.decode().splitlines()]


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_tshark_reads_our_packets():
    packets = [bytes.fromhex(RRQ), tftp.oack({"blksize": 1468, "tsize": 42_000}), tftp.ack(0), tftp.data(1, b"abc"), tftp.ack(1), tftp.error(1)]  # fmt: skip
    names = ("tftp.opcode", "tftp.source_file", "tftp.type", "tftp.option.name", "tftp.option.value", "tftp.block", "tftp.error.code")  # fmt: skip
    assert decoded(packets, *names) == [
        ["1", "pxelinux.0", "octet", "blksize,tsize", "1468,0", "", ""],
        ["6", "", "", "blksize,tsize", "1468,42000", "", ""],
        ["4", "", "", "", "", "0", ""], ["3", "", "", "", "", "1", ""],
        ["4", "", "", "", "", "1", ""], ["5", "", "", "", "", "", "1"],
    ]  # fmt: skip
