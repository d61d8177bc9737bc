"""Fresh questions about one machine: walks, techniques, processors.

Each maker draws its values and lets the simulations answer.
"""

from itertools import pairwise

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.hypervisors import scenes as at
from coursekit.quizzes.question import Choice, Question, wrong_numbers
from coursekit.sims.hypervisors.costs import TECHNIQUES, Workload, ratio
from coursekit.sims.hypervisors.popek import Instruction, vmm_possible
from coursekit.sims.hypervisors.shares import Claim, fair_shares, ready_percent
from coursekit.sims.hypervisors.walk import Walk, references
from coursekit.sims.message import Message


def reads(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many reads does a TLB miss take?"""
    g, h = int(rng.integers(2, 6)), int(rng.integers(2, 6))
    large = bool(rng.random() < 0.5)
    answer = references(Walk(guest=g, host=h, guest_large=large))
    read = g - large
    wrong = (
        (read + h, _("You added the levels: but each entry of the guest's must be found through the other table.")),
        (read * h, _("That finds the guest's tables; reading their entries and finding the page comes on top.")),
        (references(Walk(guest=g, host=h)), _("A large page saves the last level of the guest's table.")),
        (answer + 1, _("At the end the page is found, and that is all: one read less than the product.")),
        (read * (h + 1), _("The page itself must be found too, through the other table.")),
    )  # fmt: skip
    prompt = (
        _("The guest's page table has {g} levels, the hypervisor's {h}; the guest uses large pages. How many reads does a TLB miss take at worst?")
        if large
        else _("The guest's page table has {g} levels, the hypervisor's {h}. How many reads does a TLB miss take at worst?")
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=answer, scene=at.walk(g, h, guest_large=large),
        prompt=Message(prompt, {"g": g, "h": h}),
        because=Message.of("({g} + 1) × ({h} + 1) − 1 = {answer}.", g=read, h=h, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("How many reads until the guest's first entry is known?"), _("The other table's levels, and one more; as often as the guest has levels."), _("And once more through the other table, for the page.")),
    )  # fmt: skip


def levels(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from the reads back to the levels."""
    g, answer = int(rng.integers(2, 6)), int(rng.integers(2, 6))
    refs = references(Walk(guest=g, host=answer))
    wrong = (
        (refs - g, _("You took the guest's levels away; but they multiply.")),
        (
            refs / g,
            _(
                "Nearly: each of the guest's entries takes one read of its own, and the page is found at the end."
            ),
        ),
        (answer + 1, _("That plus one is what multiplies.")),
        (0, _("With no second table it would be as many reads as the guest has levels.")),
    )
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=answer, scene=at.walk(g, answer),
        prompt=Message.of("A TLB miss takes {refs} reads at worst. The guest's page table has {g} levels. How many has the hypervisor's?", refs=refs, g=g),
        because=Message.of("({g} + 1) × ({h} + 1) − 1 = {refs}.", g=g, h=answer, refs=refs),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Reads and one more is a product."), Message.of("One of its factors is {factor}.", factor=g + 1), Message.of("{product} divided by {factor}, less one.", product=refs + 1, factor=g + 1)),
    )  # fmt: skip


def offending(rng: np.random.Generator, name: str) -> Question:
    """Direct: which instructions spoil trap and emulate?"""
    names = [
        str(each)
        for each in rng.choice(
            ["SETM", "GETM", "MOVE", "STOP", "LDTB", "SHOW", "WAIT"], 5, replace=False
        )
    ]
    marks = [
        (False, True, False),
        (True, True, False),
        (False, False, True),
        (True, False, False),
        (False, False, False),
    ]
    known = [
        Instruction(each, *marks[i]) for each, i in zip(names, rng.permutation(5), strict=True)
    ]
    offenders = vmm_possible(known).offenders
    return Question(
        id=name, kind="multiple", scene=at.popek("teaching"),
        prompt=Message.of("Five instructions (P traps in user mode, C changes mode or resources, B depends on them): {table}. Which of them must trap and do not?", table="; ".join(_marked(each) for each in known)),
        because=Message.of("{names}: sensitive, by C or B, and without P.", names=", ".join(offenders)),
        choices=tuple(Choice(text=each.name, right=each.offends, why=_reason(each)) for each in known),
        hints=(_("Which ones are sensitive?"), _("Those with C or B."), _("Of these, which have no P?")),
    )  # fmt: skip


def _marked(each: Instruction) -> str:
    marks = [
        m
        for m, on in zip("PCB", (each.privileged, each.control, each.behaviour), strict=True)
        if on
    ]
    return f"{each.name} {' '.join(marks) or '–'}"


def _reason(each: Instruction) -> Message:
    if each.offends:
        return Message.of("{name} is sensitive and does not trap.", name=each.name)
    if each.privileged:
        return Message.of("{name} traps: the hypervisor sees it.", name=each.name)
    return Message.of(
        "{name} touches nothing that the hypervisor keeps for itself.", name=each.name
    )


_RANKED = {
    "pv": _("paravirtualization"),
    "bt": _("binary translation"),
    "hw_npt": _("hardware with nested paging, emulated devices"),
    "dbt": _("an emulator that translates"),
}


def rank(rng: np.random.Generator, name: str) -> Question:
    """Order techniques on a workload that nobody has seen."""
    while True:
        calls, table, misses = (int(10 ** rng.uniform(3, 6.5)) for _each in range(3))
        work = Workload(
            user=4e8, kernel=1e8, sensitive=1e3, table=table, entries=calls, misses=misses, io=1e3
        )
        times = {each: ratio(TECHNIQUES[each], work) for each in _RANKED}
        order = sorted(times, key=lambda each: times[each])
        if all(times[b] > 1.1 * times[a] for a, b in pairwise(order)):
            break
    return Question(
        id=name, kind="order", scene=at.costs("fork", order[0]),
        prompt=Message.of("A program of 500 million instructions makes {calls} thousand system calls, {table} thousand page-table updates and {misses} thousand TLB misses. Which technique runs it fastest? Put them in order.", calls=calls // 1000, table=table // 1000, misses=misses // 1000),
        because=_("Binary translation pays for system calls (2300 cycles) and updates (400), paravirtualization a little for both (500 and 150), nested paging for TLB misses (480), a translating emulator for each instruction (8)."),
        choices=tuple(Choice(text=_RANKED[each], why=Message.of("This one takes {times:.2f} times as long as without a virtual machine.", times=times[each])) for each in order),
        hints=(_("What does each of them pay for?"), _("Multiply the largest of the three numbers by its price."), _("A system call: 2300, 500 or 240; an update: 400, 150 or 1; a miss: 80, 80 or 480 cycles.")),
    )  # fmt: skip


def share(rng: np.random.Generator, name: str) -> Question:
    """Direct: what a machine gets of a crowded host."""
    capacity, first = (
        int(rng.choice([6000, 8000, 9000, 12_000])),
        int(rng.choice([2000, 3000, 4000])),
    )
    limit = int(rng.integers(5, 15)) * 100
    claims = [
        Claim(demand=capacity, shares=first),
        Claim(demand=capacity),
        Claim(demand=capacity, limit=limit),
    ]
    answer = fair_shares(capacity, claims)[0]
    whole = first + 2000
    wrong = (
        (capacity * first / whole, _("The third may not use its share: what its limit leaves is divided among the others.")),
        (capacity / 3, _("Shares are not equal: the first has more.")),
        (float(capacity - limit), _("The second takes its share of the rest too.")),
        ((capacity - limit) / 2, _("The rest is divided by shares, not into halves.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", tolerance=0.002, answer=answer, unit="MHz", scene=at.ready(),
        prompt=Message.of("Three machines on a host of {capacity} MHz want all they can get. Their shares are {first}, 1000 and 1000; the third is limited to {limit} MHz. How many MHz does the first get?", capacity=capacity, first=first, limit=limit),
        because=Message.of("The third has {limit}; the other {rest} MHz are divided {first} to 1000: {answer:.0f}.", limit=limit, rest=capacity - limit, first=first, answer=answer),
        choices=wrong_numbers(answer, 0.002, wrong),
        hints=(_("What would the third get by its shares, and what may it have?"), _("Take its limit away; the rest is for two."), Message.of("{rest} MHz, {first} to 1000.", rest=capacity - limit, first=first)),
    )  # fmt: skip


def percent(rng: np.random.Generator, name: str) -> Question:
    """Direct: a chart's milliseconds as percent."""
    vcpus, each = int(rng.choice([2, 4, 8])), int(rng.integers(1, 30))
    ms = each * 200 * vcpus
    answer = ready_percent(ms, vcpus=vcpus)
    wrong = (
        (ready_percent(ms), _("That is the sum over all its virtual processors.")),
        (ms / 1000 / vcpus, _("Those are the seconds that each was waiting.")),
        (ms / 100 / vcpus, _("A sample is 20 s long, not 10.")),
    )
    return Question(
        id=name, kind="numeric", tolerance=0.005, answer=answer, unit="%", scene=at.ready(),
        prompt=Message.of("CPU ready in a sample of 20 s: {ms} ms, for a machine of {vcpus} virtual processors. How much is that for each, in %?", ms=ms, vcpus=vcpus),
        because=Message.of("{ms}/20 000 for the machine, divided by {vcpus}: {answer:g} %.", ms=ms, vcpus=vcpus, answer=answer),
        choices=wrong_numbers(answer, 0.005, wrong),
        hints=(_("How long is a sample, in ms?"), _("20 000 ms."), _("That was all of them together.")),
    )  # fmt: skip
