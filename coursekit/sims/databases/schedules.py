"""Schedules: which step of which transaction comes when, written as textbooks write it.

`x=10 y=20` first says what is stored; without it x is 10 and y is 20. Then the steps: `r1(x)`
transaction 1 reads x; `l1(x)` reads and locks it (SELECT … FOR UPDATE); `w1(x,99)` writes 99;
`w1(x,x+1)` adds to what is there at that moment (UPDATE … SET x = x + 1); `w1(x,seen+1)` adds to
what the transaction itself read last of x; `w1(x)` writes the transaction's number; `i1(x,5)`
inserts a row, `d1(x)` deletes it, `n1(sal)` counts the rows whose names begin so; `c1` commits,
`a1` rolls back. `?>=25` or `?<1` after a step: only when what the transaction has read sums up so.
Left out: predicates on values, ranges, several rows in one statement.
Source of the notation: Bernstein, Hadzilacos, Goodman, "Concurrency Control and Recovery", 1987.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from coursekit.sims.message import Message, ParameterError, require

Kind = Literal["r", "l", "n", "w", "i", "d", "c", "a"]
READS, WRITES, ENDS = ("r", "l", "n"), ("w", "i", "d"), ("c", "a")
MOST_STEPS, MOST_TRANSACTIONS, MOST_KEYS = 24, 4, 5
ITEMS = (("x", 10), ("y", 20))
SEEN = "seen"

_KEY = "[a-z][a-z0-9]{0,5}"
_ITEM = re.compile(rf"({_KEY})=(-?\d{{1,6}})")
_STEP = re.compile(
    rf"(?P<kind>[rlnwidca])(?P<tx>\d)"
    rf"(?:\((?P<key>{_KEY})(?:,(?P<base>{_KEY})?(?P<add>[+-]?\d{{1,6}})?)?\))?"
    r"(?:\?(?P<rule>>=|<)(?P<bound>-?\d{1,6}))?"
)


@dataclass(frozen=True)
class Value:
    """What is written: `add` alone, or added to the current value or to what was read last."""

    base: Literal["", "current", "seen"] = ""
    add: int = 0

    def of(self, current: int, seen: int) -> int:
        """The number, given the current value and the one read last."""
        return self.add + {"": 0, "current": current, "seen": seen}[self.base]


@dataclass(frozen=True)
class Guard:
    """A step is done only when the sum of what its transaction has read is so."""

    rule: Literal[">=", "<"]
    bound: int

    def holds(self, total: int) -> bool:
        """Whether a sum meets it."""
        return total >= self.bound if self.rule == ">=" else total < self.bound


@dataclass(frozen=True)
class Step:
    """One step of transaction `tx`; `key` is a prefix for a count, "" for an end."""

    kind: Kind
    tx: int
    key: str = ""
    value: Value | None = None
    guard: Guard | None = None

    def __str__(self) -> str:
        """The step in the notation."""
        inside = f"({self.key}{self._written})" if self.key else ""
        guard = f"?{self.guard.rule}{self.guard.bound}" if self.guard else ""
        return f"{self.kind}{self.tx}{inside}{guard}"

    @property
    def bare(self) -> str:
        """The step without its value and condition."""
        return f"{self.kind}{self.tx}({self.key})" if self.key else f"{self.kind}{self.tx}"

    @property
    def _written(self) -> str:
        if self.value is None:
            return ""
        if not self.value.base:
            return f",{self.value.add}"
        base = self.key if self.value.base == "current" else SEEN
        return f",{base}{self.value.add:+d}" if self.value.add else f",{base}"


@dataclass(frozen=True)
class Schedule:
    """What is stored at first, and the steps in their order."""

    items: tuple[tuple[str, int], ...]
    steps: tuple[Step, ...]

    @cached_property
    def transactions(self) -> tuple[int, ...]:
        """The numbers of the transactions, ascending."""
        return tuple(sorted({step.tx for step in self.steps}))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The names of all rows that are stored or touched; prefixes of counts are none."""
        touched = [step.key for step in self.steps if step.key and step.kind != "n"]
        return tuple(dict.fromkeys([*(key for key, _value in self.items), *touched]))

    def __str__(self) -> str:
        """The schedule in the notation."""
        return " ".join([*(f"{key}={value}" for key, value in self.items), *map(str, self.steps)])


def parse(text: str) -> Schedule:
    """Read a schedule; ParameterError names the position (from 1) and the rule."""
    words = text.replace("−", "-").split()
    items: dict[str, int] = {}
    steps: list[Step] = []
    for position, word in enumerate(words, 1):
        if found := _ITEM.fullmatch(word):
            _require(
                not steps,
                position,
                Message.of("{word} must stand before the first step", word=word),
            )
            items[found[1]] = int(found[2])
        else:
            steps.append(_step(position, word))
            _check_open(position, steps)
    require(bool(steps), "schedule={text}: write at least one step, as r1(x)", text=text.strip())
    schedule = Schedule(tuple(items.items()) or ITEMS, tuple(steps))
    _check_size(schedule)
    return schedule


def _step(position: int, word: str) -> Step:
    found = _STEP.fullmatch(word)
    if not found:
        raise ParameterError("position={position}: {word} is no step; write r1(x), w1(x,5), i1(x,5), d1(x), n1(x), l1(x), c1 or a1", position=position, word=word)  # fmt: skip
    kind, tx, key, base, add = found["kind"], int(found["tx"]), found["key"], found["base"], found["add"]  # fmt: skip
    _require(1 <= tx <= MOST_TRANSACTIONS, position, Message.of("{word}: transactions are 1 to {most}", word=word, most=MOST_TRANSACTIONS))  # fmt: skip
    _require((kind in ENDS) == (key is None), position, Message.of("{word}: c and a stand alone, all others name a row", word=word))  # fmt: skip
    _require(kind in ("w", "i") or (base, add) == (None, None), position, Message.of("{word}: only w and i give a value", word=word))  # fmt: skip
    _require(base in (None, key, SEEN), position, Message.of("{word}: a value is a number, {key}+1 or seen+1", word=word, key=key))  # fmt: skip
    _require(kind != "i" or base is None, position, Message.of("{word}: a new row has no value to add to", word=word))  # fmt: skip
    _require(key != SEEN, position, Message.of("{word}: no row is called seen", word=word))
    guard = Guard(found["rule"], int(found["bound"])) if found["rule"] else None  # type: ignore[arg-type]
    return Step(kind, tx, key or "", _value(kind, tx, base, add), guard)  # type: ignore[arg-type]


def _value(kind: str, tx: int, base: str | None, add: str | None) -> Value | None:
    if kind not in ("w", "i"):
        return None
    if base is None and add is None:
        return Value("", tx)
    return Value("" if base is None else "seen" if base == SEEN else "current", int(add or 0))


def _check_open(position: int, steps: list[Step]) -> None:
    """Nothing follows a transaction's end."""
    *before, last = steps
    ended = any(step.tx == last.tx and step.kind in ENDS for step in before)
    _require(not ended, position, Message.of("{word}: transaction {tx} has ended already", word=str(last), tx=last.tx))  # fmt: skip


def _check_size(schedule: Schedule) -> None:
    require(len(schedule.steps) <= MOST_STEPS, "steps={count}: at most {most}", count=len(schedule.steps), most=MOST_STEPS)  # fmt: skip
    require(len(schedule.keys) <= MOST_KEYS, "rows={count}: at most {most}", count=len(schedule.keys), most=MOST_KEYS)  # fmt: skip


def _require(holds: bool, position: int, rule: Message) -> None:
    """As `require`, with the position before the rule."""
    require(holds, "position={position}: {rule}", position=position, rule=rule)
