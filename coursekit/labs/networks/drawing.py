"""How the networks labs draw machines and the lines between them."""

from coursekit.ui.scene import Item, box, path

HEIGHT = 54  # of a machine


def machine(name: str, x: float, y: float, w: float, text: str, sub: str = "", **look) -> Item:
    """A machine: its name, and its address below."""
    look = {"fill": "paper", "r": 10, **look}
    if sub:
        look["sub"] = sub
    return box(name, x, y, w, HEIGHT, text=text, **look)


def line(name: str, *points: tuple[float, float], **look) -> Item:
    """A line through points."""
    return path(name, through(*points), **look)


def through(*points: tuple[float, float]) -> str:
    """The SVG path through points."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def middle(item: Item) -> tuple[float, float]:
    """The middle of a box."""
    return item["x"] + item["w"] / 2, item["y"] + item["h"] / 2
