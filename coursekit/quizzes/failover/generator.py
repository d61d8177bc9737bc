"""Fresh failover questions from a seed: direct ("when?", "how long?") and inverse ("which one?").

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.failover import scenes as at
from coursekit.quizzes.question import Choice, Question, Said, Scene
from coursekit.sims.failover.availability import k_of_n
from coursekit.sims.failover.checks import detection, expected_checks
from coursekit.sims.failover.cluster import Cluster, Event, Node
from coursekit.sims.failover.timers import crash_outage, down_interval, skew, stop_outage
from coursekit.sims.failover.vrrp import play
from coursekit.sims.message import Message

Maker = Callable[[np.random.Generator, str], Question]


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 2])
    return MAKERS[seed % len(MAKERS)](rng, f"failover-fresh-{seed}")


def _countdown(rng: np.random.Generator, name: str) -> Question:
    """Direct: how long does a Backup wait?"""
    prio, interval = int(rng.integers(1, 255)), float(rng.choice([0.5, 1, 2, 4]))
    answer = down_interval(prio, interval)
    wrong = (
        (3 * interval, _("You forgot the skew.")),
        (3 * interval + prio * interval / 256, _("Your skew grows with the priority; it is 256 minus the priority that counts.")),
        (down_interval(prio, interval, 2), _("That is version 2, whose skew does not scale with the interval.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", tolerance=1e-3, answer=answer, unit=_("seconds"), scene=at.CRASHED,
        prompt=Message.of("VRRP version 3, an advertisement every {interval:g} s. How long does a Backup of priority {prio} bear silence?", interval=interval, prio=prio),
        because=Message.of("3 × {interval:g} s, and a skew of {skew:.4f} s: {answer:.4f} s.", interval=interval, skew=skew(prio, interval), answer=answer),
        choices=tuple(Choice(value=value, why=why) for value, why in wrong if abs(value - answer) > 0.01 * answer),
        hints=(_("Three intervals, and the skew."), _("The skew is (256 − priority)/256 of an interval."), Message.of("256 − {prio} = {rest}.", prio=prio, rest=256 - prio)),
    )  # fmt: skip


def _heir(rng: np.random.Generator, name: str) -> Question:
    """Direct: who is Active after a crash?"""
    prios = [int(p) for p in rng.choice(np.arange(10, 25) * 10, 4, replace=False)]
    nodes = tuple(Node(id=f"r{i + 1}", ip=f"10.0.0.{11 + i}", prio=p) for i, p in enumerate(prios))
    first = nodes[int(np.argmax(prios))].id
    record = play(Cluster(nodes=nodes), [Event(10.0, "crash", first)], 20.0)
    (heir,) = record.owned()[-1][2]
    values = {"nodes": 4, **{f"prio{i + 1}": p for i, p in enumerate(prios)}}
    scene = Scene(lab="failover-vrrp", values=values, actions=((10.0, "crash", first),))
    reasons = {first: _("That one was Active, and has just crashed.")}
    return Question(
        id=name, kind="single", scene=scene,
        prompt=Message.of("Four nodes r1 to r4 have priorities {prios}. The Active crashes. Who is Active next?", prios=", ".join(map(str, prios))),
        because=_("The highest priority left has the shortest countdown."),
        choices=tuple(
            Choice(
                text=node.id, right=node.id == heir, scene=scene,
                why="" if node.id == heir else reasons.get(node.id, Message.of("{id} waits {wait:.3f} s, and another one less.", id=node.id, wait=down_interval(node.prio))),
            )
            for node in nodes
        ),
        hints=(_("Who was Active, and is gone?"), _("Who of the others waits least?"), _("The highest priority waits least.")),
    )  # fmt: skip


def _which_priority(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from the outage of a clean stop back to the priority."""
    prio = int(rng.integers(2, 31)) * 8
    answer, seconds = prio, stop_outage(prio).mean
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=answer, scene=at.STOPPED,
        prompt=Message.of("Advertisements every second, version 3. The Active is stopped cleanly and the Backup takes over {seconds:g} s later. What is the Backup's priority?", seconds=seconds),
        because=Message.of("A clean stop leaves only the skew: 256 − 256 × {seconds:g} = {prio}.", seconds=seconds, prio=prio),
        choices=(Choice(value=256 - prio, why=_("That is 256 × the skew; the priority is 256 minus that.")),) if prio != 128 else (),
        hints=(_("After a goodbye only the skew is left."), _("Skew = (256 − priority)/256 s."), Message.of("256 × {seconds:g} = {rest}.", seconds=seconds, rest=256 - prio)),
    )  # fmt: skip


def _detection(rng: np.random.Generator, name: str) -> Question:
    """Direct: worst detection time of a check."""
    interval, fall = float(rng.choice([0.5, 1, 2, 5])), int(rng.integers(2, 6))
    delay = float(rng.choice([0.0, 1.0, 3.0]))
    found = detection(interval, fall, delay)
    scene = Scene(
        lab="failover-checks", values={"interval": interval, "fall": fall, "delay": delay}
    )
    return Question(
        id=name, kind="numeric", tolerance=1e-6, answer=found.worst, unit=_("seconds"), scene=scene,
        prompt=Message.of("A check every {interval:g} s, fall {fall}; a failed check is known after {delay:g} s. How long until a failure is seen, at worst?", interval=interval, fall=fall, delay=delay),
        because=Message.of("{fall} × {interval:g} + {delay:g} = {worst:g} s: it fails just after a good check.", fall=fall, interval=interval, delay=delay, worst=found.worst),
        choices=(
            Choice(value=found.best, why=_("That is the best case, a failure just before a check."), scene=scene),
            Choice(value=fall * (interval + delay) if delay else found.mean, why=_("The delay counts once, for the last check; and at worst a whole interval passes before the first."), scene=scene),
        ),
        hints=(_("It fails just after a good check."), _("Then as many checks as fall says, an interval apart."), _("The answer of the last one must be awaited.")),
    )  # fmt: skip


def _spare(rng: np.random.Generator, name: str) -> Question:
    """Direct: k of n."""
    n, a = int(rng.integers(3, 6)), float(rng.choice([0.9, 0.95, 0.98]))
    k = n - 1
    answer = 100 * k_of_n(k, [a] * n)
    wrong = (
        (100 * a**n, _("That asks all of them to work; one may be down.")),
        (100 * (1 - (1 - a) ** n), _("That lets one be enough.")),
        (100 * n * a**k * (1 - a), _("That is exactly one down; none down is fine too.")),
    )
    return Question(
        id=name, kind="numeric", tolerance=2e-4, answer=answer, unit="%", scene=at.PAIR,
        prompt=Message.of("{n} servers, each available {a:g} % of the time, independently; {k} carry the load (N+1). How available is the service, in %?", n=n, a=100 * a, k=k),
        because=Message.of("All up, or exactly one down: {answer:.4f} %.", answer=answer),
        choices=tuple(Choice(value=value, why=why) for value, why in wrong),
        hints=(_("In which cases is the load carried?"), _("All work, or exactly one does not."), _("aⁿ + n·aⁿ⁻¹·(1 − a)")),
    )  # fmt: skip


def _kinds(_rng: np.random.Generator, name: str) -> Question:
    """Order the ways of going away by how long the address is away."""
    interval = float(_rng.choice([0.5, 1.0, 2.0]))
    prio = int(_rng.integers(120, 200))
    ways: list[tuple[float, Said]] = [
        (stop_outage(prio, interval).worst, _("the Active is stopped cleanly")),
        (crash_outage(prio, interval).worst, _("the Active crashes")),
        (detection(5 * interval, 3).worst + stop_outage(prio, interval).worst, Message.of("its service dies; a script of weight 0, every {every:g} s, fall 3", every=5 * interval)),
    ]  # fmt: skip
    ways.sort(key=lambda way: way[0])
    return Question(
        id=name, kind="order", scene=at.OUTAGE,
        prompt=Message.of("An advertisement every {interval:g} s, a Backup of priority {prio}. Put these in order: the shortest outage first, each at its worst.", interval=interval, prio=prio),
        because=_("A goodbye costs the skew, silence three intervals more, a slow check whatever it takes to notice."),
        choices=tuple(Choice(text=text, why=Message.of("This one takes up to {seconds:.2f} s.", seconds=seconds), scene=at.OUTAGE) for seconds, text in ways),
        hints=(_("What has to be noticed in each case?"), _("A goodbye need not be noticed at all."), _("Fall × interval of the check, against three silent intervals.")),
    )  # fmt: skip


def _false_alarms(rng: np.random.Generator, name: str) -> Question:
    """Match each threshold with the mean number of checks between false alarms."""
    loss = float(rng.choice([0.02, 0.05, 0.1, 0.2]))
    falls = (1, 2, 3, 4)
    return Question(
        id=name, kind="match",
        pairs=tuple((Message.of("fall {fall}", fall=k), Message.of("{checks:.0f} checks", checks=expected_checks(loss, k))) for k in falls),
        prompt=Message.of("{loss:g} % of the checks of a healthy server are lost. Match each threshold with the mean number of checks between two false alarms.", loss=100 * loss),
        because=_("(p⁻ᵏ − 1)/(1 − p): each further loss in a row multiplies the time."),
        hints=(_("Which threshold is reached soonest?"), _("With fall 1 every loss is an alarm: 1/p checks."), _("Each step multiplies by about 1/p.")),
        scene=Scene(lab="failover-checks", values={"loss": 100 * loss, "interval": 1.0}),
    )  # fmt: skip


MAKERS: tuple[Maker, ...] = (
    _countdown,
    _heir,
    _which_priority,
    _detection,
    _spare,
    _kinds,
    _false_alarms,
)
