"""Linux's own bridge, recorded with raw sockets: port for port as ours."""

import re
from pathlib import Path

from coursekit.sims.networks.addresses import BROADCAST, station_mac
from coursekit.sims.networks.bridge import Bridge

TEXT = (Path(__file__).parents[2] / "transcripts/networks/bridge.txt").read_text("utf-8")
MACS = {"A": station_mac(0), "B": station_mac(1), "C": station_mac(2), "*": BROADCAST}


def frames():
    for port, src, dst, out in re.findall(r"port (\d) (\w)>(\S) out \[(.*)\]", TEXT):
        yield int(port), MACS[src], MACS[dst], tuple(map(int, filter(None, out.split(", "))))


def test_every_recorded_frame_leaves_by_the_same_ports():
    bridge, recorded = Bridge(4), list(frames())
    assert len(recorded) == 8
    for t, (port, src, dst, out) in enumerate(recorded):
        assert bridge.receive(t, port, src, dst).out == out


def test_the_table_afterwards_is_the_same():
    bridge = Bridge(4)
    for t, (port, src, dst, _out) in enumerate(frames()):
        bridge.receive(t, port, src, dst)
    shown = dict(re.findall(r"(02:00:00:00:00:0[abc]) dev p(\d)", TEXT))
    assert {mac: str(port) for mac, (port, _seen) in bridge.fdb.items()} == shown


def test_a_port_of_a_bridge_is_promiscuous():
    """Claim 1a: the bridge switches its ports on, so that frames for the VMs come in."""
    assert "promiscuity 1" in TEXT
