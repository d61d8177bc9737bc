"""The learner's own Dockerfile: its layers, their weight, what a change of the source runs again."""

from html import escape

from coursekit.i18n import _, mark, number
from coursekit.sims.containers.dockercosts import MB
from coursekit.sims.containers.dockerjudge import BAD, Task, judge
from coursekit.ui.controls import Slider
from coursekit.ui.look import html
from coursekit.ui.parts import facts, key, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table
from coursekit.ui.textlab import TextLab

PLAIN = "FROM scratch\nCOPY src /src\n"  # in sight while the prediction is awaited
ROW, NARROW_ROW = 30, 48
MOST_ROWS = 24  # layers in sight; more are in the table
HELP = (
    ("FROM python:3.12-slim AS build", mark("begins a stage on an image; AS gives it a name")),
    ("COPY requirements.txt .", mark("brings files: src, tests, .git, .env, requirements.txt, or . for all")),
    ("COPY --from=build /app /app", mark("brings files of another stage")),
    ("RUN pip install -r requirements.txt", mark("runs a command; what it writes is the layer")),
    ("RUN apt-get install -y build-essential && … && rm -rf /var/lib/apt/lists", mark("several commands, one layer")),
    ("# cost: 60 s, 300 MB", mark("says what the next RUN takes, where you know better")),
    ("ENV NAME=value · WORKDIR /app · USER app · EXPOSE 8080", mark("settings; they weigh nothing")),
    ('CMD ["python", "src/main.py"]', mark("what the container starts")),
)  # fmt: skip


class OwnDockerfileLab(TextLab):
    """A row a line: what it weighs, how long it takes, whether it runs again."""

    name = "containers-own"
    title = mark("Your own Dockerfile")
    plain = PLAIN

    def controls(self):
        return (
            Slider("seconds", mark("Rebuild at most"), 10, 1, 120, 1, "s"),
            Slider("mb", mark("Image at most"), 300, 50, 2000, 10, mark("MB")),
        )

    def run(self, seconds, mb):
        return judge(self.program, Task(seconds=seconds, mb=mb))

    # The text

    def first(self):
        return BAD

    def words(self):
        return _("Your Dockerfile: write it, then build it"), _("Build it")

    def taken(self):
        return _("Built.")

    def help(self):
        rows = [[example, _(meaning)] for example, meaning in HELP]
        known = Table([_("for example"), _("what it does")], rows, caption=_("The instructions"))
        head = escape(_("The instructions"))
        return [html(f"<details><summary>{head}</summary>{known.html()}</details>")]

    # Drawing

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, judged):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(judged), narrow=narrow)
        y = 96 if narrow else 56
        layers = judged.plan.layers[:MOST_ROWS]
        most = max(1, *(layer.kb for layer in layers))
        for i, layer in enumerate(layers):
            items += self._layer(i, layer, y, most, width)
            y += NARROW_ROW if narrow else ROW
        items += key(self._key(), width, y + 10, a_line=2 if narrow else 4)
        what = _("The lines of the Dockerfile: what each weighs, and whether it runs again")
        self.scene.show(items, width=width, height=y + (58 if narrow else 36), label=what)

    def _facts(self, judged):
        plan, task = judged.plan, judged.task
        hidden = plan.hidden_kb / MB
        return [
            (_("image: {mb} MB of {most}", mb=_mb(plan.image_kb), most=number(task.mb)), "ok" if judged.small else "bad"),
            (_("rebuild: {s} s of {most}", s=number(plan.rebuild_s), most=number(task.seconds)), "ok" if judged.fast else "bad"),
            (_("hidden, not freed: {mb} MB", mb=number(hidden)), "warn" if hidden >= 1 else "ok"),
            (_("it runs") if not judged.missing else _("it does not run"), "ok" if not judged.missing else "bad"),
        ]  # fmt: skip

    def _layer(self, i, layer, y, most, width):
        """The line, a bar for its megabytes, its seconds if it runs again."""
        narrow = self.scene.narrow
        tone = "warn" if layer.rebuilt else "ok"
        look = {"fill": "soft" if layer.rebuilt else "none", "tone": tone, "dash": not layer.final}
        wide = width - 12 if narrow else 470
        shown = 54 if narrow else 58
        text = layer.text if len(layer.text) <= shown else f"{layer.text[: shown - 1]}…"
        mark_ = "↻" if layer.rebuilt else "✓"
        items = [
            box(f"line{i}", 6, y, wide, 24, r=5, **look),
            label(f"text{i}", 14, y + 17, f"{mark_} {layer.line} {text}", size=11 if narrow else 12),
        ]  # fmt: skip
        x, at = (14, y + 27) if narrow else (488, y + 2)
        room = 200 if narrow else 220
        long = room * layer.kb / most
        if long >= 1:
            looks = {"tone": "bad", "fill": "soft"} if layer.hides_kb >= MB else {"tone": "accent", "fill": "soft"}  # fmt: skip
            items.append(box(f"mb{i}", x, at, long, 15 if narrow else 20, r=3, **looks))
        said = self._said(layer)
        if said:
            items.append(label(f"said{i}", x + max(long, 0) + 6, at + (12 if narrow else 15), said, size=11 if narrow else 12))  # fmt: skip
        return items

    def _said(self, layer):
        parts = []
        if layer.kb >= MB:
            parts.append(_("{mb} MB", mb=_mb(layer.kb)))
        if layer.hides_kb >= MB:
            parts.append(_("hides {mb} MB", mb=_mb(layer.hides_kb)))
        if layer.rebuilt and layer.seconds:
            parts.append(_("{s} s", s=number(layer.seconds)))
        return " · ".join(parts)

    def _key(self):
        return [
            ("box", {"tone": "ok", "fill": "none"}, _("✓ taken from the cache")),
            ("box", {"tone": "warn", "fill": "soft"}, _("↻ runs again")),
            ("box", {"tone": "accent", "fill": "soft"}, _("megabytes of the layer")),
            ("box", {"tone": "ok", "fill": "none", "dash": True}, _("not in the image")),
        ]

    # In words

    def describe(self, judged):
        plan = judged.plan
        lines = [
            _("After a change of the source {s} s run again; the image has {mb} MB.", s=number(plan.rebuild_s), mb=_mb(plan.image_kb))
        ]  # fmt: skip
        lines += [f"✗ {_(each)}" for each in judged.missing]
        lines += [f"• {_(each.why)}" for each in judged.advice]
        if judged.done:
            lines.append(_("✓ The task is done."))
        return "\n".join(lines)

    def tone(self, judged):
        return "ok" if judged.done else "bad" if judged.missing else "warn"

    def table(self, judged):
        rows = [
            [each.line, each.text, each.stage or "–", _mb(each.kb), _mb(each.hides_kb), number(each.seconds), _("yes") if each.rebuilt else _("no")]
            for each in judged.plan.layers
        ]  # fmt: skip
        head = [_("line"), _("instruction"), _("stage"), _("MB"), _("hides, MB"), _("seconds"), _("runs again")]  # fmt: skip
        return Table(
            head, rows, caption=_("The layers, and what a change of the source runs again")
        )


def _mb(kb):
    return number(kb / MB, 4 if kb >= 1000 * MB else 3)
