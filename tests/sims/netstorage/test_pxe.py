"""PXE: DHCP bytes, the ladder with its times, each failure with its symptom, tshark's opinion."""

import io
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise, product

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage import dhcpwire, pxe, pxepackets, tftp
from coursekit.sims.netstorage.dhcpwire import ARCHITECTURES, Dhcp
from coursekit.sims.netstorage.goodput import Link
from coursekit.sims.netstorage.pxe import FAILURES, ROOTS, Boot, symptom
from coursekit.sims.netstorage.pxestory import PHASES, tell

UUID = bytes(range(16))
UEFI = Boot(architecture=7)


def covers(fields, raw):
    ends = [0, *(each.end for each in fields)]
    return [each.at for each in fields] == ends[:-1] and ends[-1] == len(raw)


def named(raw):
    return {str(each.name): str(each.value) for each in dhcpwire.fields(raw)}


def sent(told, name, sender=None):
    return [each for each in told.events if each.name == name and sender in (None, each.sender)]


# DHCP bytes


@pytest.mark.parametrize(("value", "hexed"), [(0, "0000"), (7, "0007"), (11, "000b"), (16, "0010")])
def test_the_options_of_a_client_as_the_standard_writes_them(value, hexed):
    options = dhcpwire.client_options(1, value, UUID)
    raw = Dhcp(op=1, xid=1, mac="02:00:00:00:00:0a", options=options).pack()
    assert bytes.fromhex("5D02" + hexed) in raw
    assert bytes.fromhex("5E03010201") in raw
    assert bytes.fromhex("611100") + UUID in raw
    assert bytes.fromhex("350101") in raw
    kind = b"HTTPClient" if value == 16 else b"PXEClient"
    assert kind + f":Arch:{value:05d}:UNDI:002001".encode() in raw


def test_a_bios_client_names_itself_as_the_standard_does():
    assert ARCHITECTURES[0].class_id == "PXEClient:Arch:00000:UNDI:002001"


def test_the_fixed_part_is_where_rfc_2131_puts_it():
    raw = pxepackets.answers(Boot(), 2)
    assert raw[:4] == bytes([2, 1, 6, 0]) and raw[236:240] == bytes.fromhex("63825363")
    assert raw[16:20] == bytes([192, 168, 1, 100]) and raw[20:24] == bytes([192, 168, 1, 10])
    assert raw[28:34].hex(":") == pxe.MAC
    assert raw[10:12] == bytes([0x80, 0])  # answer to all: there is no address to answer to yet
    assert raw[108:119] == b"pxelinux.0\0"


@given(st.binary(max_size=400))
def test_whatever_the_bytes_are_each_has_one_field(raw):
    assert covers(dhcpwire.fields(raw), raw)


MESSAGES = st.builds(
    Dhcp, op=st.sampled_from([1, 2]), xid=st.integers(0, 2**32 - 1), mac=st.just("02:00:00:00:00:0b"),
    secs=st.integers(0, 99), broadcast=st.booleans(), yiaddr=st.sampled_from(["0.0.0.0", "10.1.2.3"]),
    file=st.sampled_from(["", "boot.efi"]),
    options=st.lists(st.tuples(st.integers(1, 254), st.binary(max_size=40)), max_size=6).map(tuple),
)  # fmt: skip


@given(MESSAGES)
def test_messages_come_back(message):
    raw = message.pack()
    assert dhcpwire.unpack(raw) == message
    assert len(raw) >= 300 and covers(dhcpwire.fields(raw), raw)


def test_fields_say_what_they_mean():
    found = named(pxepackets.asks(UEFI, 1))
    assert found["Option 53, message type"] == "DISCOVER"
    assert found["Option 93, architecture"] == "x64 UEFI"
    assert found["Option 94, network interface"] == "UNDI 2.1"
    assert found["Option 60, class"] == "PXEClient:Arch:00007:UNDI:002001"
    offer = named(pxepackets.answers(UEFI, 2))
    assert (offer["siaddr"], offer["Boot file (file)"], offer["Option 67, boot file"]) == ("192.168.1.10", "bootx64.efi", "bootx64.efi")  # fmt: skip


def test_a_proxy_gives_boot_data_and_no_address():
    boot = replace(UEFI, proxy=True)
    proxy, other = (dhcpwire.unpack(pxepackets.answers(boot, 2, proxy=each)) for each in (True, False))  # fmt: skip
    assert (proxy.yiaddr, proxy.file, proxy.option(60)) == ("0.0.0.0", "bootx64.efi", b"PXEClient")
    assert (other.yiaddr, other.file, other.option(67)) == ("192.168.1.100", "", None)


def test_the_kernel_asks_for_no_boot_file():
    kernel = dhcpwire.unpack(pxepackets.asks(UEFI, 1, firmware=False))
    assert kernel.option(93) is None and kernel.kind == "DISCOVER"
    assert dhcpwire.unpack(pxepackets.answers(UEFI, 5, firmware=False)).option(67) is None


# The ladder


def test_times_are_those_of_the_worked_details():
    boot = Boot()
    told, rtt = tell(boot), boot.link.rtt_s
    dora = 2 * rtt + 0.1
    wanted = {
        "firmware": 7, "dhcp": dora, "loader": boot.transfer(50_000).seconds,
        "kernel": sum(boot.transfer(each).seconds for each in (1024, 10**7, 5 * 10**7)) + 1.5,
        "root": dora + 3 * rtt + 500 / boot_goodput(), "init": 3,
    }  # fmt: skip
    assert {phase: told.phase_s(phase) for phase in PHASES} == pytest.approx(wanted)
    assert told.seconds == pytest.approx(sum(wanted.values()))
    assert told.ok


def boot_goodput():
    return 117.6853055916775


@pytest.mark.parametrize(("root", "rounds"), [("nfs", 3), ("iscsi", 4), ("nbd", 2)])
def test_the_root_takes_its_round_trips(root, rounds):
    slow = Boot(root=root, link=Link(rtt_s=0.05))
    mount = next(each for each in tell(slow).events if each.name in ("mount", "login"))
    assert mount.seconds == pytest.approx(rounds * 0.05)


def test_http_and_windows_shorten_the_kernel_and_spanning_tree_the_patience():
    base = tell(Boot())
    assert tell(Boot(fetch="http")).phase_s("kernel") < base.phase_s("kernel") / 3
    assert tell(Boot(window=16)).phase_s("kernel") < base.phase_s("kernel") / 2
    assert tell(Boot(spanning_tree=True)).seconds == pytest.approx(base.seconds + 30)


def test_many_clients_share_the_server():
    assert tell(Boot(clients=30)).phase_s("root") > 25 * tell(Boot()).phase_s("root")


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize(("proxy", "root"), list(product((True, False), ROOTS)))
def test_every_ladder_is_in_order_and_tells_why(architecture, failure, proxy, root):
    told = tell(Boot(architecture=architecture, failure=failure, proxy=proxy, root=root))
    for before, after in pairwise(told.events):
        assert after.t == pytest.approx(before.end)
    assert all(str(each.why) for each in told.states)
    assert told.ok == (failure == "none")
    assert told.ok == ("diskless login:" in told.states[-1].screen)
    assert [each.stuck for each in told.states].count(True) == (not told.ok)


@pytest.mark.parametrize(
    ("failure", "last"),
    [("no dhcp", "PXE-E51: No DHCP or proxyDHCP offers were received."), ("no next server", "PXE-E53: No boot filename received."),
     ("wrong next server", "PXE-E32: TFTP open timeout"), ("file missing", "PXE-T01: File not found"),
     ("udp 69 blocked", "PXE-E32: TFTP open timeout"),
     ("root unreachable", "Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)")],
)  # fmt: skip
def test_a_bios_shows_the_symptom(failure, last):
    told = tell(Boot(failure=failure))
    assert last in told.states[-1].screen
    assert symptom(Boot(failure=failure)) == told.states[-1].screen[-len(symptom(told.boot)) :]


def test_the_wrong_loader_leaves_a_black_screen_or_goes_back_to_the_menu():
    bios, uefi = (tell(Boot(architecture=each, failure="wrong architecture")) for each in (0, 7))
    assert bios.states[-1].screen == ()
    assert uefi.states[-1].screen[-1].endswith("Unsupported")
    assert sent(bios, "DATA") and sent(uefi, "DATA")  # it was downloaded
    assert dhcpwire.unpack(sent(uefi, "OFFER")[0].packet).file == "pxelinux.0"


def test_no_answer_is_waited_for_as_pxe_does():
    told = tell(Boot(failure="no dhcp"))
    assert [each.seconds for each in sent(told, "DISCOVER")] == [4, 8, 16, 32]
    assert all(each.lost for each in sent(told, "DISCOVER"))
    assert not sent(told, "OFFER")


def test_a_capture_tells_three_failures_apart():
    missing, wrong, blocked = (tell(Boot(failure=each)) for each in ("file missing", "wrong next server", "udp 69 blocked"))  # fmt: skip
    assert tftp.unpack(sent(missing, "ERROR")[0].packet).code == 1
    assert {each.receiver for each in sent(wrong, "RRQ")} == {"elsewhere"}
    assert dhcpwire.unpack(sent(wrong, "ACK")[0].packet).siaddr == pxe.ELSEWHERE
    assert {each.receiver for each in sent(blocked, "RRQ")} == {"boot"}
    assert symptom(wrong.boot) == symptom(blocked.boot)


def test_http_boot_needs_no_port_69_until_the_kernel():
    boot = Boot(architecture=16, failure="udp 69 blocked")
    assert tell(boot).events[-1].phase == "kernel"
    free = replace(boot, fetch="http")
    assert free.blind and tell(free).ok


def test_a_proxy_is_asked_at_its_own_port():
    told = tell(Boot(proxy=True))
    assert [each.sender for each in sent(told, "OFFER")] == ["proxy", "dhcp", "dhcp"]
    assert "4011" in str(sent(told, "REQUEST")[1].why)
    assert told.seconds == pytest.approx(tell(Boot()).seconds + Boot().link.rtt_s)


@pytest.mark.parametrize(
    ("make", "says"),
    [(lambda: Boot(architecture=3), "architecture=3: choose one of 0, 7, 11, 16"), (lambda: Boot(failure="fire"), "failure=fire: choose one of none"),
     (lambda: Boot(root="smb"), "root=smb: choose one of nfs"), (lambda: Boot(fetch="ftp"), "fetch=ftp"), (lambda: Boot(kernel=0), "kernel=0: choose 1 byte"),
     (lambda: Boot(blk=7), "blk=7: choose 8"), (lambda: Boot(clients=0), "clients=0: choose 1"), (lambda: Boot(root_mb=-1), "root_mb=-1"),
     (lambda: Boot(server_mb_s=0), "mb_s=0"), (lambda: dhcpwire.client_options(9, 0, UUID), "kind=9: choose 1 to 8"),
     (lambda: dhcpwire.client_options(1, 5, UUID), "architecture=5"), (lambda: dhcpwire.client_options(1, 0, b""), "uuid=0: a UUID has 16 bytes"),
     (lambda: dhcpwire.unpack(b"x"), "bytes=1: a DHCP message has 240"), (lambda: Dhcp(op=3, xid=1, mac=pxe.MAC, options=()), "op=3"),
     (lambda: Dhcp(op=1, xid=2**32, mac=pxe.MAC, options=()), "xid=4294967296"), (lambda: Dhcp(op=1, xid=1, mac="x", options=()), "mac=x"),
     (lambda: Dhcp(op=1, xid=1, mac=pxe.MAC, options=((255, b""),)), "option=255: choose 1 to 254"),
     (lambda: Dhcp(op=1, xid=1, mac=pxe.MAC, options=(), secs=70_000), "secs=70000"),
     (lambda: Dhcp(op=1, xid=1, mac=pxe.MAC, options=(), file="é"), "file=é"),
     (lambda: dhcpwire.unpack(Boot() and pxepackets.asks(Boot(), 1)[:241] + b"\xff"), "option=53: it ends behind")],
)  # fmt: skip
def test_what_cannot_be_names_the_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()


# tshark


def decoded(packets, *fields):
    file = io.BytesIO()
    writer = dpkt.pcap.Writer(file)
    for packet, (sport, dport) in packets:
        udp = dpkt.udp.UDP(sport=sport, dport=dport, data=packet, ulen=8 + len(packet))
        ip = dpkt.ip.IP(src=b"\x0a\0\0\1", dst=b"\x0a\0\0\2", p=17, data=udp)
        ip.len = len(ip)
        writer.writepkt(bytes(dpkt.ethernet.Ethernet(type=0x800, data=ip)), ts=0)
    names = [word for each in fields for word in ("-e", each)]
    done = subprocess.run(["tshark", "-r", "-", "-T", "fields", *names], input=file.getvalue(), capture_output=True, check=True)  # fmt: skip
    return [line.split("\t") for line in done.stdout.decode().splitlines()]


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_tshark_reads_our_dhcp():
    boot = Boot(architecture=7)
    packets = [(pxepackets.asks(boot, 1), (68, 67)), (pxepackets.answers(boot, 2), (67, 68)), (pxepackets.asks(boot, 3), (68, 67)), (pxepackets.answers(boot, 5), (67, 68))]  # fmt: skip
    names = ("dhcp.option.dhcp", "dhcp.option.vendor_class_id", "dhcp.option.client_system_architecture", "dhcp.client_network_id_major", "dhcp.ip.your", "dhcp.ip.server", "dhcp.file", "dhcp.option.bootfile_name")  # fmt: skip
    said = decoded(packets, *names)
    assert [each[0] for each in said] == ["1", "2", "3", "5"]
    assert said[0][1:4] == ["PXEClient:Arch:00007:UNDI:002001", "7", "2"]
    assert said[1][4:] == ["192.168.1.100", "192.168.1.10", "bootx64.efi", "bootx64.efi"]
    assert not any(
        "alformed" in "".join(each) for each in decoded(packets, "_ws.malformed.dissector_bug")
    )
