"""The whole datacentre on one board: break any part, see what falls, and why."""

from coursekit.i18n import _, mark
from coursekit.labs.datacentre.boardscene import (
    NETWORK,
    POWER,
    bands,
    feeds,
    plan,
    rack_items,
    row,
)
from coursekit.labs.datacentre.chosen import chosen, component, design_controls, service
from coursekit.labs.datacentre.lamps import lamps
from coursekit.labs.datacentre.machines import (
    cable,
    causes,
    legend,
    listed,
    runs_on,
    sentence,
    split,
)
from coursekit.sims.datacentre.components import components
from coursekit.sims.datacentre.faults import Deed, tell
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import label, path
from coursekit.ui.table import Table

CHANGES = ("core", "wan", "feed", "generator", "host")
SAVINGS = ("power", "pdu", "supply", "rack", "copies", "alone", "quorum", "witness", "ha")


class BoardLab(DeedsLab):
    """Services, network, racks and power with their cables; press a part to break or repair it."""

    name = "datacentre-board"
    title = mark("The datacentre: break what you like")
    kind_of_deed = Deed

    def controls(self):
        return design_controls("D1", CHANGES, SAVINGS)

    def story(self, actions, **values):
        return tell(chosen(values), self.steps(actions, ()))

    # Acting

    def tools(self):
        return (
            button(_("One more disk dies"), lambda: self.do("disk")),
            button(_("Cuts of the power: short or long"), lambda: self.do("short")),
            button(_("Cut off the first rack, or join it"), lambda: self.do("cut")),
            button(_("Repair everything"), lambda: self.do("mend")),
        )

    def _press(self, name):
        if self.locked:
            return
        if name == "disk":
            self.do("disk")
        else:
            self.do("repair" if name in self.state.failed else "break", name)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, moment):
        width, locked = width_of(self.scene), self.locked
        items, y = lamps(moment, width)
        at = plan(moment.design, width, y + 136)
        net = moment.design.net
        lines, ends = row([f"wan:{n}" for n in range(1, net.wans + 1)], y + 12, 28, moment, at, locked=locked)  # fmt: skip
        cores, middles = row([f"core:{n}" for n in range(1, net.cores + 1)], y + 66, 28, moment, at, locked=locked)  # fmt: skip
        low = at.top + at.high + 44
        sources, plugs = feeds(moment, low, at, locked=locked)
        racks, tors = [], {}
        for rack in moment.design.racks:
            found, where = rack_items(rack, moment, at, locked=locked)
            racks += found
            tors |= where
        items += _between(moment, ends, y + 40, middles, y + 66, "line")
        items += _between(moment, middles, y + 94, tors, at.top + 32, "uplink")
        items += bands(moment, at, locked=locked) + racks + lines + cores
        items += _supply(moment, plugs, low, at) + sources + _scissors(moment, at, y)
        entries, a_line = self._key(), 2 if at.narrow else 3
        items += key(entries, width, low + 58, a_line=a_line)
        self.scene.show(
            items, width=width, height=low + 62 + 22 * -(-len(entries) // a_line),
            label=_("The services, the network, the racks with their hosts and machines, the feeds"),
        )  # fmt: skip

    def _key(self):
        return [*legend(), ("line", POWER, _("power")), ("line", NETWORK, _("network"))]

    # In words

    def labels(self, told):
        return [_(each.label) for each in told.states]

    def describe(self, moment):
        said = [sentence(_(moment.label))]
        if self.locked:
            return _("Nothing is broken. All services are up. Soon you may press any part to break it.")  # fmt: skip
        if moment.state.split_brain:
            said.append(split(moment.state))
        said += causes(moment.why)
        if all(moment.state.up.values()) and not moment.state.split_brain:
            said.append(self._well(moment))
        if moment.moved and not moment.state.split_brain:
            said.append(_("Started elsewhere: {machines}.", machines=listed(f"{vm} → {host}" for vm, host in sorted(moment.moved.items()))))  # fmt: skip
        return "\n".join(said)

    def _well(self, moment):
        if moment.deed is None:
            return _("All services are up. Press any part to break it, and again to repair it.")
        worn = listed(_worn(name) for name in sorted(moment.strained))
        if worn:
            return _("All services are up, with less behind them: {parts}.", parts=worn)
        return _("All services are up.")

    def tone(self, moment):
        if moment.state.split_brain or not all(moment.state.up.values()):
            return "bad"
        return "warn" if moment.failed or moment.cut else "ok"

    def summary(self, told):
        end = told.states[-1]
        up = sum(end.state.up.values())
        return [
            (_("services up"), f"{up}/{len(end.state.up)}"),
            (_("machines that run"), f"{len(end.state.running)}/{len(end.design.vms)}"),
            (_("data"), _("lost") if end.state.data_lost else _("there")),
        ]

    def table(self, moment):
        rows = [self._row(moment, f"service:{name}", service(name)) for name in moment.state.up]
        parts = [name for name in components(moment.design) if not name.startswith("disks:")]
        rows += [self._row(moment, name, component(name)) for name in parts]
        return Table([_("part"), _("state"), _("why, or what runs there")], rows, caption=_("What stands there and how it is"))  # fmt: skip

    def _row(self, moment, name, words):
        why = moment.why.get(name)
        if why:
            return [words, _("broken") if name in moment.failed else _("down"), _(why.text)]
        state = _("works, has lost something") if name in moment.strained else _("works")
        runs = runs_on(moment.state, name.removeprefix("host:"))
        return [words, state, listed(runs) or "–"]


def _worn(name):
    kind, _colon, rest = name.partition(":")
    if kind == "service":
        return service(rest)
    return component(name) if rest else _("storage")


def _between(moment, tops, y, bottoms, low, name):
    """A cable from each of these to each of those."""
    return [
        path(f"{name}-{top}-{bottom}", f"M{x:.1f} {y}L{to:.1f} {low}", **{**NETWORK, **cable(moment.state.alive, top, bottom)})
        for top, x in tops.items() for bottom, to in bottoms.items()
    ]  # fmt: skip


def _supply(moment, plugs, low, at):
    """Cables from the feeds up to the strips of sockets."""
    items = []
    for rack in moment.design.racks:
        for each in "ab"[: rack.pdus]:
            feed, pdu = f"feed:{1 if each == 'a' else moment.design.power.feeds}", f"pdu:{rack.id}:{each}"  # fmt: skip
            left = at.racks[rack.id]
            x = left + 5 + at.strip / 2 if each == "a" else left + at.wide - 5 - at.strip / 2
            d = f"M{plugs[feed]:.1f} {low}V{low - (14 if feed == 'feed:1' else 26)}H{x:.1f}V{at.top + at.high - 6}"  # fmt: skip
            items.append(path(f"supply-{pdu}", d, **{**POWER, **cable(moment.state.alive, feed, pdu)}))  # fmt: skip
    return items


def _scissors(moment, at, y):
    """Where the racks no longer hear each other."""
    if not moment.cut:
        return []
    lefts = sorted(at.racks.values())
    x = (lefts[0] + at.wide + lefts[1]) / 2
    return [
        path("cut", f"M{x} {y + 104}V{at.top + at.high}", tone="bad", dash=True),
        label("cut-name", x + 6, y + 118, _("cut"), size=12, weight=600),
    ]
