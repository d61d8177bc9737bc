"""A forest of three domains: objects moved, renamed, deleted; what changes of them and what stays."""

from coursekit.i18n import _, mark
from coursekit.labs.directory.drawing import lamp, tree_lines
from coursekit.sims.directory import dn
from coursekit.sims.directory.treeplay import KINDS, UNITS, Deed, names, sample, tell
from coursekit.ui.controls import Pick
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.fit import boxed, clipped, heading
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

ALICE = "Alice Martin"
NEW = ("Alice Durand", "Nina Leroy", "PC-17", "G_New")  # names for what is renamed or made
OBJECTS = {each: each for each in (*names(sample()), *NEW)}
KIND_WORDS = {"user": mark("user"), "computer": mark("computer"), "group": mark("group")}
DID = {
    "": mark("the forest"),
    "move": mark("{one} moved to {two}"),
    "rename": mark("{one} renamed {two}"),
    "delete": mark("{one} deleted"),
    "create": mark("{two} made in {three}"),
}
LOOKS = {  # of a line of the forest
    "unit": {"tone": "warn", "fill": "paper"}, "user": {"hue": 0, "fill": "soft"},
    "group": {"hue": 1, "fill": "soft"}, "computer": {"hue": 4, "fill": "soft"},
    "container": {"tone": "idle", "fill": "paper"},
}  # fmt: skip
WORDS = {"unit": mark("unit (OU)"), "user": mark("user"), "group": mark("group"), "computer": mark("computer")}  # fmt: skip
ROW, HEAD = 29, 62  # of an object's line, of a domain's head


class TreeLab(DeedsLab):
    """Press an object to follow it."""

    name = "directory-tree"
    title = mark("A forest, and what stays of an object")
    kind_of_deed = Deed

    def controls(self):
        units = {each: each for each in UNITS}
        return (
            Pick("object", mark("Object"), ALICE, OBJECTS),
            Pick("to", mark("Unit"), "Lyon", units),
            Pick("new", mark("New name"), NEW[0], {each: each for each in (*NEW, ALICE)}),
            Pick("kind", mark("Kind of a new object"), "user", {each: KIND_WORDS[each] for each in KINDS}),
        )  # fmt: skip

    def story(self, actions, **values):
        self._followed = values["object"]
        return tell(self.steps(actions, ()))

    # Acting

    def tools(self):
        return (
            button(_("Move it to the unit"), lambda: self._deed("move", "object", "to")),
            button(_("Rename it"), lambda: self._deed("rename", "object", "new")),
            button(_("Delete it"), lambda: self._deed("delete", "object")),
            button(_("Make a new object"), lambda: self._deed("create", "kind", "new", "to")),
        )

    def _deed(self, kind, *controls):
        """What the controls say; afterwards the object is followed under its new name."""
        values = self.values
        self.do(kind, *(values[each] for each in controls))
        if kind in ("rename", "create") and self.state.find(values["new"]):
            self.set(object=values["new"])

    def _press(self, name):
        if name.startswith("object-") and not self.locked:
            found = self._pressable.get(name)
            if found in OBJECTS:
                self.set(object=found)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        self._pressable = {}
        items = facts(self._facts(state), narrow=narrow)
        domains, y = self._domains(state, 92 if narrow else 52, width)
        card, y = self._card(state, y + 22, width)
        items += domains + card
        items += key(self._key(), width, y + 12, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=y + (60 if narrow else 38),
            label=_("The domains with their objects; the object that is followed, before and now"),
        )  # fmt: skip

    def _facts(self, state):
        objects = sum(len(each.directory.entries) for each in state.forest.domains)
        stones = sum(len(each.directory.tombstones) for each in state.forest.domains)
        return [
            (_("domains: {n}", n=len(state.forest.domains)), "idle"),
            (_("objects: {n}", n=objects), "idle"),
            (_("tombstones: {n}", n=stones), "warn" if stones else "idle"),
            (_("catalogs: {names}", names=", ".join(state.forest.catalogs)), "accent"),
        ]

    def _home(self, state):
        """The domain and the object followed, as far as there is one."""
        return state.find(self._followed) or (None, None)

    def _domains(self, state, y, width):
        """A case a domain; where it is narrow, only that of the object has its objects in sight."""
        home, _entry = self._home(state)
        home = home or state.forest.root
        narrow = width < 600
        wide = (width - 8) if narrow else (width - 24) / 3
        items, bottom, x = [], y, 4.0
        rows = self._rows(state)
        cases = [(each, rows[each.name] if not narrow or each is home else []) for each in state.forest.domains]  # fmt: skip
        highest = HEAD + max(len(rows) for _domain, rows in cases) * ROW + 6
        for at, (domain, rows) in enumerate(cases):
            high = highest if not narrow else HEAD + 6 + len(rows) * ROW if rows else HEAD - 12
            items.append(self._domain(state, at, domain, rows, (x, y, wide, high)))
            bottom = y + high
            x, y = (x, bottom + 8) if narrow else (x + wide + 8, y)
        return items, bottom

    def _rows(self, state):
        """The lines of each domain: units, people, groups, with their depth in it."""
        found = {}
        for row in state.forest.rows():
            if row.kind == "domain":
                lines, base = found.setdefault(row.label, []), row.depth
            elif row.kind not in ("forest", "controller"):
                lines.append((row.depth - base - 1, row))
        return found

    def _domain(self, state, at, domain, rows, spot):
        x, y, wide, high = spot
        above = state.forest.above(domain.name)
        sub = _("trust with {name}, both ways", name=above) if above else _("the root of the forest")  # fmt: skip
        controllers = _("controllers: {names}", names=", ".join(domain.controllers))
        inside = [label(f"controllers{at}", 12, 53, clipped(controllers, wide - 20, 11.5), size=11.5)] if rows else []  # fmt: skip
        ys = [HEAD + 14 + row * ROW for row in range(len(rows))]
        inside += tree_lines(f"twig{at}-", [depth for depth, _row in rows], 10, ys, 11)
        for number, ((depth, row), middle) in enumerate(zip(rows, ys, strict=True)):
            inside.append(self._object(state, f"object-{at}-{number}", depth, row, (wide, middle)))
        return box(
            f"domain{at}", x, y, wide, high, r=11, title=boxed(domain.name, wide, 13.5), sub=clipped(sub, wide - 20, 12),
            tone="accent", fill="plain", children=inside,
        )  # fmt: skip

    def _object(self, state, name, depth, row, spot):
        wide, middle = spot
        x = 10 + depth * 26
        mine = row.label == self._followed
        self._pressable[name] = row.label
        moved = state.deed is not None and row.label in (state.deed.one, state.deed.two) and mine
        return box(
            name, x, middle - 12, wide - x - 10, 24, r=7, size=12, text=boxed(row.label, wide - x - 10, 12),
            selected=mine, glow=moved, **LOOKS[row.kind],
            press=None if self.locked or row.label not in OBJECTS else _("follow {name}", name=row.label),
        )  # fmt: skip

    def _card(self, state, y, width):
        """The object followed: each of its properties before and now."""
        items = [heading("card", 6, y, _("{name}: at the beginning, and now", name=self._followed), width - 10)]  # fmt: skip
        size = 12 if width > 600 else 11
        y += 22
        for k, (what, before, now, tone, word) in enumerate(self._properties(state)):
            sign = _("{name}: {value}", name=_(what), value=word)
            items += lamp(f"what{k}", 8, y, tone, sign, width - 12, size=12.5, weight=600)
            text = now if before == now else f"{before}  →  {now}"
            if width > 600:
                items.append(label(f"value{k}", 250, y, clipped(text, width - 256, size), size=size))  # fmt: skip
                y += 23
            else:
                shown = [text] if before == now else [before, f"→ {now}"]
                for line, part in enumerate(shown):
                    items.append(label(f"value{k}-{line}", 28, y + 17 + 15 * line, clipped(part, width - 34, size), size=size))  # fmt: skip
                y += 26 + 15 * len(shown)
        return items, y

    def _properties(self, state):
        """Name, identity, groups, the folder, who holds it: before, now, a tone and a word."""
        first = self._origin()
        domain, entry = self._home(state)
        gone = "–"
        rows = [
            (mark("DN"), first.dn if first else gone, entry.dn if entry else gone),
            (mark("GUID"), first.guid if first else gone, entry.guid if entry else gone),
            (mark("SID"), first.sid if first else gone, entry.sid if entry else gone),
            (mark("groups"), ", ".join(self.result.states[0].groups(first)) if first else gone, ", ".join(state.groups(entry)) or gone if entry else gone),
        ]  # fmt: skip
        found = [(what, before or gone, now, *self._verdict(before or gone, now)) for what, before, now in rows]  # fmt: skip
        found.append(self._folder(state, first))
        if domain:
            whole, part = ", ".join(state.holders(domain)), ", ".join(state.catalogs(domain))
            text = _("whole on {whole}; in part on {part}", whole=whole, part=part or "–")
            found.append((mark("kept by"), text, text, "idle", _("domain {name}", name=domain.name)))  # fmt: skip
        return found

    def _origin(self):
        """The object at the begin that the one followed stands for: by its SID, else by its name."""
        start = self.result.states[0]
        _domain, entry = self._home(self.state)
        same = start.by_sid(entry.sid) if entry and entry.sid else None
        return same or self.result.before(self._followed) or (entry and self.result.before(ALICE))

    def _verdict(self, before, now):
        if before == now:
            return "ok", _("the same")
        return ("bad", _("no longer there")) if now == "–" else ("warn", _("changed"))

    def _folder(self, state, first):
        """The list of a folder, which names the SID from the begin."""
        if first is None:
            return mark("folder"), "–", "–", "idle", _("names nobody of them")
        holder = state.by_sid(first.sid)
        before = _("allow {who}", who=first.sid)
        if holder is None:
            return mark("folder"), before, before, "bad", _("a SID that nobody has")
        return mark("folder"), before, before, "ok", _("is {name}", name=holder.label)

    def _key(self):
        return [("box", LOOKS[kind], _(word)) for kind, word in WORDS.items()]

    # In words

    def labels(self, told):
        return [self._label(each.deed) for each in told.states]

    def _label(self, deed):
        text = DID[deed.kind if deed else ""]
        return _(text, one=_short(deed.one), two=deed.two, three=deed.three) if deed else _(text)

    def describe(self, state):
        return " ".join(_(each) for each in state.why)

    def tone(self, state):
        return "warn" if state.deed and state.deed.kind == "delete" else "accent"

    def summary(self, told):
        found = told.states[-1].find(self._followed)
        return [(_("DN"), found[1].dn if found else "–"), (_("SID"), found[1].sid if found else "–")]  # fmt: skip

    def table(self, state):
        rows = [[_(what), before, now, word] for what, before, now, _tone, word in self._properties(state)]  # fmt: skip
        head = [_("property"), _("at the beginning"), _("now"), _("what became of it")]
        return Table(head, rows, caption=_("What changes of {name}, and what stays", name=self._followed))  # fmt: skip


def _short(name):
    """A name of the tree as its first part says it."""
    return dn.parse(name)[0][0][1] if "=" in name else name
