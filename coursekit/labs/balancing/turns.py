"""Who is next: four ways to take turns by weight, a request at a time."""

import ipywidgets as w

from coursekit.i18n import _, mark
from coursekit.labs.balancing.drawing import POLICIES, letter, paint, strip
from coursekit.labs.balancing.mechanism import HEADS, HOW, PICTURE, Area, height, signed
from coursekit.sims.balancing.turnstory import Deed, Turns, check_deed, tell
from coursekit.sims.message import ParameterError
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.look import look
from coursekit.ui.parts import width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table
from coursekit.values import from_plain

OWN = "own"
GIVEN = ("5,1,1", "4,2,1", "3,2,1", "4,3,2", "5,3,2", "50,25,25", "3,1", "4,1", "1,1,1")
WEIGHTS = {**{text: text.replace(",", ", ") for text in GIVEN}, OWN: mark("your own (More settings)")}  # fmt: skip
KINDS = ("rr", "swrr", "lvs_wrr", "static_rr")
DEEDS = {
    "down": mark("goes down"),
    "up": mark("comes back"),
    "fail": mark("fails a request"),
}
LOST = {"down": "up", "up": "down"}  # what a press does to a server that is not so
ROW = 24


class TurnsLab(StoryLab):
    """The order of picks, and what each policy keeps in mind to make it."""

    name = "balancing-turns"
    title = mark("Whose turn is it?")

    def controls(self):
        def own(v):
            return v["weights"] == OWN

        return (
            Pick("policy", mark("Policy"), "swrr", {kind: POLICIES[kind] for kind in KINDS}),
            Pick("weights", mark("Weights of a, b, c …"), "5,1,1", WEIGHTS),
            Slider("requests", mark("Requests"), 14, 4, 60),
            Slider("wa", mark("Weight of a"), 6, 1, 50, more=True, when=own),
            Slider("wb", mark("Weight of b"), 3, 1, 50, more=True, when=own),
            Slider("wc", mark("Weight of c"), 2, 1, 50, more=True, when=own),
            Slider("wd", mark("Weight of d (0: no such server)"), 1, 0, 50, more=True, when=own),
            Slider("max_fails", mark("Failures that take all trust (max_fails)"), 1, 1, 10, more=True, when=lambda v: v["policy"] == "swrr"),
        )  # fmt: skip

    def story(self, actions, policy, weights, requests, max_fails, **own):
        chosen = [own[key] for key in ("wa", "wb", "wc", "wd") if own[key]]
        known = chosen if weights == OWN else [int(each) for each in weights.split(",")]
        turns = Turns(policy=policy, weights=tuple(known), requests=requests, max_fails=max_fails)
        return tell(turns, [deed for deed in actions if _fits(deed, turns)])

    # Acting

    def tools(self):
        servers = [(letter(server), server) for server in range(4)]
        deeds = [(_(text), kind) for kind, text in DEEDS.items()]
        self._who = w.Dropdown(options=servers, value=1, tooltip=_("Which server"), layout=look(width="70px"))  # fmt: skip
        self._deed = w.Dropdown(options=deeds, tooltip=_("What happens"), layout=look(width="170px"))  # fmt: skip
        go = button(_("Do it now"), lambda: self._do(self._deed.value, self._who.value))
        return (w.Label(_("Server")), self._who, self._deed, go)

    def _do(self, kind, server):
        """A server leaves before the next request; a failure is of the request just given."""
        try:
            self.act(self._deed_now(kind, server))
        except ValueError as why:
            self.refuse(why)

    def _deed_now(self, kind, server):
        params, given = self.result.params, self.moment
        failed = kind == "fail"
        check_deed(params, Deed(given, kind, server))
        if failed and not self.state.counts[server]:
            raise ParameterError("server={server}: it has had no request yet", server=letter(server))  # fmt: skip
        if not failed and given == params.requests:
            raise ParameterError("requests={n}: all are given; go back, or ask for more", n=given)
        return Deed(given - failed, kind, server)

    def _press(self, name):
        if self.locked or not name.startswith("server"):
            return
        server = int(name.removeprefix("server"))
        self._do("down" if self.state.up[server] else "up", server)

    def keep(self, actions, result, moment):
        return tuple(deed for deed in actions if deed.request < moment)

    def _reached(self, result, actions):
        """A deed kept from a longer run may lie beyond the last request."""
        last = len(result.states) - 1
        return next((i for i in range(last) if self.keep(actions, result, i) == actions), last)

    def action_from(self, plain):
        if isinstance(plain, dict):
            return from_plain(Deed, plain, "action")
        if not isinstance(plain, (list, tuple)) or len(plain) != 3 or plain[2] not in list("abcd"):
            raise ParameterError(
                "action={plain}: expected a request, one of {deeds}, and a server a to d",
                plain=plain, deeds=", ".join(DEEDS),
            )  # fmt: skip
        request, kind, server = plain
        named = {"request": request, "kind": kind, "server": ord(server) - ord("a")}
        return from_plain(Deed, named, "action")

    def scenario(self):
        deeds = [[deed.request, deed.kind, letter(deed.server)] for deed in self._here.actions]
        return {**super().scenario(), "actions": deeds}

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, turn):
        width = width_of(self.scene)
        items, y = self._strip(turn, width)
        ledger, y = self._ledger(y + 2)
        wide = width - 16 if self.scene.narrow else 520
        how = self._mechanism(turn, 8, y + 12, wide)
        high = height(turn, self.result.params.policy, wide)
        x, top = (8, y + high + 34) if self.scene.narrow else (wide + 44, y + 12)
        reached, bottom = self._reach(turn, x, top, width - x - 8)
        self.scene.show(
            [*items, *ledger, *how, *reached],
            width=width, height=max(bottom, y + high + 22),
            label=_("Who got each request, and why"),
        )  # fmt: skip

    def _grid(self, width):
        """How many cells a line of the strip has, and how wide they are."""
        most = 10 if self.scene.narrow else 20
        requests = self.result.params.requests
        lines = -(-requests // most)
        a_line = -(-requests // lines)
        return 34, a_line, min(58, (width - 42) / a_line)

    def _strip(self, turn, width):
        left, a_line, cell = self._grid(width)
        items, y = strip(
            "r",
            self.result.picks,
            x=left,
            y=26,
            cell=cell,
            high=30,
            a_line=a_line,
            now=turn.request,
        )
        text = _("Requests given: {given} of {all}", given=self.moment, all=self.result.params.requests)  # fmt: skip
        return [label("strip", 8, 15, text, weight=600), *items], y

    def _ledger(self, y):
        """What was kept in mind after each request of the line we are in, below its letters."""
        left, a_line, cell = self._grid(width_of(self.scene))
        line = max(0, self.moment - 1) // a_line
        shown = self.result.states[1 + line * a_line :][:a_line]
        shown = shown[: max(0, self.moment - line * a_line)]
        rows, items = self._kept(), []
        for row, (name, value) in enumerate(rows):
            top = y + row * (ROW + 2)
            items.append(label(f"kept{row}", left - 8, top + 16, name, anchor="end", size=12.5, weight=600))  # fmt: skip
            for k, turn in enumerate(shown):
                picked = len(rows) > 1 and turn.pick == row
                items.append(box(
                    f"kept{row}-{k}", left + k * cell, top, cell - 3, ROW, text=value(turn), r=4, size=12,
                    fill="soft" if picked else "none", **(paint(row) if picked else {}),
                ))  # fmt: skip
        return items, y + len(rows) * (ROW + 2)

    def _kept(self):
        """The rows of the ledger: a name, and what stands in it after a request."""
        policy, n = self.result.params.policy, len(self.result.params.weights)
        if policy == "swrr":
            return [(letter(i), lambda turn, i=i: signed(turn.smooth.current[i])) for i in range(n)]
        if policy == "lvs_wrr":
            return [("≥", lambda turn: str(turn.bar))]
        if policy == "static_rr":
            return [("n°", lambda turn: str(turn.place + 1))]
        return []

    def _mechanism(self, turn, x, y, wide):
        policy = self.result.params.policy
        currents = [c for each in self.result.states for c in (*each.raised, *each.smooth.current)]
        area = Area(x, y + 28, wide, PICTURE, (min(-1, *currents), max(1, *currents)))
        size = 12.5 if self.scene.narrow else 13.5
        return [
            label("how", x, y + 14, _(HEADS[policy]), weight=600, size=size),
            *HOW[policy](turn, area),
        ]

    def _reach(self, turn, x, y, wide):
        """A button a server, and how its share of the requests compares with its target."""
        items = [label("share", x, y + 14, _("Share reached, and its target"), weight=600)]
        given = max(1, sum(turn.counts))
        bar = wide - 104 - 100
        for i, (count, target) in enumerate(zip(turn.counts, self.result.targets, strict=True)):
            top = y + 28 + i * 42
            share = count / given
            items.append(self._server(turn, i, x, top))
            items.append(box(f"rail{i}", x + 104, top + 8, bar, 20, r=4, fill="none"))
            if count:
                items.append(box(f"got{i}", x + 104, top + 8, max(2, bar * share), 20, r=4, fill="solid", hue=i))  # fmt: skip
            at = x + 104 + bar * target
            items.append(path(f"target{i}", f"M{at:.1f} {top + 2}v32", tone="idle"))
            items.append(label(f"got-text{i}", x + wide, top + 23, _reached(share, target), anchor="end", size=13, weight=600))  # fmt: skip
        return items, y + 28 + len(turn.counts) * 42 + 4

    def _server(self, turn, i, x, y):
        up = turn.up[i]
        says = (
            _("server {letter} serves: press to take it away", letter=letter(i)) if up
            else _("server {letter} is away: press to bring it back", letter=letter(i))
        )  # fmt: skip
        policy, weight = self.result.params.policy, str(self.result.params.weights[i])
        trusted = turn.smooth.effective[i]
        if policy == "swrr" and trusted < self.result.params.weights[i]:
            weight = f"{trusted}/{weight}"
        text = letter(i) if policy == "rr" else f"{letter(i)} · {weight}"
        return box(
            f"server{i}", x, y, 94, 36, text=text if up else f"{letter(i)} ✗", r=8,
            fill="solid" if up else "none", dash=not up, press=None if self.locked else says, **paint(i if up else None),
        )  # fmt: skip

    def labels(self, told):
        return [
            _("request {k} → {letter}", k=turn.request + 1, letter=letter(turn.pick)) if turn.request >= 0
            else _("before the first request")
            for turn in told.states
        ]  # fmt: skip

    def describe(self, turn):
        return " ".join(map(_, turn.why))

    def tone(self, turn):
        if turn.request < 0:
            return "idle"
        return "bad" if turn.pick is None else "accent" if all(turn.up) else "warn"

    def summary(self, told):
        counts = told.states[-1].counts
        order = "".join(map(letter, told.picks))
        return [
            (_("order"), order if len(order) <= 28 else order[:28] + " …"),
            *((_("requests of {letter}", letter=letter(i)), str(n)) for i, n in enumerate(counts)),
        ]

    def table(self, _turn):
        rows = self._kept()
        names = {"lvs_wrr": [_("bar")], "static_rr": [_("place in the map")]}
        heads = names.get(self.result.params.policy, [_("current of {letter}", letter=name) for name, _value in rows])  # fmt: skip
        head = [_("request"), _("server"), *heads]
        done = self.result.states[1 : self.moment + 1]
        lines = [
            [t.request + 1, letter(t.pick), *(value(t) for _name, value in rows)] for t in done
        ]
        return Table(head, lines or [["—"] * len(head)])


def _fits(deed, turns):
    """A deed of another policy or of a longer list is kept, and rests."""
    known = deed.server < len(turns.weights)
    return known and (deed.kind != "fail" or turns.policy == "swrr")


def _reached(share, target):
    """Two shares in percent, the second the target."""
    return f"{100 * share:.0f} / {100 * target:.0f} %"
