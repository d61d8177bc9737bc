"""What the tools of balancing, failover and networks print, and how it is read."""

import pytest

from coursekit.realtools import doubled, keepalived, linux_bridge, nat, netns, shell
from coursekit.realtools.keepalived import Advert, Handover
from coursekit.realtools.places import Place, Tool
from coursekit.realtools.shell import Answer

HEARD = """\
1.000000 IP 10.0.0.1 > 224.0.0.18: VRRPv3, Advertisement, vrid 51, prio 150, intvl 10cs, length 12
1.100000 IP 10.0.0.1 > 224.0.0.18: VRRPv3, Advertisement, vrid 51, prio 0, intvl 10cs, length 12
1.161000 IP 10.0.0.2 > 224.0.0.18: VRRPv3, Advertisement, vrid 51, prio 100, intvl 10cs, length 12
"""
LEASE = """\
dnsmasq-dhcp: 11 DHCPDISCOVER(lan) 02:00:00:00:00:0a
dnsmasq-dhcp: 22 DHCPDISCOVER(lan) 02:00:00:00:00:0b
dnsmasq-dhcp: 11 DHCPOFFER(lan) 10.0.0.11 02:00:00:00:00:0a
dnsmasq-dhcp: 11 sent size:  4 option: 58 T1  30m
dnsmasq-dhcp: 11 DHCPREQUEST(lan) 10.0.0.11 02:00:00:00:00:0a
dnsmasq-dhcp: 11 DHCPACK(lan) 10.0.0.11 02:00:00:00:00:0a
dnsmasq-dhcp: 11 sent size:  4 option: 58 T1  30m
dnsmasq-dhcp: 11 sent size:  4 option: 59 T2  52m30s
"""
CONNECTION = (
    "tcp 6 119 TIME_WAIT src=10.0.0.{n} dst=198.51.100.80 sport=40000 dport=80 "
    "src=198.51.100.80 dst=198.51.100.1 sport=80 dport={port} [ASSURED] mark=0 use=1"
)


class Typed:
    """A shell that only notes what is typed, and answers from a list."""

    def __init__(self, *answers):
        self.typed, self.answers = [], list(answers)

    def run(self, command, timeout=20):
        self.typed.append(command)
        return Answer(self.answers.pop(0) if self.answers else "")

    quietly = run


def test_who_spoke_after_whom_and_after_what_silence():
    heard = keepalived.adverts(HEARD)
    assert heard[1] == Advert(1.1, "r1", 0)
    first, second = keepalived.handovers(heard)
    assert (first, second.by, second.goodbye) == (Handover("r1", 0.0, False), "r2", True)
    assert second.gap == pytest.approx(0.061)


def test_a_router_that_may_not_preempt_is_told_so():
    assert "nopreempt" in keepalived.config(150, 0.1, preempt=False)
    assert "nopreempt" not in keepalived.config(150, 0.1)


def test_an_outage_ends_with_its_silence():
    """An answer that was on its way when the cable was pulled is not the end of it."""
    text = "9.9 a\n10.0 b\n10.05 cut\n10.06 a\n10.3\n10.5 a\n10.6 b\n"
    seen = doubled.outage(text)
    assert (seen.before, seen.after) == ("ab", "ab")
    assert seen.seconds == pytest.approx(0.45)


def test_the_two_ends_of_a_translated_connection():
    lines = "\n".join(CONNECTION.format(n=n, port=port) for n, port in ((12, 2813), (11, 40000)))
    one, other = nat.tracked(lines)
    assert (one.original.src, one.original.sport, one.reply.dport) == ("10.0.0.11", 40000, 40000)
    assert (other.original.src, other.reply.dst, other.reply.dport) == ("10.0.0.12", "198.51.100.1", 2813)  # fmt: skip


def test_the_messages_of_one_client_among_others():
    leased = nat._leased(LEASE, "02:00:00:00:00:0a")
    assert leased == nat.Leased(("DISCOVER", "OFFER", "REQUEST", "ACK"), "10.0.0.11", 1800.0, 3150.0)  # fmt: skip


def test_promiscuity_is_read_or_nought():
    assert (
        linux_bridge.promiscuity(Typed("3: p1: <UP> link/ether promiscuity 2 allmulti 1"), 1) == 2
    )
    assert linux_bridge.promiscuity(Typed("3: p1: <UP>"), 1) == 0


def test_waiting_gives_up():
    with shell.here() as here:
        netns.wait_until(here, "true", 0.2)
        with pytest.raises(TimeoutError, match="test -e never"):
            netns.wait_until(here, "test -e never", 0.2)


def test_a_tool_that_wants_true_root_is_not_run_in_a_plain_users_namespace(monkeypatch):
    picky = Place("namespace", (Tool("sh", "dash", true_root=True),))
    easy = Place("namespace", (Tool("sh", "dash"),))
    monkeypatch.setattr(shell, "way_in", lambda: ("unshare", *shell.AS_ROOT, *shell.OWN))
    assert (picky.ready(), easy.ready()) == (False, True)
    monkeypatch.setattr(shell, "way_in", lambda: ("unshare", *shell.OWN))
    assert picky.ready()
    monkeypatch.setattr(shell, "way_in", tuple)
    assert not picky.ready()
    assert not easy.ready()
