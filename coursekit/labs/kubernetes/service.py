"""A Service spreads connections over pods: a chain of rules, thrown once a connection."""

import ipywidgets as w
import numpy as np

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.kubernetes.service import AFFINITY_S, Deed, chain, shares, tell
from coursekit.ui.controls import Check, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, spots, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

EXAMPLE = (Deed("connect", 30), Deed("scale", 6))
A_ROW, DOT = 6, 13  # clients of a pod: so many in a row, and the room for one
MOST_DOTS = 36  # drawn for a pod; more are told
DID = {
    "connect": mark("{n} clients connect"),
    "reconnect": mark("all clients connect anew"),
    "scale": mark("{n} pods now"),
    "wait": mark("{n} s pass"),
}


class ServiceLab(DeedsLab):
    """Rules in a chain above, pods with their clients below."""

    name = "kubernetes-service"
    title = mark("A Service: which pod gets the connection?")
    kind_of_deed = Deed

    def controls(self):
        return (
            Slider("pods", mark("Pods at the start"), 3, 1, 8),
            Slider("to", mark("Scale to"), 6, 1, 8),
            Slider("clients", mark("New clients"), 30, 1, 60),
            Check("affinity", mark("sessionAffinity: ClientIP"), False),
        )

    def story(self, actions, pods, to, clients, affinity):
        deeds = self.steps(actions, EXAMPLE)
        return tell(pods, deeds, np.random.default_rng([self.seed, 7]), affinity=affinity)

    # Acting

    def tools(self):
        return (
            button(_("Clients connect"), lambda: self.do("connect", self.values["clients"])),
            button(_("Scale"), lambda: self.do("scale", self.values["to"])),
            button(_("All connect anew"), lambda: self.do("reconnect", 0)),
            button(_("Three hours pass"), lambda: self.do("wait", AFFINITY_S)),
            w.Label(_("connections stay open until somebody closes them")),
        )

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, stage):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(stage), narrow=narrow)
        top = 96 if narrow else 56
        rules, y = self._rules(stage, top, width)
        pods, bottom = self._pods(stage, y + 14)
        what = _("The chain of rules, and the pods with their clients")
        self.scene.show([*items, *rules, *pods], width=width, height=bottom, label=what)

    def _facts(self, stage):
        held = shares(stage)
        most = max(held.values())
        return [
            (plural("{count} connection", "{count} connections", len(stage.clients)), "accent"),
            (_("fair: {share} % each", share=number(100 / len(stage.pods))), "idle"),
            (_("most loaded: {share} %", share=number(100 * most)), "warn" if most > 1.5 / len(stage.pods) else "ok"),
        ]  # fmt: skip

    def _rules(self, stage, top, width):
        """Each rule takes its share of what comes as far as it, and lets the rest pass."""
        rules = chain(stage.pods)
        a_line = 4 if self.scene.narrow else 8
        step = (width - 8) / a_line
        items = [label("rules", 8, top + 14, _("kube-proxy’s rules, tried from left to right"), weight=600, size=13.5)]  # fmt: skip
        for i, rule in enumerate(rules):
            x, y = 6 + (i % a_line) * step, top + 24 + (i // a_line) * 56
            said = _("takes {share} %", share=number(100 * rule.probability))
            items.append(box(f"rule{i}", x, y, step - 18, 46, r=7, title=rule.endpoint, sub=said, hue=i % 6, fill="soft"))  # fmt: skip
            if i < len(rules) - 1 and (i + 1) % a_line:
                items.append(path(f"pass{i}", f"M{x + step - 17} {y + 23}h12", arrow=True))
        return items, top + 24 + -(-len(rules) // a_line) * 56

    def _pods(self, stage, top):
        held = {pod: [c for c, p in stage.clients.items() if p == pod] for pod in stage.pods}
        high = 64 + DOT * (MOST_DOTS // A_ROW)
        places, bottom = spots(len(stage.pods), high, narrow=self.scene.narrow, top=top, least=96, most=104)  # fmt: skip
        items = []
        for i, (pod, spot) in enumerate(zip(stage.pods, places, strict=True)):
            clients = held[pod]
            share = len(clients) / max(1, len(stage.clients))
            sub = f"{len(clients)} · {number(100 * share)} %"
            new = self.moment and pod not in self.result.states[self.moment - 1].pods
            dots = [
                box(f"{pod}-{k}", 8 + (k % A_ROW) * DOT, 52 + (k // A_ROW) * DOT, DOT - 3, DOT - 3, r=5, hue=i % 6, fill="solid")
                for k in range(min(len(clients), MOST_DOTS))
            ]  # fmt: skip
            items.append(box(f"pod-{pod}", spot.x, spot.y, spot.w, high, r=10, title=pod, sub=sub, glow=bool(new), children=dots, tone="idle" if clients else "warn", fill="none", dash=not clients))  # fmt: skip
        return items, bottom + 4

    # Telling

    def labels(self, told):
        return [_("the start")] + [
            _(DID[each.deed.kind], n=each.deed.count) for each in told.states[1:]
        ]

    def describe(self, stage):
        text = _(stage.why)
        empty = [pod for pod in stage.pods if pod not in stage.clients.values()]
        if stage.clients and empty:
            text += " " + _("Without a client: {pods}.", pods=", ".join(empty))
        if stage.broken:
            text += " " + plural("{count} connection was cut.", "{count} connections were cut.", stage.broken)  # fmt: skip
        return text

    def tone(self, stage):
        return "bad" if stage.broken else "accent"

    def summary(self, told):
        last = told.states[-1]
        cut = sum(stage.broken for stage in told.states)
        most = max(shares(last).values())
        return [(_("pods"), str(len(last.pods))), (_("most loaded"), f"{number(100 * most)} %"), (_("connections cut"), str(cut))]  # fmt: skip

    def table(self, stage):
        held = shares(stage)
        rows = [
            [rule.endpoint, f"{number(100 * rule.reaching)} %", f"{number(100 * rule.probability)} %", f"{number(100 * rule.share)} %", f"{number(100 * held[rule.endpoint])} %"]
            for rule in chain(stage.pods)
        ]  # fmt: skip
        head = [_("pod"), _("come as far"), _("its rule takes"), _("in the end"), _("has now")]
        return Table(head, rows, caption=_("Rules and connections"))
