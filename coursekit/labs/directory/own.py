"""Groups and a folder's list of one's own, for a stated task over two domains."""

from html import escape

from coursekit.i18n import _, mark
from coursekit.labs.directory.drawing import lamp, yes_no
from coursekit.sims.directory.groups import WELL_KNOWN
from coursekit.sims.directory.ownaccess import FOLDER, PEOPLE, judge, letters, parse, with_role
from coursekit.ui.controls import Pick, as_named
from coursekit.ui.fit import boxed, clipped, heading, paragraph
from coursekit.ui.look import html
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, path
from coursekit.ui.table import Table
from coursekit.ui.textlab import TextLab

PLAIN = "group G_Staff global A: frank"
START = (
    mark("# groups: group NAME global|universal|local A|B: MEMBERS"),
    "group G_Sales_A global A: alice carol", "group DL_Folder_RW local A: G_Sales_A", "",
    mark("# the folder’s list, in its order"), "allow DL_Folder_RW RW", "allow dana R", "",
)  # fmt: skip
KINDS = {  # in the order of AGUDLP: the head of a column, its look
    "global": (mark("global groups"), {"hue": 1}),
    "universal": (mark("universal groups"), {"hue": 3}),
    "domain local": (mark("domain local groups"), {"hue": 4}),
}
ROLES = {"seller": mark("seller"), "auditor": mark("auditor"), "other": mark("other work")}
TASKS = {
    "sellers": mark("the sellers read and write"), "auditor": mark("the auditor may read"),
    "more": mark("nobody has more than that"), "list": mark("the list names domain local groups only"),
    "members": mark("people are in global groups only"), "newcomer": mark("a new seller is one line in one group"),
}  # fmt: skip
ENTRIES = {"allow": mark("{n}. allow {rights}"), "deny": mark("{n}. deny {rights}")}
HELP = (
    ("group G_Sales global A: alice carol", mark("a global group of domain A, and its members")),
    ("group U_All universal A: G_Sales", mark("a universal group")),
    ("group DL_Files_RW local A: U_All", mark("a domain local group")),
    ("allow DL_Files_RW RW", mark("an entry of the folder’s list: R, W or RW")),
    ("deny frank W", mark("an entry that denies; the order counts")),
    ("# …", mark("a remark")),
)
HIGH, GAP = 44, 10  # of a box, and below it
ACCOUNTS, LIST = "user", "list"
MARGIN = 78  # room for the words before a line, where it is narrow
COLUMNS = {  # where it is wide: left edge and width of each column
    ACCOUNTS: (4, 152), "global": (188, 132), "universal": (352, 132), "domain local": (516, 146), LIST: (730, 166),
}  # fmt: skip


class OwnAccessLab(TextLab):
    """The text box takes groups and a list; press a person to follow the way into the token."""

    name = "directory-own"
    title = mark("Groups of your own")
    plain = PLAIN

    def controls(self):
        people = as_named(each.name for each in PEOPLE)
        return (Pick("who", mark("Follow"), PEOPLE[0].name, people),)

    def run(self, who):
        return judge(parse(self.program))

    # The text

    def first(self):
        return "\n".join(_(line) if line.startswith("#") else line for line in START).strip()

    def words(self):
        return _("Your groups and the folder’s list"), _("Set up")

    def taken(self):
        return _("Taken: see who may do what.")

    def help(self):
        forms = Table([_("line"), _("meaning")], [[form, _(meaning)] for form, meaning in HELP], caption=_("What can be written"))  # fmt: skip
        head = escape(_("What can be written"))
        return [html(f"<details><summary>{head}</summary>{forms.html()}</details>")]

    def _press(self, name):
        if name.startswith("person-") and not self.locked:
            self.set(who=name.removeprefix("person-"))

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, judged):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(judged), narrow=narrow)
        task, y = self._task(106 if narrow else 66, width)
        items += task
        if self.locked:
            people, y = self._waiting(judged, y + 14, width)
            items += people
        else:
            places, heads, y = self._places(judged, y + 16, width)
            items += heads + self._links(judged, places, narrow=narrow)
            items += self._people(judged, places) + self._groups(judged, places) + self._entries(judged, places)  # fmt: skip
            token, y = self._token(judged, y + 14, width)
            checks, y = self._checks(judged, y + 24, width)
            items += token + checks
            items += key(self._key(), width, y + 8, a_line=2 if narrow else 4)
            y += 56 if narrow else 34
        self.scene.show(
            items, width=width, height=y,
            label=_("The people, the groups they are in, the folder’s list, and what is still to do"),
        )  # fmt: skip

    def _mine(self, judged):
        return next(each for each in judged.people if each.person.name == self.values["who"])

    def _facts(self, judged):
        right, done = (sum(each.right for each in judged.people), sum(each.done for each in judged.checks))  # fmt: skip
        if self.locked:
            return [
                (_("people: {n}", n=len(PEOPLE)), "idle"), (_("domains: {n}", n=len({each.domain for each in PEOPLE})), "idle"),
                (_("the folder: domain {name}", name=FOLDER), "accent"), (_("the task: ?"), "idle"),
            ]  # fmt: skip
        groups = len(judged.plan.world.principals) - len(PEOPLE)
        return [
            (_("done: {n} of {all}", n=done, all=len(judged.checks)), "ok" if judged.done else "warn"),
            (_("people right: {n} of {all}", n=right, all=len(PEOPLE)), "ok" if right == len(PEOPLE) else "warn"),
            (_("groups: {n}", n=groups), "idle"),
            (_("entries of the list: {n}", n=len(judged.plan.entries)), "idle"),
        ]  # fmt: skip

    def _task(self, y, width):
        items = [heading("task", 6, y, _("The task: a folder in domain {name}", name=FOLDER), width)]  # fmt: skip
        lines, y = paragraph("task-line", _said(), 8, y + 20, width - 16, most=5)
        return items + lines, y

    def _waiting(self, judged, y, width):
        """The people alone, in a grid."""
        a_line = 4 if width < 600 else len(PEOPLE)
        step = (width - 4) / a_line
        places = {each.name: (4 + at % a_line * step, y + at // a_line * (HIGH + GAP), step - 8) for at, each in enumerate(PEOPLE)}  # fmt: skip
        return self._people(judged, places), y + -(-len(PEOPLE) // a_line) * (HIGH + GAP) + 8

    def _members(self, judged):
        """Names by column: people, groups by their scope, numbers of the entries."""
        found = {ACCOUNTS: [each.name for each in PEOPLE]}
        for kind in KINDS:
            found[kind] = [each.name for each in judged.plan.world.principals if each.kind == kind]
        return {**found, LIST: [f"entry-{n}" for n in range(len(judged.plan.entries))]}

    def _heads(self):
        return {ACCOUNTS: _("people"), **{kind: _(word) for kind, (word, _look) in KINDS.items()}, LIST: _("the folder’s list")}  # fmt: skip

    def _places(self, judged, y, width):
        """Where each stands: columns from left to right; where it is narrow, lines downwards."""
        places, items, words = {}, [], self._heads()
        columns = self._members(judged)
        if width > 600:
            for kind, names in columns.items():
                x, wide = COLUMNS[kind]
                items.append(
                    heading(
                        f"head-{kind}",
                        x + 2,
                        y,
                        words[kind],
                        x + wide + (110 if kind == "domain local" else 40),
                    )
                )
                places |= {name: (x, y + 14 + row * (HIGH + GAP), wide) for row, name in enumerate(names)}  # fmt: skip
            return places, items, y + 14 + max(map(len, columns.values())) * (HIGH + GAP)
        items.append(heading("head-people", 6, y + 4, _("people: what each gets / needs"), width))
        y += 14
        for kind, names in columns.items():
            left, a_line = (4, len(PEOPLE)) if kind == ACCOUNTS else (MARGIN, 3)
            step = (width - left - 2) / a_line
            if names and left == MARGIN:
                lines, _low = paragraph(f"head-{kind}", words[kind], 6, y + 14, MARGIN - 8, size=11.5, weight=600)  # fmt: skip
                items += lines
            places |= {name: (left + at % a_line * step, y + at // a_line * (HIGH + GAP), step - 5) for at, name in enumerate(names)}  # fmt: skip
            y += -(-len(names) // a_line) * (HIGH + GAP) + (20 if names else 0)
        return places, items, y - 14

    def _links(self, judged, places, *, narrow):
        """An arrow a membership and an arrow to each entry; bold on the way of the one followed."""
        token = self._mine(judged).token
        pairs = [(member, group) for group, inside in judged.plan.world.members.items() for member in inside]  # fmt: skip
        pairs += [(entry.who, f"entry-{n}") for n, entry in enumerate(judged.plan.entries) if entry.who in places]  # fmt: skip
        items = []
        for number, (one, other) in enumerate(pairs):
            x, y, wide = places[one]
            to_x, to_y, to_wide = places[other]
            used = one in token.paths and (other in token.paths or other.startswith("entry-"))
            if narrow:
                d = f"M{x + wide / 2:g} {y + HIGH + 2}L{to_x + to_wide / 2:g} {to_y - 4}"
            elif x == to_x:  # two groups of one kind
                d = f"M{x + wide + 2:g} {y + HIGH / 2:g}h14V{to_y + HIGH / 2:g}h-10"
            else:
                d = f"M{x + wide + 2:g} {y + HIGH / 2:g}L{to_x - 6:g} {to_y + HIGH / 2:g}"
            items.append(path(f"link{number}", d, arrow=True, tone="ok" if used else "idle", faded=not used))  # fmt: skip
        return items

    def _people(self, judged, places):
        """A box a person: what is needed, what the list gives."""
        items = []
        for each in judged.people:
            person = each.person
            x, y, wide = places[person.name]
            needs, gets = letters(each.needs), letters(each.gets)
            sub = _("needs {needs}, gets {gets}", needs=needs, gets=gets)
            if self.locked:
                sub = _("domain {name}", name=person.domain)
            elif 6.6 * len(sub) + 20 > wide:
                sub = f"{gets}/{needs}"
            items.append(box(
                f"person-{person.name}", x, y, wide, HIGH, r=9, title=f"{person.name} · {person.domain}" if wide > 120 and not self.locked else person.name, sub=sub,
                tone="accent" if self.locked else "ok" if each.right else "bad", fill="soft" if each.right and not self.locked else "paper",
                selected=not self.locked and person.name == self.values["who"], press=None if self.locked else _("follow {name}", name=person.name),
            ))  # fmt: skip
        return items

    def _groups(self, judged, places):
        token, items = self._mine(judged).token, []
        for each in judged.plan.world.principals:
            if each.is_account:
                continue
            x, y, wide = places[each.name]
            left_out = each.name in token.left_out
            sub = _("domain {name}", name=each.domain)
            if left_out and 6.2 * len(_("does not count here")) + 20 < wide:
                sub = _("does not count here")
            look = KINDS[each.kind][1]
            if each.name in token.paths:  # a soft colour lets lines shine through: paper below it
                items.append(box(f"under-{each.name}", x, y, wide, HIGH, r=9, fill="paper", **look))
            items.append(box(
                f"group-{each.name}", x, y, wide, HIGH, r=9, title=boxed(each.name, wide + 12, 13), sub=sub,
                fill="soft" if each.name in token.paths else "paper", dash=left_out, **look,
            ))  # fmt: skip
        return items

    def _entries(self, judged, places):
        token, items = self._mine(judged).token, []
        for n, entry in enumerate(judged.plan.entries):
            x, y, wide = places[f"entry-{n}"]
            counts = entry.who in token.names
            text = _(ENTRIES[entry.kind], n=n + 1, rights=letters(entry.mask))
            items.append(box(
                f"entry-{n}", x, y, wide, HIGH, r=9, title=boxed(text, wide, 13.5), sub=clipped(entry.who, wide - 18, 12),
                tone="bad" if entry.kind == "deny" else "ok", fill="soft" if counts else "none", dash=not counts,
            ))  # fmt: skip
        return items

    def _token(self, judged, y, width):
        """The names that the folder sees of the one followed, and what its list answers."""
        mine, world = self._mine(judged), judged.plan.world
        items = [heading("token", 6, y, _("The token of {user} at the folder", user=mine.person.name), width)]  # fmt: skip
        x, top = 4.0, y + 12
        for at, name in enumerate(mine.token.names):
            wide = 8.0 * len(name) + 18
            if x + wide > width - 4:
                x, top = 4.0, top + 32
            look = KINDS[world[name].kind][1] if name not in WELL_KNOWN and not world[name].is_account else {"tone": "idle" if name in WELL_KNOWN else "accent"}  # fmt: skip
            items.append(box(f"token{at}", x, top, wide, 26, r=13, text=name, size=12, fill="soft", **look))  # fmt: skip
            x += wide + 6
        text = _("needs {needs}, gets {gets}: {why}", needs=letters(mine.needs), gets=letters(mine.gets), why=_(mine.why))  # fmt: skip
        lines, y = paragraph("token-why", text, 6, top + 46, width - 12, most=2)
        return items + lines, y

    def _checks(self, judged, y, width):
        """The parts of the task, each with a lamp and what is missing."""
        items = [heading("checks", 6, y, _("What is done, and what is missing"), width)]
        y += 24
        for each in judged.checks:
            tone, text, why = "ok" if each.done else "bad", _(TASKS[each.name]), _(each.why)
            wide = 392 if width > 600 else width - 12
            items += lamp(f"check-{each.name}", 8, y, tone, text, wide, size=12.5, weight=600)
            if width > 600:
                lines, low = paragraph(f"why-{each.name}", why, 406, y, width - 412, most=2)
                y = max(y + 24, low + 6)
            else:
                lines, y = paragraph(f"why-{each.name}", why, 28, y + 17, width - 36, most=3)
                y += 10
            items += lines
        return items, y

    def _key(self):
        return [
            ("box", {"tone": "ok", "fill": "soft"}, _("as the task says")),
            ("box", {"tone": "bad", "fill": "paper"}, _("less, or more")),
            ("line", {"tone": "ok", "arrow": True}, _("the way into the token")),
            ("box", {"tone": "ok", "fill": "none", "dash": True}, _("not for the one followed")),
        ]

    # In words

    def describe(self, judged):
        if self.locked:
            return _said()
        mine = self._mine(judged)
        lead = _("The task is done: everybody may do just what is needed, and a newcomer is one line.") if judged.done else _("Not done yet: {parts}.", parts=", ".join(_(TASKS[each.name]) for each in judged.checks if not each.done))  # fmt: skip
        return lead + "\n" + _("{user} needs {needs} and gets {gets}. {why}", user=mine.person.name, needs=letters(mine.needs), gets=letters(mine.gets), why=_(mine.why))  # fmt: skip

    def tone(self, judged):
        return "accent" if self.locked else "ok" if judged.done else "warn"

    def table(self, judged):
        rows = [
            [each.person.name, each.person.domain, _(ROLES[each.person.role]), letters(each.needs), "?" if self.locked else letters(each.gets), "?" if self.locked else yes_no(each.right), "?" if self.locked else _(each.why)]
            for each in judged.people
        ]  # fmt: skip
        if not self.locked:
            rows += [[_(TASKS[each.name]), "–", "–", "–", "–", yes_no(each.done), _(each.why)] for each in judged.checks]  # fmt: skip
        head = [_("who, or what"), _("domain"), _("task"), _("needs"), _("gets"), _("right"), _("why")]  # fmt: skip
        return Table(head, rows, caption=_("The people and what they may do, then the parts of the task"))  # fmt: skip


def _said():
    """The task in words."""
    names = {role: ", ".join(f"{each.name} ({each.domain})" for each in with_role(role)) for role in ROLES}  # fmt: skip
    return _(
        "The sellers read and write: {sellers}. The auditor only reads: {auditor}. Nobody else gets anything, above all not {others}. New sellers come every month.",
        sellers=names["seller"], auditor=names["auditor"], others=names["other"],
    )  # fmt: skip
