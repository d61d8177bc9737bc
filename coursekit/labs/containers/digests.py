"""Who contains whose digest: an image of real bytes before and after one change."""

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.containers import layout, specimen
from coursekit.sims.containers.digests import expand, short
from coursekit.ui.controls import Check, Pick
from coursekit.ui.keep import keep_as
from coursekit.ui.lab import Lab
from coursekit.ui.look import row as beside
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.status import Line
from coursekit.ui.table import Table

CHANGES = {
    "none": mark("nothing"),
    "first": mark("a byte in layer 1"),
    "second": mark("a byte in layer 2"),
    "third": mark("a byte in layer 3"),
    "config": mark("an environment variable"),
    "tag": mark("only the tag"),
    "time": mark("only a file’s date, in layer 2"),
}
SAID = {
    "none": mark("Each digest is the SHA-256 of real bytes. An arrow leads to the bytes it is written in: whoever changes a byte changes every digest down the arrows."),
    "first": mark("Layer 1 is other bytes. The config lists its DiffID, the manifest its digest: both are new. Layers 2 and 3 are the same bytes: they are not sent again, though they stand on another stack and have new ChainIDs."),
    "second": mark("Layer 2 is other bytes; config and manifest name it, so both are new. Layer 1 below stays as it is, stack and all; layer 3 keeps its bytes and gets a new ChainID."),
    "third": mark("Layer 3, the application, is other bytes; config and manifest name it. Both layers below stay: this is what a rebuild should cost."),
    "config": mark("No layer changes. The config is other bytes, so the image ID is new, and with it the manifest: two small blobs are sent."),
    "tag": mark("No byte of the image changes: a tag is an entry beside it that points at a manifest. It may point elsewhere tomorrow."),
    "time": mark("Not a byte of the file is another, only its date in the tar: a new layer all the same. A build that can be repeated sets all dates."),
}  # fmt: skip
NAMES = {"base": mark("base"), "runtime": mark("runtime"), "application": mark("application")}
HIGH, GAP = 84, 14  # of a box in a row, and below it


class DigestsLab(Lab):
    """Choose what is changed: every digest that moved is marked."""

    name = "containers-digests"
    title = mark("What a digest names")

    def controls(self):
        return (
            Pick("change", mark("What is changed"), "none", CHANGES),
            Check("gzip", mark("Layers compressed with gzip"), True, more=True),
        )

    def run(self, change, gzip):
        return specimen.compare(change, gzip=gzip)

    def pictures(self):
        self.scene = self.new_scene()
        self._wrote = Line()
        save = button(_("Write both images as files beside the notebook"), self._save)
        return [self.scene, beside([save, self._wrote.view], align_items="center", grid_gap="4px 12px")]  # fmt: skip

    def _save(self):
        compared = self.result
        files = layout.write({"before": compared.before, "after": compared.after})
        try:
            folder = keep_as("course-image", lambda path: _write_all(path, files))
        except OSError as why:  # a folder that is read-only, a full disk
            self._wrote.say(_("The files could not be written: {why}", why=str(why)), "bad")
            return
        said = plural("{count} file in {folder}", "{count} files in {folder}", len(files), folder=folder)  # fmt: skip
        self._wrote.say(f"{said}. " + _("A tool reads it: skopeo inspect oci:{folder}:after", folder=folder), "ok")  # fmt: skip

    # Drawing

    def draw(self, compared):
        narrow, width = self.scene.narrow, width_of(self.scene)
        place = _Places(narrow)
        items = facts(self._facts(compared), narrow=narrow)
        ways = [path(f"to-{name}", d, arrow=True, **self._line(compared, name)) for name, d in place.ways()]  # fmt: skip
        items += sorted(ways, key=lambda way: way["tone"])  # those that moved on top
        for level in range(len(compared.before.layers)):
            items += [self._tar(compared, level, place), self._blob(compared, level, place)]
        items += [self._config(compared, place), self._manifest(compared, place), self._tag(compared, place)]  # fmt: skip
        items += key(self._key(), width, place.bottom, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=place.bottom + (50 if narrow else 28),
            label=_("Layers, their blobs, config, manifest and tag; arrows show in which bytes a digest is written"),
        )  # fmt: skip

    def _facts(self, compared):
        moved = compared.moved
        again = [blob for n, blob in enumerate(compared.after.layers, 1) if f"blob{n}" in moved]
        sent = sum(len(blob.data) for blob in again)
        return [
            (_("layers to send again: {n} of {all}", n=len(again), all=len(compared.after.layers)), "warn" if again else "ok"),
            (_("of those, {n} bytes", n=number(sent, 6)), "idle"),
            self._verdict("config" in moved, _("same image ID"), _("new image ID")),
            self._verdict("tag" in moved, _("tag stays"), _("tag moves")),
        ]  # fmt: skip

    def _verdict(self, moved, same, other):
        return (f"≠ {other}", "warn") if moved else (f"= {same}", "ok")

    def _line(self, compared, name):
        """An arrow along which a change goes is marked; a manifest's tag is told the new one."""
        begins = name.split(".")[0]
        return {"tone": "warn"} if begins in compared.moved else {"tone": "idle"}

    def _look(self, compared, name, changed=False):
        """Marked where the digest moved; strongest where the change itself is."""
        if name not in compared.moved:
            return {"fill": "paper", "tone": "ok" if compared.moved else "idle"}
        return {"fill": "soft", "tone": "warn", "glow": changed}

    def _digest(self, compared, name, old, new):
        """A digest in short; the old one and the new one where it moved."""
        if name not in compared.moved:
            return short(old)
        return f"{short(old, 7)} → {short(new, 7)}"

    def _box(self, name, spot, title, lines, look):
        x, y, w, h = spot
        inside = [label(f"{name}-title", 10, 18, title, weight=600, size=13)]
        inside += [label(f"{name}-{i}", 10, 38 + 18 * i, text, size=12) for i, text in enumerate(lines)]  # fmt: skip
        return box(name, x, y, w, h, r=10, children=inside, **look)

    def _tar(self, compared, level, place):
        n = level + 1
        before, after = compared.before, compared.after
        title = _("layer {n}: {what}", n=n, what=_(NAMES[specimen.LAYERS[level]]))
        size = len(expand(after.layers[level].data))
        lines = [
            f"DiffID {self._digest(compared, f'diff{n}', before.diff_ids[level], after.diff_ids[level])}",
            f"ChainID {self._digest(compared, f'chain{n}', before.chain_ids[level], after.chain_ids[level])}",
            _("tar of {n} bytes", n=number(size, 6)),
        ]  # fmt: skip
        look = self._look(compared, f"diff{n}", changed=True)
        if f"chain{n}" in compared.moved and f"diff{n}" not in compared.moved:
            look = {"fill": "paper", "tone": "warn", "dash": True}
        return self._box(f"diff{n}", place.tar(level), title, lines, look)

    def _blob(self, compared, level, place):
        n = level + 1
        old, new = compared.before.layers[level], compared.after.layers[level]
        packed = new.media.endswith("gzip")
        lines = [self._digest(compared, f"blob{n}", old.digest, new.digest)]
        lines += [_("{n} bytes", n=number(len(new.data), 6))]
        lines += [_("compressed") if packed else _("the tar itself")]
        return self._box(f"blob{n}", place.blob(level), _("blob {n}", n=n), lines, self._look(compared, f"blob{n}"))  # fmt: skip

    def _config(self, compared, place):
        lines = [
            self._digest(compared, "config", compared.before.id, compared.after.id),
            _("lists the DiffIDs"),
            _("its digest is the image ID"),
        ]
        look = self._look(compared, "config", changed=compared.moved == {"config", "manifest"})
        return self._box("config", place.config, _("config"), lines, look)

    def _manifest(self, compared, place):
        lines = [
            self._digest(compared, "manifest", compared.before.digest, compared.after.digest),
            _("lists config and blobs"),
            _("a pull asks for it first"),
        ]
        return self._box("manifest", place.manifest, _("manifest"), lines, self._look(compared, "manifest"))  # fmt: skip

    def _tag(self, compared, place):
        old, new = compared.tags
        lines = [
            f"{old} → {new}" if old != new else old,
            *([_("a name, no digest")] if place.narrow else []),
        ]
        return self._box("tag", place.tag, _("tag"), lines, self._look(compared, "tag", changed=True))  # fmt: skip

    def _key(self):
        return [
            ("box", {"fill": "paper", "tone": "ok"}, _("the same digest")),
            ("box", {"fill": "soft", "tone": "warn"}, _("another digest")),
            ("box", {"fill": "paper", "tone": "warn", "dash": True}, _("same bytes on another stack")),
            ("line", {"tone": "idle", "arrow": True}, _("its digest is written there")),
        ]  # fmt: skip

    # In words

    def describe(self, compared):
        return _(SAID[self.values["change"]])

    def tone(self, compared):
        return "warn" if compared.moved else "accent"

    def table(self, compared):
        head = [_("what"), _("before"), _("after"), _("digest")]
        return Table(head, list(self._rows(compared)), caption=_("The digests before and after"))

    def _rows(self, compared):
        old, new = compared.before, compared.after
        for level in range(len(old.layers)):
            n = level + 1
            for name, what, a, b in (
                (f"diff{n}", "DiffID {n}", old.diff_ids[level], new.diff_ids[level]),
                (f"chain{n}", "ChainID {n}", old.chain_ids[level], new.chain_ids[level]),
                (f"blob{n}", "blob {n}", old.layers[level].digest, new.layers[level].digest),
            ):
                yield [what.replace("{n}", str(n)), short(a), short(b), self._same(compared, name)]
        yield [_("config"), short(old.id), short(new.id), self._same(compared, "config")]
        yield [_("manifest"), short(old.digest), short(new.digest), self._same(compared, "manifest")]  # fmt: skip
        yield [_("tag"), *compared.tags, self._same(compared, "tag")]

    def _same(self, compared, name):
        return _("another") if name in compared.moved else _("the same")


class _Places:
    """Corners and sizes of the boxes; ways of the arrows."""

    def __init__(self, narrow):
        self.narrow = narrow
        self.top = 92 if narrow else 56
        step = HIGH + GAP
        if narrow:
            self.tag = (14, self.top, 206, 64)
            self.manifest = (14, self.top + 84, 206, HIGH)
            self.config = (238, self.top + 84, 206, HIGH)
            self.first = self.top + 84 + HIGH + 34
        else:
            self.first = self.top
            self.config = (4, self.top + step, 172, HIGH)
            self.manifest = (640, self.top + step, 160, HIGH)
            self.tag = (832, self.top + step + 18, 64, 48)
        self.bottom = self.first + 3 * step + (12 if narrow else 26)

    def _y(self, level):
        """The first layer is the lowest."""
        return self.first + (2 - level) * (HIGH + GAP)

    def tar(self, level):
        return (238, self._y(level), 206, HIGH) if self.narrow else (218, self._y(level), 192, HIGH)

    def blob(self, level):
        return (14, self._y(level), 206, HIGH) if self.narrow else (452, self._y(level), 146, HIGH)

    def ways(self):
        """Name of the digest and where it is written -> the arrow's path."""
        for level in range(3):
            n, (x, y, w, _h) = level + 1, self.tar(level)
            bx, _by, bw, _bh = self.blob(level)
            middle = y + HIGH / 2
            if self.narrow:
                yield f"diff{n}.blob", f"M{x} {middle}H{bx + bw + 2}"
                yield f"diff{n}.config", f"M{x + w} {middle}h9V{self.config[1] + 60}h-7"
                yield f"blob{n}.manifest", f"M{bx} {middle}h-9V{self.manifest[1] + 60}h7"
            else:
                cy = self.config[1] + 22 + level * 20
                yield f"diff{n}.blob", f"M{x + w} {middle}H{bx - 2}"
                yield (
                    f"diff{n}.config",
                    f"M{x} {middle}C{x - 24} {middle} {x - 16} {cy} {self.config[0] + self.config[2] + 2} {cy}",
                )
                yield (
                    f"blob{n}.manifest",
                    f"M{bx + bw} {middle}C{bx + bw + 24} {middle} {bx + bw + 16} {cy} {self.manifest[0] - 2} {cy}",
                )
        yield "config.manifest", self._rail()
        yield "manifest.tag", self._named()

    def _rail(self):
        (cx, cy, cw, ch), (mx, my, mw, mh) = self.config, self.manifest
        if self.narrow:
            return f"M{cx} {cy + ch / 2}H{mx + mw + 2}"
        low = self.bottom - 18
        return f"M{cx + cw / 2} {cy + ch}V{low}H{mx + mw / 2}V{my + mh + 2}"

    def _named(self):
        (mx, my, mw, mh), (tx, ty, _tw, th) = self.manifest, self.tag
        if self.narrow:
            return f"M{mx + 60} {my}V{ty + th + 2}"
        return f"M{mx + mw} {my + mh / 2}H{tx - 2}"


def _write_all(folder, files):
    folder.mkdir()
    for name, data in files.items():
        where = folder / name
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(data)
