"""Queues as stacks: a short trace, event by event, with the same luck for every policy."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number
from coursekit.labs.balancing.drawing import LAWS, POLICIES, letter, paint, policy_name, server_name
from coursekit.sims.balancing.load import Load, draw
from coursekit.sims.balancing.queuestory import TOLD, Told, compare, tell
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

SLOW = 0.25  # speed of a server that is four times slower
BLOCK, SHOWN, LEAST = 22, 9, 4  # height of a request in a stack; the most and least drawn
CARD, BARS, RANK = 44, 120, 17


@dataclass(frozen=True)
class Seen:
    """The trace told, and what other policies make of the same luck."""

    told: Told
    means: dict[str, float]

    @property
    def states(self):
        return self.told.states


class QueuesLab(StoryLab):
    """Who waits behind whom, while who has nothing to do."""

    name = "balancing-queues"
    title = mark("Who waits behind whom?")

    def controls(self):
        return (
            Pick("policy", mark("Policy"), "rr", {name: POLICIES[name] for name in TOLD}),
            Pick("law", mark("Job sizes"), "exp", LAWS),
            Slider("load", mark("Offered load"), 90, 10, 120, 1, "%"),
            Slider("servers", mark("Servers"), 4, 1, 8),
            Check("slow", mark("Server a is four times slower"), False, more=True),
            Check("weighted", mark("Weights follow the speeds"), False, more=True, when=lambda v: v["slow"]),
            Slider("report", mark("The CPU is reported every"), 2.0, 0.5, 20.0, 0.5, mark("s"), more=True, when=lambda v: v["policy"] == "cpu"),
            Slider("requests", mark("Requests"), 40, 10, 60, more=True),
            Slider("seed", mark("Luck number"), 1, 1, 99, more=True),
        )  # fmt: skip

    def story(self, actions, policy, law, load, servers, slow, weighted, report, requests, seed):
        speeds = (SLOW if slow else 1.0, *(1.0,) * (servers - 1))
        weights = tuple(int(speed / SLOW) for speed in speeds) if slow and weighted else ()
        pool = Load(
            policy=policy, speeds=speeds, weights=weights, load=load / 100, report_every=report
        )
        draws = draw(requests, self.seed - 1 + seed, law)
        return Seen(tell(pool, draws), compare(pool, draws))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 86 if narrow else 46
        items = facts(self._facts(state), narrow=narrow)
        stacks, y = self._stacks(state, top, width)
        wide = width - 16 if narrow else 550
        bars, below = self._times(state, 8, y + 14, wide)
        x, rank_y = (8, below + 14) if narrow else (wide + 34, y + 14)
        ranks, bottom = self._ranks(x, rank_y, width - x - 8)
        self.scene.show(
            [*items, *stacks, *bars, *ranks], width=width, height=max(bottom, below),
            label=_("The requests at each server, second {t:.2f}", t=state.t),
        )  # fmt: skip

    def _facts(self, state):
        told = self.result.told
        return [
            (_("second {t:.2f}", t=state.t), "accent"),
            (_("here: {n}", n=state.inside), "idle"),
            (_("waiting: {n}", n=state.waiting), "warn" if state.waiting else "ok"),
            (
                _("waits in vain so far: {n}", n=self._in_vain(state)),
                "bad" if state.idle else "idle",
            )
            if told.load.policy != "shared"
            else (_("nobody waits in vain"), "ok"),
        ]

    def _in_vain(self, state):
        return sum(bool(each.idle) for each in self.result.states if each.t <= state.t)

    # The stacks

    def _stacks(self, state, top, width):
        """A column a server, with the common queue before them if there is one."""
        told = self.result.told
        shared = told.load.policy == "shared"
        columns = len(state.lines) + shared
        step = min(140, (width - 8) / columns)
        left = (width - step * columns) / 2
        tall = max(len(line) for each in self.result.states for line in (each.common, *each.lines))
        floor = top + (min(SHOWN, max(LEAST, tall)) + (tall > SHOWN)) * BLOCK + 6
        items = [path("floor", f"M8 {floor + 1}H{width - 8}", tone="idle")]
        if shared:
            items += self._stack(state, state.common, -1, left, floor, step)
            items.append(box("common", left + 4, floor + 6, step - 8, CARD, text=_("queue"), sub=str(len(state.common)), fill="paper", dash=True, size=13))  # fmt: skip
        for server, line in enumerate(state.lines):
            x = left + (server + shared) * step
            items += self._stack(state, line, server, x, floor, step)
            items.append(self._card(state, server, x + 4, floor + 6, step - 8))
        return items, floor + 6 + CARD

    def _stack(self, state, line, server, x, floor, step):
        """The one being served at the bottom, the others on it; wide blocks are long jobs."""
        sizes = self.result.told.trace.size
        most, items = max(sizes), []
        for row, request in enumerate(line[:SHOWN]):
            wide = 24 + (step - 8 - 24) * sizes[request] / most
            served = row == 0 and server >= 0
            items.append(box(
                f"job{request}", x + 4, floor - (row + 1) * BLOCK - 1, wide, BLOCK - 3, text=str(request + 1), size=11.5, r=4,
                fill="solid" if served else "soft", glow=state.kind == "arrive" and request == state.request,
                **paint(server),
            ))  # fmt: skip
        if len(line) > SHOWN:
            text = _("and {n} more", n=len(line) - SHOWN)
            items.append(label(f"more{server}", x + 6, floor - SHOWN * BLOCK - 8, text, size=11.5))
        return items

    def _card(self, state, server, x, y, wide):
        told = self.result.told
        idle = not state.lines[server]
        says = _("idle") if idle else _("busy")
        if told.load.policy == "cpu":
            says = _("said: {n}", n=state.reported[server])
        slow = told.load.speeds[server] < 1
        return box(
            f"server{server}", x, y, wide, CARD, text=f"{letter(server)} · ¼" if slow else letter(server), sub=says, r=8,
            fill="none" if idle else "paper", dash=idle, glow=server in state.idle, size=15, **paint(server),
        )  # fmt: skip

    # The times

    def _times(self, state, x, y, wide):
        """A bar a request: hollow while it waits, full while it is served; pale: still to come."""
        trace, narrow = self.result.told.trace, self.scene.narrow
        most = max(end - came for end, came in zip(trace.end, trace.arrival, strict=True))
        step, unit = wide / len(trace.size), BARS / most
        floor = y + 26 + BARS
        text = _("Each request: waiting (hollow), then served (full)")
        items = [
            label("times", x, y + 14, text, weight=600, size=12 if narrow else 13.5),
            label("times-most", x + wide, y + 30, _("up to {s} s", s=number(most)), anchor="end", size=11.5),
            path("times-floor", f"M{x} {floor + 1}H{x + wide:.1f}", tone="idle"),
        ]  # fmt: skip
        for request in range(len(trace.size)):
            items += self._bar(state.t, request, x + request * step, floor, step - 2, unit)
        return items, floor + 6

    def _bar(self, t, request, x, floor, wide, unit):
        trace = self.result.told.trace
        server = trace.server[request]
        if trace.arrival[request] > t:  # its job is what it is, whoever serves it
            high = trace.size[request] * unit
            return [box(f"todo{request}", x, floor - max(1, high), wide, max(1, high), r=1.5, fill="solid", tone="idle", faded=True)]  # fmt: skip
        wait = (min(t, trace.start[request]) - trace.arrival[request]) * unit
        served = (min(t, trace.end[request]) - trace.start[request]) * unit
        items = []
        if wait > 0.5:
            items.append(box(f"wait{request}", x, floor - wait, wide, wait, r=1.5, fill="none", **paint(server)))  # fmt: skip
        if served > 0:
            high = max(1, served)
            items.append(box(f"served{request}", x, floor - max(0, wait) - high, wide, high, r=1.5, fill="solid", **paint(server)))  # fmt: skip
        return items

    def _ranks(self, x, y, wide):
        """What each policy makes of the whole trace; ours is marked."""
        means, mine = self.result.means, self.result.told.load.policy
        most = max(means.values())
        name_wide = 200
        items = [label("ranks", x, y + 14, _("Mean response with this luck, in s"), weight=600, size=12.5)]  # fmt: skip
        for row, (policy, mean) in enumerate(means.items()):
            top, here = y + 24 + row * (RANK + 3), policy == mine
            bar = max(2, (wide - name_wide - 48) * mean / most)
            items.append(label(f"rank-name{row}", x, top + 13, policy_name(policy), size=11.5, weight=700 if here else 400))  # fmt: skip
            items.append(box(f"rank{row}", x + name_wide, top, bar, RANK, r=3, fill="solid" if here else "soft", tone="accent"))  # fmt: skip
            items.append(label(f"rank-n{row}", x + name_wide + bar + 6, top + 13, number(mean), size=11.5, weight=700 if here else 400))  # fmt: skip
        return items, y + 24 + len(TOLD) * (RANK + 3)

    # In words

    def labels(self, seen):
        return [
            _("{t:.2f} s · {k} → {letter}", t=s.t, k=s.request + 1, letter=letter(s.server)) if s.kind == "arrive"
            else _("{t:.2f} s · {k} leaves {letter}", t=s.t, k=s.request + 1, letter=letter(s.server))
            for s in seen.states
        ]  # fmt: skip

    def describe(self, state):
        text = " ".join(map(_, state.why))
        if state is not self.result.states[-1]:
            return text
        trace = self.result.told.trace
        return f"{text}\n" + _(
            "All {n}: {wait} s of waiting on average, {response} s in all; {vain} had to wait while a server was idle.",
            n=len(trace.size), wait=number(trace.mean_wait), response=number(trace.mean_response),
            vain=self.result.told.in_vain,
        )  # fmt: skip

    def tone(self, state):
        return "bad" if state.idle else "accent"

    def table(self, state):
        head = [_("request"), _("server"), _("comes, s"), _("waits, s"), _("job, s"), _("leaves, s")]  # fmt: skip
        trace = self.result.told.trace
        return Table(head, [
            [
                k + 1, server_name(trace.server[k]), number(trace.arrival[k], 4),
                number(max(0.0, trace.start[k] - trace.arrival[k])), number(trace.size[k]),
                number(trace.end[k], 4),
            ]
            for k in range(len(trace.size)) if trace.arrival[k] <= state.t
        ])  # fmt: skip
