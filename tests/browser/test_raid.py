"""RAID in the browser, as a learner at the keyboard: branch, quiz, share, restart, come back."""

import json

import pytest
from test_chapters import predict_everything

pytestmark = pytest.mark.browser
BOOK = "08-raid.ipynb"


def lab_of(notebook, name):
    return notebook.page.locator(f".ck-lab-raid-{name}")


def test_a_learner_at_the_keyboard_branches_quizzes_and_comes_back(lab, course):
    (course / "my-progress.json").unlink(missing_ok=True)
    notebook = lab.open(BOOK)
    page = notebook.page
    predict_everything(notebook)

    branch_by_keyboard(notebook)
    answer_by_keyboard(notebook)
    share_and_load(notebook)
    watch_a_flight(notebook)
    kept = json.loads((course / "my-progress.json").read_text())
    assert len(kept["predictions"]) == 9
    assert kept["answers"]["raid-second-failure"]["right"] is True

    notebook.restart_kernel()
    page.locator(".ck-bar-run").wait_for()
    page.locator(".ck-bar-run").press("Enter")
    page.wait_for_selector(".ck-lab-raid-disks")
    notebook.settle()
    assert page.locator(".ck-predict button.ck-run").count() == 0, "predictions are remembered"
    assert "Right." in page.locator(".ck-question").first.inner_text()
    assert page.locator("text=Error displaying widget").count() == 0

    notebook.reload()  # the old kernel with all its labs is still there
    page.wait_for_selector(".ck-lab-raid-disks .ck-scene svg")
    assert page.locator(".ck-predict button.ck-run").count() == 0
    assert notebook.problems() == []
    notebook.close()


def branch_by_keyboard(notebook):
    """Back from the end by keys, another death, and two runs stand side by side."""
    kill = lab_of(notebook, "disks")
    step = kill.locator("[data-word=step]")
    step.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight"):
        step.press(key)
        notebook.settle(40)
    disk = kill.locator(".ck-scene [data-id=disk3]")
    disk.focus()
    disk.press("Enter")
    notebook.settle()

    runs = kill.locator(".widget-toggle-buttons button")
    assert runs.all_inner_texts() == ["A", "B"]
    table = kill.locator(".ck-table").first.inner_text()
    assert "Run A" in table
    assert "Run B" in table


def answer_by_keyboard(notebook):
    """Arrows choose, Enter checks, the reason is read out."""
    question = notebook.page.locator(".ck-question").first
    right = question.locator("label", has_text="6/7").locator("input")
    right.focus()
    right.press("Space")
    question.locator("button", has_text="Hint").press("Enter")
    notebook.settle(60)
    assert "Hint 1 of 3" in question.locator(".ck-said").inner_text()
    question.locator("button", has_text="Check").press("Enter")
    notebook.settle(60)
    status = question.locator("[role=status]")
    assert status.inner_text().startswith("Right.")


def share_and_load(notebook):
    """A state as text, spoiled, refused with the reason, then brought back exactly."""
    layout = lab_of(notebook, "layout")
    layout.locator("button", has_text="Share this state").press("Enter")
    box = layout.locator("textarea")
    notebook.settle(60)
    text = box.input_value()
    before = layout.locator(".ck-scene svg").first.text_content()

    box.fill(text.replace('"5"', '"9"'))
    layout.get_by_role("button", name="Load", exact=True).press("Enter")
    notebook.settle(60)
    assert "level=9: choose one of" in layout.locator(".ck-textbox").inner_text()
    assert '"9"' in box.input_value(), "what was typed stays, to be put right"

    layout.locator("button", has_text="Reset").press("Enter")
    notebook.settle(60)
    assert layout.locator(".ck-scene svg").first.text_content() != before
    box.fill(text)
    layout.get_by_role("button", name="Load", exact=True).press("Enter")
    notebook.settle()
    assert layout.locator(".ck-scene svg").first.text_content() == before


def watch_a_flight(notebook):
    """A block in flight: frames are drawn while the kernel hears nothing."""
    write = lab_of(notebook, "write")
    write.locator("[data-word=first]").press("Enter")
    notebook.settle(60)
    write.locator("[data-word=step]").press("Enter")
    frames, heard = notebook.page.evaluate(FLIGHT)
    assert frames > 2
    assert heard == 0


FLIGHT = """() => new Promise((done) => {
  const svg = document.querySelector('.ck-lab-raid-write .ck-scene svg');
  let heard = 0;
  probe.panel.sessionContext.iopubMessage.connect(() => { heard += 1; });
  setTimeout(() => {
    const first = Number(svg.dataset.frames ?? 0), before = heard;
    setTimeout(() => done([Number(svg.dataset.frames) - first, heard - before]), 150);
  }, 200);
})"""
