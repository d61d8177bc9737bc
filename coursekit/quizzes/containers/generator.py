"""Fresh questions on containers from a seed: direct ("how long?", "who?") and inverse.

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable
from itertools import islice

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.containers import scenes as at
from coursekit.quizzes.question import Choice, Question, wrong_numbers
from coursekit.sims.containers import buildcache, lifecycle, memory, overlay
from coursekit.sims.containers.buildcache import Stage, Step
from coursekit.sims.containers.density import Host, count, largest_app
from coursekit.sims.containers.ports import ANY, Publish
from coursekit.sims.containers.shares import Group, divide
from coursekit.sims.containers.throttle import Throttle, of_cpus, tell
from coursekit.sims.message import Message

Maker = Callable[[np.random.Generator, str], Question]


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 6])
    return MAKERS[seed % len(MAKERS)](rng, f"containers-fresh-{seed}")


def _wall(rng: np.random.Generator, name: str) -> Question:
    """Direct: how long does work take under a limit?"""
    threads, quota = int(rng.integers(2, 7)), 10 * int(rng.integers(3, 15))
    work = int(quota * rng.uniform(1.3, 3.8))
    story = tell(Throttle(work=work, quota=quota, threads=threads))
    wrong = (
        (work / threads, _("That is the time without a limit.")),
        (100 * work / quota, _("That is the work spread evenly over time. The threads burn their quota as fast as they can, then stand still.")),
        (100 * (story.throttles + 1), _("The last period is not used to its end: the work is done earlier.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=story.wall, tolerance=5e-3, unit="ms", scene=at.throttle(work, quota, threads),
        prompt=Message.of("{work} ms of CPU work, {threads} threads on 8 free cores, a quota of {quota} ms in each 100 ms. How long does it take, in ms, from the start of a period?", work=work, threads=threads, quota=quota),
        because=Message.of("In each period {quota} ms are used up in {ran:.4g} ms, then all wait: {n} times. The rest takes what is left: {wall:.4g} ms in all.", quota=quota, ran=quota / threads, n=story.throttles, wall=story.wall),
        choices=wrong_numbers(story.wall, 5e-3, wrong),
        hints=(_("After how many ms is the quota of a period used up?"), _("Quota by threads. Then all wait for the next period."), _("How many whole periods pass, and how much work is left for the last?")),
    )  # fmt: skip


def _stalls(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many threads may run without ever being stopped?"""
    cpus = int(rng.integers(1, 7))
    quota = round((of_cpus(cpus).quota or 0) / 1000)
    return Question(
        id=name, kind="numeric", answer=cpus, tolerance=1e-9, scene=at.throttle(400, min(quota, 400), min(8, cpus + 1)),
        prompt=Message.of("A container is started with --cpus={cpus}. How many threads may compute all the time without ever being stopped?", cpus=cpus),
        because=Message.of("{cpus}: so many threads use {quota} ms in each 100 ms, exactly the quota. One more, and all of them stand still at the end of each period.", cpus=cpus, quota=quota),
        choices=wrong_numbers(cpus, 1e-9, ((quota, _("That is the quota in ms.")), (cpus + 1, _("Then more than the quota is wanted in each period.")))),
        hints=(_("How much CPU time does one thread use in a period of 100 ms?"), _("At most 100 ms."), _("How often does that go into the quota?")),
    )  # fmt: skip


def _share(rng: np.random.Generator, name: str) -> Question:
    """Direct: a share by weight, one group idle."""
    weights = [100 * int(each) for each in rng.choice(np.arange(1, 9), 3, replace=False)]
    idle = int(rng.integers(1, 3))
    groups = [Group(name=letter, weight=weight, busy=i != idle) for i, (letter, weight) in enumerate(zip("ABC", weights, strict=True))]  # fmt: skip
    answer = 100 * float(divide(groups)[0].share)
    others = sum(weights)
    wrong = (
        (100 * weights[0] / others, _("That counts the idle one. It wants nothing, and its share goes to the others.")),
        (50, _("Two are busy, but their weights differ.")),
        (100 / 3, _("The weights differ, and one is idle.")),
    )  # fmt: skip
    values = {f"weight_{letter}": weight for letter, weight in zip("abc", weights, strict=True)}
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=5e-3, unit="%", scene=at.shares("flat", **values, **{f"busy_{'abc'[idle]}": False}),
        prompt=Message.of("Three groups on one CPU: A has weight {a}, B {b}, C {c}. {who} has nothing to do, the others want all they can get. What share does A get, in percent?", a=weights[0], b=weights[1], c=weights[2], who="ABC"[idle]),
        because=Message.of("A’s weight by the weights of the busy ones: {own} / {busy}.", own=weights[0], busy=others - weights[idle]),
        choices=wrong_numbers(answer, 5e-3, wrong),
        hints=(_("Whose weights count?"), _("Those of the groups that want to run."), _("A’s weight by their sum.")),
    )  # fmt: skip


def _victim(rng: np.random.Generator, name: str) -> Question:
    """Direct: whom does the OOM killer choose?"""
    sizes = 5 * rng.choice(np.arange(2, 10), 3, replace=False)
    adjust = 50 * rng.choice(np.arange(-4, 11), 3, replace=False)
    limits = memory.Limits(max=100)
    people = [memory.Process(i, f"p{i}", float(size), int(adj)) for i, (size, adj) in enumerate(zip(sizes, adjust, strict=True), 1)]  # fmt: skip
    scores = [memory.score(each, limits) for each in people]
    if scores.count(max(scores)) > 1:
        return _victim(rng, name)  # a tie is decided by the number of the process: not asked here
    most = int(np.argmax(scores))
    said = ", ".join(f"{each.name}: {each.mem:g} MiB, {each.adj:+d}" for each in people)
    marks = ", ".join(f"{each.name}: {score:g}" for each, score in zip(people, scores, strict=True))
    return Question(
        id=name, kind="single", scene=at.memory(),
        prompt=Message.of("A group with memory.max 100 MiB runs out of memory, with nothing to reclaim. Its processes, each with its memory and its oom_score_adj: {said}. Who is killed?", said=said),
        because=Message.of("Memory in thousandths of the limit plus the adjustment: {marks}.", marks=marks),
        choices=tuple(
            Choice(text=each.name, right=i == most, scene=at.memory(), why="" if i == most else Message.of("{name} has {score:g}; look for a higher sum.", name=each.name, score=scores[i]))
            for i, each in enumerate(people)
        ),
        hints=(_("Memory is counted in thousandths of the limit: 30 MiB of 100 are 300."), _("Add the adjustment."), _("The highest sum is killed.")),
    )  # fmt: skip


def _layer(rng: np.random.Generator, name: str) -> Question:
    """Direct: what does a container see of a file?"""
    marks: list[overlay.Layer] = [{}, {}, {}]
    for depth in range(3):
        kind = rng.choice(["none", "file", "WH"] if depth < 2 else ["file"])
        if kind != "none":
            marks[depth] = {"a": overlay.WH if kind == "WH" else int(10 * (depth + 1))}
    found = overlay.lookup(overlay.Stack(tuple(marks)), "a")
    said = "; ".join(f"L{i}: {_mark(layer)}" for i, layer in enumerate(marks, 1))
    answers = [(10, _("a file of 10 KB")), (20, _("a file of 20 KB")), (30, _("a file of 30 KB")), (None, _("no file"))]  # fmt: skip
    size = found.size if found else None
    reasons = {
        10: _("L1 does not have the file."), 20: _("L2 has it not, or L1 above says something else."),
        30: _("A layer above says something else, and the first that knows the name answers."),
        None: _("No whiteout stands above the first layer that has it."),
    }  # fmt: skip
    return Question(
        id=name, kind="single", scene=at.overlay(("read", "a")),
        prompt=Message.of("Three read-only layers, L1 on top, and what each has for the name a (WH is a whiteout): {said}. What does the container see?", said=said),
        because=_("The first layer from the top that knows the name answers; a whiteout answers that there is nothing."),
        choices=tuple(Choice(text=text, right=value == size, scene=at.overlay(("read", "a")), why="" if value == size else reasons[value]) for value, text in answers),
        hints=(_("Begin at the top."), _("Which is the first layer that has something for a?"), _("A file answers; a whiteout answers too.")),
    )  # fmt: skip


def _mark(layer: overlay.Layer) -> str:
    mark = layer.get("a")
    return "–" if mark is None else "WH" if mark == overlay.WH else f"{mark} KB"


def _rebuild(rng: np.random.Generator, name: str) -> Question:
    """Direct: the seconds of a rebuild."""
    costs = [int(each) for each in rng.choice(np.arange(2, 40), 4, replace=False)]
    place = int(rng.integers(0, 4))
    steps = [Step(f"step {i}", cost, reads=frozenset({"x"} if i == place else ())) for i, cost in enumerate(costs)]  # fmt: skip
    answer = buildcache.build([Stage("image", tuple(steps))], {"x"}).seconds
    wrong = (
        (costs[place], _("The steps after it stand on its result: they run again too.")),
        (sum(costs), _("What stands before the changed step is reused.")),
        (sum(costs[:place]), _("That part is reused.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit="s", scene=at.cache("copy_first" if place < 2 else "deps_first"),
        prompt=Message.of("A Dockerfile has four steps that take {a}, {b}, {c} and {d} s. The input of step {n} changes. How many seconds does the next build take, everything else being in the cache?", a=costs[0], b=costs[1], c=costs[2], d=costs[3], n=place + 1),
        because=Message.of("Step {n} and all after it: {answer:g} s.", n=place + 1, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Which is the first step that cannot be reused?"), _("What of the steps after it?"), _("Add them up from there to the end.")),
    )  # fmt: skip


def _stored(rng: np.random.Generator, name: str) -> Question:
    """Direct: MB of images that share a base."""
    base, apps = 10 * int(rng.integers(4, 20)), [int(each) for each in rng.choice(np.arange(3, 40), 3, replace=False)]  # fmt: skip
    answer, apart = base + sum(apps), 3 * base + sum(apps)
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit="MB", scene=at.registry(("pull", "shop"), ("pull", "blog"), ("pull", "cache")),
        prompt=Message.of("Three images are built on one base of {base} MB; their own layers have {a}, {b} and {c} MB. How many MB do they take together on a host?", base=base, a=apps[0], b=apps[1], c=apps[2]),
        because=Message.of("The base once: {base} + {apps}.", base=base, apps=sum(apps)),
        choices=wrong_numbers(answer, 1e-9, ((apart, _("That counts the base three times: equal layers are stored once.")), (sum(apps), _("The base is stored too, once.")))),
        hints=(_("What is stored once?"), _("The base: one digest."), _("Base, and three layers.")),
    )  # fmt: skip


def _dense(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many times more containers, memory alone."""
    app, os, ct = 10 * int(rng.integers(2, 60)), 64 * int(rng.integers(4, 16)), int(rng.integers(2, 20))  # fmt: skip
    host = Host(app=app, os=os, ct=ct)
    counted = count(host)
    answer = counted.ratio or 0.0
    wrong = (
        (os / ct, _("That would be for an application of no size at all.")),
        ((app + os) / app, _("A machine’s monitor takes memory too, and so does a container.")),
        (100, _("The number of the notes, for every application? Count what each takes.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.03, scene=at.density(app, float(ct), os=os),
        prompt=Message.of("A host with 64 GiB, of which 2 are kept. An application of {app} MiB; a machine adds a guest system of {os} MiB and a monitor of 64, a container adds {ct} MiB. How many times more containers than machines fit?", app=app, os=os, ct=ct),
        because=Message.of("{vm:g} MiB for a machine, {one:g} for a container: {n} machines, {m} containers, {times:.3g} times.", vm=host.vm, one=host.container, n=counted.vm, m=counted.ct, times=answer),
        choices=wrong_numbers(answer, 0.03, wrong),
        hints=(_("What does one more machine take, what one more container?"), _("Divide the memory that is not kept by each."), _("The ratio of both.")),
    )  # fmt: skip


def _largest(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from a ratio back to the application."""
    ratio, ct = int(rng.integers(3, 15)), int(rng.integers(1, 12))
    host = Host(app=1, ct=ct)
    answer = largest_app(host, ratio) or 0.0
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.01, unit="MiB", scene=at.density(max(2, round(answer)), float(ct)),
        prompt=Message.of("A machine adds 576 MiB to its application, a container {ct} MiB. How large may an application be, in MiB, so that {ratio} times more containers than machines fit (memory alone, nothing rounded)?", ct=ct, ratio=ratio),
        because=Message.of("(app + 576) / (app + {ct}) = {ratio}: app = (576 − {ratio} × {ct}) / ({ratio} − 1) = {app:.4g}.", ct=ct, ratio=ratio, app=answer),
        choices=wrong_numbers(answer, 0.01, ((576 / ratio, _("The container’s own cost counts too, and the application on both sides.")), (576 / (ratio - 1), _("That is for containers that cost nothing themselves.")))),
        hints=(_("Write down the ratio with the application unknown."), _("(app + 576) = ratio × (app + container)"), _("Bring the application to one side.")),
    )  # fmt: skip


def _delay(rng: np.random.Generator, name: str) -> Question:
    """Direct: how long before the n-th restart?"""
    number = int(rng.integers(3, 13))
    answer = list(islice(lifecycle.delays(number), number))[-1]
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-6, unit="s", scene=at.lifecycle(*at.STARTED, ("wait", 60), policy="always", app="crashes"),
        prompt=Message.of("A container crashes as soon as it starts; its restart policy is always. How long does Docker wait before restart number {n}, in s?", n=number),
        because=Message.of("100 ms before the first, doubled each time, at most 60 s: {answer:g} s.", answer=answer),
        choices=wrong_numbers(answer, 1e-6, ((0.1 * number, _("It doubles; it does not grow by the same amount.")), (0.1 * 2**number, _("The first restart waits 100 ms, so the doubling begins with the second.")), (0.1 * 2 ** (number - 1), _("It never waits longer than 60 s.")))),
        hints=(_("It begins with 100 ms."), _("And doubles each time."), _("Up to 60 s, no longer.")),
    )  # fmt: skip


def _port(rng: np.random.Generator, name: str) -> Question:
    """Direct: two containers and one port of the host."""
    ports = [80, 443, 8080, 8443]
    wanted = int(rng.choice(ports))
    first = Publish(str(rng.choice([ANY, "127.0.0.1"])), wanted, 80)
    options = (
        Publish(ANY, wanted, 9000), Publish("192.0.2.10", wanted + 1, 80), Publish("127.0.0.1", wanted + 2, 80),
        Publish(ANY, wanted + 3, 80),
    )  # fmt: skip
    shown = [_option(each) for each in options]
    return Question(
        id=name, kind="single", scene=at.ports("outside", "host", 8080),
        prompt=Message.of("A container runs with {first}. Which of these cannot be started beside it?", first=_option(first)),
        because=Message.of("Port {port} of the host is given away; the port inside the container may be the same for all.", port=wanted),
        choices=tuple(
            Choice(text=text, right=each.clashes(first), scene=at.ports("outside", "host", 8080), why="" if each.clashes(first) else Message.of("{text} takes another port of the host: {port}.", text=text, port=each.host_port))
            for each, text in zip(options, shown, strict=True)
        ),
        hints=(_("Which number is the host’s port?"), _("The one before the last colon."), _("Each port of the host can be given away once.")),
    )  # fmt: skip


def _option(rule: Publish) -> str:
    ip = "" if rule.ip == ANY else f"{rule.ip}:"
    return f"-p {ip}{rule.host_port}:{rule.port}"


MAKERS: tuple[Maker, ...] = (
    _wall, _share, _victim, _layer, _rebuild, _stored, _dense, _largest, _delay, _port, _stalls,
)  # fmt: skip
