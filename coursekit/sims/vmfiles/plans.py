"""Backup plans: what each item stores and moves, what it needs to be restored, how likely that is.

Modelled: items a period apart. F: all; I: what changed since the previous item; D: since the
last full; S, a synthetic full: made on the backup server from what it has, so that only the
increment travels. Changes are uniform: `change_gb` each period, so that after k periods
S·(1 − (1 − c/S)^k) differ from the full. A piece is readable with probability q, each by itself.
Left out: compression, deduplication, growth, chains that are merged backwards.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from coursekit.sims.message import Message, require

__all__ = ["FULLS", "TYPES", "USUAL", "Item", "Plan", "Restored", "chain", "data_loss_h", "items", "restore", "rpo_h", "rto_h", "survival", "total_gb", "usual"]  # fmt: skip

TYPES = "FIDS"
FULLS = "FS"
USUAL = {  # how a plan begins, and what it then does again and again
    "fulls": ("F", "F"),
    "differential": ("F", "D"),
    "synthetic": ("F", "IIIIIIS"),
    "weekly": ("FIIIIII", "FIIIIII"),
    "mixed": ("FIIDIII", "FIIDIII"),
    "incremental": ("F", "I"),
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A letter an item, a period apart; each takes `duration_h` and holds the state of its start."""

    types: str = "FIIIIII"
    full_gb: float = 1000.0
    change_gb: float = 20.0
    gb_s: float = 0.2
    readable: float = 0.99
    period_h: float = 24.0
    duration_h: float = 4.0

    def __post_init__(self) -> None:
        check_types(self.types)
        for name in ("full_gb", "gb_s", "period_h"):
            value = getattr(self, name)
            require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)
        require(
            0 <= self.change_gb <= self.full_gb, "change_gb={change}: choose 0 to {full}, the full",
            change=self.change_gb, full=self.full_gb,
        )  # fmt: skip
        check_share(self.readable)
        require(
            0 <= self.duration_h <= self.period_h,
            "duration_h={duration}: choose 0 to {period}, the period",
            duration=self.duration_h, period=self.period_h,
        )  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One backup: what it stores, what travels for it, what it needs, when it counts."""

    number: int
    type: str
    stored_gb: float
    moved_gb: float
    chain: tuple[int, ...]
    start_h: float
    done_h: float


@dataclass(frozen=True)
class Restored:
    """A restore that works or not: the chain, the pieces missing in it, how much is read."""

    chain: tuple[int, ...]
    missing: tuple[int, ...]
    read_gb: float
    transfer_s: float
    why: Message

    @property
    def ok(self) -> bool:
        """Whether every piece of the chain is there."""
        return not self.missing


def usual(kind: str, days: int) -> str:
    """The letters of a plan that people use, for so many days."""
    require(kind in USUAL, "plan={kind}: choose one of {kinds}", kind=kind, kinds=", ".join(USUAL))
    require(days >= 1, "days={n}: choose 1 or more", n=days)
    first, again = USUAL[kind]
    return (first + again * days)[:days]


def chain(types: str, target: int) -> tuple[int, ...]:
    """The items that restoring item `target` reads, in order."""
    check_types(types)
    require(0 <= target < len(types), "target={target}: choose 0 to {last}", target=target, last=len(types) - 1)  # fmt: skip
    found: tuple[int, ...] = ()
    at = target
    while types[at] == "I":
        found, at = (at, *found), at - 1
    if types[at] == "D":
        found, at = (at, *found), _last_full(types, at)
    return (at, *found)


def items(plan: Plan) -> tuple[Item, ...]:
    """Every item of the plan."""
    return tuple(_item(plan, number) for number in range(len(plan.types)))


def total_gb(plan: Plan) -> float:
    """What all items of the plan store."""
    return sum(each.stored_gb for each in items(plan))


def changed_gb(full_gb: float, change_gb: float, periods: int) -> float:
    """What differs from the full after some periods of uniform random change."""
    require(full_gb > 0, "full_gb={full}: choose more than 0", full=full_gb)
    return full_gb * (1 - (1 - change_gb / full_gb) ** periods)


def survival(readable: float, pieces: int) -> float:
    """Chance that all pieces of a chain can be read."""
    check_share(readable)
    require(pieces >= 1, "pieces={n}: choose 1 or more", n=pieces)
    return readable**pieces


def restore(plan: Plan, target: int, lost: Collection[int] = ()) -> Restored:
    """Restore an item when some are lost: the first one missing breaks the chain there."""
    needed, made = chain(plan.types, target), items(plan)
    missing = tuple(number for number in needed if number in lost)
    read = sum(made[number].stored_gb for number in needed)
    if not missing:
        why = Message.of("Pieces read: {pieces}, {gb:.0f} GB in all.", pieces=len(needed), gb=read)
        return Restored(needed, (), read, read / plan.gb_s, why)
    reach = needed[: needed.index(missing[0])]
    why = (
        Message.of("Item {missing} is lost: the chain ends at item {last}.", missing=missing[0], last=reach[-1])
        if reach
        else Message.of("Item {missing}, the full, is lost: nothing of the chain can be used.", missing=missing[0])
    )  # fmt: skip
    return Restored(needed, missing, read, read / plan.gb_s, why)


def rpo_h(period_h: float, duration_h: float) -> float:
    """The most data, in hours, that an accident can take: an item counts when it is complete."""
    return period_h + duration_h


def data_loss_h(plan: Plan, at_h: float) -> float:
    """Hours of work lost by an accident at this moment: back to the start of the last whole item."""
    starts = [each.start_h for each in items(plan) if each.done_h <= at_h]
    require(len(starts) > 0, "at_h={at}: no backup is complete yet", at=at_h)
    return at_h - starts[-1]


def rto_h(*, detect_h: float, provision_h: float, read_gb: float, gb_s: float, replay_h: float = 0.0) -> float:  # fmt: skip
    """Hours until work goes on: notice, get a machine, transfer the chain, replay the rest."""
    require(gb_s > 0, "gb_s={speed}: choose more than 0", speed=gb_s)
    for name, value in (("detect_h", detect_h), ("provision_h", provision_h), ("read_gb", read_gb), ("replay_h", replay_h)):  # fmt: skip
        require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
    return detect_h + provision_h + read_gb / gb_s / 3600 + replay_h


def check_types(types: Sequence[str]) -> None:
    """ParameterError unless these are letters of items, the first one a full."""
    require(len(types) >= 1 and types[0] == "F", "types={types}: begin with F, a full", types=types)
    require(set(types) <= set(TYPES), "types={types}: choose among F, I, D, S", types=types)


def check_share(readable: float) -> None:
    """ParameterError unless this is a probability."""
    require(0 <= readable <= 1, "readable={q}: choose a share from 0 to 1", q=readable)


def _last_full(types: str, before: int) -> int:
    return max(types.rfind(each, 0, before) for each in FULLS)


def _item(plan: Plan, number: int) -> Item:
    kind = plan.types[number]
    full = plan.full_gb
    stored = full
    if kind == "I":
        stored = plan.change_gb
    elif kind == "D":
        stored = changed_gb(full, plan.change_gb, number - _last_full(plan.types, number))
    start = number * plan.period_h
    return Item(
        number, kind, stored, plan.change_gb if kind == "S" else stored,
        chain(plan.types, number), start, start + plan.duration_h,
    )  # fmt: skip
