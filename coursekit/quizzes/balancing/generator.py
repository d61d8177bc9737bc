"""Fresh load balancing questions from a seed: direct ("how long?") and inverse ("how much may come?").

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.balancing import scenes as at
from coursekit.quizzes.question import Choice, Question, Said, Scene, wrong_numbers
from coursekit.sims.balancing.failing import lost_on_crash
from coursekit.sims.balancing.formulas import (
    busy_after_loss,
    fan_out,
    mm1_response,
    mmc_response,
    servers_needed,
    wait_exceeds,
)
from coursekit.sims.balancing.hashing import ip_hash, server_of_ip
from coursekit.sims.balancing.health import Checks, detection, slow_start
from coursekit.sims.balancing.turns import letters, lvs_wrr, smooth_steps, static_rr
from coursekit.sims.message import Message

Maker = Callable[[np.random.Generator, str], Question]


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 3])
    return MAKERS[seed % len(MAKERS)](rng, f"balancing-fresh-{seed}")


def _orders(weights: tuple[int, ...]) -> dict[str, str]:
    """One round of each kind of turns."""
    size = sum(weights)
    return {
        "swrr": letters([step.pick for step in smooth_steps(weights, size)]),
        "lvs_wrr": letters(lvs_wrr(weights, size)),
        "static_rr": letters(static_rr(weights, size)),
        "rr": letters([turn % len(weights) for turn in range(size)]),
    }


_NAMES = {
    "swrr": _("smooth weighted round robin (nginx)"),
    "lvs_wrr": _("weighted round robin of Linux IPVS"),
    "static_rr": _("static-rr of HAProxy"),
    "rr": _("round robin without weights"),
}
_WAYS = {
    "swrr": _("Smooth turns: everybody gains their weight, the greatest pays for all."),
    "lvs_wrr": _(
        "IPVS lowers a bar from round to round: at first only the heaviest reach it, at last all."
    ),
    "static_rr": _(
        "HAProxy fills a map of places once; of nearly equal claims the first server's wins."
    ),
    "rr": _("Without weights the letters would come in turn, each as often."),
}


def _weights(rng: np.random.Generator) -> tuple[int, ...]:
    """Weights for which the four kinds of turns all differ."""
    while True:
        weights = tuple(int(each) for each in rng.integers(1, 6, 3))
        if sum(weights) <= 9 and len(set(_orders(weights).values())) == len(_NAMES):
            return weights


def _which_order(rng: np.random.Generator, name: str) -> Question:
    """Direct: in what order?"""
    weights = _weights(rng)
    asked = str(rng.choice(["swrr", "lvs_wrr"]))
    orders, text = _orders(weights), ", ".join(map(str, weights))
    typed = text.replace(" ", "")
    return Question(
        id=name, kind="single", scene=at.turns(asked, typed),
        prompt=Message.of("Three servers a, b, c of weights {weights}: in which order does the {policy} share out the first requests?", weights=text, policy=Message(_NAMES[asked])),
        because=_WAYS[asked],
        choices=tuple(
            Choice(text=" ".join(order), right=key == asked, why="" if key == asked else _WAYS[key], scene=at.turns(key, typed))
            for key, order in orders.items()
        ),
        hints=(_("Who is first, and who is second?"), _("How often does each letter come in one round?"), _("Are the requests of the heaviest in one run, or spread?")),
    )  # fmt: skip


def _which_policy(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from the order back to the policy."""
    weights = _weights(rng)
    orders, text = _orders(weights), ", ".join(map(str, weights))
    right = str(rng.choice(list(orders)))
    scene = at.turns(right, text.replace(" ", ""))
    return Question(
        id=name, kind="single", scene=scene,
        prompt=Message.of("Weights {weights}. The first requests went to {order}. Who shared them out?", weights=text, order=orders[right]),
        because=_WAYS[right],
        choices=tuple(
            Choice(text=_NAMES[key], right=key == right, scene=scene, why="" if key == right else Message.of("That one would give {order}.", order=order))
            for key, order in orders.items()
        ),
        hints=(_("Do the shares follow the weights?"), _("Does the heaviest come in one run?"), _("Write the first three picks of smooth turns and compare.")),
    )  # fmt: skip


def _response(rng: np.random.Generator, name: str) -> Question:
    """Direct: how long does a request stay?"""
    mu = int(rng.choice([10, 20, 50, 100]))
    lam = round(mu * int(rng.integers(10, 20)) / 20, 2)
    answer = 1000 * mm1_response(lam, mu)
    wrong = (
        (1000 / mu, _("That is the service alone, without any waiting.")),
        (1000 / mu * (1 + lam / mu), _("Waiting does not grow in proportion to the load.")),
        (answer - 1000 / mu, _("That is the wait alone; the service comes on top.")),
    )
    return Question(
        id=name, kind="numeric", tolerance=0.01, answer=answer, unit=_("ms"), scene=at.curve(round(100 * lam / mu)),
        prompt=Message.of("One server handles {mu} requests a second on average; {lam:g} a second come, at random. How long does a request stay on average, in milliseconds?", mu=mu, lam=lam),
        because=Message.of("1/(μ − λ) = 1/({mu} − {lam:g}) s = {answer:.1f} ms.", mu=mu, lam=lam, answer=answer),
        choices=wrong_numbers(answer, 0.01, wrong),
        hints=(_("How much of the server is left free?"), _("The mean response time is 1/(μ − λ)."), Message.of("μ − λ = {rest:g} a second.", rest=round(mu - lam, 2))),
    )  # fmt: skip


def _how_much(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from the response time wanted back to the load."""
    mu = int(rng.choice([20, 50, 100]))
    times = int(rng.choice([2, 4, 5, 10]))
    answer, limit = mu - mu / times, 1000 * times / mu
    wrong = (
        (mu / times, _("That is what must stay free; the rest may come.")),
        (float(mu), _("At μ requests a second the line would grow without end.")),
        (mu - 1.0, _("One a second to spare would mean a mean response of a whole second.")),
    )
    return Question(
        id=name, kind="numeric", tolerance=0.005, answer=answer, scene=at.curve(round(100 * answer / mu)),
        prompt=Message.of("One server handles {mu} requests a second on average. How many may come a second if the mean response time is to be {limit:g} ms?", mu=mu, limit=limit),
        because=Message.of("1/(μ − λ) = {limit:g} ms leaves {rest:g} a second free: λ = {answer:g}, {busy:.0f} % busy.", limit=limit, rest=mu / times, answer=answer, busy=100 * answer / mu),
        choices=wrong_numbers(answer, 0.005, wrong),
        hints=(_("The mean response time is 1/(μ − λ)."), Message.of("So μ − λ = 1/({limit:g} ms).", limit=limit), Message.of("{limit:g} ms are 1/{rest:g} of a second.", limit=limit, rest=mu / times)),
    )  # fmt: skip


def _how_many(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from a promise back to the number of servers."""
    mu, limit = int(rng.choice([5, 8, 10, 12, 20])), int(rng.choice([20, 50, 100]))
    lam, tail = int(rng.integers(3, 20)) * 10, int(rng.choice([1, 5, 10]))
    answer = servers_needed(lam, mu, limit / 1000, tail / 100)
    least = lam // mu + 1
    late = [100 * wait_exceeds(c, lam, mu, limit / 1000) for c in (least, answer)]
    wrong = (
        (
            float(least),
            Message.of("They keep up, but {late:.0f} % would wait longer.", late=late[0]),
        ),
        (float(least - 1), _("So few cannot even keep up: the line grows without end.")),
        (answer + 1.0, _("That is one more than needed.")),
    )
    scene = Scene(lab="balancing-size", values={"rate": lam, "service": mu, "limit": limit, "tail": tail})  # fmt: skip
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=answer, scene=scene,
        prompt=Message.of("{lam} requests a second, {mu} a second and server, one common line. The fewest servers with which at most {tail} % wait longer than {limit} ms? (The lab, or Erlang's C, helps.)", lam=lam, mu=mu, tail=tail, limit=limit),
        because=Message.of("With {answer} servers {late:.2f} % wait longer than {limit} ms; with one less it is more than {tail} %.", answer=answer, late=late[1], limit=limit, tail=tail),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("How many are needed just to keep up?"), _("Add about the square root of λ/μ."), Message.of("λ/μ = {offered:.2f}, and its square root {root:.2f}.", offered=lam / mu, root=(lam / mu) ** 0.5)),
    )  # fmt: skip


def _lost(rng: np.random.Generator, name: str) -> Question:
    """Direct: what a crash costs until it is noticed."""
    servers, rate = int(rng.integers(2, 9)), int(rng.integers(2, 20)) * 10
    checks = Checks(inter=float(rng.choice([1, 2, 5])), fall=int(rng.integers(1, 5)))
    found = detection(checks)
    answer = lost_on_crash(rate, servers, found.mean)
    wrong = (
        (rate * found.mean, _("The other servers go on answering: only one share is lost.")),
        (lost_on_crash(rate, servers, found.most), _("That is the worst case: it died just after a check.")),
        (lost_on_crash(rate, servers, found.least), _("That is the best case: it died just before a check.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", tolerance=0.005, answer=answer, scene=at.health(policy="rr"),
        prompt=Message.of("{servers} servers take turns at {rate} requests a second. They are checked every {inter:g} s, fall {fall}; a dead one refuses at once. How many requests does the crash of one cost on average, without retry?", servers=servers, rate=rate, inter=checks.inter, fall=checks.fall),
        because=Message.of("{rate}/{servers} a second to the dead one, for {seconds:g} s on average: {answer:g}.", rate=rate, servers=servers, seconds=found.mean, answer=round(answer, 2)),
        choices=wrong_numbers(answer, 0.005, wrong),
        hints=(_("How many requests a second go to the dead server?"), _("How long does it go on? From (fall − 1) to fall intervals."), Message.of("On average {seconds:g} s.", seconds=found.mean)),
    )  # fmt: skip


def _pages(rng: np.random.Generator, name: str) -> Question:
    """Direct: a page of many calls."""
    calls, slow = int(rng.choice([10, 20, 50, 100, 200])), float(rng.choice([0.1, 0.5, 1, 2]))
    answer = 100 * fan_out(calls, slow / 100)
    wrong = (
        (slow, _("That is one call; the page waits for the slowest of all.")),
        (calls * slow, _("Chances do not add up: some pages have several slow calls.")),
        (100 - answer, _("That is the share of the fast pages.")),
    )
    return Question(
        id=name, kind="numeric", tolerance=0.01, answer=answer, unit="%",
        scene=Scene(lab="balancing-size", values={"calls": calls, "slow_calls": slow}),
        prompt=Message.of("{slow:g} % of the calls are slow. A page makes {calls} calls. What share of the pages meets a slow one, in %?", slow=slow, calls=calls),
        because=Message.of("1 − (1 − {p:g})^{calls} = {answer:.1f} %.", p=slow / 100, calls=calls, answer=answer),
        choices=wrong_numbers(answer, 0.01, wrong),
        hints=(_("When is a page fast?"), _("When every call is: multiply their chances."), Message.of("{fast:g} to the power {calls}.", fast=1 - slow / 100, calls=calls)),
    )  # fmt: skip


def _one_less(rng: np.random.Generator, name: str) -> Question:
    """Match pools with what is left for the others when one server dies."""
    busy = int(rng.choice([40, 50, 60, 70]))
    sizes = sorted(int(each) for each in rng.choice(np.arange(2, 9), 4, replace=False))
    return Question(
        id=name, kind="match",
        pairs=tuple((Message.of("{n} servers", n=n), Message.of("{after:.1f} % busy", after=100 * busy_after_loss(n, busy / 100))) for n in sizes),
        prompt=Message.of("Each server of a pool is {busy} % busy, and one dies. Match each pool with how busy the others would have to be.", busy=busy),
        because=_("ρ·N/(N − 1): the more servers share the work of the dead one, the less each notices."),
        hints=(_("Which pool suffers most?"), _("The smallest: there the fewest share the dead one's work."), _("ρ·N/(N − 1).")),
        scene=at.health(servers=4, load=busy),
    )  # fmt: skip


def _pools(rng: np.random.Generator, name: str) -> Question:
    """Order pools of the same power by how long a request stays."""
    load = int(rng.choice([50, 60, 70, 80, 90]))
    lam = 4 * load / 100
    pools: list[tuple[float, Said]] = [
        (mmc_response(1, lam, 4), _("one server, four times as fast")),
        (mmc_response(2, lam, 2), _("two servers, twice as fast, one common line")),
        (mmc_response(4, lam, 1), _("four servers, one common line")),
        (mm1_response(lam / 4, 1), _("four servers, a line each, chosen at random")),
    ]
    pools.sort(key=lambda pool: pool[0])
    return Question(
        id=name, kind="order", scene=at.curve(load, 4, "separate"),
        prompt=Message.of("Four ways to the same power, each {load} % busy. Put them in order: the shortest mean response time first.", load=load),
        because=_("Fewer and faster is best, for even a lone request is served with all the power; a line for each server is worst, for some wait while others are idle."),
        choices=tuple(Choice(text=text, why=Message.of("This one takes {seconds:.2f} s.", seconds=seconds)) for seconds, text in pools),
        hints=(_("What does each do with a single request?"), _("A fast server gives it all the power."), _("And where may a request wait while a server is idle?")),
    )  # fmt: skip


def _sixteenths(rng: np.random.Generator, name: str) -> Question:
    """Direct: how far slow start has come."""
    seconds = int(rng.choice([20, 30, 40, 60, 120]))
    elapsed = int(rng.integers(1, seconds))
    answer = slow_start(elapsed, seconds)
    wrong = (
        (16.0, _("It has all of its weight only at the end of slow start.")),
        (16 * elapsed / seconds, _("The steps are whole: (16·elapsed + S) is divided by S, and rounded down.")),
        (answer - 1.0, _("It begins with one sixteenth, not with none.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=answer, scene=at.health(slow_start=min(seconds, 40)),
        prompt=Message.of("A server comes back with a slow start of {seconds} s. How many sixteenths of its weight has it after {elapsed} s?", seconds=seconds, elapsed=elapsed),
        because=Message.of("(16 × {elapsed} + {seconds}) // {seconds} = {answer}.", elapsed=elapsed, seconds=seconds, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("There are sixteen steps of equal length."), Message.of("A step lasts {step:g} s.", step=seconds / 16), _("It begins at 1 sixteenth.")),
    )  # fmt: skip


def _neighbours(rng: np.random.Generator, name: str) -> Question:
    """Inverse: whose address leads to the same server for certain?"""
    a, b, c = (int(each) for each in rng.integers(1, 200, 3))
    address, same = (
        f"{a}.{b}.{c}.{int(rng.integers(1, 100))}",
        f"{a}.{b}.{c}.{int(rng.integers(100, 255))}",
    )
    others = (
        (f"{a}.{b}.{c + 1}.7", _("Its third octet differs, and counts.")),
        (f"{a + 1}.{b}.{c}.7", _("Its first octet differs, and counts.")),
        (f"{a}.{b + 1}.{c}.7", _("Its second octet differs, and counts.")),
    )
    return Question(
        id=name, kind="single", scene=at.ring("ip_hash"),
        prompt=Message.of("nginx, ip_hash. Which address goes to the same server as {address}, however many servers there are?", address=address),
        because=Message.of("{same}: only the first three octets are hashed, to {value} for both.", same=same, value=ip_hash(same)),
        choices=(
            Choice(text=same, right=True),
            *(
                Choice(text=other, scene=at.ring("ip_hash"), why=Message.of("{why} Hash {value}: with 3 servers it is server {server}.", why=Message(why), value=ip_hash(other), server=letters([server_of_ip(other, (1, 1, 1))])))
                for other, why in others
            ),
        ),
        hints=(_("Which part of the address is hashed?"), _("Not all four numbers."), _("The first three: a whole /24 goes together.")),
    )  # fmt: skip


MAKERS: tuple[Maker, ...] = (
    _which_order,
    _response,
    _how_many,
    _which_policy,
    _lost,
    _pages,
    _how_much,
    _one_less,
    _pools,
    _sixteenths,
    _neighbours,
)
