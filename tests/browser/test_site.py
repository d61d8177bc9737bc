"""The static site in Chromium, from a folder and from a server: drawn, quiet, readable by everyone."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe

from coursekit.publish.site import build

pytestmark = pytest.mark.browser

# A start page, a story, charts, a web console, a report, the longest page.
PAGES = ("index", "08-raid", "fr/03-balancing", "07-kubernetes", "fr/14-datacentre", "10-filesystems")  # fmt: skip
LOCAL = ("file:", "data:", "http://127.0.0.1:")
DRAWN = "() => [...document.querySelectorAll('.still')].map(e => e.querySelectorAll('svg > g .ck-item').length)"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    list(build(folder))
    return folder


@pytest.fixture(scope="module")
def served(site):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def opened(browser):
    """Open an address; whatever goes wrong on the page is in `page.wrong`."""
    views = []

    def open_(address, width=1360, scheme="light"):
        view = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        views.append(view)
        page = view.new_page()
        page.wrong = []
        page.on("console", lambda message: page.wrong.append(message.text))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("requestfailed", lambda request: page.wrong.append(request.url))
        page.on("request", lambda r: None if r.url.startswith(LOCAL) else page.wrong.append(r.url))
        page.goto(address)
        return page

    yield open_
    for view in views:
        view.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1360, 640, 360])
def test_a_page_from_a_folder_is_drawn_and_fits(opened, site, name, width):
    page = opened((site / f"{name}.html").as_uri(), width)

    assert all(count > 0 for count in page.evaluate(DRAWN)), "a scene without a shape"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it fits"
    sides = [float(box.split()[2]) for box in page.evaluate("() => [...document.querySelectorAll('.still svg')].map(e => e.getAttribute('viewBox'))")]  # fmt: skip
    if width < 600 and sides:
        assert max(sides) < 600, "there is a layout for narrow pages"
    assert page.wrong == []


@pytest.mark.parametrize("name", PAGES[:-1])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened, site, name, scheme):
    page = opened((site / f"{name}.html").as_uri(), scheme=scheme)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # everything unfolded

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]

    assert [(rule["id"], rule["nodes"][0]["html"][:200], len(rule["nodes"])) for rule in found] == []  # fmt: skip


def test_it_works_from_a_server(opened, served):
    page = opened(f"{served}/")
    page.get_by_role("link", name="RAID").click()
    assert page.locator("h1").inner_text().startswith("8 ·")
    assert min(page.evaluate(DRAWN)) > 0
    page.get_by_role("link", name="Français").first.click()
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert page.wrong == []


def test_on_paper_everything_is_unfolded_and_folded_again_afterwards(opened, site):
    page = opened((site / "08-raid.html").as_uri())
    closed = page.locator("details:not([open])").count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == closed > 20
    assert len(page.pdf(format="A4")) > 100_000


def test_nothing_moves_and_nothing_can_be_pressed(opened, site):
    page = opened((site / "10-filesystems.html").as_uri())
    assert page.locator(".still [role=button], .still [tabindex]").count() == 0
    assert page.locator("svg[data-continuous]").count() == 0


def test_the_keyboard_reaches_the_text_first(opened, site):
    page = opened((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
