"""What a design is held to, on one page: requirements and how they are met, points, faults, price, years.

Everything is taken from the other simulations of the chapter and put side by side. The requirements are
a teaching choice, the same for every design. Left out is said in `LEFT_OUT`, for the reader of the page.
"""

from dataclasses import dataclass
from functools import lru_cache

from coursekit.sims.datacentre.cost import Cost
from coursekit.sims.datacentre.design import Design, data_tb, shortages, usable_tb
from coursekit.sims.datacentre.evaluate import evaluate
from coursekit.sims.datacentre.scenarios import Recovery
from coursekit.sims.datacentre.score import Score, score
from coursekit.sims.datacentre.spof import spof
from coursekit.sims.datacentre.years import Years, years_of
from coursekit.sims.message import Message

__all__ = ["LEFT_OUT", "YEARS", "Report", "Requirement", "report"]

YEARS = 3000  # lived through for the page
WANTED = 0.999  # availability of every service
LOST_WORK_H = 24  # at most, after each of the three data events

LEFT_OUT = (
    Message.of("People, and how long it takes them to notice."),
    Message.of("Failures of a kind that hit many parts at once, faulty software, aging."),
    Message.of("Peaks of load; a slow disk or a switch that loses every second packet."),
    Message.of("Real prices: those of the catalogue are illustrative."),
)


@dataclass(frozen=True)
class Requirement:
    """What is asked, whether it is met, and by what or why not."""

    about: Message
    met: bool
    how: Message


@dataclass(frozen=True)
class Report:
    """The page as data."""

    design: Design
    score: Score
    single: dict[str, list[str]]
    years: Years
    requirements: tuple[Requirement, ...]

    @property
    def met(self) -> int:
        """How many requirements are met."""
        return sum(each.met for each in self.requirements)

    @property
    def prices(self) -> tuple[tuple[Message, float], ...]:
        """What costs something, with its euros over three years, dearest first."""
        cost = self.score.cost
        return tuple(sorted(((name, eur) for name, eur in _prices(cost) if eur), key=lambda each: -each[1]))  # fmt: skip


def _prices(cost: Cost) -> tuple[tuple[Message, float], ...]:
    return (
        (Message.of("hosts"), cost.hosts), (Message.of("disks and NAS"), cost.storage), (Message.of("network switches"), cost.network),
        (Message.of("racks and sockets"), cost.racks), (Message.of("batteries, generator"), cost.power),
        (Message.of("backup server"), cost.backup), (Message.of("energy, 3 years"), cost.energy),
        (Message.of("lines to the Internet, 3 years"), cost.lines), (Message.of("copies off-site, 3 years"), cost.offsite),
    )  # fmt: skip


@lru_cache(maxsize=32)
def report(design: Design, budget: float, years: int = YEARS, seed: int = 1) -> Report:
    """The page of a design; ParameterError for a budget that is none."""
    made, single, lived = score(design, budget), spof(design), years_of(design, years, seed)
    asked = (
        _fits(design), _a_host_dies(design), _no_single_point(single), _available(lived), _fast(made),
        *(_recovered(back) for back in made.recovery), _paid(made),
    )  # fmt: skip
    return Report(design, made, single, lived, asked)


def _fits(design: Design) -> Requirement:
    short = shortages(design)
    room = Message.of("{need:.2f} of {space:.2f} TB are used", need=data_tb(design), space=usable_tb(design))  # fmt: skip
    return Requirement(Message.of("all machines have room"), not short, short[0] if short else room)


def _a_host_dies(design: Design) -> Requirement:
    """Every service is up whichever host dies (N + 1)."""
    about = Message.of("any host may die")
    for host in design.hosts:
        down = [name for name, up in evaluate(design, [f"host:{host.id}"]).up.items() if not up]
        if down:
            return Requirement(about, False, Message.of("without {host} this is down: {services}", host=host.id, services=", ".join(down)))  # fmt: skip
    return Requirement(about, True, Message.of("what ran there starts on the others, or runs there already"))  # fmt: skip


def _no_single_point(single: dict[str, list[str]]) -> Requirement:
    about = Message.of("no single point of failure")
    if not single:
        return Requirement(about, True, Message.of("every part of the way is there twice"))
    return Requirement(about, False, Message.of("each of {n} parts can stop a service alone", n=len(single)))  # fmt: skip


def _available(lived: Years) -> Requirement:
    worst = max(lived.spans, key=lambda each: each.hours)
    how = Message.of("the worst service, {name}, is away {hours:.2f} hours a year", name=worst.name, hours=worst.hours)  # fmt: skip
    return Requirement(Message.of("each service is up 99.9 % of the time"), worst.availability >= WANTED, how)  # fmt: skip


def _fast(made: Score) -> Requirement:
    rho = made.performance.rho
    how = Message.of("the disks are busy {rho:.1f} % of the time", rho=100 * rho)
    if rho >= 1:
        how = Message.of("the machines ask {demand:.0f} requests a second, the disks serve {iops:.0f}", demand=made.performance.demand, iops=made.performance.iops)  # fmt: skip
    return Requirement(Message.of("the storage is busy half the time at most"), rho <= 0.5, how)


ABOUT = {
    "deletion": Message.of("a deletion costs a day of work at most"),
    "ransomware": Message.of("ransomware costs a day of work at most"),
    "fire": Message.of("a fire costs a day of work at most"),
}


def _recovered(back: Recovery) -> Requirement:
    about = ABOUT[back.event.name]
    if back.rpo_h is None or back.rto_h is None:
        return Requirement(about, False, Message.of("nothing would come back"))
    how = Message.of("{rpo:.0f} h of work lost, running again {rto:.1f} h later", rpo=back.rpo_h, rto=back.rto_h)  # fmt: skip
    return Requirement(about, back.rpo_h <= LOST_WORK_H, how)


def _paid(made: Score) -> Requirement:
    how = Message.of("{total:.0f} € over three years, of {budget:.0f} €", total=made.cost.total, budget=made.budget)  # fmt: skip
    return Requirement(Message.of("it keeps to the budget"), made.cost.total <= made.budget, how)
