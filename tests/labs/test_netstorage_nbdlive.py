"""Real sockets: our server before our client and, where installed, before the real tools."""

import shutil
import socket
import subprocess
import threading

import numpy as np
import pytest

from coursekit.labs.netstorage.nbdlive import RESEND_S, Connection, LiveServer, Wire
from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.nbdpeer import Export
from coursekit.sims.sparse import Sparse

SIZE = 1 << 20


@pytest.fixture
def exports():
    disk = Sparse.made(SIZE, [(4096, bytes(range(256)) * 4)])
    return {"disk": Export(disk), "locked": Export(disk, read_only=True)}


def test_read_write_flush(exports):
    with LiveServer(exports) as server, Connection(server.port, "disk") as client:
        assert client.client.size == SIZE
        assert client.read(4096, 1024).answer.data == bytes(range(256)) * 4
        assert client.write(10, b"hello").answer.error == 0
        assert client.flush().answer.error == 0
        timed = client.read(8, 9)
        assert timed.answer.data == b"\0\0hello\0\0"
        assert 0 < timed.seconds < 5
        assert client.read(SIZE, 1).answer.error_name == "EINVAL"
    assert exports["disk"].disk.read(10, 5) == b"hello"


def test_large_requests_in_both_directions(exports):
    data = np.random.default_rng(1).bytes(SIZE)
    with LiveServer(exports) as server, Connection(server.port) as client:
        client.write(0, data)
        assert client.read(0, SIZE).answer.data == data


def test_it_listens_on_the_loopback_only_and_stops_cleanly(exports):
    before = threading.active_count()
    server = LiveServer(exports)
    assert server.url == ""
    url = server.start()
    assert url == server.start() == f"nbd://127.0.0.1:{server.port}"
    port, client = server.port, Connection(server.port)
    server.stop()
    server.stop()
    assert server.url == ""
    assert threading.active_count() == before
    with pytest.raises((ParameterError, OSError)):
        client.read(0, 1)
    client.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    with pytest.raises(ParameterError, match="port=0: start the server first"):
        Connection(server.port)


def test_it_starts_again(exports):
    server = LiveServer(exports)
    for _ in range(2):
        with server, Connection(server.port) as client:
            assert client.read(4096, 2).answer.data == b"\0\1"


def test_a_delay_is_paid_on_both_ways(exports):
    with LiveServer(exports, Wire(delay_s=0.02)) as server, Connection(server.port) as client:
        times = [client.read(0, 4096).seconds for _ in range(5)]
    assert 0.04 <= min(times) < 0.2


def test_requests_under_way_together_share_the_wait(exports):
    with LiveServer(exports, Wire(delay_s=0.02)) as server, Connection(server.port) as client:
        one_by_one, errors = client.reads(range(0, 16_384, 1024), 1024)
        together, more = client.reads(range(0, 16_384, 1024), 1024, depth=16)
    assert errors == more == 0
    assert one_by_one >= 16 * 0.04
    assert together < one_by_one / 4


def test_a_lost_segment_costs_the_wait_before_it_is_sent_again(exports):
    with LiveServer(exports, Wire(loss=0.3), seed=3) as server, Connection(server.port) as client:
        before = server.losses
        times = [client.read(0, 512).seconds for _ in range(12)]
        lost = server.losses - before
    late = [each for each in times if each >= RESEND_S]
    assert 0 < len(late) < 12
    assert len(late) <= lost  # both ways of one request may lose
    assert sum(times) >= lost * RESEND_S
    assert min(times) < RESEND_S


@pytest.mark.parametrize(
    ("make", "says"),
    [(lambda: Wire(delay_s=1), "delay_s=1: choose 0 to 0.5 s"), (lambda: Wire(loss=1), "loss=1: choose 0 to 0.5"),
     (lambda: Connection(0), "port=0: start the server first")],
)  # fmt: skip
def test_what_cannot_be_names_the_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()


def test_a_name_that_is_not_there(exports):
    with LiveServer(exports) as server:
        with pytest.raises(ParameterError, match="export=other: the server answers ERR_UNKNOWN"):
            Connection(server.port, "other")
        with Connection(server.port) as client, pytest.raises(ParameterError, match="depth=0"):
            client.reads([0], 1, depth=0)


def test_a_client_that_talks_nonsense_harms_nobody(exports):
    with LiveServer(exports) as server, Connection(server.port) as client:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as stranger:
            stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
            while stranger.recv(4096):
                pass
        assert client.read(4096, 3).answer.data == b"\0\1\2"


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


@pytest.mark.skipif(not shutil.which("nbdinfo"), reason="libnbd-bin is not installed")
def test_nbdinfo_and_nbdcopy_accept_our_server(exports, tmp_path):
    with LiveServer(exports) as server:
        assert run("nbdinfo", "--size", f"{server.url}/disk").strip() == str(SIZE)
        assert 'export="locked"' in run("nbdinfo", "--list", server.url)
        run("nbdcopy", f"{server.url}/disk", tmp_path / "copy.img")
    assert (tmp_path / "copy.img").read_bytes() == exports["disk"].disk.whole()


@pytest.mark.skipif(not shutil.which("qemu-img"), reason="qemu-utils is not installed")
def test_qemu_img_accepts_our_server(exports, tmp_path):
    with LiveServer(exports) as server:
        assert f"({SIZE} bytes)" in run("qemu-img", "info", f"{server.url}/disk")
        (tmp_path / "made.img").write_bytes(bytes([5]) * SIZE)
        run("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", tmp_path / "made.img", f"{server.url}/disk")  # fmt: skip
    assert exports["disk"].disk.whole() == bytes([5]) * SIZE


@pytest.mark.skipif(not shutil.which("nbdkit"), reason="nbdkit is not installed")
def test_our_client_reads_from_nbdkit():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kit = subprocess.Popen(["nbdkit", "-f", "-i", "127.0.0.1", "-p", str(port), "pattern", "size=1M"], stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        for _ in range(100):
            try:
                client = Connection(port)
                break
            except ConnectionRefusedError:
                threading.Event().wait(0.05)
        with client:
            assert client.read(8, 16).answer.data == (8).to_bytes(8, "big") + (16).to_bytes(8, "big")  # fmt: skip
    finally:
        kit.terminate()
        kit.wait()
