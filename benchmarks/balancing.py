"""Load balancing: thousand requests a second beside SimPy, on the same trace.

Contenders run in turns, the starting one rotated each round; medians of CPU time are compared
within one run. Run: `python benchmarks/balancing.py`. SimPy (`pip install simpy`) is a row
only where installed; both must return the same response times to 1e-8.
"""

from collections.abc import Callable
from statistics import median
from time import process_time

import numpy as np

from coursekit.sims.balancing.load import Draws, Load, draw
from coursekit.sims.balancing.queues import serve

ROUNDS, REQUESTS, SERVERS = 5, 10_000, 8
WEIGHTS = (5, 4, 3, 3, 2, 1, 1, 1)
BARS = {"rr": 400, "swrr": 200, "random": 400, "least_conn": 14, "p2c": 20, "shared": 50}


def load_of(policy: str) -> Load:
    weights = WEIGHTS if policy == "swrr" else (1,) * SERVERS
    return Load(policy=policy, speeds=(1.0,) * SERVERS, weights=weights)


def in_simpy(load: Load, draws: Draws, blind: np.ndarray) -> np.ndarray:
    """The same trace: a process a request; blind picks are given, informed ones made here."""
    import simpy

    env = simpy.Environment()
    lines = 1 if load.policy == "shared" else SERVERS
    servers = [simpy.Resource(env, SERVERS // lines) for _ in range(lines)]
    active, response = [0] * SERVERS, np.empty(REQUESTS)
    first = (draws.picks[0] * SERVERS).astype(int)
    second = (draws.picks[1] * (SERVERS - 1)).astype(int)
    second += second >= first

    def pick(k: int) -> int:
        if load.policy == "least_conn":
            return active.index(min(active))
        if load.policy == "p2c":
            one, other = first[k], second[k]
            return other if active[other] < active[one] else one
        return 0 if lines == 1 else blind[k]

    def request(k: int, server: int):
        came = env.now
        with servers[server].request() as turn:
            yield turn
            yield env.timeout(draws.sizes[k])
        active[server] -= 1
        response[k] = env.now - came

    def source():
        for k, gap in enumerate(draws.gaps / load.rate):
            yield env.timeout(gap)
            server = pick(k)
            active[server] += 1
            env.process(request(k, server))

    env.process(source())
    env.run()
    return response


def timed(call: Callable[[], object], repeat: int) -> float:
    start = process_time()
    for _ in range(repeat):
        call()
    return (process_time() - start) / repeat


def main() -> None:
    draws = draw(REQUESTS)
    try:
        import simpy  # noqa: F401
    except ImportError:
        print("simpy: not installed, its column is empty")
        peer = False
    else:
        peer = True
    print(f"{'policy':12} {'ours k/s':>9} {'SimPy k/s':>10} {'times':>7} {'bar':>5} {'differ':>9}")
    for policy, bar in BARS.items():
        load = load_of(policy)
        served = serve(load, draws)
        calls = {"ours": lambda load=load: serve(load, draws)}
        if peer:
            calls["SimPy"] = lambda load=load, s=served.server: in_simpy(load, draws, s)
        times = {name: [] for name in calls}
        for turn in range(ROUNDS):
            names = list(calls)
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                times[name].append(timed(calls[name], 20 if name == "ours" else 1))
        speed = {name: REQUESTS / median(each) / 1000 for name, each in times.items()}
        row = f"{policy:12} {speed['ours']:9.0f}"
        if peer:
            differ = np.abs(in_simpy(load, draws, served.server) - served.response).max()
            ratio = speed["ours"] / speed["SimPy"]
            row += f" {speed['SimPy']:10.1f} {ratio:7.1f} {bar:5} {differ:9.1e}"
        print(row)


if __name__ == "__main__":
    main()
