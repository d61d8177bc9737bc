"""A learner's own switch, judged frame by frame against the learning bridge.

A switch is a function `forward(table, ports, port, src, dst)` that may change `table` (a dict,
empty at first) and returns the ports a frame leaves by. Modelled: no ageing, no limit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.sims.message import ParameterError, require
from coursekit.sims.networks.bridge import Bridge
from coursekit.sims.networks.lan import EVERYBODY, Sent, conversation, station_name

__all__ = ["compare"]

NEVER = 1e12  # an age no frame reaches: the learner's table does not age
ALL = "*"
Forward = Callable[[dict[str, int], list[int], int, str, str], Any]


@dataclass(frozen=True)
class Line:
    """One frame, and the ports it left by: yours, and the bridge's."""

    frame: Sent
    yours: tuple[int, ...]
    bridge: tuple[int, ...]

    @property
    def lost(self) -> int:
        """Copies that somebody needed and did not get."""
        return len(set(self.bridge) - set(self.yours))

    @property
    def needless(self) -> int:
        """Copies nobody needed."""
        return len(set(self.yours) - set(self.bridge))


@dataclass(frozen=True)
class Compared:
    """Every frame, in order."""

    ports: int
    lines: tuple[Line, ...]

    @property
    def copies(self) -> tuple[int, int]:
        """Copies sent by yours and by the bridge."""
        return sum(len(a.yours) for a in self.lines), sum(len(a.bridge) for a in self.lines)


def traffic(stations: int, frames: int) -> tuple[Sent, ...]:
    """A broadcast, then conversations between neighbours; each answers."""
    shout = (Sent(0.0, 0, EVERYBODY),)
    pairs = [conversation(i % stations, (i + 1) % stations, 4) for i in range(stations)]
    sent = [*shout, *(frame for pair in pairs for frame in pair)]
    return tuple(Sent(float(i), f.src, f.dst) for i, f in enumerate(sent[:frames]))


def compare(forward: Forward, ports: int, frames: Sequence[Sent]) -> Compared:
    """Run both switches on the same frames; MACs are the stations' letters, "*" is broadcast.

    Raises ParameterError naming the first frame whose answer is no list of other ports.
    """
    require(2 <= ports <= 8, "ports={ports}: choose 2 to 8", ports=ports)
    table: dict[str, int] = {}
    bridge = Bridge(ports, ageing=NEVER)
    lines = []
    for number, frame in enumerate(frames):
        src = station_name(frame.src)
        dst = ALL if frame.dst == EVERYBODY else station_name(frame.dst)
        said = forward(table, list(range(1, ports + 1)), frame.src + 1, src, dst)
        yours = _checked(said, number, frame.src + 1, ports)
        # a letter stands for its MAC: 02:… for stations, ff:… for broadcast
        right = bridge.receive(frame.at_s, frame.src + 1, f"02:{src}", "ff:ff:ff:ff:ff:ff" if dst == ALL else f"02:{dst}")  # fmt: skip
        lines.append(Line(frame, yours, right.out))
    return Compared(ports, tuple(lines))


def _checked(said: Any, number: int, port: int, ports: int) -> tuple[int, ...]:
    if not isinstance(said, (list, tuple, set, frozenset)):
        raise ParameterError("frame={number}: return a list of ports; got {said}", number=number, said=repr(said))  # fmt: skip
    for each in said:
        whole = isinstance(each, int) and not isinstance(each, bool)
        require(whole and 1 <= each <= ports, "frame={number}: {each} is no port; choose 1 to {ports}", number=number, each=repr(each), ports=ports)  # fmt: skip
        require(each != port, "frame={number}: port {port} is where it came from; sending it back makes loops", number=number, port=port)  # fmt: skip
    return tuple(sorted(set(said)))
