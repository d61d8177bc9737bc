"""What labs of this chapter share: pods as bricks, nodes as cases, lines of text, tolerances."""

from textwrap import wrap

from coursekit.i18n import mark
from coursekit.ui.scene import box, label

BRICK, GAP = 28, 5
TOLERANCES = {0.05: mark("5 %"), 0.1: mark("10 %"), 0.2: mark("20 %")}  # of an autoscaler
# the state of a pod by its look and by its mark
LOOKS = {
    "ready": ("✓", {"fill": "solid", "hue": 0}),
    "starting": ("…", {"fill": "none", "tone": "idle", "dash": True}),
    "unknown": ("?", {"fill": "soft", "tone": "warn", "dash": True}),
    "ending": ("✕", {"fill": "soft", "tone": "idle", "dash": True}),
    "failed": ("✗", {"fill": "soft", "tone": "bad"}),
}


def pod_brick(name, x, y, w, text, state, **more):
    """A pod as a small box: its name, its state by fill and mark."""
    sign, look = LOOKS[state]
    return box(name, x, y, w, BRICK, r=6, size=12, text=f"{sign} {text}", **{**look, **more})


def node_case(name, x, y, w, h, title, bricks, **look):
    """A node as a case; bricks are made with x, y inside it."""
    return box(name, x, y, w, h, r=12, title=title, children=bricks, **look)


def lines(name, x, y, text, wide, *, size=11.5):
    """A text in as many lines as fit into this width; and the height below them."""
    parts = wrap(text, max(8, int(wide / (size * 0.54))))
    items = [label(f"{name}-{i}", x, y + i * (size + 4), part, size=size) for i, part in enumerate(parts)]  # fmt: skip
    return items, y + len(parts) * (size + 4)


def bar(name, x, y, w, share, text, *, look):
    """A bar of a share of 1; what is above 1 is red, and stays inside the frame."""
    over = share > 1
    inner = max(2.0, w * min(share, 1.0))
    shown = {"tone": "bad", "fill": "solid"} if over else look
    return [
        box(f"{name}-rail", x, y, w, 12, r=4, fill="none", tone="idle"),
        box(f"{name}-bar", x, y, inner, 12, r=4, **shown),
        label(f"{name}-text", x, y - 4, text, size=11.5, weight=700 if over else 400),
    ]
