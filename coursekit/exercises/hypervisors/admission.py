"""E4.2: admission by slots: may so many hosts die?"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.hypervisors import admission
from coursekit.sims.hypervisors.admission import Guest, Host, Slot, slot_of
from coursekit.values import from_plain

Rows = list[dict[str, Any]]
Answer = dict[str, Any]


def ha_admit(hosts: Rows, vms: Rows, F: int) -> Answer:  # noqa: N803  (the task's name)
    """The slot, the slots of each host, whether F dead hosts are borne, and how many may die."""
    found = admission.slots(_hosts(hosts), _guests(vms), F)
    slot = [found.slot.cpu, found.slot.mem]
    return {"slot": slot, "slots": list(found.per_host), "ok": found.ok, "max_F": found.most}


def _hosts(rows: Rows) -> list[Host]:
    return [from_plain(Host, dict(row), "host") for row in rows]


def _guests(rows: Rows) -> list[Guest]:
    return [from_plain(Guest, dict(row), "vm") for row in rows]


def _cases(rng: np.random.Generator) -> Args:
    hosts: Rows = [
        {
            "id": f"h{i + 1}", "cpu_mhz": int(rng.integers(8, 61)) * 500,
            "mem_mb": int(rng.integers(8, 65)) * 1024,
        }
        for i in range(rng.integers(2, 9))
    ]  # fmt: skip
    count = int(rng.integers(1, 41))
    reserve_cpu, reserve_mem = rng.random() < 0.85, rng.random() < 0.9
    scale = rng.uniform(0.5, 3)  # of what a machine may reserve, so that both verdicts are common
    cpu, mem = (sum(h[key] for h in hosts) / count / scale for key in ("cpu_mhz", "mem_mb"))
    vms = [
        {
            "id": f"v{i + 1}",
            "res_cpu": _reserved(rng, min(cpu, 8000)) if reserve_cpu else 0,
            "res_mem": _reserved(rng, min(mem, 16_384)) if reserve_mem else 0,
            "overhead": int(rng.integers(20, 300)) if rng.random() < 0.8 else 0,
        }
        for i in range(count)
    ]  # fmt: skip
    return {"hosts": hosts, "vms": vms, "F": int(rng.integers(0, len(hosts)))}


def _reserved(rng: np.random.Generator, most: float) -> int:
    return int(rng.uniform(0.2, 1) * most) if rng.random() < 0.7 else 0


def _with(slot: Slot, per: Sequence[int], n: int, f: int, *, largest: bool = False) -> Answer:
    """The answer of somebody with other slots, or who keeps the largest hosts."""
    order = sorted(per, reverse=largest)
    left = [sum(order[: len(per) - dead]) >= n for dead in range(len(per) + 1)]
    most = max((dead for dead, ok in enumerate(left) if ok), default=-1)
    return {"slot": [slot.cpu, slot.mem], "slots": list(per), "ok": left[f], "max_F": most}


def _fits(host: Host, slot: Slot, of: Callable[[int, int], int] = min) -> int:
    by_cpu = host.cpu_mhz // slot.cpu
    return of(by_cpu, host.mem_mb // slot.mem) if slot.mem else by_cpu


def _no_overhead(hosts: Rows, vms: Rows, F: int) -> Answer:  # noqa: N803
    return ha_admit(hosts, [{**vm, "overhead": 0} for vm in vms], F)


def _smallest_die(hosts: Rows, vms: Rows, F: int) -> Answer:  # noqa: N803
    slot = slot_of(_guests(vms))
    per = [_fits(host, slot) for host in _hosts(hosts)]
    return _with(slot, per, len(vms), F, largest=True)


def _either_fits(hosts: Rows, vms: Rows, F: int) -> Answer:  # noqa: N803
    slot = slot_of(_guests(vms))
    return _with(slot, [_fits(host, slot, max) for host in _hosts(hosts)], len(vms), F)


def _one_machine(hosts: Rows, vms: Rows, F: int) -> Answer:  # noqa: N803
    """The slot is the machine with most memory, its CPU with it."""
    biggest = max(_guests(vms), key=lambda vm: vm.res_mem + vm.overhead)
    slot = slot_of([biggest])
    return _with(slot, [_fits(host, slot) for host in _hosts(hosts)], len(vms), F)


_HOSTS = [
    {"id": "h1", "cpu_mhz": 9000, "mem_mb": 9216},
    {"id": "h2", "cpu_mhz": 9000, "mem_mb": 6144},
    {"id": "h3", "cpu_mhz": 6000, "mem_mb": 6144},
]
_PAIRS = [(2000, 1024), (2000, 1024), (1000, 2048), (1000, 1024), (1000, 1024)]


def _vms(pairs: Sequence[tuple[int, int]], overhead: int = 0) -> Rows:
    return [
        {"id": f"v{i + 1}", "res_cpu": cpu, "res_mem": mem, "overhead": overhead}
        for i, (cpu, mem) in enumerate(pairs)
    ]


def _sample(vms: Rows, dead: int, slot: list[int], per: list[int], ok: bool, most: int) -> Sample:
    answer = {"slot": slot, "slots": per, "ok": ok, "max_F": most}
    return Sample({"hosts": _HOSTS, "vms": vms, "F": dead}, answer)


ADMISSION = Exercise(
    id="E4.2",
    chapter="hypervisors",
    title=mark("Admit machines by slots"),
    reference=ha_admit,
    cases=_cases,
    samples=(
        _sample(_vms(_PAIRS), 1, [2000, 2048], [4, 3, 3], True, 1),
        _sample(_vms([*_PAIRS, (1000, 6144)]), 1, [2000, 6144], [1, 1, 1], False, -1),
        _sample(_vms([(0, 0)], 100), 2, [32, 100], [92, 61, 61], True, 2),
    ),
    wrong=(
        Wrong(
            "no overhead",
            _no_overhead,
            mark("Your slot leaves out the overhead: what the hypervisor needs beside a machine is memory too."),
        ),
        Wrong(
            "smallest hosts die",
            _smallest_die,
            mark("You let the hosts with fewest slots die: the promise must hold in the worst case, when those with most are gone."),
        ),
        Wrong(
            "either fits",
            _either_fits,
            mark("You count slots by the resource of which there is most: a machine needs CPU and memory, so the smaller count holds."),
        ),
        Wrong(
            "one machine's slot",
            _one_machine,
            mark("You take one machine for the slot: its CPU is the largest reserved by any machine, its memory the largest of any, often not the same one."),
        ),
    ),
)  # fmt: skip
