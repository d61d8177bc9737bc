"""What the labs on clusters share: hosts as cases of disks, and copies that fly between disks."""

from collections import Counter
from dataclasses import dataclass

from coursekit.ui.parts import spots
from coursekit.ui.scene import box, label, mover, path

HEAD, TANK, FOOT = 42, 104, 26  # of a host: its names, its disks, the number below
GAP = 6
MOST_FLYING = 24


@dataclass(frozen=True)
class Tank:
    """A disk as a tank: how full, the share it should have (None: not drawn), its number and looks."""

    osd: int
    level: float  # 0 to 1 of the height
    text: str  # below it
    mark: float | None = None
    came: float = 0.0  # the part of the level that has just come
    look: dict | None = None
    out: bool = False
    selected: bool = False
    press: str | None = None
    token: str = ""  # the rank of the chosen group's copy here
    ring: bool = False


def hosts_line(cases, *, narrow, top, most=124):
    """Hosts with their tanks: (host, title, sub, look, tanks) each.

    Returns the items, where copies land on each disk, and the bottom.
    """
    high = HEAD + TANK + FOOT
    places, bottom = spots(len(cases), high, narrow=narrow, top=top, least=62, most=most)
    items, middles = [], {}
    for (host, title, sub, look, tanks), spot in zip(cases, places, strict=True):
        wide = (spot.w - GAP * (len(tanks) + 1)) / max(1, len(tanks))
        inside = []
        for at, tank in enumerate(tanks):
            x = GAP + at * (wide + GAP)
            inside += _tank(tank, x, wide)
            middles[tank.osd] = (spot.x + x + wide / 2, spot.y + HEAD + 16)
        items.append(box(f"host{host}", spot.x, spot.y, spot.w, high, r=10, title=title, sub=sub, children=inside, **look))  # fmt: skip
    return items, middles, bottom - 14


def _tank(tank, x, wide):
    """A frame, what is in it, the mark of its share, the number below, the chosen copy."""
    level = max(0.0, min(1.0, tank.level))
    high = max(1.0, level * (TANK - 4))
    look = {"tone": "idle"} if tank.out else (tank.look or {"hue": 0})
    name = f"osd{tank.osd}"
    items = [
        box(name, x, HEAD, wide, TANK, r=5, fill="none", tone="idle", dash=tank.out, selected=tank.selected, press=tank.press),
        box(f"{name}-in", x + 2, HEAD + TANK - 2 - high, wide - 4, high, r=3, **{"fill": "soft", **look}),
        label(f"{name}-n", x + wide / 2, HEAD + TANK + 17, tank.text, anchor="middle", size=11.5),
    ]  # fmt: skip
    if tank.came > 0:
        items.append(box(f"{name}-came", x + 2, HEAD + TANK - 2 - high, wide - 4, max(1.0, tank.came * (TANK - 4)), r=3, fill="solid", hue=1))  # fmt: skip
    if tank.mark is not None and 0 < tank.mark <= 1:
        y = HEAD + TANK - 2 - tank.mark * (TANK - 4)
        items.append(path(f"{name}-mark", f"M{x - 2:.1f} {y:.1f}h{wide + 4:.1f}", tone="warn"))
    if tank.token or tank.ring:
        items.append(box(f"{name}-copy", x + wide / 2 - 11, HEAD + TANK - 27, 22, 22, r=11, text=tank.token, size=12, hue=3, fill="solid" if tank.token else "none", dash=tank.ring))  # fmt: skip
    return items


def flights(pairs, middles, run, *, seconds=1.4):
    """Copies under way, one disc for each pair of disks with the number that flies there."""
    counts = Counter((a, b) for a, b in pairs if a in middles and b in middles and a != b)
    items = []
    for k, ((a, b), n) in enumerate(counts.most_common(MOST_FLYING)):
        (x1, y1), (x2, y2) = middles[a], middles[b]
        lift = min(y1, y2) - 34
        d = f"M{x1:.0f} {y1:.0f}Q{(x1 + x2) / 2:.0f} {lift:.0f} {x2:.0f} {y2:.0f}"
        items.append(mover(f"fly{k}", d, str(n), hue=1, r=9, size=9.5, seconds=seconds, delay=0.05 * k, run=run))  # fmt: skip
    return items
