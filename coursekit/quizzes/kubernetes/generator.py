"""Fresh questions on Kubernetes from a seed: direct ("how many?", "when?") and inverse.

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.kubernetes import scenes as at
from coursekit.quizzes.question import Choice, Question, wrong_numbers
from coursekit.sims.kubernetes import (
    disruption,
    hpa,
    nodefailure,
    probes,
    reconcile,
    rollout,
    rounding,
)
from coursekit.sims.kubernetes.nodes import grow
from coursekit.sims.kubernetes.objects import Node, Pod
from coursekit.sims.kubernetes.qos import Container, oom_score_adj, qos_class
from coursekit.sims.kubernetes.scheduler import Cluster, decide
from coursekit.sims.kubernetes.service import chain, lost
from coursekit.sims.message import Message

Maker = Callable[[np.random.Generator, str], Question]


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 7])
    return MAKERS[seed % len(MAKERS)](rng, f"kubernetes-fresh-{seed}")


def _advice(rng: np.random.Generator, name: str) -> Question:
    """Direct: what does the autoscaler recommend?"""
    current, target = int(rng.integers(2, 9)), int(rng.choice([40, 50, 60, 75, 80]))
    use = int(rng.choice([target + 2, target - 3, *rng.integers(15, 200, 3)]))
    answer = hpa.advise(current, hpa.Use(ready=(use,) * current, target=target)).replicas
    plain = current * use / target
    wrong = (
        (int(plain), _("It is rounded up: a little too much is better than too little.")),
        (plain, _("Pods come whole: round up, but look at the tolerance first.")),
        (current, _("The use is outside the tolerance of a tenth.")),
        (-int(-plain // 1), _("Within a tenth of the target nothing is changed.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit="pods", scene=at.advice(use, min(current, 10), target),
        prompt=Message.of("{current} pods use {use} % of the CPU they request; the target is {target} %, the tolerance 0.1. How many pods does the autoscaler recommend?", current=current, use=use, target=target),
        because=Message.of("{use} / {target} = {ratio:.3f}. Between 0.9 and 1.1 nothing happens; otherwise {current} × that, rounded up: {answer}.", use=use, target=target, ratio=use / target, current=current, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Use by target: what is the ratio?"), _("Is it within 0.9 and 1.1?"), _("If not: pods times ratio, rounded up.")),
    )  # fmt: skip


def _rounding(rng: np.random.Generator, name: str) -> Question:
    """Direct: surge and unavailable of a percentage."""
    n, percent = int(rng.integers(3, 25)), int(rng.choice([10, 15, 20, 25, 30, 40]))
    surge, unavailable = rounding.limits(n, f"{percent}%", f"{percent}%")
    up = bool(rng.integers(2))
    answer = surge if up else unavailable
    which = "maxSurge" if up else "maxUnavailable"
    exact = n * percent / 100
    if up:
        told = Message.of(
            "{percent} % of {n} is {exact:g}, rounded up: {answer}.",
            percent=percent,
            n=n,
            exact=exact,
            answer=answer,
        )
    else:
        told = Message.of(
            "{percent} % of {n} is {exact:g}, rounded down: {answer}.",
            percent=percent,
            n=n,
            exact=exact,
            answer=answer,
        )
    wrong = (
        (surge + unavailable - answer, _("Surge is rounded up, unavailable down: this is the other one.")),
        (exact, _("Pods come whole.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit="pods", scene=at.rollout(min(n, 20), percent, percent),
        prompt=Message.of("A Deployment of {n} pods, {which}: {percent} %. How many pods is that?", n=n, which=which, percent=percent),
        because=told,
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(Message.of("{percent} % of {n} is {exact:g}.", percent=percent, n=n, exact=exact), _("In which direction is it careful, in which is it quick?"), _("On top: up. Missing: down.")),
    )  # fmt: skip


def _stuck(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many old pods still serve when the new version never gets ready?"""
    n = int(rng.integers(4, 21))
    deployment = rollout.Deployment(replicas=n)
    last = rollout.roll(deployment, (rollout.Change(0, "v2", broken=True),)).states[-1]
    surge, unavailable = rounding.limits(n)
    wrong = (
        (n, _("As many as may be missing are taken away at once.")),
        (0, _("Old pods go only as far as new ones are available, beyond what may be missing.")),
        (n - surge, _("What may come on top is not what may be missing.")),
    )
    return Question(
        id=name, kind="numeric", answer=last.old, tolerance=1e-9, unit="pods", scene=at.rollout(n, bad=True),
        prompt=Message.of("A Deployment of {n} pods (25 % surge, 25 % unavailable) gets an image that never gets ready. How many old pods still serve when the update stands still?", n=n),
        because=Message.of("{n} − {u}: those that may be missing went at once, and no more. {new} new ones were made and wait.", n=n, u=unavailable, new=last.new),
        choices=wrong_numbers(last.old, 1e-9, wrong),
        hints=(_("How many may be missing?"), _("A quarter, rounded down."), _("No further old one goes before a new one is available.")),
    )  # fmt: skip


def _budget(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many pods may be evicted?"""
    expected = int(rng.integers(3, 16))
    healthy = expected - int(rng.integers(0, 2))
    percent, least = int(rng.choice([30, 50, 60, 75, 80])), bool(rng.integers(2))
    text = f"{percent}%"
    budget = disruption.Budget(min_available=text) if least else disruption.Budget(max_unavailable=text)  # fmt: skip
    desired, answer = disruption.allowed(budget, expected, healthy)
    wrong = (
        (healthy - int(desired), _("Never below zero.")),
        (max(0, healthy - int(expected * (percent if least else 100 - percent) / 100)), _("Budgets round up, both kinds.")),
        (expected - desired, _("What is missing already counts: begin with the healthy ones.")),
        (desired, _("So many must stay. How many may go?")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit="pods", scene=at.drain("min50" if least else "max30", min(expected, 9)),
        prompt=Message.of("{expected} pods are wished, {healthy} are healthy. The budget says {kind}: {percent} %. How many pods may be evicted now?", expected=expected, healthy=healthy, kind="minAvailable" if least else "maxUnavailable", percent=percent),
        because=Message.of("{desired} must stay healthy (rounded up where it has to be), {healthy} are: {answer} may go.", desired=desired, healthy=healthy, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("How many must stay healthy?"), _("Percentages of a budget are rounded up."), _("Healthy ones less those that must stay.")),
    )  # fmt: skip


def _detected(rng: np.random.Generator, name: str) -> Question:
    """Direct: the worst time until a hang is noticed."""
    period, failure, limit = int(rng.choice([2, 5, 10, 15, 20])), int(rng.integers(1, 6)), int(rng.integers(1, 4))  # fmt: skip
    limit = min(limit, period)
    best, worst = probes.detection(probes.Probe(period=period, failure=failure, timeout=limit))
    late = bool(rng.integers(2))
    answer = worst if late else best
    wrong = (
        (worst + best - answer, _("That is the other end: best and worst lie one period apart.")),
        (
            period * failure,
            _("The last probe needs its time limit to fail, and the first may come at once."),
        ),
        (period, _("One probe that fails is forgiven, unless the threshold is 1.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit="s", scene=at.probes("hang", period=period, failure=failure, timeout=limit),
        prompt=Message.of("A liveness probe every {period} s, time limit {limit} s, failure threshold {failure}. The application hangs. After how many seconds {end} is that noticed?", period=period, limit=limit, failure=failure, end=Message("at worst") if late else Message("at best")),
        because=Message.of("{gaps} periods between the first and the last probe that fails, {limit} s for the last; at worst a whole period before the first: {answer:g} s.", gaps=failure - 1, limit=limit, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("When does the first probe that fails come, at best and at worst?"), _("At once, or a period later."), _("Then threshold − 1 periods, then the time limit.")),
    )  # fmt: skip


def _class(rng: np.random.Generator, name: str) -> Question:
    """Direct: the class of a pod."""
    forms = {
        "all": (Container(cpu_m=500, mem_mi=256, lim_cpu_m=500, lim_mem_mi=256), _("requests and limits for CPU and memory, equal")),
        "limits": (Container(lim_cpu_m=500, lim_mem_mi=256), _("limits for CPU and memory, no requests")),
        "cpu": (Container(cpu_m=500), _("a request for CPU, nothing else")),
        "none": (Container(), _("neither requests nor limits")),
    }  # fmt: skip
    form = str(rng.choice(list(forms)))
    container, words = forms[form]
    right = qos_class([container])
    reasons = {
        "Guaranteed": _("That needs limits for CPU and memory, with equal requests or none."),
        "Burstable": _("That is everything between: something is asked for, but not all of it is fixed."),
        "BestEffort": _("That is a pod that says nothing at all."),
    }  # fmt: skip
    return Question(
        id=name, kind="single", scene=at.qos(form),
        prompt=Message.of("A pod with one container has {words}. Which class is it?", words=Message(words)),
        because=_("Guaranteed: limits for both, and requests equal to them or left out. BestEffort: nothing. Burstable: the rest."),
        choices=tuple(Choice(text=each, right=each == right, scene=at.qos(form), why="" if each == right else why) for each, why in reasons.items()),
        hints=(_("Is anything asked for at all?"), _("Are there limits for both CPU and memory?"), _("A request that is left out is taken to be the limit.")),
    )  # fmt: skip


def _adjustment(rng: np.random.Generator, name: str) -> Question:
    """Direct: oom_score_adj of a Burstable pod."""
    capacity = int(rng.choice([8, 16, 32, 64]))
    request = int(rng.integers(1, capacity))
    answer = oom_score_adj("Burstable", 1024 * request, 1024 * capacity)
    wrong = (
        (
            1000 * request // capacity,
            _("The more is requested, the later it is killed: subtract it from 1000."),
        ),
        (1000, _("That is BestEffort.")),
        (-997, _("That is Guaranteed.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, scene=at.qos("cpu", request=256),
        prompt=Message.of("A Burstable container requests {request} GiB of memory on a node with {capacity} GiB. Which oom_score_adj does the kubelet give it?", request=request, capacity=capacity),
        because=Message.of("1000 − 1000 × {request} / {capacity}, the quotient rounded down, at least 2 and at most 999: {answer}.", request=request, capacity=capacity, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Which share of the node does it request, in thousandths?"), _("1000 less that."), _("Between 2 and 999.")),
    )  # fmt: skip


def _placed(rng: np.random.Generator, name: str) -> Question:
    """Direct: which node takes the pod?"""
    while True:
        cpus, mems = 1000 * rng.integers(2, 9, 3), 1024 * rng.integers(4, 17, 3)
        nodes = tuple(Node(name=f"n{i}", cpu_m=int(c), mem_mi=int(m)) for i, (c, m) in enumerate(zip(cpus, mems, strict=True), 1))  # fmt: skip
        pod = Pod(name="new", cpu_m=int(500 * rng.integers(1, 4)), mem_mi=int(1024 * rng.integers(1, 4)))  # fmt: skip
        seen = decide(Cluster(nodes), pod)
        totals = sorted((each.total for each in seen.seen), reverse=True)
        if totals[0] >= totals[1] + 4:  # no hair’s breadth
            break
    said = "; ".join(f"{node.name}: {node.cpu_m} m, {node.mem_mi // 1024} GiB" for node in nodes)
    points = ", ".join(f"{each.node} {each.total}" for each in seen.seen)
    return Question(
        id=name, kind="single", scene=at.scheduler(),
        prompt=Message.of("Three empty nodes: {said}. A pod asks for {cpu} m and {mem} GiB. Which one does the scheduler choose (least requested, and balance)?", said=said, cpu=pod.cpu_m, mem=pod.mem_mi // 1024),
        because=Message.of("Points for what stays free and for even use: {points}.", points=points),
        choices=tuple(
            Choice(text=each.node, right=each.node == seen.node, scene=at.scheduler(), why="" if each.node == seen.node else Message.of("{node} gets {points} points.", node=each.node, points=each.total))
            for each in seen.seen
        ),
        hints=(_("Which share of CPU and of memory would the pod take on each?"), _("The smaller the shares, the more points."), _("And the more alike both shares are.")),
    )  # fmt: skip


def _endpoint(rng: np.random.Generator, name: str) -> Question:
    """Direct: the probability in a rule of kube-proxy."""
    n = int(rng.integers(3, 9))
    i = int(rng.integers(1, n))
    answer = 100 * chain([str(k) for k in range(n)])[i].probability
    wrong = (
        (100 / n, _("That is each endpoint’s share in the end. This rule is asked only by those whom the ones before let pass.")),
        (100 * (i + 1) / n, _("Count those that are left, not those that were asked.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=5e-3, unit="%", scene=at.service(("connect", 30)),
        prompt=Message.of("kube-proxy spreads connections over {n} endpoints by a chain of rules, one an endpoint, each tried with a probability. Which probability has rule number {k}, in percent?", n=n, k=i + 1),
        because=Message.of("{left} endpoints are left when it is reached: 1 by {left}. In the end each gets 1 by {n}.", left=n - i, n=n),
        choices=wrong_numbers(answer, 5e-3, wrong),
        hints=(_("How many connections come as far as this rule?"), _("Those that no rule before has taken."), _("Among how many endpoints must they still be divided?")),
    )  # fmt: skip


def _lost(rng: np.random.Generator, name: str) -> Question:
    """Inverse: how long must preStop sleep?"""
    rate, delay = 10 * int(rng.integers(2, 21)), int(rng.integers(2, 9))
    drain = int(rng.integers(0, delay))
    answer = delay - drain
    assert lost(rate, delay, answer, drain) == 0  # and not one second earlier
    wrong = (
        (delay, _("It goes on serving for a while by itself: that counts.")),
        (30, _("That is the longest a pod may take to end. So much is not needed.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit="s", scene=at.leaving(answer, rate=rate, delay=delay, drain=drain),
        prompt=Message.of("A pod serves {rate} requests a second. When it is told to end it serves for {drain} s more; proxies learn of it after {delay} s. How many seconds, at least, must preStop sleep so that no request is lost?", rate=rate, drain=drain, delay=delay),
        because=Message.of("{delay} − {drain}: with less, {rate} requests are lost for each second that is missing.", delay=delay, drain=drain, rate=rate),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Until when do requests still arrive?"), _("Until the proxies know."), _("How much of that time does the application cover by itself?")),
    )  # fmt: skip


def _ordered(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many nodes are ordered?"""
    pods, cpu, mem = int(rng.integers(3, 25)), int(250 * rng.integers(2, 9)), int(1024 * rng.integers(1, 5))  # fmt: skip
    template = Node(name="template", cpu_m=4000, mem_mi=8192)
    answer = len(grow([Pod(name=f"p{i}", cpu_m=cpu, mem_mi=mem) for i in range(pods)], template, 50).bins)  # fmt: skip
    wrong = (
        (
            -(-pods * cpu // 4000),
            _("By CPU alone, and as if pods could be cut: count whole pods a node."),
        ),
        (-(-pods * mem // 8192), _("By memory alone, and as if pods could be cut.")),
        (pods, _("They are packed first: several fit on a node.")),
    )
    each = min(4000 // cpu, 8192 // mem)
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("nodes"), scene=at.autoscaler(min(pods, 30), cpu=cpu, mem=mem),
        prompt=Message.of("{pods} pods, each {cpu} m and {mem} GiB, find no node. New nodes have 4000 m and 8 GiB. How many does the cluster autoscaler order?", pods=pods, cpu=cpu, mem=mem // 1024),
        because=Message.of("{each} fit on a node (by CPU {c}, by memory {m}), so nodes needed: {answer}.", each=each, c=4000 // cpu, m=8192 // mem, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("How many fit on one node by CPU, how many by memory?"), _("The smaller number counts."), _("Pods by that, rounded up.")),
    )  # fmt: skip


def _noticed(rng: np.random.Generator, name: str) -> Question:
    """Direct: when is a dead node called unreachable?"""
    dead, look = int(rng.integers(1, 10)), float(rng.integers(0, 5))
    failure = nodefailure.Failure(dead=100.0 + dead, look=look)
    answer = nodefailure.noticed(failure) - failure.dead
    low, high = nodefailure.bounds()
    wrong = (
        (50, _("The grace period runs from the last lease, not from the death; and the controller looks every 5 s only.")),
        (350, _("Then its pods are replaced. Here it is only noticed.")),
        (10, _("One lease that is late proves nothing.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-6, unit="s", scene=at.node(float(dead)),
        prompt=Message.of("A node renews its lease at 0, 10, 20 … s and dies at {t} s. The controller looks at {look:g}, {next:g}, {third:g} … s and calls it unreachable when the lease is older than 50 s. How many seconds after the death is that?", t=100 + dead, look=look, next=look + 5, third=look + 10),
        because=Message.of("The last lease is from 100 s; the first look after 150 s is at {at:g} s, {answer:g} s after the death. In general it is between {low:.0f} and {high:.0f} s.", at=100 + dead + answer, answer=answer, low=low, high=high),
        choices=wrong_numbers(answer, 1e-6, wrong),
        hints=(_("When was the lease renewed for the last time?"), _("At 100 s: when is it older than 50 s?"), _("After 150 s. Which is the first look after that?")),
    )  # fmt: skip


def _difference(rng: np.random.Generator, name: str) -> Question:
    """Direct: what does the loop do?"""
    desired, running, ending = int(rng.integers(2, 9)), int(rng.integers(1, 10)), int(rng.integers(0, 3))  # fmt: skip
    pods = [reconcile.Pod(name=f"p{i}") for i in range(running)]
    pods += [reconcile.Pod(name=f"t{i}", phase="Terminating", ready=False) for i in range(ending)]
    answer = reconcile.difference(desired, pods)
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, scene=at.reconcile(("scale", "", min(desired, 8)), ("step",), ("step",)),
        prompt=Message.of("A ReplicaSet wishes {desired} pods. {running} run, {ending} are ending. How many does it make? (Write a negative number for how many it deletes.)", desired=desired, running=running, ending=ending),
        because=Message.of("Pods that are ending do not count: {desired} − {running} = {answer}.", desired=desired, running=running, answer=answer),
        choices=wrong_numbers(answer, 1e-9, ((desired - running - ending, _("Those that are ending count no longer.")), (desired, _("It makes the difference, not the whole.")))),
        hints=(_("Which pods count?"), _("Those that are not ending and have not failed."), _("Wish less those.")),
    )  # fmt: skip


MAKERS: tuple[Maker, ...] = (
    _advice, _rounding, _difference, _detected, _placed, _budget, _lost, _ordered, _class, _endpoint,
    _noticed, _stuck, _adjustment,
)  # fmt: skip
