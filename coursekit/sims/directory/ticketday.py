"""A day and a half with tickets: when they are taken, when they end, what works in each hour.

Built on `kerberosplay`: every answer is asked of it, with the state of that time. All controllers die
together and come back together. Lab rules: things happen at full hours, and what works is asked
in the middle of each; who renews does it in the last hour of the TGT. Source: RFC 4120; [MS-GPSB] 2.2.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from coursekit.sims.directory.kerberos import HOUR, Account
from coursekit.sims.directory.kerberosplay import after, start
from coursekit.sims.directory.kerberosworld import Deed, Host, State, World, lab
from coursekit.sims.message import Message, require

__all__ = ["ASKS", "END", "NEVER", "NEW", "STEP", "USED", "Bar", "Day", "Event", "Told", "tell"]

END, STEP, RENEW_BEFORE = 36.0, 1.0, 1.0  # hours
NEVER = 24  # an hour at which nothing dies any more
USED, NEW, UNUSED = "files.lab.example", "web.lab.example", "print.lab.example"
ASKS: dict[str, Deed] = {"used": ("open", USED), "unused": ("open", UNUSED), "logon": ("log on",)}


@dataclass(frozen=True)
class Day:
    """The hours: of the log-on, of the first share and a second one, of the controllers' death."""

    logon: int = 9
    asked: int = 9
    dead_from: int = NEVER
    dead_to: int = NEVER
    open: int = 14
    renew: bool = False

    def __post_init__(self) -> None:
        for name in ("logon", "asked", "dead_from", "dead_to", "open"):
            require(0 <= getattr(self, name) <= NEVER, "{name}={value}: choose 0 to {most}", name=name, value=getattr(self, name), most=NEVER)  # fmt: skip
        require(self.dead_to >= self.dead_from, "dead_to={to}: choose {least} or later", to=self.dead_to, least=self.dead_from)  # fmt: skip

    def deeds(self, hour: float) -> Iterator[Deed]:
        """What happens at an hour, in this order."""
        if self.dead_from < self.dead_to and hour in (self.dead_from, self.dead_to):
            yield from ((("down" if hour == self.dead_from else "up"), each) for each in ("dc1", "dc2"))  # fmt: skip
        for at, deed in ((self.logon, ("log on",)), (self.asked, ("open", USED)), (self.open, ("open", NEW))):  # fmt: skip
            if hour == at:
                yield deed


@dataclass(frozen=True)
class Bar:
    """A ticket from its begin to its end, in hours; `name` "TGT" or the host."""

    name: str
    start: float
    end: float


@dataclass(frozen=True)
class Event:
    """Something done at an hour, whether it succeeded, and why."""

    hour: float
    deed: Deed
    done: bool
    why: Message


@dataclass(frozen=True)
class Told:
    """The tickets, what was done, and for each hour whether each of `ASKS` would succeed."""

    day: Day
    bars: tuple[Bar, ...]
    events: tuple[Event, ...]
    hours: tuple[float, ...]
    works: dict[str, tuple[bool, ...]]

    def until(self, what: str) -> float:
        """The hour, counted from the log-on, until which it goes on without a break."""
        good = self.works[what]
        at = next((k for k, ok in enumerate(good) if ok and self.hours[k] >= self.day.logon), len(good))  # fmt: skip
        end = next((k for k in range(at, len(good)) if not good[k]), len(good))
        return end * STEP


@lru_cache(maxsize=64)
def tell(day: Day) -> Told:
    """The whole day."""
    state, bars, events = start(_world()), list[Bar](), list[Event]()
    hours = tuple(k * STEP for k in range(int(END / STEP)))
    works: dict[str, list[bool]] = {name: [] for name in ASKS}
    for hour in hours:
        state = replace(state, t=hour * HOUR)
        for deed in (*day.deeds(hour), *_renewal(state, day, hour)):
            before, state = state, after(state, [deed])[-1]
            bars += _new(before, state)
            events.append(Event(hour, deed, state.done is True, state.why))
        half = replace(state, t=(hour + STEP / 2) * HOUR)
        for name, ask in ASKS.items():
            works[name].append(after(half, [ask])[-1].done is True)
    return Told(day, tuple(bars), tuple(events), hours, {name: tuple(each) for name, each in works.items()})  # fmt: skip


def _world() -> World:
    """The sample with a third server that nobody uses."""
    world = lab()
    realm = replace(world.realm, accounts=(*world.realm.accounts, Account("print$", "host secret 3", (f"cifs/{UNUSED}",))))  # fmt: skip
    return replace(world, realm=realm, hosts=(*world.hosts, Host(UNUSED, "10.1.0.22", "print$", "host secret 3")))  # fmt: skip


def _renewal(state: State, day: Day, hour: float) -> tuple[Deed, ...]:
    """Near the end of the TGT, and while it has not ended."""
    if not day.renew or state.tgt is None or not 0 < state.tgt.end / HOUR - hour <= RENEW_BEFORE:
        return ()
    return (("renew",),)


def _new(before: State, state: State) -> Iterator[Bar]:
    """Tickets that were not there before."""
    if state.tgt is not None and state.tgt is not before.tgt:
        yield Bar("TGT", state.tgt.start / HOUR, state.tgt.end / HOUR)
    for spn, each in state.tickets.items():
        if each is not before.tickets.get(spn):
            yield Bar(spn.partition("/")[2], each.start / HOUR, each.end / HOUR)
