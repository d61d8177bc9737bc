"""Networks: a learning bridge and a NAPT engine as objects, beside SimPy stores.

The same 10 000 packets of 1000 connections, in turns, the starting one rotated each round;
medians of CPU time within one run. SimPy (`pip install simpy`) is a row only where installed:
two stores, a process each for sender, bridge and router, plain dictionaries for the tables
(times noted, never purged), and the packet rewritten.
Run: `python benchmarks/networks.py`.
"""

from collections.abc import Callable
from statistics import median
from time import process_time

import numpy as np

from coursekit.sims.networks.addresses import station_mac
from coursekit.sims.networks.bridge import Bridge
from coursekit.sims.networks.dhcpstory import Link, play
from coursekit.sims.networks.modes import cells
from coursekit.sims.networks.napt import Napt, Packet

ROUNDS, PACKETS, FLOWS = 9, 10_000, 1000
ROUTER = "02:00:00:00:01:01"


def traffic() -> list[tuple[float, int, str, Packet]]:
    """Time, port, sender's MAC and packet: each from one of the connections, at random.

    Source ports are drawn from Linux's range, as clients do.
    """
    rng = np.random.default_rng(1)
    sports = rng.integers(32_768, 61_000, FLOWS).tolist()
    flows = rng.integers(0, FLOWS, PACKETS).tolist()
    return [
        (i * 1e-3, flow % 7 + 2, station_mac(flow % 7),
         Packet("udp", f"10.0.0.{flow % 7 + 1}", sports[flow], "192.0.2.10", 53))
        for i, flow in enumerate(flows)
    ]  # fmt: skip


def ours(packets: list[tuple[float, int, str, Packet]]) -> int:
    bridge, nat = Bridge(8), Napt("203.0.113.1")
    bridge.receive(0.0, 1, ROUTER, station_mac(0))
    passed = 0
    for t, port, src, packet in packets:
        if bridge.receive(t, port, src, ROUTER).out == (1,):
            passed += nat.outbound(t, packet).action == "translate"
    return passed


def simpy_stores(packets: list[tuple[float, int, str, Packet]]) -> int:
    import simpy

    env = simpy.Environment()
    wire, uplink = simpy.Store(env), simpy.Store(env)
    fdb, table, expires, done = {ROUTER: (1, 0.0)}, {}, {}, []

    def sender():
        for t, port, src, packet in packets:
            if t > env.now:
                yield env.timeout(t - env.now)
            yield wire.put((port, src, ROUTER, packet))

    def bridge():
        while True:
            port, src, dst, packet = yield wire.get()
            fdb[src] = (port, env.now)
            if fdb[dst][0] == 1:
                yield uplink.put(packet)

    def router():
        while True:
            packet = yield uplink.get()
            key = packet[:5]
            eport = table.setdefault(key, len(table) + 1024)
            expires[key] = env.now + 30.0
            done.append(Packet(packet[0], "203.0.113.1", eport, packet[3], packet[4]))

    for process in (sender, bridge, router):
        env.process(process())
    env.run()
    return len(done)


def interleaved(contenders: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median CPU seconds of each contender."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for turn in range(ROUNDS + 1):  # the first round only warms up
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            start = process_time()
            contenders[name]()
            if turn:
                times[name].append(process_time() - start)
    return {name: median(each) for name, each in times.items()}


def main() -> None:
    packets = traffic()
    assert ours(packets) == PACKETS
    contenders: dict[str, Callable[[], object]] = {
        "bridge and NAPT, 10 000 packets": lambda: ours(packets),
        "DHCP story, default": lambda: play(Link()),
        "matrix of two VMs": lambda: cells("NAT", "bridged"),
    }
    try:
        assert simpy_stores(packets) == PACKETS
        contenders["SimPy stores, 10 000 packets"] = lambda: simpy_stores(packets)
    except ImportError:
        print("  SimPy: not installed")
    times = interleaved(contenders)
    for name, seconds in times.items():
        print(f"  {name:<34} {seconds * 1e3:8.1f} ms")
    mine = times["bridge and NAPT, 10 000 packets"]
    print(f"  bar: 10 000 packets in 30 ms: {'held' if mine <= 0.030 else 'missed'}")
    if "SimPy stores, 10 000 packets" in times:
        ratio = times["SimPy stores, 10 000 packets"] / mine
        print(f"  {ratio:.1f} times SimPy (bar: 6)")


if __name__ == "__main__":
    main()
