"""E1.3: why a host-only VM does not reach the LAN."""

from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.networks.reach import End, Gateway, Host, Setup, reach

Plain = dict[str, Any]
CODES = (
    "vm_no_route", "gw_unreachable", "host_forwarding_off", "host_firewall", "host_no_route",
    "no_return_path", "ok",
)  # fmt: skip
VM, VM_NET, VM_SIDE = "192.168.56.101/24", "192.168.56.0/24", "192.168.56.1"
LAN_SIDE, LAN_GW, DEFAULT = "192.168.1.10", "192.168.1.1", "0.0.0.0/0"


def why_unreachable(cfg: Plain) -> str:
    """The code of the first broken link, or ok."""
    return reach(_setup(cfg)).code


def _setup(cfg: Plain) -> Setup:
    host = {**cfg["host"], "routes": _pairs(cfg["host"]["routes"])}
    return Setup(
        vm=_end(cfg["vm"]), host=Host(**host), target=_end(cfg["target"]),
        gateway=Gateway(ip=cfg["gateway"]["ip"], routes=_pairs(cfg["gateway"]["routes"])),
    )  # fmt: skip


def _end(plain: Plain) -> End:
    return End(ip=plain["ip"], routes=_pairs(plain["routes"]))


def _pairs(routes: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((prefix, via) for prefix, via in routes)


def _cases(rng: np.random.Generator) -> Args:
    """A configuration that leads to a code drawn evenly; what comes after is drawn freely."""
    wanted = str(rng.choice(CODES))
    step = CODES.index(wanted)
    far = wanted == "host_no_route" or (rng.random() < 0.3)
    target = "10.7.7.7/24" if far else "192.168.1.50/24"
    passes = [step > i or bool(rng.random() < (0.15 if i == 3 else 0.5)) for i in range(6)]
    if step < 6:
        passes[step] = False
    masquerade = bool(rng.random() < 0.5) if wanted != "no_return_path" else False
    back = (wanted == "ok" and not masquerade) or (
        wanted != "no_return_path" and rng.random() < 0.5
    )
    routes_back, gateway_back = _back(rng, good=bool(back))
    cfg = {
        "vm": {"ip": VM, "routes": _vm_routes(rng, target, passes[0], passes[1])},
        "host": {
            "vm_side": VM_SIDE, "lan_side": f"{LAN_SIDE}/24",
            "routes": _host_routes(rng, passes[4]), "forwarding": passes[2],
            "firewall": "accept" if passes[3] else "drop", "masquerade": masquerade,
        },
        "target": {"ip": target, "routes": routes_back},
        "gateway": {"ip": LAN_GW, "routes": gateway_back},
    }  # fmt: skip
    return {"cfg": cfg}


def _vm_routes(rng: np.random.Generator, target: str, known: bool, good: bool) -> list[list[str]]:
    """No route to the target, or a good gateway, or a bad one; the longest prefix decides."""
    elsewhere = ["172.16.0.0/12", VM_SIDE]
    if not known:
        return [elsewhere] if rng.random() < 0.5 else []
    bad = str(rng.choice(["192.168.56.77", LAN_SIDE, "10.0.0.1"]))
    near = "10.7.0.0/16" if target.startswith("10.") else "192.168.0.0/16"
    one, other = (VM_SIDE, bad) if good else (bad, VM_SIDE)
    routes = [[DEFAULT, one]] if rng.random() < 0.4 else [[DEFAULT, other], [near, one]]
    return [*routes, elsewhere] if rng.random() < 0.5 else routes


def _host_routes(rng: np.random.Generator, known: bool) -> list[list[str]]:
    elsewhere = [["172.16.0.0/12", LAN_GW]] if rng.random() < 0.5 else []
    route = [DEFAULT, LAN_GW] if rng.random() < 0.5 else ["10.7.7.0/24", LAN_GW]
    return [*elsewhere, route] if known else elsewhere


def _back(rng: np.random.Generator, *, good: bool) -> tuple[list[list[str]], list[list[str]]]:
    """Routes of the target and of the LAN's gateway: with a way back, or with none."""
    ways: list[tuple[list[list[str]], list[list[str]]]] = (
        [
            ([[VM_NET, LAN_SIDE]], []),
            ([[DEFAULT, LAN_SIDE]], []),
            ([[DEFAULT, LAN_GW]], [[VM_NET, LAN_SIDE]]),
            ([[DEFAULT, LAN_GW], [VM_NET, LAN_SIDE]], []),
        ]
        if good
        else [
            ([], [[VM_NET, LAN_SIDE]]),
            ([[DEFAULT, LAN_GW]], []),
            ([[DEFAULT, LAN_GW]], [[DEFAULT, "203.0.113.1"]]),
            ([[DEFAULT, LAN_SIDE], [VM_NET, "192.168.1.99"]], []),
            ([[DEFAULT, LAN_GW]], [[VM_NET, "192.168.1.99"]]),
            ([[VM_NET, LAN_GW]], [[VM_NET, LAN_SIDE]]),
        ]
    )
    return ways[int(rng.integers(len(ways)))]


def _no_way_back(cfg: Plain) -> str:
    code = why_unreachable(cfg)
    return "ok" if code == "no_return_path" else code


def _firewall_first(cfg: Plain) -> str:
    code = why_unreachable(cfg)
    if code == "host_forwarding_off" and cfg["host"]["firewall"] == "drop":
        return "host_firewall"
    return code


def _first_match(cfg: Plain) -> str:
    """Takes the first route that fits: shorter prefixes hide the longer ones after them."""
    code = why_unreachable(cfg)
    routes = cfg["vm"]["routes"]
    if code == "vm_no_route" or not routes:
        return code
    return why_unreachable({**cfg, "vm": {**cfg["vm"], "routes": routes[:1]}})


def _any_gateway(cfg: Plain) -> str:
    """Believes that every gateway can be reached."""
    routes = [[prefix, VM_SIDE] for prefix, _via in cfg["vm"]["routes"]]
    return why_unreachable({**cfg, "vm": {**cfg["vm"], "routes": routes}})


def _host_knows_all(cfg: Plain) -> str:
    """Believes that the host has a route to everywhere."""
    host = {**cfg["host"], "routes": [[DEFAULT, LAN_GW]]}
    return why_unreachable({**cfg, "host": host})


def _example(vm: list[list[str]], **switches: Any) -> Plain:
    host = {
        "vm_side": VM_SIDE, "lan_side": f"{LAN_SIDE}/24", "routes": [], "forwarding": False,
        "firewall": "accept", "masquerade": False, **switches,
    }  # fmt: skip
    return {
        "cfg": {
            "vm": {"ip": VM, "routes": vm},
            "host": host,
            "target": {"ip": "192.168.1.50/24", "routes": [[DEFAULT, LAN_GW]]},
            "gateway": {"ip": LAN_GW, "routes": []},
        }
    }


_WITH = [[DEFAULT, VM_SIDE]]

UNREACHABLE = Exercise(
    id="E1.3",
    chapter="networks",
    title=mark("Find the broken link"),
    reference=why_unreachable,
    cases=_cases,
    samples=(
        Sample(_example([]), "vm_no_route"),
        Sample(_example(_WITH), "host_forwarding_off"),
        Sample(_example(_WITH, forwarding=True), "no_return_path"),
        Sample(_example(_WITH, forwarding=True, masquerade=True), "ok"),
    ),
    wrong=(
        Wrong(
            "no way back",
            _no_way_back,
            mark(
                "You stop when the request arrives: without masquerade the answer needs a route to the VM's network as well."
            ),
        ),
        Wrong(
            "any gateway",
            _any_gateway,
            mark(
                "You do not look at the gateway's address: it must be on the VM's own network, and it must be the host."
            ),
        ),
        Wrong(
            "firewall first",
            _firewall_first,
            mark(
                "You look at the firewall before the forwarding switch: without forwarding the packet never comes to the firewall's forward chain."
            ),
        ),
        Wrong(
            "first match",
            _first_match,
            mark(
                "You take the first route that fits: of all that fit, the one with the longest prefix decides."
            ),
        ),
        Wrong(
            "host knows all",
            _host_knows_all,
            mark(
                "You forget that the host needs a route too: a target that is not on its LAN must match one of the host's own routes."
            ),
        ),
    ),
)
