"""An object in copies or in pieces on nodes: what it costs, what it survives, how often it is lost."""

from dataclasses import dataclass
from math import floor, log10

from coursekit.i18n import _, mark, number
from coursekit.sims.netstorage.objectkept import COMPARED, chosen_dead, kept
from coursekit.sims.netstorage.redundancy import erasure, replicas
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, spots, width_of
from coursekit.ui.scene import box, label, path, token
from coursekit.ui.table import Table

KINDS = {"copies": mark("whole copies"), "erasure": mark("pieces (erasure code)")}
MOST = 14  # nodes: the most data pieces and computed ones
A_ROW = 4  # bytes of a piece in one row
ROW, HEAD = 19, 42
HIGH = 206  # of the chances
ALL = (1 << MOST) - 1


class CopiesLab(Lab):
    """Nodes with the bytes they hold; press one to kill it, or to bring it back."""

    name = "netstorage-copies"
    title = mark("Copies or pieces?")

    def controls(self):
        copied = lambda v: v["kind"] == "copies"  # noqa: E731
        coded = lambda v: v["kind"] == "erasure"  # noqa: E731
        return (
            Pick("kind", mark("The object is kept in"), "copies", KINDS),
            Slider("copies", mark("Copies"), 3, 1, 4, when=copied),
            Slider("k", mark("Data pieces k"), 4, 2, 10, when=coded),
            Slider("m", mark("Computed pieces m"), 2, 1, 4, when=coded),
            Slider("dead", mark("Dead nodes"), 1, 0, 6),
            Slider("p", mark("Chance of a dead node"), 1.0, 0.1, 10.0, 0.1, "%"),
            # what was pressed: which nodes die first, a bit each; the picture is its control
            Slider("first", mark("Nodes that die first"), 0, 0, ALL, more=True, when=lambda _v: False),
        )  # fmt: skip

    def run(self, kind, copies, k, m, dead, p, first):
        scheme = replicas(copies) if kind == "copies" else erasure(k, m)
        return kept(scheme, chosen_dead(scheme.size, dead, first), p / 100)

    def _press(self, name):
        if self.locked or not name.startswith("node"):
            return
        node = int(name.removeprefix("node"))
        dead = set(self.result.dead) ^ {node}
        self.set(dead=len(dead), first=sum(1 << each for each in dead))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, object_):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(object_), narrow=narrow)
        top = 116 if narrow else 74
        half = width if narrow else 430
        more, low = self._nodes(object_, top, width)
        items += more
        left, deep = self._read(object_, low + 34, half - 12)
        x, y = (0, deep + 40) if narrow else (half + 12, low + 34)
        right, bottom = self._chances(object_, x, y, width - x)
        items += left + right
        bottom = max(deep, bottom)
        items += key(self._key(), width, bottom + 14, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=bottom + (64 if narrow else 42),
            label=_("The object on its nodes, what is read of it, and the chance to lose it beside other ways"),
        )  # fmt: skip

    def _facts(self, object_):
        scheme, write = object_.scheme, object_.writes[0]
        if object_.rebuilt.data is None:
            state = (_("✗ the object is lost"), "bad")
        elif object_.health.io:
            state = (_("✓ it can be read and written"), "ok")
        else:
            state = (_("it is there, but I/O waits"), "warn")
        return [
            state,
            (_("room: {n} times its size", n=number(scheme.overhead)), "accent"),
            (_("survives any {n} deaths", n=scheme.tolerance), "idle"),
            (_("small write: {n} accesses", n=write.total), "idle"),
        ]

    def _nodes(self, object_, top, width):
        """A case for each node with the bytes of its piece."""
        scheme, rows = object_.scheme, -(-len(object_.rebuilt.pieces[0]) // A_ROW)
        high = HEAD + rows * ROW + 8
        places, bottom = spots(scheme.size, high, narrow=self.scene.narrow, top=top, least=98, most=118)  # fmt: skip
        head = _(
            "The nodes, and the bytes that each holds: press one to kill it, or to bring it back"
        )
        if width < 600:
            head = _("Press a node to kill it, or to bring it back")
        items = [label("nodes", 6, top - 10, head, weight=600, size=13)]
        for node, spot in enumerate(places):
            items.append(self._node(object_, node, spot, high))
        return items, bottom - 8

    def _node(self, object_, node, spot, high):
        gone, piece = node in object_.dead, object_.rebuilt.pieces[node]
        lines = [piece[at : at + A_ROW] for at in range(0, len(piece), A_ROW)]
        look = {"tone": "bad", "fill": "none", "dash": True} if gone else self._look(object_, node)
        said = _("node {n}, dead: press to bring it back", n=node) if gone else _("node {n}, alive: press to kill it", n=node)  # fmt: skip
        inside = [
            label(f"bytes{node}-{at}", spot.w / 2, HEAD + 14 + at * ROW, line.hex(" "), anchor="middle", size=12.5)
            for at, line in enumerate(lines)
        ]  # fmt: skip
        return box(
            f"node{node}", spot.x, spot.y, spot.w, high, r=10, title=_("✗ node {n}", n=node) if gone else _("node {n}", n=node),
            sub=self._piece(object_, node), children=[] if gone else inside,
            selected=node in object_.rebuilt.read and bool(object_.computed), press=None if self.locked else said, **look,
        )  # fmt: skip

    def _look(self, object_, node):
        """Data and copies are blue, what was computed is violet."""
        return {"hue": 0 if object_.scheme.copied or node < object_.scheme.k else 3, "fill": "soft"}

    def _piece(self, object_, node):
        k = object_.scheme.k
        if object_.scheme.copied:
            return _("copy {n}", n=node + 1)
        return f"D{node}" if node < k else f"C{node - k}"

    def _read(self, object_, y, width):
        """The object as it comes back, and the sum behind the first piece that had to be computed."""
        rebuilt, scheme = object_.rebuilt, object_.scheme
        whole = rebuilt.data is not None
        text = _("“{text}”", text=rebuilt.data.decode()) if whole else _("✗ too few pieces")
        items = [
            label("read", 6, y, _("What a reader gets"), weight=600, size=13),
            box("object", 4, y + 12, width, 44, r=8, text=text, size=17, tone="ok" if whole else "bad", fill="soft" if whole else "solid"),
        ]  # fmt: skip
        lines = [_("nodes alive: {n} of {all}; needed to read: {k}", n=scheme.size - len(rebuilt.lost), all=scheme.size, k=scheme.k)]  # fmt: skip
        lines.append(_("needed to write (min_size): {n}", n=scheme.min_size))
        if whole and object_.computed:
            lines += self._sums(object_)
        for at, line in enumerate(lines):
            items.append(label(f"line{at}", 8, y + 78 + at * 20, line, size=12.5))
        return items, y + 78 + 20 * (len(lines) - 1)

    def _sums(self, object_):
        """Each lost data piece as a sum of those read, with factors in GF(2⁸)."""
        rebuilt, lines = object_.rebuilt, []
        for lost, factors in zip(rebuilt.lost, rebuilt.factors, strict=True):
            if lost in object_.computed:
                parts = [self._product(object_, factor, node) for factor, node in zip(factors, rebuilt.read, strict=True) if factor]  # fmt: skip
                shown = " ⊕ ".join(parts[:5]) + (" ⊕ …" if len(parts) > 5 else "")
                lines.append(f"D{lost} = {shown}")
        return lines

    def _product(self, object_, factor, node):
        name = self._piece(object_, node)
        return name if factor == 1 else f"{factor:02x}·{name}"

    def _chances(self, object_, x, y, width):
        """Room to the right, chance of loss downwards: the lower left is best."""
        items = [
            label("chances", x + 6, y, _("Chance that an object is lost"), weight=600, size=13)
        ]
        points = [(each.overhead, chance, _(each.name)) for each, chance in zip(COMPARED, object_.compared, strict=True)]  # fmt: skip
        own = (object_.scheme.overhead, object_.loss, _(object_.scheme.name))
        low = floor(log10(min(chance for _room, chance, _name in (*points, own))))
        plane = _Plane(x + 62, x + width - 16, y + 14, low)
        for power in plane.powers:
            level = plane.y(10.0**power)
            items += [
                path(f"level{power}", f"M{plane.left} {level:.1f}H{plane.right}", tone="idle", faded=True),
                label(f"power{power}", plane.left - 8, level + 4, "1" if not power else f"10{str(power).translate(_SUPER)}", anchor="end", size=11.5),
            ]  # fmt: skip
        bottom = plane.top + HIGH + 38
        items += [
            label(f"room{room}", plane.x(room), bottom - 18, f"{room}×", anchor="middle", size=11.5)
            for room in (1, 2, 3, 4)
        ]
        items.append(label("rooms", plane.right, bottom, _("room on disks, times the object"), anchor="end", size=11.5))  # fmt: skip
        return items + ([] if self.locked else self._points(points, own, plane)), bottom

    def _points(self, points, own, plane):
        items = []
        for n, (room, chance, name) in enumerate(points):
            px, py = plane.x(room), plane.y(chance)
            if name != own[2]:
                items += [token(f"point{n}", px, py, r=6, tone="idle"), _beside(f"point{n}-name", px, py + 4, name, room, size=11.5)]  # fmt: skip
        px, py = plane.x(own[0]), plane.y(own[1])
        return [
            *items, token("own", px, py, r=9, tone="accent"),
            _beside("own-name", px, py + 4, own[2], own[0], size=12.5, weight=700),
            label("own-chance", plane.right, plane.top - 14, number(own[1]), anchor="end", size=12.5, weight=700),
        ]  # fmt: skip

    def _key(self):
        return [
            ("box", {"hue": 0, "fill": "soft"}, _("copy, or data piece D")),
            ("box", {"hue": 3, "fill": "soft"}, _("computed piece C")),
            ("box", {"tone": "bad", "fill": "none", "dash": True}, _("✗ dead")),
            (
                "box",
                {"tone": "idle", "fill": "none", "selected": True},
                _("read, to compute a lost one"),
            ),
        ]

    # In words

    def describe(self, object_):
        scheme = object_.scheme
        told = [_(object_.health.why)]
        if object_.rebuilt.data is not None and not scheme.copied:
            told.insert(0, _(object_.rebuilt.why))
        lines = [_("{scheme}: {told}", scheme=_(scheme.name), told=" ".join(told))]
        if not self.locked:
            lines.append(_(
                "It takes {room} times the room, and is lost with a chance of {chance} if each node is dead with {p} %.",
                room=number(scheme.overhead), chance=number(object_.loss), p=number(self.values["p"]),
            ))  # fmt: skip
        if not scheme.copied:
            stripe, delta = object_.writes
            lines.append(_(
                "A small write reads {k} pieces and writes {all}; with the difference only it reads {r} and writes {w}.",
                k=stripe.reads, all=stripe.writes, r=delta.reads, w=delta.writes,
            ))  # fmt: skip
        return "\n".join(lines)

    def tone(self, object_):
        if object_.rebuilt.data is None:
            return "bad"
        return "ok" if object_.health.io else "warn"

    def table(self, object_):
        rows = [
            [
                _("node {n}", n=node), self._piece(object_, node), piece.hex(" "),
                _("dead") if node in object_.dead else _("alive"),
                _("yes") if node in object_.rebuilt.read else _("no"),
            ]
            for node, piece in enumerate(object_.rebuilt.pieces)
        ]  # fmt: skip
        head = [_("node"), _("piece"), _("its bytes"), _("state"), _("is read")]
        return Table(head, rows, caption=_("The pieces of the object on the nodes"))


@dataclass(frozen=True)
class _Plane:
    """Where room and chance are; the chance goes down to ten to the power of `low`."""

    left: float
    right: float
    top: float
    low: int

    def x(self, room):
        return self.left + (self.right - self.left) * (room - 1) / 3.25

    def y(self, chance):
        return self.top + HIGH * log10(chance) / self.low

    @property
    def powers(self):
        """Powers of ten with a line: not more than six."""
        return range(0, self.low - 1, -max(1, (4 - self.low) // 5))


def _beside(name, x, y, text, room, **look):
    """A word beside a point, on the side where there is room for it."""
    late = room > 2.5
    return label(name, x - 11 if late else x + 11, y, text, anchor="end" if late else "start", **look)  # fmt: skip


_SUPER = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
