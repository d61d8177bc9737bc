"""NBD: V11.5, the bytes of real clients and servers, our server and client in any pieces."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage import nbd
from coursekit.sims.netstorage.nbd import Reply, Request
from coursekit.sims.netstorage.nbdpeer import Client, Export, Server
from coursekit.sims.netstorage.wire import field_at
from coursekit.sims.sparse import Sparse

TEXT = (Path(__file__).parents[2] / "transcripts/netstorage/nbd.txt").read_text("utf-8")
HEARD = re.findall(r"^> (.+): ([0-9a-f]+)$", TEXT, re.MULTILINE)
SAID = re.findall(r"^< (.+): ([0-9a-f]+)$", TEXT, re.MULTILINE)
SIZE = 4096
COOKIE = 0x0102030405060708
KINDS = ["greeting", "client flags", "option", "option reply", "export", "request", "reply"]


def section(command):
    found = re.search(rf"^\$ {re.escape(command)}\n(.*?)(?=^\$ |\Z)", TEXT, re.MULTILINE | re.DOTALL)  # fmt: skip
    assert found, command
    return found[1]


def covers(fields, raw):
    ends = [0, *(each.end for each in fields)]
    return [each.at for each in fields] == ends[:-1] and ends[-1] == len(raw)


def values(kind, raw):
    return {str(each.name): str(each.value) for each in nbd.fields(kind, raw)}


def connected(exports, name="", pieces=None):
    """A client and a server after the handshake."""
    server, client = Server(exports), Client(name)
    to_client = server.greeting()
    while to_client:
        to_server = b"".join(client.feed(each) for each in split(to_client, pieces))
        to_client = b"".join(server.feed(each) for each in split(to_server, pieces))
    return server, client


def split(raw, pieces):
    step = pieces or max(1, len(raw))
    return [raw[at : at + step] for at in range(0, len(raw), step)]


def one(client, server, command, *args, pieces=None, **more):
    request = client.ask(command, *args, **more)
    for piece in split(request, pieces):
        for back in split(server.feed(piece), pieces):
            client.feed(back)
    return client.answers[-1]


def test_v11_5():
    request = Request(0, COOKIE, 4096, 1024)
    assert request.pack().hex() == "25609513000000000102030405060708000000000000100000000400"  # fmt: skip
    assert Reply(COOKIE).pack().hex() == "67446698000000000102030405060708"
    assert Request.unpack(request.pack()) == request
    assert Reply.unpack(Reply(COOKIE, 22).pack()) == Reply(COOKIE, 22)


def test_qemu_sends_the_bytes_of_v11_5_but_for_its_cookie():
    said = section("qemu-io -r -f raw -c 'read 4096 1024' URL/disk")
    requests = [bytes.fromhex(each) for each in re.findall(r"> request: (\w+)", said)]
    mine = Request(0, Request.unpack(requests[0]).cookie, 4096, 1024)
    assert requests[0] == mine.pack()


@pytest.mark.parametrize(("kind", "text"), sorted(set(HEARD + SAID)))
def test_every_byte_of_real_messages_has_a_name(kind, text):
    raw = bytes.fromhex(text)
    fields = nbd.fields(kind, raw)
    assert covers(fields, raw)
    assert "Bytes too many" not in {str(each.name) for each in fields}
    assert all(str(each.why) for each in fields)


def test_real_requests_read_as_they_were_typed():
    said = section("qemu-io -f raw -c 'write -P 7 8192 1024' -c flush -c 'discard 8192 512' URL/disk")  # fmt: skip
    found = [Request.unpack(bytes.fromhex(each)) for each in re.findall(r"> request: (\w+)", said)]
    told = [(each.command, each.offset, each.length) for each in found]
    assert told[0] == ("write", 8192, 1024)
    assert ("trim", 8192, 512) in told and ("flush", 0, 0) in told and told[-1][0] == "disc"


def test_real_clients_copied_what_our_disk_holds():
    record = Sparse.made(4 << 20, [(4096, bytes(range(256)) * 4), ((4 << 20) - 512, b"the end." * 64)])  # fmt: skip
    made = Sparse.made(4 << 20, [(at, bytes([at // 65_536]) * 4096) for at in range(65_536, 4 << 20, 262_144)])  # fmt: skip
    for command, disk in (
        ("qemu-img convert -f raw -O raw URL/disk copy.img", record), ("nbdcopy URL/disk copy.img", record),
        ("qemu-img convert -n -f raw -O raw made.img URL/disk; nbdcopy URL/disk copy.img", made),
    ):  # fmt: skip
        digest = sha256(disk.whole()).hexdigest()
        assert section(f"{command}; sha256sum < copy.img").startswith(digest)


def test_real_tools_understood_our_server():
    assert section("nbdinfo --size URL/disk").startswith("4194304\n")
    assert re.findall(r'^export="(\w+)"', section("nbdinfo --list URL"), re.MULTILINE) == ["disk", "locked"]  # fmt: skip
    assert "is_read_only: true" in section("nbdinfo URL/locked")
    assert "No such file or directory" in section("nbdinfo URL/nothing")
    assert "Permission denied" in section("qemu-io -f raw -c 'write -P 7 8192 1024' URL/locked")


def test_our_client_read_what_nbdkit_serves():
    """nbdkit's pattern plugin: each eight bytes are their own offset."""
    said = section("nbdkit pattern size=1M")
    pattern = b"".join(at.to_bytes(8, "big") for at in range(0, 65_536, 8))
    rows = re.findall(r"^read (\d+) (\d+): \w+ (\w+)$", said, re.MULTILINE)
    assert len(rows) == 4
    for offset, length, digest in rows:
        part = pattern[int(offset) : int(offset) + int(length)]
        assert sha256(part).hexdigest() == digest
    assert "read 0 16: EIO" in TEXT


def test_our_greeting_is_nbdkits():
    assert ("greeting", nbd.greeting().hex()) in SAID


@given(st.binary(max_size=80), st.sampled_from(KINDS))
def test_whatever_the_bytes_are_each_has_one_field(raw, kind):
    fields = nbd.fields(kind, raw)
    assert covers(fields, raw)
    for at in range(len(raw)):
        assert field_at(fields, at).at <= at


def test_fields_say_what_they_mean():
    assert values("request", Request(0, COOKIE, 4096, 1024).pack())["Command"] == "0 read"
    assert values("reply", Reply(1, 28).pack() + b"x")["Error"] == "28 ENOSPC"
    go = values("option", nbd.option_go("disk"))
    assert (go["Option"], go["Export"], go["Questions"]) == ("7 GO", "disk", "0")
    info = nbd.option_reply(7, 3, b"\0\0" + nbd.export_data(4096, 0x25))
    assert values("option reply", info)["Transmission flags"] == "HAS_FLAGS, SEND_FLUSH, SEND_TRIM"


# Server and client together

DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["read", "write", "trim", "flush"]),
        st.integers(0, SIZE + 100), st.integers(0, 300), st.integers(0, 255),
    ), max_size=12,
)  # fmt: skip


@given(DEEDS, st.sampled_from([1, 3, 16, 17, 28, 29, 1000, None]))
@settings(max_examples=80, deadline=None)
def test_a_disk_over_nbd_is_a_disk_whatever_the_pieces(deeds, pieces):
    server, client = connected({"d": Export(Sparse(SIZE))}, "d", pieces)
    assert client.size == SIZE
    plain = bytearray(SIZE)
    for command, wanted, length, byte in deeds:
        data = bytes([byte]) * length
        more = {"data": data} if command == "write" else {"length": length}
        more = {} if command == "flush" else more
        offset = wanted if more else 0
        answer = one(client, server, command, offset, pieces=pieces, **more)
        if offset + length > SIZE and command != "flush":
            assert answer.error == (28 if command == "write" else 22)
            continue
        assert answer.error == 0
        if command == "read":
            assert answer.data == plain[offset : offset + length]
        elif command in ("write", "trim"):
            plain[offset : offset + length] = data if command == "write" else bytes(length)
    assert server.exports["d"].disk.whole() == plain


def test_answers_find_their_requests_in_any_order():
    _server, client = connected({"d": Export(Sparse(SIZE))})
    client.ask("read", 0, 2, cookie=7)
    client.ask("read", 2, 3, cookie=9)
    assert client.waiting == 2
    client.feed(Reply(9).pack() + b"abc" + Reply(7, 5).pack())
    assert [(each.request.cookie, each.error_name, each.data) for each in client.answers] == [(9, "OK", b"abc"), (7, "EIO", b"")]  # fmt: skip
    assert client.waiting == 0


def test_two_connections_see_one_disk():
    exports = {"d": Export(Sparse(SIZE))}
    (first, mine), (second, yours) = connected(exports), connected(exports)
    one(mine, first, "write", 5, data=b"here")
    assert one(yours, second, "read", 5, 4).data == b"here"
    assert exports["d"].writes == 1


def test_a_locked_disk_refuses_to_change():
    server, client = connected({"d": Export(Sparse(SIZE), read_only=True)})
    assert client.flags & nbd.READ_ONLY and not client.flags & nbd.SEND_TRIM
    assert one(client, server, "write", 0, data=b"x").error_name == "EPERM"
    assert one(client, server, "trim", 0, 1).error_name == "EPERM"
    assert one(client, server, "read", 0, 1).data == b"\0"


def test_names_of_exports():
    exports = {"one": Export(Sparse(1)), "two": Export(Sparse(2))}
    assert connected(exports)[1].size == 1  # the empty name is the first
    assert connected(exports, "two")[1].size == 2
    server, client = connected(exports, "three")
    assert (client.ready, client.refused, server.closed) == (False, "ERR_UNKNOWN", False)


def opened(exports):
    server = Server(exports)
    server.greeting()
    server.feed(nbd.client_flags())
    return server


@pytest.mark.parametrize(
    ("asked", "replies"),
    [(nbd.option(3), [2, 2, 1]), (nbd.option(3, b"x"), [nbd.ERR_INVALID]), (nbd.option(8), [nbd.ERR_UNSUP]),
     (nbd.option(5), [nbd.ERR_UNSUP]), (nbd.option(7, b"xx"), [nbd.ERR_INVALID]), (nbd.option(2), [1]),
     (nbd.option_go("two", nbd.INFO), [3, 1]), (nbd.option_go("two"), [3, 1])],
)  # fmt: skip
def test_options_are_answered(asked, replies):
    server = opened({"one": Export(Sparse(1)), "two": Export(Sparse(2))})
    said, found = server.feed(asked), []
    while said:
        reply = nbd.option_reply_of(said)
        found.append(reply.type)
        said = said[nbd.OPTION_REPLY + len(reply.data) :]
    assert found == replies
    assert server.closed == (asked == nbd.option(2))


@pytest.mark.parametrize(("flags", "length"), [(3, 10), (1, 134)])
def test_the_old_form_of_an_export(flags, length):
    server = Server({"d": Export(Sparse(77))})
    server.feed(nbd.client_flags(flags))
    said = server.feed(nbd.option(nbd.EXPORT_NAME, b"d"))
    assert len(said) == length and said[:8] == (77).to_bytes(8, "big") and not any(said[10:])
    assert server.feed(Request(0, 1, 0, 2).pack()) == Reply(1).pack() + b"\0\0"
    assert server.feed(Request(2, 2).pack()) == b"" and server.closed
    wrong = opened({"d": Export(Sparse(77))})
    assert wrong.feed(nbd.option(nbd.EXPORT_NAME, b"e")) == b"" and wrong.closed


@pytest.mark.parametrize(
    "strange",
    [b"\0\0\0\7", b"\0\0\0\0", nbd.client_flags() + b"GET / HTTP/1.1\r\n", nbd.client_flags() + nbd.option_go("") + b"x" * 28,
     nbd.client_flags() + nbd.option_go("") + Request(1, 1, 0, 2**31).pack(), nbd.client_flags() + b"IHAVEOPT" + b"\xff" * 8],
)  # fmt: skip
def test_a_stranger_is_hung_up_on(strange):
    server = Server({"d": Export(Sparse(SIZE))})
    server.feed(strange)
    assert server.closed


@given(st.binary(max_size=200))
def test_a_server_survives_any_bytes(raw):
    server = opened({"d": Export(Sparse(SIZE))})
    server.feed(raw)
    server.feed(raw)


def test_wrong_commands_are_answered():
    server = opened({"d": Export(Sparse(SIZE))})
    server.feed(nbd.option_go(""))
    assert Reply.unpack(server.feed(Request(9, 5).pack())) == Reply(5, 22)
    assert Reply.unpack(server.feed(Request(0, 6, 0, 2**31).pack())) == Reply(6, 22)


@pytest.mark.parametrize(
    ("make", "says"),
    [(lambda: Request(70_000, 0), "type=70000: it has 16 bits"), (lambda: Request.unpack(b"x"), "bytes=1: a request has 28"),
     (lambda: Request.unpack(bytes(28)), "magic=00000000: a request begins with 25609513"),
     (lambda: Reply.unpack(b""), "bytes=0: a simple reply has 16"), (lambda: Reply.unpack(bytes(16)), "magic=00000000: a simple reply"),
     (lambda: Server({}), "exports=0: give one disk"), (lambda: Client().ask("read"), "command=read: the handshake is not over"),
     (lambda: Client().feed(b"SSH-2.0-OpenSSH_9.2"), "magic=.*NBDMAGIC"), (lambda: nbd.option_go("x" * 5000), "name=x+: choose up to 4096"),
     (lambda: Client().feed(nbd.greeting(0)), "flags=0: the server does not know"),
     (lambda: Client().feed(nbd.greeting() + bytes(20)), "magic=0+: an option reply begins"),
     (lambda: connected({"d": Export(Sparse(1))})[1].ask("dance"), "command=dance: choose one of read, write"),
     (lambda: connected({"d": Export(Sparse(1))})[1].feed(Reply(3).pack()), "cookie=3: no request")],
)  # fmt: skip
def test_what_cannot_be_names_the_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()


def test_a_cookie_is_not_used_twice():
    _server, client = connected({"d": Export(Sparse(1))})
    client.ask("read", 0, 1, cookie=3)
    with pytest.raises(ParameterError, match="cookie=3: a request with it is still under way"):
        client.ask("read", 0, 1, cookie=3)


def test_the_log_keeps_what_was_said():
    server, client = connected({"d": Export(Sparse(SIZE))})
    one(client, server, "write", 0, data=b"x" * 1000)
    kinds = [(each.sender, each.kind) for each in server.log]
    assert kinds == [("server", "greeting"), ("client", "client flags"), ("client", "option"), ("server", "option reply"), ("server", "option reply"), ("client", "request"), ("server", "reply")]  # fmt: skip
    assert [each.length for each in server.log][-2:] == [1028, 16]
    assert sorted(map(repr, client.log)) == sorted(map(repr, server.log))
