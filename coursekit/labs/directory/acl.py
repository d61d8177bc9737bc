"""A list of rights read entry by entry: what is still missing after each of them."""

from math import factorial

from coursekit.i18n import _, mark
from coursekit.labs.directory.drawing import yes_no
from coursekit.sims.directory.acl import RIGHTS, is_canonical
from coursekit.sims.directory.acllists import LISTS, MOST, TOKENS, WANTS, ask, moved_up
from coursekit.ui.controls import Pick, Slider, as_named
from coursekit.ui.fit import boxed, clipped, heading, paragraph
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

WANTED = {
    "R": mark("to read (R)"), "W": mark("to write (W)"), "RW": mark("to read and write"),
    "full": mark("everything"),
}  # fmt: skip
SHIPPED = {
    "inherited": mark("an inherited denial"), "teams": mark("two groups together"),
    "deny first": mark("denials first"), "deny last": mark("a denial at the end"),
    "share": mark("a share that may only be read"), "owner": mark("the owner is denied"),
    "empty": mark("an empty list"), "none": mark("no list at all"),
}  # fmt: skip
WAYS = {"local": mark("at the machine"), "network": mark("over the network")}
LETTERS = dict(zip(RIGHTS.values(), "RWXDLPO", strict=True))
MEANT = {
    "R": mark("read"), "W": mark("write"), "X": mark("execute"), "D": mark("delete"),
    "L": mark("read the list"), "P": mark("change the list"), "O": mark("take ownership"),
}  # fmt: skip
KINDS = {"allow": mark("allow {who}: {rights}"), "deny": mark("deny {who}: {rights}")}
LEVELS = (mark("explicit"), mark("inherited"))
TILE, ROW, TALL = 26, 54, 74  # a bit, an entry where it is wide and where it is narrow


def letters(mask):
    """The bits of a mask as letters."""
    return "".join(letter for bit, letter in LETTERS.items() if mask & bit) or "–"


class AclLab(Lab):
    """Press an entry to move it up."""

    name = "directory-acl"
    title = mark("May she? A list read entry by entry")

    def controls(self):
        return (
            Pick("list", mark("List"), "inherited", SHIPPED),
            Pick("user", mark("Who asks"), "alice", as_named(TOKENS)),
            Pick("want", mark("What for"), "R", {each: WANTED[each] for each in WANTS}),
            Pick("way", mark("From where"), "local", WAYS),
            Slider("order", mark("Order of the entries (0: as stored)"), 0, 0, factorial(MOST) - 1, more=True),
        )  # fmt: skip

    def run(self, **values):
        shipped, order = values["list"], values["order"]
        count = len(LISTS[shipped].ntfs or ())
        if order >= factorial(count):  # another list was chosen: as stored
            order = 0
            self.panel.put({"order": 0})
        return ask(shipped, values["user"], values["want"], network=values["way"] == "network", order=order)  # fmt: skip

    def _press(self, name):
        if name.startswith("ntfs-entry") and not self.locked:
            place, count = int(name.removeprefix("ntfs-entry")), len(self.result.ntfs)
            self.set(order=moved_up(count, self.values["order"], place))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, asked):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(asked), narrow=narrow)
        token, y = self._token(92 if narrow else 60, width)
        items += token
        if asked.share is not None:
            items.append(heading("share", 6, y + 22, _("The list of the share, read first"), width))
            strip, y = self._strip("share", asked.folder.share, asked.share, y + 32, width)
            items += strip
        text = _("The list of the folder: press an entry to move it up") if len(asked.ntfs or ()) > 1 and not self.locked else _("The list of the folder")  # fmt: skip
        items.append(heading("ntfs", 6, y + 22, text, width))
        strip, y = self._strip("ntfs", asked.ntfs, asked.check, y + 32, width)
        items += strip
        items += key(self._key(), width, y + 12, a_line=2 if narrow else 4)
        words = " · ".join(
            _("{name}: {value}", name=letter, value=_(MEANT[letter])) for letter in LETTERS.values()
        )
        lines, y = paragraph("letters", words, 8, y + (74 if narrow else 52), width - 16, size=11.5)
        self.scene.show(
            items + lines, width=width, height=y,
            label=_("The entries of the list in their order, and what is missing after each"),
        )  # fmt: skip

    def _facts(self, asked):
        if self.locked:
            answer, rights = (_("answer: ?"), "idle"), "?"
        else:
            answer = (_("granted"), "ok") if asked.granted else (_("denied"), "bad")
            rights = letters(asked.rights)
        neat = asked.ntfs is None or is_canonical(asked.ntfs)
        return [
            (_("{user} asks for {want}", user=self.values["user"], want=letters(asked.check.wanted)), "accent"),
            answer,
            (_("may do in all: {rights}", rights=rights), "idle"),
            (_("the order of tools"), "idle") if neat else (_("not the order of tools"), "warn"),
        ]  # fmt: skip

    def _token(self, y, width):
        """Who the user is: the names that count."""
        items, x = [heading("token", 6, y + 12, _("In the token"))], 110.0
        for at, name in enumerate(TOKENS[self.values["user"]]):
            wide = 8.2 * len(name) + 18
            items.append(box(f"token{at}", x, y - 6, wide, 26, r=13, text=name, size=12, hue=0, fill="soft"))  # fmt: skip
            x += wide + 6
        return items, y + 26

    def _strip(self, name, entries, check, y, width):
        """An entry a line: the entry, the bits still missing after it, why."""
        if not entries:
            text = _("There is no list.") if entries is None else _("The list has no entry.")
            items = [box(f"{name}-nothing", 4, y, min(300, width - 8), 34, r=8, text=text, tone="idle", fill="none", dash=True)]  # fmt: skip
            steps = [step for step in check.steps if step.ace is None]
            if not self.locked:
                items += self._after(f"{name}-none", steps[0] if steps else None, check, y + 4, width)  # fmt: skip
            return items, y + (44 if width > 600 else 70)
        items, high = [], ROW if width > 600 else TALL
        steps = {id(step.ace): step for step in check.steps}
        owner = next((step for step in check.steps if step.ace is None), None)
        if owner is not None and not self.locked:
            items.append(box(f"{name}-owner", 4, y, self._wide(width), 34, r=8, text=_("the owner’s own right"), tone="accent", fill="soft", size=12.5))  # fmt: skip
            items += self._after(f"{name}-own", owner, check, y + 4, width)
            y += high
        for place, ace in enumerate(entries):
            step = None if self.locked else steps.get(id(ace))
            items.append(self._entry(f"{name}-entry{place}", place, ace, step, (4, y), width))
            if not self.locked:
                items += self._after(
                    f"{name}-{place}", step, check, y + (10 if width > 600 else 4), width
                )
            y += high
        return items, y

    def _wide(self, width):
        return 250 if width > 600 else width - 8

    def _entry(self, name, place, ace, step, at, width):
        wide = self._wide(width)
        text = _(KINDS[ace.kind], who=ace.who, rights=letters(ace.mask))
        level = _(LEVELS[min(ace.level, 1)])
        counts = self.locked or (step is not None and step.counts)
        push = place > 0 and name.startswith("ntfs") and not self.locked
        words = {"title": boxed(f"{place + 1}. {text}", wide, 13.5), "sub": level} if width > 600 else {"text": boxed(f"{place + 1}. {text} ({level})", wide)}  # fmt: skip
        return box(
            name, *at, wide, 46 if width > 600 else 34, r=8, **words,
            tone="bad" if ace.kind == "deny" else "ok", fill="soft" if counts else "none", dash=not counts, faded=not self.locked and step is None,
            press=_("entry {n}: {entry}; press to move it up", n=place + 1, entry=text) if push else None,
        )  # fmt: skip

    def _after(self, name, step, check, y, width):
        """The bits that were asked for: granted, still missing, denied; and the reason."""
        x = self._wide(width) + 22 if width > 600 else 10
        y = y if width > 600 else y + 36
        items = []
        bits = [bit for bit in LETTERS if check.wanted & bit]
        for k, bit in enumerate(bits):
            items.append(box(f"{name}-bit{k}", x + k * (TILE + 4), y, TILE, TILE, r=5, text=LETTERS[bit], size=12, **self._look(bit, step, check)))  # fmt: skip
        x += len(bits) * (TILE + 4) + 10
        why = _("not read any more") if step is None and check.steps else _(step.why if step else check.why)  # fmt: skip
        if width < 600 and len(bits) > 3:
            why = why[: int((width - x) / 6)]
        items.append(label(f"{name}-why", x, y + 17, clipped(why, width - x - 6), size=12))
        return items

    def _look(self, bit, step, check):
        if step is None:
            granted = check.granted and not check.steps
            return {"tone": "ok", "fill": "soft"} if granted else {"tone": "idle", "fill": "none", "faded": True}  # fmt: skip
        if step.denied & bit:
            return {"tone": "bad", "fill": "solid"}
        return {"tone": "warn", "fill": "paper", "dash": True} if step.after & bit else {"tone": "ok", "fill": "soft"}  # fmt: skip

    def _key(self):
        return [
            ("box", {"tone": "ok", "fill": "soft"}, _("granted")),
            ("box", {"tone": "warn", "fill": "paper", "dash": True}, _("still missing")),
            ("box", {"tone": "bad", "fill": "solid"}, _("denied")),
            ("box", {"tone": "idle", "fill": "none", "dash": True}, _("names nobody in the token")),
        ]

    # In words

    def describe(self, asked):
        if self.locked:
            return _("{user} asks for {want}. The list is read from the top.", user=self.values["user"], want=letters(asked.check.wanted))  # fmt: skip
        lead = _("{user}: granted.", user=self.values["user"]) if asked.granted else _("{user}: denied.", user=self.values["user"])  # fmt: skip
        place = self._place(asked)
        return " ".join(
            each for each in (lead, place, _(asked.why), _(asked.folder.lesson)) if each
        )

    def _place(self, asked):
        """Which of two lists refused."""
        if asked.share is None or asked.granted:
            return ""
        return _("The list of the share refuses.") if not asked.share.granted else _("The list of the folder refuses.")  # fmt: skip

    def tone(self, asked):
        return "accent" if self.locked else "ok" if asked.granted else "bad"

    def table(self, asked):
        rows = []
        for name, check, entries in (
            (_("network share"), asked.share, asked.folder.share),
            (_("folder"), asked.check, asked.ntfs),
        ):
            if check is None:
                continue
            if self.locked:
                rows += [[name, self._said(ace), "?", "?", "?"] for ace in entries or ()]
                continue
            rows += [
                [name, self._said(step.ace), yes_no(step.counts), letters(step.after), _(step.why)]
                for step in check.steps
            ]
            rows += [[name, self._said(ace), "–", "–", _("not read any more")] for ace in check.unread]  # fmt: skip
            rows.append([name, _("answer"), yes_no(check.granted), letters(check.missing), _(check.why)])  # fmt: skip
        head = [_("list"), _("entry"), _("counts"), _("missing after it"), _("why")]
        return Table(head, rows, caption=_("The lists, entry by entry"))

    def _said(self, ace):
        if ace is None:
            return _("the owner’s own right")
        return _(KINDS[ace.kind], who=ace.who, rights=letters(ace.mask)) + f" ({_(LEVELS[min(ace.level, 1)])})"  # fmt: skip
