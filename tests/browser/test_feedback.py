"""Feedback pages in Chromium: nothing runs, nothing is asked for, everyone can read them."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from coursekit.exercises import find
from coursekit.grading import feedback
from coursekit.grading.gradebook import Entry
from coursekit.grading.marker import Failure, Mark, plain
from coursekit.grading.policy import Late
from coursekit.grading.store import Override
from coursekit.i18n import speaking
from coursekit.sims.message import Message

pytestmark = pytest.mark.browser

HOSTILE = (
    "</style></title><script>document.title='run'</script><img src=http://127.0.0.1:9/x onerror=run()>"
    '"><svg onload=run()>\u202e=cmd|x' + "a" * 300
)
SOME = Mark(
    exercise="E8.1",
    passed=25,
    total=40,
    status="graded",
    reason=Message.of(
        "{count} of {total} cases failed: {error}", count=15, total=40, error=HOSTILE
    ),
    failure=Failure(f"raid_map(level={HOSTILE!r})", HOSTILE, HOSTILE),
)
NAMES = {"name": HOSTILE, "learner": HOSTILE}
ENTRIES = [
    Entry(mark=SOME, late=Late(2, 0.8), note=Message(HOSTILE.replace("{", "")), **NAMES),
    Entry(
        mark=plain(find("E8.2"), "refused", Message.of("the file is empty")),
        override=Override(learner="", exercise="E8.2", score=0.9, reason=HOSTILE, who=HOSTILE, at="2026-01-01"),
        unsandboxed=True,
        **NAMES,
    ),
    Entry(mark=Mark(exercise="E8.3", passed=40, total=40, status="graded"), **NAMES),
]  # fmt: skip


@pytest.fixture(scope="module", params=["en", "fr"])
def path(request, tmp_path_factory):
    with speaking(request.param):
        text = feedback.page(ENTRIES, show_cases=True)
    written = tmp_path_factory.mktemp("pages") / f"{request.param}.html"
    written.write_text(text, "utf-8")
    return written


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 340])
def test_a_page_full_of_hostile_text_is_only_read(browser, path, scheme, width):
    view = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = view.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())

    assert asked == [path.as_uri()]
    assert said == [], "the policy had nothing to stop, so nothing was tried"
    assert page.locator("script, img, iframe, link, object, [onload], [onerror]").count() == 0
    assert HOSTILE[:40] in page.title()
    assert page.locator("h1").inner_text().endswith("a" * 300)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it fits"
    found = Axe().run(page).response
    assert [(rule["id"], rule["nodes"][0]["failureSummary"]) for rule in found["violations"]] == []
    assert {"color-contrast", "html-has-lang"} <= {rule["id"] for rule in found["passes"]}
    view.close()


def test_the_style_is_the_one_the_policy_allows(browser, path):
    page = browser.new_page()
    page.goto(path.as_uri())

    assert page.locator("section").first.evaluate("e => getComputedStyle(e).borderRadius") == "12px"
    page.close()
