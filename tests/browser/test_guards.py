"""The guards and the look, on stock widgets: keys, names, charts, narrow pages.

And the driver's own eyes: what it must see, or no other test here proves anything.
"""

import re

import pytest
import samples
from controls import touch_everything

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def widgets(lab, course):
    """The stock widgets, open once for all the keys."""
    samples.save(course / "samples", {"keys": samples.notebook(samples.WIDGETS, samples.SLIDER)})
    notebook = lab.open("samples/keys.ipynb")
    yield notebook
    notebook.close()


RADIO, MENU, LIST = ".widget-radio input", ".widget-dropdown select", ".widget-select select"
TEXT, TOGGLE, SLIDE = ".widget-text input", ".widget-toggle-button", ".noUi-handle"
CHECKED = "one => [...document.querySelectorAll('.widget-radio input')].findIndex(e => e.checked)"
VALUE, NOW, ON = "one => one.value", "one => one.ariaValueNow", "one => one.matches('.mod-active')"


class TestKeyboard:
    @pytest.mark.parametrize(
        ("selector", "keys", "read", "after"),
        [
            (RADIO, ["ArrowDown", "ArrowDown"], CHECKED, 2),
            (MENU, ["ArrowDown"], VALUE, "two"),
            (MENU, ["t", "h"], VALUE, "three"),
            (MENU, ["Home"], VALUE, "one"),
            (LIST, ["End"], VALUE, "three"),
            (LIST, ["ArrowUp"], VALUE, "two"),
            (TEXT, ["b", "a", "d", "x", "z", "M", "Home", "Delete"], VALUE, "adxzM"),
            (TOGGLE, ["Space"], ON, True),
            (TOGGLE, ["Enter"], ON, False),
            (SLIDE, ["End"], NOW, "10.0"),
            (SLIDE, ["ArrowLeft", "ArrowDown"], NOW, "8.0"),
            (SLIDE, ["Home", "ArrowUp", "ArrowRight"], NOW, "2.0"),
        ],
    )
    def test_keys_go_to_the_control(self, selector, keys, read, after, widgets):
        control = widgets.page.locator(selector).first
        control.focus()
        before = self.cells(widgets)
        for key in keys:
            widgets.page.keyboard.press(key)
        widgets.settle(60)

        assert control.evaluate(read) == after
        assert self.cells(widgets) == before

    def test_letters_on_a_button_insert_no_cell(self, widgets):
        widgets.page.locator(TOGGLE).focus()
        before = self.cells(widgets)
        for key in "abjkdd":
            widgets.page.keyboard.press(key)

        assert self.cells(widgets) == before

    def test_shift_enter_still_runs_the_cell(self, widgets):
        counts = self.cells(widgets)["counts"]
        widgets.page.evaluate("() => { probe.panel.content.activeCellIndex = 2; }")

        widgets.page.locator(TOGGLE).focus()
        widgets.page.keyboard.press("Shift+Enter")
        widgets.settle()

        assert self.cells(widgets)["counts"] != counts

    def test_tab_leaves_for_the_next_control(self, widgets):
        widgets.page.locator(MENU).focus()
        widgets.page.keyboard.press("Tab")

        assert widgets.page.locator(LIST).evaluate("one => one === document.activeElement")

    @staticmethod
    def cells(notebook):
        return notebook.page.evaluate("""() => {
          const { content } = probe.panel;
          const cells = [...content.model.cells];
          return { active: content.activeCellIndex, ids: cells.map((cell) => cell.id),
                   counts: cells.map((cell) => cell.executionCount) };
        }""")


@pytest.fixture(scope="module")
def gallery(lab, course):
    samples.save(course / "samples", {"gallery": samples.notebook(samples.GALLERY)})
    notebook = lab.open("samples/gallery.ipynb")
    notebook.settle()
    yield notebook
    notebook.close()


class TestNames:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_axe_finds_nothing_in_stock_widgets(self, theme, gallery):
        assert gallery.axe(theme) == []

    @pytest.mark.parametrize(
        ("role", "name"),
        [
            ("slider", "Span, lower end"),
            ("slider", "Span, upper end"),
            ("slider", "Share (%)"),
            ("slider", "Level"),
            ("button", "Play"),
            ("button", "Stop"),
            ("button", "Repeat"),
            ("spinbutton", "Disks (count)"),
            ("img", "Space by disks"),
            ("img", "The same without a title"),
            ("radiogroup", "Pick"),
            ("group", "Way"),
        ],
    )
    def test_the_author_s_words_name_the_control(self, role, name, gallery):
        found = gallery.page.locator(".jp-OutputArea-output").get_by_role(
            role, name=name, exact=True
        )

        assert found.count() == 1

    def test_a_slider_reads_out_what_it_shows(self, gallery):
        handle = gallery.page.get_by_role("slider", name="Level")

        handle.press("End")
        gallery.settle()

        assert handle.get_attribute("aria-valuetext") == "high"

    def test_a_status_is_announced_from_a_node_that_stays(self, gallery):
        status = gallery.page.locator(".ck-status")
        before = status.element_handle()

        gallery.page.get_by_role("button", name="Push").click()
        gallery.settle()

        assert before.inner_text() == "Pushed"
        assert (status.get_attribute("role"), status.get_attribute("aria-live")) == (
            "status",
            "polite",
        )

    def test_every_control_can_be_touched(self, gallery):
        counts = touch_everything(gallery)

        assert counts == {
            "slider": 4,
            "number": 1,
            "several": 1,
            "checkbox": 1,
            "radio": 2,
            "toggle": 2,
            "play": 1,
            "button": 1,
        }
        assert gallery.problems() == []


class TestLook:
    @pytest.mark.parametrize("width", [480, 1360])
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_nothing_runs_out_of_the_page(self, theme, width, gallery, tmp_path):
        gallery.theme(theme)
        gallery.screenshot(tmp_path / f"{theme}-{width}.png", width=width)
        gallery.page.set_viewport_size({"width": width, "height": 900})
        gallery.settle()
        over = gallery.page.evaluate("""() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')]
          .filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.className)""")

        assert over == []

    def test_text_of_charts_follows_the_theme(self, gallery):
        gallery.theme("dark")
        colour = "one => getComputedStyle(one).fill"
        fills = gallery.page.locator(".bqplot :is(.mainheading, .axislabel, .axis text)")

        for place in range(fills.count()):
            red, green, blue = map(int, re.findall(r"\d+", fills.nth(place).evaluate(colour))[:3])
            assert min(red, green, blue) > 150

    def test_folded_code_is_one_line(self, gallery):
        folded = gallery.page.locator(".jp-InputPlaceholder").first

        assert folded.bounding_box()["height"] < 30
        assert folded.inner_text().startswith("# the widgets")


class TestWatching:
    """The driver itself must see what goes wrong, or every test above proves nothing."""

    def test_a_failing_callback_is_seen(self, show):
        notebook = show("failing", samples.notebook(samples.BROKEN))

        touch_everything(notebook)
        notebook.page.wait_for_function("() => probe.kernelErrors.length")

        (problem,) = notebook.problems()
        assert problem.startswith("kernel: ZeroDivisionError: division by zero")
        assert "1 / 0" in problem, "the end of its traceback comes along"

    def test_a_foreign_request_is_seen(self, show):
        notebook = show("asking", samples.notebook(samples.SLIDER))

        notebook.page.evaluate("() => { new Image().src = 'http://localhost:9/pixel.png'; }")
        notebook.page.wait_for_timeout(200)

        assert notebook.foreign_requests == ["http://localhost:9/pixel.png"]
