"""The calm layout is a default and no more: what a user has chosen wins, and no file is touched."""

import json
from pathlib import Path

import jupyterlab
import pytest
from jupyterlab_server.settings_utils import get_settings

from coursekit.ui.jupyter import server

OURS = Path(server.__file__).parent / "settings"
SCHEMAS = Path(jupyterlab.__file__).parent / "schemas"
CHOSEN = {  # what a user set by hand, each against the course's wish; with a comment, as they may
    "@jupyterlab/statusbar-extension:plugin": '{\n  // mine\n  "visible": true\n}',
    "@jupyterlab/apputils-extension:notification": '{"fetchNews": "true"}',
    "@jupyterlab/cell-toolbar-extension:plugin": '{"showToolbar": true}',
}


def asked(name, settings_dir):
    """What JupyterLab's page gets when it asks for a plugin's settings."""
    overrides = json.loads((OURS / "overrides.json").read_text("utf-8"))
    found, _warnings = get_settings(
        str(OURS), str(SCHEMAS), str(settings_dir), schema_name=name, overrides=overrides
    )
    return found


def default(name, key, folder):
    return asked(name, folder)["schema"]["properties"][key]["default"]


@pytest.mark.parametrize(
    ("name", "key", "wanted"),
    [
        ("@jupyterlab/statusbar-extension:plugin", "visible", False),
        ("@jupyterlab/cell-toolbar-extension:plugin", "showToolbar", False),
        ("@jupyterlab/apputils-extension:notification", "fetchNews", "false"),
        ("@jupyterlab/apputils-extension:notification", "checkForUpdates", False),
        ("@jupyterlab/docmanager-extension:plugin", "autosave", True),
    ],
)
def test_a_new_user_meets_a_calm_page(name, key, wanted, tmp_path):
    assert default(name, key, tmp_path) == wanted


def test_lines_of_code_have_no_numbers(tmp_path):
    config = default("@jupyterlab/notebook-extension:tracker", "codeCellConfig", tmp_path)
    assert config["lineNumbers"] is False


def test_what_a_user_chose_wins_and_stays_byte_for_byte(tmp_path):
    files = {}
    for name, text in CHOSEN.items():
        extension, _, plugin = name.partition(":")
        files[name] = tmp_path / extension / f"{plugin}.jupyterlab-settings"
        files[name].parent.mkdir(parents=True, exist_ok=True)
        files[name].write_text(text, "utf-8")

    for name, text in CHOSEN.items():
        found = asked(name, tmp_path)
        assert found["raw"] == text
        ours = {key: value["default"] for key, value in found["schema"]["properties"].items() if "default" in value}  # fmt: skip
        assert all({**ours, **found["settings"]}[key] == value for key, value in found["settings"].items())  # fmt: skip
        assert any(ours[key] != value for key, value in found["settings"].items()), name

    assert {name: path.read_text("utf-8") for name, path in files.items()} == CHOSEN
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == len(CHOSEN)


def test_every_setting_of_ours_is_one_that_jupyterlab_knows():
    for name, values in json.loads((OURS / "overrides.json").read_text("utf-8")).items():
        extension, _, plugin = name.partition(":")
        schema = json.loads((SCHEMAS / extension / f"{plugin}.json").read_text("utf-8"))
        assert values.keys() <= {*schema["properties"], "toolbar"}, name
