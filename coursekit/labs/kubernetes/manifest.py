"""The learner's own manifests: what is wrong, which objects there are, who means whom."""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.labs.kubernetes.drawing import lines
from coursekit.labs.kubernetes.yamlfile import YamlFile
from coursekit.sims.kubernetes.manifest import read
from coursekit.sims.kubernetes.objectsof import (
    as_budget,
    as_containers,
    as_deployment,
    as_hpa,
    as_pod,
    targets,
)
from coursekit.sims.kubernetes.qos import qos_class
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table
from coursekit.ui.textlab import TextLab

PLAIN = "apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\nspec:\n  ports:\n  - port: 80\n"
# right line by line; but the Service selects a label that no pod carries
FIRST = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 3
  selector:
    matchLabels:
      app: shop
  template:
    metadata:
      labels:
        app: shop
    spec:
      containers:
      - name: app
        image: nginx:1.27
        resources:
          requests: {cpu: 100m, memory: 128Mi}
          limits: {memory: 256Mi}
---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: web
  ports:
  - port: 80
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: shop
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  minReplicas: 3
  maxReplicas: 10
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: shop
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: shop
"""
BEARERS = ("Deployment", "Pod")  # what others mean
MOST = 8  # cards of a column in sight; more are in the table
CARD = (300, 96)


@dataclass(frozen=True)
class Reading:
    """The manifest, and for each document whom it means."""

    manifest: object
    means: tuple


class ManifestLab(TextLab):
    """A card an object; arrows from those that mean others to those that are meant."""

    name = "kubernetes-manifest"
    title = mark("Your own manifest")
    plain = PLAIN

    def run(self):
        manifest = read(self.program)
        means = [
            (one, targets(one, manifest.documents))
            for one in manifest.documents if one.kind not in BEARERS
        ]  # fmt: skip
        return Reading(manifest, tuple(means))

    # The text

    def first(self):
        return FIRST

    def words(self):
        return _("Your manifest in YAML: write it, then have it read"), _("Read it")

    def taken(self):
        count = len(self.result.manifest.problems)
        return plural("Read: {count} problem.", "Read: {count} problems.", count) if count else _("Read: every field is right.")  # fmt: skip

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        self.file = YamlFile("manifest", lambda: [one.value for one in self.result.manifest.documents])  # fmt: skip
        return [self.scene, self.file.view]

    def draw(self, reading):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(reading), narrow=narrow)
        top = 104 if narrow else 60
        wide = (width - 90) / 2 if narrow else CARD[0] + 60
        left = [one for one, _there in reading.means][:MOST]
        right = [one for one in reading.manifest.documents if one.kind in BEARERS][:MOST]
        high = 128 if narrow else CARD[1]
        places = {}
        for column, x in ((left, 8), (right, width - 12 - wide)):
            for i, one in enumerate(column):
                places[id(one)] = (x, top + i * (high + 14))
                items += self._card(one, (x, top + i * (high + 14), wide, high), reading)
        items += self._arrows(reading, places, wide, high)
        bottom = top + max(1, len(left), len(right)) * (high + 14)
        problems, bottom = self._problems(reading, bottom + 8, width)
        what = _("The objects, and which means which")
        self.scene.show([*items, *problems], width=width, height=bottom + 8, label=what)

    def _facts(self, reading):
        problems, lost = len(reading.manifest.problems), self._lost(reading)
        count = len(reading.manifest.documents)
        return [
            (plural("{count} object", "{count} objects", count), "accent" if count else "warn"),
            (plural("{count} problem", "{count} problems", problems), "bad" if problems else "ok"),
            (_("mean nobody: {n}", n=len(lost)), "warn" if lost else "ok"),
        ]

    def _lost(self, reading):
        return [one for one, there in reading.means if not there]

    def _card(self, one, spot, reading):
        x, y, w, h = spot
        lost = one in self._lost(reading)
        kind = _SHORT.get(one.kind, one.kind) if self.scene.narrow else one.kind
        look = {"tone": "warn", "dash": True, "glow": True} if lost else {"tone": "accent" if one.kind in BEARERS else "idle"}  # fmt: skip
        items = [box(f"card-{one.line}", x, y, w, h, r=10, title=kind, sub=one.name, fill="none", **look)]  # fmt: skip
        y += 56
        for i, text in enumerate(self._said(one, lost=lost)):
            made, y = lines(f"said-{one.line}-{i}", x + 12, y, text, w - 20)
            items += made
        return items

    def _said(self, one, *, lost):
        """What follows from what is written, in short lines."""
        if one.kind in BEARERS:
            return self._bearer(one)
        said = [_("⚠ means nobody")] if lost else []
        if one.kind == "Service":
            wanted = one.value["spec"].get("selector", {})
            return [", ".join(f"{k}: {v}" for k, v in wanted.items()) or _("no selector"), *said]
        if one.kind == "HorizontalPodAutoscaler":
            scaler, target = as_hpa(one)
            return [_("{least} to {most} pods, CPU {target} %", least=scaler.least, most=scaler.most, target=target), *said]  # fmt: skip
        return [self._budget(one), *said]

    def _budget(self, one):
        spec = one.value["spec"]
        if "minAvailable" not in spec and "maxUnavailable" not in spec:
            return _("no amount")
        name = "minAvailable" if "minAvailable" in spec else "maxUnavailable"
        meant = [d for d in targets(one, self.result.manifest.documents) if d.kind == "Deployment"]
        text = f"{name}: {spec[name]}"
        if meant:
            expected = sum(as_deployment(each).replicas for each in meant)
            text += " · " + _("{n} of {all} stay", n=as_budget(one).desired(expected), all=expected)
        return text

    def _bearer(self, one):
        pod = as_pod(one)
        labels = ", ".join(f"{k}: {v}" for k, v in one.labels.items()) or _("no labels")
        said = [labels, f"{qos_class(as_containers(one))} · {pod.cpu_m} m · " + _("{n} MiB", n=number(pod.mem_mi, 6))]  # fmt: skip
        if one.kind == "Deployment":
            wish = as_deployment(one)
            most, least = wish.bounds
            rolls = wish.strategy == "RollingUpdate"
            said.append(_("{n} pods; in an update {least} to {most}", n=wish.replicas, least=least, most=most) if rolls else _("{n} pods; an update stops all first", n=wish.replicas))  # fmt: skip
        return said

    def _arrows(self, reading, places, wide, high):
        items = []
        for i, (one, there) in enumerate(reading.means):
            for k, other in enumerate(there):
                if id(one) in places and id(other) in places:
                    (x, y), (far, low) = places[id(one)], places[id(other)]
                    y, low = y + high / 2, low + high / 2 + 8 * (i - 1)
                    items.append(path(f"means-{i}-{k}", f"M{x + wide + 3} {y} C{x + wide + 40} {y} {far - 40} {low} {far - 5} {low}", tone="accent", arrow=True, w=2))  # fmt: skip
        return items

    def _problems(self, reading, y, width):
        items = []
        for i, problem in enumerate(reading.manifest.problems[:MOST]):
            made, y = lines(f"problem-{i}", 12, y + 12, f"✗ {_(problem.said)}", width - 24, size=13)
            items += made
        more = len(reading.manifest.problems) - MOST
        if more > 0:
            items.append(label("more", 12, y + 12, _("and {n} more, in the table", n=more), size=13))  # fmt: skip
            y += 20
        return items, y

    # In words

    def describe(self, reading):
        problems = reading.manifest.problems
        if problems:
            return "\n".join(f"✗ {_(problem.said)}" for problem in problems[:3])
        if not reading.manifest.documents:
            return _("The text holds no object yet.")
        lost = [f"{one.kind} {one.name}" for one in self._lost(reading)]
        if lost:
            return _("Every field is right, and apply would take it. But {names}: whom it means is not in this text. No error would be shown.", names=", ".join(lost))  # fmt: skip
        return _("Every field is right, and each object finds the one it means. Saved as a file, kubectl apply -f takes it.")  # fmt: skip

    def tone(self, reading):
        if reading.manifest.problems:
            return "bad"
        return "warn" if self._lost(reading) or not reading.manifest.documents else "ok"

    def table(self, reading):
        rows = [
            [one.line, one.kind, one.name, "; ".join(self._said(one, lost=one in self._lost(reading)))]
            for one in reading.manifest.documents
        ]  # fmt: skip
        rows += [
            [each.line, each.path or "–", each.value or "–", _(each.rule)]
            for each in reading.manifest.problems
        ]
        head = [_("line"), _("kind or field"), _("name or value"), _("what follows, or the rule")]
        return Table(head, rows, caption=_("Objects and problems"))


_SHORT = {"HorizontalPodAutoscaler": "Autoscaler", "PodDisruptionBudget": "Budget"}
