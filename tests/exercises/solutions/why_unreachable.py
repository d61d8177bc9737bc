"""A learner's answer, written from the task alone."""

import ipaddress


def why_unreachable(cfg):
    vm, host, target, gateway = cfg["vm"], cfg["host"], cfg["target"], cfg["gateway"]

    def route(routes, ip):
        fits = [(ipaddress.ip_network(p), via) for p, via in routes]
        fits = [(net.prefixlen, via) for net, via in fits if ipaddress.ip_address(ip) in net]
        return max(fits, key=lambda each: each[0], default=None)

    vm_ip, to, lan = (each.split("/")[0] for each in (vm["ip"], target["ip"], host["lan_side"]))
    first = route(vm["routes"], to)
    if first is None:
        return "vm_no_route"
    if first[1] != host["vm_side"] or ipaddress.ip_address(first[1]) not in ipaddress.ip_interface(vm["ip"]).network:  # fmt: skip
        return "gw_unreachable"
    if not host["forwarding"]:
        return "host_forwarding_off"
    if host["firewall"] == "drop":
        return "host_firewall"
    if ipaddress.ip_address(to) not in ipaddress.ip_interface(host["lan_side"]).network and route(host["routes"], to) is None:  # fmt: skip
        return "host_no_route"
    if host["masquerade"]:
        return "ok"
    back = route(target["routes"], vm_ip)
    if back and back[1] == lan:
        return "ok"
    if back and back[0] == 0 and back[1] == gateway["ip"]:
        onward = route(gateway["routes"], vm_ip)
        if onward and onward[1] == lan:
            return "ok"
    return "no_return_path"
