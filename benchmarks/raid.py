"""RAID: parity against memcpy and zfec, trials a second, simulated requests a second.

Contenders run in turns, the starting one rotated each round, and medians of CPU time are
compared within one run: absolute figures move with the machine, ratios much less.
Run: `python benchmarks/raid.py`. zfec (`pip install zfec`) is a row only where installed.
"""

from collections.abc import Callable
from statistics import median
from time import process_time

import numpy as np

from coursekit.sims.raid.layouts import Array
from coursekit.sims.raid.parity import recover, syndromes, xor
from coursekit.sims.raid.queues import Load, simulate
from coursekit.sims.raid.survival import Chance
from coursekit.sims.raid.survival import simulate as live

ROUNDS = 9
STRIPES = [(4, 16 << 20), (8, 8 << 20), (16, 4 << 20), (8, 64 << 10)]  # blocks, bytes a block


def interleaved(contenders: dict[str, Callable[[], object]], repeat: int = 1) -> dict[str, float]:
    """Median CPU seconds of each contender."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for turn in range(ROUNDS + 1):  # the first round only warms up
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            start = process_time()
            for _ in range(repeat):
                contenders[name]()
            if turn:
                times[name].append((process_time() - start) / repeat)
    return {name: median(each) for name, each in times.items()}


def parity_contenders(k: int, length: int) -> dict[str, Callable[[], object]]:
    data = np.random.default_rng(1).integers(0, 256, (k, length), dtype=np.uint8)
    copy = np.empty_like(data)
    p, q = syndromes(data)
    ready = np.empty_like(p)  # as memcpy has it: fresh memory would cost its page faults
    lost = [None, None, *data[2:]]
    found: dict[str, Callable[[], object]] = {
        "memcpy": lambda: np.copyto(copy, data),
        "XOR (P)": lambda: xor(data, ready),
        "P+Q": lambda: syndromes(data),
        "two data blocks back": lambda: recover(lost, p, q),
    }
    try:
        from zfec import Encoder
    except ImportError:
        return found
    encoder, blocks = Encoder(k, k + 2), [block.tobytes() for block in data]
    return found | {"zfec, 2 parities": lambda: encoder.encode(blocks, [k, k + 1])}


def print_parity() -> None:
    print(f"{'parity':36} {'GB/s':>7} {'of memcpy':>10}")
    for k, length in STRIPES:
        repeat = max(1, (8 << 20) // (k * length))
        times = interleaved(parity_contenders(k, length), repeat)
        for name, seconds in times.items():
            rate, ratio = k * length / seconds / 1e9, times["memcpy"] / seconds
            print(f"  k={k:<3} {length >> 10:>6} KiB  {name:<20} {rate:7.2f} {ratio:10.2f}")
        if "zfec, 2 parities" in times:
            print(f"  P+Q is {times['zfec, 2 parities'] / times['P+Q']:.1f} times zfec")
        else:
            print("  zfec: not installed")


def print_trials() -> None:
    cases = {
        "RAID 5, n=8, 10 years, Weibull 1.2": Chance(
            life_hours=3e5, life_shape=1.2, wait_hours=0, rebuild_hours=24, rebuild_shape=np.inf
        ),
        "  the same, sectors and scrubs": Chance(
            life_hours=3e5, life_shape=1.2, terabytes=4, scrub_hours=168
        ),
        "RAID 6, n=12, 10 years": Chance(level="6", disks=12, life_hours=3e5),
        "RAID 10, n=8, shocks": Chance(level="10", shocks_per_year=0.02),
    }
    times = interleaved({name: lambda case=case: live(case) for name, case in cases.items()})
    print(f"\n{'10 000 trials':36} {'ms':>7}")
    for name, seconds in times.items():
        print(f"  {name:<36} {seconds * 1e3:6.1f}")


def print_requests() -> None:
    loads = {
        "default (RAID 5, n=4, 70 % reads)": Load(),
        "RAID 6, n=8, writes": Load(array=Array(level="6", disks=8), read=0, in_flight=32),
        "RAID 10, n=8": Load(array=Array(level="10", disks=8), in_flight=32),
    }
    times = interleaved({name: lambda load=load: simulate(load) for name, load in loads.items()})
    print(f"\n{'1000 requests':36} {'ms':>7}")
    for name, seconds in times.items():
        print(f"  {name:<36} {seconds * 1e3:6.1f}")


def main() -> None:
    print_parity()
    print_trials()
    print_requests()


if __name__ == "__main__":
    main()
