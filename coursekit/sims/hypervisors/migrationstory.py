"""A live migration as a record: before it, after each round, the pause, the guest at its new host.

Modelled and left out: what `migration` says. Each state tells what it shows and why.
"""

from dataclasses import dataclass
from typing import Literal

from coursekit.sims.hypervisors.migration import Migrated, Migration, Round, migrate
from coursekit.sims.message import Message

__all__ = ["Moment", "Told", "tell"]

Kind = Literal["start", "round", "pause", "fetch", "done"]


@dataclass(frozen=True)
class Moment:
    """MB still to send at a time, and where the guest runs: "source", "nowhere", "target"."""

    kind: Kind
    t: float
    left: float
    sent: float
    throttle: float
    runs: Literal["source", "nowhere", "target"]
    why: Message


@dataclass(frozen=True)
class Told:
    """The result and its states in order."""

    result: Migrated
    states: tuple[Moment, ...]


def tell(params: Migration) -> Told:
    """The whole record of one migration."""
    result = migrate(params)
    states = [Moment("start", 0.0, params.memory, 0.0, 0.0, "source", _start(params))]
    for each in result.rounds:
        before = states[-1]
        states.append(
            Moment(
                "round", each.start + each.seconds, each.dirtied, before.sent + each.volume,
                each.throttle, "source", _round(each),
            )
        )  # fmt: skip
    return Told(result, (*states, *_ending(result, states[-1])))


def _ending(result: Migrated, last: Moment) -> list[Moment]:
    """The pause, and after a post-copy move what is fetched."""
    stop, end = result.precopy, result.precopy + result.pause
    ending = [Moment("pause", stop, last.left, last.sent, last.throttle, "nowhere", _pause(result))]
    if result.missing:
        ending.append(Moment("fetch", end, last.left, last.sent, 0.0, "target", _fetch(result)))
    ending.append(Moment("done", result.total, 0.0, result.sent, 0.0, "target", _done(result)))
    return ending


def _start(params: Migration) -> Message:
    return Message.of(
        "All {memory:.0f} MB are to be sent; {limit:.0f} MB would fit in the pause allowed.",
        memory=params.memory, limit=params.last_copy,
    )  # fmt: skip


def _round(each: Round) -> Message:
    if each.throttle:
        return Message.of(
            "Round {number} sent {volume:.0f} MB in {seconds:.2f} s; the guest, held back {percent:.0f} % of its time, wrote {dirtied:.0f} MB meanwhile.",
            number=each.number, volume=each.volume, seconds=each.seconds,
            percent=each.throttle * 100, dirtied=each.dirtied,
        )  # fmt: skip
    return Message.of(
        "Round {number} sent {volume:.0f} MB in {seconds:.2f} s; meanwhile the guest wrote {dirtied:.0f} MB, which must be sent again.",
        number=each.number, volume=each.volume, seconds=each.seconds, dirtied=each.dirtied,
    )  # fmt: skip


def _pause(result: Migrated) -> Message:
    if result.why == "post_copy":
        return Message.of(
            "The guest stops for {seconds:.2f} s and moves at once, {missing:.0f} MB of its memory still missing.",
            seconds=result.pause, missing=result.missing,
        )  # fmt: skip
    if result.why == "converged":
        return Message.of(
            "What is left fits: the guest stops for {seconds:.3f} s while the last {last:.0f} MB are sent.",
            seconds=result.pause, last=result.last,
        )  # fmt: skip
    return Message.of(
        "After {rounds} rounds what is left still does not fit in the pause allowed: the guest stops for {seconds:.3f} s while the last {last:.0f} MB are sent.",
        rounds=len(result.rounds), seconds=result.pause, last=result.last,
    )  # fmt: skip


def _fetch(result: Migrated) -> Message:
    return Message.of(
        "The guest runs at its new host; each page it misses comes over the network. For {seconds:.2f} s the death of either host kills it.",
        seconds=result.exposed,
    )


def _done(result: Migrated) -> Message:
    return Message.of(
        "Done after {total:.2f} s: {sent:.0f} MB were sent for a memory of {memory:.0f} MB.",
        total=result.total, sent=result.sent, memory=result.params.memory,
    )  # fmt: skip
