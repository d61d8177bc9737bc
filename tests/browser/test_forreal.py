"""A learner asks the true tool from the notebook."""

import pytest

from coursekit.realtools.checks import check

pytestmark = pytest.mark.browser


@pytest.mark.skipif(not check("balancing-orders").place(), reason="nginx and haproxy are not here")
def test_the_true_tool_answers_in_the_notebook(lab):
    notebook = lab.open("03-balancing.ipynb")
    real = notebook.page.locator(".ck-real-balancing-orders")
    real.locator("button.ck-run").focus()
    notebook.page.keyboard.press("Enter")  # as without a mouse
    real.locator(".ck-verdict", has_text="Live").wait_for()

    assert "?" not in real.locator("td").all_inner_texts()
    assert real.locator("button.ck-run").is_enabled()
    assert notebook.problems() == []
    notebook.close()
