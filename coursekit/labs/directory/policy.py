"""Group policies in the order in which they are applied: the last one that sets a thing wins it."""

from coursekit.i18n import _, mark, plural
from coursekit.labs.directory.drawing import yes_no
from coursekit.sims.directory.policyplay import (  # fmt: skip
    BLOCKS,
    LOOPBACKS,
    ORDERS,
    SETTINGS,
    ask,
    lesson,
)
from coursekit.ui.controls import Check, Pick
from coursekit.ui.fit import boxed, clipped, heading, paragraph
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

BLOCKED = {
    "none": mark("nowhere"), "ou": mark("at the unit Staff"), "leaf": mark("at the leaf unit Sales"),
}  # fmt: skip
FIRST = {"ddp_first": mark("DDP is number 1"), "sec_first": mark("SEC is number 1")}
MODES = {
    "none": mark("not used"), "merge": mark("merge: the PC’s too"), "replace": mark("replace: only the PC’s"),
}  # fmt: skip
KINDS = {
    "local": mark("local, on {name}"), "site": mark("site {name}"), "domain": mark("domain {name}"),
    "ou": mark("unit {name}"),
}  # fmt: skip
NAMES = {
    "wallpaper": mark("wallpaper"), "lock after": mark("lock after"), "USB sticks": mark("USB sticks"),
    "proxy": mark("proxy"),
}  # fmt: skip
VALUES = {"on": mark("yes"), "off": mark("no"), "direct": mark("none")}
HUES = {  # a policy and its colour wherever it stands
    "LOCAL": {"tone": "idle"}, "SITE": {"hue": 4}, "DDP": {"hue": 0}, "SEC": {"hue": 1},
    "UNIT": {"hue": 2}, "LEAF": {"hue": 3}, "KIOSK": {"hue": 5},
}  # fmt: skip
SWITCH = {"DDP": "enforce_domain", "SEC": "enforce_domain", "UNIT": "enforce_ou"}
BLOCKS_AT = {"Staff": "ou", "Sales": "leaf"}
PLACE, DEEP, CHIP = 62, 14, 26  # of a container: its height, how far it stands in; a policy's chip


def said(value):
    """A value of a setting in words."""
    return _(VALUES.get(value, str(value)))


class PolicyLab(Lab):
    """Press a policy to enforce it, a unit to let it block."""

    name = "directory-policy"
    title = mark("Policies: who has the last word?")

    def controls(self):
        return (
            Pick("block", mark("Inheritance is blocked"), "none", {each: BLOCKED[each] for each in BLOCKS}),
            Check("enforce_domain", mark("Enforce the domain’s"), False),
            Check("enforce_ou", mark("Enforce that of Staff"), False),
            Pick("order", mark("Links of the domain"), "ddp_first", {each: FIRST[each] for each in ORDERS}),
            Pick("loopback", mark("Loopback (PC in the hall)"), "none", {each: MODES[each] for each in LOOPBACKS}),
            Check("filter", mark("Only managers may apply LEAF; Alice is none"), False, more=True),
        )  # fmt: skip

    def run(self, **values):
        filtered = values.pop("filter")
        return ask(filtered=filtered, **values)

    def _press(self, name):
        kind, _dash, what = name.partition("-")
        if self.locked:
            return
        if kind == "gpo" and what in SWITCH:
            self.set(**{SWITCH[what]: not self.values[SWITCH[what]]})
        elif kind == "place" and what in BLOCKS_AT:
            here = BLOCKS_AT[what]
            self.set(block="none" if self.values["block"] == here else here)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, asked):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 104 if narrow else 64
        items = facts(self._facts(asked), narrow=narrow)
        left, low = self._chain(asked, 4, top, width - 8 if narrow else 250)
        x, y = (4, low + 26) if narrow else (276, top)
        right, end = self._turns(asked, x, y, width - x - 4)
        y = max(low, end)
        account, y = self._accounts(asked, y + 24, width)
        items += left + right + account
        items += key(self._key(), width, y + 6, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=y + (50 if narrow else 28),
            label=_("The containers with their policies, and the policies in the order in which they are applied"),
        )  # fmt: skip

    def _facts(self, asked):
        won = asked.outcome.settings["wallpaper"]
        out = sum(not row.step.counts for row in asked.rows)
        forced = sum(row.step.link.enforced and row.step.counts for row in asked.rows)
        return [
            (_("wallpaper: {value} ({gpo})", value=won.value, gpo=won.winner), "accent"),
            (_("policies applied: {n}", n=len(asked.applied)), "ok"),
            (_("kept out: {n}", n=out), "warn" if out else "idle"),
            (_("enforced: {n}", n=forced), "warn" if forced else "idle"),
        ]

    def _chain(self, asked, x, y, wide):
        """The containers from the top to the leaf, each a step further in; with loopback the PC's."""
        items = [heading("chain", x + 2, y, _("Where the policies are linked"), x + wide)]
        y += 14
        domain = y
        mine = asked.own[:3] if self.values["loopback"] == "replace" else asked.own
        blocking = max((at for at, each in enumerate(asked.own) if each.block), default=0)
        for at, each in enumerate(mine):
            items += self._container(each, at, x, y, wide, faded=0 < at < blocking)
            y += PLACE + 8
            domain = y if each.kind == "domain" else domain
        if self.values["loopback"] != "none":
            items += self._container(asked.pc[-1], 3, x, y, wide, above=domain)
            y += PLACE + 8
        return items, y - 8

    def _container(self, each, depth, x, y, wide, *, faded=False, above=None):
        left = x + depth * DEEP
        text = _(KINDS[each.kind], name=each.name)
        may = each.name in BLOCKS_AT and not self.locked
        if each.block:
            press = _("{place} blocks inheritance; press to let it through", place=text)
        else:
            press = _("{place}; press to block inheritance there", place=text)
        room = x + wide - left
        items = [box(
            f"place-{each.name}", left, y, room, PLACE, r=10, title=boxed(text, room - 8, 13), tone="bad" if each.block else "idle",
            fill="soft" if each.block else "paper", dash=faded, press=press if may else None,
        )]  # fmt: skip
        if each.block:
            items.append(label(f"shield-{each.name}", x + wide - 10, y + 50, _("blocks here"), anchor="end", size=12, weight=600))  # fmt: skip
        if depth:
            items.append(path(f"down-{each.name}", f"M{left - DEEP / 2:g} {(above or y) - 8}V{y + PLACE / 2:g}H{left}", tone="idle"))  # fmt: skip
        at = left + 10
        for link in each.falling[::-1]:
            items.append(self._chip(each, link, at, y + 28))
            at += 78
        return items

    def _chip(self, container, link, x, y):
        """A policy at its container: numbered where there are two, marked where it is enforced."""
        text = f"{link.order} {link.gpo}" if len(container.links) > 1 else link.gpo
        if link.enforced:
            press = _("{gpo} is enforced; press to undo it", gpo=link.gpo)
        else:
            press = _("{gpo}; press to enforce it", gpo=link.gpo)
        return box(
            f"gpo-{link.gpo}", x, y, 72, CHIP, r=7, text=text, size=11.5, fill="solid" if link.enforced else "soft",
            press=press if link.gpo in SWITCH and not self.locked else None, **HUES[link.gpo],
        )  # fmt: skip

    def _turns(self, asked, x, y, wide):
        """A policy a row in the order of application, a setting a column; the winners below."""
        head = 92 if wide > 500 else 78
        step = (wide - head) / len(SETTINGS)
        items = [heading("turns", x + 2, y, _("In the order in which they are applied, for Alice"), x + wide)]  # fmt: skip
        y += 26
        for at, name in enumerate(SETTINGS):
            items.append(label(f"setting{at}", x + head + (at + 0.5) * step, y, clipped(_(NAMES[name]), step - 4, 12), anchor="middle", size=12, weight=600))  # fmt: skip
        y += 10
        rank = 0
        for row, each in enumerate(asked.rows):
            rank += each.step.counts
            items += self._turn(asked, row, each, rank, (x, y, head, step))
            lines, y = paragraph(f"why{row}", self._why(each), x + 6, y + CHIP + 15, wide - 12, size=11.5, most=2)  # fmt: skip
            items += lines
        return items + self._winners(asked, x, y, head, step), y + 54

    def _why(self, each):
        return _("PC’s list: {why}", why=each.step.why) if each.computer else _(each.step.why)

    def _turn(self, asked, row, each, rank, place):
        x, y, head, step = place
        link, counts = each.step.link, each.step.counts
        text = f"{rank} {link.gpo}" if counts else f"✗ {link.gpo}"
        items = [box(f"turn{row}", x, y, head - 8, CHIP, r=7, text=text, size=11.5, fill=("solid" if link.enforced else "soft") if counts else "none", dash=not counts, **HUES[link.gpo])]  # fmt: skip
        for at, name in enumerate(SETTINGS):
            if name not in each.sets:
                continue
            last = counts and self._last(asked, name) == row
            items.append(box(
                f"cell{row}-{at}", x + head + at * step, y, step - 6, CHIP, r=6, text=boxed(said(each.sets[name]), step - 6, 12), size=12,
                fill="soft" if last else "none", faded=not last, dash=not counts, **HUES[link.gpo],
            ))  # fmt: skip
        return items

    def _last(self, asked, name):
        """The row of the policy that has the last word about a setting."""
        return max(at for at, each in enumerate(asked.rows) if each.step.counts and name in each.sets)  # fmt: skip

    def _winners(self, asked, x, y, head, step):
        items = [
            path("line", f"M{x} {y - 4}h{head + len(SETTINGS) * step - 6:g}", tone="idle"),
            label("force", x + 4, y + 27, _("in force"), size=11.5, weight=600),
        ]
        for at, name in enumerate(SETTINGS):
            won = asked.outcome.settings.get(name)
            here = (x + head + at * step, y + 4, step - 6, 42)
            if won is None:
                items.append(box(f"won{at}", *here, r=8, text="–", tone="idle", fill="none", dash=True))  # fmt: skip
            else:
                items.append(box(f"won{at}", *here, r=8, text=boxed(said(won.value), step - 6), sub=won.winner, size=12.5, fill="solid", **HUES[won.winner]))  # fmt: skip
        return items

    def _accounts(self, asked, y, width):
        """The exception: passwords of domain accounts follow the domain's own links only."""
        text = _(
            "Passwords of domain accounts: at least {n} characters, by {gpo}. Only links of the domain itself count for that: {others} does not.",
            n=asked.accounts.value, gpo=asked.accounts.winner, others=", ".join(asked.rivals),
        )  # fmt: skip
        return paragraph("accounts", text, 8, y, width - 16, size=12, most=3)

    def _key(self):
        return [
            ("box", {"fill": "solid", "hue": 0}, _("enforced")),
            ("box", {"fill": "soft", "hue": 0}, _("has the last word")),
            ("box", {"fill": "none", "hue": 0, "faded": True}, _("overruled later")),
            ("box", {"fill": "none", "hue": 0, "dash": True}, _("kept out")),
        ]

    # In words

    def describe(self, asked):
        won = asked.outcome.settings["wallpaper"]
        lead = _("Alice sees the wallpaper {value}.", value=won.value)
        out = [row.step.link.gpo for row in asked.rows if not row.step.counts]
        kept = plural("{count} policy is kept out: {names}.", "{count} policies are kept out: {names}.", len(out), names=", ".join(out)) if out else ""  # fmt: skip
        lost = _("It overrules {names}.", names=", ".join(won.losers)) if won.losers else ""
        return " ".join(each for each in (lead, _(lesson(asked)), lost, kept) if each)

    def table(self, asked):
        rows = []
        for each in asked.rows:
            sets = ", ".join(f"{_(NAMES[name])} {said(value)}" for name, value in each.sets.items())
            rows.append([each.step.link.gpo, each.step.container, yes_no(each.step.counts), sets, self._why(each)])  # fmt: skip
        for name in SETTINGS:
            won = asked.outcome.settings.get(name)
            if won is not None:
                beaten = _("overruled: {names}", names=", ".join(won.losers) or "–")
                rows.append([won.winner, _("in force"), yes_no(True), f"{_(NAMES[name])} {said(won.value)}", beaten])  # fmt: skip
        length = _("password length: {n}", n=asked.accounts.value)
        rows.append([asked.accounts.winner, _("account policy"), yes_no(True), length, _("Only links of the domain itself count.")])  # fmt: skip
        head = [_("group policy"), _("linked to"), _("counts"), _("sets"), _("why")]
        return Table(head, rows, caption=_("The policies in the order in which they are applied, and who won what"))  # fmt: skip
