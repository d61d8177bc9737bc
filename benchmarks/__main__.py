"""`make bench`: every benchmark, one table each; `python benchmarks raid` runs one of them."""

import importlib
import sys

NAMES = (
    "networks",
    "balancing",
    "hypervisors",
    "kubernetes",
    "raid",
    "filesystems",
    "netstorage",
    "interactive",
    "grading",
    "classroom",
)

if __name__ == "__main__":
    for name in sys.argv[1:] or NAMES:
        print(f"\n== {name}")
        importlib.import_module(name).main()
