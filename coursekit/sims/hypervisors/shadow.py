"""Shadow paging: the hypervisor keeps one table that leads from the guest's pages to real ones.

Modelled: the guest's table (page to a page of its own memory), the host's (that page to a real
one), and the shadow, which joins both and is the one the CPU uses. Each change of the guest's table
exits so that the shadow follows; a TLB miss then reads the shadow alone. Nested paging is the other
way round: no exit, but a longer walk. Left out: lazy filling, several processes, access bits.
Source: Adams and Agesen, ASPLOS 2006; coefficients: `costs`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coursekit.sims.hypervisors.costs import TECHNIQUES, WALK_STEP
from coursekit.sims.hypervisors.walk import Walk, references
from coursekit.sims.message import Message, require

__all__ = ["Bill", "Change", "Paging", "Stage", "Touch", "bill", "break_even", "shadow", "tell"]


FOUR = Walk(guest=4, host=4)


def shadow(guest: Mapping[int, int], host: Mapping[int, int]) -> dict[int, int]:
    """The joined table; a page whose memory the host has not given yet is not in it."""
    return {page: host[frame] for page, frame in guest.items() if frame in host}


@dataclass(frozen=True)
class Change:
    """The guest's kernel maps `page` to `frame` of its memory; None takes the page away."""

    page: int
    frame: int | None


@dataclass(frozen=True)
class Touch:
    """The guest uses a page that the TLB does not know."""

    page: int


@dataclass(frozen=True, kw_only=True)
class Paging:
    """Levels of both tables, and the host's table: guest frame to real frame."""

    levels: Walk = FOUR
    host: tuple[tuple[int, int], ...] = ((0, 7), (1, 3), (2, 9), (3, 4))

    def __post_init__(self) -> None:
        frames = [frame for frame, _real in self.host]
        reals = [real for _frame, real in self.host]
        for name, numbers in {"frame": frames, "real": reals}.items():
            twice = [n for n in numbers if numbers.count(n) > 1]
            require(not twice, "{name}={n}: given twice in the host's table", name=name, n=twice[0] if twice else "")  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """The tables after a step; exits and references so far, shadow against nested."""

    guest: Mapping[int, int]
    shadow: Mapping[int, int]
    found: int | None
    exits: int
    shadow_refs: int
    nested_refs: int
    why: Message


def tell(params: Paging, steps: Sequence[Change | Touch]) -> tuple[Stage, ...]:
    """A state before the first step and one after each."""
    start = Stage({}, {}, None, 0, 0, 0, Message.of("The guest's table is empty, and so is its shadow."))  # fmt: skip
    stages = [start]
    for step in steps:
        if isinstance(step, Change):
            stages.append(_changed(params, stages[-1], step))
        else:
            stages.append(_touched(params, stages[-1], step))
    return tuple(stages)


def _changed(params: Paging, before: Stage, change: Change) -> Stage:
    guest = {page: frame for page, frame in before.guest.items() if page != change.page}
    if change.frame is not None:
        guest[change.page] = change.frame
    joined = shadow(guest, dict(params.host))
    if change.frame is None:
        why = Message.of("The guest takes page {page} away: the write exits, and the shadow forgets it too.", page=change.page)  # fmt: skip
    elif change.page in joined:
        why = Message.of("The guest maps page {page} to its frame {frame}: the write exits, and the shadow says {real}, where that frame really is.", page=change.page, frame=change.frame, real=joined[change.page])  # fmt: skip
    else:
        why = Message.of("The guest maps page {page} to its frame {frame}, which the host has not given: the shadow has no entry.", page=change.page, frame=change.frame)  # fmt: skip
    return Stage(guest, joined, None, before.exits + 1, before.shadow_refs, before.nested_refs, why)


def _touched(params: Paging, before: Stage, touch: Touch) -> Stage:
    real = before.shadow.get(touch.page)
    alone, nested = params.levels.guest_levels, references(params.levels)
    if real is not None:
        why = Message.of("Page {page} is in real frame {real}: {alone} references in the shadow; nested paging would take {nested}.", page=touch.page, real=real, alone=alone, nested=nested)  # fmt: skip
    elif touch.page in before.guest:
        why = Message.of("Page {page}: the guest has mapped it, the host has not. The hypervisor must give memory; the guest learns nothing of it.", page=touch.page)  # fmt: skip
    else:
        why = Message.of("Page {page}: the guest has not mapped it. The fault is the guest's own.", page=touch.page)  # fmt: skip
    return Stage(
        before.guest, before.shadow, real, before.exits,
        before.shadow_refs + alone, before.nested_refs + nested, why,
    )  # fmt: skip


@dataclass(frozen=True)
class Bill:
    """Cycles that memory costs each way."""

    shadow: float
    nested: float


def bill(updates: float, misses: float, levels: Walk | None = None) -> Bill:
    """What page-table updates and TLB misses cost; coefficients of `costs`, refs by the levels."""
    for name, value in {"updates": updates, "misses": misses}.items():
        require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
    walk = levels or FOUR
    exits, plain = TECHNIQUES["hw_shadow"].table, TECHNIQUES["hw_npt"].table
    return Bill(
        shadow=updates * exits + misses * walk.guest_levels * WALK_STEP,
        nested=updates * plain + misses * references(walk) * WALK_STEP,
    )


def break_even(levels: Walk | None = None) -> float:
    """So many TLB misses for each update make both cost the same; with more, the shadow wins."""
    walk = levels or FOUR
    saved = TECHNIQUES["hw_shadow"].table - TECHNIQUES["hw_npt"].table
    longer = references(walk) - walk.guest_levels
    require(longer > 0, "host={levels}: without a host's table there is nothing to compare", levels=walk.host)  # fmt: skip
    return saved / (longer * WALK_STEP)
