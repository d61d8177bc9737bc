"""Small notebooks for the browser tests: ours, somebody else's, and a mix of both."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from coursekit.notebooks import write

KERNEL = {"display_name": "Python 3", "name": "python3"}
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"

SLIDER = """# a slider that writes what it is told
import ipywidgets as w
told = w.Label("start")
size = w.IntSlider(3, 0, 10, description="Size")
size.observe(lambda change: setattr(told, "value", f"size {change.new}"), "value")
w.VBox([size, told])"""

WIDGETS = """# one of each stock widget that JupyterLab's keys disturb
import ipywidgets as w
radio = w.RadioButtons(options=["one", "two", "three"], description="Radio")
menu = w.Dropdown(options=["one", "two", "three"], description="Menu")
chosen = w.Select(options=["one", "two", "three"], description="List")
typed = w.Text("", description="Text")
pressed = w.ToggleButton(False, description="Toggle")
w.VBox([radio, menu, chosen, typed, pressed])"""

GALLERY = """# the widgets that axe complains about without the names guard
import bqplot as bq, ipywidgets as w
span = w.IntRangeSlider(value=(2, 5), min=0, max=9, description="Span")
fine = w.FloatSlider(0.5, min=0, max=1, readout=False, description="Share", tooltip="Share (%)")
level = w.SelectionSlider(options=["low", "high"], description="Level")
play, bare = w.Play(interval=500, max=9), w.IntText(4, tooltip="Disks (count)")
x, y = bq.LinearScale(), bq.LinearScale()
axes = [bq.Axis(scale=x, label="disks"), bq.Axis(scale=y, side="left", label="space")]
marks = [bq.Lines(x=[0, 1, 2], y=[0, 3, 1], scales={"x": x, "y": y})]
titled = bq.Figure(marks=marks, axes=axes, title="Space by disks", layout={"height": "220px"})
plain = bq.Figure(marks=marks, axes=axes, layout={"height": "220px"})
name = w.HTML("The same without a title").add_class("ck-chart-name")
status = w.HTML("Nothing failed").add_class("ck-status")
long = "a long answer that has to wrap on a narrow page instead of running out of it " * 2
quiz = w.RadioButtons(options=[long, "short"], description="Pick")
several = w.SelectMultiple(options=["a", "b"], description="Several")
push = w.Button(description="Push")
push.on_click(lambda _: setattr(status, "value", "Pushed"))
ticked, pages = w.Checkbox(True, description="Spare"), w.ToggleButtons(options=["x", "y"], description="Way")
w.VBox([span, fine, level, play, bare, titled, name, plain, status, quiz, several, push, ticked, pages])"""

BROKEN = """# a button whose callback fails
import ipywidgets as w
bad = w.Button(description="Divide")
bad.on_click(lambda _: 1 / 0)
bad"""

SHIPPED = {"slider": SLIDER, "widgets": WIDGETS, "gallery": GALLERY, "broken": BROKEN}


def foreign(folder: Path) -> str:
    """Code that is not ours, and proof that it ran."""
    return f"open({str(folder / 'FOREIGN')!r}, 'w').write('ran')"


def notebook(*sources: str, language: str = "en", kind: str = "lesson", about: bool = True):
    """A title, some prose, and these code cells, folded as the course's are."""
    folded = {"jupyter": {"source_hidden": True}}
    code = [new_code_cell(source, metadata=folded) for source in sources]
    prose = new_markdown_cell("Some prose with a [link](#sample) and `code`.\n\n## A part")
    made = new_notebook(cells=[new_markdown_cell("# Sample"), prose, *code])
    made.metadata["kernelspec"] = dict(KERNEL)
    if about:
        made.metadata["coursekit"] = {"chapter": "raid", "language": language, "kind": kind}
    return made


def hostile(folder: Path) -> dict:
    """Notebooks that carry the course's metadata and ask for more than its cells."""
    evil = foreign(folder)
    magic = f"%run -i {folder / 'foreign.py'}"
    (folder / "foreign.py").write_text(evil)
    other_kernel = notebook(SLIDER)
    other_kernel.metadata["kernelspec"] = {"display_name": "Mine", "name": "mine"}
    return {
        "foreign-cell": notebook(SLIDER, evil),
        "foreign-first": notebook(evil, SLIDER),
        "only-foreign": notebook(evil),
        "magic": notebook(SLIDER, magic),
        "extra-space": notebook(SLIDER + " "),
        "extra-line": notebook(SLIDER + "\n" + evil),
        "other-kernel": other_kernel,
        "exercises": notebook(SLIDER, kind="exercises"),
    }


def with_stored_script(html: str):
    """Our cells only, but somebody stored an output that acts when it is shown."""
    made = notebook(SLIDER)
    stored = new_output("display_data", data={"text/html": html, "text/plain": "stored"})
    made.cells[-1].outputs = [stored]
    made.cells[-1].execution_count = 1
    return made


def with_stored_model(script: str):
    """Our cells only, but the stored widget state builds a model that acts when it is built."""
    state = {
        "model_module": "anywidget",
        "model_module_version": "~0.11.*",
        "model_name": "AnyModel",
        "state": {"_esm": script, "_anywidget_id": "evil", "_view_name": "AnyView"},
    }
    made = notebook(SLIDER)
    made.metadata["widgets"] = {
        WIDGET_STATE: {"state": {"f00d": state}, "version_major": 2, "version_minor": 0}
    }
    return made


def save(folder: Path, made: dict[str, nbformat.NotebookNode]) -> None:
    for name, each in made.items():
        write(folder / f"{name}.ipynb", each)
