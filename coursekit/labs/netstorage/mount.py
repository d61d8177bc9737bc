"""Two hosts, one disk: what each believes, what is on the disk, what a check finds."""

from functools import lru_cache

from coursekit.i18n import _, mark, plural
from coursekit.sims.filesystems.labfs.blocks import block_of
from coursekit.sims.filesystems.labfs.decode import owners
from coursekit.sims.netstorage.doublemount import HOSTS, PLAN, SILENT, tell
from coursekit.ui.controls import Pick
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.story import StoryLab
from coursekit.ui.table import Table

WAYS = {"iscsi": "blocks", "nfs": "nfs"}
PLANS = {1: SILENT, 2: PLAN}
WHAT = {
    "superblock": mark("superblock"),
    "inode bitmap": mark("which inodes are free"),
    "block bitmap": mark("which blocks are free"),
    "inode": mark("inodes"),
    "journal": mark("journal"),
    "directory": mark("names"),
    "data": mark("data of a file"),
    "map": mark("pointers of a file"),
    None: mark("free"),
}
DEEDS = {
    "create": mark("{host} makes {path}"),
    "flush": mark("{host} writes out"),
    "remount": mark("{host} mounts again"),
    "fsck": mark("a check of the disk"),
}
MENDED = "✓"  # whose version: the check's
LOOKS = {
    "A": {"hue": 0}, "B": {"hue": 2}, MENDED: {"hue": 3}, "": {"fill": "none"}, "both": {"tone": "ok"},
}  # fmt: skip
ROW, HEAD = 30, 78


@lru_cache(maxsize=4)
def _told(files, way):
    """The record, whose version of each block is where, and what each block is for: four in all."""
    told = tell(PLANS[files], WAYS[way])
    return told, _versions(told), owners(told.states[-1].disk)


def _versions(told):
    """Who has contributed to each block in each place, moment by moment: place -> block -> names.

    A host adds itself to what it had in its cache; the disk takes over what is written to it.
    """
    now = {place: {} for place in ("A", "disk", "B")}
    found = [now]
    for before, state in zip(told.states, told.states[1:], strict=False):
        now = {place: dict(each) for place, each in now.items()}
        _follow(now, before, state)
        found.append(now)
    return found


def _follow(now, before, state):
    """The versions after one deed."""
    host, kind = state.deed.host, state.deed.kind
    if kind == "fsck":
        for block in state.written:
            now["disk"][block] = now["disk"].get(block, "") + MENDED
        now["A"], now["B"] = dict(now["disk"]), dict(now["disk"])
    elif state.way == "nfs":
        for block in state.written:
            now["disk"][block] = _with(now["disk"].get(block, ""), host)
    elif kind == "create":
        for block in state.dirty(host):
            if block_of(before.cache(host).image, block) != block_of(state.cache(host).image, block):  # fmt: skip
                now[host][block] = _with(now[host].get(block, ""), host)
    elif kind == "flush":
        for block in before.dirty(host):
            now["disk"][block] = now[host].get(block, "")


def _with(names, host):
    return names if host in names else names + host


def _look(names):
    """How a version is painted: by the last who had a hand in it, green where both had."""
    if "A" in names and "B" in names and MENDED not in names:
        return LOOKS["both"]
    return LOOKS[names[-1:]]


class MountLab(StoryLab):
    """A line for each block that changes: what each host holds, and what the disk has."""

    name = "netstorage-mount"
    title = mark("Two hosts, one disk")

    def controls(self):
        return (
            Pick("way", mark("How they share it"), "iscsi", {"iscsi": mark("blocks (iSCSI)"), "nfs": mark("files (NFS)")}),
            Pick("files", mark("Files of the second host"), 1, {1: mark("one"), 2: mark("two, and the first host’s is larger")}),
        )  # fmt: skip

    def story(self, actions, way, files):
        told, self._story, self._owned = _told(files, way)
        self._blocks = sorted({b for v in self._story for place in v.values() for b in place})
        return told

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items, top = facts(self._facts(state), narrow=narrow), 96 if narrow else 58
        left = 112 if narrow else 250
        step = (width - left - 4) / 3
        columns = {place: left + k * step for k, place in enumerate(("A", "disk", "B"))}
        wide = step - (14 if narrow else 46)
        grid = top + HEAD
        bottom = grid + len(self._blocks) * ROW
        for place, x in columns.items():
            items += self._head(state, place, x, top, wide, bottom)
        items.append(label("blocks", 4, grid - 14, _("block"), weight=600))
        for k, block in enumerate(self._blocks):
            items += self._row(state, block, grid + k * ROW, columns, wide)
        checks, low = self._check(state, bottom + 36, width)
        entries = [
            ("box", {"fill": "soft", "hue": 0}, _("A’s version")),
            ("box", {"fill": "soft", "hue": 2}, _("B’s version")),
            ("box", {"fill": "soft", "tone": "ok"}, _("changes of both")),
            ("box", {"fill": "soft", "hue": 3}, _("mended by the check")),
            ("box", {"fill": "soft", "tone": "idle", "dash": True}, _("not written yet")),
        ]
        a_line = 2 if narrow else 5
        self.scene.show(
            [*items, *checks, *key(entries, width, low + 10, a_line=a_line)], width=width,
            height=low + 16 + 22 * -(-len(entries) // a_line),
            label=_("What host A holds, what is on the disk, what host B holds: block by block"),
        )  # fmt: skip

    def _facts(self, state):
        both, lost = len(state.shared_dirty), len(state.lost)
        found = len(state.problems)
        return [
            (_("stored, as told: {n}", n=len(state.safe)), "accent"),
            (_("changed by both: {n}", n=both), "warn" if both else "idle"),
            (_("files lost: {n}", n=lost), "bad" if lost else "ok"),
            (_("a check finds: {n}", n=found) if found else _("a check finds nothing"), "bad" if found else "ok"),
        ]  # fmt: skip

    def _head(self, state, place, x, top, wide, bottom):
        """A host or the disk: its name, what ls shows there, a frame around its blocks."""
        host = place if place in HOSTS else None
        narrow = self.scene.narrow
        server = state.way == "nfs"
        title = _("host {name}", name=place) if host else _("server") if server else _("disk")
        names = [each for each in state.names(host) if not each.startswith("old")]
        seen = ", ".join(names) or "–"
        look = LOOKS[place] if host else {"tone": "idle"}
        acts = bool(state.deed) and host == state.deed.host
        return [
            box(f"place-{place}", x, top, wide, bottom - top + 8, r=12, fill="none", glow=acts, **look),
            label(f"title-{place}", x + wide / 2, top + 22, title, anchor="middle", weight=600),
            label(f"ls-{place}", x + wide / 2, top + 44, _("ls: {names}", names=seen), anchor="middle", size=11 if narrow else 12.5),
        ]  # fmt: skip

    def _row(self, state, block, y, columns, wide):
        """One block in three places; an arrow where it was written just now."""
        owned = _(WHAT[self._owned[block].what])
        narrow = self.scene.narrow
        text = str(block) if narrow else _("{n}: {what}", n=block, what=owned)
        items = [label(f"name{block}", 4, y + 17, text, size=12)]
        if narrow:
            items[0] = label(f"name{block}", 4, y + 17, f"{block} {owned}"[:17], size=10.5)
        versions = self._story[self.moment]
        for place, x in columns.items():
            if state.way == "nfs" and place in HOSTS and MENDED not in versions[place].get(block, ""):  # fmt: skip
                continue
            names = versions[place].get(block, "")
            waits = place in HOSTS and block in state.dirty(place)
            look = {"fill": "soft", **_look(names)}
            items.append(box(f"{place}{block}", x + 8, y, wide - 16, ROW - 6, r=6, size=12, text=" + ".join(names), dash=waits, **look))  # fmt: skip
        if block in state.written and state.deed.kind != "fsck":
            items.append(self._arrow(state, block, y, columns, wide))
        return items

    def _arrow(self, state, block, y, columns, wide):
        """From the host that wrote to the disk."""
        host, middle = state.deed.host, y + (ROW - 6) / 2
        start = columns[host] + wide - 8 if host == "A" else columns[host] + 8
        end = columns["disk"] + (7 if host == "A" else wide - 7)
        if state.way == "nfs":
            start = columns[host] + (wide if host == "A" else 0)
        return path(f"write{block}", f"M{start:.0f} {middle:.0f}H{end:.0f}", arrow=True, **LOOKS[host])  # fmt: skip

    def _check(self, state, y, width):
        """What fsck would say of the disk at this moment, and which files are gone."""
        head = _("What a check of the disk says") if self._checked(state) else _("What a check of the disk would say now")  # fmt: skip
        items = [label("check", 4, y, head, weight=600)]
        lines = [f"{each.kind}: {_(each.what)}" for each in state.problems] or [_("Nothing: the tables agree with each other.")]  # fmt: skip
        lines = lines[:3] + ([_("… and {n} more", n=len(lines) - 3)] if len(lines) > 3 else [])
        size = 11 if self.scene.narrow else 12.5
        tone = "bad" if state.problems else "ok"
        for k, line in enumerate(lines):
            items += [
                box(f"light{k}", 6, y + 12 + k * 23, 12, 12, r=6, fill="solid", tone=tone),
                label(f"problem{k}", 26, y + 23 + k * 23, line[: 64 if self.scene.narrow else 130], size=size),
            ]  # fmt: skip
        y += 12 + 4 * 23
        gone = _("Files lost: {lost}", lost=", ".join(state.lost)) if state.lost else _("No file is lost.")  # fmt: skip
        items.append(label("lost", 6, y + 8, gone, weight=600))
        return items, y + 14

    def _checked(self, state):
        return bool(state.deed) and state.deed.kind == "fsck"

    # In words

    def labels(self, told):
        return [
            _(DEEDS[s.deed.kind], host=s.deed.host, path=s.deed.path) if s.deed else _("both mount the disk")
            for s in told.states
        ]  # fmt: skip

    def describe(self, state):
        said = " ".join(map(_, state.why))
        if state.shared_dirty:
            said += " " + plural("{count} block waits in both caches: who writes last wins.", "{count} blocks wait in both caches: who writes last wins.", len(state.shared_dirty))  # fmt: skip
        return said

    def tone(self, state):
        if state.lost or state.problems:
            return "bad"
        return "warn" if state.shared_dirty else "ok" if state is self.result.states[-1] else "accent"  # fmt: skip

    def summary(self, told):
        end = told.states[-1]
        return [(_("files lost"), ", ".join(end.lost) or "–"), (_("the check finds"), ", ".join(sorted({p.kind for p in end.problems})) or "–")]  # fmt: skip

    def table(self, state):
        versions = self._story[self.moment]
        rows = [
            [block, _(WHAT[self._owned[block].what]), *(" + ".join(versions[p].get(block, "")) or _("as before") for p in ("A", "disk", "B"))]
            for block in self._blocks
        ]  # fmt: skip
        rows.append(["ls /", "", *(", ".join(state.names(host)) for host in ("A", None, "B"))])
        head = [_("block"), _("what it is for"), _("in A’s cache"), _("on the disk"), _("in B’s cache")]  # fmt: skip
        return Table(head, rows, caption=_("Whose version of each block is where"))
