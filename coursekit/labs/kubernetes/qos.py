"""A node short of memory: the class of your pod, and who is evicted before whom."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number
from coursekit.labs.kubernetes.drawing import bar
from coursekit.sims.kubernetes.qos import (
    THRESHOLD_MI,
    Container,
    Pressure,
    Usage,
    evict,
    oom_score_adj,
    qos_class,
)
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

CAPACITY_MI = 16_384
MINE = mark("your pod")
FORMS = {
    "all": mark("requests = limits"),
    "limits": mark("limits only"),
    "cpu": mark("request for CPU only"),
    "none": mark("nothing"),
    "one_of_two": mark("one of two containers"),
}
# the three beside yours: what they request and use in MiB, their priority, their class
OTHERS = (
    (Usage(name="db", request_mi=6144, usage_mi=6000, prio=100), "Guaranteed"),
    (Usage(name="api", request_mi=2048, usage_mi=3200), "Burstable"),
    (Usage(name="batch", request_mi=0, usage_mi=3000, prio=-10), "BestEffort"),
)
ROW = 62


@dataclass(frozen=True)
class Night:
    """The looks of the kubelet, and what each pod is."""

    states: tuple
    qos: dict
    adj: dict


def containers(form, request):
    """Your pod's containers: what is written of requests and limits."""
    whole = Container(cpu_m=500, mem_mi=request, lim_cpu_m=500, lim_mem_mi=request)
    return {
        "all": (whole,),
        "limits": (Container(lim_cpu_m=500, lim_mem_mi=request),),
        "cpu": (Container(cpu_m=500),),
        "none": (Container(),),
        "one_of_two": (whole, Container()),
    }[form]


class QosLab(StoryLab):
    """Four pods in the order in which they would go; the node's memory above them."""

    name = "kubernetes-qos"
    title = mark("Who is evicted first?")

    def controls(self):
        return (
            Pick("form", mark("Your pod has"), "limits", FORMS),
            Slider("request", mark("Memory, request or limit"), 4096, 64, 16_384, 64, mark("MiB"), when=lambda v: v["form"] not in ("cpu", "none")),
            Slider("use", mark("Memory it uses"), 4096, 0, 16_384, 64, mark("MiB")),
            Slider("prio", mark("Priority"), 0, -100, 1000, 10),
        )  # fmt: skip

    def story(self, actions, form, request, use, prio):
        mine = containers(form, request)
        asked = sum(each.requests[1] or 0 for each in mine)
        pod = Usage(name="yours", request_mi=asked, usage_mi=use, prio=prio)
        qos = {pod.name: qos_class(mine), **{other.name: kind for other, kind in OTHERS}}
        pods = (pod, *(other for other, _kind in OTHERS))
        adj = {each.name: oom_score_adj(qos[each.name], each.request_mi, CAPACITY_MI) for each in pods}  # fmt: skip
        return Night(evict(Pressure(capacity_mi=CAPACITY_MI, pods=pods)), qos, adj)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 96 if narrow else 56
        items = facts(self._facts(state), narrow=narrow)
        items += self._memory(state, top, width)
        y = top + 92
        items.append(label("head", 8, y, _("first to go first: above the request, then low priority, then the excess"), size=11.5 if narrow else 13, weight=600))  # fmt: skip
        high = ROW + (22 if narrow else 0)
        for i, pod in enumerate(state.order):
            items += self._pod(i, pod, state, y + 12 + i * (high + 6), width)
        gone = self._gone(state)
        bottom = y + 12 + 4 * (high + 6)
        text = _("evicted so far: {names}", names=", ".join(self._named(name) for name in gone) or "–")  # fmt: skip
        items.append(label("gone", 8, bottom + 12, text, size=13))
        what = _("The memory of the node, and its pods in the order of eviction")
        self.scene.show(items, width=width, height=bottom + 26, label=what)

    def _named(self, name):
        return _(MINE) if name == "yours" else name

    def _gone(self, state):
        before = self.result.states[: self.moment]
        return [each.evicted for each in before if each.evicted]

    def _facts(self, state):
        short = state.available_mi < THRESHOLD_MI
        return [
            (_("yours: {qos}", qos=self.result.qos["yours"]), "accent"),
            (_("oom_score_adj: {n}", n=self.result.adj["yours"]), "idle"),
            (_("free: {n} MiB", n=number(state.available_mi, 6)), "bad" if short else "ok"),
            (_("time: {t} s", t=number(state.t)), "idle"),
        ]

    def _memory(self, state, top, width):
        """One bar: the pods' use side by side, and what is left."""
        used = sum(pod.usage_mi for pod in state.order)
        full = max(CAPACITY_MI, used)
        scale = (width - 16) / full
        items, x = [], 8.0
        items.append(label("memory", 8, top + 14, _("memory in use of the node’s 16 GiB"), size=13, weight=600))  # fmt: skip
        for pod in sorted(state.order, key=lambda p: p.name):
            wide, named = pod.usage_mi * scale, self._named(pod.name)
            text = named if wide > 8 * len(named) + 6 else ""
            hue = 0 if pod.name == "yours" else 2
            items.append(box(f"use-{pod.name}", x, top + 24, max(wide - 2, 0), 30, r=4, text=text, size=12, hue=hue, fill="solid" if pod.name == "yours" else "soft"))  # fmt: skip
            x += wide
        if full > CAPACITY_MI:
            left = 8 + CAPACITY_MI * scale
            items.append(box("over", left, top + 20, width - 8 - left, 38, r=4, tone="bad", fill="none", dash=True))  # fmt: skip
        else:
            items.append(box("free", x, top + 24, max(0, width - 8 - x), 30, r=4, tone="idle", fill="none", dash=True))  # fmt: skip
        text = _("threshold: {n} MiB must be available", n=THRESHOLD_MI)
        return [*items, label("threshold", width - 8, top + 70, text, anchor="end", size=12)]

    def _pod(self, i, pod, state, y, width):
        narrow = self.scene.narrow
        goes, mine = state.evicted == pod.name, pod.name == "yours"
        above = pod.usage_mi > pod.request_mi
        look = {"tone": "bad", "fill": "soft", "glow": True} if goes else {"tone": "accent" if mine else "idle", "fill": "soft" if mine else "none"}  # fmt: skip
        title = f"{i + 1}. {self._named(pod.name)} · {self.result.qos[pod.name]}"
        sub = _("priority {prio} · oom_score_adj {adj}", prio=pod.prio, adj=self.result.adj[pod.name])  # fmt: skip
        sign = "✗ " if goes else ""
        text = _("uses {use} of {request} MiB requested", use=number(pod.usage_mi, 6), request=number(pod.request_mi, 6))  # fmt: skip
        x, at, wide = (20, y + 60, width - 40) if narrow else (400, y + 34, width - 430)
        share = pod.usage_mi / pod.request_mi if pod.request_mi else (2.0 if pod.usage_mi else 0.0)
        return [
            box(f"pod-{pod.name}", 4, y, width - 12, ROW + (22 if narrow else 0), r=10, title=sign + title, sub=sub, **look),
            *bar(f"bar-{pod.name}", x, at, wide, share, f"{'⚠ ' if above else ''}{text}", look={"tone": "ok", "fill": "soft"}),
        ]  # fmt: skip

    # In words

    def labels(self, night):
        return [
            _("{t} s: {what}", t=number(state.t), what=_("{pod} is evicted", pod=self._named(state.evicted)) if state.evicted else _("nobody is evicted"))
            for state in night.states
        ]  # fmt: skip

    def describe(self, state):
        return _(state.why)

    def tone(self, state):
        return "bad" if state.evicted else "ok"

    def table(self, state):
        rows = [
            [i, self._named(pod.name), self.result.qos[pod.name], self.result.adj[pod.name], pod.prio, number(pod.request_mi, 6), number(pod.usage_mi, 6)]
            for i, pod in enumerate(state.order, 1)
        ]  # fmt: skip
        head = [_("rank"), _("pod"), _("class"), "oom_score_adj", _("priority"), _("requests, MiB"), _("uses, MiB")]  # fmt: skip
        return Table(head, rows, caption=_("The pods in the order of eviction"))
