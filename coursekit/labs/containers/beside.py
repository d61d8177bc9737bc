"""Three services on one machine in two ways, side by side: what they share, and who falls."""

from dataclasses import dataclass

from coursekit.i18n import _, mark
from coursekit.sims.containers.isolation import (
    EVENTS,
    LADDER,
    SERVICES,
    Outcome,
    Way,
    name_of,
    strike,
    way_named,
)
from coursekit.ui.controls import Pick
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

SLAB, GAP = 44, 5  # height of a part, and the space between two
MOST_PARTS = max(len(way.parts) for way in LADDER)
ROOM = MOST_PARTS * (SLAB + GAP)  # for the highest pile: both stand on one line
SIDES = ("left", "right")


@dataclass(frozen=True)
class Struck:
    """One side: how the services live, and what the event does to them."""

    way: Way
    outcome: Outcome

    def hit(self, service):
        """This service is hit: the first brings the event, the others by what they share."""
        return service < self.outcome.services

    def struck(self, part, service):
        """The event strikes this part, here."""
        return part is self.outcome.part and self.hit(service)


class BesideLab(Lab):
    """Two piles: shared parts are slabs across, own parts stand in three columns."""

    name = "containers-beside"
    title = mark("Virtual machine and container side by side")

    def controls(self):
        ways = {way.slug: way.name.text for way in LADDER}
        return (
            Pick("left", mark("On the left"), "vm", ways),
            Pick("right", mark("On the right"), "container", ways),
            Pick("event", mark("What happens"), "crash", {each: name_of(each).text for each in EVENTS}),
        )  # fmt: skip

    def run(self, left, right, event):
        return tuple(Struck(way_named(slug), strike(way_named(slug), event)) for slug in (left, right))  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, sides):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(sides), narrow=narrow)
        top = 56
        half = width if narrow else width / 2
        for i, (name, side) in enumerate(zip(SIDES, sides, strict=True)):
            x, y = (0, top + i * (ROOM + 70)) if narrow else (i * half, top)
            items += self._pile(name, side, x + 8, y, half - 16)
        bottom = top + (2 if narrow else 1) * (ROOM + 70)
        items += key(self._key(), width, bottom, a_line=2 if narrow else 4)
        what = _(
            "Two piles of parts: below what the services share, above what each has of its own"
        )
        self.scene.show(items, width=width, height=bottom + (50 if narrow else 26), label=what)

    def _facts(self, sides):
        return [self._fact(side) for side in sides]

    def _fact(self, side):
        n = side.outcome.services
        tone = "bad" if n == SERVICES else "warn" if n else "ok"
        return _("{way}: {n} of {all} hit", way=_(side.way.name), n=n, all=SERVICES), tone

    def _pile(self, name, side, x, y, width):
        """The parts from the bottom; under them how long a service takes to start and what it takes."""
        way, bottom = side.way, y + 26 + ROOM
        items = [label(f"{name}-head", x, y + 14, _(way.name), weight=600, size=15)]
        for level, part in enumerate(way.parts):
            at = bottom - (level + 1) * (SLAB + GAP)
            items += self._part(name, side, level, part, x, at, width)
        said = _("to start: {start} · memory for each: {memory} (illustrative)", start=_(way.start), memory=_(way.memory))  # fmt: skip
        return [*items, label(f"{name}-orders", x, bottom + 14, said, size=12)]

    def _part(self, name, side, level, part, x, y, width):
        if not part.own:
            struck = side.struck(part, 0)
            return [box(f"{name}-{level}", x, y, width, SLAB, r=8, size=13.5, **self._look(part, struck, struck, shared=True))]  # fmt: skip
        step = (width + 8) / SERVICES
        return [
            box(f"{name}-{level}-{i}", x + i * step, y, step - 8, SLAB, r=8, size=12, **self._look(part, side.struck(part, i), side.hit(i), service=i + 1))
            for i in range(SERVICES)
        ]  # fmt: skip

    def _look(self, part, struck, hit, *, shared=False, service=0):
        """Struck: solid red with a cross; what stands on it: red; the rest calm."""
        text = _("service {i}", i=service) if part.kind == "app" else _(part.name)
        if struck:
            return {"text": f"✗ {text}", "tone": "bad", "fill": "solid"}
        if hit and part.kind == "app":
            return {"text": f"✗ {text}", "tone": "bad", "fill": "soft", "dash": True}
        if shared:
            return {"text": text, "tone": "idle", "fill": "soft"}
        return {"text": text, "hue": (service - 1) % 3, "fill": "soft"}

    def _key(self):
        return [
            ("box", {"tone": "idle", "fill": "soft"}, _("shared by all")),
            ("box", {"hue": 0, "fill": "soft"}, _("a service’s own")),
            ("box", {"tone": "bad", "fill": "solid"}, _("struck first")),
            ("box", {"tone": "bad", "fill": "soft", "dash": True}, _("falls with it")),
        ]

    def describe(self, sides):
        return "\n".join(self._line(side) for side in sides)

    def _line(self, side):
        name = _(side.way.name)
        if self.values["event"] != "escape" or not side.way.walls:
            return _("{way}: {why}", way=name, why=_(side.outcome.why))
        walls = _("; then ").join(_(wall) for wall in side.way.walls)
        return _("{way}: to get at the others, the intruder needs {walls}.", way=name, walls=walls)

    def tone(self, sides):
        most = max(side.outcome.services for side in sides)
        return "bad" if most == SERVICES else "accent"

    def table(self, _sides):
        """The whole ladder for this event."""
        event = self.values["event"]
        rows = []
        for way in LADDER:
            outcome = strike(way, event)
            walls = "; ".join(_(wall) for wall in way.walls) or _("none")
            kernel = _("yes") if way.shares_kernel else _("no")
            hit = _("{n} of {all} hit", n=outcome.services, all=SERVICES)
            rows.append([_(way.name), kernel, hit, _(outcome.why), walls, _(way.start), _(way.memory)])  # fmt: skip
        head = [_("way"), _("kernel shared"), _("hit"), _("why"), _("what an intruder must break"), _("to start"), _("memory for each")]  # fmt: skip
        return Table(head, rows, caption=_("The ladder of isolation: {event}", event=_(name_of(event))))  # fmt: skip
