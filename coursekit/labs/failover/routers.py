"""Routers that share an address, a moment at a time: three labs over one story.

All are `RoutersLab`: the same picture and the same actions. They differ in which settings
are in sight: the election, the tracked script, or what the client sees of a split brain.
"""

import ipywidgets as w

from coursekit.i18n import _, mark, number
from coursekit.labs.failover import drawing as draw
from coursekit.sims.failover.client import Client
from coursekit.sims.failover.cluster import Cluster, Event, Node, Script, event_from
from coursekit.sims.failover.story import tell
from coursekit.sims.message import ParameterError
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.look import look
from coursekit.ui.parts import facts
from coursekit.ui.quiz import button
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

DEEDS = {
    "crash": mark("crashes"),
    "stop": mark("is stopped cleanly"),
    "restart": mark("is restarted"),
    "fail": mark("its service fails"),
    "hang": mark("its service hangs"),
    "ok": mark("its service works again"),
    "prio": mark("gets priority 140"),
    "lose_garp": mark("its next gratuitous ARP is lost"),
    "cut": mark("link is cut"),
    "heal": mark("link is healed"),
}
SHORTEST_S = 0.01  # an action comes after the moment on the screen, never in it
INTERVALS = {0.5: mark("every 0.5 s"), 1.0: mark("every 1 s"), 2.0: mark("every 2 s")}
IDS = ("r1", "r2", "r3", "r4")


DEFAULTS = {  # what a lab has no control for
    "nodes": 2, "prio1": 200, "prio2": 150, "prio3": 100, "prio4": 50, "adv": 1.0, "adv2": 0.0,
    "preempt": True, "preempt_delay": 0, "version": 3, "loss": 0, "delay": 0,
    "weight": 0, "interval": 1, "fall": 1, "rise": 1, "patience": 100, "fencing": False,
    "second": 5.0, "vmac": False, "arp": 60,
}  # fmt: skip


class RoutersLab(StoryLab):
    """Base of the three."""

    tracked = False  # whether a script watches the service

    def story(self, actions, **values):
        v = {**DEFAULTS, **values}
        script = (
            Script(
                interval=float(v["interval"]), fall=v["fall"], rise=v["rise"], weight=v["weight"],
                timeout=v["interval"] * v["patience"] / 100,
            )
            if self.tracked else None
        )  # fmt: skip
        nodes = tuple(self._node(v, i, script) for i in range(v["nodes"]))
        cluster = Cluster(
            nodes=nodes, loss=v["loss"] / 100, delay=v["delay"] / 1000, garp_delay=v["second"],
            fencing=v["fencing"],
        )  # fmt: skip
        return tell(cluster, Client(arp_timeout=float(v["arp"])), actions, seed=self.seed)

    def _node(self, v, i, script):
        adv = v["adv2"] if i == 1 and v["adv2"] else v["adv"]
        return Node(
            id=IDS[i], ip=f"10.0.0.{11 + i}", prio=v[f"prio{i + 1}"], adv=adv, version=v["version"],
            preempt=v["preempt"], preempt_delay=float(v["preempt_delay"]), vmac=v["vmac"], script=script,
        )  # fmt: skip

    # Acting

    def tools(self):
        pairs = [(f"{a}–{b}", f"{a} {b}") for i, a in enumerate(IDS) for b in IDS[i + 1 :]]
        deeds = [(_(text), deed) for deed, text in DEEDS.items()]
        self._who = w.Dropdown(
            options=[*((name, name) for name in IDS), *pairs],
            tooltip=_("Which node or link"), layout=look(width="90px"),
        )  # fmt: skip
        self._deed = w.Dropdown(
            options=deeds, tooltip=_("What happens"), layout=look(width="220px")
        )
        self._wait = w.BoundedFloatText(
            0.5, min=SHORTEST_S, max=1000, step=0.1, tooltip=_("Seconds to wait before"),
            layout=look(width="76px"),
        )  # fmt: skip
        self._go = button(_("Do it now"), self._do)
        return (
            self._who,
            self._deed,
            w.Label(_("after")),
            self._wait,
            w.Label(_("seconds")),
            self._go,
        )

    def _do(self):
        try:
            event = self._event(self._deed.value, self._who.value)
        except ValueError as why:
            self.refuse(why)
            return
        self.act(event)

    def _event(self, deed, who):
        at, pair = self.state.t + self._wait.value, who.split()
        if (deed in ("cut", "heal")) != (len(pair) == 2):
            raise ParameterError(
                "{who}: choose a link to cut or heal, a node for all else", who=who
            )
        if deed in ("cut", "heal"):
            return Event(at, deed, pair[0], other=pair[1])
        if deed in ("ok", "fail", "hang"):
            return Event(at, "check", who, health=deed)
        if deed == "prio":
            return Event(at, deed, who, prio=140)
        return Event(at, deed, who)

    def _press(self, name):
        if self.locked or not name.startswith("node-"):
            return
        node = name.removeprefix("node-")
        up = self.state.nodes[IDS.index(node)].phase != "Initialize"
        self.act(self._event("crash" if up else "restart", node))

    def keep(self, actions, result, moment):
        t = result.states[moment].t
        return tuple(each for each in sorted(actions, key=lambda e: e.at_s) if each.at_s <= t)

    def action_from(self, plain):
        return event_from(plain)

    def scenario(self):
        return {**super().scenario(), "actions": [each.plain for each in self._here.actions]}

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, state):
        told, record = self.result, self.result.record
        frame = draw.Frame(self.scene.narrow, record.until)
        top = 92 if frame.narrow else 52
        below = top + len(state.nodes) * draw.LANE + 4
        items = facts(self._facts(state), narrow=frame.narrow)
        items += draw.names(record, state, frame, top, press=not self.locked)
        items += draw.lanes(record, state.t, frame, top)
        items += draw.timers(record, state, frame, top)
        items += draw.owned(record, state.t, frame, below)
        items += draw.client(told, state.t, frame, below + draw.BAND)
        items += draw.axis(state.t, frame, below + 2 * draw.BAND, top)
        what = _("Who is Active, and what the client gets, up to second {t}", t=number(state.t, 4))
        self.scene.show(items, width=frame.width, height=below + 2 * draw.BAND + 22, label=what)

    def _facts(self, state):
        owners = state.owners
        holder = (
            _("owned by {ids}", ids=" + ".join(owners)) if owners else _("nobody owns the address")
        )
        entry = self.result.asked(state.t).entry
        links = ", ".join("–".join(pair) for pair in state.cut)
        return [
            (_("second {t}", t=number(state.t, 4)), "accent"),
            (holder, "ok" if len(owners) == 1 else "bad" if owners else "warn"),
            (_("client's ARP: {entry}", entry=entry or "—"), "ok" if entry in owners else "warn"),
            (
                _("cut: {links}", links=links) if links else _("all links whole"),
                "bad" if links else "idle",
            ),
        ]

    def labels(self, told):
        return [f"{number(s.t, 4)} s · " + " ".join(map(_, s.why)) for s in told.states]

    def describe(self, state):
        lost = self.result.lost(state.t)
        return " ".join([
            _("Second {t}.", t=number(state.t, 6)), *map(_, state.why),
            _("Requests lost since the address was first owned: {lost}.", lost=lost),
        ])  # fmt: skip

    def tone(self, state):
        return ("warn", "ok", "bad")[min(len(state.owners), 2)]

    def summary(self, told):
        record = told.record
        return [
            (_("moves of the address"), str(told.moves)),
            (_("requests lost"), str(told.lost(record.until))),
            (_("seconds with two owners"), number(record.seconds(2))),
            (_("ends with"), " + ".join(record.states[-1].owners) or "—"),
        ]

    def table(self, state):
        head = [_("node"), _("state"), _("priority"), _("timer ends at"), _("service")]
        rows = [
            [
                node.id, _(draw.PHASES[seen.phase][0]), seen.prio,
                "—" if seen.until is None else number(seen.until, 6),
                _("works") if seen.service == "ok" else _("service ill"),
            ]
            for node, seen in zip(self.result.record.cluster.nodes, state.nodes, strict=True)
        ]  # fmt: skip
        return Table(head, rows)


class VrrpLab(RoutersLab):
    """The election, a crash, and the return."""

    name = "failover-vrrp"
    title = mark("One address, several nodes")

    def controls(self):
        return (
            Slider("nodes", mark("Nodes"), 2, 2, 4),
            Slider("prio1", mark("Priority of r1"), 200, 1, 255),
            Slider("prio2", mark("Priority of r2"), 150, 1, 255),
            Pick("adv", mark("Advertisements"), 1.0, INTERVALS),
            Check("preempt", mark("Preemption"), True),
            Slider("prio3", mark("Priority of r3"), 100, 1, 255, more=True, when=lambda v: v["nodes"] > 2),
            Slider("prio4", mark("Priority of r4"), 50, 1, 255, more=True, when=lambda v: v["nodes"] > 3),
            Slider("preempt_delay", mark("Preemption delay"), 0, 0, 60, 1, "s", more=True),
            Pick("adv2", mark("r2 is set to"), 0.0, {0.0: mark("the same interval"), **INTERVALS}, more=True),
            Pick("version", mark("VRRP version"), 3, {3: "3", 2: "2"}, more=True),
            Slider("loss", mark("Messages lost"), 0, 0, 90, 1, "%", more=True),
            Slider("delay", mark("Messages late by"), 0, 0, 1000, 10, "ms", more=True),
        )  # fmt: skip


class ScriptLab(RoutersLab):
    """A service that dies, and the script that watches it."""

    name = "failover-script"
    title = mark("The service dies, the machine lives")
    tracked = True

    def controls(self):
        return (
            Slider("weight", mark("Weight of the script"), 0, -120, 120, 10),
            Slider("interval", mark("Check every"), 1, 1, 10, 1, "s"),
            Slider("fall", mark("Failures until bad (fall)"), 1, 1, 5),
            Slider("rise", mark("Successes until good (rise)"), 1, 1, 5),
            Slider("prio2", mark("Priority of r2"), 150, 1, 254),
            Slider("prio1", mark("Priority of r1"), 200, 1, 254, more=True),
            Slider("patience", mark("Timeout of a check"), 100, 10, 100, 10, mark("% of the interval"), more=True),
            Check("preempt", mark("Preemption"), True, more=True),
        )  # fmt: skip


class SplitLab(RoutersLab):
    """Links cut, announcements lost: what the client makes of it."""

    name = "failover-split"
    title = mark("Split brain, and what the client sees")

    def controls(self):
        return (
            Slider("nodes", mark("Nodes"), 2, 2, 4),
            Check("fencing", mark("Fencing: switch the old Active off"), False),
            Pick("second", mark("Second burst of gratuitous ARP"), 5.0, {5.0: mark("after 5 s"), 0.0: mark("never")}),
            Slider("arp", mark("ARP entry lives"), 60, 5, 300, 5, "s"),
            Check("vmac", mark("Virtual MAC"), False),
            Slider("loss", mark("Messages lost"), 0, 0, 90, 1, "%", more=True),
            Check("preempt", mark("Preemption"), True, more=True),
        )  # fmt: skip
