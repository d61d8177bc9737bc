"""What Jupyter Server lacks for the course: prompt messages, and the list of cells we ship.

1. The kernel's websocket sends at once. Jupyter Server leaves Nagle's algorithm on, so
   each small widget message waits for the browser's delayed acknowledgement, some 40 ms.
2. JupyterLab's page is told which code cells may run when a notebook is opened (SHA-256
   of their source) and what the labextension says, in each language.

Only the server's own configuration can name other lists of cells: nothing in a notebook
is read here.
"""

import json
import logging
from pathlib import Path
from typing import Any

from jupyter_server.serverapp import ServerApp
from traitlets import List, Unicode
from traitlets.config import Configurable

from coursekit.i18n import LANGUAGES, _, speaking

CELLS = Path(__file__).with_name("cells.json")
SETTING = "kernel_websocket_connection_class"

log = logging.getLogger(__name__)


class CourseKit(Configurable):
    """Settings of the course, for `jupyter_server_config.py` or the command line."""

    cells_files = List(
        Unicode(),
        default_value=[str(CELLS)],
        help="Files that list the code cells which may run when a notebook is opened.",
    ).tag(config=True)


def prompt(connection: type) -> type:
    """The same kind of kernel websocket, without Nagle's algorithm."""

    class PromptConnection(connection):
        def connect(self) -> Any:
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    PromptConnection.__name__ = f"Prompt{connection.__name__}"
    return PromptConnection


def cell_hashes(files: list[str]) -> list[str]:
    """The SHA-256 of every code cell listed in these files, sorted, each once."""
    lists = [json.loads(Path(name).read_text(encoding="utf-8")) for name in files]
    return sorted({each for hashes in lists for each in hashes})


def texts() -> dict[str, dict[str, str]]:
    """What the labextension says: language -> key -> sentence."""
    said = {}
    for language in LANGUAGES:
        with speaking(language):
            said[language] = _door_texts() | _names()
    return said


def _door_texts() -> dict[str, str]:
    return {
        "bar": _("Running this notebook"),
        "run": _("Run the chapter"),
        "running": _("Running…"),
        "changed": _("Nothing ran yet: some code here is not the course's own. Read it first."),
        "exercises": _("Nothing ran yet: in this notebook, the code is yours to write."),
        "kernel": _("Nothing ran yet: this notebook does not use the kernel of the course."),
        "unchecked": _("Nothing ran yet: this page could not compare the code with the course's."),
        "restarted": _("The kernel was restarted: run the chapter to wake its labs."),
        "failed": _("A cell stopped with an error, which is shown below it."),
        "asleep": _("This lab is asleep. Run the chapter to wake it."),
    }


def _names() -> dict[str, str]:
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "stop": _("Stop"),
        "repeat": _("Repeat"),
        "least": _("{name}, lower end"),
        "most": _("{name}, upper end"),
    }


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "coursekit.ui.jupyter.server"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    settings = server.web_app.settings
    settings[SETTING] = prompt(settings[SETTING])
    course = CourseKit(parent=server)
    page = settings.setdefault("page_config_data", {})
    page["coursekit"] = {"cells": cell_hashes(course.cells_files), "texts": texts()}
    server.log.info("coursekit: kernel websockets are %s", settings[SETTING].__name__)
