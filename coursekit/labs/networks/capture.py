"""Frames of the models as a pcap file that Wireshark and tshark open. Built with dpkt."""

import base64
import io
from collections.abc import Sequence

import dpkt

from coursekit.sims.networks.addresses import address
from coursekit.sims.networks.arp import Arp
from coursekit.sims.networks.journey import Frame, Header

NOBODY = b"\0" * 6  # the target's MAC in a request: that is the question


def pcap(frames: Sequence[Frame]) -> bytes:
    """A capture file with these frames, time 0 at the first."""
    file = io.BytesIO()
    writer = dpkt.pcap.Writer(file)
    for frame in frames:
        packet = _arp(frame.arp) if frame.arp else _ip(frame.header, reply=frame.reply)
        writer.writepkt(bytes(packet), ts=frame.t)
    return file.getvalue()


def link(frames: Sequence[Frame], name: str, text: str) -> str:
    """A link that saves the capture: the file travels in the page, no server is asked."""
    data = base64.b64encode(pcap(frames)).decode()
    return f"<a class='ck-button' download='{name}.pcap' href='data:application/vnd.tcpdump.pcap;base64,{data}'>{text}</a>"


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def _arp(arp: Arp) -> dpkt.ethernet.Ethernet:
    body = dpkt.arp.ARP(
        op=arp.op, sha=_mac(arp.src_mac), spa=address(arp.sender_ip).packed,
        tha=NOBODY if arp.op == 1 else _mac(arp.dst_mac), tpa=address(arp.target_ip).packed,
    )  # fmt: skip
    return dpkt.ethernet.Ethernet(src=_mac(arp.src_mac), dst=_mac(arp.dst_mac), type=dpkt.ethernet.ETH_TYPE_ARP, data=body)  # fmt: skip


def _ip(header: Header, *, reply: bool) -> dpkt.ethernet.Ethernet:
    flags = dpkt.tcp.TH_SYN | (dpkt.tcp.TH_ACK if reply else 0)
    segment = dpkt.tcp.TCP(sport=header.sport, dport=header.dport, seq=2000 if reply else 1000, ack=1001 if reply else 0, flags=flags)  # fmt: skip
    packet = dpkt.ip.IP(src=address(header.src).packed, dst=address(header.dst).packed, ttl=header.ttl, p=dpkt.ip.IP_PROTO_TCP, data=segment)  # fmt: skip
    packet.len = len(packet)
    return dpkt.ethernet.Ethernet(src=_mac(header.src_mac), dst=_mac(header.dst_mac), type=dpkt.ethernet.ETH_TYPE_IP, data=packet)  # fmt: skip
