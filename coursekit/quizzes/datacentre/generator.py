"""Fresh questions on small datacentres from a seed: what falls, what it costs, what comes back.

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.datacentre import scenes as at
from coursekit.quizzes.question import Choice, Question, wrong_numbers
from coursekit.sims.datacentre.catalogue import HOURS_PER_YEAR
from coursekit.sims.datacentre.components import components
from coursekit.sims.datacentre.deltas import CHANGES, deltas
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.samples import D1, SAMPLES
from coursekit.sims.failover.availability import k_of_n, parallel, series
from coursekit.sims.message import Message

Maker = Callable[[np.random.Generator, str], Question]

_DESIGNS = {
    "D0": _("D0 (one of everything, one host)"),
    "D1": _("D1 (two hosts and a NAS in one rack, two of sockets and switches, one core switch, one line, one feed with batteries, a witness)"),
    "D2": _("D2 (three racks with a host each, two of everything else, copies of size 3 and min_size 2, one to a rack)"),
}  # fmt: skip


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 14])
    return MAKERS[seed % len(MAKERS)](rng, f"datacentre-fresh-{seed}")


def _broken(name: str) -> tuple[str, ...]:
    """The deed that breaks a part on the board."""
    return ("disk",) if name.startswith("disks:") else ("break", name)


def _left(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many services are still up?"""
    design = str(rng.choice(["D1", "D2"]))
    names = [each for each in components(SAMPLES[design]) if each != "disks:1"]
    failed = sorted(str(each) for each in rng.choice(names, int(rng.integers(1, 3)), replace=False))
    answer = sum(evaluate(SAMPLES[design], failed).up.values())
    wrong = (
        (0, _("Something is left: look for the path of each host, and for the machines that are started elsewhere.")),
        (4, _("Something is missing: look for what there is only one of, and for what hangs on it.")),
        (3, _("Look at the web site: it needs the database and a line. And at the files, which need the directory.")),
        (2, _("Go through the services one by one.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("services"), scene=at.board(*(("break", each) for each in failed), design=design),
        prompt=Message.of("{design}: {failed} failed. How many of the four services (directory, database, web site, files) are still up?", design=Message(_DESIGNS[design]), failed=", ".join(failed)),
        because=Message.of("{answer}. The lab shows which, and why.", answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Which hosts still have a socket, a switch and a core switch?"), _("Do they reach their data, and may they act (a majority)?"), _("Which services have a machine then, and what they need?")),
    )  # fmt: skip


def _single(rng: np.random.Generator, name: str) -> Question:
    """Inverse: which one takes everything down?"""
    design = "D1"
    points = ("rack:R1", "core:1", "feed:1")
    right = str(rng.choice(points))
    others = [str(each) for each in rng.choice(["host:h1", "host:h2", "pdu:R1:a", "pdu:R1:b", "tor:R1:a", "tor:R1:b", "nasctrl:1", "nasctrl:2", "disks:1"], 3, replace=False)]  # fmt: skip
    why = {
        "host": _("The other host has room for its machines, and the witness gives it a majority."),
        "pdu": _("Every box in the rack hangs on the other sockets as well."),
        "tor": _("Every host is plugged into the other switch as well."),
        "nasctrl": _("The other controller serves the same disks."),
        "disks": _("RAID 10 bears one dead disk."),
    }
    picked: list[str] = []
    for each in others:  # one of a kind: each wrong answer has a reason of its own
        if each.partition(":")[0] not in {one.partition(":")[0] for one in picked}:
            picked.append(each)
    choices = [Choice(text=right, right=True), *(Choice(text=each, why=why[each.partition(":")[0]], scene=at.board(_broken(each), design=design)) for each in picked)]  # fmt: skip
    return Question(
        id=name, kind="single", scene=at.board(_broken(right), design=design),
        prompt=Message.of("{design}: which of these takes all services down alone?", design=Message(_DESIGNS[design])),
        because=Message.of("{right}: there is one of it, and every path goes through it.", right=right),
        hints=(_("Of which of them are there two?"), _("Two that are both plugged in everywhere do not count."), _("Which one has no twin?")),
        choices=tuple(choices[at_] for at_ in rng.permutation(len(choices))),
    )  # fmt: skip


def _chain(rng: np.random.Generator, name: str) -> Question:
    """Direct: hours a year of parts in series, one of them doubled."""
    parts = [float(each) for each in rng.choice([0.999, 0.9995, 0.998, 0.9999, 0.995], 3)]
    doubled = bool(rng.random() < 0.5)
    whole = series([*parts[:2], parallel([parts[2]] * 2) if doubled else parts[2]])
    answer = (1 - whole) * HOURS_PER_YEAR
    alone = [(1 - each) * HOURS_PER_YEAR for each in parts]
    wrong = (
        (max(alone), _("That is the worst of them alone. The others have outages too.")),
        (sum(alone) / 3, _("The outages add up, they are not shared.")),
        (sum(alone) if doubled else sum(alone[:2]), _("The third part counts as it stands: doubled it is away only when both are.")),
        (100 * (1 - whole), _("That is in percent.")),
    )  # fmt: skip
    one, two, three = (100 * each for each in parts)
    text = _(
        "Three parts in series are up {one:g} %, {two:g} % and {three:g} % of the time. For how many hours a year (8766 h) is the whole away?"
    )
    twice = _("Three parts in series are up {one:g} %, {two:g} % and {three:g} % of the time; of the third there are two, and one is enough. For how many hours a year (8766 h) is the whole away?")  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.02, unit="h", scene=at.years("D0"),
        prompt=Message(twice if doubled else text, {"one": one, "two": two, "three": three}),
        because=Message.of("All must work: the product is {whole:.5f} %, which leaves {answer:.2f} hours.", whole=100 * whole, answer=answer),
        choices=wrong_numbers(answer, 0.02, wrong),
        hints=(_("Multiply what must all hold."), _("Two of which one is enough: one minus the product of what is missing."), _("What is missing from 1, times 8766 hours.")),
    )  # fmt: skip


def _restore(rng: np.random.Generator, name: str) -> Question:
    """Direct: how long does it take to restore?"""
    tb, speed = float(rng.integers(2, 21)), int(rng.choice([100, 200, 400, 800]))
    answer = tb * 1e12 / (speed * 1e6) / 3600
    wrong = (
        (answer * 8, _("MB are bytes: nothing is divided or multiplied by eight.")),
        (answer / 60, _("Seconds to hours: divide by 3600.")),
        (answer * 60, _("Those are minutes.")),
        (tb * 1000 / speed, _("1 TB is 1 000 000 MB.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.02, unit="h", scene=at.events(speed=min(speed, 1000)),
        prompt=Message.of("{tb:g} TB are to be restored at {speed} MB/s. How many hours does it take?", tb=tb, speed=speed),
        because=Message.of("{tb:g} · 10¹² ÷ ({speed} · 10⁶ · 3600) = {answer:.1f} hours.", tb=tb, speed=speed, answer=answer),
        choices=wrong_numbers(answer, 0.02, wrong),
        hints=(_("TB and MB are powers of ten."), Message.of("{tb:g} million MB, divided by {speed} MB/s, are seconds.", tb=tb, speed=speed), _("3600 seconds are an hour.")),
    )  # fmt: skip


def _best(rng: np.random.Generator, name: str) -> Question:
    """Inverse: which purchase brings most?"""
    found = {each.name: each for each in deltas(D1, 100_000)}
    four = [str(each) for each in rng.choice(["core", "wan", "feed", "raid6", "immutable", "offsite", "generator", "host"], 4, replace=False)]  # fmt: skip
    right = max(four, key=lambda each: found[each].points)
    reasons = {
        "core": _("A dear box against one of twelve faults."), "wan": _("It helps the web site only."),
        "feed": _("One of twelve faults, for little money."), "raid6": _("It costs nothing here, and bears a second dead disk."),
        "immutable": _("It survives ransomware, in points a great deal."), "offsite": _("It survives a fire, which is rare."),
        "generator": _("A dear machine against one long cut of the power."), "host": _("The two hosts are enough for each other."),
    }  # fmt: skip
    return Question(
        id=name, kind="single", scene=at.deltas(right),
        prompt=Message.of("{design}, a budget of 100 000 €: which of these brings most points, its price counted?", design=Message(_DESIGNS["D1"])),
        because=Message.of("{what}: {points:+.2f} points for {eur:.0f} €.", what=CHANGES[right].about, points=found[right].points, eur=found[right].eur),
        hints=(_("Which faults, deletions or fires does each of them help against?"), _("A price of 7500 € costs about two points."), _("What would take everything, today?")),
        choices=tuple(Choice(text=CHANGES[each].about, right=each == right, why="" if each == right else reasons[each], scene=at.deltas(each)) for each in four),
    )  # fmt: skip


def _votes(rng: np.random.Generator, name: str) -> Question:
    """Direct: how often is a majority there?"""
    hosts, up = int(rng.choice([3, 5, 7])), float(rng.choice([0.99, 0.98, 0.95]))
    need = hosts // 2 + 1
    answer = 100 * k_of_n(need, [up] * hosts)
    wrong = (
        (100 * up**hosts, _("That is all of them at once. A majority is enough.")),
        (100 * up, _("That is one of them.")),
        (100 * (1 - (1 - up) ** hosts), _("That is at least one of them. One is no majority.")),
        (100 * up**need, _("That is certain ones of them. Any majority will do.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=2e-5, unit="%", scene=at.board(design="D2"),
        prompt=Message.of("{hosts} hosts, each up {up:g} % of the time and on its own. For how much of the time is a majority up?", hosts=hosts, up=100 * up),
        because=Message.of("At least {need} of {hosts}: {answer:.4f} %.", need=need, hosts=hosts, answer=answer),
        choices=wrong_numbers(answer, 2e-5, wrong),
        hints=(Message.of("A majority of {hosts} is {need}.", hosts=hosts, need=need), _("Add up the chances of exactly so many, from the majority to all."), _("The binomial formula: ways to choose them, times the chances.")),
    )  # fmt: skip


MAKERS: tuple[Maker, ...] = (_left, _single, _chain, _restore, _best, _votes)
