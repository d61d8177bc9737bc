"""A crash or a drain told in the order of events: checks, losses, detection, return, slow start.

It tells what `failing.fail` has computed, with the checks of `health` between its events. The
record begins a few seconds before the accident and ends when all is as before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf
from typing import Literal

from coursekit.sims.balancing.failing import FULL, Crash, Event, Outcome, fail, lost_on_crash
from coursekit.sims.balancing.formulas import busy_after_loss
from coursekit.sims.balancing.health import Checked, checked, slow_start
from coursekit.sims.balancing.load import Draws, draw
from coursekit.sims.balancing.turns import letters
from coursekit.sims.message import Message

__all__ = ["AFTER_S", "BEFORE_S", "Moment", "Told", "tell"]

BEFORE_S, AFTER_S = 6.0, 6.0  # what is told before the accident, and after the end of it
Kind = Literal["begin", "check", "crash", "drain", "lost", "retried", "down", "empty", "alive", "up", "slow", "end"]  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """How things stand after an event; the counts are of all requests so far.

    `works`: the victim does its work; `sent`: the balancer sends to it; `weight` in sixteenths.
    """

    t: float
    kind: Kind
    works: bool
    sent: bool
    weight: int
    inside: int  # requests at the victim
    held_lost: int  # lost in the crash itself
    sent_lost: int  # sent to the dead server afterwards, and lost
    retried: int
    why: tuple[Message, ...]

    @property
    def lost(self) -> int:
        return self.held_lost + self.sent_lost


@dataclass(frozen=True)
class Told:
    """The record from `begin` to `end`, its states, and the checks of the victim."""

    crash: Crash
    outcome: Outcome
    checks: tuple[Checked, ...]
    states: tuple[Moment, ...]
    begin: float
    end: float

    @property
    def unnoticed(self) -> float:
        """Seconds from the death until the balancer takes the server out, or until it lives again."""
        return min(self.outcome.down_at - self.crash.at, self.crash.repair)

    @property
    def expected(self) -> float:
        """Requests sent to the dead server, by the mean: its share; all, if it looks the least busy."""
        if self.crash.drain:
            return 0.0
        among = self.crash.servers if self.crash.policy == "rr" else 1
        return lost_on_crash(self.crash.rate, among, self.unnoticed)

    @property
    def busy_after(self) -> float:
        """How busy the others are while it is out."""
        return busy_after_loss(self.crash.servers, self.crash.load)


def tell(crash: Crash, seed: int = 1) -> Told:
    """Run enough requests for the whole accident, and tell it."""
    until = _until(crash)
    outcome = fail(crash, _draws(crash, until, seed))
    until = _end(crash, outcome)
    begin = max(0.0, crash.at - BEFORE_S)
    checks = _checks(crash, begin, until)
    return Told(crash, outcome, checks, _Teller(crash, outcome, checks, begin, until).states(), begin, until)  # fmt: skip


def _until(crash: Crash) -> float:
    """No accident lasts longer: the slowest detection and return, and the slow start."""
    checks = crash.checks
    slowest = (checks.fall + checks.rise + 2) * checks.inter + 2 * checks.timeout
    return crash.at + crash.repair + slowest + crash.slow_start + AFTER_S


def _draws(crash: Crash, until: float, seed: int) -> Draws:
    """Enough that the last comes after the end; as long as chance needs, in steps of a half."""
    count = ceil(crash.rate * until * 1.2) + 20
    while float((draws := draw(count, seed)).gaps.sum()) / crash.rate < until:
        count += count // 2
    return draws


def _end(crash: Crash, outcome: Outcome) -> float:
    back = outcome.up_at if outcome.up_at < inf else crash.at + crash.repair
    slow = crash.slow_start if outcome.up_at < inf and not crash.drain else 0
    return back + slow + AFTER_S


def _checks(crash: Crash, begin: float, until: float) -> tuple[Checked, ...]:
    dead = [] if crash.drain else [(crash.at, crash.at + crash.repair)]
    phase = crash.checks.phase(crash.victim, crash.servers)
    seen = checked(crash.checks, dead, until=until, phase=phase)
    return tuple(each for each in seen if begin <= each.known <= until)


class _Teller:
    """The victim as the events pass."""

    def __init__(
        self, crash: Crash, outcome: Outcome, checks: Sequence[Checked], begin: float, end: float
    ) -> None:
        self.crash, self.outcome, self.checks = crash, outcome, checks
        self.begin, self.end = begin, end
        self.letter = letters([crash.victim])
        self.works, self.sent, self.weight = True, True, FULL
        self.inside: set[int] = set()
        self.held: set[int] = set()  # what was inside when it died
        self.held_lost = self.sent_lost = self.retried = 0
        self.last_server = {e.request: e.server for e in outcome.events if e.kind == "sent"}
        self.told: list[Moment] = []

    def states(self) -> tuple[Moment, ...]:
        """The accident comes before a check of the same instant, all else after it."""
        todo: list[tuple[float, int, Event | Checked | int]] = [
            (e.t, 0 if e.kind in ("crash", "alive") else 2, e) for e in self.outcome.events
        ]
        todo += [(each.known, 1, each) for each in self.checks]
        todo += [(t, 3, weight) for t, weight in self._steps()]
        begun = False
        for t, _order, what in sorted((x for x in todo if x[0] <= self.end), key=lambda x: x[:2]):
            if not begun and t >= self.begin:
                begun = True
                self._tell(self.begin, "begin", self._begins())
            self._take(t, what)
        self._tell(self.end, "end", self._ends())
        return tuple(self.told)

    def _steps(self) -> list[tuple[float, int]]:
        """When a server in slow start gets another sixteenth of its weight."""
        seconds = self.crash.slow_start
        if not seconds or self.crash.drain or self.outcome.up_at == inf:
            return []
        return [(self.outcome.up_at + n * seconds / FULL, n + 1) for n in range(1, FULL)]

    def _tell(self, t: float, kind: Kind, *why: Message) -> None:
        self.told.append(Moment(
            t, kind, self.works, self.sent, self.weight, len(self.inside), self.held_lost,
            self.sent_lost, self.retried, why,
        ))  # fmt: skip

    def _take(self, t: float, what: Event | Checked | int) -> None:
        if isinstance(what, Checked):
            if self._tells(t, what):
                self._tell(t, "check", self._result(what))
        elif isinstance(what, int):
            self.weight = what
            self._tell(t, "slow", self._slowly(t))
        elif what.kind in ("sent", "done"):
            self._request(t, what)
        elif what.kind in ("lost", "retried"):
            self._refused(t, what)
        else:
            self._accident(t, what.kind)

    def _tells(self, t: float, one: Checked) -> bool:
        """Routine is told before the accident only."""
        return t < self.crash.at or not one.ok or not (self.sent or self.crash.drain)

    def _request(self, t: float, event: Event) -> None:
        if event.server != self.crash.victim:
            return
        if event.kind == "sent":
            if self.works:  # a dead server keeps nothing
                self.inside.add(event.request)
            return
        self.inside.discard(event.request)
        if self.crash.drain and not self.sent and not self.inside:
            self._tell(t, "empty", Message.of("The last request has left {letter}: it can be switched off, and nothing is lost.", letter=self.letter))  # fmt: skip

    def _refused(self, t: float, event: Event) -> None:
        if event.request in self.held and t == self.crash.at:
            return  # told with the crash
        again = event.kind == "retried"
        self.retried += again
        self.sent_lost += not again
        if again:
            why = Message.of(
                "Request {k} is sent to {letter}, which is dead: refused, and tried again on {other}.",
                k=event.request + 1, letter=self.letter,
                other=letters([self.last_server[event.request]]),
            )  # fmt: skip
        else:
            why = Message.of(
                "Request {k} is sent to {letter}, which is dead: refused and lost.",
                k=event.request + 1, letter=self.letter,
            )  # fmt: skip
        self._tell(t, "retried" if again else "lost", why)

    def _accident(self, t: float, kind: str) -> None:
        if kind == "crash":
            self.works, self.held = False, set(self.inside)
            self.inside.clear()
            self._settle_held(t)
        elif kind == "alive":
            self.works = True
            self._tell(t, "alive", self._lives())
        elif kind == "down":
            self.sent = False
            self._out(t)
        else:
            self.sent = True
            self.weight = slow_start(0, self.crash.slow_start) if self._steps() else FULL
            self._tell(t, "up", self._back(t))

    def _settle_held(self, t: float) -> None:
        """What it held is lost, or tried again, in the same instant: one state."""
        fates = [e for e in self.outcome.events if e.t == t and e.request in self.held]
        again = sum(e.kind == "retried" for e in fates)
        self.held_lost, self.retried = len(self.held) - again, again
        self._tell(t, "crash", self._dies(again))

    def _out(self, t: float) -> None:
        if not self.crash.drain:
            self._tell(t, "down", Message.of("{letter} is taken out, {s:.1f} s after its death: no request goes there any more.", letter=self.letter, s=t - self.crash.at))  # fmt: skip
            return
        self._tell(t, "drain", Message.of("{letter} is drained: it takes no new request. Still to finish: {n}.", letter=self.letter, n=len(self.inside)))  # fmt: skip
        if not self.inside:
            self._tell(t, "empty", Message.of("The last request has left {letter}: it can be switched off, and nothing is lost.", letter=self.letter))  # fmt: skip

    # In words

    def _begins(self) -> Message:
        return Message.of(
            "All servers work. Every {inter:g} s the balancer checks {letter}.",
            inter=self.crash.checks.inter, letter=self.letter,
        )  # fmt: skip

    def _result(self, one: Checked) -> Message:
        checks = self.crash.checks
        if not one.ok:
            return Message.of("A check of {letter} fails: {n} in a row, {fall} take it out.", letter=self.letter, n=one.bad, fall=checks.fall)  # fmt: skip
        if self.sent:
            return Message.of("A check of {letter} succeeds.", letter=self.letter)
        return Message.of("A check of {letter} succeeds: {n} in a row, {rise} bring it back.", letter=self.letter, n=one.good, rise=checks.rise)  # fmt: skip

    def _dies(self, again: int) -> Message:
        if not self.held:
            return Message.of("{letter} dies. It had no request at that moment.", letter=self.letter)  # fmt: skip
        if again:
            return Message.of("{letter} dies. Requests it had, now tried again elsewhere: {n}.", letter=self.letter, n=again)  # fmt: skip
        return Message.of("{letter} dies. Requests it had, now lost: {n}.", letter=self.letter, n=len(self.held))  # fmt: skip

    def _lives(self) -> Message:
        if self.sent:
            return Message.of("{letter} works again before the checks have noticed anything.", letter=self.letter)  # fmt: skip
        return Message.of("{letter} works again, but the balancer does not know yet.", letter=self.letter)  # fmt: skip

    def _back(self, t: float) -> Message:
        if self.crash.drain:
            return Message.of("{letter} is put back to work, with all of its weight.", letter=self.letter)  # fmt: skip
        if self.weight == FULL:
            return Message.of("{letter} is brought back, {s:.1f} s after it began to work again, with all of its weight at once.", letter=self.letter, s=t - self.crash.at - self.crash.repair)  # fmt: skip
        return Message.of("{letter} is brought back with {w}/16 of its weight: slow start.", letter=self.letter, w=self.weight)  # fmt: skip

    def _slowly(self, t: float) -> Message:
        return Message.of("{s:.1f} s after its return {letter} has {w}/16 of its weight.", s=t - self.outcome.up_at, letter=self.letter, w=self.weight)  # fmt: skip

    def _ends(self) -> Message:
        return Message.of("All is as before. Lost: {lost}; tried again: {retried}.", lost=self.held_lost + self.sent_lost, retried=self.retried)  # fmt: skip
