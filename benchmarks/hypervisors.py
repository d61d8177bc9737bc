"""The toy CPU: milliseconds for 100 000 guest instructions, interpreted and translated.

Both run in turns, the starting one rotated each round; medians of CPU time are compared within
one run: translated code when it is first met, translation included, and again when it is kept.
Bars: interpreted at most 40 ms on a quiet machine, translated five times as fast. Run: `python benchmarks/hypervisors.py`. Both must leave the same state.
"""

from statistics import median
from time import process_time

from coursekit.sims.hypervisors.guest import Guest, Machine
from coursekit.sims.hypervisors.programs import PROGRAMS

ROUNDS, INSTRUCTIONS = 15, 100_000
PROGRAMS_TIMED = {
    "sums": "LI r2, -1\na: ADD r3, r3, r1\nMUL r4, r3, r1\nSUB r5, r4, r3\nADD r6, r6, r5\n"
    "ADDI r1, r1, 1\nBNE r1, r2, a\nJMP a",
    "memory": PROGRAMS["count"].text.replace("2000", "-1"),
    "branches": "LI r2, -1\na: ADDI r1, r1, 1\nBLT r1, r3, b\nADDI r3, r3, 5\nb: ADD r4, r4, r1\n"
    "BNE r1, r2, a\nJMP a",
}


def timed(text: str, way: str, turns: int) -> tuple[list[float], object]:
    """Milliseconds of each turn of INSTRUCTIONS; the first one includes translation."""
    machine = Machine(Guest(text=text, way=way, limit=turns * INSTRUCTIONS))
    took = []
    for _turn in range(turns):
        start = process_time()
        machine.advance(INSTRUCTIONS)
        took.append((process_time() - start) * 1000)
    return took, machine.result().state


def main() -> None:
    print(f"{'program':10} {'interpreted ms':>15} {'bar':>4} {'first ms':>9} {'times':>6} {'again ms':>9} {'times':>6} {'bar':>4}")  # fmt: skip
    for name, text in PROGRAMS_TIMED.items():
        times, states = {"interp": [], "dbt": []}, {}
        for turn in range(ROUNDS):
            ways = list(times)
            for way in ways[turn % 2 :] + ways[: turn % 2]:
                took, states[way] = timed(text, way, 2)
                times[way].append(took)
        assert states["interp"] == states["dbt"]
        slow, (first, again) = median(took[0] for took in times["interp"]), (
            median(took[turn] for took in times["dbt"]) for turn in (0, 1)
        )  # fmt: skip
        bar = (
            "5" if name != "branches" else "-"
        )  # blocks of two instructions: finding them costs most
        print(f"{name:10} {slow:15.1f} {40:4} {first:9.2f} {slow / first:6.1f} {again:9.2f} {slow / again:6.1f} {bar:>4}")  # fmt: skip


if __name__ == "__main__":
    main()
