"""Touch every control of a notebook's outputs, once, as a person would.

Each kind of control is a selector and a hand; after each touch we wait until kernel and page
are still, so that a failing callback is found beside its control.
"""

from collections.abc import Callable
from dataclasses import dataclass

from notebook_page import NotebookPage
from playwright.sync_api import Locator

QUIET_MS = 60
LIMIT_MS = 6_000
PLAY_MS = 400

Hand = Callable[[Locator], None]


@dataclass(frozen=True)
class Kind:
    name: str
    selector: str
    hand: Hand


def _keys(*names: str) -> Hand:
    def press(control: Locator) -> None:
        control.focus()
        for name in names:
            control.press(name)

    return press


def _fill(control: Locator, text: str) -> None:
    control.fill(text)
    control.press("Enter")


def _number(control: Locator) -> None:
    """Least, default, most; without limits, the default and its neighbours."""
    default = control.input_value()
    low, high = control.get_attribute("min"), control.get_attribute("max")
    for value in (low or "0", default, high or "1", default):
        _fill(control, value)


def _select(control: Locator) -> None:
    default = control.input_value()
    last = control.locator("option").count() - 1
    for index in (0, last):
        control.select_option(index=index)
    control.select_option(value=default)


def _several(control: Locator) -> None:
    count = control.locator("option").count()
    control.select_option(index=list(range(count)))


def _twice(control: Locator) -> None:
    control.click()
    control.click()


def _text(control: Locator) -> None:
    before = control.input_value()
    _fill(control, "test")
    _fill(control, before)


def _play(control: Locator) -> None:
    control.click()
    control.page.wait_for_timeout(PLAY_MS)
    control.click()


def _click(control: Locator) -> None:
    control.click()


TOOLBARS = ":not(.widget-play button):not(.bqplot button):not(.toolbar_div button)"
KINDS = (
    Kind("slider", ".noUi-handle", _keys("ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home")),
    Kind("range", "input[type=range]", _keys("ArrowRight", "End", "Home")),
    Kind("number", "input[type=number]", _number),
    Kind("select", "select:not([multiple]):not([size])", _select),
    Kind("list", "select[size]:not([multiple])", _select),
    Kind("several", "select[multiple]", _several),
    Kind("checkbox", "input[type=checkbox]", _twice),
    Kind("radio", "input[type=radio]", _click),
    Kind("toggle", ".widget-toggle-button", _click),
    Kind("text", "input[type=text], textarea", _text),
    Kind("play", ".widget-play button:first-child", _play),
    Kind("button", f"button:not(.widget-toggle-button){TOOLBARS}", _click),
    Kind("own", "[role=button][tabindex='0']:not(button)", _keys("Enter")),
)


def touch_everything(notebook: NotebookPage) -> dict[str, int]:
    """How many controls of each kind were touched."""
    counts = {kind.name: _touch_kind(notebook, kind) for kind in KINDS}
    return {name: count for name, count in counts.items() if count}


def _touch_kind(notebook: NotebookPage, kind: Kind) -> int:
    """A touch may add or remove controls: count again each time."""
    found = notebook.page.locator(f".jp-OutputArea-output :is({kind.selector})")
    touched = position = 0
    while position < found.count():
        control = found.nth(position)
        position += 1
        if control.is_visible() and control.is_enabled():
            kind.hand(control)
            notebook.settle(QUIET_MS, LIMIT_MS)
            touched += 1
    return touched
