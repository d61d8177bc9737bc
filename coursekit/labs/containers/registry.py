"""A registry, the requests, and a host: what is sent, what is shared, what a removal frees."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.containers import registrystory
from coursekit.sims.containers.registrystory import IMAGES, Deed
from coursekit.sims.message import require
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.quiz import button
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

EXAMPLE = (Deed("pull", "shop"), Deed("pull", "blog"), Deed("pull", "cache"))
NAMES = {"shop": mark("the shop"), "blog": mark("the blog"), "cache": mark("the cache server")}
DID = {
    "pull": mark("{image} is pulled"),
    "push": mark("{image} is built anew and pushed"),
    "remove": mark("{image} is removed"),
    "prune": mark("images without a name go"),
}
OUTCOMES = {
    "got": mark("downloaded"),
    "sent": mark("sent"),
    "here": mark("not asked for: the host has it"),
    "there": mark("the registry has it"),
    "missing": mark("the registry has it not"),
}
SLAB, SLAB_NARROW, GAP = 58, 46, 4  # height of a layer, and the space between two
TITLES = 54  # room for a pile's title and the images' names
LEVELS = 3  # layers of the highest image
LINE = 38  # height of a request
MOST, MOST_IMAGES = 7, 6  # requests and images that the picture has room for
HUES = {"debian base": 0, "python runtime": 5, "shop app": 3, "blog app": 4, "cache server": 2}


class RegistryLab(DeedsLab):
    """Images stand on their layers: what two share is one block under both."""

    name = "containers-registry"
    title = mark("Pull, push, and what is shared")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("image", mark("Image"), "shop", NAMES),
            Slider("bandwidth", mark("Bandwidth"), 10, 1, 100, unit="MB/s"),
        )

    def story(self, actions, image, bandwidth):
        told = registrystory.tell(self.steps(actions, EXAMPLE), bandwidth=bandwidth)
        images = max(len(state.store.all) for state in told.states)
        require(images <= MOST_IMAGES, "images={n}: the picture has room for {most}; prune first", n=images, most=MOST_IMAGES)  # fmt: skip
        return told

    def tools(self):
        def deed(text, kind):
            return button(text, lambda: self.do(kind, self.values["image"]))

        return (
            deed(_("Pull it"), "pull"),
            deed(_("Build it anew and push"), "push"),
            deed(_("Remove it from the host"), "remove"),
            button(_("Prune"), lambda: self.do("prune")),
        )

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, state):
        narrow, width = self.scene.narrow, width_of(self.scene)
        top = 92 if narrow else 52
        slab = SLAB_NARROW if narrow else SLAB
        pile = TITLES + LEVELS * (slab + GAP) + 6
        wire = 24 + MOST * LINE
        if narrow:
            there, line, here = (6, top, 448), (6, top + pile + 8, 448), (6, top + pile + wire + 8, 448)  # fmt: skip
            bottom = here[1] + pile
        else:
            low = top + wire - pile  # piles stand on the same ground as the list of requests
            there, line, here = (4, low, 244), (262, top, 270), (546, low, 350)
            bottom = top + wire
        items = facts(self._facts(state), narrow=narrow)
        items += _pile("registry", _("Registry"), self._published(state), there, self._fresh(state, "sent"), slab)  # fmt: skip
        items += self._requests(state, line)
        items += _pile("host", _("Host"), self._held(state), here, self._fresh(state, "got"), slab)
        items += key(self._key(), width, bottom + 10, a_line=2 if narrow else 4)
        self.scene.show(
            items, width=width, height=bottom + (58 if narrow else 34),
            label=_("The registry’s images, the requests of this step, and the host’s images on their layers"),
        )  # fmt: skip

    def _facts(self, state):
        store = state.store
        moved = sum(each.mb for each in state.requests)
        return [
            (_("host stores: {mb} MB", mb=number(store.mb, 4)), "accent"),
            (_("image by image: {mb} MB", mb=number(store.apart, 4)), "idle"),
            (_("now: {mb} MB in {s} s", mb=number(moved, 3), s=number(state.seconds, 3)), "warn" if moved else "idle"),
            (_("moved in all: {mb} MB", mb=number(state.moved_mb, 4)), "idle"),
        ]  # fmt: skip

    def _published(self, state):
        return [_Column(name, image, "") for name, image in state.registry.images.items()]

    def _held(self, state):
        """By name, an older build beside its successor: who shares a layer stands side by side."""
        columns = []
        for name in IMAGES:
            columns += [_Column(name, each, "none") for each in state.store.nameless if each.name == name]  # fmt: skip
            if name in state.store.images:
                columns.append(_Column(name, state.store.images[name], ""))
        return columns

    def _fresh(self, state, outcome):
        return {each.digest for each in state.requests if each.outcome == outcome}

    def _requests(self, state, place):
        """One request a line, in order; an arrow goes the way of the bytes."""
        x, y, w = place
        items = [label("wire", x + w / 2, y + 12, _("Requests, one after the other"), anchor="middle", weight=600, size=13)]  # fmt: skip
        if not state.requests:
            return [*items, label("quiet", x + w / 2, y + 48, _("none in this step"), anchor="middle", size=12)]  # fmt: skip
        for k, each in enumerate(state.requests[:MOST]):
            at = y + 24 + k * LINE
            items.append(label(f"ask{k}", x + 4, at + 15, _asked(each), size=12, weight=600 if each.mb else 400))  # fmt: skip
            items.append(label(f"said{k}", x + w - 4, at + 15, self._said(each), size=11.5, anchor="end"))  # fmt: skip
            items += _arrow(k, each, x, at + 25, w)
        return items

    def _said(self, each):
        if each.mb >= 1:
            return _("{mb} MB · {s} s", mb=number(each.mb, 3), s=number(each.seconds, 3))
        if each.outcome == "here":
            return _("not asked for")
        words = {"there": _("it has it"), "missing": _("it has it not")}
        return words.get(each.outcome, _("{s} s", s=number(each.seconds, 2)))

    def _key(self):
        return [
            ("box", {"fill": "soft", "hue": 0}, _("one layer, stored once")),
            (
                "box",
                {"fill": "none", "tone": "idle", "dash": True},
                _("an old build without a name"),
            ),
            ("line", {"tone": "ok", "arrow": True}, _("bytes on their way")),
            ("line", {"tone": "idle", "dash": True}, _("no bytes")),
        ]

    # Telling

    def labels(self, told):
        return [
            _(DID[state.deed.kind], image=state.deed.image) if state.deed else _("the start")
            for state in told.states
        ]

    def describe(self, state):
        return " ".join(map(_, state.why))

    def tone(self, state):
        return "warn" if state.requests else "accent"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("stored on the host, MB"), number(end.store.mb, 4)),
            (_("moved in all, MB"), number(end.moved_mb, 4)),
            (_("requests"), str(sum(len(state.requests) for state in told.states))),
        ]

    def table(self, state):
        head = [_("request"), _("what"), "MB", "s", _("how it ends")]
        rows = [
            [each.method, _what(each.what), number(each.mb, 3), number(each.seconds, 3), _(OUTCOMES[each.outcome])]
            for each in state.requests
        ]  # fmt: skip
        for blob in state.store.blobs.values():
            users = len(state.store.users(blob.digest))
            ends = plural("for {count} image", "for {count} images", users)
            rows.append([_("stored"), blob.what, number(blob.mb, 3), "–", ends])
        rows = rows or [[_("stored"), _("nothing"), number(0), "–", "–"]]
        return Table(head, rows, caption=_("The requests of this step, then the layers on the host"))  # fmt: skip


@dataclass(frozen=True)
class _Column:
    """An image in a pile: what is written above it, its layers, whether it has a name."""

    name: str
    image: object
    note: str


def _what(what):
    """A manifest and a config have names of the language; a layer has its own."""
    return {"manifest": _("manifest"), "config": _("config")}.get(what, what)


def _asked(each):
    return f"{each.method} {_what(each.what)}"


def _arrow(k, each, x, y, w):
    """To the host what is got, to the registry what is sent; a dashed line where no bytes go."""
    if each.outcome == "here":
        return []
    if each.outcome in ("there", "missing"):
        return [path(f"line{k}", f"M{x + w - 4} {y}H{x + 4}", tone="idle", dash=True)]
    back = each.outcome == "sent"
    d = f"M{x + w - 4} {y}H{x + 6}" if back else f"M{x + 4} {y}H{x + w - 6}"
    return [path(f"line{k}", d, tone="warn" if back else "ok", arrow=True)]


def _pile(name, title, columns, place, fresh, slab):
    """Images side by side on their layers; a layer that neighbours share is one wide block."""
    x, y, w = place
    ground = y + TITLES + LEVELS * (slab + GAP) + 6
    items = [box(f"{name}-ground", x, y, w, ground - y, r=12, fill="paper", tone="idle")]
    items.append(label(f"{name}-title", x + w / 2, y + 17, title, anchor="middle", weight=700, size=14))  # fmt: skip
    if not columns:
        return [*items, label(f"{name}-empty", x + w / 2, y + 90, _("no image yet"), anchor="middle", size=13)]  # fmt: skip
    step = (w - 12) / max(3, len(columns))
    for first, last, level, blob in _slabs(columns):
        at = ground - 6 - (level + 1) * (slab + GAP)
        wide = (last - first + 1) * step - 4
        old = all(column.note for column in columns[first : last + 1])
        items.append(box(
            f"{name}-{first}-{level}", x + 8 + first * step, at, wide, slab, r=7, glow=blob.digest in fresh,
            fill="none" if old else "soft", dash=old, **_look(blob), children=_lines(f"{name}-{first}-{level}", blob, wide, slab / 2),
        ))  # fmt: skip
    for k, column in enumerate(columns):
        top = ground - 6 - len(column.image.layers) * (slab + GAP)
        text = "<none>" if column.note else f"{column.name} v{column.image.version}"
        items.append(label(f"{name}-name{k}", x + 8 + (k + 0.5) * step - 2, top - 7, text, anchor="middle", weight=600, size=12))  # fmt: skip
    return items


def _slabs(columns):
    """First column, last column, level and layer of each block: neighbours that share one have one."""
    for level in range(LEVELS):
        first = 0
        while first < len(columns):
            blob = _at(columns[first], level)
            last = first
            while last + 1 < len(columns) and blob and _at(columns[last + 1], level) == blob:
                last += 1
            if blob:
                yield first, last, level, blob
            first = last + 1


def _at(column, level):
    layers = column.image.layers
    return layers[level] if level < len(layers) else None


def _look(blob):
    return {"hue": HUES[blob.what.partition(" v")[0]]}


def _lines(name, blob, wide, middle):
    """The layer's name, on two lines where the block is small, and its size."""
    size = 12 if wide > 90 else 10.5
    words = blob.what if wide > 7.4 * len(blob.what) or " " not in blob.what else blob.what.partition(" ")[2]  # fmt: skip
    mb = _("{mb} MB", mb=number(blob.mb, 3))
    return [
        label(f"{name}-what", wide / 2, middle - 3, words, anchor="middle", size=size, weight=600),
        label(f"{name}-mb", wide / 2, middle + 14, mb, anchor="middle", size=size),
    ]
