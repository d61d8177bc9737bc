"""A page walk in a virtual machine: the grid of its references, filled one by one."""

from dataclasses import dataclass, replace

from coursekit.i18n import _, mark, number
from coursekit.sims.hypervisors.walk import Reference, Walk, access_time, references, walk
from coursekit.ui.controls import Check, Slider
from coursekit.ui.parts import NARROW, WIDE, facts
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

ROW, BAR = 46, 54  # heights of a line of the grid and of a bar
SIDE = 300  # width of the bars, where there is room beside the grid


@dataclass(frozen=True)
class Way:
    """A walk by name, its references and the mean time of an access with it."""

    name: str
    refs: int
    mean: float


@dataclass(frozen=True)
class Seen:
    """The walk: nothing read, then one reference more in each state; and what to compare with."""

    params: Walk
    steps: tuple[Reference, ...]
    ways: tuple[Way, ...]
    miss: float

    @property
    def states(self):
        return (None, *self.steps)


class WalkLab(StoryLab):
    """Rows: what is looked for; columns: the tables that say where it is."""

    name = "hypervisors-walk"
    title = mark("One TLB miss, and what it reads")

    def controls(self):
        return (
            Slider("guest", mark("Levels of the guest's table"), 4, 1, 6),
            Slider("host", mark("Levels of the host's table (0: no virtual machine)"), 4, 0, 6),
            Check("guest_large", mark("2 MiB pages in the guest"), False),
            Check("host_large", mark("2 MiB pages in the host"), False),
            Slider("miss", mark("Accesses that miss the TLB"), 1.0, 0.0, 20.0, 0.1, "%", more=True),
            Slider("t_ref", mark("A reference takes"), 25, 1, 200, 1, "ns", more=True),
            Slider("t_hit", mark("A hit takes"), 1, 1, 50, 1, "ns", more=True),
        )

    def story(self, actions, miss, t_ref, t_hit, **levels):
        params = Walk(**levels)
        named = {"bare": replace(params, host=0, host_large=False), "this": params}
        if params.guest > 1 and params.host > 1:
            named["large"] = replace(params, guest_large=True, host_large=True)
        ways = tuple(
            Way(name, references(way), access_time(t_hit, miss / 100, references(way), t_ref))
            for name, way in named.items()
        )
        return Seen(params, walk(params), ways, miss)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow = self.scene.narrow
        width, top = (NARROW, 92) if narrow else (WIDE, 50)
        items = facts(self._facts(), narrow=narrow)
        grid, bottom = self._grid(state, top + 34, width - 8 if narrow else width - SIDE - 40)
        x, y = (8, bottom + 24) if narrow else (width - SIDE - 6, top + 8)
        bars, below = ([], bottom) if self.locked else self._ways(x, y, width - x - 6)
        self.scene.show(
            [*items, *grid, *bars], width=width, height=max(bottom, below) + 6,
            label=_("References read so far: {n}", n=self.moment),
        )  # fmt: skip

    def _facts(self):
        seen = self.result
        done = seen.steps[: self.moment]
        host = sum(each.table == "host" for each in done)
        found = self.moment == len(seen.steps)
        total = (
            _("references: {n}", n=self.moment)
            if self.locked
            else _("references: {n} of {all}", n=self.moment, all=len(seen.steps))
        )
        return [
            (total, "accent"),
            (_("of the host's table: {n}", n=host), "idle"),
            (_("of the guest's: {n}", n=len(done) - host), "idle"),
            (_("the page is found") if found else _("where is the page?"), "ok" if found else "warn"),
        ]  # fmt: skip

    def _grid(self, state, top, wide):
        """A line for each level of the guest's table, and one for the page itself."""
        params = self.result.params
        narrow = self.scene.narrow
        left = 112 if narrow else 148
        step = min(84, (wide - left) / (params.host + 1))
        at = {
            (level, host): (left + column * step, top + row * ROW)
            for row, level in enumerate((*range(params.guest, 0, -1), 0))
            for column, host in enumerate(range(params.host, -1, -1))
        }
        items = [*self._heads(at, step, top), *self._trail(at, step)]
        number_of = {(r.guest_level, r.host_level): r.number for r in self.result.steps}
        for place, (x, y) in at.items():
            items += self._cell(place, number_of.get(place), x, y, step - 8)
        return items, top + (params.guest + 1) * ROW

    def _heads(self, at, step, top):
        params, narrow = self.result.params, self.scene.narrow
        size = 11.5 if narrow else 12.5
        row = "{level}" if step < 44 else _("host {level}")
        items = []
        for host in range(params.host, -1, -1):
            x = at[params.guest, host][0] + (step - 8) / 2
            text = row.format(level=host) if host else _("guest")
            items.append(label(f"col{host}", x, top - 10, text, anchor="middle", size=size, weight=600))  # fmt: skip
        for level in range(params.guest, -1, -1):
            y = at[level, 0][1] + 24
            text = _("guest level {level}", level=level) if level else _("the page itself")
            items.append(label(f"row{level}", 6, y, text, size=size, weight=600))
        return items

    def _trail(self, at, step):
        """The way from reference to reference, behind the cells."""
        centres = [
            (at[each.guest_level, each.host_level][0] + (step - 8) / 2, at[each.guest_level, each.host_level][1] + 19)
            for each in self.result.steps[: self.moment]
        ]  # fmt: skip
        if self.moment == len(self.result.steps):
            x, y = at[0, 0]
            centres.append((x + (step - 8) / 2, y + 19))
        if len(centres) < 2:
            return []
        return [path("trail", "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in centres), tone="idle")]

    def _cell(self, place, order, x, y, wide):
        level, host = place
        name = f"cell{level}-{host}"
        if place == (0, 0):  # the data: no reference of the walk
            found = self.moment == len(self.result.steps)
            text = _("data") if found else "?"
            return [box(name, x, y, wide, 38, text=text, r=19, tone="ok", fill="solid" if found else "none", dash=not found, size=12)]  # fmt: skip
        if self.locked and (order is None or order > self.moment):
            return []
        if order is None:  # a large page: this level of the table is not there
            return [box(name, x, y, wide, 38, fill="none", dash=True, faded=True)]
        read = order <= self.moment
        look = {"hue": 0, "fill": "solid"} if host else {"hue": 2, "fill": "solid"}
        return [
            box(
                name, x, y, wide, 38, text=str(order) if read else "", glow=order == self.moment,
                **look if read else {"fill": "none", "dash": True},
            )
        ]  # fmt: skip

    def _ways(self, x, y, wide):
        """Mean time of an access: on the bare CPU, with this walk, with large pages."""
        names = {
            "bare": mark("no virtual machine"), "this": mark("this walk"), "large": mark("2 MiB pages on both sides"),
        }  # fmt: skip
        head = _("Mean time of an access, {miss} % misses", miss=number(self.result.miss))
        items = [label("ways", x, y + 6, head, weight=600, size=13)]
        most = max(way.mean for way in self.result.ways)
        for row, way in enumerate(self.result.ways):
            top = y + 22 + row * BAR
            said = _("{name}: {n} references", name=_(names[way.name]), n=way.refs)
            mine = way.name == "this"
            items.append(label(f"way{row}", x, top + 12, said, size=12, weight=600 if mine else 400))  # fmt: skip
            long = max(2.0, (wide - 74) * way.mean / most)
            items += [
                box(f"bar{row}", x, top + 18, long, 22, hue=0 if mine else 5, fill="solid" if mine else "soft", r=4),
                label(f"mean{row}", x + long + 8, top + 34, f"{number(way.mean)} ns", size=12.5, weight=600),
            ]  # fmt: skip
        return items, y + 22 + len(self.result.ways) * BAR

    # In words

    def labels(self, seen):
        places = {0: mark("host {host}: where is the page?"), 1: mark("host {host}: where is guest level {level}?")}  # fmt: skip
        said = [_("the TLB does not know the page")]
        for each in seen.steps:
            text = (
                _("guest level {level}", level=each.guest_level)
                if each.table == "guest"
                else _(places[min(1, each.guest_level)], host=each.host_level, level=each.guest_level)
            )  # fmt: skip
            said.append(f"{each.number} · {text}")
        return said

    def describe(self, state):
        seen = self.result
        if state is None:
            return _("The TLB does not know the page: the tables must be read, entry after entry.")
        text = _("Reference {n}.", n=state.number) + " " + _(state.why)
        if state.number < len(seen.steps):
            return text
        g, h = seen.params.guest_levels, seen.params.host_levels
        last = (
            _("Found after {n} references: ({g} + 1) × ({h} + 1) − 1. A bare CPU reads {g}.", n=state.number, g=g, h=h)
            if seen.params.host
            else _("Found after {n} references: one a level.", n=state.number)
        )  # fmt: skip
        return f"{text}\n{last}"

    def tone(self, state):
        return "ok" if state and state.number == len(self.result.steps) else "accent"

    def summary(self, seen):
        this = next(way for way in seen.ways if way.name == "this")
        return [
            (_("references"), str(this.refs)),
            (_("mean time of an access, ns"), number(this.mean)),
        ]

    def table(self, state):
        head = [_("reference"), _("table read"), _("level"), _("what it tells")]
        names = {"guest": mark("the guest's"), "host": mark("the host's")}
        rows = [
            [each.number, _(names[each.table]), each.host_level or each.guest_level, _(each.why)]
            for each in self.result.steps[: self.moment]
        ]
        return Table(head, rows or [["—"] * len(head)], caption=_("The references in order"))
