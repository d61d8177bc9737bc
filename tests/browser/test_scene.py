"""What flies in a scene comes to rest, and flies again for who comes near."""

import pytest
from samples import notebook

pytestmark = pytest.mark.browser

ROUNDS = """# one token that runs round on repeat
from coursekit.ui.scene import Scene, mover
scene = Scene()
scene.show([mover("m", "M 10 10 H 90", seconds=0.5, repeat=True)], width=100, height=20, label="round")
scene"""
FRAMES = "() => Number(document.querySelector('.ck-scene svg').dataset.frames ?? 0)"
RESTS = "() => !document.querySelector('.ck-scene svg[data-continuous]')"


def test_what_runs_on_repeat_rests_after_five_seconds_until_the_pointer_comes(show):
    page_of = show("rounds", notebook(ROUNDS, about=False))
    page_of.run_all()
    page = page_of.page
    page.locator(".ck-scene svg").wait_for()

    page.wait_for_function(f"() => ({FRAMES})() > 3")
    page.wait_for_function(RESTS, timeout=30_000)
    at_rest = page.evaluate(FRAMES)
    page.wait_for_timeout(300)
    assert page.evaluate(FRAMES) == at_rest
    page.mouse.move(0, 0)
    page.locator(".ck-scene svg").hover()
    page.wait_for_function(f"() => ({FRAMES})() > {at_rest + 3}")
    assert page_of.problems() == []
