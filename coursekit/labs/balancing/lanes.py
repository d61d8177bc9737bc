"""Requests over time, a lane a server: sent, done, lost, tried again elsewhere."""

from coursekit.i18n import _, mark
from coursekit.labs.balancing.drawing import letter, paint, server_name
from coursekit.ui import timeframe
from coursekit.ui.scene import box, label, path

LANE = 34


class Frame(timeframe.Frame):
    """Room for the servers' names at the left."""

    margins = ((132, 10), (118, 10))


def cross(x, y, half):
    """A cross of lines, as a path."""
    return f"M{x - half:.1f} {y - half:.1f}l{2 * half} {2 * half}m0 {-2 * half}l{-2 * half} {2 * half}"  # fmt: skip


def _tick(x, y, high):
    return f"M{x:.1f} {y}v{-high}"


def _ring(x, y):
    return f"M{x - 4:.1f} {y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0"


LOOKS = {  # a word, a tone, the shape at x, and how high above the lane it stands
    "sent": (mark("sent here"), "idle", lambda x, y: _tick(x, y, 7), 0),
    "done": (mark("served here"), "ok", lambda x, y: _tick(x, y, 12), 10),
    "lost": (mark("lost here"), "bad", lambda x, y: cross(x, y, 5), 14),
    "retried": (mark("tried again elsewhere"), "warn", _ring, 14),
}


def lanes(events, servers, out, frame, y):
    """What each server got and did; `out`, if any, gets nothing now."""
    items = []
    for server in range(servers):
        base = y + server * LANE + LANE - 5
        name = letter(server) if frame.narrow else server_name(server)
        items.append(box(
            f"lane-name{server}", 4, base - LANE + 8, frame.left - 14, LANE - 6, text=f"{name} ✗" if server == out else name, r=7, size=13,
            fill="none" if server == out else "solid", dash=server == out, **paint(None if server == out else server),
        ))  # fmt: skip
        items.append(path(f"lane{server}", f"M{frame.left} {base}H{frame.width - 10}"))
        mine = [each for each in events if each.server == server]
        for kind, (_word, tone, shape, above) in LOOKS.items():
            d = "".join(shape(frame.x(e.t), base - above) for e in mine if e.kind == kind)
            if d:
                items.append(path(f"{kind}{server}", d, tone=tone))
    return items


def axis(t, frame, y, top):
    """Seconds, and where we stand."""
    span = frame.end - frame.begin
    step = next(s for s in (5, 10, 20, 50, 100) if span / s <= (6 if frame.narrow else 11))
    first = -int(-frame.begin // step) * step
    items = [
        label(f"at{s}", frame.x(s), y + 15, f"{s} s", anchor="middle", size=11.5)
        for s in range(int(first), int(frame.end) + 1, step)
    ]
    return [*items, path("now", f"M{frame.x(t):.1f} {top}V{y}", tone="warn")]


def key(frame, y):
    """What the marks mean, drawn as they are drawn."""
    a_line = 2 if frame.narrow else 4
    step, items = (frame.width - 24) / a_line, []
    for i, (kind, (word, tone, shape, _above)) in enumerate(LOOKS.items()):
        x, top = 16 + (i % a_line) * step, y + 12 + (i // a_line) * 22
        high = {"sent": 3, "done": 6}.get(kind, 0)  # ticks stand on their foot
        items.append(path(f"key-{kind}", shape(x, top + high), tone=tone))
        items.append(label(f"key-text-{kind}", x + 12, top + 4, _(word), size=12))
    return items
