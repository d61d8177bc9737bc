"""Reliability in formulas: mean time to data loss, and why the formulas flatter.

Modelled: equal disks with a constant failure rate, exponential repairs, unreadable
sectors met during a rebuild, latent defects cleared by scrubs, shared shocks, spares.
Times are hours unless named otherwise; an hour count is not a lifetime: read it through
`loss_probability`. Left out: ageing (`survival` has Weibull lives), clustered read errors
(so `unreadable` is a ceiling). Sources: Patterson, Gibson, Katz, SIGMOD 1988; Elerath and
Pecht, DSN 2007; Schroeder and Gibson, FAST 2007; md(4) for rebuild speed and bitmap.
"""

from dataclasses import dataclass
from math import ceil, comb, exp, expm1, factorial, log1p, log2
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from coursekit.sims.message import require

__all__ = [
    "HOURS_PER_YEAR",
    "THETA_HOURS",
    "WAIT_HOURS",
    "Risk",
    "afr_from_mttf",
    "bitmap_bytes",
    "check_array",
    "latent",
    "latent_loss_probability",
    "loss_probability",
    "markov_loss_probability",
    "mttdl",
    "mttdl_exact",
    "mttdl_unreadable",
    "mttf_from_afr",
    "rebuild_mb_s",
    "rebuild_seconds",
    "repair_hours",
    "shock_kills",
    "spare_demand",
    "spares_run_out",
    "stop_hours",
    "unreadable",
]

Level = Literal["0", "1", "4", "5", "6", "10", "01"]
Spare = Literal["none", "cold", "hot", "global"]

HOURS_PER_YEAR = 8766.0
THETA_HOURS = 9259.0  # mean time to a latent defect on one disk
MIN_MB_S, MAX_MB_S = 1.024, 204.8  # md's speed_limit_min and _max: 1000 and 200 000 KiB/s
BITMAP_BYTES = 64 * 2**20  # bytes that one bit of the write-intent bitmap covers
WAIT_HOURS = {"none": 76.0, "cold": 4.0, "hot": 0.0, "global": 0.0}  # order 72 h, human 4 h
LEAST = {"0": 1, "1": 2, "4": 3, "5": 3, "6": 4, "10": 2, "01": 4}


def check_array(level: str, disks: int) -> None:
    """ParameterError unless so many disks make an array of this level."""
    levels, least = ", ".join(get_args(Level)), LEAST.get(level, 0)
    require(least > 0, "level={level}: choose one of {levels}", level=level, levels=levels)
    require(
        disks >= least, "disks={disks}: RAID {level} needs {least} or more",
        disks=disks, level=level, least=least,
    )  # fmt: skip
    require(
        level not in ("10", "01") or disks % 2 == 0,
        "disks={disks}: RAID {level} needs an even number", disks=disks, level=level,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Risk:
    """One array of equal disks: mean life and mean repair of a disk, in hours.

    `crews` is how many disks are repaired at once; the formulas of `mttdl` assume one.
    """

    level: Level = "5"
    disks: int = 8
    mttf_hours: float = 1e6
    repair_hours: float = 24.0
    crews: int = 1

    def __post_init__(self) -> None:
        check_array(self.level, self.disks)
        _positive("mttf_hours", self.mttf_hours)
        _positive("repair_hours", self.repair_hours)
        require(self.crews >= 1, "crews={crews}: choose 1 or more", crews=self.crews)


def mttf_from_afr(afr: float) -> float:
    """Mean life in hours of a disk that fails in a year with probability `afr`."""
    require(0 < afr < 1, "afr={afr}: choose a share above 0 and below 1", afr=afr)
    return HOURS_PER_YEAR / -log1p(-afr)


def afr_from_mttf(mttf_hours: float) -> float:
    """The share of such disks that fail within a year."""
    _positive("mttf_hours", mttf_hours)
    return -expm1(-HOURS_PER_YEAR / mttf_hours)


def mttdl(risk: Risk) -> float:
    """Mean time to data loss by the usual approximation (repair much shorter than life)."""
    n, life, repair = risk.disks, risk.mttf_hours, risk.repair_hours
    match risk.level:
        case "0":
            return life / n
        case "1":  # every one of n copies
            return life**n / (factorial(n) * repair ** (n - 1))
        case "10":
            return life**2 / (n * repair)
        case "01":
            return life**2 / (n * (n / 2) * repair)
        case "4" | "5":
            return life**2 / (n * (n - 1) * repair)
        case "6":
            return life**3 / (n * (n - 1) * (n - 2) * repair**2)


def mttdl_exact(risk: Risk) -> float:
    """Mean time to data loss of the Markov chain, healthy at first."""
    rates = _rates(risk)
    stay = np.ones(len(rates) - 1)  # what a visit adds to the mean, per unit of rate out
    for s in range(len(rates) - 2, 0, -1):  # drop states from the worst, adding only
        out = rates[s, :s].sum() + rates[s, -1]
        share = rates[:s, s] / out
        stay[:s] += share * stay[s]
        rates[:s, :s] += share[:, None] * rates[s, :s]
        rates[:s, -1] += share * rates[s, -1]
        rates[:s, s] = 0
    return float(stay[0] / rates[0, -1])


def markov_loss_probability(risk: Risk, hours: float) -> float:
    """Chance that the same chain loses data within `hours`."""
    require(hours >= 0, "hours={hours}: choose 0 or more", hours=hours)
    rates = _rates(risk)
    leaving = rates.sum(axis=1)
    fastest = float(leaving.max())
    jump = rates / fastest + np.diag(1 - leaving / fastest)  # sums of positive terms only:
    halvings = max(0, ceil(log2(max(fastest * hours, 1e-300))))  # tiny chances stay exact
    mean = fastest * hours / 2**halvings
    step = term = np.eye(len(rates))
    for k in range(1, 25):
        term = term @ jump * (mean / k)
        step = step + term
    step *= exp(-mean)
    return float(np.linalg.matrix_power(step, 2**halvings)[0, -1])


def loss_probability(mttdl_hours: float, hours: float) -> float:
    """Chance of loss within `hours` at the constant rate 1 / MTTDL."""
    _positive("mttdl_hours", mttdl_hours)
    return -expm1(-hours / mttdl_hours)


def unreadable(disks: int, terabytes: float, error_rate: float) -> float:
    """Chance of an unreadable sector in reading whole disks, errors per bit independent."""
    require(0 <= error_rate < 1, "error_rate={rate}: choose a share from 0 to 1", rate=error_rate)
    return -expm1(disks * terabytes * 8e12 * log1p(-error_rate))


def mttdl_unreadable(risk: Risk, terabytes: float, error_rate: float) -> float:
    """Mean time to losing at least a sector, rebuilds meeting unreadable ones.

    RAID 0 has no rebuild: it is `mttdl`. ParameterError for RAID 01 and more than 2 copies.
    """
    n, rate = risk.disks, 1 / risk.mttf_hours
    again = rate * risk.repair_hours  # chance that a given disk dies during a repair
    if risk.level == "0":
        return mttdl(risk)
    readers = {"1": 1, "10": 1, "4": n - 1, "5": n - 1, "6": n - 2}.get(risk.level, 0)
    known = readers > 0 and (risk.level != "1" or n == 2)
    require(known, "level={level}: no formula with unreadable sectors", level=risk.level)
    bad = unreadable(readers, terabytes, error_rate)
    last = bad + (1 - bad) * readers * again
    first = n * rate * ((n - 1) * again if risk.level == "6" else 1)
    return 1 / (first * last)


def latent(disks: int, scrub_hours: float, theta_hours: float = THETA_HOURS) -> float:
    """Chance that, as one disk dies, another of the array has a latent defect.

    A defect waits for the next scrub, half a period on average.
    """
    require(scrub_hours >= 0, "scrub_hours={hours}: choose 0 or more", hours=scrub_hours)
    _positive("theta_hours", theta_hours)
    return -expm1(-(disks - 1) * scrub_hours / 2 / theta_hours)


def latent_loss_probability(risk: Risk, scrub_hours: float, hours: float) -> float:
    """Chance that within `hours` a disk dies while another has a latent defect (RAID 5)."""
    return -expm1(-risk.disks / risk.mttf_hours * hours * latent(risk.disks, scrub_hours))


def shock_kills(disks: int, at_least: int, kill: float) -> float:
    """Chance that a shock that kills each disk with chance `kill` kills so many at once."""
    require(0 <= kill <= 1, "kill={kill}: choose a share from 0 to 1", kill=kill)
    return sum(
        comb(disks, k) * kill**k * (1 - kill) ** (disks - k) for k in range(at_least, disks + 1)
    )


def rebuild_mb_s(
    disk_mb_s: float, foreground: float = 0.0, least: float = MIN_MB_S, most: float = MAX_MB_S
) -> float:
    """Rebuild speed when foreground work takes that share of the disks, within md's limits."""
    require(0 <= foreground <= 1, "foreground={x}: choose a share from 0 to 1", x=foreground)
    return max(least, min(most, disk_mb_s * (1 - foreground)))


def rebuild_seconds(capacity_tb: float, mb_s: float) -> float:
    """How long a whole disk takes at that speed."""
    _positive("mb_s", mb_s)
    return capacity_tb * 1e6 / mb_s


def bitmap_bytes(dirty_bits: int) -> int:
    """What is copied after a crash or a re-added disk, instead of the whole disk."""
    require(dirty_bits >= 0, "dirty_bits={bits}: choose 0 or more", bits=dirty_bits)
    return dirty_bits * BITMAP_BYTES


def repair_hours(spare: Spare, rebuild_hours: float, detect_hours: float = 0.0) -> float:
    """Repair time: detect, wait for a disk, rebuild. Hot plug changes `stop_hours` only."""
    kinds = ", ".join(WAIT_HOURS)
    require(spare in WAIT_HOURS, "spare={spare}: choose one of {kinds}", spare=spare, kinds=kinds)
    return detect_hours + WAIT_HOURS[spare] + rebuild_hours


def stop_hours(*, hot_plug: bool) -> float:
    """How long the service stops to exchange one disk."""
    return 0.0 if hot_plug else 0.5


def spare_demand(disks: int, afr: float, restock_days: float) -> float:
    """How many disks are expected to fail while a used spare is restocked."""
    return disks * -log1p(-afr) * restock_days / 365.25


def spares_run_out(spares: int, demand: float) -> float:
    """Chance that, one of `spares` just used, the rest do not last until restocking."""
    require(spares >= 1, "spares={spares}: choose 1 or more", spares=spares)
    return 1 - sum(exp(-demand) * demand**k / factorial(k) for k in range(spares))


def _rates(risk: Risk) -> NDArray[np.float64]:
    """Transition rates per hour between states, 0 = healthy, last = data lost.

    A state is the number of dead disks; RAID 10: of degraded pairs; RAID 01: of sides.
    """
    n, fail, repair = risk.disks, 1 / risk.mttf_hours, 1 / risk.repair_hours
    states = {"0": 1, "1": n, "4": 2, "5": 2, "6": 3, "10": n // 2 + 1, "01": 2}[risk.level]
    rates = np.zeros((states + 1, states + 1))
    for i in range(states):
        if risk.level == "10":
            rates[i, i + 1] = (n - 2 * i) * fail
            rates[i, -1] += i * fail
        else:
            rates[i, i + 1] = (n // 2 if risk.level == "01" and i else n - i) * fail
        if i:
            rates[i, i - 1] = min(i, risk.crews) * repair
    return rates


def _positive(name: str, value: float) -> None:
    require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)
