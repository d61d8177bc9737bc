"""Wrong passwords counted until an account locks, on every controller and on the PDC emulator.

Modelled: tries within a window, the time that a lock lasts, each controller's own count (which is
not replicated), a wrong try passed on to the PDC emulator, which therefore counts them all; a lock
replicated urgently; the last two passwords, which are refused and not counted. Lab rule: the
emulator is a controller like the others otherwise. Left out: fine-grained rules, accounts exempt.
Sources: Microsoft Learn, "Account lockout policy", "Urgent replication"; [MS-ADTS] 3.1.1.1.13.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from coursekit.sims.message import require

__all__ = ["REMEMBERED", "Counter", "Rules", "Watch", "tried", "unlocked", "watch"]

REMEMBERED = 2


@dataclass(frozen=True)
class Rules:
    """So many wrong tries within a window (minutes) lock for a time; 0 tries: never, 0 minutes: for good."""

    tries: int = 5
    window: float = 30
    duration: float = 30

    def __post_init__(self) -> None:
        require(0 <= self.tries <= 999, "tries={tries}: choose 0 to 999", tries=self.tries)
        require(self.window > 0, "window={window}: more than 0 minutes", window=self.window)
        require(self.duration == 0 or self.duration >= self.window, "duration={duration}: choose 0, or the window of {window} minutes or more", duration=self.duration, window=self.window)  # fmt: skip


@dataclass(frozen=True)
class Counter:
    """Wrong tries at one controller."""

    bad: int = 0
    last: float = 0


@dataclass(frozen=True)
class Watch:
    """All controllers' counters and the lock, which all of them know."""

    counters: Mapping[str, Counter]
    pdc: str
    rules: Rules = field(default_factory=Rules)
    locked_at: float | None = None

    def locked(self, now: float) -> bool:
        """Whether the account is locked at a minute."""
        if self.locked_at is None:
            return False
        return self.rules.duration == 0 or now - self.locked_at < self.rules.duration


def watch(names: Sequence[str], rules: Rules | None = None) -> Watch:
    """Nobody has tried; the first controller is the PDC emulator."""
    require(len(names) > 0, "names=0: one controller or more")
    return Watch({each: Counter() for each in names}, names[0], rules or Rules())


def tried(state: Watch, dc: str, now: float, *, good: bool, remembered: bool = False, down: Collection[str] = ()) -> Watch:  # fmt: skip
    """After a password tried at a controller; `remembered`: wrong, but one of the last two."""
    require(dc in state.counters, "dc={dc}: choose one of {names}", dc=dc, names=", ".join(state.counters))  # fmt: skip
    if state.locked(now) or (not good and remembered):
        return state
    state = replace(state, locked_at=None)
    heard = [dc] if state.pdc in down else list(dict.fromkeys((dc, state.pdc)))
    if good:
        return replace(state, counters={**state.counters, **{each: Counter() for each in heard}})
    counters = {**state.counters, **{each: _more(state, each, now) for each in heard}}
    full = bool(state.rules.tries) and max(counters[each].bad for each in heard) >= state.rules.tries  # fmt: skip
    return replace(state, counters=counters, locked_at=now if full else None)


def _more(state: Watch, dc: str, now: float) -> Counter:
    old = state.counters[dc]
    return Counter(1 if not old.bad or now - old.last >= state.rules.window else old.bad + 1, now)


def unlocked(state: Watch) -> Watch:
    """An administrator takes the lock away; the counters begin again."""
    return replace(state, locked_at=None, counters={each: Counter() for each in state.counters})
