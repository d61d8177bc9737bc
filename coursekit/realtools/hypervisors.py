"""Checks of the chapter on hypervisors."""

from typing import Any

from coursekit.i18n import mark
from coursekit.realtools import emulation, qemu_migration
from coursekit.realtools.check import SAME, SHOWN, Check, Fact, at_least, at_most, within
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.hypervisors import costs
from coursekit.sims.hypervisors.migration import Migration, migrate
from coursekit.sims.message import Message

MEMORY, LINK, PAUSE, GIVE_UP_S = 48.0, 50.0, 0.2, 3.0
LOADS = {"arithmetic": costs.WORKLOADS["cpu"], "system calls": costs.WORKLOADS["syscall"]}
WHATS = {
    "arithmetic": Message.of("A loop of arithmetic"),
    "system calls": Message.of("A loop of system calls"),
}
TIMES = Message.of("The model’s prices are orders of magnitude.")
MOVES = tuple(
    Migration(memory=MEMORY, writable=part, dirty=dirty, bandwidth=LINK, pause=PAUSE)
    for dirty, part in ((5.0, MEMORY), (15.0, MEMORY), (100.0, 4.0), (75.0, MEMORY))
)


def _move_facts() -> tuple[Fact, ...]:
    facts: list[Fact] = []
    for given in MOVES:
        found = migrate(given)
        ends = found.why == "converged"
        named = {"dirty": given.dirty, "part": given.working_set}
        facts.append(Fact(Message.of("It writes {dirty:g} MB/s to {part:g} MB: the move ends by itself", **named), ends, SAME))  # fmt: skip
        facts += _ended(found.total, found.sent) if ends else _endless(found.pause)
    return tuple(facts)


def _ended(seconds: float, sent: float) -> list[Fact]:
    return [
        Fact(Message.of("… after"), seconds, within(0.2, 1.0), "s"),
        Fact(Message.of("… with so much sent"), sent, within(0.1), "MB"),
        Fact(Message.of("… the guest stands still for"), PAUSE, at_most(1.5), "s", Message.of("The last round begins when the rest fits into the pause allowed.")),
    ]  # fmt: skip


def _endless(pause: float) -> list[Fact]:
    why = Message.of("It writes faster than the link carries: every round is as long as the one before. The simulation says {pause:.2f} s.", pause=pause)  # fmt: skip
    return [Fact(Message.of("… to end it now it would stand still for"), PAUSE, at_least(), "s", why)]  # fmt: skip


def _ask_move(source: Source) -> tuple[Any, ...]:
    found: list[Any] = []
    for given in MOVES:
        moved = qemu_migration.move(source, given, GIVE_UP_S)
        found.append(moved.ended)
        found += [moved.seconds, moved.sent] if moved.ended else []
        found.append(moved.pause)
    return tuple(found)


def _emulation_facts() -> tuple[Fact, ...]:
    facts: list[Fact] = []
    for name, load in LOADS.items():
        times = costs.ratio(costs.TECHNIQUES["dbt"], load)
        facts += [
            Fact(Message.of("{what}: faster without the emulator", what=WHATS[name]), times > 1, SAME),
            Fact(Message.of("{what}: so many times", what=WHATS[name]), times, SHOWN, why=TIMES),
        ]  # fmt: skip
    return (
        *facts,
        Fact(Message.of("The machine goes on from its saved state after"), None, SHOWN, "s"),
        Fact(Message.of("It boots in"), None, SHOWN, "s"),
    )


def _ask_emulation(source: Source) -> tuple[Any, ...]:
    found: list[Any] = []
    with source.shell() as shell:
        for name in LOADS:
            here, there = emulation.both(source, shell, emulation.LOOPS[name])
            found += [here < there, there / here]
    return (*found, *emulation.started_in(source))


CHECKS = (
    Check(
        name="hypervisors-migration",
        title=mark("A running guest is moved from one QEMU to another"),
        question=mark("A guest goes on writing while it is moved: how much is sent, and does the move ever end?"),
        differs=mark("The model knows no pages and no processors: only how much is written, how much the link carries and how long a pause may be. The guest of this check does nothing but write."),
        facts=_move_facts,
        ask=_ask_move,
        places=(Place("here", (qemu_migration.QEMU,)),),
    ),
    Check(
        name="hypervisors-emulation",
        title=mark("The same shell on a true and on an emulated processor"),
        question=mark("What does it cost to translate every instruction?"),
        differs=mark("The model has one price for each kind of event; a translator’s depends on the program and on what it has translated before. Only who is faster is compared."),
        facts=_emulation_facts,
        ask=_ask_emulation,
        places=(Place("vm", (qemu_migration.QEMU, emulation.DASH)),),
    ),
)  # fmt: skip
