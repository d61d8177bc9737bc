"""The start page in real JupyterLab: the map by mouse and by keyboard, its links, its looks."""

import json

import pytest
from driver import Lab
from test_chapters import TOO_WIDE

from coursekit.chapters import CHAPTERS
from coursekit.ui.jupyter import server

pytestmark = pytest.mark.browser

SETTINGS = server.CELLS.parent / "settings"
STATUS_BAR = "@jupyterlab/statusbar-extension/plugin.jupyterlab-settings"
FOCUSED = "() => document.activeElement.dataset.id ?? ''"


@pytest.fixture(scope="module")
def progress(course):
    """Somebody has begun RAID and is done with networks."""
    at = "2026-01-01T10:00:00+00:00"
    kept = {
        "version": 1,
        "predictions": {"raid-layout": {"answer": 1, "at": at}},
        "answers": {},
        "done": {"networks": {"done": True, "at": at}},
    }
    file = course / "my-progress.json"
    file.write_text(json.dumps(kept))
    yield file
    file.unlink(missing_ok=True)


@pytest.fixture(params=["", "fr/"], ids=["en", "fr"])
def start(request, lab, progress):
    notebook = lab.open(f"{request.param}00-start-here.ipynb")
    assert notebook.problems() == []
    yield notebook
    notebook.page.close()


def station(notebook, slug):
    return notebook.page.locator(f".ck-startpage .ck-press[data-id='{slug}']")


def link(notebook, stem):
    return notebook.page.locator(f".ck-onward a[href*='{stem}.ipynb']")


def test_the_map_shows_every_chapter_and_where_to_go_on(start):
    assert start.page.locator(".ck-startpage .ck-press").count() == len(CHAPTERS)
    assert link(start, "08-raid").first.is_visible()
    assert start.page.locator(".ck-startpage [data-id='raid'] .ck-bar").count() == 1


def test_a_chapter_is_opened_by_mouse(start):
    station(start, "volumes").click()
    link(start, "09-volumes").first.click()

    start.page.wait_for_url("**/09-volumes.ipynb*")


def test_the_map_is_walked_and_a_chapter_opened_by_keyboard(start):
    """One stop for Tab; arrows from station to station; Enter tells; Tab leads to the link."""
    page = start.page
    assert page.locator(".ck-startpage .ck-press[tabindex='0']").count() == 1
    station(start, "networks").focus()
    walked = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
        walked.append(page.evaluate(FOCUSED))
    assert walked == ["failover", "balancing", "containers", "filesystems"]

    page.keyboard.press("Enter")
    page.locator(".ck-startpage .ck-said", has_text="10").wait_for()
    link(start, "10-filesystems").first.wait_for()
    page.keyboard.press("Tab")
    assert "10-filesystems.ipynb" in page.evaluate("() => document.activeElement.href ?? document.activeElement.outerHTML")  # fmt: skip
    page.keyboard.press("Enter")
    page.wait_for_url("**/10-filesystems.ipynb*")


def test_the_list_of_tools_unfolds(start):
    start.page.locator(".ck-drawer button").last.click()
    start.page.locator(".ck-compared table").wait_for()

    assert start.page.locator(".ck-compared tbody tr").count() > 20
    assert start.problems() == []


def test_loaded_again_it_is_there_again(start):
    """Its old kernel still holds the old map, which must not stand in the new one's way."""
    start.reload()

    assert start.page.locator(".ck-startpage .ck-press").count() == len(CHAPTERS)
    assert start.problems() == []


@pytest.mark.parametrize("width", [640, 1360])
def test_nothing_is_wider_than_the_page(start, width):
    start.page.set_viewport_size({"width": width, "height": 900})
    start.settle()

    assert start.page.evaluate(TOO_WIDE) == []
    assert station(start, "datacentre").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_there_is_no_barrier(start, theme):
    station(start, "raid").click()
    start.settle()
    assert start.axe(theme) == []


@pytest.mark.parametrize("own", [None, '{\n  // mine\n  "visible": true\n}'], ids=["new", "chosen"])
def test_the_page_is_calm_unless_the_user_has_chosen(own, course, browser):
    options = [f"--LabApp.app_settings_dir={SETTINGS}"]  # as in the tree, installed or not
    running = Lab(course, options=options, browser=browser)
    file = running.server.home / "s" / STATUS_BAR
    if own:
        file.parent.mkdir(parents=True)
        file.write_text(own)
    with running as calm:
        page = calm.open("00-start-here.ipynb").page
        bar = page.locator("#jp-main-statusbar")
        assert bar.is_visible() == bool(own)
        assert not page.locator("#jp-left-stack").is_visible()
        assert not page.locator(".cm-lineNumbers").count()
        assert (file.read_text() if file.exists() else None) == own
        page.close()
