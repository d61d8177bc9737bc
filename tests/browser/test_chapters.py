"""Every chapter in real JupyterLab: opened, predicted, moved, read, and compared with its kernel.

A new chapter or lab is covered without a line here. What only one chapter can do (a branch, a
write hole) is in its own file.
"""

import json
from pathlib import Path

import pytest

from coursekit.labs.desk import built, labs_of

pytestmark = pytest.mark.browser

MOVES = Path(__file__).with_name("moves.js").read_text(encoding="utf-8")

EDITIONS = [(chapter, folder) for chapter in built() for folder in ("", "fr/")]
every_edition = pytest.mark.parametrize(
    "chapter, folder", EDITIONS, ids=[f"{folder}{chapter.stem}" for chapter, folder in EDITIONS]
)

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


@pytest.fixture
def forget(course):
    """A learner who has done nothing yet."""
    (course / "my-progress.json").unlink(missing_ok=True)


def predict_everything(notebook):
    """Answer each lab's question, any way, as a learner would; every lab opens."""
    page = notebook.page
    for panel in page.locator(".ck-predict").all():
        number, radio = panel.locator("input[type=text]"), panel.locator("input[type=radio]")
        if number.count():
            number.fill("1")
            number.press("Enter")
        else:
            radio.first.check()
        panel.locator("button.ck-run").click()
        panel.locator("button.ck-run").wait_for(state="detached")
    notebook.settle()


def compare_with_kernel(notebook, names):
    """What the page shows is what the kernel holds: the sentence and every text of a scene."""
    state = json.loads(notebook.page.evaluate(ASK, STATE))
    notebook.settle()
    for name in names:
        shown = notebook.page.evaluate(SHOWN, name)
        assert state[name]["said"] in shown["said"], name
        assert sorted(shown["drawn"]) == state[name]["drawn"], name


def test_a_chapter_is_predicted_moved_and_drawn_as_computed(lab, forget, chapter):
    notebook = lab.open(f"{chapter.stem}.ipynb")
    names = list(labs_of(chapter.slug))
    assert notebook.problems() == []

    predict_everything(notebook)
    compare_with_kernel(notebook, names)
    notebook.page.evaluate(MOVES)
    for name in names:
        moved = notebook.page.evaluate("(name) => moves.lab(name)", name)
        assert sum(moved.values()) >= 5, name
    compare_with_kernel(notebook, names)

    assert notebook.problems() == []
    notebook.close()


@every_edition
def test_a_chapter_has_no_barrier_in_either_theme(lab, forget, chapter, folder, shots):
    notebook = lab.open(f"{folder}{chapter.stem}.ipynb")
    predict_everything(notebook)
    compare_with_kernel(notebook, labs_of(chapter.slug))

    for theme in ("light", "dark"):
        assert notebook.axe(theme) == []
        name = f"{folder.replace('/', '-')}{chapter.stem}-{theme}.png"
        notebook.screenshot(shots / name)
    notebook.theme("light")
    assert notebook.problems() == []
    notebook.close()


TOO_WIDE = """() => {
  const cell = document.querySelector('.jp-Notebook .jp-Cell').getBoundingClientRect();
  const parts = document.querySelectorAll('.ck-lab, .ck-scene svg, .ck-said, .ck-controls, .ck-timeline');
  return [...parts].filter((part) => part.getBoundingClientRect().right > cell.right + 2)
    .map((part) => part.className.baseVal ?? part.className);
}"""


def test_nothing_is_wider_than_the_page(lab, chapter):
    notebook = lab.open(f"{chapter.stem}.ipynb")
    for width in (480, 800, 1360):
        notebook.page.set_viewport_size({"width": width, "height": 900})
        notebook.settle()
        assert notebook.page.evaluate(TOO_WIDE) == [], width
    notebook.close()


@pytest.fixture(params=built(), ids=lambda each: each.slug)
def chapter(request):
    return request.param


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
