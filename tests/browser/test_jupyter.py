"""What coursekit adds to JupyterLab, seen in JupyterLab: run on open, and labs that wake up."""

import pytest
import samples

from coursekit.i18n import _, speaking

pytestmark = pytest.mark.browser

BARE_ERROR = "Error displaying widget"
HOSTILE = sorted(
    ["foreign-cell", "foreign-first", "only-foreign", "magic", "extra-space", "extra-line"]
)


def door(notebook):
    return notebook.page.evaluate("() => probe.panel.node.dataset.ckDoor")


def bar_button(notebook):
    return notebook.page.locator(".ck-bar-run")


def outputs(notebook):
    return notebook.page.locator(".jp-OutputArea-output")


def executed(notebook):
    """How many cells the kernel was ever asked to run."""
    counts = "() => [...probe.panel.content.model.cells].map((cell) => cell.executionCount)"
    return sum(bool(count) for count in notebook.page.evaluate(counts))


class TestRunOnOpen:
    def test_a_notebook_of_shipped_cells_runs_and_shows_its_labs(self, show):
        notebook = show("shipped", samples.notebook(samples.SLIDER, samples.WIDGETS))

        assert door(notebook) == "open"
        assert notebook.page.locator(".noUi-handle").is_visible()
        assert not bar_button(notebook).is_visible()
        assert notebook.problems() == []

    def test_it_starts_at_the_top(self, show):
        notebook = show("top", samples.notebook(*[samples.GALLERY] * 3))
        top = "() => probe.panel.node.querySelector('.jp-WindowedPanel-outer').scrollTop"

        notebook.settle()

        assert notebook.page.evaluate(top) == 0
        assert notebook.page.evaluate("() => probe.panel.content.activeCellIndex") == 0

    def test_a_blank_cell_at_the_end_changes_nothing(self, show):
        """Shift+Enter in the last cell leaves one behind."""
        assert door(show("blank", samples.notebook(samples.SLIDER, " \n"))) == "open"

    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_hostile_notebook_runs_nothing(self, name, show, tmp_path):
        notebook = show(name, samples.hostile(tmp_path)[name])

        notebook.settle(500)

        assert door(notebook) == "changed"
        assert executed(notebook) == 0
        assert not (tmp_path / "FOREIGN").exists()
        assert bar_button(notebook).inner_text() == "Run the chapter"

    def test_the_same_code_runs_when_the_reader_says_so(self, show, tmp_path):
        """Proof that the test above would have seen it."""
        notebook = show("pressed", samples.hostile(tmp_path)["foreign-cell"])

        bar_button(notebook).click()
        notebook.page.wait_for_function("() => probe.panel.node.dataset.ckReady")

        assert (tmp_path / "FOREIGN").exists()
        assert notebook.page.locator(".noUi-handle").is_visible()
        assert not bar_button(notebook).is_visible()

    def test_exercises_wait_for_their_author(self, show, tmp_path):
        notebook = show("exercises", samples.hostile(tmp_path)["exercises"])

        assert (door(notebook), executed(notebook)) == ("exercises", 0)

    def test_another_kernel_is_not_ours(self, show, tmp_path):
        """Its kernel does not exist here: JupyterLab asks which to take, we run nothing."""
        made = samples.hostile(tmp_path)["other-kernel"]
        notebook = show("other-kernel", made, alone=True, wait=False)

        notebook.page.wait_for_function("() => window.probe?.panel?.node.dataset.ckDoor")

        assert (door(notebook), executed(notebook)) == ("kernel", 0)

    def test_a_notebook_without_our_metadata_is_left_alone(self, show):
        notebook = show("stranger", samples.notebook(samples.SLIDER, about=False))

        notebook.settle(500)

        assert (door(notebook), executed(notebook)) == (None, 0)
        assert notebook.page.locator(".ck-bar, .ck-course").count() == 0

    def test_metadata_cannot_bring_its_own_list(self, show, tmp_path):
        """What the page is configured with comes from the server alone."""
        made = samples.hostile(tmp_path)["foreign-cell"]
        made.metadata["coursekit"] |= {"cells": ["*"], "cells_files": ["/"], "autorun": True}
        config = '{"coursekit": {"cells": []}}'
        made.cells[0].source += f'\n<script id="jupyter-config-data">{config}</script>'

        assert door(show("own-list", made)) == "changed"

    def test_a_strange_language_is_only_a_word(self, show, tmp_path):
        made = samples.hostile(tmp_path)["foreign-cell"]
        made.metadata["coursekit"]["language"] = "__proto__"

        assert bar_button(show("proto", made)).inner_text() == "Run the chapter"

    def test_a_stored_output_is_not_trusted(self, show):
        page_acts = "<img src=x onerror='window.acted = true'><script>window.acted = true</script>"
        notebook = show("stored", samples.with_stored_script(page_acts))

        assert door(notebook) == "open"
        assert notebook.page.evaluate("() => window.acted") is None

    def test_a_stored_widget_is_not_built(self, show):
        script = "window.acted = true; export default { initialize() {}, render() {} };"
        notebook = show("stored-model", samples.with_stored_model(script))

        notebook.settle(500)

        assert notebook.page.evaluate("() => window.acted") is None

    def test_the_bar_speaks_the_notebooks_language(self, show, tmp_path):
        made = samples.notebook(samples.foreign(tmp_path), language="fr")
        with speaking("fr"):
            expected = _("Run the chapter")

        assert bar_button(show("french", made)).inner_text() == expected

    def test_a_failing_cell_is_said_at_the_top(self, show):
        made = samples.notebook("# fails\n1 / 0", samples.SLIDER)
        notebook = show("fails", made)

        bar_button(notebook).click()
        notebook.page.wait_for_function("() => probe.panel.node.dataset.ckReady")

        assert door(notebook) == "failed"
        assert bar_button(notebook).is_enabled()


class TestAsleep:
    @pytest.mark.parametrize(("kind", "shows"), [("lesson", "Size"), ("exercises", "asleep")])
    def test_a_saved_notebook_never_shows_a_bare_error(self, kind, shows, show):
        """Saved by its reader, so trusted, and opened again with a new kernel."""
        name = f"saved-{kind}"
        first = show(name, samples.notebook(samples.SLIDER, kind=kind))
        first.run_all()
        first.command("docmanager:save")
        first.close()

        notebook = show(name)
        outputs(notebook).get_by_text(shows).wait_for()
        text = notebook.page.locator(".jp-Notebook").inner_text()

        assert BARE_ERROR not in text

    def test_after_a_restart_one_button_wakes_the_labs(self, show):
        notebook = show("restart", samples.notebook(samples.SLIDER))

        notebook.restart_kernel()
        assert door(notebook) == "restarted"
        bar_button(notebook).click()
        notebook.page.wait_for_function("() => probe.panel.node.dataset.ckDoor === 'open'")
        notebook.page.locator(".noUi-handle").press("End")

        outputs(notebook).get_by_text("size 10").wait_for()

    def test_running_from_the_menu_wakes_them_too(self, show):
        notebook = show("menu", samples.notebook(samples.SLIDER))

        notebook.restart_kernel()
        notebook.run_all()

        assert door(notebook) == "open"
        assert not bar_button(notebook).is_visible()

    def test_a_reloaded_page_is_live_again(self, show):
        notebook = show("reload", samples.notebook(samples.SLIDER), alone=True)

        notebook.reload()
        notebook.page.locator(".noUi-handle").press("End")

        outputs(notebook).get_by_text("size 10").wait_for()


class TestServer:
    def test_the_kernel_s_websocket_is_prompt(self, lab, show):
        show("prompt", samples.notebook(samples.SLIDER))

        assert "PromptZMQChannelsWebsocketConnection" in lab.server.log.read_text()

    def test_a_small_message_does_not_wait_for_an_acknowledgement(self, show):
        """With Nagle's algorithm most round trips take 40 ms or more, on any machine."""
        notebook = show("echo", samples.notebook(samples.SLIDER))
        trips = notebook.page.evaluate("""async () => {
          const times = [];
          for (let trip = 0; trip < 30; trip += 1) {
            const begun = performance.now();
            await probe.kernel.requestKernelInfo();
            times.push(performance.now() - begun);
          }
          return times.sort((one, other) => one - other);
        }""")

        assert trips[len(trips) // 4] < 30
