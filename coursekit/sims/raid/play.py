"""The life of one array, played: disks die, spares take over, rebuilds race the next failure.

Modelled: what a learner does to the disks and all that follows by itself, hour by hour.
Left out: chance (the learner is the chance; `survival` draws), partial failures, restocking
of spares by itself, bringing a FAILED array back by force. The bad sectors of a disk are
met half-way through a rebuild. Source: md(4), RECOVERY.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from heapq import heappop, heappush
from math import ceil
from typing import Literal

import numpy as np

from coursekit.sims.message import Message, require
from coursekit.sims.raid.losses import survives
from coursekit.sims.raid.reliability import BITMAP_BYTES, rebuild_seconds, stop_hours
from coursekit.sims.raid.story import Action, Phase, Played, Slot, State, Story, Who

__all__ = ["play"]

ORDER_HOURS, HUMAN_HOURS = 72.0, 4.0


def play(story: Story, actions: Sequence[Action] = ()) -> Played:
    """All that happens: the actions in order of time, and what follows by itself.

    A later action never changes the states before it. ParameterError for an action that
    is impossible at its moment.
    """
    run = _Run(story)
    for action in sorted(actions, key=lambda action: action.at_hours):
        require(action.at_hours >= 0, "at_hours={at}: choose 0 or more", at=action.at_hours)
        run.until(action.at_hours)
        run.act(action)
    run.until(float("inf"))
    return Played(tuple(run.states))


class _Run:
    """The moving parts of one story; what can be seen of them is copied into its states."""

    def __init__(self, story: Story) -> None:
        disks = story.array.disks
        self.story, self.now = story, 0.0
        self.slots = [Slot() for _ in range(disks)]
        self.spares = 0 if story.spare == "none" else story.spares
        self.lost_sectors, self.stopped, self.is_lost = 0, 0.0, False
        self.pulled_at = [0.0] * disks
        self.plans = [0] * (disks + 1)  # one a slot, the last for scrubs: older events are void
        self.due: list[tuple[float, int, int, int, Callable[[], None]]] = []
        self.states: list[State] = []
        self.order = 0
        self.tell("start", Message.of("All {disks} disks work.", disks=disks))

    def until(self, hours: float) -> None:
        """Let everything happen that is due up to then."""
        while self.due and self.due[0][0] <= hours:
            at, _, who, plan, happen = heappop(self.due)
            if plan == self.plans[who] and not self.is_lost:
                self.now = at
                happen()
        self.now = hours

    def act(self, action: Action) -> None:
        """Do what the learner wants, if it can be done now."""
        kind, disk, kinds, last = action.kind, action.disk, ", ".join(DEEDS), len(self.slots) - 1
        require(kind in DEEDS, "kind={kind}: choose one of {kinds}", kind=kind, kinds=kinds)
        require(0 <= disk <= last, "disk={disk}: choose 0 to {last}", disk=disk, last=last)
        lost = self.is_lost
        require(not lost, "at_hours={at}: the array is lost, only a backup helps", at=self.now)
        DEEDS[kind](self, disk)

    def tell(self, by: Who, why: Message) -> None:
        statuses = {slot.status for slot in self.slots}
        phase: Phase = "RECOVERING" if "rebuilding" in statuses else "DEGRADED"
        if self.is_lost or statuses == {"ok"}:
            phase = "FAILED" if self.is_lost else "OPTIMAL"
        slots = tuple(self.slots)
        self.states.append(
            State(self.now, phase, slots, self.spares, self.lost_sectors, self.stopped, by, why)
        )

    def later(self, hours: float, who: int, happen: Callable[[], None]) -> None:
        self.order += 1
        heappush(self.due, (self.now + hours, self.order, who, self.plans[who], happen))

    def bears(self, *more: int) -> bool:
        """Whether every block has a source, those disks missing too."""
        missing = [slot.status != "ok" or disk in more for disk, slot in enumerate(self.slots)]
        return bool(survives(self.story.array, np.array([missing]))[0])

    # what the learner does

    def fail(self, disk: int) -> None:
        works = self.slots[disk].status in ("ok", "rebuilding")
        require(works, "disk={disk}: no working disk is in its slot", disk=disk)
        self.lose(
            disk, "failed",
            Message.of("Disk {disk} dies: every block still has another source.", disk=disk),
            Message.of("Disk {disk} dies: some blocks have no source left, the array is lost.", disk=disk),
        )  # fmt: skip

    def pull(self, disk: int) -> None:
        status = self.slots[disk].status
        require(status == "ok", "disk={disk}: only a disk in use can be pulled", disk=disk)
        self.pulled_at[disk] = self.now
        self.lose(
            disk, "absent",
            Message.of("Disk {disk} is pulled out: every block still has another source.", disk=disk),
            Message.of("Disk {disk} is pulled out: some blocks have no source left, the array is lost.", disk=disk),
        )  # fmt: skip

    def give_back(self, disk: int) -> None:
        away = self.slots[disk].status == "absent"
        require(away, "disk={disk}: it was not pulled, or its slot is taken", disk=disk)
        self.exchange()
        share, story = 1.0, self.story
        if story.bitmap:
            bits = ceil((self.now - self.pulled_at[disk]) * story.dirty_per_hour)
            share = min(1.0, bits * BITMAP_BYTES / (story.capacity_tb * 1e12))
            said = Message.of("Disk {disk} is back: dirty regions to copy: {n}.", disk=disk, n=bits)
        else:
            said = Message.of("Disk {disk} is back: without a bitmap, copy all.", disk=disk)
        self.rebuild(disk, "learner", said, share)

    def plug(self, disk: int) -> None:
        status = self.slots[disk].status
        require(status in ("failed", "absent"), "disk={disk}: its slot is taken", disk=disk)
        self.exchange()
        said = Message.of("A new disk is plugged into slot {disk}.", disk=disk)
        self.rebuild(disk, "learner", said)

    def add_spare(self, _: int) -> None:
        kind = self.story.spare
        require(kind != "none", "spare={kind}: this array keeps no spare, plug a disk", kind=kind)
        self.exchange()
        self.spares += 1
        self.tell("learner", Message.of("A spare is added; {spares} on hand.", spares=self.spares))
        for disk, slot in enumerate(self.slots):
            if slot.status in ("failed", "absent"):
                self.find_disk(disk)
                break

    def spoil(self, disk: int) -> None:
        slot = self.slots[disk]
        require(slot.status == "ok", "disk={disk}: only a disk in use can go bad", disk=disk)
        self.slots[disk] = replace(slot, bad_sectors=slot.bad_sectors + 1)
        said = Message.of("A sector of disk {disk} goes bad; nobody reads it yet.", disk=disk)
        self.tell("learner", said)

    def start_scrub(self, _: int) -> None:
        whole = all(slot.status == "ok" for slot in self.slots)
        require(whole, "at_hours={at}: a scrub needs all disks working", at=self.now)
        self.plans[-1] += 1
        hours = rebuild_seconds(self.story.capacity_tb, self.story.mb_s) / 3600
        self.later(hours, -1, self.end_scrub)
        said = Message.of("A scrub starts: it reads every disk in {hours:.1f} h.", hours=hours)
        self.tell("learner", said)

    # what follows by itself

    def lose(
        self, disk: int, status: Literal["failed", "absent"], borne: Message, fatal: Message
    ) -> None:
        self.plans[disk] += 1
        self.plans[-1] += 1
        self.slots[disk] = Slot(status, 0.0)
        self.is_lost = not self.bears()
        self.tell("learner", fatal if self.is_lost else borne)
        if not self.is_lost:
            self.find_disk(disk)

    def find_disk(self, disk: int) -> None:
        """Spare at once, shelf in hours, or a delivery in days: what `rebuild` waits for."""
        if self.spares and self.story.spare in ("hot", "global"):
            self.spares -= 1
            said = Message.of("A spare takes the place of disk {disk} at once.", disk=disk)
            self.rebuild(disk, "itself", said)
        elif self.spares:
            self.later(HUMAN_HOURS, disk, partial(self.from_shelf, disk))
            wait = HUMAN_HOURS
            said = Message.of("Someone fetches the spare from the shelf: {wait:.0f} h.", wait=wait)
            self.tell("itself", said)
        else:
            wait = ORDER_HOURS + HUMAN_HOURS
            self.later(wait, disk, partial(self.deliver, disk))
            said = Message.of(
                "No spare: ordering and fitting a disk takes {wait:.0f} h.", wait=wait
            )
            self.tell("itself", said)

    def from_shelf(self, disk: int) -> None:
        if not self.spares:  # another slot has had it
            self.find_disk(disk)
            return
        self.spares -= 1
        self.exchange()
        said = Message.of("The spare from the shelf is in slot {disk}.", disk=disk)
        self.rebuild(disk, "itself", said)

    def deliver(self, disk: int) -> None:
        self.exchange()
        self.rebuild(disk, "itself", Message.of("The ordered disk is in slot {disk}.", disk=disk))

    def exchange(self) -> None:
        self.stopped += stop_hours(hot_plug=self.story.hot_plug)

    def rebuild(self, disk: int, by: Who, why: Message, share: float = 1.0) -> None:
        self.plans[disk] += 1
        self.slots[disk] = Slot("rebuilding", 0.0)
        self.tell(by, why)
        hours = share * rebuild_seconds(self.story.capacity_tb, self.story.mb_s) / 3600
        for step in range(1, self.story.progress + 1):
            self.later(hours * step / self.story.progress, disk, partial(self.proceed, disk, step))

    def proceed(self, disk: int, step: int) -> None:
        steps = self.story.progress
        if step == (steps + 1) // 2:
            self.meet_bad_sectors()
        if step < steps:
            self.slots[disk] = Slot("rebuilding", step / steps)
            share = 100 * step / steps
            said = Message.of("Disk {disk} is rebuilt to {share:.0f} %.", disk=disk, share=share)
        else:
            self.slots[disk] = Slot()
            said = Message.of("Disk {disk} is rebuilt and protects again.", disk=disk)
        self.tell("itself", said)

    def meet_bad_sectors(self) -> None:
        """A rebuild reads other disks: what it cannot read is solved for, or lost."""
        for disk, slot in enumerate(self.slots):
            if slot.status != "ok" or not slot.bad_sectors:
                continue
            count = slot.bad_sectors
            if not self.bears(disk):
                self.lost_sectors += count
                said = Message.of(
                    "Unreadable on disk {disk}, no other source: sectors lost: {count}. The array goes on.",
                    disk=disk, count=count,
                )  # fmt: skip
            elif self.story.array.level == "6":
                said = Message.of(
                    "Unreadable on disk {disk}, but Q still knows: sectors rewritten: {count}.",
                    disk=disk, count=count,
                )  # fmt: skip
            else:  # a mirror the rebuild does not read
                continue
            self.slots[disk] = Slot()
            self.tell("itself", said)

    def end_scrub(self) -> None:
        bad = {disk: slot.bad_sectors for disk, slot in enumerate(self.slots) if slot.bad_sectors}
        lost = sum(count for disk, count in bad.items() if not self.bears(disk))
        self.lost_sectors += lost
        self.slots = [Slot() for _ in self.slots]
        said = Message.of(
            "The scrub ends: sectors rewritten from redundancy: {repaired}, lost: {lost}.",
            repaired=sum(bad.values()) - lost, lost=lost,
        )  # fmt: skip
        self.tell("itself", said)


DEEDS: dict[str, Callable[[_Run, int], None]] = {
    "fail": _Run.fail,
    "pull": _Run.pull,
    "return": _Run.give_back,
    "plug": _Run.plug,
    "add spare": _Run.add_spare,
    "bad sector": _Run.spoil,
    "scrub": _Run.start_scrub,
}
