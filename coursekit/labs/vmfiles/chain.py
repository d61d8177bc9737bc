"""A chain of disk images as stacked sheets: which one answers a read, what each deed copies."""

import ipywidgets as w

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.vmfiles.sheets import Sheets
from coursekit.sims.message import require
from coursekit.sims.vmfiles import chain, chainstory
from coursekit.sims.vmfiles.chainstory import Deed
from coursekit.ui.charts import Axis, LineChart
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.deeds import DeedsLab
from coursekit.ui.parts import facts
from coursekit.ui.quiz import button
from coursekit.ui.table import Table

MOST = 8  # sheets that a picture has room for
CASES = {
    "example": mark("an example"),
    "full": mark("a written base"),
    "empty": mark("an empty base"),
}
EXAMPLE = (
    Deed("snapshot"), Deed("write", 1), Deed("write", 2), Deed("snapshot"), Deed("write", 2),
    Deed("write part", 5), Deed("read", 0), Deed("read", 2),
)  # fmt: skip
MIB = 2**20
DID = {
    "write": mark("cluster {place} is written"),
    "write part": mark("a part of cluster {place} is written"),
    "read": mark("cluster {place} is read"),
    "snapshot": mark("a snapshot"),
    "revert": mark("back to the end of layer {place}"),
    "commit": mark("layer {place} is merged down"),
    "pull": mark("layer {place} is merged up"),
    "flatten": mark("all in one file"),
    "lose": mark("the file of layer {place} is lost"),
}


class ChainLab(DeedsLab):
    """Press a cluster or a layer to choose it; then read, write, merge, or lose a file."""

    name = "vmfiles-chain"
    title = mark("A chain of files")
    kind_of_deed = Deed

    def controls(self):
        return (
            Pick("case", mark("Begin with"), "example", CASES),
            Slider("cluster", mark("Cluster chosen"), 5, 0, 63),
            Slider("layer", mark("Layer chosen"), 1, 0, MOST - 1),
        )

    def story(self, actions, case, cluster, layer):
        self._cluster, self._layer = cluster, layer
        disk = chain.Disk() if case == "empty" else chain.full()
        deeds = self.steps(actions, EXAMPLE if case == "example" else ())
        told = chainstory.tell(disk, deeds)
        layers = max(len(state.disk.layers) for state in told.states)
        require(layers <= MOST, "layers={n}: the picture has room for {most}; merge some first", n=layers, most=MOST)  # fmt: skip
        return told

    # Acting

    def tools(self):
        def deed(text, kind, place=lambda: 0):
            return button(text, lambda: self.do(kind, place()))

        def cluster():
            return self._cluster

        def layer():
            return min(self._layer, self.state.disk.top)

        return (
            w.Label(_("Cluster chosen")),
            deed(_("Read"), "read", cluster),
            deed(_("Write all of it"), "write", cluster),
            deed(_("Write a part"), "write part", cluster),
            w.Label(_("Layer chosen")),
            deed(_("Go back to it"), "revert", layer),
            deed(_("Merge down"), "commit", layer),
            deed(_("Merge up"), "pull", layer),
            deed(_("Lose its file"), "lose", layer),
            w.Label(_("Chain")),
            deed(_("Snapshot"), "snapshot"),
            deed(_("All in one file"), "flatten"),
        )

    def _press(self, name):
        for what in ("cluster", "layer"):
            if name.startswith(what):
                self.set(**{what: int(name.removeprefix(what))})

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press, roving=True)
        self.chart = LineChart(
            _("How the files grow"), Axis(_("step"), least=0, format="d"), Axis(_("clusters"), least=0, format="d"),
            names=[_("files above the base"), _("clusters written so far")], height=190,
        )  # fmt: skip
        return [self.scene, self.chart.view]

    def draw(self, state):
        narrow = self.scene.narrow
        sheets = Sheets(
            state, narrow=narrow, chosen=self._cluster, layer=min(self._layer, state.disk.top),
            before=self._before(), press=not self.locked,
        )  # fmt: skip
        items = facts(self._facts(state), narrow=narrow) + sheets.items()
        self.scene.show(
            items, width=sheets.width, height=sheets.height,
            label=_("The files of the chain, the newest on top, and what the guest sees"),
        )  # fmt: skip
        past = self.result.states[: self.moment + 1]
        above = [sum(each.disk.sizes[1:]) for each in past]
        self.chart.show(range(len(past)), above, [each.total.writes for each in past])

    def _before(self):
        """The disk before the deed on the screen; None at the start."""
        return self.result.states[self.moment - 1].disk if self.moment else None

    def _facts(self, state):
        cost, total = state.cost, state.total
        left = len(state.states)
        lost = "bad" if state.lost is not None else "ok"
        return [
            (_("{n} clusters in files, {mib} MiB", n=sum(state.disk.sizes), mib=number(state.disk.bytes / MIB)), "idle"),
            (_("this step: {r} read, {w} written", r=cost.reads, w=cost.writes), "warn" if _copies(cost) else "idle"),
            (_("in all: {r} read, {w} written", r=total.reads, w=total.writes), "idle"),
            (plural("{count} state can be restored", "{count} states can be restored", left), lost),
        ]  # fmt: skip

    # Telling

    def labels(self, told):
        return [
            _(DID[state.deed.kind], place=state.deed.place) if state.deed else _("the start")
            for state in told.states
        ]

    def describe(self, state):
        said = " ".join(map(_, state.why))
        if state.lost is not None or state.found is not None:
            return said
        return f"{said}\n{self._way(chain.read(state.disk, self._cluster))}"

    def _way(self, found):
        if found.layer is None:
            return _("A read of cluster {cluster} would find it in no layer: zeros.", cluster=self._cluster)  # fmt: skip
        return _(
            "A read of cluster {cluster} would find it in layer {layer}; layers asked in vain: {depth}.",
            cluster=self._cluster, layer=found.layer, depth=found.depth,
        )  # fmt: skip

    def tone(self, state):
        if state.lost is not None:
            return "bad"
        return "warn" if _copies(state.cost) else "accent"

    def summary(self, told):
        end = told.states[-1]
        return [
            (_("clusters in files"), str(sum(end.disk.sizes))),
            (_("clusters read"), str(end.total.reads)),
            (_("clusters written"), str(end.total.writes)),
            (_("copied by merging"), str(end.total.copied)),
            (_("states that can be restored"), str(len(end.states))),
        ]

    def table(self, state):
        head = [_("layer"), _("clusters"), _("KiB"), _("which ones"), _("its state")]
        rows = [
            [k, len(layer), len(layer) * state.disk.cluster // 1024, _runs(layer), _kept(state, k)]
            for k, layer in reversed(list(enumerate(state.disk.layers)))
        ]
        return Table(head, rows, caption=_("The files of the chain, the newest on top"))


def _copies(cost):
    """A deed that reads in order to write: copy-on-write, or merging."""
    return cost.reads and cost.writes


def _kept(state, layer):
    if layer == state.lost:
        return _("file lost")
    return _("can be restored") if layer in state.states else _("lost with it")


def _runs(layer):
    """Numbers of clusters, neighbours as one: 0–3, 7."""
    runs = []
    for place in sorted(layer):
        if runs and runs[-1][1] == place - 1:
            runs[-1][1] = place
        else:
            runs.append([place, place])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs) or "–"
