"""E1.1: by which ports each frame leaves a learning bridge."""

from typing import Any

import numpy as np

from coursekit.exercises.contract import Args, Exercise, Sample, Wrong
from coursekit.i18n import mark
from coursekit.sims.networks import bridge
from coursekit.sims.networks.addresses import BROADCAST, is_group, station_mac
from coursekit.sims.networks.bridge import Bridge, Passed

Frames = list[list[Any]]  # [t, port, src, dst]
Outputs = list[list[int]]
NEVER = 1e12  # an age no frame reaches


def bridge_trace(n_ports: int, ageing: float, frames: Frames) -> Outputs:
    """For each frame [t, port, src, dst] the sorted ports it leaves by."""
    return bridge.bridge_outputs(n_ports, ageing, [(t, port, src, dst) for t, port, src, dst in frames])  # fmt: skip


def _cases(rng: np.random.Generator) -> Args:
    ports, ageing = int(rng.integers(3, 9)), int(rng.integers(10, 301))
    stations = [(station_mac(i), int(rng.integers(1, ports + 1))) for i in range(int(rng.integers(3, 7)))]  # fmt: skip
    frames, t = [], 0
    for number in range(int(rng.integers(10, 61))):
        # whole seconds and a thousandth a frame: no age is ever within 1e-6 of the limit
        t += int(rng.choice([1, 3, 10, ageing // 2, ageing + 5], p=[0.4, 0.3, 0.2, 0.07, 0.03]))
        who = int(rng.integers(len(stations)))
        if rng.random() < 0.08:
            stations[who] = (stations[who][0], int(rng.integers(1, ports + 1)))
        src, port = stations[who]
        frames.append([round(t + number / 1000, 3), port, src, _destination(rng, stations)])
    return {"n_ports": ports, "ageing": ageing, "frames": frames}


def _destination(rng: np.random.Generator, stations: list[tuple[str, int]]) -> str:
    kind = rng.random()
    if kind < 0.08:
        return BROADCAST
    if kind < 0.13:
        return f"01:00:5e:00:00:{int(rng.integers(1, 20)):02x}"
    if kind < 0.18:
        return f"01:80:c2:00:00:{int(rng.integers(16)):02x}"
    return stations[int(rng.integers(len(stations)))][0]


def _never_ages(n_ports: int, ageing: float, frames: Frames) -> Outputs:  # noqa: ARG001
    return bridge_trace(n_ports, NEVER, frames)


class _Destination(Bridge):
    """Learns where frames go instead of where they come from."""

    def receive(self, t: float, port: int, src: str, dst: str) -> Passed:
        known = dict(self.fdb)
        passed = super().receive(t, port, src, dst)
        self.fdb = known
        if not is_group(dst):
            self._learn(t, port, dst)
        return passed


class _Sticky(Bridge):
    """Keeps the first port a MAC was seen on."""

    def _learn(self, t: float, port: int, src: str) -> str:
        known = self.fdb.get(src)
        fresh = known is None or t - known[1] >= self.ageing
        return super()._learn(t, port if fresh or known is None else known[0], src)


class _Echo(Bridge):
    """Sends a frame out of the port it came from."""

    def receive(self, t: float, port: int, src: str, dst: str) -> Passed:
        passed = super().receive(t, port, src, dst)
        return passed._replace(out=(port,)) if passed.kind == "filter" else passed


class _Leaky(Bridge):
    """Floods what a bridge must keep to itself."""

    def receive(self, t: float, port: int, src: str, dst: str) -> Passed:
        passed = super().receive(t, port, src, dst)
        return passed._replace(out=self.others[port]) if passed.kind == "drop" else passed


def _run(kind: type[Bridge], n_ports: int, ageing: float, frames: Frames) -> Outputs:
    device = kind(n_ports, ageing=ageing)
    return [list(device.receive(*frame).out) for frame in frames]


A, B, C = (station_mac(i) for i in range(3))

SWITCHING = Exercise(
    id="E1.1",
    chapter="networks",
    title=mark("Replay a learning bridge"),
    reference=bridge_trace,
    cases=_cases,
    samples=(
        Sample(
            {
                "n_ports": 4,
                "ageing": 300,
                "frames": [[0, 1, A, B], [1, 2, B, A], [2, 3, C, BROADCAST], [301, 4, B, A]],
            },
            [[2, 3, 4], [1], [1, 2, 4], [1, 2, 3]],
        ),
        Sample(
            {
                "n_ports": 3,
                "ageing": 60,
                "frames": [[0, 1, A, B], [1, 1, B, A], [2, 2, A, B], [3, 1, B, A]],
            },
            [[2, 3], [], [1], [2]],
        ),
        Sample(
            {
                "n_ports": 4,
                "ageing": 300,
                "frames": [[0, 1, A, "01:80:c2:00:00:00"], [1, 2, B, "01:00:5e:00:00:12"]],
            },
            [[], [1, 3, 4]],
        ),
    ),
    wrong=(
        Wrong(
            "never ages",
            _never_ages,
            mark(
                "Your entries live for ever: one whose last frame is `ageing` seconds old, or older, counts as unknown and the frame is flooded."
            ),
        ),
        Wrong(
            "learns destinations",
            lambda n_ports, ageing, frames: _run(_Destination, n_ports, ageing, frames),
            mark(
                "You learn the destination: a bridge reads the sender's address, for only the sender is certainly behind the port the frame came from."
            ),
        ),
        Wrong(
            "never moves",
            lambda n_ports, ageing, frames: _run(_Sticky, n_ports, ageing, frames),
            mark(
                "You keep the first port a MAC was seen on: each frame overwrites the entry, so that a machine may move."
            ),
        ),
        Wrong(
            "sends back",
            lambda n_ports, ageing, frames: _run(_Echo, n_ports, ageing, frames),
            mark(
                "You send a frame back out of the port it came from: when the destination is behind that port the frame is filtered, `[]`."
            ),
        ),
        Wrong(
            "floods link-local",
            lambda n_ports, ageing, frames: _run(_Leaky, n_ports, ageing, frames),
            mark(
                "You flood 01:80:c2:00:00:00 to 0f: those frames are for the bridge itself and never forwarded."
            ),
        ),
    ),
)
