"""What the balancing labs share: letters and colours of servers, names of policies, strips."""

from coursekit.i18n import _, mark
from coursekit.ui.scene import box

POLICIES = {
    "rr": mark("round robin"),
    "swrr": mark("smooth weighted turns (nginx)"),
    "lvs_wrr": mark("weighted turns (IPVS)"),
    "static_rr": mark("static-rr (HAProxy)"),
    "random": mark("random"),
    "p2c": mark("two random choices"),
    "least_conn": mark("least connections"),
    "cpu": mark("by CPU report"),
    "shared": mark("one common queue"),
}
LAWS = {
    "exp": mark("varied (exponential)"),
    "det": mark("all alike"),
    "hyper": mark("some huge (1 in 10)"),
}


def letter(server):
    """Server 0 is a; nobody is a dash."""
    return "–" if server is None or server < 0 else chr(ord("a") + server)


def server_name(server):
    """How a server is called in a sentence or a table."""
    return _("server {letter}", letter=letter(server))


def policy_name(policy):
    """How a policy is called everywhere."""
    return _(POLICIES[policy])


def paint(server):
    """The colour of a server; nobody has none. The letter is always written beside it."""
    return {"tone": "idle"} if server is None or server < 0 else {"hue": server}


def strip(name, picks, *, x, y, cell, a_line, high=None, now=None, press=None):
    """Who got each request, a letter a cell, in lines of `a_line`; and where the strip ends.

    Cells after `now` are still empty; `press(k)` names cell k, which makes it a button.
    """
    high = high or cell
    items = []
    for k, pick in enumerate(picks):
        known = now is None or k <= now
        look = paint(pick) if known else {}
        items.append(box(
            f"{name}{k}", x + (k % a_line) * cell, y + (k // a_line) * (high + 4), cell - 3, high,
            text=letter(pick) if known else "", r=5, size=min(13, cell * 0.55),
            fill=("none" if pick is None else "solid") if known else "none", dash=known and pick is None,
            glow=k == now, press=press(k) if press else None, **look,
        ))  # fmt: skip
    return items, y + -(-len(picks) // a_line) * (high + 4)
