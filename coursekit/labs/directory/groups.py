"""Accounts, global groups, domain local groups, permissions: who is in whose token."""

from coursekit.i18n import _, mark, plural
from coursekit.labs.directory.drawing import yes_no
from coursekit.sims.directory.groups import WELL_KNOWN
from coursekit.sims.directory.groupsplay import RESOURCES, USERS, Deed, sample, tell
from coursekit.ui.controls import Pick, as_named
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.fit import boxed, heading, paragraph
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

KINDS = {  # in the order of AGUDLP: the head of a column, its look
    "user": (mark("accounts"), {"hue": 0}),
    "global": (mark("global groups"), {"hue": 1}),
    "universal": (mark("universal groups"), {"hue": 3}),
    "domain local": (mark("domain local groups"), {"hue": 2}),
}
SHARES = {"a": mark("the share in domain A"), "b": mark("the share in domain B")}
NAMED = {"a": mark("share in A"), "b": mark("share in B")}
MAY = {"a": mark("to read and write"), "b": mark("to read")}
DID = {
    "": mark("the groups"), "add": mark("{who} into {group}"),
    "remove": mark("{who} out of {group}"), "logon": mark("{who} logs on"),
}  # fmt: skip
PEOPLE = [each.name for each in sample().principals]
GROUPS = [each.name for each in sample().principals if not each.is_account]
HIGH, GAP = 44, 14  # of a principal's box, and below it


class GroupsLab(DeedsLab):
    """Columns of AGDLP from left to right (narrow: downwards); press a user to choose it."""

    name = "directory-groups"
    title = mark("Groups: who is in the token?")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("user", mark("User"), "alice", as_named(USERS)),
            Pick("resource", mark("Opens"), "a", SHARES),
            Pick("member", mark("Member"), "carol", as_named(PEOPLE)),
            Pick("group", mark("Group"), "G_Sales", {each: each for each in GROUPS}),
        )

    def story(self, actions, **values):
        return tell(self.steps(actions, ()))

    # Acting

    def tools(self):
        return (
            button(_("The user logs on"), lambda: self.do("logon", self.values["user"])),
            button(_("Put the member into the group"), lambda: self._change("add")),
            button(_("Take it out"), lambda: self._change("remove")),
        )

    def _change(self, kind):
        self.do(kind, self.values["member"], self.values["group"])

    def _press(self, name):
        if self.locked or not name.startswith("p"):
            return
        who = PEOPLE[int(name.removeprefix("p"))]
        self.set(**{"user" if who in USERS else "group": who, **({"member": who} if who in USERS else {})})  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(state), narrow=narrow)
        places, heads, y = self._places(112 if narrow else 66, width)
        items += [*self._links(state, places, narrow=narrow), *heads]
        items += [self._principal(state, name, places[name]) for name in PEOPLE]
        token, y = self._token(state, y + 26, width)
        items += token
        items += key(self._key(), width, y + 10, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=y + (58 if narrow else 36),
            label=_("Accounts and groups, who is in which, and the token that the share sees"),
        )  # fmt: skip

    def _chosen(self):
        return self.values["user"], self.values["resource"]

    def _shown_token(self, state):
        """The names in the token on this share, and how each got in; empty while nobody is logged on."""
        return None if self.locked else state.token(*self._chosen())

    def _facts(self, state):
        user, resource = self._chosen()
        token, stale = self._shown_token(state), state.stale(user, resource)
        may = state.may(user, resource)
        if token is None:
            answer = (_("not logged on"), "idle")
        else:
            answer = (_("the share opens"), "ok") if may else (_("access is denied"), "bad")
        return [
            (_("{user} → {share}", user=user, share=_(NAMED[resource])), "accent"),
            answer,
            (_("names in the token: {n}", n=len(token.names) if token else "–"), "idle"),
            (_("differs from the groups"), "warn") if stale and token else (_("token is up to date"), "idle") if token else (_("no token"), "idle"),
        ]  # fmt: skip

    def _places(self, top, width):
        """Where each stands: columns by kind; where it is narrow, lines by kind."""
        places, heads, y = {}, [], top
        rows = {kind: [each.name for each in sample().principals if each.kind == kind] for kind in KINDS}  # fmt: skip
        if width > 600:
            step = width / len(KINDS)
            for at, (kind, names) in enumerate(rows.items()):
                heads.append(
                    heading(f"kind{at}", at * step + 6, top, _(KINDS[kind][0]), (at + 1) * step - 4)
                )
                for row, name in enumerate(names):
                    places[name] = (at * step + 4, top + 16 + row * (HIGH + GAP), step - 56)
            y = top + 16 + max(map(len, rows.values())) * (HIGH + GAP)
        else:
            for at, (kind, names) in enumerate(rows.items()):
                text = _(KINDS[kind][0])  # a plate of its own: arrows pass below it
                heads.append(box(f"kind{at}", 4, y - 20, 7.2 * len(text) + 20, 20, r=10, text=text, size=11.5, tone="idle", fill="paper"))  # fmt: skip
                step = (width - 4) / len(names)
                for row, name in enumerate(names):
                    places[name] = (4 + row * step, y + 10, step - 8)
                y += HIGH + 52
        return places, heads, y

    def _links(self, state, places, *, narrow):
        """An arrow a membership; bold where the chosen user passes."""
        token, items = self._shown_token(state), []
        members = [(member, group) for group, inside in state.world.members.items() for member in inside]  # fmt: skip
        for member, group in members:
            x, y, wide = places[member]
            to_x, to_y, to_wide = places[group]
            used = token is not None and member in token.paths and group in token.paths
            look = {"tone": "ok" if used else "idle", "arrow": True, "faded": token is not None and not used}  # fmt: skip
            if narrow:
                d = f"M{x + wide / 2:g} {y + HIGH + 2}L{to_x + to_wide / 2:g} {to_y - 4}"
            elif x == to_x:  # two groups of one kind
                d = f"M{x + wide + 2:g} {y + HIGH / 2:g}h14V{to_y + HIGH / 2:g}h-10"
            else:
                d = f"M{x + wide + 2:g} {y + HIGH / 2:g}L{to_x - 6:g} {to_y + HIGH / 2:g}"
            items.append(path(f"in-{PEOPLE.index(member)}-{PEOPLE.index(group)}", d, **look))
        return items

    def _principal(self, state, name, place):
        x, y, wide = place
        each, token = state.world[name], self._shown_token(state)
        inside = token is not None and name in token.names
        left_out = token is not None and name in token.left_out
        sub = _("domain {name}", name=each.domain)
        if left_out:
            sub = _("does not count here")
        elif inside and each.kind != "user":
            sub = _("in the token")
        return box(
            f"p{PEOPLE.index(name)}", x, y, wide, HIGH, r=9, title=boxed(name.replace("\\", " \\ "), wide, 13.5) if wide > 118 else boxed(name.partition("\\")[2] or name, wide, 12), sub=sub if wide > 6.4 * len(sub) + 12 else each.domain,
            fill="soft" if inside else "none" if left_out else "paper", dash=left_out, selected=name == self.values["user"],
            glow=state.deed is not None and name in (state.deed.who, state.deed.group), **KINDS[each.kind][1],
            press=None if self.locked else _("choose {name}", name=name),
        )  # fmt: skip

    def _token(self, state, y, width):
        """The list that the share reads, each name with the way it came in, and the share's answer."""
        user, resource = self._chosen()
        token = self._shown_token(state)
        items = [heading("token", 6, y, _("The token of {user} at {share}", user=user, share=_(SHARES[resource])), width)]  # fmt: skip
        if token is None:
            text = _("Nobody is logged on: there is no token yet.")
            items.append(box("no-token", 4, y + 12, width - 8, 34, r=8, text=boxed(text, width - 8), tone="idle", fill="none", dash=True))  # fmt: skip
            return items, y + 52
        x, top, allowed = 4.0, y + 12, RESOURCES[resource][1]
        for at, name in enumerate(token.names):
            wide = 8.0 * len(name) + 18
            if x + wide > width - 4:
                x, top = 4.0, top + 32
            look = KINDS[state.world[name].kind][1] if name not in WELL_KNOWN else {"tone": "idle"}
            items.append(box(f"token{at}", x, top, wide, 26, r=13, text=name, size=12, fill="solid" if name == allowed else "soft", **look))  # fmt: skip
            x += wide + 6
        y = top + 50
        way = " → ".join(token.paths.get(allowed, ()))
        right = _(
            "the list of the share: allow {who} {rights}", who=allowed, rights=_(MAY[resource])
        )
        lines, y = paragraph("right", right + (f"  ·  {way}" if way else ""), 6, y, width - 12, most=2)  # fmt: skip
        for at, why in enumerate(token.left_out.values()):
            items.append(label(f"left{at}", 6, y, "✗ " + _(why), size=12))
            y += 18
        return items + lines, y

    def _key(self):
        return [
            ("box", {"fill": "soft", "hue": 1}, _("in the token")),
            ("box", {"fill": "none", "hue": 2, "dash": True}, _("does not count here")),
            ("line", {"tone": "ok", "arrow": True}, _("the way into the token")),
            ("line", {"tone": "idle", "arrow": True}, _("is a member of")),
        ]

    # In words

    def labels(self, told):
        return [self._label(each.deed) for each in told.states]

    def _label(self, deed):
        text = DID[deed.kind if deed else ""]
        return _(text, who=deed.who, group=deed.group) if deed else _(text)

    def describe(self, state):
        said = " ".join(_(each) for each in state.why)
        user, resource = self._chosen()
        if self._shown_token(state) is None:
            return said
        may = _("{user} may open it: {group} is in the token.", user=user, group=RESOURCES[resource][1]) if state.may(user, resource) else _("{user} may not open it: {group} is not in the token.", user=user, group=RESOURCES[resource][1])  # fmt: skip
        stale = state.stale(user, resource)
        late = plural("Since the log-on {count} group has changed ({names}): log on again.", "Since the log-on {count} groups have changed ({names}): log on again.", len(stale), names=", ".join(stale)) if stale else ""  # fmt: skip
        return "\n".join(each for each in (said, f"{may} {late}".strip()) if each)

    def tone(self, state):
        if self._shown_token(state) is None:
            return "accent"
        return "ok" if state.may(*self._chosen()) else "bad"

    def summary(self, told):
        end, (user, resource) = told.states[-1], self._chosen()
        token = end.token(user, resource)
        return [(_("token"), ", ".join(token.names) if token else "–"), (_("the share opens"), yes_no(end.may(user, resource)))]  # fmt: skip

    def table(self, state):
        token = self._shown_token(state)
        rows = []
        for each in state.world.principals:
            inside = ", ".join(state.world.members.get(each.name, ())) or "–"
            how = "–" if token is None else " → ".join(token.paths[each.name]) if each.name in token.paths else _(token.left_out[each.name]) if each.name in token.left_out else _("no")  # fmt: skip
            rows.append([each.name, _(KINDS[each.kind][0]), each.domain, inside, how])
        head = [_("name"), _("kind"), _("domain"), _("members"), _("in the token")]
        return Table(head, rows, caption=_("Accounts and groups, and the token of {user}", user=self.values["user"]))  # fmt: skip
