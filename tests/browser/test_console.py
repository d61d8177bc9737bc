"""The web console as a page of its own: signed in, pressed, and seen in the notebook."""

import json

import pytest
import samples

pytestmark = pytest.mark.browser

MAKE = """
from coursekit.labs.kubernetes.console import ConsoleLab
lab = ConsoleLab(1)
lab
"""
SERVE = """
import json
lab._toggle()
print(json.dumps({"url": lab._site.url, "passwords": lab.passwords}))
"""
CLOSE = "lab._toggle()"


@pytest.fixture(scope="module")
def served(lab, course):
    """The lab in a notebook, its page served; the notebook's page and a way to open the other."""
    samples.save(course / "samples", {"console": samples.notebook(MAKE, SERVE)})
    notebook = lab.open("samples/console.ipynb", wait=False)
    notebook.run_all()
    notebook.settle()
    said = notebook.page.locator(".jp-OutputArea-output pre").last.inner_text()
    yield notebook, json.loads(said)
    notebook.close()


@pytest.fixture
def page(served):
    """The page in a tab of its own; whatever it complains of is collected."""
    notebook, where = served
    tab = notebook.page.context.new_page()
    found = []
    tab.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    tab.on("pageerror", lambda why: found.append(str(why)))
    tab.on("request", lambda asked: found.append(asked.url) if not asked.url.startswith((where["url"], "data:")) else None)  # fmt: skip
    tab.goto(where["url"])
    yield tab
    assert found == []
    tab.close()


def sign_in(page, where, name):
    page.fill("#name", name)
    page.fill("#password", where["passwords"][name])
    page.keyboard.press("Enter")
    page.locator(".ck-web-tabs").wait_for()


def said(page):
    return page.locator(".ck-web-said").inner_text()


def test_an_operator_starts_a_container_and_the_notebook_knows(served, page):
    notebook, where = served
    assert page.locator(".ck-web-tabs").count() == 0, "nobody is signed in"
    sign_in(page, where, "operator")

    page.get_by_label("Start shop", exact=True).click()
    page.get_by_label("Stop shop", exact=True).wait_for()

    assert said(page) == "204 · start, shop: done."
    notebook.settle()
    assert "POST /api/containers/shop/start" in notebook.page.locator(".ck-lab .ck-said").inner_text()  # fmt: skip
    assert notebook.problems() == []


def test_it_scales_by_keyboard(served, page):
    _notebook, where = served
    sign_in(page, where, "operator")
    page.locator("[data-key='tab-containers']").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(":focus").inner_text() == "Deployments"

    page.get_by_label("Replicas of web").fill("7")
    page.keyboard.press("Enter")
    page.get_by_text("200 · The wish for web is now 7").wait_for()
    page.keyboard.press("Escape")
    page.locator("[data-key='tab-pods']").click()

    assert page.locator(".ck-web-table tbody tr").count() == 7


def test_there_is_no_barrier_on_the_page(served, page):
    from axe_playwright_python.sync_playwright import Axe

    _notebook, where = served
    sign_in(page, where, "admin")

    assert Axe().run(page).response["violations"] == []
