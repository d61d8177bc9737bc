"""Every chapter in real JupyterLab: opened, predicted, moved, read, and compared with its kernel.

A new chapter or lab is covered without a line here. What only one chapter can do (a branch, a
write hole) is in its own file.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from notebook_page import NotebookPage

from coursekit.labs.desk import built, labs_of

pytestmark = pytest.mark.browser

MOVES = Path(__file__).with_name("moves.js").read_text(encoding="utf-8")

EDITIONS = [(chapter, folder) for chapter in built() for folder in ("", "fr/")]

STATE = """
import json as _json
from coursekit.ui.lab import _live
from coursekit.ui.scene import Scene as _Scene

def _texts(items):
    for item in items:
        yield from (item[key] for key in ("text", "title", "sub") if item.get(key))
        yield from _texts(item.get("children", ()))

print(_json.dumps({name: {"said": lab.text, "drawn": sorted(
    text for scene in vars(lab).values() if isinstance(scene, _Scene) for text in _texts(scene.items)
)} for name, lab in _live.items()}))
"""
SHOWN = """(name) => {
  const lab = document.querySelector(`.ck-lab-${name}`);
  const said = [...lab.querySelectorAll('.ck-said')].map((line) => line.textContent);
  const texts = [...lab.querySelectorAll('.ck-scene svg text')].map((text) => text.textContent);
  return {said, drawn: texts.filter(Boolean)};
}"""
ASK = """async (code) => {
  const future = probe.panel.sessionContext.session.kernel.requestExecute({code, store_history: false});
  let said = '';
  future.onIOPub = (message) => { if (message.header.msg_type === 'stream') said += message.content.text; };
  await future.done;
  return said;
}"""


def predict_everything(notebook):
    """Answer each lab's question, any way, as a learner would; every lab opens."""
    page = notebook.page
    for panel in page.locator(".ck-predict").all():
        number, ranks = panel.locator("input[type=text]"), panel.locator("select")
        if number.count():
            number.fill("1")
            number.press("Enter")
        elif ranks.count():  # the first option is no rank
            for place, rank in enumerate(ranks.all(), 1):
                rank.select_option(index=place)
        else:
            panel.locator("input[type=radio]").first.check()
        panel.locator("button.ck-run").click()
        panel.locator("button.ck-run").wait_for(state="detached")
    notebook.settle()


def compare_with_kernel(notebook, names):
    """What the page shows is what the kernel holds: the sentence and every text of a scene."""
    notebook.settle()  # what the panel still has to say comes first
    state = json.loads(notebook.page.evaluate(ASK, STATE))
    notebook.settle()
    for name in names:
        shown = notebook.page.evaluate(SHOWN, name)
        assert state[name]["said"] in shown["said"], name
        assert sorted(shown["drawn"]) == state[name]["drawn"], name


@dataclass(frozen=True)
class Edition:
    """A chapter in one language, open and with every prediction made."""

    name: str
    labs: tuple[str, ...]
    notebook: NotebookPage


def edition_name(chapter_and_folder):
    chapter, folder = chapter_and_folder
    return f"{folder}{chapter.stem}"


@pytest.fixture(scope="module", params=EDITIONS, ids=edition_name)
def edition(request, lab, course):
    chapter, folder = request.param
    (course / "my-progress.json").unlink(missing_ok=True)
    notebook = lab.open(f"{folder}{chapter.stem}.ipynb")
    assert notebook.problems() == []
    predict_everything(notebook)
    name = f"{folder.replace('/', '-')}{chapter.stem}"
    yield Edition(name, tuple(labs_of(chapter.slug)), notebook)
    notebook.close()


def test_the_page_shows_what_the_kernel_holds(edition):
    compare_with_kernel(edition.notebook, edition.labs)


def test_more_settings_are_offered_where_there_are_any(edition):
    empty = "!fold.hidden && [...fold.querySelectorAll('.ck-controls > *')].every((c) => c.hidden)"
    folds = "[...document.querySelectorAll('.ck-panel details')]"
    assert edition.notebook.page.evaluate(f"{folds}.filter((fold) => {empty}).length") == 0


def test_each_check_for_real_shows_its_recording(edition):
    """Question and prediction first; the tool's column is filled when the learner asks."""
    page = edition.notebook.page
    for check in page.locator("[class*=ck-real-]").all():
        assert "?" in check.locator("table").inner_text()
        check.locator(".ck-tools button").last.click()
        check.locator(".ck-source-of .ck-verdict").wait_for()
        assert "?" not in check.locator("td").all_inner_texts()
        check.locator(".ck-drawer button").click()
        check.locator(".ck-typed").wait_for()
    edition.notebook.settle()
    assert edition.notebook.problems() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_there_is_no_barrier(edition, theme, shots):
    assert edition.notebook.axe(theme) == []
    edition.notebook.screenshot(shots / f"{edition.name}-{theme}.png")


@pytest.mark.parametrize("width", [480, 800, 1360])
def test_nothing_is_wider_than_the_page(edition, width):
    edition.notebook.page.set_viewport_size({"width": width, "height": 900})
    edition.notebook.settle()

    assert edition.notebook.page.evaluate(TOO_WIDE) == []


in_english = pytest.mark.parametrize(
    "edition", [each for each in EDITIONS if not each[1]], ids=edition_name, indirect=True
)


@in_english
def test_every_control_moves_and_is_drawn_as_computed(edition):
    edition.notebook.page.evaluate(MOVES)
    for name in edition.labs:
        moved = edition.notebook.page.evaluate("(name) => moves.lab(name)", name)
        assert sum(moved.values()) >= 5, name

    compare_with_kernel(edition.notebook, edition.labs)
    assert edition.notebook.problems() == []


TOO_WIDE = """() => {
  const cell = document.querySelector('.jp-Notebook .jp-Cell').getBoundingClientRect();
  const parts = document.querySelectorAll('.ck-lab, .ck-scene svg, .ck-said, .ck-panel, .ck-timeline');
  return [...parts].filter((part) => part.getBoundingClientRect().right > cell.right + 2)
    .map((part) => part.className.baseVal ?? part.className);
}"""


@pytest.fixture(scope="session")
def shots(request):
    folder = request.config.rootpath / "tests" / "browser" / "shots"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("folder", ["", "fr/"])
def test_the_start_page_leads_to_the_chapter(lab, folder):
    notebook = lab.open(f"{folder}00-start-here.ipynb")
    assert notebook.problems() == []
    link = notebook.page.locator(".ck-start a").first
    link.click()
    notebook.page.wait_for_url(f"**/{folder}{built()[0].stem}.ipynb*")
    notebook.page.close()
