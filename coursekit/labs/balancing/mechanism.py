"""What each kind of turns looks at when it picks, as a picture."""

from dataclasses import dataclass

from coursekit.i18n import _, mark
from coursekit.labs.balancing.drawing import letter, paint, strip
from coursekit.ui.scene import box, label, path

MAP_SHOWN = 40
PICTURE = 162  # height of the pictures, below their head
HEADS = {
    "rr": mark("The list, and where the pointer stands"),
    "swrr": mark("Current weights: raised (pale), then after the pick (full)"),
    "lvs_wrr": mark("Weights against the bar of this round"),
    "static_rr": mark("The map, replayed from place to place"),
}


@dataclass(frozen=True)
class Area:
    """Where the picture goes; `ends`: the least and the greatest current of the whole run."""

    x: float
    y: float
    wide: float
    high: float
    ends: tuple[int, int]


def signed(value):
    """A number with a real minus."""
    return str(value).replace("-", "−")


def _list(turn, area):
    """The servers in a row; the pointer stands on the one just picked."""
    n, x, y = len(turn.up), area.x, area.y
    step = min(110, area.wide / n)
    items = []
    for i, up in enumerate(turn.up):
        here = turn.pick == i
        left = x + i * step
        items.append(box(
            f"list{i}", left, y + 34, step - 18, 62, text=letter(i) if up else f"{letter(i)} ✗", size=20, r=10,
            fill="solid" if here else "soft" if up else "none", dash=not up, glow=here, **paint(i if up else None),
        ))  # fmt: skip
        if i < n - 1:
            items.append(path(f"then{i}", f"M{left + step - 16:g} {y + 65:g}h13", arrow=True))
    end, start = x + n * step - 18, x + (step - 18) / 2
    items.append(path("again", f"M{end - (step - 18) / 2:g} {y + 100:g}v26H{start:g}v-22", arrow=True))  # fmt: skip
    return [*items, label("again-text", (start + end) / 2, y + 146, _("and again from the start"), anchor="middle", size=12.5)]  # fmt: skip


def _currents(turn, area):
    """Bars above and below zero: each current raised by its weight, and after the payment."""
    low, top = area.ends
    unit = (area.high - 34) / (top - low)
    zero = area.y + 14 + top * unit
    n, x = len(turn.up), area.x
    step = min(150, area.wide / n)
    items = [path("zero", f"M{x} {zero:.1f}H{x + n * step:.1f}", tone="idle")]
    for i in range(n):
        left, thick = x + i * step + step * 0.18, min(44, step * 0.32)
        for kind, value, fill, at in (
            ("raised", turn.raised[i], "soft", left),
            ("after", turn.smooth.current[i], "solid", left + thick + 3),
        ):
            tall = max(2.0, abs(value) * unit)
            above = value >= 0
            items.append(box(
                f"{kind}{i}", at, zero - tall if above else zero, thick, tall, r=3, fill=fill,
                glow=kind == "raised" and turn.pick == i, **paint(i if turn.up[i] else None),
            ))  # fmt: skip
            edge = zero - tall - 5 if above else zero + tall + 14
            items.append(label(f"{kind}-n{i}", at + thick / 2, edge, signed(value), anchor="middle", size=12.5, weight=600))  # fmt: skip
        items.append(label(f"bar-name{i}", x + i * step + 6, zero - 5, letter(i), size=14, weight=700))  # fmt: skip
    return items


def _bars(turn, area):
    """Weights as bars, and the bar that a weight must reach in this round."""
    weights, x = turn.smooth.weight, area.x
    top, n = max(weights), len(weights)
    unit, step = (area.high - 38) / top, min(130, (area.wide - 60) / n)
    floor = area.y + area.high - 18
    items = []
    for i, weight in enumerate(weights):
        reaches = turn.up[i] and weight >= turn.bar
        items.append(box(
            f"weight{i}", x + i * step + 8, floor - weight * unit, step - 30, max(2, weight * unit), r=4,
            text=str(weight) if weight * unit > 20 else "", fill="solid" if reaches else "soft",
            glow=turn.pick == i, **paint(i if turn.up[i] else None),
        ))  # fmt: skip
        items.append(label(f"bar-name{i}", x + i * step + (step - 14) / 2, floor + 16, letter(i), anchor="middle", weight=700))  # fmt: skip
    at = floor - turn.bar * unit
    items.append(path("bar", f"M{x} {at:.1f}H{x + n * step:.1f}", tone="warn", dash=True))
    text = _("bar {bar}", bar=turn.bar)
    return [*items, label("bar-text", x + n * step + 6, at + 4, text, size=12.5, weight=600)]


def _map(turn, area):
    """The map as a strip, the place in use marked; long maps are cut."""
    shown = turn.places[:MAP_SHOWN]
    a_line = _a_line(turn, area.wide)
    cell = min(46, area.wide / a_line)
    items, end = strip("map", shown, x=area.x, y=area.y + 8, cell=cell, high=30, a_line=a_line)
    if 0 <= turn.place < len(shown):
        items[turn.place] |= {"glow": True}
    text = (
        _("first {shown} of {places} places", shown=len(shown), places=len(turn.places))
        if len(turn.places) > len(shown) else _("{places} places, then again from the first", places=len(turn.places))
    )  # fmt: skip
    return [*items, label("map-text", area.x, end + 16, text, size=12.5)]


HOW = {"rr": _list, "swrr": _currents, "lvs_wrr": _bars, "static_rr": _map}


def _a_line(turn, wide):
    """Places of the map in a line."""
    return max(1, min(20 if wide > 500 else 10, len(turn.places)))


def height(turn, policy, wide):
    """How high the picture is, its head included."""
    if policy != "static_rr":
        return PICTURE + 34
    lines = -(-min(MAP_SHOWN, len(turn.places)) // _a_line(turn, wide))
    return 28 + 8 + lines * 34 + 20
