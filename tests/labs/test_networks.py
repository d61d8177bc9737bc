"""Networks labs: what each shows, against the figures of the chapter's own sources."""

import base64
import io
import json
import re
import shutil
import subprocess

import dpkt
import pytest

from coursekit.labs.networks.capture import pcap
from coursekit.labs.networks.ceiling import CeilingLab
from coursekit.labs.networks.dhcp import DhcpLab
from coursekit.labs.networks.hostonly import HostOnlyLab
from coursekit.labs.networks.loop import LoopLab
from coursekit.labs.networks.modes import ModesLab
from coursekit.labs.networks.napt import NaptLab
from coursekit.labs.networks.own import OwnSwitchLab
from coursekit.labs.networks.path import PathLab
from coursekit.labs.networks.switch import SwitchLab
from coursekit.sims.networks.dhcpstory import Deed
from coursekit.sims.networks.journey import Trip, travel
from coursekit.sims.networks.lan import Sent


def item(lab, name):
    return next(each for each in lab.scene.items if each["id"] == name)


def last(lab):
    lab.go(len(lab.result.states) - 1)
    return lab


@pytest.mark.parametrize(
    "values, seen",
    [
        ({}, 1),
        ({"device": "hub"}, 100),
        ({"device": "vswitch", "accept": True}, 100),
        ({"device": "vswitch"}, 0),
    ],
)
def test_a_sniffer_on_each_device(values, seen):
    lab = SwitchLab()
    lab.set(traffic="hundred", **values)
    last(lab)
    assert f"C {seen}, of 100" in lab.text


def test_pressing_a_station_switches_its_card():
    lab = SwitchLab()
    lab._press("station3")
    assert lab.values["d"] is True
    assert lab._lan.promiscuous == (2, 3)


def test_a_frame_sent_in_the_past_begins_another_run():
    lab = SwitchLab()
    lab.go(3)
    lab.act(Sent(2.5, 3, 0))
    assert [run.letter for run in lab.runs] == ["A", "B"]
    assert lab.state.frame == Sent(2.5, 3, 0)
    twin = SwitchLab()
    twin.load_text(json.dumps(lab.scenario()))
    assert twin.text == lab.text


def test_the_table_shows_ages_as_bars():
    lab = SwitchLab()
    lab.set(ageing=10)
    last(lab)
    assert item(lab, "fdb0")["progress"] == pytest.approx(0.1)


def test_your_own_switch_is_told_what_is_missing():
    lab = OwnSwitchLab(forward=lambda *_: [])
    assert "are missing" in lab.text

    def breaks(table, ports, port, src, dst):
        return table[dst]

    assert "KeyError" in OwnSwitchLab(forward=breaks).text


def test_the_storm_doubles_with_three_cables():
    lab = LoopLab()
    lab.set(cables=3)
    assert lab.result.in_flight[:4] == (3, 6, 12, 24)
    lab.set(stp=True, at_s=30)
    assert "exactly one copy" in lab.text


@pytest.mark.parametrize(
    "mode, answers",  # VM to host, host to VM, VM to VM, VM to LAN, LAN to VM
    [
        ("bridged", "✓✓✓✓✓"),
        ("NAT", "✓✗✗✓✗"),
        ("NAT network", "✓✗✓✓✗"),
        ("host-only", "✓✓✓✗✗"),
        ("internal", "✗✗✓✗✗"),
    ],
)
def test_the_matrix_on_the_screen_is_the_manuals(mode, answers):
    lab = ModesLab()
    lab.set(one=mode, other=mode)
    cells = [
        item(lab, f"pair-{r}-{c}")["text"] for r, c in ((0, 2), (2, 0), (0, 1), (0, 3), (3, 0))
    ]
    assert "".join(cells) == answers
    lab.set(forward=True)
    assert item(lab, "pair-3-0")["text"] == ("PF" if "NAT" in mode else answers[4])


def test_a_pressed_cell_shows_that_connection():
    lab = ModesLab()
    lab._press("pair-3-1")
    assert lab.result.pair == ("lan", "vm2")
    assert "no route" in lab.text or "no" in lab.text


def test_a_dead_server_takes_the_first_address_after_half_a_day():
    lab = DhcpLab()
    lab.load({"values": {"lease_s": 86_400}, "actions": [[43_190.0, "kill", 0]], "moment": None})
    lost = lab.result.lost - 43_190
    assert 43_200 <= lost <= 43_220
    assert "lost its address" in lab.text


def test_killing_the_server_now_keeps_the_old_run():
    lab = DhcpLab()
    lab.go(6)
    lab.act(Deed(lab.state.t, "kill"))
    assert len(lab.runs) == 2
    assert not lab.state.alive
    assert item(lab, "party-192.168.1.2")["text"].startswith("✗")


def test_the_table_counts_down_and_forgets():
    lab = NaptLab()
    lab.set(traffic="timeout", silence=29)
    last(lab)
    assert "An answer" in lab.text
    lab.set(silence=30)
    assert "Nobody inside waits" in last(lab).text


def test_ports_collide_only_towards_one_server():
    lab = NaptLab()
    ports = [state.verdict.packet.sport for state in lab.result.states[1:]]
    assert ports == [40000, 40001, 40000, 40002, 40000]


def test_the_ceiling_is_ports_then_table():
    lab = CeilingLab()
    lab.set(destinations=1)
    assert "64,512 connections" in lab.text
    lab.set(destinations=10, ram_mib=512)
    assert "32,768" in lab.text


def test_the_chain_breaks_link_by_link():
    lab = HostOnlyLab()
    seen = []
    for change in (
        {},
        {"gw": "wrong"},
        {"gw": "right"},
        {"forwarding": True, "firewall": False},
        {"firewall": True},
        {"back": True},
        {"back": False, "masquerade": True},
    ):
        lab.set(**change)
        seen.append(lab.result.reached.code)
    assert seen == ["vm_no_route", "gw_unreachable", "host_forwarding_off", "host_firewall", "no_return_path", "ok", "ok"]  # fmt: skip
    assert "ping from 192.168.1.10" in item(lab, "capture")["text"]
    lab.set(target="far", host_route=False)
    assert lab.result.reached.code == "host_no_route"


def test_what_a_device_rewrites_is_named_and_glows():
    lab = PathLab()
    lab.go(next(i for i, s in enumerate(lab.result.states) if s.device == "host" and s.changed))
    assert "Rewritten: source MAC, destination MAC, TTL, source IP." in lab.text
    assert item(lab, "src1")["glow"] and item(lab, "src1")["text"] == "✎ 192.168.1.10"


def frames_of(link, way="masquerade"):
    return [f for f in travel(Trip(way=way)).frames if f.link == link]


def test_a_capture_is_read_back_field_by_field():
    read = [
        dpkt.ethernet.Ethernet(data)
        for _t, data in dpkt.pcap.Reader(io.BytesIO(pcap(frames_of("lan"))))
    ]
    assert [type(each.data).__name__ for each in read] == ["ARP", "ARP", "IP", "IP"]
    for each, frame in zip(read[2:], frames_of("lan")[2:], strict=True):
        ip, header = each.data, frame.header
        assert (ip.ttl, ip.data.sport, ip.data.dport) == (header.ttl, header.sport, header.dport)
        assert ".".join(map(str, ip.src)) == header.src
        assert each.src.hex(":") == header.src_mac
        given, ip.sum = ip.sum, 0
        assert dpkt.in_cksum(ip.pack_hdr()) == given != 0
    assert read[3].data.data.flags == dpkt.tcp.TH_SYN | dpkt.tcp.TH_ACK


def test_the_link_on_the_page_holds_the_capture():
    lab = PathLab()
    data = re.search(r"base64,([^']+)'", lab.file.value).group(1)
    assert base64.b64decode(data) == pcap(frames_of("lan"))
    assert "download='masquerade-lan.pcap'" in lab.file.value


@pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
def test_tshark_reads_the_capture(tmp_path):
    file = tmp_path / "path.pcap"
    file.write_bytes(pcap(frames_of("wan")))
    fields = ["-e", "frame.protocols", "-e", "ip.src", "-e", "ip.ttl", "-e", "tcp.dstport"]
    said = subprocess.run(["tshark", "-r", file, "-T", "fields", *fields], capture_output=True, text=True, check=True).stdout.splitlines()  # fmt: skip
    assert [line.split("\t")[0] for line in said[:2]] == ["eth:ethertype:arp"] * 2
    assert said[2].split("\t")[1:] == ["203.0.113.1", "62", "443"]
