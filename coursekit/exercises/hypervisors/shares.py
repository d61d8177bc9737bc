"""E4.3: who gets how much of a crowded CPU."""

from dataclasses import replace
from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.hypervisors import shares
from coursekit.sims.hypervisors.shares import Claim
from coursekit.values import from_plain

Rows = list[dict[str, Any]]


def fair_shares(capacity: float, vms: Rows) -> list[float]:
    """MHz of each machine: between reservation and limit, by shares."""
    return list(shares.fair_shares(capacity, _claims(vms)))


def _claims(rows: Rows) -> list[Claim]:
    return [from_plain(Claim, dict(row), "vm") for row in rows]


def _cases(rng: np.random.Generator) -> Args:
    count = int(rng.integers(2, 13))
    vms: Rows = [
        {
            "shares": int(rng.choice([500, 1000, 2000, 4000])),
            "res": 0,
            "limit": int(rng.integers(3, 60)) * 100 if rng.random() < 0.35 else None,
            "demand": int(rng.integers(2, 81)) * 100,
        }
        for _vm in range(count)
    ]
    wanted = sum(int(vm["demand"]) for vm in vms)
    capacity = round(float(wanted * rng.uniform(0.2, 1.05)) / 100) * 100
    spare = capacity
    for vm in vms:
        if rng.random() < 0.4 and spare >= 400:
            vm["res"] = int(rng.integers(1, max(2, spare // 200))) * 100
            spare -= vm["res"]
    return {"capacity": capacity, "vms": vms}


def _shares_only(capacity: float, vms: Rows) -> list[float]:
    total = sum(vm["shares"] for vm in vms)
    return [capacity * vm["shares"] / total for vm in vms]


def _cut_once(capacity: float, vms: Rows) -> list[float]:
    """By shares, then cut and raised to the bounds: what is cut off goes to nobody."""
    pairs = zip(_claims(vms), _shares_only(capacity, vms), strict=True)
    return [min(one.cap, max(one.floor, x)) for one, x in pairs]


def _on_top(capacity: float, vms: Rows) -> list[float]:
    """The reservation first, then shares of what is left on top of it."""
    claims = _claims(vms)
    rest = capacity - sum(one.floor for one in claims)
    beyond = [
        Claim(demand=one.cap - one.floor, shares=one.shares) for one in claims
    ]  # fmt: skip
    given = shares.fair_shares(rest, beyond)
    return [one.floor + x for one, x in zip(claims, given, strict=True)]


def _no_shares(capacity: float, vms: Rows) -> list[float]:
    return list(shares.fair_shares(capacity, [replace(one, shares=1) for one in _claims(vms)]))


def _no_limit(capacity: float, vms: Rows) -> list[float]:
    return list(shares.fair_shares(capacity, [replace(one, limit=None) for one in _claims(vms)]))


def _sample(
    capacity: int, rows: list[tuple[int, int, int | None, int]], answer: list[float]
) -> Sample:
    vms = [dict(zip(("shares", "res", "limit", "demand"), row, strict=True)) for row in rows]
    return Sample({"capacity": capacity, "vms": vms}, answer)


SHARES = Exercise(
    id="E4.3",
    chapter="hypervisors",
    title=mark("Share a crowded CPU"),
    reference=fair_shares,
    cases=_cases,
    tolerance=1e-4,
    samples=(
        _sample(
            8000,
            [(1000, 5000, None, 6000), (1000, 0, None, 6000), (1000, 0, 1000, 6000)],
            [5000.0, 2000.0, 1000.0],
        ),
        _sample(
            8000,
            [(2000, 0, None, 6000), (1000, 0, None, 6000), (1000, 0, None, 6000)],
            [4000.0, 2000.0, 2000.0],
        ),
        _sample(8000, [(1000, 4000, None, 1000), (1000, 0, None, 3000)], [1000.0, 3000.0]),
    ),
    wrong=(
        Wrong(
            "shares only",
            _shares_only,
            mark("You divide by shares alone: nobody gets more than it wants or than its limit, nor less than its reservation where it wants that much."),
        ),
        Wrong(
            "cut once",
            _cut_once,
            mark("You divide by shares and then cut: what one machine may not have goes to the others, by their shares, until nothing is left over."),
        ),
        Wrong(
            "reservation on top",
            _on_top,
            mark("You give each its reservation and a share of the rest on top: a reservation is a least amount, it counts within the share."),
        ),
        Wrong(
            "all alike",
            _no_shares,
            mark("You treat all alike: a machine with twice the shares gets twice as much where both want more."),
        ),
        Wrong(
            "no limit",
            _no_limit,
            mark("You forget the limit: a machine never gets more than it, even on an idle host."),
        ),
    ),
)  # fmt: skip
