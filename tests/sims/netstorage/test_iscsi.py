"""iSCSI: headers there and back, the login, tshark's opinion; the protocols card."""

import io
import shutil
import subprocess

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage import iscsi, nbd, protocols


def covers(fields, raw):
    ends = [0, *(each.end for each in fields)]
    return [each.at for each in fields] == ends[:-1] and ends[-1] == len(raw)


def values(pdu):
    return {str(each.name): str(each.value) for each in iscsi.fields(pdu.pack())}


def test_a_header_has_48_bytes_and_padding_makes_multiples_of_four():
    read = iscsi.read10(8, 2)
    assert len(read.pack()) == 48
    for state in iscsi.login():
        raw = state.pdu.pack()
        assert len(raw) % 4 == 0 and len(raw) >= 48
        assert iscsi.unpack(raw) == state.pdu
        assert covers(iscsi.fields(raw), raw)
        assert str(state.why)


def test_the_bytes_of_a_read_as_rfc_7143_and_sbc_write_them():
    raw = iscsi.read10(0x12345678, 0x0102, tag=0xAABBCCDD, lun=3, cmd_sn=5, stat_sn=6).pack()
    assert raw.hex(" ", 4) == (
        "01c10000 00000000 00030000 00000000 aabbccdd 00020400 00000005 00000006 "
        "28001234 56780001 02000000 00000000"
    )


def test_a_login_goes_from_security_to_full_feature():
    states = iscsi.tell().states
    assert states == iscsi.login()
    assert [each.sender for each in states] == ["initiator", "target"] * 3
    assert [each.pdu.kind for each in states] == ["Login Request", "Login Response"] * 2 + ["SCSI Command", "SCSI Data-In"]  # fmt: skip
    assert values(states[0].pdu)["Flags"] == "T=1, security negotiation → operational negotiation"
    assert values(states[3].pdu)["Flags"] == "T=1, operational negotiation → full feature"
    assert values(states[3].pdu)["TSIH"] == "1" and values(states[0].pdu)["TSIH"] == "0"
    assert states[4].pdu.tag == states[5].pdu.tag
    assert len(states[5].pdu.data) == 512


def test_fields_say_what_they_mean():
    found = values(iscsi.write10(100, bytes(1024), lun=1))
    assert found["CDB"] == "WRITE(10) LBA 100, 2"
    assert found["Expected length"] == "1024"
    assert found["Flags"] == "F=1, R=0, W=1"
    assert values(iscsi.read10(1, 1))["Flags"] == "F=1, R=1, W=0"


@given(st.binary(max_size=120))
def test_whatever_the_bytes_are_each_has_one_field(raw):
    assert covers(iscsi.fields(raw), raw)


@given(st.integers(0, 2**32 - 1), st.integers(1, 65_535), st.integers(0, 255))
def test_commands_come_back(lba, blocks, lun):
    pdu = iscsi.read10(lba, blocks, lun=lun)
    assert iscsi.unpack(pdu.pack()) == pdu
    assert values(pdu)["CDB"] == f"READ(10) LBA {lba}, {blocks}"


@pytest.mark.parametrize(
    ("make", "says"),
    [(lambda: iscsi.read10(2**32, 1), "lba=4294967296: READ"), (lambda: iscsi.read10(0, 0), "blocks=0: choose 1"),
     (lambda: iscsi.read10(0, 1, lun=256), "lun=256: choose 0"), (lambda: iscsi.write10(0, b"x"), "data=1: write whole blocks"),
     (lambda: iscsi.unpack(bytes(40)), "bytes=40: a header has 48"), (lambda: iscsi.unpack(bytes(7) + b"\5" + bytes(40)), "bytes=48: the header says 5"),
     (lambda: iscsi.data_in(iscsi.opening(), b""), "opcode=67: only a SCSI command"),
     (lambda: iscsi.Pdu(1, 0, b"", bytes(8), 0, bytes(28)), "header=28"),
     (lambda: protocols.card("FTP"), "protocol=FTP: choose one of NFS"), (lambda: protocols.fits("chairs"), "unit=chairs: choose one of files")],
)  # fmt: skip
def test_what_cannot_be_names_the_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_tshark_reads_our_session():
    file, at = io.BytesIO(), [1, 1]
    writer = dpkt.pcap.Writer(file)
    for state in iscsi.login():
        me = state.sender == "target"
        raw, ports = state.pdu.pack(), (3260, 50_000) if me else (50_000, 3260)
        tcp = dpkt.tcp.TCP(sport=ports[0], dport=ports[1], seq=at[me], ack=at[not me], flags=dpkt.tcp.TH_ACK, data=raw)  # fmt: skip
        at[me] += len(raw)
        hosts = (b"\x0a\0\0\2", b"\x0a\0\0\1") if me else (b"\x0a\0\0\1", b"\x0a\0\0\2")
        ip = dpkt.ip.IP(src=hosts[0], dst=hosts[1], p=6, data=tcp)
        ip.len = len(ip)
        writer.writepkt(bytes(dpkt.ethernet.Ethernet(type=0x800, data=ip)), ts=0)
    names = ("iscsi.opcode", "iscsi.login.csg", "iscsi.login.nsg", "iscsi.keyvalue", "scsi_sbc.opcode", "scsi_sbc.rdwr10.lba", "frame.protocols")  # fmt: skip
    fields = [word for each in names for word in ("-e", each)]
    done = subprocess.run(["tshark", "-r", "-", "-T", "fields", *fields], input=file.getvalue(), capture_output=True, check=True)  # fmt: skip
    said = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert [int(each[0], 16) for each in said] == [0x03, 0x23, 0x03, 0x23, 0x01, 0x25]
    assert said[0][1:3] == ["0x00", "0x01"] and said[2][1:3] == ["0x01", "0x03"]
    assert f"TargetName={iscsi.TARGET}" in said[0][3]
    assert said[4][4:6] == ["0x28", "8"]
    assert all(each[6].split(":")[3:5] == ["tcp", "iscsi"] and "malformed" not in each[6] for each in said)  # fmt: skip


# The protocols card


def test_ports_are_those_of_the_models_and_of_the_spec():
    ports = {each.name: each.ports for each in protocols.CARDS}
    assert ports["iSCSI"] == (iscsi.PORT,) == (3260,) and ports["NBD"] == (nbd.PORT,) == (10_809,)
    assert (ports["NFS"], ports["SMB"], ports["NVMe-oF"]) == ((2049,), (445,), (4420,))


def test_only_files_and_objects_are_shared_by_themselves():
    assert protocols.fits("blocks", shared=True) == ()
    assert protocols.fits("files", shared=True) == ("NFS", "SMB")
    assert {"iSCSI", "NBD", "Fibre Channel", "NVMe-oF"} == set(protocols.fits("blocks"))
    assert protocols.card("NFS").unit == "files"
    assert all(str(each.locks) and str(each.says) and each.source for each in protocols.CARDS)
