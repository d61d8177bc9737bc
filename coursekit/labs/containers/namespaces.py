"""Namespaces one by one: what the host sees beside what the process sees."""

import ipywidgets as w

from coursekit.i18n import _, mark
from coursekit.sims.containers.namespaces import (
    DOCKER,
    FLAGS,
    KINDS,
    SETTABLE,
    SINCE,
    Deed,
    host_view,
    tell,
    view,
)
from coursekit.sims.message import Message
from coursekit.ui.controls import Pick
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

WORDS = {
    "mnt": mark("mounts"), "pid": mark("processes"), "net": mark("network"), "ipc": mark("IPC objects"),
    "uts": mark("host name"), "user": mark("users"), "cgroup": mark("control groups"), "time": mark("clocks"),
}  # fmt: skip
EXAMPLE = (
    *(Deed("unshare", kind) for kind in DOCKER),
    *(Deed("setup", kind) for kind in DOCKER if kind in SETTABLE),
)
LINE, PAD = 16, 8  # height of a line, and above and below the lines of a row
LOOKS = {
    "shared": {"fill": "none"},
    "own": {"tone": "warn", "fill": "soft", "dash": True},
    "ready": {"tone": "ok", "fill": "soft"},
}


class NamespacesLab(DeedsLab):
    """A row a kind: a button, the host’s view, the process’s view."""

    name = "containers-namespaces"
    title = mark("Namespaces: what a process sees")
    kind_of_deed = Deed

    def controls(self):
        kinds = {
            kind: Message.of("{kind} · {what}", kind=kind, what=Message(WORDS[kind]))
            for kind in KINDS
        }
        return (Pick("kind", mark("Namespace"), "user", kinds),)

    def story(self, actions, kind):
        return tell(self.steps(actions, EXAMPLE))

    # Acting

    def tools(self):
        def deed(text, act):
            return button(text, lambda: self.do(act, self.values["kind"]))

        return (
            deed(_("A new one"), "unshare"),
            deed(_("Set it up"), "setup"),
            deed(_("The host’s again"), "join"),
            w.Label(_("press a row to choose it")),
        )

    def _press(self, name):
        if not self.locked:
            self.set(kind=name.partition("-")[2])

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        first = (
            150 if not narrow else 0
        )  # the column of the kinds; where it is narrow, a line of its own
        step = (width - first - 12) / 2
        top = 96 if narrow else 56
        items += [
            label("head-host", first + 12, top + 12, _("a process of the host sees"), weight=600, size=13),
            label("head-own", first + step + 12, top + 12, _("this process sees"), weight=600, size=13),
        ]  # fmt: skip
        y = top + 22
        for kind in KINDS:
            row, y = self._row(state, kind, y, first, step)
            items += row
        items += key(self._key(), width, y + 8, a_line=1 if narrow else 3)
        what = _("Eight kinds of namespaces: what the host sees, what the process sees")
        self.scene.show(items, width=width, height=y + (78 if narrow else 34), label=what)

    def _facts(self, state):
        differs = sum(state.differs(kind) for kind in KINDS)
        return [
            (_("own namespaces: {n} of 8", n=len(state.own)), "accent"),
            (_("set up: {n}", n=len(state.ready)), "ok" if state.ready else "idle"),
            (_("sees something else: {n}", n=differs), "warn" if differs else "idle"),
            (_("it is number {pid} to itself", pid=state.pid), "idle"),
        ]

    def _row(self, state, kind, y, first, step):
        """The button above or beside; then both views, line by line."""
        narrow = self.scene.narrow
        host, own = host_view(state, kind), view(state, kind)
        lines = max(1, len(host), len(own))
        at = y + 30 if narrow else y
        high = lines * LINE + 2 * PAD
        looks = LOOKS[_stage(state, kind)]
        name = f"{kind} · {_(WORDS[kind])}" if narrow else kind
        width = width_of(self.scene) - 12 if narrow else first - 6
        head = box(
            f"kind-{kind}", 6, y, width, 26 if narrow else high, r=7, **looks, press=_("Choose {name}", name=kind),
            selected=kind == self.values["kind"], **({"text": name, "size": 12} if narrow else {"title": name, "sub": _(WORDS[kind]) if high > 44 else ""}),
        )  # fmt: skip
        cells = self._cell(f"host-{kind}", host, first + 6, at, step - 6, high, {"fill": "none"})
        differs = {"tone": "accent", "fill": "soft"} if state.differs(kind) else {"fill": "none"}
        cells += self._cell(f"own-{kind}", own, first + step + 6, at, step - 6, high, differs)
        return [head, *cells], at + high + 6

    def _cell(self, name, lines, x, y, wide, high, look):
        size = 10.5 if self.scene.narrow else 12
        shown = lines or (_("(nothing)"),)
        return [
            box(name, x, y, wide, high, r=6, **look),
            *(label(f"{name}-{i}", x + 8, y + PAD + 12 + i * LINE, text, size=size) for i, text in enumerate(shown)),
        ]  # fmt: skip

    def _key(self):
        return [
            ("box", LOOKS["shared"], _("shared with the host")),
            ("box", LOOKS["own"], _("its own, as it was made")),
            ("box", LOOKS["ready"], _("its own, set up")),
        ]

    # Telling

    def labels(self, told):
        did = {"unshare": mark("a new {kind}"), "setup": mark("{kind} is set up"), "join": mark("the host’s {kind} again")}  # fmt: skip
        return [_("the start")] + [_(did[s.deed.act], kind=s.deed.kind) for s in told.states[1:]]

    def describe(self, state):
        text = " ".join(_(each) for each in state.why)
        if state.own and "user" not in state.own:
            text += "\n" + _("No user namespace: root in here is root of the host.")
        return text

    def tone(self, state):
        return "accent"

    def summary(self, told):
        last = told.states[-1]
        return [(_("own namespaces"), str(len(last.own))), (_("set up"), str(len(last.ready)))]

    def table(self, state):
        words = {"shared": _("the host’s"), "own": _("its own"), "ready": _("its own, set up")}
        rows = [
            [kind, _(WORDS[kind]), words[_stage(state, kind)], "; ".join(host_view(state, kind)), "; ".join(view(state, kind)) or _("(nothing)"), FLAGS[kind], SINCE[kind]]
            for kind in KINDS
        ]  # fmt: skip
        head = [_("namespace"), _("of what"), _("whose"), _("a process of the host sees"), _("this process sees"), _("flag"), _("since Linux")]  # fmt: skip
        return Table(head, rows, caption=_("The eight namespaces of the process"))


def _stage(state, kind):
    if kind in state.ready:
        return "ready"
    return "own" if kind in state.own else "shared"
