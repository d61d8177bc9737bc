"""Fresh questions about memory that was promised twice.

Each maker draws its values and lets the simulations answer.
"""

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.hypervisors import scenes as at
from coursekit.quizzes.question import Choice, Question, wrong_numbers
from coursekit.sims.hypervisors.memory import Pages, edge, min_free, slowdown, state_of
from coursekit.sims.hypervisors.samepage import scan_seconds
from coursekit.sims.message import Message


def least_free(rng: np.random.Generator, name: str) -> Question:
    """Match hosts with the memory they want to keep free."""
    sizes = sorted(
        int(each) for each in rng.choice([28, 48, 64, 96, 128, 192, 256, 512], 4, replace=False)
    )
    return Question(
        id=name, kind="match", scene=at.pressure(host=128),
        pairs=tuple((Message.of("{gib} GiB", gib=gib), Message.of("{mib:.0f} MiB", mib=min_free(gib))) for gib in sizes),
        prompt=_("Match each host's memory with what it wants to keep free (minFree)."),
        because=_("899 MiB for the first 28 GiB, and 1 % of what there is beyond."),
        hints=(_("More memory, more to keep free."), _("899 MiB are the least."), _("Each 100 GiB more are 1024 MiB more.")),
    )  # fmt: skip


_STATES = {
    "high": _("high: nothing is taken back"),
    "clear": _("clear: large pages are broken up"),
    "soft": _("soft: balloons grow"),
    "hard": _("hard: the host compresses and swaps"),
    "low": _("low: who asks for more must wait"),
}


def state(rng: np.random.Generator, name: str) -> Question:
    """Direct: in which state is the host?"""
    gib, percent = (
        int(rng.choice([64, 128, 256])),
        float(rng.choice([8, 12, 20, 26, 40, 50, 120, 300, 450])),
    )
    free = round(edge(gib, percent))
    found, least = state_of(gib, free), min_free(gib)
    share = 100 * free / least
    return Question(
        id=name, kind="single", scene=at.pressure(host=128),
        prompt=Message.of("A host of {gib} GiB has {free} MiB free. In which state is it? (It wants to keep {least:.0f} MiB free.)", gib=gib, free=free, least=least),
        because=Message.of("{share:.0f} % of minFree: the states begin at 400, 64, 32 and 16 %.", share=share),
        choices=tuple(
            Choice(text=text, right=state == found, why="" if state == found else Message.of("With {share:.0f} % of minFree free it is not “{state}”.", share=share, state=state))
            for state, text in _STATES.items()
        ),
        hints=(_("How many percent of minFree are free?"), Message.of("{free} of {least:.0f} MiB.", free=free, least=least), _("The states begin at 400, 64, 32 and 16 %.")),
    )  # fmt: skip


def swapped(rng: np.random.Generator, name: str) -> Question:
    """Direct: what blind swap costs."""
    hot, taken = int(rng.choice([10, 20, 25, 40, 50])), int(rng.choice([10, 20, 30, 40, 60]))
    pages = Pages(count=1000, hot=hot / 100)
    answer = slowdown(pages, swap=10 * taken)
    wrong = (
        (
            slowdown(pages, balloon=10 * taken),
            _("That is the balloon, where the guest chooses the pages."),
        ),
        (
            1 + 10 * taken * hot / 100,
            _("The hot pages lost must be seen against the hot pages, not against all."),
        ),
        (1001.0, _("That would be if all hot pages were gone.")),
        (1 + taken / 100, _("A page on disk is not twice as far away but a thousand times.")),
    )
    return Question(
        id=name, kind="numeric", tolerance=0.02, answer=answer, scene=at.pressure(hot=hot),
        prompt=Message.of("{hot} % of a machine's memory are in use all the time. The host swaps {taken} % of its pages out, without knowing which are hot. How many times slower is the machine? (Memory 0.1 µs, disk 100 µs.)", hot=hot, taken=taken),
        because=Message.of("{taken} % of the hot pages are among them, and each access to one takes 1000 times as long: 1 + {taken}/100 × 1000 = {answer:.0f}.", taken=taken, answer=answer),
        choices=wrong_numbers(answer, 0.02, wrong),
        hints=(_("How many of the hot pages are gone?"), _("The same share as of all pages: the host chooses blindly."), _("What does an access to one of them cost, in accesses to memory?")),
    )  # fmt: skip


def harmless(rng: np.random.Generator, name: str) -> Question:
    """Inverse: how much may a balloon take before it hurts?"""
    gib, hot = int(rng.choice([4, 8, 16, 32, 64])), int(rng.choice([40, 50, 60, 75, 80]))
    answer = gib * (100 - hot) / 100
    wrong = (
        (gib * hot / 100, _("That is what is hot, and must stay.")),
        (0.65 * gib, _("That is the balloon's limit; before it is reached, hot pages are taken.")),
        (float(gib), _("Then the machine would have no memory at all.")),
    )
    return Question(
        id=name, kind="numeric", tolerance=0.005, answer=answer, unit="GiB", scene=at.pressure(hot=hot),
        prompt=Message.of("A machine of {gib} GiB uses {hot} % of it all the time. How many GiB may its balloon take before the machine gets slower?", gib=gib, hot=hot),
        because=Message.of("{cold} % are cold: {answer:g} GiB. The guest gives those up first.", cold=100 - hot, answer=answer),
        choices=wrong_numbers(answer, 0.005, wrong),
        hints=(_("Which pages does the guest give up first?"), _("The cold ones."), Message.of("How many GiB are {cold} %?", cold=100 - hot)),
    )  # fmt: skip


def scan(rng: np.random.Generator, name: str) -> Question:
    """Direct: how long one look at all the memory takes."""
    guests, gib, pages = (
        int(rng.integers(2, 20)),
        int(rng.choice([2, 4, 8])),
        int(rng.choice([100, 200, 500, 1000])),
    )
    answer = scan_seconds(guests * gib * 2**30, pages) / 60
    wrong = (
        (answer / guests, _("That is one machine.")),
        (60 * answer, _("Those are seconds.")),
        (scan_seconds(guests * gib * 2**30) / 60, _("That is with 100 pages at a time.")),
    )
    return Question(
        id=name, kind="numeric", tolerance=0.02, answer=answer, unit=_("minutes"), scene=at.pages(),
        prompt=Message.of("KSM looks at {pages} pages of 4 KiB, then rests 20 ms. How many minutes does it take at least to look once at {guests} machines of {gib} GiB?", pages=pages, guests=guests, gib=gib),
        because=Message.of("{pages} pages every 20 ms are {rate} a second; {guests} × {gib} GiB have {all} pages: {answer:.1f} minutes.", pages=pages, rate=50 * pages, guests=guests, gib=gib, all=guests * gib * 2**18, answer=answer),
        choices=wrong_numbers(answer, 0.02, wrong),
        hints=(_("How many pages has 1 GiB?"), _("262 144. And how many are looked at in a second?"), Message.of("{rate} a second.", rate=50 * pages)),
    )  # fmt: skip
