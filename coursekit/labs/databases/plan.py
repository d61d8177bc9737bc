"""A backup plan against five disasters: what survives, what is lost, how long it takes, what it costs."""

from dataclasses import dataclass

from coursekit.i18n import _, mark
from coursekit.labs.databases.units import count, span
from coursekit.sims.databases.backupplan import (
    DISASTERS,
    Policy,
    Verdict,
    judge,
    rule_321,
)
from coursekit.ui.controls import Check, Pick, Slider
from coursekit.ui.fit import boxed
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

NAMES = {
    "disk": mark("the disk dies"), "site": mark("the site burns down"), "drop": mark("DROP TABLE, noticed after 3 days"),
    "ransom": mark("ransomware, the replica too"), "rot": mark("silent corruption, found after 40 days"),
}  # fmt: skip
PLACE = {
    "same disk": mark("on the same disk"), "same site": mark("another machine, same site"),
    "other site": mark("another site"), "both sites": mark("both sites"),
}  # fmt: skip
STANDBY = {"none": mark("none"), "same site": mark("same site"), "other site": mark("another site")}
TAKEN = {
    "online": mark("base backups (or dumps)"), "one instant": mark("snapshots of all volumes at one instant"),
    "data first": mark("snapshots, the volume of the data first"),
    "log first": mark("snapshots, the volume of the log first"),
}  # fmt: skip
FULL = {1: mark("each day"), 7: mark("each week"), 30: mark("each month")}
TIMEOUT = {1: mark("1 min"), 5: mark("5 min"), 60: mark("1 h")}
SOURCES = {"standby": mark("standby"), "backup": mark("backup"), "none": mark("nothing")}
RULE = (mark("3 copies"), mark("2 media"), mark("1 off site"), mark("1 immutable"))


@dataclass(frozen=True)
class Seen:
    """The plan, what the disasters leave of it, which of them is asked about."""

    policy: Policy
    verdicts: tuple[Verdict, ...]
    rule: tuple[bool, ...]
    asked: int

    @property
    def verdict(self):
        return self.verdicts[self.asked]

    @property
    def survived(self):
        return sum(each.survives for each in self.verdicts)


class PlanLab(Lab):
    """Press a disaster to hear why."""

    name = "databases-plan"
    title = mark("A plan against five disasters")

    def controls(self):
        def archived(values):
            return values["wal"]

        return (
            Pick("place", mark("Backups are kept"), "same site", PLACE),
            Slider("kept", mark("For"), 14, 1, 90, 1, mark("days")),
            Check("wal", mark("The log is archived (PITR)"), True),
            Check("immutable", mark("Nobody can delete or change them"), False),
            Pick("standby", mark("A standby"), "same site", STANDBY),
            Pick("disaster", mark("Asked about"), "disk", NAMES, more=True),
            Pick("full", mark("A full backup"), 7, FULL, more=True),
            Check("daily", mark("Incremental ones on the days between"), True, more=True),
            Pick("timeout", mark("The log is archived every"), 5, TIMEOUT, more=True, when=archived),
            Pick("taken", mark("Backups are"), "online", TAKEN, more=True),
            Slider("size", mark("Size of the database"), 500, 10, 5000, 10, mark("GB"), more=True),
            Slider("change", mark("Changes each day"), 20, 0, 500, 1, mark("GB"), more=True),
            Slider("restore", mark("Copying back"), 200, 10, 2000, 10, mark("MB/s"), more=True),
            Slider("replay", mark("Replay"), 20, 1, 200, 1, mark("MB/s"), more=True),
        )  # fmt: skip

    def run(self, place, kept, wal, immutable, standby, disaster, full, daily, timeout, taken, size, change, restore, replay):  # fmt: skip
        policy = Policy(
            full_days=full, daily=daily, wal=wal, timeout_s=timeout * 60.0, kept_days=kept, place=place, immutable=immutable,
            standby=standby, taken=taken, size_gb=size, change_gb=change, restore_mb_s=restore, replay_mb_s=replay,
        )  # fmt: skip
        return Seen(policy, judge(policy), rule_321(policy), DISASTERS.index(disaster))

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        return [self.scene]

    def _press(self, name):
        if not self.locked and name in DISASTERS:
            self.set(disaster=name)

    # Drawing

    def draw(self, seen):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(seen), narrow=narrow)
        y = 100 if narrow else 58
        items += self._rule(seen, y, width)
        y += 64
        left = 6 if narrow else 330
        step = (width - left - 4) / 4
        heads = (_("survives"), _("from"), _("lost"), _("back after"))
        items += [label(f"head{c}", left + (c + 0.5) * step - 3, y + 12, text, anchor="middle", weight=600, size=12.5) for c, text in enumerate(heads)]  # fmt: skip
        y += 20
        for row in range(len(DISASTERS)):
            items += self._row(seen, row, y, left, step)
            y += 74 if narrow else 42
        self.scene.show(items, width=width, height=y + 2, label=_("Five disasters and what the plan leaves after each"))  # fmt: skip

    def _facts(self, seen):
        if self.locked:
            return [("?", "idle"), (_("kept: {gb} GB", gb=count(seen.policy.stored_gb)), "idle")]
        n = seen.survived
        return [
            (_("survived: {n} of {all}", n=n, all=len(DISASTERS)), "ok" if n == len(DISASTERS) else "bad"),
            (_("kept: {gb} GB", gb=count(seen.policy.stored_gb)), "idle"),
            (_("lost at most: {t}", t=span(seen.policy.rpo_s)), "idle"),
            (_("restore: {t}", t=span(seen.policy.rto_s)), "idle"),
        ]  # fmt: skip

    def _rule(self, seen, y, width):
        """The rule 3-2-1 and one more, each kept or not."""
        items = [label("rule", 6, y + 14, _("The rule 3-2-1, and one more"), weight=600, size=12.5)]
        wide = (width - 4) / 4
        for n, (text, kept) in enumerate(zip(RULE, seen.rule, strict=True)):
            sign = "✓" if kept else "✗"
            items.append(box(f"rule{n}", 4 + n * wide, y + 22, wide - 6, 28, r=7, text=f"{sign} {_(text)}", size=12.5, tone="ok" if kept else "warn", fill="soft"))  # fmt: skip
        return items

    def _row(self, seen, row, y, left, step):
        narrow = self.scene.narrow
        verdict, name = seen.verdicts[row], DISASTERS[row]
        word = _(NAMES[name])
        wide = 448 if narrow else left - 14
        says = None if self.locked else _("{disaster}: press to hear why", disaster=word)
        items = [box(name, 6, y, wide, 30, r=7, text=boxed(word, wide, 13), size=13, fill="paper", selected=row == seen.asked, press=says)]  # fmt: skip
        tone = "idle" if self.locked else "ok" if verdict.survives else "bad"
        top = y + 34 if narrow else y
        for c, text in enumerate(self._cells(verdict)):
            items.append(box(f"{name}-{c}", left + c * step, top, step - 6, 30, r=7, text=boxed(text, step - 6, 12.5), size=12.5, tone=tone, fill="solid" if tone == "bad" else "soft"))  # fmt: skip
        return items

    def _cells(self, verdict):
        if self.locked:
            return ["?"] * 4
        if not verdict.survives:
            return [_("✗ no"), _(SOURCES["none"]), _("everything"), _("never")]
        source = _(SOURCES[verdict.source])
        return [_("✓ yes"), source, span(verdict.rpo_s), span(verdict.rto_s)]

    # In words

    def describe(self, seen):
        if self.locked:
            return _("A plan: what is kept, where, for how long, and whether it can be deleted.")
        word = _(NAMES[DISASTERS[seen.asked]])
        said = _("{disaster}. {why}", disaster=word[:1].upper() + word[1:], why=seen.verdict.why)
        return f"{said}\n" + _("The plan survives {n} of {all} disasters and keeps {gb} GB.", n=seen.survived, all=len(DISASTERS), gb=count(seen.policy.stored_gb))  # fmt: skip

    def tone(self, seen):
        return "accent" if self.locked else "ok" if seen.verdict.survives else "bad"

    def table(self, seen):
        head = [_("disaster"), _("survives"), _("from"), _("lost"), _("back after"), _("why")]
        rows = [[_(NAMES[each.disaster]), *self._cells(each), "?" if self.locked else _(each.why)] for each in seen.verdicts]  # fmt: skip
        return Table(head, rows, caption=_("What each disaster leaves"))
