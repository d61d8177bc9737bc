"""Routes, modes, host-only reachability, the path of a packet."""

from dataclasses import replace
from itertools import product

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.networks.journey import Trip, travel
from coursekit.sims.networks.modes import COLUMNS, MODES, cells, matrix, try_open, world
from coursekit.sims.networks.reach import End, Gateway, Host, Setup, reach
from coursekit.sims.networks.routing import Route, lookup

ROUTES = [Route("0.0.0.0/0", "g0"), Route("10.0.0.0/8", "g1"), Route("10.1.0.0/16", "g2", 100), Route("10.1.0.0/16", "g3", 50)]  # fmt: skip


@pytest.mark.parametrize("dst, via", [("10.1.2.3", "g3"), ("10.9.9.9", "g1"), ("8.8.8.8", "g0")])
def test_vector_12(dst, via):
    assert lookup(ROUTES, dst).via == via


def test_of_equal_routes_the_first_inserted_wins():
    assert lookup([Route("10.0.0.0/8", "one"), Route("10.0.0.0/8", "two")], "10.1.1.1").via == "one"
    assert lookup(ROUTES[1:], "8.8.8.8") is None


SETUP = Setup(
    vm=End(ip="192.168.56.101/24"),
    host=Host(vm_side="192.168.56.1", lan_side="192.168.1.10/24"),
    target=End(ip="192.168.1.50/24", routes=(("0.0.0.0/0", "192.168.1.1"),)),
    gateway=Gateway(ip="192.168.1.1"),
)
WITH_GW = replace(SETUP, vm=replace(SETUP.vm, routes=(("0.0.0.0/0", "192.168.56.1"),)))


def host(setup, **values):
    return replace(setup, host=replace(setup.host, **values))


def test_vector_13():
    steps = [SETUP, WITH_GW, host(WITH_GW, forwarding=True), host(WITH_GW, forwarding=True, masquerade=True)]  # fmt: skip
    assert [reach(each).code for each in steps] == ["vm_no_route", "host_forwarding_off", "no_return_path", "ok"]  # fmt: skip
    assert [reach(each).translated for each in steps] == [False, False, False, True]
    assert reach(steps[2]).request_arrives


def test_the_other_reasons_and_the_three_ways_back():
    on = host(WITH_GW, forwarding=True)
    wrong = replace(on, vm=replace(on.vm, routes=(("0.0.0.0/0", "192.168.56.9"),)))
    far = replace(on, vm=replace(on.vm, routes=(("0.0.0.0/0", "10.0.0.1"),)))
    assert reach(wrong).code == reach(far).code == "gw_unreachable"
    assert reach(host(on, firewall="drop")).code == "host_firewall"
    away = replace(on, target=replace(on.target, ip="10.7.7.7/24"))
    assert reach(away).code == "host_no_route"
    assert reach(host(away, routes=(("0.0.0.0/0", "192.168.1.1"),), masquerade=True)).code == "ok"
    direct = replace(on, target=replace(on.target, routes=(("192.168.56.0/24", "192.168.1.10"),)))
    by_gateway = replace(on, gateway=Gateway(ip="192.168.1.1", routes=(("192.168.56.0/24", "192.168.1.10"),)))  # fmt: skip
    assert reach(direct) == reach(by_gateway)
    assert (reach(direct).code, reach(direct).translated) == ("ok", False)
    lost = replace(on, target=replace(on.target, routes=()))
    assert reach(lost).code == "no_return_path"


def test_each_switch_only_ever_moves_the_failure_further():
    order = ["host_forwarding_off", "host_firewall", "no_return_path", "ok"]
    for forwarding, open_, masquerade in product((False, True), repeat=3):
        code = reach(host(WITH_GW, forwarding=forwarding, firewall="accept" if open_ else "drop", masquerade=masquerade)).code  # fmt: skip
        expected = 0 if not forwarding else 1 if not open_ else 3 if masquerade else 2
        assert code == order[expected]


MANUAL = {  # VirtualBox user manual, overview of networking modes
    "host-only": ("yes", "yes", "yes", "no", "no"),
    "internal": ("no", "no", "yes", "no", "no"),
    "bridged": ("yes", "yes", "yes", "yes", "yes"),
    "NAT": ("yes", "PF", "no", "yes", "PF"),
    "NAT network": ("yes", "PF", "yes", "yes", "PF"),
}


@pytest.mark.parametrize("mode", MODES)
def test_vector_14_the_computed_matrix_is_the_manuals(mode):
    assert matrix(mode) == dict(zip(COLUMNS, MANUAL[mode], strict=True))


def test_two_nat_vms_have_one_address_and_no_contact():
    here = world("NAT", "NAT")
    assert here.machines["vm1"].cards.values().__iter__().__next__() == "10.0.2.15/24"
    tried = try_open(here, "vm1", "vm2")
    assert not tried.opens
    assert tried.hops == ("vm1",)
    assert "own address" in str(tried.why)


def test_a_detour_by_the_hosts_port_reaches_even_a_nat_vm():
    """Beyond the manual's table: the port forward of the host serves the other VM too."""
    assert cells("NAT", "NAT")["vm1", "vm2"][0] == "PF"
    assert cells("NAT", "NAT", forward=False)["vm1", "vm2"][0] == "no"


@pytest.mark.parametrize("one, other", list(product(MODES, MODES)))
def test_nobody_outside_opens_anything_inside(one, other):
    found = cells(one, other)
    assert found["internet", "lan"][0] == found["internet", "host"][0] == "no"
    assert found["internet", "vm1"][0] == "no"
    assert found["host", "internet"][0] == found["lan", "internet"][0] == "yes"


def test_vms_in_different_modes():
    assert cells("bridged", "NAT")["vm1", "vm2"][0] == "PF"
    assert cells("bridged", "NAT")["vm2", "vm1"][0] == "yes"
    assert cells("host-only", "internal")["vm1", "vm2"][0] == "no"


def fields(trip, device, reply=False):
    return [s.changed for s in travel(trip).states if s.device == device and s.reply == reply and s.after]  # fmt: skip


MACS = ("src_mac", "dst_mac")


@pytest.mark.parametrize("way", ["bridged", "masquerade", "routed"])
def test_switches_change_nothing_routers_macs_and_ttl_nat_addresses(way):
    trip = Trip(way=way, return_route=True)
    assert travel(trip).code == "ok"
    assert set(fields(trip, "switch-lan") + fields(trip, "switch-lan", reply=True)) == {()}
    assert fields(trip, "gateway") == [(*MACS, "ttl", "src")]
    assert fields(trip, "gateway", reply=True) == [(*MACS, "ttl", "dst")]
    if way == "masquerade":
        assert fields(trip, "host") == [(*MACS, "ttl", "src")]
        assert fields(trip, "host", reply=True) == [(*MACS, "ttl", "dst")]
    if way == "routed":
        assert fields(trip, "host") == [(*MACS, "ttl")]


def test_the_answer_needs_a_way_back():
    assert travel(Trip(way="routed")).code == "no_return_path"
    assert travel(Trip(way="masquerade")).code == "ok"


@pytest.mark.parametrize("ttl, code, device", [(1, "ttl", "host"), (2, "ttl", "gateway"), (3, "ok", "vm")])  # fmt: skip
def test_a_router_drops_at_ttl_zero(ttl, code, device):
    trip = travel(Trip(ttl=ttl))
    assert (trip.code, trip.states[-1].device) == (code, device)


def test_arp_precedes_the_first_frame_on_each_link():
    frames = travel(Trip()).frames
    for link in ("virtual", "lan", "wan"):
        mine = [f for f in frames if f.link == link]
        assert [f.arp.op if f.arp else 0 for f in mine] == [1, 2, 0, 0]
    assert [f.t for f in frames] == sorted(f.t for f in frames)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: Route("10.0.0.1/8", "g"), "prefix=10.0.0.1/8"),
        (lambda: Route("10.0.0.0/8", "g", -1), "metric=-1"),
        (lambda: lookup(ROUTES, "x"), "dst=x"),
        (lambda: End(ip="10.0.0.1"), "ip=10.0.0.1: write it as 192.0.2.1/24"),
        (lambda: Host(vm_side="x", lan_side="10.0.0.1/8"), "vm_side=x"),
        (lambda: Host(vm_side="10.0.0.1", lan_side="10.0.0.1/8", firewall="off"), "firewall=off"),
        (lambda: world("wifi", "NAT"), "vm1=wifi: choose one of host-only"),
        (lambda: try_open(world("NAT", "NAT"), "vm1", "vm1"), "dst=vm1"),
        (lambda: Trip(way="air"), "way=air"),
        (lambda: Trip(ttl=0), "ttl=0: choose 1 to 255"),
    ],
)
def test_an_error_names_the_value_and_the_rule(make, says):
    with pytest.raises(ParameterError, match=says):
        make()
