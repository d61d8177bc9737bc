"""What queueing theory says in closed form: one server, many, two choices, many calls.

Modelled: Poisson arrivals, exponential service, first come first served. Left out: any
other law; `queues` measures those. Sources: Kleinrock, Queueing Systems I, 1975; Mitzenmacher,
IEEE TPDS 2001; Dean and Barroso, CACM 2013.
"""

from itertools import count
from math import exp, inf, log

from coursekit.sims.message import require

__all__ = [
    "busy_after_loss",
    "erlang_b",
    "erlang_c",
    "fan_out",
    "mean_in_system",
    "mm1_quantile",
    "mm1_response",
    "mmc_response",
    "pooling_gain",
    "retried_load",
    "servers_needed",
    "two_choices",
    "wait_exceeds",
]


def mm1_response(lam: float, mu: float) -> float:
    """Mean response time of one server; infinite from full load on."""
    _rates(lam, mu)
    return 1 / (mu - lam) if lam < mu else inf


def mm1_quantile(lam: float, mu: float, p: float) -> float:
    """The response time that a share `p` of the requests stays below."""
    _share("p", p)
    return -log(1 - p) * mm1_response(lam, mu)


def mean_in_system(lam: float, response: float) -> float:
    """Little's law: how many are there on average."""
    return lam * response


def erlang_b(servers: int, offered: float) -> float:
    """The chance to find all servers busy when nobody may wait; `offered` = λ/μ."""
    _pool(servers, offered)
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked


def erlang_c(servers: int, offered: float) -> float:
    """The chance to have to wait in one common queue; 1 at full load and above."""
    blocked = erlang_b(servers, offered)
    busy = offered / servers
    return blocked / (1 - busy * (1 - blocked)) if busy < 1 else 1.0


def wait_exceeds(servers: int, lam: float, mu: float, t: float) -> float:
    """The chance to wait longer than t."""
    _rates(lam, mu)
    require(t >= 0, "t={t}: choose 0 or more", t=t)
    if lam >= servers * mu:
        return 1.0
    return erlang_c(servers, lam / mu) * exp(-(servers * mu - lam) * t)


def mmc_response(servers: int, lam: float, mu: float) -> float:
    """Mean response time of `servers` with one common queue."""
    _rates(lam, mu)
    if lam >= servers * mu:
        return inf
    return erlang_c(servers, lam / mu) / (servers * mu - lam) + 1 / mu


def servers_needed(lam: float, mu: float, t: float, p: float) -> int:
    """The fewest servers with which at most a share `p` waits longer than t."""
    _share("p", p)
    require(p > 0, "p={p}: choose more than 0", p=p)
    _rates(lam, mu)
    first = int(lam // mu) + 1
    return next(c for c in count(first) if wait_exceeds(c, lam, mu, t) <= p)


def pooling_gain(servers: int, lam: float, mu: float) -> float:
    """How many times longer requests stay with a line at each server than with one for all."""
    require(lam < servers * mu, "lam={lam}: choose less than all servers' rate", lam=lam)
    return mm1_response(lam / servers, mu) / mmc_response(servers, lam, mu)


def two_choices(load: float, draws: int = 2) -> float:
    """Mean response of the shorter of `draws` queues, very many servers, service 1."""
    require(0 < load < 1, "load={load}: choose a share above 0 and below 1", load=load)
    require(draws >= 1, "draws={draws}: choose 1 or more", draws=draws)
    if draws == 1:
        return 1 / (1 - load)
    total, term, i = 0.0, 1.0, 1
    while term > total * 1e-17:
        total += term
        i += 1
        term = load ** ((draws**i - draws) / (draws - 1))
    return total


def fan_out(calls: int, slow: float) -> float:
    """The chance that at least one of `calls` is slow."""
    require(calls >= 0, "calls={calls}: choose 0 or more", calls=calls)
    require(0 <= slow <= 1, "slow={slow}: choose a share from 0 to 1", slow=slow)
    return float(1 - (1 - slow) ** calls)


def busy_after_loss(servers: int, busy: float, lost: int = 1) -> float:
    """How busy the rest are when `lost` of equal servers are gone; 1 or more is too much."""
    require(0 <= lost < servers, "lost={lost}: choose 0 to {most}", lost=lost, most=servers - 1)
    return busy * servers / (servers - lost)


def retried_load(load: float, retried: float) -> float:
    """The load when a share `retried` of the requests is sent once more."""
    require(0 <= retried <= 1, "retried={x}: choose a share from 0 to 1", x=retried)
    return load * (1 + retried)


def _rates(lam: float, mu: float) -> None:
    require(lam > 0, "{name}={value}: choose more than 0", name="lam", value=lam)
    require(mu > 0, "{name}={value}: choose more than 0", name="mu", value=mu)


def _pool(servers: int, offered: float) -> None:
    require(servers >= 1, "servers={servers}: choose 1 or more", servers=servers)
    require(offered >= 0, "offered={offered}: choose 0 or more", offered=offered)


def _share(name: str, value: float) -> None:
    require(
        0 <= value < 1, "{name}={value}: choose a share from 0 to below 1", name=name, value=value
    )
