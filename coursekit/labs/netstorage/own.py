"""The learner's own cluster: hosts in racks, a pool, a witness; and what a dead rack leaves of it."""

from html import escape

from coursekit.i18n import _, mark, number
from coursekit.sims.message import require
from coursekit.sims.netstorage.plan import MOST_HOSTS, START
from coursekit.sims.netstorage.plancheck import GROUPS, TASK, judged
from coursekit.ui.controls import Slider
from coursekit.ui.look import html
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table
from coursekit.ui.textlab import TextLab

HELP = (
    ("host NAME rack NAME disks 4x4 ram 256", mark("a host: its rack, four disks of 4 TB, 256 GB of memory")),
    ("link 10", mark("the network between the hosts, Gb/s")),
    ("pool copies 3 domain rack", mark("three copies, no two in one rack")),
    ("pool erasure 4+2 domain host", mark("four pieces and two computed ones, no two on one host")),
    ("witness rack A · witness elsewhere", mark("a vote more, in a rack or in another place")),
)  # fmt: skip
STATES = {
    "active+clean": ({"tone": "ok", "fill": "soft"}, mark("all copies there")),
    "active+degraded": ({"tone": "warn", "fill": "soft"}, mark("a copy less, I/O goes on")),
    "inactive": ({"tone": "bad", "fill": "soft"}, mark("too few: I/O waits")),
    "down": ({"tone": "bad", "fill": "solid"}, mark("nothing answers")),
}  # fmt: skip
HEAD, ROW, BAR, CHECK = 46, 48, 30, 36  # heights: of a rack's name, a host, the groups, a check


class OwnClusterLab(TextLab):
    """A line a host; press a rack to let its switch die."""

    name = "netstorage-own"
    title = mark("Your own cluster")
    plain = START

    def controls(self):
        return (Slider("dead", mark("Rack whose switch dies (0: none)"), 1, 0, MOST_HOSTS),)

    def run(self, dead):
        found = judged(self.program)
        racks = len(found.plan.racks)
        require(dead <= racks, "dead={n}: choose 0 to {most}, the racks", n=dead, most=racks)
        self._death = found.deaths[dead - 1] if dead and not self.locked else None
        return found

    # The text

    def first(self):
        hint = _("a line a host: its name, its rack, its disks, its memory")
        return f"# {hint}\n{START}"

    def words(self):
        return _("Your plan, a thing a line"), _("Check it")

    def taken(self):
        return _("Taken: see what a dead rack leaves.")

    def _run_text(self, text):
        """A plan with fewer racks than the one that was dead is looked at without a dead one."""
        if not self.locked and self.values["dead"]:
            try:
                racks = len(judged(text).plan.racks)
            except ValueError:
                return super()._run_text(text)
            if self.values["dead"] > racks:
                self.panel.put({"dead": 0})
        return super()._run_text(text)

    def help(self):
        rows = [[form, _(meaning)] for form, meaning in HELP]
        known = Table([_("line"), _("what it says")], rows, caption=_("The lines of a plan"))
        task = _(
            "{n} machines with {ram} GB each, {tb} TB of data, {mb} MB/s of writes. Any two disks may die and nothing is lost; any host may die and its copies are made anew; any rack may die and everything goes on. You may buy {hosts} hosts; racks there are enough.",
            n=TASK.machines, ram=number(TASK.machine_gb), tb=number(TASK.data_tb), mb=number(TASK.write_mb_s), hosts=TASK.hosts,
        )  # fmt: skip
        head, name = escape(_("The lines of a plan")), escape(_("The task"))
        return [
            html(f"<p><b>{name}</b> {escape(task)}</p>"),
            html(f"<details><summary>{head}</summary>{known.html()}</details>"),
        ]

    def _press(self, name):
        if name.startswith("rack") and not self.locked:
            at = int(name.removeprefix("rack"))
            self.set(dead=0 if self.values["dead"] == at else at)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, found):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 118 if narrow else 76
        items = facts(self._facts(found), narrow=narrow)
        racks, y = self._racks(found, top, width)
        groups, y = self._groups(y + 30, width)
        checks, y = self._checks(found, y + 34, width)
        items += racks + groups + checks
        items += key(self._key(), width, y + 10, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=y + (62 if narrow else 40),
            label=_("The racks with their hosts, what a dead rack leaves, and the points of the task"),
        )  # fmt: skip

    def _facts(self, found):
        hosts = len(found.plan.hosts)
        death = self._death
        if death is None:
            votes = hosts + (found.plan.witness is not None)
            return [
                (_("hosts: {n}", n=hosts), "idle"), (_("racks: {n}", n=len(found.plan.racks)), "idle"),
                (_("votes: {n}", n=votes), "idle"), (_("room: {n} times the data", n=number(found.scheme.overhead)), "idle"),
            ]  # fmt: skip
        io = GROUPS - death.counts["inactive"] - death.counts["down"]
        return [
            (_("objects that go on: {n} %", n=number(100 * io / GROUPS)), "ok" if death.io else "bad"),
            (_("votes: {n}, needed: {need}", n=death.votes, need=death.needed), "ok" if death.runs else "bad"),
            (_("memory: {n} of {need} GB", n=number(death.ram_gb, 4), need=number(TASK.ram_gb, 4)), "ok" if death.ram_gb >= TASK.ram_gb else "bad"),
            (_("new copies find a place"), "ok") if death.heals else (_("no place for new copies"), "warn"),
        ]  # fmt: skip

    def _racks(self, found, top, width):
        """A case a rack, with its hosts and how full their disks are."""
        racks = found.plan.racks
        a_line = min(len(racks), 4 if width > 600 else 2)
        step = (width - 8) / a_line
        rows = max(sum(host.rack == rack for host in found.plan.hosts) for rack in racks)
        high = HEAD + rows * ROW + 4
        head = _("The racks, and how full the disks are: press a rack, and its switch dies") if not self.locked and width > 600 else _("The racks: press one, and its switch dies") if not self.locked else _("The racks and their hosts")  # fmt: skip
        items = [label("racks", 6, top - 10, head, weight=600, size=13)]
        for at, rack in enumerate(racks):
            line, column = divmod(at, a_line)
            spot = (4 + column * step, top + line * (high + 10), step - 10, high)
            items.append(self._rack(found, at, rack, spot))
        return items, top + -(-len(racks) // a_line) * (high + 10)

    def _rack(self, found, at, rack, spot):
        x, y, wide, high = spot
        dead = self._death is not None and self._death.rack == rack
        look = {"tone": "bad", "fill": "none", "dash": True, "led": "bad"} if dead else {"tone": "idle", "fill": "paper", "led": "ok"}  # fmt: skip
        inside, row = [], 0
        for host, machine in zip(found.cluster.hosts, found.plan.hosts, strict=True):
            if machine.rack == rack:
                inside += self._host(found, host, machine, (10, HEAD + row * ROW, wide - 20), dead=dead)  # fmt: skip
                row += 1
        sub = _("its switch is dead") if dead else _("the witness is here") if found.plan.witness == rack else _("hosts: {n}", n=row)  # fmt: skip
        said = _("rack {name}: press to bring it back", name=rack) if dead else _("rack {name}: press to let its switch die", name=rack)  # fmt: skip
        return box(
            f"rack{at + 1}", x, y, wide, high, r=10, title=_("rack {name}", name=rack[:12]), sub=sub, children=inside,
            press=None if self.locked else said, **look,
        )  # fmt: skip

    def _host(self, found, host, machine, spot, *, dead):
        """A host's line: its name, its disks as far as they are filled."""
        x, y, wide = spot
        filled = found.filled if self._death is None else self._death.filled
        share = 0.0 if dead else filled[host.osds[0].id]
        tone = "bad" if share > 1 else "accent"
        text = _(
            "{name}: {n} × {tb} TB", name=machine.name[:10], n=machine.disks, tb=number(machine.tb)
        )
        percent = "✗" if dead else f"{number(100 * share, 2)} %"
        items = [
            label(f"name{host.id}", x, y + 14, text, size=12),
            label(f"part{host.id}", x + wide, y + 14, percent, anchor="end", size=12, weight=600),
            box(f"rail{host.id}", x, y + 20, wide, 16, r=4, fill="none", tone="idle", dash=dead),
        ]  # fmt: skip
        if not dead:
            items.append(box(f"full{host.id}", x, y + 20, max(1.0, wide * min(1.0, share)), 16, r=4, fill="soft", tone=tone))  # fmt: skip
        return items

    def _groups(self, y, width):
        """All objects by what can be done with them now."""
        counts = {"active+clean": GROUPS} if self._death is None else self._death.counts
        items = [label("groups", 6, y, _("The objects now"), weight=600, size=13)]
        x, full = 6.0, width - 12
        for name, (look, _word) in STATES.items():
            share = counts.get(name, 0) / GROUPS
            if share:
                wide = full * share
                text = f"{number(100 * share, 2)} %"
                items.append(box(f"state-{name}", x, y + 10, wide, BAR, r=3, text=text if wide > 44 else "", size=12.5, **look))  # fmt: skip
                x += wide
        return items, y + 10 + BAR

    def _checks(self, found, y, width):
        """The points of the task, each with its mark."""
        a_line = 2 if width > 600 else 1
        step = (width - 8) / a_line
        items = [label("task", 6, y - 10, _("The task"), weight=600, size=13)]
        for k, check in enumerate(found.checks):
            line, column = divmod(k, a_line)
            sign = "?" if self.locked else "✓" if check.ok else "✗"
            tone = "idle" if self.locked else "ok" if check.ok else "bad"
            items.append(box(
                f"check{k}", 4 + column * step, y + line * CHECK, step - 8, CHECK - 6, r=7, size=12.5,
                text=f"{sign} {_(check.what)}", tone=tone, fill="soft" if tone == "ok" else "none" if tone == "idle" else "paper",
            ))  # fmt: skip
        return items, y + -(-len(found.checks) // a_line) * CHECK

    def _key(self):
        return [("box", look, _(word)) for look, word in STATES.values()]

    # In words

    def describe(self, found):
        if self.locked:
            return _("A plan of {n} hosts in {racks} racks. What of it goes on when a rack dies?", n=len(found.plan.hosts), racks=len(found.plan.racks))  # fmt: skip
        lines = [self._after()] if self._death else []
        lines += [f"✗ {_(each.what)}. {_(each.why)}" for each in found.checks if not each.ok]
        lines += [_("✓ The task is done.")] if found.done else []
        return "\n".join(lines)

    def _after(self):
        """What the dead rack leaves, in words."""
        death = self._death
        goes = _("Everything can be read and written") if death.io else _("Not everything can be read and written")  # fmt: skip
        votes = _("the others have a majority") if death.runs else _("the others have no majority and stop")  # fmt: skip
        new = _("New copies are made on the others.") if death.heals else _("New copies cannot be made: no failure domain is left for them.")  # fmt: skip
        return _("The switch of rack {rack} dies. {goes}; {votes}. {new}", rack=death.rack, goes=goes, votes=votes, new=new)  # fmt: skip

    def tone(self, found):
        if self.locked:
            return "accent"
        return "ok" if found.done else "warn"

    def table(self, found):
        rows = [
            [_(each.what), "?" if self.locked else _("yes") if each.ok else _("no"), "?" if self.locked else _(each.why)]
            for each in found.checks
        ]  # fmt: skip
        return Table([_("point"), _("met"), _("why")], rows, caption=_("The points of the task"))
