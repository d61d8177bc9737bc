"""Memory of a control group: a gauge with its two limits, processes and cache, and who is killed."""

import ipywidgets as w

from coursekit.i18n import _, mark, number
from coursekit.sims.containers.memory import KILLED, Deed, Limits, Process, score, tell
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

WEB, WORKER, CRON = "web", "worker", "cron"
HUES = {WEB: 0, WORKER: 2, CRON: 3}
EXAMPLE = (Deed("ask", WEB, 20), Deed("read", CRON, 40))  # possible whoever is killed
CACHE = {"tone": "idle", "fill": "soft", "dash": True}
LEFT, HIGH = 12, 62  # where the gauge begins, and how high it is
BEYOND = 1.2  # the gauge shows so much of the larger limit
DID = {
    "ask": mark("{who} asks for {size} MiB"),
    "read": mark("{size} MiB of files are read"),
    "free": mark("{who} gives {size} MiB back"),
}


class MemoryLab(DeedsLab):
    """Processes ask for memory; the kernel reclaims, slows, or kills."""

    name = "containers-memory"
    title = mark("Memory: slowed above high, killed at max")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick(
                "who",
                mark("Process"),
                WEB,
                {WEB: "web", WORKER: mark("worker"), CRON: mark("cron")},
            ),
            Slider("size", mark("How much"), 20, 1, 100, 1, mark("MiB")),
            Slider("max", "memory.max", 100, 20, 200, 5, mark("MiB")),
            Slider("high", mark("memory.high (0: none)"), 0, 0, 200, 5, mark("MiB")),
            Check("group", mark("memory.oom.group: all die together"), False),
            Slider("adj", mark("oom_score_adj of worker"), 500, -1000, 1000, 50, more=True),
        )

    def story(self, actions, who, size, max, high, group, adj):  # noqa: A002  (the file’s name)
        self._limits = Limits(max=max, high=high or None, group=group)
        people = (Process(1, WEB, 60), Process(2, WORKER, 30, adj), Process(3, CRON, 0))
        return tell(self._limits, people, self.steps(actions, EXAMPLE))

    # Acting

    def tools(self):
        return (
            button(_("It asks for memory"), lambda: self._do("ask")),
            button(_("It gives memory back"), lambda: self._do("free")),
            button(_("It reads files"), lambda: self._do("read")),
            w.Label(_("files stay in the page cache as long as there is room")),
        )

    def _do(self, kind):
        self.do(kind, self.values["who"], self.values["size"])

    def _press(self, name):
        if not self.locked:
            self.set(who=name.partition("-")[2])

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        top = 96 if narrow else 56
        items += self._gauge(state, top + 34, width)
        cards, bottom = self._cards(state, top + 150, width)
        items += cards
        items += key(self._key(), width, bottom + 6, a_line=2)
        what = _("The group’s memory with its limits, and its processes")
        self.scene.show(items, width=width, height=bottom + 52, label=what)

    def _facts(self, state):
        limits, killed = self._limits, len(state.kills)
        over = state.usage > limits.soft and limits.high is not None
        return [
            (_("used: {n} of {max} MiB", n=number(state.usage), max=number(limits.max)), "warn" if over else "accent"),
            (_("cache: {n} MiB", n=number(state.cache)), "idle"),
            (_("held up: {s} s", s=number(state.delay)), "warn" if state.delay else "idle"),
            (_("killed now: {n}", n=killed), "bad" if killed else "ok"),
        ]  # fmt: skip

    def _gauge(self, state, y, width):
        """Own memory of the living, then the cache; the limits as lines across."""
        limits = self._limits
        full = BEYOND * max(limits.max, limits.high or 0)
        scale = (width - 2 * LEFT) / full
        items = [box("gauge", LEFT, y, width - 2 * LEFT, HIGH, r=6, fill="none")]
        x = float(LEFT)
        parts = [(each.name, each.mem, {"hue": HUES[each.name], "fill": "solid"}) for each in state.alive]  # fmt: skip
        for name, size, look in [*parts, ("cache", state.cache, CACHE)]:
            wide = size * scale
            said = _("page cache") if name == "cache" else name
            text = f"{said} {number(size)}" if wide > 90 else ""
            if wide >= 1:
                items.append(box(f"in-{name}", x, y + 4, wide, HIGH - 8, r=4, text=text, size=12.5, **look))  # fmt: skip
            x += wide
        items += self._limit("max", limits.max, LEFT + limits.max * scale, y, "bad", 0)
        if limits.high is not None:
            items += self._limit("high", limits.high, LEFT + limits.high * scale, y, "warn", HIGH + 32)  # fmt: skip
        return items

    def _limit(self, name, size, x, y, tone, below):
        """A line across the gauge; its word above it, or below where the other one is."""
        said = f"memory.{name} {number(size)}"
        return [
            path(f"limit-{name}", f"M{x:.1f} {y - 8}V{y + HIGH + 8}", tone=tone, w=3),
            label(f"limit-text-{name}", x, y - 14 + below, said, anchor="middle", size=12.5, weight=600),
        ]  # fmt: skip

    def _cards(self, state, top, width):
        """Each process with its memory, its adjustment and its score; the dead ones crossed out."""
        dead = {kill.victim.name: kill.score for kill in state.kills}
        a_line = 1 if self.scene.narrow else 3
        step = (width - 12) / a_line
        items = []
        for i, each in enumerate(state.processes):
            x, y = 8 + (i % a_line) * step, top + (i // a_line) * 62
            now = each.name in dead
            if each.alive:
                sub = _("{mem} MiB, adjustment {adj}: score {score}", mem=number(each.mem), adj=f"{each.adj:+d}", score=number(score(each, self._limits)))  # fmt: skip
                look = {"hue": HUES[each.name], "fill": "soft", "selected": self.values["who"] == each.name}  # fmt: skip
            else:
                sub = _("killed, score {score}, code {code}", score=number(dead[each.name]), code=KILLED) if now else _("ended with code {code}", code=KILLED)  # fmt: skip
                look = {"tone": "bad", "fill": "soft" if now else "none", "dash": True, "glow": now}  # fmt: skip
            items.append(box(f"who-{each.name}", x, y, step - 10, 52, r=8, title=each.name if each.alive else f"✗ {each.name}", sub=sub, press=_("Choose {name}", name=each.name), **look))  # fmt: skip
        return items, top + -(-len(state.processes) // a_line) * 62

    def _key(self):
        return [
            ("box", {"hue": 0, "fill": "solid"}, _("a process’s own memory")),
            ("box", CACHE, _("page cache: can be reclaimed")),
            ("line", {"tone": "warn", "w": 3}, _("above: slowed")),
            ("line", {"tone": "bad", "w": 3}, _("beyond: killed")),
        ]

    # Telling

    def labels(self, told):
        said = [_("the start")]
        for state in told.states[1:]:
            did = _(DID[state.deed.kind], who=state.deed.who, size=number(state.deed.size))
            killed = ", ".join(kill.victim.name for kill in state.kills)
            said.append(f"{did} · ✗ {killed}" if killed else did)
        return said

    def describe(self, state):
        return " ".join(_(each) for each in state.why)

    def tone(self, state):
        if state.kills or state.refused:
            return "bad"
        return "warn" if state.delay else "accent"

    def summary(self, told):
        kills = sum(len(state.kills) for state in told.states)
        waits = sum(state.delay for state in told.states)
        return [(_("killed"), str(kills)), (_("held up"), f"{number(waits)} s"), (_("used"), f"{number(told.states[-1].usage)} MiB")]  # fmt: skip

    def table(self, state):
        rows = [
            [each.pid, each.name, f"{number(each.mem)} MiB", f"{each.adj:+d}", number(score(each, self._limits)) if each.alive else "–", _("runs") if each.alive else f"✗ {KILLED}"]
            for each in state.processes
        ]  # fmt: skip
        head = [_("number"), _("process"), _("memory"), _("adjustment"), _("score"), _("state")]
        return Table(head, rows, caption=_("The processes of the group"))
