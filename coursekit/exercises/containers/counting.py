"""E6.3: how many virtual machines and how many containers a host bears."""

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.containers.density import Counted, Host, count
from coursekit.sims.message import require

Params = dict[str, float]
NAMES = tuple(each.name for each in fields(Host))
NEAR = 1e-6  # no quotient of a case is nearer to a whole number than this


def density(params: Params) -> dict[str, Any]:
    """Virtual machines, containers, how many times more, and what ends the containers."""
    return _plain(count(_host(params)))


def _host(params: Params) -> Host:
    missing = [name for name in NAMES if name not in params]
    require(not missing, "params.{name}: missing", name=missing[0] if missing else "")
    unknown = [name for name in params if name not in NAMES]
    require(not unknown, "params.{name}: choose among {names}", name=unknown[0] if unknown else "", names=", ".join(NAMES))  # fmt: skip
    return Host(**params)


def _plain(counted: Counted) -> dict[str, Any]:
    return {"vm": counted.vm, "ct": counted.ct, "ratio": counted.ratio, "bound": counted.bound}


def _cases(rng: np.random.Generator) -> Args:
    """A host with room for one virtual machine at least, no quotient near a whole number."""
    while True:
        params = _drawn(rng)
        host = _host(params)
        quotients = [(host.M - host.M_hyp) / host.vm, (host.M - host.M_host) / host.container]
        quotients += [host.C * host.o / host.cpu_app] if host.cpu_app else []
        far = all(abs(each - round(each)) > NEAR * max(1, each) for each in quotients)
        if far and count(host).vm >= 1:
            return {"params": params}


def _drawn(rng: np.random.Generator) -> Params:
    processor = 0.0 if rng.random() < 0.3 else round(float(rng.uniform(0.02, 1.5)), 2)
    return {
        "M": int(rng.choice([16, 32, 64, 128, 256])) * 1024,
        "M_hyp": int(rng.integers(4, 17)) * 256,
        "M_host": int(rng.integers(2, 13)) * 256,
        "app": round(2 * 750 ** float(rng.random())),
        "os": int(rng.integers(64, 1025)),
        "s": round(float(rng.choice([0, 0.2, 0.35, 0.5, 0.7])), 2),
        "vmm": int(rng.integers(10, 129)),
        "ct": int(rng.integers(1, 31)),
        "C": int(rng.choice([8, 16, 32, 64])),
        "o": float(rng.choice([1, 1.5, 2, 3])),
        "cpu_app": processor,
    }


def _bent(params: Params, bend: Callable[[Host], Host]) -> dict[str, Any]:
    return _plain(count(bend(_host(params))))


def _all_memory(host: Host) -> Host:
    return replace(host, M_hyp=0, M_host=0)


def _nothing_shared(host: Host) -> Host:
    return replace(host, s=0.0)


def _no_overcommit(host: Host) -> Host:
    return replace(host, o=1.0)


def _bound_of_machines(params: Params) -> dict[str, Any]:
    counted = count(_host(params))
    return {**_plain(counted), "bound": counted.vm_bound}


COUNTING = Exercise(
    id="E6.3",
    chapter="containers",
    title=mark("Count machines and containers on a host"),
    reference=density,
    cases=_cases,
    samples=(
        Sample(
            {"params": {"M": 65_536, "M_hyp": 2_048, "M_host": 2_048, "app": 200, "os": 512, "s": 0, "vmm": 64, "ct": 10, "C": 16, "o": 1, "cpu_app": 0.5}},
            {"vm": 32, "ct": 32, "ratio": 1.0, "bound": "cpu"},
        ),
        Sample(
            {"params": {"M": 65_536, "M_hyp": 2_048, "M_host": 2_048, "app": 200, "os": 512, "s": 0.5, "vmm": 64, "ct": 10, "C": 16, "o": 1, "cpu_app": 0}},
            {"vm": 122, "ct": 302, "ratio": 302 / 122, "bound": "memory"},
        ),
        Sample(
            {"params": {"M": 32_768, "M_hyp": 2_048, "M_host": 1_024, "app": 50, "os": 512, "s": 0, "vmm": 64, "ct": 10, "C": 16, "o": 2, "cpu_app": 0.3}},
            {"vm": 49, "ct": 106, "ratio": 106 / 49, "bound": "cpu"},
        ),
    ),
    wrong=(
        Wrong(
            "all memory",
            partial(_bent, bend=_all_memory),
            mark("You give all memory to the copies: the hypervisor keeps M_hyp for itself, the containers' host M_host."),
        ),
        Wrong(
            "nothing shared",
            partial(_bent, bend=_nothing_shared),
            mark("Your guest systems share no pages: of each one's os MiB only the part 1 - s is its own."),
        ),
        Wrong(
            "no overcommit",
            partial(_bent, bend=_no_overcommit),
            mark("You give out each core once: with overcommit o the copies together may ask for C times o."),
        ),
        Wrong(
            "bound of machines",
            _bound_of_machines,
            mark("Your bound is that of the virtual machines: memory may end them while processors end the containers. The containers' is asked for."),
        ),
    ),
)  # fmt: skip
