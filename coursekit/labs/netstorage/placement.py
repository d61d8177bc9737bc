"""Where copies lie: hosts draw straws for each group, and few copies move when the map changes."""

from coursekit.i18n import _, mark, number
from coursekit.labs.netstorage.clusterdrawing import Tank, flights, hosts_line
from coursekit.sims.message import require
from coursekit.sims.netstorage.placementplay import MOST_HOSTS, PER_HOST, Deed, tell
from coursekit.sims.netstorage.straws import tries
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

EXAMPLE = (Deed("add"),)
WAYS = {
    "straw2": mark("straws (straw2, as CRUSH)"),
    "modulo": mark("remainder of the hash"),
    "table": mark("a table, one copy each"),
}
DID = {
    "add": mark("one more host"), "out": mark("disk {n} is out"), "in": mark("disk {n} is in again"),
    "remove": mark("disk {n}: weight 0"), "fail": mark("host {n} fails"), "weight": mark("disk {n} weighs {weight}"),
}  # fmt: skip
DISKS = MOST_HOSTS * PER_HOST
BAR, TRIES = 26, 6  # height of a bar, tries shown
ENDS = {
    "kept": mark("✓ disk {n}"),
    "again": mark("has one already"),
    "out": mark("disk {n} is out"),
}


class PlacementLab(DeedsLab):
    """Press a disk to choose it, then take it out, weigh it anew, let its host fail."""

    name = "netstorage-placement"
    title = mark("Where the copies lie")
    kind_of_deed = Deed

    def controls(self):
        straws = lambda v: v["way"] == "straw2"  # noqa: E731
        return (
            Pick("way", mark("Placed by"), "straw2", WAYS),
            Slider("hosts", mark("Hosts at first"), 4, 3, 8),
            Slider("size", mark("Copies"), 3, 1, 4, when=straws),
            Slider("osd", mark("Chosen disk"), 0, 0, DISKS - 1),
            Slider("pg", mark("Group looked at"), 0, 0, 1023),
            Slider("groups", mark("Placement groups"), 256, 64, 1024, 64, more=True),
            Slider("weight", mark("New weight of the disk"), 2.0, 0.5, 8.0, 0.5, more=True, when=straws),
        )  # fmt: skip

    def story(self, actions, way, hosts, size, osd, pg, groups, weight):
        require(pg < groups, "pg={n}: choose 0 to {most}, the groups", n=pg, most=groups - 1)
        return tell(way, hosts, size, groups, self.steps(actions, EXAMPLE))

    # Acting

    def tools(self):
        def disk(text, kind):
            return button(text, lambda: self.do(kind, self.values["osd"]))

        return (
            button(_("Add a host"), lambda: self.do("add")),
            button(_("Its host fails"), self._fail),
            disk(_("Take the disk out"), "out"),
            disk(_("Put it in again"), "in"),
            disk(_("Set its weight to 0"), "remove"),
            button(_("Give it the new weight"), lambda: self.do("weight", self.values["osd"], self.values["weight"])),
        )  # fmt: skip

    def _fail(self):
        try:
            host = self.state.cluster.host_of(self.values["osd"])
        except ValueError as why:
            self.refuse(why)
            return
        self.do("fail", host)

    def _press(self, name):
        if name.startswith("osd") and not self.locked:
            self.set(osd=int(name.removeprefix("osd")))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 118 if narrow else 76
        items = facts(self._facts(state), narrow=narrow)
        head = _("Hosts and their disks: how many copies each holds") if not narrow else _("Hosts, and the copies on each disk")  # fmt: skip
        items.append(label("hosts", 6, top - 10, head, weight=600, size=13))
        cases = [self._case(state, host) for host in state.cluster.hosts]
        hosts, middles, bottom = hosts_line(cases, narrow=narrow, top=top)
        pairs = [(each.leaves, each.target) for each in state.moved]
        bars, bottom = self._bars(state, bottom + 34, width)
        if self.values["way"] == "straw2":
            straws, bottom = self._straws(state, bottom + 34, width)
            items += straws
        items += hosts + bars + flights(pairs, middles, self.moment)
        items += key(self._key(), width, bottom + 14, a_line=2 if narrow else 5)
        self.scene.show(
            items, width=width, height=bottom + (86 if narrow else 42),
            label=_("Hosts with the copies on each disk, and the copies that move"),
        )  # fmt: skip

    def _facts(self, state):
        spread = max(state.held[osd] / fair for osd, fair in state.fair.items() if fair)
        if state.deed is None:
            moved = (_("nothing has moved"), "idle")
        else:
            moved = (_("copies moved: {n}", n=len(state.moved)), "ok" if self._good(state) else "bad")  # fmt: skip
        return [
            moved,
            (_("the least possible: {n}", n=number(round(state.least), 4)), "idle") if state.deed else (_("copies: {n}", n=number(state.copies, 5)), "idle"),
            (_("fullest: {n} % of its share", n=number(100 * spread)), "accent"),
            (_("groups short: {n}", n=state.short), "bad" if state.short else "ok"),
        ]  # fmt: skip

    def _good(self, state):
        """Whether hardly more moves than must."""
        return len(state.moved) <= 1.5 * state.least + 5

    def _most(self):
        """What a full tank stands for: the same at every moment."""
        seen = self.result.states
        return 1.12 * max(max(*state.held.values(), *state.fair.values()) for state in seen)

    def _case(self, state, host):
        gone = all(osd.id in state.cluster.out for osd in host.osds)
        straws = self.values["way"] == "straw2"
        new = state.deed is not None and state.deed.kind == "add" and host is state.cluster.hosts[-1]  # fmt: skip
        title = _("host {n}", n=host.id) if straws else _("node {n}", n=host.id)
        sub = (
            _("has failed") if gone else _("new") if new else _("weight {w}", w=number(host.weight))
        )
        look = {"tone": "bad", "fill": "none", "dash": True} if gone else {"tone": "ok" if new else "idle", "fill": "paper"}  # fmt: skip
        return host.id, title, sub, look, [self._tank(state, osd, host) for osd in host.osds]

    def _tank(self, state, osd, host):
        most, mine = self._most(), state.of(self.values["pg"])
        out = osd.id in state.cluster.out or not osd.weight
        came = sum(each.target == osd.id for each in state.moved)
        said = _("disk {n} on host {host}, copies: {held}: press to choose it", n=osd.id, host=host.id, held=state.held[osd.id])  # fmt: skip
        rank = str(mine.index(osd.id) + 1) if osd.id in mine else ""
        return Tank(
            osd.id, state.held[osd.id] / most, str(state.held[osd.id]) if state.held[osd.id] else "–", state.fair[osd.id] / most or None,
            came=came / most, out=out, selected=self.values["osd"] == osd.id,
            press=None if self.locked else said, token=rank, ring=not rank and osd.id in self._before(state),
        )  # fmt: skip

    def _before(self, state):
        """Where the group looked at was before this deed."""
        at = self.result.states.index(state)
        return self.result.states[at - 1].of(self.values["pg"]) if at else ()

    def _bars(self, state, y, width):
        """What moved against what must, as parts of all copies."""
        if state.deed is None:
            return [], y - 30
        items = [label("moved", 6, y, _("Copies that moved, and the least that would do"), weight=600, size=13)]  # fmt: skip
        full, held = width - 12, max(1, sum(self._held_before(state)))
        for at, (n, look) in enumerate(((len(state.moved), {"tone": "ok" if self._good(state) else "bad"}), (state.least, {"tone": "warn"}))):  # fmt: skip
            top, wide = y + 12 + at * (BAR + 6), max(2.0, full * min(1.0, n / held))
            text = _("{n} of {all}: {share} %", n=number(round(n), 4), all=number(held, 5), share=number(100 * n / held))  # fmt: skip
            inside = wide > 150
            items += [
                box(f"rail{at}", 6, top, full, BAR, r=5, fill="none", tone="idle"),
                box(f"bar{at}", 6, top, wide, BAR, r=5, fill="soft", text=text if inside else "", size=12.5, **look),
            ]  # fmt: skip
            if not inside:
                items.append(label(f"bar-text{at}", 14 + wide, top + 17, text, size=12.5, weight=600))  # fmt: skip
        return items, y + 12 + 2 * (BAR + 6)

    def _straws(self, state, y, width):
        """The tries of the group looked at: a straw for each host, the longest wins."""
        pg, hosts = self.values["pg"], state.cluster.hosts
        shown = tries(state.cluster, pg, self.values["size"], TRIES)
        left, right = (30, 132) if width < 600 else (64, 160)
        step = (width - left - right) / len(hosts)
        title = _("Group {n} draws: the longest straw wins, a host that has a copy is passed over", n=pg) if width > 600 else _("Group {n} draws straws", n=pg)  # fmt: skip
        items = [label("straws", 6, y, title, weight=600, size=13)]
        items += [
            label(f"drawer{k}", left + k * step, y + 22, _("host {n}", n=host.id) if step > 60 else str(host.id), size=11.5)
            for k, host in enumerate(hosts)
        ]  # fmt: skip
        for row, each in enumerate(shown):
            items += self._try(each, hosts, row, (left, y + 30 + row * 24, step), width - right + 6)
        return items, y + 30 + len(shown) * 24

    def _try(self, each, hosts, row, spot, x_end):
        """One try: its number, the straws, what came of it."""
        left, y, step = spot
        items = [label(f"try{row}", 6, y + 13, _("try {n}", n=each.r + 1) if left > 40 else str(each.r + 1), size=11.5)]  # fmt: skip
        for k, (host, straw) in enumerate(zip(hosts, each.straws, strict=True)):
            won = host.id == each.host
            look = {"hue": 3, "fill": "solid"} if won and each.end == "kept" else {"tone": "bad", "fill": "soft", "dash": True} if won else {"tone": "idle", "fill": "soft"}  # fmt: skip
            items.append(box(f"straw{row}-{k}", left + k * step, y + 2, max(2.0, (step - 8) * straw), 14, r=3, **look))  # fmt: skip
        text = _(ENDS[each.end], n=each.osd)
        items.append(label(f"end{row}", x_end, y + 13, text, size=12, weight=700 if each.end == "kept" else 400))  # fmt: skip
        return items

    def _held_before(self, state):
        return self.result.states[self.result.states.index(state) - 1].held.values()

    def _key(self):
        return [
            ("line", {"tone": "warn"}, _("share by its weight")),
            ("box", {"hue": 0, "fill": "soft"}, _("copies that stayed")),
            ("box", {"hue": 1, "fill": "solid"}, _("copies that came")),
            ("box", {"tone": "idle", "fill": "none", "dash": True}, _("out, or weight 0")),
            ("box", {"hue": 3, "fill": "solid"}, _("copies of group {n}", n=self.values["pg"])),
        ]

    # In words

    def labels(self, told):
        return [
            _(DID[state.deed.kind], n=state.deed.what, weight=number(state.deed.weight)) if state.deed else _("as it is at first")
            for state in told.states
        ]  # fmt: skip

    def describe(self, state):
        lines = [" ".join(_(each) for each in state.why)]
        now, before = state.of(self.values["pg"]), self._before(state)
        lines.append(_("Disks of group {n}: {now}. The first, {first}, is the one that everybody asks.", n=self.values["pg"], now=_named(now), first=now[0] if now else "–"))  # fmt: skip
        if before and before != now:
            lines[-1] += " " + _("Before: {before}.", before=_named(before))
        return "\n".join(lines)

    def tone(self, state):
        if state.short:
            return "bad"
        return "accent" if state.deed is None else "ok" if self._good(state) else "bad"

    def summary(self, told):
        last = told.states[-1]
        return [
            (_("the last deed"), self.labels(told)[-1]),
            (_("copies moved by it"), number(len(last.moved), 5)),
            (_("the least possible"), number(round(last.least), 4)),
            (_("moved in all"), number(sum(len(each.moved) for each in told.states), 5)),
        ]

    def table(self, state):
        rows = [
            [osd.id, host.id, number(osd.weight), state.held[osd.id], number(state.fair[osd.id]), _("yes") if osd.id in state.cluster.out else _("no")]
            for host in state.cluster.hosts for osd in host.osds
        ]  # fmt: skip
        head = [_("disk"), _("host"), _("weight"), _("copies"), _("its share"), _("out")]
        return Table(head, rows, caption=_("The disks and the copies on them"))


def _named(osds):
    return ", ".join(map(str, osds)) or "–"
