"""Keys on servers by their hash: a ring against remainders, and who moves when one joins."""

import math
from functools import cache

from coursekit.i18n import _, mark, number
from coursekit.labs.balancing.drawing import letter, paint, server_name
from coursekit.sims.balancing.placement import RANGES, Plan, place, point_of, ring_of, value_of
from coursekit.ui.charts import side_by_side
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.scene import Scene, box, label, path, token
from coursekit.ui.table import Table

METHODS = {
    "ring": mark("ring (consistent hashing)"),
    "modulo": mark("CRC-32 modulo the servers"),
    "hash": mark("nginx hash"),
    "ip_hash": mark("nginx ip_hash"),
}
CHANGES = {"none": mark("none"), "add": mark("a server joins"), "remove": mark("a server leaves")}
DRAWN = 36  # keys on the circle: more would lie on each other
SIDE, MIDDLE = 460, 232
INNER, BAND, OUTER = 118, (140, 156), 186  # radii: where a key was, the ring's points, where it is
ROW = 40


class RingLab(Lab):
    """The circle of hash values, keys on it, and the keys of each server."""

    name = "balancing-ring"
    title = mark("Who moves when a server joins?")
    _picked = -1  # the key last pressed

    def controls(self):
        on_ring = lambda v: v["method"] == "ring"  # noqa: E731  (loads are bounded on a ring only)
        return (
            Pick("method", mark("Rule"), "ring", METHODS),
            Slider("servers", mark("Servers"), 3, 2, 8),
            Pick("change", mark("Change"), "add", CHANGES),
            Check("bounded", mark("Bounded loads"), False, when=on_ring),
            Slider(
                "factor", mark("At most, times the mean"), 1.25, 1.05, 2.0, 0.05,
                when=lambda v: v["method"] == "ring" and v["bounded"],
            ),
            Slider("keys", mark("Keys"), 1000, 100, 10_000, 100, more=True),
        )  # fmt: skip

    def run(self, method, servers, change, bounded, factor, keys):
        limit = factor if bounded and method == "ring" else 0.0
        return place(Plan(method=method, servers=servers, change=change, keys=keys, factor=limit))

    def pictures(self):
        self.circle, self.shares = Scene(roving=True), Scene()
        self.circle.on_press(self._press)
        return [side_by_side(self.circle, self.shares)]

    def _press(self, name):
        self._picked = int(name.rpartition("-")[2])
        self._refresh()

    def draw(self, placed):
        sample = _sample(placed)
        self._told = next((k for k in sample if _moves(placed, k)), sample[0])
        if self._picked in sample:
            self._told = self._picked
        items = [*_points(placed), *_middle(placed)]
        for key in sample:
            items += self._key(placed, key)
        says = _("The circle of hash values: {drawn} of {keys} keys, where they were and where they are", drawn=len(sample), keys=len(placed.names))  # fmt: skip
        self.circle.show(items, width=SIDE, height=SIDE, label=says)
        self._bars(placed)

    def _key(self, placed, key):
        """Inside where the key was, outside where it is; a line where these differ."""
        was, now, moves = int(placed.before[key]), int(placed.after[key]), _moves(placed, key)
        turn = _turn(placed, key)
        says = (
            _("{key}, from {was} to {now}: press for the formula", key=placed.names[key], was=letter(was), now=letter(now)) if moves
            else _("{key} on {now}: press for the formula", key=placed.names[key], now=letter(now))
        )  # fmt: skip
        look = {"faded": not moves and placed.moved > 0}
        x, y = _at(turn, INNER)
        items = [
            token(f"was-{key}", x, y, letter(was), r=8, size=10, fill="soft", **paint(was), **look)
        ]
        if moves:
            (a, b), (c, d) = _at(turn, INNER + 9), _at(turn, OUTER - 14)
            items.append(
                path(f"move-{key}", f"M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}", tone="bad", arrow=True)
            )
        x, y = _at(turn, OUTER)
        picked = {"selected": True} if key == self._told else {}
        items.append(
            token(
                f"now-{key}", x, y, letter(now), r=12, size=12, press=says, **paint(now), **picked
            )
        )
        return items

    def _bars(self, placed):
        """A row a server: the keys it has, and as an outline those it had."""
        before, after = placed.counts("before"), placed.counts("after")
        even = len(placed.names) / placed.plan.after
        scale = (SIDE - 150) / max(*before, *after, even, placed.most or 0)
        bottom = 34 + len(after) * ROW
        head = _("Keys of each server")
        items = [label("head", SIDE / 2, 18, head, weight=600, size=14, anchor="middle")]
        for i, (had, has) in enumerate(zip(before, after, strict=True)):
            text = number(has, 5)
            if had != has:
                text = _("{had} → {has}", had=number(had, 5), has=text)
            y, end = 34 + i * ROW, 50 + max(had, has, even, placed.most or 0) * scale
            items += _row(i, y, had * scale, has * scale)
            items.append(label(f"count{i}", end, y + 20, text, size=12.5))
        items += _limit("even", _("even share"), 42 + even * scale, bottom, 12)
        if placed.most:
            items += _limit("most", _("bound"), 42 + placed.most * scale, bottom, 28)
        self.shares.show(items, width=SIDE, height=bottom + 34, label=head)

    def describe(self, placed):
        plan, keys = placed.plan, len(placed.names)
        if plan.change == "none":
            text = _("{keys} keys on {servers} servers. Let one join or leave and see who moves.", keys=number(keys, 5), servers=plan.servers)  # fmt: skip
        else:
            text = _(
                "From {before} servers to {after}: {moved} of {keys} keys change server, {share} %; {expected} % were to be expected.",
                before=plan.servers, after=plan.after, moved=number(placed.moved, 5), keys=number(keys, 5),
                share=number(100 * placed.moved / keys), expected=number(100 * placed.expected),
            )  # fmt: skip
            text += " " + self._whose(placed)
        return f"{text}\n{self._formula(placed)}"

    def _whose(self, placed):
        others = placed.moved - placed.changed
        name = server_name(placed.plan.changed)
        if others:
            return _("{others} of them just swap among servers that stay; only {changed} concern {server}.", others=number(others, 5), changed=number(placed.changed, 5), server=name)  # fmt: skip
        return _("Every one of them concerns {server}: nobody else’s keys move.", server=name)

    def _formula(self, placed):
        """How the picked key finds its server."""
        name, plan = placed.names[self._told], placed.plan
        value, now = value_of(plan.method, name), letter(int(placed.after[self._told]))
        if plan.method == "ring":
            point, owner = point_of(ring_of(plan.after), name)
            text = _("{key}: CRC-32 = {value}; the next point clockwise is {point}, of {owner}.", key=name, value=value, point=point, owner=letter(owner))  # fmt: skip
            if letter(owner) != now:
                text += " " + _("That one was full: on to {now}.", now=now)
            return text
        values = {"key": name, "value": value, "before": plan.servers, "was": letter(int(placed.before[self._told])), "after": plan.after, "now": now}  # fmt: skip
        if plan.change == "none":
            return _("{key}: hash {value}; {value} mod {after} gives {now}.", **values)
        return _(
            "{key}: hash {value}; mod {before} gives {was}, mod {after} gives {now}.", **values
        )

    def tone(self, placed):
        share = placed.moved / len(placed.names)
        return "bad" if share > 0.5 else "accent"

    def table(self, placed):
        head = [
            _("server"),
            _("keys before"),
            _("keys after"),
            _("keys that came"),
            _("keys that left"),
        ]
        before, after = placed.counts("before"), placed.counts("after")
        came = [int(((placed.after == i) & (placed.before != i)).sum()) for i in range(len(after))]
        left = [had + new - has for had, new, has in zip(before, came, after, strict=True)]
        rows = [
            [letter(i), *each] for i, each in enumerate(zip(before, after, came, left, strict=True))
        ]
        return Table(head, rows, caption=_("Keys of each server"))


def _row(i, y, had, has):
    return [
        box(f"name{i}", 4, y, 30, 30, text=letter(i), fill="solid", r=6, **paint(i)),
        box(f"has{i}", 42, y, max(1, has), 30, fill="soft", r=4, **paint(i)),
        box(f"had{i}", 42, y + 4, max(1, had), 22, fill="none", dash=True, r=4, tone="idle"),
    ]


def _limit(name, text, x, bottom, below):
    """An upright line through all rows, and its name."""
    tone, dash = ("bad", False) if name == "most" else ("warn", True)
    return [
        path(name, f"M{x:.1f} 30V{bottom + below - 16}", tone=tone, dash=dash),
        label(f"{name}-word", x, bottom + below - 4, text, size=11.5, anchor="middle"),
    ]


def _moves(placed, key):
    return bool(placed.before[key] != placed.after[key])


def _turn(placed, key):
    """Where on the circle a key's value lies, as a share of it."""
    return value_of(placed.plan.method, placed.names[key]) / RANGES[placed.plan.method]


def _at(turn, radius):
    angle = 2 * math.pi * turn - math.pi / 2
    return SIDE / 2 + radius * math.cos(angle), MIDDLE + radius * math.sin(angle)


def _sample(placed):
    """One key for each part of the circle, the first that lies well inside it."""
    found = {}
    for key in range(min(len(placed.names), 400)):
        part, inside = divmod(_turn(placed, key) * DRAWN, 1)
        if 0.2 < inside < 0.8:
            found.setdefault(int(part), key)
    return [found[part] for part in sorted(found)]


def _points(placed):
    """The points of the ring, a tick each, in the colour of their server; none for remainders."""
    if placed.plan.method != "ring":
        middle = sum(BAND) / 2
        x, y = SIDE / 2, MIDDLE - middle
        return [path("circle", f"M{x} {y}a{middle} {middle} 0 1 1 -.1 0z", dash=True)]
    ticks = _ticks(placed.plan.after)
    return [path(f"points{i}", d, **paint(i)) for i, d in enumerate(ticks)]


@cache
def _ticks(servers):
    """The points of each server as one path: there are hundreds."""
    of = ring_of(servers)
    ticks = [""] * servers
    for point, owner in zip(of.points, of.owners, strict=True):
        (a, b), (c, d) = (_at(point / 2**32, radius) for radius in BAND)
        ticks[owner] += f"M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}"
    return ticks


def _middle(placed):
    """What it comes to, in the middle of the circle."""
    share = 100 * placed.moved / len(placed.names)
    tone = "bad" if share > 50 else "ok"
    text = (
        _("{share} % moved", share=number(share))
        if placed.plan.change != "none"
        else _("nobody moves")
    )
    below = (
        _("{expected} % expected", expected=number(100 * placed.expected))
        if placed.plan.change != "none"
        else ""
    )
    return [
        box(
            "moved",
            SIDE / 2 - 70,
            MIDDLE - 26,
            140,
            34,
            text=text,
            fill="solid",
            tone=tone,
            size=14,
        ),
        label("expected", SIDE / 2, MIDDLE + 26, below, anchor="middle", size=12),
    ]
